"""The results of a section's people, or one's own."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.calendar import Period
from bureau.language import _
from courtesy.result import PersonResult
from tui.screens.period_choice import ask_period
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place


class PersonsScreen(Place):
    """One line for each person, by 員工編號, never by score.

    Args:
        period: by the day of sealing.
        section: whose people are shown.
        own: the acting person's own result, shown instead of a section.
    """

    HEADING = _("個人統計")
    HELP = _(
        "一個人一年通常只有幾通電話，平均的誤差很大：區間跨到哪幾個等第，就只能說可能在那幾個等第。"
        "依員工編號排列，不排名次。表下的一句話說游標所在的人可以、不可以下什麼結論。按 P 換期間。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p,P,ｐ,Ｐ", "period", _("期間"), id="persons.period"),
    ]

    def __init__(self, period: Period, *, section: str = "", own: PersonResult | None = None) -> None:
        super().__init__()
        self._period = period
        self._section = section
        self._own = own
        self._results: list[PersonResult] = []

    def content(self) -> ComposeResult:
        """Lay out the table and the sentence about the person under the cursor."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("員工編號"), 8),
                Column(_("姓名"), most=20),
                Column(_("封存"), 4, right=True),
                Column(_("計分"), 4, right=True),
                Column(_("平均"), 6, right=True),
                Column(_("95% 區間"), 12),
                Column(_("可能的等第"), 18),
            ],
            empty=_("這段期間沒有封存的電話。"),
            opens=False,
        )
        yield Paragraph("", id="conclusion", classes="section-note")

    async def fill(self) -> None:
        """Read the results."""
        by, today, period, section = self.house.by, self.house.today, self._period, self._section
        if self._own is not None:
            own = await self.house.ask(
                lambda desks: desks.standing.person(by.staff_no, period, by=by, today=today)
            )
            self._results = [own]
            title = _("{period}　我的結果").format(period=period.title)
        else:
            self._results = await self.house.ask(
                lambda desks: desks.standing.persons(section, period, by=by, today=today)
            )
            title = _("{period}　{section}　{count} 人").format(
                period=period.title, section=section, count=len(self._results)
            )
        self.query_one("#title", Static).update(title)
        listing = self.query_one(Listing)
        listing.show([_row(one) for one in self._results])
        listing.focus()
        self._conclude()

    @on(Listing.Moved)
    def _conclude(self) -> None:
        cursor = self.query_one(Listing).cursor
        text = ""
        if cursor < len(self._results):
            one = self._results[cursor]
            text = _("{name}：{conclusion}").format(name=one.name, conclusion=one.conclusion)
        self.query_one("#conclusion", Paragraph).update(text)

    @work
    async def action_period(self) -> None:
        """Choose another period."""
        if period := await ask_period(self, self._period):
            self._period = period
            await self.show_all()


def _row(one: PersonResult) -> tuple[str, ...]:
    interval = one.interval
    return (
        one.staff_no,
        one.name,
        str(one.counted.calls),
        str(one.counted.reached),
        str(one.mean) if one.mean is not None else "-",
        f"{interval.low}-{interval.high}" if interval else _("次數不足"),
        one.bands_text,
    )
