"""The one font of the house: a chain of faces that prints every name.

A paper asks for one font. Behind it stand, in this order, the office's own face (when set), the shipped
TW-Kai for the Basic Multilingual Plane, the shipped TW-Kai Ext-B, and the system's faces with rare
characters. Each character comes from the first face that has it; one that none has is printed as its code,
〔U+2B81D〕, and remembered in `missing`. Nothing ever prints as an empty box.

To reportlab this is one registered font (`FONT_NAME`), so charts and canvases get the same chain. Faces are
written as Type 0 fonts with Identity-H, embedded as subsets, with a ToUnicode table that is right beyond
U+FFFF, which that of reportlab's TTFont is not.
"""

from __future__ import annotations

import os
import sys
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from bureau.paper.face import Face
from bureau.paper.problems import PaperError
from bureau.paper.wrapping import wrap

FONT_NAME = "Kai"
"""The name under which reportlab knows the font of the house."""

_SHIPPED = Path(__file__).resolve().parent.parent / "fonts"
SHIPPED = (_SHIPPED / "kai-bmp.ttf", _SHIPPED / "kai-extb-cns.ttf")
"""The faces that come with the program."""

_RARE_FACES = ("TW-Kai-Ext-B*.ttf", "TW-Kai-Plus*.ttf", "HanaMinA*.ttf", "HanaMinB*.ttf", "mingliub.ttc")
# Characters that the user of a Windows machine drew: the only face whose private-use characters mean
# what the office means by them.
_SELF_MADE = "EUDC.TTE"

_NEWLINES = dict.fromkeys(map(ord, "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\n")
_VARIATION_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0x180B, 0x180E))
_BLOCK = 100  # the most entries that one block of a ToUnicode table may have


class _PdfDocument(Protocol):
    """What this module uses of reportlab's document, which has no public type."""

    compression: int
    fontMapping: dict[str, str]  # noqa: N815 -- reportlab's name
    delayedFonts: list[object]  # noqa: N815 -- reportlab's name
    idToObject: dict[str, Any]  # noqa: N815 -- reportlab's name

    def Reference(self, thing: object, name: str | None = None) -> object:  # noqa: N802 -- reportlab's name
        """Number an object of the file."""


@dataclass
class _Use:
    """What one document has used of the font so far."""

    name: str = ""
    numbers: dict[int, tuple[int, str]] = field(default_factory=dict)
    """Code point → (face, its number in that face's PDF font, as four hexadecimal digits)."""
    drawn: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Face → (code point, glyph) by number; number 0 is .notdef."""


class _Widths(dict[int, float]):
    """Widths by code point in thousandths of an em, measured when first asked for."""

    def __init__(self, font: ChainFont) -> None:
        super().__init__()
        self._font = font

    def __missing__(self, code: int) -> float:
        width = self[code] = self._font.measure(code)
        return width


class _Shown(dict[int, str | int | None]):
    """A table for `str.translate`: what is printed for each character."""

    def __init__(self, font: ChainFont) -> None:
        super().__init__(_NEWLINES)
        self._font = font

    def __missing__(self, code: int) -> str | int | None:
        shown = self[code] = self._font.substitute(code)
        return shown


class _Metrics:
    """The `face` that reportlab's own drawing code looks at."""

    def __init__(self, name: str, first: Face, widths: _Widths) -> None:
        self.name = name.encode("ascii")
        self.ascent = first.ascent
        self.descent = first.descent
        self.bbox = first.box
        self.charWidths = widths
        self.defaultWidth = 1000
        self.builtIn = 0
        self.familyName = name
        self.bold = self.italic = 0

    def getCharWidth(self, code: int) -> float:  # noqa: N802 -- reportlab's name
        """Width of a character in thousandths of an em."""
        return self.charWidths[code]


