"""工作項目: the measures of the office's yearly plan, when each is due, and whether it was done."""

import calendar as civil
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bureau.calendar import OfficeCalendar, Period, PeriodKind
from bureau.dates import ROC_OFFSET
from bureau.language import _
from bureau.problem import Refused
from bureau.text import CleanLine, CleanText, Name

ALARM_DAYS = 7
"""Days before a due date on which a calendar reminds of it, unless asked otherwise."""

MOST_ALARM_DAYS = 90

YEARS = range(ROC_OFFSET + 1, ROC_OFFSET + 1000)
"""The civil years that a plan can be of: 民國 1 to 999."""

MONTHS = 12
_THREE = 3
_LONGEST_BREAK = 60
"""No office is closed for so many days on end."""

_FEBRUARY = 2
_DAY = re.compile(r"(\d{1,2})\s*[-/月.]\s*(\d{1,2})\s*日?")
_SEPARATORS = re.compile(r"[\s,、;]+")

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{0,40}$")]
"""By which a measure of a file is known again; `""` for one that the office added itself."""

Wording = Annotated[CleanLine, Field(max_length=500)]


class DutyError(Refused):
    """A measure cannot be entered like this, or its occasion not be marked as done."""


class Frequency(StrEnum):
    """How often a measure is due."""

    OPEN = "open"
    ANY_TIME = "any_time"
    THREE_MONTHS = "three_months"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    DATES = "dates"

    @property
    def label(self) -> str:
        """The frequency as the plan writes it."""
        return {
            Frequency.OPEN: _("未定"),
            Frequency.ANY_TIME: _("隨時"),
            Frequency.THREE_MONTHS: _("每 3 個月"),
            Frequency.QUARTER: _("每季"),
            Frequency.HALF: _("每半年"),
            Frequency.YEAR: _("每年"),
            Frequency.DATES: _("固定日期"),
        }[self]


_PERIODS = {
    Frequency.QUARTER: PeriodKind.QUARTER,
    Frequency.HALF: PeriodKind.HALF,
    Frequency.YEAR: PeriodKind.YEAR,
}


class RecordKind(StrEnum):
    """What an evidence points at."""

    NONE = "none"
    SESSION = "session"
    PAPER = "paper"
    ROUND = "round"
    FILE = "file"

    @property
    def label(self) -> str:
        """The kind as people call it."""
        return {
            RecordKind.NONE: _("文字說明"),
            RecordKind.SESSION: _("講習場次"),
            RecordKind.PAPER: _("測驗試卷"),
            RecordKind.ROUND: _("抽測回合"),
            RecordKind.FILE: _("檔案"),
        }[self]


class MonthDay(NamedTuple):
    """A day of every year; never the 29th of February."""

    month: int
    day: int

    @property
    def text(self) -> str:
        """Such as 1/25."""
        return f"{self.month}/{self.day}"


class Terms(BaseModel):
    """When a measure is due, from a day on.

    Attributes:
        since: the first due date to which these terms apply.
        dates: for 固定日期: the last day of each occasion, in order; none as long as the office has set none.
        first_month: for 每 3 個月: the month in which the first three months begin, 1 to 3.
    """

    model_config = ConfigDict(frozen=True)

    since: date
    frequency: Frequency
    dates: tuple[MonthDay, ...] = ()
    first_month: Annotated[int, Field(ge=1, le=_THREE)] = 1

    @model_validator(mode="after")
    def _dates_are_days(self) -> Self:
        if self.dates and self.frequency is not Frequency.DATES:
            raise ValueError(_("只有「固定日期」可以寫日期。"))
        if self.first_month > 1 and self.frequency is not Frequency.THREE_MONTHS:
            raise ValueError(_("只有「每 3 個月」可以指定從幾月起算。"))
        if list(self.dates) != sorted(set(self.dates)):
            raise ValueError(_("日期要由先到後，不可重複。"))
        for each in self.dates:
            check_month_day(each.month, each.day)
        return self

    @property
    def unset(self) -> bool:
        """Whether the office still has to say when the measure is due."""
        return self.frequency is Frequency.OPEN or (self.frequency is Frequency.DATES and not self.dates)

    @property
    def dated(self) -> bool:
        """Whether there are occasions with a due date."""
        return not self.unset and self.frequency is not Frequency.ANY_TIME

    @property
    def text(self) -> str:
        """The frequency with what belongs to it, such as 固定日期 3/31、7/31."""
        if self.frequency is Frequency.DATES and self.dates:
            return "、".join(each.text for each in self.dates)
        if self.frequency is Frequency.THREE_MONTHS and self.first_month > 1:
            return _("每 3 個月（{month} 月起）").format(month=self.first_month)
        return self.frequency.label


