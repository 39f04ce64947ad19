"""The office file: what it guards against, and what it says."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations
from sqlite_utils.utils import sqlite3 as driver  # type: ignore[attr-defined]  # as the program itself does

from bureau import database
from bureau.database import Store, StoreError, filesystem_of, seal, sqlite_is_safe, statements
from bureau.office import Office, restore
from bureau.people import Person, Section
from bureau.roles import ADMINISTRATOR
from bureau.store import MIGRATIONS

NOBODY = 65534
ROOT = Path(__file__).resolve().parents[2]

CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from bureau.office import Office
from bureau.roles import ADMINISTRATOR
from sqlite_utils import Migrations

LATER = Migrations("later")

@LATER()
def m001(database):
    database.execute("CREATE TABLE later (number INTEGER NOT NULL) STRICT")

path, count = Path(sys.argv[1]), int(sys.argv[2])
at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
with Office.open(path, migrations=[LATER], entropy=lambda size: b"x" * size, patience=60) as office:
    for number in range(count):
        with office.act("test.count", by=ADMINISTRATOR, at=at) as act:
            office.store.run("INSERT INTO later (number) VALUES (:number)", number=number)
            act.record(office.new_id("count"), number=number)
"""

HOLDER = """
import sys
from pathlib import Path
from bureau.database import Store
from bureau.store import MIGRATIONS
with Store.open(Path(sys.argv[1]), [MIGRATIONS]) as store, store.transaction():
    store.run("INSERT INTO counter (kind, used) VALUES ('unfinished', 1)")
    print("holding", flush=True)
    sys.stdin.readline()
"""


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The place of an office file that does not exist yet."""
    return tmp_path / "office.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path, [MIGRATIONS], create=True) as opened:
        yield opened


def plain(path: Path) -> "closing[driver.Connection]":
    """Open the file as another program would, without any of our settings."""
    return closing(driver.connect(str(path), isolation_level=None))


def everything(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def refused(path: Path, **options: object) -> StoreError:
    with pytest.raises(StoreError) as caught:
        Store.open(path, [MIGRATIONS], **options)  # type: ignore[arg-type]  # options vary by test
    return caught.value


# A new file


def test_a_new_file_carries_our_mark_and_writes_ahead_with_full_sync(store: Store) -> None:
    asked = ("application_id", "journal_mode", "synchronous", "foreign_keys", "trusted_schema", "mmap_size")
    assert {name: store.value(f"PRAGMA {name}") for name in asked} == {
        "application_id": database.APPLICATION_ID,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "mmap_size": 0,
    }


def test_every_table_is_strict(store: Store) -> None:
    tables = store.rows("SELECT name, strict FROM pragma_table_list WHERE schema = 'main'")
    loose = {row["name"] for row in tables if not row["strict"] and not row["name"].startswith("_sqlite")}
    assert loose <= {"sqlite_schema"}


def test_the_seals_stand_after_all_migrations(store: Store) -> None:
    assert set(store.triggers()) == {
        f"{table}_sealed_{act}"
        for table in ("journal", "rule_book")
        for act in ("insert", "update", "delete")
    }


def test_the_sqlite_in_use_is_free_of_the_wal_reset_fault() -> None:
    assert sqlite_is_safe()


def test_an_existing_file_is_never_made_anew(path: Path) -> None:
    path.write_text("keep me")
    refusal = refused(path, create=True)
    assert "已經存在" in refusal.what
    assert path.read_text() == "keep me"


def test_statements_keep_triggers_whole() -> None:
    script = "CREATE TABLE t (id, sealed);\n" + seal("t")
    assert [statement.split()[1] for statement in statements(script)] == ["TABLE", *["TRIGGER"] * 3]


# Files that are refused, and stay as they are


def not_sqlite(path: Path) -> None:
    path.write_text("員工編號,姓名\n" * 100, encoding="utf-8")


def empty(path: Path) -> None:
    path.touch()


def unmarked(path: Path) -> None:
    with plain(path) as connection:
        connection.execute("CREATE TABLE notes (text)")


def marked_by_another(path: Path) -> None:
    with plain(path) as connection:
        connection.execute("PRAGMA application_id=0x47504B47")
        connection.execute("CREATE TABLE gpkg_contents (text)")


def newer(path: Path) -> None:
    later = Migrations("bureau")

    @later()
    def m999_from_the_future(found: Database) -> None:
        found.execute("CREATE TABLE future (id INTEGER PRIMARY KEY) STRICT")

    Store.open(path, [MIGRATIONS, later], create=True).close()


def cut_short(path: Path) -> None:
    Store.open(path, [MIGRATIONS], create=True).close()
    path.write_bytes(path.read_bytes()[:6000])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (not_sqlite, "不是局的資料檔"),
        (empty, "不是局的資料檔"),
        (unmarked, "不是局的資料檔"),
        (marked_by_another, "別的程式"),
        (newer, "較新版"),
        (cut_short, "損壞"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_left_byte_for_byte(
    path: Path, make: Callable[[Path], None], said: str
) -> None:
    make(path)
    (path.parent / "office.db.lock").unlink(missing_ok=True)
    before = everything(path.parent)
    refusal = refused(path)
    assert said in refusal.what
    assert refusal.place is not None
    assert refusal.place.file == "office.db"
    assert refusal.remedy
    assert everything(path.parent) == before


def test_a_missing_file_is_named_with_what_to_do(path: Path) -> None:
    refusal = refused(path)
    assert str(path) in refusal.what
    assert "courtesy init" in refusal.remedy
    assert not path.exists()


def test_a_folder_is_not_an_office(tmp_path: Path) -> None:
    assert "不是檔案" in refused(tmp_path).what


def test_a_network_share_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(path, [MIGRATIONS], create=True).close()
    kind = filesystem_of(path)
    if not kind:
        pytest.skip("this system does not tell the kind of a filesystem")
    monkeypatch.setattr(database, "_NETWORK", frozenset({kind}))
    refusal = refused(path)
    assert kind in refusal.what
    assert "本機磁碟" in refusal.remedy


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/", "ext4"), ("/mnt/共用 資料/局", "cifs"), ("/mnt/共用", "ext4"), ("/mnt/共用 資料夾", "ext4")],
)
def test_the_filesystem_is_that_of_the_innermost_mount(tmp_path: Path, folder: str, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/a / ext4 rw 0 0\n//host/share /mnt/共用\\040資料 cifs rw 0 0\n", encoding="utf-8")
    assert filesystem_of(Path(folder), mounts) == kind


def test_a_read_only_file_is_refused_in_words(path: Path) -> None:
    Store.open(path, [MIGRATIONS], create=True).close()
    path.parent.chmod(0o755)
    path.chmod(0o444)
    # Root may write everything: the child becomes somebody else once it has loaded what it needs.
    code = """
