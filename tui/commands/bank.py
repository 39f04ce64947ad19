"""`courtesy bank`: questions in, out, listed, shown and checked, and whether they may be drawn."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, REFUSED, Command, Parser, leaf

if TYPE_CHECKING:
    from quiz_bank.bank_desk import Version, Weighing
    from quiz_bank.formats.staged import Staged
    from quiz_bank.imported import Imported
    from quiz_bank.question import Question

FORMATS = ("toml", "gift", "aiken", "xml", "xlsx", "csv")
"""The formats that can be read and written; importing the readers to ask them would slow down --help."""

ENCODINGS = ("utf-8", "cp950")
_MOST_NAMED = 20
KINDS = ("truefalse", "single", "multiple", "short", "number", "matching", "essay")
STATUSES = ("draft", "active", "retired")


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
    taking.add_argument(
        "--encoding", choices=ENCODINGS, default=ENCODINGS[0], help=_("文字的編碼，預設 utf-8；cp950 是 Big5")
    )
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
    giving.add_argument("--dry-run", action="store_true", help=_("只列出這種格式保存不了什麼，不寫檔案"))

    blank = leaf(inner, "template", write_template, _("寫出空白的題目試算表，填好後匯入"))
    blank.add_argument("file", metavar=_("檔案"), type=Path, help=_("要寫成的檔案（.csv 或 .xlsx）"))

    listing = leaf(inner, "list", list_bank, _("列出題目（不含答案）"), lists=True)
    listing.add_argument("--topic", metavar=_("主題"), default="", help=_("稅目，或「稅目 > 章節」"))
    listing.add_argument("--kind", choices=KINDS, help=_("題型：是非、單選、複選、填充、數字、配對、簡答"))
    listing.add_argument("--status", choices=STATUSES, help=_("狀態：草稿、啟用、停用"))
    listing.add_argument("--tag", metavar=_("標籤"), default="", help=_("有這個標籤的題目"))
    listing.add_argument(
        "--text", metavar=_("文字"), default="", help=_("題目、選項、編號或法令裡有這段文字")
    )
    listing.add_argument("--day", metavar=_("日期"), help=_("只列這一天有效的題目"))

    showing = leaf(inner, "show", show_question, _("一道題的全部內容與各個版本（含答案）"), lists=True)
    showing.add_argument("id", metavar=_("編號"), help=_("題目的編號"))

    setting = leaf(
        inner, "status", set_status, _("把題目改為草稿、啟用或停用；已抽的試卷不受影響"), lists=True
    )
    setting.add_argument("ids", metavar=_("編號"), nargs="+", help=_("題目的編號，可以有好幾個"))
    setting.add_argument("status", choices=STATUSES, help=_("草稿 draft、啟用 active、停用 retired"))

    checking = leaf(
        inner,
        "check",
        check_bank,
        _("列出將失效、該複查、無法令依據、近似重複等該處理的題目"),
        lists=True,
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
        with (
            desks.bank.stage_starter(documents=given.json)
            if given.starter
            else desks.bank.stage(
                given.file, given.format, _columns(given.column), given.encoding, documents=given.json
            )
        ) as staged:
            refused = bool(staged.errors) and not given.skip_bad
            if refused or given.dry_run:
                outcome = desks.bank.difference(staged)
            else:
                outcome = desks.bank.take(staged, by=by, at=command.now, skip_bad=given.skip_bad)
            written = not refused and not given.dry_run
            if given.json:
                _print_document(staged, outcome, written=written)
            else:
                _say(command, staged, outcome, written=written)
    return DONE if not refused else REFUSED


def _print_document(staged: "Staged", outcome: "Imported", *, written: bool) -> None:
    """Print one JSON document, a line for each question: a large file is never held whole."""
    rest: dict[str, Any] = {
        "problems": [
            {
                "severity": problem.severity.value,
                "line": problem.line,
                "question": problem.question,
                "message": problem.message,
            }
            for problem in staged.problems
        ],
        "new": list(outcome.new),
        "changed": list(outcome.changed),
        "same": list(outcome.same),
        "alike": [list(group) for group in outcome.alike],
        "written": written,
    }
    out = sys.stdout
    out.write('{"questions": [')
    for number, document in enumerate(staged.documents()):
        out.write((",\n" if number else "\n") + json.dumps(document, ensure_ascii=False))
    out.write("\n],\n" + json.dumps(rest, ensure_ascii=False, indent=1).removeprefix("{") + "\n")


def _say(command: Command, staged: "Staged", outcome: "Imported", *, written: bool) -> None:
    file = command.given.file or Path("bank")
    for problem in staged.problems:
        command.say(str(problem.at(file)))
    if staged.errors and not command.given.skip_bad:
        command.say(
            _("有 {bad} 處錯誤，沒有匯入。請改正，或加 --skip-bad 只匯入沒有錯的 {good} 題。").format(
                bad=len(staged.errors), good=len(staged.versions)
            )
        )
        return
    for group in outcome.alike:
        command.say(_("近似重複：{ids}（不會同時出現在一份試卷）").format(ids="、".join(group)))
    for line in _named(outcome):
        command.say(line)
    counts = _("新增 {new} 題、修改 {changed} 題、相同 {same} 題。").format(
        new=len(outcome.new), changed=len(outcome.changed), same=len(outcome.same)
    )
    command.say(counts + (_("已匯入。") if written else _("沒有寫入。")))


def _named(outcome: "Imported") -> list[str]:
    """Name the questions that are new and that change, the first of them."""
    lines = []
    for what, names in ((_("新增：{ids}"), outcome.new), (_("修改：{ids}"), outcome.changed)):
        if not names:
            continue
        more = len(names) - _MOST_NAMED
        line = what.format(ids="、".join(names[:_MOST_NAMED]))
        lines.append(line + (_("……另有 {count} 題").format(count=more) if more > 0 else ""))
    return lines


def export_bank(command: Command) -> int:
    """Say what the format cannot hold, then write the bank to a file."""
    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        weighing = desks.bank.weigh(given.file, by=by, format_name=given.format)
        _say_losses(command, weighing)
        if given.dry_run:
            command.say(_("會寫 {count} 題。沒有寫入。").format(count=weighing.count))
            return DONE
        done = desks.bank.export(given.file, by=by, format_name=given.format)
    command.say(_("已寫入 {path}（{count} 題）。").format(path=given.file, count=done.count))
    return DONE


def _say_losses(command: Command, weighing: "Weighing") -> None:
    for lost in weighing.lost:
        command.say(_("這種格式不會保留{lost}").format(lost=lost))


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
    from quiz_bank.bank_desk import Wanted  # noqa: PLC0415

    given = command.given
    wanted = Wanted(
        topic=given.topic,
        kind=given.kind,
        status=given.status,
        tag=given.tag,
        text=given.text,
        day=parse_date(given.day) if given.day else None,
    )
    with command.desks() as desks:
        questions = desks.bank.find(wanted)
    rows = [_row(question) | ({} if given.json else _labels(question)) for question in questions]
    headings = {
        "id": _("編號"),
        "label": _("題型"),
        "state": _("狀態"),
        "topic": _("主題"),
        "difficulty": _("難度"),
        "stem": _("題目"),
    }
    command.listing(rows, headings)
    return DONE


def _labels(question: "Question") -> dict[str, str]:
    return {"label": question.kind.label, "state": question.status.label}


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
        "status": question.status.value,
        "review_on": question.review_on.isoformat() if question.review_on else None,
        "version": question.version,
    }


def show_question(command: Command) -> int:
    """Show one question with its key, and every version that the bank has had of it."""
    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        versions = desks.bank.versions(given.id, by=by)
        papers = desks.bank.papers_with(given.id)
    current = next(version for version in versions if version.current)
    if given.json:
        content = current.question.model_dump(mode="json")
        content |= {"key": current.question.key_text(), "version": current.version, "papers": papers}
        content["versions"] = [_version(version) for version in versions]
        command.document(content)
        return DONE
    from bureau.dates import day_of, roc  # noqa: PLC0415 - not for --help
    from bureau.text import clean  # noqa: PLC0415
    from quiz_bank.written_out import written_out  # noqa: PLC0415

    lines = [
        _("{label}：{text}").format(label=label, text=text) for label, text in written_out(current.question)
    ]
    lines += [_("考過的試卷：{count} 份").format(count=papers), _("版本：")]
    lines += [
        f"  {version.version}  {roc(day_of(version.came_in))}  {version.question.status.label}"
        f"  {version.question.key_text()}" + (_("（現行）") if version.current else "")
        for version in versions
    ]
    sys.stdout.write(clean("\n".join(lines)) + "\n")
    return DONE


def _version(version: "Version") -> dict[str, Any]:
    return {
        "version": version.version,
        "came_in": version.came_in.isoformat(),
        "current": version.current,
        "question": version.question.model_dump(mode="json", exclude_defaults=True),
    }


def set_status(command: Command) -> int:
    """Let questions be drawn, or not any more."""
    from quiz_bank.question import Status  # noqa: PLC0415 - not for --help

    given = command.given
    status = Status(given.status)
    with command.desks() as desks:
        changed = desks.bank.set_status(given.ids, status, by=command.actor(desks), at=command.now)
    if given.json:
        command.document([_row(question) for question in changed])
    else:
        command.say(
            _("{count} 題改為{status}，{same} 題原來就是。").format(
                count=len(changed), status=status.label, same=len(dict.fromkeys(given.ids)) - len(changed)
            )
        )
    return DONE


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
