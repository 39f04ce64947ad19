"""Fields of a question that exchange formats have no place for, kept in tags: 難度3, 法源：契稅條例第2條.

A learning platform shows and keeps tags, so that what it has no field for still comes back from it.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from quiz_bank.question import Kind, Question, Status

DIFFICULTY = 2
"""What a question without such a tag has."""

LONGEST_TAG = 50
"""Characters that Moodle keeps of a tag."""

FIELDS = ("difficulty", "in_force_from", "in_force_until", "review_on", "status", "legal_basis")
"""The fields that tags keep of every kind."""

_DIFFICULTY = re.compile(r"(?:難度|difficulty)[:： ]?([123])")
_FIELD = re.compile(r"(法源|生效|失效|複查|狀態|單位)[：:]\s*(\S.*)", re.DOTALL)
_LAW, _FROM, _UNTIL, _REVIEW, _STATUS, _UNIT = "法源", "生效", "失效", "複查", "狀態", "單位"
_DATES = {_FROM: "in_force_from", _UNTIL: "in_force_until", _REVIEW: "review_on"}
_STATUSES = {
    "草稿": Status.DRAFT,
    "啟用": Status.ACTIVE,
    "停用": Status.RETIRED,
    **{status.value: status for status in Status},
}
_STATUS_WORDS = {Status.DRAFT: "草稿", Status.RETIRED: "停用"}
_NEVER_IN_TAGS = frozenset("<>`")


def fits(tag: str) -> bool:
    """Say whether a tag comes back from Moodle, and from a comment in GIFT, as it is."""
    return bool(
        tag
        and len(tag) <= LONGEST_TAG
        and not _NEVER_IN_TAGS & set(tag)
        and "\\]" not in tag
        and not tag.endswith("\\")
    )


def tags_for(question: Question, *, unit: bool) -> tuple[str, ...]:
    """Give the tags that keep fields of `question`; what is too long for a tag is left out.

    Args:
        question: the question.
        unit: whether the unit of a number needs a tag as well.
    """
    found = [f"難度{question.difficulty}"] if question.difficulty != DIFFICULTY else []
    found += [
        f"{word}：{day.isoformat()}"
        for word, field in _DATES.items()
        if (day := getattr(question, field)) is not None
    ]
    if question.status in _STATUS_WORDS:
        found.append(f"{_STATUS}：{_STATUS_WORDS[question.status]}")
    if question.legal_basis:
        found.append(f"{_LAW}：{question.legal_basis}")
    if unit and question.unit:
        found.append(f"{_UNIT}：{question.unit}")
    return tuple(tag for tag in found if fits(tag))


def fields_from(tags: Iterable[str], kind: Kind) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Read the fields that tags keep; the first of a kind counts.

    Returns:
        Values by the bank's names of its fields, and the tags that are tags and nothing more.
    """
    fields: dict[str, Any] = {}
    others = []
    for tag in tags:
        found = _read(tag, kind)
        if found and found[0] not in fields:
            fields[found[0]] = found[1]
        else:
            others.append(tag)
    return fields, tuple(others)


def _read(tag: str, kind: Kind) -> tuple[str, Any] | None:
    if match := _DIFFICULTY.fullmatch(tag):
        return "difficulty", int(match[1])
    match = _FIELD.fullmatch(tag)
    if match is None:
        return None
    word, text = match[1], match[2].strip()
    if word in _DATES:
        day = _day(text)
        return (_DATES[word], day) if day else None
    if word == _STATUS:
        return ("status", _STATUSES[text]) if text in _STATUSES else None
    if word == _UNIT and kind is not Kind.NUMBER:
        return None
    return ("unit" if word == _UNIT else "legal_basis"), text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
