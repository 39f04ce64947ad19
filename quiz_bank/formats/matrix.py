"""Marks of a test as a table: rows people, columns items; what `courtesy analyse` reads.

A first row with words, or with the numbers 1, 2, 3 …, is the heading. A first column with words, or headed
員工編號, 姓名 and the like, names the people; so does one of whole numbers that are all different, unless it
is headed as an item, and that is said. A row that begins with 滿分 (配分, max) gives the full marks;
without one an item's full mark is 1 where all its marks are 0 to 1, else the largest mark. Columns headed
總分 are not items.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from bureau.problem import Place, Problem, Refused
from bureau.sheet import read_rows
from bureau.text import clean_line, fold
from quiz_bank.analysis import Matrix
from quiz_bank.formats.reading import MOST_PROBLEMS

MOST_PEOPLE = 40_000
MOST_ITEMS = 1_000

_NAMES = (
    "員工編號",
    "編號",
    "員編",
    "工號",
    "學號",
    "考號",
    "代號",
    "序號",
    "號碼",
    "帳號",
    "識別碼",
    "職員編號",
    "人員編號",
    "職員代號",
    "人員代號",
    "員工代號",
    "准考證號",
    "准考證號碼",
    "准考證",
    "應試號碼",
    "應考編號",
    "姓名",
    "座號",
    "考生",
    "人員",
    "id",
    "no",
    "name",
    "person",
    "student",
    "student id",
    "staff no",
    "staff id",
    "employee",
    "employee id",
    "user",
    "user id",
    "username",
    "examinee",
)
_MAXIMUM = ("滿分", "配分", "最高分", "題分", "max", "maximum", "max mark", "max marks", "points")
_TOTAL = ("總分", "合計", "總計", "成績", "total", "sum", "score", "grade")
_MARKS = {"○": "1", "◯": "1", "〇": "1", "×": "0", "✕": "0"}
_NONE = frozenset({"", "-", "–", "—", "－", "na", "n/a", "null"})
_LONGEST_NUMBER = 20
_MOST_ROWS_SHARED = 4_096
_LEAST_NUMBERS = 3
_LEAST_PEOPLE = 6
"""Whole numbers that are all different hardly are marks of one item, of as many people."""

_DIGITS = re.compile(r"\d+")
_ITEM = re.compile(r"(?:第?\d+題?|題\d+|(?:q|item|question)\s*\d+|第[一二三四五六七八九十]+題)")


class MatrixError(Refused):
    """A table of marks cannot be analysed."""


class MarkTable(BaseModel):
    """A table of marks as it was read.

    Attributes:
        notes: what was decided where the file does not say.
    """

    model_config = ConfigDict(frozen=True)

    matrix: Matrix
    notes: tuple[str, ...] = ()


def read_matrix(path: Path) -> MarkTable:
    """Read the marks in the .csv file at `path`.

    Raises:
        SheetError: the file cannot be read.
        MatrixError: every cell that is no mark, rows of uneven length, or no item at all, with their places.
    """
    encoding, rows = read_rows(path, most_rows=MOST_PEOPLE, most_columns=MOST_ITEMS + 2)
    notes = [_("檔案以 Big5 編碼讀取。")] if encoding == "Big5" else []
    heading = _heading(rows[0][1])
    body = rows[1:] if heading else rows
    named = _first_column_names(heading, body)
    if not named and _first_column_numbers(heading, body):
        named = True
        notes.append(
            _(
                "第一欄「{name}」都是整數而且各不相同，當作人員的編號，不算題目；若是得分，請把標題改成「第1題」。"
            ).format(name=clean_line(heading[0])[:40])
            if heading
            else _(
                "第一欄都是整數而且各不相同，當作人員的編號，不算題目；若是得分，請加一列標題「第1題」等。"
            )
        )
    width = max(len(cells) for _number, cells in rows)
    first = 1 if named else 0
    names = [
        clean_line(heading[column])
        if heading and column < len(heading) and heading[column]
        else str(column - first + 1)
        for column in range(width)
    ]
    left_out = [column for column in range(first, width) if heading and _is(names[column], _TOTAL)]
    if left_out:
        notes.append(_("總分欄不算題目：{names}。").format(names="、".join(names[c] for c in left_out)))
    columns = [column for column in range(first, width) if column not in left_out]
    limits: list[tuple[int, list[str]]] = []
    people: list[tuple[int, list[str]]] = []
    for row in body:
        (limits if named and _is(row[1][0], _MAXIMUM) else people).append(row)
    _require(path, columns, people, limits)
    reader = _Reader(path, names, columns)
    marks = tuple(reader.row(number, cells) for number, cells in people)
    given = reader.row(*limits[0]) if limits else None
    maxima = tuple(reader.maxima(given, limits[0][0] if limits else None, marks))
    reader.check(marks, maxima, [number for number, _cells in people])
    called = [cells[0] if named else "" for _number, cells in people]
    # The file's cells are let go of before the people get their names: a short row takes many times its size.
    del rows, body, people
    if reader.problems:
        raise MatrixError(
            _("{count} 格有問題，沒有分析。").format(count=reader.faults),
            place=Place(file=path.name),
            problems=reader.problems,
            remedy=_("只列出前 {most} 格。").format(most=MOST_PROBLEMS)
            if reader.faults > MOST_PROBLEMS
            else "",
        )
    if given is None:
        notes.append(
            _("檔案沒有「滿分」列：得分都在 0 到 1 之間的題目以 1 為滿分，其餘以出現過的最高分為滿分。")
        )
    blank = sum(mark is None for row in marks for mark in row)
    if blank:
        notes.append(_("{count} 格空白，以 0 分計。").format(count=blank))
    matrix = Matrix(
        items=tuple(names[column] for column in columns),
        maxima=maxima,
        people=tuple(clean_line(name) if name else str(place) for place, name in enumerate(called, 1)),
        marks=marks,
    )
    return MarkTable(matrix=matrix, notes=tuple(notes))


class _Reader:
    """Reads cells and gathers what is wrong with them."""

    def __init__(self, path: Path, names: Sequence[str], columns: Sequence[int]) -> None:
        self._file = path.name
        self._names = names
        self._columns = columns
        # Of many people with few items most have the same marks as somebody else.
        self._rows: dict[tuple[Decimal | None, ...], tuple[Decimal | None, ...]] = {}
        self.problems: list[Problem] = []
        self.faults = 0

    def row(self, number: int, cells: Sequence[str]) -> tuple[Decimal | None, ...]:
        marks = tuple(self._mark(number, column, cells) for column in self._columns)
        if len(self._rows) < _MOST_ROWS_SHARED:
            return self._rows.setdefault(marks, marks)
        return self._rows.get(marks, marks)

    def _mark(self, number: int, column: int, cells: Sequence[str]) -> Decimal | None:
        text = cells[column] if column < len(cells) else ""
        if text.casefold() in _NONE:
            return None
        mark = _mark(text)
        if mark is None:
            self._fault(number, column, _("「{text}」不是分數。").format(text=clean_line(text)[:40]))
        return mark

    def maxima(
        self,
        given: Sequence[Decimal | None] | None,
        row: int | None,
        marks: Sequence[Sequence[Decimal | None]],
    ) -> Iterator[Decimal]:
        for place, column in enumerate(self._columns):
            largest = max((each[place] or Decimal(0) for each in marks), default=Decimal(0))
            if given is None:
                yield max(largest, Decimal(1))
                continue
            maximum = given[place]
            if maximum is None or maximum < 0:
                assert row is not None
                self._fault(row, column, _("滿分要是 0 以上的數字。"))
            yield maximum or Decimal(0)

    def check(
        self, marks: Sequence[Sequence[Decimal | None]], maxima: Sequence[Decimal], rows: Sequence[int]
    ) -> None:
        for number, row in zip(rows, marks, strict=True):
            for column, mark, maximum in zip(self._columns, row, maxima, strict=True):
                if mark is not None and abs(mark) > maximum:
                    self._fault(
                        number,
                        column,
                        _("{mark} 分超過滿分 {maximum}。").format(mark=mark, maximum=maximum),
                    )

    def _fault(self, row: int, column: int, what: str) -> None:
        self.faults += 1
        if self.faults <= MOST_PROBLEMS:
            self.problems.append(Problem(what, Place(file=self._file, row=row, column=self._names[column])))


def _heading(cells: Sequence[str]) -> list[str] | None:
    """Give the first row when it is a heading: words above the marks, or the numbers of the items."""
    words = [text for text in cells if text and _mark(text) is None]
    numbers = [str(place) for place in range(1, len(cells) + 1)]
    if cells in (numbers, ["", *numbers[:-1]]) and len(cells) >= _LEAST_NUMBERS:
        return list(cells)
    if words and (len(words) > 1 or words != [cells[0]] or _is(cells[0], _NAMES)):
        return list(cells)
    return None


def _first_column_names(heading: Sequence[str] | None, body: Sequence[tuple[int, list[str]]]) -> bool:
    if heading and (not heading[0] or _is(heading[0], _NAMES)):
        return True
    first = [cells[0] for _row, cells in body]
    return any(text.casefold() not in _NONE and _mark(text) is None for text in first)


def _first_column_numbers(heading: Sequence[str] | None, body: Sequence[tuple[int, list[str]]]) -> bool:
    """Say whether the first column numbers the people: whole numbers, all different, of no item."""
    if heading and (_ITEM.fullmatch(fold(heading[0])) or _one_of_a_row(heading)):
        return False
    first = [cells[0] for _row, cells in body]
    if len(first) < _LEAST_PEOPLE or max(len(cells) for _row, cells in body) < 2:  # noqa: PLR2004 - number and mark
        return False
    numbers = {
        mark for text in first if (mark := _mark(text)) is not None and mark == mark.to_integral_value()
    }
    return len(numbers) == len(first)


def _one_of_a_row(heading: Sequence[str]) -> bool:
    """Say whether the first two headings differ in their numbers only, as Q1 and Q2 do."""
    return len(heading) > 1 and len({_DIGITS.sub("#", fold(text)) for text in heading[:2]}) == 1


def _is(text: str, words: Sequence[str]) -> bool:
    return fold(text) in {fold(word) for word in words}


@lru_cache(maxsize=4096)
def _mark(text: str) -> Decimal | None:
    # A test has few different marks: each is kept once, however often it was given.
    return _number(_MARKS.get(text, text))


def _number(text: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain or len(plain) > _LONGEST_NUMBER:
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < Decimal("1e9") else None


def _require(
    path: Path,
    columns: Sequence[int],
    people: Sequence[tuple[int, list[str]]],
    limits: Sequence[tuple[int, list[str]]],
) -> None:
    if not columns or not people:
        raise MatrixError(
            _("檔案裡沒有得分。"),
            place=Place(file=path.name),
            remedy=_("每一列一個人、每一欄一道題；第一列可以是題號，第一欄可以是姓名或編號。"),
        )
    if len(limits) > 1:
        raise MatrixError(
            _("「滿分」列有兩列以上。"),
            place=Place(file=path.name, row=limits[1][0]),
            remedy=_("請只留一列。"),
        )
