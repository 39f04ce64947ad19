"""The difference of two means, and how sure it is."""

import math
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from courtesy.interval import CONFIDENCE, Interval, Sample, hundredths, t_quantile


class Difference(BaseModel):
    """How much a mean has changed.

    Attributes:
        points: the later mean less the earlier one, both as they are printed.
        interval: 95 %, by Welch's t; None where a spread is not known.
    """

    model_config = ConfigDict(frozen=True)

    points: Decimal
    interval: Interval | None

    @property
    def sure(self) -> bool:
        """Whether the interval leaves no change out."""
        return self.interval is not None and Decimal() not in self.interval


def difference(later: Sample, earlier: Sample, confidence: float = CONFIDENCE) -> Difference | None:
    """Compare two means whose spreads need not be equal.

    d ± t(1 - α/2; ν) · √(s₁²/n₁ + s₂²/n₂), ν by Welch and Satterthwaite, rounded down so that it errs on the
    careful side: B. L. Welch, "The generalization of Student's problem when several different population
    variances are involved", Biometrika 34 (1947) 28-35; NIST/SEMATECH e-Handbook 7.3.1.

    Returns:
        None where one side has no score. Without an interval where one side has fewer than two scores, or
        only equal ones.
    """
    if later.mean is None or earlier.mean is None:
        return None
    points = later.mean - earlier.mean
    if not (later.variance and earlier.variance):
        return Difference(points=points, interval=None)
    one, other = later.variance / later.n, earlier.variance / earlier.n
    freedom = (one + other) ** 2 / (one**2 / (later.n - 1) + other**2 / (earlier.n - 1))
    half = t_quantile((1 + confidence) / 2, max(1, int(freedom))) * math.sqrt(one + other)
    return Difference(
        points=points,
        interval=Interval(low=hundredths(points - Decimal(half)), high=hundredths(points + Decimal(half))),
    )
