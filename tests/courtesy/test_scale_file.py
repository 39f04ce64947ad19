"""A scale as an office edits it: every fault is found at once, each with its place and what to do."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtesy.desk import SCALES, read_scale, text_of_scale
from courtesy.scale import Moment, ScaleError
from courtesy.scale_file import examine, read
from tests.courtesy.samples import OFFICIAL, OFFICIAL_TEXT

FILES = Path(__file__).parent.parent / "data" / "scales"
FAULTS = FILES / "faults.toml"


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
        ("unit.speed.ring", "代碼「ring」重複。"),
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
        ("unit.content.b", "接聽速度由計時評定，不能擇一。"),
    ]


def test_a_file_with_faults_is_not_read_and_the_refusal_lists_them() -> None:
    with pytest.raises(ScaleError) as refusal:
        read_scale(FAULTS)
    assert str(refusal.value) == "faults.toml：量表檔有 18 處錯誤。"
    assert len(refusal.value.problems) == 18


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
    _scale, problems = examine('format = "x"\n\nbroken =\n', "scale.toml")
    assert str(problems[0]).startswith("scale.toml 第 3 列：不是正確的 TOML")


def faults_of(name: str) -> list[tuple[int | None, str, str]]:
    """Line, place and demand of every fault of a file."""
    path = FILES / name
    _scale, problems = examine(path.read_text(encoding="utf-8"), path.name)
    return [(each.place.row, each.place.column, str(each)) for each in problems if each.place]


def test_a_value_of_the_wrong_kind_is_named_with_its_line_and_what_it_should_be() -> None:
    said = [
        (row, where.rpartition(".")[2], text[text.rfind("（") :])
        for row, where, text in faults_of("types.toml")
    ]
    number, integer, flag, text = (
        '（應為數字，例如 "2.5"）。',
        "（應為整數，不加引號）。",
        "（應為 true 或 false，不加引號）。",
        "（應為文字，前後加引號）。",
    )
    assert said[:-3] == [
        (2, "format", "（格式應為 courtesy-scale/1）。"),
        (3, "code", "（代碼只用小寫英文、數字與連字號，最多 40 字）。"),
        (4, "title", text),
        (5, "source", text),
        (10, "name", "（不可空白）。"),
        (11, "points", number),
        (12, "factor", "（應大於 0）。"),
        (23, "moment", "（可用的有：ring、greeting、talk、answer、closing）。"),
        (26, "points", number),
        (26, "max_rings", integer),
        (27, "points", "（最多 2 位小數）。"),
        (27, "max_rings", integer),
        (28, "points", "（不可小於 0）。"),
        (28, "max_seconds", "（不可小於 1）。"),
        (24, "speed", flag),
        (34, "points", "（應大於 0）。"),
        (37, "points", "（不可大於 100）。"),
        (37, "step", "（至少要有 2 個）。"),
        (36, "critical", flag),
        (58, "points", number),
        (55, "line", "。"),
    ]


def test_a_value_that_cannot_be_read_hides_nothing_that_can() -> None:
    assert [(row, where) for row, where, _text in faults_of("types.toml")[-3:]] == [
        (6, "surprise"),
        (44, "unit.manners.hello"),
        (44, "unit.manners.hello"),
    ]


def test_what_cannot_be_scored_is_named_with_the_line_on_which_it_begins() -> None:
    assert [(row, where) for row, where, _text in faults_of("logic.toml")] == [
        (17, "unit.speed.same"),
        (29, "unit.speed.open"),
        (41, "unit.speed.twins"),
        (56, "unit.content.quick"),
        (68, "unit.content.absent"),
    ]


def test_a_repeated_code_is_named_at_its_second_place() -> None:
    assert (29, "unit.speed.ring") in [
        (row, where) for row, where, text in faults_of("faults.toml") if "代碼「ring」重複" in text
    ]


# The same form in another hand


def test_comments_order_quotes_and_zeros_make_no_other_version() -> None:
    assert read_scale(FILES / "rewritten.toml").version == read_scale(FILES / "small.toml").version


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('label = "完整"', 'label = "完整明確"'),
        ('source = "測試用"', 'source = "測試用。"'),
        ("max_rings = 4", "max_rings = 3"),
        ("critical = true", "critical = false"),
        ('moment = "talk"', 'moment = "closing"'),
    ],
    ids=["label", "source", "limit", "critical", "moment"],
)
def test_any_other_word_or_number_makes_another_version(before: str, after: str) -> None:
    text = (FILES / "small.toml").read_text(encoding="utf-8")
    assert before in text
    assert read(text.replace(before, after, 1)).version != read(text).version


def test_line_ends_of_windows_make_no_other_version(tmp_path: Path) -> None:
    text = (FILES / "small.toml").read_text(encoding="utf-8")
    path = tmp_path / "windows.toml"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert read_scale(path).version == read(text).version


def test_a_megabyte_of_lines_is_refused_in_one_word() -> None:
    text = (FILES / "small.toml").read_text(encoding="utf-8")
    start = text.index('        [[part.item.line]]\n        code = "tone"')
    line = text[start : text.index('        [[part.item.line]]\n        code = "owner"')]
    _scale, problems = examine(text + line * 3000, "long.toml")
    assert "最多 60 個" in str(problems[0])
    assert len(problems) < 10


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
    with pytest.raises(ScaleError, match="這不是檔案"):
        text_of_scale(tmp_path)
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * 1_000_001)
    with pytest.raises(ScaleError, match=r"large.toml：檔案太大"):
        text_of_scale(large)


# Any damage


VALUES = [
    "1",
    '"1"',
    "true",
    "nan",
    "inf",
    "-1",
    "[]",
    "{}",
    '""',
    "1979-05-27",
    '"\\\\u001b[2J"',
    "0x10",
    "9" * 400,
]


@pytest.mark.parametrize("value", ["[]", "{}", "1.5", "1979-05-27"])
def test_a_moment_that_is_no_word_is_a_fault(value: str) -> None:
    named = "moment = "
    rows = [named + value if row.strip().startswith(named) else row for row in OFFICIAL_TEXT.split("\n")]
    assert named + value in rows
    scale, problems = examine("\n".join(rows), "scale.toml")
    assert scale is None
    assert problems


@given(st.data())
@settings(max_examples=120, deadline=None)
def test_no_damage_of_a_file_is_more_than_faults_with_a_remedy(data: st.DataObject) -> None:
    rows = OFFICIAL_TEXT.split("\n")
    for _time in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(rows) - 1))
        how = data.draw(st.sampled_from(["drop", "twice", "value"]))
        if how == "drop":
            del rows[place]
        elif how == "twice":
            rows.insert(place, rows[place])
        elif "=" in rows[place]:
            rows[place] = rows[place].partition("=")[0] + "= " + data.draw(st.sampled_from(VALUES))
    scale, problems = examine("\n".join(rows), "scale.toml")
    assert scale is not None or problems
    for problem in problems:
        assert problem.remedy
        assert problem.place is not None
        assert problem.place.row is None or 1 <= problem.place.row <= len(rows)
        assert "\x1b" not in str(problem)
    if scale is not None and not problems:
        assert sum(part.points for part in scale.parts) == 100


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
    assert "「答覆」" in found(more)["script"]
