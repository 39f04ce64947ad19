"""What a paper must contain, the drawing of its questions, and the paper that comes of it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bureau.dates import roc
from bureau.journal import canonical
from bureau.language import _
from bureau.problem import Problem, Refused
from bureau.text import Name
from quiz_bank.question import Kind, Question, Topic
from quiz_bank.rules import FULL_MARKS, Points, QuizRules

MOST_QUESTIONS = 200
"""A paper has at most so many questions."""


class BlueprintError(Refused):
    """A blueprint is wrong, or the bank cannot fill it."""


class Cell(BaseModel):
    """One requirement: so many questions of a topic, of some kinds, of a difficulty; each part may be free.

    Attributes:
        topic: 稅目 or 稅目 > 章節; None: any, spread evenly over the 稅目.
        kinds: the kinds that may be drawn; empty: any.
        difficulty: 1 to 3; None: any.
        count: how many questions.
        points: what each of them is worth.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: Topic | None = None
    kinds: tuple[Kind, ...] = ()
    difficulty: Annotated[int, Field(ge=1, le=3)] | None = None
    count: int = Field(ge=1, le=MOST_QUESTIONS)
    points: Annotated[Points, Field(gt=0)]

    @property
    def title(self) -> str:
        """The cell as people call it."""
        kinds = "、".join(kind.label for kind in self.kinds) or _("各題型")
        difficulty = (
            _("難度 {difficulty}").format(difficulty=self.difficulty) if self.difficulty else _("各難度")
        )
        return f"{self.topic or _('各主題')}／{kinds}／{difficulty}"

    def admits(self, question: Question) -> bool:
        """Say whether `question` may stand in this cell."""
        return (
            question.under(self.topic or "")
            and (not self.kinds or question.kind in self.kinds)
            and self.difficulty in {None, question.difficulty}
        )


class Blueprint(BaseModel):
    """命題藍圖: what a paper must contain; its points make 100."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cells: tuple[Cell, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum((cell.count * cell.points for cell in self.cells), Decimal())
        if total != FULL_MARKS:
            raise ValueError(_("配分合計 {total} 分，應為 100 分。").format(total=total))
        if sum(cell.count for cell in self.cells) > MOST_QUESTIONS:
            raise ValueError(_("題數超過 {most} 題。").format(most=MOST_QUESTIONS))
        return self


DEFAULT_BLUEPRINT = Blueprint(
    cells=(
        Cell(kinds=(Kind.TRUE_FALSE,), count=10, points=Decimal(5)),
        Cell(kinds=(Kind.SINGLE, Kind.MULTIPLE), count=10, points=Decimal(5)),
    )
)
"""10 是非 and 10 選擇 of 5 points each, over all topics."""


class PaperItem(BaseModel):
    """One question on a paper, in the version that was drawn.

    Attributes:
        number: its number on the paper, from 1.
        points: what a right answer is worth.
    """

    model_config = ConfigDict(frozen=True)

    number: int = Field(ge=1)
    question: Question
    points: Points


def _by_number(items: tuple[PaperItem, ...]) -> tuple[PaperItem, ...]:
    if [item.number for item in items] != list(range(1, len(items) + 1)):
        raise ValueError("numbers run from 1 without gaps")
    return items


class Paper(BaseModel):
    """試卷: the drawn questions, with the rules under which everybody sits it; never changes.

    Attributes:
        seed: what the drawing and every sitting's shuffle were made from; with it the paper can be rebuilt.
        opens_on: the first day on which it can be sat.
        closes_on: the last day on which it can be sat.
        minutes: time to answer, 0 for no limit but the end of the last day.
        rules: as they stood on the day it opens.
        rules_version: the version of the whole rule book.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    title: Name
    seed: str
    opens_on: date
    closes_on: date
    minutes: int = Field(ge=0)
    blueprint: Blueprint
    rules: QuizRules
    rules_version: str
    created_at: datetime
    items: Annotated[tuple[PaperItem, ...], AfterValidator(_by_number)]

    def open_on(self, day: date) -> bool:
        """Say whether the paper can be sat on `day`."""
        return self.opens_on <= day <= self.closes_on

    def item(self, number: int) -> PaperItem:
        """Give one item.

        Raises:
            BlueprintError: the paper has no such number.
        """
        if not 1 <= number <= len(self.items):
            raise BlueprintError(
                _("試卷「{title}」沒有第 {number} 題。").format(title=self.title, number=number),
                remedy=_("題號由 1 到 {last}。").format(last=len(self.items)),
            )
        return self.items[number - 1]

    def digest(self) -> str:
        """Hash everything on the paper, so that the journal can prove it."""
        content = self.model_dump(mode="json", exclude={"created_at"}, exclude_defaults=True)
        return hashlib.sha256(canonical(content).encode()).hexdigest()


