"""What the keeper of the bank should look at: questions that age, lack their law, or say the same twice.

Retired questions are left in peace.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from bureau.dates import roc
from bureau.language import _
from quiz_bank.question import Kind, Question, Status, alike

EXPIRY_NOTICE = 90
"""Days before the end of its force within which a question is pointed out."""

UNREVIEWED_YEARS = 2
"""Years after which a question without a review date is pointed out that nobody has changed since."""


class FindingKind(StrEnum):
    """What `check` looks for."""

    EXPIRES = "expires"
    EXPIRED = "expired"
    NO_LAW = "no_law"
    NOT_KEPT_LAST = "not_kept_last"
    ALIKE = "alike"
    CONTRADICTED = "contradicted"
    REVIEW = "review"
    NO_MODEL = "no_model"
    DRAFT = "draft"

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
            FindingKind.REVIEW: _("該複查"),
            FindingKind.NO_MODEL: _("無參考答案"),
            FindingKind.DRAFT: _("草稿"),
        }[self]

    @property
    def fault(self) -> bool:
        """Whether the question itself must be mended; time, drafts and statistics prove no fault."""
        return self in {
            FindingKind.NO_LAW,
            FindingKind.NOT_KEPT_LAST,
            FindingKind.ALIKE,
            FindingKind.NO_MODEL,
        }


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
    *,
    since: Mapping[str, date] | None = None,
    contradicted: Mapping[str, str] = MappingProxyType({}),
) -> list[Finding]:
    """Find what should be looked at.

    Args:
        questions: the bank.
        day: today.
        within: days ahead in which the end of a question's force, or its review, is pointed out.
        since: the day on which each question came into the bank as it is, by identifier.
        contradicted: what the statistics say against a question's key, by identifier.
    """
    bank = [question for question in questions if question.status is not Status.RETIRED]
    known = since or {}
    found = [
        Finding(kind=kind, question_ids=(question.id,), text=text)
        for question in bank
        for kind, text in (
            *_of_time(question, day, within, known.get(question.id)),
            *_of_content(question),
        )
    ]
    asked = {question.id for question in bank}
    found += [
        Finding(kind=FindingKind.CONTRADICTED, question_ids=(name,), text=text)
        for name, text in contradicted.items()
        if name in asked
    ]
    return found + [
        Finding(
            kind=FindingKind.ALIKE,
            question_ids=tuple(question.id for question in group),
            text=_("題目幾乎相同：{stem}").format(stem=group[0].stem),
        )
        for group in alike(bank)
    ]


def _of_time(
    question: Question, day: date, within: int, since: date | None
) -> Iterator[tuple[FindingKind, str]]:
    soon = day + timedelta(days=within)
    until, review = question.in_force_until, question.review_on
    if until and until < day:
        yield FindingKind.EXPIRED, _("{day} 起已失效").format(day=roc(until + timedelta(days=1)))
    elif until and until <= soon:
        yield FindingKind.EXPIRES, _("只到 {day} 有效").format(day=roc(until))
    if review and review < day:
        yield FindingKind.REVIEW, _("{day} 就該複查").format(day=roc(review))
    elif review and review <= soon:
        yield FindingKind.REVIEW, _("{day} 要複查").format(day=roc(review))
    elif review is None and since and since <= day - timedelta(days=round(365.25 * UNREVIEWED_YEARS)):
        yield FindingKind.REVIEW, _("沒有複查日，自 {day} 起沒有更動").format(day=roc(since))


def _of_content(question: Question) -> Iterator[tuple[FindingKind, str]]:
    if question.status is Status.DRAFT:
        yield FindingKind.DRAFT, _("還是草稿，不會抽到")
    if not question.legal_basis:
        yield FindingKind.NO_LAW, _("沒有法令依據")
    if question.kind is Kind.ESSAY and not question.model_answer:
        yield FindingKind.NO_MODEL, _("評閱的人沒有參考答案可以對照")
    listed = question.kind in {Kind.SINGLE, Kind.MULTIPLE}
    if listed and not question.keep_last and _is_about_all(question.options[-1]):
        yield (
            FindingKind.NOT_KEPT_LAST,
            _("最後的選項「{option}」會被打散").format(option=question.options[-1]),
        )


def _is_about_all(option: str) -> bool:
    return option.startswith(("以上皆", "以上均", "以上都", "以上全"))
