"""測試量表: the scoring form, and the arithmetic of a score.

A scale has parts, a part items, an item lines, a line steps. What a body has published stands in the file as
`official`; what it leaves open stands there as our default (see each file's `source` and `note`).

The score of an item is `points × got ÷ possible`, where a line that does not apply leaves both `got` and
`possible`: its weight is spread over the other lines of the item. When only some parts are tested, the sum is
scaled to 100, by the printed factor (45 × 2.22, 55 × 1.82) or exactly (100/45, 100/55). Arithmetic is exact;
the total is rounded once, half up, to two decimals, and that printed score decides the band, so that whoever
holds the paper can check the band with their own eyes.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from bureau.journal import canonical
from bureau.language import _
from bureau.problem import Refused
from bureau.text import CleanLine, CleanText, Name

FORMAT = "courtesy-scale/1"
FULL = Decimal("100.00")
NOT_APPLICABLE = "na"
"""The step of a line that does not apply."""

VERSION_LENGTH = 12
_HUNDREDTH = Decimal("0.01")


def _plain(value: Decimal) -> Decimal:
    """Give the one way in which a number is written: 15, "15" and "15.0" are the same version."""
    plain = abs(value).normalize()
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain


Points = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2), AfterValidator(_plain)]
Weight = Annotated[Decimal, Field(gt=0, le=100, decimal_places=2), AfterValidator(_plain)]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Said = Annotated[CleanLine, StringConstraints(min_length=1, max_length=60)]
"""What a tester may say, short enough to be read out at a glance."""


class ScaleError(Refused):
    """A scale file is wrong, or a call cannot be scored by it."""


class Moment(StrEnum):
    """When in a call a line is judged; the cockpit follows this order."""

    RING = "ring"
    GREETING = "greeting"
    TALK = "talk"
    ANSWER = "answer"
    CLOSING = "closing"

    @property
    def label(self) -> str:
        """The moment as people call it."""
        return {
            Moment.RING: _("響鈴"),
            Moment.GREETING: _("應答"),
            Moment.TALK: _("談話"),
            Moment.ANSWER: _("答覆"),
            Moment.CLOSING: _("結束"),
        }[self]


class FactorMode(StrEnum):
    """How a score is scaled to 100 when only one part is tested."""

    OFFICIAL = "official"
    EXACT = "exact"


class Step(BaseModel):
    """One answer on a line.

    Attributes:
        key: what is stored; unique on the line.
        label: what people read.
        points: what it earns.
        max_rings: on a speed line, the most rings that earn it; None: any number.
        max_seconds: on a speed line, the most seconds that earn it; None: any number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Code
    label: Name
    points: Points
    max_rings: int | None = Field(default=None, ge=1, le=99, strict=True)
    max_seconds: int | None = Field(default=None, ge=1, le=600, strict=True)


class Line(BaseModel):
    """One thing that is judged.

    Attributes:
        code: unique in its item.
        points: the most it can earn.
        moment: when in the call it is judged.
        steps: the answers, best first.
        not_applicable: whether it may be left out.
        either: lines of an item with the same word here exclude each other; exactly one of them is marked.
        critical: whether earning nothing on it is a critical failure.
        speed: whether it is filled from rings and seconds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    text: Name
    points: Weight
    moment: Moment
    steps: tuple[Step, ...] = Field(alias="step", min_length=2, max_length=9)
    not_applicable: bool = Field(default=False, strict=True)
    either: Code | None = None
    critical: bool = Field(default=False, strict=True)
    speed: bool = Field(default=False, strict=True)

    def step(self, key: str) -> Step | None:
        """Give the step of this key."""
        return next((step for step in self.steps if step.key == key), None)


class Item(BaseModel):
    """項目 such as 接聽速度.

    Attributes:
        code: unique in its part.
        points: what its lines make together.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    name: Name
    points: Weight
    lines: tuple[Line, ...] = Field(alias="line", min_length=1, max_length=60)


