"""A question written out for the person who keeps the bank: every field that it has, in words."""

from string import ascii_uppercase

from bureau.dates import roc
from bureau.language import _
from quiz_bank.question import Kind, Question, plain_number


def written_out(question: Question) -> list[tuple[str, str]]:
    """Give label and text of every field that has something to say, key included, in the order of reading."""
    days = tuple(roc(day) if day else "…" for day in (question.in_force_from, question.in_force_until))
    fields = [
        (_("編號"), question.id),
        (_("題型"), question.kind.label),
        (_("狀態"), question.status.label),
        (_("主題"), question.topic),
        (_("難度"), _difficulty(question)),
        (_("題目"), question.stem),
        *_answers(question),
        (_("解析"), question.explanation),
        (_("法令依據"), question.legal_basis),
        (_("有效期間"), " － ".join(days) if any(day != "…" for day in days) else ""),
        (_("複查日"), roc(question.review_on) if question.review_on else ""),
        (_("標籤"), "、".join(question.tags)),
        (_("口頭回答的要點"), "；".join(question.points)),
        (_("所據的稅法事實"), "、".join(question.facts)),
        (_("錯誤選項所據的事實"), "、".join(question.contrast)),
        (_("版本"), question.version),
    ]
    return [(label, text) for label, text in fields if text]


def _difficulty(question: Question) -> str:
    words = {1: _("易"), 2: _("中"), 3: _("難")}
    return _("{number}（{word}）").format(number=question.difficulty, word=words[question.difficulty])


def _answers(question: Question) -> list[tuple[str, str]]:
    if question.kind is Kind.MATCHING:
        pairs = [(_("配對"), f"{left} — {right}") for left, right in question.pairs]
        return [*pairs, (_("多餘的選項"), "、".join(question.distractors))]
    if question.kind is Kind.NUMBER:
        assert question.number is not None
        return [
            (_("答案"), f"{plain_number(question.number)} {question.unit}".strip()),
            (_("容許誤差"), plain_number(question.tolerance) if question.tolerance else ""),
        ]
    label = {Kind.SHORT: _("可接受的答案"), Kind.ESSAY: _("參考答案")}.get(question.kind, _("答案"))
    listed = () if question.kind is Kind.TRUE_FALSE else question.options
    options = [
        (letter, text + (" ✓" if index in question.key else ""))
        for index, (letter, text) in enumerate(zip(ascii_uppercase, listed, strict=False))
    ]
    return [*options, (label, question.key_text())]
