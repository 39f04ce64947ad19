"""What a tester is asked to look at once more; information, never a change."""

from datetime import timedelta
from decimal import Decimal

from courtesy.call import Call, Outcome
from courtesy.scale import NOT_APPLICABLE
from courtesy.second_thoughts import second_thoughts
from tests.courtesy.samples import NOW, OFFICIAL, RULES, UNIT, a_call, full_marks

TONE, HELLO, OWNER = "unit.manners.tone", "unit.manners.hello", "unit.content.owner"
LATER = NOW + timedelta(minutes=5)


def reached(marks: dict[str, str], **more: object) -> Call:
    return a_call(**{"outcome": Outcome.REACHED, "marks": full_marks(UNIT) | marks, **more})


def thoughts(call: Call) -> list[str]:
    return second_thoughts(call, OFFICIAL, RULES, LATER)


def test_the_same_step_on_every_line_is_pointed_out() -> None:
    assert thoughts(reached({})) == ["每一行都選第 1 級，確定嗎？"]
    assert thoughts(reached({"unit.speed.ring": "late"}))[0] == "每一行都選第 1 級，確定嗎？"


def test_a_usual_call_is_not_spoken_about() -> None:
    assert thoughts(reached({HELLO: "no"})) == []


def test_a_form_sealed_at_once_after_the_answer_is_pointed_out() -> None:
    quick = LATER - timedelta(seconds=RULES.quick_seconds - 1)
    assert thoughts(reached({HELLO: "no"}, picked_up_at=quick)) == [
        "接通後 29 秒就要封存，通話已經結束了嗎？"
    ]
    slow = LATER - timedelta(seconds=RULES.quick_seconds)
    assert thoughts(reached({HELLO: "no"}, picked_up_at=slow)) == []


def test_a_clock_that_went_backwards_says_nothing() -> None:
    assert thoughts(reached({HELLO: "no"}, picked_up_at=LATER + timedelta(hours=1))) == []


def test_a_score_just_below_a_cut_names_the_lines_that_decide() -> None:
    rules = RULES.model_copy(update={"near_cut": Decimal(9)})
    found = second_thoughts(reached({HELLO: "no", OWNER: "most"}), OFFICIAL, rules, LATER)
    decide = "問候語：您好、早安、承辦人接聽：具體明確，說清作業程序與法規"
    assert found == [f"差 8.10 分就是「優良」。改一級就會跨過的有：{decide}"]


def test_a_score_on_the_cut_is_not_near_it() -> None:
    assert all("優良" not in text for text in thoughts(reached({HELLO: "no"})))


def test_lines_that_do_not_apply_are_not_alike() -> None:
    marks = dict.fromkeys(full_marks(UNIT), NOT_APPLICABLE)
    assert second_thoughts(a_call(outcome=Outcome.BUSY, marks=marks), OFFICIAL, RULES, LATER) == []
