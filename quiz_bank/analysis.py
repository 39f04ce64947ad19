"""Item analysis: how hard each item was, how well it told people apart, how far a total can be trusted.

Takes any matrix of marks (rows people, columns items), also of a test that was held elsewhere. The formulas
are those of Moodle's quiz statistics report (x the mark on an item, T the total, y = T − x the rest, M the
full mark; variances and covariances divide by n − 1), and of classical test theory beside them. A figure that
is not defined for these marks is None; nothing is clamped. Figures are floats: they describe, and nobody is
scored by them.
"""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import repeat
from operator import add, mul, sub
from typing import Self, TypeGuard

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
        facility_interval: its 95 % interval by Wilson's formula, which is rather too wide where parts of the
            mark are given, since no share varies more than p (1 − p); None below `FACILITY_FROM` people.
        sd: standard deviation of x, in marks.
        discrimination_index: 100 cov(x, y) / sqrt(var x var y).
        discriminative_efficiency: 100 cov(x, y) / cov(sorted x, sorted y).
        efficiency_interval: its 95 % interval: that of the correlation, beside the best that these marks
            allow; None below `CORRELATION_FROM` people.
        effective_weight: 100 sqrt(cov(x, T)) / sum of these over all items; None where the covariance is
            negative.
        effective_weight_interval: its 95 % interval by the delta method; None below `CORRELATION_FROM`
            people.
        point_biserial_corrected: the correlation of x and y, −1 to 1.
        point_biserial_interval: its 95 % interval by Fisher's z; None below `CORRELATION_FROM` people.
        upper: facility in the upper group, 27 % of the people with all who are level with the last of them.
        lower: in the lower group.
        upper_n: the size of the upper group.
        lower_n: of the lower group.
        difference_interval: the 95 % interval of upper less lower (Newcombe 1998, method 10); None below
            `CORRELATION_FROM` people.
        negative_covariance: whether people with higher totals earned less here.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    n: int
    unanswered: int
    maximum: Decimal
    facility: float | None
    facility_interval: Interval | None = None
    sd: float | None
    discrimination_index: float | None
    discriminative_efficiency: float | None
    efficiency_interval: Interval | None = None
    effective_weight: float | None
    effective_weight_interval: Interval | None = None
    point_biserial_corrected: float | None
    point_biserial_interval: Interval | None
    upper: float | None
    lower: float | None
    upper_n: int
    lower_n: int
    difference_interval: Interval | None = None
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
        mean_interval: its 95 % interval by the normal distribution; None below `CORRELATION_FROM` people.
        skewness: k3 / k2^1.5; None below three people.
        kurtosis: k4 / k2²; None below four.
        cic: the coefficient of internal consistency in percent, which is Cronbach's alpha × 100; None below
            two items or where all totals are the same.
        alpha: cic / 100.
        alpha_interval: its 95 % interval (Bonett 2002); None below `CORRELATION_FROM` people.
        kr20: with the population variance; only where every item gives all or nothing, and all the same.
        kr20_interval: as that of alpha, which it equals there.
        error_ratio: 100 sqrt(1 − alpha); None where alpha is above 1.
        error_ratio_interval: from the interval of alpha.
        sem: the standard error of measurement, error_ratio × sd / 100, in marks.
        sem_interval: from the interval of alpha, for the standard deviation that was found.
    """

    __test__ = False  # not one of pytest's
    model_config = ConfigDict(frozen=True)

    maximum: Decimal
    mean: float
    mean_interval: Interval | None = None
    median: float
    sd: float | None
    skewness: float | None
    kurtosis: float | None
    cic: float | None
    alpha: float | None
    alpha_interval: Interval | None
    kr20: float | None
    kr20_interval: Interval | None = None
    error_ratio: float | None
    error_ratio_interval: Interval | None = None
    sem: float | None
    sem_interval: Interval | None = None


class Analysis(BaseModel):
    """All figures of a test."""

    model_config = ConfigDict(frozen=True)

    n: int
    items: tuple[ItemFigures, ...]
    test: TestFigures


def analyse(matrix: Matrix) -> Analysis:
    """Compute every figure."""
    # Few marks are different from each other, so each is converted once.
    different: set[Decimal | None] = set().union(*matrix.marks)
    unit = _unit(different)
    parts = {mark: 0 if mark is None else int(mark * unit) for mark in different}
    columns = list(zip(*matrix.marks, strict=True))
    return analyse_columns(
        matrix.items,
        matrix.maxima,
        [list(map(parts.__getitem__, column)) for column in columns],
        [column.count(None) for column in columns],
        unit,
    )


def _unit(marks: Iterable[Decimal | None]) -> int:
    """Give how many parts of a mark make every one of these a whole number of them."""
    exponents = {mark.as_tuple().exponent for mark in marks if mark is not None}
    least = min((exponent for exponent in exponents if isinstance(exponent, int)), default=0)
    return int(10 ** max(0, -least))


def analyse_columns(
    names: Sequence[str],
    maxima: Sequence[Decimal],
    columns: Sequence[Sequence[int]],
    unanswered: Sequence[int],
    unit: int,
) -> Analysis:
    """Compute every figure from the marks of each item, 0 where nothing was answered.

    Sums are those of whole numbers, so what is the same is the same, and what is 0 is 0.

    Args:
        names: of the items.
        maxima: the full mark of each.
        columns: for each item the parts of a mark of each person, the people in one order.
        unanswered: for each item how many gave no answer.
        unit: how many parts make a mark.
    """
    totals = list(map(sum, zip(*columns, strict=True)))
    n = len(totals)
    with_total = [_together(column, totals) for column in columns]
    weights = [math.sqrt(value) if n > 1 and value >= 0 else None for value in with_total]
    sure = _weight_intervals(columns, totals, weights)
    groups = _groups(totals)
    items = tuple(
        _item(
            name,
            maximum,
            column,
            list(map(sub, totals, column)),
            blank,
            groups,
            (_share(weight, weights), interval),
            unit,
            negative=value < 0,
        )
        for name, maximum, column, blank, weight, interval, value in zip(
            names, maxima, columns, unanswered, weights, sure, with_total, strict=True
        )
    )
    return Analysis(n=n, items=items, test=_test(maxima, columns, totals, unit))


def analyse_one(
    name: str,
    maximum: Decimal,
    marks: Sequence[int],
    rest: Sequence[int],
    totals: Sequence[int],
    unanswered: int,
    unit: int,
) -> ItemFigures:
    """Compute the figures of one item that stood on different papers; no weight, since there is no one test.

    Args:
        name: of the item.
        maximum: M.
        marks: x of each person, in parts of a mark.
        rest: y of each person, on a scale that is the same on all papers, such as percent of the rest.
        totals: by which the upper and the lower group are made, on such a scale too.
        unanswered: how many gave no answer.
        unit: how many parts make a mark.
    """
    return _item(name, maximum, marks, rest, unanswered, _groups(totals), (None, None), unit, negative=False)


def _item(
    name: str,
    maximum: Decimal,
    marks: Sequence[int],
    rest: Sequence[int],
    unanswered: int,
    groups: tuple[Sequence[int], Sequence[int]],
    weight: tuple[float | None, Interval | None],
    unit: int,
    *,
    negative: bool,
) -> ItemFigures:
    n, full = len(marks), float(maximum) * unit
    own, others, together = _together(marks, marks), _together(rest, rest), _together(marks, rest)
    spread = own * others
    correlation = max(-1.0, min(1.0, together / math.sqrt(spread))) if n > 1 and spread else None
    best = _together(sorted(marks), sorted(rest))
    efficiency = 100 * together / best if n > 1 and best else None
    interval = fisher(correlation, n)
    upper, lower = (
        sum(map(marks.__getitem__, group)) / len(group) / full if full else None for group in groups
    )
    facility = sum(marks) / n / full if full else None
    return ItemFigures(
        name=name,
        n=n,
        unanswered=unanswered,
        maximum=maximum,
        facility=facility,
        facility_interval=wilson(facility, n) if _is_share(facility) and n >= FACILITY_FROM else None,
        sd=math.sqrt(own / (n * (n - 1))) / unit if n > 1 else None,
        discrimination_index=None if correlation is None else 100 * correlation,
        discriminative_efficiency=efficiency,
        effective_weight=weight[0],
        effective_weight_interval=weight[1],
        efficiency_interval=_of_the_best(interval, correlation, efficiency),
        point_biserial_corrected=correlation,
        point_biserial_interval=interval,
        upper=upper,
        lower=lower,
        upper_n=len(groups[0]),
        lower_n=len(groups[1]),
        difference_interval=newcombe(upper, len(groups[0]), lower, len(groups[1]))
        if _is_share(upper) and _is_share(lower) and n >= CORRELATION_FROM
        else None,
        negative_covariance=negative,
    )


def _test(
    maxima: Sequence[Decimal], columns: Sequence[Sequence[int]], totals: Sequence[int], unit: int
) -> TestFigures:
    n, whole = len(totals), sum(totals)
    mean = whole / n / unit
    # n times the distance of each total from the mean is a whole number, too.
    distances = [n * total - whole for total in totals]
    moments = [
        sum(distance**power for distance in distances) / (n ** (power + 1) * unit**power)
        for power in (2, 3, 4)
    ]
    spread = _together(totals, totals)
    k2 = spread / (n * (n - 1)) / unit**2 if n > 1 else None
    alpha = _alpha(columns, spread)
    ratio = 100 * math.sqrt(1 - alpha) if alpha is not None and alpha <= 1 else None
    sd = None if k2 is None else math.sqrt(k2)
    sure = _bonett(alpha, n, len(columns))
    error = _error(sure)
    kr20 = _kr20(maxima, columns, spread, n, unit)
    return TestFigures(
        maximum=sum(maxima, Decimal(0)),
        mean=mean,
        mean_interval=_normal(mean, sd, n),
        median=_median(totals) / unit,
        sd=sd,
        skewness=_skewness(n, moments, k2),
        kurtosis=_kurtosis(n, moments, k2),
        cic=None if alpha is None else 100 * alpha,
        alpha=alpha,
        alpha_interval=sure,
        kr20=kr20,
        kr20_interval=_bonett(kr20, n, len(columns)),
        error_ratio=ratio,
        error_ratio_interval=error,
        sem=None if ratio is None or sd is None else ratio * sd / 100,
        sem_interval=None
        if error is None or sd is None
        else Interval(low=error.low * sd / 100, high=error.high * sd / 100),
    )


def _alpha(columns: Sequence[Sequence[int]], spread: int) -> float | None:
    count = len(columns)
    if count < 2 or not spread:  # noqa: PLR2004 - one item has nothing to agree with
        return None
    return count / (count - 1) * (1 - sum(_together(column, column) for column in columns) / spread)


def _kr20(
    maxima: Sequence[Decimal], columns: Sequence[Sequence[int]], spread: int, n: int, unit: int
) -> float | None:
    full, count = int(maxima[0] * unit), len(columns)
    if (
        len(set(maxima)) > 1
        or not full
        or full != maxima[0] * unit
        or any(not set(column) <= {0, full} for column in columns)
    ):
        return None
    if count < 2 or not spread:  # noqa: PLR2004 - as above
        return None
    shares = [sum(column) / n / full for column in columns]
    variance = spread / n**2 / full**2
    return count / (count - 1) * (1 - math.fsum(share * (1 - share) for share in shares) / variance)


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


def _groups(totals: Sequence[int]) -> tuple[list[int], list[int]]:
    """Give the places of the upper and the lower group; who is level with the last of a group is in it."""
    size = max(1, math.floor(GROUP_SHARE * len(totals) + Fraction(1, 2)))
    ranked = sorted(totals)
    high, low = ranked[-size], ranked[size - 1]
    return (
        [place for place, total in enumerate(totals) if total >= high],
        [place for place, total in enumerate(totals) if total <= low],
    )


def _share(weight: float | None, weights: Sequence[float | None]) -> float | None:
    whole = math.fsum(each for each in weights if each is not None)
    return 100 * weight / whole if weight is not None and whole else None


def _together(one: Sequence[int], other: Sequence[int]) -> int:
    """Give n Σab − Σa Σb, which is n (n − 1) times the covariance; of a column with itself the variance."""
    products: Iterable[int] = map(mul, one, other)
    return len(one) * sum(products) - sum(one) * sum(other)


def _median(values: Sequence[int]) -> float:
    ranked, middle = sorted(values), len(values) // 2
    return ranked[middle] if len(values) % 2 else (ranked[middle - 1] + ranked[middle]) / 2


def _weight_intervals(
    columns: Sequence[Sequence[int]], totals: Sequence[int], roots: Sequence[float | None]
) -> list[Interval | None]:
    """Give the 95 % interval of each effective weight by the nonparametric delta method.

    B. Efron, The Jackknife, the Bootstrap and Other Resampling Plans (1982), chapter 6. With s the root of
    cov(x, T), S the sum of all s and w = s / S, one person moves w by d ((x − mean x) / 2s − w a) / S, where
    d is the distance of the person's total from the mean and a the sum of (x − mean x) / 2s over all items;
    the standard error is the root of the sum of the squares of that, divided by n.
    """
    n = len(totals)
    used = [(column, root / n) for column, root in zip(columns, roots, strict=True) if root]
    if n < CORRELATION_FROM or not used:
        return [None] * len(columns)
    mean, whole = sum(totals) / n, math.fsum(each for _column, each in used)
    squares = [(total - mean) ** 2 for total in totals]
    along = [0.0] * n
    for column, each in used:
        along = list(map(add, along, map(mul, column, repeat(1 / (2 * each)))))
    middle = math.fsum(along) / n
    along = [value - middle for value in along]
    weighted = list(map(mul, squares, along))
    all_squares, all_weighted, both = sum(squares), sum(weighted), sum(map(mul, weighted, along))
    found: list[Interval | None] = []
    for column, root in zip(columns, roots, strict=True):
        if not root:
            found.append(None)
            continue
        slope, share = n / (2 * root), root / n / whole
        offset = slope * sum(column) / n
        products = list(map(mul, squares, column))
        moved = (
            slope**2 * sum(map(mul, products, column))
            + offset**2 * all_squares
            + share**2 * both
            - 2 * slope * offset * sum(products)
            - 2 * slope * share * sum(map(mul, products, along))
            + 2 * offset * share * all_weighted
        )
        reach = NORMAL_95 * math.sqrt(max(0.0, moved)) / whole / n
        found.append(Interval(low=100 * max(0.0, share - reach), high=100 * min(1.0, share + reach)))
    return found


def _is_share(value: float | None) -> TypeGuard[float]:
    """Say whether it lies between 0 and 1; tests with deductions may have others."""
    return value is not None and 0 <= value <= 1


def wilson(share: float, n: int) -> Interval:
    """Give Wilson's 95 % score interval of a share, 0 to 1 (E. B. Wilson, JASA 22 (1927) 209-212)."""
    square = NORMAL_95**2 / n
    middle = share + square / 2
    half = NORMAL_95 * math.sqrt(max(0.0, share * (1 - share)) / n + square / (4 * n))
    whole = 1 + square
    # At the ends the formula gives 0 and 1 exactly; rounding of floats must not step over them.
    low = 0.0 if share <= 0 else max(0.0, (middle - half) / whole)
    high = 1.0 if share >= 1 else min(1.0, (middle + half) / whole)
    return Interval(low=low, high=high)


