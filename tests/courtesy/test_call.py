"""One call as it is marked: what fills by itself, what excludes what, and what is missing before the seal."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courtesy.call import (
    Attempt,
    Call,
    CallError,
    Outcome,
    failed_critical,
    readiness,
    score_of,
    sealed,
    with_mark,
    with_timing,
)
from courtesy.scale import NOT_APPLICABLE, ScaleError
from tests.courtesy.samples import BOTH, NOW, OFFICIAL, RULES, SWITCHBOARD, UNIT, a_call, full_marks

RING, OPERATOR, MENU = "unit.speed.ring", "switchboard.speed.operator", "switchboard.speed.ivr-speed"
OWNER, STAND_IN, TONE = "unit.content.owner", "unit.content.stand-in", "unit.manners.tone"
LATER = NOW + timedelta(minutes=5)


def reached(**more: object) -> Call:
    return a_call(**{"outcome": Outcome.REACHED, "marks": full_marks(UNIT), **more})


def seal(call: Call) -> Call:
    return sealed(call, OFFICIAL, RULES, "rules-1", LATER)


# Marks


def test_a_mark_is_set_changed_and_taken_away() -> None:
    call = a_call(marks={TONE: "no"})
    assert with_mark(call, OFFICIAL, TONE, "yes") == {TONE: "yes"}
    assert with_mark(call, OFFICIAL, TONE, None) == {}
    assert with_mark(call, OFFICIAL, RING, "r4") == {TONE: "no", RING: "r4"}


def test_taking_away_what_is_not_there_is_nothing() -> None:
    assert with_mark(a_call(), OFFICIAL, TONE, None) == {}


def test_marking_one_line_of_an_either_or_group_unmarks_the_other() -> None:
    call = a_call(marks={OWNER: "full", TONE: "yes"})
    assert with_mark(call, OFFICIAL, STAND_IN, "part") == {STAND_IN: "part", TONE: "yes"}


def test_saying_that_an_either_or_line_does_not_apply_opens_the_group_again() -> None:
    call = a_call(marks={OWNER: "full", TONE: "yes"})
    assert with_mark(call, OFFICIAL, OWNER, NOT_APPLICABLE) == {TONE: "yes"}


def test_a_line_of_a_part_that_is_not_tested_cannot_be_marked() -> None:
    with pytest.raises(CallError, match="這一部分沒有測試"):
        with_mark(a_call(), OFFICIAL, OPERATOR, "r4")
    with pytest.raises(CallError):
        with_mark(a_call(), OFFICIAL, OPERATOR, None)


@pytest.mark.parametrize("key", ["r5", "", NOT_APPLICABLE])
def test_a_step_that_the_line_does_not_know_is_refused(key: str) -> None:
    with pytest.raises(ScaleError):
        with_mark(a_call(), OFFICIAL, RING, key)


# Timing


def test_timing_fills_the_lines_of_who_answers_but_not_the_voice_menus() -> None:
    assert with_timing(a_call(parts=BOTH), OFFICIAL, 5, 16) == {RING: "r6", OPERATOR: "r6"}
    by_hand = a_call(parts=SWITCHBOARD, marks={MENU: "late"})
    assert with_timing(by_hand, OFFICIAL, 3, 9) == {MENU: "late", OPERATOR: "r4"}


def test_a_corrected_timing_corrects_the_line_and_a_dropped_one_empties_it() -> None:
    call = a_call(marks={RING: "r4", TONE: "yes"})
    assert with_timing(call, OFFICIAL, 9, 30) == {RING: "late", TONE: "yes"}
    assert with_timing(call, OFFICIAL, None, None) == {TONE: "yes"}


@pytest.mark.parametrize(("rings", "seconds"), [(0, None), (100, None), (-1, 5), (None, -1), (None, 601)])
def test_a_timing_that_cannot_be_is_refused(rings: int | None, seconds: int | None) -> None:
    with pytest.raises(CallError, match="應為"):
        with_timing(a_call(), OFFICIAL, rings, seconds)


@given(st.one_of(st.none(), st.integers(1, 99)), st.one_of(st.none(), st.integers(0, 600)))
@settings(max_examples=60)
def test_timing_touches_no_other_line(rings: int | None, seconds: int | None) -> None:
    marks = with_timing(a_call(marks=full_marks(UNIT)), OFFICIAL, rings, seconds)
    others = {line: step for line, step in full_marks(UNIT).items() if line != RING}
    assert {line: step for line, step in marks.items() if line != RING} == others


# Ready to be sealed


def test_without_an_outcome_nothing_else_is_asked_for() -> None:
    needs = readiness(a_call(), OFFICIAL, RULES)
    assert (needs.outcome, needs.lines, needs.ready) == (True, (), False)


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.REACHED])
def test_a_call_that_reached_nobody_needs_no_marks_but_all_its_tries(outcome: Outcome) -> None:
    one = Attempt(at=NOW, outcome=outcome)
    call = a_call(outcome=outcome, attempts=(one,) * RULES.attempts)
    assert readiness(call, OFFICIAL, RULES).ready
    early = a_call(outcome=outcome, attempts=(one,))
    assert readiness(early, OFFICIAL, RULES).tries == RULES.attempts - 1
    assert readiness(early.model_copy(update={"remark": "全週出差"}), OFFICIAL, RULES).ready


def test_a_call_that_was_answered_needs_every_line() -> None:
    needs = readiness(a_call(outcome=Outcome.REACHED, marks={RING: "r4"}), OFFICIAL, RULES)
    assert len(needs.lines) == 6
    assert readiness(reached(), OFFICIAL, RULES).ready


@pytest.mark.parametrize(("remark", "ready"), [("", False), (" \n", False), ("語氣不耐煩", True)])
def test_a_critical_failure_demands_a_remark(remark: str, ready: bool) -> None:
    call = reached(marks=full_marks(UNIT) | {TONE: "no"}, remark=remark)
    assert [placed.id for placed in failed_critical(call, OFFICIAL)] == [TONE]
    assert readiness(call, OFFICIAL, RULES).ready is ready


# The seal


def test_a_sealed_call_carries_score_band_rules_and_moment() -> None:
    done = seal(reached(marks=full_marks(UNIT) | {TONE: "no"}, remark="語氣不耐煩"))
    assert (done.score, done.band, done.critical) == (Decimal("91.00"), "優良", True)
    assert (done.rules, done.sealed_at, done.sealed) == ("rules-1", LATER, True)


def test_a_call_that_reached_nobody_has_neither_score_nor_marks() -> None:
    done = seal(a_call(outcome=Outcome.NO_ANSWER, marks={RING: "late"}, remark="全週出差"))
    assert (done.score, done.band, done.critical, done.marks) == (None, None, False, {})
    assert score_of(done, OFFICIAL, RULES) is None


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (a_call(), "還沒有選通話結果"),
        (a_call(outcome=Outcome.BUSY, attempts=(Attempt(at=NOW, outcome=Outcome.BUSY),)), "只試了 1 次"),
        (a_call(outcome=Outcome.REACHED), "還有 7 行沒有評定：四聲或十秒內應答、"),
        (reached(marks=full_marks(UNIT) | {TONE: "no"}), "重大項目沒有做到，必須寫備註"),
        (seal(reached()), "已經封存"),
    ],
    ids=["outcome", "tries", "lines", "remark", "sealed"],
)
def test_what_is_missing_before_the_seal_is_said(call: Call, said: str) -> None:
    with pytest.raises(CallError, match=said) as refusal:
        seal(call)
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "changed",
    [
        {"score": Decimal("99.00")},
        {"band": "良好"},
        {"critical": True},
        {"person": "0102"},
        {"section": "土地稅科"},
        {"tester": "0103"},
        {"answered_by": "代理人"},
        {"outcome": Outcome.BUSY},
        {"rings": 4},
        {"seconds": 4},
        {"marks": full_marks(UNIT) | {RING: "r6"}},
        {"remark": "改過"},
        {"scale": "x"},
        {"rules": "rules-2"},
        {"opened_at": LATER},
        {"dialled_at": NOW},
        {"sealed_at": NOW},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_the_digest_changes_with_whatever_the_seal_protects(changed: dict[str, object]) -> None:
    done = seal(reached())
    assert done.model_copy(update=changed).digest() != done.digest()


def test_a_field_that_a_later_program_adds_leaves_the_digest_as_it_is() -> None:
    class LaterCall(Call):
        cause: str = ""

    assert LaterCall.model_validate(a_call().model_dump()).digest() == a_call().digest()


def test_the_digest_is_the_same_for_the_call_as_it_was_stored() -> None:
    done = seal(reached(dialled_at=NOW + timedelta(microseconds=123456)))
    stored = done.model_copy(update={"dialled_at": NOW + timedelta(milliseconds=123)})
    assert stored.digest() == done.digest()


def test_a_call_is_dated_by_its_dialling() -> None:
    assert a_call().at == NOW
    assert a_call(dialled_at=LATER).at == LATER
