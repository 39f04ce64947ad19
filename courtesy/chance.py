"""抽中機會: each person's chance of being drawn, from the frame and the rules alone.

The salt is never needed: before the public number is known every ticket is as good as any other, so the
smallest of k tickets comes before everybody else's with chance k over all tickets, and so on down the order
(sampling one after the other without replacement, with chances in proportion to the weights: Plackett 1975,
"The Analysis of Permutations"). Chances are statistics, hence floats.

Where nobody's place depends on how another section's quota falls out, the chance is computed exactly; else
the draw is simulated, with the number of repetitions, the seed and the standard error said. People of the
same section, weight and number of draws have the same chance; the simulation counts them together, which
makes its error small.
"""

import math
import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict, Field

from courtesy.draw import Candidate, DrawRules, check_possible, chosen_places

SEED = 1
"""The seed of a simulation where no other is given."""

MOST_STATES = 50_000
"""How many states the exact computation may go through before it is simulated instead."""

_KEYS = 1_000_000
_FEWEST, _MOST = 200, 5_000


class Chance(BaseModel):
    """One person's chance of being drawn.

    Attributes:
        probability: 0 to 1.
        standard_error: of the simulation; None where the chance is exact.
    """

    model_config = ConfigDict(frozen=True)

    staff_no: str
    probability: float = Field(ge=0, le=1)
    standard_error: float | None = None


class Chances(BaseModel):
    """The chances of a whole frame, in its order; they add up to the size of the draw.

    Attributes:
        repetitions: how often the draw was simulated; 0 where every chance is exact.
        seed: of the simulation; None where every chance is exact.
    """

    model_config = ConfigDict(frozen=True)

    people: tuple[Chance, ...]
    repetitions: int = 0
    seed: int | None = None

    @property
    def exact(self) -> bool:
        """Whether every chance was computed, none simulated."""
        return self.seed is None


Kind = tuple[int, int]
"""How often drawn this year (0 where that does not count), and the weight."""


