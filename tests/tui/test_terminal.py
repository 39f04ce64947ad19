"""The program in a real terminal: what a crash leaves, what an end leaves, where the caret stands."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests import tmux
from tests.tui.conftest import DRAWN, make_office
from tui.screens.home import HomeScreen

pytestmark = [pytest.mark.terminal, pytest.mark.skipif(bool(tmux.missing()), reason=tmux.missing() or "-")]

PROMPT = "prompt:"
PATIENCE = 5.0
KNOWN_WORDS = {"Enter", "Esc", "Tab", "xlsx", "csv", "json", "official", "Moodle", "GIFT", "TOML", "PDF"} | {
    "unit",
    "speed",
}
"""Latin words that people meet on keyboards and in file names, and as codes of a scale."""
Start = Callable[..., tmux.Terminal]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """An office with a drawn round."""
    return make_office(tmp_path / "office.db")


@pytest.fixture
def start(file: Path) -> Iterator[Start]:
    """Start the program on the office in a terminal of 80×24."""
    opened: list[tmux.Terminal] = []

    def begin(*, shell: bool = False) -> tmux.Terminal:
        program = [sys.executable, "-m", "tui.main", "--office", str(file)]
        if shell:
            quoted = " ".join(f"'{word}'" for word in program)
            program = ["env", f"PS1={PROMPT} ", "sh", "-c", f"{quoted}; printf '{PROMPT} '; read answer"]
        opened.append(tmux.Terminal(program))
        return opened[-1]

    yield begin
    for terminal in opened:
        terminal.close()


def child_of(pid: int) -> int:
    """Give the process that this one has started."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = [line.split() for line in listed.splitlines()]
    return next(int(child) for child, parent in pairs if int(parent) == pid)


def modes(terminal: tmux.Terminal) -> str:
    """Say whether the cursor is shown, the other screen is on, and the mouse is taken."""
    wanted = "cursor #{cursor_flag}, alternate #{alternate_on}, mouse #{mouse_any_flag}"
    return terminal._tmux("display", "-p", wanted).strip()


def to_the_first_call(terminal: tmux.Terminal) -> str:
    terminal.wait(f"電話測試還有 {DRAWN} 通要打")
    terminal.press("1")
    terminal.wait("通要打")
    terminal.wait("籤號")
    terminal.press("Enter")
    return terminal.wait("分機 1")


def test_a_killed_program_shows_the_call_as_it_was(start: Start) -> None:
    terminal = start()
    to_the_first_call(terminal)
    terminal.press("Space", "Space")
    terminal.wait("接通：")
    terminal.type("12")
    terminal.wait("已評 3/7 行")
    terminal.press("r")
    terminal.type("說到一半 1234")
    before = terminal.wait("說到一半 1234")
    os.kill(terminal.pid(), signal.SIGKILL)
    again = start()
    to_the_first_call(again)
    after = again.wait("備註：說到一半 1234")
    for line in ("清晰報出單位或自己姓名（氏）", "問候語：您好、早安", "接通："):
        assert row_of(line, before) == row_of(line, after)


def row_of(text: str, screen: str) -> str:
    return next(line for line in screen.splitlines() if text in line)


@pytest.mark.parametrize("how", [signal.SIGTERM, None], ids=["SIGTERM", "F10"])
def test_the_terminal_is_usable_after_the_end(start: Start, how: signal.Signals | None) -> None:
    terminal = start(shell=True)
    terminal.wait(f"還有 {DRAWN} 通要打")
    if how is None:
        terminal.press("F10")
    else:
        os.kill(child_of(terminal.pid()), how)
    terminal.wait(PROMPT)
    terminal.type("printable")
    shown = terminal.wait(f"{PROMPT} printable")
    assert "今天要做的事" not in shown
    assert modes(terminal) == "cursor 1, alternate 0, mouse 0"


@pytest.mark.parametrize("typed", ["0101", "王小明", "𤧟王a"])
def test_the_caret_of_an_input_method_stands_where_the_text_ends(start: Start, typed: str) -> None:
    terminal = start()
    terminal.wait(f"還有 {DRAWN} 通要打")
    terminal.press("F2")
    terminal.wait("留白：由管理者操作")
    terminal.type(typed)
    screen = terminal.wait(typed)
    assert settled_caret(terminal, place_after(typed, screen)) == place_after(typed, screen)


def test_the_caret_stands_in_the_remark(start: Start) -> None:
    terminal = start()
    to_the_first_call(terminal)
    terminal.press("r")
    terminal.type("口氣不好")
    screen = terminal.wait("口氣不好")
    assert settled_caret(terminal, place_after("口氣不好", screen)) == place_after("口氣不好", screen)


def place_after(text: str, screen: str) -> tuple[int, int]:
    row, line = next((row, line) for row, line in enumerate(screen.splitlines()) if text in line)
    return cell_len(line[: line.index(text) + len(text)]), row


def settled_caret(terminal: tmux.Terminal, expected: tuple[int, int]) -> tuple[int, int]:
    """Give where the caret comes to rest: the text may be drawn a moment before it moves."""
    end = time.monotonic() + PATIENCE
    while (caret := terminal.caret()) != expected and time.monotonic() < end:
        time.sleep(tmux.POLL)
    return caret


def test_no_screen_shows_english_words_of_the_framework(start: Start) -> None:
    terminal = start()
    terminal.wait(f"還有 {DRAWN} 通要打")
    seen = [terminal.screen()]

    def look(text: str, *keys: str) -> None:
        terminal.press(*keys)
        seen.append(terminal.wait(text))

    look("這裡列出今天該做的事", "F1")
    terminal.press("Escape")
    terminal.gone("這裡列出今天該做的事")
    look("要離開請按", "C-c")
    keys = [str(getattr(binding, "key", ""))[:1] for binding in HomeScreen.BINDINGS]
    for place in filter(str.isdigit, keys):
        look("返回", place)
        look("說明：", "F1")
        terminal.press("Escape")
        terminal.gone("說明：")
        look("要做什麼？", "F9")
        terminal.type("zzz")
        seen.append(terminal.wait("沒有符合的項目").replace("zzz", ""))
        terminal.press("Escape")
        terminal.gone("要做什麼？")
        terminal.press("Escape")
        terminal.wait("今天要做的事")
    to_the_first_call(terminal)
    seen.append(terminal.screen())
    # A word that a window's border cuts in two is none.
    words = {word for screen in seen for word in re.findall(r"(?<![│╯╮])\b[A-Za-z]{3,}\b(?![│╰╭])", screen)}
    assert words <= KNOWN_WORDS
