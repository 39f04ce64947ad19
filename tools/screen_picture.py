"""Turn a screen of the program into a picture that shows Chinese as a terminal does.

textual's own export squeezes wide characters into one cell; here each character gets its own place.
"""

import html
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.cells import cell_len

_TEXT = re.compile(r'<text ([^>]*?)\bx="([\d.]+)"([^>]*?)textLength="[^"]*"([^>]*)>([^<]*)</text>')
_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
CELL = 12.2
"""Width of one cell in the exported drawing, in its own units."""


def _place(match: re.Match[str]) -> str:
    x, places = float(match[2]), []
    text = html.unescape(match[5]).replace("\xa0", " ")
    for character in text:
        places.append(f"{x:g}")
        x += CELL * cell_len(character)
    attributes = f'{match[1]}x="{" ".join(places)}"{match[3]}{match[4]} xml:space="preserve"'
    return f"<text {attributes}>{html.escape(text)}</text>"


def spaced(svg: str) -> str:
    """Give `svg` with every character in its cell and fonts that every machine with Noto has."""
    svg = _FACE.sub("", svg)
    svg = svg.replace("Fira Code", "'DejaVu Sans Mono','Noto Sans Mono CJK TC'")
    return _TEXT.sub(_place, svg)


def draw(svg: str, target: Path, chromium: str = "chromium") -> None:
    """Draw `svg` into the PNG file `target` with headless Chromium."""
    svg = spaced(svg)
    width, height = (float(size) for size in re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())  # type: ignore[union-attr]  # an export always has one
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "screen.html")
        page.write_text(
            f"<style>body{{margin:0;background:#1c1c1c}}svg{{width:{width}px}}</style>{svg}", encoding="utf-8"
        )
        subprocess.run(
            [
                chromium,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                f"--user-data-dir={folder}/profile",
                "--force-device-scale-factor=1",
                f"--window-size={round(width)},{round(height)}",
                f"--screenshot={target}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )


if __name__ == "__main__":
    draw(Path(sys.argv[1]).read_text(encoding="utf-8"), Path(sys.argv[2]))