class Occasion(BaseModel):
    """應辦時點: once that a measure is to be done.

    Attributes:
        key: such as 115Q4, 115T03 or 115D0125; of a measure without due dates the day on which it was done.
        first: the first day of its time.
        due: the last.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    title: str
    first: date
    due: date


class Done(BaseModel):
    """The evidence that a measure was done.

    Attributes:
        occasion: the key of the occasion.
        on: the day on which it was done.
        text: in words.
        kind: what `reference` points at.
        reference: the number of a session, paper or round, or the name of a file; `""` for 文字說明.
        by: 員工編號 of who recorded it.
        at: when.
        taken_back_at: when it was taken back; None while it stands.
        taken_back_by: by whom.
        reason: why.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    measure: str
    occasion: str
    on: date
    text: Annotated[CleanText, Field(max_length=500)] = ""
    kind: RecordKind = RecordKind.NONE
    reference: Annotated[CleanLine, Field(max_length=200)] = ""
    by: str
    at: datetime
    taken_back_at: datetime | None = None
    taken_back_by: str = ""
    reason: CleanLine = ""

    @property
    def stands(self) -> bool:
        """Whether it has not been taken back."""
        return self.taken_back_at is None

    @property
    def said(self) -> str:
        """The evidence on one line."""
        reference = (
            _("{kind} {reference}").format(kind=self.kind.label, reference=self.reference)
            if self.reference
            else ""
        )
        return "；".join(part for part in (reference, self.text.replace("\n", " ")) if part)


