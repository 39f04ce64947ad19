"""`courtesy staff|rules|calendar`: what scripts and people get from them."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bureau.dates import TAIPEI
from bureau.roles import Role
from tui.commands.staff import GRANTABLE
from tui.main import main

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "tui" / "demo" / "staff.xlsx"
SAMPLES = ROOT / "tests" / "data" / "staff"
HEADING = "員工編號,姓名,科室,職稱,分機"

Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `courtesy` on a new office, without a terminal."""
    monkeypatch.setenv("COURTESY_OFFICE", str(tmp_path / "office.db"))
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def given(*words: object) -> int:
        return main([str(word) for word in words])

    assert given("init", tmp_path / "office.db", "--name", "測試縣稅務局") == 0
    return given


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    """Write a staff file."""

    def write(*rows: str) -> Path:
        path = tmp_path / "staff.csv"
        path.write_text("\n".join((HEADING, *rows)), encoding="utf-8")
        return path

    return write


def document(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def state(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("office.db*")) if not path.name.endswith("-shm")]


# staff import


def test_a_dry_run_shows_the_difference_and_writes_nothing(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(tmp_path)
    assert run("staff", "import", DEMO, "--dry-run") == 0
    said = capsys.readouterr()
    assert "新進" in said.out
    assert "王𤧟翔" in said.out
    assert "新進 64 人" in said.err
    assert state(tmp_path) == before


def test_nothing_is_applied_without_a_yes(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(tmp_path)
    assert run("staff", "import", DEMO) == 1
    assert "--yes" in capsys.readouterr().err
    assert state(tmp_path) == before


def test_a_file_is_applied_with_a_yes_and_then_changes_nothing(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("staff", "import", DEMO, "--yes") == 0
    capsys.readouterr()
    before = state(tmp_path)
    assert run("staff", "import", DEMO) == 0
    assert "沒有變動（64 人）" in capsys.readouterr().err
    assert state(tmp_path) == before


def test_the_first_file_holds_from_the_start_of_the_year_so_that_earlier_sessions_expect_somebody(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    run("staff", "import", DEMO, "--yes")
    capsys.readouterr()
    year = datetime.now(TAIPEI).year
    words = ("--title", "講習", "--day", f"{year}-01-01", "--start", "09:00", "--end", "12:00")
    assert run("session", "add", *words) == 0
    assert run("session", "expect", "A1", "--all") == 0
    capsys.readouterr()
    run("session", "list", "--json")
    assert document(capsys)[0]["expected"] > 0


def test_the_difference_names_who_comes_changes_and_leaves(
    run: Run, listed: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    run("staff", "import", listed("1,甲,行政科,科長,1", "2,乙,行政科,股長,2", "3,丙,行政科,書記,3"), "--yes")
    capsys.readouterr()
    changed = listed("1,甲,行政科,科長,1", "2,乙,行政科,科長,2", "4,丁,法務科,書記,4")
    words = ("staff", "import", changed, "--new-sections", "--since", "115/12/1")
    assert run(*words, "--dry-run") == 0
    shown = capsys.readouterr()
    rows = [[cell.strip() for cell in line.split("│")] for line in shown.out.splitlines() if "│" in line]
    assert rows == [
        ["新進", "4", "丁", "法務科", "書記 分機 4"],
        ["異動", "2", "乙", "行政科", "職稱 股長 → 科長"],
        ["離職", "3", "丙", "行政科", "最後一天 115/11/30"],
    ]
    assert "新科室：法務科" in shown.err
    assert run(*words, "--yes", "--json") == 0
    found = document(capsys)
    assert found["applied"] is True
    assert found["since"] == "2026-12-01"
    assert [person["staff_no"] for person in found["new"]] == ["4"]
    assert found["changed"] == [
        {"staff_no": "2", "name": "乙", "before": {"title": "股長"}, "after": {"title": "科長"}}
    ]
    assert found["left"] == [{"staff_no": "3", "name": "丙", "left": "2026-11-30"}]
    assert found["unchanged"] == 1
    assert found["new_sections"] == ["法務科"]


def test_the_faults_of_a_file_are_listed_with_row_and_column(
    run: Run, tmp_path: Path, listed: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    before = state(tmp_path)
    path = listed("1,甲,行政科,科長,1", "1,,行政科,科長,2")
    assert run("staff", "import", path, "--yes") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "staff.csv 第 3 列 「姓名」：不能空白。" in said.err
    assert "第 2、3 列" in said.err
    assert run("staff", "import", path, "--yes", "--json") == 1
    found = document(capsys)
    assert found["applied"] is False
    assert [(each["row"], each["column"]) for each in found["problems"]] == [(2, "員工編號"), (3, "姓名")]
    assert state(tmp_path) == before


@pytest.mark.parametrize(
    "sample", ["old-excel.xlsx", "password.xlsx", "web-page.xlsx", "merged-heading.xlsx", "nowhere.xlsx"]
)
def test_a_file_that_cannot_be_taken_exits_with_1_and_says_where_and_what_to_do(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], sample: str
) -> None:
    before = state(tmp_path)
    assert run("staff", "import", SAMPLES / sample, "--yes") == 1
    said = capsys.readouterr().err
    assert sample in said
    assert "請" in said
    assert "Traceback" not in said
    assert state(tmp_path) == before


@pytest.mark.parametrize("since", ["115/2/30", "昨天"])
def test_a_day_that_does_not_exist_is_refused(
    run: Run, capsys: pytest.CaptureFixture[str], since: str
) -> None:
    assert run("staff", "import", DEMO, "--yes", "--since", since) == 1
    assert since in capsys.readouterr().err


def test_big5_is_read_and_said(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("staff", "import", SAMPLES / "big5.csv", "--yes") == 0
    assert "Big5" in capsys.readouterr().err


# staff list and export


def test_the_list_has_the_fields_that_scripts_rely_on(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("staff", "import", DEMO, "--yes")
    capsys.readouterr()
    assert run("staff", "list", "--json") == 0
    people = document(capsys)
    assert len(people) == 64
    first = people[0]
    assert {
        name: first[name] for name in ("staff_no", "name", "section", "title", "extension", "active")
    } == {
        "staff_no": "01001",
        "name": "許栢安",
        "section": "行政科",
        "title": "科長",
        "extension": "101",
        "active": True,
    }


def test_who_left_is_listed_on_request_only(
    run: Run, listed: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    run("staff", "import", listed("1,甲,行政科,科長,1", "2,乙,行政科,股長,2"), "--yes", "--since", "100/1/1")
    run("staff", "import", listed("1,甲,行政科,科長,1"), "--yes", "--since", "100/2/1")
    capsys.readouterr()
    run("staff", "list", "--json")
    assert [person["staff_no"] for person in document(capsys)] == ["1"]
    run("staff", "list", "--all", "--json")
    assert [(person["staff_no"], person["active"]) for person in document(capsys)] == [
        ("1", True),
        ("2", False),
    ]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_export_can_be_imported_again(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str
) -> None:
    run("staff", "import", DEMO, "--yes")
    assert run("staff", "export", tmp_path / f"out.{ending}") == 0
    capsys.readouterr()
    assert run("staff", "import", tmp_path / f"out.{ending}") == 0
    assert "沒有變動" in capsys.readouterr().err


def test_an_export_for_excel_has_a_mark_and_no_formulas(
    run: Run, tmp_path: Path, listed: Callable[..., Path]
) -> None:
    run("staff", "import", listed("1,'=1+1,行政科,科長,1"), "--yes")
    run("staff", "export", tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1][1] == "'=1+1"


def test_an_export_never_overwrites_an_office(run: Run, tmp_path: Path) -> None:
    before = state(tmp_path)
    assert run("staff", "export", tmp_path / "office.db") == 1
    assert state(tmp_path) == before


# staff role and leave


def test_every_role_but_that_of_everybody_can_be_given() -> None:
    assert set(GRANTABLE) == {role.value for role in Role} - {Role.STAFF.value}


def test_a_role_lets_a_person_act(
    run: Run, listed: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = listed("1,甲,行政科,科長,1", "2,乙,行政科,股長,2")
    run("staff", "import", path, "--yes", "--since", "100/1/1")
    assert run("staff", "import", path, "--as", "2") == 1
    assert "訓練承辦人" in capsys.readouterr().err
    assert run("staff", "role", "2", "trainer") == 0
    assert run("staff", "import", path, "--as", "2") == 0
    run("staff", "role", "2", "trainer", "--remove")
    assert run("staff", "import", path, "--as", "2") == 1
    assert run("staff", "role", "1", "tester", "--as", "2") == 1


def test_a_word_that_is_no_role_is_wrong_usage(run: Run) -> None:
    with pytest.raises(SystemExit) as caught:
        run("staff", "role", "1", "king")
    assert caught.value.code == 2


def test_leave_is_recorded_and_its_days_are_checked(
    run: Run, listed: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    run("staff", "import", listed("1,甲,行政科,科長,1"), "--yes")
    assert run("staff", "leave", "1", "115/11/24", "115/11/26", "--kind", "休假") == 0
    assert "115/11/24 到 115/11/26" in capsys.readouterr().err
    assert run("staff", "leave", "1", "115/11/26", "115/11/24") == 1
    assert run("staff", "leave", "9", "115/11/24", "115/11/26") == 1


# rules


def test_the_rules_that_are_shown_can_be_published(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    run("rules", "show")
    text = capsys.readouterr().out
    path = tmp_path / "rules.toml"
    path.write_text(text.replace("mask_names = false", "mask_names = true"), encoding="utf-8")
    assert run("rules", "publish", path, "--from", "116/1/1") == 0
    capsys.readouterr()
    run("rules", "list", "--json")
    _first, book = document(capsys)
    assert book["in_force_from"] == "2027-01-01"
    run("rules", "show", "--on", "116/1/1", "--json")
    shown = document(capsys)
    assert shown["version"] == book["version"]
    assert shown["rules"]["office"]["mask_names"] is True
    run("rules", "show", "--on", "115/12/31", "--json")
    assert document(capsys)["rules"]["office"]["mask_names"] is False


def test_a_rule_file_with_an_unknown_key_is_refused_with_its_path(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    run("rules", "show")
    path = tmp_path / "rules.toml"
    path.write_text(capsys.readouterr().out.replace("mask_names", "mask_name"), encoding="utf-8")
    before = state(tmp_path)
    assert run("rules", "publish", path, "--from", "116/1/1") == 1
    said = capsys.readouterr().err
    assert "office.mask_name" in said
    assert "rules.toml" in said
    assert state(tmp_path) == before


# calendar


def test_the_calendar_is_seeded_loaded_and_listed(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("calendar", "seed", "114") == 0
    path = tmp_path / "days.csv"
    path.write_text("日期,上班,名稱\n114/7/10,否,颱風假\n", encoding="utf-8")
    assert run("calendar", "load", path) == 0
    capsys.readouterr()
    run("calendar", "show", "114", "--json")
    days = {row["day"]: row for row in document(capsys)}
    assert days["2025-07-10"] == {"day": "2025-07-10", "weekday": "四", "works": False, "name": "颱風假"}
    assert days["2025-02-08"]["works"] is True
    assert run("calendar", "seed", "114Q1") == 1


@pytest.mark.parametrize(
    "words", [["staff"], ["staff", "import"], ["rules"], ["rules", "publish"], ["calendar"]]
)
def test_every_level_has_help_in_chinese(
    run: Run, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run(*words, "--help")
    assert caught.value.code == 0
    assert "用法" in capsys.readouterr().out
