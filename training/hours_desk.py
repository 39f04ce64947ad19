"""What can be done about hours: write the file that the office uploads, and leave no number behind.

The 身分證字號 come from a file of the office's own, are held in memory for the length of one export, and go
into the upload file alone: neither the office file nor the journal nor any message has them.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bureau.calendar import day_of
from bureau.causes import cause_of
from bureau.language import _
from bureau.office import Office
from bureau.problem import Place, Problem, in_file
from bureau.roles import Actor, Role
from bureau.sheet import ColumnSpec, Table, read_table
from bureau.text import clean_line, fold
from training.desk import TrainingDesk
from training.hours import (
    ColumnSet,
    Constant,
    ConstantsError,
    Credited,
    HoursError,
    HoursRules,
    MissingNumbersError,
    UnmappedError,
    credited,
    encodes,
    faults,
    files_of,
    read_columns,
    rows_of,
    substituted,
    unmapped,
    unmapped_in,
)
from training.identity import IdentityError, IdNumber, id_number
from training.rules import TrainingRules
from training.session import Session

SETS = Path(__file__).with_name("hours")
"""The sets of columns that come with the program."""

EXPORT = "session.hours"
"""The act of writing an upload file."""

_STAFF_NO, _NAME, _ID = "員工編號", "姓名", "身分證字號"
_ID_COLUMNS = (
    ColumnSpec(_STAFF_NO, ("人員編號", "員編", "工號")),
    ColumnSpec(
        _ID, ("身分證號", "身分證統一編號", "國民身分證統一編號", "身分證號碼", "統一證號", "身份證字號")
    ),
    ColumnSpec(_NAME, ("人員姓名",), required=False),
)
_OWNER_ONLY = 0o600
_COURSE_NAME = "course_name"


@dataclass(frozen=True)
class Exported:
    """What an export wrote.

    Attributes:
        files: in order.
        rows: how many people are in them.
        left_out: 員工編號 and name of those credited whose number the file did not have.
        not_entered: how many of those expected have no attendance recorded.
        substitutes: what was written for characters that the encoding lacks.
        columns: the set.
    """

    files: tuple[Path, ...]
    rows: int
    left_out: tuple[tuple[str, str], ...]
    not_entered: int
    substitutes: Mapping[str, str]
    columns: ColumnSet


class HoursDesk:
    """The act of exporting hours.

    Attributes:
        office: the opened file.
        training: whose sessions they are.
    """

    def __init__(self, office: Office, training: TrainingDesk) -> None:
        self.office = office
        self.training = training

    def sets(self) -> list[ColumnSet]:
        """Give the sets that come with the program."""
        paths = sorted(SETS.glob("*.toml"))
        return [read_columns(path.read_text(encoding="utf-8"), path.name) for path in paths]

    def set_text(self, code: str) -> str:
        """Give a shipped set's file, to be changed into one of the office's own.

        Raises:
            HoursError: there is none of that code.
        """
        path = SETS / f"{self.columns(code).code}.toml"
        return path.read_text(encoding="utf-8")

    def columns(self, given: str) -> ColumnSet:
        """Give a set by its code, or by the path of a file that ends in .toml.

        Raises:
            HoursError: there is none, or the file is wrong.
        """
        if given.endswith(".toml"):
            path = Path(given)
            try:
                text = path.read_text(encoding="utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                raise HoursError(
                    _("不能讀取欄位組檔（{detail}）。").format(
                        detail=error.strerror if isinstance(error, OSError) else _("不是 UTF-8")
                    ),
                    place=in_file(path),
                    remedy=_("請確認檔名與編碼。"),
                ) from None
            return read_columns(text, path.name)
        known = self.sets()
        found = next((each for each in known if each.code == given), None)
        if found is None:
            raise HoursError(
                _("沒有欄位組「{code}」。").format(code=given),
                remedy=_("可用：{codes}；或給一個 .toml 檔。").format(
                    codes="、".join(each.code for each in known)
                ),
            )
        return found

    def usual(self, day: date) -> str:
        """Give the set that the office's rules name for a day."""
        return self.office.rules(day).of(HoursRules).columns

    def constants(self, columns: ColumnSet, day: date) -> list[tuple[Constant, str]]:
        """Give what a set asks for, each with what the office's rules say (`""`: nothing)."""
        said = self.office.rules(day).of(HoursRules).constants
        return [(each, said.get(each.key, "")) for each in columns.constant]

    def export(
        self,
        session_id: str,
        ids: Path,
        out: Path,
        *,
        by: Actor,
        at: datetime,
        columns: str = "",
        constants: Mapping[str, str] | None = None,
        substitutes: Mapping[str, str] | None = None,
        leave_out: bool = False,
    ) -> Exported:
        """Write the upload file of a session's hours; the journal says who wrote it, never the numbers.

        Args:
            session_id: which session.
            ids: .xlsx or .csv with 員工編號 and 身分證字號 (and 姓名, which is then compared).
            out: ends in .csv; replaced when it exists. More rows than one file takes go to …-1.csv, …-2.csv.
            by: a trainer or administrator.
            at: the moment.
            columns: code of a set or path of its file; `""`: as the rules say.
            constants: what the platform asks for, by key; they stand before those of the rules.
            substitutes: what is written for characters that the file's encoding lacks; they stand before
                those of the rules.
            leave_out: whether those without a number are left out; else nothing is written.

        Raises:
            SheetError: the file of numbers cannot be read.
            HoursError: everything that is lacking or wrong; nothing is written.
        """
        by.require(Role.TRAINER)
        session = self.training.session(session_id)
        chosen = self.columns(columns or self.usual(day_of(at)))
        _check_places(ids, out)
        said = self._constants(chosen, constants or {}, day_of(at))
        people, not_entered = self._credited(session)
        numbers = _numbers(read_table(ids, _ID_COLUMNS), {each.staff_no: each.name for each in people})
        listed = [each for each in people if each.staff_no in numbers]
        left_out = [(each.staff_no, each.name) for each in people if each.staff_no not in numbers]
        _check_missing(left_out, leave_out=leave_out and bool(listed))
        rows = rows_of(chosen, session, listed, numbers, said)
        instead = self._substitutes(chosen, substitutes or {}, day_of(at))
        used = {each: instead[each] for each in unmapped_in(chosen, rows) if each in instead}
        rows = substituted(chosen, rows, instead)
        _check_rows(chosen, listed, rows)
        contents = files_of(chosen, rows)
        paths = _paths(out, len(contents))
        written = False
        try:
            with self.office.act(EXPORT, by=by, at=at) as act:
                act.record(
                    session_id,
                    columns=chosen.code,
                    hours={each.staff_no: f"{each.hours:.2f}" for each in listed},
                    left_out=[staff_no for staff_no, _name in left_out],
                    substitutes=used,
                    files=len(paths),
                )
                _write(paths, contents)
                written = True
        except BaseException:
            # No file goes out of which the journal does not tell.
            _removed(paths if written else ())
            raise
        return Exported(tuple(paths), len(rows), tuple(left_out), not_entered, used, chosen)

    def _constants(self, columns: ColumnSet, given: Mapping[str, str], today: date) -> dict[str, str]:
        known = {each.key for each in columns.constant} | {_COURSE_NAME}
        if unknown := sorted(set(given) - known):
            raise HoursError(
                _("欄位組 {code} 沒有「{names}」。").format(code=columns.code, names="、".join(unknown)),
                remedy=_("可以給的有：{names}。").format(names="、".join(sorted(known))),
            )
        said = {**self.office.rules(today).of(HoursRules).constants}
        said |= {key: clean_line(text) for key, text in given.items() if clean_line(text)}
        if lacking := columns.lacking(said):
            raise ConstantsError(
                _("平台要的代碼還沒有設定，沒有寫入任何檔案。"),
                remedy=_(
                    "請向人事單位查明，寫進規則檔的 [hours.constants]，"
                    "或這次在匯出的畫面填（指令：--constant 代碼=值）。"
                ),
                constants=lacking,
            )
        return said

    def _substitutes(self, columns: ColumnSet, given: Mapping[str, str], today: date) -> dict[str, str]:
        said = self.office.rules(today).of(HoursRules).substitutes
        return {each: said[each] for each in said if not encodes(each, columns.encoding)} | dict(given)

    def _credited(self, session: Session) -> tuple[list[Credited], int]:
        expected = self.training.expected(session.id)
        names = {person.staff_no: person.name for person in self.office.ground.everybody()}
        rules = self.office.rules(session.day).of(TrainingRules)
        people = credited(session, expected, names, rules)
        if not people:
            raise HoursError(
                _("場次 {session} 還沒有人有核給時數。").format(session=session.name),
                remedy=_("請先登錄出席：courtesy session attend。"),
            )
        return people, sum(each.attendance is None for each in expected)


