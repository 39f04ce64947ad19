"""The rules by which a tester's forms are looked through."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from bureau.rules import RuleTable


class StandingRules(RuleTable):
    """From when on a tester's forms are worth a look.

    Attributes:
        fewest_forms: of fewer forms nothing is said.
        most_forms: so many of the newest are looked at.
        fast_seconds: a form sealed sooner after the call was answered is too fast.
        beside_cut: so many points above and below the cut are compared.
    """

    TABLE: ClassVar[str] = "standing"
    DEFAULTS: ClassVar[Path] = Path(__file__).with_name("standing.toml")

    fewest_forms: int = Field(ge=2, le=1000)
    most_forms: int = Field(ge=10, le=5000)
    fast_seconds: int = Field(ge=1, le=3600)
    beside_cut: Annotated[Decimal, Field(gt=0, le=20, decimal_places=2)]
