"""The desk at which a change of the rules is tried: it reads, computes and shows, and writes nothing."""

from datetime import date

from bureau.language import _
from bureau.roles import Actor, Role
from courtesy.desk import CallDesk
from courtesy.scale import Scale
from courtesy.standing import CourtesyRules
from courtesy.what_if import (
    Change,
    Difference,
    Recomputed,
    WhatIfError,
    checked,
    differences,
    recomputed,
    tried_scale,
    unknown_points,
)
from training.case import Judge, Judgement
from training.desk import TrainingDesk
from training.rules import TrainingRules
from training.what_if import WhatIf, compared


class WhatIfDesk:
    """Trying other rules, weights and scales on calls that are sealed."""

    def __init__(self, calls: CallDesk, training: TrainingDesk) -> None:
        self.calls = calls
        self.training = training

    def what_if(
        self, change: Change, *, by: Actor, today: date, first: date | None = None, last: date | None = None
    ) -> WhatIf:
        """Say what would be, by this change, of the calls sealed in a period; nothing is written.

        Args:
            change: what is tried.
            by: a trainer or head; the scores of all people are shown.
            today: whose list it is: people who no longer work here are on none.
            first: the first day; None: the first of last year.
            last: the last day; None: today.

        Raises:
            WhatIfError: a number out of range, an unknown line, or days in the wrong order.
            NotAllowed: neither trainer nor head.
        """
        by.require(Role.TRAINER, Role.HEAD)
        checked(change)
        first = first or date(today.year - 1, 1, 1)
        last = last or today
        if last < first:
            raise WhatIfError(_("結束日早於開始日。"), remedy=_("請查對兩個日期。"))
        found = self.calls.sealed(first, last)
        scales = {version: self.calls.scale(version) for version in dict.fromkeys(c.scale for c in found)}
        self._check_points(change, list(scales.values()))
        rules = {
            version: self.calls.office.rules_of(version).of(CourtesyRules)
            for version in dict.fromkeys(call.rules for call in found)
        }
        by_scale = {version: tried_scale(scale, change) for version, scale in scales.items()}
        tried = [
            recomputed(call, scales[call.scale], rules[call.rules], change, by_scale[call.scale])
            for call in found
        ]
        return compared(
            tried,
            self.training.evidence_of(first, last, today),
            self._judge(),
            change,
            first=first,
            last=last,
            bands=self.calls.bands(today),
            differences=_differences(list(scales.values()), tried, change.scale),
        )

    def _check_points(self, change: Change, scales: list[Scale]) -> None:
        judged_by = [change.scale] if change.scale else scales
        if judged_by and (unknown := unknown_points(judged_by, change.points)):
            raise WhatIfError(
                _("量表沒有「{lines}」。").format(lines="」「".join(unknown)),
                remedy=_("請寫項目（unit.speed）或行（unit.speed.ring），用 courtesy scale show 查對。"),
            )

    def _judge(self) -> Judge:
        known: dict[date, Judgement] = {}

        def judge(day: date) -> Judgement:
            if day not in known:
                book = self.calls.office.rules(day)
                known[day] = Judgement(book.version, book.of(TrainingRules))
            return known[day]

        return judge


def _differences(scales: list[Scale], tried: list[Recomputed], other: Scale | None) -> list[Difference]:
    if other is None:
        return []
    parts = {(each.call.scale, part) for each in tried if each.before is not None for part in each.call.parts}
    return [
        difference
        for own in scales
        for difference in differences(own, other)
        if (own.version, difference.line.partition(".")[0]) in parts
    ]
