"""What the sealed calls of a period say of a person, a section and the office: never more than they can.

Scores are `Decimal`; variances in between are floats.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from courtesy.interval import FEWEST, Interval, Sample, Share, hundredths
from courtesy.standing import CourtesyRules

ENOUGH_SECTIONS = 3
"""Of fewer sections nothing can be said about how much sections differ (Morris 1983)."""

FEW_CALLS = 12
"""Up to so many calls a mean stays too uncertain to speak of a person."""


class Counted(BaseModel):
    """The sealed calls of somebody, or of a section, as they were counted up.

    Attributes:
        calls: all sealed calls.
        low: how many scores are below the lowest limit of the bands but one.
        sample: the scores of those that were reached.
    """

    model_config = ConfigDict(frozen=True)

    calls: int = 0
    low: int = 0
    sample: Sample = Sample()

    @property
    def reached(self) -> int:
        """How many were reached and so have a score."""
        return self.sample.n

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(
            calls=self.calls + other.calls, low=self.low + other.low, sample=self.sample + other.sample
        )


class PersonResult(BaseModel):
    """One person's calls in a period.

    Attributes:
        staff_no: 員工編號.
        band: the band of the mean; None without a score.
        bands: every band that the interval touches, from the highest; empty where there is no interval.
    """

    model_config = ConfigDict(frozen=True)

    staff_no: str
    name: str
    section: str
    counted: Counted
    band: str | None
    bands: tuple[str, ...]

    @property
    def mean(self) -> Decimal | None:
        """The mean of the scores."""
        return self.counted.sample.mean

    @property
    def interval(self) -> Interval | None:
        """Its t interval; None where 人數不足."""
        return self.counted.sample.interval()

    @property
    def bands_text(self) -> str:
        """The bands in which the true mean may lie, in words."""
        if self.band is None:
            return "－"
        if not self.bands:
            return _("次數不足")
        if len(self.bands) == 1:
            return self.bands[0]
        return _("{lowest}至{highest}").format(lowest=self.bands[-1], highest=self.bands[0])

    @property
    def conclusion(self) -> str:
        """One sentence of what may and may not be concluded."""
        n = self.counted.reached
        if n == 0:
            return _("這段期間沒有接通並評分的電話，不能下任何結論。")
        if n < FEWEST:
            return _("只有 1 通，只能說那一通如何，不能說這個人如何。")
        interval = self.interval
        if interval is None:
            return _("{n} 通的分數全部相同，看不出起伏有多大，不能當成沒有誤差。").format(n=n)
        text = _("平日的平均大約在 {low} 到 {high} 之間；").format(low=interval.low, high=interval.high)
        if len(self.bands) > 1:
            return text + _("只有 {n} 通，跨了 {count} 個等第，不能說是哪一等。").format(
                n=n, count=len(self.bands)
            )
        if n < FEW_CALLS:
            return text + _("{n} 通還是很少，不能用來和別人排名次。").format(n=n)
        return text + _("可以說大致在「{band}」，不能用來和別人排名次。").format(band=self.bands[0])


def person_result(
    staff_no: str, name: str, section: str, counted: Counted, rules: CourtesyRules
) -> PersonResult:
    """Say what a person's counted calls come to."""
    mean, interval = counted.sample.mean, counted.sample.interval()
    bands: tuple[str, ...] = ()
    if interval is not None:
        names = [band.name for band in rules.bands]
        highest, lowest = rules.band(interval.high), rules.band(interval.low)
        bands = tuple(names[names.index(highest) : names.index(lowest) + 1])
    return PersonResult(
        staff_no=staff_no,
        name=name,
        section=section,
        counted=counted,
        band=rules.band(mean) if mean is not None else None,
        bands=bands,
    )


class Spread(BaseModel):
    """How scores differ within and between the sections of an office.

    Attributes:
        within: the pooled variance of calls within a section, in squared points; None where no section has
            two scores.
        between: the variance of the sections' own means, in squared points; None of too few sections.
        mean: the mean towards which sections are drawn.
    """

    model_config = ConfigDict(frozen=True)

    within: float | None
    between: float | None
    mean: float | None


