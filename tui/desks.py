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
from quiz_bank.analysis_desk import AnalysisDesk
from quiz_bank.answer_desk import AnswerDesk
from quiz_bank.bank_desk import BankDesk
from quiz_bank.correction_desk import CorrectionDesk
from quiz_bank.desk import QuizDesk
from quiz_bank.marking_desk import MarkingDesk
from quiz_bank.paper_desk import PaperDesk
from quiz_bank.paper_rules import PaperRules
from quiz_bank.practice import PracticeRules
from quiz_bank.practice_desk import PracticeDesk
from quiz_bank.rules import QuizRules
from quiz_bank.store import MIGRATIONS as QUIZ_BANK
from training.case_desk import CaseDesk
from training.desk import TrainingDesk
from training.duty_desk import DutyDesk
from training.effect_desk import EffectDesk
from training.feedback_desk import FeedbackDesk
from training.honours_desk import HonoursDesk
from training.honours_rules import HonoursRules
from training.hours import HoursRules
from training.hours_desk import HoursDesk
from training.regrading import RegradingDesk
from training.report_desk import ReportDesk
from training.rules import TrainingRules
from training.session_plan_desk import SessionPlanDesk
from training.session_rules import SessionRules
from training.sign_in_desk import SignInDesk
from training.store import MIGRATIONS as TRAINING
from training.what_if_desk import WhatIfDesk

MIGRATIONS = (QUIZ_BANK, COURTESY, TRAINING)
RULES = (
    CourtesyRules,
    StandingRules,
    QuizRules,
    PracticeRules,
    TrainingRules,
    HoursRules,
    HonoursRules,
    SessionRules,
    PaperRules,
)

Entropy = Callable[[int], bytes]


class Desks:
    """What can be done in one office, by desk.

    Attributes:
        office: the opened file.
        people: staff, roles, calendar and rules.
        quiz: the bank, papers and sittings.
        marking: essays, marked by a person.
        practice: questions to look at again, each person's own.
        papers: the drawing of papers.
        answers: the entry of answers given on paper.
        corrections: wrong keys, and scoring a paper anew.
        analysis: how good the questions of a paper are.
        regrading: what a correction would do to cases.
        bank: files of questions in and out, and the status of questions.
        calls: scales, rounds and calls.
        rota: which tester is on duty when.
        planning: chances of being drawn, and what a plan would give.
        objections: objections to calls, and the rulings on them.
        standing: results of persons and sections, and the charts.
        agreement: exercises, second ratings, and how far testers agree.
        training: sessions, cases and the lists.
        duties: the measures of the yearly plan.
        cases: who takes care of a case, by when, and the look after its closing.
        hours: the upload file of the hours that a session is worth.
        effect: what changed after the sessions.
        honours: candidates for praise, the public vote, and whom the committee chose.
        sign_in: sign-in sheets, and entering by their rows.
        sessions: agendas, handouts, quizzes before and after, and make-up.
        feedback: the forms that are filled in after a session.
        reports: figures of a year, a half or a session, and the files of cases.
        bulletin: the month's figures.
        what_if: other rules tried on sealed calls.
    """

    def __init__(self, office: Office) -> None:
        self.office = office
        self.people = PeopleDesk(office)
        self.quiz = QuizDesk(office)
        self.papers = PaperDesk(self.quiz)
        self.answers = AnswerDesk(self.quiz)
        self.marking = MarkingDesk(self.quiz)
        self.corrections = CorrectionDesk(self.quiz)
        self.analysis = AnalysisDesk(self.quiz)
        self.bank = BankDesk(self.quiz)
        self.calls = CallDesk(office, self.quiz)
        self.practice = PracticeDesk(self.quiz, self.calls.missed_in_calls)
        self.rota = RotaDesk(office)
        self.planning = PlanDesk(office, self.calls)
        self.objections = ObjectionDesk(office, self.calls)
        self.standing = StandingDesk(self.calls)
        self.agreement = AgreementDesk(office, self.calls)
        self.training = TrainingDesk(office, self.calls, self.quiz)
        self.duties = DutyDesk(self.training)
        self.cases = CaseDesk(office, self.training)
        self.hours = HoursDesk(office, self.training)
        self.effect = EffectDesk(self.training)
        self.honours = HonoursDesk(self.training)
        self.sign_in = SignInDesk(self.training)
        self.sessions = SessionPlanDesk(self.training, self.sign_in)
        self.feedback = FeedbackDesk(self.training)
        self.reports = ReportDesk(self.training)
        self.regrading = RegradingDesk(self.training)
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
