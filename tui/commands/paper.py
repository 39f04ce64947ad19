"""`courtesy paper`: papers drawn from the bank."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands import paper_correct
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from quiz_bank.blueprint import Paper

_SEED_BYTES = 8


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `paper` to the command line."""
    help_text = _("試卷")
    group = commands.add_parser("paper", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    new = leaf(inner, "new", new_paper, _("依命題藍圖由題庫抽出一份試卷"), lists=True)
    new.add_argument("--title", metavar=_("名稱"), required=True, help=_("例如 115 年第 4 季租稅常識測驗"))
    new.add_argument("--opens", metavar=_("日期"), help=_("開放作答的第一天，預設今天"))
    new.add_argument("--closes", metavar=_("日期"), help=_("截止日（含），預設依規則的天數"))
    new.add_argument("--minutes", metavar=_("分鐘"), type=_minutes, help=_("作答時間，0 為不限；預設依規則"))
    new.add_argument(
        "--blueprint", metavar=_("檔案"), type=Path, help=_("命題藍圖，預設 10 題是非、10 題選擇")
    )
    new.add_argument("--seed", metavar=_("種子"), help=_("同一種子與題庫抽出同一份試卷；預設隨機"))
    new.add_argument(
        "--without-last",
        metavar=_("份數"),
        type=_count,
        default=0,
        help=_("不抽最近幾份試卷考過的題目"),
    )

    leaf(inner, "list", list_papers, _("列出試卷"), lists=True)
    paper_correct.add(inner)


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(_("不可小於 0"))
    return number


def _minutes(text: str) -> int:
    number = _count(text)
    most = 600
    if number > most:
        raise argparse.ArgumentTypeError(_("不可大於 {most}").format(most=most))
    return number


def new_paper(command: Command) -> int:
    """Draw a paper and say its number."""
    from bureau.dates import parse_date, roc  # noqa: PLC0415 - not for --help
    from quiz_bank.formats.plan import read_blueprint  # noqa: PLC0415

    given = command.given
    blueprint = read_blueprint(given.blueprint) if given.blueprint else None
    with command.desks() as desks:
        paper = desks.quiz.new_paper(
            title=given.title,
            day=parse_date(given.opens) if given.opens else command.today,
            closes_on=parse_date(given.closes) if given.closes else None,
            minutes=given.minutes,
            seed=given.seed or os.urandom(_SEED_BYTES).hex(),
            blueprint=blueprint,
            excluded=desks.quiz.used_in_last(given.without_last),
            by=command.actor(desks),
            at=command.now,
        )
    if given.json:
        command.document(_row(paper) | {"seed": paper.seed, "submitted": 0})
    command.say(
        _("試卷 {id}「{title}」：{count} 題，{first} 至 {last} 作答。種子 {seed}。").format(
            id=paper.id,
            title=paper.title,
            count=len(paper.items),
            first=roc(paper.opens_on),
            last=roc(paper.closes_on),
            seed=paper.seed,
        )
    )
    return DONE


def list_papers(command: Command) -> int:
    """List the papers with how many have submitted them."""
    from bureau.dates import roc  # noqa: PLC0415 - not for --help

    with command.desks() as desks:
        rows = [
            _row(paper)
            | {"submitted": sum(sitting.submitted for sitting in desks.quiz.sittings(paper.id))}
            | ({} if command.given.json else {"days": f"{roc(paper.opens_on)}－{roc(paper.closes_on)}"})
            for paper in desks.quiz.papers()
        ]
    headings = {
        "id": _("編號"),
        "title": _("名稱"),
        "days": _("作答期間"),
        "questions": _("題數"),
        "minutes": _("分鐘"),
        "submitted": _("已交卷"),
    }
    command.listing(rows, headings)
    return DONE


def _row(paper: "Paper") -> dict[str, Any]:
    return {
        "id": paper.id,
        "title": paper.title,
        "opens_on": paper.opens_on.isoformat(),
        "closes_on": paper.closes_on.isoformat(),
        "questions": len(paper.items),
        "minutes": paper.minutes,
        "pass_mark": str(paper.rules.pass_mark),
        "rules": paper.rules_version,
    }
