"""What was sealed, committed or drawn stays so for a curious colleague with a database tool, too."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlite_utils.utils import sqlite3 as driver  # type: ignore[attr-defined]  # one driver per process

from bureau.journal import canonical
from bureau.office import Office
from bureau.people import Section
from bureau.roles import ADMINISTRATOR, Role
from courtesy.call import Call, CallError, Outcome
from courtesy.desk import SCALES, CallDesk
from courtesy.draw import DrawError, commitment
from courtesy.round import Draw, Round, RoundError, RoundState
from courtesy.standing import CourtesyRules
from courtesy.store import MIGRATIONS
from quiz_bank.desk import QuizDesk
from quiz_bank.sitting import QuizRules
from quiz_bank.store import MIGRATIONS as QUIZ_BANK
from tests.conftest import MOMENT, counting_entropy
from tests.courtesy.samples import OFFICIAL, PEOPLE, SECTIONS, TESTERS, full_marks

FIRST, LAST = date(2026, 11, 23), date(2026, 11, 30)
NUMBER = "48213907"
LATER = MOMENT + timedelta(days=9)
"""115/12/02, after the last day of the round."""


class Kept:
    """An office with a committed round of four people."""

    def __init__(self, path: Path) -> None:
        self.office = Office.create(
            path,
            name="測試縣稅務局",
            migrations=(QUIZ_BANK, MIGRATIONS),
            rule_kinds=(CourtesyRules, QuizRules),
            entropy=counting_entropy(),
            at=MOMENT,
        )
        ground = self.office.ground
        with self.office.store.transaction():
            for order, name in enumerate(SECTIONS):
                ground.add_section(Section(name=name, order=order))
            for person in PEOPLE:
                ground.put_person(person, since=date(2020, 1, 1))
            for staff_no in TESTERS:
                ground.put_role(staff_no, Role.TESTER)
        self.desk = CallDesk(self.office, QuizDesk(self.office))
        self.round = self.new_round()

    def new_round(self, size: int = 4, period: str = "115H2") -> Round:
        return self.desk.new_round(
            period=period, first=FIRST, last=LAST, scale="official", size=size, by=ADMINISTRATOR, at=MOMENT
        )

    def draw(self) -> list[Draw]:
        return self.desk.draw(self.round.id, NUMBER, by=ADMINISTRATOR, at=MOMENT)

    def begin(self, draw: Draw) -> Call:
        return self.desk.open_call(self.round.id, draw.staff_no, by=ADMINISTRATOR, at=MOMENT)

    def seal(self, draw: Draw, outcome: Outcome = Outcome.REACHED) -> Call:
        call = self.begin(draw)
        self.desk.set_outcome(call.id, outcome, by=ADMINISTRATOR, at=MOMENT)
        self.desk.remark(call.id, "全週出差", by=ADMINISTRATOR)
        if outcome is Outcome.REACHED:
            for line, step in full_marks(call.parts).items():
                self.desk.mark(call.id, line, step, by=ADMINISTRATOR, at=MOMENT)
        return self.desk.seal(call.id, by=ADMINISTRATOR, at=MOMENT)

    def raw(self, sql: str, *values: object) -> int:
        """Write as somebody would who asks for nothing that the program asks for."""
        connection = driver.connect(str(self.office.store.path), isolation_level=None)
        try:
            return int(connection.execute(sql, values).rowcount)
        finally:
            connection.close()

    def unguarded(self, sql: str, *values: object) -> None:
        """Write as somebody would who removes the triggers and puts them back."""
        triggers = self.office.store.triggers()
        connection = driver.connect(str(self.office.store.path), isolation_level=None)
        for name in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(sql, values)
        for text in triggers.values():
            connection.execute(text)
        connection.close()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path / "office.db")
    yield kept
    kept.office.close()


@pytest.fixture
def sealed(kept: Kept) -> Call:
    return kept.seal(kept.draw()[0])


def columns(kept: Kept, table: str, **changed: str) -> str:
    """A row of a table as `INSERT` takes it, some columns replaced by SQL."""
    names = [row["name"] for row in kept.office.store.rows(f"SELECT name FROM pragma_table_info('{table}')")]
    return f"({', '.join(names)}) SELECT {', '.join(changed.get(name, name) for name in names)} FROM {table}"


# Seals


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE call SET score = 10000 WHERE id = ?",
        "UPDATE call SET sealed_at = NULL WHERE id = ?",
        "UPDATE OR REPLACE call SET remark = '' WHERE id = ?",
        "DELETE FROM call WHERE id = ?",
        "UPDATE mark SET step = 'no' WHERE call_id = ?",
        "DELETE FROM mark WHERE call_id = ?",
        "INSERT INTO mark (call_id, line, step) VALUES (?, 'unit.speed.more', 'r4')",
        "INSERT OR REPLACE INTO mark (call_id, line, step) VALUES (?, 'unit.speed.ring', 'late')",
        "DELETE FROM keystroke WHERE call_id = ?",
    ],
)
def test_a_sealed_call_and_its_marks_stay_as_they_are(kept: Kept, sealed: Call, sql: str) -> None:
    with pytest.raises(driver.IntegrityError, match="sealed"):
        kept.raw(sql, sealed.id)
    assert kept.desk.call(sealed.id) == sealed


@pytest.mark.parametrize(
    "changed",
    [
        {"score": "0"},
        {"id": "'A9'", "person": "'0303'"},
        {"id": "'A9'", "place": "99"},
    ],
    ids=["by its id", "by its place", "by its person"],
)
def test_no_replacement_takes_the_place_of_a_sealed_call(
    kept: Kept, sealed: Call, changed: dict[str, str]
) -> None:
    with pytest.raises(driver.IntegrityError, match="sealed"):
        kept.raw(f"INSERT OR REPLACE INTO call {columns(kept, 'call', **changed)}")
    assert kept.desk.call(sealed.id) == sealed


@pytest.mark.parametrize("column", ["id", "place"])
def test_no_draft_is_moved_on_to_a_sealed_call(kept: Kept, column: str) -> None:
    first, second, *_rest = kept.draw()
    done, draft = kept.seal(first), kept.begin(second)
    with pytest.raises(driver.IntegrityError):
        kept.raw(
            f"UPDATE OR REPLACE call SET {column} = (SELECT {column} FROM call WHERE id = ?) WHERE id = ?",
            done.id,
            draft.id,
        )
    assert kept.desk.call(done.id) == done


def test_a_draft_can_be_changed(kept: Kept) -> None:
    draft = kept.begin(kept.draw()[0])
    assert kept.raw("UPDATE call SET remark = 'x' WHERE id = ?", draft.id) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE scale SET content = '{}'",
        "DELETE FROM scale",
        "INSERT OR REPLACE INTO scale SELECT place, 'x', code, title, content, published_at FROM scale",
        "INSERT OR REPLACE INTO scale SELECT 9, version, code, title, content, published_at FROM scale",
    ],
)
def test_a_published_scale_never_changes(kept: Kept, sql: str) -> None:
    with pytest.raises(driver.IntegrityError, match="sealed"):
        kept.raw(sql)
    assert kept.desk.scale("official") == OFFICIAL


# Rounds


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE round SET frame = '[]'",
        "UPDATE round SET salt = '00'",
        "UPDATE round SET rules = '{}'",
        "UPDATE round SET commitment = ''",
        "UPDATE round SET state = 'closed'",
        "DELETE FROM round",
    ],
)
def test_a_round_keeps_what_it_is_committed_to(kept: Kept, sql: str) -> None:
    with pytest.raises(driver.IntegrityError, match="sealed"):
        kept.raw(sql)
    assert kept.desk.round(kept.round.id) == kept.round


@pytest.mark.parametrize("key", ["id", "place"])
def test_no_round_takes_the_place_of_a_committed_one(kept: Kept, key: str) -> None:
    other = {"id": "place", "place": "id"}[key]
    values = {other: "99", "salt": "'00'"}
    with pytest.raises(driver.IntegrityError, match="sealed"):
        kept.raw(f"INSERT OR REPLACE INTO round {columns(kept, 'round', **values)}")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE round SET public_number = '999999'",
        "UPDATE round SET state = 'committed'",
        "UPDATE draw SET staff_no = '0103' WHERE place = 1",
        "UPDATE draw SET place = 99 WHERE place = 1",
        "UPDATE draw SET ticket = '00'",
        "DELETE FROM draw",
        "INSERT OR REPLACE INTO draw SELECT * FROM draw WHERE place = 1",
    ],
)
def test_a_draw_stands(kept: Kept, sql: str) -> None:
    drawn = kept.draw()
    with pytest.raises(driver.IntegrityError, match="sealed"):
        kept.raw(sql)
    assert kept.desk.draws(kept.round.id, by=ADMINISTRATOR) == drawn


def test_of_a_closed_round_not_even_the_excluded_change(kept: Kept) -> None:
    kept.draw()
    kept.desk.close_round(kept.round.id, by=ADMINISTRATOR, at=LATER)
    for sql in ("UPDATE draw SET excluded = '離職'", "UPDATE draw SET tester = '0103'"):
        with pytest.raises(driver.IntegrityError, match="sealed"):
            kept.raw(sql)


def test_every_table_that_counts_is_guarded(kept: Kept) -> None:
    guards = {tuple(name.rsplit("_", 1)) for name in kept.office.store.triggers()}
    for name in ("scale_sealed", "call_sealed", "mark_sealed", "keystroke_sealed"):
        assert {act for guard, act in guards if guard == name} == {"insert", "update", "delete"}
    for name in ("round_committed", "draw_ticket"):
        assert {act for guard, act in guards if guard == name} == {"insert", "update", "delete"}


# What was changed all the same is found


def found(kept: Kept) -> list[str]:
    return [problem.what for problem in kept.desk.verify()]


def test_an_untouched_office_has_no_faults(kept: Kept, sealed: Call) -> None:
    assert found(kept) == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE call SET score = 1000",
        "UPDATE call SET band = '優良?'",
        "UPDATE call SET remark = '改過'",
        "UPDATE call SET section = '土地稅科?'",
        "UPDATE call SET seconds = 3",
        "UPDATE mark SET step = 'r6' WHERE line = 'unit.speed.ring'",
        "DELETE FROM mark WHERE line = 'unit.manners.hello'",
    ],
)
def test_a_changed_call_is_named(kept: Kept, sealed: Call, sql: str) -> None:
    kept.unguarded(sql)
    assert found(kept) == [f"通話紀錄 {sealed.id} 與封存時的內容不符。"]


def test_a_call_that_is_gone_is_named(kept: Kept, sealed: Call) -> None:
    for table, key in (("mark", "call_id"), ("keystroke", "call_id"), ("call", "id")):
        kept.unguarded(f"DELETE FROM {table} WHERE {key} = ?", sealed.id)
    assert found(kept) == [f"日誌裡有封存的通話紀錄 {sealed.id}，資料卻不見了。"]


def test_a_call_that_nobody_sealed_is_named(kept: Kept) -> None:
    draft = kept.begin(kept.draw()[0])
    kept.raw(
        "UPDATE call SET outcome = 'busy', sealed_at = '2026-11-23T02:00:00.000000Z', rules = ? WHERE id = ?",
        kept.round.rules_version,
        draft.id,
    )
    assert found(kept) == [f"通話紀錄 {draft.id} 已封存，日誌卻沒有這一筆。"]


def test_a_changed_scale_is_named(kept: Kept, sealed: Call) -> None:
    kept.unguarded("UPDATE scale SET content = replace(content, '1.82', '1.92')")
    assert f"量表 {OFFICIAL.version} 的內容與版本不符。" in found(kept)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("UPDATE round SET salt = '00'", "與承諾值不符"),
        ("UPDATE round SET frame = replace(frame, '\"weight\":1', '\"weight\":2')", "與承諾值不符"),
        ("UPDATE round SET public_number = '111222'", "重抽不符"),
        ("UPDATE draw SET ticket = '00' WHERE place = 1", "第 1 籤不符"),
        ("UPDATE draw SET excluded = '離職'", "重抽不符"),
    ],
)
def test_a_changed_draw_is_named(kept: Kept, sql: str, said: str) -> None:
    kept.draw()
    kept.unguarded(sql)
    (only,) = found(kept)
    assert f"回合 {kept.round.id}" in only
    assert said in only


def test_a_round_whose_frame_was_changed_is_not_drawn(kept: Kept) -> None:
    kept.unguarded("UPDATE round SET frame = replace(frame, '\"weight\":1', '\"weight\":9')")
    with pytest.raises(RoundError, match="承諾值不符"):
        kept.draw()


def test_a_commitment_made_anew_for_another_frame_does_not_pass_either(kept: Kept) -> None:
    one = kept.round
    frame = tuple(each.model_copy(update={"weight": 9}) for each in one.frame)
    kept.unguarded(
        "UPDATE round SET frame = ?, commitment = ?",
        canonical([each.model_dump() for each in frame]),
        commitment(one.id, frame, one.rules, one.salt, office=kept.office.name, period=one.period),
    )
    with pytest.raises(RoundError, match="承諾值不符"):
        kept.draw()


# The end of a round


def test_while_calls_may_still_be_made_the_salt_stays_secret(kept: Kept) -> None:
    kept.draw()
    with pytest.raises(RoundError, match="4 通"):
        kept.desk.close_round(kept.round.id, by=ADMINISTRATOR, at=MOMENT)
    with pytest.raises(RoundError):
        kept.desk.certificate(kept.round.id)


def test_after_its_last_day_a_round_can_end_and_says_who_was_not_called(kept: Kept) -> None:
    first, *others = kept.draw()
    kept.seal(first, Outcome.NO_ANSWER)
    (substitute,) = kept.office.evidence("round.exclude")[kept.round.id]["added"]
    closed = kept.desk.close_round(kept.round.id, by=ADMINISTRATOR, at=LATER)
    assert closed.state is RoundState.CLOSED
    evidence = kept.office.evidence("round.close")[kept.round.id]
    assert sorted(evidence["not_called"]) == sorted([*(draw.staff_no for draw in others), substitute[1]])
    assert evidence["salt"] == kept.round.salt


def test_a_call_that_has_begun_is_never_left_behind(kept: Kept) -> None:
    draft = kept.begin(kept.draw()[0])
    with pytest.raises(RoundError, match=draft.id):
        kept.desk.close_round(kept.round.id, by=ADMINISTRATOR, at=LATER)


def test_nobody_is_called_for_a_closed_round(kept: Kept) -> None:
    first, *_others = kept.draw()
    kept.desk.close_round(kept.round.id, by=ADMINISTRATOR, at=LATER)
    with pytest.raises(RoundError):
        kept.begin(first)


def test_before_the_commitment_nothing_can_be_revealed(kept: Kept) -> None:
    with pytest.raises(RoundError, match="還沒有抽籤"):
        kept.desk.close_round(kept.round.id, by=ADMINISTRATOR, at=LATER)


def test_a_public_number_is_entered_once(kept: Kept) -> None:
    kept.draw()
    with pytest.raises(RoundError, match=NUMBER):
        kept.draw()


@pytest.mark.parametrize("number", ["", "12", "12a45", "一二三", "１２"])
def test_a_public_number_is_at_least_three_digits(kept: Kept, number: str) -> None:
    with pytest.raises(DrawError):
        kept.desk.draw(kept.round.id, number, by=ADMINISTRATOR, at=MOMENT)


def test_whoever_left_after_the_commitment_keeps_the_place_and_is_not_called(kept: Kept) -> None:
    gone = {person.staff_no for person in PEOPLE} - set(TESTERS)
    with kept.office.store.transaction():
        for staff_no in gone:
            kept.office.ground.set_left(staff_no, FIRST - timedelta(days=1))
    drawn = kept.draw()
    left = next(draw for draw in drawn if draw.staff_no in gone)
    with pytest.raises(CallError, match="已不在職"):
        kept.begin(left)
    (substitute,) = kept.desk.exclude(kept.round.id, left.staff_no, "離職", by=ADMINISTRATOR, at=MOMENT)
    assert substitute.staff_no not in {draw.staff_no for draw in drawn}
    assert found(kept) == []


def test_the_scale_that_comes_with_the_program_is_published_by_its_first_use(kept: Kept) -> None:
    assert [scale.version for scale, _at in kept.desk.scales()] == [OFFICIAL.version]
    kept.desk.publish_scale(SCALES / "official.toml", by=ADMINISTRATOR, at=LATER)
    assert len(kept.desk.scales()) == 1
