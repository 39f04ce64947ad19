"""A clerk leads a round from the commitment to the reveal without leaving the keyboard."""

import json
import re
from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from bureau.roles import ADMINISTRATOR
from courtesy.call import Outcome
from courtesy.draw import Certificate, difference
from courtesy.round import RoundState
from tests.conftest import MOMENT
from tests.tui.conftest import (
    DRAWN,
    PUBLIC_NUMBER,
    TESTERS,
    TRAINER,
    House,
    make_office,
    press,
    running,
    screen_text,
    seen,
    steady,
)
from tui.desks import Desks

ROUND = "A1"


@pytest.fixture
def undrawn(tmp_path: Path) -> Path:
    """An office without a round."""
    return make_office(tmp_path / "undrawn.db", draw=False)


def desks(file: Path) -> Desks:
    return Desks.open(file, steady)


def seal_everything(file: Path) -> None:
    with desks(file) as opened:
        # Nobody is reached: the next in the order takes each one's place, to its end.
        while waiting := opened.calls.waiting(by=ADMINISTRATOR):
            draw = waiting[0]
            call = opened.calls.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=MOMENT)
            opened.calls.set_outcome(call.id, Outcome.NO_ANSWER, by=ADMINISTRATOR, at=MOMENT)
            opened.calls.remark(call.id, "全週出差", by=ADMINISTRATOR)
            opened.calls.seal(call.id, by=ADMINISTRATOR, at=MOMENT)


def unhashed(text: str) -> str:
    return re.sub(r"[0-9a-f]{64}", "#" * 64, text)


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
async def test_the_rounds_fit_the_terminal(
    house: House, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "公開號碼")
        assert unhashed(screen_text(app)) == snapshot


@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
async def test_the_drawn_fit_the_terminal(
    house: House, snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house()
    async with running(app, size) as pilot:
        press(pilot.app, "2")
        await seen(pilot, ROUND)
        press(pilot.app, "enter")
        assert await seen(pilot, "測試員") == snapshot


async def test_a_new_round_shows_the_commitment_to_publish_and_keeps_the_salt(
    house: House, undrawn: Path
) -> None:
    app = house(file=undrawn)
    async with running(app) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "還沒有回合")
        press(pilot.app, "n")
        await seen(pilot, "期別寫成")
        press(pilot.app, "tab", "tab", "tab", "６", "f2")
        shown = await seen(pilot, "請現在公布承諾值")
    with desks(undrawn) as opened:
        made = opened.calls.round(ROUND)
    assert made.rules.size == DRAWN
    assert made.commitment in shown
    assert made.salt not in shown


async def test_a_round_for_nobody_is_not_begun(house: House, undrawn: Path) -> None:
    app = house(file=undrawn)
    async with running(app) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "還沒有回合")
        press(pilot.app, "n")
        await seen(pilot, "期別寫成")
        press(pilot.app, "f2")
        await seen(pilot, "人數：應為 1 至")
    with desks(undrawn) as opened:
        assert opened.calls.rounds() == []


async def test_a_round_larger_than_the_office_is_refused_in_words(house: House, undrawn: Path) -> None:
    app = house(file=undrawn)
    async with running(app) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "還沒有回合")
        press(pilot.app, "n")
        await seen(pilot, "期別寫成")
        press(pilot.app, "tab", "tab", "tab", "5", "0", "f2")
        await seen(pilot, "可抽的只有 12 人，不足 50 人")


async def committed(house: House, file: Path) -> None:
    with desks(file) as opened:
        opened.calls.new_round(
            period="115H2",
            first=MOMENT.date(),
            last=MOMENT.date(),
            scale="official",
            size=DRAWN,
            by=ADMINISTRATOR,
            at=MOMENT,
        )


async def test_the_public_number_draws_after_a_second_thought(house: House, undrawn: Path) -> None:
    await committed(house, undrawn)
    app = house(file=undrawn)
    async with running(app) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "已承諾，待抽籤")
        press(pilot.app, "p")
        await seen(pilot, "至少 3 位數字")
        press(pilot.app, *PUBLIC_NUMBER, "enter")
        await seen(pilot, "用這個號碼抽籤？")
        press(pilot.app, "y")
        await seen(pilot, "已抽籤，測試中")
    with desks(undrawn) as opened:
        assert opened.calls.round(ROUND).public_number == PUBLIC_NUMBER


async def test_without_the_second_thought_nothing_is_drawn(house: House, undrawn: Path) -> None:
    await committed(house, undrawn)
    app = house(file=undrawn)
    async with running(app) as pilot:
        press(pilot.app, "2")
        await seen(pilot, "已承諾，待抽籤")
        press(pilot.app, "p")
        await seen(pilot, "至少 3 位數字")
        press(pilot.app, *PUBLIC_NUMBER, "enter")
        await seen(pilot, "用這個號碼抽籤？")
        press(pilot.app, "n")
        await seen(pilot, "已承諾，待抽籤")
    with desks(undrawn) as opened:
        assert opened.calls.round(ROUND).state is RoundState.COMMITTED


async def test_a_public_number_is_entered_once(house: House) -> None:
    async with running(house()) as pilot:
        press(pilot.app, "2")
        await seen(pilot, ROUND)
        press(pilot.app, "p")
        await seen(pilot, "公開號碼只能輸入一次")


