"""What a person can do to practise: take a question, answer it, and see at once what is right and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from bureau.dates import day_of
from bureau.language import _
from bureau.problem import NotAllowed
from bureau.roles import Actor
from quiz_bank.desk import QuizDesk
from quiz_bank.practice import (
    Cause,
    Memory,
    Missed,
    PracticeError,
    PracticeRules,
    practicable,
    remembered,
    to_practise,
)
from quiz_bank.practice_store import PracticeStore
from quiz_bank.question import Question
from quiz_bank.response import NOTHING, Response, checked, response_text, share
from quiz_bank.rules import Credit
from quiz_bank.sitting import Page, end_of, review, shown_options
from quiz_bank.store import QuizStore

_NO_POINTS = Decimal("0.00")

Elsewhere = Callable[[str, date], Sequence[Missed]]
"""Gives what a person (員工編號) missed elsewhere than in a quiz, as far as it may be known on a day."""


class PracticeDay(BaseModel):
    """How far a person's practice of a day is.

    Attributes:
        done: questions practised today.
        wanted: how many the rules ask for.
        wrong: questions that wait because they were missed or not known.
        ready: questions that can be practised today at all.
    """

    model_config = ConfigDict(frozen=True)

    done: int
    wanted: int
    wrong: int
    ready: int

    @property
    def left(self) -> int:
        """How many of the wanted questions are still to be practised."""
        return min(max(self.wanted - self.done, 0), self.ready)


class Practised(BaseModel):
    """What came of an answer.

    Attributes:
        right: whether it was wholly right.
        chosen: what was answered, in the letters that were shown.
        key: what is right, in the letters that were shown.
        due: the day on which the question comes again.
    """

    model_config = ConfigDict(frozen=True)

    question: Question
    right: bool
    chosen: str
    key: str
    due: date


@dataclass(frozen=True)
class _Material:
    """What a person's questions of a day are chosen from.

    Attributes:
        bank: what may be practised without giving a key away.
    """

    staff_no: str
    day: date
    bank: Sequence[Question]
    memories: Mapping[str, Memory]
    missed: Sequence[Missed]

    def to_practise(self, *, wrong_only: bool = False) -> list[tuple[Question, Cause]]:
        """Give the questions, the most urgent first."""
        return to_practise(
            self.bank,
            self.memories,
            self.missed,
            day=self.day,
            seed=f"{self.staff_no}-{self.day.isoformat()}",
            wrong_only=wrong_only,
        )


class PracticeDesk:
    """The acts of practice; nothing of it is a score, and nobody sees it but the person.

    Args:
        quiz: whose bank is practised, and whose sittings say what was missed.
        elsewhere: what was missed where this floor cannot look.
    """

    def __init__(self, quiz: QuizDesk, elsewhere: Elsewhere = lambda _staff_no, _day: ()) -> None:
        self.quiz = quiz
        self._elsewhere = elsewhere
        self._store = PracticeStore(quiz.office.store)
        self._sittings = QuizStore(quiz.office.store)

    def questions(self, *, by: Actor, day: date, wrong_only: bool = False) -> list[tuple[Question, Cause]]:
        """Give what the person should practise on `day`, the most urgent first.

        Raises:
            NotAllowed: nobody is signed in.
        """
        _require_person(by)
        return self._material(by.staff_no, day).to_practise(wrong_only=wrong_only)

    def day(self, *, by: Actor, day: date) -> PracticeDay:
        """Say how far the person's practice of `day` is.

        Raises:
            NotAllowed: nobody is signed in.
        """
        _require_person(by)
        material = self._material(by.staff_no, day)
        return PracticeDay(
            done=self._done(by.staff_no, day),
            wanted=self.quiz.office.rules(day).of(PracticeRules).daily_questions,
            wrong=len(material.to_practise(wrong_only=True)),
            ready=len(material.to_practise()),
        )

    def left_today(self, *, by: Actor, day: date) -> int:
        """Give how many of the day's questions are still to be practised, cheaply; 0 for nobody in person."""
        if not by.staff_no:
            return 0
        wanted = self.quiz.office.rules(day).of(PracticeRules).daily_questions
        return max(wanted - self._done(by.staff_no, day), 0)

    def page(self, question: Question, *, by: Actor, day: date, place: int = 1) -> Page:
        """Give a question as it is shown, its options in an order of this day's own."""
        return Page(
            place=place,
            number=place,
            kind=question.kind,
            stem=question.stem,
            points=_NO_POINTS,
            options=shown_options(question, NOTHING, by.staff_no, day.isoformat(), question.id),
            prompts=question.prompts,
            unit=question.unit,
        )

    def answer(
        self, question_id: str, response: Response, *, by: Actor, at: datetime, unsure: bool = False
    ) -> Practised:
        """Answer a question: say at once what is right, and set the day on which it comes again.

        Args:
            question_id: the question, in its current version.
            response: what was answered; nothing counts as not known.
            by: the person.
            at: the moment.
            unsure: whether the person guessed.

        Raises:
            NotAllowed: nobody is signed in, or the question belongs to a quiz that is still to be sat.
            PracticeError: it cannot be practised today, or was practised today already.
            SittingError: the response does not fit the question.
        """
        _require_person(by)
        day = day_of(at)
        question = self.quiz.question(question_id)
        if question_id in self._store.secret_questions(by.staff_no, day):
            raise NotAllowed(_("這一題在還沒結束的試卷裡，現在不能練習。"), remedy=_("請先作答那份試卷。"))
        if not practicable(question, day):
            raise PracticeError(_("這一題今天不能練習。"), remedy=_("請練習下一題。"))
        given = checked(question, 1, response)
        right = share(question, given, Credit.ALL) == 1
        with self.quiz.office.store.transaction():
            before = self._memories(by.staff_no).get(question_id)
            if before is not None and day_of(before.last_at) == day:
                raise PracticeError(_("這一題今天練習過了。"), remedy=_("請練習下一題。"))
            after = remembered(
                by.staff_no,
                question_id,
                before,
                right=right,
                unsure=unsure,
                cause=self._cause(by.staff_no, question_id, day),
                at=at,
                rules=self.quiz.office.rules(day).of(PracticeRules),
            )
            self._store.put(by.staff_no, after)
        page = self.page(question, by=by, day=day)
        letters = [page.letter_of(index) for index in range(len(question.options))]
        key = question.key_text() if question.kind.typed else response_text(question, question.key, letters)
        return Practised(
            question=question,
            right=right,
            chosen=response_text(question, given, letters),
            key=key,
            due=after.due,
        )

    def _material(self, staff_no: str, day: date) -> "_Material":
        """Read once what the choice of questions is made from."""
        secret = self._store.secret_questions(staff_no, day)
        return _Material(
            staff_no=staff_no,
            day=day,
            bank=[question for question in self.quiz.questions(day) if question.id not in secret],
            memories=self._memories(staff_no),
            missed=self._missed(staff_no, day),
        )

    def _cause(self, staff_no: str, question_id: str, day: date) -> Cause:
        causes = [one.cause for one in self._missed(staff_no, day) if one.question_id == question_id]
        return causes[-1] if causes else Cause.NEW

    def _memories(self, staff_no: str) -> dict[str, Memory]:
        return {memory.question_id: memory for memory in self._store.memories(staff_no)}

    def _done(self, staff_no: str, day: date) -> int:
        return self._store.done_on(staff_no, end_of(day - timedelta(days=1)), end_of(day))

    def _missed(self, staff_no: str, day: date) -> list[Missed]:
        found = list(self._elsewhere(staff_no, day))
        for sitting in self._sittings.submitted_by(staff_no):
            assert sitting.submitted_at is not None
            wrong = [
                one.question.id
                for one in review(self.quiz.paper(sitting.paper_id), sitting)
                if not one.correct and not one.by_hand
            ]
            found += [Missed(question_id=name, cause=Cause.QUIZ, at=sitting.submitted_at) for name in wrong]
        return sorted(found, key=lambda one: one.at)


def _require_person(by: Actor) -> None:
    if not by.staff_no:
        raise NotAllowed(
            _("練習要以本人的身分進行。"), remedy=_("請在首頁按 F2 換成自己，或加 --as 員工編號。")
        )
