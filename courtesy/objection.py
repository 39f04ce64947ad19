"""申復: an objection to a sealed call, rescored blind by another tester, and the ruling that comes of it.

There is no recording of a test call. What the rescoring tester cannot decide from the record and from
the person's reason stays as it was (無法判斷). The ruling follows by rule: a disputed line takes the
rescored step where that does not worsen the result, and the score is computed again by the call's own scale
and rules. So an objection can only help or leave things as they are (no reformatio in peius).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from bureau.dates import moment_text
from bureau.journal import canonical
from bureau.language import _
from bureau.people import Person
from bureau.problem import Refused
from bureau.text import CleanLine, CleanText
from courtesy.call import Call, Outcome
from courtesy.interval import wilson
from courtesy.scale import NOT_APPLICABLE, Placed, Scale, Score, check_mark, score
from courtesy.standing import CourtesyRules

UNDECIDED = "?"
"""The choice of who cannot decide a line from the record; no step of a scale can have this key."""

LEAST = 5
"""Below so many objections no rate is said."""


class ObjectionError(Refused):
    """An objection cannot be filed, rescored or decided in this way."""


class Disputed(BaseModel):
    """One line that the person disputes.

    Attributes:
        line: by its id.
        expected: the step that the person expects.
        reason: why.
        rescored: the step that the second tester chose, or `UNDECIDED`; None until then.
        note: what the second tester remarks.
    """

    model_config = ConfigDict(frozen=True)

    line: str
    expected: str
    reason: CleanText
    rescored: str | None = None
    note: CleanText = ""


class Objection(BaseModel):
    """One objection to one call.

    Attributes:
        person: who was called.
        filed_by: 員工編號 of who entered it: the person, or a trainer; `""` for the administrator.
        tester: who rescores; `""` as long as nobody can.
        decided_at: when the ruling was made.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    call: str
    person: str
    filed_by: str
    filed_at: datetime
    tester: str = ""
    lines: tuple[Disputed, ...] = Field(min_length=1)
    decided_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether there is no ruling yet."""
        return self.decided_at is None

    @property
    def state(self) -> str:
        """How far it is, as people call it."""
        if not self.open:
            return _("已裁定")
        return _("待重評") if self.tester else _("待指派")

    @property
    def undecided(self) -> tuple[Disputed, ...]:
        """The lines for which the second tester has not chosen yet."""
        return tuple(line for line in self.lines if line.rescored is None)


class Blind(BaseModel):
    """What the second tester sees: the facts of the call and the disputed lines, and nobody's marks.

    Attributes:
        lines: each disputed line with its steps, in the order of the call.
        chosen: what the second tester has chosen so far.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    at: datetime
    outcome: Outcome | None
    rings: int | None
    seconds: int | None
    remark: str
    lines: tuple[tuple[Placed, Disputed], ...]


class Verdict(StrEnum):
    """What came of an objection."""

    UPHELD = "upheld"
    CHANGED = "changed"

    @property
    def label(self) -> str:
        """The verdict as people call it."""
        return {Verdict.UPHELD: _("維持"), Verdict.CHANGED: _("變更")}[self]


class RuledLine(BaseModel):
    """What became of one disputed line: the step before, the rescored one, and the one in force."""

    model_config = ConfigDict(frozen=True)

    line: str
    before: str
    rescored: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether the line counts otherwise now."""
        return self.before != self.after


class Standing(BaseModel):
    """A result: score, band, and whether a critical line earned nothing."""

    model_config = ConfigDict(frozen=True)

    score: Decimal
    band: str
    critical: bool


class Ruling(BaseModel):
    """The decision on an objection; it supersedes the result of the call and never changes.

    Attributes:
        tester: who rescored.
        previous: the ruling that was in force before; `""`: the sealed record.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    objection: str
    call: str
    tester: str
    at: datetime
    lines: tuple[RuledLine, ...]
    before: Standing
    after: Standing
    previous: str = ""

    @property
    def verdict(self) -> Verdict:
        """Whether the record stands."""
        return Verdict.CHANGED if any(line.changed for line in self.lines) else Verdict.UPHELD

    def digest(self) -> str:
        """Give the SHA-256 of everything the seal protects."""
        content = self.model_dump(mode="json") | {"at": moment_text(self.at)}
        return hashlib.sha256(canonical(content).encode()).hexdigest()


