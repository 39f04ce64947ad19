"""What a person can ask at the desk of standings: the own result, sections, charts, testers' conduct."""

from datetime import date, datetime, timedelta
from datetime import time as clock

from pydantic import BaseModel, ConfigDict

from bureau.calendar import TAIPEI, Period, PeriodKind
from bureau.language import _
from bureau.problem import NotAllowed, Refused
from bureau.roles import Actor, Role
from courtesy.conduct import Conduct, conduct
from courtesy.desk import CallDesk
from courtesy.flow import Flow
from courtesy.funnel import Funnel, funnel
from courtesy.interval import Sample
from courtesy.result import (
    Counted,
    PersonResult,
    SectionResult,
    Sections,
    person_result,
    section_result,
    section_results,
    spread,
)
from courtesy.run_chart import RunChart, run_chart
from courtesy.standing import CourtesyRules
from courtesy.standing_rules import StandingRules
from courtesy.standing_store import StandingStore

SPANS = {PeriodKind.MONTH: 24, PeriodKind.QUARTER: 12}
"""How many months or quarters a run chart looks back."""

OVERSEERS = (Role.HEAD, Role.TRAINER)
"""Who may see sections and persons; the administrator may see everything."""


class Flows(BaseModel):
    """What became of the drawn of a period.

    Attributes:
        rounds: by the round's identifier, oldest first.
    """

    model_config = ConfigDict(frozen=True)

    rounds: dict[str, Flow]

    @property
    def total(self) -> Flow:
        """All rounds together."""
        return sum(self.rounds.values(), Flow())


class StandingDesk:
    """The standings of one office; nothing is written here."""

    def __init__(self, calls: CallDesk) -> None:
        self.calls = calls
        self.office = calls.office
        self._store = StandingStore(calls.office.store)

    def sections(self, period: Period, *, by: Actor, today: date) -> Sections:
        """Give every section's result in the office's own order.

        Args:
            period: by the day of sealing, Taipei time.
            by: a head, trainer or administrator.
            today: the rules in force on the last day of the period, or today if that is still to come,
                say which scores are low.
        """
        by.require(*OVERSEERS)
        low_below = self._rules(period, today).low_below
        counted = self._store.by_section(*_moments(period), low_below)
        known = self.office.ground.sections()
        names = [one.name for one in known if one.active or one.name in counted]
        return section_results(names, counted, low_below)

    def section(self, section: str, period: Period, *, by: Actor, today: date) -> SectionResult:
        """Give one section's result, its mean drawn towards that of all sections of the same period.

        Raises:
            Refused: the office has no such section.
        """
        by.require(*OVERSEERS)
        self._check_section(section)
        counted = self._store.by_section(*_moments(period), self._rules(period, today).low_below)
        among = spread([one.sample for one in counted.values()])
        return section_result(section, counted.get(section, Counted()), among)

    def persons(self, section: str, period: Period, *, by: Actor, today: date) -> list[PersonResult]:
        """Give the result of everybody who was called in a section, by 員工編號.

        Raises:
            Refused: the office has no such section.
        """
        by.require(*OVERSEERS)
        self._check_section(section)
        rules = self._rules(period, today)
        counted = self._store.by_person(section, *_moments(period), rules.low_below)
        return [
            person_result(staff_no, self._name(staff_no, period), section, each, rules)
            for staff_no, each in counted.items()
        ]

    def person(self, staff_no: str, period: Period, *, by: Actor, today: date) -> PersonResult:
        """Give a person's result: the own one, or anybody's for a head, trainer or administrator.

        Raises:
            NotAllowed: somebody else's.
            Refused: nobody of that number.
        """
        if staff_no != by.staff_no and not by.holds(*OVERSEERS):
            raise NotAllowed(
                _("只能看自己的結果。"), remedy=_("請以 --as 員工編號 換人，或請主管、承辦人查看。")
            )
        person = self.office.person(staff_no, min(period.last, today))
        rules = self._rules(period, today)
        counted = self._store.of_person(staff_no, *_moments(period), rules.low_below)
        return person_result(staff_no, person.name, person.section, counted, rules)

    def run(
        self,
        period: Period,
        *,
        section: str = "",
        step: PeriodKind = PeriodKind.MONTH,
        by: Actor,
        today: date,
    ) -> RunChart:
        """Give the line of a section, or of the whole office, up to the end of a period.

        Args:
            period: the last one of the line lies at its end, or is today's.
            section: `""` is the whole office.
            step: month or quarter; so many as `SPANS` says.
            by: a head, trainer or administrator.
            today: nothing after it is asked for.

        Raises:
            Refused: the office has no such section.
        """
        by.require(*OVERSEERS)
        if section:
            self._check_section(section)
        low_below = self._rules(period, today).low_below
        steps: list[Period] = []
        day = min(period.last, today)
        while len(steps) < SPANS[step]:
            steps.insert(0, Period.of(step, day))
            day = steps[0].first - timedelta(days=1)
        counts: list[tuple[Period, Sample]] = []
        for each in steps:
            if section:
                sample = self._store.of_section(section, *_moments(each), low_below).sample
            else:
                by_section = self._store.by_section(*_moments(each), low_below)
                sample = sum(by_section.values(), Counted()).sample
            counts.append((each, sample))
        return run_chart(section, counts)

    def funnel(self, period: Period, *, by: Actor, today: date) -> Funnel:
        """Give the sections' means against their numbers of calls."""
        return funnel(self.sections(period, by=by, today=today))

    def flows(self, period: Period, *, by: Actor) -> Flows:
        """Give what became of the drawn in the rounds that begin in a period."""
        by.require(*OVERSEERS)
        return Flows(rounds=self._store.flows(period.first, period.last))

    def testers(self, period: Period, *, by: Actor, today: date) -> list[Conduct]:
        """Look through the forms of every tester, by 員工編號; trainer and administrator only."""
        by.require(Role.TRAINER)
        book = self.office.rules(min(period.last, today))
        rules, cut = book.of(StandingRules), book.of(CourtesyRules).low_below
        since, before = _moments(period)
        found = []
        for tester in self._store.testers(since, before):
            forms = self._store.forms(tester, since, before, rules.most_forms)
            scales = {form.scale: self.calls.scale(form.scale) for form in forms}
            found.append(conduct(tester, forms, scales, cut, rules))
        return found

    def name(self, staff_no: str, period: Period) -> str:
        """Name a person as of the end of a period."""
        return self._name(staff_no, period)

    def _name(self, staff_no: str, period: Period) -> str:
        return self.office.person(staff_no, period.last).name

    def _rules(self, period: Period, today: date) -> CourtesyRules:
        return self.office.rules(min(period.last, today)).of(CourtesyRules)

    def _check_section(self, section: str) -> None:
        names = [one.name for one in self.office.ground.sections()]
        if section not in names:
            raise Refused(
                _("沒有「{section}」這個科室。").format(section=section),
                remedy=_("現有的科室：{names}。").format(names="、".join(names)),
            )


def _moments(period: Period) -> tuple[datetime, datetime]:
    """Give the first moment of a period and the first after it."""
    return (
        datetime.combine(period.first, clock(), TAIPEI),
        datetime.combine(period.last + timedelta(days=1), clock(), TAIPEI),
    )
