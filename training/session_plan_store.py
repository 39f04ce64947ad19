"""The queries of what a session is made of."""

from collections.abc import Sequence

from bureau.database import Store
from training.session_plan import AgendaTopic, Handout, SessionPlan


class SessionPlanStore:
    """Reads and writes agendas, handouts, and the papers of sessions."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def plan(self, session_id: str) -> SessionPlan:
        """Give what is planned of a session."""
        topics = self.store.rows(
            "SELECT title, minutes, basis FROM session_topic WHERE session_id = :id ORDER BY place",
            id=session_id,
        )
        handouts = self.store.rows(
            "SELECT title, file FROM session_handout WHERE session_id = :id ORDER BY place", id=session_id
        )
        papers = self.store.row(
            "SELECT paper_before, paper_after FROM session_quiz WHERE session_id = :id", id=session_id
        )
        return SessionPlan(
            agenda=tuple(AgendaTopic.model_validate(row) for row in topics),
            handouts=tuple(Handout.model_validate(row) for row in handouts),
            **(papers or {}),
        )

    def put_agenda(self, session_id: str, agenda: Sequence[AgendaTopic]) -> None:
        """Write an agenda in place of the one before."""
        self.store.run("DELETE FROM session_topic WHERE session_id = :id", id=session_id)
        self.store.run_many(
            """INSERT INTO session_topic (session_id, place, title, minutes, basis)
               VALUES (:id, :place, :title, :minutes, :basis)""",
            [{"id": session_id, "place": place} | dict(topic) for place, topic in enumerate(agenda, 1)],
        )

    def put_handouts(self, session_id: str, handouts: Sequence[Handout]) -> None:
        """Write the handouts in place of those before."""
        self.store.run("DELETE FROM session_handout WHERE session_id = :id", id=session_id)
        self.store.run_many(
            """INSERT INTO session_handout (session_id, place, title, file)
               VALUES (:id, :place, :title, :file)""",
            [{"id": session_id, "place": place} | dict(handout) for place, handout in enumerate(handouts, 1)],
        )

    def put_papers(self, session_id: str, before: str, after: str) -> None:
        """Write which papers are sat before and after."""
        self.store.run(
            """INSERT INTO session_quiz (session_id, paper_before, paper_after)
               VALUES (:id, :before, :after)
               ON CONFLICT (session_id) DO UPDATE SET paper_before = excluded.paper_before,
                   paper_after = excluded.paper_after""",
            id=session_id,
            before=before,
            after=after,
        )
