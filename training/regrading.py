"""What a correction of a key would do to cases, by the rules alone; nothing is written here."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from bureau.roles import Actor, Role
from quiz_bank.correction import Preview
from training.case import Case, Evidence, Judge, Judgement, Kind, Source
from training.desk import TrainingDesk
from training.finding import findings
from training.rules import TrainingRules


class Effect(StrEnum):
    """What a correction would do to a person's case."""

    OPENED = "opened"
    ADDED = "added"
    WITHDRAWN = "withdrawn"
    LESSENED = "lessened"

    @property
    def label(self) -> str:
        """The effect in words."""
        return {
            Effect.OPENED: _("新開補訓案"),
            Effect.ADDED: _("補訓案增加理由"),
            Effect.WITHDRAWN: _("補訓案不再有理由"),
            Effect.LESSENED: _("補訓案少一個理由"),
        }[self]


class CaseEffect(BaseModel):
    """What would become of one person's case.

    Attributes:
        person: 員工編號.
        case: the case; `""` for one that would be opened.
    """

    model_config = ConfigDict(frozen=True)

    person: str
    effect: Effect
    case: str = ""


def effects(
    evidence: Iterable[Evidence], cases: Iterable[Case], judge: Judge, scores: Mapping[str, Decimal]
) -> list[CaseEffect]:
    """Say which cases would be opened, added to, or lose a reason.

    Args:
        evidence: what is known of everybody, as it counts now.
        cases: every case.
        judge: gives the rules of a day.
        scores: the score that would count then, by sitting.
    """
    known, everything = list(evidence), list(cases)
    then = [
        each.model_copy(update={"score": scores[each.id]})
        if each.source is Source.QUIZ and each.id in scores
        else each
        for each in known
    ]
    before = {
        (found.person, each.key) for found in findings(known, everything, judge) for each in found.reasons
    }
    found = [
        CaseEffect(person=each.person, effect=Effect.ADDED if each.case else Effect.OPENED, case=each.case)
        for each in findings(then, everything, judge)
        if any((each.person, reason.key) not in before for reason in each.reasons)
    ]
    for case in everything:
        lost = {
            reason.key
            for reason in case.counting
            if reason.kind is Kind.LOW_QUIZ
            and reason.evidence in scores
            and reason.limit is not None
            and scores[reason.evidence] >= reason.limit
        }
        if case.open and lost:
            left = any(reason.key not in lost for reason in case.counting)
            effect = Effect.LESSENED if left else Effect.WITHDRAWN
            found.append(CaseEffect(person=case.person, effect=effect, case=case.id))
    return sorted(found, key=lambda one: (one.effect is not Effect.OPENED, one.person, one.case))


class RegradingDesk:
    """The desk at which the effect of a correction on cases is looked at; it writes nothing."""

    def __init__(self, training: TrainingDesk) -> None:
        self.training = training

    def effects(self, preview: Preview, *, by: Actor, today: date) -> list[CaseEffect]:
        """Say what a correction would do to cases, those that would be opened first.

        Raises:
            NotAllowed: neither trainer nor administrator.
        """
        by.require(Role.TRAINER)
        return effects(
            self.training.evidence(today),
            self.training.cases(),
            self._judge(),
            {each.sitting_id: each.after for each in preview.changes},
        )

    def _judge(self) -> Judge:
        known: dict[date, Judgement] = {}

        def judge(day: date) -> Judgement:
            if day not in known:
                book = self.training.office.rules(day)
                known[day] = Judgement(book.version, book.of(TrainingRules))
            return known[day]

        return judge
