"""`courtesy round`: draws that anyone can repeat."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from bureau.problem import Refused, in_file
from tui.commands import plan, rota
from tui.commands.command import DONE, REFUSED, Command, Parser, leaf
from tui.commands.scale import read_json

if TYPE_CHECKING:
    from courtesy.confirming import Need
    from courtesy.round import Draw, Round
    from tui.desks import Desks

_SHOWN_OF_COMMITMENT = 8
_SQLITE = b"SQLite format 3\x00"


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `round` to the command line."""
    help_text = _("抽測回合：承諾、抽籤、公布")
    group = commands.add_parser("round", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    new = leaf(inner, "new", new_round, _("建立回合，記下承諾值（母體、規則與密鹽的雜湊）"), lists=True)
    new.add_argument("--period", required=True, metavar=_("期別"), help=_("例如 115H2、115Q4、115M11"))
    new.add_argument("--size", required=True, type=int, metavar=_("人數"), help=_("要抽幾人"))
    new.add_argument("--first", metavar=_("日期"), help=_("開始日，預設期別的第一天或今天較晚者"))
    new.add_argument("--last", metavar=_("日期"), help=_("結束日，預設期別的最後一天"))
    new.add_argument("--scale", default="official", metavar=_("量表"), help=_("代碼或版本，預設 official"))

    drawing = leaf(inner, "draw", draw_round, _("輸入公開號碼，抽籤並排定測試員"), lists=True)
    drawing.add_argument("id", metavar=_("回合"))
    drawing.add_argument("number", metavar=_("公開號碼"), help=_("例如統一發票中獎號碼，至少 3 位數字"))

    leaf(inner, "list", list_rounds, _("列出回合"), lists=True)
    show = leaf(inner, "show", show_round, _("列出抽中的人（依權限）"), lists=True)
    show.add_argument("id", metavar=_("回合"))
    exclude = leaf(inner, "exclude", exclude_one, _("剔除不能測試的人，依籤序遞補"))
    exclude.add_argument("id", metavar=_("回合"))
    exclude.add_argument("staff_no", metavar=_("員工編號"))
    exclude.add_argument("--reason", required=True, metavar=_("原因"))
    handing = leaf(inner, "hand-over", hand_over, _("測試員不能打時，把還沒開始打的電話改由其他測試員打"))
    handing.add_argument("id", metavar=_("回合"))
    handing.add_argument("--tester", required=True, metavar=_("員工編號"), help=_("不能打的測試員"))
    handing.add_argument("--reason", required=True, metavar=_("原因"))
    confirm = leaf(inner, "confirm", confirm_calls, _("複測：指派、列出成績不佳後要再測的電話"), lists=True)
    confirm.add_argument("--call", metavar=_("紀錄"), help=_("指派這一通紀錄的複測（管理者）"))
    confirm.add_argument("--tester", metavar=_("員工編號"), help=_("由這位測試員複測，與 --call 並用"))
    reveal = leaf(inner, "reveal", reveal_round, _("結束回合並公布密鹽"))
    reveal.add_argument("id", metavar=_("回合"))
    committed = leaf(inner, "commitment", print_committed, _("印出抽籤前公布的承諾書"))
    committed.add_argument("id", metavar=_("回合"))
    committed.add_argument("--pdf", required=True, type=Path, metavar=_("檔案"), help=_("要印成的檔案"))
    certificate = leaf(inner, "certificate", write_certificate, _("寫出抽籤證書（JSON，可同時印成 PDF）"))
    certificate.add_argument("id", metavar=_("回合"))
    certificate.add_argument("--pdf", type=Path, metavar=_("檔案"), help=_("同時印成 PDF"))
    certificate.add_argument("--out", required=True, type=Path, metavar=_("檔案"), help=_("要寫出的檔案"))
    plan.add(inner)
    rota.add(inner)
    verify = leaf(inner, "verify", verify_certificate, _("不需要資料檔，重算證書並指出第一處不符"))
    verify.add_argument("file", type=Path, metavar=_("證書"))


def new_round(command: Command) -> int:
    """Begin a round."""
    from bureau.calendar import Period  # noqa: PLC0415 - not for --help
    from bureau.dates import parse_date  # noqa: PLC0415

    given = command.given
    period = Period.parse(given.period)
    with command.desks() as desks:
        made = desks.calls.new_round(
            period=given.period,
            first=parse_date(given.first) if given.first else max(period.first, command.today),
            last=parse_date(given.last) if given.last else period.last,
            scale=given.scale,
            size=given.size,
            by=command.actor(desks),
            at=command.now,
        )
        obstacles = desks.calls.obstacles(made.id, command.today)
    if given.json:
        command.document(_row(made, {}))
    command.say(_("回合 {id} 已建立，母體 {count} 人。").format(id=made.id, count=len(made.frame)))
    command.say(_("承諾值（請公布）：{commitment}").format(commitment=made.commitment))
    if obstacles:
        command.say(_("請在抽籤前處理，否則抽到這些人就排不出來："))
    for problem in obstacles:
        command.say(str(problem))
    command.say(_("下一步：courtesy round draw {id} 公開號碼").format(id=made.id))
    return DONE


def draw_round(command: Command) -> int:
    """Draw a round."""
    with command.desks() as desks:
        by = command.actor(desks)
        desks.calls.draw(command.given.id, command.given.number, by=by, at=command.now)
        rows = _draw_rows(desks, desks.calls.draws(command.given.id, by=by))
    _list_draws(command, rows)
    command.say(_("已抽籤；名單只有被指派的測試員與管理者看得到。"))
    return DONE


def exclude_one(command: Command) -> int:
    """Take somebody out and call up the next."""
    given = command.given
    with command.desks() as desks:
        added = desks.calls.exclude(
            given.id, given.staff_no, given.reason, by=command.actor(desks), at=command.now
        )
    command.say(_("已剔除 {staff_no}。").format(staff_no=given.staff_no))
    for one in added:
        command.say(_("遞補：第 {order} 籤 {staff_no}").format(order=one.order, staff_no=one.staff_no))
    return DONE


def hand_over(command: Command) -> int:
    """Give a tester's calls that are not begun to the others."""
    given = command.given
    with command.desks() as desks:
        counts = desks.calls.hand_over(
            given.id, given.tester, given.reason, by=command.actor(desks), at=command.now
        )
        names = {person.staff_no: person.name for person in desks.people.everybody()}
    for staff_no, count in sorted(counts.items()):
        command.say(
            _("{name}（{staff_no}）多打 {count} 通").format(
                name=names.get(staff_no, ""), staff_no=staff_no, count=count
            )
        )
    return DONE


def confirm_calls(command: Command) -> int:
    """Bring the confirming calls up to date and list them; with `--call` give one to a tester."""
    from bureau.roles import Role  # noqa: PLC0415 - not for --help

    given = command.given
    if bool(given.call) != bool(given.tester):
        raise Refused(_("--call 與 --tester 要一起寫。"), remedy=_("例如 --call A17 --tester 0203。"))
    with command.desks() as desks:
        by, at = command.actor(desks), command.now
        by.require(Role.TRAINER, Role.HEAD)
        if given.call:
            desks.calls.confirming.assign(given.call, given.tester, by=by, at=at)
        desks.calls.confirming.settle(by=by, at=at)
        names = {person.staff_no: person.name for person in desks.people.everybody()}
        rows = [_need_row(need, names) for need in desks.calls.confirming.needs(by=by, at=at)]
    command.listing(
        rows,
        {
            "call": _("紀錄"),
            "section": _("科室"),
            "name": _("姓名"),
            "score": _("分數"),
            "state_label": _("複測"),
            "day": _("日期"),
            "window": _("時段"),
            "tester_name": _("測試員"),
            "second_score": _("複測分數"),
            "why": _("原因"),
        },
    )
    return DONE


def _need_row(need: "Need", names: dict[str, str]) -> dict[str, Any]:
    draw, second = need.draw, need.second
    done = second is not None and second.sealed
    return {
        "call": need.first.id,
        "round": need.first.round,
        "person": need.first.person,
        "name": names.get(need.first.person, need.first.person),
        "section": need.first.section,
        "score": f"{need.first.score:.2f}" if need.first.score is not None else None,
        "state": need.state.value,
        "state_label": need.state.label,
        "day": draw.day.isoformat() if draw else None,
        "window": draw.window.isoformat("minutes") if draw else None,
        "tester": (draw.tester or None) if draw else None,
        "tester_name": names.get(draw.tester) if draw else None,
        "second": second.id if second and done else None,
        "second_score": f"{second.score:.2f}" if second and done and second.score is not None else None,
        "why": need.why or None,
    }


def list_rounds(command: Command) -> int:
    """List the rounds."""
    from bureau.dates import roc  # noqa: PLC0415 - not for --help

    with command.desks() as desks:
        progress = desks.calls.progress()
        rounds = desks.calls.rounds()
    rows = [_row(one, progress.get(one.id, {})) for one in rounds]
    if not command.given.json:
        for row, one in zip(rows, rounds, strict=True):
            row |= {"first": roc(one.first), "last": roc(one.last), "state": one.state.label}
            # The whole commitment stands on the page that is published; here it only tells rounds apart.
            row["commitment"] = one.commitment[:_SHOWN_OF_COMMITMENT] + "…"
    command.listing(
        rows,
        {
            "id": _("回合"),
            "period": _("期別"),
            "first": _("開始"),
            "last": _("結束"),
            "state": _("狀態"),
            "drawn": _("抽中"),
            "sealed": _("已封存"),
            "reached": _("接通"),
            "commitment": _("承諾值"),
        },
    )
    return DONE


def _row(one: "Round", counts: dict[str, int]) -> dict[str, Any]:
    return {
        "id": one.id,
        "period": one.period,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "state": one.state.value,
        "commitment": one.commitment,
        "public_number": one.public_number or None,
        "drawn": counts.get("drawn", 0),
        "sealed": counts.get("sealed", 0),
        "reached": counts.get("reached", 0),
    }


def show_round(command: Command) -> int:
    """List who was drawn."""
    from bureau.roles import Role  # noqa: PLC0415 - not for --help

    with command.desks() as desks:
        by = command.actor(desks)
        rows = _draw_rows(
            desks, desks.calls.draws(command.given.id, by=by), told=by.holds(Role.ADMINISTRATOR)
        )
    _list_draws(command, rows)
    return DONE


def _draw_rows(desks: "Desks", draws: "list[Draw]", *, told: bool = False) -> list[dict[str, Any]]:
    """Give the drawn people as rows.

    Args:
        desks: of the office.
        draws: who was drawn.
        told: whether the reader may know which of the calls confirm a bad result.
    """
    from courtesy.occasion import Occasion  # noqa: PLC0415 - not for --help

    names = {person.staff_no: person for person in desks.people.everybody()}
    return [
        {
            "order": one.order,
            "staff_no": one.staff_no,
            "name": names[one.staff_no].name,
            "section": names[one.staff_no].section,
            "extension": names[one.staff_no].extension,
            "tester": one.tester,
            "tester_name": names[one.tester].name,
            "day": one.day.isoformat(),
            "window": one.window.isoformat("minutes"),
            "excluded": one.excluded or None,
            "occasion": one.occasion.value if told and one.occasion is not Occasion.DRAWN else None,
        }
        for one in draws
    ]


def _list_draws(command: Command, rows: list[dict[str, Any]]) -> None:
    from courtesy.occasion import Occasion  # noqa: PLC0415 - not for --help

    if not command.given.json:
        rows = [
            row | {"occasion": Occasion(row["occasion"]).label if row["occasion"] else None} for row in rows
        ]
    command.listing(
        rows,
        {
            "order": _("籤號"),
            "staff_no": _("員工編號"),
            "name": _("姓名"),
            "section": _("科室"),
            "extension": _("分機"),
            "tester_name": _("測試員"),
            "day": _("日期"),
            "window": _("時段"),
            "excluded": _("剔除原因"),
            **({"occasion": _("種類")} if any(row["occasion"] for row in rows) else {}),
        },
    )


def reveal_round(command: Command) -> int:
    """Close a round."""
    with command.desks() as desks:
        closed = desks.calls.close_round(command.given.id, by=command.actor(desks), at=command.now)
    command.say(_("回合 {id} 已結束。密鹽：{salt}").format(id=closed.id, salt=closed.salt))
    return DONE


def print_committed(command: Command) -> int:
    """Print the page with the commitment."""
    with command.desks() as desks:
        from courtesy.papers import print_commitment  # noqa: PLC0415 - reportlab only now

        by, path = command.actor(desks), command.given.pdf
        report = print_commitment(desks.calls, command.given.id, path, by=by, at=command.now)
    command.say(_("承諾書已印到 {path}，共 {pages} 頁。").format(path=path, pages=report.pages))
    return DONE


def write_certificate(command: Command) -> int:
    """Write the certificate of a closed round."""
    path: Path = command.given.out
    with command.desks() as desks:
        certificate = desks.calls.certificate(command.given.id)
    if _holds_an_office(path):
        raise Refused(
            _("這是局的資料檔，不能寫在上面。"), place=in_file(path), remedy=_("請另取檔名，例如 證書.json。")
        )
    try:
        path.write_text(
            json.dumps(certificate.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n",
            encoding="utf-8",
        )
    except OSError as error:
        raise Refused(
            _("寫不了檔案（{detail}）。").format(detail=error.strerror),
            place=in_file(path),
            remedy=_("請查對資料夾與權限。"),
        ) from error
    command.say(_("證書已寫到 {path}。").format(path=path))
    if command.given.pdf:
        with command.desks() as desks:
            from courtesy.papers import print_certificate  # noqa: PLC0415 - reportlab only now

            by = command.actor(desks)
            report = print_certificate(
                desks.calls, command.given.id, command.given.pdf, by=by, at=command.now
            )
        command.say(
            _("證書已印到 {path}，共 {pages} 頁。").format(path=command.given.pdf, pages=report.pages)
        )
    return DONE


def _holds_an_office(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def verify_certificate(command: Command) -> int:
    """Compute a certificate again."""
    from pydantic import ValidationError  # noqa: PLC0415 - not for --help

    from courtesy.draw import Certificate, difference  # noqa: PLC0415

    path: Path = command.given.file
    content = read_json(path)
    try:
        certificate = Certificate.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        raise Refused(
            _("這不是完整的抽籤證書（{detail}）。").format(detail=first["msg"]),
            place=in_file(path, column=".".join(str(part) for part in first["loc"])),
            remedy=_("請向承辦人索取原始檔案。"),
        ) from error
    what = difference(certificate)
    if what:
        command.say(_("不符：{what}").format(what=what))
        return REFUSED
    command.say(
        _("相符：回合 {round}，母體 {frame} 人，抽出 {drawn} 人。").format(
            round=certificate.round, frame=len(certificate.frame), drawn=len(certificate.drawn)
        )
    )
    return DONE
