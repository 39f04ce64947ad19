"""One year of an invented office, lived through the same acts that people use.

Whoever appears here is invented. How people answer the telephone and the questions is decided by a seeded
generator, so that the same seed gives the same year.
"""

import hashlib
import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path

from bureau.dates import TAIPEI, day_of
from bureau.language import _
from bureau.people import Leave, Person
from bureau.roles import ADMINISTRATOR, Actor, Role
from courtesy.call import Call, Outcome
from courtesy.desk import SCALES
from courtesy.occasion import Occasion
from courtesy.round import Draw
from courtesy.scale import NOT_APPLICABLE, Placed
from quiz_bank.blueprint import Paper
from training.attendance import Noted
from training.case import State
from training.session import Status
from tui.demo.measures import take_plan_over
from tui.desks import Desks

STAFF_FILE = Path(__file__).with_name("staff.xlsx")
OFFICE_NAME = "金門縣稅務局（示範）"
YEAR = 2026
TESTERS = 6
TRAINERS = 2
ROUND_SIZES = (24, 26)
LAST_DAY = date(YEAR, 11, 20)
"""The day on which the demonstration ends; calls planned for later are still to be made."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@dataclass
class Year:
    """What the year came to.

    Attributes:
        counts: how many of what, in the order in which they came about.
    """

    counts: dict[str, int] = field(default_factory=dict)


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """Give a moment of the year, Taipei time."""
    return datetime(YEAR, month, day, hour, minute, tzinfo=TAIPEI).astimezone(UTC)


def entropy(seed: int) -> Callable[[int], bytes]:
    """Give bytes that are the same for the same seed; a real office takes the system's."""
    count = 0

    def give(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_256(f"{seed}/{count}".encode()).digest(size)

    return give


class Demonstration:
    """The year as it is lived."""

    def __init__(self, desks: Desks, seed: int, progress: Progress) -> None:
        self.desks = desks
        self.chance = random.Random(seed)  # noqa: S311 - plays people, guards nothing
        self.progress = progress
        self.year = Year()
        self.people: list[Person] = []
        self.testers: list[Person] = []
        self.trainer = ADMINISTRATOR
        self.skill: dict[str, float] = {}
        self._events: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._planned = 0

    def live(self) -> Year:
        """Live the whole year, one event after the other."""
        self.begin()
        self.plan(at(3, 2), partial(self.draw, "115H1", date(YEAR, 5, 29), ROUND_SIZES[0], "48392103"))
        self.plan(at(8, 31), partial(self.draw, "115H2", date(YEAR, 11, 27), ROUND_SIZES[1], "07716254"))
        self.plan(at(9, 7), self.set_quiz)
        first = _("上半年為民服務訓練講習")
        second = _("下半年為民服務訓練講習")
        self.plan(at(4, 20), partial(self.announce, first, date(YEAR, 5, 20)))
        self.plan(at(9, 28), partial(self.announce, second, date(YEAR, 10, 28)))
        for month, day in ((6, 2), (10, 1), (11, 16)):
            self.plan(at(month, day), self.open_cases)
        self.plan(at(10, 2), self.assign)
        while self._events:
            moment, _order, event = heapq.heappop(self._events)
            event(moment)
        closing = at(LAST_DAY.month, LAST_DAY.day, 17, 30)
        self.count(_("工作項目"), take_plan_over(self.desks, YEAR, by=self.trainer, at=closing))
        return self.year

    def plan(self, moment: datetime, event: Callable[[datetime], None]) -> None:
        """Let something happen at this moment."""
        self._planned += 1
        heapq.heappush(self._events, (moment, self._planned, event))

    def count(self, what: str, number: int = 1) -> None:
        """Count what happened."""
        self.year.counts[what] = self.year.counts.get(what, 0) + number

    # January

    def begin(self) -> None:
        """Bring in people, roles, calendar, scale and bank."""
        desks, start = self.desks, at(1, 2)
        self.progress(_("匯入同仁"), 0, 1)
        difference = desks.people.difference(desks.people.read_staff(STAFF_FILE), date(YEAR, 1, 1))
        desks.people.apply(difference, by=ADMINISTRATOR, at=start)
        self.people = desks.people.people_on(date(YEAR, 1, 2))
        self.count(_("同仁"), len(self.people))
        self.count(_("科室"), len(desks.people.sections()))
        desks.people.seed_calendar(YEAR, by=ADMINISTRATOR, at=start)
        self._give_roles(start)
        desks.calls.publish_scale(SCALES / "official.toml", by=self.trainer, at=start)
        self.progress(_("載入題庫"), 0, 1)
        desks.quiz.load_bank(by=self.trainer, at=start)
        self.count(_("題庫題目"), len(desks.quiz.questions()))
        for person in self.people:
            self.skill[person.staff_no] = min(0.99, max(0.35, self.chance.gauss(0.88, 0.09)))
        away = self.chance.choice([person for person in self.people if person not in self.testers])
        leave = Leave(
            staff_no=away.staff_no, first=date(YEAR, 2, 1), last=date(YEAR, 7, 31), kind=_("育嬰留職停薪")
        )
        desks.people.record_leave(leave, by=self.trainer, at=start)

    def _give_roles(self, start: datetime) -> None:
        by_section: dict[str, list[Person]] = {}
        for person in self.people:
            if not person.switchboard:
                by_section.setdefault(person.section, []).append(person)
        sections = list(by_section.values())
        self.testers = [section[1] for section in sections[:TESTERS]]
        trainers = [section[2] for section in sections[:TRAINERS]]
        for role, holders in ((Role.TESTER, self.testers), (Role.TRAINER, trainers)):
            for person in holders:
                self.desks.people.grant(person.staff_no, role, by=ADMINISTRATOR, at=start)
        self.trainer = self._as(trainers[0].staff_no, start)

    def _as(self, staff_no: str, moment: datetime) -> Actor:
        return self.desks.office.actor(staff_no, moment.astimezone(TAIPEI).date())

    # Spot checks

    def draw(self, period: str, last: date, size: int, number: str, moment: datetime) -> None:
        """Commit to a round, draw it, and plan its calls."""
        self.progress(_("抽籤"), 0, 1)
        calls = self.desks.calls
        first = moment.astimezone(TAIPEI).date() + timedelta(days=1)
        made = calls.new_round(
            period=period, first=first, last=last, scale="official", size=size, by=self.trainer, at=moment
        )
        calls.draw(made.id, number, by=self.trainer, at=moment + timedelta(hours=2))
        self.count(_("抽測回合"))
        draws = calls.draws(made.id, by=ADMINISTRATOR)
        for place, draw in enumerate(draws):
            rung = datetime.combine(draw.day, draw.window, TAIPEI) + timedelta(minutes=place % 25)
            if draw.day <= LAST_DAY:
                # One failure that no call may have, and one call that is still being scored.
                critical = period == "115H2" and place == len(draws) // 2
                open_still = period == "115H2" and draw.day == max(
                    each.day for each in draws if each.day <= LAST_DAY
                )
                self.plan(
                    rung.astimezone(UTC),
                    partial(self.call, draw, critical=critical, stop_after=6 if open_still else None),
                )
        if last <= LAST_DAY:
            self.plan(
                datetime.combine(last + timedelta(days=3), rung.time(), TAIPEI).astimezone(UTC),
                partial(self.close, made.id),
            )

    def close(self, round_id: str, moment: datetime) -> None:
        """Close a round and publish its salt."""
        self.desks.calls.close_round(round_id, by=self.trainer, at=moment)

    def call(self, draw: Draw, moment: datetime, *, critical: bool, stop_after: int | None) -> None:
        """Make a call; with `stop_after` it is left when so many lines are scored."""
        self.progress(_("打電話"), self.year.counts.get(_("封存的電話測試"), 0), sum(ROUND_SIZES))
        calls, chance = self.desks.calls, self.chance
        by = self._as(draw.tester, moment)
        call = calls.open_call(draw.round, draw.staff_no, by=by, at=moment)
        outcome = Outcome.REACHED
        if not critical and stop_after is None:
            outcome = chance.choices(list(Outcome), weights=(88, 4, 4, 1, 3))[0]
        call = calls.dial(call.id, by=by, at=moment)
        if outcome is Outcome.REACHED:
            call = self._score(call, by, moment, critical=critical, stop_after=stop_after)
        else:
            for tried in range(calls.tries(call)):
                rung = moment + tried * timedelta(minutes=40)
                if tried:
                    call = calls.dial(call.id, by=by, at=rung)
                call = calls.set_outcome(call.id, outcome, by=by, at=rung + timedelta(seconds=40))
            moment += tried * timedelta(minutes=40)
        if stop_after is None:
            ended = moment + timedelta(minutes=4)
            if outcome is Outcome.REACHED:
                call = self._ask(call, draw, by, ended)
            # Some forms take half a minute, some nearly two; others may act before this one is sealed.
            self.plan(ended + timedelta(seconds=30 + draw.order * 13 % 80), partial(self.seal, call, draw))

    def seal(self, call: Call, draw: Draw, moment: datetime) -> None:
        """Seal a call, and plan those to whoever is called up for it."""
        calls, by = self.desks.calls, self._as(draw.tester, moment)
        before = {each.staff_no for each in calls.draws(draw.round, by=ADMINISTRATOR)}
        calls.seal(call.id, by=by, at=moment)
        self._call_substitutes(draw.round, before, moment)
        self._confirm(call, moment)
        self.count(_("封存的電話測試"))
        self.count(_("其中接通並評分"), int(call.outcome is Outcome.REACHED))

    def _ask(self, call: Call, draw: Draw, by: Actor, moment: datetime) -> Call:
        """Judge what was said to the question, and hang up."""
        calls = self.desks.calls
        if call.question:
            for number in range(1, len(call.question.points) + 1):
                said = (draw.order + number) % 4 != 0
                call = calls.judge_point(call.id, number, said, by=by, at=moment)
        return calls.hang_up(call.id, by=by, at=moment)

    def _confirm(self, call: Call, moment: datetime) -> None:
        """Plan the confirming call, where this result has queued one."""
        for draw in self.desks.calls.waiting(by=ADMINISTRATOR):
            confirms = draw.occasion is Occasion.CONFIRMING and draw.round == call.round
            rung = datetime.combine(draw.day, draw.window, TAIPEI).astimezone(UTC)
            if (
                confirms
                and draw.staff_no == call.person
                and moment < rung <= at(LAST_DAY.month, LAST_DAY.day)
            ):
                self.plan(rung, partial(self.call, draw, critical=False, stop_after=None))

    def _call_substitutes(self, round_id: str, before: set[str], moment: datetime) -> None:
        """Plan the calls to those who were called up just now."""
        for draw in self.desks.calls.draws(round_id, by=ADMINISTRATOR):
            rung = datetime.combine(draw.day, draw.window, TAIPEI).astimezone(UTC)
            # One who is called up for a half hour that is over is called on the next day at that time.
            while rung <= moment:
                rung += timedelta(days=1)
            if draw.staff_no not in before and rung.astimezone(TAIPEI).date() <= LAST_DAY:
                self.plan(rung, partial(self.call, draw, critical=False, stop_after=None))

    def _score(
        self, call: Call, by: Actor, moment: datetime, *, critical: bool, stop_after: int | None
    ) -> Call:
        calls, chance = self.desks.calls, self.chance
        skill = self.skill[call.person]
        seconds = max(2, int(chance.gauss(7 + 14 * (1 - skill), 4)))
        call = calls.pick_up(call.id, seconds // 3 + 1, by=by, at=moment + timedelta(seconds=seconds))
        stand_in = chance.random() < 0.15  # noqa: PLR2004 - one call in seven is taken by a colleague
        if stand_in:
            colleague = chance.choice([person for person in self.people if person.section == call.section])
            call = calls.answered_by(call.id, colleague.name, by=by, at=moment)
        scale = calls.scale(call.scale)
        for place, placed in enumerate(scale.in_call_order(call.parts)):
            if stop_after is not None and place >= stop_after:
                return call
            key = self._step(placed, skill, stand_in=stand_in, critical=critical)
            if key and placed.id not in call.marks:
                call = calls.mark(call.id, placed.id, key, by=by, at=moment + timedelta(seconds=60))
        if calls.readiness(call).remark:
            text = _("語氣不耐，來電者詢問第二次時回答「剛剛不是講過了」。")
            call = calls.remark(call.id, text, by=by)
        return call

    def _step(self, placed: Placed, skill: float, *, stand_in: bool, critical: bool) -> str | None:
        line, chance = placed.line, self.chance
        if line.either:
            if line.code != ("stand-in" if stand_in else "owner"):
                return None
            grade = min(len(line.steps) - 1, int(chance.gauss((1 - skill) * 6, 0.8) + 0.5))
            return line.steps[max(0, grade)].key
        if line.critical:
            return line.steps[-1 if critical else 0].key
        if line.not_applicable and (line.code.startswith("ivr") or chance.random() < 0.3):  # noqa: PLR2004
            return NOT_APPLICABLE
        return line.steps[0 if chance.random() < skill else -1].key

    # The quiz

    def set_quiz(self, moment: datetime) -> None:
        """Draw a paper and plan everybody's sitting."""
        opens = date(YEAR, 9, 14)
        paper = self.desks.quiz.new_paper(
            title=_("115 年租稅常識測驗"),
            day=opens,
            closes_on=opens + timedelta(days=13),
            seed="115",
            by=self.trainer,
            at=moment,
        )
        absent = {person.staff_no for person in self.chance.sample(self.people, 2)}
        for person in self.people:
            if person.staff_no not in absent:
                start = at(9, 14 + self.chance.randrange(12), self.chance.randrange(9, 17))
                minute = timedelta(minutes=self.chance.randrange(40))
                self.plan(start + minute, partial(self.sit, paper, person))

    def sit(self, paper: Paper, person: Person, moment: datetime) -> None:
        """Sit the paper, one saved answer after the other."""
        self.progress(_("作答測驗"), self.year.counts.get(_("交卷"), 0), len(self.people))
        quiz, chance = self.desks.quiz, self.chance
        by = self._as(person.staff_no, moment)
        sitting = quiz.open_sitting(paper.id, person.staff_no, by=by, at=moment)
        knowledge = min(0.98, self.skill[person.staff_no] + chance.gauss(-0.02, 0.09))
        for place, item in enumerate(paper.items):
            question = item.question
            right = chance.random() < knowledge - 0.07 * (question.difficulty - 1)
            others = [index for index in range(len(question.options)) if index not in question.key]
            choice = question.key if right else (chance.choice(others or [0]),)
            answered = moment + timedelta(seconds=40 * (place + 1))
            quiz.answer(sitting.id, item.number, choice, by=by, at=answered)
        self.plan(moment + timedelta(minutes=20), partial(self.submit, sitting.id, person))

    def submit(self, sitting_id: str, person: Person, moment: datetime) -> None:
        """Hand a sheet in."""
        self.desks.quiz.submit(sitting_id, by=self._as(person.staff_no, moment), at=moment)
        self.count(_("交卷"))

    # Training

    def announce(self, title: str, day: date, moment: datetime) -> None:
        """Add a session, put everybody on its list, and plan what happens on the day."""
        training = self.desks.training
        session = training.add_session(
            title=title,
            day=day,
            start=time(14),
            end=time(17),
            place=_("三樓大禮堂"),
            lecturer=_("外聘講師"),
            by=self.trainer,
            at=moment,
        )
        here = [person.staff_no for person in self.desks.people.people_on(day)]
        training.expect(session.id, here, by=self.trainer, at=moment)
        self.plan(
            datetime.combine(day, time(17, 30), TAIPEI).astimezone(UTC), partial(self.attend, session.id)
        )

    def attend(self, session_id: str, moment: datetime) -> None:
        """Enter who was there; two people are never there."""
        training, chance = self.desks.training, self.chance
        session = training.session(session_id)
        never = {person.staff_no for person in self.people[-2:]}
        noted = []
        for expected in training.expected(session_id):
            status = chance.choices(list(Status), weights=(90, 4, 4, 2))[0]
            if expected.staff_no in never:
                status = chance.choice((Status.LEAVE, Status.ABSENT))
            minutes = None
            if status is Status.PRESENT and chance.random() < 0.05:  # noqa: PLR2004 - some leave early
                minutes = chance.randrange(40, session.length - 20)
            noted.append(Noted(staff_no=expected.staff_no, status=status, minutes=minutes))
            self.count(_("講習出席"), int(status is Status.PRESENT))
            self.count(_("講習請假、公假或缺席"), int(status is not Status.PRESENT))
        training.record_attendance(session_id, noted, by=self.trainer, at=moment)
        self.desks.sign_in.close(session_id, by=self.trainer, at=moment)
        self.count(_("講習場次"))

    def open_cases(self, moment: datetime) -> None:
        """Let the rules open cases from the evidence so far."""
        self.progress(_("開立補訓案"), 0, 1)
        training = self.desks.training
        training.open_cases(by=self.trainer, at=moment)
        self.year.counts[_("補訓案")] = len(training.cases())
        self.year.counts[_("其中未結")] = len(training.cases(open_only=True))

    def assign(self, moment: datetime) -> None:
        """Send whoever must be retrained to the next session."""
        training = self.desks.training
        coming = [session for session in training.sessions() if session.day > day_of(moment)]
        for case in training.cases(open_only=True):
            if coming and case.state is State.DUE:
                training.assign_session(case.id, coming[0].id, by=self.trainer, at=moment)
