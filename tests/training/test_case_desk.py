"""Who takes care of a case, by when, and what a closed one is found to be some time later."""

from datetime import date, timedelta
from typing import Any

import pytest

from bureau.database import StoreError
from bureau.problem import NotAllowed, Refused
from bureau.roles import ADMINISTRATOR, Actor, Role
from tests.training.life import LI, TESTERS, TRAINER_NO, WANG, Life
from tests.training.test_overturned import overturn
from training.attendance import Noted
from training.case import Case, CaseError, Matter, Outcome, State
from training.session import Status


def opened(life: Life) -> list[Case]:
    return life.training.open_cases(by=life.trainer, at=life.now)


def due_case(life: Life, staff_no: str = WANG) -> Case:
    life.sit(staff_no, right=0)
    return opened(life)[0]


def closed_case(life: Life, staff_no: str = WANG) -> Case:
    """A case of a failed quiz that went its whole way."""
    case = due_case(life, staff_no)
    training, by = life.training, life.trainer
    session = life.session(life.today + timedelta(days=1))
    training.assign_session(case.id, session.id, by=by, at=life.now)
    life.after(session)
    training.record_attendance(
        session.id, [Noted(staff_no=staff_no, status=Status.PRESENT)], by=by, at=life.now
    )
    training.advance(case.id, State.RETEST, by=by, at=life.now)
    life.wait(days=1)
    life.sit(staff_no, right=2)
    life.wait(hours=1)
    case = training.advance(case.id, State.CLOSED, by=by, at=life.now)
    assert not any(step.overridden for step in case.steps)
    life.wait(hours=1)
    return case


def checked(life: Life, case: Case, outcome: Outcome, reason: str = "") -> Case:
    return life.desks.cases.record_check(case.id, outcome, by=life.trainer, at=life.now, reason=reason)


def acts(life: Life, case: Case) -> list[str]:
    return [entry.act for entry in life.desks.office.journal() if entry.subject == case.id]


# -- owner ------------------------------------------------------------------------------------------------


def test_a_new_case_is_the_only_trainers(life: Life) -> None:
    case = due_case(life)
    assert case.owner == TRAINER_NO
    assert life.training.case(case.id) == case


def test_of_several_trainers_nobody_is_chosen_silently(life: Life) -> None:
    with life.desks.office.store.transaction():
        life.desks.office.ground.put_role(LI, Role.TRAINER)
    assert due_case(life).owner == ""


def test_a_case_is_given_to_somebody_else_and_that_is_journaled(life: Life) -> None:
    case = due_case(life)
    with life.desks.office.store.transaction():
        life.desks.office.ground.put_role(LI, Role.HEAD)
    after = life.desks.cases.give(case.id, LI, by=life.trainer, at=life.now, reason="職務調整")
    assert after.owner == LI
    assert [(each.matter, each.before, each.after) for each in after.changes] == [
        (Matter.OWNER, "", TRAINER_NO),
        (Matter.OWNER, TRAINER_NO, LI),
    ]
    assert life.training.case(case.id) == after
    assert acts(life, case)[-1] == "case.owner"
    assert life.training.verify() == []
    entries = life.entries()
    life.desks.cases.give(case.id, LI, by=life.trainer, at=life.now)
    assert life.entries() == entries


@pytest.mark.parametrize("owner", [WANG, TESTERS[0], "7777", ""])
def test_only_who_may_follow_cases_can_be_given_one(life: Life, owner: str) -> None:
    case = due_case(life)
    with pytest.raises(CaseError, match="承辦"):
        life.desks.cases.give(case.id, owner, by=life.trainer, at=life.now)


# -- due date ---------------------------------------------------------------------------------------------


def test_another_due_date_needs_a_reason_and_keeps_it(life: Life) -> None:
    case = due_case(life)
    later = case.due + timedelta(days=30)
    with pytest.raises(CaseError, match="理由"):
        life.desks.cases.move_due(case.id, later, by=life.trainer, at=life.now, reason="  ")
    after = life.desks.cases.move_due(case.id, later, by=life.trainer, at=life.now, reason="產假")
    assert (after.due, after.changes[-1].reason) == (later, "產假")
    assert life.training.case(case.id) == after
    assert acts(life, case)[-1] == "case.due"
    assert not after.overdue(case.due + timedelta(days=1))
    assert life.training.verify() == []


