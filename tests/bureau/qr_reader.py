"""Reads QR codes of version 1 as a scanner does, by ISO/IEC 18004; errors are not corrected but refused.

Written apart from the program, so that a code that only its own maker could read would be found out.
"""

from collections.abc import Callable, Iterator, Sequence

SIZE = 21
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
DATA_CODEWORDS = {0: 16, 1: 19, 2: 9, 3: 13}
"""By the two bits that name the level: M, L, H, Q."""
MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, column: row % 2 == 0,
    lambda row, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)
FORMAT_PLACES = [(8, c) for c in (0, 1, 2, 3, 4, 5, 7, 8)] + [(r, 8) for r in (7, 5, 4, 3, 2, 1, 0)]


def read(code: Sequence[Sequence[bool]]) -> tuple[str, str]:
    """Give the text of a code and its level of error correction."""
    assert len(code) == SIZE, "only version 1 is read"
    format_bits = 0
    for row, column in FORMAT_PLACES:
        format_bits = format_bits << 1 | code[row][column]
    format_bits ^= 0b101010000010010
    assert _remainder(format_bits) == 0, "the format was misread"
    level, mask = format_bits >> 13, format_bits >> 10 & 7
    bits = [code[row][column] ^ MASKS[mask](row, column) for row, column in _path()]
    words = [sum(bit << 7 - place for place, bit in enumerate(bits[at : at + 8])) for at in range(0, 208, 8)]
    assert not any(_syndromes(words, len(words) - DATA_CODEWORDS[level])), "the code is damaged"
    return _text(bits[: 8 * DATA_CODEWORDS[level]]), "MLHQ"[level]


def _remainder(bits: int) -> int:
    for place in range(14, 9, -1):
        if bits >> place & 1:
            bits ^= 0b10100110111 << place - 10
    return bits


def _path() -> Iterator[tuple[int, int]]:
    upwards = True
    for right in (20, 18, 16, 14, 12, 10, 8, 5, 3, 1):
        for row in range(SIZE - 1, -1, -1) if upwards else range(SIZE):
            for column in (right, right - 1):
                corner = (row < 9 and (column < 9 or column > 12)) or (row > 12 and column < 9)
                if not corner and row != 6 and column != 6:
                    yield row, column
        upwards = not upwards


def _syndromes(words: Sequence[int], count: int) -> list[int]:
    """Evaluate the code word at the first `count` powers of 2 in GF(256), modulus 0x11D."""
    found, point = [], 1
    for _power in range(count):
        value = 0
        for word in words:
            value = _product(value, point) ^ word
        found.append(value)
        point = _product(point, 2)
    return found


def _product(left: int, right: int) -> int:
    result = 0
    while right:
        if right & 1:
            result ^= left
        left <<= 1
        if left & 0x100:
            left ^= 0x11D
        right >>= 1
    return result


def _text(bits: Sequence[int]) -> str:
    stream = iter(bits)

    def take(count: int) -> int:
        value = 0
        for _bit in range(count):
            value = value << 1 | next(stream)
        return value

    mode = take(4)
    if mode == 0b0100:
        return bytes(take(8) for _byte in range(take(8))).decode("utf-8")
    assert mode == 0b0010, "neither letters and digits nor bytes"
    left, text = take(9), ""
    while left > 1:
        first, second = divmod(take(11), 45)
        text += ALPHANUMERIC[first] + ALPHANUMERIC[second]
        left -= 2
    return text + (ALPHANUMERIC[take(6)] if left else "")
