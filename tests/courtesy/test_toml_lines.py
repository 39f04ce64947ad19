"""The line of a value is found in files as people write them."""

import pytest

from courtesy.toml_lines import Path, TomlLines

TEXT = '''# [[part]] in a comment
title = "量表 [[part]]"
source = """
[[part]]
code = "not here"
"""

[[part]]
code = "a"

    [[part.item]]
    code = "b"

    [[part.item]]
    code = "c"
    step = [
        { key = "x", label = "[" },
        # a comment with [ and {
        { key = "y" },
    ]
    note = "after the list"

[[part]]
code = "d"
[[part.item]]
step = [{ key = "z" }, { key = "w" }]
[other]
word = 1
'''


@pytest.mark.parametrize(
    ("path", "row"),
    [
        (("title",), 2),
        (("source",), 3),
        (("part", 0), 8),
        (("part", 0, "code"), 9),
        (("part", 0, "item", 1), 14),
        (("part", 0, "item", 1, "code"), 15),
        (("part", 0, "item", 1, "step"), 16),
        (("part", 0, "item", 1, "step", 0, "label"), 17),
        (("part", 0, "item", 1, "step", 1, "key"), 19),
        (("part", 0, "item", 1, "note"), 21),
        (("part", 1, "code"), 24),
        (("part", 1, "item", 0), 25),
        (("part", 1, "item", 0, "step", 1, "key"), 26),
        (("other", "word"), 28),
    ],
    ids=str,
)
def test_a_value_stands_on_its_line(path: Path, row: int) -> None:
    assert TomlLines(TEXT).row(path) == row


def test_what_is_missing_is_placed_where_it_belongs() -> None:
    assert TomlLines(TEXT).row(("part", 0, "item", 0, "name")) == 11


def test_what_belongs_to_the_whole_file_has_no_line() -> None:
    assert TomlLines(TEXT).row(("code",)) is None
    assert TomlLines("").row(("code",)) is None
