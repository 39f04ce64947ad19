"""What people answered to one question: for each option how many took it, and how they did elsewhere.

Counted in integers, by pattern: everybody who gave the same answer is one entry. Only the last step, a
square root, leaves the exact numbers.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import comb
from operator import mul

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from quiz_bank.analysis import CORRELATION_FROM, FACILITY_FROM, Interval, fisher, wilson
from quiz_bank.blueprint import PaperItem
from quiz_bank.correction import Ruled
from quiz_bank.question import (
    TRUE_FALSE_OPTIONS,
    Kind,
    Question,
    QuestionError,
    answer_form,
    choice_text,
    matched_text,
    number_from,
    plain_number,
)
from quiz_bank.response import UNMATCHED, Response, option_text, read_back
from quiz_bank.rules import Credit

MOST_TEXTS = 10
"""So many of the most frequent typed answers are listed; the others are counted together."""

THIRDS = 3


class OptionFigures(BaseModel):
    """What is known of one option, or of one typed answer.

    Attributes:
        name: its letter, ○ or ×, 1-B of a matching question, or the text that was typed; `""`: unanswered. Of
            one paper letters are those of the printed paper.
        bank: the same in the bank's letters; `""` for typed answers.
        text: of the option; `""` for typed answers.
        right: whether it is of a key.
        count: how many took it.
        n: how many people there are.
        share: count / n; None without people.
        share_interval: its 95 % interval (Wilson); None below `FACILITY_FROM` people.
        mean_rest: the mean of the other questions' points of those who took it; None where nobody did.
        point_biserial: the correlation of having taken it with the points of the other questions; None where
            everybody or nobody took it, or where those points are all the same.
        point_biserial_interval: its 95 % interval by Fisher's z; None below `CORRELATION_FROM` people.
        thirds: the share that took it in the lower, middle and upper third of the people by total score, who
            is level with somebody being in the same third; None of an empty third.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    bank: str = ""
    text: str = ""
    right: bool = False
    count: int
    n: int
    share: float | None
    share_interval: Interval | None
    mean_rest: float | None
    point_biserial: float | None
    point_biserial_interval: Interval | None
    thirds: tuple[float | None, ...] = ()

    @property
    def label(self) -> str:
        """The option as it stands in a table."""
        return self.name or _("未答")

    @property
    def shown(self) -> str:
        """The option by letter and text, the text cut where it is long."""
        return option_text(self.label, self.text)


class Tally:
    """What everybody answered to one question, by pattern.

    Args:
        codes: the answer of each person as `quiz_bank.response.stored` writes it; `""`: none.
        rest: the points of each person's other questions, as integers of some unit.
        unit: how many of them make one point.
        third: 0, 1 or 2 for each person: the lower, middle or upper third.
    """

    def __init__(self, codes: Sequence[str], rest: Sequence[int], unit: int, third: Sequence[int]) -> None:
        self.n = len(codes)
        self.unit = unit
        self._total = sum(rest)
        self._squares = sum(map(mul, rest, rest))
        self._sums: defaultdict[str, int] = defaultdict(int)
        for code, points in zip(codes, rest, strict=True):
            self._sums[code] += points
        self._by_third = Counter(zip(codes, third, strict=True))
        sizes = Counter(third)
        self._sizes = [sizes[place] for place in range(THIRDS)]

    @property
    def codes(self) -> list[str]:
        """Every answer that was given, `""` too where somebody gave none."""
        return list(self._sums)

    def count(self, codes: Iterable[str]) -> int:
        """Count the people whose answer is one of `codes`."""
        return sum(self._by_third[code, place] for code in codes for place in range(THIRDS))

    def figures(
        self, name: str, codes: Sequence[str], *, bank: str = "", text: str = "", right: bool = False
    ) -> OptionFigures:
        """Give what is known of those whose answer is one of `codes`.

        The correlation is r = (n S₁ − c S) / √(c (n − c) (n Q − S²)), with c people who took it, S₁ the sum
        of their other points, S and Q the sums of all n people's points and of their squares: Pearson's
        formula for a variable that is 0 or 1.
        """
        n, count = self.n, self.count(codes)
        points = sum(self._sums[code] for code in codes)
        spread = count * (n - count) * (n * self._squares - self._total * self._total)
        correlation = (n * points - count * self._total) / math.sqrt(spread) if spread else None
        if correlation is not None:
            # The square root is rounded.
            correlation = max(-1.0, min(1.0, correlation))
        share = count / n if n else None
        return OptionFigures(
            name=name,
            bank=bank,
            text=text,
            right=right,
            count=count,
            n=n,
            share=share,
            share_interval=wilson(share, n) if share is not None and n >= FACILITY_FROM else None,
            mean_rest=points / count / self.unit if count else None,
            point_biserial=correlation,
            point_biserial_interval=fisher(correlation, n),
            thirds=tuple(
                sum(self._by_third[code, place] for code in codes) / size if size else None
                for place, size in enumerate(self._sizes)
            ),
        )


