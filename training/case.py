"""補訓案: why one person must be retrained, how sure that is, and every step until the case is closed.

Nothing here reads or writes: evidence and cases come in, and what should be done comes out. What is decided
from the same evidence is the same in whatever order it came to light.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from bureau.calendar import day_of, roc
from bureau.language import _
from bureau.problem import Refused
from bureau.text import CleanLine, fold
from training.rules import Score, TrainingRules
from training.session import Session, Standing

__all__ = ["Band", "Case", "CaseError", "Evidence", "Reason", "State", "TrainingRules"]


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
    def of_call(self) -> bool:
        """Whether it says that somebody did badly on the telephone."""
        return self in {Kind.LOW_CALL, Kind.CRITICAL_FAILURE}


class Reason(BaseModel):
    """One reason of a case; it never changes once it is recorded.

    Attributes:
        evidence: the identifier of what it stands on.
        limit: the score below which the rules of that day demand it.
        certain: whether those rules ask for nothing more.
        rules: the version of the rules that were used.
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
            Kind.LOW_CALL: _("電話禮貌 {score} 分，低於 {limit}"),
            Kind.CRITICAL_FAILURE: _("電話重大項目沒有做到"),
            Kind.RECHECK: _("電話複測 {score} 分，平均仍低於 {limit}"),
            Kind.LOW_QUIZ: _("{title} {score} 分，低於 {limit}"),
            Kind.MISSED_SESSIONS: _("{title}"),
        }[self.kind]
        limit = "" if self.limit is None else f"{self.limit.normalize():f}"
        return words.format(score=self.score, limit=limit, title=self.title)


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


class Case(BaseModel):
    """One person's retraining.

    Attributes:
        person: 員工編號.
        section: the person's section when the case was opened.
        due: the last day for being retrained.
        session: the session the person is to attend, or has attended; `""` for none.
        trained_at: the end of that session, once it is attended.
        closed_at: when it was closed or withdrawn.
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

    @property
    def open(self) -> bool:
        """Whether there is still something to do."""
        return self.state.open

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
        return self.open and self.trained_at is None and today > self.due


class Judgement(NamedTuple):
    """The rules by which the evidence of one day is judged."""

    version: str
    rules: TrainingRules


Judge = Callable[[date], Judgement]
"""Gives the rules in force on a day."""


class Finding(BaseModel):
    """That a person's case must be opened, or its reasons added to.

    Attributes:
        case: the open case; `""` when one is to be opened.
        section: the person's section by the newest evidence.
    """

    model_config = ConfigDict(frozen=True)

    person: str
    section: str
    case: str
    reasons: tuple[Reason, ...]


class Confirmation(BaseModel):
    """What a second call makes of a case that waits for one.

    Attributes:
        to: 應補訓 or 撤銷.
        recheck: the second call as a reason of its own, where it is one.
        why: the decision in words.
    """

    model_config = ConfigDict(frozen=True)

    to: State
    recheck: Reason | None = None
    why: str


class Progress(BaseModel):
    """What is known for the gates of a case.

    Attributes:
        session: the session the person is to attend.
        standing: what came of it.
        results: the calls that were reached and the quizzes that were submitted after the training.
    """

    model_config = ConfigDict(frozen=True)

    session: Session | None = None
    standing: Standing = Standing.NOT_ENTERED
    results: tuple[Evidence, ...] = ()


# What the evidence demands


def reasons_from(evidence: Iterable[Evidence], judge: Judge) -> list[Reason]:
    """Give every reason that one person's evidence holds, in the order of the events."""
    reasons: list[Reason] = []
    missed: dict[int, list[Evidence]] = {}
    for each in in_order(evidence):
        if each.source is Source.ATTENDANCE:
            missed.setdefault(each.day.year, []).append(each)
        else:
            reasons += _reasons_of(each, *judge(each.day))
    for absences in missed.values():
        # The rules of the last day decide: only then is the number reached.
        version, rules = judge(absences[-1].day)
        if 0 < rules.missed_sessions <= len(absences):
            reasons += [_reason(each, Kind.MISSED_SESSIONS, version, certain=True) for each in absences]
    return sorted(reasons, key=lambda reason: (reason.at, reason.kind, reason.evidence))


