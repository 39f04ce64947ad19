"""A colleague sits a quiz on screen: every choice is stored at once, no key is shown before the end."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from bureau.roles import ADMINISTRATOR
from quiz_bank.blueprint import Blueprint, Cell
from quiz_bank.formats.reading import Reading
from quiz_bank.question import Kind, Question
from quiz_bank.response import Response
from quiz_bank.sitting import Sitting
from tests.conftest import MOMENT
from tests.quiz_bank.samples import MIXED_BLUEPRINT, OF_EACH_KIND, matching
from tests.tui.conftest import Clock, House, press, running, screen_text, seen, steady, until
from tui.desks import Desks
from tui.screens.sitting import SittingScreen

WHO = "0101"
HOSTILE = "下列何者為[/x]正確？[@click=app.quit]"
LONG = "房屋供自住使用且符合本人、配偶及未成年子女全國合計三戶以內並辦竣戶籍登記之要件者" * 2
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)


def questions() -> list[Question]:
    made = [
        Question(
            id=f"T-{number}",
            kind=Kind.TRUE_FALSE,
            topic="房屋稅 > 稅率",
            difficulty=1,
            stem=f"房屋稅的第{number}個說法是對的。",
            options=("○", "×"),
            key=(0,),
            explanation=f"依法如此（{number}）。",
            legal_basis="房屋稅條例第5條",
        )
        for number in range(1, 3)
    ]
    made.append(
        Question(
            id="S-1",
            kind=Kind.SINGLE,
            topic="房屋稅 > 稅率",
            difficulty=1,
            stem=HOSTILE,
            options=("甲說", "乙說", LONG, "丁說"),
            key=(1,),
            explanation="乙說才對。",
            legal_basis="房屋稅條例第6條",
        )
    )
    made.append(
        Question(
            id="M-1",
            kind=Kind.MULTIPLE,
            topic="房屋稅 > 稅率",
            difficulty=2,
            stem="下列哪些屬於地方稅？",
            options=("房屋稅", "地價稅", "營業稅", "契稅"),
            key=(0, 1, 3),
            explanation="營業稅是國稅。",
            legal_basis="財政收支劃分法第12條",
        )
    )
    return made


@pytest.fixture
def quiz_file(office_file: Path) -> Path:
    """The office with four questions and one open paper."""
    with Desks.open(office_file, steady) as desks:
        reading = Reading(questions=tuple(questions()))
        desks.quiz.take(reading, Path("測試題庫.toml"), by=ADMINISTRATOR, at=MOMENT)
        desks.quiz.new_paper(
            title="第四季測驗",
            day=date(2026, 11, 23),
            seed="7",
            by=ADMINISTRATOR,
            at=MOMENT,
            blueprint=Blueprint(cells=(Cell(count=4, points="25"),)),
        )
    return office_file


def stored(file: Path) -> Sitting:
    with Desks.open(file, steady) as desks:
        return desks.quiz.sittings(desks.quiz.papers()[0].id)[0]


@asynccontextmanager
async def sitting(house: House, file: Path, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    """Open the quiz as the colleague and begin."""
    async with running(house(WHO, file), size) as pilot:
        await pilot.press("3")
        await seen(pilot, "第四季測驗")
        await pilot.press("enter")
        await seen(pilot, "60.00 分及格")
        await pilot.press("y")
        await seen(pilot, "第 1 題／共 ")
        yield pilot


async def go_to(pilot: Pilot[Any], words: str) -> None:
    """Turn pages until the question with these words is shown."""
    for _page in range(4):
        if words in screen_text(pilot.app):
            return
        await pilot.press("right")
        await pilot.pause()
    assert words in screen_text(pilot.app)


@SIZES
async def test_a_question_is_shown_with_all_of_its_words(
    house: House, quiz_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with sitting(house, quiz_file, size) as pilot:
        await go_to(pilot, "下列何者為")
        assert screen_text(pilot.app) == snapshot


async def test_the_rules_stand_before_the_first_question(house: House, quiz_file: Path) -> None:
    async with running(house(WHO, quiz_file)) as pilot:
        await pilot.press("3")
        await seen(pilot, "第四季測驗")
        await pilot.press("enter")
        shown = await seen(pilot, "及格")
        assert "40 分鐘" in shown
        with Desks.open(quiz_file, steady) as desks:
            assert not desks.quiz.sittings(desks.quiz.papers()[0].id)


@pytest.mark.parametrize("key", ["1", "１", "a", "Ａ"])
async def test_an_answer_is_stored_by_digit_or_letter_of_any_width(
    house: House, quiz_file: Path, key: str
) -> None:
    async with sitting(house, quiz_file) as pilot:
        await pilot.press(key)
        await seen(pilot, "[V]")
        assert len(stored(quiz_file).answers) == 1


async def test_another_choice_takes_the_place_of_the_first(house: House, quiz_file: Path) -> None:
    async with sitting(house, quiz_file) as pilot:
        await go_to(pilot, "下列何者為")
        await pilot.press("1", "2")
        await pilot.pause()
        assert screen_text(pilot.app).count("[V]") == 1


async def test_in_multiple_choice_each_key_chooses_or_takes_back(house: House, quiz_file: Path) -> None:
    async with sitting(house, quiz_file) as pilot:
        await go_to(pilot, "下列哪些")
        await pilot.press("1", "2", "3", "2")
        await pilot.pause()
        assert screen_text(pilot.app).count("[V]") == 2


async def test_enter_chooses_the_option_under_the_cursor(house: House, quiz_file: Path) -> None:
    async with sitting(house, quiz_file) as pilot:
        await go_to(pilot, "下列何者為")
        await pilot.press("down", "enter")
        await seen(pilot, "[V] B")


async def test_after_a_crash_the_answers_are_there_and_the_clock_has_run_on(
    house: House, quiz_file: Path, clock: Clock
) -> None:
    async with sitting(house, quiz_file) as pilot:
        await pilot.press("1")
        await seen(pilot, "[V]")
    clock.advance(10 * 60)
    async with running(house(WHO, quiz_file)) as pilot:
        await pilot.press("3")
        await seen(pilot, "第四季測驗")
        await pilot.press("enter")
        await seen(pilot, "及格")
        await pilot.press("y")
        shown = await seen(pilot, "還有 30 分鐘")
        assert "1V" in shown


async def test_what_is_unanswered_is_listed_before_the_sheet_is_handed_in(
    house: House, quiz_file: Path
) -> None:
    async with sitting(house, quiz_file) as pilot:
        await pilot.press("1", "right", "space", "f5")
        shown = await seen(pilot, "交卷後不能再改")
        assert "還有 3 題沒有作答：第 2、3、4 題" in shown
        assert "標記想再看的：第 2 題" in shown
        await pilot.press("n")
        await pilot.pause()
        assert not stored(quiz_file).submitted


async def test_score_key_and_law_are_shown_after_the_end_and_not_before(
    house: House, quiz_file: Path
) -> None:
    async with sitting(house, quiz_file) as pilot:
        for _page in range(4):
            assert "依法如此" not in screen_text(pilot.app)
            await pilot.press("1", "right")
        await pilot.press("f5")
        await seen(pilot, "每一題都作答了")
        await pilot.press("y")
        await seen(pilot, "已交卷")
        assert stored(quiz_file).submitted
        await pilot.press("enter")
        await seen(pilot, "正解")
        await pilot.press("enter")
        await seen(pilot, "法令依據")


async def test_when_the_time_is_over_what_was_stored_is_handed_in(
    house: House, quiz_file: Path, clock: Clock
) -> None:
    async with sitting(house, quiz_file) as pilot:
        await pilot.press("1")
        await seen(pilot, "[V]")
        clock.advance(41 * 60)
        await pilot.press("2")
        await seen(pilot, "已交卷")
        assert stored(quiz_file).overdue
        assert len(stored(quiz_file).answers) == 1


async def test_a_screen_in_a_sitting_holds_no_key(house: House, quiz_file: Path) -> None:
    async with sitting(house, quiz_file) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, SittingScreen)
        assert screen._sheet is not None
        assert "乙說才對" not in screen._sheet.model_dump_json()


@SIZES
async def test_a_trainer_sees_who_has_which_result(
    house: House, quiz_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with sitting(house, quiz_file) as pilot:
        await pilot.press("1", "f5")
        await seen(pilot, "交卷後不能再改")
        await pilot.press("y")
        await seen(pilot, "已交卷")
    async with running(house("0304", quiz_file), size) as pilot:
        await pilot.press("3")
        await seen(pilot, "第四季測驗")
        await pilot.press("r")
        await seen(pilot, "王小明")
        assert screen_text(pilot.app) == snapshot


async def test_a_colleague_sees_no_other_results(house: House, quiz_file: Path) -> None:
    async with sitting(house, quiz_file) as pilot:
        await pilot.press("1", "f5")
        await seen(pilot, "交卷後不能再改")
        await pilot.press("y")
        await seen(pilot, "已交卷")
    async with running(house("0102", quiz_file)) as pilot:
        await pilot.press("3")
        await seen(pilot, "第四季測驗")
        await pilot.press("r")
        shown = await seen(pilot, "還沒有您的成績")
        assert "王小明" not in shown


async def test_a_trainer_draws_a_paper_from_the_shipped_bank(house: House, office_file: Path) -> None:
    async with running(house("0304", office_file)) as pilot:
        await pilot.press("3")
        await seen(pilot, "題庫今天可用 0 題")
        await pilot.press("b")
        await seen(pilot, "載入內附的題庫")
        await pilot.press("y")
        await seen(pilot, "新增")
        await pilot.press("enter", "n")
        await seen(pilot, "新試卷")
        await pilot.press(*"quarter", "f2")
        await seen(pilot, "合計 20 題、100 分")
        await pilot.press("f5")
        await seen(pilot, "預估平均")
        await pilot.press("y")
        await until(
            pilot, lambda: "quarter" in screen_text(pilot.app) and "115/12/06" in screen_text(pilot.app)
        )


@pytest.fixture
def mixed_file(office_file: Path) -> Path:
    """The office with one question of each kind and an open paper of them."""
    with Desks.open(office_file, steady) as desks:
        reading = Reading(questions=OF_EACH_KIND)
        desks.quiz.take(reading, Path("各題型.toml"), by=ADMINISTRATOR, at=MOMENT)
        desks.quiz.new_paper(
            title="第四季測驗",
            day=date(2026, 11, 23),
            seed="7",
            by=ADMINISTRATOR,
            at=MOMENT,
            blueprint=MIXED_BLUEPRINT,
        )
    return office_file


def answers_of(file: Path) -> dict[Kind, Response]:
    """What is stored, by the kind of the question."""
    with Desks.open(file, steady) as desks:
        paper = desks.quiz.papers()[0]
        sitting = desks.quiz.sittings(paper.id)[0]
    return {paper.item(number).question.kind: response for number, response in sitting.answers.items()}


async def go_to_kind(pilot: Pilot[Any], kind: Kind) -> None:
    """Leaf to the page of this kind."""
    for place in range(1, len(Kind) + 1):
        shown = await seen(pilot, f"第 {place} 題／")
        if f"　{kind.label}" in shown:
            return
        press(pilot.app, "pagedown" if "PgDn" in shown else "right")


@SIZES
@pytest.mark.parametrize("kind", [Kind.SHORT, Kind.MATCHING, Kind.ESSAY])
async def test_each_way_of_answering_has_its_page(
    house: House, mixed_file: Path, size: tuple[int, int], kind: Kind, snapshot: SnapshotAssertion
) -> None:
    async with sitting(house, mixed_file, size) as pilot:
        await go_to_kind(pilot, kind)
        await seen(pilot, f"　{kind.label}")
        assert screen_text(pilot.app) == snapshot


@pytest.mark.parametrize("kind", [Kind.SHORT, Kind.NUMBER, Kind.ESSAY])
async def test_what_is_typed_is_stored_letter_by_letter(house: House, mixed_file: Path, kind: Kind) -> None:
    typed = "12" if kind is Kind.NUMBER else "go x1"
    async with sitting(house, mixed_file) as pilot:
        await go_to_kind(pilot, kind)
        press(pilot.app, *typed)
        await until(pilot, lambda: answers_of(mixed_file).get(kind) == typed)


async def test_typing_ahead_never_lands_on_another_question(house: House, mixed_file: Path) -> None:
    async with sitting(house, mixed_file) as pilot:
        await go_to_kind(pilot, Kind.SHORT)
        press(pilot.app, *"abc", "pageup", "pagedown", *"d")
        await until(pilot, lambda: answers_of(mixed_file).get(Kind.SHORT) == "abcd")
        assert set(answers_of(mixed_file)) == {Kind.SHORT}


async def test_what_is_no_number_is_said_and_not_stored(house: House, mixed_file: Path) -> None:
    async with sitting(house, mixed_file) as pilot:
        await go_to_kind(pilot, Kind.NUMBER)
        press(pilot.app, *"12x")
        await seen(pilot, "還沒有存")
        await until(pilot, lambda: Kind.NUMBER not in answers_of(mixed_file))
        press(pilot.app, "backspace")
        await until(pilot, lambda: answers_of(mixed_file).get(Kind.NUMBER) == "12")


async def test_a_matching_takes_a_letter_for_each_prompt_and_the_same_again_takes_it_back(
    house: House, mixed_file: Path
) -> None:
    async with sitting(house, mixed_file) as pilot:
        await go_to_kind(pilot, Kind.MATCHING)
        press(pilot.app, "a", "b", "c")
        await seen(pilot, "[C] 3")
        stored_matching = answers_of(mixed_file)[Kind.MATCHING]
        assert sorted(stored_matching) == [0, 1, 2]
        press(pilot.app, "c")
        await seen(pilot, "[ ] 3")
        assert answers_of(mixed_file)[Kind.MATCHING] == (*stored_matching[:2], -1)


async def test_a_sheet_with_an_essay_is_handed_in_and_waits_for_its_mark(
    house: House, mixed_file: Path
) -> None:
    async with sitting(house, mixed_file) as pilot:
        await go_to_kind(pilot, Kind.ESSAY)
        press(pilot.app, *"yes", "f5")
        await seen(pilot, "交卷？")
        await pilot.press("y")
        await seen(pilot, "簡答題要由人評分")
        assert stored(mixed_file).being_marked


async def test_the_answers_of_a_long_matching_can_be_read(house: House, office_file: Path) -> None:
    pairs = tuple((f"左{number}", f"右{number}") for number in range(9))
    with Desks.open(office_file, steady) as desks:
        reading = Reading(questions=(matching("P", pairs=pairs, distractors=("餘一", "餘二")),))
        desks.quiz.take(reading, Path("長.toml"), by=ADMINISTRATOR, at=MOMENT)
        desks.quiz.new_paper(
            title="第四季測驗",
            day=date(2026, 11, 23),
            seed="7",
            by=ADMINISTRATOR,
            at=MOMENT,
            blueprint=Blueprint(cells=(Cell(count=1, points="100"),)),
        )
    async with sitting(house, office_file) as pilot:
        last = "K  "
        assert last not in screen_text(pilot.app)
        press(pilot.app, "pagedown", "pagedown")
        await until(pilot, lambda: last in screen_text(pilot.app))
        press(pilot.app, "pageup", "pageup")
        await seen(pilot, "左0")
        press(pilot.app, *["down"] * 30)
        await until(pilot, lambda: last in screen_text(pilot.app))


async def test_home_says_how_much_time_a_sitting_has_left(house: House, quiz_file: Path) -> None:
    async with sitting(house, quiz_file) as pilot:
        press(pilot.app, "escape")
        await seen(pilot, "作答中")
        press(pilot.app, "escape")
        await seen(pilot, "還有 40 分鐘")
