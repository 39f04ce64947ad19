"""測試輪值: which tester is on duty when, and who is away."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from pydantic import BaseModel, ConfigDict

from bureau.calendar import Period
from bureau.language import _
from bureau.people import Leave, Person
from bureau.problem import Refused
from bureau.text import Name


class RotaError(Refused):
    """A duty cannot be entered, or a rota cannot be made."""


class Duty(BaseModel):
    """Days on which a tester is on duty, both included."""

    model_config = ConfigDict(frozen=True)

    staff_no: Name
    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


class Roster(BaseModel):
    """Who can make calls on which day.

    Attributes:
        duties: the rota; while there is none at all, every tester is on duty always.
        leaves: who is away when.
    """

    model_config = ConfigDict(frozen=True)

    duties: tuple[Duty, ...] = ()
    leaves: tuple[Leave, ...] = ()

    def rostered(self, staff_no: str, days: Sequence[date]) -> list[date]:
        """Give the days on which the rota names a tester, in order; leave is not looked at."""
        if not self.duties:
            return list(days)
        mine = [duty for duty in self.duties if duty.staff_no == staff_no]
        return [day for day in days if any(day in duty for duty in mine)]

    def present(self, staff_no: str, days: Sequence[date]) -> list[date]:
        """Give the days on which a person is not on leave, in order."""
        mine = [leave for leave in self.leaves if leave.staff_no == staff_no]
        return [day for day in days if not any(leave.first <= day <= leave.last for leave in mine)]

    def on_duty(self, staff_no: str, days: Sequence[date]) -> list[date]:
        """Give the days on which a tester can make calls, in order."""
        return self.present(staff_no, self.rostered(staff_no, days))


def monthly(
    testers: Sequence[Person], months: Sequence[Period], size: int, before: Sequence[Duty] = ()
) -> list[Duty]:
    """Make a rota by months: each month so many testers, in turn.

    Whoever had the fewest months comes first, and of those whoever had not the month before; but the first
    two of a month are of different sections where there are such, since nobody tests the own section.

    Args:
        testers: who takes turns.
        months: the months, in order.
        size: how many are on duty in each.
        before: what the rota holds already; it counts towards the turns.

    Raises:
        RotaError: fewer testers than are wanted for a month.
    """
    if not 1 <= size <= len(testers):
        raise RotaError(
            _("每月要 {size} 位測試員，現在有 {count} 位。").format(size=size, count=len(testers)),
            remedy=_("請減少每月人數，或由管理者指派測試員：courtesy staff role 員工編號 tester。"),
        )
    turns = Counter({tester.staff_no: 0 for tester in testers})
    turns.update(duty.staff_no for duty in before if duty.staff_no in turns)
    latest = max((duty.last for duty in before), default=date.min)
    rested = {duty.staff_no for duty in before if duty.last == latest}
    made: list[Duty] = []
    for month in months:
        chosen: list[Person] = []
        while len(chosen) < size:
            left = [tester for tester in testers if tester not in chosen]
            sections = {one.section for one in chosen}
            chosen.append(
                min(
                    left,
                    key=lambda one: (
                        len(sections) == 1 and one.section in sections,
                        turns[one.staff_no],
                        one.staff_no in rested,
                        one.staff_no,
                    ),
                )
            )
        rested = {one.staff_no for one in chosen}
        turns.update(rested)
        made += [Duty(staff_no=each, first=month.first, last=month.last) for each in sorted(rested)]
    return made
