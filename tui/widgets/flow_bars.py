"""被抽 → 接通 → 計分 as bars: each step as long as its number, what is lost set in under it."""

from collections.abc import Sequence

from rich.cells import cell_len

from courtesy.flow import Flow
from tui.widgets.chart import padded

_DEEPER = 2
_NUMBER = 7


def flow_bars(flow: Flow, width: int, height: int) -> Sequence[str]:  # noqa: ARG001 - the form of every chart
    """Draw the bars: `#` what goes on, `.` what is lost on the way."""
    steps = flow.steps
    names = [" " * (_DEEPER * depth) + name for depth, name, _number in steps]
    widest = max(cell_len(name) for name in names) + 1
    room = max(1, width - widest - _NUMBER - 2)
    most = max(1, flow.drawn)
    lines = []
    for name, (depth, _name, number) in zip(names, steps, strict=True):
        # Nothing is drawn as nothing, and one is never drawn as nothing.
        length = max(1, number * room // most) if number else 0
        mark = "." if depth else "#"
        lines.append(f"{padded(name, widest)}{number:>{_NUMBER},}  {mark * length}".rstrip())
    return lines
