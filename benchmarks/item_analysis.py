"""Item analysis of 600,000 answers, beside one bare pass over the same numbers.

    python benchmarks/item_analysis.py [--people 12000] [--items 50] [--repeat 5]

Printed: the median time of the analysis at a tenth of the people and at all of them, the growth, and the
ratio to a loop that only sums every column and every row.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from decimal import Decimal

from quiz_bank.analysis import Matrix, analyse


def made(people: int, items: int) -> Matrix:
    """Make marks of people who differ in what they know."""
    chance = random.Random(20_261_124)
    rows = []
    for _person in range(people):
        knows = chance.random()
        rows.append(tuple(Decimal(int(chance.random() < 0.2 + 0.6 * knows)) for _item in range(items)))
    return Matrix(
        items=tuple(str(place) for place in range(items)),
        maxima=(Decimal(1),) * items,
        people=tuple(str(place) for place in range(people)),
        marks=tuple(rows),
    )


def bare(matrix: Matrix) -> float:
    """Sum every column and every row, as floats."""
    columns = [[float(mark or 0) for mark in column] for column in zip(*matrix.marks, strict=True)]
    return sum(map(sum, columns)) + sum(map(sum, zip(*columns, strict=True)))


def seconds(work: Callable[[], object], repeat: int) -> float:
    """Give the median time of `work`."""
    taken = []
    for _run in range(repeat):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=12_000)
    parser.add_argument("--items", type=int, default=50)
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    whole, tenth = made(given.people, given.items), made(given.people // 10, given.items)
    all_of_them = seconds(lambda: analyse(whole), given.repeat)
    a_tenth = seconds(lambda: analyse(tenth), given.repeat)
    floor = seconds(lambda: bare(whole), given.repeat)
    print(f"{given.people * given.items:,} answers: {all_of_them:.2f} s; bar 2 s")
    print(f"a tenth of them: {a_tenth:.3f} s; growth at 10x: {all_of_them / a_tenth:.1f}")
    print(f"analysis / bare sums: {all_of_them / floor:.1f}")


if __name__ == "__main__":
    main()
