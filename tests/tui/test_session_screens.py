"""A trainer holds a session on screen: prints, reads codes, closes, follows up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from bureau.roles import ADMINISTRATOR
from courtesy.call import Outcome
from tests.conftest import MOMENT
from tests.tui.conftest import Clock, House, running, screen_text, seen, steady
from training.session import SessionKind, Status
from training.session_plan import AgendaTopic
from tui.desks import Desks

TRAINER = "0304"
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)


@pytest.fixture
def session_file(office_file: Path) -> Path:
    """The office with a session that began an hour ago, and one bad call."""
    with Desks.open(office_file, steady) as desks:
        draw = desks.calls.waiting(by=ADMINISTRATOR)[0]
        call = desks.calls.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=MOMENT)
        desks.calls.set_outcome(call.id, Outcome.REACHED, by=ADMINISTRATOR, at=MOMENT)
        for placed in desks.calls.scale(call.scale).lines(call.parts):
            if placed.line.code != "stand-in":
                step = placed.line.steps[0 if placed.line.critical else -1]
                desks.calls.mark(call.id, placed.id, step.key, by=ADMINISTRATOR, at=MOMENT)
        desks.calls.seal(call.id, by=ADMINISTRATOR, at=MOMENT + timedelta(minutes=2))
        session = desks.training.add_session(
            title="下半年為民服務訓練講習",
            day=date(2026, 11, 23),
            start=time(9),
            end=time(12),
            place="三樓會議室",
            by=ADMINISTRATOR,
            at=MOMENT,
        )
        people = [person.staff_no for person in desks.people.people_on(session.day)]
        desks.training.expect(session.id, people, by=ADMINISTRATOR, at=MOMENT)
    return office_file


@asynccontextmanager
async def at_the_list(
    house: House, file: Path, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[Any]]:
    async with running(house(TRAINER, file), size) as pilot:
        await pilot.press("4")
        await seen(pilot, "下半年為民服務訓練講習")
        await pilot.press("enter")
        await seen(pilot, "已登錄 0/12")
        yield pilot


@asynccontextmanager
async def at_the_scanner(
    house: House, file: Path, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[Any]]:
    async with at_the_list(house, file, size) as pilot:
        await pilot.press("s")
        await seen(pilot, "還沒有登錄")
        yield pilot


@asynccontextmanager
async def at_a_part(
    house: House, file: Path, part: int, heading: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[Any]]:
    async with at_the_list(house, file, size) as pilot:
        await pilot.press("d")
        await seen(pilot, "籌備與後續")
        await seen(pilot, "已登錄 0 張")
        await pilot.press(*["down"] * part, "enter")
        await seen(pilot, heading)
        yield pilot


async def typed(pilot: Pilot[Any], text: str) -> None:
    await pilot.press(*text, "enter")


async def fill_in(pilot: Pilot[Any], text: str) -> None:
    """Replace the text of the field that has the focus, and finish."""
    field: Any = pilot.app.focused
    field.value = text
    await pilot.press("f2")


# Reading codes


@SIZES
async def test_rows_are_read_one_after_the_other(
    house: House, session_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with at_the_scanner(house, session_file, size) as pilot:
        await typed(pilot, "1")
        await seen(pilot, "已登錄 1/12　在場 1")
        await typed(pilot, "12")
        await seen(pilot, "已登錄 2/12　在場 2")
        assert screen_text(pilot.app) == snapshot


async def test_a_code_of_the_sheet_brings_its_row_back(house: House, session_file: Path) -> None:
    with Desks.open(session_file, steady) as desks:
        session = desks.training.sessions()[0]
        code = desks.sign_in.issue(session.id, by=ADMINISTRATOR, at=MOMENT).code(3)
    async with at_the_scanner(house, session_file) as pilot:
        await typed(pilot, code.lower())
        assert "第 3 列" in await seen(pilot, "簽到　10:00－")


async def test_the_second_reading_is_the_leaving(house: House, session_file: Path, clock: Clock) -> None:
    async with at_the_scanner(house, session_file) as pilot:
        await typed(pilot, "1")
        await seen(pilot, "在場 1")
        clock.advance(3600)
        await typed(pilot, "1")
        await seen(pilot, "簽退　10:00－11:00")
        await seen(pilot, "在場 0")


async def test_a_slip_is_said_without_a_window(house: House, session_file: Path) -> None:
    async with at_the_scanner(house, session_file) as pilot:
        await typed(pilot, "1")
        await seen(pilot, "在場 1")
        await typed(pilot, "1")
        await seen(pilot, "這一次不算簽退")
        await typed(pilot, "2")
        await seen(pilot, "在場 2")


async def test_the_last_row_is_taken_back(house: House, session_file: Path) -> None:
    async with at_the_scanner(house, session_file) as pilot:
        await typed(pilot, "1")
        await seen(pilot, "在場 1")
        await pilot.press("f3")
        await seen(pilot, "已取消最後一筆")
        await seen(pilot, "已登錄 0/12")


async def test_rows_can_be_given_a_status_instead(house: House, session_file: Path) -> None:
    async with at_the_scanner(house, session_file) as pilot:
        await pilot.press("f2", "f2", "f2")
        await seen(pilot, "方式：請假")
        await typed(pilot, "4")
        await seen(pilot, "已登錄 1/12　在場 0")


async def test_somebody_who_was_taken_off_is_offered_again(house: House, session_file: Path) -> None:
    with Desks.open(session_file, steady) as desks:
        session = desks.training.sessions()[0]
        desks.sign_in.issue(session.id, by=ADMINISTRATOR, at=MOMENT)
        desks.training.unexpect(session.id, ["0101"], by=ADMINISTRATOR, at=MOMENT)
    async with running(house(TRAINER, session_file)) as pilot:
        await pilot.press("4")
        await seen(pilot, "下半年")
        await pilot.press("enter")
        await seen(pilot, "已登錄 0/11")
        await pilot.press("s")
        await seen(pilot, "還沒有登錄")
        await typed(pilot, "1")
        await seen(pilot, "已不在應到名單")
        await pilot.press("f4")
        await seen(pilot, "0101")
        await pilot.press("f2")
        await seen(pilot, "已登錄 1/12")


# Closing


async def test_closing_makes_attendances_of_what_was_read(
    house: House, session_file: Path, clock: Clock
) -> None:
    async with at_the_scanner(house, session_file) as pilot:
        await typed(pilot, "1")
        await seen(pilot, "在場 1")
        await pilot.press("escape")
        await seen(pilot, "刷條碼 1 人")
        await pilot.press("e")
        await seen(pilot, "其餘 11 人記為")
        await fill_in(pilot, "缺席")
        await seen(pilot, "還不能結束登錄")
        await pilot.press("enter")
        clock.advance(2 * 3600)
        await pilot.press("e")
        await seen(pilot, "其餘 11 人記為")
        await fill_in(pilot, "缺席")
        await seen(pilot, "已登錄 12/12　已結束登錄")
    with Desks.open(session_file, steady) as desks:
        session = desks.training.sessions()[0]
        given = [one.attendance for one in desks.training.expected(session.id)]
    assert [one.status for one in given if one].count(Status.ABSENT) == 11
    assert [one.minutes for one in given if one and one.status is Status.PRESENT] == [120]


async def test_a_status_key_keeps_the_times_that_were_signed(
    house: House, session_file: Path, clock: Clock
) -> None:
    async with at_the_scanner(house, session_file) as pilot:
        await typed(pilot, "1")
        await seen(pilot, "在場 1")
        await pilot.press("escape")
        await seen(pilot, "刷條碼 1 人")
        await pilot.press("1")
        await seen(pilot, "已登錄 1/12")
        assert " 120" in screen_text(pilot.app)


@pytest.mark.parametrize("key", ["0", "delete"])
async def test_a_mistaken_entry_is_taken_back(house: House, session_file: Path, key: str) -> None:
    async with at_the_list(house, session_file) as pilot:
        await pilot.press("3")
        await seen(pilot, "已登錄 1/12")
        await pilot.press("up", key)
        await seen(pilot, "已登錄 0/12")
        await seen(pilot, "已取消")


async def test_a_long_name_leaves_the_counts_on_the_screen(house: House, session_file: Path) -> None:
    with Desks.open(session_file, steady) as desks:
        session = desks.training.sessions()[0]
        title = "下半年為民服務訓練講習" * 6
        desks.training.change_session(session.id, title=title, by=ADMINISTRATOR, at=MOMENT)
    async with at_the_list(house, session_file) as pilot:
        assert "…　180 分鐘　已登錄 0/12" in screen_text(pilot.app)
        await pilot.press("s")
        await seen(pilot, "…　已登錄 0/12　在場 0")


@pytest.mark.parametrize(
    ("text", "said"), [("", "沒有填檔名"), ("/no/such/folder/sheet.csv", "沒有這個檔案")]
)
async def test_a_file_that_is_not_there_is_said_in_words(
    house: House, session_file: Path, text: str, said: str
) -> None:
    async with at_the_list(house, session_file) as pilot:
        await pilot.press("i")
        await seen(pilot, "匯入出席")
        await fill_in(pilot, text)
        await seen(pilot, said)


async def test_home_says_that_a_session_is_not_closed(house: House, session_file: Path, clock: Clock) -> None:
    with Desks.open(session_file, steady) as desks:
        session = desks.training.sessions()[0]
        desks.sign_in.read(session.id, "1", by=ADMINISTRATOR, at=MOMENT)
    clock.advance(3 * 3600)
    async with running(house(TRAINER, session_file)) as pilot:
        await seen(pilot, "還沒有結束登錄")


async def test_times_of_coming_and_going_can_be_typed(house: House, session_file: Path) -> None:
    async with at_the_list(house, session_file) as pilot:
        await pilot.press("m")
        await seen(pilot, "到場時間")
        await pilot.press("enter", *"0930", "enter", *"1100", "enter")
        await seen(pilot, "已登錄 1/12")
        assert " 90" in screen_text(pilot.app)


async def test_a_section_is_put_on_the_list(house: House, session_file: Path) -> None:
    with Desks.open(session_file, steady) as desks:
        desks.training.add_session(
            title="補訓",
            day=date(2026, 12, 1),
            start=time(9),
            end=time(12),
            kind=SessionKind.MAKE_UP,
            by=ADMINISTRATOR,
            at=MOMENT,
        )
    async with running(house(TRAINER, session_file)) as pilot:
        await pilot.press("4")
        await seen(pilot, "補訓")
        await pilot.press("enter")
        await seen(pilot, "沒有應到的人")
        await pilot.press("n")
        await seen(pilot, "加入應到名單")
        await fill_in(pilot, "土地稅科、0101")
        await seen(pilot, "已登錄 0/5")


# Parts


@SIZES
async def test_the_parts_of_a_session_say_how_far_they_are(
    house: House, session_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with at_the_list(house, session_file, size) as pilot:
        await pilot.press("d")
        await seen(pilot, "已登錄 0 張")
        assert screen_text(pilot.app) == snapshot


@SIZES
async def test_the_agenda_stands_below_what_is_proposed(
    house: House, session_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    with Desks.open(session_file, steady) as desks:
        session = desks.training.sessions()[0]
        topics = [AgendaTopic(title="應對禮貌", minutes=60), AgendaTopic(title="房屋稅", minutes=90)]
        desks.sessions.set_agenda(session.id, topics, by=ADMINISTRATOR, at=MOMENT)
    async with at_a_part(house, session_file, 1, "150/180 分鐘", size) as pilot:
        await seen(pilot, "1 人數不足")
        assert screen_text(pilot.app) == snapshot


async def test_too_few_people_are_no_agenda_on_screen(house: House, session_file: Path) -> None:
    async with at_a_part(house, session_file, 1, "還沒有議程") as pilot:
        await pilot.press("t")
        await seen(pilot, "沒有足夠的人失分")


async def test_a_topic_is_added_moved_and_dropped(house: House, session_file: Path) -> None:
    async with at_a_part(house, session_file, 1, "還沒有議程") as pilot:
        for title in ("courtesy", "land tax"):
            await pilot.press("n")
            await seen(pilot, "標題")
            await fill_in(pilot, title)
            await seen(pilot, title)
        await seen(pilot, "60/180 分鐘")
        await pilot.press("down", "u", "down", "x")
        await seen(pilot, "30/180 分鐘")
        assert "land tax" in screen_text(pilot.app)


async def test_a_handout_is_added(house: House, session_file: Path) -> None:
    async with at_a_part(house, session_file, 2, "還沒有講義") as pilot:
        await pilot.press("n")
        await seen(pilot, "增加講義")
        await fill_in(pilot, "House tax")
        await seen(pilot, "House tax")
        await pilot.press("x")
        await seen(pilot, "還沒有講義")


@SIZES
async def test_scores_before_and_after_stand_beside_each_other(
    house: House, session_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with at_a_part(house, session_file, 3, "看不出變化", size) as pilot:
        assert screen_text(pilot.app) == snapshot


async def test_make_up_waits_for_the_close(house: House, session_file: Path) -> None:
    async with at_a_part(house, session_file, 5, "還沒有結束登錄"):
        pass


@SIZES
async def test_those_who_missed_it_are_put_on_the_next_list(
    house: House, session_file: Path, size: tuple[int, int], clock: Clock, snapshot: SnapshotAssertion
) -> None:
    clock.advance(3 * 3600)
    with Desks.open(session_file, steady) as desks:
        session = desks.training.sessions()[0]
        for row, status in (("2", "leave"), ("5", "official")):
            from training.sign_in import Way

            desks.sign_in.read(session.id, row, by=ADMINISTRATOR, at=clock(), way=Way(status))
        desks.training.add_session(
            title="年底補訓",
            day=date(2026, 12, 1),
            start=time(9),
            end=time(12),
            kind=SessionKind.MAKE_UP,
            capacity=10,
            by=ADMINISTRATOR,
            at=MOMENT,
        )
        desks.sign_in.close(session.id, by=ADMINISTRATOR, at=clock(), rest=Status.PRESENT)
    async with running(house(TRAINER, session_file), size) as pilot:
        await pilot.press("4")
        await seen(pilot, "年底補訓")
        await pilot.press("down", "enter")
        await seen(pilot, "已結束登錄")
        await pilot.press("d")
        await seen(pilot, "可以排補課")
        await pilot.press(*["down"] * 5, "enter")
        await seen(pilot, "還要排 2 人")
        assert screen_text(pilot.app) == snapshot
        await pilot.press("t")
        await seen(pilot, "把 2 人排入")
        await pilot.press("y")
        await seen(pilot, "還要排 0 人")


@SIZES
async def test_feedback_is_counted_and_shown_of_enough_people_only(
    house: House, session_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with at_a_part(house, session_file, 6, "講師講得清楚", size) as pilot:
        await pilot.press("n")
        await seen(pilot, "登錄一張回饋表")
        await pilot.press(*"5443", "enter", "f2")
        await seen(pilot, "已登錄 1 張")
        await pilot.press("t")
        await seen(pilot, "5 到 1 各幾人")
        await fill_in(pilot, "12 8 3 0 1")
        await seen(pilot, "已登錄 24 張")
        assert screen_text(pilot.app) == snapshot


async def test_a_session_with_sign_ins_is_moved_only_with_a_reason(house: House, session_file: Path) -> None:
    with Desks.open(session_file, steady) as desks:
        session = desks.training.sessions()[0]
        desks.sign_in.issue(session.id, by=ADMINISTRATOR, at=MOMENT)
        desks.sign_in.read(session.id, "1", by=ADMINISTRATOR, at=MOMENT)
    async with at_a_part(house, session_file, 0, "改日期、時間、地點") as pilot:
        await fill_in(pilot, "115/11/30")
        await seen(pilot, "已有 1 筆簽到")
        await pilot.press("enter")
        await pilot.press("c")
        await seen(pilot, "改日期、時間、地點")
        field: Any = pilot.app.focused
        field.value = "115/11/30"
        await pilot.press("up", *"typhoon", "f2")
        await seen(pilot, "第 1 版已作廢")
