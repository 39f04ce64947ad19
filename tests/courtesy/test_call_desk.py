"""A call at the desk: each key is stored before the next, only its tester writes, and the seal is final."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from bureau.problem import NotAllowed, Refused
from bureau.roles import ADMINISTRATOR, Actor, Role
from courtesy.call import Call, CallError, Outcome
from courtesy.desk import CallDesk
from courtesy.round import Draw, RoundError
from courtesy.scale import ScaleError
from quiz_bank.desk import QuizDesk
from tests.courtesy.conftest import NUMBER, Begin, reopened
from tests.courtesy.samples import OFFICIAL, PEOPLE, TRAINER, acting_tester, full_marks

RING, TONE, OWNER = "unit.speed.ring", "unit.manners.tone", "unit.content.owner"
SECTION_OF = {person.staff_no: person.section for person in PEOPLE}


class Key:
    """The tester of one call at the keyboard, a second between two keys."""

    def __init__(self, desk: CallDesk, draw: Draw, at: datetime) -> None:
        self.desk, self.by, self.now = desk, acting_tester(draw.tester), at
        self.id = desk.open_call(draw.round, draw.staff_no, by=self.by, at=at).id

    def __call__(self, act: Callable[..., Call], *given: object) -> Call:
        self.now += timedelta(seconds=1)
        return act(self.id, *given, by=self.by, at=self.now)

    def score_in_full(self) -> Call:
        self(self.desk.set_outcome, Outcome.REACHED)
        call = self.desk.call(self.id)
        for line, step in full_marks(call.parts).items():
            call = self(self.desk.mark, line, step)
        return call


@pytest.fixture
def first(drawn: list[Draw]) -> Draw:
    """The first drawn person whose own telephone is tested, not the switchboard."""
    return next(draw for draw in drawn if draw.staff_no != "0302")


@pytest.fixture
def key(desk: CallDesk, first: Draw, at: datetime) -> Key:
    return Key(desk, first, at)


# Opening


def test_a_call_belongs_to_the_owner_of_the_extension_and_keeps_the_section(
    desk: CallDesk, first: Draw, key: Key
) -> None:
    call = desk.call(key.id)
    assert (call.person, call.section, call.parts) == (first.staff_no, SECTION_OF[first.staff_no], ("unit",))
    assert (call.scale, call.sealed, call.marks) == (OFFICIAL.version, False, {})


def test_the_switchboard_is_tested_by_the_operators_part(desk: CallDesk, begin: Begin, at: datetime) -> None:
    everybody = desk.draw(begin(size=8).id, NUMBER, by=TRAINER, at=at)
    operator = next(draw for draw in everybody if draw.staff_no == "0302")
    assert desk.call(Key(desk, operator, at).id).parts == ("switchboard",)


def test_opening_again_gives_the_same_call_wherever_it_is_opened(
    desk: CallDesk, first: Draw, key: Key, at: datetime, elsewhere: Callable[[], CallDesk]
) -> None:
    half = key(desk.mark, TONE, "yes")
    later = at + timedelta(days=1)
    assert elsewhere().open_call(first.round, first.staff_no, by=key.by, at=later) == half
    assert len(desk.calls(first.round)) == 1


def test_two_windows_at_work_on_one_call_lose_no_mark(desk: CallDesk, key: Key, at: datetime) -> None:
    marks = full_marks(["unit"])
    here, there = list(marks)[::2], list(marks)[1::2]

    def fill_in(window: CallDesk, lines: list[str]) -> None:
        for _time in range(10):
            for step_of in (dict.fromkeys(lines), {line: marks[line] for line in lines}):
                for line, step in step_of.items():
                    window.mark(key.id, line, step, by=key.by, at=at)

    def other_window() -> None:
        with reopened(desk.office.store.path) as office:
            fill_in(CallDesk(office, QuizDesk(office)), there)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(other_window)
        fill_in(desk, here)
        done.result()
    assert desk.call(key.id).marks == marks


def test_who_moves_to_another_section_leaves_the_call_where_it_was(
    desk: CallDesk, first: Draw, key: Key, at: datetime
) -> None:
    person = desk.office.person(first.staff_no, date(2026, 11, 23))
    moved = person.model_copy(update={"section": "企劃服務科", "extension": "1399"})
    with desk.office.store.transaction():
        desk.office.ground.put_person(moved, since=date(2026, 11, 24))
    key.now = at + timedelta(days=2)
    key.score_in_full()
    done = key(desk.seal)
    assert (done.section, done.extension) == (person.section, person.extension)


def test_who_was_not_drawn_cannot_be_called(desk: CallDesk, first: Draw, key: Key, at: datetime) -> None:
    with pytest.raises(CallError, match="0303 不在這一回合的名單上"):
        desk.open_call(first.round, "0303", by=ADMINISTRATOR, at=at)


def test_before_the_draw_nobody_is_called(desk: CallDesk, begin: Begin, at: datetime) -> None:
    with pytest.raises(RoundError, match="還沒有抽籤"):
        desk.open_call(begin().id, "0101", by=ADMINISTRATOR, at=at)


def test_a_tester_who_moved_into_the_section_does_not_test_it(
    desk: CallDesk, first: Draw, at: datetime
) -> None:
    person = desk.office.person(first.tester, date(2026, 11, 23))
    moved = person.model_copy(update={"section": SECTION_OF[first.staff_no]})
    with desk.office.store.transaction():
        desk.office.ground.put_person(moved, since=date(2026, 11, 23))
    with pytest.raises(NotAllowed, match="不能測試自己的科室"):
        desk.open_call(first.round, first.staff_no, by=acting_tester(first.tester), at=at)


# Every key


def test_every_key_is_in_the_file_before_the_next(
    desk: CallDesk, key: Key, elsewhere: Callable[[], CallDesk]
) -> None:
    other = elsewhere()
    keys: list[Callable[[], Call]] = [
        lambda: key(desk.dial),
        lambda: key(desk.pick_up, 2),
        lambda: key(desk.set_timing, 5, 16),
        lambda: key(desk.mark, TONE, "no"),
        lambda: key(desk.mark, TONE, None),
        lambda: key(desk.answered_by, "代理人 李小姐"),
        lambda: desk.remark(key.id, "請再來電", by=key.by),
        lambda: key(desk.set_outcome, Outcome.CUT_OFF_IN_TRANSFER),
        lambda: desk.undo(key.id, by=key.by),
    ]
    for press in keys:
        shown = press()
        assert other.call(key.id) == shown


def test_undo_goes_back_key_by_key_also_after_a_crash(
    desk: CallDesk, key: Key, elsewhere: Callable[[], CallDesk]
) -> None:
    drafts = [
        desk.call(key.id),
        key(desk.dial),
        key(desk.pick_up, 3),
        key(desk.mark, OWNER, "most"),
    ]
    key(desk.mark, "unit.content.stand-in", "full")
    other = elsewhere()
    for before in reversed(drafts):
        assert other.undo(key.id, by=key.by) == before
    with pytest.raises(CallError, match="沒有可以復原的步驟"):
        other.undo(key.id, by=key.by)


def test_undo_takes_no_typed_words_away(desk: CallDesk, key: Key) -> None:
    key(desk.mark, TONE, "no")
    desk.remark(key.id, "語氣不耐煩", by=key.by)
    assert (desk.undo(key.id, by=key.by).remark, desk.call(key.id).marks) == ("語氣不耐煩", {})


def test_a_key_that_changes_nothing_is_nothing_to_undo(desk: CallDesk, key: Key) -> None:
    key(desk.mark, TONE, "yes")
    key(desk.mark, TONE, "yes")
    assert desk.undo(key.id, by=key.by).marks == {}


# The telephone


@pytest.mark.parametrize(("seconds", "step"), [(10.9, "r4"), (11, "r6"), (19, "r8"), (25, "late")])
def test_picking_up_counts_whole_seconds_and_fills_the_speed_line(
    desk: CallDesk, key: Key, seconds: float, step: str
) -> None:
    dialled = key(desk.dial).dialled_at
    assert dialled
    call = desk.pick_up(key.id, None, by=key.by, at=dialled + timedelta(seconds=seconds))
    assert (call.seconds, call.marks, call.outcome) == (int(seconds), {RING: step}, Outcome.REACHED)


def test_dialling_again_drops_the_timing_from_before(desk: CallDesk, key: Key) -> None:
    key(desk.dial)
    key(desk.pick_up, 9)
    call = key(desk.dial)
    assert (call.rings, call.seconds, call.picked_up_at, call.marks) == (None, None, None, {})


def test_nobody_picks_up_before_dialling_nor_by_a_clock_that_went_backwards(desk: CallDesk, key: Key) -> None:
    with pytest.raises(CallError, match="還沒有撥號"):
        key(desk.pick_up, 1)
    key(desk.dial)
    key.now -= timedelta(hours=1)
    with pytest.raises(CallError, match="時鐘倒退"):
        key(desk.pick_up, 1)
    assert desk.call(key.id).picked_up_at is None


# Who may


def test_another_tester_neither_sees_nor_writes_a_draft(desk: CallDesk, key: Key, at: datetime) -> None:
    other = next(acting_tester(each) for each in ("0103", "0203", "0301") if each != key.by.staff_no)
    for act, *given in ((desk.mark, TONE, "no"), (desk.dial,), (desk.set_outcome, None), (desk.seal,)):
        with pytest.raises(NotAllowed, match="指派給別的測試員"):
            act(key.id, *given, by=other, at=at)
    with pytest.raises(NotAllowed):
        desk.remark(key.id, "x", by=other)
    with pytest.raises(NotAllowed):
        desk.undo(key.id, by=other)
    with pytest.raises(NotAllowed):
        desk.call(key.id, by=other)
    assert desk.calls(by=other) == []


def test_the_person_sees_the_own_call_only_after_the_seal(desk: CallDesk, first: Draw, key: Key) -> None:
    person = Actor(staff_no=first.staff_no)
    with pytest.raises(NotAllowed):
        desk.call(key.id, by=person)
    key.score_in_full()
    done = key(desk.seal)
    assert desk.call(key.id, by=person) == done
    head = Actor(staff_no="9999", roles=frozenset({Role.STAFF, Role.HEAD}))
    assert desk.calls(by=head) == desk.calls(by=TRAINER) == [done]
    assert desk.calls(by=Actor(staff_no="0303")) == []


# The seal


def test_a_sealed_call_leaves_the_list_of_those_to_be_made(desk: CallDesk, first: Draw, key: Key) -> None:
    key.score_in_full()
    done = key(desk.seal)
    assert (done.score, done.band) == (Decimal("100.00"), "優良")
    assert first.staff_no not in {draw.staff_no for draw in desk.waiting(by=ADMINISTRATOR)}
    assert desk.progress()[first.round] == {"drawn": 4, "begun": 1, "sealed": 1, "reached": 1}
    assert desk.sealed(date(2026, 11, 23), date(2026, 11, 23)) == desk.calls_of(first.staff_no) == [done]
    assert desk.sealed(date(2026, 11, 24), date(2026, 11, 30)) == []


def test_a_call_is_sealed_once(desk: CallDesk, key: Key) -> None:
    key(desk.set_outcome, Outcome.NO_ANSWER)
    desk.remark(key.id, "全週出差", by=key.by)
    key(desk.seal)
    with pytest.raises(CallError, match="已經封存"):
        key(desk.seal)
    assert [entry.subject for entry in desk.office.journal() if entry.act == "call.seal"] == [key.id]


def test_the_journal_holds_score_band_and_digest_of_a_sealed_call(desk: CallDesk, key: Key) -> None:
    key.score_in_full()
    done = key(desk.seal)
    expected = {"score": "100.00", "band": "優良", "digest": done.digest()}
    assert desk.office.evidence("call.seal")[key.id] == expected


def test_a_seal_is_by_the_rules_of_the_day_of_the_call(desk: CallDesk, key: Key) -> None:
    key.score_in_full()
    version = desk.office.rules(date(2026, 11, 23)).version
    assert key(desk.seal).rules == version


def test_what_fails_half_way_leaves_nothing_of_it(desk: CallDesk, key: Key) -> None:
    before, entries = desk.call(key.id), len(list(desk.office.journal()))

    def record() -> None:
        with desk.office.store.transaction():
            key(desk.set_outcome, Outcome.REACHED)
            key(desk.mark, RING, "r4")
            key(desk.mark, TONE, "perhaps")

    with pytest.raises(ScaleError):
        record()
    assert desk.call(key.id) == before
    assert len(list(desk.office.journal())) == entries
    with pytest.raises(CallError, match="沒有可以復原"):
        desk.undo(key.id, by=key.by)


def test_a_call_that_is_not_there_is_said(desk: CallDesk) -> None:
    with pytest.raises(Refused, match="沒有編號 A99 的通話紀錄"):
        desk.call("A99")
