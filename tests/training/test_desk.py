"""The acts of training: what each writes, what it refuses, and what it leaves alone."""

from collections.abc import Callable
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bureau.database import StoreError
from bureau.problem import NotAllowed, Refused
from bureau.roles import Actor
from tests.conftest import counting_entropy
from tests.training.life import CHEN, LI, STAFF, TRAINER_NO, WANG, Life
from training.attendance import Noted
from training.case import Band, Kind, State
from training.session import SessionError, Status
from tui.desks import Desks


def opened(life: Life) -> list[Any]:
    return life.training.open_cases(by=life.trainer, at=life.now)


def noted(staff_no: str, status: Status = Status.PRESENT, **more: Any) -> Noted:
    return Noted(staff_no=staff_no, status=status, **more)


def record(life: Life, session_id: str, *rows: Noted, **more: Any) -> Any:
    return life.training.record_attendance(session_id, rows, by=life.trainer, at=life.now, **more)


# -- opening ----------------------------------------------------------------------------------------------


def test_a_low_quiz_opens_a_case_with_its_evidence_and_its_rules(life: Life) -> None:
    sitting = life.sit(WANG, right=1)
    (case,) = opened(life)
    assert (case.person, case.state, case.section) == (WANG, State.DUE, "房屋稅科")
    (reason,) = case.reasons
    assert (reason.kind, reason.evidence, str(reason.score)) == (Kind.LOW_QUIZ, sitting.id, "50.00")
    assert reason.rules == life.desks.office.rules(life.today).version
    assert case.due > life.today


def test_running_the_rules_again_writes_nothing_at_all(life: Life) -> None:
    life.sit(WANG, right=0)
    life.ring(LI)
    assert len(opened(life)) == 2
    entries = life.entries()
    assert opened(life) == []
    # Another terminal has not considered anything yet.
    with Desks.open(life.desks.office.store.path, counting_entropy()) as other:
        assert other.training.open_cases(by=life.trainer, at=life.now) == []
    assert life.entries() == entries


def test_good_results_open_nothing(life: Life) -> None:
    life.sit(WANG, right=2)
    life.ring(LI, good=True)
    assert opened(life) == []


def test_a_single_low_call_waits_for_a_second_and_a_good_one_withdraws_it(life: Life) -> None:
    life.ring(WANG, good=True, failed=("owner", "name"))
    (case,) = opened(life)
    assert (case.state, case.band) == (State.TO_CONFIRM, Band.RETEST)
    life.wait(days=3)
    life.ring(WANG, good=True)
    (case,) = opened(life)
    assert case.state is State.WITHDRAWN
    assert "未低於" in case.steps[-1].reason
    assert opened(life) == []


def test_a_second_low_call_by_another_tester_confirms_the_same_case(life: Life) -> None:
    life.ring(WANG)
    (first,) = opened(life)
    life.wait(days=3)
    life.ring(WANG)
    (second,) = opened(life)
    assert second.id == first.id
    assert (second.state, second.band, len(second.reasons)) == (State.DUE, Band.CLEAR, 2)
    # The time to be retrained runs from the confirmation.
    assert second.due > first.due


def test_a_critical_failure_is_due_at_once(life: Life) -> None:
    call = life.ring(WANG, good=True, critical=True)
    (case,) = opened(life)
    assert (case.state, case.band) == (State.DUE, Band.CLEAR)
    assert call.critical
    assert {reason.evidence for reason in case.reasons} == {call.id}


def test_missing_both_yearly_sessions_opens_a_case_and_official_leave_does_not(life: Life) -> None:
    spring = life.session(date(2026, 5, 6), WANG, LI, CHEN)
    autumn = life.session(date(2026, 10, 8), WANG, LI, CHEN)
    record(life, spring.id, noted(WANG, Status.ABSENT), noted(LI, Status.OFFICIAL), noted(CHEN))
    assert opened(life) == []
    life.after(autumn)
    record(life, autumn.id, noted(WANG, Status.LEAVE), noted(LI, Status.ABSENT), noted(CHEN, Status.ABSENT))
    (case,) = opened(life)
    assert case.person == WANG
    assert [reason.evidence for reason in case.reasons] == [f"{spring.id}-{WANG}", f"{autumn.id}-{WANG}"]


