"""Before a round: chances that betray nothing, and a plan on the office's own numbers."""

from datetime import date, datetime, timedelta

import pytest

from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR, Actor, Role
from courtesy.call import Outcome
from courtesy.desk import CallDesk
from courtesy.draw import DrawError
from courtesy.plan_desk import PlanDesk
from courtesy.plan_store import PlanStore
from courtesy.planner import ASSUMED, Wanted
from courtesy.round import Draw
from tests.courtesy.conftest import FIRST, NUMBER, Begin
from tests.courtesy.samples import MONDAY, TESTERS, TRAINER, acting_tester, full_marks

HEAD = Actor(staff_no="0201", roles=frozenset({Role.STAFF, Role.HEAD}))


@pytest.fixture
def planning(desk: CallDesk) -> PlanDesk:
    return PlanDesk(desk.office, desk)


def test_the_chances_of_a_round_are_the_same_before_and_after_the_draw(
    planning: PlanDesk, desk: CallDesk, begin: Begin, at: datetime
) -> None:
    made = begin()
    before = planning.chances_of(made.id, by=TRAINER)
    desk.draw(made.id, NUMBER, by=TRAINER, at=at)
    assert planning.chances_of(made.id, by=TRAINER) == before
    assert sum(one.probability for one in before.chances.people) == pytest.approx(made.rules.size)


def test_a_round_that_could_begin_now_has_the_chances_of_one_that_does(
    planning: PlanDesk, begin: Begin, at: datetime
) -> None:
    ahead = planning.chances_in("115H2", FIRST, 4, by=TRAINER, at=at)
    made = planning.chances_of(begin().id, by=TRAINER)
    assert (ahead.frame, ahead.rules, ahead.chances) == (made.frame, made.rules, made.chances)


def test_those_in_charge_may_see_chances_and_others_not(
    planning: PlanDesk, drawn: list[Draw], at: datetime
) -> None:
    round_id = drawn[0].round
    for by in (TRAINER, HEAD, ADMINISTRATOR):
        assert planning.chances_of(round_id, by=by).round == round_id
    for other in (Actor(staff_no="0101"), acting_tester(TESTERS[0])):
        with pytest.raises(NotAllowed):
            planning.chances_of(round_id, by=other)
        with pytest.raises(NotAllowed):
            planning.chances_in("115H2", FIRST, 4, by=other, at=at)
        with pytest.raises(NotAllowed):
            planning.outlook(Wanted(testers=1, people=1, calls=1), first=FIRST, by=other, at=at)


def test_a_round_that_could_not_begin_has_no_chances(planning: PlanDesk, at: datetime) -> None:
    with pytest.raises(DrawError, match="可抽的只有 8 人"):
        planning.chances_in("115H2", FIRST, 9, by=TRAINER, at=at)
    with pytest.raises(DrawError, match="至少要抽 1 人"):
        planning.chances_in("115H2", FIRST, 0, by=TRAINER, at=at)


def test_the_numbers_to_begin_with_are_the_offices_own(planning: PlanDesk) -> None:
    assert planning.usual(MONDAY) == Wanted(testers=3, people=8, calls=2)


def test_the_spread_is_taken_from_scores_of_sealed_calls_of_two_years(
    planning: PlanDesk, desk: CallDesk, drawn: list[Draw], at: datetime
) -> None:
    reached, missed, begun, *_others = drawn
    for draw, outcome in (
        (reached, Outcome.REACHED),
        (missed, Outcome.NO_ANSWER),
        (begun, Outcome.REACHED),
    ):
        call = desk.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=at)
        desk.set_outcome(call.id, outcome, by=ADMINISTRATOR, at=at)
        if outcome is Outcome.REACHED:
            for line, step in full_marks(call.parts).items():
                desk.mark(call.id, line, step, by=ADMINISTRATOR, at=at)
        desk.remark(call.id, "不再試。", by=ADMINISTRATOR)
        if draw is not begun:
            desk.seal(call.id, by=ADMINISTRATOR, at=at)
    sealed = desk.calls_of(reached.staff_no)[0]
    store = PlanStore(desk.office.store)
    year = timedelta(days=365)
    assert store.scores(at - year, at + year) == {reached.staff_no: [sealed.score]}
    assert store.scores(at + year, at + 2 * year) == {}
    assert planning.spread(MONDAY) == ASSUMED


def test_with_few_scores_a_plan_stands_on_the_assumptions_and_the_cut_of_the_rules(
    planning: PlanDesk, at: datetime
) -> None:
    found = planning.outlook(Wanted(testers=3, people=8, calls=2), first=FIRST, by=TRAINER, at=at)
    assert found.spread == ASSUMED
    assert str(found.cut) == "70"
    assert found.last_day == date(2026, 11, 25)
