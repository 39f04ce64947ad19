"""What people have practised; it belongs to each of them alone and is no score."""

from datetime import date, datetime

from bureau.database import Store
from bureau.dates import moment_from, moment_text
from quiz_bank.practice import Cause, Memory


class PracticeStore:
    """Reads and writes what people have practised."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def memories(self, staff_no: str) -> list[Memory]:
        """Give what a person has practised, by the question's identifier."""
        rows = self.store.rows(
            """SELECT question_id, cause, card, due, last_at, reviews, lapses, right_last
               FROM practice WHERE staff_no = :staff_no ORDER BY question_id""",
            staff_no=staff_no,
        )
        return [
            Memory(
                question_id=row["question_id"],
                cause=Cause(row["cause"]),
                card=row["card"],
                due=date.fromisoformat(row["due"]),
                last_at=moment_from(row["last_at"]),
                reviews=row["reviews"],
                lapses=row["lapses"],
                right_last=bool(row["right_last"]),
            )
            for row in rows
        ]

    def put(self, staff_no: str, memory: Memory) -> None:
        """Write a memory in the place of the one before."""
        self.store.run(
            """INSERT INTO practice (staff_no, question_id, cause, card, due, last_at, reviews, lapses,
                                     right_last)
               VALUES (:staff_no, :question_id, :cause, :card, :due, :last_at, :reviews, :lapses, :right_last)
               ON CONFLICT (staff_no, question_id) DO UPDATE
               SET card = excluded.card, due = excluded.due, last_at = excluded.last_at,
                   reviews = excluded.reviews, lapses = excluded.lapses, right_last = excluded.right_last""",
            staff_no=staff_no,
            question_id=memory.question_id,
            cause=memory.cause.value,
            card=memory.card,
            due=memory.due.isoformat(),
            last_at=moment_text(memory.last_at),
            reviews=memory.reviews,
            lapses=memory.lapses,
            right_last=int(memory.right_last),
        )

    def done_on(self, staff_no: str, first: datetime, before: datetime) -> int:
        """Count the questions that a person practised from `first` until just before `before`."""
        return int(
            self.store.value(
                """SELECT count(*) FROM practice
                   WHERE staff_no = :staff_no AND last_at >= :first AND last_at < :before""",
                staff_no=staff_no,
                first=moment_text(first),
                before=moment_text(before),
            )
            or 0
        )

    def secret_questions(self, staff_no: str, day: date) -> set[str]:
        """Give the questions of the papers that are not over on `day` and that the person has not sat.

        Whoever practised them would know the key before the quiz.
        """
        rows = self.store.rows(
            """SELECT DISTINCT paper_item.question_id
               FROM paper_item JOIN paper ON paper.id = paper_item.paper_id
               LEFT JOIN sitting ON sitting.paper_id = paper.id AND sitting.staff_no = :staff_no
               WHERE paper.closes_on >= :day
                 AND sitting.submitted_at IS NULL AND sitting.handed_in_at IS NULL""",
            staff_no=staff_no,
            day=day.isoformat(),
        )
        return {row["question_id"] for row in rows}
