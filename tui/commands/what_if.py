"""`courtesy what-if`: other rules tried on calls that are sealed, without writing anything."""

import argparse
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf
from tui.commands.scale import find_scale

if TYPE_CHECKING:
    from courtesy.what_if import Change, Recomputed
    from training.what_if import PersonTried, WhatIf


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `what-if` to the command line."""
    trial = leaf(
        commands,
        "what-if",
        try_out,
        _("試算：換分數線、配分或量表，誰會進出名冊；不寫入任何資料"),
        lists=True,
    )
    trial.add_argument("--cut", metavar=_("分數"), help=_("低於此分為最低一級，並列入名冊的證據"))
    trial.add_argument("--factor", choices=("official", "exact"), help=_("只測一部分時的換算"))
    trial.add_argument("--critical-zeroes", choices=("true", "false"), help=_("重大缺失是否以 0 分計"))
    trial.add_argument(
        "--points",
        action="append",
        default=[],
        metavar=_("行=配分"),
        help=_("項目或行的配分，例如 unit.speed=10；可以寫好幾次"),
    )
    trial.add_argument("--scale", metavar=_("代碼或檔案"), help=_("改用這個量表"))
    trial.add_argument("--first", metavar=_("日期"), help=_("開始日，預設去年 1 月 1 日"))
    trial.add_argument("--last", metavar=_("日期"), help=_("結束日，預設今天"))


def try_out(command: Command) -> int:
    """Try it."""
    from bureau.dates import parse_date  # noqa: PLC0415 - not for --help
    from tui.tried import caution, changed, left_out, summary  # noqa: PLC0415

    given = command.given
    change = _change(command)
    with command.desks() as desks:
        tried = desks.what_if.what_if(
            change,
            by=command.actor(desks),
            today=command.today,
            first=parse_date(given.first) if given.first else None,
            last=parse_date(given.last) if given.last else None,
        )
        names = {person.staff_no: person.name for person in desks.people.everybody()}
    if given.json:
        command.document(_document(tried, names))
        return DONE
    command.say(_("試算：{changed}").format(changed=changed(change)))
    _list_people(command, tried, names)
    for line in [*summary(tried), *left_out(tried), *caution()]:
        command.say(line)
    return DONE


def _change(command: Command) -> "Change":
    from courtesy.scale import FactorMode  # noqa: PLC0415 - not for --help
    from courtesy.what_if import Change, number_from, points_from  # noqa: PLC0415

    given = command.given
    return Change(
        cut=number_from(given.cut) if given.cut else None,
        factor=FactorMode(given.factor) if given.factor else None,
        critical_zeroes=given.critical_zeroes == "true" if given.critical_zeroes else None,
        points=points_from(given.points),
        scale=find_scale(command, given.scale) if given.scale else None,
    )


def _list_people(command: Command, tried: "WhatIf", names: dict[str, str]) -> None:
    from training.what_if import Move  # noqa: PLC0415 - not for --help

    shown = [
        _person(one, names)
        for one in tried.people
        if one.move not in {Move.STAYS, Move.NEVER} or one.before != one.after
    ]
    command.listing(
        shown,
        {
            "section": _("科室"),
            "person": _("員工編號"),
            "name": _("姓名"),
            "calls": _("通"),
            "before": _("原平均"),
            "after": _("試算"),
            "listed_before_label": _("原名冊"),
            "listed_after_label": _("試算名冊"),
            "move_label": _("異動"),
        },
    )


def _person(one: "PersonTried", names: dict[str, str]) -> dict[str, Any]:
    return {
        "person": one.person,
        "name": names.get(one.person, ""),
        "section": one.section,
        "calls": len(one.calls),
        "before": _score(one.before),
        "after": _score(one.after),
        "listed_before": one.listed_before.value if one.listed_before else None,
        "listed_after": one.listed_after.value if one.listed_after else None,
        "move": one.move.value,
        "listed_before_label": one.listed_before.label if one.listed_before else None,
        "listed_after_label": one.listed_after.label if one.listed_after else None,
        "move_label": one.move.label,
    }


def _document(tried: "WhatIf", names: dict[str, str]) -> dict[str, Any]:
    people = [
        {key: value for key, value in _person(one, names).items() if not key.endswith("_label")}
        | {"calls": [_call(each) for each in one.calls]}
        for one in tried.people
    ]
    change = tried.change
    return {
        "change": {
            "cut": _score(change.cut),
            "factor": change.factor.value if change.factor else None,
            "critical_zeroes": change.critical_zeroes,
            "points": {name: _score(points) for name, points in change.points.items()},
            "scale": change.scale.version if change.scale else None,
        },
        "first": tried.first.isoformat(),
        "last": tried.last.isoformat(),
        "calls": tried.calls,
        "computed": tried.computed,
        "mean": {"before": _score(tried.before), "after": _score(tried.after)},
        "bands": [band.model_dump() for band in tried.bands],
        "people": people,
        "not_computed": [{"id": each.call.id, "why": each.why_not} for each in tried.refused],
        "lines": [
            {"scale": each.scale, "line": each.line, "text": each.text, "kind": each.kind.value}
            for each in tried.differences
        ],
    }


def _call(each: "Recomputed") -> dict[str, Any]:
    return {
        "id": each.call.id,
        "at": each.call.at.isoformat(timespec="seconds"),
        "before": _score(each.before),
        "band_before": each.band_before,
        "after": _score(each.after),
        "band_after": each.band_after,
    }


def _score(value: Any) -> str | None:
    return None if value is None else f"{value:.2f}"
