"""Make the pictures of the README: the scoring screen, and a page of the roster.

    python tools/make_pictures.py

Needs Chromium and the Noto CJK fonts for the screen, and pdftoppm (poppler) for the paper.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tools.screen_picture import draw
from tui.app import CourtesyApp
from tui.screens.cockpit import CockpitScreen

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
MOMENT = datetime(2026, 11, 20, 3, 5, tzinfo=UTC)
RESOLUTION = 100


async def scoring_screen(office: Path, target: Path) -> None:
    """Open the demonstration's half-scored call and draw the screen."""
    app = CourtesyApp(office, clock=lambda: MOMENT, entropy=os.urandom)
    async with app.run_test(size=(80, 24)) as pilot:
        while app.actor is None:
            await pilot.pause(0.05)
        await pilot.press("1")
        await pilot.pause(0.5)
        await pilot.press("enter")
        while not isinstance(app.screen, CockpitScreen):
            await pilot.pause(0.05)
        await pilot.pause(0.5)
        draw(app.export_screenshot(title="courtesy"), target)


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(
            [sys.executable, "-m", "tui.main", "demo", str(folder), "--no-open"],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        asyncio.run(scoring_screen(folder / "office.db", PICTURES / "cockpit.png"))
        page = PICTURES / "roster"
        subprocess.run(
            [
                *("pdftoppm", "-png", "-r", str(RESOLUTION), "-f", "1", "-l", "1", "-singlefile"),
                str(folder / "補訓名冊.pdf"),
                str(page),
            ],
            check=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