class ChainFont:
    """Several TrueType faces as one reportlab font.

    Attributes:
        missing: the code points that no face had, of all texts shown so far, in order of appearance.
        widths: of characters as shown, by code point, in thousandths of an em.
    """

    # The names by which reportlab asks a font what it can do.
    _multiByte = 1  # noqa: N815
    _dynamicFont = 1  # noqa: N815
    encName = "UTF-8"  # noqa: N815
    shapable = False

    def __init__(self, paths: Sequence[Path], rare: Sequence[Path] = (), *, name: str = FONT_NAME) -> None:
        """Make the chain; faces are opened when a character first needs them.

        Args:
            paths: faces, best first; the first gives ascent and descent.
            rare: further faces that are tried for characters the others lack, and skipped when unusable.
            name: under which reportlab shall know the font.

        Raises:
            PaperError: the first face cannot be used.
        """
        self.fontName = name
        self._paths = [*paths, *rare]
        self._optional = len(paths)
        self._faces: dict[int, Face | None] = {}
        self._found: dict[int, tuple[int, int]] = {}
        self._uses: WeakKeyDictionary[_PdfDocument, _Use] = WeakKeyDictionary()
        self.missing: dict[int, None] = {}
        self.widths = _Widths(self)
        self._shown = _Shown(self)
        first = self._face(0)
        assert first is not None, "only rare faces are optional"
        self.face = _Metrics(f"{name}-{zlib.crc32(repr(self._paths).encode()):08x}", first, self.widths)

    # -- text ------------------------------------------------------------------------------------------

    def shown(self, text: str) -> str:
        """Give `text` as it will be printed.

        Compatibility ideographs become the ordinary ones (NFC), variation selectors and control characters
        are left out, every kind of line end becomes a newline, a character that no face has becomes its
        code in brackets.
        """
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
        return text.translate(self._shown)

    def lacking(self, text: str) -> tuple[int, ...]:
        """The code points of `text` that no face has, each once."""
        self.shown(text)
        if not self.missing:
            return ()
        text = unicodedata.normalize("NFC", text)
        return tuple(dict.fromkeys(code for code in map(ord, text) if code in self.missing))

    def width(self, text: str, size: float) -> float:
        """Width of one line of shown text, in points."""
        widths = self.widths
        return sum([widths[code] for code in map(ord, text)]) * size / 1000

    def wrap(self, text: str, width: float, size: float) -> tuple[str, ...]:
        """Break shown text into lines of `width` points; see `bureau.paper.wrapping.wrap`."""
        return wrap(text, width, size, self.widths)

    def substitute(self, code: int) -> str | int | None:
        """What is shown for one code point: itself, other text, or nothing."""
        character = chr(code)
        if character == "\n":
            return code
        category = unicodedata.category(character)
        if category in {"Cc", "Cf"} or any(code in selectors for selectors in _VARIATION_SELECTORS):
            return " " if character == "\t" else None
        if self._look_up(code):
            return code
        if category == "Zs":
            return " "
        # A form for old character sets (vertical bracket, ligature) may stand as the ordinary characters.
        ordinary = unicodedata.normalize("NFKC", character)
        if ordinary != character and all(self._look_up(ord(part)) for part in ordinary):
            return ordinary
        self.missing[code] = None
        return f"〔U+{code:04X}〕"

    def measure(self, code: int) -> float:
        """Width of one character as drawn, in thousandths of an em."""
        found = self._look_up(code)
        if found is None:
            return sum(self.widths[ord(part)] for part in self._stand_in(code))
        face = self._face(found[0])
        assert face is not None, "a glyph was found in it"
        return face.advance(found[1])

    def _stand_in(self, code: int) -> str:
        stand_in = self._shown[code]
        return stand_in if isinstance(stand_in, str) else ""

    def _look_up(self, code: int) -> tuple[int, int] | None:
        """Face and glyph of a code point, of the first face that has it."""
        found = self._found.get(code)
        if found is not None:
            return found
        private = unicodedata.category(chr(code)) == "Co"
        for number, path in enumerate(self._paths):
            if private and number >= self._optional and path.name.upper() != _SELF_MADE:
                continue
            face = self._face(number)
            glyph = face.glyph(code) if face else 0
            if glyph:
                self._found[code] = (number, glyph)
                return number, glyph
        return None

    def _face(self, number: int) -> Face | None:
        if number not in self._faces:
            try:
                self._faces[number] = Face(self._paths[number])
            except PaperError:
                if number < self._optional:
                    raise
                self._faces[number] = None
        return self._faces[number]

    # -- drawing ---------------------------------------------------------------------------------------

    def operators(self, text: str, size: float, document: _PdfDocument, base_size: float) -> str:
        """The PDF operators that show one line, for a text object whose font is face 0 in `base_size`.

        Ends with that font in force again, so that lines can follow one another.
        """
        base = self._font_operator(0, base_size, document)
        parts: list[str] = []
        current = base
        for number, digits in self._runs(text, document):
            chosen = self._font_operator(number, size, document)
            if chosen != current:
                parts.append(chosen)
                current = chosen
            parts.append(f"<{digits}> Tj")
        if current != base:
            parts.append(base)
        return " ".join(parts)

    def _font_operator(self, number: int, size: float, document: _PdfDocument) -> str:
        return f"{self.getSubsetInternalName(number, document)} {size:g} Tf"

    def _runs(self, text: str, document: _PdfDocument) -> Iterable[tuple[int, str]]:
        """Cut a line where the face changes: (face, numbers of its characters in hexadecimal)."""
        use = self._use(document)
        run: list[str] = []
        current = -1
        for code in map(ord, text):
            placed = use.numbers.get(code)
            if placed is None:
                if self._look_up(code) is None:
                    stand_in = self._stand_in(code)
                    if run:
                        yield current, "".join(run)
                    run, current = [], -1
                    yield from self._runs(stand_in, document)
                    continue
                placed = self._place(code, use)
            if placed[0] != current:
                if run:
                    yield current, "".join(run)
                run, current = [], placed[0]
            run.append(placed[1])
        if run:
            yield current, "".join(run)

    def _place(self, code: int, use: _Use) -> tuple[int, str]:
        found = self._look_up(code)
        assert found is not None, "looked up before"
        number, glyph = found
        drawn = use.drawn.setdefault(number, [(0, 0)])
        placed = use.numbers[code] = (number, f"{len(drawn):04X}")
        drawn.append((code, glyph))
        return placed

    def _use(self, document: _PdfDocument) -> _Use:
        use = self._uses.get(document)
        if use is None:
            use = self._uses[document] = _Use()
        return use

    # -- what reportlab calls --------------------------------------------------------------------------

    def stringWidth(self, text: str | bytes, size: float, encoding: str = "utf8") -> float:  # noqa: N802
        """Width of a line in points."""
        return self.width(text.decode(encoding) if isinstance(text, bytes) else text, size)

    def splitString(  # noqa: N802 -- reportlab's name
        self, text: str | bytes, doc: _PdfDocument, encoding: str = "utf-8"
    ) -> list[tuple[int, bytes]]:
        """Cut a line into runs of one face each."""
        line = self.shown(text.decode(encoding) if isinstance(text, bytes) else text)
        return [(number, bytes.fromhex(digits)) for number, digits in self._runs(line, doc)]

    def getSubsetInternalName(self, subset: int, doc: _PdfDocument) -> str:  # noqa: N802 -- reportlab's name
        """Name of one face in the resources of `doc`, with its slash."""
        use = self._use(doc)
        if not use.name:
            use.name = f"F{len(doc.fontMapping) + 1}"
            doc.fontMapping[self.fontName] = f"/{use.name}"
            doc.delayedFonts.append(self)
        use.drawn.setdefault(subset, [(0, 0)])
        return f"/{use.name}+{subset}"

    def addObjects(self, doc: _PdfDocument) -> None:  # noqa: N802 -- reportlab's name
        """Write the faces that `doc` used into it."""
        use = self._uses.pop(doc)
        for number, drawn in sorted(use.drawn.items()):
            face = self._face(number)
            assert face is not None, "its glyphs were drawn"
            name = f"{use.name}+{number}"
            doc.idToObject["BasicFonts"].dict[name] = doc.Reference(_pdf_font(face, drawn, doc), name)


