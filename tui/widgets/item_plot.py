"""The charts of an item analysis as text: facility and discrimination, scores, options by thirds."""

from collections.abc import Sequence

from rich.cells import cell_len

from bureau.language import _
from quiz_bank.item_report import WEAK, ItemReport, PaperReport
from tui.widgets.chart import Sheet, padded

AXIS = 5
SEVERAL = "#"
"""Stands where several questions lie upon each other or touch."""

_CURVE_LABEL = 6
_CURVE_LABEL_MOST = 24
_BAND = 10


def item_scatter(report: PaperReport, width: int, height: int) -> Sequence[str]:
    """Draw each question by facility (across) and discrimination (up); `.` is the line of weak ones."""
    points = [
        (item.number, item.figures.facility, item.figures.point_biserial_corrected)
        for item in report.items
        if item.figures.facility is not None and item.figures.point_biserial_corrected is not None
    ]
    if not points:
        return [_("還沒有可以畫的題目。")]
    room, rows = width - AXIS, height - 1
    values = [float(r or 0) for _number, _p, r in points]
    low, high = min(0.0, *values) - 0.05, max(0.5, *values) + 0.05
    sheet = Sheet(room, rows)

    def row(value: float) -> int:
        return round((high - value) / (high - low) * (rows - 1))

    for value, mark in ((WEAK, "."), (0.0, "-")):
        for x in range(room):
            sheet.put(x, row(value), mark)
    placed = sorted(
        (row(float(correlation or 0)), round(float(facility or 0) * (room - 3)), str(number))
        for number, facility, correlation in points
    )
    runs: list[tuple[int, int, str]] = []
    for y, x, text in placed:
        # Numbers without a blank between them would be read as one.
        if runs and runs[-1][0] == y and x <= runs[-1][1] + len(runs[-1][2]):
            _row, first, before = runs.pop()
            runs.append((y, first, SEVERAL * (max(x + len(text), first + len(before)) - first)))
        else:
            runs.append((y, x, text))
    for y, x, text in runs:
        sheet.write(x, y, text)
    labels = {row(0.0): "0.0", row(WEAK): f"{WEAK:.1f}", 0: f"{high:.1f}"}
    lines = [
        padded(labels.get(y, ""), AXIS - 1, right=True) + "|" + line for y, line in enumerate(sheet.lines())
    ]
    foot = Sheet(room, 1)
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        foot.write(round(value * (room - 3)), 0, f"{value:g}")
    return [*lines, padded(_("難度"), AXIS - 1, right=True) + "|" + foot.lines()[0]]


def score_histogram(report: PaperReport, width: int, height: int) -> Sequence[str]:
    """Draw how many people have which score, a bar for each ten points."""
    counts = report.bands(_BAND)
    most = max(1, *counts)
    lines = []
    for place, count in enumerate(counts):
        last = place == len(counts) - 1
        name = f"{place * _BAND}-{100 if last else place * _BAND + _BAND - 1}"
        bar = "=" * round(count / most * (width - 16))
        lines.append(f"{name:>6} |{bar}{' ' if bar else ''}{count or ''}")
    return lines[:height]


def option_curves(item: ItemReport, width: int, height: int) -> Sequence[str]:
    """Draw for each option the share that took it in the lower, middle and upper third of the people."""
    widest = max((cell_len(row.shown) for row in item.options), default=_CURVE_LABEL)
    label = max(_CURVE_LABEL, min(widest, _CURVE_LABEL_MOST))
    room = max(6, (width - label - 6) // 3 - 6)
    heads = (_("低分組"), _("中間組"), _("高分組"))
    lines = [" " * (label + 3) + "".join(padded(head, room + 6) for head in heads)]
    for row in item.options:
        cells = []
        for share in row.thirds:
            if share is None:
                cells.append(padded("-", room + 6))
                continue
            bar = "=" * round(share * room)
            cells.append(padded(f"{bar} {share:.0%}" if bar else f"{share:.0%}", room + 6))
        mark = "*" if row.right else " "
        lines.append(f"{padded(row.shown, label)}{mark}| {''.join(cells)}")
    return lines[:height]
