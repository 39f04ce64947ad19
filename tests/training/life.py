"""A small office that lives through the same desks as a real one."""

import re
from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from bureau.calendar import TAIPEI, day_of
from bureau.people import Person, Section
from bureau.roles import ADMINISTRATOR, Actor, Role
from courtesy.call import Call
from courtesy.desk import SCALES
from quiz_bank.blueprint import Blueprint, Cell
from quiz_bank.formats.reading import Reading
from quiz_bank.question import Kind, Question
from quiz_bank.sitting import Sitting
from training.session import Session
from tui.desks import Desks

WANG, LI, CHEN = "0012", "0034", "0056"
STAFF = {WANG: "王𤧟堃", LI: "李喆", CHEN: "陳小明"}
TRAINER_NO = "0099"
TESTERS = ("0091", "0092", "0093")
BEGIN = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
"""115/09/01 09:00 in Taipei."""

_BANK = [
    Question.model_validate(
        {
            "id": f"T{number}",
            "topic": "契稅 > 稅率",
            "kind": Kind.TRUE_FALSE,
            "difficulty": 1,
            "stem": f"敘述 {number}。",
            "key": (0,),
            "legal_basis": "某法第1條",
        }
    )
    for number in range(4)
]
_BLUEPRINT = Blueprint(cells=(Cell(kinds=(Kind.TRUE_FALSE,), count=2, points=Decimal(50)),))


def ask_for_calls(desks: Desks, calls: int, folder: Path, at: datetime) -> None:
    """Publish the rules with another least number of calls for 績優."""
    text = desks.people.rules_text(day_of(at))
    path = folder / "rules.toml"
    path.write_text(
        re.sub(r"^calls_needed = 1$", f"calls_needed = {calls}", text, flags=re.MULTILINE), encoding="utf-8"
    )
    desks.people.publish_rules(path, date(2020, 1, 1), by=ADMINISTRATOR, at=at)


class Life:
    """An office with three people to be tested, three testers and a trainer; time passes by `wait`."""

    def __init__(self, desks: Desks) -> None:
        self.desks = desks
        self.training = desks.training
        self.now = BEGIN
        self.trainer = Actor(staff_no=TRAINER_NO, roles=frozenset({Role.STAFF, Role.TRAINER}))
        self._rounds = self._papers = 0
        ground = desks.office.ground
        with desks.office.store.transaction():
            for order, name in enumerate(("房屋稅科", "行政科")):
                ground.add_section(Section(name=name, order=order))
            people = [
                Person(
                    staff_no=number,
                    name=name,
                    section="房屋稅科",
                    title="稅務員",
                    extension=f"2{number[-2:]}",
                )
                for number, name in STAFF.items()
            ]
            people += [
                Person(staff_no=number, name=f"測試{number}", section="行政科", title="科員")
                for number in (*TESTERS, TRAINER_NO)
            ]
            for person in people:
                ground.put_person(person, since=date(2020, 1, 1))
            for number in TESTERS:
                ground.put_role(number, Role.TESTER)
            ground.put_role(TRAINER_NO, Role.TRAINER)
        desks.calls.publish_scale(SCALES / "official.toml", by=ADMINISTRATOR, at=self.now)

    @property
    def today(self) -> date:
        return day_of(self.now)

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    def ring(
        self, staff_no: str, *, good: bool = False, critical: bool = False, failed: Collection[str] = ()
    ) -> Call:
        """Draw everybody, call one person and seal the call; `failed` lines go wrong in a good one."""
        self._rounds += 1
        calls, by = self.desks.calls, ADMINISTRATOR
        made = calls.new_round(
            period=f"115M{self._rounds}",
            first=self.today,
            last=self.today + timedelta(days=20),
            scale="official",
            size=len(STAFF),
            by=by,
            at=self.now,
        )
        draws = calls.draw(made.id, "12345678", by=by, at=self.now)
        tester = next(draw.tester for draw in draws if draw.staff_no == staff_no)
        actor = Actor(staff_no=tester, roles=frozenset({Role.STAFF, Role.TESTER}))
        self.wait(hours=1)
        call = calls.open_call(made.id, staff_no, by=actor, at=self.now)
        calls.dial(call.id, by=actor, at=self.now)
        call = calls.pick_up(call.id, 2, by=actor, at=self.now + timedelta(seconds=4))
        for placed in calls.scale(call.scale).in_call_order(call.parts):
            line = placed.line
            if line.code == "stand-in" or line.speed:
                continue
            bad = critical if line.critical else not good or line.code in failed
            step = line.steps[-1 if bad else 0].key
            calls.mark(call.id, placed.id, step, by=actor, at=self.now)
        calls.remark(call.id, "測試備註", by=actor)
        self.wait(hours=1)
        return calls.seal(call.id, by=actor, at=self.now)

    def sit(self, staff_no: str, *, right: int) -> Sitting:
        """Draw a paper of two questions and let one person answer it, `right` of them right."""
        quiz = self.desks.quiz
        if not self._papers:
            quiz.take(
                Reading(questions=tuple(_BANK), problems=()), Path("bank"), by=ADMINISTRATOR, at=self.now
            )
        self._papers += 1
        paper = quiz.new_paper(
            title=f"第 {self._papers} 次測驗",
            day=self.today,
            seed=str(self._papers),
            by=ADMINISTRATOR,
            at=self.now,
            blueprint=_BLUEPRINT,
        )
        self.wait(minutes=10)
        actor = Actor(staff_no=staff_no)
        sitting = quiz.open_sitting(paper.id, staff_no, by=actor, at=self.now)
        for place, item in enumerate(paper.items):
            choice = (0,) if place < right else (1,)
            quiz.answer(sitting.id, item.number, choice, by=actor, at=self.now)
        return quiz.submit(sitting.id, by=actor, at=self.now)

    def session(self, day: date | None = None, *people: str, **more: Any) -> Session:
        """Add a session of three hours and put people on its list."""
        given: dict[str, Any] = {
            "title": "下半年為民服務訓練講習",
            "start": time(14),
            "end": time(17),
            "place": "三樓會議室",
        }
        session = self.training.add_session(
            day=day or self.today, by=self.trainer, at=self.now, **{**given, **more}
        )
        if people:
            self.training.expect(session.id, people, by=self.trainer, at=self.now)
        return session

    def after(self, session: Session) -> None:
        """Let time pass to the end of a session."""
        end = datetime.combine(session.day, session.end, TAIPEI) + timedelta(minutes=30)
        self.now = max(self.now, end.astimezone(UTC))

    def entries(self) -> int:
        """How many entries the journal has."""
        return sum(1 for _entry in self.desks.office.journal())
