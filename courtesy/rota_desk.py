"""What a person can do with the rota: put testers on duty, take them off, fill months in turn."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bureau.calendar import Period, PeriodKind, day_of
from bureau.dates import roc
from bureau.language import _
from bureau.office import Office
from bureau.people import Person
from bureau.roles import Actor, Role
from courtesy.rota import Duty, RotaError, monthly
from courtesy.rota_store import RotaStore

_MOST_MONTHS = 24


class RotaDesk:
    """The acts of the rota."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._store = RotaStore(office.store)

    def duties(self) -> list[Duty]:
        """Give the whole rota, by first day."""
        return self._store.duties()

    def testers(self, day: date) -> list[Person]:
        """Give those who hold the role on `day`, by 員工編號."""
        people = {person.staff_no: person for person in self.office.ground.people_on(day)}
        return [people[each] for each in self.office.ground.holders(Role.TESTER) if each in people]

    def put(self, duty: Duty, *, by: Actor, at: datetime) -> None:
        """Put a tester on duty; what begins on the same day is replaced. Calls planned already stay.

        Raises:
            RotaError: not a tester, the days are not in order, or they overlap with another duty.
        """
        by.require(Role.TRAINER)
        if duty.last < duty.first:
            raise RotaError(_("值班的最後一天早於第一天。"), remedy=_("請查對兩個日期。"))
        with self.office.act("rota.put", by=by, at=at) as act:
            person = self.office.person(duty.staff_no, duty.first)
            if duty.staff_no not in self.office.ground.holders(Role.TESTER):
                raise RotaError(
                    _("{name} 不是測試員，不能排值班。").format(name=person.name),
                    remedy=_("請由管理者指派：courtesy staff role 員工編號 tester。"),
                )
            for other in self._store.duties():
                overlap = other.first <= duty.last and duty.first <= other.last
                if other.staff_no == duty.staff_no and other.first != duty.first and overlap:
                    raise RotaError(
                        _("{name} 在 {first} 至 {last} 已經排了值班。").format(
                            name=person.name, first=roc(other.first), last=roc(other.last)
                        ),
                        remedy=_("請先刪去那一筆，或改日期。"),
                    )
            self._store.put([duty])
            act.record(duty.staff_no, first=duty.first.isoformat(), last=duty.last.isoformat())

    def drop(self, staff_no: str, first: date, *, by: Actor, at: datetime) -> None:
        """Take a duty out of the rota. Calls planned already stay.

        Raises:
            RotaError: there is none of that tester which begins on `first`.
        """
        by.require(Role.TRAINER)
        with self.office.act("rota.drop", by=by, at=at) as act:
            if not self._store.drop(staff_no, first):
                raise RotaError(
                    _("輪值表沒有 {staff_no} 從 {first} 開始的值班。").format(
                        staff_no=staff_no, first=roc(first)
                    ),
                    remedy=_("請用 courtesy round rota list 查對。"),
                )
            act.record(staff_no, first=first.isoformat())

    def fill(self, first: Period, last: Period, size: int, *, by: Actor, at: datetime) -> list[Duty]:
        """Put testers on duty by months, in turn; months that hold a duty already are left as they are.

        Args:
            first: the first month.
            last: the last.
            size: how many testers each month.
            by: a trainer or administrator.
            at: the moment.

        Returns:
            The duties that were added.

        Raises:
            RotaError: not months, not in order, too many, or too few testers.
        """
        by.require(Role.TRAINER)
        months = _months(first, last)
        with self.office.act("rota.fill", by=by, at=at) as act:
            known = self._store.duties()
            empty = [
                month
                for month in months
                if not any(duty.first <= month.last and month.first <= duty.last for duty in known)
            ]
            before = [duty for duty in known if duty.last < months[0].first]
            added = monthly(self.testers(day_of(at)), empty, size, before)
            self._store.put(added)
            act.record(
                first.code,
                last=last.code,
                duties=[[duty.staff_no, duty.first.isoformat(), duty.last.isoformat()] for duty in added],
            )
        return added


def _months(first: Period, last: Period) -> Sequence[Period]:
    if first.kind is not PeriodKind.MONTH or last.kind is not PeriodKind.MONTH:
        raise RotaError(_("輪值要逐月排。"), remedy=_("月份請寫成 115M11。"))
    months = [first]
    while months[-1].last < last.last:
        months.append(Period.of(PeriodKind.MONTH, months[-1].last + timedelta(days=1)))
        if len(months) > _MOST_MONTHS:
            raise RotaError(_("一次最多排 {most} 個月。").format(most=_MOST_MONTHS), remedy=_("請分次排。"))
    if last.first < first.first:
        raise RotaError(_("最後一個月早於第一個月。"), remedy=_("請查對兩個月份。"))
    return months
