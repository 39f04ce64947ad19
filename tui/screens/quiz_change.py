"""What the people of a session scored before and after it."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import roc
from bureau.language import _
from quiz_bank.blueprint import Paper
from training.session import Session
from tui.widgets.dialog import Choose
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown


class QuizChangeScreen(Place):
    """One line for each person expected, in the order of the list, never by score.

    Args:
        session: whose people are shown.
    """

    HEADING = _("前測與後測")
    HELP = _(
        "按 B 指定講習前作答的試卷，A 指定講習後作答的；兩份要不同。"
        "變化只看兩份都交卷的人；人數不足時不給區間。表下的一句話說可以、不可以下什麼結論。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b,B,ｂ,Ｂ", "choose('before')", _("前測試卷"), id="change.before"),
        Binding("a,A,ａ,Ａ", "choose('after')", _("後測試卷"), id="change.after"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def content(self) -> ComposeResult:
        """Lay out the table and the sentence below it."""
        yield Static("", id="papers", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("員工編號"), 8),
                Column(_("姓名"), most=20),
                Column(_("前測"), 6, right=True),
                Column(_("後測"), 6, right=True),
                Column(_("變化"), 7, right=True),
            ],
            empty=_("沒有應到的人。"),
            opens=False,
        )
        yield Paragraph("", id="conclusion", classes="section-note")

    async def fill(self) -> None:
        """Read the scores."""
        session, by = self._session, self.house.by
        plan, joined, people = await self.house.ask(
            lambda desks: (
                desks.sessions.plan(session.id),
                desks.sessions.change(session.id, by=by),
                desks.people.everybody(),
            )
        )
        names = {person.staff_no: person.name for person in people}
        self.query_one("#papers", Static).update(
            _("前測 {before}　後測 {after}　兩份都交卷 {n} 人　平均變化 {change}").format(
                before=plan.paper_before or _("未指定"),
                after=plan.paper_after or _("未指定"),
                n=joined.n,
                change="－" if joined.mean_change is None else f"{joined.mean_change:+}",
            )
        )
        self.query_one(Listing).show(
            [
                (
                    pair.staff_no,
                    names.get(pair.staff_no, ""),
                    "－" if pair.before is None else str(pair.before),
                    "－" if pair.after is None else str(pair.after),
                    "－" if pair.change is None else f"{pair.change:+}",
                )
                for pair in joined.pairs
            ]
        )
        self.query_one(Listing).focus()
        self.query_one("#conclusion", Paragraph).update(joined.conclusion)

    @work
    async def action_choose(self, which: str) -> None:
        """Say which paper is sat before, or after."""
        await self._choose(which)

    @refusals_shown
    async def _choose(self, which: str) -> None:
        session, by, now = self._session, self.house.by, self.house.now
        papers, plan = await self.house.ask(
            lambda desks: (desks.sessions.papers(), desks.sessions.plan(session.id))
        )
        chosen = await self.app.push_screen_wait(
            Choose(
                _("前測用哪一份試卷？") if which == "before" else _("後測用哪一份試卷？"),
                [Column(_("編號"), 6), Column(_("名稱")), Column(_("作答期間"), 22)],
                [("－", _("不用"), ""), *(_paper(paper) for paper in papers)],
            )
        )
        if chosen is None:
            return
        paper_id = papers[chosen - 1].id if chosen else ""
        before, after = (paper_id, plan.paper_after) if which == "before" else (plan.paper_before, paper_id)
        await self.house.ask(
            lambda desks: desks.sessions.set_papers(session.id, before, after, by=by, at=now)
        )
        await self.fill()


def _paper(paper: Paper) -> tuple[str, str, str]:
    return paper.id, paper.title, f"{roc(paper.opens_on)}－{roc(paper.closes_on)}"
