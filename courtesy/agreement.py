"""How far testers agree, and who judges more strictly than others: statistics without any store.

A unit is what several raters judged: an exercise, or a call that was scored twice. Everything here is
computed in floats, for reading and for talking about; no official score is ever made from it.
"""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import combinations, permutations
from statistics import NormalDist, fmean

from pydantic import BaseModel, ConfigDict

from courtesy.interval import wilson

Unit = Mapping[str, float]
"""What each rater gave one unit; who did not rate it is not in it."""

CONFIDENCE = 0.95
SEED = 115
"""The seed of the bootstrap unless another is given: the same data always give the same interval."""
REPETITIONS = 1000
FEWEST_UNITS = 5
"""Of fewer units no interval is given: what so few say of all the others cannot be known."""
FEWEST_TESTERS = 3
"""Fewer testers have no common level from which one of them could lean."""
FEWEST_RATINGS = 5
"""Whoever shares fewer units with others is not told to be strict or lenient."""
SPREAD_SCALE = 10.0
"""Half of all groups of testers are thought to differ by less than this standard deviation, in points."""

_Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
_PAIR = 2
_NOTHING = 1e-9
_LEAST_ERROR = 1e-4
"""The least error variance, in squared points: scores are printed to hundredths."""
_SPREADS = 200
_SWEEPS = 60


class Metric(StrEnum):
    """What the difference of two values means."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


class Range(BaseModel):
    """An interval at the stated confidence."""

    model_config = ConfigDict(frozen=True)

    low: float
    high: float


# Shares


class Agreeing(BaseModel):
    """So many pairs of ratings agree.

    Attributes:
        count: the agreeing pairs.
        n: all pairs.
    """

    model_config = ConfigDict(frozen=True)

    count: int
    n: int

    @property
    def share(self) -> float | None:
        """The share, 0 to 1; None of no pair."""
        return self.count / self.n if self.n else None

    @property
    def interval(self) -> Range | None:
        """Wilson's score interval of the share; None of no pair.

        It counts pairs as independent; pairs of one unit are not quite, so with few units it is rather too
        narrow.
        """
        if not self.n:
            return None
        low, high = wilson(self.count, self.n)
        return Range(low=low, high=high)


def within(units: Iterable[Unit], distance: float) -> Agreeing:
    """Count the pairs of ratings of the same unit that differ by at most `distance`, in the values' unit."""
    count = n = 0
    for unit in units:
        for one, other in combinations(unit.values(), 2):
            n += 1
            # Hundredths are not exact in floats: 81.9 and 71.9 are ten apart.
            count += abs(one - other) <= distance + _NOTHING
    return Agreeing(count=count, n=n)


# Krippendorff's alpha


def alpha(units: Iterable[Unit], metric: Metric) -> float | None:
    """Compute Krippendorff's alpha for any number of raters, with missing ratings.

    K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011): α = 1 - observed ÷ expected
    disagreement, both from the matrix of coincidences.

    Returns:
        1 for perfect agreement, 0 for that of chance, below 0 for less; None where it is not defined: no two
        ratings of one unit, or all values that can be paired are the same.
    """
    weights: dict[tuple[float, float], float] = {}
    for unit in units:
        values = list(unit.values())
        if len(values) >= _PAIR:
            for one, other in permutations(values, 2):
                pair = one, other
                weights[pair] = weights.get(pair, 0.0) + 1 / (len(values) - 1)
    totals: dict[float, float] = {}
    for (value, _other), weight in weights.items():
        totals[value] = totals.get(value, 0.0) + weight
    if len(totals) < _PAIR:
        return None
    distance = _squared_distance(metric, totals)
    observed = sum(weight * distance(*pair) for pair, weight in weights.items())
    expected = sum(
        totals[one] * totals[other] * distance(one, other) for one, other in permutations(totals, _PAIR)
    ) / (sum(totals.values()) - 1)
    return 1 - observed / expected


def _squared_distance(metric: Metric, totals: Mapping[float, float]) -> Callable[[float, float], float]:
    ranks = _middle_ranks(totals)

    def ratio(one: float, other: float) -> float:
        return ((one - other) / (one + other)) ** 2 if one + other else 0.0

    distances: dict[Metric, Callable[[float, float], float]] = {
        Metric.NOMINAL: lambda one, other: float(one != other),
        Metric.ORDINAL: lambda one, other: (ranks[one] - ranks[other]) ** 2,
        Metric.INTERVAL: lambda one, other: (one - other) ** 2,
        Metric.RATIO: ratio,
    }
    return distances[metric]


