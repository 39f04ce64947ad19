"""How a measure of the yearly plan stands, in words that screen and command share."""

from datetime import date

from bureau.language import _
from training.duties import MeasureYear, Stage, Tracked


def year_words(one: MeasureYear, today: date) -> str:
    """Say how a measure stands in a year."""
    stage = one.stage(today)
    if stage in {Stage.OVERDUE, Stage.AHEAD}:
        assert one.next is not None
        return item_words(one.next, today)
    if stage is Stage.DONE:
        return _("已辦 {done}/{all}").format(done=len(one.items), all=len(one.items))
    if stage is Stage.ANY_TIME:
        return _("已記 {count} 次").format(count=len(one.records)) if one.records else _("隨時")
    return {
        Stage.UNSET: _("期限未定"),
        Stage.RETIRED: _("已停用"),
        Stage.NOTHING: _("今年沒有"),
    }[stage]


def item_words(item: Tracked, today: date) -> str:
    """Say how one occasion stands."""
    stage = item.stage(today)
    if stage is Stage.DONE:
        return _("已辦，晚 {days} 天").format(days=item.late) if item.late else _("已辦")
    days = item.days(today)
    if stage is Stage.OVERDUE:
        return _("逾期 {days} 天").format(days=-days)
    return _("還有 {days} 天").format(days=days) if days else _("今天到期")
