"""An agenda is proposed from what cost most points, with n, and never of too few people."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.calendar import Period
from bureau.problem import NotAllowed
from bureau.roles import Actor
from courtesy.occasion import Occasion
from tests.training.life import CHEN, LI, WANG, Life
from training.agenda import Loss, LossSource, Proposal, divided, of_calls, proposal
from training.session import SessionError
from training.session_plan import AgendaTopic
from training.session_rules import SessionRules


def rules(**changes: object) -> SessionRules:
    import tomllib

    text = SessionRules.DEFAULTS.read_text(encoding="utf-8")
    return SessionRules.model_validate(tomllib.loads(text)["session"] | changes)


def loss(name: str, points: int, *, people: int = 20, source: LossSource = LossSource.CALL) -> Loss:
    return Loss(
        source=source, id=name, title=name, points=Decimal(points), n=people, failed=people, people=people
    )


# What is proposed


def test_the_dearest_come_first_until_they_explain_the_share_asked_for() -> None:
    found = proposal([loss("a", 5), loss("b", 60), loss("c", 25), loss("d", 10)], rules())
    assert [topic.loss.id for topic in found.topics] == ["b", "c"]
    assert found.topics[-1].so_far == Decimal("0.85")


def test_calls_and_quizzes_are_counted_each_by_itself() -> None:
    found = proposal([loss("line", 1), loss("契稅", 500, source=LossSource.QUIZ)], rules())
    assert [(topic.loss.id, topic.share) for topic in found.topics] == [
        ("line", Decimal(1)),
        ("契稅", Decimal(1)),
    ]


def test_no_more_are_proposed_than_the_rules_allow() -> None:
    found = proposal([loss(f"{place:02}", 10) for place in range(30)], rules(agenda_topics=3))
    assert [topic.loss.id for topic in found.topics] == ["00", "01", "02"]


def test_what_too_few_people_lost_is_shown_and_not_taken_over() -> None:
    found = proposal([loss("a", 60, people=4), loss("b", 40)], rules())
    assert "人數不足" in found.topics[0].basis
    assert [topic.title for topic in found.agenda(60, 5)] == ["b"]


def test_the_basis_says_n() -> None:
    (topic,) = proposal([loss("a", 1, people=41)], rules()).topics
    assert topic.basis == "電話失分 100%，41 次評到 41 次失分，41 人"


def test_nothing_lost_is_nothing_proposed() -> None:
    assert proposal([], rules()) == Proposal(topics=())
    assert Proposal(topics=()).agenda(180, 5) == ()


# Minutes


@given(
    length=st.integers(1, 600),
    step=st.integers(1, 30),
    weights=st.lists(st.decimals(Decimal("0.01"), 1, places=2), max_size=8),
)
def test_minutes_fill_the_session_in_whole_steps(length: int, step: int, weights: list[Decimal]) -> None:
    if len(weights) > length // step:
        with pytest.raises(ValueError, match="more topics"):
            divided(length, weights, step)
        return
    minutes = divided(length, weights, step)
    assert all(each >= step and each % step == 0 for each in minutes)
    assert sum(minutes) == (length // step * step if weights else 0)


@given(weights=st.lists(st.decimals(Decimal("0.01"), 1, places=2), min_size=2, max_size=8))
def test_what_costs_more_never_gets_less_time(weights: list[Decimal]) -> None:
    weights.sort(reverse=True)
    minutes = divided(180, weights, 5)
    assert minutes == sorted(minutes, reverse=True)


def test_a_short_session_takes_what_costs_most() -> None:
    losses = [loss("a", 10), loss("b", 30), loss("c", 30), loss("d", 25)]
    agenda = proposal(losses, rules(agenda_share="1.00")).agenda(10, 5)
    assert [topic.title for topic in agenda] == ["b", "c"]


# At the desk


def year(life: Life) -> Period:
    return Period.parse(str(life.today.year - 1911))


def propose(life: Life, session_id: str) -> Proposal:
    return life.desks.sessions.proposal(session_id, year(life), by=life.trainer, at=life.now)


def test_lines_and_topics_are_counted_from_sealed_calls_and_submitted_sittings(life: Life) -> None:
    session = life.session()
    life.ring(WANG)
    life.sit(LI, right=0)
    life.sit(CHEN, right=2)
    found = propose(life, session.id)
    assert (found.calls, found.sittings) == (1, 2)
    quiz = [topic for topic in found.topics if topic.loss.source is LossSource.QUIZ]
    assert [(topic.loss.title, topic.loss.n, topic.loss.failed) for topic in quiz] == [("契稅", 4, 2)]
    assert quiz[0].loss.points == Decimal(100)
    assert quiz[0].loss.people == 2
    assert len(quiz[0].loss.hardest) == 2


def test_a_confirming_call_does_not_count_a_bad_result_twice(life: Life) -> None:
    call = life.ring(WANG)
    scales = {call.scale: life.desks.calls.scale(call.scale)}
    again = call.model_copy(update={"occasion": Occasion.CONFIRMING})
    assert of_calls([call, again], scales) == of_calls([call], scales)
    assert of_calls([again], scales) == []


def test_another_period_has_other_losses(life: Life) -> None:
    session = life.session()
    life.ring(WANG)
    found = life.desks.sessions.proposal(session.id, Period.parse("114"), by=life.trainer, at=life.now)
    assert found.topics == ()


def test_too_few_people_are_no_agenda(life: Life) -> None:
    session = life.session()
    life.ring(WANG)
    with pytest.raises(SessionError, match="沒有足夠的人"):
        life.desks.sessions.take_over(session.id, year(life), by=life.trainer, at=life.now)


def test_the_trainer_changes_what_was_proposed(life: Life) -> None:
    session = life.session()
    agenda = (AgendaTopic(title="應對", minutes=60, basis="n=41"), AgendaTopic(title="契稅", minutes=120))
    life.desks.sessions.set_agenda(session.id, agenda, by=life.trainer, at=life.now)
    assert life.desks.sessions.plan(session.id).agenda == agenda
    count = life.entries()
    life.desks.sessions.set_agenda(session.id, agenda, by=life.trainer, at=life.now)
    assert life.entries() == count


def test_an_agenda_longer_than_the_session_is_refused(life: Life) -> None:
    session = life.session()
    with pytest.raises(SessionError, match="超出全場的 180 分鐘"):
        life.desks.sessions.set_agenda(
            session.id, [AgendaTopic(title="應對", minutes=181)], by=life.trainer, at=life.now
        )


def test_a_colleague_sees_no_proposal(life: Life) -> None:
    session = life.session()
    with pytest.raises(NotAllowed):
        life.desks.sessions.proposal(session.id, year(life), by=Actor(staff_no=WANG), at=life.now)
