"""The desk of reports: the figures of a year, a half or a session, and the file of a case."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bureau.calendar import Period, PeriodKind, day_of
from bureau.language import _
from bureau.problem import Refused
from bureau.roles import Actor, Role
from courtesy.call import Call
from courtesy.occasion import Occasion
from quiz_bank.desk import QuizDesk
from training import evidence as known
from training.case import Case, CaseError, Evidence, Source, State, in_order
from training.case_file import Attended, CaseFile
from training.desk import TrainingDesk
from training.effect_desk import EffectDesk
from training.honours_desk import HonoursDesk
from training.presence import SessionPresence, session_presence
from training.report import Report, SectionSummary, report
from training.rules import TrainingRules
from training.session import Duty, Session, SessionKind, duty, standing

REPORTED = {PeriodKind.YEAR, PeriodKind.HALF}
"""The periods of which there is a report."""


class ReportError(Refused):
    """There is no report of that period."""


class ReportDesk:
    """Makes reports; nothing is written.

    Attributes:
        training: whose sessions and cases are counted; its desks of calls and quizzes give the rest.
    """

    def __init__(self, training: TrainingDesk) -> None:
        self.training = training
        self.office = training.office
        self._calls = training.calls
        self._quiz: QuizDesk = training.quiz
        self._effect = EffectDesk(training)
        self._honours = HonoursDesk(training)

    # Periods

    def report(self, code: str, *, by: Actor, at: datetime) -> Report:
        """Give the figures of a year or a half.

        Args:
            code: of the period, such as 115 or 115H1.
            by: a trainer or head.
            at: the moment; what happened until then counts.

        Raises:
            ReportError: the period is neither, or has not begun.
            DateError: the code names no period.
        """
        by.require(Role.TRAINER, Role.HEAD)
        period, today = Period.parse(code), day_of(at)
        if period.kind not in REPORTED:
            raise ReportError(
                _("報告要指定一年或半年，「{code}」不是。").format(code=period.code),
                remedy=_("年度報告寫成 115，半年彙整寫成 115H1。"),
            )
        if period.first > today:
            raise ReportError(_("{period}還沒有開始。").format(period=period.title), remedy=_("請查對期別。"))
        until = min(period.last, today)
        earlier = Period(kind=period.kind, year=period.year - 1, number=period.number)
        # A record may be sealed long after its call.
        drawn = [call for call in self._calls.sealed(earlier.first, today) if call.occasion is Occasion.DRAWN]
        calls, before = _made_in(period, drawn), _made_in(earlier, drawn)
        books = self.office.ground.rule_books()
        sessions = self._presences(period)
        return report(
            period,
            until,
            calls=calls,
            before=before,
            scales={call.scale: self._calls.scale(call.scale) for call in (*calls, *before)},
            results=self._quiz.submitted(period.first, until),
            sessions=sessions,
            to_come=[one.session.id for one in sessions if one.session.ends_at > at],
            duty=self._duty(period.year, until),
            cases=self.training.cases(),
            sections=self._sections(),
            bands=self._calls.bands(until),
            rules=[(version, since) for version, since, _content in books],
            effect=self._effect.year(period.year) if period.kind is PeriodKind.YEAR else None,
            honours=self._honours.chosen(period.first, until),
        )

    def sections_of(self, made: Report, section: str = "") -> tuple[SectionSummary, ...]:
        """Give one section's summary out of a report, or all of them.

        Raises:
            ReportError: the report has no such section.
        """
        wanted = tuple(one for one in made.sections if section in {"", one.section})
        if not wanted:
            raise ReportError(
                _("沒有「{section}」這個科室。").format(section=section),
                remedy=_("現有的科室：{names}。").format(
                    names="、".join(one.section for one in made.sections) or _("無")
                ),
            )
        return wanted

    def session(self, session_id: str, *, by: Actor) -> SessionPresence:
        """Give who was at a session, by section.

        Raises:
            SessionError: there is no such session.
        """
        by.require(Role.TRAINER, Role.HEAD)
        return self._presence(self.training.session(session_id))

    def year(self, year: int, *, by: Actor) -> tuple[SessionPresence, ...]:
        """Give who was at each session of a civil year, by section."""
        by.require(Role.TRAINER, Role.HEAD)
        return tuple(self._presences(Period(kind=PeriodKind.YEAR, year=year)))

    def _presences(self, period: Period) -> list[SessionPresence]:
        sessions = self.training.sessions(period.year)
        return [self._presence(session) for session in sessions if session.day in period]

    def _presence(self, session: Session) -> SessionPresence:
        return session_presence(
            session, self.training.expected(session.id), self._rules(session.day), self._sections()
        )

    def _duty(self, year: int, until: date) -> Duty:
        """Say how far the sessions of a year were held on a day of it."""
        presences = [self._presence(session) for session in self.training.sessions(year)]
        held = [
            one.session.day
            for one in presences
            if one.session.kind is SessionKind.YEARLY and one.total.present and one.session.day <= until
        ]
        return duty(year, held, until, self._rules(until))

    def _sections(self) -> list[str]:
        return [section.name for section in self.office.ground.sections() if section.active]

    def _rules(self, day: date) -> TrainingRules:
        return self.office.rules(day).of(TrainingRules)

    # Cases

    def notice(self, case_id: str, *, by: Actor, at: datetime) -> CaseFile:
        """Give a case as its person is told of it.

        Raises:
            CaseError: there is no such case, it is over, or nothing is confirmed yet.
            NotAllowed: neither the person, nor a trainer, nor a head.
        """
        case = self.training.case(case_id, by=by)
        if case.state is State.TO_CONFIRM:
            raise CaseError(
                _("補訓案 {id} 還是「{state}」，不發通知單。").format(id=case.id, state=case.state.label),
                remedy=_("只有一通電話成績不佳，還不能說當事人應補訓；確認之後再印。"),
            )
        if not case.open:
            raise CaseError(
                _("補訓案 {id} 已經是「{state}」，不必通知。").format(id=case.id, state=case.state.label),
                remedy=_("請改印結案報告。"),
            )
        return self._file(case, day_of(at))

    def notices(self, session_id: str, *, by: Actor, at: datetime) -> list[CaseFile]:
        """Give the open cases that are assigned to a session, in the order of the roster.

        Raises:
            SessionError: there is no such session.
            CaseError: no case is assigned to it.
        """
        by.require(Role.TRAINER, Role.HEAD)
        session = self.training.session(session_id)
        today = day_of(at)
        rows = self.training.roster(today, by=by).rows
        cases = [
            row.case
            for row in rows
            if row.case.session == session.id and row.case.state is not State.TO_CONFIRM
        ]
        if not cases:
            raise CaseError(
                _("場次 {session} 沒有排入補訓的人。").format(session=session.name),
                remedy=_("請先把補訓案排到這一場，或指定案號印單張通知單。"),
            )
        return [self._file(case, today) for case in cases]

    def closing(self, case_id: str, *, by: Actor, at: datetime) -> CaseFile:
        """Give a case with all that was done in it.

        Raises:
            CaseError: there is no such case.
        """
        by.require(Role.TRAINER, Role.HEAD)
        return self._file(self.training.case(case_id, by=by), day_of(at))

    def _file(self, case: Case, today: date) -> CaseFile:
        assigned = list(dict.fromkeys(step.session for step in case.steps if step.session))
        calls = [reason.evidence for reason in case.reasons if reason.kind.source is Source.CALL]
        until = {name: self._calls.objection_until(self._calls.call(name)) for name in dict.fromkeys(calls)}
        people = {person.staff_no: person.name for person in self.office.ground.everybody()}
        actors = {step.by for step in case.steps} | {reason.tester for reason in case.reasons}
        return CaseFile(
            case=case,
            person=self.office.person(case.person, today),
            session=self.training.session(case.session) if case.session else None,
            sessions=tuple(self._attended(name, case.person) for name in assigned),
            tests=tuple(self._tests(case)),
            lacking=self.training.retest(case).lacking if case.trained_at and case.open else (),
            objection_until={name: day for name, day in until.items() if day is not None},
            names={staff_no: people[staff_no] for staff_no in actors if staff_no in people},
        )

    def _attended(self, session_id: str, staff_no: str) -> Attended:
        session = self.training.session(session_id)
        seats = {seat.staff_no: seat for seat in self.training.expected(session_id)}
        given = seats[staff_no].attendance if staff_no in seats else None
        return Attended(
            session=session, attendance=given, standing=standing(session, given, self._rules(session.day))
        )

    def _tests(self, case: Case) -> list[Evidence]:
        """Give the tests between the training and the end of a case."""
        trained = case.trained_at
        if trained is None:
            return []
        found: Iterable[Evidence] = [
            *(known.of_call(call) for call in self._calls.calls_of(case.person)),
            *(
                known.of_result(result)
                for result in self._quiz.submitted(day_of(trained), date.max - timedelta(days=2))
                if result.staff_no == case.person
            ),
        ]
        return [
            each
            for each in in_order(found)
            if each.score is not None
            and each.at > trained
            and (case.closed_at is None or each.at <= case.closed_at)
        ]


def _made_in(period: Period, calls: Iterable[Call]) -> list[Call]:
    return [call for call in calls if day_of(call.at) in period]
