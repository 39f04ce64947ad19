"""Attendance from the files that offices fill in."""

from datetime import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bureau.sheet import SheetError
from tests.training.life import CHEN, LI, STAFF, WANG, Life
from training.attendance import clock_from, minutes_from, status_from
from training.session import SessionError, Status

DATA = Path(__file__).parent.parent / "data" / "training"


def taken(life: Life, name: str | Path, *people: str) -> str:
    session = life.session(None, *(people or STAFF))
    life.after(session)
    life.training.import_attendance(session.id, DATA / name, by=life.trainer, at=life.now)
    return session.id


def test_a_filled_sheet_below_its_instructions_is_read_as_people_write(life: Life) -> None:
    session = taken(life, "filled.xlsx")
    came = {each.staff_no: each.attendance for each in life.training.expected(session)}
    wang, li, chen = came[WANG], came[LI], came[CHEN]
    assert wang is not None
    assert li is not None
    assert chen is not None
    assert (wang.status, wang.minutes) == (Status.PRESENT, 180)
    assert (li.status, li.minutes, li.arrived, li.left) == (Status.PRESENT, 80, time(14, 10), time(15, 30))
    assert (chen.status, chen.minutes) == (Status.LEAVE, 0)


def test_every_fault_of_a_sheet_is_named_with_its_row_and_nothing_is_written(life: Life) -> None:
    with pytest.raises(SessionError) as refusal:
        taken(life, "faults.xlsx", *STAFF, "0091")
    words = "\n".join(str(problem) for problem in refusal.value.problems)
    for row, what in (
        (2, "181"),
        (3, "是李喆，這裡寫的是李大同"),
        (4, "缺席的人不會有在場時間"),
        (5, "登錄了兩次"),
        (6, "不在這一場"),
        (7, "「來了」不是出席情形"),
        (8, "沒有員工編號"),
    ):
        assert any(f"第 {row} 列" in line and what in line for line in words.splitlines()), (row, words)
    (session,) = life.training.sessions()
    assert all(each.attendance is None for each in life.training.expected(session.id))


def test_a_big5_file_with_other_headings_is_read(life: Life) -> None:
    session = taken(life, "big5.csv")
    came = {each.staff_no: each.attendance for each in life.training.expected(session)}
    chen = came[CHEN]
    assert chen is not None
    assert chen.status is Status.OFFICIAL
    assert came[WANG] is None


def test_what_is_written_to_fill_in_can_be_read_back(life: Life, tmp_path: Path) -> None:
    session = taken(life, "filled.xlsx")
    for name in ("again.xlsx", "again.csv"):
        assert life.training.write_sheet(session, tmp_path / name, by=life.trainer) == 3
        done = life.training.import_attendance(session, tmp_path / name, by=life.trainer, at=life.now)
        assert (done.new, done.changed, done.same) == (0, 0, 3)


def test_a_blank_sheet_enters_nobody(life: Life, tmp_path: Path) -> None:
    session = life.session(None, *STAFF)
    life.training.write_sheet(session.id, tmp_path / "blank.xlsx", by=life.trainer)
    done = life.training.import_attendance(session.id, tmp_path / "blank.xlsx", by=life.trainer, at=life.now)
    assert (done.new, len(done.missing)) == (0, 3)


@pytest.mark.parametrize("name", ["make.py", "missing.xlsx"])
def test_a_file_that_is_no_sheet_is_refused(life: Life, name: str) -> None:
    with pytest.raises(SheetError):
        taken(life, name)


@pytest.mark.parametrize(
    ("text", "status"),
    [("出席", Status.PRESENT), ("Ｖ", Status.PRESENT), ("公出", Status.OFFICIAL), ("事病假", Status.LEAVE)],
)
def test_a_status_is_read_as_people_write_it(text: str, status: Status) -> None:
    assert status_from(text) is status


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("14:05", time(14, 5)),
        ("１４：０５", time(14, 5)),
        ("1405", time(14, 5)),
        ("2026-11-10 09:30", time(9, 30)),
    ],
)
def test_a_time_is_read_as_people_write_it(text: str, clock: time) -> None:
    assert clock_from(text) == clock


@settings(max_examples=60)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Nd", "No", "Nl", "Cs"]), max_size=12))
def test_what_holds_no_number_is_neither_a_time_nor_minutes(text: str) -> None:
    for reader in (clock_from, minutes_from):
        with pytest.raises(SessionError) as refusal:
            reader(text)
        assert refusal.value.remedy
