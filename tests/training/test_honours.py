"""Who may be proposed for praise: exact totals, ties shown, and nobody left out without a reason."""

import tomllib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bureau.calendar import DateError, Period
from training.honours import (
    Excluded,
    HonoursError,
    Known,
    Proposal,
    Record,
    chosen,
    departing,
    months_back,
    proposal,
    quarter_of,
    total,
    vote_share,
    votes_of,
)
from training.honours_rules import HonoursRules

QUARTER = Period.parse("115Q4")


def rules(**changes: Any) -> HonoursRules:
    text = Path(HonoursRules.DEFAULTS).read_text(encoding="utf-8")
    return HonoursRules.model_validate(tomllib.loads(text)["honours"] | {"calls_needed": 2} | changes)


def scored(kind: str, *scores: str) -> tuple[Known, ...]:
    return tuple(Known(id=f"{kind}{place}", score=Decimal(score)) for place, score in enumerate(scores))


def record(staff_no: str = "0001", **changes: Any) -> Record:
    given = {
        "name": f"同仁{staff_no}",
        "section": "房屋稅科",
        "calls": scored("A", "90.00", "95.00"),
        "quizzes": scored("S", "80.00"),
    }
    return Record.model_validate({"staff_no": staff_no, **given, **changes})


def made(*records: Record, voted: bool = False, last: date = QUARTER.last, **changes: Any) -> Proposal:
    return proposal(QUARTER, records, rules(**changes), version="v1", last=last, voted=voted)


def ranks(found: Proposal) -> list[tuple[str, int]]:
    return [(each.staff_no, each.rank) for each in found.candidates]


# -- the total --------------------------------------------------------------------------------------------


def test_the_total_is_the_weighted_mean_of_what_is_shown() -> None:
    (one,) = made(record(votes=7), record("0002", calls=(), votes=14), voted=True).candidates
    assert (one.courtesy, one.quiz, one.vote) == (Decimal("92.50"), Decimal("80.00"), Decimal("50.00"))
    # (60 · 92.5 + 30 · 80 + 10 · 50) / 100
    assert one.total == Decimal("84.50")


def test_a_part_that_the_office_did_not_have_leaves_the_denominator() -> None:
    (one,) = made(record(quizzes=())).candidates
    assert one.total == one.courtesy == Decimal("92.50")


def test_a_vote_in_which_nobody_voted_counts_for_nothing() -> None:
    assert "vote" not in made(record(), voted=True).weights


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 10_000)), min_size=1, max_size=3))
def test_the_total_lies_between_its_parts_and_is_exact_to_the_hundredth(parts: list[tuple[int, int]]) -> None:
    values = {f"p{place}": Decimal(value).scaleb(-2) for place, (value, _weight) in enumerate(parts)}
    weights = {f"p{place}": Decimal(weight).scaleb(-2) for place, (_value, weight) in enumerate(parts)}
    found = total(values, weights)
    assert found is not None
    assert min(values.values()) <= found <= max(values.values())
    exact = sum((Fraction(values[name]) * Fraction(weights[name]) for name in values), Fraction()) / sum(
        Fraction(weight) for weight in weights.values()
    )
    assert abs(Fraction(found) - exact) <= Fraction(1, 200)


def test_half_a_hundredth_is_rounded_up() -> None:
    assert total({"a": Decimal("0.01"), "b": Decimal("0.00")}, {"a": Decimal(1), "b": Decimal(1)}) == Decimal(
        "0.01"
    )


def test_votes_count_as_a_share_of_the_most() -> None:
    assert vote_share(1, 3) == Decimal("33.33")
    assert vote_share(0, 0) is None


# -- ranks ------------------------------------------------------------------------------------------------


def test_equal_totals_share_a_rank_and_the_next_rank_is_left_out() -> None:
    found = made(record("0003"), record("0001"), record("0002", calls=scored("A", "99.00", "99.00")))
    assert ranks(found) == [("0002", 1), ("0001", 2), ("0003", 2)]
    assert [found.tied(each) for each in found.candidates] == [False, True, True]


def test_a_tie_at_the_last_proposed_rank_is_proposed_whole() -> None:
    found = made(*(record(f"000{number}") for number in range(5)), proposed=1)
    assert len(found.leading) == 5


def test_what_nobody_sees_breaks_no_tie() -> None:
    # Means of 90.333… and 90.33: shown alike, so ranked alike.
    one = record("0001", calls=scored("A", "90.00", "90.00", "91.00"))
    other = record("0002", calls=scored("B", "90.33", "90.33"))
    assert ranks(made(one, other)) == [("0001", 1), ("0002", 1)]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(8500, 10_000), st.integers(8000, 10_000), st.booleans()), max_size=12),
    st.randoms(),
)
def test_ranks_follow_the_totals_whatever_the_order_of_people(
    rows: list[tuple[int, int, bool]], chance: Any
) -> None:
    records = [
        record(
            f"{place:04}",
            calls=scored("A", *[f"{call / 100:.2f}"] * 2),
            quizzes=scored("S", f"{quiz / 100:.2f}"),
            open_case="A1" if barred else "",
        )
        for place, (call, quiz, barred) in enumerate(rows)
    ]
    found = made(*records)
    mixed = chance.sample(records, len(records))
    assert made(*mixed) == found
    for each in found.candidates:
        assert not each.record.open_case
        better = [one for one in found.candidates if one.total and each.total and one.total > each.total]
        assert each.rank == len(better) + 1
    assert len(found.candidates) + len(found.excluded) == len(records)


