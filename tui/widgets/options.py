"""The options of a question: each in full, however long, with the chosen ones marked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from bureau.language import _
from tui.widgets.paragraph import lines_of


@dataclass(frozen=True)
class Option:
    """One option.

    Attributes:
        key: what is pressed for it.
        text: what it says.
        chosen: whether it is chosen.
    """

    key: str
    text: str
    chosen: bool

    @property
    def mark(self) -> str:
        """What stands before the text."""
        return f"{'[V]' if self.chosen else '[ ]'} {self.key}  "


class Options(Widget, can_focus=True):
    """A list of options with a cursor."""

    DEFAULT_CSS = """
    Options {
        height: auto;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("enter", "choose", _("選取"), id="options.choose"),
    ]

    cursor: reactive[int] = reactive(0)

    @dataclass
    class Chosen(Message):
        """An option was chosen with Enter or a click."""

        options: "Options"
        index: int

        @property
        def control(self) -> "Options":
            """The list."""
            return self.options

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's own name
        super().__init__(id=id)
        self._options: tuple[Option, ...] = ()

    def show(self, options: Sequence[Option], cursor: int) -> None:
        """Show these options with the cursor on one of them."""
        self._options = tuple(options)
        self.cursor = cursor
        self.refresh(layout=True)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on an option."""
        return max(0, min(cursor, len(self._options) - 1))

    def _lines(self, width: int) -> list[tuple[int, str]]:
        """Give each line with the option that it belongs to."""
        lines: list[tuple[int, str]] = []
        for index, option in enumerate(self._options):
            indent = cell_len(option.mark)
            for place, text in enumerate(lines_of(option.text, width - indent)):
                lines.append((index, (" " * indent if place else option.mark) + text))
        return lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Give the number of lines at this width."""
        return len(self._lines(width))

    def render(self) -> Content:
        """Draw the options."""
        width = self.size.width
        chosen = {index for index, option in enumerate(self._options) if option.chosen}
        drawn = []
        for index, text in self._lines(width):
            line = text + " " * max(0, width - cell_len(text))
            if index == self.cursor:
                style = "bold $background on $primary" if self.has_focus else "on $panel"
            else:
                style = "bold" if index in chosen else ""
            drawn.append(Content.styled(line, style))
        return Content("\n").join(drawn)

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.cursor += rows

    def action_choose(self) -> None:
        """Choose the option under the cursor."""
        if self._options:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: Click) -> None:
        """Choose with the mouse, where there is one."""
        offset = event.get_content_offset(self)
        lines = self._lines(self.size.width)
        if offset is not None and offset.y < len(lines):
            self.cursor = lines[offset.y][0]
            self.action_choose()
