"""The upload file of hours: its columns, who stands in it, and what is never written."""

import csv
import io
import os
import stat
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.problem import NotAllowed, Refused
from bureau.roles import ADMINISTRATOR, Actor
from bureau.sheet import write_table
from tests.training.life import CHEN, LI, STAFF, WANG, Life
from tests.training.samples import rules, session
from training.attendance import Noted
from training.hours import (
    ColumnSet,
    Credited,
    HoursError,
    UnmappedError,
    credited,
    encodes,
    faults,
    files_of,
    read_columns,
    rows_of,
    substituted,
    unmapped,
)
from training.hours_desk import SETS
from training.identity import IdNumber
from training.session import Attendance, Expected, Session, Status

NUMBERS = {WANG: "A123456789", LI: "M115187864", CHEN: "A800000014"}
CODES = {"category": "167", "county": "89", "term": "1", "course": "C001"}
SUBSTITUTES = {"𤧟": "瑲", "堃": "坤", "喆": "哲"}
HALL = session("A7", date(2026, 11, 12))


def shipped(code: str) -> ColumnSet:
    path = SETS / f"{code}.toml"
    return read_columns(path.read_text(encoding="utf-8"), path.name)


def person(staff_no: str = "0012", name: str = "王小明", **more: Any) -> Credited:
    given: dict[str, Any] = {
        "section": "房屋稅科",
        "arrived": time(14),
        "left": time(17),
        "hours": Decimal("3.00"),
        "passed": True,
        "throughout": True,
    }
    return Credited(staff_no=staff_no, name=name, **{**given, **more})


def row(code: str, one: Credited | None = None, at: Session = HALL, **constants: str) -> dict[str, str]:
    columns, one = shipped(code), one or person()
    ids = {one.staff_no: IdNumber("A123456789")}
    (cells,) = rows_of(columns, at, [one], ids, {**CODES, **constants})
    return dict(zip([column.heading for column in columns.column], cells, strict=True))


# -- the shipped sets -------------------------------------------------------------------------------------


def test_the_form_of_104_that_adds_a_course_has_its_25_columns() -> None:
    assert list(row("104-25")) == [
        "*身分證字號",
        "*課程名稱",
        "*開課起始日期",
        "*開課起始時間",
        "*開課結束日期",
        "*開課結束時間",
        "*姓名",
        "*學位學分",
        "*課程類別代碼",
        "*上課縣市",
        "期別",
        "*訓練總數",
        "*訓練總數單位",
        "訓練成績",
        "證件字號",
        "出勤上課狀況",
        "生日",
        "*學習性質",
        "*數位時數",
        "*實體時數",
        "課程代碼",
        "*實際上課起始日期",
        "*實際上課起始時間",
        "*實際上課結束日期",
        "*實際上課結束時間",
    ]


@pytest.mark.parametrize("code", ["104-17", "104-17-words"])
def test_the_form_of_104_for_a_course_that_exists_has_its_17_columns(code: str) -> None:
    assert list(row(code)) == [
        "*課程代碼",
        "*期別",
        "*身分證字號",
        "*姓名",
        "*通過",
        "訓練成績",
        "訓練總數",
        "證件字號",
        "出勤上課狀況",
        "生日",
        "*學習性質",
        "*數位時數",
        "*實體時數",
        "*實際上課起始日期",
        "實際上課起始時間",
        "*實際上課結束日期",
        "實際上課結束時間",
    ]


def test_a_row_of_the_25_columns_is_written_as_the_platform_reads_it() -> None:
    late = person(arrived=time(14, 20), throughout=False, hours=Decimal("2.50"))
    assert ",".join(row("104-25", late).values()) == (
        "A123456789,下半年講習,115-11-12,14:00:00,115-11-12,17:00:00,王小明,6,167,89,1,2.5,1,,,,,2,0,2.5,,"
        "115-11-12,14:20:00,115-11-12,17:00:00"
    )


