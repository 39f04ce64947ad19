"""Reading a file of measures: every fault at once, each with its place."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from bureau.causes import cause_of
from bureau.language import _
from bureau.problem import Place, Problem, in_file
from bureau.text import CleanLine, Name
from courtesy.toml_lines import TomlLines
from training.duties import DutyError, Frequency, MonthDay, RecordKind, Wording, month_days

SHIPPED = Path(__file__).with_name("duties.toml")
"""The measures of a printed yearly plan."""

MAX_BYTES = 1_000_000
"""The largest file that is read."""

_AT_LINE = re.compile(r"at line (\d+)")


class PlannedMeasure(BaseModel):
    """A measure as the file has it; see `training.duties.Measure`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
    title: Name
    wording: Wording = ""
    source: Wording = ""
    note: Wording = ""
    printed: CleanLine = ""
    frequency: Frequency = Frequency.OPEN
    dates: tuple[MonthDay, ...] = ()
    first_month: Annotated[int, Field(ge=1, le=3)] = 1
    record: RecordKind = RecordKind.NONE

    @field_validator("dates", mode="before")
    @classmethod
    def _as_typed(cls, given: Any) -> Any:
        if not isinstance(given, str):
            raise ValueError(_('日期要寫成文字，例如 "3/31、7/31"。'))  # noqa: TRY004 - pydantic takes no other
        try:
            return month_days(given)
        except DutyError as fault:
            raise ValueError(str(fault)) from None


def read(path: Path) -> list[PlannedMeasure]:
    """Read a file of measures.

    Raises:
        DutyError: the file cannot be read, or something in it is wrong; every fault at once.
    """
    text = _text(path)
    try:
        given = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        line = _AT_LINE.search(str(error))
        raise DutyError(
            _("不是正確的 TOML（{detail}）。").format(detail=error),
            place=in_file(path, int(line[1]) if line else None),
            remedy=_("請查對這裡的引號、等號與括號。"),
        ) from error
    lines = TomlLines(text)
    problems: list[Problem] = []
    found: list[PlannedMeasure] = []
    listed = given.pop("measure", [])
    problems += [
        Problem(_("不認得「{key}」。").format(key=key), in_file(path, lines.row((key,)))) for key in given
    ]
    for place, each in enumerate(listed if isinstance(listed, list) else []):
        try:
            measure = PlannedMeasure.model_validate(each)
        except ValidationError as error:
            problems += [
                Problem(
                    str(fault["msg"]).removeprefix("Value error, "),
                    Place(
                        file=path.name,
                        row=lines.row(("measure", place, *fault["loc"])),
                        column=".".join(str(part) for part in fault["loc"]),
                    ),
                )
                for fault in error.errors(include_url=False)
            ]
            continue
        if any(measure.code == other.code for other in found):
            problems.append(
                Problem(
                    _("代碼「{code}」寫了兩次。").format(code=measure.code),
                    in_file(path, lines.row(("measure", place, "code"))),
                )
            )
        found.append(measure)
    if not problems and not found:
        problems.append(Problem(_("檔案裡沒有工作項目（[[measure]]）。")))
    if problems:
        raise DutyError(
            _("工作項目檔有 {count} 處錯誤，沒有載入。").format(count=len(problems)),
            place=in_file(path),
            problems=problems,
        )
    return found


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DutyError(
                _("檔案太大。"), place=in_file(path), remedy=_("這不像是工作項目檔，請查對檔名。")
            )
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DutyError(
            _("不能讀檔案（{detail}）。").format(detail=cause_of(error)), place=in_file(path)
        ) from error
    except UnicodeDecodeError as error:
        raise DutyError(_("檔案不是 UTF-8。"), place=in_file(path), remedy=_("請另存成 UTF-8。")) from error
