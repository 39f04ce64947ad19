"""An office with all its desks, living through a little of its year."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import counting_entropy
from tests.training.life import BEGIN, Life
from tui.desks import Desks


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    path = tmp_path / "office.db"
    with Desks.create(path, name="測試縣稅務局", entropy=counting_entropy(), at=BEGIN) as desks:
        yield Life(desks)