def thirds_of(totals: Sequence[int]) -> list[int]:
    """Give for each person the third by total score; who is level with somebody is in the same third."""
    n = len(totals)
    below, place = 0, {}
    for total, count in sorted(Counter(totals).items()):
        # The middle of those who are level decides, so that neither end is favoured.
        place[total] = min(THIRDS - 1, (2 * below + count) * THIRDS // (2 * n))
        below += count
    return [place[total] for total in totals]


def option_table(
    question: Question, ruling: Ruled, tally: Tally, letters: Sequence[str] | None = None
) -> tuple[OptionFigures, ...]:
    """Give a row for each option, for the most frequent typed answers, and for no answer.

    Args:
        question: what was asked.
        ruling: what earns the points.
        tally: what was answered.
        letters: the letter under which each of the bank's options was printed, by index; the rows stand in
            their order. None: as in the bank.
    """
    codes = [code for code in tally.codes if code]
    if rows_of := _ROWS.get(question.kind):
        rows = rows_of(question, ruling, tally, codes, letters or _bank_letters(question))
    else:
        rows = _typed_rows(question, ruling, tally, codes)
    return (*rows, tally.figures("", [""]))


def _bank_letters(question: Question) -> list[str]:
    return [choice_text(question.kind, (index,)) for index in range(len(question.options))]


def _in_order(letters: Sequence[str]) -> list[int]:
    """Give the indexes of the options in the order of their letters, ○ before ×."""
    if set(letters) == set(TRUE_FALSE_OPTIONS):
        return [letters.index(mark) for mark in TRUE_FALSE_OPTIONS]
    return sorted(range(len(letters)), key=lambda index: letters[index])


def _chosen_rows(
    question: Question, ruling: Ruled, tally: Tally, codes: Sequence[str], letters: Sequence[str]
) -> list[OptionFigures]:
    taken = {code: _read(code) for code in codes}
    return [
        tally.figures(
            letters[index],
            [code for code, response in taken.items() if index in response],
            bank=choice_text(question.kind, (index,)),
            text=question.options[index],
            right=any(index in version.key for version in ruling.versions),
        )
        for index in _in_order(letters)
    ]


def _matched_rows(
    question: Question, ruling: Ruled, tally: Tally, codes: Sequence[str], letters: Sequence[str]
) -> list[OptionFigures]:
    taken = {code: _read(code) for code in codes}
    rows = []
    for place in range(len(question.prompts)):
        for index in _in_order(letters):
            chosen = [UNMATCHED] * len(question.prompts)
            chosen[place] = index
            rows.append(
                tally.figures(
                    matched_text(chosen, "".join(letters)),
                    [code for code, response in taken.items() if response[place] == index],
                    bank=matched_text(chosen),
                    text=question.options[index],
                    right=any(version.key[place] == index for version in ruling.versions),
                )
            )
    return rows


def _typed_rows(question: Question, ruling: Ruled, tally: Tally, codes: Sequence[str]) -> list[OptionFigures]:
    if question.kind is Kind.ESSAY:
        return [tally.figures(_("已答"), codes)] if codes else []
    groups: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    same = _same_number(question) if question.kind is Kind.NUMBER else None
    for code in sorted(codes, key=lambda each: (-tally.count([each]), each)):
        text = str(read_back(code))
        name = same(text) if same else names.setdefault(answer_form(text), text)
        groups.setdefault(name, []).append(code)
    ranked = sorted(groups.items(), key=lambda group: (-tally.count(group[1]), group[0]))
    rows = [
        tally.figures(name, own, right=ruling.takes(read_back(own[0]))) for name, own in ranked[:MOST_TEXTS]
    ]
    others = [code for _name, own in ranked[MOST_TEXTS:] for code in own]
    return [*rows, tally.figures(_("其他"), others)] if others else rows


def _same_number(question: Question) -> Callable[[str], str]:
    def name(text: str) -> str:
        try:
            return plain_number(number_from(text, question.unit))
        except QuestionError:
            return text

    return name


def _read(code: str) -> tuple[int, ...]:
    response: Response = read_back(code)
    assert not isinstance(response, str)
    return response


_ROWS: dict[Kind, Callable[[Question, Ruled, Tally, Sequence[str], Sequence[str]], list[OptionFigures]]] = {
    Kind.TRUE_FALSE: _chosen_rows,
    Kind.SINGLE: _chosen_rows,
    Kind.MULTIPLE: _chosen_rows,
    Kind.MATCHING: _matched_rows,
}


def unused(question: Question, table: Iterable[OptionFigures]) -> tuple[str, ...]:
    """Name the wrong options that nobody took; none below `FACILITY_FROM` people."""
    if question.kind not in {Kind.SINGLE, Kind.MULTIPLE}:
        return ()
    return tuple(
        row.name for row in table if row.name and not row.right and not row.count and row.n >= FACILITY_FROM
    )


class Contradiction(BaseModel):
    """That people who took the key did worse elsewhere, and people who took another answer better."""

    model_config = ConfigDict(frozen=True)

    key: OptionFigures
    other: OptionFigures

    @property
    def text(self) -> str:
        """What it says, which is no proof."""
        assert self.key.point_biserial is not None
        assert self.other.point_biserial is not None
        return _(
            "請查對答案：答「{key}」的人其他題得分較低（r {low:.2f}），"
            "答「{other}」的較高（r {high:.2f}），{n} 人"
        ).format(
            key=self.key.shown,
            low=self.key.point_biserial,
            other=self.other.shown,
            high=self.other.point_biserial,
            n=self.key.n,
        )


def contradiction(table: Iterable[OptionFigures]) -> Contradiction | None:
    """Say whether the statistics speak against the key.

    A right answer's correlation with the other questions is below zero and a wrong one's above it, both with
    95 % intervals that do not hold zero; only from `CORRELATION_FROM` people on, and of answers that at least
    `FACILITY_FROM` people gave. That happens by chance, too: it is a reason to look, never a proof.
    """
    rows = [
        row
        for row in table
        if row.name
        and row.point_biserial_interval
        and row.count >= FACILITY_FROM
        and row.n >= CORRELATION_FROM
    ]
    low = [row for row in rows if row.right and _high(row) < 0]
    high = [row for row in rows if not row.right and _low(row) > 0]
    if not low or not high:
        return None
    return Contradiction(
        key=min(low, key=lambda row: row.point_biserial or 0),
        other=max(high, key=lambda row: row.point_biserial or 0),
    )


def _low(row: OptionFigures) -> float:
    return row.point_biserial_interval.low if row.point_biserial_interval else 0.0


def _high(row: OptionFigures) -> float:
    return row.point_biserial_interval.high if row.point_biserial_interval else 0.0


def guess_share(item: PaperItem, ruling: Ruled | None, credit: Credit) -> Fraction | None:
    """Give the part of its points that somebody earns on average who answers a question at random.

    Of a choice each possible answer is as likely as any other; of multiple choice each set of options but the
    empty one, which is no answer. By partial credit that is the sum over all sets of
    max(right − wrong, 0) / right, with r right and w wrong options
    Σ C(r, a) C(w, b) max(a − b, 0) / r / (2^(r + w) − 1). Words and figures are not guessed: 0. A matching
    earns 1 / (number of options) for each prompt.

    Returns:
        None where it is not defined: of multiple choice or matching with two keys.
    """
    found = ruling or Ruled(versions=(item.question,))
    question = found.versions[0]
    if found.everyone or question.kind.typed:
        return Fraction(int(found.everyone))
    keys, options = len({version.key for version in found.versions}), len(question.options)
    if question.kind in {Kind.SINGLE, Kind.TRUE_FALSE}:
        return Fraction(keys, options)
    sets = 2**options - 1
    if question.kind is Kind.MULTIPLE and credit is Credit.ALL:
        return Fraction(keys, sets)
    if keys > 1:
        return None
    if question.kind is Kind.MATCHING:
        return Fraction(1, options)
    right = len(question.key)
    wrong = options - right
    total = sum(
        comb(right, a) * comb(wrong, b) * (a - b) for a in range(right + 1) for b in range(min(a, wrong + 1))
    )
    return Fraction(total, right * sets)
