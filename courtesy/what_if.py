"""試算: what sealed calls would have scored by other rules, other weights or another scale.

Nothing here reads or writes. A call that cannot be scored by what is tried is said to be so, with the reason;
no mark is ever made up.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import lcm

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from bureau.problem import Refused
from bureau.text import CleanLine, clean_line
from courtesy.call import Call, score_of
from courtesy.scale import FULL, NOT_APPLICABLE, FactorMode, Item, Line, Part, Placed, Scale, speed_step
from courtesy.standing import Band, CourtesyRules

_NUMBER = re.compile(r"\d{1,6}(\.\d{1,6})?", re.ASCII)
_BETWEEN = re.compile(r"[,;\s]+")


class WhatIfError(Refused):
    """What is to be tried makes no sense."""


class Change(BaseModel):
    """What is tried; everything that is None or empty stays as it was for each call.

    Attributes:
        cut: a score below this is in the lowest band, above 0 to 100.
        factor: how one part alone is scaled to 100.
        critical_zeroes: whether a critical failure makes the score 0.
        points: new weights, by the identifier of an item (`unit.speed`) or of a line (`unit.speed.ring`).
        scale: the scale by which every call is judged instead of its own.
    """

    model_config = ConfigDict(frozen=True)

    cut: Decimal | None = None
    factor: FactorMode | None = None
    critical_zeroes: bool | None = None
    points: dict[str, Decimal] = {}
    scale: Scale | None = None

    @property
    def nothing(self) -> bool:
        """Whether everything stays as it was."""
        return self == Change()


class Recomputed(BaseModel):
    """One sealed call with what it would have scored.

    Attributes:
        before: the sealed score; None where nobody was reached.
        after: the score by what is tried; None where nobody was reached or it cannot be computed.
        critical: whether a critical line would have earned nothing.
        why_not: why it cannot be computed; `""` where it can.
    """

    model_config = ConfigDict(frozen=True)

    call: Call
    before: Decimal | None
    band_before: str | None
    after: Decimal | None = None
    band_after: str | None = None
    critical: bool = False
    why_not: CleanLine = ""


class Missing(StrEnum):
    """How two scales differ in a line that calls were judged on."""

    GONE = "gone"
    NEW = "new"
    CHANGED = "changed"

    @property
    def label(self) -> str:
        """The difference in words."""
        return {
            Missing.GONE: _("試算的量表沒有這一行，原有的評定不計"),
            Missing.NEW: _("原量表沒有這一行"),
            Missing.CHANGED: _("文字或分級不同"),
        }[self]


class Difference(BaseModel):
    """One line in which the scale that is tried differs from one by which calls were judged."""

    model_config = ConfigDict(frozen=True)

    scale: str
    line: str
    text: str
    kind: Missing


def number_from(text: str) -> Decimal:
    """Read a number as a person types it.

    Raises:
        WhatIfError: it is none.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not _NUMBER.fullmatch(plain):
        raise WhatIfError(
            _("「{text}」不是數字。").format(text=clean_line(text)[:40]), remedy=_("例如 75 或 72.5。")
        )
    return Decimal(plain)


def points_from(texts: Iterable[str]) -> dict[str, Decimal]:
    """Read weights such as `unit.speed=10`, several of them parted by commas or spaces.

    Raises:
        WhatIfError: one of them is no name with a number.
    """
    points: dict[str, Decimal] = {}
    for text in texts:
        plain = unicodedata.normalize("NFKC", text).replace("、", ",")
        for each in _BETWEEN.split(plain):
            name, equals, number = each.partition("=")
            if not each:
                continue
            if not (name and equals):
                raise WhatIfError(
                    _("「{text}」不是配分。").format(text=clean_line(each)[:40]),
                    remedy=_("請寫成 unit.speed=10；好幾項用逗號分開。"),
                )
            points[name] = number_from(number)
    return points


def checked(change: Change) -> Change:
    """Give the change back, if its numbers are in range.

    Raises:
        WhatIfError: a cut or a weight out of range, or weights together with another scale's weights.
    """
    if change.cut is not None and not (
        change.cut.is_finite() and 0 < change.cut <= FULL and _hundredths(change.cut)
    ):
        raise WhatIfError(
            _("分數線應大於 0、不超過 100，最多兩位小數。"), remedy=_("例如 75；請改正後再試。")
        )
    for name, points in change.points.items():
        if not (points.is_finite() and 0 <= points <= FULL and _hundredths(points)):
            raise WhatIfError(
                _("「{name}」的配分應為 0 至 100，最多兩位小數。").format(name=name), remedy=_("請改正。")
            )
    return change


