"""抽測回合: one drawing of people to call, from commitment to the revealed salt, and who calls whom when."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bureau.dates import roc
from bureau.language import _
from bureau.people import Person
from bureau.problem import Problem, Refused
from bureau.text import CleanLine
from courtesy.assignment import Plan, Slot, Wish
from courtesy.draw import Candidate, Drawn, DrawRules, Hex
from courtesy.occasion import Occasion
from courtesy.rota import Roster

WINDOWS = tuple(
    time(hour, minute) for hour in (9, 10, 11, 14, 15, 16) for minute in (0, 30) if (hour, minute) != (11, 30)
)
"""The half hours in which test calls are made; noon is left out."""

NOON = (time(12, 0), time(12, 30))
"""The half hours at noon, when counters are open in weeks of collection."""

_MOST_NAMED = 5
"""How many names a sentence holds before the rest are only counted."""

Window = tuple[str, date, time]
"""A tester, a day, and the half hour that begins then."""


def windows_of(*, noon: bool) -> tuple[time, ...]:
    """Give the half hours of a day in which calls are made.

    Args:
        noon: whether the office lets itself be called at noon on that day.
    """
    return tuple(sorted((*WINDOWS, *NOON))) if noon else WINDOWS


class RoundError(Refused):
    """A round cannot be made, drawn or closed in this way."""


class RoundState(StrEnum):
    """How far a round is."""

    COMMITTED = "committed"
    DRAWN = "drawn"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The state as people call it."""
        return {
            RoundState.COMMITTED: _("已承諾，待抽籤"),
            RoundState.DRAWN: _("已抽籤，測試中"),
            RoundState.CLOSED: _("已結束"),
        }[self]


