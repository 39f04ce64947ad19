"""The rules by which papers are balanced, and answers on paper are entered."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from bureau.rules import RuleTable

Facility = Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)]
"""The share of its points that people earn on a question, 0 to 1."""


class PaperRules(RuleTable):
    """What is expected of questions, and how answers on paper are entered.

    Attributes:
        expected_facility: of a question that nobody has answered yet, by difficulty 1, 2, 3.
        prior_answers: how many answers the expectation is worth beside what people did.
        observed_from: from so many answers on, what people did on a question counts.
        double_entry: whether answers on paper are entered twice and compared.
    """

    TABLE: ClassVar[str] = "paper"
    DEFAULTS: ClassVar[Path] = Path(__file__).with_name("paper.toml")

    expected_facility: tuple[Facility, Facility, Facility]
    prior_answers: int = Field(ge=1, le=1000)
    observed_from: int = Field(ge=1, le=1000)
    double_entry: bool
