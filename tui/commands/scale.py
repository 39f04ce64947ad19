"""`courtesy scale` and `courtesy score`: the scoring forms, and a score by one of them."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from bureau.problem import Refused, in_file
from tui.commands.command import DONE, REFUSED, Command, Parser, leaf

if TYPE_CHECKING:
    from courtesy.scale import Scale


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `scale` and `score` to the command line."""
    help_text = _("測試量表")
    group = commands.add_parser("scale", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)
    leaf(inner, "list", list_scales, _("列出已發布與隨程式附上的量表；版本不會改變"), lists=True)
    show = leaf(inner, "show", show_scale, _("印出一個量表的各行與配分"), lists=True)
    show.add_argument("code", metavar=_("代碼"), help=_("代碼、版本，或隨程式附上的量表"))
    show.add_argument("--toml", action="store_true", help=_("印出檔案本身，可另存修改"))
    check = leaf(inner, "check", check_scale, _("檢查量表檔，指出每一處錯誤"), lists=True)
    check.add_argument("file", metavar=_("檔案"), type=Path, help=_("量表檔（.toml）"))
    publish = leaf(inner, "publish", publish_scale, _("發布量表；之後的回合可以使用"))
    publish.add_argument("file", metavar=_("檔案"), help=_("量表檔，或隨程式附上的量表代碼，例如 official"))

    score = leaf(commands, "score", score_marks, _("由評定算出分數，不寫入任何資料"), lists=True)
    score.add_argument("--scale", required=True, metavar=_("代碼或檔案"), help=_("量表"))
    score.add_argument(
        "--marks",
        required=True,
        metavar=_("檔案"),
        type=Path,
        help=_('JSON：{"parts": [部分代碼], "marks": {行: 級}}；不適用寫 na'),
    )
    score.add_argument(
        "--factor", choices=("official", "exact"), help=_("只測一部分時的換算，預設依規則（official）")
    )


def list_scales(command: Command) -> int:
    """List the published versions, and what comes with the program and is not published yet."""
    from bureau.dates import day_of  # noqa: PLC0415 - not for --help
    from courtesy.desk import read_scale, shipped_scales  # noqa: PLC0415

    with command.desks() as desks:
        known = [(scale, day_of(at).isoformat()) for scale, at in desks.calls.scales()]
    versions = {scale.version for scale, _day in known}
    shipped = [read_scale(path) for path in shipped_scales().values()]
    rows = [
        {"code": scale.code, "version": scale.version, "title": scale.title, "published": day}
        for scale, day in [*known, *((scale, None) for scale in shipped if scale.version not in versions)]
    ]
    command.listing(
        rows,
        {"code": _("代碼"), "version": _("版本"), "title": _("名稱"), "published": _("發布日")},
    )
    return DONE


def find_scale(command: Command, name: str) -> "Scale":
    """Find a scale: a file, a published one, or one that comes with the program."""
    from courtesy.desk import read_scale, shipped_scales  # noqa: PLC0415 - not for --help

    shipped = shipped_scales().get(name)
    if name.endswith(".toml") or (shipped is None and Path(name).is_file()):
        return read_scale(Path(name))
    if command.office_file.exists():
        from courtesy.scale import ScaleError  # noqa: PLC0415

        with command.desks() as desks:
            try:
                return desks.calls.scale(name)
            except ScaleError:
                if shipped is None:
                    raise
    if shipped is None:
        raise Refused(
            _("沒有「{name}」這個量表。").format(name=name),
            remedy=_("請指定檔案，或用 courtesy scale list 查對。"),
        )
    return read_scale(shipped)


def show_scale(command: Command) -> int:
    """Print a scale."""
    from courtesy.desk import shipped_scales  # noqa: PLC0415 - not for --help

    name = command.given.code
    if command.given.toml:
        shipped = shipped_scales()
        if name not in shipped:
            raise Refused(
                _("「{name}」不是隨程式附上的量表。").format(name=name),
                remedy=_("可用的有：{names}。").format(names="、".join(shipped)),
            )
        sys.stdout.write(shipped[name].read_text(encoding="utf-8"))
        return DONE
    scale = find_scale(command, name)
    rows = [
        {
            "line": placed.id,
            "part": placed.part.name,
            "item": placed.item.name,
            "text": placed.line.text,
            "points": f"{placed.line.points:.2f}",
            "steps": [f"{step.key}={step.points:f}" for step in placed.line.steps],
            "not_applicable": placed.line.not_applicable,
            "either": placed.line.either or "",
            "critical": placed.line.critical,
        }
        for placed in scale.lines()
    ]
    if not command.given.json:
        command.say(f"{scale.title}（{scale.code} {scale.version}）")
        command.say(scale.source.strip())
    command.listing(
        rows,
        {
            "line": _("行"),
            "text": _("內容"),
            "points": _("配分"),
            "steps": _("各級"),
            "not_applicable": _("可不適用"),
            "critical": _("重大"),
        },
    )
    return DONE


