"""`courtesy honours`, run as people and scripts run it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bureau.calendar import Period, PeriodKind, day_of
from tests.conftest import counting_entropy
from tests.training.life import CHEN, LI, WANG, Life, ask_for_calls
from tui.desks import Desks
from tui.main import main


def this(kind: PeriodKind) -> Period:
    """The period of the clock, by which commands go."""
    return Period.of(kind, day_of(datetime.now(UTC)))


QUARTER, MONTH = this(PeriodKind.QUARTER).code, this(PeriodKind.MONTH).code


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """王 was called twice and well, 李 twice and not quite as well, 陳 once."""
    now = datetime.now(UTC) - timedelta(days=10)
    path = tmp_path / "office.db"
    with Desks.create(path, name="測試縣稅務局", entropy=counting_entropy(), at=now) as desks:
        life = Life(desks)
        life.now = now
        ask_for_calls(desks, 2, tmp_path, now)
        for _time in range(2):
            life.ring(WANG, good=True)
            life.ring(LI, good=True, failed=("name",))
        life.ring(CHEN, good=True)
        yield path


def run(capsys: pytest.CaptureFixture[str], file: Path, *words: str) -> tuple[int, str, str]:
    code = main(["honours", *words, "--office", str(file)])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def asked(capsys: pytest.CaptureFixture[str], file: Path, *words: str) -> Any:
    code, out, err = run(capsys, file, *words, "--json")
    assert code == 0, err
    return json.loads(out)


def test_the_quarter_alone_lists_the_candidates(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = asked(capsys, file, QUARTER)
    assert rows == asked(capsys, file, "list", QUARTER)
    assert [(row["person"], row["rank"], row["tied"]) for row in rows] == [(WANG, 1, False), (LI, 2, False)]
    assert all(row["rank"] and row["excluded"] == [] for row in rows)
    assert {row["calls"] for row in rows} == {2}
    everybody = asked(capsys, file, QUARTER, "--all")
    assert {row["why"] for row in everybody if not row["rank"]} == {"抽測 1 通，不足 2 通"}


def test_choice_vote_and_roll_by_command(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = [row["person"] for row in asked(capsys, file, QUARTER)]
    assert run(capsys, file, "vote", MONTH, f"{first}=3", "--valid", "4")[0] == 1
    vote = asked(capsys, file, "vote", MONTH, f"{first}=3", "--valid", "3", "--invalid", "1")
    assert (vote["month"], vote["lines"], vote["valid"]) == (MONTH, {first: 3}, 3)
    assert asked(capsys, file, "votes", QUARTER) == [vote]

    code, _out, err = run(capsys, file, "choose", QUARTER, others[-1], "--reason", "應對親切")
    assert code == 0
    assert "沒有依名次" in err
    (row,) = asked(capsys, file, "chosen", QUARTER)
    assert (row["person"], row["reason"], row["open_case"]) == (others[-1], "應對親切", None)
    assert first in row["passed_over"]
    (seen_by_staff,) = asked(capsys, file, "chosen", QUARTER, "--as", CHEN)
    assert "passed_over" not in seen_by_staff

    path = tmp_path / "榮譽榜.pdf"
    assert run(capsys, file, "print", QUARTER, "--pdf", str(path))[0] == 0
    assert "榮譽榜" in "".join(PdfReader(path).pages[0].extract_text().split())

    assert run(capsys, file, "take-back", row["id"], "--reason", "誤登")[0] == 0
    assert asked(capsys, file, "chosen", QUARTER)[0]["taken_back"] == "誤登"
    assert main(["verify", "--office", str(file)]) == 0


@pytest.mark.parametrize(
    "words",
    [
        ("115Q9",),
        ("choose", QUARTER, "9999", "--reason", "x"),
        ("choose", QUARTER, WANG, "--reason", " "),
        ("take-back", "A9", "--reason", "x"),
        ("vote", MONTH, WANG, "--valid", "3"),
        ("vote", QUARTER, f"{WANG}=3", "--valid", "3"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_refused_in_words(
    file: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, _out, err = run(capsys, file, *words)
    assert code == 1
    assert "Traceback" not in err
    assert err.strip()


def test_staff_may_not_list_candidates(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, file, QUARTER, "--as", CHEN)
    assert (code, out) == (1, "")
    assert "只有" in err
