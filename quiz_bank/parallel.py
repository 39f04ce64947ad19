"""平行卷: several papers out of one blueprint, equally hard, with as few common questions as can be."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from quiz_bank.blueprint import Blueprint, PaperItem, draw, draw_for_forms, rank
from quiz_bank.expected import Expected, expected_score
from quiz_bank.question import Question

MOST_FORMS = 4
"""So many forms at most: A to D."""

FORM_NAMES = "ABCD"

CLOSE_ENOUGH = Decimal("0.05")
"""Expected scores that differ by no more than this are alike; topics are not torn apart for less."""

_Cell = list[list[Question]]
"""The questions of one cell, form by form."""


def draw_forms(
    bank: Iterable[Question],
    blueprint: Blueprint,
    expected: Mapping[str, Expected],
    *,
    day: date,
    seed: str,
    forms: int = 1,
    excluded: frozenset[str] = frozenset(),
) -> tuple[tuple[PaperItem, ...], ...]:
    """Draw the questions of parallel forms.

    No question stands in two forms unless the bank has too few for a cell; then each such question stands in
    as few forms as possible. Questions are dealt out by topic and expected facility, then exchanged between
    forms, within their cell, as long as that brings the expected scores closer together.

    Args:
        bank: the questions to draw from.
        blueprint: what each form must contain.
        expected: what is expected of each question that may be drawn, by identifier.
        day: the day on which the questions must be right.
        seed: makes the choice and every tie; the same seed and figures give the same forms.
        forms: how many, 1 to `MOST_FORMS`; 1 gives the paper that `draw` gives.
        excluded: identifiers that must not be drawn.

    Raises:
        BlueprintError: some cells cannot be filled for even one form.
    """
    if forms == 1:
        return (draw(bank, blueprint, day=day, seed=seed, excluded=excluded),)
    drawn = draw_for_forms(bank, blueprint, forms, day=day, seed=seed, excluded=excluded)
    return assigned(drawn, blueprint, expected, seed=seed, forms=forms)


def assigned(
    drawn: Sequence[Sequence[Question]],
    blueprint: Blueprint,
    expected: Mapping[str, Expected],
    *,
    seed: str,
    forms: int,
) -> tuple[tuple[PaperItem, ...], ...]:
    """Deal drawn questions out to forms; see `draw_forms`.

    Args:
        drawn: the questions of each cell, no two alike, at least as many as the cell counts and at most as
            many as all forms together need.
        blueprint: the cells.
        expected: by identifier.
        seed: breaks ties.
        forms: how many.
    """
    balance = _Balance(drawn, blueprint, expected, seed, forms)
    balance.exchange(within_subject=True)
    balance.exchange(within_subject=False)
    return tuple(balance.items(form) for form in range(forms))


def spread(forms: Sequence[Sequence[PaperItem]], expected: Mapping[str, Expected]) -> Decimal:
    """Give the difference between the highest and the lowest expected score, in points."""
    scores = [expected_score(items, expected) for items in forms]
    return max(scores) - min(scores)


def shared(forms: Sequence[Sequence[PaperItem]]) -> int:
    """Count the questions that stand in more than one form."""
    counts = Counter(item.question.id for items in forms for item in items)
    return sum(count > 1 for count in counts.values())


class _Balance:
    """The questions of each cell and form, and what may be exchanged among them."""

    def __init__(
        self,
        drawn: Sequence[Sequence[Question]],
        blueprint: Blueprint,
        expected: Mapping[str, Expected],
        seed: str,
        forms: int,
    ) -> None:
        self._blueprint = blueprint
        self._expected = expected
        self._seed = seed
        self._forms = forms
        self._totals = [Decimal()] * forms
        self._cells = [self._dealt(index, questions) for index, questions in enumerate(drawn)]

    def items(self, form: int) -> tuple[PaperItem, ...]:
        """Give one form: cell by cell, within a cell in the order the seed makes."""
        chosen = [
            (index, question)
            for index, cell in enumerate(self._cells)
            for question in sorted(cell[form], key=lambda one: rank(self._seed, "order", one.id))
        ]
        return tuple(
            PaperItem(number=number, question=question, points=self._blueprint.cells[index].points)
            for number, (index, question) in enumerate(chosen, start=1)
        )

    def _worth(self, cell: int, question: Question) -> Decimal:
        return self._blueprint.cells[cell].points * self._expected[question.id].facility

    def _dealt(self, cell: int, questions: Sequence[Question]) -> _Cell:
        """Give every question to as many forms as it must stand in, those with most room first."""
        count = self._blueprint.cells[cell].count
        places = count * self._forms
        each, more = divmod(places, len(questions))
        order = sorted(questions, key=lambda one: rank(self._seed, "common", one.id))
        copies = {question.id: each + (place < more) for place, question in enumerate(order)}
        # Common questions first: they need several forms with room. Then topic by topic, so that each is
        # spread over the forms; within a topic the easy ones go where least is expected so far.
        order.sort(
            key=lambda one: (
                -copies[one.id],
                one.subject,
                -self._expected[one.id].facility,
                rank(self._seed, "deal", one.id),
            )
        )
        dealt: _Cell = [[] for _form in range(self._forms)]
        for question in order:
            by_room = sorted(
                range(self._forms), key=lambda form: (len(dealt[form]), self._totals[form], form)
            )
            for form in by_room[: copies[question.id]]:
                dealt[form].append(question)
                self._totals[form] += self._worth(cell, question)
        return dealt

    def exchange(self, *, within_subject: bool) -> None:
        """Exchange questions between forms until no exchange brings the expected scores closer together.

        Every exchange lowers the sum of squared differences, which has finitely many values: it ends.
        """
        while max(self._totals) - min(self._totals) > CLOSE_ENOUGH:
            best = min(self._exchanges(within_subject=within_subject), default=None)
            if best is None or best[0] >= 0:
                return
            _gain, cell, one, first, other, second = best
            left, right = self._cells[cell][one], self._cells[cell][other]
            difference = self._worth(cell, left[first]) - self._worth(cell, right[second])
            left[first], right[second] = right[second], left[first]
            self._totals[one] -= difference
            self._totals[other] += difference

    def _exchanges(self, *, within_subject: bool) -> Iterable[tuple[Decimal, int, int, int, int, int]]:
        """Give each possible exchange with what it adds to the sum of squared differences."""
        for index, cell in enumerate(self._cells):
            for one in range(self._forms):
                for other in range(one + 1, self._forms):
                    apart = self._totals[one] - self._totals[other]
                    held = ({each.id for each in cell[one]}, {each.id for each in cell[other]})
                    for first, left in enumerate(cell[one]):
                        if left.id in held[1]:
                            continue
                        for second, right in enumerate(cell[other]):
                            if right.id in held[0] or (within_subject and left.subject != right.subject):
                                continue
                            moved = self._worth(index, left) - self._worth(index, right)
                            # (T1 − m)² + (T2 + m)² − T1² − T2² = 2m (m − (T1 − T2))
                            yield 2 * moved * (moved - apart), index, one, first, other, second
