"""Home: what is due today and in whose hands, and the way to every place."""

from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.language import _
from bureau.problem import Refused
from tui.widgets.listing import Column, Listing
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
            [Column(_("事項")), Column(_("由誰"), 14), Column(_("期限"), 10)],
            empty=_("正在開啟局的資料…"),
            id="due",
        )
        yield Static("", id="standing", classes="section-note", markup=False)

    async def begin(self) -> None:
        """Paint first, then open the office."""
        self.entitle()
        self.query_one("#due", Listing).focus()
        self.call_after_refresh(self._open)

    async def resume(self) -> None:
        """Read again what is due."""
        self._open()

    @work(exclusive=True, exit_on_error=False)
    async def _open(self) -> None:
        house = self.house
        try:
            if house.actor is None:
                await house.sign_in(house.staff_no)
            await self.fill()
        except Refused as refusal:
            await house.refuse(refusal)
            self.query_one("#due", Listing).empty = _("資料檔沒有開啟。")
            self.query_one("#due", Listing).refresh()

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
        self.query_one("#standing", Static).update("\n".join(year))
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
