"""What the program says when it must refuse: what is wrong, where, and what to do about it.

Every error that a person can meet is a `Refused` of the package that raises it. It is shown as words,
never as a traceback.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bureau.language import _


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something stands; every part may be unknown."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    """Row or line as a person counts it, from 1."""
    column: str = ""
    """Heading or letter of the column, or the path of a key such as `rules.pass_mark`."""

    def __str__(self) -> str:
        parts = [self.file]
        if self.sheet:
            parts.append(_("工作表「{sheet}」").format(sheet=self.sheet))
        if self.row is not None:
            parts.append(_("第 {row} 列").format(row=self.row))
        if self.column:
            parts.append(_("「{column}」").format(column=self.column))
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what was given."""

    what: str
    place: Place | None = None
    remedy: str = ""

    def __str__(self) -> str:
        where = _("{place}：").format(place=self.place) if self.place and str(self.place) else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{where}{self.what}{remedy}"


class Refused(Exception):
    """The program will not do what was asked, and nothing was changed.

    Attributes:
        what: what is wrong, in the reader's language.
        place: where it is wrong, when that can be said.
        remedy: what the reader can do.
        problems: every single fault, when several were found at once.
    """

    def __init__(
        self,
        what: str,
        *,
        place: Place | None = None,
        remedy: str = "",
        problems: Iterable[Problem] = (),
    ) -> None:
        self.what = what
        self.place = place
        self.remedy = remedy
        self.problems = tuple(problems)
        super().__init__(str(Problem(what, place, remedy)))

    def lines(self) -> list[str]:
        """Give the refusal as lines to show: the summary, then each problem."""
        return [str(self), *(str(problem) for problem in self.problems)]


class NotAllowed(Refused):
    """The acting person may not do this."""


def in_file(path: Path | str, row: int | None = None, column: str = "") -> Place:
    """Name a place in the file at `path` by its bare file name."""
    return Place(file=Path(path).name, row=row, column=column)


def told(error: OSError, *, writing: bool = False) -> str:
    """Say in words why a file could not be read or written; what is rare, as the system says it."""
    if isinstance(error, FileNotFoundError):
        return _("資料夾不存在") if writing else _("找不到檔案")
    if isinstance(error, PermissionError):
        return _("沒有權限，或檔案正被使用")
    if isinstance(error, IsADirectoryError):
        return _("這是資料夾，不是檔案")
    if isinstance(error, NotADirectoryError):
        return _("路徑中有一段不是資料夾")
    return error.strerror or str(error)
