"""Moodle XML: everything that Moodle knows of a question, read strictly.

Moodle's own reader takes a truncated file for whole and a missing key for none; here the file must be
well-formed, each question is judged by itself with its line and name, and a type that is not known is
reported by name and count. Document types and entities of the file's own are refused.

What the bank has and Moodle has not is written twice over: in tags, which Moodle keeps (`marked`), and where
that is no place for it in an element `<courtesy>` of each question, with an element for each field by the
bank's own name of it. Moodle passes over elements that it does not know.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from io import BytesIO
from pathlib import Path
from string import ascii_uppercase
from typing import Any, BinaryIO, NoReturn
from xml.sax.handler import ContentHandler, ErrorHandler
from xml.sax.saxutils import escape
from xml.sax.xmlreader import AttributesImpl, InputSource, Locator

from bureau.language import _
from bureau.text import clean, clean_line
from quiz_bank.formats.exchange import Item, ItemAnswer, ItemType, Pair, known_fraction
from quiz_bank.formats.into_bank import IntoBank, plain
from quiz_bank.formats.reading import (
    ENCODINGS,
    Problems,
    Reading,
    ReadingProblem,
    Severity,
    Take,
    gathered,
    utf8_of,
)
from quiz_bank.question import Status, plain_number

_STYLES = {
    "html": "html",
    "moodle_auto_format": "moodle",
    "plain_text": "plain",
    "markdown": "markdown",
}
_SHOWN = 40
_STYLE_NAMES = {style: name for name, style in _STYLES.items()}
_OTHER_NAMES = {"match": "matching"}
_PERCENT = Decimal(100)
_DEEPEST = 50
_MOST_ELEMENTS = 5_000
_MOST_KINDS = 50
_NAME = 255
_FALSE = frozenset({"false", "0", ""})
_LOST = ("hint", "file", "responsetemplate", "image", "image_base64")
"""Elements whose content the bank has no place for."""

_PICTURE = re.compile(r"<img\b", re.IGNORECASE)
_OWN = "courtesy"
_OWN_DAYS = ("in_force_from", "in_force_until", "review_on")
_OWN_TEXTS = ("difficulty", "status", "legal_basis")
_OWN_LISTS = ("facts", "contrast", "points", "tags")
_OWN_FLAG = "keep_last"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Fault(Exception):
    """Why a question cannot be taken."""


@dataclass
class _Node:
    """One element with the text that stands directly in it."""

    tag: str
    line: int
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)
    children: list["_Node"] = field(default_factory=list)

    def child(self, tag: str) -> "_Node | None":
        return next((each for each in self.children if each.tag == tag), None)

    def all(self, tag: str) -> Iterator["_Node"]:
        return (each for each in self.children if each.tag == tag)

    @property
    def own(self) -> str:
        return "".join(self.text)

    def words(self, tag: str = "text") -> str:
        """Give what stands in a child.

        Raises:
            _Fault: it holds elements instead of text.
        """
        node = self.child(tag)
        if node is None:
            return ""
        if node.children:
            raise _Fault(
                _("第 {line} 列的 <{tag}> 裡有沒有跳脫的標記 <{inner}>；請用 CDATA 包起來。").format(
                    line=node.children[0].line, tag=tag, inner=node.children[0].tag
                )
            )
        return node.own


class _Reader(ContentHandler, ErrorHandler):
    """Gathers one question at a time and lets go of it when it has been read."""

    def __init__(self, take: Take) -> None:
        super().__init__()
        self.problems = Problems()
        self.unknown: Counter[str] = Counter()
        self.root = ""
        self.found = False
        self._bank = IntoBank(self.problems, take)
        self._category = ""
        self._path: list[_Node] = []
        self._elements = 0
        self._where: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - the library's own name
        """Remember who knows the line."""
        self._where = locator

    @property
    def line(self) -> int:
        """The line that is being read, from 1."""
        return int(self._where.getLineNumber() or 1) if self._where else 1

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the library's own name
        """Open an element."""
        if not self._path and not self.root:
            self.root = name
        self._elements += 1
        if len(self._path) > _DEEPEST or self._elements > _MOST_ELEMENTS:
            raise _TooMuch(self.line)
        node = _Node(name, self.line, dict(attrs.items()))
        if self._path and (len(self._path) > 1 or name == "question"):
            self._path[-1].children.append(node)
        self._path.append(node)

    def characters(self, content: str) -> None:
        """Take text, white space included."""
        if self._path:
            self._path[-1].text.append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - the library's own name
        """Close an element; a question is read at once."""
        node = self._path.pop()
        if name == "question" and len(self._path) == 1:
            self._path[0].children.clear()
            self._path[0].text.clear()
            self._elements = 0
            self.found = True
            self._take(node)

    def error(self, exception: BaseException) -> NoReturn:
        """Break off at the first thing that is wrong."""
        raise exception

    def fatalError(self, exception: BaseException) -> NoReturn:  # noqa: N802 - the library's own name
        """Break off where the file is no XML."""
        raise exception

    def _take(self, node: _Node) -> None:
        kind = node.attributes.get("type", "").strip()
        kind = _OTHER_NAMES.get(kind, kind)
        name = ""
        try:
            if kind == "category":
                self._category = _path_of(node)
                item = Item(type=ItemType.CATEGORY, name=self._category, stem="", category=self._category)
                self._bank(node.line, item)
                return
            name = _name_of(node)
            if kind not in _READERS:
                self._count(clean_line(kind)[:_SHOWN] or _("沒有寫題型"))
                return
            item = _READERS[kind](_header(node, ItemType(kind), name, self._category, self), node, self)
        except _Fault as fault:
            self.say(node.line, name, str(fault))
        else:
            self._say_what_is_lost(node, name)
            self._bank(node.line, item)

    def _count(self, kind: str) -> None:
        more = len(self.unknown) < _MOST_KINDS or kind in self.unknown
        self.unknown[kind if more else _("其他")] += 1

    def _say_what_is_lost(self, node: _Node, name: str) -> None:
        found = {each.tag for part in (node, *node.children) for each in part.children}
        lost = [tag for tag in _LOST if tag in found]
        if lost:
            self.say(node.line, name, _("不會保留：{lost}。").format(lost="、".join(lost)), Severity.WARNING)

    def say(self, line: int, name: str, message: str, severity: Severity = Severity.ERROR) -> None:
        """Note something about a question."""
        self.problems.append(ReadingProblem(severity=severity, message=message, line=line, question=name))


class _TooMuch(Exception):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def read(path: Path, encoding: str = ENCODINGS[0]) -> Reading:
    """Read a Moodle XML file; see `parse`.

    Raises:
        FormatError: the file cannot be opened or is not in that encoding.
    """
    return gathered(lambda take: scan_file(path, take, encoding))


def parse(text: str) -> Reading:
    """Read items from Moodle XML, and the questions that the bank has a kind for.

    A file that is not well-formed gives nothing but the place of the fault.
    """
    return gathered(lambda take: scan(BytesIO(text.encode("utf-8", "replace")), take))


def scan_file(path: Path, take: Take, encoding: str = ENCODINGS[0]) -> tuple[ReadingProblem, ...]:
    """Read a Moodle XML file question by question.

    Raises:
        FormatError: the file cannot be opened or is not in that encoding.
    """
    with utf8_of(path, encoding) as file:
        return scan(file, take)


def scan(file: BinaryIO, take: Take) -> tuple[ReadingProblem, ...]:
    """Read UTF-8 bytes of Moodle XML question by question; give everything to say about them."""
    reader = _Reader(take)
    if fault := _parsed(file, reader):
        return (*reader.problems.whole(), fault)
    if reader.root != "quiz":
        what = _("這不是 Moodle XML：最外層是 <{root}>，應為 <quiz>。").format(
            root=clean_line(reader.root)[:_SHOWN]
        )
        return (ReadingProblem(message=what, line=1, fatal=True),)
    if not reader.found:
        return (ReadingProblem(message=_("檔案裡沒有題目（<question>）。"), line=1, fatal=True),)
    for kind, count in reader.unknown.items():
        what = _("題型「{kind}」不能讀，略過 {count} 題。").format(kind=kind, count=count)
        reader.problems.append(ReadingProblem(severity=Severity.WARNING, message=what))
    return reader.problems.whole()


def dumps(items: Iterable[Item]) -> str:
    """Write items as Moodle XML."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    category = ""
    for item in items:
        if item.category != category:
            category = item.category
            lines.append(f'<question type="category"><category>{_text(category)}</category></question>')
        style = f' format="{_STYLE_NAMES[item.format]}"'
        lines += [
            f'<question type="{item.type.value}">',
            f"  <name>{_text(item.name)}</name>",
            f"  <questiontext{style}>{_text(item.stem)}</questiontext>",
            f"  <generalfeedback{style}>{_text(item.general_feedback)}</generalfeedback>",
            f"  <idnumber>{_escaped(item.id)}</idnumber>",
            *("  " + line for line in _settings(item, style)),
        ]
        for answer in item.answers:
            percent = (answer.fraction * _PERCENT).normalize()
            width = (
                "" if answer.tolerance is None else f"<tolerance>{plain_number(answer.tolerance)}</tolerance>"
            )
            lines.append(f'  <answer fraction="{percent:f}"{style}>{_text(answer.text)}{width}</answer>')
        lines += [
            f"  <subquestion{style}>{_text(pair.left)}<answer>{_text(pair.right)}</answer></subquestion>"
            for pair in item.pairs
        ]
        tags = "".join(f"<tag>{_text(tag)}</tag>" for tag in item.tags)
        lines += [f"  <tags>{tags}</tags>", *_own_lines(item.own), "</question>"]
    return "\n".join([*lines, "</quiz>", ""])


