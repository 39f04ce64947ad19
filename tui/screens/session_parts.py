"""What belongs to one session beside its attendance: when and where, agenda, handouts, quizzes, make-up."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import parse_date, roc
from bureau.language import _
from training.attendance import clock_from
from training.session import Session
from training.session_plan import SessionPlan
from training.sign_in_desk import Board
from tui.screens.agenda import AgendaScreen
from tui.screens.feedback import FeedbackScreen
from tui.screens.handouts import HandoutsScreen
from tui.screens.make_up import MakeUpScreen
from tui.screens.quiz_change import QuizChangeScreen
from tui.widgets.dialog import Field, Form, Message
from tui.widgets.listing import Column, Listing
from tui.widgets.place import Place, refusals_shown


class SessionPartsScreen(Place):
    """One line for each part of a session, with how far it is; Enter opens it.

    Args:
        session: which.
    """

    HEADING = _("籌備與後續")
    HELP = _(
        "一場講習除了出席以外的事：議程由失分多的項目建議；講義列在簽到表的表尾；前測、後測各指定一份試卷；"
        "結束登錄以後，沒到的人排補課；回饋表不記名。選一項按 Enter。"
        "改日期或時間，已印的簽到表就作廢，要重印。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c,C,ｃ,Ｃ", "change", _("改日期地點"), id="parts.change"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def content(self) -> ComposeResult:
        """Lay out the session and its parts."""
        yield Static("", id="session", classes="section-title", markup=False)
        yield Listing([Column(_("項目"), 16), Column(_("現況"))])

    async def fill(self) -> None:
        """Read how far each part is."""
        session_id, by = self._session.id, self.house.by
        self._session, plan, board, answered = await self.house.ask(
            lambda desks: (
                desks.training.session(session_id),
                desks.sessions.plan(session_id),
                desks.sign_in.board(session_id),
                desks.feedback.summary(session_id, by=by).n,
            )
        )
        session = self._session
        self.query_one("#session", Static).update(
            _("{day} {start}－{end}　{title}").format(
                day=roc(session.day),
                start=f"{session.start:%H:%M}",
                end=f"{session.end:%H:%M}",
                title=session.title,
            )
        )
        self.query_one(Listing).show(
            [
                (_("時間地點"), _where(session)),
                (
                    _("議程"),
                    _("{count} 項，{minutes}/{length} 分鐘").format(
                        count=len(plan.agenda), minutes=plan.minutes, length=session.length
                    ),
                ),
                (_("講義"), _("{count} 份").format(count=len(plan.handouts))),
                (_("前測與後測"), _papers(plan)),
                (_("簽到表"), _sheets(board)),
                (
                    _("補課"),
                    _("已結束登錄，可以排補課") if board.closed_at else _("結束登錄以後才知道誰沒到"),
                ),
                (_("回饋表"), _("已登錄 {count} 張").format(count=answered)),
            ]
        )
        self.query_one(Listing).focus()

    @on(Listing.Chosen)
    async def _open(self, event: Listing.Chosen) -> None:
        session = self._session
        screens = {
            1: AgendaScreen,
            2: HandoutsScreen,
            3: QuizChangeScreen,
            5: MakeUpScreen,
            6: FeedbackScreen,
        }
        if event.index == 0:
            self.action_change()
        elif event.index in screens:
            await self.app.push_screen(screens[event.index](session))
        else:
            board = await self.house.ask(lambda desks: desks.sign_in.board(session.id))
            await self.app.push_screen(Message(_("簽到表"), _sheet_lines(board)))

    @work
    async def action_change(self) -> None:
        """Change when and where the session is held."""
        await self._change()

    @refusals_shown
    async def _change(self) -> None:
        session, house = self._session, self.house
        answers = await self.app.push_screen_wait(
            Form(
                _("改日期、時間、地點"),
                [
                    Field("day", _("日期"), roc(session.day), check=parse_date),
                    Field("start", _("開始"), f"{session.start:%H:%M}", check=clock_from),
                    Field("end", _("結束"), f"{session.end:%H:%M}", check=clock_from),
                    Field("place", _("地點"), session.place),
                    Field("lecturer", _("講師"), session.lecturer),
                    Field("reason", _("理由"), hint=_("已有人簽到時必填")),
                ],
                _("改日期或時間，已印的簽到表就作廢；改到別天，已簽到的也取消。"),
            )
        )
        if answers is None:
            return
        by, now = house.by, house.now
        before = await house.ask(lambda desks: desks.sign_in.board(session.id))
        await house.ask(
            lambda desks: desks.training.change_session(
                session.id,
                by=by,
                at=now,
                reason=answers["reason"],
                day=parse_date(answers["day"]),
                start=clock_from(answers["start"]),
                end=clock_from(answers["end"]),
                place=answers["place"],
                lecturer=answers["lecturer"],
            )
        )
        after = await house.ask(lambda desks: desks.sign_in.board(session.id))
        await self.fill()
        void = sum(bool(sheet.voided_at) for sheet in after.sheets) - sum(
            bool(sheet.voided_at) for sheet in before.sheets
        )
        house.tell(_("已更改，簽到表作廢，請重印。") if void else _("已更改。"))


def _where(session: Session) -> str:
    parts = (
        roc(session.day),
        f"{session.start:%H:%M}－{session.end:%H:%M}",
        session.place,
        session.lecturer,
    )
    return "　".join(part for part in parts if part)


def _papers(plan: SessionPlan) -> str:
    if not plan.paper_before and not plan.paper_after:
        return _("未指定")
    return _("前測 {before}、後測 {after}").format(
        before=plan.paper_before or _("未指定"), after=plan.paper_after or _("未指定")
    )


def _sheets(board: Board) -> str:
    if not board.sheets:
        return _("還沒有印")
    last = board.sheets[-1]
    if last.voided_at:
        return _("第 {number} 版已作廢，請重印").format(number=last.number)
    late = {row.number for row in board.rows} != set(last.rows)
    text = _("第 {number} 版，{count} 列").format(number=last.number, count=len(last.rows))
    return text + (_("；之後名單有變動，請重印") if late else "")


def _sheet_lines(board: Board) -> list[str]:
    lines = [
        _("第 {number} 版　{count} 列　{state}").format(
            number=sheet.number,
            count=len(sheet.rows),
            state=_("作廢：{reason}").format(reason=sheet.void_reason) if sheet.voided_at else _("有效"),
        )
        for sheet in board.sheets
    ]
    return [*lines, _("在出席登錄按 P 列印；列號從第一次印出就不再變動，後來加入的人排在最後。")]
