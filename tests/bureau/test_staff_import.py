"""Importing staff into an office: one act, all of it or nothing, and nothing twice."""

import importlib.util
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.desk import PeopleDesk
from bureau.office import Office
from bureau.people import Person
from bureau.problem import NotAllowed, Refused
from bureau.roles import ADMINISTRATOR, Actor, Role
from bureau.sheet import SheetError, read_table, write_table
from bureau.staff_list import COLUMNS, StaffListError, rows_of
from tests.conftest import MOMENT, counting_entropy

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "data" / "staff"
JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 1)
HEADING = "員工編號,姓名,科室,職稱,分機"


@pytest.fixture
def desk(office: Office) -> PeopleDesk:
    return PeopleDesk(office)


def listed(folder: Path, *rows: str) -> Path:
    path = folder / "staff.csv"
    path.write_text("\n".join((HEADING, *rows)), encoding="utf-8")
    return path


def take(desk: PeopleDesk, path: Path, since: date = JANUARY, **options: bool) -> None:
    desk.apply(desk.difference(desk.read_staff(path), since, **options), by=ADMINISTRATOR, at=MOMENT)


def content(office: Office) -> list[bytes]:
    """What the file and its write-ahead log hold; the -shm beside them only tells who is reading."""
    path = office.store.path
    return [path.read_bytes(), path.with_name(path.name + "-wal").read_bytes()]


def test_the_demonstration_file_is_taken_over_whole(desk: PeopleDesk) -> None:
    take(desk, ROOT / "tui" / "demo" / "staff.xlsx")
    people = desk.people_on(JANUARY)
    assert len(people) == 64
    assert len(desk.sections()) == 8
    assert sum(person.switchboard for person in people) == 2
    names = "".join(person.name for person in people)
    assert set("堃喆峯𤧟栢邨瀞珉㛢") <= set(names)
    assert any(person.extension.startswith("0") for person in people)
    assert all(person.staff_no.startswith("0") for person in people)