def _check_places(ids: Path, out: Path) -> None:
    if out.suffix.lower() != ".csv":
        raise HoursError(
            _("上傳檔要存成 .csv。"), place=Place(file=out.name), remedy=_("請改檔名，例如 時數.csv。")
        )
    if out.resolve() == ids.resolve():
        raise HoursError(
            _("上傳檔不能蓋掉身分證字號檔。"), place=Place(file=out.name), remedy=_("請換一個檔名。")
        )


def _check_missing(left_out: Sequence[tuple[str, str]], *, leave_out: bool) -> None:
    if left_out and not leave_out:
        raise MissingNumbersError(
            _("{count} 位沒有身分證字號，沒有寫入任何檔案。").format(count=len(left_out)),
            remedy=_("請補進身分證字號檔；或說明這些人這次不列入（--leave-out）。"),
            problems=[Problem(f"{staff_no} {name}") for staff_no, name in left_out],
        )


def _check_rows(columns: ColumnSet, people: Sequence[Credited], rows: Sequence[Sequence[str]]) -> None:
    if problems := faults(columns, people, rows):
        raise HoursError(
            _("時數檔有 {count} 處要改，沒有寫入任何檔案。").format(count=len(problems)), problems=problems
        )
    if lacking := unmapped(columns, people, rows):
        raise UnmappedError(
            _("檔案的編碼（{encoding}）寫不出下面這些字，沒有寫入任何檔案。").format(
                encoding=columns.encoding
            ),
            remedy=_("請與平台確認怎麼寫，再以代替字匯出（--substitute 堃=坤）；程式不會自己換掉或丟掉。"),
            unmapped=lacking,
        )


