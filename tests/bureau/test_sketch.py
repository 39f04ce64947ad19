"""Drawings in black: what fills a surface stays within it, and values stay within the field."""

from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from bureau.paper.sketch import LEFT, WIDTH, Pattern, Sketch

LENGTH = st.floats(1, 200)
SLACK = 1e-6


def inside(shape: Any, x: float, y: float, width: float, height: float) -> bool:
    left, low, right, top = shape.getBounds()
    return bool(
        left >= x - SLACK and low >= y - SLACK and right <= x + width + SLACK and top <= y + height + SLACK
    )


@settings(deadline=None)  # the first drawing loads reportlab
@given(st.sampled_from(get_args(Pattern)), LENGTH, LENGTH)
def test_a_pattern_never_leaves_its_surface(pattern: Pattern, width: float, height: float) -> None:
    sketch = Sketch(300, (0, 1), (0, 1), below=10)
    sketch.surface(50, 20, width, height, pattern)
    # Dots and lines have a thickness of their own; their centres are what must lie inside.
    for shape in sketch.drawing.contents:
        if hasattr(shape, "r"):
            assert 50 <= shape.cx <= 50 + width
            assert 20 <= shape.cy <= 20 + height
        else:
            assert inside(shape, 50, 20, width, height)


@settings(deadline=None)
@given(st.floats(-1000, 1000))
def test_a_value_beyond_the_axis_stays_on_its_edge(value: float) -> None:
    sketch = Sketch(200, (0, 10), (0, 100), below=30)
    assert sketch.bottom <= sketch.y(value) <= sketch.top


def test_the_field_begins_at_the_left_and_ends_within_the_drawing() -> None:
    sketch = Sketch(200, (0, 10), (0, 100), below=30)
    assert sketch.x(0) == LEFT
    assert sketch.x(10) == sketch.right < WIDTH
