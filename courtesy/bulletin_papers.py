"""The monthly bulletin as it is posted: figures with their intervals, and what they do not say."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.calendar import day_of, roc
from bureau.language import _
from bureau.office import OfficeRules
from bureau.paper import Fields, Form, Grid, Paragraph
from bureau.roles import Actor
from courtesy.bulletin import Bulletin
from courtesy.bulletin_desk import BulletinDesk
from courtesy.interval import Interval

if TYPE_CHECKING:
    from bureau.paper import PrintReport
    from bureau.paper.form import Block


def print_bulletin(desk: BulletinDesk, code: str, path: Path, *, by: Actor, at: datetime) -> "PrintReport":
    """Print the bulletin of a month.

    Raises:
        BulletinError: there is none of that period.
        NotAllowed: neither trainer nor head.
        PaperError: the file cannot be written.
    """
    made = desk.bulletin(code, by=by, at=at)
    office = desk.calls.office
    day = day_of(at)
    form = Form(
        title=_("{month}電話禮貌測試月報").format(month=made.period.title),
        office=office.name,
        printed_on=day,
        fingerprint=office.fingerprint(),
        seals=office.rules(day).of(OfficeRules).seals,
    )
    return form.print(_blocks(made), path)


def mean_said(made: Bulletin) -> str:
    """Say the mean of the month in one sentence."""
    if made.mean is None:
        return _("本月沒有計分的電話。")
    if made.interval is None:
        return _("本月計分 {n} 通，平均 {mean} 分；通數太少，算不出誤差。").format(
            n=made.scored, mean=made.mean
        )
    return _("本月計分 {n} 通，平均 {mean} 分，95% 信賴區間 {low} 至 {high} 分。").format(
        n=made.scored, mean=made.mean, low=made.interval.low, high=made.interval.high
    )


def change_said(made: Bulletin) -> str:
    """Say in one sentence how the month compares with the one before, and whether that means anything."""
    change = made.change
    if change is None:
        return _("本月或上月（{before}）沒有計分的電話，不能比較。").format(before=made.before.title)
    values = {"before": made.before.title, "n": made.scored_before, "mean": made.mean_before}
    if not made.comparable:
        return _("上月（{before}）計分 {n} 通，平均 {mean} 分；兩個月用的量表不同，不能比較。").format(
            **values
        )
    told = _("上月（{before}）計分 {n} 通，平均 {mean} 分；本月相差 {points} 分").format(
        **values, points=f"{change.points:+}"
    )
    if change.interval is None:
        return told + _("，通數太少，不能說有變化。")
    told += _("（95% 信賴區間 {low} 至 {high}）。").format(
        low=f"{change.interval.low:+}", high=f"{change.interval.high:+}"
    )
    if not change.sure:
        return told + _("差異在抽樣誤差之內，不能說有變化。")
    return told + (
        _("上升超出抽樣誤差；受測的人與題目不同，仍不能說明原因。")
        if change.points > 0
        else _("下降超出抽樣誤差；受測的人與題目不同，仍不能說明原因。")
    )


def _blocks(made: Bulletin) -> "list[Block]":
    if made.empty:
        return [
            Paragraph(_("本月沒有測試。"), size=14),
            Paragraph(change_said(made)) if made.scored_before else Paragraph(""),
        ]
    return [
        Fields(
            [
                (_("統計至"), roc(made.until)),
                (_("應測"), _("{count} 通").format(count=made.drawn)),
                (_("已封存"), _("{count} 通").format(count=made.sealed)),
                (_("接通"), _("{count} 通").format(count=made.reached)),
                (_("計分"), _("{count} 通").format(count=made.scored)),
                (_("重大缺失"), _("{count} 通").format(count=made.critical)),
            ],
            per_row=3,
            size=10.5,
            label_mm=20.0,
            row_mm=7.5,
        ),
        _said(_("一、"), mean_said(made)),
        _said(_("二、"), change_said(made)),
        *_outcomes(made),
        *_bands(made),
        *_sections(made),
        *_lines(made),
        Paragraph(
            _(
                "各科室依局內順序排列，不是名次：通數少，區間彼此重疊的科室分不出高下。"
                "信賴區間假設各通互不相干。本月報不列個人成績。"
            ),
            size=10,
            leading=1.4,
        ),
    ]


def _said(label: str, text: str) -> Paragraph:
    return Paragraph(text, label=label, size=11.5, leading=1.5, after=0.5)


def _outcomes(made: Bulletin) -> "list[Block]":
    said = "、".join(
        _("{outcome} {count}").format(outcome=outcome.label, count=count)
        for outcome, count in made.outcomes
        if count
    )
    return [_said(_("三、"), _("通話結果：{said}。").format(said=said))] if said else []


def _bands(made: Bulletin) -> "list[Block]":
    if not made.scored:
        return []
    said = "、".join(_("{band} {count}").format(band=band.name, count=band.calls) for band in made.bands)
    return [_said(_("四、"), _("各等第通數：{said}。").format(said=said))]


def _sections(made: Bulletin) -> "list[Block]":
    if not made.scored:
        return []
    untested = [one.name for one in made.sections if not one.people]
    left: list[Block] = []
    if untested:
        text = _("本月沒有計分：{sections}。").format(sections="、".join(untested))
        left = [Paragraph(text, size=10, after=1.5)]
    return [
        Paragraph(_("各科室"), bold=True, after=0.5),
        Grid(
            (_("科室"), _("人數"), _("通數"), _("平均"), _("95% 信賴區間")),
            [
                (
                    one.name,
                    str(one.people),
                    str(one.calls),
                    str(one.mean) if one.mean is not None else _("人數不足"),
                    _range(one.interval),
                )
                for one in made.sections
                if one.people
            ],
            weights=(3, 1.2, 1.2, 2, 3),
            size=10,
            row_mm=6.0,
            pad_mm=0.8,
            after=1.5,
        ),
        *left,
    ]


def _lines(made: Bulletin) -> "list[Block]":
    if not made.lines:
        return []
    return [
        Paragraph(_("最常失分的行"), bold=True, after=0.5),
        Grid(
            (_("項目"), _("內容"), _("失分／評定"), _("共失分")),
            [
                (one.item, one.text, f"{one.lost}／{one.judged}", f"{one.points.normalize():f}")
                for one in made.lines
            ],
            weights=(2, 6, 2, 1.6),
            align=("center", "left", "center", "center"),
            size=10,
            row_mm=6.0,
            pad_mm=0.8,
            after=1.5,
        ),
    ]


def _range(interval: Interval | None) -> str:
    return "－" if interval is None else _("{low} 至 {high}").format(low=interval.low, high=interval.high)
