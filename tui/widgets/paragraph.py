"""Chinese text that breaks between characters, never before a closing mark."""

from functools import lru_cache

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from bureau.paper.wrapping import wrap


class _Cells(dict[int, float]):
    """The cells of each character, in thousandths, made when first asked for."""

    def __missing__(self, code: int) -> float:
        cells = self[code] = 1000.0 * cell_len(chr(code))
        return cells


_CELLS = _Cells()


@lru_cache(maxsize=512)
def lines_of(text: str, width: int) -> tuple[str, ...]:
    """Break `text` into lines of at most `width` cells."""
    return wrap(text, max(width, 2), 1, _CELLS)


class Paragraph(Widget):
    """A paragraph of plain text; nothing in it is read as markup."""

    DEFAULT_CSS = """
    Paragraph {
        width: 1fr;
        height: auto;
    }
    """

    def __init__(
        self,
        text: str = "",
        *,
        name: str | None = None,
        id: str | None = None,  # noqa: A002 - textual's own name
        classes: str | None = None,
    ) -> None:
        super().__init__(name=name, id=id, classes=classes)
        self._text = text

    @property
    def text(self) -> str:
        """What the paragraph says."""
        return self._text

    def update(self, text: str) -> None:
        """Say something else."""
        if text != self._text:
            self._text = text
            height = self.styles.height
            self.refresh(layout=height is None or height.is_auto)

    def get_content_width(self, container: Size, viewport: Size) -> int:  # noqa: ARG002 - textual's signature
        """Give the width of the longest line."""
        return min(container.width, max(cell_len(line) for line in self._text.split("\n")))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Give the number of lines at this width."""
        return len(lines_of(self._text, width))

    def render(self) -> Content:
        """Draw the lines."""
        return Content("\n".join(lines_of(self._text, self.size.width)))
