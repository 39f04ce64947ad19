"""Which people and results the desk of effect takes: those drawn by lot, and nobody on two sides."""

from datetime import datetime, timedelta

import pytest

from bureau.calendar import TAIPEI
from bureau.problem import NotAllowed
from bureau.roles import Actor, Role
from courtesy.occasion import Occasion
from tests.training.life import CHEN, LI, WANG, Life
from training.attendance import Noted
from training.session import Session, SessionError, SessionKind, Status


def train(life: Life, *present: str, absent: tuple[str, ...] = ()) -> Session:
    """Hold a session today and record who was there."""
    session = life.session(life.today, *present, *absent)
    life.after(session)
    rows = [Noted(staff_no=each, status=Status.PRESENT) for each in present]
    rows += [Noted(staff_no=each, status=Status.OFFICIAL) for each in absent]
    life.training.record_attendance(session.id, rows, by=life.trainer, at=life.now)
    return session


def confirm(life: Life) -> None:
    """Make the confirming call that is waiting, and seal it."""
    calls = life.desks.calls
    (draw,) = [
        draw
        for each in calls.rounds()
        for draw in calls.draws(each.id, by=Actor(staff_no="", roles=frozenset({Role.ADMINISTRATOR})))
        if draw.occasion is Occasion.CONFIRMING
    ]
    tester = Actor(staff_no=draw.tester, roles=frozenset({Role.STAFF, Role.TESTER}))
    life.now = max(life.now, datetime.combine(draw.day, draw.window, TAIPEI).astimezone(life.now.tzinfo))
    call = calls.open_call(draw.round, draw.staff_no, by=tester, at=life.now)
    calls.dial(call.id, by=tester, at=life.now)
    call = calls.pick_up(call.id, 2, by=tester, at=life.now + timedelta(seconds=4))
    for placed in calls.scale(call.scale).in_call_order(call.parts):
        if placed.line.code != "stand-in" and not placed.line.speed:
            calls.mark(call.id, placed.id, placed.line.steps[0].key, by=tester, at=life.now)
    life.wait(hours=1)
    sealed = calls.seal(call.id, by=tester, at=life.now)
    assert sealed.occasion is Occasion.CONFIRMING


def test_results_before_and_after_are_compared_by_person(life: Life) -> None:
    life.ring(WANG, good=True, failed=("name",))
    life.ring(LI, good=True)
    life.wait(days=10)
    session = train(life, WANG, absent=(LI,))
    life.wait(days=10)
    life.ring(WANG, good=True)
    life.ring(LI, good=True)
    effect = life.desks.effect.session(session.id)
    assert effect.attended == 1
    assert (effect.courtesy.trained.n, effect.courtesy.untrained.n) == (1, 1)
    change = effect.courtesy.trained.change
    assert change is not None
    assert change.points > 0
    assert "還看不出來" in effect.sentence
    year = life.desks.effect.year(2026)
    assert (year.courtesy, year.quiz) == (effect.courtesy, effect.quiz)


def test_a_confirming_call_counts_on_neither_side(life: Life) -> None:
    first = life.ring(WANG)
    confirm(life)
    life.wait(days=5)
    session = train(life, WANG)
    life.wait(days=10)
    life.ring(WANG, good=True)
    effect = life.desks.effect.session(session.id)
    assert effect.courtesy.trained.before == first.score


def test_who_was_trained_elsewhere_in_that_time_stands_on_neither_side(life: Life) -> None:
    for each in (WANG, LI):
        life.ring(each, good=True)
    life.wait(days=5)
    one = train(life, WANG)
    life.wait(days=5)
    train(life, LI)
    life.wait(days=5)
    for each in (WANG, LI):
        life.ring(each, good=True)
    effect = life.desks.effect.session(one.id)
    assert (effect.attended, effect.elsewhere) == (1, 1)
    assert effect.courtesy.untrained.n == 0
    whole = life.desks.effect.year(2026)
    assert (whole.attended, whole.elsewhere, whole.courtesy.trained.n) == (2, 0, 2)


def test_quizzes_are_compared_as_well(life: Life) -> None:
    life.sit(WANG, right=1)
    life.wait(days=5)
    session = train(life, WANG)
    life.wait(days=5)
    life.sit(WANG, right=2)
    trained = life.desks.effect.session(session.id).quiz.trained
    assert (trained.n, str(trained.before), str(trained.after)) == (1, "50.00", "100.00")


def test_a_year_without_training_says_so(life: Life) -> None:
    assert life.desks.effect.year(2025).sentence == "還沒有人受訓，無從談成效。"


def test_staff_do_not_see_it_and_an_unknown_session_is_refused(life: Life) -> None:
    with pytest.raises(NotAllowed):
        life.desks.effect.year(2026, by=Actor(staff_no=CHEN))
    with pytest.raises(SessionError):
        life.desks.effect.session("Z9", by=life.trainer)


def test_other_training_is_not_this_training(life: Life) -> None:
    session = life.session(life.today, WANG, kind=SessionKind.OTHER)
    life.after(session)
    row = Noted(staff_no=WANG, status=Status.PRESENT)
    life.training.record_attendance(session.id, [row], by=life.trainer, at=life.now)
    assert life.desks.effect.year(2026).attended == 0
    assert life.desks.effect.session(session.id).attended == 1