# -- who is none ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason", "words"),
    [
        ({"open_case": "A7"}, Excluded.CASE, "未結的補訓案 A7"),
        ({"leave_days": 46}, Excluded.LEAVE, "請假 46 天"),
        ({"calls": scored("A", "99.00")}, Excluded.FEW_CALLS, "抽測 1 通，不足 2 通"),
        ({"quizzes": ()}, Excluded.FEW_QUIZZES, "測驗 0 次，不足 1 次"),
        ({"calls": scored("A", "84.00", "85.98")}, Excluded.COURTESY, "84.99 分，低於 85.00"),
        ({"quizzes": scored("S", "79.99")}, Excluded.QUIZ, "79.99 分，低於 80.00"),
    ],
    ids=lambda value: str(value) if isinstance(value, Excluded) else "",
)
def test_the_reason_for_leaving_somebody_out_is_said(
    changes: dict[str, Any], reason: Excluded, words: str
) -> None:
    found = made(record(**changes), record("0002"))
    assert ranks(found) == [("0002", 1)]
    (one,) = found.excluded
    assert one.excluded == (reason,)
    assert words in one.why


def test_a_floor_is_met_by_exactly_its_score() -> None:
    assert ranks(made(record(calls=scored("A", "85.00", "85.00"), quizzes=scored("S", "80.00"))))


def test_few_votes_are_below_a_floor_where_the_office_sets_one() -> None:
    found = made(record(votes=1), record("0002", votes=10), voted=True, vote_floor="20.00")
    assert [each.excluded for each in found.excluded] == [(Excluded.VOTE,)]


def test_whoever_left_no_trace_is_not_listed_at_all() -> None:
    found = made(record(calls=(), quizzes=()), record("0002"))
    assert found.excluded == ()


def test_a_list_of_a_running_quarter_says_that_it_will_change() -> None:
    assert "還沒有結束" in "".join(made(record(), last=date(2026, 11, 2)).conclusions)
    assert "還沒有結束" not in "".join(made(record()).conclusions)


# -- choosing ---------------------------------------------------------------------------------------------


def best(*scores: str) -> Proposal:
    return made(
        *(record(f"000{place}", calls=scored("A", score, score)) for place, score in enumerate(scores, 1))
    )


def means(found: Proposal, *people: str, already: Sequence[str] = ()) -> list[tuple[Any, ...]]:
    return [(one.staff_no, passed, tied) for one, passed, tied in chosen(found, people, already)]


def test_choosing_by_the_order_departs_from_nothing() -> None:
    assert means(best("99.00", "98.00", "97.00"), "0001") == [("0001", (), ())]


def test_choosing_somebody_of_a_lower_rank_names_who_was_passed_over() -> None:
    assert means(best("99.00", "98.00", "97.00"), "0003") == [("0003", ("0001", "0002"), ())]
    assert means(best("99.00", "98.00", "97.00"), "0003", already=["0001"]) == [("0003", ("0002",), ())]


def test_choosing_one_of_equals_names_the_others() -> None:
    assert means(best("99.00", "99.00"), "0002") == [("0002", (), ("0001",))]
    assert means(best("99.00", "99.00"), "0001", "0002") == [("0001", (), ()), ("0002", (), ())]


def test_what_a_choice_departs_from_is_said_by_name() -> None:
    (one, other) = departing(["0001"], ["0002"], {"0001": "王小明"})
    assert "王小明" in one
    assert "0002" in other


@pytest.mark.parametrize(
    ("people", "already", "words"),
    [
        ((), (), "沒有指定"),
        (("0001", "0001"), (), "已是"),
        (("0001",), ("0001",), "已是"),
        (("0009",), (), "不在名單上"),
        (("0002",), (), "未結的補訓案"),
    ],
)
def test_only_candidates_are_chosen_and_each_once(
    people: Sequence[str], already: Sequence[str], words: str
) -> None:
    with pytest.raises(HonoursError, match=words):
        chosen(made(record(), record("0002", open_case="A1")), people, already)


# -- what people type -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["115Q4", "2026Q4", "115 年第 4 季", "１１５年第四季", "115年度第4季"])
def test_a_quarter_is_read_in_every_usual_form(text: str) -> None:
    assert quarter_of(text) == QUARTER


@pytest.mark.parametrize("text", ["115", "115H2", "115M11", "115Q5", "第四季", ""])
def test_what_is_no_quarter_is_refused(text: str) -> None:
    with pytest.raises(DateError):
        quarter_of(text)


def test_the_months_that_count_end_with_the_quarter() -> None:
    assert months_back(QUARTER, 12) == date(2026, 1, 1)
    assert months_back(Period.parse("115Q1"), 12) == date(2025, 4, 1)
    assert months_back(Period.parse("115Q1"), 3) == date(2026, 1, 1)


def test_votes_are_read_one_by_one() -> None:
    assert votes_of(["0101=35", "０１０２＝20"]) == {"0101": 35, "0102": 20}


@pytest.mark.parametrize("words", [["0101"], ["0101=x"], ["=3"], ["0101=-3"], ["0101=1", "0101=2"]])
def test_votes_that_cannot_be_read_are_refused(words: list[str]) -> None:
    with pytest.raises(HonoursError):
        votes_of(words)
