"""How a call ends: without an answer, sealed, left as a draft; and names that try to be something else."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from bureau.roles import ADMINISTRATOR
from courtesy.call import Call, Outcome
from tests.conftest import MOMENT
from tests.tui.conftest import (
    PEOPLE,
    TESTERS,
    Clock,
    House,
    make_office,
    press,
    running,
    screen_text,
    seen,
    steady,
    until,
)
from tui.desks import Desks
from tui.screens.calls import CallsScreen
from tui.screens.cockpit import CockpitScreen
from tui.screens.home import HomeScreen

HOSTILE = ("王[/nope]", "[@click=app.quit]", "[bold red]李", "=1+1", "a[b]c")
EVERY_STEP_BUT_A_CRITICAL_ONE = "1121111"


def stored(file: Path) -> Call:
    """Give the first call as the office file holds it."""
    with Desks.open(file, steady) as desks:
        return desks.calls.calls(by=ADMINISTRATOR)[0]


async def to_the_first_call(pilot: Pilot[Any]) -> None:
    press(pilot.app, "1")
    await seen(pilot, "通要打")
    press(pilot.app, "enter")
    await seen(pilot, "還沒有撥號")


async def test_a_call_that_nobody_answered_is_tried_again_and_then_sealed_without_marks(
    house: House, clock: Clock, office_file: Path
) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        for tried in (1, 2, 3):
            press(app, "space")
            await seen(pilot, "響鈴中")
            clock.advance(30)
            press(app, "o")
            await seen(pilot, "只有接通才評分")
            press(app, "down", "down", "enter")
            await seen(pilot, f"無人接聽：已試 {tried}/3 次")
            clock.advance(1800)
        await seen(pilot, "無人接聽：不計分，可以封存")
        press(app, "space")
        await seen(pilot, "已經試了 3 次")
        press(app, "enter")
        await until(pilot, lambda: isinstance(app.screen, CockpitScreen))
        press(app, "1")
        await seen(pilot, "沒有接通，不必評定")
        press(app, "f5")
        await seen(pilot, "封存這通紀錄？")
        press(app, "y")
        await until(pilot, lambda: isinstance(app.screen, CallsScreen))
    call = stored(office_file)
    assert (call.outcome, call.score, call.marks, call.sealed) == (Outcome.NO_ANSWER, None, {}, True)
    assert [(one.outcome, one.seconds) for one in call.attempts] == [(Outcome.NO_ANSWER, 30)] * 3


async def test_a_sealed_call_has_its_score_and_leaves_the_list(
    house: House, clock: Clock, office_file: Path
) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "space", "space", *"1111111", "f5")
        await seen(pilot, "合計 100.00")
        press(app, "y")
        await seen(pilot, "已封存：接通 100.00 優良")
        await seen(pilot, "還有 5 通要打")
    assert str(stored(office_file).score) == "100.00"


async def test_no_to_the_last_question_seals_nothing(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "space", "space", *"1111111", "f5")
        await seen(pilot, "封存這通紀錄？")
        press(app, "n")
        await seen(pilot, "按 F5 封存")
    assert not stored(office_file).sealed


async def test_sealing_too_early_says_what_is_missing(house: House, clock: Clock) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "f5")
        await seen(pilot, "還沒有通話結果")
        press(app, "enter", "space", "space", "f5")
        shown = await seen(pilot, "還有 6 行沒有評定")
        assert "電話禮貌：語調謙和，態度熱誠" in shown


async def test_a_critical_failure_wants_a_remark_first(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "space", "space", *EVERY_STEP_BUT_A_CRITICAL_ONE, "f5")
        await seen(pilot, "重大項目沒有做到，必須寫備註")
        press(app, "enter", "r", *"口氣很差", "f5")
        assert "備註：口氣很差" in await seen(pilot, "封存這通紀錄？")
        press(app, "y")
        await seen(pilot, "還有 5 通要打")
    assert stored(office_file).critical


async def test_a_yes_before_the_question_seals_nothing(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "space", "space", *"1111111", "r", *"好", "f5", "y")
        await seen(pilot, "封存這通紀錄？")
    assert not stored(office_file).sealed


async def test_a_call_sealed_elsewhere_is_not_opened_again(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        press(app, "1")
        await seen(pilot, "還有 6 通要打")
        with Desks.open(office_file, steady) as desks:
            draw = desks.calls.waiting(by=ADMINISTRATOR)[0]
            call = desks.calls.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=MOMENT)
            desks.calls.set_outcome(call.id, Outcome.BUSY, by=ADMINISTRATOR, at=MOMENT)
            desks.calls.remark(call.id, "全週出差", by=ADMINISTRATOR)
            sealed = desks.calls.seal(call.id, by=ADMINISTRATOR, at=MOMENT)
            waiting = desks.calls.waiting(by=ADMINISTRATOR)
        press(app, "enter")
        await seen(pilot, "這通紀錄已經封存")
        press(app, "enter")
        # The next in the order has been called up in the place of whoever was not reached.
        await seen(pilot, "還有 6 通要打")
        assert len(waiting) == 6
    assert stored(office_file) == sealed


async def test_escape_keeps_the_draft(house: House, clock: Clock, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "space", "space", *"12", "escape")
        await seen(pilot, "草稿已存好")
        await seen(pilot, "評分中")
        press(app, "enter")
        await seen(pilot, "已評 3/7 行")
    assert len(stored(office_file).marks) == 3


async def test_escape_from_a_remark_stays_with_the_call(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_first_call(pilot)
        press(app, "r", *"聲音小", "escape")
        await seen(pilot, "備註：聲音小")
        assert "分機" in screen_text(app)


async def test_another_testers_call_is_not_on_the_list(house: House) -> None:
    counts = []
    for tester in TESTERS:
        app = house(tester)
        async with running(app) as pilot:
            press(app, "1")
            shown = await seen(pilot, "通要打")
        counts.append(int(shown.partition("還有 ")[2].partition(" ")[0]))
    assert sum(counts) == 6


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_is_only_a_name(house: House, tmp_path: Path, clock: Clock, name: str) -> None:
    file = make_office(tmp_path / "hostile.db", renamed=dict.fromkeys((row[0] for row in PEOPLE), name))
    app = house(file=file)
    async with running(app) as pilot:
        press(app, "1")
        assert name in await seen(pilot, "通要打")
        press(app, "enter")
        assert name in await seen(pilot, "還沒有撥號")
        press(app, "space", "space", *"1111111", "r", *name, "enter")
        assert f"備註：{name}" in await seen(pilot, "備註")
        press(app, "f5")
        await seen(pilot, "封存這通紀錄？")
        press(app, "y")
        await seen(pilot, "還有 5 通要打")
        press(app, "d")
        await seen(pilot, "已封存的紀錄 1 通")
        press(app, "enter")
        assert f"備註：{name}" in await seen(pilot, "電話測試紀錄")
        press(app, "enter", "escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
