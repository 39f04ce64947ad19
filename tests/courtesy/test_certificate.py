"""A certificate proves its draw to whoever has nothing else, and every edit of it shows."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from courtesy.draw import Candidate, Certificate, DrawRules, commitment, difference, draw

SALT = "5a" * 32
NUMBER = "48213907"
SECTIONS = ("房屋稅科", "土地稅科", "企劃服務科")
FRAME = tuple(
    Candidate(staff_no=f"{number:04}", section=SECTIONS[number % 3], weight=1 + number % 2)
    for number in range(1, 21)
)
RULES = DrawRules(size=6, per_section=1, per_person=1, everyone_first=True)
FIRST_DRAWN = draw("A1", FRAME, RULES, SALT, NUMBER)
ILL = FIRST_DRAWN[1].staff_no

CERTIFICATE = Certificate(
    office="測試縣稅務局",
    round="A1",
    period="115H2",
    public_number=NUMBER,
    salt=SALT,
    frame=FRAME,
    rules=RULES,
    commitment=commitment("A1", FRAME, RULES, SALT, office="測試縣稅務局", period="115H2"),
    excluded={ILL: "住院"},
    drawn=tuple(draw("A1", FRAME, RULES, SALT, NUMBER, [ILL])),
)
CONTENT: dict[str, Any] = CERTIFICATE.model_dump(mode="json")
BROKEN_COMMITMENT = "承諾值不符"


def said(content: dict[str, Any]) -> str | None:
    return difference(Certificate.model_validate_json(json.dumps(content)))


def edited(**changed: Any) -> dict[str, Any]:
    return CONTENT | changed


def test_an_untouched_certificate_holds() -> None:
    assert said(CONTENT) is None


def test_a_certificate_names_its_format_and_every_field_that_outsiders_rely_on() -> None:
    assert CONTENT["format"] == "courtesy-certificate/1"
    assert {"round", "public_number", "salt", "frame", "rules", "commitment", "drawn"} <= CONTENT.keys()
    assert {"staff_no", "weight", "section"} <= CONTENT["frame"][0].keys()
    assert CONTENT["drawn"][0].keys() == {"order", "staff_no", "ticket"}


@pytest.mark.parametrize(
    "content",
    [
        edited(office="他縣稅務局"),
        edited(round="A2"),
        edited(period="115H1"),
        edited(salt="5b" + SALT[2:]),
        edited(commitment="00" * 32),
        edited(rules=CONTENT["rules"] | {"size": 5}),
        edited(rules=CONTENT["rules"] | {"everyone_first": False}),
        edited(frame=[CONTENT["frame"][0] | {"weight": 9}, *CONTENT["frame"][1:]]),
        edited(frame=[CONTENT["frame"][0] | {"section": "會計室"}, *CONTENT["frame"][1:]]),
        edited(frame=CONTENT["frame"][1:]),
        edited(frame=[*CONTENT["frame"], {"staff_no": "9999", "section": "土地稅科"}]),
    ],
    ids="office round period salt commitment size first weight section dropped added".split(),  # noqa: SIM905
)
def test_what_was_committed_cannot_be_edited(content: dict[str, Any]) -> None:
    assert BROKEN_COMMITMENT in str(said(content))


WITHOUT_EXCLUSION = edited(excluded={}, drawn=[one.model_dump() for one in FIRST_DRAWN])


@pytest.mark.parametrize("number", ["48213908", "4821 3907", "048213907"])
def test_another_public_number_or_the_same_in_another_form_draws_others(number: str) -> None:
    assert said(WITHOUT_EXCLUSION) is None
    assert "籤不符" in str(said(WITHOUT_EXCLUSION | {"public_number": number}))


def test_swapped_places_are_named_with_both_people() -> None:
    first, second, *others = CONTENT["drawn"]
    what = str(said(edited(drawn=[second, first, *others])))
    assert what == f"第 {first['order']} 籤不符：應為 {first['staff_no']}，證書上是 {second['staff_no']}。"


@pytest.mark.parametrize("changed", [{"order": 19}, {"ticket": "00" * 32}], ids=["order", "ticket"])
def test_another_number_or_ticket_of_the_same_person_is_named(changed: dict[str, object]) -> None:
    first, *others = CONTENT["drawn"]
    what = str(said(edited(drawn=[first | changed, *others])))
    assert what == f"第 {first['order']} 籤不符：{first['staff_no']} 的籤號或籤值被改過。"


@pytest.mark.parametrize("place", range(6))
def test_a_dropped_person_is_named_or_counted(place: int) -> None:
    left = [one for number, one in enumerate(CONTENT["drawn"]) if number != place]
    what = str(said(edited(drawn=left)))
    assert (f"應為 {CONTENT['drawn'][place]['staff_no']}" in what) or what == "應抽 6 人，證書上有 5 人。"


def test_a_person_added_at_the_end_is_counted() -> None:
    more = {"order": 20, "staff_no": "0020", "ticket": "ff" * 32}
    assert said(edited(drawn=[*CONTENT["drawn"], more])) == "應抽 6 人，證書上有 7 人。"


def test_an_exclusion_that_was_kept_quiet_shows() -> None:
    assert f"應為 {ILL}" in str(said(edited(excluded={})))


def test_an_exclusion_of_somebody_never_drawn_shows() -> None:
    drawn = {one.staff_no for one in CERTIFICATE.drawn} | {ILL}
    other = next(each.staff_no for each in FRAME if each.staff_no not in drawn)
    what = said(edited(excluded=CONTENT["excluded"] | {other: "出差"}))
    assert what == f"剔除的 {other} 本來就沒有被抽中。"


def test_the_frame_must_be_in_its_one_order_and_hold_nobody_twice() -> None:
    assert said(edited(frame=CONTENT["frame"][::-1])) == "抽籤母體沒有依員工編號排列。"
    assert said(edited(frame=[CONTENT["frame"][0], *CONTENT["frame"]])) == "抽籤母體有重複的員工編號。"


def test_another_format_is_said_first() -> None:
    assert said(edited(format="courtesy-certificate/2", round="A9")) == "格式不是 courtesy-certificate/1。"


@pytest.mark.parametrize(
    "changed", [{"salt": "not hex"}, {"drawn": None}, {"note": "x"}, {"public_number": 5}]
)
def test_what_is_no_certificate_is_not_read(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        said(edited(**changed))


def leaves(content: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where every single value of the certificate stands, but for the reasons, which nothing binds."""
    if path and path[0] == "excluded":
        return []
    if isinstance(content, dict):
        return [leaf for key, value in content.items() for leaf in leaves(value, (*path, key))]
    if isinstance(content, list):
        return [leaf for place, value in enumerate(content) for leaf in leaves(value, (*path, place))]
    return [path]


def changed_at(path: tuple[str | int, ...], other: Any) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(json.dumps(CONTENT))
    target: Any = content
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = other
    return content


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_single_value_can_be_edited_without_a_difference(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(leaves(CONTENT)))
    value: Any = CONTENT
    for step in path:
        value = value[step]
    if isinstance(value, bool):
        other: Any = not value
    elif isinstance(value, int):
        other = data.draw(st.integers(1, 9).filter(lambda number: number != value))
    elif len(value) == 64:
        place = data.draw(st.integers(0, 63))
        other = value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]
    else:
        other = value + data.draw(st.sampled_from("123甲"))
    assert said(changed_at(path, other)) is not None