class Measure(BaseModel):
    """工作項目: one measure of the yearly plan.

    Attributes:
        title: short, as it stands in lists.
        wording: word for word as the plan has it.
        source: where it stands there.
        note: on what frequency and 承辦單位 rest, and what the office still has to set.
        printed: 承辦單位 as the plan prints it, such as 各業務科; `""` where the print does not tell.
        section: the section that does it; `""` for none.
        person: 員工編號 of who does it; `""` for none.
        record: what the program can see of it.
        terms: when it is due, by first day; never empty.
        retired: the last due date that counts; None while it is in use.
        retired_for: why it was retired.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    code: Code = ""
    title: Name
    wording: Wording = ""
    source: Wording = ""
    note: Wording = ""
    printed: CleanLine = ""
    section: CleanLine = ""
    person: CleanLine = ""
    record: RecordKind = RecordKind.NONE
    terms: Annotated[tuple[Terms, ...], Field(min_length=1)]
    retired: date | None = None
    retired_for: CleanLine = ""

    @model_validator(mode="after")
    def _terms_follow_each_other(self) -> Self:
        firsts = [each.since for each in self.terms]
        if firsts != sorted(set(firsts)):
            raise ValueError(_("期限的起日要由先到後，不可重複。"))
        return self

    def on(self, day: date) -> Terms:
        """Give the terms that apply on `day`; before the first, the first."""
        return next((each for each in reversed(self.terms) if each.since <= day), self.terms[0])

    def occasions(self, year: int) -> list[Occasion]:
        """Give the occasions that fall due in a civil year, by due date."""
        return occasions(self.terms, year, until=self.retired)


class Stage(StrEnum):
    """How a measure or one of its occasions stands."""

    OVERDUE = "overdue"
    AHEAD = "ahead"
    DONE = "done"
    UNSET = "unset"
    ANY_TIME = "any_time"
    NOTHING = "nothing"
    RETIRED = "retired"


class Tracked(BaseModel):
    """An occasion and what became of it.

    Attributes:
        last_working_day: the last day on which the office works before it is due; None when that is the due
            date itself.
        done: the evidence that stands; None as long as there is none.
    """

    model_config = ConfigDict(frozen=True)

    occasion: Occasion
    last_working_day: date | None = None
    done: Done | None = None

    @property
    def late(self) -> int:
        """Days after the due date on which it was done; 0 when in time or not done."""
        return max((self.done.on - self.occasion.due).days, 0) if self.done else 0

    def stage(self, today: date) -> Stage:
        """Say how it stands; on the due date itself it is not overdue."""
        if self.done:
            return Stage.DONE
        return Stage.OVERDUE if self.occasion.due < today else Stage.AHEAD

    def days(self, today: date) -> int:
        """Give the days until it is due; negative when that is over."""
        return (self.occasion.due - today).days


class MeasureYear(BaseModel):
    """A measure in one civil year.

    Attributes:
        items: its occasions, by due date.
        records: evidence of the year that belongs to no occasion: of measures without due dates, and of
            terms that have been changed since.
        terms: those that apply at the end of the year.
    """

    model_config = ConfigDict(frozen=True)

    measure: Measure
    year: int
    items: tuple[Tracked, ...]
    records: tuple[Done, ...]
    terms: Terms

    @property
    def next(self) -> Tracked | None:
        """The first occasion that is not done yet."""
        return next((each for each in self.items if not each.done), None)

    @property
    def in_use(self) -> bool:
        """Whether it is not retired by the end of the year."""
        return self.measure.retired is None or self.measure.retired.year > self.year

    def stage(self, today: date) -> Stage:
        """Say how the year stands."""
        if not self.in_use:
            return Stage.RETIRED
        if found := self.next:
            return found.stage(today)
        if self.terms.unset:
            return Stage.UNSET
        if not self.terms.dated:
            return Stage.ANY_TIME
        return Stage.DONE if self.items else Stage.NOTHING


class Proposal(BaseModel):
    """What the program itself can see that may be evidence; a person confirms it."""

    model_config = ConfigDict(frozen=True)

    kind: RecordKind
    reference: str
    day: date
    text: str


def check_month_day(month: int, day: int) -> MonthDay:
    """Give a day that every year has.

    Raises:
        DutyError: there is no such day, or not every year.
    """
    if not 1 <= month <= MONTHS or not 1 <= day <= civil.monthrange(2000, month)[1]:
        raise DutyError(_("沒有 {month}/{day} 這一天。").format(month=month, day=day))
    if (month, day) == (_FEBRUARY, 29):
        raise DutyError(_("2/29 不是每年都有。"), remedy=_("請寫 2/28。"))
    return MonthDay(month, day)


def month_days(text: str) -> tuple[MonthDay, ...]:
    """Read days of the year as people type them: 1/25, or 3/31、7/31.

    Raises:
        DutyError: one of them is no day of every year.
    """
    found = []
    plain = unicodedata.normalize("NFKC", text)
    for part in filter(None, _SEPARATORS.split(plain)):
        match = _DAY.fullmatch(part)
        if match is None:
            raise DutyError(
                _("「{text}」不是月/日。").format(text=part), remedy=_("請寫成 1/25，幾個日期用頓號分開。")
            )
        found.append(check_month_day(int(match[1]), int(match[2])))
    return tuple(sorted(set(found)))


def occasions(terms: Sequence[Terms], year: int, *, until: date | None = None) -> list[Occasion]:
    """Give the occasions that fall due in a civil year.

    Args:
        terms: by first day; each applies to the due dates from its first day to that of the next.
        year: the civil year.
        until: the last due date that counts; None: no end.
    """
    found: dict[str, Occasion] = {}
    for place, each in enumerate(terms):
        after = terms[place + 1].since if place + 1 < len(terms) else date.max
        for occasion in _of(each, year):
            if each.since <= occasion.due < after and (until is None or occasion.due <= until):
                found[occasion.key] = occasion
    return sorted(found.values(), key=lambda one: (one.due, one.key))


def _of(terms: Terms, year: int) -> Iterator[Occasion]:
    if terms.frequency in _PERIODS:
        kind = _PERIODS[terms.frequency]
        day = date(year, 1, 1)
        while day.year == year:
            period = Period.of(kind, day)
            yield Occasion(key=period.code, title=period.title, first=period.first, due=period.last)
            day = period.last + timedelta(days=1)
    elif terms.frequency is Frequency.THREE_MONTHS:
        yield from _three_months(terms.first_month, year)
    elif terms.frequency is Frequency.DATES and terms.dates:
        before = _on(terms.dates[-1], year - 1)
        for each in terms.dates:
            due = _on(each, year)
            yield Occasion(
                key=f"{year - ROC_OFFSET}D{each.month:02}{each.day:02}",
                title=_("{year} 年 {day} 以前").format(year=year - ROC_OFFSET, day=each.text),
                first=before + timedelta(days=1),
                due=due,
            )
            before = due


def _three_months(first_month: int, year: int) -> Iterator[Occasion]:
    roc_year = year - ROC_OFFSET
    for month in range(1, MONTHS + 1):
        # Three months that begin in January end in March.
        if (month - first_month + 1) % _THREE == 0:
            begin = date(year, month - 2, 1) if month > 2 else date(year - 1, month + 10, 1)  # noqa: PLR2004
            yield Occasion(
                key=f"{roc_year}T{month:02}",
                title=_("{first} 月至 {year} 年 {last} 月").format(
                    year=roc_year, first=begin.month, last=month
                ),
                first=begin,
                due=date(year, month, civil.monthrange(year, month)[1]),
            )


def _on(day: MonthDay, year: int) -> date:
    return date(year, day.month, day.day)


def last_working_day(due: date, calendar: OfficeCalendar) -> date | None:
    """Give the last day on which the office works before `due`; None when it works on `due` itself.

    The due date stays what it is: whether it may be put off until the office works again is the office's own
    decision, and this day is never too late.
    """
    for back in range(_LONGEST_BREAK):
        day = due - timedelta(days=back)
        if calendar.works_on(day):
            return None if back == 0 else day
    return None


def measure_year(measure: Measure, year: int, done: Iterable[Done], calendar: OfficeCalendar) -> MeasureYear:
    """Put together how a measure stands in a civil year.

    Args:
        measure: which.
        year: the civil year.
        done: its evidence of any year; what was taken back is passed over.
        calendar: tells on which days the office works.
    """
    standing: Mapping[str, Done] = {each.occasion: each for each in done if each.stands}
    items = tuple(
        Tracked(
            occasion=one,
            last_working_day=last_working_day(one.due, calendar),
            done=standing.get(one.key),
        )
        for one in measure.occasions(year)
    )
    keys = {one.key for near in (year - 1, year, year + 1) for one in measure.occasions(near)}
    records = tuple(each for each in standing.values() if each.occasion not in keys and each.on.year == year)
    return MeasureYear(
        measure=measure,
        year=year,
        items=items,
        records=tuple(sorted(records, key=lambda each: (each.on, each.id))),
        terms=measure.on(date(year, MONTHS, 31)),
    )
