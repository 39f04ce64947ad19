"""What the spot checks print: the commitment before a draw, its certificate after, a person's record."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.calendar import TAIPEI, Period, day_of, roc, roc_time
from bureau.dates import ROC_OFFSET
from bureau.language import _
from bureau.office import OfficeRules
from bureau.paper import Fields, Form, Grid, Paragraph
from bureau.people import Person
from bureau.roles import Actor, Role
from courtesy.call import Call, CallError, Outcome
from courtesy.desk import CallDesk
from courtesy.draw import Certificate, DrawRules
from courtesy.interval import Sample
from courtesy.round import Round
from courtesy.scale import Scale

if TYPE_CHECKING:
    from bureau.paper import PrintReport
    from bureau.paper.form import Block


def print_commitment(desk: CallDesk, round_id: str, path: Path, *, by: Actor, at: datetime) -> "PrintReport":
    """Print the page that is published before the public number is known: the commitment and what it binds.

    Raises:
        RoundError: there is no such round.
        PaperError: the file cannot be written.
    """
    by.require(Role.TRAINER, Role.HEAD)
    one = desk.round(round_id)
    blocks: list[Block] = [
        Paragraph(
            _(
                "本局即將抽測同仁電話禮貌。為使抽籤無法預知、事後又能查驗，先公布下列承諾值。"
                "抽籤母體、規則與密鹽已經固定，之後有任何更動，承諾值都不會相符。"
            ),
            indent=2,
        ),
        Fields([*_about(one), (_("母體人數"), str(len(one.frame)))]),
        *_rules(one.rules),
        Paragraph(_("承諾值（SHA-256）"), bold=True),
        Paragraph(_in_groups(one.commitment), size=13),
        Paragraph(
            _(
                "公開號碼產生後即行抽籤；回合結束時公布密鹽與抽籤證書，"
                "任何人都可以用 courtesy round verify 或自己的程式重算。"
            ),
            indent=2,
        ),
    ]
    return _form(desk, _("電話禮貌抽測承諾書"), at).print(blocks, path)


def print_certificate(desk: CallDesk, round_id: str, path: Path, *, by: Actor, at: datetime) -> "PrintReport":
    """Print the certificate of a closed round: everything by which a third party repeats the draw.

    Sixty drawn stand on one page; more go on to a second one. The frame itself stands in the JSON
    certificate, which the page names by its commitment.

    Raises:
        RoundError: there is no such round, or it is not closed.
        PaperError: the file cannot be written.
    """
    by.require(Role.TRAINER, Role.HEAD)
    one = desk.round(round_id)
    certificate = desk.certificate(round_id)
    people = {person.staff_no: person for person in desk.office.ground.everybody()}
    blocks: list[Block] = [
        Fields(
            [
                *_about(one),
                (_("母體人數"), str(len(certificate.frame))),
                (_("公開號碼"), certificate.public_number),
            ],
            size=10.5,
            row_mm=6.5,
            after=1.5,
        ),
        Paragraph("".join(_rule_lines(certificate.rules)), size=9.5, leading=1.4, after=1),
        *_digits(_("承諾值（抽籤前公布）"), certificate.commitment),
        *_digits(_("密鹽（結束時公布）"), certificate.salt),
        _drawn_grid(certificate, people),
    ]
    if certificate.excluded:
        blocks.append(
            Grid(
                (_("剔除的人"), _("姓名"), _("原因")),
                [
                    (staff_no, people[staff_no].name, reason)
                    for staff_no, reason in certificate.excluded.items()
                ],
                weights=(1, 1.2, 5),
                align=("center", "center", "left"),
                size=8.5,
                row_mm=4.0,
                pad_mm=0.6,
                after=1.5,
            )
        )
    return _form(desk, _("電話禮貌抽測抽籤證書"), at, seals=True, side_mm=15.0).print(blocks, path)


def print_record(desk: CallDesk, call_id: str, path: Path, *, by: Actor, at: datetime) -> "PrintReport":
    """Print 我的紀錄: what was found in one sealed call, line by line, for the person who was called.

    Raises:
        CallError: there is no such call, or it is not sealed.
        NotAllowed: neither the person, the tester, nor somebody in charge.
        PaperError: the file cannot be written.
    """
    call = desk.call(call_id, by=by)
    if not call.sealed:
        raise CallError(_("這通紀錄還沒有封存。"), remedy=_("請封存後再印。"))
    person = desk.office.person(call.person, day_of(call.at))
    scale = desk.scale(call.scale)
    blocks: list[Block] = [
        Fields(
            [
                (_("科室"), call.section),
                (_("姓名"), person.name),
                (_("分機"), call.extension),
                (_("通話時間"), roc_time(call.at)),
                (_("通話結果"), call.outcome.label if call.outcome else ""),
                (_("實際接聽"), call.answered_by or _("本人")),
                (_("響鈴"), _rings(call)),
                (_("量表"), f"{scale.title}（{scale.version}）"),
            ]
        ),
        *_marks(call, scale),
    ]
    result = desk.result(call)
    if result is not None and call.score is not None:
        blocks += [
            Fields(
                [
                    *(
                        (item.name, f"{item.score}／{item.points.normalize():f}")
                        for part in result.parts
                        for item in part.items
                        if item.score is not None
                    ),
                    (_("換算"), result.factor),
                    (_("分數"), f"{call.score}　{call.band}"),
                ]
            )
        ]
    blocks += [
        Paragraph(f"{roc_time(one.at)}　{one.outcome.label}", label=_("未接通："), after=0.5)
        for one in call.attempts
    ]
    if call.remark:
        blocks.append(Paragraph(call.remark, label=_("備註：")))
    if call.score is not None:
        blocks.append(Paragraph(_own_interval(desk, call, day_of(at)), indent=2))
    blocks.append(
        Paragraph(
            _(
                "一通電話的分數受運氣影響很大，不代表平日表現；成績不佳時由另一位測試員再測一通才算數。"
                "對紀錄有疑義，可以申復。"
            ),
            indent=2,
        )
    )
    blocks += _objection(desk, call)
    return _form(desk, _("電話禮貌測試紀錄"), at).print(blocks, path)


def _own_interval(desk: CallDesk, call: Call, today: date) -> str:
    """Say what the person's calls of this year, up to today, tell of the person, and what they cannot."""
    year = call.at.astimezone(TAIPEI).year
    scores = [
        each.score
        for each in desk.calls_of(call.person)
        if each.score is not None and day_of(each.at).year == year and day_of(each.at) <= today
    ]
    sample = Sample.of(scores)
    interval = sample.interval()
    values = {"year": year - ROC_OFFSET, "n": sample.n, "mean": sample.mean}
    if sample.n == 1:
        return _(
            "您 {year} 年只有這一通計分。一通算不出誤差，只能說明這一次的應對，不能說明您平日如何。"
        ).format(**values)
    if interval is None:
        return _(
            "您 {year} 年計分 {n} 通，平均 {mean} 分。各通分數相同，通數又少，還看不出誤差有多大。"
        ).format(**values)
    return _(
        "您 {year} 年計分 {n} 通，平均 {mean} 分；由這幾通推估，平日水準的 95% 信賴區間是 "
        "{low} 至 {high} 分。通數少，範圍就大；單獨一通的高低不能說明平日如何。"
    ).format(**values, low=interval.low, high=interval.high)


