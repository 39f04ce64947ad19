"""Whether a training worked: never praised for luck, found where it is, and said when nobody can tell."""

import math
import random
import statistics
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.effect import (
    FEWEST_COMPARED,
    WINDOW_DAYS,
    Measure,
    Result,
    Span,
    Subject,
    Verdict,
    elsewhere,
    measure,
    subject,
)

PIVOT = date(2026, 5, 20)
MEAN, BETWEEN, WITHIN = 85.0, 4.0, 8.0


def result(staff_no: str, days: int, score: float, series: str = "A") -> Result:
    exact = Decimal(f"{min(100.0, max(0.0, score)):.2f}")
    return Result(staff_no=staff_no, day=PIVOT + timedelta(days=days), score=exact, series=series)


def lived(
    chance: random.Random, *, people: int = 120, below: float = 82.0, effect: float = 0.0, share: float = 0.7
) -> Measure:
    """Let people be called twice, train most of those whose mean is low, and call everybody again.

    Of the low ones some are not trained (leave, other duties), so that there is somebody to compare with.
    """
    subjects, reference = [], []
    for number in range(people):
        name = f"{number:04}"
        able = chance.gauss(MEAN, BETWEEN)
        before = [result(name, -30 - 20 * k, chance.gauss(able, WITHIN)) for k in range(2)]
        low = sum(float(one.score) for one in before) / 2 < below
        trained = low and chance.random() < share
        after = result(name, 40, chance.gauss(able + (effect if trained else 0.0), WITHIN))
        subjects.append(Subject(staff_no=name, trained=trained, before=tuple(before), after=(after,)))
        reference += before
    return measure("電話禮貌", subjects, reference, alike=True)


def test_people_chosen_for_low_scores_get_better_without_any_effect() -> None:
    chance = random.Random(1)
    changes = [one.trained.change.points for _run in range(40) if (one := lived(chance)).trained.change]
    assert sum(changes) / len(changes) > 3


def test_the_way_back_to_the_mean_is_what_was_expected() -> None:
    chance = random.Random(2)
    runs = [lived(chance, people=300) for _run in range(60)]
    excess = [float(one.excess.points) for one in runs if one.excess]
    mean = sum(excess) / len(excess)
    error = math.sqrt(sum((each - mean) ** 2 for each in excess) / (len(excess) - 1) / len(excess))
    assert abs(mean) < 3 * error + 0.3


def rate(verdicts: Sequence[Verdict], verdict: Verdict) -> float:
    return sum(each is verdict for each in verdicts) / len(verdicts)


@pytest.mark.parametrize(("people", "share"), [(60, 0.6), (120, 0.7), (240, 0.5)])
def test_a_training_without_effect_is_praised_no_oftener_than_the_intervals_promise(
    people: int, share: float
) -> None:
    """Each side of a 95 % interval misses at most 2.5 % of the time; 4 errors of the count are allowed."""
    chance, runs = random.Random(people), 200
    verdicts = [lived(chance, people=people, share=share).verdict for _run in range(runs)]
    allowed = 0.025 + 4 * math.sqrt(0.025 * 0.975 / runs)
    assert rate(verdicts, Verdict.BETTER) <= allowed
    assert rate(verdicts, Verdict.WORSE) <= allowed


def test_the_intervals_hold_the_truth_as_often_as_they_say() -> None:
    chance, runs = random.Random(5), 200
    measures = [lived(chance, people=200, effect=4.0) for _run in range(runs)]
    held = [Decimal("4.00") in one.beside.interval for one in measures if one.beside and one.beside.interval]
    assert sum(held) / len(held) >= 0.95 - 4 * math.sqrt(0.05 * 0.95 / runs)


def test_a_true_effect_is_found() -> None:
    chance = random.Random(3)
    verdicts = [lived(chance, people=400, effect=10.0).verdict for _run in range(30)]
    assert rate(verdicts, Verdict.BETTER) > 0.9
    assert rate(verdicts, Verdict.WORSE) == 0.0


def test_harm_is_found_as_well() -> None:
    chance = random.Random(4)
    verdicts = [lived(chance, people=400, effect=-10.0).verdict for _run in range(20)]
    assert rate(verdicts, Verdict.WORSE) > 0.9


# -- the figures against other ways to them ----------------------------------------------------------------


