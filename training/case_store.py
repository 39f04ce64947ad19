"""The tables of who takes care of a case, of its due dates, and of the look at it after its closing."""

from collections.abc import Sequence
from typing import Any

from bureau.calendar import moment_from, moment_text
from bureau.database import Store
from training.case import Case, Change, Check, Matter, Outcome


def changes_where(store: Store, condition: str, **values: Any) -> dict[str, tuple[Change, ...]]:
    """Give the changes of the cases that meet `condition` on `retraining`, by case and in order."""
    found: dict[str, list[Change]] = {}
    for row in store.rows(
        f"""SELECT change.* FROM retraining_change AS change
            JOIN retraining ON retraining.id = change.case_id WHERE {condition}
            ORDER BY change.case_id, change.number""",
        **values,
    ):
        found.setdefault(row["case_id"], []).append(
            Change(
                matter=Matter(row["matter"]),
                before=row["before"],
                after=row["after"],
                at=moment_from(row["at"]),
                by=row["actor"],
                reason=row["reason"],
            )
        )
    return {case_id: tuple(changes) for case_id, changes in found.items()}


def checks_where(store: Store, condition: str, **values: Any) -> dict[str, Check]:
    """Give the looks at the cases that meet `condition` on `retraining`, by case."""
    rows = store.rows(
        f"""SELECT seen.* FROM retraining_check AS seen
            JOIN retraining ON retraining.id = seen.case_id WHERE {condition}""",
        **values,
    )
    return {
        row["case_id"]: Check(
            outcome=Outcome(row["outcome"]),
            at=moment_from(row["at"]),
            by=row["actor"],
            reason=row["reason"],
            overridden=row["overridden"],
            tests=tuple(row["tests"].split()),
            next_case=row["next_case"],
        )
        for row in rows
    }


def owner_by(changes: Sequence[Change]) -> str:
    """Give the 員工編號 of who takes care of a case after its changes; `""`: nobody in particular."""
    return next((change.after for change in reversed(changes) if change.matter is Matter.OWNER), "")


class CaseStore:
    """Writes those tables."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def put_change(self, case: Case) -> None:
        """Write a case's last change, and the due date it has by now."""
        change = case.changes[-1]
        self.store.run(
            """INSERT INTO retraining_change (case_id, number, matter, before, after, at, actor, reason)
               VALUES (:case_id, :number, :matter, :before, :after, :at, :actor, :reason)""",
            case_id=case.id,
            number=len(case.changes),
            matter=change.matter.value,
            before=change.before,
            after=change.after,
            at=moment_text(change.at),
            actor=change.by,
            reason=change.reason,
        )
        if change.matter is Matter.DUE:
            self.store.run(
                "UPDATE retraining SET due = :due WHERE id = :id", id=case.id, due=case.due.isoformat()
            )

    def put_check(self, case_id: str, check: Check) -> None:
        """Write the look at a closed case."""
        self.store.run(
            """INSERT INTO retraining_check (case_id, outcome, at, actor, reason, overridden, tests,
                                             next_case)
               VALUES (:case_id, :outcome, :at, :actor, :reason, :overridden, :tests, :next_case)""",
            case_id=case_id,
            outcome=check.outcome.value,
            at=moment_text(check.at),
            actor=check.by,
            reason=check.reason,
            overridden=check.overridden,
            tests=" ".join(check.tests),
            next_case=check.next_case,
        )
