"""Long official lists (名冊): a table over as many pages as it takes.

Rows come as an iterable and are laid out once: heights are known before a page is drawn, and a page leaves
the memory as soon as the first row of the next is known. reportlab's own tables are not used: they lay out
each cell several times and copy the rest of the table at each page, which is quadratic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from bureau.language import _
from bureau.paper.code import Modules, drawn, modules
from bureau.paper.frame import Area, Frame
from bureau.paper.press import Align, Press, PrintReport, mm

Fit = Literal["wrap", "shrink", "code"]

_CODE = mm(9.5)
_PAD_SIDE = mm(1.0)
_PAD_LINES = mm(1.5)
_LEADING = 1.32
# Of the em: how far the baseline stands above the lower edge of a Chinese character.
_DESCENT = 0.2
# Of the size: smaller type than this is harder to read than a second line.
_SMALLEST = 0.8
_REMEMBERED = 4096
_HEAD_GREY = 0.90
_BAND_GREY = 0.96
_OUTLINE = 1.0
_ENOUGH = 1e-6


@dataclass(frozen=True, kw_only=True)
class Heading:
    """A line across the whole list that begins a group; it never ends a page."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Subtotal:
    """A line across the whole list that ends a group; it never begins a page."""

    text: str


@dataclass(frozen=True)
class Column:
    """One column of a list.

    Attributes:
        heading: shown on every page.
        weight: share of the width that is left by columns with a fixed one.
        mm: fixed width; `None` to share by weight.
        align: of the text.
        fit: whether long text takes more lines, or smaller type on one line (down to four
            fifths of the size, then lines); "code" draws the text as a QR code in the middle of the cell.
    """

    heading: str
    weight: float = 1.0
    mm: float | None = None
    align: Align = "left"
    fit: Fit = "wrap"


@dataclass(frozen=True)
class _Cell:
    """Text set for one column: for each line its distance from the left edge and its operators.

    Or a QR code, with its distance from the left edge.
    """

    lines: tuple[tuple[float, str], ...]
    size: float
    leading: float
    lacking: bool
    code: tuple[float, Modules] | None = None

    @property
    def height(self) -> float:
        return _CODE if self.code else len(self.lines) * self.leading


@dataclass(frozen=True)
class _Row:
    """One row that is ready to be drawn."""

    cells: tuple[_Cell, ...]
    height: float
    across: bool = False
    grey: float | None = None
    bold: bool = False
    with_next: bool = False
    with_previous: bool = False


@dataclass(frozen=True, kw_only=True)
class ListPaper(Frame):
    """A list of many rows in a frame.

    Attributes:
        columns: at least one.
        empty: the sentence that stands in a list without rows.
        total: the line below the last row, `{n}` being the number of rows; empty for none.
        size: of the type, in points.
        row_mm: least height of a row, such as room for a signature.
    """

    columns: Sequence[Column]
    empty: str = ""
    total: str = ""
    size: float = 10.0
    row_mm: float = 7.5

    def print(self, rows: Iterable[Sequence[str] | Heading | Subtotal], path: Path) -> PrintReport:
        """Print the list in one pass over `rows`.

        Args:
            rows: as many texts as there are columns each, or lines across the list.
            path: of the PDF; replaced when it exists.

        Raises:
            PaperError: a font cannot be used, or the file cannot be written.
            ValueError: a row has another number of cells than the list has columns.
        """
        press = self.press()
        table = _Table(self, press)
        for row in rows:
            table.add(row)
        table.finish()
        self.number_pages(press)
        return press.save(path, rows=table.rows)


