"""The tables of exercises and ratings."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from bureau.database import Row, Store, StoreError
from bureau.dates import moment_from, moment_text
from bureau.journal import canonical
from bureau.language import _
from courtesy.rating import Exercise, Rating, Sheet

_HUNDRED = 100
_UNREADABLE = (ValueError, TypeError)


class AgreementStore:
    """Reads and writes exercises and ratings."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # Exercises

    def add_exercise(self, one: Exercise) -> None:
        """Add an exercise."""
        self.store.run(
            """INSERT INTO exercise (id, place, period, sheet, scale, parts, raters, opened_by, opened_at)
               SELECT :id, coalesce(max(place), 0) + 1, :period, :sheet, :scale, :parts, :raters, :opened_by,
                      :opened_at FROM exercise""",
            id=one.id,
            period=one.period,
            sheet=one.sheet.content(),
            scale=one.scale,
            parts=canonical(list(one.parts)),
            raters=canonical(list(one.raters)),
            opened_by=one.opened_by,
            opened_at=moment_text(one.opened_at),
        )

    def set_closed(self, exercise_id: str, at: datetime) -> None:
        """Close an exercise."""
        self.store.run(
            "UPDATE exercise SET closed_at = :at WHERE id = :id", id=exercise_id, at=moment_text(at)
        )

    def exercises(self) -> list[Exercise]:
        """Give every exercise, the newest first."""
        return [_exercise(row) for row in self.store.rows("SELECT * FROM exercise ORDER BY place DESC")]

    def exercise(self, exercise_id: str) -> Exercise | None:
        """Give an exercise."""
        row = self.store.row("SELECT * FROM exercise WHERE id = :id", id=exercise_id)
        return _exercise(row) if row else None

    def progress(self) -> dict[str, int]:
        """Count the sealed ratings of each exercise."""
        rows = self.store.rows(
            """SELECT exercise_id, count(*) AS sealed FROM rating
               WHERE exercise_id IS NOT NULL AND sealed_at IS NOT NULL GROUP BY exercise_id"""
        )
        return {row["exercise_id"]: row["sealed"] for row in rows}

    # Ratings

    def add_rating(self, rating: Rating) -> None:
        """Add a draft."""
        self.store.run(
            """INSERT INTO rating (id, place, exercise_id, call_id, rater, scale, parts, rules, marks,
                                   critical, opened_at)
               SELECT :id, coalesce(max(place), 0) + 1, :exercise, :call, :rater, :scale, :parts, '', '{}',
                      0, :opened_at FROM rating""",
            id=rating.id,
            exercise=rating.exercise or None,
            call=rating.call or None,
            rater=rating.rater,
            scale=rating.scale,
            parts=canonical(list(rating.parts)),
            opened_at=moment_text(rating.opened_at),
        )

    def put_rating(self, rating: Rating) -> None:
        """Write what of a draft can change."""
        self.store.run(
            """UPDATE rating SET marks = :marks, rules = :rules, score = :score, critical = :critical,
                   sealed_at = :sealed_at WHERE id = :id""",
            id=rating.id,
            marks=canonical(rating.marks),
            rules=rating.rules,
            score=int(rating.score * _HUNDRED) if rating.score is not None else None,
            critical=int(rating.critical),
            sealed_at=moment_text(rating.sealed_at) if rating.sealed_at else None,
        )

    def rating(self, rating_id: str) -> Rating | None:
        """Give a rating."""
        return next(iter(self._ratings("WHERE id = :id", id=rating_id)), None)

    def rating_of(self, exercise_id: str, rater: str) -> Rating | None:
        """Give a tester's rating of an exercise."""
        return next(
            iter(
                self._ratings(
                    "WHERE exercise_id = :exercise AND rater = :rater", exercise=exercise_id, rater=rater
                )
            ),
            None,
        )

    def second(self, call_id: str) -> Rating | None:
        """Give the second rating of a call."""
        return next(iter(self._ratings("WHERE call_id = :call", call=call_id)), None)

    def seconds(self) -> list[Rating]:
        """Give all second ratings of calls, the newest first."""
        return self._ratings("WHERE call_id IS NOT NULL ORDER BY place DESC")

    def ratings(self) -> list[Rating]:
        """Give all ratings, oldest first."""
        return self._ratings("ORDER BY place")

    def _ratings(self, condition: str, **values: Any) -> list[Rating]:
        return [_rating(row) for row in self.store.rows("SELECT * FROM rating " + condition, **values)]


def _exercise(row: Row) -> Exercise:
    try:
        return Exercise(
            id=row["id"],
            period=row["period"],
            sheet=Sheet.model_validate_json(row["sheet"]),
            scale=row["scale"],
            parts=tuple(json.loads(row["parts"])),
            raters=tuple(json.loads(row["raters"])),
            opened_by=row["opened_by"],
            opened_at=moment_from(row["opened_at"]),
            closed_at=moment_from(row["closed_at"]) if row["closed_at"] else None,
        )
    except _UNREADABLE as error:
        raise _damaged(_("共同評分題 {id}").format(id=row["id"])) from error


def _rating(row: Row) -> Rating:
    try:
        return Rating(
            id=row["id"],
            exercise=row["exercise_id"] or "",
            call=row["call_id"] or "",
            rater=row["rater"],
            scale=row["scale"],
            parts=tuple(json.loads(row["parts"])),
            rules=row["rules"],
            marks=json.loads(row["marks"]),
            score=Decimal(row["score"]).scaleb(-2) if row["score"] is not None else None,
            critical=bool(row["critical"]),
            opened_at=moment_from(row["opened_at"]),
            sealed_at=moment_from(row["sealed_at"]) if row["sealed_at"] else None,
        )
    except _UNREADABLE as error:
        raise _damaged(_("評分 {id}").format(id=row["id"])) from error


def _damaged(what: str) -> StoreError:
    return StoreError(
        _("資料檔裡有{what}的內容損壞。").format(what=what),
        remedy=_("請由最近的備份還原：courtesy restore。"),
    )
