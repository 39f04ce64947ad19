"""What a person can do who marks essays: read the answers, give points, and close the marking of a paper."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from pydantic import BaseModel, ConfigDict

from bureau.dates import moment_text
from bureau.language import _
from bureau.problem import NotAllowed
from bureau.roles import Actor, Role
from bureau.text import clean_line
from quiz_bank.blueprint import rank
from quiz_bank.desk import QuizDesk
from quiz_bank.proof import FINISH
from quiz_bank.question import Question
from quiz_bank.rules import Points, to_hundredths
from quiz_bank.sitting import Sitting, SittingError, answers_digest, finished, to_be_marked
from quiz_bank.store import QuizStore

MARK = "sitting.mark"
"""The act that gives points for one answer."""


_CODE_LENGTH = 8


class Essay(BaseModel):
    """One answer that waits for a mark, or has one; whose it is stands nowhere on it.

    Attributes:
        ticket: which of the answers to this question it is, from 1, in an order that says nothing of people.
        code: names the answer also when others are handed in meanwhile, which move the tickets.
        number: the paper's number of the question.
        worth: the most that can be given.
        points: what was given; None: nothing yet.
    """

    model_config = ConfigDict(frozen=True)

    sitting_id: str
    ticket: int
    number: int
    question: Question
    text: str
    worth: Points
    points: Points | None = None
    remark: str = ""
    code: str = ""


class MarkingDesk:
    """The acts of marking.

    Attributes:
        quiz: whose sittings are marked.
    """

    def __init__(self, quiz: QuizDesk) -> None:
        self.quiz = quiz
        self._store = QuizStore(quiz.office.store)

    def papers_waiting(self, *, by: Actor) -> dict[str, int]:
        """Give how many sittings of each paper wait to be closed; none to those who do not mark.

        Returns:
            Counts by the paper's identifier.
        """
        if not by.holds(Role.TRAINER):
            return {}
        counts: dict[str, int] = {}
        for sitting in self._store.being_marked():
            counts[sitting.paper_id] = counts.get(sitting.paper_id, 0) + 1
        return counts

    def essays(self, paper_id: str, *, by: Actor) -> list[Essay]:
        """Give all answers of a paper that must be marked and are not closed, question by question.

        Nobody sees an answer of their own. Answers to one question stand together, so that all of them are
        held against the same measure, in an order made from the paper's seed.

        Raises:
            NotAllowed: neither trainer nor administrator.
        """
        by.require(Role.TRAINER)
        paper = self.quiz.paper(paper_id)
        waiting = [
            sitting
            for sitting in self._store.being_marked(paper_id)
            if not by.staff_no or sitting.staff_no != by.staff_no
        ]
        found: list[Essay] = []
        for item in paper.items:
            given = [one for one in waiting if to_be_marked(item, one.answers.get(item.number, ()))]
            given.sort(key=lambda one: rank(paper.seed, "marking", str(item.number), one.id))
            found += [
                Essay(
                    sitting_id=sitting.id,
                    ticket=ticket,
                    number=item.number,
                    question=item.question,
                    text=str(sitting.answers[item.number]),
                    worth=item.points,
                    points=sitting.marks.get(item.number),
                    remark=self._remark(sitting.id, item.number),
                    code=rank(paper.seed, "marking", str(item.number), sitting.id)[:_CODE_LENGTH],
                )
                for ticket, sitting in enumerate(given, start=1)
            ]
        return found

    def _remark(self, sitting_id: str, number: int) -> str:
        rows = self._store.marks_of(sitting_id)
        return next((row["remark"] for row in rows if row["number"] == number), "")

    def mark(
        self, sitting_id: str, number: int, points: str, *, by: Actor, at: datetime, remark: str = ""
    ) -> None:
        """Give points for one answer; until the marking is closed they can be given again.

        Args:
            sitting_id: the sitting.
            number: the paper's number of the question.
            points: 0 to what the question is worth, as it was typed.
            by: a trainer or administrator; nobody marks their own.
            at: the moment.
            remark: what the person should read beside the points.

        Raises:
            NotAllowed: neither trainer nor administrator, or one's own answer.
            SittingError: nothing there to mark, or points out of range.
        """
        by.require(Role.TRAINER)
        with self.quiz.office.act(MARK, by=by, at=at) as act:
            sitting = self.quiz.sitting(sitting_id)
            if by.staff_no and by.staff_no == sitting.staff_no:
                raise NotAllowed(_("不能評自己的答案。"), remedy=_("請由別人評分。"))
            item = self.quiz.paper(sitting.paper_id).item(number)
            if not sitting.being_marked or not to_be_marked(item, sitting.answers.get(number, ())):
                raise SittingError(
                    _("第 {number} 題沒有等待評分的答案。").format(number=number),
                    remedy=_("請由待評清單選取。"),
                )
            given = _points(points, item.points)
            said = clean_line(remark)
            self._store.put_mark(sitting_id, number, given, remark=said, by=by.staff_no, at=at)
            act.record(sitting_id, number=number, points=str(given), remark=said)

    def finish(self, paper_id: str, *, by: Actor, at: datetime) -> list[Sitting]:
        """Close every sitting of a paper whose answers are all marked; their scores are final.

        Raises:
            NotAllowed: neither trainer nor administrator.
            SittingError: there is none, or some answer has yet to be marked; nothing is closed then.
        """
        by.require(Role.TRAINER)
        paper = self.quiz.paper(paper_id)
        with self.quiz.office.store.transaction():
            waiting = self._store.being_marked(paper_id)
            if not waiting:
                raise SittingError(_("這份試卷沒有等待評閱的卷子。"))
            left = sum(len(sitting.unmarked(paper)) for sitting in waiting)
            if left:
                raise SittingError(
                    _("還有 {count} 個答案沒有評分。").format(count=left),
                    remedy=_("請全部評完再結束；自己的答案要由別人評。"),
                )
            closed = [finished(paper, sitting) for sitting in waiting]
            self._close(closed, by=by, at=at)
        return closed

    def _close(self, closed: Sequence[Sitting], *, by: Actor, at: datetime) -> None:
        for sitting in closed:
            paper = self.quiz.paper(sitting.paper_id)
            with self.quiz.office.act(FINISH, by=by, at=at) as act:
                self._store.close_sitting(sitting)
                self.quiz.follow_corrections(sitting)
                act.record(
                    sitting.id,
                    paper=paper.id,
                    staff_no=sitting.staff_no,
                    score=str(sitting.score),
                    answers=answers_digest(paper, sitting.answers, sitting.marks),
                    rules=sitting.rules_version,
                    started_at=moment_text(sitting.started_at),
                    overdue=sitting.overdue,
                )


def _points(text: str, worth: Decimal) -> Decimal:
    try:
        points = Decimal(text.strip())
        exact = points.is_finite() and points == to_hundredths(points)
    except InvalidOperation:
        exact = False
    if not exact or not 0 <= points <= worth:
        raise SittingError(
            _("「{text}」不是可以給的分數。").format(text=clean_line(text)[:20]),
            remedy=_("請給 0 到 {worth} 分，最多兩位小數。").format(worth=f"{worth.normalize():f}"),
        )
    return to_hundredths(points)