def test_a_due_date_is_not_set_into_the_past_nor_before_the_confirmation(life: Life) -> None:
    case = due_case(life)
    with pytest.raises(CaseError, match="已經過去"):
        life.desks.cases.move_due(
            case.id, life.today - timedelta(days=1), by=life.trainer, at=life.now, reason="x"
        )
    life.ring(LI)
    (waiting,) = opened(life)
    assert waiting.state is State.TO_CONFIRM
    with pytest.raises(CaseError, match="待確認"):
        life.desks.cases.move_due(waiting.id, life.today, by=life.trainer, at=life.now, reason="x")


def test_a_case_that_is_over_changes_no_more(life: Life) -> None:
    case = closed_case(life)
    with pytest.raises(CaseError, match="結案"):
        life.desks.cases.give(case.id, TRAINER_NO, by=life.trainer, at=life.now)
    with pytest.raises(CaseError, match="結案"):
        life.desks.cases.move_due(case.id, life.today, by=life.trainer, at=life.now, reason="x")


@pytest.mark.parametrize(
    "act",
    [
        lambda life, by: life.desks.cases.give("A1", LI, by=by, at=life.now),
        lambda life, by: life.desks.cases.move_due("A1", life.today, by=by, at=life.now, reason="x"),
        lambda life, by: life.desks.cases.record_check("A1", Outcome.HELD, by=by, at=life.now),
    ],
)
def test_staff_can_change_nothing_of_a_case(life: Life, act: Any) -> None:
    with pytest.raises(NotAllowed):
        act(life, Actor(staff_no=WANG))


# -- the look after the closing ---------------------------------------------------------------------------


def test_a_closed_case_waits_to_be_looked_at_ninety_days_later(life: Life) -> None:
    case = closed_case(life)
    day = life.desks.cases.check_day(case)
    assert day == life.today + timedelta(days=90)
    assert life.desks.cases.checks_due(day - timedelta(days=1)) == []
    assert life.desks.cases.checks_due(day) == [case]


def test_the_rules_of_the_closing_say_when_it_is_looked_at(life: Life, tmp_path: Any) -> None:
    people = life.desks.people
    path = tmp_path / "rules.toml"
    text = people.rules_text(life.today).replace("check_after_days = 90", "check_after_days = 0")
    path.write_text(text, encoding="utf-8")
    people.publish_rules(path, life.today, by=ADMINISTRATOR, at=life.now)
    case = closed_case(life)
    assert life.desks.cases.check_day(case) is None
    with pytest.raises(CaseError, match="不要求複查"):
        checked(life, case, Outcome.HELD)


def test_a_case_that_held_is_looked_at_once(life: Life) -> None:
    case = closed_case(life)
    life.wait(days=91)
    sitting = life.sit(WANG, right=2)
    after = checked(life, case, Outcome.HELD)
    assert after.check is not None
    assert (after.check.overridden, after.check.tests) == ("", (sitting.id,))
    assert life.training.case(case.id) == after
    assert life.desks.cases.checks_due(life.today) == []
    assert acts(life, case)[-1] == "case.check"
    assert life.training.verify() == []
    with pytest.raises(CaseError, match="已在"):
        checked(life, case, Outcome.HELD)


def test_without_a_test_since_or_before_its_day_it_needs_a_reason(life: Life) -> None:
    case = closed_case(life)
    with pytest.raises(CaseError, match="沒有任何測試"):
        checked(life, case, Outcome.HELD)
    after = checked(life, case, Outcome.HELD, "已調離電話業務")
    assert after.check is not None
    assert "複查日是" in after.check.overridden
    assert "沒有任何測試" in after.check.overridden


def test_training_again_is_the_case_that_the_rules_opened_since(life: Life) -> None:
    case = closed_case(life)
    life.wait(days=91)
    life.sit(WANG, right=0)
    with pytest.raises(CaseError, match="沒有通過"):
        checked(life, case, Outcome.HELD)
    after = checked(life, case, Outcome.AGAIN)
    (later,) = life.training.cases(open_only=True)
    assert after.check is not None
    assert after.check.next_case == later.id
    assert life.desks.cases.follows(later) == case.id
    assert life.training.verify() == []


def test_no_reason_puts_somebody_on_the_list_again_without_evidence(life: Life) -> None:
    case = closed_case(life)
    life.wait(days=91)
    life.sit(WANG, right=2)
    with pytest.raises(CaseError, match="開案標準"):
        checked(life, case, Outcome.AGAIN, "科長指示")
    assert life.training.cases(open_only=True) == []


def test_one_unconfirmed_call_since_does_not_send_anybody_to_training_again(life: Life) -> None:
    case = closed_case(life)
    life.wait(days=91)
    life.ring(WANG)
    with pytest.raises(CaseError, match="還待確認"):
        checked(life, case, Outcome.AGAIN, "科長指示")


