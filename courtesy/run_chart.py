"""趨勢圖: the means of successive periods around their median, and runs too long for chance."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from statistics import median

from pydantic import BaseModel, ConfigDict

from bureau.calendar import Period
from bureau.language import _
from courtesy.interval import Sample, hundredths

RUN = 6
"""So many successive points on one side of the median are a signal.

R. J. Perla, L. P. Provost, S. K. Murray, "The run chart: a simple analytical tool for learning from variation
in healthcare processes", BMJ Quality & Safety 20 (2011) 46-51, rule 1 (shift): six or more consecutive points
all above or all below the median; points on the median neither add to a run nor break it.
"""

ENOUGH_POINTS = 10
"""With fewer points the rules of run charts say little (Perla, Provost and Murray 2011)."""


class Point(BaseModel):
    """One period with calls.

    Attributes:
        in_run: whether it belongs to a run that is a signal.
    """

    model_config = ConfigDict(frozen=True)

    period: Period
    sample: Sample
    in_run: bool = False

    @property
    def mean(self) -> Decimal:
        """The mean of the period's scores."""
        mean = self.sample.mean
        assert mean is not None, "a point stands on calls"
        return mean


class RunChart(BaseModel):
    """The means of successive periods.

    Attributes:
        section: whose; `""` is the whole office.
        points: the periods with calls, in order.
        median: of the points; None without any.
    """

    model_config = ConfigDict(frozen=True)

    section: str
    points: tuple[Point, ...]
    median: Decimal | None

    @property
    def signal(self) -> bool:
        """Whether a run is too long for chance alone."""
        return any(point.in_run for point in self.points)

    @property
    def conclusion(self) -> str:
        """One sentence of what may and may not be concluded."""
        count = len(self.points)
        if self.signal:
            run = next(point for point in self.points if point.in_run)
            side = _("以上") if self.median is not None and run.mean > self.median else _("以下")
            return _(
                "從 {first} 起連續 {run} 點以上都在中位數{side}：應該有原因，但圖不會說原因是什麼。"
            ).format(first=run.period.title, run=RUN, side=side)
        if count < ENOUGH_POINTS:
            return _("只有 {count} 點，太少，還不能說是進步、退步或沒有變。").format(count=count)
        return _("沒有連續 {run} 點在同一側：這些起伏用機遇就能解釋，不能說是進步或退步。").format(run=RUN)


def run_chart(section: str, periods: Sequence[tuple[Period, Sample]]) -> RunChart:
    """Draw the line of periods: their median, and the runs.

    Args:
        section: whose; `""` is the whole office.
        periods: in order; those without scores are left out.
    """
    points = [Point(period=period, sample=sample) for period, sample in periods if sample.n]
    if not points:
        return RunChart(section=section, points=(), median=None)
    middle = hundredths(Decimal(median(point.mean for point in points)))
    beside = [place for place, point in enumerate(points) if point.mean != middle]
    running: set[int] = set()
    for _above, group in groupby(beside, key=lambda place: points[place].mean > middle):
        places = list(group)
        if len(places) >= RUN:
            running.update(places)
    return RunChart(
        section=section,
        points=tuple(
            point.model_copy(update={"in_run": place in running}) for place, point in enumerate(points)
        ),
        median=middle,
    )
