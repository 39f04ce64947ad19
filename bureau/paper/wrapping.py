"""Breaking Chinese text into lines (避頭尾): which marks may not begin or end a line.

The marks are those of W3C's "Requirements for Chinese Text Layout" (行首行尾避頭尾) for Traditional Chinese,
with their half-width forms. A mark that may not begin a line takes the character before it along; nothing
hangs over the edge, since the edge is usually the border of a cell. Words and numbers in Latin letters stay
whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

NEVER_FIRST = frozenset("，。、；：？！」』）》〉】〕］｝〗〞’”…‧·—～–％℃々ー!,.:;?)]}%•")
"""Marks that may not begin a line."""

NEVER_LAST = frozenset("「『（《〈【〔［｛〖〝‘“([{＄￥＃№$#")
"""Marks that may not end a line."""

_SPACES = " \u3000"
_WHOLE = re.compile(r"[!-~\u00c0-\u024f]+|[０-９]+|—+|…+|.", re.DOTALL)
_PARTS = re.compile(r"[^/?&=_-]*[/?&=_-]+|[^/?&=_-]+")
# Sums of widths in floating point differ by their order; a millionth of a point is no overflow.
_TOLERANCE = 1e-6


def wrap(text: str, width: float, size: float, widths: Mapping[int, float]) -> tuple[str, ...]:
    """Break `text` into lines.

    Args:
        text: what to set; a newline begins a new line.
        width: of the line, in points.
        size: of the type, in points.
        widths: of the characters by code point, in thousandths of an em.

    Returns:
        The lines, at least one. Joined they are the text again but for newlines and the spaces at breaks.
        No line is wider than `width`, unless a single character is. A line begins or ends with a
        forbidden mark only where the marks that belong together are wider than the line.
    """
    lines: list[str] = []
    room = 1000 * width / size + _TOLERANCE
    for paragraph in text.split("\n"):
        if sum([widths[code] for code in map(ord, paragraph)]) <= room:
            lines.append(paragraph)
        else:
            lines += _broken(paragraph, room, widths)
    return tuple(lines)


def _broken(paragraph: str, room: float, widths: Mapping[int, float]) -> list[str]:
    lines: list[str] = []
    line, used = "", 0.0
    for group in _inseparable(paragraph, room, widths):
        needed = sum([widths[code] for code in map(ord, group)])
        if lines and not line and group in _SPACES:
            continue
        if used + needed <= room:
            line, used = line + group, used + needed
            continue
        if line:
            lines.append(line.rstrip(_SPACES))
        line, used = "", 0.0
        if group in _SPACES:
            continue
        for character in group:
            advance = widths[ord(character)]
            if line and used + advance > room:
                kept, line = _parted(line, character, room, widths)
                lines.append(kept)
                used = sum([widths[code] for code in map(ord, line)])
            line, used = line + character, used + advance
    if line or not lines:
        lines.append(line)
    return lines


def _parted(line: str, following: str, room: float, widths: Mapping[int, float]) -> tuple[str, str]:
    """Say what stays on a full line and what goes down with the character that follows.

    Marks go down or take a character with them, as far as the next line has room for that.
    """
    cut = len(line)
    while cut > 1 and (line[cut - 1] in NEVER_LAST or (line + following)[cut] in NEVER_FIRST):
        cut -= 1
    fits = sum([widths[code] for code in map(ord, line[cut:] + following)]) <= room
    good = fits and line[cut - 1] not in NEVER_LAST and (line + following)[cut] not in NEVER_FIRST
    return (line[:cut], line[cut:]) if good else (line, "")


def _inseparable(paragraph: str, room: float, widths: Mapping[int, float]) -> list[str]:
    """Cut a paragraph at every place where a line may end."""
    tokens: list[str] = []
    for token in _WHOLE.findall(paragraph):
        if len(token) > 1 and sum([widths[code] for code in map(ord, token)]) > room:
            # An address is cut behind its slashes; what is still too wide, anywhere.
            for part in _PARTS.findall(token):
                fits = sum([widths[code] for code in map(ord, part)]) <= room
                tokens += [part] if fits else part
        else:
            tokens.append(token)
    groups: list[str] = []
    for token in tokens:
        # A space beside a mark is no place to break: the mark would still begin or end a line.
        if groups and token[0] in NEVER_FIRST:
            while len(groups) > 1 and groups[-1] in _SPACES:
                space = groups.pop()
                groups[-1] += space
            groups[-1] += token
        elif groups and groups[-1].rstrip(_SPACES)[-1:] in NEVER_LAST:
            groups[-1] += token
        else:
            groups.append(token)
    return groups
