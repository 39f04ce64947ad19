"""The rules of spot checks, and where a score stands by them."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bureau.language import _
from bureau.rules import RuleTable
from bureau.text import Name
from courtesy.scale import FactorMode


class Band(BaseModel):
    """等第.

    Attributes:
        since: the lowest score that is in it, 0 to 100.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    since: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)] = Field(alias="from")


class CourtesyRules(RuleTable):
    """How spot checks are drawn and judged.

    Attributes:
        factor: how one part alone is scaled to 100.
        critical_zeroes: whether a critical failure makes the score 0.
        per_section: how many a section must have among the drawn at least.
        per_person: how often a person may be drawn in one period at most.
        everyone_first: whether those not yet drawn this year come before the others.
        weight_low: the tickets of someone who had a result in the lowest band this year.
        agreement_within: by how many points two testers may differ and still agree.
        bands: from the highest to the lowest, which begins at 0.
    """

    TABLE: ClassVar[str] = "courtesy"
    DEFAULTS: ClassVar[Path] = Path(__file__).with_name("courtesy.toml")

    factor: FactorMode
    critical_zeroes: bool
    per_section: int = Field(ge=0, le=100)
    per_person: int = Field(ge=1, le=100)
    everyone_first: bool
    weight_low: int = Field(ge=1, le=9)
    agreement_within: int = Field(ge=0, le=100)
    bands: tuple[Band, ...] = Field(min_length=2, max_length=9)

    @field_validator("bands")
    @classmethod
    def _bands_descend(cls, bands: tuple[Band, ...]) -> tuple[Band, ...]:
        starts = [band.since for band in bands]
        if starts != sorted(starts, reverse=True) or len(set(starts)) != len(starts) or starts[-1] != 0:
            raise ValueError(_("等第要由高到低，最後一級從 0 起。"))
        if len({band.name for band in bands}) != len(bands):
            raise ValueError(_("等第的名稱重複。"))
        return bands

    def band(self, score: Decimal) -> str:
        """Name the band of a printed score (0 to 100, two decimals)."""
        return next(band.name for band in self.bands if score >= band.since)

    @property
    def lowest(self) -> str:
        """The name of the lowest band."""
        return self.bands[-1].name

    @property
    def low_below(self) -> Decimal:
        """A score below this is in the lowest band."""
        return self.bands[-2].since
