"""The options of a question: each in full, however long, with words or marks before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.widgets.paragraph import lines_of


@dataclass(frozen=True)
class Option:
    """One option.

    Attributes:
        mark: what stands before the text.
        text: what it says.
        tone: a style of its own, `""` for none.
    """

    mark: str
    text: str
    tone: str = ""


class Options(Widget):
    """A list of options; where one can be chosen, a cursor stands on one of them.

    It has no keys of its own: the screen moves the cursor, so that keys typed fast keep their order.

    Args:
        choosable: whether the cursor is shown and the mouse chooses.
    """

    DEFAULT_CSS = """
    Options {
        height: auto;
    }
    """

    cursor: reactive[int] = reactive(0)

    @dataclass
    class Chosen(Message):
        """An option was chosen with the mouse."""

        options: "Options"
        index: int

        @property
        def control(self) -> "Options":
            """The list."""
            return self.options

    def __init__(
        self,
        *,
        choosable: bool = True,
        id: str | None = None,  # noqa: A002 - textual's own name
    ) -> None:
        super().__init__(id=id)
        self._choosable = choosable
        self._options: tuple[Option, ...] = ()

    def show(self, options: Sequence[Option], cursor: int = 0) -> None:
        """Show these options with the cursor on one of them."""
        before = [index for index, _line in self._lines(self.size.width)]
        self._options = tuple(options)
        self.cursor = cursor
        after = [index for index, _line in self._lines(self.size.width)]
        # A mark that changes moves no line: no new layout for it.
        self.refresh(layout=before != after)

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on an option."""
        return max(0, min(cursor, len(self._options) - 1))

    def lines_of(self, index: int) -> tuple[int, int]:
        """Give the first line of an option, from 0, and how many lines it has."""
        lines = [place for place, (owner, _line) in enumerate(self._lines(self.size.width)) if owner == index]
        return (lines[0], len(lines)) if lines else (0, 0)

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
        drawn = []
        for index, text in self._lines(width):
            line = text + " " * max(0, width - cell_len(text))
            here = self._choosable and index == self.cursor
            drawn.append(Content.styled(line, "bold $background on $primary" if here else self._tone(index)))
        return Content("\n").join(drawn)

    def _tone(self, index: int) -> str:
        return self._options[index].tone

    def on_click(self, event: Click) -> None:
        """Choose with the mouse, where there is one."""
        offset = event.get_content_offset(self)
        lines = self._lines(self.size.width)
        if self._choosable and offset is not None and offset.y < len(lines):
            self.cursor = lines[offset.y][0]
            self.post_message(self.Chosen(self, self.cursor))