def _objection(desk: CallDesk, call: Call) -> "list[Block]":
    """Say until when and how one can object, and what came of objections so far."""
    blocks: list[Block] = []
    last = desk.objection_until(call)
    if last is not None:
        text = _(
            "申復：{day} 以前，由本人在「申復」指出哪一行、應有的評定與理由，或請承辦人代為登錄；"
            "由另一位測試員重評，結果只會維持或變好。"
        ).format(day=roc(last))
        blocks.append(Paragraph(text, indent=2))
    for ruling in desk.rulings_on(call.id):
        text = _("{at} 裁定{verdict}：原 {before} 分 {band_before}，現為 {after} 分 {band_after}。").format(
            at=roc_time(ruling.at),
            verdict=ruling.verdict.label,
            before=ruling.before.score,
            band_before=ruling.before.band,
            after=ruling.after.score,
            band_after=ruling.after.band,
        )
        blocks.append(Paragraph(text, label=_("申復：")))
    return blocks


def _form(desk: CallDesk, title: str, at: datetime, *, seals: bool = False, side_mm: float = 25.0) -> Form:
    day = day_of(at)
    rules = desk.office.rules(day).of(OfficeRules)
    return Form(
        title=title,
        office=desk.office.name,
        printed_on=day,
        fingerprint=desk.office.fingerprint(),
        seals=rules.seals if seals else (),
        side_mm=side_mm,
    )


