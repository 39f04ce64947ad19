"""The rules of an office: published whole, dated, and never changed in place."""

from datetime import date, datetime
from pathlib import Path

import pytest

from bureau.desk import PeopleDesk
from bureau.office import BEGINNING, Office, OfficeRules
from bureau.problem import NotAllowed, Place, in_file
from bureau.roles import ADMINISTRATOR, Actor, Role
from bureau.rules import RuleBook, RulesError, default_book, parse, published

KINDS = (OfficeRules,)
GOOD = '[office]\nseals = ["承辦人", "科長"]\nmask_names = true\nsecret = false\n'
JANUARY, JULY = date(2026, 1, 1), date(2026, 7, 1)


@pytest.fixture
def desk(office: Office) -> PeopleDesk:
    return PeopleDesk(office)


def book(text: str) -> RuleBook:
    return parse(text, KINDS, in_force_from=JANUARY, place=in_file("rules.toml"))


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(RulesError) as caught:
        book(text)
    assert caught.value.place is not None
    assert all(problem.remedy for problem in caught.value.problems)
    return [(each.place.column, each.what) for each in caught.value.problems if each.place]


def written(folder: Path, text: str) -> Path:
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    return path


# Reading


def test_a_file_says_what_it_says() -> None:
    rules = book(GOOD).of(OfficeRules)
    assert (rules.seals, rules.mask_names) == (("承辦人", "科長"), True)


def test_a_table_that_is_missing_has_its_defaults() -> None:
    assert book("").of(OfficeRules) == default_book(KINDS).of(OfficeRules)
    assert len(book("").of(OfficeRules).seals) == 5


def test_the_version_names_the_content_and_not_the_writing() -> None:
    respelt = '# 註解\n[office]\nsecret=false\nmask_names=true\nseals=[ "承辦人","科長" ]\n'
    assert book(GOOD).version == book(respelt).version
    assert book(GOOD).version != book(GOOD.replace("true", "false")).version


def test_an_unknown_table_is_named() -> None:
    assert faults(GOOD + "[offices]\n") == [("offices", "沒有「offices」這一組規則。")]


def test_an_unknown_key_is_named_with_its_path() -> None:
    assert faults(GOOD + "mask_name = true\n") == [("office.mask_name", "沒有這個規則。")]


def test_a_missing_key_is_named_so_that_nothing_is_set_unseen() -> None:
    assert faults(GOOD.replace("secret = false\n", "")) == [("office.secret", "缺少這個規則。")]


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (GOOD.replace("= true", '= "或許"'), "office.mask_names"),
        (GOOD.replace('"科長"', '""'), "office.seals.1"),
        (GOOD.replace('["承辦人", "科長"]', "3"), "office.seals"),
    ],
)
def test_a_wrong_value_is_named_with_its_path(wrong: str, path: str) -> None:
    assert [place for place, _what in faults(wrong)] == [path]


def test_every_fault_is_told_at_once() -> None:
    assert len(faults("[nothing]\n[office]\nseals = 1\nmask_names = 2\nother = 3\n")) == 5


def test_a_file_that_is_not_toml_is_refused() -> None:
    with pytest.raises(RulesError, match="TOML"):
        book("[office\n")


# Publishing


def test_rules_decide_from_their_first_day_on(desk: PeopleDesk, at: datetime, tmp_path: Path) -> None:
    desk.publish_rules(written(tmp_path, GOOD), JULY, by=ADMINISTRATOR, at=at)
    assert not desk.office.rules(JANUARY).of(OfficeRules).mask_names
    assert desk.office.rules(JULY).of(OfficeRules).mask_names


def test_of_two_books_the_later_first_day_decides_and_then_the_later_published(
    desk: PeopleDesk, at: datetime, tmp_path: Path
) -> None:
    for text, since in (
        (GOOD, JULY),
        (GOOD.replace("科長", "局長"), JANUARY),
        (GOOD.replace("科長", "秘書"), JULY),
    ):
        desk.publish_rules(written(tmp_path, text), since, by=ADMINISTRATOR, at=at)
    seals = [desk.office.rules(day).of(OfficeRules).seals[1] for day in (JANUARY, JULY)]
    assert seals == ["局長", "秘書"]
    assert "秘書" in desk.rules_text(JULY)
    assert "局長" in desk.rules_text(JANUARY)


