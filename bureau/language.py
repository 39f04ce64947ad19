"""The language people read: Traditional Chinese in the source, other languages by gettext catalogues.

argparse and the rest of the standard library take their words from the same catalogue, so one choice of
language reaches every line that the program prints.
"""

import gettext
import os
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("zh_TW", "en")
"""The languages that the program speaks; the first is the source language."""

_CATALOGUES = Path(__file__).parent / "locale"


def speak(language: str) -> None:
    """Choose the language of everything printed from now on.

    Args:
        language: one of `LANGUAGES`; anything else is taken as the source language.
    """
    chosen = language if language in LANGUAGES else LANGUAGES[0]
    os.environ["LANGUAGE"] = chosen
    gettext.bindtextdomain("courtesy", _CATALOGUES)
    gettext.textdomain("courtesy")


def _(text: str) -> str:
    """Give `text` (Traditional Chinese) in the language people read now."""
    return _said(text, os.environ.get("LANGUAGE", ""), gettext.textdomain())


@lru_cache(maxsize=8192)
def _said(text: str, language: str, domain: str) -> str:  # noqa: ARG001 - what the answer depends on
    # The library looks on the disk for the catalogue again at each text.
    return gettext.gettext(text)
