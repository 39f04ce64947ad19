"""The printed standing of an office: sections, run chart, funnel plot and flow; no person stands in it.

The charts are drawn in black: what they say is said by shape and label, never by colour.
"""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.calendar import Period, day_of
from bureau.dates import ROC_OFFSET
from bureau.language import _
from bureau.paper import Form, Grid, Paragraph, Picture
from bureau.paper.sketch import LEFT, SIZE, Sketch
from bureau.roles import Actor
from courtesy.axis import edges
from courtesy.flow import Flow
from courtesy.funnel import ACTION, WARNING, Funnel
from courtesy.result import SectionResult, Sections
from courtesy.run_chart import RunChart
from courtesy.standing_desk import StandingDesk

if TYPE_CHECKING:
    from bureau.paper import PrintReport
    from bureau.paper.form import Block

_STEPS = 60
_ON_ONE_DRAWING = 30
"""So many sections stand in one drawing of dots and whiskers, so that it fits a page."""


def print_standing(
    desk: StandingDesk, period: Period, path: Path, *, by: Actor, at: datetime
) -> "PrintReport":
    """Print the sections' table with its charts, each with what may and may not be concluded.

    Raises:
        NotAllowed: neither head, trainer nor administrator.
        PaperError: the file cannot be written.
    """
    today = day_of(at)
    sections = desk.sections(period, by=by, today=today)
    run = desk.run(period, by=by, today=today)
    funnel = desk.funnel(period, by=by, today=today)
    flow = desk.flows(period, by=by).total
    blocks: list[Block] = [
        Paragraph(_("一、各科室（依局裡的科室順序，不是名次）"), bold=True),
        Paragraph(
            _(
                "區間是平均的 95% 信賴區間；縮減平均把通數少的科室往全局拉近；"
                "不佳是低於 {cut} 分的通數與比例的 95% 區間。"
            ).format(cut=f"{sections.low_below:.2f}"),
            size=10.5,
        ),
        Grid(
            (_("代號"), _("科室"), _("計分"), _("平均"), _("95% 區間"), _("縮減平均"), _("不佳")),
            [_row(place, one) for place, one in enumerate(sections.results, 1)],
            weights=(1, 2.5, 1, 1.3, 2.6, 1.7, 3.1),
            size=9.5,
            row_mm=6,
        ),
        *(Picture(whiskers(sections, first)) for first in range(0, len(sections.results), _ON_ONE_DRAWING)),
        *_concluded(sections.conclusion),
        Picture(run_drawing(run)),
        *_concluded(run.conclusion),
        Picture(funnel_drawing(funnel)),
        *_concluded(funnel.conclusion),
        Picture(flow_drawing(flow)),
        *_concluded(flow.conclusion),
    ]
    form = Form(
        title=_("電話禮貌抽測統計"),
        office=desk.office.name,
        period=period.title,
        printed_on=today,
        fingerprint=desk.office.fingerprint(),
    )
    return form.print(blocks, path)


def _row(place: int, one: SectionResult) -> tuple[str, ...]:
    interval, share = one.interval, one.low.interval()
    return (
        str(place),
        one.section,
        str(one.counted.reached),
        str(one.mean) if one.mean is not None else "－",
        _("{low}至{high}").format(low=interval.low, high=interval.high) if interval else _("人數不足"),
        str(one.shrunken) if one.shrunken is not None else "－",
        _("{count} 通（{low}%至{high}%）").format(
            count=one.low.count, low=f"{share.low:.0f}", high=f"{share.high:.0f}"
        )
        if share
        else "－",
    )


def _concluded(sentence: str) -> "list[Block]":
    return [Paragraph(sentence, label=_("怎麼看："), size=10.5, leading=1.4, after=3)]


# Drawings


def whiskers(sections: Sections, start: int = 0) -> Any:
    """Draw sections' means in their intervals, from the place `start` on.

    A hollow dot is the mean drawn towards the office's.
    """
    shown = sections.results[start : start + _ON_ONE_DRAWING]
    low, high = edges(
        [
            value
            for one in sections.results
            for value in (one.mean, *((one.interval.low, one.interval.high) if one.interval else ()))
        ],
        10,
    )
    row = 15.0
    count = len(shown)
    sketch = Sketch(count * row + 46, (low, high), (0, max(count, 1)), below=36)
    sketch.line(LEFT, sketch.bottom, sketch.right, sketch.bottom)
    for mark in _marks(low, high):
        sketch.line(sketch.x(mark), sketch.bottom, sketch.x(mark), sketch.bottom - 3)
        sketch.text(sketch.x(mark), sketch.bottom - 13, f"{mark:g}", "middle")
    if (mean := sections.office.sample.mean) is not None:
        x = sketch.x(float(mean))
        sketch.line(x, sketch.bottom, x, sketch.top, dash=(2, 2))
    for place, one in enumerate(shown, 1):
        y = sketch.y(count - place + 0.5)
        sketch.text(LEFT - 5, y - SIZE / 3, str(start + place), "end")
        if one.interval is not None:
            first, last = sketch.x(float(one.interval.low)), sketch.x(float(one.interval.high))
            sketch.line(first, y, last, y)
            sketch.line(first, y - 3, first, y + 3)
            sketch.line(last, y - 3, last, y + 3)
        if one.shrunken is not None:
            sketch.dot(sketch.x(float(one.shrunken)), y, filled=False)
        if one.mean is not None:
            sketch.dot(sketch.x(float(one.mean)), y)
    sketch.text(
        LEFT,
        4,
        _("左邊是代號；實心點平均，橫線 95% 區間，空心點縮減平均，虛線全局平均 {mean}").format(mean=mean),
    )
    return sketch.drawing


