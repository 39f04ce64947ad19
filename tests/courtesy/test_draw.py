"""A draw that nobody can foresee, anybody can repeat, and no exclusion reshuffles."""

import hashlib
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from courtesy.draw import (
    Candidate,
    DrawError,
    DrawRules,
    check_public_number,
    commitment,
    draw,
    ordered,
    ticket,
)

SALT = "0f" * 32
NUMBER = "48213907"
SECTIONS = ("房屋稅科", "土地稅科", "企劃服務科", "會計室")


def rules(size: int, **more: object) -> DrawRules:
    usual = {"size": size, "per_section": 1, "per_person": 1, "everyone_first": True}
    return DrawRules.model_validate({**usual, **more})


def frame_of(size: int, **more: int) -> list[Candidate]:
    """So many people, spread over the sections, each as `more` says."""
    return [
        Candidate.model_validate(
            {"staff_no": f"{number:04}", "section": SECTIONS[number % len(SECTIONS)], **more}
        )
        for number in range(size)
    ]


def candidates(least: int = 1) -> st.SearchStrategy[list[Candidate]]:
    """Frames of invented people, sections of any size, some of them drawn before."""
    one = st.tuples(
        st.sampled_from(SECTIONS), st.integers(1, 3), st.integers(0, 2), st.sampled_from([0, 0, 0, 1])
    )
    return st.lists(one, min_size=least, max_size=25).map(
        lambda people: [
            Candidate(
                staff_no=f"{number:04}",
                section=section,
                weight=weight,
                drawn_this_year=max(year, period),
                drawn_this_period=period,
            )
            for number, (section, weight, year, period) in enumerate(people)
        ]
    )


def order_of(frame: Sequence[Candidate], wanted: DrawRules, number: str = NUMBER) -> list[str]:
    return [candidate.staff_no for candidate, _ticket in ordered("A1", frame, wanted, SALT, number)]


def drawn(
    frame: Sequence[Candidate], wanted: DrawRules, number: str = NUMBER, excluded: Sequence[str] = ()
) -> list[str]:
    return [one.staff_no for one in draw("A1", frame, wanted, SALT, number, excluded)]


def possible(frame: Sequence[Candidate], wanted: DrawRules) -> bool:
    able = [each for each in frame if each.drawn_this_period < wanted.per_person]
    sections = Counter(each.section for each in able)
    return len(able) >= wanted.size >= sum(min(wanted.per_section, count) for count in sections.values())


# Repeatable


def test_the_same_public_number_draws_the_same_people() -> None:
    frame = frame_of(40)
    assert draw("A1", frame, rules(10), SALT, NUMBER) == draw("A1", frame, rules(10), SALT, NUMBER)


def test_a_ticket_is_the_hash_that_the_document_says() -> None:
    lines = ["courtesy-ticket/1", NUMBER, SALT, "A1", "0012"]
    hashes = [hashlib.sha256("\n".join([*lines, str(index)]).encode()).hexdigest() for index in range(1, 4)]
    assert ticket(NUMBER, SALT, "A1", Candidate(staff_no="0012", section="x", weight=3)) == min(hashes)


def test_the_order_in_which_the_frame_is_listed_makes_no_difference() -> None:
    frame = frame_of(40)
    assert drawn(frame[::-1], rules(10)) == drawn(frame, rules(10))


@pytest.mark.parametrize(
    "changed", [("A2", SALT, NUMBER), ("A1", "00" * 32, NUMBER), ("A1", SALT, "48213908")]
)
def test_round_salt_and_public_number_all_decide(changed: tuple[str, str, str]) -> None:
    frame = frame_of(40)
    name, salt, number = changed
    assert draw(name, frame, rules(10), salt, number) != draw("A1", frame, rules(10), SALT, NUMBER)


# The commitment


