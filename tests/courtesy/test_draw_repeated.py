"""A third party repeats a draw: with nothing but the description of the bytes, and after any substitutes."""

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtesy.draw import Candidate, Certificate, DrawError, DrawRules, commitment, difference, draw

ROUND, SALT, NUMBER, OFFICE, PERIOD = "A1", "00ff17", "48213907", "測試縣稅務局", "115H2"
RULES = DrawRules(size=5, per_section=1, per_person=1, everyone_first=True)
FRAME = tuple(
    Candidate(
        staff_no=f"{number:04}",
        section=f"第{number % 3}科",
        weight=1 + number % 2,
        drawn_this_year=number % 4 // 3,
        drawn_this_period=number // 11,
    )
    for number in range(12)
)


@st.composite
def frames(draw: st.DrawFn) -> tuple[Candidate, ...]:
    """Between 4 and 30 people in up to four sections, some drawn before."""
    person = st.tuples(st.sampled_from("甲乙丙丁"), st.integers(1, 3), st.integers(0, 2), st.integers(0, 1))
    people = draw(st.lists(person, min_size=4, max_size=30))
    return tuple(
        Candidate(
            staff_no=f"{number:04}",
            section=section,
            weight=weight,
            drawn_this_year=year,
            drawn_this_period=period,
        )
        for number, (section, weight, year, period) in enumerate(people)
    )


def certificate(
    frame: tuple[Candidate, ...], rules: DrawRules, number: str, excluded: list[str]
) -> Certificate:
    return Certificate(
        office=OFFICE,
        round=ROUND,
        period=PERIOD,
        public_number=number,
        salt=SALT,
        frame=frame,
        rules=rules,
        commitment=commitment(ROUND, frame, rules, SALT, office=OFFICE, period=PERIOD),
        excluded=dict.fromkeys(excluded, "離職"),
        drawn=tuple(draw(ROUND, frame, rules, SALT, number, excluded)),
    )


def by_hand(paper: dict[str, Any]) -> list[str]:
    """What a third party writes after reading the description, without this program."""

    def sha(*lines: str) -> str:
        return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()

    bound = {name: paper[name] for name in ("frame", "office", "period", "round", "rules")}
    text = json.dumps(bound, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert sha("courtesy-draw/1", paper["salt"], text) == paper["commitment"]

    def place(person: dict[str, Any]) -> tuple[int, str]:
        start = ("courtesy-ticket/1", paper["public_number"], paper["salt"], paper["round"])
        indexes = range(1, person["weight"] + 1)
        return person["drawn_this_year"], min(sha(*start, person["staff_no"], str(i)) for i in indexes)

    order = [one for one in sorted(paper["frame"], key=place) if one["drawn_this_period"] < 1]
    order = [one for one in order if one["staff_no"] not in paper["excluded"]]
    chosen = set({one["section"]: one["staff_no"] for one in reversed(order)}.values())
    for one in order:
        if len(chosen) < paper["rules"]["size"]:
            chosen.add(one["staff_no"])
    return [one["staff_no"] for one in order if one["staff_no"] in chosen]


@pytest.mark.parametrize("substitutes", [0, 1, 2])
def test_twenty_lines_of_plain_python_draw_the_same_people(substitutes: int) -> None:
    excluded: list[str] = []
    for _turn in range(substitutes):
        excluded.append(draw(ROUND, FRAME, RULES, SALT, NUMBER, excluded)[0].staff_no)
    paper = json.loads(certificate(FRAME, RULES, NUMBER, excluded).model_dump_json())
    assert by_hand(paper) == [one["staff_no"] for one in paper["drawn"]]


@given(frames(), st.integers(1, 8), st.integers(0, 2), st.integers(100, 10**9), st.data())
@settings(max_examples=80, deadline=None)
def test_the_certificate_of_any_draw_with_substitutes_holds(
    frame: tuple[Candidate, ...], size: int, per_section: int, number: int, data: st.DataObject
) -> None:
    rules = DrawRules(size=size, per_section=per_section, per_person=1, everyone_first=True)
    try:
        before = draw(ROUND, frame, rules, SALT, str(number))
    except DrawError:
        return
    excluded: list[str] = []
    while before and len(excluded) < 3:
        gone = data.draw(st.sampled_from(before)).staff_no
        excluded.append(gone)
        paper = certificate(frame, rules, str(number), excluded)
        assert difference(paper) is None
        # Whoever was drawn stays drawn, with the same 籤號 and ticket.
        assert {one for one in before if one.staff_no != gone} <= set(paper.drawn)
        before = list(paper.drawn)


def test_an_exclusion_of_somebody_who_was_never_drawn_is_found() -> None:
    paper = certificate(FRAME, RULES, NUMBER, [])
    last = next(
        one.staff_no for one in reversed(FRAME) if one.staff_no not in {d.staff_no for d in paper.drawn}
    )
    false = paper.model_copy(update={"excluded": {last: "離職"}})
    assert last in (difference(false) or "")
