"""民國 dates and moments: how they are written, stored and typed."""

import re
import unicodedata
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bureau.language import _
from bureau.problem import Refused

TAIPEI = ZoneInfo("Asia/Taipei")
"""The time zone in which people read the clock; moments are stored in UTC."""

ROC_OFFSET = 1911
"""民國 year = civil year − 1911."""

_DATE = re.compile(r"(?:民國|中華民國)?\s*(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_COMPACT = re.compile(r"(\d{7}|\d{8})")
_FIRST_CIVIL_YEAR = 1912
_ROC_YEARS = range(1, 1000)


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
    1000 is a 民國 year. Days before 1912 are refused: no office keeps any, and a spreadsheet shows an empty
    number as one.

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
    try:
        return date(civil_year(year), month, day)
    except ValueError:
        raise DateError(
            _("沒有「{text}」這一天。").format(text=text), remedy=_("請查對月份與日數。")
        ) from None


def civil_year(year: int) -> int:
    """Give the civil year that a typed `year` means: below 1000 it is a 民國 year.

    Raises:
        ValueError: it is neither that nor a civil year since 1912.
    """
    if year in _ROC_YEARS:
        return year + ROC_OFFSET
    if year < _FIRST_CIVIL_YEAR:
        raise ValueError(year)
    return year
