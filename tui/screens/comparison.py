"""How everybody judged the same thing, line by line side by side."""

from collections.abc import Mapping
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Resize
from textual.widgets import Static

from bureau.language import _
from courtesy.rating import Compared, Exercise
from courtesy.scale import Placed, Scale
from tui.screens.rating import RatingScreen
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place

_LINE = 34
_RATER = 8
_MARGIN = 5


class ComparisonScreen(Place):
    """One closed exercise, or one call that was judged twice.

    Args:
        found: all marks and scores.
        scale: by which it was judged.
        names: of the raters.
        exercise: whose protocol can be read again.
    """

    HEADING = _("對照")
    HELP = _(
        "每一行並列各位測試員選的級（數字就是評分時按的鍵，0 是不適用）；"
        "不一致的行以黃色標出，下方寫出是哪一級。"
        "測試員多時用左右鍵看其餘的人。按 P 重讀題目。對照是為了討論尺度：沒有誰的評定算是標準答案。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "page(-1)", _("前幾位"), id="comparison.left", priority=True),
        Binding("right", "page(1)", _("後幾位"), id="comparison.right", priority=True),
        Binding("p,P,ｐ,Ｐ", "protocol", _("重讀題目"), id="comparison.protocol"),
    ]

    def __init__(
        self, found: Compared, scale: Scale, names: Mapping[str, str], exercise: Exercise | None
    ) -> None:
        super().__init__()
        self._found = found
        self._lines = scale.in_call_order(found.parts)
        self._names = names
        self._exercise = exercise
        self._first = 0

    def content(self) -> ComposeResult:
        """Lay out the list, and the steps of the line under the cursor in words."""
        yield Static(self._found.title, classes="section-title", markup=False)
        yield Listing([Column(_("項目"), most=_LINE)], opens=False)
        with Vertical(classes="detail"):
            yield Paragraph("", id="detail")

    async def fill(self) -> None:
        """Show the lines."""
        self._show()
        self.query_one(Listing).focus()

    @property
    def _shown(self) -> int:
        return max(1, (self.size.width - _MARGIN - _LINE) // (_RATER + 1))

    @on(Resize)
    def _show(self) -> None:
        raters = list(self._found.marks)[self._first : self._first + self._shown]
        listing = self.query_one(Listing)
        listing.columns = (
            Column(_("項目"), most=_LINE),
            *(
                Column(heading, max(_RATER, cell_len(heading)), right=True)
                for heading in map(self._heading, raters)
            ),
        )
        rows = [(placed.line.text, *(self._key(placed, rater) for rater in raters)) for placed in self._lines]
        tones = [
            "alarm" if len({self._key(placed, rater) for rater in self._found.marks}) > 1 else ""
            for placed in self._lines
        ]
        rows.append((_("分數"), *(f"{self._found.scores[rater]:.2f}" for rater in raters)))
        listing.show(rows, tones=[*tones, ""])
        self._show_detail()

    def _heading(self, rater: str) -> str:
        name = self._names.get(rater, rater)
        return _("正式") + name if rater == self._found.official else name

    def _key(self, placed: Placed, rater: str) -> str:
        key = self._found.marks[rater].get(placed.id)
        numbers = {step.key: str(number) for number, step in enumerate(placed.line.steps, 1)}
        return numbers.get(key or "", "0")

    @on(Listing.Moved)
    def _show_detail(self) -> None:
        place = self.query_one(Listing).cursor
        if place >= len(self._lines):
            scores = sorted(self._found.scores.values())
            text = (
                _("最低 {low:.2f}，最高 {high:.2f}，相差 {range:.2f} 分。").format(
                    low=scores[0], high=scores[-1], range=scores[-1] - scores[0]
                )
                if scores
                else ""
            )
        else:
            placed = self._lines[place]
            chosen: dict[str, list[str]] = {}
            for rater in self._found.marks:
                chosen.setdefault(self._key(placed, rater), []).append(self._names.get(rater, rater))
            labels = {str(number): step.label for number, step in enumerate(placed.line.steps, 1)}
            text = "　".join(
                _("{step}：{names}").format(step=labels.get(key, _("不適用")), names="、".join(names))
                for key, names in sorted(chosen.items())
            )
        self.query_one("#detail", Paragraph).update(text)

    def action_page(self, pages: int) -> None:
        """Show other raters."""
        last = max(0, len(self._found.marks) - self._shown)
        self._first = max(0, min(last, self._first + pages * self._shown))
        self._show()

    def action_protocol(self) -> None:
        """Read the protocol again, with the own rating."""
        if self._exercise and self.house.by.staff_no in self._found.marks:
            self.app.push_screen(RatingScreen(self._exercise, ""))
        else:
            self.house.tell(_("只有評過這一題的測試員看得到；題目也可用 courtesy exercise show 印出。"))
