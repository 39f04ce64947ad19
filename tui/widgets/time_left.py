"""How long there still is, in words that do not change every second."""

from datetime import datetime

from bureau.language import _

_MINUTE = 60
_HOURS_FROM = 3 * 60
_DAYS_FROM = 2 * 24 * 60


def time_left(deadline: datetime, now: datetime) -> str:
    """Say how long there still is: in seconds only in the last minute, so that the screen stays calm."""
    seconds = -(-int((deadline - now).total_seconds() * 1000) // 1000)
    if seconds < _MINUTE:
        return _("還有 {seconds} 秒").format(seconds=max(0, seconds))
    minutes = -(-seconds // _MINUTE)
    if minutes < _HOURS_FROM:
        return _("還有 {minutes} 分鐘").format(minutes=minutes)
    if minutes < _DAYS_FROM:
        return _("還有 {hours} 小時").format(hours=minutes // 60)
    return _("還有 {days} 天").format(days=minutes // (24 * 60))
