"""Tables that people keep in spreadsheets: .xlsx and .csv read into rows of text, and written back.

Everything that comes out is text with the row number a person sees in the spreadsheet. Formulas are never
evaluated, nothing of a file is trusted before its size is known, and what is wrong is said with its place.
"""

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from bureau.causes import cause_of
from bureau.language import _
from bureau.problem import Place, Problem, Refused
from bureau.text import clean, clean_line, fold

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MAX_BYTES = 20_000_000
"""The largest file that is read."""

MAX_UNPACKED = 50_000_000
"""The largest sum of an .xlsx file's parts once unpacked, in bytes: 20,000 rows of 40 columns need less."""

MAX_RATIO = 100
"""How many times its size a file may unpack to; spreadsheets of people stay below 50."""

SMALL_UNPACKED = 4_000_000
"""Bytes to which any file may unpack: a template of empty rows is nearly nothing when packed."""

MAX_ROWS = 20_000
"""The most rows with content, instructions and heading included."""

MAX_ROWS_LOOKED_AT = 100_000
"""The most rows that stand in the file at all, empty ones included."""

MAX_COLUMNS = 200
"""Columns that are read; what stands further right is not looked at."""

HEADING_WITHIN = 60
"""The heading is searched in so many first rows."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8 (BOM)"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_TEXT_ENDINGS = frozenset({".csv", ".txt", ".tsv"})
_DELIMITERS = ",\t;"
_MANY_TIMES = 10
_ZEROS = re.compile(r"0+")
_REMARK = re.compile(r"[(（\[【].*?[)）\]】]")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_KEEP_ROW = "此列勿刪"
_EXAMPLES = frozenset({"範例", "說明", "填寫說明", "範例列", "填寫範例"})
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "'")


class SheetError(Refused):
    """A spreadsheet cannot be read."""


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column that a table may have.

    Attributes:
        name: the heading, and the key of the values read.
        aliases: other headings people use for the same thing. Width, case, spaces, marks such as `*` and
            remarks in parentheses make no difference.
        required: whether the column must be there; its cells may still be empty.
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row with content.

    Attributes:
        number: the row as the spreadsheet counts it, from 1.
        values: text by the column's name; a column that the file lacks is absent.
    """

    number: int
    values: Mapping[str, str]


