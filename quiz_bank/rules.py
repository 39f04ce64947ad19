"""The rules of quizzes, and the arithmetic of points."""

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator

from bureau.language import _
from bureau.rules import RuleTable

FULL_MARKS = Decimal("100.00")
"""What a paper is worth."""

_HUNDREDTH = Decimal("0.01")
_LONGEST_MINUTES = 600


def to_hundredths(points: Decimal) -> Decimal:
    """Round points half up to two decimals."""
    return points.quantize(_HUNDREDTH, ROUND_HALF_UP)


Points = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2), AfterValidator(to_hundredths)]
"""Points or a score: 0 to 100, exact to two decimals."""


class Credit(StrEnum):
    """How a multiple-choice answer is credited."""

    ALL = "all"
    PARTIAL = "partial"

    @property
    def label(self) -> str:
        """The rule in words, as it stands before a quiz."""
        return {
            Credit.ALL: _("複選題全部選對才給分"),
            Credit.PARTIAL: _("複選題部分給分：（答對個數 − 答錯個數）÷ 正確選項數，不低於 0"),
        }[self]


class QuizRules(RuleTable):
    """When a quiz is passed and how it is scored.

    Attributes:
        pass_mark: the lowest score that passes.
        warning_below: a passed score below this is pointed out.
        multiple_credit: how multiple choice is credited.
        minutes: time to answer, 0 for no limit.
        open_days: how many days a paper is open when nothing else is said, the first included.
    """

    TABLE: ClassVar[str] = "quiz"
    DEFAULTS: ClassVar[Path] = Path(__file__).with_name("quiz.toml")

    pass_mark: Points
    warning_below: Points
    multiple_credit: Credit
    minutes: int = Field(ge=0, le=_LONGEST_MINUTES)
    open_days: int = Field(ge=1, le=366)

    @model_validator(mode="after")
    def _warns_above_the_pass_mark(self) -> Self:
        if self.warning_below < self.pass_mark:
            raise ValueError(_("warning_below 不可低於 pass_mark。"))
        return self

    def passed(self, score: Decimal) -> bool:
        """Say whether `score` passes."""
        return score >= self.pass_mark

    def warned(self, score: Decimal) -> bool:
        """Say whether `score` passes, but only just."""
        return self.pass_mark <= score < self.warning_below
