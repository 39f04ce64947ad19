"""A bad call is confirmed once, by somebody else of another section, who is not told."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.roles import ADMINISTRATOR, Role
from courtesy.call import Call, Outcome
from courtesy.confirming import Available, NeedState, chosen
from courtesy.desk import CallDesk
from courtesy.occasion import Occasion
from courtesy.round import Draw, RoundState
from tests.courtesy.samples import PEOPLE, TRAINER, acting_tester

SECTION_OF = {person.staff_no: person.section for person in PEOPLE}


def seal_low(desk: CallDesk, draw: Draw, at: datetime) -> Call:
    by = acting_tester(draw.tester)
    call = desk.open_call(draw.round, draw.staff_no, by=by, at=at)
    desk.set_outcome(call.id, Outcome.REACHED, by=by, at=at)
    for placed in desk.scale(call.scale).in_call_order(call.parts):
        if placed.line.code != "stand-in":
            desk.mark(call.id, placed.id, placed.line.steps[-1].key, by=by, at=at)
    desk.remark(call.id, "測試備註", by=by)
    return desk.seal(call.id, by=by, at=at)


@pytest.fixture
def low(desk: CallDesk, drawn: list[Draw], at: datetime) -> Call:
    return seal_low(desk, drawn[0], at)


def second_of(desk: CallDesk) -> Draw:
    (draw,) = [each for each in desk.waiting(by=ADMINISTRATOR) if each.occasion is Occasion.CONFIRMING]
    return draw


def test_a_bad_call_queues_one_call_by_another_tester_of_another_section(desk: CallDesk, low: Call) -> None:
    draw = second_of(desk)
    assert draw.staff_no == low.person
    assert draw.tester not in {low.tester, low.person}
    assert SECTION_OF[draw.tester] != low.section
    assert draw.day > date(2026, 11, 23)


def test_run_again_nothing_more_is_queued(desk: CallDesk, low: Call, at: datetime) -> None:
    desk.confirming.queue(low, by=ADMINISTRATOR, at=at)
    assert desk.confirming.settle(by=ADMINISTRATOR, at=at) == []
    second_of(desk)


def test_a_confirming_call_queues_no_other(desk: CallDesk, low: Call, at: datetime) -> None:
    seal_low(desk, second_of(desk), at + timedelta(days=1))
    assert [each.occasion for each in desk.waiting(by=ADMINISTRATOR)] == [Occasion.DRAWN] * 3
    (need,) = desk.confirming.needs(by=TRAINER, at=at)
    assert need.state is NeedState.DONE
    assert desk.verify() == []


def test_a_tester_finds_the_second_call_like_any_other_and_not_the_first(
    desk: CallDesk, low: Call, at: datetime
) -> None:
    draw = second_of(desk)
    by = acting_tester(draw.tester)
    assert draw in desk.waiting(by=by)
    assert draw in desk.draws(low.round, by=by)
    assert low.id not in {call.id for call in desk.calls(by=by)}
    first = acting_tester(low.tester)
    assert draw not in desk.draws(low.round, by=first)
    assert draw not in desk.waiting(by=first)


def test_a_trainer_is_not_told_who_makes_it(desk: CallDesk, low: Call, at: datetime) -> None:
    (need,) = desk.confirming.needs(by=TRAINER, at=at)
    assert need.draw is not None
    assert need.draw.tester == ""


def test_a_closed_round_still_lets_it_be_made(
    desk: CallDesk, low: Call, drawn: list[Draw], at: datetime
) -> None:
    later = at + timedelta(days=9)
    desk.close_round(low.round, by=TRAINER, at=later)
    assert desk.round(low.round).state is RoundState.CLOSED
    assert [each.staff_no for each in desk.certificate(low.round).drawn] == [each.staff_no for each in drawn]
    sealed = seal_low(desk, second_of(desk), later)
    assert sealed.occasion is Occasion.CONFIRMING
    assert desk.verify() == []


def test_who_has_left_is_taken_off_with_the_reason(desk: CallDesk, low: Call, at: datetime) -> None:
    with desk.office.store.transaction():
        desk.office.ground.set_left(low.person, date(2026, 11, 23))
    later = at + timedelta(days=2)
    desk.confirming.settle(by=TRAINER, at=later)
    (need,) = desk.confirming.needs(by=TRAINER, at=later)
    assert (need.state, need.why) == (NeedState.DROPPED, "已離職")
    assert desk.verify() == []


def test_without_another_tester_the_seal_holds_and_the_need_is_listed(
    desk: CallDesk, drawn: list[Draw], at: datetime
) -> None:
    draw = drawn[0]
    others = [each for each in ("0103", "0203", "0301") if each != draw.tester]
    with desk.office.store.transaction():
        for staff_no in others:
            desk.office.ground.drop_role(staff_no, Role.TESTER)
    assert seal_low(desk, draw, at).sealed
    (need,) = desk.confirming.needs(by=TRAINER, at=at)
    assert need.state is NeedState.UNASSIGNED
    assert "另一位測試員" in need.why
    with desk.office.store.transaction():
        for staff_no in others:
            desk.office.ground.put_role(staff_no, Role.TESTER)
    desk.confirming.settle(by=TRAINER, at=at)
    second_of(desk)


@given(
    ticket=st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}"),
    able=st.lists(
        st.builds(
            Available,
            staff_no=st.integers(1, 50).map(str),
            days=st.just((date(2026, 11, 24),)),
            load=st.integers(0, 5),
            sees=st.booleans(),
        ),
        min_size=1,
        unique_by=lambda each: each.staff_no,
    ),
    shuffle=st.randoms(),
)
def test_the_ticket_alone_chooses_among_the_least_loaded_who_cannot_see(
    ticket: str, able: list[Available], shuffle: Callable[..., None]
) -> None:
    one = chosen(ticket, able)
    mixed = list(able)
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a Random
    assert chosen(ticket, mixed) == one
    best = [each for each in able if not each.sees] or able
    assert one in best
    assert one.load == min(each.load for each in best)
