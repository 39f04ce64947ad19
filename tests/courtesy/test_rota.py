"""Testers take turns: who is on duty, who is away, and a rota that is fair by itself."""

from collections import Counter
from datetime import date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.calendar import Period
from bureau.office import Office
from bureau.people import Leave, Person
from bureau.problem import NotAllowed
from courtesy.rota import Duty, Roster, RotaError, monthly
from courtesy.rota_desk import RotaDesk
from tests.courtesy.samples import TESTERS, TRAINER, acting_tester

DAYS = [date(2026, 11, day) for day in range(23, 28)]
MONTHS = [Period.parse(f"116M{number}") for number in range(1, 13)]


def colleague(staff_no: str, section: str) -> Person:
    return Person(staff_no=staff_no, name=f"測試員{staff_no}", section=section, extension="1")


def duty(staff_no: str, first: date = DAYS[0], last: date = DAYS[-1]) -> Duty:
    return Duty(staff_no=staff_no, first=first, last=last)


def test_without_a_rota_every_tester_is_on_duty_every_day() -> None:
    assert Roster().on_duty("t1", DAYS) == DAYS


def test_with_a_rota_only_the_days_of_the_own_duties_count() -> None:
    roster = Roster(duties=(duty("t1", DAYS[1], DAYS[2]), duty("t1", DAYS[4], DAYS[4])))
    assert roster.on_duty("t1", DAYS) == [DAYS[1], DAYS[2], DAYS[4]]
    assert roster.on_duty("t2", DAYS) == []


def test_leave_takes_days_of_duty_away() -> None:
    roster = Roster(duties=(duty("t1"),), leaves=(Leave(staff_no="t1", first=DAYS[1], last=DAYS[3]),))
    assert roster.on_duty("t1", DAYS) == [DAYS[0], DAYS[4]]


# A rota by months


@given(st.lists(st.sampled_from("甲乙丙"), min_size=2, max_size=8), st.integers(1, 4))
def test_every_month_has_its_number_of_testers_of_two_sections_where_there_are_two(
    sections: list[str], size: int
) -> None:
    testers = [colleague(f"t{place}", section) for place, section in enumerate(sections)]
    size = min(size, len(testers))
    made = monthly(testers, MONTHS, size)
    section = {one.staff_no: one.section for one in testers}
    for month in MONTHS:
        there = [one.staff_no for one in made if one.first == month.first]
        assert len(set(there)) == len(there) == size
        if size > 1 and len(set(sections)) > 1:
            assert len({section[one] for one in there}) > 1


def test_the_months_are_shared_evenly_and_nobody_has_two_running_where_that_can_be() -> None:
    testers = [colleague(f"t{place}", "甲乙丙"[place % 3]) for place in range(6)]
    made = monthly(testers, MONTHS, 2)
    assert set(Counter(one.staff_no for one in made).values()) == {4}
    for before, after in pairwise(MONTHS):
        both = [{one.staff_no for one in made if one.first == month.first} for month in (before, after)]
        assert both[0].isdisjoint(both[1])


def test_months_served_before_count() -> None:
    testers = [colleague("t1", "甲"), colleague("t2", "乙")]
    (made,) = monthly(testers, MONTHS[:1], 1, [duty("t1")])
    assert made.staff_no == "t2"


def test_a_month_needs_as_many_testers_as_it_is_to_have() -> None:
    with pytest.raises(RotaError, match="每月要 2 位測試員，現在有 1 位"):
        monthly([colleague("t1", "甲")], MONTHS, 2)


# At the desk


@pytest.fixture
def rota(office: Office) -> RotaDesk:
    return RotaDesk(office)


def test_a_duty_is_kept_replaced_and_taken_out_and_the_journal_knows(rota: RotaDesk, at: datetime) -> None:
    rota.put(duty(TESTERS[0]), by=TRAINER, at=at)
    rota.put(duty(TESTERS[0], last=DAYS[1]), by=TRAINER, at=at)
    assert rota.duties() == [duty(TESTERS[0], last=DAYS[1])]
    rota.drop(TESTERS[0], DAYS[0], by=TRAINER, at=at)
    assert rota.duties() == []
    assert [entry.act for entry in rota.office.journal()][-3:] == ["rota.put", "rota.put", "rota.drop"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (duty("0101"), "王小明 不是測試員"),
        (duty("9999"), "沒有員工編號 9999"),
        (duty(TESTERS[0], DAYS[3], DAYS[2]), "最後一天早於第一天"),
        (duty(TESTERS[1], DAYS[1], DAYS[1]), "吳峯銘 在 115/11/23 至 115/11/27 已經排了值班"),
    ],
    ids="staff nobody backwards overlap".split(),  # noqa: SIM905
)
def test_a_duty_that_cannot_be_leaves_the_rota_as_it_is(
    rota: RotaDesk, at: datetime, given: Duty, said: str
) -> None:
    rota.put(duty(TESTERS[1]), by=TRAINER, at=at)
    before = rota.office.fingerprint()
    with pytest.raises(Exception, match=said):
        rota.put(given, by=TRAINER, at=at)
    assert rota.duties() == [duty(TESTERS[1])]
    assert rota.office.fingerprint() == before


def test_only_who_runs_the_rounds_changes_the_rota(rota: RotaDesk, at: datetime) -> None:
    by = acting_tester(TESTERS[0])
    for act in (
        lambda: rota.put(duty(TESTERS[0]), by=by, at=at),
        lambda: rota.drop(TESTERS[0], DAYS[0], by=by, at=at),
        lambda: rota.fill(MONTHS[0], MONTHS[1], 2, by=by, at=at),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_filling_leaves_months_with_a_duty_as_they_are(rota: RotaDesk, at: datetime) -> None:
    given = Duty(staff_no=TESTERS[0], first=date(2027, 2, 3), last=date(2027, 2, 5))
    rota.put(given, by=TRAINER, at=at)
    added = rota.fill(MONTHS[0], MONTHS[2], 2, by=TRAINER, at=at)
    assert {one.first for one in added} == {date(2027, 1, 1), date(2027, 3, 1)}
    assert len(rota.duties()) == 5


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [("116", "116M2", "逐月"), ("116M3", "116M2", "早於第一個月"), ("116M1", "119M1", "一次最多排 24 個月")],
)
def test_months_that_cannot_be_filled_are_refused(
    rota: RotaDesk, at: datetime, first: str, last: str, said: str
) -> None:
    with pytest.raises(RotaError, match=said):
        rota.fill(Period.parse(first), Period.parse(last), 1, by=TRAINER, at=at)


def test_taking_out_what_is_not_there_is_refused(rota: RotaDesk, at: datetime) -> None:
    with pytest.raises(RotaError, match="沒有 0103 從 115/11/23 開始的值班"):
        rota.drop("0103", DAYS[0], by=TRAINER, at=at)
