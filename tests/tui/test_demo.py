"""The demonstration: a whole year through the acts that people use, the same for the same seed."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from bureau.roles import ADMINISTRATOR
from courtesy.draw import Certificate, difference
from tests.tui.conftest import make_office, steady
from training.case import State
from tui.desks import Desks
from tui.main import main

RARE = "堃峯㛢"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, built once as `make run` builds it without a terminal."""
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "tui.main", "demo", str(folder)],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    (folder / "summary.txt").write_text(done.stdout, encoding="utf-8")
    return folder


@pytest.fixture
def desks(demo: Path, tmp_path: Path) -> Iterator[Desks]:
    """The demonstration office, opened on a copy."""
    shutil.copy(demo / "office.db", tmp_path / "office.db")
    with Desks.open(tmp_path / "office.db", steady) as opened:
        yield opened


def test_the_summary_counts_each_step_and_names_each_file(demo: Path) -> None:
    summary = (demo / "summary.txt").read_text(encoding="utf-8")
    for word in ("同仁", "封存的電話測試", "交卷", "講習場次", "補訓案", "office.db", "補訓名冊.pdf"):
        assert word in summary


def test_nothing_unfinished_is_left_in_the_folder(demo: Path) -> None:
    names = {path.name for path in demo.iterdir()}
    assert names == {"office.db", "補訓名冊.pdf", "簽到表.pdf", "抽籤證書.json", "summary.txt"}


def test_about_sixty_calls_are_sealed_by_six_testers_with_every_kind_of_trouble(desks: Desks) -> None:
    calls = [call for call in desks.calls.calls() if call.sealed]
    assert 55 <= len(calls) <= 70
    assert len({call.tester for call in calls}) == 6
    assert {call.outcome.value for call in calls if call.outcome} >= {"reached", "no_answer", "busy"}
    assert any(call.critical for call in calls)
    assert any(call.answered_by for call in calls)
    assert any("na" in call.marks.values() for call in calls)


def test_nobody_was_tested_by_the_own_section(desks: Desks) -> None:
    sections = {person.staff_no: person.section for person in desks.people.everybody()}
    assert all(sections[call.tester] != call.section for call in desks.calls.calls())


def test_one_call_is_left_half_scored(desks: Desks) -> None:
    drafts = [call for call in desks.calls.calls() if not call.sealed]
    assert drafts
    assert all(call.marks for call in drafts)


def test_both_sessions_were_held_with_absences(desks: Desks) -> None:
    sessions = desks.training.sessions()
    assert len(sessions) == 2
    assert all(
        {one.attendance.status.value for one in desks.training.expected(session.id) if one.attendance}
        > {"present"}
        for session in sessions
    )


def test_every_listed_case_stands_on_evidence_and_nobody_is_listed_twice(desks: Desks) -> None:
    cases = desks.training.cases(open_only=True)
    assert cases
    assert all(case.reasons for case in cases)
    assert len({case.person for case in cases}) == len(cases)


def test_some_were_retrained_already(desks: Desks) -> None:
    assert any(case.state is State.TRAINED for case in desks.training.cases())


def test_everything_can_be_proved(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--office", str(demo / "office.db"), "verify"]) == 0


def test_the_certificate_of_the_first_draw_holds(demo: Path) -> None:
    content = json.loads((demo / "抽籤證書.json").read_text(encoding="utf-8"))
    assert difference(Certificate.model_validate(content)) is None


def test_the_roster_names_everybody_rare_characters_included(demo: Path, desks: Desks) -> None:
    reader = PdfReader(demo / "補訓名冊.pdf")
    text = "".join(page.extract_text() for page in reader.pages)
    listed = [desks.office.person(case.person, case.opened) for case in desks.training.cases(open_only=True)]
    assert all(person.name in text for person in listed)
    assert any(character in text for character in RARE)
    assert "頁次 1/" in text


def test_the_same_seed_gives_the_same_year(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", str(tmp_path / "again"), "--no-open"]) == 0

    def digest(path: Path) -> str:
        return hashlib.sha256(path.read_bytes()).hexdigest()

    for name in ("補訓名冊.pdf", "簽到表.pdf", "抽籤證書.json"):
        assert digest(demo / name) == digest(tmp_path / "again" / name)


def test_another_seed_gives_another_year(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo", str(tmp_path / "other"), "--no-open", "--seed", "7"]) == 0
    assert (demo / "抽籤證書.json").read_bytes() != (tmp_path / "other" / "抽籤證書.json").read_bytes()


def test_a_demonstration_is_built_anew_in_the_same_folder(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(demo, tmp_path / "demo")
    assert main(["demo", str(tmp_path / "demo"), "--no-open"]) == 0


def test_a_real_office_is_never_replaced_by_a_demonstration(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make_office(tmp_path / "office.db")
    before = path.read_bytes()
    assert main(["demo", str(tmp_path), "--no-open"]) == 1
    assert "不會覆蓋" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_said_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["demo", str(tmp_path / "file"), "--no-open"]) == 1
    assert "另一個" in capsys.readouterr().err


def test_who_may_do_what_was_kept_all_year(desks: Desks) -> None:
    actors = {entry.actor for entry in desks.office.journal() if entry.act == "call.seal"}
    assert actors == {call.tester for call in desks.calls.calls() if call.sealed}
    assert ADMINISTRATOR.staff_no not in actors


def test_the_journal_runs_with_the_clock(desks: Desks) -> None:
    moments = [entry.at for entry in desks.office.journal()]
    assert moments == sorted(moments)


def test_the_years_plan_is_there_with_its_evidence_and_what_is_still_to_be_set(desks: Desks) -> None:
    year = {one.measure.code: one for one in desks.duties.year(2026)}
    assert all(item.done and item.done.reference for item in year["sessions"].items)
    assert year["half-summary"].items[1].late == 4
    assert desks.duties.unset(date(2026, 11, 20)) == 11