def rank(seed: str, *parts: str) -> str:
    """Give the place of a thing in the order that `seed` makes: the same on every machine and version.

    Things are ordered by the SHA-256 of the seed and their name, so a thing that is added later moves
    none of the others.
    """
    return hashlib.sha256("\n".join((seed, *parts)).encode()).hexdigest()


def draw(
    bank: Iterable[Question],
    blueprint: Blueprint,
    *,
    day: date,
    seed: str,
    excluded: frozenset[str] = frozenset(),
) -> tuple[PaperItem, ...]:
    """Draw the questions of a paper.

    Only active questions in force on `day` are drawn, never two near-duplicates. Each cell takes next from
    the 稅目 that the paper has least of, in the order the seed makes. Where two cells want the same question,
    one gives way, so a paper is refused only when no choice at all could fill it.

    Args:
        bank: the questions to draw from.
        blueprint: what the paper must contain.
        day: the day on which the questions must be right.
        seed: makes the choice.
        excluded: identifiers that must not be drawn, such as those of the last papers.

    Raises:
        BlueprintError: some cells cannot be filled; each is named with what there is.
    """
    drawing = _filled(bank, blueprint, 1, day=day, seed=seed, excluded=excluded)
    chosen = sorted(drawing.chosen(), key=lambda pair: (pair[0], rank(seed, "order", pair[1].id)))
    return tuple(
        PaperItem(number=number, question=question, points=blueprint.cells[cell].points)
        for number, (cell, question) in enumerate(chosen, start=1)
    )


def draw_for_forms(
    bank: Iterable[Question],
    blueprint: Blueprint,
    forms: int,
    *,
    day: date,
    seed: str,
    excluded: frozenset[str] = frozenset(),
) -> tuple[tuple[Question, ...], ...]:
    """Draw, for each cell, the questions that several papers of one blueprint share out among them.

    A cell gets as many different questions as all papers need, no two alike anywhere; where the bank has too
    few, as many as there are, and at least those that one paper needs.

    Raises:
        BlueprintError: some cells cannot be filled for even one paper.
    """
    drawing = _filled(bank, blueprint, forms, day=day, seed=seed, excluded=excluded)
    cells: list[list[Question]] = [[] for _cell in blueprint.cells]
    for cell, question in drawing.chosen():
        cells[cell].append(question)
    return tuple(tuple(sorted(cell, key=lambda question: question.id)) for cell in cells)


def available(
    bank: Iterable[Question],
    cells: Sequence[Cell],
    *,
    day: date,
    excluded: frozenset[str] = frozenset(),
) -> tuple[int, ...]:
    """Give how many questions, no two alike, each cell by itself could take on `day`."""
    usable = [question for question in bank if question.usable_on(day) and question.id not in excluded]
    drawing = _Drawing(usable, cells)
    return tuple(drawing.available(index) for index in range(len(cells)))


