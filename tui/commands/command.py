"""What every command shares: its arguments, who acts and when, and how a listing is printed."""

import argparse
import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bureau.dates import day_of
from bureau.language import _
from bureau.problem import Refused
from tui.office_file import office_file

if TYPE_CHECKING:
    from bureau.roles import Actor
    from tui.desks import Desks

DONE = 0
REFUSED = 1
WRONG_USAGE = 2


_COLUMNS = re.compile(r"^( {2,6})(\S.*?)( {2,})(?=\S)", re.MULTILINE)


def _aligned(match: re.Match[str]) -> str:
    indent, words, gap = match.groups()
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in words)
    return indent + words + " " * max(2, len(gap) - wide)


class Parser(argparse.ArgumentParser):
    """An argument parser that answers in the reader's language."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        options.setdefault("allow_abbrev", False)
        super().__init__(*arguments, **options)

    def format_help(self) -> str:
        """Give the help with its columns aligned: argparse counts characters, a terminal counts cells."""
        return _COLUMNS.sub(_aligned, super().format_help())

    def error(self, message: str) -> NoReturn:
        """Print how the command is used and what was wrong; exit with 2."""
        self.print_usage(sys.stderr)
        self.exit(WRONG_USAGE, _("{program}：{message}").format(program=self.prog, message=message) + "\n")


Run = Callable[["Command"], int]


class Command:
    """One command as it was given.

    Attributes:
        given: the parsed arguments.
        now: the aware moment at which the command began.
    """

    def __init__(self, given: argparse.Namespace, now: datetime | None = None) -> None:
        self.given = given
        self.now = now or datetime.now(UTC)

    @property
    def today(self) -> date:
        """The day in Taipei."""
        return day_of(self.now)

    @property
    def office_file(self) -> Path:
        """The office file that was named, or the one in the user's data folder."""
        return office_file(self.given.office)

    def desks(self) -> "AbstractContextManager[Desks]":
        """Open the office for the length of a `with` block."""
        from tui.desks import Desks  # noqa: PLC0415 - pydantic and the store are not needed for --help

        return Desks.open(self.office_file, os.urandom)

    def actor(self, desks: "Desks") -> "Actor":
        """Give the acting person: `--as`, else whoever holds the file."""
        return desks.office.actor(self.given.acting_as or "", self.today)

    def listing(self, rows: Sequence[Mapping[str, Any]], headings: Mapping[str, str]) -> None:
        """Print `rows` as one JSON document, or as a table for people.

        Args:
            rows: all fields of each row, JSON values.
            headings: what the table shows: field → heading, in order.
        """
        if self.given.json:
            self.document(list(rows))
        else:
            table(rows, headings)

    def document(self, content: Any) -> None:
        """Print `content` as JSON."""
        sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1) + "\n")

    def say(self, line: str) -> None:
        """Tell the person something, beside what is listed; a terminal obeys nothing in it."""
        from bureau.text import clean  # noqa: PLC0415 - not for --help

        sys.stderr.write(clean(line) + "\n")

    def agrees(self, question: str) -> bool:
        """Ask for a yes where a person can answer; elsewhere only `--yes` is one."""
        if self.given.yes:
            return True
        if not sys.stdin.isatty():
            self.say(_("要套用請加 --yes。"))
            return False
        return input(f"{question} [y/N] ").strip().casefold() in {"y", "yes", "是", "ｙ"}


def table(rows: Sequence[Mapping[str, Any]], headings: Mapping[str, str]) -> None:
    """Print a table for people; every cell is text, never markup."""
    from rich.console import Console  # noqa: PLC0415 - not for --json
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    shown = Table(show_edge=False, pad_edge=False, header_style="bold")
    for heading in headings.values():
        shown.add_column(Text(heading), overflow="fold")
    for row in rows:
        shown.add_row(*(Text(cell(row.get(field))) for field in headings))
    console = Console(highlight=False)
    console.print(shown if rows else Text(_("（沒有資料）")))


def cell(value: Any) -> str:
    """Write one value as a person reads it."""
    if value is None or value == "":
        return "－"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple) and not value:
        return "－"
    if isinstance(value, list | tuple):
        return "、".join(cell(part) for part in value)
    return str(value)


def common(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that every command takes."""
    parser.add_argument("--office", metavar=_("檔案"), help=_("局的資料檔（或環境變數 COURTESY_OFFICE）"))
    parser.add_argument("--as", dest="acting_as", metavar=_("員工編號"), help=_("以這位同仁的身分執行"))
    parser.add_argument("--lang", choices=("zh_TW", "en"), help=_("顯示的語言"))


def leaf(
    commands: "argparse._SubParsersAction[Parser]",
    name: str,
    run: Run,
    help_text: str,
    *,
    lists: bool = False,
    confirms: bool = False,
) -> Parser:
    """Add one command to a group.

    Args:
        commands: the group.
        name: the word people type.
        run: does it; gives the exit code.
        help_text: one line.
        lists: whether it takes `--json`.
        confirms: whether it takes `--yes`.
    """
    parser: Parser = commands.add_parser(name, help=help_text, description=help_text)
    common(parser)
    if lists:
        parser.add_argument("--json", action="store_true", help=_("只印出一份 JSON"))
    if confirms:
        parser.add_argument("--yes", action="store_true", help=_("不再詢問，直接套用"))
    parser.set_defaults(run=run)
    return parser


def carry_out(given: argparse.Namespace) -> int:
    """Run the command that was given; a refusal becomes words on stderr and exit code 1."""
    command = Command(given)
    try:
        return int(given.run(command))
    except Refused as refusal:
        for line in refusal.lines():
            command.say(line)
        return REFUSED
    except BrokenPipeError:
        # The reader of our output has closed it, as `| head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        command.say(_("已中止。"))
        return REFUSED
    except Exception as error:  # noqa: BLE001 - no traceback ever reaches a user
        from tui.mishap import note_down  # noqa: PLC0415

        for line in note_down(error):
            command.say(line)
        return REFUSED
