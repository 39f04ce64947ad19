"""`courtesy case owner`, `due` and `check`: a case beside its steps."""

import argparse
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from datetime import date

    from training.case import Case
    from tui.desks import Desks


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add these commands to `courtesy case`."""
    giving = leaf(commands, "owner", give, _("改承辦人"), lists=True)
    giving.add_argument("id", metavar=_("案號"), help=_("courtesy case list 列出的編號"))
    giving.add_argument("owner", metavar=_("員工編號"), help=_("訓練承辦人、主管或管理者"))
    giving.add_argument("--reason", metavar=_("理由"), default="", help=_("為什麼，會記入日誌"))

    moving = leaf(commands, "due", move_due, _("改完成補訓的期限"), lists=True)
    moving.add_argument("id", metavar=_("案號"), help=_("courtesy case list 列出的編號"))
    moving.add_argument("due", metavar=_("日期"), help=_("例如 116/1/15"))
    moving.add_argument("--reason", metavar=_("理由"), required=True, help=_("為什麼，會記入日誌"))

    checking = leaf(commands, "check", check, _("結案後複查：看結案以來的測試，記錄結果"), lists=True)
    checking.add_argument("id", metavar=_("案號"), help=_("courtesy case list --check 列出的編號"))
    checking.add_argument(
        "outcome",
        metavar=_("結果"),
        nargs="?",
        help=_("held 維持、again 再補訓（中文也可以）；不寫就只列出結案以來的測試"),
    )
    checking.add_argument(
        "--reason", metavar=_("理由"), default="", help=_("時候未到、沒有測試或測試未過而仍要記錄時必填")
    )


def give(command: Command) -> int:
    """Let somebody else take care of a case."""
    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        case = desks.cases.give(given.id, given.owner, by=by, at=command.now, reason=given.reason)
        name = desks.office.person(case.owner, command.today).name
        row = care(desks, case, command.today)
    if given.json:
        command.document({"id": case.id} | row)
    command.say(_("補訓案 {id} 的承辦人是{name}。").format(id=case.id, name=name))
    return DONE


def move_due(command: Command) -> int:
    """Set another due date."""
    from bureau.dates import parse_date, roc  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        day = parse_date(given.due)
        case = desks.cases.move_due(given.id, day, by=by, at=command.now, reason=given.reason)
        row = care(desks, case, command.today)
    if given.json:
        command.document({"id": case.id, "due": case.due.isoformat()} | row)
    command.say(_("補訓案 {id} 的期限是 {due}。").format(id=case.id, due=roc(case.due)))
    return DONE


def check(command: Command) -> int:
    """Show what was tested since a case was closed, and record what was found."""
    from bureau.roles import Role  # noqa: PLC0415 - not for --help
    from training.case import Outcome  # noqa: PLC0415

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        by.require(Role.TRAINER)
        desks.training.open_cases(by=by, at=command.now)
        case = desks.training.case(given.id, by=by)
        look = desks.cases.look(case, command.today)
        if given.outcome:
            outcome = Outcome.parse(given.outcome)
            case = desks.cases.record_check(given.id, outcome, by=by, at=command.now, reason=given.reason)
        row = care(desks, case, command.today)
    tests = [
        {
            "source": each.source.value,
            "id": each.id,
            "score": f"{each.score:.2f}",
            "day": each.day.isoformat(),
            "failed": each in look.since.failed,
        }
        for each in look.since.tests
    ]
    if given.json:
        following = {choice.value: text for choice, text in look.lacking.items()}
        command.document({"id": case.id} | row | {"tests": tests, "next": following})
        return DONE
    from bureau.dates import roc  # noqa: PLC0415
    from tui.case_words import check_in_words  # noqa: PLC0415
    from tui.commands.command import table  # noqa: PLC0415

    table(
        [
            row | {"day": roc(each.day), "source": each.source.label}
            for row, each in zip(tests, look.since.tests, strict=True)
        ],
        {"day": _("日期"), "source": _("紀錄"), "id": _("編號"), "score": _("分數"), "failed": _("未通過")},
    )
    if case.check:
        command.say(check_in_words(case.check))
    else:
        for choice, lacking in look.lacking.items():
            command.say(
                _("可記為「{outcome}」：{lacking}").format(outcome=choice.label, lacking=lacking or _("可以"))
            )
    return DONE


def care(desks: "Desks", case: "Case", today: "date") -> dict[str, Any]:
    """Give the fields of a case beside its evidence and steps, as JSON has them."""
    from bureau.dates import moment_text  # noqa: PLC0415 - not for --help

    day = desks.cases.check_day(case)
    seen = case.check
    return {
        "owner": case.owner or None,
        "evidence_withdrawn": case.groundless,
        "evidence_changed": case.unsettled,
        "check_due": day.isoformat() if day and seen is None else None,
        "check_waits": day is not None and seen is None and day <= today,
        "check": {
            "outcome": seen.outcome.value,
            "at": moment_text(seen.at),
            "by": seen.by,
            "reason": seen.reason,
            "overridden": seen.overridden,
            "tests": list(seen.tests),
            "next_case": seen.next_case or None,
        }
        if seen
        else None,
    }