def _numbers(table: Table, needed: Mapping[str, str]) -> dict[str, IdNumber]:
    """Give the numbers of those who need one; every fault of the file at once, and none with a number.

    Args:
        table: the file.
        needed: names by 員工編號.

    Raises:
        HoursError: a number or a person stands there twice, a number is wrong, a name is somebody else's.
    """
    table.require_sound()
    problems: list[Problem] = []
    people: dict[str, int] = {}
    numbers: dict[str, int] = {}
    found: dict[str, IdNumber] = {}
    for row in table.rows:
        staff_no, text = row.values.get(_STAFF_NO, ""), row.values.get(_ID, "")
        if not staff_no or not text:
            # Whoever has no number is named among the missing, if one is needed.
            continue
        if staff_no in people:
            what = _("員工編號和第 {row} 列相同。").format(row=people[staff_no])
            problems.append(Problem(what, table.place(row.number), _("請只留一列。")))
        people.setdefault(staff_no, row.number)
        if fold(text) in numbers:
            what = _("身分證字號和第 {row} 列相同。").format(row=numbers[fold(text)])
            problems.append(Problem(what, table.place(row.number, _ID), _("請查對是誰的。")))
        numbers.setdefault(fold(text), row.number)
        name = row.values.get(_NAME, "")
        if staff_no in needed and name and fold(name) != fold(needed[staff_no]):
            # What is written there is not repeated: columns may be mixed up.
            what = _("員工編號 {staff_no} 是{name}，這一列的姓名不同。").format(
                staff_no=staff_no, name=needed[staff_no]
            )
            problems.append(Problem(what, table.place(row.number, _NAME), _("請查對是否填錯列。")))
        if staff_no in needed:
            try:
                found[staff_no] = id_number(text)
            except IdentityError as error:
                problems.append(Problem(error.what, table.place(row.number, _ID), error.remedy))
    if problems:
        raise HoursError(
            _("身分證字號檔有 {count} 處要改，沒有寫入任何檔案。").format(count=len(problems)),
            problems=problems,
        )
    return found


def _paths(out: Path, count: int) -> list[Path]:
    if count == 1:
        return [out]
    return [out.with_name(f"{out.stem}-{number}{out.suffix}") for number in range(1, count + 1)]


def _write(paths: Sequence[Path], contents: Iterable[bytes]) -> None:
    """Write all files or none, for the eyes of their owner only where the system has such a thing."""
    parts = [path.with_name(f".{path.name}.part") for path in paths]
    placed: list[Path] = []
    try:
        for part, content in zip(parts, contents, strict=True):
            part.unlink(missing_ok=True)
            handle = os.open(
                part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _OWNER_ONLY
            )
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(handle)
        for part, path in zip(parts, paths, strict=True):
            part.replace(path)
            placed.append(path)
    except BaseException as error:
        # Nobody is left with a part of it, least of all with numbers in it.
        _removed((*parts, *placed))
        if isinstance(error, OSError):
            raise HoursError(
                _("不能寫入檔案（{detail}）。").format(detail=cause_of(error, writing=True)),
                place=in_file(paths[0]),
                remedy=_("請關閉正在使用這個檔案的程式，並確認資料夾存在、可以寫入。"),
            ) from None
        raise


def _removed(paths: Iterable[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)
