"""時數上傳檔: who is credited how many hours of a session, laid out in the columns a platform asks for.

A set of columns is a data file (`hours/*.toml`, or the office's own); nothing about a platform stands in the
code. What a platform wants and the program cannot know (codes of the category, the county …) is a constant
of the set, given by the office in its rules or with the export, and never guessed.
"""

import csv
import io
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bureau.language import _
from bureau.problem import Place, Problem, Refused
from bureau.rules import RuleTable
from bureau.text import CleanLine, Name
from training.identity import IdNumber
from training.rules import TrainingRules
from training.session import Expected, Session, credited_hours

FORMAT = "courtesy/hours/1"
"""Names the form of a set's file."""

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "'")
_YEAR_ONE = 1911
_MOST_ROWS = 100_000

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]


class HoursError(Refused):
    """Hours cannot be written like this."""


class HoursRules(RuleTable):
    """What the office sets once for all its exports.

    Attributes:
        columns: code of the set that is used unless another is named.
        constants: what the platform asks for, by the constant's key; `""`: not yet known.
        substitutes: what is written for single characters that an encoding lacks.
    """

    TABLE: ClassVar[str] = "hours"
    DEFAULTS: ClassVar[Path] = Path(__file__).with_name("hours.toml")

    columns: Name
    constants: dict[Key, CleanLine]
    substitutes: dict[
        Annotated[str, StringConstraints(min_length=1, max_length=1)],
        Annotated[CleanLine, StringConstraints(min_length=1, max_length=20)],
    ]


class Source(StrEnum):
    """Where a column's text comes from."""

    ID_NUMBER = "id_number"
    NAME = "name"
    STAFF_NO = "staff_no"
    SECTION = "section"
    COURSE_NAME = "course_name"
    PLACE = "place"
    START_DAY = "start_day"
    START = "start"
    END_DAY = "end_day"
    END = "end"
    ARRIVED = "arrived"
    LEFT = "left"
    HOURS = "hours"
    PASSED = "passed"
    FULL_ATTENDANCE = "full_attendance"
    CONSTANT = "constant"
    LITERAL = "literal"
    BLANK = "blank"

    @property
    def personal(self) -> bool:
        """Whether it differs from person to person."""
        return self in {
            Source.ID_NUMBER,
            Source.NAME,
            Source.STAFF_NO,
            Source.SECTION,
            Source.ARRIVED,
            Source.LEFT,
            Source.HOURS,
            Source.PASSED,
            Source.FULL_ATTENDANCE,
        }


class Format(StrEnum):
    """How a value is written."""

    TEXT = "text"
    ROC_DATE = "roc-date"
    ROC_DIGITS = "roc-digits"
    ISO_DATE = "iso-date"
    TIME = "time"
    TIME_MINUTES = "time-minutes"
    NUMBER = "number"


_FORMATS: Mapping[Source, frozenset[Format]] = {
    **dict.fromkeys(
        (Source.START_DAY, Source.END_DAY), frozenset({Format.ROC_DATE, Format.ROC_DIGITS, Format.ISO_DATE})
    ),
    **dict.fromkeys(
        (Source.START, Source.END, Source.ARRIVED, Source.LEFT), frozenset({Format.TIME, Format.TIME_MINUTES})
    ),
    Source.HOURS: frozenset({Format.NUMBER}),
}
"""The formats of sources that are no text."""


class Words(BaseModel):
    """What is written for yes and for no."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    yes: CleanLine
    no: CleanLine


class ColumnOf(BaseModel):
    """One column of a set.

    Attributes:
        heading: as the platform writes it, the mark of a required column included.
        required: whether a row without it is refused.
        length: the most characters; 0: no limit is known.
        value: of a literal; for 全勤 what is written of who was there throughout.
        constant: the key of a constant.
        words: what is written of who passed and who did not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: Name
    source: Source
    required: bool = False
    format: Format = Format.TEXT
    length: Annotated[int, Field(ge=0, le=2000)] = 0
    value: CleanLine = ""
    constant: Key | None = None
    words: Words | None = None

    @model_validator(mode="after")
    def _says_what_its_source_needs(self) -> Self:
        if self.format not in _FORMATS.get(self.source, frozenset({Format.TEXT})):
            raise ValueError(
                _("「{source}」不能寫成 {format}。").format(
                    source=self.source.value, format=self.format.value
                )
            )
        if (self.source is Source.CONSTANT) != (self.constant is not None):
            raise ValueError(_("source 是 constant 的欄要寫 constant，別的欄不寫。"))
        if (self.source is Source.PASSED) != (self.words is not None):
            raise ValueError(_("source 是 passed 的欄要寫 words，別的欄不寫。"))
        if bool(self.value) != (self.source in {Source.LITERAL, Source.FULL_ATTENDANCE}):
            raise ValueError(_("source 是 literal 或 full_attendance 的欄要寫 value，別的欄不寫。"))
        return self


