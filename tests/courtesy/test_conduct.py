"""Testers' forms: what is seen, and that it is only a reason to look."""

from datetime import timedelta
from decimal import Decimal

from bureau.rules import default_book
from courtesy.conduct import Conduct, FilledForm, conduct, one_level
from courtesy.standing_rules import StandingRules
from tests.courtesy.samples import NOW, OFFICIAL, UNIT, full_marks

RULES = default_book((StandingRules,)).of(StandingRules)
SCALES = {OFFICIAL.version: OFFICIAL}
CUT = Decimal("70.00")
MIXED = dict(full_marks(UNIT))
_LAST = [placed for placed in OFFICIAL.lines(UNIT) if placed.id in MIXED and not placed.line.speed][-1]
MIXED[_LAST.id] = _LAST.line.steps[-1].key


def form(score: str = "85.00", marks: dict[str, str] | None = None, seconds: int | None = 300) -> FilledForm:
    return FilledForm(
        scale=OFFICIAL.version,
        score=Decimal(score),
        marks=MIXED if marks is None else marks,
        picked_up_at=NOW if seconds is not None else None,
        sealed_at=NOW + timedelta(seconds=seconds or 0),
    )


def seen(*forms: FilledForm) -> Conduct:
    return conduct("0103", forms, SCALES, CUT, RULES)


def test_scores_just_above_the_cut_are_a_reason_to_look() -> None:
    found = seen(*[form("70.00")] * 9, form("69.99"))
    assert (found.above, found.below) == (9, 1)
    assert found.p == 0.021484375
    assert found.bunched
    assert "不能證明評分不實" in found.conclusion


def test_the_windows_end_where_they_say() -> None:
    found = seen(form("71.99"), form("72.00"), form("68.00"), form("67.99"))
    assert (found.above, found.below) == (1, 1)


def test_few_scores_beside_the_cut_have_no_p() -> None:
    assert seen(*[form()] * 20, *[form("70.50")] * 9).p is None


def test_few_forms_are_not_looked_at() -> None:
    found = seen(*[form("70.00", seconds=5)] * 9)
    assert not found.known
    assert found.reasons == []


def test_lines_that_the_clock_fills_do_not_count_as_judged() -> None:
    marks = full_marks(UNIT)
    speed = next(placed for placed in OFFICIAL.lines(UNIT) if placed.line.speed)
    assert one_level(marks | {speed.id: speed.line.steps[-1].key}, OFFICIAL) == 1
    assert one_level(MIXED, OFFICIAL) is None


def test_full_marks_throughout_are_counted_apart_and_no_reason() -> None:
    found = seen(*[form("100.00", full_marks(UNIT))] * 12)
    assert (found.straight.count, found.straight_full) == (12, 12)
    assert found.reasons == []


def test_forms_sealed_at_once_are_a_reason_to_look() -> None:
    found = seen(*[form(seconds=59)] * 11, form(seconds=60), form(seconds=None))
    assert (found.fast.count, found.fast.n) == (11, 12)
    assert len(found.reasons) == 1
