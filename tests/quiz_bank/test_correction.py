"""A wrong key is corrected: everybody is scored anew by the same rule, and what was sealed stays."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils.utils import sqlite3 as driver  # type: ignore[attr-defined]  # one driver per process

from bureau.office import Office
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR, Actor, Role
from quiz_bank.answer_line import printed_letters, printed_options
from quiz_bank.blueprint import Paper, PaperItem
from quiz_bank.correction import (
    Answer,
    Correction,
    CorrectionError,
    Treatment,
    answer_from,
    corrected_score,
    for_the_bank,
    previewed,
    standings,
)
from quiz_bank.correction_desk import CORRECT, CorrectionDesk
from quiz_bank.desk import QuizDesk
from quiz_bank.marking_desk import MarkingDesk
from quiz_bank.question import Kind, Question, QuestionError
from quiz_bank.response import Response, right_response
from quiz_bank.rules import Credit, QuizRules
from quiz_bank.sitting import Sitting, score
from tests.quiz_bank.samples import DAY, LI, MIXED_BLUEPRINT, OF_EACH_KIND, TRAINER, WANG
from training.evidence import of_result

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
RULES = QuizRules(
    pass_mark=Decimal(60),
    warning_below=Decimal(70),
    multiple_credit=Credit.PARTIAL,
    minutes=40,
    open_days=14,
)
KINDS = {question.kind: question for question in OF_EACH_KIND}
NUMBER_OF = {kind: number for number, kind in enumerate(Kind, start=1)}


def paper_of(questions: Sequence[Question], points: Sequence[int]) -> Paper:
    return Paper(
        id="A1",
        title="測驗",
        seed="1",
        opens_on=DAY,
        closes_on=DAY,
        minutes=40,
        blueprint=MIXED_BLUEPRINT,
        rules=RULES,
        rules_version="v",
        created_at=NOW,
        items=tuple(
            PaperItem(number=number, question=question, points=Decimal(worth))
            for number, (question, worth) in enumerate(zip(questions, points, strict=True), start=1)
        ),
    )


MIXED = paper_of([KINDS[kind] for kind in Kind], (10, 10, 20, 10, 10, 20, 20))


def sat(answers: dict[int, Response], marks: dict[int, Decimal] | None = None, who: str = "0012") -> Sitting:
    points = score(MIXED, answers, marks)
    return Sitting(
        id=f"A1-{who}",
        paper_id="A1",
        staff_no=who,
        section="房屋稅科",
        started_at=NOW,
        deadline=NOW + timedelta(minutes=40),
        answers=answers,
        marks=marks or {},
        handed_in_at=NOW,
        submitted_at=NOW,
        score=points,
        passed=RULES.passed(points),
        rules_version="v",
    )


def made(place: int, kind: Kind, treatment: Treatment, answer: str = "") -> Correction:
    return Correction(
        id=f"A{place}",
        place=place,
        paper="A1",
        number=NUMBER_OF[kind],
        treatment=treatment,
        answer=answer_from(KINDS[kind], answer) if answer else None,
        reason="題意不清",
        by="0034",
        at=NOW,
    )


# The rule


@pytest.mark.parametrize(
    ("kind", "text", "answer"),
    [
        (Kind.TRUE_FALSE, "×", Answer(key=(1,))),
        (Kind.SINGLE, "c", Answer(key=(2,))),
        (Kind.MULTIPLE, "Ａ, C", Answer(key=(0, 2))),
        (Kind.SHORT, "臺南市／南市|台南市", Answer(accepted=("臺南市", "南市"))),
        (Kind.NUMBER, "４1 日", Answer(number=Decimal(41))),
        (Kind.NUMBER, "41 ± 0.5", Answer(number=Decimal(41), tolerance=Decimal("0.5"))),
        (Kind.NUMBER, "41+-1", Answer(number=Decimal(41), tolerance=Decimal(1))),
        (Kind.MATCHING, "1-B 2-A 3-C", Answer(key=(1, 0, 2))),
        (Kind.MATCHING, "bac", Answer(key=(1, 0, 2))),
    ],
)
def test_an_answer_is_read_as_a_clerk_writes_it(kind: Kind, text: str, answer: Answer) -> None:
    assert answer_from(KINDS[kind], text) == answer


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.TRUE_FALSE, "也許"),
        (Kind.SINGLE, "E"),
        (Kind.SINGLE, "AB"),
        (Kind.SINGLE, " "),
        (Kind.MULTIPLE, "A9"),
        (Kind.SHORT, "／"),
        (Kind.NUMBER, "四十"),
        (Kind.MATCHING, "BA"),
        (Kind.MATCHING, "BAZ"),
        (Kind.MATCHING, "2-A 1-B 3-C"),
        (Kind.ESSAY, "因為"),
    ],
)
def test_an_answer_that_says_nothing_is_refused_and_not_guessed(kind: Kind, text: str) -> None:
    with pytest.raises((CorrectionError, QuestionError)):
        answer_from(KINDS[kind], text)


def test_the_replaced_key_takes_points_from_the_old_answer_and_gives_them_to_the_new() -> None:
    replaced = [made(1, Kind.SINGLE, Treatment.REPLACE, "C")]
    assert corrected_score(MIXED, sat({2: (1,)}), replaced) == Decimal(0)
    assert corrected_score(MIXED, sat({2: (2,)}), replaced) == Decimal(10)


def test_with_either_both_keys_earn_the_points() -> None:
    either = [made(1, Kind.SINGLE, Treatment.EITHER, "C")]
    assert [corrected_score(MIXED, sat({2: (index,)}), either) for index in range(4)] == [0, 10, 10, 0]


def test_of_two_keys_with_partial_credit_the_better_one_counts() -> None:
    # The key is ABD: A and B earn two thirds; by the other key AB they earn everything.
    either = [made(1, Kind.MULTIPLE, Treatment.EITHER, "AB")]
    assert corrected_score(MIXED, sat({3: (0, 1)}), []) == Decimal("13.33")
    assert corrected_score(MIXED, sat({3: (0, 1)}), either) == Decimal(20)
    assert corrected_score(MIXED, sat({3: (0, 1, 3)}), either) == Decimal(20)


@pytest.mark.parametrize("kind", list(Kind))
def test_points_for_everybody_are_everybodys_also_of_those_who_left_it_blank(kind: Kind) -> None:
    everyone = [made(1, kind, Treatment.EVERYONE)]
    item = MIXED.item(NUMBER_OF[kind])
    right = right_response(item.question)
    marked = {item.number: Decimal(3)} if kind is Kind.ESSAY else {}
    for answers in ({}, {item.number: right}):
        assert corrected_score(MIXED, sat(answers, marked if answers else {}), everyone) == item.points


def test_later_corrections_of_a_question_hold_over_earlier_ones() -> None:
    first, second = (
        made(1, Kind.SINGLE, Treatment.EVERYONE),
        made(2, Kind.SINGLE, Treatment.REPLACE, "D"),
    )
    assert corrected_score(MIXED, sat({2: (3,)}), [first, second]) == 10
    assert corrected_score(MIXED, sat({2: (1,)}), [second, first]) == 0


def test_either_adds_to_what_earns_points_so_far() -> None:
    both = [made(1, Kind.SINGLE, Treatment.EITHER, "C"), made(2, Kind.SINGLE, Treatment.EITHER, "D")]
    assert [corrected_score(MIXED, sat({2: (index,)}), both) for index in range(4)] == [0, 10, 10, 10]


responses: st.SearchStrategy[dict[int, Response]] = st.fixed_dictionaries(
    {},
    optional={
        1: st.sampled_from([(0,), (1,)]),
        2: st.sampled_from([(0,), (1,), (2,), (3,)]),
        3: st.sets(st.integers(0, 3), min_size=1).map(lambda chosen: tuple(sorted(chosen))),
        4: st.sampled_from(["臺北市", "北市", "臺南市", "x"]),
        5: st.sampled_from(["40", "41", "39.5"]),
        6: st.tuples(*[st.integers(-1, 2)] * 3).filter(lambda key: set(key) != {-1}),
    },
)
WRITTEN = {
    Kind.TRUE_FALSE: ["×"],
    Kind.SINGLE: ["A", "C", "D"],
    Kind.MULTIPLE: ["AB", "C", "ABCD"],
    Kind.SHORT: ["臺南市", "北市／臺南市"],
    Kind.NUMBER: ["41", "40±1"],
    Kind.MATCHING: ["BBA", "ACA"],
}


@st.composite
def corrections(draw: st.DrawFn, most: int = 5) -> list[Correction]:
    found = []
    for place in range(1, draw(st.integers(0, most)) + 1):
        kind = draw(st.sampled_from(list(WRITTEN)))
        treatment = draw(st.sampled_from(Treatment))
        answer = draw(st.sampled_from(WRITTEN[kind])) if treatment.needs_answer else ""
        found.append(made(place, kind, treatment, answer))
    return found


@given(responses, corrections())
def test_what_stands_last_is_what_all_corrections_give(
    answers: dict[int, Response], known: list[Correction]
) -> None:
    sitting = sat(answers)
    found = standings(MIXED, sitting, known)
    last = found[-1].score if found else sitting.score
    assert last == corrected_score(MIXED, sitting, known)
    assert all(0 <= each.score <= 100 for each in found)


@given(responses, corrections())
def test_regrading_twice_is_the_same_as_once(answers: dict[int, Response], known: list[Correction]) -> None:
    repeated = [
        *known,
        *(each.model_copy(update={"place": each.place + len(known)}) for each in known[-1:]),
    ]
    sitting = sat(answers)
    assert corrected_score(MIXED, sitting, repeated) == corrected_score(MIXED, sitting, known)


@given(responses, corrections(), st.randoms(use_true_random=False))
def test_the_order_of_corrections_of_different_questions_makes_no_difference(
    answers: dict[int, Response], known: list[Correction], chance: object
) -> None:
    single = list({each.number: each for each in known}.values())
    places = [each.place for each in single]
    chance.shuffle(places)  # type: ignore[attr-defined]  # hypothesis' random.Random
    moved = [each.model_copy(update={"place": place}) for each, place in zip(single, places, strict=True)]
    sitting = sat(answers)
    assert corrected_score(MIXED, sitting, moved) == corrected_score(MIXED, sitting, single)


@given(responses, corrections(most=1))
def test_only_a_replaced_key_ever_lowers_a_score(
    answers: dict[int, Response], known: list[Correction]
) -> None:
    sitting = sat(answers)
    assert sitting.score is not None
    if all(each.treatment is not Treatment.REPLACE for each in known):
        assert corrected_score(MIXED, sitting, known) >= sitting.score


@given(st.lists(responses, min_size=1, max_size=6), corrections(most=3), st.sampled_from(list(WRITTEN)))
def test_a_preview_says_exactly_what_the_correction_does(
    people: list[dict[int, Response]], known: list[Correction], kind: Kind
) -> None:
    sittings = [sat(answers, who=f"{place:04}") for place, answers in enumerate(people)]
    answer = answer_from(KINDS[kind], WRITTEN[kind][0])
    try:
        found = previewed(MIXED, sittings, known, NUMBER_OF[kind], Treatment.REPLACE, answer)
    except CorrectionError:
        return
    after = [*known, made(len(known) + 1, kind, Treatment.REPLACE, WRITTEN[kind][0])]
    changes = {each.staff_no: (each.before, each.after) for each in found.changes}
    for sitting in sittings:
        before, now = (corrected_score(MIXED, sitting, which) for which in (known, after))
        assert changes.get(sitting.staff_no, (before, before)) == (before, now)
    assert found.same + len(found.changes) == len(sittings)


def test_who_would_not_pass_any_more_stands_first_in_a_preview() -> None:
    # 60 with the single question, 50 without.
    base: dict[int, Response] = {1: (0,), 3: (0, 1, 3), 4: "臺北市", 5: "40"}
    people = [
        sat({**base, 2: (2,)}, who="0001"),  # 50 → 60
        sat({1: (0,), 2: (1,)}, who="0002"),  # 20 → 10
        sat({**base, 2: (1,)}, who="0003"),  # 60 → 50
        sat({2: (2,)}, who="0004"),  # 0 → 10
        sat(base, who="0005"),
    ]
    found = previewed(MIXED, people, [], 2, Treatment.REPLACE, Answer(key=(2,)))
    assert [each.staff_no for each in found.changes] == ["0003", "0002", "0001", "0004"]
    assert (found.falling, found.rising, found.failing, found.passing, found.same) == (2, 2, 1, 1, 1)
    assert [each.outcome for each in found.changes] == ["變成不及格", "仍不及格", "變成及格", "仍不及格"]


@pytest.mark.parametrize(
    ("kind", "treatment", "answer"),
    [
        (Kind.SINGLE, Treatment.REPLACE, Answer(key=(1,))),
        (Kind.SINGLE, Treatment.EITHER, Answer(key=(1,))),
        (Kind.SINGLE, Treatment.EITHER, None),
        (Kind.SINGLE, Treatment.EVERYONE, Answer(key=(1,))),
        (Kind.ESSAY, Treatment.REPLACE, Answer()),
    ],
)
def test_a_correction_that_changes_nothing_or_says_too_little_is_refused(
    kind: Kind, treatment: Treatment, answer: Answer | None
) -> None:
    with pytest.raises(CorrectionError):
        previewed(MIXED, [], [], NUMBER_OF[kind], treatment, answer)


@pytest.mark.parametrize(
    ("kind", "treatment", "answer", "key"),
    [
        (Kind.SINGLE, Treatment.REPLACE, "C", "C"),
        (Kind.TRUE_FALSE, Treatment.REPLACE, "×", "×"),
        (Kind.MULTIPLE, Treatment.REPLACE, "CD", "CD"),
        (Kind.NUMBER, Treatment.REPLACE, "41±1", "41 ± 1 日"),
        (Kind.SHORT, Treatment.REPLACE, "臺南市", "臺南市"),
        (Kind.SHORT, Treatment.EITHER, "臺南市", "臺北市／北市／臺南市"),
    ],
)
def test_the_bank_gets_the_corrected_question_as_a_sound_one(
    kind: Kind, treatment: Treatment, answer: str, key: str
) -> None:
    made_of_it = for_the_bank(KINDS[kind], treatment, answer_from(KINDS[kind], answer))
    assert made_of_it is not None
    assert made_of_it.key_text() == key
    assert made_of_it.id == KINDS[kind].id
    assert made_of_it.version != KINDS[kind].version


def test_the_bank_gets_the_corrected_pairs_of_a_matching_question() -> None:
    question = for_the_bank(KINDS[Kind.MATCHING], Treatment.REPLACE, answer_from(KINDS[Kind.MATCHING], "CBA"))
    assert question is not None
    assert question.pairs == (("甲稅", "三月"), ("乙稅", "二月"), ("丙稅", "一月"))


def test_the_bank_has_no_form_for_two_keys_or_for_points_for_everybody() -> None:
    question = KINDS[Kind.SINGLE]
    assert for_the_bank(question, Treatment.EITHER, Answer(key=(2,))) is None
    assert for_the_bank(question, Treatment.EVERYONE, None) is None
    with pytest.raises(CorrectionError):
        for_the_bank(KINDS[Kind.MULTIPLE], Treatment.REPLACE, Answer(key=(2,)))


# The act


@pytest.fixture
def desk(office: Office, at: datetime) -> QuizDesk:
    desk = QuizDesk(office)
    with office.act("bank.import", by=ADMINISTRATOR, at=at) as act:
        desk._store.put_questions(OF_EACH_KIND, at)
        act.record("samples")
    return desk


@pytest.fixture
def paper(desk: QuizDesk, at: datetime) -> Paper:
    return desk.new_paper(title="綜合", day=DAY, seed="7", by=TRAINER, at=at, blueprint=MIXED_BLUEPRINT)


@pytest.fixture
def correcting(desk: QuizDesk) -> CorrectionDesk:
    return CorrectionDesk(desk)


def answered(desk: QuizDesk, paper: Paper, who: Actor, at: datetime, answers: dict[int, Response]) -> Sitting:
    begun = desk.open_sitting(paper.id, who.staff_no, by=who, at=at)
    for number, response in answers.items():
        desk.answer(begun.id, number, response, by=who, at=at)
    return desk.submit(begun.id, by=who, at=at)


def printed(paper: Paper, letter: str) -> str:
    """The letter that the second question's option has on the printed paper, by its letter in the bank."""
    return printed_letters(paper, paper.item(2))["ABCD".index(letter)]


