"""Questions in a spreadsheet: the heading by name, the key as people write it, each fault with its cell."""

from pathlib import Path

import pytest

from bureau.problem import Refused
from bureau.sheet import write_table
from quiz_bank.formats import table
from quiz_bank.formats.reading import FormatError, Reading, Severity, read
from quiz_bank.question import Kind, Status

HEAD = "題目,A,B,C,D,答案"


def given(tmp_path: Path, *rows: str, head: str = HEAD, ending: str = "csv") -> Reading:
    path = tmp_path / f"bank.{ending}"
    if ending == "csv":
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    else:
        write_table(path, head.split(","), [row.split(",") for row in rows])
    return read(path)


def faults(reading: Reading) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.field) for problem in reading.errors]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_kind_is_told_by_options_and_key(tmp_path: Path, ending: str) -> None:
    reading = given(tmp_path, "契稅要申報。,,,,,○", "何者？,甲,乙,,,b", "哪些？,甲,乙,丙,,AC", ending=ending)
    assert [(one.kind, one.key_text()) for one in reading.questions] == [
        (Kind.TRUE_FALSE, "○"),
        (Kind.SINGLE, "B"),
        (Kind.MULTIPLE, "AC"),
    ]


@pytest.mark.parametrize("key", ["○", "O", "對", "是", "T", "Ｔ"])
def test_true_is_written_in_many_ways(tmp_path: Path, key: str) -> None:
    [question] = given(tmp_path, f"契稅要申報。,,,,,{key}").questions
    assert question.key == (0,)


def test_the_heading_may_stand_in_any_order_below_instructions_with_other_words(tmp_path: Path) -> None:
    reading = given(
        tmp_path,
        "正確答案,試題,選項1,選項2,稅目,法源,難易度,生效日期",
        "A,何者？,甲,乙,契稅 > 稅率,契稅條例第3條,難,115/1/1",
        head="租稅常識題庫",
    )
    [question] = reading.questions
    assert (question.topic, question.legal_basis, question.difficulty) == (
        "契稅 > 稅率",
        "契稅條例第3條",
        3,
    )
    assert question.in_force_from is not None
    assert question.in_force_from.isoformat() == "2026-01-01"


def test_a_column_of_another_name_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_text("內容,一,二,解\n何者？,甲,乙,B\n", encoding="utf-8")
    reading = read(path, columns={"題目": "內容", "A": "一", "B": "二", "答案": "解"})
    assert reading.questions[0].options == ("甲", "乙")


@pytest.mark.parametrize("columns", [{"題幹": "內容"}, {"A": "沒有這欄"}])
def test_a_column_that_is_not_there_is_named(tmp_path: Path, columns: dict[str, str]) -> None:
    path = tmp_path / "bank.csv"
    path.write_text(f"{HEAD}\n何者？,甲,乙,,,B\n", encoding="utf-8")
    with pytest.raises(FormatError):
        read(path, columns=columns)


def test_columns_are_named_for_spreadsheets_only(tmp_path: Path) -> None:
    path = tmp_path / "bank.gift"
    path.write_text("q {T}", encoding="utf-8")
    with pytest.raises(FormatError, match="試算表"):
        read(path, columns={"題目": "x"})


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("何者？,甲,乙,,,", "答案"),
        ("何者？,甲,乙,,,E", "答案"),
        ("何者？,甲,乙,,,1", "答案"),
        ("何者？,甲,乙,,,AA", "答案"),
        ("何者？,甲,,丙,,A", "B"),
        ("何者？,甲,,,,A", "A"),
        ("何者？,甲,甲,,,A", "A"),
        (",甲,乙,,,A", "題目"),
        ("契稅要申報。,,,,,也許", "答案"),
    ],
)
def test_a_cell_that_is_wrong_is_named_with_row_and_column(tmp_path: Path, row: str, field: str) -> None:
    reading = given(tmp_path, "好題？,甲,乙,,,A", row)
    assert (3, field) in faults(reading)
    assert len(reading.questions) == 1


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    reading = given(tmp_path, "一？,甲,乙,,,Z", "二？,甲,乙,,,A", "三？,甲,乙,,,", "二？,甲,乙,,,A")
    assert [line for line, _field in faults(reading)] == [2, 4, 5]


@pytest.mark.parametrize("value", ["115/2/30", "昨天"])
def test_a_day_that_does_not_exist_is_named(tmp_path: Path, value: str) -> None:
    reading = given(tmp_path, f"何者？,甲,乙,,,A,{value}", head=HEAD + ",失效日")
    assert faults(reading) == [(2, "失效日")]


