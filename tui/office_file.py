"""Where the office file is."""

import os
from pathlib import Path


def office_file(named: str | None) -> Path:
    """Find the office file: named, by COURTESY_OFFICE, or in the user's data folder."""
    if named or (named := os.environ.get("COURTESY_OFFICE")):
        return Path(named)
    from platformdirs import user_data_path  # noqa: PLC0415 - only without a name

    return user_data_path("courtesy", appauthor=False) / "office.db"
