"""A round at the desk: the frame it is committed to, the draw, exclusions, and the published proof."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from bureau.people import Leave
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR, Actor, Role
from courtesy.call import Outcome
from courtesy.desk import CallDesk
from courtesy.draw import Certificate, DrawError, difference
from courtesy.rota import Duty
from courtesy.rota_desk import RotaDesk
from courtesy.round import NOON, Draw, RoundError, RoundState
from courtesy.scale import ScaleError
from tests.courtesy.conftest import FIRST, LAST, NUMBER, Begin, Publish
from tests.courtesy.samples import OFFICIAL, PEOPLE, TESTERS, TRAINER, acting_tester, full_marks

EVERYBODY = {person.staff_no for person in PEOPLE if person.extension}
STAFF = Actor(staff_no="0101", name="王小明")


def away(desk: CallDesk, staff_no: str, first: date, last: date) -> None:
    with desk.office.store.transaction():
        desk.office.ground.put_leave(Leave(staff_no=staff_no, first=first, last=last, kind="病假"))


def frame(desk: CallDesk) -> dict[str, int]:
    """Who can be drawn in 115H2, with how many tickets."""
    return {each.staff_no: each.weight for each in desk.frame(FIRST, "115H2")}


# The frame


def test_everybody_with_an_extension_can_be_drawn(desk: CallDesk) -> None:
    assert frame(desk) == dict.fromkeys(EVERYBODY, 1)


def test_who_is_on_leave_or_has_left_cannot_be_drawn(desk: CallDesk) -> None:
    away(desk, "0101", FIRST - timedelta(days=1), FIRST)
    with desk.office.store.transaction():
        desk.office.ground.set_left("0102", FIRST - timedelta(days=1))
    assert frame(desk).keys() == EVERYBODY - {"0101", "0102"}


def test_the_frame_of_a_round_stands_in_the_one_order(begin: Begin) -> None:
    numbers = [each.staff_no for each in begin().frame]
    assert numbers == sorted(EVERYBODY)


def test_a_low_result_this_year_holds_a_second_ticket(
    desk: CallDesk, drawn: list[Draw], begin: Begin, at: datetime
) -> None:
    first = drawn[0]
    call = desk.open_call(first.round, first.staff_no, by=ADMINISTRATOR, at=at)
    desk.set_outcome(call.id, Outcome.REACHED, by=ADMINISTRATOR, at=at)
    for placed in OFFICIAL.lines(call.parts):
        desk.mark(call.id, placed.id, placed.line.steps[-1].key, by=ADMINISTRATOR, at=at)
    desk.remark(call.id, "未報單位", by=ADMINISTRATOR)
    assert desk.seal(call.id, by=ADMINISTRATOR, at=at).band == "成績不佳"
    weights = {each.staff_no: each.weight for each in begin(period="115M12").frame}
    assert weights[first.staff_no] == 2
    assert set(weights.values()) == {1, 2}


def test_whoever_has_no_score_this_year_may_hold_a_second_ticket(
    desk: CallDesk, drawn: list[Draw], begin: Begin, at: datetime, publish: Publish
) -> None:
    """The larger of two numbers counts; a call that reached nobody leaves a person untested."""
    publish(weight_untested=3)
    reached, missed = drawn[:2]
    for draw, outcome in ((reached, Outcome.REACHED), (missed, Outcome.NO_ANSWER)):
        call = desk.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=at)
        desk.set_outcome(call.id, outcome, by=ADMINISTRATOR, at=at)
        if outcome is Outcome.REACHED:
            for line, step in full_marks(call.parts).items():
                desk.mark(call.id, line, step, by=ADMINISTRATOR, at=at)
        desk.remark(call.id, "不再試。", by=ADMINISTRATOR)
        desk.seal(call.id, by=ADMINISTRATOR, at=at)
    weights = {each.staff_no: each.weight for each in begin(period="115M12").frame}
    assert weights.pop(reached.staff_no) == 1
    assert set(weights.values()) == {3}


def test_nobody_is_drawn_twice_in_a_period_and_those_drawn_this_year_come_last(
    desk: CallDesk, drawn: list[Draw], begin: Begin, at: datetime
) -> None:
    before = {draw.staff_no for draw in drawn}
    other = desk.draw(begin(period="115Q4").id, NUMBER, by=TRAINER, at=at)
    assert not before & {draw.staff_no for draw in other}
    with pytest.raises(DrawError, match="可抽的只有 4 人，不足 5 人"):
        begin(size=5)


def test_whoever_was_excluded_was_not_drawn_and_can_be_drawn_again(
    desk: CallDesk, drawn: list[Draw], begin: Begin, at: datetime
) -> None:
    gone = drawn[0]
    desk.exclude(gone.round, gone.staff_no, "長期出差", by=TRAINER, at=at)
    frame = {one.staff_no: one for one in begin(size=3).frame}
    assert (frame[gone.staff_no].drawn_this_period, frame[gone.staff_no].drawn_this_year) == (0, 0)
    stayed = frame[drawn[1].staff_no]
    assert (stayed.drawn_this_period, stayed.drawn_this_year) == (1, 1)


# Beginning a round


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"size": 0}, DrawError, "至少要抽 1 人"),
        ({"size": 200_000}, DrawError, "可抽的只有 8 人，不足 200000 人"),
        ({"last": FIRST - timedelta(days=1)}, RoundError, "結束日早於開始日"),
        ({"first": date(2026, 11, 28), "last": date(2026, 11, 29)}, RoundError, "沒有上班日"),
        ({"scale": "nothing"}, ScaleError, "沒有「nothing」這個量表"),
        ({"by": STAFF}, NotAllowed, "訓練承辦人"),
        ({"by": acting_tester("0103")}, NotAllowed, "訓練承辦人"),
    ],
    ids="nobody many backwards weekend scale staff tester".split(),  # noqa: SIM905
)
def test_a_round_that_cannot_be_leaves_nothing_behind(
    desk: CallDesk, begin: Begin, given: dict[str, object], error: type[Exception], said: str
) -> None:
    before = desk.office.fingerprint()
    with pytest.raises(error, match=said):
        begin(**given)
    assert desk.rounds() == []
    assert desk.office.fingerprint() == before


def test_the_journal_holds_the_commitment_before_anything_is_drawn(desk: CallDesk, begin: Begin) -> None:
    made = begin()
    assert made.state is RoundState.COMMITTED
    assert desk.office.evidence("round.new")[made.id]["commitment"] == made.commitment
    assert made.salt not in json.dumps(list(desk.office.evidence("round.new").values()))


# Drawing


def test_a_drawn_round_has_its_number_of_people_each_with_tester_day_and_window(
    desk: CallDesk, drawn: list[Draw]
) -> None:
    assert len(drawn) == 4
    sections = {person.staff_no: person.section for person in PEOPLE}
    for draw in drawn:
        assert draw.tester in TESTERS
        assert sections[draw.tester] != sections[draw.staff_no]
        assert FIRST <= draw.day <= LAST
    assert desk.round(drawn[0].round).public_number == NUMBER


def test_a_draw_that_nobody_may_call_writes_nothing(desk: CallDesk, begin: Begin, at: datetime) -> None:
    made = begin()
    with desk.office.store.transaction():
        for staff_no in TESTERS[1:]:
            desk.office.ground.drop_role(staff_no, Role.TESTER)
    with pytest.raises(RoundError, match="沒有人可以測試") as refusal:
        desk.draw(made.id, NUMBER, by=TRAINER, at=at)
    assert "不得測試自己的科室" in str(refusal.value)
    assert desk.round(made.id).state is RoundState.COMMITTED
    assert desk.draws(made.id, by=ADMINISTRATOR) == []


def test_a_refused_draw_names_the_drawn_to_the_administrator_alone(
    desk: CallDesk, begin: Begin, at: datetime
) -> None:
    made = begin(size=8)
    with desk.office.store.transaction():
        for staff_no in TESTERS[1:]:
            desk.office.ground.drop_role(staff_no, Role.TESTER)
    with pytest.raises(RoundError) as refusal:
        desk.draw(made.id, NUMBER, by=TRAINER, at=at)
    said = "\n".join(refusal.value.lines())
    assert "抽中的人有 3 位" in said
    assert "王小明" not in said
    with pytest.raises(RoundError) as refusal:
        desk.draw(made.id, NUMBER, by=ADMINISTRATOR, at=at)
    assert "王小明" in "\n".join(refusal.value.lines())


def test_a_round_drawn_late_plans_no_call_on_a_day_that_is_over(
    desk: CallDesk, begin: Begin, at: datetime
) -> None:
    thursday = at + timedelta(days=3)
    assert all(
        draw.day >= date(2026, 11, 26) for draw in desk.draw(begin().id, NUMBER, by=TRAINER, at=thursday)
    )


def test_until_the_round_is_closed_a_tester_sees_the_own_calls_only(
    desk: CallDesk, drawn: list[Draw]
) -> None:
    round_id = drawn[0].round
    for staff_no in TESTERS:
        own = [draw for draw in drawn if draw.tester == staff_no]
        assert desk.draws(round_id, by=acting_tester(staff_no)) == own
        assert {draw.staff_no for draw in desk.waiting(by=acting_tester(staff_no))} == {
            one.staff_no for one in own
        }
    assert desk.draws(round_id, by=ADMINISTRATOR) == drawn
    assert desk.draws(round_id, by=TRAINER) == desk.draws(round_id, by=STAFF) == []


# The rota


def test_calls_go_to_those_on_duty_and_a_changed_rota_leaves_planned_calls(
    desk: CallDesk, begin: Begin, at: datetime
) -> None:
    rota = RotaDesk(desk.office)
    for staff_no in TESTERS[:2]:
        rota.put(Duty(staff_no=staff_no, first=FIRST, last=LAST), by=TRAINER, at=at)
    draws = desk.draw(begin().id, NUMBER, by=TRAINER, at=at)
    assert {draw.tester for draw in draws} <= set(TESTERS[:2])
    rota.drop(TESTERS[0], FIRST, by=TRAINER, at=at)
    assert desk.draws(draws[0].round, by=ADMINISTRATOR) == draws


def test_calls_of_another_open_round_keep_their_half_hours(
    desk: CallDesk, begin: Begin, at: datetime
) -> None:
    first = desk.draw(begin(size=4, last=FIRST).id, NUMBER, by=TRAINER, at=at)
    second = desk.draw(begin(size=4, last=FIRST).id, NUMBER, by=TRAINER, at=at)
    slots = [(draw.tester, draw.day, draw.window) for draw in [*first, *second]]
    assert len(set(slots)) == len(slots)


def test_whom_nobody_could_call_is_said_before_the_draw(desk: CallDesk, begin: Begin, at: datetime) -> None:
    made = begin()
    assert desk.obstacles(made.id, FIRST) == []
    with desk.office.store.transaction():
        for staff_no in TESTERS[1:]:
            desk.office.ground.drop_role(staff_no, Role.TESTER)
    said = [problem.what for problem in desk.obstacles(made.id, FIRST)]
    assert said == ["沒有人可以測試 王小明、李堃、陳秋月（房屋稅科）。"]
    with desk.office.store.transaction():
        desk.office.ground.drop_role(TESTERS[0], Role.TESTER)
    assert [problem.what for problem in desk.obstacles(made.id, FIRST)] == [
        "還沒有測試員，不能排定誰打電話。"
    ]


def test_noon_is_called_in_a_time_of_collection_if_the_office_says_so(
    desk: CallDesk, begin: Begin, at: datetime, publish: Publish
) -> None:
    publish(noon_in_collection=True, per_person=100)
    windows = set()
    for _round in range(9):
        windows |= {draw.window for draw in desk.draw(begin(size=8).id, NUMBER, by=TRAINER, at=at)}
    assert windows & set(NOON)


# A clock that goes backwards


def test_nothing_is_written_down_as_done_before_what_it_follows(
    desk: CallDesk, begin: Begin, at: datetime
) -> None:
    made, before = begin(), at - timedelta(minutes=1)
    with pytest.raises(RoundError, match="早於這一回合承諾的時間"):
        desk.draw(made.id, NUMBER, by=TRAINER, at=before)
    assert desk.round(made.id).state is RoundState.COMMITTED
    first, *_others = desk.draw(made.id, NUMBER, by=TRAINER, at=at)
    fingerprint = desk.office.fingerprint()
    with pytest.raises(RoundError, match="早於這一回合抽籤的時間"):
        desk.exclude(made.id, first.staff_no, "離職", by=TRAINER, at=before)
    with pytest.raises(RoundError, match="早於這一回合抽籤的時間"):
        desk.close_round(made.id, by=TRAINER, at=before)
    assert desk.office.fingerprint() == fingerprint
    assert desk.round(made.id).state is RoundState.DRAWN


@pytest.mark.parametrize("round_id", ["A1", ""])
def test_a_round_that_was_never_committed_to_reveals_nothing(
    desk: CallDesk, at: datetime, round_id: str
) -> None:
    with pytest.raises(RoundError, match="沒有編號"):
        desk.close_round(round_id, by=TRAINER, at=at)


# A tester who cannot call


def test_a_tester_who_cannot_call_hands_over_what_is_not_begun_and_nothing_else(
    desk: CallDesk, drawn: list[Draw], at: datetime
) -> None:
    [(ill, _count)] = Counter(draw.tester for draw in drawn).most_common(1)
    first, *waiting = [draw for draw in drawn if draw.tester == ill]
    begun = desk.open_call(first.round, first.staff_no, by=ADMINISTRATOR, at=at)
    counts = desk.hand_over(begun.round, ill, "病假", by=TRAINER, at=at)
    after = {draw.staff_no: draw for draw in desk.draws(begun.round, by=ADMINISTRATOR)}
    assert sum(counts.values()) == len(waiting)
    assert ill not in counts
    assert after[first.staff_no] == first
    for draw in drawn:
        if draw == first:
            continue
        now = after[draw.staff_no]
        assert (now.order, now.ticket) == (draw.order, draw.ticket)
        assert now == draw if draw.tester != ill else now.tester != ill
    sections = {person.staff_no: person.section for person in desk.office.ground.people_on(at.date())}
    assert all(sections[after[draw.staff_no].tester] != sections[draw.staff_no] for draw in waiting)
    halves = [(draw.tester, draw.day, draw.window) for draw in after.values()]
    assert len(set(halves)) == len(halves)
    assert desk.verify() == []


def test_nobody_hands_over_their_own_calls_or_without_a_reason(
    desk: CallDesk, drawn: list[Draw], at: datetime
) -> None:
    ill = drawn[0].tester
    own = Actor(staff_no=ill, name="測", roles=frozenset({Role.TRAINER, Role.TESTER}))
    with pytest.raises(NotAllowed):
        desk.hand_over(drawn[0].round, ill, "忙", by=own, at=at)
    with pytest.raises(RoundError, match="原因"):
        desk.hand_over(drawn[0].round, ill, " ", by=TRAINER, at=at)
    assert desk.draws(drawn[0].round, by=ADMINISTRATOR) == drawn


def test_where_nobody_else_may_call_nothing_is_handed_over(
    desk: CallDesk, drawn: list[Draw], at: datetime
) -> None:
    with pytest.raises(RoundError, match="沒有還沒開始打的電話"):
        desk.hand_over(drawn[0].round, "9999", "病假", by=TRAINER, at=at)


# Exclusions


def test_an_exclusion_calls_up_the_next_and_leaves_the_others(
    desk: CallDesk, drawn: list[Draw], at: datetime
) -> None:
    gone, *others = drawn
    (added,) = desk.exclude(gone.round, gone.staff_no, "住院", by=TRAINER, at=at)
    assert added.staff_no not in {draw.staff_no for draw in drawn}
    now = desk.draws(gone.round, by=ADMINISTRATOR)
    assert [draw for draw in now if draw in drawn] == others
    assert [draw.excluded for draw in now if draw.staff_no == gone.staff_no] == ["住院"]


def test_a_substitute_is_called_on_a_day_that_is_still_to_come(
    desk: CallDesk, drawn: list[Draw], at: datetime
) -> None:
    (added,) = desk.exclude(drawn[0].round, drawn[0].staff_no, "住院", by=TRAINER, at=at + timedelta(days=3))
    assert added.day >= date(2026, 11, 26)


def test_where_everybody_was_drawn_an_exclusion_calls_up_nobody(
    desk: CallDesk, begin: Begin, at: datetime
) -> None:
    first, *_others = desk.draw(begin(size=8).id, NUMBER, by=TRAINER, at=at)
    assert desk.exclude(first.round, first.staff_no, "離職", by=TRAINER, at=at) == []
    assert len(desk.waiting(by=ADMINISTRATOR)) == 7
    assert desk.verify() == []


def test_who_was_excluded_does_not_count_as_drawn(desk: CallDesk, drawn: list[Draw], at: datetime) -> None:
    gone, *others = drawn
    desk.exclude(gone.round, gone.staff_no, "住院", by=TRAINER, at=at)
    times = {
        each.staff_no: (each.drawn_this_year, each.drawn_this_period) for each in desk.frame(FIRST, "115H2")
    }
    assert times[gone.staff_no] == (0, 0)
    assert {times[draw.staff_no] for draw in others} == {(1, 1)}
    assert {each.drawn_this_period for each in desk.frame(FIRST, "115H1")} == {0}


@pytest.mark.parametrize("reason", ["", "  ", "\u200e"])
def test_an_exclusion_needs_a_reason(desk: CallDesk, drawn: list[Draw], at: datetime, reason: str) -> None:
    with pytest.raises(RoundError, match="沒有寫原因"):
        desk.exclude(drawn[0].round, drawn[0].staff_no, reason, by=TRAINER, at=at)


def test_only_who_is_on_the_list_and_not_begun_can_be_excluded(
    desk: CallDesk, drawn: list[Draw], at: datetime
) -> None:
    first = drawn[0]
    with pytest.raises(RoundError, match="0303 不在這一回合的名單上"):
        desk.exclude(first.round, "0303", "離職", by=TRAINER, at=at)
    desk.open_call(first.round, first.staff_no, by=ADMINISTRATOR, at=at)
    with pytest.raises(RoundError, match="已經開始"):
        desk.exclude(first.round, first.staff_no, "離職", by=TRAINER, at=at)


# The proof


def test_the_certificate_of_a_closed_round_holds_and_needs_no_office(
    desk: CallDesk, drawn: list[Draw], at: datetime, elsewhere: Callable[[], CallDesk]
) -> None:
    round_id = drawn[0].round
    desk.exclude(round_id, drawn[1].staff_no, "住院", by=TRAINER, at=at)
    with pytest.raises(RoundError, match="還沒有結束"):
        desk.certificate(round_id)
    with pytest.raises(RoundError, match="還有 4 通沒有封存"):
        desk.close_round(round_id, by=TRAINER, at=at)
    desk.close_round(round_id, by=TRAINER, at=at + timedelta(days=9))
    written = elsewhere().certificate(round_id).model_dump_json()
    assert difference(Certificate.model_validate_json(written)) is None
    assert desk.draws(round_id, by=STAFF) != []
