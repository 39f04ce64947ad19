"""A call lives through any keys in any order, crashes between them, and comes out as its marks say."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bureau.office import Office
from bureau.people import Section
from bureau.roles import ADMINISTRATOR, Role
from courtesy.call import Call, CallError, Outcome
from courtesy.desk import CallDesk
from courtesy.scale import NOT_APPLICABLE, FactorMode, ScaleError, missing, score
from courtesy.standing import CourtesyRules
from courtesy.store import MIGRATIONS
from quiz_bank.desk import QuizDesk
from quiz_bank.sitting import QuizRules
from quiz_bank.store import MIGRATIONS as QUIZ_BANK
from tests.conftest import counting_entropy
from tests.courtesy.samples import OFFICIAL, PEOPLE, RULES, SECTIONS, TESTERS, acting_tester

BEGIN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
KNOWN: dict[str, Any] = {"migrations": (QUIZ_BANK, MIGRATIONS), "rule_kinds": (CourtesyRules, QuizRules)}
LINES = {placed.id: placed.line for placed in OFFICIAL.lines(["unit"])}
OUTCOMES = [*Outcome, None]


class CallLife(RuleBasedStateMachine):
    """The desk beside a few lines that say what it should do."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.path = Path(self.folder.name, "office.db")
        self.now = BEGIN
        office = Office.create(self.path, name="測試局", entropy=counting_entropy(), at=BEGIN, **KNOWN)
        with office.store.transaction():
            for name in SECTIONS:
                office.ground.add_section(Section(name=name))
            for person in PEOPLE:
                office.ground.put_person(person, since=date(2020, 1, 1))
            for staff_no in TESTERS:
                office.ground.put_role(staff_no, Role.TESTER)
        self.desk = CallDesk(office, QuizDesk(office))
        made = self.desk.new_round(
            period="115H2",
            first=date(2026, 11, 23),
            last=date(2026, 11, 30),
            scale="official",
            size=8,
            by=ADMINISTRATOR,
            at=BEGIN,
        )
        draws = self.desk.draw(made.id, "48213907", by=ADMINISTRATOR, at=BEGIN)
        drawn = next(each for each in draws if each.staff_no == "0101")
        self.by = acting_tester(drawn.tester)
        self.round = made.id
        self.call = self.desk.open_call(made.id, "0101", by=self.by, at=BEGIN)
        self.keys: list[Call] = []
        self.dropped: list[Office] = []

    def teardown(self) -> None:
        for office in (*self.dropped, self.desk.office):
            office.close()
        self.folder.cleanup()

    def later(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def key(self, after: Call) -> None:
        """Remember the draft before a key that changed something."""
        if after != self.call:
            self.keys.append(self.call)
        self.call = after

    @precondition(lambda self: not self.call.sealed)
    @rule()
    def dial(self) -> None:
        if self.call.unreached and len(self.call.attempts) >= RULES.attempts:
            self.refused(lambda: self.desk.dial(self.call.id, by=self.by, at=self.later()))
            return
        self.key(self.desk.dial(self.call.id, by=self.by, at=self.later()))
        assert (self.call.rings, self.call.seconds) == (None, None)
        assert "unit.speed.ring" not in self.call.marks

    @precondition(lambda self: not self.call.sealed and self.call.dialled_at)
    @rule(seconds=st.integers(0, 700), rings=st.none() | st.integers(1, 12))
    def pick_up(self, seconds: int, rings: int | None) -> None:
        assert self.call.dialled_at is not None
        self.now = max(self.now, self.call.dialled_at + timedelta(seconds=seconds))
        self.key(self.desk.pick_up(self.call.id, rings, by=self.by, at=self.now))
        assert self.call.outcome is Outcome.REACHED
        assert "unit.speed.ring" in self.call.marks

    @precondition(lambda self: not self.call.sealed)
    @rule(line=st.sampled_from(sorted(LINES)), data=st.data())
    def mark(self, line: str, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from([*(step.key for step in LINES[line].steps), None]))
        self.key(self.desk.mark(self.call.id, line, step, by=self.by, at=self.later()))
        assert self.call.marks.get(line) == step
        both = {"unit.content.owner", "unit.content.stand-in"}
        assert len(both & self.call.marks.keys()) < len(both)

    @precondition(lambda self: not self.call.sealed)
    @rule(line=st.sampled_from(sorted(LINES)), step=st.sampled_from([NOT_APPLICABLE, "nonsense"]))
    def mark_wrongly(self, line: str, step: str) -> None:
        if step == NOT_APPLICABLE and LINES[line].either:
            return
        self.refused(lambda: self.desk.mark(self.call.id, line, step, by=self.by, at=self.later()))

    @precondition(lambda self: not self.call.sealed)
    @rule(outcome=st.sampled_from(OUTCOMES))
    def choose_outcome(self, outcome: Outcome | None) -> None:
        self.key(self.desk.set_outcome(self.call.id, outcome, by=self.by, at=self.later()))

    @precondition(lambda self: not self.call.sealed)
    @rule(text=st.sampled_from(["", " ", "語氣不耐"]) | st.text(max_size=20))
    def remark(self, text: str) -> None:
        self.call = self.desk.remark(self.call.id, text, by=self.by)

    @precondition(lambda self: not self.call.sealed)
    @rule()
    def undo(self) -> None:
        if not self.keys:
            self.refused(lambda: self.desk.undo(self.call.id, by=self.by))
            return
        before = self.keys.pop().model_copy(update={"remark": self.call.remark})
        self.call = self.desk.undo(self.call.id, by=self.by)
        assert self.call == before

    @precondition(lambda self: not self.call.sealed)
    @rule()
    def fill_in_what_is_left(self) -> None:
        for placed in missing(OFFICIAL, ["unit"], self.call.marks):
            step = placed.line.steps[0].key
            self.key(self.desk.mark(self.call.id, placed.id, step, by=self.by, at=self.later()))

    @rule()
    def crash(self) -> None:
        # The old office is not closed before the new one goes on, as a killed process would not close it.
        self.dropped.append(self.desk.office)
        office = Office.open(self.path, entropy=counting_entropy(), **KNOWN)
        self.desk = CallDesk(office, QuizDesk(office))

    @precondition(lambda self: not self.call.sealed)
    @rule()
    def seal(self) -> None:
        reached = self.call.outcome is Outcome.REACHED
        critical = self.call.marks.get("unit.manners.tone") == "no"
        ready = self.call.outcome is not None and (
            (not reached and (bool(self.call.remark.strip()) or len(self.call.attempts) >= RULES.attempts))
            or (
                reached
                and not missing(OFFICIAL, ["unit"], self.call.marks)
                and (not critical or bool(self.call.remark.strip()))
            )
        )
        if not ready:
            self.refused(lambda: self.desk.seal(self.call.id, by=self.by, at=self.later()))
            return
        marks = self.call.marks if reached else {}
        self.call = self.desk.seal(self.call.id, by=self.by, at=self.later())
        assert self.call.marks == marks
        assert self.call.critical == (reached and critical)
        if reached:
            total = score(OFFICIAL, ["unit"], marks, mode=FactorMode.OFFICIAL).total
            assert self.call.score == total
        else:
            assert (self.call.score, self.call.band) == (None, None)

    @precondition(lambda self: self.call.sealed)
    @rule()
    def touch_what_is_sealed(self) -> None:
        for act in (
            lambda: self.desk.seal(self.call.id, by=self.by, at=self.later()),
            lambda: self.desk.mark(self.call.id, "unit.speed.ring", "late", by=self.by, at=self.later()),
            lambda: self.desk.set_outcome(self.call.id, Outcome.BUSY, by=self.by, at=self.later()),
            lambda: self.desk.remark(self.call.id, "改", by=self.by),
            lambda: self.desk.undo(self.call.id, by=self.by),
            lambda: self.desk.dial(self.call.id, by=self.by, at=self.later()),
        ):
            self.refused(act)

    def refused(self, act: Any) -> None:
        with pytest.raises((CallError, ScaleError)):
            act()

    @invariant()
    def is_stored_as_shown(self) -> None:
        assert self.desk.call(self.call.id) == self.call

    @invariant()
    def resumes_as_the_same_call(self) -> None:
        assert self.desk.open_call(self.round, "0101", by=self.by, at=self.now) == self.call

    @invariant()
    def holds_against_its_proof(self) -> None:
        assert self.desk.verify() == []


TestCallLife = CallLife.TestCase
TestCallLife.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
