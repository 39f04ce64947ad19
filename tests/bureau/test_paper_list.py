"""Long official lists, read back from the printed file."""

import re
import shutil
import subprocess
import weakref
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bureau.paper import Column, Heading, ListPaper, PrintReport, Subtotal
from bureau.paper.frame import FOOT, SEAL_HEIGHT, Frame

SEALS = ("承辦人", "股長", "科長", "秘書", "局長")
COLUMNS = (
    Column("編號", mm=14, align="center"),
    Column("科室", mm=28, align="center"),
    Column("職稱", mm=22, align="center", fit="shrink"),
    Column("姓名", mm=22, align="center", fit="shrink"),
    Column("分機", mm=15, align="center"),
    Column("原因與證據", weight=3),
    Column("分數", mm=26, align="center"),
    Column("應受訓場次", mm=28, align="center"),
    Column("簽到", mm=24),
    Column("備註"),
)
UNKNOWN = "\U0010fffd"
RARE_NAMES = ("王𤧟堃", "陳𡵆喆", "林𦰡峯", "張㛢栢", "李𠮷邨", "吳𣘺瀞")


def paper(**changes: Any) -> ListPaper:
    settings: dict[str, Any] = {
        "title": "電話禮貌及租稅常識補訓名冊",
        "office": "測試縣地方稅務局",
        "columns": COLUMNS,
        "orientation": "landscape",
        "seals": SEALS,
        "period": "115 年度",
        "printed_on": date(2026, 11, 23),
        "fingerprint": "9f2c77ab",
        "empty": "本期無應補訓人員",
        "total": "應補訓 {n} 人",
    }
    return ListPaper(**{**settings, **changes})


def row(number: int, **cells: str) -> tuple[str, ...]:
    usual = {
        "編號": f"#{number:04}",
        "科室": "消費稅科",
        "職稱": "稅務員",
        "姓名": "王小明",
        "分機": "123",
        "原因與證據": "測驗 52.00 分",
        "分數": "52.00",
        "應受訓場次": "下半年場",
        "簽到": "",
        "備註": "",
    }
    return tuple({**usual, **cells}.values())


def rows(count: int, **cells: str) -> list[tuple[str, ...]]:
    return [row(number, **cells) for number in range(1, count + 1)]


