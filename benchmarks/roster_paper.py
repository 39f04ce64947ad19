"""How long the roster takes, against the same text on a bare reportlab canvas and in two typesetters.

Each case is a process of its own: time is the CPU time of it and its children from start to written file,
memory its peak. The cases take turns, and the median counts. The machine's speed drops out of the ratios.

    python benchmarks/roster_paper.py [--repeat 5] [--peers DIR] [ROWS ...]

Cases:

    list      `bureau.paper.ListPaper`: wrapped by kinsoku, ruled, header on each page, 頁次 x/y, seal row
    chain     bare canvas, `drawString` with the font of the house: no wrapping, no lines, no headers
    stock     bare canvas, `drawString` with reportlab's own TTFont (BMP only, so rare names are blank)
    weasy     WeasyPrint: the same page as HTML: ruled, header on each page, 頁次 x/y, the same faces
    office    LibreOffice Writer without a window: the same page as flat ODT

The peers are no part of the project. WeasyPrint is looked for in `--peers DIR`, filled by
`pip install --target DIR weasyprint`; LibreOffice is the system's `soffice`. One that is not there is said to
be `not installed`. Peers take part up to 1,000 rows.

The limits of the project: the list at 1,000 rows within twice the chain canvas and 0.6 s, and at least 5
times faster than each peer; 10,000 rows under 300 MB and linear.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))

OWN = ("list", "chain", "stock")
PEERS = ("weasy", "office")
MOST_ROWS_OF_PEERS = 1000
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


HEADINGS = ("編號", "科室", "職稱", "姓名", "分機", "原因與證據", "分數", "應受訓場次", "簽到", "備註")
WIDTHS = (16, 26, 22, 22, 15, 80, 28, 28, 22, 14)
"""Of the columns, in millimetres."""
FAMILIES = "TW-Kai, TW-Kai-Ext-B"

STYLE = """
@page { size: A4 landscape; margin: 27mm 12mm 15mm; @top-center { content: "補訓名冊"; font-size: 18pt }
        @bottom-center { content: "頁次 " counter(page) "/" counter(pages); font-size: 9.5pt } }
