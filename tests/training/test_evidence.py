"""What evidence opens a case, and what it never does."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.samples import START, absence, call, case, judge, make_up, quiz, rules, session
from training.case import Band, Case, Evidence, Kind, State, band
from training.evidence import absences
from training.finding import confirmation, findings, first_state, reasons_from, still_holds
from training.session import Expected, Status, attendance

HOUR = timedelta(hours=1)


def kinds(*evidence: Evidence, **changes: object) -> list[Kind]:
    return [reason.kind for reason in reasons_from(evidence, judge(**changes))]


# -- reasons ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("score", "found"), [("69.99", [Kind.LOW_CALL]), ("70.00", []), ("0.00", [Kind.LOW_CALL])]
)
def test_a_call_below_seventy_is_a_reason(score: str, found: list[Kind]) -> None:
    assert kinds(call(score=score)) == found


@pytest.mark.parametrize(("score", "found"), [("59.99", [Kind.LOW_QUIZ]), ("60.00", [])])
def test_a_quiz_below_sixty_is_a_reason(score: str, found: list[Kind]) -> None:
    assert kinds(quiz(score=score)) == found


def test_a_critical_failure_is_a_reason_however_high_the_score() -> None:
    assert kinds(call(score="95.00", critical=True)) == [Kind.CRITICAL_FAILURE]


def test_one_missed_session_is_no_reason_but_both_of_a_year_are() -> None:
    assert kinds(absence("A1-0012")) == []
    assert kinds(absence("A1-0012"), absence("A2-0012", after=1)) == [Kind.MISSED_SESSIONS] * 2


def test_sessions_missed_in_two_different_years_do_not_add_up() -> None:
    assert kinds(absence("A1-0012"), absence("A2-0012", after=24 * 365)) == []


def test_a_threshold_of_nought_turns_a_rule_off() -> None:
    evidence = (call(score="0.00"), quiz(score="0.00"), absence("A1-0012"), absence("A2-0012"))
    assert kinds(*evidence, call_below=0, quiz_below=0, missed_sessions=0) == []


def test_the_rules_of_the_events_own_day_decide() -> None:
    strict, mild = judge(call_below="90"), judge(call_below="60")
    changed = (START + 2 * HOUR).date() + timedelta(days=1)
    found = reasons_from(
        [call("A1", "80.00"), call("A2", "80.00", after=48)],
        lambda day: strict(day) if day < changed else mild(day),
    )
    assert [reason.evidence for reason in found] == ["A1"]
    assert found[0].limit == Decimal(90)


# -- absences ---------------------------------------------------------------------------------------------


def expected(status: Status, staff_no: str = "0012", minutes: int | None = None) -> Expected:
    one = session()
    noted = attendance(one, staff_no, status, minutes=minutes)
    return Expected(staff_no=staff_no, section="房屋稅科", attendance=noted)


def test_leave_and_absence_are_missed_and_official_leave_is_not() -> None:
    for status, count in (
        (Status.PRESENT, 0),
        (Status.OFFICIAL, 0),
        (Status.LEAVE, 1),
        (Status.ABSENT, 1),
    ):
        assert len(absences([(session(), expected(status))], judge())) == count


def test_a_completed_make_up_session_makes_up_for_an_earlier_absence_only() -> None:
    missed = (session("A1", date(2026, 5, 6)), expected(Status.ABSENT))
    later = (make_up("A2", date(2026, 6, 1)), expected(Status.PRESENT))
    earlier = (make_up("A3", date(2026, 4, 1)), expected(Status.PRESENT))
    left_early = (make_up("A4", date(2026, 6, 1)), expected(Status.PRESENT, minutes=119))
    assert absences([missed, later], judge()) == []
    assert [each.id for each in absences([missed, earlier], judge())] == ["A1-0012"]
    assert [each.id for each in absences([missed, left_early], judge())] == ["A1-0012"]


# -- bands ------------------------------------------------------------------------------------------------


def banded(*evidence: Evidence, **changes: object) -> Band:
    return band(reasons_from(evidence, judge(**changes)))


def test_a_single_low_call_is_never_more_than_to_be_tested_again() -> None:
    assert banded(call()) is Band.RETEST
    assert first_state(reasons_from([call()], judge())) is State.TO_CONFIRM


def test_the_office_may_decide_that_one_low_call_is_enough() -> None:
    assert banded(call(), calls_needed=1) is Band.CLEAR


def test_two_low_calls_are_clear_by_two_testers_and_likely_by_one() -> None:
    assert banded(call("A1"), call("A2", tester="T2")) is Band.CLEAR
    assert banded(call("A1"), call("A2")) is Band.LIKELY


def test_a_critical_failure_is_clear_at_once_unless_the_rules_want_a_second_call() -> None:
    assert banded(call(critical=True)) is Band.CLEAR
    assert banded(call(critical=True), critical_at_once=False) is Band.RETEST


def test_a_quiz_or_missed_sessions_are_clear() -> None:
    assert banded(quiz()) is Band.CLEAR
    assert banded(absence("A1-0012"), absence("A2-0012")) is Band.CLEAR


# -- opening ----------------------------------------------------------------------------------------------

names = st.sampled_from(["0012", "0034", "0056"])
scores = st.decimals(0, 100, places=2).map(str)


@st.composite
def evidence_of_many(draw: st.DrawFn) -> list[Evidence]:
    found = []
    for number in range(draw(st.integers(0, 8))):
        person, after = draw(names), draw(st.integers(0, 60))
        made = draw(st.sampled_from([call, quiz, absence]))
        more: dict[str, Any] = {"staff_no": person, "after": after}
        if made is absence:
            found.append(absence(f"A{number}-{person}", **more))
        elif made is quiz:
            found.append(quiz(f"A{number}-{person}", draw(scores), **more))
        else:
            tester, critical = draw(st.sampled_from(["T1", "T2"])), draw(st.booleans())
            found.append(call(f"A{number}", draw(scores), tester=tester, critical=critical, **more))
    return found


def taken(cases: list[Case], evidence: list[Evidence]) -> list[Case]:
    """The cases after the findings of one run are written."""
    after = {each.id: each for each in cases}
    for found in findings(evidence, cases, judge()):
        if found.case:
            old = after[found.case]
            after[found.case] = old.model_copy(update={"reasons": (*old.reasons, *found.reasons)})
        else:
            new = case(*found.reasons, id=f"C{len(after)}", person=found.person)
            after[new.id] = new
    return list(after.values())


def held(cases: list[Case]) -> dict[str, set[tuple[Kind, str]]]:
    return {each.person: {reason.key for reason in each.reasons} for each in cases}


@settings(max_examples=60, deadline=None)
@given(evidence=evidence_of_many(), data=st.data())
def test_the_order_in_which_evidence_comes_makes_no_difference(
    evidence: list[Evidence], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(evidence))
    assert findings(shuffled, [], judge()) == findings(evidence, [], judge())


@settings(max_examples=60, deadline=None)
@given(evidence=evidence_of_many(), cut=st.integers(0, 8))
def test_the_same_evidence_never_opens_or_extends_twice(evidence: list[Evidence], cut: int) -> None:
    at_once = taken([], evidence)
    assert findings(evidence, at_once, judge()) == []
    in_parts = taken(taken([], evidence[:cut]), evidence)
    assert held(in_parts) == held(at_once)


@settings(max_examples=60, deadline=None)
@given(evidence=evidence_of_many(), cut=st.integers(0, 8))
def test_nobody_has_two_open_cases_and_no_case_is_without_evidence(
    evidence: list[Evidence], cut: int
) -> None:
    cases = taken(taken([], evidence[:cut]), evidence)
    assert len({each.person for each in cases}) == len(cases)
    known = {(each.staff_no, each.id) for each in evidence}
    for each in cases:
        assert each.reasons
        assert {(each.person, reason.evidence) for reason in each.reasons} <= known


def test_new_evidence_is_added_to_the_open_case() -> None:
    opened = case(*reasons_from([call()], judge()), state=State.TO_CONFIRM)
    (found,) = findings([call(), quiz(after=5)], [opened], judge())
    assert (found.case, [reason.kind for reason in found.reasons]) == ("A1", [Kind.LOW_QUIZ])


def test_after_closing_only_what_happened_later_opens_another_case() -> None:
    closed = case(*reasons_from([call()], judge()), state=State.CLOSED, closed_at=START + 10 * HOUR)
    assert findings([call(), call("A2", after=9)], [closed], judge()) == []
    (found,) = findings([call(), call("A2", after=11)], [closed], judge())
    assert (found.case, [reason.evidence for reason in found.reasons]) == ("", ["A2"])


# -- the second call --------------------------------------------------------------------------------------


def waiting(*more: Evidence) -> Case:
    return case(*reasons_from([call(score="60.00"), *more], judge()), state=State.TO_CONFIRM)


def test_without_a_second_call_nothing_is_decided() -> None:
    assert confirmation(waiting(), [call(score="60.00")]) is None


def test_a_second_call_by_the_same_tester_decides_nothing() -> None:
    assert confirmation(waiting(), [call("A2", "95.00", after=1)]) is None


def test_an_earlier_call_is_no_second_one() -> None:
    assert confirmation(waiting(), [call("A2", "95.00", after=-1, tester="T2")]) is None


def test_a_second_low_call_makes_it_due() -> None:
    second = call("A2", "65.00", after=1, tester="T2")
    outcome = confirmation(waiting(second), [second])
    assert outcome is not None
    assert (outcome.to, outcome.recheck) == (State.DUE, None)


@pytest.mark.parametrize(("second", "to"), [("79.99", State.DUE), ("80.00", State.WITHDRAWN)])
def test_otherwise_the_mean_of_both_decides(second: str, to: State) -> None:
    outcome = confirmation(waiting(), [call("A2", second, after=1, tester="T2")])
    assert outcome is not None
    assert outcome.to is to


def test_a_second_call_that_leaves_the_mean_low_is_kept_as_a_reason_and_makes_it_likely() -> None:
    outcome = confirmation(waiting(), [call("A2", "75.00", after=1, tester="T2")])
    assert outcome is not None
    assert outcome.recheck is not None
    assert "平均仍低於 70" in outcome.recheck.text
    assert band([*waiting().reasons, outcome.recheck]) is Band.LIKELY


# -- evidence that is gone --------------------------------------------------------------------------------


def test_a_reason_holds_only_with_its_evidence_unchanged() -> None:
    (reason,) = reasons_from([call()], judge())
    assert still_holds(reason, call(), rules())
    assert not still_holds(reason, None, rules())
    assert not still_holds(reason, call(score="53.00"), rules())
    assert not still_holds(reason, call(), rules(call_below="50"))
