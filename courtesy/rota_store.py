"""The testers' days of duty, as the file holds them."""

from collections.abc import Iterable
from datetime import date

from bureau.database import Store
from courtesy.rota import Duty


class RotaStore:
    """Reads and writes the rota."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def duties(self) -> list[Duty]:
        """Give every duty, by its first day."""
        rows = self.store.rows("SELECT staff_no, first_day, last_day FROM duty ORDER BY first_day, staff_no")
        return [
            Duty(
                staff_no=row["staff_no"],
                first=date.fromisoformat(row["first_day"]),
                last=date.fromisoformat(row["last_day"]),
            )
            for row in rows
        ]

    def put(self, duties: Iterable[Duty]) -> None:
        """Write duties; one of the same tester that begins on the same day is replaced."""
        self.store.run_many(
            """INSERT INTO duty (staff_no, first_day, last_day) VALUES (:staff_no, :first, :last)
               ON CONFLICT (staff_no, first_day) DO UPDATE SET last_day = excluded.last_day""",
            [
                {
                    "staff_no": duty.staff_no,
                    "first": duty.first.isoformat(),
                    "last": duty.last.isoformat(),
                }
                for duty in duties
            ],
        )

    def drop(self, staff_no: str, first: date) -> bool:
        """Take a duty out; say whether there was one."""
        return bool(
            self.store.run(
                "DELETE FROM duty WHERE staff_no = :staff_no AND first_day = :first",
                staff_no=staff_no,
                first=first.isoformat(),
            )
        )
