"""What every reader of questions gives, and which reader takes which file.

A reader parses the whole file before anything is written and reports every fault with its line and
question; it never guesses a key.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import cast

from pydantic import BaseModel, ConfigDict
from pydantic_core import ErrorDetails

from bureau.language import _
from bureau.problem import Problem, Refused, in_file
from quiz_bank.formats.exchange import Item
from quiz_bank.question import Question

FORMATS = {
    "toml": "quiz_bank.formats.toml",
    "gift": "quiz_bank.formats.gift",
    "aiken": "quiz_bank.formats.aiken",
    "xml": "quiz_bank.formats.moodle_xml",
    "xlsx": "quiz_bank.formats.table",
    "csv": "quiz_bank.formats.table",
}
"""The module of each format; its `read(path)` gives a `Reading`."""

TABLES = ("xlsx", "csv")
"""The formats of spreadsheets, whose columns can be named."""

_AIKEN_KEY = re.compile(r"^\s*ANSWER:", re.MULTILINE)

LARGEST = 50_000_000
"""Bytes of the largest file that is read."""


class FormatError(Refused):
    """A file of questions cannot be read or written."""


class Severity(StrEnum):
    """Whether a problem keeps a question out."""

    ERROR = "error"
    WARNING = "warning"


class ReadingProblem(BaseModel):
    """One thing about one question of a file.

    Attributes:
        line: the line in the file, from 1; None when the format has none.
        question: the question's identifier or name; `""` when the fault is the file's.
        field: the key or column that is meant.
    """

    model_config = ConfigDict(frozen=True)

    severity: Severity = Severity.ERROR
    message: str
    remedy: str = ""
    line: int | None = None
    question: str = ""
    field: str = ""

    def at(self, path: Path) -> Problem:
        """Give the problem with its place in the file at `path`."""
        where = " ".join(part for part in (self.question, self.field) if part)
        return Problem(self.message, in_file(path, self.line, where), self.remedy)


class Reading(BaseModel):
    """What was read from a file: the questions that are sound, and everything to say about the rest.

    Attributes:
        items: what an exchange file holds, those included that the bank has no kind for; empty for the
            bank's own format.
    """

    model_config = ConfigDict(frozen=True)

    questions: tuple[Question, ...] = ()
    problems: tuple[ReadingProblem, ...] = ()
    items: tuple[Item, ...] = ()

    @property
    def errors(self) -> tuple[ReadingProblem, ...]:
        """The problems that keep a question out."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


Reader = Callable[[Path], Reading]


def read(path: Path, format_name: str | None = None, columns: Mapping[str, str] | None = None) -> Reading:
    """Read the questions in the file at `path`.

    Args:
        path: the file.
        format_name: one of `FORMATS`; None goes by the file's ending.
        columns: of a spreadsheet, our name of a column → the heading it has in this file.

    Raises:
        FormatError: the file cannot be opened, or nobody knows its format.
    """
    name = format_name or path.suffix.removeprefix(".").lower()
    if name == "txt":
        # Moodle gives both of its text formats this ending; only Aiken has lines for the key.
        name = "aiken" if _AIKEN_KEY.search(text_of(path)) else "gift"
    if name not in FORMATS:
        raise FormatError(
            _("看不出這個檔案是哪一種題庫格式。"),
            place=in_file(path),
            remedy=_("可讀的格式：{formats}；可用 --format 指定。").format(formats="、".join(FORMATS)),
        )
    module = import_module(FORMATS[name])
    if columns:
        if name not in TABLES:
            raise FormatError(
                _("只有試算表（{formats}）可以指定欄位。").format(formats="、".join(TABLES)),
                place=in_file(path),
            )
        return cast("Reading", module.read(path, columns))
    reader: Reader = module.read
    return reader(path)


def text_of(path: Path) -> str:
    """Give the text of the file at `path`, without a byte-order mark.

    Raises:
        FormatError: missing, too large, or not UTF-8.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise FormatError(
                _("檔案超過 {most} MB。").format(most=LARGEST // 1_000_000),
                place=in_file(path),
                remedy=_("請分成幾個檔案再匯入。"),
            )
        content = path.read_bytes()
    except OSError as error:
        raise FormatError(
            _("讀不到檔案（{detail}）。").format(detail=error.strerror),
            place=in_file(path),
            remedy=_("請查對檔名與權限。"),
        ) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FormatError(
            _("檔案不是 UTF-8 編碼。"), place=in_file(path, line), remedy=_encoding_remedy(content)
        ) from None


def said_of(fault: ErrorDetails) -> tuple[str, str]:
    """Say what is wrong with a value: the field that is meant, and the words."""
    named = str(fault["loc"][0]) if fault["loc"] else ""
    if fault["type"] == "value_error":
        reason = fault["ctx"]["error"]
        return getattr(reason, "field", named), str(reason)
    what = {
        "missing": _("缺少這個欄位。"),
        "extra_forbidden": _("沒有這個欄位。"),
        "string_too_short": _("不可空白。"),
        "string_too_long": _("文字太長。"),
    }.get(fault["type"], _("值「{value}」不合規定。").format(value=_shortened(fault["input"])))
    return named, what


def _shortened(value: object) -> str:
    text = str(value)
    most = 40
    return text if len(text) <= most else text[:most] + "…"


def _encoding_remedy(content: bytes) -> str:
    try:
        content.decode("cp950")
    except UnicodeDecodeError:
        return _("請用文字編輯器另存為 UTF-8。")
    return _("看來是 Big5（cp950），請用文字編輯器開啟後另存為 UTF-8。")
