"""電話測試紀錄: one test call, from the first ring to the seal."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from bureau.dates import moment_text
from bureau.journal import canonical
from bureau.language import _
from bureau.problem import Refused
from bureau.text import CleanLine, CleanText
from courtesy.asked import Asked
from courtesy.occasion import Occasion
from courtesy.scale import (
    NOT_APPLICABLE,
    Placed,
    Scale,
    Score,
    applying,
    check_mark,
    missing,
    score,
    speed_step,
)
from courtesy.standing import CourtesyRules

MOST_RINGS = 99
MOST_SECONDS = 600


class CallError(Refused):
    """A call cannot be changed, scored or sealed in this way."""


class Outcome(StrEnum):
    """How a test call ended."""

    REACHED = "reached"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    LOST_IN_MENU = "lost_in_menu"
    CUT_OFF_IN_TRANSFER = "cut_off_in_transfer"

    @property
    def label(self) -> str:
        """The outcome as it stands on the form."""
        return {
            Outcome.REACHED: _("接通"),
            Outcome.BUSY: _("忙線"),
            Outcome.NO_ANSWER: _("無人接聽"),
            Outcome.LOST_IN_MENU: _("語音迷路"),
            Outcome.CUT_OFF_IN_TRANSFER: _("轉接中斷"),
        }[self]


class Attempt(BaseModel):
    """One try that reached nobody.

    Attributes:
        at: when it was dialled, or noted where nothing was timed.
        seconds: how long it rang, 0 to 600, where the clock allows to say so.
    """

    model_config = ConfigDict(frozen=True)

    at: datetime
    outcome: Outcome
    rings: int | None = Field(default=None, ge=1, le=MOST_RINGS)
    seconds: int | None = Field(default=None, ge=0, le=MOST_SECONDS)


class Call(BaseModel):
    """One test call; a draft until it is sealed, then unchangeable.

    Attributes:
        person: 員工編號 of the owner of the extension, to whom the score belongs.
        section: the owner's section on the day of the call.
        extension: the number that was rung.
        tester: 員工編號 of who rang.
        answered_by: who really answered, as the tester noted it; `""`: the owner.
        parts: the codes of the parts that are tested.
        scale: the version by which it is judged.
        rules: the version of the rules by which it was sealed, `""` for a draft.
        dialled_at: when ringing began, if it did.
        picked_up_at: when somebody answered, if timed.
        outcome: None until the tester has chosen.
        rings: as counted, 1 to 99.
        seconds: whole seconds until the answer, 0 to 600.
        marks: the step on each marked line, by the line's id.
        attempts: the tries that reached nobody, oldest first; where `outcome` says that nobody was reached,
            the last of them is the one that it speaks of.
        causes: why a marked line lost points, by the line's id, in the words of the rules.
        question: the question of the bank that is asked; None: the bank has none in force.
        hung_up_at: when the conversation ended, if noted.
        handling_seconds: from hanging up to the seal; only of a sealed call, where the clock allows it.
        keys: how many keys chose something, undoing included, letters of words apart; only of a sealed call.
        score: 0.00 to 100.00; only of a sealed call that was reached.
        critical: whether a critical line earned nothing.
        occasion: whether the person was drawn by lot, or a bad result is to be confirmed.
        superseded_by: the ruling whose marks, score and band stand here, not the sealed ones; `""`: none.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    round: str
    person: str
    section: str
    extension: str
    tester: str
    answered_by: CleanLine = ""
    parts: tuple[str, ...]
    scale: str
    rules: str = ""
    opened_at: datetime
    dialled_at: datetime | None = None
    picked_up_at: datetime | None = None
    outcome: Outcome | None = None
    rings: int | None = None
    seconds: int | None = None
    marks: dict[str, str] = {}
    attempts: tuple[Attempt, ...] = ()
    causes: dict[str, str] = {}
    question: Asked | None = None
    hung_up_at: datetime | None = None
    handling_seconds: int | None = None
    keys: int = 0
    remark: CleanText = ""
    score: Decimal | None = None
    band: str | None = None
    critical: bool = False
    sealed_at: datetime | None = None
    occasion: Occasion = Occasion.DRAWN
    superseded_by: str = ""

    @property
    def at(self) -> datetime:
        """The moment of the call: of dialling, or of opening when nothing was timed."""
        return self.dialled_at or self.opened_at

    @property
    def sealed(self) -> bool:
        """Whether it can no longer change."""
        return self.sealed_at is not None

    @property
    def unreached(self) -> bool:
        """Whether it stands at a try that reached nobody."""
        return self.outcome not in {None, Outcome.REACHED}

    def digest(self) -> str:
        """Give the SHA-256 of everything the seal protects."""
        moments = {
            name: moment_text(value)
            for name in ("opened_at", "dialled_at", "picked_up_at", "hung_up_at", "sealed_at")
            if (value := getattr(self, name)) is not None
        }
        tries = [
            one.model_dump(mode="json", exclude_defaults=True) | {"at": moment_text(one.at)}
            for one in self.attempts
        ]
        # A field that a later program adds leaves the digests of earlier calls as they are.
        content = self.model_dump(mode="json", exclude_defaults=True) | moments
        if tries:
            content["attempts"] = tries
        return hashlib.sha256(canonical(content).encode()).hexdigest()


