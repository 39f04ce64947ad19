"""The whole loop on the real desks: a bad call, a case, a session, a retest, and an empty roster."""

from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.training.life import WANG, Life
from training.attendance import Noted
from training.case import CaseError, State
from training.papers import print_roster
from training.session import Status


def printed(life: Life, path: Path) -> str:
    print_roster(life.training, path, by=life.trainer, at=life.now)
    return "".join(page.extract_text() for page in PdfReader(path).pages)


def test_a_low_call_is_followed_to_a_proven_end(life: Life, tmp_path: Path) -> None:
    training, by = life.training, life.trainer
    calls = [life.ring(WANG)]
    training.open_cases(by=by, at=life.now)
    life.wait(days=2)
    calls.append(life.ring(WANG))
    (case,) = training.open_cases(by=by, at=life.now)
    assert case.state is State.DUE
    assert {reason.evidence for reason in case.reasons} == {call.id for call in calls}
    assert "王𤧟堃" in printed(life, tmp_path / "1.pdf")

    session = life.session(life.today + timedelta(days=7))
    training.assign_session(case.id, session.id, by=by, at=life.now)
    assert "已排訓" in printed(life, tmp_path / "2.pdf")
    life.after(session)
    (case,) = training.record_attendance(
        session.id, [Noted(staff_no=WANG, status=Status.PRESENT)], by=by, at=life.now
    ).moved
    assert case.state is State.TRAINED

    case = training.advance(case.id, State.RETEST, by=by, at=life.now)
    with pytest.raises(CaseError):
        training.advance(case.id, State.CLOSED, by=by, at=life.now)
    life.wait(days=3)
    # The rota never sends the last tester again, but may send the one before.
    while life.ring(WANG, good=True).tester in {call.tester for call in calls}:
        life.wait(days=3)
    assert training.gates(case)[State.CLOSED] == ""
    case = training.advance(case.id, State.CLOSED, by=by, at=life.now)
    assert not any(step.overridden for step in case.steps)

    assert "本期無應補訓人員" in printed(life, tmp_path / "3.pdf")
    life.wait(days=1)
    assert training.open_cases(by=by, at=life.now) == []
    assert training.verify() == []
    assert life.desks.office.verify_journal()[1] is None


def test_a_failed_retest_leads_round_once_more(life: Life) -> None:
    training, by = life.training, life.trainer
    life.sit(WANG, right=0)
    (case,) = training.open_cases(by=by, at=life.now)
    session = life.session(life.today + timedelta(days=7))
    training.assign_session(case.id, session.id, by=by, at=life.now)
    life.after(session)
    came = [Noted(staff_no=WANG, status=Status.PRESENT)]
    training.record_attendance(session.id, came, by=by, at=life.now)
    training.advance(case.id, State.RETEST, by=by, at=life.now)
    life.wait(days=1)
    life.sit(WANG, right=1)
    (case,) = training.open_cases(by=by, at=life.now)
    assert len(case.reasons) == 2
    case = training.advance(case.id, State.AGAIN, by=by, at=life.now)
    assert (case.state, case.trained_at) == (State.AGAIN, None)
    assert training.roster(life.today).rows[0].case.id == case.id
