"""補訓案: why one person must be retrained, how sure that is, and every step until the case is closed.

Nothing here reads or writes: evidence and cases come in, and what should be done comes out. What is decided
from the same evidence is the same in whatever order it came to light.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from bureau.calendar import day_of
from bureau.language import _
from bureau.problem import Refused
from bureau.text import CleanLine, fold
from training.rules import Score, TrainingRules

__all__ = [
    "Band",
    "Case",
    "CaseError",
    "Change",
    "Check",
    "Evidence",
    "Matter",
    "Outcome",
    "Reason",
    "State",
    "TrainingRules",
]


class CaseError(Refused):
    """A case cannot take this step."""


class Source(StrEnum):
    """Where a piece of evidence stands."""

    CALL = "call"
    QUIZ = "quiz"
    ATTENDANCE = "attendance"

    @property
    def label(self) -> str:
        """The record as it is named on a list."""
        return {
            Source.CALL: _("通話"),
            Source.QUIZ: _("應試"),
            Source.ATTENDANCE: _("出席紀錄"),
        }[self]

    @property
    def ruled(self) -> str:
        """What a later decision on such a record is called: a quiz is corrected, a call is objected to."""
        return _("答案更正") if self is Source.QUIZ else _("申復變更")


class Evidence(BaseModel):
    """What a lower floor, or a sign-in sheet, says about one person.

    Attributes:
        id: the identifier of the call, the sitting or the attendance; unique within its source.
        section: the person's section on that day.
        at: the moment of the event itself, not of its being recorded.
        score: 0 to 100; None where there is none.
        critical: whether a critical line of the call earned nothing.
        tester: 員工編號 of who rang; `""` where nobody did.
        title: of the paper or the session, and how the person was absent.
        ruling: the ruling on an objection, or the correction of a key, from which the score comes; `""`: it
            is as it was recorded.
    """

    model_config = ConfigDict(frozen=True)

    source: Source
    id: str
    staff_no: str
    section: str = ""
    at: datetime
    score: Score | None = None
    critical: bool = False
    tester: str = ""
    title: CleanLine = ""
    ruling: str = ""

    @property
    def day(self) -> date:
        """The day in Taipei."""
        return day_of(self.at)


class Kind(StrEnum):
    """What a piece of evidence is a reason of."""

    LOW_CALL = "low_call"
    CRITICAL_FAILURE = "critical_failure"
    RECHECK = "recheck"
    LOW_QUIZ = "low_quiz"
    MISSED_SESSIONS = "missed_sessions"

    @property
    def source(self) -> Source:
        """Where the evidence of such a reason stands."""
        if self is Kind.LOW_QUIZ:
            return Source.QUIZ
        return Source.ATTENDANCE if self is Kind.MISSED_SESSIONS else Source.CALL

    @property
    def label(self) -> str:
        """The kind of reason as people call it."""
        return {
            Kind.LOW_CALL: _("電話成績不佳"),
            Kind.CRITICAL_FAILURE: _("電話重大缺失"),
            Kind.RECHECK: _("電話複測仍低"),
            Kind.LOW_QUIZ: _("測驗不及格"),
            Kind.MISSED_SESSIONS: _("講習未到"),
        }[self]

    @property
    def of_call(self) -> bool:
        """Whether it says that somebody did badly on the telephone."""
        return self in {Kind.LOW_CALL, Kind.CRITICAL_FAILURE}


class Reason(BaseModel):
    """One reason of a case; it never changes once it is recorded, a ruling only stands beside it.

    Attributes:
        evidence: the identifier of what it stands on.
        limit: the score below which the rules of that day demand it.
        certain: whether those rules ask for nothing more.
        rules: the version of the rules that were used.
        ruling: the ruling on an objection, or the correction of a key, that has changed what it stands on;
            `""`: none.
        ruled_score: the score by that ruling.
        void: whether it is no reason any more, by that ruling.
        ruled_at: when the case took notice of it.
    """

    model_config = ConfigDict(frozen=True)

    kind: Kind
    evidence: str
    at: datetime
    score: Score | None = None
    limit: Score | None = None
    certain: bool = False
    tester: str = ""
    title: CleanLine = ""
    rules: str
    ruling: str = ""
    ruled_score: Score | None = None
    void: bool = False
    ruled_at: datetime | None = None

    @property
    def result(self) -> Score | None:
        """The score that counts now."""
        return self.ruled_score if self.ruling else self.score

    @property
    def key(self) -> tuple[Kind, str]:
        """What makes it one and the same reason: no evidence counts twice."""
        return self.kind, self.evidence

    @property
    def day(self) -> date:
        """The day of the event in Taipei."""
        return day_of(self.at)

    @property
    def text(self) -> str:
        """The reason in words, without its evidence's identifier."""
        words = {
            Kind.LOW_CALL: _("電話禮貌 {score} 分") if self.void else _("電話禮貌 {score} 分，低於 {limit}"),
            Kind.CRITICAL_FAILURE: _("電話重大項目沒有做到"),
            Kind.RECHECK: _("電話複測 {score} 分")
            if self.void
            else _("電話複測 {score} 分，平均仍低於 {limit}"),
            Kind.LOW_QUIZ: _("{title} {score} 分") if self.void else _("{title} {score} 分，低於 {limit}"),
            Kind.MISSED_SESSIONS: _("{title}"),
        }[self.kind]
        limit = "" if self.limit is None else f"{self.limit.normalize():f}"
        text = words.format(score=self.result, limit=limit, title=self.title)
        ruled = self.kind.source.ruled
        if self.void:
            return _("{reason}（{ruled}，不計）").format(reason=text, ruled=ruled)
        return _("{reason}（{ruled}）").format(reason=text, ruled=ruled) if self.ruling else text


