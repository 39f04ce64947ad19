"""`courtesy session scan` and `close`: attendance by the rows and codes of the sign-in sheet."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, REFUSED, Command, Parser, leaf

if TYPE_CHECKING:
    from training.sign_in_desk import Reading
    from tui.desks import Desks


def add(inner: "argparse._SubParsersAction[Parser]") -> None:
    """Add the commands that enter attendance by rows."""
    scanning = leaf(inner, "scan", scan, _("刷條碼或輸入列號登錄：第一次簽到，第二次簽退"), lists=True)
    scanning.add_argument("id", metavar=_("場次"), help=_("courtesy session list 列出的編號"))
    scanning.add_argument(
        "codes", metavar=_("條碼"), nargs="*", help=_("簽到表上的條碼或列號；不給就由標準輸入逐行讀")
    )
    scanning.add_argument("--status", metavar=_("情形"), help=_("不記時間，一律記為：出席、公假、請假或缺席"))
    scanning.add_argument("--walk-in", metavar=_("員工編號"), help=_("不在名單上的人：臨時加入並登錄"))
    scanning.add_argument("--undo", action="store_true", help=_("取消最後一筆"))

    taking = leaf(inner, "take-back", take_back, _("取消登錄錯的出席紀錄，回到還沒登錄"), lists=True)
    taking.add_argument("id", metavar=_("場次"), help=_("courtesy session list 列出的編號"))
    taking.add_argument("staff_no", metavar=_("員工編號"), help=_("取消這個人的出席紀錄"))

    closing = leaf(inner, "close", close, _("結束登錄：簽到與簽退成為出席紀錄"), lists=True)
    closing.add_argument("id", metavar=_("場次"), help=_("courtesy session list 列出的編號"))
    closing.add_argument("--rest", metavar=_("情形"), help=_("其餘的人一律記為：出席、公假、請假或缺席"))


def scan(command: Command) -> int:
    """Enter by codes or rows; a refused one does not stop the others."""
    from bureau.problem import Refused  # noqa: PLC0415 - not for --help
    from training.attendance import status_from  # noqa: PLC0415
    from training.sign_in import Way  # noqa: PLC0415

    given = command.given
    way = Way(status_from(given.status).value) if given.status else Way.CLOCK
    done: list[dict[str, Any]] = []
    refused: list[str] = []
    with command.desks() as desks:
        by = command.actor(desks)
        if given.undo:
            entry = desks.sign_in.undo(given.id, by=by, at=command.now)
            name = desks.office.person(entry.staff_no, command.today).name
            if given.json:
                command.document({"undone": entry.staff_no, "kind": entry.kind.value})
            command.say(_("已取消 {name} 的{kind}。").format(name=name, kind=entry.kind.label))
            return DONE
        if given.walk_in:
            readings: Iterable[tuple[str, datetime]] = [(given.walk_in, command.now)]
        else:
            readings = [(code, command.now) for code in given.codes] or _typed()
        for text, moment in readings:
            try:
                enter = desks.sign_in.walk_in if given.walk_in else desks.sign_in.read
                reading = enter(given.id, text, by=by, at=moment, way=way)
            except Refused as refusal:
                refused.append(str(refusal))
                command.say(str(refusal))
            else:
                done.append(_row(reading))
                command.say(_said(desks, given.id, reading))
    if given.json:
        command.document({"session": given.id, "entered": done, "refused": refused})
    return REFUSED if refused else DONE


def _typed() -> Iterator[tuple[str, datetime]]:
    """Give each line of standard input with the moment at which it came."""
    for line in sys.stdin:
        if line.strip():
            yield line.strip(), datetime.now(UTC)


def _row(reading: "Reading") -> dict[str, Any]:
    arrived, left = reading.signed.arrived, reading.signed.left
    return {
        "row": reading.row,
        "staff_no": reading.entry.staff_no,
        "name": reading.name,
        "kind": reading.entry.kind.value,
        "arrived": arrived.isoformat("minutes") if arrived else None,
        "left": left.isoformat("minutes") if left else None,
    }


def _said(desks: "Desks", session_id: str, reading: "Reading") -> str:
    board = desks.sign_in.board(session_id)
    return _("第 {row} 列 {name}：{kind}　{what}　（{count}/{all}）").format(
        row=reading.row,
        name=reading.name,
        kind=reading.entry.kind.label,
        what=reading.signed.text if reading.signed.arrived else "",
        count=board.accounted,
        all=len(board.rows),
    )


def take_back(command: Command) -> int:
    """Take back an attendance that was recorded by mistake."""
    given = command.given
    with command.desks() as desks:
        moved = desks.training.take_back_attendance(
            given.id, given.staff_no, by=command.actor(desks), at=command.now
        )
        name = desks.office.person(given.staff_no, command.today).name
    if given.json:
        cases = [{"case": case.id, "state": case.state.value} for case in moved]
        command.document({"session": given.id, "staff_no": given.staff_no, "moved": cases})
    command.say(_("已取消 {name} 的出席紀錄。").format(name=name))
    for case in moved:
        command.say(_("補訓案 {id}：{state}。").format(id=case.id, state=case.state.label))
    return DONE


def close(command: Command) -> int:
    """Close the entering; what was signed becomes attendance."""
    from training.attendance import status_from  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        done = desks.sign_in.close(
            given.id, by=by, at=command.now, rest=status_from(given.rest) if given.rest else None
        )
        opened = desks.training.open_cases(by=by, at=command.now)
        missed = len(desks.sessions.make_up(given.id, by=by, at=command.now).people)
    if given.json:
        command.document(
            {
                "session": given.id,
                "new": done.new,
                "moved": [{"case": case.id, "state": case.state.value} for case in done.moved],
                "opened": [case.id for case in opened],
                "missed": missed,
            }
        )
    command.say(_("已結束登錄，新登錄 {new} 人。").format(new=done.new))
    for case in [*done.moved, *opened]:
        command.say(_("補訓案 {id}：{state}。").format(id=case.id, state=case.state.label))
    if missed:
        command.say(
            _("有 {count} 人要補課，下一步：courtesy session propose {id}").format(count=missed, id=given.id)
        )
    return DONE
