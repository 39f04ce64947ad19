"""Home: what is due today and in whose hands, and the way to every place."""

import gc
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from bureau.language import _
from bureau.problem import Refused
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place

if TYPE_CHECKING:
    from tui.due import Due


class HomeScreen(Place):
    """The first screen."""

    HEADING = _("電話禮貌與訓練")
    HELP = _(
        "這裡列出今天該做的事、由誰負責。用上下鍵選一件，按 Enter 就到那裡；也可以直接按數字鍵進入各項工作。"
        "每一步都會立刻存檔，隨時可以離開。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1,１", "app.go('calls')", _("打分數"), id="home.calls"),
        Binding("2,２", "app.go('rounds')", _("抽測"), id="home.rounds"),
        Binding("3,３", "app.go('quizzes')", _("測驗"), id="home.quizzes"),
        Binding("4,４", "app.go('sessions')", _("講習"), id="home.sessions"),
        Binding("5,５", "app.go('cases')", _("補訓名冊"), id="home.cases"),
        Binding("6,６", "app.go('people')", _("同仁"), id="home.people"),
        Binding("7,７", "app.go('standing')", _("統計"), id="home.standing"),
        Binding("8,８", "app.go('calibration')", _("校準"), id="home.calibration"),
        Binding("9,９", "app.go('objections')", _("申復"), id="home.objections"),
        Binding("0,０", "app.go('what-if')", _("試算"), id="home.what_if"),
        Binding("q,Q,ｑ,Ｑ", "app.go('practice')", _("練習"), id="home.practice"),
        Binding("t,T,ｔ,Ｔ", "app.go('duties')", _("工作項目"), id="home.duties"),
        Binding("e,E,ｅ,Ｅ", "app.go('effect')", _("成效"), id="home.effect"),
        Binding("h,H,ｈ,Ｈ", "app.go('honours')", _("績優"), id="home.honours"),
        Binding("p,P,ｐ,Ｐ", "app.go('reports')", _("報表"), id="home.reports"),
        Binding("f2", "sign_in", _("換人"), id="home.sign_in"),
        Binding("escape", "back", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._due: list[Due] = []

    def content(self) -> ComposeResult:
        """Lay out the list of what is due."""
        yield Static(_("今天要做的事"), classes="section-title", markup=False)
        yield Listing(
            [Column(_("事項"), most=64), Column(_("由誰"), 14), Column(_("期限"), 12)],
            empty=_("正在開啟局的資料。"),
            id="due",
        )
        yield Paragraph("", id="standing", classes="section-note")

    async def begin(self) -> None:
        """Paint first, then open the office."""
        self.entitle()
        self.query_one("#due", Listing).focus()
        self.call_after_refresh(self._painted)

    def _painted(self) -> None:
        """Go on with everything that had to wait for the first frame."""
        gc.enable()
        self._open()

    async def resume(self) -> None:
        """Read again what is due; an office that did not open is not asked again and again."""
        if self.house.actor is not None:
            self._open()

    # A group of its own: reading again must not stop somebody who is signing in.
    @work(exclusive=True, group="opening", exit_on_error=False)
    async def _open(self) -> None:
        house = self.house
        try:
            if house.actor is None:
                await house.sign_in(house.staff_no)
            await self.fill()
        except Refused as refusal:
            await self._not_opened(refusal)

    @on(Worker.StateChanged)
    async def _failed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR:
            await self._not_opened(
                Refused(
                    _("程式出錯（{error}）。").format(error=repr(event.worker.error)),
                    remedy=_("請把這段文字交給維護的人。"),
                )
            )

    async def _not_opened(self, refusal: Refused) -> None:
        listing = self.query_one("#due", Listing)
        listing.empty = _("資料檔沒有開啟。")
        listing.show([])
        await self.house.refuse(refusal)

    async def fill(self) -> None:
        """Read what is due and show it."""
        from tui.due import due_now, standing  # noqa: PLC0415 - after the first frame

        by, now, today = self.house.by, self.house.now, self.house.today
        name, self._due, year = await self.house.ask(
            lambda desks: (desks.office.name, due_now(desks, by, now), standing(desks, today))
        )
        listing = self.query_one("#due", Listing)
        listing.empty = _("今天沒有待辦的事。")
        listing.show(
            [(due.text, due.who, due.when) for due in self._due],
            tones=["alarm" if due.urgent else "" for due in self._due],
        )
        self.query_one("#standing", Paragraph).update("\n".join(year))
        self.entitle(name)

    @on(Listing.Chosen, "#due")
    def _go(self, event: Listing.Chosen) -> None:
        self.house.action_go(self._due[event.index].place)

    @work
    async def action_sign_in(self) -> None:
        """Let somebody else act."""
        from tui.widgets.dialog import Field, Form  # noqa: PLC0415

        answers = await self.app.push_screen_wait(
            Form(
                _("換人"),
                [Field("staff_no", _("員工編號"), hint=_("留白：由管理者操作"))],
                _("之後的每一步都記在這位同仁名下。"),
            )
        )
        if answers is None:
            return
        try:
            await self.house.sign_in(answers["staff_no"].strip())
            await self.fill()
        except Refused as refusal:
            await self.house.refuse(refusal)
