"""`courtesy paper`, run as people and scripts run it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bureau.roles import ADMINISTRATOR
from quiz_bank.formats.reading import Reading
from tests.conftest import counting_entropy
from tests.quiz_bank.samples import OF_EACH_KIND, single, true_false
from tests.tui.test_commands_quiz import Terminal
from tests.tui.test_commands_quiz import file as file  # noqa: PLC0414 - a fixture
from tests.tui.test_commands_quiz import terminal as terminal  # noqa: PLC0414 - a fixture
from tui.desks import Desks

BLUEPRINT = """format = "quiz-blueprint/1"
[[cell]]
kinds = ["truefalse"]
count = 2
points = 20
[[cell]]
kinds = ["single"]
count = 2
points = 30
"""
ESSAY = """format = "quiz-blueprint/1"
[[cell]]
kinds = ["truefalse"]
count = 1
points = 40
[[cell]]
kinds = ["essay"]
count = 1
points = 60
"""


@pytest.fixture
def folder(file: Path, tmp_path: Path) -> Path:
    """A folder with blueprints, beside an office whose bank fills them."""
    now = datetime.now(UTC)
    with Desks.open(file, counting_entropy()) as desks:
        more = (
            *(true_false(f"TF{number}") for number in range(8)),
            *(single(f"SC{number}") for number in range(8)),
        )
        reading = Reading(questions=(*OF_EACH_KIND, *more))
        desks.quiz.take(reading, Path("x.toml"), by=ADMINISTRATOR, at=now)
    (tmp_path / "plan.toml").write_text(BLUEPRINT, encoding="utf-8")
    (tmp_path / "essay.toml").write_text(ESSAY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def paper(terminal: Terminal, folder: Path) -> str:
    plan = str(folder / "plan.toml")
    return str(terminal.json("paper", "new", "--title", "小考", "--blueprint", plan, "--seed", "7")["id"])


@pytest.fixture
def essay(terminal: Terminal, folder: Path) -> str:
    plan = str(folder / "essay.toml")
    return str(terminal.json("paper", "new", "--title", "簡答", "--blueprint", plan, "--seed", "7")["id"])


def test_two_forms_are_made_at_once(terminal: Terminal, folder: Path) -> None:
    plan = str(folder / "plan.toml")
    made = terminal.json("paper", "new", "--title", "平行", "--blueprint", plan, "--forms", "2")
    assert [one["form"] for one in made] == ["A", "B"]
    assert [one["shared"] for one in made] == [0, 0]
    assert all(one["expected"] == "74.80" for one in made)
    listed = terminal.json("paper", "list")
    assert {(one["form"], one["family"]) for one in listed} == {("A", made[0]["id"]), ("B", made[0]["id"])}


def test_a_dry_run_makes_nothing_and_names_the_seed(terminal: Terminal, folder: Path) -> None:
    plan = str(folder / "plan.toml")
    assert terminal("paper", "new", "--title", "試", "--blueprint", plan, "--seed", "7", "--dry-run") == 0
    assert "--seed 7" in terminal.err
    assert terminal.json("paper", "list") == []


def test_a_paper_is_shown_with_what_is_expected(terminal: Terminal, paper: str) -> None:
    shown = terminal.json("paper", "show", paper)
    assert [item["number"] for item in shown["items"]] == [1, 2, 3, 4]
    assert shown["items"][0]["facility"] == "0.8500"
    assert shown["items"][0]["observed"] == 0
    assert shown["expected"] == "74.80"
    assert terminal("paper", "show", paper, "--as", "0012") == 1


def test_a_paper_is_drawn_again(terminal: Terminal, paper: str) -> None:
    assert terminal.json("paper", "verify") == [{"id": paper, "title": "小考", "same": True, "reasons": []}]
    assert terminal("verify") == 0


def test_a_paper_is_printed(terminal: Terminal, paper: str, folder: Path) -> None:
    for more in ((), ("--key",), ("--answer-sheet",)):
        path = folder / f"paper{len(more)}.pdf"
        assert terminal("paper", "print", paper, "--pdf", str(path), *more) == 0
        assert path.read_bytes().startswith(b"%PDF")
    assert terminal("paper", "print", paper, "--pdf", str(folder / "no" / "x.pdf")) == 1
    assert "不存在" in terminal.err


def test_the_template_is_a_blueprint_that_can_be_used(terminal: Terminal, folder: Path) -> None:
    path = folder / "藍圖.toml"
    assert terminal("paper", "blueprint", "template", str(path)) == 0
    assert terminal("paper", "blueprint", "template", str(path)) == 1
    assert "已經存在" in terminal.err
    assert terminal("paper", "blueprint", "template") == 0
    assert terminal.out == path.read_text(encoding="utf-8")
    assert terminal("paper", "blueprint", "check", str(path)) == 1
    assert "題庫不夠" in terminal.err


def test_a_blueprint_is_checked_against_the_bank(terminal: Terminal, folder: Path) -> None:
    cells = terminal.json("paper", "blueprint", "check", str(folder / "plan.toml"))
    assert [(cell["count"], cell["available"]) for cell in cells] == [(2, 9), (2, 9)]


def test_answers_are_entered_twice(terminal: Terminal, paper: str) -> None:
    words = ("paper", "enter", paper, "--person", "0012", "--answers", "OXAB")
    assert terminal(*words) == 1
    assert "登錄兩次" in terminal.err
    assert terminal(*words, "--again", "OXAC") == 1
    assert "第 4 題：第一次 B，第二次 C" in terminal.err
    [entered] = terminal.json(*words, "--again", "O X A B")
    assert entered["staff_no"] == "0012"
    assert terminal(*words, "--again", "OXAB") == 1
    assert "已經作答過" in terminal.err


def test_what_to_enter_must_be_said(terminal: Terminal, paper: str) -> None:
    assert terminal("paper", "enter", paper, "--person", "0012") == 1
    assert "--answers" in terminal.err


def test_a_file_of_answers_is_entered_whole_or_not_at_all(
    terminal: Terminal, paper: str, folder: Path
) -> None:
    path = folder / "答案.csv"
    path.write_text("員工編號,1,2,3,4\n0012,O,X,A,B\n0034,O,X,A,Q\n", encoding="utf-8")
    assert terminal("paper", "enter", paper, "--file", str(path), "--again", str(path)) == 1
    assert "第 3 列 「4」" in terminal.err
    path.write_text("員工編號,1,2,3,4\n0012,O,X,A,B\n0034,O,X,A,-\n", encoding="utf-8")
    entered = terminal.json("paper", "enter", paper, "--file", str(path), "--again", str(path))
    assert [one["staff_no"] for one in entered] == ["0012", "0034"]


def test_more_time_is_granted(terminal: Terminal, paper: str) -> None:
    words = ("paper", "extra-time", paper, "--person", "0012", "--minutes", "20")
    assert terminal(*words, "--reason", "視力障礙") == 0
    [extra] = terminal.json("paper", "show", paper)["extra_time"]
    assert extra == {"staff_no": "0012", "minutes": 20, "reason": "視力障礙"}
    assert terminal(*words, "--reason", " ") == 1


def test_essays_are_marked_by_their_code(terminal: Terminal, essay: str) -> None:
    words = ("paper", "enter", essay, "--person", "0012", "--answers", 'O "因為 如此"')
    assert terminal(*words, "--again", 'O "因為 如此"') == 0
    [waiting] = terminal.json("paper", "mark", "list", essay)
    assert waiting["text"] == "因為 如此"
    assert "0012" not in json.dumps(waiting)
    given = ("paper", "mark", "give", essay, "--question", "2", "--points", "45")
    assert terminal(*given, "--answer", "no") == 1
    assert terminal(*given, "--answer", waiting["answer"]) == 0
    assert terminal("paper", "mark", "finish", essay) == 1
    assert "--yes" in terminal.err
    [closed] = terminal.json("paper", "mark", "finish", essay, "--yes")
    assert closed["score"] == "85.00"
    assert terminal("paper", "mark", "finish", essay, "--yes") == 1
