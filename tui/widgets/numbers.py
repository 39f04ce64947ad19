"""Numbers as people type them into a line."""

import unicodedata

from bureau.language import _
from bureau.problem import Refused

MOST_DRAWN = 100_000


def size_of(text: str) -> int:
    """Read a number of people; full-width digits are taken.

    Raises:
        Refused: not a whole number from 1 on.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not (plain.isascii() and plain.isdecimal()) or not 1 <= int(plain) <= MOST_DRAWN:
        raise Refused(_("應為 1 至 {most} 的整數。").format(most=MOST_DRAWN))
    return int(plain)


def count_of(text: str) -> int:
    """Read a number of things, which may be none; full-width digits are taken.

    Raises:
        Refused: not a whole number from 0 on.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    return 0 if plain == "0" else size_of(plain)
