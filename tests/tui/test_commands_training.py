"""`courtesy session` and `case`, run as people and scripts run them."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bureau.calendar import day_of, roc
from tests.conftest import counting_entropy
from tests.training.life import CHEN, LI, STAFF, TRAINER_NO, WANG, Life
from tui.desks import Desks
from tui.main import main


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    now = datetime.now(UTC) - timedelta(days=10)
    with Desks.create(
        tmp_path / "office.db", name="測試縣稅務局", entropy=counting_entropy(), at=now
    ) as desks:
        one = Life(desks)
        one.now = now
        yield one


class Terminal:
    """Runs commands on one office file and keeps what they print."""

    def __init__(
        self, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.file = file
        self._capsys = capsys
        monkeypatch.setattr("sys.stdin", io.StringIO())
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        code = main([*words, "--office", str(self.file)])
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *words: str) -> Any:
        assert self(*words, "--json") == 0, self.err
        return json.loads(self.out)


@pytest.fixture
def terminal(life: Life, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(life.desks.office.store.path, capsys, monkeypatch)


def today() -> str:
    return roc(day_of(datetime.now(UTC)))


def added(terminal: Terminal, *more: str) -> str:
    words = (
        "session",
        "add",
        "--title",
        "下半年講習",
        "--day",
        today(),
        "--start",
        "00:00",
        "--end",
        "03:00",
    )
    return str(terminal.json(*words, *more)["id"])


# -- session ----------------------------------------------------------------------------------------------


def test_a_session_is_added_listed_and_filled(terminal: Terminal, tmp_path: Path) -> None:
    name = added(terminal, "--place", "三樓會議室")
    (row,) = terminal.json("session", "list")
    assert (row["id"], row["hours"], row["place"], row["expected"]) == (name, "3.00", "三樓會議室", 0)
    assert terminal.json("session", "expect", name, "--section", "房屋稅科")["expected"] == 3
    assert terminal("session", "sheet", name, "--table", str(tmp_path / "sheet.csv")) == 0
    sheet = tmp_path / "sheet.csv"
    text = sheet.read_text(encoding="utf-8-sig")
    sheet.write_text(
        text.replace(f"{WANG},王𤧟堃,房屋稅科,", f"{WANG},王𤧟堃,房屋稅科,出席"), encoding="utf-8"
    )
    done = terminal.json("session", "attend", name, str(sheet), "--rest", "請假")
    assert (done["new"], done["missing"]) == (3, [])
    rows = {row["staff_no"]: row for row in terminal.json("session", "show", name)}
    assert (rows[WANG]["status"], rows[WANG]["hours"], rows[WANG]["standing"]) == (
        "present",
        "3.00",
        "trained",
    )
    assert (rows[LI]["status"], rows[LI]["standing"]) == ("leave", "make_up")


def test_the_list_says_how_the_years_duty_stands(terminal: Terminal) -> None:
    assert terminal("session", "list") == 0
    assert "今年講習 0/2" in terminal.err


def test_a_wrong_sheet_is_refused_with_every_row_and_exit_code_one(terminal: Terminal) -> None:
    name = added(terminal)
    terminal("session", "expect", name, WANG, LI, CHEN, "0091")
    faults = Path(__file__).parent.parent / "data" / "training" / "faults.xlsx"
    assert terminal("session", "attend", name, str(faults)) == 1
    for row in range(2, 9):
        assert f"第 {row} 列" in terminal.err


def test_the_sign_in_sheet_is_printed(terminal: Terminal, tmp_path: Path) -> None:
    name = added(terminal)
    terminal("session", "expect", name, "--all")
    assert terminal("session", "sheet", name, "--pdf", str(tmp_path / "簽到表.pdf")) == 0
    assert "王𤧟堃" in PdfReader(tmp_path / "簽到表.pdf").pages[0].extract_text()


@pytest.mark.parametrize(
    "words",
    [
        ("session", "show", "A99"),
        ("session", "expect", "A99", WANG),
        ("session", "attend", "A99", "none.xlsx"),
        ("case", "show", "A99"),
        ("case", "advance", "A99", "due"),
        ("case", "advance", "A99", "nonsense"),
    ],
)
def test_what_does_not_exist_is_refused_in_words(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert terminal(*words) == 1
    assert "Traceback" not in terminal.err
    assert terminal.err.strip()


# -- case -------------------------------------------------------------------------------------------------


def test_evidence_becomes_cases_before_anything_is_listed(terminal: Terminal, life: Life) -> None:
    sitting = life.sit(WANG, right=1)
    (row,) = terminal.json("case", "list", "--open")
    assert row.keys() >= {"id", "person", "name", "section", "state", "open", "reasons", "evidence", "due"}
    assert (row["person"], row["name"], row["section"]) == (WANG, "王𤧟堃", "房屋稅科")
    assert (row["state"], row["open"], row["band"]) == ("due", True, "clear")
    assert [(each["kind"], each["score"]) for each in row["reasons"]] == [("low_quiz", "50.00")]
    assert row["evidence"] == [
        {"source": "quiz", "id": sitting.id, "score": "50.00", "day": row["reasons"][0]["day"]}
    ]


def test_opening_says_what_is_new_and_nothing_the_second_time(terminal: Terminal, life: Life) -> None:
    life.ring(WANG)
    assert [row["state"] for row in terminal.json("case", "open")] == ["to_confirm"]
    entries = life.entries()
    assert terminal.json("case", "open") == []
    assert life.entries() == entries


def test_a_case_is_advanced_and_shown_with_its_steps(terminal: Terminal, life: Life) -> None:
    life.sit(WANG, right=0)
    (row,) = terminal.json("case", "list")
    name = added(terminal)
    assert terminal.json("case", "advance", row["id"], "已排訓", "--session", name)["state"] == "assigned"
    shown = terminal.json("case", "show", row["id"])
    assert [(step["from"], step["to"]) for step in shown["steps"]] == [("due", "assigned")]
    assert shown["next"]["trained"]
    assert terminal("case", "show", row["id"]) == 0
    assert "已排訓" in terminal.out


def test_a_gate_is_passed_only_with_a_reason_and_that_is_said(terminal: Terminal, life: Life) -> None:
    life.ring(WANG)
    (row,) = terminal.json("case", "list")
    assert terminal("case", "advance", row["id"], "due") == 1
    assert "--reason" in terminal.err
    assert terminal("case", "advance", row["id"], "due", "--reason", "奉核") == 0
    assert "已記入日誌" in terminal.err


def test_the_roster_is_printed_and_masked_on_request(terminal: Terminal, life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    path = tmp_path / "補訓名冊.pdf"
    assert terminal("case", "roster", "--pdf", str(path)) == 0
    assert "王𤧟堃" in PdfReader(path).pages[0].extract_text()
    assert terminal("case", "roster", "--pdf", str(path), "--mask") == 0
    assert "王○堃" in PdfReader(path).pages[0].extract_text()


def test_those_who_left_are_said_not_to_be_listed(terminal: Terminal, life: Life, tmp_path: Path) -> None:
    life.sit(WANG, right=0)
    (row,) = terminal.json("case", "list")
    with life.desks.office.store.transaction():
        life.desks.office.ground.set_left(WANG, day_of(datetime.now(UTC)) - timedelta(days=1))
    assert terminal("case", "roster", "--pdf", str(tmp_path / "x.pdf")) == 0
    assert "未列入" in terminal.err
    assert row["id"] in terminal.err


def test_staff_see_their_own_case_and_print_nothing(terminal: Terminal, life: Life, tmp_path: Path) -> None:
    for staff_no in (WANG, LI):
        life.sit(staff_no, right=0)
    assert [row["person"] for row in terminal.json("case", "list", "--as", LI)] == [LI]
    assert terminal("case", "roster", "--pdf", str(tmp_path / "x.pdf"), "--as", LI) == 1
    assert terminal("case", "open", "--as", LI) == 1
    assert len(terminal.json("case", "list", "--as", TRAINER_NO)) == 2


@pytest.mark.parametrize("group", ["session", "case"])
def test_help_is_given_on_each_level(terminal: Terminal, group: str) -> None:
    with pytest.raises(SystemExit) as end:
        main([group, "--help"])
    assert end.value.code == 0


def test_verify_covers_the_cases(terminal: Terminal, life: Life) -> None:
    life.sit(WANG, right=0)
    terminal("case", "open")
    assert terminal("verify") == 0, terminal.err
    assert len(STAFF) == 3


def test_a_case_is_given_away_and_its_due_date_moved(terminal: Terminal, life: Life) -> None:
    life.sit(WANG, right=0)
    (row,) = terminal.json("case", "list")
    assert row["owner"] == TRAINER_NO
    assert terminal("case", "owner", row["id"], WANG) == 1
    assert "承辦" in terminal.err
    later = roc(day_of(datetime.now(UTC)) + timedelta(days=200))
    assert terminal("case", "due", row["id"], later, "--reason", "產假") == 0
    shown = terminal.json("case", "show", row["id"])
    assert [change["matter"] for change in shown["changes"]] == ["owner", "due"]
    assert shown["changes"][1]["reason"] == "產假"
    assert terminal("case", "show", row["id"]) == 0
    assert "產假" in terminal.err


def test_a_closed_case_is_looked_at_again(terminal: Terminal, life: Life) -> None:
    life.sit(WANG, right=0)
    (row,) = terminal.json("case", "list")
    name = added(terminal)
    for state in ("assigned", "trained", "retest", "closed"):
        more = ("--session", name) if state == "assigned" else ()
        assert terminal("case", "advance", row["id"], state, *more, "--reason", "奉核") == 0, terminal.err
    (row,) = terminal.json("case", "list")
    assert (row["open"], row["check_waits"]) == (False, False)
    assert row["check_due"]
    assert terminal.json("case", "list", "--check") == []
    seen = terminal.json("case", "check", row["id"])
    assert seen["next"]["held"]
    assert terminal("case", "check", row["id"], "維持") == 1
    assert terminal("case", "check", row["id"], "again", "--reason", "科長指示") == 1
    done = terminal.json("case", "check", row["id"], "held", "--reason", "已調職")
    assert (done["check"]["outcome"], done["check_due"]) == ("held", None)
    assert terminal("case", "check", row["id"]) == 0
    assert terminal("verify") == 0, terminal.err


# -- hours ------------------------------------------------------------------------------------------------


@pytest.fixture
def attended(terminal: Terminal, tmp_path: Path) -> str:
    """A session at which two of three were."""
    name = added(terminal)
    terminal("session", "expect", name, WANG, LI, CHEN)
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(f"員工編號,出席\n{WANG},出席\n{LI},出席\n{CHEN},缺席\n", encoding="utf-8")
    assert terminal("session", "attend", name, str(sheet)) == 0, terminal.err
    ids = tmp_path / "ids.csv"
    ids.write_text(f"員工編號,身分證字號\n{WANG},A123456789\n{LI},M115187864\n", encoding="utf-8")
    return name


CODES = ("--constant", "category=167", "--constant", "county=89", "--constant", "term=1")
INSTEAD = ("--substitute", "𤧟=瑲", "--substitute", "堃=坤", "--substitute", "喆=哲")


def test_hours_are_written_for_upload(terminal: Terminal, attended: str, tmp_path: Path) -> None:
    words = (
        "session",
        "hours",
        attended,
        "--ids",
        str(tmp_path / "ids.csv"),
        "--out",
        str(tmp_path / "h.csv"),
    )
    done = terminal.json(*words, *CODES, *INSTEAD)
    assert (done["rows"], done["columns"], done["files"]) == (2, "104-25", [str(tmp_path / "h.csv")])
    assert "A123456789" in (tmp_path / "h.csv").read_text(encoding="cp950")
    assert "刪除" in terminal.err
    assert "A123456789" not in terminal.err + terminal.out
    assert terminal("verify") == 0, terminal.err


def test_what_is_lacking_for_hours_is_said_and_nothing_is_written(
    terminal: Terminal, attended: str, tmp_path: Path
) -> None:
    words = (
        "session",
        "hours",
        attended,
        "--ids",
        str(tmp_path / "ids.csv"),
        "--out",
        str(tmp_path / "h.csv"),
    )
    assert terminal(*words) == 1
    assert "課程類別代碼（category）" in terminal.err
    assert terminal(*words, *CODES) == 1
    assert "「𤧟」（U+249DF）" in terminal.err
    assert not (tmp_path / "h.csv").exists()


def test_the_sets_of_columns_are_listed_and_printed(terminal: Terminal) -> None:
    rows = {row["code"]: row for row in terminal.json("session", "columns")}
    assert (rows["104-25"]["columns"], rows["104-17"]["columns"], rows["104-25"]["usual"]) == (25, 17, True)
    assert terminal("session", "columns", "104-17") == 0
    assert "[[column]]" in terminal.out
    assert terminal("session", "columns", "nonsense") == 1