def _middle_ranks(totals: Mapping[float, float]) -> dict[float, float]:
    # Krippendorff's ordinal difference, the ratings from one value to another with the ends counted half, is
    # the difference of the two values' middle ranks.
    below = 0.0
    ranks = {}
    for value in sorted(totals):
        ranks[value] = below + totals[value] / 2
        below += totals[value]
    return ranks


class Reliability(BaseModel):
    """Alpha with its interval.

    Attributes:
        alpha: None where it is not defined.
        interval: percentiles of the bootstrap over units; None of fewer than `FEWEST_UNITS` units.
        units: how many units had two ratings or more.
        ratings: how many ratings they had.
        seed: of the bootstrap.
        repetitions: how many samples were drawn in which alpha was defined.
    """

    model_config = ConfigDict(frozen=True)

    alpha: float | None
    interval: Range | None
    units: int
    ratings: int
    seed: int
    repetitions: int


def reliability(
    units: Iterable[Unit], metric: Metric, *, seed: int = SEED, repetitions: int = REPETITIONS
) -> Reliability:
    """Compute alpha (ordinal or interval) with a percentile interval of the bootstrap.

    Whole units are drawn again with replacement (B. Efron and R. Tibshirani, "An Introduction to the
    Bootstrap", 1993, ch. 13), so that what the ratings of a unit have in common stays together.

    Raises:
        ValueError: another metric.
    """
    if metric not in {Metric.ORDINAL, Metric.INTERVAL}:
        raise ValueError(metric)
    paired = [unit for unit in units if len(unit) >= _PAIR]
    found: list[float] = []
    if len(paired) >= FEWEST_UNITS:
        chance = random.Random(seed)  # noqa: S311 - must be repeatable, guards nothing
        draw = _resampled([list(unit.values()) for unit in paired], metric)
        places = range(len(paired))
        again = (draw(chance.choices(places, k=len(paired))) for _sample in range(repetitions))
        found = sorted(value for value in again if value is not None)
    tail = (1 - CONFIDENCE) / 2
    return Reliability(
        # Of a single unit alpha is 0 whenever the ratings differ at all, which says nothing.
        alpha=alpha(paired, metric) if len(paired) >= _PAIR else None,
        interval=Range(low=_percentile(found, tail), high=_percentile(found, 1 - tail)) if found else None,
        units=len(paired),
        ratings=sum(map(len, paired)),
        seed=seed,
        repetitions=len(found),
    )


def _percentile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, math.floor(share * len(ordered)))]


def _resampled(units: list[list[float]], metric: Metric) -> Callable[[Sequence[int]], float | None]:
    """Prepare alpha of samples of units; sums of squares stand for the coincidences, for speed.

    The sum of all squared differences of n values is 2 (n Σx² - (Σx)²), and the ordinal metric is the
    interval metric of middle ranks.
    """
    values = sorted({value for unit in units for value in unit})
    counted = [
        sorted(Counter(values.index(value) for value in unit).items()) if metric is Metric.ORDINAL else []
        for unit in units
    ]
    middle = fmean(value for unit in units for value in unit)
    sums = [_sums([value - middle for value in unit]) for unit in units]

    def interval(places: Sequence[int]) -> float | None:
        return _alpha_of([sums[place] for place in places])

    def ordinal(places: Sequence[int]) -> float | None:
        times = Counter(places)
        totals = [0] * len(values)
        for place, often in times.items():
            for value, count in counted[place]:
                totals[value] += often * count
        ranks, below = [], 0
        for total in totals:
            ranks.append(2 * below + total)
            below += total
        found = []
        for place, often in times.items():
            total = square = 0
            for value, count in counted[place]:
                total += count * ranks[value]
                square += count * ranks[value] ** 2
            found += [(len(units[place]), total, square)] * often
        return _alpha_of(found)

    return ordinal if metric is Metric.ORDINAL else interval


def _sums(values: list[float]) -> tuple[int, float, float]:
    return len(values), sum(values), sum(value * value for value in values)


def _alpha_of(units: Sequence[tuple[int, float, float]]) -> float | None:
    n = sum(size for size, _total, _square in units)
    whole = sum(total for _size, total, _square in units)
    squares = sum(square for _size, _total, square in units)
    observed = sum((size * square - total * total) / (size - 1) for size, total, square in units)
    expected = (n * squares - whole * whole) / (n - 1)
    return 1 - observed / expected if expected > _NOTHING else None


# Links


