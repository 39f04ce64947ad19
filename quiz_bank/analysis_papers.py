"""The printed analysis of a paper: the figures of each question, the charts, and the tables of options.

The charts are drawn in black: what they say is said by place and label, never by colour.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.dates import day_of, roc
from bureau.language import _
from bureau.paper import Form, Grid, Paragraph, Picture
from bureau.roles import Actor
from quiz_bank import item_words as words
from quiz_bank.analysis import CORRELATION_FROM
from quiz_bank.analysis_desk import AnalysisDesk
from quiz_bank.item_report import WEAK, ItemReport, PaperReport

if TYPE_CHECKING:
    from bureau.paper import PrintReport
    from bureau.paper.form import Block

_LONGEST_STEM = 60
_BAND = 10
_HEADING = 12.0
"""Of the chapters, as the title of a chart, in points."""
_FULL = 100
_LABEL = 8.0
_DOT = 3.0
"""Half of the room of a dot, in points."""
_DIGIT = 0.62
"""Of the size of the type: how wide a digit is at most."""
_OPTION_WEIGHTS = (4.6, 0.9, 0.9, 1, 1.9, 1.3, 2.1, 1.4)


def print_analysis(
    desk: AnalysisDesk, paper_id: str, path: Path, *, by: Actor, at: datetime
) -> "PrintReport":
    """Print the analysis of a paper; it shows keys, so it is for those who may see them.

    Raises:
        NotAllowed: neither trainer nor head, or a head who can still sit the paper.
        BlueprintError: there is no such paper.
        PaperError: the file cannot be written.
    """
    today = day_of(at)
    found = desk.paper(paper_id, by=by, today=today)
    paper = desk.quiz.paper(paper_id)
    blocks: list[Block] = [
        *(Paragraph(line, size=10.5, leading=1.4, after=1) for line in _about(found)),
        Paragraph(found.conclusion, label=_("怎麼看："), size=10.5, leading=1.4, after=3),
    ]
    if found.items:
        blocks += [
            Paragraph(_("一、各題"), size=_HEADING),
            _items(found.items),
            Paragraph(
                _(
                    "p 難度（得分佔滿分的比率）；r 鑑別度（與其他題總分的相關）；"
                    "D 高低分組差（前、後 27%，同分的都算）；"
                    "效率、權重為百分比；亂猜是隨便作答平均得到的比率。區間都是 95%。"
                ),
                size=9.5,
                leading=1.35,
            ),
            Picture(histogram(found), align="left"),
            Picture(scatter(found), align="left"),
            Paragraph(_("四、選項（字母是印出的題本上的字母）"), size=_HEADING, with_next=True),
        ]
        for item in found.items:
            blocks += _options(item)
    form = Form(
        title=_("試題分析"),
        office=desk.office.name,
        period=_("{title}（{first}－{last}）").format(
            title=paper.title, first=roc(paper.opens_on), last=roc(paper.closes_on)
        ),
        printed_on=today,
        fingerprint=desk.office.fingerprint(),
        side_mm=20.0,
    )
    return form.print(blocks, path)


def _about(found: PaperReport) -> list[str]:
    lines = words.whole_text(found.analysis) if found.analysis else []
    if left_out := words.left_out_text(found):
        lines.append(left_out)
    if found.corrections:
        lines.append(_("這份試卷有 {count} 次答案更正，分析用更正後的得分。").format(count=found.corrections))
    return lines


def _items(items: Sequence[ItemReport]) -> Grid:
    return Grid(
        (
            _("題"),
            _("題型"),
            "p",
            _("95% 區間"),
            "r",
            _("95% 區間"),
            "D",
            _("效率"),
            _("權重"),
            _("亂猜"),
            _("看一下"),
        ),
        [
            (
                str(item.number),
                item.kind.label,
                words.facility_text(item.figures),
                words.facility_interval_text(item.figures),
                words.correlation_text(item.figures),
                words.correlation_interval_text(item.figures),
                words.difference_text(item.figures),
                words.efficiency_text(item.figures),
                words.weight_text(item.figures),
                words.guess_text(item),
                words.remarks_text(item) or words.NONE,
            )
            for item in items
        ],
        weights=(0.7, 1.1, 1.1, 2.2, 1.1, 2.4, 1.1, 1.1, 1.2, 1.1, 3.6),
        align=(*("center",) * 10, "left"),
        size=8.5,
        row_mm=5.5,
        pad_mm=0.8,
    )


def _options(item: ItemReport) -> "list[Block]":
    stem = item.stem if len(item.stem) <= _LONGEST_STEM else item.stem[:_LONGEST_STEM] + "…"
    against = [item.against_key.text] if item.against_key else []
    return [
        Paragraph(
            _("{number}. {stem}（給分的答案：{key}）").format(
                number=item.number, stem=stem.replace("\n", " "), key=item.key_text
            ),
            size=10,
            leading=1.35,
            after=0.8,
        ),
        Paragraph(words.figures_text(item), size=9, leading=1.35, after=0.8),
        *(Paragraph(text, size=9.5, bold=True, leading=1.35, after=0.8) for text in against),
        Grid(
            words.option_headings(),
            [words.option_cells(row) for row in item.options],
            weights=_OPTION_WEIGHTS,
            align=("left", "center", "center", "center", "center", "center", "center", "center"),
            size=8.5,
            row_mm=4.8,
            pad_mm=0.6,
            after=2.5,
        ),
    ]


def histogram(found: PaperReport) -> Any:
    """Draw how many people have which score, in bands of ten; the last one holds 90 to 100."""
    from bureau.paper.sketch import LEFT, Sketch  # noqa: PLC0415 - reportlab, only when something is printed

    counts = found.bands()
    most = max(1, *counts)
    sketch = Sketch(140, (0, _FULL), (0, most), below=30, title=_("二、分數分布"))
    sketch.axes([0, most])
    for place, count in enumerate(counts):
        x, right = sketch.x(place * _BAND), sketch.x((place + 1) * _BAND)
        if count:
            sketch.box(x + 2, sketch.bottom, right - x - 4, sketch.y(count) - sketch.bottom, solid=True)
            sketch.text((x + right) / 2, sketch.y(count) + 2, str(count), "middle", 8)
        sketch.text(x, sketch.bottom - 12, str(place * _BAND), "middle")
    sketch.text(sketch.right, sketch.bottom - 12, str(_FULL), "middle")
    x = sketch.x(float(found.pass_mark))
    sketch.line(x, sketch.bottom, x, sketch.top, dash=(2, 2))
    sketch.text(
        LEFT,
        4,
        _("橫軸分數，縱軸人數；虛線是及格 {mark} 分").format(mark=f"{found.pass_mark.normalize():f}"),
    )
    return sketch.drawing


def scatter(found: PaperReport) -> Any:
    """Draw each question by its facility and its discrimination, named by its number."""
    from bureau.paper.sketch import LEFT, Sketch  # noqa: PLC0415 - reportlab, only when something is printed

    points = [
        (item.figures.facility, item.figures.point_biserial_corrected, str(item.number))
        for item in found.items
        if item.figures.facility is not None and item.figures.point_biserial_corrected is not None
    ]
    low = min(-0.2, *(r for _p, r, _n in points)) if points else -0.2
    sketch = Sketch(200, (0, 1), (low, 1), below=32, title=_("三、難度與鑑別度"))
    sketch.axes([0, WEAK, 0.5, 1])
    for mark in (0, 0.25, 0.5, 0.75, 1):
        sketch.text(sketch.x(mark), sketch.bottom - 12, f"{mark:g}", "middle")
    sketch.line(LEFT, sketch.y(0), sketch.right, sketch.y(0))
    sketch.line(LEFT, sketch.y(WEAK), sketch.right, sketch.y(WEAK), dash=(2, 2))
    dots = [(sketch.x(facility), sketch.y(correlation), number) for facility, correlation, number in points]
    for x, y, _number in dots:
        sketch.dot(x, y)
    labels, left_out = placed_labels(dots, (LEFT, sketch.bottom + 1, sketch.right, sketch.top))
    for x, y, text in labels:
        sketch.text(x, y, text, size=_LABEL)
    note = (
        _("橫軸難度 p（右邊容易），縱軸鑑別 r；虛線以下鑑別度低")
        if found.n >= CORRELATION_FROM
        else _("橫軸難度 p，縱軸鑑別 r；人數不足 {least}，位置只供參考").format(least=CORRELATION_FROM)
    )
    if left_out:
        note += _("；擠在一起沒有標的是第 {numbers} 題").format(numbers="、".join(left_out))
    sketch.text(LEFT, 4, note)
    return sketch.drawing


def placed_labels(
    dots: Sequence[tuple[float, float, str]], field: tuple[float, float, float, float]
) -> tuple[list[tuple[float, float, str]], list[str]]:
    """Find a place beside each dot for its number, so that no number lies upon another or upon a dot.

    Dots that lie upon each other share one label.

    Args:
        dots: place in points, and number.
        field: left, lower, right and upper edge, in points, beyond which no label stands.

    Returns:
        The labels with the place of their baseline's beginning, and the numbers for which there is no room.
    """
    groups: list[tuple[float, float, list[str]]] = []
    for x, y, number in dots:
        near = next((each for each in groups if abs(each[0] - x) < _DOT and abs(each[1] - y) < _DOT), None)
        if near:
            near[2].append(number)
        else:
            groups.append((x, y, [number]))
    taken = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y, _number in dots]
    labels: list[tuple[float, float, str]] = []
    left_out: list[str] = []
    for x, y, numbers in groups:
        text = ",".join(numbers)
        wide = len(text) * _LABEL * _DIGIT
        for left, low in (
            (x + _DOT + 1, y - _LABEL / 3),
            (x - _DOT - 1 - wide, y - _LABEL / 3),
            (x - wide / 2, y + _DOT + 1),
            (x - wide / 2, y - _DOT - _LABEL),
            (x + _DOT, y + _DOT),
            (x - _DOT - wide, y + _DOT),
            (x + _DOT, y - _DOT - _LABEL),
            (x - _DOT - wide, y - _DOT - _LABEL),
        ):
            box = (left, low, left + wide, low + _LABEL)
            inside = field[0] <= left and field[1] <= low and box[2] <= field[2] and box[3] <= field[3]
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                labels.append((left, low + 1, text))
                break
        else:
            left_out += numbers
    return labels, left_out


def _overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
