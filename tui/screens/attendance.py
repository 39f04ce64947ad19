"""One session: who is expected, and who was there."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import roc
from bureau.language import _
from bureau.people import Person
from training.attendance import Noted, minutes_from
from training.session import Expected, Session, Status
from tui.widgets.dialog import Confirm, Field, Form, Message, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.place import Place, refusals_shown

KEYS = {"1": Status.PRESENT, "2": Status.OFFICIAL, "3": Status.LEAVE, "4": Status.ABSENT}
_FULL_WIDTH = ord("０") - ord("0")


class AttendanceScreen(Place):
    """The list of one session."""

    HEADING = _("出席登錄")
    HELP = _(
        "依簽到表由上往下登錄：1 出席、2 公假、3 請假、4 缺席，游標自動跳到下一位，每一鍵都立刻存檔。"
        "遲到或早退按 M 填在場分鐘數。全部登錄到一半時，可按 A 把其餘的人都記為出席。"
        "出席未達規定時間的，會列為應補訓。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{key},{chr(ord(key) + _FULL_WIDTH)}", f"status('{key}')", status.label, priority=True)
            for key, status in KEYS.items()
        ),
        Binding("m,M,ｍ,Ｍ", "minutes", _("分鐘數"), id="attendance.minutes"),
        Binding("a,A,ａ,Ａ", "rest", _("其餘出席"), id="attendance.rest"),
        Binding("i,I,ｉ,Ｉ", "take_in", _("匯入"), id="attendance.import"),
        Binding("p,P,ｐ,Ｐ", "sheet", _("印簽到表"), id="attendance.sheet"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._expected: list[Expected] = []
        self._people: dict[str, Person] = {}

    def content(self) -> ComposeResult:
        """Lay out the session and its list."""
        yield Static("", id="session", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("列號"), 4, right=True),
                Column(_("科室"), 14),
                Column(_("職稱"), 12),
                Column(_("姓名")),
                Column(_("出席"), 6),
                Column(_("分鐘"), 5, right=True),
            ],
            empty=_("沒有應到的人。"),
            opens=False,
        )

    async def fill(self) -> None:
        """Read the list."""
        session = self._session
        self._expected, people = await self.house.ask(
            lambda desks: (desks.training.expected(session.id), desks.people.everybody())
        )
        self._people = {person.staff_no: person for person in people}
        rows, tones = [], []
        for number, expected in enumerate(self._expected, 1):
            person, given = self._people[expected.staff_no], expected.attendance
            present = given is not None and given.status is Status.PRESENT
            rows.append(
                (
                    str(number),
                    expected.section,
                    person.title,
                    person.name,
                    given.status.label if given else "",
                    str(given.minutes) if given and present else "",
                )
            )
            tones.append("" if given is None or present else "alarm")
        self.query_one(Listing).show(rows, tones=tones)
        self.query_one(Listing).focus()
        entered = sum(expected.attendance is not None for expected in self._expected)
        self.query_one("#session", Static).update(
            _("{day} {title}　{minutes} 分鐘　已登錄 {entered}/{count}").format(
                day=roc(session.day),
                title=session.title,
                minutes=session.length,
                entered=entered,
                count=len(self._expected),
            )
        )

    async def _note(self, noted: Noted) -> None:
        session, by, now = self._session, self.house.by, self.house.now
        done = await self.house.ask(
            lambda desks: desks.training.record_attendance(session.id, [noted], by=by, at=now)
        )
        await self.fill()
        for case in done.moved:
            self.house.tell(
                _("{name}的補訓案：{state}").format(
                    name=self._people[case.person].name, state=case.state.label
                )
            )

    @refusals_shown
    async def action_status(self, key: str) -> None:
        """Note whether the person under the cursor was there, and go on to the next."""
        listing = self.query_one(Listing)
        if self._expected:
            await self._note(Noted(staff_no=self._expected[listing.cursor].staff_no, status=KEYS[key]))
            listing.cursor += 1

    @work
    async def action_minutes(self) -> None:
        """Note how long the person under the cursor was there."""
        await self._minutes()

    @refusals_shown
    async def _minutes(self) -> None:
        if not self._expected:
            return
        expected = self._expected[self.query_one(Listing).cursor]
        answers = await self.app.push_screen_wait(
            Form(
                _("{name} 在場幾分鐘").format(name=self._people[expected.staff_no].name),
                [
                    Field(
                        "minutes",
                        _("分鐘（全場 {minutes}）").format(minutes=self._session.length),
                        check=minutes_from,
                    )
                ],
            )
        )
        if answers is not None:
            minutes = minutes_from(answers["minutes"])
            await self._note(Noted(staff_no=expected.staff_no, status=Status.PRESENT, minutes=minutes))

    @work
    async def action_rest(self) -> None:
        """Note everybody of whom nothing is noted as present."""
        await self._rest()

    @refusals_shown
    async def _rest(self) -> None:
        left = sum(expected.attendance is None for expected in self._expected)
        if not left:
            self.house.tell(_("每個人都登錄了。"))
            return
        question = _("還沒有登錄的 {count} 人都記為出席嗎？").format(count=left)
        if await self.app.push_screen_wait(Confirm(_("其餘出席"), [question])):
            session, by, now = self._session, self.house.by, self.house.now
            await self.house.ask(
                lambda desks: desks.training.record_attendance(
                    session.id, [], by=by, at=now, rest=Status.PRESENT
                )
            )
            await self.fill()

    @work
    async def action_take_in(self) -> None:
        """Import a filled sheet."""
        await self._take_in()

    @refusals_shown
    async def _take_in(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(
                _("匯入出席"),
                [Field("path", _("檔案（.xlsx 或 .csv）"))],
                _("欄位：員工編號、姓名、出席、分鐘數。任何一列有錯就整份不收，並列出每一列的問題。"),
            )
        )
        if answers is None:
            return
        path = typed_path(answers["path"])
        session, by, now = self._session, self.house.by, self.house.now
        done = await self.house.ask(
            lambda desks: desks.training.import_attendance(session.id, path, by=by, at=now)
        )
        self.house.tell(
            _("新登錄{new}人，更正{changed}人，相同{same}人。").format(
                new=done.new, changed=done.changed, same=done.same
            )
        )
        await self.fill()

    @work
    async def action_sheet(self) -> None:
        """Print the sign-in sheet."""
        await self._sheet()

    @refusals_shown
    async def _sheet(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(_("印簽到表"), [Field("path", _("存成（.pdf）"), _("簽到表.pdf"))])
        )
        if answers is None:
            return
        path = typed_path(answers["path"])
        session, by, now = self._session, self.house.by, self.house.now

        from training.session_papers import print_sign_in  # noqa: PLC0415 - reportlab only when something is printed

        report = await self.house.ask(
            lambda desks: print_sign_in(desks.sign_in, session.id, path, by=by, at=now)
        )
        lines = [_("已印到 {path}，共 {pages} 頁。").format(path=path, pages=report.pages)]
        lines += [_("字型沒有這個字：{what}").format(what=missing) for missing in report.missing]
        await self.app.push_screen(Message(_("簽到表"), lines))
