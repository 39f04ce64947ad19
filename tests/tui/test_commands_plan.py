"""`courtesy round chance`, `plan` and `rota`, run as people and scripts run them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bureau.roles import ADMINISTRATOR, Role
from courtesy.desk import SCALES
from tests.conftest import counting_entropy
from tests.courtesy.samples import TESTERS, TRAINER
from tests.tui.test_commands_courtesy import Terminal, file, terminal
from tui.desks import Desks

__all__ = ["file", "terminal"]


@contextmanager
def office(path: Path) -> Iterator[Desks]:
    with Desks.open(path, counting_entropy()) as desks:
        yield desks


@pytest.fixture
def round_id(terminal: Terminal) -> str:
    """A round that is not drawn yet."""
    made = terminal.json("round", "new", "--period", "115", "--size", "4", *two_weeks())
    found: str = made["id"]
    return found


def two_weeks() -> tuple[str, ...]:
    """The days of a round that begins today."""
    today = datetime.now(UTC).date()
    return ("--first", today.isoformat(), "--last", (today + timedelta(days=14)).isoformat())


# Chances


def test_chances_are_listed_with_the_fields_that_scripts_rely_on(terminal: Terminal, round_id: str) -> None:
    rows = terminal.json("round", "chance", round_id)
    assert len(rows) == 8
    fields = {"staff_no", "section", "tickets", "chance", "standard_error", "method", "repetitions", "seed"}
    assert fields <= rows[0].keys()
    assert {row["method"] for row in rows} == {"simulated"}
    assert {(row["repetitions"], row["seed"]) for row in rows} == {(5000, 1)}
    assert sum(float(row["chance"]) for row in rows) == pytest.approx(4, abs=0.001)


def test_chances_of_a_round_to_come_need_no_round(terminal: Terminal) -> None:
    rows = terminal.json("round", "chance", "--period", "115", "--size", "8")
    assert {(row["chance"], row["standard_error"], row["method"]) for row in rows} == {
        ("1.0000", None, "exact")
    }
    assert terminal.json("round", "list") == []


def test_another_seed_gives_another_simulation(terminal: Terminal, round_id: str) -> None:
    first, second = (terminal.json("round", "chance", round_id, "--seed", seed) for seed in ("1", "2"))
    assert first != second
    assert {row["seed"] for row in second} == {2}


def test_people_read_how_the_chances_were_found(terminal: Terminal, round_id: str) -> None:
    assert terminal("round", "chance", round_id) == 0
    assert "模擬 5000 次得出，種子 1" in terminal.err
    assert "王小明" in terminal.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--period 與 --size"),
        (("--period", "115H2"), "--period 與 --size"),
        (("--period", "115H9", "--size", "3"), "不是期別"),
        (("--period", "115", "--size", "9"), "可抽的只有 8 人"),
        (("A9",), "沒有編號 A9"),
        (("--period", "115", "--size", "3", "--as", "0101"), "只有訓練承辦人、主管"),
    ],
)
def test_chances_that_cannot_be_are_refused_in_words(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    assert terminal("round", "chance", *words) == 1
    assert said in terminal.err


# The plan


def test_a_plan_is_one_document(terminal: Terminal) -> None:
    plan = terminal.json("round", "plan", "--testers", "12", "--people", "180", "--calls", "2")
    assert (plan["testers"], plan["people"], plan["calls"]) == (12, 180, 2)
    assert (plan["half_width"], plan["calls_per_tester"], plan["total_calls"]) == (11.09, 30, 360)
    wrongly = plan["expected_wrongly_listed"]
    assert wrongly["with_confirmation"]["expected"] < wrongly["without_confirmation"]["expected"]
    assert wrongly["without_confirmation"]["standard_error"] > 0
    assert plan["spread"] == {
        "source": "assumed",
        "mean": 87.0,
        "person_sd": 4.0,
        "call_sd": 8.0,
        "people": 0,
        "calls": 0,
    }
    assert (plan["cut"], plan["seed"], plan["simulated"]) == ("70.00", 1, 20000)
    assert date.fromisoformat(plan["last_day"]) > date.fromisoformat(plan["first_day"])


def test_a_plan_begins_with_the_offices_own_numbers(terminal: Terminal) -> None:
    plan = terminal.json("round", "plan")
    assert (plan["testers"], plan["people"], plan["calls"]) == (3, 8, 2)


def test_people_read_on_what_a_plan_stands(terminal: Terminal) -> None:
    assert terminal("round", "plan", "--people", "180", "--first", "116/3/2") == 0
    assert "±11.1 分" in terminal.out
    assert "假設（平均 87.0" in terminal.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--testers", "0"), "測試員人數應為 1 至"),
        (("--calls", "999"), "每人通數應為 1 至"),
        (("--first", "116/2/30"), "沒有「116/2/30」這一天"),
        (("--as", "0101"), "只有訓練承辦人、主管"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    assert terminal("round", "plan", *words) == 1
    assert said in terminal.err


# The rota


def test_the_rota_is_filled_listed_and_edited(terminal: Terminal) -> None:
    assert terminal("round", "rota", "list") == 0
    assert "所有測試員每天都值班" in terminal.err
    added = terminal.json(
        "round", "rota", "fill", "--first", "116M1", "--last", "116M3", "--as", TRAINER.staff_no
    )
    assert len(added) == 6
    assert terminal.json("round", "rota", "list") == added
    assert added[0].keys() == {"staff_no", "name", "section", "first", "last"}
    gone = added[0]
    assert terminal("round", "rota", "drop", gone["staff_no"], "--first", gone["first"]) == 0
    put = ("round", "rota", "put", gone["staff_no"], "--first", "116/1/4", "--last", "116/1/8")
    assert terminal(*put) == 0
    duties = [(row["staff_no"], row["first"], row["last"]) for row in terminal.json("round", "rota", "list")]
    assert (gone["staff_no"], "2027-01-04", "2027-01-08") in duties
    assert len(duties) == 6


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("put", "0101", "--first", "116/1/4", "--last", "116/1/8"), "王小明 不是測試員"),
        (("put", TESTERS[0], "--first", "116/1/8", "--last", "116/1/4"), "最後一天早於第一天"),
        (("drop", TESTERS[0], "--first", "116/1/8"), "輪值表沒有"),
        (("fill", "--first", "116M1", "--last", "116M1", "--size", "9"), "每月要 9 位測試員"),
        (("fill", "--first", "116", "--last", "116M1"), "逐月"),
    ],
)
def test_a_rota_that_cannot_be_is_refused_in_words(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    assert terminal("round", "rota", *words) == 1
    assert said in terminal.err


def test_a_new_round_says_whom_nobody_could_call_before_anybody_is_drawn(terminal: Terminal) -> None:
    with office(terminal.file) as desks:
        desks.calls.publish_scale(SCALES / "official.toml", by=ADMINISTRATOR, at=datetime.now(UTC))
        for staff_no in TESTERS[1:]:
            desks.people.revoke(staff_no, Role.TESTER, by=ADMINISTRATOR, at=datetime.now(UTC))
    assert terminal("round", "new", "--period", "115", "--size", "4", *two_weeks()) == 0
    assert "沒有人可以測試 王小明、李堃、陳秋月（房屋稅科）。 不得測試自己的科室" in terminal.err
