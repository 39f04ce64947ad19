"""From exchanged items to questions of the bank."""

import hashlib
import re
from collections.abc import Iterable
from html import unescape

from pydantic import ValidationError

from bureau.language import _
from quiz_bank.formats.exchange import Item, ItemType
from quiz_bank.formats.reading import ReadingProblem, Severity, said_of
from quiz_bank.question import ID_PATTERN, TOPIC_SEPARATOR, Kind, Question, likened

UNSORTED = "未分類"
"""The topic of what comes without a category."""

DIFFICULTY = 2
"""Exchange formats know no difficulty; a tag such as 難度1 gives one."""

DIFFICULTY_TAG = re.compile(r"(?:難度|difficulty)[:： ]?([123])")
_LINE_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_NAME_DIGITS = 12


def into_bank(items: Iterable[tuple[int, Item]], problems: list[ReadingProblem]) -> tuple[Question, ...]:
    """Make questions of those items that the bank has a kind for.

    Args:
        items: each with its line in the file.
        problems: what is said about the others, and about what is lost, is added here.
    """
    questions: dict[str, Question] = {}
    for line, item in items:
        if item.type is ItemType.CATEGORY:
            continue

        def say(severity: Severity, message: str, line: int = line, name: str = item.name) -> None:
            problems.append(ReadingProblem(severity=severity, message=message, line=line, question=name))

        chosen = _kind_and_key(item)
        if chosen is None:
            say(
                Severity.WARNING, _("題庫沒有這種題型（{type}），不匯入這一題。").format(type=item.type.value)
            )
            continue
        try:
            question = _question(item, *chosen)
        except ValidationError as error:
            for fault in error.errors():
                say(Severity.ERROR, said_of(fault)[1])
            continue
        if question.id in questions:
            if questions[question.id] != question:
                say(Severity.ERROR, _("編號或題目與前面的重複。"))
            continue
        if lost := _lost(item):
            say(Severity.WARNING, _("不會保留：{lost}。").format(lost="、".join(lost)))
        questions[question.id] = question
    return tuple(questions.values())


def _kind_and_key(item: Item) -> tuple[Kind, tuple[int, ...]] | None:
    rights = tuple(index for index, answer in enumerate(item.answers) if answer.fraction > 0)
    if item.type is ItemType.TRUE_FALSE:
        return Kind.TRUE_FALSE, rights
    if item.type is not ItemType.MULTIPLE_CHOICE:
        return None
    if item.single:
        full = tuple(index for index, answer in enumerate(item.answers) if answer.fraction == 1)
        return (Kind.SINGLE, full) if len(full) == 1 else None
    return (Kind.SINGLE if len(rights) == 1 else Kind.MULTIPLE), rights


def _question(item: Item, kind: Kind, key: tuple[int, ...]) -> Question:
    stem = _plain(item.stem, item.format)
    texts = tuple(_plain(answer.text, item.format) for answer in item.answers)
    options = () if kind is Kind.TRUE_FALSE else texts
    given = (int(match[1]) for tag in item.tags if (match := DIFFICULTY_TAG.fullmatch(tag)))
    return Question(
        id=item.id if re.fullmatch(ID_PATTERN, item.id) else name_of(stem, options),
        kind=kind,
        topic=_topic(item.category),
        difficulty=next(given, DIFFICULTY),
        stem=stem,
        options=options,
        key=key,
        explanation=_plain(item.general_feedback, item.format),
        tags=tuple(tag for tag in item.tags if not DIFFICULTY_TAG.fullmatch(tag)),
        keep_last=bool(options) and options[-1].startswith("以上"),
    )


def name_of(stem: str, options: Iterable[str]) -> str:
    """Name a question by its text, so that the same file twice brings no new questions."""
    content = "\n".join([likened(stem), *sorted(likened(option) for option in options)])
    return "X-" + hashlib.sha256(content.encode()).hexdigest()[:_NAME_DIGITS]


def _topic(category: str) -> str:
    # A slash within a name is written twice.
    names = [name.replace("\0", "/").strip() for name in category.replace("//", "\0").split("/")]
    kept = [name for name in names if name]
    # Before the names may stand a context such as $course$, and top.
    if kept and re.fullmatch(r"\$\w+\$", kept[0]):
        kept.pop(0)
    if kept and kept[0] == "top":
        kept.pop(0)
    return TOPIC_SEPARATOR.join(name.replace(">", "＞") for name in kept) or UNSORTED


def _plain(text: str, style: str) -> str:
    if style != "html":
        return text
    return unescape(_TAG.sub("", _LINE_BREAK.sub("\n", text))).strip()


def _lost(item: Item) -> list[str]:
    lost = []
    if any(answer.feedback for answer in item.answers):
        lost.append(_("各選項的回饋"))
    if item.type is ItemType.MULTIPLE_CHOICE and not item.single:
        rights = {answer.fraction for answer in item.answers if answer.fraction > 0}
        if len(rights) > 1:
            lost.append(_("各選項不同的配分"))
    elif any(0 < answer.fraction < 1 for answer in item.answers):
        lost.append(_("部分給分的選項"))
    return lost
