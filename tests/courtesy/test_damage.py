"""A record that was overwritten behind the program's back is named in words, whatever stands there now."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlite_utils.utils import sqlite3 as driver  # type: ignore[attr-defined]  # one driver per process

from bureau.database import StoreError
from bureau.roles import ADMINISTRATOR
from courtesy.call import Call, Outcome
from courtesy.desk import CallDesk
from courtesy.round import Draw
from tests.courtesy.samples import OFFICIAL


@pytest.fixture
def sealed(desk: CallDesk, drawn: list[Draw], at: datetime) -> Call:
    call = desk.open_call(drawn[0].round, drawn[0].staff_no, by=ADMINISTRATOR, at=at)
    desk.set_outcome(call.id, Outcome.BUSY, by=ADMINISTRATOR, at=at)
    desk.remark(call.id, "全週出差", by=ADMINISTRATOR)
    return desk.seal(call.id, by=ADMINISTRATOR, at=at)


Overwrite = Callable[[str], CallDesk]


@pytest.fixture
def overwrite(desk: CallDesk, sealed: Call, elsewhere: Callable[[], CallDesk]) -> Overwrite:
    """Write as somebody would who first removes every trigger; open the office anew after it."""

    def write(sql: str) -> CallDesk:
        connection = driver.connect(str(desk.office.store.path), isolation_level=None)
        for name in desk.office.store.triggers():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(sql)
        connection.close()
        return elsewhere()

    return write


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE call SET outcome = 'x'", "通話紀錄 A1的內容損壞"),
        ("UPDATE call SET opened_at = 'x'", "通話紀錄 A1的內容損壞"),
        ("UPDATE call SET parts = '7'", "通話紀錄 A1的內容損壞"),
        ("UPDATE call SET rules = 'gone'", "通話紀錄 A1 與封存時的內容不符"),
        ("UPDATE scale SET content = '{}'", f"量表 {OFFICIAL.version} 的內容與版本不符"),
        ("UPDATE round SET frame = '7'", "回合 A1的內容損壞"),
        ("UPDATE round SET rules = 'x'", "回合 A1的內容損壞"),
        ("UPDATE round SET period = '115H1'", "回合 A1 的母體、規則或密鹽與承諾值不符"),
        ("UPDATE draw SET day = 'x'", "回合 A1 的名單的內容損壞"),
        ("UPDATE draw SET ticket = 'x'", "回合 A1 的名單的內容損壞"),
    ],
)
def test_the_first_record_that_fails_is_named(overwrite: Overwrite, sql: str, said: str) -> None:
    problems = overwrite(sql).verify()
    assert any(said in problem.what for problem in problems)
    assert all(problem.place and problem.place.file == "office.db" for problem in problems)


def test_what_cannot_be_read_is_refused_in_words_by_every_act(overwrite: Overwrite, sealed: Call) -> None:
    desk = overwrite("UPDATE call SET parts = '7'")
    for look in (desk.calls, lambda: desk.call(sealed.id), lambda: desk.calls_of(sealed.person)):
        with pytest.raises(StoreError, match="通話紀錄 A1的內容損壞") as refusal:
            look()
        assert "courtesy restore" in refusal.value.remedy


def test_a_damaged_round_does_not_hide_a_damaged_call(overwrite: Overwrite) -> None:
    overwrite("UPDATE round SET frame = '7'")
    whats = [problem.what for problem in overwrite("UPDATE call SET band = '優良', score = 9000").verify()]
    assert len(whats) == 2
    assert "回合" in whats[0]
    assert "通話紀錄" in whats[1]


def test_after_every_migration_exactly_these_triggers_guard_the_spot_checks(desk: CallDesk) -> None:
    own = ("scale_", "round_", "draw_", "call_", "mark_", "keystroke_", "attempt_")
    assert [name for name in desk.office.store.triggers() if name.startswith(own)] == [
        *(f"attempt_sealed_{act}" for act in ("delete", "insert", "update")),
        *(f"call_question_sealed_{act}" for act in ("delete", "insert", "update")),
        *(f"call_sealed_{act}" for act in ("delete", "insert", "update")),
        "draw_closed_insert",
        "draw_closed_update",
        "draw_confirmed_update",
        *(f"draw_ticket_{act}" for act in ("delete", "insert", "update")),
        *(f"keystroke_sealed_{act}" for act in ("delete", "insert", "update")),
        *(f"mark_sealed_{act}" for act in ("delete", "insert", "update")),
        *(f"round_committed_{act}" for act in ("delete", "insert", "update")),
        "round_drawn_update",
        *(f"round_sealed_{act}" for act in ("delete", "insert", "update")),
        "round_state_update",
        *(f"scale_sealed_{act}" for act in ("delete", "insert", "update")),
    ]
