"""簽到: the rows of a printed sheet, the codes on it, and what was entered by them.

A row belongs to one person for as long as the session exists: who is added later gets the next row. A sheet
is one printing; it lists rows, and its codes hold until the session is moved. A code holds no personal data:
`C1-A2-1-17-K7QX` is row 17 of sheet 1 of session A2, with check characters that only that sheet gives. Its
characters are those of the alphanumeric mode of ISO/IEC 18004, and a scanner that acts as a keyboard types
them without the shift of a layout.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bureau.calendar import TAIPEI
from bureau.language import _
from training.attendance import Noted
from training.session import Expected, Session, SessionError, Status, minutes_between

MOST_ROWS = 9999

_MARK = "C1"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, which are taken for others."""
_CHECK = 4
_CODE = re.compile(rf"{_MARK}-([A-Z]+\d+)-(\d{{1,4}})-(\d{{1,4}})-([{_ALPHABET}]{{{_CHECK}}})")
_ROW = re.compile(r"\d{1,4}")


class NotExpected(SessionError):
    """Somebody is entered who is not expected; the person can be added.

    Attributes:
        staff_no: who.
    """

    def __init__(self, what: str, *, remedy: str, staff_no: str) -> None:
        self.staff_no = staff_no
        super().__init__(what, remedy=remedy)


class SheetRow(BaseModel):
    """One row of a session's sheets; it never changes.

    Attributes:
        number: from 1.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    staff_no: str


class Sheet(BaseModel):
    """One printed sign-in sheet.

    Attributes:
        number: of the printing, from 1 in each session.
        salt: by which its check characters differ from those of any other sheet.
        rows: the numbers of the rows it lists.
        voided_at: since when it no longer holds; None: it does.
        void_reason: why.
    """

    model_config = ConfigDict(frozen=True)

    session: str
    number: int
    salt: str
    rows: tuple[int, ...]
    printed_at: datetime
    voided_at: datetime | None = None
    void_reason: str = ""

    def check(self, row: int) -> str:
        """Give the check characters of a row: 20 bits of a SHA-256."""
        text = f"courtesy-sign-in/1\n{self.salt}\n{self.session}\n{self.number}\n{row}"
        bits = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> (32 - 5 * _CHECK)
        return "".join(_ALPHABET[bits >> 5 * place & 31] for place in reversed(range(_CHECK)))

    def code(self, row: int) -> str:
        """Give the text of a row's code."""
        return f"{_MARK}-{self.session}-{self.number}-{row}-{self.check(row)}"


class Code(BaseModel):
    """A code as it was read."""

    model_config = ConfigDict(frozen=True)

    session: str
    sheet: int
    row: int
    check: str


class Way(StrEnum):
    """What reading a row means."""

    CLOCK = "clock"
    PRESENT = "present"
    OFFICIAL = "official"
    LEAVE = "leave"
    ABSENT = "absent"

    @property
    def label(self) -> str:
        """The way in words."""
        return _("簽到／簽退") if self is Way.CLOCK else Status(self.value).label

    @property
    def status(self) -> Status | None:
        """The status that is set; None: the clock is read."""
        return None if self is Way.CLOCK else Status(self.value)


class EntryKind(StrEnum):
    """What one entry says of a person."""

    ARRIVED = "arrived"
    LEFT = "left"
    PRESENT = "present"
    OFFICIAL = "official"
    LEAVE = "leave"
    ABSENT = "absent"

    @property
    def label(self) -> str:
        """The entry in words."""
        if self is EntryKind.ARRIVED:
            return _("簽到")
        return _("簽退") if self is EntryKind.LEFT else Status(self.value).label


class Entry(BaseModel):
    """One row that was read.

    Attributes:
        place: from 1 in each session, in the order of reading.
        at: the moment.
        undone: whether it was taken back.
    """

    model_config = ConfigDict(frozen=True)

    place: int
    staff_no: str
    kind: EntryKind
    at: datetime
    undone: bool = False


class Signed(BaseModel):
    """What the entries of one person come to.

    Attributes:
        status: the last that was set; 出席 for who has signed in.
    """

    model_config = ConfigDict(frozen=True)

    status: Status
    arrived: time | None = None
    left: time | None = None

    @property
    def text(self) -> str:
        """Such as 14:02－ or 請假."""
        if self.arrived is None:
            return self.status.label
        left = f"{self.left:%H:%M}" if self.left else ""
        return f"{self.arrived:%H:%M}－{left}"


