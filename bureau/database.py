"""The one SQLite file of an office: how it is opened, locked, migrated and written to.

This is the only room that opens the file. What each setting guards against was measured: power cuts
(`synchronous=FULL`), starved writers (the lock queue in front of `BEGIN IMMEDIATE`), replaced files (the
inode is compared before each write), network shares (SQLite loses acknowledged work there), and SQLite
libraries older than 3.51.3, which can damage a WAL file when two processes checkpoint at once.
"""

import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self, TextIO

import portalocker
from sqlite_utils import Database, Migrations
from sqlite_utils.utils import sqlite3 as driver  # type: ignore[attr-defined]  # one driver per process

from bureau.language import _
from bureau.problem import Refused, in_file

APPLICATION_ID = 0x4B4D5442
"""Marks a SQLite file as one of ours (`KMTB`)."""

SAFE_SQLITE = (3, 51, 3)
"""The first SQLite without the WAL-reset fault (2026-03-13)."""

PATIENCE = 30.0
"""Seconds to wait for somebody else's write before saying so."""

_HEADER = 100
_APPLICATION_ID_AT = 68
_MAGIC = b"SQLite format 3\x00"
_NETWORK = frozenset(
    "9p afs ceph cifs davfs fuse.glusterfs fuse.rclone fuse.sshfs nfs nfs4 smb3 smbfs".split()  # noqa: SIM905
)
_MOUNTS = Path("/proc/self/mounts")
_OCTAL = re.compile(r"\\([0-7]{3})")
_PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "recursive_triggers=ON",
    "mmap_size=0",
)

Row = dict[str, Any]
"""One row, by column name."""


class StoreError(Refused):
    """The office file cannot be read or written."""


def sqlite_is_safe() -> bool:
    """Say whether the SQLite in use is free of the WAL-reset fault."""
    return tuple(driver.sqlite_version_info) >= SAFE_SQLITE


def filesystem_of(path: Path, mounts: Path = _MOUNTS) -> str:
    """Name the kind of filesystem that holds `path`; `""` where the system does not tell.

    Args:
        path: any file or folder.
        mounts: the system's list of what is mounted where, as proc_mounts(5) describes it.
    """
    if not mounts.exists():
        return ""
    target = str(path.resolve())
    best = ("", "")
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _device, mount, kind = line.split()[:3]
        # Spaces and backslashes are written in octal; everything else, Chinese too, stands as itself.
        mount = _OCTAL.sub(lambda match: chr(int(match[1], 8)), mount)
        inside = target == mount or target.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) > len(best[0]):
            best = (mount, kind)
    return best[1]


