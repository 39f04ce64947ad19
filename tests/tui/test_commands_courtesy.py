"""`courtesy scale`, `score`, `round` and `call`, run as people and scripts run them."""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bureau.people import Section
from bureau.roles import Role
from courtesy.desk import SCALES
from tests.conftest import counting_entropy
from tests.courtesy.samples import OFFICIAL, PEOPLE, SECTIONS, TESTERS, TRAINER, full_marks
from tui.desks import Desks
from tui.main import main

FAULTS = Path(__file__).parent.parent / "data" / "scales" / "faults.toml"
NUMBER = "48213907"


@pytest.fixture
def file(tmp_path: Path) -> Path:
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
    return path


class Terminal:
    """Runs commands and keeps what they print."""

    def __init__(self, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.file = file
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *words: str, office: bool = True) -> int:
        code = main([*words, *(("--office", str(self.file)) if office else ())])
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *words: str) -> Any:
        assert self(*words, "--json") == 0, self.err
        return json.loads(self.out)


@pytest.fixture
def terminal(file: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(file, capsys)


@pytest.fixture
def round_id(terminal: Terminal) -> str:
    """A round of four, drawn; its days begin today and go on for two weeks."""
    last = (datetime.now(UTC).date() + timedelta(days=14)).isoformat()
    made = terminal.json("round", "new", "--period", "115", "--size", "4", "--first", today(), "--last", last)
    terminal.json("round", "draw", made["id"], NUMBER)
    return str(made["id"])


def today() -> str:
    return datetime.now(UTC).date().isoformat()


Write = Callable[[object], str]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a JSON file; give its path."""

    def write_json(content: object) -> str:
        path = tmp_path / "given.json"
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return str(path)

    return write_json


def unit_call(terminal: Terminal, round_id: str) -> dict[str, str]:
    """The first drawn person with a telephone of their own, as `round show` lists them."""
    rows: list[dict[str, str]] = terminal.json("round", "show", round_id)
    return next(row for row in rows if row["staff_no"] != "0302")


def state(path: Path) -> str:
    """What the office file holds, its write-ahead log included."""
    wal = path.with_name(path.name + "-wal")
    return hashlib.sha256(path.read_bytes() + (wal.read_bytes() if wal.exists() else b"")).hexdigest()


# Scales


def test_the_scales_are_listed_with_version_and_day_published(terminal: Terminal) -> None:
    assert {row["published"] for row in terminal.json("scale", "list")} == {None}
    assert terminal("scale", "publish", "official") == 0
    official = next(row for row in terminal.json("scale", "list") if row["code"] == "official")
    assert official.keys() == {"code", "version", "title", "published"}
    assert official["version"] == OFFICIAL.version
    assert date.fromisoformat(official["published"]) >= datetime.now(UTC).date()


def test_a_scale_is_shown_line_by_line(terminal: Terminal) -> None:
    rows = terminal.json("scale", "show", "official")
    assert [row["line"] for row in rows] == [placed.id for placed in OFFICIAL.lines()]
    assert {"part", "item", "text", "points", "steps"} <= rows[0].keys()
    assert (rows[0]["points"], rows[0]["steps"]) == ("4.00", ["in-time=4", "late=0"])


def test_the_file_of_a_scale_can_be_printed_edited_and_published(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("scale", "show", "official", "--toml") == 0
    assert terminal.out == (SCALES / "official.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(terminal.out.replace("問候語：您好、早安", "問候語：您好", 1), encoding="utf-8")
    assert terminal("scale", "publish", str(own)) == 0
    (published,) = [row for row in terminal.json("scale", "list") if row["published"]]
    assert published["version"] != OFFICIAL.version
    assert terminal.json("scale", "show", published["version"]) == terminal.json("scale", "show", "official")


def test_every_fault_of_a_scale_file_is_printed_with_its_place_and_exit_code_1(terminal: Terminal) -> None:
    assert terminal("scale", "check", str(FAULTS)) == 1
    assert len(terminal.err.splitlines()) == 18
    assert "faults.toml 第 18 列 「unit.speed.ring」：接聽速度的最後一級不能有上限。" in terminal.err
    assert terminal("scale", "check", str(FAULTS), "--json") == 1
    content = json.loads(terminal.out)
    assert content["version"] is None
    assert len(content["problems"]) == 18
    assert content["problems"][0].keys() == {"line", "where", "what", "remedy"}


def test_a_sound_scale_file_is_said_with_its_version(terminal: Terminal) -> None:
    assert terminal("scale", "check", str(SCALES / "official.toml")) == 0
    assert OFFICIAL.version in terminal.err


def test_a_scale_with_faults_is_not_published_and_the_file_stays_as_it_was(terminal: Terminal) -> None:
    assert terminal.json("scale", "list")
    before = state(terminal.file)
    assert terminal("scale", "publish", str(FAULTS)) == 1
    assert "各部分合計 90 分，不是 100 分" in terminal.err
    assert terminal("scale", "publish", "nowhere.toml") == 1
    assert state(terminal.file) == before


def test_an_unknown_scale_is_said(terminal: Terminal) -> None:
    assert terminal("scale", "show", "nothing") == 1
    assert "沒有「nothing」這個量表" in terminal.err


# A score by itself


def test_a_score_needs_no_office(terminal: Terminal, write: Write) -> None:
    terminal.file.unlink()
    marks = write({"parts": ["unit"], "marks": full_marks(["unit"]) | {"unit.speed.ring": "r6"}})
    content = terminal.json("score", "--scale", "official", "--marks", marks)
    assert (content["total"], content["band"], content["factor"]) == ("91.00", "優良", "1.82")
    (part,) = content["parts"]
    assert (part["code"], part["points"], part["score"]) == ("unit", "55.00", "50.00")
    assert [(item["points"], item["score"]) for item in part["items"]] == [
        ("15.00", "10.00"),
        ("25.00", "25.00"),
        ("15.00", "15.00"),
    ]
    assert not terminal.file.exists()


def test_a_score_by_the_exact_factor_says_so(terminal: Terminal, write: Write) -> None:
    marks = write({"parts": ["unit"], "marks": full_marks(["unit"]) | {"unit.speed.ring": "r6"}})
    content = terminal.json("score", "--scale", "official", "--marks", marks, "--factor", "exact")
    assert (content["total"], content["factor"]) == ("90.91", "100/55")


def test_a_score_for_people_is_a_table_and_a_sentence(terminal: Terminal, write: Write) -> None:
    marks = write({"marks": full_marks(["switchboard", "unit"])})
    assert terminal("score", "--scale", str(SCALES / "official.toml"), "--marks", marks) == 0
    assert "電話禮貌" in terminal.out
    assert terminal.err == "換算 1，總分 100.00，優良。\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"parts": ["unit"], "marks": {}}, "還有 7 行沒有評定"),
        ({"parts": ["unit"], "marks": full_marks(["unit"]) | {"unit.speed.ring": "r5"}}, "沒有「r5」這一級"),
        ({"parts": ["ivr"], "marks": {}}, "沒有「ivr」這一部分"),
        ({"parts": ["unit"]}, "given.json：評定檔的內容不對"),
        ({"parts": "unit", "marks": {}}, "given.json：評定檔的內容不對"),
        ({"marks": {"unit.speed.ring": 4}}, "given.json：評定檔的內容不對"),
        ([], "given.json：JSON 最外層應為物件"),
    ],
)
def test_marks_that_cannot_be_scored_are_refused_in_words(
    terminal: Terminal, write: Write, content: object, said: str
) -> None:
    assert terminal("score", "--scale", "official", "--marks", write(content)) == 1
    assert said in terminal.err
    assert terminal.out == ""


# Rounds


def seal_all(terminal: Terminal, round_id: str) -> None:
    """Seal a faultless call of everybody who was drawn."""
    for row in terminal.json("round", "show", round_id):
        given = ("call", "record", "--round", round_id, "--person", row["staff_no"])
        parts = terminal.json(*given, "--outcome", "reached")["parts"]
        marks = terminal.file.with_name("marks.json")
        marks.write_text(json.dumps({"marks": full_marks(parts)}), encoding="utf-8")
        assert terminal(*given, "--marks", str(marks), "--seal") == 0


@pytest.fixture
def certificate(terminal: Terminal, round_id: str, tmp_path: Path) -> Path:
    seal_all(terminal, round_id)
    assert terminal("round", "reveal", round_id) == 0
    path = tmp_path / "certificate.json"
    assert terminal("round", "certificate", round_id, "--out", str(path)) == 0
    return path


def test_a_round_is_listed_with_the_fields_that_scripts_rely_on(terminal: Terminal, round_id: str) -> None:
    (row,) = terminal.json("round", "list")
    assert {"id", "period", "state", "commitment", "public_number", "drawn"} <= row.keys()
    assert (row["id"], row["period"], row["state"]) == (round_id, "115", "drawn")
    assert (row["public_number"], row["drawn"]) == (NUMBER, 4)
    assert len(row["commitment"]) == 64


def test_a_new_round_prints_its_commitment_and_never_its_salt(terminal: Terminal) -> None:
    last = (datetime.now(UTC).date() + timedelta(days=14)).isoformat()
    assert terminal("round", "new", "--period", "115", "--size", "3", "--first", today(), "--last", last) == 0
    printed = terminal.out + terminal.err
    with Desks.open(terminal.file, counting_entropy()) as desks:
        (made,) = desks.calls.rounds()
    assert f"承諾值（請公布）：{made.commitment}" in printed
    assert made.salt not in printed + json.dumps(terminal.json("round", "list"))


def test_who_was_drawn_is_shown_to_those_who_may_know(terminal: Terminal, round_id: str) -> None:
    rows = terminal.json("round", "show", round_id)
    assert len(rows) == 4
    assert {"order", "staff_no", "section", "tester", "day", "window"} <= rows[0].keys()
    for staff_no in TESTERS:
        own = [row for row in rows if row["tester"] == staff_no]
        assert terminal.json("round", "show", round_id, "--as", staff_no) == own
    assert terminal.json("round", "show", round_id, "--as", "0101") == []


def test_a_public_number_is_entered_once(terminal: Terminal, round_id: str) -> None:
    before = state(terminal.file)
    assert terminal("round", "draw", round_id, "99999") == 1
    assert f"公開號碼是 {NUMBER}" in terminal.err
    assert state(terminal.file) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--period", "115", "--size", "0"), "至少要抽 1 人"),
        (("--period", "115", "--size", "50"), "可抽的只有 8 人"),
        (("--period", "115H3", "--size", "4"), "不是期別"),
        (("--period", "115", "--size", "4", "--first", "115/2/30"), "沒有「115/2/30」這一天"),
        (("--period", "115", "--size", "4", "--scale", "nothing"), "沒有「nothing」這個量表"),
        (("--period", "115", "--size", "4", "--as", "0101"), "訓練承辦人"),
        (("--period", "115", "--size", "4", "--as", "9999"), "沒有員工編號 9999"),
    ],
)
def test_a_round_that_cannot_be_is_refused_in_words(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    assert terminal("round", "new", *words) == 1
    assert said in terminal.err
    assert terminal.json("round", "list") == []


def test_an_exclusion_names_the_substitute(terminal: Terminal, round_id: str) -> None:
    before = {row["staff_no"] for row in terminal.json("round", "show", round_id)}
    gone = min(before)
    assert terminal("round", "exclude", round_id, gone, "--reason", "住院") == 0
    said = terminal.err
    rows = terminal.json("round", "show", round_id)
    (substitute,) = {row["staff_no"] for row in rows} - before
    assert f"籤 {substitute}\n" in said
    assert [row["staff_no"] for row in rows if row["excluded"] == "住院"] == [gone]


def test_before_the_end_there_is_neither_salt_nor_certificate(
    terminal: Terminal, round_id: str, tmp_path: Path
) -> None:
    path = tmp_path / "early.json"
    assert terminal("round", "reveal", round_id) == 1
    assert "還有 4 通沒有封存" in terminal.err
    assert terminal("round", "certificate", round_id, "--out", str(path)) == 1
    assert not path.exists()


def test_a_certificate_holds_what_a_third_party_needs_and_verifies_without_an_office(
    terminal: Terminal, certificate: Path, round_id: str
) -> None:
    content = json.loads(certificate.read_text(encoding="utf-8"))
    assert {
        "format",
        "round",
        "public_number",
        "salt",
        "frame",
        "rules",
        "commitment",
        "drawn",
    } <= content.keys()
    assert (content["round"], content["public_number"]) == (round_id, NUMBER)
    assert [*content["frame"][0]][:3] == ["staff_no", "section", "weight"]
    assert content["drawn"][0].keys() == {"order", "staff_no", "ticket"}
    terminal.file.unlink()
    assert terminal("round", "verify", str(certificate), office=False) == 0
    assert terminal.err == f"相符：回合 {round_id}，母體 8 人，抽出 4 人。\n"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda content: content["frame"][0].update(weight=2), "承諾值不符"),
        (lambda content: content.update(salt="00" * 32), "承諾值不符"),
        (lambda content: content["drawn"][0].update(staff_no="0303"), "籤不符：應為"),
        (lambda content: content["drawn"].pop(), "應抽 4 人，證書上有 3 人"),
    ],
    ids=["weight", "salt", "person", "dropped"],
)
def test_an_edited_certificate_is_named_and_exits_with_1(
    terminal: Terminal, certificate: Path, edit: Callable[[Any], object], said: str
) -> None:
    content = json.loads(certificate.read_text(encoding="utf-8"))
    edit(content)
    certificate.write_text(json.dumps(content), encoding="utf-8")
    assert terminal("round", "verify", str(certificate), office=False) == 1
    assert said in terminal.err


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "不是 JSON", '{"format": 1}', '{"\\u001b[2J": 1}', "[" * 9999], ids=range(7)
)
def test_what_is_no_certificate_is_refused_in_words(terminal: Terminal, tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    assert terminal("round", "verify", str(path), office=False) == 1
    assert terminal.err.startswith("other.json")
    assert "\x1b" not in terminal.err


def test_a_certificate_is_never_written_over_the_office_file(terminal: Terminal, certificate: Path) -> None:
    round_id = json.loads(certificate.read_text(encoding="utf-8"))["round"]
    before = state(terminal.file)
    assert terminal("round", "certificate", round_id, "--out", str(terminal.file)) == 1
    assert state(terminal.file) == before


# Calls


def test_a_call_is_recorded_in_steps_and_sealed(terminal: Terminal, round_id: str, write: Write) -> None:
    row = unit_call(terminal, round_id)
    words = ("call", "record", "--round", round_id, "--person", row["staff_no"], "--as", row["tester"])
    draft = terminal.json(*words, "--outcome", "reached", "--rings", "5", "--seconds", "16")
    assert (draft["sealed"], draft["score"], draft["marks"]) == (False, None, {"unit.speed.ring": "r6"})
    marks = full_marks(["unit"])
    del marks["unit.speed.ring"]
    done = terminal.json(*words, "--marks", write({"marks": marks, "remark": "[bold]清楚[/]"}), "--seal")
    assert (done["id"], done["sealed"], done["score"], done["band"]) == (draft["id"], True, "91.00", "優良")
    assert (done["rings"], done["seconds"], done["remark"]) == (5, 16, "[bold]清楚[/]")
    assert terminal.json("call", "show", done["id"]) == done
    assert terminal("call", "show", done["id"]) == 0
    assert "[bold]清楚[/]" in terminal.out


def test_calls_are_listed_with_the_fields_that_scripts_rely_on(terminal: Terminal, round_id: str) -> None:
    seal_all(terminal, round_id)
    rows = terminal.json("call", "list", "--round", round_id)
    assert len(rows) == 4
    fields = {"id", "round", "person", "tester", "section", "at", "outcome", "score", "band", "sealed"}
    assert fields <= rows[0].keys()
    assert (rows[0]["outcome"], rows[0]["sealed"]) == ("reached", True)
    # The operators' part alone is scaled by 2.22.
    assert {row["score"] for row in rows} <= {"100.00", "99.90"}
    assert datetime.fromisoformat(rows[0]["at"]).tzinfo is not None
    assert terminal.json("call", "list", "--as", "0303") == rows
    assert terminal.json("call", "list", "--as", rows[0]["person"])[0]["person"] == rows[0]["person"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            {"outcome": "reached", "marks": {"unit.speed.ring": "r4", "unit.manners.tone": "maybe"}},
            "沒有「maybe」",
        ),
        ({"outcome": "reached", "marks": {"unit.speed.ring": "r4"}}, "還有 6 行沒有評定"),
        ({"outcome": "answered"}, "given.json：欄位的值不對"),
        ({"outcome": ["reached"]}, "given.json：欄位的值不對"),
        ({"outcome": "busy", "rings": True}, "given.json：欄位的值不對"),
        ({"outcome": "busy", "rings": "5"}, "given.json：欄位的值不對"),
        ({"outcome": "busy", "rings": 0}, "響鈴次數應為 1 至 99"),
        ({"outcome": "busy", "marks": []}, "given.json：欄位的值不對"),
        ({"outcome": "busy", "\u001b[2Jscore": "100"}, "given.json：沒有「[2Jscore」這個欄位"),
        ({}, "還沒有選通話結果"),
    ],
)
def test_a_record_that_fails_half_way_leaves_nothing_of_it(
    terminal: Terminal, round_id: str, write: Write, content: object, said: str
) -> None:
    row = unit_call(terminal, round_id)
    before = state(terminal.file)
    words = ("--round", round_id, "--person", row["staff_no"], "--marks", write(content), "--seal")
    assert terminal("call", "record", *words) == 1
    assert said in terminal.err
    assert terminal.json("call", "list") == []
    assert state(terminal.file) == before


def test_a_sealed_call_takes_nothing_more_and_another_testers_neither(
    terminal: Terminal, round_id: str
) -> None:
    row = unit_call(terminal, round_id)
    words = ("call", "record", "--round", round_id, "--person", row["staff_no"])
    other = next(each for each in TESTERS if each != row["tester"])
    assert terminal(*words, "--outcome", "busy", "--as", other) == 1
    assert "指派給別的測試員" in terminal.err
    assert terminal(*words, "--outcome", "busy", "--seal") == 1
    assert "只試了 1 次，規則要試 3 次" in terminal.err
    assert terminal(*words, "--outcome", "busy", "--remark", "全週出差", "--seal") == 0
    assert "已封存：忙線" in terminal.err
    assert terminal(*words, "--remark", "再補") == 1
    assert "已經封存" in terminal.err


def test_tries_are_added_one_by_one_or_from_a_file_and_the_one_that_succeeds_keeps_them(
    terminal: Terminal, round_id: str, write: Callable[[Any], str]
) -> None:
    row = unit_call(terminal, round_id)
    words = ("call", "record", "--round", round_id, "--person", row["staff_no"])
    assert len(terminal.json(*words, "--outcome", "busy")["attempts"]) == 1
    corrected = terminal.json(*words, "--outcome", "no_answer")
    assert [one["outcome"] for one in corrected["attempts"]] == ["no_answer"]
    assert len(terminal.json(*words, "--outcome", "busy", "--again")["attempts"]) == 2
    attempts = [{"outcome": "busy", "at": "2026-11-23T09:30:00+08:00", "seconds": 20}]
    third = terminal.json(*words, "--marks", write({"attempts": attempts}))
    assert [one["seconds"] for one in third["attempts"]][-1] == 20
    assert terminal(*words, "--outcome", "busy", "--again") == 1
    assert "規則最多試 3 次" in terminal.err
    done = terminal.json(*words, "--seal")
    assert (done["sealed"], done["score"], len(done["attempts"])) == (True, None, 3)
    assert terminal("verify") == 0


@pytest.mark.parametrize(
    "attempts",
    [
        {},
        ["busy"],
        [{"outcome": "reached"}],
        [{"outcome": "busy", "at": "yesterday"}],
        [{"outcome": "busy", "at": "2026-11-23T09:30:00"}],
        [{"outcome": "busy", "seconds": -1}],
        [{"outcome": "busy", "rings": True}],
        [{"outcome": "busy", "who": "x"}],
    ],
    ids=str,
)
def test_odd_attempts_are_refused_in_words(
    terminal: Terminal, round_id: str, write: Callable[[Any], str], attempts: object
) -> None:
    row = unit_call(terminal, round_id)
    words = ("call", "record", "--round", round_id, "--person", row["staff_no"])
    assert terminal(*words, "--marks", write({"attempts": attempts})) == 1
    assert "attempts 的內容不對" in terminal.err
    assert terminal.json("call", "list") == []


def test_causes_and_the_work_of_forms_are_printed(
    terminal: Terminal, round_id: str, write: Callable[[Any], str]
) -> None:
    row = unit_call(terminal, round_id)
    words = ("call", "record", "--round", round_id, "--person", row["staff_no"])
    marks = full_marks(["unit"]) | {"unit.manners.hello": "no"}
    content = {"outcome": "reached", "marks": marks, "causes": {"unit.manners.hello": "未問候"}}
    done = terminal.json(*words, "--marks", write(content), "--seal")
    assert done["causes"] == {"unit.manners.hello": "未問候"}
    assert terminal("call", "show", done["id"]) == 0
    assert "未問候" in terminal.out
    effort = {each["measure"]: each for each in terminal.json("call", "effort")}
    assert effort["handling_seconds"] == {
        "measure": "handling_seconds",
        "n": 0,
        "median": None,
        "p90": None,
        "target": 90,
    }
    assert effort["keys"]["n"] == 1
    assert terminal.json("call", "questions") == []


def test_everything_that_was_done_by_commands_is_verified(terminal: Terminal, certificate: Path) -> None:
    assert terminal("verify") == 0, terminal.err


# How commands are used


@pytest.mark.parametrize(
    "words",
    [
        ("scale", "show"),
        ("score", "--scale", "official"),
        ("round", "new", "--period", "115"),
        ("round", "new", "--period", "115", "--size", "four"),
        ("call", "record", "--round", "A1", "--person", "0101", "--outcome", "perhaps"),
        ("call", "lists"),
    ],
)
def test_wrong_usage_exits_with_2(words: tuple[str, ...], terminal: Terminal) -> None:
    with pytest.raises(SystemExit) as ended:
        terminal(*words)
    assert ended.value.code == 2


@pytest.mark.parametrize(("language", "begins"), [("zh_TW", "用法：courtesy"), ("en", "usage: courtesy")])
@pytest.mark.parametrize("word", ["scale", "score", "round", "call"])
def test_every_command_has_help_in_both_languages(
    word: str, language: str, begins: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--lang", language, word, "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"{begins} {word}")


@pytest.mark.parametrize(
    "words", [("round", "show", "A9"), ("call", "show", "A9"), ("round", "reveal", "A9")]
)
def test_what_is_not_there_is_said(terminal: Terminal, words: tuple[str, ...]) -> None:
    assert terminal(*words) == 1
    assert "沒有編號 A9 的" in terminal.err


# Trying other rules, and the bulletin


@pytest.fixture
def one_call(terminal: Terminal, round_id: str, write: Write) -> str:
    """One sealed call of 91.00: five rings, everything else at its best."""
    person = unit_call(terminal, round_id)["staff_no"]
    marks = {line: step for line, step in full_marks(("unit",)).items() if line != "unit.speed.ring"}
    given = write({"outcome": "reached", "rings": 5, "seconds": 18, "marks": marks})
    call = terminal.json(
        "call", "record", "--round", round_id, "--person", person, "--marks", given, "--seal"
    )
    return str(call["id"])


def test_other_rules_are_tried_without_writing_a_byte(terminal: Terminal, file: Path, one_call: str) -> None:
    before = state(file)
    content = terminal.json(
        "what-if", "--cut", "95", "--factor", "exact", "--points", "unit.speed=15", "--first", "114/1/1"
    )
    assert (content["calls"], content["computed"], content["mean"]["before"]) == (1, 1, "91.00")
    (person,) = content["people"]
    assert (person["listed_before"], person["listed_after"], person["move"]) == (None, "retest", "enters")
    assert person["calls"][0] == {
        "id": one_call,
        "at": person["calls"][0]["at"],
        "before": "91.00",
        "band_before": "優良",
        "after": "90.91",
        "band_after": "成績不佳",
    }
    assert terminal("what-if", "--scale", "three-rings", "--critical-zeroes", "true") == 0
    assert "沒有寫入任何資料" in terminal.err
    assert state(file) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--cut", "0"), "分數線應大於 0"),
        (("--cut", "七十"), "不是數字"),
        (("--points", "unit.speed"), "不是配分"),
        (("--points", "unit.nothing=3"), "量表沒有「unit.nothing」"),
        (("--scale", "nothing"), "沒有「nothing」這個量表"),
        (("--scale", str(FAULTS)), "18 處錯誤"),
        (("--first", "115/12/31", "--last", "115/1/1"), "結束日早於開始日"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_words(
    terminal: Terminal, one_call: str, words: tuple[str, ...], said: str
) -> None:
    assert one_call
    assert terminal("what-if", *words) == 1
    assert said in terminal.err


def test_the_bulletin_is_printed_and_given_as_json(terminal: Terminal, one_call: str, tmp_path: Path) -> None:
    assert one_call
    now = datetime.now(UTC) + timedelta(hours=8)
    month = f"{now.year - 1911}M{now.month}"
    content = terminal.json("bulletin", month, "--pdf", str(tmp_path / "b.pdf"))
    assert (content["scored"], content["mean"], content["interval"], content["change"]) == (
        1,
        "91.00",
        None,
        None,
    )
    assert {section["mean"] for section in content["sections"]} == {None}
    assert content["lost_lines"][0]["line"] == "unit.speed.ring"
    assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")
    assert terminal("bulletin", "115Q1") == 1
    assert "要指定一個月" in terminal.err
