"""The agenda of a session, and what the evidence proposes for it."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.calendar import Period, PeriodKind
from bureau.language import _
from bureau.problem import Refused
from training.agenda import Proposal
from training.attendance import minutes_from
from training.session import Session
from training.session_plan import AgendaTopic, SessionPlan
from tui.screens.period_choice import ask_period
from tui.widgets.dialog import Confirm, Field, Form
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown


class AgendaScreen(Place):
    """The proposal above, the agenda below.

    Args:
        session: whose agenda it is.
    """

    HEADING = _("議程")
    HELP = _(
        "上半是失分最多的量表行與稅目，由多到少，各到規則所定的比例為止；電話與測驗分開計算，只看抽籤抽到的電話。"
        "按 T 照建議排定（人數不足的不採計，分鐘數依失分比例），再改：N 增加、Enter 修改、X 刪去、U 往上移。"
        "P 換一段期間看；Tab 在兩張表之間換，建議那張表下會列出最常失分的題目。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t,T,ｔ,Ｔ", "take", _("照建議"), id="agenda.take"),
        Binding("n,N,ｎ,Ｎ", "new", _("增加"), id="agenda.new"),
        Binding("x,X,ｘ,Ｘ", "drop", _("刪去"), id="agenda.drop"),
        Binding("u,U,ｕ,Ｕ", "up", _("往上移"), id="agenda.up"),
        Binding("p,P,ｐ,Ｐ", "period", _("期間"), id="agenda.period"),
        Binding("tab", "other", _("換表"), priority=True, id="agenda.other"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._period: Period | None = None
        self._plan = SessionPlan()
        self._proposal = Proposal(topics=())

    @property
    def period(self) -> Period:
        """The period that is looked at: this year at first."""
        return self._period or Period.of(PeriodKind.YEAR, self.house.today)

    def content(self) -> ComposeResult:
        """Lay out the proposal and the agenda."""
        yield Static("", id="evidence", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("來源"), 4),
                Column(_("失分項目")),
                Column(_("占失分"), 6, right=True),
                Column(_("累計"), 5, right=True),
                Column(_("次數"), 5, right=True),
                Column(_("人數"), 12, right=True),
            ],
            empty=_("這段期間沒有失分的紀錄。"),
            opens=False,
            id="proposed",
        )
        yield Static("", id="planned", classes="section-title", markup=False)
        yield Listing(
            [Column(_("議程")), Column(_("分鐘"), 5, right=True), Column(_("依據"), 24)],
            empty=_("還沒有議程。按 T 照建議排定，或按 N 自己加。"),
            id="agenda",
        )
        yield Paragraph("", id="basis", classes="section-note")

    async def fill(self) -> None:
        """Read the proposal and the agenda."""
        session, by, now, period = self._session, self.house.by, self.house.now, self.period
        self._proposal, self._plan = await self.house.ask(
            lambda desks: (
                desks.sessions.proposal(session.id, period, by=by, at=now),
                desks.sessions.plan(session.id),
            )
        )
        self.query_one("#evidence", Static).update(
            _("{period}失分　抽測 {calls} 通、測驗 {sittings} 份").format(
                period=period.title, calls=self._proposal.calls, sittings=self._proposal.sittings
            )
        )
        self.query_one("#proposed", Listing).show(
            [
                (
                    topic.loss.source.label,
                    topic.loss.title,
                    f"{topic.share * 100:.0f}%",
                    f"{topic.so_far * 100:.0f}%",
                    str(topic.loss.n),
                    str(topic.loss.people)
                    if topic.enough
                    else _("{count} 人數不足").format(count=topic.loss.people),
                )
                for topic in self._proposal.topics
            ],
            tones=["" if topic.enough else "quiet" for topic in self._proposal.topics],
        )
        self.query_one("#planned", Static).update(
            _("{title}的議程　{minutes}/{length} 分鐘").format(
                title=session.title, minutes=self._plan.minutes, length=session.length
            )
        )
        agenda = self.query_one("#agenda", Listing)
        agenda.show([(topic.title, str(topic.minutes), topic.basis) for topic in self._plan.agenda])
        self.set_focus(agenda)
        self._say_basis()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave Tab to a window that is in front."""
        return self.app.screen is self if action == "other" else True

    @on(Listing.Moved)
    def _say_basis(self) -> None:
        proposed, agenda = self.query_one("#proposed", Listing), self.query_one("#agenda", Listing)
        said = ""
        if proposed.has_focus and proposed.cursor < len(self._proposal.topics):
            topic = self._proposal.topics[proposed.cursor]
            said = topic.basis
            if topic.loss.hardest:
                said += _("。最常失分的題目：{stems}").format(stems="／".join(topic.loss.hardest))
        elif agenda.cursor < len(self._plan.agenda):
            said = self._plan.agenda[agenda.cursor].basis
        self.query_one("#basis", Paragraph).update(said)

    def action_other(self) -> None:
        """Go to the other of the two tables."""
        proposed, agenda = self.query_one("#proposed", Listing), self.query_one("#agenda", Listing)
        self.set_focus(agenda if proposed.has_focus else proposed)
        self.call_after_refresh(self._say_basis)

    @work
    async def action_take(self) -> None:
        """Make the proposal the agenda."""
        await self._take()

    @refusals_shown
    async def _take(self) -> None:
        if self._plan.agenda and not await self.app.push_screen_wait(
            Confirm(_("照建議排定"), [_("現在的 {count} 項會被取代。").format(count=len(self._plan.agenda))])
        ):
            return
        session, by, now, period = self._session, self.house.by, self.house.now, self.period
        taken = await self.house.ask(
            lambda desks: desks.sessions.take_over(session.id, period, by=by, at=now)
        )
        await self.fill()
        self.house.tell(_("已排定 {count} 項。").format(count=len(taken)))

    @work
    async def action_new(self) -> None:
        """Add a topic at the end."""
        await self._edit(len(self._plan.agenda))

    @on(Listing.Chosen, "#agenda")
    def _chosen(self, event: Listing.Chosen) -> None:
        self._change(event.index)

    @work
    async def _change(self, place: int) -> None:
        await self._edit(place)

    @refusals_shown
    async def _edit(self, place: int) -> None:
        topics = list(self._plan.agenda)
        before = topics[place] if place < len(topics) else None
        answers = await self.app.push_screen_wait(
            Form(
                _("議程"),
                [
                    Field("title", _("標題"), before.title if before else "", check=_title),
                    Field("minutes", _("分鐘"), str(before.minutes) if before else "30", check=_minutes),
                ],
            )
        )
        if answers is None:
            return
        topic = AgendaTopic(
            title=answers["title"],
            minutes=minutes_from(answers["minutes"]),
            basis=before.basis if before else "",
        )
        topics[place : place + 1] = [topic]
        await self._store(topics)

    @refusals_shown
    async def action_drop(self) -> None:
        """Take the topic under the cursor out."""
        topics, place = list(self._plan.agenda), self.query_one("#agenda", Listing).cursor
        if place < len(topics):
            del topics[place]
            await self._store(topics)

    @refusals_shown
    async def action_up(self) -> None:
        """Move the topic under the cursor up."""
        agenda = self.query_one("#agenda", Listing)
        topics, place = list(self._plan.agenda), agenda.cursor
        if 0 < place < len(topics):
            topics[place - 1], topics[place] = topics[place], topics[place - 1]
            await self._store(topics)
            agenda.cursor = place - 1

    async def _store(self, topics: list[AgendaTopic]) -> None:
        session, by, now = self._session, self.house.by, self.house.now
        await self.house.ask(lambda desks: desks.sessions.set_agenda(session.id, topics, by=by, at=now))
        await self.fill()

    @work
    async def action_period(self) -> None:
        """Look at another period."""
        period = await ask_period(self, self.period)
        if period is not None:
            self._period = period
            await self.show_all()


def _title(text: str) -> None:
    if not text.strip() or len(text) > 100:  # noqa: PLR2004 - said in the words
        raise Refused(_("標題不可空白，至多 100 字。"))


def _minutes(text: str) -> None:
    if not 1 <= minutes_from(text) <= 600:  # noqa: PLR2004 - said in the words
        raise Refused(_("分鐘數請填 1 至 600。"))
