"""GIFT, the text format of Moodle: read as Moodle reads it, and said so where Moodle is silently wrong.

Moodle marks escaped characters by placeholders such as `&&058;`, which eats texts that hold them; here the
placeholders are Unicode noncharacters, which no text may hold.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Context, Decimal
from pathlib import Path

from bureau.language import _
from bureau.text import clean, clean_line
from quiz_bank.formats.exchange import Item, ItemAnswer, ItemType, Pair, known_fraction
from quiz_bank.formats.into_bank import IntoBank
from quiz_bank.formats.reading import (
    ENCODINGS,
    LONGEST_BLOCK,
    Problems,
    Reading,
    ReadingProblem,
    Severity,
    Take,
    gathered,
    lines_of,
)

_ESCAPED = r"\~=#{}:"
_HIDDEN = {character: chr(0xFDD0 + place) for place, character in enumerate(_ESCAPED)} | {"n": "\ufddf"}
_SHOWN = str.maketrans({hidden: "\n" if name == "n" else name for name, hidden in _HIDDEN.items()})
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef]")
_ESCAPE = re.compile(r"\\([\\~=#{}:n])")

_FORMATS = ("html", "moodle", "plain", "markdown")
_WEIGHT = re.compile(r"%(-*\d{1,2}\.?\d*)%", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_CLOSING = re.compile(r"(?<!\\)\]")
_TAGS = re.compile(r"<[^<>]*>")
_FULL_WIDTH = re.compile("[｛｝＝～＃]")
_TRUE_FALSE = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_CATEGORY = "$CATEGORY:"
_LONGEST_NAME = 255
_DEFAULT_NAME = 80
_MOST_ANSWERS = 1_000
_LONGEST_NUMBER = 40
_EXACT = Context(prec=4 * _LONGEST_NUMBER)


class _Fault(Exception):
    """Why a question cannot be taken."""


@dataclass
class _Block:
    """The lines between two blank lines; of one that is too long only the first are kept."""

    line: int
    lines: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, line: str) -> None:
        """Add a line."""
        self.length += len(line) + 1
        if self.length <= LONGEST_BLOCK:
            self.lines.append(line)
        elif not self.lines:
            self.lines.append(line[:_DEFAULT_NAME])


@dataclass
class _Notes:
    """What is said about the question being read."""

    line: int
    name: str = ""
    problems: Problems = field(default_factory=Problems)

    def warn(self, message: str) -> None:
        self.say(Severity.WARNING, message)

    def say(self, severity: Severity, message: str) -> None:
        self.problems.append(
            ReadingProblem(severity=severity, message=message, line=self.line, question=self.name)
        )


def read(path: Path, encoding: str = ENCODINGS[0]) -> Reading:
    """Read a GIFT file; see `parse`.

    Raises:
        FormatError: the file cannot be opened or is not in that encoding.
    """
    return gathered(lambda take: scan_file(path, take, encoding))


def parse(text: str) -> Reading:
    """Read items from GIFT text, and the questions that the bank has a kind for."""
    return gathered(lambda take: scan(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), take))


def scan_file(path: Path, take: Take, encoding: str = ENCODINGS[0]) -> tuple[ReadingProblem, ...]:
    """Read a GIFT file question by question.

    Raises:
        FormatError: the file cannot be opened or is not in that encoding.
    """
    return scan(lines_of(path, encoding), take)


def scan(lines: Iterable[str], take: Take) -> tuple[ReadingProblem, ...]:
    """Read lines of GIFT question by question; give everything to say about them."""
    problems = Problems()
    bank = IntoBank(problems, take)
    category, found = "", False
    for block in _blocks(lines, problems):
        if _begins_category(block):
            category = clean_line(block.lines.pop(0).removeprefix(_CATEGORY))
            bank(block.line, Item(type=ItemType.CATEGORY, name=category, stem="", category=category))
            if not block.lines:
                continue
            block.line += 1
            _Notes(block.line, category, problems).warn(_("分類之後沒有空一行；後面的題目照樣讀入。"))
        notes = _Notes(block.line, problems=problems)
        try:
            for item in _items_of(block, category, notes):
                found = True
                bank(block.line, item)
        except _Fault as fault:
            found = True
            notes.say(Severity.ERROR, str(fault))
    if not found:
        problems.append(ReadingProblem(message=_("檔案裡沒有題目。"), line=1))
    return problems.whole()


def dumps(items: Iterable[Item]) -> str:
    """Write items as GIFT, each with its identifier, tags and category.

    An essay's general feedback is what it is marked by, since GIFT has one place for both.
    """
    lines: list[str] = []
    category = ""
    for item in items:
        if item.category != category:
            category = item.category
            lines += [f"{_CATEGORY} {category}", ""]
        tags = "".join(f" [tag:{tag.replace(']', chr(92) + ']')}]" for tag in item.tags)
        lines.append(f"// [id:{item.id}]{tags}")
        lines.append(f"::{_escaped(item.name)}::[{item.format}]{_escaped(item.stem)}{{")
        lines += ["\t" + line for line in _WRITERS[item.type](item)]
        feedback = item.general_feedback if item.grader_info is None else item.grader_info
        if feedback:
            lines.append(f"\t####[{item.format}]{_escaped(feedback)}")
        lines += ["}", ""]
    return "\n".join(lines)


def _choice_lines(item: Item) -> Iterator[str]:
    for answer in item.answers:
        text = f"[{item.format}]{_escaped(answer.text)}"
        if item.single:
            yield ("=" if answer.fraction == 1 else "~") + text
        else:
            yield f"~%{_percent(answer)}%{text}"


def _true_false_lines(item: Item) -> Iterator[str]:
    yield "T" if item.answers[0].fraction == 1 else "F"


def _short_lines(item: Item) -> Iterator[str]:
    for answer in item.answers:
        yield f"=%{_percent(answer)}%[{item.format}]{_escaped(answer.text)}"


def _number_lines(item: Item) -> Iterator[str]:
    yield "#"
    for answer in item.answers:
        yield f"=%{_percent(answer)}%{answer.text}:{answer.tolerance or 0:f}"


def _matching_lines(item: Item) -> Iterator[str]:
    for pair in item.pairs:
        left = f"[{item.format}]{_escaped(pair.left)} " if pair.left else ""
        yield f"={left}-> {_escaped(pair.right)}"


_WRITERS: dict[ItemType, Callable[[Item], Iterator[str]]] = {
    ItemType.MULTIPLE_CHOICE: _choice_lines,
    ItemType.TRUE_FALSE: _true_false_lines,
    ItemType.SHORT_ANSWER: _short_lines,
    ItemType.NUMERICAL: _number_lines,
    ItemType.MATCHING: _matching_lines,
    ItemType.ESSAY: lambda _item: iter(()),
}


def _percent(answer: ItemAnswer) -> str:
    return f"{(answer.fraction * 100).normalize():f}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\~=#{}:])", r"\\\1", text).replace("\n", "\\n")


def _begins_category(block: _Block) -> bool:
    """Drop the comments before a category, such as Moodle writes above each, and say whether there is one."""
    comments = 0
    while comments < len(block.lines) and block.lines[comments].startswith("//"):
        comments += 1
    if comments == len(block.lines) or not block.lines[comments].startswith(_CATEGORY):
        return False
    del block.lines[:comments]
    block.line += comments
    return True


def _blocks(lines: Iterable[str], problems: Problems) -> Iterator[_Block]:
    block: _Block | None = None
    for number, line in enumerate(lines, start=1):
        plain = line.strip()
        if plain:
            block = block or _Block(number)
            block.add(_NONCHARACTERS.sub("\ufffd", plain))
            continue
        if "\u3000" in line:
            _Notes(number, problems=problems).warn(_("只有全形空白的一列當作空白列。"))
        if block:
            yield block
        block = None
    if block:
        yield block


def _items_of(block: _Block, category: str, notes: _Notes) -> Iterator[Item]:
    """Read the item of one block; a block that holds comments only has none."""
    if block.length > LONGEST_BLOCK:
        notes.name = clean_line(block.lines[0][:_DEFAULT_NAME])
        raise _Fault(
            _("這一題太長（{count} 個字），最多 {most} 個字；題目之間要空一行。").format(
                count=block.length, most=LONGEST_BLOCK
            )
        )
    comments = "\n".join(line for line in block.lines if line.startswith("//"))
    identifier = clean_line(next(_marked(comments, "[id:"), ""))
    tags = tuple(clean_line(tag) for tag in _marked(comments, "[tag:") if not set(tag) & set("<>`"))
    lines = [" " if line.startswith("//") else line for line in block.lines]
    text = _ESCAPE.sub(lambda match: _HIDDEN[match[1]], "\n".join(lines).strip())
    if not text:
        if identifier or tags:
            notes.warn(_("編號與標籤的註解和題目之間有空白列，因此不屬於任何題目。"))
        return
    notes.name = clean_line(_show(text[:_DEFAULT_NAME]))
    name, text = _name(text, notes)
    stem, answers, feedback = _parts(text, notes)
    style, stem = _styled(stem, "moodle")
    if not name:
        name = clean_line(stem)[:_DEFAULT_NAME]
    notes.name = name
    item = Item(
        type=_type_of(answers),
        name=name,
        stem=stem,
        format=style,
        general_feedback=_styled(feedback, style)[1],
        id=identifier,
        tags=tags,
        category=category,
    )
    yield _READERS[item.type](item, answers or "", notes)


def _marked(comments: str, mark: str) -> Iterator[str]:
    """Give what stands between `mark` and the next ] that is not escaped, each time it does."""
    start = comments.find(mark)
    while start >= 0 and (closing := _CLOSING.search(comments, start)):
        yield comments[start + len(mark) : closing.start()].replace("\\]", "]").strip()
        start = comments.find(mark, closing.end())


def _name(text: str, notes: _Notes) -> tuple[str, str]:
    if not text.startswith("::"):
        return "", text
    name, ending, rest = text[2:].partition("::")
    if not ending:
        notes.warn(_("題名沒有以 :: 結束。"))
        return "", text[2:]
    shown = clean_line(_TAGS.sub("", _show(name)))[:_LONGEST_NAME]
    notes.name = shown
    return shown, rest.strip()


def _parts(text: str, notes: _Notes) -> tuple[str, str | None, str]:
    """Give the stem, the answer block (None: there is none) and the general feedback."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        if _FULL_WIDTH.search(text):
            notes.warn(_("用了全形的 ｛｝＝～＃，所以只當作說明文字；請改為半形。"))
        return text, None, ""
    if start >= 0 > end:
        raise _Fault(_("答案的大括號 { } 沒有結束。"))
    if start < 0 or end < start:
        raise _Fault(_("答案的大括號 { } 不成對。"))
    answers, mark, feedback = text[start + 1 : end].rpartition("####")
    if not mark:
        answers, feedback = feedback, ""
    before, after = text[:start], text[end + 1 :]
    if "{" in after or "}" in after:
        notes.warn(_("一題只能有一組大括號；第二組當作題目的文字。"))
    if _FULL_WIDTH.search(answers):
        notes.warn(_("答案裡有全形的符號，當作文字；若是標記請改為半形。"))
    if not after.strip():
        return before, answers.strip(), feedback
    if not re.search(r"\w", after):
        notes.warn(
            _("大括號之後還有「{rest}」，因此成為填空題。").format(
                rest=clean_line(_show(after))[:_DEFAULT_NAME]
            )
        )
    return f"{before}_____{after}", answers.strip(), feedback


