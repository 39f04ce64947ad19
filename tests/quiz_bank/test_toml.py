"""The bank's own format: what is written reads back equal, and every fault is found with its line."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz_bank.formats.reading import FormatError, read
from quiz_bank.formats.toml import dumps, parse
from quiz_bank.question import Kind, Question
from tests.quiz_bank.samples import SMALL_BANK

DATA = Path(__file__).parent.parent / "data" / "bank"

NAMES = st.text("ABCxyz0123456789-_稅", min_size=1, max_size=10)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from([kind for kind in Kind if kind.chosen]))
    count = draw(st.integers(2, 6))
    # A number before each keeps them different whatever is left of the text after cleaning.
    options = [f"{place} {draw(st.text(max_size=15))}" for place in range(count)]
    if kind is Kind.MULTIPLE:
        key = tuple(sorted(draw(st.sets(st.integers(0, count - 1), min_size=2))))
    else:
        key = (draw(st.integers(0, 1)),)
    days = st.none() | st.dates(date(1990, 1, 1), date(2040, 1, 1))
    first, last = draw(days), draw(days)
    if first and last and last < first:
        first, last = last, first
    return {
        "id": draw(NAMES),
        "kind": kind,
        "topic": draw(st.sampled_from(["契稅", "契稅 > 稅率"])),
        "difficulty": draw(st.integers(1, 3)),
        "stem": "題" + draw(st.text(max_size=40)),
        "options": () if kind is Kind.TRUE_FALSE else tuple(options),
        "key": key,
        "explanation": draw(st.text(max_size=40)),
        "legal_basis": draw(st.text(max_size=20)),
        "in_force_from": first,
        "in_force_until": last,
        "facts": tuple(draw(st.lists(NAMES, max_size=2))),
        "tags": tuple(draw(st.lists(st.text(max_size=8), max_size=2))),
        "keep_last": draw(st.booleans()),
    }


@given(
    given_questions=st.lists(questions(), min_size=1, max_size=4, unique_by=lambda question: question["id"])
)
@settings(max_examples=100)
def test_what_is_written_reads_back_equal(given_questions: list[dict[str, Any]]) -> None:
    bank = [Question.model_validate(question) for question in given_questions]
    reading = parse(dumps(bank))
    assert reading.problems == ()
    assert list(reading.questions) == bank
    assert [question.version for question in reading.questions] == [question.version for question in bank]


@given(text=st.text(max_size=200))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    reading = parse(text)
    assert reading.errors or reading.questions


@given(data=st.data())
@settings(max_examples=150)
def test_a_damaged_file_is_either_read_or_explained(data: st.DataObject) -> None:
    text = dumps(SMALL_BANK[:3])
    place = data.draw(st.integers(0, len(text)))
    damaged = text[:place] + data.draw(st.text(max_size=5)) + text[place + data.draw(st.integers(0, 30)) :]
    reading = parse(damaged)
    assert len(reading.questions) == 3 or reading.errors or len(reading.questions) in {1, 2}


def test_every_fault_of_a_file_is_named_with_its_line() -> None:
    reading = read(DATA / "faults.toml")
    found = {(problem.line, problem.question, problem.field) for problem in reading.errors}
    assert found == {
        (None, "", "colour"),
        (5, "Q 1", "id"),
        (7, "Q 1", "topic"),
        (8, "Q 1", "difficulty"),
        (12, "Q 1", "options"),
        (14, "Q 1", "note"),
        (23, "Q2", "key"),
        (35, "Q3", "id"),
    }
    assert [question.id for question in reading.questions] == ["Q3"]


def test_a_topic_that_is_not_the_files_is_refused() -> None:
    text = dumps(SMALL_BANK[:2], topic="印花稅")
    assert [problem.field for problem in parse(text).errors] == ["topic"]


def test_a_byte_order_mark_makes_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "bank.toml"
    path.write_text(dumps(SMALL_BANK), encoding="utf-8-sig")
    assert list(read(path).questions) == SMALL_BANK


def test_windows_line_ends_make_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "bank.toml"
    path.write_bytes((DATA / "small.toml").read_bytes().replace(b"\n", b"\r\n"))
    assert read(path).questions == read(DATA / "small.toml").questions


def test_an_unknown_ending_asks_for_the_format(tmp_path: Path) -> None:
    path = tmp_path / "bank.doc"
    path.write_text(dumps(SMALL_BANK), encoding="utf-8")
    with pytest.raises(FormatError, match="--format"):
        read(path)
    assert list(read(path, "toml").questions) == SMALL_BANK


def test_a_file_beyond_all_measure_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "huge.toml"
    with path.open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(FormatError, match="50 MB"):
        read(path)


@pytest.mark.parametrize(
    "deep",
    [
        "a = " + "[" * 5000,
        "a = " + "{a=" * 5000,
        "a." * 50_000 + "b = 1",
        "'a' . " * 50_000 + "b = 1",
        "[" + "a." * 50_000 + "b]",
    ],
)
def test_a_file_nested_without_end_is_refused_in_words(deep: str) -> None:
    assert parse(deep).errors
