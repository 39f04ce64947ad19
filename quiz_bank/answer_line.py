"""紙本答案: options in the order in which they are printed, and the letters that people then mark.

On paper everybody has the same order: questions by the paper's own number, options in the order that the
paper's seed makes. So a letter on an answer sheet means one option of the bank.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from string import ascii_uppercase

from bureau.language import _
from bureau.problem import Problem, Refused
from bureau.text import clean_line
from quiz_bank.blueprint import Paper, PaperItem
from quiz_bank.question import Kind
from quiz_bank.response import NOTHING, UNMATCHED, Response, checked, response_text
from quiz_bank.sitting import SheetOption, SittingError, option_order

_RIGHT = frozenset("O○◯〇T對是")
_WRONG = frozenset("X×✕✗╳F錯否")
_EMPTY = frozenset({"", "-", "－", "—", "_", "."})
_BETWEEN = re.compile(r"[\s,、;]+")
_TOKEN = re.compile(r'"([^"]*)"|“([^”]*)”|「([^」]*)」|([^\s,、;，；"“「]+)')
_PAIR = re.compile(r"(\d{1,2})-?([A-Z])")
_SHOWN = 20


class AnswersError(Refused):
    """Answers that were given on paper cannot be read or entered."""


def printed_options(paper: Paper, item: PaperItem) -> tuple[SheetOption, ...]:
    """Give the options of one question as they stand on the printed paper."""
    question = item.question
    letters = question.options if question.kind is Kind.TRUE_FALSE else ascii_uppercase
    order = option_order(question, paper.seed, paper.id, "printed", str(item.number))
    return tuple(
        SheetOption(letter=letter, index=index, text=question.options[index])
        for letter, index in zip(letters, order, strict=False)
    )


def printed_letters(paper: Paper, item: PaperItem) -> list[str]:
    """Give the printed letter of each of the bank's options, by index."""
    letters = [""] * len(item.question.options)
    for option in printed_options(paper, item):
        letters[option.index] = option.letter
    return letters


def printed_key(paper: Paper, item: PaperItem) -> str:
    """Give the right answer in the letters of the printed paper."""
    if item.question.kind.typed:
        return item.question.key_text()
    return response_text(item.question, item.question.key, printed_letters(paper, item))


def printed_text(paper: Paper, item: PaperItem, response: Response) -> str:
    """Write a response in the letters of the printed paper; `""` for none."""
    return response_text(item.question, response, printed_letters(paper, item))


def read_answer(paper: Paper, item: PaperItem, text: str) -> Response:
    """Read what a person marked or wrote for one question on paper.

    ○ × (also O X, T F, 1 2) for true or false; letters or digits for a choice; for a matching the letters in
    the order of its prompts (`BA-`) or pairs (`1-B 2-A`). A dash or nothing is no answer.

    Raises:
        SittingError: it is no possible answer to this question; nothing is guessed.
        QuestionError: a number was asked for and the text is none.
    """
    text = clean_line(text)
    if text in _EMPTY:
        return NOTHING
    if item.question.kind.typed:
        return checked(item.question, item.number, text)
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text).upper())
    if item.question.kind is Kind.TRUE_FALSE:
        return _true_false(item, plain, text)
    if item.question.kind is Kind.MATCHING:
        return _matching(paper, item, plain, text)
    options = {option.letter: option.index for option in printed_options(paper, item)}
    options |= {str(place): options[letter] for place, letter in enumerate(list(options)[:9], 1)}
    if not all(letter in options for letter in plain):
        raise _unreadable(item, text)
    given = [options[letter] for letter in plain]
    if len(set(given)) < len(given):
        raise _unreadable(item, text)
    return checked(item.question, item.number, given)


def read_line(paper: Paper, line: str) -> dict[int, Response]:
    """Read the answers to a whole paper from one line, in the order of its numbers.

    True-or-false and single choice take one character each and need nothing between them, a matching as many
    as it has prompts; an answer of several letters or of words ends at a space or stands in quotes. Nothing
    answered is a dash.

    Raises:
        AnswersError: too few or too many answers, or some that cannot be read; each with its number.
    """
    words = _Words(line)
    answers: dict[int, Response] = {}
    problems: list[Problem] = []
    for item in paper.items:
        text = words.next_for(item)
        if text is None:
            break
        try:
            answers[item.number] = read_answer(paper, item, text)
        except Refused as refusal:
            problems.append(Problem(refusal.what, remedy=refusal.remedy))
            answers[item.number] = NOTHING
    read, asked, rest = len(answers), len(paper.items), words.rest()
    if read < asked:
        problems.append(
            Problem(
                _("只有 {count} 題的答案，試卷有 {asked} 題。").format(count=read, asked=asked),
                remedy=_("沒有作答的題目請寫 -。"),
            )
        )
    elif rest:
        problems.append(
            Problem(
                _("{asked} 題之後還有「{rest}」。").format(asked=asked, rest=rest[:_SHOWN]),
                remedy=_("請查對是否多打，或前面有一題沒有打 -。"),
            )
        )
    if problems:
        raise AnswersError(
            _("答案有 {count} 處看不懂，沒有登錄。").format(count=len(problems)), problems=problems
        )
    return answers


