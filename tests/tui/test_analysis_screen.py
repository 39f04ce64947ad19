"""The analysis of a paper on screen and on the command line, and correcting a key with a preview."""

import json
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from bureau.roles import ADMINISTRATOR
from quiz_bank.answer_line import printed_letters
from tests.conftest import MOMENT
from tests.tui.conftest import TRAINER, House, press, running, screen_text, seen, steady, until
from tests.tui.quizzed import PAPER, WRONG, make_quizzed
from tui.desks import Desks
from tui.main import main
from tui.screens.analysis import AnalysisScreen, ItemScreen
from tui.screens.correcting import CorrectingScreen
from tui.screens.quizzes import QuizzesScreen
from tui.widgets.item_plot import item_scatter

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)


@pytest.fixture(scope="module")
def quizzed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_quizzed(tmp_path_factory.mktemp("quizzed") / "office.db")


@pytest.fixture
def file(quizzed: Path, tmp_path: Path) -> Path:
    """A copy that the test may change."""
    copy = tmp_path / "copy.db"
    with Desks.open(quizzed, steady) as desks:
        desks.office.backup(copy)
    return copy


def marked(file: Path, letter: str) -> str:
    """The letter that an option of the wrong question has on the printed paper, by its letter in the bank."""
    with Desks.open(file, steady) as desks:
        paper = desks.quiz.paper(PAPER)
        return printed_letters(paper, paper.item(WRONG))["ABCD".index(letter)]


