"""How long the roster takes, against the same text thrown on to a bare reportlab canvas.

Each case is a process of its own: time is its CPU time from start to written file, memory its peak. The
cases take turns, and the median counts. The machine's speed drops out of the ratios.

    python benchmarks/roster_paper.py [--repeat 5] [ROWS ...]

Cases:

    list      `bureau.paper.ListPaper`: wrapped by kinsoku, ruled, header on each page, 頁次 x/y, seal row
    chain     bare canvas, `drawString` with the font of the house: no wrapping, no lines, no headers
    stock     bare canvas, `drawString` with reportlab's own TTFont (BMP only, so rare names are blank)

Only the process's own CPU is compared with the limits of the project: the list at 1,000 rows within twice the
chain canvas and 0.6 s; 10,000 rows under 300 MB and linear.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))

CASES = ("list", "chain", "stock")
ROWS_PER_PAGE = 20
SIZE = 9.0
# Characters of a bare line in each column, about what the list fits there.
ROOM = (5, 7, 6, 6, 5, 18, 9, 9, 6, 6)

SURNAMES = "陳林黃張李王吳劉蔡楊許鄭謝洪郭邱曾廖賴徐"
GIVEN = "堃喆峯栢邨瀞珉煊𡵆𤧟𦰡㛢㚬凃犇堉明美志雅怡君俊傑淑芬建宏婷豪玲華偉欣宗翰"
SECTIONS = ("消費稅科", "土地稅科", "稅務管理科", "法務科", "電子作業科", "房屋稅科", "企劃科", "人事室")
POSTS = ("稅務員", "助理稅務員", "約僱人員", "股長")
REASONS = (
    "租稅常識測驗 52.00 分，低於及格分數 60.00 分",
    "電話禮貌測試未達 70 分（「接聽速度」鈴響六聲以上；未報單位、姓名）",
    "兩場講習均未出席（115/4/18、115/9/26），且未請假",
    "電話測試有重大缺失：言語不耐，掛電話在前",
)


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """The same rows in every process."""
    chance = random.Random(115)
    for number in range(1, count + 1):
        yield (
            f"{number:05}",
            chance.choice(SECTIONS),
            chance.choice(POSTS),
            chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN),
            str(chance.randint(100, 399)),
            # Different in nearly each row, so that no cache of finished lines can shine.
            (
                f"{chance.choice(REASONS)}（{chance.randint(1, 12)} 月 {chance.randint(1, 28)} 日，"
                f"測試員：{chance.choice(SURNAMES)}{chance.choice(GIVEN)}{chance.choice(GIVEN)}）"
            ),
            f"{chance.randint(3000, 6999) / 100:.2f} 115/{chance.randint(1, 12)}/{chance.randint(1, 28)}",
            "115 年下半年場",
            "",
            chance.choice(("", "", "", "已請假")),
        )


def print_list(count: int, path: Path) -> None:
    from bureau.paper import Column, ListPaper

    columns = (
        Column("編號", mm=16, align="center"),
        Column("科室", mm=26, align="center"),
        Column("職稱", mm=22, align="center", fit="shrink"),
        Column("姓名", mm=22, align="center", fit="shrink"),
        Column("分機", mm=15, align="center"),
        Column("原因與證據", weight=3),
        Column("分數", mm=28, align="center"),
        Column("應受訓場次", mm=28, align="center"),
        Column("簽到", mm=22),
        Column("備註"),
    )
    paper = ListPaper(
        title="補訓名冊",
        office="測試縣地方稅務局",
        columns=columns,
        orientation="landscape",
        seals=("承辦人", "股長", "科長", "秘書", "局長"),
        period="115 年度",
        printed_on=date(2026, 11, 23),
        size=SIZE,
        total="應補訓 {n} 人",
    )
    paper.print(rows(count), path)


def throw(count: int, path: Path, font: str) -> None:
    """Draw the same text without any care."""
    from reportlab.pdfgen import canvas as pdfgen

    # reportlab's types take the name of a font for a number.
    make: Any = pdfgen.Canvas
    canvas = make(str(path), pagesize=(842, 595), pageCompression=1, initialFontName=font)
    line = SIZE * 1.2
    canvas.setFont(font, SIZE)
    y = 560.0
    for number, row in enumerate(rows(count)):
        if number and number % ROWS_PER_PAGE == 0:
            canvas.showPage()
            canvas.setFont(font, SIZE)
            y = 560.0
        x = 30.0
        for text, room in zip(row, ROOM, strict=True):
            for k in range(0, len(text), room):
                canvas.drawString(x, y - k / room * line, text[k : k + room])
            x += (room + 1) * SIZE
        y -= 26
    canvas.save()


def measure(case: str, count: int, path: Path) -> None:
    """Run one case in this process and print what it cost."""
    if case == "list":
        print_list(count, path)
    elif case == "chain":
        from bureau.paper.font import FONT_NAME, kai, register

        register(kai())
        throw(count, path, FONT_NAME)
    else:
        from reportlab.pdfbase.pdfmetrics import registerFont
        from reportlab.pdfbase.ttfonts import TTFont

        registerFont(TTFont("Stock", str(HERE.parent.parent / "bureau" / "fonts" / "kai-bmp.ttf")))
        throw(count, path, "Stock")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    print(usage.ru_utime + usage.ru_stime, peak, path.stat().st_size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", type=int, default=[1000, 10000])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--case", choices=CASES, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        measure(arguments.case, arguments.rows[0], arguments.out)
        return
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        lists: dict[int, float] = {}
        for count in arguments.rows:
            results: dict[str, list[tuple[float, float, float]]] = {case: [] for case in CASES}
            for _turn in range(arguments.repeat):
                for case in CASES:
                    command = [sys.executable, str(HERE), str(count), "--case", case]
                    command += ["--out", str(Path(folder) / f"{case}.pdf")]
                    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                    cpu, peak, size = map(float, output.split())
                    results[case].append((cpu, peak, size))
            medians = {
                case: [statistics.median(column) for column in zip(*measured, strict=True)]
                for case, measured in results.items()
            }
            lists[count] = medians["list"][0]
            print(f"{count:,} rows")
            print("  case     CPU s   peak MB   file kB   list / case (CPU)")
            for case, (cpu, peak, size) in medians.items():
                ratio = medians["list"][0] / cpu
                print(f"  {case:6} {cpu:7.2f} {peak:9.0f} {size / 1000:9.0f} {ratio:10.2f}")
        if len(lists) > 1:
            (few, short), (many, long) = min(lists.items()), max(lists.items())
            growth = (long / short) / (many / few)
            times = f"{long / short:.1f} × the time"
            print(f"{many // few} × the rows cost the list {times} ({growth:.2f} of linear)")
    print(f"({time.perf_counter() - started:.0f} s in all)", file=sys.stderr)


if __name__ == "__main__":
    main()
