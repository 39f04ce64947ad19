"""The yearly report and the half-year summaries as they are printed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.calendar import PeriodKind, day_of, roc
from bureau.language import _
from bureau.office import BEGINNING, OfficeRules
from bureau.paper import Fields, Form, Grid, Paragraph, Picture, Space
from bureau.roles import Actor
from courtesy.interval import FEWEST, Interval
from courtesy.welch import Difference
from training import report_charts as charts
from training.effect import Effect
from training.presence import Presence
from training.report import CallFigures, QuizFigures, Report, SectionSummary
from training.report_desk import ReportDesk

if TYPE_CHECKING:
    from bureau.paper import PrintReport
    from bureau.paper.form import Block

_NUMERALS = "一二三四五六七八九十"
_NONE = "－"


@dataclass(frozen=True)
class Chapter:
    """One chapter of the yearly report.

    Attributes:
        title: without its number; chapters are numbered as they stand.
        blocks: from top to bottom.
    """

    title: str
    blocks: Sequence["Block"]


def print_year(
    desk: ReportDesk, code: str, path: Path, *, by: Actor, at: datetime, secret: bool | None = None
) -> "PrintReport":
    """Print the yearly report.

    Args:
        desk: whose figures are printed.
        code: of the year, such as 115.
        path: of the PDF; replaced when it exists.
        by: a trainer, head or administrator.
        at: the moment of printing.
        secret: whether each page bears 密; None: as the office's rules say.

    Raises:
        ReportError: the code is no year or half, or it has not begun.
        PaperError: the file cannot be written.
    """
    made = desk.report(code, by=by, at=at)
    rules = desk.office.rules(day_of(at)).of(OfficeRules)
    form = Form(
        title=_("{period}電話禮貌與為民服務訓練報告").format(period=made.period.title),
        office=desk.office.name,
        printed_on=day_of(at),
        fingerprint=desk.office.fingerprint(),
        seals=rules.seals,
        secret=rules.secret if secret is None else secret,
        side_mm=22.0,
    )
    parts = chapters(made)
    blocks: list[Block] = [*_title_page(desk, made, parts)]
    for number, chapter in enumerate(parts, 1):
        blocks.append(_heading(_("{number}、{title}").format(number=_numeral(number), title=chapter.title)))
        blocks += chapter.blocks
    return form.print(blocks, path)


def chapters(made: Report) -> list[Chapter]:
    """Put the chapters of the yearly report together; their order here is that on paper."""
    return [
        Chapter(_("電話禮貌抽測"), _courtesy(made)),
        Chapter(_("各科室"), _sections(made)),
        Chapter(_("失分項目"), _lines(made)),
        Chapter(_("租稅常識測驗"), _quiz(made)),
        Chapter(_("為民服務訓練講習"), _sessions(made)),
        Chapter(_("補訓案"), _cases(made)),
        *([Chapter(_("訓練成效"), _effect(made.effect))] if made.effect else []),
        Chapter(_("績優同仁"), _honours(made)),
        Chapter(_("方法與限制"), _methods(made)),
        Chapter(_("附錄：量表與規則版本"), _versions(made)),
    ]


def print_half(
    desk: ReportDesk, code: str, path: Path, *, by: Actor, at: datetime, section: str = ""
) -> "PrintReport":
    """Print the half-year summaries: one page for each section, to be ready before April and August.

    Args:
        desk: whose figures are printed.
        code: of the half, such as 115H1.
        path: of the PDF; replaced when it exists.
        by: a trainer, head or administrator.
        at: the moment of printing.
        section: only this one; `""`: all of them.

    Raises:
        ReportError: the code is no half or year, it has not begun, or the office has no such section.
        PaperError: the file cannot be written.
    """
    made = desk.report(code, by=by, at=at)
    wanted = desk.sections_of(made, section)
    rules = desk.office.rules(day_of(at)).of(OfficeRules)
    kind = _("半年彙整") if made.period.kind is PeriodKind.HALF else _("年度彙整")
    form = Form(
        title=_("各科室電話禮貌與訓練{kind}").format(kind=kind),
        office=desk.office.name,
        period=_("{period}（統計至 {day}）").format(period=made.period.title, day=roc(made.until)),
        printed_on=day_of(at),
        fingerprint=desk.office.fingerprint(),
        seals=rules.seals,
        side_mm=20.0,
    )
    return form.print_each([_summary(made, one) for one in wanted], path)


# The title page


def _title_page(desk: ReportDesk, made: Report, parts: Sequence[Chapter]) -> "Iterable[Block]":
    yield Fields(
        [
            (_("機關"), desk.office.name),
            (_("統計期間"), _days(made)),
            (_("統計至"), roc(made.until) + ("" if made.over else _("（期間未滿，數字還會變動）"))),
            (_("日誌指紋"), desk.office.fingerprint()),
        ],
        per_row=1,
        size=11,
        row_mm=8,
    )
    yield _heading(_("摘要"))
    for number, sentence in enumerate(made.findings, 1):
        yield Paragraph(sentence, label=f"{number}. ", size=11.5, leading=1.5, after=1)
    yield Space(2)
    yield _heading(_("章節"))
    yield Paragraph(
        "\n".join(
            _("{number}、{title}").format(number=_numeral(number), title=chapter.title)
            for number, chapter in enumerate(parts, 1)
        ),
        size=11.5,
        after=4,
    )


def _days(made: Report) -> str:
    return _("{first} 至 {last}").format(first=roc(made.period.first), last=roc(made.period.last))


def _since(day: date) -> str:
    return _("自始") if day == BEGINNING else roc(day)


def _numeral(number: int) -> str:
    tens, units = divmod(number, 10)
    if not tens:
        return _NUMERALS[units - 1]
    first = "" if tens == 1 else _NUMERALS[tens - 1]
    return first + "十" + (_NUMERALS[units - 1] if units else "")


# The chapters


def _courtesy(made: Report) -> "list[Block]":
    ended = "、".join(
        _("{outcome} {count}").format(outcome=outcome.label, count=count)
        for outcome, count in made.outcomes
        if count
    )
    blocks: list[Block] = [
        _said(made.calls_said),
        _said(made.mean_said),
        _said(made.change_said),
    ]
    if not made.calls.sealed:
        return blocks
    blocks.append(
        Fields(
            [
                (_("已封存"), _("{count} 通").format(count=made.calls.sealed)),
                (_("接通"), _("{count} 通").format(count=made.calls.reached)),
                (_("計分"), _("{count} 通").format(count=made.calls.scored)),
                (_("平均"), _number(made.calls.mean)),
                (_("95% 區間"), _range(made.calls.interval)),
                (_("重大缺失"), _critical(made.calls)),
            ],
            per_row=3,
            size=10.5,
            label_mm=22.0,
            row_mm=7.5,
        )
    )
    if ended:
        blocks.append(_said(_("通話結果：{said}。").format(said=ended)))
    if made.calls.mean is not None:
        bands = "、".join(_("{band} {count}").format(band=band, count=count) for band, count in made.bands)
        blocks.append(_said(_("各等第通數：{said}。").format(said=bands)))
    blocks.append(Picture(charts.months_drawing(made.months, _("圖：各月平均"))))
    return blocks


def _sections(made: Report) -> "list[Block]":
    blocks: list[Block] = [
        _said(made.sections_said),
        Grid(
            (
                _("科室"),
                _("計分"),
                _("人數"),
                _("平均"),
                _("95% 信賴區間"),
                _("測驗及格"),
                _("講習出席"),
                _("新開"),
                _("結案"),
            ),
            [
                (
                    one.section,
                    str(one.calls.scored),
                    str(one.calls.people),
                    _mean(one.calls),
                    _range(one.calls.interval),
                    _passed(one.quiz),
                    _came(one.presence),
                    str(one.cases.opened),
                    str(one.cases.closed),
                )
                for one in made.sections
            ],
            weights=(2.6, 1, 1, 1.5, 2.7, 1.7, 1.8, 1, 1),
            size=9.5,
            row_mm=6.0,
            pad_mm=0.8,
        ),
    ]
    drawings = charts.sections_drawings(made.sections, made.calls.mean, _("圖：各科室平均"))
    blocks += [Picture(drawing) for drawing in drawings]
    return blocks


def _lines(made: Report) -> "list[Block]":
    blocks: list[Block] = [_said(made.lines_said)]
    if made.lines:
        blocks += [
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
            ),
            Picture(charts.lines_drawing(made.lines, _("圖：最常失分的行"))),
        ]
    return blocks


def _quiz(made: Report) -> "list[Block]":
    blocks: list[Block] = [_said(made.quiz_said)]
    if made.papers:
        blocks.append(
            Grid(
                (_("試卷"), _("交卷"), _("人數"), _("平均"), _("及格"), _("低標及格")),
                [
                    (
                        title,
                        str(one.n),
                        str(one.people),
                        _number(one.mean),
                        _few(one)
                        or _("{count}（{percent}%）").format(
                            count=one.passed, percent=one.pass_share.percent
                        ),
                        _few(one) or str(one.warned),
                    )
                    for title, one in made.papers
                ],
                weights=(4, 1.2, 1.2, 1.6, 2.4, 1.6),
                align=("left", *("center",) * 5),
                size=10,
                row_mm=6.0,
                pad_mm=0.8,
            )
        )
    return blocks


def _sessions(made: Report) -> "list[Block]":
    blocks: list[Block] = [_said(made.sessions_said)]
    if made.sessions:
        blocks += [
            Grid(
                (_("日期"), _("場次"), *presence_headings()),
                [
                    (roc(one.session.day), one.session.title, *presence_cells(one.total))
                    for one in made.sessions
                ],
                weights=(1.9, 4, 1, 1, 1, 1, 1, 1.3, 1.4),
                align=("center", "left", *("center",) * 7),
                size=10,
                row_mm=6.0,
                pad_mm=0.8,
            ),
            Picture(charts.presence_drawing(made.sessions, _("圖：各場出席"))),
        ]
    return blocks


def _cases(made: Report) -> "list[Block]":
    cases = made.cases
    blocks: list[Block] = [_said(made.cases_said)]
    if cases.kinds:
        said = "、".join(
            _("{kind} {count} 件").format(kind=kind.label, count=n) for kind, n in cases.kinds.items()
        )
        blocks.append(_said(_("新開案件的原因（一案可有數項）：{said}。").format(said=said)))
    if cases.states:
        said = "、".join(
            _("{state} {count} 件").format(state=state.label, count=n) for state, n in cases.states.items()
        )
        blocks.append(_said(_("期末未結案件的進度：{said}。").format(said=said)))
    if cases.again or cases.overridden:
        blocks.append(
            _said(
                _("再補訓 {again} 次；關卡未過而以理由推進 {overridden} 次，理由都在日誌與結案報告。").format(
                    again=cases.again, overridden=cases.overridden
                )
            )
        )
    if any(month.opened or month.closed for month in made.months):
        blocks.append(Picture(charts.cases_drawing(made.months, _("圖：各月新開與結案"))))
    return blocks


def _effect(effect: Effect) -> "list[Block]":
    blocks: list[Block] = [_said(effect.sentence)]
    rows = [
        (
            measure.name,
            str(measure.trained.n),
            _change(measure.trained.change),
            _NONE if measure.trained.expected is None else f"{measure.trained.expected:+.2f}",
            str(measure.untrained.n),
            _change(measure.untrained.change),
            _change(measure.beside),
        )
        for measure in effect.measures
    ]
    headings = (
        _("項目"),
        _("受訓人數"),
        _("受訓者變化"),
        _("回歸平均"),
        _("未受訓人數"),
        _("未受訓者變化"),
        _("扣除後相差"),
    )
    blocks.append(Grid(headings, rows, size=10.0, row_mm=7.5, pad_mm=0.8))
    return blocks


def _honours(made: Report) -> "list[Block]":
    blocks: list[Block] = [_said(made.honours_said)]
    if made.honours:
        blocks.append(
            Grid(
                (_("季別"), _("科室"), _("姓名"), _("理由")),
                [(one.quarter.title, one.section, one.name, one.reason) for one in made.honours],
                size=10.5,
                row_mm=7.5,
                pad_mm=0.8,
            )
        )
    return blocks


def _change(found: Difference | None) -> str:
    if found is None:
        return _NONE
    if found.interval is None:
        return f"{found.points:+.2f}"
    return _("{points}（{low} 至 {high}）").format(
        points=f"{found.points:+.2f}", low=found.interval.low, high=found.interval.high
    )


def _methods(made: Report) -> "list[Block]":
    lines = [
        _("電話禮貌只計抽籤抽中的電話；確認不佳成績的複測不計，否則成績不佳的人會算兩次。"),
        _("電話以通話當日歸入期間，列印以前封存的紀錄都計入。經申復改分的，以改後的分數計。"),
        _(
            "信賴區間依 Student t 分布，信賴水準 95%，假設各通互不相干；"
            "同一人測到數通時，真正的範圍會更寬。兩期的比較用 Welch t。"
        ),
        _("沒有接通的電話好或壞都不能推論。計分不到兩人的科室與月份不列平均，以免等於公布個人成績。"),
        _("各科室依局內順序排列，不是名次。區間重疊的科室分不出高下。"),
        _("測驗由同仁各自作答，不是抽樣，所以只列及格比例與平均，不列信賴區間。"),
        _("講習出席以人次計，時數依規則核給；公假不算缺席。"),
        _(
            "訓練成效看同一人受訓前後半年的變化，扣除回歸平均（成績低的人再測本來就會回升），"
            "再與同期未受訓者比；兩者都超出機遇才說有效果。"
        ),
        _("補訓案以開案與各步驟的日期歸入期間；新開的案件包括「待確認」者，還不能說當事人應補訓。"),
        _("期末逾期以目前的期限判斷；期限改過的案件，當時是否逾期請查日誌。"),
    ]
    if not made.over:
        lines.append(_("統計期間還沒有結束，數字會變動；期滿之後請重印。"))
    return [
        Paragraph(line, label=f"{number}. ", size=10.5, leading=1.45, after=0.8)
        for number, line in enumerate(lines, 1)
    ]


def _versions(made: Report) -> "list[Block]":
    blocks: list[Block] = [
        Grid(
            (_("規則版本"), _("生效日")),
            [(one.version, _since(one.since)) for one in made.rules],
            size=10,
            row_mm=6.0,
            pad_mm=0.8,
        )
    ]
    if made.scales:
        blocks.append(
            Grid(
                (_("測試量表"), _("版本"), _("計分通數")),
                [(one.title, one.version, str(one.calls)) for one in made.scales],
                weights=(4, 3, 1.4),
                size=10,
                row_mm=6.0,
                pad_mm=0.8,
            )
        )
    blocks.append(
        Paragraph(
            _("每一筆成績與每一件補訓案都記著判定時的版本；用 courtesy verify 可以重算並查出改動。"),
            size=10.5,
        )
    )
    return blocks


# A section's page


def _summary(made: Report, one: SectionSummary) -> "Iterable[Block]":
    yield Paragraph(one.section, size=15, bold=True, align="center", after=2)
    yield _heading(_("一、電話禮貌抽測"))
    yield Fields(
        [
            (_("已封存"), _("{count} 通").format(count=one.calls.sealed)),
            (_("接通"), _("{count} 通").format(count=one.calls.reached)),
            (
                _("計分"),
                _("{count} 通（{people} 人）").format(count=one.calls.scored, people=one.calls.people),
            ),
            (_("平均"), _mean(one.calls)),
            (_("95% 區間"), _range(one.calls.interval)),
            (_("重大缺失"), _critical(one.calls)),
            (_("全局平均"), _number(made.calls.mean)),
            (_("全局區間"), _range(made.calls.interval)),
        ],
        per_row=2,
        size=11,
        row_mm=7.5,
    )
    yield _said(_compared(made, one))
    yield _heading(_("二、最常失分的行"))
    if one.lines:
        yield Grid(
            (_("項目"), _("內容"), _("失分／評定")),
            [(line.item, line.text, f"{line.lost}／{line.judged}") for line in one.lines],
            weights=(2, 6, 2),
            align=("center", "left", "center"),
            size=10.5,
            row_mm=6.5,
            pad_mm=1.0,
        )
    elif one.calls.scored and one.calls.people < FEWEST:
        yield _said(_("計分的不到兩人，不列出，以免等於公布個人成績。"))
    else:
        yield _said(_("沒有失分的行。") if one.calls.scored else _("沒有計分的電話。"))
    yield _heading(_("三、租稅常識測驗"))
    yield Fields(
        [
            (_("交卷"), _("{count} 份（{people} 人）").format(count=one.quiz.n, people=one.quiz.people)),
            (_("平均"), _few(one.quiz) or _number(one.quiz.mean)),
            (_("及格"), _passed(one.quiz)),
            (_("低標及格"), _few(one.quiz) or str(one.quiz.warned)),
        ],
        size=11,
        row_mm=7.5,
    )
    yield _heading(_("四、講習出席（人次）"))
    yield Grid(presence_headings(), [presence_cells(one.presence)], size=10.5, row_mm=7.0, pad_mm=0.8)
    yield _heading(_("五、補訓案"))
    yield Fields(
        [
            (_("新開"), _("{count} 件").format(count=one.cases.opened)),
            (_("結案"), _("{count} 件").format(count=one.cases.closed)),
            (_("撤銷"), _("{count} 件").format(count=one.cases.withdrawn)),
            (_("期末未結"), _("{count} 件").format(count=one.cases.left)),
        ],
        size=11,
        row_mm=7.5,
    )
    yield Paragraph(
        _(
            "供單位主管每年四月、八月平時考核參考。本頁不列個人成績；"
            "電話只計抽籤抽中者，通數少時區間很寬，不能用來排名次。"
        ),
        size=10,
        leading=1.4,
    )


def _compared(made: Report, one: SectionSummary) -> str:
    own, office = one.calls.interval, made.calls.mean
    if own is None or office is None:
        return _("通數或人數太少，說不出科室平日的水準。")
    if office in own:
        return _("區間涵蓋全局平均：看不出與全局有差別。")
    return (
        _("區間高於全局平均；原因要由主管了解，不能只憑這張表下結論。")
        if own.low > office
        else _("區間低於全局平均；原因要由主管了解，不能只憑這張表下結論。")
    )


# Words and cells


def presence_headings() -> tuple[str, ...]:
    """Name the columns of `presence_cells`."""
    return (_("應到"), _("出席"), _("公假"), _("請假"), _("缺席"), _("未登錄"), _("時數"))


def presence_cells(presence: Presence) -> tuple[str, ...]:
    """Give the cells under expected, present, 公假, 請假, 缺席, not entered and hours."""
    return (
        str(presence.expected),
        str(presence.present),
        str(presence.official),
        str(presence.leave),
        str(presence.absent),
        str(presence.open),
        f"{presence.hours.normalize():f}",
    )


def _heading(text: str) -> Paragraph:
    return Paragraph(text, size=13, bold=True, leading=1.7, after=0.5, with_next=True)


def _said(text: str) -> Paragraph:
    return Paragraph(text, size=11.5, leading=1.5, after=1.5)


def _number(value: object) -> str:
    return _NONE if value is None else str(value)


def _range(interval: Interval | None) -> str:
    return _NONE if interval is None else _("{low} 至 {high}").format(low=interval.low, high=interval.high)


def _mean(calls: CallFigures) -> str:
    if calls.scored and calls.people < FEWEST:
        return _("人數不足")
    return _number(calls.mean)


def _critical(calls: CallFigures) -> str:
    if calls.scored and calls.people < FEWEST:
        return _("人數不足")
    return _("{count} 通").format(count=calls.critical)


def _few(quiz: QuizFigures) -> str:
    return _("人數不足") if quiz.n and quiz.people < FEWEST else ""


def _passed(quiz: QuizFigures) -> str:
    if not quiz.n:
        return _NONE
    return _few(quiz) or _("{count}／{n}").format(count=quiz.passed, n=quiz.n)


def _came(presence: Presence) -> str:
    return (
        _("{count}／{n}").format(count=presence.present, n=presence.expected) if presence.expected else _NONE
    )
