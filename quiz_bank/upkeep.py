"""What the keeper of the bank should look at: questions that age, lack their law, or say the same twice."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from bureau.dates import roc
from bureau.language import _
from quiz_bank.question import Kind, Question, alike

EXPIRY_NOTICE = 90
"""Days before the end of its force within which a question is pointed out."""


class FindingKind(StrEnum):
    """What `check` looks for."""

    EXPIRES = "expires"
    EXPIRED = "expired"
    NO_LAW = "no_law"
    NOT_KEPT_LAST = "not_kept_last"
    ALIKE = "alike"
    CONTRADICTED = "contradicted"

    @property
    def label(self) -> str:
        """The finding as people call it."""
        return {
            FindingKind.EXPIRES: _("即將失效"),
            FindingKind.EXPIRED: _("已失效"),
            FindingKind.NO_LAW: _("無法令依據"),
            FindingKind.NOT_KEPT_LAST: _("選項會打散"),
            FindingKind.ALIKE: _("近似重複"),
            FindingKind.CONTRADICTED: _("請查對答案"),
        }[self]

    @property
    def fault(self) -> bool:
        """Whether the question itself must be mended; time passing is no fault, statistics are no proof."""
        return self not in {FindingKind.EXPIRES, FindingKind.EXPIRED, FindingKind.CONTRADICTED}


class Finding(BaseModel):
    """Something about a question that the keeper of the bank should look at."""

    model_config = ConfigDict(frozen=True)

    kind: FindingKind
    question_ids: tuple[str, ...]
    text: str


def findings(
    questions: Iterable[Question],
    day: date,
    within: int = EXPIRY_NOTICE,
    contradicted: Mapping[str, str] = MappingProxyType({}),
) -> list[Finding]:
    """Find what should be looked at.

    Args:
        questions: the bank.
        day: today.
        within: days ahead in which the end of a question's force is pointed out.
        contradicted: what the statistics say against a question's key, by identifier.
    """
    bank = list(questions)
    found = [finding for question in bank for finding in _findings_of(question, day, within)]
    found += [
        Finding(kind=FindingKind.CONTRADICTED, question_ids=(name,), text=text)
        for name, text in contradicted.items()
    ]
    return found + [
        Finding(
            kind=FindingKind.ALIKE,
            question_ids=tuple(question.id for question in group),
            text=_("題目幾乎相同：{stem}").format(stem=group[0].stem),
        )
        for group in alike(bank)
    ]


def _findings_of(question: Question, day: date, within: int) -> list[Finding]:
    until = question.in_force_until
    found: list[tuple[FindingKind, str]] = []
    if until and until < day:
        found.append((FindingKind.EXPIRED, _("{day} 起已失效").format(day=roc(until + timedelta(days=1)))))
    elif until and until <= day + timedelta(days=within):
        found.append((FindingKind.EXPIRES, _("只到 {day} 有效").format(day=roc(until))))
    if not question.legal_basis:
        found.append((FindingKind.NO_LAW, _("沒有法令依據")))
    if (
        question.kind in {Kind.SINGLE, Kind.MULTIPLE}
        and not question.keep_last
        and _is_about_all(question.options[-1])
    ):
        found.append(
            (
                FindingKind.NOT_KEPT_LAST,
                _("最後的選項「{option}」會被打散").format(option=question.options[-1]),
            )
        )
    return [Finding(kind=kind, question_ids=(question.id,), text=text) for kind, text in found]


def _is_about_all(option: str) -> bool:
    return option.startswith(("以上皆", "以上均", "以上都", "以上全"))
