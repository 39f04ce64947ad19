"""Filing an objection: line by line, what the mark should be and why."""

from bureau.dates import roc
from bureau.language import _
from bureau.problem import Refused
from courtesy.call import Call
from courtesy.objection import choices, step_label
from courtesy.scale import Placed
from tui.widgets.dialog import Choose, Confirm, Field, Form
from tui.widgets.listing import Column
from tui.widgets.place import Place

Lines = dict[str, tuple[str, str]]


async def object_to(here: Place, call: Call) -> bool:
    """Ask for the disputed lines of a call, and file the objection.

    Args:
        here: the screen that asks; inside a worker.
        call: a sealed, scored call.

    Returns:
        Whether it was filed.
    """
    house = here.house
    by, now = house.by, house.now
    disputable, last = await house.ask(
        lambda desks: (desks.objections.disputable(call), desks.calls.objection_until(call))
    )
    lines: Lines = {}
    until = roc(last) if last else ""
    while True:
        chosen = await here.app.push_screen_wait(_choose_line(call, disputable, lines, until))
        if chosen is None:
            return False
        if chosen == len(disputable):
            break
        await _dispute(here, call, disputable[chosen], lines)
    placed = {each.id: each for each in disputable}
    told = [
        _("{line}：應為「{step}」，{reason}").format(
            line=placed[line].line.text, step=step_label(placed[line], step), reason=reason
        )
        for line, (step, reason) in lines.items()
    ]
    note = _("由另一位測試員只看紀錄與您的理由重評。結果只會維持或變好，不會因申復而變差；裁定後不能更改。")
    if not await here.app.push_screen_wait(Confirm(_("送出申復？"), [*told, "", note])):
        return False
    try:
        made = await house.ask(lambda desks: desks.objections.file(call.id, lines, by=by, at=now))
    except Refused as refusal:
        await house.refuse(refusal)
        return False
    house.tell(_("申復 {id} 已登錄，由另一位測試員重評。").format(id=made.id))
    return True


def _choose_line(call: Call, disputable: list[Placed], lines: Lines, until: str) -> Choose:
    rows = [
        (
            placed.line.text,
            step_label(placed, call.marks[placed.id]),
            step_label(placed, lines[placed.id][0]) if placed.id in lines else "",
        )
        for placed in disputable
    ]
    if lines:
        rows.append((_("以上 {count} 行，送出申復").format(count=len(lines)), "", ""))
    return Choose(
        _("申復：哪一行有疑義"),
        [Column(_("內容")), Column(_("原評定"), 14), Column(_("應有的評定"), 14)],
        rows,
        _("期限 {day}。一次可以選好幾行，每一行都要寫理由。").format(day=until),
    )


async def _dispute(here: Place, call: Call, placed: Placed, lines: Lines) -> None:
    steps = [(key, label) for key, label in choices(placed) if key != call.marks[placed.id]]
    chosen = await here.app.push_screen_wait(
        Choose(placed.line.text, [Column(_("應有的評定"))], [(label,) for _key, label in steps])
    )
    if chosen is None:
        return
    before = lines.get(placed.id, ("", ""))[1]
    answers = await here.app.push_screen_wait(
        Form(
            placed.line.text,
            [Field("reason", _("理由"), before, hint=_("當時怎麼說、為何應有此評定"), check=_given)],
            _("重評的人看得到這段理由，看不到您選的評定。"),
        )
    )
    if answers is not None:
        lines[placed.id] = (steps[chosen][0], answers["reason"].strip())


def _given(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))
