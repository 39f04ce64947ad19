"""How a tester fills the forms in: gathered just above the cut, all lines alike, or too fast.

Each of these has innocent reasons. They say where to look, not what will be found.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from courtesy.interval import Share, even_odds
from courtesy.scale import Scale
from courtesy.standing_rules import StandingRules

FEWEST_LINES = 3
"""On fewer lines that a tester judges, being all alike means nothing."""

SURPRISING = 0.05
"""A p below this is a reason to look."""

OFTEN = Decimal(50)
"""More than so many percent of forms is a reason to look."""


class FilledForm(BaseModel):
    """One sealed form of a call that was reached, as the tester filled it in.

    Attributes:
        scale: the version by which it was judged.
        score: 0.00 to 100.00.
        marks: the step on each line, by the line's id.
        picked_up_at: when the call was answered; None when it was not timed.
        sealed_at: when the form was sealed.
    """

    model_config = ConfigDict(frozen=True)

    scale: str
    score: Decimal
    marks: Mapping[str, str]
    picked_up_at: datetime | None
    sealed_at: datetime


class Conduct(BaseModel):
    """What one tester's forms look like.

    Attributes:
        tester: 員工編號.
        forms: how many were looked at.
        cut: the score from which a result is no longer in the lowest band.
        above: how many scores lie on the cut or up to `beside` points above it.
        below: how many lie up to `beside` points below it.
        straight: the forms in which every line that the tester judges has the same relative step.
        straight_full: how many of them give full marks throughout.
        fast: of the timed forms, those sealed within `fast_seconds` of the answer.
        enough: how many forms, or scores beside the cut, it takes to say anything.
    """

    model_config = ConfigDict(frozen=True)

    tester: str
    forms: int
    cut: Decimal
    beside: Decimal
    above: int
    below: int
    straight: Share
    straight_full: int
    fast: Share
    fast_seconds: int
    enough: int

    @property
    def known(self) -> bool:
        """Whether there are enough forms to say anything."""
        return self.forms >= self.enough

    @property
    def p(self) -> float | None:
        """The exact two-sided p of so uneven a split beside the cut; None where 人數不足."""
        n = self.above + self.below
        return even_odds(self.above, n) if n >= self.enough else None

    @property
    def bunched(self) -> bool:
        """Whether more scores lie just above the cut than a fair coin explains."""
        return self.p is not None and self.p < SURPRISING and self.above > self.below

    @property
    def reasons(self) -> list[str]:
        """Why the forms are worth a look, each in words; empty: no reason was seen."""
        if not self.known:
            return []
        found = []
        if self.bunched:
            found.append(
                _("分數線 {cut} 上方 {above} 通、下方 {below} 通").format(
                    cut=f"{self.cut:.2f}", above=self.above, below=self.below
                )
            )
        partly = Share(count=self.straight.count - self.straight_full, n=self.straight.n).percent
        if partly is not None and partly > OFTEN:
            found.append(_("{percent}% 的評分表每行都給同一級").format(percent=partly))
        fast = self.fast.percent if self.fast.n >= self.enough else None
        if fast is not None and fast > OFTEN:
            found.append(
                _("{percent}% 在接起後 {seconds} 秒內封存").format(percent=fast, seconds=self.fast_seconds)
            )
        return found

    @property
    def conclusion(self) -> str:
        """One sentence of what may and may not be concluded."""
        if not self.known:
            return _("只有 {forms} 張評分表，少於 {enough} 張，不看。").format(
                forms=self.forms, enough=self.enough
            )
        if self.reasons:
            return _("{reasons}：值得一起看看原因，不能證明評分不實。").format(
                reasons="；".join(self.reasons)
            )
        return _("沒有看到需要查看的地方；這不能證明評分都對。")


def conduct(
    tester: str, forms: Sequence[FilledForm], scales: Mapping[str, Scale], cut: Decimal, rules: StandingRules
) -> Conduct:
    """Look through a tester's forms.

    Args:
        tester: 員工編號.
        forms: sealed, of calls that were reached.
        scales: by version; all that the forms name.
        cut: the score from which a result is no longer in the lowest band.
        rules: the windows and limits.
    """
    levels = [level for form in forms if (level := one_level(form.marks, scales[form.scale])) is not None]
    judged = [form for form in forms if len(relative_steps(form.marks, scales[form.scale])) >= FEWEST_LINES]
    timed = [
        (form.sealed_at - form.picked_up_at).total_seconds()
        for form in forms
        if form.picked_up_at is not None
    ]
    return Conduct(
        tester=tester,
        forms=len(forms),
        cut=cut,
        beside=rules.beside_cut,
        above=sum(cut <= form.score < cut + rules.beside_cut for form in forms),
        below=sum(cut - rules.beside_cut <= form.score < cut for form in forms),
        straight=Share(count=len(levels), n=len(judged)),
        straight_full=sum(level == 1 for level in levels),
        fast=Share(count=sum(seconds < rules.fast_seconds for seconds in timed), n=len(timed)),
        fast_seconds=rules.fast_seconds,
        enough=rules.fewest_forms,
    )


def relative_steps(marks: Mapping[str, str], scale: Scale) -> list[Fraction]:
    """Give what each line earned of its most, 0 to 1; lines that the clock fills in are left out."""
    found = []
    for placed in scale.lines():
        step = placed.line.step(marks.get(placed.id, ""))
        if step is not None and not placed.line.speed and placed.line.points:
            found.append(Fraction(step.points) / Fraction(placed.line.points))
    return found


def one_level(marks: Mapping[str, str], scale: Scale) -> Fraction | None:
    """Give the relative step that every judged line has; None where they differ or are too few."""
    steps = relative_steps(marks, scale)
    return steps[0] if len(steps) >= FEWEST_LINES and len(set(steps)) == 1 else None