class Band(StrEnum):
    """How sure it is that the person needs retraining."""

    CLEAR = "clear"
    LIKELY = "likely"
    RETEST = "retest"

    @property
    def label(self) -> str:
        """The band as it is printed."""
        return {Band.CLEAR: _("明確"), Band.LIKELY: _("可能"), Band.RETEST: _("待複測")}[self]


class State(StrEnum):
    """How far a case is."""

    TO_CONFIRM = "to_confirm"
    DUE = "due"
    ASSIGNED = "assigned"
    TRAINED = "trained"
    RETEST = "retest"
    CLOSED = "closed"
    AGAIN = "again"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The state as people call it."""
        return {
            State.TO_CONFIRM: _("待確認"),
            State.DUE: _("應補訓"),
            State.ASSIGNED: _("已排訓"),
            State.TRAINED: _("已受訓"),
            State.RETEST: _("待複測"),
            State.CLOSED: _("結案"),
            State.AGAIN: _("再補訓"),
            State.WITHDRAWN: _("撤銷"),
        }[self]

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self not in {State.CLOSED, State.WITHDRAWN}

    @classmethod
    def parse(cls, text: str) -> "State":
        """Read a state by its code or its Chinese name.

        Raises:
            CaseError: there is no such state.
        """
        for state in cls:
            if fold(text) in {fold(state.value), fold(state.label)}:
                return state
        raise CaseError(
            _("沒有「{text}」這個狀態。").format(text=text),
            remedy=_("可用：{states}。").format(
                states="、".join(f"{state.value}（{state.label}）" for state in cls)
            ),
        )


class Step(BaseModel):
    """One step of a case.

    Attributes:
        by: 員工編號; `""` for the administrator at the computer.
        reason: why, where somebody had to say.
        overridden: the gate that was not met and was passed for that reason; `""` when all were met.
        session: the session it is about; `""` for none.
    """

    model_config = ConfigDict(frozen=True)

    before: State
    after: State
    at: datetime
    by: str
    reason: CleanLine = ""
    overridden: str = ""
    session: str = ""


class Matter(StrEnum):
    """What of a case can be changed beside its state."""

    OWNER = "owner"
    DUE = "due"

    @property
    def label(self) -> str:
        """What is changed, in words."""
        return {Matter.OWNER: _("承辦人"), Matter.DUE: _("期限")}[self]


class Change(BaseModel):
    """That somebody else takes care of a case, or that there is another due date.

    Attributes:
        before: 員工編號, or an ISO date; `""`: nobody yet.
        after: likewise.
        by: 員工編號; `""` for the administrator at the computer, and for the opening itself.
        reason: why; `""` for the owner given by the opening.
    """

    model_config = ConfigDict(frozen=True)

    matter: Matter
    before: str
    after: str
    at: datetime
    by: str
    reason: CleanLine = ""


class Outcome(StrEnum):
    """What a closed case came to when it was looked at again."""

    HELD = "held"
    AGAIN = "again"

    @property
    def label(self) -> str:
        """The outcome as people call it."""
        return {Outcome.HELD: _("維持"), Outcome.AGAIN: _("再補訓")}[self]

    @classmethod
    def parse(cls, text: str) -> "Outcome":
        """Read an outcome by its code or its Chinese name.

        Raises:
            CaseError: there is no such outcome.
        """
        for outcome in cls:
            if fold(text) in {fold(outcome.value), fold(outcome.label)}:
                return outcome
        raise CaseError(
            _("沒有「{text}」這個複查結果。").format(text=text),
            remedy=_("可用：{outcomes}。").format(
                outcomes="、".join(f"{outcome.value}（{outcome.label}）" for outcome in cls)
            ),
        )


class Check(BaseModel):
    """The look at a closed case some time later.

    Attributes:
        by: 員工編號; `""` for the administrator at the computer.
        reason: why, where somebody had to say.
        overridden: what was lacking and was passed for that reason; `""`: nothing.
        tests: the identifiers of the calls and sittings after the closing that were looked at.
        next_case: the case by which the person is retrained again; `""`: none.
    """

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    at: datetime
    by: str
    reason: CleanLine = ""
    overridden: str = ""
    tests: tuple[str, ...] = ()
    next_case: str = ""


class Case(BaseModel):
    """One person's retraining.

    Attributes:
        person: 員工編號.
        section: the person's section when the case was opened.
        due: the last day for being retrained; for a case 待確認 what it would be, it is set anew by the
            confirmation.
        session: the session the person is to attend, or has attended; `""` for none.
        trained_at: the end of that session, once it is attended.
        closed_at: when it was closed or withdrawn.
        owner: 員工編號 of the 承辦人; `""`: whoever is a trainer.
        changes: of owner and due date, in order.
        check: the look at it after the closing; None: there was none yet.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    person: str
    section: str
    state: State
    opened_at: datetime
    due: date
    reasons: tuple[Reason, ...]
    steps: tuple[Step, ...] = ()
    session: str = ""
    trained_at: datetime | None = None
    closed_at: datetime | None = None
    owner: str = ""
    changes: tuple[Change, ...] = ()
    check: Check | None = None

    @property
    def deadline(self) -> date | None:
        """The last day for being retrained; None while it is not yet confirmed that anybody must be."""
        return None if self.state is State.TO_CONFIRM else self.due

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.state.open

    @property
    def counting(self) -> tuple[Reason, ...]:
        """The reasons that no ruling has taken away."""
        return tuple(reason for reason in self.reasons if not reason.void)

    @property
    def unsettled(self) -> bool:
        """Whether something it stands on was changed after it was closed."""
        return self.state is State.CLOSED and any(
            reason.ruled_at is not None and self.closed_at is not None and reason.ruled_at > self.closed_at
            for reason in self.reasons
        )

    @property
    def groundless(self) -> bool:
        """Whether nothing is left of what a closed case stands on."""
        return self.unsettled and not self.counting

    @property
    def standing(self) -> str:
        """The state in words, with what became of its evidence after the closing."""
        if self.groundless:
            return _("{state}（證據已撤銷）").format(state=self.state.label)
        if self.unsettled:
            return _("{state}（證據已變更）").format(state=self.state.label)
        return self.state.label

    @property
    def opened(self) -> date:
        """The day on which it was opened."""
        return day_of(self.opened_at)

    @property
    def band(self) -> Band:
        """How sure the reasons make it."""
        return band(self.reasons)

    def overdue(self, today: date) -> bool:
        """Say whether the person should have been retrained by now and was not."""
        waits = self.state is not State.TO_CONFIRM and self.trained_at is None
        return self.open and waits and today > self.due


