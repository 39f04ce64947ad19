"""A fault of the program itself is said in words; the details go to a file without the office's contents."""

from pathlib import Path

import pytest

from tui.main import main
from tui.mishap import note_down

SECRET = "王小明的分數"


def fail() -> None:
    raise ValueError(SECRET)


def failure() -> ValueError:
    try:
        fail()
    except ValueError as error:
        return error
    raise AssertionError


def test_the_details_name_places_in_the_program_and_no_contents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    lines = note_down(failure())
    (written,) = tmp_path.rglob("mishap-*.txt")
    assert str(written) in lines[1]
    assert "test_mishap.py" in written.read_text(encoding="utf-8")
    assert SECRET not in written.read_text(encoding="utf-8") + "".join(lines)


def test_a_command_that_fails_by_itself_shows_no_traceback(
    office_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_self: object, _day: object) -> None:
        raise failure()

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("bureau.desk.PeopleDesk.people_on", broken)
    monkeypatch.setattr("bureau.desk.PeopleDesk.everybody", lambda _self: broken(_self, None))
    monkeypatch.setattr("bureau.desk.PeopleDesk.staff_rows", broken)
    assert main(["--office", str(office_file), "staff", "list"]) == 1
    said = capsys.readouterr().err
    assert "程式本身出了錯" in said
    assert "Traceback" not in said
