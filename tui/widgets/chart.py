"""A chart of plain characters that is drawn anew for the room it has.

Every mark is ASCII: terminals disagree on the width of box drawing, arrows and dots.
"""

from collections.abc import Callable, Sequence

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widget import Widget

Draw = Callable[[int, int], Sequence[str]]
"""Gives the lines of a chart for a width and a height in cells."""


class Chart(Widget):
    """A chart."""

    DEFAULT_CSS = """
    Chart {
        height: 1fr;
        margin: 1 2 0 2;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's own name
        super().__init__(id=id)
        self._draw: Draw | None = None

    def show(self, draw: Draw) -> None:
        """Show another chart."""
        self._draw = draw
        self.refresh()

    def render(self) -> Content:
        """Draw the chart."""
        width, height = self.size
        lines = self._draw(width, height) if self._draw and width and height else []
        return Content("\n".join(set_cell_size(line, width).rstrip() for line in lines[:height]))


class Sheet:
    """A field of cells on which marks are put; what is put later lies above.

    Args:
        width: in cells.
        height: in lines.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._cells = [[" "] * width for _line in range(height)]

    def at(self, x: int, y: int) -> str:
        """Give the mark that lies here; a blank beyond the edge."""
        return self._cells[y][x] if self._inside(x, y) else " "

    def put(self, x: int, y: int, mark: str) -> None:
        """Put a mark of one cell; beyond the edge nothing happens."""
        if self._inside(x, y):
            self._cells[y][x] = mark

    def write(self, x: int, y: int, text: str) -> None:
        """Write a text of characters of one cell each."""
        for place, mark in enumerate(text):
            self.put(x + place, y, mark)

    def lines(self) -> list[str]:
        """Give the lines, without the blanks at their ends."""
        return ["".join(line).rstrip() for line in self._cells]

    def _inside(self, x: int, y: int) -> bool:
        return 0 <= x < self.width and 0 <= y < self.height


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Give `text` in so many cells, cut or filled with blanks."""
    if cell_len(text) > width:
        return set_cell_size(text, width)
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks
