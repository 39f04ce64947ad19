"""Short papers: notices, certificates, reports, feedback slips, out of a few kinds of blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from bureau.language import _
from bureau.paper.frame import Area, Frame
from bureau.paper.press import Align, Press, PrintReport, mm

_DESCENT = 0.2
_CELL_LEADING = 1.35
_PAD = mm(1.8)
_LABEL_GREY = 0.92
_ENOUGH = 1e-6
# Of a page: a taller row is cut, so that head and seals always fit beside its last piece.
_TALLEST = 0.5
# A number stays together when a line is spread.
_SPREAD = re.compile(r"[!-~]+|\S")


@dataclass(frozen=True)
class Paragraph:
    """Running text.

    Attributes:
        text: a newline begins a new line.
        size: of the type, in points.
        align: of the lines; "spread" sets the characters and numbers of a line equally far apart
            (分散對齊), such as those of the date on a certificate.
        label: such as 一、; it stands before the text, whose lines all begin behind it.
        indent: empty ems before the first line.
        bold: thicker strokes.
        leading: distance of the lines as a multiple of the size.
        after: space below, in millimetres.
        with_next: whether it is a heading, which never ends a page.
    """

    text: str
    size: float = 12.0
    align: Align | Literal["spread"] = "left"
    label: str = ""
    indent: int = 0
    bold: bool = False
    leading: float = 1.6
    after: float = 2.0
    with_next: bool = False


@dataclass(frozen=True)
class Fields:
    """Labels with their values in a ruled table.

    Attributes:
        pairs: (label, value).
        per_row: pairs beside each other.
        size: of the type, in points.
        label_mm: width of a label.
        row_mm: least height of a row, such as room for handwriting.
        after: space below, in millimetres.
    """

    pairs: Sequence[tuple[str, str]]
    per_row: int = 2
    size: float = 12.0
    label_mm: float = 28.0
    row_mm: float = 9.0
    after: float = 3.0


@dataclass(frozen=True)
class Grid:
    """A small table; a long one is a `ListPaper`.

    Attributes:
        headings: of the columns, on each page; none for no heading row.
        rows: texts, as many each as there are columns.
        weights: shares of the width; equal when empty.
        align: of each column; all centred when empty.
        size: of the type, in points.
        row_mm: least height of a row.
        pad_mm: empty room around a text, in millimetres.
        after: space below, in millimetres.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    weights: Sequence[float] = ()
    align: Sequence[Align] = ()
    size: float = 11.0
    row_mm: float = 8.0
    pad_mm: float = 1.8
    after: float = 3.0


@dataclass(frozen=True)
class Picture:
    """A drawing of `reportlab.graphics`: a chart, a barcode.

    Text in it must ask for the font `bureau.paper.font.FONT_NAME`.

    Attributes:
        drawing: a `reportlab.graphics.shapes.Drawing`; its width and height are the room it gets.
        align: on the page.
        after: space below, in millimetres.
    """

    drawing: Any
    align: Align = "center"
    after: float = 3.0


@dataclass(frozen=True)
class Space:
    """Empty room.

    Attributes:
        height: in millimetres.
    """

    height: float


@dataclass(frozen=True)
class Columns:
    """Texts beside each other without rules, such as the options of a question.

    A row is not parted by the end of a page, so its texts should be short.

    Attributes:
        rows: texts, at most as many each as there are columns.
        weights: shares of the width.
        size: of the type, in points.
        indent_mm: empty room at the left.
        leading: distance of the lines as a multiple of the size.
        after: space below, in millimetres.
    """

    rows: Sequence[Sequence[str]]
    weights: Sequence[float]
    size: float = 12.0
    indent_mm: float = 0.0
    leading: float = 1.5
    after: float = 2.0


@dataclass(frozen=True)
class Lines:
    """Ruled lines to write on.

    Attributes:
        count: how many.
        label: before the first.
        unit: behind the first.
        width_mm: of the lines; 0: all there is.
        pitch_mm: from line to line.
        indent_mm: empty room at the left.
        size: of label and unit, in points.
        after: space below, in millimetres.
    """

    count: int = 1
    label: str = ""
    unit: str = ""
    width_mm: float = 0.0
    pitch_mm: float = 9.0
    indent_mm: float = 0.0
    size: float = 12.0
    after: float = 2.0


