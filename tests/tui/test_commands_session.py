"""`courtesy session`: from the agenda to the feedback, run as people and scripts run it."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bureau.calendar import day_of, roc
from tests.conftest import counting_entropy
from tests.training.life import LI, STAFF, TESTERS, WANG, Life
from tests.tui.test_commands_training import Terminal, added
from tui.desks import Desks


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    """An office that has been there for ten days."""
    now = datetime.now(UTC) - timedelta(days=10)
    path = tmp_path / "office.db"
    with Desks.create(path, name="測試縣稅務局", entropy=counting_entropy(), at=now) as desks:
        one = Life(desks)
        one.now = now
        yield one


@pytest.fixture
def terminal(life: Life, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The command line on that office."""
    return Terminal(life.desks.office.store.path, capsys, monkeypatch)


@pytest.fixture
def held(terminal: Terminal) -> str:
    """A session of today that is over whatever the hour, with three people."""
    name = added(terminal)
    terminal.json("session", "change", name, "--end", "00:01")
    terminal.json("session", "expect", name, *STAFF)
    return name


@pytest.fixture
def running(terminal: Terminal) -> str:
    """A session of today that is not over before midnight, with three people."""
    name = added(terminal)
    terminal.json("session", "change", name, "--end", "23:59")
    terminal.json("session", "expect", name, *STAFF)
    return name


def shown(terminal: Terminal, name: str) -> dict[str, Any]:
    return {row["staff_no"]: row for row in terminal.json("session", "show", name)}


def test_rows_are_entered_undone_and_closed(terminal: Terminal, held: str) -> None:
    done = terminal.json("session", "scan", held, "1", "2", "--status", "出席")
    assert [(row["row"], row["staff_no"], row["kind"]) for row in done["entered"]] == [
        (1, WANG, "present"),
        (2, LI, "present"),
    ]
    assert terminal.json("session", "scan", held, "--undo")["undone"] == LI
    assert terminal("session", "close", held) == 1
    assert "還有 2 人沒有登錄" in terminal.err
    closed = terminal.json("session", "close", held, "--rest", "缺席")
    assert (closed["new"], closed["missed"]) == (3, 2)
    assert shown(terminal, held)[WANG]["status"] == "present"
    assert shown(terminal, held)[LI]["status"] == "absent"


def test_one_refused_row_does_not_stop_the_others(terminal: Terminal, held: str) -> None:
    assert terminal("session", "scan", held, "1", "9", "2", "--status", "公假") == 1
    assert "沒有第 9 列" in terminal.err
    assert "第 2 列 李喆：公假" in terminal.err


