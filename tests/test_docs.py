"""What the documentation says is true."""

import json
import re
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bureau.roles import ADMINISTRATOR
from courtesy.call import Outcome
from tests.conftest import MOMENT
from tests.tui.conftest import make_office, steady
from tui import main as program
from tui.commands import command as commands
from tui.desks import Desks

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#]+)\)")
BLOCK = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
IN_LINE = re.compile(r"`(courtesy [^`]+)`")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def command_lines() -> list[tuple[str, str]]:
    """Give every complete command that a page shows."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        lines = [line.strip() for block in BLOCK.findall(text) for line in block.splitlines()]
        lines += [line.strip() for line in text.splitlines() if line.startswith("    courtesy ")]
        lines += [line for line in IN_LINE.findall(text) if " " in line]
        for line in lines:
            command = line.partition("#")[0].partition(">")[0].strip()
            if command.startswith("courtesy ") and "--help" not in command:
                found.append((name_of(page), command))
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize(("page", "line"), command_lines())
def test_every_command_that_is_shown_is_understood(
    page: str, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    understood: list[Any] = []

    def carry_out(given: Any) -> int:
        understood.append(given)
        return 0

    monkeypatch.setattr(commands, "carry_out", carry_out)
    assert program.main(shlex.split(line)[1:]) == 0
    assert understood


@pytest.mark.parametrize("word", program.GROUPS)
def test_every_command_is_documented(word: str) -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert f"courtesy {word}" in pages


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """The certificate of a round from which one person was excluded."""
    with Desks.open(make_office(tmp_path / "office.db"), steady) as desks:
        one = desks.calls.rounds()[0]
        first = desks.calls.draws(one.id, by=ADMINISTRATOR)[0]
        desks.calls.exclude(one.id, first.staff_no, "長期出差", by=ADMINISTRATOR, at=MOMENT)
        for draw in desks.calls.waiting(by=ADMINISTRATOR):
            call = desks.calls.open_call(one.id, draw.staff_no, by=ADMINISTRATOR, at=MOMENT)
            desks.calls.set_outcome(call.id, Outcome.NO_ANSWER, by=ADMINISTRATOR, at=MOMENT)
            desks.calls.remark(call.id, "全週出差", by=ADMINISTRATOR)
            desks.calls.seal(call.id, by=ADMINISTRATOR, at=MOMENT)
        after = MOMENT.replace(month=12, day=1)
        assert one.last < date(2026, 12, 1)
        desks.calls.close_round(one.id, by=ADMINISTRATOR, at=after)
        content = desks.calls.certificate(one.id).model_dump(mode="json")
    path = tmp_path / "certificate.json"
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def check(path: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run the checker that docs/draw.md prints."""
    text = (ROOT / "docs" / "draw.md").read_text(encoding="utf-8")
    code = re.search(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert code
    script = tmp_path / "check.py"
    script.write_text(code[1], encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", str(script), str(path)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONUTF8": "1"},
        check=False,
        timeout=60,
    )


def test_the_checker_in_the_documentation_is_short_enough_to_read() -> None:
    text = (ROOT / "docs" / "draw.md").read_text(encoding="utf-8")
    code = re.search(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert code
    assert len(code[1].splitlines()) <= 20


def test_the_checker_in_the_documentation_agrees_with_a_true_certificate(
    certificate: Path, tmp_path: Path
) -> None:
    done = check(certificate, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("field", ["public_number", "salt", "commitment", "drawn", "weight"])
def test_the_checker_in_the_documentation_finds_an_edit(
    certificate: Path, tmp_path: Path, field: str
) -> None:
    content = json.loads(certificate.read_text(encoding="utf-8"))
    if field == "drawn":
        content["drawn"][0], content["drawn"][1] = content["drawn"][1], content["drawn"][0]
    elif field == "weight":
        content["frame"][0]["weight"] += 1
    else:
        content[field] = content[field][:-1] + ("0" if content[field][-1] != "0" else "1")
    certificate.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    assert check(certificate, tmp_path).returncode != 0
