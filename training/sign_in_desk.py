"""What can be done with sign-in sheets: print them, enter by their rows, close the entering of a session."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bureau.calendar import day_of, roc
from bureau.language import _
from bureau.office import Office
from bureau.problem import Problem, in_file
from bureau.roles import Actor, Role
from training.session import Expected, Session, SessionError, Status
from training.session_desk import Recorded, SessionDesk
from training.session_rules import SessionRules
from training.sign_in import (
    Entry,
    NotExpected,
    Sheet,
    SheetRow,
    Signed,
    Way,
    more_rows,
    next_entry,
    noted_of,
    read_code,
    row_of,
    signed,
)
from training.sign_in_store import SignInStore

SHEET = "session.sheet"
_SALT = 8
_NAMED = 5


@dataclass(frozen=True)
class BoardRow:
    """One person of a session, as the sheet and the screen list them.

    Attributes:
        number: of the row.
        settled: whether the number is the person's for good; before the first sheet it may still change.
        signed: what was entered by rows; None: nothing.
    """

    number: int
    settled: bool
    person: Expected
    signed: Signed | None


@dataclass(frozen=True)
class Board:
    """A session while it is entered.

    Attributes:
        rows: everybody expected, by row.
        sheets: that were printed.
        closed_at: when the entering was closed; None: it is open.
    """

    session: Session
    rows: tuple[BoardRow, ...]
    sheets: tuple[Sheet, ...]
    closed_at: datetime | None

    @property
    def accounted(self) -> int:
        """Of how many people something is known."""
        return sum(row.signed is not None or row.person.attendance is not None for row in self.rows)

    @property
    def inside(self) -> int:
        """How many have signed in and not out."""
        return sum(
            row.signed is not None and row.signed.arrived is not None and row.signed.left is None
            for row in self.rows
        )


@dataclass(frozen=True)
class Reading:
    """What reading a row did."""

    row: int
    name: str
    entry: Entry
    signed: Signed


class SignInDesk:
    """The acts of signing in; each is one transaction with its journal entry.

    What is entered by rows stays beside the attendance until the entering is closed: nobody counts as trained
    by having come.

    Attributes:
        office: the opened file.
    """

    def __init__(self, training: SessionDesk) -> None:
        self.training = training
        self.office: Office = training.office
        self._store = SignInStore(training.office.store)

    # What is known

    def board(self, session_id: str) -> Board:
        """Give a session's people by row, with what is entered so far.

        Raises:
            SessionError: there is no such session.
        """
        session = self.training.session(session_id)
        expected = self.training.expected(session_id)
        rows = self._store.rows(session_id)
        new = more_rows(rows, expected)
        people = {each.staff_no: each for each in expected}
        entered = signed(self._store.entries(session_id))
        return Board(
            session=session,
            rows=tuple(
                BoardRow(
                    number=row.number,
                    settled=row not in new,
                    person=people[row.staff_no],
                    signed=entered.get(row.staff_no),
                )
                for row in [*rows, *new]
                if row.staff_no in people
            ),
            sheets=tuple(self._store.sheets(session_id)),
            closed_at=self._store.closed_at(session_id),
        )

    def entries(self, session_id: str) -> list[Entry]:
        """Give what was entered by rows, in order; what was undone too."""
        return self._store.entries(self.training.session(session_id).id)

    def closed_at(self, session_id: str) -> datetime | None:
        """Give when the entering was closed; None: it is open."""
        return self._store.closed_at(session_id)

    def closed(self) -> set[str]:
        """Give the identifiers of the sessions whose entering is closed."""
        return self._store.closed()

    def waiting(self, at: datetime) -> list[Session]:
        """Give the sessions that are over, were entered by rows, and are not closed yet."""
        sessions = [self.training.session(each) for each in self._store.unclosed()]
        return [session for session in sessions if session.ends_at <= at]

    # Sheets

    def issue(self, session_id: str, *, by: Actor, at: datetime) -> Sheet:
        """Give the sheet to print: the last one while it still holds and lists the same rows, else a new one.

        Everybody expected who has no row yet gets the next.

        Raises:
            SessionError: there is no such session.
        """
        by.require(Role.TRAINER, Role.HEAD)
        with self.office.store.transaction():
            session = self.training.session(session_id)
            expected = self.training.expected(session_id)
            sheets = self._store.sheets(session_id)
            rows = self._store.rows(session_id)
            new = more_rows(rows, expected)
            here = {each.staff_no for each in expected}
            listed = tuple(row.number for row in [*rows, *new] if row.staff_no in here)
            if sheets and sheets[-1].voided_at is None and sheets[-1].rows == listed:
                return sheets[-1]
            sheet = Sheet(
                session=session.id,
                number=len(sheets) + 1,
                salt=self.office.entropy(_SALT).hex(),
                rows=listed,
                printed_at=at,
            )
            with self.office.act(SHEET, by=by, at=at) as act:
                self._store.add_rows(session_id, new)
                self._store.add_sheet(sheet)
                act.record(_subject(sheet), **self._said(sheet))
        return sheet

    # Entering

    def read(self, session_id: str, text: str, *, by: Actor, at: datetime, way: Way = Way.CLOCK) -> Reading:
        """Enter by a code or the number of a row.

        Args:
            session_id: which session.
            text: what was scanned or typed.
            by: a trainer or administrator.
            at: the moment; by the clock it is when the person came or went.
            way: what reading a row means.

        Raises:
            SessionError: no code of this session, no such row, read twice, or not the day.
            NotExpected: the row is of somebody who is no longer expected.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            session = self.training.session(session_id)
            self._require_open(session)
            rows = self._settled(session_id)
            given = read_code(text)
            number = (
                given if isinstance(given, int) else row_of(given, session, self._store.sheets(session_id))
            )
            row = next((each for each in rows if each.number == number), None)
            if row is None:
                raise SessionError(
                    _("這一場沒有第 {number} 列，最後一列是 {last}。").format(
                        number=number, last=max((each.number for each in rows), default=0)
                    ),
                    remedy=_("請查對列號；不在名單上的人請用臨時加入。"),
                )
            return self._enter(session, row, way, by, at)

    def walk_in(
        self, session_id: str, staff_no: str, *, by: Actor, at: datetime, way: Way = Way.CLOCK
    ) -> Reading:
        """Put somebody on the list who was not expected, on the next row, and enter the person.

        Raises:
            SessionError: the person does not work here that day, the session is full, or see `read`.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            session = self.training.session(session_id)
            self._require_open(session)
            self.training.expect(session_id, [staff_no], by=by, at=at)
            row = next(each for each in self._settled(session_id) if each.staff_no == staff_no)
            return self._enter(session, row, way, by, at)

    def undo(self, session_id: str, *, by: Actor, at: datetime, place: int | None = None) -> Entry:
        """Take back an entry that holds.

        Args:
            session_id: of which session.
            by: a trainer or administrator.
            at: the moment.
            place: of the entry; None: the last of all, whoever made it.

        Raises:
            SessionError: there is none, the person was entered again after it, or the entering is closed.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            session = self.training.session(session_id)
            self._require_open(session)
            holding = [entry for entry in self._store.entries(session_id) if not entry.undone]
            entry = next((each for each in reversed(holding) if place in {None, each.place}), None)
            if entry is None:
                raise SessionError(_("沒有可以復原的登錄。"), remedy=_("出席登錄畫面的資料請直接改正。"))
            if any(each.staff_no == entry.staff_no and each.place > entry.place for each in holding):
                raise SessionError(
                    _("這個人之後又簽退了，不能只取消簽到。"), remedy=_("請先取消簽退那一筆。")
                )
            with self.office.act("session.undo", by=by, at=at) as act:
                self._store.undo(session_id, at, place=entry.place)
                act.record(session_id, place=entry.place, person=entry.staff_no, kind=entry.kind.value)
        return entry

    def close(self, session_id: str, *, by: Actor, at: datetime, rest: Status | None = None) -> Recorded:
        """Close the entering: what was entered by rows becomes attendance.

        Who signed in and not out was there to the end. What was entered on the list directly stays.

        Args:
            session_id: which session.
            by: a trainer or administrator.
            at: the moment, not before the session's end.
            rest: the status of everybody of whom nothing is known; None: nobody may be left.

        Raises:
            SessionError: closed already, not over yet, or somebody is left; nothing is written.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            session = self.training.session(session_id)
            self._require_open(session)
            if at < session.ends_at:
                raise SessionError(
                    _("場次到 {day} {end} 才結束，還不能結束登錄。").format(
                        day=roc(session.day), end=f"{session.end:%H:%M}"
                    ),
                    remedy=_("請在場次結束後再按；沒有簽退的人算到結束為止。"),
                )
            expected = self.training.expected(session_id)
            if not expected:
                raise SessionError(_("這一場沒有應到的人。"), remedy=_("請先排定應到名單。"))
            entered = signed(self._store.entries(session_id))
            left = [each for each in expected if each.attendance is None and each.staff_no not in entered]
            if left and rest is None:
                raise SessionError(
                    _("還有 {count} 人沒有登錄：{names}。").format(
                        count=len(left), names=self._names(left, session.day)
                    ),
                    remedy=_("請逐一登錄，或指定其餘的人一律記為什麼。"),
                )
            noted = [
                noted_of(each.staff_no, entered[each.staff_no])
                for each in expected
                if each.attendance is None and each.staff_no in entered
            ]
            done = self.training.record_attendance(session_id, noted, by=by, at=at, rest=rest)
            with self.office.act("session.close", by=by, at=at) as act:
                self._store.close(session_id, at)
                act.record(session_id, rest=rest.value if rest else None)
        return done

    # Proof

    def verify(self) -> list[Problem]:
        """Compare every printed sheet with what the journal says was printed."""
        evidence = self.office.evidence(SHEET)
        return [
            Problem(
                _("場次 {session} 第 {number} 版簽到表與日誌不符。").format(
                    session=sheet.session, number=sheet.number
                ),
                in_file(self.office.store.path),
                _("列號或條碼被改過，請由備份比對。"),
            )
            for sheet in self._store.all_sheets()
            if evidence.get(_subject(sheet)) != self._said(sheet)
        ]

    # Helpers

    def _said(self, sheet: Sheet) -> dict[str, object]:
        people = {row.number: row.staff_no for row in self._store.rows(sheet.session)}
        return {"salt": sheet.salt, "rows": [[number, people.get(number, "")] for number in sheet.rows]}

    def _settled(self, session_id: str) -> list[SheetRow]:
        """Give the rows, after everybody expected has one for good."""
        rows = self._store.rows(session_id)
        new = more_rows(rows, self.training.expected(session_id))
        self._store.add_rows(session_id, new)
        return [*rows, *new]

    def _enter(self, session: Session, row: SheetRow, way: Way, by: Actor, at: datetime) -> Reading:
        today = day_of(at)
        name = self.office.person(row.staff_no, session.day).name
        person = next(
            (each for each in self.training.expected(session.id) if each.staff_no == row.staff_no), None
        )
        if person is None:
            raise NotExpected(
                _("第 {number} 列的 {name} 已不在應到名單。").format(number=row.number, name=name),
                remedy=_("要讓他參加，請臨時加入。"),
                staff_no=row.staff_no,
            )
        if person.attendance is not None:
            raise SessionError(
                _("{name} 已經登錄為{status}。").format(name=name, status=person.attendance.status.label),
                remedy=_("要更改，請在出席登錄改正。"),
            )
        _require_day(session, way, today)
        entries = self._store.entries(session.id)
        rules = self.office.rules(session.day).of(SessionRules)
        kind = next_entry(
            session,
            name,
            signed(entries).get(row.staff_no),
            way,
            at,
            apart=rules.double_scan_minutes,
        )
        entry = Entry(place=len(entries) + 1, staff_no=row.staff_no, kind=kind, at=at)
        with self.office.act("session.sign", by=by, at=at) as act:
            self._store.add_entry(session.id, entry)
            act.record(session.id, place=entry.place, row=row.number, person=row.staff_no, kind=kind.value)
        return Reading(row=row.number, name=name, entry=entry, signed=signed([*entries, entry])[row.staff_no])

    def _require_open(self, session: Session) -> None:
        closed = self._store.closed_at(session.id)
        if closed is not None:
            raise SessionError(
                _("場次 {session} 已在 {day} 結束登錄。").format(
                    session=session.name, day=roc(day_of(closed))
                ),
                remedy=_("個別更正請在出席登錄改。"),
            )

    def _names(self, people: Sequence[Expected], day: date) -> str:
        names = "、".join(self.office.person(each.staff_no, day).name for each in people[:_NAMED])
        return _("{names}等人").format(names=names) if len(people) > _NAMED else names


def _require_day(session: Session, way: Way, today: date) -> None:
    if way is Way.CLOCK and today != session.day:
        raise SessionError(
            _("這一場在 {day}，今天不能用現在的時間簽到。").format(day=roc(session.day)),
            remedy=_("要補登，請改用「出席」等情形。"),
        )
    if today < session.day and way not in {Way.CLOCK, Way.OFFICIAL, Way.LEAVE}:
        raise SessionError(
            _("登錄早於場次日期 {day}。").format(day=roc(session.day)),
            remedy=_("場次當天起才能登錄；事先只能登錄請假或公假。"),
        )


def _subject(sheet: Sheet) -> str:
    return f"{sheet.session}/{sheet.number}"
