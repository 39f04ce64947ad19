"""A real office with a drawn round, and the program on it with a clock that only the test moves."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot

from bureau.people import Person, Section
from bureau.roles import ADMINISTRATOR, Role
from courtesy.desk import SCALES
from tests.conftest import MOMENT
from tui.app import CourtesyApp
from tui.desks import Desks

SECTIONS = ("房屋稅科", "土地稅科", "企劃服務科")
PEOPLE = (
    ("0101", "王小明", "房屋稅科", "稅務員", "1101"),
    ("0102", "李堃", "房屋稅科", "助理員", "1102"),
    ("0103", "陳秋月", "房屋稅科", "股長", "1103"),
    ("0104", "張喆", "房屋稅科", "稅務員", "1104"),
    ("0201", "林淑芬", "土地稅科", "稅務員", "1201"),
    ("0202", "黃建國", "土地稅科", "稅務員", "1202"),
    ("0203", "吳峯銘", "土地稅科", "股長", "1203"),
    ("0204", "歐陽美玉", "土地稅科", "助理員", "1204"),
    ("0301", "蔡志豪", "企劃服務科", "科員", "1301"),
    ("0302", "王𤧟翔", "企劃服務科", "科員", "1302"),
    ("0303", "許雅婷", "企劃服務科", "書記", "1303"),
    ("0304", "鄭惠文", "企劃服務科", "股長", "1304"),
)
TESTERS = ("0103", "0203")
TRAINER = "0304"
DRAWN = 6
PUBLIC_NUMBER = "48213907"
LOOKS = 1000
BETWEEN_LOOKS = 0.01
"""How often at most, and after how many seconds of letting the program run, a test looks at the screen."""


def steady(size: int) -> bytes:
    """Give the same bytes always, so that no screen changes because an act was added elsewhere."""
    return b"\x17" * size


class Clock:
    """Stands still until the test moves it."""

    def __init__(self, moment: datetime = MOMENT) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.moment += timedelta(seconds=seconds)


def make_office(path: Path, *, renamed: dict[str, str] | None = None, draw: bool = True) -> Path:
    """Make an office file with the people above, the official scale and one drawn round.

    Args:
        path: where.
        renamed: other names for some, by 員工編號.
        draw: whether the round exists and is drawn.
    """
    with Desks.create(path, name="測試縣稅務局", entropy=steady, at=MOMENT) as desks:
        ground = desks.office.ground
        with desks.office.store.transaction():
            for order, name in enumerate(SECTIONS):
                ground.add_section(Section(name=name, order=order))
            for staff_no, name, section, title, extension in PEOPLE:
                person = Person(
                    staff_no=staff_no,
                    name=(renamed or {}).get(staff_no, name),
                    section=section,
                    title=title,
                    extension=extension,
                )
                ground.put_person(person, since=date(2020, 1, 1))
            for staff_no in TESTERS:
                ground.put_role(staff_no, Role.TESTER)
            ground.put_role(TRAINER, Role.TRAINER)
        desks.calls.publish_scale(SCALES / "official.toml", by=ADMINISTRATOR, at=MOMENT)
        if draw:
            made = desks.calls.new_round(
                period="115H2",
                first=date(2026, 11, 23),
                last=date(2026, 11, 30),
                scale="official",
                size=DRAWN,
                by=ADMINISTRATOR,
                at=MOMENT,
            )
            desks.calls.draw(made.id, PUBLIC_NUMBER, by=ADMINISTRATOR, at=MOMENT)
    return path


@pytest.fixture
def office_file(tmp_path: Path) -> Path:
    """An office with a drawn round."""
    return make_office(tmp_path / "office.db")


@pytest.fixture
def clock() -> Clock:
    """The program's clock."""
    return Clock()


House = Callable[..., CourtesyApp]


@pytest.fixture
def house(office_file: Path, clock: Clock) -> House:
    """Start the program on the office file, or on another one."""

    def start(staff_no: str = "", file: Path = office_file) -> CourtesyApp:
        return CourtesyApp(file, staff_no, clock=clock, entropy=steady)

    return start


def screen_text(app: App[Any]) -> str:
    """Give what stands on the screen, one line a row, without the spaces at the ends."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


def press(app: App[Any], *keys: str) -> None:
    """Press keys as a driver sends them: all of them before the program does anything.

    Waiting for what they bring about is the test's own business, and quicker than waiting for idleness.
    """
    for key in keys:
        character = key if len(key) == 1 else None
        app.post_message(Key(_character_to_key(key) if character else key, character))


async def until(pilot: Pilot[Any], what: Callable[[], object]) -> None:
    """Let the program run until `what` holds."""
    for _look in range(LOOKS):
        await pilot.pause(BETWEEN_LOOKS)
        if what():
            return
    raise AssertionError(f"not seen:\n{screen_text(pilot.app)}")


async def seen(pilot: Pilot[Any], text: str) -> str:
    """Let the program run until `text` stands on the screen; give the screen."""
    await until(pilot, lambda: text in screen_text(pilot.app))
    return screen_text(pilot.app)


async def opened(pilot: Pilot[Any]) -> None:
    """Let the program run until the office is open and home has been filled."""
    await until(pilot, lambda: "正在開啟" not in screen_text(pilot.app))


@asynccontextmanager
async def running(app: CourtesyApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[int]]:
    """Run the program without a terminal, its notices shown, until the office is open."""
    async with app.run_test(size=size, notifications=True) as pilot:
        await opened(pilot)
        yield pilot
