"""`courtesy case`: the retraining cases and their roster.

New evidence becomes cases before anything is listed, so that no list is older than what it stands on.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands import case_changes
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from datetime import date

    from bureau.people import Person
    from training.case import Case, Reason
    from tui.desks import Desks


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `case` to the command line."""
    help_text = _("補訓案：由證據開案、排訓、複測、結案與名冊")
    group = commands.add_parser("case", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    leaf(inner, "open", open_cases, _("依規則由新的證據開案；沒有新證據就不寫入"), lists=True)

    listing = leaf(inner, "list", list_cases, _("列出補訓案；同仁只看得到自己的"), lists=True)
    kind = listing.add_mutually_exclusive_group()
    kind.add_argument("--open", dest="open_only", action="store_true", help=_("只列未結的"))
    kind.add_argument("--check", action="store_true", help=_("只列結案後到了複查日的"))
    listing.add_argument("--xlsx", metavar=_("檔案"), type=Path, help=_("另寫成 .xlsx 清冊"))

    showing = leaf(inner, "show", show_case, _("列出一案的原因、證據與每一步"), lists=True)
    showing.add_argument("id", metavar=_("案號"), help=_("courtesy case list 列出的編號"))

    stepping = leaf(inner, "advance", advance, _("把一案推進一步"), lists=True)
    stepping.add_argument("id", metavar=_("案號"), help=_("courtesy case list 列出的編號"))
    stepping.add_argument(
        "state",
        metavar=_("狀態"),
        help=_(
            "due 應補訓、assigned 已排訓、trained 已受訓、retest 待複測、closed 結案、"
            "again 再補訓、withdrawn 撤銷（中文也可以）"
        ),
    )
    stepping.add_argument(
        "--session", metavar=_("場次"), default="", help=_("排訓時：courtesy session list 的編號")
    )
    stepping.add_argument(
        "--reason", metavar=_("理由"), default="", help=_("撤銷，或關卡未過而仍要推進時必填，會記入日誌")
    )

    case_changes.add(inner)

    roster = leaf(inner, "roster", print_roster, _("印補訓名冊"))
    roster.add_argument("--pdf", metavar=_("檔案"), type=Path, help=_("要印成的 PDF"))
    roster.add_argument("--xlsx", metavar=_("檔案"), type=Path, help=_("要寫成的 .xlsx"))
    roster.add_argument(
        "--mask", action=argparse.BooleanOptionalAction, help=_("是否遮罩姓名（王○明），預設依規則")
    )
    roster.add_argument(
        "--secret", action=argparse.BooleanOptionalAction, help=_("是否加註「密」，預設依規則")
    )

    notice = leaf(inner, "notice", print_notice, _("印補訓通知單：一案，或一場的每個人"))
    notice.add_argument("id", metavar=_("案號"), nargs="?", default="", help=_("一案；一場改用 --session"))
    notice.add_argument("--session", metavar=_("場次"), default="", help=_("排到這一場的每一個人，一人一頁"))
    notice.add_argument("--pdf", metavar=_("檔案"), type=Path, required=True, help=_("要印成的 PDF"))

    closing = leaf(inner, "report", print_closing, _("印一案的結案報告（未結案時為辦理情形）"))
    closing.add_argument("id", metavar=_("案號"), help=_("courtesy case list 列出的編號"))
    closing.add_argument("--pdf", metavar=_("檔案"), type=Path, required=True, help=_("要印成的 PDF"))
    closing.add_argument(
        "--mask", action=argparse.BooleanOptionalAction, help=_("是否遮罩姓名（王○明），預設依規則")
    )


def open_cases(command: Command) -> int:
    """Hold all evidence against the rules, and list what has changed."""
    from bureau.roles import Role  # noqa: PLC0415 - not for --help

    with command.desks() as desks:
        by = command.actor(desks)
        by.require(Role.TRAINER)
        _list(command, desks, desks.training.open_cases(by=by, at=command.now))
    return DONE


def list_cases(command: Command) -> int:
    """List the cases that the person may see."""
    with command.desks() as desks:
        by = command.actor(desks)
        desks.training.open_cases(by=by, at=command.now)
        if command.given.check:
            seen = {case.id for case in desks.training.cases(by=by)}
            found = [case for case in desks.cases.checks_due(command.today) if case.id in seen]
        else:
            found = desks.training.cases(open_only=command.given.open_only, by=by)
        if path := command.given.xlsx:
            from training.list_files import write_cases  # noqa: PLC0415 - openpyxl only now
            from tui.commands.session import say_written  # noqa: PLC0415

            say_written(command, path, write_cases(desks.training, path, by=by, at=command.now, cases=found))
        _list(command, desks, found)
    return DONE


def show_case(command: Command) -> int:
    """Print one case with its reasons and steps."""
    from bureau.dates import roc, roc_time  # noqa: PLC0415 - not for --help
    from training.case import Source  # noqa: PLC0415
    from tui.case_words import changed_in_words, check_in_words  # noqa: PLC0415
    from tui.commands.command import table  # noqa: PLC0415

    with command.desks() as desks:
        by = command.actor(desks)
        desks.training.open_cases(by=by, at=command.now)
        case = desks.training.case(command.given.id, by=by)
        row = _row(case, desks.office.person(case.person, command.today), command.today)
        row |= case_changes.care(desks, case, command.today)
        follows, lost = desks.cases.follows(case), desks.cases.lost(case)
        gates = desks.training.gates(case)
        disputed = desks.objections.disputed_calls()
        names = {person.staff_no: person.name for person in desks.people.everybody()}
    if command.given.json:
        command.document(
            row
            | {
                "steps": _steps(case),
                "changes": _changes(case),
                "follows": follows or None,
                "evidence_lost": lost,
                "next": {to.value: gate for to, gate in gates.items()},
            }
        )
        return DONE
    table([row | _in_words(case) | {"owner": names.get(case.owner)}], _headings() | {"owner": _("承辦人")})
    reasons = [
        {
            "day": roc(reason.day),
            "text": reason.text,
            "evidence": _evidence_name(reason)
            + (_("（申復中）") if reason.kind.source is Source.CALL and reason.evidence in disputed else ""),
            "rules": reason.rules,
        }
        for reason in case.reasons
    ]
    table(reasons, {"day": _("日期"), "text": _("原因"), "evidence": _("證據"), "rules": _("規則版本")})
    steps = [
        {
            "at": roc_time(step.at),
            "by": names.get(step.by, _("管理者")),
            "step": f"{step.before.label} → {step.after.label}",
            "reason": step.reason,
            "overridden": step.overridden,
        }
        for step in case.steps
    ]
    table(
        steps,
        {
            "at": _("時間"),
            "by": _("經辦"),
            "step": _("步驟"),
            "reason": _("理由"),
            "overridden": _("未過的關卡"),
        },
    )
    for change in case.changes:
        command.say(changed_in_words(change, names))
    if follows:
        command.say(_("這是補訓案 {id} 複查後的再補訓。").format(id=follows))
    if case.check:
        command.say(check_in_words(case.check))
    for name in lost:
        command.say(_("證據 {id} 已和開案時不同。").format(id=name))
    for to, gate in gates.items():
        command.say(_("可改為「{state}」：{gate}").format(state=to.label, gate=gate or _("可以")))
    return DONE


def advance(command: Command) -> int:
    """Take a case one step further."""
    from training.case import State  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        case = desks.training.advance(
            given.id,
            State.parse(given.state),
            by=by,
            at=command.now,
            session_id=given.session,
            reason=given.reason,
        )
        row = _row(case, desks.office.person(case.person, command.today), command.today)
    if given.json:
        command.document(row | {"steps": _steps(case)})
    command.say(_("補訓案 {id} 現在是「{state}」。").format(id=case.id, state=case.state.label))
    if case.steps[-1].overridden:
        command.say(_("關卡未過（{gate}），以理由推進，已記入日誌。").format(gate=case.steps[-1].overridden))
    return DONE


def print_roster(command: Command) -> int:
    """Print the roster of the open cases."""
    from bureau.problem import Refused  # noqa: PLC0415 - not for --help
    from training.list_files import write_roster  # noqa: PLC0415
    from training.papers import print_roster as printed  # noqa: PLC0415 - loads reportlab
    from tui.commands.session import say_printed, say_written  # noqa: PLC0415

    given = command.given
    if not (given.pdf or given.xlsx):
        raise Refused(_("沒有說要印到哪裡。"), remedy=_("請加 --pdf 補訓名冊.pdf，或 --xlsx 補訓名冊.xlsx。"))
    with command.desks() as desks:
        by = command.actor(desks)
        desks.training.open_cases(by=by, at=command.now)
        if given.pdf:
            report = printed(
                desks.training, given.pdf, by=by, at=command.now, mask=given.mask, secret=given.secret
            )
            say_printed(command, report)
        if given.xlsx:
            written = write_roster(desks.training, given.xlsx, by=by, at=command.now, mask=given.mask)
            say_written(command, given.xlsx, written)
        left = desks.training.roster(command.today, by=by).left
    if left:
        command.say(
            _("未列入：{count} 件未結案的當事人已不在職（{ids}）。").format(
                count=len(left), ids="、".join(case.id for case in left)
            )
        )
    return DONE


def print_notice(command: Command) -> int:
    """Print the notice of one case, or of everybody who is sent to a session."""
    from bureau.problem import Refused  # noqa: PLC0415 - not for --help
    from training import case_papers as papers  # noqa: PLC0415 - loads reportlab
    from tui.commands.session import say_printed  # noqa: PLC0415

    given = command.given
    if bool(given.id) == bool(given.session):
        raise Refused(_("要指定一案，或用 --session 指定一場。"), remedy=_("courtesy case list 列出案號。"))
    with command.desks() as desks:
        by = command.actor(desks)
        desks.training.open_cases(by=by, at=command.now)
        if given.session:
            report = papers.print_notices(desks.reports, given.session, given.pdf, by=by, at=command.now)
        else:
            report = papers.print_notice(desks.reports, given.id, given.pdf, by=by, at=command.now)
    say_printed(command, report)
    return DONE


def print_closing(command: Command) -> int:
    """Print the closing report of a case."""
    from training.case_papers import print_closing as printed  # noqa: PLC0415 - loads reportlab
    from tui.commands.session import say_printed  # noqa: PLC0415

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        desks.training.open_cases(by=by, at=command.now)
        report = printed(desks.reports, given.id, given.pdf, by=by, at=command.now, mask=given.mask)
    say_printed(command, report)
    return DONE


def _list(command: Command, desks: "Desks", cases: "list[Case]") -> None:
    rows = []
    for case in cases:
        row = _row(case, desks.office.person(case.person, command.today), command.today)
        row |= case_changes.care(desks, case, command.today)
        rows.append(row if command.given.json else row | _in_words(case))
    command.listing(rows, _headings())


def _headings() -> dict[str, str]:
    return {
        "id": _("案號"),
        "section": _("科室"),
        "name": _("姓名"),
        "band": _("分級"),
        "state": _("狀態"),
        "reasons": _("原因"),
        "due": _("期限"),
    }


def _in_words(case: "Case") -> dict[str, Any]:
    from bureau.dates import roc  # noqa: PLC0415 - not for --help

    return {
        "band": case.band.label,
        "state": case.standing,
        "reasons": [reason.text for reason in case.reasons],
        "due": roc(case.deadline) if case.deadline else None,
    }


def _row(case: "Case", person: "Person", today: "date") -> dict[str, Any]:
    return {
        "id": case.id,
        "person": case.person,
        "name": person.name,
        "section": person.section,
        "state": case.state.value,
        "label": case.state.label,
        "band": case.band.value,
        "open": case.open,
        "opened": case.opened.isoformat(),
        "due": case.deadline.isoformat() if case.deadline else None,
        "overdue": case.overdue(today),
        "session": case.session or None,
        "reasons": [
            {
                "kind": reason.kind.value,
                "text": reason.text,
                "evidence": reason.evidence,
                "score": _score(reason),
                "day": reason.day.isoformat(),
                "rules": reason.rules,
                "ruling": reason.ruling or None,
                "void": reason.void,
            }
            for reason in case.reasons
        ],
        "evidence": _evidence(case),
    }


def _evidence(case: "Case") -> list[dict[str, Any]]:
    found = {
        (reason.kind.source, reason.evidence): {
            "source": reason.kind.source.value,
            "id": reason.evidence,
            "score": _score(reason),
            "day": reason.day.isoformat(),
        }
        for reason in case.reasons
    }
    return list(found.values())


def _evidence_name(reason: "Reason") -> str:
    return f"{reason.kind.source.label} {reason.evidence}"


def _score(reason: "Reason") -> str | None:
    return None if reason.result is None else f"{reason.result:.2f}"


def _changes(case: "Case") -> list[dict[str, Any]]:
    from bureau.dates import moment_text  # noqa: PLC0415 - not for --help

    return [
        {
            "matter": change.matter.value,
            "from": change.before or None,
            "to": change.after,
            "at": moment_text(change.at),
            "by": change.by,
            "reason": change.reason,
        }
        for change in case.changes
    ]


def _steps(case: "Case") -> list[dict[str, Any]]:
    from bureau.dates import moment_text  # noqa: PLC0415 - not for --help

    return [
        {
            "from": step.before.value,
            "to": step.after.value,
            "at": moment_text(step.at),
            "by": step.by,
            "reason": step.reason,
            "overridden": step.overridden,
            "session": step.session or None,
        }
        for step in case.steps
    ]
