"""No sealed table has a second way in: what is sealed cannot be put aside by a key that nobody looks at."""

import re
from pathlib import Path

import pytest

from tests.tui.conftest import make_office, steady
from tui.desks import Desks


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The text of every table, and of its seal against replacing, by the table's name."""
    path = make_office(tmp_path_factory.mktemp("seals") / "office.db", draw=False)
    with Desks.open(path, steady) as desks:
        rows = desks.office.store.rows("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        triggers = desks.office.store.triggers()
    texts = {row["name"]: row["sql"] for row in rows}
    return {
        name: texts[name]
        for name in texts
        if any(trigger.startswith(f"{name}_sealed") for trigger in triggers)
    }


def test_the_sealed_tables_are_those_that_close_something(tables: dict[str, str]) -> None:
    assert set(tables) >= {
        "journal",
        "rule_book",
        "scale",
        "round",
        "call",
        "mark",
        "attempt",
        "call_question",
        "paper",
        "paper_form",
        "sitting",
        "answer",
        "exercise",
        "rating",
    }
    assert set(tables) >= {"sign_in_row", "sign_in_sheet", "session_closed"}
    assert set(tables) >= {"correction", "corrected_score"}
    assert set(tables) >= {"question_version", "retraining", "retraining_reason", "retraining_step"}
    assert "measure_done" in tables
    assert set(tables) >= {"retraining_ruled", "retraining_change", "retraining_check"}
    assert set(tables) >= {"public_vote", "honour", "honour_taken_back"}


def test_no_sealed_table_has_a_hidden_key(tables: dict[str, str]) -> None:
    hidden = [
        name
        for name, text in tables.items()
        if "WITHOUT ROWID" not in text and not re.search(r"INTEGER\s+PRIMARY KEY", text)
    ]
    assert hidden == []


def test_every_table_is_strict(tmp_path: Path) -> None:
    with Desks.open(make_office(tmp_path / "office.db", draw=False), steady) as desks:
        rows = desks.office.store.rows(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'"
            " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
    assert [row["name"] for row in rows if "STRICT" not in row["sql"]] == []
