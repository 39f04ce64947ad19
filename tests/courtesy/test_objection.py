"""An objection is rescored blind, decided by rule, and never worsens the result."""

from datetime import datetime, timedelta

import pytest

from bureau.problem import NotAllowed
from bureau.roles import Actor, Role
from courtesy.call import Call
from courtesy.desk import CallDesk
from courtesy.interval import wilson
from courtesy.objection import LEAST, UNDECIDED, ObjectionError, Verdict, rate
from courtesy.objection_desk import ObjectionDesk
from courtesy.round import Draw
from tests.courtesy.samples import TRAINER, acting_tester
from tests.courtesy.test_confirming import seal_low


@pytest.fixture
def low(desk: CallDesk, drawn: list[Draw], at: datetime) -> Call:
    return seal_low(desk, next(draw for draw in drawn if draw.staff_no != "0302"), at)


@pytest.fixture
def objections(desk: CallDesk) -> ObjectionDesk:
    """The desk of an office with enough testers: who is to confirm a call may not rescore it."""
    with desk.office.store.transaction():
        for staff_no in ("0101", "0201", "0302"):
            desk.office.ground.put_role(staff_no, Role.TESTER)
    return ObjectionDesk(desk.office, desk)


def person(call: Call) -> Actor:
    return Actor(staff_no=call.person)


def best(desk: CallDesk, call: Call) -> dict[str, tuple[str, str]]:
    """Every line but the speed ones, with its best step."""
    return {
        placed.id: (placed.line.steps[0].key, "當時有做到")
        for placed in desk.scale(call.scale).in_call_order(call.parts)
        if placed.id in call.marks
    }


def rescore(objections: ObjectionDesk, made_id: str, tester: str, step: str, at: datetime) -> Verdict:
    by = acting_tester(tester)
    form = objections.blind(made_id, by=by)
    for placed, _disputed in form.lines:
        key = placed.line.steps[0].key if step == "best" else step
        objections.choose(made_id, placed.id, key, by=by)
    return objections.decide(made_id, by=by, at=at).verdict


def test_a_right_objection_changes_the_result_and_not_the_record(
    desk: CallDesk, low: Call, objections: ObjectionDesk, at: datetime
) -> None:
    made = objections.file(low.id, best(desk, low), by=person(low), at=at)
    assert made.tester not in {"", low.tester, low.person}
    assert rescore(objections, made.id, made.tester, "best", at) is Verdict.CHANGED
    now = desk.call(low.id)
    assert now.score is not None
    assert low.score is not None
    assert now.score > low.score
    assert now.superseded_by
    assert desk.as_sealed(low.id) == low
    assert now in desk.calls_of(low.person)
    assert (desk.verify(), objections.verify()) == ([], [])
    assert desk.confirming.due(at) == 0


def test_what_cannot_be_decided_stands(
    desk: CallDesk, low: Call, objections: ObjectionDesk, at: datetime
) -> None:
    made = objections.file(low.id, best(desk, low), by=person(low), at=at)
    assert rescore(objections, made.id, made.tester, UNDECIDED, at) is Verdict.UPHELD
    assert desk.call(low.id) == low
    assert objections.verify() == []


def test_the_second_tester_sees_no_marks_and_no_expectation(
    desk: CallDesk, low: Call, objections: ObjectionDesk, at: datetime
) -> None:
    made = objections.file(low.id, best(desk, low), by=person(low), at=at)
    by = acting_tester(made.tester)
    form = objections.blind(made.id, by=by)
    assert all(disputed.expected == "" for _placed, disputed in form.lines)
    assert not {low.person, low.tester} & set(form.model_dump_json().split('"'))
    with pytest.raises(NotAllowed):
        objections.objection(made.id, by=by)
    with pytest.raises(NotAllowed):
        objections.blind(made.id, by=acting_tester(low.tester))


def test_after_the_window_the_last_day_is_named(
    desk: CallDesk, low: Call, objections: ObjectionDesk, at: datetime
) -> None:
    with pytest.raises(ObjectionError, match="申復期限是 115/12/07"):
        objections.file(low.id, best(desk, low), by=person(low), at=at + timedelta(days=20))


def test_one_objection_at_a_time_and_only_to_the_own_call(
    desk: CallDesk, low: Call, objections: ObjectionDesk, at: datetime
) -> None:
    with pytest.raises(NotAllowed, match="只有當事人"):
        objections.file(low.id, best(desk, low), by=acting_tester(low.tester), at=at)
    made = objections.file(low.id, best(desk, low), by=TRAINER, at=at)
    assert (made.person, made.filed_by) == (low.person, TRAINER.staff_no)
    with pytest.raises(ObjectionError, match="待重評"):
        objections.file(low.id, best(desk, low), by=person(low), at=at)


def test_the_given_step_is_no_objection(
    desk: CallDesk, low: Call, objections: ObjectionDesk, at: datetime
) -> None:
    line, step = next(iter(low.marks.items()))
    with pytest.raises(ObjectionError, match="本來就是"):
        objections.file(low.id, {line: (step, "x")}, by=person(low), at=at)


def test_a_damaged_ruling_is_found(
    desk: CallDesk, low: Call, objections: ObjectionDesk, at: datetime
) -> None:
    made = objections.file(low.id, best(desk, low), by=person(low), at=at)
    rescore(objections, made.id, made.tester, "best", at)
    with desk.office.store.transaction():
        desk.office.store.run("DROP TRIGGER ruling_sealed_update")
        desk.office.store.run("UPDATE ruling SET score = 100")
    assert [problem.what for problem in objections.verify()] == [f"申復 {made.id} 的裁定與封存時的內容不符。"]


def test_rates_are_said_only_of_enough_objections() -> None:
    assert rate("a", "a", 1, LEAST - 1).said == "人數不足"
    low, high = wilson(3, 4)
    assert (round(low, 2), round(high, 2)) == (0.30, 0.95)
    low, high = wilson(9, 12)
    assert (round(low, 2), round(high, 2)) == (0.47, 0.91)
