"""What is kept with a paper about its drawing: its form, what was left out, what was expected."""

import json
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from bureau.database import Row, Store
from bureau.journal import canonical
from quiz_bank.expected import Expected


class DrawnForm(BaseModel):
    """How a paper came to be.

    Attributes:
        family: the identifier of the first form; forms of one family are one examination.
        name: A, B …; `""` where there is only one form.
        forms: how many forms the family has.
        without_last: of how many papers the questions were left out.
        excluded: the identifiers of these questions, in order.
        expected: what was expected of each of its own questions when it was drawn, by identifier.
    """

    model_config = ConfigDict(frozen=True)

    paper_id: str
    family: str
    name: str = ""
    forms: int = 1
    without_last: int = 0
    excluded: tuple[str, ...] = ()
    expected: Mapping[str, Expected] = {}

    def proof(self) -> dict[str, object]:
        """Give what the journal keeps of it."""
        return self.model_dump(mode="json", exclude={"paper_id"})


class PaperStore:
    """Reads and writes the forms of papers."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add_form(self, form: DrawnForm) -> None:
        """Write how a paper came to be; it never changes."""
        kept = form.model_dump(mode="json")
        self.store.run(
            """INSERT INTO paper_form (paper_id, family, name, forms, without_last, excluded, expected)
               VALUES (:paper_id, :family, :name, :forms, :without_last, :excluded, :expected)""",
            paper_id=form.paper_id,
            family=form.family,
            name=form.name,
            forms=form.forms,
            without_last=form.without_last,
            excluded=canonical(kept["excluded"]),
            expected=canonical(kept["expected"]),
        )

    def form(self, paper_id: str) -> DrawnForm | None:
        """Give how a paper came to be; None where that was not kept."""
        rows = self.store.rows(
            """SELECT paper_id, family, name, forms, without_last, excluded, expected FROM paper_form
               WHERE paper_id = :paper_id""",
            paper_id=paper_id,
        )
        return _form(rows[0]) if rows else None

    def forms(self) -> list[DrawnForm]:
        """Give how every paper came to be of which that was kept."""
        rows = self.store.rows(
            """SELECT paper_id, family, name, forms, without_last, excluded, expected FROM paper_form
               ORDER BY family, name"""
        )
        return [_form(row) for row in rows]


def _form(row: Row) -> DrawnForm:
    return DrawnForm.model_validate(
        {**row, "excluded": json.loads(row["excluded"]), "expected": json.loads(row["expected"])}
    )
