"""The rules of training: when a case is opened, and what counts as having been trained."""

from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from bureau.language import _
from bureau.rules import RuleTable

HALVES = 2

Score = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
"""A score: 0 to 100, exact to two decimals."""


class TrainingRules(RuleTable):
    """When somebody needs retraining, and what a session is worth.

    Attributes:
        call_below: a call with a lower score is a reason for a case; 0: none is.
        calls_needed: how many such calls, by different testers, make it certain.
        critical_at_once: whether a critical failure is certain without a second call.
        quiz_below: a quiz with a lower score is a reason for a case; 0: none is.
        missed_sessions: how many yearly sessions missed in one year are a reason for a case; 0: none are.
        yearly_sessions: how many sessions a year the office owes.
        sessions_per_half: how many of them must be in each half.
        present_share: the share of a session's minutes from which on a person counts as trained.
        hour_step: credited hours are multiples of this.
        due_days: working days from the opening of a case to its due date.
        look_back_days: evidence older than so many days opens nothing.
        check_after_days: days after its closing on which a case is looked at again; 0: never.
    """

    TABLE: ClassVar[str] = "training"
    DEFAULTS: ClassVar[Path] = Path(__file__).with_name("training.toml")

    call_below: Score
    calls_needed: int = Field(ge=1, le=2)
    critical_at_once: bool
    quiz_below: Score
    missed_sessions: int = Field(ge=0, le=12)
    yearly_sessions: int = Field(ge=1, le=12)
    sessions_per_half: int = Field(ge=0, le=6)
    present_share: Fraction = Field(ge=0, le=1)
    hour_step: Decimal = Field(gt=0, le=8, decimal_places=2)
    due_days: int = Field(ge=1, le=250)
    look_back_days: int = Field(ge=30, le=3660)
    check_after_days: int = Field(ge=0, le=730)

    @model_validator(mode="after")
    def _halves_fit_the_year(self) -> Self:
        if self.sessions_per_half * HALVES > self.yearly_sessions:
            raise ValueError(_("上、下半年至少場次的和，不可多於全年場次。"))
        return self

    def trained(self, minutes: int, length: int) -> bool:
        """Say whether `minutes` present of a session of `length` minutes count as trained."""
        return minutes > 0 and minutes >= self.present_share * length

    def credited(self, hours: Decimal, minutes: int, length: int) -> Decimal:
        """Give the hours credited for `minutes` present of a session of `length` minutes worth `hours`.

        The time missed is simply not credited; what is left is cut to whole steps.
        """
        share = Fraction(hours) * minutes / length
        steps = (Decimal(share.numerator) / Decimal(share.denominator) / self.hour_step).to_integral_value(
            ROUND_DOWN
        )
        return (steps * self.hour_step).quantize(Decimal("0.01"))