def run_drawing(chart: RunChart) -> Any:
    """Draw the run chart; hollow dots belong to a run that is a signal."""
    low, high = edges([point.mean for point in chart.points], 5)
    count = max(1, len(chart.points))
    sketch = Sketch(158, (0, count), (low, high), below=48, title=_("二、趨勢圖（全局各月）"))
    sketch.axes(_marks(low, high))
    if chart.median is not None:
        y = sketch.y(float(chart.median))
        sketch.line(LEFT, y, sketch.right, y, dash=(4, 2))
    spots = [(sketch.x(place + 0.5), sketch.y(float(point.mean))) for place, point in enumerate(chart.points)]
    if len(spots) > 1:
        sketch.path(spots)
    for place, (point, (x, y)) in enumerate(zip(chart.points, spots, strict=True)):
        sketch.dot(x, y, filled=not point.in_run)
        sketch.text(x, sketch.bottom - 12, str(point.period.number), "middle")
        sketch.text(x, sketch.bottom - 34, str(point.sample.n), "middle", 8)
        if place == 0 or point.period.year != chart.points[place - 1].period.year:
            sketch.text(x, sketch.bottom - 23, str(point.period.year - ROC_OFFSET), "middle")
    for drop, head in ((12, _("月")), (23, _("年")), (34, _("通"))):
        sketch.text(LEFT - 5, sketch.bottom - drop, head, "end")
    sketch.text(
        LEFT, 2, _("虛線中位數 {median}；空心點屬於訊號；沒有通話的月份不畫").format(median=chart.median)
    )
    return sketch.drawing


def funnel_drawing(chart: Funnel) -> Any:
    """Draw the funnel plot: sections by their number in the table."""
    most = max((one.n for one in chart.points), default=1)
    right = most * 1.15 + 1
    values: list[Decimal | None] = [one.mean for one in chart.points]
    if chart.points and (limits := chart.limits(min(one.n for one in chart.points), ACTION)):
        values += [limits.low, limits.high]
    low, high = edges(values, 5)
    sketch = Sketch(190, (0, right), (low, high), below=32, title=_("三、漏斗圖"))
    sketch.axes(_marks(low, high))
    if chart.centre is not None:
        y = sketch.y(float(chart.centre))
        sketch.line(LEFT, y, sketch.right, y)
    for share, dash in ((WARNING, (2, 2)), (ACTION, (6, 2))):
        upper, lower = [], []
        for step in range(1, _STEPS + 1):
            n = right * step / _STEPS
            bounds = chart.limits(n, share)
            if bounds is None:
                continue
            if bounds.high <= Decimal(high):
                upper.append((sketch.x(n), sketch.y(float(bounds.high))))
            if bounds.low >= Decimal(low):
                lower.append((sketch.x(n), sketch.y(float(bounds.low))))
        for side in (upper, lower):
            if len(side) > 1:
                sketch.path(side, dash)
    for mark in sorted({0, round(right / 4), round(right / 2), round(right * 3 / 4)}):
        sketch.text(sketch.x(mark), sketch.bottom - 12, str(mark), "middle")
    for one in chart.points:
        x, y = sketch.x(one.n), sketch.y(float(one.mean))
        sketch.dot(x, y)
        sketch.text(x + 4, y + 2, str(one.place), size=8)
    sketch.text(sketch.right, sketch.bottom - 12, _("通數"), "end")
    sketch.text(
        LEFT,
        4,
        _("點旁是代號；橫線全局平均 {mean}，短虛線 95% 界限，長虛線 99.8% 界限").format(mean=chart.centre),
    )
    return sketch.drawing


def flow_drawing(flow: Flow) -> Any:
    """Draw the flow as bars: filled what goes on, hollow what is lost on the way."""
    steps = flow.steps
    row = 13.0
    sketch = Sketch(
        len(steps) * row + 34,
        (0, max(1, flow.drawn)),
        (0, len(steps)),
        below=4,
        title=_("四、被抽、接通到計分"),
    )
    left = LEFT + 70
    for place, (depth, name, number) in enumerate(steps):
        y = sketch.y(len(steps) - place - 1)
        sketch.text(depth * 12, y + 3, name)
        sketch.text(left - 6, y + 3, str(number), "end")
        length = number / max(1, flow.drawn) * (sketch.right - left)
        if number:
            sketch.box(left, y + 1, length, row - 6, solid=not depth)
    return sketch.drawing


def _marks(low: int, high: int) -> list[float]:
    step = 5 if high - low <= 30 else 10  # noqa: PLR2004 - so that labels do not touch
    return [float(mark) for mark in range(low, high + 1, step)]
