"""`courtesy effect`: whether a session, or a year's sessions, changed anything."""

import argparse
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from decimal import Decimal

    from courtesy.welch import Difference
    from training.effect import Effect, Group, Measure


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `effect` to the command line."""
    asking = leaf(commands, "effect", show, _("成效：受訓前後的變化，與回歸平均、未受訓者相比"), lists=True)
    which = asking.add_mutually_exclusive_group()
    which.add_argument("session", metavar=_("場次"), nargs="?", help=_("courtesy session list 列出的編號"))
    which.add_argument("--year", metavar=_("年度"), help=_("例如 115；不寫場次也不寫年度就是今年"))


def show(command: Command) -> int:
    """Print what changed, and what may be concluded."""
    with command.desks() as desks:
        by = command.actor(desks)
        if command.given.session:
            effect = desks.effect.session(command.given.session, by=by)
        else:
            effect = desks.effect.year(_year(command), by=by)
    if command.given.json:
        command.document(_document(effect))
        return DONE
    command.say(
        _("{title}：受訓 {n} 人；同時期在別場受訓而不列入比較 {elsewhere} 人。").format(
            title=effect.title, n=effect.attended, elsewhere=effect.elsewhere
        )
    )
    rows = [row for one in effect.measures for row in _rows(one)]
    command.listing(
        rows,
        {
            "what": _("項目"),
            "n": _("人數"),
            "before": _("之前"),
            "after": _("之後"),
            "points": _("變化"),
            "interval": _("95% 區間"),
        },
    )
    command.say(effect.sentence)
    return DONE


def _year(command: Command) -> int:
    from bureau.calendar import DateError, Period, PeriodKind  # noqa: PLC0415 - not for --help

    if command.given.year is None:
        return command.today.year
    period = Period.parse(command.given.year)
    if period.kind is not PeriodKind.YEAR:
        raise DateError(
            _("「{text}」不是年度。").format(text=command.given.year), remedy=_("請寫成 115 或 2026。")
        )
    return period.year


def _rows(one: "Measure") -> list[dict[str, Any]]:
    return [
        _row(_("{name} 受訓者").format(name=one.name), one.trained),
        {"what": _("　回歸平均本來會有"), "points": _signed(one.trained.expected)},
        {"what": _("　超出預期"), **_change(one.excess)},
        _row(_("{name} 未受訓者").format(name=one.name), one.untrained),
        {"what": _("　受訓者比未受訓者"), **_change(one.beside)},
    ]


def _row(what: str, group: "Group") -> dict[str, Any]:
    return {
        "what": what,
        "n": group.n,
        "before": _text(group.before),
        "after": _text(group.after),
        **_change(group.change),
    }


def _change(one: "Difference | None") -> dict[str, str | None]:
    if one is None:
        return {}
    interval = one.interval
    return {
        "points": _signed(one.points),
        "interval": f"{_signed(interval.low)} ~ {_signed(interval.high)}" if interval else None,
    }


def _document(effect: "Effect") -> dict[str, Any]:
    return {
        "title": effect.title,
        "first": effect.first.isoformat() if effect.first else None,
        "last": effect.last.isoformat() if effect.last else None,
        "attended": effect.attended,
        "elsewhere": effect.elsewhere,
        "courtesy": _measure(effect.courtesy),
        "quiz": _measure(effect.quiz),
        "sentence": effect.sentence,
    }


def _measure(one: "Measure") -> dict[str, Any]:
    return {
        "trained": _group(one.trained),
        "untrained": _group(one.untrained),
        "reliability": _text(one.reliability),
        "excess": _difference(one.excess),
        "beside": _difference(one.beside),
        "verdict": one.verdict.value,
        "more_trained": one.more[0] if one.more else None,
        "more_untrained": one.more[1] if one.more else None,
        "sentence": one.sentence,
    }


def _group(group: "Group") -> dict[str, Any]:
    return {
        "n": group.n,
        "before": _text(group.before),
        "after": _text(group.after),
        "change": _difference(group.change),
        "expected": _text(group.expected),
    }


def _difference(one: "Difference | None") -> dict[str, str | None] | None:
    if one is None:
        return None
    return {
        "points": _text(one.points),
        "low": _text(one.interval.low) if one.interval else None,
        "high": _text(one.interval.high) if one.interval else None,
    }


def _text(value: "Decimal | None") -> str | None:
    return None if value is None else f"{value:.2f}"


def _signed(value: "Decimal | None") -> str | None:
    return None if value is None else f"{value:+.2f}"
