"""`courtesy analyse`: the item analysis of a paper, of a question, or of any table of marks."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from quiz_bank.analysis import Analysis, Interval
    from quiz_bank.item_report import ItemReport

_PLACES = 2


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `analyse` to the command line."""
    parser = leaf(
        commands,
        "analyse",
        analyse_given,
        _("試題分析：難度、鑑別度、信度；一份試卷、一道題，或任何一份得分表（每列一人、每欄一題）"),
        lists=True,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "file", type=Path, nargs="?", metavar=_("檔案"), help=_("CSV；可有題號列、姓名欄、「滿分」列")
    )
    what.add_argument("--paper", metavar=_("試卷"), help=_("局裡的一份試卷：各題、選項與整份"))
    what.add_argument("--question", metavar=_("題號"), help=_("題庫的一道題：合併考過的試卷，各版本分開"))
    parser.add_argument("--item", type=int, metavar=_("第幾題"), help=_("與 --paper 合用：列出這一題的選項"))
    parser.add_argument("--pdf", type=Path, metavar=_("檔案"), help=_("與 --paper 合用：印成 PDF"))


def analyse_given(command: Command) -> int:
    """Analyse what was named."""
    given = command.given
    if (given.item is not None or given.pdf is not None) and given.paper is None:
        from bureau.problem import Refused  # noqa: PLC0415 - not for --help

        raise Refused(_("--item 與 --pdf 要與 --paper 合用。"))
    if given.paper is not None:
        return analyse_paper(command)
    return analyse_question(command) if given.question is not None else analyse_file(command)


def analyse_paper(command: Command) -> int:
    """Analyse a paper, print it, or list the options of one of its questions."""
    from quiz_bank.item_words import left_out_text, whole_text  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        found = desks.analysis.paper(given.paper, by=by, today=command.today)
        if given.item is not None:
            desks.quiz.paper(given.paper).item(given.item)
        if given.pdf is not None:
            from quiz_bank.analysis_papers import print_analysis  # noqa: PLC0415 - reportlab for this alone

            print_analysis(desks.analysis, given.paper, given.pdf, by=by, at=command.now)
    if given.json:
        command.document(found.model_dump(mode="json"))
    elif given.item is not None:
        if found.items:
            _options(command, found.items[given.item - 1])
    elif given.pdf is None:
        _list(command, found.items)
        for line in whole_text(found.analysis) if found.analysis else ():
            command.say(line)
    if left_out := left_out_text(found):
        command.say(left_out)
    command.say(_("已寫入 {path}。").format(path=given.pdf) if given.pdf else found.conclusion)
    return DONE


def analyse_question(command: Command) -> int:
    """Analyse one question over all papers, version by version."""
    with command.desks() as desks:
        found = desks.analysis.question(command.given.question, by=command.actor(desks))
    if command.given.json:
        command.document([each.model_dump(mode="json") for each in found])
        return DONE
    for each in found:
        command.say(
            _("版本 {version}{current}，考過的試卷：{papers}").format(
                version=each.version,
                current=_("（現行）") if each.current else "",
                papers="、".join(each.papers) or _("沒有"),
            )
        )
        if each.item:
            if each.item.against_key:
                command.say(each.item.against_key.text)
            _options(command, each.item)
    return DONE


def _list(command: Command, items: Sequence["ItemReport"]) -> None:
    from quiz_bank import item_words as words  # noqa: PLC0415 - not for --help

    command.listing(
        [
            {
                "name": str(item.number or item.question_id),
                "n": item.figures.n,
                "facility": words.facility_text(item.figures),
                "facility_interval": words.facility_interval_text(item.figures),
                "correlation": words.correlation_text(item.figures),
                "interval": words.correlation_interval_text(item.figures),
                "difference": words.difference_text(item.figures),
                "efficiency": words.efficiency_text(item.figures),
                "weight": words.weight_text(item.figures),
                "guess": words.guess_text(item),
                "remarks": words.remarks_text(item),
            }
            for item in items
        ],
        {
            "name": _("題"),
            "facility": _("難度 p"),
            "facility_interval": _("95% 區間"),
            "correlation": _("鑑別 r"),
            "interval": _("95% 區間"),
            "difference": _("高低差"),
            "efficiency": _("效率"),
            "weight": _("權重"),
            "guess": _("亂猜"),
            "remarks": _("看一下"),
        },
    )
    for item in items:
        if item.against_key:
            command.say(
                _("{name}：{text}").format(name=item.number or item.question_id, text=item.against_key.text)
            )


def _options(command: Command, item: "ItemReport") -> None:
    from quiz_bank.item_words import (  # noqa: PLC0415 - not for --help
        figures_text,
        option_cells,
        option_headings,
    )
    from quiz_bank.question import TRUE_FALSE_OPTIONS  # noqa: PLC0415

    command.say(_("{stem}　給分的答案：{key}").format(stem=item.stem, key=item.key_text))
    if {row.name for row in item.options if row.bank} - set(TRUE_FALSE_OPTIONS):
        command.say(_("字母是印出的題本上的字母。") if item.number else _("字母是題庫裡的順序。"))
    command.say(figures_text(item))
    headings = {str(place): heading for place, heading in enumerate(option_headings())}
    command.listing(
        [{str(place): cell for place, cell in enumerate(option_cells(row))} for row in item.options], headings
    )


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