def test_who_was_never_entered_is_not_taken_for_absent(life: Life) -> None:
    spring, autumn = (life.session(day, WANG, CHEN) for day in (date(2026, 5, 6), date(2026, 8, 31)))
    for session in (spring, autumn):
        record(life, session.id, noted(CHEN))
    assert opened(life) == []


def test_people_who_have_left_get_no_case_and_are_not_listed(life: Life) -> None:
    life.sit(WANG, right=0)
    life.sit(LI, right=0)
    ground = life.desks.office.ground
    with life.desks.office.store.transaction():
        ground.set_left(LI, life.today - timedelta(days=1))
    (case,) = opened(life)
    assert case.person == WANG
    with life.desks.office.store.transaction():
        ground.set_left(WANG, life.today)
    tomorrow = life.today + timedelta(days=1)
    roster = life.training.roster(tomorrow)
    assert roster.rows == ()
    assert [left.person for left in roster.left] == [WANG]


def test_evidence_that_is_too_old_opens_nothing(life: Life) -> None:
    life.sit(WANG, right=0)
    life.wait(days=500)
    assert opened(life) == []


# -- sessions ---------------------------------------------------------------------------------------------


def test_expecting_unknown_people_names_all_of_them_and_writes_nothing(life: Life) -> None:
    session = life.session()
    with pytest.raises(SessionError) as refusal:
        life.training.expect(session.id, [WANG, "7777", "8888"], by=life.trainer, at=life.now)
    assert len(refusal.value.problems) == 2
    assert life.training.expected(session.id) == []


def test_a_full_session_takes_nobody_more(life: Life) -> None:
    session = life.session(None, WANG, LI, capacity=2)
    with pytest.raises(SessionError, match="限 2 人"):
        life.training.expect(session.id, [CHEN], by=life.trainer, at=life.now)


def test_expecting_the_same_people_twice_writes_nothing(life: Life) -> None:
    session = life.session(None, WANG)
    entries = life.entries()
    assert life.training.expect(session.id, [WANG], by=life.trainer, at=life.now) == []
    assert life.entries() == entries


def test_a_session_cannot_be_moved_after_somebody_signed_in(life: Life) -> None:
    session = life.session(None, WANG)
    moved = life.training.change_session(
        session.id, by=life.trainer, at=life.now, day=life.today - timedelta(days=1)
    )
    assert moved.day == life.today - timedelta(days=1)
    record(life, session.id, noted(WANG))
    with pytest.raises(SessionError, match="出席紀錄"):
        life.training.change_session(session.id, by=life.trainer, at=life.now, title="改名")


def test_a_session_with_impossible_data_is_refused_in_words(life: Life) -> None:
    from datetime import time

    with pytest.raises(SessionError, match="結束時間"):
        life.session(start=time(17), end=time(14))
    with pytest.raises(SessionError, match="名稱"):
        life.session(title="")


# -- attendance -------------------------------------------------------------------------------------------


def test_every_fault_of_the_attendance_is_said_at_once_and_nothing_is_written(life: Life) -> None:
    session = life.session(None, WANG, LI)
    rows = [noted(WANG, minutes=181), noted(LI), noted(LI), noted(CHEN)]
    with pytest.raises(SessionError) as refusal:
        record(life, session.id, *rows)
    words = [problem.what for problem in refusal.value.problems]
    assert len(words) == 3
    assert "181" in words[0]
    assert "兩次" in words[1]
    assert "不在這一場" in words[2]
    assert all(each.attendance is None for each in life.training.expected(session.id))


def test_presence_is_not_recorded_before_the_day_but_leave_is(life: Life) -> None:
    session = life.session(life.today + timedelta(days=5), WANG, LI)
    with pytest.raises(SessionError, match="1 處"):
        record(life, session.id, noted(WANG))
    assert record(life, session.id, noted(LI, Status.LEAVE)).new == 1