def components(units: Iterable[Unit], raters: Iterable[str] = ()) -> list[tuple[str, ...]]:
    """Give the groups of raters whom units rated in common link, directly or through others; largest first.

    Raters of different groups never judged the same thing, not even by way of others: whatever their scores
    say of them cannot be told from what they say of those they called.

    Args:
        units: what was rated.
        raters: more raters, who may have rated nothing.
    """
    group: dict[str, set[str]] = {rater: {rater} for rater in raters}
    for unit in units:
        together: set[str] = set()
        for rater in unit:
            together |= group.get(rater, {rater})
        for rater in together:
            group[rater] = together
    distinct = {tuple(sorted(members)) for members in group.values()}
    return sorted(distinct, key=lambda members: (-len(members), members))


# Severity


class Leaning(BaseModel):
    """How one tester leans, in points; above 0: gives more than the others (寬), below 0: less (嚴).

    Attributes:
        n: ratings of units that somebody else rated too.
        raw: mean difference from the mean of the other raters of the same units; None without any.
        unshrunken: the least-squares effect in the additive model, from the mean of the linked testers.
        effect: the same, shrunken; None while there are too few ratings or testers.
        interval: of the effect.
    """

    model_config = ConfigDict(frozen=True)

    rater: str
    n: int
    raw: float | None = None
    unshrunken: float | None = None
    effect: float | None = None
    interval: Range | None = None


class Severity(BaseModel):
    """How all testers lean.

    Attributes:
        leanings: by rater.
        groups: the linked raters; more than one group means that groups cannot be compared.
        units: units with two ratings or more.
        ratings: their ratings.
        error: standard deviation of a rating beside unit and tester, in points; None where unknown.
        spread: standard deviation between testers, in points, as far as the data tell it.
    """

    model_config = ConfigDict(frozen=True)

    leanings: tuple[Leaning, ...]
    groups: tuple[tuple[str, ...], ...]
    units: int
    ratings: int
    error: float | None = None
    spread: float | None = None

    @property
    def linked(self) -> bool:
        """Whether every tester can be compared with every other."""
        return len(self.groups) <= 1

    def of(self, rater: str) -> Leaning | None:
        """Give how one tester leans."""
        return next((leaning for leaning in self.leanings if leaning.rater == rater), None)


def severity(units: Iterable[Unit], raters: Iterable[str] = ()) -> Severity:
    """Estimate how testers lean: score = unit + tester + error, tester effects shrunken towards 0.

    Units are fixed, so that a hard call or a weak colleague weighs on no tester; a unit with one rating then
    says nothing and is left out. Tester effects are normal around 0 with standard deviation τ (C. R.
    Henderson's mixed-model equations, Biometrics 31 (1975) 423-447, units absorbed); the error variance is
    the residual mean square; τ is not fixed at an estimate, which may be 0 and would make the intervals too
    narrow, but averaged over its likelihood times a half-Cauchy prior (A. Gelman, Bayesian Analysis 1 (2006)
    515-534). An effect is from the mean of the testers linked with it.

    Args:
        units: what was rated, scores in points.
        raters: testers who may have rated nothing, so that they are named as unlinked.
    """
    paired = [dict(unit) for unit in units if len(unit) >= _PAIR]
    rated = sorted({rater for unit in paired for rater in unit})
    groups = components(paired, [*rated, *raters])
    counts = Counter(rater for unit in paired for rater in unit)
    raw = _raw(paired)
    known = {
        rater: Leaning(rater=rater, n=counts[rater], raw=raw.get(rater))
        for rater in sorted({*rated, *raters})
    }
    result = Severity(
        leanings=tuple(known.values()),
        groups=tuple(groups),
        units=len(paired),
        ratings=sum(map(len, paired)),
    )
    linked = [members for members in groups if len(members) >= _PAIR]
    freedom = result.ratings - len(paired) - (len(rated) - len(linked))
    if len(rated) < FEWEST_TESTERS or freedom < 1:
        return result
    return _fitted(result, paired, rated, freedom)


def _raw(units: Sequence[Unit]) -> dict[str, float]:
    differences: dict[str, list[float]] = {}
    for unit in units:
        total, n = sum(unit.values()), len(unit)
        for rater, value in unit.items():
            differences.setdefault(rater, []).append(value - (total - value) / (n - 1))
    return {rater: fmean(found) for rater, found in differences.items()}


