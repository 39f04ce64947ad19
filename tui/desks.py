"""All desks of one opened office, bottom floor first."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Self

from bureau.database import PATIENCE
from bureau.desk import PeopleDesk
from bureau.office import Office
from courtesy.agreement_desk import AgreementDesk
from courtesy.bulletin_desk import BulletinDesk
from courtesy.desk import CallDesk
from courtesy.objection_desk import ObjectionDesk
from courtesy.plan_desk import PlanDesk
from courtesy.rota_desk import RotaDesk
from courtesy.standing import CourtesyRules
from courtesy.standing_desk import StandingDesk
from courtesy.standing_rules import StandingRules
from courtesy.store import MIGRATIONS as COURTESY
from quiz_bank.bank_desk import BankDesk
from quiz_bank.desk import QuizDesk
from quiz_bank.rules import QuizRules
from quiz_bank.store import MIGRATIONS as QUIZ_BANK
from training.desk import TrainingDesk
from training.rules import TrainingRules
from training.store import MIGRATIONS as TRAINING
from training.what_if_desk import WhatIfDesk

MIGRATIONS = (QUIZ_BANK, COURTESY, TRAINING)
RULES = (CourtesyRules, StandingRules, QuizRules, TrainingRules)

Entropy = Callable[[int], bytes]


class Desks:
    """What can be done in one office, by desk.

    Attributes:
        office: the opened file.
        people: staff, roles, calendar and rules.
        quiz: the bank, papers and sittings.
        bank: files of questions in and out, and the status of questions.
        calls: scales, rounds and calls.
        rota: which tester is on duty when.
        planning: chances of being drawn, and what a plan would give.
        objections: objections to calls, and the rulings on them.
        standing: results of persons and sections, and the charts.
        agreement: exercises, second ratings, and how far testers agree.
        training: sessions, cases and the lists.
        bulletin: the month's figures.
        what_if: other rules tried on sealed calls.
    """

    def __init__(self, office: Office) -> None:
        self.office = office
        self.people = PeopleDesk(office)
        self.quiz = QuizDesk(office)
        self.bank = BankDesk(self.quiz)
        self.calls = CallDesk(office, self.quiz)
        self.rota = RotaDesk(office)
        self.planning = PlanDesk(office, self.calls)
        self.objections = ObjectionDesk(office, self.calls)
        self.standing = StandingDesk(self.calls)
        self.agreement = AgreementDesk(office, self.calls)
        self.training = TrainingDesk(office, self.calls, self.quiz)
        self.bulletin = BulletinDesk(self.calls)
        self.what_if = WhatIfDesk(self.calls, self.training)

    @classmethod
    def open(cls, path: Path, entropy: Entropy, patience: float = PATIENCE) -> Self:
        """Open the office file at `path`.

        Raises:
            StoreError: the file is missing, not ours, newer, read-only or locked.
        """
        office = Office.open(
            path, migrations=MIGRATIONS, rule_kinds=RULES, entropy=entropy, patience=patience
        )
        return cls(office)

    @classmethod
    def create(cls, path: Path, *, name: str, entropy: Entropy, at: datetime) -> Self:
        """Make a new office file at `path`.

        Raises:
            StoreError: the file exists or cannot be written.
        """
        office = Office.create(
            path, name=name, migrations=MIGRATIONS, rule_kinds=RULES, entropy=entropy, at=at
        )
        return cls(office)

    def close(self) -> None:
        """Close the file."""
        self.office.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
