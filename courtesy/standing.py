"""The rules of spot checks, and where a score stands by them."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from bureau.language import _
from bureau.rules import RuleTable
from bureau.text import Name
from courtesy.scale import FactorMode

_LEAP_YEAR = 2000
"""A year that has every day of the calendar."""


def _month_day(text: str) -> str:
    try:
        month, _dash, day = text.partition("-")
        plain = f"{int(month):02}-{int(day):02}"
        date(_LEAP_YEAR, int(month), int(day))
    except ValueError:
        plain = ""
    if plain != text:
        raise ValueError(_("應為月-日，例如 11-01。"))
    return text


MonthDay = Annotated[str, AfterValidator(_month_day)]


class Band(BaseModel):
    """等第.

    Attributes:
        since: the lowest score that is in it, 0 to 100.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    since: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)] = Field(alias="from")


class Collection(BaseModel):
    """開徵期: the days of every year in which a tax is collected, and the counters stay open at noon.

    Attributes:
        since: month and day of the first day, such as 11-01.
        until: of the last day; not before the first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tax: Name
    since: MonthDay = Field(alias="from")
    until: MonthDay

    @model_validator(mode="after")
    def _days_in_order(self) -> Self:
        if self.until < self.since:
            raise ValueError(_("開徵期的最後一天早於第一天。"))
        return self

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.since <= f"{day:%m-%d}" <= self.until


class CourtesyRules(RuleTable):
    """How spot checks are drawn and judged.

    Attributes:
        factor: how one part alone is scaled to 100.
        critical_zeroes: whether a critical failure makes the score 0.
        per_section: how many a section must have among the drawn at least.
        per_person: how often a person may be drawn in one period at most.
        everyone_first: whether those not yet drawn this year come before the others.
        weight_low: the tickets of someone who had a result in the lowest band this year.
        weight_untested: the tickets of someone without a score this year; of the two the larger counts.
        noon_in_collection: whether calls are planned at noon while a tax is collected.
        collection: when each tax is collected.
        attempts: how often a call is tried at most; fewer tries are sealed with a reason only.
        attempt_gap_minutes: how long to wait between two tries; a sooner one is pointed out, not refused.
        substitute_unreached: whether the next in the order is called up for whoever was not reached.
        question_rest_days: how long a question that was asked rests while another one is left.
        topics: the topic of the questions for a section; one that is not named may be asked anything.
        causes: why a line lost points, in the order of their digits.
        causes_required: whether every line below full points needs a cause.
        quick_seconds: a form sealed sooner after the answer than this is pointed out.
        near_cut: a score so many points from a cut between bands, or nearer, is pointed out.
        handling_target_seconds: the time after hanging up within which a form should be sealed.
        keys_target: the keys that a form should need at most.
        confirm_within_days: working days within which a bad call is confirmed by another; 0: none is.
        confirm_critical: whether a critical failure is confirmed, too.
        objection_days: working days after the seal within which the person can object.
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
    weight_untested: int = Field(ge=1, le=9)
    noon_in_collection: bool
    collection: tuple[Collection, ...] = Field(max_length=30)
    attempts: int = Field(ge=1, le=9)
    attempt_gap_minutes: int = Field(ge=0, le=1440)
    substitute_unreached: bool
    question_rest_days: int = Field(ge=0, le=3660)
    topics: dict[Name, Name]
    causes: tuple[Name, ...] = Field(min_length=1, max_length=9)
    causes_required: bool
    quick_seconds: int = Field(ge=0, le=600)
    near_cut: Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
    handling_target_seconds: int = Field(ge=1, le=3600)
    keys_target: int = Field(ge=1, le=999)
    confirm_within_days: int = Field(ge=0, le=60)
    confirm_critical: bool
    objection_days: int = Field(ge=1, le=60)
    agreement_within: int = Field(ge=0, le=100)
    bands: tuple[Band, ...] = Field(min_length=2, max_length=9)

    def weight(self, *, low: bool, untested: bool) -> int:
        """Give a person's number of tickets: the largest that applies, never a sum."""
        return max(1, self.weight_low if low else 1, self.weight_untested if untested else 1)

    def noon_on(self, day: date) -> bool:
        """Say whether calls may be planned at noon of `day`."""
        return self.noon_in_collection and any(day in each for each in self.collection)

    @field_validator("bands")
    @classmethod
    def _bands_descend(cls, bands: tuple[Band, ...]) -> tuple[Band, ...]:
        starts = [band.since for band in bands]
        if starts != sorted(starts, reverse=True) or len(set(starts)) != len(starts) or starts[-1] != 0:
            raise ValueError(_("等第要由高到低，最後一級從 0 起。"))
        if len({band.name for band in bands}) != len(bands):
            raise ValueError(_("等第的名稱重複。"))
        return bands

    @field_validator("causes")
    @classmethod
    def _causes_differ(cls, causes: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(causes)) != len(causes):
            raise ValueError(_("失分原因重複。"))
        return causes

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
