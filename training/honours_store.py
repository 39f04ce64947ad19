"""The queries of public votes and of whom the committee chose."""

from datetime import date, datetime

from bureau.calendar import moment_text
from bureau.database import Row, Store, StoreError
from bureau.language import _
from training.honours import Honour, Vote

_HUNDRED = 100


class HonoursStore:
    """Reads and writes votes and choices."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def add_vote(self, vote: Vote) -> None:
        """Add a tally; it takes the place of an earlier one of the same month, which stays."""
        self.store.run(
            """INSERT INTO public_vote (id, place, first_day, valid, content, at)
               SELECT :id, coalesce(max(place), 0) + 1, :first_day, :valid, :content, :at FROM public_vote""",
            id=vote.id,
            first_day=vote.month.first.isoformat(),
            valid=vote.valid,
            content=vote.model_dump_json(),
            at=moment_text(vote.at),
        )

    def votes(self) -> list[Vote]:
        """Give every tally, oldest first."""
        rows = self.store.rows("SELECT id, content FROM public_vote ORDER BY place")
        return [_vote(row) for row in rows]

    def vote_columns(self) -> list[tuple[str, str, int]]:
        """Give what each tally's columns say: id, first day of the month, valid votes."""
        rows = self.store.rows("SELECT id, first_day, valid FROM public_vote ORDER BY place")
        return [(row["id"], row["first_day"], row["valid"]) for row in rows]

    def add(self, honour: Honour) -> None:
        """Add a choice."""
        self.store.run(
            """INSERT INTO honour (id, place, first_day, person, total, content, at)
               SELECT :id, coalesce(max(place), 0) + 1, :first_day, :person, :total, :content, :at
               FROM honour""",
            id=honour.id,
            first_day=honour.quarter.first.isoformat(),
            person=honour.person,
            total=int(honour.total * _HUNDRED),
            content=honour.model_dump_json(exclude={"taken_back"}),
            at=moment_text(honour.at),
        )

    def take_back(self, honour_id: str, reason: str, actor: str, at: datetime) -> None:
        """Note that a choice no longer holds."""
        self.store.run(
            """INSERT INTO honour_taken_back (honour_id, reason, actor, at)
               VALUES (:id, :reason, :actor, :at)""",
            id=honour_id,
            reason=reason,
            actor=actor,
            at=moment_text(at),
        )

    def honours(self, first: date = date.min, last: date = date.max) -> list[Honour]:
        """Give the choices of the quarters that begin from `first` to `last`, those taken back included."""
        rows = self.store.rows(
            """SELECT honour.id, honour.content, honour_taken_back.reason AS taken_back
               FROM honour LEFT JOIN honour_taken_back ON honour_taken_back.honour_id = honour.id
               WHERE honour.first_day BETWEEN :first AND :last ORDER BY honour.first_day, honour.place""",
            first=first.isoformat(),
            last=last.isoformat(),
        )
        return [_honour(row) for row in rows]

    def columns(self) -> list[tuple[str, str, str, int]]:
        """Give what each choice's columns say: id, first day of the quarter, person, hundredths."""
        rows = self.store.rows("SELECT id, first_day, person, total FROM honour ORDER BY place")
        return [(row["id"], row["first_day"], row["person"], row["total"]) for row in rows]


def _vote(row: Row) -> Vote:
    try:
        return Vote.model_validate_json(row["content"])
    except (ValueError, TypeError) as error:
        raise _damaged(_("票選 {id}").format(id=row["id"])) from error


def _honour(row: Row) -> Honour:
    try:
        found = Honour.model_validate_json(row["content"])
    except (ValueError, TypeError) as error:
        raise _damaged(_("績優紀錄 {id}").format(id=row["id"])) from error
    return found.model_copy(update={"taken_back": row["taken_back"] or ""})


def _damaged(what: str) -> StoreError:
    return StoreError(
        _("資料檔裡有{what}的內容損壞。").format(what=what),
        remedy=_("請由最近的備份還原：courtesy restore。"),
    )
