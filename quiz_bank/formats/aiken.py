"""Aiken, the plainest format of multiple choice: a line for the stem, one for each option, one for the key.

    下列何者是地方稅？
    A. 房屋稅
    B. 營業稅
    ANSWER: A

Where Moodle silently takes a key that names no option, or drops a question without one, it is refused here;
options are found by their label, not by their place. `ANSWER: AB` is multiple response.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from string import ascii_uppercase

from bureau.language import _
from bureau.text import clean, clean_line
from quiz_bank.formats.exchange import Item, ItemAnswer, ItemType, share_of
from quiz_bank.formats.into_bank import IntoBank
from quiz_bank.formats.reading import (
    ENCODINGS,
    Problems,
    Reading,
    ReadingProblem,
    Severity,
    Take,
    gathered,
    lines_of,
)

_OPTION = re.compile(r"([A-Z])[).]\s*(.*)")
_NEARLY_OPTION = re.compile(r"[a-zＡ-Ｚａ-ｚ][)）.．、]|[A-Z][）．、]")
_ANSWER = re.compile(r"ANSWER:\s*(.*)")
_NEARLY_ANSWER = re.compile(r"(answer|ＡＮＳＷＥＲ|答案)\s*[:：]|ANSWER\s*：", re.IGNORECASE)
_KEY = re.compile(r"([A-Z](?:[\s,、]*[A-Z])*)(?:[).]|\s|$)(.*)", re.DOTALL)
_NAME = 80


@dataclass
class _Open:
    """A question whose key has not come yet."""

    line: int
    stem: str
    options: list[tuple[str, str]] = field(default_factory=list)
    fault: str = ""
    fault_line: int = 0

    def spoil(self, line: int, message: str) -> None:
        """Note the first thing that is wrong with it."""
        if not self.fault:
            self.fault, self.fault_line = message, line


def read(path: Path, encoding: str = ENCODINGS[0]) -> Reading:
    """Read an Aiken file; see `parse`.

    Raises:
        FormatError: the file cannot be opened or is not in that encoding.
    """
    return gathered(lambda take: scan_file(path, take, encoding))


def parse(text: str) -> Reading:
    """Read items from Aiken text, and the questions that the bank makes of them."""
    return gathered(lambda take: scan(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), take))


def scan_file(path: Path, take: Take, encoding: str = ENCODINGS[0]) -> tuple[ReadingProblem, ...]:
    """Read an Aiken file question by question.

    Raises:
        FormatError: the file cannot be opened or is not in that encoding.
    """
    return scan(lines_of(path, encoding), take)


def scan(lines: Iterable[str], take: Take) -> tuple[ReadingProblem, ...]:
    """Read lines of Aiken question by question; give everything to say about them."""
    reader = _Reader(take)
    for number, line in enumerate(lines, 1):
        if plain := clean(line).strip():
            reader.take(number, plain)
    reader.end()
    if not reader.found:
        reader.problems.append(ReadingProblem(message=_("檔案裡沒有題目。"), line=1))
    return reader.problems.whole()


def dumps(items: Iterable[Item]) -> str:
    """Write multiple choice items as Aiken; several right options as several letters."""
    blocks = []
    for item in items:
        labels = ascii_uppercase[: len(item.answers)]
        key = "".join(
            label for label, answer in zip(labels, item.answers, strict=True) if answer.fraction > 0
        )
        options = [
            f"{label}. {clean_line(answer.text)}" for label, answer in zip(labels, item.answers, strict=True)
        ]
        blocks.append("\n".join([clean_line(item.stem), *options, f"ANSWER: {key}", ""]))
    return "\n".join(blocks)


class _Reader:
    """Takes one line after the other."""

    def __init__(self, take: Take) -> None:
        self.problems = Problems()
        self._bank = IntoBank(self.problems, take)
        self._open: _Open | None = None
        self._stray: tuple[int, str] | None = None
        self.found = False

    def take(self, number: int, line: str) -> None:
        """Take a line that is not blank."""
        self.found = True
        if match := _ANSWER.match(line):
            self._end_stray()
            self._answer(number, match[1])
        elif match := _OPTION.fullmatch(line):
            self._option(number, match[1], match[2].strip())
        elif self._open is None:
            self._open = _Open(number, line)
            self._look_closer(number, line)
        else:
            self._more_text(number, line)

    def end(self) -> None:
        """Say what was left open at the end of the file."""
        self._end_stray()
        if self._open is not None:
            self._open.spoil(self._open.line, _("這一題到檔尾都沒有 ANSWER: 這一列。"))
            self._refuse()

    def _option(self, number: int, label: str, text: str) -> None:
        if self._stray and label == "A":
            # A new question has begun: the one before had no key.
            assert self._open is not None
            self._open.spoil(self._open.line, _("這一題沒有 ANSWER: 這一列。"))
            self._refuse()
            self._open, self._stray = _Open(*self._stray), None
        self._end_stray()
        if self._open is None:
            self._open = _Open(number, "")
            self._open.spoil(number, _("選項之前沒有題目；題目不可以「A.」開頭。"))
        if label in {known for known, _text in self._open.options}:
            self._open.spoil(number, _("選項 {label} 重複。").format(label=label))
        if not text:
            self._open.spoil(number, _("選項 {label} 是空白的。").format(label=label))
        if len(self._open.options) < len(ascii_uppercase):
            self._open.options.append((label, text))

    def _more_text(self, number: int, line: str) -> None:
        assert self._open is not None
        self._look_closer(number, line)
        if self._open.options and self._stray is None:
            self._stray = (number, line)
        else:
            self._open.spoil(number, _("題目只能寫成一列，請接成一列。"))

    def _look_closer(self, number: int, line: str) -> None:
        assert self._open is not None
        if _NEARLY_OPTION.match(line):
            self._open.spoil(number, _("選項要用半形大寫字母加 . 或 )，如 A. 或 A)。"))
        elif _NEARLY_ANSWER.match(line):
            self._open.spoil(number, _("答案要寫成半形大寫的 ANSWER:，如 ANSWER: B。"))

    def _end_stray(self) -> None:
        if self._stray and self._open is not None:
            self._open.spoil(self._stray[0], _("選項只能寫成一列；這一列不知道屬於哪裡。"))
        self._stray = None

    def _answer(self, number: int, key: str) -> None:
        if self._open is None:
            self._say(number, "", _("ANSWER: 之前沒有題目。"))
            return
        labels = [label for label, _text in self._open.options]
        match = _KEY.fullmatch(key)
        chosen = re.sub(r"[\s,、]", "", match[1]) if match else ""
        if match is None:
            self._open.spoil(number, _("ANSWER: 後面要寫選項的大寫字母，如 B。"))
        elif unknown := [label for label in chosen if label not in labels]:
            self._open.spoil(
                number,
                _("ANSWER: {label} 不是這一題的選項（{labels}）。").format(
                    label="".join(unknown), labels="、".join(labels) or _("沒有選項")
                ),
            )
        elif len(set(chosen)) != len(chosen):
            self._open.spoil(number, _("ANSWER: 的字母重複。"))
        if len(labels) < 2:  # noqa: PLR2004 - a choice needs an alternative
            self._open.spoil(self._open.line, _("選擇題至少要有兩個選項。"))
        if self._open.fault:
            self._refuse()
            return
        assert match is not None
        self._close(number, chosen, match[2].strip())

    def _close(self, number: int, chosen: str, rest: str) -> None:
        assert self._open is not None
        one, self._open = self._open, None
        name = clean_line(one.stem)[:_NAME]
        if rest:
            self._say(
                number, name, _("答案後面的「{rest}」略過。").format(rest=rest[:_NAME]), Severity.WARNING
            )
        if len(chosen) > 1:
            self._say(number, name, _("答案有兩個以上的字母，當作複選題。"), Severity.WARNING)
        right, wrong = share_of(len(chosen), several=len(chosen) > 1)
        answers = tuple(
            ItemAnswer(text=text, fraction=right if label in chosen else wrong) for label, text in one.options
        )
        item = Item(
            type=ItemType.MULTIPLE_CHOICE, name=name, stem=one.stem, answers=answers, single=len(chosen) == 1
        )
        self._bank(one.line, item)

    def _refuse(self) -> None:
        assert self._open is not None
        self._say(self._open.fault_line, clean_line(self._open.stem)[:_NAME], self._open.fault)
        self._open = None

    def _say(self, line: int, question: str, message: str, severity: Severity = Severity.ERROR) -> None:
        self.problems.append(ReadingProblem(severity=severity, message=message, line=line, question=question))