def pages_of(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def printed(
    folder: Path, content: Iterable[Sequence[str] | Heading | Subtotal], **changes: Any
) -> tuple[PrintReport, list[str]]:
    path = folder / "補訓名冊.pdf"
    report = paper(**changes).print(content, path)
    return report, pages_of(path)


def squeezed(text: str) -> str:
    return "".join(text.split())


def tool(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


# -- what a list says -------------------------------------------------------------------------------------


def test_every_rare_name_can_be_extracted(tmp_path: Path) -> None:
    _report, pages = printed(tmp_path, [row(k, 姓名=name) for k, name in enumerate(RARE_NAMES)])
    for name in RARE_NAMES:
        assert name in pages[0]


def test_pdftotext_extracts_every_rare_name(tmp_path: Path) -> None:
    pdftotext = tool("pdftotext")
    printed(tmp_path, [row(k, 姓名=name) for k, name in enumerate(RARE_NAMES)])
    text = subprocess.run(
        [pdftotext, str(tmp_path / "補訓名冊.pdf"), "-"], capture_output=True, check=True
    ).stdout.decode()
    for name in RARE_NAMES:
        assert name in text


def test_the_header_stands_on_every_page(tmp_path: Path) -> None:
    report, pages = printed(tmp_path, rows(50))
    assert report.pages == len(pages) > 1
    for page in pages:
        assert "測試縣地方稅務局" in page
        assert "電話禮貌及租稅常識補訓名冊" in page
        assert "期間：115 年度" in page
        assert "列印日期：中華民國115年11月23日" in page
        assert "原因與證據" in page
        assert "指紋 9f2c77ab" in page


def test_each_page_is_numbered_out_of_all(tmp_path: Path) -> None:
    _report, pages = printed(tmp_path, rows(120))
    for number, page in enumerate(pages, 1):
        assert re.findall(r"頁次 (\d+)/(\d+)", page) == [(str(number), str(len(pages)))]


def test_every_row_is_printed_once_and_in_order(tmp_path: Path) -> None:
    report, pages = printed(tmp_path, rows(137))
    assert re.findall(r"#(\d{4})", "".join(pages)) == [f"{number:04}" for number in range(1, 138)]
    assert report.rows == 137


def test_the_total_counts_the_rows(tmp_path: Path) -> None:
    _report, pages = printed(tmp_path, rows(31))
    assert "應補訓 31 人" in pages[-1]
    assert "應補訓" not in "".join(pages[:-1])


def test_an_empty_list_says_so(tmp_path: Path) -> None:
    report, pages = printed(tmp_path, [])
    assert (report.pages, report.rows) == (1, 0)
    assert "本期無應補訓人員" in pages[0]
    assert "應補訓 0 人" in pages[0]
    assert "頁次 1/1" in pages[0]
    assert "局長" in pages[0]


def test_the_secret_mark_stands_on_every_page_when_asked_for(tmp_path: Path) -> None:
    assert all("密" in page for page in printed(tmp_path, rows(40), secret=True)[1])
    assert not any("密" in page for page in printed(tmp_path, rows(40))[1])


# -- seals, groups, tall rows -----------------------------------------------------------------------------


@pytest.mark.parametrize("count", range(1, 34))
def test_the_seal_row_stands_once_on_the_last_page_with_at_least_one_row(tmp_path: Path, count: int) -> None:
    _report, pages = printed(tmp_path, rows(count))
    for label in SEALS:
        assert [label in page for page in pages] == [False] * (len(pages) - 1) + [True]
    assert f"#{count:04}" in pages[-1]
    assert "應補訓" in pages[-1]


def test_the_labels_of_the_seals_can_be_changed_or_left_out(tmp_path: Path) -> None:
    assert "審核" in printed(tmp_path, rows(1), seals=("製表", "審核"))[1][0]
    assert "承辦人" not in printed(tmp_path, rows(1), seals=())[1][0]


@pytest.mark.parametrize("before", range(12, 22))
def test_a_subtotal_never_begins_a_page_and_a_heading_never_ends_one(tmp_path: Path, before: int) -> None:
    content: list[Sequence[str] | Heading | Subtotal]
    content = [*rows(before), Subtotal(text="小計"), Heading(text="法務科"), row(900), row(901)]
    _report, pages = printed(tmp_path, content, seals=(), total="")
    for page in pages:
        if "小計" in page:
            assert page.index("#") < page.index("小計")
        if "法務科" in page:
            assert "#0900" in page[page.index("法務科") :]


def test_sixty_rows_with_reasons_of_three_lines_stay_whole(tmp_path: Path) -> None:
    reason = (
        "電話禮貌測試未達 70 分（115/3/12，測試員：林○○；「接聽速度」鈴響六聲以上；未報單位、姓名）。壬終"
    )
    _report, pages = printed(tmp_path, rows(60, 原因與證據=reason))
    for page in pages:
        text = squeezed(page)
        assert text.count("#") == text.count("壬終")
    assert sum(squeezed(page).count("壬終") for page in pages) == 60


def test_a_row_taller_than_a_page_goes_on_and_loses_nothing(tmp_path: Path) -> None:
    reason = "".join(f"第{number:03}句。" for number in range(700))
    report, pages = printed(tmp_path, [row(1), row(2, 原因與證據=reason), row(3)])
    text = "".join(squeezed(page) for page in pages)
    assert re.findall(r"第(\d{3})句", text) == [f"{number:03}" for number in range(700)]
    assert (report.rows, text.count("#0002")) == (3, 1)
    assert "局長" in pages[-1]


def test_a_last_row_of_nearly_a_page_shares_the_last_page_with_the_seals(tmp_path: Path) -> None:
    reason = "\n".join(f"第{number:03}句" for number in range(27))
    _report, pages = printed(tmp_path, [row(1, 原因與證據=reason)])
    assert "第026句" in pages[-1]
    assert "局長" in pages[-1]
    assert re.findall(r"第(\d{3})句", "".join(pages)) == [f"{number:03}" for number in range(27)]


@pytest.mark.parametrize("lines", range(20, 34))
def test_the_seal_row_stays_above_the_footer_whatever_stands_before_it(tmp_path: Path, lines: int) -> None:
    tall = row(1, 原因與證據="\n".join("甲" * lines))
    path = tmp_path / "list.pdf"
    heading, subtotal = Heading(text="法務科"), Subtotal(text="小計")
    content: tuple[Sequence[str] | Heading | Subtotal, ...]
    for content in ((tall,), (tall, subtotal), (heading, tall, subtotal)):
        paper().print(content, path)
        heights: list[float] = []

        def visit(text: str, _matrix: object, place: list[float], *_rest: object) -> None:
            if "承辦人" in text:
                heights.append(place[5])  # noqa: B023 -- called before the loop goes on

        pages = PdfReader(path).pages
        pages[-1].extract_text(visitor_text=visit)
        assert len(heights) == 1
        assert heights[0] > SEAL_HEIGHT + FOOT + 7 * 72 / 25.4
        assert sum(page.extract_text().count("甲") for page in pages) == lines


# -- bad input --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<b>粗</b>",
        '<img src="http://example.com/x.png"/>',
        "&amp;甲&",
        "%s{n}{0}",
        "(甲\\乙)",
        "=1+1",
        "<para>",
    ],
)
def test_text_is_printed_as_it_stands_and_never_obeyed(tmp_path: Path, text: str) -> None:
    _report, pages = printed(tmp_path, [row(1, 原因與證據=text, 備註=text)], title=text, period=text)
    assert squeezed(pages[0]).count(squeezed(text)) >= 3


