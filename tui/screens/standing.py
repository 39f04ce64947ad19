"""統計: the sections' results with how sure they are, and the way to persons and charts."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.calendar import Period, PeriodKind
from bureau.language import _
from bureau.roles import Role
from courtesy.result import SectionResult, Sections
from courtesy.standing_desk import OVERSEERS
from tui.screens.conduct import ConductScreen
from tui.screens.flow import FlowScreen
from tui.screens.funnel import FunnelScreen
from tui.screens.period_choice import ask_period
from tui.screens.persons import PersonsScreen
from tui.screens.run import RunScreen
from tui.widgets.dialog import Field, Form, Message, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown
from tui.widgets.whisker import Axis, axis, whisker


class StandingScreen(Place):
    """The sections in the office's own order; somebody without an office sees the own result."""

    HEADING = _("統計")
    HELP = _(
        "每一科室的平均、95% 區間與成績不佳的比例，依局裡的科室順序，不排名次。"
        "圖上 o 是平均，|---| 是區間，冒號是全局平均，x 是縮減平均：通數愈少，愈往全局靠，"
        "因為少數幾通多半是運氣。按 Enter 看一科的人，R 趨勢圖，F 漏斗圖，L 流程，T 測試員，"
        "P 換期間，I 印成 PDF。表下的一句話說可以、不可以下什麼結論。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,R,ｒ,Ｒ", "run", _("趨勢圖"), id="standing.run"),
        Binding("f,F,ｆ,Ｆ", "funnel", _("漏斗圖"), id="standing.funnel"),
        Binding("l,L,ｌ,Ｌ", "flow", _("流程"), id="standing.flow"),
        Binding("t,T,ｔ,Ｔ", "testers", _("測試員"), id="standing.testers"),
        Binding("p,P,ｐ,Ｐ", "period", _("期間"), id="standing.period"),
        Binding("i,I,ｉ,Ｉ", "print", _("印 PDF"), id="standing.print"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._period: Period | None = None
        self._sections: Sections | None = None

    @property
    def period(self) -> Period:
        """The period that is shown: this year at first."""
        return self._period or Period.of(PeriodKind.YEAR, self.house.today)

    def content(self) -> ComposeResult:
        """Lay out the table and the sentence below it."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(_columns(""), empty=_("還沒有科室。"))
        yield Paragraph("", id="office", classes="section-note")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer only what the acting person may see."""
        actor = self.house.actor
        if action in {"run", "funnel", "flow", "print", "period"}:
            return actor is not None and actor.holds(*OVERSEERS)
        if action == "testers":
            return actor is not None and actor.holds(Role.TRAINER)
        return True

    async def fill(self) -> None:
        """Read the sections; somebody who may not see them is shown the own result."""
        by, today, period = self.house.by, self.house.today, self.period
        self.refresh_bindings()
        if not by.holds(*OVERSEERS):
            result = await self.house.ask(
                lambda desks: desks.standing.person(by.staff_no, period, by=by, today=today)
            )
            self._refused = True
            await self.app.push_screen(PersonsScreen(period, own=result))
            return
        self._sections = await self.house.ask(
            lambda desks: desks.standing.sections(period, by=by, today=today)
        )
        office = self._sections.office
        self.query_one("#title", Static).update(
            _("{period}　{calls} 通，計分 {n} 通，全局平均 {mean}").format(
                period=period.title,
                calls=office.calls,
                n=office.reached,
                mean=_or_dash(office.sample.mean),
            )
        )
        self.query_one("#office", Paragraph).update(self._sections.conclusion)
        self._show()
        self.query_one(Listing).focus()

    def on_resize(self) -> None:
        """Draw the dots and whiskers anew."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        if self._sections is None:
            return
        listing = self.query_one(Listing)
        line = axis(self._sections, listing.open_width)
        listing.columns = tuple(_columns(line.heading()))
        listing.show([self._row(one, line) for one in self._sections.results])

    def _row(self, one: SectionResult, line: Axis) -> tuple[str, ...]:
        assert self._sections is not None
        interval, share = one.interval, one.low.interval()
        return (
            one.section,
            str(one.counted.reached),
            _or_dash(one.mean),
            f"{interval.low}-{interval.high}" if interval else _("人數不足"),
            _or_dash(one.shrunken),
            f"{one.low.count}({share.low:.0f}-{share.high:.0f}%)" if share else "-",
            whisker(
                line,
                one.mean,
                interval,
                shrunken=one.shrunken,
                office=self._sections.office.sample.mean,
            ),
        )

    @property
    def _section(self) -> str:
        """The section under the cursor."""
        cursor = self.query_one(Listing).cursor
        results = self._sections.results if self._sections else ()
        return results[cursor].section if cursor < len(results) else ""

    @on(Listing.Chosen)
    def _persons(self, _event: Listing.Chosen) -> None:
        self.app.push_screen(PersonsScreen(self.period, section=self._section))

    def action_run(self) -> None:
        """Show the section's run chart."""
        self.app.push_screen(RunScreen(self.period, self._section))

    def action_funnel(self) -> None:
        """Show the funnel plot."""
        self.app.push_screen(FunnelScreen(self.period))

    def action_flow(self) -> None:
        """Show what became of the drawn."""
        self.app.push_screen(FlowScreen(self.period))

    def action_testers(self) -> None:
        """Show how testers fill their forms in."""
        self.app.push_screen(ConductScreen(self.period))

    @work
    async def action_period(self) -> None:
        """Choose another period."""
        if period := await ask_period(self, self.period):
            self._period = period
            await self.show_all()

    @work
    async def action_print(self) -> None:
        """Print table and charts."""
        await self._print()

    @refusals_shown
    async def _print(self) -> None:
        period, by, now = self.period, self.house.by, self.house.now
        answers = await self.app.push_screen_wait(
            Form(
                _("印統計"),
                [Field("path", _("存成（.pdf）"), _("抽測統計-{period}.pdf").format(period=period.code))],
                _("有科室表、趨勢圖、漏斗圖與流程，每張圖下都寫明可以、不可以下什麼結論；沒有個人。"),
            )
        )
        if answers is None:
            return
        path = typed_path(answers["path"])

        from courtesy.standing_papers import print_standing  # noqa: PLC0415 - reportlab only now

        report = await self.house.ask(
            lambda desks: print_standing(desks.standing, period, path, by=by, at=now)
        )
        await self.app.push_screen_wait(
            Message(_("已印好"), [_("已印到 {path}，共 {pages} 頁。").format(path=path, pages=report.pages)])
        )


def _columns(ends: str) -> list[Column]:
    return [
        Column(_("科室"), 12),
        Column(_("通數"), 4, right=True),
        Column(_("平均"), 6, right=True),
        Column(_("95% 區間"), 12),
        Column(_("縮減"), 6, right=True),
        Column(_("不佳"), 10),
        Column(ends, most=70),
    ]


def _or_dash(value: object) -> str:
    return "-" if value is None else str(value)
