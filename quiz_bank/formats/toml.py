"""The bank's own format: TOML, one table for each question; kept by hand, or written by `bank export`."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bureau.causes import toml_cause
from bureau.language import _
from bureau.text import clean_line
from quiz_bank.formats.reading import ENCODINGS, Problems, Reading, ReadingProblem, said_of, text_of
from quiz_bank.question import Kind, Question, QuestionError, choice_from

FORMAT = "quiz-bank/1"

_HEADER = re.compile(r"\s*\[\[\s*question\s*\]\]\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z_]+)\s*=")
# tomllib takes time that grows with the square of a dotted key's length; no key here has a dot at all.
_DEEP_KEY = re.compile(r"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){30}""")
_ERROR_LINE = re.compile(r"at line (\d+)")
_FENCE = re.compile("\"\"\"|'''")
_NAME = 80
_FEW_BRACKETS = 20_000
_CHARACTERS_A_BRACKET = 8
_CHOSEN = frozenset(kind for kind in Kind if kind.chosen)


def read(path: Path, encoding: str = ENCODINGS[0]) -> Reading:
    """Read a TOML file of questions; see `parse`.

    Raises:
        FormatError: the file cannot be opened or is not in that encoding.
    """
    return parse(text_of(path, encoding))


def parse(text: str) -> Reading:
    """Read questions from TOML text; keys that are not known are errors."""
    if deep := _DEEP_KEY.search(text):
        line = text.count("\n", 0, deep.start()) + 1
        return Reading(problems=(ReadingProblem(message=_("欄位名稱不合規定。"), line=line),))
    brackets = text.count("[") + text.count("{")
    if brackets > max(_FEW_BRACKETS, len(text) / _CHARACTERS_A_BRACKET):
        # Nothing but brackets: an empty list takes twenty times the room of its two characters.
        return Reading(problems=(ReadingProblem(message=_("括號太多，不像題庫檔。"), line=1),))
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        # A number of thousands of digits is no TOML error to the library.
        return Reading(problems=(_not_toml(error),))
    tables = content.get("question")
    problems = Problems(_faults_of_file(content))
    if not isinstance(tables, list) or not tables:
        problems.append(ReadingProblem(message=_("檔案裡沒有題目（[[question]]）。")))
        return Reading(problems=problems.whole())
    lines = _lines(text)
    if len(lines) != len(tables):
        lines = [{} for _table in tables]
    questions: dict[str, Question] = {}
    for table, places in zip(tables, lines, strict=True):
        found = _question(table, places)
        if isinstance(found, Question):
            found = _unfit(found, questions, content, places) or found
        if isinstance(found, Question):
            questions[found.id] = found
        else:
            problems.extend(found)
    return Reading(questions=tuple(questions.values()), problems=problems.whole())


def dumps(questions: Iterable[Question], topic: str = "") -> str:
    """Write questions as TOML text that reads back as equal questions.

    Args:
        questions: what to write, in this order.
        topic: the 稅目 that all of them belong to, if any.
    """
    head = {"format": FORMAT} | ({"topic": topic} if topic else {})
    tables = [_table(question) for question in questions]
    return tomli_w.dumps(head) + "".join(
        "\n[[question]]\n" + tomli_w.dumps(table, multiline_strings=False) for table in tables
    )


def _table(question: Question) -> dict[str, Any]:
    content = question.model_dump(mode="python", exclude_defaults=True)
    content["kind"] = question.kind.value
    if "status" in content:
        content["status"] = question.status.value
    if question.kind.chosen:
        content["key"] = question.key_text()
    if question.kind is Kind.TRUE_FALSE:
        content.pop("options", None)
    if question.kind is Kind.MATCHING:
        for name in ("prompts", "options", "key"):
            del content[name]
        content["pairs"] = question.pairs
        if question.distractors:
            content["distractors"] = question.distractors
    for name in ("number", "tolerance"):
        if name in content:
            content[name] = _written(content[name])
    return content


