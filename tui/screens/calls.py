"""The calls a tester has to make, and those that are done."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import roc, roc_time
from bureau.language import _
from bureau.people import Person
from courtesy.call import Call
from courtesy.effort import Effort, Spread
from courtesy.round import Draw
from tui.screens.cockpit import CockpitScreen
from tui.widgets.dialog import Message
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place


class CallsScreen(Place):
    """The list from which a tester works."""

    HEADING = _("打分數")
    HELP = _(
        "這裡列出您要打的電話，依排定的日期；選一通按 Enter 就開始評分。"
        "只有被指派的測試員和管理者看得到名單。按 D 看已經封存的紀錄。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d,D,ｄ,Ｄ", "done", _("已封存／待打"), id="calls.done"),
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
        begun = {(call.round, call.person) for call in calls if not call.sealed}
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
                    _("評分中") if (draw.round, draw.staff_no) in begun else "",
                )
                for draw in self._waiting
            ],
            tones=["alarm" if draw.day < today else "" for draw in self._waiting],
        )
        self.query_one("#done", Listing).show(
            [
                (
                    roc(call.at.date()),
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

    def action_done(self) -> None:
        """Show the other list."""
        self._done = not self._done
        self._choose()

    @on(Listing.Chosen, "#waiting")
    def _begin(self, event: Listing.Chosen) -> None:
        self.app.push_screen(CockpitScreen(self._waiting[event.index]))

    @on(Listing.Chosen, "#done")
    async def _read(self, event: Listing.Chosen) -> None:
        call = self._calls[event.index]
        scale = await self.house.ask(lambda desks: desks.calls.scale(call.scale))
        lines = [
            f"{call.section} {self._people[call.person].name}　"
            + _("分機 {extension}").format(extension=call.extension),
            _("紀錄 {id}，測試員 {tester}，{outcome}").format(
                id=call.id,
                tester=self._people[call.tester].name,
                outcome=call.outcome.label if call.outcome else "",
            ),
        ]
        if call.score is not None:
            lines.append(_("{score:.2f} 分，{band}").format(score=call.score, band=call.band))
        for placed in scale.in_call_order(call.parts):
            if (key := call.marks.get(placed.id)) is not None:
                step = placed.line.step(key)
                said = _("　{line}：{step}").format(
                    line=placed.line.text, step=step.label if step else _("不適用")
                )
                cause = call.causes.get(placed.id)
                lines.append(said + (_("（{cause}）").format(cause=cause) if cause else ""))
        lines += [
            _("未接通：{when} {outcome}").format(when=roc_time(one.at), outcome=one.outcome.label)
            for one in call.attempts
        ]
        if call.question and (passed := call.question.passed):
            lines.append(_("題目 {id}：{passed}").format(id=call.question.question_id, passed=passed.label))
        if call.remark:
            lines.append(_("備註：{remark}").format(remark=call.remark))
        await self.app.push_screen(Message(_("電話測試紀錄"), lines))


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
