"""`courtesy duty`, run as people and scripts run it."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from bureau.people import Section
from bureau.roles import Role
from tests.conftest import counting_entropy
from tests.courtesy.samples import PEOPLE, SECTIONS, TRAINER
from tui.desks import Desks
from tui.main import main


class Terminal:
    """Runs commands and keeps what they print."""

    def __init__(self, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file = file
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        code = main([*words, "--office", str(self.file)])
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *words: str) -> Any:
        assert self(*words, "--json") == 0, self.err
        return json.loads(self.out)


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    path = tmp_path / "office.db"
    with Desks.create(path, name="測試縣稅務局", entropy=counting_entropy(), at=datetime.now(UTC)) as desks:
        ground = desks.office.ground
        with desks.office.store.transaction():
            for order, name in enumerate(SECTIONS):
                ground.add_section(Section(name=name, order=order))
            for person in PEOPLE:
                ground.put_person(person, since=date(2020, 1, 1))
            ground.put_role(TRAINER.staff_no, Role.TRAINER)
    return Terminal(path, capsys)


def quarterly(terminal: Terminal, *more: str) -> str:
    """Add a measure that is due each quarter of 114 and after; give its number."""
    given = ("--title", "績優服務人員", "--frequency", "quarter", "--since", "114/1/1")
    return str(terminal.json("duty", "add", *given, *more)["id"])


def test_a_new_office_is_told_how_to_take_the_plan_over(terminal: Terminal) -> None:
    assert terminal("duty", "list") == 0
    assert "courtesy duty load" in terminal.err
    assert terminal.json("duty", "list") == []


def test_the_plan_is_taken_over_once(terminal: Terminal) -> None:
    assert len(terminal.json("duty", "load")) == 36
    assert "11 項期限未定" in terminal.err
    assert terminal.json("duty", "load") == []
    rows = {row["code"]: row for row in terminal.json("duty", "list")}
    assert (rows["quiz"]["stage"], rows["quiz"]["due"]) == ("unset", None)
    assert (rows["year-report"]["frequency"], rows["year-report"]["dates"]) == ("dates", ["01-25"])


def test_a_file_of_the_offices_own_is_taken_over(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text('[[measure]]\ncode = "a"\ntitle = "甲"\nfrequency = "half"\n', encoding="utf-8")
    assert [row["title"] for row in terminal.json("duty", "load", str(file))] == ["甲"]


def test_a_faulty_file_is_refused_with_its_line(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text('[[measure]]\ncode = "a"\ntitle = "甲"\ndates = "2/30"\n', encoding="utf-8")
    assert terminal("duty", "load", str(file)) == 1
    assert "第 4 列" in terminal.err
    assert terminal.json("duty", "list") == []


def test_another_year_is_listed(terminal: Terminal) -> None:
    quarterly(terminal)
    row = terminal.json("duty", "list", "--year", "114")[0]
    assert (row["due"], row["occasion"], row["stage"]) == ("2025-03-31", "114Q1", "overdue")
    assert terminal("duty", "list", "--year", "114Q1") == 1


def test_an_occasion_is_done_and_taken_back(terminal: Terminal) -> None:
    measure = quarterly(terminal)
    done = terminal.json("duty", "done", measure, "114q1", "--on", "114/3/20", "--text", "簽文 1")
    item = terminal.json("duty", "show", measure, "--year", "114")["items"][0]
    assert (item["stage"], item["record"], item["evidence"]) == ("done", done["id"], "簽文 1")
    assert terminal("duty", "undo", done["id"], "--reason", "登錯了") == 0
    shown = terminal.json("duty", "show", measure, "--year", "114")
    assert shown["items"][0]["record"] is None
    assert [(each["taken_back"], each["reason"]) for each in shown["records"]] == [(True, "登錯了")]


def test_a_file_name_is_evidence(terminal: Terminal) -> None:
    measure = quarterly(terminal)
    done = terminal.json("duty", "done", measure, "114Q1", "--file", "榮譽榜.pdf")
    assert (done["kind"], done["reference"]) == ("file", "榮譽榜.pdf")


def test_evidence_that_is_not_there_is_refused(terminal: Terminal) -> None:
    assert terminal("duty", "done", quarterly(terminal), "114Q1", "--session", "A9") == 1
    assert "沒有編號 A9 的場次" in terminal.err


def test_dates_alone_make_fixed_dates(terminal: Terminal) -> None:
    measure = quarterly(terminal)
    row = terminal.json("duty", "edit", measure, "--dates", "7/31、3/31", "--person", TRAINER.staff_no)
    assert (row["frequency"], row["dates"], row["person"]) == ("dates", ["03-31", "07-31"], TRAINER.staff_no)


@pytest.mark.parametrize(
    "words",
    [
        ("--frequency", "quarter", "--dates", "1/25"),
        ("--frequency", "quarter", "--first-month", "2"),
        ("--first-month", "2"),
        ("--since", "116/1/1"),
        ("--dates", "2/30"),
        ("--section", "沒有這科"),
    ],
)
def test_an_edit_that_cannot_be_is_refused(terminal: Terminal, words: tuple[str, ...]) -> None:
    measure = quarterly(terminal)
    assert terminal("duty", "edit", measure, *words) == 1
    assert terminal.json("duty", "list")[0]["frequency"] == "quarter"


def test_a_retired_measure_is_gone_from_later_years(terminal: Terminal) -> None:
    measure = quarterly(terminal)
    assert terminal("duty", "retire", measure, "--reason", "計畫修正") == 0
    later = str(datetime.now(UTC).year - 1911 + 2)
    assert terminal.json("duty", "list", "--year", later) == []
    assert len(terminal.json("duty", "list", "--year", "114")) == 1


def test_a_measure_is_shown_in_words(terminal: Terminal) -> None:
    terminal("duty", "load")
    assert terminal("duty", "show", "A9") == 0
    assert "期限未定，請局裡設定" in terminal.out
    assert "13 項作法" in terminal.out


def test_the_due_dates_are_written_as_a_calendar(terminal: Terminal, tmp_path: Path) -> None:
    quarterly(terminal)
    target = tmp_path / "plan.ics"
    assert terminal("duty", "ics", "--out", str(target), "--year", "114", "--alarm", "3") == 0
    assert "4 個期限" in terminal.err
    assert len(Calendar.from_ical(target.read_bytes()).walk("VALARM")) == 4


@pytest.mark.parametrize(
    "words", [("--out", "plan.txt"), ("--out", "plan.ics", "--alarm", "400"), ("--out", "no/where/p.ics")]
)
def test_a_calendar_that_cannot_be_written_is_refused(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    quarterly(terminal)
    assert terminal("duty", "ics", *words) == 1
    assert not list(tmp_path.glob("plan.*"))


def test_an_office_with_a_plan_is_verified(terminal: Terminal) -> None:
    terminal("duty", "load")
    terminal("duty", "done", quarterly(terminal), "114Q1", "--text", "已辦")
    assert terminal("verify") == 0
