"""Reading a scale file: every fault at once, each with its place, its line and what to do about it."""

import copy
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError

from bureau.language import _
from bureau.problem import Place, Problem
from bureau.text import clean_line
from courtesy.scale import FULL, NOT_APPLICABLE, Code, Line, Moment, Scale, ScaleError, Step, Weight
from courtesy.toml_lines import Path, TomlLines

Fault = tuple[Path, str, str]
"""Where, what is wrong, and what to do."""

_WEIGHT: TypeAdapter[Decimal] = TypeAdapter(Weight)
_CODE: TypeAdapter[str] = TypeAdapter(Code)
_AT_LINE = re.compile(r"at line (\d+)")


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
    """Read a scale file and give every fault with its place.

    What cannot be read hides nothing else: the sums and the order of steps are looked at wherever the values
    they need can be read.
    """
    try:
        given = tomllib.loads(text, parse_float=_exact)
    # Beside its own error: a number of thousands of digits, and arrays nested thousands deep.
    except (ValueError, RecursionError) as error:
        line = _AT_LINE.search(str(error))
        return None, [
            Problem(
                _("不是正確的 TOML（{detail}）。").format(detail=error),
                Place(file=file, row=int(line[1]) if line else None),
                _("請查對這裡的引號、等號與括號，或由 courtesy scale show 印出的檔案改起。"),
            )
        ]
    rows = TomlLines(text)
    scale, faults = _validated(given)
    problems = [_problem(file, fault, given, rows) for fault in faults]
    problems += [
        Problem(what, Place(file=file, row=rows.row(path), column=_codes(path, given)), remedy)
        for path, what, remedy in _sums(given)
    ]
    return scale, problems


def _exact(text: str) -> Decimal | float:
    """Read a number as it is written, never as the nearest binary one."""
    value = Decimal(text.replace("_", ""))
    return value if value.is_finite() else float(text)


def _validated(given: dict[str, Any]) -> tuple[Scale | None, list[dict[str, Any]]]:
    """Give the scale, if nothing but unknown keys is wrong, and what pydantic found.

    Afterwards no unknown key is left in `given`.
    """
    try:
        return Scale.model_validate(given), []
    except ValidationError as error:
        # Places are named by the codes in the file, also after unknown keys were taken out of it.
        faults: list[dict[str, Any]] = [dict(fault) for fault in error.errors() if _true(fault)]
    whole = copy.deepcopy(given)
    for fault in faults:
        fault["where"] = _where(fault["loc"], whole)
        if fault["type"] == "extra_forbidden":
            _drop(given, fault["loc"])
    try:
        return Scale.model_validate(given), faults
    except ValidationError:
        return None, faults


def _true(fault: Mapping[str, Any]) -> bool:
    """Say whether a fault is one of its own: pydantic counts in a list only what it could read."""
    given = fault["input"]
    return not (
        fault["type"] == "too_short" and isinstance(given, list) and len(given) >= fault["ctx"]["min_length"]
    )


def _drop(given: Any, path: Sequence[str | int]) -> None:
    *above, last = path
    for step in above:
        given = given[step]
    del given[last]


# What does not fit together


def _sums(given: Mapping[str, Any]) -> Iterator[Fault]:
    parts = _tables(given, (), "part")
    total = _total(parts)
    if total is not None and total != FULL:
        yield (
            ("part",),
            _("各部分合計 {total} 分，不是 100 分。").format(total=total),
            _("請調整各部分的 points。"),
        )
    yield from _repeated(parts)
    yield from _never_said(given)
    for path, part in parts:
        items = _tables(part, path, "item")
        points, sum_of_items = _points(part), _total(items)
        if None not in {points, sum_of_items} and sum_of_items != points:
            yield (
                path,
                _("「{part}」配 {points} 分，各項目合計 {sum} 分。").format(
                    part=_named(part), points=points, sum=sum_of_items
                ),
                _("請讓兩者相等。"),
            )
        yield from _repeated(items)
        for item_path, item in items:
            yield from _item_faults(item_path, item)


def _never_said(given: Mapping[str, Any]) -> Iterator[Fault]:
    script = given.get("script")
    judged = {
        str(line.get("moment"))
        for path, part in _tables(given, (), "part")
        for item_path, item in _tables(part, path, "item")
        for _path, line in _tables(item, item_path, "line")
    }
    for moment in Moment:
        if isinstance(script, Mapping) and judged and moment.value in script and moment.value not in judged:
            yield (
                ("script", moment.value),
                _("沒有「{moment}」這個時機的行，台詞永遠不會出現。").format(moment=moment.label),
                _("請刪去這一句，或加上這個時機的行。"),
            )


