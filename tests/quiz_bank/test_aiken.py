"""Aiken: a line for each thing; what Moodle drops or takes in silence is refused with its line."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz_bank.formats.aiken import parse
from quiz_bank.formats.reading import read
from quiz_bank.question import Kind

DATA = Path(__file__).parents[1] / "data" / "bank"
GOOD = "甲？\nA. 一\nB. 二\nANSWER: B\n"


def errors(text: str) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.message) for problem in parse(text).errors]


def test_a_file_of_two_kinds_is_read() -> None:
    single, multiple = read(DATA / "aiken.txt").questions
    assert (single.kind, single.key_text()) == (Kind.SINGLE, "A")
    assert (multiple.kind, multiple.key_text()) == (Kind.MULTIPLE, "AC")


def test_the_right_option_earns_everything_and_the_others_nothing() -> None:
    [item] = parse(GOOD).items
    assert [(answer["text"], answer["fraction"]) for answer in item.document()["answers"]] == [
        ("一", "0"),
        ("二", "1"),
    ]
    assert item.single


def test_options_are_found_by_their_label() -> None:
    [question] = parse("甲？\nA) 一\nC) 三\nANSWER: C").questions
    assert question.options[question.key[0]] == "三"


def test_several_letters_are_multiple_response_and_said() -> None:
    reading = parse("甲？\nA. 一\nB. 二\nC. 三\nANSWER: A, C")
    [item] = reading.items
    assert [answer["fraction"] for answer in item.document()["answers"]] == ["0.5", "-0.5", "0.5"]
    assert any("複選題" in problem.message for problem in reading.problems)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_line_end_and_blank_lines_anywhere_are_taken(end: str) -> None:
    assert len(parse(GOOD.replace("\n", end * 2)).questions) == 1


def test_a_stem_of_one_letter_is_a_stem() -> None:
    assert parse("x\nA. 一\nB. 二\nANSWER: A").questions[0].stem == "x"


@pytest.mark.parametrize("key", ["A", "A.", "A)", "A. 一", "A 一"])
def test_what_follows_the_letter_of_the_key_changes_nothing(key: str) -> None:
    [question] = parse(f"甲？\nA. 一\nB. 二\nANSWER: {key}").questions
    assert question.key == (0,)


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("甲？\nA. 一\nB. 二\nANSWER: D", 4, "不是這一題的選項"),
        ("甲？\nA. 一\nB. 二\nANSWER: b", 4, "大寫字母"),
        ("甲？\nA. 一\nB. 二\nANSWER:", 4, "大寫字母"),
        ("甲？\nA. 一\nB. 二\nANSWER: AA", 4, "重複"),
        ("甲？\nA. 一\nB. 二\nAnswer: A", 4, "ANSWER:"),
        ("甲？\nA. 一\nB. 二\nANSWER：A", 4, "ANSWER:"),
        ("甲？\na) 一\nb) 二\nANSWER: A", 2, "半形大寫"),
        ("甲？\nＡ）一\nＢ）二\nANSWER: A", 2, "半形大寫"),
        ("甲？\nA. 一\nANSWER: A", 1, "兩個選項"),
        ("甲？\nA. 一\nA. 二\nANSWER: A", 3, "重複"),
        ("甲？\nA. \nB. 二\nANSWER: B", 2, "空白"),
        ("甲？\n還有一列\nA. 一\nB. 二\nANSWER: A", 2, "一列"),
        ("甲？\nA. 一\n接著寫\nB. 二\nANSWER: A", 3, "一列"),
        ("A. 一\nB. 二\nANSWER: A", 1, "選項之前沒有題目"),
        ("ANSWER: A", 1, "沒有題目"),
        ("甲？\nA. 一\nB. 二", 1, "到檔尾"),
    ],
)
def test_what_moodle_takes_silently_or_loses_is_an_error(text: str, line: int, expected: str) -> None:
    [(where, message)] = errors(text)
    assert where == line
    assert expected in message


def test_a_question_without_a_key_does_not_take_the_next_one_with_it() -> None:
    reading = parse("甲？\nA. 一\nB. 二\n乙？\nA. 三\nB. 四\nANSWER: A\n")
    assert [question.stem for question in reading.questions] == ["乙？"]
    assert [problem.line for problem in reading.errors] == [1]


@given(st.lists(st.sampled_from(["甲？", "A. 一", "B. 二", "ANSWER: A", "ANSWER: B", "", "a) x", "A."])))
def test_any_lines_give_sound_questions_or_an_error_with_a_line(lines: list[str]) -> None:
    reading = parse("\n".join(lines))
    for question in reading.questions:
        assert len(question.options) >= 2
    assert all(problem.line for problem in reading.errors)
    keys = sum(line.startswith("ANSWER") for line in lines)
    assert len(reading.items) <= keys


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    for item in parse(text).items:
        assert item.document()["type"] == "multichoice"
