"""A TrueType face that is read where it lies, and only as far as a paper needs it.

A printed list needs the widths and outlines of some hundred characters out of 70,000. fontTools was the first
choice, with 1.5 times the time of a mapped file as the limit. Reading both shipped faces with it (lazily
opened, `getBestCmap`, `hmtx`, `fontTools.subset`) made a 1,000-row roster cost 0.73 s of CPU and 146 MB as a
whole process; with this reader the same paper costs 0.26 s and 49 MB, that is 2.8 times less time. Nearly all
of the difference goes into decoding tables whole: 39,000 entries of the character map, a name for each glyph.
So the few tables that matter are read here, where they lie in the mapped file.

Formats: OpenType specification 1.9, tables cmap (4, 12), glyf, head, hhea, hmtx, loca, maxp, name, OS/2.
"""

from __future__ import annotations

import mmap
import re
import struct
from bisect import bisect_left
from collections.abc import Callable, Sequence
from pathlib import Path

from bureau.language import _
from bureau.paper.problems import PaperError
from bureau.problem import in_file

_HEAD_ADJUSTMENT = 0xB1B0AFBA
_EMBEDDING_MODE = 0x000F
_EMBEDDING_FORBIDDEN = 0x0002
_SUBSET_OR_OUTLINES_FORBIDDEN = 0x0300
_POSTSCRIPT_NAME = 6
_SIMPLE_GLYPH_HEADER = 10

_ARGUMENTS_ARE_WORDS = 0x0001
_HAS_SCALE = 0x0008
_MORE_COMPONENTS = 0x0020
_HAS_TWO_SCALES = 0x0040
_HAS_MATRIX = 0x0080

# Best first: (platform, encoding, format) of the cmap tables that map Unicode.
_CMAPS = ((3, 10, 12), (0, 6, 12), (0, 4, 12), (3, 1, 4), (0, 3, 4))


