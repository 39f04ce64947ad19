"""How the difference between a staff file and the office is shown."""

from typing import Any

from bureau.calendar import roc
from bureau.language import _
from bureau.people import Person
from bureau.staff_list import FIELDS, Change, Difference, StaffListError
from tui.commands.command import Command, cell, table


def show(command: Command, difference: Difference) -> None:
    """Print the difference as a table for people, and what to look at before agreeing."""
    rows = [
        *({"kind": _("新進"), "what": _place(each)} | _who(each) for each in difference.new),
        *({"kind": _("異動"), "what": _changes(each)} | _who(each.after) for each in difference.changed),
        *({"kind": _("離職"), "what": _last_day(each)} | _who(each) for each in difference.left),
    ]
    if rows:
        headings = {
            "kind": _("差異"),
            "staff_no": _("員工編號"),
            "name": _("姓名"),
            "section": _("科室"),
            "what": _("內容"),
        }
        table(rows, headings)
    if difference.new_sections:
        command.say(_("新科室：{names}").format(names="、".join(difference.new_sections)))
    for note in difference.notes:
        command.say(_("注意：{note}").format(note=note))
    if difference.nothing:
        command.say(_("名冊沒有變動（{count} 人）。").format(count=difference.unchanged))
        return
    command.say(
        _("自 {since} 起：新進 {new} 人、異動 {changed} 人、離職 {left} 人、不變 {unchanged} 人。").format(
            since=roc(difference.since),
            new=len(difference.new),
            changed=len(difference.changed),
            left=len(difference.left),
            unchanged=difference.unchanged,
        )
    )


def document(difference: Difference, *, applied: bool) -> dict[str, Any]:
    """Give the difference as JSON values: each person with number and name."""
    evidence = difference.evidence()
    names = {change.after.staff_no: change.after.name for change in difference.changed}
    names |= {person.staff_no: person.name for person in difference.left}
    for entry in (*evidence["changed"], *evidence["left"]):
        entry["name"] = names[entry["staff_no"]]
    return {"applied": applied, **evidence, "notes": list(difference.notes), "problems": []}


def refused(refusal: StaffListError) -> dict[str, Any]:
    """Give the faults of a file as JSON values: row and column (null: the file as a whole), what, remedy."""
    return {
        "applied": False,
        "problems": [
            {
                "row": problem.place.row if problem.place else None,
                "column": problem.place.column or None if problem.place else None,
                "what": problem.what,
                "remedy": problem.remedy,
            }
            for problem in refusal.problems
        ],
    }


def _who(person: Person) -> dict[str, str]:
    return {"staff_no": person.staff_no, "name": person.name, "section": person.section}


def _place(person: Person) -> str:
    extension = _("分機 {extension}").format(extension=person.extension) if person.extension else ""
    switchboard = _("總機") if person.switchboard else ""
    return " ".join(part for part in (person.title, extension, switchboard) if part)


def _changes(change: Change) -> str:
    return "；".join(
        _("{field} {before} → {after}").format(
            field=name, before=_value(change.before, name), after=_value(change.after, name)
        )
        for name in change.fields
    )


def _value(person: Person, name: str) -> str:
    value = getattr(person, FIELDS[name])
    return roc(value) if hasattr(value, "year") else cell(value)


def _last_day(person: Person) -> str:
    return _("最後一天 {day}").format(day=_value(person, "離職日"))
