"""抽測規劃: what a plan of so many testers, people and calls can tell of a person, and what it costs.

A person's calls scatter around the person's own level. How far both scatter is taken from the office's sealed
scores once there are enough of them, else from stated assumptions. By them a plan is simulated: how many
would be listed whose own level is not below the cut, from one low call alone, and where a second call by
another tester must be low, too. All of it is statistics, hence floats; no score is decided here.
"""

import math
import random
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from statistics import NormalDist, fmean

from pydantic import BaseModel, ConfigDict, Field

from bureau.calendar import OfficeCalendar
from bureau.language import _
from bureau.problem import Refused

SEED = 1
"""The seed of the simulation where no other is given."""

SIMULATED = 20_000
"""How many invented people a plan is tried on."""

CONFIDENCE = 0.95

PER_DAY = 2
"""How many calls a tester makes on a working day, where nothing else is said: an assumption of ours."""

MOST_DAYS = 2_500
"""So many working days are about ten years; no plan looks further."""

MOST_TESTERS, MOST_PEOPLE, MOST_CALLS, MOST_PER_DAY = 1_000, 100_000, 50, 11

ENOUGH_PEOPLE = 30
"""So many people, and so many second and further calls, must there be before an office's spread is used."""


class PlannerError(Refused):
    """A plan cannot be computed from these numbers."""


class Spread(BaseModel):
    """How scores scatter.

    Attributes:
        mean: of all scores, 0 to 100.
        person_sd: standard deviation of people's own levels, in points.
        call_sd: of one person's calls around that level, in points.
        people: on how many people's scores it stands; 0: assumed.
        calls: on how many calls.
    """

    model_config = ConfigDict(frozen=True)

    mean: float
    person_sd: float = Field(ge=0)
    call_sd: float = Field(ge=0)
    people: int = 0
    calls: int = 0

    @property
    def assumed(self) -> bool:
        """Whether it stands on no scores of the office."""
        return self.people == 0


ASSUMED = Spread(mean=87, person_sd=4, call_sd=8)
"""Where an office has too few scores yet: plausible numbers, to be replaced by the office's own."""


def spread_of(scores: Mapping[str, Sequence[Decimal]]) -> Spread | None:
    """Estimate the spread from sealed scores by a one-way analysis of variance.

    Mean squares between and within people are set equal to their expectations (Searle, Casella and McCulloch
    1992, "Variance Components", section 3.6, unbalanced data); a negative variance between people is taken
    as 0.

    Args:
        scores: each person's scores.

    Returns:
        The spread; None where there are not `ENOUGH_PEOPLE` people and calls beyond each person's first.
    """
    groups = [[float(score) for score in each] for each in scores.values() if each]
    people, calls = len(groups), sum(len(each) for each in groups)
    if people < ENOUGH_PEOPLE or calls - people < ENOUGH_PEOPLE:
        return None
    mean = fmean(score for each in groups for score in each)
    within = math.fsum((score - fmean(each)) ** 2 for each in groups for score in each) / (calls - people)
    between = math.fsum(len(each) * (fmean(each) - mean) ** 2 for each in groups) / (people - 1)
    size = (calls - sum(len(each) ** 2 for each in groups) / calls) / (people - 1)
    return Spread(
        mean=mean,
        person_sd=math.sqrt(max(0.0, (between - within) / size)),
        call_sd=math.sqrt(within),
        people=people,
        calls=calls,
    )


class Wanted(BaseModel):
    """The numbers that can be changed.

    Attributes:
        calls: how many calls each person gets in the period.
        per_day: how many calls a tester makes on a working day.
    """

    model_config = ConfigDict(frozen=True)

    testers: int
    people: int
    calls: int
    per_day: int = PER_DAY


class Estimate(BaseModel):
    """A number of people found by simulation.

    Attributes:
        expected: how many to expect.
        standard_error: of the simulation.
    """

    model_config = ConfigDict(frozen=True)

    expected: float
    standard_error: float


