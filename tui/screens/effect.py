"""成效: what changed after a session or a year's sessions, beside what luck and time would have changed."""

from decimal import Decimal
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.calendar import Period, PeriodKind, roc
from bureau.language import _
from courtesy.welch import Difference
from training.effect import Effect, Group, Measure
from training.session import Session
from tui.screens.period_choice import ask_period
from tui.widgets.dialog import Choose
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown
from tui.widgets.whisker import Axis, change_axis, whisker


class EffectScreen(Place):
    """The changes of one year, or of one of its sessions."""

    HEADING = _("成效")
    HELP = _(
        "訓練有沒有用，要和「不訓練也會有的變化」比。考壞的人下一次多半會好一點，這叫回歸平均，不是訓練的功勞；"
        "所以先扣掉它，再和同時期沒有受訓的人比。圖上 o 是變化，|---| 是 95% 區間，冒號是沒有變化；"
        "區間碰到冒號，就還不能說有變化。只用抽籤抽到的電話：複測是因為考壞才打的，算進去會讓人白白進步。"
        "表下的一句話說可以、不可以下什麼結論。S 選全年或單一場次，Y 換年度。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("s,S,ｓ,Ｓ", "session", _("看場次"), id="effect.session"),
        Binding("y,Y,ｙ,Ｙ", "year", _("換年度"), id="effect.year"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._year: int | None = None
        self._place = 0
        self._sessions: list[Session] = []
        self._effect: Effect | None = None

    @property
    def year(self) -> int:
        """The civil year that is shown: this one at first."""
        return self._year or self.house.today.year

    def content(self) -> ComposeResult:
        """Lay out the table and the sentences below it."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(_columns(""), opens=False)
        yield Paragraph("", id="sentence", classes="section-note")

    async def fill(self) -> None:
        """Read what changed."""
        by, year = self.house.by, self.year
        if self._place == 0:
            self._sessions, effect = await self.house.ask(
                lambda desks: (
                    [each for each in desks.training.sessions() if each.year == year],
                    desks.effect.year(year, by=by),
                )
            )
        else:
            session = self._sessions[self._place - 1]
            effect = await self.house.ask(lambda desks: desks.effect.session(session.id, by=by))
        self._effect = effect
        told = _("{title}　受訓 {n} 人").format(title=effect.title, n=effect.attended)
        if effect.elsewhere:
            told += _("，別場受訓不列入 {n} 人").format(n=effect.elsewhere)
        self.query_one("#title", Static).update(told)
        said = [one.sentence for one in effect.measures] if effect.attended else [effect.sentence]
        self.query_one("#sentence", Paragraph).update("\n".join(said))
        self._show()
        self.query_one(Listing).focus()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer the sessions only where there are any."""
        return action != "session" or bool(self._sessions)

    def on_resize(self) -> None:
        """Draw the dots and whiskers anew."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        if self._effect is None:
            return
        listing = self.query_one(Listing)
        line = change_axis(
            [change for one in self._effect.measures for change in _changes(one)], listing.open_width
        )
        listing.columns = tuple(_columns(line.heading()))
        rows: list[tuple[str, ...]] = []
        tones: list[str] = []
        for one in self._effect.measures:
            rows += [
                (one.name, "", "", "", "", "", ""),
                _group_row(_("受訓者"), one.trained, line),
                _row(_("回歸平均"), _alone(one.trained.expected), line),
                _row(_("超出預期"), one.excess, line),
                _group_row(_("未受訓者"), one.untrained, line),
                _row(_("比未受訓者"), one.beside, line),
            ]
            tones += ["quiet", "", "", "", "", ""]
        listing.show(rows, tones=tones)

    @work
    async def action_session(self) -> None:
        """Look at the year, or at one of its sessions."""
        year = Period(kind=PeriodKind.YEAR, year=self.year)
        rows = [("", year.title), *((roc(each.day), each.title) for each in self._sessions)]
        choice = await self.app.push_screen_wait(
            Choose(_("看哪一場"), [Column(_("日期"), 9), Column(_("名稱"))], rows)
        )
        if choice is not None:
            self._place = choice
            await self.show_all()

    @work
    async def action_year(self) -> None:
        """Choose another year."""
        await self._ask()

    @refusals_shown
    async def _ask(self) -> None:
        if period := await ask_period(self, Period(kind=PeriodKind.YEAR, year=self.year)):
            self._year, self._place = period.year, 0
            await self.show_all()


def _columns(ends: str) -> list[Column]:
    return [
        Column(_("項目"), 13),
        Column(_("人數"), 4, right=True),
        Column(_("之前"), 6, right=True),
        Column(_("之後"), 6, right=True),
        Column(_("變化"), 6, right=True),
        Column(_("95% 區間"), 13),
        Column(ends, most=70),
    ]


def _changes(one: Measure) -> list[Difference | None]:
    return [one.trained.change, _alone(one.trained.expected), one.excess, one.untrained.change, one.beside]


def _alone(points: Decimal | None) -> Difference | None:
    return None if points is None else Difference(points=points, interval=None)


def _group_row(what: str, group: Group, line: Axis) -> tuple[str, ...]:
    _what, _n, _before, _after, points, interval, drawn = _row(what, group.change, line)
    return what, str(group.n), _or_dash(group.before), _or_dash(group.after), points, interval, drawn


def _row(what: str, change: Difference | None, line: Axis) -> tuple[str, ...]:
    if change is None:
        return what, "", "", "", "-", "", ""
    interval = change.interval
    return (
        what,
        "",
        "",
        "",
        f"{change.points:+.2f}",
        f"{interval.low:+.1f}~{interval.high:+.1f}" if interval else "",
        whisker(line, change.points, interval, office=Decimal(0)),
    )


def _or_dash(value: Decimal | None) -> str:
    return "-" if value is None else str(value)
