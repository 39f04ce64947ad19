"""The analysis of our own papers: option tables, guessing, and keys that the statistics contradict."""

import random
import statistics
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.office import Office
from bureau.people import Person
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR, Actor, Role
from quiz_bank.analysis import CORRELATION_FROM, analyse, newcombe, wilson
from quiz_bank.analysis_desk import AnalysisDesk
from quiz_bank.analysis_papers import placed_labels
from quiz_bank.answer_line import printed_key, printed_letters
from quiz_bank.blueprint import Paper, PaperItem
from quiz_bank.correction import Answer, Correction, Ruled, Treatment
from quiz_bank.correction_desk import CorrectionDesk
from quiz_bank.desk import QuizDesk
from quiz_bank.item_report import Answers, contradicted, over_papers, report
from quiz_bank.option_table import OptionFigures, Tally, guess_share, option_table, thirds_of
from quiz_bank.question import Kind, Question, QuestionError, choice_text
from quiz_bank.response import Response, share, stored
from quiz_bank.rules import Credit
from quiz_bank.sitting import Sitting, score
from quiz_bank.upkeep import FindingKind
from tests.quiz_bank.samples import (
    DAY,
    LI,
    MIXED_BLUEPRINT,
    SMALL_BLUEPRINT,
    TRAINER,
    WANG,
    essay,
    matching,
    multiple,
    number,
    short,
    single,
    true_false,
)
from tests.quiz_bank.test_analysis import matrix
from tests.quiz_bank.test_correction import RULES

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
CLOSE = 1e-9


def paper_of(*questions: Question, points: int = 10, name: str = "A1") -> Paper:
    return Paper(
        id=name,
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
            PaperItem(number=place, question=question, points=Decimal(points))
            for place, question in enumerate(questions, start=1)
        ),
    )


def sat(
    paper: Paper, who: int, answers: Mapping[int, Response], marks: Mapping[int, Decimal] | None = None
) -> Sitting:
    points = score(paper, answers, marks)
    return Sitting(
        id=f"{paper.id}-{who:04}",
        paper_id=paper.id,
        staff_no=f"{who:04}",
        section="房屋稅科",
        started_at=NOW,
        deadline=NOW + timedelta(minutes=40),
        answers=answers,
        marks=marks or {},
        handed_in_at=NOW,
        submitted_at=NOW,
        score=points,
        passed=RULES.passed(points),
    )


def row(table: tuple[OptionFigures, ...], name: str) -> OptionFigures:
    """The row of an option by its letter in the bank, or of a typed answer."""
    return next(each for each in table if (each.bank or each.name) == name)


def by_bank(table: tuple[OptionFigures, ...]) -> list[OptionFigures]:
    """The rows in the bank's order, those of no answer last."""
    return sorted(table, key=lambda each: each.bank or "~")


# The option table


FIVE = [single(f"S{place}") for place in range(5)]


def random_sittings(count: int, seed: int = 7) -> tuple[Paper, list[Sitting]]:
    """People who differ in what they know; B is right everywhere."""
    chance = random.Random(seed)
    paper = paper_of(*FIVE, points=20)
    sittings = []
    for who in range(count):
        knows = chance.random()
        answers: dict[int, Response] = {}
        for place in range(1, 6):
            if chance.random() < 0.9:
                right = chance.random() < 0.2 + 0.7 * knows
                answers[place] = (1,) if right else (chance.choice([0, 2, 3]),)
        sittings.append(sat(paper, who, answers))
    return paper, sittings


