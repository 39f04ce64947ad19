"""What every reader of questions gives, and which reader takes which file.

A reader parses the whole file before anything is written and reports every fault with its line and
question; it never guesses a key.
"""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, NoReturn, TypeVar, cast

from pydantic import BaseModel, ConfigDict
from pydantic_core import ErrorDetails

from bureau.causes import cause_of
from bureau.language import _
from bureau.problem import Problem, Refused, in_file
from bureau.text import clean_line
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

STREAMED = ("gift", "aiken", "xml")
"""The formats that are read question by question, whatever the size of the file."""

ENCODINGS = ("utf-8", "cp950")
"""How the text of a file may be written; cp950 is Taiwan's Big5."""

_AIKEN_KEY = re.compile(r"\s*ANSWER:")

LARGEST = 50_000_000
"""Bytes of the largest file that is read."""

LONGEST_BLOCK = 100_000
"""Characters of the longest question that is looked at; the bank's own limits are far below."""

MOST_PROBLEMS = 1_000
"""Errors, and warnings, that are listed one by one; the rest is counted."""

_CHUNK = 1 << 16
_Content = TypeVar("_Content")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PREVIEW = 20


class FormatError(Refused):
    """A file of questions cannot be read or written."""


class NotUtf8(FormatError):
    """A file is not UTF-8.

    Attributes:
        preview: how the line at fault would read in Big5; `""` where it would not.
    """

    preview: str = ""


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
        fatal: whether it spoils the whole file, so that nothing read from it counts.
    """

    model_config = ConfigDict(frozen=True)

    severity: Severity = Severity.ERROR
    message: str
    remedy: str = ""
    line: int | None = None
    question: str = ""
    field: str = ""
    fatal: bool = False

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


Take = Callable[[Item | None, Question | None], None]
"""Is given each item of a file, in order, with the question that the bank makes of it.

