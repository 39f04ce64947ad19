"""`courtesy staff`: the people of the office, their roles and their leave."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, REFUSED, Command, Parser, leaf

if TYPE_CHECKING:
    from bureau.people import Person

GRANTABLE = ("tester", "trainer", "head", "administrator")
"""The roles that can be given: all but that of everybody."""


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `staff` to the command line."""
    help_text = _("同仁名冊、角色與請假")
    group = commands.add_parser("staff", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    taking = leaf(
        inner,
        "import",
        import_staff,
        _("匯入人事單位的名冊（.xlsx 或 .csv），先列出差異再套用"),
        lists=True,
        confirms=True,
    )
    taking.add_argument(
        "file", metavar=_("名冊檔"), type=Path, help=_("欄位：員工編號、姓名、科室、職稱、分機")
    )
    taking.add_argument("--dry-run", action="store_true", help=_("只列出差異，不寫入"))
    taking.add_argument("--new-sections", action="store_true", help=_("檔案裡的新科室一併建立"))
    taking.add_argument("--partial", action="store_true", help=_("檔案只有部分同仁，未列的人不算離職"))
    taking.add_argument(
        "--since", metavar=_("日期"), help=_("名冊生效的第一天，預設今天；第一份名冊是今年的第一天")
    )

    listing = leaf(inner, "list", list_staff, _("列出同仁"), lists=True)
    listing.add_argument("--all", action="store_true", help=_("連同已離職與尚未到職的人"))

    giving = leaf(inner, "export", export_staff, _("匯出名冊（.csv 或 .xlsx），可再匯入"))
    giving.add_argument("file", metavar=_("檔案"), type=Path, help=_("要寫成的檔案；已有的會被取代"))

    blank = leaf(inner, "template", write_template, _("寫出空白的名冊檔，填好後匯入"))
    blank.add_argument("file", metavar=_("檔案"), type=Path, help=_("要寫成的檔案（.csv 或 .xlsx）"))

    role = leaf(inner, "role", set_role, _("指派或取消角色"))
    role.add_argument("staff_no", metavar=_("員工編號"), help=_("這位同仁"))
    role.add_argument(
        "role",
        choices=GRANTABLE,
        metavar=_("角色"),
        help=_("tester 測試員、trainer 訓練承辦人、head 主管、administrator 管理者"),
    )
    role.add_argument("--remove", action="store_true", help=_("取消這個角色"))

    leave = leaf(inner, "leave", record_leave, _("登錄請假"))
    leave.add_argument("staff_no", metavar=_("員工編號"), help=_("這位同仁"))
    leave.add_argument("first", metavar=_("第一天"), help=_("日期，例如 115/11/23"))
    leave.add_argument("last", metavar=_("最後一天"), help=_("日期，含當天"))
    leave.add_argument("--kind", metavar=_("假別"), default="", help=_("例如 休假、公假"))


def import_staff(command: Command) -> int:
    """Show what the file would change; apply it when agreed."""
    from bureau.calendar import parse_date  # noqa: PLC0415 - not for --help
    from bureau.roles import Role  # noqa: PLC0415
    from bureau.staff_list import StaffListError  # noqa: PLC0415
    from tui.commands import staff_difference as shown  # noqa: PLC0415

    given = command.given
    with command.desks() as desks:
        since = parse_date(given.since) if given.since else desks.people.holds_from(command.today)
        by = command.actor(desks)
        by.require(Role.TRAINER)
        file = desks.people.read_staff(given.file)
        try:
            difference = desks.people.difference(
                file, since, new_sections=given.new_sections, complete=not given.partial
            )
        except StaffListError as refusal:
            if given.json:
                command.document(shown.refused(refusal))
            raise
        if not given.json:
            shown.show(command, difference)
        settled = given.dry_run or difference.nothing
        applied = not settled and command.agrees(_("要套用以上差異嗎？"))
        if applied:
            difference = desks.people.apply(difference, by=by, at=command.now)
    if given.json:
        command.document(shown.document(difference, applied=applied))
    if applied:
        command.say(_("已套用。"))
    return DONE if applied or settled else REFUSED


def list_staff(command: Command) -> int:
    """List who works here today, or everybody."""
    with command.desks() as desks:
        people = desks.people.everybody() if command.given.all else desks.people.people_on(command.today)
        roles = desks.people.roles()
    rows = [
        _row(person)
        | {
            "active": person.active_on(command.today),
            "roles": [role.value for role in roles.get(person.staff_no, [])],
            "held": [role.label for role in roles.get(person.staff_no, [])],
        }
        for person in people
    ]
    headings = {
        "staff_no": _("員工編號"),
        "name": _("姓名"),
        "section": _("科室"),
        "title": _("職稱"),
        "extension": _("分機"),
        "switchboard": _("總機"),
        "held": _("角色"),
    }
    if command.given.all:
        headings["active"] = _("在職")
    if command.given.json:
        for row in rows:
            del row["held"]
    command.listing(rows, headings)
    return DONE


def _row(person: "Person") -> dict[str, Any]:
    return {
        "staff_no": person.staff_no,
        "name": person.name,
        "section": person.section,
        "title": person.title,
        "extension": person.extension,
        "switchboard": person.switchboard,
        "email": person.email,
        "hired": person.hired.isoformat() if person.hired else None,
        "left": person.left.isoformat() if person.left else None,
    }


def export_staff(command: Command) -> int:
    """Write the staff list to a file."""
    with command.desks() as desks:
        count = desks.people.export_staff(command.given.file, command.today)
    command.say(_("已寫入 {path}（{count} 人）。").format(path=command.given.file, count=count))
    return DONE


def write_template(command: Command) -> int:
    """Write an empty staff file."""
    with command.desks() as desks:
        desks.people.write_template(command.given.file)
    command.say(_("已寫入 {path}。").format(path=command.given.file))
    return DONE


def set_role(command: Command) -> int:
    """Give a person a role, or take it away."""
    from bureau.roles import Role  # noqa: PLC0415 - not for --help

    given = command.given
    role = Role(given.role)
    with command.desks() as desks:
        by = command.actor(desks)
        act = desks.people.revoke if given.remove else desks.people.grant
        changed = act(given.staff_no, role, by=by, at=command.now)
        name = desks.office.person(given.staff_no, command.today).name
    if not changed:
        message = _("{name}本來就不是{role}。") if given.remove else _("{name}本來就是{role}。")
    else:
        message = _("{name}不再是{role}。") if given.remove else _("{name}現在是{role}。")
    command.say(message.format(name=name, role=role.label))
    return DONE


def record_leave(command: Command) -> int:
    """Write the days on which a person is away."""
    from bureau.calendar import parse_date, roc  # noqa: PLC0415 - not for --help
    from bureau.people import Leave  # noqa: PLC0415

    given = command.given
    leave = Leave(
        staff_no=given.staff_no, first=parse_date(given.first), last=parse_date(given.last), kind=given.kind
    )
    with command.desks() as desks:
        desks.people.record_leave(leave, by=command.actor(desks), at=command.now)
        name = desks.office.person(leave.staff_no, leave.first).name
    command.say(
        _("{name}自 {first} 到 {last} 請假。").format(name=name, first=roc(leave.first), last=roc(leave.last))
    )
    return DONE
