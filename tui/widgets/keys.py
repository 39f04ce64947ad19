"""The keys that work here, always shown: on as many lines as they need."""

from dataclasses import dataclass

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from bureau.language import _

_GAP = 2


def key_name(key: str) -> str:
    """Name a key as it is printed on a keyboard, in characters of a certain width."""
    special = {
        "enter": "Enter",
        "escape": "Esc",
        "space": _("空白"),
        "up": _("上"),
        "down": _("下"),
        "left": _("左"),
        "right": _("右"),
        "tab": "Tab",
        "backspace": "Backspace",
        "delete": "Delete",
        "pageup": "PgUp",
        "pagedown": "PgDn",
        "plus": "+",
        "minus": "-",
        "question_mark": "?",
        "slash": "/",
    }
    if key in special:
        return special[key]
    if key.startswith("ctrl+"):
        return "Ctrl+" + key_name(key.removeprefix("ctrl+"))
    return key.upper()


@dataclass(frozen=True)
class Shown:
    """One key on the bar.

    Attributes:
        action: what it does, with textual's namespace before it.
    """

    key: str
    description: str
    action: str
    enabled: bool

    @property
    def text(self) -> str:
        """Key and description as they are drawn."""
        return f"{self.key} {self.description}"


class KeyBar(Widget):
    """The keys of the screen that is shown, with what they do."""

    DEFAULT_CSS = """
    KeyBar {
        dock: bottom;
        height: auto;
        width: 100%;
        background: $panel;
        padding: 0 1;
    }
    """

    def on_mount(self) -> None:
        """Follow every change of what works here."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh(layout=True)

    def shown(self) -> list[Shown]:
        """Give the keys to show: the screen's own first, then the program's."""
        found: dict[str, Shown] = {}
        program: dict[str, Shown] = {}
        for active in self.screen.active_bindings.values():
            binding: Binding = active.binding
            if not (binding.show and binding.description):
                continue
            name = binding.key_display or key_name(binding.key)
            program_wide = active.node is self.app
            action = binding.action
            if "." not in action.partition("(")[0]:
                # Pressed on the bar or in the palette, an action is looked for where its key would find it.
                where = "app" if program_wide else "screen" if active.node is self.screen else "focused"
                action = f"{where}.{action}"
            one = Shown(name, binding.description, action, active.enabled)
            kept = program if program_wide else found
            # Several keys may do one thing: the first named stands for all.
            kept.setdefault(binding.action, one)
        return [*found.values(), *program.values()]

    def lines(self, width: int) -> list[list[Shown]]:
        """Put the keys on lines of at most `width` cells."""
        lines: list[list[Shown]] = [[]]
        used = 0
        for one in self.shown():
            needed = cell_len(one.text) + _GAP
            if lines[-1] and used + needed - _GAP > width:
                lines.append([])
                used = 0
            lines[-1].append(one)
            used += needed
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Give the number of lines."""
        return len(self.lines(width))

    def render(self) -> Content:
        """Draw the keys."""
        drawn = []
        for line in self.lines(self.size.width):
            parts: list[tuple[str, str] | str] = []
            for one in line:
                tone = "" if one.enabled else " 40%"
                parts += [
                    (one.key, f"bold $accent{tone}"),
                    (f" {one.description}", f"$foreground{tone}"),
                    " " * _GAP,
                ]
            drawn.append(Content.assemble(*parts))
        return Content("\n").join(drawn)

    async def on_click(self, event: Click) -> None:
        """Let the mouse press a key, where there is one."""
        lines = self.lines(self.size.width)
        offset = event.get_content_offset(self)
        if offset is None or offset.y >= len(lines):
            return
        place = 0
        for one in lines[offset.y]:
            end = place + cell_len(one.text)
            if place <= offset.x < end:
                await self.screen.run_action(one.action)
                return
            place = end + _GAP