def test_the_rest_can_be_entered_in_one_word_and_what_was_entered_stays(life: Life) -> None:
    session = life.session(None, WANG, LI, CHEN)
    record(life, session.id, noted(LI, Status.OFFICIAL))
    done = record(life, session.id, noted(WANG), rest=Status.ABSENT)
    assert (done.new, done.missing) == (2, ())
    status = {
        each.staff_no: each.attendance.status
        for each in life.training.expected(session.id)
        if each.attendance
    }
    assert status == {WANG: Status.PRESENT, LI: Status.OFFICIAL, CHEN: Status.ABSENT}


def test_recording_the_same_twice_writes_nothing_and_a_correction_is_journaled(life: Life) -> None:
    session = life.session(None, WANG, LI)
    first = record(life, session.id, noted(WANG))
    assert (first.new, first.missing) == (1, (LI,))
    entries = life.entries()
    assert record(life, session.id, noted(WANG)).same == 1
    assert life.entries() == entries
    assert record(life, session.id, noted(WANG, minutes=60)).changed == 1
    assert life.entries() == entries + 1


# -- the way of a case ------------------------------------------------------------------------------------


def due_case(life: Life) -> Any:
    life.sit(WANG, right=0)
    return opened(life)[0]


def test_attendance_takes_the_assigned_case_further_by_itself(life: Life) -> None:
    case = due_case(life)
    session = life.session(life.today + timedelta(days=7))
    case = life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    assert case.state is State.ASSIGNED
    assert [each.case for each in life.training.expected(session.id)] == [case.id]
    life.after(session)
    (moved,) = record(life, session.id, noted(WANG, minutes=120)).moved
    assert (moved.state, moved.trained_at) == (State.TRAINED, session.ends_at)


@pytest.mark.parametrize(
    "came", [noted(WANG, minutes=119), noted(WANG, Status.LEAVE), noted(WANG, Status.OFFICIAL)]
)
def test_whoever_did_not_complete_the_session_is_due_again(life: Life, came: Noted) -> None:
    case = due_case(life)
    session = life.session(life.today + timedelta(days=7))
    life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    life.after(session)
    (moved,) = record(life, session.id, came).moved
    assert (moved.state, moved.session) == (State.DUE, "")
    assert moved.steps[-1].reason


def trained(life: Life, *, retest: bool = False) -> Any:
    """Give a case that was trained, and its session."""
    case = due_case(life)
    session = life.session(life.today + timedelta(days=7))
    life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    life.after(session)
    (case,) = record(life, session.id, noted(WANG)).moved
    if retest:
        case = life.training.advance(case.id, State.RETEST, by=life.trainer, at=life.now)
    return case, session


@pytest.mark.parametrize("retest", [False, True])
@pytest.mark.parametrize("came", [noted(WANG, minutes=119), noted(WANG, Status.ABSENT)])
def test_a_case_falls_back_when_its_attendance_is_corrected_down(
    life: Life, came: Noted, retest: bool
) -> None:
    case, session = trained(life, retest=retest)
    life.wait(days=1)
    (moved,) = record(life, session.id, came).moved
    assert (moved.id, moved.state, moved.session, moved.trained_at) == (case.id, State.DUE, "", None)
    assert "更正" in moved.steps[-1].reason
    assert not moved.steps[-1].overridden
    assert life.training.case(case.id) == moved
    assert life.training.verify() == []


def test_a_case_follows_again_when_its_attendance_is_corrected_up(life: Life) -> None:
    case = due_case(life)
    session = life.session(life.today + timedelta(days=7))
    life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    life.after(session)
    (moved,) = record(life, session.id, noted(WANG, minutes=119)).moved
    assert moved.state is State.DUE
    (moved,) = record(life, session.id, noted(WANG, minutes=180)).moved
    assert (moved.state, moved.session, moved.trained_at) == (State.TRAINED, session.id, session.ends_at)
    assert life.training.verify() == []


def test_a_correction_does_not_call_a_case_back_from_another_session(life: Life) -> None:
    case = due_case(life)
    session = life.session(life.today + timedelta(days=7))
    life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    life.after(session)
    record(life, session.id, noted(WANG, minutes=119))
    other = life.session(life.today + timedelta(days=7))
    life.training.assign_session(case.id, other.id, by=life.trainer, at=life.now)
    assert record(life, session.id, noted(WANG, minutes=180)).moved == ()
    assert life.training.case(case.id).session == other.id