def _hundredths(value: Decimal) -> bool:
    return value == round(value, 2)


def with_cut(bands: Sequence[Band], cut: Decimal) -> tuple[Band, ...]:
    """Give the bands with the lowest ending at `cut`.

    Bands that begin above it stay; the band in which it falls begins there; those below it are gone, for
    they would be under the cut as a whole.
    """
    *upper, lowest = bands
    above = [band for band in upper if band.since > cut]
    holder = next((band for band in upper if band.since <= cut), upper[-1])
    if holder in above:
        above.remove(holder)
    return (*above, holder.model_copy(update={"since": cut}), lowest)


def changed_rules(rules: CourtesyRules, change: Change) -> CourtesyRules:
    """Give the rules of a call with what is tried instead."""
    update: dict[str, object] = {}
    if change.factor is not None:
        update["factor"] = change.factor
    if change.critical_zeroes is not None:
        update["critical_zeroes"] = change.critical_zeroes
    if change.cut is not None:
        update["bands"] = with_cut(rules.bands, change.cut)
    return rules.model_copy(update=update)


def unknown_points(scales: Sequence[Scale], points: Mapping[str, Decimal]) -> list[str]:
    """Name the weights whose item or line none of the scales has."""
    known = {
        name
        for scale in scales
        for placed in scale.lines()
        for name in (placed.id, placed.id.rpartition(".")[0])
    }
    return [name for name in points if name not in known]


def reweighted(scale: Scale, points: Mapping[str, Decimal]) -> Scale:
    """Give the scale with other weights, to be scored by only; it is no form that could be published.

    A line's steps keep their shares of its points, exactly. The weight of an item alone leaves its lines'
    shares; the weight of a line of an either-or group holds for the whole group. A part whose points change
    loses its printed factor, which was made for the old ones. A line of weight 0 is not judged at all.
    """
    if not points:
        return scale
    return scale.model_copy(update={"parts": tuple(_part(part, points) for part in scale.parts)})


def _part(part: Part, points: Mapping[str, Decimal]) -> Part:
    items = tuple(_item(part, item, points) for item in part.items)
    total = sum((item.points for item in items), Decimal())
    factor = part.factor if total == part.points else None
    return part.model_copy(update={"items": items, "points": total, "factor": factor})


def _item(part: Part, item: Item, points: Mapping[str, Decimal]) -> Item:
    name = f"{part.code}.{item.code}"
    groups = {
        line.either: points[f"{name}.{line.code}"]
        for line in item.lines
        if line.either and f"{name}.{line.code}" in points
    }
    wanted = [
        groups.get(line.either, line.points)
        if line.either
        else points.get(f"{name}.{line.code}", line.points)
        for line in item.lines
    ]
    total = item.points
    if wanted != [line.points for line in item.lines]:
        counted = {
            (line.either or "", "" if line.either else line.code): weight
            for line, weight in zip(item.lines, wanted, strict=True)
        }
        total = sum(counted.values(), Decimal())
    total = points.get(name, total)
    # Only shares count inside an item, so all of it is multiplied until every step is a whole number.
    shares = [
        [Fraction(step.points) * Fraction(weight) / Fraction(line.points) for step in line.steps]
        for line, weight in zip(item.lines, wanted, strict=True)
    ]
    whole = lcm(
        *(share.denominator for steps in shares for share in steps),
        *(Fraction(weight).denominator for weight in wanted),
    )
    lines = tuple(
        _line(line, Fraction(weight) * whole, [share * whole for share in steps])
        for line, weight, steps in zip(item.lines, wanted, shares, strict=True)
    )
    return item.model_copy(update={"points": total, "lines": lines})


def _line(line: Line, weight: Fraction, shares: Sequence[Fraction]) -> Line:
    steps = tuple(
        step.model_copy(update={"points": Decimal(int(share))})
        for step, share in zip(line.steps, shares, strict=True)
    )
    return line.model_copy(
        update={
            "points": Decimal(int(weight)),
            "steps": steps,
            "critical": line.critical and weight > 0,
        }
    )


