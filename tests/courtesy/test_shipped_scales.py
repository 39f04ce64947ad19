"""Every scale that comes with the program can be published as it is, and says where it comes from."""

from pathlib import Path

import pytest

from courtesy.desk import SCALES, read_scale
from courtesy.scale import FULL, FactorMode, score

SHIPPED = sorted(SCALES.glob("*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scale_is_sound_and_named_by_its_code(path: Path) -> None:
    assert read_scale(path).code == path.stem


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_scale_says_its_source_and_what_is_our_default(path: Path) -> None:
    scale = read_scale(path)
    assert scale.source.strip()
    assert "預設" in scale.note


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_faultless_call_earns_full_marks_on_it(path: Path) -> None:
    scale = read_scale(path)
    marks, groups = {}, set()
    for placed in scale.lines():
        if placed.line.either and placed.line.either in groups:
            continue
        groups.add(placed.line.either)
        marks[placed.id] = placed.line.steps[0].key
    parts = [part.code for part in scale.parts]
    assert score(scale, parts, marks, mode=FactorMode.OFFICIAL).total == FULL


def test_the_official_scale_has_the_official_points() -> None:
    scale = read_scale(SCALES / "official.toml")
    points = {f"{part.code}.{item.code}": int(item.points) for part in scale.parts for item in part.items}
    assert points == {
        "switchboard.speed": 25,
        "switchboard.manners": 20,
        "unit.speed": 15,
        "unit.manners": 25,
        "unit.content": 15,
    }


def test_the_operator_scale_has_every_line_that_its_source_names() -> None:
    scale = read_scale(SCALES / "operator.toml")
    speed, manners = scale.parts[0].items
    assert [line.code for line in speed.lines] == [
        "ivr-speed",
        "ivr-greeting",
        "ivr-operator",
        "ivr-tone",
        "operator",
    ]
    assert len(manners.lines) == 8


def test_the_three_rings_scale_gives_full_points_up_to_the_third_ring() -> None:
    scale = read_scale(SCALES / "three-rings.toml")
    speed = [placed.line for placed in scale.lines() if placed.line.speed]
    assert [line.steps[0].max_rings for line in speed] == [3, 3]
    assert [part.factor for part in scale.parts] == [None, None]


def test_the_percent_scale_has_the_steps_of_its_source_on_every_line_that_is_judged() -> None:
    scale = read_scale(SCALES / "percent.toml")
    for placed in scale.lines():
        if not placed.line.speed:
            shares = [100 * step.points / placed.line.points for step in placed.line.steps]
            assert shares == [100, 80, 75, 65, 0]