def _fitted(result: Severity, units: Sequence[Unit], raters: Sequence[str], freedom: int) -> Severity:
    place = {rater: number for number, rater in enumerate(raters)}
    size = len(raters)
    matrix = [[0.0] * size for _row in raters]
    right = [0.0] * size
    squares = 0.0
    for unit in units:
        mean = fmean(unit.values())
        for rater, value in unit.items():
            right[place[rater]] += value - mean
            squares += (value - mean) ** 2
            matrix[place[rater]][place[rater]] += 1
            for other in unit:
                matrix[place[rater]][place[other]] -= 1 / len(unit)
    # The directions of eigenvalue 0 are the groups' common levels: nothing is known of them, and a tester's
    # difference from the own group does not contain them.
    known = [(root, vector) for root, vector in _eigen(matrix) if root > _NOTHING * size]
    along = [sum(one * two for one, two in zip(vector, right, strict=True)) for _root, vector in known]
    explained = sum(z * z / root for z, (root, _vector) in zip(along, known, strict=True))
    error = max(_LEAST_ERROR, (squares - explained) / freedom)

    weights, means, variances = [], [], []
    spreads = [SPREAD_SCALE * math.tan(math.pi / 2 * (step + 0.5) / _SPREADS) for step in range(_SPREADS)]
    for spread in spreads:
        prior = spread * spread
        denominators = [error + prior * root for root, _vector in known]
        # The spreads are quantiles of their prior, all equally likely before the data; ½ log likelihood each.
        weights.append(
            sum(
                z * z * prior / (error * below) - math.log(below / error)
                for z, below in zip(along, denominators, strict=True)
            )
            / 2
        )
        gains = [prior / below for below in denominators]
        pulls = [z * gain for z, gain in zip(along, gains, strict=True)]
        means.append(_along(pulls, [vector for _root, vector in known]))
        variances.append(
            _along([error * gain for gain in gains], [[x * x for x in vector] for _root, vector in known])
        )
    top = max(weights)
    shares = [math.exp(weight - top) for weight in weights]
    whole = sum(shares)
    shares = [share / whole for share in shares]

    def averaged(given: Iterable[float]) -> float:
        return sum(share * value for share, value in zip(shares, given, strict=True))

    leanings = []
    for leaning in result.leanings:
        j = place.get(leaning.rater)
        if j is None:
            leanings.append(leaning)
            continue
        unshrunken = sum(z / root * vector[j] for z, (root, vector) in zip(along, known, strict=True))
        effect = averaged(mean[j] for mean in means)
        variance = averaged(
            variance[j] + (mean[j] - effect) ** 2 for variance, mean in zip(variances, means, strict=True)
        )
        half = _Z * math.sqrt(variance)
        enough = leaning.n >= FEWEST_RATINGS
        leanings.append(
            leaning.model_copy(
                update={
                    "unshrunken": unshrunken,
                    "effect": effect if enough else None,
                    "interval": Range(low=effect - half, high=effect + half) if enough else None,
                }
            )
        )
    return result.model_copy(
        update={
            "leanings": tuple(leanings),
            "error": math.sqrt(error),
            "spread": math.sqrt(averaged(min(spread, 100.0) ** 2 for spread in spreads)),
        }
    )


def _along(lengths: Sequence[float], vectors: Sequence[Sequence[float]]) -> list[float]:
    return [
        sum(length * x for length, x in zip(lengths, parts, strict=True))
        for parts in zip(*vectors, strict=True)
    ]


def _eigen(matrix: Sequence[Sequence[float]]) -> list[tuple[float, list[float]]]:
    """Give the eigenvalues and unit eigenvectors of a symmetric matrix (Jacobi's rotations)."""
    size = len(matrix)
    a = [list(row) for row in matrix]
    vectors = [[float(row == column) for column in range(size)] for row in range(size)]
    for _sweep in range(_SWEEPS):
        if sum(a[p][q] ** 2 for p, q in combinations(range(size), 2)) < _NOTHING**3:
            break
        for p, q in combinations(range(size), 2):
            if abs(a[p][q]) < _NOTHING**2:
                continue
            theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
            t = math.copysign(1, theta) / (abs(theta) + math.hypot(theta, 1))
            c = 1 / math.hypot(t, 1)
            s = t * c
            for row in a:
                row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
            a[p], a[q] = (
                [c * x - s * y for x, y in zip(a[p], a[q], strict=True)],
                [s * x + c * y for x, y in zip(a[p], a[q], strict=True)],
            )
            for row in vectors:
                row[p], row[q] = c * row[p] - s * row[q], s * row[p] + c * row[q]
    return [(a[k][k], [row[k] for row in vectors]) for k in range(size)]
