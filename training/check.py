"""複查: what a closed case is found to be when it is looked at again some time later.

It decides upon tests only: by the rules later evidence has opened another case already, and the look at the
old one says whether it held, or by which case the person is retrained again.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from bureau.calendar import day_of, roc
from bureau.language import _
from training.case import Case, CaseError, Evidence, Judge, Outcome, Source, State, in_order
from training.finding import reasons_of
from training.step import named


class Since(NamedTuple):
    """What is known of a person since the case was closed.

    Attributes:
        tests: the calls that were reached and the quizzes that were submitted, in order.
        failed: of the newest call and the newest quiz those that were not passed.
    """

    tests: tuple[Evidence, ...]
    failed: tuple[Evidence, ...]


def check_day(case: Case, judge: Judge) -> date | None:
    """Give the day from which on a closed case is to be looked at, by the rules of the day of its closing.

    Returns:
        None: it is not closed, the rules ask for no look, or nothing is left of what it stands on.
    """
    if case.state is not State.CLOSED or case.closed_at is None or case.groundless:
        return None
    closed = day_of(case.closed_at)
    days = judge(closed).rules.check_after_days
    return closed + timedelta(days=days) if days else None


def check_is_due(case: Case, judge: Judge, today: date) -> bool:
    """Say whether a closed case waits to be looked at."""
    day = check_day(case, judge)
    return case.check is None and day is not None and day <= today


def since_closing(case: Case, tests: Iterable[Evidence], judge: Judge) -> Since:
    """Give what was tested after a case was closed.

    Args:
        case: a closed case.
        tests: the person's calls and sittings, of any time.
        judge: gives the rules of a day.
    """
    later = [
        each
        for each in in_order(tests)
        if case.closed_at is not None and each.at > case.closed_at and each.score is not None
    ]
    newest = [
        each
        for source in (Source.CALL, Source.QUIZ)
        for each in [one for one in later if one.source is source][-1:]
    ]
    failed = tuple(each for each in newest if reasons_of(each, *judge(each.day)))
    return Since(tests=tuple(later), failed=failed)


def unmet_check(case: Case, outcome: Outcome, since: Since, judge: Judge, today: date) -> str:
    """Name what is lacking for an outcome; `""`: nothing.

    Args:
        case: a closed case.
        outcome: what is to be recorded.
        since: what was tested after the closing.
        judge: gives the rules of a day.
        today: the day of the look.
    """
    day = check_day(case, judge)
    lacking = []
    if day is not None and today < day:
        lacking.append(_("複查日是 {day}").format(day=roc(day)))
    if outcome is Outcome.HELD and not since.tests:
        lacking.append(_("結案後沒有任何測試"))
    if outcome is Outcome.HELD and since.failed:
        lacking.append(_("結案後的測試沒有通過：{tests}").format(tests=named(since.failed)))
    return "；".join(lacking)


def require_checkable(case: Case, judge: Judge) -> None:
    """Refuse to look at a case that cannot be looked at.

    Raises:
        CaseError: it is not closed, was looked at before, or there is nothing to look at.
    """
    if case.state is not State.CLOSED:
        raise CaseError(
            _("補訓案 {id} 現在是「{state}」，只有結案的可以複查。").format(
                id=case.id, state=case.state.label
            ),
            remedy=_("請查對案號：courtesy case list。"),
        )
    if case.check is not None:
        raise CaseError(
            _("補訓案 {id} 已在 {day} 複查過：{outcome}。").format(
                id=case.id, day=roc(day_of(case.check.at)), outcome=case.check.outcome.label
            ),
            remedy=_("之後的事由新的證據依規則開案。"),
        )
    if case.groundless:
        raise CaseError(
            _("補訓案 {id} 的證據在結案後已經撤銷，不必複查。").format(id=case.id),
            remedy=_("請用 courtesy case show 看經過。"),
        )
    if check_day(case, judge) is None:
        raise CaseError(
            _("補訓案 {id} 結案時的規則不要求複查。").format(id=case.id),
            remedy=_("規則檔 [training] 的 check_after_days 可以改。"),
        )


def unmet_again(case: Case, others: Iterable[Case]) -> str:
    """Name what keeps a closed case from 再補訓; `""`: nothing.

    Nobody is listed without evidence: there must be an open case that the rules have opened by what happened
    after the closing, never one that somebody wishes for, and it must be confirmed.

    Args:
        case: a closed case.
        others: every case of the person.
    """
    later = next_case_of(case, others)
    if later is None:
        return _("結案後沒有達到開案標準的證據")
    if later.state is State.TO_CONFIRM:
        return _("新的補訓案 {id} 還待確認").format(id=later.id)
    return ""


def next_case_of(case: Case, others: Iterable[Case]) -> Case | None:
    """Give the open case of the person of a closed one; None: there is none."""
    return next((each for each in others if each.person == case.person and each.open), None)