def test_control_characters_are_left_out(tmp_path: Path) -> None:
    report, pages = printed(tmp_path, [row(1, 姓名="王\x00\x1b\x07\u202e小\x7f明")])
    assert "王小明" in pages[0]
    assert report.missing == ()


def test_a_character_no_font_has_is_printed_as_its_code_and_reported_with_its_place(tmp_path: Path) -> None:
    report, pages = printed(tmp_path, [row(1), row(2, 姓名=f"王{UNKNOWN}明")])
    assert "U+10FFFD" in squeezed(pages[0])
    assert [(found.code_point, found.where) for found in report.missing] == [(0x10FFFD, "第 2 列「姓名」")]


def test_the_same_missing_character_is_reported_for_every_row(tmp_path: Path) -> None:
    report, _pages = printed(tmp_path, rows(3, 備註=UNKNOWN))
    assert [found.where for found in report.missing] == [f"第 {number} 列「備註」" for number in (1, 2, 3)]


def test_a_missing_character_of_one_paper_is_not_reported_for_the_next(tmp_path: Path) -> None:
    printed(tmp_path, [row(1, 備註=UNKNOWN)])
    assert printed(tmp_path, [row(1)])[0].missing == ()


def test_a_name_too_long_for_its_cell_is_set_smaller_and_kept_whole(tmp_path: Path) -> None:
    name = "谷辣斯‧尤達卡‧巴魯克‧阿穆伊‧伊斯坦達霍松安‧拉胡頌"
    _report, pages = printed(tmp_path, [row(1, 姓名=name)])
    assert name in squeezed(pages[0])


def test_no_text_crosses_the_borders_of_its_cell(tmp_path: Path) -> None:
    pdftotext = tool("pdftotext")
    columns = (Column("甲", mm=15), Column("乙", mm=20, fit="shrink", align="right"), Column("丙"))
    long = ("甲甲甲，「甲甲」甲甲。" * 4, "乙乙乙乙乙乙乙乙乙乙" * 3, "丙" * 300)
    path = tmp_path / "list.pdf"
    paper(columns=columns, orientation="portrait").print([long, ("Ａ" * 9, "B" * 90, "C" * 300)], path)
    boxes = subprocess.run(
        [pdftotext, "-bbox", str(path), "-"], capture_output=True, check=True
    ).stdout.decode()
    left = 15.0
    borders = {"甲Ａ": (left, left + 15), "乙B": (left + 15, left + 35), "丙C": (left + 35, 195.0)}
    checked = 0
    for low, high, word in re.findall(r'xMin="([\d.]+)" .*?xMax="([\d.]+)".*?>(.*?)</word>', boxes):
        for letters, (begin, end) in borders.items():
            if len(unescape(word)) > 1 and word[0] in letters:
                assert begin * 72 / 25.4 - 0.01 <= float(low)
                assert float(high) <= end * 72 / 25.4 + 0.01
                checked += 1
    assert checked > 20


def test_a_row_with_a_cell_too_few_is_a_fault_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="10 columns"):
        paper().print([("一", "二")], tmp_path / "list.pdf")
    assert not list(tmp_path.iterdir())


