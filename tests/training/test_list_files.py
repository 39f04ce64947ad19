"""The lists as tables: complete, masked on request, and never a formula."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bureau.people import Person
from bureau.problem import NotAllowed
from bureau.roles import Actor
from bureau.sheet import SheetError
from quiz_bank.result_file import write_results
from tests.training.life import LI, STAFF, WANG, Life
from training.list_files import write_cases, write_roster
from training.presence_papers import write_session_presence, write_year_presence
from training.session import Status

FORMULA = "=cmd|' /C calc'!A0"


def cells(path: Path) -> list[list[str]]:
    sheet = load_workbook(path).active
    assert sheet is not None
    assert all(cell.data_type == "s" for row in sheet.iter_rows() for cell in row if cell.value is not None)
    return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]


@pytest.fixture
def evil(life: Life) -> Life:
    """The office, in which a person's name is a formula."""
    with life.desks.office.store.transaction():
        person = Person(staff_no=WANG, name=FORMULA, section="房屋稅科", title="+1", extension="@SUM(1)")
        life.desks.office.ground.put_person(person, since=date(2020, 1, 1))
    life.sit(WANG, right=0)
    life.training.open_cases(by=life.trainer, at=life.now)
    return life


def test_the_roster_as_a_table_says_what_the_paper_says(evil: Life, tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    assert write_roster(evil.training, path, by=evil.trainer, at=evil.now) == 1
    head, row = cells(path)
    said = dict(zip(head, row, strict=True))
    assert said["姓名"] == FORMULA
    assert said["職稱"] == "+1"
    assert said["分機"] == "@SUM(1)"
    assert said["原因"] == "第 1 次測驗 0.00 分，低於 60"
    assert said["分數"] == "0.00"
    assert said["應受訓場次"] == "未排定"


def test_a_masked_table_has_no_number_that_tells_who_it_is(life: Life, tmp_path: Path) -> None:
    life.sit(LI, right=0)
    life.training.open_cases(by=life.trainer, at=life.now)
    path = tmp_path / "roster.xlsx"
    write_roster(life.training, path, by=life.trainer, at=life.now, mask=True)
    head, row = cells(path)
    said = dict(zip(head, row, strict=True))
    assert said["員工編號"] == ""
    assert said["姓名"] != STAFF[LI]
    assert LI not in "".join(row)


def test_an_empty_roster_is_a_table_of_its_head(life: Life, tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    assert write_roster(life.training, path, by=life.trainer, at=life.now) == 0
    assert len(cells(path)) == 1


def test_the_list_of_cases_and_the_results_hold_no_formula(evil: Life, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    assert write_cases(evil.training, path, by=evil.trainer, at=evil.now) == 1
    assert FORMULA in cells(path)[1]
    (paper,) = evil.desks.quiz.papers()
    assert write_results(evil.desks.quiz, paper.id, path, by=evil.trainer) == 1
    assert cells(path)[1][:4] == [WANG, FORMULA, "房屋稅科", "0.00"]


def test_attendance_is_written_by_session_and_section(life: Life, tmp_path: Path) -> None:
    session = life.session(date(2026, 8, 31), *STAFF, title="=1+1")
    life.training.record_attendance(session.id, [], rest=Status.PRESENT, by=life.trainer, at=life.now)
    path = tmp_path / "presence.xlsx"
    assert write_session_presence(life.desks.reports, session.id, path, by=life.trainer) == 1
    head, row = cells(path)
    assert dict(zip(head, row, strict=True))["場次"] == "=1+1"
    assert write_year_presence(life.desks.reports, 2026, path, by=life.trainer) == 1


def test_another_ending_and_other_people_are_refused(life: Life, tmp_path: Path) -> None:
    with pytest.raises(SheetError):
        write_cases(life.training, tmp_path / "x.pdf", by=life.trainer, at=life.now)
    staff = Actor(staff_no=WANG)
    for write in (write_cases, write_roster):
        with pytest.raises(NotAllowed):
            write(life.training, tmp_path / "x.xlsx", by=staff, at=life.now)
