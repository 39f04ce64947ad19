"""`courtesy paper`: papers drawn from the bank, drawn again, printed."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands import paper_answers, paper_correct
from tui.commands.command import DONE, REFUSED, Command, Parser, leaf

if TYPE_CHECKING:
    from quiz_bank.blueprint import Paper
    from quiz_bank.paper_desk import Plan, Wish
    from quiz_bank.paper_store import DrawnForm
    from tui.desks import Desks

_SEED_BYTES = 8
_WIDTH_SHOWN = 30


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `paper` to the command line."""
    help_text = _("試卷")
    group = commands.add_parser("paper", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    new = leaf(inner, "new", new_paper, _("依命題藍圖由題庫抽出一份試卷，或幾份平行卷"), lists=True)
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
    new.add_argument(
        "--forms",
        metavar=_("份數"),
        type=int,
        default=1,
        help=_("平行卷的份數，1 到 4；題目盡量不同，預估難度相近"),
    )
    new.add_argument("--dry-run", action="store_true", help=_("只看會抽出什麼、預估平均幾分，不產生試卷"))

    leaf(inner, "list", list_papers, _("列出試卷"), lists=True)
    paper_correct.add(inner)

    show = leaf(inner, "show", show_paper, _("列出一份試卷的題目與預估難度"), lists=True)
    show.add_argument("paper", metavar=_("試卷編號"), help=_("courtesy paper list 列出的編號"))

    again = leaf(
        inner, "verify", verify_papers, _("由種子、藍圖與當時的題庫重抽，看是不是同一份"), lists=True
    )
    again.add_argument("paper", metavar=_("試卷編號"), nargs="?", help=_("不寫就查每一份"))

    printing = leaf(inner, "print", print_paper, _("印成 PDF：題本，或答案、答案卷"))
    printing.add_argument("paper", metavar=_("試卷編號"), help=_("courtesy paper list 列出的編號"))
    printing.add_argument("--pdf", metavar=_("檔案"), type=Path, required=True, help=_("要印成的 PDF"))
    kind = printing.add_mutually_exclusive_group()
    kind.add_argument("--key", action="store_true", help=_("改印答案、說明與法令依據（密）"))
    kind.add_argument("--answer-sheet", action="store_true", help=_("改印勾選答案的答案卷"))

    _add_blueprint(inner)
    paper_answers.add(inner)


def _add_blueprint(commands: "argparse._SubParsersAction[Parser]") -> None:
    help_text = _("命題藍圖的檔案")
    group = commands.add_parser("blueprint", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)
    template = leaf(inner, "template", blueprint_template, _("寫出預設藍圖，由此改起"))
    template.add_argument("file", metavar=_("檔案"), type=Path, nargs="?", help=_("不寫就印在畫面上"))
    check = leaf(inner, "check", check_blueprint, _("檢查藍圖，並列出題庫每一格有幾題可用"), lists=True)
    check.add_argument("file", metavar=_("檔案"), type=Path, help=_("由 blueprint template 改成的檔案"))
    check.add_argument("--opens", metavar=_("日期"), help=_("開放作答的第一天，預設今天"))
    check.add_argument("--closes", metavar=_("日期"), help=_("截止日（含），預設依規則的天數"))
    check.add_argument(
        "--without-last", metavar=_("份數"), type=_count, default=0, help=_("不算最近幾份試卷考過的題目")
    )


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


def _wish(command: Command, **more: Any) -> "Wish":
    from bureau.dates import parse_date  # noqa: PLC0415 - not for --help
    from quiz_bank.paper_desk import Wish  # noqa: PLC0415

    given = command.given
    return Wish(
        opens_on=parse_date(given.opens) if given.opens else command.today,
        closes_on=parse_date(given.closes) if given.closes else None,
        without_last=given.without_last,
        **more,
    )


def new_paper(command: Command) -> int:
    """Draw a paper, or several forms, and say their numbers and what is expected of them."""
    from quiz_bank.blueprint import DEFAULT_BLUEPRINT  # noqa: PLC0415 - not for --help
    from quiz_bank.formats.plan import read_blueprint  # noqa: PLC0415

    given = command.given
    wish = _wish(
        command,
        seed=given.seed or os.urandom(_SEED_BYTES).hex(),
        blueprint=read_blueprint(given.blueprint) if given.blueprint else DEFAULT_BLUEPRINT,
        forms=given.forms,
    )
    with command.desks() as desks:
        by = command.actor(desks)
        plan = desks.papers.plan(wish, by=by)
        papers: tuple[Paper, ...] = ()
        if not given.dry_run:
            papers = desks.papers.create(
                wish, title=given.title, minutes=given.minutes, by=by, at=command.now
            )
    if given.json:
        rows = _planned_rows(plan, papers)
        command.document(rows[0] if len(rows) == 1 else rows)
    _say_plan(command, plan, papers)
    return DONE


def _planned_rows(plan: "Plan", papers: "tuple[Paper, ...]") -> list[dict[str, Any]]:
    return [
        (_row(papers[place]) if papers else {"questions": len(form.items)})
        | {
            "seed": plan.wish.seed,
            "submitted": 0,
            "form": form.name,
            "expected": str(form.score),
            "observed": form.observed,
            "shared": plan.shared,
        }
        for place, form in enumerate(plan.forms)
    ]


def _say_plan(command: Command, plan: "Plan", papers: "tuple[Paper, ...]") -> None:
    from bureau.dates import roc  # noqa: PLC0415 - not for --help

    for paper in papers:
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
    for form in plan.forms:
        name = _("{form} 卷").format(form=form.name) if form.name else _("試卷")
        command.say(
            _("{name}預估平均 {score} 分（{count} 題中，{observed} 題依實際作答，其餘依難度）。").format(
                name=name, score=form.score, count=len(form.items), observed=form.observed
            )
        )
    if len(plan.forms) > 1:
        command.say(
            _("各卷預估相差 {apart} 分；{shared} 題同時在兩卷以上。").format(
                apart=plan.apart, shared=plan.shared
            )
        )
    if not papers:
        command.say(_("只是試算，沒有產生試卷。要產生同一份請加 --seed {seed}。").format(seed=plan.wish.seed))


def list_papers(command: Command) -> int:
    """List the papers with how many have submitted them."""
    from bureau.dates import roc  # noqa: PLC0415 - not for --help

    with command.desks() as desks:
        forms = desks.papers.forms()
        rows = [
            _row(paper)
            | {"submitted": sum(sitting.submitted for sitting in desks.quiz.sittings(paper.id))}
            | _form_row(paper, forms.get(paper.id))
            | ({} if command.given.json else {"days": f"{roc(paper.opens_on)}－{roc(paper.closes_on)}"})
            for paper in desks.quiz.papers()
        ]
    headings = {
        "id": _("編號"),
        "title": _("名稱"),
        "days": _("作答期間"),
        "questions": _("題數"),
        "minutes": _("分鐘"),
        "expected": _("預估平均"),
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


def _form_row(paper: "Paper", form: "DrawnForm | None") -> dict[str, Any]:
    from quiz_bank.expected import expected_score  # noqa: PLC0415 - not for --help

    if form is None:
        return {"form": "", "family": paper.id, "expected": None, "observed": None}
    return {
        "form": form.name,
        "family": form.family,
        "expected": str(expected_score(paper.items, form.expected)),
        "observed": sum(one.n > 0 for one in form.expected.values()),
    }


def show_paper(command: Command) -> int:
    """List the questions of a paper, and what was expected of each; keys are for trainers."""
    from quiz_bank.answer_line import printed_key  # noqa: PLC0415 - not for --help

    with command.desks() as desks:
        _require_trainer(command, desks)
        paper = desks.quiz.paper(command.given.paper)
        form = desks.papers.form(paper.id)
        extra = desks.quiz.extra_times(paper.id)
        names = {person.staff_no: person.name for person in desks.people.everybody()}
    expected = form.expected if form else {}
    rows: list[dict[str, Any]] = [
        {
            "number": item.number,
            "id": item.question.id,
            "version": item.question.version,
            "kind": item.question.kind.value if command.given.json else item.question.kind.label,
            "topic": item.question.topic,
            "difficulty": item.question.difficulty,
            "points": str(item.points),
            "key": printed_key(paper, item),
            "facility": str(figure.facility) if figure else None,
            "observed": figure.n if figure else None,
            "stem": item.question.stem if command.given.json else _shortened(item.question.stem),
        }
        for item in paper.items
        for figure in [expected.get(item.question.id)]
    ]
    if command.given.json:
        more = [
            {"staff_no": staff_no, "minutes": minutes, "reason": reason}
            for staff_no, (minutes, reason) in extra.items()
        ]
        command.document(
            _row(paper)
            | _form_row(paper, form)
            | {
                "seed": paper.seed,
                "without_last": form.without_last if form else None,
                "extra_time": more,
                "items": rows,
            }
        )
        return DONE
    command.listing(
        rows,
        {
            "number": _("題號"),
            "id": _("題目"),
            "kind": _("題型"),
            "difficulty": _("難度"),
            "points": _("配分"),
            "key": _("答案"),
            "facility": _("預估答對率"),
            "observed": _("依幾份作答"),
            "stem": _("題幹"),
        },
    )
    for staff_no, (minutes, reason) in extra.items():
        command.say(
            _("延長時間：{name}（{staff_no}）{minutes} 分鐘，{reason}").format(
                name=names.get(staff_no, ""), staff_no=staff_no, minutes=minutes, reason=reason
            )
        )
    return DONE


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH_SHOWN else line[:_WIDTH_SHOWN] + "…"


def verify_papers(command: Command) -> int:
    """Draw papers again and say whether the same questions come out, and why where they do not."""
    with command.desks() as desks:
        papers = [desks.quiz.paper(command.given.paper)] if command.given.paper else desks.quiz.papers()
        found = [(paper, desks.papers.rebuild(paper.id)) for paper in papers]
    rows = [
        {"id": paper.id, "title": paper.title, "same": again.same, "reasons": list(again.reasons)}
        for paper, again in found
    ]
    command.listing(rows, {"id": _("編號"), "title": _("名稱"), "same": _("重抽相同"), "reasons": _("原因")})
    return DONE if all(again.same for _paper, again in found) else REFUSED


def print_paper(command: Command) -> int:
    """Print the questions, the key or the answer sheet."""
    from quiz_bank import paper_sheet  # noqa: PLC0415 - reportlab only when something is printed

    given = command.given
    prints = (
        paper_sheet.print_key
        if given.key
        else paper_sheet.print_answer_sheet
        if given.answer_sheet
        else paper_sheet.print_paper
    )
    with command.desks() as desks:
        by = command.actor(desks)
        report = prints(desks.quiz, given.paper, given.pdf, by=by, at=command.now)
    command.say(_("已印到 {path}，共 {pages} 頁。").format(path=report.path, pages=report.pages))
    for missing in report.missing:
        command.say(_("字型沒有這個字，印成字碼：{what}").format(what=missing))
    return DONE


def blueprint_template(command: Command) -> int:
    """Write the default blueprint as a file to start from."""
    from quiz_bank.blueprint import DEFAULT_BLUEPRINT, BlueprintError  # noqa: PLC0415 - not for --help
    from quiz_bank.formats.plan import blueprint_text  # noqa: PLC0415

    path: Path | None = command.given.file
    text = blueprint_text(DEFAULT_BLUEPRINT)
    if path is None:
        sys.stdout.write(text)
        return DONE
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        what = _("檔案已經存在。") if path.exists() else _("不能寫入檔案（{detail}）。")
        raise BlueprintError(
            _("{path}：{what}").format(path=path.name, what=what.format(detail=error.strerror)),
            remedy=_("請另取檔名。"),
        ) from None
    command.say(_("已寫到 {path}。").format(path=path))
    return DONE


def check_blueprint(command: Command) -> int:
    """Say for each cell what it wants and what the bank has; 1 where a cell is short."""
    from bureau.problem import Refused  # noqa: PLC0415
    from quiz_bank.formats.plan import read_blueprint  # noqa: PLC0415 - not for --help

    blueprint = read_blueprint(command.given.file)
    wish = _wish(command, seed="0", blueprint=blueprint)
    refusal: Refused | None = None
    with command.desks() as desks:
        by = command.actor(desks)
        counts = desks.papers.available(blueprint.cells, wish)
        try:
            desks.papers.plan(wish, by=by)
        except Refused as error:
            refusal = error
    command.listing(
        [
            {
                "cell": cell.title,
                "count": cell.count,
                "points": str(cell.points),
                "available": available,
            }
            for cell, available in zip(blueprint.cells, counts, strict=True)
        ],
        {"cell": _("格"), "count": _("題數"), "points": _("每題分數"), "available": _("題庫可用")},
    )
    if refusal is not None:
        for line in refusal.lines():
            command.say(line)
        return REFUSED
    command.say(_("藍圖可以用：配分合計 100 分，每一格都抽得到。"))
    return DONE


def _require_trainer(command: Command, desks: "Desks") -> None:
    from bureau.roles import Role  # noqa: PLC0415 - not for --help

    command.actor(desks).require(Role.TRAINER)
