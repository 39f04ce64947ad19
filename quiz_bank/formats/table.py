"""Questions in a spreadsheet: one row a question, options A to F, the key as A, ABD, ○ or ×.

The heading is found by name, in any order and below any instructions; a column of another name can be given
by the person who imports.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bureau.dates import DateError, parse_date, roc
from bureau.language import _
from bureau.sheet import ColumnSpec, Table, TableRow, read_table, write_table
from bureau.text import clean_line, fold
from quiz_bank.formats.into_bank import DIFFICULTY, UNSORTED, name_of
from quiz_bank.formats.reading import FormatError, Reading, ReadingProblem, Severity, said_of
from quiz_bank.question import RIGHT_MARK, WRONG_MARK, Kind, Question, QuestionError, choice_from

ID, KIND, TOPIC, STEM, KEY = "編號", "題型", "主題", "題目", "答案"
EXPLANATION, LAW, DIFFICULTY_COLUMN = "解析", "法令依據", "難度"
FROM, UNTIL, TAGS = "生效日", "失效日", "標籤"
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
)
"""What a file of questions may have, in the order of the template."""

_KINDS = {
    Kind.TRUE_FALSE: ("是非", "是非題", "true/false", "truefalse", "tf"),
    Kind.SINGLE: ("單選", "單選題", "選擇", "選擇題", "single"),
    Kind.MULTIPLE: ("複選", "複選題", "多選", "多選題", "multiple"),
}
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
}
_NAME = 20


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
    problems = [
        ReadingProblem(
            message=problem.what,
            remedy=problem.remedy,
            line=problem.place.row if problem.place else None,
            field=problem.place.column if problem.place else "",
        )
        for problem in table.problems
    ]
    problems += [ReadingProblem(severity=Severity.WARNING, message=note) for note in table.notes]
    wrong = {problem.line for problem in problems if problem.severity is Severity.ERROR}
    questions: dict[str, Question] = {}
    for each in table.rows:
        row = TableRow(each.number, {ours.get(column, column): text for column, text in each.values.items()})
        name = row.values.get(ID, "") or clean_line(row.values.get(STEM, ""))[:_NAME]
        try:
            question = _question(row)
        except _Fault as fault:
            problems.append(_problem(row, name, fault.column, str(fault), fault.remedy))
            continue
        except ValidationError as error:
            for wrong_value in error.errors():
                field, what = said_of(wrong_value)
                problems.append(_problem(row, name, _FIELDS.get(field, ""), what))
            continue
        if question.id in questions:
            problems.append(_problem(row, name, ID, _("編號或題目與前面的重複。")))
        elif row.number not in wrong:
            questions[question.id] = question
    problems.sort(key=lambda problem: problem.line or 0)
    return Reading(questions=tuple(questions.values()), problems=tuple(problems))


def template() -> tuple[list[str], list[list[str]]]:
    """Give an empty file: the heading with stars on what each row needs, and a row of instructions."""
    names = [column.name for column in COLUMNS]
    instructions = {
        ID: _("此列勿刪：可空白"),
        KIND: _("是非、單選、複選；可空白"),
        TOPIC: _("稅目 > 章節"),
        STEM: _("必填"),
        KEY: _("必填：○、×、B 或 ABD"),
        DIFFICULTY_COLUMN: _("1 易、2 中、3 難"),
        FROM: "115/01/01",
        UNTIL: "115/12/31",
        TAGS: _("以、分開"),
    }
    headings = [f"＊{name}" if name in {STEM, KEY} else name for name in names]
    return headings, [[instructions.get(name, "") for name in names]]


def write(path: Path, questions: Iterable[Question]) -> None:
    """Write questions, one row each; options beyond F, facts and 以上皆是 kept last are not held.

    Raises:
        SheetError: the file cannot be written.
    """
    write_table(path, [column.name for column in COLUMNS], [_row(one) for one in questions], title=_("題庫"))


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


def _question(row: TableRow) -> Question:
    values = row.values
    options = _options(values)
    kind, key = _kind_and_key(values, options)
    stem = values.get(STEM, "")
    shown = () if kind is Kind.TRUE_FALSE else options
    content: dict[str, Any] = {
        "id": values.get(ID, "") or name_of(stem, shown),
        "kind": kind,
        "topic": values.get(TOPIC, "") or UNSORTED,
        "difficulty": _difficulty(values.get(DIFFICULTY_COLUMN, "")),
        "stem": stem,
        "options": shown,
        "key": key,
        "explanation": values.get(EXPLANATION, ""),
        "legal_basis": values.get(LAW, ""),
        "in_force_from": _day(values, FROM),
        "in_force_until": _day(values, UNTIL),
        "tags": tuple(tag for tag in (part.strip() for part in values.get(TAGS, "").split("、")) if tag),
        "keep_last": bool(shown) and shown[-1].startswith("以上"),
    }
    return Question.model_validate(content)


def _options(values: Mapping[str, str]) -> tuple[str, ...]:
    texts = [values.get(letter, "") for letter in LETTERS]
    while texts and not texts[-1]:
        texts.pop()
    for letter, text in zip(LETTERS, texts, strict=False):
        if not text:
            raise _Fault(letter, _("選項 {letter} 空白，後面卻還有選項。").format(letter=letter))
    return tuple(texts)


def _kind_and_key(values: Mapping[str, str], options: tuple[str, ...]) -> tuple[Kind, tuple[int, ...]]:
    given, key = values.get(KIND, ""), values.get(KEY, "")
    kind = next(
        (kind for kind, words in _KINDS.items() if fold(given) in {fold(word) for word in words}), None
    )
    if given and kind is None:
        raise _Fault(KIND, _("題型「{kind}」看不懂。").format(kind=given), _("請寫是非、單選或複選。"))
    if not key:
        raise _Fault(KEY, _("沒有答案。"))
    if kind is None:
        kind = Kind.TRUE_FALSE if not options else Kind.SINGLE
        if kind is Kind.SINGLE and len(_choice(kind, key)) > 1:
            kind = Kind.MULTIPLE
    if kind is Kind.TRUE_FALSE and options and [fold(text) for text in options] not in _TRUE_FALSE_PAIRS:
        raise _Fault(LETTERS[0], _("是非題不列選項。"))
    return kind, _choice(kind, key)


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
        raise _Fault(DIFFICULTY_COLUMN, _("難度「{text}」看不懂。").format(text=text), _("請寫 1、2 或 3。"))
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
    options = () if question.kind is Kind.TRUE_FALSE else question.options
    values = {
        ID: question.id,
        KIND: _KINDS[question.kind][0],
        TOPIC: question.topic,
        STEM: question.stem,
        **dict(zip(LETTERS, options, strict=False)),
        KEY: question.key_text(),
        EXPLANATION: question.explanation,
        LAW: question.legal_basis,
        DIFFICULTY_COLUMN: str(question.difficulty),
        FROM: roc(question.in_force_from) if question.in_force_from else "",
        UNTIL: roc(question.in_force_until) if question.in_force_until else "",
        TAGS: "、".join(question.tags),
    }
    return [values.get(column.name, "") for column in COLUMNS]
