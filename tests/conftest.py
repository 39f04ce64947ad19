"""What many tests need: a fresh office file, a fixed moment, and predictable entropy."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bureau.language import speak
from bureau.office import Office

# How long an example takes says something of the machine, not of the program.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")

MOMENT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""115/11/23 10:00 in Taipei."""


def counting_entropy() -> Callable[[int], bytes]:
    """Give bytes that look random and are the same in every run."""
    count = 0

    def give(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.sha256(str(count).encode()).digest()[:size].ljust(size, b"\0")

    return give


@pytest.fixture(autouse=True)
def _in_chinese(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("COURTESY_OFFICE", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    speak("zh_TW")


@pytest.fixture
def at() -> datetime:
    """The moment of the test's acts."""
    return MOMENT


@pytest.fixture
def office(tmp_path: Path, at: datetime) -> Iterator[Office]:
    """An office file with the ground floor only."""
    opened = Office.create(tmp_path / "office.db", name="測試縣稅務局", entropy=counting_entropy(), at=at)
    yield opened
    opened.close()
