"""From a scoring key to the first byte of its repaint, beside a program that only changes one label.

    python benchmarks/key_repaint.py [--keys 200]

Both programs run in a pseudo-terminal of 120×40 at the same time and are pressed turn about, one key when
nothing has been drawn for a while. The cockpit stores each key in the office file before it repaints.
Printed: median and 99th percentile of both, and the ratio of the medians.
"""

import argparse
import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from datetime import UTC, date, datetime
from pathlib import Path

from bureau.roles import ADMINISTRATOR, Role
from courtesy.desk import SCALES
from tui.desks import Desks

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    count = 0
    def compose(self):
        yield Static("0 keys")
    def on_key(self):
        self.count += 1
        self.query_one(Static).update(f"{self.count} keys")
Bare().run()
"""
STAFF = Path(__file__).resolve().parent.parent / "tui" / "demo" / "staff.xlsx"
PATIENCE = 20.0
QUIET = 0.05
BAR_MS = 50
WARM_UP = 20
DRAWN = 20


def make_office(path: Path) -> None:
    """Make the office of the demonstration's people, with a drawn round."""
    now = datetime.now(UTC)
    with Desks.create(path, name="測量縣稅務局", entropy=os.urandom, at=now) as desks:
        people = desks.people
        found = people.difference(people.read_staff(STAFF), date(2020, 1, 1), new_sections=True)
        people.apply(found, by=ADMINISTRATOR, at=now)
        by_section = {person.section: person.staff_no for person in people.people_on(now.date())}
        for staff_no in by_section.values():
            people.grant(staff_no, Role.TESTER, by=ADMINISTRATOR, at=now)
        desks.calls.publish_scale(SCALES / "official.toml", by=ADMINISTRATOR, at=now)
        made = desks.calls.new_round(
            period=str(now.year - 1911),
            first=now.date(),
            last=date(now.year + 1, 1, 31),
            scale="official",
            size=DRAWN,
            by=ADMINISTRATOR,
            at=now,
        )
        desks.calls.draw(made.id, "48213907", by=ADMINISTRATOR, at=now)


class Terminal:
    """A program in a pseudo-terminal."""

    def __init__(self, *arguments: str) -> None:
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", PYTHONUTF8="1")
            os.execv(sys.executable, [sys.executable, *arguments])
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def read(self, patience: float) -> bytes:
        """Give what is drawn next, or nothing when nothing is drawn for so many seconds."""
        ready, _, _ = select.select([self._terminal], [], [], patience)
        return os.read(self._terminal, 65536) if ready else b""

    def wait(self, word: str) -> None:
        """Wait until `word` is drawn, then until nothing more is."""
        seen = b""
        while word.encode() not in seen:
            drawn = self.read(PATIENCE)
            if not drawn:
                raise SystemExit(f"{word!r} was not painted within {PATIENCE} s:\n{seen[-2000:]!r}")
            seen += drawn
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is drawn any more."""
        while self.read(QUIET):
            pass

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._terminal, keys.encode())

    def time(self, key: str) -> float:
        """Press one key; give seconds to the first byte that it draws."""
        self.settle()
        began = time.perf_counter()
        self.type(key)
        if not self.read(PATIENCE):
            raise SystemExit(f"{key!r} drew nothing")
        return time.perf_counter() - began

    def close(self) -> None:
        """End the program."""
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._terminal)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=200)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make_office(Path(folder, "office.db"))
        Path(folder, "bare.py").write_text(BARE, encoding="utf-8")
        programs = {
            "one label": Terminal(f"{folder}/bare.py"),
            "cockpit": Terminal("-m", "tui.main", "--office", f"{folder}/office.db"),
        }
        try:
            programs["one label"].wait("0 keys")
            cockpit = programs["cockpit"]
            cockpit.wait(f"{DRAWN} 通要打")
            cockpit.type("1")
            cockpit.wait("籤號")
            cockpit.type("\r")
            cockpit.wait("還沒有撥號")
            times: dict[str, list[float]] = {name: [] for name in programs}
            for count in range(given.keys + WARM_UP):
                for name, program in programs.items():
                    # Two steps in turn: on the last line, each key changes what the key before has marked.
                    elapsed = program.time("12"[count % 2])
                    if count >= WARM_UP:
                        times[name].append(elapsed * 1000)
        finally:
            for program in programs.values():
                program.close()
    print(f"{'':12}{'median ms':>10}{'99th ms':>10}")
    for name, found in times.items():
        print(f"{name:12}{statistics.median(found):10.1f}{statistics.quantiles(found, n=100)[98]:10.1f}")
    ratio = statistics.median(times["cockpit"]) / statistics.median(times["one label"])
    print(f"cockpit / one label: {ratio:.2f}; bar {BAR_MS} ms to the repaint of a stored key")


if __name__ == "__main__":
    main()
