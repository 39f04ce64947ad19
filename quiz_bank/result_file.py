"""The results of a paper as a table for a spreadsheet; a text in it is never a formula."""

from pathlib import Path

from bureau.calendar import roc_time
from bureau.language import _
from bureau.roles import Actor, Role
from bureau.sheet import write_table
from quiz_bank.desk import QuizDesk


def write_results(desk: QuizDesk, paper_id: str, path: Path, *, by: Actor) -> int:
    """Write the results of a paper by 員工編號; `path` ends in .csv or .xlsx.

    Returns:
        How many people are in it.

    Raises:
        BlueprintError: there is no such paper.
        NotAllowed: neither trainer nor head.
        SheetError: another ending, or the file cannot be written.
    """
    by.require(Role.TRAINER, Role.HEAD)
    names = {person.staff_no: person.name for person in desk.office.ground.everybody()}
    rows = [
        (
            result.staff_no,
            names[result.staff_no],
            result.section,
            str(result.score),
            _("及格") if result.passed else _("不及格"),
            roc_time(result.submitted_at),
            result.sitting_id,
            result.rules,
        )
        for result in desk.results(paper_id, by=by)
    ]
    headings = (
        _("員工編號"),
        _("姓名"),
        _("科室"),
        _("分數"),
        _("結果"),
        _("交卷"),
        _("應試編號"),
        _("規則版本"),
    )
    write_table(path, headings, rows, title=_("測驗成績"))
    return len(rows)
