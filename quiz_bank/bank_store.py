"""The bank's questions as they stand in the file: read page by page, written row by row."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from bureau.database import Row, Store
from bureau.dates import moment_text
from quiz_bank.imported import likeness_digest

_PAGE = 2_000


class BankStore:
    """Reads and writes questions without holding the whole bank."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def likenesses(self) -> Iterator[tuple[str, bytes]]:
        """Give identifier and likeness of every question in its current version, by identifier."""
        after = ""
        while rows := self._page(after):
            for row in rows:
                content = json.loads(row["content"])
                yield (
                    row["id"],
                    likeness_digest(content["stem"], content.get("options", ()), content.get("prompts", ())),
                )
            after = rows[-1]["id"]

    def _page(self, after: str) -> list[Row]:
        return self.store.rows(
            """SELECT question.id, question_version.content FROM question JOIN question_version
                 ON question_version.question_id = question.id
                AND question_version.version = question.version
               WHERE question.id > :after ORDER BY question.id LIMIT :most""",
            after=after,
            most=_PAGE,
        )

    def put_rows(self, rows: Callable[[], Iterable[Mapping[str, Any]]], at: datetime) -> None:
        """Write questions as their current versions; earlier versions stay.

        Args:
            rows: gives id, version and content of each; called twice.
            at: the moment.
        """
        moment = moment_text(at)
        # A version that comes back after another one is in the table already.
        self.store.run_many(
            """INSERT INTO question_version (question_id, version, content, imported_at)
               SELECT :id, :version, :content, :at
               WHERE NOT EXISTS (SELECT 1 FROM question_version
                                 WHERE question_id = :id AND version = :version)""",
            ({**row, "at": moment} for row in rows()),
        )
        self.store.run_many(
            """INSERT INTO question (id, version) VALUES (:id, :version)
               ON CONFLICT (id) DO UPDATE SET version = excluded.version""",
            ({"id": row["id"], "version": row["version"]} for row in rows()),
        )

    def versions_of(self, question_id: str) -> list[Row]:
        """Give version, content, imported_at and current of every version of a question, the oldest first."""
        return self.store.rows(
            """SELECT question_version.version, question_version.content, question_version.imported_at,
                      question.version = question_version.version AS current
               FROM question_version JOIN question ON question.id = question_version.question_id
               WHERE question_version.question_id = :id
               ORDER BY question_version.imported_at, question_version.version""",
            id=question_id,
        )

    def came_in(self) -> dict[str, str]:
        """Give by identifier the moment at which the current version of each question came in."""
        rows = self.store.rows(
            """SELECT question.id, question_version.imported_at FROM question JOIN question_version
                 ON question_version.question_id = question.id
                AND question_version.version = question.version"""
        )
        return {row["id"]: row["imported_at"] for row in rows}

    def papers_with(self, question_id: str) -> int:
        """Give how many papers have asked a question, in whatever version."""
        count = self.store.value(
            "SELECT COUNT(DISTINCT paper_id) FROM paper_item WHERE question_id = :id", id=question_id
        )
        return int(count or 0)
