"""The papers of cases: the 補訓名冊 of the open ones."""

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.calendar import Period, PeriodKind, day_of, roc
from bureau.language import _
from bureau.office import OfficeRules
from bureau.paper import Column, ListPaper
from bureau.people import masked
from bureau.roles import Actor
from training.case import Band, Case, Reason, Source, State, unconfirmed
from training.desk import RosterRow, TrainingDesk
from training.evidence import masked_id
from training.session import Session

if TYPE_CHECKING:
    from bureau.paper import PrintReport

_TO_SIGN = 11.0
"""Millimetres: room for a signature."""


def print_roster(
    desk: TrainingDesk,
    path: Path,
    *,
    by: Actor,
    at: datetime,
    mask: bool | None = None,
    secret: bool | None = None,
) -> "PrintReport":
    """Print the 補訓名冊: who must be retrained, why, by what evidence, and where to sign.

    Args:
        desk: whose open cases are listed.
        path: of the PDF; replaced when it exists.
        by: a trainer, head or administrator.
        at: the moment of printing.
        mask: whether names are masked (王○明); None: as the office's rules say.
        secret: whether each page bears 密; None: as the office's rules say.

    Raises:
        PaperError: the file cannot be written.
    """
    day = day_of(at)
    rules = desk.office.rules(day).of(OfficeRules)
    hidden = rules.mask_names if mask is None else mask
    roster = desk.roster(day, by=by)
    paper = ListPaper(
        title=_("為民服務補訓名冊"),
        office=desk.office.name,
        orientation="landscape",
        seals=rules.seals,
        secret=rules.secret if secret is None else secret,
        period=Period.of(PeriodKind.HALF, day).title,
        printed_on=day,
        fingerprint=desk.office.fingerprint(),
        side_mm=12.0,
        columns=(
            Column(_("編號"), mm=11, align="center"),
            Column(_("科室"), mm=24, align="center"),
            Column(_("職稱"), mm=20, align="center", fit="shrink"),
            Column(_("姓名"), mm=22, align="center", fit="shrink"),
            Column(_("分機"), mm=14, align="center"),
            Column(_("原因與證據")),
            Column(_("分數（日期）"), mm=37),
            Column(_("應受訓場次"), mm=33),
            Column(_("簽到"), mm=24),
            Column(_("備註"), mm=29),
        ),
        empty=_("本期無應補訓人員"),
        total=_total([row.case for row in roster.rows]),
        row_mm=_TO_SIGN,
    )
    return paper.print((_roster_row(row, day, mask=hidden) for row in roster.rows), path)


def _roster_row(row: RosterRow, today: date, *, mask: bool) -> tuple[str, ...]:
    reasons, scores = _evidence(row.case, mask=mask)
    return (
        str(row.number),
        row.person.section,
        row.person.title,
        masked(row.person.name) if mask else row.person.name,
        row.person.extension,
        reasons,
        scores,
        _when_and_where(row.session) if row.session else _("未排定"),
        "",
        _note(row.case, today),
    )


def _evidence(case: Case, *, mask: bool) -> tuple[str, str]:
    """Give the cells of the reasons and of the scores; numbered alike when there are several."""
    grouped: dict[tuple[Source, str], list[Reason]] = {}
    for reason in case.counting:
        grouped.setdefault((reason.kind.source, reason.evidence), []).append(reason)
    words, scores = [], []
    # Alone it is the band of the whole case that says so.
    open_still = unconfirmed(case.reasons) if case.band is not Band.RETEST else frozenset()
    for number, ((source, name), reasons) in enumerate(grouped.items(), 1):
        mark = f"{number}. " if len(grouped) > 1 else ""
        text = "；".join(
            reason.text + (_("（只有一通，待複測）") if reason.key in open_still else "")
            for reason in reasons
        )
        shown = masked_id(name, case.person) if mask else name
        words.append(
            _("{mark}{text}（{source} {id}）").format(mark=mark, text=text, source=source.label, id=shown)
        )
        score = "－" if reasons[0].result is None else str(reasons[0].result)
        # Narrow parentheses, so that a score and its day stay on one line.
        scores.append(f"{mark}{score} ({roc(reasons[0].day)})")
    return "\n".join(words), "\n".join(scores)


def _note(case: Case, today: date) -> str:
    due = _("逾期 {day}") if case.overdue(today) else _("期限 {day}")
    lines = [
        _("{band}・{state}").format(band=case.band.label, state=case.state.label),
        # Before the second call the person owes nothing yet.
        "" if case.state is State.TO_CONFIRM else due.format(day=roc(case.due)),
        _("案號 {id}").format(id=case.id),
    ]
    return "\n".join(line for line in lines if line)


def _total(cases: list[Case]) -> str:
    counts = {band: sum(case.band is band for case in cases) for band in Band}
    shown = "、".join(
        _("{band} {count}").format(band=band.label, count=count) for band, count in counts.items() if count
    )
    return _("應訓 {n} 人") + (_("（{counts}）").format(counts=shown) if shown else "")


def _when(session: Session) -> str:
    return f"{roc(session.day)} {session.start:%H:%M}－{session.end:%H:%M}"


def _when_and_where(session: Session) -> str:
    return " ".join(part for part in (_when(session), session.title, session.place) if part)
