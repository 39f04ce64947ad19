"""The calls a tester has to make, and those that are done."""

from functools import partial
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import day_of, roc
from bureau.language import _
from bureau.people import Person
from bureau.roles import Role
from courtesy.call import Call
from courtesy.effort import Effort, Spread
from courtesy.occasion import Occasion
from courtesy.round import Draw
from tui.screens.cockpit import CockpitScreen
from tui.screens.objecting import object_to
from tui.screens.record import Record, record_lines
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown


class CallsScreen(Place):
    """The list from which a tester works."""

    HEADING = _("打分數")
    HELP = _(
        "這裡列出您要打的電話，依排定的日期；選一通按 Enter 就開始評分。"
        "只有被指派的測試員和管理者看得到名單。按 D 看已經封存的紀錄；自己的紀錄有疑義時，打開後按 J 申復。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,D,ｄ,Ｄ", "done", _("已封存／待打"), id="calls.done"),
        Binding("c,C,ｃ,Ｃ", "confirming", _("複測"), id="calls.confirming"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._done = False
        self._waiting: list[Draw] = []
        self._calls: list[Call] = []
        self._people: dict[str, Person] = {}
        self._effort: Effort | None = None

    def content(self) -> ComposeResult:
        """Lay out the two lists, of which one is shown."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Paragraph("", id="effort", classes="hidden")
        yield Listing(
            [
                Column(_("日期"), 9),
                Column(_("時段"), 5),
                Column(_("籤號"), 4, right=True),
                Column(_("科室"), 12),
                Column(_("姓名"), most=24),
                Column(_("分機"), 6),
                Column(_("測試員"), 8),
                Column(_("進度"), 8),
            ],
            empty=_("沒有要打的電話。"),
            id="waiting",
        )
        yield Listing(
            [
                Column(_("日期"), 9),
                Column(_("科室"), 12),
                Column(_("姓名"), most=24),
                Column(_("測試員"), 8),
                Column(_("結果"), 8),
                Column(_("分數"), 6, right=True),
                Column(_("等第"), 8),
                Column(_("重大"), 4),
            ],
            empty=_("還沒有封存的紀錄。"),
            id="done",
            classes="hidden",
        )

    async def fill(self) -> None:
        """Read both lists."""
        by, now = self.house.by, self.house.now
        self._waiting, calls, people, self._effort = await self.house.ask(
            lambda desks: (
                desks.calls.waiting(by=by),
                desks.calls.calls(by=by),
                desks.people.everybody(),
                desks.calls.effort(by=by, at=now),
            )
        )
        self._people = {person.staff_no: person for person in people}
        begun = {(call.round, call.person, call.occasion) for call in calls if not call.sealed}
        self._calls = [call for call in reversed(calls) if call.sealed]
        today = self.house.today
        self.query_one("#waiting", Listing).show(
            [
                (
                    roc(draw.day),
                    f"{draw.window:%H:%M}",
                    str(draw.order),
                    self._people[draw.staff_no].section,
                    self._people[draw.staff_no].name,
                    self._people[draw.staff_no].extension,
                    self._people[draw.tester].name,
                    _progress(
                        draw,
                        begun=(draw.round, draw.staff_no, draw.occasion) in begun,
                        told=by.holds(Role.ADMINISTRATOR),
                    ),
                )
                for draw in self._waiting
            ],
            tones=["alarm" if draw.day < today else "" for draw in self._waiting],
        )
        self.query_one("#done", Listing).show(
            [
                (
                    roc(day_of(call.at)),
                    call.section,
                    self._people[call.person].name,
                    self._people[call.tester].name,
                    call.outcome.label if call.outcome else "",
                    f"{call.score:.2f}" if call.score is not None else "",
                    call.band or "",
                    _("缺失") if call.critical else "",
                )
                for call in self._calls
            ],
            tones=["alarm" if call.critical else "" for call in self._calls],
        )
        self._choose()

    def _choose(self) -> None:
        self.query_one("#waiting", Listing).set_class(self._done, "hidden")
        self.query_one("#done", Listing).set_class(not self._done, "hidden")
        effort = self.query_one("#effort", Paragraph)
        effort.set_class(not (self._done and self._calls), "hidden")
        effort.update(_said(self._effort) if self._effort else "")
        shown = self.query_one("#done" if self._done else "#waiting", Listing)
        title = (
            _("已封存的紀錄 {count} 通").format(count=len(self._calls))
            if self._done
            else _("還有 {count} 通要打").format(count=len(self._waiting))
        )
        self.query_one("#title", Static).update(title)
        shown.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Show the confirming calls to those in charge alone: a tester is not to know of them."""
        actor = self.house.actor
        return action != "confirming" or (actor is not None and actor.holds(Role.TRAINER, Role.HEAD))

    def action_confirming(self) -> None:
        """Show the confirming calls."""
        self.house.action_go("confirming")

    def action_done(self) -> None:
        """Show the other list."""
        self._done = not self._done
        self._choose()

    @on(Listing.Chosen, "#waiting")
    def _begin(self, event: Listing.Chosen) -> None:
        self.app.push_screen(CockpitScreen(self._waiting[event.index]))

    @on(Listing.Chosen, "#done")
    async def _read(self, event: Listing.Chosen) -> None:
        await self._show_record(self._calls[event.index])

    @refusals_shown
    async def _show_record(self, call: Call) -> None:
        by, now = self.house.by, self.house.now
        scale, rulings, until, open_to = await self.house.ask(
            lambda desks: (
                desks.calls.scale(call.scale),
                desks.calls.rulings_on(call.id),
                desks.calls.objection_until(call),
                {each.id for each in desks.objections.can_object(by=by, at=now)},
            )
        )
        possible = call.id in open_to
        lines = record_lines(call, scale, self._people, rulings=rulings, until=until if possible else None)
        objects = partial(self._object, call) if possible else None
        await self.app.push_screen(Record(lines, objects))

    @work
    async def _object(self, call: Call) -> None:
        if await object_to(self, call):
            await self.show_all()


def _progress(draw: Draw, *, begun: bool, told: bool) -> str:
    """Say how far a call is; only who may know is told that it confirms another."""
    state = _("評分中") if begun else ""
    return f"{draw.occasion.label}{state}" if told and draw.occasion is Occasion.CONFIRMING else state


def _said(effort: Effort) -> str:
    """Say in one line how much work the forms were."""

    def pair(one: Spread) -> str:
        return "／".join("－" if each is None else str(each) for each in (one.median, one.ninetieth))

    return _("處理 {seconds} 秒（{timed} 通），按鍵 {keys} 個（{counted} 通）：中位數／第 90 百分位").format(
        seconds=pair(effort.seconds),
        timed=effort.seconds.n,
        keys=pair(effort.keys),
        counted=effort.keys.n,
    )
