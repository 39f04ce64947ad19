"""成效 on screen and by command: changes beside what luck would bring, with a plain sentence."""

import json
import shutil
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bureau.calendar import day_of
from bureau.roles import ADMINISTRATOR, Role
from courtesy.call import Outcome
from tests.conftest import MOMENT
from tests.tui.conftest import PEOPLE, TRAINER, Clock, make_office, press, running, screen_text, seen, steady
from training.attendance import Noted
from training.session import Status
from tui.app import CourtesyApp
from tui.desks import Desks
from tui.main import main

SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=str)
TRAINED = [staff_no for staff_no, *_more in PEOPLE[:6]]
LATER = MOMENT + timedelta(days=90)


def call_everybody(desks: Desks, moment: datetime, period: str, *, better: bool) -> None:
    """Draw everybody and seal a call to each; who is trained does better afterwards."""
    calls, by = desks.calls, ADMINISTRATOR
    made = calls.new_round(
        period=period,
        first=day_of(moment),
        last=day_of(moment) + timedelta(days=7),
        scale="official",
        size=len(PEOPLE),
        by=by,
        at=moment,
    )
    calls.draw(made.id, "12345678", by=by, at=moment)
    for place, draw in enumerate(sorted(calls.draws(made.id, by=by), key=lambda one: one.staff_no)):
        call = calls.open_call(made.id, draw.staff_no, by=by, at=moment)
        calls.set_outcome(call.id, Outcome.REACHED, by=by, at=moment)
        lost = place % 4 + (int(period[-1]) + place) % 3 + (draw.staff_no in TRAINED and not better) * 3
        for number, placed in enumerate(calls.scale(call.scale).lines(call.parts)):
            if placed.line.code == "stand-in":
                continue
            low = not placed.line.critical and number < lost
            calls.mark(call.id, placed.id, placed.line.steps[-1 if low else 0].key, by=by, at=moment)
        calls.seal(call.id, by=by, at=moment + timedelta(minutes=2))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everybody was called twice, half of them were trained, and everybody was called again."""
    path = make_office(tmp_path_factory.mktemp("effect") / "office.db", draw=False)
    with Desks.open(path, steady) as desks:
        for more in ("0101", "0201", "0301", "0302"):
            desks.people.grant(more, Role.TESTER, by=ADMINISTRATOR, at=MOMENT)
        call_everybody(desks, MOMENT, "115M11", better=False)
        call_everybody(desks, MOMENT + timedelta(days=9), "115M12", better=False)
        held = MOMENT + timedelta(days=20)
        session = desks.training.add_session(
            title="下半年為民服務訓練講習",
            day=day_of(held),
            start=time(14),
            end=time(17),
            by=ADMINISTRATOR,
            at=held,
        )
        desks.training.expect(session.id, [each[0] for each in PEOPLE], by=ADMINISTRATOR, at=held)
        noted = [
            Noted(staff_no=each[0], status=Status.PRESENT if each[0] in TRAINED else Status.OFFICIAL)
            for each in PEOPLE
        ]
        desks.training.record_attendance(session.id, noted, by=ADMINISTRATOR, at=held + timedelta(days=1))
        call_everybody(desks, MOMENT + timedelta(days=50), "116M1", better=True)
    return path


@pytest.fixture
def file(lived: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lived.parent, tmp_path / "office")) / lived.name


def house(file: Path, staff_no: str = TRAINER) -> CourtesyApp:
    return CourtesyApp(file, staff_no, clock=Clock(LATER), entropy=steady)


@SIZES
async def test_changes_stand_beside_what_was_expected_and_beside_the_untrained(
    file: Path, size: tuple[int, int], snapshot: SnapshotAssertion
) -> None:
    async with running(house(file), size) as pilot:
        press(pilot.app, "e")
        await seen(pilot, "還沒有人受訓")
        press(pilot.app, "y")
        await seen(pilot, "看哪一段期間")
        field: Any = pilot.app.focused
        field.value = "115"
        press(pilot.app, "f2")
        await seen(pilot, "受訓 6 人")
        press(pilot.app, "s")
        await seen(pilot, "看哪一場")
        press(pilot.app, "down", "enter")
        await seen(pilot, "115/12/13 下半年")
        await seen(pilot, "電話禮貌：受訓 6 人平均變化")
        assert screen_text(pilot.app) == snapshot


async def test_staff_do_not_see_how_others_changed(file: Path) -> None:
    async with running(house(file, "0101")) as pilot:
        press(pilot.app, "e")
        await seen(pilot, "只有")


def asked(capsys: pytest.CaptureFixture[str], file: Path, *words: str) -> Any:
    assert main(["effect", *words, "--json", "--office", str(file)]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_session_and_its_year_are_asked_by_command(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session, year = asked(capsys, file, "A1"), asked(capsys, file, "--year", "115")
    assert session["attended"] == year["attended"] == 6
    assert session["courtesy"] == year["courtesy"]
    courtesy = session["courtesy"]
    assert courtesy["trained"]["n"] == courtesy["untrained"]["n"] == 6
    assert courtesy["trained"]["change"]["low"] is not None
    assert courtesy["trained"]["expected"] is not None
    assert courtesy["verdict"] == "better"
    assert session["quiz"]["verdict"] == "unknown"
    assert session["sentence"] == courtesy["sentence"] + session["quiz"]["sentence"]


def test_the_table_is_followed_by_the_sentence(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["effect", "A1", "--office", str(file)]) == 0
    printed = capsys.readouterr()
    assert "未受訓者" in printed.out
    assert "測驗：還看不出來" in printed.err


@pytest.mark.parametrize("words", [("Z9",), ("--year", "115Q1"), ("--year", "x")])
def test_what_cannot_be_asked_is_refused(
    file: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert main(["effect", *words, "--office", str(file)]) == 1
    assert capsys.readouterr().err
