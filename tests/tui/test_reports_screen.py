"""Every paper is found in one place, made from there, and says where it went."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader
from syrupy.assertion import SnapshotAssertion

from bureau.roles import ADMINISTRATOR
from tests.conftest import MOMENT
from tests.tui.conftest import TRAINER, House, press, running, screen_text, seen, steady
from tests.tui.test_training_screens import low_call
from tui.desks import Desks
from tui.screens.offered import Offered, Order, Subject, offered

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)


def place_of(name: str) -> int:
    return next(place for place, one in enumerate(offered()) if one.name == name)


def down_to(name: str) -> list[str]:
    return ["down"] * place_of(name)


@SIZES
async def test_the_list_of_papers_fits(
    house: House, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        press(app, "p")
        await seen(pilot, "誰可以印")
        assert screen_text(app) == snapshot


async def test_the_yearly_report_is_printed_and_said_where(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = house(TRAINER)
    async with running(app, (120, 36)) as pilot:
        press(app, "p")
        await seen(pilot, "誰可以印")
        press(app, *down_to("年度報告"), "enter")
        await seen(pilot, "期別")
        press(app, "f2")
        await seen(pilot, "年度報告-115.pdf")
        press(app, "f2")
        assert "頁。" in await seen(pilot, "已印到")
    assert len(PdfReader(tmp_path / "年度報告-115.pdf").pages) > 1


async def test_the_ending_of_the_name_says_in_which_form(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = house(TRAINER)
    async with running(app, (120, 36)) as pilot:
        press(app, "p")
        await seen(pilot, "誰可以印")
        press(app, "enter")
        await seen(pilot, "存成")
        press(app, "backspace", *"r.xlsx", "f2")
        await seen(pilot, "遮罩姓名嗎")
        press(app, "n")
        await seen(pilot, "已寫到")
    assert load_workbook(tmp_path / "r.xlsx").active is not None


async def test_a_form_in_which_a_paper_cannot_be_had_is_refused(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = house(TRAINER)
    async with running(app) as pilot:
        press(app, "p")
        await seen(pilot, "誰可以印")
        press(app, *down_to("半年彙整"), "enter")
        await seen(pilot, "期別")
        press(app, "f2")
        await seen(pilot, "存成")
        press(app, "backspace", *"r.xlsx", "f2")
        await seen(pilot, "不能寫成「.xlsx」檔")
    assert not (tmp_path / "r.xlsx").exists()


async def test_who_may_not_print_is_told_so_at_once(house: House) -> None:
    app = house("0101")
    async with running(app) as pilot:
        press(app, "p")
        await seen(pilot, "誰可以印")
        press(app, "enter")
        await seen(pilot, "只有訓練承辦人、主管可以做")


async def test_a_notice_is_offered_only_for_who_may_be_told(house: House, office_file: Path) -> None:
    with Desks.open(office_file, steady) as desks:
        low_call(desks)
        desks.training.open_cases(by=ADMINISTRATOR, at=MOMENT)
    app = house(TRAINER)
    async with running(app) as pilot:
        press(app, "p")
        await seen(pilot, "誰可以印")
        press(app, *down_to("補訓通知單"), "enter")
        await seen(pilot, "還沒有可以印的資料")


PERIODS = {Subject.YEAR: "115", Subject.HALF: "115H2", Subject.MONTH: "115M11", Subject.PERIOD: "115Q4"}


@pytest.mark.parametrize(
    "one",
    [one for one in offered() if one.subject in {*PERIODS, Subject.NOTHING}],
    ids=lambda one: one.name,
)
def test_each_paper_of_a_period_is_made_in_each_form(one: Offered, office_file: Path, tmp_path: Path) -> None:
    with Desks.open(office_file, steady) as desks:
        for ending in one.endings:
            path = tmp_path / f"paper{ending}"
            one.make(desks, Order(PERIODS.get(one.subject, ""), path, ADMINISTRATOR, MOMENT))
            assert path.exists()
