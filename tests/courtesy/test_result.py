"""What is said of persons and sections is never more than the calls can bear."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.calendar import Period, PeriodKind
from courtesy.call import Outcome
from courtesy.flow import Flow
from courtesy.funnel import ACTION, WARNING, funnel
from courtesy.interval import Sample
from courtesy.result import Counted, person_result, section_results, shrunken, spread
from courtesy.run_chart import RunChart, run_chart
from tests.courtesy.samples import RULES

LOW = Decimal("70.00")


def sample(*scores: float) -> Sample:
    return Sample.of([Decimal(str(score)) for score in scores])


def counted(*scores: float) -> Counted:
    return Counted(calls=len(scores), low=sum(score < 70 for score in scores), sample=sample(*scores))


# Persons


def test_one_call_says_nothing_of_a_person() -> None:
    one = person_result("0101", "王小明", "房屋稅科", counted(55), RULES)
    assert one.interval is None
    assert one.bands == ()
    assert "不能說這個人" in one.conclusion


def test_every_band_that_the_interval_touches_is_named() -> None:
    one = person_result("0101", "王小明", "房屋稅科", counted(66, 88), RULES)
    assert one.bands == ("優良", "良好", "普通", "成績不佳")
    assert "不能說是哪一等" in one.conclusion


def test_many_even_calls_lie_in_one_band() -> None:
    one = person_result("0101", "王小明", "房屋稅科", counted(*([84, 86] * 10)), RULES)
    assert one.bands == ("良好",)
    assert "名次" in one.conclusion


def test_equal_scores_are_not_taken_for_certainty() -> None:
    assert person_result("0101", "王小明", "房屋稅科", counted(80, 80), RULES).interval is None


# Sections

samples = st.lists(
    st.lists(st.integers(0, 100), min_size=1, max_size=12).map(lambda scores: sample(*scores)),
    min_size=3,
    max_size=8,
)


def test_variances_worked_by_hand() -> None:
    # Three sections of two: within = (2 + 2 + 2) / 3, means 81, 85, 89 around 85;
    # between = (2·(16 + 0 + 16) - 2·2) / (6 - 12/6) = 15.
    found = spread([sample(80, 82), sample(84, 86), sample(88, 90)])
    assert found.within == pytest.approx(2)
    assert found.between == pytest.approx(15)
    assert found.mean == pytest.approx(85)
    # B = 15 / (15 + 2/2) = 0.9375: 85 - 0.9375 · 4.
    assert shrunken(sample(80, 82), found) == Decimal("81.25")


@given(samples)
def test_a_shrunken_mean_lies_between_the_own_and_the_offices(given_samples: list[Sample]) -> None:
    found = spread(given_samples)
    for one in given_samples:
        drawn = shrunken(one, found)
        if drawn is None or found.mean is None or one.mean is None:
            continue
        low, high = sorted((float(one.mean), found.mean))
        assert low - 0.011 <= float(drawn) <= high + 0.011


def test_fewer_calls_are_drawn_further() -> None:
    found = spread([sample(70, 72), sample(*[70, 72] * 20), sample(88, 90), sample(80, 81)])
    few, many = shrunken(sample(70, 72), found), shrunken(sample(*[70, 72] * 20), found)
    assert few is not None
    assert many is not None
    assert few > many


def test_two_sections_are_too_few_to_say_how_sections_differ() -> None:
    assert shrunken(sample(70, 72), spread([sample(70, 72), sample(88, 90)])) is None


def test_sections_stand_in_the_offices_order_whatever_their_scores() -> None:
    found = section_results(["乙科", "甲科", "丙科"], {"甲科": counted(95, 99), "乙科": counted(60, 62)}, LOW)
    assert [one.section for one in found.results] == ["乙科", "甲科", "丙科"]
    assert found.results[2].mean is None
    assert found.results[0].low.count == 2
    assert found.office.reached == 4


def test_overlapping_sections_are_not_ranked() -> None:
    given_counts = {"甲科": counted(80, 90), "乙科": counted(79, 91), "丙科": counted(82, 88)}
    text = section_results(list(given_counts), given_counts, LOW).conclusion
    assert "不能" in text


# Funnel


def test_the_limits_are_spiegelhalters() -> None:
    # Within-section sd 10 exactly: pairs 10·√2 apart have s = 10.
    half = 5 * 2**0.5
    pairs = {name: counted(*([round(80 - half, 2), round(80 + half, 2)])) for name in "甲乙丙"}
    chart = funnel(section_results(list(pairs), pairs, LOW))
    assert chart.sd == pytest.approx(10, abs=0.01)
    inner, outer = chart.limits(4, WARNING), chart.limits(4, ACTION)
    assert inner is not None
    assert outer is not None
    assert float(inner.high) == pytest.approx(80 + 1.959964 * 5, abs=0.02)
    assert float(outer.low) == pytest.approx(80 - 3.090232 * 5, abs=0.02)


def test_the_funnel_narrows_with_more_calls() -> None:
    given_counts = {"甲科": counted(80, 90), "乙科": counted(70, 91)}
    chart = funnel(section_results(list(given_counts), given_counts, LOW))
    widths = [
        limits.high - limits.low for n in range(2, 60) if (limits := chart.limits(n, WARNING)) is not None
    ]
    assert all(wide >= narrow for wide, narrow in pairwise(widths))


def test_a_section_far_out_is_a_reason_to_look_not_a_verdict() -> None:
    given_counts = {
        "甲科": counted(*[84, 86] * 20),
        "乙科": counted(*[83, 87] * 20),
        "丙科": counted(*[60, 62] * 10),
    }
    chart = funnel(section_results(list(given_counts), given_counts, LOW))
    assert {one.section: one.outside for one in chart.points}["丙科"] == 2
    assert "丙科" in chart.conclusion
    assert "不能直接說是表現" in chart.conclusion


# Run charts


def line(*means: float) -> RunChart:
    months = [
        Period(kind=PeriodKind.MONTH, year=year, number=number)
        for year in (2025, 2026)
        for number in range(1, 13)
    ]
    return run_chart("", [(month, sample(mean)) for month, mean in zip(months, means, strict=False)])


def test_six_points_on_one_side_are_a_signal() -> None:
    chart = line(70, 71, 72, 71, 70, 72, 90, 91, 92, 91, 90, 92)
    assert chart.signal
    assert all(point.in_run for point in chart.points)


def test_five_points_on_one_side_are_none() -> None:
    assert not line(70, 70, 70, 70, 70, 90, 90, 90, 90, 90).signal


def test_a_point_on_the_median_neither_counts_nor_breaks() -> None:
    again = line(70, 70, 70, 80, 70, 70, 70, 90, 90, 90, 80, 90, 90, 90)
    assert again.median == Decimal("80.00")
    assert [point.in_run for point in again.points] == [
        *[True] * 3,
        False,
        *[True] * 3,
        *[True] * 3,
        False,
        *[True] * 3,
    ]


def test_few_points_are_said_to_be_few() -> None:
    assert "太少" in line(70, 80).conclusion
    assert line().median is None


# Flow


def test_the_flow_loses_nobody() -> None:
    flow = Flow(
        drawn=10,
        excluded=1,
        not_called=2,
        begun=1,
        outcomes={Outcome.REACHED: 5, Outcome.BUSY: 1},
        scored=5,
    )
    assert flow.to_call == flow.not_called + flow.begun + flow.sealed
    assert (flow + flow).reached == 10
    assert "4 人好或壞都不能推論" in flow.conclusion
