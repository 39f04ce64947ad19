"""What can be done at the training desk: hold sessions, open and follow retraining cases, list them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bureau.calendar import day_of, roc
from bureau.language import _
from bureau.office import Office
from bureau.people import Person
from bureau.problem import NotAllowed, Problem, Refused, in_file
from bureau.roles import Actor, Role
from bureau.text import clean_line
from courtesy.call import CallError
from courtesy.desk import CallDesk
from quiz_bank.desk import QuizDesk
from training import evidence as known
from training.case import Case, CaseError, Change, Evidence, Judge, Matter, Reason, Source, State, in_order
from training.case_store import CaseStore
from training.finding import (
    Amendment,
    Confirmation,
    Finding,
    amendments,
    confirmation,
    findings,
    first_state,
    still_holds,
)
from training.proof import AMEND, EXTEND, OPEN, STEP, amendments_said, faults, reasons_said
from training.rules import TrainingRules
from training.session import Duty, Expected, Session, Standing, Status, standing
from training.session_desk import SessionDesk, check_capacity
from training.step import Progress, Retest, advanced, came_back_from, doubtful, lapsed, retest, unmet, ways


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


class TrainingDesk(SessionDesk):
    """The acts of training; each is one transaction with its journal entry.

    Attributes:
        office: the opened file.
        calls: whose sealed calls are evidence.
        quiz: whose submitted sittings are evidence.
    """

    def __init__(self, office: Office, calls: CallDesk, quiz: QuizDesk) -> None:
        super().__init__(office)
        self.calls = calls
        self.quiz = quiz
        # The journal's end when all evidence was last considered: nothing can be new until it moves
        # or a session ends, whose attendance the cases then follow.
        self._considered: tuple[str, date, int] | None = None

    # Cases

    def open_cases(self, *, by: Actor, at: datetime) -> list[Case]:
        """Hold all evidence against the rules; open, add to, confirm or withdraw cases as they say.

        Confirming calls are brought up to date first. Rulings on objections and corrections of keys change
        the cases that stand on those calls and sittings; of a closed case they are noted. What was recorded
        of a session that is over by now takes the cases sent to it further.

        Run again without new evidence it writes nothing. The rules decide, not the acting person, so no role
        is asked for.

        Returns:
            The cases that are new or changed.
        """
        over = sum(each.ends_at <= at for each in self._store.sessions(day_of(at), day_of(at)))
        mark = (self.office.fingerprint(), day_of(at), over)
        if self._considered == mark:
            return []
        self.calls.confirming.settle(by=by, at=at)
        touched: dict[str, Case] = {}
        if self._following(at):
            with self.office.store.transaction():
                touched = {case.id: self._followed(case, by, at) for case in self._following(at)}
        before = self.office.fingerprint()
        evidence = self._by_person(day_of(at))
        if self._amended(evidence) or self._found(evidence) or self._confirmations(evidence):
            with self.office.store.transaction():
                if self.office.fingerprint() != before:
                    evidence = self._by_person(day_of(at))
                for case, changes in self._amended(evidence):
                    touched[case.id] = self._amend(case, changes, by, at)
                for finding in self._found(evidence):
                    case = self._take(finding, by, at)
                    touched[case.id] = case
                for case, outcome in self._confirmations(evidence):
                    touched[case.id] = self._confirm(case, outcome, by, at)
        self._considered = (self.office.fingerprint(), day_of(at), over)
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
        first = today - timedelta(days=self._judge()(today).rules.look_back_days)
        return self.evidence_of(first, today, today)

    def evidence_of(self, first: date, last: date, today: date) -> list[Evidence]:
        """Give what became known from `first` to `last` of everybody who works here `today`."""
        judge = self._judge()
        calls = [known.of_call(call) for call in self.calls.sealed(first, last) if call.score is not None]
        quizzes = [known.of_result(result) for result in self.quiz.submitted(first, last)]
        # A make-up may stand in the year of an absence that is only just looked at.
        sessions = {each.id: each for each in self._store.sessions(first, last)}
        attended = [
            (sessions[session_id], person) for session_id, person in self._store.attended(first, last)
        ]
        here = {person.staff_no for person in self.office.ground.people_on(today)}
        found = [*calls, *quizzes, *known.absences(attended, judge)]
        return [each for each in found if each.staff_no in here]

    def _take(self, finding: Finding, by: Actor, at: datetime) -> Case:
        reasons = finding.reasons
        if finding.case:
            before = self.case(finding.case)
            case = before.model_copy(update={"reasons": _sorted([*before.reasons, *reasons])})
            with self.office.act(EXTEND, by=by, at=at) as act:
                self._store.add_reasons(case.id, reasons, at)
                act.record(case.id, person=case.person, reasons=reasons_said(reasons))
            return case
        today = day_of(at)
        days = self.office.rules(today).of(TrainingRules).due_days
        with self.office.act(OPEN, by=by, at=at) as act:
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
            case = self._given_to_the_trainer(case, at)
            act.record(
                case.id,
                person=case.person,
                state=case.state.value,
                owner=case.owner,
                due=case.due.isoformat(),
                reasons=reasons_said(reasons),
            )
        return case

    def _given_to_the_trainer(self, case: Case, at: datetime) -> Case:
        """Give a new case to the trainer, where there is one alone: else everybody who is one has it."""
        here = {person.staff_no for person in self.office.ground.people_on(day_of(at))}
        trainers = [each for each in self.office.ground.holders(Role.TRAINER) if each in here]
        if len(trainers) != 1:
            return case
        change = Change(matter=Matter.OWNER, before="", after=trainers[0], at=at, by="")
        case = case.model_copy(update={"owner": trainers[0], "changes": (*case.changes, change)})
        CaseStore(self.office.store).put_change(case)
        return case

    def _confirm(self, case: Case, outcome: Confirmation, by: Actor, at: datetime) -> Case:
        added = (outcome.recheck,) if outcome.recheck else ()
        if added:
            self._store.add_reasons(case.id, added, at)
            case = case.model_copy(update={"reasons": _sorted([*case.reasons, *added])})
        return self._step(case, outcome.to, by=by, at=at, reason=outcome.why, added=added)

    def _amended(self, evidence: Mapping[str, Sequence[Evidence]]) -> list[tuple[Case, list[Amendment]]]:
        ruled = {(each.source, each.id) for own in evidence.values() for each in own if each.ruling}
        cases = self._store.cases(open_only=True)
        if ruled:
            cases += [
                case
                for case in self._store.cases(open_only=False)
                if case.state is State.CLOSED
                and any((reason.kind.source, reason.evidence) in ruled for reason in case.reasons)
            ]
        return [
            (case, changes) for case in cases if (changes := amendments(case, self._ruled, self._rules_of))
        ]

    def _ruled(self, reason: Reason) -> Evidence | None:
        # What is damaged is for `verify` to say, not for a reader of the list.
        try:
            return self._evidence_of(reason)
        except CallError:
            return None

    def _rules_of(self, version: str) -> TrainingRules:
        return self.office.rules_of(version).of(TrainingRules)

    def _amend(self, case: Case, changes: Sequence[Amendment], by: Actor, at: datetime) -> Case:
        """Let rulings on objections change the reasons of a case, and the case with them."""
        amended = {
            change.reason.key: change.amended.model_copy(update={"ruled_at": at}) for change in changes
        }
        with self.office.act(AMEND, by=by, at=at) as act:
            self._store.add_amendments(case.id, amended.values(), at)
            act.record(case.id, person=case.person, amended=amendments_said(amended.values()))
        after = case.model_copy(
            update={"reasons": tuple(amended.get(reason.key, reason) for reason in case.reasons)}
        )
        if not case.open:
            # What is closed takes no step any more; that it lost its evidence stands beside it.
            return after
        why = _ruled_in_words(changes)
        if not after.counting:
            return self._step(after, State.WITHDRAWN, by=by, at=at, reason=why)
        if doubtful(after):
            return self._step(after, State.TO_CONFIRM, by=by, at=at, reason=why)
        return after

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
            CaseError: the person has signed in at the session to which the case sends so far.
            SessionError: there is no such session, or it is full.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            case = self.case(case_id)
            session = self.session(session_id) if session_id else None
            if to is State.ASSIGNED and case.session not in {"", session_id}:
                self._require_absent(case)
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
        # Nobody's time runs while it is not sure that there is anything to be retrained for.
        if to is State.AGAIN or (to is State.DUE and case.state is State.TO_CONFIRM):
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
        with self.office.act(STEP, by=by, at=at) as act:
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
                reasons=reasons_said(added),
            )
        return after

    def _take_seat(self, case: Case, session: Session) -> None:
        if self._store.expected_one(session.id, case.person):
            return
        if self._sign_in.closed_at(session.id) is not None:
            raise CaseError(
                _("場次 {session} 已經結束登錄，不能再排人。").format(session=session.name),
                remedy=_("請改排還沒有舉行的場次。"),
            )
        person = self.office.person(case.person, session.day)
        if not person.active_on(session.day):
            raise CaseError(
                _("{name}在 {day} 已不在職。").format(name=person.name, day=roc(session.day)),
                remedy=_("請改排其他場次，或以理由撤銷。"),
            )
        check_capacity(session, len(self._store.expected(session.id)) + 1)
        self._store.expect(session.id, [Expected(staff_no=case.person, section=person.section, case=case.id)])

    def _require_absent(self, case: Case) -> None:
        """Refuse to send somebody elsewhere who is at the first session, or was."""
        seat = self._store.expected_one(case.session, case.person)
        noted = seat is not None and seat.attendance is not None and seat.attendance.status is Status.PRESENT
        if noted or self._has_signed(case):
            session = self.session(case.session)
            raise CaseError(
                _("{name}已在場次 {session} 簽到或登錄出席，不能改排。").format(
                    name=self.office.person(case.person, session.day).name, session=session.name
                ),
                remedy=_("請先把那一場結束登錄；簽錯了的，請先取消那一筆。"),
            )

    def _has_signed(self, case: Case) -> bool:
        entries = self._sign_in.entries(case.session)
        return any(entry.staff_no == case.person and not entry.undone for entry in entries)

    def _give_up_seat(self, case: Case) -> None:
        seat = self._store.expected_one(case.session, case.person)
        # Who has signed in stays on the list: what happened is not taken out of it.
        if seat and seat.case == case.id and seat.attendance is None and not self._has_signed(case):
            self._store.unexpect(case.session, case.person)

    def _followed(self, case: Case, by: Actor, at: datetime) -> Case:
        """Let the attendance at its session take a case further, or back."""
        while to := self._by_attendance(case, at):
            session = self.session(case.session or came_back_from(case))
            seat = self._store.expected_one(session.id, case.person)
            given = seat.attendance if seat else None
            why = ""
            if to is State.DUE or case.state is State.DUE:
                why = (
                    _("{session}：{status}，在場 {minutes} 分鐘").format(
                        session=session.name, status=given.status.label, minutes=given.minutes
                    )
                    if given
                    else _("{session}：出席紀錄已取消").format(session=session.name)
                )
            if why and case.state is not State.ASSIGNED:
                why = _("出席紀錄更正：{what}").format(what=why)
            sent = session if to is State.ASSIGNED else None
            case = self._step(case, to, by=by, at=at, reason=why, session=sent)
        return case

    def _by_attendance(self, case: Case, at: datetime) -> State | None:
        """Give the state to which the attendance leads a case; None: it stays.

        Nothing follows before the session is over: until then nobody knows how long anybody was there.
        """
        progress = self._progress(case, case.session or came_back_from(case))
        if progress.session is None or at < progress.session.ends_at:
            return None
        came = progress.standing
        if case.state is State.ASSIGNED and came is not Standing.NOT_ENTERED:
            return State.TRAINED if came is Standing.TRAINED else State.DUE
        if lapsed(case, progress):
            return State.DUE
        if case.state is State.DUE and came in {Standing.TRAINED, Standing.NOT_ENTERED}:
            return State.ASSIGNED
        return None

    def _following(self, at: datetime) -> list[Case]:
        """Give the open cases that the attendance at their session leads on."""
        return [case for case in self._store.cases(open_only=True) if self._by_attendance(case, at)]

    def _attendance_recorded(self, session_id: str, by: Actor, at: datetime) -> list[Case]:
        sent = [case for case in self._following(at) if session_id == (case.session or came_back_from(case))]
        return [self._followed(case, by, at) for case in sent]

    def _progress(self, case: Case, session_id: str = "") -> Progress:
        session_id = session_id or case.session
        session = self._store.session(session_id) if session_id else None
        came = Standing.NOT_ENTERED
        if session:
            seat = self._store.expected_one(session.id, case.person)
            came = standing(session, seat.attendance if seat else None, self._judge()(session.day).rules)
        results = self.tests_since(case.person, case.trained_at) if case.trained_at else []
        return Progress(session=session, standing=came, results=tuple(results))

    def tests_since(self, person: str, moment: datetime) -> list[Evidence]:
        """Give a person's calls that were reached, of any time, and sittings since the day of `moment`."""
        calls = [known.of_call(call) for call in self.calls.calls_of(person) if call.score is not None]
        quizzes = [
            known.of_result(result)
            for result in self.quiz.submitted(day_of(moment), date.max - timedelta(days=2))
            if result.staff_no == person
        ]
        return in_order([*calls, *quizzes])

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
        """Check that each case is what the journal says, and that open ones still have their evidence.

        The training of an open one is evidence, too: it must still stand on the attendance.
        """
        place = in_file(self.office.store.path)
        cases = self._store.cases(open_only=False)
        gone = [
            Problem(
                _("補訓案 {id} 是「{state}」，但場次 {session} 的出席紀錄是「{standing}」。").format(
                    id=case.id,
                    state=case.state.label,
                    session=case.session,
                    standing=progress.standing.label,
                ),
                place,
                _("請查對出席紀錄；沒有寫錯的話，打開補訓案（courtesy case list）就會退回應補訓。"),
            )
            for case in cases
            if case.open and lapsed(case, progress := self._progress(case))
        ]
        return [*faults(cases, self.office.journal(), self.holds, place), *gone]

    def judge(self) -> Judge:
        """Give the rules by which the evidence of a day is judged."""
        return self._judge()

    def holds(self, reason: Reason) -> bool:
        """Say whether a reason's evidence still exists and is one by the rules it was opened by."""
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
        day = day_of(sitting.submitted_at)
        results = self.quiz.submitted(day, day)
        return next((known.of_result(each) for each in results if each.sitting_id == sitting.id), None)


def _ruled_in_words(changes: Sequence[Amendment]) -> str:
    """Say by what decisions the evidence of a case was changed, each record once."""
    records = {(change.reason.kind.source, change.reason.evidence): change for change in changes}
    return "；".join(
        _("{ruled}：{source} {id} 由 {before} 分改為 {after} 分").format(
            ruled=source.ruled,
            source=source.label,
            id=name,
            before=change.reason.result,
            after=change.score,
        )
        for (source, name), change in records.items()
    )


def _sorted(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda reason: (reason.at, reason.kind, reason.evidence)))


def _may_see(case: Case, by: Actor) -> bool:
    # What one call found is not held against anybody yet; and who is to be called again must not expect it.
    own = case.person == by.staff_no and case.state is not State.TO_CONFIRM
    return by.holds(Role.TRAINER, Role.HEAD) or own
