"""Keeping the bank: files of any length in one act, status without edits in place, and what to look at."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bureau.problem import NotAllowed
from quiz_bank.bank_desk import STATUS, BankDesk, Wanted
from quiz_bank.blueprint import Paper
from quiz_bank.desk import QuizDesk
from quiz_bank.formats.reading import FormatError, Reading
from quiz_bank.formats.writing import write
from quiz_bank.question import Kind, QuestionError, Status
from quiz_bank.upkeep import Finding, FindingKind, findings
from tests.quiz_bank.samples import DAY, OF_EACH_KIND, SMALL_BANK, TRAINER, WANG, essay, single, true_false


@pytest.fixture
def bank(desk: QuizDesk) -> BankDesk:
    return BankDesk(desk)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "more.gift"
    write(path, OF_EACH_KIND, "gift")
    return path


def test_a_file_is_taken_in_whole_and_journaled_by_version(bank: BankDesk, file: Path, at: datetime) -> None:
    with bank.stage(file) as staged:
        outcome = bank.take(staged, by=TRAINER, at=at)
    assert set(outcome.new) == {question.id for question in OF_EACH_KIND}
    assert bank.quiz.question("P").pairs == OF_EACH_KIND[5].pairs
    evidence = bank.quiz.office.evidence("bank.import")["more.gift"]
    assert evidence["versions"]["E"] == bank.quiz.question("E").version


def test_the_same_file_twice_writes_nothing(bank: BankDesk, file: Path, at: datetime) -> None:
    with bank.stage(file) as staged:
        bank.take(staged, by=TRAINER, at=at)
    before = bank.quiz.office.fingerprint()
    with bank.stage(file) as staged:
        outcome = bank.take(staged, by=TRAINER, at=at)
    assert len(outcome.same) == len(OF_EACH_KIND)
    assert bank.quiz.office.fingerprint() == before


def test_a_file_read_at_once_and_one_read_piece_by_piece_say_the_same(bank: BankDesk, file: Path) -> None:
    with bank.stage(file) as staged:
        assert bank.difference(staged) == bank.quiz.difference(bank.quiz.read(file).questions)
        assert tuple(staged.versions) == tuple(one.id for one in bank.quiz.read(file).questions)


def test_one_bad_question_keeps_the_file_out_unless_it_is_skipped(
    bank: BankDesk, tmp_path: Path, at: datetime
) -> None:
    path = tmp_path / "bad.gift"
    path.write_text("好題。{T}\n\n壞題。{~a ~b}\n", encoding="utf-8")
    with bank.stage(path) as staged:
        with pytest.raises(FormatError, match="1 處錯誤"):
            bank.take(staged, by=TRAINER, at=at)
        assert len(bank.quiz.questions()) == len(SMALL_BANK)
        assert len(bank.take(staged, by=TRAINER, at=at, skip_bad=True).new) == 1


def test_of_a_broken_file_nothing_is_taken_even_when_bad_ones_are_skipped(
    bank: BankDesk, tmp_path: Path, at: datetime
) -> None:
    path = tmp_path / "bank.xml"
    write(path, OF_EACH_KIND, "xml")
    path.write_text(path.read_text(encoding="utf-8")[:-20], encoding="utf-8")
    with bank.stage(path, documents=True) as staged:
        assert bank.take(staged, by=TRAINER, at=at, skip_bad=True).new == ()
        assert list(staged.documents()) == []


def test_near_duplicates_are_found_within_the_file_and_against_the_bank(
    bank: BankDesk, tmp_path: Path
) -> None:
    path = tmp_path / "twins.toml"
    twins = [true_false("T0-BIS", stem=" 敘述　Ｔ0 "), single("A1", stem="甲？"), single("A2", stem="甲?")]
    write(path, twins, "toml")
    with bank.stage(path) as staged:
        assert set(bank.difference(staged).alike) == {("T0", "T0-BIS"), ("A1", "A2")}


def test_staff_neither_take_in_nor_change_nor_see_versions(bank: BankDesk, file: Path, at: datetime) -> None:
    with bank.stage(file) as staged, pytest.raises(NotAllowed):
        bank.take(staged, by=WANG, at=at)
    with pytest.raises(NotAllowed):
        bank.set_status(["T0"], Status.DRAFT, by=WANG, at=at)
    with pytest.raises(NotAllowed):
        bank.versions("T0", by=WANG)
    with pytest.raises(NotAllowed):
        bank.weigh(Path("x.gift"), by=WANG)


def test_another_status_is_a_new_version_and_the_drawn_paper_keeps_its_own(
    bank: BankDesk, paper: Paper, at: datetime
) -> None:
    used = paper.items[0].question
    [changed] = bank.set_status([used.id], Status.RETIRED, by=TRAINER, at=at)
    assert changed.version != used.version
    assert bank.quiz.question(used.id).status is Status.RETIRED
    assert [(one.current, one.question.status) for one in bank.versions(used.id, by=TRAINER)].count(
        (True, Status.RETIRED)
    ) == 1
    assert bank.quiz.paper(paper.id).items == paper.items
    assert used.id not in {question.id for question in bank.quiz.questions(DAY)}
    assert bank.quiz.office.evidence(STATUS)[used.id]["versions"] == {used.id: changed.version}


def test_a_status_that_is_taken_back_is_the_first_version_again(bank: BankDesk, at: datetime) -> None:
    before = bank.quiz.question("T0")
    bank.set_status(["T0"], Status.DRAFT, by=TRAINER, at=at)
    bank.set_status(["T0"], Status.ACTIVE, by=TRAINER, at=at + timedelta(days=1))
    assert bank.quiz.question("T0") == before
    assert [one.current for one in bank.versions("T0", by=TRAINER)].count(True) == 1


def test_a_status_that_it_has_already_changes_nothing(bank: BankDesk, at: datetime) -> None:
    before = bank.quiz.office.fingerprint()
    assert bank.set_status(["T0", "T0"], Status.ACTIVE, by=TRAINER, at=at) == []
    assert bank.quiz.office.fingerprint() == before


@pytest.mark.parametrize("names", [[], ["T0", "NONE"]])
def test_an_unknown_question_stops_the_whole_change(bank: BankDesk, names: list[str], at: datetime) -> None:
    with pytest.raises(QuestionError):
        bank.set_status(names, Status.DRAFT, by=TRAINER, at=at)
    assert bank.quiz.question("T0").status is Status.ACTIVE


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(topic="娛樂稅"), {"S0", "S2"}),
        (Wanted(kind=Kind.MULTIPLE), {"M0", "M1", "M2"}),
        (Wanted(text="敘述 Ｔ1"), {"T1"}),
        (Wanted(text="某法第2條", topic="契稅"), {"S1", "S3"}),
        (Wanted(status=Status.DRAFT), set()),
        (Wanted(tag="新法"), set()),
    ],
)
def test_questions_are_found_by_what_they_are(bank: BankDesk, wanted: Wanted, expected: set[str]) -> None:
    assert {question.id for question in bank.find(wanted)} == expected


def test_what_a_format_loses_is_known_before_anything_is_written(
    bank: BankDesk, tmp_path: Path, at: datetime
) -> None:
    path = tmp_path / "out.aiken"
    weighing = bank.weigh(path, by=TRAINER)
    assert not path.exists()
    assert (weighing.count, weighing.left_out) == (7, 4)
    assert any("是非題寫不下" in lost for lost in weighing.lost)
    assert bank.export(path, by=TRAINER).count == 7
    with pytest.raises(FormatError, match="已經存在"):
        bank.weigh(path, by=TRAINER)


def kinds(found: list[Finding]) -> dict[str, FindingKind]:
    return {finding.question_ids[0]: finding.kind for finding in found}


def test_reviews_that_are_due_essays_without_a_model_and_drafts_are_pointed_out() -> None:
    bank = [
        single("PAST", stem="一", review_on=DAY - timedelta(days=1)),
        single("SOON", stem="二", review_on=DAY + timedelta(days=90)),
        single("LATER", stem="三", review_on=DAY + timedelta(days=91)),
        essay("BARE", model_answer=""),
        single("DRAFT", stem="四", status=Status.DRAFT),
        single("GONE", stem="五", status=Status.RETIRED, legal_basis="", in_force_until=date(2000, 1, 1)),
        *OF_EACH_KIND,
    ]
    assert kinds(findings(bank, DAY)) == {
        "PAST": FindingKind.REVIEW,
        "SOON": FindingKind.REVIEW,
        "BARE": FindingKind.NO_MODEL,
        "DRAFT": FindingKind.DRAFT,
    }


def test_a_question_that_nobody_has_looked_at_for_years_is_pointed_out() -> None:
    reviewed = single("SET", stem="三", review_on=date(2030, 1, 1))
    bank = [single("OLD", stem="一"), single("NEW", stem="二"), reviewed]
    since = {"OLD": date(2024, 11, 1), "NEW": date(2025, 1, 1), "SET": date(2020, 1, 1)}
    assert kinds(findings(bank, DAY, since=since)) == {"OLD": FindingKind.REVIEW}


def test_the_desk_knows_since_when_a_question_stands(bank: BankDesk) -> None:
    assert bank.quiz.check(DAY) == []
    after = bank.quiz.check(DAY + timedelta(days=800))
    assert {finding.kind for finding in after} == {FindingKind.REVIEW}


RICH = single(
    "RICH",
    stem="第一行\n第二行",
    options=("甲", "乙", "丙"),
    key=(1,),
    facts=("ST-001",),
    contrast=("ST-002",),
    points=("說出稅率", "說出期限"),
    keep_last=True,
    legal_basis="契稅條例第二條" * 10,
    explanation="因為。",
    difficulty=3,
    tags=("常錯", "a" * 80),
    in_force_from=date(2020, 1, 1),
    review_on=date(2027, 1, 1),
    status=Status.DRAFT,
)


@pytest.mark.parametrize("name", ["toml", "gift", "aiken", "xml", "xlsx", "csv"])
def test_an_export_that_comes_back_changes_nothing(
    bank: BankDesk, tmp_path: Path, at: datetime, name: str
) -> None:
    both = [RICH, *OF_EACH_KIND]
    bank.quiz.take(Reading(questions=tuple(both)), tmp_path / "x.toml", by=TRAINER, at=at)
    before = bank.quiz.office.fingerprint()
    path = tmp_path / f"back.{name}"
    count = bank.export(path, by=TRAINER).count
    with bank.stage(path) as staged:
        outcome = bank.take(staged, by=TRAINER, at=at)
    assert (outcome.new, outcome.changed, len(outcome.same)) == ((), (), count)
    assert bank.quiz.import_bank(path, by=TRAINER, at=at).same == outcome.same
    assert bank.quiz.office.fingerprint() == before


@pytest.mark.parametrize("name", ["gift", "xml", "xlsx", "csv"])
def test_a_word_mended_in_an_export_leaves_the_other_fields_as_they_are(
    bank: BankDesk, tmp_path: Path, at: datetime, name: str
) -> None:
    bank.quiz.take(Reading(questions=(RICH,)), tmp_path / "x.toml", by=TRAINER, at=at)
    path = tmp_path / f"mended.{name}"
    mended = RICH.model_copy(update={"explanation": "因為法律這樣寫。", "difficulty": 1, "key": (0,)})
    poor = mended.model_copy(update={"facts": (), "contrast": (), "keep_last": False})
    write(path, [poor], name)
    with bank.stage(path) as staged:
        assert bank.take(staged, by=TRAINER, at=at).changed == ("RICH",)
    assert bank.quiz.question("RICH") == mended


def test_columns_that_a_spreadsheet_lacks_are_left_as_they_are(
    bank: BankDesk, tmp_path: Path, at: datetime
) -> None:
    bank.quiz.take(Reading(questions=(RICH,)), tmp_path / "x.toml", by=TRAINER, at=at)
    path = tmp_path / "few.csv"
    path.write_text("編號,題目,A,B,C,答案\nRICH,新的題目,甲,乙,丙,B\n", encoding="utf-8")
    with bank.stage(path) as staged:
        bank.take(staged, by=TRAINER, at=at)
    assert bank.quiz.question("RICH") == RICH.model_copy(update={"stem": "新的題目"})


def test_a_field_that_is_emptied_in_a_spreadsheet_is_empty(
    bank: BankDesk, tmp_path: Path, at: datetime
) -> None:
    bank.quiz.take(Reading(questions=(RICH,)), tmp_path / "x.toml", by=TRAINER, at=at)
    path = tmp_path / "emptied.xlsx"
    write(path, [RICH.model_copy(update={"explanation": "", "points": (), "tags": ()})], "xlsx")
    with bank.stage(path) as staged:
        bank.take(staged, by=TRAINER, at=at)
    now = bank.quiz.question("RICH")
    assert (now.explanation, now.points, now.tags, now.facts) == ("", (), (), RICH.facts)


def test_a_bank_that_changed_while_the_file_was_looked_at_is_said(
    bank: BankDesk, tmp_path: Path, at: datetime
) -> None:
    bank.quiz.take(Reading(questions=(RICH,)), tmp_path / "x.toml", by=TRAINER, at=at)
    path = tmp_path / "mended.gift"
    write(path, [RICH.model_copy(update={"explanation": "新的。"})], "gift")
    with bank.stage(path) as staged:
        bank.set_status(["RICH"], Status.ACTIVE, by=TRAINER, at=at)
        with pytest.raises(FormatError, match="又有變動"):
            bank.take(staged, by=TRAINER, at=at)
