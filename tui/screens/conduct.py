"""How testers fill their forms in."""

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from bureau.calendar import Period
from bureau.language import _
from courtesy.conduct import Conduct
from courtesy.interval import Share
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place


class ConductScreen(Place):
    """One line for each tester, by 員工編號.

    Args:
        period: by the day of sealing.
    """

    HEADING = _("測試員的評分情形")
    HELP = _(
        "三件值得看一眼的事。線上／線下：分數剛好落在成績不佳分數線上方與下方的通數，"
        "p 是銅板丟出這樣不平均的機率；"
        "同級：每一行都給同一級的評分表（碼表自動填的行不算），括號裡是其中全部滿分的；太快：接起後很快就封存的。"
        "每一件都可能有正當的理由，不能證明評分不實。張數太少就不看。"
    )

    def __init__(self, period: Period) -> None:
        super().__init__()
        self._period = period
        self._found: list[Conduct] = []

    def content(self) -> ComposeResult:
        """Lay out the table and the sentence about the tester under the cursor."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("員工編號"), 8),
                Column(_("測試員"), most=20),
                Column(_("張數"), 4, right=True),
                Column(_("線上／線下"), 10, right=True),
                Column("p", 8, right=True),
                Column(_("同級（滿分）"), 13, right=True),
                Column(_("太快"), 12, right=True),
            ],
            empty=_("這段期間沒有計分的電話。"),
            opens=False,
        )
        yield Paragraph("", id="conclusion", classes="section-note")

    async def fill(self) -> None:
        """Look through the forms."""
        by, today, period = self.house.by, self.house.today, self._period
        self._found, names = await self.house.ask(
            lambda desks: (
                found := desks.standing.testers(period, by=by, today=today),
                {one.tester: desks.standing.name(one.tester, period) for one in found},
            )
        )
        title = _("{period}　測試員 {count} 人").format(period=period.title, count=len(self._found))
        if self._found:
            first = self._found[0]
            title += _("　線 {cut}，上下各 {beside} 分；太快：{seconds} 秒內").format(
                cut=f"{first.cut:.2f}", beside=first.beside, seconds=first.fast_seconds
            )
        self.query_one("#title", Static).update(title)
        listing = self.query_one(Listing)
        listing.show(
            [_row(one, names[one.tester]) for one in self._found],
            tones=["alarm" if one.reasons else "" if one.known else "quiet" for one in self._found],
        )
        listing.focus()
        self._conclude()

    @on(Listing.Moved)
    def _conclude(self) -> None:
        cursor = self.query_one(Listing).cursor
        text = self._found[cursor].conclusion if cursor < len(self._found) else ""
        self.query_one("#conclusion", Paragraph).update(text)


def _row(one: Conduct, name: str) -> tuple[str, ...]:
    if not one.known:
        return (one.tester, name, str(one.forms), _("張數不足"), "-", "-", "-")
    return (
        one.tester,
        name,
        str(one.forms),
        f"{one.above}/{one.below}",
        f"{one.p:.3f}" if one.p is not None else _("通數不足"),
        f"{_of(one.straight)} ({one.straight_full})",
        _of(one.fast),
    )


def _of(share: Share) -> str:
    return f"{share.count}/{share.n}"