The bank's own formats have no items; an item that the bank has no kind for, or not a sound one, makes no
question.
"""


class Problems(list[ReadingProblem]):
    """Gathers what is said about a file; beyond `MOST_PROBLEMS` of a severity it counts only.

    A file of nothing but faults would otherwise take more memory than a whole bank.
    """

    def __init__(self, problems: Iterable[ReadingProblem] = ()) -> None:
        super().__init__()
        self._counts = dict.fromkeys(Severity, 0)
        self.extend(problems)

    def append(self, problem: ReadingProblem) -> None:
        """Add a problem, or count it."""
        self._counts[problem.severity] += 1
        if self._counts[problem.severity] <= MOST_PROBLEMS:
            super().append(problem)

    def extend(self, problems: Iterable[ReadingProblem]) -> None:
        """Add problems, or count them."""
        for problem in problems:
            self.append(problem)

    def whole(self) -> tuple[ReadingProblem, ...]:
        """Give the problems by line, with a word about those that were counted only."""
        listed = sorted(self, key=lambda problem: problem.line or 0)
        for severity, what in (
            (Severity.ERROR, _("另有 {count} 處錯誤沒有列出。")),
            (Severity.WARNING, _("另有 {count} 項提醒沒有列出。")),
        ):
            if (more := self._counts[severity] - MOST_PROBLEMS) > 0:
                listed.append(ReadingProblem(severity=severity, message=what.format(count=more)))
        return tuple(listed)


def read(
    path: Path,
    format_name: str | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str = ENCODINGS[0],
) -> Reading:
    """Read the questions in the file at `path`, all at once.

    Args:
        path: the file.
        format_name: one of `FORMATS`; None goes by the file's ending.
        columns: of a spreadsheet, our name of a column → the heading it has in this file.
        encoding: one of `ENCODINGS`; spreadsheets find it out themselves.

    Raises:
        FormatError: the file cannot be opened, or nobody knows its format.
    """
    return gathered(lambda take: scan(path, take, format_name, columns, encoding))


def scan(
    path: Path,
    take: Take,
    format_name: str | None = None,
    columns: Mapping[str, str] | None = None,
    encoding: str = ENCODINGS[0],
) -> tuple[ReadingProblem, ...]:
    """Read the questions in the file at `path` and hand them over one by one; see `read`.

    Formats in `STREAMED` never hold more of the file than one question.

    Returns:
        Everything to say about the file.
    """
    name = known_format(path, format_name, encoding)
    module = import_module(FORMATS[name])
    if columns and name not in TABLES:
        raise FormatError(
            _("只有試算表（{formats}）可以指定欄位。").format(formats="、".join(TABLES)),
            place=in_file(path),
        )
    if name in STREAMED:
        return cast("tuple[ReadingProblem, ...]", module.scan_file(path, take, encoding))
    given = (path, columns) if name in TABLES else (path, encoding)
    reading: Reading = module.read(*given)
    for question in reading.questions:
        take(None, question)
    return reading.problems


def gathered(scanning: Callable[[Take], Iterable[ReadingProblem]]) -> Reading:
    """Collect all that `scanning` hands over; of a file that is spoilt as a whole only why it is."""
    questions: list[Question] = []
    items: list[Item] = []

    def take(item: Item | None, question: Question | None) -> None:
        if item is not None:
            items.append(item)
        if question is not None:
            questions.append(question)

    problems = tuple(scanning(take))
    if fatal := tuple(problem for problem in problems if problem.fatal):
        return Reading(problems=fatal)
    return Reading(questions=tuple(questions), problems=problems, items=tuple(items))


def known_format(path: Path, format_name: str | None = None, encoding: str = ENCODINGS[0]) -> str:
    """Name the format of a file: the one that was said, else that of its ending.

    Raises:
        FormatError: nobody knows it.
    """
    name = format_name or path.suffix.removeprefix(".").lower()
    if name == "txt":
        # Moodle gives both of its text formats this ending; only Aiken has lines for the key.
        name = "aiken" if any(_AIKEN_KEY.match(line) for line in lines_of(path, encoding)) else "gift"
    if name not in FORMATS:
        raise FormatError(
            _("看不出這個檔案是哪一種題庫格式。"),
            place=in_file(path),
            remedy=_("可讀的格式：{formats}；可用 --format 指定。").format(formats="、".join(FORMATS)),
        )
    return name


def text_of(path: Path, encoding: str = ENCODINGS[0]) -> str:
    """Give the text of the file at `path`, without a byte-order mark.

    Raises:
        FormatError: missing, too large, or not in that encoding.
    """
    content = _checked(path, path.read_bytes)
    try:
        return content.decode(_codec(encoding))
    except UnicodeDecodeError as error:
        _refuse_encoding(path, encoding, content, error)


def lines_of(path: Path, encoding: str = ENCODINGS[0]) -> Iterator[str]:
    """Give the lines of the file at `path`, whatever ends them, one at a time.

    Raises:
        FormatError: missing, too large, or not in that encoding.
    """
    file = _checked(path, lambda: path.open(encoding=_codec(encoding)))
    with file:
        try:
            for line in file:
                yield line.removesuffix("\n")
        except UnicodeDecodeError:
            text_of(path, encoding)
            raise


def utf8_of(path: Path, encoding: str = ENCODINGS[0]) -> BinaryIO:
    """Open the file at `path` as bytes of UTF-8, after a look at whether all of it is text.

    Raises:
        FormatError: missing, too large, or not in that encoding.
    """
    if encoding != ENCODINGS[0]:
        from io import BytesIO  # noqa: PLC0415 - seldom

        return BytesIO(text_of(path, encoding).encode())
    file = _checked(path, lambda: path.open("rb"))
    decoder = codecs.getincrementaldecoder(ENCODINGS[0])()
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        file.close()
        text_of(path, encoding)
        raise
    file.seek(0)
    return cast("BinaryIO", file)


def _checked(path: Path, opening: Callable[[], _Content]) -> _Content:
    try:
        if path.stat().st_size > LARGEST:
            raise FormatError(
                _("檔案超過 {most} MB。").format(most=LARGEST // 1_000_000),
                place=in_file(path),
                remedy=_("請分成幾個檔案再匯入。"),
            )
        return opening()
    except OSError as error:
        raise FormatError(
            _("讀不到檔案（{detail}）。").format(detail=cause_of(error)),
            place=in_file(path),
            remedy=_("請查對檔名與權限。"),
        ) from error


def _codec(encoding: str) -> str:
    return "utf-8-sig" if encoding == ENCODINGS[0] else encoding


def _refuse_encoding(path: Path, encoding: str, content: bytes, error: UnicodeDecodeError) -> NoReturn:
    line = content.count(b"\n", 0, error.start) + 1
    preview = _in_big5(content, line) if encoding == ENCODINGS[0] else ""
    if preview:
        remedy = _(
            "看來是 Big5（cp950），這一列會讀成「{preview}」；對的話請加 --encoding cp950，或另存為 UTF-8。"
        ).format(preview=preview)
    elif content.startswith(_UTF16):
        remedy = _("看來是 UTF-16，請用文字編輯器另存為 UTF-8。")
    else:
        remedy = _("請用文字編輯器另存為 UTF-8。")
    refusal = NotUtf8(
        _("檔案不是 {encoding} 編碼。").format(encoding=encoding.upper()),
        place=in_file(path, line),
        remedy=remedy,
    )
    refusal.preview = preview
    raise refusal from None


def _in_big5(content: bytes, line: int) -> str:
    """Give the first words that are not ASCII from a line on, read as Big5; `""` where there are none."""
    if content.startswith(_UTF16):
        return ""
    try:
        lines = content.decode(ENCODINGS[1]).splitlines()[line - 1 :]
    except UnicodeDecodeError:
        return ""
    for each in lines:
        text = clean_line(each)
        first = next((place for place, character in enumerate(text) if not character.isascii()), None)
        if first is not None:
            # A long beginning in ASCII, such as the tags of XML, shows nobody whether it reads well.
            start = 0 if first < _PREVIEW // 2 else first
            return ("…" if start else "") + _shortened(text[start:], _PREVIEW)
    return ""


def said_of(fault: ErrorDetails) -> tuple[str, str]:  # noqa: PLR0911 - one for each kind of fault
    """Say what is wrong with a value: the field that is meant, and the words."""
    named = str(fault["loc"][0]) if fault["loc"] else ""
    if fault["type"] == "value_error":
        reason = fault["ctx"]["error"]
        return getattr(reason, "field", named), str(reason)
    most = fault.get("ctx", {}).get("max_length", "")
    kind = fault["type"]
    if kind == "too_long" and isinstance(fault["input"], str):
        kind = "string_too_long"
    if kind == "missing":
        return named, _("缺少這個欄位。")
    if kind == "extra_forbidden":
        return named, _("沒有這個欄位。")
    if kind in {"string_too_short", "too_short"}:
        return named, _("不可空白。")
    if kind == "string_too_long":
        return named, _("文字太長，最多 {most} 個字。").format(most=most)
    if kind == "too_long":
        return named, _("項目太多，最多 {most} 項。").format(most=most)
    return named, _("值「{value}」不合規定。").format(value=_shortened(fault["input"]))


def _shortened(value: object, most: int = 40) -> str:
    text = clean_line(str(value)[: most * 2])
    return text if len(text) <= most else text[:most] + "…"
