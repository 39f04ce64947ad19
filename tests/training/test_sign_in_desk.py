"""A session is signed, closed and moved: on the sheet as in the file."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from bureau.calendar import TAIPEI
from bureau.problem import NotAllowed, Refused
from bureau.roles import Actor
from tests.training.life import CHEN, LI, STAFF, TESTERS, WANG, Life
from training.case import State
from training.session import Session, SessionError, Status
from training.session_papers import print_sign_in
from training.session_plan import Handout
from training.sign_in import EntryKind, NotExpected, Way
from training.sign_in_desk import Reading


def hold(life: Life, *people: str) -> Session:
    """Add a session this afternoon and let it be ten minutes before its beginning."""
    session = life.session(life.today, *(people or STAFF))
    life.now = datetime.combine(session.day, time(13, 50), TAIPEI)
    return session


def clock(life: Life, session: Session, hour: int, minute: int = 0) -> None:
    life.now = datetime.combine(session.day, time(hour, minute), TAIPEI)


def read(life: Life, session: Session, text: str, way: Way = Way.CLOCK) -> Reading:
    return life.desks.sign_in.read(session.id, text, by=life.trainer, at=life.now, way=way)


def close(life: Life, session: Session, rest: Status | None = None) -> None:
    life.desks.sign_in.close(session.id, by=life.trainer, at=life.now, rest=rest)


def given(life: Life, session: Session) -> dict[str, tuple[Status, int] | None]:
    return {
        each.staff_no: (each.attendance.status, each.attendance.minutes) if each.attendance else None
        for each in life.training.expected(session.id)
    }


# Sheets


def test_a_sheet_printed_again_is_the_same_sheet(life: Life, tmp_path: Path) -> None:
    session = hold(life)
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    for path in (first, second):
        print_sign_in(life.desks.sign_in, session.id, path, by=life.trainer, at=life.now)
    assert first.read_bytes() == second.read_bytes()
    assert len(life.desks.sign_in.board(session.id).sheets) == 1


def test_who_is_added_later_gets_the_next_row_and_the_others_keep_theirs(life: Life) -> None:
    session = hold(life, LI, CHEN)
    life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    life.training.expect(session.id, [WANG], by=life.trainer, at=life.now)
    sheet = life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    rows = {row.person.staff_no: row.number for row in life.desks.sign_in.board(session.id).rows}
    assert rows == {LI: 1, CHEN: 2, WANG: 3}
    assert (sheet.number, sheet.rows) == (2, (1, 2, 3))


def test_the_codes_of_an_earlier_sheet_still_hold(life: Life) -> None:
    session = hold(life, LI, CHEN)
    first = life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    life.training.expect(session.id, [WANG], by=life.trainer, at=life.now)
    life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    assert read(life, session, first.code(2)).entry.staff_no == CHEN


def test_who_leaves_the_list_leaves_a_gap(life: Life) -> None:
    session = hold(life)
    life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    life.training.unexpect(session.id, [LI], by=life.trainer, at=life.now)
    assert life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now).rows == (1, 3)


def test_handouts_stand_at_the_foot_whatever_they_are_called(life: Life, tmp_path: Path) -> None:
    from pypdf import PdfReader

    session = hold(life)
    path = tmp_path / "sheet.pdf"
    handouts = (Handout(title="房屋稅{n}問"),)
    print_sign_in(life.desks.sign_in, session.id, path, by=life.trainer, at=life.now, handouts=handouts)
    text = "".join(PdfReader(path).pages[0].extract_text().split())
    assert "講義：房屋稅｛n｝問" in text
    assert "應到3人" in text


def test_the_journal_proves_every_sheet(life: Life) -> None:
    session = hold(life)
    life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    assert life.desks.sign_in.verify() == []
    with life.desks.office.store.transaction() as store:
        store.run("UPDATE sign_in_sheet SET salt = 'other' WHERE session_id = :id", id=session.id)
    (problem,) = life.desks.sign_in.verify()
    assert "第 1 版簽到表" in problem.what


def test_a_row_can_never_be_given_to_somebody_else(life: Life) -> None:
    session = hold(life)
    life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    with pytest.raises(Refused), life.desks.office.store.transaction() as store:
        store.run("UPDATE sign_in_row SET staff_no = :who WHERE number = 1", who=TESTERS[0])


# Entering


def test_two_readings_and_the_close_make_an_attendance(life: Life) -> None:
    session = hold(life)
    sheet = life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    read(life, session, sheet.code(1))
    clock(life, session, 14, 30)
    read(life, session, "2")
    clock(life, session, 15, 30)
    assert read(life, session, "1").entry.kind is EntryKind.LEFT
    assert set(given(life, session).values()) == {None}
    clock(life, session, 17)
    close(life, session, Status.ABSENT)
    assert given(life, session) == {
        WANG: (Status.PRESENT, 90),
        LI: (Status.PRESENT, 150),
        CHEN: (Status.ABSENT, 0),
    }


def test_nobody_counts_as_trained_by_having_come(life: Life) -> None:
    life.sit(WANG, right=0)
    (case,) = life.training.open_cases(by=life.trainer, at=life.now)
    session = life.session(life.today + timedelta(days=1), WANG, LI)
    life.training.assign_session(case.id, session.id, by=life.trainer, at=life.now)
    clock(life, session, 14)
    read(life, session, "1")
    assert life.training.case(case.id).state is State.ASSIGNED
    clock(life, session, 15)
    read(life, session, "1")
    clock(life, session, 17)
    close(life, session, Status.LEAVE)
    assert life.training.case(case.id).state is State.DUE


def test_the_last_entry_can_be_taken_back(life: Life) -> None:
    session = hold(life)
    read(life, session, "1")
    read(life, session, "2")
    undone = life.desks.sign_in.undo(session.id, by=life.trainer, at=life.now)
    assert undone.staff_no == LI
    board = life.desks.sign_in.board(session.id)
    assert (board.accounted, board.inside) == (1, 1)
    assert read(life, session, "2").entry.kind is EntryKind.ARRIVED


def test_an_arrival_is_not_taken_back_from_under_a_leaving(life: Life) -> None:
    session = hold(life)
    first = read(life, session, "1").entry
    clock(life, session, 15)
    second = read(life, session, "1").entry
    undo = life.desks.sign_in.undo
    with pytest.raises(SessionError, match="之後又簽退"):
        undo(session.id, by=life.trainer, at=life.now, place=first.place)
    undo(session.id, by=life.trainer, at=life.now, place=second.place)
    undo(session.id, by=life.trainer, at=life.now, place=first.place)
    assert life.desks.sign_in.board(session.id).accounted == 0


def test_an_entry_of_another_door_can_be_left_alone(life: Life) -> None:
    session = hold(life)
    mine = read(life, session, "1").entry
    read(life, session, "2")
    life.desks.sign_in.undo(session.id, by=life.trainer, at=life.now, place=mine.place)
    board = life.desks.sign_in.board(session.id)
    assert [row.person.staff_no for row in board.rows if row.signed] == [LI]


def test_who_signed_in_is_not_of_the_rest(life: Life) -> None:
    session = hold(life)
    clock(life, session, 16)
    read(life, session, "1")
    life.training.record_attendance(session.id, [], by=life.trainer, at=life.now, rest=Status.PRESENT)
    assert given(life, session)[WANG] == (Status.PRESENT, 60)
    assert given(life, session)[LI] == (Status.PRESENT, 180)


def test_there_is_nothing_to_take_back_at_first(life: Life) -> None:
    session = hold(life)
    with pytest.raises(SessionError, match="沒有可以復原"):
        life.desks.sign_in.undo(session.id, by=life.trainer, at=life.now)


def test_a_row_that_does_not_exist_is_refused_with_the_last(life: Life) -> None:
    session = hold(life)
    with pytest.raises(SessionError, match="沒有第 4 列，最後一列是 3"):
        read(life, session, "4")


def test_who_left_the_list_can_be_added_again_on_the_same_row(life: Life) -> None:
    session = hold(life)
    sheet = life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    life.training.unexpect(session.id, [LI], by=life.trainer, at=life.now)
    with pytest.raises(NotExpected) as refusal:
        read(life, session, sheet.code(2))
    assert refusal.value.staff_no == LI
    reading = life.desks.sign_in.walk_in(session.id, LI, by=life.trainer, at=life.now)
    assert (reading.row, reading.entry.kind) == (2, EntryKind.ARRIVED)


def test_a_walk_in_stands_on_the_next_row(life: Life) -> None:
    session = hold(life)
    life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    assert life.desks.sign_in.walk_in(session.id, TESTERS[0], by=life.trainer, at=life.now).row == 4


def test_a_walk_in_who_cannot_be_entered_is_not_left_on_the_list(life: Life) -> None:
    session = hold(life)
    clock(life, session, 18)
    with pytest.raises(SessionError, match="已經結束"):
        life.desks.sign_in.walk_in(session.id, TESTERS[0], by=life.trainer, at=life.now)
    assert len(life.training.expected(session.id)) == 3


def test_on_another_day_only_a_status_can_be_entered(life: Life) -> None:
    session = hold(life)
    life.wait(days=1)
    with pytest.raises(SessionError, match="不能用現在的時間"):
        read(life, session, "1")
    assert read(life, session, "1", Way.PRESENT).entry.kind is EntryKind.PRESENT


def test_before_the_day_only_leave_can_be_entered(life: Life) -> None:
    session = hold(life)
    life.wait(days=-1)
    assert read(life, session, "1", Way.LEAVE).entry.kind is EntryKind.LEAVE
    with pytest.raises(SessionError, match="早於"):
        read(life, session, "2", Way.ABSENT)


def test_who_is_on_the_list_already_is_not_signed_over(life: Life) -> None:
    from training.attendance import Noted

    session = hold(life)
    noted = [Noted(staff_no=WANG, status=Status.LEAVE)]
    life.training.record_attendance(session.id, noted, by=life.trainer, at=life.now)
    with pytest.raises(SessionError, match="已經登錄為請假"):
        read(life, session, "1")


def test_a_colleague_cannot_sign_for_others(life: Life) -> None:
    session = hold(life)
    with pytest.raises(NotAllowed):
        life.desks.sign_in.read(session.id, "1", by=Actor(staff_no=WANG), at=life.now)


def test_who_has_signed_in_is_not_taken_off_the_list(life: Life) -> None:
    session = hold(life)
    read(life, session, "1")
    with pytest.raises(SessionError) as refusal:
        life.training.unexpect(session.id, [WANG], by=life.trainer, at=life.now)
    assert [problem.what for problem in refusal.value.problems] == [f"{WANG} 已經簽到。"]


def test_the_table_to_fill_in_has_the_rows_of_the_sheet(life: Life, tmp_path: Path) -> None:
    session = hold(life, LI, CHEN)
    life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    life.training.expect(session.id, [WANG], by=life.trainer, at=life.now)
    path = tmp_path / "table.csv"
    life.training.write_sheet(session.id, path, by=life.trainer)
    lines = [line.split(",")[:2] for line in path.read_text(encoding="utf-8-sig").splitlines()]
    assert lines == [["列號", "員工編號"], ["1", LI], ["2", CHEN], ["3", WANG]]


# Closing


def test_nothing_is_closed_before_the_end(life: Life) -> None:
    session = hold(life)
    with pytest.raises(SessionError, match="17:00 才結束"):
        close(life, session, Status.ABSENT)


def test_nobody_is_forgotten_at_the_close(life: Life) -> None:
    session = hold(life)
    read(life, session, "1")
    clock(life, session, 17)
    with pytest.raises(SessionError, match="還有 2 人沒有登錄：李喆、陳小明"):
        close(life, session)
    assert set(given(life, session).values()) == {None}


def test_after_the_close_nothing_is_read(life: Life) -> None:
    session = hold(life)
    clock(life, session, 17)
    close(life, session, Status.PRESENT)
    for act in (
        lambda: read(life, session, "1"),
        lambda: close(life, session, Status.PRESENT),
        lambda: life.desks.sign_in.undo(session.id, by=life.trainer, at=life.now),
    ):
        with pytest.raises(SessionError, match="結束登錄"):
            act()


def test_a_session_that_was_signed_and_not_closed_is_waited_for(life: Life) -> None:
    session = hold(life)
    read(life, session, "1")
    assert life.desks.sign_in.waiting(life.now) == []
    clock(life, session, 17)
    assert life.desks.sign_in.waiting(life.now) == [session]
    close(life, session, Status.ABSENT)
    assert life.desks.sign_in.waiting(life.now) == []


# Moving


def move(life: Life, session: Session, reason: str = "", **changes: object) -> Session:
    return life.training.change_session(session.id, by=life.trainer, at=life.now, reason=reason, **changes)


def test_moving_a_session_makes_its_sheets_void(life: Life) -> None:
    session = hold(life)
    sheet = life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    move(life, session, start=time(13), end=time(16))
    (void,) = life.desks.sign_in.board(session.id).sheets
    assert "14:00 改期" in void.void_reason
    with pytest.raises(SessionError, match="作廢"):
        read(life, session, sheet.code(1))
    again = life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    assert (again.number, again.rows) == (2, sheet.rows)
    assert life.desks.sign_in.verify() == []


def test_another_room_leaves_the_sheets_as_they_are(life: Life) -> None:
    session = hold(life)
    life.desks.sign_in.issue(session.id, by=life.trainer, at=life.now)
    move(life, session, place="二樓")
    assert life.desks.sign_in.board(session.id).sheets[0].voided_at is None


def test_a_session_at_which_somebody_signed_is_moved_only_with_a_reason(life: Life) -> None:
    session = hold(life)
    read(life, session, "1")
    with pytest.raises(SessionError, match="已有 1 筆簽到"):
        move(life, session, day=session.day + timedelta(days=7))
    move(life, session, day=session.day + timedelta(days=7), reason="颱風停班")
    assert life.desks.sign_in.board(session.id).accounted == 0


def test_a_later_end_of_the_same_day_keeps_who_signed(life: Life) -> None:
    session = hold(life)
    read(life, session, "1")
    move(life, session, end=time(18), reason="延長一小時")
    assert life.desks.sign_in.board(session.id).inside == 1
