"""Feedback is counted without a name, and says nothing of too few."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from bureau.problem import NotAllowed
from bureau.roles import Actor
from tests.training.life import WANG, Life
from training.feedback import (
    STEPS,
    FeedbackError,
    FeedbackForm,
    filled,
    parse,
    summary,
    tallied,
)
from training.feedback_desk import DEFAULT_FORM
from training.session_papers import print_feedback

FORM = parse(DEFAULT_FORM.read_text(encoding="utf-8"))


@given(st.lists(st.tuples(*[st.sampled_from([*STEPS, None]) for _ in FORM.with_steps]), max_size=30))
def test_counts_are_those_of_the_forms(forms: list[tuple[int | None, ...]]) -> None:
    counts: dict[str, Counter[int]] = {}
    for form in forms:
        text = ",".join("-" if step is None else str(step) for step in form)
        for question, step in filled(FORM, text).items():
            counts.setdefault(question, Counter())[step] += 1
    found = summary(FORM, counts, {}, fewest=5)
    for place, one in enumerate(found.counts):
        answers = [answer for form in forms if (answer := form[place]) is not None]
        assert one.n == len(answers)
        assert found.shown(one) == (len(answers) >= 5)
        if answers:
            assert one.mean is not None
            assert abs(float(one.mean) - sum(answers) / len(answers)) <= 0.005001


@pytest.mark.parametrize("text", ["5 4 - 3", "54-3", "5,4,-,3", "５、４、－、３"])
def test_a_form_is_typed_as_it_comes(text: str) -> None:
    assert filled(FORM, text) == {"useful": 5, "clear": 4, "overall": 3}


@pytest.mark.parametrize("text", ["5 4 3", "5 4 3 2 1", "6 4 3 2", "5 4 x 3", ""])
def test_a_form_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(FeedbackError):
        filled(FORM, text)


def test_a_tally_has_five_numbers() -> None:
    assert tallied("12, 8、3 0 1") == {5: 12, 4: 8, 3: 3, 2: 0, 1: 1}
    for text in ("1 2 3", "1 2 3 4 x", "-1 2 3 4 5", "9999 1 0 0 0"):
        with pytest.raises(FeedbackError):
            tallied(text)


@pytest.mark.parametrize(
    "text", ["x = [", 'format = "courtesy-feedback/1"', 'format = "other"', "question = 1"]
)
def test_a_file_that_is_no_form_is_refused_in_words(text: str) -> None:
    with pytest.raises(FeedbackError, match="回饋表"):
        parse(text)


# At the desk


def enter(life: Life, session_id: str, steps: str = "5 4 4 5", wish: str = "") -> None:
    life.desks.feedback.add(session_id, steps, {"wish": wish}, by=life.trainer, at=life.now)


def test_words_are_shown_only_beside_enough_others(life: Life) -> None:
    session = life.session()
    enter(life, session.id, wish="多演練")
    assert life.desks.feedback.summary(session.id, by=life.trainer).shown_words == ()
    for _form in range(4):
        enter(life, session.id)
    assert life.desks.feedback.summary(session.id, by=life.trainer).shown_words == ("多演練",)


def test_neither_file_nor_journal_tells_which_answers_stood_together(life: Life) -> None:
    session = life.session()
    enter(life, session.id, "5 1 2 3", "慢一點")
    store = life.desks.office.store
    entry = [each for each in life.desks.office.journal() if each.act == "session.feedback"][-1]
    assert entry.payload is not None
    assert "慢一點" not in entry.payload
    assert '"answered":4' in entry.payload
    rows = store.rows("SELECT question, step, many FROM feedback_count ORDER BY question")
    assert [row["many"] for row in rows] == [1, 1, 1, 1]


def test_a_tally_takes_the_place_of_what_was_counted(life: Life) -> None:
    session = life.session()
    enter(life, session.id)
    life.desks.feedback.tally(session.id, "clear", "10 5 0 0 0", by=life.trainer, at=life.now)
    found = life.desks.feedback.summary(session.id, by=life.trainer)
    assert [counts.n for counts in found.counts] == [1, 15, 1, 1]
    with pytest.raises(FeedbackError, match="自由填寫"):
        life.desks.feedback.tally(session.id, "wish", "1 0 0 0 0", by=life.trainer, at=life.now)


def test_other_questions_are_taken_from_a_file_before_anybody_answers(life: Life, tmp_path: Path) -> None:
    path = tmp_path / "form.toml"
    path.write_text(
        'format = "courtesy-feedback/1"\ntitle = "短表"\n'
        '[[question]]\nid = "one"\ntext = "好嗎"\nkind = "steps"\n',
        encoding="utf-8",
    )
    session = life.session()
    form = life.desks.feedback.set_form(session.id, path, by=life.trainer, at=life.now)
    assert life.desks.feedback.form(session.id) == form
    enter_one = life.desks.feedback.add(session.id, "5", by=life.trainer, at=life.now)
    assert enter_one.n == 1
    with pytest.raises(FeedbackError, match="不能再換"):
        life.desks.feedback.set_form(session.id, path, by=life.trainer, at=life.now)


def test_an_empty_form_is_not_counted(life: Life) -> None:
    session = life.session()
    with pytest.raises(FeedbackError, match="空白"):
        enter(life, session.id, "- - - -")


def test_the_printed_form_has_every_question_and_no_name(life: Life, tmp_path: Path) -> None:
    session = life.session()
    path = tmp_path / "feedback.pdf"
    print_feedback(life.desks.feedback, session.id, path, by=life.trainer)
    text = "".join(PdfReader(path).pages[0].extract_text().split())
    for question in FORM.questions:
        assert "".join(question.text.split()) in text
    assert "請勿填寫姓名" in text


def test_a_colleague_does_not_see_the_feedback(life: Life) -> None:
    session = life.session()
    with pytest.raises(NotAllowed):
        life.desks.feedback.summary(session.id, by=Actor(staff_no=WANG))


def test_a_form_needs_questions_of_different_names() -> None:
    one = {"id": "a", "text": "甲", "kind": "steps"}
    with pytest.raises(ValueError, match="代號重複"):
        FeedbackForm.model_validate({"format": "courtesy-feedback/1", "title": "表", "question": [one, one]})
