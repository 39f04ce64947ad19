"""Files that would hurt: too long, too deep, packed bombs, other encodings, formulas, terminal escapes."""

import gc
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from bureau.problem import Refused
from bureau.sheet import write_table
from quiz_bank.formats.matrix import read_matrix
from quiz_bank.formats.reading import MOST_PROBLEMS, FormatError, Reading, Severity, read

LONG = "長" * 100_000
HEAD = 'format = "quiz-bank/1"\n[[question]]\nid = "Q"\nkind = "truefalse"\ntopic = "契稅"\ndifficulty = 1\n'
XML = (
    '<quiz>\n<question type="truefalse"><name><text>n</text></name><questiontext format="plain_text"><text>'
    '{stem}</text></questiontext><answer fraction="100"><text>true</text></answer>'
    '<answer fraction="0"><text>false</text></answer></question></quiz>'
)


def given(tmp_path: Path, name: str, content: str | bytes, encoding: str = "utf-8") -> Reading:
    path = tmp_path / f"bank.{name}"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content, encoding="utf-8")
    return read(path, encoding=encoding)


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("gift", f"好題。{{T}}\n\n::n::{LONG}{{T}}\n", 3),
        ("gift", f"好題。{{T}}\n\n::n::{LONG[:20_000]}{{T}}\n", 3),
        ("aiken", f"{LONG}\nA. 一\nB. 二\nANSWER: A\n", 1),
        ("xml", XML.replace("{stem}", LONG), 2),
        ("toml", f'{HEAD}stem = "{LONG}"\nkey = "○"\n', 7),
        ("csv", f"題目,答案\n{LONG},○\n", 2),
    ],
)
def test_a_stem_beyond_all_measure_is_refused_with_its_line(
    tmp_path: Path, name: str, content: str, line: int
) -> None:
    [problem] = given(tmp_path, name, content).errors
    assert problem.line == line
    assert "太長" in problem.message


def test_a_cell_beyond_all_measure_is_refused_too(tmp_path: Path) -> None:
    path = tmp_path / "bank.xlsx"
    write_table(path, ["題目", "答案"], [["長" * 32_000, "○"]])
    [problem] = read(path).errors
    assert (problem.line, "太長" in problem.message) == (2, True)
    with pytest.raises(Refused, match="CSV 格式有誤：有一格超過"):
        given(tmp_path, "csv", f"題目,答案\n{LONG * 2},○\n")


@pytest.mark.parametrize("name", ["gift", "aiken", "xml", "toml"])
def test_big5_is_refused_with_an_offer_and_a_look_at_what_it_would_be(tmp_path: Path, name: str) -> None:
    content = "\n契稅由誰申報？".encode("cp950")
    with pytest.raises(FormatError, match="不是 UTF-8") as refused:
        given(tmp_path, name, content)
    assert "契稅由誰申報？" in refused.value.remedy
    assert "--encoding cp950" in refused.value.remedy
    assert "第 2 列" in str(refused.value)


def test_the_look_at_big5_begins_where_the_chinese_does(tmp_path: Path) -> None:
    content = ("<a>" * 20 + "契稅由誰申報？").encode("cp950")
    with pytest.raises(FormatError, match="「…契稅由誰申報？」"):
        given(tmp_path, "xml", content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("gift", "契稅由買方申報。{T}"),
        ("aiken", "誰申報？\nA. 買方\nB. 賣方\nANSWER: A"),
        ("xml", XML.replace("{stem}", "契稅由買方申報。")),
        ("toml", HEAD + 'stem = "契稅"\nkey = "○"\n'),
    ],
)
def test_big5_is_read_where_that_was_said(tmp_path: Path, name: str, content: str) -> None:
    assert len(given(tmp_path, name, content.encode("cp950"), "cp950").questions) == 1
    with pytest.raises(FormatError, match="CP950"):
        given(tmp_path, name, b"\xff\xff", "cp950")


