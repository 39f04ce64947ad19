"""`courtesy bulletin`: the month's figures as a paper to post, and as JSON."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from courtesy.bulletin import Bulletin
    from courtesy.interval import Interval


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `bulletin` to the command line."""
    paper = leaf(commands, "bulletin", make_bulletin, _("電話禮貌測試月報（不列個人）"), lists=True)
    paper.add_argument("month", metavar=_("月份"), help=_("例如 115M11"))
    paper.add_argument("--pdf", type=Path, metavar=_("檔案"), help=_("要印成的檔案"))


def make_bulletin(command: Command) -> int:
    """Show the figures, and print them where a file is given."""
    from courtesy.bulletin_papers import change_said, mean_said, print_bulletin  # noqa: PLC0415

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        made = desks.bulletin.bulletin(given.month, by=by, at=command.now)
        report = (
            print_bulletin(desks.bulletin, given.month, given.pdf, by=by, at=command.now)
            if given.pdf
            else None
        )
    if given.json:
        command.document(_document(made))
    else:
        _list_sections(command, made)
    command.say(_("本月沒有測試。") if made.empty else mean_said(made))
    command.say(change_said(made))
    if report:
        command.say(_("已印到 {path}，共 {pages} 頁。").format(path=given.pdf, pages=report.pages))
    return DONE


def _list_sections(command: Command, made: "Bulletin") -> None:
    command.listing(
        [
            {
                "name": one.name,
                "people": one.people,
                "calls": one.calls,
                "mean": f"{one.mean:.2f}" if one.mean is not None else _("人數不足") if one.people else None,
                "interval": f"{one.interval.low}－{one.interval.high}" if one.interval else None,
            }
            for one in made.sections
        ],
        {
            "name": _("科室"),
            "people": _("人數"),
            "calls": _("通數"),
            "mean": _("平均"),
            "interval": _("95% 信賴區間"),
        },
    )
    for line in made.lines:
        command.say(
            _("常失分：{text}，{lost}／{judged}").format(text=line.text, lost=line.lost, judged=line.judged)
        )


def _document(made: "Bulletin") -> dict[str, Any]:
    change = made.change
    return {
        "period": made.period.code,
        "until": made.until.isoformat(),
        "drawn": made.drawn,
        "sealed": made.sealed,
        "reached": made.reached,
        "scored": made.scored,
        "critical": made.critical,
        "outcomes": {outcome.value: count for outcome, count in made.outcomes},
        "mean": _score(made.mean),
        "interval": _interval(made.interval),
        "before": {
            "period": made.before.code,
            "scored": made.scored_before,
            "mean": _score(made.mean_before),
        },
        "change": {
            "points": _score(change.points),
            "interval": _interval(change.interval),
            "comparable": made.comparable,
            "beyond_sampling_error": change.sure and made.comparable,
        }
        if change
        else None,
        "sections": [
            {
                "section": one.name,
                "people": one.people,
                "calls": one.calls,
                "mean": _score(one.mean),
                "interval": _interval(one.interval),
            }
            for one in made.sections
        ],
        "lost_lines": [
            {
                "line": one.id,
                "text": one.text,
                "lost": one.lost,
                "judged": one.judged,
                "points": _score(one.points),
            }
            for one in made.lines
        ],
        "bands": [{"name": band.name, "calls": band.calls} for band in made.bands],
    }


def _interval(interval: "Interval | None") -> list[str] | None:
    return None if interval is None else [f"{interval.low:.2f}", f"{interval.high:.2f}"]


def _score(value: Any) -> str | None:
    return None if value is None else f"{value:.2f}"
