"""`courtesy duty`: the measures of the yearly plan, when they are due and how they were proven."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from training.duties import Done, Measure, MeasureYear, Tracked
    from tui.desks import Desks

FREQUENCIES = ("open", "any_time", "three_months", "quarter", "half", "year", "dates")
RECORDS = ("none", "session", "paper", "round", "file")


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `duty` to the command line."""
    help_text = _("工作項目：年度計畫的各項作法、期限、承辦與辦理憑據")
    group = commands.add_parser("duty", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)

    listing = leaf(inner, "list", list_measures, _("列出各項與下次期限"), lists=True)
    listing.add_argument("--year", metavar=_("年"), help=_("看哪一年，例如 115；預設今年"))
    showing = leaf(inner, "show", show_measure, _("列出一項的各次期限、憑據與可能的憑據"), lists=True)
    _which(showing)
    showing.add_argument("--year", metavar=_("年"), help=_("看哪一年，例如 115；預設今年"))

    loading = leaf(inner, "load", load, _("載入計畫的工作項目；局裡已有的不動"), lists=True)
    loading.add_argument(
        "file", metavar=_("檔案"), type=Path, nargs="?", help=_("工作項目檔（TOML）；預設用內附的計畫")
    )
    loading.add_argument("--since", metavar=_("日期"), help=_("從哪一天起的期限才算，預設今天"))

    adding = leaf(inner, "add", add_measure, _("新增一項"), lists=True)
    adding.add_argument("--title", metavar=_("項目"), required=True, help=_("簡短的名稱"))
    _content(adding)
    editing = leaf(inner, "edit", edit_measure, _("修改一項：承辦、期限、文字"), lists=True)
    _which(editing)
    editing.add_argument("--title", metavar=_("項目"), help=_("簡短的名稱"))
    _content(editing)

    retiring = leaf(inner, "retire", retire_measure, _("停用一項：之後不再有期限，紀錄保留"))
    _which(retiring)
    retiring.add_argument("--reason", metavar=_("理由"), required=True, help=_("會記入日誌"))

    proving = leaf(inner, "done", prove, _("登錄一次已經辦理，附憑據"), lists=True)
    _which(proving)
    proving.add_argument(
        "occasion", metavar=_("次"), nargs="?", default="", help=_("哪一次，例如 115Q4；沒有期限的項目不用寫")
    )
    proving.add_argument("--on", metavar=_("日期"), help=_("哪一天辦的，預設今天"))
    proving.add_argument("--text", metavar=_("說明"), default="", help=_("憑據的說明"))
    reference = proving.add_mutually_exclusive_group()
    reference.add_argument("--session", metavar=_("場次"), help=_("以這場講習為憑"))
    reference.add_argument("--paper", metavar=_("試卷"), help=_("以這份試卷的應試為憑"))
    reference.add_argument("--round", metavar=_("回合"), help=_("以這個抽測回合為憑"))
    reference.add_argument("--file", metavar=_("檔名"), help=_("以這個檔案為憑；只記檔名"))

    undoing = leaf(inner, "undo", take_back, _("收回一筆辦理紀錄；紀錄保留，註明收回"))
    undoing.add_argument("record", metavar=_("紀錄"), help=_("courtesy duty show 列出的紀錄編號"))
    undoing.add_argument("--reason", metavar=_("理由"), required=True, help=_("會記入日誌"))

    calendar = leaf(inner, "ics", write_calendar, _("把期限寫成行事曆檔（.ics）"))
    calendar.add_argument("--out", metavar=_("檔案"), type=Path, required=True, help=_("要寫成的 .ics"))
    calendar.add_argument("--year", metavar=_("年"), help=_("哪一年，例如 116；預設今年"))
    calendar.add_argument("--alarm", metavar=_("天數"), type=int, help=_("幾天前提醒，預設 7；0 為不提醒"))


def _which(parser: Parser) -> None:
    parser.add_argument("id", metavar=_("項目"), help=_("courtesy duty list 列出的編號"))