def differences(own: Scale, other: Scale) -> list[Difference]:
    """Give the lines in which two scales differ, as far as both have the part."""
    parts = {part.code for part in own.parts} & {part.code for part in other.parts}
    before = {placed.id: placed for placed in own.lines(parts)}
    after = {placed.id: placed for placed in other.lines(parts)}
    found = []
    for line_id in dict.fromkeys([*before, *after]):
        if line_id not in after:
            kind, placed = Missing.GONE, before[line_id]
        elif line_id not in before:
            kind, placed = Missing.NEW, after[line_id]
        elif _judged(before[line_id].line) != _judged(after[line_id].line):
            kind, placed = Missing.CHANGED, after[line_id]
        else:
            continue
        found.append(Difference(scale=own.version, line=line_id, text=placed.line.text, kind=kind))
    return found


def _judged(line: Line) -> tuple[object, ...]:
    """Give what a tester judges by: everything of a line but its points."""
    steps = [(step.key, step.label, step.max_rings, step.max_seconds) for step in line.steps]
    return line.text, steps, line.either, line.critical, line.not_applicable, line.speed


def tried_scale(own: Scale, change: Change) -> Scale:
    """Give the scale by which the calls of another one are scored in a trial."""
    return reweighted(change.scale or own, change.points)


def recomputed(
    call: Call, own: Scale, rules: CourtesyRules, change: Change, tried: Scale | None = None
) -> Recomputed:
    """Compute a sealed call by what is tried.

    By its own scale the marks are taken as they are. By another one a mark stands where the line still has
    that step; a timed line whose limits differ is judged again from rings and seconds, unless the tester had
    judged it against the timing. What else is missing makes the call one that cannot be computed.

    Args:
        call: a sealed call.
        own: the scale by which it was judged.
        rules: those by which it was sealed.
        change: what is tried.
        tried: `tried_scale(own, change)`, for those who compute many calls.
    """
    known = {"call": call, "before": call.score, "band_before": call.band}
    if call.score is None:
        return Recomputed.model_validate(known)
    changed = changed_rules(rules, change)
    try:
        marks = call.marks if change.scale is None else _marks_on(call, own, change.scale)
        result = score_of(
            call.model_copy(update={"marks": marks}), tried or tried_scale(own, change), changed
        )
    except Refused as refusal:
        return Recomputed.model_validate(known | {"why_not": refusal.what})
    assert result is not None
    return Recomputed.model_validate(
        known
        | {
            "after": result.total,
            "band_after": changed.band(result.total),
            "critical": bool(result.critical),
        }
    )


def _marks_on(call: Call, own: Scale, other: Scale) -> dict[str, str]:
    """Give the marks of a call on the lines of another scale.

    Raises:
        WhatIfError: a timed line cannot be judged from what is known.
    """
    lines = {placed.id: placed for placed in own.lines(call.parts)}
    marks: dict[str, str] = {}
    for placed in other.lines(call.parts):
        mark = call.marks.get(placed.id)
        before = lines.get(placed.id)
        if placed.line.speed and mark != NOT_APPLICABLE:
            mark = _timed(call, before, placed, mark)
        if mark is not None:
            marks[placed.id] = mark
    return marks


def _timed(call: Call, before: Placed | None, placed: Placed, mark: str | None) -> str | None:
    if before is not None and _limits(before.line) == _limits(placed.line):
        return mark
    step = speed_step(placed.line, call.rings, call.seconds)
    by_hand = (
        before is not None
        and before.line.speed
        and (timed := speed_step(before.line, call.rings, call.seconds)) is not None
        and timed.key != mark
    )
    # A line of a voice menu is never timed by the call's own rings.
    if step is None or by_hand or placed.line.not_applicable:
        raise WhatIfError(
            _("「{line}」的上限不同，這通沒有可以重新計時的紀錄。").format(line=placed.line.text),
            remedy=_("這通不列入試算。"),
        )
    return step.key


def _limits(line: Line) -> list[tuple[str, int | None, int | None]]:
    return [(step.key, step.max_rings, step.max_seconds) for step in line.steps]
