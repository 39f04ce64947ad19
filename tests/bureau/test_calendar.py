"""民國 dates, periods of the office year, and the days on which the office works."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.calendar import (
    DateError,
    OfficeCalendar,
    Period,
    PeriodKind,
    day_of,
    moment_from,
    moment_text,
    parse_date,
    roc,
    roc_long,
    roc_time,
)
from bureau.calendar_file import CalendarError, with_days
from bureau.desk import PeopleDesk
from bureau.office import Office
from bureau.problem import NotAllowed, Refused
from bureau.roles import ADMINISTRATOR, Actor

days = st.dates(date(1912, 1, 1), date(2900, 12, 31))
near = st.dates(date(2020, 1, 1), date(2030, 12, 31))
periods = st.builds(Period.of, st.sampled_from(PeriodKind), days)


# Dates


@given(days)
def test_a_day_written_as_people_read_it_is_read_back(day: date) -> None:
    assert parse_date(roc(day)) == day
    assert parse_date(roc_long(day)) == day
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day.year - 1911:03}{day:%m%d}") == day


@pytest.mark.parametrize(
    "text",
    ["115/11/23", "115-11-23", "115.11.23", "民國115年11月23日", "1151123", "20261123", "2026/11/23",
     "１１５／１１／２３", " 115 / 11 / 23 "],
)  # fmt: skip
def test_dates_are_taken_as_people_type_them(text: str) -> None:
    assert parse_date(text) == date(2026, 11, 23)


@pytest.mark.parametrize(
    "text", ["115/2/30", "115/13/1", "115/0/1", "0/1/1", "1900/1/1", "1911/12/31", "1150230", "2026-02-29"]
)
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(DateError, match="沒有") as caught:
        parse_date(text)
    assert text in caught.value.what
    assert caught.value.remedy


@pytest.mark.parametrize("text", ["", "今天", "115/11", "11/23", "115/11/23/1", "9911", "115年", "-115/1/1"])
def test_a_text_that_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(DateError, match="不是日期"):
        parse_date(text)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 - made aware below
def test_a_moment_is_kept_to_the_millisecond(moment: datetime) -> None:
    aware = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
    assert moment_from(moment_text(aware)) == aware


def test_a_moment_is_shown_in_taipei() -> None:
    evening = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)
    assert day_of(evening) == date(2026, 11, 24)
    assert roc_time(evening) == "115/11/24 00:05"


@given(st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), min_size=2, max_size=4))  # noqa: DTZ001
def test_moments_sort_as_text_as_they_do_in_time(moments: list[datetime]) -> None:
    aware = [moment.replace(microsecond=0, tzinfo=UTC) for moment in moments]
    assert sorted(map(moment_text, aware)) == list(map(moment_text, sorted(aware)))


# Periods


@given(periods)
def test_a_period_is_read_back_from_its_code(period: Period) -> None:
    assert Period.parse(period.code) == period
    assert Period.parse(period.code.lower()) == period


@given(st.sampled_from(PeriodKind), days)
def test_a_day_lies_in_its_period_and_periods_follow_without_gap(kind: PeriodKind, day: date) -> None:
    period = Period.of(kind, day)
    assert day in period
    assert period.first <= day <= period.last
    following = Period.of(kind, period.last + timedelta(days=1))
    assert following.first == period.last + timedelta(days=1)
    assert period.last not in following


def test_periods_have_the_names_people_use() -> None:
    titles = [Period.parse(code).title for code in ("115", "115H1", "115h2", "2026Q4", "115-M11")]
    assert titles == ["115 年度", "115 年上半年", "115 年下半年", "115 年第 4 季", "115 年 11 月"]


@pytest.mark.parametrize(
    "text", ["", "115H3", "115Q5", "115M13", "115Q0", "115X1", "H1", "0", "1911", "115Q"]
)
def test_a_text_that_names_no_period_is_refused(text: str) -> None:
    with pytest.raises(DateError, match="不是期別"):
        Period.parse(text)


# Working days


calendars = st.builds(
    OfficeCalendar,
    holidays=st.dictionaries(near, st.just("假日"), max_size=8),
    workdays=st.dictionaries(near, st.just("補班"), max_size=4),
)


@given(calendars, near, st.integers(1, 40))
def test_a_day_so_many_working_days_later_is_a_working_day_with_as_many_between(
    calendar: OfficeCalendar, day: date, count: int
) -> None:
    due = calendar.after(day, count)
    passed = list(calendar.working_days(day + timedelta(days=1), due))
    assert passed[-1] == due
    assert len(passed) == count


@given(calendars, near)
def test_an_entered_working_day_beats_weekend_and_holiday(calendar: OfficeCalendar, day: date) -> None:
    if day in calendar.workdays:
        assert calendar.works_on(day)
    elif day in calendar.holidays or day.weekday() >= 5:
        assert not calendar.works_on(day)
    else:
        assert calendar.works_on(day)


@given(calendars, calendars)
def test_loaded_days_replace_their_own_days_only(known: OfficeCalendar, said: OfficeCalendar) -> None:
    merged = with_days(known, said)
    for day in known.holidays.keys() | known.workdays.keys() | said.holidays.keys() | said.workdays.keys():
        told = said if day in said.holidays or day in said.workdays else known
        assert merged.works_on(day) == told.works_on(day)
    assert with_days(merged, said) == merged


# The office's own calendar


@pytest.fixture
def desk(office: Office) -> PeopleDesk:
    return PeopleDesk(office)


def test_a_year_is_seeded_with_the_public_holidays_once(desk: PeopleDesk, at: datetime) -> None:
    assert desk.seed_calendar(2026, by=ADMINISTRATOR, at=at) > 15
    calendar = desk.office.calendar()
    assert not calendar.works_on(date(2026, 2, 17))
    assert calendar.holidays[date(2026, 2, 17)] == "春節"
    before = desk.office.fingerprint()
    assert desk.seed_calendar(2026, by=ADMINISTRATOR, at=at) == 0
    assert desk.office.fingerprint() == before


def test_make_up_working_days_that_are_known_are_seeded(desk: PeopleDesk, at: datetime) -> None:
    desk.seed_calendar(2025, by=ADMINISTRATOR, at=at)
    assert desk.office.calendar().works_on(date(2025, 2, 8))


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_typhoon_days_and_make_up_days_are_loaded_and_survive_seeding(
    desk: PeopleDesk, at: datetime, tmp_path: Path
) -> None:
    file = write(
        tmp_path / "days.csv",
        "日期,上班,名稱\n115/7/10,否,颱風假\n115/7/18,是,補行上班\n115/10/9,是,不補假\n",
    )
    assert desk.load_calendar(file, by=ADMINISTRATOR, at=at) == 3
    desk.seed_calendar(2026, by=ADMINISTRATOR, at=at)
    calendar = desk.office.calendar()
    assert [calendar.works_on(date(2026, month, day)) for month, day in ((7, 10), (7, 18), (10, 9))] == [
        False,
        True,
        True,
    ]
    assert desk.load_calendar(file, by=ADMINISTRATOR, at=at) == 0


def test_every_fault_of_a_calendar_file_is_named_and_nothing_written(
    desk: PeopleDesk, at: datetime, tmp_path: Path
) -> None:
    file = write(
        tmp_path / "days.csv", "日期,上班,名稱\n115/2/30,否,\n115/7/10,或許,\n115/7/11,否,\n115/7/11,否,\n"
    )
    with pytest.raises(CalendarError) as caught:
        desk.load_calendar(file, by=ADMINISTRATOR, at=at)
    places = [(each.place.row, each.place.column) for each in caught.value.problems if each.place]
    assert places == [(2, "日期"), (3, "上班"), (5, "日期")]
    assert desk.office.calendar() == OfficeCalendar()


def test_only_a_trainer_or_administrator_changes_the_calendar(desk: PeopleDesk, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        desk.seed_calendar(2026, by=Actor(staff_no="001"), at=at)


def test_a_year_of_which_nothing_is_known_is_refused(desk: PeopleDesk, at: datetime) -> None:
    with pytest.raises(Refused, match="國定假日"):
        desk.seed_calendar(1800, by=ADMINISTRATOR, at=at)
