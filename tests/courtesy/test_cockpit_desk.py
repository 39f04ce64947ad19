"""What a call holds beside its marks: tries, the question, causes, and the work it was; at the desk."""

import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bureau.calendar import TAIPEI
from bureau.office import Office
from bureau.roles import ADMINISTRATOR, Role
from courtesy.asked import Passed
from courtesy.call import Attempt, Call, CallError, Outcome
from courtesy.desk import CallDesk
from courtesy.draw import difference
from courtesy.round import Draw, RoundError
from courtesy.standing import CourtesyRules
from quiz_bank.desk import QuizDesk
from quiz_bank.formats.reading import Reading
from quiz_bank.practice import Cause
from tests.courtesy.conftest import NUMBER, Begin, reopened
from tests.courtesy.samples import TRAINER, acting_tester, full_marks
from tests.courtesy.test_asked import question

TONE, HELLO, HANG_UP = "unit.manners.tone", "unit.manners.hello", "unit.manners.hang-up"
BANK = [question(f"Q{number}", legal_basis="房屋稅條例第 5 條") for number in range(1, 7)]


@pytest.fixture
def banked(desk: CallDesk, at: datetime) -> CallDesk:
    """The desk of an office with a bank of six questions."""
    desk.quiz.take(Reading(questions=tuple(BANK)), Path("bank.toml"), by=ADMINISTRATOR, at=at)
    return desk


@pytest.fixture
def first(drawn: list[Draw]) -> Draw:
    """The first drawn person whose own telephone is tested, not the switchboard."""
    return next(draw for draw in drawn if draw.staff_no != "0302")


class Telephone:
    """A tester with a clock that each act moves on by a second."""

    def __init__(self, desk: CallDesk, draw: Draw, at: datetime) -> None:
        self.desk, self.by, self.now = desk, acting_tester(draw.tester), at
        self.id = desk.open_call(draw.round, draw.staff_no, by=self.by, at=at).id

    def __call__(self, act: Callable[..., Call], *given: object) -> Call:
        self.now += timedelta(seconds=1)
        return act(self.id, *given, by=self.by, at=self.now)

    def try_in_vain(self, outcome: Outcome = Outcome.NO_ANSWER) -> Call:
        self.now += timedelta(minutes=40)
        self(self.desk.dial)
        self.now += timedelta(seconds=24)
        return self(self.desk.set_outcome, outcome)

    def score(self, **other: str) -> Call:
        self(self.desk.dial)
        call = self(self.desk.pick_up, 2)
        for line, step in (full_marks(call.parts) | other).items():
            if line in {placed.id for placed in self.desk.scale(call.scale).lines(call.parts)}:
                call = self(self.desk.mark, line, step)
        return call


@pytest.fixture
def phone(desk: CallDesk, first: Draw, at: datetime) -> Telephone:
    return Telephone(desk, first, at)


def with_rules(office: Office, **more: object) -> None:
    """Let other rules of the spot checks be in force."""
    book = office.rules(date(2026, 11, 23))
    table = book.of(CourtesyRules).model_copy(update=more)
    changed = book.model_copy(update={"tables": {**book.tables, CourtesyRules.TABLE: table}})
    office.rules = lambda day: changed  # type: ignore[method-assign]


# Tries


def test_a_call_stays_open_until_its_tries_are_used_up(desk: CallDesk, phone: Telephone) -> None:
    for tried in (1, 2):
        call = phone.try_in_vain()
        assert (len(call.attempts), call.attempts[-1].seconds) == (tried, 25)
        with pytest.raises(CallError, match=f"只試了 {tried} 次，規則要試 3 次"):
            phone(desk.seal)
    phone.try_in_vain(Outcome.BUSY)
    with pytest.raises(CallError, match="規則最多試 3 次"):
        phone(desk.dial)
    done = phone(desk.seal)
    assert [one.outcome.value for one in done.attempts] == ["no_answer", "no_answer", "busy"]
    assert (done.score, done.band, done.question) == (None, None, None)


def test_an_outcome_chosen_again_corrects_the_try_and_adds_none(desk: CallDesk, phone: Telephone) -> None:
    phone.try_in_vain(Outcome.BUSY)
    call = phone(desk.set_outcome, Outcome.LOST_IN_MENU)
    assert [one.outcome for one in call.attempts] == [Outcome.LOST_IN_MENU]
    assert phone(desk.set_outcome, Outcome.REACHED).attempts == ()


