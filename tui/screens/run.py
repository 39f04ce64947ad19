"""趨勢圖 of a section or of the whole office."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.calendar import Period, PeriodKind
from bureau.language import _
from tui.widgets.chart import Chart
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place
from tui.widgets.run_plot import run_plot


class RunScreen(Place):
    """The means of months or quarters around their median.

    Args:
        period: the line ends with it.
        section: whose; `""` is the whole office.
    """

    HEADING = _("趨勢圖")
    HELP = _(
        "每一點是一個月（或一季）的平均，橫線是各點的中位數，最下面一列是通數。"
        "連續六點以上落在同一側才算訊號，圖上畫成 *；其餘的起伏用機遇就能解釋。"
        "按 M 換月或季，O 換全局或本科室。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m,M,ｍ,Ｍ", "step", _("月／季"), id="run.step"),
        Binding("o,O,ｏ,Ｏ", "office", _("全局／科室"), id="run.office"),
    ]

    def __init__(self, period: Period, section: str) -> None:
        super().__init__()
        self._period = period
        self._section = section
        self._shown = section
        self._step = PeriodKind.MONTH

    def content(self) -> ComposeResult:
        """Lay out the chart and the sentence below it."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Chart()
        yield Paragraph("", id="conclusion", classes="section-note")

    async def fill(self) -> None:
        """Read the line."""
        by, today, period = self.house.by, self.house.today, self._period
        section, step = self._shown, self._step
        chart = await self.house.ask(
            lambda desks: desks.standing.run(period, section=section, step=step, by=by, today=today)
        )
        self.query_one("#title", Static).update(
            _("{section}　o 平均，* 訊號，- 中位數 {median}").format(
                section=section or _("全局"), median=chart.median if chart.median is not None else "-"
            )
        )
        self.query_one(Chart).show(lambda width, height: run_plot(chart, width, height))
        self.query_one("#conclusion", Paragraph).update(chart.conclusion)

    async def action_step(self) -> None:
        """Change between months and quarters."""
        self._step = PeriodKind.QUARTER if self._step is PeriodKind.MONTH else PeriodKind.MONTH
        await self.show_all()

    async def action_office(self) -> None:
        """Change between the section and the whole office."""
        self._shown = "" if self._shown else self._section
        await self.show_all()