def test_each_option_is_counted_and_correlated_with_the_rest_as_numpy_does() -> None:
    paper, sittings = random_sittings(200)
    found = report(paper, sittings)
    points = np.array(
        [[20.0 if one.answers.get(place) == (1,) else 0.0 for place in range(1, 6)] for one in sittings]
    )
    for item in found.items:
        rest = points.sum(axis=1) - points[:, item.number - 1]
        for index, name in [*enumerate("ABCD"), (None, "")]:
            took = np.array(
                [one.answers.get(item.number, ()) == (() if index is None else (index,)) for one in sittings]
            )
            figures = row(item.options, name)
            assert figures.count == took.sum()
            assert figures.share == pytest.approx(took.mean())
            assert figures.point_biserial == pytest.approx(np.corrcoef(took, rest)[0, 1], abs=CLOSE)
            assert figures.mean_rest == pytest.approx(rest[took].mean())
        correlation = np.corrcoef(points[:, item.number - 1], rest)[0, 1]
        assert item.figures.point_biserial_corrected == pytest.approx(correlation, abs=CLOSE)
        # Taking the one right option and earning the points is the same thing.
        assert row(item.options, "B").point_biserial == pytest.approx(correlation, abs=CLOSE)


def test_alpha_of_a_paper_is_that_of_numpy() -> None:
    paper, sittings = random_sittings(120)
    points = np.array(
        [[20.0 if one.answers.get(place) == (1,) else 0.0 for place in range(1, 6)] for one in sittings]
    )
    expected = 5 / 4 * (1 - points.var(axis=0, ddof=1).sum() / points.sum(axis=1).var(ddof=1))
    found = report(paper, sittings).analysis
    assert found is not None
    assert found.test.alpha == pytest.approx(expected)
    assert found.test.kr20 == pytest.approx(expected)


def test_the_key_and_what_nobody_took_are_told() -> None:
    paper = paper_of(single("S1"), single("S2"))
    answers: list[dict[int, Response]] = [{1: (1,), 2: (0,)}, {1: (1,)}, {1: (0,)}, {1: (0,)}, {2: (1,)}]
    found = report(paper, [sat(paper, who, each) for who, each in enumerate(answers)])
    first = found.items[0]
    assert [each.right for each in by_bank(first.options)] == [False, True, False, False, False]
    unused = [each for each in first.options if each.bank in {"C", "D"}]
    assert first.unused == tuple(each.name for each in unused)
    assert f"沒人選 {'、'.join(f'{each.name} {each.text}' for each in unused)}" in first.remarks
    assert row(first.options, "").count == 1
    assert row(first.options, "").label == "未答"


def test_options_of_a_paper_have_its_printed_letters_with_their_texts_and_the_banks_beside() -> None:
    paper = paper_of(single("S1"), matching("P"), true_false("T"))
    found = report(paper, [sat(paper, 1, {1: (1,)})])
    for item, own in zip(paper.items, found.items, strict=True):
        letters = printed_letters(paper, item)
        assert own.key == printed_key(paper, item)
        assert own.bank_key == item.question.key_text()
        named = [each for each in own.options if each.name]
        assert [each.name for each in named] == sorted(
            (each.name for each in named), key=lambda name: (name != "○", name)
        )
        for each in named:
            index = item.question.options.index(each.text)
            assert each.name[-1] == letters[index]
            assert each.bank[-1] == choice_text(
                Kind.SINGLE if item.question.kind is Kind.MATCHING else item.question.kind, (index,)
            )
    first = paper.item(1)
    assert found.items[0].key_text == f"{printed_key(paper, first)} {first.question.options[1]}"
    assert found.items[2].key_text in {"○", "×"}


