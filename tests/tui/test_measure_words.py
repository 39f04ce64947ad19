"""Severity as a line of text."""

from courtesy.agreement import Leaning, Range
from tui.measure_words import dot_line, lacking, link_warning


def leaning(effect: float, low: float, high: float) -> Leaning:
    return Leaning(rater="a", n=9, effect=effect, interval=Range(low=low, high=high))


def test_the_dot_stands_in_its_interval_beside_nought() -> None:
    line = dot_line(leaning(5, 2, 8))
    assert line == " " * 15 + "| " + "---o---" + " " * 7


def test_a_dot_outside_is_told_from_one_at_the_edge() -> None:
    assert dot_line(leaning(-24, -30, -12)).startswith("<---")
    assert dot_line(leaning(24, 12, 30)).endswith("--->")


def test_an_unknown_leaning_is_not_drawn_but_explained() -> None:
    assert dot_line(Leaning(rater="a", n=1)) == ""
    assert lacking(Leaning(rater="a", n=1)) == "題數不足"
    assert lacking(Leaning(rater="a", n=9)) == "人數不足"


def test_only_unlinked_testers_are_warned_of() -> None:
    assert link_warning([("a", "b")], {}) == ""
    assert "王、b／c" in link_warning([("a", "b"), ("c",)], {"a": "王"})