def check_scale(command: Command) -> int:
    """Check a scale file."""
    from courtesy.desk import text_of_scale  # noqa: PLC0415 - not for --help
    from courtesy.scale_file import examine  # noqa: PLC0415

    path: Path = command.given.file
    scale, problems = examine(text_of_scale(path), path.name)
    if command.given.json:
        command.document(
            {
                "version": scale.version if scale and not problems else None,
                "problems": [
                    {
                        "line": problem.place.row if problem.place else None,
                        "where": problem.place.column if problem.place else "",
                        "what": problem.what,
                        "remedy": problem.remedy,
                    }
                    for problem in problems
                ],
            }
        )
    for problem in problems:
        command.say(str(problem))
    if not problems and scale:
        command.say(_("量表正確：{title}，版本 {version}。").format(title=scale.title, version=scale.version))
    return REFUSED if problems else DONE


def publish_scale(command: Command) -> int:
    """Publish a scale."""
    from courtesy.desk import shipped_scales  # noqa: PLC0415 - not for --help

    path = shipped_scales().get(command.given.file) or Path(command.given.file)
    with command.desks() as desks:
        scale = desks.calls.publish_scale(path, by=command.actor(desks), at=command.now)
    command.say(_("已發布 {title}，版本 {version}。").format(title=scale.title, version=scale.version))
    return DONE


def score_marks(command: Command) -> int:
    """Print what marks are worth."""
    from bureau.rules import default_book  # noqa: PLC0415 - not for --help
    from courtesy.scale import FactorMode, score  # noqa: PLC0415
    from courtesy.standing import CourtesyRules  # noqa: PLC0415

    scale = find_scale(command, command.given.scale)
    parts, marks = _marks(command.given.marks)
    rules = default_book((CourtesyRules,)).of(CourtesyRules)
    if command.office_file.exists():
        with command.desks() as desks:
            rules = desks.office.rules(command.today).of(CourtesyRules)
    mode = FactorMode(command.given.factor) if command.given.factor else rules.factor
    result = score(
        scale,
        parts or [part.code for part in scale.parts],
        marks,
        mode=mode,
        critical_zeroes=rules.critical_zeroes,
    )
    content: dict[str, Any] = {
        "scale": scale.code,
        "version": scale.version,
        "parts": [
            {
                "code": part.code,
                "name": part.name,
                "points": f"{part.points:.2f}",
                "score": f"{part.score:.2f}",
                "items": [
                    {
                        "code": item.code,
                        "name": item.name,
                        "points": f"{item.points:.2f}",
                        "score": f"{item.score:.2f}" if item.score is not None else None,
                    }
                    for item in part.items
                ],
            }
            for part in result.parts
        ],
        "factor": result.factor,
        "total": f"{result.total:.2f}",
        "band": rules.band(result.total),
        "critical": list(result.critical),
    }
    if command.given.json:
        command.document(content)
        return DONE
    rows = [
        {"part": part["name"], "item": item["name"], "points": item["points"], "score": item["score"]}
        for part in content["parts"]
        for item in part["items"]
    ]
    command.listing(rows, {"part": _("部分"), "item": _("項目"), "points": _("配分"), "score": _("得分")})
    command.say(
        _("換算 {factor}，總分 {total}，{band}。").format(
            factor=result.factor, total=content["total"], band=content["band"]
        )
    )
    return DONE


def _marks(path: Path) -> tuple[list[str], dict[str, str]]:
    content = read_json(path)
    parts, marks = content.get("parts", []), content.get("marks")
    if (
        not isinstance(marks, dict)
        or not isinstance(parts, list)
        or not all(isinstance(each, str) for each in (*parts, *marks, *marks.values()))
    ):
        raise Refused(
            _("評定檔的內容不對。"),
            place=in_file(path),
            remedy=_('格式是 {"parts": [部分代碼], "marks": {行: 級}}，全部是文字。'),
        )
    return parts, marks


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object from a file.

    Raises:
        Refused: it cannot be read, or is no JSON object.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Refused(
            _("讀不到檔案（{detail}）。").format(detail=error.strerror),
            place=in_file(path),
            remedy=_("請查對檔名與位置。"),
        ) from error
    except (ValueError, RecursionError) as error:
        row = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise Refused(
            _("不是正確的 JSON。"), place=in_file(path, row), remedy=_("請以 UTF-8 存成 JSON。")
        ) from error
    if not isinstance(content, dict):
        raise Refused(_("JSON 最外層應為物件。"), place=in_file(path), remedy=_("請用 { } 包起來。"))
    return content
