"""講習: the yearly training sessions, who was there and for how long, and whether the year's duty is done."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bureau.calendar import TAIPEI, Period, PeriodKind, roc
from bureau.language import _
from bureau.problem import Refused
from bureau.text import CleanLine, Name
from training.rules import TrainingRules

MOST_HOURS = 40
MOST_PEOPLE = 9999
_HALF_HOUR = 30
_HOUR = 60


class SessionError(Refused):
    """A session or its attendance cannot be entered like this."""


class SessionKind(StrEnum):
    """What a session is for."""

    YEARLY = "yearly"
    MAKE_UP = "make_up"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The kind as people call it."""
        return {
            SessionKind.YEARLY: _("年度講習"),
            SessionKind.MAKE_UP: _("補訓場次"),
            SessionKind.OTHER: _("其他訓練"),
        }[self]


class Status(StrEnum):
    """How a person expected at a session was accounted for."""

    PRESENT = "present"
    OFFICIAL = "official"
    LEAVE = "leave"
    ABSENT = "absent"

    @property
    def label(self) -> str:
        """The status as it stands on the sheet."""
        return {
            Status.PRESENT: _("出席"),
            Status.OFFICIAL: _("公假"),
            Status.LEAVE: _("請假"),
            Status.ABSENT: _("缺席"),
        }[self]

    @property
    def missed(self) -> bool:
        """Whether it counts against the person: leave for official duty does not."""
        return self in {Status.LEAVE, Status.ABSENT}


