"""Gather every text that people see, and compile the translations.

    python tools/make_catalogues.py          compile each .po into the .mo that the program reads
    python tools/make_catalogues.py update   first add new texts to the English .po, and drop old ones
    python tools/make_catalogues.py missing  list what has no English yet; exit code 1 if anything

The source language is Traditional Chinese, so the English catalogue holds all texts and the Chinese one holds
only what the standard library says.
"""

import ast
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "bureau" / "locale"
PACKAGES = ("bureau", "quiz_bank", "courtesy", "training", "tui")
DATED = datetime(2026, 1, 1, tzinfo=UTC)


def texts() -> Catalog:
    """Gather every text in `_()`.

    The syntax tree is asked, not the tokens: in Python 3.11 a call inside an f-string is no token of its own.
    """
    found = Catalog(locale="en", charset="utf-8")
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            for line, text in sorted(_texts(ast.parse(path.read_text(encoding="utf-8")))):
                found.add(text, None, [(place, line)])
    return found


def _texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(text))], lineno=line):
                yield line, text


def read(language: str) -> Catalog:
    """Read the .po of a language."""
    path = LOCALE / language / "LC_MESSAGES" / "courtesy.po"
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def compiled(language: str) -> bytes:
    """Give the .mo of a language."""
    catalogue = read(language)
    # A .po that names no dates would be given those of now, and every compilation would differ.
    catalogue.creation_date = catalogue.revision_date = DATED
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def missing() -> list[str]:
    """Give the texts that have no English."""
    english = read("en")
    return [
        str(message.id)
        for message in texts()
        if message.id and not ((known := english.get(message.id)) and known.string)
    ]


def update() -> None:
    """Bring the English .po up to the code."""
    english = read("en")
    english.update(texts(), no_fuzzy_matching=True)
    english.obsolete.clear()
    english.header_comment = "# What people read, in English."
    english.project, english.version = "courtesy", ""
    english.msgid_bugs_address, english.last_translator, english.language_team = "", "", ""
    english.creation_date = english.revision_date = DATED
    with (LOCALE / "en" / "LC_MESSAGES" / "courtesy.po").open("wb") as file:
        write_po(file, english, width=110, sort_by_file=True, no_location=True, omit_header=False)


def main() -> int:
    if "update" in sys.argv:
        update()
    for language in ("zh_TW", "en"):
        (LOCALE / language / "LC_MESSAGES" / "courtesy.mo").write_bytes(compiled(language))
    if "missing" in sys.argv:
        for text in missing():
            sys.stdout.write(f"{text!r}\n")
        return bool(missing())
    return 0


if __name__ == "__main__":
    sys.exit(main())
