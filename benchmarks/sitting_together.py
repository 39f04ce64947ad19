"""How long it takes to save one answer while 200 people sit at once, an answer every 5 seconds each.

Several processes (terminals of one host) save answers in one office file through the desk, as the screen
does. Beside it, in the same run and at the same pace, a bare loop writes one row in one immediate
transaction behind the same lock, which is the floor of any program that keeps its promise to have stored the
answer.

    python benchmarks/sitting_together.py [people] [seconds]
"""

import multiprocessing
import os
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import portalocker

from bureau.dates import day_of
from bureau.people import Person, Section
from bureau.roles import ADMINISTRATOR, Actor
from quiz_bank.sitting import Page, Sheet
from tui.desks import Desks

PEOPLE, SECONDS, EVERY, PROCESSES = 200, 30, 5.0, 4


def office(folder: Path, people: int) -> tuple[Path, str]:
    """Make an office with so many people, the shipped bank and an open paper; give file and paper."""
    path = folder / "office.db"
    today = datetime.now(UTC)
    with Desks.create(path, name="量測", entropy=os.urandom, at=today) as desks:
        ground = desks.office.ground
        with desks.office.store.transaction():
            ground.add_section(Section(name="房屋稅科"))
            for number in range(people):
                person = Person(staff_no=f"{number:04}", name=f"同仁{number}", section="房屋稅科")
                ground.put_person(person, since=date(2020, 1, 1))
        desks.quiz.load_bank(by=ADMINISTRATOR, at=today)
        paper = desks.quiz.new_paper(
            title="量測", day=day_of(today), seed="1", by=ADMINISTRATOR, at=today, minutes=0
        )
        for number in range(people):
            who = Actor(staff_no=f"{number:04}", name="")
            desks.quiz.open_sitting(paper.id, who.staff_no, by=who, at=today)
    return path, paper.id


def schedule(people: list[int], seconds: float, seed: int) -> list[tuple[float, int]]:
    """Give the moments, from the start, at which these people answer: each every 5 s from a random start."""
    dice = random.Random(seed)
    moments = []
    for person in people:
        moment = dice.uniform(0, EVERY)
        while moment < seconds:
            moments.append((moment, person))
            moment += EVERY
    return sorted(moments)


def wait_until(moment: float) -> None:
    """Sleep until a moment of the monotonic clock."""
    if (left := moment - time.monotonic()) > 0:
        time.sleep(left)


def through_desk(path: Path, paper: str, people: list[int], seconds: float, start: float, out: Any) -> None:
    """Save answers as the screen does: the answer, then the sheet that is shown after it."""
    with Desks.open(path, os.urandom) as desks:
        sheets: dict[int, Sheet] = {}
        for person in people:
            who = Actor(staff_no=f"{person:04}", name="")
            sheets[person] = desks.quiz.sheet(f"{paper}-{who.staff_no}", by=who)
        taken = []
        for moment, person in schedule(people, seconds, person_seed(people)):
            wait_until(start + moment)
            who = Actor(staff_no=f"{person:04}", name="")
            page: Page = random.choice(sheets[person].pages)
            choice = page.after(random.choice(page.options).letter)
            began = time.perf_counter()
            desks.quiz.answer(sheets[person].sitting_id, page.number, choice, by=who, at=datetime.now(UTC))
            taken.append(time.perf_counter() - began)
            sheets[person] = desks.quiz.sheet(sheets[person].sitting_id, by=who)
        out.put(taken)


def bare(path: Path, people: list[int], seconds: float, start: float, out: Any) -> None:
    """Write one row in one immediate transaction behind the same lock."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    taken = []
    with path.with_suffix(".queue").open("a") as queue:
        for moment, person in schedule(people, seconds, person_seed(people)):
            wait_until(start + moment)
            began = time.perf_counter()
            portalocker.lock(queue, portalocker.LOCK_EX)
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(
                    "INSERT INTO answer VALUES (?, ?, 'A')"
                    " ON CONFLICT (person, number) DO UPDATE SET choice = 'B'",
                    (person, random.randrange(20)),
                )
                connection.execute("COMMIT")
            finally:
                portalocker.unlock(queue)
            taken.append(time.perf_counter() - began)
    out.put(taken)


def person_seed(people: list[int]) -> int:
    """Give a seed that both loops share, so that they keep the same pace."""
    return people[0]


def run(target: Any, arguments: tuple[Any, ...], people: int, seconds: float) -> list[float]:
    """Run one loop in several processes; give all latencies in seconds."""
    out: Any = multiprocessing.Queue()
    start = time.monotonic() + 3
    groups = [list(range(first, people, PROCESSES)) for first in range(PROCESSES)]
    workers = [
        multiprocessing.Process(target=target, args=(*arguments, group, seconds, start, out))
        for group in groups
    ]
    for worker in workers:
        worker.start()
    taken = [latency for _worker in workers for latency in out.get()]
    for worker in workers:
        worker.join()
    return taken


def said(name: str, taken: list[float], seconds: float) -> float:
    """Print one line of figures; give the 99th percentile in milliseconds."""
    cuts = [cut * 1000 for cut in statistics.quantiles(taken, n=100)]
    print(
        f"{name:22}{len(taken):6} saved  {len(taken) / seconds:6.1f} a second   "
        f"median {cuts[49]:6.2f} ms   p95 {cuts[94]:6.2f} ms   p99 {cuts[98]:6.2f} ms   "
        f"max {max(taken) * 1000:6.2f} ms"
    )
    return cuts[98]


def main() -> None:
    """Measure both loops and print their figures and the ratio."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else SECONDS
    with tempfile.TemporaryDirectory() as folder:
        floor = Path(folder) / "bare.db"
        connection = sqlite3.connect(floor)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(
            "CREATE TABLE answer (person INTEGER, number INTEGER, choice TEXT, PRIMARY KEY (person, number))"
        )
        connection.close()
        path, paper = office(Path(folder), people)
        print(f"{people} people, an answer every {EVERY:g} s each, {seconds:g} s, {PROCESSES} processes")
        bare_p99 = said("bare loop, same lock", run(bare, (floor,), people, seconds), seconds)
        desk_p99 = said("through the desk", run(through_desk, (path, paper), people, seconds), seconds)
        print(f"ratio of the 99th percentiles: {desk_p99 / bare_p99:.1f}")


if __name__ == "__main__":
    main()
