"""Rows and codes of sign-in sheets, and what reading them means."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.calendar import TAIPEI
from tests.training.samples import DAY, START, rules, session
from training.session import Expected, SessionError, Status, attendance, credited_hours, standing
from training.sign_in import (
    Code,
    Entry,
    EntryKind,
    Sheet,
    SheetRow,
    Signed,
    Way,
    more_rows,
    next_entry,
    read_code,
    row_of,
    signed,
)

HELD = session("A2")
ROWS = st.integers(1, 9999)


def sheet(number: int = 1, salt: str = "0" * 16, rows: tuple[int, ...] = (1, 2, 3)) -> Sheet:
    return Sheet(session="A2", number=number, salt=salt, rows=rows, printed_at=START)


def clock(hour: int, minute: int) -> datetime:
    return datetime(DAY.year, DAY.month, DAY.day, hour, minute, tzinfo=TAIPEI).astimezone(UTC)


def expected(*names: str) -> list[Expected]:
    return [Expected(staff_no=name, section="房屋稅科") for name in names]


# Codes


@given(row=ROWS, number=st.integers(1, 99), salt=st.text("0123456789abcdef", min_size=16, max_size=16))
def test_every_code_leads_back_to_its_row(row: int, number: int, salt: str) -> None:
    one = sheet(number, salt, (row,))
    code = read_code(one.code(row))
    assert isinstance(code, Code)
    assert row_of(code, HELD, [one]) == row


@given(row=ROWS)
def test_a_code_fits_the_smallest_code_and_needs_no_shift(row: int) -> None:
    text = sheet(rows=(row,)).code(row)
    assert len(text) <= 20
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-")


@given(row=st.integers(1, 9998))
def test_the_check_of_one_row_does_not_open_another(row: int) -> None:
    one = sheet(rows=(row, row + 1))
    forged = Code(session="A2", sheet=1, row=row + 1, check=one.check(row))
    if one.check(row) == one.check(row + 1):
        return
    with pytest.raises(SessionError, match="檢查碼"):
        row_of(forged, HELD, [one])


def test_a_code_says_nothing_of_the_person() -> None:
    assert sheet().code(2).startswith("C1-A2-1-2-")


@pytest.mark.parametrize("text", ["17", " 17 ", "１７", "017"])
def test_the_number_of_a_row_can_be_typed(text: str) -> None:
    assert read_code(text) == 17


def test_a_code_read_in_small_letters_or_full_width_is_the_same() -> None:
    code = sheet().code(3)
    assert read_code(code.lower()) == read_code(code)
    assert read_code("".join(chr(ord(letter) + 0xFEE0) for letter in code)) == read_code(code)


@pytest.mark.parametrize("text", ["", "0", "A17", "ㄋㄛ-1", "C1-A2-1-17", "99999", "-3"])
def test_what_is_neither_code_nor_row_is_refused(text: str) -> None:
    with pytest.raises(SessionError, match="輸入法"):
        read_code(text)


def test_the_code_of_another_session_names_it() -> None:
    code = read_code(sheet().code(1))
    assert isinstance(code, Code)
    with pytest.raises(SessionError, match="場次 A2 的條碼"):
        row_of(code, session("A3"), [])


def test_the_code_of_another_office_fails_its_check() -> None:
    code = read_code(sheet(salt="f" * 16).code(1))
    assert isinstance(code, Code)
    with pytest.raises(SessionError, match="檢查碼"):
        row_of(code, HELD, [sheet()])


def test_the_code_of_a_void_sheet_says_why() -> None:
    void = sheet().model_copy(update={"voided_at": START, "void_reason": "場次改期"})
    code = read_code(void.code(1))
    assert isinstance(code, Code)
    with pytest.raises(SessionError, match="作廢（場次改期）"):
        row_of(code, HELD, [void])


# Rows


@given(
    batches=st.lists(st.lists(st.integers(0, 40).map(str), unique=True, max_size=15), min_size=1, max_size=6)
)
def test_rows_never_change_and_have_no_gaps(batches: list[list[str]]) -> None:
    rows: list[SheetRow] = []
    for names in batches:
        before = list(rows)
        rows += more_rows(rows, expected(*names))
        assert rows[: len(before)] == before
        assert {row.staff_no for row in rows} >= set(names)
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert len({row.staff_no for row in rows}) == len(rows)


# Reading


def read(before: Signed | None, at: datetime, way: Way = Way.CLOCK) -> EntryKind:
    return next_entry(HELD, "王小明", before, way, at, apart=5)


def test_the_first_reading_is_the_arrival_and_the_second_the_leaving() -> None:
    assert read(None, clock(13, 50)) is EntryKind.ARRIVED
    assert read(Signed(status=Status.PRESENT, arrived=time(13, 50)), clock(16, 0)) is EntryKind.LEFT


@pytest.mark.parametrize(
    ("arrived", "again"), [(time(14, 10), (14, 14)), (time(13, 30), (13, 55)), (time(14, 0), (14, 0))]
)
def test_a_code_read_twice_at_the_door_does_not_send_anybody_home(
    arrived: time, again: tuple[int, int]
) -> None:
    with pytest.raises(SessionError, match="這一次不算簽退"):
        read(Signed(status=Status.PRESENT, arrived=arrived), clock(*again))


def test_nobody_signs_in_after_the_end() -> None:
    with pytest.raises(SessionError, match="已經結束"):
        read(None, clock(17, 0))


def test_nobody_signs_a_third_time() -> None:
    with pytest.raises(SessionError, match="不能再簽"):
        read(Signed(status=Status.PRESENT, arrived=time(14), left=time(15)), clock(16, 0))


@pytest.mark.parametrize("way", [Way.PRESENT, Way.OFFICIAL, Way.LEAVE, Way.ABSENT])
def test_a_status_can_be_set_whatever_the_hour_but_only_once(way: Way) -> None:
    kind = read(None, clock(20, 0), way)
    assert kind.value == way.value
    with pytest.raises(SessionError, match="已經登錄"):
        read(Signed(status=Status.LEAVE), clock(20, 0), way)


def test_what_was_undone_is_as_if_it_had_never_been() -> None:
    entries = [
        Entry(place=1, staff_no="1", kind=EntryKind.ARRIVED, at=clock(14, 0)),
        Entry(place=2, staff_no="1", kind=EntryKind.LEFT, at=clock(15, 0), undone=True),
    ]
    assert signed(entries) == {"1": Signed(status=Status.PRESENT, arrived=time(14))}
    assert signed(one.model_copy(update={"undone": True}) for one in entries) == {}


@given(steps=st.lists(st.tuples(st.integers(1, 4), st.integers(0, 40), st.booleans()), max_size=40))
def test_whatever_is_read_and_undone_nobody_leaves_before_having_come(
    steps: list[tuple[int, int, bool]],
) -> None:
    entries: list[Entry] = []
    minute = 13 * 60 + 30
    for who, passed, undo in steps:
        minute = min(minute + passed, 23 * 60)
        holding = [entry for entry in entries if not entry.undone]
        if undo and holding:
            entries[holding[-1].place - 1] = holding[-1].model_copy(update={"undone": True})
            continue
        at = clock(minute // 60, minute % 60)
        try:
            kind = read(signed(entries).get(str(who)), at)
        except SessionError:
            continue
        entries.append(Entry(place=len(entries) + 1, staff_no=str(who), kind=kind, at=at))
    for one in signed(entries).values():
        assert one.arrived is not None
        assert one.arrived < HELD.end
        assert one.left is None or (one.left > one.arrived and one.left >= HELD.start)
        noted = attendance(HELD, "1", one.status, arrived=one.arrived, left=one.left)
        assert 0 <= noted.minutes <= HELD.length


# Minutes and hours


@given(came=st.integers(0, 1439), went=st.integers(0, 1439))
def test_minutes_never_leave_the_session_and_hours_follow_them(came: int, went: int) -> None:
    arrived, left = (time(each // 60, each % 60) for each in (came, went))
    if left <= arrived:
        with pytest.raises(SessionError):
            attendance(HELD, "1", Status.PRESENT, arrived=arrived, left=left)
        return
    noted = attendance(HELD, "1", Status.PRESENT, arrived=arrived, left=left)
    overlap = max(min(went, 17 * 60) - max(came, 14 * 60), 0)
    assert noted.minutes == overlap
    hours = credited_hours(HELD, noted, rules())
    assert 0 <= hours <= HELD.hours
    assert hours * 2 == int(hours * 2)
    assert float(hours) <= overlap / 60
    trained = standing(HELD, noted, rules()).value == "trained"
    assert trained == (overlap > 0 and 3 * overlap >= 2 * HELD.length)


@given(minutes=st.integers(0, 179))
def test_a_minute_more_never_earns_less(minutes: int) -> None:
    less, more = (
        credited_hours(HELD, attendance(HELD, "1", Status.PRESENT, minutes=each), rules())
        for each in (minutes, minutes + 1)
    )
    assert less <= more


def test_reading_a_clock_forgets_the_seconds() -> None:
    entry = Entry(place=1, staff_no="1", kind=EntryKind.ARRIVED, at=clock(14, 2) + timedelta(seconds=59))
    assert signed([entry])["1"].arrived == time(14, 2)
