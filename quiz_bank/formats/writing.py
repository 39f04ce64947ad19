"""Questions written to a file, and what the file's format cannot hold.

What is lost is not a list kept by hand: each question is read back from what would be written, and compared.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bureau.causes import cause_of
from bureau.language import _
from bureau.problem import in_file
from quiz_bank.formats import aiken, gift, moodle_xml, table, toml
from quiz_bank.formats.exchange import Item, item_of
from quiz_bank.formats.into_bank import UNSORTED, kept_last
from quiz_bank.formats.marked import DIFFICULTY, FIELDS, fields_from, fits, tags_for
from quiz_bank.formats.reading import TABLES, FormatError
from quiz_bank.question import TOPIC_SEPARATOR, Kind, Question

FORMATS = ("toml", "gift", "aiken", "xml", "xlsx", "csv")
"""The formats that can be written."""

_TEXTS: dict[str, Callable[[Iterable[Question]], str]] = {
    "toml": toml.dumps,
    "gift": lambda questions: gift.dumps(map(_gift_item, questions)),
    "aiken": lambda questions: aiken.dumps(map(item_of, questions)),
    "xml": lambda questions: moodle_xml.dumps(map(_xml_item, questions)),
}
ANSWER_FIELDS = (
    "kind",
    "stem",
    "options",
    "key",
    "prompts",
    "accepted",
    "number",
    "tolerance",
    "model_answer",
)
"""What a question asks and what answers it."""

_SPACES = re.compile(r"\s+")


class Weighed(BaseModel):
    """What writing to a format would do to questions.

    Attributes:
        held: the questions that it can hold at all.
        lost: what else it cannot hold, in words, each with how many questions it concerns.
    """

    model_config = ConfigDict(frozen=True)

    held: tuple[Question, ...]
    lost: tuple[str, ...]


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


def weigh(questions: Sequence[Question], format_name: str) -> Weighed:
    """Say what of these questions the format cannot hold, before anything is written."""
    if format_name == "toml":
        return Weighed(held=tuple(questions), lost=())
    held: list[Question] = []
    lost: Counter[str] = Counter()
    dropped: Counter[Kind] = Counter()
    for question, again in zip(questions, reread(questions, format_name), strict=True):
        if again is None or not asks_the_same(question, again):
            dropped[question.kind] += 1
            continue
        held.append(question)
        lost.update(name for name in _differences(question, again))
    labels = _labels()
    said = [
        _("{kind}題寫不下的（整題不寫）：{count} 題").format(kind=kind.label, count=dropped[kind])
        for kind in Kind
        if dropped[kind]
    ]
    said += [
        _("{what}：{count} 題").format(what=label, count=lost[name])
        for name, label in labels.items()
        if lost[name]
    ]
    return Weighed(held=tuple(held), lost=tuple(said))


def reread(questions: Sequence[Question], format_name: str) -> list[Question | None]:
    """Give what would be read of each question that is written in that format; None where nothing would."""
    return _REREAD[format_name](questions)


def reread_from_tags(question: Question) -> Question | None:
    """Give what would be read of a question that comes back from Moodle, which keeps tags only."""
    item = _xml_item(question).model_copy(update={"own": {}})
    return next(iter(moodle_xml.parse(moodle_xml.dumps([item])).questions), None)


def losses(questions: Sequence[Question], format_name: str) -> list[str]:
    """Say what of these questions the format cannot hold, each with how many it concerns."""
    return list(weigh(questions, format_name).lost)


def kept(questions: Sequence[Question], format_name: str) -> list[Question]:
    """Give the questions that the format can hold at all."""
    return list(weigh(questions, format_name).held)


def write(path: Path, questions: Sequence[Question], format_name: str) -> int:
    """Write the questions that the format can hold to a new file; give how many.

    Raises:
        FormatError: the file exists or cannot be written.
    """
    return write_held(path, kept(questions, format_name), format_name)


def write_held(path: Path, held: Sequence[Question], format_name: str) -> int:
    """Write questions that the format can hold, as `weigh` found, to a new file; give how many.

    Raises:
        FormatError: the file exists or cannot be written.
    """
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
            _("不能寫入檔案（{detail}）。").format(detail=cause_of(error)),
            place=in_file(path),
            remedy=_("請查對資料夾與權限。"),
        ) from error
    return len(held)


def _exists(path: Path) -> FormatError:
    return FormatError(_("檔案已經存在。"), place=in_file(path), remedy=_("請另取檔名。"))


def _gift_item(question: Question) -> Item:
    tags = tuple(tag for tag in question.tags if fits(tag))
    return _item(question, (*tags, *tags_for(question, unit=True)))


def _xml_item(question: Question) -> Item:
    tags = (*question.tags, *tags_for(question, unit=False))
    own: dict[str, object] = {}
    # Where the tags do not say it, or a tag of the office's own says something else, our own element does.
    read, others = fields_from(tags, question.kind)
    for name in FIELDS:
        value = getattr(question, name)
        unsaid = DIFFICULTY if name == "difficulty" else Question.model_fields[name].default
        if read.get(name, unsaid) != value:
            own[name] = "" if value is None else str(value)
    if others != question.tags:
        own["tags"] = list(question.tags)
    for name in ("facts", "contrast", "points"):
        if value := getattr(question, name):
            own[name] = list(value)
    if question.keep_last != kept_last(question.kind, question.options):
        own["keep_last"] = question.keep_last
    return _item(question, tags).model_copy(update={"own": own})


def _item(question: Question, tags: tuple[str, ...]) -> Item:
    names = [name.replace("/", "//") for name in question.topic.split(TOPIC_SEPARATOR)]
    category = "/".join(["top", *(names if question.topic != UNSORTED else [])])
    return item_of(question).model_copy(update={"category": category, "tags": tags})


def _by_name(parse: Callable[[str], Iterable[Question]], name: str) -> "_Reread":
    def reread(questions: Sequence[Question]) -> list[Question | None]:
        back = {question.id: question for question in parse(_TEXTS[name](questions))}
        return [back.get(question.id) for question in questions]

    return reread


def _one_by_one(questions: Sequence[Question]) -> list[Question | None]:
    found = []
    for question in questions:
        held = question.kind in {Kind.SINGLE, Kind.MULTIPLE}
        back = aiken.parse(aiken.dumps([item_of(question)])).questions if held else ()
        found.append(back[0] if len(back) == 1 else None)
    return found


_Reread = Callable[[Sequence[Question]], list[Question | None]]

_REREAD: dict[str, _Reread] = {
    "toml": list,
    "gift": _by_name(lambda text: gift.parse(text).questions, "gift"),
    "xml": _by_name(lambda text: moodle_xml.parse(text).questions, "xml"),
    "aiken": _one_by_one,
    **dict.fromkeys(TABLES, lambda questions: [table.reread(question) for question in questions]),
}


def asks_the_same(question: Question, again: Question) -> bool:
    """Say whether it asks the same and has the same answer; line breaks may be lost."""
    return all(_folded(getattr(question, name)) == _folded(getattr(again, name)) for name in ANSWER_FIELDS)


def _folded(value: object) -> object:
    if isinstance(value, str):
        return _SPACES.sub(" ", value)
    return tuple(_folded(each) for each in value) if isinstance(value, tuple) else value


def _differences(question: Question, again: Question) -> Iterable[str]:
    labels = _labels()
    for name in Question.model_fields:
        if getattr(question, name) != getattr(again, name):
            yield name if name in labels else "stem"


def _labels() -> dict[str, str]:
    return {
        "id": _("編號"),
        "topic": _("主題"),
        "difficulty": _("難度"),
        "tags": _("標籤"),
        "status": _("狀態（草稿、停用）"),
        "explanation": _("解析"),
        "legal_basis": _("法令依據"),
        "in_force_from": _("生效日"),
        "in_force_until": _("失效日"),
        "review_on": _("複查日"),
        "unit": _("單位"),
        "points": _("口頭回答的要點"),
        "facts": _("所據的稅法事實"),
        "contrast": _("錯誤選項所據的事實"),
        "keep_last": _("最後一個選項固定在最後"),
        "stem": _("題目與選項的換行"),
    }
