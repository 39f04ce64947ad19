"""The due dates of the yearly plan as an iCalendar file (RFC 5545)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event
from pydantic import BaseModel, ConfigDict

from bureau.dates import roc
from bureau.language import _
from training.duties import Measure, Tracked

_MORNING = timedelta(hours=9)
"""An all-day entry begins at midnight; nobody is to be woken by its reminder."""


class Dated(BaseModel):
    """One due date.

    Attributes:
        owner: who does it, as people read it.
        changes: how often the measure and its evidence were changed: an entry with a higher number takes the
            place of an earlier one.
    """

    model_config = ConfigDict(frozen=True)

    measure: Measure
    item: Tracked
    owner: str
    changes: int


def icalendar_file(dated: Sequence[Dated], *, office: str, host: str, at: datetime, alarm_days: int) -> bytes:
    """Write due dates as all-day entries, each with a reminder unless it is done.

    Args:
        dated: what is due.
        office: 局名.
        host: tells this office's entries from those of any other.
        at: the aware moment of writing.
        alarm_days: days before the due date on which a calendar reminds; 0: none does.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//courtesy//duties//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("{office} 為民服務工作項目").format(office=office))
    for each in dated:
        calendar.add_component(_event(each, host, at, alarm_days))
    return bytes(calendar.to_ical())


def _event(each: Dated, host: str, at: datetime, alarm_days: int) -> Event:
    occasion, done = each.item.occasion, each.item.done
    title = f"{each.measure.title}（{occasion.title}）"
    event = Event()
    event.add("uid", f"duty-{each.measure.id}-{occasion.key}-{host}@courtesy".lower())
    event.add("dtstamp", at)
    event.add("sequence", each.changes)
    event.add("dtstart", occasion.due)
    event.add("dtend", occasion.due + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    words = _("已辦：{title}") if done else _("期限：{title}")
    event.add("summary", words.format(title=title))
    event.add("description", "\n".join(_lines(each)))
    if alarm_days and not done:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", _MORNING - timedelta(days=alarm_days))
        event.add_component(alarm)
    return event


def _lines(each: Dated) -> list[str]:
    lines = [each.measure.wording] if each.measure.wording else []
    if each.owner:
        lines.append(_("承辦：{owner}").format(owner=each.owner))
    if each.item.last_working_day:
        lines.append(_("期限不是上班日，前一個上班日是 {day}").format(day=roc(each.item.last_working_day)))
    if each.item.done:
        lines.append(
            _("{day} 辦畢：{evidence}").format(day=roc(each.item.done.on), evidence=each.item.done.said)
        )
    return lines
