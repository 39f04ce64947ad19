"""`courtesy bank`, `paper` and `quiz`, run as people and scripts run them."""

import hashlib
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bureau.people import Person, Section
from bureau.roles import Role
from quiz_bank.formats.writing import write
from tests.conftest import counting_entropy
from tests.quiz_bank.samples import OF_EACH_KIND, single
from tui.desks import Desks
from tui.main import main

DATA = Path(__file__).parent.parent / "data" / "bank"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "office.db"
    with Desks.create(path, name="測試縣稅務局", entropy=counting_entropy(), at=datetime.now(UTC)) as desks:
        ground = desks.office.ground
        with desks.office.store.transaction():
            ground.add_section(Section(name="房屋稅科"))
            for staff_no, name in (("0012", "王小明"), ("0034", "李堃")):
                person = Person(staff_no=staff_no, name=name, section="房屋稅科")
                ground.put_person(person, since=date(2020, 1, 1))
            ground.put_role("0034", Role.TRAINER)
    return path


class Terminal:
    """Runs commands on one office file and keeps what they print."""

    def __init__(
        self, file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.file = file
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        self.out = self.err = ""

    def __call__(self, *words: str, typed: str = "") -> int:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = main([*words, "--office", str(self.file)])
        self.out, self.err = self._capsys.readouterr()
        return code

    def json(self, *words: str) -> Any:
        assert self(*words, "--json") == 0
        return json.loads(self.out)


@pytest.fixture
def terminal(file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(file, capsys, monkeypatch)


@pytest.fixture
def paper(terminal: Terminal) -> str:
    assert terminal("bank", "import", str(DATA / "small.toml")) == 0
    drawn = terminal.json(
        "paper", "new", "--title", "小考", "--blueprint", str(DATA / "blueprint.toml"), "--seed", "7"
    )
    return str(drawn["id"])


def state(path: Path) -> str:
    """What the office file holds, its write-ahead log included."""
    wal = path.with_name(path.name + "-wal")
    return hashlib.sha256(path.read_bytes() + (wal.read_bytes() if wal.exists() else b"")).hexdigest()


def right(terminal: Terminal, paper: str, staff_no: str) -> list[str]:
    """The letters that are right on this person's sheet, in its order."""
    with Desks.open(terminal.file, counting_entropy()) as desks:
        actor = desks.office.actor(staff_no, datetime.now(UTC).date())
        sitting = desks.quiz.open_sitting(paper, staff_no, by=actor, at=datetime.now(UTC))
        sheet = desks.quiz.sheet(sitting.id, by=actor)
        keys = {item.number: item.question.key for item in desks.quiz.paper(paper).items}
    return [
        "".join(option.letter for option in page.options if option.index in keys[page.number])
        for page in sheet.pages
    ]


# The bank


def test_the_same_file_twice_brings_no_new_questions(terminal: Terminal) -> None:
    first = terminal.json("bank", "import", str(DATA / "small.toml"))
    assert (len(first["new"]), first["written"]) == (3, True)
    before = state(terminal.file)
    second = terminal.json("bank", "import", str(DATA / "small.toml"))
    assert (second["new"], second["changed"], len(second["same"])) == ([], [], 3)
    assert state(terminal.file) == before


def test_a_file_with_faults_is_refused_whole_and_every_fault_is_named(terminal: Terminal) -> None:
    before = state(terminal.file)
    assert terminal("bank", "import", str(DATA / "faults.toml")) == 1
    for expected in ("「colour」", "第 5 列", "第 8 列", "第 14 列", "第 12 列", "第 23 列", "第 35 列"):
        assert expected in terminal.err
    assert "沒有匯入" in terminal.err
    assert state(terminal.file) == before


def test_skip_bad_takes_the_rest(terminal: Terminal) -> None:
    taken = terminal.json("bank", "import", str(DATA / "faults.toml"), "--skip-bad")
    assert taken["new"] == ["Q3"]
    assert {problem["severity"] for problem in taken["problems"]} == {"error"}


def test_a_dry_run_says_what_would_happen_and_writes_nothing(terminal: Terminal) -> None:
    before = state(terminal.file)
    shown = terminal.json("bank", "import", str(DATA / "small.toml"), "--dry-run")
    assert (len(shown["new"]), shown["written"]) == (3, False)
    assert state(terminal.file) == before


def test_an_import_names_the_first_of_what_is_new_and_changed(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "many.gift"
    questions = [f"// [id:N{place:02}]\n契稅第 {place} 題 {{T}}\n" for place in range(23)]
    path.write_text("\n".join(questions), encoding="utf-8")
    assert terminal("bank", "import", str(path)) == 0
    assert "新增：N00、N01" in terminal.err + terminal.out
    assert "N19……另有 3 題" in terminal.err + terminal.out
    path.write_text(questions[4].replace("{T}", "{F}"), encoding="utf-8")
    assert terminal("bank", "import", str(path)) == 0
    assert "修改：N04" in terminal.err + terminal.out


def test_the_json_of_an_import_speaks_moodles_words(terminal: Terminal) -> None:
    shown = terminal.json("bank", "import", str(DATA / "small.toml"), "--dry-run")
    first, _second, third = shown["questions"]
    assert first["type"] == "truefalse"
    assert first["answers"][0] == {"text": "true", "fraction": "1", "feedback": ""}
    assert third["type"] == "multichoice"
    assert [answer["fraction"] for answer in third["answers"]] == ["0.5", "-0.5", "0.5", "-0.5"]
    assert third["category"] == "印花稅 > 計貼"


def test_a_gift_file_is_shown_with_its_faults_before_anything_is_written(terminal: Terminal) -> None:
    words = ("bank", "import", str(DATA / "moodle.gift"), "--format", "gift")
    assert terminal(*words, "--dry-run", "--json") == 1
    shown = json.loads(terminal.out)
    types = [question["type"] for question in shown["questions"]]
    assert types == ["multichoice", "category", "truefalse", "multichoice", "shortanswer"]
    assert {"text": "租賃", "fraction": "-1", "feedback": ""} in shown["questions"][3]["answers"]
    [error] = [problem for problem in shown["problems"] if problem["severity"] == "error"]
    assert (error["line"], "不是數字" in error["message"]) == (16, True)
    taken = terminal.json(*words, "--skip-bad")
    assert len(taken["new"]) == 4
    assert terminal.json("bank", "list", "--topic", "契稅 > 申報")
    assert terminal.json(*words, "--skip-bad")["new"] == []


def test_what_is_exported_can_be_imported_and_is_the_same(terminal: Terminal, tmp_path: Path) -> None:
    terminal("bank", "import", str(DATA / "small.toml"))
    out = tmp_path / "out.toml"
    assert terminal("bank", "export", str(out)) == 0
    again = terminal.json("bank", "import", str(out))
    assert (again["new"], again["changed"], len(again["same"])) == ([], [], 3)
    assert terminal("bank", "export", str(out)) == 1


def test_only_those_who_keep_the_bank_see_its_keys(terminal: Terminal, tmp_path: Path) -> None:
    terminal("bank", "import", str(DATA / "small.toml"))
    assert terminal("bank", "export", str(tmp_path / "out.toml"), "--as", "0012") == 1
    assert terminal("bank", "import", str(DATA / "small.toml"), "--as", "0012") == 1
    assert all("key" not in row for row in terminal.json("bank", "list", "--as", "0012"))


def test_a_list_can_be_narrowed(terminal: Terminal) -> None:
    terminal("bank", "import", str(DATA / "small.toml"))
    assert [row["id"] for row in terminal.json("bank", "list", "--topic", "印花稅 > 稅率")] == ["P-1", "P-2"]
    assert [row["id"] for row in terminal.json("bank", "list", "--kind", "multiple")] == ["P-3"]


def test_markup_in_a_stem_is_shown_as_text(terminal: Terminal) -> None:
    terminal("bank", "import", str(DATA / "small.toml"))
    assert terminal("bank", "list") == 0
    assert "[bold]何者是乙[/bold]" in terminal.out.replace("\n", "")


def test_check_names_what_must_be_mended(terminal: Terminal, tmp_path: Path) -> None:
    terminal("bank", "import", str(DATA / "small.toml"))
    assert terminal("bank", "check") == 0
    bare = (DATA / "small.toml").read_text(encoding="utf-8").replace('legal_basis = "某法第2條"\n', "")
    (tmp_path / "bare.toml").write_text(bare, encoding="utf-8")
    terminal("bank", "import", str(tmp_path / "bare.toml"))
    assert terminal("bank", "check", "--json") == 1
    [finding] = json.loads(terminal.out)
    assert (finding["kind"], finding["questions"]) == ("no_law", ["P-2"])


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"format = [", "TOML"),
        ('format = "題庫"'.encode("cp950"), "Big5"),
        (b"", "format"),
        (b"PK\x03\x04\xff\xfe\x00", "UTF-8"),
    ],
)
def test_what_is_no_bank_is_refused_in_words(
    terminal: Terminal, tmp_path: Path, content: bytes, expected: str
) -> None:
    path = tmp_path / "strange.toml"
    path.write_bytes(content)
    assert terminal("bank", "import", str(path)) == 1
    assert expected in terminal.err
    assert "Traceback" not in terminal.err


