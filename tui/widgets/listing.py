"""A list with columns and a cursor, drawn line by line so that a thousand rows cost what a screenful does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from bureau.language import _

_MARGIN = 2
_LEAST_TITLE = 8


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        heading: its title.
        width: in cells; 0 takes what is left over.
        right: whether text stands at the right, as numbers do.
        most: the widest that a column becomes which takes what is left over, in cells; 0: as wide as there is
            room. On a wide screen the eye should not have to travel to the next column.
    """

    heading: str
    width: int = 0
    right: bool = False
    most: int = 0


class Listing(ScrollView, can_focus=True):
    """A list of rows; cells are plain text.

    Args:
        columns: from left to right.
        empty: shown while there are no rows.
        opens: whether Enter does something with a row.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "listing--heading",
        "listing--cursor",
        "listing--row",
        "listing--quiet",
        "listing--alarm",
    }
    DEFAULT_CSS = """
    Listing {
        height: 1fr;
        scrollbar-size-vertical: 1;
        overflow-x: hidden;
        & > .listing--heading { color: $primary; text-style: bold; }
        & > .listing--row { color: $foreground; }
        & > .listing--quiet { color: $foreground 55%; }
        & > .listing--alarm { color: $warning; }
        & > .listing--cursor { background: $panel; color: $foreground; }
        &:focus > .listing--cursor { background: $primary; color: $background; text-style: bold; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("home", "edge(0)", show=False),
        Binding("end", "edge(1)", show=False),
        Binding("enter", "choose", _("開啟"), id="listing.choose"),
    ]

    cursor: reactive[int] = reactive(0)

    @dataclass
    class Chosen(Message):
        """A row was chosen with Enter or a click."""

        listing: "Listing"
        index: int

        @property
        def control(self) -> "Listing":
            """The list."""
            return self.listing

    @dataclass
    class Moved(Message):
        """The cursor stands on another row."""

        listing: "Listing"
        index: int

        @property
        def control(self) -> "Listing":
            """The list."""
            return self.listing

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        empty: str = "",
        opens: bool = True,
        id: str | None = None,  # noqa: A002 - textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self._opens = opens
        self.empty = empty or _("（沒有資料）")
        self.rows: list[tuple[str, ...]] = []
        self.tones: list[str] = []

    def show(
        self, rows: Sequence[Sequence[str]], *, tones: Sequence[str] = (), cursor: int | None = None
    ) -> None:
        """Show these rows.

        Args:
            rows: the cells of each row.
            tones: for each row `""`, `"quiet"` or `"alarm"`.
            cursor: where the cursor stands; by default where it stood.
        """
        self.rows = [tuple(row) for row in rows]
        self.tones = list(tones) or [""] * len(self.rows)
        self.cursor = max(0, min(self.cursor if cursor is None else cursor, len(self.rows) - 1))
        self._measure()
        self.refresh()

    def _measure(self) -> None:
        self.virtual_size = Size(self.size.width, max(1, len(self.rows)) + 1)

    def on_resize(self) -> None:
        """Lay the columns out anew."""
        self._measure()
        self.refresh()

    @property
    def _room(self) -> int:
        """The cells beside the scroll bar, under which no number must lose its last digit."""
        return self.scrollable_content_region.width

    def _widths(self, width: int) -> list[int]:
        gaps = len(self.columns) - 1
        fixed = sum(column.width for column in self.columns)
        open_columns = sum(1 for column in self.columns if not column.width)
        share = max(4, (width - fixed - gaps) // open_columns) if open_columns else 0
        return [column.width or min(share, column.most or share) for column in self.columns]

    @property
    def open_width(self) -> int:
        """The cells of a column that takes what is left over; 0 where there is none."""
        widths = self._widths(self._room)
        return next(
            (width for column, width in zip(self.columns, widths, strict=True) if not column.width), 0
        )

    def _line(self, cells: Sequence[str], width: int) -> str:
        parts = []
        for column, room, text in zip(self.columns, self._widths(width), cells, strict=False):
            line = text.replace("\n", " ")
            line = shortened(line, room)
            padding = " " * (room - cell_len(line))
            parts.append(padding + line if column.right else line + padding)
        return set_cell_size(" ".join(parts), width)

    def render_line(self, y: int) -> Strip:
        """Draw one line: the heading stays, the rows scroll under it."""
        width = self._room
        if y == 0:
            return self._strip([column.heading for column in self.columns], "heading", width)
        index = y - 1 + self.scroll_offset.y
        if not self.rows and index == 0:
            text = set_cell_size(self.empty, width)
            return Strip([Segment(text, self._style("quiet"))], width)
        if index >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        tone = "cursor" if index == self.cursor else self.tones[index] or "row"
        return self._strip(self.rows[index], tone, width)

    def _strip(self, cells: Sequence[str], tone: str, width: int) -> Strip:
        return Strip([Segment(self._line(cells, width), self._style(tone))], width)

    def _style(self, tone: str) -> Style:
        return self.get_component_rich_style(f"listing--{tone}")

    def watch_cursor(self) -> None:
        """Keep the cursor in sight."""
        self.scroll_to_region(Region(0, self.cursor, 1, 2), animate=False, force=True, immediate=True)
        self.refresh()
        self.post_message(self.Moved(self, self.cursor))

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row."""
        return max(0, min(cursor, len(self.rows) - 1))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer Enter only where a row opens something."""
        return self._opens or action != "choose"

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Move the cursor by a screenful."""
        self.cursor += pages * max(1, self.size.height - 2)

    def action_edge(self, last: int) -> None:
        """Move the cursor to the first or the last row."""
        self.cursor = len(self.rows) - 1 if last else 0

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.rows:
            self.post_message(self.Chosen(self, self.cursor))

    def on_click(self, event: Click) -> None:
        """Choose with the mouse, where there is one."""
        index = event.y - 1 + self.scroll_offset.y
        if event.y > 0 and 0 <= index < len(self.rows):
            self.cursor = index
            self.action_choose()


def shortened(text: str, room: int) -> str:
    """Give a text in at most `room` cells; where it is cut it ends with …."""
    return text if cell_len(text) <= room else set_cell_size(text, max(0, room - 1)).rstrip() + "…"


def titled(said: Callable[..., str], title: str, width: int) -> str:
    """Give a line with a title, the title cut so that the rest of the line still stands on the screen.

    Args:
        said: gives the line for a `title`.
        title: may be long.
        width: cells of the screen, margins and all.
    """
    room = width - 2 * _MARGIN - cell_len(said(title="").strip())
    return said(title=shortened(title, max(room, _LEAST_TITLE))).strip()