@pytest.mark.parametrize(
    ("code", "passed", "written"),
    [
        ("104-17", True, "1"),
        ("104-17", False, "0"),
        ("104-17-words", True, "通過"),
        ("104-17-words", False, "不通過"),
    ],
)
def test_who_was_there_too_shortly_has_the_hours_but_has_not_passed(
    code: str, passed: bool, written: str
) -> None:
    assert row(code, person(passed=passed))["*通過"] == written


def test_the_course_may_have_another_name_on_the_platform() -> None:
    assert row("104-25", course_name="服務禮貌研習")["*課程名稱"] == "服務禮貌研習"


def test_a_year_before_100_has_three_digits() -> None:
    assert row("104-25", at=session("A7", date(2010, 1, 2)))["*開課起始日期"] == "099-01-02"


# -- who is credited --------------------------------------------------------------------------------------


def expected(staff_no: str, minutes: int, status: Status = Status.PRESENT) -> Expected:
    given = Attendance(staff_no=staff_no, status=status, minutes=minutes)
    return Expected(staff_no=staff_no, section="房屋稅科", attendance=given)


def test_only_hours_that_were_attended_are_credited() -> None:
    people = [
        expected("1", 180),
        expected("2", 60),
        expected("3", 0, Status.LEAVE),
        expected("4", 10),
        Expected(staff_no="5", section=""),
    ]
    found = credited(HALL, people, {}, rules())
    assert [(each.staff_no, str(each.hours), each.passed) for each in found] == [
        ("1", "3.00", True),
        ("2", "1.00", False),
    ]


# -- what no file may hold --------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["=", "+", "-", "@"])
def test_a_name_that_a_spreadsheet_would_run_is_refused_and_not_changed(sign: str) -> None:
    columns, one = shipped("104-25"), person(name=f"{sign}1+1")
    rows = rows_of(columns, HALL, [one], {"0012": IdNumber("A123456789")}, CODES)
    (fault,) = faults(columns, [one], rows)
    assert "0012" in fault.what
    assert "*姓名" in fault.what


def test_what_is_the_same_in_every_row_is_named_once() -> None:
    columns = shipped("104-25")
    two = [person(), person("0034", "李四")]
    ids = {"0012": IdNumber("A123456789"), "0034": IdNumber("M115187864")}
    bad = session("A7", title="喆堃講習")
    rows = rows_of(columns, bad, two, ids, CODES)
    assert [(each.person, each.character) for each in unmapped(columns, two, rows)] == [
        ("", "喆"),
        ("", "堃"),
    ]


def test_a_character_that_big5_lacks_is_named_with_person_column_and_code_point() -> None:
    columns, one = shipped("104-25"), person(name="王𤧟堃")
    rows = rows_of(columns, HALL, [one], {"0012": IdNumber("A123456789")}, CODES)
    assert [each.text for each in unmapped(columns, [one], rows)] == [
        "0012 王𤧟堃「*姓名」的「𤧟」（U+249DF）",
        "0012 王𤧟堃「*姓名」的「堃」（U+5803）",
    ]


@given(st.text(max_size=12))
def test_nothing_of_a_name_is_ever_lost_without_being_named(name: str) -> None:
    columns, one = shipped("104-17"), person(name=name)
    rows = rows_of(columns, HALL, [one], {"0012": IdNumber("A123456789")}, CODES)
    named = {each.character for each in unmapped(columns, [one], rows)}
    assert named == {character for character in name if not encodes(character, "cp950")}


@pytest.mark.parametrize("given_", [{"堃": ""}, {"堃坤": "坤"}, {"王": "玉"}, {"堃": "喆"}])
def test_a_substitute_is_one_written_for_one_that_is_lacking(given_: dict[str, str]) -> None:
    with pytest.raises(HoursError):
        substituted(shipped("104-25"), [("王堃",)], given_)


