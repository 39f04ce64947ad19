"""The edges of a chart's axis: round numbers between which every value stands."""

from collections.abc import Iterable
from decimal import Decimal
from math import ceil, floor

FULL = 100


def edges(values: Iterable[Decimal | None], step: int) -> tuple[int, int]:
    """Give the highest multiple of `step` below all values and the lowest above, of scores from 0 to 100.

    They are a step apart at least, so that something can be drawn between them; without a value 0 and 100.
    """
    known = [value for value in values if value is not None]
    if not known:
        return 0, FULL
    # Not by //: of decimals it cuts towards zero, and the upper edge would lie below a value.
    low, high = floor(min(known) / step) * step, ceil(max(known) / step) * step
    return (low, high) if high > low else (max(0, low - step), min(FULL, high + step))
