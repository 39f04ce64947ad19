"""`courtesy exercise`, run as people and scripts run it."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bureau.people import Section
from bureau.roles import Role
from tests.conftest import counting_entropy
from tests.courtesy.samples import PEOPLE, SECTIONS, TESTERS, TRAINER, UNIT, full_marks
from tests.tui.test_commands_courtesy import Terminal
from tui.desks import Desks


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
            for staff_no in TESTERS:
                ground.put_role(staff_no, Role.TESTER)
            ground.put_role(TRAINER.staff_no, Role.TRAINER)
    return Terminal(path, capsys)


@pytest.fixture
def marks(tmp_path: Path) -> str:
    import json

    path = tmp_path / "marks.json"
    path.write_text(json.dumps(full_marks(UNIT)), encoding="utf-8")
    return str(path)


def test_an_exercise_from_opening_to_comparison(terminal: Terminal, marks: str) -> None:
    made = terminal.json("exercise", "new", "house-tax-self-use", "--period", "115M11")
    assert (made["of"], made["state"]) == (3, "open")
    for tester in TESTERS:
        rated = terminal.json("exercise", "rate", made["id"], "--marks", marks, "--seal", "--as", tester)
        assert rated["score"] == "100.00"
    shown = terminal.json("exercise", "show", made["id"])
    assert shown["state"] == "closed"
    assert set(shown["scores"]) == set(TESTERS)
    assert terminal.json("exercise", "agreement")["within"]["share"] == 1
    assert {one["n"] for one in terminal.json("exercise", "severity")["testers"]} == {1}
    assert terminal.json("exercise", "adjusted") == []
    assert terminal("verify") == 0
    for word in ("list", "agreement", "severity", "adjusted"):
        assert terminal("exercise", word) == 0, terminal.err


def test_before_the_end_only_the_protocol_is_shown(terminal: Terminal, marks: str) -> None:
    made = terminal.json("exercise", "new", "land-tax-transfer")
    terminal("exercise", "rate", made["id"], "--marks", marks, "--seal", "--as", TESTERS[0])
    shown = terminal.json("exercise", "show", made["id"], "--as", TESTERS[1])
    assert shown["turns"]
    assert "marks" not in shown
    assert terminal("exercise", "close", made["id"], "--yes", "--as", TESTERS[0]) == 1
    assert terminal("exercise", "close", made["id"], "--yes", "--as", TRAINER.staff_no) == 0


def test_marks_that_the_scale_does_not_know_leave_nothing_behind(terminal: Terminal, tmp_path: Path) -> None:
    made = terminal.json("exercise", "new", "house-tax-self-use")
    path = tmp_path / "wrong.json"
    path.write_text('{"unit.manners.tone": "yes", "unit.none": "yes"}', encoding="utf-8")
    words = ("exercise", "rate", made["id"], "--as", TESTERS[0])
    assert terminal(*words, "--marks", str(path)) == 1
    assert "unit.none" in terminal.err
    assert terminal.json(*words)["marks"] == {}


def test_a_call_that_is_not_there_has_no_second(terminal: Terminal) -> None:
    assert terminal("exercise", "second", "A9", "--tester", TESTERS[0]) == 1
    assert "A9" in terminal.err
