"""What the bulletin asks the store beyond sealed calls."""

from datetime import date, datetime

from bureau.database import Store
from bureau.dates import moment_text


class BulletinStore:
    """Reads counts for the bulletin."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def drawn(self, first: date, last: date, since: datetime, before: datetime) -> int:
        """Count the calls of a period: those begun in it, and those planned for it that were never begun.

        Args:
            first: the first day.
            last: the last.
            since: the moment at which the first day begins.
            before: the moment at which the last has ended.
        """
        return int(
            self.store.value(
                """SELECT count(*) FROM draw
                   LEFT JOIN call ON call.round_id = draw.round_id AND call.person = draw.staff_no
                                 AND call.occasion = draw.occasion
                   WHERE draw.occasion = 'drawn' AND (draw.excluded = '' OR call.sealed_at IS NOT NULL)
                     AND ((call.id IS NULL AND draw.day BETWEEN :first AND :last)
                          OR (coalesce(call.dialled_at, call.opened_at) >= :since
                              AND coalesce(call.dialled_at, call.opened_at) < :before))""",
                first=first.isoformat(),
                last=last.isoformat(),
                since=moment_text(since),
                before=moment_text(before),
            )
            or 0
        )
