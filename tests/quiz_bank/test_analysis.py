"""Item analysis: each figure by its formula, and nothing where it is not defined."""

import statistics
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz_bank.analysis import CORRELATION_FROM, Analysis, ItemFigures, Matrix, analyse

CLOSE = 1e-9


def matrix(*rows: str, maxima: str = "") -> Matrix:
    """Make a matrix of rows such as "1 0 -"."""
    marks = tuple(tuple(None if mark == "-" else Decimal(mark) for mark in row.split()) for row in rows)
    count = len(marks[0])
    return Matrix(
        items=tuple(f"Q{place}" for place in range(1, count + 1)),
        maxima=tuple(Decimal(each) for each in maxima.split()) if maxima else (Decimal(1),) * count,
        people=tuple(str(place) for place in range(len(marks))),
        marks=marks,
    )


def item(found: Analysis, name: str) -> ItemFigures:
    return next(each for each in found.items if each.name == name)


# Totals 3, 2, 2, 1, 0.
LADDER = matrix("1 1 1", "1 1 0", "1 0 1", "1 0 0", "0 0 0")


def test_facility_is_the_share_of_the_full_mark() -> None:
    found = analyse(matrix("2 1", "1 0", "0 0", "1 1", maxima="2 1"))
    assert item(found, "Q1").facility == pytest.approx(0.5)
    assert item(found, "Q2").facility == pytest.approx(0.5)


def test_an_item_without_points_has_no_facility() -> None:
    found = analyse(matrix("0 1", "0 0", maxima="0 1"))
    assert item(found, "Q1").facility is None
    assert item(found, "Q1").upper is None


def test_the_discrimination_index_correlates_an_item_with_the_rest_only() -> None:
    # x = 1 1 1 1 0, y = 2 1 1 0 0: cov 0.2, var x 0.2, var y 0.7.
    assert item(analyse(LADDER), "Q1").discrimination_index == pytest.approx(100 * 0.2 / (0.2 * 0.7) ** 0.5)


def test_discriminative_efficiency_is_beside_the_best_that_the_marks_allow() -> None:
    # For Q1 cov(x, y) = 0.2 is already that of the sorted values; for Q3 it is 0.35 of at most 0.35.
    found = analyse(matrix("1 0", "0 1", "1 1", "0 0"))
    assert item(found, "Q1").discriminative_efficiency == pytest.approx(0)
    assert item(analyse(LADDER), "Q1").discriminative_efficiency == pytest.approx(100)


def test_effective_weights_make_a_hundred() -> None:
    weights = [each.effective_weight for each in analyse(LADDER).items]
    assert sum(weight for weight in weights if weight is not None) == pytest.approx(100)


def test_an_item_that_the_better_fail_has_no_effective_weight_and_is_marked() -> None:
    found = analyse(matrix("0 1 1", "0 1 1", "1 0 0", "1 0 0"))
    assert item(found, "Q1").effective_weight is None
    assert item(found, "Q1").negative_covariance


def test_alpha_agrees_with_its_definition() -> None:
    # Variances 0.2, 0.3, 0.3, of the totals 1.3: 3/2 (1 − 0.8/1.3).
    found = analyse(LADDER).test
    assert found.alpha == pytest.approx(1.5 * (1 - 0.8 / 1.3))
    assert found.cic == pytest.approx(150 * (1 - 0.8 / 1.3))


def test_kr20_uses_the_population_variance_and_so_equals_alpha() -> None:
    found = analyse(LADDER).test
    assert found.kr20 == pytest.approx(found.alpha)


def test_kr20_is_for_all_or_nothing_only() -> None:
    assert analyse(matrix("2 1", "1 0", "0 1", maxima="2 1")).test.kr20 is None


def test_a_negative_alpha_is_not_clamped() -> None:
    found = analyse(matrix("1 0 1", "0 1 0", "1 0 0", "0 1 1")).test
    assert found.alpha is not None
    assert found.alpha < 0


def test_the_standard_error_of_measurement_is_sd_times_the_root_of_one_less_alpha() -> None:
    found = analyse(LADDER).test
    assert found.sd is not None
    assert found.alpha is not None
    assert found.sem == pytest.approx(found.sd * (1 - found.alpha) ** 0.5)
    assert found.error_ratio == pytest.approx(100 * (1 - found.alpha) ** 0.5)