class _Cells(Mapping[str, str]):
    """The texts of a row by column, without a dictionary for each row."""

    __slots__ = ("_cells", "_places")

    def __init__(self, cells: list[str], places: dict[str, int]) -> None:
        self._cells = cells
        self._places = places

    def __getitem__(self, name: str) -> str:
        place = self._places[name]
        return self._cells[place] if place < len(self._cells) else ""

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass(frozen=True)
class Table:
    """What was read from a file.

    Attributes:
        file: bare name of the file.
        sheet: name of the worksheet; `""` for a text file.
        encoding: how the text was encoded, such as `UTF-8` or `Big5`; `xlsx` for a workbook.
        heading_row: the row of the heading, from 1.
        columns: the names of the columns found.
        problems: what must be put right before the table is used.
        notes: what the reader should know, beside that.
    """

    file: str
    sheet: str
    encoding: str
    heading_row: int
    columns: frozenset[str]
    rows: tuple[TableRow, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Name a place in this table."""
        return Place(file=self.file, sheet=self.sheet, row=row, column=column)

    def require_sound(self) -> None:
        """Refuse a table with problems.

        Raises:
            SheetError: with every problem.
        """
        if self.problems:
            raise SheetError(
                _("檔案有 {count} 處要改，沒有匯入任何資料。").format(count=len(self.problems)),
                place=self.place(),
                problems=self.problems,
            )


@dataclass(frozen=True, slots=True)
class _Merged:
    first_column: int
    first_row: int
    last_column: int
    last_row: int
    text: str


@dataclass
class _Grid:
    """A sheet as it stands: cells by row, counted from 0 within the row."""

    sheet: str
    encoding: str
    rows: list[tuple[int, list[str]]]
    troubles: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[_Merged] = field(default_factory=list)


@dataclass(frozen=True)
class _Heading:
    """Where the heading stands and which column each name is in."""

    row: int
    found: dict[str, list[int]]
    unknown: list[str]

    def missing(self, columns: Sequence[ColumnSpec]) -> list[ColumnSpec]:
        return [column for column in columns if column.required and column.name not in self.found]


def read_table(path: Path, columns: Sequence[ColumnSpec], *, sheet: str | None = None) -> Table:
    """Read the table in an .xlsx or .csv file whose heading names `columns`.

    The heading is found by name, in any order and below any rows of instructions. Numbers become text as
    the spreadsheet shows them (leading zeros included), dates become ISO, formulas give the value they last
    had.

    Args:
        path: the file.
        columns: what may be in it.
        sheet: the worksheet; None takes the first that has the heading.

    Raises:
        SheetError: the file cannot be read at all. What is wrong within it stands in `Table.problems`.
    """
    content = _content(path)
    place = Place(file=path.name)
    if content.startswith(b"PK"):
        grid, others = _from_workbook(content, columns, sheet, place)
    else:
        grid, others = _from_text(content, columns, path), []
    if not grid.rows:
        raise SheetError(
            _("檔案是空的。"),
            place=Place(file=path.name, sheet=grid.sheet),
            remedy=_("請確認存檔時選對工作表。"),
        )
    heading = _heading(grid.rows, columns)
    if heading is None:
        raise SheetError(
            _("找不到標題列。"),
            place=Place(file=path.name, sheet=grid.sheet),
            remedy=_("標題列要有這些欄名：{names}。").format(
                names="、".join(column.name for column in columns if column.required)
            ),
        )
    return _table(path.name, grid, heading, columns, others)


def read_rows(path: Path, *, most_rows: int, most_columns: int) -> tuple[str, list[tuple[int, list[str]]]]:
    """Read a text file of rows whose columns nobody knows beforehand, such as the marks of a test.

    Args:
        path: a .csv file; of comma, tab and semicolon the one that gives the widest first row separates.
        most_rows: rows with content.
        most_columns: cells in a row; nothing further right is dropped, the file is refused.

    Returns:
        How the text was encoded, and each row that has content with its number in the file, from 1.

    Raises:
        SheetError: the file cannot be read, or is larger than that.
    """
    content = _content(path)
    if content.startswith(b"PK"):
        raise SheetError(
            _("這是 .xlsx，這裡只讀文字檔。"),
            place=Place(file=path.name),
            remedy=_("請在 Excel 另存成 CSV UTF-8。"),
        )
    text, encoding = _decoded(content, path.name)
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if max(map(line.count, _DELIMITERS)) > _MANY_TIMES * most_columns:
            # Not even divided into cells: each would take many times its own size.
            raise _too_wide(path, number, most_columns)
    # The first rows tell what separates the cells; only then all of them are held.
    delimiter = max(
        _DELIMITERS, key=lambda each: max((len(record) for record in _first(text, each)), default=0)
    )
    rows = _records(text, delimiter, path.name, most_rows=most_rows, most_columns=None)
    if not rows:
        raise SheetError(_("檔案是空的。"), place=Place(file=path.name), remedy=_("請確認檔案選對了。"))
    for number, cells in rows:
        if len(cells) > most_columns:
            raise _too_wide(path, number, most_columns)
    return encoding, rows


def _too_wide(path: Path, row: int, most: int) -> SheetError:
    return SheetError(
        _("超過 {count} 欄。").format(count=most),
        place=Place(file=path.name, row=row),
        remedy=_("請查對分隔符號，或刪去不需要的欄。"),
    )


def write_table(
    path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = ""
) -> None:
    """Write a table of text for a spreadsheet; `read_table` gives the same text back.

    A text that a spreadsheet would take for a formula is kept from it: in .csv by an apostrophe in front, in
    .xlsx by the cell's type.

    Args:
        path: ends in .csv (UTF-8 with the mark that Excel needs) or .xlsx; an existing file is replaced.
        headings: the first row.
        rows: the others.
        title: name of the worksheet.

    Raises:
        SheetError: another ending, or the file cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in {".csv", ".xlsx"}:
        raise SheetError(
            _("不能寫成「{ending}」檔。").format(ending=ending),
            place=Place(file=path.name),
            remedy=_("請用 .csv 或 .xlsx。"),
        )
    try:
        if ending == ".csv":
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(headings)
                writer.writerows([guarded(text) for text in row] for row in rows)
        else:
            _workbook(headings, rows, title).save(path)
    except OSError as error:
        _unreadable(error, path, _("不能寫入檔案（{detail}）。"), writing=True)


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula."""
    return "'" + text if text.startswith(_FORMULA_SIGNS) else text


# Reading the file


def _content(path: Path) -> bytes:
    place = Place(file=path.name)
    try:
        if path.is_dir():
            raise SheetError(_("這是資料夾，不是檔案。"), place=place, remedy=_("請指定檔案。"))
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise SheetError(
                _("檔案超過 {size} MB。").format(size=MAX_BYTES // 1_000_000),
                place=place,
                remedy=_("請只留需要的工作表與欄位，刪去圖片後另存新檔。"),
            )
        with path.open("rb") as file:
            # No more than was measured: the file may have grown since, and what is asked for is set aside.
            content = file.read(size)
    except OSError as error:
        _unreadable(error, path, _("不能讀取檔案（{detail}）。"))
    if not content.strip():
        raise SheetError(_("檔案是空的。"), place=place, remedy=_("請確認存檔成功。"))
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise SheetError(_("檔案有密碼保護。"), place=place, remedy=_("請在 Excel 取消密碼後另存新檔。"))
        raise SheetError(
            _("這是舊版 Excel 的 .xls 檔，改副檔名沒有用。"),
            place=place,
            remedy=_("請在 Excel 選「另存新檔」，類型選「Excel 活頁簿 (*.xlsx)」。"),
        )
    if not content.startswith(b"PK") and path.suffix.lower() not in _TEXT_ENDINGS:
        page = content[:1000].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<")
        raise SheetError(
            _("這是網頁或 XML，不是 Excel 檔。") if page else _("這不是 Excel 的 .xlsx 檔。"),
            place=place,
            remedy=_("請在 Excel 打開後「另存新檔」成 .xlsx，或存成 CSV UTF-8。"),
        )
    return content


def _unreadable(error: OSError, path: Path, what: str, *, writing: bool = False) -> NoReturn:
    remedy = (
        _("請確認檔名與資料夾。")
        if isinstance(error, FileNotFoundError)
        else _("請關閉正在使用這個檔案的程式，並確認有讀寫權限。")
    )
    raise SheetError(
        what.format(detail=cause_of(error, writing=writing)), place=Place(file=str(path)), remedy=remedy
    ) from error


# Text files


def _from_text(content: bytes, columns: Sequence[ColumnSpec], path: Path) -> _Grid:
    text, encoding = _decoded(content, path.name)
    best: tuple[int, list[tuple[int, list[str]]]] | None = None
    for delimiter in _DELIMITERS:
        rows = _records(text, delimiter, path.name)
        heading = _heading(rows, columns)
        found = len(heading.found) if heading else 0
        if best is None or found > best[0]:
            best = (found, rows)
    assert best is not None
    return _Grid(sheet="", encoding=encoding, rows=best[1])


def _decoded(content: bytes, file: str) -> tuple[str, str]:
    for mark, codec, name in _BOMS:
        if content.startswith(mark):
            try:
                return content.decode(codec), name
            except UnicodeDecodeError as error:
                _undecodable(content, error.start, file)
    if b"\0" in content:
        raise SheetError(
            _("檔案裡有不該在文字檔出現的位元組（NUL）。"),
            place=Place(file=file, row=content.count(b"\n", 0, content.index(b"\0")) + 1),
            remedy=_("請在 Excel 打開後另存成 .xlsx 或 CSV UTF-8。"),
        )
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp950"), "Big5"
    except UnicodeDecodeError as error:
        _undecodable(content, error.start, file)


def _undecodable(content: bytes, at: int, file: str) -> NoReturn:
    raise SheetError(
        _("文字編碼無法辨認（既不是 UTF-8 也不是 Big5），或含有自造字。"),
        place=Place(file=file, row=content.count(b"\n", 0, at) + 1),
        remedy=_("請在 Excel 另存成 .xlsx 或 CSV UTF-8；自造字請改用 Unicode 的字。"),
    )


def _first(text: str, delimiter: str) -> list[list[str]]:
    """Give the first row that has content, as `delimiter` would divide it; none where that cannot be told."""
    with suppress(csv.Error):
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in record):
                return [record]
    return []


def _records(
    text: str,
    delimiter: str,
    file: str,
    *,
    most_rows: int | None = None,
    most_columns: int | None = MAX_COLUMNS,
) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            # Of just the right size: a table of marks has a great many short rows of the same few texts.
            cells = record[:most_columns]
            cells[:] = map(_once, map(_unquoted, cells))
            if any(cells):
                rows.append((number, cells))
                _check_count(rows, Place(file=file), most_rows)
    except csv.Error as error:
        if "field limit" in str(error):
            raise SheetError(
                _("CSV 格式有誤：有一格超過 {most} 個字。").format(most=csv.field_size_limit()),
                place=Place(file=file, row=number + 1),
                remedy=_("請檢查引號是否成對，或刪短這一格。"),
            ) from error
        raise SheetError(
            _("CSV 格式有誤（{detail}）。").format(detail=error),
            place=Place(file=file, row=number + 1),
            remedy=_("請檢查引號是否成對，或改存成 .xlsx。"),
        ) from error
    return rows


@lru_cache(maxsize=4096)
def _once(text: str) -> str:
    """Give the same string for the same text."""
    return text


def _check_count(rows: Sequence[object], place: Place, most: int | None = None) -> None:
    if len(rows) > (most or MAX_ROWS):
        raise SheetError(
            _("超過 {count} 列。").format(count=most or MAX_ROWS),
            place=place,
            remedy=_("請分成幾個檔案匯入。"),
        )


def _unquoted(text: str) -> str:
    """Take the apostrophe away that keeps a text from being read as a number or a formula."""
    text = text.strip()
    return text[1:].strip() if text.startswith("'") else text


# Workbooks


def _from_workbook(
    content: bytes, columns: Sequence[ColumnSpec], sheet: str | None, place: Place
) -> tuple[_Grid, list[str]]:
    _check_bomb(content, place)
    # openpyxl warns of what it leaves aside (validations, styles), which is nothing to the reader of a table.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            workbook = _opened(content, cached=True)
            chosen, others = _chosen(workbook, columns, sheet, place)
            return _grid(content, chosen, place), others
        except SheetError:
            raise
        except Exception as error:
            # openpyxl meets a damaged or hostile file with whatever its parsers happen to raise.
            raise SheetError(
                _("檔案不是完整的 .xlsx，或內容有問題。"),
                place=place,
                remedy=_("請在 Excel 打開後「另存新檔」成 .xlsx 再試。"),
            ) from error


def _check_bomb(content: bytes, place: Place) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise SheetError(
            _("檔案不完整或已損壞。"), place=place, remedy=_("請重新存檔或重新下載。")
        ) from error
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise SheetError(
            _("這是壓縮檔，不是 Excel 的 .xlsx 檔。"), place=place, remedy=_("請解壓縮後指定其中的檔案。")
        )
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED or (unpacked > SMALL_UNPACKED and unpacked > MAX_RATIO * len(content)):
        raise SheetError(
            _("檔案解開後有 {size} MB，超過可讀的範圍。").format(size=unpacked // 1_000_000),
            place=place,
            remedy=_("請只留需要的工作表與欄位，複製到新的活頁簿再存檔。"),
        )


def _opened(content: bytes, *, cached: bool) -> "Workbook":
    from openpyxl import load_workbook  # noqa: PLC0415 - only the act that reads a workbook pays for it

    return load_workbook(io.BytesIO(content), read_only=True, data_only=cached, keep_links=False)


def _chosen(
    workbook: "Workbook", columns: Sequence[ColumnSpec], sheet: str | None, place: Place
) -> tuple["Worksheet", list[str]]:
    """Give the sheet to read, and the names of others that have the heading too."""
    if sheet is not None:
        for candidate in workbook.worksheets:
            if clean_line(candidate.title) == clean_line(sheet):
                return candidate, []
        raise SheetError(
            _("沒有工作表「{sheet}」。").format(sheet=clean_line(sheet)),
            place=place,
            remedy=_("檔案裡有：{names}。").format(
                names="、".join(clean_line(each.title) for each in workbook.worksheets)
            ),
        )
    visible = [each for each in workbook.worksheets if each.sheet_state == "visible"] or workbook.worksheets
    if not visible:
        raise SheetError(_("檔案裡沒有工作表。"), place=place, remedy=_("請確認存檔成功。"))
    headings = []
    for candidate in visible:
        rows = [(number, cells) for number, cells, _troubles in _rows(candidate, place, HEADING_WITHIN)]
        headings.append((candidate, _heading(rows, columns)))
    whole = [each for each, heading in headings if heading and not heading.missing(columns)]
    if whole:
        return whole[0], [clean_line(each.title) for each in whole[1:]]
    return max(headings, key=lambda pair: len(pair[1].found) if pair[1] else 0)[0], []


def _rows(
    sheet: "Worksheet", place: Place, last: int | None = None
) -> Iterator[tuple[int, list[str], dict[int, str]]]:
    """Give number, cells as text and faults by column of each row with content."""
    # The size that a file states for a sheet may be wrong either way.
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # the stubs know the class for writing only
    before: object = None
    looked_at = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, max_row=last), 1):
        # Rows that the file leaves out come as one and the same; a stray format far down is common.
        if row is before:
            continue
        before = row
        looked_at += 1
        if looked_at > MAX_ROWS_LOOKED_AT:
            raise SheetError(
                _("超過 {count} 列，多半是空白列。").format(count=MAX_ROWS_LOOKED_AT),
                place=place,
                remedy=_("請把有資料的列複製到新的活頁簿再存檔。"),
            )
        cells = [_text_of(cell) for cell in row]
        if any(cells):
            troubles = {
                column: _("公式的結果是錯誤值 {value}。").format(value=cells[column])
                for column, cell in enumerate(row)
                if cell.data_type == "e" and cells[column]
            }
            yield number, cells, troubles


def _grid(content: bytes, sheet: "Worksheet", place: Place) -> _Grid:
    grid = _Grid(sheet=clean_line(sheet.title), encoding="xlsx", rows=[])
    for number, cells, troubles in _rows(sheet, place):
        grid.rows.append((number, cells))
        grid.troubles.update({(number, column): trouble for column, trouble in troubles.items()})
        _check_count(grid.rows, place)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # openpyxl tells merged cells only to those who load every cell of the sheet.
        part = archive.read(sheet._worksheet_path)  # type: ignore[attr-defined]  # noqa: SLF001
    after_cells = part.rfind(b"sheetData>") + 1
    grid.merged = [_merged(*match.groups()) for match in _MERGED.finditer(part, after_cells)]
    if _FORMULA.search(part):
        _find_formulas_without_value(content, sheet.title, grid)
    return grid


def _find_formulas_without_value(content: bytes, title: str, grid: _Grid) -> None:
    shown = {(number, column): text for number, cells in grid.rows for column, text in enumerate(cells)}
    sheet = _opened(content, cached=False)[title]
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
        for column, cell in enumerate(row):
            if cell.data_type == "f" and not shown.get((number, column)):
                grid.troubles[number, column] = _("公式沒有算出來的值。")


def _merged(first_column: bytes, first_row: bytes, last_column: bytes, last_row: bytes) -> _Merged:
    from openpyxl.utils import column_index_from_string  # noqa: PLC0415 - see _opened

    first, last = first_column.decode(), last_column.decode()
    return _Merged(
        column_index_from_string(first) - 1,
        int(first_row),
        column_index_from_string(last) - 1,
        int(last_row),
        f"{first}{int(first_row)}:{last}{int(last_row)}",
    )


def _text_of(cell: Any) -> str:
    """Give a cell's content as the spreadsheet shows it, as far as that carries meaning."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number_text(value, cell.number_format or "")
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, datetime | time):
        return value.isoformat(timespec="minutes").replace("T", " ")
    return _unquoted(str(value))


