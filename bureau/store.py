"""The ground floor's tables: the office itself, people, leave, roles, the calendar, rules and the journal."""

from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database, Migrations

from bureau.calendar import OfficeCalendar, moment_from, moment_text
from bureau.database import Store, seal, statements
from bureau.journal import Entry
from bureau.people import Leave, Person, Section
from bureau.roles import Role

MIGRATIONS = Migrations("bureau")

FOREVER = "9999-12-31"
"""The end of what has no end yet, so that days compare as text."""


@MIGRATIONS()
def m001_ground_floor(database: Database) -> None:
    """Make the tables of the ground floor."""
    script = """
    CREATE TABLE office (
        site TEXT PRIMARY KEY CHECK (length(site) BETWEEN 1 AND 4),
        name TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT;
    CREATE TABLE counter (
        kind TEXT PRIMARY KEY,
        used INTEGER NOT NULL CHECK (used >= 0)
    ) STRICT;
    CREATE TABLE section (
        name TEXT PRIMARY KEY,
        place INTEGER NOT NULL,
        active INTEGER NOT NULL CHECK (active IN (0, 1))
    ) STRICT;
    CREATE TABLE person (
        staff_no TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        email TEXT NOT NULL,
        hired TEXT,
        left_on TEXT
    ) STRICT;
    CREATE TABLE membership (
        staff_no TEXT NOT NULL REFERENCES person (staff_no),
        since TEXT NOT NULL,
        until TEXT NOT NULL CHECK (until >= since),
        section TEXT NOT NULL REFERENCES section (name),
        title TEXT NOT NULL,
        extension TEXT NOT NULL,
        switchboard INTEGER NOT NULL CHECK (switchboard IN (0, 1)),
        PRIMARY KEY (staff_no, since)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE on_leave (
        staff_no TEXT NOT NULL REFERENCES person (staff_no),
        first_day TEXT NOT NULL,
        last_day TEXT NOT NULL CHECK (last_day >= first_day),
        kind TEXT NOT NULL,
        PRIMARY KEY (staff_no, first_day)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE role (
        staff_no TEXT NOT NULL REFERENCES person (staff_no),
        role TEXT NOT NULL,
        PRIMARY KEY (staff_no, role)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE office_day (
        day TEXT PRIMARY KEY,
        works INTEGER NOT NULL CHECK (works IN (0, 1)),
        name TEXT NOT NULL
    ) STRICT;
    CREATE TABLE rule_book (
        id INTEGER PRIMARY KEY,
        version TEXT NOT NULL,
        in_force_from TEXT NOT NULL,
        content TEXT NOT NULL
    ) STRICT;
    CREATE TABLE journal (
        site TEXT NOT NULL,
        seq INTEGER NOT NULL CHECK (seq >= 1),
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        act TEXT NOT NULL,
        subject TEXT NOT NULL,
        payload_hash TEXT NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL,
        PRIMARY KEY (site, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE journal_payload (
        site TEXT NOT NULL,
        seq INTEGER NOT NULL,
        payload TEXT NOT NULL,
        salt TEXT NOT NULL,
        PRIMARY KEY (site, seq),
        FOREIGN KEY (site, seq) REFERENCES journal (site, seq)
    ) STRICT, WITHOUT ROWID;
    """
    script += seal("journal", sealed="1", key="site, seq") + seal("rule_book", sealed="1")
    for statement in statements(script):
        database.execute(statement)


_PERSON = """
    SELECT person.staff_no, person.name, person.email, person.hired, person.left_on AS left,
           membership.section, membership.title, membership.extension, membership.switchboard
    FROM person JOIN membership ON membership.staff_no = person.staff_no
    JOIN section ON section.name = membership.section
"""


