"""Cases live through tests, trainings, objections and checks in any order; what must always hold, holds."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bureau.problem import Refused
from courtesy.call import Call
from tests.conftest import counting_entropy
from tests.training.life import BEGIN, STAFF, Life
from tests.training.test_overturned import overturn
from training.attendance import Noted
from training.case import Case, Outcome, State
from training.session import Status
from training.step import ways
from tui.desks import Desks

people = st.sampled_from(sorted(STAFF))
reasons = st.sampled_from(["", "奉核"])
TRIED = [state for state in State if state is not State.TO_CONFIRM]


class CaseLife(RuleBasedStateMachine):
    """An office in which anything may be tried; a refusal changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name, "office.db")
        self.life = Life(Desks.create(path, name="測試局", entropy=counting_entropy(), at=BEGIN))
        self.calls: list[Call] = []
        self.before: dict[str, Case] = {}

    def teardown(self) -> None:
        self.life.desks.close()
        self.folder.cleanup()

    # The rounds of the little office are named after the months of its year.
    @precondition(lambda self: len(self.calls) < 12)
    @rule(person=people, good=st.booleans(), critical=st.booleans())
    def ring(self, person: str, good: bool, critical: bool) -> None:
        self.calls.append(self.life.ring(person, good=good, critical=critical))
        self.settle()

    @rule(person=people, right=st.integers(0, 2))
    def sit(self, person: str, right: int) -> None:
        self.life.sit(person, right=right)
        self.settle()

    @rule(person=people, status=st.sampled_from(Status))
    def train(self, person: str, status: Status) -> None:
        """Send the person of an open case to a session, and record what came of it."""
        life = self.life
        one = next((each for each in life.training.cases(open_only=True) if each.person == person), None)
        if one is None or State.ASSIGNED not in ways(one.state):
            return
        session = life.session(life.today + timedelta(days=1))
        life.training.assign_session(one.id, session.id, by=life.trainer, at=life.now)
        life.after(session)
        noted = [Noted(staff_no=person, status=status)]
        life.training.record_attendance(session.id, noted, by=life.trainer, at=life.now)
        self.settle()

    @rule(data=st.data(), to=st.sampled_from(TRIED), reason=reasons)
    def advance(self, data: st.DataObject, to: State, reason: str) -> None:
        if cases := self.life.training.cases():
            one = data.draw(st.sampled_from(cases))
            self.tried(
                lambda: self.life.training.advance(
                    one.id, to, by=self.life.trainer, at=self.life.now, reason=reason
                )
            )

    @rule(data=st.data(), outcome=st.sampled_from(Outcome), reason=reasons)
    def check(self, data: st.DataObject, outcome: Outcome, reason: str) -> None:
        if cases := self.life.training.cases():
            one = data.draw(st.sampled_from(cases))
            self.tried(
                lambda: self.life.desks.cases.record_check(
                    one.id, outcome, by=self.life.trainer, at=self.life.now, reason=reason
                )
            )

    @rule()
    def object_to_the_last_call(self) -> None:
        if self.calls:
            self.tried(lambda: overturn(self.life, self.calls[-1]))
            self.settle()

    @rule(days=st.sampled_from([1, 5, 30]))
    def wait(self, days: int) -> None:
        self.life.wait(days=days)

    def settle(self) -> None:
        self.life.training.open_cases(by=self.life.trainer, at=self.life.now)
        assert self.life.training.open_cases(by=self.life.trainer, at=self.life.now) == []

    def tried(self, act: object) -> None:
        entries = self.life.entries()
        try:
            act()  # type: ignore[operator]  # each is a function without arguments
        except Refused:
            assert self.life.entries() == entries

    @invariant()
    def nobody_is_listed_twice(self) -> None:
        listed = [case.person for case in self.life.training.cases(open_only=True)]
        assert max(Counter(listed).values(), default=0) <= 1
        rows = self.life.training.roster(self.life.today).rows
        assert len({row.person.staff_no for row in rows}) == len(rows)

    @invariant()
    def nobody_is_listed_without_evidence(self) -> None:
        for case in self.life.training.cases(open_only=True):
            assert case.counting
        used = Counter(reason.key for case in self.life.training.cases() for reason in case.reasons)
        assert max(used.values(), default=0) <= 1

    @invariant()
    def nothing_closes_before_it_was_attended_and_tested_unless_a_reason_says_so(self) -> None:
        for case in self.life.training.cases():
            if case.state is State.CLOSED and not any(step.overridden for step in case.steps):
                assert case.trained_at is not None
                tests = self.life.training.tests_since(case.person, case.trained_at)
                assert any(case.trained_at < each.at <= (case.closed_at or each.at) for each in tests)
            assert all(step.reason for step in case.steps if step.overridden)

    @invariant()
    def what_is_over_changes_only_beside_itself(self) -> None:
        for case in self.life.training.cases():
            if not case.open:
                kept = case.model_copy(update={"reasons": (), "check": None})
                assert self.before.setdefault(case.id, kept) == kept

    @invariant()
    def a_case_sent_to_training_again_has_an_heir(self) -> None:
        cases = {case.id: case for case in self.life.training.cases()}
        for case in cases.values():
            if case.check and case.check.outcome is Outcome.AGAIN:
                heir = cases[case.check.next_case]
                assert heir.person == case.person
                assert case.closed_at is not None
                assert all(reason.at > case.closed_at for reason in heir.reasons)

    @invariant()
    def the_journal_tells_the_same(self) -> None:
        assert self.life.training.verify() == []


CaseLife.TestCase.settings = settings(
    max_examples=6, stateful_step_count=12, deadline=None, phases=[Phase.explicit, Phase.generate]
)
TestCaseLife = CaseLife.TestCase
