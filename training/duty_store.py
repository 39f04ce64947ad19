"""The measures of the yearly plan, when they are due and the evidence that they were done, in the file."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from bureau.calendar import moment_from, moment_text
from bureau.database import Row, Store
from training.duties import Done, Frequency, Measure, MonthDay, RecordKind, Terms

_DONE = """SELECT id, measure_id, occasion, done_on, text, kind, reference, recorded_by, recorded_at,
                  taken_back_at, taken_back_by, reason FROM measure_done """


class DutyStore:
    """Reads and writes the measures."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def measures(self) -> list[Measure]:
        """Give every measure in the order in which they were added, those retired included."""
        terms: dict[str, list[Terms]] = {}
        for row in self.store.rows(
            """SELECT measure_id, since, frequency, dates, first_month FROM measure_terms
               ORDER BY measure_id, since"""
        ):
            terms.setdefault(row["measure_id"], []).append(_terms(row))
        rows = self.store.rows(
            """SELECT id, code, title, wording, source, note, printed, section, person, record, retired,
                      retired_for FROM measure ORDER BY place"""
        )
        return [
            Measure(
                id=row["id"],
                code=row["code"],
                title=row["title"],
                wording=row["wording"],
                source=row["source"],
                note=row["note"],
                printed=row["printed"],
                section=row["section"],
                person=row["person"],
                record=RecordKind(row["record"]),
                terms=tuple(terms[row["id"]]),
                retired=date.fromisoformat(row["retired"]) if row["retired"] else None,
                retired_for=row["retired_for"],
            )
            for row in rows
        ]

    def put(self, measures: Iterable[Measure]) -> None:
        """Write measures, new or changed, with their terms."""
        for measure in measures:
            self.store.run(
                """INSERT INTO measure (place, id, code, title, wording, source, note, printed, section,
                                        person, record, retired, retired_for)
                   VALUES ((SELECT coalesce(max(place), 0) + 1 FROM measure), :id, :code, :title, :wording,
                           :source, :note, :printed, :section, :person, :record, :retired, :retired_for)
                   ON CONFLICT (id) DO UPDATE SET title = excluded.title, wording = excluded.wording,
                       source = excluded.source, note = excluded.note, printed = excluded.printed,
                       section = excluded.section, person = excluded.person, record = excluded.record,
                       retired = excluded.retired, retired_for = excluded.retired_for""",
                id=measure.id,
                code=measure.code,
                title=measure.title,
                wording=measure.wording,
                source=measure.source,
                note=measure.note,
                printed=measure.printed,
                section=measure.section,
                person=measure.person,
                record=measure.record.value,
                retired=measure.retired.isoformat() if measure.retired else None,
                retired_for=measure.retired_for,
            )
            self.store.run("DELETE FROM measure_terms WHERE measure_id = :id", id=measure.id)
            self.store.run_many(
                """INSERT INTO measure_terms (measure_id, since, frequency, dates, first_month)
                   VALUES (:measure_id, :since, :frequency, :dates, :first_month)""",
                [
                    {
                        "measure_id": measure.id,
                        "since": each.since.isoformat(),
                        "frequency": each.frequency.value,
                        "dates": " ".join(f"{day.month:02}-{day.day:02}" for day in each.dates),
                        "first_month": each.first_month,
                    }
                    for each in measure.terms
                ],
            )

    def done(self, measure_id: str | None = None) -> list[Done]:
        """Give the evidence of one measure or of all, in order, with what was taken back."""
        if measure_id is None:
            return self._done("ORDER BY place")
        return self._done("WHERE measure_id = :measure_id ORDER BY place", measure_id=measure_id)

    def add_done(self, done: Done) -> None:
        """Write evidence that an occasion was done."""
        self.store.run(
            """INSERT INTO measure_done (place, id, measure_id, occasion, stands_for, done_on, text, kind,
                                         reference, recorded_by, recorded_at, taken_back_at, taken_back_by,
                                         reason)
               VALUES ((SELECT coalesce(max(place), 0) + 1 FROM measure_done), :id, :measure_id, :occasion,
                       :stands_for, :done_on, :text, :kind, :reference, :recorded_by, :recorded_at, NULL, '',
                       '')""",
            id=done.id,
            measure_id=done.measure,
            occasion=done.occasion,
            stands_for=f"{done.measure} {done.occasion}",
            done_on=done.on.isoformat(),
            text=done.text,
            kind=done.kind.value,
            reference=done.reference,
            recorded_by=done.by,
            recorded_at=moment_text(done.at),
        )

    def take_back(self, done: Done) -> None:
        """Write that evidence was taken back."""
        assert done.taken_back_at is not None
        self.store.run(
            """UPDATE measure_done SET stands_for = NULL, taken_back_at = :at, taken_back_by = :by,
                                       reason = :reason WHERE id = :id""",
            at=moment_text(done.taken_back_at),
            by=done.taken_back_by,
            reason=done.reason,
            id=done.id,
        )

    def _done(self, condition: str, **values: Any) -> list[Done]:
        return [
            Done(
                id=row["id"],
                measure=row["measure_id"],
                occasion=row["occasion"],
                on=date.fromisoformat(row["done_on"]),
                text=row["text"],
                kind=RecordKind(row["kind"]),
                reference=row["reference"],
                by=row["recorded_by"],
                at=moment_from(row["recorded_at"]),
                taken_back_at=moment_from(row["taken_back_at"]) if row["taken_back_at"] else None,
                taken_back_by=row["taken_back_by"],
                reason=row["reason"],
            )
            for row in self.store.rows(_DONE + condition, **values)
        ]


def _terms(row: Row) -> Terms:
    days = [each.split("-") for each in row["dates"].split()]
    return Terms(
        since=date.fromisoformat(row["since"]),
        frequency=Frequency(row["frequency"]),
        dates=tuple(MonthDay(int(month), int(day)) for month, day in days),
        first_month=row["first_month"],
    )
