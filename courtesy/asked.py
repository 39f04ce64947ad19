"""The question that is asked in a call: which one it is, what was answered, and how it fares over the calls.

A question is drawn for each call by the ticket of the draw, so that nobody chooses whom to ask what and
anybody can choose again. One that a colleague was asked may have been passed on: it rests.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from quiz_bank.question import Question

LOT = "courtesy-question/1"


class Passed(StrEnum):
    """How much of a question's key points was said."""

    ALL = "all"
    PARTLY = "partly"
    NONE = "none"

    @property
    def label(self) -> str:
        """The outcome as people call it."""
        return {Passed.ALL: _("全部答到"), Passed.PARTLY: _("部分答到"), Passed.NONE: _("都沒答到")}[self]


class Asked(BaseModel):
    """The question of one call.

    Attributes:
        question_id: which one of the bank.
        version: in which version.
        points: for each key point whether it was said; None: not judged.
    """

    model_config = ConfigDict(frozen=True)

    question_id: str
    version: str
    points: tuple[bool | None, ...]

    @property
    def passed(self) -> Passed | None:
        """How much was said; None while no point is judged. One left open beside judged ones is unsaid."""
        if all(point is None for point in self.points):
            return None
        said = sum(point is True for point in self.points)
        return Passed.ALL if said == len(self.points) else Passed.PARTLY if said else Passed.NONE

    def judged(self, number: int, said: bool | None = None) -> "Asked":
        """Give it with point `number` (from 1) said or unsaid; None: said, or unsaid where it was said."""
        points = list(self.points)
        points[number - 1] = points[number - 1] is not True if said is None else said
        return self.model_copy(update={"points": tuple(points)})

    def done(self) -> "Asked":
        """Give it with every open point unsaid: the question was asked to its end."""
        return self.model_copy(update={"points": tuple(point is True for point in self.points)})


class Use(BaseModel):
    """When a question was last drawn into a call.

    Attributes:
        same_round: whether one of these calls belongs to the round for which another question is sought.
    """

    model_config = ConfigDict(frozen=True)

    at: datetime
    same_round: bool


class QuestionRecord(BaseModel):
    """How one version of a question fared in the sealed calls in which it was asked.

    Attributes:
        asked: in how many calls at least one point was judged; the sum of the three that follow.
    """

    model_config = ConfigDict(frozen=True)

    question_id: str
    version: str
    asked: int
    all: int
    partly: int
    none: int


def asking(question: Question) -> Asked:
    """Give a question as it is asked, nothing judged yet."""
    return Asked(
        question_id=question.id, version=question.version, points=(None,) * len(question.key_points())
    )


def choose(
    questions: Sequence[Question], ticket: str, used: Mapping[str, Use], topic: str = ""
) -> Question | None:
    """Choose the question of a call.

    Args:
        questions: those in force on the day.
        ticket: the ticket of the person in the draw; of the questions that may be asked the one with the
            smallest SHA-256 of `courtesy-question/1`, ticket and identifier, joined by line feeds, is taken.
        used: the questions that rest, by identifier.
        topic: the topic to ask about; where none of it is in force, any. Of those, the ones that can be
            asked without reading options out, where there are any.

    Returns:
        One that does not rest; where all rest, one of other rounds before this one's, the longest ago first;
        None where there is no question at all.
    """
    pool = [question for question in questions if question.under(topic)] or list(questions)
    # Options would have to be read out; they are asked only where nothing better is there.
    pool = [question for question in pool if question.spoken] or pool

    def place(question: Question) -> tuple[bool, bool, str, str]:
        use = used.get(question.id)
        lot = hashlib.sha256(f"{LOT}\n{ticket}\n{question.id}".encode()).hexdigest()
        return use is not None, bool(use and use.same_round), use.at.isoformat() if use else "", lot

    return min(pool, key=place, default=None)


def records(calls: Iterable[Asked]) -> list[QuestionRecord]:
    """Count how each version of each question fared, by identifier and version."""
    counts: dict[tuple[str, str], dict[Passed, int]] = {}
    for one in calls:
        if one.passed is not None:
            own = counts.setdefault((one.question_id, one.version), dict.fromkeys(Passed, 0))
            own[one.passed] += 1
    return [
        QuestionRecord(
            question_id=question_id,
            version=version,
            asked=sum(own.values()),
            all=own[Passed.ALL],
            partly=own[Passed.PARTLY],
            none=own[Passed.NONE],
        )
        for (question_id, version), own in sorted(counts.items())
    ]
