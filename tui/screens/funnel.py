"""漏斗圖 of all sections."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from bureau.calendar import Period
from bureau.language import _
from courtesy.funnel import FunnelPoint
from tui.widgets.chart import Chart
from tui.widgets.funnel_plot import funnel_plot, letter
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place


class FunnelScreen(Place):
    """The plot, and which letter is which section.

    Args:
        period: by the day of sealing.
    """

    CSS: ClassVar[str] = """
    FunnelScreen Listing { height: 6; margin: 0 2; }
    """
    HEADING = _("漏斗圖")
    HELP = _(
        "橫軸是通數，縱軸是平均，每個字母是一個科室（# 是幾個重疊）。通數少的科室本來就容易偏高或偏低，"
        "所以界限左邊寬、右邊窄：點（.）是 95%，等號（=）是 99.8%。在界限之內的差別用機遇就能解釋。"
    )

    def __init__(self, period: Period) -> None:
        super().__init__()
        self._period = period

    def content(self) -> ComposeResult:
        """Lay out plot, legend and the sentence below them."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Chart()
        yield Listing(
            [
                Column(_("代號"), 4),
                Column(_("科室"), most=24),
                Column(_("通數"), 6, right=True),
                Column(_("平均"), 6, right=True),
                Column(_("位置"), 24),
            ],
            opens=False,
        )
        yield Paragraph("", id="conclusion", classes="section-note")

    async def fill(self) -> None:
        """Read the sections."""
        by, today, period = self.house.by, self.house.today, self._period
        chart = await self.house.ask(lambda desks: desks.standing.funnel(period, by=by, today=today))
        self.query_one("#title", Static).update(
            _("{period}　. 95% 界限，= 99.8% 界限，- 全局平均").format(period=period.title)
        )
        self.query_one(Chart).show(lambda width, height: funnel_plot(chart, width, height))
        listing = self.query_one(Listing)
        listing.show(
            [
                (
                    letter(one.place),
                    one.section,
                    str(one.n),
                    str(one.mean),
                    # Without limits nothing lies within them.
                    _where(one) if chart.sd is not None else _("通數不足"),
                )
                for one in chart.points
            ]
        )
        listing.focus()
        self.query_one("#conclusion", Paragraph).update(chart.conclusion)


def _where(one: FunnelPoint) -> str:
    if not one.outside:
        return _("界限之內")
    if one.outside == 1:
        return _("高於 95% 界限") if one.above else _("低於 95% 界限")
    return _("高於 99.8% 界限") if one.above else _("低於 99.8% 界限")
