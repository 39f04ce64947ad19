"""From exchanged items to questions of the bank.

What the bank would keep otherwise than it is meant is said, never guessed.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from html import unescape
from typing import Any

from pydantic import ValidationError

from bureau.language import _
from quiz_bank.formats.exchange import Item, ItemAnswer, ItemType
from quiz_bank.formats.marked import DIFFICULTY, fields_from
from quiz_bank.formats.reading import Problems, ReadingProblem, Severity, Take, said_of
from quiz_bank.question import ID_PATTERN, TOPIC_SEPARATOR, Kind, Question, likened, same_answer

UNSORTED = "未分類"
"""The topic of what comes without a category."""

MOST_QUESTIONS = 200_000
"""Questions of one file."""

_LINE_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
_WILDCARD = re.compile(r"(?<!\\)\*")
_NAME_DIGITS = 12
_MOST_ACCEPTED = 50
_SHOWN = 40


class _Unheld(Exception):
    """Why the bank cannot keep an item as it is meant."""


class IntoBank:
    """Makes questions of items, one after the other, and hands both over.

    Args:
        problems: what is said about items that make no question, and about what is lost, is added here.
        take: is given each item with its question.
    """

    def __init__(self, problems: Problems, take: Take) -> None:
        self._problems = problems
        self._take = take
        self._versions: dict[str, str] = {}
        self._named = False

    def __call__(self, line: int, item: Item) -> None:
        """Take the item that stands at `line`."""
        self._take(item, self._question(line, item))

    def _question(self, line: int, item: Item) -> Question | None:
        if item.type is ItemType.CATEGORY:
            return None

        def say(severity: Severity, message: str) -> None:
            problem = ReadingProblem(severity=severity, message=message, line=line, question=item.name)
            self._problems.append(problem)

        lost: list[str] = []
        try:
            question = _made(item, lost)
        except _Unheld as reason:
            say(Severity.WARNING, _("{reason}，不匯入這一題。").format(reason=reason))
            return None
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                say(Severity.ERROR, said_of(fault)[1])
            return None
        if not self._is_new(question, say):
            return None
        if not self._named and _has_name(item, question):
            self._named = True
            say(Severity.WARNING, _("不會保留：題目的名稱（全檔只說這一次）。"))
        if any(answer.feedback for answer in item.answers):
            lost.append(_("各選項的回饋"))
        if lost:
            say(Severity.WARNING, _("不會保留：{lost}。").format(lost="、".join(lost)))
        return question

    def _is_new(self, question: Question, say: Callable[[Severity, str], None]) -> bool:
        version = question.version
        before = self._versions.setdefault(question.id, version)
        if len(self._versions) > MOST_QUESTIONS:
            del self._versions[question.id]
            say(Severity.ERROR, _("一個檔案最多 {most} 題。").format(most=MOST_QUESTIONS))
            return False
        if before is not version:
            if before != version:
                say(Severity.ERROR, _("編號或題目與前面的重複。"))
            return False
        return True


def _has_name(item: Item, question: Question) -> bool:
    """Say whether an item has a name of its own, neither its identifier nor the beginning of its text."""
    name = likened(item.name)
    texts = (question.stem, item.stem)
    return (
        bool(name) and item.name != question.id and not any(likened(text).startswith(name) for text in texts)
    )


def _made(item: Item, lost: list[str]) -> Question:
    kind = _kind_of(item)
    stem = plain(item.stem, item.format)
    answer = _ANSWERS[kind](item, lost)
    texts = [*answer.get("options", ()), *answer.get("accepted", ())]
    texts += [side for pair in answer.get("pairs", ()) for side in pair]
    marked, tags = fields_from(item.tags, kind)
    explanation, model = item.general_feedback, item.grader_info
    if kind is Kind.ESSAY:
        if model is None:
            explanation, model = "", explanation
        answer["model_answer"] = plain(model, item.format)
    content = {
        "id": item.id if re.fullmatch(ID_PATTERN, item.id) else name_of(stem, texts),
        "kind": kind,
        "topic": _topic(item.category),
        "difficulty": DIFFICULTY,
        "stem": stem,
        "explanation": plain(explanation, item.format),
        "tags": tags,
        "keep_last": kept_last(kind, answer.get("options", ())),
    }
    return Question.model_validate(content | answer | marked | item.own)


def _kind_of(item: Item) -> Kind:
    if item.type is ItemType.MULTIPLE_CHOICE:
        rights = sum(answer.fraction > 0 for answer in item.answers)
        return Kind.SINGLE if item.single or rights == 1 else Kind.MULTIPLE
    if item.type not in _KINDS:
        raise _Unheld(_("題庫沒有這種題型（{type}）").format(type=item.type.value))
    return _KINDS[item.type]


_KINDS = {
    ItemType.TRUE_FALSE: Kind.TRUE_FALSE,
    ItemType.SHORT_ANSWER: Kind.SHORT,
    ItemType.NUMERICAL: Kind.NUMBER,
    ItemType.MATCHING: Kind.MATCHING,
    ItemType.ESSAY: Kind.ESSAY,
}


def _true_false(item: Item, _lost: list[str]) -> dict[str, Any]:
    return {"key": tuple(index for index, answer in enumerate(item.answers) if answer.fraction > 0)}


def _choice(item: Item, lost: list[str]) -> dict[str, Any]:
    options = tuple(plain(answer.text, item.format) for answer in item.answers)
    rights = tuple(index for index, answer in enumerate(item.answers) if answer.fraction > 0)
    if not item.single:
        if len({item.answers[index].fraction for index in rights}) > 1:
            lost.append(_("各選項不同的配分"))
        return {"options": options, "key": rights}
    full = tuple(index for index in rights if item.answers[index].fraction == 1)
    if any(answer.fraction < 0 for answer in item.answers):
        lost.append(_("單選題選錯的扣分"))
    if len(full) != 1:
        raise _Unheld(_("單選題有好幾個滿分的選項"))
    if len(rights) > 1:
        lost.append(_("部分給分的選項"))
    return {"options": options, "key": full}


def _full(item: Item, lost: list[str]) -> list[ItemAnswer]:
    if any(0 < answer.fraction < 1 for answer in item.answers):
        lost.append(_("部分給分的答案"))
    return [answer for answer in item.answers if answer.fraction == 1]


def _short(item: Item, lost: list[str]) -> dict[str, Any]:
    accepted: list[str] = []
    for answer in _full(item, lost):
        if _WILDCARD.search(answer.text):
            raise _Unheld(
                _("答案「{text}」裡的 * 在 Moodle 代表任何文字，題庫不能照樣保存").format(
                    text=answer.text[:_SHOWN]
                )
            )
        text = answer.text.replace(r"\*", "*")
        if len(accepted) <= _MOST_ACCEPTED and not any(same_answer(text, before) for before in accepted):
            accepted.append(text)
    return {"accepted": tuple(accepted)}


def _number(item: Item, lost: list[str]) -> dict[str, Any]:
    full = _full(item, lost)
    if any(answer.text == "*" for answer in full):
        raise _Unheld(_("數字題的任何答案（*）都是對的"))
    if len({(answer.text, answer.tolerance) for answer in full}) > 1:
        raise _Unheld(_("數字題有好幾個滿分的答案"))
    [answer, *_same] = full
    return {"number": answer.text, "tolerance": answer.tolerance or 0, "unit": item.unit}


def _matching(item: Item, _lost: list[str]) -> dict[str, Any]:
    # The right sides are plain text, whatever the format of the left ones.
    return {
        "pairs": tuple((plain(pair.left, item.format), pair.right) for pair in item.pairs if pair.left),
        "distractors": tuple(pair.right for pair in item.pairs if not pair.left),
    }


_ANSWERS: dict[Kind, Callable[[Item, list[str]], dict[str, Any]]] = {
    Kind.TRUE_FALSE: _true_false,
    Kind.SINGLE: _choice,
    Kind.MULTIPLE: _choice,
    Kind.SHORT: _short,
    Kind.NUMBER: _number,
    Kind.MATCHING: _matching,
    Kind.ESSAY: lambda _item, _lost: {},
}


def kept_last(kind: Kind, options: Iterable[str]) -> bool:
    """Say whether the last option stays last where a file does not say so: one about those above does."""
    *_others, last = "", *options
    return kind in {Kind.SINGLE, Kind.MULTIPLE} and last.startswith("以上")


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


def plain(text: str, style: str) -> str:
    """Give the text of an item without the tags of HTML."""
    if style != "html":
        return text
    return unescape(_TAG.sub("", _LINE_BREAK.sub("\n", text))).strip()
