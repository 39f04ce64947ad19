"""A question in the form that learning platforms exchange: Moodle's types, and fractions of the full mark."""

from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from quiz_bank.question import Kind, Question

_FRACTION = Decimal("0.0000001")
"""Moodle keeps percentages to five decimals, which are fractions to seven."""


_PERCENTS = (
    "100 90 83.33333 80 75 70 66.66667 60 50 40 33.33333 30 25 20 16.66667 14.28571 12.5 11.11111 10 5 0"
)

FRACTIONS = tuple(Decimal(percent) / 100 for percent in _PERCENTS.split())
"""The fractions that Moodle knows, each of them also negative."""


def known_fraction(fraction: Decimal) -> bool:
    """Say whether Moodle takes a fraction: near enough to one that it knows, of either sign."""
    return any(abs(abs(fraction) - known) <= Decimal("0.00001") for known in FRACTIONS)


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
        id: the identifier given in the file, if any.
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
    general_feedback: str = ""
    id: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""

    def document(self) -> dict[str, Any]:
        """Give the item as JSON values; decimals are texts, written without trailing zeros."""
        content = self.model_dump(mode="json")
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
    if question.kind is Kind.TRUE_FALSE:
        true = question.key == (0,)
        answers: tuple[ItemAnswer, ...] = (
            ItemAnswer(text="true", fraction=Decimal(int(true))),
            ItemAnswer(text="false", fraction=Decimal(int(not true))),
        )
    else:
        share, wrong = share_of(len(question.key), several=question.kind is Kind.MULTIPLE)
        answers = tuple(
            ItemAnswer(text=option, fraction=share if index in question.key else wrong)
            for index, option in enumerate(question.options)
        )
    return Item(
        type=ItemType.TRUE_FALSE if question.kind is Kind.TRUE_FALSE else ItemType.MULTIPLE_CHOICE,
        name=question.id,
        stem=question.stem,
        answers=answers,
        single=question.kind is not Kind.MULTIPLE,
        general_feedback=question.explanation,
        id=question.id,
        tags=question.tags,
        category=question.topic,
    )


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
