"""The numbers of all questions of a sheet: which are answered, which flagged, which one is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from bureau.language import _

ROWS = 3
"""So many rows of numbers are shown at once; of a longer sheet those around the current question."""

_STEP = 5


@dataclass(frozen=True)
class Numbered:
    """One question on the map.

    Attributes:
        answered: whether something is chosen.
        flagged: whether the person wants to look at it again.
    """

    answered: bool
    flagged: bool


class QuestionMap(Widget):
    """A map of the sheet in marks of certain width; colour only repeats what the marks say."""

    DEFAULT_CSS = """
    QuestionMap {
        height: auto;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - textual's own name
        super().__init__(id=id)
        self._questions: tuple[Numbered, ...] = ()
        self._current = 1

    def show(self, questions: Sequence[Numbered], current: int) -> None:
        """Show these questions; `current` counts from 1."""
        changed = len(questions) != len(self._questions)
        self._questions, self._current = tuple(questions), current
        self.refresh(layout=changed)

    def _columns(self, width: int) -> int:
        fitting = width // self._room
        return max(_STEP, fitting - fitting % _STEP)

    @property
    def _room(self) -> int:
        return len(str(len(self._questions))) + 5

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """Give the number of lines at this width."""
        rows = -(-len(self._questions) // self._columns(width))
        return min(rows, ROWS) + 1

    def _cell(self, place: int) -> tuple[str, str]:
        question = self._questions[place - 1]
        text = f"{place}{'V' if question.answered else '-'}{'?' if question.flagged else ''}"
        if place == self._current:
            return f"[{text}]".ljust(self._room), "bold $accent"
        tone = "$warning" if question.flagged else "" if question.answered else "$foreground 70%"
        return f" {text}".ljust(self._room), tone

    def render(self) -> Content:
        """Draw the rows around the current question, and what the marks mean."""
        columns = self._columns(self.size.width)
        rows = -(-len(self._questions) // columns)
        first = max(0, min((self._current - 1) // columns - ROWS // 2, rows - ROWS))
        lines = []
        for row in range(first, min(first + ROWS, rows)):
            places = range(row * columns + 1, min((row + 1) * columns, len(self._questions)) + 1)
            lines.append(Content.assemble(*[self._cell(place) for place in places]))
        answered = sum(question.answered for question in self._questions)
        lines.append(
            Content.styled(
                _("V 已答 {answered}　- 未答 {left}　? 標記 {flagged}　[ ] 這一題").format(
                    answered=answered,
                    left=len(self._questions) - answered,
                    flagged=sum(question.flagged for question in self._questions),
                ),
                "$foreground 70%",
            )
        )
        return Content("\n").join(lines)
