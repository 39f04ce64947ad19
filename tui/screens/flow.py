"""被抽 → 接通 → 計分, of all rounds of a period or of one."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.calendar import Period
from bureau.language import _
from courtesy.flow import Flow
from tui.widgets.chart import Chart
from tui.widgets.flow_bars import flow_bars
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place


class FlowScreen(Place):
    """What became of the drawn.

    Args:
        period: the rounds that begin in it.
    """

    HEADING = _("被抽到計分")
    HELP = _(
        "從被抽、接通到計分，每一步剩多少人；縮進去的是在這一步離開的人。被抽含遞補的人。"
        "先是這段期間的全部回合，按左右鍵看單一回合。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", _("前一回合"), id="flow.before"),
        Binding("right", "turn(1)", _("後一回合"), id="flow.after"),
    ]

    def __init__(self, period: Period) -> None:
        super().__init__()
        self._period = period
        self._flows: list[tuple[str, Flow]] = []
        self._shown = 0

    def content(self) -> ComposeResult:
        """Lay out the bars and the sentence below them."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Chart()
        yield Paragraph("", id="conclusion", classes="section-note")

    async def fill(self) -> None:
        """Count."""
        by, period = self.house.by, self._period
        flows = await self.house.ask(lambda desks: desks.standing.flows(period, by=by))
        everything = _("{period}　全部 {count} 個回合").format(period=period.title, count=len(flows.rounds))
        self._flows = [(everything, flows.total)]
        self._flows += [
            (_("{period}　回合 {id}").format(period=period.title, id=name), flow)
            for name, flow in flows.rounds.items()
        ]
        self._show()

    def _show(self) -> None:
        title, flow = self._flows[self._shown]
        self.query_one("#title", Static).update(title)
        self.query_one(Chart).show(lambda width, height: flow_bars(flow, width, height))
        self.query_one("#conclusion", Paragraph).update(flow.conclusion)

    def action_turn(self, rounds: int) -> None:
        """Show another round; before the first stand all together."""
        if self._flows:
            self._shown = (self._shown + rounds) % len(self._flows)
            self._show()