def spread(samples: Sequence[Sample]) -> Spread:
    """Estimate the variances by the method of moments of one-way analysis of variance.

    within = Σ(nᵢ-1)sᵢ² / Σ(nᵢ-1);
    between = max(0, (Σnᵢ(x̄ᵢ-x̄)² - (k-1)·within) / (N - Σnᵢ²/N)), x̄ the mean of all calls;
    mean = Σwᵢx̄ᵢ / Σwᵢ with wᵢ = 1 / (between + within/nᵢ).

    Sources: C. N. Morris, "Parametric empirical Bayes inference", JASA 78 (1983) 47-55; the moment estimator
    for unequal n as in DerSimonian and Laird, Controlled Clinical Trials 7 (1986) 177-188.
    """
    used = [sample for sample in samples if sample.n]
    everything = sum(used, Sample())
    freedom = everything.n - len(used)
    if not used:
        return Spread(within=None, between=None, mean=None)
    overall = everything.total / everything.n / 100
    within = sum((one.variance or 0.0) * (one.n - 1) for one in used) / freedom if freedom else None
    if within is None or len(used) < ENOUGH_SECTIONS:
        return Spread(within=within, between=None, mean=overall)
    means = [one.total / one.n / 100 for one in used]
    among = sum(one.n * (mean - overall) ** 2 for one, mean in zip(used, means, strict=True))
    effective = everything.n - sum(one.n * one.n for one in used) / everything.n
    between = max(0.0, (among - (len(used) - 1) * within) / effective)
    if between + within == 0:
        return Spread(within=within, between=between, mean=overall)
    weights = [1 / (between + within / one.n) for one in used]
    centre = sum(weight * mean for weight, mean in zip(weights, means, strict=True)) / sum(weights)
    return Spread(within=within, between=between, mean=centre)


def shrunken(sample: Sample, among: Spread) -> Decimal | None:
    """Draw a section's mean towards that of the office, the more the fewer calls it stands on.

    mean + B(x̄ - mean), B = between / (between + within/n) (Morris 1983).

    Returns:
        None where the section has no score, or the variances cannot be estimated.
    """
    if not sample.n or among.within is None or among.between is None or among.mean is None:
        return None
    noise = among.within / sample.n
    kept = among.between / (among.between + noise) if among.between + noise else 0.0
    own = sample.total / sample.n / 100
    return hundredths(Decimal(among.mean + kept * (own - among.mean)))


class SectionResult(BaseModel):
    """One section's calls in a period.

    Attributes:
        counted: its calls.
        shrunken: its mean drawn towards the office's; None where that cannot be estimated.
    """

    model_config = ConfigDict(frozen=True)

    section: str
    counted: Counted
    shrunken: Decimal | None

    @property
    def mean(self) -> Decimal | None:
        """The mean of the scores."""
        return self.counted.sample.mean

    @property
    def interval(self) -> Interval | None:
        """Its t interval; None where 人數不足."""
        return self.counted.sample.interval()

    @property
    def low(self) -> Share:
        """The share of scores in the lowest band."""
        return Share(count=self.counted.low, n=self.counted.reached)


class Sections(BaseModel):
    """Every section of the office in the office's own order, which is never that of the scores.

    Attributes:
        low_below: a score below this is in the lowest band.
        office: all calls of the period.
    """

    model_config = ConfigDict(frozen=True)

    results: tuple[SectionResult, ...]
    office: Counted
    among: Spread
    low_below: Decimal

    @property
    def conclusion(self) -> str:
        """One sentence of what may and may not be concluded."""
        known = [one for one in self.results if one.interval is not None]
        if not known:
            return _("各科室的通數都不夠，科室之間不能比較。")
        lows = max(one.interval.low for one in known if one.interval)
        highs = min(one.interval.high for one in known if one.interval)
        if self.among.between is not None and math.isclose(self.among.between, 0.0, abs_tol=1e-9):
            return _("科室之間的差別沒有超過每通電話本來的起伏：不能說哪一科室比較好或比較差。")
        if lows <= highs:
            return _("各科室的區間都彼此重疊：可以看全局大致的水準，不能排名次。")
        return _(
            "有科室的區間不重疊：值得了解原因，但不能只憑這張表說是表現的差別，區間重疊的科室之間不能排先後。"
        )


def section_result(section: str, counted: Counted, among: Spread) -> SectionResult:
    """Say what a section's counted calls come to, among those of the office."""
    return SectionResult(section=section, counted=counted, shrunken=shrunken(counted.sample, among))


def section_results(names: Sequence[str], counted: Mapping[str, Counted], low_below: Decimal) -> Sections:
    """Say what the sections' counted calls come to.

    Args:
        names: the sections in the office's order.
        counted: by section.
        low_below: a score below this is in the lowest band.
    """
    among = spread([one.sample for one in counted.values()])
    return Sections(
        results=tuple(section_result(name, counted.get(name, Counted()), among) for name in names),
        office=sum(counted.values(), Counted()),
        among=among,
        low_below=low_below,
    )