def _filled(
    bank: Iterable[Question],
    blueprint: Blueprint,
    forms: int,
    *,
    day: date,
    seed: str,
    excluded: frozenset[str],
) -> "_Drawing":
    usable = [question for question in bank if question.usable_on(day) and question.id not in excluded]
    usable.sort(key=lambda question: (rank(seed, "draw", question.id), question.id))
    drawing = _Drawing(usable, blueprint.cells, forms)
    short = drawing.fill()
    if short:
        raise BlueprintError(
            _("題庫不夠，沒有產生試卷。"),
            remedy=_("請減少題數、放寬條件，或匯入更多在 {day} 有效的題目。").format(day=roc(day)),
            problems=[_shortage(blueprint.cells[index], drawing.available(index)) for index in sorted(short)],
        )
    return drawing


class _Drawing:
    """The filling of slots (one for each question wanted) from groups of near-duplicates, each used once.

    This is bipartite matching by augmenting paths: the spread over topics is a wish, that every slot is
    filled is the demand. Of several forms, the slots of the first are filled first; one that is filled stays
    so, whichever question it ends up with.
    """

    def __init__(self, usable: Sequence[Question], cells: Sequence[Cell], forms: int = 1) -> None:
        self._cells = cells
        groups: dict[tuple[str, frozenset[str]], list[Question]] = {}
        for question in usable:
            groups.setdefault(question.likeness, []).append(question)
        # A candidate is a group's number and the first of its questions that the cell admits.
        self._candidates = [
            [
                (group, first)
                for group, alike in enumerate(groups.values())
                if (first := next(filter(cell.admits, alike), None)) is not None
            ]
            for cell in cells
        ]
        one_form = [index for index, cell in enumerate(cells) for _each in range(cell.count)]
        self._slots_of_a_form = len(one_form)
        self._cell_of_slot = one_form * forms
        self._slot_of_group: dict[int, int] = {}
        self._held: dict[int, tuple[int, Question]] = {}

    def available(self, cell: int) -> int:
        """Say how many questions, no two alike, the cell could take."""
        return len(self._candidates[cell])

    def fill(self) -> set[int]:
        """Fill the slots, those of the cell with the fewest candidates first.

        Returns:
            The cells that are short already in the first form.
        """
        slots = sorted(
            range(len(self._cell_of_slot)),
            key=lambda slot: (
                slot // self._slots_of_a_form,
                self.available(self._cell_of_slot[slot]),
            ),
        )
        unfilled = [slot for slot in slots if not self._place(slot, set())]
        return {self._cell_of_slot[slot] for slot in unfilled if slot < self._slots_of_a_form}

    def chosen(self) -> list[tuple[int, Question]]:
        """Give each question drawn with the index of its cell."""
        return [(self._cell_of_slot[slot], question) for slot, (_group, question) in self._held.items()]

    def _place(self, slot: int, tried: set[int]) -> bool:
        candidates = self._candidates[self._cell_of_slot[slot]]
        free = [candidate for candidate in candidates if candidate[0] not in self._slot_of_group]
        if free:
            self._hold(slot, *self._least_covered(free))
            return True
        for group, question in candidates:
            if group not in tried:
                tried.add(group)
                if self._moves_away(self._slot_of_group[group], tried):
                    self._hold(slot, group, question)
                    return True
        return False

    def _moves_away(self, slot: int, tried: set[int]) -> bool:
        group, _question = self._held[slot]
        if not self._place(slot, tried):
            return False
        del self._slot_of_group[group]
        return True

    def _hold(self, slot: int, group: int, question: Question) -> None:
        self._slot_of_group[group] = slot
        self._held[slot] = (group, question)

    def _least_covered(self, free: Sequence[tuple[int, Question]]) -> tuple[int, Question]:
        """Give the first candidate, in the seed's order, of the topic that the paper has least of."""
        subjects = Counter(question.subject for _group, question in self._held.values())
        topics = Counter(question.topic for _group, question in self._held.values())
        return min(free, key=lambda candidate: (subjects[candidate[1].subject], topics[candidate[1].topic]))


def _shortage(cell: Cell, available: int) -> Problem:
    if available < cell.count:
        what = _("「{cell}」要 {count} 題，可用的只有 {available} 題。")
    else:
        what = _("「{cell}」要 {count} 題；可用的 {available} 題中，有些已被其他格用去。")
    return Problem(what.format(cell=cell.title, count=cell.count, available=available))
