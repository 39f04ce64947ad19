"""Text from outside: made harmless once, on its way in."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

# C0 and C1 controls but the newline, the bidirectional overrides and isolates, and the byte-order mark:
# a terminal or a PDF would obey the first and be deceived by the second.
_HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_IGNORED_IN_MATCHING = re.compile(r"[\W_]+")


def clean(text: str) -> str:
    """Remove what a terminal would obey from `text`; newlines stay, tabs become spaces."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _SURROGATES.sub("\ufffd", _HARMFUL.sub("", text))


def clean_line(text: str) -> str:
    """Clean `text` and put it on one line without spaces around it."""
    return _SPACES.sub(" ", clean(text)).strip()


def fold(text: str) -> str:
    """Give the form in which two texts are compared.

    Width, case, spaces, punctuation and 台/臺 make no difference.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace("台", "臺")
    return _IGNORED_IN_MATCHING.sub("", folded)


CleanText = Annotated[str, AfterValidator(clean)]
"""Text of any length and any number of lines."""

CleanLine = Annotated[str, AfterValidator(clean_line)]
"""Text on one line."""

Name = Annotated[str, AfterValidator(clean_line), StringConstraints(min_length=1, max_length=100)]
"""A name that must not be empty."""
