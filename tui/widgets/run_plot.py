"""The run chart as text: a point for each period, the median, the numbers of calls below."""

from collections.abc import Sequence
from decimal import Decimal

from bureau.calendar import Period, PeriodKind
from bureau.dates import ROC_OFFSET
from bureau.language import _
from courtesy.axis import edges
from courtesy.run_chart import RunChart
from tui.widgets.chart import Sheet, padded

_STEP = 5
AXIS = 4
"""Cells for the numbers at the left."""

FEET = 3
"""Lines below the chart: period, year, calls."""


def run_plot(chart: RunChart, width: int, height: int) -> Sequence[str]:
    """Draw the chart: `o` a period, `*` one in a run that is a signal, `-` the median."""
    if not chart.points or chart.median is None:
        return [_("還沒有接通並評分的電話。")]
    periods = _between(chart.points[0].period, chart.points[-1].period)
    room, rows = width - AXIS, height - FEET
    step = max(2, min(6, room // len(periods)))
    periods = periods[-(room // step) :]
    low, high = edges([point.mean for point in chart.points], _STEP)

    def row(value: Decimal) -> int:
        return int((high - value) / (high - low) * (rows - 1) + Decimal("0.5"))

    sheet = Sheet(room, rows)
    for x in range(step * len(periods)):
        sheet.put(x, row(chart.median), "-")
    places = {period: place * step + step // 2 for place, period in enumerate(periods)}
    for point in chart.points:
        if point.period in places:
            sheet.put(places[point.period], row(point.mean), "*" if point.in_run else "o")
    labels = {0: str(high), rows - 1: str(low)}
    lines = [
        padded(labels.get(y, ""), AXIS - 1, right=True) + "|" + line for y, line in enumerate(sheet.lines())
    ]
    feet = Sheet(room, FEET)
    calls = {point.period: point.sample.n for point in chart.points}
    for place, period in enumerate(periods):
        x = places[period]
        feet.write(x - (period.number >= 10), 0, str(period.number))  # noqa: PLR2004 - two digits
        if place == 0 or period.number == 1:
            feet.write(max(0, x - 1), 1, str(period.year - ROC_OFFSET))
        n = str(calls.get(period, 0))
        if len(n) < step or len(n) == 1:
            feet.write(x - len(n) + 1, 2, n)
    heads = (_("月") if periods[0].kind is PeriodKind.MONTH else _("季"), _("年"), _("通"))
    return lines + [
        padded(head, AXIS - 1, right=True) + "|" + line
        for head, line in zip(heads, feet.lines(), strict=True)
    ]


def _between(first: Period, last: Period) -> list[Period]:
    """Give every period of the kind, those without calls too: time must not be drawn shorter than it was."""
    found = [first]
    count = 12 if first.kind is PeriodKind.MONTH else 4
    while found[-1] != last:
        year, number = found[-1].year, found[-1].number + 1
        found.append(Period(kind=first.kind, year=year + (number > count), number=(number - 1) % count + 1))
    return found