def _settings(item: Item, style: str) -> Iterator[str]:
    if item.type is ItemType.MULTIPLE_CHOICE:
        yield f"<single>{str(item.single).lower()}</single>"
    if item.type in {ItemType.MULTIPLE_CHOICE, ItemType.MATCHING}:
        yield "<shuffleanswers>true</shuffleanswers>"
    if item.type is ItemType.SHORT_ANSWER:
        yield "<usecase>0</usecase>"
    if item.unit:
        yield (
            "<units><unit><multiplier>1</multiplier>"
            f"<unit_name>{_escaped(item.unit)}</unit_name></unit></units>"
        )
        yield "<unitgradingtype>0</unitgradingtype>"
    if item.grader_info is not None:
        yield f"<graderinfo{style}>{_text(item.grader_info)}</graderinfo>"


def _own_lines(own: dict[str, Any]) -> list[str]:
    if not own:
        return []
    lines = []
    for name, value in own.items():
        values = value if name in _OWN_LISTS else [str(value).lower() if name == _OWN_FLAG else value]
        lines += [f"    <{name}>{_escaped(each)}</{name}>" for each in values]
    return [f"  <{_OWN}>", *lines, f"  </{_OWN}>"]


def _escaped(text: str) -> str:
    return escape(_NOT_XML.sub("\ufffd", text))


