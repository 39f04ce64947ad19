"""Small windows over a screen: a message, a question, a form, a choice, the help."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from bureau.language import _
from bureau.problem import Refused
from tui.widgets.keys import KeyBar
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.words import Words


class Body(VerticalScroll):
    """The part of a window that is scrolled, so that title, faults and keys always stand in the terminal."""

    SHARE = 0.9
    """Of the terminal's height, as much as a window takes at the most; the stylesheet says the same."""

    FEWEST = 3

    def on_mount(self) -> None:
        """Fit once everything around has its size."""
        self.call_after_refresh(self.fit)

    def on_resize(self) -> None:
        """Fit again when the terminal or the window has changed."""
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Take no more lines than what stands around leaves free."""
        window = self.parent
        if not isinstance(window, Vertical):
            return
        others = [child for child in window.children if child is not self and child.display]
        taken = sum(child.outer_size.height + child.styles.margin.height for child in others)
        room = int(self.screen.size.height * self.SHARE) - window.gutter.height - taken
        most = max(self.FEWEST, room)
        limit = self.styles.max_height
        if limit is None or limit.value != most:
            self.styles.max_height = most
            if self.screen.focused is not None:
                self.call_after_refresh(self.screen.focused.scroll_visible, animate=False)


class Message(ModalScreen[None]):
    """Something to read; a shown key closes it, and the keys after it belong to the screen below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "close", _("知道了"), priority=True),
        Binding("escape", "close", _("關閉"), priority=True),
    ]

    def __init__(self, title: str, lines: Sequence[str], tone: str = "") -> None:
        super().__init__()
        self._title = title
        self._lines = tuple(lines)
        self._tone = tone

    def compose(self) -> ComposeResult:
        """Lay out the window."""
        with Vertical(classes=f"dialog {self._tone}"):
            yield Static(self._title, classes="dialog-title", markup=False)
            with Body(classes="dialog-body"):
                for line in self._lines:
                    yield Paragraph(line, classes="dialog-line")
            yield KeyBar()

    def action_close(self) -> None:
        """Close the window."""
        self.dismiss()


class Help(Message):
    """What a screen is for, and every key that works there."""

    @classmethod
    def about(cls, screen: Screen[Any]) -> "Help":
        """Explain `screen` by its `HELP` text and its keys."""
        lines = [str(getattr(screen, "HELP", "") or "").strip() or _("用下方列出的按鍵操作。"), ""]
        bar = next(iter(screen.query(KeyBar)), None)
        keys = bar.shown() if bar else []
        lines += [f"{key.key}{' ' * max(1, 10 - cell_len(key.key))}{key.description}" for key in keys]
        return cls(_("說明：{title}").format(title=getattr(screen, "HEADING", "") or _("這個畫面")), lines)


class Confirm(ModalScreen[bool]):
    """A question answered by yes or no; Enter alone does nothing, so that nothing happens by haste."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,Y,ｙ,Ｙ", "answer(True)", _("是"), priority=True),
        Binding("n,N,ｎ,Ｎ,escape", "answer(False)", _("否"), priority=True),
    ]

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._lines = tuple(lines)

    def compose(self) -> ComposeResult:
        """Lay out the window."""
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            with Body(classes="dialog-body"):
                for line in self._lines:
                    yield Paragraph(line, classes="dialog-line")
            yield KeyBar()

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)


@dataclass(frozen=True)
class Field:
    """One line of a form.

    Attributes:
        name: by which the answer is found.
        label: what stands before it.
        value: what it holds at first.
        hint: shown while it is empty.
        check: gives what is wrong with a value as a `Refused`, by raising it.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    check: Callable[[str], object] | None = None


def typed_path(text: str) -> Path:
    """Read the place of a file as a person types it, or as a terminal writes a file that is dropped on it.

    Raises:
        Refused: nothing is typed.
    """
    name = text.strip().strip("\"'").strip()
    if not name:
        raise Refused(_("沒有填檔名。"), remedy=_("請寫檔案的名稱，或按 Esc 取消。"))
    return Path(name).expanduser().absolute()


