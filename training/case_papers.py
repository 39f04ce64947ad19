"""What is printed of one case: the 通知單 for its person, and the 結案報告 of what was done."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.calendar import day_of, roc, roc_long, roc_time
from bureau.language import _
from bureau.office import OfficeRules
from bureau.paper import Fields, Form, Grid, Paragraph
from bureau.people import masked
from bureau.roles import Actor
from training.case import Evidence, Reason, Source, State, unconfirmed
from training.case_file import Attended, CaseFile
from training.evidence import masked_id
from training.report_desk import ReportDesk
from training.session import Session, Standing

if TYPE_CHECKING:
    from bureau.paper import PrintReport
    from bureau.paper.form import Block
    from bureau.paper.press import Align

_NONE = "－"


def print_notice(desk: ReportDesk, case_id: str, path: Path, *, by: Actor, at: datetime) -> "PrintReport":
    """Print the 通知單 of one case; see `print_notices`.

    Raises:
        CaseError: there is no such case, it is over, or nothing is confirmed yet.
        NotAllowed: neither the person, nor a trainer, nor a head.
        PaperError: the file cannot be written.
    """
    return _notices(desk, [desk.notice(case_id, by=by, at=at)], path, at)


def print_notices(desk: ReportDesk, session_id: str, path: Path, *, by: Actor, at: datetime) -> "PrintReport":
    """Print a 通知單 for each person who is sent to a session; each begins a page. Names are never masked.

    Raises:
        SessionError: there is no such session.
        CaseError: no case is assigned to it.
        PaperError: the file cannot be written.
    """
    return _notices(desk, desk.notices(session_id, by=by, at=at), path, at)


def print_closing(
    desk: ReportDesk, case_id: str, path: Path, *, by: Actor, at: datetime, mask: bool | None = None
) -> "PrintReport":
    """Print the 結案報告 of a case: why, what was done, what the tests showed, and what was overridden.

    Of a case that is still open it is the report of what has been done so far, and says so.

    Args:
        desk: whose case it is.
        case_id: which.
        path: of the PDF; replaced when it exists.
        by: a trainer, head or administrator.
        at: the moment of printing.
        mask: whether the name is masked (王○明); None: as the office's rules say.

    Raises:
        CaseError: there is no such case.
        PaperError: the file cannot be written.
    """
    made = desk.closing(case_id, by=by, at=at)
    day = day_of(at)
    rules = desk.office.rules(day).of(OfficeRules)
    hidden = rules.mask_names if mask is None else mask
    form = Form(
        title=_("補訓案辦理情形（未結案）") if made.case.open else _("補訓案結案報告"),
        office=desk.office.name,
        printed_on=day,
        fingerprint=desk.office.fingerprint(),
        seals=rules.seals,
        secret=rules.secret,
        side_mm=20.0,
    )
    return form.print(_closing(made, mask=hidden), path)


# 通知單


def _notices(desk: ReportDesk, files: Iterable[CaseFile], path: Path, at: datetime) -> "PrintReport":
    day = day_of(at)
    form = Form(
        title=_("補訓通知單"),
        office=desk.office.name,
        printed_on=day,
        fingerprint=desk.office.fingerprint(),
        secret=desk.office.rules(day).of(OfficeRules).secret,
        side_mm=22.0,
    )
    return form.print_each([_notice(made, day) for made in files], path)


def _notice(made: CaseFile, today: date) -> "Iterable[Block]":
    person = made.person
    yield Fields(
        [
            (_("科室"), person.section),
            (_("職稱"), person.title),
            (_("姓名"), person.name),
            (_("員工編號"), person.staff_no),
            (_("案號"), made.case.id),
            (_("補訓期限"), roc(made.case.due)),
        ],
        size=11.5,
        row_mm=8.0,
    )
    yield _heading(_("一、為什麼要補訓"))
    yield _reasons(made, made.told)
    yield _heading(_("二、何時、到哪裡"))
    yield from _where(made)
    yield _heading(_("三、有疑義時"))
    for number, text in enumerate(_remedies(made, today), 1):
        yield Paragraph(text, label=f"{number}. ", size=11, leading=1.45, after=0.8)
    yield Paragraph("－ " * 30, size=9, align="center", after=1)
    yield Paragraph(
        _("簽收聯（請簽名後交回承辦人）"), size=12, bold=True, align="center", after=1, with_next=True
    )
    yield Fields(
        [
            (_("案號"), made.case.id),
            (_("姓名"), f"{person.section}　{person.name}"),
            (_("簽名"), ""),
            (_("收到日期"), _("　　　年　　　月　　　日")),
        ],
        size=11.5,
        row_mm=12.0,
    )


def _where(made: CaseFile) -> "Iterable[Block]":
    case, session = made.case, made.session
    if made.to_come and session is not None:
        yield Fields(
            [
                (_("場次"), session.title),
                (_("日期"), roc_long(session.day)),
                (_("時間"), f"{session.start:%H:%M}－{session.end:%H:%M}"),
                (_("地點"), session.place or _("另行通知")),
                (_("講師"), session.lecturer or _NONE),
                (_("時數"), f"{session.hours.normalize():f}"),
            ],
            size=11.5,
            row_mm=8.0,
        )
        text = _("請準時簽到、簽退；在場時間不足者不算受訓。不能出席時，請先向承辦人改排其他場次。")
    elif made.to_come:
        text = _("場次尚未排定，排定後另行通知；應於 {day} 前完成補訓。").format(day=roc(case.due))
    elif session is not None:
        text = _("您已於 {day} 參加「{session}」。之後另有複測，不另通知時間；通過後結案。").format(
            day=roc(session.day), session=session.title
        )
    else:
        text = _("您已完成補訓。之後另有複測，不另通知時間；通過後結案。")
    yield Paragraph(text, size=11, leading=1.45, after=2)


def _remedies(made: CaseFile, today: date) -> "Iterable[str]":
    calls = dict.fromkeys(reason.evidence for reason in made.told if reason.kind.source is Source.CALL)
    for call in calls:
        until = made.objection_until.get(call)
        if until is None:
            continue
        if until < today:
            yield _("通話 {id} 的申復期間已於 {day} 屆滿。").format(id=call, day=roc(until))
        else:
            yield _(
                "對通話 {id} 的評分有疑義，可在 {day} 以前提出申復，寫明哪一行、應有的評定與理由；"
                "由另一位測試員在不知道原評定下重新評分，成立時本案隨之更正或撤銷。"
            ).format(id=call, day=roc(until))
    sources = {reason.kind.source for reason in made.told}
    if Source.QUIZ in sources:
        yield _("對測驗成績有疑義，可向承辦人申請查閱答案與解析；題目或答案有誤時更正成績。")
    if Source.ATTENDANCE in sources:
        yield _("對出缺席紀錄有疑義，請檢附請假或公假紀錄向承辦人更正。")
    yield _("認為這項措施不當，致影響權益的，另可依公務人員保障法提起申訴。依法不因提起救濟而受不利對待。")


def _reasons(made: CaseFile, reasons: Iterable[Reason], *, source: bool = False, mask: bool = False) -> Grid:
    open_still = unconfirmed(made.case.counting)
    heads = [_("日期"), _("原因"), _("證據")]
    weights = [1.7, 6.0, 2.4]
    sides: list[Align] = ["center", "left", "center"]
    if source:
        heads.append(_("規則版本"))
        weights.append(2.2)
        sides.append("center")
    rows = []
    for reason in reasons:
        text = reason.text + (_("（只有這一通）") if reason.key in open_still else "")
        row = [
            roc(reason.day),
            text,
            _("{source} {id}").format(
                source=reason.kind.source.label,
                id=masked_id(reason.evidence, made.case.person) if mask else reason.evidence,
            ),
        ]
        rows.append([*row, reason.rules] if source else row)
    return Grid(
        heads,
        rows,
        weights=weights,
        align=sides,
        size=10.5,
        row_mm=7.0,
        pad_mm=1.0,
    )


# 結案報告


def _closing(made: CaseFile, *, mask: bool) -> "Iterable[Block]":
    case, person = made.case, made.person
    name = masked(person.name) if mask else person.name
    yield Fields(
        [
            (_("案號"), case.id),
            (_("狀態"), case.state.label),
            (_("科室"), person.section),
            (_("職稱"), person.title),
            (_("姓名"), name),
            (_("員工編號"), _NONE if mask else person.staff_no),
            (_("開案"), roc_time(case.opened_at)),
            (_("結束"), roc_time(case.closed_at) if case.closed_at else _("尚未")),
        ],
        size=11,
        row_mm=7.5,
    )
    yield _heading(_("一、原因與證據"))
    yield _reasons(made, case.reasons, source=True, mask=mask)
    yield _heading(_("二、經過"))
    sessions = {each.session.id: each.session.name for each in made.sessions}
    yield Grid(
        (_("時間"), _("步驟"), _("經辦"), _("場次、理由")),
        [
            (roc_time(case.opened_at), _("開案"), _("依規則"), ""),
            *(
                (
                    roc_time(step.at),
                    f"{step.before.label}→{step.after.label}",
                    made.names.get(step.by, _("管理者")),
                    "；".join(filter(None, (sessions.get(step.session, step.session), step.reason))),
                )
                for step in case.steps
            ),
        ],
        weights=(2.4, 2.6, 1.7, 4.3),
        align=("center", "center", "center", "left"),
        size=10,
        row_mm=6.5,
        pad_mm=0.8,
    )
    yield _heading(_("三、受訓"))
    if made.sessions:
        yield Grid(
            (_("日期"), _("場次"), _("出席情形"), _("在場"), _("結果")),
            [_attended(one) for one in made.sessions],
            weights=(1.8, 4.2, 1.6, 1.6, 2),
            align=("center", "left", "center", "center", "center"),
            size=10,
            row_mm=6.5,
            pad_mm=0.8,
        )
    else:
        yield _said(_("沒有排訓。"))
    yield _heading(_("四、受訓後的測試"))
    if made.tests:
        yield Grid(
            (_("日期"), _("測試"), _("分數"), _("測試員")),
            [_test(made, one, mask=mask) for one in made.tests],
            weights=(1.8, 4.2, 1.6, 2),
            align=("center", "left", "center", "center"),
            size=10,
            row_mm=6.5,
            pad_mm=0.8,
        )
    else:
        yield _said(_("受訓後沒有測試紀錄。") if case.trained_at else _("沒有受訓，也沒有受訓後的測試。"))
    if made.lacking:
        yield _said(_("還缺：{what}。").format(what="、".join(made.lacking)))
    yield _heading(_("五、關卡未過而以理由推進"))
    if made.overridden:
        yield Grid(
            (_("時間"), _("步驟"), _("未過的關卡"), _("理由")),
            [
                (
                    roc_time(step.at),
                    f"{step.before.label}→{step.after.label}",
                    step.overridden,
                    step.reason,
                )
                for step in made.overridden
            ],
            weights=(2.4, 2.6, 3, 3),
            align=("center", "center", "left", "left"),
            size=10,
            row_mm=6.5,
            pad_mm=0.8,
        )
    else:
        yield _said(_("無；每一步的條件都已具備。"))
    yield _heading(_("六、結果"))
    # It goes over to the next page whole, with its heading, where the seals do not fit below it.
    yield replace(_said(_result(made)), with_next=True)


def _attended(one: Attended) -> tuple[str, ...]:
    given = one.attendance
    return (
        roc(one.session.day),
        _titled(one.session),
        given.status.label if given else _NONE,
        _("{minutes} 分").format(minutes=given.minutes) if given else _NONE,
        one.standing.label if one.standing is not Standing.NOT_ENTERED else _("未登錄"),
    )


def _titled(session: Session) -> str:
    return f"{session.title}（{session.place}）" if session.place else session.title


def _test(made: CaseFile, one: Evidence, *, mask: bool) -> tuple[str, ...]:
    tester = made.names.get(one.tester, one.tester) if one.tester else _NONE
    name = masked_id(one.id, made.case.person) if mask else one.id
    what = _("{source} {id}").format(source=one.source.label, id=name)
    return roc(one.day), f"{what}　{one.title}".rstrip(), str(one.score), tester


def _result(made: CaseFile) -> str:
    case = made.case
    if case.open:
        return _("本案尚未結束，目前是「{state}」，補訓期限 {day}。").format(
            state=case.state.label, day=roc(case.due)
        )
    ended = roc(day_of(case.closed_at)) if case.closed_at else _NONE
    last = case.steps[-1]
    if case.state is State.WITHDRAWN:
        return _("本案於 {day} 撤銷：{reason}。").format(day=ended, reason=last.reason.rstrip("。") or _NONE)
    if last.overridden:
        return _("本案於 {day} 結案；結案的條件未全部具備（{gate}），以上列理由結案。").format(
            day=ended, gate=last.overridden
        )
    return _("本案於 {day} 結案：已受訓，受訓後的測試通過。").format(day=ended)


def _heading(text: str) -> Paragraph:
    return Paragraph(text, size=12.5, bold=True, leading=1.6, after=0.5, with_next=True)


def _said(text: str) -> Paragraph:
    return Paragraph(text, size=11, leading=1.45, after=1.5)