def _written(number: Decimal) -> int | Decimal:
    """Give a whole number as one, so that it is not written with a decimal point."""
    return int(number) if number == number.to_integral_value() else number


def _not_toml(error: Exception) -> ReadingProblem:
    found = _ERROR_LINE.search(str(error))
    return ReadingProblem(
        message=_("不是正確的 TOML（{detail}）。").format(detail=toml_cause(error)),
        remedy=_("請檢查這一行的引號、等號與括號。"),
        line=int(found[1]) if found else None,
    )


def _faults_of_file(content: Mapping[str, Any]) -> Iterator[ReadingProblem]:
    if content.get("format") != FORMAT:
        yield ReadingProblem(
            message=_("檔案沒有寫明格式。"),
            remedy=_('第一行請寫 format = "{format}"。').format(format=FORMAT),
            field="format",
        )
    if not isinstance(content.get("topic", ""), str):
        yield ReadingProblem(message=_("topic 要是文字。"), field="topic")
    for name in content.keys() - {"format", "topic", "question"}:
        yield ReadingProblem(message=_("沒有這個欄位。"), remedy=_("請查對拼字，或刪去這一行。"), field=name)


def _question(table: Any, places: Mapping[str, int]) -> Question | list[ReadingProblem]:
    if not isinstance(table, dict):
        return [ReadingProblem(message=_("題目要寫成 [[question]] 一段。"))]
    name = clean_line(str(table.get("id", ""))[:_NAME])
    key = table.get("key")
    unread: list[ReadingProblem] = []
    values = dict(table)
    # Without a kind or with a key that cannot be read, a stand-in lets the other faults be found as well.
    kind = table.get("kind")
    if isinstance(kind, str) and kind in set(Kind) - _CHOSEN and key is not None:
        unread.append(
            _problem(name, "key", places, _("這種題型沒有 key。"), _remedies()[_ANSWER_FIELD[Kind(kind)]])
        )
        del values["key"]
    elif isinstance(key, str) and isinstance(kind, str) and kind in _CHOSEN:
        try:
            values["key"] = choice_from(Kind(kind), key)
        except QuestionError as error:
            unread.append(_problem(name, "key", places, error.what, error.remedy))
            values["key"] = _stand_in(Kind(kind))
    elif isinstance(key, str):
        values["key"] = ()
    elif key is not None:
        unread.append(_problem(name, "key", places, _("答案要是文字。"), _('請寫成 "B" 或 "○"。')))
        values["key"] = ()
    for field in ("number", "tolerance"):
        if isinstance(values.get(field), bool):
            unread.append(_problem(name, field, places, _("要是數字。"), _remedies()[field]))
            values[field] = 0
    faults: list[ErrorDetails] = []
    try:
        question = Question.model_validate(values)
    except ValidationError as error:
        faults = error.errors(include_url=False)
    else:
        return unread or question
    # Not while the first error is being handled: the two would hold on to each other for good.
    faults += _faults_of_the_whole(values, faults)
    return unread + [_fault(name, places, fault) for fault in faults]


def _faults_of_the_whole(values: Mapping[str, Any], faults: Sequence[ErrorDetails]) -> list[ErrorDetails]:
    """Find what options and key have against each other, which waits behind the faults of single fields."""
    wrong = {str(fault["loc"][0]) for fault in faults if fault["loc"]}
    if not wrong or wrong & {"kind", "options", "key"} or values.get("kind") not in _CHOSEN:
        return []
    mended = {name: value for name, value in values.items() if name not in wrong}
    mended |= {name: sound for name, sound in _SOUND.items() if name in wrong}
    try:
        Question.model_validate(mended)
    except ValidationError as hidden:
        return hidden.errors(include_url=False)
    return []


_ANSWER_FIELD = {
    Kind.SHORT: "accepted",
    Kind.NUMBER: "number",
    Kind.MATCHING: "pairs",
    Kind.ESSAY: "model_answer",
}
"""Where the answer of a kind without a key stands."""

