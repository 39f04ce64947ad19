"""What every official paper of the house has around its content: header, page number, mark, seal row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from bureau.calendar import roc_long
from bureau.language import _
from bureau.paper.font import ChainFont, kai
from bureau.paper.press import Press, mm

A4 = (mm(210), mm(297))
"""Portrait width and height of the sheet, in points."""

Orientation = Literal["portrait", "landscape"]

TOP = mm(11)
FOOT = mm(10)

_OFFICE_SIZE = 14.0
_NOTE_SIZE = 9.5
_FINGERPRINT_SIZE = 7.0
_SMALLEST = 6.0
_SECRET_SIZE = 16.0

SEAL_WIDTH = mm(30)
SEAL_HEIGHT = mm(20)
SEAL_LABEL = mm(6.5)
SEAL_GAP = mm(4)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The frame around the content of a paper.

    Attributes:
        title: what the paper is, large and centred on every page.
        office: 機關名稱, above the title.
        orientation: of the A4 sheet.
        seals: labels of the seal row on the last page, left to right; none for no row.
        secret: whether each page bears the mark 密.
        period: what time the paper tells of, such as 115 年度; empty for none.
        printed_on: date of printing, shown as 民國; `None` for none.
        fingerprint: of the journal, in the footer; empty for none.
        font: the chain of faces; `None` for the house's own.
        side_mm: left and right margin.
        title_size: of the title, in points.
        numbered: whether each page shows 頁次 x/y.
    """

    title: str
    office: str = ""
    orientation: Orientation = "portrait"
    seals: tuple[str, ...] = ()
    secret: bool = False
    period: str = ""
    printed_on: date | None = None
    fingerprint: str = ""
    font: ChainFont | None = None
    side_mm: float = 15.0
    title_size: float = 18.0
    numbered: bool = True

    def press(self) -> Press:
        """Begin a document with this frame."""
        width, height = A4 if self.orientation == "portrait" else A4[::-1]
        press = Press(self.font or kai(), width, height)
        press.describe(title=self.title, author=self.office, day=self.printed_on)
        return press

    @property
    def _side(self) -> float:
        return mm(self.side_mm)

    @property
    def seals_height(self) -> float:
        """Room that the seal row needs below the content, in points."""
        return SEAL_GAP + SEAL_LABEL + SEAL_HEIGHT if self.seals else 0.0

    def area(self, press: Press) -> Area:
        """The part of each page that belongs to the content."""
        top = press.height - TOP
        if self.office:
            top -= _OFFICE_SIZE * 1.4
        top -= self.title_size * 1.5
        if self.period or self.printed_on:
            top -= _NOTE_SIZE * 1.5
        return Area(left=self._side, right=press.width - self._side, top=top - mm(1.5), bottom=FOOT + mm(7))

    def draw_header(self, press: Press) -> None:
        """Draw what stands above the content of the current page."""
        middle = press.width / 2
        # Room is kept on both sides for the mark, so that a long title cannot run into it.
        room = press.width - 2 * self._side - (2 * mm(14) if self.secret else 0)
        y = press.height - TOP
        for text, size, step, bold in (
            (self.office, _OFFICE_SIZE, 1.4, False),
            (self.title, self.title_size, 1.5, True),
        ):
            if not text:
                continue
            y -= size * step
            fitted, line = press.fitted(text, room, size, _SMALLEST)
            press.note_missing(text, _("頁首"))
            press.text(middle, y + size * 0.3, line, fitted, align="center", bold=bold)
        if self.period or self.printed_on:
            y -= _NOTE_SIZE * 1.5
            base = y + _NOTE_SIZE * 0.3
            printed = ""
            if self.printed_on:
                printed = press.shown(_("列印日期：{day}").format(day=roc_long(self.printed_on)))
            if self.period:
                room = press.width - 2 * self._side
                if printed:
                    room -= press.font.width(printed, _NOTE_SIZE) + mm(4)
                period = _("期間：{period}").format(period=self.period)
                size, line = press.fitted(period, room, _NOTE_SIZE, _SMALLEST)
                press.note_missing(self.period, _("頁首"))
                press.text(self._side, base, line, size)
            if printed:
                press.text(press.width - self._side, base, printed, _NOTE_SIZE, align="right")
        if self.secret:
            self._draw_secret(press)

    def _draw_secret(self, press: Press) -> None:
        side = _SECRET_SIZE * 1.5
        left, bottom = press.width - self._side - side, press.height - TOP - side
        press.rectangle(left, bottom, side, side, line=1.2)
        mark = press.shown(_("密"))
        press.text(left + side / 2, bottom + side * 0.27, mark, _SECRET_SIZE, align="center", bold=True)

    def draw_seals(self, press: Press, top: float) -> None:
        """Draw the seal row, its gap beginning at `top` points from the lower edge of the page."""
        if not self.seals:
            return
        width = min(SEAL_WIDTH, (press.width - 2 * self._side) / len(self.seals))
        left = (press.width - width * len(self.seals)) / 2
        top -= SEAL_GAP
        right, bottom = left + width * len(self.seals), top - SEAL_LABEL - SEAL_HEIGHT
        press.rectangle(left, top - SEAL_LABEL, right - left, SEAL_LABEL, fill=0.92)
        press.lines(
            [
                (left, top - SEAL_LABEL, right, top - SEAL_LABEL),
                *((left + width * k, top, left + width * k, bottom) for k in range(1, len(self.seals))),
            ]
        )
        press.rectangle(left, bottom, right - left, top - bottom, line=1.0)
        for number, label in enumerate(self.seals):
            size, line = press.fitted(label, width - mm(2), 11.0, _SMALLEST)
            press.note_missing(label, _("核章欄"))
            press.text(left + width * (number + 0.5), top - SEAL_LABEL + mm(1.9), line, size, align="center")

    def number_pages(self, press: Press) -> None:
        """Give the pages drawn since the last call their footers: 頁次 x/y and the fingerprint."""
        foot = press.shown(_("指紋 {fingerprint}").format(fingerprint=self.fingerprint))
        for page, total in press.unnumbered():
            parts = []
            if self.numbered:
                number = press.shown(_("頁次 {page}/{total}").format(page=page, total=total))
                parts.append(press.text_operators(press.width / 2, FOOT, number, _NOTE_SIZE, align="center"))
            if self.fingerprint:
                size, line = press.fitted(foot, press.width / 2 - self._side - mm(15), _FINGERPRINT_SIZE, 4.0)
                parts.append(press.text_operators(self._side, FOOT, line, size))
            press.add_footer("\n".join(parts))


@dataclass(frozen=True)
class Area:
    """A rectangle on a page, in points from its lower left corner."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        """Width in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height in points."""
        return self.top - self.bottom
