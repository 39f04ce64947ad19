"""Who would enter and leave the list by other rules, decided as the list itself is; nothing is written."""

import hashlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bureau.problem import NotAllowed
from bureau.roles import Actor, Role
from courtesy.desk import SCALES, read_scale
from courtesy.scale import FactorMode
from courtesy.what_if import Change, WhatIfError
from tests.training.life import CHEN, LI, WANG, Life
from tests.training.samples import absence, call, judge, quiz
from training.case import Band
from training.what_if import Move, WhatIf, changed_judge, listed

Try = Callable[..., WhatIf]


@pytest.fixture
def year(life: Life) -> Life:
    """One bad call, one good one and one in between (72.80)."""
    life.ring(WANG)
    life.ring(LI, good=True)
    life.ring(CHEN, good=True, failed={"name", "hello", "thanks"})
    life.training.open_cases(by=life.trainer, at=life.now)
    return life


@pytest.fixture
def trial(year: Life) -> Try:
    def run(**change: object) -> WhatIf:
        return year.desks.what_if.what_if(Change.model_validate(change), by=year.trainer, today=year.today)

    return run


def moves(tried: WhatIf) -> dict[str, Move]:
    return {one.person: one.move for one in tried.people}


def test_without_a_change_nobody_moves(trial: Try) -> None:
    tried = trial()
    assert moves(tried) == {WANG: Move.STAYS, LI: Move.NEVER, CHEN: Move.NEVER}
    assert tried.before == tried.after
    assert all(band.before == band.after for band in tried.bands)


def test_a_higher_cut_lets_somebody_enter_and_nobodys_score_changes(trial: Try) -> None:
    tried = trial(cut=Decimal(80))
    (entering,) = tried.who(Move.ENTERS)
    assert (entering.person, entering.listed_before, entering.listed_after) == (CHEN, None, Band.RETEST)
    assert entering.before == entering.after


def test_a_lower_cut_lets_somebody_leave(trial: Try) -> None:
    bad = next(one for one in trial().people if one.person == WANG)
    assert bad.before is not None
    assert moves(trial(cut=bad.before))[WANG] is Move.LEAVES


def test_the_counts_of_the_bands_follow_the_cut(trial: Try) -> None:
    lowest = trial(cut=Decimal(80)).bands[-1]
    assert (lowest.name, lowest.before, lowest.after) == ("成績不佳", 1, 2)


def test_scores_by_another_factor_stand_beside_the_sealed_ones(trial: Try) -> None:
    people = {one.person: one for one in trial(factor=FactorMode.EXACT).people}
    assert people[CHEN].before == Decimal("72.80")
    assert people[CHEN].after == Decimal("72.73")


def test_a_person_with_a_call_that_cannot_be_computed_is_neither_on_the_list_nor_off_it(trial: Try) -> None:
    tried = trial(scale=read_scale(SCALES / "percent.toml"))
    assert set(moves(tried).values()) == {Move.UNKNOWN}
    assert (tried.calls, tried.computed, len(tried.refused)) == (3, 0, 3)
    assert all(each.why_not and each.after is None for each in tried.refused)
    assert tried.differences


def test_the_period_is_last_year_and_this_one_unless_said_otherwise(year: Life, trial: Try) -> None:
    assert (trial().first, trial().last) == (date(2025, 1, 1), year.today)
    none = year.desks.what_if.what_if(
        Change(), by=year.trainer, today=year.today, first=date(2025, 1, 1), last=date(2025, 12, 31)
    )
    assert (none.calls, none.people, none.before) == (0, (), None)


def state(path: Path) -> str:
    """The office file with its write-ahead log."""
    wal = path.with_name(path.name + "-wal")
    return hashlib.sha256(path.read_bytes() + (wal.read_bytes() if wal.exists() else b"")).hexdigest()


def test_nothing_is_written_and_no_entry_is_made(year: Life, trial: Try) -> None:
    office = year.desks.office
    before = state(office.store.path), year.entries(), office.fingerprint()
    trial(cut=Decimal(80), factor=FactorMode.EXACT, critical_zeroes=True)
    trial(points={"unit.speed": Decimal(30)})
    trial(scale=read_scale(SCALES / "three-rings.toml"))
    assert (state(office.store.path), year.entries(), office.fingerprint()) == before
    assert year.training.open_cases(by=year.trainer, at=year.now) == []


@pytest.mark.parametrize("role", [Role.STAFF, Role.TESTER])
def test_only_who_sees_everybodys_scores_may_try(year: Life, role: Role) -> None:
    with pytest.raises(NotAllowed):
        year.desks.what_if.what_if(
            Change(), by=Actor(staff_no=WANG, roles=frozenset({role})), today=year.today
        )


def test_an_unknown_line_and_days_in_the_wrong_order_are_refused(year: Life, trial: Try) -> None:
    with pytest.raises(WhatIfError, match=r"沒有「unit\.nothing」"):
        trial(points={"unit.nothing": Decimal(3)})
    with pytest.raises(WhatIfError, match="結束日早於開始日"):
        year.desks.what_if.what_if(
            Change(), by=year.trainer, today=year.today, first=date(2026, 2, 1), last=date(2026, 1, 1)
        )


# The list itself


def test_the_list_is_what_the_rules_make_of_the_whole_evidence() -> None:
    evidence = [
        call("A1", "52.00", staff_no="1"),
        call("A2", "52.00", staff_no="2"),
        call("A3", "50.00", staff_no="2", tester="T2", after=1),
        call("A4", "52.00", staff_no="3"),
        call("A5", "95.00", staff_no="3", tester="T2", after=1),
        call("A6", "52.00", staff_no="4"),
        call("A7", "75.00", staff_no="4", tester="T2", after=1),
        call("A8", "90.00", staff_no="5"),
        quiz("A9", "45.00", staff_no="6"),
        absence("B1", staff_no="7"),
        absence("B2", staff_no="7", after=1),
    ]
    assert listed(evidence, judge()) == {
        "1": Band.RETEST,
        "2": Band.CLEAR,
        "4": Band.LIKELY,
        "6": Band.CLEAR,
        "7": Band.CLEAR,
    }


def test_another_cut_moves_calls_only() -> None:
    evidence = [call("A1", "72.00", staff_no="1"), quiz("A2", "72.00", staff_no="2")]
    assert listed(evidence, judge()) == {}
    assert listed(evidence, changed_judge(judge(), Decimal(75))) == {"1": Band.RETEST}
    assert listed(evidence, changed_judge(judge(), None)) == {}
