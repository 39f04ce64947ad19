"""The periods of an office year, and the days on which the office works."""

import calendar as civil
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bureau.dates import (
    ROC_OFFSET,
    TAIPEI,
    DateError,
    civil_year,
    day_of,
    moment_from,
    moment_text,
    parse_date,
    roc,
    roc_long,
    roc_time,
)
from bureau.language import _

__all__ = [
    "TAIPEI",
    "DateError",
    "OfficeCalendar",
    "Period",
    "PeriodKind",
    "day_of",
    "moment_from",
    "moment_text",
    "parse_date",
    "roc",
    "roc_long",
    "roc_time",
]


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
        try:
            year = civil_year(int(match[1]))
        except ValueError:
            raise refusal from None
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
