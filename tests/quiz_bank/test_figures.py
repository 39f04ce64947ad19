"""Reading figures out of legal texts, and comparing their words."""

from decimal import Decimal

import pytest

from tests.quiz_bank.figures import claimed, figures, share


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("處新臺幣15,000元以上150,000元以下", {15_000, 150_000}),
        ("稅率1.2%", {Decimal("1.2")}),
        ("個人１００萬元以上", {1_000_000}),
        ("1億元以下", {100_000_000}),
        ("三分之一", set()),
    ],
)
def test_a_text_states_its_figures_in_digits(text: str, found: set[Decimal]) -> None:
    assert claimed(text) == found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("三分之一", 3),
        ("占五成以上", 5),
        ("第二十七條", 27),
        ("十日", 10),
        ("480萬元", 480),
        ("480萬元", 4_800_000),
    ],
)
def test_a_figure_is_read_in_every_way_it_is_written(text: str, number: int) -> None:
    assert number in figures(text)


def test_the_share_of_a_text_found_in_another_leaves_figures_and_marks_aside() -> None:
    assert share("處2倍以下罰鍰", "除補稅外，處3倍以下罰鍰。") == 1
    assert share("罰鍰", "稅率") == 0
    assert share("10%", "稅率") == 1
