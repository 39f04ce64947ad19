"""A plan of calls fails only where none exists, and is as even as it can be."""

from collections import Counter
from datetime import date
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from courtesy.assignment import Plan, Slot, Wish

DAYS = (date(2026, 11, 23), date(2026, 11, 24))
TESTERS = ("t1", "t2", "t3")

wishes = st.lists(
    st.builds(
        Wish,
        testers=st.sets(st.sampled_from(TESTERS)).map(lambda some: tuple(sorted(some))),
        days=st.permutations(DAYS).flatmap(lambda days: st.sampled_from([tuple(days), (days[0],)])),
        pick=st.integers(0, 100),
    ),
    min_size=1,
    max_size=5,
)
rooms = st.dictionaries(st.tuples(st.sampled_from(TESTERS), st.sampled_from(DAYS)), st.integers(0, 2))
loads = st.fixed_dictionaries({tester: st.integers(0, 2) for tester in TESTERS})


def open_slots(wish: Wish, room: dict[Slot, int]) -> list[Slot]:
    return [(tester, day) for tester in wish.testers for day in wish.days if room.get((tester, day))]


def unevenness(load: dict[str, int]) -> int:
    return sum(count * count for count in load.values())


def every_plan(wishes: list[Wish], room: dict[Slot, int]) -> list[tuple[Slot, ...]]:
    """Go through every way to place all calls."""
    return [
        places
        for places in product(*(open_slots(wish, room) for wish in wishes))
        if all(count <= room[slot] for slot, count in Counter(places).items())
    ]


@given(wishes, rooms, loads)
@settings(max_examples=300, deadline=None)
def test_a_plan_is_found_whenever_there_is_one_and_none_is_more_even(
    wishes: list[Wish], room: dict[Slot, int], load: dict[str, int]
) -> None:
    plan = Plan(wishes, room, load)
    blocked = plan.fill()
    others = every_plan(wishes, room)
    assert bool(blocked) == (not others)
    if blocked:
        return
    places = [place for place in plan.places if place]
    assert tuple(places) in others
    counts = Counter(load)
    counts.update(tester for tester, _day in places)
    assert plan.load == dict(counts)
    best = min(unevenness(load | (Counter(load) + Counter(each[0] for each in other))) for other in others)
    assert unevenness(plan.load) == best


def test_a_call_that_only_one_tester_can_make_moves_another_out_of_the_way() -> None:
    room = {("t1", DAYS[0]): 1, ("t2", DAYS[0]): 1}
    first = Wish(testers=("t1", "t2"), days=DAYS, pick=0)
    second = Wish(testers=("t1",), days=DAYS, pick=0)
    plan = Plan([first, second], room, {"t1": 0, "t2": 0})
    assert plan.fill() == []
    assert plan.places == [("t2", DAYS[0]), ("t1", DAYS[0])]


def test_whom_the_order_would_leave_with_a_busy_tester_goes_to_an_idle_one() -> None:
    room = {(tester, DAYS[0]): 9 for tester in TESTERS[:2]}
    only_first = Wish(testers=("t1",), days=DAYS, pick=0)
    either = Wish(testers=("t1", "t2"), days=DAYS, pick=0)
    plan = Plan([either, either, only_first, only_first], room, {"t1": 0, "t2": 0})
    assert plan.fill() == []
    assert plan.load == {"t1": 2, "t2": 2}