def _item_faults(path: Path, item: Mapping[str, Any]) -> Iterator[Fault]:
    lines = _tables(item, path, "line")
    single = [each for each in lines if not each[1].get("either")]
    groups: dict[str, list[tuple[Path, Mapping[str, Any]]]] = {}
    for each in lines:
        if each[1].get("either"):
            groups.setdefault(_short(each[1]["either"]), []).append(each)
    for name, members in groups.items():
        if len(members) == 1:
            yield (
                members[0][0],
                _("擇一群組「{name}」只有一行。").format(name=name),
                _("請加上另一行，或刪去 either。"),
            )
        if len({_points(line) for _path, line in members} - {None}) > 1:
            yield (
                path,
                _("擇一群組「{name}」的各行配分不同。").format(name=name),
                _("請讓各行的 points 相等。"),
            )
    counted = [*single, *(members[0] for members in groups.values())]
    points, sum_of_lines = _points(item), _total(counted)
    if None not in {points, sum_of_lines} and sum_of_lines != points:
        yield (
            path,
            _("「{item}」配 {points} 分，各行合計 {sum} 分（擇一的各行算一次）。").format(
                item=_named(item), points=points, sum=sum_of_lines
            ),
            _("請讓兩者相等。"),
        )
    yield from _repeated(lines)
    for line_path, line in lines:
        yield from _repeated(_tables(line, line_path, "step"), "key", at=line_path)
        try:
            yield from ((line_path, *fault) for fault in _line_faults(Line.model_validate(line)))
        except ValidationError:
            continue


def _line_faults(line: Line) -> Iterator[tuple[str, str]]:
    if any(step.key == NOT_APPLICABLE for step in line.steps):
        yield _("「na」保留給不適用，不能當作一級。"), _("請換一個 key。")
    points = [step.points for step in line.steps]
    if max(points) != line.points:
        yield (
            _("最高一級 {most} 分，這一行配 {points} 分。").format(most=max(points), points=line.points),
            _("請讓兩者相等。"),
        )
    if points != sorted(points, reverse=True):
        yield _("各級沒有由高分排到低分。"), _("請調整順序。")
    if len({step.label for step in line.steps}) < len(line.steps):
        yield _("兩級的 label 相同，評分的人分不出來。"), _("請改成不同的文字。")
    if line.critical and points[-1] != 0:
        yield _("重大項目沒有 0 分的一級，永遠不會成立。"), _("請加上 0 分的一級，或刪去 critical。")
    if line.either and line.not_applicable:
        yield _("擇一的行不會都要評定，不能再寫 not_applicable。"), _("請刪去 not_applicable。")
    yield from _speed_faults(line)


def _speed_faults(line: Line) -> Iterator[tuple[str, str]]:
    timed = [step for step in line.steps if step.max_rings is not None or step.max_seconds is not None]
    for limits in ([step.max_rings for step in line.steps], [step.max_seconds for step in line.steps]):
        given = [limit for limit in limits if limit is not None]
        if given != sorted(given):
            yield _("接聽速度的上限沒有由短排到長，後面的級永遠用不到。"), _("請調整各級的上限。")
    for before, after in pairwise(timed):
        if (before.max_rings, before.max_seconds) == (after.max_rings, after.max_seconds):
            yield (
                _("「{before}」與「{after}」的上限相同，後一級永遠用不到。").format(
                    before=before.label, after=after.label
                ),
                _("請調整各級的上限。"),
            )
    if line.speed and line.steps[-1] in timed:
        yield _("接聽速度的最後一級不能有上限。"), _("請刪去最後一級的 max_rings 與 max_seconds。")
    if line.speed and not timed:
        yield _("接聽速度的各級都沒有上限。"), _("請填 max_rings 或 max_seconds。")
    for step in _unlimited(line, timed):
        yield (
            _("「{label}」沒有上限，後面的級永遠用不到。").format(label=step.label),
            _("只有最後一級不寫上限。"),
        )
    if line.speed and line.either:
        yield _("接聽速度由計時評定，不能擇一。"), _("請刪去 speed 或 either。")
    if timed and not line.speed:
        yield _("有響鈴上限的行要寫 speed = true。"), _("請補上 speed = true。")


def _unlimited(line: Line, timed: Sequence[Step]) -> list[Step]:
    """Give the steps of a speed line, but for the last, that take every timing."""
    if not (line.speed and timed):
        return []
    return [step for step in line.steps[:-1] if step not in timed]


