"""A trainer makes papers on screen, prints them, enters what was answered on paper, and marks essays."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from bureau.roles import ADMINISTRATOR
from quiz_bank.answer_line import printed_letters
from quiz_bank.blueprint import Paper
from quiz_bank.formats.reading import Reading
from quiz_bank.question import Kind
from quiz_bank.response import right_response
from tests.conftest import MOMENT
from tests.quiz_bank.samples import MIXED_BLUEPRINT, OF_EACH_KIND, single, true_false
from tests.tui.conftest import TRAINER, House, press, running, screen_text, seen, steady
from tui.desks import Desks

WHO = "0101"
DAY = date(2026, 11, 23)
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
TITLE = "綜合測驗"


@pytest.fixture
def paper_file(office_file: Path) -> Path:
    """The office with one question of each kind and more, and a paper of each kind."""
    with Desks.open(office_file, steady) as desks:
        more = (
            *(true_false(f"TF{number}", "契稅 > 稅率") for number in range(8)),
            *(single(f"SC{number}", "契稅 > 稅率") for number in range(8)),
        )
        reading = Reading(questions=(*OF_EACH_KIND, *more))
        desks.quiz.take(reading, Path("測試題庫.toml"), by=ADMINISTRATOR, at=MOMENT)
        desks.quiz.new_paper(
            title=TITLE, day=DAY, seed="7", by=ADMINISTRATOR, at=MOMENT, blueprint=MIXED_BLUEPRINT
        )
    return office_file


def the_paper(file: Path) -> Paper:
    with Desks.open(file, steady) as desks:
        return next(paper for paper in desks.quiz.papers() if paper.title == TITLE)


def hand_in(file: Path, *staff_nos: str) -> None:
    """Let these people hand in the paper with everything right and an essay."""
    with Desks.open(file, steady) as desks:
        paper = next(paper for paper in desks.quiz.papers() if paper.title == TITLE)
        answers = {item.number: right_response(item.question) for item in paper.items}
        for staff_no in staff_nos:
            own = {**answers, 7: f"這是一份答案，寫得不長。\n第二段。{len(answers)}"}
            desks.quiz.enter_answers(paper.id, staff_no, own, by=ADMINISTRATOR, at=MOMENT)


@asynccontextmanager
async def quizzes(
    house: House, file: Path, who: str = TRAINER, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[Any]]:
    async with running(house(who, file), size) as pilot:
        await pilot.press("3")
        await seen(pilot, TITLE)
        yield pilot


def line_of(paper: Paper) -> str:
    """A sheet with everything right, as it is typed."""
    words = []
    for item in paper.items:
        response, letters = right_response(item.question), printed_letters(paper, item)
        if isinstance(response, str):
            words.append(response)
        elif item.question.kind is Kind.TRUE_FALSE:
            words.append("O" if response == (0,) else "X")
        else:
            words.append("".join(letters[index] for index in response))
    return " ".join(words)


# Making papers


@SIZES
async def test_the_cells_of_a_new_paper_stand_beside_what_the_bank_has(
    house: House, paper_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with quizzes(house, paper_file, size=size) as pilot:
        await pilot.press("n")
        await seen(pilot, "平行卷份數")
        await pilot.press(*"quarter", "f2")
        await seen(pilot, "「quarter」")
        await seen(pilot, "題庫不夠")
        assert screen_text(pilot.app) == snapshot


async def fill_two_cells(pilot: Pilot[Any]) -> None:
    """Ask for 4 true-or-false and 4 single of 12.5 points each, in two forms."""
    await pilot.press("n")
    await seen(pilot, "平行卷份數")
    await pilot.press(*"quarter", "down", "down", "down", "down", "backspace", "2", "f2")
    await seen(pilot, "平行卷 2 份")
    for cell in range(2):
        await pilot.press("enter")
        await seen(pilot, "命題藍圖的一格")
        await pilot.press("down", "down", "down", *["backspace"] * 2, "4", "down", "backspace", *"12.5", "f2")
        await seen(pilot, f"合計 {14 if not cell else 8} 題")
        await pilot.press("down")
    await seen(pilot, "8 題、100 分")


async def test_parallel_forms_are_previewed_before_they_are_made(house: House, paper_file: Path) -> None:
    async with quizzes(house, paper_file) as pilot:
        await fill_two_cells(pilot)
        await pilot.press("f5")
        shown = await seen(pilot, "各卷預估相差")
        assert "A 卷預估平均" in shown
        assert "0 題同時在兩卷以上" in shown
        with Desks.open(paper_file, steady) as desks:
            assert len(desks.quiz.papers()) == 1
        await pilot.press("y")
        await seen(pilot, "quarter（B 卷）")
    with Desks.open(paper_file, steady) as desks:
        assert {form.name for form in desks.papers.forms().values()} == {"A", "B"}
        assert all(desks.papers.rebuild(paper.id).same for paper in desks.quiz.papers())


async def test_a_blueprint_that_does_not_add_up_is_not_drawn(house: House, paper_file: Path) -> None:
    async with quizzes(house, paper_file) as pilot:
        await pilot.press("n")
        await seen(pilot, "平行卷份數")
        await pilot.press(*"quarter", "f2")
        await seen(pilot, "「quarter」")
        await pilot.press("d")
        await seen(pilot, "配分合計要是 100 分")
        await pilot.press("f5")
        await seen(pilot, "配分合計 50")


async def test_a_cell_takes_only_what_the_bank_knows(house: House, paper_file: Path) -> None:
    async with quizzes(house, paper_file) as pilot:
        await pilot.press("n")
        await seen(pilot, "平行卷份數")
        await pilot.press(*"quarter", "f2")
        await seen(pilot, "「quarter」")
        await pilot.press("a")
        await seen(pilot, "命題藍圖的一格")
        await pilot.press(*"nothing", "f2")
        await seen(pilot, "題庫裡沒有這個主題")


async def test_a_blueprint_is_read_from_a_file(
    house: House, paper_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.toml").write_text(
        'format = "quiz-blueprint/1"\n[[cell]]\ncount = 4\npoints = 25\n', encoding="utf-8"
    )
    async with quizzes(house, paper_file) as pilot:
        await pilot.press("n")
        await seen(pilot, "平行卷份數")
        await pilot.press(*"quarter", "f2")
        await seen(pilot, "「quarter」")
        await pilot.press("o")
        await seen(pilot, "讀藍圖檔")
        press(pilot.app, *"plan.toml", "enter")
        await seen(pilot, "合計 4 題、100 分")


# Printing


async def test_a_paper_is_printed_from_the_list(
    house: House, paper_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with quizzes(house, paper_file) as pilot:
        await pilot.press("p")
        await seen(pilot, "答案（密）")
        await pilot.press("down", "down", "enter")
        await seen(pilot, "存成")
        await pilot.press("enter")
        await seen(pilot, "已印到")
    path = f"{the_paper(paper_file).id}-答案.pdf"
    assert "簡答題的參考答案" in "".join(page.extract_text() for page in PdfReader(path).pages)


# Entering


async def begin_entry(pilot: Pilot[Any], who: str = WHO) -> None:
    await pilot.press("e")
    await seen(pilot, "誰的答卷")
    await pilot.press(*who, "enter")
    await seen(pilot, "第一次登錄")


@SIZES
async def test_a_line_is_shown_as_it_is_understood(
    house: House, paper_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with quizzes(house, paper_file, size=size) as pilot:
        await begin_entry(pilot)
        press(pilot.app, *"oz abd ")
        await seen(pilot, "ABD")
        await seen(pilot, "接著是第 4 題")
        assert screen_text(pilot.app) == snapshot


async def test_a_sheet_is_entered_after_both_entries_agree(house: House, paper_file: Path) -> None:
    line = line_of(the_paper(paper_file))
    wrong = ("X" if line[0] == "O" else "O") + line[1:]
    async with quizzes(house, paper_file) as pilot:
        await begin_entry(pilot)
        press(pilot.app, *line, "enter")
        await seen(pilot, "第二次登錄")
        press(pilot.app, *wrong, "enter")
        await seen(pilot, "第 1 題：第一次")
        press(pilot.app, "home", "delete", line[0], "enter")
        await seen(pilot, "登錄王小明的答卷？")
        await pilot.press("y")
        await seen(pilot, "已登錄王小明")
        await seen(pilot, "已登錄 1 份")
    with Desks.open(paper_file, steady) as desks:
        [sitting] = desks.quiz.sittings(the_paper(paper_file).id)
    assert sitting.entered_by == TRAINER
    assert sitting.answers == {
        item.number: right_response(item.question) for item in the_paper(paper_file).items
    }


async def test_a_line_that_cannot_be_read_stays_to_be_put_right(house: House, paper_file: Path) -> None:
    async with quizzes(house, paper_file) as pilot:
        await begin_entry(pilot)
        press(pilot.app, *"oq", "enter")
        await seen(pilot, "答案有 2 處看不懂")
        await pilot.press("enter")
        await seen(pilot, "第一次登錄")
        assert " oq" in screen_text(pilot.app)


async def test_what_is_typed_and_not_entered_is_given_up_only_after_a_yes(
    house: House, paper_file: Path
) -> None:
    async with quizzes(house, paper_file) as pilot:
        await begin_entry(pilot)
        press(pilot.app, *"oq", "escape")
        await seen(pilot, "還沒有登錄")
        await pilot.press("n")
        await seen(pilot, "第一次登錄")
        assert " oq" in screen_text(pilot.app)
        press(pilot.app, "escape", "y")
        await seen(pilot, TITLE)


async def test_nobody_unknown_is_entered(house: House, paper_file: Path) -> None:
    async with quizzes(house, paper_file) as pilot:
        await pilot.press("e")
        await seen(pilot, "誰的答卷")
        await pilot.press(*"9999", "enter")
        await seen(pilot, "沒有員工編號或姓名")
        await pilot.press("enter")
        await seen(pilot, "誰的答卷")


# More time


async def test_more_time_is_granted_and_shown(house: House, paper_file: Path) -> None:
    async with quizzes(house, paper_file) as pilot:
        await pilot.press("t")
        await seen(pilot, "延長作答時間")
        await pilot.press(*WHO, "down", *"20", "down", *"eyes", "enter")
        await seen(pilot, "延長時間：王小明 20 分鐘")


@SIZES
async def test_the_rules_say_everything_before_a_quiz(
    house: House, paper_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    with Desks.open(paper_file, steady) as desks:
        paper = desks.quiz.papers()[0]
        desks.quiz.grant_extra_time(paper.id, WHO, 20, reason="視障", by=ADMINISTRATOR, at=MOMENT)
    async with quizzes(house, paper_file, WHO, size) as pilot:
        await pilot.press("enter")
        await seen(pilot, "共 60 分鐘")
        assert screen_text(pilot.app) == snapshot


async def test_the_rules_say_that_one_form_is_sat(house: House, paper_file: Path) -> None:
    from quiz_bank.paper_desk import Wish

    with Desks.open(paper_file, steady) as desks:
        wish = Wish(opens_on=DAY, seed="7", blueprint=MIXED_BLUEPRINT, forms=2)
        desks.papers.create(wish, title="平行", by=ADMINISTRATOR, at=MOMENT)
    async with quizzes(house, paper_file, WHO) as pilot:
        await seen(pilot, "平行（B 卷）")
        await pilot.press("home", "enter")
        await seen(pilot, "每人只作答一卷；開始後就不能換卷")


async def test_another_form_cannot_be_sat(house: House, paper_file: Path) -> None:
    from quiz_bank.paper_desk import Wish

    with Desks.open(paper_file, steady) as desks:
        wish = Wish(opens_on=DAY, seed="7", blueprint=MIXED_BLUEPRINT, forms=2)
        first, _second = desks.papers.create(wish, title="平行", by=ADMINISTRATOR, at=MOMENT)
        desks.quiz.open_sitting(first.id, WHO, by=desks.office.actor(WHO, DAY), at=MOMENT)
    async with quizzes(house, paper_file, WHO) as pilot:
        assert "另卷" in await seen(pilot, "平行（B 卷）")
        await pilot.press("home", "enter")
        await seen(pilot, "每人只作答一卷")


# Marking


@SIZES
async def test_an_essay_is_shown_without_its_author(
    house: House, paper_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    hand_in(paper_file, WHO, "0102")
    async with quizzes(house, paper_file, size=size) as pilot:
        await pilot.press("m")
        await seen(pilot, "參考答案")
        shown = await seen(pilot, "還有 2 份沒評")
        assert "王小明" not in shown
        assert shown == snapshot


async def test_essays_are_marked_one_after_the_other_and_closed(house: House, paper_file: Path) -> None:
    hand_in(paper_file, WHO, "0102")
    async with quizzes(house, paper_file) as pilot:
        await pilot.press("m")
        await seen(pilot, "還有 2 份沒評")
        press(pilot.app, *"21", "enter")
        await seen(pilot, "0 到 20 分，最多")
        await pilot.press("enter")
        await seen(pilot, "還有 2 份沒評")
        press(pilot.app, "backspace", "backspace", *"15", "enter")
        await seen(pilot, "第 2 份")
        await pilot.press("f5")
        await seen(pilot, "還有 1 個答案沒有評分")
        await pilot.press("enter")
        await pilot.press("f3")
        await seen(pilot, "評語")
        await pilot.press(*"12.5", "down", *"fair", "enter")
        await seen(pilot, "評語：fair")
        await pilot.press("f5")
        await seen(pilot, "成績就此確定")
        await pilot.press("y")
        await seen(pilot, "評閱結束：2 份")
    with Desks.open(paper_file, steady) as desks:
        sittings = desks.quiz.sittings(the_paper(paper_file).id)
    scores = sorted(sitting.score or Decimal() for sitting in sittings)
    assert scores == [Decimal("92.50"), Decimal("95.00")]


async def test_marking_is_offered_only_where_something_waits(house: House, paper_file: Path) -> None:
    async with quizzes(house, paper_file) as pilot:
        assert "M 評閱" not in screen_text(pilot.app)
    hand_in(paper_file, WHO)
    async with running(house(TRAINER, paper_file)) as pilot:
        await seen(pilot, "簡答題 1 份待評閱")
    async with quizzes(house, paper_file, WHO) as pilot:
        assert "M 評閱" not in screen_text(pilot.app)
