"""Who calls whom on which day, found so that it fails only where no plan exists at all.

Each person is given a tester and a day of that tester. People are placed one after the other where the load
is least; where the good places are full, others move along a chain to make room (augmenting paths: Ford and
Fulkerson 1956). Then calls move along chains from the busiest to the idlest tester as long as that makes
the load more even; a plan without such a chain is as even as the rules allow (Harvey, Ladner, Lovász and
Tamir 2006, "Semi-matchings for bipartite graphs and load balancing", theorem 3.1). Nothing is left to chance:
the same wishes give the same plan.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Slot = tuple[str, date]
"""A tester and a day."""


@dataclass(frozen=True)
class Wish:
    """Where one call may go.

    Attributes:
        testers: who may make it, in the one order of testers.
        days: on which days it may be made, the best first.
        pick: decides between testers with equally few calls.
    """

    testers: tuple[str, ...]
    days: tuple[date, ...]
    pick: int


class Plan:
    """The calls placed so far.

    Args:
        wishes: where each call may go.
        room: how many calls a tester can still make on a day; a day that is missing is not theirs.
        load: how many calls each tester has already from elsewhere.

    Attributes:
        load: how many calls each tester has by now.
        places: where each call goes; None: nowhere.
    """

    def __init__(self, wishes: Sequence[Wish], room: Mapping[Slot, int], load: Mapping[str, int]) -> None:
        self._wishes = wishes
        self._room = room
        self._held: dict[Slot, list[int]] = {slot: [] for slot in room}
        self._slots: dict[str, list[Slot]] = {tester: [] for tester in load}
        for slot in room:
            self._slots[slot[0]].append(slot)
        self.load = dict(load)
        self.places: list[Slot | None] = [None] * len(wishes)

    def fill(self) -> list[int]:
        """Place every call that can be placed; give those for which there is no place, by their number."""
        blocked = [number for number in range(len(self._wishes)) if not self._place(number)]
        while any(self._relieve(tester) for tester in sorted(self.load, key=lambda each: -self.load[each])):
            pass
        return blocked

    def _place(self, number: int) -> bool:
        wish = self._wishes[number]
        # The fewest calls first; of equals the one to whom the ticket points.
        waiting = list(wish.testers)
        while waiting:
            fewest = min(self.load[tester] for tester in waiting)
            equal = [tester for tester in waiting if self.load[tester] == fewest]
            tester = equal[wish.pick % len(equal)]
            day = next((day for day in wish.days if self._has_room((tester, day))), None)
            if day:
                self._move(number, (tester, day))
                return True
            waiting.remove(tester)
        return self._chain([number], set(), most=None)

    def _relieve(self, tester: str) -> bool:
        """Move one call to a tester who has at least two fewer; say whether there was a way."""
        most = self.load[tester] - 2
        if all(self.load[other] > most for other, slots in self._slots.items() if slots):
            return False
        mine = [number for slot in self._slots[tester] for number in self._held[slot]]
        return self._chain(mine, {tester}, most=most)

    def _chain(self, movers: Sequence[int], closed: set[str], *, most: int | None) -> bool:
        """Find the shortest chain of moves that ends at a tester with room, and make them.

        Args:
            movers: the calls of which one is to move.
            closed: testers through whom the chain cannot go; those it has reached are added.
            most: how many calls the last tester may have before; None: any number.
        """
        came: dict[Slot, tuple[int, Slot | None]] = {}
        queue: deque[Slot] = deque()

        def reach(numbers: Sequence[int], before: Slot | None) -> None:
            for number in numbers:
                for slot in self._open_to(number, closed):
                    if slot not in came:
                        came[slot] = (number, before)
                        queue.append(slot)
                        if self._has_room(slot):
                            # Nothing better than a slot with room can be reached at this tester.
                            closed.add(slot[0])

        reach(movers, None)
        while queue:
            slot = queue.popleft()
            tester = slot[0]
            if not self._has_room(slot):
                reach(self._held[slot], slot)
            elif most is None or self.load[tester] <= most:
                self._follow(slot, came)
                return True
            else:
                # The tester can take one here and give up another on whatever day.
                for own in self._slots[tester]:
                    reach(self._held[own], slot)
        return False

    def _open_to(self, number: int, closed: set[str]) -> Iterator[Slot]:
        """Give where a call may go: of a tester with room the best day, else every full one."""
        wish = self._wishes[number]
        for tester in wish.testers:
            if tester in closed:
                continue
            slots = [slot for day in wish.days if (slot := (tester, day)) in self._room]
            free = next((slot for slot in slots if self._has_room(slot)), None)
            if free:
                yield free
            else:
                yield from slots

    def _follow(self, last: Slot, came: Mapping[Slot, tuple[int, Slot | None]]) -> None:
        slot: Slot | None = last
        while slot:
            number, before = came[slot]
            self._move(number, slot)
            slot = before

    def _has_room(self, slot: Slot) -> bool:
        return slot in self._room and len(self._held[slot]) < self._room[slot]

    def _move(self, number: int, slot: Slot) -> None:
        before = self.places[number]
        if before:
            self._held[before].remove(number)
            self.load[before[0]] -= 1
        self.places[number] = slot
        self._held[slot].append(number)
        self.load[slot[0]] += 1
