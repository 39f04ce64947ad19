"""What can be done at the training desk: hold sessions, open and follow retraining cases, list them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bureau.calendar import Period, PeriodKind, day_of, roc
from bureau.language import _
from bureau.office import Office
from bureau.people import Person
from bureau.problem import NotAllowed, Problem, Refused, in_file
from bureau.roles import Actor, Role
from bureau.sheet import read_table, write_table
from bureau.text import clean_line
from courtesy.desk import CallDesk
from quiz_bank.desk import QuizDesk
from training import attendance as sheets
from training import evidence as known
from training.attendance import Noted
from training.case import (
    Case,
    CaseError,
    Confirmation,
    Evidence,
    Finding,
    Judge,
    Judgement,
    Progress,
    Reason,
    Retest,
    Source,
    State,
    advanced,
    confirmation,
    findings,
    first_state,
    in_order,
    retest,
    still_holds,
    unmet,
    ways,
)
from training.rules import TrainingRules
from training.session import (
    Attendance,
    Duty,
    Expected,
    Session,
    SessionError,
    SessionKind,
    Standing,
    Status,
    duty,
    standing,
    usual_hours,
)
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


@dataclass(frozen=True)
class RosterRow:
    """One line of the 補訓名冊.

    Attributes:
        person: as of the day of the roster.
        session: the session to attend; None as long as none is assigned.
    """

    number: int
    case: Case
    person: Person
    session: Session | None


@dataclass(frozen=True)
class Roster:
    """The 補訓名冊 of a day.

    Attributes:
        rows: by section and 員工編號; nobody twice.
        left: open cases of people who no longer work here; they are not listed.
    """

    day: date
    rows: tuple[RosterRow, ...]
    left: tuple[Case, ...]


@dataclass(frozen=True)
class Summary:
    """What the home screen shows of training.

    Attributes:
        open: how many open cases are in each state; states without any are absent.
        overdue: how many of them should have been trained by now and were not.
    """

    duty: Duty
    open: Mapping[State, int]
    overdue: int

    @property
    def total(self) -> int:
        """How many cases are open."""
        return sum(self.open.values())


class TrainingDesk:
    """The acts of training; each is one transaction with its journal entry.

    Attributes:
        office: the opened file.
        calls: whose sealed calls are evidence.
        quiz: whose submitted sittings are evidence.
    """

    def __init__(self, office: Office, calls: CallDesk, quiz: QuizDesk) -> None:
        self.office = office
        self.calls = calls
        self.quiz = quiz
        self._store = TrainingStore(office.store)
        # The journal's end when all evidence was last considered: nothing can be new until it moves.
        self._considered: tuple[str, date] | None = None

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

    def change_session(self, session_id: str, *, by: Actor, at: datetime, **changes: Any) -> Session:
        """Change a session of which no attendance is recorded yet.

        Args:
            session_id: which.
            by: a trainer or administrator.
            at: the moment.
            changes: the attributes of `Session` to change.

        Raises:
            SessionError: there is none, attendance is recorded, or the change is not possible.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            before = self.session(session_id)
            people = self._store.expected(session_id)
            if any(each.attendance for each in people):
                raise SessionError(
                    _("場次 {session} 已有出席紀錄，不能更改。").format(session=before.name),
                    remedy=_("請另外新增一場。"),
                )
            after = _session(**(before.model_dump() | changes))
            _check_capacity(after, len(people))
            if after != before:
                with self.office.act("session.change", by=by, at=at) as act:
                    self._store.put_session(after)
                    act.record(after.id, **_said(after))
        return after

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
                    remedy=_("請用 courtesy staff list 查對編號。"),
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
            _check_capacity(session, len(before) + len(added))
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
            SessionError: somebody's attendance is recorded, or a case sends the person there.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            self.session(session_id)
            sent = {case.person: case.id for case in self._store.assigned_to(session_id)}
            wanted = set(staff_nos)
            taken = [each for each in self._store.expected(session_id) if each.staff_no in wanted]
            problems = [
                Problem(_("{staff_no} 已有出席紀錄。").format(staff_no=each.staff_no))
                for each in taken
                if each.attendance
            ] + [
                Problem(_("{staff_no} 因補訓案 {id} 排在這一場。").format(staff_no=name, id=sent[name]))
                for name in sorted(wanted & sent.keys())
            ]
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

        A case whose person was sent to this session takes its next step by itself: 已受訓, or back to
        應補訓. The same rows twice change nothing.

        Args:
            session_id: which session.
            rows: what was noted; blank rows are passed over.
            by: a trainer or administrator.
            at: the moment.
            rest: the status of everybody expected of whom nothing is noted; None: they stay open.

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
            moved: list[Case] = []
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
                assigned = self._store.assigned_to(session_id)
                moved = [after for case in assigned if (after := self._followed(case, by, at)) != case]
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
            noted = [each for each in noted if not each.blank] + [
                Noted(staff_no=each.staff_no, status=rest)
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
        expected = self._store.expected(session_id)
        names = {person.staff_no: person.name for person in self.office.ground.everybody()}
        rows = [_sheet_row(each, names.get(each.staff_no, "")) for each in expected]
        write_table(
            path, [column.name for column in sheets.COLUMNS], rows, title=roc(session.day).replace("/", "")
        )
        return len(rows)

    # Cases

    def open_cases(self, *, by: Actor, at: datetime) -> list[Case]:
        """Hold all evidence against the rules; open, add to, confirm or withdraw cases as they say.

        Run again without new evidence it writes nothing. The rules decide, not the acting person, so no role
        is asked for.

        Returns:
            The cases that are new or changed.
        """
        mark = (self.office.fingerprint(), day_of(at))
        if self._considered == mark:
            return []
        touched: dict[str, Case] = {}
        evidence = self._by_person(day_of(at))
        if self._found(evidence) or self._confirmations(evidence):
            with self.office.store.transaction():
                if self.office.fingerprint() != mark[0]:
                    evidence = self._by_person(day_of(at))
                for finding in self._found(evidence):
                    case = self._take(finding, by, at)
                    touched[case.id] = case
                for case, outcome in self._confirmations(evidence):
                    touched[case.id] = self._confirm(case, outcome, by, at)
        self._considered = (self.office.fingerprint(), day_of(at))
        return list(touched.values())

    def _by_person(self, today: date) -> dict[str, list[Evidence]]:
        found: dict[str, list[Evidence]] = {}
        for each in self.evidence(today):
            found.setdefault(each.staff_no, []).append(each)
        return found

    def _found(self, evidence: Mapping[str, Sequence[Evidence]]) -> list[Finding]:
        everything = [each for own in evidence.values() for each in own]
        return findings(everything, self._store.cases(open_only=False), self._judge())

    def _confirmations(self, evidence: Mapping[str, Sequence[Evidence]]) -> list[tuple[Case, Confirmation]]:
        return [
            (case, outcome)
            for case in self._store.cases(open_only=True)
            if (outcome := confirmation(case, evidence.get(case.person, ())))
        ]

    def evidence(self, today: date) -> list[Evidence]:
        """Give what is known of everybody who works here, as far back as the rules look."""
        judge = self._judge()
        first = today - timedelta(days=judge(today).rules.look_back_days)
        calls = [known.of_call(call) for call in self.calls.sealed(first, today) if call.score is not None]
        quizzes = [known.of_result(result) for result in self.quiz.submitted(first, today)]
        # A make-up may stand in the year of an absence that is only just looked at.
        sessions = {each.id: each for each in self._store.sessions(first, today)}
        attended = [
            (sessions[session_id], person) for session_id, person in self._store.attended(first, today)
        ]
        here = {person.staff_no for person in self.office.ground.people_on(today)}
        found = [*calls, *quizzes, *known.absences(attended, judge)]
        return [each for each in found if each.staff_no in here]

    def _take(self, finding: Finding, by: Actor, at: datetime) -> Case:
        reasons = finding.reasons
        if finding.case:
            before = self.case(finding.case)
            case = before.model_copy(update={"reasons": _sorted([*before.reasons, *reasons])})
            with self.office.act("case.extend", by=by, at=at) as act:
                self._store.add_reasons(case.id, reasons, at)
                act.record(case.id, person=case.person, reasons=_reasons_said(reasons))
            return case
        today = day_of(at)
        days = self.office.rules(today).of(TrainingRules).due_days
        with self.office.act("case.open", by=by, at=at) as act:
            case = Case(
                id=self.office.new_id("case"),
                person=finding.person,
                section=finding.section or self.office.person(finding.person, today).section,
                state=first_state(reasons),
                opened_at=at,
                due=self.office.calendar().after(today, days),
                reasons=reasons,
            )
            self._store.add_case(case, self._store.next_place())
            act.record(
                case.id,
                person=case.person,
                state=case.state.value,
                due=case.due.isoformat(),
                reasons=_reasons_said(reasons),
            )
        return case

    def _confirm(self, case: Case, outcome: Confirmation, by: Actor, at: datetime) -> Case:
        added = (outcome.recheck,) if outcome.recheck else ()
        if added:
            self._store.add_reasons(case.id, added, at)
            case = case.model_copy(update={"reasons": _sorted([*case.reasons, *added])})
        return self._step(case, outcome.to, by=by, at=at, reason=outcome.why, added=added)

    def cases(self, *, open_only: bool = False, by: Actor | None = None) -> list[Case]:
        """Give the cases in the order of opening; only those that the person may see.

        Args:
            open_only: leave closed and withdrawn ones out.
            by: who wants to see them; None: the program itself.
        """
        return [case for case in self._store.cases(open_only=open_only) if by is None or _may_see(case, by)]

    def case(self, case_id: str, *, by: Actor | None = None) -> Case:
        """Give a case.

        Raises:
            CaseError: there is none of that identifier.
            NotAllowed: neither the person, nor a trainer, nor a head.
        """
        found = self._store.case(case_id)
        if found is None:
            raise CaseError(
                _("沒有編號 {id} 的補訓案。").format(id=case_id),
                remedy=_("請用 courtesy case list 查對編號。"),
            )
        if by is not None and not _may_see(found, by):
            raise NotAllowed(_("這是別人的補訓案。"), remedy=_("同仁只能看自己的。"))
        return found

    def advance(
        self,
        case_id: str,
        to: State,
        *,
        by: Actor,
        at: datetime,
        session_id: str = "",
        reason: str = "",
    ) -> Case:
        """Take a case one step further.

        Sending somebody to a session puts the person on its list; if the person's attendance there is
        recorded already, the next step follows at once.

        Args:
            case_id: which case.
            to: the next state.
            by: a trainer or administrator.
            at: the moment.
            session_id: for 已排訓: the session to attend.
            reason: why; with it a gate that is not met is passed, and the journal says so.

        Raises:
            CaseError: no way leads there, or a gate is not met and no reason is given.
            SessionError: there is no such session, or it is full.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            case = self.case(case_id)
            session = self.session(session_id) if session_id else None
            after = self._step(case, to, by=by, at=at, reason=reason, session=session)
            return self._followed(after, by, at) if to is State.ASSIGNED else after

    def assign_session(
        self, case_id: str, session_id: str, *, by: Actor, at: datetime, reason: str = ""
    ) -> Case:
        """Send the person of a case to a session (已排訓); see `advance`."""
        return self.advance(case_id, State.ASSIGNED, by=by, at=at, session_id=session_id, reason=reason)

    def gates(self, case: Case) -> dict[State, str]:
        """Give the states that can follow, each with what is still lacking for it (`""`: nothing)."""
        progress, judge = self._progress(case), self._judge()
        return {
            state: _("要指定場次") if state is State.ASSIGNED else unmet(case, state, progress, judge)
            for state in ways(case.state)
        }

    def retest(self, case: Case) -> Retest:
        """Say what the tests after the training prove."""
        return retest(case, self._progress(case).results, self._judge())

    def _step(
        self,
        case: Case,
        to: State,
        *,
        by: Actor,
        at: datetime,
        reason: str = "",
        session: Session | None = None,
        added: Sequence[Reason] = (),
    ) -> Case:
        today = day_of(at)
        progress = self._progress(case)
        if session:
            progress = progress.model_copy(update={"session": session})
        due = None
        if to is State.AGAIN:
            due = self.office.calendar().after(today, self.office.rules(today).of(TrainingRules).due_days)
        elif to is State.ASSIGNED and session is None:
            progress = progress.model_copy(update={"session": None})
        after = advanced(
            case,
            to,
            at=at,
            by=by.staff_no,
            progress=progress,
            judge=self._judge(),
            reason=clean_line(reason),
            due=due,
        )
        with self.office.act("case.step", by=by, at=at) as act:
            if case.session and case.session != after.session:
                self._give_up_seat(case)
            if to is State.ASSIGNED and progress.session:
                self._take_seat(after, progress.session)
            self._store.put_step(after)
            step = after.steps[-1]
            act.record(
                case.id,
                person=case.person,
                state=to.value,
                reason=step.reason,
                overridden=step.overridden,
                session=step.session,
                due=after.due.isoformat(),
                reasons=_reasons_said(added),
            )
        return after

    def _take_seat(self, case: Case, session: Session) -> None:
        if self._store.expected_one(session.id, case.person):
            return
        person = self.office.person(case.person, session.day)
        if not person.active_on(session.day):
            raise CaseError(
                _("{name}在 {day} 已不在職。").format(name=person.name, day=roc(session.day)),
                remedy=_("請改排其他場次，或以理由撤銷。"),
            )
        _check_capacity(session, len(self._store.expected(session.id)) + 1)
        self._store.expect(session.id, [Expected(staff_no=case.person, section=person.section, case=case.id)])

    def _give_up_seat(self, case: Case) -> None:
        seat = self._store.expected_one(case.session, case.person)
        if seat and seat.case == case.id and seat.attendance is None:
            self._store.unexpect(case.session, case.person)

    def _followed(self, case: Case, by: Actor, at: datetime) -> Case:
        """Let the attendance at its session take an assigned case further."""
        progress = self._progress(case)
        if case.state is not State.ASSIGNED or progress.standing is Standing.NOT_ENTERED:
            return case
        if progress.standing is Standing.TRAINED:
            return self._step(case, State.TRAINED, by=by, at=at)
        assert progress.session is not None
        seat = self._store.expected_one(case.session, case.person)
        assert seat is not None
        assert seat.attendance is not None
        why = _("{session}：{status}，在場 {minutes} 分鐘").format(
            session=progress.session.name,
            status=seat.attendance.status.label,
            minutes=seat.attendance.minutes,
        )
        return self._step(case, State.DUE, by=by, at=at, reason=why)

    def _progress(self, case: Case) -> Progress:
        session = self._store.session(case.session) if case.session else None
        came = Standing.NOT_ENTERED
        if session:
            seat = self._store.expected_one(session.id, case.person)
            came = standing(session, seat.attendance if seat else None, self._judge()(session.day).rules)
        results: list[Evidence] = []
        if case.trained_at:
            calls = self.calls.calls_of(case.person)
            results = [known.of_call(call) for call in calls if call.score is not None]
            results += [
                known.of_result(result)
                for result in self.quiz.submitted(day_of(case.trained_at), date.max - timedelta(days=2))
                if result.staff_no == case.person
            ]
        return Progress(session=session, standing=came, results=tuple(in_order(results)))

    def _judge(self) -> Judge:
        remembered: dict[date, Judgement] = {}

        def judge(day: date) -> Judgement:
            if day not in remembered:
                book = self.office.rules(day)
                remembered[day] = Judgement(book.version, book.of(TrainingRules))
            return remembered[day]

        return judge

    # What is shown

    def roster(self, day: date, *, by: Actor | None = None) -> Roster:
        """Give the 補訓名冊: the open cases of those who work here on `day`, by section and 員工編號.

        Args:
            day: of the roster.
            by: who wants it: a trainer, head or administrator; None: the program itself.
        """
        if by is not None:
            by.require(Role.TRAINER, Role.HEAD)
        open_cases = {case.person: case for case in self._store.cases(open_only=True)}
        sessions = {session.id: session for session in self.sessions()}
        rows: list[RosterRow] = []
        for person in self.office.ground.people_on(day):
            case = open_cases.pop(person.staff_no, None)
            if case:
                session = sessions.get(case.session)
                rows.append(RosterRow(number=len(rows) + 1, case=case, person=person, session=session))
        return Roster(day=day, rows=tuple(rows), left=tuple(open_cases.values()))

    def summary(self, today: date) -> Summary:
        """Give what the home screen shows: a few counts, read from indexes."""
        return Summary(
            duty=self.duty(today), open=self._store.open_counts(), overdue=self._store.overdue(today)
        )

    # Proof

    def verify(self) -> list[Problem]:
        """Check that each case is what the journal says, and that open ones still have their evidence."""
        place = in_file(self.office.store.path)
        written, states = self._journalled()
        problems = []
        for case in self._store.cases(open_only=False):
            said = {
                (reason["kind"], reason["evidence"], reason["score"]) for reason in written.get(case.id, [])
            }
            held = {
                (reason.kind.value, reason.evidence, _score_text(reason.score)) for reason in case.reasons
            }
            if said != held or states.get(case.id) != case.state:
                problems.append(
                    Problem(
                        _("補訓案 {id} 與日誌不符。").format(id=case.id),
                        place,
                        _("這一筆被改過，請由備份比對。"),
                    )
                )
            if case.open:
                problems += [
                    Problem(
                        _("補訓案 {id} 的原因「{reason}」（{source} {evidence}）已沒有相符的證據。").format(
                            id=case.id,
                            reason=reason.text,
                            source=reason.kind.source.label,
                            evidence=reason.evidence,
                        ),
                        place,
                        _("請查明後以理由撤銷，或更正紀錄。"),
                    )
                    for reason in case.reasons
                    if not self._holds(reason)
                ]
        return problems

    def _journalled(self) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
        """Give the reasons and the last state of each case as the journal has them."""
        reasons: dict[str, list[dict[str, Any]]] = {}
        states: dict[str, str] = {}
        for entry in self.office.journal():
            if entry.act in {"case.open", "case.extend", "case.step"} and entry.payload is not None:
                payload = json.loads(entry.payload)
                reasons.setdefault(entry.subject, []).extend(payload["reasons"])
                states[entry.subject] = payload.get("state", states.get(entry.subject, ""))
        return reasons, states

    def _holds(self, reason: Reason) -> bool:
        try:
            rules = self.office.rules_of(reason.rules).of(TrainingRules)
            return still_holds(reason, self._evidence_of(reason), rules)
        except Refused:
            return False

    def _evidence_of(self, reason: Reason) -> Evidence | None:
        source = reason.kind.source
        if source is Source.CALL:
            call = self.calls.call(reason.evidence)
            return known.of_call(call) if call.sealed else None
        if source is Source.QUIZ:
            return self._sitting(reason)
        session_id, _dash, staff_no = reason.evidence.partition("-")
        session = self._store.session(session_id)
        seat = self._store.expected_one(session_id, staff_no)
        if session is None or seat is None or seat.attendance is None or not seat.attendance.status.missed:
            return None
        return known.of_absence(session, seat)

    def _sitting(self, reason: Reason) -> Evidence | None:
        sitting = self.quiz.sitting(reason.evidence)
        if sitting.submitted_at is None:
            return None
        return Evidence(
            source=Source.QUIZ,
            id=sitting.id,
            staff_no=sitting.staff_no,
            section=sitting.section,
            at=sitting.submitted_at,
            score=sitting.score,
        )


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
            remedy=_("名稱不可空白；時數大於 0、至多 40；人數上限 0（不限）至 9999。"),
        ) from None


def _said(session: Session) -> dict[str, Any]:
    return session.model_dump(mode="json", exclude={"id"})


def _reasons_said(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [
        {
            "kind": reason.kind.value,
            "evidence": reason.evidence,
            "score": _score_text(reason.score),
            "rules": reason.rules,
        }
        for reason in reasons
    ]


def _score_text(score: Decimal | None) -> str | None:
    return None if score is None else f"{score:.2f}"


def _sorted(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda reason: (reason.at, reason.kind, reason.evidence)))


def _sheet_row(person: Expected, name: str) -> list[str]:
    given = person.attendance
    filled = {sheets.STAFF_NO: person.staff_no, sheets.NAME: name, "科室": person.section}
    if given:
        filled |= {
            sheets.STATUS: given.status.label,
            sheets.MINUTES: str(given.minutes) if given.status is Status.PRESENT else "",
            sheets.ARRIVED: given.arrived.isoformat("minutes") if given.arrived else "",
            sheets.LEFT: given.left.isoformat("minutes") if given.left else "",
        }
    return [filled.get(column.name, "") for column in sheets.COLUMNS]


def _check_capacity(session: Session, people: int) -> None:
    if session.capacity and people > session.capacity:
        raise SessionError(
            _("場次 {session} 限 {capacity} 人，排入後會有 {people} 人。").format(
                session=session.name, capacity=session.capacity, people=people
            ),
            remedy=_("請改排其他場次，或放寬人數上限。"),
        )


def _faults(problems: Sequence[Problem]) -> SessionError:
    return SessionError(
        _("出席紀錄有 {count} 處要改，沒有寫入任何資料。").format(count=len(problems)), problems=problems
    )


def _may_see(case: Case, by: Actor) -> bool:
    return by.holds(Role.TRAINER, Role.HEAD) or case.person == by.staff_no
