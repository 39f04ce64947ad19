"""A trainer tries another cut and another scale, and the office stays as it was."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from bureau.roles import ADMINISTRATOR
from courtesy.call import Outcome
from tests.conftest import MOMENT
from tests.tui.conftest import House, press, running, screen_text, seen, steady
from tui.desks import Desks


@pytest.fixture(autouse=True)
def called(office_file: Path) -> None:
    """Every call is sealed; the first two people lose points, the last was busy."""
    with Desks.open(office_file, steady) as desks:
        calls, by = desks.calls, ADMINISTRATOR
        waiting = calls.waiting(by=by)
        for number, draw in enumerate(waiting):
            call = calls.open_call(draw.round, draw.staff_no, by=by, at=MOMENT)
            if draw is waiting[-1]:
                calls.set_outcome(call.id, Outcome.BUSY, by=by, at=MOMENT)
                calls.remark(call.id, "不再試。", by=by)
                calls.seal(call.id, by=by, at=MOMENT)
                continue
            calls.set_outcome(call.id, Outcome.REACHED, by=by, at=MOMENT)
            calls.set_timing(call.id, 2, 6, by=by, at=MOMENT)
            for placed in calls.scale(call.scale).lines(call.parts):
                line = placed.line
                if line.speed or line.code == "stand-in":
                    continue
                bad = number < 2 and line.code in {"name", "hello", "thanks"}
                calls.mark(call.id, placed.id, line.steps[-1 if bad else 0].key, by=by, at=MOMENT)
            calls.seal(call.id, by=by, at=MOMENT)
        desks.training.open_cases(by=by, at=MOMENT)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
async def test_the_trial_fits_the_terminal(
    house: House, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        press(app, "0")
        await seen(pilot, "沒有改任何條件")
        press(app, "e")
        await seen(pilot, "試算的條件")
        press(app, *"75", "f2")
        await seen(pilot, "分數線 75")
        assert screen_text(app) == snapshot


async def test_another_cut_names_who_would_enter_and_writes_nothing(house: House, office_file: Path) -> None:
    with Desks.open(office_file, steady) as desks:
        before = desks.office.fingerprint()
    app = house()
    async with running(app) as pilot:
        press(app, "0")
        await seen(pilot, "新列入 0 人")
        press(app, "e")
        await seen(pilot, "試算的條件")
        press(app, *"75", "f2")
        await seen(pilot, "新列入 2 人")
        press(app, "enter")
        await seen(pilot, "72.80 普通 → 72.80 成績不佳")
    with Desks.open(office_file, steady) as desks:
        assert desks.office.fingerprint() == before


async def test_a_wrong_condition_is_named_in_the_form(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        press(app, "0")
        await seen(pilot, "新列入 0 人")
        press(app, "e")
        await seen(pilot, "試算的條件")
        press(app, *"101", "f2")
        await seen(pilot, "分數線應大於 0")


async def test_calls_that_another_scale_cannot_score_are_listed_with_the_reason(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        press(app, "0")
        await seen(pilot, "新列入 0 人")
        press(app, "e")
        await seen(pilot, "試算的條件")
        press(app, "tab", "tab", "tab", "tab", *"percent", "f2")
        await seen(pilot, "有 5 通不能照試算的條件重算")
        press(app, "d")
        await seen(pilot, "通不能重算：")


async def test_the_period_can_be_changed(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        press(app, "0")
        await seen(pilot, "計分 5 通")
        press(app, "p")
        await seen(pilot, "試算的期間")
        press(app, *"114/1/1", "tab", *"114/12/31", "f2")
        await seen(pilot, "這段期間沒有計分的電話")


async def test_a_tester_may_not_see_everybodys_scores(house: House) -> None:
    app = house("0103")
    async with running(app) as pilot:
        press(app, "0")
        await seen(pilot, "這件事只有訓練承辦人、主管可以做")
