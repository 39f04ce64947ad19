"""Handouts, quizzes before and after, and make-up of a session."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.calendar import TAIPEI
from bureau.roles import Actor
from quiz_bank.blueprint import BlueprintError
from tests.training.life import CHEN, LI, STAFF, WANG, Life
from training.attendance import Noted
from training.make_up import targets
from training.quiz_change import joined
from training.session import Session, SessionError, SessionKind, Standing, Status
from training.session_plan import Handout

# Handouts


def test_handouts_are_kept_in_their_order(life: Life) -> None:
    session = life.session()
    handouts = (Handout(title="乙"), Handout(title="甲", file="a.pdf"))
    life.desks.sessions.set_handouts(session.id, handouts, by=life.trainer, at=life.now)
    assert life.desks.sessions.plan(session.id).handouts == handouts


def test_a_handout_is_not_listed_twice(life: Life) -> None:
    session = life.session()
    with pytest.raises(SessionError, match="列了兩次"):
        life.desks.sessions.set_handouts(
            session.id, [Handout(title="甲"), Handout(title="甲")], by=life.trainer, at=life.now
        )


# Before and after

SCORES = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 10000).map(lambda n: Decimal(n) / 100))


@given(before=SCORES, after=SCORES)
def test_only_who_sat_both_papers_counts(before: dict[str, Decimal], after: dict[str, Decimal]) -> None:
    found = joined([(name, "科") for name in "abcdefgh"], before, after, fewest=5)
    both = before.keys() & after.keys()
    assert found.n == len(both)
    assert sum(found.changes) == sum(after[name] - before[name] for name in both)
    if found.n < 5:
        assert found.interval() is None
    if interval := found.interval():
        assert found.mean_change in interval


def test_the_interval_of_paired_changes_is_students() -> None:
    # Gosset's ten patients, hours of sleep gained (Student 1908, table "Illustration I", differences):
    # mean 1.58, s 1.23 (n - 1), t(0.975; 9) = 2.262, so 0.70 to 2.46.
    gains = ["1.2", "2.4", "1.3", "1.3", "0.0", "1.0", "1.8", "0.8", "4.6", "1.4"]
    names = [str(place) for place in range(10)]
    found = joined(
        [(name, "") for name in names],
        dict.fromkeys(names, Decimal(10)),
        {name: 10 + Decimal(gain) for name, gain in zip(names, gains, strict=True)},
        fewest=5,
    )
    interval = found.interval()
    assert interval is not None
    assert (found.mean_change, interval.low, interval.high) == (
        Decimal("1.58"),
        Decimal("0.70"),
        Decimal("2.46"),
    )


def test_of_few_people_nothing_is_concluded() -> None:
    found = joined([("a", "")], {"a": Decimal(40)}, {"a": Decimal(90)}, fewest=5)
    assert found.mean_change == 50
    assert "人數不足" in found.conclusion


def test_scores_before_and_after_are_joined_by_person(life: Life) -> None:
    session = life.session(life.today, *STAFF)
    first, second = life.sit(WANG, right=1), life.sit(WANG, right=2)
    desk = life.desks.sessions
    desk.set_papers(session.id, first.paper_id, second.paper_id, by=life.trainer, at=life.now)
    pairs = {pair.staff_no: pair for pair in desk.change(session.id, by=life.trainer).pairs}
    assert [str(pairs[WANG].before), str(pairs[WANG].after), str(pairs[WANG].change)] == [
        "50.00",
        "100.00",
        "50.00",
    ]
    assert pairs[LI].change is None
    own = desk.change(session.id, by=Actor(staff_no=LI))
    assert [pair.staff_no for pair in own.pairs] == [LI]


def test_before_and_after_are_different_papers_that_exist(life: Life) -> None:
    session = life.session()
    paper = life.sit(WANG, right=1).paper_id
    with pytest.raises(SessionError, match="同一份"):
        life.desks.sessions.set_papers(session.id, paper, paper, by=life.trainer, at=life.now)
    with pytest.raises(BlueprintError):
        life.desks.sessions.set_papers(session.id, "Z9", "", by=life.trainer, at=life.now)


# Make-up


def hold(life: Life, **statuses: Status) -> Session:
    """Hold a session and close it; the keywords say who was how, by the names below."""
    names = {"wang": WANG, "li": LI, "chen": CHEN}
    session = life.session(life.today, *STAFF)
    life.now = datetime.combine(session.day, time(17, 30), TAIPEI)
    noted = [Noted(staff_no=names[name], status=status) for name, status in statuses.items()]
    life.training.record_attendance(session.id, noted, by=life.trainer, at=life.now)
    life.desks.sign_in.close(session.id, by=life.trainer, at=life.now, rest=Status.PRESENT)
    return session


def later(life: Life, days: int, kind: SessionKind, **more: object) -> Session:
    return life.session(life.today + timedelta(days=days), title=f"{days} 天後", kind=kind, **more)


def test_who_missed_it_is_proposed_for_the_next_make_up_session(life: Life) -> None:
    session = hold(life, wang=Status.ABSENT, li=Status.OFFICIAL)
    later(life, 3, SessionKind.YEARLY)
    later(life, 9, SessionKind.MAKE_UP)
    target = later(life, 5, SessionKind.MAKE_UP)
    given = life.desks.sessions.make_up(session.id, by=life.trainer, at=life.now)
    assert given.target == target
    assert {each.staff_no: each.standing for each in given.people} == {
        WANG: Standing.MAKE_UP,
        LI: Standing.MAKE_UP_WITHOUT_FAULT,
    }


def test_without_a_make_up_session_the_other_yearly_one_is_proposed(life: Life) -> None:
    session = hold(life, wang=Status.LEAVE)
    target = later(life, 30, SessionKind.YEARLY)
    later(life, 3, SessionKind.OTHER)
    life.session(date(life.today.year + 1, 1, 5), title="明年", kind=SessionKind.MAKE_UP)
    assert life.desks.sessions.make_up(session.id, by=life.trainer, at=life.now).target == target


def test_a_session_that_has_begun_or_is_closed_is_not_proposed(life: Life) -> None:
    session = hold(life, wang=Status.LEAVE)
    first = later(life, 5, SessionKind.MAKE_UP)
    target = later(life, 9, SessionKind.MAKE_UP)
    desk = life.desks.sessions
    assert desk.targets(session.id, at=first.starts_at - timedelta(minutes=1)) == [first, target]
    assert desk.targets(session.id, at=first.starts_at) == [target]
    life.now = first.starts_at + timedelta(minutes=1)
    with pytest.raises(SessionError, match="不能用來補課"):
        desk.take_make_up(session.id, by=life.trainer, at=life.now, target_id=first.id)
    assert targets(session, [first, target], session.ends_at, {first.id}) == [target]


def test_taking_the_proposal_puts_people_on_the_list_once(life: Life) -> None:
    session = hold(life, wang=Status.LEAVE)
    target = later(life, 5, SessionKind.MAKE_UP)
    desk = life.desks.sessions
    taken = desk.take_make_up(session.id, by=life.trainer, at=life.now)
    assert [each.staff_no for each in taken] == [WANG]
    assert [each.staff_no for each in life.training.expected(target.id)] == [WANG]
    with pytest.raises(SessionError, match="沒有人還要排"):
        desk.take_make_up(session.id, by=life.trainer, at=life.now)


def test_who_has_made_it_up_is_not_proposed_again(life: Life) -> None:
    session = hold(life, wang=Status.LEAVE)
    made_up = later(life, 5, SessionKind.MAKE_UP)
    later(life, 9, SessionKind.MAKE_UP)
    desk = life.desks.sessions
    desk.take_make_up(session.id, by=life.trainer, at=life.now)
    life.after(made_up)
    life.training.record_attendance(made_up.id, [], by=life.trainer, at=life.now, rest=Status.PRESENT)
    (missed,) = desk.make_up(session.id, by=life.trainer, at=life.now).people
    assert missed.elsewhere == made_up.id
    assert not missed.wanting


def test_a_full_session_takes_nobody(life: Life) -> None:
    session = hold(life, wang=Status.LEAVE, li=Status.LEAVE)
    target = later(life, 5, SessionKind.MAKE_UP, capacity=1)
    given = life.desks.sessions.make_up(session.id, by=life.trainer, at=life.now)
    assert given.room == 1
    with pytest.raises(SessionError, match="限 1 人"):
        life.desks.sessions.take_make_up(session.id, by=life.trainer, at=life.now)
    assert life.training.expected(target.id) == []


def test_before_the_close_nobody_has_missed_anything(life: Life) -> None:
    session = life.session(life.today, *STAFF)
    with pytest.raises(SessionError, match="還沒有結束登錄"):
        life.desks.sessions.make_up(session.id, by=life.trainer, at=life.now)


def test_without_a_later_session_it_is_said_what_to_do(life: Life) -> None:
    session = hold(life, wang=Status.LEAVE)
    with pytest.raises(SessionError, match="make_up"):
        life.desks.sessions.take_make_up(session.id, by=life.trainer, at=life.now)