def _content(parser: Parser) -> None:
    parser.add_argument(
        "--frequency",
        choices=FREQUENCIES,
        help=_(
            "open 未定、any_time 隨時、three_months 每 3 個月、quarter 每季、half 每半年、"
            "year 每年、dates 固定日期"
        ),
    )
    parser.add_argument("--dates", metavar=_("月/日"), help=_("固定日期，例如 3/31、7/31"))
    parser.add_argument("--first-month", metavar=_("月"), type=int, help=_("每 3 個月從幾月起算，1 至 3"))
    parser.add_argument("--since", metavar=_("日期"), help=_("從哪一天起的期限照這樣算，預設今天"))
    parser.add_argument("--section", metavar=_("科室"), help=_("承辦的科室"))
    parser.add_argument("--person", metavar=_("員工編號"), help=_("承辦的人"))
    parser.add_argument("--wording", metavar=_("原文"), help=_("計畫的文字"))
    parser.add_argument("--note", metavar=_("說明"), help=_("補充說明"))
    parser.add_argument(
        "--record", choices=RECORDS, help=_("程式看得到的憑據：session、paper、round 或 none")
    )


def _year(command: Command) -> int:
    from bureau.calendar import Period, PeriodKind  # noqa: PLC0415 - not for --help
    from training.duties import DutyError  # noqa: PLC0415

    if not command.given.year:
        return command.today.year
    period = Period.parse(command.given.year)
    if period.kind is not PeriodKind.YEAR:
        raise DutyError(_("要指定一整年。"), remedy=_("請寫成 115。"))
    return period.year


def list_measures(command: Command) -> int:
    """List how each measure stands in a year."""
    from tui.measure_stage import year_words  # noqa: PLC0415 - not for --help

    year, today = _year(command), command.today
    with command.desks() as desks:
        found = desks.duties.year(year)
        rows = [_row(command, desks, one) for one in found]
        unset = desks.duties.unset(today)
    if not command.given.json:
        for row, one in zip(rows, found, strict=True):
            row |= {"frequency": one.terms.text, "due": _due(one), "stage": year_words(one, today)}
    command.listing(
        rows,
        {
            "id": _("編號"),
            "title": _("項目"),
            "owner": _("承辦"),
            "frequency": _("頻率"),
            "due": _("下次期限"),
            "stage": _("狀態"),
        },
    )
    if not found:
        command.say(_("還沒有工作項目。要載入計畫的清單：courtesy duty load"))
    elif unset and not command.given.json:
        command.say(
            _("{count} 項期限未定，請局裡設定：courtesy duty edit 項目 --frequency …").format(count=unset)
        )
    return DONE


def _due(one: "MeasureYear") -> str:
    from bureau.dates import roc  # noqa: PLC0415 - not for --help

    return roc(one.next.occasion.due) if one.next else ""


def _row(command: Command, desks: "Desks", one: "MeasureYear") -> dict[str, Any]:
    measure, following = one.measure, one.next
    return {
        "id": measure.id,
        "code": measure.code or None,
        "title": measure.title,
        "owner": desks.duties.owner(measure, command.today) or None,
        "section": measure.section or None,
        "person": measure.person or None,
        "printed": measure.printed or None,
        "frequency": one.terms.frequency.value,
        "dates": [f"{day.month:02}-{day.day:02}" for day in one.terms.dates],
        "due": following.occasion.due.isoformat() if following else None,
        "occasion": following.occasion.key if following else None,
        "stage": one.stage(command.today).value,
        "days_left": following.days(command.today) if following else None,
        "occasions": len(one.items),
        "done": sum(item.done is not None for item in one.items) + len(one.records),
        "retired": measure.retired.isoformat() if measure.retired else None,
    }


