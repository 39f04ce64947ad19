"""The question of a call: drawn by the ticket, in force, at rest after it was asked; and how it fares."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from courtesy.asked import Asked, Passed, Use, asking, choose, records
from quiz_bank.question import Kind, Question
from tests.courtesy.samples import NOW

TICKETS = st.text("0123456789abcdef", min_size=64, max_size=64)


def question(name: str, **more: object) -> Question:
    given = {
        "id": name,
        "kind": Kind.SINGLE,
        "topic": "房屋稅 > 稅率",
        "difficulty": 1,
        "stem": f"題目 {name}",
        "options": ("甲", "乙", "丙"),
        "key": (1,),
    }
    return Question.model_validate({**given, **more})


BANK = [question(f"Q{number}") for number in range(1, 6)]


def use(*, days: int = 1, same_round: bool = False) -> Use:
    return Use(at=NOW - timedelta(days=days), same_round=same_round)


@given(ticket=TICKETS, used=st.sets(st.sampled_from([one.id for one in BANK]), max_size=4))
def test_no_question_is_asked_again_while_another_is_left(ticket: str, used: set[str]) -> None:
    chosen = choose(BANK, ticket, dict.fromkeys(used, use(same_round=True)))
    assert chosen
    assert chosen.id not in used


@given(ticket=TICKETS, order=st.permutations(BANK))
def test_the_ticket_alone_decides(ticket: str, order: list[Question]) -> None:
    assert choose(order, ticket, {}) == choose(BANK, ticket, {})


def test_different_tickets_ask_different_questions() -> None:
    chosen = [choose(BANK, f"{number:064x}", {}) for number in range(60)]
    assert {one.id for one in chosen if one} == {one.id for one in BANK}


def test_when_all_rest_the_one_asked_longest_ago_outside_this_round_is_asked() -> None:
    used = {one.id: use(days=days) for days, one in enumerate(BANK, 1)}
    used["Q5"] = use(days=50, same_round=True)
    chosen = choose(BANK, "0", used)
    assert chosen
    assert chosen.id == "Q4"


def test_a_topic_is_kept_to_where_it_has_a_question_in_force() -> None:
    land = question("L1", topic="地價稅 > 申報")
    assert choose([*BANK, land], "0", {}, "地價稅") == land
    assert choose([*BANK, land], "0", {"L1": use()}, "地價稅") == land
    assert choose(BANK, "0", {}, "地價稅") in BANK


def test_an_empty_bank_asks_nothing() -> None:
    assert choose([], "0", {}) is None


def test_without_points_of_its_own_a_question_has_its_right_options_as_the_one_point() -> None:
    assert question("A").key_points() == ("乙",)
    both = question("B", kind=Kind.MULTIPLE, key=(0, 2))
    assert both.key_points() == ("甲；丙",)
    assert question("C", points=("先申報", "再繳納")).key_points() == ("先申報", "再繳納")


def test_points_leave_the_version_of_a_question_without_them_as_it_was() -> None:
    assert question("A", points=()).version == question("A").version != question("A", points=("x",)).version


def test_what_was_said_is_all_partly_or_none_and_nothing_while_not_judged() -> None:
    asked = asking(question("A", points=("一", "二")))
    assert asked.passed is None
    assert asked.judged(1).passed is Passed.PARTLY
    assert asked.judged(1).judged(2).passed is Passed.ALL
    assert asked.judged(1).judged(1).passed is Passed.NONE
    assert asked.done().points == (False, False)
    assert asked.judged(2).done().points == (False, True)


@given(st.lists(st.tuples(st.sampled_from("AB"), st.lists(st.sampled_from([True, False, None]), min_size=1))))
def test_the_record_of_a_question_counts_each_call_in_which_it_was_asked_once(
    calls: list[tuple[str, list[bool | None]]],
) -> None:
    asked = [Asked(question_id=name, version="1", points=tuple(points)) for name, points in calls]
    found = records(asked)
    assert all(one.asked == one.all + one.partly + one.none for one in found)
    assert sum(one.asked for one in found) == sum(one.passed is not None for one in asked)


def test_a_question_out_of_force_is_not_in_force() -> None:
    old = question("A", in_force_until=date(2025, 12, 31))
    assert not old.in_force_on(date(2026, 11, 23))
