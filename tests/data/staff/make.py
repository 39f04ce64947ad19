"""Write the sample files beside this one, as personnel offices send them; run it after changing it.

Usage::

    python tests/data/staff/make.py
"""

from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent
ROWS = (
    ("員工編號", "姓名", "科室", "職稱", "分機"),
    ("00101", "王小禾", "財產稅科", "科長", "0101"),
    ("00102", "李堃", "行政科", "股長", "102"),
)


def text_files() -> None:
    """As Excel saves them: Big5 (this Windows), UTF-8 with a mark, and Unicode text with tabs."""
    commas = "".join(",".join(row) + "\r\n" for row in ROWS)
    (HERE / "big5.csv").write_bytes(commas.replace("李堃", "李昆").encode("cp950"))
    (HERE / "utf8-mark.csv").write_bytes(commas.encode("utf-8-sig"))
    (HERE / "unicode-text.txt").write_bytes(
        "\ufeff".encode("utf-16-le") + commas.replace(",", "\t").encode("utf-16-le")
    )


def book() -> tuple[Workbook, Worksheet]:
    """Give an empty workbook with its one sheet."""
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    return workbook, sheet


def personnel_office() -> None:
    """A title, merged instructions, a starred heading in another order, numbers, real dates, an extra column."""
    workbook, sheet = book()
    sheet.title = "人員"
    sheet.append(["○○縣稅務局員工名冊"])
    sheet.append(["※標＊為必填，分機請填數字"])
    sheet.merge_cells("A1:G1")
    sheet.merge_cells("A2:G2")
    sheet.append(
        ["序號", "＊ 姓  名", "＊員工編號(必填)", "＊單位", "職稱*", "分機號碼", "到職日期", "是否總機"]
    )
    sheet.append(["此列勿刪", "中文", "文字", "", "", "", "", ""])
    sheet.append([1, "王小禾", 101, "財產稅科", "科長", 101, date(2010, 3, 1), None])
    sheet.append([2, "李堃", 102, "行政科", "約僱人員", 9, date(2015, 7, 16), "V"])
    for row in (5, 6):
        sheet.cell(row, 3).number_format = "00000"
        sheet.cell(row, 6).number_format = "0000"
    codes = workbook.create_sheet("代碼表")
    codes.append(["科室"])
    workbook.save(HERE / "personnel-office.xlsx")


def merged() -> None:
    """A heading of two rows merged, and one section merged over its people."""
    workbook, sheet = book()
    for row in ROWS:
        sheet.append(row)
    sheet.merge_cells("C1:D1")
    workbook.save(HERE / "merged-heading.xlsx")
    workbook, sheet = book()
    for row in ROWS:
        sheet.append(row)
    sheet.append(("00103", "張禾", None, "書記", "103"))
    sheet.merge_cells("C3:C4")
    workbook.save(HERE / "merged-section.xlsx")


def not_workbooks() -> None:
    """The first sector of an old .xls and of a workbook with a password, and a web page, under a wrong name."""
    sector = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + b"\x3e\x00\x03\x00\xfe\xff\x09\x00" + b"\0" * 480
    )
    (HERE / "old-excel.xlsx").write_bytes(sector)
    (HERE / "password.xlsx").write_bytes(sector + "EncryptedPackage".encode("utf-16-le"))
    (HERE / "web-page.xlsx").write_text(
        "<html><table><tr><td>員工編號</td></tr></table></html>", encoding="utf-8"
    )


if __name__ == "__main__":
    text_files()
    personnel_office()
    merged()
    not_workbooks()
