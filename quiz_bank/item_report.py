"""試題分析 of our own papers: what the submitted sittings say about each question, its options and its key.

Everybody sits the same questions of a paper, so its figures are those of one common test. One question over
several papers is held against the percentage of the other points, and there is no reliability, since there is
no one test.
"""

import operator
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from quiz_bank.analysis import (
    CORRELATION_FROM,
    FACILITY_FROM,
    Analysis,
    ItemFigures,
    analyse_columns,
    analyse_one,
)
from quiz_bank.answer_line import printed_letters
from quiz_bank.blueprint import Paper, PaperItem
from quiz_bank.correction import Correction, Ruled, ruled
from quiz_bank.option_table import (
    Contradiction,
    OptionFigures,
    Tally,
    contradiction,
    guess_share,
    option_table,
    thirds_of,
    unused,
)
from quiz_bank.question import Kind, Question
from quiz_bank.response import NOTHING, option_text, read_back, stored
from quiz_bank.rules import FULL_MARKS, Credit, Points
from quiz_bank.sitting import Sitting

HARD, EASY = 0.1, 0.95
"""A question of a facility below or above is pointed out (the defaults of the R package irtQ)."""

WEAK = 0.2
"""A discrimination below is pointed out (as above)."""

DUBIOUS = 15.0
"""A discriminative efficiency below is doubtful (Moodle's quiz statistics report)."""

_SHORT_OPTION = 8
"""Characters of an option's text in a remark."""

_HUNDRED = 100
_FINE = 10**6
"""Percentages of the rest are counted in millionths, so that they can be added exactly."""


class ItemReport(BaseModel):
    """What is known of one question.

    Attributes:
        number: on the paper; 0 for a question over several papers.
        key: what earns the points, in the letters of the printed paper; of a question over several papers in
            the bank's, as in its options.
        key_text: the same, each letter with its option's text.
        bank_key: the same in the bank's letters.
        points: the full mark; 1 for a question over several papers.
        figures: its statistics.
        guess: the share of the points that guessing earns on average; None where it is not defined.
        options: the table of its options.
        unused: the wrong options that nobody took.
        against_key: what speaks against the key; None: nothing.
        corrected: whether its answer was corrected on the paper.
    """

    model_config = ConfigDict(frozen=True)

    number: int
    question_id: str
    version: str
    kind: Kind
    stem: str
    key: str
    key_text: str
    bank_key: str
    points: Points
    figures: ItemFigures
    guess: float | None
    options: tuple[OptionFigures, ...]
    unused: tuple[str, ...] = ()
    against_key: Contradiction | None = None
    corrected: bool = False

    @property
    def remarks(self) -> tuple[str, ...]:
        """What should be looked at, in words, the gravest first."""
        found = [_("請查對答案")] if self.against_key else []
        figures = self.figures
        # What speaks against the key is said already.
        found += [] if self.against_key else _of_discrimination(figures)
        if figures.n >= FACILITY_FROM and figures.facility is not None:
            ceiling = figures.facility_interval.high if figures.facility_interval else 1.0
            if self.guess and ceiling < self.guess:
                found.append(_("得分比亂猜還低"))
            elif figures.facility < HARD:
                found.append(_("太難"))
            elif figures.facility > EASY:
                found.append(_("太容易"))
        if self.unused:
            texts = {row.name: option_text(row.name, row.text, _SHORT_OPTION) for row in self.options}
            found.append(_("沒人選 {options}").format(options="、".join(texts[name] for name in self.unused)))
        return tuple(found)


def _of_discrimination(figures: ItemFigures) -> list[str]:
    correlation, interval = figures.point_biserial_corrected, figures.point_biserial_interval
    if correlation is None or interval is None:
        return []
    if interval.high < 0:
        return [_("程度好的反而得分低")]
    if correlation < WEAK:
        sure = interval.high < WEAK
        return [_("鑑別度低") if sure else _("鑑別度可能偏低")]
    efficiency = figures.discriminative_efficiency
    return [_("鑑別效率低")] if efficiency is not None and efficiency < DUBIOUS else []