def test_the_numbers_of_a_printed_scatter_do_not_lie_upon_each_other() -> None:
    dots = [(100.0, 50.0, "1"), (101.0, 50.5, "2"), (106.0, 50.0, "3"), (112.0, 51.0, "4"), (400.0, 9.0, "5")]
    labels, left_out = placed_labels(dots, (40.0, 0.0, 430.0, 200.0))
    assert labels[0][2] == "1,2"
    shown = [number for _x, _y, text in labels for number in text.split(",")]
    assert sorted([*shown, *left_out]) == ["1", "2", "3", "4", "5"]
    places = [(x, y, x + 4 * len(text), y + 7) for x, y, text in labels]
    for place, one in enumerate(places):
        for other in places[place + 1 :]:
            assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_numbers_for_which_a_scatter_has_no_room_are_named() -> None:
    crowd = [(100.0 + 6 * (place % 9), 50.0 + 6 * (place // 9), str(place + 10)) for place in range(81)]
    labels, left_out = placed_labels(crowd, (40.0, 0.0, 430.0, 200.0))
    assert left_out
    assert len(labels) + len(left_out) == len(crowd)


def test_too_few_people_have_counts_but_no_intervals() -> None:
    paper, sittings = random_sittings(4)
    found = report(paper, sittings)
    assert all(each.share_interval is None for each in found.items[0].options)
    assert "還不能分析" in found.conclusion
    paper, sittings = random_sittings(CORRELATION_FROM - 1)
    found = report(paper, sittings)
    assert all(each.share_interval is not None for each in found.items[0].options)
    assert all(each.point_biserial_interval is None for each in found.items[0].options)
    assert all(each.figures.difference_interval is None for each in found.items)
    assert "30 人以上" in found.conclusion


def test_each_option_of_multiple_choice_is_counted_by_itself() -> None:
    paper = paper_of(multiple("M"), single("S"))
    answers: list[dict[int, Response]] = [{1: (0, 1)}, {1: (0, 1, 3), 2: (1,)}, {1: (2,)}, {}]
    table = report(paper, [sat(paper, who, each) for who, each in enumerate(answers)]).items[0].options
    assert [(each.bank, each.count, each.right) for each in by_bank(table)] == [
        ("A", 2, True),
        ("B", 2, True),
        ("C", 1, False),
        ("D", 1, True),
        ("", 1, False),
    ]


def test_each_prompt_of_matching_has_its_options() -> None:
    paper = paper_of(matching("P"), single("S"))
    answers: list[dict[int, Response]] = [{1: (0, 1, 0)}, {1: (0, -1, 2)}]
    table = report(paper, [sat(paper, who, each) for who, each in enumerate(answers)]).items[0].options
    counts = {each.bank: each.count for each in table if each.count}
    assert counts == {"1-A": 2, "2-B": 1, "3-A": 1, "3-C": 1}
    assert {each.bank for each in table if each.right} == {"1-A", "2-B", "3-A"}


def test_short_answers_are_listed_by_frequency_and_the_same_ones_together() -> None:
    paper = paper_of(short("F"), single("S"))
    texts = ["台北市", "臺北 市", "臺北市。", "南市", "南市", "x"]
    table = report(paper, [sat(paper, who, {1: text}) for who, text in enumerate(texts)]).items[0].options
    assert [(each.count, each.right) for each in table] == [(3, True), (2, False), (1, False), (0, False)]


def test_rare_short_answers_are_counted_together() -> None:
    paper = paper_of(short("F"), single("S"))
    texts = [f"答案{letter}" for letter in "甲乙丙丁戊己庚辛壬癸子丑"]
    table = report(paper, [sat(paper, who, {1: text}) for who, text in enumerate(texts)]).items[0].options
    assert row(table, "其他").count == 2
    assert sum(each.count for each in table) == len(texts)


def test_numbers_are_listed_by_value() -> None:
    paper = paper_of(number("N"), single("S"))
    texts = ["40", "40日", "４０.0", "41"]
    table = report(paper, [sat(paper, who, {1: text}) for who, text in enumerate(texts)]).items[0].options
    assert [(each.name, each.count, each.right) for each in table] == [
        ("40", 3, True),
        ("41", 1, False),
        ("", 0, False),
    ]


def test_an_essay_has_its_marks_and_no_options() -> None:
    paper = paper_of(essay("E"), single("S"))
    sittings = [sat(paper, who, {1: "因為"}, {1: Decimal(who)}) for who in range(5)]
    item = report(paper, sittings).items[0]
    assert item.figures.facility == pytest.approx(0.2)
    assert [(each.name, each.count) for each in item.options] == [("已答", 5), ("", 0)]


def test_thirds_keep_together_who_is_level() -> None:
    assert thirds_of([1, 2, 3, 4, 5, 6]) == [0, 0, 1, 1, 2, 2]
    assert thirds_of([5, 5, 5]) == [1, 1, 1]
    assert thirds_of([1, 1, 1, 9]) == [1, 1, 1, 2]


@given(st.lists(st.tuples(st.sampled_from(["A", "B", ""]), st.integers(0, 50)), min_size=2, max_size=40))
def test_options_share_everybody_among_them_and_their_correlations_are_pearsons(
    people: list[tuple[str, int]],
) -> None:
    codes, rest = [code for code, _rest in people], [points for _code, points in people]
    tally = Tally(codes, rest, 1, thirds_of(rest))
    rows = [tally.figures(name, [name]) for name in ("A", "B", "")]
    assert sum(each.count for each in rows) == len(people)
    for each in rows:
        took = [int(code == each.name) for code in codes]
        if len(set(took)) == 1 or len(set(rest)) == 1:
            assert each.point_biserial is None
        else:
            assert each.point_biserial == pytest.approx(statistics.correlation(took, rest), abs=CLOSE)


# Intervals


def test_wilsons_interval_is_that_of_newcombes_first_example() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 857-872, table I: 81 of 263.
    found = wilson(81 / 263, 263)
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)
    none = wilson(0.0, 20)
    assert (none.low, round(none.high, 4)) == (0.0, 0.1611)


def test_the_interval_of_a_difference_is_that_of_newcombes_example() -> None:
    # Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10: 56 of 70 and 48 of 80.
    found = newcombe(56 / 70, 70, 48 / 80, 80)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_intervals_of_the_whole_test_follow_from_that_of_alpha() -> None:
    found = analyse(matrix(*["1 1 0", "0 0 0", "1 1 1", "1 0 0"] * 20)).test
    alpha, error, sem = found.alpha_interval, found.error_ratio_interval, found.sem_interval
    assert alpha is not None
    assert error is not None
    assert sem is not None
    assert found.sd is not None
    assert error.low == pytest.approx(100 * (1 - alpha.high) ** 0.5)
    assert sem.high == pytest.approx(found.sd * (1 - alpha.low) ** 0.5)
    assert found.kr20_interval == pytest.approx(alpha)
    assert found.mean_interval is not None
    assert found.mean_interval.low < found.mean < found.mean_interval.high


def test_the_interval_of_efficiency_is_that_of_the_correlation_beside_the_best_possible() -> None:
    found = analyse(matrix(*["1 1 0", "0 0 0", "1 1 1", "1 0 0"] * 20)).items[1]
    assert found.efficiency_interval is not None
    assert found.point_biserial_interval is not None
    assert found.discriminative_efficiency is not None
    assert found.point_biserial_corrected is not None
    scale = found.discriminative_efficiency / found.point_biserial_corrected
    assert found.efficiency_interval.low == pytest.approx(found.point_biserial_interval.low * scale)


def test_the_interval_of_an_effective_weight_is_that_of_leaving_out_each_person_in_turn() -> None:
    paper, sittings = random_sittings(150)
    points = np.array(
        [[20.0 if one.answers.get(place) == (1,) else 0.0 for place in range(1, 6)] for one in sittings]
    )

    def weights(of: np.ndarray) -> np.ndarray:
        roots = np.sqrt([np.cov(of[:, place], of.sum(axis=1))[0, 1] for place in range(5)])
        return np.asarray(100 * roots / roots.sum())

    left_out = np.array([weights(np.delete(points, person, axis=0)) for person in range(150)])
    errors = np.sqrt(149 / 150 * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    for item, weight, error in zip(report(paper, sittings).items, weights(points), errors, strict=True):
        assert item.figures.effective_weight == pytest.approx(weight)
        interval = item.figures.effective_weight_interval
        assert interval is not None
        # The jackknife and the delta method differ by terms of 1 / n.
        assert (interval.high - interval.low) / 2 == pytest.approx(1.96 * error, rel=0.03)
        assert (interval.high + interval.low) / 2 == pytest.approx(weight)


# Guessing


def guessed(question: Question, credit: Credit = Credit.ALL, ruling: Ruled | None = None) -> Fraction | None:
    return guess_share(PaperItem(number=1, question=question, points=Decimal(10)), ruling, credit)


def test_guessing_earns_by_the_number_of_possible_answers() -> None:
    assert guessed(true_false("T")) == Fraction(1, 2)
    assert guessed(single("S")) == Fraction(1, 4)
    assert guessed(multiple("M")) == Fraction(1, 15)
    assert guessed(matching("P")) == Fraction(1, 3)
    assert [guessed(made("X")) for made in (short, number, essay)] == [0, 0, 0]


def test_guessing_at_random_earns_more_where_more_is_right() -> None:
    question = single("S")
    two = Ruled(versions=(question, single("S", key=(2,))))
    assert guessed(question, ruling=two) == Fraction(1, 2)
    assert guessed(question, ruling=Ruled(versions=(question,), everyone=True)) == 1


@given(st.integers(2, 7), st.data())
def test_guessed_partial_credit_is_the_mean_over_all_possible_answers(
    count: int, data: st.DataObject
) -> None:
    key = tuple(sorted(data.draw(st.sets(st.integers(0, count - 1), min_size=2))))
    question = multiple("M", options=tuple("甲乙丙丁戊己庚"[:count]), key=key)
    sets = [
        tuple(index for index, taken in enumerate(each) if taken)
        for each in product((False, True), repeat=count)
        if any(each)
    ]
    earned = [share(question, chosen, Credit.PARTIAL) or Fraction(0) for chosen in sets]
    assert guessed(question, Credit.PARTIAL) == sum(earned, Fraction(0)) / len(sets)


@given(st.integers(2, 5), st.integers(2, 4))
def test_guessed_matching_is_the_mean_over_all_possible_answers(prompts: int, options: int) -> None:
    rights = ["甲乙丙丁"[place % options] for place in range(max(prompts, options))][:prompts]
    others = [text for text in "甲乙丙丁"[:options] if text not in rights]
    question = Question.model_validate(
        {
            "id": "P",
            "kind": "matching",
            "topic": "稅",
            "difficulty": 1,
            "stem": "配對",
            "pairs": [[str(place), right] for place, right in enumerate(rights)],
            "distractors": others,
        }
    )
    every = list(product(range(len(question.options)), repeat=prompts))
    earned = [share(question, chosen, Credit.ALL) or Fraction(0) for chosen in every]
    assert guessed(question) == sum(earned, Fraction(0)) / len(every)


# Keys that the statistics contradict


def wrong_key(count: int, *, key: int = 2, name: str = "A1") -> tuple[Paper, list[Sitting]]:
    """Everybody who knows something answers B where the first question's key says C."""
    chance = random.Random(3)
    questions = [single("X", key=(key,)), *FIVE[1:]]
    paper = paper_of(*questions, points=20, name=name)
    sittings = []
    for who in range(count):
        knows = who / count
        answers: dict[int, Response] = {}
        for place in range(1, 6):
            wrong = chance.choice([0, 2, 2, 2, 2, 3])
            answers[place] = (1,) if chance.random() < knows else (wrong,)
        sittings.append(sat(paper, who, answers))
    return paper, sittings


def test_a_wrong_key_is_pointed_out_and_never_as_certain() -> None:
    paper, sittings = wrong_key(120)
    found = report(paper, sittings)
    assert [item.number for item in found.items if item.against_key] == [1]
    against = found.items[0].against_key
    assert against is not None
    assert (against.key.bank, against.other.bank) == ("C", "B")
    assert found.items[0].remarks[0] == "請查對答案"
    assert against.text.startswith(f"請查對答案：答「{against.key.name} {against.key.text}」的人")
    assert "不能證明答案錯" in found.conclusion


def test_a_right_key_is_not_pointed_out() -> None:
    paper, sittings = wrong_key(120, key=1)
    found = report(paper, sittings)
    assert [item.number for item in found.items if item.against_key] == []
    assert "沒有統計與答案不合的題目" in found.conclusion


def test_nothing_is_said_against_a_key_with_few_people() -> None:
    paper, sittings = wrong_key(CORRELATION_FROM - 1)
    assert all(item.against_key is None for item in report(paper, sittings).items)


@given(st.integers(0, 50))
def test_people_who_guess_everything_hardly_ever_contradict_a_key(seed: int) -> None:
    chance = random.Random(seed)
    paper = paper_of(*FIVE, points=20)
    sittings = [
        sat(paper, who, {place: (chance.randrange(4),) for place in range(1, 6)}) for who in range(60)
    ]
    assert sum(item.against_key is not None for item in report(paper, sittings).items) <= 2


def test_a_corrected_paper_is_analysed_by_what_counts() -> None:
    paper, sittings = wrong_key(120)
    corrected = Correction(
        id="K1",
        place=1,
        paper=paper.id,
        number=1,
        treatment=Treatment.REPLACE,
        answer=Answer(key=(1,)),
        reason="錯",
        by="",
        at=NOW,
    )
    found = report(paper, sittings, [corrected])
    assert found.items[0].against_key is None
    assert (found.items[0].bank_key, found.items[0].corrected, found.corrections) == ("B", True, 1)
    correlation = found.items[0].figures.point_biserial_corrected
    assert correlation is not None
    assert correlation > 0
    everyone = report(
        paper, sittings, [corrected.model_copy(update={"treatment": "everyone", "answer": None})]
    )
    assert everyone.items[0].figures.facility == 1.0
    assert (everyone.items[0].key, everyone.items[0].guess) == ("一律給分", 1.0)
    # The bank's key is still the wrong one.
    assert set(contradicted([single("X", key=(2,))], [Answers.of(paper, sittings, [corrected])])) == {"X"}


# One question over several papers


def test_a_question_over_papers_is_held_against_the_percentage_of_the_rest() -> None:
    one, sat_one = wrong_key(40, key=1)
    other = paper_of(single("X", key=(1,)), *FIVE[1:3], points=30, name="A2")
    chance = random.Random(5)
    sat_other = [
        sat(other, who, {place: (1,) if chance.random() < who / 40 else (0,) for place in (1, 2, 3)})
        for who in range(40)
    ]
    found = over_papers(
        single("X", key=(1,)), [Answers.of(one, sat_one, []), Answers.of(other, sat_other, [])]
    )
    assert found is not None
    own = [float(each.answers[1] == (1,)) for each in (*sat_one, *sat_other)]
    rest = [
        *(100 * sum(each.answers[place] == (1,) for place in (2, 3, 4, 5)) * 20 / 80 for each in sat_one),
        *(100 * sum(each.answers[place] == (1,) for place in (2, 3)) * 30 / 70 for each in sat_other),
    ]
    assert found.figures.n == 80
    assert found.figures.facility == pytest.approx(statistics.mean(own))
    assert found.figures.point_biserial_corrected == pytest.approx(
        statistics.correlation(own, rest), abs=1e-6
    )
    assert found.figures.effective_weight is None


def test_versions_of_a_question_are_kept_apart() -> None:
    paper, sittings = wrong_key(40, key=1)
    assert over_papers(single("X", key=(2,)), [Answers.of(paper, sittings, [])]) is None


# The act


@pytest.fixture
def sat_paper(desk: QuizDesk, at: datetime) -> Paper:
    paper = desk.new_paper(title="測驗", day=DAY, seed="9", by=TRAINER, at=at, blueprint=SMALL_BLUEPRINT)
    for who in (WANG, LI):
        begun = desk.open_sitting(paper.id, who.staff_no, by=who, at=at)
        desk.answer(begun.id, 1, (0,), by=who, at=at)
        if who is WANG:
            desk.submit(begun.id, by=who, at=at)
    return paper


def test_open_sittings_are_left_out_and_counted(desk: QuizDesk, sat_paper: Paper) -> None:
    found = AnalysisDesk(desk).paper(sat_paper.id, by=TRAINER, today=DAY)
    assert (found.n, found.open, found.waiting, found.scores) == (1, 1, 0, (Decimal(20),))


def test_staff_do_not_see_an_analysis_and_heads_not_before_they_have_submitted(
    desk: QuizDesk, sat_paper: Paper
) -> None:
    analysis = AnalysisDesk(desk)
    head = Actor(staff_no="0034", roles=frozenset({Role.STAFF, Role.HEAD}))
    with pytest.raises(NotAllowed):
        analysis.paper(sat_paper.id, by=WANG, today=DAY)
    with pytest.raises(NotAllowed, match="還可以作答"):
        analysis.paper(sat_paper.id, by=head, today=DAY)
    after = sat_paper.closes_on + timedelta(days=1)
    assert analysis.paper(sat_paper.id, by=head, today=after).n == 1
    done = Actor(staff_no="0012", roles=frozenset({Role.STAFF, Role.HEAD}))
    assert analysis.paper(sat_paper.id, by=done, today=DAY).n == 1


def test_a_question_is_found_with_its_versions(desk: QuizDesk, sat_paper: Paper) -> None:
    question = sat_paper.item(1).question
    [found] = AnalysisDesk(desk).question(question.id, by=TRAINER)
    assert (found.version, found.current, found.papers) == (question.version, True, (sat_paper.id,))
    assert found.item is not None
    assert found.item.figures.n == 1
    with pytest.raises(QuestionError):
        AnalysisDesk(desk).question("沒有", by=TRAINER)


def test_the_check_of_the_bank_points_out_a_contradicted_key_that_is_no_fault(
    office: Office, at: datetime
) -> None:
    desk = QuizDesk(office)
    paper, sittings = wrong_key(60)
    with office.act("test", by=ADMINISTRATOR, at=at) as act:
        desk._store.put_questions([item.question for item in paper.items], at)
        desk._store.add_paper(paper)
        for one in sittings:
            person = Person(staff_no="9" + one.staff_no, name="某人", section="房屋稅科")
            office.ground.put_person(person, since=DAY)
            moved = one.model_copy(
                update={"id": f"{paper.id}-9{one.staff_no}", "staff_no": "9" + one.staff_no}
            )
            desk._store.add_sitting(moved)
            for place, response in one.answers.items():
                desk._store.put_answer(moved.id, place, stored(Kind.SINGLE, response), at)
            desk._store.close_sitting(moved)
        act.record("sittings")
    found = [each for each in desk.check(DAY) if each.kind is FindingKind.CONTRADICTED]
    assert [each.question_ids for each in found] == [("X",)]
    assert found[0].text.startswith("請查對答案：答「C 丙」的人")
    assert not found[0].kind.fault
    CorrectionDesk(desk).correct(
        paper.id, 1, Treatment.REPLACE, "B", reason="錯", by=ADMINISTRATOR, at=at, bank=True
    )
    assert [each for each in desk.check(DAY) if each.kind is FindingKind.CONTRADICTED] == []


def test_an_option_table_without_answers_says_so() -> None:
    question = single("S")
    tally = Tally([], [], 1, [])
    assert {each.count for each in option_table(question, Ruled(versions=(question,)), tally)} == {0}