def _repeated(
    tables: Sequence[tuple[Path, Mapping[str, Any]]], field: str = "code", *, at: Path | None = None
) -> Iterator[Fault]:
    """Name the codes that stand twice, each at the second place."""
    seen: set[str] = set()
    told: set[str] = set()
    for path, table in tables:
        code = _valid(_CODE, table.get(field))
        if code in seen and code not in told:
            told.add(code)
            yield at or path, _("代碼「{code}」重複。").format(code=code), _("請改成不同的代碼。")
        if code is not None:
            seen.add(code)


def _tables(given: Mapping[str, Any], path: Path, key: str) -> list[tuple[Path, Mapping[str, Any]]]:
    """Give the tables under a key with their ways, as far as they are tables."""
    found = given.get(key)
    if not isinstance(found, list):
        return []
    return [((*path, key, place), each) for place, each in enumerate(found) if isinstance(each, dict)]


def _total(tables: Sequence[tuple[Path, Mapping[str, Any]]]) -> Decimal | None:
    """Add the points; None where there is nothing to add, or one of them cannot be read."""
    points = [_points(table) for _path, table in tables]
    known = [each for each in points if each is not None]
    return sum(known, Decimal()) if known and len(known) == len(points) else None


def _points(table: Mapping[str, Any]) -> Decimal | None:
    points: Decimal | None = _valid(_WEIGHT, table.get("points"))
    return points


def _valid(kind: TypeAdapter[Any], value: object) -> Any:
    try:
        return kind.validate_python(value)
    except ValidationError:
        return None


def _named(table: Mapping[str, Any]) -> str:
    return _short(table.get("name", table.get("code", "")))


# In words


def _problem(file: str, fault: Mapping[str, Any], given: Any, rows: TomlLines) -> Problem:
    value = fault.get("input")
    what, remedy = {
        "extra_forbidden": (_("沒有這個欄位。"), _("請查對拼字，或刪去這一行。")),
        "missing": (_("缺少這個欄位。"), _("請補上。")),
    }.get(
        fault["type"],
        (
            _("這裡的內容不合規定。")
            if isinstance(value, list | dict)
            else _("值「{value}」不合規定。").format(value=_short(value)),
            _("請改正（{detail}）。").format(detail=_demand(fault)),
        ),
    )
    where = fault.get("where") or _where(fault["loc"], given)
    return Problem(what, Place(file=file, row=rows.row(fault["loc"]), column=where), remedy)


def _demand(fault: Mapping[str, Any]) -> str:
    """Say what a value should be."""
    context = fault.get("ctx", {})
    if isinstance(own := context.get("error"), ValueError):
        return str(own).rstrip("。")
    if fault["type"] == "too_short" and isinstance(fault["input"], str):
        return _("不可空白")
    number = _('應為數字，例如 "2.5"')
    whole = _("應為整數，不加引號")
    flag = _("應為 true 或 false，不加引號")
    table = _("應為一組欄位")
    said = {
        "decimal_type": number,
        "decimal_parsing": number,
        "finite_number": number,
        "decimal_max_places": _("最多 {decimal_places} 位小數"),
        "greater_than_equal": _("不可小於 {ge}"),
        "greater_than": _("應大於 {gt}"),
        "less_than_equal": _("不可大於 {le}"),
        "int_type": whole,
        "int_parsing": whole,
        "int_from_float": whole,
        "bool_type": flag,
        "bool_parsing": flag,
        "string_type": _("應為文字，前後加引號"),
        "string_too_short": _("不可空白"),
        "string_too_long": _("最多 {max_length} 字"),
        "string_pattern_mismatch": _("代碼只用小寫英文、數字與連字號，最多 40 字"),
        "enum": _("可用的有：{moments}"),
        "tuple_type": _("應為清單：[[part]]、[[part.item]]、[[part.item.line]]，step 用 [ ] 包起來"),
        "model_type": table,
        "model_attributes_type": table,
        "too_short": _("至少要有 {min_length} 個"),
        "too_long": _("最多 {max_length} 個"),
    }.get(fault["type"])
    if said is None:
        return str(fault["msg"])
    return said.format(**context, moments="、".join(Moment))


def _short(value: object) -> str:
    try:
        text = clean_line(str(value))
    except (ValueError, RecursionError):
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


def _codes(path: Path, given: Any) -> str:
    """Name a part, item or line as marks do: `unit.speed.ring`."""
    words: list[str] = []
    for step in path:
        given = given[step]
        if isinstance(step, int):
            words.append(_short(given.get("code") or step + 1))
    return ".".join(words) or str(path[0])