def _text(text: str) -> str:
    return f"<text>{_escaped(text)}</text>"


def _parsed(file: BinaryIO, reader: _Reader) -> ReadingProblem | None:
    from xml.sax import SAXParseException  # noqa: PLC0415 - with the parser below

    from defusedxml.common import DefusedXmlException  # noqa: PLC0415 - not for --help
    from defusedxml.expatreader import create_parser  # noqa: PLC0415

    parser = create_parser(forbid_dtd=True)
    parser.setContentHandler(reader)
    parser.setErrorHandler(reader)
    source = InputSource()
    # Whatever the file says of itself, it was read as UTF-8.
    source.setByteStream(file)
    source.setEncoding("utf-8")
    try:
        parser.parse(source)
    except DefusedXmlException:
        return ReadingProblem(
            message=_("檔案有文件型別或自訂實體（DOCTYPE），為安全起見不讀。"),
            remedy=_("請刪去 <!DOCTYPE …> 再匯入。"),
            line=reader.line,
            fatal=True,
        )
    except SAXParseException as error:
        return ReadingProblem(
            message=_("不是完整的 XML（第 {column} 欄：{detail}）。").format(
                column=(error.getColumnNumber() or 0) + 1, detail=_cause_of(error.getMessage())
            ),
            remedy=_("檔案可能沒有存完，或有沒有跳脫的 & 與 <；請由 Moodle 重新匯出。"),
            line=error.getLineNumber() or reader.line,
            fatal=True,
        )
    except _TooMuch as error:
        return ReadingProblem(message=_("標記套疊太深或太多，不像題庫檔。"), line=error.line, fatal=True)
    return None


def _cause_of(message: str) -> str:
    """Say what the parser found wrong, which it says in English."""
    return {
        "no element found": _("檔案沒有寫完，或是空的"),
        "unclosed token": _("檔案在一個標記中間斷掉"),
        "unclosed CDATA section": _("CDATA 沒有結束"),
        "partial character": _("檔案在一個字中間斷掉"),
        "mismatched tag": _("開始與結束的標記不成對"),
        "not well-formed (invalid token)": _("有不合規定的字元"),
        "junk after document element": _("</quiz> 之後還有內容"),
        "duplicate attribute": _("同一個標記裡有兩個同名的屬性"),
        "undefined entity": _("有沒有定義的 &…;"),
        "reference to invalid character number": _("有不可用的字元編碼 &#…;"),
        "syntax error": _("不是從 < 開始"),
        "XML or text declaration not at start of entity": _("<?xml …?> 不在檔案的最前面"),
    }.get(message, _("寫法不合規定"))


