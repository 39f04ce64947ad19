"""Testers judge a protocol by digits, unseen by the others; afterwards all can be read side by side."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from bureau.roles import ADMINISTRATOR
from courtesy.agreement_desk import sheet_from
from courtesy.call import Outcome
from tests.conftest import MOMENT
from tests.courtesy.samples import UNIT, acting_tester, full_marks
from tests.tui.conftest import TESTERS, TRAINER, House, press, running, screen_text, seen, steady, until
from tui.desks import Desks
from tui.widgets.listing import Listing

TONE = "unit.manners.tone"
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)


def opened(file: Path, *sealed: str, count: int = 1) -> None:
    """Open exercises, and let these testers seal theirs; the first of them hears no friendly voice."""
    with Desks.open(file, steady) as desks:
        for _exercise in range(count):
            made = desks.agreement.open_exercise(
                sheet_from("house-tax-self-use"), "115M11", by=ADMINISTRATOR, at=MOMENT
            )
            for tester in sealed:
                by = acting_tester(tester)
                rating = desks.agreement.begin(made.id, by=by, at=MOMENT)
                tone = "no" if tester == TESTERS[0] else "yes"
                for line, step in (full_marks(UNIT) | {TONE: tone}).items():
                    desks.agreement.mark(rating.id, line, step, by=by)
                desks.agreement.seal(rating.id, by=by, at=MOMENT)


async def test_home_tells_a_tester_of_the_exercise(house: House, office_file: Path) -> None:
    opened(office_file)
    async with running(house(TESTERS[0])) as pilot:
        await seen(pilot, "共同評分題 1 題待評")


@SIZES
async def test_the_list_fits_the_terminal(
    house: House, office_file: Path, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    opened(office_file, *TESTERS)
    opened(office_file, TESTERS[1])
    app = house(TESTERS[0])
    async with running(app, size) as pilot:
        press(app, "8")
        await seen(pilot, "待您評分")
        await seen(pilot, "按 Enter 開始評分")
        assert screen_text(app) == snapshot


@SIZES
async def test_the_rating_fits_the_terminal(
    house: House, office_file: Path, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    opened(office_file)
    app = house(TESTERS[0])
    async with running(app, size) as pilot:
        press(app, "8")
        await seen(pilot, "待您評分")
        press(app, "enter")
        await seen(pilot, "已評 0/")
        press(app, "1")
        assert await seen(pilot, "已評 1/") == snapshot


async def test_the_protocol_is_read_while_the_lines_stay(house: House, office_file: Path) -> None:
    opened(office_file)
    app = house(TESTERS[0])
    async with running(app) as pilot:
        press(app, "8")
        await seen(pilot, "待您評分")
        press(app, "enter")
        await seen(pilot, "已評 0/")
        press(app, "space", "space", "space", "space")
        await seen(pilot, "放下話筒")
        press(app, "space")
        await seen(pilot, "響鈴 3 聲")


async def test_a_tester_seals_after_a_second_thought(house: House, office_file: Path) -> None:
    opened(office_file)
    app = house(TESTERS[0])
    async with running(app) as pilot:
        press(app, "8")
        await seen(pilot, "待您評分")
        press(app, "enter")
        await seen(pilot, "已評 0/7")
        press(app, "f5")
        await seen(pilot, "還有 7 行沒有評定")
        press(app, "enter")
        for marked in range(1, 8):
            press(app, "1")
            await seen(pilot, f"已評 {marked}/7")
        press(app, "f5")
        await seen(pilot, "封存這份評分？")
        press(app, "y")
        await seen(pilot, "評分已封存")
        await seen(pilot, "1/2")
    with Desks.open(office_file, steady) as desks:
        assert desks.agreement.progress() == {"A1": 1}


@SIZES
async def test_ended_exercises_are_read_side_by_side(
    house: House, office_file: Path, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    opened(office_file, *TESTERS)
    app = house(TRAINER)
    async with running(app, size) as pilot:
        press(app, "8")
        await seen(pilot, "已結束")
        press(app, "enter")
        await seen(pilot, "四聲或十秒內：")
        place = 3
        press(app, *["down"] * place)
        await until(pilot, lambda: app.screen.query_one(Listing).cursor == place)
        assert await seen(pilot, "沒有做到：") == snapshot


@SIZES
async def test_agreement_and_severity_fit_the_terminal(
    house: House, office_file: Path, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    opened(office_file, *TESTERS, count=5)
    app = house(TRAINER)
    async with running(app, size) as pilot:
        press(app, "8")
        await seen(pilot, "已結束")
        press(app, "g")
        assert await seen(pilot, "相差 10 分以內") == snapshot
        press(app, "v")
        assert await seen(pilot, "各行的一致") == snapshot
        press(app, "v")
        assert await seen(pilot, "扣除嚴寬後的參考值") == snapshot


async def test_testers_who_are_not_linked_are_named(house: House) -> None:
    app = house(TRAINER)
    async with running(app) as pilot:
        press(app, "8")
        await seen(pilot, "還沒有共同評分題")
        press(app, "g")
        await seen(pilot, "測試員沒有連起來")


async def test_a_trainer_opens_and_ends_an_exercise(house: House, office_file: Path) -> None:
    app = house(TRAINER)
    async with running(app) as pilot:
        press(app, "8")
        await seen(pilot, "還沒有共同評分題")
        press(app, "n")
        await seen(pilot, "出一題共同評分題")
        press(app, "f2")
        await seen(pilot, "評分中")
        press(app, "c")
        await seen(pilot, "結束共同評分題 A1？")
        press(app, "y")
        await seen(pilot, "已結束")
    with Desks.open(office_file, steady) as desks:
        assert desks.agreement.exercise("A1").closed


async def test_a_tester_opens_no_exercise(house: House) -> None:
    app = house(TESTERS[0])
    async with running(app) as pilot:
        press(app, "8")
        await seen(pilot, "還沒有共同評分題")
        press(app, "n")
        await seen(pilot, "這件事只有訓練承辦人可以做")


async def test_the_second_tester_rates_the_call_blind(house: House, office_file: Path) -> None:
    with Desks.open(office_file, steady) as desks:
        draws = desks.calls.draws("A1", by=ADMINISTRATOR)
        draw = next(draw for draw in draws if draw.staff_no.startswith("03"))
        first = acting_tester(draw.tester)
        call = desks.calls.open_call("A1", draw.staff_no, by=first, at=MOMENT)
        desks.calls.set_outcome(call.id, Outcome.REACHED, by=first, at=MOMENT)
        for line, step in full_marks(call.parts).items():
            desks.calls.mark(call.id, line, step, by=first, at=MOMENT)
        desks.calls.seal(call.id, by=first, at=MOMENT)
        second = next(tester for tester in TESTERS if tester != draw.tester)
        desks.agreement.name_second(call.id, second, by=first, at=MOMENT)
    app = house(second)
    async with running(app) as pilot:
        await seen(pilot, "雙評 1 通待評")
        press(app, "8")
        await seen(pilot, f"分機 {call.extension}")
        press(app, "enter")
        shown = await seen(pilot, "您是這通電話的第二位測試員")
        assert "做到" not in shown.partition("────")[0]
        press(app, "1")
        await seen(pilot, "已評 1/7")
