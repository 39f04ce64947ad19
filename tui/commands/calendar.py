"""`courtesy calendar`: the days on which the office works."""

import argparse
from pathlib import Path

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `calendar` to the command line."""
    help_text = _("行事曆：放假日與補班日")
    group = commands.add_parser("calendar", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    seeding = leaf(inner, "seed", seed, _("填入一年的國定假日；局自己登錄的日子不變"))
    seeding.add_argument("year", metavar=_("年"), help=_("例如 116"))

    loading = leaf(inner, "load", load, _("匯入行事曆檔（.xlsx 或 .csv）：補班日、颱風假"))
    loading.add_argument("file", metavar=_("檔案"), type=Path, help=_("欄位：日期、上班（是/否）、名稱"))

    showing = leaf(inner, "show", show, _("列出行事曆"), lists=True)
    showing.add_argument("year", metavar=_("年"), nargs="?", help=_("例如 116，預設今年"))


def _year(text: str) -> int:
    from bureau.calendar import DateError, Period, PeriodKind  # noqa: PLC0415 - not for --help

    period = Period.parse(text)
    if period.kind is not PeriodKind.YEAR:
        raise DateError(_("「{text}」不是年。").format(text=text), remedy=_("請寫成 116 或 2027。"))
    return period.year


def seed(command: Command) -> int:
    """Write a year's public holidays."""
    year = _year(command.given.year)
    with command.desks() as desks:
        count = desks.people.seed_calendar(year, by=command.actor(desks), at=command.now)
    command.say(_("填入 {count} 天。").format(count=count))
    return DONE


def load(command: Command) -> int:
    """Write the days of a file."""
    with command.desks() as desks:
        count = desks.people.load_calendar(command.given.file, by=command.actor(desks), at=command.now)
    command.say(_("更新 {count} 天。").format(count=count))
    return DONE


def show(command: Command) -> int:
    """List the days that are not as the weekday says."""
    from bureau.calendar import roc  # noqa: PLC0415 - not for --help

    year = _year(command.given.year) if command.given.year else command.today.year
    with command.desks() as desks:
        calendar = desks.office.calendar()
    days = {day: (False, name) for day, name in calendar.holidays.items()}
    days |= {day: (True, name) for day, name in calendar.workdays.items()}
    rows = [
        {
            "day": day.isoformat() if command.given.json else roc(day),
            "weekday": "一二三四五六日"[day.weekday()],
            "works": works,
            "name": name,
        }
        for day, (works, name) in sorted(days.items())
        if day.year == year
    ]
    command.listing(rows, {"day": _("日期"), "weekday": _("星期"), "works": _("上班"), "name": _("名稱")})
    return DONE
