"""What is counted up from sealed calls: sums and sums of squares, exact to the hundredth of a point.

Nothing is kept beside the calls: one index holds all that a standing needs, and what is never stored twice
can never differ.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bureau.calendar import moment_from, moment_text
from bureau.database import Row, Store
from courtesy.call import Outcome
from courtesy.conduct import FilledForm
from courtesy.flow import Flow
from courtesy.interval import Sample
from courtesy.result import Counted

OFFICIAL = "(SELECT section, sealed_at, person, score, occasion FROM call) AS official"
"""The sealed score of each call, from which every standing is read; what was ruled is added to it.

It names only columns of the index `call_of_section`.
"""

_RULED = """
    SELECT call.section AS section, call.person AS person, call.occasion AS occasion,
           call.score AS before, ruling.score AS after
    FROM ruling CROSS JOIN call
    WHERE call.id = ruling.call_id AND ruling.score <> call.score
      AND call.sealed_at >= :since AND call.sealed_at < :before
      AND ruling.place = (SELECT max(later.place) FROM ruling AS later WHERE later.call_id = call.id)
"""
"""The few calls whose score a ruling has superseded, each with both; the rulings are read, not the calls."""

_COUNTED = """
    count(*) AS calls, count(official.score) AS n, coalesce(sum(official.score), 0) AS total,
    coalesce(sum(official.score * official.score), 0) AS squares,
    coalesce(sum(CASE WHEN official.score < :low_below THEN 1 ELSE 0 END), 0) AS low
"""

_FLOW = """
    count(*) AS drawn,
    sum(CASE WHEN draw.excluded <> '' AND call.id IS NULL THEN 1 ELSE 0 END) AS excluded,
    sum(CASE WHEN draw.excluded = '' AND call.id IS NULL THEN 1 ELSE 0 END) AS not_called,
    sum(CASE WHEN draw.excluded = '' AND call.id IS NOT NULL AND call.sealed_at IS NULL
             THEN 1 ELSE 0 END) AS begun,
    sum(CASE WHEN call.sealed_at IS NOT NULL AND call.score IS NOT NULL THEN 1 ELSE 0 END) AS scored
