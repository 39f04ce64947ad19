"""A drawing with axes, for charts printed in black: shape, hatching and label say it, never colour."""

from collections.abc import Sequence
from typing import Any, Literal

WIDTH = 450.0
"""How wide every drawing is, in points."""

LEFT = 40.0
"""Room for what stands to the left of the field, in points."""

SIZE = 9.0
"""Of the type, in points."""

Pattern = Literal["solid", "hatched", "dotted", "empty"]
"""How a surface is filled so that it can be told from its neighbours without colour."""

_TITLE = 12.0
_GREY = 0.6
_HATCH = 4.0
_DOTS = 4.0


class Sketch:
    """A drawing with a scale for each direction.

    Args:
        height: of the drawing, in points.
        across: the values at its left and right edge.
        up: the values at its lower and upper edge.
        title: stands in the drawing, so that no page ends between them; `""` for none.
        below: room under the field for labels, in points.
    """

    def __init__(
        self,
        height: float,
        across: tuple[float, float],
        up: tuple[float, float],
        below: float,
        title: str = "",
    ) -> None:
        from reportlab.graphics import shapes  # noqa: PLC0415 - only when something is printed
        from reportlab.lib.colors import Color, black  # noqa: PLC0415

        from bureau.paper.font import FONT_NAME  # noqa: PLC0415

        self._shapes: Any = shapes
        self._font, self._black, self._grey = FONT_NAME, black, Color(_GREY, _GREY, _GREY)
        self.drawing: Any = shapes.Drawing(WIDTH, height)
        self._across, self._up = across, up
        self.bottom, self.top = below, height - 8 - (_TITLE * 1.6 if title else 0)
        self.right = WIDTH - 14
        if title:
            self.text(0, height - _TITLE, title, size=_TITLE)

    def x(self, value: float) -> float:
        """Give the place of a value across, in points."""
        low, high = self._across
        return LEFT + (value - low) / (high - low) * (self.right - LEFT)

    def y(self, value: float) -> float:
        """Give the height of a value, kept within the field, in points."""
        low, high = self._up
        share = min(1.0, max(0.0, (value - low) / (high - low)))
        return self.bottom + share * (self.top - self.bottom)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, *, dash: Sequence[int] = (), width: float = 0.7
    ) -> None:
        """Draw a straight line."""
        self.drawing.add(
            self._shapes.Line(
                x1, y1, x2, y2, strokeColor=self._black, strokeWidth=width, strokeDashArray=list(dash) or None
            )
        )

    def path(self, points: Sequence[tuple[float, float]], dash: Sequence[int] = ()) -> None:
        """Draw a line through points."""
        flat = [number for point in points for number in point]
        self.drawing.add(
            self._shapes.PolyLine(
                flat, strokeColor=self._black, strokeWidth=0.7, strokeDashArray=list(dash) or None
            )
        )

    def dot(self, x: float, y: float, *, filled: bool = True) -> None:
        """Draw a dot, black or hollow."""
        fill = self._black if filled else None
        self.drawing.add(
            self._shapes.Circle(x, y, 2.4, fillColor=fill, strokeColor=self._black, strokeWidth=0.8)
        )

    def box(self, x: float, y: float, width: float, height: float, *, solid: bool) -> None:
        """Draw a rectangle, grey or hollow."""
        self.surface(x, y, width, height, "solid" if solid else "empty")

    def surface(self, x: float, y: float, width: float, height: float, pattern: Pattern) -> None:
        """Draw a rectangle filled with a pattern."""
        fill = self._grey if pattern == "solid" else None
        if pattern == "hatched":
            # Lines of 45 degrees, cut where they leave the rectangle.
            step = -height
            while step < width:
                begin, end = max(step, 0.0), min(step + height, width)
                if end > begin:
                    self.line(x + begin, y + begin - step, x + end, y + end - step, width=0.4)
                step += _HATCH
        elif pattern == "dotted":
            for row in range(max(1, int(height / _DOTS))):
                for column in range(int(width / _DOTS)):
                    self.drawing.add(
                        self._shapes.Circle(
                            x + (column + 0.5) * _DOTS,
                            y + (row + 0.5) * height / max(1, int(height / _DOTS)),
                            0.5,
                            fillColor=self._black,
                            strokeColor=None,
                        )
                    )
        self.drawing.add(
            self._shapes.Rect(x, y, width, height, fillColor=fill, strokeColor=self._black, strokeWidth=0.6)
        )

    def text(self, x: float, y: float, text: str, anchor: str = "start", size: float = SIZE) -> None:
        """Write a text with its baseline at `y`; `anchor` is start, middle or end."""
        self.drawing.add(
            self._shapes.String(
                x, y, text, fontName=self._font, fontSize=size, textAnchor=anchor, fillColor=self._black
            )
        )

    def axes(self, marks: Sequence[float]) -> None:
        """Draw the two axes with these values up the left one."""
        self.line(LEFT, self.bottom, self.right, self.bottom)
        self.line(LEFT, self.bottom, LEFT, self.top)
        for mark in marks:
            self.line(LEFT - 3, self.y(mark), LEFT, self.y(mark))
            self.text(LEFT - 5, self.y(mark) - SIZE / 3, f"{mark:g}", "end")