def so_far(paper: Paper, line: str) -> tuple[list[str], str]:
    """Read a line that is being typed.

    Returns:
        For each question that the line has reached, its answer as understood, `?` where it is not; and what
        was typed beyond the last question.
    """
    words = _Words(line)
    understood: list[str] = []
    for item in paper.items:
        text = words.next_for(item)
        if text is None:
            return understood, ""
        try:
            understood.append(printed_text(paper, item, read_answer(paper, item, text)) or "-")
        except Refused:
            understood.append("?")
    return understood, words.rest()


def differences(
    paper: Paper, first: Mapping[int, Response], second: Mapping[int, Response]
) -> list[tuple[int, str, str]]:
    """Give number and both answers, in printed letters, where two entries of one sheet differ."""
    return [
        (
            item.number,
            printed_text(paper, item, one) or "-",
            printed_text(paper, item, other) or "-",
        )
        for item in paper.items
        if (one := first.get(item.number) or NOTHING) != (other := second.get(item.number) or NOTHING)
    ]


class _Words:
    """The words of a line, taken question by question."""

    def __init__(self, line: str) -> None:
        # What stood in quotes is one answer, even an empty one.
        self._words: list[tuple[str, bool]] = [
            (next(part for part in match.groups() if part is not None), match[4] is None)
            for match in _TOKEN.finditer(line)
        ]

    def next_for(self, item: PaperItem) -> str | None:
        """Take the next answer; None at the end of the line."""
        if not self._words:
            return None
        word, quoted = self._words.pop(0)
        kind = item.question.kind
        if quoted or kind.typed or kind is Kind.MULTIPLE or word in _EMPTY:
            return word
        length = len(item.question.prompts) if kind is Kind.MATCHING else 1
        if kind is Kind.MATCHING and word[0].isdecimal():
            return word
        # A dash for the whole matching, with others typed on behind it, would be its first prompt's.
        if rest := word[length:]:
            self._words.insert(0, (rest, False))
        return word[:length]

    def rest(self) -> str:
        """Give what nobody has taken."""
        return " ".join(word for word, _quoted in self._words)


def _true_false(item: PaperItem, plain: str, text: str) -> Response:
    if plain in _RIGHT or plain == "1":
        return (0,)
    if plain in _WRONG or plain == "2":
        return (1,)
    raise _unreadable(item, text)


def _matching(paper: Paper, item: PaperItem, plain: str, text: str) -> Response:
    options = {option.letter: option.index for option in printed_options(paper, item)}
    count = len(item.question.prompts)
    marks: Sequence[str] = plain
    if plain[0].isdecimal():
        pairs = _PAIR.findall(plain)
        places = [int(place) for place, _letter in pairs]
        whole = "".join(match[0] for match in _PAIR.finditer(plain)) == plain
        if not whole or len(set(places)) < len(places) or not all(1 <= place <= count for place in places):
            raise _unreadable(item, text)
        found = {int(place): letter for place, letter in pairs}
        marks = [found.get(place, "-") for place in range(1, count + 1)]
    if len(marks) != count or not all(mark == "-" or mark in options for mark in marks):
        raise _unreadable(item, text)
    return checked(item.question, item.number, [options.get(mark, UNMATCHED) for mark in marks])


def _unreadable(item: PaperItem, text: str) -> SittingError:
    question = item.question
    if question.kind is Kind.TRUE_FALSE:
        remedy = _("請寫 O 或 X。")
    elif question.kind is Kind.MATCHING:
        remedy = _("請依序寫 {count} 個字母（到 {last} 為止），沒有配的寫 -。").format(
            count=len(question.prompts), last=ascii_uppercase[len(question.options) - 1]
        )
    elif question.kind is Kind.MULTIPLE:
        remedy = _("請寫 A 到 {last} 的字母，每個一次，例如 ABD。").format(
            last=ascii_uppercase[len(question.options) - 1]
        )
    else:
        remedy = _("請寫 A 到 {last} 其中一個字母。").format(last=ascii_uppercase[len(question.options) - 1])
    return SittingError(
        _("第 {number} 題（{kind}）的答案「{text}」看不懂。").format(
            number=item.number, kind=question.kind.label, text=text[:_SHOWN]
        ),
        remedy=remedy,
    )
