"""Entering a session by the codes and rows of its sign-in sheet."""

from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import roc, roc_time
from bureau.language import _
from bureau.problem import Refused
from training.session import Session
from training.sign_in import Entry, NotExpected, Way
from training.sign_in_desk import Board, Reading
from tui.widgets.dialog import Field, Form
from tui.widgets.listing import Column, Listing, titled
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place
from tui.widgets.words import Words

_WAYS = tuple(Way)


class ScanScreen(Place):
    """A line that takes codes and rows, one after the other; what is refused is said above it.

    No window comes between: a scanner goes on typing.

    Args:
        session: which is entered.
    """

    HEADING = _("刷條碼登錄")
    HELP = _(
        "掃描器要設成鍵盤模式，輸入法切到英文。刷一列的條碼，或輸入列號按 Enter：第一次記簽到，第二次記簽退，"
        "時間都是當時。F2 換成直接記出席、公假、請假或缺席，不記時間，事後補登用這個。"
        "F3 取消這裡登錄的最後一筆；F4 把不在名單上的人臨時加入，排在最後一列。"
        "這裡的登錄要到出席登錄按 E 結束登錄，才成為出席紀錄。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "enter", _("登錄"), priority=True, id="scan.enter"),
        Binding("f2", "way", _("換方式"), priority=True, id="scan.way"),
        Binding("f3", "undo", _("取消最後一筆"), priority=True, id="scan.undo"),
        Binding("f4", "walk_in", _("臨時加入"), priority=True, id="scan.walk_in"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._way = Way.CLOCK
        self._unexpected = ""
        # What was entered here: with two scanners at two doors nobody undoes what the other has done.
        self._own: list[int] = []

    def content(self) -> ComposeResult:
        """Lay out the counts, what came of the last row, the line, and what was entered."""
        yield Static("", id="session", classes="section-title", markup=False)
        yield Static("", id="way", classes="section-note", markup=False)
        yield Words("", placeholder=_("條碼或列號"), id="code")
        yield Paragraph("", id="said", classes="section-note")
        yield Listing(
            [
                Column(_("次序"), 4, right=True),
                Column(_("列號"), 4, right=True),
                Column(_("姓名"), most=20),
                Column(_("登錄"), 8),
                Column(_("時間"), 15),
            ],
            empty=_("還沒有登錄。"),
            opens=False,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave Enter to a window that is in front."""
        return self.app.screen is self if action in {"enter", "way", "undo", "walk_in"} else True

    async def fill(self) -> None:
        """Read the counts and what was entered."""
        session = self._session
        board, entries, people = await self.house.ask(
            lambda desks: (
                desks.sign_in.board(session.id),
                desks.sign_in.entries(session.id),
                desks.people.everybody(),
            )
        )
        self._show(board, entries, {person.staff_no: person.name for person in people})
        self.query_one(Words).focus()

    def _show(self, board: Board, entries: list[Entry], names: dict[str, str]) -> None:
        numbers = {row.person.staff_no: row.number for row in board.rows}
        said = partial(
            _("{day} {title}　已登錄 {count}/{all}　在場 {inside}").format,
            day=roc(board.session.day),
            count=board.accounted,
            all=len(board.rows),
            inside=board.inside,
        )
        self.query_one("#session", Static).update(titled(said, board.session.title, self.app.size.width))
        self.query_one("#way", Static).update(_("方式：{way}").format(way=self._way.label))
        rows = [
            (
                str(entry.place),
                str(numbers.get(entry.staff_no, "")),
                names.get(entry.staff_no, ""),
                entry.kind.label,
                _("已取消") if entry.undone else roc_time(entry.at),
            )
            for entry in reversed(entries)
        ]
        tones = ["quiet" if entry.undone else "" for entry in reversed(entries)]
        self.query_one(Listing).show(rows, tones=tones, cursor=0)

    async def action_enter(self) -> None:
        """Enter what stands in the line."""
        line = self.query_one(Words)
        await line.settled()
        text, line.value = line.value.strip(), ""
        if not text:
            return
        session, by, now, way = self._session, self.house.by, self.house.now, self._way
        try:
            reading = await self.house.ask(
                lambda desks: desks.sign_in.read(session.id, text, by=by, at=now, way=way)
            )
        except Refused as refusal:
            self._refuse(refusal)
        else:
            await self._entered(reading)

    async def action_way(self) -> None:
        """Take the next way of entering."""
        self._way = _WAYS[(_WAYS.index(self._way) + 1) % len(_WAYS)]
        self.query_one("#way", Static).update(_("方式：{way}").format(way=self._way.label))

    async def action_undo(self) -> None:
        """Take the last entry back."""
        session, by, now = self._session, self.house.by, self.house.now
        place = self._own[-1] if self._own else None
        try:
            entry = await self.house.ask(
                lambda desks: desks.sign_in.undo(session.id, by=by, at=now, place=place)
            )
        except Refused as refusal:
            self._refuse(refusal)
            return
        del self._own[-1:]
        await self.fill()
        self._say(_("已取消最後一筆：{kind}").format(kind=entry.kind.label))

    @work
    async def action_walk_in(self) -> None:
        """Add somebody who was not expected."""
        answers = await self.app.push_screen_wait(
            Form(
                _("臨時加入"),
                [Field("staff_no", _("員工編號"), self._unexpected)],
                _("加入應到名單，排在最後一列，並依現在的方式登錄。請在簽到表最後手寫一列。"),
            )
        )
        if not answers or not answers["staff_no"].strip():
            return
        session, by, now, way = self._session, self.house.by, self.house.now, self._way
        try:
            reading = await self.house.ask(
                lambda desks: desks.sign_in.walk_in(
                    session.id, answers["staff_no"].strip(), by=by, at=now, way=way
                )
            )
        except Refused as refusal:
            self._refuse(refusal)
        else:
            await self._entered(reading)

    async def _entered(self, reading: Reading) -> None:
        self._unexpected = ""
        self._own.append(reading.entry.place)
        await self.fill()
        self._say(
            _("第 {row} 列 {name}：{kind}　{what}").format(
                row=reading.row,
                name=reading.name,
                kind=reading.entry.kind.label,
                what=reading.signed.text if reading.signed.arrived else "",
            )
        )

    def _refuse(self, refusal: Refused) -> None:
        if isinstance(refusal, NotExpected):
            self._unexpected = refusal.staff_no
        self.app.bell()
        self._say("　".join(refusal.lines()), alarm=True)

    def _say(self, text: str, *, alarm: bool = False) -> None:
        said = self.query_one("#said", Paragraph)
        said.set_class(alarm, "alarm")
        said.update(text)
