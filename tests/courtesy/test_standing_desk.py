"""Standings are counted from sealed calls only, in Taipei's days, and shown to those who may see them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bureau.calendar import Period
from bureau.office import Office
from bureau.problem import NotAllowed, Refused
from bureau.roles import ADMINISTRATOR, Actor, Role
from courtesy.call import Outcome
from courtesy.desk import CallDesk
from courtesy.round import Draw
from courtesy.standing_desk import StandingDesk
from tests.courtesy.samples import TRAINER, acting_tester, full_marks

YEAR = Period.parse("115")
TODAY = date(2026, 11, 23)
HEAD = Actor(staff_no="0201", roles=frozenset({Role.STAFF, Role.HEAD}))
STAFF = Actor(staff_no="0101", roles=frozenset({Role.STAFF}))


@pytest.fixture
def standing(desk: CallDesk) -> StandingDesk:
    return StandingDesk(desk)


Seal = Callable[..., str]


@pytest.fixture
def seal(desk: CallDesk, drawn: list[Draw], at: datetime) -> Seal:
    """Make and seal the call to one of the drawn."""

    def make(place: int, outcome: Outcome = Outcome.REACHED, moment: datetime = at) -> str:
        draw = drawn[place]
        call = desk.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=moment)
        desk.dial(call.id, by=ADMINISTRATOR, at=moment)
        if outcome is Outcome.REACHED:
            desk.pick_up(call.id, 2, by=ADMINISTRATOR, at=moment + timedelta(seconds=5))
            for line, step in full_marks(call.parts, desk.scale(call.scale)).items():
                if line not in desk.call(call.id, by=ADMINISTRATOR).marks:
                    desk.mark(call.id, line, step, by=ADMINISTRATOR, at=moment)
        else:
            desk.set_outcome(call.id, outcome, by=ADMINISTRATOR, at=moment)
            desk.remark(call.id, "不再試。", by=ADMINISTRATOR)
        desk.seal(call.id, by=ADMINISTRATOR, at=moment + timedelta(minutes=5))
        return draw.staff_no

    return make


def test_sections_count_what_is_sealed(standing: StandingDesk, seal: Seal) -> None:
    seal(0)
    seal(1, Outcome.BUSY)
    found = standing.sections(YEAR, by=TRAINER, today=TODAY)
    assert (found.office.calls, found.office.reached) == (2, 1)
    assert [one.section for one in found.results] == ["房屋稅科", "土地稅科", "企劃服務科"]
    assert found.low_below == Decimal("70.00")


def test_a_section_alone_is_the_same_as_in_the_table(standing: StandingDesk, seal: Seal) -> None:
    seal(0)
    for one in standing.sections(YEAR, by=HEAD, today=TODAY).results:
        assert standing.section(one.section, YEAR, by=HEAD, today=TODAY) == one


def test_persons_and_sections_agree(standing: StandingDesk, seal: Seal) -> None:
    for place in range(4):
        seal(place)
    for one in standing.sections(YEAR, by=HEAD, today=TODAY).results:
        people = standing.persons(one.section, YEAR, by=HEAD, today=TODAY)
        assert sum(person.counted.calls for person in people) == one.counted.calls
        assert [person.staff_no for person in people] == sorted(person.staff_no for person in people)


def test_a_day_ends_when_it_ends_in_taipei(standing: StandingDesk, seal: Seal) -> None:
    # 16:30 UTC on 30 November is already December in Taipei.
    seal(0, Outcome.REACHED, datetime(2026, 11, 30, 16, 30, tzinfo=UTC))
    last = date(2026, 12, 2)
    november, december = Period.parse("115M11"), Period.parse("115M12")
    assert standing.sections(november, by=TRAINER, today=last).office.calls == 0
    assert standing.sections(december, by=TRAINER, today=last).office.calls == 1


def test_everybody_sees_the_own_result_and_nobody_elses(standing: StandingDesk, seal: Seal) -> None:
    staff_no = seal(0)
    own = Actor(staff_no=staff_no, roles=frozenset({Role.STAFF}))
    assert standing.person(staff_no, YEAR, by=own, today=TODAY).counted.reached == 1
    other = STAFF if staff_no != "0101" else Actor(staff_no="0102", roles=frozenset({Role.STAFF}))
    with pytest.raises(NotAllowed):
        standing.person(staff_no, YEAR, by=other, today=TODAY)


@pytest.mark.parametrize("by", [STAFF, acting_tester("0103")], ids=["staff", "tester"])
def test_staff_and_testers_see_no_sections(standing: StandingDesk, by: Actor) -> None:
    for ask in (
        lambda: standing.sections(YEAR, by=by, today=TODAY),
        lambda: standing.section("房屋稅科", YEAR, by=by, today=TODAY),
        lambda: standing.persons("房屋稅科", YEAR, by=by, today=TODAY),
        lambda: standing.run(YEAR, by=by, today=TODAY),
        lambda: standing.funnel(YEAR, by=by, today=TODAY),
        lambda: standing.flows(YEAR, by=by),
        lambda: standing.testers(YEAR, by=by, today=TODAY),
    ):
        with pytest.raises(NotAllowed):
            ask()


def test_a_head_does_not_see_testers_forms(standing: StandingDesk) -> None:
    with pytest.raises(NotAllowed):
        standing.testers(YEAR, by=HEAD, today=TODAY)


def test_an_unknown_section_is_refused_by_name(standing: StandingDesk) -> None:
    with pytest.raises(Refused, match="沒有這科"):
        standing.persons("沒有這科", YEAR, by=TRAINER, today=TODAY)


def test_the_flow_follows_the_drawn(standing: StandingDesk, seal: Seal, drawn: list[Draw]) -> None:
    seal(0)
    seal(1, Outcome.NO_ANSWER)
    flow = standing.flows(YEAR, by=TRAINER).total
    assert (flow.drawn, flow.not_called, flow.sealed, flow.reached, flow.scored) == (5, 3, 2, 1, 1)
    assert flow.outcomes[Outcome.NO_ANSWER] == 1


def test_the_run_chart_has_a_point_for_the_month(standing: StandingDesk, seal: Seal) -> None:
    seal(0)
    chart = standing.run(YEAR, by=TRAINER, today=TODAY)
    assert [point.period.code for point in chart.points] == ["115M11"]


def test_testers_forms_are_counted(standing: StandingDesk, seal: Seal, drawn: list[Draw]) -> None:
    seal(0)
    found = standing.testers(YEAR, by=TRAINER, today=TODAY)
    assert [(one.tester, one.forms) for one in found] == [(drawn[0].tester, 1)]
    assert found[0].fast.n == 1


def test_a_standing_reads_the_index_alone(office: Office, standing: StandingDesk) -> None:
    from courtesy.standing_store import _COUNTED, OFFICIAL

    plan = office.store.rows(
        f"""EXPLAIN QUERY PLAN SELECT {_COUNTED} FROM {OFFICIAL} WHERE official.section = :section
            AND official.sealed_at >= :since AND official.sealed_at < :before""",
        section="房屋稅科",
        since="2026",
        before="2027",
        low_below=7000,
    )
    assert "COVERING INDEX call_of_section" in plan[0]["detail"]