def _reasons_of(evidence: Evidence, version: str, rules: TrainingRules) -> list[Reason]:
    low = evidence.score is not None
    if evidence.source is Source.QUIZ:
        low = low and (evidence.score or 0) < rules.quiz_below
        return (
            [_reason(evidence, Kind.LOW_QUIZ, version, limit=rules.quiz_below, certain=True)] if low else []
        )
    reasons = []
    if low and (evidence.score or 0) < rules.call_below:
        certain = rules.calls_needed == 1
        reasons.append(
            _reason(evidence, Kind.LOW_CALL, version, limit=rules.call_below, certain=certain),
        )
    if evidence.critical:
        certain = rules.critical_at_once or rules.calls_needed == 1
        reasons.append(
            _reason(evidence, Kind.CRITICAL_FAILURE, version, limit=rules.call_below, certain=certain)
        )
    return reasons


def _reason(
    evidence: Evidence, kind: Kind, version: str, *, limit: Decimal | None = None, certain: bool
) -> Reason:
    return Reason(
        kind=kind,
        evidence=evidence.id,
        at=evidence.at,
        score=evidence.score,
        limit=limit,
        certain=certain,
        tester=evidence.tester,
        title=evidence.title,
        rules=version,
    )


def findings(evidence: Iterable[Evidence], cases: Iterable[Case], judge: Judge) -> list[Finding]:
    """Say which cases must be opened or added to, by 員工編號.

    A person has one open case at most. Evidence that a case holds is never used again, and after a case was
    closed or withdrawn only what happened later opens another.

    Args:
        evidence: of anybody, in any order; what was considered before may be in it again.
        cases: every case of those people, closed ones included.
        judge: gives the rules of a day.
    """
    by_person: dict[str, list[Evidence]] = {}
    for each in evidence:
        by_person.setdefault(each.staff_no, []).append(each)
    known: dict[str, list[Case]] = {}
    for case in cases:
        known.setdefault(case.person, []).append(case)
    found = []
    for person in sorted(by_person):
        own = known.get(person, [])
        closed = max((case.closed_at for case in own if case.closed_at), default=None)
        later = in_order(each for each in by_person[person] if closed is None or each.at > closed)
        used = {reason.key for case in own for reason in case.reasons}
        reasons = tuple(reason for reason in reasons_from(later, judge) if reason.key not in used)
        if reasons:
            open_case = next((case.id for case in own if case.open), "")
            section = later[-1].section
            found.append(Finding(person=person, section=section, case=open_case, reasons=reasons))
    return found


def band(reasons: Iterable[Reason]) -> Band:
    """Say how sure the reasons make it.

    One bad call alone is mostly bad luck, so it is only 待複測: of those listed after a single call nearly
    nine in ten are truly at or above the cut, as a simulation of the usual spread shows. Two by different
    testers, or what the rules call certain, are 明確; a second call that is not low by itself, or two calls
    by the same ear, leave it 可能.
    """
    given = list(reasons)
    calls = {reason.evidence: reason.tester for reason in given if reason.kind.of_call}
    if any(reason.certain for reason in given) or len(set(calls.values())) > 1:
        return Band.CLEAR
    if len(calls) > 1 or any(reason.kind is Kind.RECHECK for reason in given):
        return Band.LIKELY
    return Band.RETEST


def first_state(reasons: Iterable[Reason]) -> State:
    """Give the state in which a case with these reasons begins."""
    return State.TO_CONFIRM if band(reasons) is Band.RETEST else State.DUE


def confirmation(case: Case, evidence: Iterable[Evidence]) -> Confirmation | None:
    """Say what further calls make of a case that is 待確認; None as long as there is none that tells.

    The first later call by another tester decides, together with those that are reasons: when their mean is
    still below the limit the case stands as 可能, else it is withdrawn.

    Args:
        case: the case.
        evidence: the person's calls, reached ones only; others are passed over.
    """
    if case.state is not State.TO_CONFIRM:
        return None
    if case.band is not Band.RETEST:
        return Confirmation(to=State.DUE, why=_("證據已達「{band}」").format(band=case.band.label))
    first = next((reason for reason in case.reasons if reason.kind.of_call), None)
    if first is None or first.score is None or first.limit is None:
        return None
    second = next(
        (
            each
            for each in in_order(evidence)
            if each.source is Source.CALL
            and each.score is not None
            and each.staff_no == case.person
            and each.at > first.at
            and each.tester != first.tester
        ),
        None,
    )
    if second is None or second.score is None:
        return None
    total = first.score + second.score
    mean = (total / 2).quantize(Decimal("0.01"), ROUND_HALF_UP)
    values = {"score": second.score, "mean": mean, "limit": f"{first.limit.normalize():f}"}
    if total < 2 * first.limit:
        recheck = _reason(second, Kind.RECHECK, first.rules, limit=first.limit, certain=False)
        why = _("另一位測試員複測 {score} 分，兩通平均 {mean} 分，仍低於 {limit}").format(**values)
        return Confirmation(to=State.DUE, recheck=recheck, why=why)
    why = _("另一位測試員複測 {score} 分，兩通平均 {mean} 分，未低於 {limit}").format(**values)
    return Confirmation(to=State.WITHDRAWN, why=why)


