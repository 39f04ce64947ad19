"""試算: who would stand on the list by other rules, from the same evidence.

The list that is in force grew case by case; what is compared here are two lists of one kind, both made from
the whole evidence of a period by the rules alone, so that every difference comes from what is tried.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from courtesy.scale import rounded
from courtesy.what_if import Change, Difference, Recomputed
from training.case import Band, Case, Evidence, Judge, Judgement, Source, State
from training.finding import confirmation, findings, first_state

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Move(StrEnum):
    """What would become of a person's place on the list."""

    ENTERS = "enters"
    LEAVES = "leaves"
    MOVES = "moves"
    STAYS = "stays"
    NEVER = "never"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The move in words."""
        return {
            Move.ENTERS: _("新列入"),
            Move.LEAVES: _("不再列入"),
            Move.MOVES: _("等級改變"),
            Move.STAYS: _("仍在名冊"),
            Move.NEVER: _("不在名冊"),
            Move.UNKNOWN: _("無法判定"),
        }[self]


_ORDER = [Move.ENTERS, Move.LEAVES, Move.MOVES, Move.UNKNOWN, Move.STAYS, Move.NEVER]


class PersonTried(BaseModel):
    """One person before and after.

    Attributes:
        section: by the newest call.
        calls: scored calls, oldest first.
        before: their mean by the sealed scores; None: there is none.
        after: their mean by what is tried; None where one of them cannot be computed.
        listed_before: how the person stands on the list by the rules as they are; None: not on it.
        listed_after: the same by what is tried.
        move: what would change.
    """

    model_config = ConfigDict(frozen=True)

    person: str
    section: str
    calls: tuple[Recomputed, ...]
    before: Decimal | None
    after: Decimal | None
    listed_before: Band | None
    listed_after: Band | None
    move: Move


class BandCount(BaseModel):
    """How many scored calls are in a band."""

    model_config = ConfigDict(frozen=True)

    name: str
    before: int
    after: int


class WhatIf(BaseModel):
    """Everything that a trial shows.

    Attributes:
        first: the first day whose calls are computed again.
        last: the last.
        calls: how many of them have a score.
        computed: how many of those could be computed by what is tried.
        before: the mean of those by the sealed scores; None: there is none.
        after: their mean by what is tried.
        bands: counts of those that could be computed, from the highest band.
        people: everybody with a scored call or a place on a list, those whose place changes first.
        refused: the calls that cannot be computed, oldest first.
        differences: between the scales by which the calls were judged and the one that is tried.
    """

    model_config = ConfigDict(frozen=True)

    change: Change
    first: date
    last: date
    calls: int
    computed: int
    before: Decimal | None
    after: Decimal | None
    bands: tuple[BandCount, ...]
    people: tuple[PersonTried, ...]
    refused: tuple[Recomputed, ...]
    differences: tuple[Difference, ...]

    def who(self, move: Move) -> list[PersonTried]:
        """Give the people of one move."""
        return [person for person in self.people if person.move is move]


def changed_judge(judge: Judge, cut: Decimal | None) -> Judge:
    """Give the rules of a day with the cut below which a call is a reason for a case."""
    if cut is None:
        return judge

    def tried(day: date) -> Judgement:
        version, rules = judge(day)
        return Judgement(version, rules.model_copy(update={"call_below": cut}))

    return tried


def as_tried(evidence: Iterable[Evidence], calls: Mapping[str, Recomputed]) -> list[Evidence]:
    """Give the evidence with the calls' scores as they would have been, without those that have none."""
    found = []
    for each in evidence:
        if each.source is not Source.CALL:
            found.append(each)
        elif (tried := calls.get(each.id)) and tried.after is not None:
            found.append(each.model_copy(update={"score": tried.after, "critical": tried.critical}))
    return found


