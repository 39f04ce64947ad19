"""Item analysis: how hard each item was, how well it told people apart, how far a total can be trusted.

Takes any matrix of marks (rows people, columns items), also of a test that was held elsewhere. The formulas
are those of Moodle's quiz statistics report (x the mark on an item, T the total, y = T − x the rest, M the
full mark; variances and covariances divide by n − 1), and of classical test theory beside them. A figure that
is not defined for these marks is None; nothing is clamped. Figures are floats: they describe, and nobody is
scored by them.
"""

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from bureau.language import _

FACILITY_FROM = 5
"""The least number of people from which on a facility is worth reading."""

CORRELATION_FROM = 30
"""The least number of people from which on a correlation, an upper-lower difference or alpha is."""

GROUP_SHARE = Fraction(27, 100)
"""The share of people in the upper and in the lower group (Kelley 1939)."""

NORMAL_95 = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""

_CERTAIN = 1e-12


class Matrix(BaseModel):
    """Marks of one test that everybody took.

    Attributes:
        items: the names of the items, at least one.
        maxima: the full mark of each item, 0 or more.
        people: the names of the people, at least one.
        marks: a row for each person, a mark for each item; None: not answered, which counts 0.
    """

    model_config = ConfigDict(frozen=True)

    items: tuple[str, ...]
    maxima: tuple[Decimal, ...]
    people: tuple[str, ...]
    marks: tuple[tuple[Decimal | None, ...], ...]

    @model_validator(mode="after")
    def _is_rectangular(self) -> Self:
        if not self.items or not self.people:
            raise ValueError(_("至少要有一個人、一道題。"))
        if len(self.maxima) != len(self.items) or len(self.marks) != len(self.people):
            raise ValueError(_("列數或欄數不符。"))
        if any(len(row) != len(self.items) for row in self.marks):
            raise ValueError(_("列數或欄數不符。"))
        return self


class Interval(BaseModel):
    """A 95 % interval of a figure."""

    model_config = ConfigDict(frozen=True)

    low: float
    high: float