class GroundStore:
    """Reads and writes the ground floor's tables."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # The office

    def set_up(self, *, site: str, name: str, created_at: str) -> None:
        """Write the office's own row into a new file."""
        self.store.run(
            "INSERT INTO office (site, name, created_at) VALUES (:site, :name, :created_at)",
            site=site,
            name=name,
            created_at=created_at,
        )

    def office(self) -> tuple[str, str]:
        """Give the site's letter and the office's name."""
        row = self.store.row("SELECT site, name FROM office")
        assert row is not None
        return row["site"], row["name"]

    def next_number(self, kind: str) -> int:
        """Take the next number for things of this kind, from 1, never twice."""
        self.store.run(
            """INSERT INTO counter (kind, used) VALUES (:kind, 1)
               ON CONFLICT (kind) DO UPDATE SET used = used + 1""",
            kind=kind,
        )
        return int(self.store.value("SELECT used FROM counter WHERE kind = :kind", kind=kind))

    # People

    def sections(self) -> list[Section]:
        """Give all sections in their order."""
        rows = self.store.rows("SELECT name, place, active FROM section ORDER BY place, name")
        return [Section(name=row["name"], order=row["place"], active=bool(row["active"])) for row in rows]

    def add_section(self, section: Section) -> None:
        """Add a section."""
        self.store.run(
            "INSERT INTO section (name, place, active) VALUES (:name, :place, :active)",
            name=section.name,
            place=section.order,
            active=int(section.active),
        )

    def people_on(self, day: date) -> list[Person]:
        """Give everybody who has a place in the office on `day`, by section and 員工編號."""
        rows = self.store.rows(
            _PERSON
            + """WHERE membership.since <= :day AND :day <= membership.until
                   AND (person.left_on IS NULL OR person.left_on >= :day)
                   AND (person.hired IS NULL OR person.hired <= :day)
                 ORDER BY section.place, person.staff_no""",
            day=day.isoformat(),
        )
        return [Person.model_validate(row) for row in rows]

    def person_on(self, staff_no: str, day: date) -> Person | None:
        """Give a person as of `day`, or as of the nearest day known when the file knows nothing of `day`."""
        row = self.store.row(
            _PERSON
            + """WHERE person.staff_no = :staff_no
                 ORDER BY CASE WHEN membership.since <= :day AND :day <= membership.until THEN 0
                               WHEN membership.until < :day THEN 1 ELSE 2 END,
                          CASE WHEN membership.until < :day THEN membership.until END DESC,
                          membership.since
                 LIMIT 1""",
            staff_no=staff_no,
            day=day.isoformat(),
        )
        return Person.model_validate(row) if row else None

    def everybody(self) -> list[Person]:
        """Give everybody the file knows, in their latest place, those who left included."""
        rows = self.store.rows(
            _PERSON
            + """WHERE membership.since = (SELECT max(latest.since) FROM membership AS latest
                                           WHERE latest.staff_no = person.staff_no)
                 ORDER BY section.place, person.staff_no"""
        )
        return [Person.model_validate(row) for row in rows]

    def put_person(self, person: Person, *, since: date) -> None:
        """Write a person's own data, and the place held from `since` on."""
        self.store.run(
            """INSERT INTO person (staff_no, name, email, hired, left_on)
               VALUES (:staff_no, :name, :email, :hired, :left_on)
               ON CONFLICT (staff_no) DO UPDATE SET name = excluded.name, email = excluded.email,
                   hired = excluded.hired, left_on = excluded.left_on""",
            staff_no=person.staff_no,
            name=person.name,
            email=person.email,
            hired=person.hired.isoformat() if person.hired else None,
            left_on=person.left.isoformat() if person.left else None,
        )
        place: dict[str, Any] = {
            "staff_no": person.staff_no,
            "section": person.section,
            "title": person.title,
            "extension": person.extension,
            "switchboard": int(person.switchboard),
        }
        same = self.store.row(
            """SELECT since FROM membership WHERE staff_no = :staff_no AND until = :forever
                 AND section = :section AND title = :title AND extension = :extension
                 AND switchboard = :switchboard""",
            **place,
            forever=FOREVER,
        )
        if same:
            return
        # A change on the very day a place began corrects that place; a later one ends it the day before.
        self.store.run(
            "DELETE FROM membership WHERE staff_no = :staff_no AND since >= :since",
            staff_no=person.staff_no,
            since=since.isoformat(),
        )
        self.store.run(
            """UPDATE membership SET until = :until
               WHERE staff_no = :staff_no AND until > :until""",
            staff_no=person.staff_no,
            until=(since - timedelta(days=1)).isoformat(),
        )
        self.store.run(
            """INSERT INTO membership (staff_no, since, until, section, title, extension, switchboard)
               VALUES (:staff_no, :since, :forever, :section, :title, :extension, :switchboard)""",
            **place,
            since=since.isoformat(),
            forever=FOREVER,
        )

    def set_left(self, staff_no: str, day: date) -> None:
        """Write the last day of a person who leaves; whoever returns gets a new place from then on."""
        self.store.run(
            "UPDATE person SET left_on = :day WHERE staff_no = :staff_no",
            staff_no=staff_no,
            day=day.isoformat(),
        )
        self.store.run(
            """UPDATE membership SET until = :day
               WHERE staff_no = :staff_no AND until > :day AND since <= :day""",
            staff_no=staff_no,
            day=day.isoformat(),
        )

    def leaves(self, first: date, last: date) -> list[Leave]:
        """Give the leaves that touch the days from `first` to `last`."""
        rows = self.store.rows(
            """SELECT staff_no, first_day, last_day, kind FROM on_leave
               WHERE first_day <= :last AND last_day >= :first ORDER BY staff_no, first_day""",
            first=first.isoformat(),
            last=last.isoformat(),
        )
        return [
            Leave(staff_no=row["staff_no"], first=row["first_day"], last=row["last_day"], kind=row["kind"])
            for row in rows
        ]

    def put_leave(self, leave: Leave) -> None:
        """Write a leave; one that begins on the same day is replaced."""
        self.store.run(
            """INSERT INTO on_leave (staff_no, first_day, last_day, kind)
               VALUES (:staff_no, :first, :last, :kind)
               ON CONFLICT (staff_no, first_day)
               DO UPDATE SET last_day = excluded.last_day, kind = excluded.kind""",
            staff_no=leave.staff_no,
            first=leave.first.isoformat(),
            last=leave.last.isoformat(),
            kind=leave.kind,
        )

    # Roles

    def roles_of(self, staff_no: str) -> frozenset[Role]:
        """Give the roles a person holds; everybody is staff."""
        rows = self.store.rows("SELECT role FROM role WHERE staff_no = :staff_no", staff_no=staff_no)
        return frozenset({Role.STAFF, *(Role(row["role"]) for row in rows)})

    def holders(self, role: Role) -> list[str]:
        """Give the 員工編號 of those who hold a role."""
        rows = self.store.rows(
            "SELECT staff_no FROM role WHERE role = :role ORDER BY staff_no", role=role.value
        )
        return [row["staff_no"] for row in rows]

    def put_role(self, staff_no: str, role: Role) -> None:
        """Give a person a role."""
        self.store.run(
            "INSERT INTO role (staff_no, role) VALUES (:staff_no, :role) ON CONFLICT DO NOTHING",
            staff_no=staff_no,
            role=role.value,
        )

    def drop_role(self, staff_no: str, role: Role) -> None:
        """Take a role from a person."""
        self.store.run(
            "DELETE FROM role WHERE staff_no = :staff_no AND role = :role", staff_no=staff_no, role=role.value
        )

    # Calendar

    def calendar(self) -> OfficeCalendar:
        """Give the office calendar."""
        rows = self.store.rows("SELECT day, works, name FROM office_day ORDER BY day")
        return OfficeCalendar(
            holidays={date.fromisoformat(row["day"]): row["name"] for row in rows if not row["works"]},
            workdays={date.fromisoformat(row["day"]): row["name"] for row in rows if row["works"]},
        )

    def put_calendar(self, calendar: OfficeCalendar, first: date, last: date) -> None:
        """Replace the calendar's days from `first` to `last`."""
        self.store.run(
            "DELETE FROM office_day WHERE day BETWEEN :first AND :last",
            first=first.isoformat(),
            last=last.isoformat(),
        )
        days = [(day, 0, name) for day, name in calendar.holidays.items()]
        days += [(day, 1, name) for day, name in calendar.workdays.items()]
        self.store.run_many(
            "INSERT INTO office_day (day, works, name) VALUES (:day, :works, :name)",
            [
                {"day": day.isoformat(), "works": works, "name": name}
                for day, works, name in days
                if first <= day <= last
            ],
        )

    # Rules

    def rule_books(self) -> list[tuple[str, date, str]]:
        """Give version, first day in force and content (TOML) of every published book, oldest first."""
        rows = self.store.rows("SELECT version, in_force_from, content FROM rule_book ORDER BY id")
        return [(row["version"], date.fromisoformat(row["in_force_from"]), row["content"]) for row in rows]

    def add_rule_book(self, version: str, in_force_from: date, content: str) -> None:
        """Add a published book."""
        self.store.run(
            """INSERT INTO rule_book (version, in_force_from, content)
               VALUES (:version, :in_force_from, :content)""",
            version=version,
            in_force_from=in_force_from.isoformat(),
            content=content,
        )

    # Journal

    def last_entry(self, site: str) -> Entry | None:
        """Give the newest entry of a site."""
        found = self._entries("WHERE journal.site = :site ORDER BY journal.seq DESC LIMIT 1", site=site)
        return found[0] if found else None

    def entries(self, site: str, *, after: int = 0, limit: int = 1000) -> list[Entry]:
        """Give up to `limit` entries of a site that follow number `after`, in order."""
        return self._entries(
            "WHERE journal.site = :site AND journal.seq > :after ORDER BY journal.seq LIMIT :limit",
            site=site,
            after=after,
            limit=limit,
        )

    def entries_about(self, subject: str) -> list[Entry]:
        """Give every entry about one thing, in order."""
        return self._entries("WHERE journal.subject = :subject ORDER BY journal.seq", subject=subject)

    def _entries(self, condition: str, **values: Any) -> list[Entry]:
        rows = self.store.rows(
            """SELECT journal.site, journal.seq, journal.at, journal.actor, journal.act, journal.subject,
                      journal.payload_hash, journal.previous, journal.hash,
                      journal_payload.payload, journal_payload.salt
               FROM journal LEFT JOIN journal_payload
                 ON journal_payload.site = journal.site AND journal_payload.seq = journal.seq """
            + condition,
            **values,
        )
        return [Entry.model_validate(row | {"at": moment_from(row["at"])}) for row in rows]

    def add_entry(self, entry: Entry) -> None:
        """Append an entry to the journal."""
        self.store.run(
            """INSERT INTO journal (site, seq, at, actor, act, subject, payload_hash, previous, hash)
               VALUES (:site, :seq, :at, :actor, :act, :subject, :payload_hash, :previous, :hash)""",
            site=entry.site,
            seq=entry.seq,
            at=moment_text(entry.at),
            actor=entry.actor,
            act=entry.act,
            subject=entry.subject,
            payload_hash=entry.payload_hash,
            previous=entry.previous,
            hash=entry.hash,
        )
        self.store.run(
            """INSERT INTO journal_payload (site, seq, payload, salt)
               VALUES (:site, :seq, :payload, :salt)""",
            site=entry.site,
            seq=entry.seq,
            payload=entry.payload,
            salt=entry.salt,
        )