@dataclass(frozen=True)
class Together:
    """Blocks that stay on one page where they fit on one.

    Attributes:
        blocks: from top to bottom.
    """

    blocks: Sequence[Paragraph | Fields | Grid | Picture | Space | Columns | Lines]


Block = Paragraph | Fields | Grid | Picture | Space | Columns | Lines | Together


@dataclass(frozen=True)
class _Strip:
    """A piece of a block that is not parted by the end of a page."""

    height: float
    draw: Callable[[float], None]
    """Draws the strip below the given height on the page."""
    empty: bool = False
    with_next: bool = False
    head: _Strip | None = None
    """Stands above the strip where it begins a page."""


@dataclass(frozen=True, kw_only=True)
class Form(Frame):
    """A paper of blocks in a frame, usually one page."""

    side_mm: float = 25.0

    def print(self, blocks: Iterable[Block], path: Path) -> PrintReport:
        """Print one paper.

        Args:
            blocks: from top to bottom.
            path: of the PDF; replaced when it exists.

        Raises:
            PaperError: a font cannot be used, or the file cannot be written.
        """
        return self.print_each([blocks], path)

    def print_each(self, papers: Iterable[Iterable[Block]], path: Path) -> PrintReport:
        """Print several papers into one file; each begins a new page and counts its own pages.

        Raises:
            PaperError: a font cannot be used, or the file cannot be written.
            ValueError: there is no paper to print.
        """
        press = self.press()
        for blocks in papers:
            self._fill(press, blocks)
            self.number_pages(press)
        if not press.pages:
            raise ValueError("a form needs a paper to print")
        return press.save(path)

    def _fill(self, press: Press, blocks: Iterable[Block]) -> None:
        area = self.area(press)
        page: list[_Strip] = []
        used = 0.0
        for strip in (strip for block in blocks for strip in _strips(block, press, area)):
            if page and used + strip.height > area.height + _ENOUGH:
                if strip.empty:
                    continue
                over: list[_Strip] = []
                while page and page[-1].with_next:
                    over.insert(0, page.pop())
                if not page:  # what belongs together is longer than a page
                    page, over = over, []
                self._draw(press, page, area)
                first = over[0] if over else strip
                page = [first.head, *over] if first.head else over
                used = sum(carried.height for carried in page)
            page.append(strip)
            used += strip.height
        while page and page[-1].empty:
            used -= page.pop().height
        if used + self.seals_height > area.height + _ENOUGH and len(page) > 1:
            over = page[-1:]
            while len(page) > len(over) + 1 and page[-len(over) - 1].with_next:
                over.insert(0, page[-len(over) - 1])
            self._draw(press, page[: -len(over)], area)
            page = [over[0].head, *over] if over[0].head else over
        bottom = self._draw(press, page, area, last=True)
        assert bottom <= area.top, "content flows downwards"

    def _draw(self, press: Press, page: Sequence[_Strip], area: Area, *, last: bool = False) -> float:
        self.draw_header(press)
        y = area.top
        for strip in page:
            strip.draw(y)
            y -= strip.height
        if last:
            self.draw_seals(press, y)
        press.end_page()
        return y


def _strips(block: Block, press: Press, area: Area) -> list[_Strip]:
    match block:
        case Together():
            return _together(block, press, area)
        case Space():
            return [_gap(block.height)]
        case Picture():
            strips: Iterable[_Strip] = [_picture(block, press, area)]
        case Paragraph():
            strips = _paragraph(block, press, area)
            if block.with_next:
                return [replace(strip, with_next=True) for strip in (*strips, _gap(block.after))]
        case Fields():
            strips = _fields(block, press, area)
        case Grid():
            strips = _grid(block, press, area)
        case Columns():
            strips = _columns(block, press, area)
        case Lines():
            strips = _lines(block, press, area)
    return [*strips, _gap(block.after)]


def _gap(height: float) -> _Strip:
    return _Strip(mm(height), lambda _top: None, empty=True)


