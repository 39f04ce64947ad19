"""A wrong key is mended and papers are scored anew: what that makes of cases that stand on a quiz."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from quiz_bank.sitting import Result
from tests.training.life import WANG, Life
from tests.training.samples import case, judge, quiz, rules
from training import evidence as known
from training.case import Case, Evidence, Kind, State
from training.finding import amendments, reasons_from, reasons_of, still_holds


def corrected(before: Evidence, score: str) -> Evidence:
    return before.model_copy(update={"score": Decimal(score), "ruling": "K1"})


def of(evidence: Evidence) -> Case:
    return case(*reasons_from([evidence], judge()))


def amended(one: Case, now: Evidence) -> Any:
    return amendments(one, lambda _reason: now, lambda _version: rules())


def test_a_corrected_score_that_passes_takes_the_reason_away() -> None:
    before = quiz()
    (change,) = amended(of(before), corrected(before, "65.00"))
    assert change.void
    assert change.amended.text == "第四季測驗 65.00 分（答案更正，不計）"
    assert change.amended.score == Decimal("45.00")


def test_a_corrected_score_that_still_fails_stands_beside_the_old_one() -> None:
    before = quiz()
    (change,) = amended(of(before), corrected(before, "55.00"))
    assert not change.void
    assert change.amended.text == "第四季測驗 55.00 分，低於 60（答案更正）"
    assert (
        amended(of(before).model_copy(update={"reasons": (change.amended,)}), corrected(before, "55.00"))
        == []
    )


def test_a_score_that_was_corrected_before_it_became_a_reason_is_no_amendment() -> None:
    now = corrected(quiz(), "55.00")
    assert amended(of(now), now) == []


def test_what_was_corrected_is_proved_by_the_correction() -> None:
    before = quiz()
    (reason,) = reasons_of(before, "v1", rules())
    assert still_holds(reason, corrected(before, "65.00"), rules())
    assert not still_holds(reason, before.model_copy(update={"score": Decimal(65)}), rules())


def test_the_result_of_a_sitting_names_its_correction() -> None:
    now = Result(
        sitting_id="A1-0012",
        paper_id="A1",
        paper_title="測驗",
        staff_no=WANG,
        section="房屋稅科",
        submitted_at=quiz().at,
        score=Decimal("65.00"),
        passed=True,
        rules="v1",
        correction="K1",
    )
    assert known.of_result(now).ruling == "K1"


@pytest.fixture
def mended(life: Life, monkeypatch: pytest.MonkeyPatch) -> dict[str, Decimal]:
    """Scores by a mended key, by sitting: the bank gives them in place of those submitted."""
    scores: dict[str, Decimal] = {}
    original = life.desks.quiz.submitted

    def submitted(first: date, last: date) -> list[Result]:
        return [
            each.model_copy(update={"score": scores[each.sitting_id], "correction": "K1"})
            if each.sitting_id in scores
            else each
            for each in original(first, last)
        ]

    monkeypatch.setattr(life.desks.quiz, "submitted", submitted)
    return scores


def again(life: Life) -> list[Case]:
    """Open cases after something else has been written, as the correction itself would be."""
    life.session()
    return life.training.open_cases(by=life.trainer, at=life.now)


def test_a_case_that_stood_on_a_wrong_key_alone_is_withdrawn(life: Life, mended: dict[str, Decimal]) -> None:
    sitting = life.sit(WANG, right=1)
    (one,) = again(life)
    mended[sitting.id] = Decimal("100.00")
    (after,) = again(life)
    assert after.state is State.WITHDRAWN
    assert after.steps[-1].reason == f"答案更正：應試 {sitting.id} 由 50.00 分改為 100.00 分"
    assert life.training.case(one.id) == after
    assert life.training.verify() == []
    assert again(life) == []


def test_a_closed_case_is_marked_when_its_key_was_wrong(life: Life, mended: dict[str, Decimal]) -> None:
    sitting = life.sit(WANG, right=1)
    (one,) = again(life)
    for state in (State.ASSIGNED, State.TRAINED, State.RETEST, State.CLOSED):
        session = life.session().id if state is State.ASSIGNED else ""
        one = life.training.advance(
            one.id, state, by=life.trainer, at=life.now, session_id=session, reason="測試"
        )
    life.wait(hours=1)
    mended[sitting.id] = Decimal("100.00")
    (after,) = again(life)
    assert (after.state, after.groundless) == (State.CLOSED, True)
    assert [(reason.kind, reason.void) for reason in after.reasons] == [(Kind.LOW_QUIZ, True)]
    assert life.training.verify() == []