@pytest.fixture
def done(desk: QuizDesk, paper: Paper, at: datetime) -> Sitting:
    """All but the essay, with C where the key says B: 70 points."""
    answers: dict[int, Response] = {
        item.number: right_response(item.question)
        for item in paper.items
        if item.question.kind is not Kind.ESSAY
    }
    return answered(desk, paper, WANG, at, answers | {2: (2,)})


def test_a_correction_changes_what_counts_and_nothing_that_is_sealed(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, done: Sitting, at: datetime
) -> None:
    correction, found = correcting.correct(
        paper.id, 2, Treatment.EITHER, printed(paper, "C"), reason="法令已修正", by=TRAINER, at=at
    )
    assert [(each.before, each.after) for each in found.changes] == [(Decimal(70), Decimal(80))]
    [result] = desk.submitted(DAY, DAY)
    assert (result.score, result.passed, result.warned, result.correction) == (
        Decimal(80),
        True,
        False,
        correction.id,
    )
    assert desk.results(paper.id, by=TRAINER) == [result]
    assert desk.sitting(done.id) == done
    assert QuizDesk(desk.office).paper(paper.id).digest() == paper.digest()
    assert desk.office.evidence(CORRECT)[correction.id]["digest"] == correction.digest()
    assert desk.verify() == correcting.verify() == []