def test_the_template_is_filled_in_and_read(tmp_path: Path) -> None:
    headings, rows = table.template()
    filled = {"題目": "何者？", "A": "甲", "B": "乙", "答案": "B", "題型": "單選"}
    path = tmp_path / "bank.xlsx"
    write_table(path, headings, [*rows, [filled.get(name.strip("＊"), "") for name in headings]])
    reading = read(path)
    assert [one.stem for one in reading.questions] == ["何者？"]
    assert reading.errors == ()


def test_the_same_row_without_a_number_has_the_same_name_each_time(tmp_path: Path) -> None:
    [one] = given(tmp_path, "何者？,甲,乙,,,A").questions
    [other] = given(tmp_path, "何者?,甲,乙,,,A").questions
    assert one.id == other.id


def test_big5_is_read_and_said(tmp_path: Path) -> None:
    path = tmp_path / "bank.csv"
    path.write_bytes(f"{HEAD}\n何者？,甲,乙,,,A\n".encode("cp950"))
    reading = read(path)
    assert len(reading.questions) == 1
    assert any(
        "Big5" in problem.message for problem in reading.problems if problem.severity is Severity.WARNING
    )


def test_a_file_without_the_columns_is_told_which_it_needs(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="標題列"):
        given(tmp_path, "甲,乙", head="姓名,科室")


def test_markup_and_escapes_are_text(tmp_path: Path) -> None:
    [question] = given(tmp_path, "[b]何者[/b]\x1b[31m？,甲,乙,,,A").questions
    assert "\x1b" not in question.stem
    assert "[b]" in question.stem


KINDS = "題型,題目,答案,單位,狀態,複查日,要點"


@pytest.mark.parametrize(
    ("row", "key"),
    [
        ("填充,首府？,臺北市／北市", "臺北市／北市"),
        ("填空題,首府？,臺北市|北市 ｜台北", "臺北市／北市／台北"),
        ("數字,幾日？,４０,日", "40 日"),
        ("數字,幾日？,40±0.5,日", "40 ± 0.5 日"),
        ("數字,幾日？,40日 +/- 1,日", "40 ± 1 日"),
        ("配對,配對。,甲=一；乙＝二；=三", "1-A 2-B"),
        ("簡答,說明。,因為如此。", "因為如此。"),
        ("申論題,說明。,", ""),
    ],
)
def test_kinds_without_options_have_their_answer_in_one_cell(tmp_path: Path, row: str, key: str) -> None:
    reading = given(tmp_path, row, head=KINDS)
    assert reading.errors == ()
    assert reading.questions[0].key_text() == key


def test_pairs_may_stand_on_a_line_each_with_distractors(tmp_path: Path) -> None:
    [question] = given(tmp_path, '配對,配對。,"甲；乙=一\n丙=二\n=三"', head=KINDS).questions
    assert question.pairs == (("甲；乙", "一"), ("丙", "二"))
    assert question.distractors == ("三",)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("數字,幾日？,四十", "答案"),
        ("數字,幾日？,40日", "答案"),
        ("數字,幾日？,1±2±3", "答案"),
        ("數字,幾日？,1±-2", "答案"),
        ("填充,首府？,／", "答案"),
        ("填充,首府？,", "答案"),
        ("配對,配對。,甲=一", "答案"),
        ("配對,配對。,甲一；乙二", "答案"),
        ("配對,配對。,甲=；乙=二", "答案"),
        ("填充,首府？,甲,,審查中", "狀態"),
        ("填充,首府？,甲,,,昨天", "複查日"),
        ("看圖,首府？,甲", "題型"),
        ("是非,契稅？,○,日", "單位"),
    ],
)
def test_an_answer_that_does_not_fit_the_kind_is_named_by_its_cell(
    tmp_path: Path, row: str, field: str
) -> None:
    assert faults(given(tmp_path, row, head=KINDS)) == [(2, field)]


def test_status_review_and_points_are_read(tmp_path: Path) -> None:
    [question] = given(tmp_path, '填充,首府？,甲,,草稿,116/1/1,"一點\n兩點"', head=KINDS).questions
    assert (question.status, question.points) == (Status.DRAFT, ("一點", "兩點"))
    assert question.review_on is not None


def test_options_beside_a_kind_that_has_none_are_refused(tmp_path: Path) -> None:
    reading = given(tmp_path, "填充,首府？,甲,乙,甲", head="題型,題目,A,B,答案")
    assert faults(reading) == [(2, "A")]