class ItemFigures(BaseModel):
    """What the marks say about one item.

    Attributes:
        n: people whose marks count.
        unanswered: how many of them gave no answer.
        maximum: M.
        facility: mean(x) / M, 0 to 1; None where M is 0.
        sd: standard deviation of x, in marks.
        discrimination_index: 100 cov(x, y) / sqrt(var x var y).
        discriminative_efficiency: 100 cov(x, y) / cov(sorted x, sorted y).
        effective_weight: 100 sqrt(cov(x, T)) / sum of these over all items; None where the covariance is
            negative.
        point_biserial_corrected: the correlation of x and y, −1 to 1.
        point_biserial_interval: its 95 % interval by Fisher's z; None below `CORRELATION_FROM` people.
        upper: facility in the upper group, 27 % of the people with all who are level with the last of them.
        lower: in the lower group.
        upper_n: the size of the upper group.
        lower_n: of the lower group.
        negative_covariance: whether people with higher totals earned less here.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    n: int
    unanswered: int
    maximum: Decimal
    facility: float | None
    sd: float | None
    discrimination_index: float | None
    discriminative_efficiency: float | None
    effective_weight: float | None
    point_biserial_corrected: float | None
    point_biserial_interval: Interval | None
    upper: float | None
    lower: float | None
    upper_n: int
    lower_n: int
    negative_covariance: bool

    @property
    def difference(self) -> float | None:
        """D: upper less lower."""
        if self.upper is None or self.lower is None:
            return None
        return self.upper - self.lower


class TestFigures(BaseModel):
    """What the marks say about the test as a whole.

    Attributes:
        maximum: the sum of the full marks.
        mean: of the totals, in marks; so are median and sd.
        skewness: k3 / k2^1.5; None below three people.
        kurtosis: k4 / k2²; None below four.
        cic: the coefficient of internal consistency in percent, which is Cronbach's alpha × 100; None below
            two items or where all totals are the same.
        alpha: cic / 100.
        alpha_interval: its 95 % interval (Bonett 2002); None below `CORRELATION_FROM` people.
        kr20: with the population variance; only where every item gives all or nothing, and all the same.
        error_ratio: 100 sqrt(1 − alpha); None where alpha is above 1.
        sem: the standard error of measurement, error_ratio × sd / 100, in marks.
    """

    __test__ = False  # not one of pytest's
    model_config = ConfigDict(frozen=True)

    maximum: Decimal
    mean: float
    median: float
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    cic: float | None
    alpha: float | None
    alpha_interval: Interval | None
    kr20: float | None
    error_ratio: float | None
    sem: float | None


class Analysis(BaseModel):
    """All figures of a test."""

    model_config = ConfigDict(frozen=True)

    n: int
    items: tuple[ItemFigures, ...]
    test: TestFigures


def analyse(matrix: Matrix) -> Analysis:
    """Compute every figure."""
    columns = [
        [0.0 if mark is None else float(mark) for mark in column]
        for column in zip(*matrix.marks, strict=True)
    ]
    unanswered = [sum(mark is None for mark in column) for column in zip(*matrix.marks, strict=True)]
    totals = [math.fsum(row) for row in zip(*columns, strict=True)]
    n = len(totals)
    with_total = [_covariance(column, totals) for column in columns]
    weights = [math.sqrt(value) if value is not None and value >= 0 else None for value in with_total]
    upper, lower = _groups(totals)
    items = tuple(
        _item(
            name,
            maximum,
            column,
            totals,
            blank,
            (upper, lower),
            _share(weight, weights),
            negative=with_total_of_it is not None and with_total_of_it < 0,
        )
        for name, maximum, column, blank, weight, with_total_of_it in zip(
            matrix.items, matrix.maxima, columns, unanswered, weights, with_total, strict=True
        )
    )
    return Analysis(n=n, items=items, test=_test(matrix.maxima, columns, totals))


def _item(
    name: str,
    maximum: Decimal,
    marks: Sequence[float],
    totals: Sequence[float],
    unanswered: int,
    groups: tuple[Sequence[int], Sequence[int]],
    weight: float | None,
    *,
    negative: bool,
) -> ItemFigures:
    n, full = len(marks), float(maximum)
    rest = [total - mark for total, mark in zip(totals, marks, strict=True)]
    own, others = _variance(marks), _variance(rest)
    together = _covariance(marks, rest)
    correlation = None
    if own and others and together is not None:
        correlation = together / math.sqrt(own * others)
    best = _covariance(sorted(marks), sorted(rest))
    efficiency = 100 * together / best if together is not None and best and best > _CERTAIN else None
    upper, lower = (
        math.fsum(marks[place] for place in group) / len(group) / full if full else None for group in groups
    )
    return ItemFigures(
        name=name,
        n=n,
        unanswered=unanswered,
        maximum=maximum,
        facility=math.fsum(marks) / n / full if full else None,
        sd=None if own is None else math.sqrt(own),
        discrimination_index=None if correlation is None else 100 * correlation,
        discriminative_efficiency=efficiency,
        effective_weight=weight,
        point_biserial_corrected=correlation,
        point_biserial_interval=_fisher(correlation, n),
        upper=upper,
        lower=lower,
        upper_n=len(groups[0]),
        lower_n=len(groups[1]),
        negative_covariance=negative,
    )


def _test(
    maxima: Sequence[Decimal], columns: Sequence[Sequence[float]], totals: Sequence[float]
) -> TestFigures:
    n = len(totals)
    mean = math.fsum(totals) / n
    moments = [math.fsum((total - mean) ** power for total in totals) / n for power in (2, 3, 4)]
    k2 = _variance(totals)
    alpha = _alpha(columns, k2)
    ratio = 100 * math.sqrt(1 - alpha) if alpha is not None and alpha <= 1 else None
    sd = None if k2 is None else math.sqrt(k2)
    return TestFigures(
        maximum=sum(maxima, Decimal(0)),
        mean=mean,
        median=_median(totals),
        sd=sd,
        skewness=_skewness(n, moments, k2),
        kurtosis=_kurtosis(n, moments, k2),
        cic=None if alpha is None else 100 * alpha,
        alpha=alpha,
        alpha_interval=_bonett(alpha, n, len(columns)),
        kr20=_kr20(maxima, columns, totals),
        error_ratio=ratio,
        sem=None if ratio is None or sd is None else ratio * sd / 100,
    )


def _alpha(columns: Sequence[Sequence[float]], k2: float | None) -> float | None:
    count = len(columns)
    if count < 2 or not k2:  # noqa: PLR2004 - one item has nothing to agree with
        return None
    return count / (count - 1) * (1 - math.fsum(_variance(column) or 0 for column in columns) / k2)


def _kr20(
    maxima: Sequence[Decimal], columns: Sequence[Sequence[float]], totals: Sequence[float]
) -> float | None:
    full = float(maxima[0])
    if (
        len(set(maxima)) > 1
        or not full
        or any(mark not in {0.0, full} for column in columns for mark in column)
    ):
        return None
    n, count = len(totals), len(columns)
    mean = math.fsum(totals) / n
    spread = math.fsum((total - mean) ** 2 for total in totals) / n / full**2
    if count < 2 or spread <= _CERTAIN:  # noqa: PLR2004 - as above
        return None
    shares = [math.fsum(column) / n / full for column in columns]
    return count / (count - 1) * (1 - math.fsum(share * (1 - share) for share in shares) / spread)


def _skewness(n: int, moments: Sequence[float], k2: float | None) -> float | None:
    if n < 3 or not k2:  # noqa: PLR2004 - the formula divides by n − 2
        return None
    k3 = n**2 * moments[1] / ((n - 1) * (n - 2))
    return float(k3 / k2**1.5)


def _kurtosis(n: int, moments: Sequence[float], k2: float | None) -> float | None:
    if n < 4 or not k2:  # noqa: PLR2004 - the formula divides by n − 3
        return None
    k4 = n**2 * ((n + 1) * moments[2] - 3 * (n - 1) * moments[0] ** 2) / ((n - 1) * (n - 2) * (n - 3))
    return float(k4 / k2**2)


def _groups(totals: Sequence[float]) -> tuple[list[int], list[int]]:
    """Give the places of the upper and the lower group; who is level with the last of a group is in it."""
    size = max(1, math.floor(GROUP_SHARE * len(totals) + Fraction(1, 2)))
    ranked = sorted(totals)
    high, low = ranked[-size], ranked[size - 1]
    return (
        [place for place, total in enumerate(totals) if total >= high - _CERTAIN],
        [place for place, total in enumerate(totals) if total <= low + _CERTAIN],
    )


def _share(weight: float | None, weights: Sequence[float | None]) -> float | None:
    whole = math.fsum(each for each in weights if each is not None)
    return 100 * weight / whole if weight is not None and whole else None


def _variance(values: Sequence[float]) -> float | None:
    """Give the variance with n − 1; exactly 0 where all values are the same; None for a single value."""
    if len(values) < 2:  # noqa: PLR2004 - one value has no spread
        return None
    if min(values) == max(values):
        return 0.0
    mean = math.fsum(values) / len(values)
    spread = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    # Totals are sums of decimals: what only their last binary digit tells apart is the same.
    return spread if spread > _CERTAIN else 0.0


def _covariance(one: Sequence[float], other: Sequence[float]) -> float | None:
    if len(one) < 2:  # noqa: PLR2004 - as above
        return None
    mean, mean_of_other = math.fsum(one) / len(one), math.fsum(other) / len(other)
    pairs = zip(one, other, strict=True)
    together = math.fsum((a - mean) * (b - mean_of_other) for a, b in pairs) / (len(one) - 1)
    return together if abs(together) > _CERTAIN else 0.0


def _median(values: Sequence[float]) -> float:
    ranked, middle = sorted(values), len(values) // 2
    return ranked[middle] if len(values) % 2 else (ranked[middle - 1] + ranked[middle]) / 2


def _fisher(correlation: float | None, n: int) -> Interval | None:
    """Give the 95 % interval of a correlation by Fisher's z."""
    if correlation is None or n < CORRELATION_FROM or abs(correlation) >= 1:
        return None
    reach = NORMAL_95 / math.sqrt(n - 3)
    middle = math.atanh(correlation)
    return Interval(low=math.tanh(middle - reach), high=math.tanh(middle + reach))


def _bonett(alpha: float | None, n: int, items: int) -> Interval | None:
    """Give the 95 % interval of alpha (Bonett 2002, on the scale of ln(1 − alpha))."""
    if alpha is None or alpha >= 1 or n < CORRELATION_FROM:
        return None
    reach = NORMAL_95 * math.sqrt(2 * items / ((items - 1) * (n - 2)))
    middle = math.log(1 - alpha)
    return Interval(low=1 - math.exp(middle + reach), high=1 - math.exp(middle - reach))
