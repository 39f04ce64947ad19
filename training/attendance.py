"""A filled sign-in sheet: read from a table, and held against the session and who is expected there."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, time
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from bureau.calendar import roc
from bureau.language import _
from bureau.problem import Place, Problem
from bureau.sheet import ColumnSpec, Table, TableRow
from bureau.text import fold
from training.session import Attendance, Expected, Session, SessionError, Status, attendance

NUMBER = "列號"
STAFF_NO = "員工編號"
NAME = "姓名"
STATUS = "出席情形"
MINUTES = "在場分鐘"
ARRIVED = "到場時間"
LEFT = "離開時間"

COLUMNS = (
    ColumnSpec(NUMBER, ("序號", "項次"), required=False),
    ColumnSpec(STAFF_NO, ("人員編號", "員編", "工號")),
    ColumnSpec(NAME, ("人員姓名",), required=False),
    ColumnSpec("科室", ("單位", "部門"), required=False),
    ColumnSpec(STATUS, ("出席狀態", "出席", "出缺勤", "狀態", "簽到情形"), required=False),
    ColumnSpec(MINUTES, ("分鐘", "分鐘數", "出席分鐘", "在場時間"), required=False),
    ColumnSpec(ARRIVED, ("簽到時間", "報到時間", "簽到"), required=False),
    ColumnSpec(LEFT, ("簽退時間", "離場時間", "簽退"), required=False),
    ColumnSpec("備註", required=False),
)
"""What a sheet may hold; the row of a person says at least the 員工編號."""

_WORDS = {
    Status.PRESENT: ("出席", "到", "已到", "實到", "簽到", "present", "v", "y", "○", "✓", "✔"),
    Status.OFFICIAL: ("公假", "公差", "公出", "出差", "official"),
    Status.LEAVE: ("請假", "事假", "病假", "休假", "事病假", "補休", "leave"),
    Status.ABSENT: ("缺席", "未到", "缺課", "曠職", "absent", "x", "×", "✗"),
}
T = TypeVar("T")

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?|(\d{2})(\d{2})")


class Noted(BaseModel):
    """What was noted of one person; what is left open is None.

    Attributes:
        name: as it stands on the sheet, to catch a slipped row; `""`: it does not.
        place: where it was noted.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    staff_no: str
    name: str = ""
    status: Status | None = None
    minutes: int | None = None
    arrived: time | None = None
    left: time | None = None
    place: Place | None = None

    @property
    def blank(self) -> bool:
        """Whether nothing was noted."""
        return self.status is None and self.minutes is None and self.arrived is None and self.left is None


def read(table: Table) -> tuple[list[Noted], list[Problem]]:
    """Read a filled sheet; give what it notes, and what of it cannot be read."""
    noted, problems = [], list(table.problems)
    for row in table.rows:
        try:
            noted.append(_noted(table, row))
        except SessionError as error:
            problems.append(Problem(error.what, error.place, error.remedy))
    return noted, problems


def check(
    session: Session,
    expected: Sequence[Expected],
    noted: Iterable[Noted],
    *,
    names: Mapping[str, str],
    today: date,
) -> tuple[list[Attendance], list[Problem]]:
    """Hold what was noted against the session; give the attendances and every fault.

    Args:
        session: the session.
        expected: its list.
        noted: in the order of the sheet.
        names: of the people expected, by 員工編號.
        today: presence cannot be recorded before the session's day.
    """
    known = {each.staff_no for each in expected}
    first: dict[str, Noted] = {}
    good, problems = [], []
    for each in noted:
        fault = _fault(session, each, known, names, first.get(each.staff_no), today)
        first.setdefault(each.staff_no, each)
        if fault:
            problems.append(fault)
        elif not each.blank:
            try:
                good.append(
                    attendance(
                        session,
                        each.staff_no,
                        each.status or Status.PRESENT,
                        minutes=each.minutes,
                        arrived=each.arrived,
                        left=each.left,
                    )
                )
            except SessionError as error:
                problems.append(Problem(_whose(each, error.what), each.place, error.remedy))
    return good, problems


