"""A QR code on a printed list is the code that was asked for, module by module."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from bureau.paper import Column, ListPaper
from bureau.paper.code import Modules, drawn, modules
from tests.bureau.qr_reader import read

TEXT = "C1-A2-1-17-K7QX"
BOX = re.compile(r"([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re")


def read_back(operators: str, x: float, y: float, side: float, count: int) -> Modules:
    """Give the modules that lie under the rectangles."""
    module = side / count
    dark = [[False] * count for _row in range(count)]
    for found in BOX.findall(operators):
        left, bottom, width, height = map(float, found)
        assert height == pytest.approx(module, abs=0.01)
        row = count - 1 - round((bottom - y) / module)
        first = round((left - x) / module)
        for column in range(first, first + round(width / module)):
            dark[row][column] = True
    return tuple(tuple(row) for row in dark)


def finder(code: Modules, row: int, column: int) -> list[str]:
    return ["".join("#" if code[row + r][column + c] else "." for c in range(7)) for r in range(7)]


def test_a_short_code_takes_the_smallest_size_and_has_its_three_finders() -> None:
    code = modules(TEXT)
    assert len(code) == 21
    pattern = ["#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######"]
    assert [finder(code, *corner) for corner in ((0, 0), (0, 14), (14, 0))] == [pattern] * 3


@given(
    session=st.integers(1, 999),
    sheet=st.integers(1, 9),
    row=st.integers(1, 999),
    check=st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=4, max_size=4),
)
def test_a_scanner_reads_the_text_that_was_asked_for(session: int, sheet: int, row: int, check: str) -> None:
    text = f"C1-A{session}-{sheet}-{row}-{check}"
    assert read(modules(text)) == (text, "M")


def test_what_is_drawn_is_the_code_and_not_its_mirror_image() -> None:
    code = modules(TEXT)
    assert read_back(drawn(code, 100, 200, 27), 100, 200, 27, 21) == code


def test_a_list_draws_a_code_for_each_row_and_no_text_of_it(tmp_path: Path) -> None:
    path = tmp_path / "list.pdf"
    paper = ListPaper(
        title="簽到表", columns=(Column("姓名"), Column("條碼", mm=14, fit="code")), row_mm=13.2
    )
    paper.print([("王小明", TEXT), ("李堃", "C1-A2-1-18-0000"), ("", "")], path)
    page = PdfReader(path).pages[0]
    assert "C1-A2" not in page.extract_text()
    contents = page.get_contents()
    assert contents is not None
    blocks = re.findall(r"q 0 g\s([^Q]*?)f Q", contents.get_data().decode("latin-1"))
    blocks = [block for block in blocks if block.count(" re") > 50]
    assert len(blocks) == 2
    boxes = [tuple(map(float, box)) for box in BOX.findall(blocks[0])]
    left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
    side = max(box[0] + box[2] for box in boxes) - left
    assert read(read_back(blocks[0], left, bottom, side, 21)) == (TEXT, "M")