def statements(script: str) -> Iterator[str]:
    """Split a script of SQL into single statements; triggers stay whole."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if driver.complete_statement(pending):
            if pending.strip():
                yield pending.strip()
            pending = ""
    if pending.strip():
        yield pending.strip()


def seal(table: str, sealed: str = "sealed = 1", key: str = "id") -> str:
    """Write the triggers that make rows of `table` unchangeable once `sealed` holds.

    OR REPLACE deletes without firing delete triggers on connections that do not ask for it, hence the third
    trigger, and hence an update looks at the row it would put itself in place of, too.

    Args:
        table: the table to guard.
        sealed: SQL condition on a row, with bare column names.
        key: the primary key's columns, separated by commas; other unique keys follow after semicolons, since
            a replacement by any of them would remove the row.
    """
    keys = [[column.strip() for column in each.split(",")] for each in key.split(";")]

    def sealed_row(row: str) -> str:
        same = " OR ".join(
            " AND ".join(f"{column} = {row}.{column}" for column in columns) for columns in keys
        )
        if len(keys) > 1:
            same = f"({same})"
        return f"EXISTS (SELECT 1 FROM {table} WHERE {same} AND {sealed})"

    return _guards(table, sealed_row)


def seal_parts(table: str, parent_key: str, parent: str, sealed: str) -> str:
    """Write the triggers by which the parts of a sealed whole can neither change, go, nor become more.

    Args:
        table: the table of the parts.
        parent_key: its column that names the whole.
        parent: the table of the wholes, whose key is `id`.
        sealed: SQL condition on a whole, with bare column names.
    """
    return _guards(
        table, lambda row: f"EXISTS (SELECT 1 FROM {parent} WHERE id = {row}.{parent_key} AND {sealed})"
    )


def _guards(table: str, is_sealed: Callable[[str], str]) -> str:
    guarded = {
        "UPDATE": f"{is_sealed('OLD')} OR {is_sealed('NEW')}",
        "DELETE": is_sealed("OLD"),
        "INSERT": is_sealed("NEW"),
    }
    return "".join(
        f"CREATE TRIGGER {table}_sealed_{act.lower()} BEFORE {act} ON {table} WHEN {condition}"
        f" BEGIN SELECT RAISE(ABORT, 'sealed'); END;\n"
        for act, condition in guarded.items()
    )


class Store:
    """An open office file, for one thread.

    Reads give lists of rows; writes happen inside `transaction`. SQL is portable and takes named parameters.
    """

    def __init__(self, database: Database, path: Path, queue: TextIO, patience: float) -> None:
        self._database = database
        self._queue = queue
        self._patience = patience
        self._writing = False
        self.scratch: tempfile.TemporaryDirectory[str] | None = None
        self.path = path
        self._inode = path.stat().st_ino

    @classmethod
    def open(
        cls,
        path: Path,
        migrations: Sequence[Migrations],
        *,
        create: bool = False,
        patience: float = PATIENCE,
    ) -> Self:
        """Open the office file at `path` and bring it to the form this program knows.

        Args:
            path: the file.
            migrations: each package's migrations, ground floor first.
            create: make the file; it must not exist yet.
            patience: seconds to wait for somebody else's write.

        Raises:
            StoreError: missing, not ours, from a newer program, read-only, locked, on a network share.
        """
        _check_place(path, create=create)
        if not create:
            _check_header(path)
        try:
            return cls._opened(path, migrations, create=create, patience=patience)
        except (driver.Error, OSError) as error:
            raise _in_words(error, path) from error

    @classmethod
    def open_scratch(cls, migrations: Sequence[Migrations]) -> Self:
        """Make an empty file of today's form in a temporary folder, to compare with; gone when closed."""
        folder = tempfile.TemporaryDirectory(prefix="courtesy-")
        try:
            store = cls.open(Path(folder.name, "scratch.db"), migrations, create=True)
        except BaseException:
            folder.cleanup()
            raise
        store.scratch = folder
        return store

    @classmethod
    def _opened(cls, path: Path, migrations: Sequence[Migrations], *, create: bool, patience: float) -> Self:
        connection = driver.connect(str(path), timeout=patience, check_same_thread=True)
        database = Database(connection, recursive_triggers=True, execute_plugins=False)
        queue = None
        try:
            for pragma in _PRAGMAS:
                database.execute(f"PRAGMA {pragma}")
            if not create:
                _check_version(database, migrations, path)
            queue = lock_file(path).open("a", encoding="utf-8")
            store = cls(database, path, queue, patience)
            store._migrate(migrations)
        except BaseException:
            if queue is not None:
                queue.close()
            database.close()
            raise
        return store

    def _migrate(self, migrations: Sequence[Migrations]) -> None:
        database = self._database
        if database.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            with self._turn():
                database.enable_wal()
        if not any(known.pending(database) for known in migrations):
            return
        with self.transaction():
            for known in migrations:
                known.apply(database)
            self._database.execute(f"PRAGMA application_id={APPLICATION_ID}")
            self._database.execute(f"PRAGMA user_version={_steps(migrations)}")

    def close(self) -> None:
        """Close the file; the store cannot be used again."""
        self._queue.close()
        self._database.close()
        if self.scratch is not None:
            self.scratch.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def rows(self, sql: str, **values: Any) -> list[Row]:
        """Give every row that `sql` selects."""
        try:
            return list(self._database.query(sql, values))
        except driver.Error as error:
            raise _in_words(error, self.path) from error

    def row(self, sql: str, **values: Any) -> Row | None:
        """Give the first row that `sql` selects, or None."""
        found = self.rows(sql, **values)
        return found[0] if found else None

    def value(self, sql: str, **values: Any) -> Any:
        """Give the first column of the first row that `sql` selects, or None."""
        found = self.row(sql, **values)
        return next(iter(found.values())) if found else None

    def run(self, sql: str, **values: Any) -> int:
        """Write with `sql` inside a transaction; give the number of rows it changed."""
        assert self._writing, "writes happen inside a transaction"
        try:
            return int(self._database.execute(sql, values).rowcount)
        except driver.Error as error:
            raise _in_words(error, self.path) from error

    def run_many(self, sql: str, values: Iterable[Mapping[str, Any]]) -> None:
        """Write with `sql` once for each of `values` inside a transaction."""
        assert self._writing, "writes happen inside a transaction"
        try:
            self._database.conn.executemany(sql, values)
        except driver.Error as error:
            raise _in_words(error, self.path) from error

    @contextmanager
    def transaction(self) -> Iterator[Self]:
        """Write all of the block, or nothing of it.

        Must be short: nobody else can write meanwhile. A transaction within a transaction is part of it.
        """
        if self._writing:
            yield self
            return
        with self._turn():
            self._check_still_ours()
            try:
                self._database.execute("BEGIN IMMEDIATE")
            except driver.Error as error:
                raise _in_words(error, self.path) from error
            self._writing = True
            try:
                yield self
                self._database.commit()
            except driver.Error as error:
                self._undo()
                raise _in_words(error, self.path) from error
            except BaseException:
                self._undo()
                raise
            finally:
                self._writing = False

    def _undo(self) -> None:
        # A full disk has already rolled the transaction back by itself.
        with suppress(driver.Error):
            self._database.rollback()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait in the queue of writers: the kernel serves them in order, SQLite's own retries would not."""
        try:
            portalocker.lock(
                self._queue, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING
            )
        except portalocker.LockException:
            self._wait_in_queue()
        try:
            yield
        finally:
            portalocker.unlock(self._queue)

    def _wait_in_queue(self) -> None:
        # A place in the queue of its own: a lock that comes after we gave up must not pass for a later one.
        place = lock_file(self.path).open("a", encoding="utf-8")
        arrived, gave_up, deciding = threading.Event(), threading.Event(), threading.Lock()

        def wait() -> None:
            with suppress(portalocker.LockException, ValueError, OSError):
                portalocker.lock(place, portalocker.LockFlags.EXCLUSIVE)
            with deciding:
                if gave_up.is_set():
                    place.close()
                else:
                    arrived.set()

        threading.Thread(target=wait, daemon=True).start()
        if not arrived.wait(self._patience):
            with deciding:
                if not arrived.is_set():
                    gave_up.set()
                    raise _locked(self.path)
        self._queue.close()
        self._queue = place

    def _check_still_ours(self) -> None:
        try:
            inode = self.path.stat().st_ino
        except OSError:
            inode = -1
        if inode != self._inode:
            raise StoreError(
                _("開啟之後，檔案被換掉或移走了。"),
                place=in_file(self.path),
                remedy=_("請關閉程式再重新開啟；剛才這一步沒有寫入。"),
            )

    def triggers(self) -> dict[str, str]:
        """Give the text of each trigger that guards the file, by its name."""
        rows = self.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        return {row["name"]: row["sql"] for row in rows}

    def check(self) -> list[str]:
        """Give what SQLite itself finds wrong with the file; empty when sound."""
        found = [str(next(iter(row.values()))) for row in self.rows("SELECT * FROM pragma_integrity_check")]
        broken = [
            f"{row['table']}.{row['rowid']}" for row in self.rows("SELECT * FROM pragma_foreign_key_check")
        ]
        return [line for line in found if line != "ok"] + broken

    def copy_to(self, target: Path) -> None:
        """Write a compact, complete copy of the file to `target`, which must not exist."""
        try:
            self._database.execute("VACUUM INTO ?", [str(target)])
        except driver.Error as error:
            raise _in_words(error, target) from error


