"""Asking for the period that a standing is of."""

from bureau.calendar import Period
from bureau.language import _
from tui.widgets.dialog import Field, Form
from tui.widgets.place import Place


async def ask_period(place: Place, period: Period) -> Period | None:
    """Ask for another period; None where the person keeps the present one."""
    answers = await place.app.push_screen_wait(
        Form(
            _("看哪一段期間"),
            [Field("period", _("期別"), period.code, check=Period.parse)],
            _("115 是全年，115H2 下半年，115Q4 第 4 季，115M11 是 11 月；以封存的日子為準。"),
        )
    )
    return Period.parse(answers["period"]) if answers else None