def in_force(call: Call, rulings: Iterable[Ruling]) -> Call:
    """Give the call with the marks, score and band that count now.

    Args:
        call: as it was sealed.
        rulings: those on this call, oldest first.
    """
    for ruling in rulings:
        if ruling.verdict is Verdict.CHANGED:
            call = call.model_copy(
                update={
                    "marks": call.marks | {line.line: line.after for line in ruling.lines},
                    "score": ruling.after.score,
                    "band": ruling.after.band,
                    "critical": ruling.after.critical,
                    "superseded_by": ruling.id,
                }
            )
    return call


def checked(
    call: Call, scale: Scale, given: Mapping[str, tuple[str, str]], ruled: Iterable[str]
) -> tuple[Disputed, ...]:
    """Give the disputed lines in the order of the call, or say what is wrong with them.

    Args:
        call: the call as it is in force.
        scale: its scale.
        given: expected step and reason of each disputed line.
        ruled: the lines on which there is a ruling already.

    Raises:
        ObjectionError: no line, one that is not of the call or was ruled on, the step given, or no reason.
        ScaleError: the line does not know the step.
    """
    if not given:
        raise ObjectionError(_("沒有寫是哪一行。"), remedy=_("請指出有疑義的行、應有的評定與理由。"))
    known = {placed.id: placed for placed in scale.in_call_order(call.parts)}
    done = set(ruled)
    for line, (expected, reason) in given.items():
        placed = known.get(line)
        if placed is None or line not in call.marks:
            raise ObjectionError(
                _("這通紀錄沒有評定「{line}」這一行。").format(line=line),
                remedy=_("請用 courtesy call show 查對。"),
            )
        text = placed.line.text
        if line in done:
            raise ObjectionError(
                _("「{line}」已經裁定過。").format(line=text), remedy=_("同一行只能申復一次。")
            )
        check_mark(placed, expected)
        if placed.line.either and expected == NOT_APPLICABLE:
            raise ObjectionError(
                _("「{line}」不能選「不適用」。").format(line=text), remedy=_("請選其中一級。")
            )
        if expected == call.marks[line]:
            raise ObjectionError(
                _("「{line}」的評定本來就是這一級。").format(line=text), remedy=_("請選應有的評定。")
            )
        if not reason.strip():
            raise ObjectionError(_("「{line}」沒有寫理由。").format(line=text), remedy=_("請逐行寫明理由。"))
    return tuple(
        Disputed(line=line, expected=given[line][0], reason=given[line][1].strip())
        for line in known
        if line in given
    )


def check_choice(placed: Placed, step: str) -> None:
    """Refuse a rescored step that the line does not know; `UNDECIDED` is always one.

    Raises:
        ScaleError: see above.
    """
    if step != UNDECIDED:
        check_mark(placed, step)


def choices(placed: Placed) -> list[tuple[str, str]]:
    """Give key and label of every step that a disputed line can have, best first."""
    found = [(step.key, step.label) for step in placed.line.steps]
    if placed.line.not_applicable and not placed.line.either:
        found.append((NOT_APPLICABLE, _("不適用")))
    return found


def step_label(placed: Placed, key: str) -> str:
    """Name a step as people read it."""
    if key == UNDECIDED:
        return _("無法判斷")
    step = placed.line.step(key)
    return step.label if step else _("不適用")