def _about(one: Round) -> list[tuple[str, str]]:
    return [
        (_("回合"), one.id),
        (_("期別"), Period.parse(one.period).title),
        (_("測試期間"), f"{roc(one.first)}－{roc(one.last)}"),
        (_("承諾時間"), roc_time(one.created_at)),
    ]


def _rules(rules: DrawRules) -> list[Paragraph]:
    return [Paragraph(line, label="．", after=0.5) for line in _rule_lines(rules)]


def _rule_lines(rules: DrawRules) -> list[str]:
    lines = [
        _("抽出 {size} 人；每一科室至少 {quota} 人，人數不足的科室全抽。").format(
            size=rules.size, quota=rules.per_section
        ),
        _("同一人在同一期最多抽 {times} 次。").format(times=rules.per_person),
    ]
    if rules.everyone_first:
        lines.append(_("今年被抽次數少的人先抽。"))
    return lines


def _digits(title: str, digits: str) -> list[Paragraph]:
    return [
        Paragraph(title, size=9.5, bold=True, leading=1.3, after=0),
        Paragraph(_in_groups(digits), size=10, leading=1.3, after=1),
    ]


def _drawn_grid(certificate: Certificate, people: Mapping[str, Person]) -> Grid:
    """Set the drawn in two columns, so that a round of sixty stands on one page."""
    cells = [
        (
            str(drawn.order),
            drawn.staff_no,
            people[drawn.staff_no].section,
            people[drawn.staff_no].name,
            drawn.ticket[:12],
        )
        for drawn in certificate.drawn
    ]
    half = -(-len(cells) // 2)
    left, right = cells[:half], [*cells[half:], *[("",) * 5] * (2 * half - len(cells))]
    headings = (_("籤號"), _("員工編號"), _("科室"), _("姓名"), _("籤（前十二碼）"))
    return Grid(
        (*headings, *headings),
        [(*one, *other) for one, other in zip(left, right, strict=True)],
        weights=(0.8, 1.5, 3, 1.9, 2.4) * 2,
        size=7.5,
        row_mm=4.0,
        pad_mm=0.6,
        after=1.5,
    )


def _in_groups(digits: str) -> str:
    """Write hex digits in groups of eight, as they are read out and compared."""
    return " ".join(digits[place : place + 8] for place in range(0, len(digits), 8))


def _rings(call: Call) -> str:
    if call.rings is None:
        return "－"
    return _("{rings} 聲，{seconds} 秒").format(
        rings=call.rings, seconds=call.seconds if call.seconds is not None else "－"
    )


def _marks(call: Call, scale: Scale) -> list[Grid]:
    if call.outcome is not Outcome.REACHED:
        return []
    rows = []
    for placed in scale.lines(call.parts):
        key = call.marks.get(placed.id)
        if key is None:
            continue
        step = placed.line.step(key)
        rows.append(
            (
                placed.item.name,
                placed.line.text + (_("（重大）") if placed.line.critical else ""),
                step.label if step else _("不適用"),
                f"{step.points.normalize():f}／{placed.line.points.normalize():f}" if step else "－",
                call.causes.get(placed.id, ""),
            )
        )
    return [
        Grid(
            (_("項目"), _("內容"), _("評定"), _("得分"), _("失分原因")),
            rows,
            weights=(2, 5.5, 2.5, 1.5, 2),
            align=("center", "left", "center", "center", "center"),
        )
    ]