@SIZES
async def test_the_questions_of_a_paper_with_their_figures(
    house: House, quizzed: Path, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house(TRAINER, quizzed)
    async with running(app, size) as pilot:
        app.push_screen(AnalysisScreen(PAPER, "第四季測驗"))
        await seen(pilot, "請查對答案")
        await seen(pilot, "難度|0")
        assert screen_text(app) == snapshot


@pytest.mark.parametrize(("turns", "shown"), [(1, "90-100"), (2, "高分組")])
async def test_g_shows_another_chart(
    house: House, quizzed: Path, snapshot: SnapshotAssertion, turns: int, shown: str
) -> None:
    app = house(TRAINER, quizzed)
    async with running(app, (80, 30)) as pilot:
        app.push_screen(AnalysisScreen(PAPER, "第四季測驗"))
        await seen(pilot, "請查對答案")
        press(app, "down", *["g"] * turns)
        await seen(pilot, shown)
        assert screen_text(app) == snapshot


@SIZES
async def test_the_options_of_a_question(
    house: House, quizzed: Path, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house(TRAINER, quizzed)
    async with running(app, size) as pilot:
        app.push_screen(AnalysisScreen(PAPER, "第四季測驗"))
        await seen(pilot, "請查對答案")
        press(app, "down", "enter")
        await seen(pilot, f"給分的答案：{marked(quizzed, 'C')} 丙")
        await seen(pilot, f"答「{marked(quizzed, 'C')} 丙」的人其他題得分較低")
        assert screen_text(app) == snapshot


async def test_the_quizzes_lead_to_the_analysis(house: House, quizzed: Path) -> None:
    app = house(TRAINER, quizzed)
    async with running(app) as pilot:
        app.push_screen(QuizzesScreen())
        await seen(pilot, "第四季測驗")
        press(app, "a")
        await seen(pilot, "看一下")


async def test_staff_are_not_offered_the_analysis(house: House, quizzed: Path) -> None:
    app = house("1001", quizzed)
    async with running(app) as pilot:
        app.push_screen(QuizzesScreen())
        shown = await seen(pilot, "第四季測驗")
        assert "試題分析" not in shown


@SIZES
async def test_a_preview_lists_who_would_fail_first_and_writes_nothing(
    house: House, file: Path, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house(TRAINER, file)
    async with running(app, size) as pilot:
        app.push_screen(AnalysisScreen(PAPER, "第四季測驗"))
        await seen(pilot, "請查對答案")
        press(app, "down", "k")
        await seen(pilot, "兩者皆可")
        press(app, "down", "down", "enter")
        await seen(pilot, "題本上的字母")
        press(app, marked(file, "B"), "enter", *"查過法條", "f2")
        await seen(pilot, "F5 更正並重新計分")
        await seen(pilot, "人加分")
        assert screen_text(app) == snapshot
        press(app, "escape")
        await until(pilot, lambda: not isinstance(app.screen, CorrectingScreen))
    with Desks.open(file, steady) as desks:
        assert desks.corrections.corrections(PAPER, by=ADMINISTRATOR) == []


async def test_a_key_is_corrected_with_the_banks_question(house: House, file: Path) -> None:
    app = house(TRAINER, file)
    async with running(app) as pilot:
        app.push_screen(AnalysisScreen(PAPER, "第四季測驗"))
        await seen(pilot, "請查對答案")
        press(app, "down", "k")
        await seen(pilot, "兩者皆可")
        press(app, "down", "down", "enter")
        await seen(pilot, "題本上的字母")
        press(app, marked(file, "B"), "enter", *"查過法條", "f2")
        await seen(pilot, "按 B 一起更正")
        press(app, "b")
        await seen(pilot, "一起更正成新版本")
        press(app, "f5")
        asked = await seen(pilot, "更正並重新計分？")
        assert asked.count("一起更正成新版本") == 2
        assert f"之後：{marked(file, 'B')} 乙" in asked
        press(app, "y")
        await seen(pilot, "已更正（A1）")
        await until(pilot, lambda: isinstance(app.screen, AnalysisScreen))
        await seen(pilot, "答案已更正")
    with Desks.open(file, steady) as desks:
        [made] = desks.corrections.corrections(PAPER, by=ADMINISTRATOR)
        assert (made.number, made.reason, made.by) == (WRONG, "查過法條", TRAINER)
        assert desks.quiz.question("S2").key_text() == "B"
        assert desks.corrections.verify() == desks.quiz.verify() == []


async def test_an_answer_that_cannot_be_read_is_refused_before_the_preview(house: House, file: Path) -> None:
    app = house(TRAINER, file)
    async with running(app) as pilot:
        app.push_screen(AnalysisScreen(PAPER, "第四季測驗"))
        await seen(pilot, "請查對答案")
        press(app, "k")
        await seen(pilot, "兩者皆可")
        press(app, "enter")
        await seen(pilot, "題本上的字母")
        press(app, "Z", "enter", *"試試", "f2")
        await seen(pilot, "沒有選項「Z」")


async def test_the_dialog_says_which_letter_is_which_option(house: House, quizzed: Path) -> None:
    app = house(TRAINER, quizzed)
    async with running(app, (80, 24)) as pilot:
        app.push_screen(AnalysisScreen(PAPER, "第四季測驗"))
        await seen(pilot, "請查對答案")
        press(app, "down", "k")
        await seen(pilot, "兩者皆可")
        press(app, "enter")
        shown = await seen(pilot, "題本上的字母，如 C")
        assert "F2 完成" in shown
        assert f"現在給分：{marked(quizzed, 'C')} 丙" in shown
        for letter, text in zip("ABCD", "甲乙丙丁", strict=True):
            assert f"{marked(quizzed, letter)} {text}" in shown


def test_question_numbers_that_touch_on_the_chart_are_not_written_as_one(quizzed: Path) -> None:
    with Desks.open(quizzed, steady) as desks:
        found = desks.analysis.paper(PAPER, by=ADMINISTRATOR, today=MOMENT.date())
    first = found.items[0]
    beside = [first.model_copy(update={"number": number}) for number in (11, 12)]
    chart = "\n".join(item_scatter(found.model_copy(update={"items": tuple(beside)}), 60, 8))
    assert "##" in chart
    assert "11" not in chart


async def test_markup_in_a_question_is_only_text(house: House, file: Path) -> None:
    app = house(TRAINER, file)
    async with running(app) as pilot:
        with Desks.open(file, steady) as desks:
            item = desks.analysis.paper(PAPER, by=ADMINISTRATOR, today=MOMENT.date()).items[0]
        hostile = item.model_copy(update={"stem": "[/x]何者[@click=app.quit]正確"})
        screen = ItemScreen(PAPER, "[/b]測驗", hostile)
        app.push_screen(screen)
        await seen(pilot, "[/b]測驗")


# The command line


def test_a_paper_is_analysed_as_json(quizzed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", "--paper", PAPER, "--office", str(quizzed), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 60
    assert [each["number"] for each in found["items"] if each["against_key"]] == [WRONG]
    assert found["items"][0]["figures"]["facility_interval"].keys() == {"low", "high"}
    assert {"name", "count", "share", "point_biserial", "mean_rest", "thirds"} <= found["items"][0][
        "options"
    ][0].keys()


def test_a_paper_its_options_and_a_question_are_printed_for_people(
    quizzed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = ["--office", str(quizzed)]
    assert main(["analyse", "--paper", PAPER, *office]) == 0
    printed = capsys.readouterr()
    assert "請查對答案" in printed.err
    assert "alpha" in printed.err
    assert main(["analyse", "--paper", PAPER, "--item", str(WRONG), *office]) == 0
    assert "未答" in capsys.readouterr().out
    assert main(["analyse", "--question", "S2", *office]) == 0
    printed = capsys.readouterr()
    assert "（現行）" in printed.err
    assert "何者正確 S2？" in printed.err
    assert "未答" in printed.out


def test_exactly_one_thing_is_analysed(quizzed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for given in ([], ["a.csv", "--paper", PAPER], ["--paper", PAPER, "--question", "S2"]):
        with pytest.raises(SystemExit) as ended:
            main(["analyse", *given])
        assert ended.value.code == 2
    assert main(["analyse", "--question", "S2", "--item", "1", "--office", str(quizzed)]) == 1
    assert "--paper" in capsys.readouterr().err
    assert main(["analyse", "--paper", PAPER, "--item", "99", "--office", str(quizzed)]) == 1


def test_an_analysis_is_printed(quizzed: Path, tmp_path: Path) -> None:
    path = tmp_path / "analysis.pdf"
    assert main(["analyse", "--paper", PAPER, "--pdf", str(path), "--office", str(quizzed)]) == 0
    assert path.read_bytes().startswith(b"%PDF")


def test_a_correction_is_tried_made_and_listed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office = ["--office", str(file), "--as", TRAINER]
    given = [
        "paper",
        "correct",
        PAPER,
        str(WRONG),
        "--accept-both",
        marked(file, "B"),
        "--reason",
        "兩個都對",
        *office,
    ]
    assert main([*given, "--dry-run", "--json"]) == 0
    tried = json.loads(capsys.readouterr().out)
    assert tried["correction"] is None
    assert tried["would"] == f"{marked(file, 'C')} 丙 或 {marked(file, 'B')} 乙"
    assert tried["would_bank"] == "C 或 B"
    assert {"staff_no", "before", "after", "passed_before", "passed_after", "sitting", "section"} == set(
        tried["changes"][0]
    )
    assert main(given) == 1
    assert "--yes" in capsys.readouterr().err
    assert main([*given, "--yes"]) == 0
    printed = capsys.readouterr()
    assert "變成及格" in printed.out
    assert "已更正（A1）" in printed.err
    assert main(["paper", "corrections", PAPER, *office, "--json"]) == 0
    [made] = json.loads(capsys.readouterr().out)
    assert made["said"] == f"兩者皆可：也接受 {marked(file, 'B')} 乙"
    assert made["said_bank"] == "兩者皆可：也接受 B"
    assert (made["id"], made["treatment"], len(made["scores"])) == ("A1", "either", len(tried["changes"]))
    first = made["scores"][0]
    assert float(first["score"]) - float(first["sealed"]) == 20
    assert main(["paper", "corrections", PAPER, *office]) == 0
    assert "兩個都對" in capsys.readouterr().out
    assert main(["verify", "--office", str(file)]) == 0
    assert main(given) == 1
    assert "完全一樣" in capsys.readouterr().err


def test_the_check_of_the_bank_points_the_key_out(quizzed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bank", "check", "--office", str(quizzed), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [each["questions"] for each in found if each["kind"] == "contradicted"] == [["S2"]]