def test_lines_are_read_from_a_scanner(
    terminal: Terminal,
    running: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n\n3\n"))
    done = terminal.json("session", "scan", running)
    assert [(row["row"], row["kind"]) for row in done["entered"]] == [(1, "arrived"), (3, "arrived")]


def test_somebody_unexpected_is_added_at_the_door(terminal: Terminal, held: str) -> None:
    done = terminal.json("session", "scan", held, "--walk-in", TESTERS[0], "--status", "出席")
    assert done["entered"][0]["row"] == 4


def test_a_moved_session_says_that_its_sheet_is_void(
    terminal: Terminal,
    running: str,
    tmp_path: Path,
) -> None:
    sheet = str(tmp_path / "sheet.pdf")
    assert terminal("session", "sheet", running, "--pdf", sheet) == 0
    assert terminal.json("session", "change", running, "--place", "二樓")["void_sheets"] == []
    assert terminal.json("session", "change", running, "--end", "23:58")["void_sheets"] == [1]
    assert terminal("session", "change", running, "--end", "23:57") == 0
    assert "作廢" not in terminal.err


def test_an_agenda_is_proposed_and_planned(
    terminal: Terminal,
    life: Life,
    running: str,
) -> None:
    life.sit(WANG, right=0)
    year = roc(day_of(datetime.now(UTC)))[:3]
    found = terminal.json("session", "agenda", running, "--period", year)
    assert found["proposal"][0]["title"] == "契稅"
    assert found["proposal"][0]["enough"] is False
    assert terminal("session", "agenda", running, "--take") == 1
    planned = terminal.json("session", "agenda", running, "--topic", "應對=60", "--topic", "契稅=90")
    assert [(topic["title"], topic["minutes"]) for topic in planned["agenda"]] == [("應對", 60), ("契稅", 90)]
    assert terminal("session", "agenda", running, "--topic", "應對") == 1
    assert "標題=分鐘" in terminal.err
    assert terminal.json("session", "agenda", running, "--clear")["agenda"] == []


def test_handouts_are_listed_and_printed_on_the_sheet(
    terminal: Terminal,
    running: str,
    tmp_path: Path,
) -> None:
    rows = terminal.json("session", "handouts", running, "--add", "電話禮貌=C/講義.pdf", "--add", "契稅")
    assert rows == [{"title": "電話禮貌", "file": "講義.pdf"}, {"title": "契稅", "file": ""}]
    assert len(terminal.json("session", "handouts", running, "--remove", "契稅")) == 1
    path = tmp_path / "sheet.pdf"
    assert terminal("session", "sheet", running, "--pdf", str(path), "--handouts") == 0
    assert "電話禮貌" in PdfReader(path).pages[0].extract_text()


def test_quizzes_before_and_after_are_joined(
    terminal: Terminal,
    life: Life,
    running: str,
) -> None:
    first, second = life.sit(WANG, right=0), life.sit(WANG, right=1)
    words = ("session", "quiz", running, "--before", first.paper_id, "--after", second.paper_id)
    found = terminal.json(*words)
    assert (found["n"], found["mean_change"], found["interval"]) == (1, "50.00", None)
    row = shown(terminal, running)[WANG]
    assert (row["quiz_before"], row["quiz_after"], row["quiz_change"]) == ("0.00", "50.00", "50.00")
    assert terminal("session", "quiz", running) == 0
    assert "人數不足" in terminal.err
    assert terminal.json("session", "quiz", running, "--after", "-")["paper_after"] is None


def test_an_attendance_is_taken_back(terminal: Terminal, held: str, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(f"員工編號,出席\n{WANG},缺席\n", encoding="utf-8")
    terminal.json("session", "attend", held, str(path))
    assert terminal.json("session", "take-back", held, WANG)["moved"] == []
    assert shown(terminal, held)[WANG]["status"] is None
    assert terminal("session", "take-back", held, WANG) == 1


def test_make_up_is_proposed_and_taken(terminal: Terminal, held: str) -> None:
    terminal.json("session", "close", held, "--rest", "缺席")
    target = added(terminal, "--kind", "make_up")
    terminal.json("session", "change", target, "--start", "23:58", "--end", "23:59")
    found = terminal.json("session", "propose", held)
    assert (found["target"], len(found["people"]), found["added"]) == (target, 3, [])
    assert len(terminal.json("session", "propose", held, "--take")["added"]) == 3
    assert all(row["listed"] for row in terminal.json("session", "propose", held)["people"])


def test_feedback_is_printed_entered_and_summed_up(
    terminal: Terminal,
    running: str,
    tmp_path: Path,
) -> None:
    path = tmp_path / "form.pdf"
    assert terminal("session", "feedback", running, "--pdf", str(path)) == 0
    assert path.exists()
    few = terminal.json("session", "feedback", running, "--fill", "5,4,-,3", "--words", "wish=多演練")
    assert few["questions"][0] == {
        "id": "useful",
        "text": "講習的內容對我接聽電話有幫助",
        "n": 1,
        "mean": None,
        "steps": None,
    }
    many = terminal.json("session", "feedback", running, "--tally", "useful=6,3,1,0,0")
    assert many["questions"][0]["mean"] == "4.50"
    assert many["words"] == ["多演練"]


def test_the_questions_are_written_out_to_be_changed(
    terminal: Terminal,
    running: str,
    tmp_path: Path,
) -> None:
    path = tmp_path / "form.toml"
    assert terminal("session", "feedback", running, "--write", str(path)) == 0
    path.write_text(path.read_text(encoding="utf-8").replace("合適", "剛好"), encoding="utf-8")
    found = terminal.json("session", "feedback", running, "--form", str(path))
    assert "時間的長短剛好" in [question["text"] for question in found["questions"]]
    assert terminal("session", "feedback", running, "--write", str(path)) == 1