class Part(BaseModel):
    """部分 such as 總機接聽.

    Attributes:
        code: unique in the scale.
        points: what its items make together.
        factor: the printed factor when only this part is tested; None: the exact one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    name: Name
    points: Weight
    factor: Annotated[Decimal, Field(gt=0, le=100), AfterValidator(_plain)] | None = None
    items: tuple[Item, ...] = Field(alias="item", min_length=1, max_length=30)


class Placed(BaseModel):
    """A line with its place in the scale.

    Attributes:
        id: `part.item.line`, by which marks name it.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    part: Part
    item: Item
    line: Line


class Scale(BaseModel):
    """A scoring form; a published version never changes.

    Attributes:
        code: the name under which versions are known.
        source: who published what.
        note: what is our default where the source is silent.
        script: what the tester may say at a moment of the call; None: the scale says nothing about it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str
    code: Code
    title: Name
    source: CleanText
    note: CleanText = ""
    script: dict[Moment, Said] | None = None
    parts: tuple[Part, ...] = Field(alias="part", min_length=1, max_length=9)

    @field_validator("format")
    @classmethod
    def _known_format(cls, name: str) -> str:
        if name != FORMAT:
            raise ValueError(_("格式應為 {format}。").format(format=FORMAT))
        return name

    @property
    def version(self) -> str:
        """The content's name: the first hex digits of the SHA-256 of its canonical JSON."""
        return version_of(self.content())

    def content(self) -> str:
        """Give the scale as canonical JSON; `Scale.model_validate_json` reads it back."""
        return canonical(self.model_dump(mode="json", by_alias=True, exclude_none=True))

    def part(self, code: str) -> Part:
        """Give a part.

        Raises:
            ScaleError: the scale has none of that code.
        """
        for part in self.parts:
            if part.code == code:
                return part
        raise ScaleError(
            _("量表「{title}」沒有「{code}」這一部分。").format(title=self.title, code=code),
            remedy=_("可用的有：{codes}。").format(codes="、".join(part.code for part in self.parts)),
        )

    def lines(self, parts: Iterable[str] | None = None) -> list[Placed]:
        """Give the lines of these parts (all by default) as they stand on the form."""
        wanted = [part.code for part in self.parts] if parts is None else list(parts)
        return [
            Placed(id=f"{part.code}.{item.code}.{line.code}", part=part, item=item, line=line)
            for part in self.parts
            if part.code in wanted
            for item in part.items
            for line in item.lines
        ]

    def said_at(self, moment: Moment) -> str:
        """Give what the tester may say at this moment; `""`: nothing is laid down."""
        return (self.script or {}).get(moment, "")

    def in_call_order(self, parts: Iterable[str]) -> list[Placed]:
        """Give the lines of these parts in the order of the call: part by part, moment by moment."""
        moments = list(Moment)
        order = [part.code for part in self.parts]
        return sorted(
            self.lines(parts),
            key=lambda placed: (order.index(placed.part.code), moments.index(placed.line.moment)),
        )


class ItemScore(BaseModel):
    """What an item earned; None where no line of it applied."""

    model_config = ConfigDict(frozen=True)

    code: str
    name: str
    points: Decimal
    score: Decimal | None


class PartScore(BaseModel):
    """What a part earned, unscaled, rounded for showing."""

    model_config = ConfigDict(frozen=True)

    code: str
    name: str
    points: Decimal
    score: Decimal
    items: tuple[ItemScore, ...]


class Score(BaseModel):
    """The result of a call.

    Attributes:
        parts: what each tested part earned.
        factor: how the sum was scaled to 100, as it is printed, such as `2.22` or `100/45`; `1` for none.
        total: 0.00 to 100.00.
        critical: the ids of critical lines that earned nothing.
    """

    model_config = ConfigDict(frozen=True)

    parts: tuple[PartScore, ...]
    factor: str
    total: Decimal
    critical: tuple[str, ...]


def version_of(content: str) -> str:
    """Name the version whose canonical JSON is `content`."""
    return hashlib.sha256(content.encode()).hexdigest()[:VERSION_LENGTH]


Marks = Mapping[str, str]
"""The step chosen on each line, by the line's id; `NOT_APPLICABLE` for one that does not apply."""


def rounded(value: Fraction) -> Decimal:
    """Round half up to two decimals, exactly."""
    hundredths = (value * 200 + 1) // 2
    return (Decimal(int(hundredths)) * _HUNDREDTH).quantize(_HUNDREDTH, ROUND_HALF_UP)


