"""The staff file: what is wrong with it, all at once, and how it differs from what the office knows."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from bureau.people import Person, Section
from bureau.problem import Problem
from bureau.sheet import Table, TableRow
from bureau.staff_list import COLUMNS, Difference, StaffFile, StaffListError, compare, read

ALL = ("員工編號", "姓名", "科室", "職稱", "分機", "到職日", "離職日", "電子郵件", "總機")
NEEDED = ALL[:5]
SINCE = date(2026, 3, 1)
OFFICE = (Section(name="財產稅科"), Section(name="行政科", order=1))


def table(*rows: Sequence[str], columns: Sequence[str] = ALL, problems: tuple[Problem, ...] = ()) -> Table:
    """A table as read from a file whose heading stands in row 1."""
    return Table(
        file="staff.csv",
        sheet="",
        encoding="UTF-8",
        heading_row=1,
        columns=frozenset(columns),
        rows=tuple(
            TableRow(number, dict(zip(columns, (*row, *[""] * len(columns)), strict=False)))
            for number, row in enumerate(rows, 2)
        ),
        problems=problems,
    )


def one(**changed: str) -> StaffFile:
    """A file of one good row, but for what is changed."""
    row = dict(zip(ALL, ("00101", "王小禾", "財產稅科", "科長", "0101", "", "", "", ""), strict=True))
    return read(table(list((row | changed).values())))


def person(staff_no: str, **values: object) -> Person:
    usual = {"name": "王小禾", "section": "財產稅科", "title": "科長", "extension": f"1{staff_no}"}
    return Person.model_validate({"staff_no": staff_no, **usual, **values})


def file_of(*people: Person, columns: Sequence[str] = ALL) -> StaffFile:
    return read(
        table(
            *(
                [
                    each.staff_no,
                    each.name,
                    each.section,
                    each.title,
                    each.extension,
                    str(each.hired or ""),
                    str(each.left or ""),
                    each.email,
                    "是" if each.switchboard else "",
                ][: len(columns)]
                for each in people
            ),
            columns=columns,
        )
    )


def difference(
    file: StaffFile,
    *known: Person,
    sections: Sequence[Section] = OFFICE,
    new_sections: bool = False,
    complete: bool = True,
) -> Difference:
    return compare(file, known, sections, since=SINCE, new_sections=new_sections, complete=complete)


def places(problems: Sequence[Problem]) -> list[tuple[int | None, str]]:
    return [(each.place.row, each.place.column) for each in problems if each.place]


# Reading


def test_a_good_row_becomes_a_person() -> None:
    file = one(到職日="115/1/2", 離職日="115/12/31", 電子郵件="Wang@Example.tw", 總機="V")
    assert file.problems == ()
    assert file.people[0].row == 2
    assert file.people[0].person == Person(
        staff_no="00101",
        name="王小禾",
        section="財產稅科",
        title="科長",
        extension="0101",
        switchboard=True,
        email="Wang@Example.tw",
        hired=date(2026, 1, 2),
        left=date(2026, 12, 31),
    )


@pytest.mark.parametrize("column", ["員工編號", "姓名", "科室", "職稱"])
def test_an_empty_required_cell_is_named(column: str) -> None:
    (problem,) = one(**{column: ""}).problems
    assert "空白" in problem.what
    assert places([problem]) == [(2, column)]


def test_someone_without_a_telephone_has_no_extension() -> None:
    assert one(分機="").people[0].person.extension == ""


def test_numbers_in_full_width_are_the_same_numbers() -> None:
    listed = one(員工編號="００１０１", 分機="０１０１").people[0].person
    assert (listed.staff_no, listed.extension) == ("00101", "0101")


def test_both_rows_of_a_repeated_number_are_named() -> None:
    file = read(
        table(("01", "甲", "行政科", "科長"), ("02", "乙", "行政科", "科長"), ("01", "丙", "行政科", "科長"))
    )
    (problem,) = file.problems
    assert "第 2、4 列" in problem.what
    assert places([problem]) == [(2, "員工編號")]


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("到職日", "115/2/30", "沒有「115/2/30」這一天"),
        ("離職日", "明年", "不是日期"),
        ("總機", "或許", "看不懂"),
        ("姓名", "王" * 41, "最多 40"),
        ("分機", "1" * 21, "最多 20"),
        ("姓名", "王\x1b[31m小禾", "U+001B"),
        ("科室", "財產稅科\u200b", "U+200B"),
        ("姓名", "王?禾", "罕用字"),
    ],
)
def test_a_wrong_value_is_named_at_its_cell_with_what_to_do(column: str, text: str, said: str) -> None:
    (problem,) = one(**{column: text}).problems
    assert said in problem.what
    assert "\x1b" not in str(problem)
    assert places([problem]) == [(2, column)]
    assert problem.remedy


def test_nobody_leaves_before_coming() -> None:
    (problem,) = one(到職日="115/3/1", 離職日="115/2/28").problems
    assert "早於" in problem.what


@pytest.mark.parametrize("mark", ["是", "V", "v", "1", "○", "Y", "yes", "TRUE", "✓", "Ｖ"])
def test_the_switchboard_is_marked_as_people_do(mark: str) -> None:
    assert one(總機=mark).people[0].person.switchboard


@pytest.mark.parametrize("mark", ["", "否", "N", "0", "FALSE", "×", "-"])
def test_others_are_not_the_switchboard(mark: str) -> None:
    assert not one(總機=mark).people[0].person.switchboard


def test_an_extension_of_two_people_is_a_note_and_no_fault() -> None:
    file = read(table(("01", "甲", "行政科", "科長", "101"), ("02", "乙", "行政科", "科長", "101")))
    assert file.problems == ()
    assert any("101" in note and "甲（第 2 列）、乙（第 3 列）" in note for note in file.notes)


def test_every_fault_of_a_file_is_told_at_once_in_the_order_of_its_rows() -> None:
    broken = Problem("缺少「電子郵件」欄。", None)
    file = read(
        table(
            ("01", "", "財產稅課", "科長", "101", "115/2/30"),
            ("02", "乙", "行政科", "科長", "102", "", "", "", "?"),
            ("01", "丙", "法務科", "科長"),
            problems=(broken,),
        )
    )
    with pytest.raises(StaffListError) as caught:
        difference(file)
    assert caught.value.problems[0] is broken
    assert places(caught.value.problems[1:]) == [
        (2, "姓名"),
        (2, "到職日"),
        (2, "員工編號"),
        (2, "科室"),
        (3, "總機"),
        (4, "科室"),
    ]
    assert "7 處" in caught.value.what


# Sections


def test_an_unknown_section_is_refused_with_the_one_that_may_be_meant() -> None:
    with pytest.raises(StaffListError) as caught:
        difference(one(科室="財產稅課"))
    (problem,) = caught.value.problems
    assert "沒有「財產稅課」" in problem.what
    assert "是不是「財產稅科」？" in problem.remedy
    assert "--new-sections" in problem.remedy


def test_an_unknown_section_is_taken_over_when_asked() -> None:
    assert difference(one(科室="法務科"), new_sections=True).new_sections == ("法務科",)


def test_the_first_file_of_an_office_establishes_its_sections_in_their_order() -> None:
    file = file_of(
        person("01", section="財產稅科"), person("02", section="行政科"), person("03", section="財產稅科")
    )
    assert difference(file, sections=()).new_sections == ("財產稅科", "行政科")


def test_a_section_written_in_another_width_is_the_same_section() -> None:
    found = difference(one(科室="財產稅　科"))
    assert found.new[0].section == "財產稅科"


def test_two_new_sections_that_differ_by_one_character_are_pointed_out() -> None:
    file = file_of(person("01", section="財產稅科"), person("02", section="財產税科"))
    assert any("很像" in note for note in difference(file, sections=()).notes)


# Differences


def test_who_is_not_known_is_new() -> None:
    assert difference(one()).new == (one().people[0].person,)


def test_who_is_known_as_the_file_says_is_unchanged() -> None:
    found = difference(one(), one().people[0].person)
    assert found.nothing
    assert found.unchanged == 1


def test_a_change_names_its_columns_and_keeps_both_sides() -> None:
    before = person("01", extension="101", section="財產稅科")
    after = before.model_copy(update={"extension": "201", "section": "行政科"})
    (change,) = difference(file_of(after), before).changed
    assert (change.before, change.after, change.fields) == (before, after, ("科室", "分機"))


def test_who_is_missing_has_left_the_day_before() -> None:
    found = difference(file_of(person("01")), person("01"), person("02"))
    assert [(each.staff_no, each.left) for each in found.left] == [("02", date(2026, 2, 28))]


def test_who_had_left_before_is_not_reported_again() -> None:
    found = difference(file_of(person("01")), person("01"), person("02", left=date(2025, 6, 30)))
    assert found.nothing


def test_who_returns_is_new_and_no_longer_gone() -> None:
    gone = person("01", left=date(2025, 6, 30), email="a@example.tw")
    found = difference(file_of(person("01"), columns=NEEDED), gone)
    assert found.new == (person("01", email="a@example.tw"),)


def test_a_file_of_some_people_lets_nobody_leave() -> None:
    found = difference(file_of(person("01")), person("01"), person("02"), complete=False)
    assert found.nothing


def test_a_column_that_the_file_lacks_changes_nothing() -> None:
    known = person("01", email="a@example.tw", hired=date(2010, 1, 1), switchboard=True)
    assert difference(file_of(known, columns=NEEDED), known).nothing


def test_a_column_that_is_there_and_empty_empties_the_value() -> None:
    known = person("01", email="a@example.tw")
    (change,) = difference(file_of(person("01")), known).changed
    assert change.fields == ("電子郵件",)


def test_a_number_that_gets_another_name_is_pointed_out() -> None:
    found = difference(file_of(person("01", name="李四禾")), person("01"))
    assert any("王小禾" in note and "李四禾" in note for note in found.notes)


def test_many_people_leaving_at_once_is_pointed_out() -> None:
    known = [person(f"{number:02}") for number in range(9)]
    assert any("--partial" in note for note in difference(file_of(known[0]), *known).notes)
    assert not any("--partial" in note for note in difference(file_of(*known[1:]), *known).notes)


def test_the_evidence_says_what_changed_and_no_more() -> None:
    before = person("01", extension="101")
    found = difference(file_of(before.model_copy(update={"extension": "201"})), before, person("02"))
    assert found.evidence() == {
        "file": "staff.csv",
        "since": "2026-03-01",
        "new": [],
        "changed": [{"staff_no": "01", "before": {"extension": "101"}, "after": {"extension": "201"}}],
        "left": [{"staff_no": "02", "left": "2026-02-28"}],
        "new_sections": [],
        "unchanged": 0,
    }


def test_the_template_has_every_column_of_the_demonstration_file() -> None:
    from bureau.sheet import read_table

    shipped = Path(__file__).resolve().parents[2] / "tui" / "demo" / "staff.xlsx"
    found = read_table(shipped, COLUMNS)
    assert found.columns == {column.name for column in COLUMNS}
    assert found.problems == ()
    assert found.notes == ()