def test_more_rows_than_a_file_takes_go_on_in_another() -> None:
    columns = shipped("104-17").model_copy(update={"rows": 2})
    many = [person(str(number)) for number in range(5)]
    ids = {each.staff_no: IdNumber("A123456789") for each in many}
    files = files_of(columns, rows_of(columns, HALL, many, ids, CODES))
    tables = [list(csv.reader(io.StringIO(file.decode("cp950")))) for file in files]
    assert [len(table) for table in tables] == [3, 3, 2]
    assert len({tuple(table[0]) for table in tables}) == 1
    assert shipped("104-25").rows == 3000


# -- the files of sets ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('source = "name"', 'source = "nonsense"', "column.7"),
        ('format = "roc-date"', 'format = "time"', "column.3"),
        ('constant = "category"', 'constant = "other"', "other"),
        ('encoding = "cp950"', 'encoding = "nonsense"', "nonsense"),
        ('code = "104-25"', 'code = "104 25"', "code"),
        ('heading = "*姓名"', 'heading = "期別"', "重複"),
        ("rows = 3000", "rows = 0", "rows"),
        ("rows = 3000", "rows = ", "TOML"),
        ("rows = 3000", "color = 3", "color"),
    ],
)
def test_every_fault_of_a_set_is_named_with_its_place(before: str, after: str, named: str) -> None:
    text = (SETS / "104-25.toml").read_text(encoding="utf-8")
    with pytest.raises(HoursError) as refusal:
        read_columns(text.replace(before, after, 1), "own.toml")
    assert named in "\n".join(refusal.value.lines())


# -- the act ----------------------------------------------------------------------------------------------


@pytest.fixture
def held(life: Life) -> tuple[Life, Session]:
    """An office after a session to which everybody but one came."""
    one = life.session(None, *STAFF)
    life.after(one)
    noted = [
        Noted(staff_no=WANG, status=Status.PRESENT),
        Noted(staff_no=LI, status=Status.PRESENT, minutes=60),
        Noted(staff_no=CHEN, status=Status.ABSENT),
    ]
    life.training.record_attendance(one.id, noted, by=life.trainer, at=life.now)
    return life, one


def numbers_file(path: Path, rows: dict[str, str] | None = None, **names: str) -> Path:
    numbers = NUMBERS if rows is None else rows
    write_table(
        path,
        ["員工編號", "姓名", "身分證字號"],
        [[staff_no, names.get(f"of_{staff_no}", ""), number] for staff_no, number in numbers.items()],
    )
    return path


def exported(life: Life, one: Session, folder: Path, ids: Path | None = None, **more: Any) -> Any:
    given: dict[str, Any] = {"constants": {"category": "167", "county": "89", "term": "1"}}
    return life.desks.hours.export(
        one.id,
        ids or numbers_file(folder / "ids.xlsx"),
        folder / "hours.csv",
        by=life.trainer,
        at=life.now,
        **{**given, **more},
    )


def everywhere(life: Life, folder: Path) -> bytes:
    """Every byte of the office file and of what stands beside it, but the two files that may hold numbers."""
    life.desks.office.store.rows("SELECT 1 AS one")
    return b"".join(
        path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in {".xlsx", ".csv"}
    )


def test_the_file_holds_those_who_came_in_big5_and_nobody_else(
    held: tuple[Life, Session], tmp_path: Path
) -> None:
    life, one = held
    done = exported(life, one, tmp_path, substitutes=SUBSTITUTES)
    (path,) = done.files
    table = list(csv.DictReader(io.StringIO(path.read_bytes().decode("cp950"))))
    assert [(line["*身分證字號"], line["*姓名"], line["*實體時數"]) for line in table] == [
        ("A123456789", "王瑲坤", "3"),
        ("M115187864", "李哲", "1"),
    ]
    assert (done.rows, done.left_out, done.not_entered) == (2, (), 0)
    assert dict(done.substitutes) == SUBSTITUTES


@pytest.mark.skipif(os.name != "posix", reason="only there files have such an owner")
def test_the_file_is_for_its_owner_only_and_nothing_is_left_beside_it(
    held: tuple[Life, Session], tmp_path: Path
) -> None:
    life, one = held
    before = os.umask(0)
    try:
        (path,) = exported(life, one, tmp_path, substitutes=SUBSTITUTES).files
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".*"))


