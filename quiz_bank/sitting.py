"""應試: one person answering one paper, what the screen may see meanwhile, and the score.

Answers are kept in the paper's own numbering and in the bank's order of options; only the `Sheet` is
shuffled. So a score can be computed again from paper and answers alone.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from string import ascii_uppercase

from pydantic import BaseModel, ConfigDict

from bureau.dates import TAIPEI
from bureau.journal import canonical
from bureau.language import _
from bureau.problem import Refused
from quiz_bank.blueprint import Paper, PaperItem, rank
from quiz_bank.question import Kind, Question, choice_text
from quiz_bank.rules import Credit, Points, QuizRules, to_hundredths

__all__ = ["QuizRules", "Sitting", "SittingError"]

Choice = tuple[int, ...]
"""Chosen options by their index in the bank, ascending; empty: not answered."""


class SittingError(Refused):
    """A sitting cannot be opened, answered or submitted."""


class Sitting(BaseModel):
    """One person's answers to one paper.

    Attributes:
        id: the paper's identifier and the 員工編號: nobody sits a paper twice.
        section: the person's section when the sitting began.
        started_at: when the time began to run.
        deadline: from this moment on no answer is taken: the paper's minutes after the start, or the end of
            its last day, whichever comes first. What was saved until then is submitted, as of the deadline.
        answers: choice by the paper's number; what is missing is unanswered.
        flags: numbers the person wants to look at again.
        submitted_at: None while it is open.
        overdue: whether it was submitted because the deadline had passed.
        entered_by: 員工編號 or `""` of who entered answers given on paper; None for answers given here.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    paper_id: str
    staff_no: str
    section: str
    started_at: datetime
    deadline: datetime
    answers: Mapping[int, Choice] = {}
    flags: frozenset[int] = frozenset()
    submitted_at: datetime | None = None
    overdue: bool = False
    score: Points | None = None
    passed: bool | None = None
    rules_version: str = ""
    entered_by: str | None = None

    @property
    def submitted(self) -> bool:
        """Whether it is sealed."""
        return self.submitted_at is not None

    def over(self, moment: datetime) -> bool:
        """Say whether the time is over at `moment`."""
        return moment >= self.deadline

    def unanswered(self, paper: Paper) -> tuple[int, ...]:
        """Give the paper's numbers that have no answer."""
        return tuple(item.number for item in paper.items if not self.answers.get(item.number))


class Result(BaseModel):
    """What a submitted sitting says about a person.

    Attributes:
        submitted_at: the moment of submission, or the deadline that had passed.
        score: 0 to 100, two decimals.
        rules: the version of the rules that decided.
        correction: the correction of a key by which the score was computed anew; `""`: it is as it was
            submitted.
    """

    model_config = ConfigDict(frozen=True)

    sitting_id: str
    paper_id: str
    paper_title: str
    staff_no: str
    section: str
    submitted_at: datetime
    score: Points
    passed: bool
    warned: bool = False
    rules: str
    correction: str = ""


class SheetOption(BaseModel):
    """One option as it is shown.

    Attributes:
        letter: what the person types: A, B … or ○, ×.
        index: what `answer` takes for it.
    """

    model_config = ConfigDict(frozen=True)

    letter: str
    index: int
    text: str
    chosen: bool = False


class Page(BaseModel):
    """One question as it is shown during a sitting; neither key nor explanation is in it.

    Attributes:
        place: where it stands on this person's sheet, from 1.
        number: what `answer` and `flag` take for it.
        points: what a right answer is worth.
    """

    model_config = ConfigDict(frozen=True)

    place: int
    number: int
    kind: Kind
    stem: str
    points: Points
    options: tuple[SheetOption, ...]
    flagged: bool = False

    @property
    def answered(self) -> bool:
        """Whether something is chosen."""
        return any(option.chosen for option in self.options)

    def after(self, letter: str) -> Choice:
        """Give the choice after the option called `letter` was pressed.

        In multiple choice each press chooses or takes back; elsewhere the option takes the other's place.

        Raises:
            SittingError: no option has that letter.
        """
        pressed = next((option for option in self.options if option.letter == letter), None)
        if pressed is None:
            raise SittingError(
                _("這一題沒有選項「{letter}」。").format(letter=letter),
                remedy=_("可選：{letters}。").format(
                    letters=" ".join(option.letter for option in self.options)
                ),
            )
        if self.kind is not Kind.MULTIPLE:
            return (pressed.index,)
        chosen = {option.index for option in self.options if option.chosen}
        return tuple(sorted(chosen ^ {pressed.index}))