class Session(BaseModel):
    """One training session.

    Attributes:
        start: when it begins, Taipei time.
        end: when it ends, on the same day.
        hours: what full attendance is credited, above 0 to 40, two decimals.
        capacity: how many can be expected; 0 for no limit.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    title: Name
    day: date
    start: time
    end: time
    place: CleanLine = ""
    lecturer: CleanLine = ""
    hours: Annotated[Decimal, Field(gt=0, le=MOST_HOURS, decimal_places=2)]
    capacity: Annotated[int, Field(ge=0, le=MOST_PEOPLE)] = 0
    kind: SessionKind = SessionKind.YEARLY

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.end <= self.start:
            raise ValueError(_("結束時間要晚於開始時間。"))
        return self

    @property
    def year(self) -> int:
        """The civil year it belongs to."""
        return self.day.year

    @property
    def length(self) -> int:
        """Minutes from start to end."""
        return minutes_between(self.start, self.end)

    @property
    def starts_at(self) -> datetime:
        """The moment at which it begins."""
        return datetime.combine(self.day, self.start, TAIPEI)

    @property
    def ends_at(self) -> datetime:
        """The moment at which it ends."""
        return datetime.combine(self.day, self.end, TAIPEI)

    @property
    def name(self) -> str:
        """Day and title, as it is shown where there is little room."""
        return f"{roc(self.day)} {self.title}"


class Attendance(BaseModel):
    """What is recorded of one person at one session.

    Attributes:
        minutes: present, 0 to the session's length; 0 unless the status is 出席.
        arrived: when the person came, if noted.
        left: when the person went, if noted.
    """

    model_config = ConfigDict(frozen=True)

    staff_no: Name
    status: Status
    minutes: Annotated[int, Field(ge=0)] = 0
    arrived: time | None = None
    left: time | None = None


class Standing(StrEnum):
    """What an attendance comes to."""

    TRAINED = "trained"
    MAKE_UP = "make_up"
    MAKE_UP_WITHOUT_FAULT = "make_up_without_fault"
    NOT_ENTERED = "not_entered"

    @property
    def label(self) -> str:
        """The standing in words."""
        return {
            Standing.TRAINED: _("已受訓"),
            Standing.MAKE_UP: _("應補課"),
            Standing.MAKE_UP_WITHOUT_FAULT: _("應補課（公假）"),
            Standing.NOT_ENTERED: _("未登錄"),
        }[self]


class Expected(BaseModel):
    """A person who should come to a session.

    Attributes:
        section: the person's section when it was put on the list.
        case: the retraining case for which alone the person must come; `""` for none.
        attendance: None until it is recorded.
    """

    model_config = ConfigDict(frozen=True)

    staff_no: str
    section: str
    case: str = ""
    attendance: Attendance | None = None


class Duty(BaseModel):
    """How far the year's sessions are held.

    Attributes:
        year: the civil year.
        done: sessions that count, 0 to `needed`: a second one in the same half does not stand for one that
            the other half still needs.
        needed: sessions the office owes.
        halves: how many were held in the first and in the second half.
        next_by: the last day for what is still to be held; None when nothing is.
        missed: whether a half has passed without its share.
    """

    model_config = ConfigDict(frozen=True)

    year: int
    done: int
    needed: int
    halves: tuple[int, int]
    next_by: date | None
    missed: bool

    @property
    def text(self) -> str:
        """Such as 1/2."""
        return f"{self.done}/{self.needed}"

    def days_left(self, today: date) -> int | None:
        """Give the days until `next_by`, 0 on that day itself; None when nothing is to be held."""
        return (self.next_by - today).days if self.next_by else None


def minutes_between(start: time, end: time) -> int:
    """Give the whole minutes from `start` to `end` of the same day."""
    return (end.hour - start.hour) * _HOUR + end.minute - start.minute


def moved(before: Session, after: Session) -> bool:
    """Say whether a session was put on another day or time."""
    return (before.day, before.start, before.end) != (after.day, after.start, after.end)


def usual_hours(start: time, end: time) -> Decimal:
    """Give the hours that a session from `start` to `end` is worth: its length in whole half hours."""
    halves = max(minutes_between(start, end) // _HALF_HOUR, 1)
    return (Decimal(halves) / 2).quantize(Decimal("0.01"))


def attendance(
    session: Session,
    staff_no: str,
    status: Status,
    *,
    minutes: int | None = None,
    arrived: time | None = None,
    left: time | None = None,
) -> Attendance:
    """Make a record of attendance out of what was noted.

    Whoever is 出席 without anything else noted was there throughout; noted times are counted within the
    session only.

    Raises:
        SessionError: minutes beyond the session, minutes of somebody who was away, going before coming.
    """
    if status is not Status.PRESENT:
        if minutes or arrived or left:
            raise SessionError(
                _("{status}的人不會有在場時間。").format(status=status.label),
                remedy=_("請清空時間，或改成出席。"),
            )
        return Attendance(staff_no=staff_no, status=status)
    if arrived and left and left <= arrived:
        raise SessionError(_("離開時間不晚於到場時間。"), remedy=_("請查對兩個時間。"))
    if minutes is None:
        came, went = max(arrived or session.start, session.start), min(left or session.end, session.end)
        minutes = max(minutes_between(came, went), 0)
    if not 0 <= minutes <= session.length:
        raise SessionError(
            _("在場 {minutes} 分鐘，超出全場的 {length} 分鐘。").format(
                minutes=minutes, length=session.length
            ),
            remedy=_("請填 0 至 {length}。").format(length=session.length),
        )
    return Attendance(staff_no=staff_no, status=status, minutes=minutes, arrived=arrived, left=left)


def standing(session: Session, given: Attendance | None, rules: TrainingRules) -> Standing:
    """Say what an attendance comes to by the rules of the session's day."""
    if given is None:
        return Standing.NOT_ENTERED
    if given.status is Status.OFFICIAL:
        return Standing.MAKE_UP_WITHOUT_FAULT
    return Standing.TRAINED if rules.trained(given.minutes, session.length) else Standing.MAKE_UP


def credited_hours(session: Session, given: Attendance, rules: TrainingRules) -> Decimal:
    """Give the hours credited to one person: those present, whether or not they suffice to be trained."""
    return rules.credited(session.hours, given.minutes, session.length)


def duty(year: int, held: Iterable[date], today: date, rules: TrainingRules) -> Duty:
    """Say how far the year's duty is done.

    Args:
        year: the civil year.
        held: the days of the yearly sessions that took place, of any year.
        today: decides whether a half has passed.
        rules: how many sessions are owed.
    """
    halves = [Period(kind=PeriodKind.HALF, year=year, number=number) for number in (1, 2)]
    days = list(held)
    first, second = (sum(day in half for day in days) for half in halves)
    lacking = [max(rules.sessions_per_half - count, 0) for count in (first, second)]
    done = max(min(first + second, rules.yearly_sessions - sum(lacking)), 0)
    next_by = None
    if done < rules.yearly_sessions:
        next_by = halves[0].last if lacking[0] and today <= halves[0].last else halves[1].last
    return Duty(
        year=year,
        done=done,
        needed=rules.yearly_sessions,
        halves=(first, second),
        next_by=next_by,
        missed=(lacking[0] > 0 and today > halves[0].last) or (next_by is not None and today > next_by),
    )