def test_letters_are_those_of_the_printed_paper_and_stand_with_the_options_text(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, done: Sitting, at: datetime
) -> None:
    item = paper.item(2)
    for option in printed_options(paper, item):
        if option.index == item.question.key[0]:
            assert correcting.right_now(paper.id, 2, by=TRAINER) == f"{option.letter} {option.text}"
            continue
        found = correcting.preview(paper.id, 2, Treatment.REPLACE, option.letter, by=TRAINER)
        assert found.answer == Answer(key=(option.index,))
        assert found.would == f"{option.letter} {option.text}"
        assert found.would_bank == "ABCD"[option.index]
    letters = printed_letters(paper, item)
    assert letters != ["A", "B", "C", "D"]
    made_of_it, _found = correcting.correct(
        paper.id, 2, Treatment.EITHER, printed(paper, "C"), reason="兩個都對", by=TRAINER, at=at
    )
    said = made_of_it.said(item.question, letters, texts=True)
    assert said == f"兩者皆可：也接受 {letters[2]} {item.question.options[2]}"


@given(st.permutations("ABCD"), st.sets(st.integers(0, 3), min_size=1))
def test_letters_of_any_order_of_options_are_read_as_they_are_written(
    order: list[str], chosen: set[int]
) -> None:
    question = KINDS[Kind.MULTIPLE]
    text = "".join(order[index] for index in chosen)
    assert answer_from(question, text, order) == Answer(key=tuple(sorted(chosen)))


