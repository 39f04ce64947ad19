"""作答: what a person answers to one question, how that is written down, and what share of points it earns.

A choice is kept as indexes of the bank's own options, whatever order a person saw them in; words and figures
are kept as they were typed. So a score can be computed again from question and response alone.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from string import ascii_uppercase

from bureau.language import _
from bureau.problem import Refused
from bureau.text import clean, clean_line
from quiz_bank.question import (
    TRUE_FALSE_OPTIONS,
    Kind,
    Question,
    QuestionError,
    choice_from,
    choice_text,
    matched_text,
    number_from,
    same_answer,
)
from quiz_bank.rules import Credit

Response = tuple[int, ...] | str
"""What was answered: of a choice the indexes chosen, ascending; of a matching question one index for each
prompt, −1 where none is chosen; else the text. Empty: not answered."""

NOTHING: Response = ()
"""No answer."""

LONGEST_SHORT = 200
LONGEST_OPTION = 20
"""So many characters of an option's text stand behind its letter where room is short."""

LONGEST_ESSAY = 4_000

UNMATCHED = -1
"""Stands in a matching response for a prompt that has no option yet."""

_TYPED_MARK, _MATCHED_MARK, _UNMATCHED_MARK = "=", ">", "-"


class SittingError(Refused):
    """A sitting cannot be opened, answered or submitted."""


def checked(question: Question, number: int, response: Response | Iterable[int]) -> Response:
    """Give `response` in the form in which it is kept.

    Args:
        question: what was asked.
        number: its number on the paper, for the refusal.
        response: as it comes from a person; see `Response`.

    Raises:
        SittingError: no such option, several where one can be chosen, or a text too long.
        QuestionError: a number was asked for and the text is none.
    """
    if question.kind.typed:
        return _typed(question, number, response)
    if isinstance(response, str):
        raise SittingError(
            _("第 {number} 題要由選項中選。").format(number=number), remedy=_("請按選項的數字或字母。")
        )
    if question.kind is Kind.MATCHING:
        return _matched(question, number, tuple(response))
    return _chosen(question, number, response)


def _typed(question: Question, number: int, response: Response | Iterable[int]) -> str:
    if not isinstance(response, str):
        if tuple(response):
            raise SittingError(_("第 {number} 題沒有選項。").format(number=number), remedy=_("請打字作答。"))
        return ""
    text = clean(response).strip() if question.kind is Kind.ESSAY else clean_line(response)
    most = LONGEST_ESSAY if question.kind is Kind.ESSAY else LONGEST_SHORT
    if len(text) > most:
        raise SittingError(
            _("第 {number} 題的答案有 {count} 個字，太長了。").format(number=number, count=len(text)),
            remedy=_("最多 {most} 個字。").format(most=most),
        )
    if text and question.kind is Kind.NUMBER:
        number_from(text, question.unit)
    return text


def _matched(question: Question, number: int, response: tuple[int, ...]) -> tuple[int, ...]:
    if not response or all(index == UNMATCHED for index in response):
        return ()
    fits = len(response) == len(question.prompts)
    if not fits or not all(UNMATCHED <= index < len(question.options) for index in response):
        raise _no_option(question, number)
    return response


def _chosen(question: Question, number: int, response: Iterable[int]) -> tuple[int, ...]:
    given = tuple(sorted(set(response)))
    if given and not 0 <= given[0] <= given[-1] < len(question.options):
        raise _no_option(question, number)
    if len(given) > 1 and question.kind is not Kind.MULTIPLE:
        raise SittingError(
            _("第 {number} 題只能選一個。").format(number=number), remedy=_("請只留一個選項。")
        )
    return given


def _no_option(question: Question, number: int) -> SittingError:
    kind = Kind.SINGLE if question.kind is Kind.MATCHING else question.kind
    return SittingError(
        _("第 {number} 題沒有這個選項。").format(number=number),
        remedy=_("請由 {first} 到 {last} 選。").format(
            first=choice_text(kind, (0,)), last=choice_text(kind, (len(question.options) - 1,))
        ),
    )


def stored(kind: Kind, response: Response) -> str:
    """Write a response as it is kept in the file and hashed in the journal; nothing is `""`.

    A choice is letters of the bank's options or ○ ×, a matching `>BA-`, a text `=text`.
    """
    if not response:
        return ""
    if isinstance(response, str):
        return _TYPED_MARK + response
    if kind is Kind.MATCHING:
        marks = (ascii_uppercase[index] if index >= 0 else _UNMATCHED_MARK for index in response)
        return _MATCHED_MARK + "".join(marks)
    return choice_text(kind, response)