def show_measure(command: Command) -> int:
    """Show one measure with its occasions, its evidence and what the program can see."""
    from bureau.calendar import Period, PeriodKind, roc  # noqa: PLC0415 - not for --help

    year, today = _year(command), command.today
    whole = Period(kind=PeriodKind.YEAR, year=year)
    with command.desks() as desks:
        one = desks.duties.one(command.given.id, year)
        row = _row(command, desks, one)
        records = desks.duties.records(one.measure.id)
        seen = desks.duties.proposals(one.measure, whole.first, whole.last, today)
    items = [_item(command, item) for item in one.items]
    evidence = [_evidence(each) for each in records]
    proposals = [
        {"kind": each.kind.value, "reference": each.reference, "day": each.day.isoformat(), "text": each.text}
        for each in seen
    ]
    measure = one.measure
    row |= {"wording": measure.wording, "source": measure.source, "note": measure.note}
    if command.given.json:
        command.document(row | {"items": items, "records": evidence, "proposals": proposals})
        return DONE
    _in_words(items, "due", "last_working_day")
    _in_words(evidence, "on")
    _show(command, one, row, items, evidence)
    if proposals:
        command.say(_("程式看到、可以當憑據的（要由人確認：courtesy duty done）："))
        for each in seen:
            option = {"session": "--session", "paper": "--paper", "round": "--round"}[each.kind.value]
            command.say(f"  {roc(each.day)}  {each.text}  {option} {each.reference}")
    return DONE


def _in_words(rows: list[dict[str, Any]], *days: str) -> None:
    from bureau.dates import parse_date, roc  # noqa: PLC0415 - not for --help

    for row in rows:
        row |= {field: roc(parse_date(row[field])) for field in days if row[field]}


def _show(
    command: Command,
    one: "MeasureYear",
    row: dict[str, Any],
    items: list[dict[str, Any]],
    evidence: list[dict[str, Any]],
) -> None:
    measure = one.measure
    about = {
        _("項目"): measure.title,
        _("原文"): measure.wording,
        _("出處"): measure.source,
        _("承辦"): row["owner"],
        _("頻率"): _("期限未定，請局裡設定") if one.terms.unset else one.terms.text,
        _("說明"): measure.note,
        _("停用"): measure.retired_for if measure.retired else "",
    }
    command.listing(
        [{"field": field, "value": value} for field, value in about.items() if value],
        {"field": _("欄位"), "value": _("內容")},
    )
    if items:
        command.listing(
            items,
            {
                "occasion": _("次"),
                "title": _("期間"),
                "due": _("期限"),
                "last_working_day": _("前一上班日"),
                "words": _("狀態"),
                "evidence": _("憑據"),
            },
        )
    if evidence:
        command.listing(
            evidence,
            {
                "id": _("紀錄"),
                "occasion": _("次"),
                "on": _("辦理日"),
                "evidence": _("憑據"),
                "reason": _("收回的理由"),
            },
        )


def _item(command: Command, item: "Tracked") -> dict[str, Any]:
    from tui.measure_stage import item_words  # noqa: PLC0415 - not for --help

    return {
        "occasion": item.occasion.key,
        "title": item.occasion.title,
        "first": item.occasion.first.isoformat(),
        "due": item.occasion.due.isoformat(),
        "last_working_day": item.last_working_day.isoformat() if item.last_working_day else None,
        "stage": item.stage(command.today).value,
        "words": item_words(item, command.today),
        "record": item.done.id if item.done else None,
        "evidence": item.done.said if item.done else None,
    }


def _evidence(done: "Done") -> dict[str, Any]:
    return {
        "id": done.id,
        "occasion": done.occasion,
        "on": done.on.isoformat(),
        "kind": done.kind.value,
        "reference": done.reference or None,
        "text": done.text or None,
        "evidence": done.said,
        "by": done.by or None,
        "taken_back": not done.stands,
        "reason": done.reason or None,
    }


def load(command: Command) -> int:
    """Take the plan's measures over."""
    from bureau.dates import parse_date  # noqa: PLC0415 - not for --help
    from training.duty_file import SHIPPED  # noqa: PLC0415

    given = command.given
    with command.desks() as desks:
        new = desks.duties.load(
            by=command.actor(desks),
            at=command.now,
            since=parse_date(given.since) if given.since else None,
            path=given.file or SHIPPED,
        )
        unset = desks.duties.unset(command.today)
        rows = [_said(command, desks, measure) for measure in new]
    if given.json:
        command.document(rows)
    command.say(_("載入 {count} 項；局裡已有的沒有更動。").format(count=len(new)))
    if unset:
        command.say(
            _("{count} 項期限未定，請局裡設定：courtesy duty edit 項目 --frequency …").format(count=unset)
        )
    return DONE


