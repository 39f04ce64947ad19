"""Dot and whisker: a mean in its interval on one line, as text.

`|---o---|` interval and mean, `x` the mean drawn towards the office's, `:` the office's mean
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from courtesy.axis import edges
from courtesy.interval import Interval
from courtesy.result import Sections
from courtesy.welch import Difference
from tui.widgets.chart import Sheet

STEP = 10
"""The axis begins and ends on multiples of so many points."""


@dataclass(frozen=True)
class Axis:
    """The range of scores that a line shows.

    Attributes:
        low: at its left end.
        high: at its right end.
        width: in cells.
    """

    low: int
    high: int
    width: int

    def place(self, value: Decimal) -> int:
        """Give the cell of a value; values beyond the ends stand at the ends."""
        share = (value - self.low) / (self.high - self.low)
        return min(self.width - 1, max(0, int(share * (self.width - 1) + Decimal("0.5"))))

    def heading(self) -> str:
        """Name the two ends."""
        low, high = str(self.low), str(self.high)
        return low + high.rjust(max(0, self.width - len(low)))


def axis(sections: Sections, width: int) -> Axis:
    """Choose the range that holds every mean and interval."""
    values = (
        value
        for one in sections.results
        for value in (one.mean, *((one.interval.low, one.interval.high) if one.interval else ()))
    )
    low, high = edges(values, STEP)
    return Axis(low=min(low, 100 - STEP), high=max(high, low + STEP), width=max(width, 4))


def whisker(
    line: Axis,
    mean: Decimal | None,
    interval: Interval | None,
    *,
    shrunken: Decimal | None = None,
    office: Decimal | None = None,
) -> str:
    """Draw one line."""
    sheet = Sheet(line.width, 1)
    if office is not None:
        sheet.put(line.place(office), 0, ":")
    if interval is not None:
        first, last = line.place(interval.low), line.place(interval.high)
        for x in range(first, last + 1):
            sheet.put(x, 0, "-")
        if office is not None and first < line.place(office) < last:
            sheet.put(line.place(office), 0, ":")
        sheet.put(first, 0, "|")
        sheet.put(last, 0, "|")
    if shrunken is not None:
        sheet.put(line.place(shrunken), 0, "x")
    if mean is not None:
        sheet.put(line.place(mean), 0, "o")
    return sheet.lines()[0]


def change_axis(changes: Iterable[Difference | None], width: int) -> Axis:
    """Choose the range that holds every change and interval, with no change in the middle."""
    values = [
        abs(value)
        for one in changes
        if one is not None
        for value in (one.points, *((one.interval.low, one.interval.high) if one.interval else ()))
    ]
    most = ceil(max([*values, Decimal(STEP)]) / STEP) * STEP
    return Axis(low=-most, high=most, width=max(width, 4))