def lock_file(path: Path) -> Path:
    """Name the file whose lock is the queue of writers for the office file at `path`."""
    return path.with_name(path.name + ".lock")


def _steps(migrations: Sequence[Migrations]) -> int:
    return sum(len(known._migrations) for known in migrations)  # noqa: SLF001 - the library lists them nowhere else


def _check_place(path: Path, *, create: bool) -> None:
    if create and path.exists():
        raise StoreError(
            _("檔案已經存在。"), place=in_file(path), remedy=_("請另取檔名；不會覆蓋既有的資料。")
        )
    if not create and not path.exists():
        raise StoreError(
            _("找不到局的資料檔 {path}。").format(path=path),
            remedy=_("請用 courtesy init 建立，或以 --office 指定位置。"),
        )
    if not path.parent.is_dir():
        raise StoreError(_("沒有資料夾 {folder}。").format(folder=path.parent), remedy=_("請先建立資料夾。"))
    if path.exists() and not path.is_file():
        raise StoreError(_("這不是檔案。"), place=in_file(path), remedy=_("請指定檔案，不是資料夾。"))
    kind = filesystem_of(path.parent)
    if kind in _NETWORK:
        raise StoreError(
            _("{path} 在網路磁碟（{kind}）上，已寫入的資料可能遺失。").format(path=path, kind=kind),
            remedy=_("請把資料檔放在本機磁碟，其他人連到這台電腦使用。"),
        )
    if path.exists() and not os.access(path, os.W_OK):
        raise StoreError(
            _("檔案是唯讀的。"), place=in_file(path), remedy=_("請取消唯讀，或請管理者給寫入權限。")
        )
    if not os.access(path.parent, os.W_OK):
        raise StoreError(
            _("資料夾 {folder} 不能寫入。").format(folder=path.parent),
            remedy=_("請請管理者給寫入權限，或把檔案移到可寫入的資料夾。"),
        )


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError as error:
        raise _in_words(error, path) from error
    if not header.startswith(_MAGIC):
        raise StoreError(
            _("這不是局的資料檔。"),
            place=in_file(path),
            remedy=_("請確認檔名；由 courtesy init 建立的檔案才能開啟。"),
        )
    application = int.from_bytes(header[_APPLICATION_ID_AT : _APPLICATION_ID_AT + 4], "big")
    # Right after creation the mark may still stand in the -wal file alone.
    if application not in (APPLICATION_ID, 0):
        raise StoreError(
            _("這是別的程式的資料檔。"), place=in_file(path), remedy=_("請指定由 courtesy init 建立的檔案。")
        )


