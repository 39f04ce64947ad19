"""Median and 90th percentile of the work of a form, by nearest rank."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courtesy.effort import MEDIAN, NINETIETH, percentile, spread

PUBLISHED = [15, 20, 35, 40, 50]
"""The worked example of the nearest-rank method, en.wikipedia.org/wiki/Percentile."""


@pytest.mark.parametrize(("share", "value"), [(5, 15), (30, 20), (40, 20), (50, 35), (100, 50)])
def test_the_published_example(share: int, value: int) -> None:
    assert percentile(PUBLISHED, Fraction(share, 100)) == value


@given(st.lists(st.integers(0, 900), min_size=1), st.fractions(Fraction(1, 100), 1))
def test_at_least_the_share_lies_within_and_no_smaller_value_would_do(
    values: list[int], share: Fraction
) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    assert all(
        sum(value <= smaller for value in values) < share * len(values)
        for smaller in values
        if smaller < found
    )


def test_of_nothing_nothing_is_said() -> None:
    assert percentile([], MEDIAN) is None
    assert spread([]).model_dump() == {"n": 0, "median": None, "ninetieth": None}
    assert spread([3]).ninetieth == percentile([3], NINETIETH) == 3