def test_no_number_reaches_the_office_file_or_the_journal(held: tuple[Life, Session], tmp_path: Path) -> None:
    life, one = held
    exported(life, one, tmp_path, substitutes=SUBSTITUTES)
    stored = everywhere(life, tmp_path)
    assert b"session.hours" in stored
    for number in NUMBERS.values():
        assert number.encode() not in stored
    last = list(life.desks.office.journal())[-1]
    assert (last.act, last.subject) == ("session.hours", one.id)
    assert '"3.00"' in (last.payload or "")


def test_without_substitutes_nothing_is_written(held: tuple[Life, Session], tmp_path: Path) -> None:
    life, one = held
    entries = life.entries()
    with pytest.raises(UnmappedError) as refusal:
        exported(life, one, tmp_path)
    assert refusal.value.characters == ["𤧟", "堃", "喆"]
    assert not (tmp_path / "hours.csv").exists()
    assert life.entries() == entries


def test_what_the_platform_asks_for_is_never_guessed(held: tuple[Life, Session], tmp_path: Path) -> None:
    life, one = held
    with pytest.raises(HoursError) as refusal:
        exported(life, one, tmp_path, constants={"term": "1"})
    lines = "\n".join(refusal.value.lines())
    assert "category" in lines
    assert "county" in lines
    assert "term" not in lines.replace("[hours.constants]", "")
    with pytest.raises(HoursError, match="沒有「colour」"):
        exported(life, one, tmp_path, constants={"colour": "1"})


def test_the_rules_can_say_it_once_for_all(held: tuple[Life, Session], tmp_path: Path) -> None:
    life, one = held
    text = life.desks.people.rules_text(life.today)
    for key in ("category", "county", "term"):
        text = text.replace(f'{key} = ""', f'{key} = "{CODES[key]}"')
    (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
    life.desks.people.publish_rules(tmp_path / "rules.toml", life.today, by=ADMINISTRATOR, at=life.now)
    assert exported(life, one, tmp_path, constants={}, substitutes=SUBSTITUTES).rows == 2


def test_substitutes_of_the_rules_are_used_and_named(held: tuple[Life, Session], tmp_path: Path) -> None:
    life, one = held
    text = life.desks.people.rules_text(life.today)
    agreed = '[hours.substitutes]\n"𤧟" = "瑲"\n"堃" = "坤"\n"峯" = "峰"\n'
    (tmp_path / "rules.toml").write_text(text.replace("[hours.substitutes]\n", agreed), encoding="utf-8")
    life.desks.people.publish_rules(tmp_path / "rules.toml", life.today, by=ADMINISTRATOR, at=life.now)
    with pytest.raises(UnmappedError) as refusal:
        exported(life, one, tmp_path)
    assert refusal.value.characters == ["喆"]
    done = exported(life, one, tmp_path, substitutes={"喆": "哲"})
    assert dict(done.substitutes) == SUBSTITUTES


def test_who_has_no_number_is_named_and_only_left_out_by_decision(
    held: tuple[Life, Session], tmp_path: Path
) -> None:
    life, one = held
    ids = numbers_file(tmp_path / "ids.csv", {WANG: NUMBERS[WANG]})
    with pytest.raises(HoursError) as refusal:
        exported(life, one, tmp_path, ids, substitutes=SUBSTITUTES)
    assert [str(problem) for problem in refusal.value.problems] == [f"{LI} 李喆"]
    done = exported(life, one, tmp_path, ids, substitutes=SUBSTITUTES, leave_out=True)
    assert (done.rows, done.left_out) == (1, ((LI, "李喆"),))


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ({WANG: "A123456788", LI: NUMBERS[LI]}, "檢查碼"),
        ({WANG: "12345", LI: NUMBERS[LI]}, "格式"),
        ({WANG: NUMBERS[LI], LI: NUMBERS[LI]}, "相同"),
    ],
)
def test_a_wrong_file_of_numbers_is_refused_without_showing_one(
    held: tuple[Life, Session], tmp_path: Path, rows: dict[str, str], what: str
) -> None:
    life, one = held
    with pytest.raises(HoursError) as refusal:
        exported(life, one, tmp_path, numbers_file(tmp_path / "ids.xlsx", rows), substitutes=SUBSTITUTES)
    lines = "\n".join(refusal.value.lines())
    assert what in lines
    assert "第 " in lines
    assert not any(number in lines for number in rows.values())


