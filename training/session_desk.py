"""What can be done about sessions: hold them, say who is expected, record who was there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bureau.calendar import Period, PeriodKind, day_of, roc
from bureau.language import _
from bureau.office import Office
from bureau.problem import Problem
from bureau.roles import Actor, Role
from bureau.sheet import read_table, write_table
from bureau.text import clean_line
from training import attendance as sheets
from training.attendance import Noted
from training.case import Case, Judge, Judgement
from training.rules import TrainingRules
from training.session import (
    Attendance,
    Duty,
    Expected,
    Session,
    SessionError,
    SessionKind,
    Status,
    duty,
    moved,
    usual_hours,
)
from training.sign_in import more_rows, noted_of, signed
from training.sign_in_store import SignInStore
from training.store import TrainingStore


@dataclass(frozen=True)
class Recorded:
    """What recording attendance did.

    Attributes:
        new: how many had none before.
        changed: how many were corrected.
        same: how many were recorded like this already.
        missing: 員工編號 of those expected who have none yet.
        moved: the cases that took a step because of it.
    """

    new: int
    changed: int
    same: int
    missing: tuple[str, ...]
    moved: tuple[Case, ...]


class SessionDesk:
    """The acts about sessions; each is one transaction with its journal entry.

    Attributes:
        office: the opened file.
    """

    def __init__(self, office: Office) -> None:
        self.office = office
        self._store = TrainingStore(office.store)
        self._sign_in = SignInStore(office.store)

    # Sessions

    def add_session(
        self,
        *,
        title: str,
        day: date,
        start: time,
        end: time,
        by: Actor,
        at: datetime,
        place: str = "",
        lecturer: str = "",
        hours: Decimal | None = None,
        capacity: int = 0,
        kind: SessionKind = SessionKind.YEARLY,
    ) -> Session:
        """Add a session.

        Args:
            title: what people call it.
            day: on which it is held.
            start: Taipei time.
            end: Taipei time, later the same day.
            by: a trainer or administrator.
            at: the moment.
            place: where.
            lecturer: who speaks.
            hours: credited for full attendance; None: its length in whole half hours.
            capacity: how many can be expected; 0 for no limit.
            kind: whether it is one of the yearly sessions.

        Raises:
            SessionError: it ends before it begins, or a number is out of range.
        """
        by.require(Role.TRAINER)
        with self.office.act("session.add", by=by, at=at) as act:
            session = _session(
                id=self.office.new_id("session"),
                title=title,
                day=day,
                start=start,
                end=end,
                place=place,
                lecturer=lecturer,
                hours=usual_hours(start, end) if hours is None else hours,
                capacity=capacity,
                kind=kind,
            )
            self._store.put_session(session)
            act.record(session.id, **_said(session))
        return session

    def change_session(
        self, session_id: str, *, by: Actor, at: datetime, reason: str = "", **changes: Any
    ) -> Session:
        """Change a session of which no attendance is recorded yet.

        A session that is moved to another day or time makes its printed sign-in sheets void; moved to another
        day, it takes back what was signed on the first.

        Args:
            session_id: which.
            by: a trainer or administrator.
            at: the moment.
            reason: why it is moved although people have signed in.
            changes: the attributes of `Session` to change.

        Raises:
            SessionError: there is none, attendance is recorded, the change is not possible, or people have
                signed in and no reason is given.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            before = self.session(session_id)
            people = self._store.expected(session_id)
            if any(each.attendance for each in people):
                raise SessionError(
                    _("場次 {session} 已有出席紀錄，不能更改。").format(session=before.name),
                    remedy=_("登錄錯了，請先在出席登錄按 0 取消那一筆；確實辦過的，請另外新增一場。"),
                )
            after = _session(**(before.model_dump() | changes))
            check_capacity(after, len(people))
            why = self._require_reason(before, after, clean_line(reason))
            if after != before:
                with self.office.act("session.change", by=by, at=at) as act:
                    self._store.put_session(after)
                    if moved(before, after):
                        self._sign_in.void_sheets(session_id, at, why)
                        if after.day != before.day:
                            self._sign_in.undo(session_id, at)
                    act.record(after.id, **_said(after), **({"why": reason} if reason else {}))
        return after

    def _require_reason(self, before: Session, after: Session, reason: str) -> str:
        """Give why the sheets are void; moving a session at which people have signed in wants a reason."""
        begun = [entry for entry in self._sign_in.entries(before.id) if not entry.undone]
        if moved(before, after) and begun and not reason:
            raise SessionError(
                _("場次 {session} 已有 {count} 筆簽到，不能改日期或時間。").format(
                    session=before.name, count=len(begun)
                ),
                remedy=_("確定要改，請寫明理由；已印的簽到表會作廢，改到別天時簽到也會取消。"),
            )
        text = _("場次由 {day} {start} 改期").format(day=roc(before.day), start=f"{before.start:%H:%M}")
        return _("{text}：{reason}").format(text=text, reason=reason) if reason else text

    def sessions(self, year: int | None = None) -> list[Session]:
        """Give the sessions of a civil year, or all, in order."""
        if year is None:
            return self._store.sessions(date.min, date.max)
        return self._store.sessions(date(year, 1, 1), date(year, 12, 31))

    def session(self, session_id: str) -> Session:
        """Give a session.

        Raises:
            SessionError: there is none of that identifier.
        """
        found = self._store.session(session_id)
        if found is None:
            raise SessionError(
                _("沒有編號 {id} 的場次。").format(id=session_id),
                remedy=_("請用 courtesy session list 查對編號。"),
            )
        return found

    def duty(self, today: date) -> Duty:
        """Say how far the sessions of this year are held; held is one at which somebody was present."""
        year = Period.of(PeriodKind.YEAR, today)
        return duty(
            today.year,
            self._store.held(year.first, min(year.last, today)),
            today,
            self.office.rules(today).of(TrainingRules),
        )

    def expect(self, session_id: str, staff_nos: Iterable[str], *, by: Actor, at: datetime) -> list[Expected]:
        """Put people on a session's list; who is on it already stays.

        Returns:
            Those who were not expected before.

        Raises:
            SessionError: somebody does not work here that day, or the session is full; all at once.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            session = self.session(session_id)
            before = {each.staff_no: each for each in self._store.expected(session_id)}
            people = {person.staff_no: person for person in self.office.ground.people_on(session.day)}
            wanted = list(dict.fromkeys(staff_nos))
            problems = [
                Problem(
                    _("{day} 沒有員工編號 {staff_no} 的在職同仁。").format(
                        staff_no=staff_no, day=roc(session.day)
                    ),
                    remedy=_("請在「6 同仁」查對編號（指令：courtesy staff list）。"),
                )
                for staff_no in wanted
                if staff_no not in people
            ]
            if problems:
                raise SessionError(
                    _("有 {count} 人不能排入，沒有寫入。").format(count=len(problems)), problems=problems
                )
            touched = [name for name in wanted if name not in before or before[name].case]
            added = [
                Expected(staff_no=name, section=people[name].section) for name in wanted if name not in before
            ]
            check_capacity(session, len(before) + len(added))
            if touched:
                with self.office.act("session.expect", by=by, at=at) as act:
                    self._store.expect(
                        session_id,
                        [Expected(staff_no=name, section=people[name].section) for name in touched],
                    )
                    act.record(session_id, added=touched)
        return added

    def unexpect(self, session_id: str, staff_nos: Iterable[str], *, by: Actor, at: datetime) -> list[str]:
        """Take people off a session's list.

        Returns:
            Those who were on it.

        Raises:
            SessionError: somebody's attendance is recorded, somebody has signed in, or a case sends the
                person there.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            self.session(session_id)
            sent = {case.person: case.id for case in self._store.assigned_to(session_id)}
            wanted = set(staff_nos)
            taken = [each for each in self._store.expected(session_id) if each.staff_no in wanted]
            entries = self._sign_in.entries(session_id)
            here = {entry.staff_no for entry in entries if not entry.undone}
            problems = (
                [
                    Problem(_("{staff_no} 已有出席紀錄。").format(staff_no=each.staff_no))
                    for each in taken
                    if each.attendance
                ]
                + [
                    Problem(
                        _("{staff_no} 已經簽到。").format(staff_no=each.staff_no),
                        remedy=_("簽錯了請先復原那一筆。"),
                    )
                    for each in taken
                    if each.staff_no in here and not each.attendance
                ]
                + [
                    Problem(_("{staff_no} 因補訓案 {id} 排在這一場。").format(staff_no=name, id=sent[name]))
                    for name in sorted(wanted & sent.keys())
                ]
            )
            if problems:
                raise SessionError(
                    _("有 {count} 人不能移出，沒有寫入。").format(count=len(problems)), problems=problems
                )
            if taken:
                with self.office.act("session.unexpect", by=by, at=at) as act:
                    for each in taken:
                        self._store.unexpect(session_id, each.staff_no)
                    act.record(session_id, removed=[each.staff_no for each in taken])
        return [each.staff_no for each in taken]

    def expected(self, session_id: str) -> list[Expected]:
        """Give a session's list by section and 員工編號, with the attendance recorded so far."""
        return self._store.expected(self.session(session_id).id)

    def counts(self) -> dict[str, dict[str, int]]:
        """Count by session: expected, entered, present; a session without anybody is absent."""
        return self._store.counts()

    # Attendance

    def record_attendance(
        self,
        session_id: str,
        rows: Iterable[Noted],
        *,
        by: Actor,
        at: datetime,
        rest: Status | None = None,
    ) -> Recorded:
        """Record who was there; whoever was recorded otherwise before is corrected.

        A case whose person was sent to this session takes its next step by itself once the session is over:
        已受訓, or back to 應補訓; a correction takes it back, or on again. The same rows twice change
        nothing.

        Args:
            session_id: which session.
            rows: what was noted; blank rows are passed over.
            by: a trainer or administrator.
            at: the moment.
            rest: the status of everybody expected of whom nothing is noted and who has not signed in;
                None: they stay open.

        Raises:
            SessionError: somebody is not expected, noted twice, there for longer than the session; every
                fault at once, and nothing is written.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            session = self.session(session_id)
            expected = self._store.expected(session_id)
            given = self._checked(session, expected, list(rows), rest, day_of(at))
            before = {each.staff_no: each.attendance for each in expected}
            new = [each for each in given if before[each.staff_no] is None]
            changed = [each for each in given if before[each.staff_no] not in {None, each}]
            if new or changed:
                with self.office.act("session.attend", by=by, at=at) as act:
                    self._store.put_attendance(session_id, [*new, *changed], at)
                    act.record(
                        session_id,
                        attendance={
                            each.staff_no: each.model_dump(mode="json", exclude={"staff_no"})
                            for each in [*new, *changed]
                        },
                    )
            moved = self._attendance_recorded(session_id, by, at)
        entered = {each.staff_no for each in given}
        return Recorded(
            new=len(new),
            changed=len(changed),
            same=len(given) - len(new) - len(changed),
            missing=tuple(
                each.staff_no for each in expected if each.attendance is None and each.staff_no not in entered
            ),
            moved=tuple(moved),
        )

    def take_back_attendance(
        self, session_id: str, staff_no: str, *, by: Actor, at: datetime
    ) -> tuple[Case, ...]:
        """Take back an attendance that was recorded by mistake; the person is 還沒登錄 again.

        What was entered by the rows of the sheet stays. A case that rested on it follows.

        Args:
            session_id: of which session; its entering is not closed.
            staff_no: whose.
            by: a trainer or administrator.
            at: the moment.

        Returns:
            The cases that took a step because of it.

        Raises:
            SessionError: there is no attendance of that person, or the entering is closed.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            session = self.session(session_id)
            if self._sign_in.closed_at(session_id) is not None:
                raise SessionError(
                    _("場次 {session} 已經結束登錄，出席紀錄不能取消。").format(session=session.name),
                    remedy=_("寫錯的請直接改成正確的情形或分鐘數。"),
                )
            seat = self._store.expected_one(session_id, staff_no)
            if seat is None or seat.attendance is None:
                raise SessionError(
                    _("{staff_no} 在這一場沒有出席紀錄。").format(staff_no=staff_no),
                    remedy=_("刷條碼的簽到請在刷條碼的畫面取消。"),
                )
            with self.office.act("session.unattend", by=by, at=at) as act:
                self._store.take_back_attendance(session_id, staff_no)
                act.record(session_id, attendance=seat.attendance.model_dump(mode="json"))
            return tuple(self._attendance_recorded(session_id, by, at))

    def _attendance_recorded(self, session_id: str, by: Actor, at: datetime) -> list[Case]:  # noqa: ARG002
        """Let what stands above follow; give the cases that took a step."""
        return []

    def _checked(
        self,
        session: Session,
        expected: Sequence[Expected],
        noted: list[Noted],
        rest: Status | None,
        today: date,
    ) -> list[Attendance]:
        if rest is not None:
            told = {each.staff_no for each in noted if not each.blank}
            # Who has signed in is not of the rest: the times say how long the person was there.
            by_rows = signed(self._sign_in.entries(session.id))
            noted = [each for each in noted if not each.blank] + [
                noted_of(each.staff_no, by_rows[each.staff_no])
                if each.staff_no in by_rows
                else Noted(staff_no=each.staff_no, status=rest)
                for each in expected
                if each.staff_no not in told and each.attendance is None
            ]
        names = {person.staff_no: person.name for person in self.office.ground.everybody()}
        given, problems = sheets.check(session, expected, noted, names=names, today=today)
        if problems:
            raise _faults(problems)
        return given

    def import_attendance(
        self, session_id: str, path: Path, *, by: Actor, at: datetime, rest: Status | None = None
    ) -> Recorded:
        """Record the attendance of a filled sheet (.xlsx or .csv); see `record_attendance`.

        Raises:
            SheetError: the file cannot be read as a table.
            SessionError: every fault with its row and column, and nothing is written.
        """
        by.require(Role.TRAINER)
        session = self.session(session_id)
        noted, problems = sheets.read(read_table(path, sheets.COLUMNS))
        if problems:
            # What can be read is held against the session all the same, so that all faults are said at once.
            names = {person.staff_no: person.name for person in self.office.ground.everybody()}
            more = sheets.check(
                session, self._store.expected(session_id), noted, names=names, today=day_of(at)
            )[1]
            raise _faults([*problems, *more])
        return self.record_attendance(session_id, noted, by=by, at=at, rest=rest)

    def write_sheet(self, session_id: str, path: Path, *, by: Actor) -> int:
        """Write a session's list as a table to fill in; `path` ends in .csv or .xlsx.

        Returns:
            How many people are on it.

        Raises:
            SheetError: another ending, or the file cannot be written.
        """
        by.require(Role.TRAINER, Role.HEAD)
        session = self.session(session_id)
        people = {each.staff_no: each for each in self._store.expected(session_id)}
        known = self._sign_in.rows(session_id)
        numbers = [*known, *more_rows(known, people.values())]
        names = {person.staff_no: person.name for person in self.office.ground.everybody()}
        rows = [
            _sheet_row(people[row.staff_no], names.get(row.staff_no, ""), row.number)
            for row in numbers
            if row.staff_no in people
        ]
        write_table(
            path, [column.name for column in sheets.COLUMNS], rows, title=roc(session.day).replace("/", "")
        )
        return len(rows)

    def _judge(self) -> Judge:
        remembered: dict[date, Judgement] = {}

        def judge(day: date) -> Judgement:
            if day not in remembered:
                book = self.office.rules(day)
                remembered[day] = Judgement(book.version, book.of(TrainingRules))
            return remembered[day]

        return judge


