"""The funnel plot as text: sections by letter, the limits as dots that draw together to the right."""

import string
from collections.abc import Sequence
from decimal import Decimal

from bureau.language import _
from courtesy.axis import edges
from courtesy.funnel import ACTION, WARNING, Funnel
from tui.widgets.chart import Sheet, padded

_STEP = 5
AXIS = 5
FEET = 1
LETTERS = string.ascii_uppercase + string.ascii_lowercase
SEVERAL = "#"
"""Stands where several sections fall into one cell."""


def letter(place: int) -> str:
    """Name the section that is at this place in the office's order, from 1."""
    return LETTERS[place - 1] if place <= len(LETTERS) else "*"


def funnel_plot(chart: Funnel, width: int, height: int) -> Sequence[str]:
    """Draw the plot: letters for sections, `-` the overall mean, `.` the 95 % and `=` the 99.8 % limits."""
    if not chart.points or chart.centre is None:
        return [_("還沒有接通並評分的電話。")]
    room, rows = width - AXIS, height - FEET
    most = max(one.n for one in chart.points)
    right = max(2, int(most * 1.1) + 1)
    low, high = _range(chart)

    def row(value: Decimal) -> int:
        return int((high - value) / (high - low) * (rows - 1) + Decimal("0.5"))

    def column(n: int) -> int:
        return min(room - 1, int(n / right * (room - 1) + 0.5))

    sheet = Sheet(room, rows)
    for x in range(room):
        sheet.put(x, row(chart.centre), "-")
        n = x * right / (room - 1)
        for share, mark in ((ACTION, "="), (WARNING, ".")):
            limits = chart.limits(n, share)
            for value in (limits.low, limits.high) if limits else ():
                if low <= value <= high:
                    sheet.put(x, row(value), mark)
    taken: set[tuple[int, int]] = set()
    for one in chart.points:
        cell = (column(one.n), row(one.mean))
        sheet.put(*cell, SEVERAL if cell in taken else letter(one.place))
        taken.add(cell)
    labels = {0: str(high), rows - 1: str(low), row(chart.centre): f"{chart.centre:.1f}"}
    lines = [
        padded(labels.get(y, ""), AXIS - 1, right=True) + "|" + line for y, line in enumerate(sheet.lines())
    ]
    foot = Sheet(room, 1)
    for n in sorted({0, right // 4, right // 2, right * 3 // 4, most}):
        text = str(n)
        foot.write(max(0, min(column(n) - len(text) // 2, room - len(text))), 0, text)
    return [*lines, padded(_("通數"), AXIS - 1, right=True) + "|" + foot.lines()[0]]


def _range(chart: Funnel) -> tuple[int, int]:
    """Hold every section and the limits at the section with the fewest calls."""
    values = [one.mean for one in chart.points]
    if limits := chart.limits(min(one.n for one in chart.points), ACTION):
        values += [limits.low, limits.high]
    return edges(values, _STEP)