class Sheet(BaseModel):
    """All that a screen may know during a sitting: this person's questions in this person's order."""

    model_config = ConfigDict(frozen=True)

    sitting_id: str
    paper_id: str
    title: str
    staff_no: str
    started_at: datetime
    deadline: datetime
    minutes: int
    pages: tuple[Page, ...]

    @property
    def unanswered(self) -> tuple[int, ...]:
        """The places (not numbers) that have no answer."""
        return tuple(page.place for page in self.pages if not page.answered)

    @property
    def flagged(self) -> tuple[int, ...]:
        """The places (not numbers) that are flagged."""
        return tuple(page.place for page in self.pages if page.flagged)


class Reviewed(BaseModel):
    """One question after submission: what was chosen, what is right and why.

    Attributes:
        place: where it stood on this person's sheet.
        chosen: the letters chosen, as this person saw them; `""` for none.
        right: the right letters, as this person saw them.
        points: what was earned.
    """

    model_config = ConfigDict(frozen=True)

    place: int
    number: int
    question: Question
    options: tuple[SheetOption, ...]
    chosen: str
    right: str
    correct: bool
    points: Points
    worth: Points


def sitting_id_of(paper_id: str, staff_no: str) -> str:
    """Give the identifier of a person's one sitting of a paper."""
    return f"{paper_id}-{staff_no}"


def result_of(paper: Paper, sitting: Sitting) -> Result:
    """Say what a submitted sitting means."""
    assert sitting.submitted_at is not None
    assert sitting.score is not None
    return Result(
        sitting_id=sitting.id,
        paper_id=paper.id,
        paper_title=paper.title,
        staff_no=sitting.staff_no,
        section=sitting.section,
        submitted_at=sitting.submitted_at,
        score=sitting.score,
        passed=bool(sitting.passed),
        warned=paper.rules.warned(sitting.score),
        rules=sitting.rules_version,
    )


def deadline_of(paper: Paper, started_at: datetime) -> datetime:
    """Give the moment from which no answer is taken: see `Sitting.deadline`."""
    closing = end_of(paper.closes_on)
    if not paper.minutes:
        return closing
    return min(closing, started_at + timedelta(minutes=paper.minutes))


def end_of(day: date) -> datetime:
    """Give the moment at which `day` ends in Taipei."""
    return datetime.combine(day + timedelta(days=1), time.min, TAIPEI)


def sheet_of(paper: Paper, sitting: Sitting) -> Sheet:
    """Show the paper as this person sees it: questions and options in the person's own order."""
    order = sorted(paper.items, key=lambda item: rank(*_own(paper, sitting.staff_no), str(item.number)))
    return Sheet(
        sitting_id=sitting.id,
        paper_id=paper.id,
        title=paper.title,
        staff_no=sitting.staff_no,
        started_at=sitting.started_at,
        deadline=sitting.deadline,
        minutes=paper.minutes,
        pages=tuple(
            Page(
                place=place,
                number=item.number,
                kind=item.question.kind,
                stem=item.question.stem,
                points=item.points,
                options=_options(paper, item, sitting),
                flagged=item.number in sitting.flags,
            )
            for place, item in enumerate(order, start=1)
        ),
    )


def option_order(question: Question, *seed: str) -> tuple[int, ...]:
    """Give the indexes of a question's options in the order that `seed` makes.

    ○ and × stay as they are; a last option that must stay last does.
    """
    indexes = range(len(question.options))
    if question.kind is Kind.TRUE_FALSE:
        return tuple(indexes)
    fixed = indexes[-1:] if question.keep_last else indexes[:0]
    moving = sorted(indexes[: len(indexes) - len(fixed)], key=lambda index: rank(*seed, str(index)))
    return (*moving, *fixed)


