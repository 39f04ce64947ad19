"""Whatever is in a file, a reader gives questions or says in words why not.

`tools/fuzz_readers.py` does the same for minutes on end, with large files and a look at time and memory.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bureau.problem import Refused
from tools.fuzz_readers import MARKS, damaged, reader_of, samples

SHORT = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", sorted(MARKS))
@SHORT
@given(data=st.data())
def test_a_damaged_file_is_read_or_refused_in_words(
    data: st.DataObject, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    content = data.draw(damaged(name, samples(name, folder)))
    path = folder / ("file.csv" if name == "matrix" else f"file.{name}")
    path.write_bytes(content)
    try:
        reader_of(name)(path)
    except Refused as refusal:
        said = refusal.what
    else:
        said = "read"
    assert said


@pytest.mark.parametrize("name", sorted(MARKS))
def test_the_sound_files_are_read(name: str, tmp_path: Path) -> None:
    for content in samples(name, tmp_path):
        path = tmp_path / ("file.csv" if name == "matrix" else f"file.{name}")
        path.write_bytes(content)
        assert reader_of(name)(path)
