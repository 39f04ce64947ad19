"""`courtesy report` and `courtesy summary`: the yearly report, and the half-year summaries by section."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from courtesy.interval import Interval
    from training.presence import Presence
    from training.report import CallFigures, CaseFigures, QuizFigures, Report, SectionSummary


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `report` and `summary` to the command line."""
    year = leaf(
        commands,
        "report",
        make_report,
        _("年度報告：抽測、測驗、講習、補訓案、成效、績優（只有績優列名）"),
        lists=True,
    )
    year.add_argument("year", metavar=_("年"), help=_("例如 115"))
    year.add_argument("--pdf", type=Path, metavar=_("檔案"), help=_("要印成的 PDF"))
    year.add_argument("--secret", action=argparse.BooleanOptionalAction, help=_("是否加註「密」，預設依規則"))

    half = leaf(
        commands, "summary", make_summary, _("各科室半年彙整（四月、八月平時考核前備妥）"), lists=True
    )
    half.add_argument("half", metavar=_("期別"), help=_("例如 115H1；也可以是全年 115"))
    half.add_argument("--section", metavar=_("科室"), default="", help=_("只要這一科室"))
    half.add_argument("--pdf", type=Path, metavar=_("檔案"), help=_("要印成的 PDF"))


def make_report(command: Command) -> int:
    """Show the figures of a year, and print the report where a file is given."""
    from tui.commands.session import say_printed  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        desks.training.open_cases(by=by, at=command.now)
        made = desks.reports.report(given.year, by=by, at=command.now)
        report = None
        if given.pdf:
            from training.report_papers import print_year  # noqa: PLC0415 - reportlab only now

            report = print_year(
                desks.reports, given.year, given.pdf, by=by, at=command.now, secret=given.secret
            )
    if given.json:
        command.document(_document(made))
    else:
        for sentence in made.findings:
            command.say(sentence)
    if report:
        say_printed(command, report)
    return DONE


def make_summary(command: Command) -> int:
    """List the sections' figures of a half, and print them where a file is given."""
    from tui.commands.session import say_printed  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        desks.training.open_cases(by=by, at=command.now)
        made = desks.reports.report(given.half, by=by, at=command.now)
        wanted = desks.reports.sections_of(made, given.section)
        report = None
        if given.pdf:
            from training.report_papers import print_half  # noqa: PLC0415 - reportlab only now

            report = print_half(
                desks.reports, given.half, given.pdf, by=by, at=command.now, section=given.section
            )
    rows = [_section(one) for one in wanted]
    if not given.json:
        rows = [_in_words(one) for one in wanted]
    command.listing(
        rows,
        {
            "section": _("科室"),
            "scored": _("計分"),
            "mean": _("平均"),
            "interval": _("95% 區間"),
            "quiz": _("測驗及格"),
            "presence": _("講習出席"),
            "opened": _("新開"),
            "closed": _("結案"),
        },
    )
    if report:
        say_printed(command, report)
    return DONE


def _document(made: "Report") -> dict[str, Any]:
    return {
        "period": made.period.code,
        "first": made.period.first.isoformat(),
        "last": made.period.last.isoformat(),
        "until": made.until.isoformat(),
        "calls": _calls(made.calls)
        | {
            "outcomes": {outcome.value: count for outcome, count in made.outcomes},
            "bands": dict(made.bands) if made.calls.mean is not None else None,
        },
        "before": _calls(made.before),
        "change": None
        if made.change is None
        else {
            "points": f"{made.change.points:.2f}",
            "interval": _interval(made.change.interval),
            "comparable": made.comparable,
            "sure": made.comparable and made.change.sure,
        },
        "lines": [
            {
                "id": line.id,
                "item": line.item,
                "text": line.text,
                "lost": line.lost,
                "judged": line.judged,
                "points": f"{line.points:.2f}",
            }
            for line in made.lines
        ],
        "quiz": _quiz(made.quiz),
        "sessions": [
            {
                "id": one.session.id,
                "day": one.session.day.isoformat(),
                "title": one.session.title,
                "kind": one.session.kind.value,
            }
            | _presence(one.total)
            for one in made.sessions
        ],
        "duty": {"done": made.duty.done, "needed": made.duty.needed},
        "cases": _cases(made.cases),
        "sections": [_section(one) for one in made.sections],
        "months": [
            {"period": month.period.code, "opened": month.opened, "closed": month.closed}
            | {"calls": _calls(month.calls)}
            for month in made.months
        ],
        "scales": [{"title": one.title, "version": one.version, "calls": one.calls} for one in made.scales],
        "rules": [{"version": one.version, "since": one.since.isoformat()} for one in made.rules],
        "effect": made.effect.sentence if made.effect else None,
        "honours": [
            {"quarter": one.quarter.code, "person": one.person, "section": one.section, "reason": one.reason}
            for one in made.honours
        ],
        "findings": list(made.findings),
    }


def _section(one: "SectionSummary") -> dict[str, Any]:
    return {
        "section": one.section,
        "calls": _calls(one.calls),
        "lines": [{"id": line.id, "lost": line.lost, "judged": line.judged} for line in one.lines],
        "quiz": _quiz(one.quiz),
        "presence": _presence(one.presence),
        "cases": _cases(one.cases),
    }


def _in_words(one: "SectionSummary") -> dict[str, Any]:
    interval = one.calls.interval
    return {
        "section": one.section,
        "scored": one.calls.scored,
        "mean": None if one.calls.mean is None else str(one.calls.mean),
        "interval": f"{interval.low}–{interval.high}" if interval else None,
        "quiz": f"{one.quiz.passed}/{one.quiz.n}" if one.quiz.mean is not None else None,
        "presence": f"{one.presence.present}/{one.presence.expected}",
        "opened": one.cases.opened,
        "closed": one.cases.closed,
    }


def _calls(calls: "CallFigures") -> dict[str, Any]:
    # Of one person alone a figure would be that person's.
    few = calls.scored > 0 and calls.mean is None
    return {
        "sealed": calls.sealed,
        "reached": calls.reached,
        "scored": calls.scored,
        "people": calls.people,
        "critical": None if few else calls.critical,
        "mean": None if calls.mean is None else str(calls.mean),
        "interval": _interval(calls.interval),
    }


def _quiz(quiz: "QuizFigures") -> dict[str, Any]:
    few = quiz.n > 0 and quiz.mean is None
    return {
        "n": quiz.n,
        "people": quiz.people,
        "passed": None if few else quiz.passed,
        "warned": None if few else quiz.warned,
        "mean": None if quiz.mean is None else str(quiz.mean),
    }


def _presence(presence: "Presence") -> dict[str, Any]:
    from tui.commands.session import presence_row  # noqa: PLC0415 - not for --help

    return presence_row(presence)


def _cases(cases: "CaseFigures") -> dict[str, Any]:
    return {
        "opened": cases.opened,
        "closed": cases.closed,
        "withdrawn": cases.withdrawn,
        "again": cases.again,
        "overridden": cases.overridden,
        "left": cases.left,
        "overdue": cases.overdue,
        "states": {state.value: count for state, count in cases.states.items()},
        "kinds": {kind.value: count for kind, count in cases.kinds.items()},
    }


def _interval(interval: "Interval | None") -> dict[str, str] | None:
    return {"low": str(interval.low), "high": str(interval.high)} if interval else None