def _path_of(node: _Node) -> str:
    category = node.child("category")
    if category is None:
        raise _Fault(_("分類沒有寫名稱。"))
    path = category.words() if category.child("text") else category.own
    if not path.strip():
        raise _Fault(_("分類沒有寫名稱。"))
    return clean_line(path)


def _name_of(node: _Node) -> str:
    name = node.child("name")
    words = clean_line(name.words()) if name else ""
    if not words:
        raise _Fault(_("題目沒有名稱（<name>）。"))
    return words[:_NAME]


def _header(node: _Node, kind: ItemType, name: str, category: str, reader: _Reader) -> Item:
    stem = node.child("questiontext")
    if stem is None:
        raise _Fault(_("題目沒有內容（<questiontext>）。"))
    own = _own_of(node)
    if (hidden := node.child("hidden")) and hidden.own.strip() == "1" and "status" not in own:
        own["status"] = Status.RETIRED.value
        reader.say(node.line, name, _("在 Moodle 是隱藏的題目，匯入後是停用。"), Severity.WARNING)
    feedback, tags, identifier = (node.child(tag) for tag in ("generalfeedback", "tags", "idnumber"))
    return Item(
        type=kind,
        name=name,
        stem=_clean(stem.words()),
        format=_style(stem),
        general_feedback=_clean(feedback.words()) if feedback else "",
        id=clean_line(identifier.own) if identifier else "",
        tags=tuple(clean_line(tag.words()) for tag in tags.all("tag")) if tags else (),
        category=category,
        own=own,
    )


def _own_of(node: _Node) -> dict[str, Any]:
    """Read the bank's own fields; what is not known there is left alone."""
    own = node.child(_OWN)
    if own is None:
        return {}
    found: dict[str, Any] = {}
    for each in own.children:
        if each.tag in _OWN_LISTS:
            found.setdefault(each.tag, []).append(each.own.strip())
        elif each.tag == _OWN_FLAG:
            found[each.tag] = each.own.strip() == "true"
        elif each.tag in _OWN_TEXTS:
            found[each.tag] = each.own
        elif each.tag in _OWN_DAYS:
            found[each.tag] = each.own.strip() or None
    return found


def _style(node: _Node) -> str:
    return _STYLES.get(node.attributes.get("format", "html"), "html")


def _clean(text: str) -> str:
    return clean(text).strip()


def _answers(node: _Node) -> Iterator[tuple[_Node, ItemAnswer]]:
    for answer in node.all("answer"):
        feedback = answer.child("feedback")
        yield (
            answer,
            ItemAnswer(
                text=_clean(answer.words()),
                fraction=_fraction(answer.attributes.get("fraction", "0")),
                feedback=_clean(feedback.words()) if feedback else "",
            ),
        )


def _fraction(text: str) -> Decimal:
    number = _decimal(text)
    if number is None:
        raise _Fault(_("配分「{text}」不是數字。").format(text=clean_line(text)[:_SHOWN]))
    fraction = number / _PERCENT
    if not known_fraction(fraction):
        raise _Fault(
            _("配分 {text}% 不是可用的比例；三分之一請寫 33.33333。").format(text=clean_line(text)[:_SHOWN])
        )
    return fraction


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and text.isascii() and abs(number.adjusted()) < 100 else None  # noqa: PLR2004


def _multiple_choice(item: Item, node: _Node, reader: _Reader) -> Item:
    flag = node.child("single")
    single = flag is None or flag.own.strip().casefold() not in _FALSE
    answers = tuple(answer for _node, answer in _answers(node))
    if len(answers) < 2:  # noqa: PLR2004 - a choice needs an alternative
        raise _Fault(_("選擇題至少要有兩個選項。"))
    for letter, answer in zip(ascii_uppercase, answers, strict=False):
        if _PICTURE.search(answer.text) and not plain(answer.text, "html"):
            raise _Fault(_("選項 {letter} 只有一張圖，沒有文字；題庫不收圖。").format(letter=letter))
    if any(not answer.text for answer in answers):
        raise _Fault(_("有一個選項是空白的。"))
    rights = [answer.fraction for answer in answers if answer.fraction > 0]
    if not rights:
        raise _Fault(_("沒有正確的選項。"))
    if single and Decimal(1) not in rights:
        raise _Fault(_("單選題沒有滿分的選項。"))
    if not single and abs(sum(rights, Decimal()) - 1) > Decimal("0.00005"):
        reader.say(node.line, item.name, _("複選題各正確選項的配分合計不是 100%。"), Severity.WARNING)
    return item.model_copy(update={"answers": answers, "single": single})


