"""The queries of sign-in sheets and of what is entered by them."""

import json
from collections.abc import Iterable
from datetime import datetime

from bureau.calendar import moment_from, moment_text
from bureau.database import Row, Store
from training.sign_in import Entry, EntryKind, Sheet, SheetRow


class SignInStore:
    """Reads and writes rows, sheets and entries."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def rows(self, session_id: str) -> list[SheetRow]:
        """Give the rows of a session, in order."""
        rows = self.store.rows(
            "SELECT number, staff_no FROM sign_in_row WHERE session_id = :id ORDER BY number", id=session_id
        )
        return [SheetRow(number=row["number"], staff_no=row["staff_no"]) for row in rows]

    def add_rows(self, session_id: str, rows: Iterable[SheetRow]) -> None:
        """Add rows; they never change."""
        self.store.run_many(
            "INSERT INTO sign_in_row (session_id, number, staff_no) VALUES (:session_id, :number, :staff_no)",
            [{"session_id": session_id, "number": row.number, "staff_no": row.staff_no} for row in rows],
        )

    def sheets(self, session_id: str) -> list[Sheet]:
        """Give the printed sheets of a session, the first first."""
        return [
            _sheet(row)
            for row in self.store.rows(_SHEETS + "WHERE session_id = :id " + _ORDER, id=session_id)
        ]

    def all_sheets(self) -> list[Sheet]:
        """Give every printed sheet."""
        return [_sheet(row) for row in self.store.rows(_SHEETS + _ORDER)]

    def add_sheet(self, sheet: Sheet) -> None:
        """Add a printed sheet."""
        self.store.run(
            """INSERT INTO sign_in_sheet
                   (session_id, number, salt, listed, printed_at, voided_at, void_reason)
               VALUES (:session, :number, :salt, :listed, :printed_at, NULL, '')""",
            session=sheet.session,
            number=sheet.number,
            salt=sheet.salt,
            listed=json.dumps(sheet.rows),
            printed_at=moment_text(sheet.printed_at),
        )

    def void_sheets(self, session_id: str, at: datetime, reason: str) -> None:
        """Void the sheets of a session that still hold."""
        self.store.run(
            """UPDATE sign_in_sheet SET voided_at = :at, void_reason = :reason
               WHERE session_id = :id AND voided_at IS NULL""",
            id=session_id,
            at=moment_text(at),
            reason=reason,
        )

    def entries(self, session_id: str) -> list[Entry]:
        """Give what was entered at a session, in order; what was undone too."""
        rows = self.store.rows(
            """SELECT place, staff_no, kind, at, undone_at FROM sign_in_entry
               WHERE session_id = :id ORDER BY place""",
            id=session_id,
        )
        return [
            Entry(
                place=row["place"],
                staff_no=row["staff_no"],
                kind=EntryKind(row["kind"]),
                at=moment_from(row["at"]),
                undone=row["undone_at"] is not None,
            )
            for row in rows
        ]

    def add_entry(self, session_id: str, entry: Entry) -> None:
        """Add an entry."""
        self.store.run(
            """INSERT INTO sign_in_entry (session_id, place, staff_no, kind, at, undone_at)
               VALUES (:session_id, :place, :staff_no, :kind, :at, NULL)""",
            session_id=session_id,
            place=entry.place,
            staff_no=entry.staff_no,
            kind=entry.kind.value,
            at=moment_text(entry.at),
        )

    def undo(self, session_id: str, at: datetime, *, place: int | None = None) -> None:
        """Take an entry back, or all that hold (None)."""
        self.store.run(
            """UPDATE sign_in_entry SET undone_at = :at
               WHERE session_id = :id AND undone_at IS NULL AND place = coalesce(:place, place)""",
            id=session_id,
            place=place,
            at=moment_text(at),
        )

    def closed_at(self, session_id: str) -> datetime | None:
        """Give when the entering of a session was closed; None: it is not."""
        found = self.store.value("SELECT closed_at FROM session_closed WHERE session_id = :id", id=session_id)
        return moment_from(found) if found else None

    def close(self, session_id: str, at: datetime) -> None:
        """Close the entering of a session."""
        self.store.run(
            "INSERT INTO session_closed (session_id, closed_at) VALUES (:id, :at)",
            id=session_id,
            at=moment_text(at),
        )

    def closed(self) -> set[str]:
        """Give the sessions whose entering is closed."""
        return {row["session_id"] for row in self.store.rows("SELECT session_id FROM session_closed")}

    def unclosed(self) -> list[str]:
        """Give the sessions at which entries were made that are not closed yet."""
        rows = self.store.rows(
            """SELECT DISTINCT session_id FROM sign_in_entry
               WHERE undone_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM session_closed
                                 WHERE session_closed.session_id = sign_in_entry.session_id)
               ORDER BY session_id"""
        )
        return [row["session_id"] for row in rows]


_SHEETS = (
    """SELECT session_id, number, salt, listed, printed_at, voided_at, void_reason FROM sign_in_sheet """
)
_ORDER = "ORDER BY session_id, number"


def _sheet(row: Row) -> Sheet:
    return Sheet(
        session=row["session_id"],
        number=row["number"],
        salt=row["salt"],
        rows=tuple(json.loads(row["listed"])),
        printed_at=moment_from(row["printed_at"]),
        voided_at=moment_from(row["voided_at"]) if row["voided_at"] else None,
        void_reason=row["void_reason"],
    )
