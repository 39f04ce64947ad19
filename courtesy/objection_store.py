"""The queries of objections and rulings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bureau.calendar import moment_from, moment_text
from bureau.database import Row, Store, StoreError
from bureau.language import _
from courtesy.call import Call
from courtesy.objection import Disputed, Objection, Ruling, in_force

_HUNDRED = 100


class ObjectionStore:
    """Reads and writes objections and rulings."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, objection: Objection) -> None:
        """Add an objection with its lines."""
        self.store.run(
            """INSERT INTO objection (place, id, call_id, person, filed_by, filed_at, tester)
               SELECT coalesce(max(place), 0) + 1, :id, :call, :person, :filed_by, :filed_at, :tester
               FROM objection""",
            id=objection.id,
            call=objection.call,
            person=objection.person,
            filed_by=objection.filed_by,
            filed_at=moment_text(objection.filed_at),
            tester=objection.tester,
        )
        self.store.run_many(
            """INSERT INTO objection_line (objection_id, line, place, expected, reason, note)
               VALUES (:objection, :line, :place, :expected, :reason, '')""",
            [
                {
                    "objection": objection.id,
                    "line": line.line,
                    "place": place,
                    "expected": line.expected,
                    "reason": line.reason,
                }
                for place, line in enumerate(objection.lines, 1)
            ],
        )

    def set_tester(self, objection_id: str, tester: str) -> None:
        """Write who rescores."""
        self.store.run("UPDATE objection SET tester = :tester WHERE id = :id", id=objection_id, tester=tester)

    def forget_choices(self, objection_id: str) -> None:
        """Take the choices away of somebody who does not rescore after all."""
        self.store.run(
            "UPDATE objection_line SET rescored = NULL, note = '' WHERE objection_id = :id", id=objection_id
        )

    def set_choice(self, objection_id: str, line: str, step: str | None, note: str) -> None:
        """Write what the second tester chose on a line."""
        self.store.run(
            """UPDATE objection_line SET rescored = :step, note = :note
               WHERE objection_id = :id AND line = :line""",
            id=objection_id,
            line=line,
            step=step,
            note=note,
        )

    def add_ruling(self, ruling: Ruling) -> None:
        """Add a ruling; its objection is closed by it."""
        self.store.run(
            """INSERT INTO ruling (place, id, objection_id, call_id, verdict, score, band, content, at)
               SELECT coalesce(max(place), 0) + 1, :id, :objection, :call, :verdict, :score, :band, :content,
                      :at FROM ruling""",
            id=ruling.id,
            objection=ruling.objection,
            call=ruling.call,
            verdict=ruling.verdict.value,
            score=int(ruling.after.score * _HUNDRED),
            band=ruling.after.band,
            content=ruling.model_dump_json(),
            at=moment_text(ruling.at),
        )
        self.store.run(
            "UPDATE objection SET decided_at = :at WHERE id = :id",
            id=ruling.objection,
            at=moment_text(ruling.at),
        )

    def objection(self, objection_id: str) -> Objection | None:
        """Give an objection."""
        return next(iter(self._objections(objection_id=objection_id)), None)

    def objections(self, *, open_only: bool = False) -> list[Objection]:
        """Give every objection, oldest first."""
        return self._objections(open_only=open_only)

    def of_call(self, call_id: str) -> list[Objection]:
        """Give the objections to one call, oldest first."""
        return self._objections(call_id=call_id)

    def waiting(self, tester: str) -> int:
        """Count the objections that a tester has to rescore."""
        return int(
            self.store.value(
                "SELECT count(*) FROM objection WHERE tester = :tester AND decided_at IS NULL", tester=tester
            )
            or 0
        )

    def load(self) -> dict[str, int]:
        """Count the objections of each tester."""
        rows = self.store.rows(
            "SELECT tester, count(*) AS many FROM objection WHERE tester <> '' GROUP BY tester"
        )
        return {row["tester"]: row["many"] for row in rows}

    def rulings(self) -> list[Ruling]:
        """Give every ruling, oldest first."""
        rows = self.store.rows("SELECT id, content FROM ruling ORDER BY place")
        return [_ruling(row) for row in rows]

    def rulings_on(self, call_id: str) -> list[Ruling]:
        """Give the rulings on one call, oldest first."""
        rows = self.store.rows(
            "SELECT id, content FROM ruling WHERE call_id = :call ORDER BY place", call=call_id
        )
        return [_ruling(row) for row in rows]

    def columns(self) -> list[tuple[str, str, str, str, int, str]]:
        """Give what each ruling's columns say: id, objection, call, verdict, hundredths and band."""
        rows = self.store.rows(
            "SELECT id, objection_id, call_id, verdict, score, band FROM ruling ORDER BY place"
        )
        return [
            (row["id"], row["objection_id"], row["call_id"], row["verdict"], row["score"], row["band"])
            for row in rows
        ]

    def in_force(self, calls: Sequence[Call]) -> list[Call]:
        """Give these calls with the results that count now."""
        if len(calls) == 1:
            return [in_force(calls[0], self.rulings_on(calls[0].id))]
        by_call: dict[str, list[Ruling]] = {}
        for row in self.store.rows("SELECT id, content FROM ruling WHERE verdict = 'changed' ORDER BY place"):
            ruling = _ruling(row)
            by_call.setdefault(ruling.call, []).append(ruling)
        return [in_force(call, by_call[call.id]) if call.id in by_call else call for call in calls]

    def _objections(
        self, *, objection_id: str | None = None, call_id: str | None = None, open_only: bool = False
    ) -> list[Objection]:
        values: dict[str, Any] = {"id": objection_id, "call": call_id, "open": int(open_only)}
        lines: dict[str, list[Disputed]] = {}
        for row in self.store.rows(
            """SELECT line.* FROM objection_line AS line JOIN objection ON objection.id = line.objection_id
               WHERE (:id IS NULL OR objection.id = :id) AND (:call IS NULL OR objection.call_id = :call)
                 AND (:open = 0 OR objection.decided_at IS NULL)
               ORDER BY line.objection_id, line.place""",
            **values,
        ):
            lines.setdefault(row["objection_id"], []).append(
                Disputed(
                    line=row["line"],
                    expected=row["expected"],
                    reason=row["reason"],
                    rescored=row["rescored"],
                    note=row["note"],
                )
            )
        rows = self.store.rows(
            """SELECT * FROM objection
               WHERE (:id IS NULL OR id = :id) AND (:call IS NULL OR call_id = :call)
                 AND (:open = 0 OR decided_at IS NULL)
               ORDER BY place""",
            **values,
        )
        return [_objection(row, lines.get(row["id"], [])) for row in rows]


def _objection(row: Row, lines: Sequence[Disputed]) -> Objection:
    try:
        return Objection(
            id=row["id"],
            call=row["call_id"],
            person=row["person"],
            filed_by=row["filed_by"],
            filed_at=moment_from(row["filed_at"]),
            tester=row["tester"],
            lines=tuple(lines),
            decided_at=_moment(row["decided_at"]),
        )
    except (ValueError, TypeError) as error:
        raise _damaged(_("申復 {id}").format(id=row["id"])) from error


def _ruling(row: Row) -> Ruling:
    try:
        return Ruling.model_validate_json(row["content"])
    except (ValueError, TypeError) as error:
        raise _damaged(_("申復裁定 {id}").format(id=row["id"])) from error


def _moment(text: str | None) -> datetime | None:
    return moment_from(text) if text else None


def _damaged(what: str) -> StoreError:
    return StoreError(
        _("資料檔裡有{what}的內容損壞。").format(what=what),
        remedy=_("請由最近的備份還原：courtesy restore。"),
    )
