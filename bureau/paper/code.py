"""QR codes as vectors, each run of dark modules one rectangle."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

Modules = tuple[tuple[bool, ...], ...]
"""The modules of a code from top to bottom, dark ones true, without the quiet zone."""

_LEVEL = "M"


@lru_cache(maxsize=4096)
def modules(text: str) -> Modules:
    """Give the QR code of `text`, error correction M (15 %), after ISO/IEC 18004."""
    from reportlab.graphics.barcode.qr import QrCodeWidget  # noqa: PLC0415 -- only printing pays for reportlab

    widget: Any = QrCodeWidget(text, barLevel=_LEVEL)
    code = widget.qr
    code.make()
    count = code.getModuleCount()
    return tuple(tuple(bool(code.isDark(row, column)) for column in range(count)) for row in range(count))


def drawn(code: Modules, x: float, y: float, side: float) -> str:
    """Give the PDF operators that draw a code with its lower left corner at x, y, `side` points wide."""
    module = side / len(code)
    boxes = []
    for place, row in enumerate(code):
        bottom = y + side - (place + 1) * module
        start = None
        for column, dark in enumerate([*row, False]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                left, width = x + start * module, (column - start) * module
                boxes.append(f"{left:.3f} {bottom:.3f} {width:.3f} {module:.3f} re")
                start = None
    return "q 0 g {} f Q".format("\n".join(boxes))
