"""A tester scores a live call from the keyboard; every key is in the office file before the next is taken."""

import re
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from bureau.roles import ADMINISTRATOR
from courtesy.call import Call, Outcome
from tests.tui.conftest import (
    Clock,
    House,
    press,
    running,
    screen_text,
    seen,
    steady,
    until,
)
from tui.desks import Desks
from tui.screens.cockpit import CockpitScreen

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
GOOD_CALL = "1111111"
"""The best step of every line but one: of the two lines on what was answered, one is marked."""


def stored(file: Path) -> Call:
    """Give the first call as the office file holds it."""
    with Desks.open(file, steady) as desks:
        return desks.calls.calls(by=ADMINISTRATOR)[0]


async def to_the_first_call(pilot: Pilot[Any]) -> None:
    press(pilot.app, "1")
    await seen(pilot, "通要打")
    press(pilot.app, "enter")
    await seen(pilot, "還沒有撥號")


async def ring(pilot: Pilot[Any], clock: Clock, seconds: float) -> None:
    """Dial, let it ring so long, and take the answer."""
    press(pilot.app, "space")
    await seen(pilot, "響鈴中")
    clock.advance(seconds)
    press(pilot.app, "space")
    await seen(pilot, "接通：")


# How it looks


@SIZES
async def test_a_fresh_call_fits_the_terminal(
    house: House, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        await to_the_first_call(pilot)
        assert screen_text(app) == snapshot


@SIZES
async def test_a_ringing_call_fits_the_terminal(
    house: House, clock: Clock, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        await to_the_first_call(pilot)
        press(pilot.app, "space")
        await seen(pilot, "響鈴中 0 秒")
        clock.advance(7)
        await seen(pilot, "7 秒")
        assert screen_text(app) == snapshot


@SIZES
async def test_a_half_scored_call_fits_the_terminal(
    house: House, clock: Clock, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        await to_the_first_call(pilot)
        await ring(pilot, clock, 7)
        press(pilot.app, "1", "2", "1")
        await seen(pilot, "已評 4/7 行")
        assert screen_text(app) == snapshot


@SIZES
async def test_a_call_ready_to_seal_fits_the_terminal(
    house: House, clock: Clock, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        await to_the_first_call(pilot)
        await ring(pilot, clock, 7)
        press(pilot.app, *"111211")
        await seen(pilot, "合計")
        assert screen_text(app) == snapshot
        press(pilot.app, "f5")
        assert await seen(pilot, "封存這通紀錄？") == snapshot(name="the question before sealing")


# The telephone rings


@pytest.mark.parametrize(
    ("seconds", "rings", "step"),
    [
        (0, 1, "四聲或十秒內"),
        (10, 4, "四聲或十秒內"),
        (14, 5, "五至六聲"),
        (22, 8, "七至八聲"),
        (40, 14, "九聲以上"),
    ],
)
async def test_space_times_the_ringing_and_marks_the_speed(
    house: House, clock: Clock, office_file: Path, seconds: int, rings: int, step: str
) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        await ring(pilot, clock, seconds)
        assert f"接通：響 {rings} 聲，{seconds} 秒" in screen_text(app)
        assert re.search(f"四聲或十秒內應答 +{step}", screen_text(app))
    call = stored(office_file)
    assert (call.rings, call.seconds, call.outcome) == (rings, seconds, Outcome.REACHED)


async def test_the_full_width_space_is_a_space(house: House, clock: Clock) -> None:
    async with running(house()) as pilot:
        await to_the_first_call(pilot)
        press(pilot.app, "\u3000")
        await seen(pilot, "響鈴中")


async def test_a_miscounted_ring_is_corrected_and_the_speed_follows(house: House, clock: Clock) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        await ring(pilot, clock, 14)
        press(pilot.app, "minus")
        await seen(pilot, "響 4 聲")
        assert re.search("四聲或十秒內應答 +四聲或十秒內", screen_text(app))


async def test_the_timing_can_be_taken_again(house: House, clock: Clock, office_file: Path) -> None:
    async with running(house()) as pilot:
        await to_the_first_call(pilot)
        await ring(pilot, clock, 40)
        press(pilot.app, "t")
        await seen(pilot, "響鈴中 0 秒")
        clock.advance(3)
        press(pilot.app, "space")
        await seen(pilot, "響 2 聲，3 秒")


async def test_ringing_goes_on_while_the_program_is_closed(house: House, clock: Clock) -> None:
    async with running(house()) as pilot:
        await to_the_first_call(pilot)
        press(pilot.app, "space")
        await seen(pilot, "響鈴中")
    clock.advance(8)
    async with running(house()) as pilot:
        press(pilot.app, "1")
        await seen(pilot, "通要打")
        press(pilot.app, "enter")
        await seen(pilot, "響鈴中 8 秒")


# The digits


@pytest.mark.parametrize("digit", ["2", "２"])
async def test_a_digit_chooses_the_step_and_goes_to_the_next_line(
    house: House, clock: Clock, office_file: Path, digit: str
) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        await ring(pilot, clock, 7)
        press(pilot.app, digit)
        await seen(pilot, "已評 2/7 行")
        press(pilot.app, "1")
        await seen(pilot, "已評 3/7 行")
    marks = stored(office_file).marks
    assert marks["unit.manners.name"] == "no"
    assert marks["unit.manners.hello"] == "yes"


async def test_a_digit_without_a_step_changes_nothing(house: House, clock: Clock, office_file: Path) -> None:
    async with running(house()) as pilot:
        await to_the_first_call(pilot)
        await ring(pilot, clock, 7)
        before = stored(office_file)
        press(pilot.app, "9")
        await pilot.pause()
    assert stored(office_file) == before


async def test_not_applicable_is_refused_where_the_scale_does_not_allow_it(
    house: House, office_file: Path
) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(pilot.app, "0")
        await seen(pilot, "沒有完成")
        press(pilot.app, "enter")
        await until(pilot, lambda: isinstance(app.screen, CockpitScreen))
    call = stored(office_file)
    assert call.marks == {}
    assert call.outcome is None


async def test_every_key_is_kept_however_fast_it_comes(house: House, clock: Clock, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "space", "space", *"121", "up", "backspace", *"12349", "u", *"11", "２")
        await seen(pilot, "合計")
    marks = {line.rpartition(".")[2]: step for line, step in stored(office_file).marks.items()}
    assert marks == {
        "ring": "r4",
        "name": "yes",
        "hello": "no",
        "tone": "yes",
        "owner": "full",
        "thanks": "yes",
        "hang-up": "no",
    }


async def test_undo_takes_back_one_choice_after_the_other(
    house: House, clock: Clock, office_file: Path
) -> None:
    async with running(house()) as pilot:
        await to_the_first_call(pilot)
        await ring(pilot, clock, 7)
        press(pilot.app, "1", "2")
        await seen(pilot, "已評 3/7 行")
        press(pilot.app, "u")
        await seen(pilot, "已評 2/7 行")
        press(pilot.app, "u", "u")
        await seen(pilot, "響鈴中")
    assert stored(office_file).marks == {}


async def test_undo_reaches_back_before_the_program_was_closed(
    house: House, clock: Clock, office_file: Path
) -> None:
    async with running(house()) as pilot:
        await to_the_first_call(pilot)
        await ring(pilot, clock, 7)
        press(pilot.app, "1", "2")
        await seen(pilot, "已評 3/7 行")
    async with running(house()) as pilot:
        press(pilot.app, "1")
        await seen(pilot, "評分中")
        press(pilot.app, "enter")
        await seen(pilot, "已評 3/7 行")
        press(pilot.app, "u")
        await seen(pilot, "已評 2/7 行")
    assert "unit.manners.hello" not in stored(office_file).marks


async def test_there_is_nothing_to_undo_in_a_fresh_call(house: House) -> None:
    async with running(house()) as pilot:
        await to_the_first_call(pilot)
        press(pilot.app, "u")
        await seen(pilot, "沒有可以復原的步驟")


# Words


async def test_a_remark_keeps_every_letter_typed_fast_after_its_key(house: House, office_file: Path) -> None:
    app = house()
    text = "對方說 to 1999 再問 u o a t 12345"
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "r", *text, "enter")
        await seen(pilot, f"備註：{text}")
    call = stored(office_file)
    assert call.remark == text
    assert call.marks == {}
    assert call.outcome is None


async def test_corrections_in_a_remark_stay_in_their_place(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "r", *"語氣不好", "backspace", "backspace", *"平和", "home", *"她", "enter")
        await seen(pilot, "備註：她語氣平和")
    assert stored(office_file).remark == "她語氣平和"


async def test_the_keys_after_a_remark_act_as_keys_again(
    house: House, clock: Clock, office_file: Path
) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        await ring(pilot, clock, 7)
        press(app, "r", *"好", "enter", *"12")
        await seen(pilot, "已評 3/7 行")
    assert stored(office_file).remark == "好"


async def test_words_of_one_kind_never_become_words_of_the_other(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "r", *"很客氣", "enter", "a", *"代理人李小姐", "enter")
        await seen(pilot, "備註：很客氣")
    call = stored(office_file)
    assert (call.remark, call.answered_by) == ("很客氣", "代理人李小姐")


async def test_every_letter_of_a_remark_is_stored_before_it_is_finished(
    house: House, office_file: Path
) -> None:
    async with running(house()) as pilot:
        await to_the_first_call(pilot)
        press(pilot.app, "r", *"說到一半")
        await until(pilot, lambda: stored(office_file).remark == "說到一半")