import os, sys
from pathlib import Path
from bureau.database import Store, StoreError
from bureau.store import MIGRATIONS
os.chdir(sys.argv[1])
if os.getuid() == 0:
    os.setgroups([])
    os.setuid(int(sys.argv[2]))
try:
    Store.open(Path("office.db"), [MIGRATIONS])
except StoreError as refusal:
    print(refusal)
"""
    before = everything(path.parent)
    said, errors = child(code, path.parent, NOBODY).communicate()
    assert "office.db：檔案是唯讀的。" in said, errors
    assert everything(path.parent) == before


# Several programs at once


def test_a_file_that_another_program_is_writing_is_refused_after_some_patience(path: Path) -> None:
    Store.open(path, [MIGRATIONS], create=True).close()
    holder = child(HOLDER, path)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    with Store.open(path, [MIGRATIONS], patience=0.05) as store:
        for _again in range(2):
            with pytest.raises(StoreError, match="另一個程式正在寫入"), store.transaction():
                pass
        assert store.rows("SELECT * FROM counter") == []
    holder.communicate("go on\n")
    with Store.open(path, [MIGRATIONS]) as store, store.transaction():
        store.run("INSERT INTO counter (kind, used) VALUES ('mine', 1)")
        assert len(store.rows("SELECT * FROM counter")) == 2


def test_a_writer_that_waits_is_served_when_the_other_has_finished(path: Path) -> None:
    Store.open(path, [MIGRATIONS], create=True).close()
    holder = child(HOLDER, path)
    assert holder.stdout is not None
    assert holder.stdin is not None
    holder.stdout.readline()
    with Store.open(path, [MIGRATIONS], patience=30) as store:
        holder.stdin.write("go on\n")
        holder.stdin.flush()
        for kind in ("mine", "mine too"):
            with store.transaction():
                store.run("INSERT INTO counter (kind, used) VALUES (:kind, 1)", kind=kind)
        holder.communicate()
        assert store.value("SELECT count(*) FROM counter") == 3


def test_a_killed_writer_leaves_nothing_of_its_unfinished_transaction(path: Path) -> None:
    Store.open(path, [MIGRATIONS], create=True).close()
    holder = child(HOLDER, path)
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    with Store.open(path, [MIGRATIONS], patience=5) as store:
        assert store.rows("SELECT * FROM counter") == []
        with store.transaction():
            store.run("INSERT INTO counter (kind, used) VALUES ('mine', 1)")


def test_eight_programs_started_at_once_bring_the_file_up_to_date_and_lose_no_act(
    path: Path, at: datetime
) -> None:
    Office.create(path, name="測試局", entropy=os.urandom, at=at).close()
    with plain(path) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    children = [child(CHILD, path, 5) for _number in range(8)]
    failures = [process.communicate()[1] for process in children]
    assert failures == [""] * 8
    with plain(path) as connection:
        assert connection.execute("SELECT count(*) FROM later").fetchone() == (40,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        entries = connection.execute("SELECT count(*), max(seq) FROM journal").fetchone()
        assert entries == (41, 41)


# Writing


def test_a_transaction_is_undone_by_any_error(store: Store) -> None:
    def fails() -> None:
        with store.transaction():
            store.run("INSERT INTO counter (kind, used) VALUES ('a', 1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert store.rows("SELECT * FROM counter") == []


def test_a_transaction_within_a_transaction_is_undone_with_it(store: Store) -> None:
    def fails() -> None:
        with store.transaction():
            with store.transaction():
                store.run("INSERT INTO counter (kind, used) VALUES ('a', 1)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert store.rows("SELECT * FROM counter") == []


def test_a_refused_statement_says_so_and_undoes_the_transaction(store: Store) -> None:
    def fails() -> None:
        with store.transaction():
            store.run("INSERT INTO counter (kind, used) VALUES ('a', 1)")
            store.run("INSERT INTO counter (kind, used) VALUES ('b', -1)")

    with pytest.raises(StoreError, match="資料檔出錯"):
        fails()
    assert store.rows("SELECT * FROM counter") == []


def test_nothing_is_written_outside_a_transaction(store: Store) -> None:
    with pytest.raises(AssertionError):
        store.run("INSERT INTO counter (kind, used) VALUES ('a', 1)")


def test_the_store_goes_on_after_a_refusal(store: Store) -> None:
    with pytest.raises(StoreError), store.transaction():
        store.run("INSERT INTO nowhere VALUES (1)")
    with store.transaction():
        store.run("INSERT INTO counter (kind, used) VALUES ('a', 1)")
    assert store.value("SELECT used FROM counter") == 1


def test_a_full_disk_is_said_in_words_and_nothing_is_lost(store: Store) -> None:
    with store.transaction():
        store.run("INSERT INTO counter (kind, used) VALUES ('kept', 1)")
    store.value(f"PRAGMA max_page_count={store.value('PRAGMA page_count')}")
    rows = [{"kind": f"{number:0100}"} for number in range(2000)]
    with pytest.raises(StoreError, match="磁碟已滿"), store.transaction():
        store.run_many("INSERT INTO counter (kind, used) VALUES (:kind, 1)", rows)
    assert store.value("SELECT count(*) FROM counter") == 1
    assert store.check() == []


def test_a_file_that_was_replaced_while_open_is_not_written_to(store: Store, path: Path) -> None:
    another = path.with_name("another.db")
    Store.open(another, [MIGRATIONS], create=True).close()
    another.replace(path)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="換掉或移走"), store.transaction():
        store.run("INSERT INTO counter (kind, used) VALUES ('lost', 1)")
    assert path.read_bytes() == before


def test_a_file_that_was_moved_while_open_is_not_written_to(store: Store, path: Path) -> None:
    path.rename(path.with_name("elsewhere.db"))
    with pytest.raises(StoreError, match="換掉或移走"), store.transaction():
        pass


# Seals

ATTACKS = [
    "UPDATE thing SET score = 100 WHERE id = 1",
    "UPDATE OR REPLACE thing SET id = 1 WHERE id = 2",
    "DELETE FROM thing WHERE id = 1",
    "DELETE FROM thing",
    "INSERT OR REPLACE INTO thing (id, score, sealed) VALUES (1, 100, 1)",
    "REPLACE INTO thing (id, score, sealed) VALUES (1, 100, 0)",
    "INSERT INTO thing (id, score, sealed) VALUES (1, 100, 1) ON CONFLICT (id) DO UPDATE SET score = 100",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_sealed_row_cannot_be_changed_even_by_another_program(tmp_path: Path, attack: str) -> None:
    with plain(tmp_path / "any.db") as connection:
        connection.execute(
            "CREATE TABLE thing (id INTEGER PRIMARY KEY, score INTEGER, sealed INTEGER) STRICT"
        )
        for statement in statements(seal("thing")):
            connection.execute(statement)
        connection.execute("INSERT INTO thing VALUES (1, 60, 0), (2, 70, 0)")
        connection.execute("UPDATE thing SET score = 61, sealed = 1 WHERE id = 1")
        with pytest.raises(driver.Error, match="sealed"):
            connection.execute(attack)
        assert connection.execute("SELECT * FROM thing").fetchall() == [(1, 61, 1), (2, 70, 0)]


def test_the_reader_is_told_that_a_record_is_sealed(office: Office) -> None:
    with pytest.raises(StoreError, match="已封存"), office.store.transaction():
        office.store.run("UPDATE journal SET actor = 'somebody'")


# Soundness, copies


def test_damage_inside_the_file_is_found(office: Office, at: datetime, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    office.backup(copy)
    content = bytearray(copy.read_bytes())
    for place in range(4096 * 2, len(content), 4096):
        content[place : place + 16] = b"\xff" * 16
    copy.write_bytes(content)
    assert _faults(copy)


def _faults(path: Path) -> list[str]:
    try:
        with Store.open(path, [MIGRATIONS]) as damaged:
            return damaged.check()
    except StoreError as refusal:
        return [refusal.what]


def test_a_backup_can_be_opened_and_holds_everything(office: Office, at: datetime, tmp_path: Path) -> None:
    with office.act("test", by=ADMINISTRATOR, at=at) as act:
        office.ground.add_section(Section(name="行政科"))
        office.ground.put_person(Person(staff_no="01", name="李堃", section="行政科"), since=at.date())
        act.record("01")
    target = tmp_path / "backup.db"
    office.backup(target)
    with Office.open(target, entropy=os.urandom) as copy:
        assert copy.ground.everybody() == office.ground.everybody()
        assert copy.fingerprint() == office.fingerprint()


def test_a_backup_never_replaces_a_file(office: Office, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")
    with pytest.raises(StoreError, match="已經存在"):
        office.backup(tmp_path / "kept")
    assert (tmp_path / "kept").read_text() == "kept"


def test_a_tampered_backup_is_not_restored(office: Office, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    office.backup(backup)
    with plain(backup) as connection:
        connection.execute("DROP TRIGGER journal_sealed_update")
        connection.execute("UPDATE journal SET act = 'nothing'")
    target = tmp_path / "target.db"
    target.write_bytes(b"as before")
    with pytest.raises(StoreError, match="沒有還原"):
        restore(backup, target, lambda file: Office.open(file, entropy=os.urandom))
    assert target.read_bytes() == b"as before"
    assert {file.name for file in tmp_path.iterdir() if "restoring" in file.name} == set()
