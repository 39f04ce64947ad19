"""The rules of a quiz, as one page, before its first question."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from bureau.language import _
from tui.screens.sitting import SittingScreen
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place


class BeforeSittingScreen(Place):
    """What a person agrees to before the time begins to run.

    Args:
        paper_id: what will be sat.
        title: what people call it.
        question: what is asked for: to begin, or to go on.
        rules: each a heading and what it says.
    """

    CSS_PATH: ClassVar = ["../styles/sitting.tcss"]
    HEADING = _("作答規則")
    HELP = _("看完規則，按 Y 開始作答；按 Esc 返回，時間還不會開始算。")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,Y,ｙ,Ｙ", "start", _("開始作答"), id="before.start", priority=True),
        Binding("n,N,ｎ,Ｎ", "back", show=False, priority=True),
        Binding("up", "scroll_by(-1)", show=False, priority=True),
        Binding("down", "scroll_by(1)", show=False, priority=True),
    ]

    def __init__(self, paper_id: str, title: str, question: str, rules: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._paper_id = paper_id
        self._paper_title = title
        self._question = question
        self._rules = tuple(rules)

    def content(self) -> ComposeResult:
        """Lay out the rules."""
        yield Static(self._question, classes="section-title", markup=False)
        with VerticalScroll(classes="rules", can_focus=False):
            for heading, text in self._rules:
                yield Paragraph(_("{heading}：{text}").format(heading=heading, text=text), classes="rule")

    def action_scroll_by(self, lines: int) -> None:
        """Scroll where the terminal is small."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_start(self) -> None:
        """Begin; the place of this page is taken by the first question."""
        self.app.switch_screen(SittingScreen(self._paper_id, self._paper_title))
