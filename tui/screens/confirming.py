"""The confirming calls: which bad results wait for another tester's call, and what came of it."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from bureau.dates import roc
from bureau.language import _
from bureau.people import Person
from courtesy.confirming import Need
from tui.widgets.listing import Column, Listing
from tui.widgets.place import Place


class ConfirmingScreen(Place):
    """The list of confirming calls, for those in charge."""

    HEADING = _("複測")
    HELP = _(
        "抽測成績不佳的電話，會自動排給另一科室的另一位測試員再測一通；他不知道這是複測，也看不到第一通。"
        "排不出人的會寫明原因，有人可以時自動指派，管理者也可以用 courtesy round confirm --call 指派。"
        "回合結束後仍可以複測。測試員是誰，只有管理者在打電話以前看得到。"
    )
    BINDINGS: ClassVar[list[BindingType]] = []

    def content(self) -> ComposeResult:
        """Lay out the list."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("紀錄"), 5),
                Column(_("科室"), 12),
                Column(_("姓名"), 8),
                Column(_("分數"), 6, right=True),
                Column(_("複測"), 10),
                Column(_("日期"), 9),
                Column(_("測試員"), 8),
                Column(_("結果或原因")),
            ],
            empty=_("沒有要複測的電話。"),
            opens=False,
        )

    async def fill(self) -> None:
        """Bring what waits up to date, then read it."""
        by, now = self.house.by, self.house.now
        await self.house.ask(lambda desks: desks.calls.confirming.settle(by=by, at=now))
        needs, people = await self.house.ask(
            lambda desks: (desks.calls.confirming.needs(by=by, at=now), desks.people.everybody())
        )
        known = {person.staff_no: person for person in people}
        waiting = sum(need.state.open for need in needs)
        self.query_one("#title", Static).update(_("複測還有 {count} 通").format(count=waiting))
        self.query_one(Listing).show(
            [_row(need, known) for need in needs],
            tones=["" if need.state.open else "quiet" for need in needs],
        )
        self.query_one(Listing).focus()


def _row(need: Need, people: dict[str, Person]) -> tuple[str, ...]:
    first, draw, second = need.first, need.draw, need.second
    result = need.why
    if second is not None and second.score is not None:
        result = _("{score:.2f} 分，{band}").format(score=second.score, band=second.band)
    return (
        first.id,
        first.section,
        people[first.person].name,
        f"{first.score:.2f}" if first.score is not None else "",
        need.state.label,
        roc(draw.day) if draw else "",
        people[draw.tester].name if draw and draw.tester in people else "",
        result,
    )
