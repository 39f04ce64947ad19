"""A table of marks is read as people make it, or refused with every cell that is wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.problem import Refused
from quiz_bank.formats.matrix import MarkTable, MatrixError, read_matrix

MARKS = Path(__file__).parents[1] / "data" / "marks"


def _marks(table: MarkTable) -> list[str]:
    """Write each person's marks as "1 0 -"."""
    return [" ".join("-" if mark is None else str(mark) for mark in row) for row in table.matrix.marks]


def _maxima(table: MarkTable) -> str:
    return " ".join(str(maximum) for maximum in table.matrix.maxima)


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "marks.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_heading_names_full_marks_and_totals_are_told_from_marks() -> None:
    table = read_matrix(MARKS / "office.csv")
    assert table.matrix.items == ("第1題", "第2題", "第3題")
    assert table.matrix.people == ("01001", "01002", "01003")
    assert _maxima(table) == "5 5 10"
    assert _marks(table)[1] == "5 5 2.5"


def test_an_empty_cell_is_not_answered_and_said() -> None:
    table = read_matrix(MARKS / "office.csv")
    assert _marks(table)[2] == "0 - 5"
    assert "1 格空白，以 0 分計。" in table.notes


def test_circles_and_crosses_in_big5_with_semicolons_are_read() -> None:
    table = read_matrix(MARKS / "big5.csv")
    assert table.matrix.people == ("王小明", "李小華", "陳大同")
    assert _marks(table) == ["1 0", "0 1", "1 1"]


def test_bare_numbers_need_neither_heading_nor_names(tmp_path: Path) -> None:
    table = read_matrix(_file(tmp_path, "1,0\n0,0\n1,1\n"))
    assert table.matrix.items == ("1", "2")
    assert _marks(table) == ["1 0", "0 0", "1 1"]


def test_the_numbers_of_the_items_are_a_heading(tmp_path: Path) -> None:
    table = read_matrix(_file(tmp_path, "1,2,3\n0,1,1\n1,0,1\n"))
    assert len(table.matrix.people) == 2
    assert table.matrix.items == ("1", "2", "3")


def test_without_full_marks_the_largest_mark_stands_for_it_and_that_is_said(tmp_path: Path) -> None:
    table = read_matrix(_file(tmp_path, "a,b\n0.5,4\n0,2\n"))
    assert _maxima(table) == "1 4"
    assert any("滿分" in note for note in table.notes)


def test_every_cell_that_is_no_mark_is_named_with_row_and_column(tmp_path: Path) -> None:
    path = _file(tmp_path, '姓名,一,二\n滿分,1,5\n甲,1,很好\n乙,"0,5",6\n')
    with pytest.raises(MatrixError) as refused:
        read_matrix(path)
    said = [(problem.place.row, problem.place.column) for problem in refused.value.problems if problem.place]
    assert said == [(3, "二"), (4, "一"), (4, "二")]


def test_a_mark_above_the_full_mark_is_named(tmp_path: Path) -> None:
    with pytest.raises(MatrixError) as refused:
        read_matrix(_file(tmp_path, "姓名,一\n滿分,1\n甲,2\n"))
    assert "2 分超過滿分 1" in refused.value.problems[0].what


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", "9" * 30, "=1+1", "１２３４５６７８９０１"])
def test_what_is_no_sensible_number_is_no_mark(tmp_path: Path, text: str) -> None:
    with pytest.raises(MatrixError):
        read_matrix(_file(tmp_path, f"姓名,一\n甲,1\n乙,{text}\n"))


def test_full_width_digits_are_digits(tmp_path: Path) -> None:
    assert _marks(read_matrix(_file(tmp_path, "姓名,一\n甲,１\n乙,0\n"))) == ["1", "0"]


@pytest.mark.parametrize("text", ["", "\n\n", "姓名,一\n", "姓名\n甲\n", "姓名,一\n滿分,1\n"])
def test_a_file_without_marks_is_refused_in_words(tmp_path: Path, text: str) -> None:
    with pytest.raises(Refused):
        read_matrix(_file(tmp_path, text))


def test_two_rows_of_full_marks_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MatrixError, match="兩列以上"):
        read_matrix(_file(tmp_path, "姓名,一\n滿分,1\n滿分,2\n甲,1\n"))


def test_more_columns_than_can_be_read_are_refused_and_not_dropped(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="超過"):
        read_matrix(_file(tmp_path, ",".join(["1"] * 1100) + "\n"))


def test_a_workbook_is_told_to_be_saved_as_text(tmp_path: Path) -> None:
    path = tmp_path / "marks.xlsx"
    path.write_bytes(b"PK\x03\x04" + b"0" * 40)
    with pytest.raises(Refused, match="xlsx"):
        read_matrix(path)


@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("marks") / "any.csv"
    path.write_bytes(content)
    said = ["read"]
    try:
        read_matrix(path)
    except Refused as refusal:
        said = list(refusal.lines())
    assert said


@pytest.mark.parametrize("name", ["學號", "工號", "准考證號碼", "考號", "代號", "ID", "員編", "Student ID"])
def test_a_column_of_identifiers_is_no_item_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    table = read_matrix(_file(tmp_path, f"{name},第1題,第2題\n1001,1,0\n1002,0,1\n"))
    assert table.matrix.items == ("第1題", "第2題")
    assert table.matrix.people == ("1001", "1002")


_PEOPLE = "".join(f"{1001 + place},1,0\n" for place in range(6))


@pytest.mark.parametrize("heading", ["職編,甲題,乙題\n", ""])
def test_a_first_column_of_whole_numbers_all_different_names_the_people_and_that_is_said(
    tmp_path: Path, heading: str
) -> None:
    table = read_matrix(_file(tmp_path, heading + _PEOPLE))
    assert len(table.matrix.items) == 2
    assert table.matrix.people[0] == "1001"
    assert any("當作人員的編號" in note for note in table.notes)


@pytest.mark.parametrize(
    "text",
    [
        "第1題,第2題\n" + _PEOPLE.replace(",0\n", "\n"),
        "Q1,Q2,Q3\n" + _PEOPLE,
        "1,2,3\n" + _PEOPLE,
        "職編,甲,乙\n" + _PEOPLE.replace("1001", "1002"),
        "職編,甲,乙\n" + "".join(_PEOPLE.splitlines(keepends=True)[:5]),
    ],
)
def test_a_first_column_headed_as_an_item_or_of_equal_or_few_numbers_is_an_item(
    tmp_path: Path, text: str
) -> None:
    table = read_matrix(_file(tmp_path, text))
    assert len(table.matrix.items) == text.split("\n", maxsplit=1)[0].count(",") + 1
    assert not any("當作人員的編號" in note for note in table.notes)
