"""The staff list that the personnel office keeps as a spreadsheet, and how it differs from what is known."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from bureau.calendar import DateError, parse_date, roc
from bureau.language import _
from bureau.people import Person, Section
from bureau.problem import Place, Problem, Refused
from bureau.sheet import ColumnSpec, Table, TableRow
from bureau.text import clean_line, fold

STAFF_NO, NAME, SECTION, TITLE, EXTENSION = "員工編號", "姓名", "科室", "職稱", "分機"
HIRED, LEFT, EMAIL, SWITCHBOARD = "到職日", "離職日", "電子郵件", "總機"

COLUMNS = (
    ColumnSpec(STAFF_NO, ("職員編號", "人員編號", "員工代號", "員工代碼", "職員代號", "員編", "工號")),
    ColumnSpec(NAME, ("員工姓名", "職員姓名", "同仁姓名", "中文姓名")),
    ColumnSpec(
        SECTION,
        (
            "科室名稱",
            "科別",
            "單位",
            "單位名稱",
            "服務單位",
            "所屬科室",
            "所屬單位",
            "部門",
            "部門名稱",
            "課室",
        ),
    ),
    ColumnSpec(TITLE, ("職稱名稱", "職務", "職銜")),
    ColumnSpec(EXTENSION, ("分機號碼", "分機號", "電話分機", "公務分機", "辦公室分機", "內線")),
    ColumnSpec(HIRED, ("到職日期", "到任日", "到任日期", "任職日", "任職日期"), required=False),
    ColumnSpec(LEFT, ("離職日期", "卸職日", "卸職日期"), required=False),
    ColumnSpec(EMAIL, ("電子信箱", "電郵", "信箱", "email"), required=False),
    ColumnSpec(SWITCHBOARD, ("是否總機", "是否為總機", "總機人員", "總機註記"), required=False),
)
"""What a staff file may have, in the order of the template."""

REQUIRED_CELLS = (STAFF_NO, NAME, SECTION, TITLE)
"""Cells that must not be empty; someone without a telephone has no 分機."""

LONGEST = {STAFF_NO: 20, NAME: 40, SECTION: 30, TITLE: 30, EXTENSION: 20, EMAIL: 100}
"""The most characters of a value."""

FIELDS = {
    NAME: "name",
    SECTION: "section",
    TITLE: "title",
    EXTENSION: "extension",
    SWITCHBOARD: "switchboard",
    EMAIL: "email",
    HIRED: "hired",
    LEFT: "left",
}
"""The attribute of `Person` that each column holds."""

_YES = frozenset({"是", "有", "v", "1", "y", "yes", "t", "true", "o", "總機", *"○◯〇●✓✔☑"})
_NO = frozenset({"", "否", "無", "0", "n", "no", "f", "false", "x", *"×✗✕☐-－—/"})
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]"
)
_NEAR = 0.5
_TYPING_SLIP = 0.7
_MANY_LEAVE = 3


class StaffListError(Refused):
    """A staff file is wrong; every fault stands in `problems`."""


class Listed(BaseModel):
    """One person as the file has it.

    Attributes:
        row: the row in the file, from 1.
        person: what the row says.
    """

    model_config = ConfigDict(frozen=True)

    row: int
    person: Person


class StaffFile(BaseModel):
    """A staff file that was read.

    Attributes:
        file: bare name of the file.
        sheet: the worksheet, or `""`.
        columns: which columns it has; what it lacks is left as it is known.
        people: one for each sound row, in the order of the file.
        sections: row and section as written, of every row that names one.
        problems: what must be put right first.
        notes: what the reader should know.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    file: str
    sheet: str = ""
    columns: frozenset[str]
    people: tuple[Listed, ...]
    sections: tuple[tuple[int, str], ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    def place(self, row: int | None = None, column: str = "") -> Place:
        """Name a place in the file."""
        return Place(file=self.file, sheet=self.sheet, row=row, column=column)


class Change(BaseModel):
    """A person of whom the file says something else than is known.

    Attributes:
        fields: the columns that differ.
    """

    model_config = ConfigDict(frozen=True)

    before: Person
    after: Person
    fields: tuple[str, ...]


class Difference(BaseModel):
    """What applying a staff file would change.

    Attributes:
        since: the first day on which the file holds.
        complete: whether who is missing from the file has left.
        new: who was not known, or had left before.
        changed: of whom something differs.
        left: who is missing, with the last day set.
        unchanged: how many stay as they are.
        new_sections: sections that were not known, in the order of the file.
        notes: what the reader should look at before agreeing.
        file: what was compared.
    """

    model_config = ConfigDict(frozen=True)

    since: date
    complete: bool
    new: tuple[Person, ...]
    changed: tuple[Change, ...]
    left: tuple[Person, ...]
    unchanged: int
    new_sections: tuple[str, ...]
    notes: tuple[str, ...]
    file: StaffFile

    @property
    def nothing(self) -> bool:
        """Whether the file says what is known already."""
        return not (self.new or self.changed or self.left or self.new_sections)

    def evidence(self) -> dict[str, Any]:
        """Give what the journal keeps: who came, what changed from what, who left (JSON values)."""
        return {
            "file": self.file.file,
            "since": self.since.isoformat(),
            "new": [person.model_dump(mode="json") for person in self.new],
            "changed": [
                {
                    "staff_no": change.after.staff_no,
                    "before": _named(change.before, change.fields),
                    "after": _named(change.after, change.fields),
                }
                for change in self.changed
            ],
            "left": [{"staff_no": person.staff_no, "left": str(person.left)} for person in self.left],
            "new_sections": list(self.new_sections),
            "unchanged": self.unchanged,
        }


def _named(person: Person, fields: Iterable[str]) -> dict[str, Any]:
    values = person.model_dump(mode="json")
    return {FIELDS[name]: values[FIELDS[name]] for name in fields}


# Reading the file


def read(table: Table) -> StaffFile:
    """Read a table as a staff list; what is wrong stands in `problems`, all of it."""
    problems = list(table.problems)
    people: list[Listed] = []
    sections: list[tuple[int, str]] = []
    rows: dict[str, list[int]] = {}
    missing = {column.name for column in COLUMNS if column.required} - table.columns
    for row in table.rows:
        values, faults = _values(row, table)
        problems += faults
        if values[STAFF_NO]:
            rows.setdefault(values[STAFF_NO].casefold(), []).append(row.number)
        if values[SECTION]:
            sections.append((row.number, values[SECTION]))
        if not faults and not missing:
            people.append(Listed(row=row.number, person=_person(values)))
    problems += [
        Problem(
            _("員工編號重複：第 {rows} 列相同。").format(rows="、".join(map(str, same))),
            table.place(same[0], STAFF_NO),
            _("請查對編號，或刪去重複的一列。"),
        )
        for same in rows.values()
        if len(same) > 1
    ]
    return StaffFile(
        file=table.file,
        sheet=table.sheet,
        columns=table.columns,
        people=tuple(people),
        sections=tuple(sections),
        problems=tuple(sorted(problems, key=_row)),
        notes=(*table.notes, *_shared_extensions(people)),
    )


def _values(row: TableRow, table: Table) -> tuple[dict[str, Any], list[Problem]]:
    """Give the row's values by column, and what is wrong with them."""
    values: dict[str, Any] = {column.name: "" for column in COLUMNS}
    faults: list[Problem] = []
    for name, raw in row.values.items():
        place = table.place(row.number, name)
        text = _plain(name, raw)
        if found := _INVISIBLE.search(raw):
            code = f"U+{ord(found[0]):04X}"
            faults.append(
                Problem(
                    _("含有看不見或損壞的字元（{code}）。").format(code=code), place, _("請重新輸入這一格。")
                )
            )
        elif not text and name in REQUIRED_CELLS:
            faults.append(Problem(_("不能空白。"), place, _("請填入內容，或刪去整列。")))
        elif len(text) > LONGEST.get(name, len(text)):
            faults.append(
                Problem(
                    _("有 {length} 個字，最多 {most} 個字。").format(length=len(text), most=LONGEST[name]),
                    place,
                    _("請縮短，並確認沒有貼錯欄。"),
                )
            )
        elif "?" in text and name in {NAME, SECTION}:
            faults.append(
                Problem(
                    _("「{text}」裡有「?」，應該是存檔時失去的罕用字。").format(text=text),
                    place,
                    _("請改存 .xlsx 或 CSV UTF-8 再匯入。"),
                )
            )
        else:
            values[name] = text
    for name in (HIRED, LEFT):
        values[name], fault = _day(values[name], table.place(row.number, name))
        faults += fault
    values[SWITCHBOARD], fault = _yes(values[SWITCHBOARD], table.place(row.number, SWITCHBOARD))
    faults += fault
    if values[HIRED] and values[LEFT] and values[LEFT] < values[HIRED]:
        faults.append(
            Problem(
                _("離職日 {left} 早於到職日 {hired}。").format(
                    left=roc(values[LEFT]), hired=roc(values[HIRED])
                ),
                table.place(row.number, LEFT),
                _("請查對兩個日期。"),
            )
        )
    return values, faults


def _plain(name: str, text: str) -> str:
    text = clean_line(text)
    # A number typed in full width is the same number; a name keeps the characters it was given.
    return unicodedata.normalize("NFKC", text) if name in {STAFF_NO, EXTENSION, EMAIL} else text


def _day(text: str, place: Place) -> tuple[date | None, list[Problem]]:
    if not text:
        return None, []
    try:
        return parse_date(text), []
    except DateError as error:
        return None, [Problem(error.what, place, error.remedy)]


def _yes(text: str, place: Place) -> tuple[bool, list[Problem]]:
    word = unicodedata.normalize("NFKC", text).strip().casefold()
    if word in _YES:
        return True, []
    if word in _NO:
        return False, []
    return False, [
        Problem(_("看不懂「{text}」。").format(text=text), place, _("是總機請填「是」，其他人留空。"))
    ]


def _person(values: dict[str, Any]) -> Person:
    return Person(
        staff_no=values[STAFF_NO], **{attribute: values[name] for name, attribute in FIELDS.items()}
    )


def _shared_extensions(people: Sequence[Listed]) -> list[str]:
    owners: dict[str, list[Listed]] = {}
    for listed in people:
        if listed.person.extension:
            owners.setdefault(listed.person.extension, []).append(listed)
    return [
        _("分機 {extension} 有多人使用：{people}。").format(
            extension=extension,
            people="、".join(
                _("{name}（第 {row} 列）").format(name=each.person.name, row=each.row) for each in same
            ),
        )
        for extension, same in owners.items()
        if len(same) > 1
    ]


# Comparing


def compare(
    file: StaffFile,
    known: Sequence[Person],
    sections: Sequence[Section],
    *,
    since: date,
    new_sections: bool = False,
    complete: bool = True,
) -> Difference:
    """Say what the office would change to follow the file from `since` on.

    Args:
        file: the staff file.
        known: everybody the office knows in their latest place, those who left included.
        sections: the sections the office has; none: the file establishes them.
        since: the first day on which the file holds.
        new_sections: whether sections that the office does not have are taken over.
        complete: whether the file names everybody, so that who is missing has left.

    Raises:
        StaffListError: the file has problems, or a section is unknown; every fault at once.
    """
    names, added, faults = _sections(file, sections, new_sections=new_sections)
    problems = sorted((*file.problems, *faults), key=_row)
    if problems:
        raise StaffListError(
            _("名冊有 {count} 處要改，沒有匯入任何資料。").format(count=len(problems)),
            place=file.place(),
            problems=problems,
        )
    listed = [
        each.person.model_copy(update={"section": names[fold(each.person.section)]}) for each in file.people
    ]
    before = {person.staff_no: person for person in known}
    new, changed = [], []
    for person in listed:
        old = before.pop(person.staff_no, None)
        if old is None:
            new.append(person)
        elif _gone(old, since) and not _gone(person, since):
            new.append(_completed(person, old, file.columns).model_copy(update={"left": person.left}))
        else:
            after = _completed(person, old, file.columns)
            fields = tuple(
                name
                for name, attribute in FIELDS.items()
                if getattr(old, attribute) != getattr(after, attribute)
            )
            if fields:
                changed.append(Change(before=old, after=after, fields=fields))
    stayed = [person for person in before.values() if complete and not _gone(person, since)]
    left = [person.model_copy(update={"left": since - timedelta(days=1)}) for person in stayed]
    notes = [*_similar(added, names.values()), *_renamed(changed)]
    if len(left) * _MANY_LEAVE > len(left) + len(listed):
        notes.append(
            _("將有 {count} 人列為離職；如果檔案只有部分同仁，請改用 --partial。").format(count=len(left))
        )
    return Difference(
        since=since,
        complete=complete,
        new=tuple(new),
        changed=tuple(changed),
        left=tuple(left),
        unchanged=len(listed) - len(new) - len(changed),
        new_sections=tuple(added),
        notes=(*file.notes, *notes),
        file=file,
    )


def _sections(
    file: StaffFile, known: Sequence[Section], *, new_sections: bool
) -> tuple[dict[str, str], list[str], list[Problem]]:
    """Give the office's name for each section as folded, the names that are new, and what is wrong."""
    names = {fold(section.name): section.name for section in known}
    establishes = new_sections or not names
    added: list[str] = []
    problems: list[Problem] = []
    for row, written in file.sections:
        if fold(written) in names:
            continue
        if establishes:
            names[fold(written)] = written
            added.append(written)
            continue
        near = difflib.get_close_matches(written, names.values(), n=1, cutoff=_NEAR)
        meant = _("是不是「{near}」？").format(near=near[0]) if near else ""
        problems.append(
            Problem(
                _("沒有「{section}」這個科室。").format(section=written),
                file.place(row, SECTION),
                meant + _("確實是新科室請加 --new-sections。"),
            )
        )
    return names, added, problems


def _similar(added: Iterable[str], names: Iterable[str]) -> list[str]:
    every = list(names)
    return [
        _("新科室「{name}」與「{near}」很像，請確認不是筆誤。").format(name=name, near=near)
        for name in added
        for near in difflib.get_close_matches(
            name, [other for other in every if other != name], n=1, cutoff=_TYPING_SLIP
        )
    ]


def _gone(person: Person, day: date) -> bool:
    return person.left is not None and person.left < day


def _row(problem: Problem) -> int:
    return (problem.place.row or 0) if problem.place else 0


def _completed(person: Person, known: Person, columns: frozenset[str]) -> Person:
    """Fill in what the file has no column for."""
    kept = {attribute: getattr(known, attribute) for name, attribute in FIELDS.items() if name not in columns}
    return person.model_copy(update=kept)


def _renamed(changed: Iterable[Change]) -> list[str]:
    return [
        _(
            "員工編號 {staff_no} 的姓名由「{before}」改為「{after}」；如果是編號給了另一個人，請改用新編號。"
        ).format(staff_no=change.after.staff_no, before=change.before.name, after=change.after.name)
        for change in changed
        if NAME in change.fields
    ]


# Writing


def rows_of(people: Iterable[Person]) -> list[list[str]]:
    """Give people as rows of a staff file, one value for each of `COLUMNS`."""
    return [
        [
            person.staff_no,
            person.name,
            person.section,
            person.title,
            person.extension,
            roc(person.hired) if person.hired else "",
            roc(person.left) if person.left else "",
            person.email,
            "是" if person.switchboard else "",
        ]
        for person in people
    ]


def template() -> list[list[str]]:
    """Give an empty staff file: the heading with stars on what each row needs, and a row of instructions."""
    names = [column.name for column in COLUMNS]
    instructions = {
        STAFF_NO: _("此列勿刪：＊必填，存成文字"),
        EXTENSION: _("存成文字，可空白"),
        HIRED: "115/01/02",
        LEFT: "115/12/31",
        SWITCHBOARD: _("是，或空白"),
    }
    return [
        [f"＊{name}" if name in REQUIRED_CELLS else name for name in names],
        [instructions.get(name, "") for name in names],
    ]
