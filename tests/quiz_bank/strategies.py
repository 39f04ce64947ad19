"""Questions of every kind, as hypothesis thinks them up."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from quiz_bank.question import Kind, Question, Status

NASTY = "{}=~#:%\\->[]*$<>&\"'|／;±甲乙。？（）1.5 "
WORDS = st.text(st.sampled_from(NASTY), min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
IDS = st.from_regex(r"[A-Z]{2}-[0-9]{1,3}", fullmatch=True)
TAGS: list[tuple[str, ...]] = [(), ("新法",), ("a]b", "c")]
ODD_TAGS = [("難度3", "x"), ("狀態：草稿", "法源：別的", "生效：2001-01-01"), ("長" * 60, "<b>", "a\\")]
DAYS = st.none() | st.dates(date(1990, 1, 1), date(2040, 1, 1))


@st.composite
def questions(
    draw: st.DrawFn,
    words: st.SearchStrategy[str] = WORDS,
    kinds: tuple[Kind, ...] = tuple(Kind),
    *,
    bare: bool = False,
) -> Question:
    """A question of any kind.

    Args:
        words: what its texts are made of.
        kinds: which kinds.
        bare: nothing but the question itself and what every exchange format keeps in tags.
    """
    kind = draw(st.sampled_from(kinds))
    first, last = draw(DAYS), draw(DAYS)
    if first and last and last < first:
        first, last = last, first
    content: dict[str, Any] = {
        "id": draw(IDS),
        "kind": kind,
        "topic": draw(st.sampled_from(["房屋稅", "地價稅 > 稅率", "未分類", "甲/乙 > top"])),
        "difficulty": draw(st.integers(1, 3)),
        "stem": "題" + draw(words) + draw(st.sampled_from(["", "\n第二列", "\n\n隔一列"])),
        "explanation": draw(st.sampled_from(["", "因為 {x} = #1。"])) if kind is not Kind.ESSAY else "",
        "tags": draw(st.sampled_from(TAGS if bare else [*TAGS, *ODD_TAGS])),
        "legal_basis": draw(st.sampled_from(["", "房屋稅條例第5條", "稅法：第1條] <"])),
        "in_force_from": first,
        "in_force_until": last,
        "review_on": draw(DAYS),
        "status": draw(st.sampled_from(Status)),
        **draw(_answers(kind, words)),
    }
    if not bare:
        content |= {
            "facts": draw(st.sampled_from([(), ("HT-001",)])),
            "contrast": draw(st.sampled_from([(), ("HT-002", "HT-003")])),
            "points": draw(st.sampled_from([(), ("先說 <1>", "再說 2")])),
            "keep_last": draw(st.booleans()) if kind in {Kind.SINGLE, Kind.MULTIPLE} else False,
        }
    return Question.model_validate(content)


@st.composite
def _answers(  # noqa: PLR0911 - one for each kind
    draw: st.DrawFn, kind: Kind, words: st.SearchStrategy[str]
) -> dict[str, Any]:
    count = draw(st.integers(3, 6))
    # A character before each keeps them different whatever is left of the text after cleaning.
    texts = [f"{letter}{draw(words)}" for letter in "甲乙丙丁戊己"[:count]]
    if kind is Kind.TRUE_FALSE:
        return {"key": (draw(st.integers(0, 1)),)}
    if kind is Kind.SINGLE:
        return {"options": texts, "key": (draw(st.integers(0, count - 1)),)}
    if kind is Kind.MULTIPLE:
        key = draw(st.sets(st.integers(0, count - 1), min_size=2))
        return {"options": texts, "key": tuple(sorted(key))}
    if kind is Kind.SHORT:
        return {"accepted": texts}
    if kind is Kind.NUMBER:
        return {
            "number": draw(st.decimals(-(10**9), 10**9, places=draw(st.integers(0, 6)))),
            "tolerance": draw(st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(3)])),
            "unit": draw(st.sampled_from(["", "日", "%"])),
        }
    if kind is Kind.MATCHING:
        rights = [f"{letter}{draw(words)}" for letter in "子丑寅"]
        chosen = [draw(st.sampled_from(rights)) for _text in texts[2:]]
        return {
            "pairs": tuple(zip(texts, [*rights[:2], *chosen], strict=True)),
            "distractors": draw(st.sampled_from([(), ("多餘的",)])),
        }
    return {"model_answer": draw(st.sampled_from(["", "因為 {x} = #1。\n其次。"]))}