def _type_of(answers: str | None) -> ItemType:
    if answers is None:
        return ItemType.DESCRIPTION
    tests = (
        (ItemType.ESSAY, not answers),
        (ItemType.NUMERICAL, answers.startswith("#")),
        (ItemType.MULTIPLE_CHOICE, "~" in answers),
        (ItemType.MATCHING, "=" in answers and "->" in answers),
        (ItemType.TRUE_FALSE, answers.partition("#")[0].strip() in _TRUE_FALSE),
    )
    return next((kind for kind, holds in tests if holds), ItemType.SHORT_ANSWER)


def _as_it_is(item: Item, _answers: str, _notes: _Notes) -> Item:
    return item


def _multiple_choice(item: Item, text: str, notes: _Notes) -> Item:
    single = "=" in text
    answers = []
    for part in _split(text.replace("=", "~="), "~"):
        if part.startswith("="):
            weight, rest = Decimal(1), part[1:]
            if _WEIGHT.match(rest.strip()):
                notes.warn(_("= 後面的百分比不是配分，當作選項文字；部分給分請寫 ~%50%。"))
        else:
            weight, rest = _weighted(part, Decimal(0))
        answer = _answer(rest, weight, item.format)
        if answer.text:
            answers.append(answer)
        else:
            notes.warn(_("有一個選項是空白的，略過。"))
    if len(answers) < 2:  # noqa: PLR2004 - a choice needs an alternative
        raise _Fault(_("選擇題至少要有兩個選項。"))
    rights = [answer.fraction for answer in answers if answer.fraction > 0]
    if not rights:
        raise _Fault(_("沒有正確的選項。"))
    if single and Decimal(1) not in rights:
        raise _Fault(_("單選題沒有滿分的選項。"))
    if not single and abs(sum(rights, Decimal()) - 1) > Decimal("0.00005"):
        notes.warn(_("複選題各正確選項的配分合計不是 100%。"))
    return item.model_copy(update={"answers": tuple(answers), "single": single})


