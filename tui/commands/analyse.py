"""`courtesy analyse`: the item analysis of any table of marks."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from quiz_bank.analysis import Analysis, Interval

_PLACES = 2


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `analyse` to the command line."""
    parser = leaf(
        commands,
        "analyse",
        analyse_file,
        _("試題分析：難度、鑑別度、信度；讀任何一份得分表（每列一人、每欄一題）"),
        lists=True,
    )
    parser.add_argument("file", type=Path, metavar=_("檔案"), help=_("CSV；可有題號列、姓名欄、「滿分」列"))


def analyse_file(command: Command) -> int:
    """Analyse a table of marks."""
    from quiz_bank.analysis import analyse  # noqa: PLC0415 - not for --help
    from quiz_bank.formats.matrix import read_matrix  # noqa: PLC0415

    table = read_matrix(command.given.file)
    found = analyse(table.matrix)
    if command.given.json:
        command.document(document(found))
    else:
        _print(command, found)
    for note in table.notes:
        command.say(note)
    return DONE


def document(found: "Analysis") -> dict[str, Any]:
    """Give every figure as JSON values; null where a figure is not defined."""
    return found.model_dump(mode="json")


def _print(command: Command, found: "Analysis") -> None:
    from quiz_bank.analysis import CORRELATION_FROM, FACILITY_FROM  # noqa: PLC0415 - not for --help

    few = _("人數不足")
    tellable = found.n >= CORRELATION_FROM
    rows = [
        {
            "name": item.name,
            "facility": _figure(item.facility) if found.n >= FACILITY_FROM else few,
            "sd": _figure(item.sd),
            "correlation": _figure(item.point_biserial_corrected) if tellable else few,
            "interval": _interval(item.point_biserial_interval),
            "difference": _figure(item.difference) if tellable else few,
            "efficiency": _figure(item.discriminative_efficiency) if tellable else few,
            "weight": _figure(item.effective_weight) if not item.negative_covariance else _("負相關"),
        }
        for item in found.items
    ]
    command.listing(
        rows,
        {
            "name": _("題目"),
            "facility": _("難度 p"),
            "sd": _("標準差"),
            "correlation": _("鑑別 r"),
            "interval": _("95% 區間"),
            "difference": _("高低分組差"),
            "efficiency": _("鑑別效率"),
            "weight": _("有效權重"),
        },
    )
    test = found.test
    command.say(
        _("{n} 人，滿分 {maximum}；平均 {mean}，中位數 {median}，標準差 {sd}。").format(
            n=found.n,
            maximum=test.maximum,
            mean=_figure(test.mean),
            median=_figure(test.median),
            sd=_figure(test.sd),
        )
    )
    alpha = _figure(test.alpha) if tellable else few
    command.say(
        _("信度 alpha {alpha}（95% 區間 {interval}），KR-20 {kr20}，測量標準誤 {sem}。").format(
            alpha=alpha,
            interval=_interval(test.alpha_interval),
            kr20=_figure(test.kr20) if tellable else few,
            sem=_figure(test.sem) if tellable else few,
        )
    )
    command.say(_sentence(found.n, tellable=tellable))


def _sentence(n: int, *, tellable: bool) -> str:
    if tellable:
        return _(
            "難度是得分的比率；鑑別 r 已扣除該題本身。r 低於 0.2 或為負的題目，請先查對答案與題意再下結論。"
        )
    return _("只有 {n} 人：難度可以參考，鑑別度與信度要 30 人以上才看得出來。").format(n=n)


def _figure(value: float | None) -> str:
    return "－" if value is None else f"{value:.{_PLACES}f}"


def _interval(interval: "Interval | None") -> str:
    return "－" if interval is None else f"{interval.low:.{_PLACES}f} ～ {interval.high:.{_PLACES}f}"