def read_code(text: str) -> Code | int:
    """Read what a scanner or a person typed: a code, or the number of a row.

    Raises:
        SessionError: it is neither.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if match := _CODE.fullmatch(plain):
        return Code(session=match[1], sheet=int(match[2]), row=int(match[3]), check=match[4])
    if _ROW.fullmatch(plain) and int(plain):
        return int(plain)
    raise SessionError(
        _("「{text}」不是簽到條碼，也不是列號。").format(text=text.strip()),
        remedy=_("請再刷一次，或輸入列號；條碼讀成亂碼時，請把輸入法切到英文。"),
    )


def row_of(code: Code, session: Session, sheets: Iterable[Sheet]) -> int:
    """Give the row that a code names.

    Raises:
        SessionError: it is the code of another session, of no sheet or of a void one, or it was misread.
    """
    if code.session != session.id:
        raise SessionError(
            _("這是場次 {other} 的條碼，現在登錄的是 {id}（{session}）。").format(
                other=code.session, id=session.id, session=session.name
            ),
            remedy=_("請換成這一場的簽到表，或打開那一場再登錄。"),
        )
    sheet = next((each for each in sheets if each.number == code.sheet), None)
    if sheet is None:
        raise SessionError(
            _("這一場沒有印過第 {number} 版簽到表。").format(number=code.sheet),
            remedy=_("請查對是不是別的資料檔印的簽到表。"),
        )
    if sheet.check(code.row) != code.check or code.row not in sheet.rows:
        raise SessionError(
            _("條碼的檢查碼不對，不是這一場第 {number} 版簽到表的條碼。").format(number=code.sheet),
            remedy=_("請再刷一次，或輸入列號。"),
        )
    if sheet.voided_at:
        raise SessionError(
            _("第 {number} 版簽到表已經作廢（{reason}）。").format(
                number=code.sheet, reason=sheet.void_reason
            ),
            remedy=_("請用重印的簽到表，或輸入列號。"),
        )
    return code.row


def more_rows(rows: Sequence[SheetRow], expected: Iterable[Expected]) -> list[SheetRow]:
    """Give rows to those expected who have none yet: the next numbers, in the order of the list.

    Raises:
        SessionError: there would be more rows than a session can have.
    """
    known = {row.staff_no for row in rows}
    last = max((row.number for row in rows), default=0)
    new = [each.staff_no for each in expected if each.staff_no not in known]
    if last + len(new) > MOST_ROWS:
        raise SessionError(_("一場至多 {most} 列。").format(most=MOST_ROWS), remedy=_("請另外新增一場。"))
    return [SheetRow(number=last + place, staff_no=staff_no) for place, staff_no in enumerate(new, 1)]


def signed(entries: Iterable[Entry]) -> dict[str, Signed]:
    """Give what the entries that hold come to, by 員工編號."""
    found: dict[str, Signed] = {}
    for entry in entries:
        if entry.undone:
            continue
        clock = local_clock(entry.at)
        if entry.kind is EntryKind.ARRIVED:
            found[entry.staff_no] = Signed(status=Status.PRESENT, arrived=clock)
        elif entry.kind is EntryKind.LEFT:
            found[entry.staff_no] = found[entry.staff_no].model_copy(update={"left": clock})
        else:
            found[entry.staff_no] = Signed(status=Status(entry.kind.value))
    return found


def noted_of(staff_no: str, one: Signed) -> Noted:
    """Give what was signed as it enters the attendance."""
    return Noted(staff_no=staff_no, status=one.status, arrived=one.arrived, left=one.left)


def next_entry(
    session: Session, name: str, before: Signed | None, way: Way, at: datetime, *, apart: int
) -> EntryKind:
    """Say what reading a person's row means now: the first time 簽到, the second 簽退, or a status.

    Args:
        session: the session.
        name: of the person, for words.
        before: what was read before.
        way: what reading a row means.
        at: the moment.
        apart: minutes that must lie between signing in and out.

    Raises:
        SessionError: read twice, before or after the session, or entered otherwise already.
    """
    undo = _("讀錯了請先復原，或在出席登錄改正。")
    if way is not Way.CLOCK:
        if before is not None:
            raise SessionError(
                _("{name} 已經登錄（{what}）。").format(name=name, what=before.text), remedy=undo
            )
        return EntryKind(way.value)
    clock = local_clock(at)
    if before is None:
        if clock >= session.end:
            raise SessionError(
                _("場次 {end} 已經結束，不能再簽到。").format(end=f"{session.end:%H:%M}"),
                remedy=_("要補登，請改用「出席」等情形。"),
            )
        return EntryKind.ARRIVED
    if before.arrived is None or before.left is not None:
        raise SessionError(
            _("{name} 已經登錄（{what}），不能再簽一次。").format(name=name, what=before.text), remedy=undo
        )
    if clock < session.start or minutes_between(before.arrived, clock) < apart:
        raise SessionError(
            _("{name} 剛才 {clock} 已經簽到，這一次不算簽退。").format(
                name=name, clock=f"{before.arrived:%H:%M}"
            ),
            remedy=_("簽退要在開始以後，而且離簽到至少 {apart} 分鐘。").format(apart=apart),
        )
    return EntryKind.LEFT


def local_clock(at: datetime) -> time:
    """Give the time of day in Taipei, in whole minutes."""
    return at.astimezone(TAIPEI).time().replace(second=0, microsecond=0, tzinfo=None)