def test_what_was_decided_for_a_reason_does_not_fall_back(life: Life) -> None:
    case = due_case(life)
    session = life.session(life.today + timedelta(days=7))
    life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    life.after(session)
    life.training.advance(case.id, State.TRAINED, by=life.trainer, at=life.now, reason="改為一對一輔導")
    assert record(life, session.id, noted(WANG, Status.ABSENT)).moved == ()
    assert life.training.case(case.id).state is State.TRAINED


def absent_behind_the_program(life: Life, session_id: str) -> None:
    with life.desks.office.store.transaction():
        life.desks.office.store.run(
            "UPDATE attendance SET status = 'absent', minutes = 0 WHERE session_id = :id", id=session_id
        )


@pytest.mark.parametrize(("retest", "to"), [(False, State.RETEST), (True, State.CLOSED)])
def test_no_gate_opens_on_an_attendance_that_no_longer_counts(life: Life, retest: bool, to: State) -> None:
    case, session = trained(life, retest=retest)
    life.wait(days=1)
    life.sit(WANG, right=2)
    life.wait(hours=1)
    absent_behind_the_program(life, session.id)
    assert "出席紀錄" in life.training.gates(case)[to]
    with pytest.raises(Refused, match="出席紀錄"):
        life.training.advance(case.id, to, by=life.trainer, at=life.now)
    assert any(case.id in problem.what for problem in life.training.verify())
    (moved,) = opened(life)
    assert (moved.id, moved.state) == (case.id, State.DUE)
    assert life.training.verify() == []


def test_a_case_follows_its_attendance_only_when_the_session_is_over(life: Life) -> None:
    case = due_case(life)
    session = life.session(life.today + timedelta(days=7))
    life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    life.after(session)
    life.now = session.ends_at - timedelta(minutes=30)
    assert record(life, session.id, noted(WANG)).moved == ()
    assert opened(life) == []
    assert life.training.case(case.id).state is State.ASSIGNED
    life.wait(hours=1)
    (moved,) = opened(life)
    assert (moved.state, moved.trained_at) == (State.TRAINED, session.ends_at)
    assert opened(life) == []


def test_an_attendance_recorded_by_mistake_is_taken_back_and_journaled(life: Life) -> None:
    session = life.session(None, WANG)
    record(life, session.id, noted(WANG, Status.LEAVE))
    life.training.take_back_attendance(session.id, WANG, by=life.trainer, at=life.now)
    assert [each.attendance for each in life.training.expected(session.id)] == [None]
    assert list(life.desks.office.journal())[-1].act == "session.unattend"
    assert life.training.change_session(session.id, end=time(18), by=life.trainer, at=life.now).end == time(
        18
    )
    with pytest.raises(SessionError, match="沒有出席紀錄"):
        life.training.take_back_attendance(session.id, WANG, by=life.trainer, at=life.now)


def test_after_the_close_no_attendance_is_taken_back(life: Life) -> None:
    session = life.session(None, WANG)
    life.after(session)
    life.desks.sign_in.close(session.id, by=life.trainer, at=life.now, rest=Status.ABSENT)
    with pytest.raises(SessionError, match="結束登錄"):
        life.training.take_back_attendance(session.id, WANG, by=life.trainer, at=life.now)


@pytest.mark.parametrize("came", [noted(WANG), noted(WANG, Status.ABSENT)])
def test_a_case_waits_again_when_its_attendance_is_taken_back(life: Life, came: Noted) -> None:
    case = due_case(life)
    session = life.session(life.today + timedelta(days=7))
    life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    life.after(session)
    record(life, session.id, came)
    (moved,) = life.training.take_back_attendance(session.id, WANG, by=life.trainer, at=life.now)
    assert (moved.state, moved.session, moved.trained_at) == (State.ASSIGNED, session.id, None)
    assert [each.staff_no for each in life.training.expected(session.id)] == [WANG]
    (moved,) = record(life, session.id, noted(WANG)).moved
    assert moved.state is State.TRAINED
    assert life.training.verify() == []


