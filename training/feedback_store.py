"""The queries of feedback forms and of what they were counted to."""

from collections.abc import Mapping

from bureau.database import Store


class FeedbackStore:
    """Reads and writes forms, counts and words."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def form(self, session_id: str) -> str | None:
        """Give the form of a session as it was stored; None: it has none of its own."""
        found = self.store.value("SELECT content FROM feedback_form WHERE session_id = :id", id=session_id)
        return None if found is None else str(found)

    def put_form(self, session_id: str, content: str) -> None:
        """Write the form of a session."""
        self.store.run(
            """INSERT INTO feedback_form (session_id, content) VALUES (:id, :content)
               ON CONFLICT (session_id) DO UPDATE SET content = excluded.content""",
            id=session_id,
            content=content,
        )

    def counts(self, session_id: str) -> dict[str, dict[int, int]]:
        """Give how often each step was chosen, by question."""
        found: dict[str, dict[int, int]] = {}
        for row in self.store.rows(
            "SELECT question, step, many FROM feedback_count WHERE session_id = :id", id=session_id
        ):
            found.setdefault(row["question"], {})[row["step"]] = row["many"]
        return found

    def put_counts(self, session_id: str, question: str, counts: Mapping[int, int]) -> None:
        """Write how often each step of a question was chosen."""
        self.store.run_many(
            """INSERT INTO feedback_count (session_id, question, step, many)
               VALUES (:id, :question, :step, :many)
               ON CONFLICT (session_id, question, step) DO UPDATE SET many = excluded.many""",
            [
                {"id": session_id, "question": question, "step": step, "many": many}
                for step, many in counts.items()
            ],
        )

    def words(self, session_id: str) -> dict[str, list[str]]:
        """Give the words of the open questions, by question and in alphabetical order."""
        found: dict[str, list[str]] = {}
        for row in self.store.rows(
            """SELECT question, words, many FROM feedback_words WHERE session_id = :id
               ORDER BY question, words""",
            id=session_id,
        ):
            found.setdefault(row["question"], []).extend([row["words"]] * row["many"])
        return found

    def add_words(self, session_id: str, question: str, words: str) -> None:
        """Add the words of one form; the same words again are counted."""
        self.store.run(
            """INSERT INTO feedback_words (session_id, question, words, many)
               VALUES (:id, :question, :words, 1)
               ON CONFLICT (session_id, question, words) DO UPDATE SET many = feedback_words.many + 1""",
            id=session_id,
            question=question,
            words=words,
        )
