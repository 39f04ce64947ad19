"""Scores are exact, orders are a matter of seed and person, and a sheet tells nothing it should not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz_bank.blueprint import Blueprint, Cell, Paper, PaperItem, draw
from quiz_bank.rules import Credit, QuizRules
from quiz_bank.sitting import (
    Sitting,
    SittingError,
    deadline_of,
    earned,
    option_order,
    review,
    score,
    sheet_of,
    submit,
)
from tests.quiz_bank.samples import (
    DAY,
    SMALL_BANK,
    SMALL_BLUEPRINT,
    multiple,
    right_answers,
    single,
    true_false,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CHOICES = st.sets(st.integers(0, 3)).map(lambda chosen: tuple(sorted(chosen)))


def rules(credit: Credit = Credit.ALL) -> QuizRules:
    return QuizRules(
        pass_mark=Decimal(60),
        warning_below=Decimal(70),
        multiple_credit=credit,
        minutes=40,
        open_days=14,
    )


def a_paper(credit: Credit = Credit.ALL, seed: str = "1", minutes: int = 40) -> Paper:
    return Paper(
        id="A1",
        title="小考",
        seed=seed,
        opens_on=DAY,
        closes_on=DAY + timedelta(days=13),
        minutes=minutes,
        blueprint=SMALL_BLUEPRINT,
        rules=rules(credit),
        rules_version="v",
        created_at=NOW,
        items=draw(SMALL_BANK, SMALL_BLUEPRINT, day=DAY, seed="1"),
    )


def a_sitting(paper: Paper, staff_no: str = "0012") -> Sitting:
    return Sitting(
        id=f"{paper.id}-{staff_no}",
        paper_id=paper.id,
        staff_no=staff_no,
        section="房屋稅科",
        started_at=NOW,
        deadline=deadline_of(paper, NOW),
    )


@given(choice=CHOICES, key=st.sets(st.integers(0, 3), min_size=2), points=st.decimals(0, 100, places=2))
@settings(max_examples=200)
def test_partial_credit_is_the_clamped_share(choice: tuple[int, ...], key: set[int], points: Decimal) -> None:
    item = PaperItem(number=1, question=multiple("M", key=tuple(sorted(key))), points=points)
    chosen = set(choice)
    share = Fraction(len(chosen & key) - len(chosen - key), len(key))
    exact = Fraction(points) * max(Fraction(0), share)
    got = earned(item, choice, Credit.PARTIAL)
    assert got.as_tuple().exponent == -2
    assert 0 <= got <= points
    assert abs(Fraction(got) - exact) <= Fraction(1, 200)
    if share == 1:
        assert got == points


@given(choice=CHOICES)
def test_without_partial_credit_it_is_all_or_nothing(choice: tuple[int, ...]) -> None:
    item = PaperItem(number=1, question=multiple("M", key=(0, 1, 3)), points=Decimal(5))
    assert earned(item, choice, Credit.ALL) == (5 if choice == (0, 1, 3) else 0)


def test_half_a_hundredth_is_rounded_up() -> None:
    item = PaperItem(number=1, question=multiple("M", key=(0, 1)), points=Decimal("0.25"))
    assert earned(item, (0,), Credit.PARTIAL) == Decimal("0.13")


@given(answers=st.dictionaries(st.integers(1, 4), CHOICES), credit=st.sampled_from(Credit))
@settings(max_examples=200)
def test_the_score_is_the_sum_of_what_was_earned_and_within_0_and_100(
    answers: dict[int, tuple[int, ...]], credit: Credit
) -> None:
    paper = a_paper(credit)
    got = score(paper, answers)
    assert 0 <= got <= 100
    assert got == sum(earned(item, answers.get(item.number, ()), credit) for item in paper.items)


@given(answers=st.dictionaries(st.integers(1, 4), CHOICES), credit=st.sampled_from(Credit))
def test_a_right_answer_more_never_lowers_the_score(
    answers: dict[int, tuple[int, ...]], credit: Credit
) -> None:
    paper = a_paper(credit)
    assert score(paper, answers | right_answers(paper)) == 100
    for number, key in right_answers(paper).items():
        assert score(paper, answers | {number: key}) >= score(paper, answers)


@pytest.mark.parametrize(
    ("points", "passed", "warned"), [("59.99", False, False), ("60", True, True), ("70", True, False)]
)
def test_60_passes_and_below_70_is_pointed_out(points: str, passed: bool, warned: bool) -> None:
    assert rules().passed(Decimal(points)) is passed
    assert rules().warned(Decimal(points)) is warned


@given(seed=st.text(max_size=10), staff_no=st.text("0123456789", min_size=1, max_size=6))
@settings(max_examples=60)
def test_every_person_sees_every_question_and_option_exactly_once(seed: str, staff_no: str) -> None:
    paper = a_paper(seed=seed)
    sheet = sheet_of(paper, a_sitting(paper, staff_no))
    assert [page.place for page in sheet.pages] == [1, 2, 3, 4]
    assert sorted(page.number for page in sheet.pages) == [1, 2, 3, 4]
    for page in sheet.pages:
        question = paper.item(page.number).question
        assert sorted(option.index for option in page.options) == list(range(len(question.options)))
        assert all(option.text == question.options[option.index] for option in page.options)


@given(seed=st.text(max_size=10), keep_last=st.booleans())
def test_the_last_option_stays_last_when_it_must(seed: str, keep_last: bool) -> None:
    order = option_order(single("S", keep_last=keep_last), seed)
    assert sorted(order) == [0, 1, 2, 3]
    if keep_last:
        assert order[-1] == 3


def test_right_and_wrong_are_never_swapped() -> None:
    assert {option_order(true_false("T"), str(seed)) for seed in range(50)} == {(0, 1)}


def test_colleagues_side_by_side_see_different_orders() -> None:
    paper = a_paper()
    orders = {
        tuple(page.number for page in sheet_of(paper, a_sitting(paper, str(number))).pages)
        for number in range(50)
    }
    assert len(orders) > 10


def test_a_person_sees_the_same_order_every_time() -> None:
    paper = a_paper()
    assert sheet_of(paper, a_sitting(paper)) == sheet_of(paper, a_sitting(paper))


def test_a_sheet_holds_neither_key_nor_explanation() -> None:
    paper = a_paper()
    text = sheet_of(paper, a_sitting(paper)).model_dump_json()
    assert "key" not in text
    assert not any(item.question.explanation in text for item in paper.items if item.question.explanation)
    assert not any(item.question.legal_basis in text for item in paper.items)


def test_pressing_a_letter_chooses_and_in_multiple_choice_takes_back() -> None:
    paper = a_paper()
    [page] = [page for page in sheet_of(paper, a_sitting(paper)).pages if page.kind == "multiple"]
    first = page.after("A")
    assert first == (page.options[0].index,)
    [page] = [
        page
        for page in sheet_of(
            paper, a_sitting(paper).model_copy(update={"answers": {page.number: first}})
        ).pages
        if page.kind == "multiple"
    ]
    assert page.after("A") == ()
    assert page.after("B") == tuple(sorted((page.options[0].index, page.options[1].index)))
    with pytest.raises(SittingError):
        page.after("Z")


def test_in_single_choice_the_new_option_takes_the_place_of_the_old() -> None:
    paper = a_paper()
    [page] = [page for page in sheet_of(paper, a_sitting(paper)).pages if page.kind == "single"]
    assert page.after("C") == (page.options[2].index,)


def test_a_paper_without_minutes_ends_with_its_last_day() -> None:
    assert deadline_of(a_paper(minutes=0), NOW) == datetime(2026, 12, 6, 16, 0, tzinfo=UTC)


def test_the_review_speaks_in_the_letters_the_person_saw() -> None:
    paper = a_paper()
    sitting = a_sitting(paper).model_copy(update={"answers": right_answers(paper)})
    lines = review(paper, submit(paper, sitting, NOW))
    assert [line.place for line in lines] == [1, 2, 3, 4]
    for line in lines:
        assert line.correct
        assert line.chosen == line.right != ""
        texts = {option.text for option in line.options if option.letter in line.right}
        assert texts == {line.question.options[index] for index in line.question.key}


def test_a_blueprint_of_one_cell_makes_a_paper() -> None:
    blueprint = Blueprint(cells=(Cell(count=4, points=Decimal(25)),))
    assert len(draw(SMALL_BANK, blueprint, day=DAY, seed="x")) == 4
