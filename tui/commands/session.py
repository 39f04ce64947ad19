"""`courtesy session`: the training sessions, who is expected, and who was there."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands import hours, session_content, session_entry
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from decimal import Decimal

    from bureau.paper import PrintReport
    from training.presence import Presence
    from training.session import Session
    from tui.desks import Desks

KINDS = ("yearly", "make_up", "other")


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `session` to the command line."""
    help_text = _("為民服務訓練講習：場次、應到名單、簽到")
    group = commands.add_parser("session", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    adding = leaf(inner, "add", add_session, _("新增場次"), lists=True)
    adding.add_argument("--title", metavar=_("名稱"), required=True, help=_("例如 下半年為民服務訓練講習"))
    adding.add_argument("--day", metavar=_("日期"), required=True, help=_("例如 115/11/23"))
    adding.add_argument("--start", metavar=_("時間"), required=True, help=_("例如 14:00"))
    adding.add_argument("--end", metavar=_("時間"), required=True, help=_("例如 17:00"))
    adding.add_argument("--place", metavar=_("地點"), default="", help=_("例如 三樓會議室"))
    adding.add_argument("--lecturer", metavar=_("講師"), default="", help=_("講師姓名"))
    adding.add_argument("--hours", metavar=_("時數"), help=_("全程核給的時數，預設依起訖時間"))
    adding.add_argument("--capacity", metavar=_("人數"), type=_count, default=0, help=_("人數上限，0 為不限"))
    adding.add_argument(
        "--kind", choices=KINDS, default="yearly", help=_("yearly 年度講習、make_up 補訓場次、other 其他")
    )

    listing = leaf(inner, "list", list_sessions, _("列出場次與今年的進度"), lists=True)
    listing.add_argument("--year", metavar=_("年"), help=_("只列這一年，例如 115"))

    session_content.add_change(inner)

    showing = leaf(inner, "show", show_session, _("列出應到名單與出席情形"), lists=True)
    showing.add_argument("id", metavar=_("場次"), help=_("courtesy session list 列出的編號"))

    expecting = leaf(inner, "expect", expect, _("把同仁排入應到名單"), lists=True)
    expecting.add_argument("id", metavar=_("場次"), help=_("courtesy session list 列出的編號"))
    expecting.add_argument("staff_nos", metavar=_("員工編號"), nargs="*", help=_("這些同仁"))
    expecting.add_argument("--all", action="store_true", help=_("當天在職的每一位同仁"))
    expecting.add_argument(
        "--section", metavar=_("科室"), action="append", default=[], help=_("這一科室的每一位，可重複")
    )
    expecting.add_argument("--remove", action="store_true", help=_("改為移出名單"))

    attending = leaf(inner, "attend", attend, _("匯入填好的簽到表（.xlsx 或 .csv）"), lists=True)
    attending.add_argument("id", metavar=_("場次"), help=_("courtesy session list 列出的編號"))
    attending.add_argument(
        "file", metavar=_("檔案"), type=Path, help=_("由 session sheet --table 寫出的檔案")
    )
    attending.add_argument(
        "--rest", metavar=_("情形"), help=_("檔案沒有提到的人一律記為：出席、公假、請假或缺席")
    )

    sheet = leaf(inner, "sheet", write_sheet, _("印簽到表，或寫出可填寫的表格"))
    sheet.add_argument("id", metavar=_("場次"), help=_("courtesy session list 列出的編號"))
    kind = sheet.add_mutually_exclusive_group(required=True)
    kind.add_argument("--pdf", metavar=_("檔案"), type=Path, help=_("要印成的 PDF"))
    kind.add_argument("--table", metavar=_("檔案"), type=Path, help=_("要寫成的 .xlsx 或 .csv"))
    kind.add_argument("--xlsx", metavar=_("檔案"), type=Path, help=_("同 --table，寫成 .xlsx"))
    sheet.add_argument("--mask", action="store_true", help=_("遮罩姓名（王○明）；只用於 --pdf"))
    sheet.add_argument("--handouts", action="store_true", help=_("在表尾列出講義；只用於 --pdf"))

    counting = leaf(inner, "statistics", show_statistics, _("出席統計：一場，或全年各場，依科室"), lists=True)
    counting.add_argument("id", metavar=_("場次"), nargs="?", default="", help=_("場次編號；全年改用 --year"))
    counting.add_argument("--year", metavar=_("年"), help=_("這一年的每一場，例如 115"))
    counting.add_argument("--pdf", metavar=_("檔案"), type=Path, help=_("要印成的 PDF"))
    counting.add_argument("--xlsx", metavar=_("檔案"), type=Path, help=_("要寫成的 .xlsx"))

    session_entry.add(inner)
    session_content.add(inner)
    hours.add(inner)


def _score(score: "Decimal | None") -> str | None:
    return None if score is None else str(score)


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(_("不可小於 0"))
    return number


def add_session(command: Command) -> int:
    """Add a session and say its number."""
    from decimal import Decimal, InvalidOperation  # noqa: PLC0415 - not for --help

    from bureau.dates import parse_date  # noqa: PLC0415
    from training.attendance import clock_from  # noqa: PLC0415
    from training.session import SessionError, SessionKind  # noqa: PLC0415

    given = command.given
    try:
        hours = Decimal(given.hours) if given.hours else None
    except InvalidOperation:
        raise SessionError(
            _("「{text}」不是時數。").format(text=given.hours), remedy=_("請寫成 3 或 2.5。")
        ) from None
    with command.desks() as desks:
        session = desks.training.add_session(
            title=given.title,
            day=parse_date(given.day),
            start=clock_from(given.start),
            end=clock_from(given.end),
            place=given.place,
            lecturer=given.lecturer,
            hours=hours,
            capacity=given.capacity,
            kind=SessionKind(given.kind),
            by=command.actor(desks),
            at=command.now,
        )
    if given.json:
        command.document(_row(session, {}))
    command.say(_("場次 {id}：{name}。").format(id=session.id, name=session.name))
    command.say(_("下一步：courtesy session expect {id} --all").format(id=session.id))
    return DONE


def list_sessions(command: Command) -> int:
    """List the sessions, and say how far the year's duty is."""
    from bureau.calendar import Period, roc  # noqa: PLC0415 - not for --help

    given = command.given
    year = Period.parse(given.year).year if given.year else None
    with command.desks() as desks:
        counts, closed = desks.training.counts(), desks.sign_in.closed()
        rows = [
            _row(session, counts.get(session.id, {})) | {"closed": session.id in closed}
            for session in desks.training.sessions(year)
        ]
        if not given.json:
            for row, session in zip(rows, desks.training.sessions(year), strict=True):
                row |= {"day": roc(session.day), "kind": session.kind.label}
        duty = desks.training.duty(command.today)
    headings = {
        "id": _("編號"),
        "day": _("日期"),
        "start": _("開始"),
        "end": _("結束"),
        "title": _("名稱"),
        "kind": _("類別"),
        "place": _("地點"),
        "hours": _("時數"),
        "expected": _("應到"),
        "present": _("出席"),
        "closed": _("已結束登錄"),
    }
    command.listing(rows, headings)
    if not given.json:
        left = duty.days_left(command.today)
        line = _("今年講習 {done}").format(done=duty.text)
        if left is not None and duty.next_by is not None:
            line += _("，下一場最晚 {day}（還有 {left} 天）").format(day=roc(duty.next_by), left=max(left, 0))
        if duty.missed:
            line += _("；有半年沒有辦足場次")
        command.say(line + _("。"))
    return DONE


def show_session(command: Command) -> int:
    """List who is expected, and what came of it."""
    from bureau.roles import Role  # noqa: PLC0415 - not for --help
    from training.rules import TrainingRules  # noqa: PLC0415
    from training.session import credited_hours, standing  # noqa: PLC0415

    with command.desks() as desks:
        by = command.actor(desks)
        session = desks.training.session(command.given.id)
        rules = desks.office.rules(session.day).of(TrainingRules)
        names = {person.staff_no: person.name for person in desks.people.everybody()}
        sees_all = by.holds(Role.TRAINER, Role.HEAD)
        rows = []
        board = desks.sign_in.board(session.id)
        pairs = {pair.staff_no: pair for pair in desks.sessions.change(session.id, by=by).pairs}
        for row in board.rows:
            each = row.person
            if not sees_all and each.staff_no != by.staff_no:
                continue
            given, pair = each.attendance, pairs[each.staff_no]
            came = standing(session, given, rules)
            rows.append(
                {
                    "row": row.number,
                    "staff_no": each.staff_no,
                    "name": names.get(each.staff_no, ""),
                    "section": each.section,
                    "case": each.case or None,
                    "signed": row.signed.text if row.signed else None,
                    "status": given.status.value if given else None,
                    "minutes": given.minutes if given else None,
                    "hours": str(credited_hours(session, given, rules)) if given else None,
                    "standing": came.value,
                    "quiz_before": _score(pair.before),
                    "quiz_after": _score(pair.after),
                    "quiz_change": _score(pair.change),
                }
            )
            if not command.given.json:
                rows[-1] |= {"status": given.status.label if given else None, "standing": came.label}
    headings = {
        "row": _("列號"),
        "staff_no": _("員工編號"),
        "name": _("姓名"),
        "section": _("科室"),
        "signed": _("簽到"),
        "status": _("出席情形"),
        "minutes": _("在場分鐘"),
        "hours": _("核給時數"),
        "standing": _("結果"),
        "quiz_before": _("前測"),
        "quiz_after": _("後測"),
        "quiz_change": _("變化"),
    }
    command.listing(rows, headings)
    return DONE


def expect(command: Command) -> int:
    """Put people on a session's list, or take them off."""
    from bureau.problem import Refused  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        session = desks.training.session(given.id)
        people = desks.people.people_on(session.day)
        unknown = set(given.section) - {section.name for section in desks.people.sections()}
        if unknown:
            raise Refused(
                _("沒有科室「{names}」。").format(names="、".join(sorted(unknown))),
                remedy=_("請用 courtesy staff list 查對科室名稱。"),
            )
        wanted = [*given.staff_nos]
        wanted += [person.staff_no for person in people if given.all or person.section in set(given.section)]
        if not wanted:
            raise Refused(_("沒有說要排誰。"), remedy=_("請給員工編號，或加 --all、--section 科室。"))
        if given.remove:
            changed = desks.training.unexpect(given.id, wanted, by=by, at=command.now)
        else:
            added = desks.training.expect(given.id, wanted, by=by, at=command.now)
            changed = [each.staff_no for each in added]
        count = len(desks.training.expected(given.id))
    if given.json:
        command.document({"session": given.id, "changed": changed, "expected": count})
    message = (
        _("移出 {changed} 人，應到 {count} 人。")
        if given.remove
        else _("排入 {changed} 人，應到 {count} 人。")
    )
    command.say(message.format(changed=len(changed), count=count))
    return DONE


def attend(command: Command) -> int:
    """Record a filled sheet; every fault at once."""
    from training.attendance import status_from  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        done = desks.training.import_attendance(
            given.id, given.file, by=by, at=command.now, rest=status_from(given.rest) if given.rest else None
        )
        opened = desks.training.open_cases(by=by, at=command.now)
    if given.json:
        command.document(
            {
                "session": given.id,
                "new": done.new,
                "changed": done.changed,
                "same": done.same,
                "missing": list(done.missing),
                "moved": [{"case": case.id, "state": case.state.value} for case in done.moved],
                "opened": [case.id for case in opened],
            }
        )
    command.say(
        _("新登錄 {new} 人、更正 {changed} 人、相同 {same} 人、尚未登錄 {missing} 人。").format(
            new=done.new, changed=done.changed, same=done.same, missing=len(done.missing)
        )
    )
    for case in done.moved:
        command.say(_("補訓案 {id} 改為「{state}」。").format(id=case.id, state=case.state.label))
    for case in opened:
        command.say(_("補訓案 {id}：{state}。").format(id=case.id, state=case.state.label))
    return DONE


def write_sheet(command: Command) -> int:
    """Print the sign-in sheet, or write it as a table to fill in."""
    given = command.given
    with command.desks() as desks:
        if path := given.table or given.xlsx:
            count = desks.training.write_sheet(given.id, path, by=command.actor(desks))
            say_written(command, path, count)
            return DONE
        report = _printed(command, desks)
    say_printed(command, report)
    return DONE


def _printed(command: Command, desks: "Desks") -> "PrintReport":
    from training.session_papers import print_sign_in  # noqa: PLC0415 - loads reportlab

    given = command.given
    by = command.actor(desks)
    return print_sign_in(
        desks.sign_in,
        given.id,
        given.pdf,
        by=by,
        at=command.now,
        mask=given.mask,
        handouts=desks.sessions.plan(given.id).handouts if given.handouts else (),
    )


def show_statistics(command: Command) -> int:
    """Count who was there by section; print or write it where a file is given."""
    from bureau.calendar import Period, roc  # noqa: PLC0415 - not for --help
    from bureau.problem import Refused  # noqa: PLC0415
    from training import presence_papers as papers  # noqa: PLC0415

    given = command.given
    if bool(given.id) == bool(given.year):
        raise Refused(
            _("要指定一場，或用 --year 指定一年。"), remedy=_("courtesy session list 列出場次編號。")
        )
    year = Period.parse(given.year).year if given.year else None
    report = None
    with command.desks() as desks:
        by, desk = command.actor(desks), desks.reports
        made = [desk.session(given.id, by=by)] if year is None else list(desk.year(year, by=by))
        if given.pdf and year is None:
            report = papers.print_session_presence(desk, given.id, given.pdf, by=by, at=command.now)
        elif given.pdf and year is not None:
            report = papers.print_year_presence(desk, year, given.pdf, by=by, at=command.now)
        if given.xlsx and year is None:
            written = papers.write_session_presence(desk, given.id, given.xlsx, by=by)
        elif given.xlsx and year is not None:
            written = papers.write_year_presence(desk, year, given.xlsx, by=by)
    rows = [
        {
            "session": each.session.id,
            "day": each.session.day.isoformat() if given.json else roc(each.session.day),
            "title": each.session.title,
            "section": one.section,
        }
        | presence_row(one.presence)
        for each in made
        for one in each.sections
    ]
    command.listing(
        rows,
        {
            "day": _("日期"),
            "section": _("科室"),
            "expected": _("應到"),
            "present": _("出席"),
            "official": _("公假"),
            "leave": _("請假"),
            "absent": _("缺席"),
            "open": _("未登錄"),
            "trained": _("已受訓"),
            "hours": _("時數"),
        },
    )
    if report:
        say_printed(command, report)
    if given.xlsx:
        say_written(command, given.xlsx, written)
    return DONE


def presence_row(presence: "Presence") -> dict[str, Any]:
    """Give the counts of people expected at sessions as JSON values."""
    return {
        "expected": presence.expected,
        "present": presence.present,
        "official": presence.official,
        "leave": presence.leave,
        "absent": presence.absent,
        "open": presence.open,
        "trained": presence.trained,
        "hours": str(presence.hours),
    }


def say_written(command: Command, path: Path, rows: int) -> None:
    """Say where a table was written and how long it is."""
    command.say(_("已寫入 {path}（{count} 列）。").format(path=path, count=rows))


def say_printed(command: Command, report: "PrintReport") -> None:
    """Say what was printed, and which characters no font has."""
    said = _("已印成 {path}：{rows} 列，{pages} 頁。") if report.rows else _("已印成 {path}：{pages} 頁。")
    command.say(said.format(path=report.path, rows=report.rows, pages=report.pages))
    for missing in report.missing:
        command.say(_("字型沒有這個字，印成字碼：{what}").format(what=missing))


def _row(session: "Session", counts: dict[str, int]) -> dict[str, Any]:
    return {
        "id": session.id,
        "title": session.title,
        "day": session.day.isoformat(),
        "start": session.start.isoformat("minutes"),
        "end": session.end.isoformat("minutes"),
        "place": session.place,
        "lecturer": session.lecturer,
        "hours": str(session.hours.quantize(session.hours.__class__("0.01"))),
        "capacity": session.capacity,
        "kind": session.kind.value,
        "expected": counts.get("expected", 0),
        "entered": counts.get("entered", 0),
        "present": counts.get("present", 0),
    }