class PaperReport(BaseModel):
    """What the submitted sittings of one paper say.

    Attributes:
        waiting: sittings that have yet to be marked; left out.
        open: sittings that are still answered; left out.
        scores: every score that counts, 0.00 to 100.00, ascending.
        corrections: how many corrections of answers are considered.
        analysis: the figures of the paper and of its items; None without a submitted sitting.
        items: what is known of each question, by number.
    """

    model_config = ConfigDict(frozen=True)

    paper_id: str
    title: str
    n: int
    waiting: int
    open: int
    pass_mark: Points
    scores: tuple[Points, ...]
    corrections: int
    analysis: Analysis | None
    items: tuple[ItemReport, ...]

    def bands(self, width: int = 10) -> list[int]:
        """Count the scores by bands of so many points; the last one holds the full marks, too."""
        last = int(FULL_MARKS) // width - 1
        counts = [0] * (last + 1)
        for score in self.scores:
            counts[min(last, int(score) // width)] += 1
        return counts

    @property
    def conclusion(self) -> str:
        """What may and may not be concluded, in a sentence."""
        if self.n < FACILITY_FROM:
            return _("只有 {n} 人交卷，還不能分析。").format(n=self.n)
        if self.n < CORRELATION_FROM:
            return _("只有 {n} 人：難度可以參考，鑑別度與信度要 30 人以上才看得出來。").format(n=self.n)
        doubtful = [str(item.number) for item in self.items if item.against_key]
        if doubtful:
            return _("第 {numbers} 題的統計與答案不合，請先查對；統計只是線索，不能證明答案錯。").format(
                numbers="、".join(doubtful)
            )
        return _("沒有統計與答案不合的題目。鑑別度低的題目，請先看題意再下結論。")


class VersionReport(BaseModel):
    """What is known of one version of a question over all papers on which it stood.

    Attributes:
        current: whether the bank has this version now.
        papers: the identifiers of those papers, the newest first.
        item: its figures; None without a submitted sitting.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    current: bool
    papers: tuple[str, ...]
    item: ItemReport | None


class Answers:
    """The answers of everybody to one paper, by column, with the points that count.

    Args:
        paper: the paper.
        rulings: how corrected questions are scored.
        codes: for each question, in the order of the paper, the answer of each person as
            `quiz_bank.response.stored` writes it.
        marks: for each question that a person has marked, by number, the points of each person.
    """

    def __init__(
        self,
        paper: Paper,
        rulings: Mapping[int, Ruled],
        codes: Sequence[list[str]],
        marks: Mapping[int, Sequence[Decimal | None]],
    ) -> None:
        self.paper = paper
        self.rulings = {
            item.number: rulings.get(item.number) or Ruled(versions=(item.question,)) for item in paper.items
        }
        self.codes = codes
        self.points = [
            _points(
                item, self.rulings[item.number], paper.rules.multiple_credit, column, marks.get(item.number)
            )
            for item, column in zip(paper.items, codes, strict=True)
        ]
        self.totals = list(map(sum, zip(*self.points, strict=True)))

    @classmethod
    def of(cls, paper: Paper, sittings: Sequence[Sitting], corrections: Iterable[Correction]) -> "Answers":
        """Gather submitted sittings of one paper."""
        codes = [
            [stored(item.question.kind, one.answers.get(item.number, NOTHING)) for one in sittings]
            for item in paper.items
        ]
        marks = {
            item.number: [one.marks.get(item.number) for one in sittings]
            for item in paper.items
            if item.question.kind is Kind.ESSAY
        }
        return cls(paper, ruled(paper, corrections), codes, marks)

    def rest(self, place: int) -> list[int]:
        """Give the hundredths of everybody's points beside the question of index `place`."""
        return list(map(operator.sub, self.totals, self.points[place]))


def _points(
    item: PaperItem,
    ruling: Ruled,
    credit: Credit,
    codes: Sequence[str],
    marks: Sequence[Decimal | None] | None,
) -> list[int]:
    """Give the hundredths of points of each person; each pattern is scored once."""
    if marks is None:
        by_code = {
            code: int(ruling.earned(item, read_back(code) if code else NOTHING, credit) * _HUNDRED)
            for code in set(codes)
        }
        return list(map(by_code.__getitem__, codes))
    known = {
        (code, mark): int(ruling.earned(item, read_back(code) if code else NOTHING, credit, mark) * _HUNDRED)
        for code, mark in set(zip(codes, marks, strict=True))
    }
    return [known[pattern] for pattern in zip(codes, marks, strict=True)]


def report(paper: Paper, sittings: Iterable[Sitting], corrections: Sequence[Correction] = ()) -> PaperReport:
    """Analyse a paper from its sittings; those without a final score are left out and counted.

    The marks are those that count: by the corrected answers where answers were corrected.
    """
    everything = list(sittings)
    submitted = [sitting for sitting in everything if sitting.submitted]
    waiting = sum(sitting.being_marked for sitting in everything)
    return report_of(
        Answers.of(paper, submitted, corrections),
        corrections,
        waiting=waiting,
        still_open=len(everything) - len(submitted) - waiting,
    )


def report_of(
    answers: Answers, corrections: Sequence[Correction] = (), *, waiting: int = 0, still_open: int = 0
) -> PaperReport:
    """Analyse the answers to a paper; see `report`."""
    paper, n = answers.paper, len(answers.totals)
    found = None
    items: list[ItemReport] = []
    if n:
        found = analyse_columns(
            [str(item.number) for item in paper.items],
            [item.points for item in paper.items],
            answers.points,
            [column.count("") for column in answers.codes],
            _HUNDRED,
        )
        third = thirds_of(answers.totals)
        corrected = {each.number for each in corrections}
        for place, item in enumerate(paper.items):
            ruling = answers.rulings[item.number]
            tally = Tally(answers.codes[place], answers.rest(place), _HUNDRED, third)
            items.append(
                _report(
                    item.question,
                    ruling,
                    tally,
                    found.items[place],
                    number=item.number,
                    points=item.points,
                    guess=guess_share(item, ruling, paper.rules.multiple_credit),
                    corrected=item.number in corrected,
                    letters=None if item.question.kind.typed else printed_letters(paper, item),
                )
            )
    return PaperReport(
        paper_id=paper.id,
        title=paper.title,
        n=n,
        waiting=waiting,
        open=still_open,
        pass_mark=paper.rules.pass_mark,
        scores=tuple(Decimal(total) / _HUNDRED for total in sorted(answers.totals)),
        corrections=len(corrections),
        analysis=found,
        items=tuple(items),
    )


def _report(
    question: Question,
    ruling: Ruled,
    tally: Tally,
    figures: ItemFigures,
    *,
    number: int,
    points: Decimal,
    guess: object,
    corrected: bool,
    letters: Sequence[str] | None = None,
) -> ItemReport:
    table = option_table(question, ruling, tally, letters)
    return ItemReport(
        number=number,
        question_id=question.id,
        version=question.version,
        kind=question.kind,
        stem=question.stem,
        key=ruling.right(letters),
        key_text=ruling.right(letters, texts=True),
        bank_key=ruling.right(),
        points=points,
        figures=figures,
        guess=None if guess is None else float(guess),  # type: ignore[arg-type]  # a Fraction
        options=table,
        unused=() if ruling.everyone else unused(question, table),
        # Where everybody gets the points there is no key to contradict.
        against_key=None if ruling.everyone else contradiction(table),
        corrected=corrected,
    )


def over_papers(
    question: Question, answers: Iterable[Answers], *, as_in_bank: bool = False
) -> ItemReport | None:
    """Analyse one version of a question over all papers on which it stood.

    Each person's other points are put in percent of what could be earned with them, so that papers of other
    make can be added.

    Args:
        question: the version.
        answers: of papers, of which only those with this version count.
        as_in_bank: hold the answers against the question's own key, also where a paper was corrected.

    Returns:
        None where nobody has submitted such a paper.
    """
    codes: list[list[str]] = []
    shares: list[list[int]] = []
    rests: list[list[int]] = []
    totals: list[list[int]] = []
    guesses = set()
    rulings: list[Ruled] = []
    for one in answers:
        for place, item in enumerate(one.paper.items):
            if (item.question.id, item.question.version) != (question.id, question.version):
                continue
            others = int((FULL_MARKS - item.points) * _HUNDRED)
            worth = int(item.points * _HUNDRED)
            own = Ruled(versions=(question,)) if as_in_bank else one.rulings[item.number]
            rulings.append(own)
            codes.append(list(one.codes[place]))
            shares.append([_FINE * points // worth if worth else 0 for points in one.points[place]])
            rests.append([_FINE * _HUNDRED * rest // others if others else 0 for rest in one.rest(place)])
            totals.append(one.totals)
            guesses.add(guess_share(item, own, one.paper.rules.multiple_credit))
    if not any(codes):
        return None
    ruling = Ruled(
        versions=tuple(dict.fromkeys(version for each in rulings for version in each.versions)),
        everyone=all(each.everyone for each in rulings),
    )
    together, rest = list(chain(*codes)), list(chain(*rests))
    everybody = list(chain(*totals))
    figures = analyse_one(
        question.id,
        Decimal(1),
        list(chain(*shares)),
        rest,
        everybody,
        together.count(""),
        _FINE,
    )
    return _report(
        question,
        ruling,
        Tally(together, rest, _FINE, thirds_of(everybody)),
        figures,
        number=0,
        points=Decimal(1),
        # Papers by other rules are guessed otherwise.
        guess=guesses.pop() if len(guesses) == 1 else None,
        corrected=False,
    )


def contradicted(bank: Iterable[Question], answers: Iterable[Answers]) -> dict[str, str]:
    """Say of which questions of the bank the statistics contradict the key, by identifier.

    Args:
        bank: the questions as they are now; only answers to this version count.
        answers: of all papers.
    """
    on_papers: dict[tuple[str, str], list[Answers]] = {}
    for one in answers:
        for item in one.paper.items:
            on_papers.setdefault((item.question.id, item.question.version), []).append(one)
    found = {}
    for question in bank:
        own = on_papers.get((question.id, question.version))
        known = over_papers(question, own, as_in_bank=True) if own else None
        if known is not None and known.against_key is not None:
            found[question.id] = known.against_key.text
    return found
