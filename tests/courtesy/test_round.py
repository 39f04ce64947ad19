"""Who calls whom, when: nobody the own section, nobody the same person twice running, the load even."""

import hashlib
from collections import Counter
from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bureau.calendar import OfficeCalendar
from bureau.people import Leave, Person
from courtesy.draw import Drawn
from courtesy.rota import Duty, Roster
from courtesy.round import NOON, WINDOWS, Draw, RoundError, assigned

CALENDAR = OfficeCalendar(holidays={date(2026, 11, 25): "局慶"}, workdays={date(2026, 11, 28): "補行上班"})
DAYS = list(CALENDAR.working_days(date(2026, 11, 23), date(2026, 12, 4)))
SECTIONS = list("甲乙丙丁戊")


def person(staff_no: str, section: str) -> Person:
    return Person(staff_no=staff_no, name=f"同仁{staff_no}", section=section, extension=staff_no)


def drawn_of(people: list[Person]) -> list[Drawn]:
    return [
        Drawn(order=order, staff_no=one.staff_no, ticket=hashlib.sha256(one.staff_no.encode()).hexdigest())
        for order, one in enumerate(people, 1)
    ]


def plan(
    people: list[Person],
    testers: list[Person],
    *,
    last: dict[str, str] | None = None,
    days: list[date] = DAYS,
    load: dict[str, int] | None = None,
    **more: Any,
) -> list[Draw]:
    everybody = {one.staff_no: one for one in people}
    return assigned(
        "A1", drawn_of(people), everybody, testers, last_tester=last or {}, days=days, load=load, **more
    )


people = st.lists(st.sampled_from(SECTIONS), min_size=1, max_size=20).map(
    lambda sections: [person(f"p{place}", section) for place, section in enumerate(sections)]
)
testers = st.lists(st.sampled_from(SECTIONS), min_size=1, max_size=6).map(
    lambda sections: [person(f"t{place}", section) for place, section in enumerate(sections)]
)


@given(people, testers, st.data())
@settings(max_examples=150, deadline=None)
def test_nobody_is_called_by_the_own_section_or_by_the_same_tester_twice_running(
    people: list[Person], testers: list[Person], data: st.DataObject
) -> None:
    before = st.sampled_from([tester.staff_no for tester in testers])
    last = {one.staff_no: data.draw(before) for one in people}
    sections = {tester.staff_no: tester.section for tester in testers}
    everybody = {one.staff_no: one for one in people}
    blocked = [
        one
        for one in people
        if all(tester.section == one.section or tester.staff_no == last[one.staff_no] for tester in testers)
    ]
    if blocked:
        with pytest.raises(RoundError, match=f"沒有人可以測試 {blocked[0].name}（{blocked[0].section}）"):
            plan(people, testers, last=last)
        return
    for draw in plan(people, testers, last=last):
        assert sections[draw.tester] != everybody[draw.staff_no].section
        assert draw.tester != last[draw.staff_no]