def test_nobody_is_sent_to_a_session_whose_entering_is_closed(life: Life) -> None:
    case = due_case(life)
    session = life.session(life.today + timedelta(days=7), LI)
    life.after(session)
    life.desks.sign_in.close(session.id, by=life.trainer, at=life.now, rest=Status.PRESENT)
    with pytest.raises(Refused, match="結束登錄"):
        life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    assert [each.staff_no for each in life.training.expected(session.id)] == [LI]


def test_who_has_signed_in_is_not_sent_to_another_session(life: Life) -> None:
    case = due_case(life)
    first = life.session(life.today + timedelta(days=7))
    second = life.session(life.today + timedelta(days=9))
    life.training.assign_session(case.id, first.id, by=life.trainer, at=life.now)
    life.now = first.starts_at
    life.desks.sign_in.read(first.id, "1", by=life.trainer, at=life.now)
    with pytest.raises(Refused, match="簽到"):
        life.training.assign_session(case.id, second.id, by=life.trainer, at=life.now)
    life.training.advance(case.id, State.WITHDRAWN, by=life.trainer, at=life.now, reason="申復成立")
    assert [each.staff_no for each in life.training.expected(first.id)] == [WANG]


def test_another_session_frees_the_seat_in_the_first(life: Life) -> None:
    case = due_case(life)
    first = life.session(life.today + timedelta(days=7))
    second = life.session(life.today + timedelta(days=9))
    for session in (first, second):
        case = life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    assert life.training.expected(first.id) == []
    assert case.session == second.id


def test_who_was_expected_anyway_keeps_the_seat_when_the_case_is_withdrawn(life: Life) -> None:
    case = due_case(life)
    session = life.session(life.today + timedelta(days=7), WANG)
    life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    life.training.advance(case.id, State.WITHDRAWN, by=life.trainer, at=life.now, reason="申復成立")
    assert [each.staff_no for each in life.training.expected(session.id)] == [WANG]


def test_a_person_sent_by_a_case_cannot_be_taken_off_the_list(life: Life) -> None:
    case = due_case(life)
    session = life.session(life.today + timedelta(days=7))
    life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    with pytest.raises(SessionError) as refusal:
        life.training.unexpect(session.id, [WANG], by=life.trainer, at=life.now)
    assert case.id in str(refusal.value.problems[0])


def test_a_refused_step_writes_nothing(life: Life) -> None:
    case = due_case(life)
    entries = life.entries()
    with pytest.raises(Refused):
        life.training.advance(case.id, State.TRAINED, by=life.trainer, at=life.now)
    assert life.entries() == entries
    assert life.training.case(case.id) == case


# -- who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        lambda life, by: life.training.advance("A1", State.DUE, by=by, at=life.now),
        lambda life, by: life.training.record_attendance("A1", [], by=by, at=life.now),
        lambda life, by: life.training.expect("A1", [], by=by, at=life.now),
        lambda life, by: life.training.roster(life.today, by=by),
        lambda life, by: life.training.import_attendance("A1", Path("x.csv"), by=by, at=life.now),
    ],
)
def test_staff_can_neither_write_nor_list(life: Life, act: Callable[[Life, Actor], object]) -> None:
    with pytest.raises(NotAllowed):
        act(life, Actor(staff_no=WANG))


def test_people_see_their_own_case_only(life: Life) -> None:
    life.sit(WANG, right=0)
    life.sit(LI, right=0)
    opened(life)
    (own,) = life.training.cases(by=Actor(staff_no=WANG))
    assert own.person == WANG
    assert len(life.training.cases(by=life.trainer)) == 2
    other = next(case for case in life.training.cases() if case.person == LI)
    with pytest.raises(NotAllowed):
        life.training.case(other.id, by=Actor(staff_no=WANG))


def test_who_is_to_be_called_again_does_not_see_the_case_that_waits_for_it(life: Life) -> None:
    life.ring(WANG, good=True, failed=("owner", "name"))
    opened(life)
    (case,) = life.training.cases()
    assert case.state is State.TO_CONFIRM
    assert life.training.cases(by=Actor(staff_no=WANG)) == []
    with pytest.raises(NotAllowed):
        life.training.case(case.id, by=Actor(staff_no=WANG))