def _pdf_font(face: Face, drawn: Sequence[tuple[int, int]], doc: _PdfDocument) -> object:
    """One embedded face as a PDF font; `drawn` lists (code point, glyph) by number."""
    from reportlab.pdfbase import pdfdoc  # noqa: PLC0415 -- only printing pays for reportlab

    def stream(content: bytes, **entries: object) -> object:
        made = pdfdoc.PDFStream(pdfdoc.PDFDictionary(entries), content)
        made.filters = [pdfdoc.PDFZCompress] if doc.compression else []
        return doc.Reference(made)

    glyphs = [glyph for _code, glyph in drawn[1:]]
    unique = list(dict.fromkeys(glyphs))
    content = face.subset(unique)
    base = f"{_subset_tag(glyphs)}+{face.name}"
    widths = [face.advance(glyph) for glyph in glyphs]
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1000)
    descriptor = pdfdoc.PDFDictionary(
        {
            "Type": "/FontDescriptor",
            "FontName": pdfdoc.PDFName(base),
            "Flags": 4,
            "FontBBox": pdfdoc.PDFArray(face.box),
            "ItalicAngle": 0,
            "Ascent": face.ascent,
            "Descent": face.descent,
            "CapHeight": face.ascent,
            "StemV": 80,
            "FontFile2": stream(content, Length1=len(content)),
        }
    )
    number_to_glyph = {glyph: number for number, glyph in enumerate(unique, 1)}
    same = len(unique) == len(glyphs)
    cid_map = b"".join(number_to_glyph.get(glyph, 0).to_bytes(2, "big") for glyph in (0, *glyphs))
    descendant = pdfdoc.PDFDictionary(
        {
            "Type": "/Font",
            "Subtype": "/CIDFontType2",
            "BaseFont": pdfdoc.PDFName(base),
            "CIDSystemInfo": pdfdoc.PDFDictionary(
                {
                    "Registry": pdfdoc.PDFString("Adobe"),
                    "Ordering": pdfdoc.PDFString("Identity"),
                    "Supplement": 0,
                }
            ),
            "FontDescriptor": doc.Reference(descriptor),
            "DW": usual,
            "W": pdfdoc.PDFArray(_width_runs(widths, usual, pdfdoc.PDFArray)),
            "CIDToGIDMap": "/Identity" if same else stream(cid_map),
        }
    )
    return pdfdoc.PDFDictionary(
        {
            "Type": "/Font",
            "Subtype": "/Type0",
            "BaseFont": pdfdoc.PDFName(base),
            "Encoding": "/Identity-H",
            "DescendantFonts": pdfdoc.PDFArray([doc.Reference(descendant)]),
            "ToUnicode": stream(_to_unicode([code for code, _glyph in drawn])),
        }
    )