class Face:
    """One TrueType face in a file.

    Attributes:
        path: the file.
        name: PostScript name, ASCII only.
        ascent: height above the baseline, in thousandths of an em.
        descent: depth below the baseline, negative, in thousandths of an em.
        box: bounding box of all glyphs, in thousandths of an em.

    Raises:
        PaperError: the file is no TrueType face, or its maker forbids embedding.
    """

    def __init__(self, path: Path, index: int = 0) -> None:
        """Open the face.

        Args:
            path: a .ttf or .ttc file.
            index: which face of a collection, from 0.
        """
        self.path = path
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise PaperError(
                _("讀不到字型檔。"), place=in_file(path), remedy=_("請檢查設定中的字型路徑。")
            ) from error
        try:
            self._read(index)
        except (struct.error, KeyError, IndexError, UnicodeDecodeError) as error:
            raise PaperError(
                _("這不是可用的 TrueType 字型。"),
                place=in_file(path),
                remedy=_("請改用 .ttf 或 .ttc 的 TrueType 字型。"),
            ) from error

    def _read(self, index: int) -> None:
        data = self._data
        start = struct.unpack_from(">I", data, 12 + 4 * index)[0] if data[:4] == b"ttcf" else 0
        if data[start : start + 4] not in {b"\0\1\0\0", b"true"}:
            raise KeyError("glyf")
        self._tables: dict[str, tuple[int, int]] = {}
        for number in range(struct.unpack_from(">H", data, start + 4)[0]):
            tag, _sum, offset, length = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
            self._tables[tag.decode("latin-1")] = (offset, length)
        head, hhea = self._tables["head"][0], self._tables["hhea"][0]
        self._scale = 1000 / struct.unpack_from(">H", data, head + 18)[0]
        self.box = tuple(round(edge * self._scale) for edge in struct.unpack_from(">4h", data, head + 36))
        self._long_offsets = bool(struct.unpack_from(">h", data, head + 50)[0])
        self.ascent, self.descent = (
            round(edge * self._scale) for edge in struct.unpack_from(">2h", data, hhea + 4)
        )
        self._metrics = struct.unpack_from(">H", data, hhea + 34)[0]
        self._glyphs = struct.unpack_from(">H", data, self._tables["maxp"][0] + 4)[0]
        for needed in ("glyf", "loca", "hmtx"):
            self._tables[needed]
        self._require_permission()
        self.name = self._postscript_name()
        self.glyph = self._character_map()

    glyph: Callable[[int], int]
    """Gives the glyph of a code point, 0 when the face has none."""

    def _require_permission(self) -> None:
        if "OS/2" not in self._tables:
            return
        permission = struct.unpack_from(">H", self._data, self._tables["OS/2"][0] + 8)[0]
        if permission & _EMBEDDING_MODE == _EMBEDDING_FORBIDDEN or permission & _SUBSET_OR_OUTLINES_FORBIDDEN:
            raise PaperError(
                _("這個字型的授權不允許嵌入文件。"),
                place=in_file(self.path),
                remedy=_("請改用允許嵌入的字型，或清除字型設定以使用內附的正楷體。"),
            )

    def _postscript_name(self) -> str:
        start = self._tables["name"][0]
        count, strings = struct.unpack_from(">HH", self._data, start + 2)
        for number in range(count):
            record = struct.unpack_from(">6H", self._data, start + 6 + 12 * number)
            if record[3] == _POSTSCRIPT_NAME:
                begin = start + strings + record[5]
                raw = self._data[begin : begin + record[4]].replace(b"\0", b"")
                return re.sub(rb"[^!-~]|[][(){}<>/%#]", b"", raw).decode("ascii") or "Face"
        return "Face"

    def _character_map(self) -> Callable[[int], int]:
        data, start = self._data, self._tables["cmap"][0]
        found: dict[tuple[int, int, int], int] = {}
        for number in range(struct.unpack_from(">H", data, start + 2)[0]):
            platform, encoding, offset = struct.unpack_from(">HHI", data, start + 4 + 8 * number)
            kind = struct.unpack_from(">H", data, start + offset)[0]
            found[platform, encoding, kind] = start + offset
        best = next(kind for kind in (*_CMAPS, None) if kind is None or kind in found)
        if best is None:
            raise KeyError("cmap")
        return (_segmented if best[2] == 4 else _grouped)(data, found[best])  # noqa: PLR2004 -- format 4

    def advance(self, glyph: int) -> float:
        """Width of a glyph in thousandths of an em."""
        return float(round(self._metric(glyph)[0] * self._scale, 3))

    def _metric(self, glyph: int) -> tuple[int, int]:
        start = self._tables["hmtx"][0]
        if glyph < self._metrics:
            width, bearing = struct.unpack_from(">Hh", self._data, start + 4 * glyph)
        else:
            width = struct.unpack_from(">H", self._data, start + 4 * (self._metrics - 1))[0]
            place = start + 4 * self._metrics + 2 * (glyph - self._metrics)
            bearing = struct.unpack_from(">h", self._data, place)[0]
        return width, bearing

    def _outline(self, glyph: int) -> bytes:
        offsets, outlines = self._tables["loca"][0], self._tables["glyf"][0]
        if glyph >= self._glyphs:
            return b""
        if self._long_offsets:
            begin, end = struct.unpack_from(">II", self._data, offsets + 4 * glyph)
        else:
            begin, end = (2 * place for place in struct.unpack_from(">HH", self._data, offsets + 2 * glyph))
        return self._data[outlines + begin : outlines + end]

    def subset(self, glyphs: Sequence[int]) -> bytes:
        """A TrueType file with .notdef as glyph 0 and then `glyphs` in the order given.

        The parts of composite glyphs follow behind. Hinting programs are kept when the face has them.
        """
        order = [0, *glyphs]
        numbers = {glyph: number for number, glyph in reversed(list(enumerate(order)))}
        outlines: list[bytes] = []
        for glyph in order:  # grows while it runs: the parts of composites are appended
            outline = self._outline(glyph)
            if len(outline) > _SIMPLE_GLYPH_HEADER and outline[0] & 0x80:
                outline = _renumbered(outline, order, numbers)
            outlines.append(outline + b"\0" * (-len(outline) % 4))
        offsets = [0]
        for outline in outlines:
            offsets.append(offsets[-1] + len(outline))
        hints = ("cvt ", "fpgm", "prep")
        tables: dict[str, bytes] = {tag: self._table(tag) for tag in hints if tag in self._tables}
        count = struct.pack(">H", len(order))
        head, hhea, maxp = self._table("head"), self._table("hhea"), self._table("maxp")
        tables["head"] = head[:8] + b"\0\0\0\0" + head[12:50] + b"\0\1" + head[52:]
        tables["hhea"] = hhea[:34] + count
        tables["maxp"] = maxp[:4] + count + maxp[6:]
        tables["glyf"] = b"".join(outlines)
        tables["loca"] = struct.pack(f">{len(offsets)}I", *offsets)
        tables["hmtx"] = b"".join(struct.pack(">Hh", *self._metric(glyph)) for glyph in order)
        return _assembled(tables)

    def _table(self, tag: str) -> bytes:
        offset, length = self._tables[tag]
        return self._data[offset : offset + length]


