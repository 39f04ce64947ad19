"""The 出席統計 of a session or a year by section, as a paper and as a table."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.calendar import Period, PeriodKind, day_of, roc
from bureau.language import _
from bureau.office import OfficeRules
from bureau.paper import Column, Heading, ListPaper, Subtotal
from bureau.roles import Actor
from bureau.sheet import write_table
from training.presence import Presence, SectionPresence, SessionPresence, together
from training.report_desk import ReportDesk

if TYPE_CHECKING:
    from bureau.paper import PrintReport


def print_session_presence(
    desk: ReportDesk, session_id: str, path: Path, *, by: Actor, at: datetime
) -> "PrintReport":
    """Print who was at a session, by section.

    Raises:
        SessionError: there is no such session.
        PaperError: the file cannot be written.
    """
    made = desk.session(session_id, by=by)
    session = made.session
    details = f"{roc(session.day)} {session.start:%H:%M}－{session.end:%H:%M}　{session.place}".rstrip()
    paper = _paper(desk, _("{title}出席統計").format(title=session.title), details, at)
    return paper.print(_rows(made.sections, total=made.total), path)


def print_year_presence(desk: ReportDesk, year: int, path: Path, *, by: Actor, at: datetime) -> "PrintReport":
    """Print who was at the sessions of a civil year: each session by section, and all of them together.

    Raises:
        PaperError: the file cannot be written.
    """
    sessions = desk.year(year, by=by)
    period = Period(kind=PeriodKind.YEAR, year=year)
    paper = _paper(desk, _("為民服務訓練講習年度出席統計"), period.title, at)
    return paper.print(_year_rows(sessions), path)


def write_session_presence(desk: ReportDesk, session_id: str, path: Path, *, by: Actor) -> int:
    """Write the 出席統計 of a session as a table; `path` ends in .csv or .xlsx.

    Returns:
        How many sections are in it.

    Raises:
        SessionError: there is no such session.
        SheetError: another ending, or the file cannot be written.
    """
    made = desk.session(session_id, by=by)
    return _write(path, [made])


def write_year_presence(desk: ReportDesk, year: int, path: Path, *, by: Actor) -> int:
    """Write the 出席統計 of each session of a civil year as a table; see `write_session_presence`."""
    return _write(path, desk.year(year, by=by))


def _write(path: Path, sessions: Sequence[SessionPresence]) -> int:
    rows = [
        (roc(made.session.day), made.session.title, *_cells(one))
        for made in sessions
        for one in made.sections
    ]
    write_table(path, (_("日期"), _("場次"), _("科室"), *_counts()), rows, title=_("出席統計"))
    return len(rows)


def _paper(desk: ReportDesk, title: str, period: str, at: datetime) -> ListPaper:
    day = day_of(at)
    return ListPaper(
        title=title,
        office=desk.office.name,
        seals=desk.office.rules(day).of(OfficeRules).seals,
        period=period,
        printed_on=day,
        fingerprint=desk.office.fingerprint(),
        columns=(
            Column(_("科室"), weight=2.6),
            *(Column(heading, align="center") for heading in _counts()),
        ),
        empty=_("沒有應到人員"),
    )


def _counts() -> tuple[str, ...]:
    return (
        _("應到"),
        _("出席"),
        _("公假"),
        _("請假"),
        _("缺席"),
        _("未登錄"),
        _("已受訓"),
        _("出席率"),
        _("時數"),
    )


def _cells(one: SectionPresence) -> tuple[str, ...]:
    return one.section, *_numbers(one.presence)


def _numbers(presence: Presence) -> tuple[str, ...]:
    return (
        str(presence.expected),
        str(presence.present),
        str(presence.official),
        str(presence.leave),
        str(presence.absent),
        str(presence.open),
        str(presence.trained),
        "－" if presence.attended.percent is None else f"{presence.attended.percent}%",
        f"{presence.hours.normalize():f}",
    )


def _rows(
    sections: Iterable[SectionPresence], total: Presence
) -> Iterable[Sequence[str] | Heading | Subtotal]:
    for one in sections:
        yield _cells(one)
    if total.expected:
        yield _("合計"), *_numbers(total)


def _year_rows(sessions: Sequence[SessionPresence]) -> Iterable[Sequence[str] | Heading | Subtotal]:
    for made in sessions:
        yield Heading(text=f"{roc(made.session.day)}　{made.session.title}（{made.session.kind.label}）")
        yield from _rows(made.sections, made.total)
    if len(sessions) > 1:
        yield Heading(text=_("全年合計（人次）"))
        everybody = sum((made.total for made in sessions), Presence())
        yield from _rows(together(sessions, ()), everybody)
