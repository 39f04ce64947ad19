"""Parallel forms share as little as can be and are expected to be equally hard."""

import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz_bank.blueprint import Blueprint, BlueprintError, Cell, draw
from quiz_bank.expected import Expected, Observed, expectations, expected_score
from quiz_bank.paper_rules import PaperRules
from quiz_bank.parallel import CLOSE_ENOUGH, draw_forms, shared, spread
from quiz_bank.question import Kind, Question
from tests.quiz_bank.samples import DAY, single, true_false

RULES = PaperRules(
    expected_facility=(Decimal("0.85"), Decimal("0.68"), Decimal("0.5")),
    prior_answers=20,
    observed_from=5,
    double_entry=True,
)
TEN = Blueprint(
    cells=(
        Cell(kinds=(Kind.TRUE_FALSE,), count=5, points=Decimal(10)),
        Cell(kinds=(Kind.SINGLE,), count=5, points=Decimal(10)),
    )
)
SUBJECTS = ("契稅 > 稅率", "印花稅 > 稅率", "娛樂稅 > 稅率")


def bank(of_each: int) -> list[Question]:
    made = [true_false(f"T{number:02}", SUBJECTS[number % 3]) for number in range(of_each)]
    return made + [single(f"S{number:02}", SUBJECTS[number % 3]) for number in range(of_each)]


def figures(shares: list[int], questions: list[Question]) -> dict[str, Expected]:
    return {
        question.id: Expected(facility=Decimal(share) / 100)
        for question, share in zip(questions, shares, strict=True)
    }


SHARES = st.lists(st.integers(0, 100), min_size=24, max_size=24)


@given(shares=SHARES, seed=st.text("0123456789abcdef", min_size=1), forms=st.integers(1, 4))
def test_forms_have_nothing_in_common_while_the_bank_has_enough(
    shares: list[int], seed: str, forms: int
) -> None:
    questions = bank(12) if forms <= 2 else bank(20)
    expected = figures((shares * 2)[: len(questions)], questions)
    drawn = draw_forms(questions, TEN, expected, day=DAY, seed=seed, forms=forms)
    assert len(drawn) == forms
    assert shared(drawn) == 0
    for items in drawn:
        assert [item.question.kind for item in items] == [Kind.TRUE_FALSE] * 5 + [Kind.SINGLE] * 5
        assert sum(item.points for item in items) == 100


@given(shares=SHARES, seed=st.text("0123456789abcdef", min_size=1))
def test_the_same_seed_and_figures_give_the_same_forms(shares: list[int], seed: str) -> None:
    questions = bank(12)
    expected = figures(shares, questions)
    first = draw_forms(questions, TEN, expected, day=DAY, seed=seed, forms=2)
    again = draw_forms(list(reversed(questions)), TEN, expected, day=DAY, seed=seed, forms=2)
    assert first == again


@given(shares=SHARES, seed=st.text("0123456789abcdef", min_size=1))
def test_forms_are_on_average_no_further_apart_than_by_chance(shares: list[int], seed: str) -> None:
    questions = bank(12)
    expected = figures(shares, questions)
    forms = draw_forms(questions, TEN, expected, day=DAY, seed=seed, forms=2)
    drawn = [[item for form in forms for item in form if item.question.kind is kind] for kind in TEN_KINDS]
    chance = random.Random(seed)
    by_chance = []
    for _round in range(60):
        for cell in drawn:
            chance.shuffle(cell)
        dealt = [[item for cell in drawn for item in cell[form::2]] for form in range(2)]
        by_chance.append(float(spread(dealt, expected)) ** 2)
    ours = float(max(spread(forms, expected) - CLOSE_ENOUGH, Decimal(0))) ** 2
    assert ours <= sum(by_chance) / len(by_chance) + 1e-9


TEN_KINDS = (Kind.TRUE_FALSE, Kind.SINGLE)