def test_who_is_reached_at_the_second_try_is_scored_and_the_first_try_stays(
    desk: CallDesk, phone: Telephone
) -> None:
    phone.try_in_vain()
    phone.score()
    done = phone(desk.seal)
    assert (str(done.score), len(done.attempts)) == ("100.00", 1)
    assert desk.verify() == []


def test_fewer_tries_are_sealed_with_a_reason(desk: CallDesk, phone: Telephone) -> None:
    phone.try_in_vain()
    desk.remark(phone.id, "電話故障，總機證實", by=phone.by)
    assert phone(desk.seal).sealed


def test_where_the_rules_want_one_try_it_is_sealed_at_once(desk: CallDesk, phone: Telephone) -> None:
    with_rules(desk.office, attempts=1)
    phone.try_in_vain()
    assert desk.readiness(desk.call(phone.id)).ready


def test_undo_takes_a_try_back(desk: CallDesk, phone: Telephone) -> None:
    before = phone(desk.dial)
    phone(desk.set_outcome, Outcome.BUSY)
    assert desk.undo(phone.id, by=phone.by) == before


@pytest.mark.parametrize(("minutes", "left"), [(0, 30), (10, 20), (29, 1), (30, 0), (-5, 0)])
def test_a_try_too_soon_is_pointed_out_and_not_refused(
    desk: CallDesk, phone: Telephone, minutes: int, left: int
) -> None:
    call = phone.try_in_vain()
    at = call.attempts[-1].at + timedelta(minutes=minutes)
    assert desk.too_soon(call, at) == left
    assert desk.dial(phone.id, by=phone.by, at=at).dialled_at == at


def test_a_clock_that_goes_backwards_between_dialling_and_the_end_leaves_the_time_open(
    desk: CallDesk, phone: Telephone
) -> None:
    phone(desk.dial)
    phone.now -= timedelta(hours=2)
    assert phone(desk.set_outcome, Outcome.BUSY).attempts[0].seconds is None


def test_tries_that_were_noted_on_paper_are_added_in_their_order(desk: CallDesk, phone: Telephone) -> None:
    at = datetime(2026, 11, 23, 9, 30, tzinfo=TAIPEI)
    for outcome in (Outcome.BUSY, Outcome.NO_ANSWER, Outcome.BUSY):
        call = phone(desk.add_attempt, Attempt(at=at, outcome=outcome, rings=8))
    assert [one.outcome for one in call.attempts] == [Outcome.BUSY, Outcome.NO_ANSWER, Outcome.BUSY]
    with pytest.raises(CallError, match="規則最多試 3 次"):
        phone(desk.add_attempt, Attempt(at=at, outcome=Outcome.BUSY))
    assert phone(desk.seal).digest() == desk.call(phone.id).digest()


# The substitute


def test_the_next_in_the_order_is_called_for_whoever_was_not_reached(
    desk: CallDesk, first: Draw, drawn: list[Draw], phone: Telephone
) -> None:
    for _try in range(3):
        phone.try_in_vain()
    done = phone(desk.seal)
    after = {draw.staff_no: draw for draw in desk.draws(first.round, by=ADMINISTRATOR)}
    assert after[first.staff_no].excluded == "試 3 次未接通（無人接聽、無人接聽、無人接聽）"
    (substitute,) = after.keys() - {draw.staff_no for draw in drawn}
    assert after[substitute].order > 0
    payload = desk.office.evidence("round.exclude")[first.round]
    assert (payload["excluded"], payload["call"]) == (first.staff_no, done.id)
    assert desk.calls_of(first.staff_no) == [done]
    assert desk.verify() == []


def test_the_certificate_holds_with_the_reason_of_a_substitution(
    desk: CallDesk, first: Draw, phone: Telephone
) -> None:
    for _try in range(3):
        phone.try_in_vain()
    phone(desk.seal)
    desk.close_round(first.round, by=TRAINER, at=phone.now + timedelta(days=10))
    certificate = desk.certificate(first.round)
    assert certificate.excluded == {first.staff_no: "試 3 次未接通（無人接聽、無人接聽、無人接聽）"}
    assert difference(certificate) is None


