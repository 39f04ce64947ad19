"""Small acts on one paper from the list of papers: printing it, and more time for a person."""

from typing import TYPE_CHECKING

from bureau.language import _
from bureau.problem import Refused
from tui.widgets.dialog import Choose, Field, Form, Message, typed_path
from tui.widgets.listing import Column

if TYPE_CHECKING:
    from tui.widgets.place import Place

_DIGITS = 3


async def print_sheet(place: "Place", paper_id: str, title: str) -> None:
    """Ask what shall be printed and where to, and print it.

    Raises:
        Refused: the file cannot be written.
    """
    rows = [
        (_("題本"), _("題目與選項，沒有答案")),
        (_("答案卷"), _("勾選答案的表")),
        (_("答案（密）"), _("正確答案、配分、說明與法令依據")),
    ]
    chosen = await place.app.push_screen_wait(
        Choose(_("印「{title}」").format(title=title), [Column(_("文件"), 12), Column(_("內容"))], rows)
    )
    if chosen is None:
        return
    name = (_("題本"), _("答案卷"), _("答案"))[chosen]
    answers = await place.app.push_screen_wait(
        Form(
            _("印{what}").format(what=name),
            [Field("path", _("存成（.pdf）"), f"{paper_id}-{name}.pdf", check=_filled)],
        )
    )
    if answers is None:
        return
    path, by, now = typed_path(answers["path"]), place.house.by, place.house.now

    from quiz_bank import paper_sheet  # noqa: PLC0415 - reportlab only when something is printed

    prints = (paper_sheet.print_paper, paper_sheet.print_answer_sheet, paper_sheet.print_key)[chosen]
    report = await place.house.ask(lambda desks: prints(desks.quiz, paper_id, path, by=by, at=now))
    lines = [_("已印到 {path}，共 {pages} 頁。").format(path=path, pages=report.pages)]
    lines += [_("字型沒有這個字：{what}").format(what=missing) for missing in report.missing]
    await place.app.push_screen(Message(name, lines))


async def give_extra_time(place: "Place", paper_id: str, title: str) -> bool:
    """Ask who needs how much more time and why, and grant it; say whether something was granted.

    Raises:
        Refused: nobody of that number, handed in already, no reason, or one's own.
    """
    answers = await place.app.push_screen_wait(
        Form(
            _("延長作答時間"),
            [
                Field("who", _("員工編號"), check=_filled),
                Field("minutes", _("延長分鐘數"), hint=_("0 到 600；0 為取消"), check=_minutes),
                Field("reason", _("理由"), hint=_("例如 視力障礙；會記在日誌"), check=_filled),
            ],
            _("「{title}」：開始作答前後都可以延長，但不超過截止日。").format(title=title),
        )
    )
    if answers is None:
        return False
    who, minutes, by, now = (
        answers["who"].strip(),
        _minutes(answers["minutes"]),
        place.house.by,
        place.house.now,
    )
    await place.house.ask(
        lambda desks: desks.quiz.grant_extra_time(
            paper_id, who, minutes, reason=answers["reason"], by=by, at=now
        )
    )
    place.house.tell(_("{who} 延長 {minutes} 分鐘。").format(who=who, minutes=minutes))
    return True


def _filled(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))


def _minutes(text: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > _DIGITS:
        raise Refused(_("應為分鐘數，如 20。"))
    return int(plain)
