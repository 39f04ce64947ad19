"""The yearly plan on screen: taken over, set, done with evidence, and pressing on home."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from bureau.roles import ADMINISTRATOR
from tests.conftest import MOMENT
from tests.tui.conftest import House, press, running, screen_text, seen, steady
from training.attendance import Noted
from training.duties import Done, Frequency, Measure, MonthDay, RecordKind
from training.session import Status
from tui.desks import Desks

TRAINER, OWNER, OTHER = "0304", "0101", "0201"
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)


@pytest.fixture
def planned(office_file: Path) -> Path:
    """The office after it has taken the plan over."""
    with Desks.open(office_file, steady) as desks:
        desks.duties.load(by=ADMINISTRATOR, at=MOMENT, since=date(2026, 7, 1))
    return office_file


@pytest.fixture
def own(office_file: Path) -> Path:
    """The office with one measure of its own."""
    with Desks.open(office_file, steady) as desks:
        desks.duties.add(
            title="績優服務人員",
            wording="每季評選績優服務人員 1 名，公布於榮譽榜。",
            frequency=Frequency.QUARTER,
            person=OWNER,
            since=date(2026, 7, 1),
            by=ADMINISTRATOR,
            at=MOMENT,
        )
    return office_file


def measures(file: Path) -> list[Measure]:
    with Desks.open(file, steady) as desks:
        return desks.duties.measures()


def records(file: Path) -> list[Done]:
    with Desks.open(file, steady) as desks:
        return desks.duties.records(desks.duties.measures()[0].id)


@asynccontextmanager
async def at_the_plan(
    house: House, file: Path, staff_no: str = TRAINER, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[Any]]:
    async with running(house(staff_no, file), size) as pilot:
        press(pilot.app, "t")
        await seen(pilot, "下次期限")
        await seen(pilot, "115 年度")
        yield pilot


@asynccontextmanager
async def at_the_measure(
    house: House, file: Path, staff_no: str = TRAINER, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[Any]]:
    async with at_the_plan(house, file, staff_no, size) as pilot:
        press(pilot.app, "enter")
        await seen(pilot, "前一上班日")
        await seen(pilot, "115 年第 3 季")
        yield pilot


@SIZES
async def test_a_new_office_is_offered_the_plan(
    house: House, office_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with at_the_plan(house, office_file, size=size) as pilot:
        await seen(pilot, "按 L 載入計畫的清單")
        assert screen_text(pilot.app) == snapshot
    assert measures(office_file) == []


@SIZES
async def test_the_plan_shows_what_is_due_and_what_the_office_has_to_set(
    house: House, planned: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with at_the_plan(house, planned, size=size) as pilot:
        await seen(pilot, "11 項期限未定")
        assert screen_text(pilot.app) == snapshot


@SIZES
async def test_a_measure_shows_its_words_and_its_occasions(
    house: House, own: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with at_the_measure(house, own, size=size) as pilot:
        assert screen_text(pilot.app) == snapshot


@pytest.mark.parametrize("key", ["t", "T", "ｔ", "Ｔ"])
async def test_any_form_of_the_key_opens_the_plan(house: House, key: str) -> None:
    async with running(house()) as pilot:
        press(pilot.app, key)
        await seen(pilot, "還沒有工作項目")


async def test_the_plan_is_taken_over_after_saying_from_when_on(house: House, office_file: Path) -> None:
    async with at_the_plan(house, office_file) as pilot:
        press(pilot.app, "l")
        await seen(pilot, "自哪天起的期限才算")
        press(pilot.app, "f2")
        await seen(pilot, "載入 36 項")
        await seen(pilot, "單一窗口全程服務")


async def test_another_year_is_a_key_away(house: House, own: Path) -> None:
    async with at_the_plan(house, own) as pilot:
        press(pilot.app, "right")
        await seen(pilot, "116 年度")
        await seen(pilot, "116/03/31")
        press(pilot.app, "left", "left")
        await seen(pilot, "114 年度")
        await seen(pilot, "今年沒有")


async def test_the_office_sets_a_deadline(house: House, planned: Path) -> None:
    async with at_the_plan(house, planned) as pilot:
        press(pilot.app, "down", "e")
        await seen(pilot, "不變：期限未定，請局裡設定")
        press(pilot.app, "end", "up", "enter")
        await seen(pilot, "例如 3/31、7/31")
        press(pilot.app, "tab", *"12/15", "f2")
        await seen(pilot, "已寫入「走動引導民眾」")
        await seen(pilot, "115/12/15")
        await seen(pilot, "10 項期限未定")


async def test_a_measure_of_the_own_is_added(house: House, office_file: Path) -> None:
    async with at_the_plan(house, office_file) as pilot:
        press(pilot.app, "n")
        await seen(pilot, "多久辦一次？")
        press(pilot.app, "down", "down", "down", "enter")
        await seen(pilot, "新增工作項目")
        press(pilot.app, *"檢討會", "f2")
        await seen(pilot, "已寫入「檢討會」")
    assert [each.terms[0].frequency for each in measures(office_file)] == [Frequency.HALF]


async def test_a_section_that_the_office_does_not_have_is_refused(house: House, own: Path) -> None:
    async with at_the_plan(house, own) as pilot:
        press(pilot.app, "e")
        await seen(pilot, "不變：每季")
        press(pilot.app, "enter")
        await seen(pilot, "修改工作項目")
        press(pilot.app, "tab", *"沒有這科", "f2")
        await seen(pilot, "沒有「沒有這科」這個科室")


async def test_an_occasion_is_done_with_words(house: House, own: Path) -> None:
    async with at_the_measure(house, own, OWNER) as pilot:
        press(pilot.app, "d")
        await seen(pilot, "辦理日")
        press(pilot.app, "tab", *"簽文 115001", "f2")
        await seen(pilot, "已登錄「績優服務人員」")
        await seen(pilot, "已辦，晚 54 天")
    assert [(each.occasion, each.by, each.text) for each in records(own)] == [("115Q3", OWNER, "簽文 115001")]


async def test_what_was_done_wrongly_is_taken_back_with_a_reason(house: House, own: Path) -> None:
    async with at_the_measure(house, own, OWNER) as pilot:
        press(pilot.app, "d")
        await seen(pilot, "辦理日")
        press(pilot.app, "tab", *"簽文", "f2")
        await seen(pilot, "已登錄")
        press(pilot.app, "u")
        await seen(pilot, "收回這筆紀錄")
        press(pilot.app, *"登錯季別", "f2")
        await seen(pilot, "已收回；原紀錄保留")
        press(pilot.app, "enter")
        await seen(pilot, "收回：登錯季別")
    assert not records(own)[0].stands


async def test_nothing_is_done_without_evidence(house: House, own: Path) -> None:
    async with at_the_measure(house, own, OWNER) as pilot:
        press(pilot.app, "d")
        await seen(pilot, "辦理日")
        press(pilot.app, "f2")
        await seen(pilot, "沒有寫憑據")
    assert records(own) == []


async def test_somebody_else_is_offered_no_key_to_change_anything(house: House, own: Path) -> None:
    async with at_the_measure(house, own, OTHER) as pilot:
        shown = screen_text(pilot.app)
        assert not [key for key in ("D 登錄辦畢", "U 收回", "E 修改", "X 停用") if key in shown]


async def test_a_held_session_is_proposed_and_a_person_confirms(house: House, office_file: Path) -> None:
    with Desks.open(office_file, steady) as desks:
        session = desks.training.add_session(
            title="下半年講習",
            day=date(2026, 11, 20),
            start=time(9),
            end=time(12),
            by=ADMINISTRATOR,
            at=MOMENT,
        )
        desks.training.expect(session.id, [OWNER], by=ADMINISTRATOR, at=MOMENT)
        desks.training.record_attendance(
            session.id, [Noted(staff_no=OWNER, status=Status.PRESENT)], by=ADMINISTRATOR, at=MOMENT
        )
        desks.duties.add(
            title="講習",
            frequency=Frequency.DATES,
            dates=(MonthDay(11, 30),),
            record=RecordKind.SESSION,
            by=ADMINISTRATOR,
            at=MOMENT,
        )
    async with at_the_plan(house, office_file) as pilot:
        press(pilot.app, "enter")
        await seen(pilot, "115 年 11/30 以前")
        press(pilot.app, "d")
        await seen(pilot, "下半年講習，1 人出席")
        press(pilot.app, "enter")
        await seen(pilot, "辦理日")
        press(pilot.app, "f2")
        await seen(pilot, "講習場次 A1")
    assert [(each.kind, each.on) for each in records(office_file)] == [
        (RecordKind.SESSION, date(2026, 11, 20))
    ]


async def test_a_retired_measure_says_why(house: House, own: Path) -> None:
    async with at_the_measure(house, own) as pilot:
        press(pilot.app, "x")
        await seen(pilot, "停用這一項")
        press(pilot.app, *"計畫修正", "f2")
        await seen(pilot, "已停用：計畫修正")


async def test_the_due_dates_go_into_a_calendar(house: House, own: Path, tmp_path: Path) -> None:
    target = tmp_path / "plan.ics"
    async with at_the_plan(house, own) as pilot:
        press(pilot.app, "c")
        await seen(pilot, "幾天前提醒")
        field: Any = pilot.app.focused
        field.value = str(target)
        press(pilot.app, "f2")
        shown = await seen(pilot, "已寫入")
        assert "2個期限" in re.sub(r"[\s│]", "", shown)
    assert len(Calendar.from_ical(target.read_bytes()).walk("VEVENT")) == 2


async def test_text_that_looks_like_markup_does_no_harm(house: House, office_file: Path) -> None:
    with Desks.open(office_file, steady) as desks:
        desks.duties.add(
            title="[bold red]項目[/]",
            wording="[link=x]原文",
            frequency=Frequency.QUARTER,
            since=date(2026, 7, 1),
            by=ADMINISTRATOR,
            at=MOMENT,
        )
    async with at_the_measure(house, office_file) as pilot:
        shown = screen_text(pilot.app)
        assert "[bold red]項目[/]" in shown
        assert "[link=x]原文" in shown


# Home


@pytest.mark.parametrize(("staff_no", "told"), [(OWNER, True), (TRAINER, True), (OTHER, False)])
async def test_home_tells_owner_and_trainer_what_is_overdue(
    house: House, own: Path, staff_no: str, told: bool
) -> None:
    async with running(house(staff_no, own)) as pilot:
        assert ("績優服務人員（115 年第 3 季）" in screen_text(pilot.app)) is told


async def test_home_says_once_how_many_deadlines_are_to_be_set(house: House, planned: Path) -> None:
    async with running(house(TRAINER, planned)) as pilot:
        shown = await seen(pilot, "工作項目 11 項期限未定，請局裡設定")
        assert shown.count("期限未定") == 1


async def test_home_says_nothing_of_a_plan_that_was_not_taken_over(house: House) -> None:
    async with running(house(TRAINER)) as pilot:
        assert "期限未定" not in screen_text(pilot.app)
