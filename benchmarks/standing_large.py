"""How long one section's standing takes when an office has a hundred times the calls of a year.

    python benchmarks/standing_large.py [--repeat 7] [CALLS ...]

For each size an office file is built with that many sealed calls, ten years of them, by bulk insert into the
real tables. Then one year is asked for as the screen asks: the section's people with means and intervals, and
all sections with means drawn towards the office's. The bare count of the same section's calls, in the same
run, is what the file itself costs; the machine's speed drops out of the ratio.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parent.parent))

from bureau.calendar import Period, PeriodKind  # noqa: E402
from bureau.dates import moment_text  # noqa: E402
from bureau.people import Person, Section  # noqa: E402
from bureau.roles import ADMINISTRATOR  # noqa: E402
from courtesy.desk import SCALES  # noqa: E402
from tui.desks import Desks  # noqa: E402

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
YEARS = 10
CALLS_A_YEAR = 12
PER_SECTION = 25
LIMIT = 0.050


def people(calls: int) -> list[tuple[str, str]]:
    count = calls // (YEARS * CALLS_A_YEAR)
    return [(f"{number:06}", f"第{number // PER_SECTION + 1}科") for number in range(count)]


def rows(staff: list[tuple[str, str]], scale: str) -> Iterator[dict[str, Any]]:
    """The same calls in every run: people differ, sections differ less, calls differ most."""
    chance = random.Random(115)
    place = 0
    for staff_no, section in staff:
        usual = 84 + chance.gauss(0, 4) + hash_of(section)
        for year in range(2026 - YEARS + 1, 2027):
            for number in range(CALLS_A_YEAR):
                place += 1
                at = datetime(year, 1 + number, 1, 2, tzinfo=UTC) + timedelta(minutes=chance.randrange(28000))
                score = max(0, min(10000, int(100 * chance.gauss(usual, 8))))
                reached = chance.random() < 0.9
                yield {
                    "place": place,
                    "id": f"A{place}",
                    "round": f"R{year}{number:02}",
                    "person": staff_no,
                    "section": section,
                    "scale": scale,
                    "at": moment_text(at),
                    "sealed": moment_text(at + timedelta(minutes=6)),
                    "outcome": "reached" if reached else "busy",
                    "score": score if reached else None,
                    "band": ("成績不佳" if score < 7000 else "良好") if reached else None,
                }


def hash_of(section: str) -> float:
    return (int(section.strip("第科")) * 37 % 11 - 5) / 5


def build(path: Path, calls: int) -> None:
    staff = people(calls)
    with Desks.create(path, name="大局", entropy=os.urandom, at=NOW) as desks:
        scale = desks.calls.publish_scale(SCALES / "official.toml", by=ADMINISTRATOR, at=NOW).version
        store, ground = desks.office.store, desks.office.ground
        with store.transaction():
            for order, name in enumerate(dict.fromkeys(section for _staff_no, section in staff)):
                ground.add_section(Section(name=name, order=order))
            for staff_no, section in staff:
                person = Person(staff_no=staff_no, name="同仁", section=section, extension="1")
                ground.put_person(person, since=date(2016, 1, 1))
            store.run_many(
                """INSERT INTO round (id, place, period, first_day, last_day, state, scale, commitment, salt,
                                      public_number, frame, rules, rules_version, created_at)
                   VALUES (:id, :place, '115', :day, :day, 'closed', :scale, '', '', '', '[]', '{}', '',
                           '')""",
                [
                    {
                        "id": f"R{year}{month:02}",
                        "place": year * 12 + month,
                        "day": f"{year}-{month + 1:02}-01",
                        "scale": scale,
                    }
                    for year in range(2026 - YEARS + 1, 2027)
                    for month in range(CALLS_A_YEAR)
                ],
            )
            store.run_many(
                """INSERT INTO call (place, id, round_id, person, section, extension, tester, answered_by,
                                     parts, scale, rules, opened_at, dialled_at, picked_up_at, outcome,
                                     remark, score, band, critical, sealed_at)
                   VALUES (:place, :id, :round, :person, :section, '1', :person, '', '["unit"]', :scale, '',
                           :at, :at, :at, :outcome, '', :score, :band, 0, :sealed)""",
                rows(staff, scale),
            )


def median(job: Callable[[], object], repeat: int) -> float:
    times = []
    for _turn in range(repeat):
        started = time.perf_counter()
        job()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calls", nargs="*", type=int, default=[140_000, 1_400_000])
    parser.add_argument("--repeat", type=int, default=7)
    arguments = parser.parse_args()
    year = Period(kind=PeriodKind.YEAR, year=2026)
    found: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for calls in arguments.calls:
            path = Path(folder, f"{calls}.db")
            started = time.perf_counter()
            build(path, calls)
            built = time.perf_counter() - started
            with Desks.open(path, os.urandom) as desks:
                section = "第3科"

                def standing(desks: Desks = desks, section: str = section) -> object:
                    return (
                        desks.standing.section(section, year, by=ADMINISTRATOR, today=TODAY),
                        desks.standing.persons(section, year, by=ADMINISTRATOR, today=TODAY),
                    )

                def bare(desks: Desks = desks, section: str = section) -> object:
                    return desks.office.store.value(
                        """SELECT count(*) FROM call WHERE section = :section
                             AND sealed_at >= '2025-12-31T16' AND sealed_at < '2026-12-31T16'""",
                        section=section,
                    )

                def all_sections(desks: Desks = desks) -> object:
                    return desks.standing.sections(year, by=ADMINISTRATOR, today=TODAY)

                taken = found[calls] = median(standing, arguments.repeat)
                count = median(bare, arguments.repeat)
                whole = median(all_sections, arguments.repeat)
            print(f"{calls:,} sealed calls (built in {built:.0f} s)")
            print(f"  one section's standing {taken * 1000:8.1f} ms   limit {LIMIT * 1000:.0f} ms")
            print(f"  bare SQL count         {count * 1000:8.2f} ms   ratio {taken / count:.1f}")
            print(f"  all sections           {whole * 1000:8.1f} ms")
    if len(found) > 1:
        (few, short), (many, long) = min(found.items()), max(found.items())
        print(f"{many // few} × the calls cost {long / short:.1f} × the time")


if __name__ == "__main__":
    main()
