"""The edges of an axis hold every value."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from courtesy.axis import edges

scores = st.decimals(0, 100, places=2)


@given(st.lists(scores, min_size=1, max_size=20), st.sampled_from([5, 10]))
def test_every_value_stands_between_the_edges(values: list[Decimal], step: int) -> None:
    low, high = edges(values, step)
    assert 0 <= low < high <= 100
    assert low % step == high % step == 0
    assert all(low <= value <= high for value in values)


@given(st.lists(scores, min_size=1, max_size=20))
def test_no_edge_is_a_step_further_out_than_it_need_be(values: list[Decimal]) -> None:
    low, high = edges(values, 5)
    assert min(values) - low <= 5
    assert high - max(values) <= 5


def test_a_value_between_two_marks_is_below_the_upper_one() -> None:
    assert edges([Decimal("86.00"), Decimal("89.94")], 5) == (85, 90)


def test_without_a_value_the_axis_is_that_of_all_scores() -> None:
    assert edges([], 5) == (0, 100)
