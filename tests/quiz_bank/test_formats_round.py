"""What is exported can be imported again and is the same, but for what the format was said not to hold."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quiz_bank.formats.reading import FormatError, read
from quiz_bank.formats.writing import FORMATS, format_of, kept, losses, weigh, write
from quiz_bank.question import Kind, Question
from tests.quiz_bank.samples import OF_EACH_KIND, essay, matching, multiple, number, short, single, true_false
from tests.quiz_bank.strategies import questions

BANKS = st.lists(questions(), min_size=1, max_size=4, unique_by=lambda one: one.id)
LOOSE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ANSWERS = ("kind", "options", "key", "prompts", "accepted", "number", "tolerance", "unit", "model_answer")


@pytest.mark.parametrize("format_name", ["toml", "gift", "xml", "xlsx", "csv"])
@LOOSE
@given(bank=BANKS)
def test_a_bank_comes_back_as_it_was_weighed(
    bank: list[Question], format_name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("bank") / f"bank.{format_name}"
    weighed = weigh(bank, format_name)
    assert write(path, bank, format_name) == len(weighed.held)
    if not weighed.held:
        return
    reading = read(path)
    assert reading.errors == ()
    for before, after in zip(weighed.held, reading.questions, strict=True):
        assert [getattr(after, name) for name in ANSWERS] == [getattr(before, name) for name in ANSWERS]
        assert (after.id, after.stem, after.topic) == (before.id, before.stem, before.topic)
    if not weighed.lost:
        assert list(reading.questions) == bank


@pytest.mark.parametrize("format_name", ["toml", "xml"])
@LOOSE
@given(bank=BANKS)
def test_two_formats_keep_everything(bank: list[Question], format_name: str) -> None:
    assert losses(bank, format_name) == []


@LOOSE
@given(
    bank=st.lists(questions(bare=True, words=st.just("甲 {乙}")), max_size=4, unique_by=lambda one: one.id)
)
def test_gift_keeps_what_fits_in_its_text_and_its_tags(bank: list[Question]) -> None:
    said = [line for line in losses(bank, "gift") if "法令依據" not in line]
    assert said == []


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("question", OF_EACH_KIND, ids=lambda question: question.kind)
def test_each_kind_is_written_and_read_by_each_format_but_aiken(
    question: Question, format_name: str, tmp_path: Path
) -> None:
    path = tmp_path / f"bank.{format_name}"
    held = format_name != "aiken" or question.kind in {Kind.SINGLE, Kind.MULTIPLE}
    assert write(path, [question], format_name) == held
    if held and format_name != "aiken":
        assert read(path).questions == (question,)


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
    bank = [single("H-1", facts=("HT-001",)), single("H-2", facts=("HT-002",)), single("H-3")]
    assert losses(bank, "gift") == ["所據的稅法事實：2 題"]
    assert losses(bank, "toml") == []
    assert any("法令依據" in line and "3 題" in line for line in losses(bank, "aiken"))


@pytest.mark.parametrize(
    ("question", "format_name", "expected"),
    [
        (short("F", accepted=("甲->乙",)), "gift", "填充題寫不下"),
        (matching("P", pairs=(("甲->", "一"), ("乙", "二"))), "gift", "配對題寫不下"),
        (short("F", accepted=("甲/乙", "甲|乙")), "csv", "填充題寫不下"),
        (matching("P", pairs=(("甲=", "一"), ("乙", "二"))), "xlsx", "配對題寫不下"),
        (single("S", options=tuple("甲乙丙丁戊己庚"), key=(6,)), "xlsx", "單選題寫不下"),
        (
            multiple("M", options=tuple("甲乙丙丁戊己庚辛壬癸子丑"), key=tuple(range(11))),
            "xml",
            "複選題寫不下",
        ),
        (essay("E", explanation="解說"), "gift", "解析"),
        (number("N", legal_basis="長" * 60), "gift", "法令依據"),
        (single("S", tags=("難度3",), difficulty=1), "gift", "標籤"),
        (true_false("T"), "aiken", "是非題寫不下"),
    ],
)
def test_what_cannot_be_held_is_found_by_reading_it_back(
    question: Question, format_name: str, expected: str
) -> None:
    assert any(expected in line for line in losses([question], format_name))


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
