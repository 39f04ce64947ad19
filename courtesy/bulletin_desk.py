"""The desk at which the monthly bulletin is made."""

from datetime import date, datetime, timedelta
from datetime import time as clock

from bureau.calendar import TAIPEI, Period, PeriodKind, day_of
from bureau.language import _
from bureau.problem import Refused
from bureau.roles import Actor, Role
from courtesy.bulletin import Bulletin, bulletin
from courtesy.bulletin_store import BulletinStore
from courtesy.call import Call
from courtesy.desk import CallDesk
from courtesy.occasion import Occasion


class BulletinError(Refused):
    """There is no bulletin of that period."""


class BulletinDesk:
    """Makes the bulletin; nothing is written."""

    def __init__(self, calls: CallDesk) -> None:
        self.calls = calls
        self._store = BulletinStore(calls.office.store)

    def bulletin(self, code: str, *, by: Actor, at: datetime) -> Bulletin:
        """Give the figures of a month.

        Args:
            code: of the month, such as 115M11.
            by: a trainer or head.
            at: the moment; records sealed until then count.

        Raises:
            BulletinError: the period is no month, or has not begun.
            DateError: the code names no period.
        """
        by.require(Role.TRAINER, Role.HEAD)
        period = Period.parse(code)
        today = day_of(at)
        if period.kind is not PeriodKind.MONTH:
            raise BulletinError(
                _("月報要指定一個月，「{code}」不是。").format(code=period.code),
                remedy=_("請寫成 115M11。"),
            )
        if period.first > today:
            raise BulletinError(
                _("{period}還沒有開始。").format(period=period.title), remedy=_("請查對月份。")
            )
        before = Period.of(PeriodKind.MONTH, period.first - timedelta(days=1))
        # A record may be sealed long after its call. Confirming calls follow bad results: with them those who
        # did badly would count twice.
        calls = [call for call in self.calls.sealed(before.first, today) if call.occasion is Occasion.DRAWN]
        own, earlier = _made_in(period, calls), _made_in(before, calls)
        return bulletin(
            period,
            before,
            own,
            earlier,
            {call.scale: self.calls.scale(call.scale) for call in own},
            drawn=self._store.drawn(
                period.first, period.last, _begin(period.first), _begin(period.last + timedelta(days=1))
            ),
            until=min(period.last, today),
            sections=[section.name for section in self.calls.office.ground.sections() if section.active],
            bands=self.calls.bands(period.last),
        )


def _made_in(period: Period, calls: list[Call]) -> list[Call]:
    return [call for call in calls if day_of(call.at) in period]


def _begin(day: date) -> datetime:
    return datetime.combine(day, clock(), TAIPEI)
