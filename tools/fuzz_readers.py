"""Feed one reader of question files with damaged files for some minutes, and say how it bore that.

    python tools/fuzz_readers.py gift --minutes 10

Hypothesis makes the files: sample files with pieces cut, doubled, swapped and replaced, files of nothing but
the format's own marks, and plain noise. One in twenty is blown up to hundreds of thousands of characters.
Whatever is not a refusal in words is a fault; so is taking more than `MOST_RATIO` times the file's size of
memory beyond what a small file takes, or longer than `SLOWEST` seconds.
"""

import argparse
import io
import random
import sys
import tempfile
import time
import traceback
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bureau.problem import Refused
from bureau.sheet import write_table
from quiz_bank.formats.matrix import read_matrix
from quiz_bank.formats.reading import scan
from quiz_bank.formats.writing import write
from tests.quiz_bank.samples import OF_EACH_KIND

DATA = Path(__file__).parents[1] / "tests" / "data"
MOST_RATIO = 20
ALLOWANCE = 8_000_000
"""Bytes that a reader may take whatever the size of the file: parsers, caches, a thousand problems."""

SLOWEST = 20.0
LARGE = 100_000
LARGE_SHARE = 0.05
BATCH = 200

STORED = {
    "gift": ["moodle.gift"],
    "xml": ["moodle.xml"],
    "aiken": ["aiken.txt"],
    "toml": ["small.toml", "faults.toml"],
}

MARKS = {
    "gift": "{}=~#:%\\->T1.5 甲\n/[]$*\u3000\ufdd0&;０",
    "aiken": "ABZ.) \nANSWER:b甲，、\u3000",
    "xml": "<>/&;!-[]\"'= \nquizonametx甲",
    "toml": "[]{}=\"'\n.,#\\ question09-:T甲",
    "csv": ",;\t\"'\n\r=+-@題目答案AB○×±／|=甲1.\0",
    "xlsx": 'PK\x03\x04\x00<>/="r s甲',
    "matrix": ",;\t\"'\n\r01.5-○×滿分總分姓名甲\0",
}


def samples(name: str, folder: Path) -> list[bytes]:
    """Give sound files of a format."""
    if name == "matrix":
        return [path.read_bytes() for path in sorted((DATA / "marks").glob("*.csv"))]
    path = folder / f"sample.{name}"
    write(path, OF_EACH_KIND, name)
    found = [path.read_bytes()]
    stored = {
        "gift": ["moodle.gift"],
        "xml": ["moodle.xml"],
        "aiken": ["aiken.txt"],
        "toml": ["small.toml", "faults.toml"],
    }
    found += [(DATA / "bank" / each).read_bytes() for each in stored.get(name, [])]
    if name == "xlsx":
        write_table(folder / "plain.xlsx", ["題目", "A", "B", "答案"], [["=1+1？", "甲", "乙", "A"]] * 40)
        found.append((folder / "plain.xlsx").read_bytes())
    return found


@st.composite
def damaged(draw: st.DrawFn, name: str, sound: list[bytes]) -> bytes:
    """A file that is not quite one of that format."""
    way = draw(st.integers(0, 19))
    if way == 0:
        return draw(st.binary(max_size=400))
    marks = st.text(st.sampled_from(MARKS[name]) | st.characters(codec="utf-8"), max_size=120)
    if way <= 4:
        return draw(marks).encode()
    content = draw(st.sampled_from(sound))
    if name == "xlsx" and way <= 16:
        return _with_a_damaged_part(draw, content, marks)
    if way <= 6:
        surrogates = st.text(st.characters(), max_size=20)
        return bytes(_cut(draw, content, st.binary(max_size=8) | surrogates.map(_with_surrogates)))
    with suppress(UnicodeDecodeError):
        # Whole characters, so that not every damage is one of the encoding.
        return str(_cut(draw, content.decode(), marks)).encode()
    return bytes(_cut(draw, content, marks.map(str.encode)))


def _with_surrogates(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _cut(draw: st.DrawFn, content: Any, pieces: st.SearchStrategy[Any]) -> Any:
    """Cut, double, end or replace a few pieces of a text or of bytes."""
    for _time in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 1, 2, 5, 20, 100, 1000])))
        what = draw(st.integers(0, 4))
        if what == 0:
            content = content[:start] + content[end:]
        elif what == 1:
            content = content[:end] + content[start:end] + content[end:]
        elif what == 2:
            content = content[:start]
        else:
            content = content[:start] + draw(pieces) + content[end:]
    return content


