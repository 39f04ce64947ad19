"""Sitting a paper through the desk: saving, resuming, submitting, sealing, proving."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlite_utils.utils import sqlite3 as driver  # type: ignore[attr-defined]  # one driver per process

from bureau.database import StoreError
from bureau.office import Office
from bureau.people import Leave
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR
from quiz_bank.blueprint import Paper
from quiz_bank.desk import QuizDesk
from quiz_bank.sitting import Sitting, SittingError
from tests.quiz_bank.samples import DAY, LI, TRAINER, WANG, again, right_answers


@pytest.fixture
def begun(desk: QuizDesk, paper: Paper, at: datetime) -> Sitting:
    return desk.open_sitting(paper.id, "0012", by=WANG, at=at)


@pytest.fixture
def done(desk: QuizDesk, paper: Paper, begun: Sitting, at: datetime) -> Sitting:
    for number, choice in right_answers(paper).items():
        desk.answer(begun.id, number, choice, by=WANG, at=at)
    return desk.submit(begun.id, by=WANG, at=at)


def raw(office: Office) -> driver.Connection:
    """A connection that asks for nothing the program asks for, as a curious colleague would have."""
    return driver.connect(str(office.store.path), isolation_level=None)


def test_all_right_is_a_hundred_and_passes(done: Sitting) -> None:
    assert done.score == Decimal("100.00")
    assert done.passed


def test_what_is_not_answered_earns_nothing(desk: QuizDesk, begun: Sitting, at: datetime) -> None:
    closed = desk.submit(begun.id, by=WANG, at=at)
    assert (closed.score, closed.passed) == (Decimal("0.00"), False)


def test_a_sitting_goes_on_elsewhere_after_a_crash(
    desk: QuizDesk, paper: Paper, begun: Sitting, at: datetime
) -> None:
    desk.answer(begun.id, 1, (1,), by=WANG, at=at)
    desk.flag(begun.id, 2, True, by=WANG, at=at)
    # The first office is never closed: its process is gone as far as the second one knows.
    with again(desk.office) as elsewhere:
        later = at + timedelta(minutes=5)
        resumed = QuizDesk(elsewhere).open_sitting(paper.id, "0012", by=WANG, at=later)
    assert resumed.answers == {1: (1,)}
    assert resumed.flags == {2}
    assert resumed.started_at == begun.started_at


def test_an_answer_can_be_changed_and_taken_back(desk: QuizDesk, begun: Sitting, at: datetime) -> None:
    desk.answer(begun.id, 1, (0,), by=WANG, at=at)
    assert desk.answer(begun.id, 1, (1,), by=WANG, at=at).answers == {1: (1,)}
    assert desk.answer(begun.id, 1, (), by=WANG, at=at).answers == {}


def test_nobody_answers_for_somebody_else(desk: QuizDesk, begun: Sitting, at: datetime) -> None:
    for other in (LI, TRAINER, ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            desk.answer(begun.id, 1, (0,), by=other, at=at)
        with pytest.raises(NotAllowed):
            desk.submit(begun.id, by=other, at=at)
        with pytest.raises(NotAllowed):
            desk.sheet(begun.id, by=other)


def test_an_option_that_is_not_there_is_refused(desk: QuizDesk, begun: Sitting, at: datetime) -> None:
    with pytest.raises(SittingError):
        desk.answer(begun.id, 1, (2,), by=WANG, at=at)
    with pytest.raises(SittingError):
        desk.answer(begun.id, 1, (0, 1), by=WANG, at=at)


def test_after_submission_nothing_can_be_answered(desk: QuizDesk, done: Sitting, at: datetime) -> None:
    with pytest.raises(SittingError, match="已經交卷"):
        desk.answer(done.id, 1, (0,), by=WANG, at=at)
    with pytest.raises(SittingError, match="已經交卷"):
        desk.submit(done.id, by=WANG, at=at)


def test_opening_again_after_submission_shows_the_sealed_sitting(
    desk: QuizDesk, paper: Paper, done: Sitting, at: datetime
) -> None:
    assert desk.open_sitting(paper.id, "0012", by=WANG, at=at) == done


def test_the_key_is_shown_only_after_submission(
    desk: QuizDesk, paper: Paper, begun: Sitting, at: datetime
) -> None:
    with pytest.raises(SittingError):
        desk.review(begun.id, by=WANG)
    desk.submit(begun.id, by=WANG, at=at)
    shown = desk.review(begun.id, by=WANG)
    assert {line.question.id for line in shown} == {item.question.id for item in paper.items}
    with pytest.raises(NotAllowed):
        desk.review(begun.id, by=LI)
    assert desk.review(begun.id, by=TRAINER) == shown


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE sitting SET score = 10000",
        "DELETE FROM sitting",
        (
            "REPLACE INTO sitting SELECT id, paper_id, staff_no, section, started_at, deadline, entered_by,"
            " submitted_at, overdue, 1, 0, rules_version, handed_in_at FROM sitting"
        ),
        "UPDATE answer SET choice = 'A'",
        "DELETE FROM answer",
        "REPLACE INTO answer SELECT sitting_id, number, 'A', 0, saved_at FROM answer",
        "INSERT INTO answer SELECT sitting_id, 99, 'A', 0, saved_at FROM answer LIMIT 1",
        "UPDATE paper SET title = 'x'",
        "DELETE FROM paper_item",
        "UPDATE paper_item SET points = 1",
        "INSERT INTO paper_item SELECT paper_id, 99, question_id, version, 0 FROM paper_item LIMIT 1",
        "UPDATE question_version SET content = '{}'",
        "REPLACE INTO question_version SELECT question_id, version, '{}', '' FROM question_version",
        "DELETE FROM question_version",
    ],
)
def test_a_submitted_sitting_and_its_paper_resist_plain_sql(
    desk: QuizDesk, done: Sitting, attack: str
) -> None:
    connection = raw(desk.office)
    try:
        with pytest.raises(driver.DatabaseError, match="sealed"):
            connection.execute(attack)
    finally:
        connection.close()
    assert desk.sitting(done.id) == done


def test_the_same_person_never_gets_a_second_sitting_of_a_paper(desk: QuizDesk, done: Sitting) -> None:
    with pytest.raises(StoreError), desk.office.store.transaction():
        desk._store.add_sitting(done)


def test_when_the_time_is_over_no_answer_is_taken_and_what_was_saved_counts(
    desk: QuizDesk, paper: Paper, begun: Sitting, at: datetime
) -> None:
    desk.answer(begun.id, 1, right_answers(paper)[1], by=WANG, at=at)
    late = at + timedelta(minutes=paper.minutes)
    with pytest.raises(SittingError, match="時間已到"):
        desk.answer(begun.id, 2, (0,), by=WANG, at=late)
    closed = desk.submit(begun.id, by=WANG, at=late + timedelta(hours=5))
    assert closed.overdue
    assert closed.submitted_at == begun.deadline
    assert closed.score == paper.item(1).points


def test_a_forgotten_sitting_is_collected_by_whoever_comes_next(
    desk: QuizDesk, begun: Sitting, at: datetime
) -> None:
    assert desk.collect_overdue(by=LI, at=at) == []
    collected = desk.collect_overdue(by=LI, at=begun.deadline)
    assert [sitting.id for sitting in collected] == [begun.id]
    assert desk.collect_overdue(by=LI, at=begun.deadline) == []


def test_a_paper_cannot_be_begun_outside_its_days(desk: QuizDesk, paper: Paper, at: datetime) -> None:
    for days in (-1, 14):
        with pytest.raises(SittingError, match="115/11/23"):
            desk.open_sitting(paper.id, "0012", by=WANG, at=at + timedelta(days=days))


def test_the_time_ends_with_the_papers_last_day(desk: QuizDesk, paper: Paper, at: datetime) -> None:
    evening = at + timedelta(days=13, hours=13, minutes=50)
    sitting = desk.open_sitting(paper.id, "0012", by=WANG, at=evening)
    assert sitting.deadline - evening == timedelta(minutes=10)


def test_results_belong_to_the_day_in_taipei(desk: QuizDesk, done: Sitting) -> None:
    [result] = desk.submitted(DAY, DAY)
    assert (result.sitting_id, result.staff_no, result.section) == (done.id, "0012", "房屋稅科")
    assert (result.score, result.passed) == (Decimal("100.00"), True)
    assert desk.submitted(DAY + timedelta(days=1), DAY + timedelta(days=9)) == []


def test_who_has_not_sat_is_absent_unless_on_leave_all_the_time(
    desk: QuizDesk, paper: Paper, done: Sitting
) -> None:
    assert [person.staff_no for person in desk.absent(paper.id, paper.closes_on)] == ["0034"]
    away = Leave(staff_no="0034", first=paper.opens_on, last=paper.closes_on, kind="留職停薪")
    with desk.office.store.transaction():
        desk.office.ground.put_leave(away)
    assert desk.absent(paper.id, paper.closes_on) == []


def test_somebody_who_began_but_did_not_submit_is_absent(
    desk: QuizDesk, paper: Paper, begun: Sitting
) -> None:
    assert "0012" in {person.staff_no for person in desk.absent(paper.id, DAY)}


def test_the_home_screen_knows_what_is_still_to_be_sat(desk: QuizDesk, paper: Paper, done: Sitting) -> None:
    [waiting] = desk.due("0034", DAY)
    assert (waiting.paper_id, waiting.days_left, waiting.begun) == (paper.id, 13, False)
    assert desk.due("0012", DAY) == []
    assert desk.due("0034", paper.closes_on + timedelta(days=1)) == []


def test_nobody_enters_their_own_answers_given_on_paper(desk: QuizDesk, paper: Paper, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        desk.enter_answers(paper.id, "0012", right_answers(paper), by=LI, at=at)
    with pytest.raises(NotAllowed):
        desk.enter_answers(paper.id, TRAINER.staff_no, right_answers(paper), by=TRAINER, at=at)
    entered = desk.enter_answers(
        paper.id, "0012", right_answers(paper), by=ADMINISTRATOR, at=at + timedelta(days=30)
    )
    assert entered.score == Decimal("100.00")
    assert entered.entered_by == ""
    assert "sitting.enter" in {entry.act for entry in desk.office.journal()}
    with pytest.raises(SittingError):
        desk.enter_answers(paper.id, "0012", {}, by=ADMINISTRATOR, at=at)


def test_the_journal_proves_every_score(desk: QuizDesk, done: Sitting) -> None:
    assert desk.office.evidence("sitting.submit")[done.id]["score"] == "100.00"
    assert desk.verify() == []


@pytest.mark.parametrize(
    ("table", "change", "expected"),
    [
        ("sitting", "UPDATE sitting SET score = 5000", "重算是 100.00 分"),
        ("sitting", "UPDATE sitting SET passed = 0", "及格"),
        ("answer", "UPDATE answer SET choice = '×' WHERE number = 1", "重算"),
        ("sitting", "UPDATE sitting SET submitted_at = NULL, score = NULL, passed = NULL", "資料卻不在"),
        ("paper_item", "UPDATE paper_item SET points = 1000 WHERE number = 1", "與日誌不符"),
        ("question_version", "UPDATE question_version SET content = '{}'", "內容損壞"),
        ("answer", "UPDATE answer SET choice = '?'", "內容損壞"),
        ("answer", "UPDATE answer SET number = 99 WHERE number = 1", "不合"),
    ],
)
def test_verify_finds_what_was_changed_behind_the_seals(
    desk: QuizDesk, done: Sitting, table: str, change: str, expected: str
) -> None:
    connection = raw(desk.office)
    connection.execute(f"DROP TRIGGER {table}_sealed_update")
    connection.execute(change)
    connection.close()
    found = QuizDesk(desk.office).verify()
    assert any(expected in problem.what for problem in found)


def test_a_rule_that_is_published_later_changes_no_paper(desk: QuizDesk, paper: Paper) -> None:
    assert paper.rules.pass_mark == Decimal(60)
    assert desk.paper(paper.id).rules == paper.rules
    assert paper.rules_version == desk.office.rules(date(2026, 11, 23)).version