@given(people, st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_where_everybody_may_call_everybody_the_load_differs_by_one_at_most(
    people: list[Person], count: int
) -> None:
    outside = [person(f"t{place}", "秘書室") for place in range(count)]
    load = Counter({tester.staff_no: 0 for tester in outside})
    load.update(draw.tester for draw in plan(people, outside))
    assert max(load.values()) - min(load.values()) <= 1


def test_a_substitute_goes_to_whoever_has_the_fewest_calls() -> None:
    outside = [person(name, "秘書室") for name in ("t1", "t2", "t3")]
    (draw,) = plan([person("p1", "甲")], outside, load={"t1": 3, "t2": 2, "t3": 3})
    assert draw.tester == "t2"


def test_of_equals_chance_decides_not_the_place_in_the_list() -> None:
    outside = [person(name, "秘書室") for name in ("t1", "t2", "t3")]
    firsts = {plan([person(f"p{number}", "甲")], outside)[0].tester for number in range(30)}
    assert firsts == {"t1", "t2", "t3"}


def test_the_plan_keeps_the_order_of_the_draw_and_can_be_repeated() -> None:
    group = [person(f"p{place}", "甲") for place in range(12)]
    outside = [person("t1", "乙"), person("t2", "丙")]
    draws = plan(group, outside)
    assert [(draw.order, draw.staff_no) for draw in draws] == [
        (one.order, one.staff_no) for one in drawn_of(group)
    ]
    assert plan(group, outside) == draws


# When


@given(people)
@settings(max_examples=60, deadline=None)
def test_calls_are_made_on_working_days_within_office_hours(people: list[Person]) -> None:
    for draw in plan(people, [person("t1", "秘書室")]):
        assert CALENDAR.works_on(draw.day)
        assert DAYS[0] <= draw.day <= DAYS[-1]
        assert draw.window in WINDOWS


def test_windows_are_half_hours_of_office_time_and_leave_noon_out() -> None:
    assert all(window.minute in {0, 30} for window in WINDOWS)
    assert min(WINDOWS) >= time(8, 30)
    assert max(WINDOWS) <= time(16, 30)
    assert not [window for window in WINDOWS if time(11, 30) <= window < time(13, 30)]


def test_calls_are_spread_evenly_over_the_days() -> None:
    group = [person(f"p{place}", "甲") for place in range(len(DAYS) * 2)]
    load = Counter(draw.day for draw in plan(group, [person("t1", "乙")]))
    assert set(load.values()) == {2}


def test_windows_are_not_the_same_for_everybody() -> None:
    group = [person(f"p{place}", "甲") for place in range(40)]
    assert len({draw.window for draw in plan(group, [person("t1", "乙")])}) > 6


def test_noon_is_called_only_on_the_days_that_the_office_names() -> None:
    group = [person(f"p{place}", "甲") for place in range(80)]
    outside = [person(f"t{place}", "乙") for place in range(4)]
    draws = plan(group, outside, noon=DAYS[:2])
    at_noon = [draw for draw in draws if draw.window in NOON]
    assert at_noon
    assert {draw.day for draw in at_noon} <= set(DAYS[:2])
    assert not [draw for draw in plan(group, outside) if draw.window in NOON]


@given(people, testers, st.integers(1, 3))
@settings(max_examples=80, deadline=None)
def test_no_tester_has_two_calls_in_one_half_hour(
    people: list[Person], testers: list[Person], days: int
) -> None:
    taken = {(testers[0].staff_no, DAYS[0], window) for window in WINDOWS[:4]}
    try:
        draws = plan(people, testers, days=DAYS[:days], taken=taken)
    except RoundError:
        return
    slots = [(draw.tester, draw.day, draw.window) for draw in draws]
    assert len(set(slots)) == len(slots)
    assert taken.isdisjoint(slots)


def test_a_tester_who_was_drawn_is_not_called_while_calling_another() -> None:
    rota = [person("t1", "甲"), person("t2", "乙")]
    draws = plan([*rota, person("p1", "乙"), person("p2", "甲")], rota, days=DAYS[:1])
    calling = {(draw.tester, draw.day, draw.window) for draw in draws}
    assert not [draw for draw in draws if (draw.staff_no, draw.day, draw.window) in calling]


# On duty, on leave


def leave(staff_no: str, first: date, last: date) -> Leave:
    return Leave(staff_no=staff_no, first=first, last=last)


def test_only_testers_on_duty_that_day_call() -> None:
    group = [person(f"p{place}", "甲") for place in range(20)]
    rota = [person("t1", "乙"), person("t2", "丙"), person("t3", "丁")]
    roster = Roster(
        duties=(
            Duty(staff_no="t1", first=DAYS[0], last=DAYS[3]),
            Duty(staff_no="t2", first=DAYS[4], last=DAYS[-1]),
        )
    )
    draws = plan(group, rota, roster=roster)
    assert Counter(draw.tester for draw in draws) == {"t1": 10, "t2": 10}
    assert all((draw.day <= DAYS[3]) == (draw.tester == "t1") for draw in draws)


def test_a_tester_on_leave_that_day_calls_nobody() -> None:
    group = [person(f"p{place}", "甲") for place in range(20)]
    roster = Roster(leaves=(leave("t1", DAYS[0], DAYS[-2]),))
    draws = plan(group, [person("t1", "乙"), person("t2", "丙")], roster=roster)
    assert {draw.day for draw in draws if draw.tester == "t1"} == {DAYS[-1]}


@given(people, st.data())
@settings(max_examples=60, deadline=None)
def test_nobody_is_called_on_a_day_of_leave_while_there_is_another(
    people: list[Person], data: st.DataObject
) -> None:
    leaves = []
    for one in people:
        first = data.draw(st.integers(0, len(DAYS) - 1))
        leaves.append(leave(one.staff_no, DAYS[first], DAYS[data.draw(st.integers(first, len(DAYS) - 1))]))
    roster = Roster(leaves=tuple(leaves))
    for draw in plan(people, [person("t1", "秘書室"), person("t2", "會計室")], roster=roster):
        there = roster.present(draw.staff_no, DAYS)
        assert not there or draw.day in there


# What cannot be planned


def test_testers_of_one_section_only_are_said_to_be_so() -> None:
    with pytest.raises(RoundError) as refusal:
        plan([person("p1", "甲")], [person("t1", "甲"), person("t2", "甲")])
    assert refusal.value.what == "沒有人可以測試 同仁p1（甲）。"
    assert refusal.value.remedy == (
        "不得測試自己的科室：測試員同仁t1、同仁t2都在甲。請加派其他科室的測試員。"
    )


def test_the_only_tester_who_called_the_last_time_is_said_to_be_so() -> None:
    with pytest.raises(RoundError) as refusal:
        plan([person("p1", "甲")], [person("t1", "乙"), person("t2", "甲")], last={"p1": "t1"})
    assert refusal.value.remedy == (
        "不得連續兩次由同一人測試：別科室的測試員只有同仁t1，上次剛測過。請再加派一位測試員。"
    )


def test_a_rota_without_a_day_of_those_who_may_call_is_named_with_them() -> None:
    roster = Roster(duties=(Duty(staff_no="t2", first=DAYS[0], last=DAYS[-1]),))
    with pytest.raises(RoundError, match="沒有人可以測試 同仁p1") as refusal:
        plan([person("p1", "甲")], [person("t1", "乙"), person("t2", "甲")], roster=roster)
    assert refusal.value.remedy == (
        "輪值表：可以測試的同仁t1在 115/11/23 至 115/12/04 都沒有排值班。請修改輪值表。"
    )


def test_testers_on_leave_on_all_their_days_are_named() -> None:
    roster = Roster(leaves=(leave("t1", DAYS[0], DAYS[-1]),))
    with pytest.raises(RoundError) as refusal:
        plan([person("p1", "甲")], [person("t1", "乙")], roster=roster)
    assert refusal.value.remedy.startswith("請假：可以測試的同仁t1值班的日子都請假。")


def test_more_calls_than_half_hours_are_refused_by_name_and_one_fewer_is_planned() -> None:
    group = [person(f"p{place:02}", "甲") for place in range(len(WINDOWS) + 1)]
    rota = [person("t1", "乙")]
    assert len(plan(group[1:], rota, days=DAYS[:1])) == len(WINDOWS)
    with pytest.raises(RoundError) as refusal:
        plan(group, rota, days=DAYS[:1])
    assert refusal.value.remedy == (
        "同一測試員每半小時只能打一通：可以測試的同仁t1時段都滿了。請加派測試員或延後結束日。"
    )


def test_everybody_whom_nobody_can_call_is_named() -> None:
    with pytest.raises(RoundError) as refusal:
        plan([person("p1", "甲"), person("p2", "乙"), person("p3", "甲")], [person("t1", "甲")])
    assert [line.partition("。")[0] for line in refusal.value.lines()] == [
        "沒有人可以測試 同仁p1（甲）",
        "沒有人可以測試 同仁p3（甲）",
    ]


def test_an_order_that_would_leave_the_last_without_a_tester_is_planned_all_the_same() -> None:
    """One day has room for one call of each: the first must leave the only tester of the second free."""
    rota = [person("t1", "乙"), person("t2", "丙")]
    full = {(tester.staff_no, DAYS[0], window) for tester in rota for window in WINDOWS[1:]}
    for last in ({"p1": "t1"}, {"p1": "t2"}):
        group = [person("p0", "甲"), person("p1", "甲")]
        draws = plan(group, rota, days=DAYS[:1], last=last, taken=full)
        assert {draw.tester for draw in draws} == {"t1", "t2"}
        assert draws[1].tester != last["p1"]


def test_without_testers_or_working_days_nothing_is_planned() -> None:
    with pytest.raises(RoundError, match="還沒有測試員"):
        plan([person("p1", "甲")], [])
    with pytest.raises(RoundError, match="沒有上班日"):
        plan([person("p1", "甲")], [person("t1", "乙")], days=[])


def test_a_tester_is_called_by_a_colleague_of_another_section() -> None:
    rota = [person("t1", "甲"), person("t2", "乙")]
    assert [draw.tester for draw in plan(rota, rota, days=[DAYS[0], DAYS[0] + timedelta(1)])] == ["t2", "t1"]
