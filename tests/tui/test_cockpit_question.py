"""The question of a call, the causes of lost points, hanging up, and how many keys a call takes."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from bureau.roles import ADMINISTRATOR
from courtesy.asked import Passed
from courtesy.call import Call
from quiz_bank.formats.reading import Reading
from quiz_bank.question import Kind, Question
from tests.conftest import MOMENT
from tests.tui.conftest import Clock, House, press, running, screen_text, seen, steady, until
from tui.desks import Desks
from tui.screens.calls import CallsScreen
from tui.screens.cockpit import CockpitScreen

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
MOST_KEYS = 25
BANK = tuple(
    Question(
        id=f"HT-Q{number}",
        kind=Kind.SINGLE,
        topic="房屋稅 > 申報",
        difficulty=1,
        stem="房屋使用情形變更，應於何時申報？",
        options=("變更之日起三十日內", "次年開徵前"),
        key=(0,),
        explanation="逾期申報者，自申報當月起適用。",
        legal_basis="房屋稅條例第 7 條",
        in_force_from=date(2024, 7, 1),
        points=("三十日內", "向當地主管稽徵機關", "可線上申報"),
    )
    for number in range(1, 9)
)


def stored(file: Path) -> Call:
    """Give the first call as the office file holds it."""
    with Desks.open(file, steady) as desks:
        return desks.calls.calls(by=ADMINISTRATOR)[0]


@pytest.fixture
def banked(office_file: Path) -> Path:
    """An office with a drawn round and a bank."""
    with Desks.open(office_file, steady) as desks:
        desks.quiz.take(Reading(questions=BANK), Path("bank.toml"), by=ADMINISTRATOR, at=MOMENT)
    return office_file


async def to_the_first_call(pilot: Pilot[Any]) -> None:
    press(pilot.app, "1")
    await seen(pilot, "通要打")
    press(pilot.app, "enter")
    await seen(pilot, "還沒有撥號")


@SIZES
async def test_the_question_fits_the_terminal(
    house: House, banked: Path, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        await to_the_first_call(pilot)
        press(app, "q", "1", "3")
        shown = await seen(pilot, "部分答到")
        assert "房屋稅條例第 7 條" in shown
        assert shown == snapshot


@SIZES
async def test_the_causes_fit_the_terminal(
    house: House, banked: Path, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        await to_the_first_call(pilot)
        press(app, "space", "space", "2", "up", "c")
        assert await seen(pilot, "8 其他") == snapshot
        press(app, "1")
        await until(pilot, lambda: isinstance(app.screen, CockpitScreen))
        assert await seen(pilot, "沒有做到 未報單位") == snapshot(name="with its cause")


async def test_points_that_were_not_ticked_were_not_said(house: House, banked: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "space", "space", "q", "２", "enter")
        await seen(pilot, "題目：部分答到")
    asked = stored(banked).question
    assert asked
    assert asked.points == (False, True, False)


async def test_each_tick_is_stored_before_the_window_is_closed(house: House, banked: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "q", "1", "2", "3")
        await seen(pilot, "全部答到")
        asked = stored(banked).question
        assert asked
        assert asked.passed is Passed.ALL


async def test_a_question_left_without_a_tick_was_not_asked(house: House, banked: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "q")
        await seen(pilot, "請問對方")
        press(app, "escape")
        await until(pilot, lambda: isinstance(app.screen, CockpitScreen))
    asked = stored(banked).question
    assert asked
    assert asked.passed is None


async def test_without_a_bank_the_tester_is_told_so(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "q")
        await seen(pilot, "題庫沒有今天有效的題目")


async def test_a_line_with_full_points_has_no_cause(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "c")
        await seen(pilot, "這一行沒有失分")


async def test_hanging_up_is_noted(house: House, clock: Clock, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "space", "space")
        await seen(pilot, "接通：")
        clock.advance(120)
        press(app, "h")
        await seen(pilot, "已掛斷")
    assert stored(office_file).hung_up_at == clock()


async def test_a_normal_call_takes_at_most_25_keys_and_its_time_is_kept(
    house: House, clock: Clock, banked: Path
) -> None:
    app = house()
    # Ring, answer, every line, one with its cause, the question, hanging up, a remark, the seal.
    rings, lines = ("space", "space"), ("2", "up", "c", "1", "down", *"11111")
    question, end = ("q", "1", "2", "enter"), ("h", "r", "好", "enter", "f5", "y")
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, *rings)
        await seen(pilot, "接通：")
        press(app, *lines)
        await seen(pilot, "合計")
        press(app, *question)
        await seen(pilot, "題目：部分答到")
        clock.advance(60)
        press(app, *end[:-1])
        await seen(pilot, "封存這通紀錄？")
        clock.advance(45)
        press(app, end[-1])
        await until(pilot, lambda: isinstance(app.screen, CallsScreen))
        await seen(pilot, "還有 5 通要打")
        press(app, "d")
        shown = await seen(pilot, "中位數／第 90 百分位")
        assert re.search(r"按鍵 (\d+)／\1 個（1 通）", shown)
    assert len(rings + lines + question + end) <= MOST_KEYS
    call = stored(banked)
    assert call.sealed
    assert call.handling_seconds == 45
    assert call.keys <= MOST_KEYS


async def test_25_keys_pressed_at_once_are_all_stored_in_their_order(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        marking = ("space", "space", *"12", "up", "1", "u", "h", "down", *"1111")
        keys = (*marking, *("up",) * 6, "2", "u", "r", *"好的", "enter")
        assert len(keys) == MOST_KEYS
        press(app, *keys)
        await seen(pilot, "備註：好的")
    call = stored(office_file)
    assert {line.rpartition(".")[2]: step for line, step in call.marks.items()} == {
        "ring": "r4",
        "name": "yes",
        "hello": "no",
        "tone": "yes",
        "owner": "full",
        "thanks": "yes",
        "hang-up": "yes",
    }
    assert (call.remark, call.hung_up_at) == ("好的", MOMENT)


async def test_before_sealing_what_is_unusual_is_said_and_nothing_changed(
    house: House, clock: Clock, office_file: Path
) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "space", "space", *"1111111", "f5")
        shown = await seen(pilot, "封存這通紀錄？")
        assert "每一行都選第 1 級，確定嗎？" in shown
        assert "接通後 0 秒就要封存" in shown
        press(app, "n")
        await seen(pilot, "按 F5 封存")
    assert not stored(office_file).sealed


async def test_the_script_follows_the_cursor(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        assert "台詞（響鈴）" in screen_text(app)
        press(app, "end")
        await seen(pilot, "台詞（結束）：好的，我了解了")


async def test_a_try_too_soon_after_the_last_is_pointed_out(house: House, clock: Clock) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "space")
        await seen(pilot, "響鈴中")
        press(app, "o")
        await seen(pilot, "只有接通才評分")
        press(app, "down", "enter")
        await seen(pilot, "忙線：已試 1/3 次　請過 30 分鐘再按空白鍵重撥")
        press(app, "space")
        await seen(pilot, "規定再過 30 分鐘才重撥")
        await seen(pilot, "響鈴中")