class _Table:
    """The list on its way to paper: the rows of the page that is not yet full."""

    def __init__(self, paper: ListPaper, press: Press) -> None:
        self.paper, self.press = paper, press
        self.area: Area = paper.area(press)
        self.edges = _edges(paper.columns, self.area)
        self.setters = [
            self._setter(right - left - 2 * _PAD_SIDE, column.align, column.fit)
            for column, left, right in zip(paper.columns, self.edges[:-1], self.edges[1:], strict=True)
        ]
        across = self.area.width - 2 * mm(3)
        self.set_band = self._setter(across, "left", "wrap")
        self.set_notice = self._setter(across, "center", "wrap")
        self.head = self._head()
        self.room = self.area.height - self.head.height
        self.page: list[_Row] = []
        self.used = 0.0
        self.rows = 0

    # -- setting rows ----------------------------------------------------------------------------------

    def _setter(self, width: float, align: Align, fit: Fit) -> Callable[[str], _Cell]:
        """A function that sets a text for one column, and remembers what it set."""
        press, full = self.press, self.paper.size

        def set_text(text: str) -> _Cell:
            if fit == "code":
                made = (width / 2 - _CODE / 2, modules(text)) if text else None
                return _Cell((), full, full * _LEADING, lacking=False, code=made)
            shown = press.shown(text)
            size = full
            if fit == "shrink":
                needed = press.font.width(shown, full)
                if needed > width:
                    size = max(_SMALLEST * full, int(full * width / needed * 2) / 2)
            lines = []
            for line in press.font.wrap(shown, width, size):
                space = 0.0 if align == "left" else width - press.font.width(line, size)
                lines.append((space / 2 if align == "center" else space, press.operators(line, size, full)))
            return _Cell(tuple(lines), size, size * _LEADING, bool(press.font.lacking(text)))

        return lru_cache(_REMEMBERED)(set_text)

    def _head(self) -> _Row:
        cells = []
        for column, left, right in zip(self.paper.columns, self.edges[:-1], self.edges[1:], strict=True):
            cell = self._setter(right - left - 2 * _PAD_SIDE, "center", "wrap")(column.heading)
            self.press.note_missing(column.heading, _("欄名"))
            cells.append(cell)
        return replace(self._row(cells), grey=_HEAD_GREY, bold=True)

    def _row(self, cells: Sequence[_Cell]) -> _Row:
        tallest = max(cell.height for cell in cells) + 2 * _PAD_LINES
        return _Row(tuple(cells), max(tallest, mm(self.paper.row_mm)))

    def _band(self, text: str) -> _Row:
        self.press.note_missing(text, _("小計與合計"))
        return replace(self._row([self.set_band(text)]), across=True, grey=_BAND_GREY, bold=True)

    def _cells(self, texts: Sequence[str]) -> list[_Cell]:
        if len(texts) != len(self.setters):
            raise ValueError(f"row {self.rows} has {len(texts)} cells, the list {len(self.setters)} columns")
        cells = []
        for setter, text, column in zip(self.setters, texts, self.paper.columns, strict=True):
            cell = setter(text)
            if cell.lacking:
                where = _("第 {row} 列「{column}」").format(row=self.rows, column=column.heading)
                self.press.note_missing(text, where)
            cells.append(cell)
        return cells

    # -- filling pages ---------------------------------------------------------------------------------

    def add(self, row: Sequence[str] | Heading | Subtotal) -> None:
        """Put a row on the page, or on the next when it does not fit."""
        if isinstance(row, Heading):
            self._place(replace(self._band(row.text), with_next=True))
        elif isinstance(row, Subtotal):
            self._place(replace(self._band(row.text), with_previous=True))
        else:
            self.rows += 1
            for piece in _split(self._row(self._cells(row)), self.room):
                self._place(piece)

    def _place(self, row: _Row) -> None:
        if self.page and self.used + row.height > self.room + _ENOUGH:
            self._turn(row)
        self.page.append(row)
        self.used += row.height

    def _turn(self, row: _Row) -> None:
        """End the page; rows that must stand with `row` go over with it, unless they would fill a page."""
        page, over = self.page, _tied(self.page, row)
        if over and len(over) < len(page) and sum(r.height for r in (*over, row)) <= self.room:
            del page[-len(over) :]
        else:
            over = []
        self._draw()
        self.page = over
        self.used = sum(carried.height for carried in over)

    def finish(self) -> None:
        """Put the total and the seals below the last row, and end the last page."""
        if not self.rows:
            notice = self._row([self.set_notice(self.paper.empty)])
            self.press.note_missing(self.paper.empty, _("說明"))
            self._place(replace(notice, across=True, height=max(notice.height, mm(12))))
        total = []
        if self.paper.total:
            text = self.paper.total.replace("{n}", str(self.rows))
            total = [replace(self._band(text), with_previous=True)]
        tail = sum(row.height for row in total) + self.paper.seals_height
        if self.used + tail > self.room + _ENOUGH:
            self._leave_last_row(tail)
        self.page += total
        self._draw(last=True)

    def _leave_last_row(self, tail: float) -> None:
        """End the page so that at least one row stands with the total and the seals on the next."""
        last = self.page[-1]
        over = [*_tied(self.page[:-1], last), last]
        pieces = _split(last, max(self.room - tail, self.room / 4))
        if len(over) < len(self.page) and sum(row.height for row in over) + tail <= self.room:
            del self.page[-len(over) :]
        elif len(pieces) > 1:
            # A row of nearly a page: its last lines go over.
            over = pieces[-1:]
            self._take_back(last)
            for piece in pieces[:-1]:
                self._place(piece)
        elif last.height + tail <= self.room and len(self.page) > 1:
            over = [last]
            self._take_back(last)
        else:
            over = []
        if self.page:
            self._draw()
        self.page = over
        self.used = sum(row.height for row in over)

    def _take_back(self, last: _Row) -> None:
        self.page.pop()
        self.used -= last.height

    # -- drawing ---------------------------------------------------------------------------------------

    def _draw(self, *, last: bool = False) -> None:
        press, area = self.press, self.area
        self.paper.draw_header(press)
        y = area.top
        rows = [self.head, *self.page]
        levels = [y]
        # Text is drawn from top to bottom, so that it is also read and copied in that order.
        blocks: list[tuple[bool, list[str]]] = []
        uprights: list[tuple[float, float, float, float]] = []
        start = y
        for row in rows:
            if row.grey is not None:
                press.rectangle(area.left, y - row.height, area.width, row.height, fill=row.grey)
            if row.across:
                uprights += [(x, start, x, y) for x in self.edges[1:-1] if start > y]
                start = y - row.height
            if not blocks or blocks[-1][0] != row.bold:
                blocks.append((row.bold, []))
            blocks[-1][1].extend(self._placed(row, y))
            self._draw_codes(row, y)
            y -= row.height
            levels.append(y)
        uprights += [(x, start, x, y) for x in self.edges[1:-1] if start > y]
        for bold, placed in blocks:
            press.block(placed, self.paper.size, bold=bold)
        press.lines([(area.left, level, area.right, level) for level in levels[1:-1]] + uprights)
        press.rectangle(area.left, y, area.width, area.top - y, line=_OUTLINE)
        if last:
            self.paper.draw_seals(press, y)
        press.end_page()

    def _draw_codes(self, row: _Row, top: float) -> None:
        for cell, left in zip(row.cells, self.edges, strict=False):
            if cell.code:
                indent, code = cell.code
                x, y = left + _PAD_SIDE + indent, top - row.height / 2 - _CODE / 2
                self.press.canvas.addLiteral(drawn(code, x, y, _CODE))

    def _placed(self, row: _Row, top: float) -> Iterable[str]:
        lefts = (self.area.left + mm(3) - _PAD_SIDE,) if row.across else self.edges
        for cell, left in zip(row.cells, lefts, strict=False):
            first = top - (row.height - cell.height) / 2 - cell.leading / 2 - cell.size * (0.5 - _DESCENT)
            for number, (indent, operators) in enumerate(cell.lines):
                if operators:
                    x, y = left + _PAD_SIDE + indent, first - number * cell.leading
                    yield f"1 0 0 1 {x:.2f} {y:.2f} Tm {operators}"