def chances(
    frame: Sequence[Candidate], rules: DrawRules, *, seed: int = SEED, repetitions: int | None = None
) -> Chances:
    """Give each person's chance of being drawn.

    Args:
        frame: who can be drawn; those drawn often enough in this period have no chance.
        rules: what the draw must keep.
        seed: for the simulation, where there is one.
        repetitions: how often to simulate; None: as often as takes about a second, 200 to 5,000 times.

    Raises:
        DrawError: the draw is impossible, see `check_possible`.
    """
    able = [candidate for candidate in frame if candidate.drawn_this_period < rules.per_person]
    check_possible(able, rules)
    kinds = {candidate.staff_no: _kind(candidate, rules) for candidate in able}
    known = _exact(able, kinds, rules)
    if known is not None:
        return Chances(
            people=tuple(
                Chance(staff_no=one.staff_no, probability=known.get(one.staff_no, 0.0)) for one in frame
            )
        )
    times = repetitions or max(_FEWEST, min(_MOST, _KEYS // len(able)))
    shares = _simulated(able, kinds, rules, random.Random(seed), times)  # noqa: S311 - not a secret
    nobody = (0.0, 0.0)
    people = []
    for one in frame:
        mine = shares.get((one.section, kinds[one.staff_no]), nobody) if one.staff_no in kinds else nobody
        people.append(Chance(staff_no=one.staff_no, probability=mine[0], standard_error=mine[1]))
    return Chances(people=tuple(people), repetitions=times, seed=seed)


def _kind(candidate: Candidate, rules: DrawRules) -> Kind:
    return (candidate.drawn_this_year if rules.everyone_first else 0, candidate.weight)


def _exact(able: Sequence[Candidate], kinds: Mapping[str, Kind], rules: DrawRules) -> dict[str, float] | None:
    """Compute the chances where the quotas leave nothing that depends on another section; else None."""
    sections: dict[str, list[str]] = defaultdict(list)
    for candidate in able:
        sections[candidate.section].append(candidate.staff_no)
    whole = {name for name, members in sections.items() if len(members) <= rules.per_section}
    found = {staff_no: 1.0 for name in whole for staff_no in sections[name]}
    open_ones = {name: members for name, members in sections.items() if name not in whole}
    left = rules.size - len(found)
    if left == rules.per_section * len(open_ones):
        # Nothing is left after the quotas: each section draws for itself.
        groups = [(members, rules.per_section) for members in open_ones.values()]
    elif rules.per_section == 0 or len(open_ones) <= 1 or rules.size == len(able):
        # No quota can bind: the order alone decides among the rest.
        groups = [([one for members in open_ones.values() for one in members], left)]
    else:
        return None
    for members, count in groups:
        part = _first(Counter(kinds[one] for one in members), count)
        if part is None:
            return None
        found |= {one: part[kinds[one]] for one in members}
    return found


def _first(kinds: Mapping[Kind, int], count: int) -> dict[Kind, float] | None:
    """Give by kind the chance of being among the first `count`; None where that takes too long."""
    result = dict.fromkeys(kinds, 0.0)
    for before in sorted({kind[0] for kind in kinds}):
        weights = {kind[1]: number for kind, number in kinds.items() if kind[0] == before}
        there = sum(weights.values())
        taken = min(count, there)
        count -= taken
        if taken == there:
            part: dict[int, float] | None = dict.fromkeys(weights, 1.0)
        elif len(weights) == 1:
            part = dict.fromkeys(weights, taken / there)
        else:
            part = _one_after_the_other(weights, taken)
        if part is None:
            return None
        result |= {(before, weight): chance for weight, chance in part.items()}
    return result


def _one_after_the_other(weights: Mapping[int, int], count: int) -> dict[int, float] | None:
    """Give by weight the chance of being among the first `count` of people with several weights.

    Goes through how many of each weight may have been taken after each step, with the chance of each.
    """
    names = sorted(weights)
    if count * math.prod(min(count, weights[name]) + 1 for name in names[1:]) > MOST_STATES:
        return None
    states: dict[tuple[int, ...], float] = {(0,) * len(names): 1.0}
    for _step in range(count):
        following: dict[tuple[int, ...], float] = defaultdict(float)
        for taken, chance in states.items():
            tickets = [name * (weights[name] - gone) for name, gone in zip(names, taken, strict=True)]
            whole = sum(tickets)
            for place, mine in enumerate(tickets):
                if mine:
                    after = (*taken[:place], taken[place] + 1, *taken[place + 1 :])
                    following[after] += chance * mine / whole
        states = following
    return {
        # Rounding may leave a hair's breadth outside.
        name: min(1.0, sum(chance * taken[place] for taken, chance in states.items()) / weights[name])
        for place, name in enumerate(names)
    }


def _simulated(
    able: Sequence[Candidate],
    kinds: Mapping[str, Kind],
    rules: DrawRules,
    chance: random.Random,
    repetitions: int,
) -> dict[tuple[str, Kind], tuple[float, float]]:
    """Draw again and again; give share and standard error of each group of people alike."""
    groups = [(one.section, kinds[one.staff_no]) for one in able]
    sizes = Counter(groups)
    sums: dict[tuple[str, Kind], float] = defaultdict(float)
    squares: dict[tuple[str, Kind], float] = defaultdict(float)
    # The smallest of k uniform tickets comes in the order of an exponential waiting time of rate k.
    waiting = chance.expovariate
    for _time in range(repetitions):
        order = sorted((group[1][0], waiting(group[1][1]), group) for group in groups)
        places = chosen_places([group[0] for _before, _key, group in order], rules)
        for group, number in Counter(order[place][2] for place in places).items():
            sums[group] += number
            squares[group] += number * number
    shares = {}
    for group, size in sizes.items():
        mean = sums[group] / repetitions
        spread = max(0.0, squares[group] / repetitions - mean * mean)
        # Sample variance of the mean of independent repetitions.
        error = math.sqrt(spread / max(1, repetitions - 1))
        shares[group] = (mean / size, error / size)
    return shares