def _session(**values: Any) -> Session:
    try:
        return Session.model_validate(values)
    except ValidationError as error:
        names = {
            "title": _("名稱"),
            "hours": _("時數"),
            "capacity": _("人數上限"),
            "place": _("地點"),
            "lecturer": _("講師"),
        }
        words = [
            names.get(str(fault["loc"][0]), str(fault["loc"][0]))
            if fault["loc"]
            else _("結束時間要晚於開始時間")
            for fault in error.errors()
        ]
        raise SessionError(
            _("場次的資料不合規定：{what}。").format(what="、".join(words)),
            remedy=_("名稱不可空白，至多 100 字；時數大於 0、至多 40；人數上限 0（不限）至 9999。"),
        ) from None


def check_capacity(session: Session, people: int) -> None:
    """Refuse more people than a session takes.

    Raises:
        SessionError: the session would be over its capacity.
    """
    if session.capacity and people > session.capacity:
        raise SessionError(
            _("場次 {session} 限 {capacity} 人，排入後會有 {people} 人。").format(
                session=session.name, capacity=session.capacity, people=people
            ),
            remedy=_("請改排其他場次，或放寬人數上限。"),
        )


def _said(session: Session) -> dict[str, Any]:
    return session.model_dump(mode="json", exclude={"id"})


def _sheet_row(person: Expected, name: str, number: int) -> list[str]:
    given = person.attendance
    filled = {
        sheets.NUMBER: str(number),
        sheets.STAFF_NO: person.staff_no,
        sheets.NAME: name,
        "科室": person.section,
    }
    if given:
        filled |= {
            sheets.STATUS: given.status.label,
            sheets.MINUTES: str(given.minutes) if given.status is Status.PRESENT else "",
            sheets.ARRIVED: given.arrived.isoformat("minutes") if given.arrived else "",
            sheets.LEFT: given.left.isoformat("minutes") if given.left else "",
        }
    return [filled.get(column.name, "") for column in sheets.COLUMNS]


def _faults(problems: Sequence[Problem]) -> SessionError:
    return SessionError(
        _("出席紀錄有 {count} 處要改，沒有寫入任何資料。").format(count=len(problems)), problems=problems
    )