def test_a_number_beside_another_name_is_taken_for_a_slipped_row(
    held: tuple[Life, Session], tmp_path: Path
) -> None:
    life, one = held
    ids = numbers_file(tmp_path / "ids.xlsx", None, of_0012="A123456789", of_0034="李喆")
    with pytest.raises(HoursError) as refusal:
        exported(life, one, tmp_path, ids, substitutes=SUBSTITUTES)
    (problem,) = refusal.value.problems
    assert "填錯列" in problem.remedy
    assert "A123456789" not in str(problem)


def test_a_person_twice_in_the_file_of_numbers_is_refused(held: tuple[Life, Session], tmp_path: Path) -> None:
    life, one = held
    path = tmp_path / "ids.csv"
    write_table(path, ["員工編號", "身分證字號"], [[WANG, "A123456789"], [WANG, "M115187864"]])
    with pytest.raises(HoursError) as refusal:
        exported(life, one, tmp_path, path)
    assert "第 2 列" in str(refusal.value.problems[0])


def test_where_it_cannot_be_written_nothing_is_left_and_nothing_is_journaled(
    held: tuple[Life, Session], tmp_path: Path
) -> None:
    life, one = held
    entries = life.entries()
    (tmp_path / "hours.csv").mkdir()
    with pytest.raises(HoursError):
        exported(life, one, tmp_path, substitutes=SUBSTITUTES)
    assert not list(tmp_path.glob(".*"))
    assert life.entries() == entries


def test_the_file_of_numbers_is_never_overwritten(held: tuple[Life, Session], tmp_path: Path) -> None:
    life, one = held
    ids = numbers_file(tmp_path / "hours.csv")
    before = ids.read_bytes()
    with pytest.raises(HoursError, match="蓋掉"):
        exported(life, one, tmp_path, ids)
    assert ids.read_bytes() == before


def test_an_office_writes_columns_of_its_own(held: tuple[Life, Session], tmp_path: Path) -> None:
    life, one = held
    own = tmp_path / "own.toml"
    own.write_text(
        """
        code = "own"
        title = "自訂"
        encoding = "utf-8"
        [[column]]
        heading = "編號"
        source = "staff_no"
        [[column]]
        heading = "日期"
        source = "start_day"
        format = "roc-digits"
        """,
        encoding="utf-8",
    )
    (path,) = exported(life, one, tmp_path, columns=str(own), constants={}).files
    assert path.read_text(encoding="utf-8").splitlines() == ["編號,日期", "0012,1150901", "0034,1150901"]


def test_a_session_without_hours_writes_nothing(life: Life, tmp_path: Path) -> None:
    with pytest.raises(HoursError, match="核給時數"):
        exported(life, life.session(None, WANG), tmp_path)


def test_only_a_trainer_exports_hours(held: tuple[Life, Session], tmp_path: Path) -> None:
    life, one = held
    with pytest.raises(NotAllowed):
        life.desks.hours.export(
            one.id,
            tmp_path / "ids.csv",
            tmp_path / "hours.csv",
            by=Actor(staff_no=WANG),
            at=life.now,
        )


@pytest.mark.parametrize("code", ["nonsense", "missing.toml"])
def test_a_set_that_does_not_exist_is_refused_in_words(life: Life, code: str) -> None:
    with pytest.raises(Refused):
        life.desks.hours.columns(code)
