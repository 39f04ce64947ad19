"""`courtesy report`, `summary`, `case notice`, `case report` and `session statistics`, run as scripts do."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.training.life import STAFF, WANG, Life
from tests.tui.test_commands_training import Terminal, added, life, terminal, today

__all__ = ["life", "terminal"]
"""Fixtures of the commands of training, used here too."""


def text_of(path: Path) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(path).pages)


def year() -> str:
    return today().partition("/")[0]


def test_the_report_is_printed_and_its_figures_listed(terminal: Terminal, life: Life, tmp_path: Path) -> None:
    life.ring(WANG, good=True)
    life.sit(WANG, right=0)
    path = tmp_path / "year.pdf"
    made = terminal.json("report", year(), "--pdf", str(path))
    assert made["period"] == year()
    assert (made["calls"]["sealed"], made["calls"]["mean"]) == (1, None)
    assert (made["quiz"]["n"], made["quiz"]["passed"]) == (1, None)
    assert made["cases"]["opened"] == 1
    assert made["findings"][0].startswith("本期抽測封存 1 通")
    assert "電話禮貌與為民服務訓練報告" in text_of(path)


def test_without_json_the_report_says_its_findings(terminal: Terminal) -> None:
    assert terminal("report", year()) == 0
    assert "補訓案新開 0 件" in terminal.err


def test_a_period_that_is_no_year_is_refused(terminal: Terminal) -> None:
    assert terminal("report", f"{year()}M1") == 1
    assert "年度報告寫成 115" in terminal.err


def test_the_sections_of_a_half_are_listed_and_printed(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "half.pdf"
    rows = terminal.json("summary", year(), "--pdf", str(path))
    assert [row["section"] for row in rows] == ["房屋稅科", "行政科"]
    assert len(PdfReader(path).pages) == 2
    assert [row["section"] for row in terminal.json("summary", year(), "--section", "行政科")] == ["行政科"]
    assert terminal("summary", year(), "--section", "稽核科") == 1
    assert "現有的科室" in terminal.err


def test_notices_and_the_closing_report_are_printed(terminal: Terminal, life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    (case,) = terminal.json("case", "list")
    name = added(terminal)
    assert terminal("case", "advance", case["id"], "assigned", "--session", name) == 0
    path = tmp_path / "paper.pdf"
    for words in (("notice", case["id"]), ("notice", "--session", name)):
        assert terminal("case", *words, "--pdf", str(path)) == 0, terminal.err
        assert "補訓通知單" in text_of(path)
    assert terminal("case", "report", case["id"], "--pdf", str(path), "--mask") == 0
    assert "王○堃" in text_of(path)


@pytest.mark.parametrize("words", [(), ("A1", "--session", "A1")])
def test_a_notice_is_of_a_case_or_of_a_session(
    terminal: Terminal, tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert terminal("case", "notice", *words, "--pdf", str(tmp_path / "x.pdf")) == 1
    assert "要指定一案" in terminal.err


def test_attendance_is_counted_printed_and_written(terminal: Terminal, tmp_path: Path) -> None:
    name = added(terminal)
    terminal("session", "expect", name, *STAFF)
    paper, table = tmp_path / "s.pdf", tmp_path / "s.xlsx"
    (row,) = terminal.json("session", "statistics", name, "--pdf", str(paper), "--xlsx", str(table))
    assert (row["section"], row["expected"], row["open"], row["hours"]) == ("房屋稅科", 3, 3, "0.00")
    assert "出席統計" in text_of(paper)
    assert load_workbook(table).active is not None
    assert terminal.json("session", "statistics", "--year", year(), "--pdf", str(paper)) == [row]
    assert terminal("session", "statistics") == 1
    assert terminal("session", "statistics", name, "--year", year()) == 1


def test_lists_are_written_as_tables(terminal: Terminal, life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    table = tmp_path / "list.xlsx"
    assert terminal("case", "list", "--xlsx", str(table)) == 0
    assert table.exists()
    table.unlink()
    assert terminal("case", "roster", "--xlsx", str(table), "--mask") == 0
    sheet = load_workbook(table).active
    assert sheet is not None
    assert any(cell == "王○堃" for row in sheet.iter_rows(values_only=True) for cell in row)
    assert terminal("case", "roster") == 1
    assert "--xlsx 補訓名冊.xlsx" in terminal.err
    (paper,) = life.desks.quiz.papers()
    assert terminal("quiz", "results", paper.id, "--xlsx", str(table)) == 0
    name = added(terminal)
    assert terminal("session", "sheet", name, "--xlsx", str(table)) == 0
