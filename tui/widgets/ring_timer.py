"""The clock of a ringing telephone: seconds, and the rings they make."""

from datetime import datetime, timedelta

from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget

from bureau.language import _

SECONDS_PER_RING = 3
"""A ring in Taiwan is one second of tone and two of silence."""

_TICK = 0.25


def rings_in(seconds: float) -> int:
    """Give the rings heard in so many seconds: the first begins at once."""
    return int(seconds // SECONDS_PER_RING) + 1


class RingTimer(Widget):
    """Shows how long it has been ringing, or how long it rang."""

    DEFAULT_CSS = """
    RingTimer {
        height: 1;
        width: 1fr;
    }
    RingTimer.ringing {
        color: $warning;
        text-style: bold;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's own name
        super().__init__(id=id)
        self._since: datetime | None = None
        self._said = ""
        self._timer: Timer | None = None

    def on_mount(self) -> None:
        """Prepare the tick; it runs only while the telephone rings."""
        self._timer = self.set_interval(_TICK, self.refresh, pause=self._since is None)

    def ring(self, since: datetime) -> None:
        """Show that it has been ringing since this moment."""
        self._since, self._said = since, ""
        self.add_class("ringing")
        if self._timer:
            self._timer.resume()
        self.refresh()

    def rest(self, said: str) -> None:
        """Show a text; nothing is ringing."""
        self._since, self._said = None, said
        self.remove_class("ringing")
        if self._timer:
            self._timer.pause()
        self.refresh()

    def elapsed(self) -> timedelta:
        """Give how long it has been ringing."""
        clock = getattr(self.app, "now", None)
        if self._since is None or not isinstance(clock, datetime):
            return timedelta()
        return max(timedelta(), clock - self._since)

    def render(self) -> Content:
        """Draw the clock."""
        if self._since is None:
            return Content(self._said)
        seconds = self.elapsed().total_seconds()
        return Content(
            _("響鈴中 {seconds} 秒，約 {rings} 聲　聽到應答就按空白鍵").format(
                seconds=int(seconds), rings=rings_in(seconds)
            )
        )
