"""績優 on screen: ties side by side, reasons asked for, and for staff only the roll."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bureau.roles import ADMINISTRATOR, Role
from courtesy.call import Outcome
from tests.conftest import MOMENT
from tests.training.life import ask_for_calls
from tests.tui.conftest import TRAINER, Clock, make_office, press, running, screen_text, seen, steady
from tui.app import CourtesyApp
from tui.desks import Desks

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
LATER = MOMENT + timedelta(days=20)
STAFF = "0101"


def call_some(desks: Desks, *, days: int, period: str) -> None:
    calls, by, moment = desks.calls, ADMINISTRATOR, MOMENT + timedelta(days=days)
    first = moment.date()
    made = calls.new_round(
        period=period,
        first=first,
        last=first + timedelta(days=7),
        scale="official",
        size=12,
        by=by,
        at=moment,
    )
    calls.draw(made.id, "12345678", by=by, at=moment)
    draws = sorted(calls.draws(made.id, by=by), key=lambda one: one.staff_no)
    for place, draw in enumerate(draws[:: 1 if days else 2][:6]):
        call = calls.open_call(made.id, draw.staff_no, by=by, at=moment)
        calls.set_outcome(call.id, Outcome.REACHED, by=by, at=moment)
        for number, placed in enumerate(calls.scale(call.scale).lines(call.parts)):
            if placed.line.code != "stand-in":
                low = not placed.line.critical and number < place // 2
                calls.mark(call.id, placed.id, placed.line.steps[-1 if low else 0].key, by=by, at=moment)
        calls.seal(call.id, by=by, at=moment + timedelta(minutes=2))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some were called once, some twice; two did equally well."""
    path = make_office(tmp_path_factory.mktemp("honours") / "office.db", draw=False)
    with Desks.open(path, steady) as desks:
        for more in ("0101", "0201", "0301", "0302"):
            desks.people.grant(more, Role.TESTER, by=ADMINISTRATOR, at=MOMENT)
        ask_for_calls(desks, 2, path.parent, MOMENT)
        call_some(desks, days=0, period="115M11")
        call_some(desks, days=9, period="115M12")
    return path


@pytest.fixture
def file(lived: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lived.parent, tmp_path / "office")) / lived.name


def house(file: Path, staff_no: str = TRAINER) -> CourtesyApp:
    return CourtesyApp(file, staff_no, clock=Clock(LATER), entropy=steady)


@SIZES
async def test_the_committee_sees_candidates_and_who_is_none(
    file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with running(house(file), size) as pilot:
        press(pilot.app, "h")
        await seen(pilot, "候選")
        await seen(pilot, "權重")
        assert screen_text(pilot.app) == snapshot(name="candidates")
        press(pilot.app, "a")
        await seen(pilot, "不足 2 通")
        assert screen_text(pilot.app) == snapshot(name="excluded")


@SIZES
async def test_a_choice_is_recorded_with_its_reason_and_taken_back(
    file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with running(house(file), size) as pilot:
        press(pilot.app, "h")
        await seen(pilot, "候選")
        press(pilot.app, "down", "enter")
        await seen(pilot, "登錄評選小組的決定")
        await seen(pilot, "沒有依名次")
        assert screen_text(pilot.app) == snapshot(name="choosing")
        field: Any = pilot.app.focused
        field.value = "應對親切"
        press(pilot.app, "f2")
        await seen(pilot, "已登錄")
        press(pilot.app, "l")
        await seen(pilot, "榮譽榜 1 人")
        await seen(pilot, "沒有依名次")
        press(pilot.app, "t")
        await seen(pilot, "紀錄會保留")
        field = pilot.app.focused
        field.value = "誤登"
        press(pilot.app, "f2")
        await seen(pilot, "榮譽榜 0 人")
        await seen(pilot, "已撤回：誤登")


async def test_several_are_marked_and_chosen_together(file: Path) -> None:
    async with running(house(file)) as pilot:
        press(pilot.app, "h")
        await seen(pilot, "候選")
        press(pilot.app, "space", "space", "enter")
        await seen(pilot, "、")
        await seen(pilot, "登錄評選小組的決定")
        field: Any = pilot.app.focused
        field.value = "表現優良"
        press(pilot.app, "f2")
        await seen(pilot, "已登錄")
        press(pilot.app, "l")
        await seen(pilot, "榮譽榜 2 人")


async def test_a_vote_is_recorded_and_must_add_up(file: Path) -> None:
    async with running(house(file)) as pilot:
        press(pilot.app, "h")
        await seen(pilot, "候選")
        for valid, words in (("9", "不符"), ("8", "票選：有效 8 票")):
            press(pilot.app, "v")
            await seen(pilot, "登錄服務禮貌月票選")
            for name, value in (("votes", "0101=5 0103=3"), ("valid", valid)):
                field: Any = pilot.app.screen.query_one(f"#field-{name}")
                field.value = value
            press(pilot.app, "f2")
            await seen(pilot, words)
            press(pilot.app, "enter") if valid == "9" else None
            await seen(pilot, "候選")


async def test_staff_see_the_roll_only(file: Path) -> None:
    async with running(house(file, STAFF)) as pilot:
        press(pilot.app, "h")
        text = await seen(pilot, "這一季還沒有選出")
        assert "不列入" not in text
        assert "撤回" not in text
        press(pilot.app, "p")
        await seen(pilot, "看哪一季")