def some_people(number: int) -> list[Subject]:
    chance = random.Random(7)
    found = []
    for place in range(number):
        name, able = f"{place:04}", chance.gauss(80, 5)
        before = [result(name, -9 - k, chance.gauss(able, 6)) for k in range(1 + place % 3)]
        after = result(name, 9, chance.gauss(able, 6))
        subject_ = Subject(staff_no=name, trained=place % 2 == 0, before=tuple(before), after=(after,))
        found.append(subject_)
    return found


def test_the_reliability_is_that_of_the_analysis_of_variance() -> None:
    """Of groups of equal size: between = (MS between - MS within) / k, by the standard library's variance."""
    people = [each for each in some_people(60) if len(each.before) == 3]
    scores = [[float(one.score) for one in each.before] for each in people]
    within = statistics.fmean(statistics.variance(own) for own in scores)
    between = statistics.variance([statistics.fmean(own) for own in scores]) - within / 3
    found = said(people).reliability
    assert found is not None
    assert math.isclose(float(found), between / (between + within), abs_tol=0.005)


def test_the_expected_change_is_the_share_of_the_way_back_to_the_mean() -> None:
    people = [each for each in some_people(60) if len(each.before) == 3]
    one = said(people)
    means = {each.staff_no: statistics.fmean(float(s.score) for s in each.before) for each in people}
    assert one.reliability is not None
    r = 3 * float(one.reliability) / (1 + 2 * float(one.reliability))
    middle = statistics.fmean(means.values())
    trained = [means[each.staff_no] for each in people if each.trained]
    assert one.trained.expected is not None
    assert math.isclose(
        float(one.trained.expected), statistics.fmean((1 - r) * (middle - b) for b in trained), abs_tol=0.06
    )


def test_the_error_is_that_of_leaving_out_each_person_in_turn() -> None:
    people = some_people(60)
    whole = said(people).beside
    assert whole is not None
    assert whole.interval is not None
    again = [
        float(one.points)
        for gone in people
        if (one := said([each for each in people if each is not gone]).beside) is not None
    ]
    middle = statistics.fmean(again)
    error = math.sqrt((len(again) - 1) / len(again) * sum((each - middle) ** 2 for each in again))
    half = float(whole.interval.high - whole.interval.low) / 2
    # t with 50 to 58 degrees of freedom is 2.00 to 2.01; results are rounded to hundredths.
    assert math.isclose(half / error, 2.005, abs_tol=0.05)


def test_a_thousand_people_are_compared() -> None:
    one = said(some_people(1000))
    assert one.beside is not None
    assert one.beside.interval is not None


# -- what is said -----------------------------------------------------------------------------------------


def alike_people(number: int, *, trained: bool, first: int = 0, step: float = 0.0) -> list[Subject]:
    """People with two results before and one after, each a little different."""
    found = []
    for place in range(first, first + number):
        name = f"{place:04}"
        score = 80.0 + place % 7
        found.append(
            Subject(
                staff_no=name,
                trained=trained,
                before=(result(name, -20, score), result(name, -40, score + 3 - place % 5)),
                after=(result(name, 20, score + step + place % 3),),
            )
        )
    return found


def before_of(subjects: Sequence[Subject]) -> list[Result]:
    return [one for each in subjects for one in each.before]


def said(subjects: Sequence[Subject], *, alike: bool = True) -> Measure:
    return measure("電話禮貌", subjects, before_of(subjects), alike=alike)


def test_of_nobody_nothing_is_said() -> None:
    one = said([])
    assert one.verdict is Verdict.UNKNOWN
    assert "還看不出來：受訓者前後都有成績的只有 0 人" in one.sentence


def test_with_few_people_the_sentence_says_how_many_more_are_needed() -> None:
    one = said([*alike_people(3, trained=True, step=9), *alike_people(40, trained=False, first=10)])
    assert one.verdict is Verdict.UNKNOWN
    assert one.more is not None
    assert one.more[0] >= FEWEST_COMPARED - 3
    assert "約還要受訓" in one.sentence


def test_without_people_to_compare_with_nobody_praises_the_training() -> None:
    one = said(alike_people(60, trained=True, step=9))
    assert one.excess is not None
    assert one.excess.sure
    assert one.verdict is Verdict.UNKNOWN
    assert "沒有人可比" in one.sentence


