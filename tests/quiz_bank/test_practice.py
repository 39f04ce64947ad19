"""Practice brings back what was not known, on the day it should, and never gives a key away before a quiz."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.dates import day_of
from bureau.office import Office
from bureau.people import Person, Section
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR
from quiz_bank.blueprint import Paper
from quiz_bank.desk import QuizDesk
from quiz_bank.formats.reading import Reading
from quiz_bank.practice import (
    Cause,
    Memory,
    Missed,
    PracticeError,
    PracticeRules,
    remembered,
    to_practise,
)
from quiz_bank.practice_desk import PracticeDesk
from quiz_bank.practice_store import PracticeStore
from quiz_bank.question import Question, Status
from quiz_bank.response import right_response
from quiz_bank.rules import QuizRules
from quiz_bank.store import MIGRATIONS
from tests.conftest import counting_entropy
from tests.quiz_bank.samples import (
    DAY,
    OF_EACH_KIND,
    SMALL_BANK,
    SMALL_BLUEPRINT,
    TRAINER,
    WANG,
    essay,
    single,
)

RULES = PracticeRules(daily_questions=3, desired_retention="0.9", longest_interval=365)
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


@pytest.fixture
def office(tmp_path: Path, at: datetime) -> Iterator[Office]:
    opened = Office.create(
        tmp_path / "office.db",
        name="測試縣稅務局",
        migrations=(MIGRATIONS,),
        rule_kinds=(QuizRules, PracticeRules),
        entropy=counting_entropy(),
        at=at,
    )
    with opened.store.transaction():
        opened.ground.add_section(Section(name="房屋稅科"))
        person = Person(staff_no="0012", name="王小明", section="房屋稅科", hired=date(2020, 1, 1))
        opened.ground.put_person(person, since=date(2020, 1, 1))
    yield opened
    opened.close()


@pytest.fixture
def desk(office: Office, at: datetime) -> QuizDesk:
    desk = QuizDesk(office)
    desk.take(Reading(questions=tuple(SMALL_BANK)), Path("小.toml"), by=ADMINISTRATOR, at=at)
    return desk


@pytest.fixture
def practice(desk: QuizDesk) -> PracticeDesk:
    return PracticeDesk(desk)


def memory(name: str, *, due: date, right: bool = True, at: datetime = NOW - timedelta(days=9)) -> Memory:
    return Memory(
        question_id=name,
        cause=Cause.NEW,
        card="{}",
        due=due,
        last_at=at,
        reviews=1,
        lapses=int(not right),
        right_last=right,
    )


def names(found: list[tuple[Question, Cause]]) -> list[str]:
    return [question.id for question, _cause in found]


@given(answers=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=12))
def test_a_question_comes_again_on_a_later_whole_day(answers: list[tuple[bool, bool]]) -> None:
    at, known = NOW, None
    for right, unsure in answers:
        known = remembered(
            "0012", "Q", known, right=right, unsure=unsure, cause=Cause.NEW, at=at, rules=RULES
        )
        assert 1 <= (known.due - day_of(at)).days <= RULES.longest_interval
        at = datetime.combine(known.due, at.timetz())
    assert known is not None
    assert known.reviews == len(answers)
    assert known.lapses == sum(not right for right, _unsure in answers)


def test_what_was_not_known_comes_sooner_than_a_guess_and_a_guess_sooner_than_what_was_known() -> None:
    def second_due(*, right: bool, unsure: bool) -> date:
        first = remembered("0012", "Q", None, right=True, unsure=False, cause=Cause.NEW, at=NOW, rules=RULES)
        at = NOW + timedelta(days=3)
        return remembered(
            "0012", "Q", first, right=right, unsure=unsure, cause=Cause.NEW, at=at, rules=RULES
        ).due

    wrong = second_due(right=False, unsure=False)
    guess = second_due(right=True, unsure=True)
    known = second_due(right=True, unsure=False)
    assert wrong < guess < known


def test_the_same_answers_give_the_same_day_on_every_machine() -> None:
    def once() -> Memory:
        return remembered("0012", "Q", None, right=True, unsure=False, cause=Cause.NEW, at=NOW, rules=RULES)

    assert once() == once()


def test_missed_ones_come_first_then_those_that_are_due_then_new_ones() -> None:
    bank = [single(name) for name in ("A", "B", "C", "D", "E")]
    found = to_practise(
        bank,
        {"B": memory("B", due=DAY), "C": memory("C", due=DAY - timedelta(days=4))},
        [
            Missed(question_id="D", cause=Cause.QUIZ, at=NOW - timedelta(days=2)),
            Missed(question_id="E", cause=Cause.CALL, at=NOW - timedelta(days=1)),
        ],
        day=DAY,
        seed="1",
    )
    assert names(found) == ["E", "D", "C", "B", "A"]
    assert [cause for _question, cause in found[:2]] == [Cause.CALL, Cause.QUIZ]


def test_what_was_missed_again_comes_again_though_its_day_has_not_come() -> None:
    found = to_practise(
        [single("A")],
        {"A": memory("A", due=DAY + timedelta(days=30))},
        [Missed(question_id="A", cause=Cause.QUIZ, at=NOW - timedelta(days=1))],
        day=DAY,
        seed="1",
    )
    assert names(found) == ["A"]


def test_what_was_practised_today_does_not_come_again_today() -> None:
    done = memory("A", due=DAY, right=False, at=NOW)
    assert to_practise([single("A")], {"A": done}, [], day=DAY, seed="1") == []


def test_only_wrong_ones_leave_out_what_was_known_and_what_is_new() -> None:
    bank = [single(name) for name in ("A", "B", "C")]
    memories = {"A": memory("A", due=DAY), "B": memory("B", due=DAY, right=False)}
    assert names(to_practise(bank, memories, [], day=DAY, seed="1", wrong_only=True)) == ["B"]


def test_essays_and_questions_that_must_not_be_drawn_are_not_practised() -> None:
    bank = [essay("A"), single("B", status=Status.RETIRED), single("C", in_force_until="2020-01-01")]
    assert to_practise(bank, {}, [], day=DAY, seed="1") == []


def test_the_questions_of_an_open_paper_are_not_practised_before_it_is_sat(
    desk: QuizDesk, practice: PracticeDesk, at: datetime
) -> None:
    paper = desk.new_paper(title="小考", day=DAY, seed="1", by=TRAINER, at=at, blueprint=SMALL_BLUEPRINT)
    secret = {item.question.id for item in paper.items}
    assert not secret & set(names(practice.questions(by=WANG, day=DAY)))
    with pytest.raises(NotAllowed):
        practice.answer(min(secret), (), by=WANG, at=at)


def test_what_was_wrong_in_a_quiz_is_practised_once_it_is_handed_in(
    desk: QuizDesk, practice: PracticeDesk, at: datetime
) -> None:
    paper = sat_wrong(desk, at)
    found = practice.questions(by=WANG, day=DAY, wrong_only=True)
    assert {question.id for question, _cause in found} == {item.question.id for item in paper.items}
    assert {cause for _question, cause in found} == {Cause.QUIZ}


def sat_wrong(desk: QuizDesk, at: datetime) -> Paper:
    """Let somebody hand in a paper without a single answer."""
    paper = desk.new_paper(title="小考", day=DAY, seed="1", by=TRAINER, at=at, blueprint=SMALL_BLUEPRINT)
    begun = desk.open_sitting(paper.id, "0012", by=WANG, at=at)
    desk.submit(begun.id, by=WANG, at=at)
    return paper


def test_an_answer_says_at_once_what_is_right_and_when_it_comes_again(
    practice: PracticeDesk, at: datetime
) -> None:
    question, _cause = practice.questions(by=WANG, day=DAY)[0]
    outcome = practice.answer(question.id, right_response(question), by=WANG, at=at)
    assert outcome.right
    assert outcome.due > DAY
    assert practice.day(by=WANG, day=DAY).done == 1
    assert practice.day(by=WANG, day=DAY).left == 2


def test_the_letters_of_the_answer_are_those_that_were_shown(practice: PracticeDesk, at: datetime) -> None:
    page = practice.page(single("S0", "契稅 > 稅率"), by=WANG, day=DAY)
    shown = {option.index: option.letter for option in page.options}
    outcome = practice.answer("S0", (0,), by=WANG, at=at)
    assert (outcome.chosen, outcome.key) == (shown[0], shown[1])


def test_a_question_is_practised_once_a_day(practice: PracticeDesk, at: datetime) -> None:
    practice.answer("S0", (0,), by=WANG, at=at)
    with pytest.raises(PracticeError):
        practice.answer("S0", (1,), by=WANG, at=at)


def test_practice_is_for_a_person_only(practice: PracticeDesk) -> None:
    with pytest.raises(NotAllowed):
        practice.questions(by=ADMINISTRATOR, day=DAY)


def test_practice_is_no_result_and_stands_in_no_journal(
    desk: QuizDesk, practice: PracticeDesk, at: datetime
) -> None:
    before = desk.office.fingerprint()
    practice.answer("S0", (0,), by=WANG, at=at)
    assert desk.office.fingerprint() == before
    assert desk.submitted(DAY, DAY) == []


def test_what_is_stored_reads_back_equal(desk: QuizDesk, practice: PracticeDesk, at: datetime) -> None:
    practice.answer("S0", (0,), by=WANG, at=at)
    store = PracticeStore(desk.office.store)
    [stored] = store.memories("0012")
    again = remembered(
        "0012", "S0", None, right=False, unsure=False, cause=Cause.NEW, at=stored.last_at, rules=RULES
    )
    assert stored == again


def test_what_is_missed_elsewhere_is_practised_too(desk: QuizDesk, at: datetime) -> None:
    practice = PracticeDesk(
        desk,
        lambda staff_no, _day: [Missed(question_id="S1", cause=Cause.CALL, at=at)] * (staff_no == "0012"),
    )
    [(question, cause)] = practice.questions(by=WANG, day=DAY, wrong_only=True)
    assert (question.id, cause) == ("S1", Cause.CALL)


def test_every_kind_but_the_essay_can_be_practised(desk: QuizDesk, at: datetime) -> None:
    desk.take(Reading(questions=OF_EACH_KIND), Path("各.toml"), by=ADMINISTRATOR, at=at)
    practice = PracticeDesk(desk)
    for question in OF_EACH_KIND[:-1]:
        assert practice.answer(question.id, right_response(question), by=WANG, at=at).right
    with pytest.raises(PracticeError):
        practice.answer("E", "因為", by=WANG, at=at)