body { font: 9pt FAMILIES } table { border-collapse: collapse; table-layout: fixed; width: 100% }
td, th { border: .5pt solid; padding: 1.5mm 1mm; height: 4.5mm } th { background: #e6e6e6 }
"""


def with_weasyprint(count: int, path: Path) -> None:
    import weasyprint  # type: ignore[import-not-found]  # a peer, only there when asked for

    widths = "".join(f'<col style="width:{width}mm">' for width in WIDTHS)
    head = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>" for row in rows(count)
    )
    style = STYLE.replace("FAMILIES", FAMILIES)
    page = f"<style>{style}</style><table>{widths}<thead><tr>{head}</tr></thead><tbody>{body}</table>"
    weasyprint.HTML(string=page).write_pdf(str(path))


def with_libreoffice(count: int, path: Path) -> None:
    names = {
        name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
        for name in ("office", "style", "text", "table")
    }
    spaces = "".join(f' xmlns:{name}="{urn}"' for name, urn in names.items())
    spaces += ' xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"'
    columns = "".join(
        f'<style:style style:name="c{number}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width}mm"/></style:style>'
        for number, width in enumerate(WIDTHS)
    )

    def row(texts: tuple[str, ...]) -> str:
        cells = "".join(
            f'<table:table-cell table:style-name="cell" office:value-type="string">'
            f'<text:p text:style-name="t">{escape(text)}</text:p></table:table-cell>'
            for text in texts
        )
        return f"<table:table-row>{cells}</table:table-row>"

    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document{spaces} office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:styles>'
        '<style:style style:name="t" style:family="paragraph"><style:text-properties '
        'style:font-name-asian="TW-Kai" style:font-family-asian="TW-Kai" fo:font-family="TW-Kai" '
        'style:font-size-asian="9pt" fo:font-size="9pt"/></style:style></office:styles>'
        f"<office:automatic-styles>{columns}"
        '<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties '
        'fo:border="0.5pt solid #000000" fo:padding="1.2mm"/></style:style>'
        '<style:page-layout style:name="p"><style:page-layout-properties fo:page-width="297mm" '
        'fo:page-height="210mm" style:print-orientation="landscape" fo:margin-top="11mm" '
        'fo:margin-bottom="10mm" fo:margin-left="12mm" fo:margin-right="12mm"/>'
        "<style:header-style/><style:footer-style/></style:page-layout></office:automatic-styles>"
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="p">'
        '<style:header><text:p text:style-name="t">補訓名冊</text:p></style:header>'
        '<style:footer><text:p text:style-name="t">頁次 <text:page-number/>/<text:page-count/></text:p>'
        "</style:footer></style:master-page></office:master-styles>"
        '<office:body><office:text><table:table table:name="r">'
        + "".join(f'<table:table-column table:style-name="c{number}"/>' for number in range(len(WIDTHS)))
        + f"<table:table-header-rows>{row(HEADINGS)}</table:table-header-rows>"
        + "".join(map(row, rows(count)))
        + "</table:table></office:text></office:body></office:document>"
    )
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / f"{path.stem}.fodt"
        source.write_text(text, encoding="utf-8")
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        command += ["--convert-to", "pdf", "--outdir", str(path.parent), str(source)]
        subprocess.run(command, check=True, capture_output=True)


def peers(folder: Path | None) -> dict[str, bool]:
    """Say which peers are there."""
    return {
        "weasy": folder is not None and (folder / "weasyprint").is_dir(),
        "office": shutil.which("soffice") is not None,
    }


def surroundings(scratch: Path, folder: Path | None) -> dict[str, str]:
    """Let the peers find the faces of the house, and WeasyPrint itself."""
    fonts = HERE.parent.parent / "bureau" / "fonts"
    settings = scratch / "fonts.conf"
    settings.write_text(
        f"<fontconfig><dir>{fonts}</dir><cachedir>{scratch}/cache</cachedir></fontconfig>", encoding="utf-8"
    )
    found = os.environ | {"FONTCONFIG_FILE": str(settings)}
    return found | ({"PYTHONPATH": str(folder)} if folder else {})


def measure(case: str, count: int, path: Path) -> None:
    """Run one case in this process and print what it cost."""
    if case == "list":
        print_list(count, path)
    elif case == "chain":
        from bureau.paper.font import FONT_NAME, kai, register

        register(kai())
        throw(count, path, FONT_NAME)
    elif case == "weasy":
        with_weasyprint(count, path)
    elif case == "office":
        with_libreoffice(count, path)
    else:
        from reportlab.pdfbase.pdfmetrics import registerFont
        from reportlab.pdfbase.ttfonts import TTFont

        registerFont(TTFont("Stock", str(HERE.parent.parent / "bureau" / "fonts" / "kai-bmp.ttf")))
        throw(count, path, "Stock")
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    peak = max(usage.ru_maxrss for usage in usages) / (2**20 if sys.platform == "darwin" else 2**10)
    print(sum(usage.ru_utime + usage.ru_stime for usage in usages), peak, path.stat().st_size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="*", type=int, default=[1000, 10000])
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--peers", type=Path, help="a folder filled by pip install --target")
    parser.add_argument("--case", choices=(*OWN, *PEERS), help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.case:
        measure(arguments.case, arguments.rows[0], arguments.out)
        return
    started = time.perf_counter()
    there = peers(arguments.peers)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        around = surroundings(folder, arguments.peers)
        lists: dict[int, float] = {}
        for count in arguments.rows:
            cases = [*OWN]
            if count <= MOST_ROWS_OF_PEERS:
                cases += [peer for peer in PEERS if there[peer]]
            results: dict[str, list[tuple[float, float, float]]] = {case: [] for case in cases}
            for _turn in range(arguments.repeat):
                for case in cases:
                    command = [sys.executable, str(HERE), str(count), "--case", case]
                    command += ["--out", str(folder / f"{case}.pdf")]
                    output = subprocess.run(
                        command, check=True, capture_output=True, text=True, env=around
                    ).stdout
                    cpu, peak, size = map(float, output.split())
                    results[case].append((cpu, peak, size))
            medians = {
                case: [statistics.median(column) for column in zip(*measured, strict=True)]
                for case, measured in results.items()
            }
            lists[count] = medians["list"][0]
            print(f"{count:,} rows")
            print("  case     CPU s   peak MB   file kB   CPU as a multiple of the list's")
            for case, (cpu, peak, size) in medians.items():
                ratio = cpu / medians["list"][0]
                print(f"  {case:6} {cpu:7.2f} {peak:9.0f} {size / 1000:9.0f} {ratio:10.2f}")
            if count <= MOST_ROWS_OF_PEERS:
                for peer in PEERS:
                    if not there[peer]:
                        print(f"  {peer:6} not installed")
        if len(lists) > 1:
            (few, short), (many, long) = min(lists.items()), max(lists.items())
            growth = (long / short) / (many / few)
            times = f"{long / short:.1f} × the time"
            print(f"{many // few} × the rows cost the list {times} ({growth:.2f} of linear)")
    print(f"({time.perf_counter() - started:.0f} s in all)", file=sys.stderr)


if __name__ == "__main__":
    main()