_SOUND = {"id": "x", "topic": "x", "difficulty": 1, "stem": "x"}


def _stand_in(kind: Kind) -> tuple[int, ...]:
    return (0, 1) if kind is Kind.MULTIPLE else (0,)


def _unfit(
    question: Question, before: Mapping[str, Question], content: Mapping[str, Any], places: Mapping[str, int]
) -> list[ReadingProblem]:
    """Say what is wrong with a sound question in this file."""
    problems = []
    if question.id in before:
        problems.append(
            _problem(question.id, "id", places, _("編號與前面的題目重複。"), _("請給每一題不同的編號。"))
        )
    topic = content.get("topic", "")
    if isinstance(topic, str) and not question.under(topic):
        problems.append(
            _problem(
                question.id,
                "topic",
                places,
                _("主題不屬於檔案的「{topic}」。").format(topic=topic),
                _("請改主題，或移到該稅目的檔案。"),
            )
        )
    return problems


def _fault(name: str, places: Mapping[str, int], fault: ErrorDetails) -> ReadingProblem:
    field, what = said_of(fault)
    remedy = "" if fault["type"] == "value_error" else _remedies().get(field, "")
    return _problem(name, field, places, what, remedy)


@lru_cache(maxsize=2)
def _remedies_in(_language: str) -> dict[str, str]:
    day = _("請寫成 2024-07-01，不加引號。")
    return {
        "id": _("請寫一個沒有空格與標點的編號，如 ST-Q001。"),
        "kind": _("請寫 truefalse、single、multiple、short、number、matching 或 essay。"),
        "topic": _("請寫成「稅目 > 章節」。"),
        "difficulty": _("請寫 1、2 或 3。"),
        "options": _('請寫成 ["…", "…"]，最多 26 個。'),
        "key": _("請寫選項字母，或 ○、×。"),
        "accepted": _('請寫成 ["…", "…"]，第一個是標準答案。'),
        "number": _("請寫成 number = 40，不加引號。"),
        "tolerance": _("請寫 0 以上的數字，如 tolerance = 0.5。"),
        "unit": _('請寫成 "日"。'),
        "pairs": _('請寫成 [["左", "右"], ["左", "右"]]。'),
        "distractors": _('請寫成 ["…"]。'),
        "model_answer": _('請寫成 model_answer = "…"。'),
        "status": _("請寫 draft、active 或 retired。"),
        "review_on": day,
        "in_force_from": day,
        "in_force_until": day,
        "facts": _('請寫成 ["ST-001"]。'),
        "contrast": _('請寫成 ["ST-001"]。'),
        "tags": _('請寫成 ["…"]。'),
        "points": _('請寫成 ["…"]，最多 9 點。'),
        "keep_last": _("請寫 true 或 false。"),
    }


def _remedies() -> dict[str, str]:
    """Give what to do by field; a file of faults asks for it a hundred thousand times."""
    return _remedies_in(_("題庫"))


def _problem(name: str, field: str, places: Mapping[str, int], what: str, remedy: str) -> ReadingProblem:
    return ReadingProblem(
        message=what, remedy=remedy, line=places.get(field, places.get("")), question=name, field=field
    )


def _lines(text: str) -> list[dict[str, int]]:
    """Find the line of each question's header (under `""`) and of each of its keys, from 1."""
    found: list[dict[str, int]] = []
    fence = ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not fence:
            if _HEADER.match(line):
                found.append({"": number})
            elif found and (key := _KEY.match(line)):
                found[-1].setdefault(key[1], number)
        fence = _fence_after(line, fence)
    return found


def _fence_after(line: str, fence: str) -> str:
    """Say which multi-line string is open after `line`."""
    for found in _FENCE.finditer(line):
        if not fence:
            fence = found[0]
        elif found[0] == fence:
            fence = ""
    return fence
