"""Before a round the clerk sees everybody's chance, tries numbers out, and puts testers on duty."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from bureau.roles import Role
from tests.tui.conftest import TESTERS, TRAINER, House, make_office, press, running, screen_text, seen, steady
from tui.desks import Desks

SIZES = [(80, 24), (120, 36)]


def rota(file: Path) -> list[tuple[str, str, str]]:
    with Desks.open(file, steady) as desks:
        return [
            (duty.staff_no, duty.first.isoformat(), duty.last.isoformat()) for duty in desks.rota.duties()
        ]


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_plan_fits_the_terminal(
    house: House, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "承諾值")
        press(pilot.app, "g")
        assert await seen(pilot, "界線依規則") == snapshot


async def test_a_changed_number_moves_the_result_at_once(house: House) -> None:
    async with running(house()) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "承諾值")
        press(pilot.app, "g")
        await seen(pilot, "24 通，另約")
        press(pilot.app, "down", "down", "plus", "plus")
        await seen(pilot, "48 通，另約")
        assert "±7.8 分" in screen_text(pilot.app)
        press(pilot.app, "minus")
        await seen(pilot, "36 通，另約")
        press(pilot.app, "backspace", "4")
        await seen(pilot, "48 通，另約")


async def test_a_number_without_a_plan_is_said_and_can_be_put_right(house: House) -> None:
    async with running(house()) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "承諾值")
        press(pilot.app, "g")
        await seen(pilot, "±11.1 分")
        press(pilot.app, "backspace")
        await seen(pilot, "請輸入數字")
        press(pilot.app, "0")
        await seen(pilot, "測試員人數應為 1 至")
        press(pilot.app, "backspace", "3")
        await seen(pilot, "8 通")


async def test_a_tester_plans_nothing(house: House) -> None:
    async with running(house(TESTERS[0])) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "承諾值")
        press(pilot.app, "g")
        await seen(pilot, "只有訓練承辦人、主管可以做")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_chances_fit_the_terminal(
    house: House, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house(TRAINER)
    async with running(app, size) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "承諾值")
        press(pilot.app, "k")
        assert await seen(pilot, "要抽 6 人") == snapshot


async def test_the_chances_of_a_round_to_come_are_tried_out_without_beginning_it(
    house: House, tmp_path: Path
) -> None:
    file = make_office(tmp_path / "undrawn.db", draw=False)
    async with running(house(TRAINER, file)) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "還沒有回合")
        press(pilot.app, "k")
        await seen(pilot, "按 N 試算一個")
        press(pilot.app, "n")
        await seen(pilot, "不會建立回合")
        press(pilot.app, "enter", "enter", "3", "enter")
        shown = await seen(pilot, "要抽 3 人")
    assert "機會由母體與規則精確算出" in shown
    assert "25.00%" in shown
    with Desks.open(file, steady) as desks:
        assert desks.calls.rounds() == []


async def test_a_tester_sees_no_chances(house: House) -> None:
    async with running(house(TESTERS[0])) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "承諾值")
        press(pilot.app, "k")
        await seen(pilot, "只有訓練承辦人、主管可以做")


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_rota_fits_the_terminal(
    house: House, office_file: Path, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house(TRAINER)
    async with running(app, size) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "承諾值")
        press(pilot.app, "r")
        assert await seen(pilot, "所有測試員每天都值班") == snapshot(name="no rota")
        press(pilot.app, "m")
        await seen(pilot, "已有值班的月份不動")
        press(pilot.app, "enter", "enter", "backspace", "1", "enter")
        await seen(pilot, "排了 2 段值班")
        await seen(pilot, "115/12/31")
    assert rota(office_file) == [
        ("0103", "2026-11-01", "2026-11-30"),
        ("0203", "2026-12-01", "2026-12-31"),
    ]
    async with running(house(TRAINER), size) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "承諾值")
        press(pilot.app, "r")
        assert await seen(pilot, "115/12/31") == snapshot(name="two months")


async def test_a_duty_is_put_in_and_taken_out(house: House, office_file: Path) -> None:
    async with running(house(TRAINER)) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "承諾值")
        press(pilot.app, "r")
        await seen(pilot, "所有測試員每天都值班")
        press(pilot.app, "n")
        await seen(pilot, "誰值班？")
        press(pilot.app, "down", "enter")
        await seen(pilot, "吳峯銘 值班")
        press(pilot.app, "enter", "enter")
        await seen(pilot, "115/11/30")
        assert rota(office_file) == [("0203", "2026-11-01", "2026-11-30")]
        press(pilot.app, "x")
        await seen(pilot, "刪去這一段值班？")
        press(pilot.app, "y")
        await seen(pilot, "所有測試員每天都值班")
    assert rota(office_file) == []


async def test_a_new_round_says_whom_nobody_could_call(house: House, tmp_path: Path) -> None:
    file = make_office(tmp_path / "undrawn.db", draw=False)
    with Desks.open(file, steady) as desks, desks.office.store.transaction():
        desks.office.ground.drop_role(TESTERS[1], Role.TESTER)
    async with running(house(TRAINER, file), (120, 36)) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "還沒有回合")
        press(pilot.app, "n")
        await seen(pilot, "期別寫成")
        press(pilot.app, "tab", "tab", "tab", "6", "f2")
        shown = await seen(pilot, "請在抽籤前處理")
    assert "沒有人可以測試 王小明、李堃、陳秋月、張喆（房屋稅科）" in shown
