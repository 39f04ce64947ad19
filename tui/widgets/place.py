"""What every place of the program has: a title line, its keys at the foot, and the way back."""

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from bureau.dates import roc
from bureau.language import _
from bureau.problem import Refused
from tui.widgets.keys import KeyBar

if TYPE_CHECKING:
    from tui.app import CourtesyApp

Here = TypeVar("Here", bound="Place")
Arguments = ParamSpec("Arguments")


def refusals_shown(
    act: Callable[Concatenate[Here, Arguments], Coroutine[Any, Any, None]],
) -> Callable[Concatenate[Here, Arguments], Coroutine[Any, Any, None]]:
    """Show a refusal in a window instead of ending the program."""

    @wraps(act)
    async def guarded(here: Here, /, *arguments: Arguments.args, **options: Arguments.kwargs) -> None:
        try:
            await act(here, *arguments, **options)
        except Refused as refusal:
            await here.house.refuse(refusal)

    return guarded


class TitleBar(Widget):
    """The office's name, the place, and who acts."""

    DEFAULT_CSS = """
    TitleBar {
        dock: top;
        height: 1;
        background: $primary 25%;
        color: $foreground;
        text-style: bold;
    }
    """

    left = ""
    right = ""

    def say(self, left: str, right: str) -> None:
        """Show these texts at the two ends."""
        self.left, self.right = left, right
        self.refresh()

    def render(self) -> Content:
        """Draw the line."""
        room = self.size.width - cell_len(self.left) - cell_len(self.right) - 2
        return Content(f" {self.left}{' ' * max(1, room)}{self.right} ")


class Place(Screen[None]):
    """A screen of the program.

    Attributes:
        HEADING: its title.
        HELP: what it is for, shown by F1.
    """

    HEADING: ClassVar[str] = ""
    HELP: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", _("返回"), id="place.back")]

    _behind = False
    _refused = False

    @property
    def house(self) -> "CourtesyApp":
        """The program."""
        return cast("CourtesyApp", self.app)

    def compose(self) -> ComposeResult:
        """Lay out the title, the content and the keys."""
        yield TitleBar()
        yield from self.content()
        yield KeyBar()

    def content(self) -> ComposeResult:
        """Lay out what is between the title and the keys."""
        yield from ()

    async def on_mount(self) -> None:
        """Fill the screen."""
        await self.begin()

    def on_screen_suspend(self) -> None:
        """Remember that another screen is in front."""
        self._behind = True

    async def on_screen_resume(self) -> None:
        """Show what changed while another screen was in front; leave a place that could not be shown."""
        if not self._behind:
            return
        self._behind = False
        if self._refused:
            await self.action_back()
        else:
            await self.resume()

    async def begin(self) -> None:
        """Fill the screen for the first time."""
        await self.show_all()

    async def resume(self) -> None:
        """Fill the screen when it is in front again."""
        await self.show_all()

    async def show_all(self) -> None:
        """Read what the screen shows, and show it; a refusal is shown in a window."""
        house = self.house
        try:
            if house.actor is None:
                await house.sign_in(house.staff_no)
            self.entitle()
            await self.fill()
        except Refused as refusal:
            self._refused = True
            await house.refuse(refusal)

    async def fill(self) -> None:
        """Read what the screen shows."""

    def entitle(self, left: str = "") -> None:
        """Write the title line."""
        house = self.house
        who = house.actor.name if house.actor else ""
        title = left or self.HEADING
        self.query_one(TitleBar).say(title, f"{who}  {roc(house.today)}".strip())

    async def action_back(self) -> None:
        """Go back to the screen before."""
        if len(self.app.screen_stack) > 1:
            self.dismiss()