@pytest.mark.parametrize("tester", TESTERS)
async def test_a_tester_sees_only_the_own_calls_among_the_drawn(
    house: House, office_file: Path, tester: str
) -> None:
    with desks(office_file) as opened:
        draws = opened.calls.draws(ROUND, by=ADMINISTRATOR)
        people = {person.staff_no: person.extension for person in opened.people.everybody()}
    own = {people[draw.staff_no] for draw in draws if draw.tester == tester}
    app = house(tester)
    async with running(app) as pilot:
        press(pilot.app, "2")
        await seen(pilot, ROUND)
        press(pilot.app, "enter")
        await seen(pilot, next(iter(own)))
        shown = set(re.findall(r"\b1[123]0[1-4]\b", screen_text(app)))
    assert shown == own


async def test_the_clerk_of_a_round_does_not_know_who_was_drawn(house: House) -> None:
    async with running(house(TRAINER)) as pilot:
        press(pilot.app, "2")
        await seen(pilot, ROUND)
        press(pilot.app, "enter")
        await seen(pilot, "名單在回合結束前不對您公開")


async def test_whoever_is_taken_out_is_replaced_by_the_next_in_the_order(
    house: House, office_file: Path
) -> None:
    async with running(house()) as pilot:
        press(pilot.app, "2")
        await seen(pilot, ROUND)
        press(pilot.app, "enter")
        await seen(pilot, "測試員")
        press(pilot.app, "down", "x")
        await seen(pilot, "原因會記在抽籤證書上")
        press(pilot.app, *"離職", "enter")
        await seen(pilot, "遞補：第")
        press(pilot.app, "enter")
        await seen(pilot, "剔除：離職")
    with desks(office_file) as opened:
        draws = opened.calls.draws(ROUND, by=ADMINISTRATOR)
    assert [draw.excluded for draw in draws].count("離職") == 1
    assert len(draws) == DRAWN + 1


async def test_the_clerk_takes_somebody_out_by_number(house: House, office_file: Path) -> None:
    with desks(office_file) as opened:
        someone = opened.calls.draws(ROUND, by=ADMINISTRATOR)[0].staff_no
    async with running(house(TRAINER)) as pilot:
        press(pilot.app, "2")
        await seen(pilot, ROUND)
        press(pilot.app, "x")
        await seen(pilot, "員工編號")
        press(pilot.app, *someone, "enter", *"出差", "enter")
        await seen(pilot, "遞補：第")


async def test_nobody_is_taken_out_without_a_reason(house: House) -> None:
    async with running(house()) as pilot:
        press(pilot.app, "2")
        await seen(pilot, ROUND)
        press(pilot.app, "x")
        await seen(pilot, "員工編號")
        press(pilot.app, *"0101", "f2")
        await seen(pilot, "原因：不能空白")


async def test_a_round_with_calls_to_make_keeps_its_salt(house: House) -> None:
    async with running(house()) as pilot:
        press(pilot.app, "2")
        await seen(pilot, ROUND)
        press(pilot.app, "c")
        await seen(pilot, f"結束回合 {ROUND}？")
        press(pilot.app, "y")
        await seen(pilot, f"還有 {DRAWN} 通沒有封存")


async def test_the_certificate_of_an_ended_round_holds(
    house: House, office_file: Path, tmp_path: Path
) -> None:
    seal_everything(office_file)
    target = tmp_path / "證書.json"
    app = house()
    async with running(app) as pilot:
        press(pilot.app, "2")
        await seen(pilot, ROUND)
        press(pilot.app, "c")
        await seen(pilot, f"結束回合 {ROUND}？")
        press(pilot.app, "y")
        with desks(office_file) as opened:
            salt = opened.calls.round(ROUND).salt
        assert salt in await seen(pilot, "請公布密鹽")
        press(pilot.app, "enter", "w")
        await seen(pilot, "證書裡有重算")
        app.screen.query_one("#field-path").value = str(target)  # type: ignore[attr-defined]  # an Input
        press(pilot.app, "enter")
        await seen(pilot, "證書已寫到")
    certificate = Certificate.model_validate(json.loads(target.read_text(encoding="utf-8")))
    assert difference(certificate) is None


async def test_a_certificate_is_refused_while_the_salt_is_secret(house: House) -> None:
    async with running(house()) as pilot:
        press(pilot.app, "2")
        await seen(pilot, ROUND)
        press(pilot.app, "w")
        await seen(pilot, "密鹽還不能公布")


async def test_a_tester_begins_no_round(house: House) -> None:
    async with running(house(TESTERS[0])) as pilot:
        press(pilot.app, "2")
        await seen(pilot, ROUND)
        press(pilot.app, "n")
        await seen(pilot, "期別寫成")
        press(pilot.app, "tab", "tab", "tab", "6", "f2")
        await seen(pilot, "這件事只有訓練承辦人可以做")


async def test_the_help_explains_the_four_steps(house: House) -> None:
    async with running(house()) as pilot:
        press(pilot.app, "2")
        await seen(pilot, ROUND)
        press(pilot.app, "f1")
        shown = await seen(pilot, "說明：抽測")
    assert all(step in shown for step in ("承諾", "公開號碼", "抽籤", "公布"))


async def test_the_bulletin_of_a_month_is_printed_from_the_rounds(
    house: House, office_file: Path, tmp_path: Path
) -> None:
    seal_everything(office_file)
    path = tmp_path / "bulletin.pdf"
    app = house()
    async with running(app) as pilot:
        press(app, "2")
        await seen(pilot, ROUND)
        press(app, "b")
        await seen(pilot, "月報不列個人成績")
        app.screen.query_one("#field-path").value = str(path)  # type: ignore[attr-defined]  # an Input
        press(app, "f2")
        await seen(pilot, "月報已印到")
    assert path.read_bytes().startswith(b"%PDF")
