"""Short papers of blocks, read back from the printed file."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bureau.paper import Columns, Fields, Form, Grid, Lines, Paragraph, Picture, Space, Together
from bureau.paper.form import Block

UNKNOWN = "\U0010fffd"


def form(**changes: Any) -> Form:
    settings: dict[str, Any] = {
        "title": "補訓通知單",
        "office": "測試縣地方稅務局",
        "seals": ("承辦人", "股長"),
    }
    return Form(**{**settings, **changes})


def pages_of(folder: Path, blocks: Sequence[Block], **changes: Any) -> list[str]:
    path = folder / "form.pdf"
    form(**changes).print(blocks, path)
    return [page.extract_text() for page in PdfReader(path).pages]


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_a_notice_says_what_it_is_given(tmp_path: Path) -> None:
    (page,) = pages_of(
        tmp_path,
        [
            Fields([("姓名", "王𤧟堃"), ("科室", "消費稅科"), ("場次", "下半年場")]),
            Paragraph("請準時出席。", label="一、"),
            Grid(("項目", "得分"), [("接聽速度", "6.00"), ("電話禮貌", "12.50")], weights=(3, 1)),
        ],
        printed_on=date(2026, 11, 23),
    )
    for said in (
        "王𤧟堃",
        "消費稅科",
        "下半年場",
        "一、",
        "請準時出席。",
        "接聽速度",
        "12.50",
        "承辦人",
        "頁次 1/1",
    ):
        assert said in page
    assert "中華民國115年11月23日" in page


def test_text_is_printed_as_it_stands_and_never_obeyed(tmp_path: Path) -> None:
    hostile = '<b>粗</b>&amp;<img src="x"/>%s{0}'
    (page,) = pages_of(
        tmp_path,
        [
            Paragraph(hostile),
            Fields([(hostile, hostile)], per_row=1, label_mm=80),
            Grid((hostile,), [(hostile,)]),
        ],
    )
    assert squeezed(page).count(squeezed(hostile)) == 5


def test_control_characters_are_left_out(tmp_path: Path) -> None:
    assert "王小明" in pages_of(tmp_path, [Paragraph("王\x1b\x00小\u202e明")])[0]


def test_a_long_text_goes_on_to_further_pages_with_the_seals_on_the_last(tmp_path: Path) -> None:
    sentences = [Paragraph(f"第{number:03}點，應予改善。") for number in range(90)]
    pages = pages_of(tmp_path, sentences)
    assert len(pages) > 1
    assert ["股長" in page for page in pages] == [False] * (len(pages) - 1) + [True]
    assert all(f"頁次 {number}/{len(pages)}" in page for number, page in enumerate(pages, 1))
    text = "".join(pages)
    assert all(text.count(f"第{number:03}點") == 1 for number in range(90))


def test_the_heading_row_of_a_table_never_ends_a_page(tmp_path: Path) -> None:
    for lines in range(20, 45):
        pages = pages_of(
            tmp_path, [*[Paragraph("文", after=0)] * lines, Grid(("項目",), [("內容",)])], seals=()
        )
        assert ["項目" in page for page in pages] == ["內容" in page for page in pages]


def test_several_papers_in_one_file_count_their_own_pages(tmp_path: Path) -> None:
    path = tmp_path / "notices.pdf"
    report = form().print_each([[Paragraph("甲君")], [Paragraph("乙君")] * 60, [Paragraph("丙君")]], path)
    pages = [page.extract_text() for page in PdfReader(path).pages]
    assert report.pages == len(pages)
    assert "頁次 1/1" in pages[0]
    assert "頁次 1/3" in pages[1]
    assert "頁次 3/3" in pages[3]
    assert "頁次 1/1" in pages[-1]
    assert "丙君" in pages[-1]


def test_no_papers_at_all_are_a_fault_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs a paper"):
        form().print_each([], tmp_path / "none.pdf")
    assert not list(tmp_path.iterdir())


def test_a_form_without_blocks_is_an_empty_page(tmp_path: Path) -> None:
    assert "頁次 1/1" in pages_of(tmp_path, [])[0]


def test_space_at_the_end_of_a_page_makes_no_empty_page(tmp_path: Path) -> None:
    assert len(pages_of(tmp_path, [Paragraph("文"), Space(500)], seals=())) == 1


def test_a_date_can_be_spread_over_the_line_with_its_numbers_whole(tmp_path: Path) -> None:
    (page,) = pages_of(
        tmp_path, [Paragraph("中華民國115年11月23日", align="spread")], numbered=False, seals=()
    )
    assert page.split()[-10:] == ["中", "華", "民", "國", "115", "年", "11", "月", "23", "日"]


def test_a_character_no_font_has_is_reported(tmp_path: Path) -> None:
    report = form().print([Fields([("姓名", UNKNOWN)]), Paragraph(UNKNOWN)], tmp_path / "form.pdf")
    assert [(found.code_point, found.where) for found in report.missing] == [
        (0x10FFFD, "「姓名」"),
        (0x10FFFD, "內文"),
    ]


def test_a_chart_is_drawn_with_the_font_of_the_house(tmp_path: Path) -> None:
    from reportlab.graphics.shapes import Drawing, String

    drawing = Drawing(200, 50)
    drawing.add(String(10, 10, "長條圖𤧟", fontName="Kai", fontSize=12))
    (page,) = pages_of(tmp_path, [Paragraph("圖一"), Picture(drawing)])
    assert "長條圖𤧟" in page
    embedded, missing = PdfReader(tmp_path / "form.pdf").pages[0]._get_fonts()
    assert missing == set()
    assert len(embedded) == 2


def test_a_chart_with_a_font_that_is_not_embedded_is_a_fault_of_the_program(tmp_path: Path) -> None:
    from reportlab.graphics.shapes import Drawing, String

    drawing = Drawing(200, 50)
    drawing.add(String(10, 10, "1", fontName="Helvetica"))
    with pytest.raises(ValueError, match="Helvetica"):
        form().print([Picture(drawing)], tmp_path / "form.pdf")


def test_the_same_form_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    form().print([Paragraph("文")], first)
    form().print([Paragraph("文")], second)
    assert first.read_bytes() == second.read_bytes()


def test_a_heading_never_ends_a_page(tmp_path: Path) -> None:
    for lines in range(20, 45):
        filling = [Paragraph("填滿一頁的一行文字。", after=0) for _line in range(lines)]
        heading = Paragraph("一、標題", with_next=True)
        pages = pages_of(tmp_path, [*filling, heading, Paragraph("標題下的內文。")], seals=())
        (place,) = [number for number, page in enumerate(pages) if "標題下" in page]
        assert "一、標題" in pages[place]


def test_the_head_of_a_table_stands_on_each_of_its_pages(tmp_path: Path) -> None:
    rows = [(str(number), "內容") for number in range(100)]
    pages = pages_of(tmp_path, [Grid(("項次", "說明"), rows)], seals=())
    assert len(pages) > 2
    assert all("項次" in page for page in pages)


def test_the_last_row_takes_the_head_with_it_to_the_page_of_the_seals(tmp_path: Path) -> None:
    for count in range(20, 32):
        rows = [(str(number), "內容") for number in range(count)]
        pages = pages_of(tmp_path, [Grid(("項次", "說明"), rows)])
        assert "項次" in pages[-1]
        assert "承辦人" in pages[-1]


def test_a_row_taller_than_a_page_is_cut_between_its_lines(tmp_path: Path) -> None:
    reason = "".join(f"第{number}句理由。" for number in range(600))
    pages = pages_of(tmp_path, [Grid(("時間", "理由"), [("115/09/01", reason)])])
    assert len(pages) > 1
    assert squeezed("".join(pages)).count("。") == 600
    assert all("理由" in page for page in pages)


def test_what_belongs_together_stays_on_one_page(tmp_path: Path) -> None:
    blocks = [
        Together([Paragraph(f"題{number}"), Paragraph(f"選{number}", size=30), Lines(count=2)])
        for number in range(40)
    ]
    report = Form(title="題").print(blocks, tmp_path / "paper.pdf")
    assert report.pages > 1
    for page in PdfReader(report.path).pages:
        text = page.extract_text()
        assert set(re.findall(r"題(\d+)", text)) == set(re.findall(r"選(\d+)", text))


def test_what_is_longer_than_a_page_is_parted_and_complete(tmp_path: Path) -> None:
    long = Together([Paragraph("\n".join(f"行{number}" for number in range(200))), Paragraph("完")])
    report = Form(title="題").print([Paragraph("前"), long], tmp_path / "paper.pdf")
    text = "".join(page.extract_text() for page in PdfReader(report.path).pages)
    assert {int(number) for number in re.findall(r"行(\d+)", text)} == set(range(200))


def test_columns_keep_their_texts_beside_each_other(tmp_path: Path) -> None:
    block = Columns([("甲", "乙"), ("丙",)], weights=(1, 1))
    report = Form(title="題").print([block], tmp_path / "paper.pdf")
    text = PdfReader(report.path).pages[0].extract_text(extraction_mode="layout")
    assert re.search(r"甲\s+乙", text)
    assert "丙" in text


def test_a_grid_longer_than_a_page_has_its_headings_on_each(tmp_path: Path) -> None:
    grid = Grid(("題號", "答案"), [(str(number), "甲") for number in range(100)])
    pages = pages_of(tmp_path, [Paragraph("前"), grid])
    assert all("題號" in page for page in pages if "甲" in page)