def test_the_commitment_is_the_hash_that_the_document_says() -> None:
    frame = [Candidate(staff_no="0012", section="房屋稅科", weight=2)]
    content = (
        '{"frame":[{"drawn_this_period":0,"drawn_this_year":0,"section":"房屋稅科","staff_no":"0012","weight":2}],'
        '"office":"某局","period":"115H2","round":"A1",'
        '"rules":{"everyone_first":true,"per_person":1,"per_section":1,"size":1}}'
    )
    expected = hashlib.sha256(f"courtesy-draw/1\n{SALT}\n{content}".encode()).hexdigest()
    assert commitment("A1", frame, rules(1), SALT, office="某局", period="115H2") == expected


FRAME = frame_of(6)
COMMITTED = {
    "round_id": "A1",
    "frame": FRAME,
    "rules": rules(3),
    "salt": SALT,
    "office": "某局",
    "period": "115H2",
}


@pytest.mark.parametrize(
    "changed",
    [
        {"round_id": "A2"},
        {"salt": "0e" + SALT[2:]},
        {"office": "他局"},
        {"period": "115H1"},
        {"frame": FRAME[1:]},
        {"frame": [*FRAME, Candidate(staff_no="9999", section="會計室")]},
        *(
            {"frame": [FRAME[0].model_copy(update=change), *FRAME[1:]]}
            for change in (
                {"staff_no": "0009"},
                {"section": "會計室"},
                {"weight": 2},
                {"drawn_this_year": 1},
                {"drawn_this_period": 1},
            )
        ),
        {"rules": rules(4)},
        {"rules": rules(3, per_section=0)},
        {"rules": rules(3, per_person=2)},
        {"rules": rules(3, everyone_first=False)},
    ],
    ids=str,
)
def test_the_commitment_changes_with_whatever_the_draw_depends_on(changed: dict[str, object]) -> None:
    assert commitment(**{**COMMITTED, **changed}) != commitment(**COMMITTED)  # type: ignore[arg-type]  # by name


# Nobody's place depends on the others


@given(candidates(least=2), st.data())
@settings(max_examples=100, deadline=None)
def test_taking_people_out_of_the_frame_leaves_the_others_in_their_order(
    frame: list[Candidate], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from([each.staff_no for each in frame])))
    left = [each for each in frame if each.staff_no not in gone]
    assert order_of(left, rules(1)) == [each for each in order_of(frame, rules(1)) if each not in gone]


@given(candidates(least=2), st.integers(1, 8), st.integers(0, 2), st.data())
@settings(max_examples=150, deadline=None)
def test_an_exclusion_calls_up_the_next_and_leaves_everybody_elses_place(
    frame: list[Candidate], size: int, per_section: int, data: st.DataObject
) -> None:
    wanted = rules(size, per_section=per_section)
    assume(possible(frame, wanted))
    before = draw("A1", frame, wanted, SALT, NUMBER)
    gone = data.draw(st.sampled_from(before))
    after = draw("A1", frame, wanted, SALT, NUMBER, [gone.staff_no])
    added = [one for one in after if one not in before]
    assert [one for one in before if one not in after] == [gone]
    able = [each for each in frame if each.drawn_this_period < 1]
    assert len(added) == (1 if len(able) > size else 0)


def test_where_nobody_is_left_an_exclusion_makes_the_round_smaller() -> None:
    frame = frame_of(4)
    assert drawn(frame, rules(4), excluded=["0002"]) == [
        each for each in drawn(frame, rules(4)) if each != "0002"
    ]


def test_those_not_chosen_leave_gaps_in_the_numbers() -> None:
    frame = [*frame_of(12), Candidate(staff_no="9999", section="秘書室")]
    order = order_of(frame, rules(5))
    chosen = draw("A1", frame, rules(5), SALT, NUMBER)
    assert [one.order for one in chosen] == [order.index(one.staff_no) + 1 for one in chosen]


# Weights


