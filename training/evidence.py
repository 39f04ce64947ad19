"""What the records below say about people, as evidence for the rules."""

from collections.abc import Iterable, Sequence
from datetime import date

from bureau.language import _
from courtesy.call import Call
from quiz_bank.sitting import Result
from training.case import Evidence, Judge, Source
from training.session import Expected, Session, SessionKind, Standing, standing


def of_call(call: Call) -> Evidence:
    """Give a sealed call as evidence; it belongs to the owner of the extension, whoever answered."""
    return Evidence(
        source=Source.CALL,
        id=call.id,
        staff_no=call.person,
        section=call.section,
        at=call.at,
        score=call.score,
        critical=call.critical,
        tester=call.tester,
        ruling=call.superseded_by,
    )


def of_result(result: Result) -> Evidence:
    """Give a submitted sitting as evidence."""
    return Evidence(
        source=Source.QUIZ,
        id=result.sitting_id,
        staff_no=result.staff_no,
        section=result.section,
        at=result.submitted_at,
        score=result.score,
        title=result.paper_title,
        ruling=result.correction,
    )


def of_absence(session: Session, person: Expected) -> Evidence:
    """Give a missed session as evidence."""
    assert person.attendance is not None
    return Evidence(
        source=Source.ATTENDANCE,
        id=attendance_id(session.id, person.staff_no),
        staff_no=person.staff_no,
        section=person.section,
        at=session.ends_at,
        title=_("{session} {status}").format(session=session.title, status=person.attendance.status.label),
    )


def attendance_id(session_id: str, staff_no: str) -> str:
    """Name the attendance of one person at one session."""
    return f"{session_id}-{staff_no}"


def absences(attended: Iterable[tuple[Session, Expected]], judge: Judge) -> list[Evidence]:
    """Give the yearly sessions that people missed by 請假 or 缺席 and have not made up.

    Each make-up session (補訓場次) completed later in the same year makes up for one that was missed.

    Args:
        attended: every recorded attendance, in any order.
        judge: gives the rules of a day.
    """
    by_person: dict[tuple[str, int], list[tuple[Session, Expected]]] = {}
    for session, person in attended:
        by_person.setdefault((person.staff_no, session.year), []).append((session, person))
    found = []
    for records in by_person.values():
        records.sort(key=lambda record: (record[0].ends_at, record[0].id))
        missed = [
            (session, person)
            for session, person in records
            if session.kind is SessionKind.YEARLY and person.attendance and person.attendance.status.missed
        ]
        for day in _made_up(records, judge):
            earlier = next((record for record in missed if record[0].day <= day), None)
            if earlier:
                missed.remove(earlier)
        found += [of_absence(session, person) for session, person in missed]
    return found


def _made_up(records: Sequence[tuple[Session, Expected]], judge: Judge) -> list[date]:
    return [
        session.day
        for session, person in records
        if session.kind is SessionKind.MAKE_UP
        and standing(session, person.attendance, judge(session.day).rules) is Standing.TRAINED
    ]