def status_from(text: str) -> Status:
    """Read a status as people write it.

    Raises:
        SessionError: nobody writes it so.
    """
    # ○ and × are punctuation to `fold`, which would take them away.
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    for status, words in _WORDS.items():
        if plain in words:
            return status
    raise SessionError(
        _("「{text}」不是出席情形。").format(text=text),
        remedy=_("可用：{words}。").format(words="、".join(status.label for status in Status)),
    )


def clock_from(text: str) -> time:
    """Read a time of day such as 14:05 or 1405.

    Raises:
        SessionError: the text is no time.
    """
    # A spreadsheet may give the day with it.
    plain = unicodedata.normalize("NFKC", text).strip().rpartition(" ")[2]
    match = _CLOCK.fullmatch(plain)
    if match:
        with suppress(ValueError):
            return time(int(match[1] or match[3]), int(match[2] or match[4]))
    raise SessionError(_("「{text}」不是時間。").format(text=text), remedy=_("請寫成 14:05。"))


def minutes_from(text: str) -> int:
    """Read whole minutes.

    Raises:
        SessionError: the text is no whole number.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("分鐘").removesuffix("分").strip()
    if not (plain.isascii() and plain.isdigit()):
        raise SessionError(_("「{text}」不是分鐘數。").format(text=text), remedy=_("請填整數。"))
    return int(plain)


def _noted(table: Table, row: TableRow) -> Noted:
    values = row.values

    def taken(column: str, reader: Callable[[str], T]) -> T | None:
        text = values.get(column, "")
        try:
            return reader(text) if text else None
        except SessionError as error:
            raise SessionError(
                error.what, place=table.place(row.number, column), remedy=error.remedy
            ) from None

    return Noted(
        staff_no=values.get(STAFF_NO, ""),
        name=values.get(NAME, ""),
        status=taken(STATUS, status_from),
        minutes=taken(MINUTES, minutes_from),
        arrived=taken(ARRIVED, clock_from),
        left=taken(LEFT, clock_from),
        place=table.place(row.number),
    )


def _fault(
    session: Session,
    noted: Noted,
    known: set[str],
    names: Mapping[str, str],
    earlier: Noted | None,
    today: date,
) -> Problem | None:
    what = remedy = ""
    if not noted.staff_no:
        what, remedy = _("沒有員工編號。"), _("請補上員工編號。")
    elif earlier is not None:
        row = earlier.place.row if earlier.place else None
        what = _("{staff_no} 登錄了兩次。").format(staff_no=noted.staff_no)
        remedy = _("第 {row} 列已有這個人，請刪去一列。").format(row=row) if row else _("請只留一筆。")
    elif noted.staff_no not in known:
        what = _("{staff_no}{name} 不在這一場的應到名單。").format(staff_no=noted.staff_no, name=noted.name)
        remedy = _("請查對編號，或先用 courtesy session expect 加入。")
    elif noted.name and fold(noted.name) != fold(names.get(noted.staff_no, noted.name)):
        what = _("員工編號 {staff_no} 是{name}，這裡寫的是{given}。").format(
            staff_no=noted.staff_no, name=names[noted.staff_no], given=noted.name
        )
        remedy = _("請查對是否填錯列。")
    elif today < session.day and not noted.blank and noted.status not in {Status.LEAVE, Status.OFFICIAL}:
        what = _("{staff_no} 的出缺席登錄早於場次日期 {day}。").format(
            staff_no=noted.staff_no, day=roc(session.day)
        )
        remedy = _("場次當天起才能登錄；事先只能登錄請假或公假。")
    return Problem(what, noted.place, remedy) if what else None


def _whose(noted: Noted, what: str) -> str:
    return _("{staff_no}：{what}").format(staff_no=noted.staff_no, what=what)
