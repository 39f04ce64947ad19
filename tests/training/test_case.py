"""The steps of a case and the gates before them."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.samples import START, absence, call, case, judge, quiz, session
from training.case import Band, Case, CaseError, Evidence, Kind, State, unconfirmed
from training.finding import confirmation, reasons_from
from training.session import Standing
from training.step import Progress, advanced, retest, unmet, ways

TRAINED_AT = START + timedelta(days=10)
LATER = START + timedelta(days=30)
HALL = session("A7", date(2026, 11, 12))


def step(before: Case, to: State, progress: Progress | None = None, reason: str = "") -> Case:
    return advanced(
        before,
        to,
        at=LATER,
        by="0099",
        progress=progress or Progress(session=HALL),
        judge=judge(),
        reason=reason,
        due=date(2027, 2, 1),
    )


def of(*evidence: Evidence, state: State, trained_at: datetime | None = None) -> Case:
    return case(*reasons_from(evidence, judge()), state=state, trained_at=trained_at)


def after_training(*results: Evidence) -> Progress:
    return Progress(session=HALL, standing=Standing.TRAINED, results=results)


def waiting(*evidence: Evidence) -> Case:
    return of(*(evidence or (call(),)), state=State.RETEST, trained_at=TRAINED_AT)


def retested(score: str = "90.00", *, tester: str = "T2", name: str = "A20", after: int = 400) -> Evidence:
    return call(name, score, after=after, tester=tester)


# -- the way through --------------------------------------------------------------------------------------


def test_the_whole_way_from_confirmation_to_closing() -> None:
    one = of(call(), call("A2", tester="T2", after=1), state=State.TO_CONFIRM)
    one = step(one, State.DUE)
    one = step(one, State.ASSIGNED)
    assert one.session == "A7"
    one = step(one, State.TRAINED, after_training())
    assert one.trained_at == HALL.ends_at
    one = step(one, State.RETEST, after_training())
    one = step(one, State.CLOSED, after_training(retested(tester="T3")))
    assert not one.open
    assert one.closed_at == LATER
    assert [each.after.label for each in one.steps] == ["應補訓", "已排訓", "已受訓", "待複測", "結案"]
    assert not any(each.overridden for each in one.steps)


@settings(max_examples=80)
@given(state=st.sampled_from(State), to=st.sampled_from(State), reason=st.sampled_from(["", "奉核"]))
def test_no_step_leaves_the_charted_ways_even_with_a_reason(state: State, to: State, reason: str) -> None:
    closed_at = None if state.open else LATER
    before = case(*reasons_from([call()], judge()), state=state, closed_at=closed_at)
    if to not in ways(state):
        with pytest.raises(CaseError):
            step(before, to, reason=reason)


def test_a_closed_case_cannot_take_any_step() -> None:
    assert ways(State.CLOSED) == ways(State.WITHDRAWN) == ()


# -- gates ------------------------------------------------------------------------------------------------


def test_a_single_low_call_cannot_be_confirmed_without_a_second() -> None:
    one = of(call(), state=State.TO_CONFIRM)
    with pytest.raises(CaseError, match="複測"):
        step(one, State.DUE)


def test_an_office_that_wants_critical_failures_confirmed_waits_for_the_second_call() -> None:
    careful = judge(critical_at_once=False)
    (reason,) = reasons_from([call("A1", "95.00", critical=True)], careful)
    one = case(reason, state=State.TO_CONFIRM)
    assert one.band is Band.RETEST
    good = confirmation(one, [call("A2", "95.00", after=24, tester="T2")])
    assert good is not None
    assert good.to is State.WITHDRAWN
    both = [reason, *reasons_from([call("A2", "95.00", after=24, tester="T2", critical=True)], careful)]
    again = confirmation(case(*both, state=State.TO_CONFIRM), [])
    assert again is not None
    assert again.to is State.DUE


def test_sending_somebody_to_training_needs_a_session_after_the_opening() -> None:
    one = of(quiz(), state=State.DUE)
    with pytest.raises(CaseError, match="哪一場"):
        step(one, State.ASSIGNED, Progress())
    early = session("A1", date(2026, 11, 1))
    with pytest.raises(CaseError, match="早於開案"):
        step(one, State.ASSIGNED, Progress(session=early), reason="奉核")


@pytest.mark.parametrize("came", [Standing.NOT_ENTERED, Standing.MAKE_UP, Standing.MAKE_UP_WITHOUT_FAULT])
def test_only_an_attended_session_makes_somebody_trained(came: Standing) -> None:
    one = of(quiz(), state=State.ASSIGNED)
    with pytest.raises(CaseError):
        step(one, State.TRAINED, Progress(session=HALL, standing=came))


def test_nothing_closes_before_the_retest() -> None:
    for evidence in (call(), quiz()):
        with pytest.raises(CaseError, match="還缺"):
            step(waiting(evidence), State.CLOSED, after_training())


def test_a_case_of_calls_closes_by_a_call_of_a_tester_who_is_new_to_it() -> None:
    assert "新的測試員" in unmet(waiting(), State.CLOSED, after_training(retested(tester="T1")), judge())
    assert unmet(waiting(), State.CLOSED, after_training(retested(tester="T2")), judge()) == ""


def test_who_confirmed_a_case_by_the_second_call_is_not_new_to_it_either() -> None:
    first = of(call(), state=State.TO_CONFIRM)
    second = call("A2", "75.00", after=24, tester="T2")
    outcome = confirmation(first, [second])
    assert outcome is not None
    assert outcome.recheck is not None
    one = first.model_copy(
        update={
            "state": State.RETEST,
            "trained_at": TRAINED_AT,
            "reasons": (*first.reasons, outcome.recheck),
        }
    )
    assert "新的測試員" in unmet(one, State.CLOSED, after_training(retested(tester="T2")), judge())
    assert unmet(one, State.CLOSED, after_training(retested(tester="T3")), judge()) == ""


def test_a_case_of_both_kinds_needs_both_retests() -> None:
    both = waiting(call(), quiz())
    assert "測驗" in unmet(both, State.CLOSED, after_training(retested()), judge())
    assert (
        unmet(both, State.CLOSED, after_training(retested(), quiz("A9-2", "80.00", after=401)), judge()) == ""
    )


def test_a_case_of_absences_closes_by_either_retest() -> None:
    missed = waiting(absence("A1-0012"), absence("A2-0012"))
    assert unmet(missed, State.CLOSED, after_training(), judge()) != ""
    assert unmet(missed, State.CLOSED, after_training(quiz("A9-2", "80.00", after=400)), judge()) == ""


def test_tests_before_the_training_prove_nothing() -> None:
    assert unmet(waiting(), State.CLOSED, after_training(retested(after=100)), judge()) != ""


def test_a_failed_retest_leads_to_training_again_with_a_new_due_date() -> None:
    # By now the failed retest is a reason of the case itself.
    one = waiting(call(), retested("50.00"))
    results = after_training(retested("50.00"))
    assert retest(one, results.results, judge()).failed
    with pytest.raises(CaseError, match="沒有通過"):
        step(one, State.CLOSED, results)
    again = step(one, State.AGAIN, results)
    assert (again.state, again.due, again.session, again.trained_at) == (
        State.AGAIN,
        date(2027, 2, 1),
        "",
        None,
    )


def test_the_newest_retest_counts() -> None:
    results = after_training(retested("50.00"), retested("90.00", tester="T3", name="A21", after=500))
    assert unmet(waiting(), State.CLOSED, results, judge()) == ""


def test_a_later_bad_call_by_an_old_tester_is_not_outweighed() -> None:
    results = after_training(retested(), retested("50.00", tester="T1", name="A21", after=500))
    assert "A21" in unmet(waiting(), State.CLOSED, results, judge())


def test_withdrawing_always_needs_a_reason() -> None:
    one = of(quiz(), state=State.DUE)
    with pytest.raises(CaseError, match="理由"):
        step(one, State.WITHDRAWN, reason="  ")
    assert step(one, State.WITHDRAWN, reason="申復成立").closed_at == LATER


def test_an_override_keeps_the_gate_and_the_reason() -> None:
    one = step(waiting(), State.CLOSED, after_training(), reason="已調離電話業務")
    last = one.steps[-1]
    assert last.reason == "已調離電話業務"
    assert "還缺" in last.overridden


@settings(max_examples=60)
@given(
    state=st.sampled_from([state for state in State if state.open]),
    standing=st.sampled_from(Standing),
    score=st.none() | st.decimals(0, 100, places=2).map(str),
)
def test_nothing_passes_a_gate_that_is_not_met_without_a_reason(
    state: State, standing: Standing, score: str | None
) -> None:
    before = of(call(), state=state, trained_at=TRAINED_AT if state is State.RETEST else None)
    results = (retested(score),) if score is not None else ()
    progress = Progress(session=HALL, standing=standing, results=results)
    for to in ways(state):
        if unmet(before, to, progress, judge()):
            with pytest.raises(CaseError):
                step(before, to, progress)
        else:
            assert step(before, to, progress).steps[-1].overridden == ""


def test_what_is_overdue_is_what_is_not_trained_by_its_date() -> None:
    one = of(quiz(), state=State.DUE)
    assert not one.overdue(one.due)
    assert one.overdue(one.due + timedelta(days=1))
    assert not waiting().overdue(one.due + timedelta(days=1))


def test_a_case_that_waits_for_a_second_call_is_never_overdue() -> None:
    one = of(call(), state=State.TO_CONFIRM)
    assert not one.overdue(one.due + timedelta(days=99))


@pytest.mark.parametrize("text", ["已排訓", "assigned", "ＡＳＳＩＧＮＥＤ", "to_confirm", "待確認"])
def test_a_state_is_read_by_its_code_and_by_its_name(text: str) -> None:
    assert State.parse(text) in {State.ASSIGNED, State.TO_CONFIRM}


def test_a_state_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(CaseError, match="結案"):
        State.parse("done")


def test_another_kind_of_reason_confirms_no_call() -> None:
    mixed = of(call(), quiz(), state=State.DUE)
    assert unconfirmed(mixed.reasons) == {
        reason.key for reason in mixed.reasons if reason.kind is Kind.LOW_CALL
    }


def test_a_second_tester_confirms_both_calls() -> None:
    both = of(call(), call("A2", tester="T2", after=1), state=State.DUE)
    assert not unconfirmed(both.reasons)
