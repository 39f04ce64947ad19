"""The rules by which a session is prepared and entered."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import Field

from bureau.rules import RuleTable


class SessionRules(RuleTable):
    """How an agenda is proposed, and from when on figures of a session say something.

    Attributes:
        agenda_share: the share of all lost points at which a proposal stops, above 0 to 1.
        agenda_topics: the most topics that are proposed of calls, and of quizzes.
        agenda_minutes: proposed minutes are multiples of this.
        fewest: of fewer people nothing is concluded.
        double_scan_minutes: a second reading of a code sooner than this after the first is a slip.
    """

    TABLE: ClassVar[str] = "session"
    DEFAULTS: ClassVar[Path] = Path(__file__).with_name("session.toml")

    agenda_share: Annotated[Decimal, Field(gt=0, le=1, decimal_places=2)]
    agenda_topics: int = Field(ge=1, le=20)
    agenda_minutes: int = Field(ge=1, le=60)
    fewest: int = Field(ge=2, le=100)
    double_scan_minutes: int = Field(ge=1, le=120)