class Round(BaseModel):
    """One drawing of people to call.

    Attributes:
        period: the code of its period, such as 115H2.
        first: the first day on which calls are made.
        last: the last.
        scale: the version by which calls are judged.
        commitment: published before the public number is known.
        salt: secret until the round is closed, then published; never shown before.
        frame: who can be called, by 員工編號.
        rules_version: the office's rules that were in force.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    period: CleanLine
    first: date
    last: date
    state: RoundState
    scale: str
    commitment: str
    salt: str
    public_number: str = ""
    frame: tuple[Candidate, ...]
    rules: DrawRules
    rules_version: str
    created_at: datetime
    drawn_at: datetime | None = None
    closed_at: datetime | None = None


class Draw(BaseModel):
    """One drawn person, with who calls when.

    Attributes:
        order: place in the draw, from 1.
        tester: 員工編號 of who makes the call.
        day: the working day for the call.
        window: the half hour that begins then, Taipei time.
        excluded: why the person cannot be called after all; `""`: can be.
        occasion: whether it was drawn by lot or confirms a bad result.
    """

    model_config = ConfigDict(frozen=True)

    round: str
    order: int
    staff_no: str
    ticket: Hex
    tester: str
    day: date
    window: time
    excluded: CleanLine = ""
    occasion: Occasion = Occasion.DRAWN


def assigned(
    round_id: str,
    drawn: Sequence[Drawn],
    people: Mapping[str, Person],
    testers: Sequence[Person],
    *,
    last_tester: Mapping[str, str],
    days: Sequence[date],
    load: Mapping[str, int] | None = None,
    roster: Roster | None = None,
    noon: Collection[date] = (),
    taken: Collection[Window] = (),
    discreet: bool = False,
) -> list[Draw]:
    """Say who calls whom, when.

    Nobody calls the own section or oneself, nobody is called by the same tester twice running, testers call
    only on days of duty and never twice in one half hour, and nobody is called on a day of leave while there
    is another. The load is as even as these rules allow: of those who may, the one with the fewest calls is
    taken, of equals the one to whom the ticket points. Days are spread evenly over the round, half hours by
    the ticket.

    Args:
        round_id: the round.
        drawn: in the order of the draw.
        people: everybody drawn, as of the day of the draw.
        testers: who can be on duty, by 員工編號.
        last_tester: who called each person the last time.
        days: the working days of the round, in order.
        load: how many calls each tester has already in this round.
        roster: who is on duty when, and on leave; None: every tester always, and nobody.
        noon: the days on which calls can be made at noon, too.
        taken: half hours in which testers have a call already, of whatever round.
        discreet: whether a refusal must not name the drawn, since the reader may not know them.

    Raises:
        RoundError: there is no tester, none may call somebody, or the round has no working day; with the
            rule that is in the way, whom it blocks and who is kept from calling them.
    """
    if not days:
        raise RoundError(_("這段期間沒有上班日。"), remedy=_("請查對起訖日期與辦公日曆。"))
    if not testers:
        raise RoundError(no_testers().what, remedy=no_testers().remedy)
    roster = roster or Roster()
    on_duty = {tester.staff_no: roster.on_duty(tester.staff_no, days) for tester in testers}
    halves = {day: windows_of(noon=day in noon) for day in days}
    busy = Counter((tester, day) for tester, day, _window in taken)
    room = {
        (tester, day): len(halves[day]) - busy[tester, day]
        for tester, mine in on_duty.items()
        for day in mine
    }
    allowed = {
        one.staff_no: may_call(people[one.staff_no], testers, last_tester.get(one.staff_no, ""))
        for one in drawn
    }
    number = {day: place for place, day in enumerate(days)}
    wishes = []
    for place, one in enumerate(drawn):
        best = place * len(days) // len(drawn)
        # The day that is due, then those around it; on a day of leave only where there is no other.
        present = roster.present(one.staff_no, days) or days
        wishes.append(
            Wish(
                testers=tuple(tester.staff_no for tester in allowed[one.staff_no]),
                days=tuple(sorted(present, key=lambda day: abs(number[day] - best))),
                pick=int(one.ticket, 16),
            )
        )
    plan = Plan(wishes, room, {tester.staff_no: (load or {}).get(tester.staff_no, 0) for tester in testers})
    if blocked := plan.fill():
        raise (_blocked_discreetly if discreet else _blocked)(
            [people[drawn[place].staff_no] for place in blocked],
            lambda person: why_not(person, testers, last_tester.get(person.staff_no, ""), roster, days),
        )
    return _timed(round_id, drawn, [place for place in plan.places if place], halves, taken)


def _timed(
    round_id: str,
    drawn: Sequence[Drawn],
    places: Sequence[Slot],
    halves: Mapping[date, Sequence[time]],
    taken: Collection[Window],
) -> list[Draw]:
    """Give each call its half hour: the one to which the ticket points, or the next that is free."""
    used = set(taken)
    result = []
    for one, (tester, day) in zip(drawn, places, strict=True):
        windows = halves[day]
        first = int(one.ticket, 16) // 1009 % len(windows)
        turned = [*windows[first:], *windows[:first]]
        free = [window for window in turned if (tester, day, window) not in used]
        # A tester who was drawn is not called while on the telephone for somebody else.
        window = next((each for each in free if (one.staff_no, day, each) not in used), free[0])
        used.add((tester, day, window))
        result.append(
            Draw(
                round=round_id,
                order=one.order,
                staff_no=one.staff_no,
                ticket=one.ticket,
                tester=tester,
                day=day,
                window=window,
            )
        )
    return result


def may_call(person: Person, testers: Sequence[Person], last: str) -> list[Person]:
    """Give the testers who may call a person: of other sections, and not who did the last time."""
    return [tester for tester in testers if tester.section != person.section and tester.staff_no != last]


def why_not(
    person: Person, testers: Sequence[Person], last: str, roster: Roster, days: Sequence[date]
) -> str:
    """Say which rule keeps everybody from calling a person, and who is kept by it.

    Args:
        person: whom nobody can call.
        testers: everybody who holds the role.
        last: who called the person the last time.
        roster: who is on duty when, and on leave.
        days: the working days of the round.
    """
    outside = [tester for tester in testers if tester.section != person.section]
    if not outside:
        return _("不得測試自己的科室：測試員{names}都在{section}。請加派其他科室的測試員。").format(
            names=_names(testers), section=person.section
        )
    allowed = may_call(person, testers, last)
    if not allowed:
        return _(
            "不得連續兩次由同一人測試：別科室的測試員只有{names}，上次剛測過。請再加派一位測試員。"
        ).format(names=_names(outside))
    present = roster.present(person.staff_no, days) or days
    if not any(roster.rostered(tester.staff_no, present) for tester in allowed):
        return _("輪值表：可以測試的{names}在 {first} 至 {last} 都沒有排值班。請修改輪值表。").format(
            names=_names(allowed), first=roc(days[0]), last=roc(days[-1])
        )
    if not any(roster.on_duty(tester.staff_no, present) for tester in allowed):
        return _("請假：可以測試的{names}值班的日子都請假。請修改輪值表或延後結束日。").format(
            names=_names(allowed)
        )
    return _("同一測試員每半小時只能打一通：可以測試的{names}時段都滿了。請加派測試員或延後結束日。").format(
        names=_names(allowed)
    )


def _blocked(people: Sequence[Person], why: Callable[[Person], str]) -> RoundError:
    first, *others = people
    return RoundError(
        no_tester(first),
        remedy=why(first),
        problems=[Problem(no_tester(person), remedy=why(person)) for person in others],
    )


def _blocked_discreetly(people: Sequence[Person], why: Callable[[Person], str]) -> RoundError:
    first, *others = dict.fromkeys(why(person) for person in people)
    return RoundError(
        _("抽中的人有 {count} 位，依現在的規則沒有人可以測試。").format(count=len(people)),
        remedy=first,
        problems=[Problem(reason) for reason in others],
    )


def no_testers() -> Problem:
    """Say that the office has no testers."""
    return Problem(
        _("還沒有測試員，不能排定誰打電話。"),
        remedy=_("請由管理者指派：courtesy staff role 員工編號 tester。"),
    )


def no_tester(first: Person, *others: Person) -> str:
    """Say that nobody can call these people of one section."""
    named = [first, *others][:_MOST_NAMED]
    names = _names(named)
    if len(others) + 1 > len(named):
        names = _("{names}等 {count} 人").format(names=names, count=len(others) + 1)
    return _("沒有人可以測試 {name}（{section}）。").format(name=names, section=first.section)


def _names(people: Sequence[Person]) -> str:
    return "、".join(person.name for person in people)
