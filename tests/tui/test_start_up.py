"""What is loaded before the first frame, and before a command answers."""

import json
import subprocess
import sys

import pytest

HEAVY = (
    "pydantic",
    "sqlite_utils",
    "pysqlite3",
    "reportlab",
    "openpyxl",
    "PIL",
    "holidays",
    "click",
    "numpy",
)


def modules_after(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("heavy", HEAVY)
def test_the_first_screen_needs_none_of_what_reads_and_writes(heavy: str) -> None:
    assert heavy not in modules_after("import tui.app")


def test_help_needs_neither_the_terminal_library_nor_the_office() -> None:
    loaded = modules_after("import tui.main\ntry:\n tui.main.main(['--help'])\nexcept SystemExit: pass")
    assert not loaded & {"textual", "pydantic", "reportlab", "openpyxl", "sqlite_utils"}


def test_paper_is_not_loaded_until_something_is_printed() -> None:
    assert "reportlab" not in modules_after("import tui.desks")


def test_spreadsheets_are_not_loaded_until_one_is_read() -> None:
    assert "openpyxl" not in modules_after("import tui.desks")
