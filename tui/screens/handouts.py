"""The handouts of a session."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.language import _
from bureau.problem import Refused
from training.session import Session
from training.session_plan import Handout
from tui.widgets.dialog import Field, Form, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.place import Place, refusals_shown


class HandoutsScreen(Place):
    """The list of handouts.

    Args:
        session: whose.
    """

    HEADING = _("講義")
    HELP = _(
        "這一場發的講義：名稱與檔名。只記檔名，檔案本身不存進來。"
        "印簽到表時可以把名稱列在表尾。N 增加，X 刪去游標所在的一份。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,N,ｎ,Ｎ", "new", _("增加"), id="handouts.new"),
        Binding("x,X,ｘ,Ｘ", "drop", _("刪去"), id="handouts.drop"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._handouts: tuple[Handout, ...] = ()

    def content(self) -> ComposeResult:
        """Lay out the list."""
        yield Static("", id="session", classes="section-title", markup=False)
        yield Listing(
            [Column(_("講義")), Column(_("檔名"), 30)], empty=_("還沒有講義。按 N 增加。"), opens=False
        )

    async def fill(self) -> None:
        """Read the list."""
        session = self._session
        plan = await self.house.ask(lambda desks: desks.sessions.plan(session.id))
        self._handouts = plan.handouts
        self.query_one("#session", Static).update(session.name)
        self.query_one(Listing).show([(each.title, each.file) for each in self._handouts])
        self.query_one(Listing).focus()

    @work
    async def action_new(self) -> None:
        """Add a handout."""
        await self._new()

    @refusals_shown
    async def _new(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(
                _("增加講義"),
                [Field("title", _("名稱"), check=_title), Field("file", _("檔名"), hint=_("可以不填"))],
            )
        )
        if answers is None:
            return
        file = typed_path(answers["file"]).name if answers["file"].strip() else ""
        await self._store((*self._handouts, Handout(title=answers["title"], file=file)))

    @refusals_shown
    async def action_drop(self) -> None:
        """Take the handout under the cursor out."""
        place = self.query_one(Listing).cursor
        if place < len(self._handouts):
            await self._store((*self._handouts[:place], *self._handouts[place + 1 :]))

    async def _store(self, handouts: tuple[Handout, ...]) -> None:
        session, by, now = self._session, self.house.by, self.house.now
        await self.house.ask(lambda desks: desks.sessions.set_handouts(session.id, handouts, by=by, at=now))
        await self.fill()


def _title(text: str) -> None:
    if not text.strip() or len(text) > 100:  # noqa: PLR2004 - said in the words
        raise Refused(_("名稱不可空白，至多 100 字。"))
