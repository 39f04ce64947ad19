"""`courtesy standing`: results with how sure they are, charts, testers' forms, and the printed report."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from decimal import Decimal

    from bureau.calendar import Period
    from courtesy.conduct import Conduct
    from courtesy.flow import Flow
    from courtesy.interval import Interval
    from courtesy.result import PersonResult

_WIDTH, _HEIGHT = 76, 18


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `standing` to the command line."""
    help_text = _("統計：個人與科室的結果、趨勢圖、漏斗圖、流程、測試員評分情形")
    group = commands.add_parser("standing", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    _period(leaf(inner, "sections", list_sections, _("各科室的平均、區間、縮減平均、不佳比例"), lists=True))
    persons = leaf(inner, "persons", list_persons, _("一個科室裡每個人的結果，依員工編號"), lists=True)
    persons.add_argument("section", metavar=_("科室"), help=_("科室名稱"))
    _period(persons)
    person = leaf(inner, "person", show_person, _("一個人的結果；同仁只能看自己的"), lists=True)
    person.add_argument("staff_no", metavar=_("員工編號"), help=_("要看的人"))
    _period(person)
    run = leaf(inner, "run", show_run, _("趨勢圖：各月或各季的平均與中位數"), lists=True)
    run.add_argument("--section", metavar=_("科室"), default="", help=_("只看這一科室；不寫就是全局"))
    run.add_argument("--by", choices=("month", "quarter"), default="month", help=_("一點是一月或一季"))
    _period(run)
    _period(leaf(inner, "funnel", show_funnel, _("漏斗圖：各科室的平均與通數，及機遇的界限"), lists=True))
    _period(leaf(inner, "flow", show_flow, _("被抽、接通到計分各剩多少人，逐回合與合計"), lists=True))
    _period(leaf(inner, "testers", list_testers, _("測試員的評分情形：值得看看的地方"), lists=True))
    printing = leaf(inner, "print", print_report, _("印統計：科室表、趨勢圖、漏斗圖、流程"))
    printing.add_argument("--pdf", required=True, type=Path, metavar=_("檔案"), help=_("要印成的檔案"))
    _period(printing)


def _period(parser: Parser) -> None:
    parser.add_argument(
        "--period", metavar=_("期別"), help=_("115、115H2、115Q4 或 115M11，依封存日；預設今年")
    )


def _asked(command: Command) -> "Period":
    from bureau.calendar import Period, PeriodKind  # noqa: PLC0415 - not for --help

    if command.given.period is None:
        return Period.of(PeriodKind.YEAR, command.today)
    return Period.parse(command.given.period)


def list_sections(command: Command) -> int:
    """List the sections in the office's order."""
    period = _asked(command)
    with command.desks() as desks:
        found = desks.standing.sections(period, by=command.actor(desks), today=command.today)
    rows: list[dict[str, Any]] = []
    for one in found.results:
        share = one.low.interval() if one.low.n >= _fewest() else None
        rows.append(
            {
                "section": one.section,
                "period": period.code,
                "calls": one.counted.calls,
                "n": one.counted.reached,
                "mean": _text(one.mean),
                "sd": _text(one.counted.sample.sd),
                **_limits("", one.interval),
                "shrunken": _text(one.shrunken),
                "low_below": _text(found.low_below),
                "low_count": one.low.count,
                "low_percent": _text(one.low.percent),
                **_limits("low_percent_", share),
            }
        )
    if command.given.json:
        command.document(rows)
        return DONE
    shown = [
        {
            **row,
            "interval": _range(row["low"], row["high"]) or _("人數不足"),
            "share": _range(row["low_percent_low"], row["low_percent_high"]),
        }
        for row in rows
    ]
    command.listing(
        shown,
        {
            "section": _("科室"),
            "calls": _("封存"),
            "n": _("計分"),
            "mean": _("平均"),
            "interval": _("95% 區間"),
            "shrunken": _("縮減"),
            "low_count": _("不佳"),
            "share": _("不佳 % 區間"),
        },
    )
    command.say(found.conclusion)
    return DONE


def list_persons(command: Command) -> int:
    """List a section's people by 員工編號."""
    period = _asked(command)
    with command.desks() as desks:
        found = desks.standing.persons(
            command.given.section, period, by=command.actor(desks), today=command.today
        )
    _list_people(command, [_person_row(one, period) for one in found])
    command.say(_("通數很少的平均只說那幾通如何；依員工編號排列，不能當成名次。"))
    return DONE


def show_person(command: Command) -> int:
    """Print one person's result."""
    period = _asked(command)
    with command.desks() as desks:
        one = desks.standing.person(
            command.given.staff_no, period, by=command.actor(desks), today=command.today
        )
    row = _person_row(one, period)
    if command.given.json:
        command.document(row | {"conclusion": one.conclusion})
    else:
        _list_people(command, [row])
        command.say(one.conclusion)
    return DONE


def _person_row(one: "PersonResult", period: "Period") -> dict[str, Any]:
    return {
        "staff_no": one.staff_no,
        "name": one.name,
        "section": one.section,
        "period": period.code,
        "calls": one.counted.calls,
        "n": one.counted.reached,
        "mean": _text(one.mean),
        "sd": _text(one.counted.sample.sd),
        **_limits("", one.interval),
        "bands": list(one.bands) or None,
    }


def _list_people(command: Command, rows: list[dict[str, Any]]) -> None:
    if command.given.json:
        command.document(rows)
        return
    shown = [{**row, "interval": _range(row["low"], row["high"]) or _("次數不足")} for row in rows]
    command.listing(
        shown,
        {
            "staff_no": _("員工編號"),
            "name": _("姓名"),
            "section": _("科室"),
            "calls": _("封存"),
            "n": _("計分"),
            "mean": _("平均"),
            "interval": _("95% 區間"),
            "bands": _("可能的等第"),
        },
    )


def show_run(command: Command) -> int:
    """Print the run chart."""
    from bureau.calendar import PeriodKind  # noqa: PLC0415 - not for --help
    from tui.widgets.run_plot import run_plot  # noqa: PLC0415

    period = _asked(command)
    with command.desks() as desks:
        chart = desks.standing.run(
            period,
            section=command.given.section,
            step=PeriodKind(command.given.by),
            by=command.actor(desks),
            today=command.today,
        )
    if command.given.json:
        command.document(
            {
                "section": chart.section or None,
                "median": _text(chart.median),
                "signal": chart.signal,
                "points": [
                    {
                        "period": point.period.code,
                        "n": point.sample.n,
                        "mean": _text(point.mean),
                        "in_run": point.in_run,
                    }
                    for point in chart.points
                ],
                "conclusion": chart.conclusion,
            }
        )
        return DONE
    _draw(run_plot(chart, *_room()))
    command.say(chart.conclusion)
    return DONE


def show_funnel(command: Command) -> int:
    """Print the funnel plot with its legend."""
    from courtesy.funnel import ACTION, WARNING  # noqa: PLC0415 - not for --help
    from tui.commands.command import table  # noqa: PLC0415
    from tui.widgets.funnel_plot import funnel_plot, letter  # noqa: PLC0415

    with command.desks() as desks:
        chart = desks.standing.funnel(_asked(command), by=command.actor(desks), today=command.today)
    rows = [
        {
            "section": one.section,
            "n": one.n,
            "mean": _text(one.mean),
            **_limits("inner_", chart.limits(one.n, WARNING)),
            **_limits("outer_", chart.limits(one.n, ACTION)),
            "outside": one.outside,
        }
        for one in chart.points
    ]
    if command.given.json:
        command.document({"centre": _text(chart.centre), "sections": rows, "conclusion": chart.conclusion})
        return DONE
    _draw(funnel_plot(chart, *_room()))
    table(
        [{"letter": letter(one.place), **row} for one, row in zip(chart.points, rows, strict=True)],
        {
            "letter": _("代號"),
            "section": _("科室"),
            "n": _("通數"),
            "mean": _("平均"),
            "inner_low": _("95% 下"),
            "inner_high": _("95% 上"),
            "outer_low": _("99.8% 下"),
            "outer_high": _("99.8% 上"),
        },
    )
    command.say(chart.conclusion)
    return DONE


def show_flow(command: Command) -> int:
    """Print what became of the drawn."""
    from tui.commands.command import table  # noqa: PLC0415 - not for --help
    from tui.widgets.flow_bars import flow_bars  # noqa: PLC0415

    with command.desks() as desks:
        flows = desks.standing.flows(_asked(command), by=command.actor(desks))
    rows = [_flow_row(name, flow) for name, flow in flows.rounds.items()]
    if command.given.json:
        command.document(
            {
                "rounds": rows,
                "total": _flow_row(None, flows.total),
                "conclusion": flows.total.conclusion,
            }
        )
        return DONE
    _draw(flow_bars(flows.total, *_room()))
    table(
        rows,
        {
            "round": _("回合"),
            "drawn": _("被抽"),
            "excluded": _("剔除"),
            "not_called": _("尚未撥打"),
            "begun": _("評分中"),
            "sealed": _("已封存"),
            "reached": _("接通"),
            "scored": _("計分"),
        },
    )
    command.say(flows.total.conclusion)
    return DONE


def _flow_row(name: str | None, flow: "Flow") -> dict[str, Any]:
    from courtesy.call import Outcome  # noqa: PLC0415 - not for --help

    return {
        "round": name,
        "drawn": flow.drawn,
        "excluded": flow.excluded,
        "to_call": flow.to_call,
        "not_called": flow.not_called,
        "begun": flow.begun,
        "sealed": flow.sealed,
        **{outcome.value: flow.outcomes.get(outcome, 0) for outcome in Outcome},
        "scored": flow.scored,
    }


def list_testers(command: Command) -> int:
    """List how testers fill their forms in, by 員工編號."""
    period = _asked(command)
    with command.desks() as desks:
        found = desks.standing.testers(period, by=command.actor(desks), today=command.today)
        names = {one.tester: desks.standing.name(one.tester, period) for one in found}
    command.listing(
        [_conduct_row(one, names[one.tester]) for one in found],
        {
            "tester": _("員工編號"),
            "name": _("測試員"),
            "forms": _("張數"),
            "above_cut": _("線上"),
            "below_cut": _("線下"),
            "p": "p",
            "straight": _("同級"),
            "fast": _("太快"),
            "timed": _("有計時"),
            "reasons": _("值得看看"),
        },
    )
    command.say(_("這些是值得看看的地方，每一件都可能有正當的理由，不能證明評分不實。"))
    return DONE


def _conduct_row(one: "Conduct", name: str) -> dict[str, Any]:
    known = one.known
    return {
        "tester": one.tester,
        "name": name,
        "forms": one.forms,
        "cut": _text(one.cut),
        "beside": _text(one.beside),
        "above_cut": one.above if known else None,
        "below_cut": one.below if known else None,
        "p": f"{one.p:.4f}" if known and one.p is not None else None,
        "straight": one.straight.count if known else None,
        "straight_full": one.straight_full if known else None,
        "straight_of": one.straight.n if known else None,
        "fast": one.fast.count if known else None,
        "timed": one.fast.n if known else None,
        "fast_seconds": one.fast_seconds,
        "reasons": one.reasons if known else None,
        "conclusion": one.conclusion,
    }


def print_report(command: Command) -> int:
    """Print table and charts as a PDF."""
    with command.desks() as desks:
        from courtesy.standing_papers import print_standing  # noqa: PLC0415 - reportlab only now

        by, path = command.actor(desks), command.given.pdf
        report = print_standing(desks.standing, _asked(command), path, by=by, at=command.now)
    command.say(_("已印到 {path}，共 {pages} 頁。").format(path=path, pages=report.pages))
    return DONE


def _range(low: str | None, high: str | None) -> str | None:
    """Write the two ends of an interval; None where there is none."""
    return f"{low}-{high}" if low is not None and high is not None else None


def _fewest() -> int:
    from courtesy.interval import FEWEST  # noqa: PLC0415 - not for --help

    return FEWEST


def _text(value: "Decimal | None") -> str | None:
    return None if value is None else f"{value:.2f}"


def _limits(before: str, interval: "Interval | None") -> dict[str, str | None]:
    return {
        f"{before}low": _text(interval.low) if interval else None,
        f"{before}high": _text(interval.high) if interval else None,
    }


def _room() -> tuple[int, int]:
    """Give the room for a chart: as wide as the terminal, as high as in the program."""
    return max(40, min(120, shutil.get_terminal_size((_WIDTH, _HEIGHT)).columns - 1)), _HEIGHT


def _draw(lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
