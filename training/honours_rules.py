"""The rules by which candidates for 績優 are found and ranked."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from bureau.language import _
from bureau.rules import RuleTable
from training.rules import Score

Weight = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
"""A weight: 0 to 100; only their ratio counts."""


class HonoursRules(RuleTable):
    """Who may be proposed, and in which order.

    Attributes:
        months: results of so many months up to the end of the quarter count.
        courtesy_weight: of the mean of the calls.
        quiz_weight: of the mean of the quizzes.
        vote_weight: of the public vote.
        courtesy_floor: whose mean of calls is lower is not proposed.
        quiz_floor: likewise of the quizzes.
        vote_floor: likewise of the vote, in percent of the most votes that anybody has.
        calls_needed: how many scored calls, of people drawn by lot, a candidate has at least.
        quizzes_needed: how many quizzes; none are asked for where the office held none.
        most_leave_days: who was on leave on more days of the quarter is not proposed.
        proposed: up to which rank candidates are proposed.
    """

    TABLE: ClassVar[str] = "honours"
    DEFAULTS: ClassVar[Path] = Path(__file__).with_name("honours.toml")

    months: int = Field(ge=1, le=24)
    courtesy_weight: Weight
    quiz_weight: Weight
    vote_weight: Weight
    courtesy_floor: Score
    quiz_floor: Score
    vote_floor: Score
    calls_needed: int = Field(ge=1, le=100)
    quizzes_needed: int = Field(ge=0, le=100)
    most_leave_days: int = Field(ge=0, le=92)
    proposed: int = Field(ge=1, le=100)

    @model_validator(mode="after")
    def _courtesy_counts(self) -> Self:
        if not self.courtesy_weight:
            raise ValueError(_("電話禮貌的權重不可為 0。"))
        return self
