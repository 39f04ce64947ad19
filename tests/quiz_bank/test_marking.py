"""Essays are marked by a person, blind, before a score is final; more time is granted with a reason."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from bureau.office import Office
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR
from quiz_bank.blueprint import Paper
from quiz_bank.desk import QuizDesk
from quiz_bank.marking_desk import MarkingDesk
from quiz_bank.question import Kind
from quiz_bank.response import right_response
from quiz_bank.sitting import Sitting, SittingError, end_of
from tests.quiz_bank.samples import DAY, LI, MIXED_BLUEPRINT, OF_EACH_KIND, TRAINER, WANG

ESSAY = 7
"""The number of the essay on the mixed paper."""


@pytest.fixture
def desk(office: Office, at: datetime) -> QuizDesk:
    desk = QuizDesk(office)
    with office.act("bank.import", by=ADMINISTRATOR, at=at) as act:
        desk._store.put_questions(OF_EACH_KIND, at)
        act.record("samples")
    return desk


@pytest.fixture
def paper(desk: QuizDesk, at: datetime) -> Paper:
    return desk.new_paper(title="綜合", day=DAY, seed="7", by=TRAINER, at=at, blueprint=MIXED_BLUEPRINT)


@pytest.fixture
def marking(desk: QuizDesk) -> MarkingDesk:
    return MarkingDesk(desk)


@pytest.fixture
def handed_in(desk: QuizDesk, paper: Paper, at: datetime) -> Sitting:
    begun = desk.open_sitting(paper.id, "0012", by=WANG, at=at)
    for item in paper.items:
        desk.answer(begun.id, item.number, right_response(item.question), by=WANG, at=at)
    return desk.submit(begun.id, by=WANG, at=at)


def test_the_mixed_paper_has_one_question_of_each_kind(paper: Paper) -> None:
    assert [item.question.kind for item in paper.items] == list(Kind)


def test_a_paper_with_an_essay_waits_for_its_mark(desk: QuizDesk, handed_in: Sitting, paper: Paper) -> None:
    assert handed_in.being_marked
    assert handed_in.score is None
    assert desk.submitted(DAY, DAY) == []
    assert desk.due("0012", DAY) == []
    assert [person.staff_no for person in desk.absent(paper.id, DAY)] == ["0034"]
    with pytest.raises(SittingError, match="評閱"):
        desk.review(handed_in.id, by=WANG)


def test_what_was_handed_in_takes_no_more_answers(desk: QuizDesk, handed_in: Sitting, at: datetime) -> None:
    with pytest.raises(SittingError):
        desk.answer(handed_in.id, 1, (1,), by=WANG, at=at)


def test_an_unanswered_essay_needs_no_mark(desk: QuizDesk, paper: Paper, at: datetime) -> None:
    begun = desk.open_sitting(paper.id, "0012", by=WANG, at=at)
    assert desk.submit(begun.id, by=WANG, at=at).score == Decimal("0.00")


def test_an_essay_to_be_marked_names_nobody(marking: MarkingDesk, handed_in: Sitting) -> None:
    [waiting] = marking.essays(handed_in.paper_id, by=TRAINER)
    assert (waiting.ticket, waiting.number, waiting.text, waiting.worth) == (
        1,
        ESSAY,
        "因為如此。",
        Decimal(20),
    )
    assert "王小明" not in waiting.model_dump_json()


def test_the_score_is_final_once_all_is_marked_and_closed(
    desk: QuizDesk, marking: MarkingDesk, handed_in: Sitting, at: datetime
) -> None:
    later = at + timedelta(days=1)
    marking.mark(handed_in.id, ESSAY, "12", by=TRAINER, at=later)
    marking.mark(handed_in.id, ESSAY, "12.5", by=TRAINER, at=later, remark="少一點")
    [closed] = marking.finish(handed_in.paper_id, by=TRAINER, at=later)
    assert closed.score == Decimal("92.50")
    assert closed.submitted_at == handed_in.handed_in_at
    [result] = desk.submitted(DAY, DAY)
    assert result.score == closed.score
    [*_others, essay] = sorted(desk.review(closed.id, by=WANG), key=lambda one: one.number)
    assert (essay.points, essay.by_hand, essay.correct) == (Decimal("12.50"), True, False)
    assert essay.remark == "少一點"
    assert desk.verify() == []


def test_marking_is_not_closed_while_an_answer_waits(
    marking: MarkingDesk, handed_in: Sitting, at: datetime
) -> None:
    with pytest.raises(SittingError, match="1 個答案"):
        marking.finish(handed_in.paper_id, by=TRAINER, at=at)


@pytest.mark.parametrize("points", ["20.01", "-1", "x", "", "1.001", "NaN", "1e1000"])
def test_points_that_cannot_be_given_are_refused(
    marking: MarkingDesk, handed_in: Sitting, at: datetime, points: str
) -> None:
    with pytest.raises(SittingError, match="0 到 20 分"):
        marking.mark(handed_in.id, ESSAY, points, by=TRAINER, at=at)


def test_nobody_marks_who_may_not_or_their_own(
    desk: QuizDesk, marking: MarkingDesk, paper: Paper, handed_in: Sitting, at: datetime
) -> None:
    with pytest.raises(NotAllowed):
        marking.mark(handed_in.id, ESSAY, "1", by=LI, at=at)
    begun = desk.open_sitting(paper.id, TRAINER.staff_no, by=TRAINER, at=at)
    desk.answer(begun.id, ESSAY, "我的答案", by=TRAINER, at=at)
    own = desk.submit(begun.id, by=TRAINER, at=at)
    assert own.id not in {one.sitting_id for one in marking.essays(paper.id, by=TRAINER)}
    with pytest.raises(NotAllowed):
        marking.mark(own.id, ESSAY, "20", by=TRAINER, at=at)


def test_a_closed_mark_cannot_be_changed(marking: MarkingDesk, handed_in: Sitting, at: datetime) -> None:
    marking.mark(handed_in.id, ESSAY, "12", by=TRAINER, at=at)
    marking.finish(handed_in.paper_id, by=TRAINER, at=at)
    with pytest.raises(SittingError):
        marking.mark(handed_in.id, ESSAY, "20", by=TRAINER, at=at)


def test_more_time_moves_the_end_of_a_sitting_that_has_begun(
    desk: QuizDesk, paper: Paper, at: datetime
) -> None:
    begun = desk.open_sitting(paper.id, "0012", by=WANG, at=at)
    desk.grant_extra_time(paper.id, "0012", 20, reason="視障", by=TRAINER, at=at)
    assert desk.sitting(begun.id).deadline == begun.deadline + timedelta(minutes=20)
    assert desk.extra_times(paper.id) == {"0012": (20, "視障")}


def test_more_time_is_there_from_the_start_but_never_beyond_the_last_day(
    desk: QuizDesk, paper: Paper, at: datetime
) -> None:
    desk.grant_extra_time(paper.id, "0012", 20, reason="視障", by=TRAINER, at=at)
    late = end_of(paper.closes_on) - timedelta(minutes=50)
    begun = desk.open_sitting(paper.id, "0012", by=WANG, at=late)
    assert begun.deadline == end_of(paper.closes_on)


@pytest.mark.parametrize(("minutes", "reason"), [(20, " "), (-1, "視障"), (601, "視障")])
def test_more_time_needs_a_reason_and_a_possible_length(
    desk: QuizDesk, paper: Paper, at: datetime, minutes: int, reason: str
) -> None:
    with pytest.raises(SittingError):
        desk.grant_extra_time(paper.id, "0012", minutes, reason=reason, by=TRAINER, at=at)


def test_nobody_grants_themselves_more_time(desk: QuizDesk, paper: Paper, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        desk.grant_extra_time(paper.id, TRAINER.staff_no, 20, reason="忙", by=TRAINER, at=at)
    with pytest.raises(NotAllowed):
        desk.grant_extra_time(paper.id, "0012", 20, reason="忙", by=WANG, at=at)
