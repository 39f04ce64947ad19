"""`courtesy bank`: questions in, out, listed and checked."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, REFUSED, Command, Parser, leaf

if TYPE_CHECKING:
    from quiz_bank.desk import Imported
    from quiz_bank.formats.reading import Reading
    from quiz_bank.question import Question

FORMATS = ("toml", "gift", "aiken", "xml", "xlsx", "csv")
"""The formats that can be read and written; importing the readers to ask them would slow down --help."""

KINDS = ("truefalse", "single", "multiple")


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `bank` to the command line."""
    help_text = _("題庫")
    group = commands.add_parser("bank", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    taking = leaf(inner, "import", import_bank, _("匯入題目；全部正確才寫入"), lists=True)
    source = taking.add_mutually_exclusive_group(required=True)
    source.add_argument("file", metavar=_("題庫檔"), type=Path, nargs="?", help=_("要匯入的檔案"))
    source.add_argument("--starter", action="store_true", help=_("匯入隨程式附上的題庫"))
    taking.add_argument("--format", choices=FORMATS, help=_("檔案的格式，預設看副檔名"))
    taking.add_argument("--dry-run", action="store_true", help=_("只列出會匯入什麼，不寫入"))
    taking.add_argument(
        "--column",
        action="append",
        default=[],
        metavar=_("欄位=標題"),
        help=_("試算表的標題與範本不同時，說明哪一欄是什麼，如 題目=題幹文字；可重複"),
    )
    taking.add_argument("--skip-bad", action="store_true", help=_("略過有錯的題目，匯入其餘"))

    giving = leaf(inner, "export", export_bank, _("匯出整個題庫，可再匯入；格式保存不了的先列出"))
    giving.add_argument("file", metavar=_("檔案"), type=Path, help=_("要寫成的新檔案"))
    giving.add_argument("--format", choices=FORMATS, help=_("檔案的格式，預設看副檔名"))

    blank = leaf(inner, "template", write_template, _("寫出空白的題目試算表，填好後匯入"))
    blank.add_argument("file", metavar=_("檔案"), type=Path, help=_("要寫成的檔案（.csv 或 .xlsx）"))

    listing = leaf(inner, "list", list_bank, _("列出題目（不含答案）"), lists=True)
    listing.add_argument("--topic", metavar=_("主題"), default="", help=_("稅目，或「稅目 > 章節」"))
    listing.add_argument("--kind", choices=KINDS, help=_("題型：是非、單選、複選"))
    listing.add_argument("--day", metavar=_("日期"), help=_("只列這一天有效的題目"))

    checking = leaf(
        inner, "check", check_bank, _("列出將失效、無法令依據、近似重複等該處理的題目"), lists=True
    )
    checking.add_argument(
        "--within", metavar=_("天數"), type=int, default=90, help=_("幾天內失效的要列出，預設 90")
    )


def import_bank(command: Command) -> int:
    """Read the file, say what it would change, and take it into the bank."""
    from bureau.roles import Role  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        by.require(Role.TRAINER)
        starter = given.starter
        columns = _columns(given.column)
        reading = desks.quiz.read_starter() if starter else desks.quiz.read(given.file, given.format, columns)
        refused = bool(reading.errors) and not given.skip_bad
        if refused or given.dry_run:
            outcome = desks.quiz.difference(reading.questions)
        else:
            source = given.file or Path("bank")
            outcome = desks.quiz.take(reading, source, by=by, at=command.now, skip_bad=given.skip_bad)
    written = not refused and not given.dry_run
    if given.json:
        command.document(_document(reading, outcome, written=written))
    else:
        _say(command, reading, outcome, written=written)
    return DONE if not refused else REFUSED


def _document(reading: "Reading", outcome: "Imported", *, written: bool) -> dict[str, Any]:
    from quiz_bank.formats.exchange import item_of  # noqa: PLC0415 - only for --json

    items = reading.items or tuple(item_of(question) for question in reading.questions)
    return {
        "questions": [item.document() for item in items],
        "problems": [
            {
                "severity": problem.severity.value,
                "line": problem.line,
                "question": problem.question,
                "message": problem.message,
            }
            for problem in reading.problems
        ],
        "new": list(outcome.new),
        "changed": list(outcome.changed),
        "same": list(outcome.same),
        "alike": [list(group) for group in outcome.alike],
        "written": written,
    }


def _say(command: Command, reading: "Reading", outcome: "Imported", *, written: bool) -> None:
    file = command.given.file or Path("bank")
    for problem in reading.problems:
        command.say(str(problem.at(file)))
    if reading.errors and not command.given.skip_bad:
        command.say(
            _("有 {bad} 處錯誤，沒有匯入。請改正，或加 --skip-bad 只匯入沒有錯的 {good} 題。").format(
                bad=len(reading.errors), good=len(reading.questions)
            )
        )
        return
    for group in outcome.alike:
        command.say(_("近似重複：{ids}（不會同時出現在一份試卷）").format(ids="、".join(group)))
    counts = _("新增 {new} 題、修改 {changed} 題、相同 {same} 題。").format(
        new=len(outcome.new), changed=len(outcome.changed), same=len(outcome.same)
    )
    command.say(counts + (_("已匯入。") if written else _("沒有寫入。")))


def export_bank(command: Command) -> int:
    """Write the bank to a file."""
    given = command.given
    with command.desks() as desks:
        done = desks.quiz.export_bank(given.file, by=command.actor(desks), format_name=given.format)
    for lost in done.lost:
        command.say(_("這種格式不會保留{lost}").format(lost=lost))
    command.say(_("已寫入 {path}（{count} 題）。").format(path=given.file, count=done.count))
    return DONE


def write_template(command: Command) -> int:
    """Write an empty spreadsheet for questions."""
    with command.desks() as desks:
        desks.quiz.write_template(command.given.file)
    command.say(_("已寫入 {path}。").format(path=command.given.file))
    return DONE


def _columns(given: list[str]) -> dict[str, str]:
    from bureau.problem import Refused  # noqa: PLC0415 - not for --help

    columns = {}
    for each in given:
        name, equals, heading = each.partition("=")
        if not (equals and name.strip() and heading.strip()):
            raise Refused(
                _("「{text}」不是「欄位=標題」。").format(text=each),
                remedy=_("例如 --column 題目=題幹文字。"),
            )
        columns[name.strip()] = heading.strip()
    return columns


def list_bank(command: Command) -> int:
    """List questions without their keys: whoever will sit a paper may look at this list."""
    from bureau.dates import parse_date  # noqa: PLC0415 - not for --help

    given = command.given
    day = parse_date(given.day) if given.day else None
    with command.desks() as desks:
        questions = desks.quiz.questions(day)
    rows = [
        _row(question) | ({} if given.json else {"label": question.kind.label})
        for question in questions
        if question.under(given.topic.strip()) and given.kind in {None, question.kind}
    ]
    headings = {
        "id": _("編號"),
        "label": _("題型"),
        "topic": _("主題"),
        "difficulty": _("難度"),
        "stem": _("題目"),
    }
    command.listing(rows, headings)
    return DONE


def _row(question: "Question") -> dict[str, Any]:
    return {
        "id": question.id,
        "kind": question.kind.value,
        "topic": question.topic,
        "difficulty": question.difficulty,
        "stem": question.stem,
        "legal_basis": question.legal_basis,
        "in_force_from": question.in_force_from.isoformat() if question.in_force_from else None,
        "in_force_until": question.in_force_until.isoformat() if question.in_force_until else None,
        "tags": list(question.tags),
        "version": question.version,
    }


def check_bank(command: Command) -> int:
    """List what the keeper of the bank should look at; 1 when a question must be mended."""
    with command.desks() as desks:
        findings = desks.quiz.check(command.today, command.given.within)
    rows = [
        {
            "kind": finding.kind.value,
            "label": finding.kind.label,
            "questions": list(finding.question_ids),
            "text": finding.text,
            "fault": finding.kind.fault,
        }
        for finding in findings
    ]
    command.listing(rows, {"label": _("情形"), "questions": _("題目"), "text": _("說明")})
    return REFUSED if any(finding.kind.fault for finding in findings) else DONE
