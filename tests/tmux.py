"""A real terminal for tests: a tmux server of its own, keys sent to it, its screen read back."""

import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence

PATIENCE = 30.0
POLL = 0.03


class Terminal:
    """One window of tmux with a program in it."""

    def __init__(self, arguments: Sequence[str], width: int = 80, height: int = 24) -> None:
        self._socket = f"courtesy-{uuid.uuid4().hex[:8]}"
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(width), "-y", str(height), *arguments)
        self._tmux("set-option", "-g", "escape-time", "0")

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._socket, *words], capture_output=True, text=True, check=True, timeout=30
        )
        return done.stdout

    def screen(self) -> str:
        """What stands on the screen."""
        return self._tmux("capture-pane", "-p")

    def wait(self, text: str, patience: float = PATIENCE) -> str:
        """Wait until `text` stands on the screen; give the screen."""
        end = time.monotonic() + patience
        while text not in (shown := self.screen()):
            assert time.monotonic() < end, f"{text!r} was not seen:\n{shown}"
            time.sleep(POLL)
        return shown

    def gone(self, text: str, patience: float = PATIENCE) -> str:
        """Wait until `text` no longer stands on the screen; give the screen."""
        end = time.monotonic() + patience
        while text in (shown := self.screen()):
            assert time.monotonic() < end, f"{text!r} is still there:\n{shown}"
            time.sleep(POLL)
        return shown

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names, such as Enter, Escape, F5, Space."""
        self._tmux("send-keys", *keys)

    def type(self, text: str) -> None:
        """Type characters as they are."""
        self._tmux("send-keys", "-l", text)

    def caret(self) -> tuple[int, int]:
        """Where the terminal's own cursor stands: column and row from 0."""
        column, row = self._tmux("display", "-p", "#{cursor_x},#{cursor_y}").strip().split(",")
        return int(column), int(row)

    def pid(self) -> int:
        """The process that runs in the window."""
        return int(self._tmux("display", "-p", "#{pane_pid}"))

    def close(self) -> None:
        """End the window and all in it."""
        subprocess.run(
            ["tmux", "-L", self._socket, "kill-server"], capture_output=True, check=False, timeout=30
        )


def missing() -> str:
    """Say why no terminal can be had here; `""` when one can."""
    if sys.platform == "win32":
        return "tmux 只在 Linux 與 macOS 上有"
    return "" if shutil.which("tmux") else "沒有安裝 tmux"