"""


class StandingStore:
    """Counts up sealed calls, each with the score that counts now.

    A section's calls are those of its people who were drawn: a confirming call follows a bad result, so that
    with it those who did badly would count twice. A person's calls are all of them.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def by_section(self, since: datetime, before: datetime, low_below: Decimal) -> dict[str, Counted]:
        """Count the calls sealed from `since` until before `before` by section."""
        rows = self.store.rows(
            f"""SELECT section.name AS name, {_COUNTED} FROM section
                CROSS JOIN {OFFICIAL}
                WHERE official.section = section.name AND official.occasion = 'drawn'
                  AND official.sealed_at >= :since AND official.sealed_at < :before
                GROUP BY section.name""",
            **_range(since, before, low_below),
        )
        counted = {row["name"]: _counted(row) for row in rows}
        for ruled in self._ruled(since, before):
            if ruled["occasion"] == "drawn" and (name := ruled["section"]) in counted:
                counted[name] += _change(ruled, low_below)
        return counted

    def of_section(self, section: str, since: datetime, before: datetime, low_below: Decimal) -> Counted:
        """Count one section's calls sealed from `since` until before `before`."""
        row = self.store.row(
            f"""SELECT {_COUNTED} FROM {OFFICIAL}
                WHERE official.section = :section AND official.occasion = 'drawn'
                  AND official.sealed_at >= :since AND official.sealed_at < :before""",
            section=section,
            **_range(since, before, low_below),
        )
        ruled = [
            _change(each, low_below)
            for each in self._ruled(since, before)
            if each["section"] == section and each["occasion"] == "drawn"
        ]
        return sum(ruled, _counted(row) if row else Counted())

    def by_person(
        self, section: str, since: datetime, before: datetime, low_below: Decimal
    ) -> dict[str, Counted]:
        """Count one section's calls sealed from `since` until before `before` by person."""
        rows = self.store.rows(
            f"""SELECT official.person AS name, {_COUNTED} FROM {OFFICIAL}
                WHERE official.section = :section
                  AND official.sealed_at >= :since AND official.sealed_at < :before
                GROUP BY official.person ORDER BY official.person""",
            section=section,
            **_range(since, before, low_below),
        )
        counted = {row["name"]: _counted(row) for row in rows}
        for ruled in self._ruled(since, before):
            if ruled["section"] == section and (name := ruled["person"]) in counted:
                counted[name] += _change(ruled, low_below)
        return counted

    def of_person(self, staff_no: str, since: datetime, before: datetime, low_below: Decimal) -> Counted:
        """Count one person's calls sealed from `since` until before `before`, in whatever section."""
        row = self.store.row(
            f"""SELECT {_COUNTED} FROM {OFFICIAL}
                WHERE official.person = :person
                  AND official.sealed_at >= :since AND official.sealed_at < :before""",
            person=staff_no,
            **_range(since, before, low_below),
        )
        ruled = [
            _change(each, low_below) for each in self._ruled(since, before) if each["person"] == staff_no
        ]
        return sum(ruled, _counted(row) if row else Counted())

    def _ruled(self, since: datetime, before: datetime) -> list[Row]:
        return self.store.rows(_RULED, since=moment_text(since), before=moment_text(before))

    def flows(self, first: date, last: date) -> dict[str, Flow]:
        """Count what became of the drawn, by round, of the rounds that begin in these days, oldest first."""
        days = {"first": first.isoformat(), "last": last.isoformat()}
        joined = """FROM round JOIN draw ON draw.round_id = round.id
                    LEFT JOIN call ON call.round_id = draw.round_id AND call.person = draw.staff_no
                                  AND call.occasion = draw.occasion
                    WHERE draw.occasion = 'drawn' AND round.first_day BETWEEN :first AND :last"""
        outcomes: dict[str, dict[Outcome, int]] = {}
        for row in self.store.rows(
            f"""SELECT round.id AS id, call.outcome AS outcome, count(*) AS number {joined}
                  AND call.sealed_at IS NOT NULL GROUP BY round.id, call.outcome""",
            **days,
        ):
            outcomes.setdefault(row["id"], {})[Outcome(row["outcome"])] = row["number"]
        rows = self.store.rows(
            f"SELECT round.id AS id, {_FLOW} {joined} GROUP BY round.id, round.place ORDER BY round.place",
            **days,
        )
        return {(name := row.pop("id")): Flow(**row, outcomes=outcomes.get(name, {})) for row in rows}

    def testers(self, since: datetime, before: datetime) -> list[str]:
        """Give the 員工編號 of whoever sealed a scored call from `since` until before `before`."""
        rows = self.store.rows(
            """SELECT DISTINCT call.tester AS tester FROM call
               WHERE call.sealed_at >= :since AND call.sealed_at < :before AND call.score IS NOT NULL
               ORDER BY call.tester""",
            since=moment_text(since),
            before=moment_text(before),
        )
        return [row["tester"] for row in rows]

    def forms(self, tester: str, since: datetime, before: datetime, most: int) -> list[FilledForm]:
        """Give the newest scored forms that a tester sealed, at most `most` of them.

        The tester's own scores are given, whatever was ruled about them later.
        """
        rows = self.store.rows(
            """SELECT call.scale, call.score, call.picked_up_at, call.sealed_at,
                      (SELECT json_group_object(mark.line, mark.step) FROM mark
                       WHERE mark.call_id = call.id) AS marks
               FROM call
               WHERE call.tester = :tester AND call.sealed_at >= :since AND call.sealed_at < :before
                 AND call.score IS NOT NULL
               ORDER BY call.sealed_at DESC, call.place DESC LIMIT :most""",
            tester=tester,
            since=moment_text(since),
            before=moment_text(before),
            most=most,
        )
        return [_form(row) for row in rows]


def _range(since: datetime, before: datetime, low_below: Decimal) -> dict[str, Any]:
    return {
        "since": moment_text(since),
        "before": moment_text(before),
        "low_below": int(low_below.scaleb(2)),
    }


def _counted(row: Mapping[str, Any]) -> Counted:
    return Counted(
        calls=row["calls"],
        low=row["low"],
        sample=Sample(n=row["n"], total=row["total"], squares=row["squares"]),
    )


def _change(ruled: Row, low_below: Decimal) -> Counted:
    """Give what a ruling changes in a count: no call more, another score."""
    before, after, limit = ruled["before"], ruled["after"], int(low_below.scaleb(2))
    return Counted(
        low=(after < limit) - (before < limit),
        sample=Sample(total=after - before, squares=after * after - before * before),
    )


def _form(row: Row) -> FilledForm:
    return FilledForm(
        scale=row["scale"],
        score=Decimal(row["score"]).scaleb(-2),
        marks=json.loads(row["marks"]),
        picked_up_at=moment_from(row["picked_up_at"]) if row["picked_up_at"] else None,
        sealed_at=moment_from(row["sealed_at"]),
    )