def read_back(text: str) -> Response:
    """Read what `stored` wrote.

    Raises:
        QuestionError: nobody wrote this.
    """
    if text.startswith(_TYPED_MARK):
        return text[1:]
    if text.startswith(_MATCHED_MARK):
        if not set(text[1:]) <= set(ascii_uppercase) | {_UNMATCHED_MARK}:
            raise QuestionError(_("配對的答案「{text}」看不懂。").format(text=text))
        return tuple(ascii_uppercase.find(mark) for mark in text[1:])
    return choice_from(Kind.TRUE_FALSE if text in TRUE_FALSE_OPTIONS else Kind.MULTIPLE, text)


def share(question: Question, response: Response, credit: Credit) -> Fraction | None:
    """Give the part of its points that a response earns, 0 to 1; None when a person has to mark it.

    A choice earns all when it is exactly the key; multiple choice with partial credit earns
    clamp((right chosen − wrong chosen) / right options, 0, 1). A matching earns the part of its prompts that
    are matched rightly, whatever the credit, as learning platforms do. A text earns all when it is one of the
    accepted ones, a number when it is within the tolerance.
    """
    if not response:
        return Fraction(0)
    if question.kind is Kind.ESSAY:
        return None
    if isinstance(response, str):
        return Fraction(int(_typed_right(question, response)))
    if question.kind is Kind.MATCHING:
        right = sum(given == key for given, key in zip(response, question.key, strict=False))
        return Fraction(right, len(question.key))
    if question.kind is not Kind.MULTIPLE or credit is not Credit.PARTIAL:
        return Fraction(int(response == question.key))
    key, chosen = set(question.key), set(response)
    return max(Fraction(len(chosen & key) - len(chosen - key), len(key)), Fraction(0))


def _typed_right(question: Question, text: str) -> bool:
    if question.kind is Kind.SHORT:
        return any(same_answer(text, accepted) for accepted in question.accepted)
    if question.kind is not Kind.NUMBER or question.number is None:
        return False
    try:
        return abs(number_from(text, question.unit) - question.number) <= question.tolerance
    except QuestionError:
        return False


def right_response(question: Question) -> Response:
    """Give a response that earns all points; of an essay its model answer."""
    if question.kind is Kind.SHORT:
        return question.accepted[0]
    if question.kind is Kind.NUMBER:
        assert question.number is not None
        return f"{question.number:f}"
    if question.kind is Kind.ESSAY:
        return question.model_answer
    return question.key


def response_text(question: Question, response: Response, letters: Sequence[str] | None = None) -> str:
    """Write a response for people; `""` where nothing was answered.

    Args:
        question: what was asked.
        response: see `Response`.
        letters: the letter under which each of the bank's options was shown, by index; None: as in the bank.
    """
    if isinstance(response, str):
        return f"{response} {question.unit}".strip() if response else ""
    shown = letters or (TRUE_FALSE_OPTIONS if question.kind is Kind.TRUE_FALSE else tuple(ascii_uppercase))
    if question.kind is Kind.MATCHING:
        return matched_text(response, "".join(shown))
    return "".join(sorted(shown[index] for index in response))


def option_text(letter: str, text: str, longest: int = LONGEST_OPTION) -> str:
    """Write an option by letter and text, so that nobody takes it for another order's: 「B 三十日」.

    Args:
        letter: under which it is shown.
        text: of the option; ○ and × are their own text.
        longest: characters of the text; what is longer is cut.
    """
    line = " ".join(text.split())
    if not line or line == letter:
        return letter
    return f"{letter} {line if len(line) <= longest else line[: longest - 1] + '…'}"


def response_with_texts(
    question: Question, response: tuple[int, ...], letters: Sequence[str] | None = None
) -> str:
    """Write a response to a choice or a matching as `response_text`, each letter with its option's text."""
    shown = letters or (TRUE_FALSE_OPTIONS if question.kind is Kind.TRUE_FALSE else tuple(ascii_uppercase))
    if question.kind is Kind.MATCHING:
        parts = [
            f"{place}-{option_text(shown[index], question.options[index])}"
            for place, index in enumerate(response, start=1)
            if index != UNMATCHED
        ]
    else:
        parts = [
            option_text(shown[index], question.options[index])
            for index in sorted(response, key=lambda each: shown[each])
        ]
    return "、".join(parts)