def decided(
    objection: Objection,
    call: Call,
    scale: Scale,
    rules: CourtesyRules,
    *,
    ruling_id: str,
    at: datetime,
) -> Ruling:
    """Give the ruling; it follows from the record and the rescored steps alone.

    A rescored step counts when, put in its line alone, it neither lowers the score nor makes a critical
    failure; when all that count make the result worse together, none does.

    Args:
        objection: every line of it rescored.
        call: the call as it was in force.
        scale: its scale.
        rules: those by which it was sealed.
        ruling_id: the identifier of the ruling.
        at: the moment.

    Raises:
        ObjectionError: a line is not rescored yet, or the call has no score.
    """
    if objection.undecided:
        raise ObjectionError(
            _("還有 {count} 行沒有重評。").format(count=len(objection.undecided)),
            remedy=_("請逐行選一級；由紀錄看不出來的選「無法判斷」。"),
        )
    if call.score is None or call.band is None:
        raise ObjectionError(_("這通紀錄沒有分數。"), remedy=_("只有接通並評分的紀錄可以申復。"))

    def result(marks: Mapping[str, str]) -> Score:
        return score(scale, call.parts, marks, mode=rules.factor, critical_zeroes=rules.critical_zeroes)

    before = Standing(score=call.score, band=call.band, critical=call.critical)
    taken = {
        line.line: str(line.rescored)
        for line in objection.lines
        if line.rescored not in {UNDECIDED, call.marks[line.line]}
        and not _worse(result(call.marks | {line.line: str(line.rescored)}), before)
    }
    together = result(call.marks | taken)
    if _worse(together, before):
        taken, together = {}, result(call.marks)
    return Ruling(
        id=ruling_id,
        objection=objection.id,
        call=call.id,
        tester=objection.tester,
        at=at,
        lines=tuple(
            RuledLine(
                line=line.line,
                before=call.marks[line.line],
                rescored=str(line.rescored),
                after=taken.get(line.line, call.marks[line.line]),
            )
            for line in objection.lines
        ),
        before=before,
        after=Standing(
            score=together.total, band=rules.band(together.total), critical=bool(together.critical)
        ),
        previous=call.superseded_by,
    )


def _worse(after: Score, before: Standing) -> bool:
    return after.total < before.score or (bool(after.critical) and not before.critical)


def rescorer(
    call: Call,
    person: Person,
    testers: Sequence[Person],
    *,
    chance: int,
    load: Mapping[str, int],
    barred: Iterable[str] = (),
    seeing: Iterable[str] = (),
) -> str:
    """Choose who rescores: the fewest objections, and of equals the one to whom chance points.

    Args:
        call: the disputed call.
        person: who was called, as of today.
        testers: who is on the rota.
        chance: a number that nobody chooses.
        load: how many objections each tester has had.
        barred: who is still to make a confirming call to this person, and must not know of the first.
        seeing: who may read the marks by another role; taken only when nobody else can.

    Raises:
        ObjectionError: nobody can.
    """
    out = {call.tester, person.staff_no, *barred}
    sections = {call.section, person.section}
    able = sorted(
        tester.staff_no for tester in testers if tester.staff_no not in out and tester.section not in sections
    )
    if not able:
        raise ObjectionError(
            _("沒有其他科室的另一位測試員可以重評。"), remedy=_("請加派測試員；可行時會自動指派。")
        )
    reading = set(seeing)
    able = [each for each in able if each not in reading] or able
    fewest = min(load.get(each, 0) for each in able)
    equal = [each for each in able if load.get(each, 0) == fewest]
    return equal[chance % len(equal)]


class Rate(BaseModel):
    """How often objections were right.

    Attributes:
        name: 員工編號 of a tester, or the id of a line.
        text: the tester's name, or what the line says.
        n: objections that were decided.
        changed: how many of them changed something.
        low: the lower end of the Wilson 95 % interval, a share; None below `LEAST` objections.
        high: the upper end.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    text: CleanLine
    n: int
    changed: int
    low: float | None = None
    high: float | None = None

    @property
    def said(self) -> str:
        """The share with its interval in words."""
        if self.low is None or self.high is None:
            return _("人數不足")
        return _("{share:.0%}（{low:.0%} 至 {high:.0%}）").format(
            share=self.changed / self.n, low=self.low, high=self.high
        )


def rate(name: str, text: str, changed: int, n: int) -> Rate:
    """Give the share of objections that changed something, with its interval where there are enough."""
    if n < LEAST:
        return Rate(name=name, text=text, n=n, changed=changed)
    low, high = wilson(changed, n)
    return Rate(name=name, text=text, n=n, changed=changed, low=low, high=high)