def checked(item: PaperItem, choice: Iterable[int]) -> Choice:
    """Give `choice` in order.

    Raises:
        SittingError: an option does not exist, or several are chosen where one can be.
    """
    given = tuple(sorted(set(choice)))
    if given and not 0 <= given[0] <= given[-1] < len(item.question.options):
        raise SittingError(
            _("第 {number} 題沒有這個選項。").format(number=item.number),
            remedy=_("請由 {first} 到 {last} 選。").format(
                first=choice_text(item.question.kind, (0,)),
                last=choice_text(item.question.kind, (len(item.question.options) - 1,)),
            ),
        )
    if len(given) > 1 and item.question.kind is not Kind.MULTIPLE:
        raise SittingError(
            _("第 {number} 題只能選一個。").format(number=item.number), remedy=_("請只留一個選項。")
        )
    return given


def earned(item: PaperItem, choice: Choice, credit: Credit) -> Decimal:
    """Give the points of one answer, rounded half up to hundredths.

    Without partial credit an answer is worth its points when it is exactly the key, else nothing. With it,
    multiple choice is worth points × clamp((right chosen − wrong chosen) / right options, 0, 1).
    """
    key = set(item.question.key)
    chosen = set(choice)
    if chosen == key:
        return item.points
    if item.question.kind is not Kind.MULTIPLE or credit is not Credit.PARTIAL:
        return Decimal("0.00")
    share = max(Fraction(len(chosen & key) - len(chosen - key), len(key)), Fraction(0))
    return to_hundredths(item.points * share.numerator / share.denominator)


def score(paper: Paper, answers: Mapping[int, Choice]) -> Decimal:
    """Give the score, 0.00 to 100.00: the sum of what each answer earned; nothing is ever deducted."""
    credit = paper.rules.multiple_credit
    total = sum((earned(item, answers.get(item.number, ()), credit) for item in paper.items), Decimal())
    return to_hundredths(total)


def submit(paper: Paper, sitting: Sitting, at: datetime) -> Sitting:
    """Close a sitting with what was saved; past the deadline it counts as submitted at the deadline.

    Raises:
        SittingError: it was submitted before.
    """
    if sitting.submitted:
        raise SittingError(_("這份試卷已經交卷，不能再更改。"), remedy=_("成績與解說請看「測驗結果」。"))
    points = score(paper, sitting.answers)
    return sitting.model_copy(
        update={
            "submitted_at": min(at, sitting.deadline),
            "overdue": sitting.over(at),
            "score": points,
            "passed": paper.rules.passed(points),
            "rules_version": paper.rules_version,
        }
    )


def review(paper: Paper, sitting: Sitting) -> tuple[Reviewed, ...]:
    """Show what was right and why, in the order of the person's sheet.

    Raises:
        SittingError: the sitting is still open.
    """
    if not sitting.submitted:
        raise SittingError(_("交卷之後才能看答案與解說。"), remedy=_("請先作答並交卷。"))
    return tuple(_reviewed(paper, sitting, page) for page in sheet_of(paper, sitting).pages)


def answers_text(paper: Paper, answers: Mapping[int, Choice]) -> dict[str, str]:
    """Write answers as letters of the bank's options by number, for the journal and for files."""
    return {
        str(number): choice_text(paper.item(number).question.kind, choice)
        for number, choice in sorted(answers.items())
        if choice
    }


def answers_digest(paper: Paper, answers: Mapping[int, Choice]) -> str:
    """Hash the answers, so that the journal can prove them."""
    return hashlib.sha256(canonical(answers_text(paper, answers)).encode()).hexdigest()


def _own(paper: Paper, staff_no: str) -> tuple[str, str, str]:
    return paper.seed, paper.id, staff_no


def _options(paper: Paper, item: PaperItem, sitting: Sitting) -> tuple[SheetOption, ...]:
    question = item.question
    order = option_order(question, *_own(paper, sitting.staff_no), str(item.number))
    letters = question.options if question.kind is Kind.TRUE_FALSE else ascii_uppercase
    chosen = sitting.answers.get(item.number, ())
    return tuple(
        SheetOption(letter=letter, index=index, text=question.options[index], chosen=index in chosen)
        for letter, index in zip(letters, order, strict=False)
    )


def _reviewed(paper: Paper, sitting: Sitting, page: Page) -> Reviewed:
    item = paper.item(page.number)
    choice = sitting.answers.get(page.number, ())
    return Reviewed(
        place=page.place,
        number=page.number,
        question=item.question,
        options=page.options,
        chosen="".join(option.letter for option in page.options if option.chosen),
        right="".join(option.letter for option in page.options if option.index in item.question.key),
        correct=choice == item.question.key,
        points=earned(item, choice, paper.rules.multiple_credit),
        worth=item.points,
    )
