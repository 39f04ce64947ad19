"""People as they stood on a day, their roles and their leave."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.desk import PeopleDesk
from bureau.office import Office
from bureau.people import Leave, Person, Section, masked
from bureau.problem import NotAllowed, Refused
from bureau.roles import ADMINISTRATOR, Actor, Role
from tests.conftest import MOMENT, counting_entropy

DAY = date(2026, 3, 1)


@pytest.fixture
def desk(office: Office) -> PeopleDesk:
    """An office of two sections and one person who came on 115/3/1."""
    with office.store.transaction():
        office.ground.add_section(Section(name="行政科"))
        office.ground.add_section(Section(name="法務科", order=1))
        office.ground.put_person(somebody(), since=DAY)
    return PeopleDesk(office)


def somebody(**values: object) -> Person:
    usual: dict[str, object] = {"staff_no": "01", "name": "李堃", "section": "行政科", "extension": "101"}
    return Person.model_validate(usual | values)


def put(desk: PeopleDesk, person: Person, since: date) -> None:
    with desk.office.store.transaction():
        desk.office.ground.put_person(person, since=since)


# Places in the office


def test_a_person_has_a_place_from_its_first_day_on(desk: PeopleDesk) -> None:
    assert desk.people_on(DAY - timedelta(days=1)) == []
    assert desk.people_on(DAY) == [somebody()]


def test_a_correction_on_the_day_a_place_began_replaces_it(desk: PeopleDesk) -> None:
    put(desk, somebody(extension="102"), DAY)
    assert desk.people_on(DAY) == [somebody(extension="102")]
    assert desk.office.store.value("SELECT count(*) FROM membership") == 1


def test_a_person_who_is_not_known_on_a_day_is_shown_as_of_the_nearest(desk: PeopleDesk) -> None:
    put(desk, somebody(section="法務科"), DAY + timedelta(days=30))
    sections = [desk.office.person("01", DAY + timedelta(days=days)).section for days in (-9, 0, 29, 30, 900)]
    assert sections == ["行政科", "行政科", "行政科", "法務科", "法務科"]


moves = st.lists(
    st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from("甲乙丙")),
    min_size=1,
    max_size=6,
)


@given(moves)
def test_after_any_moves_a_person_is_in_exactly_one_place_on_every_day(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[date, str]]
) -> None:
    path = tmp_path_factory.mktemp("office") / "office.db"
    known: dict[date, str] = {}
    with Office.create(path, name="局", entropy=counting_entropy(), at=MOMENT) as office:
        with office.store.transaction():
            for name in "甲乙丙":
                office.ground.add_section(Section(name=name))
            for since, section in moves:
                office.ground.put_person(somebody(section=section), since=since)
                # A move decides from its day on, whatever was said of later days before.
                if not known or known[max(known)] != section:
                    known = {day: name for day, name in known.items() if day < since} | {since: section}
        for day in {day + timedelta(days=shift) for day, _section in moves for shift in (-1, 0, 1)}:
            places = [person.section for person in office.ground.people_on(day)]
            begun = [since for since in known if since <= day]
            assert places == ([known[max(begun)]] if begun else [])


def test_nobody_works_before_the_first_or_after_the_last_day() -> None:
    person = somebody(hired=DAY, left=DAY + timedelta(days=1))
    works = [person.active_on(DAY + timedelta(days=shift)) for shift in (-1, 0, 1, 2)]
    assert works == [False, True, True, False]


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("王小明", "王○明"),
        ("王明", "王○"),
        ("歐陽小明", "歐○○明"),
        ("王", "王"),
        ("", ""),
        ("王𤧟翔", "王○翔"),
    ],
)
def test_a_masked_name_keeps_its_ends(name: str, hidden: str) -> None:
    assert masked(name) == hidden


# Roles


def test_a_role_is_given_and_taken_with_one_entry_each(desk: PeopleDesk, at: datetime) -> None:
    assert desk.grant("01", Role.TESTER, by=ADMINISTRATOR, at=at)
    assert desk.office.actor("01", DAY).holds(Role.TESTER)
    assert desk.roles() == {"01": [Role.TESTER]}
    assert desk.revoke("01", Role.TESTER, by=ADMINISTRATOR, at=at)
    assert not desk.office.actor("01", DAY).holds(Role.TESTER)
    acts = [(entry.act, entry.subject) for entry in desk.office.journal()]
    assert acts[1:] == [("role.grant", "01"), ("role.revoke", "01")]


def test_a_role_that_is_held_already_is_not_written_again(desk: PeopleDesk, at: datetime) -> None:
    desk.grant("01", Role.TESTER, by=ADMINISTRATOR, at=at)
    before = desk.office.fingerprint()
    assert not desk.grant("01", Role.TESTER, by=ADMINISTRATOR, at=at)
    assert not desk.revoke("01", Role.HEAD, by=ADMINISTRATOR, at=at)
    assert desk.office.fingerprint() == before


def test_roles_are_given_by_the_administrator_only(desk: PeopleDesk, at: datetime) -> None:
    trainer = Actor(staff_no="01", roles=frozenset({Role.TRAINER}))
    with pytest.raises(NotAllowed, match="管理者"):
        desk.grant("01", Role.ADMINISTRATOR, by=trainer, at=at)
    with pytest.raises(NotAllowed):
        desk.revoke("01", Role.TESTER, by=trainer, at=at)


def test_nobody_unknown_or_gone_gets_a_role(desk: PeopleDesk, at: datetime) -> None:
    with pytest.raises(Refused, match="沒有員工編號 99"):
        desk.grant("99", Role.TESTER, by=ADMINISTRATOR, at=at)
    with desk.office.store.transaction():
        desk.office.ground.set_left("01", DAY)
    with pytest.raises(Refused, match="已離職"):
        desk.grant("01", Role.TESTER, by=ADMINISTRATOR, at=at)


def test_everybody_is_staff_without_being_told(desk: PeopleDesk, at: datetime) -> None:
    with pytest.raises(Refused, match="不必指派"):
        desk.grant("01", Role.STAFF, by=ADMINISTRATOR, at=at)


def test_who_left_can_no_longer_act(desk: PeopleDesk) -> None:
    with desk.office.store.transaction():
        desk.office.ground.set_left("01", DAY)
    with pytest.raises(Refused, match="在職"):
        desk.office.actor("01", DAY + timedelta(days=1))


# Leave


def test_leave_is_found_on_the_days_it_touches(desk: PeopleDesk, at: datetime) -> None:
    leave = Leave(staff_no="01", first=date(2026, 5, 4), last=date(2026, 5, 8), kind="休假")
    desk.record_leave(leave, by=ADMINISTRATOR, at=at)
    assert list(desk.leaves(date(2026, 5, 8), date(2026, 5, 31))) == [leave]
    assert list(desk.leaves(date(2026, 5, 9), date(2026, 5, 31))) == []


def test_leave_that_begins_on_the_same_day_is_replaced(desk: PeopleDesk, at: datetime) -> None:
    for last in (8, 6):
        leave = Leave(staff_no="01", first=date(2026, 5, 4), last=date(2026, 5, last))
        desk.record_leave(leave, by=ADMINISTRATOR, at=at)
    assert [leave.last.day for leave in desk.leaves(date(2026, 5, 1), date(2026, 5, 31))] == [6]


def test_leave_of_nobody_or_backwards_is_refused(desk: PeopleDesk, at: datetime) -> None:
    with pytest.raises(Refused, match="沒有員工編號"):
        desk.record_leave(Leave(staff_no="99", first=DAY, last=DAY), by=ADMINISTRATOR, at=at)
    backwards = Leave(staff_no="01", first=DAY, last=DAY - timedelta(days=1))
    with pytest.raises(Refused, match="早於"):
        desk.record_leave(backwards, by=ADMINISTRATOR, at=at)
    assert list(desk.leaves(date.min, date.max)) == []


def test_staff_do_not_record_leave(desk: PeopleDesk, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        desk.record_leave(Leave(staff_no="01", first=DAY, last=DAY), by=Actor(staff_no="01"), at=at)
