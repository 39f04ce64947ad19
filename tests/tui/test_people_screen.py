"""The people of the office: found, imported after a look at the difference, given roles and leave."""

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.widgets import Input

from bureau.roles import Role
from tests.tui.conftest import (
    PEOPLE,
    TESTERS,
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
from tui.screens.home import HomeScreen
from tui.screens.people import PeopleScreen

HEADING = ("員工編號", "姓名", "科室", "職稱", "分機")
HOSTILE = "王[/nope][@click=app.quit]"


async def to_the_people(pilot: Pilot[Any]) -> None:
    press(pilot.app, "6")
    await seen(pilot, "0304")


def staff_file(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADING, *rows])
    return path


def contents(file: Path) -> bytes:
    return file.read_bytes()


def known() -> list[tuple[str, ...]]:
    return [(staff_no, name, section, title, number) for staff_no, name, section, title, number in PEOPLE]


async def give_path(pilot: Pilot[Any], path: Path) -> None:
    """Put a path into the form, as a terminal does when a file is dropped on it."""
    pilot.app.screen.query_one("#field-path", Input).value = f"'{path}'"
    press(pilot.app, "f2")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
async def test_the_people_fit_the_terminal(
    house: House, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        await to_the_people(pilot)
        await seen(pilot, "匯入名冊")
        assert screen_text(app) == snapshot


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("王", {"王小明", "王𤧟翔"}),
        ("土地", {"林淑芬", "黃建國", "吳峯銘", "歐陽美玉"}),
        ("１３０３", {"許雅婷"}),
    ],
)
async def test_people_are_found_by_any_of_their_words(house: House, wanted: str, found: set[str]) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_people(pilot)
        press(app, "slash", *wanted)
        await until(pilot, lambda: {row[1] for row in PEOPLE if row[1] in screen_text(app)} == found)


