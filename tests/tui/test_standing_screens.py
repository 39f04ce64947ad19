"""The standings on screen and by command: how sure, in the office's order, and who may see them."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bureau.roles import ADMINISTRATOR
from courtesy.call import Outcome
from tests.conftest import MOMENT
from tests.tui.conftest import TRAINER, House, press, running, screen_text, seen, steady
from tui.desks import Desks
from tui.main import main

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)


@pytest.fixture
def file(office_file: Path) -> Path:
    """The drawn round with all but one call sealed: one busy, the others better or worse."""
    with Desks.open(office_file, steady) as desks:
        calls = desks.calls
        for place, draw in enumerate(calls.waiting(by=ADMINISTRATOR)[:-1]):
            call = calls.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=MOMENT)
            reached = place != 1
            calls.set_outcome(
                call.id, Outcome.REACHED if reached else Outcome.BUSY, by=ADMINISTRATOR, at=MOMENT
            )
            lines = [one for one in calls.scale(call.scale).lines(call.parts) if one.line.code != "stand-in"]
            for number, placed in enumerate(lines if reached else []):
                low = not placed.line.critical and number % 5 < place
                step = placed.line.steps[-1 if low else 0]
                calls.mark(call.id, placed.id, step.key, by=ADMINISTRATOR, at=MOMENT)
            calls.remark(call.id, "" if reached else "不再試。", by=ADMINISTRATOR)
            calls.seal(call.id, by=ADMINISTRATOR, at=MOMENT + timedelta(minutes=2))
    return office_file


@SIZES
async def test_sections_are_shown_with_their_intervals(
    house: House, file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with running(house(TRAINER, file), size) as pilot:
        press(pilot.app, "7")
        await seen(pilot, "全局平均")
        await seen(pilot, "土地稅科")
        assert screen_text(pilot.app) == snapshot


@SIZES
@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("enter", "可能的等第"),
        ("r", "中位數"),
        ("f", "99.8% 界限"),
        ("l", "尚未撥打"),
        ("t", "線上／線下"),
    ],
)
async def test_each_chart_says_what_may_be_concluded(
    house: House, file: Path, size: tuple[int, int], key: str, words: str, snapshot: SnapshotAssertion
) -> None:
    async with running(house(TRAINER, file), size) as pilot:
        press(pilot.app, "7")
        await seen(pilot, "土地稅科")
        press(pilot.app, key)
        await seen(pilot, words)
        await pilot.pause()
        assert screen_text(pilot.app) == snapshot


async def test_staff_see_their_own_result_only(house: House, file: Path) -> None:
    async with running(house("0301", file)) as pilot:
        press(pilot.app, "7")
        text = await seen(pilot, "我的結果")
        assert "蔡志豪" in text
        assert "王小明" not in text
        press(pilot.app, "escape")
        await seen(pilot, "今天要做的事")


async def test_another_period_can_be_chosen(house: House, file: Path) -> None:
    async with running(house(TRAINER, file)) as pilot:
        press(pilot.app, "7")
        await seen(pilot, "115 年度　5 通")
        press(pilot.app, "p")
        await seen(pilot, "看哪一段期間")
        field: Any = pilot.app.focused
        field.value = "114"
        press(pilot.app, "f2")
        await seen(pilot, "114 年度　0 通")


def printed(capsys: pytest.CaptureFixture[str], file: Path, *words: str) -> Any:
    assert main(["standing", *words, "--period", "115", "--json", "--office", str(file)]) == 0
    return json.loads(capsys.readouterr().out)


def test_scores_are_printed_with_two_decimals_and_nothing_where_too_few(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = printed(capsys, file, "sections")
    assert [row["section"] for row in rows] == ["房屋稅科", "土地稅科", "企劃服務科"]
    for row in rows:
        assert (row["low"] is None) == (row["sd"] in {None, "0.00"})
        assert row["mean"] is None or len(row["mean"].partition(".")[2]) == 2


@pytest.mark.parametrize(
    "words", [("run",), ("run", "--by", "quarter"), ("funnel",), ("flow",)], ids=" ".join
)
def test_every_chart_carries_its_conclusion(
    file: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert printed(capsys, file, *words)["conclusion"]


def test_testers_with_few_forms_are_not_judged(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for row in printed(capsys, file, "testers"):
        assert row["reasons"] is None
        assert row["p"] is None


def test_staff_may_not_list_sections(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["standing", "sections", "--office", str(file), "--as", "0301"]) == 1
    assert "只有" in capsys.readouterr().err


def test_the_report_is_printed(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "統計.pdf"
    words = ["standing", "print", "--period", "115", "--pdf", str(path), "--office", str(file)]
    assert main(words) == 0
    assert path.read_bytes().startswith(b"%PDF")
