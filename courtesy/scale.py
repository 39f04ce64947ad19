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
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from bureau.journal import canonical
from bureau.language import _
from bureau.problem import Place, Problem, Refused
from bureau.text import CleanLine, CleanText, Name, clean_line

FORMAT = "courtesy-scale/1"
FULL = Decimal("100.00")
NOT_APPLICABLE = "na"
"""The step of a line that does not apply."""

VERSION_LENGTH = 12
_HUNDREDTH = Decimal("0.01")

Points = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
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
    max_rings: int | None = Field(default=None, ge=1, le=99)
    max_seconds: int | None = Field(default=None, ge=1, le=600)


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
    points: Points
    moment: Moment
    steps: tuple[Step, ...] = Field(alias="step", min_length=2, max_length=9)
    not_applicable: bool = False
    either: Code | None = None
    critical: bool = False
    speed: bool = False

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
    points: Points
    lines: tuple[Line, ...] = Field(alias="line", min_length=1)


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
    points: Points
    factor: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    items: tuple[Item, ...] = Field(alias="item", min_length=1)


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


# Reading


def read(text: str, file: str = "") -> Scale:
    """Read a scale file.

    Raises:
        ScaleError: every fault of the file, each with its place.
    """
    scale, problems = examine(text, file)
    if scale is None or problems:
        raise ScaleError(
            _("量表檔有 {count} 處錯誤。").format(count=len(problems)),
            place=Place(file=file),
            problems=problems,
        )
    return scale


def examine(text: str, file: str = "") -> tuple[Scale | None, list[Problem]]:
    """Read a scale file and give every fault with its place."""
    try:
        given = tomllib.loads(text)
    # Beside its own error: a number of thousands of digits, and arrays nested thousands deep.
    except (ValueError, RecursionError) as error:
        return None, [
            Problem(
                _("不是正確的 TOML（{detail}）。").format(detail=error),
                Place(file=file),
                _("請由 courtesy scale show 印出的檔案改起。"),
            )
        ]
    problems: list[Problem] = []
    try:
        scale = Scale.model_validate(given)
    except ValidationError as error:
        faults = error.errors()
        problems = [_fault(file, fault, given) for fault in faults]
        if any(fault["type"] != "extra_forbidden" for fault in faults):
            return None, problems
        # What is only too much hides nothing: the rest is looked at, too.
        for fault in faults:
            _drop(given, fault["loc"])
        scale = Scale.model_validate(given)
    problems += [
        Problem(what, Place(file=file, column=where), remedy) for where, what, remedy in _sums(scale)
    ]
    return scale, problems


def _drop(given: Any, path: Sequence[str | int]) -> None:
    *above, last = path
    for step in above:
        given = given[step]
    del given[last]


def _sums(scale: Scale) -> Iterator[tuple[str, str, str]]:
    total = sum((part.points for part in scale.parts), Decimal())
    if total != FULL:
        yield (
            "part",
            _("各部分合計 {total} 分，不是 100 分。").format(total=total),
            _("請調整各部分的 points。"),
        )
    yield from _repeated("part", [part.code for part in scale.parts])
    judged = {placed.line.moment for placed in scale.lines()}
    for moment in scale.script or {}:
        if moment in judged:
            continue
        yield (
            f"script.{moment.value}",
            _("沒有「{moment}」這個時機的行，台詞永遠不會出現。").format(moment=moment.label),
            _("請刪去這一句，或加上這個時機的行。"),
        )
    for part in scale.parts:
        items = sum((item.points for item in part.items), Decimal())
        if items != part.points:
            yield (
                part.code,
                _("「{part}」配 {points} 分，各項目合計 {sum} 分。").format(
                    part=part.name, points=part.points, sum=items
                ),
                _("請讓兩者相等。"),
            )
        yield from _repeated(part.code, [item.code for item in part.items])
        for item in part.items:
            yield from _item_faults(f"{part.code}.{item.code}", item)


