"""A plan says how wide the interval is, whom it would list wrongly, and when the last call is made."""

import random
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bureau.calendar import OfficeCalendar
from courtesy.planner import ASSUMED, SEED, Outlook, PlannerError, Spread, Wanted, outlook, spread_of

MONDAY = date(2026, 11, 23)
PUBLISHED = Spread(mean=87, person_sd=4, call_sd=8)


def plan(*, first: date = MONDAY, **numbers: int) -> Outlook:
    wanted = Wanted.model_validate({"testers": 12, "people": 180, "calls": 2, **numbers})
    calendar = OfficeCalendar(holidays={date(2026, 12, 1): "放假"})
    return outlook(wanted, PUBLISHED, Decimal(80), first=first, calendar=calendar)


@pytest.mark.parametrize(("calls", "width"), [(2, 11.1), (4, 7.8), (12, 4.5)])
def test_the_interval_of_a_mean_narrows_with_the_root_of_the_calls(calls: int, width: float) -> None:
    assert plan(calls=calls).half_width == pytest.approx(width, abs=0.05)


def test_the_simulation_agrees_with_the_normal_distribution() -> None:
    """One call lists Φ((80 - 87) / √(4² + 8²)) = 21.7 %, a second leaves 6.5 %; 4.0 % are truly low."""
    found = plan(people=1000, calls=1)
    for estimate, share in (
        (found.listed, 0.2170),
        (found.listed_confirmed, 0.0645),
        (found.truly_low, 0.0401),
    ):
        assert abs(estimate.expected - 1000 * share) < 3 * estimate.standard_error
    assert found.wrongly.expected / found.listed.expected == pytest.approx(0.89, abs=0.01)
    assert found.wrongly_confirmed.expected / found.listed_confirmed.expected == pytest.approx(0.79, abs=0.02)


def test_a_second_call_before_listing_never_lists_more() -> None:
    for calls in (1, 2, 4):
        found = plan(calls=calls)
        assert found.wrongly_confirmed.expected < found.wrongly.expected
        assert found.listed_confirmed.expected < found.listed.expected


def test_every_number_moves_what_hangs_on_it() -> None:
    usual = plan()
    assert (usual.total, usual.calls_per_tester, usual.days) == (360, 30, 15)
    assert plan(testers=6).calls_per_tester == 60
    assert plan(people=90).wrongly.expected == pytest.approx(usual.wrongly.expected / 2)
    assert plan(calls=4).half_width < usual.half_width
    assert plan(per_day=5).days == 6


def test_the_last_day_is_counted_in_working_days() -> None:
    # Six working days from Monday: the next Monday; with 12/1 off, seven take until 12/2.
    assert plan(testers=12, people=72, calls=1, per_day=1).last_day == date(2026, 11, 30)
    assert plan(testers=12, people=84, calls=1, per_day=1).last_day == date(2026, 12, 2)
    assert plan(testers=12, people=12, calls=1, first=date(2026, 11, 28)).last_day == date(2026, 11, 30)


def test_a_plan_says_its_seed_and_can_be_repeated() -> None:
    assert plan().seed == SEED
    assert plan() == plan()


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"testers": 0}, "測試員人數應為 1 至"),
        ({"people": -1}, "受測人數應為 1 至"),
        ({"calls": 51}, "每人通數應為 1 至 50"),
        ({"per_day": 12}, "每日通數應為 1 至 11"),
        ({"testers": 1, "people": 100_000, "calls": 50}, "個上班日，超過 2500 日"),
    ],
)
def test_numbers_without_a_plan_are_refused(numbers: dict[str, int], said: str) -> None:
    with pytest.raises(PlannerError, match=said):
        plan(first=MONDAY, **numbers)


# The office's own spread


def test_the_spread_is_that_of_a_one_way_analysis_of_variance() -> None:
    """Worked by hand: pairs of 84 and 80 or of 88 and 84; 8 within, 240 / 29 between."""
    pairs = {
        f"{number:04}": [Decimal(84 + 4 * (number % 2)), Decimal(80 + 4 * (number % 2))]
        for number in range(30)
    }
    found = spread_of(pairs)
    assert found is not None
    assert (found.people, found.calls) == (30, 60)
    assert found.mean == pytest.approx(84)
    within, between = 8.0, 60 * 4 / 29
    assert found.call_sd == pytest.approx(within**0.5)
    assert found.person_sd == pytest.approx(((between - within) / 2) ** 0.5)


def test_a_spread_that_was_put_in_comes_out_again() -> None:
    chance = random.Random(7)
    scores = {}
    for number in range(3000):
        level = chance.gauss(85, 5)
        calls = [round(chance.gauss(level, 7), 2) for _call in range(1 + number % 4)]
        scores[f"{number:04}"] = [Decimal(str(score)) for score in calls]
    found = spread_of(scores)
    assert found is not None
    assert found.mean == pytest.approx(85, abs=0.4)
    assert found.person_sd == pytest.approx(5, abs=0.4)
    assert found.call_sd == pytest.approx(7, abs=0.2)


@given(st.dictionaries(st.integers(0, 99).map(str), st.lists(st.integers(0, 100).map(Decimal), max_size=4)))
@settings(max_examples=50, deadline=None)
def test_whatever_the_scores_a_spread_has_no_negative_parts(scores: dict[str, list[Decimal]]) -> None:
    found = spread_of(scores)
    assert found is None or (found.person_sd >= 0 and found.call_sd >= 0)


def test_too_few_scores_give_no_spread_of_their_own() -> None:
    one_call_each = {f"{number:04}": [Decimal(80)] for number in range(100)}
    assert spread_of(one_call_each) is None
    assert spread_of({}) is None
    assert ASSUMED.assumed