def test_the_rules_may_do_without_substitutes_and_a_trainer_can_still_call_one_up(
    desk: CallDesk, first: Draw, phone: Telephone, at: datetime
) -> None:
    with_rules(desk.office, substitute_unreached=False)
    phone.try_in_vain()
    with pytest.raises(RoundError, match="紀錄已經開始"):
        desk.exclude(first.round, first.staff_no, "未接通", by=TRAINER, at=at)
    desk.remark(phone.id, "長期出差", by=phone.by)
    phone(desk.seal)
    assert len(desk.draws(first.round, by=ADMINISTRATOR)) == 4
    assert len(desk.exclude(first.round, first.staff_no, "未接通", by=TRAINER, at=at)) == 1


def test_who_was_reached_is_never_replaced(
    desk: CallDesk, first: Draw, phone: Telephone, at: datetime
) -> None:
    phone.score()
    phone(desk.seal)
    assert len(desk.draws(first.round, by=ADMINISTRATOR)) == 4
    with pytest.raises(RoundError, match="紀錄已經開始"):
        desk.exclude(first.round, first.staff_no, "x", by=TRAINER, at=at)


def test_where_nobody_may_call_the_next_one_the_record_is_sealed_all_the_same(
    desk: CallDesk, first: Draw, phone: Telephone
) -> None:
    with desk.office.store.transaction():
        for tester in ("0103", "0203", "0301"):
            desk.office.ground.drop_role(tester, Role.TESTER)
    for _try in range(3):
        phone.try_in_vain()
    assert phone(desk.seal).sealed
    assert len(desk.draws(first.round, by=ADMINISTRATOR)) == 4


# The question


def test_every_call_of_a_round_asks_another_question(
    banked: CallDesk, drawn: list[Draw], at: datetime
) -> None:
    calls = [banked.open_call(one.round, one.staff_no, by=ADMINISTRATOR, at=at) for one in drawn]
    asked = [call.question.question_id for call in calls if call.question]
    assert len(set(asked)) == len(drawn)


def test_only_what_is_in_force_on_the_day_is_asked(desk: CallDesk, first: Draw, at: datetime) -> None:
    bank = (question("OLD", in_force_until=date(2026, 11, 22)), question("NEW"))
    desk.quiz.take(Reading(questions=bank), Path("b.toml"), by=ADMINISTRATOR, at=at)
    call = desk.open_call(first.round, first.staff_no, by=ADMINISTRATOR, at=at)
    assert call.question
    assert (call.question.question_id, call.question.points) == ("NEW", (None,))


def test_a_question_that_went_out_of_force_before_the_call_is_drawn_anew(
    desk: CallDesk, first: Draw, at: datetime
) -> None:
    bank = (
        question("ENDS", in_force_until=date(2026, 11, 23)),
        question("B", in_force_from=date(2026, 11, 24)),
    )
    desk.quiz.take(Reading(questions=bank), Path("b.toml"), by=ADMINISTRATOR, at=at)
    phone = Telephone(desk, first, at)
    phone(desk.mark, TONE, "yes")
    phone.now += timedelta(days=1)
    call = phone(desk.dial)
    assert call.question
    assert call.question.question_id == "B"
    desk.undo(phone.id, by=phone.by)
    assert desk.undo(phone.id, by=phone.by).question == call.question


def test_the_same_draw_asks_the_same_question(
    banked: CallDesk, first: Draw, at: datetime, elsewhere: Callable[[], CallDesk]
) -> None:
    call = banked.open_call(first.round, first.staff_no, by=ADMINISTRATOR, at=at)
    assert elsewhere().open_call(first.round, first.staff_no, by=ADMINISTRATOR, at=at) == call


def test_what_was_said_is_counted_with_the_question_after_the_seal(
    banked: CallDesk, first: Draw, at: datetime
) -> None:
    phone = Telephone(banked, first, at)
    phone.score()
    call = phone(banked.judge_point, 1)
    assert call.question
    assert call.question.passed is Passed.ALL
    name = call.question.question_id
    assert banked.question_record(name) == []
    phone(banked.seal)
    (record,) = banked.question_record(name)
    assert (record.version, record.asked, record.all, record.none) == (call.question.version, 1, 1, 0)
    assert banked.verify() == []


def test_what_was_not_wholly_said_is_to_be_practised_once_the_round_is_over(
    banked: CallDesk, first: Draw, at: datetime
) -> None:
    phone = Telephone(banked, first, at)
    phone.score()
    call = phone(banked.asked)
    phone(banked.seal)
    assert call.question
    last = banked.round(first.round).last
    assert banked.missed_in_calls(first.staff_no, last) == []
    [missed] = banked.missed_in_calls(first.staff_no, last + timedelta(days=1))
    assert (missed.question_id, missed.cause) == (call.question.question_id, Cause.CALL)