def test_a_title_too_long_for_the_page_is_set_smaller(tmp_path: Path) -> None:
    title = "一百一十五年度電話禮貌測試及租稅常識測驗未達標準暨為民服務訓練講習缺席人員補訓名冊" * 2
    assert title in squeezed(printed(tmp_path, rows(1), title=title, secret=True)[1][0])


# -- the file ---------------------------------------------------------------------------------------------


def test_every_font_is_embedded_and_none_is_helvetica(tmp_path: Path) -> None:
    printed(tmp_path, [row(1, 姓名="王𤧟堃")])
    for page in PdfReader(tmp_path / "補訓名冊.pdf").pages:
        embedded, missing = page._get_fonts()
        assert missing == set()
        assert {name.partition("+")[2] for name in embedded} == {
            "TW-Kai-BMP-unhinted",
            "TW-Kai-ExtB-CNS-unhinted",
        }
    assert b"Helvetica" not in (tmp_path / "補訓名冊.pdf").read_bytes()


def test_pdffonts_finds_every_font_embedded_subset_and_readable(tmp_path: Path) -> None:
    pdffonts = tool("pdffonts")
    printed(tmp_path, [row(1, 姓名="王𤧟堃")])
    table = subprocess.run(
        [pdffonts, str(tmp_path / "補訓名冊.pdf")], capture_output=True, check=True, text=True
    ).stdout.splitlines()[2:]
    assert len(table) == 2
    assert all(re.search(r"yes yes yes\s+\d+\s+0$", line) for line in table)


def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    qpdf = tool("qpdf")
    printed(tmp_path, rows(60))
    subprocess.run([qpdf, "--check", str(tmp_path / "補訓名冊.pdf")], capture_output=True, check=True)


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    paper().print(rows(40), first)
    paper().print(rows(40), second)
    assert first.read_bytes() == second.read_bytes()


def test_readers_show_title_office_and_day_of_printing(tmp_path: Path) -> None:
    printed(tmp_path, rows(1))
    properties = PdfReader(tmp_path / "補訓名冊.pdf").metadata
    assert properties is not None
    assert (properties.title, properties.author) == ("電話禮貌及租稅常識補訓名冊", "測試縣地方稅務局")
    assert properties.creation_date is not None
    assert properties.creation_date.date() == date(2026, 11, 23)


def test_rows_are_let_go_as_soon_as_they_are_set(tmp_path: Path) -> None:
    class Row(list[str]):
        """A row that can be watched."""

    watches: list[weakref.ref[Row]] = []
    most = 0

    def stream() -> Iterator[Row]:
        nonlocal most
        for number in range(500):
            most = max(most, sum(watch() is not None for watch in watches))
            watched = Row(row(number))
            watches.append(weakref.ref(watched))
            yield watched

    assert paper().print(stream(), tmp_path / "list.pdf").rows == 500
    assert most <= 2


def test_importing_the_package_does_not_import_reportlab() -> None:
    import sys

    code = "import sys, bureau.paper; from bureau.paper import ListPaper; print('reportlab' in sys.modules)"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert output.strip() == "False"


def test_a_list_is_a_framed_paper() -> None:
    assert isinstance(paper(), Frame)


def test_columns_wider_than_the_page_are_a_fault_of_the_program(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="wider than the page"):
        paper(columns=(Column("甲", mm=200), Column("乙", mm=200), Column("丙"))).print(
            [], tmp_path / "x.pdf"
        )


def test_a_long_period_is_set_smaller_instead_of_leaving_the_page(tmp_path: Path) -> None:
    period = "很長的地點" * 12
    path = tmp_path / "long.pdf"
    paper(period=period, printed_on=None, orientation="portrait", columns=(Column("姓名"),)).print(
        [("王小明",)], path
    )
    page = PdfReader(path).pages[0]
    contents = page.get_contents()
    assert contents is not None
    assert period in "".join(page.extract_text().split())
    sizes = [float(size) for size in re.findall(r"([\d.]+) Tf", contents.get_data().decode("latin-1"))]
    # As many ems as there are characters must have room between the margins of 15 mm.
    assert min(size for size in sizes if size > 7) * (len(period) + 3) <= (210 - 2 * 15) * 72 / 25.4
