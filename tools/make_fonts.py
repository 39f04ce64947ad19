"""Build the two typefaces that ``bureau/fonts`` carries, from Debian's ``fonts-cns11643-kai``.

TW-Kai (全字庫正楷體) is published as fonts too large to ship: 117 MB with hinting. Two unhinted subsets
keep every character an office can meet in a name and stay below the file limits of code hosts:

``kai-bmp.ttf``
    every character of TW-Kai, which is the whole Basic Multilingual Plane as far as the typeface has it;
``kai-extb-cns.ttf``
    of TW-Kai-Ext-B, the characters beyond it that CNS 11643 planes 3 to 7 and 15 hold, and the rare
    characters of names listed below.

One file is not possible: TrueType numbers glyphs with 16 bits, and there are 69,873. Running the tool
again gives the same bytes: nothing of the clock enters the files.

Usage::

    apt-get install fonts-cns11643-kai
    python tools/make_fonts.py [--source DIR] [--out DIR]

The plane tables come from glibc's EUC-TW, so the tool runs on Linux only; the fonts run everywhere.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools import subset
from fontTools.ttLib.tables._n_a_m_e import NameRecord, makeName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fontTools.ttLib import TTFont

SOURCE = Path("/usr/share/fonts/truetype/cns11643")
OUT = Path(__file__).resolve().parent.parent / "bureau" / "fonts"

CNS_PLANES = (3, 4, 5, 6, 7, 15)
RARE_IN_NAMES = "𡵆𤧟𦰡𠮷𤥢𥕛𣘺𠊎𨑨𤆬𧿹𦤎𣇈𪨶𫝛𡒉𤊒𣐾"

COPYRIGHT = 0
FAMILY, STYLE, UNIQUE, FULL, VERSION, POSTSCRIPT = range(1, 7)
LICENCE, LICENCE_ADDRESS = 13, 14

LAYOUT_AND_HINTS = [
    "FFTM",
    "GDEF",
    "GPOS",
    "GSUB",
    "gasp",
    "vhea",
    "vmtx",
    "kern",
    "hdmx",
    "VDMX",
    "LTSH",
    "DSIG",
]


@dataclass(frozen=True)
class Recipe:
    """One file to build: where from, which characters, and what it is called."""

    source: str
    target: str
    name: str
    postscript: str
    unicodes: frozenset[int]


def cns_plane(plane: int) -> frozenset[int]:
    """The code points that glibc's EUC-TW gives to one plane of CNS 11643.

    Args:
        plane: 1 to 7 or 15; glibc knows no others.
    """
    cells = (
        bytes([0x8E, 0xA0 + plane, row, column]) for row in range(0xA1, 0xFF) for column in range(0xA1, 0xFF)
    )
    # -c leaves out the cells that no character occupies, and then exits with 1.
    result = subprocess.run(
        ["iconv", "-c", "-f", "EUC-TW", "-t", "UTF-8"],
        input=b"\n".join(cells),
        capture_output=True,
        check=False,
    )
    characters = result.stdout.decode("utf-8").split("\n")
    found = frozenset(ord(character) for character in characters if len(character) == 1)
    if not found:
        sys.exit(f"iconv knows no EUC-TW plane {plane}: install glibc's gconv modules (libc-bin)")
    return found


def recipes() -> Iterator[Recipe]:
    """What to build."""
    yield Recipe(
        source="TW-Kai-98_1.ttf",
        target="kai-bmp.ttf",
        name="TW-Kai BMP unhinted",
        postscript="TW-Kai-BMP-unhinted",
        unicodes=frozenset(range(0x20, 0xFFFE)),
    )
    beyond_bmp = {code for plane in CNS_PLANES for code in cns_plane(plane) if code > 0xFFFF}
    yield Recipe(
        source="TW-Kai-Ext-B-98_1.ttf",
        target="kai-extb-cns.ttf",
        name="TW-Kai Ext-B CNS unhinted",
        postscript="TW-Kai-ExtB-CNS-unhinted",
        unicodes=frozenset(beyond_bmp | set(map(ord, RARE_IN_NAMES))),
    )


def rename(font: TTFont, recipe: Recipe) -> None:
    """Give the subset a name of its own.

    Two subsets with one PostScript name are taken for one font by PDF writers and readers, and a changed
    file should not pass for the original. The copyright line with the licence stays as published.
    """
    table = font["name"]
    kept: list[NameRecord] = [
        record for record in table.names if record.nameID == COPYRIGHT and record.platformID == 3
    ]
    texts = {
        FAMILY: recipe.name,
        STYLE: "Regular",
        UNIQUE: f"{recipe.postscript} 103.1",
        FULL: recipe.name,
        VERSION: "Version 103.1",
        POSTSCRIPT: recipe.postscript,
        LICENCE: "Open Government Data License, version 1.0",
        LICENCE_ADDRESS: "https://data.gov.tw/license",
    }
    kept += [makeName(text, name_id, 3, 1, 0x409) for name_id, text in texts.items()]
    table.names = sorted(kept, key=lambda record: (record.langID, record.nameID))


def build(recipe: Recipe, source: Path, out: Path) -> Path:
    """Write one subset and return its path."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += LAYOUT_AND_HINTS
    options.glyph_names = False
    options.notdef_outline = True
    options.name_languages = ["*"]
    options.recalc_bounds = False
    # Keeps head.modified as published: the same input must give the same bytes.
    options.recalc_timestamp = False
    font = subset.load_font(source / recipe.source, options)
    font.recalcTimestamp = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=recipe.unicodes)
    subsetter.subset(font)
    rename(font, recipe)
    target = out / recipe.target
    font.save(target, reorderTables=True)
    return target


def main() -> None:
    """Build both files and print their sizes and SHA-256."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", type=Path, default=SOURCE, help="folder of the published fonts")
    parser.add_argument("--out", type=Path, default=OUT, help="folder to write to")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for recipe in recipes():
        path = build(recipe, arguments.source, arguments.out)
        content = path.read_bytes()
        print(f"{path.name}  {len(content):>10,} bytes  {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
