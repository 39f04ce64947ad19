"""The opened office: one file, with its people, rules, calendar and journal, on which every desk stands."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import chain, count
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field
from sqlite_utils import Migrations

from bureau.calendar import OfficeCalendar, moment_text
from bureau.database import PATIENCE, Store, StoreError, lock_file
from bureau.journal import GENESIS, Entry, fault, write
from bureau.language import _
from bureau.people import Person
from bureau.problem import Problem, Refused, in_file
from bureau.roles import ADMINISTRATOR, Actor
from bureau.rules import RuleBook, RulesError, RuleTable, default_book, defaults_text, published
from bureau.store import MIGRATIONS, GroundStore
from bureau.text import CleanLine

Entropy = Callable[[int], bytes]
"""Gives so many bytes that nobody can guess."""

SITE = "A"
"""The letter of an office that has one file only."""

SALT_BYTES = 16

BEGINNING = date(1912, 1, 1)
"""The first day on which an office's first rules are in force."""


class OfficeRules(RuleTable):
    """How the office's papers look.

    Attributes:
        seals: the boxes of the seal row, left to right.
        mask_names: whether lists mask names unless asked otherwise.
        secret: whether lists are marked 密.
    """

    TABLE: ClassVar[str] = "office"
    DEFAULTS: ClassVar[Path] = Path(__file__).with_name("office.toml")

    seals: tuple[Annotated[CleanLine, Field(min_length=1, max_length=8)], ...] = Field(max_length=8)
    mask_names: bool
    secret: bool


@dataclass
class Act:
    """One act in the making; what is recorded here enters the journal with it."""

    subject: str = ""
    payload: dict[str, Any] = field(default_factory=dict)

    def record(self, subject: str, **payload: Any) -> None:
        """Say what the act is about and what must be provable later (JSON values only)."""
        self.subject = subject
        self.payload = payload


