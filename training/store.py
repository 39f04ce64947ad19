"""The tables of training: sessions, who is expected and was there, retraining cases and their steps."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from sqlite_utils import Database, Migrations

from bureau.calendar import moment_from, moment_text
from bureau.database import Row, Store, seal, statements
from training.case import Case, Kind, Reason, State, Step
from training.case_store import changes_where, checks_where, owner_by
from training.session import Attendance, Expected, Session, SessionKind, Status

MIGRATIONS = Migrations("training")

_HUNDRED = 100


@MIGRATIONS()
def m001_sessions_and_cases(database: Database) -> None:
    """Make the tables of training."""
    script = """
    CREATE TABLE session (
        id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        day TEXT NOT NULL,
        starts TEXT NOT NULL,
        ends TEXT NOT NULL CHECK (ends > starts),
        place TEXT NOT NULL,
        lecturer TEXT NOT NULL,
        hours INTEGER NOT NULL CHECK (hours BETWEEN 1 AND 4000),
        capacity INTEGER NOT NULL CHECK (capacity BETWEEN 0 AND 9999),
        kind TEXT NOT NULL CHECK (kind IN ('yearly', 'make_up', 'other'))
    ) STRICT;
    CREATE INDEX session_day ON session (day);
    CREATE TABLE expected (
        session_id TEXT NOT NULL REFERENCES session (id),
        staff_no TEXT NOT NULL REFERENCES person (staff_no),
        section TEXT NOT NULL,
        case_id TEXT NOT NULL,
        PRIMARY KEY (session_id, staff_no)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE attendance (
        session_id TEXT NOT NULL,
        staff_no TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('present', 'official', 'leave', 'absent')),
        minutes INTEGER NOT NULL CHECK (minutes BETWEEN 0 AND 1440),
        arrived TEXT,
        left_at TEXT,
        recorded_at TEXT NOT NULL,
        PRIMARY KEY (session_id, staff_no),
        FOREIGN KEY (session_id, staff_no) REFERENCES expected (session_id, staff_no),
        CHECK (status = 'present' OR minutes = 0)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE retraining (
        id TEXT PRIMARY KEY,
        place INTEGER NOT NULL UNIQUE,
        person TEXT NOT NULL REFERENCES person (staff_no),
        open_for TEXT UNIQUE CHECK (open_for IS NULL OR open_for = person),
        section TEXT NOT NULL,
        state TEXT NOT NULL,
        opened_at TEXT NOT NULL,
        due TEXT NOT NULL,
        session_id TEXT NOT NULL,
        trained_at TEXT,
        closed_at TEXT,
        CHECK ((closed_at IS NULL) = (open_for IS NOT NULL)),
        CHECK ((closed_at IS NULL) = (state NOT IN ('closed', 'withdrawn')))
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX retraining_person ON retraining (person);
    CREATE INDEX retraining_open ON retraining (closed_at, state);
    CREATE TABLE retraining_reason (
        kind TEXT NOT NULL,
        evidence TEXT NOT NULL,
        case_id TEXT NOT NULL REFERENCES retraining (id),
        at TEXT NOT NULL,
        score INTEGER CHECK (score BETWEEN 0 AND 10000),
        below INTEGER CHECK (below BETWEEN 0 AND 10000),
        certain INTEGER NOT NULL CHECK (certain IN (0, 1)),
        tester TEXT NOT NULL,
        title TEXT NOT NULL,
        rules TEXT NOT NULL,
        recorded_at TEXT NOT NULL,
        PRIMARY KEY (kind, evidence)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX retraining_reason_case ON retraining_reason (case_id);
    CREATE TABLE retraining_step (
        case_id TEXT NOT NULL REFERENCES retraining (id),
        number INTEGER NOT NULL CHECK (number >= 1),
        before TEXT NOT NULL,
        after TEXT NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        reason TEXT NOT NULL,
        overridden TEXT NOT NULL,
        session_id TEXT NOT NULL,
        PRIMARY KEY (case_id, number)
    ) STRICT, WITHOUT ROWID;
    """
    script += seal("retraining", sealed="closed_at IS NOT NULL", key="id; place")
    script += seal("retraining_reason", sealed="1", key="kind, evidence")
    script += seal("retraining_step", sealed="1", key="case_id, number")
    script += _no_more("retraining_reason") + _no_more("retraining_step")
    for statement in statements(script):
        database.execute(statement)


def _no_more(table: str) -> str:
    """Write the trigger by which a closed case takes no further reasons or steps."""
    return f"""
    CREATE TRIGGER {table}_of_closed_insert BEFORE INSERT ON {table}
    WHEN EXISTS (SELECT 1 FROM retraining WHERE id = NEW.case_id AND closed_at IS NOT NULL)
    BEGIN SELECT RAISE(ABORT, 'sealed'); END;
    """


@MIGRATIONS()
def m002_ruled_reasons(database: Database) -> None:
    """Make the table of what rulings on objections have made of reasons."""
    script = """
    CREATE TABLE retraining_ruled (
        kind TEXT NOT NULL,
        evidence TEXT NOT NULL,
        ruling TEXT NOT NULL,
        case_id TEXT NOT NULL REFERENCES retraining (id),
        score INTEGER CHECK (score BETWEEN 0 AND 10000),
        void INTEGER NOT NULL CHECK (void IN (0, 1)),
        at TEXT NOT NULL,
        PRIMARY KEY (kind, evidence, ruling),
        FOREIGN KEY (kind, evidence) REFERENCES retraining_reason (kind, evidence)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX retraining_ruled_case ON retraining_ruled (case_id);
    """
    script += seal("retraining_ruled", sealed="1", key="kind, evidence, ruling")
    script += _no_more("retraining_ruled")
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m003_duties(database: Database) -> None:
    """Make the tables of the yearly plan's measures."""
    script = """
    CREATE TABLE measure (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        code TEXT NOT NULL,
        title TEXT NOT NULL,
        wording TEXT NOT NULL,
        source TEXT NOT NULL,
        note TEXT NOT NULL,
        printed TEXT NOT NULL,
        section TEXT NOT NULL,
        person TEXT NOT NULL,
        record TEXT NOT NULL CHECK (record IN ('none', 'session', 'paper', 'round', 'file')),
        retired TEXT,
        retired_for TEXT NOT NULL
    ) STRICT;
    CREATE TABLE measure_terms (
        measure_id TEXT NOT NULL REFERENCES measure (id),
        since TEXT NOT NULL,
        frequency TEXT NOT NULL
            CHECK (frequency IN ('open', 'any_time', 'three_months', 'quarter', 'half', 'year', 'dates')),
        dates TEXT NOT NULL CHECK (dates = '' OR frequency = 'dates'),
        first_month INTEGER NOT NULL CHECK (first_month BETWEEN 1 AND 3),
        PRIMARY KEY (measure_id, since)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE measure_done (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        measure_id TEXT NOT NULL REFERENCES measure (id),
        occasion TEXT NOT NULL,
        stands_for TEXT UNIQUE CHECK (stands_for IS NULL OR stands_for = measure_id || ' ' || occasion),
        done_on TEXT NOT NULL,
        text TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('none', 'session', 'paper', 'round', 'file')),
        reference TEXT NOT NULL CHECK ((reference = '') = (kind = 'none')),
        recorded_by TEXT NOT NULL,
        recorded_at TEXT NOT NULL,
        taken_back_at TEXT,
        taken_back_by TEXT NOT NULL,
        reason TEXT NOT NULL,
        CHECK (text <> '' OR reference <> ''),
        CHECK ((taken_back_at IS NULL) = (stands_for IS NOT NULL)),
        CHECK (taken_back_at IS NULL OR reason <> '')
    ) STRICT;
    CREATE INDEX measure_done_of ON measure_done (measure_id);
    """
    script += seal("measure_done", sealed="taken_back_at IS NOT NULL", key="id; place")
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m004_case_owner_and_check(database: Database) -> None:
    """Make the tables of who takes care of a case, its due dates, and the look at it after its closing.

    What a ruling makes of a reason is noted of closed cases from now on, too; it still changes nothing of
    the case itself.
    """
    script = """
    CREATE TABLE retraining_change (
        case_id TEXT NOT NULL REFERENCES retraining (id),
        number INTEGER NOT NULL CHECK (number >= 1),
        matter TEXT NOT NULL CHECK (matter IN ('owner', 'due')),
        before TEXT NOT NULL,
        after TEXT NOT NULL CHECK (after <> ''),
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        reason TEXT NOT NULL CHECK (matter = 'owner' OR reason <> ''),
        PRIMARY KEY (case_id, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE retraining_check (
        case_id TEXT PRIMARY KEY REFERENCES retraining (id),
        outcome TEXT NOT NULL CHECK (outcome IN ('held', 'again')),
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        reason TEXT NOT NULL,
        overridden TEXT NOT NULL CHECK (overridden = '' OR reason <> ''),
        tests TEXT NOT NULL,
        next_case TEXT NOT NULL CHECK ((outcome = 'again') = (next_case <> ''))
    ) STRICT, WITHOUT ROWID;
    DROP TRIGGER retraining_ruled_of_closed_insert;
    """
    script += seal("retraining_change", sealed="1", key="case_id, number")
    script += seal("retraining_check", sealed="1", key="case_id")
    script += _no_more("retraining_change")
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m005_honours(database: Database) -> None:
    """Make the tables of public votes, of whom the committee chose, and of choices that were taken back."""
    script = """
    CREATE TABLE public_vote (
        id TEXT PRIMARY KEY,
        place INTEGER NOT NULL UNIQUE,
        first_day TEXT NOT NULL,
        valid INTEGER NOT NULL CHECK (valid BETWEEN 0 AND 1000000),
        content TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE honour (
        id TEXT PRIMARY KEY,
        place INTEGER NOT NULL UNIQUE,
        first_day TEXT NOT NULL,
        person TEXT NOT NULL REFERENCES person (staff_no),
        total INTEGER NOT NULL CHECK (total BETWEEN 0 AND 10000),
        content TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX honour_first_day ON honour (first_day);
    CREATE TABLE honour_taken_back (
        honour_id TEXT PRIMARY KEY REFERENCES honour (id),
        reason TEXT NOT NULL CHECK (reason <> ''),
        actor TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
    script += seal("public_vote", sealed="1", key="id; place")
    script += seal("honour", sealed="1", key="id; place")
    script += seal("honour_taken_back", sealed="1", key="honour_id")
    for statement in statements(script):
        database.execute(statement)


@MIGRATIONS()
def m006_sign_in_sheets(database: Database) -> None:
    """Make the tables of sign-in sheets, of what is entered by them, and of what a session is made of."""
    script = """
    CREATE TABLE sign_in_row (
        session_id TEXT NOT NULL REFERENCES session (id),
        number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 9999),
        staff_no TEXT NOT NULL REFERENCES person (staff_no),
        PRIMARY KEY (session_id, number),
        UNIQUE (session_id, staff_no)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sign_in_sheet (
        session_id TEXT NOT NULL REFERENCES session (id),
        number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 9999),
        salt TEXT NOT NULL,
        listed TEXT NOT NULL,
        printed_at TEXT NOT NULL,
        voided_at TEXT,
        void_reason TEXT NOT NULL,
        PRIMARY KEY (session_id, number),
        CHECK (voided_at IS NOT NULL OR void_reason = '')
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sign_in_entry (
        session_id TEXT NOT NULL REFERENCES session (id),
        place INTEGER NOT NULL CHECK (place >= 1),
        staff_no TEXT NOT NULL REFERENCES person (staff_no),
        kind TEXT NOT NULL
            CHECK (kind IN ('arrived', 'left', 'present', 'official', 'leave', 'absent')),
        at TEXT NOT NULL,
        undone_at TEXT,
        PRIMARY KEY (session_id, place)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE session_closed (
        session_id TEXT PRIMARY KEY REFERENCES session (id),
        closed_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE session_topic (
        session_id TEXT NOT NULL REFERENCES session (id),
        place INTEGER NOT NULL CHECK (place >= 1),
        title TEXT NOT NULL,
        minutes INTEGER NOT NULL CHECK (minutes BETWEEN 1 AND 600),
        basis TEXT NOT NULL,
        PRIMARY KEY (session_id, place)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE session_handout (
        session_id TEXT NOT NULL REFERENCES session (id),
        place INTEGER NOT NULL CHECK (place >= 1),
        title TEXT NOT NULL,
        file TEXT NOT NULL,
        PRIMARY KEY (session_id, place)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE session_quiz (
        session_id TEXT PRIMARY KEY REFERENCES session (id),
        paper_before TEXT NOT NULL,
        paper_after TEXT NOT NULL,
        CHECK (paper_before <> paper_after OR paper_before = '')
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE feedback_form (
        session_id TEXT PRIMARY KEY REFERENCES session (id),
        content TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE feedback_count (
        session_id TEXT NOT NULL REFERENCES session (id),
        question TEXT NOT NULL,
        step INTEGER NOT NULL CHECK (step BETWEEN 1 AND 5),
        many INTEGER NOT NULL CHECK (many BETWEEN 0 AND 9999),
        PRIMARY KEY (session_id, question, step)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE feedback_words (
        session_id TEXT NOT NULL REFERENCES session (id),
        question TEXT NOT NULL,
        words TEXT NOT NULL,
        many INTEGER NOT NULL CHECK (many BETWEEN 1 AND 9999),
        PRIMARY KEY (session_id, question, words)
    ) STRICT, WITHOUT ROWID;
    """
    script += seal("sign_in_row", sealed="1", key="session_id, number; session_id, staff_no")
    script += seal("sign_in_sheet", sealed="voided_at IS NOT NULL", key="session_id, number")
    script += seal("session_closed", sealed="1", key="session_id")
    script += """
    CREATE TRIGGER sign_in_entry_closed_insert BEFORE INSERT ON sign_in_entry
    WHEN EXISTS (SELECT 1 FROM session_closed WHERE session_id = NEW.session_id)
    BEGIN SELECT RAISE(ABORT, 'sealed'); END;
    CREATE TRIGGER sign_in_entry_closed_update BEFORE UPDATE ON sign_in_entry
    WHEN EXISTS (SELECT 1 FROM session_closed WHERE session_id = OLD.session_id)
    BEGIN SELECT RAISE(ABORT, 'sealed'); END;
    """
    for statement in statements(script):
        database.execute(statement)


_SESSION = "SELECT id, title, day, starts, ends, place, lecturer, hours, capacity, kind FROM session "
_EXPECTED = """
    SELECT expected.session_id, expected.staff_no, expected.section, expected.case_id, attendance.status,
           attendance.minutes, attendance.arrived, attendance.left_at
    FROM expected LEFT JOIN attendance
      ON attendance.session_id = expected.session_id AND attendance.staff_no = expected.staff_no
    LEFT JOIN section ON section.name = expected.section
"""


class TrainingStore:
    """Reads and writes the tables of training."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # Sessions

    def put_session(self, session: Session) -> None:
        """Write a session, new or changed."""
        self.store.run(
            """INSERT INTO session (id, title, day, starts, ends, place, lecturer, hours, capacity, kind)
               VALUES (:id, :title, :day, :starts, :ends, :place, :lecturer, :hours, :capacity, :kind)
               ON CONFLICT (id) DO UPDATE SET title = excluded.title, day = excluded.day,
                   starts = excluded.starts, ends = excluded.ends, place = excluded.place,
                   lecturer = excluded.lecturer, hours = excluded.hours, capacity = excluded.capacity,
                   kind = excluded.kind""",
            id=session.id,
            title=session.title,
            day=session.day.isoformat(),
            starts=_clock_text(session.start),
            ends=_clock_text(session.end),
            place=session.place,
            lecturer=session.lecturer,
            hours=_hundredths(session.hours),
            capacity=session.capacity,
            kind=session.kind.value,
        )

    def session(self, session_id: str) -> Session | None:
        """Give a session."""
        found = self._sessions("WHERE id = :id", id=session_id)
        return found[0] if found else None

    def sessions(self, first: date, last: date) -> list[Session]:
        """Give the sessions of the days from `first` to `last`, in order."""
        return self._sessions(
            "WHERE day BETWEEN :first AND :last ORDER BY day, starts, id",
            first=first.isoformat(),
            last=last.isoformat(),
        )

    def held(self, first: date, last: date) -> list[date]:
        """Give the days of the yearly sessions at which somebody was present."""
        rows = self.store.rows(
            """SELECT day FROM session WHERE kind = 'yearly' AND day BETWEEN :first AND :last
                 AND EXISTS (SELECT 1 FROM attendance
                             WHERE attendance.session_id = session.id AND attendance.status = 'present')""",
            first=first.isoformat(),
            last=last.isoformat(),
        )
        return [date.fromisoformat(row["day"]) for row in rows]

    def _sessions(self, condition: str, **values: Any) -> list[Session]:
        return [
            Session(
                id=row["id"],
                title=row["title"],
                day=date.fromisoformat(row["day"]),
                start=time.fromisoformat(row["starts"]),
                end=time.fromisoformat(row["ends"]),
                place=row["place"],
                lecturer=row["lecturer"],
                hours=_score(row["hours"]),
                capacity=row["capacity"],
                kind=SessionKind(row["kind"]),
            )
            for row in self.store.rows(_SESSION + condition, **values)
        ]

    # Who is expected, and who was there

    def expect(self, session_id: str, people: Iterable[Expected]) -> None:
        """Put people on a session's list; who is expected anyway is not there for a case alone."""
        self.store.run_many(
            """INSERT INTO expected (session_id, staff_no, section, case_id)
               VALUES (:session_id, :staff_no, :section, :case_id)
               ON CONFLICT (session_id, staff_no) DO UPDATE SET
                   case_id = CASE WHEN excluded.case_id = '' THEN '' ELSE expected.case_id END""",
            [
                {
                    "session_id": session_id,
                    "staff_no": each.staff_no,
                    "section": each.section,
                    "case_id": each.case,
                }
                for each in people
            ],
        )

    def unexpect(self, session_id: str, staff_no: str) -> None:
        """Take somebody off a session's list who has no attendance there."""
        self.store.run(
            "DELETE FROM expected WHERE session_id = :session_id AND staff_no = :staff_no",
            session_id=session_id,
            staff_no=staff_no,
        )

    def expected(self, session_id: str) -> list[Expected]:
        """Give a session's list by section and 員工編號, each with the attendance if it is recorded."""
        rows = self.store.rows(
            _EXPECTED
            + "WHERE expected.session_id = :id ORDER BY section.place, expected.section, expected.staff_no",
            id=session_id,
        )
        return [_expected(row) for row in rows]

    def expected_one(self, session_id: str, staff_no: str) -> Expected | None:
        """Give one person's place on a session's list."""
        row = self.store.row(
            _EXPECTED + "WHERE expected.session_id = :id AND expected.staff_no = :staff_no",
            id=session_id,
            staff_no=staff_no,
        )
        return _expected(row) if row else None

    def counts(self) -> dict[str, Row]:
        """Count by session: expected, entered, present."""
        rows = self.store.rows(
            """SELECT expected.session_id, count(*) AS expected, count(attendance.status) AS entered,
                      sum(CASE WHEN attendance.status = 'present' THEN 1 ELSE 0 END) AS present
               FROM expected LEFT JOIN attendance
                 ON attendance.session_id = expected.session_id AND attendance.staff_no = expected.staff_no
               GROUP BY expected.session_id"""
        )
        return {row.pop("session_id"): row for row in rows}

    def put_attendance(self, session_id: str, given: Iterable[Attendance], at: datetime) -> None:
        """Write attendances; an earlier one of the same person is replaced (the journal keeps it)."""
        self.store.run_many(
            """INSERT INTO attendance (session_id, staff_no, status, minutes, arrived, left_at, recorded_at)
               VALUES (:session_id, :staff_no, :status, :minutes, :arrived, :left_at, :recorded_at)
               ON CONFLICT (session_id, staff_no) DO UPDATE SET status = excluded.status,
                   minutes = excluded.minutes, arrived = excluded.arrived, left_at = excluded.left_at,
                   recorded_at = excluded.recorded_at""",
            [
                {
                    "session_id": session_id,
                    "staff_no": each.staff_no,
                    "status": each.status.value,
                    "minutes": each.minutes,
                    "arrived": _clock_text(each.arrived) if each.arrived else None,
                    "left_at": _clock_text(each.left) if each.left else None,
                    "recorded_at": moment_text(at),
                }
                for each in given
            ],
        )

    def take_back_attendance(self, session_id: str, staff_no: str) -> None:
        """Take out one person's attendance (the journal keeps it); the person stays expected."""
        self.store.run(
            "DELETE FROM attendance WHERE session_id = :session_id AND staff_no = :staff_no",
            session_id=session_id,
            staff_no=staff_no,
        )

    def attended(self, first: date, last: date) -> list[tuple[str, Expected]]:
        """Give session and person for every attendance recorded for the days from `first` to `last`."""
        rows = self.store.rows(
            _EXPECTED
            + """JOIN session ON session.id = expected.session_id
                 WHERE session.day BETWEEN :first AND :last AND attendance.status IS NOT NULL
                 ORDER BY session.day, session.starts, session.id, expected.staff_no""",
            first=first.isoformat(),
            last=last.isoformat(),
        )
        return [(row["session_id"], _expected(row)) for row in rows]

    # Cases

    def next_place(self) -> int:
        """Give the place of the next case in the order of opening."""
        return int(self.store.value("SELECT coalesce(max(place), 0) + 1 FROM retraining"))

    def add_case(self, case: Case, place: int) -> None:
        """Write a new case with its reasons and steps."""
        self.store.run(
            """INSERT INTO retraining (id, place, person, open_for, section, state, opened_at, due,
                                       session_id, trained_at, closed_at)
               VALUES (:id, :place, :person, :person, :section, :state, :opened_at, :due, '', NULL, NULL)""",
            id=case.id,
            place=place,
            person=case.person,
            section=case.section,
            state=case.state.value,
            opened_at=moment_text(case.opened_at),
            due=case.due.isoformat(),
        )
        self.add_reasons(case.id, case.reasons, case.opened_at)

    def add_reasons(self, case_id: str, reasons: Iterable[Reason], at: datetime) -> None:
        """Add reasons to an open case."""
        self.store.run_many(
            """INSERT INTO retraining_reason (kind, evidence, case_id, at, score, below, certain, tester,
                                              title, rules, recorded_at)
               VALUES (:kind, :evidence, :case_id, :at, :score, :below, :certain, :tester, :title, :rules,
                       :recorded_at)""",
            [
                {
                    "kind": reason.kind.value,
                    "evidence": reason.evidence,
                    "case_id": case_id,
                    "at": moment_text(reason.at),
                    "score": None if reason.score is None else _hundredths(reason.score),
                    "below": None if reason.limit is None else _hundredths(reason.limit),
                    "certain": int(reason.certain),
                    "tester": reason.tester,
                    "title": reason.title,
                    "rules": reason.rules,
                    "recorded_at": moment_text(at),
                }
                for reason in reasons
            ],
        )

    def add_amendments(self, case_id: str, reasons: Iterable[Reason], at: datetime) -> None:
        """Add what rulings on objections have made of reasons of an open case."""
        self.store.run_many(
            """INSERT INTO retraining_ruled (kind, evidence, ruling, case_id, score, void, at)
               VALUES (:kind, :evidence, :ruling, :case_id, :score, :void, :at)""",
            [
                {
                    "kind": reason.kind.value,
                    "evidence": reason.evidence,
                    "ruling": reason.ruling,
                    "case_id": case_id,
                    "score": None if reason.ruled_score is None else _hundredths(reason.ruled_score),
                    "void": int(reason.void),
                    "at": moment_text(at),
                }
                for reason in reasons
            ],
        )

    def put_step(self, case: Case) -> None:
        """Write a case's last step, and what it has become by it."""
        step = case.steps[-1]
        self.store.run(
            """INSERT INTO retraining_step (case_id, number, before, after, at, actor, reason, overridden,
                                            session_id)
               VALUES (:case_id, :number, :before, :after, :at, :actor, :reason, :overridden, :session_id)""",
            case_id=case.id,
            number=len(case.steps),
            before=step.before.value,
            after=step.after.value,
            at=moment_text(step.at),
            actor=step.by,
            reason=step.reason,
            overridden=step.overridden,
            session_id=step.session,
        )
        self.store.run(
            """UPDATE retraining SET state = :state, due = :due, session_id = :session_id,
                   trained_at = :trained_at, closed_at = :closed_at, open_for = :open_for
               WHERE id = :id""",
            id=case.id,
            state=case.state.value,
            due=case.due.isoformat(),
            session_id=case.session,
            trained_at=moment_text(case.trained_at) if case.trained_at else None,
            closed_at=moment_text(case.closed_at) if case.closed_at else None,
            open_for=case.person if case.open else None,
        )

    def case(self, case_id: str) -> Case | None:
        """Give a case."""
        found = self._cases("retraining.id = :id", id=case_id)
        return found[0] if found else None

    def cases(self, *, open_only: bool) -> list[Case]:
        """Give the cases in the order of opening."""
        return self._cases("retraining.closed_at IS NULL" if open_only else "TRUE")

    def unchecked(self) -> list[Case]:
        """Give the closed cases that nobody has looked at again."""
        return self._cases(
            "retraining.state = 'closed' AND retraining.id NOT IN (SELECT case_id FROM retraining_check)"
        )

    def cases_of(self, person: str) -> list[Case]:
        """Give one person's cases in the order of opening."""
        return self._cases("retraining.person = :person", person=person)

    def assigned_to(self, session_id: str) -> list[Case]:
        """Give the cases whose person is to attend a session and has not yet."""
        return self._cases("retraining.state = 'assigned' AND retraining.session_id = :id", id=session_id)

    def open_counts(self) -> dict[State, int]:
        """Count the open cases by state."""
        rows = self.store.rows(
            "SELECT state, count(*) AS many FROM retraining WHERE closed_at IS NULL GROUP BY state"
        )
        return {State(row["state"]): row["many"] for row in rows}

    def overdue(self, day: date) -> int:
        """Count the open cases whose person should have been retrained before `day` and was not."""
        return int(
            self.store.value(
                """SELECT count(*) FROM retraining
                   WHERE closed_at IS NULL AND state <> 'to_confirm' AND trained_at IS NULL
                     AND due < :day""",
                day=day.isoformat(),
            )
        )

    def _cases(self, condition: str, **values: Any) -> list[Case]:
        rows = self.store.rows(
            f"""SELECT id, person, section, state, opened_at, due, session_id, trained_at, closed_at
                FROM retraining WHERE {condition} ORDER BY place""",
            **values,
        )
        reasons: dict[str, list[Reason]] = {}
        for row in self.store.rows(
            f"""SELECT reason.*, ruled.ruling, ruled.score AS ruled_score, ruled.void, ruled.at AS ruled_at
                FROM retraining_reason AS reason
                JOIN retraining ON retraining.id = reason.case_id
                LEFT JOIN retraining_ruled AS ruled
                  ON ruled.kind = reason.kind AND ruled.evidence = reason.evidence
                 AND NOT EXISTS (SELECT 1 FROM retraining_ruled AS later
                                 WHERE later.kind = ruled.kind AND later.evidence = ruled.evidence
                                   AND (later.at > ruled.at
                                        OR later.at = ruled.at AND later.ruling > ruled.ruling))
                WHERE {condition} ORDER BY reason.at, reason.kind, reason.evidence""",
            **values,
        ):
            reasons.setdefault(row["case_id"], []).append(_reason(row))
        steps: dict[str, list[Step]] = {}
        for row in self.store.rows(
            f"""SELECT step.* FROM retraining_step AS step
                JOIN retraining ON retraining.id = step.case_id WHERE {condition}
                ORDER BY step.case_id, step.number""",
            **values,
        ):
            steps.setdefault(row["case_id"], []).append(_step(row))
        changes = changes_where(self.store, condition, **values)
        checks = checks_where(self.store, condition, **values)
        return [
            Case(
                id=row["id"],
                person=row["person"],
                section=row["section"],
                state=State(row["state"]),
                opened_at=moment_from(row["opened_at"]),
                due=date.fromisoformat(row["due"]),
                reasons=tuple(reasons.get(row["id"], ())),
                steps=tuple(steps.get(row["id"], ())),
                session=row["session_id"],
                trained_at=_moment(row["trained_at"]),
                closed_at=_moment(row["closed_at"]),
                owner=owner_by(changes.get(row["id"], ())),
                changes=changes.get(row["id"], ()),
                check=checks.get(row["id"]),
            )
            for row in rows
        ]


def _expected(row: Row) -> Expected:
    attendance = None
    if row["status"] is not None:
        attendance = Attendance(
            staff_no=row["staff_no"],
            status=Status(row["status"]),
            minutes=row["minutes"],
            arrived=_clock(row["arrived"]),
            left=_clock(row["left_at"]),
        )
    return Expected(
        staff_no=row["staff_no"], section=row["section"], case=row["case_id"], attendance=attendance
    )


def _reason(row: Row) -> Reason:
    return Reason(
        kind=Kind(row["kind"]),
        evidence=row["evidence"],
        at=moment_from(row["at"]),
        score=None if row["score"] is None else _score(row["score"]),
        limit=None if row["below"] is None else _score(row["below"]),
        certain=bool(row["certain"]),
        tester=row["tester"],
        title=row["title"],
        rules=row["rules"],
        ruling=row["ruling"] or "",
        ruled_score=None if row["ruled_score"] is None else _score(row["ruled_score"]),
        void=bool(row["void"]),
        ruled_at=_moment(row["ruled_at"]),
    )


def _step(row: Row) -> Step:
    return Step(
        before=State(row["before"]),
        after=State(row["after"]),
        at=moment_from(row["at"]),
        by=row["actor"],
        reason=row["reason"],
        overridden=row["overridden"],
        session=row["session_id"],
    )


def _hundredths(value: Decimal) -> int:
    return int(value * _HUNDRED)


def _score(hundredths: int) -> Decimal:
    return (Decimal(hundredths) / _HUNDRED).quantize(Decimal("0.01"))


def _clock_text(moment: time) -> str:
    return moment.isoformat(timespec="minutes")


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None


def _moment(text: str | None) -> datetime | None:
    return moment_from(text) if text else None