def in_order(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Give evidence in the order of the events, however it came to light."""
    return sorted(evidence, key=lambda each: (each.at, each.source, each.id))


def still_holds(reason: Reason, evidence: Evidence | None, rules: TrainingRules) -> bool:
    """Say whether a reason's evidence still exists and is one by the rules the case was opened by."""
    if evidence is None or evidence.score != reason.score:
        return False
    if reason.kind is Kind.MISSED_SESSIONS:
        return True
    if reason.kind is Kind.RECHECK:
        return evidence.score is not None
    return reason.kind in {each.kind for each in _reasons_of(evidence, reason.rules, rules)}


# Steps and their gates

_WAYS: Mapping[State, frozenset[State]] = {
    State.TO_CONFIRM: frozenset({State.DUE, State.WITHDRAWN}),
    State.DUE: frozenset({State.ASSIGNED, State.WITHDRAWN}),
    State.ASSIGNED: frozenset({State.ASSIGNED, State.TRAINED, State.DUE, State.WITHDRAWN}),
    State.TRAINED: frozenset({State.RETEST, State.WITHDRAWN}),
    State.RETEST: frozenset({State.CLOSED, State.AGAIN, State.WITHDRAWN}),
    State.AGAIN: frozenset({State.ASSIGNED, State.WITHDRAWN}),
    State.CLOSED: frozenset(),
    State.WITHDRAWN: frozenset(),
}


def ways(state: State) -> tuple[State, ...]:
    """Give the states that can follow, in the order of the process."""
    return tuple(after for after in State if after in _WAYS[state])


class Retest(BaseModel):
    """What the tests after the training say.

    Attributes:
        lacking: what is still to be tested, in words; empty: everything was.
        failed: the newest test of a kind that was not passed.
    """

    model_config = ConfigDict(frozen=True)

    lacking: tuple[str, ...]
    failed: tuple[Evidence, ...]

    @property
    def passed(self) -> bool:
        """Whether everything was tested and passed."""
        return not self.lacking and not self.failed


def retest(case: Case, results: Iterable[Evidence], judge: Judge) -> Retest:
    """Say what the tests after the training prove.

    A case of calls needs a call by a tester who gave none of its reasons, a case of quizzes another quiz;
    a case of absences only needs one of the two. Of each kind the newest test counts, of calls the newest by
    anybody, too: a good one by a new tester does not outweigh a later bad one.
    """
    after = [
        each
        for each in in_order(results)
        if case.trained_at is not None and each.at > case.trained_at and each.score is not None
    ]
    # A failed test after the training is a reason of its own by now; its tester was new when it was made.
    testers = {
        reason.tester
        for reason in case.reasons
        if reason.kind.of_call and case.trained_at is not None and reason.at <= case.trained_at
    }
    calls = [each for each in after if each.source is Source.CALL and each.tester not in testers]
    last_call = [each for each in after if each.source is Source.CALL][-1:]
    quizzes = [each for each in after if each.source is Source.QUIZ]
    needs_call = any(reason.kind.of_call for reason in case.reasons)
    needs_quiz = any(reason.kind is Kind.LOW_QUIZ for reason in case.reasons)
    lacking = []
    if needs_call and not calls:
        lacking.append(_("由新的測試員再測一通電話"))
    if needs_quiz and not quizzes:
        lacking.append(_("再作答一份測驗"))
    if not needs_call and not needs_quiz and not after:
        lacking.append(_("受訓後的一次電話測試或測驗"))
    if needs_call or needs_quiz:
        newest = [*(calls[-1:] + last_call if needs_call else ()), *(quizzes[-1:] if needs_quiz else ())]
    else:
        newest = after[-1:]
    failed = tuple(each for each in dict.fromkeys(newest) if _reasons_of(each, *judge(each.day)))
    return Retest(lacking=tuple(lacking), failed=failed)


def unmet(case: Case, to: State, progress: Progress, judge: Judge) -> str:
    """Name the gate that keeps the case from `to`; `""` when it is open.

    Args:
        case: the case.
        to: a state that can follow the case's.
        progress: what is known.
        judge: gives the rules of a day.
    """
    gates: dict[State, Callable[[], str]] = {
        State.DUE: lambda: _confirmed(case, progress),
        State.TRAINED: lambda: _attended(progress),
        State.CLOSED: lambda: _retested(case, progress, judge),
        State.AGAIN: lambda: (
            "" if retest(case, progress.results, judge).failed else _("受訓後沒有不通過的測試")
        ),
        State.WITHDRAWN: lambda: _("撤銷必須寫明理由"),
    }
    return gates[to]() if to in gates else ""


def _confirmed(case: Case, progress: Progress) -> str:
    if case.state is State.ASSIGNED:
        return _("場次還沒有出席紀錄") if progress.standing is Standing.NOT_ENTERED else ""
    return _("還沒有另一位測試員的複測") if case.band is Band.RETEST else ""


def _attended(progress: Progress) -> str:
    if progress.standing is Standing.TRAINED:
        return ""
    return _("出席紀錄是「{standing}」").format(standing=progress.standing.label)


def _retested(case: Case, progress: Progress, judge: Judge) -> str:
    if case.trained_at is None:
        return _("還沒有受訓")
    tested = retest(case, progress.results, judge)
    if tested.lacking:
        return _("還缺：{what}").format(what="、".join(tested.lacking))
    if tested.failed:
        return _("受訓後的測試沒有通過：{tests}").format(tests=_tests(tested.failed))
    return ""


def advanced(
    case: Case,
    to: State,
    *,
    at: datetime,
    by: str,
    progress: Progress,
    judge: Judge,
    reason: str = "",
    due: date | None = None,
) -> Case:
    """Give the case after one step.

    Args:
        case: an open case.
        to: the next state.
        at: the moment.
        by: 員工編號 of the acting person.
        progress: what is known; for 已排訓 the session that is assigned.
        judge: gives the rules of a day.
        reason: why; with it a gate that is not met is passed, and the step says so.
        due: a new due date, for 再補訓.

    Raises:
        CaseError: no way leads there, or a gate is not met and no reason is given.
    """
    if to not in _WAYS[case.state]:
        raise CaseError(
            _("補訓案 {id} 現在是「{state}」，不能改為「{to}」。").format(
                id=case.id, state=case.state.label, to=to.label
            ),
            remedy=_("可以改為：{states}。").format(
                states="、".join(after.label for after in ways(case.state)) or _("無（已經結束）")
            ),
        )
    session = _assignable(case, progress.session) if to is State.ASSIGNED else progress.session
    gate = unmet(case, to, progress, judge)
    said = reason.strip()
    if gate and not said:
        raise CaseError(
            _("補訓案 {id} 不能改為「{to}」：{gate}。").format(id=case.id, to=to.label, gate=gate),
            remedy=_("請先補齊；確有必要時請以理由說明（--reason），會記入日誌。"),
        )
    step = Step(
        before=case.state,
        after=to,
        at=at,
        by=by,
        reason=said,
        overridden="" if to is State.WITHDRAWN else gate,
        session=session.id if session and to in {State.ASSIGNED, State.TRAINED} else "",
    )
    update: dict[str, object] = {"state": to, "steps": (*case.steps, step)}
    if to is State.ASSIGNED and session:
        update["session"] = session.id
    if to is State.TRAINED:
        update["trained_at"] = min(session.ends_at, at) if session and not gate else at
    if to in {State.DUE, State.AGAIN}:
        update |= {"session": "", "trained_at": None}
    if to is State.AGAIN and due:
        update["due"] = due
    if not to.open:
        update["closed_at"] = at
    return case.model_copy(update=update)


def _assignable(case: Case, session: Session | None) -> Session:
    if session is None:
        raise CaseError(
            _("還沒有說要排哪一場。"), remedy=_("請指定場次（--session），courtesy session list 可查編號。")
        )
    if session.day < case.opened:
        raise CaseError(
            _("場次 {session} 早於開案日 {opened}。").format(session=session.name, opened=roc(case.opened)),
            remedy=_("請排開案之後的場次。"),
        )
    return session


def _tests(tests: Sequence[Evidence]) -> str:
    return "、".join(
        _("{source} {id} {score} 分（{day}）").format(
            source=each.source.label, id=each.id, score=each.score, day=roc(each.day)
        )
        for each in tests
    )
