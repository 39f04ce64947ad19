"""Intervals are as wide as the published tables say, and never wider than the scale."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtesy.interval import Sample, Share, even_odds, t_distribution, t_quantile

scores = st.lists(st.integers(0, 10000).map(lambda cents: Decimal(cents).scaleb(-2)), min_size=2, max_size=40)


@pytest.mark.parametrize(
    ("probability", "freedom", "expected"),
    [
        # NIST/SEMATECH e-Handbook, table 1.3.6.7.2, and closed forms for one and two degrees of freedom.
        (0.975, 1, 12.706204736),
        (0.975, 2, 4.302652730),
        (0.975, 5, 2.570581836),
        (0.975, 10, 2.228138852),
        (0.975, 30, 2.042272456),
        (0.95, 4, 2.131846786),
        (0.995, 20, 2.845339710),
        (0.9995, 2, 31.599054577),
        (0.975, 1000000, 1.959966),
    ],
)
def test_the_t_quantile_is_that_of_the_tables(probability: float, freedom: int, expected: float) -> None:
    assert t_quantile(probability, freedom) == pytest.approx(expected, abs=2e-6)


@given(st.floats(0.001, 0.999), st.integers(1, 2000))
def test_quantile_and_distribution_undo_each_other(probability: float, freedom: int) -> None:
    assert t_distribution(t_quantile(probability, freedom), freedom) == pytest.approx(probability, abs=1e-9)


@given(st.floats(0.51, 0.999), st.integers(1, 500))
def test_the_t_quantile_is_symmetric_and_falls_with_more_calls(probability: float, freedom: int) -> None:
    assert t_quantile(1 - probability, freedom) == pytest.approx(-t_quantile(probability, freedom), rel=1e-9)
    assert t_quantile(probability, freedom + 1) < t_quantile(probability, freedom)


@pytest.mark.parametrize(("probability", "freedom"), [(0.0, 3), (1.0, 3), (0.5, 0)])
def test_no_quantile_beyond_the_range(probability: float, freedom: int) -> None:
    with pytest.raises(ValueError, match="no t quantile"):
        t_quantile(probability, freedom)


def test_a_mean_with_its_interval_worked_by_hand() -> None:
    # mean 80, s = 10, n = 4: 80 ± 3.182446 · 10 / 2 with the scores 70, 75, 82.5, 92.5 replaced by 68 … 92.
    sample = Sample.of([Decimal("68.00"), Decimal("78.00"), Decimal("82.00"), Decimal("92.00")])
    assert sample.mean == Decimal("80.00")
    assert sample.sd == Decimal("9.93")
    interval = sample.interval()
    assert interval is not None
    assert (interval.low, interval.high) == (Decimal("64.19"), Decimal("95.81"))


@given(scores)
def test_the_interval_holds_the_mean_and_stays_on_the_scale(values: list[Decimal]) -> None:
    sample = Sample.of(values)
    interval = sample.interval()
    assert sample.mean is not None
    if interval is None:
        assert len(set(values)) == 1
        return
    assert 0 <= interval.low <= sample.mean <= interval.high <= 100


@given(scores)
def test_scores_counted_up_in_two_parts_are_the_same(values: list[Decimal]) -> None:
    half = len(values) // 2
    assert Sample.of(values[:half]) + Sample.of(values[half:]) == Sample.of(values)


@pytest.mark.parametrize("values", [[], [Decimal("88.00")], [Decimal("88.00")] * 5])
def test_no_interval_where_no_spread_can_be_known(values: list[Decimal]) -> None:
    assert Sample.of(values).interval() is None


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
        (81, 263, "25.53", "36.62"),
        (15, 148, "6.24", "16.05"),
        (0, 20, "0.00", "16.11"),
        (1, 29, "0.61", "17.18"),
    ],
)
def test_wilsons_interval_is_the_published_one(count: int, n: int, low: str, high: str) -> None:
    interval = Share(count=count, n=n).interval()
    assert interval is not None
    assert (str(interval.low), str(interval.high)) == (low, high)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_holds_the_share_and_is_symmetric(case: tuple[int, int]) -> None:
    count, n = case
    share, mirror = Share(count=count, n=n), Share(count=n - count, n=n)
    here, there = share.interval(), mirror.interval()
    assert here is not None
    assert there is not None
    assert share.percent is not None
    assert 0 <= here.low <= share.percent <= here.high <= 100
    assert abs(here.low + there.high - 100) <= Decimal("0.01")


@given(st.integers(1, 50), st.integers(0, 50))
def test_wilsons_interval_narrows_with_more_of_the_same(n: int, part: int) -> None:
    count = min(part, n)
    few, many = Share(count=count, n=n).interval(), Share(count=count * 4, n=n * 4).interval()
    assert few is not None
    assert many is not None
    assert many.high - many.low < few.high - few.low


def test_nothing_has_no_share() -> None:
    assert Share().percent is None
    assert Share().interval() is None


@pytest.mark.parametrize(
    ("count", "n", "p"), [(8, 10, 0.109375), (10, 10, 0.001953125), (5, 10, 1.0), (9, 10, 0.021484375)]
)
def test_the_binomial_p_is_exact(count: int, n: int, p: float) -> None:
    assert even_odds(count, n) == p


def test_the_binomial_p_of_nothing_and_of_very_much() -> None:
    assert even_odds(0, 0) is None
    assert even_odds(2000, 4000) == 1.0
