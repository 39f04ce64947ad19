"""What sealed calls would have scored: exactly, by facts only, and never by a guess."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtesy.call import Call, Outcome, sealed, with_timing
from courtesy.desk import SCALES, read_scale
from courtesy.scale import FactorMode, rounded
from courtesy.scale_file import read
from courtesy.standing import Band
from courtesy.what_if import (
    Change,
    Missing,
    Recomputed,
    WhatIfError,
    checked,
    differences,
    number_from,
    points_from,
    recomputed,
    unknown_points,
    with_cut,
)
from tests.courtesy.samples import BOTH, NOW, OFFICIAL, OFFICIAL_TEXT, RULES, UNIT, a_call, full_marks
from tests.courtesy.test_scale import all_marks

THREE_RINGS = read_scale(SCALES / "three-rings.toml")
NO = "unit.manners.tone"


def done(**more: Any) -> Call:
    """A sealed call on the unit part: five rings, 18 seconds, everything else at its best."""
    given = {
        "outcome": Outcome.REACHED,
        "rings": 5,
        "seconds": 18,
        "remark": "說明",
        "marks": full_marks(UNIT),
    }
    call = a_call(**(given | more))
    if "marks" not in more:
        call = call.model_copy(update={"marks": with_timing(call, OFFICIAL, call.rings, call.seconds)})
    return sealed(call, OFFICIAL, RULES, "v1", NOW)


def tried(call: Call, **change: Any) -> Recomputed:
    return recomputed(call, OFFICIAL, RULES, Change(**change))


@given(all_marks(UNIT), st.sampled_from(list(FactorMode)))
@settings(max_examples=80, deadline=None)
def test_without_a_change_every_call_scores_what_it_was_sealed_with(
    marks: dict[str, str], mode: FactorMode
) -> None:
    rules = RULES.model_copy(update={"factor": mode})
    draft = a_call(outcome=Outcome.REACHED, marks=marks, remark="說明")
    call = sealed(draft, OFFICIAL, rules, "v1", NOW)
    again = recomputed(call, OFFICIAL, rules, Change())
    assert (again.after, again.band_after, again.critical) == (call.score, call.band, call.critical)


@given(all_marks(UNIT))
@settings(max_examples=40, deadline=None)
def test_writing_out_the_weights_as_they_are_changes_nothing(marks: dict[str, str]) -> None:
    call = sealed(a_call(outcome=Outcome.REACHED, marks=marks, remark="說明"), OFFICIAL, RULES, "v1", NOW)
    weights = {placed.id: placed.line.points for placed in OFFICIAL.lines()}
    assert tried(call, points=weights).after == call.score


def test_another_factor_is_computed_exactly() -> None:
    call = done()
    assert (call.score, tried(call, factor=FactorMode.EXACT).after) == (
        Decimal("91.00"),
        rounded(Fraction(50 * 100, 55)),
    )


def test_a_critical_failure_is_zero_where_that_is_tried() -> None:
    call = done(marks=full_marks(UNIT) | {NO: "no"})
    assert call.critical
    assert tried(call, critical_zeroes=True).after == Decimal("0.00")


def test_a_lighter_item_costs_less() -> None:
    # Speed 10 of 15; by weights 6, 25 and 15 of 46: 4 + 25 + 15 of 46.
    result = tried(done(), points={"unit.speed": Decimal(6)})
    assert result.after == rounded(Fraction(44 * 100, 46))


def test_a_lighter_line_makes_its_item_lighter_and_its_steps_keep_their_shares() -> None:
    # The tone is not kept: 0 of 2.5 instead of 0 of 5, and 15 of 15, 20 of 22.5, 15 of 15.
    call = done(rings=3, seconds=9, marks=full_marks(UNIT) | {NO: "no"})
    assert tried(call, points={NO: Decimal("2.5")}).after == rounded(Fraction(500, 525) * 100)


def test_a_step_that_is_a_third_of_its_line_stays_exactly_a_third() -> None:
    # 10 of 15 points are two thirds of any weight.
    result = tried(done(), points={"unit.speed.ring": Decimal(10)})
    assert result.after == rounded((Fraction(20, 3) + 40) * 100 / 50)


def test_a_line_of_weight_0_is_not_judged_and_cannot_be_a_critical_failure() -> None:
    result = tried(done(rings=3, seconds=9, marks=full_marks(UNIT) | {NO: "no"}), points={NO: Decimal(0)})
    assert (result.after, result.critical) == (Decimal("100.00"), False)


def test_the_weight_of_an_either_or_line_holds_for_the_whole_group() -> None:
    one = tried(done(), points={"unit.content.owner": Decimal(30)})
    other = tried(done(), points={"unit.content.stand-in": Decimal(30)})
    assert one.after == other.after == rounded(Fraction(65 * 100, 70))


def test_a_part_whose_points_change_is_scaled_exactly() -> None:
    # 1.82 was made for 55 points.
    assert tried(done(rings=3, seconds=9), points={"unit.content": Decimal(20)}).after == Decimal("100.00")


def test_a_weight_of_nothing_known_is_named() -> None:
    points = {"unit.speed": Decimal(1), "unit.nothing": Decimal(1), "unit": Decimal(1)}
    assert unknown_points([OFFICIAL], points) == ["unit.nothing", "unit"]


# The cut


BANDS = RULES.bands


@pytest.mark.parametrize(
    ("cut", "starts"),
    [
        ("75", ["90", "80", "75", "0"]),
        ("60", ["90", "80", "60", "0"]),
        ("85", ["90", "85", "0"]),
        ("95", ["95", "0"]),
        ("80", ["90", "80", "0"]),
        ("70", ["90", "80", "70", "0"]),
    ],
)
def test_the_lowest_band_ends_at_the_cut_and_the_others_stay_in_order(cut: str, starts: list[str]) -> None:
    bands = with_cut(BANDS, Decimal(cut))
    assert [band.since for band in bands] == [Decimal(start) for start in starts]


@given(st.decimals(Decimal("0.01"), 100, places=2), st.decimals(0, 100, places=2))
def test_a_score_is_in_the_lowest_band_just_where_it_is_below_the_cut(cut: Decimal, score: Decimal) -> None:
    rules = RULES.model_copy(update={"bands": with_cut(BANDS, cut)})
    assert (rules.band(score) == rules.lowest) == (score < cut)


def test_bands_are_still_bands() -> None:
    assert all(isinstance(band, Band) for band in with_cut(BANDS, Decimal(75)))


@pytest.mark.parametrize("text", ["0", "100.01", "72.555"])
def test_a_cut_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(WhatIfError, match="分數線"):
        checked(Change(cut=Decimal(text)))


# Another scale


def test_another_scale_judges_the_timing_again() -> None:
    # Five rings are r6 (10 of 15) there and r5 (10 of 15) here, but 18 seconds are past 15.
    result = recomputed(done(seconds=None), OFFICIAL, RULES, Change(scale=THREE_RINGS))
    assert result.why_not == ""
    four = recomputed(done(rings=4, seconds=None), OFFICIAL, RULES, Change(scale=THREE_RINGS))
    assert four.before == Decimal("100.00")
    assert four.after is not None
    assert four.after < four.before


def test_a_call_whose_timing_was_not_kept_cannot_be_computed_by_other_limits() -> None:
    call = done(rings=None, seconds=None, marks=full_marks(UNIT))
    result = recomputed(call, OFFICIAL, RULES, Change(scale=THREE_RINGS))
    assert result.after is None
    assert "沒有可以重新計時的紀錄" in result.why_not


def test_a_timed_line_that_the_tester_judged_against_the_timing_is_not_timed_again() -> None:
    call = done(rings=8, seconds=30, marks=full_marks(UNIT))
    assert recomputed(call, OFFICIAL, RULES, Change(scale=THREE_RINGS)).why_not


def test_a_line_that_is_gone_is_left_out_and_a_new_one_cannot_be_guessed() -> None:
    shorter = THREE_RINGS
    assert recomputed(done(), OFFICIAL, RULES, Change(scale=shorter)).after is not None
    longer = read(OFFICIAL_TEXT.replace('code = "hello"', 'code = "greeting"'))
    result = recomputed(done(), OFFICIAL, RULES, Change(scale=longer))
    assert (result.after, result.band_after) == (None, None)
    assert "沒有評定" in result.why_not


def test_a_part_that_the_scale_lacks_cannot_be_computed() -> None:
    operator = read_scale(SCALES / "operator.toml")
    assert "沒有「unit」這一部分" in recomputed(done(), OFFICIAL, RULES, Change(scale=operator)).why_not


def test_the_lines_in_which_two_scales_differ_are_named() -> None:
    other = read(
        OFFICIAL_TEXT.replace('code = "hang-up"', 'code = "put-down"').replace(
            'text = "清晰報出單位或自己姓名（氏）"', 'text = "報科名與姓氏"'
        )
    )
    assert [(each.line, each.kind) for each in differences(OFFICIAL, other)] == [
        ("unit.manners.name", Missing.CHANGED),
        ("unit.manners.hang-up", Missing.GONE),
        ("unit.manners.put-down", Missing.NEW),
    ]


def test_other_points_alone_are_no_difference_in_what_was_judged() -> None:
    other = read(
        OFFICIAL_TEXT.replace('label = "五至六聲", points = "10"', 'label = "五至六聲", points = "9"')
    )
    assert differences(OFFICIAL, other) == []


def test_a_call_that_reached_nobody_has_no_score_either_way() -> None:
    call = sealed(a_call(outcome=Outcome.BUSY, remark="不再試。"), OFFICIAL, RULES, "v1", NOW)
    result = tried(call, cut=Decimal(90))
    assert (result.before, result.after, result.why_not) == (None, None, "")


def test_both_parts_are_weighed_together() -> None:
    call = done(parts=BOTH, marks=full_marks(BOTH), rings=3, seconds=9)
    assert tried(call, points={"switchboard.speed": Decimal(5)}).after == Decimal("100.00")


# As typed


def test_weights_are_read_as_people_type_them() -> None:
    assert points_from(["unit.speed=１０，unit.manners.tone=2.5", "unit.content=3"]) == {
        "unit.speed": Decimal(10),
        "unit.manners.tone": Decimal("2.5"),
        "unit.content": Decimal(3),
    }


@pytest.mark.parametrize("text", ["unit.speed", "unit.speed=", "=3", "unit.speed=x", "unit.speed=-1"])
def test_what_is_no_weight_is_refused(text: str) -> None:
    with pytest.raises(WhatIfError):
        points_from([text])


@pytest.mark.parametrize("text", ["nan", "inf", "1e9", "七十", "", "-5", "\x1b[2J"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(WhatIfError):
        number_from(text)
