"""Attendance statistics: people at sessions counted by section, and their hours."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.problem import NotAllowed
from bureau.roles import Actor
from tests.training import samples
from tests.training.life import CHEN, LI, STAFF, WANG, Life
from training.attendance import Noted
from training.presence import Presence, session_presence, together
from training.session import Attendance, Expected, SessionError, Status

FULL = 180


def seat(staff_no: str, section: str, status: Status | None, minutes: int = 0) -> Expected:
    given = None if status is None else Attendance(staff_no=staff_no, status=status, minutes=minutes)
    return Expected(staff_no=staff_no, section=section, attendance=given)


def test_everybody_is_counted_once_by_what_became_of_them() -> None:
    seats = [
        seat("1", "房屋稅科", Status.PRESENT, FULL),
        seat("2", "房屋稅科", Status.PRESENT, 60),
        seat("3", "房屋稅科", Status.OFFICIAL),
        seat("4", "行政科", Status.LEAVE),
        seat("5", "行政科", Status.ABSENT),
        seat("6", "行政科", None),
    ]
    made = session_presence(samples.session(), seats, samples.rules(), ["行政科", "房屋稅科"])
    assert [one.section for one in made.sections] == ["行政科", "房屋稅科"]
    office, house = (one.presence for one in made.sections)
    assert office == Presence(expected=3, leave=1, absent=1, open=1, hours=Decimal("0.00"))
    assert house == Presence(expected=3, present=2, official=1, trained=1, hours=Decimal("4.00"))
    assert made.total.expected == len(seats)


def test_a_section_the_office_no_longer_has_comes_last_and_is_not_lost() -> None:
    seats = [seat("1", "舊科", Status.ABSENT), seat("2", "行政科", Status.ABSENT)]
    made = session_presence(samples.session(), seats, samples.rules(), ["行政科"])
    assert [one.section for one in made.sections] == ["行政科", "舊科"]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["甲", "乙", "丙"]),
            st.sampled_from([*Status, None]),
            st.integers(0, FULL),
        ),
        max_size=30,
    )
)
def test_the_parts_add_up_to_those_expected(people: list[tuple[str, Status | None, int]]) -> None:
    seats = [
        seat(str(number), section, status, minutes if status is Status.PRESENT else 0)
        for number, (section, status, minutes) in enumerate(people)
    ]
    made = session_presence(samples.session(), seats, samples.rules(), ["甲", "乙", "丙"])
    total = made.total
    parts = total.present + total.official + total.leave + total.absent + total.open
    assert total.expected == len(people) == parts
    assert total.trained <= total.present
    assert total.hours <= 3 * total.present
    twice = together([made, made], ["甲", "乙", "丙"])
    assert sum(one.presence.expected for one in twice) == 2 * len(people)


def test_the_desk_counts_a_session_and_a_year(life: Life) -> None:
    session = life.session(date(2026, 8, 31), *STAFF)
    life.session(date(2025, 8, 31), *STAFF)
    noted = [Noted(staff_no=WANG), Noted(staff_no=LI, status=Status.LEAVE)]
    noted[0] = Noted(staff_no=WANG, status=Status.PRESENT)
    life.training.record_attendance(session.id, noted, rest=Status.OFFICIAL, by=life.trainer, at=life.now)
    made = life.desks.reports.session(session.id, by=life.trainer)
    assert made.total == Presence(
        expected=3, present=1, leave=1, official=1, trained=1, hours=Decimal("3.00")
    )
    assert life.desks.reports.year(2026, by=life.trainer) == (made,)


def test_staff_count_nothing(life: Life) -> None:
    session = life.session(life.today, CHEN)
    with pytest.raises(NotAllowed):
        life.desks.reports.session(session.id, by=Actor(staff_no=WANG))
    with pytest.raises(NotAllowed):
        life.desks.reports.year(2026, by=Actor(staff_no=WANG))


def test_a_session_that_does_not_exist_is_refused(life: Life) -> None:
    with pytest.raises(SessionError):
        life.desks.reports.session("A99", by=life.trainer)
