"""Who calls whom, when: nobody the own section, nobody the same person twice running, the load even."""

import hashlib
from collections import Counter
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bureau.calendar import OfficeCalendar
from bureau.people import Person
from courtesy.draw import Drawn
from courtesy.round import WINDOWS, Draw, RoundError, assigned

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
) -> list[Draw]:
    everybody = {one.staff_no: one for one in people}
    return assigned("A1", drawn_of(people), everybody, testers, last_tester=last or {}, days=days, load=load)


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


# What cannot be planned


def test_testers_of_one_section_only_are_said_to_be_so() -> None:
    with pytest.raises(RoundError) as refusal:
        plan([person("p1", "甲")], [person("t1", "甲"), person("t2", "甲")])
    assert refusal.value.what == "沒有人可以測試 同仁p1（甲）。"
    assert refusal.value.remedy == "測試員都在同一科室，請加派其他科室的測試員。"


def test_the_only_tester_who_called_the_last_time_is_said_to_be_so() -> None:
    with pytest.raises(RoundError) as refusal:
        plan([person("p1", "甲")], [person("t1", "乙"), person("t2", "甲")], last={"p1": "t1"})
    assert refusal.value.remedy == "可以測試的人上次剛測過，請再加派一位測試員。"


def test_without_testers_or_working_days_nothing_is_planned() -> None:
    with pytest.raises(RoundError, match="還沒有測試員"):
        plan([person("p1", "甲")], [])
    with pytest.raises(RoundError, match="沒有上班日"):
        plan([person("p1", "甲")], [person("t1", "乙")], days=[])


def test_a_tester_is_called_by_a_colleague_of_another_section() -> None:
    rota = [person("t1", "甲"), person("t2", "乙")]
    assert [draw.tester for draw in plan(rota, rota, days=[DAYS[0], DAYS[0] + timedelta(1)])] == ["t2", "t1"]