def with_timing(call: Call, scale: Scale, rings: int | None, seconds: int | None) -> dict[str, str]:
    """Give the call's marks with its speed lines filled from the timing.

    Lines of a voice menu stay as they are: the timing is that of the person who answers.

    Raises:
        CallError: rings or seconds out of range.
    """
    if rings is not None and not 1 <= rings <= MOST_RINGS:
        raise CallError(_("響鈴次數應為 1 至 {most}。").format(most=MOST_RINGS), remedy=_("請改正。"))
    if seconds is not None and not 0 <= seconds <= MOST_SECONDS:
        raise CallError(_("秒數應為 0 至 {most}。").format(most=MOST_SECONDS), remedy=_("請改正。"))
    marks = dict(call.marks)
    for placed in scale.lines(call.parts):
        line = placed.line
        if not line.speed or line.not_applicable:
            continue
        step = speed_step(line, rings, seconds)
        if step is None:
            marks.pop(placed.id, None)
        else:
            marks[placed.id] = step.key
    return marks


class Marked(Protocol):
    """What is judged line by line: a call, or another tester's rating."""

    @property
    def parts(self) -> tuple[str, ...]:
        """The codes of the parts that are judged."""

    @property
    def marks(self) -> dict[str, str]:
        """The step on each marked line."""


def with_mark(call: Marked, scale: Scale, line_id: str, key: str | None) -> dict[str, str]:
    """Give the call's marks with one line marked, or unmarked (None).

    Marking a line of an either-or group unmarks the others of the group.

    Raises:
        CallError: the scale has no such line in the tested parts.
        ScaleError: the line does not know the step.
    """
    known = {placed.id: placed for placed in scale.lines(call.parts)}
    placed = known.get(line_id)
    if placed is None:
        raise CallError(
            _("量表沒有「{line}」這一行，或這一部分沒有測試。").format(line=line_id),
            remedy=_("請用 courtesy scale show 查對。"),
        )
    marks = dict(call.marks)
    if key is None:
        marks.pop(line_id, None)
        return marks
    check_mark(placed, key)
    if placed.line.either:
        for other in known.values():
            if (
                other.line.either == placed.line.either
                and other.item.code == placed.item.code
                and other.part.code == placed.part.code
            ):
                marks.pop(other.id, None)
        if key == NOT_APPLICABLE:
            return marks
    marks[line_id] = key
    return marks


def with_outcome(call: Call, outcome: Outcome | None, at: datetime) -> dict[str, Any]:
    """Give what changes in a call when its outcome is chosen: a try that reached nobody joins the attempts.

    Choosing again without dialling corrects the same try, and does not add one.
    """
    if outcome in {None, Outcome.REACHED}:
        attempts = call.attempts[:-1] if call.unreached else call.attempts
    elif call.unreached:
        last = call.attempts[-1].model_copy(update={"outcome": outcome})
        attempts = (*call.attempts[:-1], last)
    else:
        begun = call.dialled_at or at
        waited = int((at - begun).total_seconds())
        seconds = call.seconds
        if seconds is None and call.dialled_at is not None and waited >= 0:
            seconds = min(waited, MOST_SECONDS)
        attempts = (*call.attempts, Attempt(at=begun, outcome=outcome, rings=call.rings, seconds=seconds))
    return {"outcome": outcome, "attempts": attempts}


def below_full(call: Call, scale: Scale) -> tuple[Placed, ...]:
    """Give the marked lines that lost points, in the order of the call."""
    return tuple(
        placed
        for placed in scale.in_call_order(call.parts)
        if (step := placed.line.step(call.marks.get(placed.id, ""))) is not None
        and step.points < placed.line.points
    )


def with_cause(
    call: Call, scale: Scale, line_id: str, cause: str | None, known: Sequence[str]
) -> dict[str, str]:
    """Give the call's causes with the one of a line set, or taken away (None).

    Raises:
        CallError: the line lost no points, or the rules do not know the cause.
    """
    causes = dict(call.causes)
    if cause is None:
        causes.pop(line_id, None)
        return causes
    if line_id not in {placed.id for placed in below_full(call, scale)}:
        raise CallError(_("這一行沒有失分，不必選原因。"), remedy=_("請先評定；沒有得滿分的行才有原因。"))
    if cause not in known:
        raise CallError(
            _("沒有「{cause}」這個失分原因。").format(cause=cause),
            remedy=_("可用的有：{causes}。").format(causes="、".join(known)),
        )
    causes[line_id] = cause
    return causes


