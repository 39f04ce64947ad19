"""The office file as a whole: made, verified, backed up and restored from the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bureau.roles import ADMINISTRATOR
from courtesy.call import Outcome
from tests.conftest import MOMENT
from tests.tui.conftest import make_office, steady
from tui.desks import Desks
from tui.main import main

Run = Callable[..., int]


@pytest.fixture
def run(office_file: Path) -> Run:
    """Run `courtesy` on the office file."""

    def call(*words: object) -> int:
        return main(["--office", str(office_file), *(str(word) for word in words)])

    return call


def sealed_call(file: Path) -> str:
    with Desks.open(file, steady) as desks:
        draw = desks.calls.waiting(by=ADMINISTRATOR)[0]
        call = desks.calls.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=MOMENT)
        desks.calls.set_outcome(call.id, Outcome.REACHED, by=ADMINISTRATOR, at=MOMENT)
        for placed in desks.calls.scale(call.scale).lines(call.parts):
            if placed.line.code != "stand-in":
                step = placed.line.steps[0].key
                desks.calls.mark(call.id, placed.id, step, by=ADMINISTRATOR, at=MOMENT)
        return desks.calls.seal(call.id, by=ADMINISTRATOR, at=MOMENT).id


def as_an_attacker(file: Path, *statements: str) -> None:
    """Change the file behind the program's back: take the seals off, change, put the seals back."""
    with Desks.open(file, steady) as desks, desks.office.store.transaction() as store:
        seals = store.triggers()
        for name in seals:
            store.run(f"DROP TRIGGER {name}")
        for statement in statements:
            store.run(statement)
        for text in seals.values():
            store.run(text)


def test_a_new_office_has_its_name_and_the_holidays_of_the_year(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new.db"
    assert main(["init", str(path), "--name", "連江縣財政稅務局"]) == 0
    with Desks.open(path, steady) as desks:
        assert desks.office.name == "連江縣財政稅務局"
        assert desks.office.calendar().holidays


def test_an_office_is_never_made_over_another(office_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = office_file.read_bytes()
    assert main(["init", str(office_file), "--name", "別局"]) == 1
    assert "已經存在" in capsys.readouterr().err
    assert office_file.read_bytes() == before


def test_a_sound_office_is_verified(run: Run, office_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sealed_call(office_file)
    assert run("verify") == 0
    assert "全部相符" in capsys.readouterr().err


def test_verify_gives_one_json_document(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["problems"] == []
    assert len(said["fingerprint"]) == 64


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE call SET score = 9999",
        "UPDATE call SET remark = '改過'",
        "UPDATE mark SET step = 'no' WHERE line LIKE '%hello%'",
        "DELETE FROM mark WHERE line LIKE '%hello%'",
        "UPDATE call SET tester = '0203', person = '0102'",
    ],
)
def test_verify_names_a_sealed_call_that_was_changed(
    run: Run, office_file: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    call = sealed_call(office_file)
    as_an_attacker(office_file, change)
    assert run("verify") == 1
    assert f"通話紀錄 {call}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET actor = '0101' WHERE seq = 2",
        "UPDATE journal SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 2",
        "UPDATE journal_payload SET payload = '{}' WHERE seq = 2",
        "DELETE FROM journal_payload WHERE seq = 2",
        "PRAGMA foreign_keys=OFF",
    ],
)
def test_verify_names_the_first_entry_of_the_journal_that_was_changed(
    run: Run, office_file: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    sealed_call(office_file)
    as_an_attacker(office_file, change)
    erased = change.startswith(("DELETE", "PRAGMA"))
    # A payload may be erased when its time is over, and the chain still holds.
    assert run("verify") == (0 if erased else 1)
    assert ("第 2 筆" in capsys.readouterr().err) is not erased


def test_verify_misses_a_seal_that_was_taken_off(
    run: Run, office_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Desks.open(office_file, steady) as desks, desks.office.store.transaction() as store:
        store.run("DROP TRIGGER call_sealed_update")
    assert run("verify") == 1
    assert "call_sealed_update" in capsys.readouterr().err


def test_a_backup_restores_to_an_equal_office(
    run: Run, office_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = sealed_call(office_file)
    copy = tmp_path / "copy.db"
    assert run("backup", copy) == 0
    with Desks.open(office_file, steady) as desks:
        fingerprint = desks.office.fingerprint()
    elsewhere = tmp_path / "elsewhere.db"
    assert main(["--office", str(elsewhere), "restore", str(copy)]) == 0
    with Desks.open(elsewhere, steady) as desks:
        assert desks.office.fingerprint() == fingerprint
        assert desks.calls.call(call).sealed


def test_restoring_over_an_office_asks_first_and_keeps_what_was_there(
    run: Run, office_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    run("backup", copy)
    sealed_call(office_file)
    assert run("restore", copy) == 1
    assert run("restore", copy, "--yes") == 0
    kept = office_file.with_name(office_file.name + ".before-restore")
    assert kept.exists()
    with Desks.open(office_file, steady) as desks:
        assert not desks.calls.calls()


def test_restoring_again_keeps_what_was_there_the_first_time_too(
    run: Run, office_file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    run("backup", copy)
    call = sealed_call(office_file)
    assert run("restore", copy, "--yes") == 0
    assert run("restore", copy, "--yes") == 0
    first = office_file.with_name(office_file.name + ".before-restore")
    assert first.with_name(first.name + "-2").exists()
    with Desks.open(first, steady) as desks:
        assert desks.calls.call(call).sealed


def test_what_an_open_program_has_just_written_is_in_the_file_that_is_kept(
    run: Run, office_file: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.db"
    run("backup", copy)
    with Desks.open(office_file, steady):
        call = sealed_call(office_file)
        assert office_file.with_name(office_file.name + "-wal").stat().st_size
        assert run("restore", copy, "--yes") == 0
    kept = office_file.with_name(office_file.name + ".before-restore")
    with Desks.open(kept, steady) as desks:
        assert desks.calls.call(call).sealed
    with Desks.open(office_file, steady) as desks:
        assert not desks.calls.calls()


def test_a_damaged_backup_changes_nothing(
    run: Run, office_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy.db"
    run("backup", copy)
    content = bytearray(copy.read_bytes())
    content[8192:12288] = b"\x5a" * 4096
    copy.write_bytes(content)
    before = office_file.read_bytes()
    assert run("restore", copy, "--yes") == 1
    assert office_file.read_bytes() == before


def test_a_backup_never_replaces_a_file(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = tmp_path / "taken.db"
    taken.write_text("重要的檔案", encoding="utf-8")
    assert run("backup", taken) == 1
    assert taken.read_text(encoding="utf-8") == "重要的檔案"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "不是局的資料檔"),
        (b"hello" * 100, "不是局的資料檔"),
        ("名冊".encode("cp950") * 50, "不是局的資料檔"),
    ],
)
def test_a_file_that_is_no_office_is_named_and_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    path = tmp_path / "other.db"
    path.write_bytes(content)
    assert main(["--office", str(path), "staff", "list"]) == 1
    assert said in capsys.readouterr().err
    assert path.read_bytes() == content


def test_an_office_that_is_not_there_says_how_to_make_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--office", str(tmp_path / "none.db"), "staff", "list"]) == 1
    assert "courtesy init" in capsys.readouterr().err


def test_a_damaged_office_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = make_office(tmp_path / "damaged.db")
    content = bytearray(path.read_bytes())
    content[100 : len(content) // 2] = b"\x5a" * (len(content) // 2 - 100)
    path.write_bytes(content)
    assert main(["--office", str(path), "staff", "list"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "damaged.db" in said
