"""What a plan asks of the sealed calls."""

from datetime import datetime
from decimal import Decimal

from bureau.calendar import moment_text
from bureau.database import Store


class PlanStore:
    """Reads scores; a plan writes nothing."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def scores(self, since: datetime, before: datetime) -> dict[str, list[Decimal]]:
        """Give the scores of drawn calls sealed from `since` until before `before`, by the person called.

        Confirming calls follow bad results; with them the spread would be that of a chosen few.
        """
        rows = self.store.rows(
            """SELECT person, score FROM call
               WHERE sealed_at >= :since AND sealed_at < :before AND score IS NOT NULL
                 AND occasion = 'drawn'""",
            since=moment_text(since),
            before=moment_text(before),
        )
        scores: dict[str, list[Decimal]] = {}
        for row in rows:
            scores.setdefault(row["person"], []).append(Decimal(row["score"]).scaleb(-2))
        return scores
