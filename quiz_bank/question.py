"""A question of the bank: what is asked, what is right, by which law, and between which days that is so."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
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
_MOST_ACCEPTED = 50
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+")
_LONGEST_NUMBER = 40

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
    SHORT = "short"
    NUMBER = "number"
    MATCHING = "matching"
    ESSAY = "essay"

    @property
    def label(self) -> str:
        """The kind as people call it."""
        return {
            Kind.TRUE_FALSE: _("是非"),
            Kind.SINGLE: _("單選"),
            Kind.MULTIPLE: _("複選"),
            Kind.SHORT: _("填充"),
            Kind.NUMBER: _("數字"),
            Kind.MATCHING: _("配對"),
            Kind.ESSAY: _("簡答"),
        }[self]

    @property
    def chosen(self) -> bool:
        """Whether it is answered by choosing among options, one set for the whole question."""
        return self in {Kind.TRUE_FALSE, Kind.SINGLE, Kind.MULTIPLE}

    @property
    def typed(self) -> bool:
        """Whether it is answered in one's own words or figures."""
        return self in {Kind.SHORT, Kind.NUMBER, Kind.ESSAY}


class Status(StrEnum):
    """Whether a question may be drawn."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"

    @property
    def label(self) -> str:
        """The status as people call it."""
        return {Status.DRAFT: _("草稿"), Status.ACTIVE: _("啟用"), Status.RETIRED: _("停用")}[self]


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


def _exact(number: Decimal) -> Decimal:
    if (
        not number.is_finite()
        or abs(number.adjusted()) > _LONGEST_NUMBER
        or len(plain_number(number)) > _LONGEST_NUMBER
    ):
        raise ValueError(_("數字太大或太長。"))
    return Decimal(plain_number(number))


Number = Annotated[Decimal, AfterValidator(_exact)]
"""An exact number, written without exponent and trailing zeros."""
Topic = Annotated[CleanLine, StringConstraints(min_length=1, max_length=100), AfterValidator(_topic)]
Identifier = Annotated[str, StringConstraints(strip_whitespace=True, pattern=f"^{ID_PATTERN}$")]


class Question(BaseModel):
    """One question in one version; never edited in place once it was used.

    Attributes:
        id: names the question through all its versions.
        topic: 稅目 > 章節.
        difficulty: 1 (easy) to 3 (hard).
        options: what can be chosen; a true-or-false question always has ○ and ×, in this order. Of a matching
            question the right sides, each once and in the order of the prompts, then those that match none.
        key: the indexes of the right options, ascending; of a matching question the option of each prompt.
        prompts: the left sides of a matching question. It can be given as `pairs` (left, right) and
            `distractors` instead of prompts, options and key.
        accepted: the texts that answer a short question rightly; the first is shown as the answer.
        number: what answers a question for a number.
        tolerance: by how much a number may differ and still be right, 0 or more.
        unit: of the number, shown behind it.
        model_answer: what a person who marks an essay compares with.
        in_force_from: the first day on which the key is right (None: always was).
        in_force_until: the last day on which the key is right (None: no end known).
        facts: identifiers of the facts of law that the question is written from.
        contrast: identifiers of the facts that the wrong options are taken from.
        keep_last: whether the last option stays last when options are shuffled (以上皆是).
        points: what a spoken or written answer must contain, point by point; empty: the right answer.
        status: only active questions are drawn.
        review_on: the day on which the keeper of the bank wants to look at it again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Identifier
    kind: Kind
    topic: Topic
    difficulty: int = Field(ge=1, le=3)
    stem: Paragraph
    options: tuple[OptionText, ...] = Field(default=(), max_length=MAX_OPTIONS)
    key: tuple[int, ...] = ()
    prompts: tuple[OptionText, ...] = Field(default=(), max_length=MAX_OPTIONS)
    accepted: tuple[OptionText, ...] = Field(default=(), max_length=_MOST_ACCEPTED)
    number: Number | None = None
    tolerance: Annotated[Number, Field(ge=0)] = Decimal(0)
    unit: Annotated[CleanLine, StringConstraints(max_length=20)] = ""
    model_answer: Annotated[str, AfterValidator(_paragraph), StringConstraints(max_length=_LONGEST_TEXT)] = ""
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
    status: Status = Status.ACTIVE
    review_on: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _fill_options(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        if given.get("kind") == Kind.TRUE_FALSE and not given.get("options"):
            return given | {"options": TRUE_FALSE_OPTIONS}
        if "pairs" in given or "distractors" in given:
            return _from_pairs(given)
        return given

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if fault := _fault_of_kind(self):
            raise QuestionFault(*fault)
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
        return likened(self.stem), frozenset(likened(text) for text in (*self.options, *self.prompts))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The prompts of a matching question, each with its right side."""
        if self.kind is not Kind.MATCHING:
            return ()
        return tuple(
            (prompt, self.options[index]) for prompt, index in zip(self.prompts, self.key, strict=True)
        )

    @property
    def distractors(self) -> tuple[str, ...]:
        """The options of a matching question that match no prompt."""
        if self.kind is not Kind.MATCHING:
            return ()
        return tuple(option for index, option in enumerate(self.options) if index not in self.key)

    def in_force_on(self, day: date) -> bool:
        """Say whether the key is right on `day`."""
        return (self.in_force_from is None or self.in_force_from <= day) and (
            self.in_force_until is None or day <= self.in_force_until
        )

    def key_text(self) -> str:
        """Write the key as people do: ○, B, ABD, 1-B 2-A, the accepted texts, 40 ± 0.5 %."""
        if self.kind is Kind.MATCHING:
            return matched_text(self.key)
        if self.kind is Kind.SHORT:
            return "／".join(self.accepted)
        if self.kind is Kind.NUMBER:
            assert self.number is not None
            width = f" ± {plain_number(self.tolerance)}" if self.tolerance else ""
            return f"{plain_number(self.number)}{width}{' ' + self.unit if self.unit else ''}"
        if self.kind is Kind.ESSAY:
            return self.model_answer
        return choice_text(self.kind, self.key)

    def key_points(self) -> tuple[str, ...]:
        """Give what a spoken answer must contain: the points as written, or the right answer as one point."""
        return self.points or (self.spoken_answer(),)

    @property
    def spoken(self) -> bool:
        """Whether it can be asked and answered on the telephone as it stands, without reading options out."""
        return bool(self.points) or self.kind in {Kind.SHORT, Kind.NUMBER}

    def spoken_answer(self) -> str:
        """Give the right answer as one says it, on one line."""
        if self.kind is Kind.TRUE_FALSE:
            return _("正確") if self.key == (0,) else _("不正確")
        if self.kind is Kind.MATCHING:
            return "；".join(
                _("{left}：{right}").format(left=left, right=right) for left, right in self.pairs
            )
        if self.kind.typed:
            return self.key_text().replace("\n", " ")
        return "；".join(self.options[index] for index in self.key)

    def usable_on(self, day: date) -> bool:
        """Say whether the question may be drawn for `day`: active, and in force."""
        return self.status is Status.ACTIVE and self.in_force_on(day)

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


def matched_text(key: Iterable[int], letters: str = ascii_uppercase) -> str:
    """Write what each prompt is matched with: 1-B 2-A; a prompt without a match (−1) is left out."""
    return " ".join(f"{place}-{letters[index]}" for place, index in enumerate(key, start=1) if index >= 0)


def plain_number(number: Decimal) -> str:
    """Write a number without exponent and without trailing zeros."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def number_from(text: str, unit: str = "") -> Decimal:
    """Read a number as people write it: full-width figures, 1,200, 40% where the unit is %.

    Raises:
        QuestionError: it is no number; nothing is guessed.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("−", "-")
    if unit:
        plain = plain.removesuffix("".join(unicodedata.normalize("NFKC", unit).split()))
    if len(plain) > _LONGEST_NUMBER or not _NUMBER.fullmatch(plain):
        raise QuestionError(
            _("「{text}」不是數字。").format(text=text.strip()[:_LONGEST_NUMBER]),
            remedy=_("請寫阿拉伯數字，例如 12 或 0.5。"),
        )
    return Decimal(plain.replace(",", ""))


def same_answer(first: str, second: str) -> bool:
    """Say whether two short answers are the same: width, case, spaces and 台/臺 make no difference."""
    return answer_form(first) == answer_form(second)


def answer_form(text: str) -> str:
    """Give the form in which short answers are compared: see `same_answer`."""
    return _folded_answer(text)


def _folded_answer(text: str) -> str:
    plain = unicodedata.normalize("NFKC", clean(text)).casefold().replace("台", "臺")
    return "".join(plain.split()).rstrip("。.")


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


def _from_pairs(given: Mapping[str, Any]) -> dict[str, Any]:
    """Turn pairs and distractors into prompts, options and key; what is malformed is left to be refused."""
    values = dict(given)
    pairs, others = values.pop("pairs", ()), values.pop("distractors", ())
    if (
        not isinstance(pairs, list | tuple)
        or not isinstance(others, list | tuple)
        or not all(
            isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(side, str) for side in pair)  # noqa: PLR2004
            for pair in pairs
        )
    ):
        raise QuestionFault("pairs", _("配對要寫成 [[左, 右], …]。"))
    rights = [_paragraph(right) for _left, right in pairs]
    options = list(dict.fromkeys([*rights, *(_paragraph(str(other)) for other in others)]))
    values["prompts"] = tuple(left for left, _right in pairs)
    values["options"] = tuple(options)
    values["key"] = tuple(options.index(right) for right in rights)
    return values


_FIELDS = {
    Kind.TRUE_FALSE: {"options", "key"},
    Kind.SINGLE: {"options", "key"},
    Kind.MULTIPLE: {"options", "key"},
    Kind.MATCHING: {"options", "key", "prompts"},
    Kind.SHORT: {"accepted"},
    Kind.NUMBER: {"number", "tolerance", "unit"},
    Kind.ESSAY: {"model_answer"},
}
"""The fields in which each kind keeps its answer."""


def _fault_of_kind(question: Question) -> tuple[str, str] | None:
    """Give the field at fault and what is wrong with it."""
    for field in sorted(set().union(*_FIELDS.values()) - _FIELDS[question.kind]):
        if getattr(question, field) != Question.model_fields[field].default:
            return field, _("{kind}題沒有這一欄。").format(kind=question.kind.label)
    return _FAULT_OF_ANSWER[question.kind](question)


def _fault_of_choice(question: Question) -> tuple[str, str] | None:
    if fault := _fault_of_options(question):
        return "options", fault
    fault = _fault_of_key(question)
    return ("key", fault) if fault else None


def _fault_of_number(question: Question) -> tuple[str, str] | None:
    return None if question.number is not None else ("number", _("沒有答案。"))


def _fault_of_accepted(question: Question) -> tuple[str, str] | None:
    if not question.accepted:
        return "accepted", _("沒有答案。")
    folded = [_folded_answer(text) for text in question.accepted]
    if not all(folded):
        return "accepted", _("有一個答案是空白的。")
    if len(set(folded)) < len(folded):
        return "accepted", _("可接受的答案重複。")
    return None


def _fault_of_pairs(question: Question) -> tuple[str, str] | None:
    if fault := _fault_of_options(question):
        return "options", fault
    if len(question.prompts) < 2:  # noqa: PLR2004 - one pair leaves nothing to match
        return "pairs", _("配對題至少要有兩對。")
    if twice := _repeated(question.prompts):
        return "pairs", _("左邊第 {first} 項與第 {second} 項相同。").format(
            first=twice[0] + 1, second=twice[1] + 1
        )
    firsts = list(dict.fromkeys(question.key))
    in_order = firsts == list(range(len(firsts))) and len(firsts) <= len(question.options)
    if len(question.key) != len(question.prompts) or not in_order:
        return "pairs", _("配對的左右兩邊對不起來。")
    return None


def _repeated(texts: Iterable[str]) -> tuple[int, int] | None:
    seen: dict[str, int] = {}
    for index, text in enumerate(texts):
        plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).casefold()
        if plain in seen:
            return seen[plain], index
        seen[plain] = index
    return None


def _fault_of_options(question: Question) -> str:
    if question.kind is Kind.TRUE_FALSE:
        return "" if question.options == TRUE_FALSE_OPTIONS else _("是非題不列選項。")
    if len(question.options) < 2:  # noqa: PLR2004 - a choice needs an alternative
        return (
            _("配對題右邊至少要有兩種答案。")
            if question.kind is Kind.MATCHING
            else _("選擇題至少要有兩個選項。")
        )
    if fault := _repeated(question.options):
        return _("選項 {first} 與 {second} 相同。").format(
            first=ascii_uppercase[fault[0]], second=ascii_uppercase[fault[1]]
        )
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


_FAULT_OF_ANSWER: Mapping[Kind, Callable[[Question], tuple[str, str] | None]] = {
    Kind.TRUE_FALSE: _fault_of_choice,
    Kind.SINGLE: _fault_of_choice,
    Kind.MULTIPLE: _fault_of_choice,
    Kind.MATCHING: _fault_of_pairs,
    Kind.SHORT: _fault_of_accepted,
    Kind.NUMBER: _fault_of_number,
    Kind.ESSAY: lambda _question: None,
}
