"""What a year or a half comes to: counted from the sealed records, without naming anybody."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bureau.calendar import Period, PeriodKind
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR, Actor, Role
from courtesy.call import Outcome
from courtesy.interval import Sample
from courtesy.occasion import Occasion
from tests.training import samples
from tests.training.life import CHEN, LI, WANG, Life
from training.case import Case, Kind, State, Step
from training.report import CallFigures, case_figures, proposed, state_on
from training.report_desk import ReportError
from training.session import SessionKind, Status

YEAR = Period(kind=PeriodKind.YEAR, year=2026)
LAST = date(2026, 12, 31)


def step(before: State, after: State, day: date, **more: str) -> Step:
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return Step(before=before, after=after, at=at, by="", **more)


def opened(day: date, *steps: Step, due: date = LAST, name: str = "A1") -> Case:
    at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    state = steps[-1].after if steps else State.DUE
    closed = steps[-1].at if steps and not state.open else None
    return samples.case(id=name, opened_at=at, due=due, state=state, steps=steps, closed_at=closed)


# -- cases


def test_a_case_was_in_the_state_of_its_last_step_by_then() -> None:
    case = opened(
        date(2026, 3, 2),
        step(State.TO_CONFIRM, State.DUE, date(2026, 3, 10)),
        step(State.DUE, State.ASSIGNED, date(2026, 4, 1)),
    )
    assert state_on(case, date(2026, 3, 1)) is None
    assert state_on(case, date(2026, 3, 2)) is State.TO_CONFIRM
    assert state_on(case, date(2026, 3, 10)) is State.DUE
    assert state_on(case, date(2026, 12, 31)) is State.ASSIGNED


def test_a_case_counts_as_open_at_the_end_of_a_period_though_it_was_closed_later() -> None:
    half = Period(kind=PeriodKind.HALF, year=2026, number=1)
    closed = opened(date(2026, 5, 4), step(State.RETEST, State.CLOSED, date(2026, 9, 1)))
    first = case_figures([closed], half, half.last)
    assert (first.opened, first.closed, first.left) == (1, 0, 1)
    year = case_figures([closed], YEAR, LAST)
    assert (year.opened, year.closed, year.left) == (1, 1, 0)


def test_what_happens_after_the_day_of_the_report_does_not_count() -> None:
    case = opened(date(2026, 5, 4), step(State.DUE, State.WITHDRAWN, date(2026, 11, 2), reason="誤植"))
    figures = case_figures([case], YEAR, date(2026, 10, 31))
    assert (figures.opened, figures.withdrawn, figures.left) == (1, 0, 1)


def test_only_who_still_has_to_be_trained_is_overdue() -> None:
    late = opened(date(2026, 3, 2), due=date(2026, 4, 30))
    trained = opened(
        date(2026, 3, 2),
        step(State.ASSIGNED, State.TRAINED, date(2026, 4, 1)),
        due=date(2026, 4, 30),
        name="A2",
    )
    figures = case_figures([late, trained], YEAR, date(2026, 6, 30))
    assert (figures.left, figures.overdue) == (2, 1)


def test_a_step_that_passed_a_gate_is_counted() -> None:
    case = opened(
        date(2026, 3, 2),
        step(State.RETEST, State.CLOSED, date(2026, 4, 1), reason="人力不足", overridden="還缺複測"),
    )
    assert case_figures([case], YEAR, LAST).overridden == 1


# -- figures of few people


def test_of_one_person_there_is_no_mean() -> None:
    scores = Sample.of([Decimal("60.00"), Decimal("80.00")])
    alone = CallFigures(sealed=2, reached=2, people=1, sample=scores)
    assert alone.mean is None
    assert alone.interval is None
    assert alone.model_copy(update={"people": 2}).mean == Decimal("70.00")


# -- the period that is proposed


@pytest.mark.parametrize(
    ("kind", "today", "code"),
    [
        (PeriodKind.HALF, date(2026, 4, 1), "114H2"),
        (PeriodKind.HALF, date(2026, 8, 1), "115H1"),
        (PeriodKind.YEAR, date(2027, 1, 20), "115"),
        (PeriodKind.YEAR, date(2026, 11, 23), "115"),
        (PeriodKind.MONTH, date(2026, 11, 23), "115M11"),
    ],
)
def test_the_period_most_likely_wanted_is_proposed(kind: PeriodKind, today: date, code: str) -> None:
    assert proposed(kind, today).code == code


# -- the desk


def test_sessions_still_to_come_are_told_apart(life: Life) -> None:
    session = life.session(life.today, WANG, LI)
    life.session(life.today + timedelta(days=20), WANG, LI, CHEN, kind=SessionKind.MAKE_UP)
    life.after(session)
    life.training.record_attendance(session.id, [], rest=Status.PRESENT, by=life.trainer, at=life.now)
    said = life.desks.reports.report("115", by=life.trainer, at=life.now).sessions_said
    assert "已結束 1 場" in said
    assert "應到 2 人次，出席 2 人次" in said
    assert "尚未登錄" not in said
    assert "另有 1 場還沒有舉行" in said


def test_the_year_counts_what_happened(life: Life) -> None:
    good, bad = life.ring(WANG, good=True), life.ring(LI)
    life.sit(CHEN, right=2)
    life.sit(WANG, right=0)
    session = life.session(life.today, WANG, LI, CHEN)
    life.after(session)
    life.training.record_attendance(session.id, [], rest=Status.PRESENT, by=life.trainer, at=life.now)
    life.training.open_cases(by=life.trainer, at=life.now)
    made = life.desks.reports.report("115", by=life.trainer, at=life.now)
    assert (made.calls.sealed, made.calls.reached, made.calls.people) == (2, 2, 2)
    assert good.score is not None
    assert bad.score is not None
    assert made.calls.mean == (good.score + bad.score) / 2
    assert (made.quiz.n, made.quiz.people, made.quiz.passed) == (2, 2, 1)
    assert (made.presence.expected, made.presence.present) == (3, 3)
    assert made.duty.done == 1
    assert made.cases.opened == len(life.training.cases()) == 2
    assert made.cases.kinds == {Kind.LOW_CALL: 1, Kind.LOW_QUIZ: 1}
    assert made.until == life.today
    assert not made.over
    assert [month.period.code for month in made.months] == [f"115M{n}" for n in range(1, 10)]
    assert sum(month.calls.sealed for month in made.months) == made.calls.sealed
    assert sum(one.calls.sealed for one in made.sections) == made.calls.sealed
    assert sum(one.presence.expected for one in made.sections) == made.presence.expected


def test_a_confirming_call_does_not_count(life: Life) -> None:
    life.ring(WANG)
    before = life.desks.reports.report("115", by=life.trainer, at=life.now).calls
    calls, at = life.desks.calls, life.now
    waiting = calls.waiting(by=ADMINISTRATOR)
    (second,) = [draw for draw in waiting if draw.occasion is Occasion.CONFIRMING]
    tester = Actor(staff_no=second.tester, roles=frozenset({Role.STAFF, Role.TESTER}))
    call = calls.open_call(second.round, WANG, by=tester, at=at)
    assert call.occasion is Occasion.CONFIRMING
    calls.set_outcome(call.id, Outcome.NO_ANSWER, by=tester, at=at)
    calls.remark(call.id, "全週出差", by=tester)
    calls.seal(call.id, by=tester, at=at)
    after = life.desks.reports.report("115", by=life.trainer, at=life.now).calls
    assert after == before


def test_the_rules_in_force_are_listed_even_when_nothing_was_published(life: Life) -> None:
    made = life.desks.reports.report("115", by=life.trainer, at=life.now)
    assert [one.version for one in made.rules] == [life.desks.office.rules(life.today).version]


def test_without_anything_each_sentence_still_says_something_true(life: Life) -> None:
    made = life.desks.reports.report("115H2", by=life.trainer, at=life.now)
    assert made.findings == (
        "本期沒有封存的抽測電話。",
        "計分的不到兩人，沒有可以公布的平均。",
        "上年同期或本期計分的人不夠，不能比較。",
        "計分的不到兩人，不列失分項目。",
        "本期沒有交卷的租稅常識測驗。",
        "年度講習已辦 0 場，應辦 2 場。本期沒有場次。",
        "補訓案新開 0 件，結案 0 件，撤銷 0 件；期末沒有未結的案件。",
        "本期沒有評選出績優同仁的紀錄。",
    )


def test_a_month_a_future_year_and_staff_are_refused(life: Life) -> None:
    desk = life.desks.reports
    with pytest.raises(ReportError):
        desk.report("115M9", by=life.trainer, at=life.now)
    with pytest.raises(ReportError):
        desk.report("116", by=life.trainer, at=life.now)
    with pytest.raises(NotAllowed):
        desk.report("115", by=Actor(staff_no=WANG), at=life.now)


def test_a_year_that_is_over_is_reported_whole(life: Life) -> None:
    life.wait(days=200)
    made = life.desks.reports.report("115", by=life.trainer, at=life.now)
    assert made.over
    assert made.until == LAST
    assert len(made.months) == 12
    assert life.today - made.until > timedelta(0)


def test_a_section_that_does_not_exist_is_refused(life: Life) -> None:
    made = life.desks.reports.report("115", by=life.trainer, at=life.now)
    assert [one.section for one in life.desks.reports.sections_of(made)] == ["房屋稅科", "行政科"]
    assert len(life.desks.reports.sections_of(made, "行政科")) == 1
    with pytest.raises(ReportError, match="沒有「消費稅科」"):
        life.desks.reports.sections_of(made, "消費稅科")


def test_only_a_year_is_long_enough_to_speak_of_effect(life: Life) -> None:
    half = life.desks.reports.report("115H2", by=life.trainer, at=life.now)
    year = life.desks.reports.report("115", by=life.trainer, at=life.now)
    assert half.effect is None
    assert year.effect is not None
    assert year.effect.sentence in year.findings