@given(st.permutations("ABC"), st.lists(st.integers(0, 2), min_size=3, max_size=3))
def test_a_matching_is_read_by_the_letters_of_any_order_of_options(
    order: list[str], chosen: list[int]
) -> None:
    question = KINDS[Kind.MATCHING]
    text = "".join(order[index] for index in chosen)
    assert answer_from(question, text, order) == Answer(key=tuple(chosen))


def test_a_preview_writes_nothing(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, done: Sitting
) -> None:
    before = desk.office.fingerprint()
    assert correcting.preview(paper.id, 2, Treatment.EITHER, printed(paper, "C"), by=TRAINER).rising == 1
    assert desk.office.fingerprint() == before
    assert correcting.corrections(paper.id, by=TRAINER) == []


def test_the_review_shows_what_is_right_now_and_both_points(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, done: Sitting, at: datetime
) -> None:
    correcting.correct(
        paper.id, 2, Treatment.EITHER, printed(paper, "C"), reason="兩個都對", by=TRAINER, at=at
    )
    one = next(each for each in desk.review(done.id, by=WANG) if each.number == 2)
    letters = {option.index: option.letter for option in one.options}
    assert one.right == f"{letters[1]} 或 {letters[2]}"
    assert (one.correct, one.points, one.points_before) == (True, Decimal(10), Decimal(0))
    assert "兩者皆可" in one.corrected
    assert letters[2] in one.corrected
    others = [each for each in desk.review(done.id, by=WANG) if each.number != 2]
    assert all(each.corrected == "" and each.points_before is None for each in others)