def _with_a_damaged_part(draw: st.DrawFn, content: bytes, marks: st.SearchStrategy[str]) -> bytes:
    """Damage one part of a workbook and pack it soundly."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    which = draw(st.sampled_from(sorted(parts)))
    parts[which] = _cut(draw, parts[which], marks.map(str.encode))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, text in parts.items():
            archive.writestr(each, text)
    return packed.getvalue()


def blown_up(content: bytes, chance: random.Random) -> bytes:
    """Repeat a piece of a file, or all of it, until it is large."""
    try:
        whole: Any = content.decode()
    except UnicodeDecodeError:
        whole = content
    if not whole:
        return content
    start = chance.randrange(len(whole))
    piece = chance.choice([whole, whole[start : start + 60], whole[start : start + 3]])
    times = LARGE * chance.randint(1, 4) // len(piece) + 1
    place = chance.choice([0, start, len(whole)])
    grown = whole[:place] + piece * times + whole[place:]
    return grown if isinstance(grown, bytes) else grown.encode()


class Findings:
    """What was seen."""

    def __init__(self) -> None:
        self.examples = self.large = 0
        self.slowest = self.ratio = 0.0
        self.slowest_size = self.ratio_size = 0
        self.faults: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()

    def fault(self, what: str, content: bytes, folder: Path) -> None:
        """Note a fault and keep its first file."""
        self.faults[what] += 1
        if self.faults[what] == 1:
            path = folder / f"fault-{len(self.faults)}"
            path.write_bytes(content)
            print(f"FAULT {what}\n  file kept: {path}", file=sys.stderr, flush=True)


def once(read: Callable[[Path], bool], path: Path, content: bytes, found: Findings, keep: Path) -> None:
    """Read one file; a large one twice, since watching the memory makes everything several times slower."""
    path.write_bytes(content)
    begun = time.perf_counter()
    try:
        outcome = "read" if read(path) else "nothing in it"
    except Refused:
        outcome = "refused"
    except Exception:  # noqa: BLE001 - that is what is looked for
        outcome = "fault"
        found.fault(traceback.format_exc(limit=-3), content, keep)
    taken = time.perf_counter() - begun
    if taken > found.slowest:
        found.slowest, found.slowest_size = taken, len(content)
    if taken > SLOWEST:
        found.fault(f"slow: {taken:.0f} s for {len(content)} bytes", content, keep)
    found.examples += 1
    found.outcomes[outcome] += 1
    if len(content) >= LARGE and outcome != "fault":
        found.large += 1
        _watch_memory(read, path, content, found, keep)


def _watch_memory(
    read: Callable[[Path], bool], path: Path, content: bytes, found: Findings, keep: Path
) -> None:
    tracemalloc.start()
    with suppress(Refused):
        read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    ratio = max(0, peak - ALLOWANCE) / len(content)
    if ratio > found.ratio:
        found.ratio, found.ratio_size = ratio, len(content)
    if ratio > MOST_RATIO:
        found.fault(f"memory {ratio:.0f} times the file", content, keep)


def reader_of(name: str) -> Callable[[Path], bool]:
    """Give what reads a file and says whether anything sound was in it."""
    if name == "matrix":
        return lambda path: bool(read_matrix(path).matrix.marks)

    def read(path: Path) -> bool:
        count = 0

        def take(_item: object, question: object) -> None:
            nonlocal count
            count += question is not None

        scan(path, take, name)
        return count > 0

    return read


def batches(minutes: float, seed: int) -> Iterator[random.Random]:
    """Give a source of chance for each batch until the time is over."""
    over = time.monotonic() + minutes * 60
    while time.monotonic() < over:
        yield random.Random(seed)
        seed += 1


def main() -> int:
    """Fuzz one reader and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("reader", choices=sorted(MARKS))
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, default=Path(tempfile.gettempdir()), help="where files with faults go"
    )
    said = parser.parse_args()
    found, read = Findings(), reader_of(said.reader)
    keep = said.keep / f"fuzz-{said.reader}"
    keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        sound = samples(said.reader, folder)
        ending = "csv" if said.reader == "matrix" else said.reader
        path = folder / f"file.{ending}"
        for content in sound:
            # What is imported with the first file is no part of what a file takes.
            once(read, path, content, Findings(), keep)
        for chance in batches(said.minutes, said.seed):

            @settings(
                max_examples=BATCH,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=(Phase.generate,),
            )
            @given(content=damaged(said.reader, sound))
            def batch(content: bytes) -> None:
                if chance.random() < LARGE_SHARE:  # noqa: B023 - run within the round
                    content = blown_up(content, chance)  # noqa: B023
                once(read, path, content, found, keep)

            batch()
    print(f"{said.reader}: {found.examples} files in {said.minutes:g} min, {found.large} of them large")
    print("  " + ", ".join(f"{outcome} {count}" for outcome, count in found.outcomes.most_common()))
    print(f"  slowest {found.slowest * 1000:.0f} ms ({found.slowest_size} bytes)")
    print(f"  peak memory beyond {ALLOWANCE // 1_000_000} MB: ", end="")
    print(f"{found.ratio:.1f} x file ({found.ratio_size} bytes)")
    print(f"  faults {sum(found.faults.values())}")
    return int(bool(found.faults))


if __name__ == "__main__":
    sys.exit(main())