@pytest.mark.parametrize("name", ["gift", "aiken", "xml", "toml"])
@pytest.mark.parametrize("content", ["契稅".encode("utf-16"), b"\xed\xa0\x80{T}", b"\xff" * 50, b"a\xf0\x9f"])
def test_what_is_no_text_is_refused_in_words(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(FormatError, match="UTF-8"):
        given(tmp_path, name, content)


@pytest.mark.parametrize("name", ["gift", "aiken", "xml", "toml", "csv"])
def test_nul_and_escapes_never_reach_a_question_or_a_message(tmp_path: Path, name: str) -> None:
    evil = "\x1b]0;x\x07\x00\x9b31m\u202e"
    try:
        reading = given(
            tmp_path, name, f"{evil}？\nA. {evil}\nB. 二{{T}}{evil}\nANSWER: {evil}A,{evil}\n" * 2
        )
    except Refused as refusal:
        shown = str(refusal)
    else:
        shown = "".join(str(problem.at(tmp_path / "x")) for problem in reading.problems)
        shown += "".join(question.stem for question in reading.questions)
    assert not set("\x1b\x00\x9b\u202e\x07") & set(shown.replace("\\x", ""))


def bomb(path: Path, rows: int) -> Path:
    """A workbook whose one sheet is a few kilobytes packed and very much more unpacked."""
    write_table(path, ["題目", "答案"], [["房屋稅？", "○"]])
    with zipfile.ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    sheet = next(each for each in parts if each.startswith("xl/worksheets/"))
    row = b'<row><c t="inlineStr"><is><t>' + b"x" * 30 + b"</t></is></c></row>"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", row * rows + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    return path


@pytest.mark.parametrize("rows", [100_000, 800_000])
def test_a_packed_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, rows: int) -> None:
    path = bomb(tmp_path / "bank.xlsx", rows)
    tracemalloc.start()
    with pytest.raises(Refused, match="解開後有"):
        read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_formula_is_never_run_and_its_text_is_text(tmp_path: Path) -> None:
    path = tmp_path / "bank.xlsx"
    write_table(path, ["題目", "A", "B", "答案"], [["=SUM(1,1)？", "+1", "@x", "A"]])
    [question] = read(path).questions
    assert (question.stem, question.options) == ("=SUM(1,1)？", ("+1", "@x"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("xml", '<!DOCTYPE z [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><quiz>&b;</quiz>'),
        ("xml", '<!DOCTYPE z SYSTEM "http://localhost/x.dtd"><quiz/>'),
        ("xml", "<quiz>" + "<a>" * 3_000),
        ("xml", '<quiz><question type="essay">' + "<a/>" * 50_000 + "</question></quiz>"),
        ("toml", "a = [" + "[]," * 50_000 + "]"),
        ("toml", "a = ['''" + "''','''" * 50_000 + "''']"),
        ("toml", "a = " + "[" * 100_000),
        ("toml", "a" * 100_000),
        ("csv", '"' * 100_001),
        ("csv", "," * 100_000),
        ("gift", "}\n\n" * 50_000),
        ("aiken", "ANSWER: A\n" * 50_000),
    ],
)
def test_depth_and_repetition_without_end_are_refused_in_words(
    tmp_path: Path, name: str, content: str
) -> None:
    tracemalloc.start()
    try:
        reading = given(tmp_path, name, content)
        assert reading.errors
        assert len(reading.problems) <= MOST_PROBLEMS + 1
    except Refused as refusal:
        assert refusal.what  # noqa: PT017 - either is a refusal in words
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * len(content.encode()) + 8_000_000


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("+\n" + "t3\n" * 70_000, "超過 40000 列"),
        ("姓名,一\n王" + ",乙" * 130_000, "超過 1002 欄"),
        ("姓名,一,二\n" + "王,x,x\n" * 30_000, "60000 格有問題"),
        ("姓名,一,二\n王,1,1\n" + "滿分\n" * 35_000, "兩列以上"),
    ],
)
def test_a_table_of_marks_beyond_all_measure_is_refused_within_bounds(
    tmp_path: Path, content: str, expected: str
) -> None:
    path = tmp_path / "marks.csv"
    path.write_text(content, encoding="utf-8")
    tracemalloc.start()
    with pytest.raises(Refused, match=expected) as refused:
        read_matrix(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * path.stat().st_size + 8_000_000
    assert len(refused.value.problems) <= MOST_PROBLEMS


@pytest.mark.parametrize("row", ["1", "10", "1,0", "a"])
def test_a_table_of_a_great_many_short_rows_stays_within_bounds(tmp_path: Path, row: str) -> None:
    path = tmp_path / "marks.csv"
    path.write_text(f"{row}\n" * 39_990, encoding="utf-8")
    tracemalloc.start()
    try:
        assert len(read_matrix(path).matrix.people) == 39_990
    except Refused as refusal:
        assert refusal.what  # noqa: PT017 - either is a refusal in words
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * path.stat().st_size + 8_000_000


def test_faults_that_are_not_listed_are_counted(tmp_path: Path) -> None:
    reading = given(tmp_path, "gift", "}\n\n" * (MOST_PROBLEMS + 5))
    assert reading.problems[-1].severity is Severity.ERROR
    assert "另有 5 處" in reading.problems[-1].message


def test_what_was_said_of_a_bad_file_leaves_nothing_behind(tmp_path: Path) -> None:
    one = '[[question]]\nid = "Q 1"\nkind = "single"\ntopic = ">"\noptions = ["甲", "甲"]\nkey = "F"\n'
    given(tmp_path, "toml", one)
    tracemalloc.start()
    given(tmp_path, "toml", one * 2_000)
    gc.collect()
    left = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert left < 1_000_000


def test_one_line_of_megabytes_is_one_question_that_is_too_long(tmp_path: Path) -> None:
    [problem] = given(tmp_path, "gift", "甲" * 1_000_000).errors
    assert "太長" in problem.message


def test_a_truncated_file_gives_nothing_at_all(tmp_path: Path) -> None:
    sound = XML.replace("{stem}", "契稅由買方申報。").replace("</quiz>", "")
    reading = given(tmp_path, "xml", sound + '<question type="truefalse"><na')
    assert reading.questions == ()
    assert [problem.fatal for problem in reading.problems] == [True]