def _true_false(item: Item, text: str, _notes: _Notes) -> Item:
    answer, *feedback = text.split("#", 2)
    true = _TRUE_FALSE[answer.strip()]
    # The first feedback is for the wrong choice, whichever that is.
    wrong, right = ([_styled(part, item.format)[1] for part in feedback] + ["", ""])[:2]
    answers = (
        ItemAnswer(text="true", fraction=Decimal(int(true)), feedback=right if true else wrong),
        ItemAnswer(text="false", fraction=Decimal(int(not true)), feedback=wrong if true else right),
    )
    return item.model_copy(update={"answers": answers})


def _short_answer(item: Item, text: str, notes: _Notes) -> Item:
    if text.partition("#")[0].strip().upper() in _TRUE_FALSE:
        notes.warn(_("{{{text}}} 當作簡答；是非題請寫 {{T}} 或 {{F}}。").format(text=clean_line(_show(text))))
    answers = []
    for part in _split(text, "="):
        weight, rest = _weighted(part, Decimal(1))
        answers.append(_answer(rest, weight, item.format))
    if not any(answer.fraction == 1 and answer.text for answer in answers):
        raise _Fault(_("沒有滿分的答案。"))
    return item.model_copy(update={"answers": tuple(answers)})


def _numerical(item: Item, text: str, _notes: _Notes) -> Item:
    text, other, other_text = text[1:].partition("~")
    answers = []
    for part in _split(text, "="):
        weight, rest = _weighted(part, Decimal(1))
        value, _mark, feedback = rest.partition("#")
        number, tolerance = _range(_show(value).strip())
        answers.append(
            ItemAnswer(
                text=number,
                fraction=weight,
                feedback=_styled(feedback, item.format)[1],
                tolerance=tolerance,
            )
        )
    if not answers:
        raise _Fault(_("數字題沒有答案。"))
    if not any(answer.fraction == 1 for answer in answers):
        raise _Fault(_("沒有滿分的答案。"))
    first = answers[0].tolerance
    if other:
        feedback = _styled(other_text.strip().removeprefix("#"), item.format)[1]
        answers.append(ItemAnswer(text="*", fraction=Decimal(0), feedback=feedback))
    return item.model_copy(update={"answers": tuple(answers), "tolerance": first})