class Form(ModalScreen[dict[str, str] | None]):
    """Lines to fill in; Enter goes to the next and, on the last, finishes.

    Its keys are priority bindings that wait for the letters before them: what is typed ahead lands in the
    line it was meant for.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", _("下一行"), priority=True),
        Binding("tab,down", "step(1)", show=False, priority=True),
        Binding("shift+tab,up", "step(-1)", show=False, priority=True),
        Binding("f2", "finish", _("完成"), priority=True),
        Binding("escape", "cancel", _("取消"), priority=True),
    ]

    def __init__(self, title: str, fields: Sequence[Field], note: str = "") -> None:
        super().__init__()
        self._title = title
        self._fields = tuple(fields)
        self._note = note

    def compose(self) -> ComposeResult:
        """Lay out the window."""
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            if self._note:
                yield Paragraph(self._note, classes="dialog-line")
            with Body(classes="dialog-body", can_focus=False):
                widest = max(cell_len(field.label) for field in self._fields)
                for field in self._fields:
                    with Horizontal(classes="field"):
                        label = Static(field.label, classes="field-label", markup=False)
                        label.styles.width = widest + 2
                        yield label
                        yield Words(field.value, placeholder=field.hint, id=f"field-{field.name}")
            yield Paragraph("", id="fault", classes="dialog-fault hidden")
            yield KeyBar()

    def on_mount(self) -> None:
        """Begin with the first line."""
        self.set_focus(self._inputs[0])

    @property
    def _inputs(self) -> list[Words]:
        return list(self.query(Words))

    async def _settled(self) -> int:
        """Wait for the letters on their way; give the place of the line with the focus."""
        inputs = self._inputs
        # The screen knows at once who has the focus; the line itself only when it comes to the message.
        place = next((place for place, one in enumerate(inputs) if one is self.focused), 0)
        await inputs[place].settled()
        return place

    async def action_step(self, lines: int) -> None:
        """Go to another line."""
        place = await self._settled()
        self.set_focus(self._inputs[(place + lines) % len(self._inputs)])

    async def action_next(self) -> None:
        """Go to the next line; on the last, finish."""
        place = await self._settled()
        if place + 1 < len(self._inputs):
            self.set_focus(self._inputs[place + 1])
        else:
            await self.action_finish()

    async def action_finish(self) -> None:
        """Close with the answers, unless one of them is wrong."""
        await self._settled()
        answers = {field.name: self.query_one(f"#field-{field.name}", Words).value for field in self._fields}
        for field in self._fields:
            try:
                if field.check:
                    field.check(answers[field.name])
            except Refused as refusal:
                fault = self.query_one("#fault", Paragraph)
                fault.update(_("{label}：{what}").format(label=field.label, what=refusal))
                fault.remove_class("hidden")
                self.call_after_refresh(self.query_one(Body).fit)
                self.set_focus(self.query_one(f"#field-{field.name}", Words))
                return
        self.dismiss(answers)

    def action_cancel(self) -> None:
        """Close without answers."""
        self.dismiss(None)


class Choices(Listing):
    """The rows of a choice."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", _("選擇"))]


class Choose(ModalScreen[int | None]):
    """A list to choose one row from."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", _("取消"))]

    def __init__(
        self, title: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], note: str = ""
    ) -> None:
        super().__init__()
        self._title = title
        self._columns = columns
        self._rows = rows
        self._note = note

    def compose(self) -> ComposeResult:
        """Lay out the window."""
        with Vertical(classes="dialog"):
            yield Static(self._title, classes="dialog-title", markup=False)
            if self._note:
                yield Paragraph(self._note, classes="dialog-line")
            choices = Choices(self._columns)
            choices.styles.height = max(1, len(self._rows)) + 1
            yield choices
            yield KeyBar()

    def on_mount(self) -> None:
        """Fill the list."""
        self.query_one(Listing).show(self._rows)
        # At once: the keys that follow belong to the list already.
        self.set_focus(self.query_one(Listing))

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        self.dismiss(event.index)

    def action_cancel(self) -> None:
        """Close without a choice."""
        self.dismiss(None)
