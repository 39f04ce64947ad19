"""A scale as an office edits it: every fault is found at once, each with its place and what to do."""

from pathlib import Path

import pytest

from courtesy.desk import SCALES, read_scale, text_of_scale
from courtesy.scale import Moment, ScaleError, examine, read
from tests.courtesy.samples import OFFICIAL, OFFICIAL_TEXT

FAULTS = Path(__file__).parent.parent / "data" / "scales" / "faults.toml"


def found(text: str) -> dict[str, str]:
    """What is wrong, by its place in the file."""
    _scale, problems = examine(text, "scale.toml")
    assert all(problem.place and problem.place.file == "scale.toml" for problem in problems)
    assert all(problem.remedy for problem in problems)
    return {problem.place.column: problem.what for problem in problems if problem.place}


def edited(before: str, after: str) -> str:
    """The official file with one place changed."""
    assert before in OFFICIAL_TEXT
    return OFFICIAL_TEXT.replace(before, after, 1)


@pytest.mark.parametrize("path", sorted(SCALES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_scale_that_comes_with_the_program_is_sound_and_named_by_its_code(path: Path) -> None:
    assert read_scale(path).code == path.stem


def test_the_official_file_has_no_fault() -> None:
    assert examine(OFFICIAL_TEXT) == (OFFICIAL, [])


def test_every_fault_of_a_file_is_reported_at_once_with_its_place() -> None:
    _scale, problems = examine(FAULTS.read_text(encoding="utf-8"), FAULTS.name)
    assert [(problem.place.column, problem.what) for problem in problems if problem.place] == [
        ("remark", "沒有這個欄位。"),
        ("part", "各部分合計 90 分，不是 100 分。"),
        ("unit", "「業務單位接聽」配 90 分，各項目合計 80 分。"),
        ("unit.speed", "「接聽速度」配 40 分，各行合計 30 分（擇一的各行算一次）。"),
        ("unit.speed", "代碼「ring」重複。"),
        ("unit.speed.ring", "最高一級 20 分，這一行配 25 分。"),
        ("unit.speed.ring", "接聽速度的上限沒有由短排到長，後面的級永遠用不到。"),
        ("unit.speed.ring", "接聽速度的最後一級不能有上限。"),
        ("unit.speed.ring", "代碼「yes」重複。"),
        ("unit.speed.ring", "有響鈴上限的行要寫 speed = true。"),
        ("unit.manners.owner", "擇一群組「answer」只有一行。"),
        ("unit.manners", "「電話禮貌」配 30 分，各行合計 20 分（擇一的各行算一次）。"),
        ("unit.manners.tone", "「na」保留給不適用，不能當作一級。"),
        ("unit.manners.tone", "各級沒有由高分排到低分。"),
        ("unit.manners.tone", "重大項目沒有 0 分的一級，永遠不會成立。"),
        ("unit.content", "擇一群組「one」的各行配分不同。"),
        ("unit.content.b", "接聽速度的各級都沒有上限。"),
    ]


def test_a_file_with_faults_is_not_read_and_the_refusal_lists_them() -> None:
    with pytest.raises(ScaleError) as refusal:
        read_scale(FAULTS)
    assert str(refusal.value) == "faults.toml：量表檔有 17 處錯誤。"
    assert len(refusal.value.problems) == 17


@pytest.mark.parametrize(
    ("before", "after", "where", "what"),
    [
        (
            'moment = "ring"',
            'moment = "ring"\nmax = 1',
            "part[switchboard].item[speed].line[ivr-speed].max",
            "沒有這個欄位。",
        ),
        ('name = "總機接聽"', "", "part[switchboard].name", "缺少這個欄位。"),
        ('points = "45"', 'points = "四十五"', "part[switchboard].points", "值「四十五」不合規定。"),
        ('points = "45"', 'points = "45.125"', "part[switchboard].points", "值「45.125」不合規定。"),
        ('points = "45"', 'points = "-45"', "part[switchboard].points", "值「-45」不合規定。"),
        ('points = "45"', "points = nan", "part[switchboard].points", "值「nan」不合規定。"),
        (
            'moment = "greeting"',
            'moment = "later"',
            "part[switchboard].item[manners].line[unit].moment",
            "值「later」不合規定。",
        ),
        ('code = "official"', 'code = "官方"', "code", "值「官方」不合規定。"),
        (
            'format = "courtesy-scale/1"',
            'format = "courtesy-scale/2"',
            "format",
            "值「courtesy-scale/2」不合規定。",
        ),
        ('title = "電話禮貌測試量表"', 'title = " "', "title", "值「」不合規定。"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_place(
    before: str, after: str, where: str, what: str
) -> None:
    assert found(edited(before, after)) == {where: what}


def test_a_step_above_its_line_is_named() -> None:
    text = edited('label = "做到", points = "2.5" }', 'label = "做到", points = "3" }')
    assert found(text) == {"switchboard.manners.unit": "最高一級 3 分，這一行配 2.5 分。"}


@pytest.mark.parametrize(
    "text",
    [
        "這不是 TOML",
        "a = 1\na = 2",
        "points = " + "9" * 5000,
        "a = " + "[" * 5000 + "]" * 5000,
        OFFICIAL_TEXT + "\0",
    ],
    ids=["words", "twice", "long number", "deep", "null"],
)
def test_what_is_not_toml_is_said_in_words(text: str) -> None:
    assert found(text)[""].startswith("不是正確的 TOML（")


def test_a_syntax_error_says_its_line() -> None:
    assert "line 3" in found('format = "x"\n\nbroken =\n')[""]


def test_an_empty_file_lacks_every_field() -> None:
    assert found("") == dict.fromkeys(["format", "code", "title", "source", "part"], "缺少這個欄位。")


def test_one_table_where_a_list_belongs_is_refused() -> None:
    assert list(found(OFFICIAL_TEXT[: OFFICIAL_TEXT.index("[[part]]")] + '[part]\ncode = "x"')) == ["part"]


# Text from outside


def test_markup_in_a_text_stays_text_and_escapes_are_taken_out() -> None:
    text = edited('text = "先清晰報出單位名稱"', 'text = "[red]先\\u001b[31m清晰\\u202e報出[/red]"')
    texts = {placed.id: placed.line.text for placed in read(text).lines()}
    assert texts["switchboard.manners.unit"] == "[red]先[31m清晰報出[/red]"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('code = "official"', 'code = "official"\n"\\u001b[2J" = 1'),
        ('moment = "ring"', 'moment = "\\u001b[2J"'),
        ('code = "switchboard"', 'code = "\\u001b[2J"'),
        ('points = "45"', "points = 0x" + "F" * 5000),
    ],
    ids=["key", "value", "code", "number"],
)
def test_a_fault_never_sends_to_the_terminal_what_the_file_hid_in_it(before: str, after: str) -> None:
    _scale, problems = examine(edited(before, after), "scale.toml")
    assert problems
    assert not any("\x1b" in str(problem) for problem in problems)


# Files


def test_a_byte_order_mark_makes_no_difference(tmp_path: Path) -> None:
    path = tmp_path / "mark.toml"
    path.write_text(OFFICIAL_TEXT, encoding="utf-8-sig")
    assert read_scale(path) == OFFICIAL


def test_a_file_in_big5_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "big5.toml"
    path.write_bytes("title = '量表'".encode("cp950"))
    with pytest.raises(ScaleError, match=r"big5.toml：檔案不是 UTF-8"):
        read_scale(path)


def test_a_file_that_is_not_there_or_far_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScaleError, match=r"gone.toml：讀不到檔案"):
        text_of_scale(tmp_path / "gone.toml")
    with pytest.raises(ScaleError, match="讀不到檔案"):
        text_of_scale(tmp_path)
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * 1_000_001)
    with pytest.raises(ScaleError, match=r"large.toml：檔案太大"):
        text_of_scale(large)


# What the tester may say


def test_what_may_be_said_belongs_to_its_moment_and_to_the_version() -> None:
    other = read(edited('closing = "好的', 'closing = "好'))
    assert OFFICIAL.said_at(Moment.CLOSING).startswith("好的，我了解了")
    assert other.version != OFFICIAL.version


def test_a_scale_may_leave_all_of_it_out() -> None:
    text = "\n".join(OFFICIAL_TEXT.partition("[script]")[0::2])
    scale = read(text.replace(OFFICIAL_TEXT.partition("[script]")[2].partition("[[part]]")[0], ""))
    assert scale.script is None
    assert scale.said_at(Moment.RING) == ""
    assert "script" not in scale.content()


@pytest.mark.parametrize(
    ("line", "place"),
    [('noon = "x"', "script"), ('talk = ""', "script.talk"), (f'talk = "{"長" * 61}"', "script.talk")],
    ids=["no such moment", "empty", "too long"],
)
def test_a_fault_in_it_is_found_with_its_place(line: str, place: str) -> None:
    before = next(each for each in OFFICIAL_TEXT.splitlines() if each.startswith("talk = "))
    assert any(where.startswith(place) for where in found(edited(before, line)))


def test_what_can_never_be_said_is_pointed_out() -> None:
    operator = (SCALES / "operator.toml").read_text(encoding="utf-8")
    more = operator.replace("[script]", '[script]\nanswer = "x"')
    assert "「答覆」" in found(more)["script.answer"]
