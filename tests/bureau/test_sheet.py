"""Spreadsheets: what is read from them, and what is refused before it can do harm."""

import csv
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from pathlib import Path

import pytest
from defusedxml import EntitiesForbidden
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from bureau import sheet as sheets
from bureau.sheet import ColumnSpec, SheetError, Table, guarded, read_table, write_table

SAMPLES = Path(__file__).resolve().parents[1] / "data" / "staff"
COLUMNS = (
    ColumnSpec("員工編號", ("職員編號", "員編")),
    ColumnSpec("姓名"),
    ColumnSpec("科室", ("單位",)),
    ColumnSpec("分機", ("分機號碼",)),
    ColumnSpec("到職日", ("到職日期",), required=False),
)
HEADING = "員工編號,姓名,科室,分機"


def book(*rows: Sequence[object], title: str = "工作表1") -> tuple[Workbook, Worksheet]:
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    return workbook, sheet


def saved(workbook: Workbook, folder: Path) -> Path:
    path = folder / "table.xlsx"
    workbook.save(path)
    return path


def text_file(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def values(table: Table) -> list[list[str]]:
    return [list(row.values.values()) for row in table.rows]


def refusal(path: Path) -> SheetError:
    with pytest.raises(SheetError) as caught:
        read_table(path, COLUMNS)
    assert caught.value.place is not None
    assert path.name in str(caught.value.place)
    assert caught.value.remedy
    return caught.value


# Text files


@pytest.mark.parametrize(
    ("sample", "encoding", "name"),
    [
        ("big5.csv", "Big5", "李昆"),
        ("utf8-mark.csv", "UTF-8 (BOM)", "李堃"),
        ("unicode-text.txt", "UTF-16", "李堃"),
    ],
)
def test_text_files_are_read_in_the_encoding_they_have(sample: str, encoding: str, name: str) -> None:
    table = read_table(SAMPLES / sample, COLUMNS)
    assert table.encoding == encoding
    assert [row.values["員工編號"] for row in table.rows] == ["00101", "00102"]
    assert table.rows[1].values["姓名"] == name
    assert table.problems == ()


def test_the_reader_is_told_of_big5_and_what_it_loses() -> None:
    assert any("Big5" in note for note in read_table(SAMPLES / "big5.csv", COLUMNS).notes)


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_that_which_gives_the_heading(tmp_path: Path, delimiter: str) -> None:
    text = f"{HEADING}\n1,甲,行政科,101\n".replace(",", delimiter)
    assert values(read_table(text_file(tmp_path, text), COLUMNS)) == [["1", "甲", "行政科", "101"]]


def test_rows_keep_the_number_the_spreadsheet_shows(tmp_path: Path) -> None:
    text = f'說明\n\n"{HEADING.replace(",", chr(34) + "," + chr(34))}"\n\n1,"甲\n乙",丙,\n\n2,丁,戊,\n'
    table = read_table(text_file(tmp_path, text), COLUMNS)
    assert table.heading_row == 3
    assert [row.number for row in table.rows] == [5, 7]
    assert table.rows[0].values["姓名"] == "甲\n乙"


def test_an_apostrophe_that_marks_text_is_taken_away(tmp_path: Path) -> None:
    table = read_table(text_file(tmp_path, f"{HEADING}\n'00101,'=1+1,'甲,''x\n"), COLUMNS)
    assert values(table) == [["00101", "=1+1", "甲", "'x"]]


def test_bytes_that_are_no_text_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(f"{HEADING}\n1,甲,".encode("cp950") + b"\xff\xfe\xff,\n")
    assert "編碼" in refusal(path).what
    place = refusal(path).place
    assert place is not None
    assert place.row == 2


def test_a_text_file_with_nul_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(f"{HEADING}\n1,\0,\0,1\n".encode())
    assert "NUL" in refusal(path).what


# Finding the heading


@pytest.mark.parametrize(
    "heading",
    [
        "分機,科室,姓名,員工編號",
        "＊員工編號,＊姓名,＊科室,分機",
        " 員工 編號 ,姓　名,科室*,分 機",
        "員工編號(必填),姓名（中文）,單位,分機號碼",
        "職員編號,姓名,單位,備註,分機",
    ],
)
def test_the_heading_is_found_by_name_in_any_order_and_dress(tmp_path: Path, heading: str) -> None:
    table = read_table(text_file(tmp_path, f"{heading}\n甲,乙,丙,丁,戊\n"), COLUMNS)
    assert {"員工編號", "姓名", "科室", "分機"} == table.columns
    assert table.problems == ()


def test_the_heading_is_found_below_rows_of_instructions() -> None:
    table = read_table(SAMPLES / "personnel-office.xlsx", COLUMNS)
    assert table.heading_row == 3
    assert [row.values for row in table.rows] == [
        {"姓名": "王小禾", "員工編號": "00101", "科室": "財產稅科", "分機": "0101", "到職日": "2010-03-01"},
        {"姓名": "李堃", "員工編號": "00102", "科室": "行政科", "分機": "0009", "到職日": "2015-07-16"},
    ]
    assert table.problems == ()
    assert any("第 4 列" in note for note in table.notes)


def test_unknown_columns_are_listed(tmp_path: Path) -> None:
    table = read_table(text_file(tmp_path, f"{HEADING},血型,星座\n1,甲,乙,2,A,\n"), COLUMNS)
    assert any("血型、星座" in note for note in table.notes)


def test_missing_and_repeated_columns_are_problems_each_with_its_place(tmp_path: Path) -> None:
    table = read_table(text_file(tmp_path, "說明\n員工編號,姓名,科室,單位\n1,甲,乙,丙\n"), COLUMNS)
    assert [problem.what for problem in table.problems] == ["缺少「分機」欄。", "「科室」出現在 C、D 幾欄。"]
    assert [problem.place.row for problem in table.problems if problem.place] == [2, 2]
    with pytest.raises(SheetError, match="2 處"):
        table.require_sound()


def test_a_file_without_heading_is_told_which_columns_it_needs(tmp_path: Path) -> None:
    refused = refusal(text_file(tmp_path, "甲,乙\n1,2\n"))
    assert "標題列" in refused.what
    assert "員工編號、姓名、科室、分機" in refused.remedy


@pytest.mark.parametrize(
    ("text", "said"), [("", "空"), (" \n\n", "空"), (HEADING, "沒有資料"), (",,\n", "空")]
)
def test_a_file_without_rows_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refusal(text_file(tmp_path, text)).what


# Workbooks


@pytest.mark.parametrize(
    ("value", "shown_as", "text"),
    [
        (101, "General", "101"),
        (101, "00000", "00101"),
        (1.0, "General", "1"),
        (0.1, "General", "0.1"),
        (1234567890123, "General", "1234567890123"),
        (1e20, "General", "100000000000000000000"),
        (True, "General", "TRUE"),
        (date(2026, 11, 23), "yyyy/m/d", "2026-11-23"),
        (date(2026, 11, 23), "[$-404]e/mm/dd", "2026-11-23"),
        (datetime(2026, 11, 23, 9, 30), "yyyy/m/d h:mm", "2026-11-23 09:30"),  # noqa: DTZ001 - cells have none
        (time(9, 30), "h:mm", "09:30"),
        ("00101", "@", "00101"),
        ("  甲 ", "@", "甲"),
    ],
)
def test_a_cell_becomes_the_text_that_the_spreadsheet_shows(
    tmp_path: Path, value: object, shown_as: str, text: str
) -> None:
    workbook, sheet = book(HEADING.split(","), ["1", value, "乙", "丙"])
    sheet["B2"].number_format = shown_as
    table = read_table(saved(workbook, tmp_path), COLUMNS)
    assert table.rows[0].values["姓名"] == text


def rewritten(path: Path, change: Callable[[str], str], part: str = "xl/worksheets/sheet1.xml") -> Path:
    """Change a part of a workbook as no library would write it."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_a_formula_gives_the_value_it_last_had_and_is_never_run(tmp_path: Path) -> None:
    workbook, _sheet = book(HEADING.split(","), ["=100+1", "甲", "乙", "丙"])
    path = rewritten(
        saved(workbook, tmp_path), lambda xml: xml.replace("<f>100+1</f><v></v>", "<f>100+1</f><v>7</v>")
                                                   .replace("<f>100+1</f><v />", "<f>100+1</f><v>7</v>")
    )  # fmt: skip
    table = read_table(path, COLUMNS)
    assert table.rows[0].values["員工編號"] == "7"
    assert table.problems == ()


def test_a_formula_without_a_value_is_a_problem_at_its_cell(tmp_path: Path) -> None:
    workbook, _sheet = book(HEADING.split(","), ["1", "甲", "乙", "丙"], ["2", "=A1", "乙", "丙"])
    (problem,) = read_table(saved(workbook, tmp_path), COLUMNS).problems
    assert problem.place is not None
    assert (problem.place.row, problem.place.column) == (3, "姓名")
    assert "公式" in problem.what


def test_an_error_value_is_a_problem_at_its_cell(tmp_path: Path) -> None:
    workbook, sheet = book(HEADING.split(","), ["1", "甲", "乙", "丙"])
    sheet["D2"].value = "#N/A"
    sheet["D2"].data_type = "e"
    (problem,) = read_table(saved(workbook, tmp_path), COLUMNS).problems
    assert "#N/A" in problem.what


@pytest.mark.parametrize(
    ("sample", "cells", "row"), [("merged-heading.xlsx", "C1:D1", 1), ("merged-section.xlsx", "C3:C4", 3)]
)
def test_merged_cells_over_heading_or_data_are_problems(sample: str, cells: str, row: int) -> None:
    problem = next(each for each in read_table(SAMPLES / sample, COLUMNS).problems if "合併" in each.what)
    assert cells in problem.what
    assert problem.place is not None
    assert problem.place.row == row


def test_the_first_sheet_with_the_heading_is_read_and_others_are_named(tmp_path: Path) -> None:
    workbook, _sheet = book(["請看下一張工作表"], title="說明")
    for title, name in (("名冊", "甲"), ("去年", "乙")):
        sheet = workbook.create_sheet(title)
        sheet.append(HEADING.split(","))
        sheet.append(["1", name, "丙", "丁"])
    path = saved(workbook, tmp_path)
    table = read_table(path, COLUMNS)
    assert (table.sheet, table.rows[0].values["姓名"]) == ("名冊", "甲")
    assert any("去年" in note for note in table.notes)
    assert read_table(path, COLUMNS, sheet="去年").rows[0].values["姓名"] == "乙"


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    workbook, sheet = book(HEADING.split(","), ["1", "舊", "丙", "丁"], title="舊")
    shown = workbook.create_sheet("新")
    shown.append(HEADING.split(","))
    shown.append(["1", "新", "丙", "丁"])
    sheet.sheet_state = "hidden"
    workbook.active = 1
    assert read_table(saved(workbook, tmp_path), COLUMNS).rows[0].values["姓名"] == "新"


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    workbook, _sheet = book(HEADING.split(","), title="名冊")
    with pytest.raises(SheetError, match="沒有工作表「名单」") as caught:
        read_table(saved(workbook, tmp_path), COLUMNS, sheet="名单")
    assert "名冊" in caught.value.remedy


def test_a_stated_size_that_is_wrong_hides_no_rows(tmp_path: Path) -> None:
    workbook, _sheet = book(HEADING.split(","), ["1", "甲", "乙", "丙"])
    path = rewritten(saved(workbook, tmp_path), lambda xml: xml.replace('ref="A1:D2"', 'ref="A1:A1"'))
    assert len(read_table(path, COLUMNS).rows) == 1


def test_rows_far_down_are_read_without_those_between(tmp_path: Path) -> None:
    workbook, sheet = book(HEADING.split(","))
    for column, text in enumerate(("1", "甲", "乙", "丙"), 1):
        sheet.cell(60_000, column, text)
    assert [row.number for row in read_table(saved(workbook, tmp_path), COLUMNS).rows] == [60_000]


# What is refused


@pytest.mark.parametrize(
    ("sample", "said"), [("old-excel.xlsx", ".xls"), ("password.xlsx", "密碼"), ("web-page.xlsx", "網頁")]
)
def test_what_only_looks_like_a_workbook_is_refused(sample: str, said: str) -> None:
    assert said in refusal(SAMPLES / sample).what


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "不能讀取" in refusal(tmp_path / "nowhere.csv").what
    assert "資料夾" in refusal(tmp_path).what


def test_a_file_of_50_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    with path.open("wb") as file:
        # A hole: reading it would cost 50 MB of memory, measuring it costs nothing.
        file.truncate(50_000_000)
    assert "20 MB" in refusal(path).what


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    workbook, _sheet = book(HEADING.split(","), ["1", "甲", "乙", "丙"])
    path = saved(workbook, tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert "損壞" in refusal(path).what
    path.write_bytes(content[:300] + b"\0" * 500 + content[800:])
    assert refusal(path).what


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("名冊.csv", HEADING)
    assert "壓縮檔" in refusal(path).what


def test_a_zip_bomb_is_refused_by_what_it_would_unpack_to(tmp_path: Path) -> None:
    workbook, _sheet = book(HEADING.split(","), ["1", "甲", "乙", "丙"])
    path = saved(workbook, tmp_path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros", b"\0" * 30_000_000)
    assert path.stat().st_size < 100_000
    assert "解開後" in refusal(path).what


def test_an_entity_bomb_is_refused(tmp_path: Path) -> None:
    workbook, _sheet = book(HEADING.split(","), ["1", "甲", "乙", "丙"])
    laughs = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "ha">{laughs}]>'

    def change(xml: str) -> str:
        return bomb + xml.partition("?>")[2] if xml.startswith("<?xml") else bomb + xml

    path = rewritten(saved(workbook, tmp_path), change)
    causes: list[BaseException | None] = [refusal(path)]
    while causes[-1] is not None:
        causes.append(causes[-1].__cause__ or causes[-1].__context__)
    assert any(isinstance(cause, EntitiesForbidden) for cause in causes)


def test_too_many_rows_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS", 50)
    workbook, _sheet = book(HEADING.split(","), *(["1", "甲", "乙", "丙"] for _number in range(60)))
    assert "50 列" in refusal(saved(workbook, tmp_path)).what
    assert "50 列" in refusal(text_file(tmp_path, HEADING + "\n1,甲,乙,丙" * 60)).what


def test_a_workbook_of_countless_empty_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MAX_ROWS_LOOKED_AT", 500)
    workbook, _sheet = book(HEADING.split(","), ["1", "甲", "乙", "丙"])
    empty = "".join(f'<row r="{number}"/>' for number in range(3, 600))
    path = rewritten(
        saved(workbook, tmp_path), lambda xml: xml.replace("</sheetData>", empty + "</sheetData>")
    )
    assert "空白列" in refusal(path).what


def test_an_unclosed_quote_is_refused_when_it_swallows_the_file(tmp_path: Path) -> None:
    assert refusal(text_file(tmp_path, f'{HEADING}\n1,"甲' + "乙" * 200_000)).what.startswith("CSV 格式有誤")


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("a.csv", "a.xlsx"):
        path = folder / name
        path.write_bytes(content)
        with pytest.raises(SheetError):
            read_table(path, COLUMNS)


@settings(max_examples=40)
@given(st.integers(0, 4000), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_changed_bytes_is_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, place: int, change: bytes
) -> None:
    content = bytearray((SAMPLES / "merged-section.xlsx").read_bytes())
    content[place : place + len(change)] = change
    path = tmp_path_factory.mktemp("bytes") / "a.xlsx"
    path.write_bytes(content)
    # Nothing but a refusal in words may come out of it.
    with suppress(SheetError):
        assert read_table(path, COLUMNS).rows


# Writing


texts = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Cf")), min_size=1, max_size=12
) | st.sampled_from(["=1+1", "+886", "-1", "@SUM(A1)", "'x", "00101", "1,2", '"', "李𤧟", "115/1/2", "TRUE"])


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(texts, texts, texts, texts), min_size=1, max_size=4))
def test_what_was_written_is_read_back(tmp_path: Path, ending: str, rows: list[tuple[str, ...]]) -> None:
    path = tmp_path / f"table{ending}"
    # A first column that no instruction row has.
    numbered = [(f"N{number}", *row[1:]) for number, row in enumerate(rows)]
    write_table(path, HEADING.split(","), numbered)
    assert values(read_table(path, COLUMNS)) == [list(row) for row in numbered]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_is_kept_from_it(tmp_path: Path, text: str) -> None:
    assert guarded(text) == "'" + text
    write_table(tmp_path / "out.csv", ["姓名"], [[text]])
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["姓名"], ["'" + text]]
    write_table(tmp_path / "out.xlsx", ["姓名"], [[text]])
    cell = load_workbook(tmp_path / "out.xlsx").worksheets[0]["A2"]
    assert cell.data_type == "s"


def test_excel_is_told_that_a_csv_file_is_utf8(tmp_path: Path) -> None:
    write_table(tmp_path / "out.csv", ["姓名"], [["李堃"]])
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match=r"「\.db」"):
        write_table(tmp_path / "office.db", ["姓名"], [])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(SheetError, match="不能寫入"):
        write_table(tmp_path / "nowhere" / "out.csv", ["姓名"], [])
