"""Two small windows over a call: the question to ask with its key points, and why a line lost points."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from bureau.language import _
from bureau.problem import Refused
from courtesy.call import Call
from quiz_bank.question import Question
from tui.widgets.dialog import Body
from tui.widgets.keys import KeyBar
from tui.widgets.paragraph import Paragraph

if TYPE_CHECKING:
    from tui.app import CourtesyApp
    from tui.desks import Desks

_MOST = 9
_FULL_WIDTH = ord("０") - ord("0")


def digits(action: str, description: str) -> list[Binding]:
    """Give the keys 1 to 9, of either width, of which the first stands on the key bar for all."""
    return [
        Binding(
            f"{number},{chr(ord(str(number)) + _FULL_WIDTH)}",
            f"{action}({number})",
            description,
            key_display="1",
            show=number == 1,
            priority=True,
        )
        for number in range(1, _MOST + 1)
    ]


class QuestionWindow(ModalScreen[Call]):
    """What to ask in this call: stem, model answer, key points to tick, legal basis.

    Each tick is stored before the next key. Enter says that the question was asked: what is not ticked was
    not said. Esc leaves it open.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *digits("tick", _("至 9 答到的要點")),
        Binding("enter", "asked", _("問完了"), priority=True),
        Binding("escape,q,Q,ｑ,Ｑ", "close", _("先關上"), priority=True),
        Binding("up", "scroll(-1)", show=False, priority=True),
        Binding("down", "scroll(1)", show=False, priority=True),
    ]

    def __init__(self, call: Call, question: Question) -> None:
        super().__init__()
        self._call = call
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay out the window."""
        question = self._question
        with Vertical(classes="dialog"):
            yield Static(_("請問對方"), classes="dialog-title", markup=False)
            with Body(classes="dialog-body", can_focus=False):
                yield Paragraph(question.stem, classes="dialog-line")
                yield Paragraph("", id="points", classes="dialog-line")
                yield Paragraph(
                    _("答案：{answer}").format(answer=question.spoken_answer()), classes="dialog-line"
                )
                if question.explanation:
                    yield Paragraph(_("說明：{text}").format(text=question.explanation))
                yield Paragraph(_("法令依據：{law}").format(law=question.legal_basis or _("（未載明）")))
                yield Paragraph("", id="hint")
            yield KeyBar()

    def on_mount(self) -> None:
        """Show the points."""
        self._show()

    def _show(self) -> None:
        asked = self._call.question
        assert asked is not None
        marks = {True: "✓", False: "✗", None: "□"}
        lines = [
            f"{number} {marks[said]} {point}"
            for number, (said, point) in enumerate(
                zip(asked.points, self._question.key_points(), strict=False), 1
            )
        ]
        self.query_one("#points", Paragraph).update("\n".join([_("要點："), *lines]))
        passed = asked.passed
        self.query_one("#hint", Paragraph).update(
            _("{passed}；供評定答話內容參考，不會自動給分。").format(passed=passed.label) if passed else ""
        )

    async def action_tick(self, number: int) -> None:
        """Tick a point as said, or take the tick away."""
        asked = self._call.question
        if asked and number <= len(asked.points):
            call_id, house = self._call.id, self._house
            by, now = house.by, house.now
            await self._act(lambda desks: desks.calls.judge_point(call_id, number, by=by, at=now))

    async def action_asked(self) -> None:
        """Close the window; what is not ticked was not said."""
        call_id, house = self._call.id, self._house
        by, now = house.by, house.now
        if await self._act(lambda desks: desks.calls.asked(call_id, by=by, at=now)):
            self.dismiss(self._call)

    def action_close(self) -> None:
        """Close the window as it stands."""
        self.dismiss(self._call)

    def action_scroll(self, lines: int) -> None:
        """Read on."""
        self.query_one(Body).scroll_relative(y=lines, animate=False)

    @property
    def _house(self) -> "CourtesyApp":
        return cast("CourtesyApp", self.app)

    async def _act(self, act: Callable[["Desks"], Call]) -> bool:
        try:
            self._call = await self._house.ask(act)
        except Refused as refusal:
            await self._house.refuse(refusal)
            return False
        self._show()
        return True


class CauseWindow(ModalScreen[int | None]):
    """Why a line lost points: a digit chooses, 0 takes the cause away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *digits("choose", _("至 9 選原因")),
        Binding("0,０,backspace", "choose(0)", _("清除"), key_display="0", priority=True),
        Binding("escape", "cancel", _("取消"), priority=True),
    ]

    def __init__(self, title: str, causes: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._causes = causes

    def compose(self) -> ComposeResult:
        """Lay out the window."""
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            for number, cause in enumerate(self._causes, 1):
                yield Static(f"{number} {cause}", markup=False)
            yield KeyBar()

    def action_choose(self, number: int) -> None:
        """Close with the digit."""
        if number <= len(self._causes):
            self.dismiss(number)

    def action_cancel(self) -> None:
        """Close without a choice."""
        self.dismiss(None)
