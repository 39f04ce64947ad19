"""One session: who is expected, and who was there."""

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import roc
from bureau.language import _
from bureau.people import Person
from bureau.roles import Role
from training.attendance import Noted, clock_from, minutes_from, status_from
from training.case import Case
from training.session import Expected, Session, Status
from training.sign_in import noted_of
from training.sign_in_desk import Board, BoardRow
from tui.desks import Desks
from tui.screens.scan import ScanScreen
from tui.screens.session_parts import SessionPartsScreen
from tui.widgets.dialog import Confirm, Field, Form, Message, typed_path
from tui.widgets.listing import Column, Listing, titled
from tui.widgets.place import Place, refusals_shown

KEYS = {"1": Status.PRESENT, "2": Status.OFFICIAL, "3": Status.LEAVE, "4": Status.ABSENT}
_FULL_WIDTH = ord("０") - ord("0")


class AttendanceScreen(Place):
    """The list of one session."""

    HEADING = _("出席登錄")
    HELP = _(
        "依簽到表由上往下登錄：1 出席、2 公假、3 請假、4 缺席，游標自動跳到下一位，每一鍵都立刻存檔。"
        "按錯了，再按正確的鍵就更正；按 0 或 Delete 取消，回到還沒登錄。"
        "遲到或早退按 M 填在場分鐘數或時間。全部登錄到一半時，可按 A 把其餘的人都記為出席。"
        "S 用條碼或列號登錄；場次結束後按 E 結束登錄，簽到與簽退才成為出席紀錄，才能排補課。"
        "N 把同仁加入應到名單，X 把游標所在的人移出。D 是議程、講義、前後測、補課與回饋表。"
        "出席未達規定時間的，會列為應補課；因補訓案來的人，補訓案在場次結束後跟著往下走，更正時也會退回。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(f"{key},{chr(ord(key) + _FULL_WIDTH)}", f"status('{key}')", status.label, priority=True)
            for key, status in KEYS.items()
        ),
        Binding("0,０,delete", "take_back", _("取消登錄"), id="attendance.take-back"),
        Binding("m,M,ｍ,Ｍ", "minutes", _("分鐘數"), id="attendance.minutes"),
        Binding("a,A,ａ,Ａ", "rest", _("其餘出席"), id="attendance.rest"),
        Binding("i,I,ｉ,Ｉ", "take_in", _("匯入"), id="attendance.import"),
        Binding("p,P,ｐ,Ｐ", "sheet", _("印簽到表"), id="attendance.sheet"),
        Binding("s,S,ｓ,Ｓ", "scan", _("刷條碼"), id="attendance.scan"),
        Binding("e,E,ｅ,Ｅ", "close", _("結束登錄"), id="attendance.close"),
        Binding("n,N,ｎ,Ｎ", "expect", _("加應到"), id="attendance.expect"),
        Binding("x,X,ｘ,Ｘ", "unexpect", _("移出"), id="attendance.unexpect"),
        Binding("d,D,ｄ,Ｄ", "parts", _("籌備與後續"), id="attendance.parts"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows: tuple[BoardRow, ...] = ()
        self._expected: list[Expected] = []
        self._people: dict[str, Person] = {}

    def content(self) -> ComposeResult:
        """Lay out the session and its list."""
        yield Static("", id="session", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("列號"), 4, right=True),
                Column(_("科室"), 12),
                Column(_("職稱"), 10),
                Column(_("姓名"), most=24),
                Column(_("簽到簽退"), 12),
                Column(_("出席"), 6),
                Column(_("分鐘"), 5, right=True),
            ],
            empty=_("沒有應到的人。"),
            opens=False,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer only what the acting person may do."""
        actor = self.house.actor
        if action in {"scan", "close", "expect", "unexpect", "take_back"}:
            return actor is not None and actor.holds(Role.TRAINER)
        if action == "parts":
            return actor is not None and actor.holds(Role.TRAINER, Role.HEAD)
        return True

    async def fill(self) -> None:
        """Read the list."""
        session_id = self._session.id
        board, people = await self.house.ask(
            lambda desks: (desks.sign_in.board(session_id), desks.people.everybody())
        )
        # It may have been moved meanwhile.
        session = self._session = board.session
        self._rows = board.rows
        self._expected = [row.person for row in board.rows]
        self._people = {person.staff_no: person for person in people}
        rows, tones = [], []
        for row in board.rows:
            expected = row.person
            person, given = self._people[expected.staff_no], expected.attendance
            present = given is not None and given.status is Status.PRESENT
            rows.append(
                (
                    str(row.number),
                    expected.section,
                    person.title,
                    person.name,
                    row.signed.text if row.signed else "",
                    given.status.label if given else "",
                    str(given.minutes) if given and present else "",
                )
            )
            tones.append("" if given is None or present else "alarm")
        self.query_one(Listing).show(rows, tones=tones)
        self.query_one(Listing).focus()
        entered = sum(expected.attendance is not None for expected in self._expected)
        said = partial(
            _("{day} {title}　{minutes} 分鐘　已登錄 {entered}/{count}　{state}").format,
            day=roc(session.day),
            minutes=session.length,
            entered=entered,
            count=len(self._expected),
            state=_state(board),
        )
        self.query_one("#session", Static).update(titled(said, session.title, self.app.size.width))

    async def _note(self, noted: Noted) -> None:
        session, by, now = self._session, self.house.by, self.house.now
        done = await self.house.ask(
            lambda desks: desks.training.record_attendance(session.id, [noted], by=by, at=now)
        )
        await self.fill()
        self._tell_moved(done.moved)

    def _tell_moved(self, moved: Iterable[Case]) -> None:
        for case in moved:
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
            await self._note(self._noted(listing.cursor, KEYS[key]))
            listing.cursor += 1

    def _noted(self, place: int, status: Status) -> Noted:
        """Give a status with the times at which the person signed, if it is 出席."""
        row = self._rows[place]
        if status is Status.PRESENT and row.signed is not None and row.signed.arrived is not None:
            return noted_of(row.person.staff_no, row.signed)
        return Noted(staff_no=row.person.staff_no, status=status)

    @refusals_shown
    async def action_take_back(self) -> None:
        """Take back what is noted of the person under the cursor."""
        if not self._expected:
            return
        person = self._expected[self.query_one(Listing).cursor]
        if person.attendance is None:
            return
        session, by, now = self._session, self.house.by, self.house.now
        moved = await self.house.ask(
            lambda desks: desks.training.take_back_attendance(session.id, person.staff_no, by=by, at=now)
        )
        await self.fill()
        self.house.tell(_("已取消 {name} 的出席紀錄。").format(name=self._people[person.staff_no].name))
        self._tell_moved(moved)

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
                        check=_or_blank(minutes_from),
                    ),
                    Field("arrived", _("到場時間"), hint="14:05", check=_or_blank(clock_from)),
                    Field("left", _("離開時間"), hint="16:30", check=_or_blank(clock_from)),
                ],
                _("填分鐘數，或填時間由程式算；三格不必都填。"),
            )
        )
        if answers is None or not any(text.strip() for text in answers.values()):
            return
        minutes, arrived, left = answers["minutes"], answers["arrived"], answers["left"]
        await self._note(
            Noted(
                staff_no=expected.staff_no,
                status=Status.PRESENT,
                minutes=minutes_from(minutes) if minutes.strip() else None,
                arrived=clock_from(arrived) if arrived.strip() else None,
                left=clock_from(left) if left.strip() else None,
            )
        )

    @work
    async def action_expect(self) -> None:
        """Put people on the list."""
        await self._expect()

    @refusals_shown
    async def _expect(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(
                _("加入應到名單"),
                [Field("who", _("誰"), hint=_("員工編號、科室，或 全體"))],
                _("可寫好幾個，用空格或頓號隔開。已在名單上的不變。"),
            )
        )
        if answers is None:
            return
        names = [name for name in re.split(r"[\s,，、]+", answers["who"]) if name]
        session, by, now = self._session, self.house.by, self.house.now

        def expect(desks: Desks) -> int:
            wanted = [
                person.staff_no
                for person in desks.people.people_on(session.day)
                if person.section in names or _("全體") in names
            ]
            sections = {section.name for section in desks.people.sections()}
            wanted += [name for name in names if name not in sections and name != _("全體")]
            return len(desks.training.expect(session.id, wanted, by=by, at=now))

        count = await self.house.ask(expect)
        await self.fill()
        self.house.tell(_("加入 {count} 人。").format(count=count))

    @work
    async def action_unexpect(self) -> None:
        """Take the person under the cursor off the list."""
        await self._unexpect()

    @refusals_shown
    async def _unexpect(self) -> None:
        if not self._expected:
            return
        staff_no = self._expected[self.query_one(Listing).cursor].staff_no
        question = _("把 {name} 移出這一場的應到名單嗎？").format(name=self._people[staff_no].name)
        if await self.app.push_screen_wait(Confirm(_("移出"), [question])):
            session, by, now = self._session, self.house.by, self.house.now
            await self.house.ask(lambda desks: desks.training.unexpect(session.id, [staff_no], by=by, at=now))
            await self.fill()

    def action_scan(self) -> None:
        """Enter by codes and rows."""
        self.app.push_screen(ScanScreen(self._session))

    def action_parts(self) -> None:
        """Go to agenda, handouts, quizzes, make-up and feedback."""
        self.app.push_screen(SessionPartsScreen(self._session))

    @work
    async def action_close(self) -> None:
        """Close the entering."""
        await self._close()

    @refusals_shown
    async def _close(self) -> None:
        session, by, now = self._session, self.house.by, self.house.now
        board = await self.house.ask(lambda desks: desks.sign_in.board(session.id))
        left = len(board.rows) - board.accounted
        note = _("簽到與簽退成為出席紀錄；沒有簽退的人算到場次結束。之後不能再刷條碼，個別更正仍可在這裡改。")
        rest = None
        if left:
            field = Field("rest", _("其餘 {count} 人記為").format(count=left), check=_or_blank(status_from))
            answers = await self.app.push_screen_wait(Form(_("結束登錄"), [field], note))
            if answers is None:
                return
            text = answers["rest"].strip()
            rest = status_from(text) if text else None
        elif not await self.app.push_screen_wait(Confirm(_("結束登錄"), [note])):
            return
        done = await self.house.ask(lambda desks: desks.sign_in.close(session.id, by=by, at=now, rest=rest))
        await self.fill()
        self.house.tell(_("已結束登錄，新登錄 {count} 人。").format(count=done.new))
        self._tell_moved(done.moved)

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
            done = await self.house.ask(
                lambda desks: desks.training.record_attendance(
                    session.id, [], by=by, at=now, rest=Status.PRESENT
                )
            )
            await self.fill()
            self._tell_moved(done.moved)

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
        self._tell_moved(done.moved)

    @work
    async def action_sheet(self) -> None:
        """Print the sign-in sheet."""
        await self._sheet()

    @refusals_shown
    async def _sheet(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(
                _("印簽到表"),
                [Field("path", _("存成（.pdf）"), _("簽到表-{id}.pdf").format(id=self._session.id))],
            )
        )
        if answers is None:
            return
        path = typed_path(answers["path"])
        session, by, now = self._session, self.house.by, self.house.now
        handouts = (await self.house.ask(lambda desks: desks.sessions.plan(session.id))).handouts
        if handouts and not await self.app.push_screen_wait(
            Confirm(_("印簽到表"), [_("表尾要列出 {count} 份講義嗎？").format(count=len(handouts))])
        ):
            handouts = ()

        from training.session_papers import print_sign_in  # noqa: PLC0415 - reportlab only when something is printed

        report = await self.house.ask(
            lambda desks: print_sign_in(desks.sign_in, session.id, path, by=by, at=now, handouts=handouts)
        )
        lines = [_("已印到 {path}，共 {pages} 頁。").format(path=path, pages=report.pages)]
        lines += [_("字型沒有這個字：{what}").format(what=missing) for missing in report.missing]
        await self.app.push_screen(Message(_("簽到表"), lines))


def _or_blank(check: Callable[[str], object]) -> Callable[[str], object]:
    return lambda text: check(text) if text.strip() else None


def _state(board: Board) -> str:
    if board.closed_at:
        return _("已結束登錄")
    waiting = board.accounted - sum(row.person.attendance is not None for row in board.rows)
    return _("刷條碼 {count} 人").format(count=waiting) if waiting else ""
