"""The month's figures: exact counts, intervals that are honest, and nobody who can be recognised."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bureau.calendar import Period
from bureau.problem import NotAllowed
from bureau.roles import ADMINISTRATOR, Role
from courtesy.bulletin import Bulletin, bulletin, lost_lines
from courtesy.bulletin_desk import BulletinDesk, BulletinError
from courtesy.bulletin_papers import change_said, mean_said, print_bulletin
from courtesy.call import Call, Outcome
from courtesy.desk import CallDesk
from courtesy.interval import Sample
from courtesy.round import Draw
from courtesy.welch import difference
from tests.courtesy.samples import NOW, OFFICIAL, RULES, SECTIONS, TRAINER, UNIT, a_call, full_marks

NOVEMBER, OCTOBER = Period.parse("115M11"), Period.parse("115M10")
BANDS = [band.name for band in RULES.bands]


def scored(score: str, person: str = "0101", **more: Any) -> Call:
    given = {
        "id": f"{person}-{score}",
        "person": person,
        "outcome": Outcome.REACHED,
        "score": score,
        "band": RULES.band(Decimal(score)),
        "marks": full_marks(UNIT),
        "sealed_at": NOW,
    }
    return a_call(**(given | more))


def made(calls: Sequence[Call], earlier: Sequence[Call] = (), **more: Any) -> Bulletin:
    given: dict[str, Any] = {
        "until": NOVEMBER.last,
        "drawn": len(calls),
        "sections": SECTIONS,
        "bands": BANDS,
    }
    return bulletin(NOVEMBER, OCTOBER, calls, earlier, {OFFICIAL.version: OFFICIAL}, **(given | more))


# Sections


def test_sections_stand_in_the_order_of_the_office_whatever_their_scores() -> None:
    calls = [
        scored("60.00", "0101"),
        scored("62.00", "0102"),
        scored("99.00", "0201", section="企劃服務科"),
        scored("98.00", "0202", section="企劃服務科"),
    ]
    assert [one.name for one in made(calls).sections] == list(SECTIONS)


def test_a_section_with_one_person_shows_no_mean_even_of_several_calls() -> None:
    calls = [scored("60.00"), scored("70.00", id="A2")]
    section = made(calls).sections[0]
    assert (section.people, section.calls, section.mean, section.interval) == (1, 2, None, None)


def test_a_section_of_two_people_shows_mean_and_interval_of_its_calls() -> None:
    section = made([scored("80.00"), scored("90.00", "0102")]).sections[0]
    # t(0.975, 1) · s / √2 = 12.706 · 5, beyond 100 at the upper end.
    assert section.mean == Decimal("85.00")
    assert section.interval is not None
    assert (section.interval.low, section.interval.high) == (Decimal("21.47"), Decimal("100.00"))


def test_a_section_that_the_office_no_longer_has_comes_last() -> None:
    assert made([scored("80.00", section="舊科")]).sections[-1].name == "舊科"


# The lines on which points are lost


def test_lost_lines_count_losses_of_those_judged_and_their_points() -> None:
    calls = [
        scored("90.00", marks=full_marks(UNIT) | {"unit.manners.hello": "no"}),
        scored(
            "80.00",
            "0102",
            marks=full_marks(UNIT) | {"unit.manners.hello": "no", "unit.speed.ring": "r6"},
        ),
        scored("99.00", "0103"),
    ]
    lines = lost_lines(calls, {OFFICIAL.version: OFFICIAL})
    assert [(line.id, line.lost, line.judged, line.points) for line in lines] == [
        ("unit.manners.hello", 2, 3, Decimal(10)),
        ("unit.speed.ring", 1, 3, Decimal(5)),
    ]


def test_a_line_that_did_not_apply_was_not_judged() -> None:
    marks = {"switchboard.manners.busy": "na", "switchboard.manners.hello": "no"}
    (line,) = lost_lines([scored("90.00", parts=("switchboard",), marks=marks)], {OFFICIAL.version: OFFICIAL})
    assert line.id == "switchboard.manners.hello"


# The change


def test_a_difference_agrees_with_a_published_example() -> None:
    # NIST/SEMATECH e-Handbook 7.3.1.1, automobile mileages: 20.145 − 30.481, s 6.415 and 6.108, n 249 and 79.
    # There t = −12.946 with ν = 136.9; 95 % reaches t(0.975, 136) · 0.7984 = 1.5788 to either side.
    later = sample_of(n=249, mean="20.14", sd=6.415)
    earlier = sample_of(n=79, mean="30.48", sd=6.108)
    result = difference(later, earlier)
    assert result is not None
    assert result.interval is not None
    assert result.points == Decimal("-10.34")
    assert float(result.interval.high - result.interval.low) / 2 == pytest.approx(1.579, abs=0.01)
    assert result.sure


def sample_of(n: int, mean: str, sd: float) -> Sample:
    """A sample of this size, mean and standard deviation, as near as whole squared hundredths come."""
    total = int(Decimal(mean) * 100) * n
    squares = round(sd**2 * 10000 * (n - 1) + total**2 / n)
    return Sample(n=n, total=total, squares=squares)


def test_a_small_difference_is_said_to_be_none() -> None:
    month = made(
        [scored("84.00"), scored("92.00", "0102"), scored("80.00", "0103")],
        [scored("83.00"), scored("90.00", "0102"), scored("79.00", "0103")],
    )
    assert change_said(month).endswith("差異在抽樣誤差之內，不能說有變化。")


def test_a_large_difference_is_said_without_a_cause() -> None:
    month = made(
        [scored("60.00"), scored("61.00", "0102"), scored("62.00", "0103")],
        [scored("90.00"), scored("91.00", "0102"), scored("92.00", "0103")],
    )
    assert "-30.00" in change_said(month)
    assert change_said(month).endswith("下降超出抽樣誤差；受測的人與題目不同，仍不能說明原因。")


def test_two_calls_of_the_same_score_have_no_interval_and_prove_no_change() -> None:
    month = made([scored("80.00"), scored("80.00", "0102")], [scored("90.00"), scored("90.00", "0102")])
    assert month.interval is None
    assert mean_said(month).endswith("通數太少，算不出誤差。")
    assert change_said(month).endswith("通數太少，不能說有變化。")


def test_months_by_different_scales_are_not_compared() -> None:
    month = made(
        [scored("80.00"), scored("90.00", "0102")],
        [scored("80.00", scale="another"), scored("90.00", "0102", scale="another")],
    )
    assert not month.comparable
    assert change_said(month).endswith("兩個月用的量表不同，不能比較。")


def test_a_month_without_a_score_is_not_compared() -> None:
    assert "不能比較" in change_said(made([scored("80.00")]))
    assert mean_said(made([])) == "本月沒有計分的電話。"


# On a real office


@pytest.fixture
def month(desk: CallDesk, drawn: list[Draw], at: datetime) -> BulletinDesk:
    """Four drawn, three called: one scored full, one busy, one still a draft."""
    for draw, outcome in zip(drawn[:2], (Outcome.REACHED, Outcome.BUSY), strict=True):
        call = desk.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=at)
        desk.set_outcome(call.id, outcome, by=ADMINISTRATOR, at=at)
        if outcome is Outcome.REACHED:
            for line, step in full_marks(call.parts).items():
                desk.mark(call.id, line, step, by=ADMINISTRATOR, at=at)
        else:
            desk.remark(call.id, "月底前不再試。", by=ADMINISTRATOR)
        desk.seal(call.id, by=ADMINISTRATOR, at=at + timedelta(minutes=5))
    desk.open_call(drawn[2].round, drawn[2].staff_no, by=ADMINISTRATOR, at=at)
    return BulletinDesk(desk)


def test_drawn_sealed_reached_and_scored_are_counted(month: BulletinDesk, at: datetime) -> None:
    figures = month.bulletin("115M11", by=TRAINER, at=at + timedelta(days=1))
    # The fifth was called up for the one who was busy.
    assert (figures.drawn, figures.sealed, figures.reached, figures.scored) == (5, 2, 1, 1)
    assert dict(figures.outcomes)[Outcome.BUSY] == 1
    assert figures.until == date(2026, 11, 24)


def test_a_call_belongs_to_the_month_in_which_it_was_made_not_sealed(
    desk: CallDesk, drawn: list[Draw], at: datetime
) -> None:
    # 23:30 in Taipei on the last day of November, sealed in December.
    late = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)
    call = desk.open_call(drawn[0].round, drawn[0].staff_no, by=ADMINISTRATOR, at=late)
    desk.set_outcome(call.id, Outcome.NO_ANSWER, by=ADMINISTRATOR, at=late)
    desk.remark(call.id, "不再試。", by=ADMINISTRATOR)
    desk.seal(call.id, by=ADMINISTRATOR, at=late + timedelta(hours=12))
    after = late + timedelta(days=2)
    assert BulletinDesk(desk).bulletin("115M11", by=TRAINER, at=after).sealed == 1
    assert BulletinDesk(desk).bulletin("115M12", by=TRAINER, at=after).sealed == 0


@pytest.mark.parametrize(("code", "said"), [("115Q4", "要指定一個月"), ("115M12", "還沒有開始")])
def test_what_is_no_month_that_has_begun_is_refused(
    month: BulletinDesk, at: datetime, code: str, said: str
) -> None:
    with pytest.raises(BulletinError, match=said):
        month.bulletin(code, by=TRAINER, at=at)


def test_only_a_trainer_or_head_makes_it(month: BulletinDesk, at: datetime) -> None:
    staff = TRAINER.model_copy(update={"roles": frozenset({Role.STAFF, Role.TESTER})})
    with pytest.raises(NotAllowed):
        month.bulletin("115M11", by=staff, at=at)


def text_of(path: Path) -> str:
    return "".join(page.extract_text() for page in PdfReader(path).pages).replace("\n", "").replace(" ", "")


def test_it_is_printed_on_one_page_without_a_name(month: BulletinDesk, tmp_path: Path, at: datetime) -> None:
    report = print_bulletin(month, "115M11", tmp_path / "b.pdf", by=TRAINER, at=at)
    text = text_of(tmp_path / "b.pdf")
    assert report.pages == 1
    assert "人數不足" in text
    assert not [person.name for person in month.calls.office.ground.everybody() if person.name in text]


def test_a_month_without_tests_says_so(month: BulletinDesk, tmp_path: Path, at: datetime) -> None:
    print_bulletin(month, "115M10", tmp_path / "b.pdf", by=TRAINER, at=at)
    assert "本月沒有測試。" in text_of(tmp_path / "b.pdf")
