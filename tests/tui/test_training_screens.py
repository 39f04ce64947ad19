"""A trainer holds a session, enters who was there, follows a case and prints the lists on screen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot

from bureau.roles import ADMINISTRATOR
from courtesy.call import Outcome
from tests.conftest import MOMENT
from tests.tui.conftest import House, make_office, running, screen_text, seen, steady
from training.case import Case, State
from training.session import Status
from tui.desks import Desks

TRAINER = "0304"
SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)


@pytest.fixture
def training_file(office_file: Path) -> Path:
    """The office after one call that went badly, with a session held this morning."""
    with Desks.open(office_file, steady) as desks:
        low_call(desks)
        session = desks.training.add_session(
            title="下半年為民服務訓練講習",
            day=date(2026, 11, 23),
            start=time(9),
            end=time(9, 50),
            by=ADMINISTRATOR,
            at=MOMENT,
        )
        people = [person.staff_no for person in desks.people.people_on(session.day)]
        desks.training.expect(session.id, people, by=ADMINISTRATOR, at=MOMENT)
    return office_file


def low_call(desks: Desks) -> None:
    """Seal a call in which everything went wrong but nothing critical."""
    draw = desks.calls.waiting(by=ADMINISTRATOR)[0]
    call = desks.calls.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=MOMENT)
    desks.calls.set_outcome(call.id, Outcome.REACHED, by=ADMINISTRATOR, at=MOMENT)
    for placed in desks.calls.scale(call.scale).lines(call.parts):
        if placed.line.code != "stand-in":
            step = placed.line.steps[0 if placed.line.critical else -1]
            desks.calls.mark(call.id, placed.id, step.key, by=ADMINISTRATOR, at=MOMENT)
    desks.calls.seal(call.id, by=ADMINISTRATOR, at=MOMENT + timedelta(minutes=2))


def the_case(file: Path) -> Case:
    with Desks.open(file, steady) as desks:
        return desks.training.cases()[0]


def statuses(file: Path) -> list[Status | None]:
    with Desks.open(file, steady) as desks:
        session = desks.training.sessions()[0]
        return [
            one.attendance.status if one.attendance else None for one in desks.training.expected(session.id)
        ]


@asynccontextmanager
async def at_the_list(
    house: House, file: Path, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[Any]]:
    async with running(house(TRAINER, file), size) as pilot:
        await pilot.press("4")
        await seen(pilot, "下半年為民服務訓練講習")
        await pilot.press("enter")
        await seen(pilot, "已登錄 0/12")
        yield pilot


@asynccontextmanager
async def at_the_cases(
    house: House, file: Path, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Pilot[Any]]:
    async with running(house(TRAINER, file), size) as pilot:
        await pilot.press("5")
        await seen(pilot, "未結的補訓案 1 件")
        yield pilot


async def fill_in(pilot: Pilot[Any], text: str) -> None:
    """Replace the text of the field that has the focus."""
    field: Any = pilot.app.focused
    field.value = text
    await pilot.press("f2")


# Sessions


@SIZES
async def test_the_sessions_say_how_far_the_year_is(
    house: House, training_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with running(house(TRAINER, training_file), size) as pilot:
        await pilot.press("4")
        await seen(pilot, "下半年為民服務訓練講習")
        assert screen_text(pilot.app) == snapshot


async def test_a_new_session_expects_everybody(house: House, office_file: Path) -> None:
    async with running(house(TRAINER, office_file)) as pilot:
        await pilot.press("4")
        await seen(pilot, "還沒有場次")
        await pilot.press("n")
        await seen(pilot, "新增場次")
        await fill_in(pilot, "年底講習")
        await seen(pilot, "應到12人")
        assert "年底講習" in screen_text(pilot.app)


@SIZES
async def test_the_list_of_a_session_is_shown_as_on_the_sheet(
    house: House, training_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with at_the_list(house, training_file, size) as pilot:
        await pilot.press("1", "3")
        await seen(pilot, "已登錄 2/12")
        assert screen_text(pilot.app) == snapshot


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("1", Status.PRESENT),
        ("２", Status.OFFICIAL),
        ("3", Status.LEAVE),
        ("4", Status.ABSENT),
    ],
)
async def test_one_key_stores_one_person_and_goes_on_to_the_next(
    house: House, training_file: Path, key: str, status: Status
) -> None:
    async with at_the_list(house, training_file) as pilot:
        await pilot.press(key, "1")
        await seen(pilot, "已登錄 2/12")
        assert statuses(training_file)[:2] == [status, Status.PRESENT]


async def test_minutes_beyond_the_session_are_refused(house: House, training_file: Path) -> None:
    async with at_the_list(house, training_file) as pilot:
        await pilot.press("m")
        await seen(pilot, "在場幾分鐘")
        await fill_in(pilot, "90")
        await seen(pilot, "沒有完成")
        assert statuses(training_file)[0] is None


async def test_the_rest_can_be_noted_as_present_at_once(house: House, training_file: Path) -> None:
    async with at_the_list(house, training_file) as pilot:
        await pilot.press("4", "a")
        await seen(pilot, "還沒有登錄的 11 人")
        await pilot.press("y")
        await seen(pilot, "已登錄 12/12")
        assert statuses(training_file).count(Status.PRESENT) == 11


async def test_the_sign_in_sheet_is_printed_with_everybody(
    house: House, training_file: Path, tmp_path: Path
) -> None:
    target = tmp_path / "sheet.pdf"
    async with at_the_list(house, training_file) as pilot:
        await pilot.press("p")
        await seen(pilot, "印簽到表")
        await fill_in(pilot, str(target))
        await seen(pilot, "共 1 頁")
    text = PdfReader(target).pages[0].extract_text()
    assert "王𤧟翔" in text


# Cases


@SIZES
async def test_a_single_low_call_is_a_case_that_waits_for_a_second_tester(
    house: House, training_file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with at_the_cases(house, training_file, size) as pilot:
        assert screen_text(pilot.app) == snapshot


async def test_a_case_shows_its_evidence_and_what_is_lacking(house: House, training_file: Path) -> None:
    async with at_the_cases(house, training_file) as pilot:
        await pilot.press("enter")
        shown = await seen(pilot, "證據")
        assert "紀錄 A1" in shown
        assert "低於 70" in shown


async def test_a_gate_that_is_not_met_needs_a_reason(house: House, training_file: Path) -> None:
    async with at_the_cases(house, training_file) as pilot:
        await pilot.press("s")
        await seen(pilot, "還缺什麼")
        await pilot.press("enter")
        await seen(pilot, "理由")
        await fill_in(pilot, "")
        await seen(pilot, "沒有完成")
        assert the_case(training_file).state is State.TO_CONFIRM


async def test_a_step_over_a_gate_keeps_its_reason(house: House, training_file: Path) -> None:
    async with at_the_cases(house, training_file) as pilot:
        await pilot.press("s")
        await seen(pilot, "還缺什麼")
        await pilot.press("enter")
        await seen(pilot, "理由")
        await fill_in(pilot, "chief agreed")
        await seen(pilot, "應補訓")
        step = the_case(training_file).steps[-1]
        assert (step.reason, bool(step.overridden)) == ("chief agreed", True)


@pytest.mark.parametrize(("key", "whole"), [("n", True), ("y", False)])
async def test_the_roster_is_printed_with_or_without_whole_names(
    house: House, training_file: Path, tmp_path: Path, key: str, whole: bool
) -> None:
    target = tmp_path / "roster.pdf"
    async with at_the_cases(house, training_file) as pilot:
        await pilot.press("p")
        await seen(pilot, "印補訓名冊")
        await fill_in(pilot, str(target))
        await seen(pilot, "遮罩姓名")
        await pilot.press(key)
        await seen(pilot, "1 人")
    with Desks.open(training_file, steady) as desks:
        name = desks.office.person(the_case(training_file).person, date(2026, 11, 23)).name
    assert (name in PdfReader(target).pages[0].extract_text()) is whole


async def test_a_colleague_sees_only_the_own_case(house: House, training_file: Path) -> None:
    person = None
    with Desks.open(training_file, steady) as desks:
        desks.training.open_cases(by=ADMINISTRATOR, at=MOMENT)
        person = desks.training.cases()[0].person
    other = "0101" if person != "0101" else "0102"
    async with running(house(other, training_file)) as pilot:
        await pilot.press("5")
        await seen(pilot, "未結的補訓案 0 件")


async def test_names_that_look_like_markup_do_no_harm(house: House, tmp_path: Path) -> None:
    names = {
        f"0{section}0{place}": "王[/x][@click=app.quit]" for section in (1, 2, 3) for place in (1, 2, 3, 4)
    }
    file = make_office(tmp_path / "hostile.db", renamed=names)
    with Desks.open(file, steady) as desks:
        low_call(desks)
    async with at_the_cases(house, file) as pilot:
        await pilot.press("enter")
        assert "王[/x][@click=app.quit]" in await seen(pilot, "證據")


async def test_a_case_is_given_to_somebody_else(house: House, training_file: Path) -> None:
    async with at_the_cases(house, training_file) as pilot:
        await seen(pilot, "承辦人：鄭惠文")
        await pilot.press("e")
        await seen(pilot, "要改什麼")
        await pilot.press("enter")
        await seen(pilot, "由誰承辦")
        await pilot.press("down", "enter")
        await seen(pilot, "未結的補訓案 1 件")
        with Desks.open(training_file, steady) as desks:
            owners = [number for number, _name in desks.cases.owners(MOMENT.date())]
        assert the_case(training_file).owner == owners[min(1, len(owners) - 1)]


async def test_a_due_date_that_does_not_run_cannot_be_moved(house: House, training_file: Path) -> None:
    async with at_the_cases(house, training_file) as pilot:
        await pilot.press("e")
        await seen(pilot, "還不起算")
        await pilot.press("down", "enter")
        await seen(pilot, "改期限")
        await pilot.press("f2")
        await seen(pilot, "沒有完成")


@pytest.fixture
def closed_long_ago(training_file: Path) -> Path:
    """The same office, whose rules ask for the look a day after the closing, a day after it."""
    with Desks.open(training_file, steady) as desks:
        rules = training_file.with_name("rules.toml")
        text = desks.people.rules_text(MOMENT.date())
        rules.write_text(text.replace("check_after_days = 90", "check_after_days = 1"), encoding="utf-8")
        before = MOMENT - timedelta(days=1)
        desks.people.publish_rules(rules, before.date(), by=ADMINISTRATOR, at=before)
        desks.training.open_cases(by=ADMINISTRATOR, at=MOMENT)
        case = desks.training.cases()[0]
        session = desks.training.sessions()[0]
        for state in (State.DUE, State.ASSIGNED, State.TRAINED, State.RETEST, State.CLOSED):
            desks.training.advance(
                case.id,
                state,
                by=ADMINISTRATOR,
                at=before,
                session_id=session.id if state is State.ASSIGNED else "",
                reason="奉核",
            )
    return training_file


@SIZES
async def test_a_closed_case_that_waits_to_be_looked_at_stands_on_the_list(
    house: House, closed_long_ago: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with running(house(TRAINER, closed_long_ago), size) as pilot:
        await pilot.press("5")
        await seen(pilot, "結案後待複查 1 件")
        assert screen_text(pilot.app) == snapshot


async def test_a_closed_case_is_looked_at_with_the_tests_since(house: House, closed_long_ago: Path) -> None:
    async with running(house(TRAINER, closed_long_ago)) as pilot:
        await seen(pilot, "補訓案結案後待複查 1 件")
        await pilot.press("5")
        await seen(pilot, "結案後待複查 1 件")
        await pilot.press("k")
        await seen(pilot, "結案以來的測試：")
        await pilot.press("enter")
        await seen(pilot, "理由")
        await fill_in(pilot, "moved to another desk")
        await seen(pilot, "未結的補訓案 0 件")
        check = the_case(closed_long_ago).check
        assert check is not None
        assert check.reason == "moved to another desk"
