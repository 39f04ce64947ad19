"""Make the attendance files of the tests; run again after a change: python tests/data/training/make.py."""

from pathlib import Path

from openpyxl import Workbook

HERE = Path(__file__).parent
HEADING: list[object] = ["員工編號", "姓名", "出席情形", "在場分鐘", "簽到時間", "簽退時間"]


def save(name: str, rows: list[list[object]]) -> None:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "簽到"
    for row in rows:
        sheet.append(row)
    workbook.save(HERE / name)


save(
    "filled.xlsx",
    [
        ["測試縣稅務局為民服務訓練講習簽到表"],
        ["請勿更動標題列"],
        HEADING,
        ["0012", "王𤧟堃", "○", None, None, None],
        ["0034", "李喆", None, None, "14:10", "1530"],
        ["0056", "陳小明", "病假", None, None, None],
    ],
)
save(
    "faults.xlsx",
    [
        HEADING,
        ["0012", "王𤧟堃", "出席", 181, None, None],
        ["0034", "李大同", "出席", None, None, None],
        ["0056", "陳小明", "缺席", 30, None, None],
        ["0056", "陳小明", "出席", None, None, None],
        ["7777", "不存在", "出席", None, None, None],
        ["0091", "測試0091", "來了", None, "25:99", None],
        [None, "無編號", "出席", None, None, None],
    ],
)
(HERE / "big5.csv").write_bytes("員編,姓名,出缺勤\r\n0056,陳小明,公假\r\n".encode("cp950"))
