"""身分證字號 and 統一證號: read, checked, and shown only behind a mask.

The number is needed for one export and for nothing else. It is never stored, and no message, log or
representation of an object shows it whole.
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain

from bureau.language import _
from bureau.problem import Refused

_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO"
"""The letters in the order of their codes 10 to 35."""

_FIRST_CODE = 10
_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1)
"""Of the two digits of the letter's code and the nine that follow."""

_SHAPE = re.compile(r"[A-Z](?:[1289]|[A-D])\d{8}")
_SHOWN_FIRST, _SHOWN_LAST = 3, 2


class IdentityError(Refused):
    """A text is no 身分證字號 and no 統一證號."""


@dataclass(frozen=True, slots=True)
class IdNumber:
    """One number; `str` and `repr` mask it, only `plain` gives it."""

    plain: str

    def __str__(self) -> str:
        return mask(self.plain)

    def __repr__(self) -> str:
        return f"IdNumber({mask(self.plain)})"


def id_number(text: str) -> IdNumber:
    """Read a number.

    Accepted are the 身分證字號 (a letter, 1 or 2, eight digits), the 統一證號 since 110 (a letter, 8 or 9,
    eight digits) and the one before it (two letters, eight digits). Of all three the last digit makes the
    weighted sum a multiple of ten; of the second letter the last digit of its code is taken.

    Source of the rule: 內政部移民署, 外來人口統一證號 (新式); 戶政 編碼原則 of the 身分證統一編號.

    Raises:
        IdentityError: the shape or the check digit is wrong; the message masks what was given.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if not _SHAPE.fullmatch(plain):
        raise IdentityError(
            _("「{text}」不是身分證字號或統一證號的格式。").format(text=mask(plain)),
            remedy=_("應為 10 碼：一個英文字母和 9 個數字（舊式統一證號是兩個字母和 8 個數字）。"),
        )
    if _weighted(plain) % 10:
        raise IdentityError(
            _("{text} 的檢查碼不對，可能打錯了。").format(text=mask(plain)),
            remedy=_("請向本人或人事單位查對。"),
        )
    return IdNumber(plain)


def mask(text: str) -> str:
    """Hide the middle of a number (A12*****89); of what has another length everything but that length."""
    if len(text) != len("A123456789"):
        return "*" * len(text)
    hidden = "*" * (len(text) - _SHOWN_FIRST - _SHOWN_LAST)
    return text[:_SHOWN_FIRST] + hidden + text[-_SHOWN_LAST:]


def _weighted(plain: str) -> int:
    first = _code(plain[0])
    second = _code(plain[1]) % 10 if plain[1].isalpha() else int(plain[1])
    digits = chain(divmod(first, 10), (second,), map(int, plain[2:]))
    return sum(digit * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))


def _code(letter: str) -> int:
    return _LETTERS.index(letter) + _FIRST_CODE
