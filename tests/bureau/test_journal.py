"""The journal: who did what when, and how a change to it is found."""

import json
from contextlib import closing
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils.utils import sqlite3 as driver  # type: ignore[attr-defined]  # as the program itself does

from bureau.journal import GENESIS, Entry, canonical, fault, payload_digest, write
from bureau.office import Office
from bureau.problem import Refused
from bureau.roles import ADMINISTRATOR
from tests.conftest import MOMENT


def four_acts(office: Office, at: datetime) -> None:
    for number in range(4):
        with office.act("test.step", by=ADMINISTRATOR, at=at + timedelta(minutes=number)) as act:
            act.record(f"A{number}", score="85.50", name="李堃")


def test_every_act_leaves_one_entry_bound_to_the_one_before(office: Office, at: datetime) -> None:
    four_acts(office, at)
    entries = list(office.journal())
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5]
    assert [entry.act for entry in entries] == ["office.create", *["test.step"] * 4]
    assert entries[0].previous == GENESIS
    assert all(after.previous == before.hash for before, after in pairwise(entries))
    assert office.fingerprint() == entries[-1].hash
    assert office.verify_journal() == (5, None)


def test_an_act_that_fails_leaves_neither_entry_nor_number(office: Office, at: datetime) -> None:
    before = office.fingerprint()

    def fails() -> None:
        with office.act("test.step", by=ADMINISTRATOR, at=at):
            office.new_id("thing")
            raise Refused("不行")

    with pytest.raises(Refused):
        fails()
    assert office.fingerprint() == before
    with office.act("test.step", by=ADMINISTRATOR, at=at):
        assert office.new_id("thing") == "A1"


def test_an_entry_keeps_what_was_recorded(office: Office, at: datetime) -> None:
    four_acts(office, at)
    assert office.evidence("test.step")["A2"] == {"score": "85.50", "name": "李堃"}
    entry = list(office.journal())[2]
    assert (entry.at, entry.actor, entry.subject) == (at + timedelta(minutes=1), "", "A1")


TAMPERING = {
    "the act": ("UPDATE journal SET act = 'other' WHERE seq = 3", 3),
    "the actor": ("UPDATE journal SET actor = '001' WHERE seq = 3", 3),
    "the moment": ("UPDATE journal SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 2", 2),
    "the subject": ("UPDATE journal SET subject = 'A9' WHERE seq = 4", 4),
    "the payload": ("UPDATE journal_payload SET payload = '{}' WHERE seq = 3", 3),
    "the salt": ("UPDATE journal_payload SET salt = '00' WHERE seq = 3", 3),
    "a missing entry": ("DELETE FROM journal WHERE seq = 3", 3),
    "two entries exchanged": ("UPDATE journal SET seq = CASE seq WHEN 3 THEN 40 ELSE seq END", 3),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_by_another_program_is_found_at_its_entry(office: Office, at: datetime, what: str) -> None:
    attack, found_at = TAMPERING[what]
    four_acts(office, at)
    with closing(driver.connect(str(office.store.path), isolation_level=None)) as connection:
        for trigger in office.store.triggers():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(attack)
    count, problem = office.verify_journal()
    assert count == found_at
    assert problem is not None
    assert problem.place is not None
    assert problem.place.file == "office.db"
    assert problem.remedy


def test_a_payload_whose_time_is_over_can_be_erased_while_the_chain_holds(
    office: Office, at: datetime
) -> None:
    four_acts(office, at)
    with office.store.transaction():
        office.store.run("DELETE FROM journal_payload WHERE seq = 3")
    assert office.verify_journal() == (5, None)
    assert "A1" not in office.evidence("test.step")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), json_values, max_size=4))
def test_canonical_text_does_not_depend_on_the_order_of_keys(payload: dict[str, object]) -> None:
    backwards = dict(reversed(payload.items()))
    assert canonical(backwards) == canonical(payload)
    assert json.loads(canonical(payload)) == payload


def chain(payloads: list[dict[str, object]]) -> list[Entry]:
    entries: list[Entry] = []
    for payload in payloads:
        entries.append(
            write(
                entries[-1] if entries else None,
                site="A",
                at=MOMENT,
                actor="",
                act="test",
                subject="",
                payload=payload,
                salt="5a",
            )
        )
    return entries


@given(st.lists(st.dictionaries(st.text(), json_values, max_size=3), min_size=2, max_size=5), st.data())
def test_only_the_order_in_which_entries_were_written_holds(
    payloads: list[dict[str, object]], data: st.DataObject
) -> None:
    entries = chain(payloads)
    assert not any(fault(before, after) for before, after in zip([None, *entries], entries, strict=False))
    one = data.draw(st.integers(0, len(entries) - 1))
    other = data.draw(st.integers(0, len(entries) - 1).filter(lambda number: number != one))
    assert fault(entries[other - 1] if other else None, entries[one])


def test_the_same_payload_with_another_salt_has_another_digest() -> None:
    assert payload_digest("01", "{}") != payload_digest("02", "{}")
