"""練習: which questions a person should look at again, and on which day; never counted as a score.

What was answered wrongly comes first. After each answer the day of the next one is set by the FSRS model of
memory (Ye et al., https://doi.org/10.1145/3534678.3539081), in whole days: people open the program once a
day, so its steps of minutes are left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from bureau.dates import day_of
from bureau.language import _
from bureau.problem import Refused
from bureau.rules import RuleTable
from quiz_bank.blueprint import rank
from quiz_bank.question import Kind, Question

if TYPE_CHECKING:
    from fsrs import Scheduler

_CARD_BITS = 62


class PracticeError(Refused):
    """A question cannot be practised like this."""


class PracticeRules(RuleTable):
    """How practice is offered.

    Attributes:
        daily_questions: how many questions home reminds people of each day; 0: none.
        desired_retention: the chance of still knowing it at the next time, 0.70 to 0.97.
        longest_interval: days after which a question comes again at the latest.
    """

    TABLE: ClassVar[str] = "practice"
    DEFAULTS: ClassVar[Path] = Path(__file__).with_name("practice.toml")

    daily_questions: int = Field(ge=0, le=20)
    desired_retention: Annotated[Decimal, Field(ge=Decimal("0.70"), le=Decimal("0.97"), decimal_places=2)]
    longest_interval: int = Field(ge=1, le=3650)


class Cause(StrEnum):
    """Why a question is practised."""

    QUIZ = "quiz"
    CALL = "call"
    NEW = "new"

    @property
    def label(self) -> str:
        """The cause as people call it."""
        return {Cause.QUIZ: _("測驗答錯"), Cause.CALL: _("電話中沒有答全"), Cause.NEW: _("新題")}[self]


class Missed(BaseModel):
    """A question that a person did not know, in a quiz or in a call.

    Attributes:
        at: when.
    """

    model_config = ConfigDict(frozen=True)

    question_id: str
    cause: Cause
    at: datetime


class Memory(BaseModel):
    """How well a person knows one question, as far as practice shows.

    Attributes:
        card: the model's own state, as it serialises it.
        due: the day on which it should be asked again.
        reviews: how often it was practised.
        lapses: how often it was not known.
        right_last: whether it was known the last time.
    """

    model_config = ConfigDict(frozen=True)

    question_id: str
    cause: Cause
    card: str
    due: date
    last_at: datetime
    reviews: int = Field(ge=1)
    lapses: int = Field(ge=0)
    right_last: bool


def remembered(
    staff_no: str,
    question_id: str,
    before: Memory | None,
    *,
    right: bool,
    unsure: bool,
    cause: Cause,
    at: datetime,
    rules: PracticeRules,
) -> Memory:
    """Give the memory after one more answer.

    Args:
        staff_no: whose.
        question_id: of what.
        before: the memory so far; None: never practised.
        right: whether the answer was right.
        unsure: whether a right answer was a guess, which brings the question back sooner.
        cause: why it is practised.
        at: the aware moment of the answer.
        rules: of the day.
    """
    from fsrs import Card, Rating  # noqa: PLC0415 - for practice alone

    known = Rating.Hard if unsure else Rating.Good
    card = Card.from_json(before.card) if before else Card(card_id=_card_id(staff_no, question_id))
    card, _log = _scheduler(rules).review_card(card, known if right else Rating.Again, at.astimezone(UTC))
    return Memory(
        question_id=question_id,
        cause=before.cause if before else cause,
        card=card.to_json(),
        due=max(day_of(card.due), day_of(at)),
        last_at=at,
        reviews=(before.reviews if before else 0) + 1,
        lapses=(before.lapses if before else 0) + (not right),
        right_last=right,
    )


def _scheduler(rules: PracticeRules) -> "Scheduler":
    from fsrs import Scheduler  # noqa: PLC0415 - for practice alone

    return Scheduler(
        desired_retention=float(rules.desired_retention),
        learning_steps=(),
        relearning_steps=(),
        maximum_interval=rules.longest_interval,
        enable_fuzzing=False,
    )


def _card_id(staff_no: str, question_id: str) -> int:
    digest = sha256(f"{staff_no}\n{question_id}".encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - _CARD_BITS)


def practicable(question: Question, day: date) -> bool:
    """Say whether a question can be practised on `day`: usable, and not one that a person has to mark."""
    return question.usable_on(day) and question.kind is not Kind.ESSAY


def to_practise(
    questions: Iterable[Question],
    memories: Mapping[str, Memory],
    missed: Iterable[Missed],
    *,
    day: date,
    seed: str,
    wrong_only: bool = False,
) -> list[tuple[Question, Cause]]:
    """Give the questions to practise, the most urgent first.

    First those that were missed and not practised since, the latest first; then those whose day has come, the
    longest overdue first; then, unless only wrong ones are wanted, new ones in an order made from the seed.
    What was answered today already does not come again today.

    Args:
        questions: the bank without what must stay unknown, such as the questions of an open paper.
        memories: of the person, by the question's identifier.
        missed: what the person did not know, in any order.
        day: today.
        seed: makes the order of new ones.
        wrong_only: only what was missed, or not known at the last practice.
    """
    bank = {question.id: question for question in questions if practicable(question, day)}
    latest: dict[str, Missed] = {}
    for one in missed:
        if one.question_id not in latest or one.at > latest[one.question_id].at:
            latest[one.question_id] = one
    today = {name for name, memory in memories.items() if day_of(memory.last_at) == day}

    def open_miss(one: Missed) -> bool:
        memory = memories.get(one.question_id)
        return one.question_id not in today and (memory is None or memory.last_at < one.at)

    chosen = [one for one in latest.values() if one.question_id in bank and open_miss(one)]
    chosen.sort(key=lambda one: (-one.at.timestamp(), one.question_id))
    found = {one.question_id: one.cause for one in chosen}
    due = [
        memory
        for memory in memories.values()
        if memory.due <= day and memory.question_id in bank and memory.question_id not in today
        if not (wrong_only and memory.right_last)
    ]
    for memory in sorted(due, key=lambda memory: (memory.due, memory.question_id)):
        found.setdefault(memory.question_id, memory.cause)
    if not wrong_only:
        fresh = [name for name in bank if name not in memories and name not in found]
        for name in sorted(fresh, key=lambda name: rank(seed, "practice", name)):
            found[name] = Cause.NEW
    return [(bank[name], cause) for name, cause in found.items()]


def done_on(memories: Sequence[Memory], day: date) -> int:
    """Count the questions that were practised on `day`."""
    return sum(day_of(memory.last_at) == day for memory in memories)