def test_a_person_of_weight_two_comes_first_about_twice_as_often() -> None:
    frame = [*frame_of(3), Candidate(staff_no="heavy", section="會計室", weight=2)]
    firsts = Counter(order_of(frame, rules(1), f"{number:04}")[0] for number in range(2000))
    # Two tickets of five: 800 expected, the others 400; the numbers are fixed, so the counts are, too.
    assert 740 <= firsts["heavy"] <= 860
    assert all(340 <= firsts[each.staff_no] <= 460 for each in FRAME[:3])


def test_more_tickets_never_put_a_person_further_back() -> None:
    for number in range(200):
        tickets = [
            ticket(str(number), SALT, "A1", Candidate(staff_no="0012", section="x", weight=weight))
            for weight in (1, 2, 9)
        ]
        assert tickets == sorted(tickets, reverse=True)


# Rules of a draw


@given(candidates(), st.integers(1, 12), st.integers(0, 3), st.integers(1, 2))
@settings(max_examples=200, deadline=None)
def test_a_draw_that_is_possible_keeps_every_rule_and_another_is_refused(
    frame: list[Candidate], size: int, per_section: int, per_person: int
) -> None:
    wanted = rules(size, per_section=per_section, per_person=per_person)
    if not possible(frame, wanted):
        with pytest.raises(DrawError):
            drawn(frame, wanted)
        return
    people = {each.staff_no: each for each in frame}
    chosen = drawn(frame, wanted)
    assert len(set(chosen)) == len(chosen) == size
    assert all(people[each].drawn_this_period < per_person for each in chosen)
    there = Counter(each.section for each in frame if each.drawn_this_period < per_person)
    got = Counter(people[each].section for each in chosen)
    assert all(got[section] >= min(per_section, count) for section, count in there.items())


@given(candidates(), st.integers(1, 12))
@settings(max_examples=100, deadline=None)
def test_nobody_is_drawn_twice_a_year_while_somebody_has_not_been_drawn_once(
    frame: list[Candidate], size: int
) -> None:
    wanted = rules(size, per_section=0)
    assume(possible(frame, wanted))
    chosen = set(drawn(frame, wanted))
    able = [each for each in frame if each.drawn_this_period < 1]
    most = max(each.drawn_this_year for each in able if each.staff_no in chosen)
    assert all(each.drawn_this_year >= most for each in able if each.staff_no not in chosen)


def test_an_office_may_let_chance_alone_decide() -> None:
    frame = [*frame_of(20, drawn_this_year=1), Candidate(staff_no="new", section="會計室")]
    assert order_of(frame, rules(1))[0] == "new"
    firsts = {order_of(frame, rules(1, everyone_first=False), str(number))[0] for number in range(100, 130)}
    assert len(firsts) > 5


def test_a_section_with_fewer_people_than_its_quota_is_called_whole() -> None:
    frame = [*frame_of(12), Candidate(staff_no="alone", section="秘書室")]
    assert "alone" in drawn(frame, rules(9, per_section=2))


def test_an_impossible_draw_says_which_rule_is_in_the_way() -> None:
    with pytest.raises(DrawError, match="可抽的只有 4 人，不足 5 人") as refusal:
        drawn(frame_of(4), rules(5))
    assert "per_person" in refusal.value.remedy
    with pytest.raises(DrawError, match=r"各科室至少 2 人（per_section）共需 8 人，超過要抽的 7 人"):
        drawn(frame_of(40), rules(7, per_section=2))


# The public number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("48213907", "48213907"),
        ("４８２１３９０７", "48213907"),
        (" 4821 3907 ", "48213907"),
        ("4821　3907", "48213907"),
        ("48-21-39-07", "48213907"),
        ("4、8、2", "482"),
        ("３，５，６", "356"),
        ("007", "007"),
    ],
)
def test_a_public_number_is_taken_as_people_write_it(typed: str, number: str) -> None:
    assert check_public_number(typed) == number


@pytest.mark.parametrize("typed", ["", "12", "１２", "12a4", "一二三四", "1.23", "+123", "½½½"])
def test_what_is_not_three_digits_is_no_public_number(typed: str) -> None:
    with pytest.raises(DrawError, match="至少 3 位數字"):
        check_public_number(typed)