def test_who_submits_after_a_correction_is_scored_by_it_like_everybody(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, done: Sitting, at: datetime
) -> None:
    correction, _found = correcting.correct(
        paper.id, 2, Treatment.EITHER, printed(paper, "C"), reason="兩個都對", by=ADMINISTRATOR, at=at
    )
    later = answered(desk, paper, LI, at + timedelta(minutes=1), {2: (2,)})
    assert later.score == Decimal(0)
    by_person = {result.staff_no: result for result in desk.results(paper.id, by=TRAINER)}
    assert (by_person["0034"].score, by_person["0034"].correction) == (Decimal(10), correction.id)
    assert correcting.verify() == []


def test_who_is_marked_after_a_correction_is_scored_by_it_like_everybody(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, at: datetime
) -> None:
    waiting = answered(desk, paper, WANG, at, {2: (2,), 7: "因為"})
    found = correcting.preview(paper.id, 2, Treatment.EVERYONE, by=ADMINISTRATOR)
    assert (found.waiting, found.same, found.changes) == (1, 0, ())
    correcting.correct(paper.id, 2, Treatment.EVERYONE, reason="題意不清", by=ADMINISTRATOR, at=at)
    marking = MarkingDesk(desk)
    marking.mark(waiting.id, 7, "5", by=TRAINER, at=at)
    [closed] = marking.finish(paper.id, by=TRAINER, at=at)
    assert closed.score == Decimal(5)
    assert [result.score for result in desk.submitted(DAY, DAY)] == [Decimal(15)]
    assert correcting.verify() == []


