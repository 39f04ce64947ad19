"""應試: one person answering one paper, what the screen may see meanwhile, and the score.

Answers are kept in the paper's own numbering and in the bank's order of options; only the `Sheet` is
shuffled. So a score can be computed again from paper and answers alone, where a person has marked essays
from their marks as well.
"""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from string import ascii_uppercase

from pydantic import BaseModel, ConfigDict

from bureau.dates import TAIPEI
from bureau.journal import canonical
from bureau.language import _
from quiz_bank.blueprint import Paper, PaperItem, rank
from quiz_bank.question import Kind, Question
from quiz_bank.response import (
    NOTHING,
    UNMATCHED,
    Response,
    SittingError,
    response_text,
    share,
    stored,
)
from quiz_bank.rules import Credit, Points, QuizRules, to_hundredths

__all__ = ["QuizRules", "Response", "Sitting", "SittingError"]


class Sitting(BaseModel):
    """One person's answers to one paper.

    Attributes:
        id: the paper's identifier and the 員工編號: nobody sits a paper twice.
        section: the person's section when the sitting began.
        started_at: when the time began to run.
        deadline: from this moment on no answer is taken: the paper's minutes, and what the person was granted
            beyond them, after the start, or the end of its last day, whichever comes first. What was saved
            until then is submitted, as of the deadline.
        answers: response by the paper's number; what is missing is unanswered.
        flags: numbers the person wants to look at again.
        marks: points that a person has given, by the paper's number, for what must be marked by one.
        remarks: what was written beside those points.
        handed_in_at: when the person handed it in; None while it can be answered.
        submitted_at: when it was handed in, once its score is final; None until then.
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
    answers: Mapping[int, Response] = {}
    flags: frozenset[int] = frozenset()
    marks: Mapping[int, Points] = {}
    remarks: Mapping[int, str] = {}
    handed_in_at: datetime | None = None
    submitted_at: datetime | None = None
    overdue: bool = False
    score: Points | None = None
    passed: bool | None = None
    rules_version: str = ""
    entered_by: str | None = None

    @property
    def submitted(self) -> bool:
        """Whether its score is final and it is sealed."""
        return self.submitted_at is not None

    @property
    def handed_in(self) -> bool:
        """Whether no answer is taken any more, even if somebody has yet to mark some of them."""
        return self.submitted or self.handed_in_at is not None

    @property
    def being_marked(self) -> bool:
        """Whether it was handed in and waits for somebody to mark it."""
        return self.handed_in and not self.submitted

    def over(self, moment: datetime) -> bool:
        """Say whether the time is over at `moment`."""
        return moment >= self.deadline

    def unanswered(self, paper: Paper) -> tuple[int, ...]:
        """Give the paper's numbers that have no answer."""
        return tuple(item.number for item in paper.items if not self.answers.get(item.number))

    def unmarked(self, paper: Paper) -> tuple[int, ...]:
        """Give the paper's numbers that a person has to mark and nobody has."""
        return tuple(
            number
            for number in self.answers
            if number not in self.marks and to_be_marked(paper.item(number), self.answers[number])
        )


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
        prompts: the left sides of a matching question.
        unit: of the number that is asked for.
        response: what is answered so far; see `quiz_bank.response.Response`.
    """

    model_config = ConfigDict(frozen=True)

    place: int
    number: int
    kind: Kind
    stem: str
    points: Points
    options: tuple[SheetOption, ...]
    prompts: tuple[str, ...] = ()
    unit: str = ""
    response: Response = NOTHING
    flagged: bool = False

    @property
    def answered(self) -> bool:
        """Whether something is answered; of a matching question at least one prompt."""
        return bool(self.response)

    def after(self, letter: str) -> Response:
        """Give the response after the option called `letter` was pressed.

        In multiple choice each press chooses or takes back; elsewhere the option takes the other's place.

        Raises:
            SittingError: no option has that letter.
        """
        pressed = self._option(letter)
        if self.kind is not Kind.MULTIPLE:
            return (pressed.index,)
        chosen = {option.index for option in self.options if option.chosen}
        return tuple(sorted(chosen ^ {pressed.index}))

    def matched(self, prompt: int, letter: str) -> Response:
        """Give the response after the prompt of index `prompt` was matched with the option called `letter`.

        The same letter again takes the match back.

        Raises:
            SittingError: no option has that letter.
        """
        pressed = self._option(letter).index
        matches = [self.match_of(index) for index in range(len(self.prompts))]
        matches[prompt] = UNMATCHED if matches[prompt] == pressed else pressed
        return () if set(matches) == {UNMATCHED} else tuple(matches)

    def match_of(self, prompt: int) -> int:
        """Give the index of the option that a prompt is matched with, −1 for none."""
        if isinstance(self.response, str) or not self.response:
            return UNMATCHED
        return self.response[prompt]

    def letter_of(self, index: int) -> str:
        """Give the letter under which an option is shown; `""` for none."""
        return next((option.letter for option in self.options if option.index == index), "")

    def _option(self, letter: str) -> SheetOption:
        pressed = next((option for option in self.options if option.letter == letter), None)
        if pressed is None:
            raise SittingError(
                _("這一題沒有選項「{letter}」。").format(letter=letter),
                remedy=_("可選：{letters}。").format(
                    letters=" ".join(option.letter for option in self.options)
                ),
            )
        return pressed


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
        chosen: the letters chosen, as this person saw them, or what was typed; `""` for none.
        right: the right letters, as this person saw them, or the right answer.
        points: what was earned, by the corrected answer where it was corrected.
        by_hand: whether a person has marked it.
        remark: what whoever marked it wrote beside the points.
        corrected: how the answer was corrected afterwards, in words; `""`: it was not.
        points_before: what was earned before it was corrected.
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
    by_hand: bool = False
    remark: str = ""
    corrected: str = ""
    points_before: Points | None = None


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


def deadline_of(paper: Paper, started_at: datetime, extra_minutes: int = 0) -> datetime:
    """Give the moment from which no answer is taken: see `Sitting.deadline`."""
    closing = end_of(paper.closes_on)
    if not paper.minutes:
        return closing
    return min(closing, started_at + timedelta(minutes=paper.minutes + extra_minutes))


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
                prompts=item.question.prompts,
                unit=item.question.unit,
                response=sitting.answers.get(item.number, NOTHING),
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


def to_be_marked(item: PaperItem, response: Response) -> bool:
    """Say whether only a person can say what a response earns."""
    return share(item.question, response, Credit.ALL) is None


def earned(item: PaperItem, response: Response, credit: Credit, mark: Decimal | None = None) -> Decimal:
    """Give the points of one answer, rounded half up to hundredths: see `quiz_bank.response.share`.

    Args:
        item: the question on the paper.
        response: what was answered.
        credit: how multiple choice is credited.
        mark: the points that a person has given, where one has to; None: not yet, which earns nothing.
    """
    part = share(item.question, response, credit)
    if part is None:
        return to_hundredths(mark or Decimal())
    return to_hundredths(item.points * part.numerator / part.denominator)


def score(
    paper: Paper, answers: Mapping[int, Response], marks: Mapping[int, Decimal] | None = None
) -> Decimal:
    """Give the score, 0.00 to 100.00: the sum of what each answer earned; nothing is ever deducted."""
    credit, given = paper.rules.multiple_credit, marks or {}
    total = sum(
        (
            earned(item, answers.get(item.number, NOTHING), credit, given.get(item.number))
            for item in paper.items
        ),
        Decimal(),
    )
    return to_hundredths(total)


def submit(paper: Paper, sitting: Sitting, at: datetime) -> Sitting:
    """Hand a sitting in with what was saved; past the deadline it counts as handed in at the deadline.

    Where nothing waits for a person's mark, the score is final at once.

    Raises:
        SittingError: it was handed in before.
    """
    if sitting.handed_in:
        raise SittingError(_("這份試卷已經交卷，不能再更改。"), remedy=_("成績與解說請看「測驗結果」。"))
    handed_in = sitting.model_copy(
        update={"handed_in_at": min(at, sitting.deadline), "overdue": sitting.over(at)}
    )
    return handed_in if handed_in.unmarked(paper) else finished(paper, handed_in)


def finished(paper: Paper, sitting: Sitting) -> Sitting:
    """Close a sitting that was handed in: all marks stand, the score is final.

    Raises:
        SittingError: it is not handed in, is closed already, or somebody has yet to mark an answer.
    """
    if sitting.submitted or sitting.handed_in_at is None:
        raise SittingError(_("只有交了卷、還沒有成績的試卷可以結束評閱。"))
    if waiting := sitting.unmarked(paper):
        raise SittingError(
            _("第 {numbers} 題還沒有評分。").format(numbers="、".join(map(str, waiting))),
            remedy=_("請先評完再結束評閱。"),
        )
    points = score(paper, sitting.answers, sitting.marks)
    return sitting.model_copy(
        update={
            "submitted_at": sitting.handed_in_at,
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
    if sitting.being_marked:
        raise SittingError(_("這份試卷的簡答題還在評閱。"), remedy=_("評完之後就可以看成績、答案與解說。"))
    if not sitting.submitted:
        raise SittingError(_("交卷之後才能看答案與解說。"), remedy=_("請先作答並交卷。"))
    return tuple(_reviewed(paper, sitting, page) for page in sheet_of(paper, sitting).pages)


def answers_text(paper: Paper, answers: Mapping[int, Response]) -> dict[str, str]:
    """Write answers by number as `quiz_bank.response.stored` does, for the journal and for files."""
    return {
        str(number): stored(paper.item(number).question.kind, response)
        for number, response in sorted(answers.items())
        if response
    }


def answers_digest(
    paper: Paper, answers: Mapping[int, Response], marks: Mapping[int, Decimal] | None = None
) -> str:
    """Hash the answers, and what was given for essays, so that the journal can prove them."""
    content: dict[str, object] = dict(answers_text(paper, answers))
    if marks:
        content["marks"] = {str(number): str(points) for number, points in sorted(marks.items())}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _own(paper: Paper, staff_no: str) -> tuple[str, str, str]:
    return paper.seed, paper.id, staff_no


def _options(paper: Paper, item: PaperItem, sitting: Sitting) -> tuple[SheetOption, ...]:
    response = sitting.answers.get(item.number, NOTHING)
    return shown_options(item.question, response, *_own(paper, sitting.staff_no), str(item.number))


def shown_options(question: Question, response: Response, *seed: str) -> tuple[SheetOption, ...]:
    """Give the options of a question in the order that `seed` makes, with what is chosen."""
    letters = question.options if question.kind is Kind.TRUE_FALSE else ascii_uppercase
    chosen = response if question.kind.chosen and not isinstance(response, str) else ()
    return tuple(
        SheetOption(letter=letter, index=index, text=question.options[index], chosen=index in chosen)
        for letter, index in zip(letters, option_order(question, *seed), strict=False)
    )


def _reviewed(paper: Paper, sitting: Sitting, page: Page) -> Reviewed:
    item = paper.item(page.number)
    question, response = item.question, page.response
    letters = [page.letter_of(index) for index in range(len(question.options))]
    points = earned(item, response, paper.rules.multiple_credit, sitting.marks.get(page.number))
    return Reviewed(
        place=page.place,
        number=page.number,
        question=question,
        options=page.options,
        chosen=response_text(question, response, letters),
        right=question.key_text() if question.kind.typed else response_text(question, question.key, letters),
        correct=points == item.points
        if question.kind is Kind.ESSAY
        else share(question, response, Credit.ALL) == 1,
        points=points,
        worth=item.points,
        by_hand=to_be_marked(item, response),
        remark=sitting.remarks.get(page.number, ""),
    )
