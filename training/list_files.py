"""The lists of training as tables for a spreadsheet; a text in them is never a formula."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bureau.calendar import day_of, roc
from bureau.language import _
from bureau.office import OfficeRules
from bureau.people import masked
from bureau.roles import Actor, Role
from bureau.sheet import write_table
from training.case import Case
from training.desk import TrainingDesk
from training.evidence import masked_id


def write_roster(desk: TrainingDesk, path: Path, *, by: Actor, at: datetime, mask: bool | None = None) -> int:
    """Write the 補訓名冊 as a table; `path` ends in .csv or .xlsx.

    Args:
        desk: whose open cases are listed.
        path: of the table; replaced when it exists.
        by: a trainer, head or administrator.
        at: the moment.
        mask: whether names are masked (王○明); None: as the office's rules say.

    Returns:
        How many people are in it.

    Raises:
        SheetError: another ending, or the file cannot be written.
    """
    day = day_of(at)
    hidden = desk.office.rules(day).of(OfficeRules).mask_names if mask is None else mask
    rows = [
        (
            str(row.number),
            row.case.id,
            row.person.section,
            row.person.title,
            # The number would tell what the mask hides.
            "" if hidden else row.person.staff_no,
            masked(row.person.name) if hidden else row.person.name,
            row.person.extension,
            *_about(row.case, mask=hidden),
            row.session.name if row.session else _("未排定"),
        )
        for row in desk.roster(day, by=by).rows
    ]
    headings = (
        _("編號"),
        _("案號"),
        _("科室"),
        _("職稱"),
        _("員工編號"),
        _("姓名"),
        _("分機"),
        *_headings(),
        _("應受訓場次"),
    )
    write_table(path, headings, rows, title=_("補訓名冊"))
    return len(rows)


def write_cases(
    desk: TrainingDesk, path: Path, *, by: Actor, at: datetime, cases: Sequence[Case] | None = None
) -> int:
    """Write a list of cases as a table; see `write_roster`. Names are whole.

    Args:
        desk: whose cases are listed.
        path: of the table; replaced when it exists.
        by: a trainer, head or administrator.
        at: the moment.
        cases: which; None: all of them.

    Raises:
        SheetError: another ending, or the file cannot be written.
    """
    by.require(Role.TRAINER, Role.HEAD)
    people = {person.staff_no: person for person in desk.office.ground.people_on(day_of(at))}
    everybody = {person.staff_no: person for person in desk.office.ground.everybody()}
    rows = []
    for case in desk.cases(by=by) if cases is None else cases:
        person = people.get(case.person) or everybody[case.person]
        rows.append(
            (
                case.id,
                case.section,
                case.person,
                person.name,
                roc(case.opened),
                *_about(case, mask=False),
                roc(day_of(case.closed_at)) if case.closed_at else "",
            )
        )
    headings = (
        _("案號"),
        _("科室"),
        _("員工編號"),
        _("姓名"),
        _("開案"),
        *_headings(),
        _("結束"),
    )
    write_table(path, headings, rows, title=_("補訓案"))
    return len(rows)


def _headings() -> tuple[str, ...]:
    return _("分級"), _("狀態"), _("期限"), _("原因"), _("證據"), _("分數")


def _about(case: Case, *, mask: bool) -> tuple[str, ...]:
    return (
        case.band.label,
        case.state.label,
        roc(case.deadline) if case.deadline else "",
        "；".join(reason.text for reason in case.reasons),
        "；".join(
            f"{reason.kind.source.label} "
            + (masked_id(reason.evidence, case.person) if mask else reason.evidence)
            for reason in case.reasons
        ),
        "；".join("－" if reason.result is None else str(reason.result) for reason in case.reasons),
    )