def test_a_missing_file_is_said(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("bank", "import", str(tmp_path / "none.toml")) == 1
    assert "none.toml" in terminal.err


def test_the_list_is_filtered_by_kind_status_tag_and_text(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "each.toml"
    write(path, [*OF_EACH_KIND, single("TAGGED", stem="標了？", tags=("新法",))], "toml")
    terminal("bank", "import", str(path))
    terminal("bank", "status", "E", "F", "draft")

    def listed(*words: str) -> list[str]:
        return [row["id"] for row in terminal.json("bank", "list", *words)]

    assert listed("--kind", "matching") == ["P"]
    assert listed("--status", "draft") == ["E", "F"]
    assert listed("--tag", "新法") == ["TAGGED"]
    assert listed("--text", "幾個 N") == ["N"]
    assert listed("--status", "active", "--kind", "short") == []


def test_a_question_is_shown_with_all_its_versions_to_those_who_keep_the_bank(terminal: Terminal) -> None:
    terminal("bank", "import", str(DATA / "small.toml"))
    terminal("bank", "status", "P-2", "retired")
    shown = terminal.json("bank", "show", "P-2")
    assert (shown["key"], shown["status"], shown["papers"]) == ("B", "retired", 0)
    assert {version["current"] for version in shown["versions"]} == {True, False}
    assert terminal("bank", "show", "P-2") == 0
    for expected in ("[bold]何者是乙[/bold]？", "B：乙 ✓", "停用", "（現行）"):
        assert expected in terminal.out
    assert terminal("bank", "show", "P-2", "--as", "0012") == 1
    assert terminal("bank", "show", "NONE") == 1


def test_a_status_is_changed_for_several_questions_or_for_none(terminal: Terminal) -> None:
    terminal("bank", "import", str(DATA / "small.toml"))
    assert terminal("bank", "status", "P-1", "NONE", "draft") == 1
    assert terminal.json("bank", "list", "--status", "draft") == []
    assert {row["id"] for row in terminal.json("bank", "status", "P-1", "P-2", "draft")} == {"P-1", "P-2"}
    assert terminal("bank", "status", "P-1", "draft") == 0
    assert "0 題改為草稿，1 題原來就是" in terminal.err
    assert terminal("bank", "status", "P-1", "active", "--as", "0012") == 1


def test_what_a_format_loses_is_said_before_the_file_is_written(terminal: Terminal, tmp_path: Path) -> None:
    terminal("bank", "import", str(DATA / "small.toml"))
    out = tmp_path / "out.aiken"
    assert terminal("bank", "export", str(out), "--dry-run") == 0
    assert not out.exists()
    assert "是非題寫不下的（整題不寫）：1 題" in terminal.err
    assert terminal("bank", "export", str(out)) == 0
    assert terminal.err.index("不會保留") < terminal.err.index("已寫入")


def test_every_kind_goes_out_to_xml_and_comes_back_the_same(terminal: Terminal, tmp_path: Path) -> None:
    write(tmp_path / "each.toml", OF_EACH_KIND, "toml")
    terminal("bank", "import", str(tmp_path / "each.toml"))
    assert terminal("bank", "export", str(tmp_path / "out.xml")) == 0
    again = terminal.json("bank", "import", str(tmp_path / "out.xml"))
    assert len(again["same"]) == len(OF_EACH_KIND)
    kinds = {question["type"] for question in again["questions"]}
    assert kinds == {"category", "truefalse", "multichoice", "shortanswer", "numerical", "matching", "essay"}


def test_big5_is_taken_in_where_that_is_said(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "big5.gift"
    path.write_bytes("契稅由買方申報。{T}\n".encode("cp950"))
    assert terminal("bank", "import", str(path)) == 1
    assert "--encoding cp950" in terminal.err
    assert len(terminal.json("bank", "import", str(path), "--encoding", "cp950")["new"]) == 1


# Papers


def test_a_bank_that_is_too_small_is_said_with_how_many_there_are(terminal: Terminal, paper: str) -> None:
    assert terminal("paper", "new", "--title", "大考") == 1
    assert "要 10 題，可用的只有 1 題" in terminal.err


def test_papers_are_listed(terminal: Terminal, paper: str) -> None:
    [row] = terminal.json("paper", "list")
    assert (row["id"], row["questions"], row["pass_mark"], row["submitted"]) == (paper, 3, "60.00", 0)


def test_questions_of_the_last_papers_can_be_left_out(terminal: Terminal, paper: str) -> None:
    blueprint = str(DATA / "blueprint.toml")
    words = ("paper", "new", "--title", "再考", "--blueprint", blueprint, "--without-last")
    assert terminal(*words, "1") == 1
    assert terminal(*words, "0") == 0


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (('points = "40.00"', "points = 30"), "90.00"),
        (("difficulty = 2", "difficulty = 9"), "第 2 格 難度 difficulty"),
        (("difficulty = 2", "colour = 2"), "第 2 格 colour"),
        (("quiz-blueprint/1", "x"), "quiz-blueprint/1"),
    ],
)
def test_a_wrong_blueprint_is_refused_with_its_place(
    terminal: Terminal, tmp_path: Path, change: tuple[str, str], expected: str
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text((DATA / "blueprint.toml").read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    assert terminal("paper", "new", "--title", "x", "--blueprint", str(path)) == 1
    assert expected in terminal.err


# Sittings


def test_a_script_answers_submits_and_gets_the_score(terminal: Terminal, paper: str) -> None:
    typed = "\n".join([*right(terminal, paper, "0012"), "s", ""])
    assert terminal("quiz", "sit", paper, "--as", "0012", typed=typed) == 0
    assert "成績 100.00 分，及格" in terminal.out
    [row] = terminal.json("quiz", "results", paper)
    assert (row["staff_no"], row["name"], row["score"], row["passed"]) == ("0012", "王小明", "100.00", True)


def test_full_width_and_lower_case_answers_are_taken(terminal: Terminal, paper: str) -> None:
    wide = {"○": "１", "×": "２"} | {chr(65 + place): chr(0xFF21 + place) for place in range(3)} | {"D": "d"}
    letters = right(terminal, paper, "0012")
    typed = "\n".join(["".join(wide[letter] for letter in word) for word in letters] + ["ｓ", ""])
    assert terminal("quiz", "sit", paper, "--as", "0012", typed=typed) == 0
    assert "成績 100.00 分" in terminal.out


def test_leaving_keeps_the_answers_and_the_sitting_goes_on_at_the_first_unanswered(
    terminal: Terminal, paper: str
) -> None:
    first, *rest = right(terminal, paper, "0012")
    assert terminal("quiz", "sit", paper, "--as", "0012", typed=f"{first}\nq\n") == 0
    assert "還沒有交卷" in terminal.err
    typed = "\n".join([*rest, "s", ""])
    assert terminal("quiz", "sit", paper, "--as", "0012", typed=typed) == 0
    assert "1/3" not in terminal.out
    assert "成績 100.00 分" in terminal.out


def test_input_that_ends_early_submits_nothing_and_says_so(terminal: Terminal, paper: str) -> None:
    assert terminal("quiz", "sit", paper, "--as", "0012", typed="1\n") == 1
    assert "還沒有交卷" in terminal.err
    assert terminal.json("quiz", "results", paper) == []


def test_before_submission_the_unanswered_are_listed(terminal: Terminal, paper: str) -> None:
    first = right(terminal, paper, "0012")[0]
    assert terminal("quiz", "sit", paper, "--as", "0012", typed=f"{first}\ns\np\ns\ns\n") == 0
    assert "未作答：第 2、3 題" in terminal.out
    assert "正確答案" in terminal.out


def test_back_goes_one_question_back(terminal: Terminal, paper: str) -> None:
    terminal("quiz", "sit", paper, "--as", "0012", typed="\np\nq\n")
    shown = [line[:3] for line in terminal.out.replace("> ", "").splitlines() if line[1:3] == "/3"]
    assert shown == ["1/3", "2/3", "1/3"]


def test_the_key_is_not_printed_before_submission(terminal: Terminal, paper: str) -> None:
    terminal("quiz", "sit", paper, "--as", "0012", typed="1\n1\n1\nq\n")
    assert "正確答案" not in terminal.out
    assert "因為是乙" not in terminal.out


def test_a_submitted_paper_shows_its_result_again(terminal: Terminal, paper: str) -> None:
    terminal("quiz", "sit", paper, "--as", "0012", typed="s\ns\n")
    assert terminal("quiz", "sit", paper, "--as", "0012", typed="1\n1\n1\ns\n") == 0
    assert "成績 0.00 分，不及格" in terminal.out


def test_words_that_are_no_answer_are_said_and_the_question_stays(terminal: Terminal, paper: str) -> None:
    terminal("quiz", "sit", paper, "--as", "0012", typed="9\n看不懂\nq\n")
    assert "看不懂「9」" in terminal.err
    assert "2/3" not in terminal.out


def test_nobody_sits_without_saying_who(terminal: Terminal, paper: str) -> None:
    assert terminal("quiz", "sit", paper, typed="s\ns\n") == 1
    assert "--as" in terminal.err


def test_staff_see_their_own_result_only(terminal: Terminal, paper: str) -> None:
    terminal("quiz", "sit", paper, "--as", "0012", typed="s\ns\n")
    assert len(terminal.json("quiz", "results", paper, "--as", "0012")) == 1
    terminal("quiz", "sit", paper, "--as", "0034", typed="s\ns\n")
    assert len(terminal.json("quiz", "results", paper, "--as", "0012")) == 1
    assert len(terminal.json("quiz", "results", paper, "--as", "0034")) == 2


def test_who_has_not_submitted_is_listed(terminal: Terminal, paper: str) -> None:
    terminal("quiz", "sit", paper, "--as", "0012", typed="s\ns\n")
    absent = terminal.json("quiz", "results", paper, "--absent")
    assert [row["staff_no"] for row in absent] == ["0034"]
    assert terminal("quiz", "results", paper, "--absent", "--as", "0012") == 1


def test_a_paper_that_is_not_there_is_said(terminal: Terminal) -> None:
    assert terminal("quiz", "results", "A99") == 1
    assert "A99" in terminal.err


@pytest.mark.parametrize("words", [("bank",), ("paper",), ("quiz",), ("bank", "import"), ("quiz", "sit")])
def test_every_level_has_help(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*words, "--help"])
    assert ended.value.code == 0
    assert "courtesy" in capsys.readouterr().out


def test_practice_explains_each_answer_and_is_no_score(terminal: Terminal) -> None:
    assert terminal("bank", "import", str(DATA / "small.toml")) == 0
    before = terminal.json("practice", "--as", "0012")
    assert (before["done"], before["wanted"], len(before["questions"])) == (0, 3, 3)
    assert terminal("practice", "--as", "0012", typed="?\n?\n/q\n") == 0
    assert terminal.out.count("下次複習") == 2
    after = terminal.json("practice", "--as", "0012")
    assert after["done"] == 2


def test_practice_wants_somebody_in_person(terminal: Terminal) -> None:
    assert terminal("practice") == 1
    assert "--as 員工編號" in terminal.err


def test_a_line_that_is_no_answer_is_asked_again(terminal: Terminal) -> None:
    assert terminal("bank", "import", str(DATA / "small.toml")) == 0
    assert terminal("practice", "--as", "0012", "--count", "1", typed="zz\n?\n") == 0
    assert "看不懂" in terminal.err
    assert "下次複習" in terminal.out