def _true_false(item: Item, node: _Node, reader: _Reader) -> Item:
    found = [answer for _node, answer in _answers(node)]
    if len(found) != 2:  # noqa: PLR2004 - true and false
        raise _Fault(_("是非題要有 true 與 false 兩個答案。"))
    named = [answer.text.casefold() for answer in found]
    if sorted(named) == ["false", "true"]:
        true, false = found[named.index("true")], found[named.index("false")]
    else:
        true, false = found
        reader.say(
            node.line,
            item.name,
            _("是非題的答案不是 true 與 false，當作第一個為「對」、第二個為「錯」。"),
            Severity.WARNING,
        )
    if (true.fraction > 0) == (false.fraction > 0):
        raise _Fault(_("是非題要恰有一個答案是對的。"))
    answers = tuple(
        answer.model_copy(update={"text": text, "fraction": Decimal(int(answer.fraction > 0))})
        for answer, text in ((true, "true"), (false, "false"))
    )
    return item.model_copy(update={"answers": answers})


def _short_answer(item: Item, node: _Node, reader: _Reader) -> Item:
    if (case := node.child("usecase")) and case.own.strip() == "1":
        reader.say(node.line, item.name, _("不會保留：大小寫有別。"), Severity.WARNING)
    answers = tuple(answer for _node, answer in _answers(node))
    if not any(answer.fraction == 1 and answer.text for answer in answers):
        raise _Fault(_("沒有滿分的答案。"))
    return item.model_copy(update={"answers": answers})


def _numerical(item: Item, node: _Node, reader: _Reader) -> Item:
    answers = []
    for place, answer in _answers(node):
        if answer.text != "*" and _decimal(answer.text) is None:
            raise _Fault(
                _("「{text}」不是數字；請用半形數字與小數點。").format(text=clean_line(answer.text)[:_SHOWN])
            )
        given = place.child("tolerance")
        tolerance = _decimal(given.own) if given and given.own.strip() else Decimal(0)
        if tolerance is None or tolerance < 0:
            raise _Fault(_("容許誤差要是 0 以上的數字。"))
        width = None if answer.text == "*" else tolerance
        answers.append(answer.model_copy(update={"tolerance": width}))
    if not any(answer.fraction == 1 for answer in answers):
        raise _Fault(_("沒有滿分的答案。"))
    update: dict[str, Any] = {
        "answers": tuple(answers),
        "tolerance": answers[0].tolerance,
        "unit": _unit(item, node, reader),
    }
    return item.model_copy(update=update)


def _unit(item: Item, node: _Node, reader: _Reader) -> str:
    """Give the unit in which the number is asked; others, and points taken off for them, are not kept."""
    units = node.child("units")
    found = list(units.all("unit")) if units else []
    names = []
    for unit in found:
        size, name = unit.child("multiplier"), unit.child("unit_name")
        if name and (size is None or _decimal(size.own) == 1):
            names.append(clean_line(name.own))
    graded = node.child("unitgradingtype")
    if len(found) > len(names[:1]) or (graded and graded.own.strip() not in {"", "0"}):
        reader.say(node.line, item.name, _("不會保留：其他單位與單位的扣分。"), Severity.WARNING)
    return names[0] if names else ""


def _matching(item: Item, node: _Node, _reader: _Reader) -> Item:
    pairs = []
    for part in node.all("subquestion"):
        answer = part.child("answer")
        right = _clean(answer.words()) if answer else ""
        left = _clean(part.words())
        if not right:
            raise _Fault(_("配對「{text}」沒有答案。").format(text=clean_line(left)[:_SHOWN]))
        pairs.append(Pair(left=left, right=right))
    if sum(bool(pair.left) for pair in pairs) < 2:  # noqa: PLR2004 - one pair leaves nothing to match
        raise _Fault(_("配對題至少要有兩對。"))
    return item.model_copy(update={"pairs": tuple(pairs)})


def _essay(item: Item, node: _Node, _reader: _Reader) -> Item:
    info = node.child("graderinfo")
    return item.model_copy(update={"grader_info": _clean(info.words()) if info else ""})


def _as_it_is(item: Item, _node: _Node, _reader: _Reader) -> Item:
    return item


_READERS = {
    "multichoice": _multiple_choice,
    "truefalse": _true_false,
    "shortanswer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "essay": _essay,
    "description": _as_it_is,
}