# -- seals and proof --------------------------------------------------------------------------------------


def withdrawn(life: Life) -> Any:
    case = due_case(life)
    return life.training.advance(case.id, State.WITHDRAWN, by=life.trainer, at=life.now, reason="申復成立")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE retraining SET state = 'due'",
        "DELETE FROM retraining_step",
        "UPDATE retraining_step SET reason = ''",
        "DELETE FROM retraining_reason",
        "UPDATE retraining_reason SET score = 9000",
        "INSERT INTO retraining_step VALUES ('A1', 9, 'withdrawn', 'due', '', '', '', '', '')",
        "INSERT OR REPLACE INTO retraining_reason SELECT * FROM retraining_reason",
    ],
)
def test_nothing_of_a_closed_case_can_be_changed(life: Life, statement: str) -> None:
    withdrawn(life)
    store = life.desks.office.store
    with pytest.raises(StoreError), store.transaction():
        store.run(statement)


def test_the_file_itself_keeps_a_second_open_case_out(life: Life) -> None:
    case = due_case(life)
    store = life.desks.office.store
    with pytest.raises(StoreError), store.transaction():
        store.run(
            """INSERT INTO retraining SELECT 'X', 99, person, open_for, section, state, opened_at, due,
                      session_id, trained_at, closed_at FROM retraining WHERE id = :id""",
            id=case.id,
        )


def test_verify_finds_nothing_in_an_honest_file(life: Life) -> None:
    life.ring(WANG)
    opened(life)
    life.wait(days=3)
    life.ring(WANG)
    withdrawn(life)
    assert life.training.verify() == []


def test_verify_names_a_reason_whose_evidence_was_corrected(life: Life) -> None:
    sessions = [life.session(day, WANG) for day in (date(2026, 5, 6), date(2026, 8, 31))]
    for session in sessions:
        record(life, session.id, noted(WANG, Status.ABSENT))
    (case,) = opened(life)
    record(life, sessions[0].id, noted(WANG, Status.OFFICIAL))
    (problem,) = life.training.verify()
    assert case.id in problem.what
    assert f"{sessions[0].id}-{WANG}" in problem.what


def test_verify_names_a_case_that_was_changed_behind_the_journal(life: Life) -> None:
    case = due_case(life)
    store = life.desks.office.store
    with store.transaction():
        store.run("UPDATE retraining SET state = 'assigned' WHERE id = :id", id=case.id)
    (problem,) = life.training.verify()
    assert case.id in problem.what


def test_verify_misses_a_case_that_was_taken_out(life: Life) -> None:
    case = due_case(life)
    store = life.desks.office.store
    with store.transaction():
        for name in store.triggers():
            store.run(f"DROP TRIGGER {name}")
        for table in ("retraining_change", "retraining_reason", "retraining"):
            store.run(f"DELETE FROM {table}")
    (problem,) = life.training.verify()
    assert case.id in problem.what


# -- what home shows --------------------------------------------------------------------------------------


def test_the_summary_counts_duty_open_cases_and_what_is_overdue(life: Life) -> None:
    case = due_case(life)
    life.ring(LI)
    opened(life)
    session = life.session(None, *STAFF)
    record(life, session.id, rest=Status.PRESENT)
    today = life.training.summary(life.today)
    assert (today.duty.text, today.duty.missed) == ("1/2", True)
    assert (dict(today.open), today.total, today.overdue) == ({State.DUE: 1, State.TO_CONFIRM: 1}, 2, 0)
    assert life.training.summary(case.due + timedelta(days=9)).overdue == 1


def test_the_roster_is_in_the_order_of_section_and_staff_number(life: Life) -> None:
    for staff_no in (CHEN, TRAINER_NO, WANG):
        life.sit(staff_no, right=0)
    opened(life)
    rows = life.training.roster(life.today).rows
    assert [(row.number, row.person.staff_no) for row in rows] == [(1, WANG), (2, CHEN), (3, TRAINER_NO)]
