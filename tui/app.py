"""The terminal program: its shell, its way to the office file, and the words it says everywhere.

Only the standard library and textual are imported here. The home screen is painted first; the office is
opened behind it.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.app import App, ScreenStackError
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.screen import Screen
from textual.theme import Theme

from bureau.dates import day_of
from bureau.language import _
from bureau.problem import Refused
from tui.screens.home import HomeScreen
from tui.widgets.keys import key_name

if TYPE_CHECKING:
    from bureau.roles import Actor
    from tui.desks import Desks

Answer = TypeVar("Answer")

THEME = Theme(
    name="courtesy",
    primary="#5fafaf",
    secondary="#87afd7",
    accent="#ffaf5f",
    warning="#ffd75f",
    error="#ff8787",
    success="#87d787",
    foreground="#e4e4e4",
    background="#1c1c1c",
    surface="#262626",
    panel="#303030",
    dark=True,
)

PLACES = {
    "calls": ("tui.screens.calls", "CallsScreen"),
    "rounds": ("tui.screens.rounds", "RoundsScreen"),
    "scales": ("tui.screens.scales", "ScalesScreen"),
    "quizzes": ("tui.screens.quizzes", "QuizzesScreen"),
    "practice": ("tui.screens.practice", "PracticeScreen"),
    "sessions": ("tui.screens.sessions", "SessionsScreen"),
    "cases": ("tui.screens.cases", "CasesScreen"),
    "effect": ("tui.screens.effect", "EffectScreen"),
    "honours": ("tui.screens.honours", "HonoursScreen"),
    "calibration": ("tui.screens.calibration", "CalibrationScreen"),
    "people": ("tui.screens.people", "PeopleScreen"),
    "what-if": ("tui.screens.what_if", "WhatIfScreen"),
    "objections": ("tui.screens.objections", "ObjectionsScreen"),
    "confirming": ("tui.screens.confirming", "ConfirmingScreen"),
    "standing": ("tui.screens.standing", "StandingScreen"),
    "duties": ("tui.screens.duties", "DutiesScreen"),
    "reports": ("tui.screens.reports", "ReportsScreen"),
}
"""Where each place of the program is found; imported when it is first entered."""


class CourtesyApp(App[int]):
    """The program on one office file."""

    CSS_PATH: ClassVar = ["styles/app.tcss"]
    TITLE = "courtesy"
    ENABLE_COMMAND_PALETTE = False
    NOTIFICATION_TIMEOUT = 6
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", _("說明"), id="app.help", priority=True),
        Binding("f9", "command_palette", _("指令"), id="app.palette"),
        Binding("f10", "quit", _("離開"), id="app.quit", priority=True),
        Binding("ctrl+q", "quit", _("離開"), show=False, priority=True),
    ]

    def __init__(
        self,
        office_file: Path,
        staff_no: str = "",
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._caret = Offset(0, 0)
        super().__init__()
        self.office_file = office_file
        self.staff_no = staff_no
        self.clock = clock
        self.entropy = entropy
        self.actor: Actor | None = None
        self._desks: Desks | None = None
        self._backstage = ThreadPoolExecutor(max_workers=1, thread_name_prefix="office")
        self.register_theme(THEME)
        self.theme = THEME.name

    # The caret: an input method anchors its window where the terminal's own cursor stands.

    @property
    def cursor_position(self) -> Offset:
        """Where the terminal's own cursor belongs in this frame."""
        module = sys.modules.get("textual.widgets._input")
        try:
            focused = self.screen.focused
        except ScreenStackError:
            return self._caret
        if module is None or not isinstance(focused, module.Input):
            return self._caret
        x, y, _width, _height = focused.content_region
        cells = focused._position_to_cell(focused.cursor_position)  # noqa: SLF001 - textual has no public form
        return Offset(x + cells - focused.scroll_offset.x, y)

    @cursor_position.setter
    def cursor_position(self, place: Offset) -> None:
        self._caret = place

    # The office

    @property
    def now(self) -> datetime:
        """The aware moment."""
        return self.clock()

    @property
    def today(self) -> date:
        """The day in Taipei."""
        return day_of(self.now)

    async def ask(self, job: "Callable[[Desks], Answer]") -> Answer:
        """Do `job` with the office's desks, one job after the other, away from the screen.

        The office file belongs to one thread; a key is not taken before the answer to the one before is
        stored.

        Raises:
            Refused: the desk refused; nothing was changed.
        """
        return await asyncio.get_running_loop().run_in_executor(self._backstage, self._job, job)

    def _job(self, job: "Callable[[Desks], Answer]") -> Answer:
        if self._desks is None:
            from tui.desks import Desks  # noqa: PLC0415 - after the first frame

            self._desks = Desks.open(self.office_file, self.entropy)
        return job(self._desks)

    async def sign_in(self, staff_no: str) -> None:
        """Let the person of this number act from now on; `""` is whoever holds the file.

        Raises:
            Refused: nobody of that number works here.
        """
        today = self.today
        self.actor = await self.ask(lambda desks: desks.office.actor(staff_no, today))
        self.staff_no = staff_no

    @property
    def by(self) -> "Actor":
        """The acting person; known once the office is open."""
        assert self.actor is not None
        return self.actor

    async def refuse(self, refusal: Refused) -> None:
        """Show why something was not done, and what to do."""
        from tui.widgets.dialog import Message  # noqa: PLC0415

        await self.push_screen(Message(_("沒有完成"), refusal.lines(), "error"))

    def tell(self, text: str) -> None:
        """Say shortly that something was done; what was said before makes room."""
        self.clear_notifications()
        self.notify(text, markup=False)

    # Life

    def get_default_screen(self) -> Screen[None]:
        """Begin at home."""
        return HomeScreen()

    def on_mount(self) -> None:
        """Leave the terminal as it was when the system ends the program."""
        if sys.platform != "win32":
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit)

    def on_unmount(self) -> None:
        """Close the office."""
        if self._desks is not None:
            self._backstage.submit(self._desks.close)
        self._backstage.shutdown(wait=True)

    def _handle_exception(self, error: Exception) -> None:
        """End with words instead of a traceback; tests see the error itself."""
        if self.is_headless:
            super()._handle_exception(error)
            return
        from tui.mishap import note_down  # noqa: PLC0415

        self.exit(1, return_code=1, message="\n".join(note_down(error)))

    # Going places

    def action_go(self, place: str) -> None:
        """Enter a place of the program; what was said in another is over."""
        self.clear_notifications()
        module, name = PLACES[place]
        screen: Screen[None] = getattr(import_module(module), name)()
        self.push_screen(screen)

    def action_help(self) -> None:
        """Explain the screen that is shown."""
        from tui.widgets.dialog import Help  # noqa: PLC0415
        from tui.widgets.place import Place  # noqa: PLC0415 - it knows this program

        if not isinstance(self.screen, Help):
            # A window has no words of its own: the place behind it explains what is done here.
            places = [screen for screen in self.screen_stack if isinstance(screen, Place)]
            self.push_screen(Help.about(places[-1] if places else self.screen))

    async def action_quit(self) -> None:
        """Leave; everything is stored already."""
        self.exit(0)

    def action_help_quit(self) -> None:
        """Say how to leave, for those who press Ctrl+C."""
        self.tell(_("要離開請按 F10。"))

    def get_key_display(self, binding: Binding) -> str:
        """Name a key in words, not in symbols whose width terminals disagree on."""
        return binding.key_display or key_name(binding.key)

    def action_command_palette(self) -> None:
        """Offer everything that can be done here, by name."""
        from tui.widgets.keys import KeyBar  # noqa: PLC0415
        from tui.widgets.palette import Entry, Palette  # noqa: PLC0415

        screen = self.screen
        bar = next(iter(screen.query(KeyBar)), None)
        entries = [Entry(key.description, key.key, key.action) for key in (bar.shown() if bar else [])]
        known = {entry.title for entry in entries}
        entries += [
            Entry(title, _("前往"), f"app.go('{place}')")
            for place, title in place_titles().items()
            if title not in known
        ]

        async def carry_out(action: str | None) -> None:
            if action:
                await screen.run_action(action)

        self.push_screen(Palette(entries), carry_out)


def place_titles() -> dict[str, str]:
    """Name the places of the program in the order of a year's work."""
    return {
        "calls": _("打分數"),
        "rounds": _("抽測"),
        "scales": _("測試量表"),
        "quizzes": _("測驗"),
        "practice": _("練習"),
        "sessions": _("講習"),
        "cases": _("補訓案與名冊"),
        "effect": _("成效"),
        "honours": _("績優"),
        "people": _("同仁"),
        "standing": _("統計"),
        "calibration": _("校準"),
        "objections": _("申復"),
        "confirming": _("複測"),
        "what-if": _("試算"),
        "duties": _("工作項目"),
        "reports": _("報表"),
    }
