"""The arithmetic of a score: exact, fair to what was not tested, and the same for whoever repeats it."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtesy.scale import (
    NOT_APPLICABLE,
    FactorMode,
    Moment,
    Scale,
    ScaleError,
    Score,
    missing,
    rounded,
    running,
    score,
    speed_step,
)
from courtesy.scale_file import read
from tests.courtesy.samples import (
    BOTH,
    OFFICIAL,
    OFFICIAL_TEXT,
    SWITCHBOARD,
    UNIT,
    full_marks,
    keys,
    line,
)

VOICE_MENU = tuple(f"switchboard.speed.ivr-{name}" for name in ("speed", "greeting", "operator", "tone"))
OWNER, STAND_IN = "unit.content.owner", "unit.content.stand-in"


def of(
    marks: dict[str, str], parts: tuple[str, ...], mode: FactorMode = FactorMode.OFFICIAL, **more: bool
) -> Score:
    return score(OFFICIAL, parts, marks, mode=mode, **more)


def all_marks(parts: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    """Every way to fill the form in whole; something of each item applies."""
    marks = {each: st.sampled_from(keys(line(each))) for each in full_marks(parts) if each != OWNER}
    answer = st.sampled_from([OWNER, STAND_IN]).flatmap(
        lambda chosen: st.sampled_from(keys(line(chosen))).map(lambda key: {chosen: key})
    )
    if "unit" not in parts:
        return st.fixed_dictionaries(marks)
    return st.tuples(st.fixed_dictionaries(marks), answer).map(lambda both: both[0] | both[1])


# The official form


def test_the_official_points_are_25_20_and_15_25_15() -> None:
    points = [[item.points for item in part.items] for part in OFFICIAL.parts]
    assert points == [[25, 20], [15, 25, 15]]
    assert [part.points for part in OFFICIAL.parts] == [45, 55]


def test_the_official_factors_are_2_22_and_1_82() -> None:
    assert [part.factor for part in OFFICIAL.parts] == [Decimal("2.22"), Decimal("1.82")]


@pytest.mark.parametrize("parts", [SWITCHBOARD, UNIT, BOTH])
def test_every_line_at_its_best_is_full_marks(parts: tuple[str, ...]) -> None:
    assert of(full_marks(parts), parts, FactorMode.EXACT).total == Decimal("100.00")


def test_both_parts_are_added_without_a_factor() -> None:
    result = of(full_marks(BOTH) | {"unit.speed.ring": "r8"}, BOTH)
    assert (result.total, result.factor) == (Decimal("90.00"), "1")


# One part alone, scaled to 100


def switchboard(*, voice: tuple[str, ...], manners: int) -> dict[str, str]:
    """The operator at once (15 points), these lines of the voice menu, and so many manners (2.5 each)."""
    marks = full_marks(SWITCHBOARD)
    marks |= {each: "no" for each in VOICE_MENU[1:] if each not in voice}
    if VOICE_MENU[0] not in voice:
        marks[VOICE_MENU[0]] = "late"
    polite = [each for each in marks if ".manners." in each]
    return marks | dict.fromkeys(polite[manners:], "no")


@pytest.mark.parametrize(
    ("marks", "official", "exact"),
    [
        pytest.param(switchboard(voice=VOICE_MENU[1:2], manners=4), "59.94", "60.00", id="27 of 45"),
        pytest.param(switchboard(voice=VOICE_MENU[:2], manners=6), "79.92", "80.00", id="36 of 45"),
        pytest.param(full_marks(SWITCHBOARD), "99.90", "100.00", id="45 of 45"),
    ],
)
def test_the_operators_part_by_the_printed_factor_is_a_little_less_than_the_exact_one(
    marks: dict[str, str], official: str, exact: str
) -> None:
    by_print = of(marks, SWITCHBOARD, FactorMode.OFFICIAL)
    exactly = of(marks, SWITCHBOARD, FactorMode.EXACT)
    assert (by_print.total, by_print.factor) == (Decimal(official), "2.22")
    assert (exactly.total, exactly.factor) == (Decimal(exact), "100/45")


def test_the_units_part_by_the_printed_factor_would_pass_a_hundred_and_is_capped() -> None:
    result = of(full_marks(UNIT), UNIT)
    assert (result.parts[0].score, result.total) == (Decimal("55.00"), Decimal("100.00"))


def test_the_units_part_is_scaled_by_1_82_or_by_100_55() -> None:
    marks = full_marks(UNIT) | {"unit.manners.thanks": "no"}
    assert of(marks, UNIT).total == Decimal("91.00")
    assert of(marks, UNIT, FactorMode.EXACT).total == Decimal("90.91")


def test_the_total_is_rounded_half_up_once() -> None:
    assert [rounded(Fraction(each, 1000)) for each in (5, 15, 4, 14, 90905)] == [
        Decimal(text) for text in ("0.01", "0.02", "0.00", "0.01", "90.91")
    ]


# Any marks whatsoever


@given(st.data(), st.sampled_from([SWITCHBOARD, UNIT, BOTH]), st.sampled_from(FactorMode))
@settings(max_examples=150, deadline=None)
def test_a_total_is_between_0_and_100_with_two_decimals(
    data: st.DataObject, parts: tuple[str, ...], mode: FactorMode
) -> None:
    total = of(data.draw(all_marks(parts)), parts, mode).total
    assert Decimal(0) <= total <= Decimal(100)
    assert total.as_tuple().exponent == -2


@given(all_marks(BOTH), st.data())
@settings(max_examples=150, deadline=None)
def test_a_better_step_on_one_line_never_lowers_the_total(marks: dict[str, str], data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(sorted(each for each in marks if marks[each] != NOT_APPLICABLE)))
    steps = [step.key for step in line(chosen).steps]
    totals = [of(marks | {chosen: key}, BOTH).total for key in steps]
    assert totals == sorted(totals, reverse=True)


@given(all_marks(SWITCHBOARD))
@settings(max_examples=50, deadline=None)
def test_the_order_in_which_lines_were_marked_makes_no_difference(marks: dict[str, str]) -> None:
    assert of(dict(reversed(marks.items())), SWITCHBOARD) == of(marks, SWITCHBOARD)


# Lines that do not apply


@given(st.sets(st.sampled_from([each.id for each in OFFICIAL.lines() if each.line.not_applicable])))
@settings(max_examples=60, deadline=None)
def test_what_does_not_apply_leaves_a_call_full_where_all_else_is_full(left_out: set[str]) -> None:
    assert of(full_marks(BOTH) | dict.fromkeys(left_out, NOT_APPLICABLE), BOTH).total == Decimal("100.00")


@pytest.mark.parametrize(("step", "earned"), [("r4", "25"), ("r6", "16.67"), ("r8", "8.33"), ("late", "0")])
def test_without_a_voice_system_its_ten_points_go_to_the_operators_line(step: str, earned: str) -> None:
    marks = full_marks(SWITCHBOARD) | dict.fromkeys(VOICE_MENU, NOT_APPLICABLE)
    speed = of(marks | {"switchboard.speed.operator": step}, SWITCHBOARD).parts[0].items[0]
    assert (speed.points, speed.score) == (Decimal(25), Decimal(earned))


def test_a_line_that_must_be_judged_cannot_be_left_out() -> None:
    with pytest.raises(ScaleError, match="「總機人員四聲或十秒內接聽」不能選「不適用」"):
        of(full_marks(SWITCHBOARD) | {"switchboard.speed.operator": NOT_APPLICABLE}, SWITCHBOARD)


# Either, or


def test_of_an_either_or_group_one_line_is_enough() -> None:
    owner = full_marks(UNIT)
    stand_in = {each: key for each, key in owner.items() if each != OWNER} | {STAND_IN: "full"}
    assert of(owner, UNIT).total == of(stand_in, UNIT).total == Decimal("100.00")


def test_of_an_either_or_group_two_lines_are_refused() -> None:
    with pytest.raises(ScaleError, match="只能擇一評定"):
        of(full_marks(UNIT) | {STAND_IN: "none"}, UNIT)


def test_an_either_or_group_wants_one_of_its_lines() -> None:
    marks = {each: key for each, key in full_marks(UNIT).items() if each != OWNER}
    for left_out in ({}, {OWNER: NOT_APPLICABLE, STAND_IN: NOT_APPLICABLE}):
        assert [placed.id for placed in missing(OFFICIAL, UNIT, marks | left_out)] == [OWNER]
        with pytest.raises(ScaleError, match="還有 1 行沒有評定：承辦人接聽"):
            of(marks | left_out, UNIT)


def test_the_other_line_of_a_group_may_be_called_not_applicable() -> None:
    assert of(full_marks(UNIT) | {STAND_IN: NOT_APPLICABLE}, UNIT).total == Decimal("100.00")


# What cannot be scored


@pytest.mark.parametrize("left_out", [each for each in full_marks(BOTH) if each != OWNER])
def test_a_missing_line_is_named(left_out: str) -> None:
    marks = {each: key for each, key in full_marks(BOTH).items() if each != left_out}
    with pytest.raises(ScaleError) as refusal:
        of(marks, BOTH)
    assert line(left_out).text in refusal.value.what


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"unit.speed.rang": "r4"}, "沒有「unit.speed.rang」這一行"),
        ({"switchboard.manners.tone": "yes"}, "這一部分沒有測試"),
        ({"unit.speed.ring": "r5"}, "「四聲或十秒內應答」沒有「r5」這一級"),
    ],
)
def test_an_unknown_line_or_step_is_refused_by_name(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(ScaleError, match=said):
        of(full_marks(UNIT) | wrong, UNIT)


def test_an_unknown_part_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ScaleError) as refusal:
        of({}, ("ivr",))
    assert refusal.value.remedy == "可用的有：switchboard、unit。"


def test_without_a_part_there_is_no_score() -> None:
    with pytest.raises(ScaleError, match="沒有指定測試的部分"):
        of({}, ())


# Critical lines


def test_a_critical_failure_is_named_and_costs_its_points_only() -> None:
    result = of(full_marks(UNIT) | {"unit.manners.tone": "no"}, UNIT)
    assert (result.critical, result.total) == (("unit.manners.tone",), Decimal("91.00"))


def test_a_critical_failure_is_zero_where_the_rule_says_so() -> None:
    result = of(full_marks(UNIT) | {"unit.manners.tone": "no"}, UNIT, critical_zeroes=True)
    assert result.total == Decimal("0.00")
    assert of(full_marks(UNIT), UNIT, critical_zeroes=True).total == Decimal("100.00")


def test_earning_nothing_on_another_line_is_no_critical_failure() -> None:
    assert of(full_marks(UNIT) | {"unit.manners.thanks": "no"}, UNIT, critical_zeroes=True).critical == ()


# Four rings or ten seconds


@pytest.mark.parametrize(
    ("rings", "seconds", "step"),
    [
        (1, 0, "r4"),
        (4, 11, "r4"),
        (5, 10, "r4"),
        (5, 11, "r6"),
        (7, 18, "r6"),
        (7, 19, "r8"),
        (9, 24, "r8"),
        (9, 25, "late"),
        (4, None, "r4"),
        (5, None, "r6"),
        (9, None, "late"),
        (None, 10, "r4"),
        (None, 11, "r6"),
        (None, 25, "late"),
        (99, 600, "late"),
    ],
)
def test_of_rings_and_seconds_the_better_one_counts(
    rings: int | None, seconds: int | None, step: str
) -> None:
    found = speed_step(line("unit.speed.ring"), rings, seconds)
    assert found is not None
    assert found.key == step


def test_without_a_timing_no_speed_is_judged() -> None:
    assert speed_step(line("unit.speed.ring"), None, None) is None


@given(st.integers(1, 99), st.integers(0, 600), st.integers(0, 5), st.integers(0, 60))
@settings(max_examples=100)
def test_letting_it_ring_longer_never_earns_more(rings: int, seconds: int, more: int, later: int) -> None:
    soon = speed_step(line("unit.speed.ring"), rings, seconds)
    late = speed_step(line("unit.speed.ring"), rings + more, seconds + later)
    assert soon is not None
    assert late is not None
    assert soon.points >= late.points


# While the call goes on


def test_the_running_total_counts_what_is_judged_and_what_is_left() -> None:
    marks = {"unit.speed.ring": "r6", "unit.manners.name": "no"}
    found = running(OFFICIAL, UNIT, marks)
    assert (found.got, found.judged) == (Decimal(10), Decimal(20))
    assert (found.marked, found.lines) == (2, 7)


def test_the_cockpit_asks_part_by_part_in_the_order_of_a_call() -> None:
    order = OFFICIAL.in_call_order(BOTH)
    assert [placed.part.code for placed in order] == ["switchboard"] * 13 + ["unit"] * 8
    for part in BOTH:
        moments = [list(Moment).index(placed.line.moment) for placed in order if placed.part.code == part]
        assert moments == sorted(moments)


# Versions


def test_a_stored_scale_is_read_back_as_the_same_version() -> None:
    again = Scale.model_validate_json(OFFICIAL.content())
    assert (again, again.version) == (OFFICIAL, OFFICIAL.version)


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_changing_one_character_changes_the_version(data: st.DataObject) -> None:
    content = OFFICIAL.content()
    letters = [place for place, letter in enumerate(content) if "\u4e00" <= letter <= "\u9fff"]
    place = data.draw(st.sampled_from(letters))
    other = data.draw(st.sampled_from("甲乙丙").filter(lambda letter: letter != content[place]))
    changed = Scale.model_validate_json(content[:place] + other + content[place + 1 :])
    assert changed.version != OFFICIAL.version


def test_a_comment_in_the_file_does_not_change_the_version() -> None:
    assert read(OFFICIAL_TEXT + "\n# 備註\n").version == OFFICIAL.version