def _edges(columns: Sequence[Column], area: Area) -> list[float]:
    """Left edges of the columns and the right edge of the last."""
    if not columns:
        raise ValueError("a list needs a column")
    fixed = sum(mm(column.mm) for column in columns if column.mm is not None)
    weights = sum(column.weight for column in columns if column.mm is None)
    free = area.width - fixed
    if free < 0 or (weights and free <= 0):
        raise ValueError("the fixed columns are wider than the page")
    widths = [column.weight * free / weights if column.mm is None else mm(column.mm) for column in columns]
    # Columns of fixed widths only are stretched to fill the page.
    stretch = area.width / sum(widths)
    edges = [area.left]
    for width in widths:
        edges.append(edges[-1] + width * stretch)
    return edges


def _tied(page: Sequence[_Row], row: _Row) -> list[_Row]:
    """The last rows of a page that may not be parted from `row`, which follows them."""
    tied: list[_Row] = []
    for earlier in reversed(page):
        if not (row.with_previous or earlier.with_next):
            break
        tied.insert(0, earlier)
        row = earlier
    return tied


def _split(row: _Row, room: float) -> list[_Row]:
    """Cut a row that is taller than `room` between its lines; other rows stay whole."""
    if row.height <= room or max(len(cell.lines) for cell in row.cells) == 1:
        return [row]
    fits = min(int((room - 2 * _PAD_LINES) / cell.leading) for cell in row.cells)
    fits = max(fits, 1)
    pieces = []
    lines = max(len(cell.lines) for cell in row.cells)
    for start in range(0, lines, fits):
        cells = tuple(replace(cell, lines=cell.lines[start : start + fits]) for cell in row.cells)
        pieces.append(replace(row, cells=cells, height=max(cell.height for cell in cells) + 2 * _PAD_LINES))
    return pieces
