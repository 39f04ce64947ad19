"""The keeper of the bank looks questions up, changes their status, and takes files in and out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from bureau.roles import ADMINISTRATOR
from quiz_bank.formats.reading import Reading
from quiz_bank.formats.writing import write
from quiz_bank.question import Question, Status
from tests.conftest import MOMENT
from tests.quiz_bank.samples import OF_EACH_KIND, essay, short, single
from tests.tui.conftest import TRAINER, House, press, running, screen_text, seen, steady
from tui.desks import Desks

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
HOSTILE = "下列何者為[/x]正確？[@click=app.quit]"


def questions() -> tuple[Question, ...]:
    return (
        *OF_EACH_KIND,
        single("H-1", "契稅 > 申報", stem=HOSTILE, tags=("新法",)),
        short("D-1", "契稅 > 申報", stem="契稅由誰申報？", status=Status.DRAFT),
        essay("R-1", "娛樂稅 > 課徵", stem="說明娛樂稅。", status=Status.RETIRED),
        essay("B-1", "娛樂稅 > 課徵", stem="說明查定課徵。", model_answer="", legal_basis=""),
    )


@pytest.fixture
def bank_file(office_file: Path) -> Path:
    """The office with one question of each kind and a few more."""
    with Desks.open(office_file, steady) as desks:
        reading = Reading(questions=questions())
        desks.quiz.take(reading, Path("測試題庫.toml"), by=ADMINISTRATOR, at=MOMENT)
    return office_file


@asynccontextmanager
async def bank(house: House, file: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    """Open the bank as the trainer."""
    async with running(house(TRAINER, file), size) as pilot:
        await pilot.press("3")
        await seen(pilot, "題庫今天可用")
        await pilot.press("q")
        await seen(pilot, "11 題")
        yield pilot


async def find(pilot: Pilot[Any], text: str) -> None:
    """Narrow the list to what has a text."""
    press(pilot.app, "f")
    await seen(pilot, "留白：全部")
    press(pilot.app, *text, "enter")
    await seen(pilot, f"文字：{text}")


def question(file: Path, name: str) -> Question:
    with Desks.open(file, steady) as desks:
        return desks.quiz.question(name)


@SIZES
async def test_the_list_shows_every_question_and_every_key(
    house: House, bank_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with bank(house, bank_file, size) as pilot:
        await seen(pilot, "說明查定課徵")
        assert screen_text(pilot.app) == snapshot


@SIZES
async def test_a_question_is_shown_whole(
    house: House, bank_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with bank(house, bank_file, size) as pilot:
        await find(pilot, "配對")
        press(pilot.app, "enter")
        await seen(pilot, "丙稅 — 一月")
        assert screen_text(pilot.app) == snapshot


async def test_markup_in_a_question_is_text(house: House, bank_file: Path) -> None:
    async with bank(house, bank_file) as pilot:
        await find(pilot, "H-1")
        press(pilot.app, "enter")
        await seen(pilot, f"題目：{HOSTILE}")


async def test_the_list_is_narrowed_by_topic_and_status(house: House, bank_file: Path) -> None:
    async with bank(house, bank_file) as pilot:
        press(pilot.app, "t")
        await seen(pilot, "看哪一個稅目")
        press(pilot.app, "down", "down")
        press(pilot.app, "enter")
        await seen(pilot, "稅目：契稅")
        await seen(pilot, "2 題")
        press(pilot.app, "k")
        await seen(pilot, "狀態：草稿")
        await seen(pilot, "　1 題")
        press(pilot.app, "k", "k")
        await seen(pilot, "沒有這樣的題目")


async def test_the_status_of_a_question_is_changed_and_journaled(house: House, bank_file: Path) -> None:
    async with bank(house, bank_file) as pilot:
        await find(pilot, "D-1")
        press(pilot.app, "s")
        await seen(pilot, "D-1 現在是草稿，改為")
        press(pilot.app, "enter")
        await seen(pilot, "D-1 已改為啟用。")
    assert question(bank_file, "D-1").status is Status.ACTIVE
    with Desks.open(bank_file, steady) as desks:
        assert desks.office.evidence("bank.status")["D-1"]["status"] == "active"


async def test_leaving_the_choice_changes_nothing(house: House, bank_file: Path) -> None:
    async with bank(house, bank_file) as pilot:
        press(pilot.app, "s")
        await seen(pilot, "改為")
        press(pilot.app, "escape")
        await seen(pilot, "C 檢查")
    assert question(bank_file, "B-1").status is Status.ACTIVE


@SIZES
async def test_what_a_format_loses_is_shown_before_the_file_is_written(
    house: House, bank_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion, tmp_path: Path
) -> None:
    path = tmp_path / "out.aiken"
    async with bank(house, bank_file, size) as pilot:
        press(pilot.app, "e")
        await seen(pilot, "匯出題庫")
        press(pilot.app, *str(path), "enter")
        await seen(pilot, "這種格式不會保留")
        assert not path.exists()
        assert screen_text(pilot.app) == snapshot
        press(pilot.app, "y")
        await seen(pilot, "已寫入")
    assert path.exists()


async def test_a_name_without_a_format_is_refused_in_the_form(house: House, bank_file: Path) -> None:
    async with bank(house, bank_file) as pilot:
        press(pilot.app, "e")
        await seen(pilot, "匯出題庫")
        press(pilot.app, *"bank.docx", "enter")
        await seen(pilot, "看不出要寫成哪一種格式")


async def test_a_file_is_taken_in_from_here(house: House, bank_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "more.gift"
    write(path, [single("NEW-1", stem="新的題目？")], "gift")
    async with bank(house, bank_file) as pilot:
        press(pilot.app, "i")
        await seen(pilot, "匯入題庫")
        press(pilot.app, *str(path), "enter")
        await seen(pilot, "新增 1 題")
        press(pilot.app, "y")
        await seen(pilot, "已新增1題")
        await seen(pilot, "12 題")
    assert question(bank_file, "NEW-1").stem == "新的題目？"


async def test_a_file_in_big5_is_shown_as_it_would_read_and_taken_when_that_is_right(
    house: House, bank_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "big5.gift"
    path.write_bytes("// [id:BIG-5]\n契稅由買方申報。{T}\n".encode("cp950"))
    async with bank(house, bank_file) as pilot:
        press(pilot.app, "i")
        await seen(pilot, "匯入題庫")
        press(pilot.app, *str(path), "enter")
        await seen(pilot, "契稅由買方申報。{T}")
        press(pilot.app, "y")
        await seen(pilot, "新增 1 題")
        press(pilot.app, "y")
        await seen(pilot, "已新增1題")
    assert question(bank_file, "BIG-5").stem == "契稅由買方申報。"


@SIZES
async def test_what_should_be_looked_at_is_listed(
    house: House, bank_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with bank(house, bank_file, size) as pilot:
        press(pilot.app, "c")
        await seen(pilot, "沒有參考答案")
        assert screen_text(pilot.app) == snapshot
        press(pilot.app, "k")
        await seen(pilot, "情形：無法令依據")
        press(pilot.app, "enter")
        await seen(pilot, "題目：說明查定課徵。")


async def test_staff_have_no_way_to_the_bank(house: House, bank_file: Path) -> None:
    async with running(house("0101", bank_file)) as pilot:
        await pilot.press("3")
        shown = await seen(pilot, "題庫今天可用")
        assert "Q 題庫" not in shown
