"""Agreement and severity: published examples, another implementation, and what must hold for all data."""

import math
import random
from statistics import fmean

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtesy.agreement import (
    FEWEST_RATINGS,
    Leaning,
    Metric,
    Unit,
    alpha,
    components,
    reliability,
    severity,
    within,
)

NAN = float("nan")
FOUR_OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]
"""Krippendorff 2011, section C: four observers, twelve units, missing data."""

TWO_OBSERVERS_BINARY = [[0.0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1.0, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
"""Krippendorff 2011, section A."""


def units_of(matrix: list[list[float]]) -> list[dict[str, float]]:
    return [
        {str(rater): value for rater, value in enumerate(column) if not math.isnan(value)}
        for column in zip(*matrix, strict=True)
    ]


# Published examples


@pytest.mark.parametrize(
    ("metric", "published"),
    [(Metric.NOMINAL, 0.743), (Metric.ORDINAL, 0.815), (Metric.INTERVAL, 0.849), (Metric.RATIO, 0.797)],
)
def test_alpha_of_the_published_example_with_missing_data(metric: Metric, published: float) -> None:
    found = alpha(units_of(FOUR_OBSERVERS), metric)
    assert found == pytest.approx(published, abs=0.0005)


def test_alpha_of_the_published_binary_example() -> None:
    assert alpha(units_of(TWO_OBSERVERS_BINARY), Metric.NOMINAL) == pytest.approx(0.095, abs=0.0005)


def test_alpha_of_the_published_nominal_example() -> None:
    first, second = "aabbdcccedda", "babbbccceddd"
    units = [
        {"first": float(ord(one)), "second": float(ord(other))}
        for one, other in zip(first, second, strict=True)
    ]
    assert alpha(units, Metric.NOMINAL) == pytest.approx(0.692, abs=0.0005)


# Another implementation

MATRICES = st.integers(2, 5).flatmap(
    lambda raters: st.lists(
        st.lists(st.one_of(st.just(NAN), st.integers(0, 4).map(float)), min_size=raters, max_size=raters),
        min_size=1,
        max_size=12,
    ).map(lambda columns: [list(row) for row in zip(*columns, strict=True)])
)


@given(MATRICES, st.sampled_from(list(Metric)))
def test_alpha_is_that_of_another_implementation(matrix: list[list[float]], metric: Metric) -> None:
    units = units_of(matrix)
    found = alpha(units, metric)
    pairable = {value for unit in units if len(unit) > 1 for value in unit.values()}
    if len(pairable) < 2:
        assert found is None
        return
    expected = krippendorff.alpha(np.array(matrix), level_of_measurement=metric.value)
    assert found == pytest.approx(float(expected), abs=1e-9)


@given(MATRICES, st.sampled_from([Metric.ORDINAL, Metric.INTERVAL]))
def test_the_fast_sums_of_the_bootstrap_are_alpha(matrix: list[list[float]], metric: Metric) -> None:
    from courtesy.agreement import _resampled

    units = [list(unit.values()) for unit in units_of(matrix) if len(unit) > 1]
    if units:
        found = _resampled(units, metric)(range(len(units)))
        again = alpha([{str(n): value for n, value in enumerate(unit)} for unit in units], metric)
        assert found == (None if again is None else pytest.approx(again, abs=1e-9))


# Alpha


def test_alpha_of_one_rating_each_is_not_defined() -> None:
    assert alpha([{"a": 1.0}, {"b": 2.0}], Metric.INTERVAL) is None


def test_alpha_without_variation_is_not_defined() -> None:
    assert alpha([{"a": 90.0, "b": 90.0}] * 3, Metric.INTERVAL) is None


def test_equal_ratings_of_different_units_agree_perfectly() -> None:
    assert alpha([{"a": 90.0, "b": 90.0}, {"a": 70.0, "b": 70.0}], Metric.ORDINAL) == 1


@given(MATRICES, st.randoms(use_true_random=False))
def test_alpha_does_not_know_the_raters_names(matrix: list[list[float]], chance: random.Random) -> None:
    before = alpha(units_of(matrix), Metric.ORDINAL)
    chance.shuffle(matrix)
    after = alpha(units_of(matrix), Metric.ORDINAL)
    assert after == (None if before is None else pytest.approx(before))


@given(MATRICES)
def test_the_ordinal_alpha_knows_only_the_order(matrix: list[list[float]]) -> None:
    before = alpha(units_of(matrix), Metric.ORDINAL)
    after = alpha(units_of([[value**3 + 1 for value in row] for row in matrix]), Metric.ORDINAL)
    assert after == (None if before is None else pytest.approx(before))


# Bootstrap


def test_the_same_seed_gives_the_same_interval() -> None:
    units = units_of(FOUR_OBSERVERS)
    first = reliability(units, Metric.INTERVAL, seed=7)
    assert first == reliability(units, Metric.INTERVAL, seed=7)
    assert first.interval != reliability(units, Metric.INTERVAL, seed=8).interval


def test_the_interval_holds_the_estimate() -> None:
    found = reliability(units_of(FOUR_OBSERVERS), Metric.ORDINAL)
    assert found.interval
    assert found.alpha is not None
    assert found.interval.low < found.alpha < found.interval.high
    assert (found.units, found.ratings) == (11, 40)


def test_of_few_units_no_interval_is_given() -> None:
    found = reliability(units_of(FOUR_OBSERVERS)[:4], Metric.INTERVAL)
    assert found.alpha is not None
    assert found.interval is None


# Within so many points


def test_pairs_within_ten_points_are_counted_with_their_interval() -> None:
    found = within([{"a": 90.0, "b": 80.0, "c": 79.0}], 10)
    assert (found.count, found.n) == (2, 3)
    assert found.interval
    assert (round(found.interval.low, 2), round(found.interval.high, 2)) == (0.21, 0.94)


@given(st.integers(0, 9000), st.integers(0, 2000))
def test_scores_exactly_so_far_apart_still_agree(low: int, apart: int) -> None:
    found = within([{"a": low / 100, "b": (low + apart) / 100}], 10)
    assert found.count == (apart <= 1000)


def test_without_pairs_there_is_no_share() -> None:
    found = within([{"a": 90.0}], 10)
    assert (found.share, found.interval) == (None, None)


# Links


def test_raters_are_linked_through_others() -> None:
    assert components([{"a": 1, "b": 1}, {"b": 1, "c": 1}, {"d": 1, "e": 1}], ["f"]) == [
        ("a", "b", "c"),
        ("d", "e"),
        ("f",),
    ]


def test_a_common_set_links_everybody() -> None:
    apart: list[Unit] = [{"a": 1, "b": 1}, {"c": 1, "d": 1}]
    assert len(components(apart)) == 2
    assert len(components([*apart, dict.fromkeys("abcd", 1.0)])) == 1


# Severity

SIGMA = 6.0


def simulated(
    chance: random.Random, lean: dict[str, float], units: int = 20, share: float = 0.7
) -> list[dict[str, float]]:
    found = []
    for _unit in range(units):
        level = chance.gauss(85, 8)
        raters = [rater for rater in lean if chance.random() < share]
        found.append({rater: level + lean[rater] + chance.gauss(0, SIGMA) for rater in raters})
    return found


DESIGN = simulated(random.Random(3), dict(zip("abcdef", (-6, -3, 0, 1, 3, 5), strict=True)))


def leaning(units: list[dict[str, float]], rater: str) -> Leaning:
    found = severity(units).of(rater)
    assert found is not None
    return found


@given(st.sampled_from("abcdef"), st.floats(-30, 30))
def test_a_tester_who_gives_so_many_points_more_leans_by_as_many(rater: str, more: float) -> None:
    shifted = [
        {one: value + more if one == rater else value for one, value in unit.items()} for unit in DESIGN
    ]
    assert leaning(shifted, rater).raw == pytest.approx((leaning(DESIGN, rater).raw or 0) + more)


@given(st.floats(0, 40), st.integers(0, 99))
def test_effects_are_shrunken_towards_nothing(spread: float, seed: int) -> None:
    chance = random.Random(seed)
    found = severity(simulated(chance, {rater: chance.gauss(0, spread) for rater in "abcdef"}))
    before = [one.unshrunken or 0 for one in found.leanings]
    after = [one.effect or 0 for one in found.leanings]
    assert math.hypot(*after) <= math.hypot(*before) + 1e-9


def test_the_names_do_not_matter() -> None:
    other = dict(zip("abcdef", "zyxwvu", strict=True))
    renamed = [{other[rater]: value for rater, value in unit.items()} for unit in DESIGN]
    for rater in "abcdef":
        assert leaning(renamed, other[rater]).effect == pytest.approx(leaning(DESIGN, rater).effect)


def test_what_only_one_tester_judged_says_nothing_of_severity() -> None:
    assert severity([*DESIGN, {"a": 0.0}]).leanings == severity(DESIGN).leanings


def test_a_hard_unit_weighs_on_nobody() -> None:
    harder = [
        {rater: value - 30 for rater, value in unit.items()} if place % 2 else unit
        for place, unit in enumerate(DESIGN)
    ]
    for rater in "abcdef":
        assert leaning(harder, rater).effect == pytest.approx(leaning(DESIGN, rater).effect)


def test_effects_are_from_the_mean_of_the_linked() -> None:
    assert fmean(one.effect or 0 for one in severity(DESIGN).leanings) == pytest.approx(0, abs=1e-9)


def test_with_few_ratings_nobody_is_called_strict() -> None:
    few = [*DESIGN, {"a": 90.0, "new": 60.0}]
    found = severity(few).of("new")
    assert found is not None
    assert found.n < FEWEST_RATINGS
    assert (found.effect, found.interval) == (None, None)


def test_two_testers_have_no_common_level() -> None:
    assert all(one.effect is None for one in severity([{"a": 90.0, "b": 80.0}] * 20).leanings)


def test_groups_without_a_link_are_named() -> None:
    found = severity([{"a": 1, "b": 2}, {"c": 1, "d": 2}], ["e"])
    assert not found.linked
    assert found.groups == (("a", "b"), ("c", "d"), ("e",))


@pytest.mark.parametrize("spread", [0.0, 2.0, 5.0])
def test_the_intervals_hold_the_true_lean_as_often_as_they_say(spread: float) -> None:
    chance = random.Random(2026)
    held = n = 0
    for _office in range(150):
        lean = {rater: chance.gauss(0, spread) for rater in "abcdefgh"}
        level = fmean(lean.values())
        for one in severity(simulated(chance, lean)).leanings:
            if one.interval:
                n += 1
                held += one.interval.low <= lean[one.rater] - level <= one.interval.high
    # Averaged over all spreads it is 95 %; where testers differ little, effects are shrunken rather far.
    assert held / n >= 0.91
    assert spread == 0 or held / n <= 0.98
