"""民國 dates, the periods of an office year, and the days on which the office works."""

import calendar as civil
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from bureau.problem import Refused

TAIPEI = ZoneInfo("Asia/Taipei")
"""The time zone in which people read the clock; moments are stored in UTC."""

ROC_OFFSET = 1911
"""民國 year = civil year − 1911."""

_DATE = re.compile(r"(?:民國|中華民國)?\s*(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{7}|\d{8})")
_FIRST_CIVIL_YEAR = 1912


class DateError(Refused):
    """A text is not a date that exists."""


def roc(day: date) -> str:
    """Write `day` as people read it: 115/11/23."""
    return f"{day.year - ROC_OFFSET}/{day.month:02}/{day.day:02}"


def roc_long(day: date) -> str:
    """Write `day` as it stands on an official paper: 中華民國115年11月23日."""
    return f"中華民國{day.year - ROC_OFFSET}年{day.month}月{day.day}日"


def roc_time(moment: datetime) -> str:
    """Write an aware `moment` in Taipei time: 115/11/23 14:05."""
    local = moment.astimezone(TAIPEI)
    return f"{roc(local.date())} {local:%H:%M}"


def day_of(moment: datetime) -> date:
    """Give the day it is in Taipei at an aware `moment`."""
    return moment.astimezone(TAIPEI).date()


def moment_text(moment: datetime) -> str:
    """Write an aware `moment` as it is stored: ISO in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_from(text: str) -> datetime:
    """Read back what `moment_text` wrote."""
    return datetime.fromisoformat(text)


def parse_date(text: str) -> date:
    """Read a date as people type it.

    115/11/23, 115-11-23, 民國115年11月23日, 1151123, 2026-11-23 and full-width forms are taken. A year below
    1912 is a 民國 year.

    Raises:
        DateError: the text is no date, or the day does not exist.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if match := _DATE.fullmatch(plain):
        year, month, day = (int(part) for part in match.groups())
    elif _COMPACT.fullmatch(plain):
        year, month, day = int(plain[:-4]), int(plain[-4:-2]), int(plain[-2:])
    else:
        raise DateError(
            _("「{text}」不是日期。").format(text=text), remedy=_("請寫成 115/11/23 或 2026-11-23。")
        )
    if year < _FIRST_CIVIL_YEAR:
        year += ROC_OFFSET
    try:
        return date(year, month, day)
    except ValueError:
        raise DateError(
            _("沒有「{text}」這一天。").format(text=text), remedy=_("請查對月份與日數。")
        ) from None


class PeriodKind(StrEnum):
    """How long a period of the office year is."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"


_MONTHS = {PeriodKind.YEAR: 12, PeriodKind.HALF: 6, PeriodKind.QUARTER: 3, PeriodKind.MONTH: 1}
_LETTERS = {PeriodKind.HALF: "H", PeriodKind.QUARTER: "Q", PeriodKind.MONTH: "M"}
_PERIOD = re.compile(r"(\d{1,4})(?:-?([HQM])(\d{1,2}))?", re.IGNORECASE)


class Period(BaseModel):
    """A year, half, quarter or month of the office.

    Attributes:
        year: the civil year.
        number: which half, quarter or month of that year, from 1.
    """

    model_config = ConfigDict(frozen=True)

    kind: PeriodKind
    year: int
    number: int = 1

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, (self.number - 1) * _MONTHS[self.kind] + 1, 1)

    @property
    def last(self) -> date:
        """The last day."""
        month = self.number * _MONTHS[self.kind]
        return date(self.year, month, civil.monthrange(self.year, month)[1])

    @property
    def code(self) -> str:
        """The form used in commands and files: 115, 115H1, 115Q4, 115M11."""
        year = str(self.year - ROC_OFFSET)
        return year if self.kind is PeriodKind.YEAR else f"{year}{_LETTERS[self.kind]}{self.number}"

    @property
    def title(self) -> str:
        """The form people read: 115 年度, 115 年上半年, 115 年第 4 季, 115 年 11 月."""
        year = self.year - ROC_OFFSET
        if self.kind is PeriodKind.YEAR:
            return _("{year} 年度").format(year=year)
        if self.kind is PeriodKind.HALF:
            return (_("{year} 年上半年") if self.number == 1 else _("{year} 年下半年")).format(year=year)
        if self.kind is PeriodKind.QUARTER:
            return _("{year} 年第 {number} 季").format(year=year, number=self.number)
        return _("{year} 年 {number} 月").format(year=year, number=self.number)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last

    @classmethod
    def of(cls, kind: PeriodKind, day: date) -> "Period":
        """Give the period of this kind that holds `day`."""
        return cls(kind=kind, year=day.year, number=(day.month - 1) // _MONTHS[kind] + 1)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read a period code such as 115, 115H2, 115Q4 or 2026M11.

        Raises:
            DateError: the text names no period.
        """
        plain = unicodedata.normalize("NFKC", text).strip()
        match = _PERIOD.fullmatch(plain)
        refusal = DateError(
            _("「{text}」不是期別。").format(text=text), remedy=_("請寫成 115、115H1、115Q4 或 115M11。")
        )
        if match is None:
            raise refusal
        year = int(match[1])
        year += ROC_OFFSET if year < _FIRST_CIVIL_YEAR else 0
        kind = PeriodKind.YEAR
        if match[2]:
            kind = next(kind for kind, letter in _LETTERS.items() if letter == match[2].upper())
        number = int(match[3] or 1)
        if not 1 <= number <= 12 // _MONTHS[kind]:
            raise refusal
        return cls(kind=kind, year=year, number=number)


class OfficeCalendar(BaseModel):
    """Which days the office works.

    Attributes:
        holidays: days off with their name, beyond Saturdays and Sundays.
        workdays: Saturdays, Sundays or holidays on which the office works after all, with the reason.
    """

    model_config = ConfigDict(frozen=True)

    holidays: dict[date, str] = {}
    workdays: dict[date, str] = {}

    def works_on(self, day: date) -> bool:
        """Say whether `day` is a working day."""
        if day in self.workdays:
            return True
        return day.weekday() < civil.SATURDAY and day not in self.holidays

    def working_days(self, first: date, last: date) -> Iterator[date]:
        """Give the working days from `first` to `last`, both included, in order."""
        day = first
        while day <= last:
            if self.works_on(day):
                yield day
            day += timedelta(days=1)

    def after(self, day: date, working_days: int) -> date:
        """Give the day that is `working_days` (at least 1) working days after `day`."""
        remaining = working_days
        while remaining:
            day += timedelta(days=1)
            remaining -= self.works_on(day)
        return day
