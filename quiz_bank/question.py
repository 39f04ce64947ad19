"""A question of the bank: what is asked, what is right, by which law, and between which days that is so."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from string import ascii_uppercase
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bureau.journal import canonical
from bureau.language import _
from bureau.problem import Refused
from bureau.text import CleanLine, clean, fold

RIGHT_MARK, WRONG_MARK = "○", "×"
TRUE_FALSE_OPTIONS = (RIGHT_MARK, WRONG_MARK)
"""The options of every true-or-false question, in this order."""

MAX_OPTIONS = len(ascii_uppercase)
"""Options are named by the letters A to Z."""

MOST_POINTS = 9
"""Key points of a spoken answer are ticked by the digits 1 to 9."""

VERSION_LENGTH = 12
"""Hex digits of the content hash that name a version."""

TOPIC_SEPARATOR = " > "

_RIGHT_MARKS = frozenset("○◯〇O")
_WRONG_MARKS = frozenset("×✕✗╳X")
_BETWEEN_LETTERS = re.compile(r"[\s,;、.]+")
_DECIMAL_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_LONGEST_LINE = 1_000
_LONGEST_TEXT = 10_000

ID_PATTERN = r"[^\s,;/\\<>|\"'`]{1,64}"
"""What an identifier may look like: one word without separators."""


class QuestionError(Refused):
    """A question is wrong, or there is none of that identifier."""


class QuestionFault(ValueError):
    """A fault of a whole question, with the field that a reader of files should point at."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Kind(StrEnum):
    """How a question is answered."""

    TRUE_FALSE = "truefalse"
    SINGLE = "single"
    MULTIPLE = "multiple"

    @property
    def label(self) -> str:
        """The kind as people call it."""
        return {Kind.TRUE_FALSE: _("是非"), Kind.SINGLE: _("單選"), Kind.MULTIPLE: _("複選")}[self]


def _paragraph(text: str) -> str:
    return clean(text).strip()


def _topic(text: str) -> str:
    parts = [part.strip() for part in unicodedata.normalize("NFKC", text).split(">")]
    if not all(parts):
        raise ValueError(_("主題要寫成「稅目 > 章節」。"))
    return TOPIC_SEPARATOR.join(parts)


Paragraph = Annotated[
    str, AfterValidator(_paragraph), StringConstraints(min_length=1, max_length=_LONGEST_TEXT)
]
OptionText = Annotated[
    str, AfterValidator(_paragraph), StringConstraints(min_length=1, max_length=_LONGEST_LINE)
]
Topic = Annotated[CleanLine, StringConstraints(min_length=1, max_length=100), AfterValidator(_topic)]
Identifier = Annotated[str, StringConstraints(strip_whitespace=True, pattern=f"^{ID_PATTERN}$")]


class Question(BaseModel):
    """One question in one version; never edited in place once it was used.

    Attributes:
        id: names the question through all its versions.
        topic: 稅目 > 章節.
        difficulty: 1 (easy) to 3 (hard).
        options: what can be chosen; a true-or-false question always has ○ and ×, in this order.
        key: the indexes of the right options, ascending.
        in_force_from: the first day on which the key is right (None: always was).
        in_force_until: the last day on which the key is right (None: no end known).
        facts: identifiers of the facts of law that the question is written from.
        contrast: identifiers of the facts that the wrong options are taken from.
        keep_last: whether the last option stays last when options are shuffled (以上皆是).
        points: what a spoken answer must contain, point by point; empty: the right options.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier
    kind: Kind
    topic: Topic
    difficulty: int = Field(ge=1, le=3)
    stem: Paragraph
    options: tuple[OptionText, ...] = Field(default=(), max_length=MAX_OPTIONS)
    key: tuple[int, ...]
    explanation: Annotated[str, AfterValidator(_paragraph), StringConstraints(max_length=_LONGEST_TEXT)] = ""
    legal_basis: Annotated[CleanLine, StringConstraints(max_length=_LONGEST_LINE)] = ""
    in_force_from: date | None = None
    in_force_until: date | None = None
    facts: tuple[Identifier, ...] = ()
    contrast: tuple[Identifier, ...] = ()
    tags: tuple[CleanLine, ...] = ()
    keep_last: bool = False
    points: tuple[Annotated[CleanLine, StringConstraints(min_length=1, max_length=200)], ...] = Field(
        default=(), max_length=MOST_POINTS
    )

    @model_validator(mode="before")
    @classmethod
    def _fill_true_false(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("kind") == Kind.TRUE_FALSE and not given.get("options"):
            return given | {"options": TRUE_FALSE_OPTIONS}
        return given

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if fault := _fault_of_options(self):
            raise QuestionFault("options", fault)
        if fault := _fault_of_key(self):
            raise QuestionFault("key", fault)
        if (self.in_force_from or date.min) > (self.in_force_until or date.max):
            raise QuestionFault("in_force_until", _("失效日早於生效日。"))
        return self

    @property
    def subject(self) -> str:
        """The 稅目: the first part of the topic."""
        return self.topic.split(TOPIC_SEPARATOR, 1)[0]

    @property
    def version(self) -> str:
        """The content's name; a field added to the program later does not change it."""
        content = self.model_dump(mode="json", exclude_defaults=True)
        return hashlib.sha256(canonical(content).encode()).hexdigest()[:VERSION_LENGTH]

    @property
    def likeness(self) -> tuple[str, frozenset[str]]:
        """What near-duplicates share: stem and set of options without width, spaces and punctuation."""
        return likened(self.stem), frozenset(likened(option) for option in self.options)

    def in_force_on(self, day: date) -> bool:
        """Say whether the key is right on `day`."""
        return (self.in_force_from is None or self.in_force_from <= day) and (
            self.in_force_until is None or day <= self.in_force_until
        )

    def key_text(self) -> str:
        """Write the key as people do: ○, B, ABD."""
        return choice_text(self.kind, self.key)

    def key_points(self) -> tuple[str, ...]:
        """Give what a spoken answer must contain: the points as written, or the right options together."""
        if self.points:
            return self.points
        if self.kind is Kind.TRUE_FALSE:
            return (_("正確") if self.key == (0,) else _("不正確"),)
        return ("；".join(self.options[index] for index in self.key),)

    def under(self, topic: str) -> bool:
        """Say whether the question belongs to `topic` or a chapter of it; `""` holds everything."""
        return not topic or self.topic == topic or self.topic.startswith(topic + TOPIC_SEPARATOR)