def newcombe(one: float, n: int, other: float, m: int) -> Interval:
    """Give the 95 % interval of the difference of two shares from those of each.

    R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10 (without continuity correction).
    """
    first, second = wilson(one, n), wilson(other, m)
    difference = one - other
    return Interval(
        low=difference - math.hypot(one - first.low, second.high - other),
        high=difference + math.hypot(first.high - one, other - second.low),
    )


def _normal(mean: float, sd: float | None, n: int) -> Interval | None:
    if sd is None or n < CORRELATION_FROM:
        return None
    reach = NORMAL_95 * sd / math.sqrt(n)
    return Interval(low=mean - reach, high=mean + reach)


def _error(alpha: Interval | None) -> Interval | None:
    """Give the interval of 100 sqrt(1 − alpha); more alpha is less error."""
    if alpha is None or alpha.high > 1:
        return None
    return Interval(low=100 * math.sqrt(1 - alpha.high), high=100 * math.sqrt(1 - alpha.low))


def _of_the_best(
    interval: Interval | None, correlation: float | None, efficiency: float | None
) -> Interval | None:
    """Give the interval of a correlation in percent of the best correlation that these marks allow."""
    if interval is None or not correlation or not efficiency:
        return None
    best = 100 * correlation / efficiency
    return Interval(low=100 * interval.low / best, high=min(100.0, 100 * interval.high / best))


def fisher(correlation: float | None, n: int) -> Interval | None:
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
