"""What importing a large GIFT file costs: time per question as the file grows, and memory beside its size.

    python benchmarks/import_gift.py

Each size is imported twice in processes of its own: by `courtesy bank import`, whose CPU time and peak
memory are those of the whole process beyond one that imports ten questions; and by a floor that only divides
the same file into blocks at blank lines. Time per question must stay flat to ten times the questions, and
memory below twenty times the file.
"""

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
SIZES = (5_000, 50_000)
FEW = 10
MOST_GROWTH = 1.5
MOST_MEMORY = 20

FLOOR = """
import sys
blocks, block = 0, []
for line in open(sys.argv[1], encoding="utf-8"):
    if line.strip():
        block.append(line.strip())
    elif block:
        blocks, block = blocks + 1, []
print(blocks)
"""


def write_bank(path: Path, count: int) -> None:
    """Write `count` different questions, two kinds in turn, in a category for each thousand."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            if number % 1000 == 0:
                file.write(f"$CATEGORY: $course$/top/房屋稅/第{number // 1000}章\n\n")
            file.write(f"// [id:HT-{number:06}] [tag:難度{number % 3 + 1}]\n")
            if number % 2:
                file.write(f"::HT-{number:06}::自住房屋第 {number} 戶適用的稅率是百分之幾？{{\n")
                file.write("\t=1.2#對\n\t~1.5\n\t~2.0\n\t~2.4\n\t####房屋稅條例第5條。\n}\n\n")
            else:
                file.write(f"::HT-{number:06}::房屋稅每年第 {number} 期於五月開徵。{{T}}\n\n")


def run(*words: str) -> tuple[float, int]:
    """Run a program; give its own CPU seconds and its peak memory in bytes."""
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT) as process:
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{words} failed")
    scale = 1 if sys.platform == "darwin" else 1024
    return used.ru_utime + used.ru_stime, used.ru_maxrss * scale


def imported(folder: Path, count: int) -> tuple[float, int, float, int]:
    """Import a file of `count` questions; give seconds, peak memory, the floor's seconds, and its size."""
    from tui.desks import Desks

    bank, office = folder / f"{count}.gift", folder / f"{count}.db"
    write_bank(bank, count)
    Desks.create(office, name="效能", entropy=os.urandom, at=datetime.now(UTC)).close()
    seconds, peak = run(
        sys.executable, "-m", "tui.main", "bank", "import", str(bank), "--office", str(office)
    )
    floor, _peak = run(sys.executable, "-c", FLOOR, str(bank))
    return seconds, peak, floor, bank.stat().st_size


def main() -> int:
    """Measure and print; 1 when a bar is missed."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        start, rest, bare, _size = imported(folder, FEW)
        print(f"{'questions':>9}  {'file MB':>7}  {'CPU s':>6}  {'µs each':>7}  ", end="")
        print(f"{'x floor':>7}  {'peak MB':>7}  x file")
        each, failed = [], False
        for count in SIZES:
            seconds, peak, floor, size = imported(folder, count)
            each.append((seconds - start) / count)
            times = (seconds - start) / max(floor - bare, 1e-3)
            ratio = (peak - rest) / size
            print(
                f"{count:>9}  {size / 1e6:>7.1f}  {seconds:>6.1f}  {each[-1] * 1e6:>7.0f}  {times:>7.0f}"
                f"  {peak / 1e6:>7.0f}  {ratio:.1f}"
            )
            failed = failed or ratio > MOST_MEMORY
    growth = each[-1] / each[0]
    print(f"time per question at {SIZES[-1]} ÷ at {SIZES[0]}: {growth:.2f} (bar {MOST_GROWTH})")
    return int(failed or growth > MOST_GROWTH)


if __name__ == "__main__":
    sys.exit(main())
