"""`courtesy call`: the records of test calls, for those who do not use the screen."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from bureau.problem import Place, Refused, in_file
from tui.commands.command import DONE, Command, Parser, leaf
from tui.commands.scale import read_json

if TYPE_CHECKING:
    from bureau.roles import Actor
    from courtesy.call import Call, Outcome
    from courtesy.scale import Scale
    from tui.desks import Desks

_KNOWN = {
    "outcome",
    "rings",
    "seconds",
    "answered_by",
    "marks",
    "remark",
    "attempts",
    "causes",
    "points",
}
_OF_ATTEMPT = {"at", "outcome", "rings", "seconds"}


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `call` to the command line."""
    help_text = _("電話測試紀錄")
    group = commands.add_parser("call", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    record = leaf(inner, "record", record_call, _("記下一通電話；--seal 同時封存"), lists=True)
    record.add_argument("--round", required=True, metavar=_("回合"), help=_("回合編號"))
    record.add_argument("--person", required=True, metavar=_("員工編號"), help=_("分機的主人"))
    record.add_argument(
        "--marks",
        type=Path,
        metavar=_("檔案"),
        help=_(
            "JSON：outcome、rings、seconds、answered_by、marks（行: 級，不適用寫 na）、remark、"
            "attempts（未接通的各次）、causes（行: 失分原因）、points（答到的要點）；都可省略"
        ),
    )
    record.add_argument(
        "--outcome",
        choices=("reached", "busy", "no_answer", "lost_in_menu", "cut_off_in_transfer"),
        help=_("通話結果"),
    )
    record.add_argument("--rings", type=int, metavar=_("聲"), help=_("響鈴次數"))
    record.add_argument("--seconds", type=int, metavar=_("秒"), help=_("幾秒後接聽"))
    record.add_argument(
        "--again", action="store_true", help=_("這是另一次嘗試，不是更正上一次（--outcome 未接通時）")
    )
    record.add_argument("--remark", metavar=_("備註"))
    record.add_argument(
        "--occasion", choices=("drawn", "confirming"), help=_("抽測或複測；預設是指派給您的那一通")
    )
    record.add_argument("--seal", action="store_true", help=_("封存；之後不能更改"))

    listing = leaf(inner, "list", list_calls, _("列出通話紀錄（依權限）"), lists=True)
    listing.add_argument("--round", metavar=_("回合"), help=_("只列這一回合"))
    show = leaf(inner, "show", show_call, _("印出一通紀錄的全部內容"), lists=True)
    show.add_argument("id", metavar=_("紀錄"))
    leaf(inner, "questions", list_questions, _("列出問過的題目與答到的情形"), lists=True)
    leaf(inner, "effort", show_effort, _("印出每通花的時間與按鍵數（中位數、第 90 百分位）"), lists=True)
    slip = leaf(inner, "slip", print_slip, _("印出一通紀錄，交給被測試的人"))
    slip.add_argument("id", metavar=_("紀錄"))
    slip.add_argument("--pdf", required=True, type=Path, metavar=_("檔案"), help=_("要印成的檔案"))


def record_call(command: Command) -> int:
    """Record a call from options and a file; all of it or nothing."""
    given = command.given
    content = read_json(given.marks) if given.marks else {}
    for name in ("outcome", "rings", "seconds", "remark"):
        if (value := getattr(given, name)) is not None:
            content[name] = value
    _check(content, given.marks)
    with command.desks() as desks:
        by = command.actor(desks)
        with desks.office.store.transaction():
            call = _recorded(desks, command, content, by)
            if given.seal:
                call = desks.calls.seal(call.id, by=by, at=command.now)
    if given.json:
        command.document(_whole(call, by))
    if call.sealed:
        command.say(
            _("紀錄 {id} 已封存：{outcome} {score} {band}").format(
                id=call.id,
                outcome=call.outcome.label if call.outcome else "",
                score=f"{call.score:.2f}" if call.score is not None else "",
                band=call.band or "",
            )
        )
    else:
        command.say(_("紀錄 {id} 已存為草稿。").format(id=call.id))
    return DONE


def _recorded(desks: "Desks", command: Command, content: dict[str, Any], by: "Actor") -> "Call":
    from courtesy.call import Attempt, Outcome  # noqa: PLC0415 - not for --help
    from courtesy.occasion import Occasion  # noqa: PLC0415

    calls, at = desks.calls, command.now
    given = command.given
    occasion = Occasion(given.occasion) if given.occasion else None
    call = calls.open_call(given.round, given.person, by=by, at=at, occasion=occasion)
    for attempt in content.get("attempts", []):
        call = calls.add_attempt(call.id, Attempt.model_validate({"at": at} | attempt), by=by, at=at)
    if content.get("outcome"):
        call = _ended(desks, call, Outcome(content["outcome"]), command, by)
    if "rings" in content or "seconds" in content:
        call = calls.set_timing(call.id, content.get("rings"), content.get("seconds"), by=by, at=at)
    for line, step in content.get("marks", {}).items():
        call = calls.mark(call.id, line, step, by=by, at=at)
    for line, cause in content.get("causes", {}).items():
        call = calls.set_cause(call.id, line, cause, by=by, at=at)
    for number, said in enumerate(content.get("points", []), 1):
        call = calls.judge_point(call.id, number, said, by=by, at=at)
    if "answered_by" in content:
        call = calls.answered_by(call.id, content["answered_by"], by=by, at=at)
    if "remark" in content:
        call = calls.remark(call.id, content["remark"], by=by)
    return call


def _ended(desks: "Desks", call: "Call", outcome: "Outcome", command: Command, by: "Actor") -> "Call":
    from courtesy.call import Attempt, Outcome  # noqa: PLC0415 - not for --help

    calls, at = desks.calls, command.now
    if command.given.again and call.unreached and outcome is not Outcome.REACHED:
        return calls.add_attempt(call.id, Attempt(at=at, outcome=outcome), by=by, at=at)
    if call.unreached and outcome is Outcome.REACHED:
        # The tries that are noted stay: this is another one, which succeeded.
        calls.dial(call.id, by=by, at=at)
    return calls.set_outcome(call.id, outcome, by=by, at=at)


def _check(content: dict[str, Any], path: Path | None) -> None:
    from courtesy.call import Outcome  # noqa: PLC0415 - not for --help

    place = in_file(path) if path else None
    for name in content.keys() - _KNOWN:
        raise Refused(
            _("沒有「{name}」這個欄位。").format(name=name),
            place=place,
            remedy=_("可用的有：{names}。").format(names="、".join(sorted(_KNOWN))),
        )
    marks = content.get("marks", {})
    sound = (
        content.get("outcome") in [None, *(outcome.value for outcome in Outcome)]
        # JSON's true and false are integers to Python.
        and all(type(content.get(name)) in {int, type(None)} for name in ("rings", "seconds"))
        and all(isinstance(content.get(name, ""), str) for name in ("remark", "answered_by"))
        and all(isinstance(content.get(name, {}), dict) for name in ("marks", "causes"))
        and all(isinstance(cause, str) for cause in content.get("causes", {}).values())
        and isinstance(content.get("points", []), list)
        and all(isinstance(said, bool) for said in content.get("points", []))
        and all(isinstance(step, str) for step in marks.values())
    )
    if not sound:
        raise Refused(
            _("欄位的值不對。"),
            place=place,
            remedy=_("outcome 用英文代碼，rings 與 seconds 是整數，其餘是文字。"),
        )
    _check_attempts(content.get("attempts", []), place)


def _check_attempts(attempts: Any, place: Place | None) -> None:
    from datetime import datetime  # noqa: PLC0415 - not for --help

    from courtesy.call import MOST_RINGS, MOST_SECONDS, Outcome  # noqa: PLC0415

    def sound(one: Any) -> bool:
        if not isinstance(one, dict) or one.keys() - _OF_ATTEMPT:
            return False
        try:
            aware = "at" not in one or datetime.fromisoformat(one["at"]).tzinfo is not None
        except (TypeError, ValueError):
            return False
        rings, seconds = one.get("rings", 1), one.get("seconds", 0)
        return (
            aware
            and one.get("outcome") in {outcome.value for outcome in Outcome} - {Outcome.REACHED.value}
            and type(rings) is int
            and 1 <= rings <= MOST_RINGS
            and type(seconds) is int
            and 0 <= seconds <= MOST_SECONDS
        )

    if not isinstance(attempts, list) or not all(sound(one) for one in attempts):
        raise Refused(
            _("attempts 的內容不對。"),
            place=place,
            remedy=_("每次寫 outcome（未接通的代碼），可加 at（含時區的時刻）、rings、seconds。"),
        )


def list_questions(command: Command) -> int:
    """List how the questions that were asked fared."""
    from bureau.roles import Role  # noqa: PLC0415 - not for --help

    with command.desks() as desks:
        command.actor(desks).require(Role.TESTER, Role.TRAINER, Role.HEAD)
        rows: list[dict[str, Any]] = []
        for one in desks.calls.question_records():
            question = desks.quiz.question_in(one.question_id, one.version)
            rows.append(
                {
                    "question": one.question_id,
                    "version": one.version,
                    "topic": question.topic if question else None,
                    "stem": question.stem if question else None,
                    "asked": one.asked,
                    "all": one.all,
                    "partly": one.partly,
                    "none": one.none,
                }
            )
    command.listing(
        rows,
        {
            "question": _("題號"),
            "topic": _("主題"),
            "stem": _("題目"),
            "asked": _("問過"),
            "all": _("全部答到"),
            "partly": _("部分答到"),
            "none": _("都沒答到"),
        },
    )
    return DONE


def show_effort(command: Command) -> int:
    """Print median and 90th percentile of the work of sealed forms."""
    with command.desks() as desks:
        effort = desks.calls.effort(by=command.actor(desks), at=command.now)
    names = {"handling_seconds": _("掛斷後處理（秒）"), "keys": _("按鍵數")}
    rows = [
        {
            "measure": measure if command.given.json else names[measure],
            "n": one.n,
            "median": one.median,
            "p90": one.ninetieth,
            "target": target,
        }
        for measure, one, target in (
            ("handling_seconds", effort.seconds, effort.seconds_target),
            ("keys", effort.keys, effort.keys_target),
        )
    ]
    command.listing(
        rows,
        {
            "measure": _("項目"),
            "n": _("通數"),
            "median": _("中位數"),
            "p90": _("第 90 百分位"),
            "target": _("目標"),
        },
    )
    return DONE


def list_calls(command: Command) -> int:
    """List the calls that the acting person may see."""
    from bureau.dates import roc_time  # noqa: PLC0415 - not for --help

    with command.desks() as desks:
        by = command.actor(desks)
        calls = desks.calls.calls(command.given.round, by=by)
        names = {person.staff_no: person.name for person in desks.people.everybody()}
    rows = [_row(call, by) for call in calls]
    for row, call in zip(rows, calls, strict=True):
        row["person_name"] = names.get(call.person, "")
        row["tester_name"] = names.get(call.tester, "")
        if not command.given.json:
            row["at"] = roc_time(call.at)
            row["outcome"] = call.outcome.label if call.outcome else None
    command.listing(
        rows,
        {
            "id": _("紀錄"),
            "section": _("科室"),
            "person_name": _("姓名"),
            "tester_name": _("測試員"),
            "at": _("時間"),
            "outcome": _("結果"),
            "score": _("分數"),
            "band": _("等第"),
        },
    )
    return DONE


def _row(call: "Call", by: "Actor") -> dict[str, Any]:
    from bureau.roles import Role  # noqa: PLC0415 - not for --help

    # Whoever makes a confirming call is not to know until it is sealed that it is one.
    told = call.sealed or by.holds(Role.ADMINISTRATOR)
    return {
        "id": call.id,
        "round": call.round,
        "person": call.person,
        "tester": call.tester,
        "section": call.section,
        "at": call.at.isoformat(timespec="seconds"),
        "outcome": call.outcome.value if call.outcome else None,
        "score": f"{call.score:.2f}" if call.score is not None else None,
        "band": call.band,
        "sealed": call.sealed,
        "occasion": call.occasion.value if told else None,
        "superseded_by": call.superseded_by or None,
    }


def _whole(call: "Call", by: "Actor") -> dict[str, Any]:
    return _row(call, by) | {
        "extension": call.extension,
        "answered_by": call.answered_by or None,
        "parts": list(call.parts),
        "scale": call.scale,
        "rules": call.rules or None,
        "rings": call.rings,
        "seconds": call.seconds,
        "attempts": [
            {
                "at": one.at.isoformat(timespec="seconds"),
                "outcome": one.outcome.value,
                "rings": one.rings,
                "seconds": one.seconds,
            }
            for one in call.attempts
        ],
        "question": call.question.model_dump(mode="json") if call.question else None,
        "hung_up_at": call.hung_up_at.isoformat(timespec="seconds") if call.hung_up_at else None,
        "handling_seconds": call.handling_seconds,
        "keys": call.keys,
        "marks": dict(call.marks),
        "causes": dict(call.causes),
        "remark": call.remark,
        "critical": call.critical,
        "sealed_at": call.sealed_at.isoformat(timespec="seconds") if call.sealed_at else None,
    }


def show_call(command: Command) -> int:
    """Print one call."""
    with command.desks() as desks:
        by = command.actor(desks)
        call = desks.calls.call(command.given.id, by=by)
        scale = desks.calls.scale(call.scale)
    whole = _whole(call, by)
    if command.given.json:
        command.document(whole)
        return DONE
    marks, causes = whole["marks"], whole["causes"]
    command.listing(
        [{"field": field, "value": value} for field, value in _in_words(call, scale, told=whole["occasion"])],
        {"field": _("欄位"), "value": _("內容")},
    )
    lines = {placed.id: placed for placed in scale.lines(call.parts)}
    rows = []
    for line, key in marks.items():
        step = lines[line].line.step(key)
        rows.append(
            {
                "line": lines[line].line.text,
                "step": step.label if step else _("不適用"),
                "points": f"{step.points:.2f}" if step else None,
                "cause": causes.get(line),
            }
        )
    command.listing(rows, {"line": _("內容"), "step": _("評定"), "points": _("得分"), "cause": _("失分原因")})
    return DONE


def _in_words(call: "Call", scale: "Scale", *, told: str | None) -> list[tuple[str, Any]]:
    from bureau.dates import roc_time  # noqa: PLC0415 - not for --help

    passed = call.question.passed if call.question else None
    return [
        (_("紀錄"), call.id),
        (_("回合"), call.round),
        (_("抽測或複測"), call.occasion.label if told else None),
        (_("被測試人"), call.person),
        (_("科室"), call.section),
        (_("分機"), call.extension),
        (_("代接人"), call.answered_by),
        (_("測試員"), call.tester),
        (_("測試部分"), [scale.part(code).name for code in call.parts]),
        (_("時間"), roc_time(call.at)),
        (_("未接通"), [f"{roc_time(one.at)} {one.outcome.label}" for one in call.attempts]),
        (_("結果"), call.outcome.label if call.outcome else None),
        (_("響鈴次數"), call.rings),
        (_("幾秒後接聽"), call.seconds),
        (_("分數"), f"{call.score:.2f}" if call.score is not None else None),
        (_("等第"), call.band),
        (_("重大缺失"), call.critical),
        (_("題目"), call.question.question_id if call.question else None),
        (_("答題"), passed.label if passed else None),
        (_("備註"), call.remark),
        (_("申復裁定"), call.superseded_by),
        (_("量表"), call.scale),
        (_("規則"), call.rules),
        (_("封存"), roc_time(call.sealed_at) if call.sealed_at else None),
    ]


def print_slip(command: Command) -> int:
    """Print one sealed call for the person who was called."""
    with command.desks() as desks:
        from courtesy.papers import print_record  # noqa: PLC0415 - reportlab only now

        by, path = command.actor(desks), command.given.pdf
        report = print_record(desks.calls, command.given.id, path, by=by, at=command.now)
    command.say(_("已印到 {path}，共 {pages} 頁。").format(path=path, pages=report.pages))
    return DONE
