"""An office in which many have sat one paper; the key of its second question is wrong."""

import random
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from bureau.people import Person
from bureau.roles import ADMINISTRATOR, Actor
from quiz_bank.blueprint import Blueprint, Cell
from quiz_bank.formats.reading import Reading
from quiz_bank.question import Kind
from tests.conftest import MOMENT
from tests.quiz_bank.samples import single, true_false
from tests.tui.conftest import SECTIONS, make_office, steady
from tui.desks import Desks

PAPER = "A1"
WRONG = 2
"""The number of the question whose key says C where B is right."""

_ITEMS = 6


def make_quizzed(path: Path, people: int = 60) -> Path:
    """Make the office.

    Args:
        path: where.
        people: how many sit the paper, from who knows nothing to who knows everything.
    """
    make_office(path, draw=False)
    chance = random.Random(3)
    questions = [single("S1"), single("S2", key=(2,)), single("S3"), single("S4"), true_false("T1")]
    questions.append(true_false("T2"))
    with Desks.open(path, steady) as desks, desks.office.store.transaction():
        desks.quiz.take(Reading(questions=tuple(questions)), Path("bank"), by=ADMINISTRATOR, at=MOMENT)
        blueprint = Blueprint(
            cells=tuple(
                Cell(kinds=(kind,), count=count, points=Decimal(points))
                for kind, count, points in ((Kind.SINGLE, 4, 20), (Kind.TRUE_FALSE, 2, 10))
            )
        )
        paper = desks.quiz.new_paper(
            title="第四季測驗", day=MOMENT.date(), seed="3", by=ADMINISTRATOR, at=MOMENT, blueprint=blueprint
        )
        for place in range(people):
            who = f"1{place:03}"
            person = Person(staff_no=who, name=f"同仁{place:02}", section=SECTIONS[place % 3])
            desks.office.ground.put_person(person, since=MOMENT.date())
            begun = desks.quiz.open_sitting(paper.id, who, by=Actor(staff_no=who), at=MOMENT)
            for item in paper.items:
                knows = chance.random() < place / people
                if item.question.kind is Kind.SINGLE:
                    choice = 1 if knows else chance.choice([2, 2, 2, 2, 2, 3])
                else:
                    choice = 0 if knows else 1
                desks.quiz.answer(begun.id, item.number, (choice,), by=Actor(staff_no=who), at=MOMENT)
            desks.quiz.submit(begun.id, by=Actor(staff_no=who), at=MOMENT + timedelta(minutes=9))
    return path
