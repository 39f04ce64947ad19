"""Where a score stands by the office's rules, and which rules an office cannot publish."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.problem import Place
from bureau.rules import RulesError, parse
from courtesy.scale import FactorMode
from courtesy.standing import CourtesyRules
from tests.courtesy.samples import RULES

TEXT = CourtesyRules.DEFAULTS.read_text(encoding="utf-8")


def read(text: str) -> CourtesyRules:
    place = Place(file="rules.toml")
    return parse(text, (CourtesyRules,), in_force_from=date(2026, 1, 1), place=place).of(CourtesyRules)


def faults(before: str, after: str) -> list[str]:
    """What is wrong with the default rules after one place of them was changed."""
    assert before in TEXT
    with pytest.raises(RulesError) as refusal:
        read(TEXT.replace(before, after, 1))
    return [str(problem) for problem in refusal.value.problems]


@pytest.mark.parametrize(
    ("score", "band"),
    [
        ("100.00", "優良"),
        ("90.00", "優良"),
        ("89.99", "良好"),
        ("80.00", "良好"),
        ("79.99", "普通"),
        ("70.00", "普通"),
        ("69.99", "成績不佳"),
        ("0.00", "成績不佳"),
    ],
)
def test_a_band_begins_at_its_cut(score: str, band: str) -> None:
    assert RULES.band(Decimal(score)) == band


@given(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_a_higher_score_is_never_in_a_lower_band(one: Decimal, other: Decimal) -> None:
    names = [band.name for band in RULES.bands]
    low, high = sorted((one, other))
    assert names.index(RULES.band(high)) <= names.index(RULES.band(low))


@given(st.decimals(0, 100, places=2))
def test_what_is_below_the_lowest_cut_is_the_lowest_band(score: Decimal) -> None:
    assert (score < RULES.low_below) == (RULES.band(score) == RULES.lowest)


def test_unless_the_office_says_otherwise_the_printed_factor_is_used_and_nothing_is_zeroed() -> None:
    assert (RULES.factor, RULES.critical_zeroes) == (FactorMode.OFFICIAL, False)


def test_an_office_may_set_its_own_cuts() -> None:
    assert read(TEXT.replace('from = "70"', 'from = "75.50"')).band(Decimal("75.49")) == "成績不佳"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param('from = "90"', 'from = "60"', "等第要由高到低，最後一級從 0 起", id="out of order"),
        pytest.param(
            'from = "90"', 'from = "80"', "等第要由高到低，最後一級從 0 起", id="the same cut twice"
        ),
        pytest.param('from = "0"', 'from = "1"', "等第要由高到低，最後一級從 0 起", id="not ending at 0"),
        pytest.param('name = "良好"', 'name = "優良"', "等第的名稱重複", id="the same name twice"),
    ],
)
def test_bands_that_leave_a_score_without_one_are_refused(before: str, after: str, said: str) -> None:
    (problem,) = faults(before, after)
    assert problem.startswith("rules.toml 「courtesy.bands」：")
    assert said in problem


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('from = "90"', 'from = "101"', "「courtesy.bands.0.from」：值「101」不合規定。"),
        ('from = "90"', 'from = "90.001"', "「courtesy.bands.0.from」：值「90.001」不合規定。"),
        ('name = "優良"', 'name = ""', "「courtesy.bands.0.name」：值「」不合規定。"),
        ('factor = "official"', 'factor = "about"', "「courtesy.factor」：值「about」不合規定。"),
        ("per_person = 1", "per_person = 0", "「courtesy.per_person」：值「0」不合規定。"),
        ("weight_low = 2", "weight_low = 10", "「courtesy.weight_low」：值「10」不合規定。"),
        ("weight_low = 2", "weight_low = 1.5", "「courtesy.weight_low」：值「1.5」不合規定。"),
        ("weight_untested = 1", "weight_untested = 0", "「courtesy.weight_untested」：值「0」不合規定。"),
        ('from = "11-01"', 'from = "11-1"', "「courtesy.collection.2.from」：值「11-1」不合規定。"),
        ('until = "04-30"', 'until = "04-31"', "「courtesy.collection.0.until」：值「04-31」不合規定。"),
        ('until = "05-31"', 'until = "04-30"', "「courtesy.collection.1」"),
        ("per_section = 1", "per_sections = 1", "「courtesy.per_sections」：沒有這個規則。"),
        ("everyone_first = true", "", "「courtesy.everyone_first」：缺少這個規則。"),
    ],
)
def test_a_rule_that_cannot_be_is_named(before: str, after: str, said: str) -> None:
    assert any(said in problem for problem in faults(before, after))


# Weights and noon


@pytest.mark.parametrize(
    ("low", "untested", "tickets"), [(False, False, 1), (True, False, 2), (False, True, 3), (True, True, 3)]
)
def test_of_two_reasons_for_more_tickets_the_larger_counts(low: bool, untested: bool, tickets: int) -> None:
    rules = RULES.model_copy(update={"weight_low": 2, "weight_untested": 3})
    assert rules.weight(low=low, untested=untested) == tickets


def test_a_time_of_collection_has_both_its_ends_every_year() -> None:
    rules = RULES.model_copy(update={"noon_in_collection": True})
    november = [date(year, 11, day) for year in (2026, 2027) for day in (1, 30)]
    assert all(rules.noon_on(day) for day in november)
    assert not any(rules.noon_on(day) for day in (date(2026, 10, 31), date(2026, 12, 1)))


def test_noon_is_left_alone_unless_the_office_says_so() -> None:
    assert not RULES.noon_on(date(2026, 11, 16))
