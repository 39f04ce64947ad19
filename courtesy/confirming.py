"""複測: one more call by another tester after a bad one, before anybody is listed for retraining.

One call is mostly luck, so a sealed call with a result in the lowest band queues exactly one confirming call.
Who makes it, and when, follows from the ticket of the first call's draw, so that nobody chooses; the second
tester is not told that it is a second call.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from bureau.people import Person
from courtesy.call import Call, Outcome
from courtesy.occasion import Occasion
from courtesy.round import WINDOWS, Draw, RoundError
from courtesy.standing import CourtesyRules

TICKET = "courtesy-confirm/1"


class NeedState(StrEnum):
    """How far the confirming of one call is."""

    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    DONE = "done"
    NOT_REACHED = "not_reached"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """The state as people call it."""
        return {
            NeedState.UNASSIGNED: _("待指派"),
            NeedState.WAITING: _("待複測"),
            NeedState.DONE: _("已複測"),
            NeedState.NOT_REACHED: _("複測未接通"),
            NeedState.DROPPED: _("不複測"),
        }[self]

    @property
    def open(self) -> bool:
        """Whether the call is still to be made."""
        return self in {NeedState.UNASSIGNED, NeedState.WAITING}


class Need(BaseModel):
    """That one call is to be confirmed by another.

    Attributes:
        first: the call with the bad result.
        draw: who makes the second call, and when; None as long as nobody can.
        second: the second call, once it has begun.
        why: why nobody can, or why it is not made after all; `""` otherwise.
    """

    model_config = ConfigDict(frozen=True)

    first: Call
    draw: Draw | None = None
    second: Call | None = None
    why: str = ""

    @property
    def state(self) -> NeedState:
        """How far it is."""
        if self.draw is None:
            return NeedState.UNASSIGNED
        if self.draw.excluded:
            return NeedState.DROPPED
        if self.second is None or not self.second.sealed:
            return NeedState.WAITING
        return NeedState.DONE if self.second.outcome is Outcome.REACHED else NeedState.NOT_REACHED


class Available(BaseModel):
    """A tester who may make the call.

    Attributes:
        days: the days on which both the tester and the person are at work.
        load: how many calls the tester has in this round already.
        sees: whether other roles of the tester let him or her read the first result.
    """

    model_config = ConfigDict(frozen=True)

    staff_no: str
    days: tuple[date, ...]
    load: int = 0
    sees: bool = False


def wants_confirming(call: Call, rules: CourtesyRules) -> bool:
    """Say whether a call is to be confirmed: drawn by lot, sealed, and bad by the rules of its day.

    A confirming call never wants another one.
    """
    if call.occasion is not Occasion.DRAWN or not call.sealed or call.score is None:
        return False
    if not rules.confirm_within_days:
        return False
    return call.score < rules.low_below or (call.critical and rules.confirm_critical)


def confirming_ticket(ticket: str, call_id: str) -> str:
    """Give the ticket of a confirming call: SHA-256 of `courtesy-confirm/1`, the draw's ticket, the call."""
    return hashlib.sha256(f"{TICKET}\n{ticket}\n{call_id}".encode()).hexdigest()


def available(
    call: Call,
    person: Person,
    testers: Sequence[Person],
    *,
    days: Sequence[date],
    away: Mapping[str, Collection[date]],
    load: Mapping[str, int],
    barred: Collection[str] = (),
    seeing: Collection[str] = (),
) -> list[Available]:
    """Give who may make the confirming call.

    Args:
        call: the first call.
        person: who was called, as of today.
        testers: who is on the rota, by 員工編號.
        days: the working days within which it is to be made.
        away: the days on which people are on leave, by 員工編號.
        load: how many calls each tester has in this round.
        barred: who rescores an objection to the first call, and so knows of it.
        seeing: who may read other people's results by another role; taken only when nobody else can.

    Raises:
        RoundError: nobody can; why.
    """
    remedy = _("可行時會自動指派；也可以由管理者以 courtesy round confirm --call 指派。")
    # Who has just moved is not tested by the old colleagues either.
    sections = {call.section, person.section}
    outside = [
        tester
        for tester in testers
        if tester.staff_no not in {call.tester, person.staff_no} and tester.section not in sections
    ]
    if not outside:
        raise RoundError(_("沒有其他科室的另一位測試員。"), remedy=remedy)
    free = [tester for tester in outside if tester.staff_no not in barred]
    if not free:
        raise RoundError(_("其他測試員正在重評這一通的申復，不能再測。"), remedy=remedy)
    here = [day for day in days if day not in away.get(person.staff_no, ())]
    if not here:
        raise RoundError(_("當事人在期限內都請假。"), remedy=remedy)
    found = [
        Available(
            staff_no=tester.staff_no,
            days=tuple(day for day in here if day not in away.get(tester.staff_no, ())),
            load=load.get(tester.staff_no, 0),
            sees=tester.staff_no in seeing,
        )
        for tester in free
    ]
    able = [each for each in found if each.days]
    if not able:
        raise RoundError(_("可以複測的測試員在期限內都請假。"), remedy=remedy)
    return able


def chosen(ticket: str, able: Sequence[Available]) -> Available:
    """Choose who makes the call.

    Who cannot read the first result comes first, then who has the fewest calls, then whom the ticket names.
    """
    unseeing = [each for each in able if not each.sees] or list(able)
    fewest = min(each.load for each in unseeing)
    equal = sorted((each for each in unseeing if each.load == fewest), key=lambda each: each.staff_no)
    return equal[int(ticket, 16) % len(equal)]


def confirming_draw(call: Call, drawn: Draw, able: Sequence[Available]) -> Draw:
    """Say who makes the confirming call, and in which half hour of which day; the ticket decides alone."""
    ticket = confirming_ticket(drawn.ticket, call.id)
    one = chosen(ticket, able)
    chance = int(ticket, 16)
    return Draw(
        round=call.round,
        order=drawn.order,
        staff_no=call.person,
        ticket=ticket,
        tester=one.staff_no,
        day=one.days[chance // 997 % len(one.days)],
        window=WINDOWS[chance // 1009 % len(WINDOWS)],
        occasion=Occasion.CONFIRMING,
    )


def load_of(draws: Sequence[Draw]) -> Counter[str]:
    """Count the calls that each tester has among these, the excluded apart."""
    return Counter(draw.tester for draw in draws if not draw.excluded)
