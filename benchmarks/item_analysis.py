"""Item analysis of 600,000 answers, beside one bare pass over the same numbers.

    python benchmarks/item_analysis.py [--people 12000] [--items 50] [--repeat 5]

Printed: the median time of the analysis at a tenth of the people and at all of them, the growth, and the
ratio to a loop that only sums every column and every row; then the same of a paper with the tables of all
options, from the answers as they are kept.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

from quiz_bank.analysis import Matrix, analyse
from quiz_bank.blueprint import DEFAULT_BLUEPRINT, Paper, PaperItem
from quiz_bank.item_report import Answers, report_of
from quiz_bank.question import Kind, Question
from quiz_bank.rules import Credit, QuizRules

LETTERS = "ABCD"


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


def answered(people: int, items: int) -> tuple[Paper, list[list[str]]]:
    """Make the answers of people to a paper, a column for each question: B is right, some leave it blank."""
    chance = random.Random(20_261_125)
    paper = Paper(
        id="A1",
        title="benchmark",
        seed="1",
        opens_on=date(2026, 11, 23),
        closes_on=date(2026, 11, 23),
        minutes=0,
        blueprint=DEFAULT_BLUEPRINT,
        rules=QuizRules(
            pass_mark=Decimal(60),
            warning_below=Decimal(70),
            multiple_credit=Credit.PARTIAL,
            minutes=0,
            open_days=1,
        ),
        rules_version="v",
        created_at=datetime(2026, 11, 23, tzinfo=UTC),
        items=tuple(
            PaperItem(
                number=number,
                question=Question(
                    id=f"Q{number}",
                    kind=Kind.SINGLE,
                    topic="T",
                    difficulty=1,
                    stem=f"Q{number}",
                    options=tuple(LETTERS),
                    key=(1,),
                ),
                points=Decimal(100) / items,
            )
            for number in range(1, items + 1)
        ),
    )
    columns: list[list[str]] = [[] for _item in range(items)]
    for _person in range(people):
        knows = chance.random()
        for column in columns:
            blank = chance.random() < 0.03
            column.append("" if blank else "B" if chance.random() < knows else chance.choice("ACD"))
    return paper, columns


def tables(paper: Paper, columns: list[list[str]]) -> object:
    """Analyse a paper with the tables of all options."""
    return report_of(Answers(paper, {}, columns, {}))


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
    paper, columns = answered(given.people, given.items)
    few = [column[: given.people // 10] for column in columns]
    with_options = seconds(lambda: tables(paper, columns), given.repeat)
    with_few = seconds(lambda: tables(paper, few), given.repeat)
    print(f"{given.people * given.items:,} answers with option tables: {with_options:.2f} s; bar 2 s")
    print(f"a tenth of them: {with_few:.3f} s; growth at 10x: {with_options / with_few:.1f}")
    print(f"option tables and all / analysis of marks: {with_options / all_of_them:.1f}")


if __name__ == "__main__":
    main()
