"""Those who missed a session, and where they can make it up."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import roc
from bureau.language import _
from training.make_up import MakeUp, Missed
from training.session import Session
from tui.widgets.dialog import Choose, Confirm
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown


class MakeUpScreen(Place):
    """One line for each person who was not trained by the session.

    Args:
        session: the one that was missed.
    """

    HEADING = _("補課")
    HELP = _(
        "結束登錄以後，請假、缺席、公假和在場時間不足的人都列在這裡。建議的場次先找同一年之後的補訓場次，"
        "再找另一場年度講習。T 把還沒排的人排入那一場的應到名單；C 換一場。公假不算缺失，但仍應補課。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t,T,ｔ,Ｔ", "take", _("全部排入"), id="make_up.take"),
        Binding("c,C,ｃ,Ｃ", "choose", _("換場次"), id="make_up.choose"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._target = ""
        self._make_up: MakeUp | None = None

    def content(self) -> ComposeResult:
        """Lay out the proposal."""
        yield Static("", id="target", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("科室"), 14),
                Column(_("員工編號"), 8),
                Column(_("姓名"), most=20),
                Column(_("結果"), 16),
                Column(_("補課"), 16),
            ],
            empty=_("沒有人要補課。"),
            opens=False,
        )
        yield Paragraph("", id="room", classes="section-note")

    async def fill(self) -> None:
        """Read the proposal."""
        session, by, now, target_id = self._session, self.house.by, self.house.now, self._target
        given, people = await self.house.ask(
            lambda desks: (
                desks.sessions.make_up(session.id, by=by, at=now, target_id=target_id),
                desks.people.everybody(),
            )
        )
        self._make_up = given
        names = {person.staff_no: person.name for person in people}
        self.query_one("#target", Static).update(
            _("建議補課場次：{name}").format(name=given.target.name)
            if given.target
            else _("今年之後沒有排定補訓場次或年度講習")
        )
        self.query_one(Listing).show(
            [
                (each.section, each.staff_no, names.get(each.staff_no, ""), each.standing.label, _state(each))
                for each in given.people
            ],
            tones=["" if each.wanting else "quiet" for each in given.people],
        )
        self.query_one("#room", Paragraph).update(
            _("還要排 {count} 人").format(count=len(given.wanting))
            + ("" if given.room is None else _("，那一場還有 {room} 個名額").format(room=given.room))
        )
        self.query_one(Listing).focus()

    @work
    async def action_take(self) -> None:
        """Put everybody who wants one on the list of the target."""
        await self._take()

    @refusals_shown
    async def _take(self) -> None:
        given = self._make_up
        if given is None:
            return
        if given.target and given.wanting:
            question = _("把 {count} 人排入「{name}」的應到名單嗎？").format(
                count=len(given.wanting), name=given.target.name
            )
            if not await self.app.push_screen_wait(Confirm(_("全部排入"), [question])):
                return
        session, by, now, target_id = self._session, self.house.by, self.house.now, self._target
        taken = await self.house.ask(
            lambda desks: desks.sessions.take_make_up(session.id, by=by, at=now, target_id=target_id)
        )
        await self.fill()
        self.house.tell(_("排入 {count} 人。").format(count=len(taken)))

    @work
    async def action_choose(self) -> None:
        """Propose another session."""
        await self._choose()

    @refusals_shown
    async def _choose(self) -> None:
        session, now = self._session, self.house.now
        possible = await self.house.ask(lambda desks: desks.sessions.targets(session.id, at=now))
        if not possible:
            self.house.tell(_("今年之後沒有排定補訓場次或年度講習。"))
            return
        chosen = await self.app.push_screen_wait(
            Choose(
                _("補到哪一場？"),
                [Column(_("日期"), 10), Column(_("名稱")), Column(_("類別"), 10)],
                [(roc(each.day), each.title, each.kind.label) for each in possible],
            )
        )
        if chosen is not None:
            self._target = possible[chosen].id
            await self.show_all()


def _state(each: Missed) -> str:
    if each.elsewhere:
        return _("已補課（{id}）").format(id=each.elsewhere)
    return _("已在名單") if each.listed else _("還沒排")
