"""Official papers as PDF: one frame, one font, long lists and short forms.

Importing this package costs nothing: reportlab is imported when something is printed.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bureau.paper.font import ChainFont, kai
    from bureau.paper.form import Columns, Fields, Form, Grid, Lines, Paragraph, Picture, Space, Together
    from bureau.paper.frame import Frame
    from bureau.paper.listing import Column, Heading, ListPaper, Subtotal
    from bureau.paper.press import MissingCharacter, PrintReport
    from bureau.paper.problems import PaperError

_HOMES = {
    "ChainFont": "font",
    "Column": "listing",
    "Columns": "form",
    "Fields": "form",
    "Form": "form",
    "Frame": "frame",
    "Grid": "form",
    "Lines": "form",
    "Heading": "listing",
    "ListPaper": "listing",
    "MissingCharacter": "press",
    "PaperError": "problems",
    "Paragraph": "form",
    "Picture": "form",
    "PrintReport": "press",
    "Space": "form",
    "Subtotal": "listing",
    "Together": "form",
    "kai": "font",
}

__all__ = [
    "ChainFont",
    "Column",
    "Columns",
    "Fields",
    "Form",
    "Frame",
    "Grid",
    "Heading",
    "Lines",
    "ListPaper",
    "MissingCharacter",
    "PaperError",
    "Paragraph",
    "Picture",
    "PrintReport",
    "Space",
    "Subtotal",
    "Together",
    "kai",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its module when it is first asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
