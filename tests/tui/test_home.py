"""Home is there at once, says what is due, and stays usable when the office file cannot be opened."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.geometry import Offset

from tests.tui.conftest import (
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
from tui.app import PLACES, CourtesyApp
from tui.screens.home import HomeScreen
from tui.widgets.keys import KeyBar

MOST_ROUNDS = 20


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
async def test_home_fits_the_terminal(
    house: House, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size):
        assert screen_text(app) == snapshot


async def test_home_is_painted_before_the_office_is_open(house: House) -> None:
    app = house()
    painted: list[str] = []

    class Watched(HomeScreen):
        async def _on_idle(self, event: object) -> None:
            await super()._on_idle(event)  # type: ignore[arg-type]  # textual's own event
            if app.actor is None:
                painted.append(screen_text(app))

    app.get_default_screen = Watched  # type: ignore[method-assign]  # the program makes it itself
    async with running(app):
        pass
    assert any("今天要做的事" in text and "正在開啟" in text for text in painted)


async def test_a_missing_office_file_is_said_once_and_home_stays(tmp_path: Path) -> None:
    app = CourtesyApp(tmp_path / "nowhere.db", clock=Clock(), entropy=steady)
    async with running(app) as pilot:
        assert "nowhere.db" in await seen(pilot, "沒有完成")
        press(app, "enter")
        await seen(pilot, "資料檔沒有開啟")
        for _look in range(MOST_ROUNDS):
            await pilot.pause()
        assert isinstance(app.screen, HomeScreen)


@pytest.mark.parametrize("place", PLACES)
async def test_no_place_crashes_without_an_office(tmp_path: Path, place: str) -> None:
    app = CourtesyApp(tmp_path / "nowhere.db", clock=Clock(), entropy=steady)
    async with running(app) as pilot:
        await seen(pilot, "沒有完成")
        press(app, "enter")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        app.action_go(place)
        await seen(pilot, "沒有完成")
        press(app, "enter")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))


async def test_a_file_that_is_no_office_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("這不是資料檔。", encoding="utf-8")
    app = CourtesyApp(file, clock=Clock(), entropy=steady)
    async with running(app) as pilot:
        assert "letter.db" in await seen(pilot, "沒有完成")
    assert file.read_text(encoding="utf-8") == "這不是資料檔。"


async def test_a_place_entered_before_the_office_is_open_waits_for_it(house: House) -> None:
    app = house()
    async with app.run_test(size=(80, 24)) as pilot:
        press(app, "1")
        await seen(pilot, "還有 6 通要打")


async def test_what_is_due_leads_to_where_it_is_done(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        await seen(pilot, "電話測試還有 6 通要打")
        press(app, "enter")
        await seen(pilot, "籤號")


async def test_what_was_done_elsewhere_is_no_longer_due(house: House, tmp_path: Path) -> None:
    app = house(file=make_office(tmp_path / "undrawn.db", draw=False))
    async with running(app) as pilot:
        press(app, "2", "n")
        await seen(pilot, "期別寫成")
        press(app, "tab", "tab", "tab", "6", "f2")
        await seen(pilot, "請現在公布承諾值")
        press(app, "enter", "escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await seen(pilot, "公開號碼")


async def test_another_person_signs_in(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        press(app, "f2")
        await seen(pilot, "留白：由管理者操作")
        press(app, *TESTERS[0], "enter")
        await seen(pilot, "陳秋月  115/11/23")
    assert app.by.staff_no == TESTERS[0]


async def test_nobody_signs_in_by_a_wrong_number(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        press(app, "f2")
        await seen(pilot, "留白：由管理者操作")
        press(app, *"9999", "enter")
        await seen(pilot, "沒有員工編號 9999 的在職同仁")
    assert app.by.staff_no == ""


async def test_the_palette_finds_a_place_by_a_few_characters(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        press(app, "f9")
        await seen(pilot, "要做什麼？")
        press(app, *"同仁")
        await until(
            pilot, lambda: "打分數" not in screen_text(app).partition("要做什麼")[2].partition("╰")[0]
        )
        press(app, "enter")
        await seen(pilot, "員工編號")


async def test_the_palette_carries_out_what_belongs_to_the_program(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        press(app, "f9")
        await seen(pilot, "要做什麼？")
        press(app, *"說明")
        await pilot.pause()
        press(app, "enter")
        await seen(pilot, "這裡列出今天該做的事")


@pytest.mark.parametrize(("key", "title"), [("6 同仁", "員工編號"), ("F1 說明", "這裡列出今天該做的事")])
async def test_a_key_on_the_bar_can_be_clicked(house: House, key: str, title: str) -> None:
    app = house()
    async with running(app) as pilot:
        bar = app.screen.query_one(KeyBar)
        lines = bar.lines(bar.size.width)
        row = next(row for row, line in enumerate(lines) if key in [one.text for one in line])
        column = sum(
            len(one.text.encode("big5")) + 2 for one in lines[row][: [o.text for o in lines[row]].index(key)]
        )
        await pilot.click(KeyBar, offset=Offset(column + 2, row))
        await seen(pilot, title)


@pytest.mark.parametrize("place", PLACES)
async def test_every_place_explains_itself(house: House, place: str) -> None:
    app = house()
    async with running(app) as pilot:
        app.action_go(place)
        await until(pilot, lambda: not isinstance(app.screen, HomeScreen))
        press(app, "f1")
        shown = await seen(pilot, "說明：")
        assert "用下方列出的按鍵操作" not in shown


async def test_a_window_is_explained_by_the_place_behind_it(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        press(app, "f2")
        await seen(pilot, "留白：由管理者操作")
        press(app, "f1")
        shown = await seen(pilot, "這裡列出今天該做的事")
        assert "None" not in shown
