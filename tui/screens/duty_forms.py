"""Windows that the list of measures and the screen of one measure share."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bureau.dates import parse_date, roc
from bureau.language import _
from bureau.problem import Refused
from training.duties import Frequency, Measure, Proposal, RecordKind, Terms, Tracked, month_days
from tui.widgets.dialog import Choose, Field, Form
from tui.widgets.listing import Column
from tui.widgets.numbers import size_of
from tui.widgets.place import Place


async def mark_done(place: Place, measure: Measure, item: Tracked | None, year: tuple[date, date]) -> bool:
    """Ask for the evidence that a measure was done, and record it.

    Args:
        place: the screen.
        measure: which.
        item: the occasion; None for a measure without due dates.
        year: first and last day within which the program looks for evidence of a measure without due dates.
    """
    house = place.house
    first, last = (item.occasion.first, item.occasion.due) if item else year
    today, by, now = house.today, house.by, house.now
    seen = await house.ask(lambda desks: desks.duties.proposals(measure, first, last, today))
    proposal: Proposal | None = None
    if seen:
        chosen = await house.push_screen_wait(
            Choose(
                _("以什麼為憑？"),
                [Column(_("日期"), 9), Column(_("憑據"))],
                [(roc(each.day), each.text) for each in seen] + [("", _("其他：自己寫憑據"))],
                _("這些是程式看到的；算不算辦理，由您確認。"),
            )
        )
        if chosen is None:
            return False
        proposal = seen[chosen] if chosen < len(seen) else None
    answers = await house.push_screen_wait(_evidence_form(measure, item, proposal, today))
    if answers is None:
        return False
    kind, reference = RecordKind.NONE, ""
    if proposal:
        kind, reference = proposal.kind, proposal.reference
    elif answers["file"].strip():
        kind, reference = RecordKind.FILE, answers["file"]
    await house.ask(
        lambda desks: desks.duties.prove(
            measure.id,
            item.occasion.key if item else "",
            by=by,
            at=now,
            on=parse_date(answers["on"]),
            text=answers["text"],
            kind=kind,
            reference=reference,
        )
    )
    house.tell(_("已登錄「{title}」。").format(title=measure.title))
    return True


def _evidence_form(measure: Measure, item: Tracked | None, proposal: Proposal | None, today: date) -> Form:
    fields = [
        Field("on", _("辦理日"), roc(proposal.day if proposal else today), check=parse_date),
        Field("text", _("說明"), proposal.text if proposal else "", hint=_("例如 簽文字號、公布在哪裡")),
    ]
    if proposal is None:
        fields.append(Field("file", _("檔名"), hint=_("可留白；只記檔名")))
    return Form(measure.title, fields, item.occasion.title if item else _("沒有期限；以辦理日記下這一次。"))


async def edit_measure(place: Place, measure: Measure | None) -> bool:
    """Ask how a measure is to be, and write it.

    Args:
        place: the screen.
        measure: which; None for a new one.
    """
    house = place.house
    by, now, today = house.by, house.now, house.today
    current = measure.on(today) if measure else None
    frequencies = [each for each in Frequency if each is not Frequency.OPEN]
    rows = [(_("不變：{terms}").format(terms=terms_words(current)),)] if current else []
    chosen = await house.push_screen_wait(
        Choose(
            _("多久辦一次？") if measure is None else measure.title,
            [Column(_("頻率"))],
            [*rows, *((each.label,) for each in frequencies), (_("未定：以後再設"),)],
        )
    )
    if chosen is None:
        return False
    choices: Sequence[Frequency | None] = [*([None] if current else []), *frequencies, Frequency.OPEN]
    frequency = choices[chosen]
    answers = await house.push_screen_wait(
        Form(
            _("新增工作項目") if measure is None else _("修改工作項目"),
            _fields(measure, frequency, current, today),
            _("承辦填科室或員工編號，一個就好；都留白就由訓練承辦人登錄。"),
        )
    )
    if answers is None:
        return False
    changes: dict[str, Any] = {name: answers[name] for name in ("title", "section", "person", "note")}
    if frequency:
        changes |= {
            "frequency": frequency,
            "dates": month_days(answers.get("dates", "")),
            "first_month": size_of(answers.get("first_month", "1")),
            "since": parse_date(answers["since"]),
        }
    await house.ask(
        lambda desks: (
            desks.duties.edit(measure.id, by=by, at=now, **changes)
            if measure
            else desks.duties.add(by=by, at=now, **changes)
        )
    )
    house.tell(_("已寫入「{title}」。").format(title=answers["title"].strip()))
    return True


def _fields(
    measure: Measure | None, frequency: Frequency | None, current: Terms | None, today: date
) -> list[Field]:
    fields = [Field("title", _("項目"), measure.title if measure else "", check=_filled)]
    if frequency is Frequency.DATES:
        known = current.text if current and current.dates else ""
        fields.append(Field("dates", _("日期"), known, hint=_("例如 3/31、7/31"), check=month_days))
    if frequency is Frequency.THREE_MONTHS:
        begin = str(current.first_month) if current else "1"
        fields.append(Field("first_month", _("幾月起算（1 至 3）"), begin, check=size_of))
    if frequency:
        fields.append(Field("since", _("自哪天起的期限"), roc(today), check=parse_date))
    return [
        *fields,
        Field("section", _("承辦科室"), measure.section if measure else "", hint=_("與同仁名冊的科室同名")),
        Field("person", _("承辦人"), measure.person if measure else "", hint=_("員工編號")),
        Field("note", _("說明"), measure.note if measure else ""),
    ]


def terms_words(terms: Terms) -> str:
    """Say when a measure is due, or that the office has to set it."""
    return _("期限未定，請局裡設定") if terms.unset else terms.text


def _filled(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))