def _matching(item: Item, text: str, _notes: _Notes) -> Item:
    pairs = []
    for part in _split(text, "="):
        left, arrow, right = part.partition("->")
        if not arrow:
            raise _Fault(_("配對「{text}」沒有 ->。").format(text=clean_line(_show(part))[:_LONGEST_NUMBER]))
        pairs.append(Pair(left=_styled(left, item.format)[1], right=clean(_show(right)).strip()))
        if not pairs[-1].right:
            raise _Fault(_("配對「{text}」沒有答案。").format(text=pairs[-1].left[:_LONGEST_NUMBER]))
    if sum(bool(pair.left) for pair in pairs) < 2:  # noqa: PLR2004 - one pair leaves nothing to match
        raise _Fault(_("配對題至少要有兩對。"))
    return item.model_copy(update={"pairs": tuple(pairs)})


_READERS = {
    ItemType.DESCRIPTION: _as_it_is,
    ItemType.ESSAY: _as_it_is,
    ItemType.MULTIPLE_CHOICE: _multiple_choice,
    ItemType.TRUE_FALSE: _true_false,
    ItemType.SHORT_ANSWER: _short_answer,
    ItemType.NUMERICAL: _numerical,
    ItemType.MATCHING: _matching,
}


def _split(text: str, mark: str) -> list[str]:
    if text.count(mark) > _MOST_ANSWERS:
        raise _Fault(_("答案超過 {most} 個。").format(most=_MOST_ANSWERS))
    first, *rest = text.split(mark)
    return [part.strip() for part in ([first, *rest] if first.strip() else rest)]


