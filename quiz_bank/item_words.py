"""How the figures of an analysis are put into words: on the screen, on paper, on the command line."""

from bureau.language import _
from quiz_bank.analysis import CORRELATION_FROM, FACILITY_FROM, Analysis, Interval, ItemFigures
from quiz_bank.item_report import ItemReport, PaperReport
from quiz_bank.option_table import OptionFigures

NONE = "－"
"""Stands where a figure is not defined."""


def figure(value: float | None, places: int = 2) -> str:
    """Write a figure."""
    # Adding 0 makes of -0.0 a plain 0, so that nothing is written as below zero that is not.
    return NONE if value is None else f"{round(value, places) + 0:.{places}f}"


def percent(value: float | None) -> str:
    """Write a share in percent."""
    return NONE if value is None else f"{value:.0%}"


def interval_text(interval: Interval | None, places: int = 2) -> str:
    """Write an interval."""
    if interval is None:
        return NONE
    return _("{low} 至 {high}").format(low=figure(interval.low, places), high=figure(interval.high, places))


def enough(value: str, n: int, least: int) -> str:
    """Give `value`, or say that there are too few people for it."""
    return value if n >= least else _("人數不足")


def facility_text(figures: ItemFigures) -> str:
    """Write the facility."""
    return enough(figure(figures.facility), figures.n, FACILITY_FROM)


def facility_interval_text(figures: ItemFigures) -> str:
    """Write the interval of the facility."""
    return interval_text(figures.facility_interval)


def correlation_text(figures: ItemFigures) -> str:
    """Write the corrected discrimination r."""
    return enough(figure(figures.point_biserial_corrected), figures.n, CORRELATION_FROM)


def correlation_interval_text(figures: ItemFigures) -> str:
    """Write its interval."""
    return interval_text(figures.point_biserial_interval)


def efficiency_text(figures: ItemFigures) -> str:
    """Write the discriminative efficiency in percent."""
    return enough(figure(figures.discriminative_efficiency, 0), figures.n, CORRELATION_FROM)


def weight_text(figures: ItemFigures) -> str:
    """Write the effective weight in percent."""
    if figures.negative_covariance:
        return _("負相關")
    return enough(figure(figures.effective_weight, 1), figures.n, CORRELATION_FROM)


def difference_text(figures: ItemFigures) -> str:
    """Write the difference of the upper and the lower group."""
    return enough(figure(figures.difference), figures.n, CORRELATION_FROM)


def figures_text(item: ItemReport) -> str:
    """Say in a sentence every figure of a question, each with its interval."""
    figures, n = item.figures, item.figures.n
    with_interval = _("{value}（{interval}）")

    def said(value: str, interval: Interval | None, places: int = 2) -> str:
        if interval is None:
            return value
        return with_interval.format(value=value, interval=interval_text(interval, places))

    few = n < CORRELATION_FROM
    return _(
        "{n} 人：難度 {facility}，鑑別 r {correlation}，高低分組差 {difference}，"
        "效率 {efficiency}，權重 {weight}，亂猜 {guess}。"
    ).format(
        n=n,
        facility=said(facility_text(figures), figures.facility_interval),
        correlation=said(correlation_text(figures), figures.point_biserial_interval),
        difference=said(difference_text(figures), None if few else figures.difference_interval),
        efficiency=said(efficiency_text(figures), figures.efficiency_interval, 0),
        weight=said(weight_text(figures), figures.effective_weight_interval, 1),
        guess=guess_text(item),
    )


def guess_text(item: ItemReport) -> str:
    """Write what guessing earns."""
    return figure(item.guess)


def whole_text(found: Analysis) -> list[str]:
    """Say in sentences what the figures of the whole test are, each with its interval."""
    test, n = found.test, found.n
    lines = [
        _(
            "{n} 人，滿分 {maximum}；平均 {mean}（95% 區間 {interval}），中位數 {median}，標準差 {sd}。"
        ).format(
            n=n,
            maximum=f"{test.maximum.normalize():f}",
            mean=figure(test.mean),
            interval=enough(interval_text(test.mean_interval), n, CORRELATION_FROM),
            median=figure(test.median),
            sd=figure(test.sd),
        )
    ]
    if n < CORRELATION_FROM:
        return [*lines, _("信度與測量標準誤：人數不足。")]
    return [
        *lines,
        _("信度 alpha {alpha}（{interval}），KR-20 {kr20}（{kr20_interval}）。").format(
            alpha=figure(test.alpha),
            interval=interval_text(test.alpha_interval),
            kr20=figure(test.kr20),
            kr20_interval=interval_text(test.kr20_interval),
        ),
        _("測量標準誤 {sem} 分（{interval}），誤差比 {ratio}%（{ratio_interval}）。").format(
            sem=figure(test.sem),
            interval=interval_text(test.sem_interval),
            ratio=figure(test.error_ratio, 0),
            ratio_interval=interval_text(test.error_ratio_interval, 0),
        ),
    ]


def headline(report: PaperReport) -> str:
    """Say in a few words how many people there are, how they did, and how far the total can be trusted."""
    test = report.analysis.test if report.analysis else None
    return _("{n} 人，平均 {mean}，alpha {alpha}").format(
        n=report.n,
        mean=figure(test.mean if test else None),
        alpha=enough(figure(test.alpha if test else None), report.n, CORRELATION_FROM),
    )


def left_out_text(report: PaperReport) -> str:
    """Say which sittings are left out; `""`: none."""
    parts = []
    if report.waiting:
        parts.append(_("{count} 份還在評閱").format(count=report.waiting))
    if report.open:
        parts.append(_("{count} 份還在作答").format(count=report.open))
    return _("未計入：{parts}。").format(parts="、".join(parts)) if parts else ""


def remarks_text(item: ItemReport) -> str:
    """Write what should be looked at."""
    marked = (_("答案已更正"),) if item.corrected else ()
    return _("；").join((*marked, *item.remarks))


def option_cells(row: OptionFigures) -> tuple[str, ...]:
    """Give the cells of one row, in the order of `option_headings`."""
    return (
        row.shown,
        _("正解") if row.right else "",
        str(row.count),
        percent(row.share),
        _("{low:.0%} 至 {high:.0%}").format(low=row.share_interval.low, high=row.share_interval.high)
        if row.share_interval
        else _("人數不足"),
        enough(figure(row.point_biserial), row.n, CORRELATION_FROM),
        interval_text(row.point_biserial_interval),
        figure(row.mean_rest, 1),
    )


def option_headings() -> tuple[str, ...]:
    """Give the headings of `option_cells`."""
    return (
        _("選項"),
        _("正解"),
        _("人數"),
        _("比率"),
        _("95% 區間"),
        _("與其餘 r"),
        _("95% 區間"),
        _("其餘平均"),
    )
