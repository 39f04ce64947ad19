"""The desk at which is asked whether training worked: it reads and computes, and writes nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bureau.calendar import Period, PeriodKind, day_of
from bureau.language import _
from bureau.roles import Actor, Role
from courtesy.occasion import Occasion
from training.desk import TrainingDesk
from training.effect import (
    REFERENCE_DAYS,
    WINDOW_DAYS,
    Effect,
    Measure,
    Result,
    Span,
    Subject,
    elsewhere,
    measure,
    subject,
)
from training.rules import TrainingRules
from training.session import Session, SessionKind, Standing, standing
from training.store import TrainingStore

_AROUND = timedelta(days=REFERENCE_DAYS)

_Spans = Mapping[str, Span]
"""The days of training by person."""


class EffectDesk:
    """What changed after the sessions.

    Only calls of people drawn by lot count, before and after. A confirming call is made because a call went
    badly: with it those who did badly would be measured once more, by another rule than everybody else, and
    would seem to get better by themselves. Of each call and quiz the score counts that is in force now.
    """

    def __init__(self, training: TrainingDesk) -> None:
        self.training = training
        self.office = training.office
        self._store = TrainingStore(training.office.store)

    def session(self, session_id: str, *, by: Actor | None = None) -> Effect:
        """Say what changed after one session.

        Args:
            session_id: which.
            by: who wants it: a trainer, head or administrator; None: the program itself.

        Raises:
            SessionError: there is none.
        """
        _may(by)
        session = self.training.session(session_id)
        trained = self._trained(session.day, session.day, asked=session.id)
        here = self._trained_at(session)
        span = Span.on(session.day)
        return self._effect(session.name, dict.fromkeys(here, span), trained, span)

    def year(self, year: int, *, by: Actor | None = None) -> Effect:
        """Say what changed after the sessions of a civil year.

        A person's first training of the year parts the results before from those after. Who was not trained
        is compared around the days on which most people were.

        Args:
            year: the civil year.
            by: who wants it: a trainer, head or administrator; None: the program itself.
        """
        _may(by)
        whole = Period(kind=PeriodKind.YEAR, year=year)
        trained = self._trained(whole.first, whole.last)
        spans = {
            staff_no: Span(first=min(own), last=max(own))
            for staff_no, days in trained.items()
            if (own := [day for day in days if day in whole])
        }
        usual = Counter(spans[staff_no] for staff_no in sorted(spans)).most_common(1)
        return self._effect(whole.title, spans, trained, usual[0][0] if usual else Span.on(whole.first))

    def _effect(
        self, title: str, spans: _Spans, trained: Mapping[str, Sequence[date]], usual: Span
    ) -> Effect:
        everybody = [usual, *spans.values()]
        first, last = min(each.first for each in everybody), max(each.last for each in everybody)
        since, until = first - _AROUND, last + timedelta(days=WINDOW_DAYS)
        calls = [
            Result(staff_no=call.person, day=day_of(call.at), score=call.score, series=call.scale)
            for call in self.training.calls.sealed(since, until)
            if call.score is not None and call.occasion is Occasion.DRAWN
        ]
        quizzes = [
            Result(
                staff_no=one.staff_no,
                day=day_of(one.submitted_at),
                score=one.score,
                series=one.paper_id,
            )
            for one in self.training.quiz.submitted(since, until)
        ]
        others = [who for who, days in trained.items() if who not in spans and elsewhere(usual, days)]
        return Effect(
            title=title,
            first=first if spans else None,
            last=last if spans else None,
            attended=len(spans),
            elsewhere=len(others),
            courtesy=_measure(_("電話禮貌"), calls, spans, trained, usual, alike=True),
            quiz=_measure(_("測驗"), quizzes, spans, trained, usual, alike=False),
        )

    def _trained(self, first: date, last: date, *, asked: str = "") -> dict[str, list[date]]:
        """Give the days on which people were trained around these days, by person.

        Sessions of another kind than yearly and make-up are about other things; one counts only where it is
        the one that is asked for.
        """
        since, until = first - _AROUND, last + _AROUND
        sessions = {each.id: each for each in self._store.sessions(since, until)}
        found: dict[str, list[date]] = {}
        for session_id, seat in self._store.attended(since, until):
            session = sessions[session_id]
            if session.kind is SessionKind.OTHER and session.id != asked:
                continue
            if standing(session, seat.attendance, self._rules(session.day)) is Standing.TRAINED:
                found.setdefault(seat.staff_no, []).append(session.day)
        return found

    def _trained_at(self, session: Session) -> list[str]:
        rules = self._rules(session.day)
        return [
            seat.staff_no
            for seat in self._store.expected(session.id)
            if standing(session, seat.attendance, rules) is Standing.TRAINED
        ]

    def _rules(self, day: date) -> TrainingRules:
        return self.office.rules(day).of(TrainingRules)


def _measure(
    name: str,
    results: Sequence[Result],
    spans: _Spans,
    trained: Mapping[str, Sequence[date]],
    usual: Span,
    *,
    alike: bool,
) -> Measure:
    by_person: dict[str, list[Result]] = {}
    for each in results:
        by_person.setdefault(each.staff_no, []).append(each)
    subjects: list[Subject] = []
    reference: list[Result] = []
    for staff_no, own in by_person.items():
        days, span = trained.get(staff_no, ()), spans.get(staff_no, usual)
        one = subject(staff_no, span, own, trained_on=days, trained=staff_no in spans)
        if not one.trained and elsewhere(usual, days):
            # On neither side, but the results before belong to the mean of everybody.
            one = one.model_copy(update={"after": ()})
        subjects.append(one)
        reference += [each for each in own if span.first - _AROUND <= each.day < span.first]
    return measure(name, subjects, reference, alike=alike)


def _may(by: Actor | None) -> None:
    if by is not None:
        by.require(Role.TRAINER, Role.HEAD)
