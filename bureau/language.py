"""The language people read: Traditional Chinese in the source, other languages by gettext catalogues.

argparse and the rest of the standard library take their words from the same catalogue, so one choice of
language reaches every line that the program prints.
"""

import gettext
import os
from pathlib import Path

LANGUAGES = ("zh_TW", "en")
"""The languages that the program speaks; the first is the source language."""

_CATALOGUES = Path(__file__).parent / "locale"

_SAID: dict[str, str] = {}
"""What was looked up: the library looks on the disk for the catalogue again at each text."""


def speak(language: str) -> None:
    """Choose the language of everything printed from now on.

    Args:
        language: one of `LANGUAGES`; anything else is taken as the source language.
    """
    chosen = language if language in LANGUAGES else LANGUAGES[0]
    os.environ["LANGUAGE"] = chosen
    gettext.bindtextdomain("courtesy", _CATALOGUES)
    gettext.textdomain("courtesy")
    _SAID.clear()


def _(text: str) -> str:
    """Give `text` (Traditional Chinese) in the language people read now."""
    said = _SAID.get(text)
    if said is None:
        said = _SAID[text] = gettext.gettext(text)
    return said
