"""A trainer writes the upload file of a session's hours on screen."""

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from bureau.roles import ADMINISTRATOR
from tests.conftest import MOMENT
from tests.tui.conftest import House, running, screen_text, seen, steady
from training.attendance import Noted
from training.session import Status
from tui.desks import Desks

TRAINER = "0304"
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)


@pytest.fixture
def held(office_file: Path) -> Path:
    """The office after a session of this morning to which two people came."""
    with Desks.open(office_file, steady) as desks:
        session = desks.training.add_session(
            title="為民服務訓練講習",
            day=date(2026, 11, 23),
            start=time(9),
            end=time(9, 50),
            by=ADMINISTRATOR,
            at=MOMENT,
        )
        people = ["0101", "0102"]
        desks.training.expect(session.id, people, by=ADMINISTRATOR, at=MOMENT)
        noted = [Noted(staff_no=each, status=Status.PRESENT) for each in people]
        desks.training.record_attendance(session.id, noted, by=ADMINISTRATOR, at=MOMENT)
    rows = "0101,A123456789\n0102,M115187864\n"
    office_file.with_name("ids.csv").write_text(f"員工編號,身分證字號\n{rows}", encoding="utf-8")
    return office_file


async def at_the_form(pilot: Pilot[Any]) -> None:
    await pilot.press("4")
    await seen(pilot, "為民服務訓練講習")
    await pilot.press("u")
    await seen(pilot, "104-17-words")
    await pilot.press("enter")
    await seen(pilot, "身分證字號檔")


async def fill_in(pilot: Pilot[Any], file: Path, **codes: str) -> None:
    given = {
        **{f"constant-{key}": value for key, value in codes.items()},
        "ids": str(file.with_name("ids.csv")),
        "out": str(file.with_name("hours.csv")),
    }
    for name, value in given.items():
        line: Any = pilot.app.screen.query_one(f"#field-{name}")
        line.value = value
    await pilot.press("f2")


@SIZES
async def test_the_form_asks_for_what_the_platform_wants(
    house: House, held: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with running(house(TRAINER, held), size) as pilot:
        await at_the_form(pilot)
        assert screen_text(pilot.app) == snapshot


async def test_characters_that_cannot_be_written_are_asked_for_and_then_written(
    house: House, held: Path
) -> None:
    async with running(house(TRAINER, held)) as pilot:
        await at_the_form(pilot)
        await fill_in(pilot, held, category="167", county="89", term="1")
        await seen(pilot, "U+5803")
        assert not held.with_name("hours.csv").exists()
        await pilot.press("enter")
        await seen(pilot, "寫不出的字改寫成什麼")
        line: Any = pilot.app.focused
        line.value = "坤"
        await pilot.press("f2")
        shown = await seen(pilot, "共 2 人")
        assert "請刪除" in shown
        assert "A123456789" not in shown
    assert "A123456789" in held.with_name("hours.csv").read_text(encoding="cp950")


async def test_a_code_that_is_lacking_is_named(house: House, held: Path) -> None:
    async with running(house(TRAINER, held)) as pilot:
        await at_the_form(pilot)
        await fill_in(pilot, held, category="167", term="1")
        assert "上課縣市代碼" in await seen(pilot, "沒有完成")
        assert not held.with_name("hours.csv").exists()


async def test_who_has_no_number_is_left_out_only_by_a_yes(house: House, held: Path) -> None:
    held.with_name("ids.csv").write_text("員工編號,身分證字號\n0101,A123456789\n", encoding="utf-8")
    async with running(house(TRAINER, held)) as pilot:
        await at_the_form(pilot)
        await fill_in(pilot, held, category="167", county="89", term="1")
        await seen(pilot, "這次不列入嗎")
        await pilot.press("y")
        assert "0102" in await seen(pilot, "共 1 人")
