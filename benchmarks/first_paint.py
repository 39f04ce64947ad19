"""From starting the process to the first painted frame, beside a hello-world program on the same library.

    python benchmarks/first_paint.py [--runs 11] [--office FILE]

Both programs run in a pseudo-terminal of 120×40, turn about. Printed: the median and least wall time to the
first frame that holds a word of the first screen, the ratio of the medians, and the memory in use then.
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
from pathlib import Path

HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("hello, world")
Hello().run()
"""
PATIENCE = 20.0


def first_frame(arguments: list[str], word: bytes) -> tuple[float, float]:
    """Give seconds to the frame that holds `word`, and MiB of peak memory at that moment."""
    began = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", PYTHONUTF8="1")
        os.execv(sys.executable, [sys.executable, *arguments])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    seen = b""
    try:
        while word not in seen:
            ready, _, _ = select.select([terminal], [], [], PATIENCE)
            if not ready:
                raise SystemExit(f"{word!r} was not painted within {PATIENCE} s:\n{seen[-2000:]!r}")
            seen += os.read(terminal, 65536)
        elapsed = time.perf_counter() - began
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
        peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
    return elapsed, peak / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11)
    parser.add_argument("--office", help="an office file; by default a new demonstration office")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        office = given.office
        if office is None:
            import subprocess

            subprocess.run(
                [sys.executable, "-m", "tui.main", "demo", folder],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
            office = f"{folder}/office.db"
        hello = Path(folder, "hello.py")
        hello.write_text(HELLO, encoding="utf-8")
        cases = {
            "hello world": ([str(hello)], b"hello, world"),
            "courtesy": (["-m", "tui.main", "--office", office], "今天要做的事".encode()),
        }
        times: dict[str, list[float]] = {name: [] for name in cases}
        peaks: dict[str, list[float]] = {name: [] for name in cases}
        for run in range(given.runs + 1):
            for name, (arguments, word) in cases.items():
                elapsed, peak = first_frame(arguments, word)
                if run:  # the first turn only warms the disk
                    times[name].append(elapsed)
                    peaks[name].append(peak)
    print(f"{'':14}{'median ms':>10}{'least ms':>10}{'MiB':>8}")
    for name in cases:
        print(
            f"{name:14}{statistics.median(times[name]) * 1000:10.0f}{min(times[name]) * 1000:10.0f}"
            f"{max(peaks[name]):8.1f}"
        )
    ratio = statistics.median(times["courtesy"]) / statistics.median(times["hello world"])
    least = min(times["courtesy"]) / min(times["hello world"])
    print(f"courtesy / hello world: {ratio:.2f} (of the least times {least:.2f}); bar 1.25")


if __name__ == "__main__":
    main()