def _paragraph(block: Paragraph, press: Press, area: Area) -> Iterable[_Strip]:
    size, leading = block.size, block.size * block.leading
    text, label = press.shown(block.text), press.shown(block.label)
    press.note_missing(block.label + block.text, _("內文"))
    label_width = press.font.width(label, size)
    left = area.left + label_width
    width = area.width - label_width
    lines = press.font.wrap("\u3000" * block.indent + text, width, size)

    def strip(number: int, line: str) -> _Strip:
        def draw(top: float) -> None:
            base = top - leading / 2 - size * (0.5 - _DESCENT)
            if label and number == 0:
                press.text(area.left, base, label, size, bold=block.bold)
            if block.align == "spread":
                _spread(press, left, width, base, line, block)
                return
            x = {"left": left, "center": left + width / 2, "right": left + width}[block.align]
            press.text(x, base, line, size, align=block.align, bold=block.bold)

        return _Strip(leading, draw)

    return [strip(number, line) for number, line in enumerate(lines)]


def _together(block: Together, press: Press, area: Area) -> list[_Strip]:
    strips = [strip for one in block.blocks for strip in _strips(one, press, area)]
    last = max((place for place, strip in enumerate(strips) if not strip.empty), default=0)
    if sum(strip.height for strip in strips[: last + 1]) > area.height:
        return strips
    return [replace(strip, with_next=True) if place < last else strip for place, strip in enumerate(strips)]


def _columns(block: Columns, press: Press, area: Area) -> Iterable[_Strip]:
    size, leading = block.size, block.size * block.leading
    edges = [area.left + mm(block.indent_mm)]
    width = area.right - edges[0]
    for weight in block.weights:
        edges.append(edges[-1] + width * weight / sum(block.weights))

    def strip(texts: Sequence[str]) -> _Strip:
        wrapped = [
            press.font.wrap(press.shown(text), edges[place + 1] - edges[place] - mm(2), size)
            for place, text in enumerate(texts)
        ]

        def draw(top: float) -> None:
            for left, lines in zip(edges, wrapped, strict=False):
                base = top - leading / 2 - size * (0.5 - _DESCENT)
                for line in lines:
                    press.text(left, base, line, size)
                    base -= leading

        return _Strip(max(map(len, wrapped)) * leading, draw)

    for row in block.rows:
        press.note_missing("".join(row), _("內文"))
        yield strip(row)


def _lines(block: Lines, press: Press, area: Area) -> Iterable[_Strip]:
    label, unit = press.shown(block.label), press.shown(block.unit)
    press.note_missing(block.label + block.unit, _("內文"))
    left = area.left + mm(block.indent_mm)
    begin = left + press.font.width(label, block.size)
    room = area.right - press.font.width(unit, block.size) - (mm(2) if unit else 0)
    end = min(begin + mm(block.width_mm), room) if block.width_mm else room
    pitch = mm(block.pitch_mm)

    def strip(number: int) -> _Strip:
        def draw(top: float) -> None:
            base = top - pitch + mm(1.5)
            if number == 0:
                press.text(left, base, label, block.size)
                press.text(end + mm(2), base, unit, block.size)
            press.lines([(begin, top - pitch + mm(0.5), end, top - pitch + mm(0.5))])

        return _Strip(pitch, draw)

    return [strip(number) for number in range(block.count)]


def _spread(press: Press, left: float, width: float, base: float, line: str, block: Paragraph) -> None:
    pieces = _SPREAD.findall(line)
    gaps = len(pieces) - 1
    free = width - press.font.width("".join(pieces), block.size)
    x = left if gaps > 0 else left + free / 2
    for piece in pieces:
        press.text(x, base, piece, block.size, bold=block.bold)
        x += press.font.width(piece, block.size) + (free / gaps if gaps > 0 else 0)


@dataclass(frozen=True)
class _Cell:
    text: str
    left: float
    right: float
    align: Align
    bold: bool = False
    grey: float | None = None


def _ruled(
    cells: Sequence[_Cell],
    size: float,
    least: float,
    press: Press,
    *,
    room: float,
    with_next: bool = False,
    pad: float = _PAD,
) -> list[_Strip]:
    """One row of a ruled table; a row taller than `room` is cut between its lines."""
    leading = size * _CELL_LEADING
    wrapped = [
        press.font.wrap(press.shown(cell.text), cell.right - cell.left - 2 * pad, size) for cell in cells
    ]
    most = max(len(lines) for lines in wrapped)
    fits = max(1, int((room - 2 * pad) / leading))
    return [
        _ruled_strip(
            cells, [lines[start : start + fits] for lines in wrapped], size, least, press, with_next, pad
        )
        for start in range(0, most, fits)
    ]


