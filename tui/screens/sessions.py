"""The yearly trainings: which are held, who is expected, who was there."""

import re
import unicodedata
from datetime import time
from decimal import Decimal
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import parse_date, roc
from bureau.language import _
from bureau.problem import Refused
from training.attendance import clock_from, minutes_from
from training.session import Duty, Session, SessionKind
from tui.desks import Desks
from tui.screens.attendance import AttendanceScreen
from tui.widgets.dialog import Field, Form
from tui.widgets.listing import Column, Listing
from tui.widgets.place import Place, refusals_shown


class SessionsScreen(Place):
    """The list of sessions."""

    HEADING = _("講習")
    HELP = _(
        "每年要辦兩場為民服務訓練講習，上、下半年各至少一場。按 N 新增一場，全體在職同仁自動列入應到名單；"
        "選一場按 Enter 登錄出席，在那裡也印簽到表、刷條碼、匯入出席檔、排議程與補課。"
        "按 U 寫出這一場的時數上傳檔（公務人員終身學習）。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,N,ｎ,Ｎ", "new", _("新增場次"), id="sessions.new"),
        Binding("u,U,ｕ,Ｕ", "hours", _("時數上傳檔"), id="sessions.hours"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._sessions: list[Session] = []

    def content(self) -> ComposeResult:
        """Lay out how far the year is, and the sessions."""
        yield Static("", id="duty", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("日期"), 9),
                Column(_("時間"), 11),
                Column(_("名稱")),
                Column(_("應到"), 4, right=True),
                Column(_("已登錄"), 6, right=True),
                Column(_("出席"), 4, right=True),
            ],
            empty=_("還沒有場次。按 N 新增。"),
        )

    async def fill(self) -> None:
        """Read the sessions."""
        today = self.house.today
        self._sessions, counts, duty = await self.house.ask(
            lambda desks: (desks.training.sessions(), desks.training.counts(), desks.training.duty(today))
        )
        self._sessions.reverse()
        rows = []
        for session in self._sessions:
            count = counts.get(session.id, {})
            rows.append(
                (
                    roc(session.day),
                    f"{session.start:%H:%M}-{session.end:%H:%M}",
                    session.title,
                    str(count.get("expected", 0)),
                    str(count.get("entered", 0)),
                    str(count.get("present", 0)),
                )
            )
        self.query_one(Listing).show(rows)
        self.query_one(Listing).focus()
        self.query_one("#duty", Static).update(_said(duty, today.year))

    @on(Listing.Chosen)
    def _open(self, event: Listing.Chosen) -> None:
        self.app.push_screen(AttendanceScreen(self._sessions[event.index]))

    @work
    async def action_hours(self) -> None:
        """Write the upload file of the hours of the session under the cursor."""
        await self._hours()

    @refusals_shown
    async def _hours(self) -> None:
        cursor = self.query_one(Listing).cursor
        if cursor < len(self._sessions):
            from tui.screens.hours import export_hours  # noqa: PLC0415 - only when it is asked for

            await export_hours(self, self._sessions[cursor])

    @work
    async def action_new(self) -> None:
        """Add a session and expect everybody."""
        await self._new()

    @refusals_shown
    async def _new(self) -> None:
        house = self.house
        answers = await self.app.push_screen_wait(
            Form(
                _("新增場次"),
                [
                    Field("title", _("名稱"), hint=_("例如 下半年為民服務訓練講習"), check=_filled),
                    Field("day", _("日期"), roc(house.today), check=parse_date),
                    Field("start", _("開始"), "14:00", check=clock_from),
                    Field("end", _("結束"), "17:00", check=clock_from),
                    Field("place", _("地點")),
                    Field("lecturer", _("講師")),
                    Field("hours", _("時數"), hint=_("留白：依起訖時間"), check=_hours),
                    Field("capacity", _("人數上限"), "0", check=minutes_from),
                    Field("kind", _("類別"), "1", check=_kind),
                ],
                _("類別：1 年度講習（全體應到）、2 補訓場次、3 其他訓練。"),
            )
        )
        if answers is None:
            return
        day, start, end = parse_date(answers["day"]), _clock(answers["start"]), _clock(answers["end"])
        by, now, kind = house.by, house.now, _kind(answers["kind"])

        def add(desks: Desks) -> int:
            # Both or neither: a session that cannot take everybody is not left behind.
            with desks.office.store.transaction():
                session = desks.training.add_session(
                    title=answers["title"],
                    day=day,
                    start=start,
                    end=end,
                    place=answers["place"],
                    lecturer=answers["lecturer"],
                    hours=_hours(answers["hours"]),
                    capacity=minutes_from(answers["capacity"]),
                    kind=kind,
                    by=by,
                    at=now,
                )
                if kind is not SessionKind.YEARLY:
                    return 0
                everybody = [person.staff_no for person in desks.people.people_on(session.day)]
                return len(desks.training.expect(session.id, everybody, by=by, at=now))

        count = await house.ask(add)
        house.tell(_("已新增，應到{count}人。").format(count=count))
        await self.fill()


def _clock(text: str) -> time:
    return clock_from(text)


def _hours(text: str) -> Decimal | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    if not re.fullmatch(r"\d{1,2}(\.\d{1,2})?", plain):
        raise Refused(_("「{text}」不是時數。").format(text=text), remedy=_("請寫成 3 或 2.5。"))
    return Decimal(plain)


def _kind(text: str) -> SessionKind:
    kinds = dict(zip("123", (SessionKind.YEARLY, SessionKind.MAKE_UP, SessionKind.OTHER), strict=True))
    kind = kinds.get(unicodedata.normalize("NFKC", text).strip())
    if kind is None:
        raise Refused(_("類別請填 1、2 或 3。"))
    return kind


def _filled(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))


def _said(duty: Duty, year: int) -> str:
    text = _("{year} 年度已辦 {text} 場").format(year=year - 1911, text=duty.text)
    if duty.next_by:
        text += "　" + _("下一場應於 {day} 前辦理").format(day=roc(duty.next_by))
    return text
