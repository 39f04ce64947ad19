"""The bank's own format: what is written reads back equal, and every fault is found with its line."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz_bank.formats.reading import FormatError, read
from quiz_bank.formats.toml import dumps, parse
from quiz_bank.question import Question
from tests.quiz_bank.samples import OF_EACH_KIND, SMALL_BANK
from tests.quiz_bank.strategies import questions

DATA = Path(__file__).parent.parent / "data" / "bank"

BANKS = st.lists(
    questions(words=st.text(min_size=1, max_size=40)), min_size=1, max_size=4, unique_by=lambda one: one.id
)


@given(bank=BANKS)
@settings(max_examples=100)
def test_what_is_written_reads_back_equal(bank: list[Question]) -> None:
    reading = parse(dumps(bank))
    assert reading.problems == ()
    assert list(reading.questions) == bank
    assert [question.version for question in reading.questions] == [question.version for question in bank]


def test_a_kind_without_options_has_no_key_and_a_number_no_quotes() -> None:
    text = dumps(OF_EACH_KIND)
    assert text.count("key = ") == 3
    assert "number = 40\n" in text
    assert '["甲稅", "一月"]' in " ".join(text.split()).replace("[ ", "[").replace(", ]", "]")


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('kind = "short"\nkey = "A"\naccepted = ["甲"]', "key"),
        ('kind = "short"', "accepted"),
        ('kind = "short"\naccepted = ["甲", "甲 "]', "accepted"),
        ('kind = "number"\nnumber = "四十"', "number"),
        ('kind = "number"\nnumber = true', "number"),
        ('kind = "number"\nnumber = nan', "number"),
        ('kind = "number"\nnumber = 1e999999', "number"),
        ('kind = "number"\nnumber = 4\ntolerance = -1', "tolerance"),
        ('kind = "matching"\npairs = [["甲", "一"]]', "options"),
        ('kind = "matching"\npairs = "甲一"', "pairs"),
        ('kind = "essay"\nnumber = 4', "number"),
        ('kind = "essay"\nstatus = "old"', "status"),
        ('kind = ["essay"]', "kind"),
    ],
)
def test_what_does_not_fit_the_kind_is_named_by_its_field(line: str, field: str) -> None:
    head = 'format = "quiz-bank/1"\n[[question]]\nid = "Q"\ntopic = "契稅"\ndifficulty = 1\nstem = "？"\n'
    problems = parse(head + line + "\n").errors
    assert field in {problem.field for problem in problems}
    assert all(problem.line for problem in problems)


@pytest.mark.parametrize("value", ["9" * 5000, "1e" + "9" * 30, "0." + "1" * 5000])
def test_a_number_beyond_all_measure_is_refused_in_words(value: str) -> None:
    assert parse(f"format = {value}\n").errors


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
