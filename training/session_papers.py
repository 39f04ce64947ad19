"""The papers of a session: the 簽到表 with a code on each row, and the 回饋表."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.calendar import day_of, roc
from bureau.language import _
from bureau.office import OfficeRules
from bureau.paper import Column, Fields, Form, Grid, ListPaper, Paragraph, Space
from bureau.people import masked
from bureau.roles import Actor, Role
from training.feedback import STEPS, FeedbackKind
from training.feedback_desk import FeedbackDesk
from training.session import Session
from training.session_plan import Handout
from training.sign_in import Sheet
from training.sign_in_desk import SignInDesk

if TYPE_CHECKING:
    from bureau.paper import PrintReport
    from bureau.paper.form import Block

_TO_SIGN = 13.2
"""Millimetres: room for a signature, and for a code with its quiet zone of four modules."""

_LINES = 3
_LINE = 10.0


def print_sign_in(
    desk: SignInDesk,
    session_id: str,
    path: Path,
    *,
    by: Actor,
    at: datetime,
    mask: bool = False,
    handouts: tuple[Handout, ...] = (),
) -> "PrintReport":
    """Print the 簽到表 of a session: a numbered line with a code and room to sign for everybody expected.

    The rows keep their numbers for as long as the session exists, so that paper and entry agree.

    Args:
        desk: issues the sheet.
        session_id: of which session.
        path: of the PDF; replaced when it exists.
        by: a trainer, head or administrator.
        at: the moment of printing.
        mask: whether names are masked (王○明).
        handouts: listed at the foot.

    Raises:
        SessionError: there is no such session.
        PaperError: the file cannot be written.
    """
    sheet = desk.issue(session_id, by=by, at=at)
    board = desk.board(session_id)
    rules = desk.office.rules(day_of(at)).of(OfficeRules)
    paper = ListPaper(
        title=_("{title}簽到表（第 {number} 版）").format(title=board.session.title, number=sheet.number),
        office=desk.office.name,
        seals=rules.seals[:1],
        period=_details(board.session),
        fingerprint=desk.office.fingerprint(),
        columns=(
            Column(_("序號"), mm=11, align="center"),
            Column(_("員工編號"), mm=19, align="center", fit="shrink"),
            Column(_("科室"), mm=24, align="center"),
            Column(_("職稱"), mm=19, align="center", fit="shrink"),
            Column(_("姓名"), mm=23, align="center", fit="shrink"),
            Column(_("簽到")),
            Column(_("簽退")),
            Column(_("備註"), mm=13, align="center"),
            Column(_("條碼"), mm=14, fit="code"),
        ),
        empty=_("尚未排定應到人員"),
        total=_total(len(sheet.rows), handouts),
        row_mm=_TO_SIGN,
    )
    return paper.print(_sign_in_rows(desk, sheet, mask=mask), path)


def _sign_in_rows(desk: SignInDesk, sheet: Sheet, *, mask: bool) -> Iterator[tuple[str, ...]]:
    board = desk.board(sheet.session)
    people = {person.staff_no: person for person in desk.office.ground.people_on(board.session.day)}
    for row in board.rows:
        expected = row.person
        person = people.get(expected.staff_no) or desk.office.person(expected.staff_no, board.session.day)
        yield (
            str(row.number),
            expected.staff_no,
            expected.section,
            person.title,
            masked(person.name) if mask else person.name,
            "",
            "",
            _("補訓") if expected.case else "",
            sheet.code(row.number),
        )


def _total(count: int, handouts: tuple[Handout, ...]) -> str:
    lines = [_("應到 {count} 人　實到　　　人").format(count=count)]
    if handouts:
        # The list counts its rows where a total says {n}: no title may ask for that.
        titles = "、".join(each.title.replace("{", "｛").replace("}", "｝") for each in handouts)
        lines.append(_("講義：{titles}").format(titles=titles))
    return "\n".join(lines)


def print_feedback(desk: FeedbackDesk, session_id: str, path: Path, *, by: Actor) -> "PrintReport":
    """Print the 回饋表 of a session, to be copied and handed out; nobody writes a name on it.

    Raises:
        SessionError: there is no such session.
        PaperError: the file cannot be written.
    """
    by.require(Role.TRAINER, Role.HEAD)
    session = desk.training.session(session_id)
    form = desk.form(session_id)
    paper = Form(title=form.title, office=desk.office.name, numbered=False)
    blocks: list[Block] = [
        Fields(
            ((_("講習"), session.title), (_("日期"), roc(session.day))),
            per_row=2,
        ),
        Paragraph(_("請勿填寫姓名。每題圈選一個數字：5 非常同意，4 同意，3 普通，2 不同意，1 非常不同意。")),
        Grid(
            (_("題次"), _("題目"), *(str(step) for step in STEPS)),
            [
                (str(number), question.text, *(str(step) for step in STEPS))
                for number, question in enumerate(form.with_steps, 1)
            ],
            weights=(1.2, 9, 1, 1, 1, 1, 1),
            align=("center", "left", "center", "center", "center", "center", "center"),
            row_mm=12,
        ),
    ]
    for question in form.questions:
        if question.kind is FeedbackKind.WORDS:
            blocks.append(Paragraph(question.text, after=1.0))
            blocks.append(Grid((), [("",)] * _LINES, row_mm=_LINE))
    blocks.append(Space(4))
    blocks.append(Paragraph(_("謝謝您。填好請投入回饋箱，不必交給承辦人。"), align="right"))
    return paper.print(blocks, path)


def _details(session: Session) -> str:
    when = f"{roc(session.day)} {session.start:%H:%M}－{session.end:%H:%M}"
    place = _("地點：{place}").format(place=session.place) if session.place else ""
    lecturer = _("講師：{name}").format(name=session.lecturer) if session.lecturer else ""
    hours = _("時數：{hours}").format(hours=f"{session.hours.normalize():f}")
    return "　".join(part for part in (when, place, lecturer, hours) if part)
