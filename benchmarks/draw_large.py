"""A draw over a large office, beside a bare loop that only hashes the same tickets.

    python benchmarks/draw_large.py [--times 5]

Frames of 1,200, 12,000 and 120,000 people with quotas, weights, exclusions and people drawn before; a tenth
is drawn from each. Printed: the best time of the draw and of the commitment, one check of a certificate, the
ratio of the draw to the bare loop, and how the draw grows at ten times the people. Fails when 12,000 people
take a second or more.
"""

import argparse
import hashlib
import sys
import time
from collections.abc import Callable

from courtesy.draw import Candidate, Certificate, DrawRules, commitment, difference, draw

SIZES = (1_200, 12_000, 120_000)
BAR_SECONDS = 1.0
BAR_SIZE = 12_000
SALT = "0f" * 32
NUMBER = "48213907"


def frame_of(size: int) -> tuple[Candidate, ...]:
    """So many people in sections of forty."""
    return tuple(
        Candidate(
            staff_no=f"{number:06}",
            section=f"第{number % (size // 40)}科",
            weight=1 + (number % 5 == 0),
            drawn_this_year=number % 7 == 0,
            drawn_this_period=number % 11 == 0,
        )
        for number in range(size)
    )


def hash_alone(frame: tuple[Candidate, ...]) -> None:
    """Hash every ticket, and nothing else."""
    for one in frame:
        for index in range(1, one.weight + 1):
            lines = ("courtesy-ticket/1", NUMBER, SALT, "A1", one.staff_no, str(index))
            hashlib.sha256("\n".join(lines).encode()).hexdigest()


def best(act: Callable[[], object], times: int) -> float:
    """Give the shortest time in seconds."""
    taken = []
    for _time in range(times):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return min(taken)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--times", type=int, default=5, help="how often each is done")
    times = parser.parse_args().times
    before = 0.0
    failed = False
    print(
        f"{'people':>8}  {'draw s':>8}  {'bare s':>8}  {'ratio':>6}  {'commit s':>8}  {'verify s':>8}  growth"
    )
    for size in SIZES:
        frame = frame_of(size)
        rules = DrawRules(size=size // 10, per_section=2, per_person=1, everyone_first=True)
        chosen = draw("A1", frame, rules, SALT, NUMBER)
        out = [one.staff_no for one in chosen[:5]]
        drawing = best(lambda: draw("A1", frame, rules, SALT, NUMBER, out), times)  # noqa: B023 - called at once
        bare = best(lambda: hash_alone(frame), times)  # noqa: B023
        committing = best(lambda: commitment("A1", frame, rules, SALT), times)  # noqa: B023
        certificate = Certificate(
            round="A1",
            public_number=NUMBER,
            salt=SALT,
            frame=frame,
            rules=rules,
            commitment=commitment("A1", frame, rules, SALT),
            excluded=dict.fromkeys(out, "出差"),
            drawn=tuple(draw("A1", frame, rules, SALT, NUMBER, out)),
        )
        begun = time.perf_counter()
        assert difference(certificate) is None
        checking = time.perf_counter() - begun
        growth = f"{drawing / before:.1f}x" if before else ""
        print(
            f"{size:>8}  {drawing:>8.3f}  {bare:>8.3f}  {drawing / bare:>6.2f}"
            f"  {committing:>8.3f}  {checking:>8.3f}  {growth}"
        )
        before = drawing
        failed = failed or (size == BAR_SIZE and drawing >= BAR_SECONDS)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