def test_without_repeated_results_the_way_back_to_the_mean_is_not_guessed() -> None:
    subjects = [
        each.model_copy(update={"before": each.before[:1]})
        for each in [*alike_people(30, trained=True, step=9), *alike_people(30, trained=False, first=30)]
    ]
    one = said(subjects)
    assert one.reliability is None
    assert one.trained.expected is None
    assert "算不出回歸平均" in one.sentence


def test_other_scales_before_and_after_are_not_compared() -> None:
    subjects = [*alike_people(30, trained=True, step=9), *alike_people(30, trained=False, first=30)]
    changed = [
        each.model_copy(update={"after": tuple(one.model_copy(update={"series": "B"}) for one in each.after)})
        for each in subjects
    ]
    assert "量表不同" in said(changed).sentence
    # Papers of a quiz always differ: there the people who were not trained sat the same ones.
    assert said(changed, alike=False).verdict is Verdict.BETTER


def test_a_found_effect_is_said_with_its_interval() -> None:
    one = said([*alike_people(30, trained=True, step=9), *alike_people(30, trained=False, first=30)])
    assert one.verdict is Verdict.BETTER
    assert one.sentence.startswith("電話禮貌：受訓 30 人平均變化 +")
    assert "95% 區間" in one.sentence


# -- which results count ----------------------------------------------------------------------------------


def test_results_of_the_day_itself_and_beyond_the_window_count_on_neither_side() -> None:
    days = (-WINDOW_DAYS - 1, -WINDOW_DAYS, -1, 0, 1, WINDOW_DAYS, WINDOW_DAYS + 1)
    one = subject(
        "0001", Span.on(PIVOT), [result("0001", day, 80) for day in days], trained_on=[PIVOT], trained=True
    )
    assert [(each.day - PIVOT).days for each in one.before] == [-WINDOW_DAYS, -1]
    assert [(each.day - PIVOT).days for each in one.after] == [1, WINDOW_DAYS]


def test_the_trainings_before_and_after_bound_what_is_compared() -> None:
    trained_on = [PIVOT - timedelta(days=50), PIVOT, PIVOT + timedelta(days=50)]
    one = subject(
        "0001",
        Span.on(PIVOT),
        [result("0001", day, 80) for day in (-60, -50, -40, 40, 50, 60)],
        trained_on=trained_on,
        trained=True,
    )
    assert [(each.day - PIVOT).days for each in (*one.before, *one.after)] == [-40, 40]


def test_of_a_year_everything_after_the_first_training_is_after() -> None:
    second = PIVOT + timedelta(days=150)
    one = subject(
        "0001",
        Span(first=PIVOT, last=second),
        [result("0001", day, 80) for day in (-1, 100, 150, 200, 150 + WINDOW_DAYS, 151 + WINDOW_DAYS)],
        trained_on=[PIVOT, second],
        trained=True,
    )
    assert [(each.day - PIVOT).days for each in one.before] == [-1]
    assert [(each.day - PIVOT).days for each in one.after] == [100, 200, 150 + WINDOW_DAYS]


def test_somebody_trained_nearby_in_time_is_not_untrained() -> None:
    assert elsewhere(Span.on(PIVOT), [PIVOT + timedelta(days=WINDOW_DAYS)])
    assert not elsewhere(Span.on(PIVOT), [PIVOT + timedelta(days=WINDOW_DAYS + 1)])


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(0, 100), st.integers(0, 100), st.integers(0, 100)), max_size=40
    )
)
def test_a_verdict_needs_an_interval_without_zero(rows: list[tuple[bool, int, int, int]]) -> None:
    subjects = [
        Subject(
            staff_no=f"{number:04}",
            trained=trained,
            before=(result(f"{number:04}", -9, one), result(f"{number:04}", -5, two)),
            after=(result(f"{number:04}", 9, three),),
        )
        for number, (trained, one, two, three) in enumerate(rows)
    ]
    found = said(subjects)
    assert found.sentence.endswith("。")
    if found.verdict is not Verdict.UNKNOWN:
        assert found.beside is not None
        assert found.beside.sure
        assert (found.beside.points > 0) == (found.verdict is Verdict.BETTER)


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_the_order_of_people_changes_nothing(seed: int) -> None:
    subjects = [*alike_people(12, trained=True, step=4), *alike_people(12, trained=False, first=12)]
    mixed = random.Random(seed).sample(subjects, len(subjects))
    assert said(mixed) == said(subjects)