class Outlook(BaseModel):
    """What to expect of a plan.

    Attributes:
        half_width: of the 95 % interval of one person's mean, in points.
        listed: who has at least one call below the cut.
        wrongly: of these, whose own level is not below it.
        listed_confirmed: whose low call was followed by a second low one by another tester.
        wrongly_confirmed: of these, whose own level is not below the cut.
        truly_low: whose own level is below the cut.
        total: planned calls.
        confirmations: second calls to expect beside them.
        calls_per_tester: planned calls for whoever has the most.
        days: how many working days the planned calls take.
        first_day: no call is made before.
        last_day: the last of them.
    """

    model_config = ConfigDict(frozen=True)

    wanted: Wanted
    spread: Spread
    cut: Decimal
    half_width: float
    listed: Estimate
    wrongly: Estimate
    listed_confirmed: Estimate
    wrongly_confirmed: Estimate
    truly_low: Estimate
    total: int
    confirmations: float
    calls_per_tester: int
    days: int
    first_day: date
    last_day: date
    seed: int
    simulated: int


def check(wanted: Wanted) -> None:
    """Refuse numbers of which no plan can be made.

    Raises:
        PlannerError: one is below 1 or far too large.
    """
    for label, value, most in (
        (_("測試員人數"), wanted.testers, MOST_TESTERS),
        (_("受測人數"), wanted.people, MOST_PEOPLE),
        (_("每人通數"), wanted.calls, MOST_CALLS),
        (_("每位測試員每日通數"), wanted.per_day, MOST_PER_DAY),
    ):
        if not 1 <= value <= most:
            raise PlannerError(
                _("{label}應為 1 至 {most}。").format(label=label, most=most), remedy=_("請改數字。")
            )


def outlook(
    wanted: Wanted,
    spread: Spread,
    cut: Decimal,
    *,
    first: date,
    calendar: OfficeCalendar,
    seed: int = SEED,
) -> Outlook:
    """Work out what a plan can be expected to give.

    Args:
        wanted: the numbers of the plan.
        spread: how scores scatter.
        cut: a score below this is 成績不佳, by the rules.
        first: no call is made before.
        calendar: gives the working days.
        seed: of the simulation.

    Raises:
        PlannerError: numbers of which no plan can be made.
    """
    check(wanted)
    counts = _simulated(wanted.calls, spread, float(cut), random.Random(seed))  # noqa: S311 - not a secret
    low, listed, wrongly, confirmed, wrongly_confirmed = (_estimate(count, wanted.people) for count in counts)
    total = wanted.people * wanted.calls
    per_tester = -(-total // wanted.testers)
    days = -(-per_tester // wanted.per_day)
    if days > MOST_DAYS:
        raise PlannerError(
            _("這樣要打 {days} 個上班日，超過 {most} 日。").format(days=days, most=MOST_DAYS),
            remedy=_("請增加測試員，或減少通數。"),
        )
    last = first if calendar.works_on(first) else calendar.after(first, 1)
    if days > 1:
        last = calendar.after(last, days - 1)
    width = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) * spread.call_sd / math.sqrt(wanted.calls)
    return Outlook(
        wanted=wanted,
        spread=spread,
        cut=cut,
        half_width=width,
        listed=listed,
        wrongly=wrongly,
        listed_confirmed=confirmed,
        wrongly_confirmed=wrongly_confirmed,
        truly_low=low,
        total=total,
        confirmations=listed.expected,
        calls_per_tester=per_tester,
        days=days,
        first_day=first,
        last_day=last,
        seed=seed,
        simulated=SIMULATED,
    )


def _simulated(calls: int, spread: Spread, cut: float, chance: random.Random) -> tuple[int, ...]:
    """Try a plan on invented people.

    Returns:
        How many were truly low, listed, wrongly listed, listed after confirmation, wrongly so.
    """
    low = listed = wrongly = confirmed = wrongly_confirmed = 0
    normal = chance.gauss
    for _person in range(SIMULATED):
        level = normal(spread.mean, spread.person_sd)
        worst = min(normal(level, spread.call_sd) for _call in range(calls))
        again = normal(level, spread.call_sd)
        truly = level < cut
        low += truly
        if worst < cut:
            listed += 1
            wrongly += not truly
            if again < cut:
                confirmed += 1
                wrongly_confirmed += not truly
    return low, listed, wrongly, confirmed, wrongly_confirmed


def _estimate(count: int, people: int) -> Estimate:
    share = count / SIMULATED
    return Estimate(
        expected=people * share,
        standard_error=people * math.sqrt(share * (1 - share) / SIMULATED),
    )
