"""Taking a file of questions into the bank, step by step: read, compare, ask, write."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from bureau.language import _
from bureau.problem import Refused
from quiz_bank.formats.reading import ENCODINGS, FORMATS, NotUtf8
from quiz_bank.formats.staged import Staged
from quiz_bank.imported import Imported
from tui.widgets.dialog import Confirm, Field, Form, typed_path
from tui.widgets.place import Place

if TYPE_CHECKING:
    from tui.desks import Desks

_LINES_SHOWN = 12


async def take_in(place: Place) -> bool:
    """Ask for a file and take it in; say whether the bank changed.

    Raises:
        Refused: the file cannot be read, or a question in it is wrong.
    """
    answers = await place.app.push_screen_wait(
        Form(
            _("匯入題庫"),
            [Field("path", _("檔案"), hint=_("可以把檔案拖進視窗"), check=_existing)],
            _(
                "可以讀的格式：{formats}。先看會新增和更新哪些題目，確認後才寫入；有一題不對就整份不收。"
            ).format(formats="、".join(name.upper() for name in FORMATS)),
        )
    )
    if answers is None:
        return False
    path = typed_path(answers["path"])
    try:
        return await compare(place, lambda desks: desks.bank.stage(path), path.name)
    except NotUtf8 as refusal:
        if not refusal.preview:
            raise
        lines = [
            _("看來是 Big5，有一列會讀成："),
            refusal.preview,
            _("讀得對就按 Y；不對請按 N，把檔案另存為 UTF-8。"),
        ]
    title = _("{name}不是 UTF-8，用 Big5 讀？").format(name=path.name)
    if not await place.app.push_screen_wait(Confirm(title, lines)):
        return False
    return await compare(place, lambda desks: desks.bank.stage(path, encoding=ENCODINGS[1]), path.name)


async def take_in_starter(place: Place) -> bool:
    """Take in the bank that comes with the program; say whether the bank changed."""
    return await compare(place, lambda desks: desks.bank.stage_starter(), _("內附的題庫"))


async def compare(place: Place, reader: "Callable[[Desks], Staged]", name: str) -> bool:
    """Show what taking in would do, ask, and do it.

    Raises:
        Refused: a question in the file is wrong; every fault with its line.
    """
    house = place.house

    def read(desks: "Desks") -> tuple[Staged, Imported]:
        staged = reader(desks)
        return staged, desks.bank.difference(staged)

    staged, outcome = await house.ask(read)
    with staged:
        if staged.errors:
            raise Refused(
                _("{name}有 {count} 處錯誤，沒有匯入。").format(name=name, count=len(staged.errors)),
                remedy=_("請改正檔案後再匯入。"),
                problems=[problem.at(staged.source) for problem in staged.errors],
            )
        if not outcome.new and not outcome.changed:
            house.tell(_("題庫沒有變動：{count}題都已經有了。").format(count=len(outcome.same)))
            return False
        lines = _difference(staged, outcome)
        if not await place.app.push_screen_wait(Confirm(_("匯入{name}？").format(name=name), lines)):
            return False
        by, now = house.by, house.now
        await house.ask(lambda desks: desks.bank.take(staged, by=by, at=now))
    house.tell(
        _("已新增{new}題、更新{changed}題。").format(new=len(outcome.new), changed=len(outcome.changed))
    )
    return True


def _difference(staged: Staged, outcome: Imported) -> list[str]:
    lines = [
        _("新增 {new} 題、更新 {changed} 題、相同 {same} 題。").format(
            new=len(outcome.new), changed=len(outcome.changed), same=len(outcome.same)
        )
    ]
    for what, names in ((_("新增：{ids}"), outcome.new), (_("更新：{ids}"), outcome.changed)):
        if names:
            more = len(names) - _LINES_SHOWN
            line = what.format(ids="、".join(names[:_LINES_SHOWN]))
            lines.append(line + (_("……另有 {count} 題").format(count=more) if more > 0 else ""))
    if outcome.changed:
        lines.append(_("已經抽好的試卷仍用原來的版本。"))
    notes = [
        _("近似重複：{ids}（不會同時出現在一份試卷）").format(ids="、".join(group)) for group in outcome.alike
    ]
    notes += [str(problem.at(staged.source)) for problem in staged.problems]
    lines += notes[:_LINES_SHOWN]
    if len(notes) > _LINES_SHOWN:
        lines.append(_("（其餘 {count} 項從略）").format(count=len(notes) - _LINES_SHOWN))
    return lines


def _existing(text: str) -> None:
    if not typed_path(text).is_file():
        raise Refused(_("找不到這個檔案。"), remedy=_("可以把檔案拖進視窗，或輸入完整的位置。"))