def _item_faults(where: str, item: Item) -> Iterator[tuple[str, str, str]]:
    groups: dict[str, list[Line]] = {}
    lines = Decimal()
    for line in item.lines:
        if line.either:
            groups.setdefault(line.either, []).append(line)
        else:
            lines += line.points
    for name, members in groups.items():
        lines += members[0].points
        if len(members) == 1:
            yield (
                f"{where}.{members[0].code}",
                _("擇一群組「{name}」只有一行。").format(name=name),
                _("請加上另一行，或刪去 either。"),
            )
        if len({line.points for line in members}) > 1:
            yield (
                where,
                _("擇一群組「{name}」的各行配分不同。").format(name=name),
                _("請讓各行的 points 相等。"),
            )
    if lines != item.points:
        yield (
            where,
            _("「{item}」配 {points} 分，各行合計 {sum} 分（擇一的各行算一次）。").format(
                item=item.name, points=item.points, sum=lines
            ),
            _("請讓兩者相等。"),
        )
    yield from _repeated(where, [line.code for line in item.lines])
    for line in item.lines:
        yield from _line_faults(f"{where}.{line.code}", line)


def _line_faults(where: str, line: Line) -> Iterator[tuple[str, str, str]]:
    yield from _repeated(where, [step.key for step in line.steps])
    if any(step.key == NOT_APPLICABLE for step in line.steps):
        yield where, _("「na」保留給不適用，不能當作一級。"), _("請換一個 key。")
    points = [step.points for step in line.steps]
    if max(points) != line.points:
        yield (
            where,
            _("最高一級 {most} 分，這一行配 {points} 分。").format(most=max(points), points=line.points),
            _("請讓兩者相等。"),
        )
    if points != sorted(points, reverse=True):
        yield where, _("各級沒有由高分排到低分。"), _("請調整順序。")
    if line.critical and points[-1] != 0:
        yield where, _("重大項目沒有 0 分的一級，永遠不會成立。"), _("請加上 0 分的一級，或刪去 critical。")
    for limits in ([step.max_rings for step in line.steps], [step.max_seconds for step in line.steps]):
        given = [limit for limit in limits if limit is not None]
        if given != sorted(given):
            yield where, _("接聽速度的上限沒有由短排到長，後面的級永遠用不到。"), _("請調整各級的上限。")
    timed = [step for step in line.steps if step.max_rings is not None or step.max_seconds is not None]
    if line.speed and line.steps[-1] in timed:
        yield where, _("接聽速度的最後一級不能有上限。"), _("請刪去最後一級的 max_rings 與 max_seconds。")
    if line.speed and not timed:
        yield where, _("接聽速度的各級都沒有上限。"), _("請填 max_rings 或 max_seconds。")
    if timed and not line.speed:
        yield where, _("有響鈴上限的行要寫 speed = true。"), _("請補上 speed = true。")


def _repeated(where: str, codes: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for code in dict.fromkeys(codes):
        if codes.count(code) > 1:
            yield where, _("代碼「{code}」重複。").format(code=code), _("請改成不同的代碼。")


def _fault(file: str, fault: Mapping[str, Any], given: Mapping[str, Any]) -> Problem:
    what, remedy = {
        "extra_forbidden": (_("沒有這個欄位。"), _("請查對拼字，或刪去這一行。")),
        "missing": (_("缺少這個欄位。"), _("請補上。")),
    }.get(
        fault["type"],
        (
            _("值「{value}」不合規定。").format(value=_short(fault.get("input"))),
            _("請改正（{detail}）。").format(detail=_detail(fault)),
        ),
    )
    return Problem(what, Place(file=file, column=_where(fault["loc"], given)), remedy)


def _detail(fault: Mapping[str, Any]) -> str:
    own = fault.get("ctx", {}).get("error")
    return str(own).rstrip("。") if isinstance(own, ValueError) else str(fault["msg"])


def _short(value: object) -> str:
    try:
        text = clean_line(str(value))
    except ValueError:
        # Python does not write out a number of thousands of digits.
        text = "…"
    limit = 40
    return text if len(text) <= limit else text[:limit] + "…"


def _where(path: Sequence[str | int], given: Any) -> str:
    """Name a place by the codes of what it stands in, where they can be read.

    Keys and codes come from the file: a terminal must not obey them.
    """
    words: list[str] = []
    for step in path:
        try:
            given = given[step]
        except (KeyError, IndexError, TypeError):
            given = None
        if isinstance(step, int):
            code = given.get("code", given.get("key")) if isinstance(given, dict) else None
            words[-1] += f"[{_short(code or step + 1)}]"
        else:
            words.append(_short(step))
    return ".".join(words)