def speed_step(line: Line, rings: int | None, seconds: int | None) -> Step | None:
    """Choose the step of a speed line from the timing.

    The forms say 四聲或十秒: whichever is better for the person counts.

    Args:
        line: a speed line, steps best first.
        rings: counted rings, at least 1, if counted.
        seconds: whole seconds until the answer, if taken.

    Returns:
        The step, or None when neither is known.
    """
    if rings is None and seconds is None:
        return None
    for step in line.steps:
        limits = [limit for limit in (step.max_rings, step.max_seconds) if limit is not None]
        if not limits:
            return step
        by_rings = rings is not None and step.max_rings is not None and rings <= step.max_rings
        by_seconds = seconds is not None and step.max_seconds is not None and seconds <= step.max_seconds
        if by_rings or by_seconds:
            return step
    return line.steps[-1]


def applying(scale: Scale, parts: Sequence[str], marks: Marks) -> list[Placed]:
    """Give the lines that want a mark: of an either-or group only the marked one, or all while none is."""
    chosen = {
        (placed.part.code, placed.item.code, placed.line.either)
        for placed in scale.lines(parts)
        if placed.line.either and marks.get(placed.id, NOT_APPLICABLE) != NOT_APPLICABLE
    }
    return [
        placed
        for placed in scale.lines(parts)
        if not placed.line.either
        or (placed.part.code, placed.item.code, placed.line.either) not in chosen
        or marks.get(placed.id, NOT_APPLICABLE) != NOT_APPLICABLE
    ]


def missing(scale: Scale, parts: Sequence[str], marks: Marks) -> list[Placed]:
    """Give the lines that still want a mark; of an open either-or group the first stands for all."""
    found: list[Placed] = []
    groups: set[tuple[str, str, str]] = set()
    for placed in applying(scale, parts, marks):
        if placed.line.either:
            group = (placed.part.code, placed.item.code, placed.line.either)
            if marks.get(placed.id, NOT_APPLICABLE) == NOT_APPLICABLE and group not in groups:
                groups.add(group)
                found.append(placed)
        elif placed.id not in marks:
            found.append(placed)
    return found


class Running(BaseModel):
    """How far the marking of a call is.

    Attributes:
        got: points earned so far.
        judged: points of the lines marked so far.
        marked: how many lines are marked, not-applicable ones included.
        lines: how many lines want a mark, those included.
    """

    model_config = ConfigDict(frozen=True)

    got: Decimal
    judged: Decimal
    marked: int
    lines: int


def running(scale: Scale, parts: Sequence[str], marks: Marks) -> Running:
    """Say how far the marking of a call is."""
    got, judged, marked = Decimal(), Decimal(), 0
    for placed in scale.lines(parts):
        if placed.id in marks:
            marked += 1
            step = placed.line.step(marks[placed.id])
            if step:
                got += step.points
                judged += placed.line.points
    return Running(got=got, judged=judged, marked=marked, lines=marked + len(missing(scale, parts, marks)))


def score(
    scale: Scale,
    parts: Sequence[str],
    marks: Marks,
    *,
    mode: FactorMode,
    critical_zeroes: bool = False,
) -> Score:
    """Compute the score of a call.

    Args:
        scale: the version by which it was judged.
        parts: the codes of the parts that were tested, at least one.
        marks: a mark for every line that applies.
        mode: how one part alone is scaled to 100.
        critical_zeroes: whether a critical failure makes the total 0.

    Raises:
        ScaleError: no part, an unknown line or step, a line left out that must not be, a line without mark,
            or nothing that applies.
    """
    _check(scale, parts, marks)
    tested = [scale.part(code) for code in dict.fromkeys(parts)]
    scores = [_part_score(part, marks) for part in tested]
    got = sum((part_got for part_got, _shown in scores), Fraction())
    factor, shown_factor = _factor(scale, tested, mode)
    critical = tuple(
        placed.id for placed in scale.lines(parts) if placed.line.critical and _earned(placed, marks) == 0
    )
    total = min(rounded(got * factor), FULL)
    return Score(
        parts=tuple(shown for _got, shown in scores),
        factor=shown_factor,
        total=Decimal("0.00") if critical and critical_zeroes else total,
        critical=critical,
    )


