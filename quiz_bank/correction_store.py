"""The tables of corrections: what was decided, and the scores that stand beside sealed ones."""

from collections.abc import Iterable
from decimal import Decimal

from pydantic import ValidationError

from bureau.database import Row, Store, StoreError
from bureau.dates import moment_from, moment_text
from bureau.journal import canonical
from bureau.language import _
from quiz_bank.correction import Answer, Correction, Standing

_HUNDRED = 100


class CorrectionStore:
    """Reads and writes corrections."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def next_place(self) -> int:
        """Give the place of the next correction."""
        return int(self.store.value("SELECT coalesce(max(place), 0) + 1 FROM correction"))

    def add(self, correction: Correction) -> None:
        """Write a correction; from here on it is sealed."""
        answer = correction.answer
        self.store.run(
            """INSERT INTO correction (place, id, paper_id, number, treatment, answer, reason, decided_by, at)
               VALUES (:place, :id, :paper, :number, :treatment, :answer, :reason, :by, :at)""",
            place=correction.place,
            id=correction.id,
            paper=correction.paper,
            number=correction.number,
            treatment=correction.treatment.value,
            answer=None if answer is None else canonical(answer.model_dump(mode="json")),
            reason=correction.reason,
            by=correction.by,
            at=moment_text(correction.at),
        )

    def of_paper(self, paper_id: str) -> list[Correction]:
        """Give the corrections of a paper in their order."""
        return self._corrections("WHERE paper_id = :paper ORDER BY place", paper=paper_id)

    def everything(self) -> list[Correction]:
        """Give every correction in its order."""
        return self._corrections("ORDER BY place")

    def _corrections(self, condition: str, **values: str) -> list[Correction]:
        rows = self.store.rows(
            f"""SELECT place, id, paper_id, number, treatment, answer, reason, decided_by, at
                FROM correction {condition}""",
            **values,
        )
        try:
            return [_correction(row) for row in rows]
        except (ValidationError, ValueError):
            raise StoreError(
                _("資料檔裡有{what}的內容損壞。").format(what=_("更正")),
                remedy=_("請由最近的備份還原：courtesy restore。"),
            ) from None

    def add_standings(self, sitting_id: str, standings: Iterable[Standing]) -> None:
        """Write the scores that stand beside a sitting's own."""
        self.store.run_many(
            """INSERT INTO corrected_score (sitting_id, place, score, passed)
               VALUES (:sitting, :place, :score, :passed)""",
            [
                {
                    "sitting": sitting_id,
                    "place": each.place,
                    "score": int(each.score * _HUNDRED),
                    "passed": int(each.passed),
                }
                for each in standings
            ],
        )

    def standings(self, paper_id: str | None = None) -> dict[str, list[Standing]]:
        """Give what stands beside sittings of a paper, or of all, by sitting and in their order."""
        condition = "" if paper_id is None else "WHERE correction.paper_id = :paper"
        rows = self.store.rows(
            f"""SELECT corrected_score.sitting_id, corrected_score.place, corrected_score.score,
                       corrected_score.passed
                FROM corrected_score JOIN correction ON correction.place = corrected_score.place
                {condition} ORDER BY corrected_score.sitting_id, corrected_score.place""",
            **({} if paper_id is None else {"paper": paper_id}),
        )
        found: dict[str, list[Standing]] = {}
        for row in rows:
            found.setdefault(row["sitting_id"], []).append(
                Standing(
                    place=row["place"],
                    score=Decimal(row["score"]) / _HUNDRED,
                    passed=bool(row["passed"]),
                )
            )
        return found


def _correction(row: Row) -> Correction:
    return Correction(
        id=row["id"],
        place=row["place"],
        paper=row["paper_id"],
        number=row["number"],
        treatment=row["treatment"],
        answer=None if row["answer"] is None else Answer.model_validate_json(row["answer"]),
        reason=row["reason"],
        by=row["decided_by"],
        at=moment_from(row["at"]),
    )
