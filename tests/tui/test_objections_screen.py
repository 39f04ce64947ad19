"""A person objects from the keyboard, and another tester rescores blind."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion

from bureau.roles import ADMINISTRATOR, Actor, Role
from courtesy.call import Outcome
from tests.conftest import MOMENT
from tests.tui.conftest import House, press, running, seen, steady
from tui.desks import Desks

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)


@pytest.fixture
def disputed(office_file: Path) -> tuple[Path, str]:
    """An office with one objection, and who rescores it."""
    with Desks.open(office_file, steady) as desks:
        with desks.office.store.transaction():
            desks.office.ground.put_role("0301", Role.TESTER)
        draw = desks.calls.waiting(by=ADMINISTRATOR)[0]
        call = desks.calls.open_call(draw.round, draw.staff_no, by=ADMINISTRATOR, at=MOMENT)
        desks.calls.set_outcome(call.id, Outcome.REACHED, by=ADMINISTRATOR, at=MOMENT)
        for placed in desks.calls.scale(call.scale).in_call_order(call.parts):
            if placed.line.code != "stand-in":
                step = placed.line.steps[-1 if placed.line.code == "hang-up" else 0]
                desks.calls.mark(call.id, placed.id, step.key, by=ADMINISTRATOR, at=MOMENT)
        call = desks.calls.seal(call.id, by=ADMINISTRATOR, at=MOMENT)
        line = next(line for line in call.marks if line.endswith("hang-up"))
        placed = next(each for each in desks.objections.disputable(call) if each.id == line)
        made = desks.objections.file(
            call.id,
            {line: (placed.line.steps[0].key, "我等對方掛了才掛")},
            by=Actor(staff_no=call.person),
            at=MOMENT,
        )
    return office_file, made.tester


@SIZES
async def test_the_blind_form_fits_the_terminal(
    house: House, disputed: tuple[Path, str], snapshot: SnapshotAssertion, size: tuple[int, int]
) -> None:
    app = house(disputed[1])
    async with running(app, size) as pilot:
        await seen(pilot, "申復待重評 1 件")
        press(app, "9")
        await seen(pilot, "請您重評")
        press(app, "enter")
        assert await seen(pilot, "我等對方掛了才掛") == snapshot


async def test_the_ruling_follows_from_two_keys(house: House, disputed: tuple[Path, str]) -> None:
    app = house(disputed[1])
    async with running(app) as pilot:
        press(app, "9")
        await seen(pilot, "請您重評")
        press(app, "enter")
        await seen(pilot, "我等對方掛了才掛")
        press(app, "1")
        await seen(pilot, "做到")
        press(app, "f5")
        await seen(pilot, "裁定這件申復")
        press(app, "y")
        await seen(pilot, "已裁定：變更")