def test_corrections_of_one_paper_add_up_and_the_last_is_named(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, done: Sitting, at: datetime
) -> None:
    correcting.correct(paper.id, 2, Treatment.EITHER, printed(paper, "C"), reason="一", by=TRAINER, at=at)
    last, _found = correcting.correct(paper.id, 7, Treatment.EVERYONE, reason="二", by=TRAINER, at=at)
    [result] = desk.submitted(DAY, DAY)
    assert (result.score, result.correction) == (Decimal(100), last.id)
    assert [each.score for each in correcting.scores(paper.id, by=WANG)[done.id]] == [80, 100]
    assert correcting.verify() == []


def test_nobody_corrects_without_a_reason_or_a_role(
    correcting: CorrectionDesk, paper: Paper, done: Sitting, at: datetime
) -> None:
    with pytest.raises(CorrectionError, match="理由"):
        correcting.correct(paper.id, 2, Treatment.EITHER, printed(paper, "C"), reason=" ", by=TRAINER, at=at)
    with pytest.raises(NotAllowed):
        correcting.correct(paper.id, 2, Treatment.EITHER, printed(paper, "C"), reason="想要", by=WANG, at=at)


def test_nobody_but_an_administrator_raises_their_own_score(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, at: datetime
) -> None:
    answered(desk, paper, TRAINER, at, {2: (2,)})
    with pytest.raises(NotAllowed, match="自己的成績"):
        correcting.correct(
            paper.id, 2, Treatment.EITHER, printed(paper, "C"), reason="兩個都對", by=TRAINER, at=at
        )
    assert correcting.corrections(paper.id, by=TRAINER) == []
    chief = TRAINER.model_copy(update={"roles": frozenset({Role.ADMINISTRATOR})})
    correcting.correct(paper.id, 2, Treatment.EITHER, printed(paper, "C"), reason="兩個都對", by=chief, at=at)


