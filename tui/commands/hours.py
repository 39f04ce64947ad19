"""`courtesy session hours` and `columns`: the file of a session's hours that the office uploads."""

import argparse
import sys
from pathlib import Path

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add these commands to `courtesy session`."""
    exporting = leaf(
        commands, "hours", export, _("寫出公務人員終身學習的時數上傳檔（含身分證字號）"), lists=True
    )
    exporting.add_argument("id", metavar=_("場次"), help=_("courtesy session list 列出的編號"))
    exporting.add_argument(
        "--ids",
        metavar=_("檔案"),
        type=Path,
        required=True,
        help=_("員工編號與身分證字號的 .xlsx 或 .csv；只在這次匯出讀，不會存下來"),
    )
    exporting.add_argument(
        "--out", metavar=_("檔案"), type=Path, required=True, help=_("要寫成的 .csv；超過 3,000 列自動分檔")
    )
    exporting.add_argument(
        "--columns", metavar=_("欄位組"), default="", help=_("session columns 的代碼或 .toml 檔，預設依規則")
    )
    exporting.add_argument(
        "--constant",
        metavar=_("代碼=值"),
        action="append",
        default=[],
        type=_pair,
        help=_("平台要的代碼，例如 category=167，可重複；平常寫在規則檔 [hours.constants]"),
    )
    exporting.add_argument(
        "--substitute",
        metavar=_("字=代替"),
        action="append",
        default=[],
        type=_pair,
        help=_("檔案編碼沒有的字寫成什麼，例如 堃=坤，可重複"),
    )
    exporting.add_argument(
        "--leave-out", action="store_true", help=_("沒有身分證字號的人這次不列入（會列名）")
    )

    showing = leaf(commands, "columns", columns, _("列出時數上傳檔的欄位組，或印出一組供修改"), lists=True)
    showing.add_argument("code", metavar=_("欄位組"), nargs="?", help=_("印出這一組的檔案"))


def _pair(text: str) -> tuple[str, str]:
    left, sign, right = text.partition("=")
    if not sign or not left.strip() or not right.strip():
        raise argparse.ArgumentTypeError(_("「{text}」要寫成 左=右").format(text=text))
    return left.strip(), right.strip()


def export(command: Command) -> int:
    """Write the upload file, and say what the person must do with it."""
    from tui.hours_words import substituted_in_words  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        done = desks.hours.export(
            given.id,
            given.ids,
            given.out,
            by=command.actor(desks),
            at=command.now,
            columns=given.columns,
            constants=dict(given.constant),
            substitutes=dict(given.substitute),
            leave_out=given.leave_out,
        )
    if given.json:
        command.document(
            {
                "session": given.id,
                "columns": done.columns.code,
                "rows": done.rows,
                "files": [str(path) for path in done.files],
                "left_out": [staff_no for staff_no, _name in done.left_out],
                "not_entered": done.not_entered,
                "substitutes": dict(done.substitutes),
            }
        )
    for path in done.files:
        command.say(_("已寫入 {path}。").format(path=path))
    command.say(_("{columns}，共 {rows} 人。").format(columns=done.columns.title, rows=done.rows))
    if done.substitutes:
        command.say(substituted_in_words(done.substitutes))
    for staff_no, name in done.left_out:
        command.say(_("沒有身分證字號，未列入：{staff_no} {name}").format(staff_no=staff_no, name=name))
    if done.not_entered:
        command.say(_("還有 {count} 人沒有登錄出席，未列入。").format(count=done.not_entered))
    command.say(_("檔案含身分證字號：上傳完請刪除，身分證字號檔也請收好。"))
    return DONE


def columns(command: Command) -> int:
    """List the sets that come with the program, or print the file of one."""
    given = command.given
    with command.desks() as desks:
        if given.code:
            text = desks.hours.set_text(given.code)
        sets = desks.hours.sets()
        usual = desks.hours.usual(command.today)
        said = {
            each.code: {constant.key: value for constant, value in desks.hours.constants(each, command.today)}
            for each in sets
        }
    if given.code and given.json:
        command.document(next(each for each in sets if each.code == given.code).model_dump(mode="json"))
        return DONE
    if given.code:
        sys.stdout.write(text)
        return DONE
    rows = [
        {
            "code": each.code,
            "title": each.title,
            "columns": len(each.column),
            "encoding": each.encoding,
            "rows": each.rows,
            "usual": each.code == usual,
            "constants": said[each.code],
        }
        for each in sets
    ]
    if not given.json:
        for row, each in zip(rows, sets, strict=True):
            row["constants"] = [
                f"{constant.label}（{constant.key}）{said[each.code][constant.key] or _('未設定')}"
                for constant in each.constant
            ]
    command.listing(
        rows,
        {
            "code": _("代碼"),
            "title": _("名稱"),
            "columns": _("欄數"),
            "usual": _("平常用"),
            "constants": _("平台要的代碼"),
        },
    )
    return DONE
