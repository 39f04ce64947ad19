"""共同評分題與雙評: a call that several testers judge without seeing each other."""

import hashlib
import tomllib
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bureau.dates import moment_text
from bureau.journal import canonical
from bureau.language import _
from bureau.problem import Place, Problem, Refused
from bureau.text import CleanText, Name, clean, clean_line
from courtesy.scale import Code, Scale, Score, missing, score
from courtesy.standing import CourtesyRules

FORMAT = "courtesy-exercise/1"
MOST_TURNS = 400


class RatingError(Refused):
    """An exercise or a rating cannot be read, changed, sealed or shown in this way."""


class Turn(BaseModel):
    """What one side of the call says, or what happens meanwhile."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    speaker: Name
    text: CleanText


class Sheet(BaseModel):
    """題目: the protocol of a call as testers read it.

    Attributes:
        code: the name of the file it came from, for those who look for it.
        scale: version or code of the scale by which it is judged.
        parts: the parts of it; none: all.
        setting: what the reader must know before the first word.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = FORMAT
    code: Code | None = None
    title: Name
    scale: Annotated[str, Field(min_length=1, max_length=80)] = "official"
    parts: tuple[Code, ...] = ()
    setting: CleanText = ""
    turns: tuple[Turn, ...] = Field(alias="turn", min_length=1, max_length=MOST_TURNS)

    @field_validator("format")
    @classmethod
    def _known_format(cls, name: str) -> str:
        if name != FORMAT:
            raise ValueError(_("格式應為 {format}。").format(format=FORMAT))
        return name

    def content(self) -> str:
        """Give the sheet as canonical JSON."""
        return canonical(self.model_dump(mode="json", by_alias=True))


class Exercise(BaseModel):
    """共同評分題: one protocol that all testers judge.

    Attributes:
        period: the code of its period, such as 115M11.
        scale: the version by which it is judged.
        raters: 員工編號 of the testers on the roster when it was opened.
        closed_at: from then on everybody may see how all judged.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    period: str
    sheet: Sheet
    scale: str
    parts: tuple[str, ...]
    raters: tuple[str, ...]
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether no rating can be added any more."""
        return self.closed_at is not None

    def digest(self) -> str:
        """Give the SHA-256 of what was opened; closing does not change it."""
        content = self.model_dump(mode="json", exclude={"opened_at", "closed_at"}, by_alias=True)
        content["opened_at"] = moment_text(self.opened_at)
        return hashlib.sha256(canonical(content).encode()).hexdigest()


class Rating(BaseModel):
    """評分: how one tester judged an exercise, or as the second a real call; final once sealed.

    Attributes:
        exercise: the exercise, `""` for a call.
        call: the call that was heard by two, `""` for an exercise.
        rater: 員工編號.
        rules: the version of the rules by which it was scored, `""` for a draft.
        score: 0.00 to 100.00 once sealed; never an official score.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    exercise: str = ""
    call: str = ""
    rater: str
    scale: str
    parts: tuple[str, ...]
    rules: str = ""
    marks: dict[str, str] = {}
    score: Decimal | None = None
    critical: bool = False
    opened_at: datetime
    sealed_at: datetime | None = None

    @property
    def sealed(self) -> bool:
        """Whether it can no longer change."""
        return self.sealed_at is not None

    def digest(self) -> str:
        """Give the SHA-256 of everything the seal protects."""
        moments = {
            name: moment_text(value)
            for name in ("opened_at", "sealed_at")
            if (value := getattr(self, name)) is not None
        }
        content = self.model_dump(mode="json", exclude_defaults=True) | moments
        return hashlib.sha256(canonical(content).encode()).hexdigest()


def score_of(rating: Rating, scale: Scale, rules: CourtesyRules) -> Score:
    """Compute the score of a rating as that of a call is computed.

    Raises:
        ScaleError: lines are missing.
    """
    return score(scale, rating.parts, rating.marks, mode=rules.factor, critical_zeroes=rules.critical_zeroes)


def sealed(rating: Rating, scale: Scale, rules: CourtesyRules, version: str, at: datetime) -> Rating:
    """Give the rating as it is sealed.

    Raises:
        RatingError: sealed already, or lines are missing.
    """
    if rating.sealed:
        raise already_sealed()
    if left := missing(scale, rating.parts, rating.marks):
        raise RatingError(
            _("還有 {count} 行沒有評定：{lines}。").format(
                count=len(left), lines="、".join(placed.line.text for placed in left)
            ),
            remedy=_("請逐行評定；不適用的行請選「不適用」。"),
        )
    result = score_of(rating, scale, rules)
    return rating.model_copy(
        update={
            "score": result.total,
            "critical": bool(result.critical),
            "rules": version,
            "sealed_at": at,
        }
    )


def already_sealed() -> RatingError:
    """Say that a rating is final."""
    return RatingError(_("這份評分已經封存。"), remedy=_("封存後不能更改；等題目結束就能和大家對照。"))


class Compared(BaseModel):
    """One thing that several testers judged, with all their sealed ratings.

    Attributes:
        id: the exercise or the call.
        title: what people call it.
        marks: each rater's marks.
        scores: each rater's score.
        official: whose score of them is the official one, `""` for an exercise.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    scale: str
    parts: tuple[str, ...]
    marks: dict[str, dict[str, str]]
    scores: dict[str, Decimal]
    official: str = ""


def read_sheet(text: str, file: str) -> Sheet:
    """Read the text of a sheet (TOML).

    Raises:
        RatingError: every fault at once.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RatingError(
            _("不是正確的 TOML（{detail}）。").format(detail=error),
            place=Place(file=file),
            remedy=_("請由隨程式附的題目改起：courtesy exercise list。"),
        ) from error
    try:
        return Sheet.model_validate(given)
    except ValidationError as error:
        raise RatingError(
            _("題目檔有 {count} 處錯誤。").format(count=error.error_count()),
            place=Place(file=file),
            remedy=_("請改正後再試。"),
            problems=[_problem(file, fault) for fault in error.errors()],
        ) from error


def sheet_of_text(text: str, title: str, scale: str) -> Sheet:
    """Make a sheet of plain text: each line is a turn, with `說話的人：` before it if there is one.

    Raises:
        RatingError: nothing stands in it, too much, or no title was given.
    """
    turns = []
    for line in map(clean_line, clean(text).split("\n")):
        if not line:
            continue
        before, _mark, after = (side.strip() for side in line.replace(":", "：", 1).partition("："))
        named = bool(before and after) and len(before) <= _SPEAKER
        turns.append({"speaker": before if named else "－", "text": after if named else line})
    try:
        return Sheet.model_validate({"title": title, "scale": scale, "turn": turns})
    except ValidationError as error:
        raise RatingError(
            _("文字不能當作題目。"),
            remedy=_("請給標題（--title），內容要有 1 至 {most} 行。").format(most=MOST_TURNS),
            problems=[_problem("", fault) for fault in error.errors()],
        ) from error


_SPEAKER = 8


def _problem(file: str, fault: Any) -> Problem:
    own = fault.get("ctx", {}).get("error")
    what = {
        "extra_forbidden": _("沒有這個欄位。"),
        "missing": _("缺少這個欄位。"),
    }.get(fault["type"]) or (str(own) if isinstance(own, ValueError) else _("值不合規定。"))
    return Problem(
        what,
        Place(file=file, column=clean_line(".".join(str(step) for step in fault["loc"]))),
        _("請對照隨程式附的題目。"),
    )
