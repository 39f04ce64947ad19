"""Write the staff file of the demonstration office, which also serves as the template for imports.

The file looks like those of Taiwanese personnel offices: a title and rows of instructions above the heading,
required columns starred, a second sheet with the words in use. All people are invented; some bear characters
that are rare in type but not in names. Running the tool again gives the same bytes.

Usage::

    python tools/make_demo_staff.py [--out FILE]
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import zipfile
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

OUT = Path(__file__).resolve().parent.parent / "tui" / "demo" / "staff.xlsx"

TITLE = "同仁名冊（匯入範本）"
INSTRUCTIONS = (
    "一、標＊的欄位每列必填；沒有公務電話的人，分機留空。",
    "二、員工編號與分機請存成文字，保留前面的 0；日期填民國年，例如 115/01/02。",
    "三、接聽總機的人在「總機」欄填「是」。名冊要列出全部同仁，未列的人會視為離職。",
)
HEADINGS = ("＊員工編號", "＊姓名", "＊科室", "＊職稱", "分機", "到職日", "離職日", "電子郵件", "總機")
WIDTHS = (12, 12, 14, 14, 9, 12, 12, 26, 7)

SECTIONS: dict[str, tuple[str, ...]] = {
    "行政科": (
        "許栢安 科長 101 078/08/01",
        "翁瀞予 股長 102 085/02/16",
        "辛秉鈞 科員 103 097/10/20",
        "康芷澄 科員 104 103/03/17",
        "傅以謙 辦事員 105 109/09/01",
        "顏沛蓁 書記 106 111/02/07",
        "薛昀庭 約僱人員 0 099/05/03 總機",
        "歐陽珞珞 約僱人員 9 107/07/02 總機",
        "盧邨義 工友  090/01/02",
    ),
    "土地稅科": (
        "董峯銘 科長 201 080/10/01",
        "陳喆宇 股長 202 088/04/12",
        "蔡予晞 股長 203 091/06/24",
        "洪聿霖 稅務員 204 096/11/19",
        "呂苡彤 稅務員 205 098/03/16",
        "楊秝榛 稅務員 206 100/08/08",
        "莊㛢慈 稅務員 207 102/01/14",
        "李沐恆 稅務員 208 104/10/05",
        "王𤧟翔 助理稅務員 209 106/05/22",
        "方苡甯 助理稅務員 210 109/12/14",
        "戚士珩 助理稅務員 211 112/03/06",
        "葉穎蓉 書記 212 113/09/02",
    ),
    "房屋稅科": (
        "張堃廷 科長 301 079/12/03",
        "鄭蕎安 股長 302 087/09/21",
        "林叡珩 股長 303 092/02/10",
        "黃珉瑄 稅務員 304 095/07/17",
        "吳岦勳 稅務員 305 099/01/11",
        "周芃妤 稅務員 306 101/04/23",
        "許嵂辰 稅務員 307 103/11/03",
        "杜玟霏 助理稅務員 308 107/02/26",
        "賴冠澔 助理稅務員 309 110/06/15",
        "汪詠恩 助理稅務員 310 111/10/11",
        "簡于絜 約僱人員 311 114/01/06",
    ),
    "消費稅科": (
        "謝璟文 科長 401 082/03/15",
        "郭庭萱 股長 402 089/08/07",
        "曾湙成 稅務員 403 094/05/30",
        "廖翊綺 稅務員 404 098/12/01",
        "范姜允柔 稅務員 405 102/06/10",
        "邱栩誠 稅務員 406 105/03/28",
        "沈俞涵 助理稅務員 407 108/08/19",
        "彭奕劭 助理稅務員 408 112/11/20",
        "游琇筑 約僱人員 409 113/02/05",
    ),
    "企劃服務科": (
        "羅瀚哲 科長 501 081/07/06",
        "江妘蓁 股長 502 090/11/12",
        "潘晉愷 稅務員 503 097/04/07",
        "白語嫻 稅務員 504 100/02/21",
        "藍浚騰 稅務員 505 104/07/13",
        "阮思齊 助理稅務員 506 108/01/07",
        "鍾嫚珊 助理稅務員 507 110/10/18",
        "余承㨗 書記 508 112/07/03",
        "高妡穎 約僱人員 509 114/03/10",
    ),
    "法務科": (
        "卓煥章 科長 601 083/05/16",
        "詹斯涵 股長 602 091/01/21",
        "石礽謙 審核員 603 096/09/10",
        "溫亭妤 稅務員 604 101/10/29",
        "紀鎧丞 稅務員 605 106/12/04",
        "倪若彣 助理稅務員 606 111/05/09",
    ),
    "電子作業科": (
        "馬稜凱 科長 0701 084/08/28",
        "童采瀅 設計師 0702 093/12/13",
        "尤品睿 設計師 0703 103/08/25",
        "涂宥綸 助理設計師 0704 110/03/22",
    ),
    "會計室": (
        "駱靜宜 主任 0801 086/06/19",
        "侯善淇 科員 0802 095/10/02",
        "夏緗庭 科員 0803 105/09/12",
        "梅品函 書記 0804 113/05/20",
    ),
}
"""Name, title, extension, first day and the mark of the switchboard, by section."""

_FIXED = datetime(2026, 1, 1)  # noqa: DTZ001 - zip and openpyxl take local times without a zone
_MOMENTS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def rows() -> list[tuple[str, ...]]:
    """Give one row for each person, in the order of `HEADINGS`."""
    listed: list[tuple[str, ...]] = []
    for number, (section, people) in enumerate(SECTIONS.items(), 1):
        for place, person in enumerate(people, 1):
            name, title, extension, hired, *mark = person.split(" ")
            switchboard = "是" if mark else ""
            listed.append(
                (f"0{number}{place:03}", name, section, title, extension, hired, "", "", switchboard)
            )
    return listed


def workbook() -> Workbook:
    """Make the workbook."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "同仁名冊"
    last = get_column_letter(len(HEADINGS))
    for number, text in enumerate((TITLE, *INSTRUCTIONS), 1):
        sheet.merge_cells(f"A{number}:{last}{number}")
        sheet.cell(number, 1, text).font = Font(bold=number == 1, size=14 if number == 1 else 11)
    heading_row = len(INSTRUCTIONS) + 2
    thin = Side(style="thin", color="808080")
    for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True), 1):
        cell = sheet.cell(heading_row, column, heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE6ED")
        cell.alignment = Alignment(horizontal="center")
        cell.border = Border(top=thin, bottom=thin, left=thin, right=thin)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows(), heading_row + 1):
        for column, text in enumerate(row, 1):
            sheet.cell(number, column, text or None).number_format = "@"
    sheet.freeze_panes = f"C{heading_row + 1}"
    _words(book, sheet, heading_row)
    return book


def _words(book: Workbook, staff: Worksheet, heading_row: int) -> None:
    """Add the sheet of words in use, and let the section column choose from it."""
    sheet = book.create_sheet("代碼表")
    titles = list(dict.fromkeys(row[3] for row in rows()))
    for column, (heading, words) in enumerate((("可用的科室", list(SECTIONS)), ("常用職稱", titles)), 1):
        sheet.cell(1, column, heading).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 16
        for number, word in enumerate(words, 2):
            sheet.cell(number, column, word)
    choice = DataValidation(type="list", formula1=f"代碼表!$A$2:$A${len(SECTIONS) + 1}", allow_blank=True)
    staff.add_data_validation(choice)
    choice.add(f"C{heading_row + 1}:C500")


def content() -> bytes:
    """Give the file, without anything of the clock in it."""
    written = io.BytesIO()
    workbook().save(written)
    fixed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _MOMENTS.sub(rb"\g<1>" + _FIXED.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), part)
            entry = zipfile.ZipInfo(name, _FIXED.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, part)
    return fixed.getvalue()


def main() -> int:
    """Write the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    given.out.write_bytes(content())
    return 0


if __name__ == "__main__":
    sys.exit(main())
