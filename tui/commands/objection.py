"""`courtesy objection`: objections to records of test calls, and their blind rescoring."""

import argparse
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from bureau.roles import Actor
    from courtesy.objection import Blind, Objection, Rate, Ruling
    from courtesy.scale import Placed
    from tui.desks import Desks


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `objection` to the command line."""
    help_text = _("申復：對電話測試紀錄有疑義，由另一位測試員重評")
    group = commands.add_parser("objection", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    file = leaf(inner, "file", file_objection, _("提出申復：哪一行、應有的評定、理由"), lists=True)
    file.add_argument("call", metavar=_("紀錄"), help=_("通話紀錄的編號"))
    file.add_argument(
        "--line",
        nargs=3,
        action="append",
        required=True,
        metavar=(_("行"), _("級"), _("理由")),
        help=_("可以重複；行與級的代碼見 courtesy scale show，不適用寫 na"),
    )
    leaf(inner, "list", list_objections, _("列出申復（依權限）"), lists=True)
    show = leaf(inner, "show", show_objection, _("印出一件申復；重評的測試員只看得到要重評的行"), lists=True)
    show.add_argument("id", metavar=_("申復"))
    rescore = leaf(inner, "rescore", rescore_objection, _("重評有疑義的行；--seal 裁定"), lists=True)
    rescore.add_argument("id", metavar=_("申復"))
    rescore.add_argument(
        "--line",
        nargs=2,
        action="append",
        default=[],
        metavar=(_("行"), _("級")),
        help=_("可以重複；由紀錄看不出來的寫 ?"),
    )
    rescore.add_argument(
        "--note",
        nargs=2,
        action="append",
        default=[],
        metavar=(_("行"), _("說明")),
        help=_("可以重複；重評的說明"),
    )
    rescore.add_argument("--seal", action="store_true", help=_("依規則裁定；之後不能更改"))
    leaf(inner, "rates", list_rates, _("各行與各測試員的申復變更率"), lists=True)


def file_objection(command: Command) -> int:
    """Object to lines of a call."""
    from bureau.problem import Refused  # noqa: PLC0415 - not for --help

    lines: dict[str, tuple[str, str]] = {}
    for line, step, reason in command.given.line:
        if line in lines:
            raise Refused(_("「{line}」寫了兩次。").format(line=line), remedy=_("每一行只寫一次。"))
        lines[line] = (step, reason)
    with command.desks() as desks:
        by = command.actor(desks)
        made = desks.objections.file(command.given.call, lines, by=by, at=command.now)
        row = _row(desks, made, by)
    if command.given.json:
        command.document(row)
    command.say(_("申復 {id} 已登錄，由另一位測試員重評。").format(id=made.id))
    if not made.tester:
        command.say(_("目前沒有可以重評的測試員，有人可以時會自動指派。"))
    return DONE


def list_objections(command: Command) -> int:
    """List the objections that the acting person may see or has to rescore."""
    with command.desks() as desks:
        by = command.actor(desks)
        desks.objections.settle(by=by, at=command.now)
        rows = [_row(desks, each, by) for each in desks.objections.objections(by=by)]
    command.listing(
        rows,
        {
            "id": _("申復"),
            "call": _("紀錄"),
            "person_name": _("當事人"),
            "filed": _("提出日"),
            "lines": _("行數"),
            "state_label": _("狀態"),
            "verdict_label": _("裁定"),
            "before": _("原分數"),
            "after": _("現在分數"),
        },
    )
    return DONE


def _row(desks: "Desks", objection: "Objection", by: "Actor") -> dict[str, Any]:
    from bureau.calendar import day_of  # noqa: PLC0415 - not for --help
    from bureau.roles import Role  # noqa: PLC0415

    blind = desks.objections.rescores(objection, by)
    ruling = desks.objections.ruling(objection)
    knows_tester = not blind and (by.holds(Role.TRAINER, Role.HEAD) or ruling is not None)
    names = {person.staff_no: person.name for person in desks.people.everybody()}
    return {
        "id": objection.id,
        "call": None if blind else objection.call,
        "person": None if blind else objection.person,
        "person_name": None if blind else names.get(objection.person, objection.person),
        "filed_by": None if blind else objection.filed_by,
        "filed": day_of(objection.filed_at).isoformat(),
        "tester": objection.tester if knows_tester else None,
        "open": objection.open,
        "to_rescore": blind,
        "state_label": _("請您重評") if blind else objection.state,
        "lines": len(objection.lines),
        "verdict": ruling.verdict.value if ruling else None,
        "verdict_label": ruling.verdict.label if ruling else None,
        "ruling": ruling.id if ruling else None,
        "before": f"{ruling.before.score:.2f}" if ruling else None,
        "after": f"{ruling.after.score:.2f}" if ruling else None,
        "band": ruling.after.band if ruling else None,
    }


def show_objection(command: Command) -> int:
    """Print one objection; blind for who has to rescore it."""
    with command.desks() as desks:
        by = command.actor(desks)
        waiting = {
            each.id for each in desks.objections.objections(by=by) if desks.objections.rescores(each, by)
        }
        if command.given.id in waiting:
            form = desks.objections.blind(command.given.id, by=by)
            _show_blind(command, form)
            return DONE
        objection = desks.objections.objection(command.given.id, by=by)
        ruling = desks.objections.ruling(objection)
        call = desks.calls.as_sealed(objection.call)
        placed = {each.id: each for each in desks.calls.scale(call.scale).lines(call.parts)}
        row = _row(desks, objection, by)
    lines = _lines(objection, ruling, call.marks, placed)
    if command.given.json:
        command.document(row | {"disputed": lines})
        return DONE
    command.listing(
        [{"field": field, "value": value} for field, value in row.items()],
        {"field": _("欄位"), "value": _("內容")},
    )
    command.listing(
        lines,
        {
            "text": _("內容"),
            "given_label": _("原評定"),
            "expected_label": _("應有的評定"),
            "reason": _("理由"),
            "rescored_label": _("重評"),
            "after_label": _("裁定"),
            "note": _("說明"),
        },
    )
    return DONE


def _lines(
    objection: "Objection", ruling: "Ruling | None", marks: dict[str, str], placed: "dict[str, Placed]"
) -> list[dict[str, Any]]:
    from courtesy.objection import step_label  # noqa: PLC0415 - not for --help

    ruled = {line.line: line for line in ruling.lines} if ruling else {}
    rows = []
    for each in objection.lines:
        found, line = ruled.get(each.line), placed[each.line]
        before = found.before if found else marks[each.line]
        rows.append(
            {
                "line": each.line,
                "text": line.line.text,
                "given": before,
                "given_label": step_label(line, before),
                "expected": each.expected,
                "expected_label": step_label(line, each.expected),
                "reason": each.reason,
                # Until the ruling nobody but the second tester knows what is chosen.
                "rescored": found.rescored if found else None,
                "rescored_label": step_label(line, found.rescored) if found else None,
                "after": found.after if found else None,
                "after_label": step_label(line, found.after) if found else None,
                "note": each.note if found else None,
            }
        )
    return rows


def _show_blind(command: Command, form: "Blind") -> None:
    from bureau.dates import roc_time  # noqa: PLC0415 - not for --help
    from courtesy.objection import choices, step_label  # noqa: PLC0415

    lines = [
        {
            "line": placed.id,
            "text": placed.line.text,
            "reason": disputed.reason,
            "steps": [f"{key} {label}" for key, label in choices(placed)],
            "rescored": disputed.rescored,
            "rescored_label": step_label(placed, disputed.rescored) if disputed.rescored else None,
            "note": disputed.note,
        }
        for placed, disputed in form.lines
    ]
    if command.given.json:
        command.document(
            {
                "id": form.id,
                "at": form.at.isoformat(timespec="seconds"),
                "outcome": form.outcome.value if form.outcome else None,
                "rings": form.rings,
                "seconds": form.seconds,
                "remark": form.remark,
                "disputed": lines,
            }
        )
        return
    command.say(
        _("{at}，{outcome}，響 {rings} 聲，{seconds} 秒").format(
            at=roc_time(form.at),
            outcome=form.outcome.label if form.outcome else "",
            rings=form.rings if form.rings is not None else "－",
            seconds=form.seconds if form.seconds is not None else "－",
        )
    )
    if form.remark:
        command.say(_("備註：{remark}").format(remark=form.remark))
    command.listing(
        lines,
        {
            "line": _("行"),
            "text": _("內容"),
            "reason": _("當事人的理由"),
            "steps": _("可選的級"),
            "rescored_label": _("重評"),
            "note": _("說明"),
        },
    )


def rescore_objection(command: Command) -> int:
    """Choose steps for the disputed lines; with `--seal` the ruling follows."""
    from courtesy.objection import UNDECIDED  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        with desks.office.store.transaction():
            form = desks.objections.blind(given.id, by=by)
            for line, step in given.line:
                form = desks.objections.choose(
                    given.id, line, UNDECIDED if step in {"?", "？"} else step, by=by
                )
            for line, words in given.note:
                chosen = {placed.id: disputed.rescored for placed, disputed in form.lines}.get(line)
                form = desks.objections.choose(given.id, line, chosen, by=by, note=words)
            ruling = desks.objections.decide(given.id, by=by, at=command.now) if given.seal else None
    if ruling is None:
        _show_blind(command, form)
        command.say(_("已存好；逐行選好後加 --seal 裁定。"))
        return DONE
    if given.json:
        command.document({"id": given.id, "verdict": ruling.verdict.value, "ruling": ruling.id})
    command.say(_("申復 {id} 已裁定：{verdict}。").format(id=given.id, verdict=ruling.verdict.label))
    return DONE


def list_rates(command: Command) -> int:
    """List how often objections changed something."""
    with command.desks() as desks:
        lines, testers = desks.objections.rates(by=command.actor(desks))
    if command.given.json:
        command.document(
            {"lines": [_rate(each) for each in lines], "testers": [_rate(each) for each in testers]}
        )
        return DONE
    columns = {"text": "", "n": _("申復"), "changed": _("變更"), "interval": _("變更率（95% 區間）")}
    command.listing([_rate(each) for each in lines], columns | {"text": _("行")})
    command.listing([_rate(each) for each in testers], columns | {"text": _("測試員")})
    return DONE


def _rate(one: "Rate") -> dict[str, Any]:
    return {
        "name": one.name,
        "text": one.text,
        "n": one.n,
        "changed": one.changed,
        "low": round(one.low, 4) if one.low is not None else None,
        "high": round(one.high, 4) if one.high is not None else None,
        "interval": one.said,
    }
