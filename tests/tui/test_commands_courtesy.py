"""`courtesy scale|score|round|call`: what scripts and people get from them."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from courtesy.desk import SCALES
from tui.main import main

STAFF = """員工編號,姓名,科室,職稱,分機
0101,王小明,房屋稅科,稅務員,1101
0102,李堃,房屋稅科,助理員,1102
0103,陳秋月,房屋稅科,股長,1103
0201,林淑芬,土地稅科,稅務員,1201
0202,黃建國,土地稅科,稅務員,1202
0203,吳峯銘,土地稅科,股長,1203
"""
NUMBER = "48213907"
BEST = {
    "unit.speed.ring": "r4",
    "unit.manners.name": "yes",
    "unit.manners.hello": "yes",
    "unit.manners.tone": "yes",
    "unit.manners.thanks": "yes",
    "unit.manners.hang-up": "yes",
    "unit.content.owner": "full",
}
OPERATOR_27 = {
    "switchboard.speed.ivr-speed": "late",
    "switchboard.speed.ivr-greeting": "yes",
    "switchboard.speed.ivr-operator": "no",
    "switchboard.speed.ivr-tone": "no",
    "switchboard.speed.operator": "r4",
    **{f"switchboard.manners.{line}": "yes" for line in ("unit", "hello", "listen", "tone")},
    **{f"switchboard.manners.{line}": "no" for line in ("whereto", "wait", "busy", "goodbye")},
}
"""2 + 15 + 10 = 27 of 45 points: 59.94 by the printed factor, exactly 60 by the exact one."""

Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `courtesy` on a new office with six people and two testers, without a terminal."""
    monkeypatch.setenv("COURTESY_OFFICE", str(tmp_path / "office.db"))
    monkeypatch.setattr("sys.stdin", io.StringIO())

    def given(*words: object) -> int:
        return main([str(word) for word in words])

    assert given("init", tmp_path / "office.db", "--name", "測試縣稅務局") == 0
    staff = tmp_path / "staff.csv"
    staff.write_text(STAFF, encoding="utf-8")
    assert given("staff", "import", staff, "--yes", "--since", "100/1/1", "--new-sections") == 0
    for staff_no in ("0103", "0203"):
        assert given("staff", "role", staff_no, "tester") == 0
    return given


Told = Callable[[], Any]


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """Give the JSON document that the last command printed, alone on stdout."""
    return lambda: json.loads(capsys.readouterr().out)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Any], Path]:
    """Write a JSON file."""

    def write(content: Any) -> Path:
        path = tmp_path / "marks.json"
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        return path

    return write


Write = Callable[[Any], Path]


