"""One sealed record, and the way from it to an objection."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import ClassVar

from textual.binding import Binding, BindingType

from bureau.dates import roc, roc_time
from bureau.language import _
from bureau.people import Person
from courtesy.call import Call
from courtesy.objection import Ruling, step_label
from courtesy.occasion import Occasion
from courtesy.scale import Scale
from tui.widgets.dialog import Message


class Record(Message):
    """A record to read; J objects to it where that is possible."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,J,ｊ,Ｊ", "object", _("申復"), id="record.object", priority=True),
    ]

    def __init__(self, lines: Sequence[str], objects: Callable[[], object] | None = None) -> None:
        super().__init__(_("電話測試紀錄"), lines)
        self._objects = objects

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer the objection only where there can be one."""
        return action != "object" or self._objects is not None

    def action_object(self) -> None:
        """Close the window, and object."""
        self.dismiss()
        if self._objects is not None:
            self._objects()


def record_lines(
    call: Call,
    scale: Scale,
    people: Mapping[str, Person],
    *,
    rulings: Sequence[Ruling] = (),
    until: date | None = None,
) -> list[str]:
    """Give a sealed record in words.

    Args:
        call: with the result that counts now.
        scale: its scale.
        people: everybody, by 員工編號.
        rulings: those on objections to it.
        until: the last day on which the person can object; None: not said.
    """
    lines = [
        f"{call.section} {people[call.person].name}　"
        + _("分機 {extension}").format(extension=call.extension),
        _("紀錄 {id}，測試員 {tester}，{outcome}").format(
            id=call.id,
            tester=people[call.tester].name,
            outcome=call.outcome.label if call.outcome else "",
        )
        + (f"，{call.occasion.label}" if call.occasion is Occasion.CONFIRMING else ""),
    ]
    if call.score is not None:
        lines.append(_("{score:.2f} 分，{band}").format(score=call.score, band=call.band))
    for placed in scale.in_call_order(call.parts):
        if placed.id in call.marks:
            said = _("　{line}：{step}").format(
                line=placed.line.text, step=step_label(placed, call.marks[placed.id])
            )
            cause = call.causes.get(placed.id)
            lines.append(said + (_("（{cause}）").format(cause=cause) if cause else ""))
    lines += [
        _("未接通：{when} {outcome}").format(when=roc_time(one.at), outcome=one.outcome.label)
        for one in call.attempts
    ]
    if call.question and (passed := call.question.passed):
        lines.append(_("題目 {id}：{passed}").format(id=call.question.question_id, passed=passed.label))
    if call.remark:
        lines.append(_("備註：{remark}").format(remark=call.remark))
    lines += [ruling_line(ruling) for ruling in rulings]
    if until is not None:
        lines.append(_("可以在 {day} 以前提出申復（按 J）。").format(day=roc(until)))
    return lines


def ruling_line(ruling: Ruling) -> str:
    """Say in one line what came of an objection."""
    return _("申復裁定 {at}：{verdict}，{before:.2f} 分 {band_before} → {after:.2f} 分 {band_after}").format(
        at=roc_time(ruling.at),
        verdict=ruling.verdict.label,
        before=ruling.before.score,
        band_before=ruling.before.band,
        after=ruling.after.score,
        band_after=ruling.after.band,
    )