def test_the_demonstration_file_is_what_its_tool_writes() -> None:
    spec = importlib.util.spec_from_file_location("make_demo_staff", ROOT / "tools" / "make_demo_staff.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    shipped = read_table(ROOT / "tui" / "demo" / "staff.xlsx", COLUMNS)
    names = [column.name for column in COLUMNS]
    assert [tuple(row.values[name] for name in names) for row in shipped.rows] == tool.rows()
    assert tool.content() == tool.content()


def test_sections_stand_in_the_order_of_the_file(desk: PeopleDesk, tmp_path: Path) -> None:
    take(desk, listed(tmp_path, "2,乙,行政科,科長,2", "1,甲,法務科,科長,1"))
    assert [section.name for section in desk.sections()] == ["行政科", "法務科"]


def test_the_same_file_twice_changes_nothing_and_leaves_no_entry(desk: PeopleDesk) -> None:
    take(desk, SAMPLES / "personnel-office.xlsx")
    before = desk.office.fingerprint()
    take(desk, SAMPLES / "personnel-office.xlsx", MARCH)
    assert desk.office.fingerprint() == before


def test_an_import_is_one_entry_with_the_difference(desk: PeopleDesk, tmp_path: Path) -> None:
    take(desk, listed(tmp_path, "1,甲,行政科,科長,1", "2,乙,行政科,科長,2"))
    take(desk, listed(tmp_path, "1,甲,行政科,股長,1"), MARCH)
    imports = [entry for entry in desk.office.journal() if entry.act == "staff.import"]
    assert len(imports) == 2
    evidence = desk.office.evidence("staff.import")["staff.csv"]
    assert evidence["changed"] == [{"staff_no": "1", "before": {"title": "科長"}, "after": {"title": "股長"}}]
    assert evidence["left"] == [{"staff_no": "2", "left": "2026-02-28"}]
    assert desk.office.verify_journal()[1] is None


def test_a_move_gives_a_new_place_and_keeps_the_old_one_for_its_days(
    desk: PeopleDesk, tmp_path: Path
) -> None:
    take(desk, listed(tmp_path, "1,甲,行政科,科長,1", "2,乙,法務科,科長,2"))
    take(desk, listed(tmp_path, "1,甲,法務科,科長,9", "2,乙,法務科,科長,2"), MARCH)
    before = desk.office.person("1", date(2026, 2, 28))
    after = desk.office.person("1", MARCH)
    assert (before.section, before.extension) == ("行政科", "1")
    assert (after.section, after.extension) == ("法務科", "9")


def test_who_left_is_gone_from_that_day_and_still_known_before(desk: PeopleDesk, tmp_path: Path) -> None:
    take(desk, listed(tmp_path, "1,甲,行政科,科長,1", "2,乙,行政科,科長,2"))
    take(desk, listed(tmp_path, "1,甲,行政科,科長,1"), MARCH)
    assert [person.staff_no for person in desk.people_on(date(2026, 2, 28))] == ["1", "2"]
    assert [person.staff_no for person in desk.people_on(MARCH)] == ["1"]


def test_who_returns_is_not_counted_for_the_time_between(desk: PeopleDesk, tmp_path: Path) -> None:
    both = ("1,甲,行政科,科長,1", "2,乙,行政科,科長,2")
    take(desk, listed(tmp_path, *both))
    take(desk, listed(tmp_path, both[0]), MARCH)
    take(desk, listed(tmp_path, *both), date(2026, 6, 1))
    counts = [len(desk.people_on(date(2026, month, 15))) for month in (2, 4, 7)]
    assert counts == [2, 1, 2]


def test_a_leaving_that_was_announced_can_be_taken_back(desk: PeopleDesk, tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(f"{HEADING},離職日\n1,甲,行政科,科長,1,115/12/31\n", encoding="utf-8")
    take(desk, path)
    path.write_text(f"{HEADING},離職日\n1,甲,行政科,股長,1,\n", encoding="utf-8")
    take(desk, path, MARCH)
    assert [len(desk.people_on(day)) for day in (JANUARY, MARCH, date(2027, 1, 1))] == [1, 1, 1]


# Refusals


BAD = (
    "merged-section.xlsx",
    "merged-heading.xlsx",
    "old-excel.xlsx",
    "password.xlsx",
    "web-page.xlsx",
)


@pytest.mark.parametrize("sample", BAD)
def test_a_file_that_is_refused_leaves_the_office_byte_for_byte(desk: PeopleDesk, sample: str) -> None:
    take(desk, SAMPLES / "utf8-mark.csv")
    before = content(desk.office)
    with pytest.raises((StaffListError, SheetError)):
        take(desk, SAMPLES / sample)
    assert content(desk.office) == before


def test_one_bad_row_keeps_all_good_ones_out(desk: PeopleDesk, tmp_path: Path) -> None:
    with pytest.raises(StaffListError, match="沒有匯入"):
        take(desk, listed(tmp_path, "1,甲,行政科,科長,1", "2,,行政科,科長,2"))
    assert desk.people_on(JANUARY) == []
    assert desk.sections() == []


def test_a_difference_that_is_no_longer_true_is_not_applied(desk: PeopleDesk, tmp_path: Path) -> None:
    file = desk.read_staff(listed(tmp_path, "1,甲,行政科,科長,1"))
    shown = desk.difference(file, JANUARY)
    take(desk, listed(tmp_path, "1,甲,行政科,股長,1"))
    with pytest.raises(Refused, match="被別人改過"):
        desk.apply(shown, by=ADMINISTRATOR, at=MOMENT)
    assert desk.people_on(JANUARY)[0].title == "股長"


def test_only_trainer_and_administrator_import(desk: PeopleDesk, tmp_path: Path) -> None:
    found = desk.difference(desk.read_staff(listed(tmp_path, "1,甲,行政科,科長,1")), JANUARY)
    with pytest.raises(NotAllowed):
        desk.apply(found, by=Actor(staff_no="9", roles=frozenset({Role.TESTER})), at=MOMENT)
    desk.apply(found, by=Actor(staff_no="9", roles=frozenset({Role.TRAINER})), at=MOMENT)


def test_a_hostile_name_is_kept_as_text(desk: PeopleDesk, tmp_path: Path) -> None:
    take(desk, listed(tmp_path, "1,'=HYPERLINK(1)[/b],行政科,科長,1"))
    assert desk.people_on(JANUARY)[0].name == "=HYPERLINK(1)[/b]"
    desk.export_staff(tmp_path / "out.csv", JANUARY)
    assert "'=HYPERLINK" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")


# Any staff


words = (
    st.text(st.sampled_from("王李堃喆峯𤧟=+-@',\" 1aA[]"), min_size=1, max_size=6).map(str.strip).filter(bool)
)
dates = st.none() | st.dates(date(1980, 1, 1), date(2025, 12, 31))
staff = st.lists(
    st.builds(
        Person,
        staff_no=st.from_regex(r"0[0-9]{1,4}", fullmatch=True),
        name=words,
        section=st.sampled_from(["財產稅科", "行政科", "法務科"]),
        title=words,
        extension=st.from_regex(r"[0-9]{0,4}", fullmatch=True),
        switchboard=st.booleans(),
        email=st.sampled_from(["", "a@example.tw"]),
        hired=dates,
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda person: person.staff_no,
)


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(people=staff)
def test_any_staff_exported_and_imported_again_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, ending: str, people: list[Person]
) -> None:
    folder = tmp_path_factory.mktemp("office")
    with Office.create(folder / "office.db", name="局", entropy=counting_entropy(), at=MOMENT) as office:
        desk = PeopleDesk(office)
        first = folder / f"first{ending}"
        write_table(first, [column.name for column in COLUMNS], rows_of(people))
        take(desk, first)
        assert {person.staff_no: person for person in desk.people_on(MARCH)} == {
            person.staff_no: person for person in people
        }
        before = office.fingerprint()
        desk.export_staff(folder / f"second{ending}", MARCH)
        take(desk, folder / f"second{ending}", MARCH)
        assert office.fingerprint() == before


def test_an_export_names_those_yet_to_come(desk: PeopleDesk, tmp_path: Path, at: datetime) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(f"{HEADING},到職日\n1,甲,行政科,科長,1,\n2,乙,行政科,科長,2,116/1/1\n", encoding="utf-8")
    take(desk, path)
    assert len(desk.people_on(JANUARY)) == 1
    assert desk.export_staff(tmp_path / "out.xlsx", JANUARY) == 2
    assert desk.difference(desk.read_staff(tmp_path / "out.xlsx"), MARCH).nothing


def test_a_template_that_was_filled_in_is_taken_over(desk: PeopleDesk, tmp_path: Path) -> None:
    path = tmp_path / "template.csv"
    desk.write_template(path)
    with pytest.raises(SheetError, match="沒有資料"):
        desk.read_staff(path)
    with path.open("a", encoding="utf-8") as file:
        file.write("001,甲,行政科,科長,9,115/1/2,,,是\n")
    read = desk.read_staff(path)
    assert read.problems == ()
    assert [person.person.staff_no for person in read.people] == ["001"]
