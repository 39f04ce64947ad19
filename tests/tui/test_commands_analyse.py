"""`courtesy analyse`, run as people and scripts run it."""

import json
from pathlib import Path

import pytest

from tui.main import main

OFFICE = Path(__file__).parents[1] / "data" / "marks" / "office.csv"


def test_one_json_document_holds_every_figure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(OFFICE), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["n"] == 3
    assert {
        "facility",
        "sd",
        "discrimination_index",
        "discriminative_efficiency",
        "effective_weight",
        "point_biserial_corrected",
        "upper",
        "lower",
    } <= found["items"][0].keys()
    assert {
        "mean",
        "median",
        "sd",
        "skewness",
        "kurtosis",
        "cic",
        "alpha",
        "kr20",
        "error_ratio",
        "sem",
    } <= found["test"].keys()
    assert found["test"]["kurtosis"] is None


def test_few_people_are_told_that_they_are_few(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(OFFICE)]) == 0
    printed = capsys.readouterr()
    assert "人數不足" in printed.out
    assert "只有 3 人" in printed.err
    assert "1 格空白" in printed.err


def test_a_cell_that_is_no_mark_ends_with_1_and_its_place(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "marks.csv"
    path.write_text("姓名,一\n甲,1\n乙,好\n", encoding="utf-8")
    assert main(["analyse", str(path), "--json"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "第 3 列" in printed.err