class Constant(BaseModel):
    """What the platform asks for and the program cannot know.

    Attributes:
        label: what it is called.
        hint: what the office may find there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Key
    label: Name
    hint: CleanLine = ""


class ColumnSet(BaseModel):
    """The columns of one upload file.

    Attributes:
        code: by which rules and commands name it.
        encoding: of the file.
        rows: how many a file holds at most, the heading not counted.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = FORMAT
    code: Annotated[str, StringConstraints(pattern=r"^[0-9a-z][0-9a-z-]{0,40}$")]
    title: Name
    encoding: CleanLine = "cp950"
    rows: Annotated[int, Field(ge=1, le=_MOST_ROWS)] = 3000
    constant: tuple[Constant, ...] = ()
    column: Annotated[tuple[ColumnOf, ...], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.format != FORMAT:
            raise ValueError(_("format 應為 {format}。").format(format=FORMAT))
        known = [each.key for each in self.constant]
        used = [each.constant for each in self.column if each.constant]
        if len(set(known)) != len(known):
            raise ValueError(_("constant 的 key 重複。"))
        if set(known) != set(used):
            raise ValueError(
                _("constant 與欄所用的不一致：{names}。").format(
                    names="、".join(sorted(set(known) ^ set(used)))
                )
            )
        headings = [each.heading for each in self.column]
        if len(set(headings)) != len(headings):
            raise ValueError(_("欄名重複。"))
        try:
            "".join(headings).encode(self.encoding)
        except LookupError:
            raise ValueError(_("沒有「{name}」這種編碼。").format(name=self.encoding)) from None
        except UnicodeEncodeError:
            raise ValueError(_("欄名有這種編碼寫不出的字。")) from None
        return self

    def lacking(self, constants: Mapping[str, str]) -> list[Constant]:
        """Give the constants of required columns that nobody has said."""
        needed = {each.constant for each in self.column if each.required}
        return [each for each in self.constant if each.key in needed and not constants.get(each.key)]


class Credited(NamedTuple):
    """One person's hours.

    Attributes:
        hours: credited, above 0.
        passed: whether the person counts as trained.
    """

    staff_no: str
    name: str
    section: str
    arrived: time
    left: time
    hours: Decimal
    passed: bool
    throughout: bool


class Unmapped(NamedTuple):
    """A character that the file's encoding does not have.

    Attributes:
        person: whose row; `""`: it stands in every row.
        column: the heading.
    """

    person: str
    column: str
    character: str

    @property
    def code_point(self) -> str:
        """Such as U+249DF."""
        return f"U+{ord(self.character):04X}"

    @property
    def text(self) -> str:
        """Person, column, character and code point in one line."""
        return _("{person}「{column}」的「{character}」（{code}）").format(
            person=self.person or _("每一列"),
            column=self.column,
            character=self.character,
            code=self.code_point,
        )


class UnmappedError(HoursError):
    """The file's encoding lacks characters, and nobody has said what to write instead.

    Attributes:
        unmapped: every one of them with its place.
    """

    def __init__(self, what: str, *, remedy: str, unmapped: Sequence[Unmapped]) -> None:
        self.unmapped = tuple(unmapped)
        super().__init__(what, remedy=remedy, problems=[Problem(each.text) for each in unmapped])

    @property
    def characters(self) -> list[str]:
        """Each character once, in the order of their finding."""
        return list(dict.fromkeys(each.character for each in self.unmapped))


class MissingNumbersError(HoursError):
    """Somebody who is credited has no number in the file of numbers."""


class ConstantsError(HoursError):
    """The platform asks for what nobody has said.

    Attributes:
        constants: what is lacking.
    """

    def __init__(self, what: str, *, remedy: str, constants: Sequence[Constant]) -> None:
        self.constants = tuple(constants)
        problems = [
            Problem(f"{each.label}（{each.key}）", remedy=each.hint and _("{hint}。").format(hint=each.hint))
            for each in constants
        ]
        super().__init__(what, remedy=remedy, problems=problems)


def read_columns(text: str, file: str) -> ColumnSet:
    """Read the file of a set of columns.

    Raises:
        HoursError: not TOML, or a key or a value is wrong; every fault with its place.
    """
    try:
        return ColumnSet.model_validate(tomllib.loads(text))
    except ValidationError as error:
        problems = [
            Problem(_in_words(fault), Place(file=file, column=_path(fault["loc"])))
            for fault in error.errors()
        ]
        raise HoursError(
            _("欄位組檔有 {count} 處錯誤。").format(count=len(problems)),
            place=Place(file=file),
            remedy=_("請由 courtesy session columns 印出的檔案改起。"),
            problems=problems,
        ) from None
    except (ValueError, RecursionError) as error:
        raise HoursError(
            _("欄位組檔不是正確的 TOML（{detail}）。").format(detail=error),
            place=Place(file=file),
            remedy=_("請由 courtesy session columns 印出的檔案改起。"),
        ) from None


def _in_words(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "extra_forbidden":
        return _("沒有這個項目。")
    if fault["type"] == "missing":
        return _("缺少這個項目。")
    return _("值不合規定（{detail}）。").format(detail=fault["msg"])


def _path(location: Iterable[int | str]) -> str:
    """Name a place as a person counts: the third column is column.3."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location)


def credited(
    session: Session, expected: Iterable[Expected], names: Mapping[str, str], rules: TrainingRules
) -> list[Credited]:
    """Give those who are credited hours of a session, in the order of its list.

    The time missed is not credited; who was there for too short a time has the hours but has not passed.

    Args:
        session: the session.
        expected: its list with the attendances.
        names: by 員工編號.
        rules: of the session's day.
    """
    found = []
    for each in expected:
        given = each.attendance
        hours = credited_hours(session, given, rules) if given else Decimal(0)
        if given is None or not hours:
            continue
        found.append(
            Credited(
                staff_no=each.staff_no,
                name=names.get(each.staff_no, ""),
                section=each.section,
                arrived=max(given.arrived or session.start, session.start),
                left=min(given.left or session.end, session.end),
                hours=hours,
                passed=rules.trained(given.minutes, session.length),
                throughout=given.minutes >= session.length,
            )
        )
    return found


def rows_of(
    columns: ColumnSet,
    session: Session,
    people: Iterable[Credited],
    ids: Mapping[str, IdNumber],
    constants: Mapping[str, str],
) -> list[tuple[str, ...]]:
    """Lay out the rows of a file, in the order of the people.

    Args:
        columns: the set.
        session: what was held.
        people: who is credited; each has a number in `ids`.
        ids: 身分證字號 by 員工編號.
        constants: by key; `course_name` is the course's name on the platform, `""`: the session's title.
    """
    title = constants.get("course_name") or session.title
    same: dict[Source, str | date | time] = {
        Source.COURSE_NAME: title,
        Source.PLACE: session.place,
        Source.START_DAY: session.day,
        Source.END_DAY: session.day,
        Source.START: session.start,
        Source.END: session.end,
        Source.BLANK: "",
    }

    def cell(column: ColumnOf, person: Credited) -> str:
        own: dict[Source, str | time | Decimal] = {
            Source.ID_NUMBER: ids[person.staff_no].plain,
            Source.NAME: person.name,
            Source.STAFF_NO: person.staff_no,
            Source.SECTION: person.section,
            Source.ARRIVED: person.arrived,
            Source.LEFT: person.left,
            Source.HOURS: person.hours,
            Source.PASSED: (column.words.yes if person.passed else column.words.no) if column.words else "",
            Source.FULL_ATTENDANCE: column.value if person.throughout else "",
            Source.CONSTANT: constants.get(column.constant or "", ""),
            Source.LITERAL: column.value,
        }
        return _written({**same, **own}[column.source], column.format)

    return [tuple(cell(column, person) for column in columns.column) for person in people]


def _written(value: str | date | time | Decimal, form: Format) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, time):
        return value.isoformat("minutes" if form is Format.TIME_MINUTES else "seconds")
    if isinstance(value, date):
        if form is Format.ISO_DATE:
            return value.isoformat()
        year = f"{value.year - _YEAR_ONE:03d}"
        return f"{year}-{value:%m-%d}" if form is Format.ROC_DATE else f"{year}{value:%m%d}"
    return value


def faults(columns: ColumnSet, people: Sequence[Credited], rows: Sequence[Sequence[str]]) -> list[Problem]:
    """Name what no file may hold: an empty required cell, a text too long, a text that a spreadsheet runs.

    What is the same in every row is named once. No text of a cell is repeated but what everybody may see.
    """
    found: dict[tuple[str, str, str], Problem] = {}
    for person, row in zip(people, rows, strict=True):
        for column, text in zip(columns.column, row, strict=True):
            what, remedy = _fault(column, text)
            if what:
                who = f"{person.staff_no} {person.name}" if column.source.personal else _("每一列")
                line = _("{who}「{column}」{what}").format(who=who, column=column.heading, what=what)
                found.setdefault((who, column.heading, what), Problem(line, remedy=remedy))
    return list(found.values())


def _fault(column: ColumnOf, text: str) -> tuple[str, str]:
    if column.required and not text:
        return _("是空的。"), _("這一欄平台要求必填，請補上再匯出。")
    if column.length and len(text) > column.length:
        return (
            _("有 {count} 個字，至多 {most} 個。").format(count=len(text), most=column.length),
            _("請縮短後再匯出；程式不會截掉。"),
        )
    if text.startswith(_FORMULA_SIGNS):
        return (
            _("以 {sign} 開頭，試算表會當成公式。").format(sign=text[0]),
            _("請改名稱；課程名稱可用 course_name 另給。"),
        )
    return "", ""


def unmapped(columns: ColumnSet, people: Sequence[Credited], rows: Sequence[Sequence[str]]) -> list[Unmapped]:
    """Name every character that the set's encoding does not have; what is in every row is named once."""
    found: dict[Unmapped, None] = {}
    for person, row in zip(people, rows, strict=True):
        for column, text in zip(columns.column, row, strict=True):
            who = f"{person.staff_no} {person.name}" if column.source.personal else ""
            for character in text:
                if not encodes(character, columns.encoding):
                    found.setdefault(Unmapped(who, column.heading, character))
    return list(found)


def unmapped_in(columns: ColumnSet, rows: Iterable[Sequence[str]]) -> list[str]:
    """Give every character of the rows that the set's encoding does not have, each once."""
    characters = dict.fromkeys("".join(text for row in rows for text in row))
    return [each for each in characters if not encodes(each, columns.encoding)]


def encodes(text: str, encoding: str) -> bool:
    """Say whether an encoding has every character of a text."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def substituted(
    columns: ColumnSet, rows: Iterable[Sequence[str]], substitutes: Mapping[str, str]
) -> list[tuple[str, ...]]:
    """Write what somebody has named in place of characters that the encoding does not have.

    Raises:
        HoursError: it is not one character for which something is written, the encoding has it anyway, or
            lacks what is to be written.
    """
    for character, instead in substitutes.items():
        if len(character) != 1 or not instead:
            raise HoursError(
                _("「{given}」不是一個字的代替寫法。").format(given=f"{character}={instead}"),
                remedy=_("請寫成 堃=坤：左邊一個字，右邊代替的字。"),
            )
        if encodes(character, columns.encoding):
            raise HoursError(
                _("「{character}」在 {encoding} 裡有，不必代替。").format(
                    character=character, encoding=columns.encoding
                ),
                remedy=_("只能代替列出的那些字。"),
            )
        if not encodes(instead, columns.encoding):
            raise HoursError(
                _("代替的「{instead}」也寫不出來。").format(instead=instead),
                remedy=_("請改用 {encoding} 有的字。").format(encoding=columns.encoding),
            )
    table = str.maketrans(dict(substitutes))
    return [tuple(text.translate(table) for text in row) for row in rows]


def files_of(columns: ColumnSet, rows: Sequence[Sequence[str]]) -> list[bytes]:
    """Give the bytes of the files: the heading in each, and no more rows than the set allows."""
    headings = [column.heading for column in columns.column]
    found = []
    for first in range(0, len(rows), columns.rows):
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(headings)
        writer.writerows(rows[first : first + columns.rows])
        found.append(text.getvalue().encode(columns.encoding))
    return found
