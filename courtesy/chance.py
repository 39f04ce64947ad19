"""抽中機會: each person's chance of being drawn, from the frame and the rules alone.

The salt is never needed: before the public number is known every ticket is as good as any other, so the
smallest of k tickets comes before everybody else's with chance k over all tickets, and so on down the order
(sampling one after the other without replacement, with chances in proportion to the weights: Plackett 1975,
"The Analysis of Permutations"). Chances are statistics, hence floats.

Where nobody's place depends on how another section's quota falls out, the chance is computed exactly; else
the draw is simulated, with the number of repetitions, the seed and the standard error said. People of the
same weight and number of draws have the same chance if they are of the same section, or of sections made up
alike; the simulation counts them together, which makes its error small.
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

Group = tuple[tuple[tuple[Kind, int], ...], Kind]
"""What a section is made up of, and a kind in it: people whom no rule tells apart."""


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
    groups = _groups(able, rules)
    known = _exact(able, groups, rules)
    if known is not None:
        return Chances(
            people=tuple(
                Chance(staff_no=one.staff_no, probability=known.get(one.staff_no, 0.0)) for one in frame
            )
        )
    times = repetitions or max(_FEWEST, min(_MOST, _KEYS // len(able)))
    shares = _simulated(able, groups, rules, random.Random(seed), times)  # noqa: S311 - not a secret
    people = []
    for one in frame:
        share, error = shares[groups[one.staff_no]] if one.staff_no in groups else (0.0, 0.0)
        people.append(Chance(staff_no=one.staff_no, probability=share, standard_error=error))
    return Chances(people=tuple(people), repetitions=times, seed=seed)


def _groups(able: Sequence[Candidate], rules: DrawRules) -> dict[str, Group]:
    """Say by 員工編號 who is in the same position as whom."""
    kinds = {one.staff_no: (one.drawn_this_year if rules.everyone_first else 0, one.weight) for one in able}
    made_up: dict[str, Counter[Kind]] = defaultdict(Counter)
    for one in able:
        made_up[one.section][kinds[one.staff_no]] += 1
    sections = {name: tuple(sorted(counts.items())) for name, counts in made_up.items()}
    return {one.staff_no: (sections[one.section], kinds[one.staff_no]) for one in able}


def _exact(
    able: Sequence[Candidate], group_of: Mapping[str, Group], rules: DrawRules
) -> dict[str, float] | None:
    """Compute the chances where the quotas leave nothing that depends on another section; else None."""
    sections: dict[str, list[str]] = defaultdict(list)
    for candidate in able:
        sections[candidate.section].append(candidate.staff_no)
    whole = {name for name, members in sections.items() if len(members) <= rules.per_section}
    found = {staff_no: 1.0 for name in whole for staff_no in sections[name]}
    open_ones = {name: members for name, members in sections.items() if name not in whole}
    everybody = [one for members in open_ones.values() for one in members]
    left = rules.size - len(found)
    if left == rules.per_section * len(open_ones):
        # Nothing is left after the quotas: each section draws for itself.
        groups = [(members, rules.per_section) for members in open_ones.values()]
    elif rules.per_section == 0 or len(open_ones) <= 1 or rules.size == len(able):
        # No quota can bind: the order alone decides among the rest.
        groups = [(everybody, left)]
    elif len({group_of[one] for one in everybody}) == 1:
        # No rule tells anybody from anybody else.
        return found | dict.fromkeys(everybody, left / len(everybody))
    else:
        return None
    for members, count in groups:
        part = _first(Counter(group_of[one][1] for one in members), count)
        if part is None:
            return None
        found |= {one: part[group_of[one][1]] for one in members}
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
    group_of: Mapping[str, Group],
    rules: DrawRules,
    chance: random.Random,
    repetitions: int,
) -> dict[Group, tuple[float, float]]:
    """Draw again and again; give share and standard error of each group of people alike."""
    groups = list(dict.fromkeys(group_of.values()))
    numbers = {group: number for number, group in enumerate(groups)}
    people = [(*group_of[one.staff_no][1], one.section, numbers[group_of[one.staff_no]]) for one in able]
    sizes = Counter(number for _before, _weight, _section, number in people)
    sums, squares = [0] * len(groups), [0] * len(groups)
    # The smallest of k uniform tickets comes in the order of an exponential waiting time of rate k.
    waiting = chance.expovariate
    for _time in range(repetitions):
        order = sorted(
            (before, waiting(weight), section, number) for before, weight, section, number in people
        )
        places = chosen_places([each[2] for each in order], rules)
        for number, count in Counter(order[place][3] for place in places).items():
            sums[number] += count
            squares[number] += count * count
    shares = {}
    for number, group in enumerate(groups):
        mean = sums[number] / repetitions
        spread = max(0.0, squares[number] / repetitions - mean * mean)
        # Standard error of the mean of independent repetitions.
        error = math.sqrt(spread / max(1, repetitions - 1))
        shares[group] = (mean / sizes[number], error / sizes[number])
    return shares