def _subset_tag(glyphs: Sequence[int]) -> str:
    """Six letters that differ between subsets, so that merged files do not mix them up."""
    number = zlib.crc32(repr(glyphs).encode())
    letters = ""
    for _place in range(6):
        number, letter = divmod(number, 26)
        letters += chr(ord("A") + letter)
    return letters


def _width_runs(widths: Sequence[float], usual: float, array: type) -> list[object]:
    """The /W array: runs of widths that differ from the usual one."""
    runs: list[object] = []
    run: list[float] = []
    for number, width in enumerate([*widths, usual], 1):
        if width != usual:
            run.append(width)
        elif run:
            runs += [number - len(run), array(run)]
            run = []
    return runs


def _to_unicode(codes: Sequence[int]) -> bytes:
    """The table by which readers copy and search; characters beyond U+FFFF as surrogate pairs."""
    rows = [
        f"<{number:04X}> <{chr(code).encode('utf-16-be').hex().upper()}>"
        for number, code in enumerate(codes)
        if number
    ]
    out = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        out += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    out += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(out).encode("ascii")


def system_faces() -> list[Path]:
    """Faces of this computer that may have characters the shipped ones lack."""
    if sys.platform == "win32":
        folders = [Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts"]
        folders.append(Path(os.environ.get("LOCALAPPDATA", "")) / "Microsoft" / "Windows" / "Fonts")
    elif sys.platform == "darwin":
        folders = [Path.home() / "Library" / "Fonts", Path("/Library/Fonts")]
    else:
        fonts = Path("/usr/share/fonts/truetype")
        folders = [fonts / "cns11643", fonts / "hanazono", Path.home() / ".local" / "share" / "fonts"]
    patterns = (*_RARE_FACES, _SELF_MADE)
    return [path for pattern in patterns for folder in folders for path in sorted(folder.glob(pattern))]


@lru_cache(maxsize=4)
def kai(office_font: Path | None = None) -> ChainFont:
    """The font of the house.

    Args:
        office_font: a face that the office prefers to the shipped ones.

    Raises:
        PaperError: the office's face cannot be used.
    """
    paths = (office_font, *SHIPPED) if office_font else SHIPPED
    return ChainFont(paths, system_faces())


def register(font: ChainFont) -> None:
    """Make reportlab's charts and canvases draw with `font` when they ask for its name."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 -- only printing pays for reportlab

    # registerFont keeps the first font of a name for ever; an office may choose another face.
    fonts: dict[str, object] = vars(pdfmetrics)["_fonts"]
    if fonts.get(font.fontName) is not font:
        fonts.pop(font.fontName, None)
        pdfmetrics.registerFont(font)
