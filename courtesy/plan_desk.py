"""What a person can ask before a round: everybody's chance of being drawn, and what a plan would give."""

from datetime import date, datetime, time, timedelta

from pydantic import BaseModel, ConfigDict

from bureau.calendar import TAIPEI, Period, day_of
from bureau.office import Office
from bureau.roles import Actor, Role
from courtesy.chance import SEED, Chances, chances
from courtesy.desk import CallDesk
from courtesy.draw import Candidate, DrawRules
from courtesy.plan_store import PlanStore
from courtesy.planner import ASSUMED, Outlook, Spread, Wanted, outlook, spread_of
from courtesy.planner import SEED as PLAN_SEED
from courtesy.standing import CourtesyRules

LOOK_BACK_DAYS = 730
"""How far back the scores go from which the office's own spread is estimated."""

_TESTERS, _PEOPLE, _CALLS = 12, 180, 2


class Prospect(BaseModel):
    """A frame, what its draw must keep, and each person's chance of being drawn, in the same order.

    Attributes:
        round: the round; `""` for one that has not begun.
    """

    model_config = ConfigDict(frozen=True)

    round: str
    frame: tuple[Candidate, ...]
    rules: DrawRules
    chances: Chances


class PlanDesk:
    """The questions before a round. Nothing is written, and nothing of a draw is betrayed."""

    def __init__(self, office: Office, calls: CallDesk) -> None:
        self.office = office
        self._calls = calls
        self._store = PlanStore(office.store)

    def chances_of(self, round_id: str, *, by: Actor, seed: int = SEED) -> Prospect:
        """Give everybody's chance in a round, as it was before the public number; the salt is not used.

        Raises:
            RoundError: there is no such round.
            NotAllowed: neither trainer, head nor administrator.
        """
        by.require(Role.TRAINER, Role.HEAD)
        one = self._calls.round(round_id)
        return Prospect(
            round=one.id,
            frame=one.frame,
            rules=one.rules,
            chances=chances(one.frame, one.rules, seed=seed),
        )

    def chances_in(
        self, period: str, first: date, size: int, *, by: Actor, at: datetime, seed: int = SEED
    ) -> Prospect:
        """Give everybody's chance in a round that would begin now.

        Args:
            period: a period code such as 115H2.
            first: the first day of calls.
            size: how many would be drawn.
            by: a trainer, head or administrator.
            at: the moment.
            seed: of the simulation, where there is one.

        Raises:
            DrawError: the draw would be impossible, and by which rule.
        """
        by.require(Role.TRAINER, Role.HEAD)
        rules = self._calls.draw_rules(first, size)
        frame = tuple(self._calls.frame_now(first, Period.parse(period).code, at))
        return Prospect(round="", frame=frame, rules=rules, chances=chances(frame, rules, seed=seed))

    def spread(self, today: date) -> Spread:
        """Give how the office's scores of the last two years scatter, or the assumptions while too few."""
        since = datetime.combine(today - timedelta(days=LOOK_BACK_DAYS), time(), TAIPEI)
        before = datetime.combine(today + timedelta(days=1), time(), TAIPEI)
        return spread_of(self._store.scores(since, before)) or ASSUMED

    def usual(self, today: date) -> Wanted:
        """Give the numbers to begin with: the office's testers and people, where it has them."""
        people = self.office.ground.people_on(today)
        here = {person.staff_no for person in people}
        testers = [each for each in self.office.ground.holders(Role.TESTER) if each in here]
        return Wanted(
            testers=len(testers) or _TESTERS,
            people=sum(1 for person in people if person.extension) or _PEOPLE,
            calls=_CALLS,
        )

    def outlook(
        self,
        wanted: Wanted,
        *,
        first: date,
        by: Actor,
        at: datetime,
        spread: Spread | None = None,
        seed: int = PLAN_SEED,
    ) -> Outlook:
        """Work out what a plan would give, by the rules in force on its first day.

        Args:
            wanted: the numbers of the plan.
            first: no call is made before.
            by: a trainer, head or administrator.
            at: the moment.
            spread: how scores scatter; None: as the office's scores say at this moment.
            seed: of the simulation.

        Raises:
            PlannerError: numbers of which no plan can be made.
            NotAllowed: neither trainer, head nor administrator.
        """
        by.require(Role.TRAINER, Role.HEAD)
        cut = self.office.rules(first).of(CourtesyRules).low_below
        spread = spread or self.spread(day_of(at))
        calendar = self.office.calendar()
        return outlook(wanted, spread, cut, first=first, calendar=calendar, seed=seed)