def _weighted(part: str, otherwise: Decimal) -> tuple[Decimal, str]:
    """Take a leading %weight% off an answer.

    Raises:
        _Fault: a weight that Moodle does not know.
    """
    match = _WEIGHT.match(part)
    if match is None:
        return otherwise, part
    if match[1].startswith("--"):
        raise _Fault(_("配分 {weight}% 不是數字。").format(weight=match[1]))
    weight = Decimal(match[1]) / 100
    if not known_fraction(weight):
        raise _Fault(_("配分 {weight}% 不是可用的比例；三分之一請寫 33.33333。").format(weight=match[1]))
    return weight, part[match.end() :]


def _answer(part: str, weight: Decimal, style: str) -> ItemAnswer:
    text, _mark, feedback = part.partition("#")
    return ItemAnswer(text=_styled(text, style)[1], fraction=weight, feedback=_styled(feedback, style)[1])


def _range(text: str) -> tuple[str, Decimal]:
    """Read `5`, `5:0.1` or `1..5` as a number and its tolerance."""
    if ".." in text:
        first, _dots, last = text.partition("..")
        low, high = _number(first), _number(last)
        if high < low:
            raise _Fault(_("範圍「{text}」前大後小。").format(text=clean_line(text)))
        middle = _EXACT.divide(_EXACT.add(low, high), Decimal(2))
        return f"{middle.normalize(_EXACT):f}", _EXACT.subtract(high, middle)
    number, mark, tolerance = text.partition(":")
    if number.strip() == "*":
        return "*", Decimal(0)
    _number(number)
    width = _number(tolerance) if mark else Decimal(0)
    if width < 0:
        raise _Fault(_("容許誤差不可小於 0。"))
    return number.strip(), width


def _number(text: str) -> Decimal:
    plain = text.strip()
    if not _NUMBER.fullmatch(plain):
        raise _Fault(
            _("「{text}」不是數字；請用半形數字與小數點。").format(text=clean_line(plain)[:_LONGEST_NUMBER])
        )
    if len(plain) > _LONGEST_NUMBER or abs((number := Decimal(plain)).adjusted()) > _LONGEST_NUMBER:
        raise _Fault(_("數字太大或太長。"))
    return number


def _styled(text: str, style: str) -> tuple[str, str]:
    """Take a leading [format] off a text; give the format and the text as it is meant."""
    text = text.strip()
    if text.startswith("["):
        prefix, ending, rest = text[1:].partition("]")
        if ending and prefix in _FORMATS:
            style, text = prefix, rest
    return style, clean(_show(text)).strip()


def _show(text: str) -> str:
    return text.translate(_SHOWN)
