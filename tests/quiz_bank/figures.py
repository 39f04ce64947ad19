"""What figures a text names, and how far one text is found in another: to hold questions against facts."""

import re
import unicodedata
from decimal import Decimal

_GROUPED = re.compile(r"(?<=\d),(?=\d{3})")
_ARABIC = re.compile(r"(\d+(?:\.\d+)?)([萬億]?)")
_CHINESE = re.compile(r"[一二三四五六七八九十]+")
_TIMES = {"": 1, "萬": 10_000, "億": 100_000_000}
_ONES = "一二三四五六七八九"


def claimed(text: str) -> set[Decimal]:
    """Give the figures that a text states in digits: 15,000 and 1.5萬 are both 15000."""
    return {Decimal(number) * _TIMES[times] for number, times in _ARABIC.findall(_plain(text))}


def figures(text: str) -> set[Decimal]:
    """Give every figure that can be read from a text: as `claimed`, 15萬 also as 15, 三分之一 as 3 and 1."""
    plain = _plain(text)
    found = claimed(text) | {Decimal(number) for number, _times in _ARABIC.findall(plain)}
    return found | {_from_chinese(number) for number in _CHINESE.findall(plain)}


def share(part: str, whole: str) -> float:
    """Say which share (0 to 1) of the pairs of neighbouring characters of `part` stands in `whole`."""
    sought = _neighbours(part)
    return len(sought & _neighbours(whole)) / len(sought) if sought else 1.0


def _plain(text: str) -> str:
    return _GROUPED.sub("", unicodedata.normalize("NFKC", text))


def _from_chinese(number: str) -> Decimal:
    tens, ten, ones = number.rpartition("十")
    value = 10 * (_digit(tens) if tens else 1) if ten else 0
    return Decimal(value + _digit(ones))


def _digit(character: str) -> int:
    """Give 0 for no character, and for two of them: 一二 names no figure."""
    return _ONES.index(character) + 1 if len(character) == 1 else 0


def _neighbours(text: str) -> set[str]:
    characters = "".join(character for character in text if "\u4e00" <= character <= "\u9fff")
    return {characters[index : index + 2] for index in range(len(characters) - 1)}
