"""What a correction would do to cases is said before it is made, by the rules alone."""

from datetime import UTC, datetime
from decimal import Decimal

from tests.training.samples import case, judge, quiz
from training.case import Case, Evidence, State
from training.finding import reasons_from
from training.regrading import CaseEffect, Effect, effects

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


def own(score: str) -> Evidence:
    return quiz().model_copy(update={"score": Decimal(score)})


def opened(score: str) -> Case:
    return case(*reasons_from([own(score)], judge()))


def test_who_falls_below_the_limit_would_get_a_case() -> None:
    known = own("65.00")
    found = effects([known], [], judge(), {known.id: Decimal(55)})
    assert found == [CaseEffect(person=known.staff_no, effect=Effect.OPENED)]


def test_who_stays_above_or_was_below_already_gets_none() -> None:
    known = own("65.00")
    assert effects([known], [], judge(), {known.id: Decimal(61)}) == []
    assert effects([known], [], judge(), {}) == []
    low = own("45.00")
    assert effects([low], [], judge(), {low.id: Decimal(40)}) == []


def test_a_case_whose_only_reason_goes_would_be_left_without_one() -> None:
    known, one = own("45.00"), opened("45.00")
    found = effects([known], [one], judge(), {known.id: Decimal(60)})
    assert found == [CaseEffect(person=one.person, effect=Effect.WITHDRAWN, case=one.id)]
    assert effects([known], [one], judge(), {known.id: Decimal(59)}) == []


def test_a_case_with_another_reason_would_have_one_less() -> None:
    first = own("45.00")
    second = first.model_copy(update={"id": "Z9-0012"})
    one = case(*reasons_from([first, second], judge()))
    found = effects([first, second], [one], judge(), {first.id: Decimal(80)})
    assert [each.effect for each in found] == [Effect.LESSENED]


def test_a_case_that_is_over_is_left_alone() -> None:
    known = own("45.00")
    over = opened("45.00").model_copy(update={"state": State.CLOSED, "closed_at": NOW})
    assert effects([known], [over], judge(), {known.id: Decimal(80)}) == []