def _ruled_strip(
    cells: Sequence[_Cell],
    wrapped: Sequence[Sequence[str]],
    size: float,
    least: float,
    press: Press,
    with_next: bool,
    pad: float,
) -> _Strip:
    leading = size * _CELL_LEADING
    height = max(least, max(len(lines) for lines in wrapped) * leading + 2 * pad)

    def draw(top: float) -> None:
        for cell, lines in zip(cells, wrapped, strict=True):
            press.rectangle(cell.left, top - height, cell.right - cell.left, height, line=0.5, fill=cell.grey)
            inner = (cell.left + pad, cell.right - pad)
            x = {"left": inner[0], "center": sum(inner) / 2, "right": inner[1]}[cell.align]
            base = top - (height - leading * len(lines)) / 2 - leading / 2 - size * (0.5 - _DESCENT)
            for line in lines:
                press.text(x, base, line, size, align=cell.align, bold=cell.bold)
                base -= leading

    return _Strip(height, draw, with_next=with_next)


def _fields(block: Fields, press: Press, area: Area) -> Iterable[_Strip]:
    label_width = mm(block.label_mm)
    share = area.width / block.per_row
    for start in range(0, len(block.pairs), block.per_row):
        pairs = block.pairs[start : start + block.per_row]
        cells: list[_Cell] = []
        for number, (label, value) in enumerate(pairs):
            left = area.left + share * number
            # The last value of a row that is not full takes the rest of the width.
            right = area.right if number == len(pairs) - 1 else left + share
            press.note_missing(label + value, _("「{label}」").format(label=label))
            cells.append(_Cell(label, left, left + label_width, "center", grey=_LABEL_GREY))
            cells.append(_Cell(value, left + label_width, right, "left"))
        yield from _ruled(cells, block.size, mm(block.row_mm), press, room=area.height * _TALLEST)


def _grid(block: Grid, press: Press, area: Area) -> Iterable[_Strip]:
    columns = len(block.headings) or (len(block.rows[0]) if block.rows else 0)
    weights = block.weights or [1.0] * columns
    align = block.align or ["center"] * columns
    edges = [area.left]
    for weight in weights:
        edges.append(edges[-1] + area.width * weight / sum(weights))
    spans = list(zip(edges[:-1], edges[1:], align, strict=True))
    head: _Strip | None = None
    if block.headings:
        names = [
            _Cell(text, left, right, "center", bold=True, grey=_LABEL_GREY)
            for text, (left, right, _align) in zip(block.headings, spans, strict=True)
        ]
        press.note_missing("".join(block.headings), _("表格"))
        (head,) = _ruled(
            names,
            block.size,
            mm(block.row_mm),
            press,
            room=area.height * _TALLEST,
            with_next=True,
            pad=mm(block.pad_mm),
        )
        yield head
    for row in block.rows:
        press.note_missing("".join(row), _("表格"))
        cells = [_Cell(text, left, right, side) for text, (left, right, side) in zip(row, spans, strict=True)]
        strips = _ruled(
            cells, block.size, mm(block.row_mm), press, room=area.height * _TALLEST, pad=mm(block.pad_mm)
        )
        yield from (replace(strip, head=head) for strip in strips)


def _picture(block: Picture, press: Press, area: Area) -> _Strip:
    width, height = float(block.drawing.width), float(block.drawing.height)

    def draw(top: float) -> None:
        from reportlab.graphics import renderPDF, shapes  # noqa: PLC0415 -- only pictures pay for it

        # The renderer selects this font before it draws anything; it would stay in the file unembedded.
        shapes.STATE_DEFAULTS["fontName"] = press.font.fontName
        free = area.width - width
        x = area.left + {"left": 0.0, "center": free / 2, "right": free}[block.align]
        renderPDF.draw(block.drawing, press.canvas, x, top - height)

    return _Strip(height, draw)
