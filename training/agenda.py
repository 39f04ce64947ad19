"""議程建議: the lines of the scale and the 稅目 of the bank on which most points are lost.

Points lost on the telephone and in quizzes are counted each by itself: one is no measure of the other. Points
of calls are unscaled, as in the monthly bulletin. Nobody is named.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from courtesy.bulletin import lost_lines
from courtesy.call import Call
from courtesy.occasion import Occasion
from courtesy.scale import Scale
from quiz_bank.blueprint import Paper
from quiz_bank.sitting import Sitting, earned
from training.session_plan import AgendaTopic
from training.session_rules import SessionRules

HARDEST = 2
"""How many questions of a 稅目 are named."""

_CENT = Decimal("0.01")
_LONGEST = 100


class LossSource(StrEnum):
    """Where points were lost."""

    CALL = "call"
    QUIZ = "quiz"

    @property
    def label(self) -> str:
        """The source as people call it."""
        return {LossSource.CALL: _("電話"), LossSource.QUIZ: _("測驗")}[self]


class Loss(BaseModel):
    """Points lost on one line or 稅目.

    Attributes:
        points: how many, in all.
        n: how often it was judged or asked.
        failed: how often less than full points were earned.
        people: how many different people were judged or asked.
        hardest: the questions of a 稅目 that cost most.
    """

    model_config = ConfigDict(frozen=True)

    source: LossSource
    id: str
    title: str
    points: Decimal
    n: int
    failed: int
    people: int
    hardest: tuple[str, ...] = ()


class Proposed(BaseModel):
    """A loss that stands on the proposal.

    Attributes:
        share: of all points lost in its source, 0 to 1.
        so_far: the share of this and all before it in the same source.
        enough: whether enough people stand behind it.
    """

    model_config = ConfigDict(frozen=True)

    loss: Loss
    share: Decimal
    so_far: Decimal
    enough: bool

    @property
    def basis(self) -> str:
        """The evidence in words, with n."""
        text = _("{source}失分 {share}%，{n} 次評到 {failed} 次失分，{people} 人").format(
            source=self.loss.source.label,
            share=f"{self.share * 100:.0f}",
            n=self.loss.n,
            failed=self.loss.failed,
            people=self.loss.people,
        )
        return text if self.enough else text + _("（人數不足）")


class Proposal(BaseModel):
    """An agenda as the evidence proposes it.

    Attributes:
        topics: those of calls first, then those of quizzes; in each the dearest first.
        calls: how many calls were looked at.
        sittings: how many sittings.
    """

    model_config = ConfigDict(frozen=True)

    topics: tuple[Proposed, ...]
    calls: int = 0
    sittings: int = 0

    def agenda(self, length: int, step: int) -> tuple[AgendaTopic, ...]:
        """Give the topics behind which enough people stand, sharing `length` minutes by what they cost.

        Calls and quizzes have equal weight; minutes are multiples of `step`.
        """
        chosen = [topic for topic in self.topics if topic.enough]
        # A session too short for all of them takes those that cost most.
        chosen = sorted(chosen, key=lambda topic: -topic.share)[: length // step]
        chosen = [topic for topic in self.topics if topic in chosen]
        minutes = divided(length, [topic.share for topic in chosen], step)
        return tuple(
            AgendaTopic(title=topic.loss.title[:_LONGEST], minutes=each, basis=topic.basis)
            for topic, each in zip(chosen, minutes, strict=True)
        )


def of_calls(calls: Iterable[Call], scales: Mapping[str, Scale]) -> list[Loss]:
    """Give what was lost on each line in calls drawn by lot.

    Confirming calls follow bad results: with them those who did badly would count twice.
    """
    drawn = [call for call in calls if call.occasion is Occasion.DRAWN and call.score is not None]
    people: dict[tuple[str, str], set[str]] = {}
    for call in drawn:
        for placed in scales[call.scale].lines(call.parts):
            if placed.line.step(call.marks.get(placed.id, "")) is not None:
                people.setdefault((placed.id, placed.line.text), set()).add(call.person)
    return [
        Loss(
            source=LossSource.CALL,
            id=line.id,
            title=_("{item}：{line}").format(item=line.item, line=line.text),
            points=line.points,
            n=line.judged,
            failed=line.lost,
            people=len(people[line.id, line.text]),
        )
        for line in lost_lines(drawn, scales)
    ]


def of_sittings(sittings: Iterable[Sitting], papers: Mapping[str, Paper]) -> list[Loss]:
    """Give what was lost on each 稅目 of the bank in submitted sittings; what is unanswered is lost."""
    counted: dict[str, list[tuple[str, str, Decimal]]] = {}
    for sitting in sittings:
        if not sitting.submitted:
            continue
        paper = papers[sitting.paper_id]
        for item in paper.items:
            got = earned(item, sitting.answers.get(item.number, ()), paper.rules.multiple_credit)
            answers = counted.setdefault(item.question.subject, [])
            answers.append((sitting.staff_no, item.question.stem, item.points - got))
    return [
        Loss(
            source=LossSource.QUIZ,
            id=subject,
            title=subject,
            points=lost,
            n=len(answers),
            failed=sum(cost > 0 for _who, _stem, cost in answers),
            people=len({who for who, _stem, _cost in answers}),
            hardest=_hardest(answers),
        )
        for subject, answers in counted.items()
        if (lost := sum((cost for _who, _stem, cost in answers), Decimal()))
    ]


def _hardest(answers: Sequence[tuple[str, str, Decimal]]) -> tuple[str, ...]:
    costs: dict[str, Decimal] = {}
    for _who, stem, cost in answers:
        costs[stem] = costs.get(stem, Decimal()) + cost
    dearest = sorted(
        ((cost, stem) for stem, cost in costs.items() if cost), key=lambda one: (-one[0], one[1])
    )
    return tuple(stem for _cost, stem in dearest[:HARDEST])


def proposal(losses: Iterable[Loss], rules: SessionRules, *, calls: int = 0, sittings: int = 0) -> Proposal:
    """Take the dearest losses of each source until they explain the share that the rules ask for."""
    everything = list(losses)
    topics: list[Proposed] = []
    for source in LossSource:
        own = sorted(
            (loss for loss in everything if loss.source is source), key=lambda loss: (-loss.points, loss.id)
        )
        total = sum((loss.points for loss in own), Decimal())
        so_far = Decimal()
        for loss in own[: rules.agenda_topics]:
            if so_far >= rules.agenda_share * total:
                break
            so_far += loss.points
            topics.append(
                Proposed(
                    loss=loss,
                    share=loss.points / total,
                    so_far=so_far / total,
                    enough=loss.people >= rules.fewest,
                )
            )
    return Proposal(topics=tuple(topics), calls=calls, sittings=sittings)


def divided(length: int, weights: Sequence[Decimal], step: int) -> list[int]:
    """Share `length` minutes by weight, in multiples of `step`, each at least one step.

    Every one takes a step first; the rest goes by the method of largest remainders. The sum is the greatest
    multiple of `step` that `length` holds.

    Raises:
        ValueError: `length` has no step for each.
    """
    if not weights:
        return []
    left = length // step - len(weights)
    if left < 0:
        raise ValueError("more topics than steps")
    total = sum(weights, Decimal())
    exact = [left * weight / total for weight in weights]
    steps = [int(each) for each in exact]
    by_rest = sorted(range(len(weights)), key=lambda place: (steps[place] - exact[place], place))
    for place in by_rest[: left - sum(steps)]:
        steps[place] += 1
    return [(each + 1) * step for each in steps]
