"""The command palette: type part of what you want to do, and do it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from bureau.language import _
from tui.widgets.keys import KeyBar
from tui.widgets.listing import Column, Listing


@dataclass(frozen=True)
class Entry:
    """One thing that can be done.

    Attributes:
        title: what.
        how: the key that does it, or where it leads.
        action: textual's name of the action.
    """

    title: str
    how: str
    action: str


class Palette(ModalScreen[str | None]):
    """Everything that can be done here; closes with the chosen action."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", _("關閉")),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("enter", "choose", _("執行"), priority=True),
    ]

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._entries = tuple(entries)
        self._found = list(entries)

    def compose(self) -> ComposeResult:
        """Lay out the window."""
        with Vertical(classes="dialog tall"):
            yield Static(_("要做什麼？"), classes="dialog-title", markup=False)
            yield Input(placeholder=_("輸入幾個字，例如「名冊」"))
            yield Listing([Column(_("事情")), Column(_("按鍵"), 14)], empty=_("沒有符合的項目。"))
            yield KeyBar()

    def on_mount(self) -> None:
        """Show everything at first."""
        self._show()
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _filter(self, event: Input.Changed) -> None:
        wanted = event.value.casefold().split()
        self._found = [
            entry for entry in self._entries if all(word in entry.title.casefold() for word in wanted)
        ]
        self._show()

    def _show(self) -> None:
        self.query_one(Listing).show([(entry.title, entry.how) for entry in self._found], cursor=0)

    @on(Listing.Chosen)
    def _clicked(self) -> None:
        self.action_choose()

    def action_move(self, rows: int) -> None:
        """Move the cursor of the list while the text keeps the focus."""
        self.query_one(Listing).cursor += rows

    def action_choose(self) -> None:
        """Close with what the cursor stands on."""
        if self._found:
            self.dismiss(self._found[self.query_one(Listing).cursor].action)

    def action_cancel(self) -> None:
        """Close without doing anything."""
        self.dismiss(None)
