"""What a question must be, and when two are the same."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from quiz_bank.question import Kind, Question, QuestionError, alike, choice_from, choice_text
from tests.quiz_bank.samples import multiple, single, true_false


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"key": (4,)}, "超出選項"),
        ({"key": ()}, "沒有答案"),
        ({"key": (0, 1)}, "只能有一個"),
        ({"options": ("甲",), "key": (0,)}, "兩個選項"),
        ({"options": ("５％", "5 %", "丙")}, "A 與 B 相同"),
        ({"kind": Kind.MULTIPLE, "key": (1,)}, "至少要有兩個"),
        ({"kind": Kind.MULTIPLE, "key": (1, 0)}, "按順序"),
        ({"kind": Kind.TRUE_FALSE, "key": (0,)}, "不列選項"),
        ({"topic": "印花稅 > "}, "稅目 > 章節"),
        ({"in_force_from": date(2026, 2, 1), "in_force_until": date(2026, 1, 31)}, "失效日早於"),
    ],
)
def test_a_question_that_cannot_be_answered_rightly_is_refused(change: dict[str, Any], expected: str) -> None:
    with pytest.raises(ValidationError, match=expected):
        single("Q", **change)


def test_options_that_differ_only_in_a_decimal_point_are_different() -> None:
    assert single("Q", options=("1.5%", "15%", "15‰")).options == ("1.5%", "15%", "15‰")


def test_a_question_is_right_from_its_first_to_its_last_day() -> None:
    question = true_false("Q", in_force_from=date(2024, 7, 1), in_force_until=date(2025, 6, 30))
    assert not question.in_force_on(date(2024, 6, 30))
    assert question.in_force_on(date(2024, 7, 1))
    assert question.in_force_on(date(2025, 6, 30))
    assert not question.in_force_on(date(2025, 7, 1))


def test_the_same_content_has_the_same_version_and_any_change_another() -> None:
    assert single("Q").version == single("Q").version
    assert single("Q").version != single("Q", explanation="別的").version


def test_near_duplicates_are_found_through_width_spaces_punctuation_and_order_of_options() -> None:
    one = single("A", stem="房屋稅的稅率，何者正確?", options=("1.2%", "2%", "甲"))
    other = single("B", stem="房屋稅的稅率何者正確？", options=("２％", " 1.2 %", "甲。"))
    third = single("C", stem="房屋稅的稅率何者正確？", options=("12%", "2%", "甲"))
    assert alike([one, other, third]) == [(one, other)]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        (Kind.TRUE_FALSE, "○", (0,)),
        (Kind.TRUE_FALSE, " × ", (1,)),
        (Kind.SINGLE, "ｂ", (1,)),
        (Kind.MULTIPLE, "a、c,D", (0, 2, 3)),
    ],
)
def test_a_choice_is_read_as_people_write_it(kind: Kind, text: str, expected: tuple[int, ...]) -> None:
    assert choice_from(kind, text) == expected
    assert choice_from(kind, choice_text(kind, expected)) == expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.TRUE_FALSE, "對吧"),
        (Kind.TRUE_FALSE, ""),
        (Kind.SINGLE, "1"),
        (Kind.MULTIPLE, "AA"),
        (Kind.SINGLE, ""),
    ],
)
def test_a_choice_is_never_guessed(kind: Kind, text: str) -> None:
    with pytest.raises(QuestionError):
        choice_from(kind, text)


def test_a_terminal_cannot_be_steered_by_a_question() -> None:
    question = multiple("Q", stem="甲\x1b[2J\u202e乙", explanation="\x07")
    assert question.stem == "甲[2J乙"
    assert question.explanation == ""


def test_a_topic_holds_its_chapters_but_not_its_namesakes() -> None:
    question = true_false("Q", "契稅 > 稅率")
    assert question.under("契稅")
    assert question.under("契稅 > 稅率")
    assert not question.under("契")
    assert question.subject == "契稅"


def test_a_question_survives_json() -> None:
    for question in (true_false("Q"), single("Q"), multiple("Q", keep_last=True)):
        assert Question.model_validate_json(question.model_dump_json(exclude_defaults=True)) == question