def _number_text(value: float, shown_as: str) -> str:
    exact = Decimal(repr(value))
    text = format(exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact, "f")
    return text.zfill(len(shown_as)) if _ZEROS.fullmatch(shown_as) and text.isdigit() else text


# Finding the columns


def _heading(rows: Sequence[tuple[int, list[str]]], columns: Sequence[ColumnSpec]) -> _Heading | None:
    names = {fold(name): column.name for column in columns for name in (column.name, *column.aliases)}
    best: _Heading | None = None
    for number, cells in rows[:HEADING_WITHIN]:
        found: dict[str, list[int]] = {}
        unknown = []
        for place, text in enumerate(cells):
            name = names.get(fold(text)) or names.get(fold(_REMARK.sub("", text)))
            if name:
                found.setdefault(name, []).append(place)
            elif text:
                unknown.append(clean_line(text))
        if found and (best is None or len(found) > len(best.found)):
            best = _Heading(number, found, unknown)
    return best


def _table(
    file: str, grid: _Grid, heading: _Heading, columns: Sequence[ColumnSpec], others: Sequence[str]
) -> Table:
    place = {name: places[0] for name, places in heading.found.items()}
    notes = []
    if grid.encoding == "Big5":
        notes.append(_("檔案以 Big5 編碼讀取；Big5 沒有的罕用字會變成「?」，建議改存 CSV UTF-8 或 .xlsx。"))
    if others:
        notes.append(
            _("用了工作表「{sheet}」；另有同樣標題的工作表沒有讀：{others}。").format(
                sheet=grid.sheet, others="、".join(others)
            )
        )
    if heading.unknown:
        notes.append(_("沒有用到的欄：{names}。").format(names="、".join(heading.unknown)))
    rows, skipped = [], []
    for number, cells in grid.rows:
        if number <= heading.row:
            continue
        values = _Cells(cells, place)
        if _is_instruction(cells):
            skipped.append(number)
        elif any(values.values()) or any((number, column) in grid.troubles for column in place.values()):
            rows.append(TableRow(number, values))
    if skipped:
        notes.append(
            _("說明或範例列沒有讀：第 {rows} 列。").format(rows="、".join(str(number) for number in skipped))
        )
    table = Table(
        file=file,
        sheet=grid.sheet,
        encoding=grid.encoding,
        heading_row=heading.row,
        columns=frozenset(place),
        rows=tuple(rows),
        notes=tuple(notes),
    )
    if not rows:
        raise SheetError(
            _("標題列下面沒有資料。"), place=table.place(heading.row), remedy=_("請從標題列的下一列開始填。")
        )
    problems = _heading_problems(table, heading, columns) + _cell_problems(table, grid, place)
    return Table(**{**vars(table), "problems": tuple(problems)})


