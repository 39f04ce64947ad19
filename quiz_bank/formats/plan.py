"""A blueprint as a file that an office writes by hand."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bureau.causes import toml_cause
from bureau.language import _
from bureau.problem import Place, Problem, in_file
from quiz_bank.blueprint import Blueprint, BlueprintError
from quiz_bank.formats.reading import text_of
from quiz_bank.question import Kind

FORMAT = "quiz-blueprint/1"


def read_blueprint(path: Path) -> Blueprint:
    """Read a blueprint: `format = "quiz-blueprint/1"`, then one `[[cell]]` for each requirement.

    Raises:
        FormatError: the file cannot be opened or is not UTF-8.
        BlueprintError: not TOML, an unknown key, a value out of range, points that do not make 100.
    """
    place = in_file(path)
    try:
        content = tomllib.loads(text_of(path), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BlueprintError(
            _("不是正確的 TOML（{detail}）。").format(detail=toml_cause(error)),
            place=place,
            remedy=_("請檢查這一行的引號、等號與括號。"),
        ) from None
    if content.pop("format", None) != FORMAT:
        raise BlueprintError(
            _("檔案沒有寫明格式。"),
            place=place,
            remedy=_('第一行請寫 format = "{format}"。').format(format=FORMAT),
        )
    content["cells"] = content.pop("cell", [])
    try:
        return Blueprint.model_validate(content)
    except ValidationError as error:
        faults = error.errors()
        # Cells of which each is wrong are no cells at all to the library; that is not what is wrong.
        within = [fault for fault in faults if fault["loc"] != ("cells",)]
        problems = [_fault(path, fault) for fault in within or faults]
        raise BlueprintError(
            _("命題藍圖有 {count} 處錯誤。").format(count=len(problems)), place=place, problems=problems
        ) from None


def blueprint_text(blueprint: Blueprint) -> str:
    """Write a blueprint as `read_blueprint` reads it, with a comment on each key."""
    lines = [
        _("# 命題藍圖：每一格 [[cell]] 是一種題目，配分合計要是 100 分。"),
        _("# topic：稅目，或「稅目 > 章節」；不寫就平均分布於各稅目。"),
        _("# kinds：{kinds}；不寫就不限題型。").format(
            kinds="、".join(f"{kind.value} {kind.label}" for kind in Kind)
        ),
        _("# difficulty：1 易、2 中、3 難；不寫就不限。"),
        _("# count：題數。points：每題幾分。"),
        f'format = "{FORMAT}"',
    ]
    for cell in blueprint.cells:
        lines += ["", "[[cell]]"]
        if cell.topic:
            lines.append(f"topic = {json.dumps(cell.topic, ensure_ascii=False)}")
        if cell.kinds:
            lines.append("kinds = [" + ", ".join(f'"{kind.value}"' for kind in cell.kinds) + "]")
        if cell.difficulty:
            lines.append(f"difficulty = {cell.difficulty}")
        lines += [f"count = {cell.count}", f"points = {cell.points.normalize():f}"]
    return "\n".join(lines) + "\n"


def _fault(path: Path, fault: Mapping[str, Any]) -> Problem:
    where = Place(file=path.name, column=_place_of(fault["loc"]))
    if fault["type"] == "value_error":
        return Problem(str(fault["ctx"]["error"]), where)
    what = {
        "extra_forbidden": _("沒有這個欄位。"),
        "missing": _("缺少這個欄位。"),
        "too_short": _("沒有任何 [[cell]]。"),
    }.get(fault["type"], _("值「{value}」不合規定。").format(value=fault.get("input")))
    limit = fault.get("ctx", {})
    if fault["type"] in {"less_than_equal", "greater_than_equal"}:
        what = (
            _("值「{value}」太大，最多 {most}。").format(value=fault["input"], most=limit["le"])
            if "le" in limit
            else _("值「{value}」太小，最少 {least}。").format(value=fault["input"], least=limit["ge"])
        )
        return Problem(what, where)
    return Problem(what, where, _("可用的欄位：topic、kinds、difficulty、count、points。"))


def _place_of(parts: Sequence[int | str]) -> str:
    """Say which cell, counted from 1, and which of its fields is meant."""
    fields = {
        "topic": _("主題 topic"),
        "kinds": _("題型 kinds"),
        "difficulty": _("難度 difficulty"),
        "count": _("題數 count"),
        "points": _("配分 points"),
    }
    said = []
    for before, part in zip(("", *parts), parts, strict=False):
        if isinstance(part, int):
            said.append(
                _("第 {number} 格").format(number=part + 1)
                if before == "cells"
                else _("第 {number} 項").format(number=part + 1)
            )
        elif part != "cells":
            said.append(fields.get(part, part))
    return " ".join(said)
