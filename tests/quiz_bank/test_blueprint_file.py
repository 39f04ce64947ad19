"""A blueprint in a file: what is wrong with it is said in words, with the cell and the field."""

from pathlib import Path

import pytest

from quiz_bank.blueprint import BlueprintError
from quiz_bank.formats.plan import read_blueprint
from quiz_bank.formats.reading import FormatError


@pytest.mark.parametrize(
    ("cell", "place", "what"),
    [
        ("count = 9999\npoints = 1", "「第 1 格 題數 count」", "太大，最多 "),
        ("count = 0\npoints = 1", "「第 1 格 題數 count」", "太小，最少 1。"),
        ("points = 1", "「第 1 格 題數 count」", "缺少"),
        ('count = 1\npoints = 100\nkinds = ["single", "x"]', "「第 1 格 題型 kinds 第 2 項」", "不合規定"),
    ],
)
def test_a_fault_names_cell_and_field_and_the_limit(tmp_path: Path, cell: str, place: str, what: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(f'format = "quiz-blueprint/1"\n[[cell]]\n{cell}\n', encoding="utf-8")
    with pytest.raises(BlueprintError) as refused:
        read_blueprint(path)
    [problem] = refused.value.problems
    assert place in str(problem)
    assert what in problem.what


def test_what_is_no_toml_is_said_with_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text('format = "x" y\n', encoding="utf-8")
    with pytest.raises(BlueprintError, match="第 1 列第 14 字：值的後面還有多餘的文字"):
        read_blueprint(path)


def test_a_file_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="沒有這個檔案或資料夾"):
        read_blueprint(tmp_path / "none.toml")