class Office:
    """An open office file.

    Attributes:
        store: the verbs for reading and writing.
        ground: the ground floor's tables.
        site: the letter of this file.
        name: 局名.
    """

    def __init__(
        self,
        store: Store,
        migrations: Sequence[Migrations],
        rule_kinds: Sequence[type[RuleTable]],
        entropy: Entropy,
    ) -> None:
        self.store = store
        self.migrations = tuple(migrations)
        self.ground = GroundStore(store)
        self.rule_kinds: tuple[type[RuleTable], ...] = (OfficeRules, *rule_kinds)
        self.entropy = entropy

    @classmethod
    def create(
        cls,
        path: Path,
        *,
        name: str,
        migrations: Sequence[Migrations] = (),
        rule_kinds: Sequence[type[RuleTable]] = (),
        entropy: Entropy,
        at: datetime,
        site: str = SITE,
    ) -> Self:
        """Make a new office file.

        Raises:
            StoreError: the file exists or cannot be written.
        """
        migrations = (MIGRATIONS, *migrations)
        store = Store.open(path, migrations, create=True)
        office = cls(store, migrations, rule_kinds, entropy)
        with store.transaction():
            office.ground.set_up(site=site, name=name, created_at=moment_text(at))
            # The defaults become the office's own first rules: a later program may have others.
            standard = default_book(office.rule_kinds)
            office.ground.add_rule_book(standard.version, BEGINNING, defaults_text(office.rule_kinds))
            with office.act("office.create", by=ADMINISTRATOR, at=at) as act:
                act.record(site, name=name)
        return office

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        migrations: Sequence[Migrations] = (),
        rule_kinds: Sequence[type[RuleTable]] = (),
        entropy: Entropy,
        patience: float = PATIENCE,
    ) -> Self:
        """Open an office file.

        Raises:
            StoreError: see `Store.open`.
        """
        migrations = (MIGRATIONS, *migrations)
        store = Store.open(path, migrations, patience=patience)
        return cls(store, migrations, rule_kinds, entropy)

    def close(self) -> None:
        """Close the file."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    @cached_property
    def _identity(self) -> tuple[str, str]:
        return self.ground.office()

    @property
    def site(self) -> str:
        """The letter of this file, first part of every identifier made here."""
        return self._identity[0]

    @property
    def name(self) -> str:
        """局名."""
        return self._identity[1]

    def new_id(self, kind: str) -> str:
        """Take a new identifier for a thing of this kind, such as A17; inside a transaction."""
        return f"{self.site}{self.ground.next_number(kind)}"

    # Who, when, by which rules

    def actor(self, staff_no: str, day: date) -> Actor:
        """Give the acting person with the roles held.

        Raises:
            Refused: nobody of that number works here on `day`.
        """
        if not staff_no:
            return ADMINISTRATOR
        person = self.ground.person_on(staff_no, day)
        if person is None or not person.active_on(day):
            raise Refused(
                _("沒有員工編號 {staff_no} 的在職同仁。").format(staff_no=staff_no),
                remedy=_("請在「6 同仁」查對編號（指令：courtesy staff list）。"),
            )
        return Actor(staff_no=staff_no, name=person.name, roles=self.ground.roles_of(staff_no))

    def person(self, staff_no: str, day: date) -> Person:
        """Give a person as of `day`.

        Raises:
            Refused: the file knows nobody of that number.
        """
        person = self.ground.person_on(staff_no, day)
        if person is None:
            raise Refused(
                _("沒有員工編號 {staff_no} 的同仁。").format(staff_no=staff_no),
                remedy=_("請在「6 同仁」查對編號（指令：courtesy staff list）。"),
            )
        return person

    def calendar(self) -> OfficeCalendar:
        """Give the office calendar."""
        return self.ground.calendar()

    def rules(self, day: date) -> RuleBook:
        """Give the rules in force on `day`: the newest book whose first day has come."""
        books = [book for book in self.ground.rule_books() if book[1] <= day]
        # Of two books, the later first day decides; of two with the same day, the later published.
        version, since, content = max(enumerate(books), key=lambda pair: (pair[1][1], pair[0]))[1]
        return self._published(version, since, content)

    def rules_of(self, version: str) -> RuleBook:
        """Give the rules of a version, as a decision of the past used them.

        Raises:
            RulesError: the file does not hold that version.
        """
        for known, since, content in reversed(self.ground.rule_books()):
            if known == version:
                return self._published(known, since, content)
        raise RulesError(
            _("資料檔裡沒有版本 {version} 的規則。").format(version=version),
            place=in_file(self.store.path),
            remedy=_("請由備份比對。"),
        )

    def _published(self, version: str, since: date, content: str) -> RuleBook:
        return published(
            content,
            self.rule_kinds,
            version=version,
            in_force_from=since,
            place=in_file(self.store.path),
        )

    # Acts

    @contextmanager
    def act(self, name: str, *, by: Actor, at: datetime) -> Iterator[Act]:
        """Do one act: all of the block and its journal entry in one transaction, or nothing.

        Args:
            name: what is done, such as `call.seal`.
            by: the acting person.
            at: the aware moment.
        """
        with self.store.transaction():
            doing = Act()
            yield doing
            entry = write(
                self.ground.last_entry(self.site),
                site=self.site,
                at=at,
                actor=by.staff_no,
                act=name,
                subject=doing.subject,
                payload=doing.payload,
                salt=self.entropy(SALT_BYTES).hex(),
            )
            self.ground.add_entry(entry)

    def journal(self) -> Iterator[Entry]:
        """Give every entry of this site, in order."""
        after = 0
        while batch := self.ground.entries(self.site, after=after):
            yield from batch
            after = batch[-1].seq

    def fingerprint(self) -> str:
        """Give the newest entry's hash: printed on paper, it binds the paper to the journal."""
        entry = self.ground.last_entry(self.site)
        return entry.hash if entry else GENESIS

    def verify_journal(self) -> tuple[int, Problem | None]:
        """Check the journal from its first entry.

        Returns:
            How many entries were read, and the first that does not hold (None: all hold).
        """
        previous: Entry | None = None
        count = 0
        for entry in self.journal():
            count += 1
            if fault(previous, entry):
                return count, Problem(
                    _("日誌第 {seq} 筆（{act}）與雜湊不符。").format(seq=entry.seq, act=entry.act),
                    in_file(self.store.path),
                    _("這一筆或之前的紀錄被改過，請由備份比對。"),
                )
            previous = entry
        return count, None

    def verify_seals(self) -> list[Problem]:
        """Check that every trigger of a fresh file guards this one too, and that the file is sound."""
        with Store.open_scratch(self.migrations) as fresh:
            expected = fresh.triggers()
        found = self.store.triggers()
        missing = [name for name, text in expected.items() if found.get(name) != text]
        place = in_file(self.store.path)
        return [
            Problem(
                _("保護封存紀錄的觸發器不見了或被改過： {name}。").format(name=name),
                place,
                _("檔案被別的程式改過，請由備份比對。"),
            )
            for name in missing
        ] + [
            Problem(line, place, _("檔案已損壞，請由備份還原：courtesy restore。"))
            for line in self.store.check()
        ]

    def evidence(self, act: str) -> dict[str, dict[str, Any]]:
        """Give what the journal holds of every act of this name, by subject; the latest wins."""
        return {
            entry.subject: json.loads(entry.payload)
            for entry in self.journal()
            if entry.act == act and entry.payload is not None
        }

    # Copies

    def backup(self, target: Path) -> str:
        """Write a checked copy of the whole file to `target`; give its SHA-256.

        Raises:
            StoreError: the target exists or cannot be written, or the file is not sound.
        """
        if target.exists():
            raise StoreError(_("檔案已經存在。"), place=in_file(target), remedy=_("請另取檔名。"))
        if not target.parent.is_dir():
            raise StoreError(
                _("沒有資料夾 {folder}。").format(folder=target.parent), remedy=_("請先建立資料夾。")
            )
        faults = self.store.check()
        if faults:
            raise StoreError(
                _("檔案已損壞，沒有備份。"),
                place=in_file(self.store.path),
                remedy=_("請由較早的備份還原：courtesy restore。"),
                problems=[Problem(line) for line in faults[:20]],
            )
        self.store.copy_to(target)
        with target.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def restore(source: Path, target: Path, opener: Callable[[Path], Office]) -> tuple[int, Path | None]:
    """Put the backup `source` in the place of the office file `target`.

    The backup is opened and its journal checked before anything is touched; what stood at `target` is kept
    beside it, with what was not yet merged into it, under a free name that ends in `.before-restore`,
    `.before-restore-2` and so on.

    Args:
        source: the backup.
        target: where the office file belongs.
        opener: opens an office file with every package's tables.

    Returns:
        How many journal entries the restored file holds, and where what stood there is kept, if anything did.

    Raises:
        StoreError: the backup is not sound, or the place cannot be written.
    """
    trial = target.with_name(target.name + ".restoring")
    try:
        shutil.copyfile(source, trial)
        with opener(trial) as office:
            faults = office.store.check()
            entries, problem = office.verify_journal()
        if faults or problem:
            raise StoreError(
                _("備份檔不完整，沒有還原。"),
                place=in_file(source),
                remedy=_("請改用另一份備份。"),
                problems=[Problem(line) for line in faults[:20]] + ([problem] if problem else []),
            )
        kept = _put_aside(target) if target.exists() else None
        trial.replace(target)
    except OSError as error:
        raise StoreError(
            _("不能還原（{detail}）。").format(detail=error.strerror), place=in_file(source)
        ) from error
    finally:
        for ending in ("", "-wal", "-shm"):
            trial.with_name(trial.name + ending).unlink(missing_ok=True)
        lock_file(trial).unlink(missing_ok=True)
    return entries, kept


def _put_aside(target: Path) -> Path:
    """Rename a file together with its log, in which the newest acts may still stand; give the new name."""
    first = target.with_name(target.name + ".before-restore")
    others = (first.with_name(f"{first.name}-{number}") for number in count(2))
    kept = next(name for name in chain([first], others) if not name.exists())
    target.replace(kept)
    for ending in ("-wal", "-shm"):
        log = target.with_name(target.name + ending)
        if log.exists():
            log.replace(kept.with_name(kept.name + ending))
    return kept