class Judgement(NamedTuple):
    """The rules by which the evidence of one day is judged."""

    version: str
    rules: TrainingRules


Judge = Callable[[date], Judgement]
"""Gives the rules in force on a day."""


def band(reasons: Iterable[Reason]) -> Band:
    """Say how sure the reasons make it.

    One bad call alone is mostly bad luck, so it is only 待複測: of those listed after a single call nearly
    nine in ten are truly at or above the cut, as a simulation of the usual spread shows. Two by different
    testers, or what the rules call certain, are 明確; a second call that is not low by itself, or two calls
    by the same ear, leave it 可能.
    """
    given = [reason for reason in reasons if not reason.void]
    calls = {reason.evidence: reason.tester for reason in given if reason.kind.of_call}
    if any(reason.certain for reason in given) or len(set(calls.values())) > 1:
        return Band.CLEAR
    if len(calls) > 1 or any(reason.kind is Kind.RECHECK for reason in given):
        return Band.LIKELY
    return Band.RETEST


def unconfirmed(reasons: Iterable[Reason]) -> frozenset[tuple[Kind, str]]:
    """Name the low calls that nothing has confirmed yet, also where other reasons make the case certain.

    What else a person did says nothing of how the telephone was answered, so such a call is never printed as
    if it were proved.
    """
    calls = [reason for reason in reasons if reason.kind.source is Source.CALL and not reason.void]
    if band(calls) is not Band.RETEST:
        return frozenset()
    return frozenset(reason.key for reason in calls)


def in_order(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Give evidence in the order of the events, however it came to light."""
    return sorted(evidence, key=lambda each: (each.at, each.source, each.id))
