"""抽測回合: one drawing of people to call, from commitment to the revealed salt, and who calls whom when."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from bureau.people import Person
from bureau.problem import Refused
from bureau.text import CleanLine
from courtesy.draw import Candidate, Drawn, DrawRules, Hex
from courtesy.occasion import Occasion

WINDOWS = tuple(
    time(hour, minute) for hour in (9, 10, 11, 14, 15, 16) for minute in (0, 30) if (hour, minute) != (11, 30)
)
"""The half hours in which test calls are made; noon is left out."""


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
) -> list[Draw]:
    """Say who calls whom, when.

    Nobody calls the own section or oneself, nobody is called by the same tester twice running, and the load
    is even: of those who may, the one with the fewest calls is taken, of equals the one to whom the ticket
    points. Days are spread evenly over the round, half hours by the ticket.

    Args:
        round_id: the round.
        drawn: in the order of the draw.
        people: everybody drawn, as of the day of the draw.
        testers: who is on the rota, by 員工編號.
        last_tester: who called each person the last time.
        days: the working days of the round, in order.
        load: how many calls each tester has already in this round.

    Raises:
        RoundError: there is no tester, none may call somebody, or the round has no working day.
    """
    if not days:
        raise RoundError(_("這段期間沒有上班日。"), remedy=_("請查對起訖日期與辦公日曆。"))
    counts = Counter({tester.staff_no: (load or {}).get(tester.staff_no, 0) for tester in testers})
    if not testers:
        raise RoundError(
            _("還沒有測試員，不能排定誰打電話。"),
            remedy=_("請由管理者指派：courtesy staff role 員工編號 tester。"),
        )
    result: list[Draw] = []
    for place, one in enumerate(drawn):
        person = people[one.staff_no]
        outside = [tester for tester in testers if tester.section != person.section]
        allowed = [tester for tester in outside if last_tester.get(one.staff_no) != tester.staff_no]
        if not allowed:
            raise RoundError(
                _("沒有人可以測試 {name}（{section}）。").format(name=person.name, section=person.section),
                remedy=(
                    _("測試員都在同一科室，請加派其他科室的測試員。")
                    if not outside
                    else _("可以測試的人上次剛測過，請再加派一位測試員。")
                ),
            )
        fewest = min(counts[tester.staff_no] for tester in allowed)
        equal = [tester.staff_no for tester in allowed if counts[tester.staff_no] == fewest]
        chance = int(one.ticket, 16)
        tester = equal[chance % len(equal)]
        counts[tester] += 1
        result.append(
            Draw(
                round=round_id,
                order=one.order,
                staff_no=one.staff_no,
                ticket=one.ticket,
                tester=tester,
                day=days[place * len(days) // len(drawn)],
                window=WINDOWS[chance // 1009 % len(WINDOWS)],
            )
        )
    return result