def test_one_form_is_the_paper_that_was_always_drawn() -> None:
    questions = bank(12)
    expected = expectations(questions, {}, RULES)
    assert draw_forms(questions, TEN, expected, day=DAY, seed="7") == (
        draw(questions, TEN, day=DAY, seed="7"),
    )


@pytest.mark.parametrize(("of_each", "common"), [(10, 0), (9, 2), (7, 6), (5, 10)])
def test_a_short_bank_makes_as_few_questions_common_as_it_can(of_each: int, common: int) -> None:
    questions = bank(of_each)
    expected = expectations(questions, {}, RULES)
    forms = draw_forms(questions, TEN, expected, day=DAY, seed="7", forms=2)
    assert shared(forms) == common
    for items in forms:
        assert len({item.question.id for item in items}) == 10


def test_cells_that_want_the_same_questions_leave_each_other_enough() -> None:
    questions = [single(f"S{number}") for number in range(2)]
    blueprint = Blueprint(cells=(Cell(count=1, points=50), Cell(kinds=(Kind.SINGLE,), count=1, points=50)))
    expected = expectations(questions, {}, RULES)
    forms = draw_forms(questions, blueprint, expected, day=DAY, seed="1", forms=2)
    assert [{item.question.id for item in items} for items in forms] == [{"S0", "S1"}] * 2


def test_a_bank_too_small_for_one_form_is_refused() -> None:
    questions = bank(4)
    with pytest.raises(BlueprintError, match="題庫不夠"):
        draw_forms(questions, TEN, expectations(questions, {}, RULES), day=DAY, seed="1", forms=2)


def test_near_duplicates_stand_in_no_two_forms() -> None:
    questions = [*bank(9), true_false("T99", stem="敘述 T00。")]
    expected = expectations(questions, {}, RULES)
    forms = draw_forms(questions, TEN, expected, day=DAY, seed="1", forms=2)
    assert not any({"T00", "T99"} <= {item.question.id for items in forms for item in items} for _one in "1")


def test_a_question_nobody_answered_is_as_hard_as_its_class() -> None:
    found = expectations([true_false("T"), single("S")], {}, RULES)
    assert (found["T"].facility, found["T"].n) == (Decimal("0.8500"), 0)
    assert (found["S"].facility, found["S"].n) == (Decimal("0.6800"), 0)


def test_what_people_did_is_drawn_towards_the_mean_of_the_class() -> None:
    # Class 1: (20 × 0.85 + 10) / 40 = 0.675; the question: (10 + 20 × 0.675) / 40 = 0.5875.
    observed = {"T": Observed(difficulty=1, n=20, earned=Fraction(10))}
    found = expectations([true_false("T"), true_false("U")], observed, RULES)
    assert (found["T"].facility, found["T"].n) == (Decimal("0.5875"), 20)
    assert (found["U"].facility, found["U"].n) == (Decimal("0.6750"), 0)


def test_too_few_answers_say_nothing() -> None:
    observed = {"T": Observed(difficulty=1, n=4, earned=Fraction(0))}
    assert expectations([true_false("T")], observed, RULES)["T"].facility == Decimal("0.85")


@given(n=st.integers(5, 500), right=st.integers(0, 500))
def test_the_expected_facility_lies_between_what_was_seen_and_the_prior(n: int, right: int) -> None:
    earned = min(right, n)
    observed = {"T": Observed(difficulty=1, n=n, earned=Fraction(earned))}
    facility = expectations([true_false("T")], observed, RULES)["T"].facility
    seen, prior = Decimal(earned) / n, Decimal("0.85")
    assert min(seen, prior) - Decimal("0.0001") <= facility <= max(seen, prior) + Decimal("0.0001")


def test_the_expected_score_is_the_sum_over_the_questions() -> None:
    questions = bank(5)
    expected = expectations(questions, {}, RULES)
    [items] = draw_forms(questions, TEN, expected, day=DAY, seed="1")
    assert expected_score(items, expected) == Decimal("76.50")
