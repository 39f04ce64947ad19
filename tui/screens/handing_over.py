"""A tester who cannot call: the calls not begun go to the others, and nobody learns whom they are about."""

from bureau.language import _
from bureau.problem import Refused
from tui.widgets.dialog import Choose, Field, Form, Message
from tui.widgets.listing import Column
from tui.widgets.place import Place


async def hand_over(here: Place, round_id: str) -> bool:
    """Ask who cannot call and why, and give the calls to the others.

    Args:
        here: the screen that asks.
        round_id: which round.

    Returns:
        Whether calls went to others.
    """
    house = here.house
    today = house.today
    testers = await house.ask(lambda desks: desks.rota.testers(today))
    chosen = await here.app.push_screen_wait(
        Choose(
            _("哪一位測試員不能打？"),
            [Column(_("員工編號"), 9), Column(_("姓名"), 12), Column(_("科室"))],
            [(one.staff_no, one.name, one.section) for one in testers],
            _("還沒開始打的電話會依排定的規則改由其他測試員打；已經開始的不動。"),
        )
    )
    if chosen is None:
        return False
    tester = testers[chosen]
    answers = await here.app.push_screen_wait(
        Form(
            _("{name}不能打").format(name=tester.name),
            [Field("reason", _("原因"), hint=_("例如 病假、調職"))],
            _("原因記在日誌裡。"),
        )
    )
    if answers is None:
        return False
    by, now, reason = house.by, house.now, answers["reason"]
    try:
        counts = await house.ask(
            lambda desks: desks.calls.hand_over(round_id, tester.staff_no, reason, by=by, at=now)
        )
    except Refused as refusal:
        await house.refuse(refusal)
        return False
    names = {one.staff_no: one.name for one in testers}
    lines = [
        _("{name}（{staff_no}）多打 {count} 通").format(
            name=names.get(staff_no, ""), staff_no=staff_no, count=count
        )
        for staff_no, count in sorted(counts.items())
    ]
    await house.push_screen(Message(_("已換測試員"), lines))
    return True
