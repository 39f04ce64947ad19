"""How much work a form is: seconds of handling after hanging up, and keys."""

from collections.abc import Sequence
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

MEDIAN = Fraction(1, 2)
NINETIETH = Fraction(9, 10)


class Spread(BaseModel):
    """What half of the forms and nine in ten of them stay within.

    Attributes:
        n: how many forms were measured.
        median: None where none was.
        ninetieth: the 90th percentile; None where none was.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    median: int | None
    ninetieth: int | None


class Effort(BaseModel):
    """The work of sealed forms.

    Attributes:
        seconds: from hanging up to the seal, of the forms where hanging up was noted.
        keys: keys that chose something, undoing included, letters of words apart.
        seconds_target: what the rules aim at.
        keys_target: what the rules aim at.
    """

    model_config = ConfigDict(frozen=True)

    seconds: Spread
    keys: Spread
    seconds_target: int
    keys_target: int


def percentile(values: Sequence[int], share: Fraction) -> int | None:
    """Give the nearest-rank percentile: the smallest value within which at least `share` of all lie.

    A value that really occurred, never one in between: definition 1 of Hyndman and Fan, Sample quantiles in
    statistical packages, The American Statistician 50 (1996) 361-365.

    Args:
        values: in any order.
        share: above 0, up to 1.
    """
    if not values:
        return None
    rank = -(-share.numerator * len(values) // share.denominator)
    return sorted(values)[rank - 1]


def spread(values: Sequence[int]) -> Spread:
    """Give median and 90th percentile of these values."""
    return Spread(n=len(values), median=percentile(values, MEDIAN), ninetieth=percentile(values, NINETIETH))
