"""What differs from usual in a form that is about to be sealed, in neutral words; it changes nothing."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from bureau.language import _
from courtesy.call import Call, Outcome, score_of
from courtesy.scale import NOT_APPLICABLE, Placed, Scale
from courtesy.standing import CourtesyRules

_ALIKE = 3
"""Fewer marked lines than this may well be alike."""


def second_thoughts(call: Call, scale: Scale, rules: CourtesyRules, at: datetime) -> list[str]:
    """Give what may be worth a second look; nothing for a call that reached nobody.

    Args:
        call: a draft that is ready to be sealed.
        scale: the version by which it is judged.
        rules: the rules of its day.
        at: the moment at which it would be sealed.
    """
    if call.outcome is not Outcome.REACHED:
        return []
    return [*_all_alike(call, scale), *_quick(call, rules, at), *_near_a_cut(call, scale, rules)]


def _all_alike(call: Call, scale: Scale) -> Iterator[str]:
    # Speed lines are measured, not chosen.
    chosen = [
        (placed, call.marks[placed.id])
        for placed in scale.lines(call.parts)
        if call.marks.get(placed.id, NOT_APPLICABLE) != NOT_APPLICABLE and not placed.line.speed
    ]
    places = {[step.key for step in placed.line.steps].index(key) for placed, key in chosen}
    if len(chosen) >= _ALIKE and len(places) == 1:
        yield _("每一行都選第 {place} 級，確定嗎？").format(place=places.pop() + 1)


def _quick(call: Call, rules: CourtesyRules, at: datetime) -> Iterator[str]:
    if call.picked_up_at is None:
        return
    seconds = int((at - call.picked_up_at).total_seconds())
    if 0 <= seconds < rules.quick_seconds:
        yield _("接通後 {seconds} 秒就要封存，通話已經結束了嗎？").format(seconds=seconds)


def _near_a_cut(call: Call, scale: Scale, rules: CourtesyRules) -> Iterator[str]:
    result = score_of(call, scale, rules)
    if result is None:
        return
    for band in rules.bands[:-1]:
        short = band.since - result.total
        if not Decimal() < short <= rules.near_cut:
            continue
        decide = [placed.line.text for placed in _decisive(call, scale, rules, band.since)]
        yield _("差 {short} 分就是「{band}」。").format(short=f"{short:.2f}", band=band.name) + (
            _("改一級就會跨過的有：{lines}").format(lines="、".join(decide)) if decide else ""
        )


def _decisive(call: Call, scale: Scale, rules: CourtesyRules, cut: Decimal) -> Iterator[Placed]:
    """Give the lines of which one step more would reach the cut."""
    for placed in scale.in_call_order(call.parts):
        steps = [step.key for step in placed.line.steps]
        key = call.marks.get(placed.id)
        if key not in steps[1:]:
            continue
        better = {**call.marks, placed.id: steps[steps.index(key) - 1]}
        again = score_of(call.model_copy(update={"marks": better}), scale, rules)
        if again is not None and again.total >= cut:
            yield placed