def _check_version(database: Database, migrations: Sequence[Migrations], path: Path) -> None:
    if database.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise StoreError(
            _("這不是局的資料檔。"),
            place=in_file(path),
            remedy=_("請確認檔名；由 courtesy init 建立的檔案才能開啟。"),
        )
    known = {(each.name, step.name) for each in migrations for step in each._migrations}  # noqa: SLF001
    applied = {
        (row["migration_set"], row["name"])
        for row in database.query("SELECT migration_set, name FROM _sqlite_migrations")
    }
    if applied - known:
        raise StoreError(
            _("這個檔案由較新版的程式寫成。"),
            place=in_file(path),
            remedy=_("請更新程式後再開啟；檔案沒有變動。"),
        )


def _locked(path: Path) -> StoreError:
    return StoreError(
        _("另一個程式正在寫入這個檔案，等候逾時。"),
        place=in_file(path),
        remedy=_("請稍候再試；若一直如此，請關閉其他開啟這個檔案的程式。"),
    )


def _in_words(error: Exception, path: Path) -> Refused:
    """Say what a driver's or the system's error means."""
    text = str(error)
    if "locked" in text or "busy" in text:
        return _locked(path)
    no_writing = (
        _("檔案或資料夾不能寫入。"),
        _("請請管理者給寫入權限，或把檔案移到可寫入的資料夾。"),
    )
    damaged = (_("檔案已損壞。"), _("請不要再使用它，改由最近的備份還原：courtesy restore。"))
    full = (_("磁碟已滿，這一步沒有寫入。"), _("請清出空間再試。"))
    meanings = {
        "sealed": (_("已封存的紀錄不能更改。"), _("請以新的紀錄更正，原紀錄會保留。")),
        "full": full,
        "No space": full,
        "readonly": no_writing,
        "Permission": no_writing,
        "unable to open": no_writing,
        "malformed": damaged,
        "not a database": damaged,
        "corrupt": damaged,
    }
    otherwise = (_("資料檔出錯（{detail}）。").format(detail=text), _("這一步沒有寫入。"))
    what, remedy = next((meaning for sign, meaning in meanings.items() if sign in text), otherwise)
    return StoreError(what, place=in_file(path), remedy=remedy)
