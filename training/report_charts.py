"""The charts of the yearly report, drawn in black: shape and hatching tell, so that no colour is needed."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from bureau.language import _
from bureau.paper.sketch import LEFT, SIZE, WIDTH, Pattern, Sketch
from courtesy.axis import edges
from courtesy.bulletin import LostLine
from courtesy.interval import Share
from training.presence import Presence, SessionPresence
from training.report import Month, SectionSummary

ON_ONE_DRAWING = 30
"""So many sections stand in one drawing, so that it fits a page."""

_SMALL = 8.0
_NAME = 9
"""So many characters of a name stand beside a bar; the table has it whole."""
_WIDE = 110.0
_HUNDRED = 100


def months_drawing(months: Sequence[Month], title: str) -> Any:
    """Draw the mean of each month with its interval, and the number of calls below."""
    values: list[Decimal | None] = []
    for month in months:
        interval = month.calls.interval
        values += [month.calls.mean, *((interval.low, interval.high) if interval else ())]
    low, high = edges(values, 10)
    count = max(1, len(months))
    sketch = Sketch(170, (0, count), (low, high), below=38, title=title)
    sketch.axes([float(mark) for mark in range(low, high + 1, 10)])
    spots: list[tuple[float, float]] = []
    for place, month in enumerate(months):
        x = sketch.x(place + 0.5)
        sketch.text(x, sketch.bottom - 12, str(month.period.number), "middle")
        sketch.text(x, sketch.bottom - 24, str(month.calls.scored), "middle", _SMALL)
        mean, interval = month.calls.mean, month.calls.interval
        if mean is None:
            continue
        spots.append((x, sketch.y(float(mean))))
        if interval is not None:
            bottom, top = sketch.y(float(interval.low)), sketch.y(float(interval.high))
            sketch.line(x, bottom, x, top)
            sketch.line(x - 3, bottom, x + 3, bottom)
            sketch.line(x - 3, top, x + 3, top)
    for x, y in spots:
        sketch.dot(x, y)
    for drop, head in ((12, _("月")), (24, _("通"))):
        sketch.text(LEFT - 5, sketch.bottom - drop, head, "end")
    sketch.text(LEFT, 2, _("點是平均，直線是 95% 信賴區間；不到兩人計分的月份不畫"), size=_SMALL)
    return sketch.drawing


def sections_drawings(
    sections: Sequence[SectionSummary], office: Decimal | None, title: str
) -> Iterator[Any]:
    """Draw the means of the sections that were called, in the order of the office.

    Several drawings have one scale, so that they can be laid beside each other.
    """
    called = [one for one in sections if one.calls.scored]
    values: list[Decimal | None] = [office]
    for one in called:
        interval = one.calls.interval
        values += [one.calls.mean, *((interval.low, interval.high) if interval else ())]
    ends = edges(values, 10)
    for start in range(0, len(called), ON_ONE_DRAWING):
        several = len(called) > ON_ONE_DRAWING
        number = _("（{number}）").format(number=start // ON_ONE_DRAWING + 1) if several else ""
        yield _sections_drawing(called[start : start + ON_ONE_DRAWING], office, ends, title + number)


def _sections_drawing(
    sections: Sequence[SectionSummary], office: Decimal | None, ends: tuple[int, int], title: str
) -> Any:
    low, high = ends
    row = 14.0
    sketch = Sketch(len(sections) * row + 62, (low, high), (0, max(1, len(sections))), below=34, title=title)
    left = _WIDE

    def across(value: Decimal | float) -> float:
        return left + (float(value) - low) / (high - low) * (sketch.right - left)

    sketch.line(left, sketch.bottom, sketch.right, sketch.bottom)
    for mark in range(low, high + 1, 10):
        sketch.line(across(mark), sketch.bottom, across(mark), sketch.bottom - 3)
        sketch.text(across(mark), sketch.bottom - 13, str(mark), "middle")
    if office is not None:
        sketch.line(across(office), sketch.bottom, across(office), sketch.top, dash=(2, 2))
    for place, one in enumerate(sections):
        y = sketch.y(len(sections) - place - 0.5)
        sketch.text(left - 6, y - SIZE / 3, _cut(one.section), "end")
        mean, interval = one.calls.mean, one.calls.interval
        if interval is not None:
            first, last = across(interval.low), across(interval.high)
            sketch.line(first, y, last, y)
            sketch.line(first, y - 3, first, y + 3)
            sketch.line(last, y - 3, last, y + 3)
        if mean is None:
            sketch.text(left + 4, y - SIZE / 3, _("人數不足"), size=_SMALL)
        else:
            sketch.dot(across(mean), y)
    sketch.text(
        left, 4, _("點是平均，橫線是 95% 信賴區間，虛線是全局平均；依局內順序，不是名次"), size=_SMALL
    )
    return sketch.drawing


def lines_drawing(lines: Sequence[LostLine], title: str) -> Any:
    """Draw how often each line lost points, of how often it was judged."""
    row = 15.0
    sketch = Sketch(len(lines) * row + 40, (0, _HUNDRED), (0, max(1, len(lines))), below=16, title=title)
    left = _WIDE + 60
    room = sketch.right - left - 70
    for place, line in enumerate(lines):
        y = sketch.y(len(lines) - place - 1) + 2
        share = Share(count=line.lost, n=line.judged).percent or Decimal()
        length = float(share) / _HUNDRED * room
        sketch.text(left - 6, y + 2, _cut(line.text, 17), "end", _SMALL)
        sketch.surface(left, y, max(length, 0.5), row - 5, "hatched")
        label = _("{lost}／{judged}（{percent}%）").format(lost=line.lost, judged=line.judged, percent=share)
        sketch.text(left + length + 4, y + 2, label, size=_SMALL)
    sketch.line(left, sketch.bottom, left, sketch.top)
    sketch.text(left, 3, _("橫條是失分次數占評定次數的比例"), size=_SMALL)
    return sketch.drawing


_PARTS: tuple[tuple[str, Pattern], ...] = (
    ("present", "solid"),
    ("official", "dotted"),
    ("leave", "hatched"),
    ("absent", "empty"),
)


def presence_drawing(sessions: Sequence[SessionPresence], title: str) -> Any:
    """Draw who was at each session as one bar of four surfaces."""
    row = 18.0
    sketch = Sketch(len(sessions) * row + 46, (0, 1), (0, max(1, len(sessions))), below=20, title=title)
    left = _WIDE + 40
    room = sketch.right - left - 60
    most = max((one.total.expected for one in sessions), default=1) or 1
    for place, one in enumerate(sessions):
        y = sketch.y(len(sessions) - place - 1) + 3
        total = one.total
        name = f"{one.session.day.month}/{one.session.day.day} {one.session.title}"
        sketch.text(left - 6, y + 3, _cut(name, 15), "end", _SMALL)
        x = left
        for field, pattern in _PARTS:
            width = _count(total, field) / most * room
            if width:
                sketch.surface(x, y, width, row - 7, pattern)
            x += width
        sketch.text(
            x + 4, y + 3, _("{present}／{n}").format(present=total.present, n=total.expected), size=_SMALL
        )
    x = LEFT
    for (_field, pattern), label in zip(_PARTS, (_("出席"), _("公假"), _("請假"), _("缺席")), strict=True):
        sketch.surface(x, 3, 18, 9, pattern)
        sketch.text(x + 22, 4, label, size=_SMALL)
        x += 70
    return sketch.drawing


def cases_drawing(months: Sequence[Month], title: str) -> Any:
    """Draw how many cases were opened and closed in each month."""
    most = max((max(month.opened, month.closed) for month in months), default=0)
    step = max(1, -(-most // 5))
    top = max(step, -(-most // step) * step)
    count = max(1, len(months))
    sketch = Sketch(150, (0, count), (0, top), below=34, title=title)
    sketch.axes([float(mark) for mark in range(0, top + 1, step)])
    width = min(14.0, (WIDTH - LEFT) / count / 3)
    for place, month in enumerate(months):
        middle = sketch.x(place + 0.5)
        bars: tuple[tuple[int, Pattern, float], ...] = (
            (month.opened, "solid", middle - width),
            (month.closed, "hatched", middle),
        )
        for number, pattern, x in bars:
            height = sketch.y(number) - sketch.bottom
            if number:
                sketch.surface(x, sketch.bottom, width, height, pattern)
                sketch.text(x + width / 2, sketch.bottom + height + 2, str(number), "middle", 7)
        sketch.text(middle, sketch.bottom - 12, str(month.period.number), "middle")
    sketch.text(LEFT - 5, sketch.bottom - 12, _("月"), "end")
    x = LEFT
    patterns: tuple[tuple[Pattern, str], ...] = (("solid", _("新開")), ("hatched", _("結案")))
    for pattern, label in patterns:
        sketch.surface(x, 3, 18, 9, pattern)
        sketch.text(x + 22, 4, label, size=_SMALL)
        x += 70
    return sketch.drawing


def _count(presence: Presence, field: str) -> int:
    return int(getattr(presence, field))


def _cut(text: str, most: int = _NAME) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
