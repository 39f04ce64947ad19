"""漏斗圖: each section's mean against its number of calls, between limits that widen where calls are few."""

import math
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from courtesy.interval import LEAST, MOST, Interval, Sample, hundredths, z_quantile
from courtesy.result import Sections

WARNING, ACTION = 0.95, 0.998
"""The two pairs of limits.

D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine 24 (2005)
1185-1202: limits at ±1.96 and ±3.09 standard errors around the overall mean.
"""


class FunnelPoint(BaseModel):
    """One section.

    Attributes:
        place: in the order of the office, from 1; it names the point in the chart.
        outside: 0 within the limits, 1 beyond the inner, 2 beyond the outer ones.
        above: whether it lies above the overall mean.
    """

    model_config = ConfigDict(frozen=True)

    place: int
    section: str
    n: int
    mean: Decimal
    outside: int
    above: bool


class Funnel(BaseModel):
    """The sections' means against their numbers of calls.

    Attributes:
        points: the sections with calls, in the office's order.
        centre: the mean of all calls; None without any.
        sd: of calls within a section, in points; None where it cannot be known, and then there are no limits.
    """

    model_config = ConfigDict(frozen=True)

    points: tuple[FunnelPoint, ...]
    centre: Decimal | None
    sd: float | None

    def limits(self, n: float, share: float) -> Interval | None:
        """Give the limits at `n` calls that hold `share` of sections which do not differ; None: unknown.

        centre ± z·sd/√n, clipped to the range of scores.
        """
        if self.centre is None or self.sd is None or n <= 0:
            return None
        half = Decimal(z_quantile((1 + share) / 2) * self.sd / math.sqrt(n))
        return Interval(
            low=max(LEAST, hundredths(self.centre - half)), high=min(MOST, hundredths(self.centre + half))
        )

    @property
    def conclusion(self) -> str:
        """One sentence of what may and may not be concluded."""
        if self.sd is None or not self.points:
            return _("通數不夠，畫不出界限，科室之間不能比較。")
        far = [one.section for one in self.points if one.outside == 2]  # noqa: PLR2004 - beyond both
        near = [one.section for one in self.points if one.outside == 1]
        if far:
            return _(
                "{sections}在外界限（99.8%）之外，機遇很難解釋，值得去了解原因；"
                "但原因可能是業務、來電或測試員的差別，不能直接說是表現。"
            ).format(sections="、".join(far))
        if near:
            return _(
                "{sections}在內界限（95%）之外；{count} 個科室裡單靠機遇本來就約有 {expected} 個會這樣，"
                "可以留意，不能下結論。"
            ).format(
                sections="、".join(near),
                count=len(self.points),
                expected=f"{len(self.points) * (1 - WARNING):.1f}",
            )
        return _("所有科室都在界限之內：差別用機遇就能解釋，不能排名次，也不能說沒有差別。")


def funnel(sections: Sections) -> Funnel:
    """Make the funnel of an office's sections."""
    everything: Sample = sections.office.sample
    # Without any spread, the limits would lie on the mean and everything else beyond them.
    sd = math.sqrt(sections.among.within) if sections.among.within else None
    bare = Funnel(points=(), centre=everything.mean, sd=sd)
    points = []
    for place, one in enumerate(sections.results, 1):
        mean = one.mean
        if mean is None or bare.centre is None:
            continue
        outside = 0
        for share in (WARNING, ACTION):
            limits = bare.limits(one.counted.reached, share)
            outside += limits is not None and mean not in limits
        points.append(
            FunnelPoint(
                place=place,
                section=one.section,
                n=one.counted.reached,
                mean=mean,
                outside=outside,
                above=mean > bare.centre,
            )
        )
    return bare.model_copy(update={"points": tuple(points)})