def test_what_was_wholly_said_need_not_be_practised(banked: CallDesk, first: Draw, at: datetime) -> None:
    phone = Telephone(banked, first, at)
    phone.score()
    phone(banked.judge_point, 1)
    phone(banked.seal)
    assert banked.missed_in_calls(first.staff_no, banked.round(first.round).last + timedelta(days=1)) == []


def test_points_change_no_score(banked: CallDesk, first: Draw, at: datetime) -> None:
    phone = Telephone(banked, first, at)
    phone.score()
    phone(banked.asked)
    assert str(phone(banked.seal).score) == "100.00"


def test_a_point_that_is_not_there_is_refused(banked: CallDesk, first: Draw, at: datetime) -> None:
    phone = Telephone(banked, first, at)
    with pytest.raises(CallError, match="沒有第 2 個要點"):
        phone(banked.judge_point, 2)


def test_without_a_bank_a_call_has_no_question(desk: CallDesk, phone: Telephone) -> None:
    assert desk.call(phone.id).question is None
    with pytest.raises(CallError, match="沒有題目"):
        phone(desk.asked)


# Causes


def test_a_cause_belongs_to_a_line_that_lost_points_and_goes_with_the_loss(
    desk: CallDesk, phone: Telephone
) -> None:
    phone.score(**{HELLO: "no"})
    assert phone(desk.set_cause, HELLO, "未問候").causes == {HELLO: "未問候"}
    with pytest.raises(CallError, match="沒有失分"):
        phone(desk.set_cause, TONE, "語調冷淡")
    with pytest.raises(CallError, match="沒有「心情不好」這個失分原因"):
        phone(desk.set_cause, HELLO, "心情不好")
    assert phone(desk.mark, HELLO, "yes").causes == {}
    assert desk.undo(phone.id, by=phone.by).causes == {HELLO: "未問候"}
    assert phone(desk.seal).causes == {HELLO: "未問候"}
    assert desk.verify() == []


def test_the_rules_may_demand_a_cause_for_every_lost_point(desk: CallDesk, phone: Telephone) -> None:
    with_rules(desk.office, causes_required=True)
    phone.score(**{HELLO: "no"})
    assert [placed.id for placed in desk.readiness(desk.call(phone.id)).causes] == [HELLO]
    with pytest.raises(CallError, match="還有 1 行沒有選失分原因：問候語"):
        phone(desk.seal)
    phone(desk.set_cause, HELLO, "未問候")
    assert desk.readiness(desk.call(phone.id)).ready


# Time and keys


def test_handling_is_counted_from_hanging_up_and_keys_with_undoing(desk: CallDesk, phone: Telephone) -> None:
    phone.score()
    phone(desk.mark, HELLO, "no")
    desk.undo(phone.id, by=phone.by)
    phone(desk.answered_by, "代理人")
    phone(desk.hang_up)
    phone.now += timedelta(seconds=59)
    done = phone(desk.seal)
    # Two for ringing, six lines that the clock did not mark, one line twice changed, and hanging up.
    assert (done.handling_seconds, done.keys) == (60, 2 + 6 + 2 + 1)
    effort = desk.effort(by=phone.by, at=phone.now)
    assert (effort.seconds.median, effort.keys.ninetieth, effort.keys.n) == (60, 11, 1)
    assert desk.effort(by=acting_tester("0999"), at=phone.now).keys.n == 0


def test_judging_the_end_of_a_timed_call_notes_hanging_up(desk: CallDesk, phone: Telephone) -> None:
    phone.score()
    assert desk.call(phone.id).hung_up_at is not None


def test_nobody_hangs_up_before_the_answer_nor_by_a_clock_that_went_backwards(
    desk: CallDesk, phone: Telephone
) -> None:
    with pytest.raises(CallError, match="還沒有接通"):
        phone(desk.hang_up)
    phone(desk.dial)
    phone(desk.pick_up, 1)
    phone.now -= timedelta(minutes=5)
    with pytest.raises(CallError, match="時鐘倒退"):
        phone(desk.hang_up)
    assert phone(desk.mark, HANG_UP, "yes").hung_up_at is None


def test_a_seal_before_hanging_up_by_the_clock_counts_no_handling(desk: CallDesk, phone: Telephone) -> None:
    phone.score()
    phone.now -= timedelta(minutes=5)
    assert phone(desk.seal).handling_seconds is None