def causes_left(call: Call, scale: Scale) -> dict[str, str]:
    """Give the causes of the lines that still lose points; a mended line has none any more."""
    lost = {placed.id for placed in below_full(call, scale)}
    return {line: cause for line, cause in call.causes.items() if line in lost}


class Readiness(BaseModel):
    """What a draft still needs before it can be sealed.

    Attributes:
        outcome: whether the outcome is still to be chosen.
        lines: the lines that want a mark.
        remark: whether a remark is demanded, because a critical line earned nothing.
        causes: the lines that lost points and still want a cause, where the rules demand one.
        tries: how many more tries the rules ask for, unless a remark gives the reason for fewer.
    """

    model_config = ConfigDict(frozen=True)

    outcome: bool
    lines: tuple[Placed, ...]
    remark: bool
    causes: tuple[Placed, ...] = ()
    tries: int = 0

    @property
    def ready(self) -> bool:
        """Whether nothing is missing."""
        return not (self.outcome or self.lines or self.remark or self.causes or self.tries)


def failed_critical(call: Call, scale: Scale) -> tuple[Placed, ...]:
    """Give the critical lines that earned nothing."""
    return tuple(
        placed
        for placed in applying(scale, call.parts, call.marks)
        if placed.line.critical
        and (step := placed.line.step(call.marks.get(placed.id, ""))) is not None
        and step.points == 0
    )


def readiness(call: Call, scale: Scale, rules: CourtesyRules) -> Readiness:
    """Say what the draft still needs by these rules."""
    if call.outcome is not Outcome.REACHED:
        tries = max(0, rules.attempts - len(call.attempts)) if call.unreached else 0
        return Readiness(
            outcome=call.outcome is None, lines=(), remark=False, tries=0 if call.remark.strip() else tries
        )
    return Readiness(
        outcome=False,
        lines=tuple(missing(scale, call.parts, call.marks)),
        remark=bool(failed_critical(call, scale)) and not call.remark.strip(),
        causes=tuple(
            placed
            for placed in below_full(call, scale)
            if rules.causes_required and placed.id not in call.causes
        ),
    )


def score_of(call: Call, scale: Scale, rules: CourtesyRules) -> Score | None:
    """Compute the score of a call; None where nobody was reached.

    Raises:
        ScaleError: lines are missing.
    """
    if call.outcome is not Outcome.REACHED:
        return None
    return score(scale, call.parts, call.marks, mode=rules.factor, critical_zeroes=rules.critical_zeroes)


def sealed(call: Call, scale: Scale, rules: CourtesyRules, version: str, at: datetime, keys: int = 0) -> Call:
    """Give the call as it is sealed.

    Args:
        call: the draft.
        scale: the version by which it is judged.
        rules: the rules in force on the day of the call.
        version: their version.
        at: the moment of sealing.
        keys: how many keys chose something.

    Raises:
        CallError: sealed already, or something is missing.
    """
    if call.sealed:
        raise CallError(_("這通紀錄已經封存。"), remedy=_("封存後不能更改；有疑義請由當事人提出申復。"))
    needs = readiness(call, scale, rules)
    if needs.outcome:
        raise CallError(_("還沒有選通話結果。"), remedy=_("請選接通、忙線、無人接聽、語音迷路或轉接中斷。"))
    if needs.lines:
        raise CallError(
            _("還有 {count} 行沒有評定：{lines}。").format(
                count=len(needs.lines), lines="、".join(placed.line.text for placed in needs.lines)
            ),
            remedy=_("請逐行評定；不適用的行請選「不適用」。"),
        )
    if needs.remark:
        raise CallError(_("重大項目沒有做到，必須寫備註。"), remedy=_("請寫明當時的情形，再封存。"))
    if needs.causes:
        raise CallError(
            _("還有 {count} 行沒有選失分原因：{lines}。").format(
                count=len(needs.causes), lines="、".join(placed.line.text for placed in needs.causes)
            ),
            remedy=_("請逐行選失分原因，再封存。"),
        )
    if needs.tries:
        raise CallError(
            _("只試了 {count} 次，規則要試 {most} 次。").format(
                count=len(call.attempts), most=rules.attempts
            ),
            remedy=_("請改時間再撥；不再試的，請在備註寫明原因。"),
        )
    result = score_of(call, scale, rules)
    handled = int((at - call.hung_up_at).total_seconds()) if call.hung_up_at else -1
    reached = call.outcome is Outcome.REACHED
    return call.model_copy(
        update={
            "marks": dict(call.marks) if reached else {},
            "causes": dict(call.causes) if reached else {},
            # Nobody was asked: the question is free for others.
            "question": call.question if reached else None,
            "handling_seconds": handled if reached and handled >= 0 else None,
            "keys": keys,
            "score": result.total if result else None,
            "band": rules.band(result.total) if result else None,
            "critical": bool(result and result.critical),
            "rules": version,
            "sealed_at": at,
        }
    )
