"""`courtesy init|verify|backup|restore`: the office file as a whole."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.language import _
from tui.commands.command import DONE, REFUSED, Command, Parser, leaf

if TYPE_CHECKING:
    from bureau.office import Office


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add these words to the command line."""
    init = leaf(commands, "init", initialise, _("建立一個局的資料檔"))
    init.add_argument("file", metavar=_("檔案"), help=_("要建立的檔案，例如 office.db"))
    init.add_argument("--name", required=True, metavar=_("局名"), help=_("例如 金門縣稅務局"))
    leaf(commands, "verify", verify, _("檢查日誌、封存與重算的分數；指出第一筆不符的紀錄"), lists=True)
    backup = leaf(commands, "backup", back_up, _("備份：先檢查，再寫成一個完整的檔案"))
    backup.add_argument("file", metavar=_("檔案"), help=_("備份要寫到哪裡；不可已經存在"))
    restore = leaf(commands, "restore", put_back, _("由備份還原；原來的檔案會改名保留"), confirms=True)
    restore.add_argument("file", metavar=_("檔案"), help=_("備份檔"))


def initialise(command: Command) -> int:
    """Make an office file."""
    from bureau.text import clean_line  # noqa: PLC0415 - not for --help
    from tui.desks import Desks  # noqa: PLC0415

    path = Path(command.given.file)
    name = clean_line(command.given.name)
    with Desks.create(path, name=name, entropy=os.urandom, at=command.now) as desks:
        desks.people.seed_calendar(command.today.year, by=command.actor(desks), at=command.now)
    command.say(_("已建立 {path}（{name}）。").format(path=path, name=name))
    command.say(_("下一步：courtesy staff import 名冊.xlsx --office {path}").format(path=path))
    return DONE


def verify(command: Command) -> int:
    """Check everything that can be checked again."""
    with command.desks() as desks:
        entries, problem = desks.office.verify_journal()
        problems = [problem] if problem else []
        for faults in (
            desks.office.verify_seals(),
            desks.calls.verify(),
            desks.objections.verify(),
            desks.agreement.verify(),
            desks.quiz.verify(),
            desks.papers.verify(),
            desks.corrections.verify(),
            desks.training.verify(),
            desks.duties.verify(),
            desks.honours.verify(),
            desks.sign_in.verify(),
        ):
            problems.extend(faults)
        fingerprint = desks.office.fingerprint()
    if command.given.json:
        command.document(
            {
                "entries": entries,
                "fingerprint": fingerprint,
                "problems": [str(problem) for problem in problems],
            }
        )
    elif not problems:
        command.say(
            _("全部相符：日誌 {entries} 筆，指紋 {fingerprint}。").format(
                entries=entries, fingerprint=fingerprint
            )
        )
    for problem in problems:
        command.say(str(problem))
    return REFUSED if problems else DONE


def back_up(command: Command) -> int:
    """Write a checked copy."""
    target = Path(command.given.file)
    with command.desks() as desks:
        digest = desks.office.backup(target)
    command.say(_("已備份到 {path}。").format(path=target))
    command.say(_("SHA-256：{digest}").format(digest=digest))
    return DONE


def put_back(command: Command) -> int:
    """Put a backup in the place of the office file."""
    from bureau.office import restore  # noqa: PLC0415 - not for --help
    from tui.desks import Desks  # noqa: PLC0415

    source, target = Path(command.given.file), command.office_file
    question = _("要以 {source} 取代 {target} 嗎？").format(source=source, target=target)
    if target.exists() and not command.agrees(question):
        command.say(_("沒有還原。"))
        return REFUSED

    def opened(path: Path) -> "Office":
        return Desks.open(path, os.urandom).office

    entries, kept = restore(source, target, opened)
    if kept:
        command.say(_("原來的檔案保留在 {path}。").format(path=kept))
    command.say(_("已還原 {target}：日誌 {entries} 筆，全部相符。").format(target=target, entries=entries))
    return DONE
