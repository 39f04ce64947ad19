"""Sessions, attendance, credited hours and the yearly duty."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.training.samples import rules, session
from training.session import (
    SessionError,
    Standing,
    Status,
    attendance,
    credited_hours,
    duty,
    standing,
    usual_hours,
)

YEAR = 2026
SPRING, SUMMER, AUTUMN = date(2026, 5, 6), date(2026, 6, 20), date(2026, 10, 8)


def came(minutes: int) -> Standing:
    return standing(session(), attendance(session(), "0012", Status.PRESENT, minutes=minutes), rules())


# -- attendance -------------------------------------------------------------------------------------------


def test_whoever_is_present_without_more_was_there_throughout() -> None:
    assert attendance(session(), "0012", Status.PRESENT).minutes == 180


def test_times_are_counted_within_the_session_only() -> None:
    given = attendance(session(), "0012", Status.PRESENT, arrived=time(13, 40), left=time(16, 0))
    assert given.minutes == 120


def test_minutes_beyond_the_session_are_refused() -> None:
    with pytest.raises(SessionError, match="180"):
        attendance(session(), "0012", Status.PRESENT, minutes=181)


@pytest.mark.parametrize("status", [Status.OFFICIAL, Status.LEAVE, Status.ABSENT])
def test_who_was_away_has_no_minutes(status: Status) -> None:
    with pytest.raises(SessionError, match=status.label):
        attendance(session(), "0012", status, minutes=10)
    assert attendance(session(), "0012", status).minutes == 0


def test_nobody_leaves_before_coming() -> None:
    with pytest.raises(SessionError):
        attendance(session(), "0012", Status.PRESENT, arrived=time(15), left=time(14, 30))


def test_two_thirds_of_the_time_make_somebody_trained() -> None:
    assert (came(119), came(120)) == (Standing.MAKE_UP, Standing.TRAINED)


def test_official_leave_is_made_up_without_fault() -> None:
    given = attendance(session(), "0012", Status.OFFICIAL)
    assert standing(session(), given, rules()) is Standing.MAKE_UP_WITHOUT_FAULT


def test_what_is_not_entered_is_not_taken_for_absence() -> None:
    assert standing(session(), None, rules()) is Standing.NOT_ENTERED


@settings(max_examples=50)
@given(minutes=st.integers(0, 180))
def test_credited_hours_are_those_present_in_whole_steps(minutes: int) -> None:
    given = attendance(session(), "0012", Status.PRESENT, minutes=minutes)
    hours = credited_hours(session(), given, rules())
    assert hours % Decimal("0.5") == 0
    assert 0 <= Decimal(minutes) / 60 - hours < Decimal("0.5")


def test_full_attendance_is_credited_in_full() -> None:
    given = attendance(session(), "0012", Status.PRESENT)
    assert credited_hours(session(), given, rules()) == 3


def test_a_session_ends_after_it_begins() -> None:
    with pytest.raises(ValidationError):
        session(start=time(17), end=time(14))


def test_the_usual_hours_are_whole_half_hours() -> None:
    assert usual_hours(time(14), time(16, 50)) == Decimal("2.50")


# -- the duty ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "text"),
    [((), "0/2"), ((SPRING,), "1/2"), ((SPRING, SUMMER), "1/2"), ((SPRING, AUTUMN), "2/2")],
)
def test_two_sessions_are_owed_with_one_in_each_half(held: tuple[date, ...], text: str) -> None:
    assert duty(YEAR, held, date(2026, 4, 1), rules()).text == text


def test_the_days_left_are_those_of_the_half_that_still_lacks_one() -> None:
    assert duty(YEAR, [], date(2026, 6, 28), rules()).days_left(date(2026, 6, 28)) == 2
    spring = duty(YEAR, [SPRING], date(2026, 6, 28), rules())
    assert spring.next_by == date(2026, 12, 31)
    assert duty(YEAR, [SPRING, AUTUMN], AUTUMN, rules()).days_left(AUTUMN) is None


def test_a_half_that_passed_without_its_session_is_said_to_be_missed() -> None:
    late = duty(YEAR, [AUTUMN], date(2026, 11, 1), rules())
    assert late.missed
    assert late.text == "1/2"
    assert not duty(YEAR, [SPRING], date(2026, 11, 1), rules()).missed


def test_sessions_of_other_years_do_not_count() -> None:
    assert duty(YEAR, [date(2025, 5, 6)], SPRING, rules()).done == 0
