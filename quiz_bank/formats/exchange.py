"""A question in the form that learning platforms exchange: Moodle's types, and fractions of the full mark."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from quiz_bank.question import Kind, Question, plain_number

_FRACTION = Decimal("0.0000001")
"""Moodle keeps percentages to five decimals, which are fractions to seven."""


_PERCENTS = (
    "100 90 83.33333 80 75 70 66.66667 60 50 40 33.33333 30 25 20 16.66667 14.28571 12.5 11.11111 10 5 0"
)

_NEAR = Decimal("0.00001")

FRACTIONS = tuple(Decimal(percent) / 100 for percent in _PERCENTS.split())
"""The fractions that Moodle knows, each of them also negative."""

_KNOWN = frozenset(FRACTIONS)


def known_fraction(fraction: Decimal) -> bool:
    """Say whether Moodle takes a fraction: near enough to one that it knows, of either sign."""
    size = abs(fraction)
    return size in _KNOWN or any(abs(size - known) <= _NEAR for known in FRACTIONS)


class ItemType(StrEnum):
    """Moodle's names of the types."""

    MULTIPLE_CHOICE = "multichoice"
    TRUE_FALSE = "truefalse"
    SHORT_ANSWER = "shortanswer"
    NUMERICAL = "numerical"
    MATCHING = "matching"
    ESSAY = "essay"
    DESCRIPTION = "description"
    CATEGORY = "category"


class ItemAnswer(BaseModel):
    """One answer of an item.

    Attributes:
        fraction: the part of the full mark that it earns, −1 to 1.
        tolerance: of a number.
    """

    model_config = ConfigDict(frozen=True)

    text: str
    fraction: Decimal
    feedback: str = ""
    tolerance: Decimal | None = None


class Pair(BaseModel):
    """One pair of a matching item; an empty left side makes the right side a distractor."""

    model_config = ConfigDict(frozen=True)

    left: str
    right: str


class Item(BaseModel):
    """One item as an exchange file holds it.

    Attributes:
        format: `html`, `moodle`, `plain` or `markdown`.
        single: whether one option can be chosen, in multiple choice.
        tolerance: of a numerical item's first answer.
        unit: of a numerical item, behind the number.
        id: the identifier given in the file, if any.
        grader_info: what a person who marks an essay reads; None where the format has no place for it and
            the general feedback holds it.
        own: fields of the bank that the format has no place of its own for, by the bank's names.
    """

    model_config = ConfigDict(frozen=True)

    type: ItemType
    name: str
    stem: str
    format: str = "plain"
    answers: tuple[ItemAnswer, ...] = ()
    pairs: tuple[Pair, ...] = ()
    single: bool = True
    tolerance: Decimal | None = None
    unit: str = ""
    general_feedback: str = ""
    id: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""
    grader_info: str | None = None
    own: dict[str, Any] = {}

    def document(self) -> dict[str, Any]:
        """Give the item as JSON values; decimals are texts, written without trailing zeros."""
        content = self.model_dump(mode="json", exclude={"own"})
        for name in ("unit", "grader_info"):
            if not content[name]:
                del content[name]
        content["tolerance"] = None if self.tolerance is None else _plain(self.tolerance)
        for shown, answer in zip(content["answers"], self.answers, strict=True):
            shown["fraction"] = _plain(answer.fraction)
            if answer.tolerance is None:
                del shown["tolerance"]
            else:
                shown["tolerance"] = _plain(answer.tolerance)
        return content


def item_of(question: Question) -> Item:
    """Give a question of the bank as an item.

    In multiple choice each right option earns its share and each wrong one costs as much, which is the
    bank's own rule of partial credit.
    """
    return Item(
        type=_TYPES[question.kind],
        name=question.id,
        stem=question.stem,
        answers=_answers_of(question),
        pairs=_pairs_of(question),
        single=question.kind is not Kind.MULTIPLE,
        tolerance=question.tolerance if question.kind is Kind.NUMBER else None,
        unit=question.unit,
        general_feedback=question.explanation,
        grader_info=question.model_answer if question.kind is Kind.ESSAY else None,
        id=question.id,
        tags=question.tags,
        category=question.topic,
    )


_TYPES = {
    Kind.TRUE_FALSE: ItemType.TRUE_FALSE,
    Kind.SINGLE: ItemType.MULTIPLE_CHOICE,
    Kind.MULTIPLE: ItemType.MULTIPLE_CHOICE,
    Kind.SHORT: ItemType.SHORT_ANSWER,
    Kind.NUMBER: ItemType.NUMERICAL,
    Kind.MATCHING: ItemType.MATCHING,
    Kind.ESSAY: ItemType.ESSAY,
}


def _answers_of(question: Question) -> tuple[ItemAnswer, ...]:
    if question.kind is Kind.TRUE_FALSE:
        true = question.key == (0,)
        return (
            ItemAnswer(text="true", fraction=Decimal(int(true))),
            ItemAnswer(text="false", fraction=Decimal(int(not true))),
        )
    if question.kind is Kind.SHORT:
        # An asterisk stands for any text there, unless it is marked.
        return tuple(
            ItemAnswer(text=text.replace("*", r"\*"), fraction=Decimal(1)) for text in question.accepted
        )
    if question.kind is Kind.NUMBER:
        assert question.number is not None
        text = plain_number(question.number)
        return (ItemAnswer(text=text, fraction=Decimal(1), tolerance=question.tolerance),)
    if not question.kind.chosen:
        return ()
    share, wrong = share_of(len(question.key), several=question.kind is Kind.MULTIPLE)
    return tuple(
        ItemAnswer(text=option, fraction=share if index in question.key else wrong)
        for index, option in enumerate(question.options)
    )


def _pairs_of(question: Question) -> tuple[Pair, ...]:
    alone = (Pair(left="", right=right) for right in question.distractors)
    return (*(Pair(left=left, right=right) for left, right in question.pairs), *alone)


def share_of(rights: int, *, several: bool) -> tuple[Decimal, Decimal]:
    """Give the fractions of a right and of a wrong option where `rights` options are right.

    Args:
        rights: how many, 1 or more.
        several: whether several can be chosen, so that a wrong one costs what a right one earns.
    """
    share = (1 / Decimal(rights)).quantize(_FRACTION)
    return share, -share if several else Decimal(0)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
