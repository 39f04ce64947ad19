"""Questions in a spreadsheet: one row a question, options A to F, the key as A, ABD, ○ or ×.

Of kinds without options the key column holds the answer: accepted texts separated by ／ or |, a number such
as 40 or 40 ± 0.5, pairs 左=右 on a line each or separated by ；, or the model answer of an essay.

The heading is found by name, in any order and below any instructions; a column of another name can be given
by the person who imports.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bureau.dates import DateError, parse_date, roc
from bureau.language import _
from bureau.sheet import ColumnSpec, Table, TableRow, read_table, write_table
from bureau.text import clean_line, fold
from quiz_bank.formats.into_bank import UNSORTED, kept_last, name_of
from quiz_bank.formats.marked import DIFFICULTY
from quiz_bank.formats.reading import FormatError, Problems, Reading, ReadingProblem, Severity, said_of
from quiz_bank.question import (
    RIGHT_MARK,
    WRONG_MARK,
    Kind,
    Question,
    QuestionError,
    Status,
    choice_from,
    number_from,
    plain_number,
)

ID, KIND, TOPIC, STEM, KEY = "編號", "題型", "主題", "題目", "答案"
EXPLANATION, LAW, DIFFICULTY_COLUMN = "解析", "法令依據", "難度"
FROM, UNTIL, TAGS = "生效日", "失效日", "標籤"
UNIT, STATUS, REVIEW, POINTS = "單位", "狀態", "複查日", "要點"
LETTERS = ("A", "B", "C", "D", "E", "F")

COLUMNS = (
    ColumnSpec(ID, ("題號", "編碼", "id"), required=False),
    ColumnSpec(KIND, ("類型", "題目類型", "type"), required=False),
    ColumnSpec(TOPIC, ("稅目", "類別", "分類", "單元", "章節", "category", "topic"), required=False),
    ColumnSpec(STEM, ("題幹", "試題", "題目內容", "問題", "question", "stem")),
    *(
        ColumnSpec(
            letter, (f"選項{letter}", f"選項{number}", f"option{letter}", f"answer{number}"), required=False
        )
        for number, letter in enumerate(LETTERS, 1)
    ),
    ColumnSpec(KEY, ("正解", "正確答案", "標準答案", "解答", "answer", "correct", "key")),
    ColumnSpec(EXPLANATION, ("說明", "詳解", "答案說明", "explanation", "feedback"), required=False),
    ColumnSpec(LAW, ("法源", "法條", "依據", "法源依據", "law"), required=False),
    ColumnSpec(DIFFICULTY_COLUMN, ("難易度", "difficulty"), required=False),
    ColumnSpec(FROM, ("生效日期", "施行日"), required=False),
    ColumnSpec(UNTIL, ("失效日期", "廢止日"), required=False),
    ColumnSpec(TAGS, ("標記", "tags"), required=False),
    ColumnSpec(UNIT, ("unit",), required=False),
    ColumnSpec(STATUS, ("狀況", "status"), required=False),
    ColumnSpec(REVIEW, ("複查日期", "檢視日", "review"), required=False),
    ColumnSpec(POINTS, ("得分要點", "points"), required=False),
)
"""What a file of questions may have, in the order of the template."""

_KINDS = {
    Kind.TRUE_FALSE: ("是非", "是非題", "true/false", "truefalse", "tf"),
    Kind.SINGLE: ("單選", "單選題", "選擇", "選擇題", "single"),
    Kind.MULTIPLE: ("複選", "複選題", "多選", "多選題", "multiple"),
    Kind.SHORT: ("填充", "填充題", "填空", "填空題", "short", "shortanswer"),
    Kind.NUMBER: ("數字", "數字題", "數值", "數值題", "number", "numerical"),
    Kind.MATCHING: ("配對", "配對題", "配合", "配合題", "連連看", "matching", "match"),
    Kind.ESSAY: ("簡答", "簡答題", "問答", "問答題", "申論", "申論題", "essay"),
}
_WORDS = {fold(word): kind for kind, words in _KINDS.items() for word in words}
_STATUSES = {
    "草稿": Status.DRAFT,
    "啟用": Status.ACTIVE,
    "停用": Status.RETIRED,
    **{status.value: status for status in Status},
}
_STATUS_WORDS = {Status.DRAFT: "草稿", Status.ACTIVE: "", Status.RETIRED: "停用"}
_BETWEEN_TEXTS = re.compile(r"[／|｜\n]")
_BETWEEN_PAIRS = re.compile(r"[;；]")
_EQUALS = re.compile(r"[=＝]")
_WIDTH = re.compile(r"±|\+/-|\+-")
_TRUE = ("對", "是", "正確", "T", "TRUE")
_FALSE = ("錯", "否", "不正確", "F", "FALSE")
_DIFFICULTIES = {"易": 1, "簡單": 1, "中": 2, "中等": 2, "難": 3, "困難": 3}
_FIELDS = {
    "id": ID,
    "kind": KIND,
    "topic": TOPIC,
    "stem": STEM,
    "options": LETTERS[0],
    "key": KEY,
    "explanation": EXPLANATION,
    "legal_basis": LAW,
    "difficulty": DIFFICULTY_COLUMN,
    "in_force_from": FROM,
    "in_force_until": UNTIL,
    "tags": TAGS,
    "accepted": KEY,
    "number": KEY,
    "tolerance": KEY,
    "pairs": KEY,
    "model_answer": KEY,
    "unit": UNIT,
    "status": STATUS,
    "review_on": REVIEW,
    "points": POINTS,
}
_OPTIONAL = (
    "topic",
    "difficulty",
    "explanation",
    "legal_basis",
    "in_force_from",
    "in_force_until",
    "tags",
    "unit",
    "status",
    "review_on",
    "points",
)
"""Fields that may have no column."""

_NAME = 20
_LONGEST_ID = 64
_LONGEST_CELL = 32_767
"""Characters of a cell; a spreadsheet cuts the rest off."""

_NO_CELL = re.compile("[\ufffe\uffff]")
"""What no file of XML may hold."""


class _Fault(Exception):
    """What is wrong with one cell."""

    def __init__(self, column: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.column = column
        self.remedy = remedy


def read(path: Path, columns: Mapping[str, str] | None = None) -> Reading:
    """Read the questions in an .xlsx or .csv file.

    Args:
        path: the file.
        columns: our name of a column → the heading it has in this file, where that is another.

    Raises:
        SheetError: the file cannot be read, or has no heading.
        FormatError: a column that was named is not ours, or not in the file.
    """
    given = columns or {}
    _require_ours(given)
    table = read_table(path, _columns(given))
    _require_found(table, given)
    ours = {heading: name for name, heading in given.items()}
    problems = Problems(
        ReadingProblem(
            message=problem.what,
            remedy=problem.remedy,
            line=problem.place.row if problem.place else None,
            field=problem.place.column if problem.place else "",
        )
        for problem in table.problems
    )
    problems.extend(ReadingProblem(severity=Severity.WARNING, message=note) for note in table.notes)
    wrong = {problem.line for problem in problems if problem.severity is Severity.ERROR}
    questions: dict[str, Question] = {}
    for each in table.rows:
        row = TableRow(each.number, {ours.get(column, column): text for column, text in each.values.items()})
        name = clean_line((row.values.get(ID, "") or row.values.get(STEM, ""))[:_LONGEST_ID])[:_NAME]
        try:
            question = _question(row)
        except _Fault as fault:
            problems.append(_problem(row, name, fault.column, str(fault), fault.remedy))
            continue
        except ValidationError as error:
            for wrong_value in error.errors(include_url=False):
                field, what = said_of(wrong_value)
                if field == "options" and not row.values.get(LETTERS[0]):
                    # Of pairs, which stand in the cell of the answer.
                    field = "pairs"
                problems.append(_problem(row, name, _FIELDS.get(field, ""), what))
            continue
        if question.id in questions:
            problems.append(_problem(row, name, ID, _("編號或題目與前面的重複。")))
        elif row.number not in wrong:
            questions[question.id] = question
    return Reading(questions=tuple(questions.values()), problems=problems.whole())


def template() -> tuple[list[str], list[list[str]]]:
    """Give an empty file: the heading with stars on what each row needs, and a row of instructions."""
    names = [column.name for column in COLUMNS]
    instructions = {
        ID: _("此列勿刪：可空白"),
        KIND: _("是非、單選、複選（可空白）、填充、數字、配對、簡答"),
        TOPIC: _("稅目 > 章節"),
        STEM: _("必填"),
        KEY: _("必填：○、×、B 或 ABD；填充：甲／乙；數字：40 或 40±0.5；配對：左=右；左=右；簡答：參考答案"),
        DIFFICULTY_COLUMN: _("1 易、2 中、3 難"),
        FROM: "115/01/01",
        UNTIL: "115/12/31",
        TAGS: _("以、分開"),
        UNIT: _("數字題的單位，如 日"),
        STATUS: _("草稿、停用；空白是啟用"),
        REVIEW: "116/06/30",
        POINTS: _("一行一點，最多 9 點"),
    }
    headings = [f"＊{name}" if name in {STEM, KEY} else name for name in names]
    return headings, [[instructions.get(name, "") for name in names]]


def write(path: Path, questions: Iterable[Question]) -> None:
    """Write questions, one row each; what a row does not hold is left out (see `writing`).

    Raises:
        SheetError: the file cannot be written.
    """
    rows = (_row(question) for question in questions)
    write_table(path, [column.name for column in COLUMNS], rows, title=_("題庫"))


def _columns(given: Mapping[str, str]) -> list[ColumnSpec]:
    return [
        ColumnSpec(given[column.name], required=column.required) if column.name in given else column
        for column in COLUMNS
    ]


def _require_ours(given: Mapping[str, str]) -> None:
    known = [column.name for column in COLUMNS]
    for name in given:
        if name not in known:
            raise FormatError(
                _("沒有「{name}」這個欄位。").format(name=name),
                remedy=_("可用的欄位：{names}。").format(names="、".join(known)),
            )
    if len(set(given.values())) != len(given):
        raise FormatError(_("同一欄不能當作兩個欄位。"), remedy=_("請查對 --column。"))


def _require_found(table: Table, given: Mapping[str, str]) -> None:
    for heading in given.values():
        if heading not in table.columns:
            raise FormatError(
                _("檔案裡沒有「{heading}」這一欄。").format(heading=heading),
                place=table.place(table.heading_row),
                remedy=_("請查對標題列的文字。"),
            )


def reread(question: Question) -> Question | None:
    """Give what comes back of a question that is written to a row; None where nothing does."""
    row = _row(question)
    if any(len(text) > _LONGEST_CELL or _NO_CELL.search(text) for text in row):
        return None
    values = {column.name: text.strip() for column, text in zip(COLUMNS, row, strict=True)}
    try:
        return _question(TableRow(1, values))
    except (_Fault, ValidationError):
        return None


def _question(row: TableRow) -> Question:
    values = row.values
    options = _options(values)
    kind = _kind(values, options)
    answer = _ANSWERS[kind](values, options)
    stem = values.get(STEM, "")
    texts = [*answer.get("options", ()), *answer.get("accepted", ())]
    texts += [side for pair in answer.get("pairs", ()) for side in pair]
    content: dict[str, Any] = {
        "id": values.get(ID, "") or name_of(stem, texts),
        "kind": kind,
        "topic": values.get(TOPIC, "") or UNSORTED,
        "difficulty": _difficulty(values.get(DIFFICULTY_COLUMN, "")),
        "stem": stem,
        "explanation": values.get(EXPLANATION, ""),
        "legal_basis": values.get(LAW, ""),
        "in_force_from": _day(values, FROM),
        "in_force_until": _day(values, UNTIL),
        "tags": _parts(values.get(TAGS, ""), "、"),
        "keep_last": kept_last(kind, answer.get("options", ())),
        "unit": values.get(UNIT, ""),
        "status": _status(values.get(STATUS, "")),
        "review_on": _day(values, REVIEW),
        "points": _parts(values.get(POINTS, ""), "\n"),
    }
    question = Question.model_validate(content | answer)
    # What has no column in the file is not said to be empty (see `merging`).
    question.model_fields_set.difference_update(
        name for name in content if name in _OPTIONAL and _FIELDS[name] not in values
    )
    return question


def _parts(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part for each in text.split(mark) if (part := each.strip()))


def _options(values: Mapping[str, str]) -> tuple[str, ...]:
    texts = [values.get(letter, "") for letter in LETTERS]
    while texts and not texts[-1]:
        texts.pop()
    for letter, text in zip(LETTERS, texts, strict=False):
        if not text:
            raise _Fault(letter, _("選項 {letter} 空白，後面卻還有選項。").format(letter=letter))
    return tuple(texts)


def _kind(values: Mapping[str, str], options: tuple[str, ...]) -> Kind:
    given, key = values.get(KIND, ""), values.get(KEY, "")
    kind = _WORDS.get(fold(given))
    if given and kind is None:
        raise _Fault(
            KIND,
            _("題型「{kind}」看不懂。").format(kind=clean_line(given)[:_NAME]),
            _("請寫是非、單選、複選、填充、數字、配對或簡答。"),
        )
    if not key and kind is not Kind.ESSAY:
        raise _Fault(KEY, _("沒有答案。"))
    if kind is None:
        kind = Kind.TRUE_FALSE if not options else Kind.SINGLE
        if kind is Kind.SINGLE and len(_choice(kind, key)) > 1:
            kind = Kind.MULTIPLE
    if kind is Kind.TRUE_FALSE and options and [fold(text) for text in options] not in _TRUE_FALSE_PAIRS:
        raise _Fault(LETTERS[0], _("是非題不列選項。"))
    if not kind.chosen and options:
        raise _Fault(LETTERS[0], _("{kind}題不列選項，答案寫在「答案」欄。").format(kind=kind.label))
    return kind


def _chosen(kind: Kind) -> Callable[[Mapping[str, str], tuple[str, ...]], dict[str, Any]]:
    def read(values: Mapping[str, str], options: tuple[str, ...]) -> dict[str, Any]:
        shown = () if kind is Kind.TRUE_FALSE else options
        return {"options": shown, "key": _choice(kind, values[KEY])}

    return read


def _short(values: Mapping[str, str], _options: tuple[str, ...]) -> dict[str, Any]:
    parts = [part.strip() for part in _BETWEEN_TEXTS.split(values[KEY])]
    return {"accepted": tuple(part for part in parts if part)}


def _number(values: Mapping[str, str], _options: tuple[str, ...]) -> dict[str, Any]:
    number, *widths = _WIDTH.split(values[KEY])
    if len(widths) > 1:
        raise _Fault(KEY, _("數字題的答案看不懂。"), _("請寫 40 或 40 ± 0.5，單位寫在「單位」欄。"))
    unit = values.get(UNIT, "")
    try:
        return {
            "number": number_from(number, unit),
            "tolerance": number_from(widths[0], unit) if widths else 0,
        }
    except QuestionError as error:
        raise _Fault(KEY, error.what, _("請寫 40 或 40 ± 0.5，單位寫在「單位」欄。")) from None


def _matching(values: Mapping[str, str], _options: tuple[str, ...]) -> dict[str, Any]:
    text = values[KEY]
    lines = text.split("\n") if "\n" in text else _BETWEEN_PAIRS.split(text)
    pairs, alone = [], []
    for line in lines:
        if not line.strip():
            continue
        left, *rest = (part.strip() for part in _EQUALS.split(line, maxsplit=1))
        if not rest or not rest[0]:
            raise _Fault(
                KEY,
                _("配對「{text}」看不懂。").format(text=clean_line(line)[:_NAME]),
                _("請寫 左=右，每對一行；沒有左邊的（=右）是多餘的選項。"),
            )
        if left:
            pairs.append((left, rest[0]))
        else:
            alone.append(rest[0])
    return {"pairs": tuple(pairs), "distractors": tuple(alone)}


_ANSWERS: dict[Kind, Callable[[Mapping[str, str], tuple[str, ...]], dict[str, Any]]] = {
    Kind.TRUE_FALSE: _chosen(Kind.TRUE_FALSE),
    Kind.SINGLE: _chosen(Kind.SINGLE),
    Kind.MULTIPLE: _chosen(Kind.MULTIPLE),
    Kind.SHORT: _short,
    Kind.NUMBER: _number,
    Kind.MATCHING: _matching,
    Kind.ESSAY: lambda values, _options: {"model_answer": values.get(KEY, "")},
}


_TRUE_FALSE_PAIRS = [[fold(one), fold(other)] for one, other in zip(_TRUE, _FALSE, strict=True)]
_TRUE_FALSE_PAIRS.append([fold(RIGHT_MARK), fold(WRONG_MARK)])


def _choice(kind: Kind, key: str) -> tuple[int, ...]:
    if kind is Kind.TRUE_FALSE:
        folded = fold(key)
        if folded in {fold(word) for word in _TRUE}:
            return (0,)
        if folded in {fold(word) for word in _FALSE}:
            return (1,)
    try:
        return choice_from(kind, key)
    except QuestionError as error:
        raise _Fault(KEY, error.what, error.remedy) from None


def _difficulty(text: str) -> int:
    if not text:
        return DIFFICULTY
    known = _DIFFICULTIES | {"1": 1, "2": 2, "3": 3}
    found = known.get(fold(text))
    if found is None:
        raise _Fault(
            DIFFICULTY_COLUMN,
            _("難度「{text}」看不懂。").format(text=clean_line(text)[:_NAME]),
            _("請寫 1、2 或 3。"),
        )
    return found


def _status(text: str) -> Status:
    if not text:
        return Status.ACTIVE
    found = _STATUSES.get(text.strip().casefold())
    if found is None:
        raise _Fault(
            STATUS,
            _("狀態「{text}」看不懂。").format(text=clean_line(text)[:_NAME]),
            _("請寫草稿、啟用或停用。"),
        )
    return found


def _day(values: Mapping[str, str], column: str) -> date | None:
    text = values.get(column, "")
    if not text:
        return None
    try:
        return parse_date(text)
    except DateError as error:
        raise _Fault(column, error.what, error.remedy) from None


def _problem(row: TableRow, name: str, column: str, message: str, remedy: str = "") -> ReadingProblem:
    return ReadingProblem(message=message, remedy=remedy, line=row.number, question=name, field=column)


def _row(question: Question) -> list[str]:
    options = question.options if question.kind in {Kind.SINGLE, Kind.MULTIPLE} else ()
    values = {
        ID: question.id,
        KIND: _KINDS[question.kind][0],
        TOPIC: question.topic,
        STEM: question.stem,
        **dict(zip(LETTERS, options, strict=False)),
        KEY: _key(question),
        EXPLANATION: question.explanation,
        LAW: question.legal_basis,
        DIFFICULTY_COLUMN: str(question.difficulty),
        FROM: roc(question.in_force_from) if question.in_force_from else "",
        UNTIL: roc(question.in_force_until) if question.in_force_until else "",
        TAGS: "、".join(question.tags),
        UNIT: question.unit,
        STATUS: _STATUS_WORDS[question.status],
        REVIEW: roc(question.review_on) if question.review_on else "",
        POINTS: "\n".join(question.points),
    }
    return [values.get(column.name, "") for column in COLUMNS]


def _key(question: Question) -> str:
    if question.kind is Kind.MATCHING:
        alone = (f"={right}" for right in question.distractors)
        return "\n".join((*(f"{left}={right}" for left, right in question.pairs), *alone))
    # The unit has a column of its own.
    return question.key_text() if question.kind is not Kind.NUMBER else _number_text(question)


def _number_text(question: Question) -> str:
    assert question.number is not None
    width = f" ± {plain_number(question.tolerance)}" if question.tolerance else ""
    return plain_number(question.number) + width
