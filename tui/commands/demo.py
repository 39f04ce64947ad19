"""`courtesy demo`: build a demonstration office, live a year of it, print its papers, and open it."""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.language import _
from bureau.problem import Refused, in_file
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from tui.demo.year import Year
    from tui.desks import Desks

ROSTER = "補訓名冊.pdf"
SIGN_IN = "簽到表.pdf"
CERTIFICATE = "抽籤證書.json"
OFFICE = "office.db"


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `demo` to the command line."""
    demo = leaf(commands, "demo", demonstrate, _("建立示範局，過完一年，印出名冊；在終端機裡接著開啟"))
    demo.add_argument(
        "folder", nargs="?", type=Path, metavar=_("資料夾"), help=_("寫到哪裡；預設在使用者的資料夾")
    )
    demo.add_argument("--seed", type=int, default=115, metavar=_("種子"), help=_("同一種子得到同樣的一年"))
    demo.add_argument("--no-open", action="store_true", help=_("只建立，不開啟畫面"))


def demonstrate(command: Command) -> int:
    """Build the demonstration in a folder of its own and put it in place when it is whole."""
    folder: Path = command.given.folder or _default_folder()
    building = folder / ".building"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _check_replaceable(folder / OFFICE)
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir()
        year, papers = _built(building, command.given.seed)
        for path in sorted(building.iterdir()):
            path.replace(folder / path.name)
    except OSError as error:
        raise Refused(
            _("寫不了資料夾 {folder}（{detail}）。").format(folder=folder, detail=error.strerror),
            remedy=_("請指定另一個可以寫入的資料夾：courtesy demo 資料夾"),
        ) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
    _summary(year, [folder / OFFICE, *(folder / name for name in papers)])
    office = folder / OFFICE
    if sys.stdin.isatty() and sys.stdout.isatty() and not command.given.no_open:
        input(_("按 Enter 開啟示範局（之後可用 courtesy --office {path} 再開）…").format(path=office))
        from tui.app import CourtesyApp  # noqa: PLC0415 - only with a terminal

        return CourtesyApp(office, command.given.acting_as or "").run() or DONE
    return DONE


def _default_folder() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415 - only without a name

    return user_data_path("courtesy", appauthor=False) / "demo"


def _check_replaceable(office: Path) -> None:
    """Refuse to build over an office file that is not a demonstration."""
    if not office.exists():
        return
    from tui.demo.year import OFFICE_NAME, entropy  # noqa: PLC0415 - not for --help
    from tui.desks import Desks  # noqa: PLC0415

    try:
        with Desks.open(office, entropy(0)) as desks:
            ours = desks.office.name == OFFICE_NAME
    except Refused:
        ours = False
    if not ours:
        raise Refused(
            _("這裡已經有一個不是示範局的檔案，不會覆蓋。"),
            place=in_file(office),
            remedy=_("請指定另一個資料夾：courtesy demo 資料夾"),
        )
    for ending in ("-wal", "-shm"):
        office.with_name(office.name + ending).unlink(missing_ok=True)


def _built(folder: Path, seed: int) -> "tuple[Year, list[str]]":
    from rich.console import Console  # noqa: PLC0415 - not for --help
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    from tui.demo.year import OFFICE_NAME, Demonstration, at, entropy  # noqa: PLC0415
    from tui.desks import Desks  # noqa: PLC0415

    console = Console(stderr=True)
    shown = Progress(
        TextColumn("{task.description}", markup=False), BarColumn(), console=console, transient=True
    )
    with (
        shown,
        Desks.create(folder / OFFICE, name=OFFICE_NAME, entropy=entropy(seed), at=at(1, 2)) as desks,
    ):
        task = shown.add_task("", total=None)

        def progress(what: str, done: int, total: int) -> None:
            shown.update(task, description=what, completed=done, total=total)

        year = Demonstration(desks, seed, progress).live()
        progress(_("印製名冊"), 0, 1)
        papers = _printed(desks, folder, year)
    # The lock belongs to the file's place; the file itself is moved to another.
    (folder / (OFFICE + ".lock")).unlink(missing_ok=True)
    return year, papers


def _printed(desks: "Desks", folder: Path, year: "Year") -> list[str]:
    from bureau.roles import ADMINISTRATOR  # noqa: PLC0415
    from training.papers import print_roster  # noqa: PLC0415 - reportlab only now
    from training.session_papers import print_sign_in  # noqa: PLC0415
    from tui.demo.year import LAST_DAY, at  # noqa: PLC0415

    printed = at(LAST_DAY.month, LAST_DAY.day, 18)
    report = print_roster(desks.training, folder / ROSTER, by=ADMINISTRATOR, at=printed)
    year.counts[_("名冊人數")] = report.rows
    session = max(desks.training.sessions(), key=lambda session: session.day)
    print_sign_in(desks.sign_in, session.id, folder / SIGN_IN, by=ADMINISTRATOR, at=printed)
    closed = [one for one in desks.calls.rounds() if one.closed_at is not None]
    certificate = desks.calls.certificate(closed[0].id)
    (folder / CERTIFICATE).write_text(
        json.dumps(certificate.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return [ROSTER, SIGN_IN, CERTIFICATE]


def _summary(year: "Year", paths: list[Path]) -> None:
    from rich.console import Console  # noqa: PLC0415 - not for --help
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(title=Text(_("示範局的一年")), title_justify="left", show_edge=False, header_style="bold")
    table.add_column(Text(_("步驟")))
    table.add_column(Text(_("數量")), justify="right")
    for what, number in year.counts.items():
        table.add_row(Text(what), Text(str(number)))
    console = Console(highlight=False, soft_wrap=True)
    console.print(table)
    console.print()
    for path in paths:
        console.print(Text(str(path)))
