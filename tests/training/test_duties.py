"""When a measure of the yearly plan is due, and how it stands."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from pydantic import ValidationError

from bureau.calendar import OfficeCalendar
from training import duty_file
from training.duties import (
    Done,
    DutyError,
    Frequency,
    Measure,
    MonthDay,
    RecordKind,
    Stage,
    Terms,
    last_working_day,
    measure_year,
    month_days,
    occasions,
)

LONG_AGO = date(1990, 1, 1)
YEARS = some.integers(1990, 2100)
MONTH_DAYS = some.dates(date(2026, 1, 1), date(2026, 12, 31)).map(lambda day: MonthDay(day.month, day.day))
DATED = some.sampled_from([Frequency.THREE_MONTHS, Frequency.QUARTER, Frequency.HALF, Frequency.YEAR])
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def terms(frequency: Frequency, *days: MonthDay, since: date = LONG_AGO, first_month: int = 1) -> Terms:
    begin = first_month if frequency is Frequency.THREE_MONTHS else 1
    return Terms(since=since, frequency=frequency, dates=days, first_month=begin)


def measure(*each: Terms, **more: Any) -> Measure:
    return Measure.model_validate({"id": "A1", "title": "評選", "terms": each, **more})


def due(one: Terms, year: int) -> list[date]:
    return [occasion.due for occasion in occasions([one], year)]


def done(occasion: str, on: date, **more: Any) -> Done:
    given = {"id": "A9", "measure": "A1", "occasion": occasion, "on": on, "text": "已辦", "by": "", "at": AT}
    return Done.model_validate({**given, **more})


# Due dates


def test_every_quarter_is_due_on_its_last_day() -> None:
    assert due(terms(Frequency.QUARTER), 2026) == [
        date(2026, 3, 31),
        date(2026, 6, 30),
        date(2026, 9, 30),
        date(2026, 12, 31),
    ]


def test_every_half_and_every_year_are_due_on_their_last_day() -> None:
    assert due(terms(Frequency.HALF), 2026) == [date(2026, 6, 30), date(2026, 12, 31)]
    assert due(terms(Frequency.YEAR), 2026) == [date(2026, 12, 31)]


def test_three_months_may_begin_in_another_month_than_january() -> None:
    assert due(terms(Frequency.THREE_MONTHS, first_month=2), 2026) == [
        date(2026, 1, 31),
        date(2026, 4, 30),
        date(2026, 7, 31),
        date(2026, 10, 31),
    ]


def test_three_months_from_january_are_the_quarters() -> None:
    assert due(terms(Frequency.THREE_MONTHS), 2026) == due(terms(Frequency.QUARTER), 2026)


def test_fixed_dates_are_due_on_these_dates() -> None:
    both = terms(Frequency.DATES, MonthDay(3, 31), MonthDay(7, 31))
    assert due(both, 2027) == [date(2027, 3, 31), date(2027, 7, 31)]
    assert [one.first for one in occasions([both], 2027)] == [date(2026, 8, 1), date(2027, 4, 1)]


@pytest.mark.parametrize("frequency", [Frequency.ANY_TIME, Frequency.OPEN, Frequency.DATES])
def test_what_has_no_date_is_never_due(frequency: Frequency) -> None:
    assert due(terms(frequency), 2026) == []


def test_what_the_office_has_not_set_is_told_from_what_needs_no_date() -> None:
    assert terms(Frequency.OPEN).unset
    assert terms(Frequency.DATES).unset
    assert not terms(Frequency.ANY_TIME).unset


@given(DATED, YEARS, some.integers(1, 3))
def test_the_times_of_the_occasions_fill_the_calendar_without_gaps(
    frequency: Frequency, year: int, first_month: int
) -> None:
    one = terms(frequency, first_month=first_month, since=date(1900, 1, 1))
    both = occasions([one], year) + occasions([one], year + 1)
    assert all(later.first == earlier.due + timedelta(days=1) for earlier, later in pairwise(both))


@given(some.lists(MONTH_DAYS, min_size=1, unique=True), YEARS)
def test_the_times_of_fixed_dates_fill_the_calendar_without_gaps(days: list[MonthDay], year: int) -> None:
    one = terms(Frequency.DATES, *sorted(days), since=date(1900, 1, 1))
    both = occasions([one], year) + occasions([one], year + 1)
    assert all(later.first == earlier.due + timedelta(days=1) for earlier, later in pairwise(both))


@given(DATED, YEARS, some.integers(1, 3))
def test_every_due_date_is_in_its_year_and_every_key_is_its_own(
    frequency: Frequency, year: int, first_month: int
) -> None:
    found = occasions([terms(frequency, first_month=first_month)], year)
    assert all(one.due.year == year and one.first <= one.due for one in found)
    assert len({one.key for one in found}) == len(found)


@given(DATED, DATED, some.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_new_terms_leave_what_fell_due_before_them_as_it_was(
    before: Frequency, after: Frequency, since: date
) -> None:
    old, new = terms(before), terms(after, since=since)
    found = [one.due for year in (2025, 2026, 2027) for one in occasions([old, new], year)]
    wanted = [
        day
        for year in (2025, 2026, 2027)
        for day in sorted(
            {day for day in due(old, year) if day < since} | {day for day in due(new, year) if day >= since}
        )
    ]
    assert found == wanted


def test_nothing_is_due_before_the_first_terms_or_after_retirement() -> None:
    one = measure(terms(Frequency.QUARTER, since=date(2026, 4, 1)), retired=date(2026, 9, 30))
    assert [each.key for each in one.occasions(2026)] == ["115Q2", "115Q3"]
    assert one.occasions(2025) == []
    assert one.occasions(2027) == []


# Typed dates


@pytest.mark.parametrize(
    "text", ["3/31、7/31", "７／３１，３／３１", "3月31日 7月31日", "7-31;3-31", "3/31 3/31 7/31"]
)
def test_days_of_the_year_are_read_as_people_type_them(text: str) -> None:
    assert month_days(text) == (MonthDay(3, 31), MonthDay(7, 31))


@pytest.mark.parametrize("text", ["13/1", "4/31", "2/29", "0/5", "四月", "115/1/25"])
def test_a_day_that_not_every_year_has_is_refused(text: str) -> None:
    with pytest.raises(DutyError):
        month_days(text)


@pytest.mark.parametrize(
    "given",
    [
        {"frequency": "quarter", "dates": [(1, 25)]},
        {"frequency": "dates", "dates": [(7, 31), (3, 31)]},
        {"frequency": "dates", "dates": [(1, 25), (1, 25)]},
        {"frequency": "three_months", "first_month": 4},
        {"frequency": "quarter", "first_month": 2},
    ],
)
def test_terms_that_contradict_themselves_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Terms.model_validate({"since": LONG_AGO, **given})


# Working days


def test_a_due_date_on_a_holiday_stays_and_the_working_day_before_is_told() -> None:
    calendar = OfficeCalendar(holidays={date(2027, 1, 1): "元旦"})
    assert last_working_day(date(2027, 1, 3), calendar) == date(2026, 12, 31)
    assert last_working_day(date(2026, 12, 31), calendar) is None


@given(some.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_the_working_day_before_is_never_too_late(due_on: date) -> None:
    calendar = OfficeCalendar()
    found = last_working_day(due_on, calendar)
    assert (found is None) == calendar.works_on(due_on)
    if found:
        assert found < due_on
        assert calendar.works_on(found)


# How it stands


def stage(one: Measure, today: date, *evidence: Done, year: int = 2026) -> Stage:
    return measure_year(one, year, evidence, OfficeCalendar()).stage(today)


def test_a_measure_is_not_overdue_on_the_due_date_itself() -> None:
    one = measure(terms(Frequency.YEAR))
    assert stage(one, date(2026, 12, 31)) is Stage.AHEAD
    assert stage(one, date(2027, 1, 1)) is Stage.OVERDUE


def test_the_first_occasion_that_is_not_done_decides() -> None:
    one = measure(terms(Frequency.HALF))
    first, second = done("115H1", date(2026, 5, 1)), done("115H2", date(2026, 8, 1), id="A10")
    assert stage(one, date(2026, 8, 2)) is Stage.OVERDUE
    assert stage(one, date(2026, 8, 2), first) is Stage.AHEAD
    assert stage(one, date(2026, 8, 2), first, second) is Stage.DONE


def test_what_was_taken_back_is_not_done() -> None:
    back = done("115H1", date(2026, 5, 1), taken_back_at=AT, taken_back_by="0099", reason="登錯了")
    assert stage(measure(terms(Frequency.HALF)), date(2026, 8, 2), back) is Stage.OVERDUE


def test_what_was_done_late_says_by_how_much() -> None:
    one = measure_year(
        measure(terms(Frequency.HALF)), 2026, [done("115H1", date(2026, 7, 3))], OfficeCalendar()
    )
    assert [item.late for item in one.items] == [3, 0]


@pytest.mark.parametrize(
    ("frequency", "expected"),
    [
        (Frequency.OPEN, Stage.UNSET),
        (Frequency.DATES, Stage.UNSET),
        (Frequency.ANY_TIME, Stage.ANY_TIME),
    ],
)
def test_a_measure_without_dates_is_unset_or_due_at_any_time(frequency: Frequency, expected: Stage) -> None:
    assert stage(measure(terms(frequency)), date(2026, 8, 2)) is expected


def test_evidence_under_terms_changed_since_is_still_shown() -> None:
    one = measure(terms(Frequency.OPEN), terms(Frequency.YEAR, since=date(2026, 6, 1)))
    year = measure_year(one, 2026, [done("2026-03-02", date(2026, 3, 2))], OfficeCalendar())
    assert [each.occasion for each in year.records] == ["2026-03-02"]


# The shipped list


def shipped() -> dict[str, duty_file.PlannedMeasure]:
    return {each.code: each for each in duty_file.read(duty_file.SHIPPED)}


def test_the_shipped_list_guesses_no_deadline_that_the_print_does_not_tell() -> None:
    unclear = [each for each in shipped().values() if each.source.endswith("第 2 頁")]
    assert len(unclear) == 13
    told = {each.code for each in unclear if each.frequency is not Frequency.OPEN}
    assert told == {"best-person", "courtesy-month", "phone-test", "sessions", "briefing"}
    assert not [each for each in unclear if each.printed]
    assert all("請局裡設定" in each.note for each in unclear)


def test_the_shipped_list_knows_the_dates_that_are_told() -> None:
    assert shipped()["year-report"].dates == (MonthDay(1, 25),)
    assert shipped()["half-summary"].dates == (MonthDay(3, 31), MonthDay(7, 31))
    assert shipped()["best-person"].frequency is Frequency.QUARTER
    assert shipped()["sessions"].record is RecordKind.SESSION


def test_every_fault_of_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(
        '[[measure]]\ncode = "a"\ntitle = ""\n\n[[measure]]\ncode = "b"\ntitle = "乙"\ndates = "2/30"\n\n'
        '[[measure]]\ncode = "c"\ntitle = "丙"\n\n[[measure]]\ncode = "c"\ntitle = "丁"\n',
        encoding="utf-8",
    )
    with pytest.raises(DutyError) as refusal:
        duty_file.read(file)
    assert [fault.place.row for fault in refusal.value.problems if fault.place] == [3, 8, 15]


@pytest.mark.parametrize("text", ["", "measure = 3", "[[measure]", 'title = "x"'])
def test_a_file_that_is_no_list_of_measures_is_refused_in_words(tmp_path: Path, text: str) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DutyError):
        duty_file.read(file)
