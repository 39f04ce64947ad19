"""`courtesy exercise`: common exercises, second ratings, agreement and severity."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from bureau.problem import Refused, in_file
from tui.commands.command import DONE, Command, Parser, leaf
from tui.commands.scale import read_json

if TYPE_CHECKING:
    from courtesy.agreement import Agreeing, Range, Reliability
    from courtesy.rating import Compared, Exercise, Rating
    from tui.desks import Desks


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `exercise` to the command line."""
    help_text = _("校準：共同評分題、雙評、一致與嚴寬")
    group = commands.add_parser("exercise", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    new = leaf(inner, "new", open_exercise, _("出一題共同評分題，由全體測試員各自評分"), lists=True)
    new.add_argument("sheet", metavar=_("題目"), help=_("隨程式附的題目代碼、.toml 檔或純文字檔"))
    new.add_argument("--period", metavar=_("期別"), help=_("例如 115M11；預設為本月"))
    new.add_argument("--title", default="", metavar=_("標題"), help=_("純文字檔的標題"))
    new.add_argument("--scale", default="official", metavar=_("量表"), help=_("純文字檔用的量表代碼或版本"))
    leaf(inner, "list", list_exercises, _("列出共同評分題與雙評，以及隨程式附的題目"), lists=True)
    show = leaf(inner, "show", show_exercise, _("印出題目；結束後並列各人的評定"), lists=True)
    show.add_argument("id", metavar=_("編號"), help=_("題目編號；加 --call 時是通話紀錄"))
    show.add_argument("--call", action="store_true", help=_("看一通雙評的電話"))
    rate = leaf(inner, "rate", rate_one, _("記下自己的評定；--seal 同時封存"), lists=True)
    rate.add_argument("id", metavar=_("編號"), help=_("題目編號；加 --call 時是通話紀錄"))
    rate.add_argument("--call", action="store_true", help=_("以第二位測試員的身分評一通電話"))
    rate.add_argument("--marks", type=Path, metavar=_("檔案"), help=_('JSON：{"行": "級"}；不適用寫 na'))
    rate.add_argument("--seal", action="store_true", help=_("封存；之後不能更改"))
    close = leaf(inner, "close", close_exercise, _("結束一題；之後大家看得到彼此的評定"), confirms=True)
    close.add_argument("id", metavar=_("編號"))
    second = leaf(inner, "second", name_second, _("指定一通電話的第二位測試員（盲評）"))
    second.add_argument("call", metavar=_("紀錄"), help=_("通話紀錄編號"))
    second.add_argument("--tester", required=True, metavar=_("員工編號"), help=_("第二位測試員"))
    agreement = leaf(inner, "agreement", show_agreement, _("測試員之間的一致程度"), lists=True)
    agreement.add_argument("--seed", type=int, metavar=_("種子"), help=_("自助法的種子，預設 115"))
    leaf(inner, "severity", show_severity, _("各測試員的嚴寬"), lists=True)
    leaf(inner, "adjusted", show_adjusted, _("正式分數旁並列扣除嚴寬後的參考值，不更改正式分數"), lists=True)


def open_exercise(command: Command) -> int:
    """Open an exercise."""
    from bureau.calendar import Period, PeriodKind  # noqa: PLC0415 - not for --help
    from courtesy.agreement_desk import sheet_from  # noqa: PLC0415

    given = command.given
    sheet = sheet_from(given.sheet, given.title, given.scale)
    period = given.period or Period.of(PeriodKind.MONTH, command.today).code
    with command.desks() as desks:
        made = desks.agreement.open_exercise(sheet, period, by=command.actor(desks), at=command.now)
    if given.json:
        command.document(_exercise(made, 0))
    command.say(
        _("共同評分題 {id}「{title}」已出題，由 {count} 位測試員各自評分。").format(
            id=made.id, title=made.sheet.title, count=len(made.raters)
        )
    )
    return DONE


def list_exercises(command: Command) -> int:
    """List exercises, second ratings and the sheets that come with the program."""
    from courtesy.agreement_desk import sheet_from, shipped_exercises  # noqa: PLC0415 - not for --help

    with command.desks() as desks:
        by = command.actor(desks)
        done = desks.agreement.progress()
        rows = [_exercise(one, done.get(one.id, 0)) for one in desks.agreement.exercises()]
        rows += [_second(desks, rating) for rating in desks.agreement.seconds(by=by)]
    rows += [
        {"kind": "shipped", "id": code, "period": None, "title": sheet_from(code).title, "state": None}
        for code in shipped_exercises()
    ]
    if not command.given.json:
        names = {"exercise": _("共同評分題"), "second": _("雙評"), "shipped": _("隨程式附")}
        states = {"open": _("評分中"), "closed": _("已結束"), None: None}
        for row in rows:
            row["kind"], row["state"] = names[row["kind"]], states[row["state"]]
            row["progress"] = f"{row['rated']}/{row['of']}" if "of" in row else None
    command.listing(
        rows,
        {
            "kind": _("種類"),
            "id": _("編號"),
            "period": _("期別"),
            "title": _("題目"),
            "progress": _("已評"),
            "state": _("狀態"),
        },
    )
    return DONE


def _exercise(one: "Exercise", rated: int) -> dict[str, Any]:
    return {
        "kind": "exercise",
        "id": one.id,
        "period": one.period,
        "title": one.sheet.title,
        "scale": one.scale,
        "parts": list(one.parts),
        "rated": rated,
        "of": len(one.raters),
        "state": "closed" if one.closed else "open",
    }


def _second(desks: "Desks", rating: "Rating") -> dict[str, Any]:
    first = desks.calls.call(rating.call)
    rated = int(first.sealed) + int(rating.sealed)
    return {
        "kind": "second",
        "id": rating.call,
        "period": None,
        "title": _("通話紀錄 {id}").format(id=rating.call),
        "testers": [first.tester, rating.rater],
        "rated": rated,
        "of": 2,
        "state": "closed" if rated == 2 else "open",  # noqa: PLR2004 - both of the two
    }


def show_exercise(command: Command) -> int:
    """Print the protocol, and once it is allowed everybody's steps."""
    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        if given.call:
            return _print_compared(command, desks, desks.agreement.compare_call(given.id, by=by))
        one = desks.agreement.exercise(given.id)
        content = _exercise(one, desks.agreement.progress().get(one.id, 0)) | {
            "setting": one.sheet.setting.strip(),
            "turns": [turn.model_dump() for turn in one.sheet.turns],
        }
        compared = desks.agreement.compare(one.id) if one.closed else None
        if given.json:
            if compared:
                content |= _compared(compared)
            command.document(content)
            return DONE
        command.say(f"{one.sheet.title}\n{one.sheet.setting.strip()}")
        command.listing(content["turns"], {"speaker": _("說話的人"), "text": _("內容")})
        return _print_compared(command, desks, compared) if compared else DONE


def _compared(one: "Compared") -> dict[str, Any]:
    return {
        "marks": one.marks,
        "scores": {rater: f"{score:.2f}" for rater, score in one.scores.items()},
        "official": one.official or None,
    }


def _print_compared(command: Command, desks: "Desks", one: "Compared") -> int:
    if command.given.json:
        command.document({"id": one.id, "scale": one.scale, "parts": list(one.parts)} | _compared(one))
        return DONE
    scale = desks.calls.scale(one.scale)
    rows: list[dict[str, Any]] = []
    for placed in scale.lines(one.parts):
        row: dict[str, Any] = {"line": placed.line.text}
        for rater, marks in one.marks.items():
            step = placed.line.step(marks.get(placed.id, ""))
            row[rater] = step.label if step else _("不適用")
        rows.append(row)
    rows.append({"line": _("分數")} | {rater: f"{score:.2f}" for rater, score in one.scores.items()})
    names = {person.staff_no: person.name for person in desks.people.everybody()}
    command.listing(rows, {"line": _("項目")} | {rater: names.get(rater, rater) for rater in one.marks})
    return DONE


def rate_one(command: Command) -> int:
    """Write the own marks; all of them or none."""
    given = command.given
    content = read_json(given.marks) if given.marks else {}
    marks = content.get("marks", content)
    if not isinstance(marks, dict) or not all(isinstance(step, str) for step in marks.values()):
        raise Refused(
            _("欄位的值不對。"),
            place=in_file(given.marks),
            remedy=_('請寫成 {"行": "級"}，行與級都是文字。'),
        )
    with command.desks() as desks:
        by, desk = command.actor(desks), desks.agreement
        with desks.office.store.transaction():
            rating = (
                desk.own_second(given.id, by=by)
                if given.call
                else desk.begin(given.id, by=by, at=command.now)
            )
            for line, step in marks.items():
                rating = desk.mark(rating.id, line, step, by=by)
            if given.seal:
                rating = desk.seal(rating.id, by=by, at=command.now)
    if given.json:
        command.document(
            {
                "id": rating.id,
                "exercise": rating.exercise or None,
                "call": rating.call or None,
                "marks": rating.marks,
                "score": f"{rating.score:.2f}" if rating.score is not None else None,
                "sealed": rating.sealed,
            }
        )
    if rating.sealed:
        command.say(_("評分已封存：{score:.2f} 分。").format(score=rating.score))
    else:
        command.say(_("評分已存為草稿。"))
    return DONE


def close_exercise(command: Command) -> int:
    """End an exercise."""
    with command.desks() as desks:
        by = command.actor(desks)
        one = desks.agreement.exercise(command.given.id)
        done = desks.agreement.progress().get(one.id, 0)
        question = _("{of} 位中有 {done} 位已封存；結束後不能再評。要結束嗎？").format(
            of=len(one.raters), done=done
        )
        if not command.agrees(question):
            return DONE
        desks.agreement.close_exercise(one.id, by=by, at=command.now)
    command.say(_("共同評分題 {id} 已結束。").format(id=one.id))
    return DONE


def name_second(command: Command) -> int:
    """Name the second tester of a call."""
    with command.desks() as desks:
        by = command.actor(desks)
        desks.agreement.name_second(command.given.call, command.given.tester, by=by, at=command.now)
    command.say(
        _("紀錄 {id} 的第二位測試員是 {tester}；兩位都封存以前，互相看不到評定。").format(
            id=command.given.call, tester=command.given.tester
        )
    )
    return DONE


def show_agreement(command: Command) -> int:
    """Say how far testers agree."""
    from courtesy.agreement import SEED  # noqa: PLC0415 - not for --help

    seed = SEED if command.given.seed is None else command.given.seed
    with command.desks() as desks:
        found = desks.agreement.agreement(at=command.now, seed=seed)
    lines = [
        {
            "line": one.line,
            "text": one.text,
            "scale": one.scale,
            "alpha": _reliability(one.alpha),
            "identical": _agreeing(one.identical),
        }
        for one in found.lines
    ]
    if command.given.json:
        command.document(
            {
                "within_points": found.distance,
                "within": _agreeing(found.near),
                "alpha_interval": _reliability(found.interval),
                "alpha_ordinal": _reliability(found.ordinal),
                "groups": [list(group) for group in found.groups],
                "lines": lines,
            }
        )
        return DONE
    from tui.measure_words import alpha_text, link_warning, share_text, sure_of_agreement  # noqa: PLC0415

    command.listing(
        [
            {
                "what": _("相差 {points} 分以內的配對").format(points=found.distance),
                "value": share_text(found.near),
            },
            {"what": _("α（等距，看分數差多少）"), "value": alpha_text(found.interval)},
            {"what": _("α（次序，看誰高誰低）"), "value": alpha_text(found.ordinal)},
        ],
        {"what": _("指標"), "value": _("數值（95% 區間）")},
    )
    command.listing(
        [
            {"text": one.text, "alpha": alpha_text(one.alpha), "identical": share_text(one.identical)}
            for one in found.lines
        ],
        {"text": _("項目"), "alpha": _("α（次序）"), "identical": _("同一級的配對")},
    )
    command.say(sure_of_agreement(found.interval.seed))
    if warning := link_warning(found.groups, {}):
        command.say(warning)
    return DONE


def _range(interval: "Range | None", digits: int) -> list[float] | None:
    return [round(interval.low, digits), round(interval.high, digits)] if interval else None


def _agreeing(given: "Agreeing") -> dict[str, Any]:
    return {
        "count": given.count,
        "n": given.n,
        "share": round(given.share, 4) if given.share is not None else None,
        "interval": _range(given.interval, 4),
    }


def _reliability(given: "Reliability") -> dict[str, Any]:
    return {
        "alpha": round(given.alpha, 4) if given.alpha is not None else None,
        "interval": _range(given.interval, 4),
        "units": given.units,
        "ratings": given.ratings,
        "seed": given.seed,
        "repetitions": given.repetitions,
    }


def show_severity(command: Command) -> int:
    """Say how testers lean."""
    from tui.measure_words import lacking, link_warning, sure_of_severity  # noqa: PLC0415

    with command.desks() as desks:
        found = desks.agreement.severity(by=command.actor(desks))
        names = {person.staff_no: person.name for person in desks.people.everybody()}
    rows: list[dict[str, Any]] = [
        {
            "tester": one.rater,
            "name": names.get(one.rater, ""),
            "n": one.n,
            "raw": _points(one.raw),
            "effect": _points(one.effect),
            "interval": [_points(one.interval.low), _points(one.interval.high)] if one.interval else None,
        }
        for one in found.leanings
    ]
    if command.given.json:
        command.document(
            {
                "units": found.units,
                "ratings": found.ratings,
                "error_sd": _points(found.error, plain=True),
                "groups": [list(group) for group in found.groups],
                "testers": rows,
            }
        )
        return DONE
    for row, one in zip(rows, found.leanings, strict=True):
        row["effect"] = row["effect"] or lacking(one)
        row["interval"] = " ～ ".join(str(end) for end in row["interval"] or [])
    command.listing(
        rows,
        {
            "tester": _("員工編號"),
            "name": _("姓名"),
            "n": _("共同評分數"),
            "raw": _("與他人平均差"),
            "effect": _("嚴寬"),
            "interval": _("95% 區間"),
        },
    )
    command.say(sure_of_severity())
    if warning := link_warning(found.groups, names):
        command.say(warning)
    return DONE


def _points(value: float | None, *, plain: bool = False) -> str | None:
    if value is None:
        return None
    return f"{value:.2f}" if plain else f"{value:+.2f}"


def show_adjusted(command: Command) -> int:
    """List official scores with the value without the tester's leaning beside."""
    with command.desks() as desks:
        found = desks.agreement.adjusted(by=command.actor(desks))
        names = {person.staff_no: person.name for person in desks.people.everybody()}
    command.listing(
        [
            {
                "id": one.call.id,
                "person": one.call.person,
                "person_name": names.get(one.call.person, ""),
                "tester_name": names.get(one.call.tester, ""),
                "score": f"{one.call.score:.2f}",
                "adjusted": f"{one.adjusted:.2f}" if one.adjusted is not None else None,
                "interval": [f"{one.low:.2f}", f"{one.high:.2f}"] if one.low is not None else None,
            }
            for one in found
        ],
        {
            "id": _("紀錄"),
            "person_name": _("姓名"),
            "tester_name": _("測試員"),
            "score": _("正式分數"),
            "adjusted": _("參考值"),
            "interval": _("參考值的 95% 區間"),
        },
    )
    command.say(_("參考值只供討論尺度；等第、名冊與補訓都只看正式分數。"))
    return DONE