def test_a_book_is_published_whole_and_in_the_journal(desk: PeopleDesk, at: datetime, tmp_path: Path) -> None:
    made = desk.publish_rules(written(tmp_path, GOOD), JANUARY, by=ADMINISTRATOR, at=at)
    assert "seals" in desk.rules_text(JANUARY)
    assert desk.office.evidence("rules.publish")[made.version]["in_force_from"] == "2026-01-01"


def test_what_is_shown_can_be_published_and_the_same_rules_are_not_published_twice(
    desk: PeopleDesk, at: datetime, tmp_path: Path
) -> None:
    file = written(tmp_path, desk.rules_text(JANUARY))
    desk.publish_rules(file, JANUARY, by=ADMINISTRATOR, at=at)
    before = desk.office.fingerprint()
    desk.publish_rules(file, JULY, by=ADMINISTRATOR, at=at)
    assert len(desk.rule_books()) == 1
    assert desk.office.fingerprint() == before


def test_rules_that_are_wrong_change_nothing(desk: PeopleDesk, at: datetime, tmp_path: Path) -> None:
    before = desk.office.fingerprint()
    with pytest.raises(RulesError, match="沒有發布"):
        desk.publish_rules(written(tmp_path, GOOD + "unknown = 1\n"), JANUARY, by=ADMINISTRATOR, at=at)
    assert desk.office.fingerprint() == before
    assert [since for _version, since in desk.rule_books()] == [BEGINNING]


def test_an_office_begins_with_the_rules_of_its_program(desk: PeopleDesk) -> None:
    standard = default_book(desk.office.rule_kinds)
    assert desk.rule_books() == [(standard.version, BEGINNING)]
    assert desk.office.rules(JANUARY).of(OfficeRules) == standard.of(OfficeRules)


def test_a_book_of_an_older_program_keeps_its_version_and_takes_new_keys_from_the_defaults() -> None:
    older = "[office]\nmask_names = true\nsecret = false\n"
    kept = published(older, [OfficeRules], version="0123456789ab", in_force_from=JULY, place=Place())
    assert kept.version == "0123456789ab"
    assert kept.of(OfficeRules).mask_names
    assert kept.of(OfficeRules).seals == default_book([OfficeRules]).of(OfficeRules).seals


def test_only_the_administrator_publishes(desk: PeopleDesk, at: datetime, tmp_path: Path) -> None:
    trainer = Actor(staff_no="01", roles=frozenset({Role.TRAINER}))
    with pytest.raises(NotAllowed):
        desk.publish_rules(written(tmp_path, GOOD), JANUARY, by=trainer, at=at)


def test_a_file_that_cannot_be_read_is_refused_in_words(
    desk: PeopleDesk, at: datetime, tmp_path: Path
) -> None:
    def said(path: Path) -> str:
        with pytest.raises(RulesError) as caught:
            desk.publish_rules(path, JANUARY, by=ADMINISTRATOR, at=at)
        assert caught.value.remedy
        return caught.value.what

    assert "不能讀取" in said(tmp_path / "nowhere.toml")
    path = tmp_path / "big5.toml"
    path.write_bytes("# 規則".encode("cp950"))
    assert "UTF-8" in said(path)
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert "太大" in said(path)


def test_a_published_book_is_sealed(desk: PeopleDesk, at: datetime, tmp_path: Path) -> None:
    desk.publish_rules(written(tmp_path, GOOD), JANUARY, by=ADMINISTRATOR, at=at)
    with pytest.raises(Exception, match="已封存"), desk.office.store.transaction():
        desk.office.store.run("UPDATE rule_book SET in_force_from = '2020-01-01'")


@pytest.mark.parametrize("text", ["[office]\nx = " + "9" * 5000, "[office]\nx = " + "[" * 3000])
def test_a_file_that_is_hard_to_read_is_refused_in_words(text: str) -> None:
    with pytest.raises(RulesError, match="TOML"):
        book(text)
