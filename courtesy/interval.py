"""How sure a mean or a share is: Student's t, the normal and Wilson's interval, and the exact binomial test.

Only the standard library is used. Floats stand for probabilities and in between; means and their limits are
rounded to hundredths as `Decimal` where they leave this module.
"""

import math
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from statistics import NormalDist

from pydantic import BaseModel, ConfigDict

CONFIDENCE = 0.95
"""The confidence of every interval that is shown: 19 of 20 such intervals hold the true value."""

FEWEST = 2
"""Of fewer than so many results no spread, and so no interval, can be known."""

LEAST, MOST = Decimal("0.00"), Decimal("100.00")
"""The range of scores."""

_CENT = Decimal("0.01")
_HUNDRED = 100
_NORMAL = NormalDist()
_TINY = 1e-300
_PRECISION = 1e-16
_MOST_TERMS = 500
_HALVINGS = 200


class Interval(BaseModel):
    """A range that holds the true value with the stated confidence.

    Attributes:
        low: the lower limit.
        high: the upper limit, in the same unit.
    """

    model_config = ConfigDict(frozen=True)

    low: Decimal
    high: Decimal

    def __contains__(self, value: object) -> bool:
        return isinstance(value, Decimal) and self.low <= value <= self.high


class Sample(BaseModel):
    """Scores that were counted up exactly: all a mean and its interval need.

    Attributes:
        n: how many.
        total: their sum, in hundredths of a point.
        squares: the sum of their squares, in squared hundredths.
    """

    model_config = ConfigDict(frozen=True)

    n: int = 0
    total: int = 0
    squares: int = 0

    def __add__(self, other: "Sample") -> "Sample":
        return Sample(
            n=self.n + other.n, total=self.total + other.total, squares=self.squares + other.squares
        )

    @classmethod
    def of(cls, scores: "list[Decimal]") -> "Sample":
        """Count up scores of two decimals."""
        cents = [int(score * _HUNDRED) for score in scores]
        return cls(n=len(cents), total=sum(cents), squares=sum(cent * cent for cent in cents))

    @property
    def mean(self) -> Decimal | None:
        """The mean, 0.00 to 100.00; None where there is no score."""
        return hundredths(Decimal(self.total) / self.n / _HUNDRED) if self.n else None

    @property
    def deviation(self) -> int:
        """`n` times the sum of squared deviations from the mean, in squared hundredths: an exact integer."""
        return self.n * self.squares - self.total * self.total

    @property
    def variance(self) -> float | None:
        """The variance with n - 1 in the denominator, in squared points; None below two scores."""
        if self.n < FEWEST:
            return None
        return self.deviation / (self.n * (self.n - 1)) / _HUNDRED**2

    @property
    def sd(self) -> Decimal | None:
        """The standard deviation in points; None below two scores."""
        variance = self.variance
        return None if variance is None else hundredths(Decimal(math.sqrt(variance)))

    def interval(self, confidence: float = CONFIDENCE) -> Interval | None:
        """Give the t interval of the mean, clipped to the range of scores.

        mean ± t(1 - α/2; n - 1) · s / √n (Student 1908).

        Returns:
            None below two scores, and where all scores are equal: their spread is then unknown, not nil.
        """
        variance = self.variance
        if not variance:
            return None
        mean = self.total / self.n / _HUNDRED
        half = t_quantile((1 + confidence) / 2, self.n - 1) * math.sqrt(variance / self.n)
        return Interval(
            low=max(LEAST, hundredths(Decimal(mean - half))),
            high=min(MOST, hundredths(Decimal(mean + half))),
        )


def hundredths(value: Decimal) -> Decimal:
    """Round half up to two decimals."""
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)


def z_quantile(probability: float) -> float:
    """Give the quantile of the standard normal distribution."""
    return _NORMAL.inv_cdf(probability)


def beta_share(x: float, a: float, b: float) -> float:
    """Give the regularised incomplete beta function I_x(a, b), 0 to 1.

    The continued fraction DLMF 8.17.22 (https://dlmf.nist.gov/8.17#v), evaluated by Lentz's method.
    """
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_share(1 - x, b, a)
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    )
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, _MOST_TERMS):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            fraction *= c * d
        if abs(c * d - 1) < _PRECISION * 10:
            break
    return front * fraction / a


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def t_distribution(t: float, freedom: int) -> float:
    """Give P(T ≤ t) of Student's distribution with so many degrees of freedom."""
    tail = beta_share(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
    return 1 - tail if t > 0 else tail


@lru_cache(maxsize=4096)
def t_quantile(probability: float, freedom: int) -> float:
    """Give the quantile of Student's t distribution.

    Found by halving on `t_distribution`, which never fails to meet; good to nine digits.

    Args:
        probability: above 0 and below 1.
        freedom: degrees of freedom, at least 1.

    Raises:
        ValueError: out of range.
    """
    if not 0 < probability < 1 or freedom < 1:
        raise ValueError(f"no t quantile for {probability} with {freedom} degrees of freedom")
    if probability < 1 / 2:
        return -t_quantile(1 - probability, freedom)
    low, high = 0.0, 1.0
    while t_distribution(high, freedom) < probability:
        low, high = high, high * 2
    for _halving in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        if t_distribution(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


class Share(BaseModel):
    """So many of so many.

    Attributes:
        count: those that are meant.
        n: all of them.
    """

    model_config = ConfigDict(frozen=True)

    count: int = 0
    n: int = 0

    @property
    def percent(self) -> Decimal | None:
        """The share in percent; None of nothing."""
        return hundredths(Decimal(self.count * _HUNDRED) / self.n) if self.n else None

    def interval(self, confidence: float = CONFIDENCE) -> Interval | None:
        """Give Wilson's score interval of the share, in percent; None of nothing."""
        if not self.n:
            return None
        low, high = wilson(self.count, self.n, confidence)
        return Interval(
            low=hundredths(Decimal(low * _HUNDRED)),
            high=hundredths(Decimal(high * _HUNDRED)),
        )


def wilson(count: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Give Wilson's score interval of a share, 0 to 1.

    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n): E. B. Wilson, "Probable inference, the law of
    succession, and statistical inference", JASA 22 (1927) 209-212.

    Args:
        count: 0 to n.
        n: at least 1.
        confidence: 0 to 1.
    """
    z = z_quantile((1 + confidence) / 2)
    p = count / n
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    # At the ends the formula gives 0 and 1 exactly; rounding of floats must not step over them.
    low = 0.0 if count == 0 else max(0.0, (middle - half) / whole)
    high = 1.0 if count == n else min(1.0, (middle + half) / whole)
    return low, high


def even_odds(count: int, n: int) -> float | None:
    """Give the exact two-sided p of `count` in `n` tosses of a fair coin; None of nothing.

    The sum of the chances of all results that are at most as likely (Clopper and Pearson's exact binomial;
    with a fair coin both tails are equal).
    """
    if not n:
        return None
    smaller = min(count, n - count)
    tail = sum(math.comb(n, k) for k in range(smaller + 1))
    # Integers to the end: 2 ** n outgrows a float long before the quotient does.
    return min(1.0, float(Decimal(2 * tail) / Decimal(2**n)))
