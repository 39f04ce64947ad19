"""Everybody's chance of being drawn follows from frame and rules, adds up, and agrees with counting."""

from collections import Counter
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from courtesy.chance import SEED, Chances, chances
from courtesy.draw import Candidate, DrawError, DrawRules, chosen_places, draw


def rules(size: int, **more: object) -> DrawRules:
    usual = {"size": size, "per_section": 1, "per_person": 1, "everyone_first": True}
    return DrawRules.model_validate({**usual, **more})


def one(number: int, section: str, **more: int) -> Candidate:
    return Candidate.model_validate({"staff_no": f"{number:04}", "section": section, **more})


def by_counting(frame: list[Candidate], wanted: DrawRules) -> dict[str, Fraction]:
    """Go through every order of the frame with its exact probability."""
    able = [each for each in frame if each.drawn_this_period < wanted.per_person]
    found = {each.staff_no: Fraction(0) for each in frame}
    for order in permutations(able):
        probability, tickets = Fraction(1), sum(each.weight for each in order)
        for each in order:
            probability *= Fraction(each.weight, tickets)
            tickets -= each.weight
        before = [each.drawn_this_year if wanted.everyone_first else 0 for each in order]
        placed = [order[place] for place in sorted(range(len(order)), key=before.__getitem__)]
        for place in chosen_places([each.section for each in placed], wanted):
            found[placed[place].staff_no] += probability
    return found


def possible(frame: list[Candidate], wanted: DrawRules) -> bool:
    able = [each for each in frame if each.drawn_this_period < wanted.per_person]
    sections = Counter(each.section for each in able)
    return len(able) >= wanted.size >= sum(min(wanted.per_section, count) for count in sections.values())


def frames(most_people: int, most_tickets: int) -> st.SearchStrategy[list[Candidate]]:
    """Frames of invented people in up to three sections, some of them drawn before."""
    person = st.tuples(
        st.sampled_from("甲乙丙"),
        st.integers(1, most_tickets),
        st.integers(0, 2),
        st.sampled_from([0, 0, 0, 1]),
    )
    return st.lists(person, min_size=1, max_size=most_people).map(
        lambda people: [
            one(number, section, weight=weight, drawn_this_year=max(year, period), drawn_this_period=period)
            for number, (section, weight, year, period) in enumerate(people)
        ]
    )


def probabilities(found: Chances) -> list[float]:
    return [chance.probability for chance in found.people]


@given(frames(40, 9), st.integers(1, 20), st.integers(0, 3), st.booleans())
@settings(max_examples=150, deadline=None)
def test_the_chances_add_up_to_the_number_drawn(
    frame: list[Candidate], size: int, per_section: int, first: bool
) -> None:
    wanted = rules(size, per_section=per_section, everyone_first=first)
    assume(possible(frame, wanted))
    found = chances(frame, wanted, repetitions=50)
    assert [chance.staff_no for chance in found.people] == [each.staff_no for each in frame]
    assert sum(probabilities(found)) == pytest.approx(size)
    assert all(0 <= each <= 1 for each in probabilities(found))


@given(frames(6, 3), st.integers(1, 4), st.integers(0, 2), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_is_called_exact_agrees_with_going_through_every_order(
    frame: list[Candidate], size: int, per_section: int, first: bool
) -> None:
    wanted = rules(size, per_section=per_section, everyone_first=first)
    assume(possible(frame, wanted))
    found = chances(frame, wanted, repetitions=10)
    assume(found.exact)
    counted = by_counting(frame, wanted)
    assert probabilities(found) == pytest.approx([float(counted[each.staff_no]) for each in frame])


@pytest.mark.parametrize("first", [True, False])
def test_a_simulated_chance_agrees_with_going_through_every_order(first: bool) -> None:
    sections = "甲甲甲乙乙乙丙"
    frame = [
        one(place, section, weight=1 + place % 3, drawn_this_year=int(place in {1, 4}))
        for place, section in enumerate(sections)
    ]
    wanted = rules(4, everyone_first=first)
    found = chances(frame, wanted, repetitions=4000)
    assert not found.exact
    counted = by_counting(frame, wanted)
    for chance in found.people:
        # Four standard errors; the seed is fixed, so this never fails by chance.
        room = 4 * (chance.standard_error or 0) + 1e-9
        assert abs(chance.probability - float(counted[chance.staff_no])) <= room


def test_the_chances_are_those_of_the_draw_itself() -> None:
    frame = [one(place, "甲乙丙"[place % 3], weight=1 + (place == 0)) for place in range(9)]
    wanted = rules(4)
    drawn = Counter(
        each.staff_no
        for number in range(2000)
        for each in draw("A1", frame, wanted, "0f" * 32, f"{number:04}")
    )
    for chance in chances(frame, wanted).people:
        assert drawn[chance.staff_no] / 2000 == pytest.approx(chance.probability, abs=0.045)


def test_where_nobody_differs_everybody_has_the_same_exact_chance() -> None:
    found = chances([one(place, "甲") for place in range(12)], rules(3))
    assert found.exact
    assert probabilities(found) == [0.25] * 12


def test_sections_made_up_alike_have_the_same_exact_chance_whatever_their_quotas() -> None:
    found = chances([one(place, "甲乙丙"[place % 3]) for place in range(12)], rules(5))
    assert found.exact
    assert probabilities(found) == pytest.approx([5 / 12] * 12)


def test_two_tickets_are_less_than_twice_the_chance_once_more_than_one_is_drawn() -> None:
    frame = [one(0, "甲", weight=2), *(one(place, "甲") for place in range(1, 4))]
    first, *others = probabilities(chances(frame, rules(2, per_section=0)))
    # 2/5 first, or second after one of the others: 3/5 · 2/4.
    assert first == pytest.approx(0.4 + 0.6 * 0.5)
    assert others == pytest.approx([(2 - 0.7) / 3] * 3)


def test_those_not_drawn_this_year_come_first_and_those_drawn_this_period_never() -> None:
    frame = [
        one(0, "甲"),
        one(1, "甲", drawn_this_year=1),
        one(2, "甲", drawn_this_year=1),
        one(3, "甲", drawn_this_year=1, drawn_this_period=1),
    ]
    found = chances(frame, rules(2))
    assert found.exact
    assert probabilities(found) == [1.0, 0.5, 0.5, 0.0]


def test_a_simulation_says_how_often_by_which_seed_and_how_sure_it_is() -> None:
    frame = [one(place, "甲乙丙丙"[place % 4]) for place in range(30)]
    found = chances(frame, rules(8))
    assert (found.seed, found.repetitions) == (SEED, 5000)
    assert all(0 < (chance.standard_error or 0) < 0.01 for chance in found.people)
    assert chances(frame, rules(8)) == found
    assert chances(frame, rules(8), seed=2) != found


def test_an_impossible_draw_has_no_chances() -> None:
    with pytest.raises(DrawError, match="可抽的只有 2 人"):
        chances([one(0, "甲"), one(1, "甲")], rules(3))