async def test_a_search_without_a_find_says_so(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_people(pilot)
        press(app, "slash", *"諸葛")
        await seen(pilot, "沒有符合的同仁")


async def test_the_letters_of_a_search_are_no_keys_and_those_after_it_are(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_people(pilot)
        press(app, "slash", *"0101", "enter", "l")
        await seen(pilot, "王小明 請假")


async def test_escape_ends_the_search_before_it_leaves(house: House) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_people(pilot)
        press(app, "slash", *"諸葛")
        await seen(pilot, "沒有符合的同仁")
        press(app, "escape")
        await seen(pilot, "歐陽美玉")
        assert isinstance(app.screen, PeopleScreen)
        press(app, "escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))


async def test_a_role_is_given_and_taken(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_people(pilot)
        press(app, "r")
        await seen(pilot, "王小明 的角色")
        press(app, "enter")
        await until(pilot, lambda: screen_text(app).count("測試員") == 3)
        with Desks.open(office_file, steady) as desks:
            assert desks.people.roles()["0101"] == [Role.TESTER]
        press(app, "r")
        await seen(pilot, "王小明 的角色")
        press(app, "enter")
        await until(pilot, lambda: screen_text(app).count("測試員") == 2)


async def test_only_the_administrator_gives_roles(house: House) -> None:
    app = house(TESTERS[0])
    async with running(app) as pilot:
        await to_the_people(pilot)
        press(app, "r")
        await seen(pilot, "王小明 的角色")
        press(app, "enter")
        await seen(pilot, "這件事只有管理者可以做")


async def test_leave_is_written_for_the_person_under_the_cursor(house: House, office_file: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_people(pilot)
        press(app, "down", "l")
        await seen(pilot, "李堃 請假")
        press(app, "enter", *"115/11/25", "enter", *"公假", "enter")
        await seen(pilot, "已記下請假")
    with Desks.open(office_file, steady) as desks:
        (leave,) = desks.people.leaves(date(2026, 11, 1), date(2026, 11, 30))
    assert (leave.staff_no, leave.first, leave.last, leave.kind) == (
        "0102",
        date(2026, 11, 23),
        date(2026, 11, 25),
        "公假",
    )


@pytest.mark.parametrize("day", ["115/2/30", "昨天", ""])
async def test_a_day_that_does_not_exist_stays_in_the_form(house: House, day: str) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_people(pilot)
        press(app, "l")
        await seen(pilot, "王小明 請假")
        app.screen.query_one("#field-first", Input).value = day
        press(app, "f2")
        await seen(pilot, "自：")


async def test_an_import_shows_the_difference_before_it_writes(
    house: House, office_file: Path, tmp_path: Path
) -> None:
    rows = [row for row in known() if row[0] != "0104"]
    rows[0] = ("0101", "王小明", "企劃服務科", "稅務員", "1101")
    file = staff_file(tmp_path / "名冊.csv", *rows, ("0105", "石喆", "房屋稅科", "稅務員", "1105"))
    app = house()
    async with running(app, (100, 40)) as pilot:
        await to_the_people(pilot)
        press(app, "i")
        await seen(pilot, "檔案（.xlsx 或 .csv）")
        await give_path(pilot, file)
        shown = await seen(pilot, "套用這些差異？")
        assert "新進 1 人、異動 1 人、離職 1 人" in shown
        assert "王小明：科室由「房屋稅科」改為「企劃" in shown
        assert "石喆" not in shown.partition("新進 0105")[0]
        press(app, "n")
        await until(pilot, lambda: "套用這些差異" not in screen_text(app))
        assert "石喆" not in screen_text(app)
        press(app, "i")
        await seen(pilot, "檔案（.xlsx 或 .csv）")
        await give_path(pilot, file)
        await seen(pilot, "套用這些差異？")
        press(app, "y")
        await seen(pilot, "石喆")


async def test_a_file_with_faults_is_refused_with_all_of_them(
    house: House, office_file: Path, tmp_path: Path
) -> None:
    rows = [*known(), ("0105", "", "房屋稅科", "稅務員", "1105"), ("0101", "石喆", "房屋稅科", "稅務員", "")]
    file = staff_file(tmp_path / "名冊.csv", *rows)
    before = contents(office_file)
    app = house()
    async with running(app) as pilot:
        await to_the_people(pilot)
        press(app, "i")
        await seen(pilot, "檔案（.xlsx 或 .csv）")
        await give_path(pilot, file)
        shown = await seen(pilot, "沒有完成")
        assert "第 14 列" in shown
        assert "第 2、15 列相同" in shown
    assert contents(office_file) == before


async def test_a_file_that_is_not_there_is_said_in_the_form(house: House, tmp_path: Path) -> None:
    app = house()
    async with running(app) as pilot:
        await to_the_people(pilot)
        press(app, "i")
        await seen(pilot, "檔案（.xlsx 或 .csv）")
        await give_path(pilot, tmp_path / "沒有.xlsx")
        await seen(pilot, "找不到這個檔案")


async def test_the_list_is_written_to_a_file_and_comes_back_unchanged(house: House, tmp_path: Path) -> None:
    file = tmp_path / "匯出.csv"
    app = house()
    async with running(app) as pilot:
        await to_the_people(pilot)
        press(app, "e")
        await seen(pilot, "匯出名冊")
        await give_path(pilot, file)
        await seen(pilot, "已寫出12人")
        press(app, "i")
        await seen(pilot, "自哪一天起")
        await give_path(pilot, file)
        await seen(pilot, "名冊沒有變動")


async def test_hostile_names_are_only_names(house: House, tmp_path: Path) -> None:
    file = make_office(tmp_path / "hostile.db", renamed=dict.fromkeys((row[0] for row in PEOPLE), HOSTILE))
    app = house(file=file)
    async with running(app, (120, 36)) as pilot:
        await to_the_people(pilot)
        press(app, "r")
        assert f"{HOSTILE} 的角色" in await seen(pilot, "的角色")
        press(app, "escape", "l")
        assert f"{HOSTILE} 請假" in await seen(pilot, "請假期間不會被抽測")
