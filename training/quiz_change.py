"""前測與後測: what the people of a session scored before and after it, person by person.

Only who sat both papers says anything of a change. Means and limits are `Decimal`; the spread in between is a
float.
"""

import math
from collections.abc import Iterable, Mapping
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from courtesy.interval import CONFIDENCE, Interval, Sample, hundredths, t_quantile


class QuizPair(BaseModel):
    """One person's two scores; None: not submitted."""

    model_config = ConfigDict(frozen=True)

    staff_no: str
    section: str
    before: Decimal | None
    after: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """The second score less the first; None without both."""
        return None if self.before is None or self.after is None else self.after - self.before


class QuizChange(BaseModel):
    """The joined result of a session.

    Attributes:
        pairs: everybody expected, in the order of the session's list.
        fewest: of fewer people with both scores no interval is given.
    """

    model_config = ConfigDict(frozen=True)

    pairs: tuple[QuizPair, ...]
    fewest: int

    @property
    def changes(self) -> list[Decimal]:
        """The changes of those with both scores."""
        return [pair.change for pair in self.pairs if pair.change is not None]

    @property
    def n(self) -> int:
        """How many people have both scores."""
        return len(self.changes)

    @property
    def mean_before(self) -> Decimal | None:
        """The mean before, of those with both."""
        return _mean(pair.before for pair in self.pairs if pair.change is not None)

    @property
    def mean_after(self) -> Decimal | None:
        """The mean after, of those with both."""
        return _mean(pair.after for pair in self.pairs if pair.change is not None)

    @property
    def mean_change(self) -> Decimal | None:
        """The mean change."""
        return _mean(self.changes)

    def interval(self) -> Interval | None:
        """Give the t interval of the mean change of paired scores (Student 1908).

        Returns:
            None of fewer people than the rules ask for, and where all changes are equal.
        """
        sample = Sample.of(self.changes)
        variance = sample.variance
        if sample.n < self.fewest or not variance:
            return None
        mean = sample.total / sample.n / 100
        half = t_quantile((1 + CONFIDENCE) / 2, sample.n - 1) * math.sqrt(variance / sample.n)
        return Interval(low=hundredths(Decimal(mean - half)), high=hundredths(Decimal(mean + half)))

    @property
    def conclusion(self) -> str:
        """One sentence of what may and may not be concluded."""
        if not self.n:
            return _("沒有人前測、後測都交卷，看不出變化。")
        if self.n < self.fewest:
            return _("只有 {n} 人前測、後測都交卷，人數不足，不能說講習有沒有效果。").format(n=self.n)
        interval = self.interval()
        if interval is None:
            return _("{n} 人的變化全部相同，看不出起伏有多大。").format(n=self.n)
        text = _("{n} 人平均的變化大約在 {low} 到 {high} 分之間。").format(
            n=self.n, low=interval.low, high=interval.high
        )
        return text + _("兩份試卷的難易不一定相同，也沒有和未受訓的人比較，不能都算作講習的效果。")


def joined(
    people: Iterable[tuple[str, str]],
    before: Mapping[str, Decimal],
    after: Mapping[str, Decimal],
    *,
    fewest: int,
) -> QuizChange:
    """Join the scores of a session's people.

    Args:
        people: 員工編號 and section of everybody expected, in order.
        before: the scores of the paper before, by 員工編號.
        after: those of the paper after.
        fewest: of fewer people no interval is given.
    """
    return QuizChange(
        pairs=tuple(
            QuizPair(
                staff_no=staff_no, section=section, before=before.get(staff_no), after=after.get(staff_no)
            )
            for staff_no, section in people
        ),
        fewest=fewest,
    )


def _mean(scores: Iterable[Decimal | None]) -> Decimal | None:
    known = [score for score in scores if score is not None]
    return hundredths(sum(known, Decimal()) / len(known)) if known else None
