"""A colleague practises on screen: the answer is explained at once, and nothing of it is a score."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from bureau.roles import ADMINISTRATOR
from quiz_bank.formats.reading import Reading
from quiz_bank.question import Question
from tests.conftest import MOMENT
from tests.quiz_bank.samples import essay, matching, multiple, short, single, true_false
from tests.tui.conftest import House, press, running, screen_text, seen, steady
from tui.desks import Desks

WHO = "0101"
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)


def office_with(office_file: Path, *questions: Question) -> Path:
    with Desks.open(office_file, steady) as desks:
        desks.quiz.take(Reading(questions=questions), Path("題.toml"), by=ADMINISTRATOR, at=MOMENT)
    return office_file


@asynccontextmanager
async def practising(house: House, file: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    async with running(house(WHO, file), size) as pilot:
        await seen(pilot, "今天的練習還有")
        await pilot.press("q")
        await seen(pilot, "今天練習了 0 題")
        yield pilot


def letter_of(pilot: Pilot[Any], text: str) -> str:
    """The letter under which an option is shown."""
    [line] = [line for line in screen_text(pilot.app).splitlines() if line.rstrip().endswith(f"  {text}")]
    return line.split("]")[1].split()[0]


@SIZES
async def test_an_answer_is_explained_at_once(
    house: House, office_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with practising(house, office_with(office_file, single("S")), size) as pilot:
        press(pilot.app, letter_of(pilot, "丙"))
        await seen(pilot, "下次複習")
        assert screen_text(pilot.app) == snapshot


async def test_home_says_how_many_are_left_and_stops_when_they_are_done(
    house: House, office_file: Path
) -> None:
    async with practising(house, office_with(office_file, true_false("T"))) as pilot:
        press(pilot.app, "o")
        await seen(pilot, "答對了")
        press(pilot.app, "enter")
        await seen(pilot, "今天沒有題目要練習")
        press(pilot.app, "escape")
        await seen(pilot, "今天要做的事")
        assert "今天的練習還有" not in screen_text(pilot.app)


async def test_several_options_are_chosen_before_the_answer_is_checked(
    house: House, office_file: Path
) -> None:
    async with practising(house, office_with(office_file, multiple("M"))) as pilot:
        for text in ("甲", "乙", "丁"):
            press(pilot.app, letter_of(pilot, text))
            await pilot.pause()
        assert "下次複習" not in screen_text(pilot.app)
        press(pilot.app, "enter")
        await seen(pilot, "答對了")


async def test_what_is_typed_is_checked_with_enter(house: House, office_file: Path) -> None:
    async with practising(house, office_with(office_file, short("F"))) as pilot:
        press(pilot.app, *"北市", "enter")
        await seen(pilot, "答對了")


async def test_pairs_are_matched_by_letters(house: House, office_file: Path) -> None:
    async with practising(house, office_with(office_file, matching("P"))) as pilot:
        shown = screen_text(pilot.app).splitlines()
        letters = {line.split()[1]: line.split()[0] for line in shown if line.rstrip().endswith("月")}
        press(pilot.app, letters["一月"], letters["二月"], letters["一月"], "enter")
        await seen(pilot, "答對了")


async def test_whoever_does_not_know_sees_the_answer(house: House, office_file: Path) -> None:
    async with practising(house, office_with(office_file, single("S"))) as pilot:
        press(pilot.app, "enter")
        await pilot.pause()
        press(pilot.app, "f8")
        await seen(pilot, "沒有作答")


async def test_only_wrong_ones_can_be_wanted(house: House, office_file: Path) -> None:
    async with practising(house, office_with(office_file, single("S"))) as pilot:
        press(pilot.app, "w")
        await seen(pilot, "沒有答錯過的題目要練習")
        press(pilot.app, "w")
        await seen(pilot, "何者正確 S")


async def test_without_a_question_home_says_nothing_of_practice(house: House, office_file: Path) -> None:
    async with running(house(WHO, office_with(office_file, essay("E")))) as pilot:
        await seen(pilot, "今天要做的事")
        await pilot.pause()
        assert "今天的練習" not in screen_text(pilot.app)
