"""The 榮譽榜: whom the committee chose for a quarter, and why, in a frame for the wall."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.calendar import Period, day_of
from bureau.dates import roc_long
from bureau.language import _
from bureau.paper import Form, Paragraph, Space
from bureau.paper.frame import FOOT, Area
from bureau.paper.press import mm
from bureau.roles import Actor
from training.honours import Honour
from training.honours_desk import COMMITTEE, HonoursDesk

if TYPE_CHECKING:
    from bureau.paper import PrintReport
    from bureau.paper.form import Block
    from bureau.paper.press import Press

_EDGE = mm(12)
_GAP = mm(2.2)
_CORNER = mm(7)
_INSIDE = mm(14)
_FEW = 2
"""So many names are set large."""


class Roll(Form):
    """A page in a double frame with set-in corners; all lines, so that it is the same in black and white."""

    def area(self, press: "Press") -> Area:
        """The part of each page within the frame, below the title."""
        bottom = FOOT + mm(34)
        side = _EDGE + _INSIDE
        return Area(left=side, right=press.width - side, top=press.height - mm(78), bottom=bottom)

    def draw_header(self, press: "Press") -> None:
        """Draw the frame, the office, the title and the quarter."""
        left, right = _EDGE, press.width - _EDGE
        bottom, top = FOOT + mm(6), press.height - _EDGE
        press.rectangle(left, bottom, right - left, top - bottom, line=2.4)
        _set_in(press, left + _GAP, bottom + _GAP, right - _GAP, top - _GAP)
        middle, room = press.width / 2, right - left - 2 * _INSIDE
        for text, size, base, bold in (
            (self.office, 20.0, mm(35), False),
            (self.title, 40.0, mm(55), True),
            (self.period, 16.0, mm(68), False),
        ):
            press.note_missing(text, _("頁首"))
            fitted, line = press.fitted(text, room, size, 8.0)
            press.text(middle, press.height - base, line, fitted, align="center", bold=bold)
        y = press.height - mm(72.5)
        for length in (mm(22), mm(14)):
            press.lines([(middle - length, y, middle + length, y)], 0.8)
            y -= mm(1.1)
        if self.printed_on:
            day = press.shown(roc_long(self.printed_on))
            press.text(middle, bottom + mm(15), day, 15.0, align="center")


def print_roll(desk: HonoursDesk, quarter: Period, path: Path, *, by: Actor, at: datetime) -> "PrintReport":
    """Print the 榮譽榜 of a quarter: who was chosen, of which section, and why.

    Names stand in full: a roll of honour without names praises nobody.

    Args:
        desk: whose choices are printed.
        quarter: of which.
        path: of the PDF; replaced when it exists.
        by: a trainer, head or administrator.
        at: the moment of printing.

    Raises:
        NotAllowed: not of the committee.
        PaperError: the file cannot be written.
    """
    by.require(*COMMITTEE)
    day = day_of(at)
    honours = [each for each in desk.honours(quarter) if each.holds]
    roll = Roll(
        title=_("榮譽榜"),
        office=desk.office.name,
        period=_("{quarter}績優服務人員").format(quarter=quarter.title),
        printed_on=day,
        fingerprint=desk.office.fingerprint(),
    )
    press = roll.press()
    return roll.print(_paged(_names(honours), press, roll.area(press)), path)


def _paged(groups: "Sequence[Sequence[Block]]", press: "Press", area: Area) -> "Iterator[Block]":
    """Give the blocks with room left free where a name and its reason would stand on two pages."""
    used = 0.0
    for group in groups:
        height = sum(_height(block, press, area) for block in group)
        if used and used + height > area.height:
            yield Space((area.height - used) / mm(1))
            used = 0.0
        yield from group
        used += height


def _height(block: "Block", press: "Press", area: Area) -> float:
    if isinstance(block, Space):
        return mm(block.height)
    assert isinstance(block, Paragraph)
    lines = len(press.font.wrap(press.shown(block.text), area.width, block.size))
    return lines * block.size * block.leading + mm(block.after)


def _names(honours: Sequence[Honour]) -> "list[list[Block]]":
    """Give the blocks of each person."""
    if not honours:
        return [[Space(55), Paragraph(_("本季沒有選出績優服務人員。"), size=18, align="center")]]
    large = len(honours) <= _FEW
    groups: list[list[Block]] = [[Space({1: 40, 2: 16}.get(len(honours), 6))]]
    groups += [
        [
            Paragraph(
                "　".join(part for part in (each.section, each.title) if part),
                size=16 if large else 13,
                align="center",
                after=1,
            ),
            Paragraph(
                _spaced(each.name), size=36 if large else 24, align="center", bold=True, leading=1.5, after=2
            ),
            Paragraph(each.reason, size=14 if large else 12, align="center", after=14 if large else 8),
        ]
        for each in honours
    ]
    return groups


def _spaced(name: str) -> str:
    """Set the characters of a short name apart, as on a certificate."""
    return "　".join(name) if len(name) <= 4 and not name.isascii() else name  # noqa: PLR2004 - longer names are wide enough


def _set_in(press: "Press", left: float, bottom: float, right: float, top: float) -> None:
    """Draw a rectangle whose corners are set in, with a small square in each."""
    c = _CORNER
    press.lines(
        [
            (left + c, top, right - c, top),
            (left + c, bottom, right - c, bottom),
            (left, bottom + c, left, top - c),
            (right, bottom + c, right, top - c),
            (left + c, top, left + c, top - c),
            (left, top - c, left + c, top - c),
            (right - c, top, right - c, top - c),
            (right, top - c, right - c, top - c),
            (left + c, bottom, left + c, bottom + c),
            (left, bottom + c, left + c, bottom + c),
            (right - c, bottom, right - c, bottom + c),
            (right, bottom + c, right - c, bottom + c),
        ],
        0.9,
    )
    side = c * 0.5
    for x in (left + c * 0.25, right - c * 0.75):
        for y in (bottom + c * 0.25, top - c * 0.75):
            press.rectangle(x, y, side, side, line=0.9)
            press.rectangle(x + side * 0.3, y + side * 0.3, side * 0.4, side * 0.4, fill=0.0)
