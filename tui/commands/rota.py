"""`courtesy round rota`: which tester is on duty when."""

import argparse
from typing import TYPE_CHECKING

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from courtesy.rota import Duty
    from tui.desks import Desks


def add(inner: "argparse._SubParsersAction[Parser]") -> None:
    """Add `rota` to `courtesy round`."""
    help_text = _("測試員輪值表：誰在哪些日子值班")
    group = inner.add_parser("rota", help=help_text, description=help_text)
    acts = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    leaf(acts, "list", list_duties, _("列出輪值表"), lists=True)
    put = leaf(acts, "put", put_duty, _("排一段值班；同一天開始的會取代"))
    put.add_argument("staff_no", metavar=_("員工編號"))
    put.add_argument("--first", required=True, metavar=_("日期"), help=_("值班第一天"))
    put.add_argument("--last", required=True, metavar=_("日期"), help=_("值班最後一天"))
    drop = leaf(acts, "drop", drop_duty, _("刪去一段值班"))
    drop.add_argument("staff_no", metavar=_("員工編號"))
    drop.add_argument("--first", required=True, metavar=_("日期"), help=_("那一段的第一天"))
    fill = leaf(acts, "fill", fill_months, _("逐月輪流排班；已有值班的月份不動"), lists=True)
    fill.add_argument("--first", required=True, metavar=_("月份"), help=_("第一個月，例如 116M1"))
    fill.add_argument("--last", required=True, metavar=_("月份"), help=_("最後一個月，例如 116M12"))
    fill.add_argument("--size", type=int, default=2, metavar=_("人數"), help=_("每月幾位測試員，預設 2"))


def list_duties(command: Command) -> int:
    """List the rota."""
    with command.desks() as desks:
        duties = desks.rota.duties()
        _list(command, desks, duties)
    if not duties:
        command.say(_("沒有輪值表：所有測試員每天都值班。"))
    return DONE


def put_duty(command: Command) -> int:
    """Put a tester on duty."""
    from bureau.dates import parse_date  # noqa: PLC0415 - not for --help
    from courtesy.rota import Duty  # noqa: PLC0415

    given = command.given
    duty = Duty(staff_no=given.staff_no, first=parse_date(given.first), last=parse_date(given.last))
    with command.desks() as desks:
        desks.rota.put(duty, by=command.actor(desks), at=command.now)
    command.say(_("已排定。已經排好的電話不變。"))
    return DONE


def drop_duty(command: Command) -> int:
    """Take a tester off duty."""
    from bureau.dates import parse_date  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        desks.rota.drop(given.staff_no, parse_date(given.first), by=command.actor(desks), at=command.now)
    command.say(_("已刪去。已經排好的電話不變。"))
    return DONE


def fill_months(command: Command) -> int:
    """Fill months in turn."""
    from bureau.calendar import Period  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        added = desks.rota.fill(
            Period.parse(given.first),
            Period.parse(given.last),
            given.size,
            by=command.actor(desks),
            at=command.now,
        )
        _list(command, desks, added)
    command.say(_("排了 {count} 段值班。").format(count=len(added)))
    return DONE


def _list(command: Command, desks: "Desks", duties: "list[Duty]") -> None:
    people = {person.staff_no: person for person in desks.people.everybody()}
    command.listing(
        [
            {
                "staff_no": duty.staff_no,
                "name": people[duty.staff_no].name,
                "section": people[duty.staff_no].section,
                "first": duty.first.isoformat(),
                "last": duty.last.isoformat(),
            }
            for duty in duties
        ],
        {
            "staff_no": _("員工編號"),
            "name": _("姓名"),
            "section": _("科室"),
            "first": _("第一天"),
            "last": _("最後一天"),
        },
    )