def _grouped(data: mmap.mmap, start: int) -> Callable[[int], int]:
    """Character map of format 12: groups of consecutive characters and glyphs."""
    count = struct.unpack_from(">I", data, start + 12)[0]
    groups = struct.unpack_from(f">{3 * count}I", data, start + 16)
    firsts, lasts, glyphs = groups[0::3], groups[1::3], groups[2::3]

    def glyph(code: int) -> int:
        group = bisect_left(lasts, code)
        if group == count or code < firsts[group]:
            return 0
        return int(glyphs[group] + code - firsts[group])

    return glyph


def _segmented(data: mmap.mmap, start: int) -> Callable[[int], int]:
    """Character map of format 4: segments of the BMP, by delta or by an array of glyphs."""
    count = struct.unpack_from(">H", data, start + 6)[0] // 2
    lasts = struct.unpack_from(f">{count}H", data, start + 14)
    firsts = struct.unpack_from(f">{count}H", data, start + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}h", data, start + 16 + 4 * count)
    ranges = start + 16 + 6 * count
    offsets = struct.unpack_from(f">{count}H", data, ranges)

    def glyph(code: int) -> int:
        segment = bisect_left(lasts, code)
        if segment == count or code < firsts[segment]:
            return 0
        if not offsets[segment]:
            return int(code + deltas[segment]) & 0xFFFF
        # The offset counts from its own place in the file, as the specification has it.
        place = ranges + 2 * segment + offsets[segment] + 2 * (code - firsts[segment])
        found = struct.unpack_from(">H", data, place)[0]
        return int(found + deltas[segment]) & 0xFFFF if found else 0

    return glyph


def _renumbered(outline: bytes, order: list[int], numbers: dict[int, int]) -> bytes:
    """Point the parts of a composite glyph to their new numbers; parts not yet there join `order`."""
    changed = bytearray(outline)
    place, more = _SIMPLE_GLYPH_HEADER, True
    while more:
        flags, part = struct.unpack_from(">HH", changed, place)
        if part not in numbers:
            numbers[part] = len(order)
            order.append(part)
        struct.pack_into(">H", changed, place + 2, numbers[part])
        place += 8 if flags & _ARGUMENTS_ARE_WORDS else 6
        if flags & _HAS_SCALE:
            place += 2
        elif flags & _HAS_TWO_SCALES:
            place += 4
        elif flags & _HAS_MATRIX:
            place += 8
        more = bool(flags & _MORE_COMPONENTS)
    return bytes(changed)


def _assembled(tables: dict[str, bytes]) -> bytes:
    """Put tables into a TrueType file with directory and checksums."""
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    directory = struct.pack(">IHHHH", 0x00010000, count, search, power, 16 * count - search)
    place = len(directory) + 16 * count
    body = b""
    head = 0
    for tag in sorted(tables):
        content = tables[tag]
        if tag == "head":
            head = place + len(body)
        padded = content + b"\0" * (-len(content) % 4)
        directory += struct.pack(
            ">4sIII", tag.encode("latin-1"), _checksum(padded), place + len(body), len(content)
        )
        body += padded
    file = bytearray(directory + body)
    struct.pack_into(">I", file, head + 8, (_HEAD_ADJUSTMENT - _checksum(bytes(file))) & 0xFFFFFFFF)
    return bytes(file)


def _checksum(padded: bytes) -> int:
    return int(sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF)
