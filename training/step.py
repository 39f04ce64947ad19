"""The steps of a case, and the gate before each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from bureau.calendar import roc
from bureau.language import _
from training.case import Band, Case, CaseError, Evidence, Judge, Kind, Source, State, Step, in_order
from training.finding import reasons_of
from training.session import Session, Standing

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


def doubtful(case: Case) -> bool:
    """Say whether a ruling has left a case that is to be trained with one unconfirmed call alone.

    Then it waits for confirmation again; no other way leads back there.
    """
    ruled = any(reason.void for reason in case.reasons)
    return ruled and case.state in {State.DUE, State.ASSIGNED} and case.band is Band.RETEST


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


def lapsed(case: Case, progress: Progress) -> bool:
    """Say whether the training of a case rests on an attendance that no longer counts as trained.

    A case that was taken on for a reason, although the attendance did not suffice, rests on that reason.
    """
    if case.state not in {State.TRAINED, State.RETEST} or progress.standing is Standing.TRAINED:
        return False
    for step in reversed(case.steps):
        if step.overridden:
            return False
        if step.after is State.TRAINED:
            return True
    return False


def came_back_from(case: Case) -> str:
    """Give the session whose attendance has sent a case back to 應補訓; `""`: none has."""
    last = case.steps[-1] if case.steps else None
    if last is None or case.state is not State.DUE or last.overridden:
        return ""
    if last.before not in {State.ASSIGNED, State.TRAINED, State.RETEST}:
        return ""
    return next((step.session for step in reversed(case.steps) if step.session), "")


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

    A case of calls needs a call by a tester who gave none of its reasons and confirmed none, a case of
    quizzes another quiz; a case of absences only needs one of the two. Of each kind the newest test counts,
    of calls the newest by anybody, too: a good one by a new tester does not outweigh a later bad one.
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
        if reason.kind.source is Source.CALL and case.trained_at is not None and reason.at <= case.trained_at
    }
    calls = [each for each in after if each.source is Source.CALL and each.tester not in testers]
    last_call = [each for each in after if each.source is Source.CALL][-1:]
    quizzes = [each for each in after if each.source is Source.QUIZ]
    needs_call = any(reason.kind.of_call for reason in case.counting)
    needs_quiz = any(reason.kind is Kind.LOW_QUIZ for reason in case.counting)
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
    failed = tuple(each for each in dict.fromkeys(newest) if reasons_of(each, *judge(each.day)))
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
        State.RETEST: lambda: _stands(case, progress),
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
    if case.state in {State.TRAINED, State.RETEST}:
        return ""
    return _("還沒有另一位測試員的複測") if case.band is Band.RETEST else ""


def _attended(progress: Progress) -> str:
    if progress.standing is Standing.TRAINED:
        return ""
    return _("出席紀錄是「{standing}」").format(standing=progress.standing.label)


def _stands(case: Case, progress: Progress) -> str:
    if not lapsed(case, progress):
        return ""
    return _("受訓所依據的出席紀錄現在是「{standing}」").format(standing=progress.standing.label)


def _retested(case: Case, progress: Progress, judge: Judge) -> str:
    if case.trained_at is None:
        return _("還沒有受訓")
    if gone := _stands(case, progress):
        return gone
    tested = retest(case, progress.results, judge)
    if tested.lacking:
        return _("還缺：{what}").format(what="、".join(tested.lacking))
    if tested.failed:
        return _("受訓後的測試沒有通過：{tests}").format(tests=named(tested.failed))
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
        due: what the due date becomes by 再補訓 and by the confirmation of a case; None: it stays.

    Raises:
        CaseError: no way leads there, or a gate is not met and no reason is given.
    """
    back = (to is State.TO_CONFIRM and doubtful(case)) or (to is State.DUE and lapsed(case, progress))
    if to not in ways(case.state) and not back:
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
            remedy=_("請先補齊；確有必要時請寫理由（指令：--reason），會記入日誌。"),
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
    if to in {State.DUE, State.AGAIN, State.TO_CONFIRM}:
        update |= {"session": "", "trained_at": None}
    if due and (to is State.AGAIN or case.state is State.TO_CONFIRM):
        update["due"] = due
    if not to.open:
        update["closed_at"] = at
    return case.model_copy(update=update)


def _assignable(case: Case, session: Session | None) -> Session:
    if session is None:
        raise CaseError(
            _("還沒有說要排哪一場。"),
            remedy=_("請指定場次（指令：--session），「4 講習」或 courtesy session list 可查編號。"),
        )
    if session.day < case.opened:
        raise CaseError(
            _("場次 {session} 早於開案日 {opened}。").format(session=session.name, opened=roc(case.opened)),
            remedy=_("請排開案之後的場次。"),
        )
    return session


def named(tests: Sequence[Evidence]) -> str:
    """Name tests with their score and day."""
    return "、".join(
        _("{source} {id} {score} 分（{day}）").format(
            source=each.source.label, id=each.id, score=each.score, day=roc(each.day)
        )
        for each in tests
    )
