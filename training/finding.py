"""What the evidence demands: which cases are opened, added to, confirmed or withdrawn.

What is decided from the same evidence is the same in whatever order it came to light.
"""

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_UP, Decimal

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from training.case import Band, Case, Evidence, Judge, Kind, Reason, Source, State, band, in_order
from training.rules import TrainingRules


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


class Amendment(BaseModel):
    """What a ruling on an objection, or the correction of a key, makes of a reason.

    Attributes:
        reason: as it was.
        ruling: the ruling.
        score: the score by it.
        void: whether it is no reason any more.
    """

    model_config = ConfigDict(frozen=True)

    reason: Reason
    ruling: str
    score: Decimal | None
    void: bool

    @property
    def amended(self) -> Reason:
        """The reason as it counts now."""
        return self.reason.model_copy(
            update={"ruling": self.ruling, "ruled_score": self.score, "void": self.void}
        )


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


def reasons_from(evidence: Iterable[Evidence], judge: Judge) -> list[Reason]:
    """Give every reason that one person's evidence holds, in the order of the events."""
    reasons: list[Reason] = []
    missed: dict[int, list[Evidence]] = {}
    for each in in_order(evidence):
        if each.source is Source.ATTENDANCE:
            missed.setdefault(each.day.year, []).append(each)
        else:
            reasons += reasons_of(each, *judge(each.day))
    for absences in missed.values():
        # The rules of the last day decide: only then is the number reached.
        version, rules = judge(absences[-1].day)
        if 0 < rules.missed_sessions <= len(absences):
            reasons += [_reason(each, Kind.MISSED_SESSIONS, version, certain=True) for each in absences]
    return sorted(reasons, key=lambda reason: (reason.at, reason.kind, reason.evidence))


def reasons_of(evidence: Evidence, version: str, rules: TrainingRules) -> list[Reason]:
    """Give the reasons that one call or sitting is by itself.

    Args:
        evidence: a call that was reached, or a submitted sitting.
        version: of the rules.
        rules: those of the event's day.
    """
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
    first = next((reason for reason in case.counting if reason.kind.of_call), None)
    if first is None or first.result is None or first.limit is None:
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
    total = first.result + second.score
    mean = (total / 2).quantize(Decimal("0.01"), ROUND_HALF_UP)
    values = {"score": second.score, "mean": mean, "limit": f"{first.limit.normalize():f}"}
    if total < 2 * first.limit:
        recheck = _reason(second, Kind.RECHECK, first.rules, limit=first.limit, certain=False)
        why = _("另一位測試員複測 {score} 分，兩通平均 {mean} 分，仍低於 {limit}").format(**values)
        return Confirmation(to=State.DUE, recheck=recheck, why=why)
    why = _("另一位測試員複測 {score} 分，兩通平均 {mean} 分，未低於 {limit}").format(**values)
    return Confirmation(to=State.WITHDRAWN, why=why)


def still_holds(reason: Reason, evidence: Evidence | None, rules: TrainingRules) -> bool:
    """Say whether a reason's evidence still exists and is one by the rules the case was opened by."""
    if evidence is None:
        return False
    if evidence.ruling or reason.ruling:
        # The record was changed by a ruling, which is proved by itself; `amendments` says what follows.
        return bool(evidence.ruling) or reason.kind is Kind.RECHECK
    if evidence.score != reason.score:
        return False
    if reason.kind is Kind.MISSED_SESSIONS:
        return True
    if reason.kind is Kind.RECHECK:
        return evidence.score is not None
    return reason.kind in {each.kind for each in reasons_of(evidence, reason.rules, rules)}


def amendments(
    case: Case,
    evidence_of: Callable[[Reason], Evidence | None],
    rules_of: Callable[[str], TrainingRules],
) -> list[Amendment]:
    """Say which reasons of a case rulings and corrections have changed, and which they have taken away.

    A reason is taken away when the result that counts now is none by the rules the case was opened by; a
    second call that was not bad by itself, when no bad one is left or their mean is not below the limit any
    more.

    Args:
        case: one that is not withdrawn.
        evidence_of: gives what a reason stands on, as it counts now.
        rules_of: gives the rules of a version.
    """
    found: dict[tuple[Kind, str], Amendment] = {}
    for reason in case.counting:
        by_itself = reason.kind.of_call or reason.kind is Kind.LOW_QUIZ
        evidence = evidence_of(reason) if by_itself else None
        if evidence is None or not evidence.ruling:
            continue
        void = reason.kind not in {
            each.kind for each in reasons_of(evidence, reason.rules, rules_of(reason.rules))
        }
        if void or evidence.score != reason.result:
            found[reason.key] = Amendment(
                reason=reason, ruling=evidence.ruling, score=evidence.score, void=void
            )
    now = [found[reason.key].amended if reason.key in found else reason for reason in case.counting]
    first = next((reason for reason in now if reason.kind.of_call and not reason.void), None)
    for reason in case.counting:
        if reason.kind is not Kind.RECHECK:
            continue
        second = evidence_of(reason)
        # Only a call changes what two calls say together.
        ruling = (second.ruling if second else "") or next(
            (each.ruling for each in now if each.ruling and each.kind.source is Source.CALL), ""
        )
        if second is None or second.score is None or not ruling:
            continue
        void = first is None or first.result is None or first.result + second.score >= 2 * (reason.limit or 0)
        if void or second.score != reason.result:
            found[reason.key] = Amendment(reason=reason, ruling=ruling, score=second.score, void=void)
    return list(found.values())
