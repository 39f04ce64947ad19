"""回饋表: a few questions about a session, answered without a name, and counted.

Forms are not kept: only how often each step was chosen, and the words without what else was ticked on the
same form, so that nobody can be recognised by a combination of answers.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bureau.language import _
from bureau.problem import Place, Refused
from bureau.text import CleanText, Name
from courtesy.interval import hundredths

STEPS = (5, 4, 3, 2, 1)
MOST_QUESTIONS = 12
MOST_FORMS = 9999
LONGEST = 500
"""Characters of the words of one form."""


class FeedbackError(Refused):
    """A feedback form, or what was filled in, is wrong."""


class FeedbackKind(StrEnum):
    """How a question is answered."""

    STEPS = "steps"
    WORDS = "words"


class FeedbackQuestion(BaseModel):
    """One question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,19}$")]
    text: Name
    kind: FeedbackKind


class FeedbackForm(BaseModel):
    """The questions of a session's form."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    format: Literal["courtesy-feedback/1"]
    title: Name
    questions: Annotated[
        tuple[FeedbackQuestion, ...], Field(alias="question", min_length=1, max_length=MOST_QUESTIONS)
    ]

    @model_validator(mode="after")
    def _different(self) -> Self:
        if len({one.id for one in self.questions}) < len(self.questions):
            raise ValueError(_("題目的代號重複。"))
        return self

    @property
    def with_steps(self) -> tuple[FeedbackQuestion, ...]:
        """The questions that are answered by a step."""
        return tuple(one for one in self.questions if one.kind is FeedbackKind.STEPS)

    @property
    def with_words(self) -> tuple[FeedbackQuestion, ...]:
        """The questions that are answered in words."""
        return tuple(one for one in self.questions if one.kind is FeedbackKind.WORDS)

    def question(self, question_id: str) -> FeedbackQuestion:
        """Give a question.

        Raises:
            FeedbackError: there is none of that identifier.
        """
        found = next((one for one in self.questions if one.id == question_id), None)
        if found is None:
            raise FeedbackError(
                _("回饋表沒有「{id}」這一題。").format(id=question_id),
                remedy=_("可用的代號：{ids}。").format(ids="、".join(one.id for one in self.questions)),
            )
        return found


class Counts(BaseModel):
    """How often each step of a question was chosen.

    Attributes:
        steps: by step, 1 to 5; a step nobody chose may be absent.
    """

    model_config = ConfigDict(frozen=True)

    question: FeedbackQuestion
    steps: Mapping[int, int] = {}

    @property
    def n(self) -> int:
        """How many answered it."""
        return sum(self.steps.values())

    @property
    def mean(self) -> Decimal | None:
        """The mean step, 1.00 to 5.00; None without an answer."""
        total = sum(step * count for step, count in self.steps.items())
        return hundredths(Decimal(total) / self.n) if self.n else None

    @property
    def agreeing(self) -> int:
        """How many chose one of the two highest steps."""
        return self.steps.get(5, 0) + self.steps.get(4, 0)


class FeedbackSummary(BaseModel):
    """What a session's forms say.

    Attributes:
        words: by the question's identifier, in alphabetical order: the order of the forms says nothing.
        fewest: of fewer answers only n is shown.
    """

    model_config = ConfigDict(frozen=True)

    form: FeedbackForm
    counts: tuple[Counts, ...]
    words: Mapping[str, tuple[str, ...]]
    fewest: int

    @property
    def n(self) -> int:
        """The most answers that a question has."""
        said = [len(words) for words in self.words.values()]
        return max([counts.n for counts in self.counts] + said, default=0)

    @property
    def shown_words(self) -> tuple[str, ...]:
        """The words of all questions, where enough people answered."""
        return tuple(text for words in self.words.values() for text in words) if self.n >= self.fewest else ()

    def shown(self, counts: Counts) -> bool:
        """Say whether enough people answered for the result to be shown."""
        return counts.n >= self.fewest


def parse(text: str, place: Place | None = None) -> FeedbackForm:
    """Read a form from TOML.

    Raises:
        FeedbackError: not TOML, or not a form.
    """
    remedy = _("請由 courtesy session feedback 場次 --write 檔案 寫出的檔案改起。")
    try:
        return FeedbackForm.model_validate(tomllib.loads(text))
    except ValidationError as error:
        what = "、".join(
            ".".join(str(part) for part in fault["loc"]) or fault["msg"] for fault in error.errors()
        )
        raise FeedbackError(
            _("回饋表的檔案不合規定：{what}。").format(what=what), place=place, remedy=remedy
        ) from None
    except (ValueError, RecursionError) as error:
        raise FeedbackError(
            _("回饋表不是正確的 TOML（{detail}）。").format(detail=error), place=place, remedy=remedy
        ) from None


def filled(form: FeedbackForm, steps: str) -> dict[str, int]:
    """Read the steps of one form, such as `5 4 - 3` or `54-3`; a dash is a question left open.

    Raises:
        FeedbackError: more or fewer answers than questions, or a step that is none.
    """
    marks = re.findall(r"[0-9０-９]|[-－—]", steps)
    asked = form.with_steps
    if len(marks) != len(asked) or re.sub(r"[0-9０-９\s,，、－—-]", "", steps):
        raise FeedbackError(
            _("要填 {count} 題，這裡有 {given} 個答案。").format(count=len(asked), given=len(marks)),
            remedy=_("請依題序寫 5 到 1，空白的題寫 -，例如 5,4,-,3。"),
        )
    return {
        question.id: _step(mark)
        for question, mark in zip(asked, marks, strict=True)
        if mark not in {"-", "－", "—"}
    }


def tallied(text: str) -> dict[int, int]:
    """Read how often each step was chosen, from 5 to 1, such as `12 8 3 0 1`.

    Raises:
        FeedbackError: not five whole numbers.
    """
    numbers = re.findall(r"\d+", text)
    if len(numbers) != len(STEPS) or re.sub(r"[\d\s,，、]", "", text):
        raise FeedbackError(
            _("「{text}」不是五個人數。").format(text=text),
            remedy=_("請由 5 到 1 依序寫，例如 12,8,3,0,1。"),
        )
    counts = {step: int(number) for step, number in zip(STEPS, numbers, strict=True)}
    if sum(counts.values()) > MOST_FORMS:
        raise FeedbackError(_("份數至多 {most}。").format(most=MOST_FORMS), remedy=_("請查對人數。"))
    return counts


def summary(
    form: FeedbackForm,
    counts: Mapping[str, Mapping[int, int]],
    words: Mapping[str, Sequence[str]],
    *,
    fewest: int,
) -> FeedbackSummary:
    """Sum up what was filled in."""
    return FeedbackSummary(
        form=form,
        counts=tuple(
            Counts(question=question, steps=dict(counts.get(question.id, {}))) for question in form.with_steps
        ),
        words={question.id: tuple(sorted(words.get(question.id, ()))) for question in form.with_words},
        fewest=fewest,
    )


def checked_words(form: FeedbackForm, words: Mapping[str, str]) -> dict[str, str]:
    """Give the words that were filled in, cleaned; what is blank is left out.

    Raises:
        FeedbackError: they belong to no open question, or are too long.
    """
    found: dict[str, str] = {}
    for question_id, text in words.items():
        if form.question(question_id).kind is not FeedbackKind.WORDS:
            raise FeedbackError(
                _("「{id}」不是自由填寫的題目。").format(id=question_id), remedy=_("請改填 5 到 1。")
            )
        one = Words(text=text).text.strip()
        if len(one) > LONGEST:
            raise FeedbackError(_("一題至多 {most} 字。").format(most=LONGEST), remedy=_("請摘要填寫。"))
        if one:
            found[question_id] = one
    return found


class Words(BaseModel):
    """Words from outside, made harmless."""

    model_config = ConfigDict(frozen=True)

    text: CleanText


def _step(mark: str) -> int:
    step = int(mark)
    if step not in STEPS:
        raise FeedbackError(_("「{mark}」不是 5 到 1。").format(mark=mark), remedy=_("空白的題請寫 -。"))
    return step