# Two at once


def test_of_two_who_seal_one_call_at_once_one_does(desk: CallDesk, first: Draw, phone: Telephone) -> None:
    for _try in range(3):
        phone.try_in_vain()

    def seal(window: CallDesk) -> bool:
        try:
            window.seal(phone.id, by=phone.by, at=phone.now)
        except CallError:
            return False
        return True

    def other_window() -> bool:
        with reopened(desk.office.store.path) as office:
            return seal(CallDesk(office, QuizDesk(office)))

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(other_window)
        assert sorted([seal(desk), other.result()]) == [False, True]
    assert [entry.subject for entry in desk.office.journal() if entry.act == "call.seal"] == [phone.id]
    assert len(desk.draws(first.round, by=ADMINISTRATOR)) == 5


# Killed between two keys

KEYS = """
import sys, time
from datetime import datetime, timedelta
from pathlib import Path
from bureau.office import Office
from courtesy.call import Outcome
from courtesy.desk import CallDesk
from quiz_bank.desk import QuizDesk
from tests.conftest import counting_entropy
from tests.courtesy.conftest import RULE_KINDS, TABLES
from tests.courtesy.samples import acting_tester
path, call, tester, moment, cut = sys.argv[1:]
desk_office = Office.open(Path(path), migrations=TABLES, rule_kinds=RULE_KINDS, entropy=counting_entropy())
desk = CallDesk(desk_office, QuizDesk(desk_office))
by, now = acting_tester(tester), datetime.fromisoformat(moment)
def at():
    global now
    now += timedelta(seconds=1)
    return now
keys = [
    lambda: desk.dial(call, by=by, at=at()),
    lambda: desk.set_outcome(call, Outcome.BUSY, by=by, at=at()),
    lambda: desk.dial(call, by=by, at=at()),
    lambda: desk.pick_up(call, 2, by=by, at=at()),
    lambda: desk.judge_point(call, 1, by=by, at=at()),
    lambda: desk.mark(call, "unit.manners.hello", "no", by=by, at=at()),
    lambda: desk.set_cause(call, "unit.manners.hello", "未問候", by=by, at=at()),
    lambda: desk.hang_up(call, by=by, at=at()),
    lambda: desk.undo(call, by=by),
]
for key in keys[: int(cut)]:
    shown = key()
    print(shown.model_dump_json(), flush=True)
time.sleep(60)
"""


@pytest.fixture
def killed(banked: CallDesk, first: Draw, at: datetime) -> Callable[[int], tuple[Call, Call]]:
    """Press so many keys in another process, kill it; give what it showed last and what the file holds."""

    def press_and_kill(cut: int) -> tuple[Call, Call]:
        call = banked.open_call(first.round, first.staff_no, by=ADMINISTRATOR, at=at)
        arguments = [str(banked.office.store.path), call.id, first.tester, at.isoformat(), str(cut)]
        with subprocess.Popen(
            [sys.executable, "-c", KEYS, *arguments], stdout=subprocess.PIPE, encoding="utf-8"
        ) as process:
            assert process.stdout
            lines = [process.stdout.readline() for _key in range(cut)]
            process.send_signal(signal.SIGKILL)
        return Call.model_validate_json(lines[-1]), banked.call(call.id)

    return press_and_kill


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("cut", range(1, 10))
def test_a_program_killed_between_any_two_keys_leaves_the_call_as_it_was_shown(
    killed: Callable[[int], tuple[Call, Call]], banked: CallDesk, cut: int
) -> None:
    shown, stored = killed(cut)
    assert stored == shown
    assert banked.verify() == []


def test_the_whole_draw_can_be_called_with_substitutes_to_its_end(
    desk: CallDesk, begin: Begin, at: datetime
) -> None:
    one = begin(size=6)
    desk.draw(one.id, NUMBER, by=TRAINER, at=at)
    for _time in range(20):
        waiting = desk.waiting(by=ADMINISTRATOR)
        if not waiting:
            break
        phone = Telephone(desk, waiting[0], at)
        phone.try_in_vain()
        desk.remark(phone.id, "停電", by=phone.by)
        phone(desk.seal)
    assert desk.waiting(by=ADMINISTRATOR) == []
    desk.close_round(one.id, by=TRAINER, at=at + timedelta(days=10))
    assert difference(desk.certificate(one.id)) is None
    assert desk.verify() == []