def test_who_still_answers_a_paper_does_not_correct_it(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, at: datetime
) -> None:
    desk.open_sitting(paper.id, TRAINER.staff_no, by=TRAINER, at=at)
    with pytest.raises(NotAllowed, match="還沒有成績"):
        correcting.correct(paper.id, 2, Treatment.EVERYONE, reason="題意不清", by=TRAINER, at=at)


def test_the_bank_gets_a_new_version_in_the_same_act_or_nothing_is_done(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, done: Sitting, at: datetime
) -> None:
    with pytest.raises(CorrectionError, match="題庫"):
        correcting.correct(
            paper.id, 2, Treatment.EITHER, printed(paper, "C"), reason="一", by=TRAINER, at=at, bank=True
        )
    assert correcting.corrections(paper.id, by=TRAINER) == []
    correcting.correct(
        paper.id, 2, Treatment.REPLACE, printed(paper, "C"), reason="一", by=TRAINER, at=at, bank=True
    )
    assert desk.question(paper.item(2).question.id).key_text() == "C"
    assert QuizDesk(desk.office).paper(paper.id).item(2).question.key_text() == "B"
    found = correcting.preview(paper.id, 2, Treatment.REPLACE, printed(paper, "D"), by=TRAINER)
    assert correcting.bank_version(found) is None


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE corrected_score SET score = 10000", "重算不符"),
        ("DELETE FROM corrected_score", "重算不符"),
        ("UPDATE correction SET reason = '別的'", "與日誌不符"),
        ("UPDATE correction SET answer = '{\"key\": [3]}'", "重算不符"),
        ("UPDATE correction SET answer = '{'", "內容損壞"),
        ("UPDATE correction SET number = 6, answer = '{\"key\": []}'", "重算不符"),
        ("UPDATE correction SET id = 'A99'", "不在日誌裡"),
    ],
)
def test_verify_finds_what_was_changed_behind_the_seals(
    desk: QuizDesk,
    correcting: CorrectionDesk,
    paper: Paper,
    done: Sitting,
    at: datetime,
    change: str,
    expected: str,
) -> None:
    correcting.correct(paper.id, 2, Treatment.EITHER, printed(paper, "C"), reason="一", by=TRAINER, at=at)
    connection = driver.connect(str(desk.office.store.path), isolation_level=None)
    with pytest.raises(driver.IntegrityError, match="sealed"):
        connection.execute(change)
    for table in ("correction", "corrected_score"):
        for act in ("update", "delete"):
            connection.execute(f"DROP TRIGGER {table}_sealed_{act}")
    connection.execute(change)
    connection.close()
    found = CorrectionDesk(QuizDesk(desk.office)).verify()
    assert any(expected in problem.what for problem in found)


def test_other_papers_with_the_same_question_are_named(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, at: datetime
) -> None:
    found = correcting.preview(paper.id, 2, Treatment.EVERYONE, by=TRAINER)
    assert correcting.elsewhere(found) == []
    other = desk.new_paper(title="乙卷", day=DAY, seed="8", by=TRAINER, at=at, blueprint=MIXED_BLUEPRINT)
    assert [each.id for each in correcting.elsewhere(found)] == [other.id]


def test_a_score_that_nobody_corrected_has_nothing_beside_it(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, done: Sitting, at: datetime
) -> None:
    correcting.correct(paper.id, 3, Treatment.EVERYONE, reason="一", by=TRAINER, at=at)
    [result] = desk.submitted(DAY, DAY)
    assert (result.score, result.correction) == (done.score, "")
    connection = driver.connect(str(desk.office.store.path), isolation_level=None)
    connection.execute("INSERT INTO corrected_score VALUES (?, 1, 10000, 1)", [done.id])
    connection.close()
    assert any("重算不符" in problem.what for problem in correcting.verify())


def test_a_case_hears_of_a_corrected_result(
    desk: QuizDesk, correcting: CorrectionDesk, paper: Paper, done: Sitting, at: datetime
) -> None:
    correction, _found = correcting.correct(
        paper.id, 2, Treatment.EITHER, printed(paper, "C"), reason="一", by=TRAINER, at=at
    )
    [result] = desk.submitted(DAY, DAY)
    known = of_result(result)
    assert (known.id, known.score, known.ruling) == (done.id, Decimal(80), correction.id)
