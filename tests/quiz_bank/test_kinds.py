"""Each kind of question is answered in its own way, and its credit is exact."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from quiz_bank.question import Kind, Question, QuestionError, Status, number_from, plain_number
from quiz_bank.response import (
    LONGEST_SHORT,
    SittingError,
    checked,
    read_back,
    response_text,
    right_response,
    share,
    stored,
)
from quiz_bank.rules import Credit
from tests.quiz_bank.samples import DAY, OF_EACH_KIND, essay, matching, number, short, single

NUMBERS = st.decimals(-(10**9), 10**9, places=4)


@pytest.mark.parametrize("question", OF_EACH_KIND, ids=lambda question: question.kind)
def test_a_question_reads_back_equal_and_keeps_its_version(question: Question) -> None:
    again = Question.model_validate_json(question.model_dump_json(exclude_defaults=True))
    assert again == question
    assert again.version == question.version


@pytest.mark.parametrize("question", OF_EACH_KIND, ids=lambda question: question.kind)
def test_the_right_answer_earns_everything_and_none_earns_nothing(question: Question) -> None:
    right = checked(question, 1, right_response(question))
    expected = None if question.kind is Kind.ESSAY else 1
    assert share(question, right, Credit.ALL) == expected
    assert share(question, (), Credit.ALL) == 0


@pytest.mark.parametrize("question", OF_EACH_KIND, ids=lambda question: question.kind)
def test_a_response_is_read_back_as_it_was_stored(question: Question) -> None:
    right = right_response(question)
    assert read_back(stored(question.kind, right)) == right
    assert stored(question.kind, ()) == ""


@given(text=st.text(min_size=1, max_size=50))
def test_any_text_is_read_back_as_it_was_stored(text: str) -> None:
    assert read_back(stored(Kind.SHORT, text)) == text


@given(matches=st.lists(st.integers(-1, 25), min_size=1, max_size=26))
def test_any_matching_is_read_back_as_it_was_stored(matches: list[int]) -> None:
    assert read_back(stored(Kind.MATCHING, tuple(matches))) == tuple(matches)


@pytest.mark.parametrize("typed", ["臺北市", "台北市", " 北 市 ", "臺北市。"])
def test_width_case_spaces_and_variants_make_no_difference_in_a_short_answer(typed: str) -> None:
    assert share(short("F"), typed, Credit.ALL) == 1


@pytest.mark.parametrize("typed", ["Ａｂ１", "aB1", "a b 1"])
def test_letters_of_a_short_answer_are_folded(typed: str) -> None:
    assert share(short("F", accepted=("AB1",)), typed, Credit.ALL) == 1


@pytest.mark.parametrize("typed", ["臺北", "北市政府", "1.5"])
def test_another_short_answer_earns_nothing(typed: str) -> None:
    assert share(short("F", accepted=("臺北市", "北市", "15")), typed, Credit.ALL) == 0


@pytest.mark.parametrize(
    ("typed", "value"),
    [("40", "40"), ("４０", "40"), ("1,200.50", "1200.5"), ("-3", "-3"), ("40日", "40"), (" 40 日 ", "40")],
)
def test_a_number_is_read_as_people_write_it(typed: str, value: str) -> None:
    assert number_from(typed, "日") == Decimal(value)


@pytest.mark.parametrize("typed", ["四十", "1,2", "12日內", "", "1e3", "--1", "40 元", "9" * 60, "NaN"])
def test_what_is_no_number_is_refused_and_not_guessed(typed: str) -> None:
    with pytest.raises(QuestionError):
        number_from(typed, "日")


@given(right=NUMBERS, tolerance=st.decimals(0, 100, places=2), off=st.decimals(-200, 200, places=2))
def test_a_number_is_right_exactly_within_its_tolerance(
    right: Decimal, tolerance: Decimal, off: Decimal
) -> None:
    question = number("N", number=right, tolerance=tolerance)
    assert share(question, plain_number(right + off), Credit.ALL) == (abs(off) <= tolerance)


@given(number_=NUMBERS)
def test_a_number_is_written_without_exponent_and_reads_back(number_: Decimal) -> None:
    text = plain_number(number_)
    assert Decimal(text) == number_
    assert "E" not in text


@given(matches=st.tuples(*[st.integers(-1, 2)] * 3))
def test_a_matching_earns_the_part_that_is_right(matches: tuple[int, ...]) -> None:
    question = matching("P")
    right = sum(given == key for given, key in zip(matches, question.key, strict=True))
    got = share(question, checked(question, 1, matches), Credit.ALL)
    assert got == Fraction(right, 3)


def test_a_matching_keeps_each_right_side_once_and_its_distractors_last() -> None:
    question = matching("P")
    assert question.options == ("一月", "二月", "三月")
    assert question.key == (0, 1, 0)
    assert question.distractors == ("三月",)
    assert question.pairs[2] == ("丙稅", "一月")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("short", {}),
        ("short", {"accepted": ("甲", " 甲 ")}),
        ("short", {"accepted": ("甲",), "options": ("甲", "乙")}),
        ("number", {}),
        ("number", {"number": "1e500"}),
        ("number", {"number": "1", "tolerance": "-1"}),
        ("matching", {"pairs": (("甲", "一"),)}),
        ("matching", {"pairs": (("甲", "一"), ("甲", "二"))}),
        ("matching", {"pairs": (("甲", "一"), ("乙", "一"))}),
        ("matching", {"pairs": "甲乙"}),
        ("matching", {"prompts": ("甲", "乙"), "options": ("一", "二"), "key": (1, 0)}),
        ("essay", {"accepted": ("甲",)}),
        ("single", {"options": ("甲", "乙"), "key": (0,), "number": "1"}),
    ],
)
def test_a_question_that_does_not_fit_its_kind_is_refused(kind: str, fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Question.model_validate(
            {"id": "Q", "kind": kind, "topic": "契稅", "difficulty": 1, "stem": "？", **fields}
        )


@pytest.mark.parametrize(
    ("question", "response"),
    [
        (single("S"), "甲"),
        (single("S"), (4,)),
        (matching("P"), (0, 1)),
        (matching("P"), (0, 1, 3)),
        (short("F"), (0,)),
        (short("F"), "長" * (LONGEST_SHORT + 1)),
    ],
)
def test_a_response_that_does_not_fit_is_refused(question: Question, response: object) -> None:
    with pytest.raises(SittingError):
        checked(question, 1, response)  # type: ignore[arg-type]  # what a broken caller might give


def test_control_characters_of_a_typed_answer_are_removed() -> None:
    assert checked(short("F"), 1, "臺\x1b[31m北市") == "臺[31m北市"
    assert checked(essay("E"), 1, "第一行\r\n第二行\x07") == "第一行\n第二行"


def test_a_matching_is_written_with_the_letters_that_were_seen() -> None:
    assert response_text(matching("P"), (1, -1, 0), ("C", "A", "B")) == "1-A 3-C"


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETIRED])
def test_only_active_questions_are_usable(status: Status) -> None:
    assert single("S").usable_on(DAY)
    assert not single("S", status=status).usable_on(DAY)