def test_an_open_case_is_not_looked_at(life: Life) -> None:
    with pytest.raises(CaseError, match="只有結案的"):
        checked(life, due_case(life), Outcome.HELD)


def test_people_who_left_are_not_looked_at(life: Life) -> None:
    closed_case(life)
    life.wait(days=91)
    with life.desks.office.store.transaction():
        life.desks.office.ground.set_left(WANG, life.today - timedelta(days=1))
    assert life.desks.cases.checks_due(life.today) == []


# -- evidence that falls after the closing -----------------------------------------------------------------


def test_an_objection_upheld_after_the_closing_is_marked_and_changes_no_step(life: Life) -> None:
    call = life.ring(WANG, critical=True)
    (case,) = opened(life)
    assert case.state is State.DUE
    session = life.session(life.today + timedelta(days=1))
    training, by = life.training, life.trainer
    training.assign_session(case.id, session.id, by=by, at=life.now)
    life.after(session)
    training.record_attendance(session.id, [Noted(staff_no=WANG, status=Status.PRESENT)], by=by, at=life.now)
    training.advance(case.id, State.RETEST, by=by, at=life.now)
    closed = training.advance(case.id, State.CLOSED, by=by, at=life.now, reason="調職")
    life.wait(hours=1)
    overturn(life, call)
    (after,) = opened(life)
    assert (after.state, after.steps) == (State.CLOSED, closed.steps)
    assert after.groundless
    assert after.standing == "結案（證據已撤銷）"
    assert all("申復變更，不計" in reason.text for reason in after.reasons)
    assert training.case(case.id) == after
    assert opened(life) == []
    assert training.verify() == []
    # Nothing is left to be looked at.
    life.wait(days=100)
    assert life.desks.cases.checks_due(life.today) == []
    with pytest.raises(CaseError, match="不必複查"):
        checked(life, after, Outcome.HELD)


def test_a_ruling_before_the_closing_is_no_mark(life: Life) -> None:
    assert not closed_case(life).unsettled


def test_attendance_corrected_after_the_closing_is_named(life: Life) -> None:
    sessions = [life.session(day, WANG) for day in (date(2026, 5, 6), date(2026, 8, 31))]
    training, by = life.training, life.trainer
    for session in sessions:
        absent = [Noted(staff_no=WANG, status=Status.ABSENT)]
        training.record_attendance(session.id, absent, by=by, at=life.now)
    (case,) = opened(life)
    case = training.advance(case.id, State.WITHDRAWN, by=by, at=life.now, reason="查明中")
    assert life.desks.cases.lost(case) == []
    official = [Noted(staff_no=WANG, status=Status.OFFICIAL)]
    training.record_attendance(sessions[0].id, official, by=by, at=life.now)
    assert life.desks.cases.lost(case) == [f"{sessions[0].id}-{WANG}"]


# -- seals and proof --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE retraining_check SET outcome = 'again', next_case = 'A9'",
        "DELETE FROM retraining_check",
        "INSERT OR REPLACE INTO retraining_check SELECT * FROM retraining_check",
        "UPDATE retraining_change SET after = '0012'",
        "DELETE FROM retraining_change",
        """INSERT INTO retraining_change SELECT case_id, 9, 'owner', '', '0012', at, '', ''
           FROM retraining_change""",
    ],
)
def test_what_is_recorded_beside_a_case_cannot_be_changed(life: Life, statement: str) -> None:
    case = closed_case(life)
    life.wait(days=91)
    checked(life, case, Outcome.HELD, "測試")
    store = life.desks.office.store
    with pytest.raises(StoreError), store.transaction():
        store.run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE retraining SET due = '2030-01-01'",
        "DELETE FROM retraining_change",
        """INSERT INTO retraining_check
           SELECT id, 'held', '2026-12-01T00:00:00Z', '', '', '', '', '' FROM retraining""",
    ],
)
def test_verify_names_a_case_whose_owner_due_date_or_check_is_not_the_journals(
    life: Life, statement: str
) -> None:
    case = due_case(life)
    store = life.desks.office.store
    with store.transaction():
        for name in store.triggers():
            store.run(f"DROP TRIGGER {name}")
        store.run(statement)
    (problem,) = life.training.verify()
    assert case.id in problem.what


def test_a_refused_act_writes_nothing(life: Life) -> None:
    case = due_case(life)
    entries = life.entries()
    with pytest.raises(Refused):
        life.desks.cases.give(case.id, "7777", by=life.trainer, at=life.now)
    assert life.entries() == entries