def _is_instruction(cells: Sequence[str]) -> bool:
    first = next((text for text in cells if text), "")
    return fold(first) in _EXAMPLES or any(_KEEP_ROW in text for text in cells)


def _heading_problems(table: Table, heading: _Heading, columns: Sequence[ColumnSpec]) -> list[Problem]:
    problems = [
        Problem(
            _("缺少「{name}」欄。").format(name=column.name),
            table.place(heading.row),
            _("請在標題列加上這一欄。"),
        )
        for column in heading.missing(columns)
    ]
    for name, places in heading.found.items():
        if len(places) > 1:
            letters = "、".join(_letter(place) for place in places)
            problems.append(
                Problem(
                    _("「{name}」出現在 {letters} 幾欄。").format(name=name, letters=letters),
                    table.place(heading.row, name),
                    _("請只留一欄。"),
                )
            )
    return problems


def _cell_problems(table: Table, grid: _Grid, place: dict[str, int]) -> list[Problem]:
    rows = {row.number for row in table.rows}
    names = {column: name for name, column in place.items()}
    problems = [
        Problem(trouble, table.place(number, names[column]), _("請改填文字或數值（選擇性貼上「值」）。"))
        for (number, column), trouble in sorted(grid.troubles.items())
        if number in rows and column in names
    ]
    last = max(rows)
    for merged in grid.merged:
        columns = range(merged.first_column, merged.last_column + 1)
        in_table = merged.last_row >= table.heading_row and merged.first_row <= last
        if in_table and any(column in names for column in columns):
            problems.append(
                Problem(
                    _("合併儲存格 {cells} 蓋住了標題列或資料。").format(cells=merged.text),
                    table.place(max(merged.first_row, table.heading_row)),
                    _("請取消合併，並在每一格填入內容。"),
                )
            )
    return problems


def _letter(column: int) -> str:
    letters = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# Writing


def _workbook(headings: Sequence[str], rows: Iterable[Sequence[str]], title: str) -> "Workbook":
    from openpyxl import Workbook  # noqa: PLC0415 - see _opened
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title or None)
    for row in (headings, *rows):
        cells = []
        for text in row:
            # openpyxl refuses control characters; an apostrophe would be taken for the mark of a text.
            cell = WriteOnlyCell(sheet, value=clean("'" + text if text.startswith("'") else text))
            # Text even where it looks like a formula or a number.
            cell.data_type = "s"
            cell.number_format = "@"
            cells.append(cell)
        sheet.append(cells)
    return workbook