def listed(evidence: Sequence[Evidence], judge: Judge) -> dict[str, Band]:
    """Give who would be on the list, and how sure it would be, from this evidence alone.

    A person whose second call takes the reason away is not on it.
    """
    own = _by_person(evidence)
    standing = {}
    for finding in findings(evidence, (), judge):
        case = Case(
            id="",
            person=finding.person,
            section=finding.section,
            state=first_state(finding.reasons),
            opened_at=_NEVER,
            due=_NEVER.date(),
            reasons=finding.reasons,
        )
        outcome = confirmation(case, own[case.person])
        if outcome and outcome.to is State.WITHDRAWN:
            continue
        if outcome and outcome.recheck:
            case = case.model_copy(update={"reasons": (*case.reasons, outcome.recheck)})
        standing[case.person] = case.band
    return standing


def compared(
    calls: Sequence[Recomputed],
    evidence: Sequence[Evidence],
    judge: Judge,
    change: Change,
    *,
    first: date,
    last: date,
    bands: Sequence[str],
    differences: Sequence[Difference] = (),
) -> WhatIf:
    """Set what is and what would be beside each other.

    Args:
        calls: the sealed calls of the period, computed again, oldest first.
        evidence: of the same period, calls included.
        judge: gives the rules of a day, as they are.
        change: what is tried.
        first: the first day of the period.
        last: the last.
        bands: the names of the bands by today's rules, from the highest.
        differences: between the scales.
    """
    scored = [each for each in calls if each.before is not None]
    refused = [each for each in scored if each.why_not]
    computed = [each for each in scored if not each.why_not]
    before = listed(evidence, judge)
    after = listed(
        as_tried(evidence, {each.call.id: each for each in computed}), changed_judge(judge, change.cut)
    )
    own = _by_person(evidence)
    calls_of: dict[str, list[Recomputed]] = {}
    for each in scored:
        calls_of.setdefault(each.call.person, []).append(each)
    people = [
        _person(staff_no, calls_of.get(staff_no, ()), own.get(staff_no, ()), before, after)
        for staff_no in sorted(calls_of.keys() | before.keys() | after.keys())
    ]
    return WhatIf(
        change=change,
        first=first,
        last=last,
        calls=len(scored),
        computed=len(computed),
        before=_mean([each.before for each in computed]),
        after=_mean([each.after for each in computed]),
        bands=_bands(computed, bands),
        people=tuple(sorted(people, key=lambda one: (_ORDER.index(one.move), one.section, one.person))),
        refused=tuple(refused),
        differences=tuple(differences),
    )


def _person(
    staff_no: str,
    calls: Sequence[Recomputed],
    evidence: Sequence[Evidence],
    before: Mapping[str, Band],
    after: Mapping[str, Band],
) -> PersonTried:
    unknown = any(each.why_not for each in calls)
    was, would = before.get(staff_no), None if unknown else after.get(staff_no)
    return PersonTried(
        person=staff_no,
        section=calls[-1].call.section if calls else evidence[-1].section,
        calls=tuple(calls),
        before=_mean([each.before for each in calls]),
        after=None if unknown else _mean([each.after for each in calls]),
        listed_before=was,
        listed_after=would,
        move=Move.UNKNOWN if unknown else _move(was, would),
    )


def _by_person(evidence: Iterable[Evidence]) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    for each in evidence:
        found.setdefault(each.staff_no, []).append(each)
    return found


def _move(was: Band | None, would: Band | None) -> Move:
    if was is would:
        return Move.STAYS if was else Move.NEVER
    if was is None:
        return Move.ENTERS
    return Move.LEAVES if would is None else Move.MOVES


def _mean(scores: Sequence[Decimal | None]) -> Decimal | None:
    known = [Fraction(score) for score in scores if score is not None]
    return rounded(sum(known, Fraction()) / len(known)) if known else None


def _bands(computed: Sequence[Recomputed], names: Sequence[str]) -> tuple[BandCount, ...]:
    was = [each.band_before for each in computed]
    would = [each.band_after for each in computed]
    known = [*names, *(name for name in dict.fromkeys([*was, *would]) if name and name not in names)]
    return tuple(BandCount(name=name, before=was.count(name), after=would.count(name)) for name in known)
