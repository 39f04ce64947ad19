"""Taking questions into the bank, and what a later change may and may not touch."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR
from quiz_bank.blueprint import BlueprintError, Paper
from quiz_bank.desk import QuizDesk
from quiz_bank.formats.reading import FormatError, Reading
from quiz_bank.question import Question, QuestionError
from quiz_bank.upkeep import FindingKind
from tests.quiz_bank.samples import DAY, SMALL_BANK, SMALL_BLUEPRINT, TRAINER, WANG, again, single, true_false

BANK = Path("bank.toml")


def take(desk: QuizDesk, at: datetime, *questions: Question) -> None:
    desk.take(Reading(questions=questions), BANK, by=ADMINISTRATOR, at=at)


def test_the_bank_gives_back_what_it_was_given(desk: QuizDesk) -> None:
    assert desk.questions() == sorted(SMALL_BANK, key=lambda question: question.id)


def test_the_same_questions_twice_write_nothing(desk: QuizDesk, at: datetime) -> None:
    before = desk.office.fingerprint()
    outcome = desk.take(Reading(questions=tuple(SMALL_BANK)), BANK, by=ADMINISTRATOR, at=at)
    assert len(outcome.same) == len(SMALL_BANK)
    assert desk.office.fingerprint() == before


def test_a_changed_question_becomes_a_version_and_a_drawn_paper_keeps_its_own(
    desk: QuizDesk, paper: Paper, at: datetime
) -> None:
    used = paper.items[0].question
    changed = used.model_copy(update={"key": (1,), "stem": "改過的敘述。"})
    take(desk, at, changed)
    assert desk.question(used.id) == changed
    with again(desk.office) as office:
        kept = QuizDesk(office).paper(paper.id)
    assert kept.items == paper.items
    assert desk.verify() == []


def test_a_change_that_is_taken_back_is_the_first_version_again(desk: QuizDesk, at: datetime) -> None:
    first = desk.question("T0")
    take(desk, at, first.model_copy(update={"stem": "改過的敘述。"}))
    take(desk, at, first)
    assert desk.question("T0") == first


def test_the_journal_names_every_version_that_came_in(desk: QuizDesk, at: datetime) -> None:
    question = true_false("NEW")
    take(desk, at, question)
    assert desk.office.evidence("bank.import")["bank.toml"]["versions"] == {"NEW": question.version}


def test_near_duplicates_are_reported_and_never_drawn_together(desk: QuizDesk, at: datetime) -> None:
    twin = true_false("T0-BIS", stem=" 敘述　Ｔ0 ")
    outcome = desk.take(Reading(questions=(twin,)), BANK, by=ADMINISTRATOR, at=at)
    assert outcome.alike == (("T0", "T0-BIS"),)
    assert [finding.question_ids for finding in desk.check(DAY)] == [("T0", "T0-BIS")]


def test_staff_do_not_keep_the_bank(desk: QuizDesk, tmp_path: Path, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        desk.take(Reading(questions=(true_false("NEW"),)), BANK, by=WANG, at=at)
    with pytest.raises(NotAllowed):
        desk.export_bank(tmp_path / "out.toml", by=WANG)
    with pytest.raises(NotAllowed):
        desk.new_paper(title="x", day=DAY, seed="1", by=WANG, at=at, blueprint=SMALL_BLUEPRINT)


def test_a_bad_question_keeps_the_whole_file_out(desk: QuizDesk, at: datetime) -> None:
    faults = Path(__file__).parent.parent / "data" / "bank" / "faults.toml"
    before = desk.office.fingerprint()
    with pytest.raises(FormatError) as refused:
        desk.import_bank(faults, by=ADMINISTRATOR, at=at)
    assert len(refused.value.problems) == 8
    assert desk.office.fingerprint() == before
    assert desk.import_bank(faults, by=ADMINISTRATOR, at=at, skip_bad=True).new == ("Q3",)


def test_a_question_that_is_not_there_is_said(desk: QuizDesk) -> None:
    with pytest.raises(QuestionError, match="NONE"):
        desk.question("NONE")


def test_check_points_out_what_expires_and_what_has_expired(desk: QuizDesk, at: datetime) -> None:
    take(
        desk,
        at,
        single("SOON", stem="快失效", in_force_until=DAY + timedelta(days=30)),
        single("OVER", stem="已失效", in_force_until=DAY - timedelta(days=1)),
        single("LATER", stem="還很久", in_force_until=DAY + timedelta(days=300)),
        single("LOOSE", stem="打散", options=("甲", "乙", "以上皆是")),
        single("BARE", stem="沒有法", legal_basis=""),
    )
    found = {finding.question_ids[0]: finding.kind for finding in desk.check(DAY, within=30)}
    assert found == {
        "SOON": FindingKind.EXPIRES,
        "OVER": FindingKind.EXPIRED,
        "LOOSE": FindingKind.NOT_KEPT_LAST,
        "BARE": FindingKind.NO_LAW,
    }


def test_a_question_that_expires_while_the_paper_is_open_is_not_drawn(desk: QuizDesk, at: datetime) -> None:
    ending = [
        question.model_copy(update={"in_force_until": DAY + timedelta(days=5)})
        for question in SMALL_BANK
        if question.kind == "multiple"
    ]
    take(desk, at, *ending)
    with pytest.raises(BlueprintError, match="題庫不夠"):
        desk.new_paper(title="x", day=DAY, seed="1", by=TRAINER, at=at, blueprint=SMALL_BLUEPRINT)
    short = desk.new_paper(
        title="x",
        day=DAY,
        closes_on=DAY + timedelta(days=5),
        seed="1",
        by=TRAINER,
        at=at,
        blueprint=SMALL_BLUEPRINT,
    )
    assert len(short.items) == 4


def test_a_refused_paper_leaves_no_trace(desk: QuizDesk, at: datetime) -> None:
    before = desk.office.fingerprint()
    with pytest.raises(BlueprintError):
        desk.new_paper(title="x", day=DAY, seed="1", by=TRAINER, at=at)
    assert desk.papers() == []
    assert desk.office.fingerprint() == before


def test_a_paper_that_closes_before_it_opens_is_refused(desk: QuizDesk, at: datetime) -> None:
    with pytest.raises(BlueprintError, match="早於開放日"):
        desk.new_paper(title="x", day=DAY, closes_on=date(2026, 11, 22), seed="1", by=TRAINER, at=at)


def test_a_paper_is_read_back_as_it_was_drawn(desk: QuizDesk, paper: Paper) -> None:
    with again(desk.office) as office:
        assert QuizDesk(office).papers() == [paper]


def test_the_starter_bank_comes_in_as_one_act(desk: QuizDesk, at: datetime) -> None:
    outcome = desk.load_bank(by=ADMINISTRATOR, at=at)
    assert len(outcome.new) >= 120
    assert outcome.alike == ()
    assert desk.load_bank(by=ADMINISTRATOR, at=at).new == ()
    assert desk.office.evidence("bank.import")["bank"]["new"] == len(outcome.new)
