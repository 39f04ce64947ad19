"""Scales are read, checked and published without a command."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.tui.conftest import House, press, running, seen, steady
from tui.desks import Desks

FILES = Path(__file__).parent.parent / "data" / "scales"


def published(file: Path) -> list[str]:
    with Desks.open(file, steady) as desks:
        return [scale.code for scale, _at in desks.calls.scales()]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
async def test_the_scales_fit_the_terminal(
    house: House, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        press(app, "2")
        await seen(pilot, "公開號碼")
        press(app, "l")
        assert await seen(pilot, "尚未發布") == snapshot


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
async def test_one_scale_fits_the_terminal(
    house: House, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        app.action_go("scales")
        await seen(pilot, "尚未發布")
        press(app, "enter")
        await seen(pilot, "switchboard.speed.ivr-speed")
        press(app, "down")
        assert await seen(pilot, "switchboard.speed.ivr-greeting") == snapshot


async def test_the_source_and_what_is_our_default_are_told(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        app.action_go("scales")
        await seen(pilot, "尚未發布")
        press(app, "down", "s")
        text = await seen(pilot, "來源沒有規定")
        assert "國立嘉義大學" in text


async def test_every_fault_of_a_file_is_shown_with_its_line(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        app.action_go("scales")
        await seen(pilot, "尚未發布")
        press(app, "k")
        await seen(pilot, "檢查量表檔")
        press(app, *str(FILES / "logic.toml"), "enter")
        text = await seen(pilot, "有 5 處錯誤")
        assert "logic.toml 第 17 列" in text
    assert published(office_file) == ["official"]


async def test_a_sound_file_is_published_after_a_yes(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        app.action_go("scales")
        await seen(pilot, "尚未發布")
        press(app, "k")
        await seen(pilot, "檢查量表檔")
        press(app, *str(FILES / "small.toml"), "enter")
        await seen(pilot, "發布這個量表？")
        press(app, "y")
        await seen(pilot, "已發布")
        await seen(pilot, "small ")
    assert published(office_file) == ["official", "small"]


async def test_the_scale_under_the_cursor_is_published_once(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        app.action_go("scales")
        await seen(pilot, "尚未發布")
        press(app, "p")
        await seen(pilot, "這一版已經發布過了")
        press(app, "down", "p")
        await seen(pilot, "發布這個量表？")
        press(app, "n")
        await seen(pilot, "尚未發布")
    assert published(office_file) == ["official"]


async def test_a_scale_is_written_out_to_be_edited_and_never_over_a_file(
    house: House, tmp_path: Path
) -> None:
    path = tmp_path / "own.toml"
    path.write_text("mine", encoding="utf-8")
    app = house()
    async with running(app) as pilot:
        app.action_go("scales")
        await seen(pilot, "尚未發布")
        press(app, "w")
        await seen(pilot, "另存成檔案")
        field = app.screen.query_one("#field-path")
        field.value = str(path)  # type: ignore[attr-defined]  # an Input
        press(app, "enter")
        await seen(pilot, "檔案已經存在")
    assert path.read_text(encoding="utf-8") == "mine"
