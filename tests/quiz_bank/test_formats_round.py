"""What is exported can be imported again and is the same, but for what the format was said not to hold."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz_bank.formats.reading import FormatError, read
from quiz_bank.formats.writing import FORMATS, format_of, kept, losses, write
from quiz_bank.question import Kind, Question
from tests.quiz_bank.samples import single

NASTY = "{}=~#:%\\->[]*$<>&\"'甲乙。？（）1.5 "
words = st.text(st.sampled_from(list(NASTY)), min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
WHOLE = {"toml"}


@st.composite
def questions(draw: Any) -> Question:
    kind = draw(st.sampled_from([kind for kind in Kind if kind.chosen]))
    count = draw(st.integers(3, 5))
    options = tuple(f"{letter}{draw(words)}" for letter in "甲乙丙丁戊"[:count])
    key = {
        Kind.TRUE_FALSE: (draw(st.integers(0, 1)),),
        Kind.SINGLE: (draw(st.integers(0, count - 1)),),
        Kind.MULTIPLE: (0, count - 1),
    }[kind]
    return Question.model_validate(
        {
            "id": draw(st.from_regex(r"[A-Z]{2}-[0-9]{1,3}", fullmatch=True)),
            "kind": kind,
            "topic": draw(st.sampled_from(["房屋稅", "地價稅 > 稅率", "未分類", "甲/乙 > top"])),
            "difficulty": draw(st.integers(1, 3)),
            "stem": "題" + draw(words) + draw(st.sampled_from(["", "\n第二列", "\n\n隔一列"])),
            "options": () if kind is Kind.TRUE_FALSE else options,
            "key": key,
            "explanation": draw(st.sampled_from(["", "因為 {x} = #1。"])),
            "tags": draw(st.sampled_from([(), ("新法",), ("a]b", "c")])),
        }
    )


@pytest.mark.parametrize("format_name", ["gift", "xml", "toml", "xlsx", "csv"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_questions=st.lists(questions(), min_size=1, max_size=4, unique_by=lambda one: one.id))
def test_a_bank_comes_back_equal(
    given_questions: list[Question], format_name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("bank") / f"bank.{format_name}"
    assert losses(given_questions, format_name) == []
    write(path, given_questions, format_name)
    reading = read(path)
    assert reading.errors == ()
    assert list(reading.questions) == given_questions


@settings(max_examples=60, deadline=None)
@given(given_questions=st.lists(questions(), min_size=1, max_size=4, unique_by=lambda one: one.stem))
def test_aiken_keeps_stem_options_and_key_of_what_it_can_hold(
    given_questions: list[Question], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("bank") / "bank.aiken"
    write(path, given_questions, "aiken")
    held = kept(given_questions, "aiken")
    again = read(path).questions if held else ()
    assert [question.key for question in again] == [question.key for question in held]


def test_what_a_format_cannot_hold_is_said_with_how_many() -> None:
    bank = [single("H-1", legal_basis="房屋稅條例第5條"), single("H-2")]
    said = losses(bank, "gift")
    assert any("法令依據" in line and "2 題" in line for line in said)
    assert losses(bank, "toml") == []


def test_a_row_holds_law_and_dates(tmp_path: Path) -> None:
    path = tmp_path / "bank.xlsx"
    before = single("H-1")
    write(path, [before], "xlsx")
    [after] = read(path).questions
    assert (after.legal_basis, after.in_force_from) == (before.legal_basis, before.in_force_from)


def test_an_existing_file_is_never_replaced(tmp_path: Path) -> None:
    for name in FORMATS:
        path = tmp_path / f"bank.{name}"
        path.write_text("mine", encoding="utf-8")
        with pytest.raises(FormatError, match="已經存在"):
            write(path, [single("H-1")], name)
        assert path.read_text(encoding="utf-8") == "mine"


def test_an_ending_that_nobody_knows_is_refused() -> None:
    with pytest.raises(FormatError, match="哪一種"):
        format_of(Path("bank.docx"))


def test_a_text_that_a_spreadsheet_would_run_comes_back_as_text(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    write(path, [single("H-1", stem="=1+1 是多少？")], "csv")
    assert "'=1+1" in path.read_text(encoding="utf-8-sig")
    assert read(path).questions[0].stem == "=1+1 是多少？"