def _earned(placed: Placed, marks: Marks) -> Decimal | None:
    step = placed.line.step(marks.get(placed.id, NOT_APPLICABLE))
    return step.points if step else None


def _part_score(part: Part, marks: Marks) -> tuple[Fraction, PartScore]:
    items: list[ItemScore] = []
    got, possible = Fraction(), Fraction()
    for item in part.items:
        placed = [
            Placed(id=f"{part.code}.{item.code}.{line.code}", part=part, item=item, line=line)
            for line in item.lines
        ]
        earned = [(each.line, points) for each in placed if (points := _earned(each, marks)) is not None]
        lines_possible = sum((Fraction(line.points) for line, _points in earned), Fraction())
        if not lines_possible:
            items.append(ItemScore(code=item.code, name=item.name, points=item.points, score=None))
            continue
        lines_got = sum((Fraction(points) for _line, points in earned), Fraction())
        item_got = Fraction(item.points) * lines_got / lines_possible
        got += item_got
        possible += Fraction(item.points)
        items.append(ItemScore(code=item.code, name=item.name, points=item.points, score=rounded(item_got)))
    if not possible:
        raise ScaleError(
            _("「{part}」沒有任何一項適用，不能計分。").format(part=part.name),
            remedy=_("請至少評定一項，或改記為未接通。"),
        )
    part_got = Fraction(part.points) * got / possible
    shown = PartScore(
        code=part.code, name=part.name, points=part.points, score=rounded(part_got), items=tuple(items)
    )
    return part_got, shown


def _factor(scale: Scale, tested: Sequence[Part], mode: FactorMode) -> tuple[Fraction, str]:
    points = sum((part.points for part in tested), Decimal())
    if points == FULL:
        return Fraction(1), "1"
    only = tested[0] if len(tested) == 1 and len(scale.parts) > 1 else None
    if mode is FactorMode.OFFICIAL and only and only.factor is not None:
        return Fraction(only.factor), f"{only.factor.normalize():f}"
    return Fraction(100) / Fraction(points), f"100/{points.normalize():f}"


def _check(scale: Scale, parts: Sequence[str], marks: Marks) -> None:
    if not parts:
        raise ScaleError(_("沒有指定測試的部分。"), remedy=_("請指定總機或業務單位。"))
    for code in parts:
        scale.part(code)
    known = {placed.id: placed for placed in scale.lines(parts)}
    groups: dict[tuple[str, str, str], list[str]] = {}
    for line_id, key in marks.items():
        placed = known.get(line_id)
        if placed is None:
            raise ScaleError(
                _("量表沒有「{line}」這一行，或這一部分沒有測試。").format(line=line_id),
                remedy=_("請用 courtesy scale show 查對。"),
            )
        check_mark(placed, key)
        if placed.line.either and key != NOT_APPLICABLE:
            group = (placed.part.code, placed.item.code, placed.line.either)
            groups.setdefault(group, []).append(placed.line.text)
    for texts in groups.values():
        if len(texts) > 1:
            raise ScaleError(
                _("「{lines}」只能擇一評定。").format(lines="」「".join(texts)),
                remedy=_("請把不適用的一行取消。"),
            )
    if left := missing(scale, parts, marks):
        raise ScaleError(
            _("還有 {count} 行沒有評定：{lines}。").format(
                count=len(left), lines="、".join(placed.line.text for placed in left)
            ),
            remedy=_("請逐行評定；不適用的行請選「不適用」。"),
        )


def check_mark(placed: Placed, key: str) -> None:
    """Refuse a mark that the line does not know.

    Raises:
        ScaleError: no such step, or the line must not be left out.
    """
    if key == NOT_APPLICABLE:
        if not placed.line.not_applicable and not placed.line.either:
            raise ScaleError(
                _("「{line}」不能選「不適用」。").format(line=placed.line.text), remedy=_("請選其中一級。")
            )
    elif placed.line.step(key) is None:
        raise ScaleError(
            _("「{line}」沒有「{key}」這一級。").format(line=placed.line.text, key=key),
            remedy=_("可用的有：{keys}。").format(keys="、".join(step.key for step in placed.line.steps)),
        )
