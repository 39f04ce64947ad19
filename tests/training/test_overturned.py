"""What a ruling on an objection makes of the case that stands on the call."""

from bureau.roles import Actor, Role
from courtesy.call import Call
from tests.training.life import CHEN, WANG, Life
from training.case import Band, Kind, State


def overturn(life: Life, call: Call) -> None:
    """Object to every line and let another tester agree."""
    desk = life.desks.objections
    lines = {
        placed.id: (placed.line.steps[0].key, "當時有做到")
        for placed in desk.disputable(call)
        if placed.line.steps[0].key != call.marks[placed.id]
    }
    made = desk.file(call.id, lines, by=Actor(staff_no=call.person), at=life.now)
    by = Actor(staff_no=made.tester, roles=frozenset({Role.STAFF, Role.TESTER}))
    for line, (step, _reason) in lines.items():
        desk.choose(made.id, line, step, by=by)
    desk.decide(made.id, by=by, at=life.now)


def test_a_case_that_stood_on_the_call_alone_is_withdrawn(life: Life) -> None:
    call = life.ring(WANG)
    (case,) = life.training.open_cases(by=life.trainer, at=life.now)
    assert case.state is State.TO_CONFIRM
    overturn(life, call)
    (after,) = life.training.open_cases(by=life.trainer, at=life.now)
    assert after.state is State.WITHDRAWN
    assert after.steps[-1].reason.startswith("申復變更：通話")
    assert "申復變更，不計" in after.reasons[0].text
    assert life.training.open_cases(by=life.trainer, at=life.now) == []
    assert life.training.verify() == []


def test_a_call_that_is_overturned_in_time_opens_no_case(life: Life) -> None:
    overturn(life, life.ring(CHEN))
    assert life.training.open_cases(by=life.trainer, at=life.now) == []


def test_of_two_bad_calls_one_that_is_left_waits_for_confirmation_again(life: Life) -> None:
    life.ring(WANG)
    second = life.ring(WANG)
    (case,) = life.training.open_cases(by=life.trainer, at=life.now)
    assert case.state is State.DUE
    overturn(life, second)
    life.training.open_cases(by=life.trainer, at=life.now)
    after = life.training.case(case.id)
    assert [(reason.kind, reason.void) for reason in after.reasons] == [
        (Kind.LOW_CALL, False),
        (Kind.LOW_CALL, True),
        (Kind.RECHECK, False),
    ]
    # The better second call by another tester tells at once: their mean still is below the limit.
    assert [step.after for step in after.steps] == [State.TO_CONFIRM, State.DUE]
    assert after.band is Band.LIKELY
    assert life.training.open_cases(by=life.trainer, at=life.now) == []
    assert life.training.verify() == []