def choice_text(kind: Kind, choice: Iterable[int]) -> str:
    """Write chosen indexes as people do: ○ or ×, else letters in order."""
    marks = TRUE_FALSE_OPTIONS if kind is Kind.TRUE_FALSE else ascii_uppercase
    return "".join(marks[index] for index in sorted(choice))


def choice_from(kind: Kind, text: str) -> tuple[int, ...]:
    """Read a choice as people write it: ○ or ×; letters in any width and case, with or without commas.

    Raises:
        QuestionError: the text is no choice; nothing is guessed.
    """
    plain = _BETWEEN_LETTERS.sub("", unicodedata.normalize("NFKC", text).upper())
    if kind is Kind.TRUE_FALSE:
        if plain in _RIGHT_MARKS:
            return (0,)
        if plain in _WRONG_MARKS:
            return (1,)
        raise QuestionError(_("是非題的答案「{text}」看不懂。").format(text=text), remedy=_("請寫 ○ 或 ×。"))
    if not plain or len(set(plain)) != len(plain) or not set(plain) <= set(ascii_uppercase):
        raise QuestionError(
            _("選擇題的答案「{text}」看不懂。").format(text=text), remedy=_("請寫選項字母，如 B 或 ABD。")
        )
    return tuple(sorted(ascii_uppercase.index(letter) for letter in plain))


def likened(text: str) -> str:
    """Give the form in which texts of questions are compared: as `fold`, but 1.5 is not 15 and % not ‰."""
    plain = _DECIMAL_POINT.sub("點", unicodedata.normalize("NFKC", text))
    return fold(plain.replace("‰", "千分比").replace("%", "百分比"))


def alike(questions: Iterable[Question]) -> list[tuple[Question, ...]]:
    """Group the questions that are near-duplicates of each other; single ones are left out."""
    groups: dict[tuple[str, frozenset[str]], list[Question]] = {}
    for question in questions:
        groups.setdefault(question.likeness, []).append(question)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def _fault_of_options(question: Question) -> str:
    if question.kind is Kind.TRUE_FALSE:
        return "" if question.options == TRUE_FALSE_OPTIONS else _("是非題不列選項。")
    if len(question.options) < 2:  # noqa: PLR2004 - a choice needs an alternative
        return _("選擇題至少要有兩個選項。")
    seen: dict[str, int] = {}
    for index, option in enumerate(question.options):
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", option)).casefold()
        if plain in seen:
            return _("選項 {first} 與 {second} 相同。").format(
                first=ascii_uppercase[seen[plain]], second=ascii_uppercase[index]
            )
        seen[plain] = index
    return ""


def _fault_of_key(question: Question) -> str:
    key, count = question.key, len(question.options)
    if not key:
        return _("沒有答案。")
    if list(key) != sorted(set(key)) or key[0] < 0:
        return _("答案重複或沒有按順序。")
    if key[-1] >= count:
        given = ascii_uppercase[key[-1]] if key[-1] < MAX_OPTIONS else str(key[-1] + 1)
        return _("答案 {given} 超出選項（到 {last} 為止）。").format(
            given=given, last=ascii_uppercase[count - 1]
        )
    if question.kind is Kind.MULTIPLE:
        return "" if len(key) > 1 else _("複選題至少要有兩個正確選項。")
    return "" if len(key) == 1 else _("單選題與是非題只能有一個正確選項。")
