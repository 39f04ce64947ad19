"""Questions written to a file, and what the file's format cannot hold."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bureau.language import _
from bureau.problem import in_file
from quiz_bank.formats import aiken, gift, moodle_xml, table, toml
from quiz_bank.formats.exchange import Item, item_of
from quiz_bank.formats.into_bank import DIFFICULTY, UNSORTED
from quiz_bank.formats.reading import TABLES, FormatError
from quiz_bank.question import TOPIC_SEPARATOR, Kind, Question

FORMATS = ("toml", "gift", "aiken", "xml", "xlsx", "csv")
"""The formats that can be written."""

_Holds = Callable[[Question], bool]

_TEXTS: dict[str, Callable[[Iterable[Question]], str]] = {
    "toml": toml.dumps,
    "gift": lambda questions: gift.dumps(map(_item, questions)),
    "aiken": lambda questions: aiken.dumps(map(_item, questions)),
    "xml": lambda questions: moodle_xml.dumps(map(_item, questions)),
}


def format_of(path: Path, format_name: str | None = None) -> str:
    """Name the format to write: the one that was asked for, else that of the file's ending.

    Raises:
        FormatError: nobody knows it.
    """
    name = format_name or path.suffix.removeprefix(".").lower()
    if name not in FORMATS:
        raise FormatError(
            _("不知道要寫成哪一種題庫格式。"),
            place=in_file(path),
            remedy=_("可寫的格式：{formats}；可用 --format 指定。").format(formats="、".join(FORMATS)),
        )
    return name


def losses(questions: Sequence[Question], format_name: str) -> list[str]:
    """Say what of these questions the format cannot hold, each with how many it concerns."""
    found = []
    for what, concerned in _losses(format_name):
        count = sum(concerned(question) for question in questions)
        if count:
            found.append(_("{what}：{count} 題").format(what=what, count=count))
    return found


def kept(questions: Sequence[Question], format_name: str) -> list[Question]:
    """Give the questions that the format can hold at all."""
    if format_name == "aiken":
        return [question for question in questions if _fits_aiken(question)]
    if format_name in TABLES:
        return [question for question in questions if _fits_a_row(question)]
    return list(questions)


def write(path: Path, questions: Sequence[Question], format_name: str) -> int:
    """Write questions to a new file; give how many.

    Raises:
        FormatError: the file exists or cannot be written.
    """
    held = kept(questions, format_name)
    if format_name not in _TEXTS:
        if path.exists():
            raise _exists(path)
        table.write(path, held)
        return len(held)
    text = _TEXTS[format_name](held)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise _exists(path) from None
    except OSError as error:
        raise FormatError(
            _("不能寫入檔案（{detail}）。").format(detail=error.strerror),
            place=in_file(path),
            remedy=_("請查對資料夾與權限。"),
        ) from error
    return len(held)


def _exists(path: Path) -> FormatError:
    return FormatError(_("檔案已經存在。"), place=in_file(path), remedy=_("請另取檔名。"))


def _item(question: Question) -> Item:
    item = item_of(question)
    names = [name.replace("/", "//") for name in question.topic.split(TOPIC_SEPARATOR)]
    tags = question.tags
    if question.difficulty != DIFFICULTY:
        tags = (*tags, f"難度{question.difficulty}")
    category = "/".join(["top", *(names if question.topic != UNSORTED else [])])
    return item.model_copy(update={"category": category, "tags": tags})


def _losses(format_name: str) -> list[tuple[str, _Holds]]:
    bound = [
        (_("所據的稅法事實與對照"), lambda question: bool(question.facts or question.contrast)),
        (_("最後一個選項固定在最後"), _keeps_last_unsaid),
    ]
    dated: list[tuple[str, _Holds]] = [
        (_("法令依據"), lambda question: bool(question.legal_basis)),
        (_("生效日與失效日"), lambda question: bool(question.in_force_from or question.in_force_until)),
    ]
    more_options: list[tuple[str, _Holds]] = [
        (_("選項超過六個（整題不寫）"), lambda question: not _fits_a_row(question))
    ]
    aiken_only: list[tuple[str, _Holds]] = [
        (_("是非題與這種格式寫不下的題目（整題不寫）"), lambda question: not _fits_aiken(question)),
        (_("編號、主題與標籤"), lambda question: question.kind is not Kind.TRUE_FALSE),
        (_("難度"), lambda question: question.difficulty != DIFFICULTY),
        (_("解析"), lambda question: bool(question.explanation)),
        (_("題目與選項的換行"), lambda question: "\n" in question.stem + "".join(question.options)),
    ]
    return {
        "toml": [],
        "gift": [*dated, *bound],
        "xml": [*dated, *bound],
        "aiken": [*aiken_only, *dated, *bound],
        "xlsx": [*more_options, *bound],
        "csv": [*more_options, *bound],
    }[format_name]


def _fits_a_row(question: Question) -> bool:
    return question.kind is Kind.TRUE_FALSE or len(question.options) <= len(table.LETTERS)


def _fits_aiken(question: Question) -> bool:
    """Say whether it is one question again when read: not one whose lines look like options or a key."""
    if question.kind is Kind.TRUE_FALSE:
        return False
    again = aiken.parse(aiken.dumps([_item(question)])).questions
    return len(again) == 1 and len(again[0].options) == len(question.options)


def _keeps_last_unsaid(question: Question) -> bool:
    return question.keep_last != (bool(question.options) and question.options[-1].startswith("以上"))
