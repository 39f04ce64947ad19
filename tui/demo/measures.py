"""The demonstration's yearly plan: taken over at the end of the year, with the evidence of the year."""

from datetime import date, datetime

from bureau.dates import day_of
from bureau.language import _
from bureau.roles import Actor
from training.duties import RecordKind
from tui.desks import Desks

_PROVEN = (
    ("year-report", "115D0125", (1, 22)),
    ("half-summary", "115D0331", (3, 27)),
    ("half-summary", "115D0731", (8, 4)),
    ("best-person", "115Q1", (3, 30)),
    ("best-person", "115Q2", (6, 29)),
    ("best-person", "115Q3", (9, 30)),
)


def take_plan_over(desks: Desks, year: int, *, by: Actor, at: datetime) -> int:
    """Take the plan over and prove what was done; give the number of measures.

    What its printed table leaves open is still open: a visitor sees where the office would set it.
    """
    duties = desks.duties
    loaded = {each.code: each for each in duties.load(by=by, at=at, since=date(year, 1, 1))}
    for code, occasion, (month, day) in _PROVEN:
        duties.prove(loaded[code].id, occasion, by=by, at=at, on=date(year, month, day), text=_("簽文已核定"))
    sessions = loaded["sessions"]
    for item in duties.one(sessions.id, year).items:
        for seen in duties.proposals(sessions, item.occasion.first, item.occasion.due, day_of(at))[:1]:
            duties.prove(
                sessions.id,
                item.occasion.key,
                by=by,
                at=at,
                on=seen.day,
                text=seen.text,
                kind=RecordKind.SESSION,
                reference=seen.reference,
            )
    return len(loaded)