@pytest.fixture
def testers(run: Run, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Draw three people for days that are long past; give the tester of each, in the order of the draw."""
    days = ("--period", "105M3", "--first", "105/3/1", "--last", "105/3/31")
    assert run("round", "new", *days, "--size", "3") == 0
    assert run("round", "draw", "A1", NUMBER) == 0
    capsys.readouterr()
    assert run("round", "show", "A1", "--json") == 0
    return {row["staff_no"]: row["tester"] for row in json.loads(capsys.readouterr().out)}


def state(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("office.db*")) if not path.name.endswith("-shm")]


# scale


def test_the_scales_that_come_with_the_program_are_listed_before_any_is_published(
    run: Run, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    run("scale", "list", "--json")
    before = {row["code"]: row for row in told()}
    assert before["official"]["published"] is None
    run("scale", "publish", "official")
    capsys.readouterr()
    run("scale", "list", "--json")
    after = [row for row in told() if row["code"] == "official"]
    assert [row["version"] for row in after] == [before["official"]["version"]]
    assert after[0]["published"] is not None


def test_a_scale_is_shown_without_an_office(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURTESY_OFFICE", str(tmp_path / "none.db"))
    assert main(["scale", "show", "official", "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)
    assert [line["line"] for line in lines if line["critical"]] == [
        "switchboard.manners.tone",
        "unit.manners.tone",
    ]
    assert not (tmp_path / "none.db").exists()


def test_the_file_of_a_scale_can_be_printed_edited_checked_and_published(
    run: Run, tmp_path: Path, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run("scale", "show", "official", "--toml") == 0
    text = capsys.readouterr().out
    assert text == (SCALES / "official.toml").read_text(encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text(text.replace('code = "official"', 'code = "mine"'), encoding="utf-8")
    assert run("scale", "check", mine) == 0
    assert run("scale", "publish", mine) == 0
    capsys.readouterr()
    run("scale", "list", "--json")
    assert "mine" in {row["code"] for row in told() if row["published"]}


def test_a_scale_with_faults_is_named_by_place_and_not_published(
    run: Run, tmp_path: Path, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.toml"
    text = (SCALES / "official.toml").read_text(encoding="utf-8")
    wrong.write_text(text.replace('points = "25"', 'points = "24"', 1), encoding="utf-8")
    capsys.readouterr()
    assert run("scale", "check", wrong, "--json") == 1
    found = told()
    assert found["version"] is None
    assert {problem["where"] for problem in found["problems"]} == {"switchboard", "switchboard.speed"}
    before = state(tmp_path)
    assert run("scale", "publish", wrong) == 1
    said = capsys.readouterr().err
    assert "wrong.toml" in said
    assert "switchboard.speed" in said
    assert state(tmp_path) == before


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[[[", b"a = " + b"[" * 5000, b"x" * 1_000_001])
def test_what_is_no_scale_is_refused_in_words(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "scale.toml"
    path.write_bytes(content)
    before = state(tmp_path)
    for act in ("check", "publish"):
        assert run("scale", act, path) == 1
        said = capsys.readouterr().err
        assert "scale.toml" in said
        assert "請" in said
    assert state(tmp_path) == before


# score


@pytest.mark.parametrize(
    ("factor", "shown", "total", "band"),
    [("official", "2.22", "59.94", "成績不佳"), ("exact", "100/45", "60.00", "成績不佳")],
)
def test_a_score_is_printed_with_its_parts_factor_and_band(
    run: Run,
    written: Write,
    told: Told,
    capsys: pytest.CaptureFixture[str],
    factor: str,
    shown: str,
    total: str,
    band: str,
) -> None:
    path = written({"parts": ["switchboard"], "marks": OPERATOR_27})
    capsys.readouterr()
    assert run("score", "--scale", "official", "--marks", path, "--factor", factor, "--json") == 0
    result = told()
    assert (result["factor"], result["total"], result["band"]) == (shown, total, band)
    (part,) = result["parts"]
    assert (part["code"], part["points"], part["score"]) == ("switchboard", "45.00", "27.00")
    assert [item["score"] for item in part["items"]] == ["17.00", "10.00"]
    assert result["critical"] == []


def test_full_marks_of_the_unit_are_a_hundred_and_not_more(
    run: Run, written: Write, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written({"parts": ["unit"], "marks": BEST})
    capsys.readouterr()
    assert run("score", "--scale", "official", "--marks", path, "--json") == 0
    assert told()["total"] == "100.00"


def test_a_score_needs_no_office_and_takes_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: Write, told: Told
) -> None:
    monkeypatch.setenv("COURTESY_OFFICE", str(tmp_path / "none.db"))
    path = written({"parts": ["unit"], "marks": BEST | {"unit.manners.tone": "no"}})
    scale = str(SCALES / "official.toml")
    assert main(["score", "--scale", scale, "--marks", str(path), "--json"]) == 0
    result = told()
    assert result["total"] == "91.00"
    assert result["critical"] == ["unit.manners.tone"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"parts": ["unit"], "marks": {"unit.speed.ring": "r4"}}, "還有 6 行"),
        ({"parts": ["unit"], "marks": BEST | {"unit.manners.nothing": "yes"}}, "unit.manners.nothing"),
        ({"parts": ["unit"], "marks": BEST | {"unit.manners.tone": "maybe"}}, "maybe"),
        ({"parts": ["unit"], "marks": BEST | {"unit.manners.tone": "na"}}, "不適用"),
        ({"parts": ["unit"], "marks": BEST | {"unit.content.stand-in": "full"}}, "擇一"),
        ({"parts": ["garden"], "marks": BEST}, "garden"),
        ({"parts": ["unit"]}, "marks.json"),
        ({"parts": "unit", "marks": BEST}, "marks.json"),
        ({"parts": ["unit"], "marks": {"unit.speed.ring": 4}}, "marks.json"),
        ([], "marks.json"),
    ],
)
def test_marks_that_cannot_be_scored_are_refused_by_name(
    run: Run, written: Write, capsys: pytest.CaptureFixture[str], content: Any, said: str
) -> None:
    path = written(content)
    capsys.readouterr()
    assert run("score", "--scale", "official", "--marks", path) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err


# round


def test_a_round_is_listed_with_the_fields_that_scripts_rely_on(
    run: Run, testers: dict[str, str], told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    run("round", "list", "--json")
    (one,) = told()
    assert {name: one[name] for name in ("id", "period", "state", "public_number", "drawn")} == {
        "id": "A1",
        "period": "105M3",
        "state": "drawn",
        "public_number": NUMBER,
        "drawn": 3,
    }
    assert len(one["commitment"]) == 64


def test_a_new_round_says_what_to_publish_and_keeps_the_salt(
    run: Run, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run("round", "new", "--period", "190H1", "--size", "2", "--json") == 0
    shown = capsys.readouterr()
    made = json.loads(shown.out)
    assert (made["state"], made["public_number"], made["drawn"]) == ("committed", None, 0)
    assert made["commitment"] in shown.err
    assert "salt" not in made


def test_a_list_is_for_the_testers_and_the_administrator(
    run: Run, testers: dict[str, str], told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    for tester in ("0103", "0203"):
        run("round", "show", "A1", "--json", "--as", tester)
        assert [row["staff_no"] for row in told()] == [who for who, by in testers.items() if by == tester]
    run("round", "show", "A1", "--json", "--as", "0101")
    assert told() == []


def test_a_round_goes_from_the_commitment_to_a_certificate_that_a_third_party_verifies(
    run: Run, testers: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "certificate.json"
    assert run("round", "certificate", "A1", "--out", path) == 1
    assert not path.exists()
    assert run("round", "draw", "A1", "999999") == 1
    assert run("round", "reveal", "A1") == 0
    assert run("round", "reveal", "A1") == 1
    assert run("round", "certificate", "A1", "--out", path) == 0
    content = json.loads(path.read_text(encoding="utf-8"))
    assert content["format"] == "courtesy-certificate/1"
    assert {"round", "public_number", "salt", "frame", "rules", "commitment", "drawn"} <= content.keys()
    assert [one["staff_no"] for one in content["drawn"]] == list(testers)
    assert {"order", "staff_no", "ticket"} <= content["drawn"][0].keys()
    assert {"staff_no", "weight", "section"} <= content["frame"][0].keys()
    capsys.readouterr()
    elsewhere = str(tmp_path / "no-office.db")
    assert run("round", "verify", path, "--office", elsewhere) == 0
    assert "相符" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"salt": "00"}, "承諾值不符"),
        ({"public_number": "123456"}, "不符"),
        ({"frame": []}, "承諾值不符"),
        ({"format": "something/9"}, "格式"),
        ({"drawn": 3}, "drawn"),
        ({"more": "x"}, "more"),
    ],
)
def test_an_edited_certificate_is_refused_with_the_first_difference(
    run: Run,
    testers: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    edit: dict[str, Any],
    said: str,
) -> None:
    path = tmp_path / "certificate.json"
    run("round", "reveal", "A1")
    run("round", "certificate", "A1", "--out", path)
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | edit), encoding="utf-8")
    capsys.readouterr()
    assert run("round", "verify", path) == 1
    assert said in capsys.readouterr().err


def test_a_certificate_is_never_written_over_an_office(
    run: Run, testers: dict[str, str], tmp_path: Path
) -> None:
    run("round", "reveal", "A1")
    before = (tmp_path / "office.db").read_bytes()
    assert run("round", "certificate", "A1", "--out", tmp_path / "office.db") == 1
    assert (tmp_path / "office.db").read_bytes() == before


def test_an_exclusion_calls_up_a_substitute(
    run: Run, testers: dict[str, str], told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    first = next(iter(testers))
    assert run("round", "exclude", "A1", first, "--reason", "長期出差") == 0
    capsys.readouterr()
    run("round", "show", "A1", "--json")
    rows = told()
    assert {row["staff_no"]: row["excluded"] for row in rows if row["excluded"]} == {first: "長期出差"}
    assert len([row for row in rows if not row["excluded"]]) == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--size", "99"], "不足 99 人"),
        (["--size", "1"], "per_section"),
        (["--size", "3", "--scale", "nothing"], "nothing"),
        (["--size", "3", "--first", "116/2/30"], "116/2/30"),
        (["--size", "3", "--first", "116/2/2", "--last", "116/2/1"], "結束日"),
        (["--size", "3", "--as", "0103"], "訓練承辦人"),
    ],
)
def test_a_round_that_cannot_be_is_refused_and_nothing_is_written(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    before = state(tmp_path)
    assert run("round", "new", "--period", "190H1", *words) == 1
    assert said in capsys.readouterr().err
    assert state(tmp_path) == before


# call


def test_a_whole_call_is_recorded_from_a_file_and_sealed(
    run: Run, testers: dict[str, str], written: Write, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    person, tester = next(iter(testers.items()))
    marks = {line: step for line, step in BEST.items() if line != "unit.speed.ring"}
    path = written(
        {
            "outcome": "reached",
            "rings": 5,
            "seconds": 14,
            "answered_by": "同事代接",
            "marks": marks,
            "remark": "=1+1",
        }
    )
    capsys.readouterr()
    words = ("call", "record", "--round", "A1", "--person", person, "--marks", path, "--as", tester)
    assert run(*words, "--seal", "--json") == 0
    call = told()
    # Five rings earn 10 of 15 points: 50 × 1.82.
    assert (call["score"], call["band"], call["sealed"]) == ("91.00", "優良", True)
    assert call["marks"]["unit.speed.ring"] == "r6"
    assert (call["answered_by"], call["remark"]) == ("同事代接", "=1+1")
    run("call", "list", "--round", "A1", "--json")
    (row,) = told()
    assert {
        "id",
        "round",
        "person",
        "tester",
        "section",
        "at",
        "outcome",
        "score",
        "band",
        "sealed",
    } <= row.keys()
    run("call", "show", call["id"], "--json")
    assert told() == call
    assert run(*words, "--seal") == 1
    assert "已經封存" in capsys.readouterr().err
    assert run("verify") == 0


@pytest.mark.parametrize("outcome", ["busy", "no_answer", "lost_in_menu", "cut_off_in_transfer"])
def test_a_call_that_reached_nobody_has_no_score(
    run: Run, testers: dict[str, str], told: Told, capsys: pytest.CaptureFixture[str], outcome: str
) -> None:
    capsys.readouterr()
    words = ("--round", "A1", "--person", next(iter(testers)), "--outcome", outcome)
    assert run("call", "record", *words, "--seal", "--json") == 0
    call = told()
    assert (call["outcome"], call["score"], call["band"], call["sealed"]) == (outcome, None, None, True)


def test_a_critical_failure_wants_a_remark(
    run: Run, testers: dict[str, str], written: Write, told: Told, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written({"outcome": "reached", "marks": BEST | {"unit.manners.tone": "no"}})
    words = ("call", "record", "--round", "A1", "--person", next(iter(testers)), "--marks", path, "--seal")
    assert run(*words) == 1
    assert "備註" in capsys.readouterr().err
    assert run(*words, "--remark", "語氣不耐", "--json") == 0
    assert told()["critical"] is True


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            {"outcome": "reached", "marks": {"unit.manners.tone": "yes", "unit.manners.x": "yes"}},
            "unit.manners.x",
        ),
        ({"outcome": "perhaps"}, "marks.json"),
        ({"rings": 0}, "1 至 99"),
        ({"rings": "4"}, "marks.json"),
        ({"seconds": 601}, "0 至 600"),
        ({"marks": []}, "marks.json"),
        ({"score": "100"}, "score"),
    ],
)
def test_of_a_call_with_a_fault_nothing_is_written(
    run: Run,
    testers: dict[str, str],
    tmp_path: Path,
    written: Write,
    capsys: pytest.CaptureFixture[str],
    content: Any,
    said: str,
) -> None:
    path = written(content)
    before = state(tmp_path)
    capsys.readouterr()
    assert run("call", "record", "--round", "A1", "--person", next(iter(testers)), "--marks", path) == 1
    assert said in capsys.readouterr().err
    run("call", "list", "--json")
    assert json.loads(capsys.readouterr().out) == []
    assert state(tmp_path) == before


def test_a_call_belongs_to_its_tester(
    run: Run, testers: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    person, tester = next(iter(testers.items()))
    other = next(each for each in ("0103", "0203") if each != tester)
    assert run("call", "record", "--round", "A1", "--person", person, "--as", other) == 1
    assert "別的測試員" in capsys.readouterr().err
    assert run("call", "record", "--round", "A1", "--person", person, "--as", tester) == 0


def test_somebody_who_was_not_drawn_is_not_called(
    run: Run, testers: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    spared = next(each for each in ("0101", "0102", "0103", "0201") if each not in testers)
    assert run("call", "record", "--round", "A1", "--person", spared) == 1
    assert spared in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["scale"],
        ["scale", "check"],
        ["score"],
        ["round"],
        ["round", "new"],
        ["round", "verify"],
        ["call"],
        ["call", "record"],
    ],
)
def test_every_level_has_help_in_chinese(
    run: Run, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run(*words, "--help")
    assert caught.value.code == 0
    assert "用法" in capsys.readouterr().out
