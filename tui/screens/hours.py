"""The way to the upload file of a session's hours: columns, codes, numbers, and where to."""

from functools import partial
from typing import TYPE_CHECKING

from bureau.language import _
from training.hours import ColumnSet, MissingNumbersError, UnmappedError
from training.hours_desk import Exported
from training.session import Session
from tui.hours_words import substituted_in_words
from tui.widgets.dialog import Choose, Confirm, Field, Form, Message, typed_path
from tui.widgets.listing import Column
from tui.widgets.place import Place

if TYPE_CHECKING:
    from tui.desks import Desks

_CONSTANT = "constant-"
_CHARACTER = "character-"


async def export_hours(here: Place, session: Session) -> None:
    """Ask for what an export needs, write it, and say what to do with the file.

    Raises:
        Refused: what is wrong or lacking; nothing was written.
    """
    house, today = here.house, here.house.today
    sets, usual = await house.ask(lambda desks: (desks.hours.sets(), desks.hours.usual(today)))
    sets.sort(key=lambda each: each.code != usual)
    chosen = await here.app.push_screen_wait(
        Choose(
            _("時數上傳檔：{session}").format(session=session.title),
            [Column(_("代碼"), 13), Column(_("欄位組"))],
            [(each.code, each.title) for each in sets],
            _("第一列是規則裡平常用的。第一次上傳前，請人事單位確認一次欄位。"),
        )
    )
    if chosen is None:
        return
    columns = sets[chosen]
    asked = await house.ask(lambda desks: desks.hours.constants(columns, today))
    answers = await here.app.push_screen_wait(
        Form(
            columns.title,
            [
                *(Field(_CONSTANT + each.key, each.label, value, hint=each.hint) for each, value in asked),
                Field("ids", _("身分證字號檔"), hint=_("員工編號、身分證字號（.xlsx 或 .csv）")),
                Field("out", _("存成（.csv）"), _("時數.csv")),
            ],
            _("身分證字號只在這次匯出讀，不會存下來，也不會出現在任何訊息裡。"),
        )
    )
    if answers is None:
        return
    constants = {
        name.removeprefix(_CONSTANT): text for name, text in answers.items() if name.startswith(_CONSTANT)
    }
    ids, out = typed_path(answers["ids"]), typed_path(answers["out"])
    by, now = house.by, house.now
    substitutes: dict[str, str] = {}

    def export(desks: "Desks", *, leave_out: bool) -> Exported:
        return desks.hours.export(
            session.id,
            ids,
            out,
            by=by,
            at=now,
            columns=columns.code,
            constants=constants,
            substitutes=substitutes,
            leave_out=leave_out,
        )

    leave_out = False
    done: Exported | None = None
    while done is None:
        try:
            done = await house.ask(partial(export, leave_out=leave_out))
        except MissingNumbersError as refusal:
            leave_out = await here.app.push_screen_wait(
                Confirm(
                    _("這些人沒有身分證字號，這次不列入嗎？"),
                    [*(str(problem) for problem in refusal.problems), "", _("按 N 就不寫入任何檔案。")],
                )
            )
            if not leave_out:
                return
        except UnmappedError as refusal:
            more = await _substitutes(here, columns, refusal)
            if not more:
                return
            substitutes |= more
    await here.app.push_screen_wait(Message(_("時數上傳檔"), _said(done)))


async def _substitutes(here: Place, columns: ColumnSet, refusal: UnmappedError) -> dict[str, str] | None:
    """Show what cannot be written, and ask what is to be written instead; None: nothing is."""
    await here.app.push_screen_wait(Message(_("沒有完成"), refusal.lines(), "error"))
    places = dict(enumerate(refusal.characters))
    answers = await here.app.push_screen_wait(
        Form(
            _("{encoding} 寫不出的字改寫成什麼").format(encoding=columns.encoding),
            [
                Field(f"{_CHARACTER}{place}", f"{character} U+{ord(character):04X}", hint=_("代替的字"))
                for place, character in places.items()
            ],
            _("請與平台確認寫法；有一個字空白就不寫入任何檔案。代替了什麼會記入日誌。"),
        )
    )
    if answers is None:
        return None
    given = {character: answers[f"{_CHARACTER}{place}"].strip() for place, character in places.items()}
    return {character: instead for character, instead in given.items() if instead}


def _said(done: Exported) -> list[str]:
    lines = [_("已寫入 {path}。").format(path=path) for path in done.files]
    lines += [
        _("沒有身分證字號，未列入：{staff_no} {name}").format(staff_no=staff_no, name=name)
        for staff_no, name in done.left_out
    ]
    lines.append(_("{columns}，共 {rows} 人。").format(columns=done.columns.title, rows=done.rows))
    if done.substitutes:
        lines.append(substituted_in_words(done.substitutes))
    if done.not_entered:
        lines.append(_("還有 {count} 人沒有登錄出席，未列入。").format(count=done.not_entered))
    return [*lines, "", _("檔案含身分證字號：上傳完請刪除，身分證字號檔也請收好。")]