def test_skewness_and_kurtosis_are_those_of_the_sample() -> None:
    # Totals 0 0 0 4: m2 = 3, m3 = 6, m4 = 21.
    found = analyse(matrix("0", "0", "0", "4", maxima="4")).test
    assert found.skewness == pytest.approx(2.0)
    assert found.kurtosis == pytest.approx(4.0)


def test_everybody_level_with_the_last_of_a_group_is_in_it() -> None:
    # 27 % of 5 is one person; two share the second place but one alone is first, one alone last.
    found = item(analyse(LADDER), "Q1")
    assert (found.upper_n, found.lower_n) == (1, 1)
    tied = item(analyse(matrix("1 1", "1 1", "1 0", "0 0")), "Q1")
    assert (tied.upper_n, tied.lower_n) == (2, 1)
    assert (tied.upper, tied.lower) == (1.0, 0.0)


def test_an_unanswered_item_counts_nothing_and_is_counted() -> None:
    found = item(analyse(matrix("1 -", "1 1")), "Q2")
    assert found.facility == pytest.approx(0.5)
    assert found.unanswered == 1


def test_a_single_person_has_means_and_nothing_that_needs_a_spread() -> None:
    found = analyse(matrix("1 0"))
    assert found.test.mean == 1
    assert found.test.sd is None
    assert found.test.alpha is None
    assert item(found, "Q1").discrimination_index is None


def test_where_all_totals_are_the_same_there_is_no_reliability() -> None:
    found = analyse(matrix("1 0", "0 1", "1 0")).test
    assert (found.alpha, found.kr20, found.skewness, found.sem) == (None, None, None, None)


def test_an_interval_is_given_from_enough_people_on() -> None:
    few = analyse(matrix(*["1 1 0", "0 0 1", "1 1 1"] * 9)).items[0]
    enough = analyse(matrix(*["1 1 0", "0 0 1", "1 1 1"] * (CORRELATION_FROM // 3))).items[0]
    assert few.point_biserial_interval is None
    assert enough.point_biserial_interval is not None
    assert enough.point_biserial_corrected is not None
    interval = enough.point_biserial_interval
    assert interval.low < enough.point_biserial_corrected < interval.high


def test_rows_of_uneven_length_are_refused() -> None:
    with pytest.raises(ValueError, match="列數或欄數不符"):
        Matrix(
            items=("a", "b"),
            maxima=(Decimal(1),) * 2,
            people=("x",),
            marks=((Decimal(1),),),
        )


grids = st.integers(2, 6).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 3), min_size=width, max_size=width), min_size=3, max_size=25
    )
)


def _of(rows: list[list[int]]) -> Matrix:
    return matrix(*(" ".join(map(str, row)) for row in rows), maxima=" ".join(["3"] * len(rows[0])))


@given(grids)
def test_the_corrected_correlation_is_that_of_the_standard_library(rows: list[list[int]]) -> None:
    for place, each in enumerate(analyse(_of(rows)).items):
        own = [row[place] for row in rows]
        rest = [sum(row) - row[place] for row in rows]
        if len(set(own)) == 1 or len(set(rest)) == 1:
            assert each.point_biserial_corrected is None
        else:
            assert each.point_biserial_corrected == pytest.approx(
                statistics.correlation(own, rest), abs=CLOSE
            )


@given(grids)
def test_figures_keep_to_their_ranges(rows: list[list[int]]) -> None:
    found = analyse(_of(rows))
    for each in found.items:
        assert each.facility is not None
        assert 0 <= each.facility <= 1
        assert each.upper is not None
        assert each.lower is not None
        if each.discriminative_efficiency is not None:
            assert each.discriminative_efficiency <= 100 + CLOSE
    if found.test.alpha is not None:
        assert found.test.alpha <= 1 + CLOSE


@given(grids, st.randoms(use_true_random=False))
def test_the_order_of_people_makes_no_difference(rows: list[list[int]], chance: object) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' random.Random
    one, other = analyse(_of(rows)), analyse(_of(shuffled))
    assert one.test.alpha == pytest.approx(other.test.alpha, abs=CLOSE)
    assert [each.upper for each in one.items] == pytest.approx([each.upper for each in other.items])


@given(grids)
def test_alpha_is_that_of_the_variances(rows: list[list[int]]) -> None:
    totals = [sum(row) for row in rows]
    found = analyse(_of(rows)).test.alpha
    if len(set(totals)) == 1:
        assert found is None
        return
    count = len(rows[0])
    inner = sum(statistics.variance([row[place] for row in rows]) for place in range(count))
    assert found == pytest.approx(count / (count - 1) * (1 - inner / statistics.variance(totals)))