def _said(command: Command, desks: "Desks", measure: "Measure") -> dict[str, Any]:
    return _row(command, desks, desks.duties.one(measure.id, command.today.year))


def _changes(command: Command) -> dict[str, Any]:
    from bureau.dates import parse_date  # noqa: PLC0415 - not for --help
    from training.duties import Frequency, RecordKind, month_days  # noqa: PLC0415

    given = command.given
    words = ("title", "section", "person", "wording", "note")
    changes = {name: getattr(given, name) for name in words if getattr(given, name) is not None}
    if given.record:
        changes["record"] = RecordKind(given.record)
    if given.dates:
        changes["dates"] = month_days(given.dates)
    if given.since:
        changes["since"] = parse_date(given.since)
    # Dates say by themselves how often.
    frequency = given.frequency or ("dates" if given.dates else None)
    if frequency:
        changes["frequency"] = Frequency(frequency)
    if given.first_month is not None:
        changes["first_month"] = given.first_month
    return changes


def add_measure(command: Command) -> int:
    """Add a measure and say its number."""
    from training.duties import Frequency  # noqa: PLC0415 - not for --help

    with command.desks() as desks:
        changes = {"frequency": Frequency.OPEN} | _changes(command)
        measure = desks.duties.add(by=command.actor(desks), at=command.now, **changes)
        row = _said(command, desks, measure)
    if command.given.json:
        command.document(row)
    command.say(_("工作項目 {id}：{title}。").format(id=measure.id, title=measure.title))
    return DONE


def edit_measure(command: Command) -> int:
    """Change a measure."""
    with command.desks() as desks:
        measure = desks.duties.edit(
            command.given.id, by=command.actor(desks), at=command.now, **_changes(command)
        )
        row = _said(command, desks, measure)
    if command.given.json:
        command.document(row)
    command.say(_("工作項目 {id}：{title}。").format(id=measure.id, title=measure.title))
    return DONE


def retire_measure(command: Command) -> int:
    """Take a measure out of use."""
    with command.desks() as desks:
        measure = desks.duties.retire(
            command.given.id, command.given.reason, by=command.actor(desks), at=command.now
        )
    command.say(_("已停用「{title}」；紀錄保留。").format(title=measure.title))
    return DONE


def prove(command: Command) -> int:
    """Mark an occasion as done."""
    from bureau.dates import parse_date, roc  # noqa: PLC0415 - not for --help
    from training.duties import RecordKind  # noqa: PLC0415

    given = command.given
    kinds = [kind for kind in RecordKind if kind is not RecordKind.NONE and getattr(given, kind.value)]
    kind = kinds[0] if kinds else RecordKind.NONE
    with command.desks() as desks:
        done = desks.duties.prove(
            given.id,
            given.occasion.upper(),
            by=command.actor(desks),
            at=command.now,
            on=parse_date(given.on) if given.on else None,
            text=given.text,
            kind=kind,
            reference=getattr(given, kind.value) if kinds else "",
        )
    if given.json:
        command.document(_evidence(done))
    command.say(_("紀錄 {id}：{day} 辦畢。").format(id=done.id, day=roc(done.on)))
    return DONE


def take_back(command: Command) -> int:
    """Take evidence back."""
    with command.desks() as desks:
        done = desks.duties.take_back(
            command.given.record, command.given.reason, by=command.actor(desks), at=command.now
        )
    command.say(_("已收回紀錄 {id}；紀錄保留，註明收回。").format(id=done.id))
    return DONE


def write_calendar(command: Command) -> int:
    """Write the due dates as a calendar file."""
    from training.duties import ALARM_DAYS  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        count = desks.duties.write_calendar(
            given.out,
            _year(command),
            at=command.now,
            alarm_days=ALARM_DAYS if given.alarm is None else given.alarm,
        )
    command.say(_("已寫入 {path}（{count} 個期限）。").format(path=given.out, count=count))
    return DONE
