"""What a plan of so many testers, people and calls would give; a number is changed and the result moves."""

import unicodedata
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from bureau.dates import parse_date, roc
from bureau.language import _
from bureau.problem import Refused
from courtesy.planner import Spread, Wanted
from tui.widgets.listing import Column, Listing
from tui.widgets.outlook import lines_of, notes_of
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place
from tui.widgets.words import Words

_MOST_DIGITS = 6


class PlannerScreen(Place):
    """The numbers of a plan, and what they lead to."""

    CSS_PATH: ClassVar = ["../styles/plan.tcss"]
    AUTO_FOCUS = "Words"
    HEADING = _("規劃")
    HELP = _(
        "改上面任何一個數字，下面的結果馬上跟著變；什麼都不會寫入。\n"
        "95% 區間：只打這麼幾通，一個人的平均分數可能差多少。區間寬，就不能憑平均分數比較兩個人。\n"
        "不該列入：本人水準並沒有低於界線，只是這幾通剛好低。換一位測試員再測一通也低分才列入，會少很多。\n"
        "分數的散布，成績夠多時用局裡最近兩年的成績估計，不夠時用假設，下面都會寫明。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,down,enter", "step(1)", _("下一個數字"), key_display="Tab", priority=True),
        Binding("shift+tab,up", "step(-1)", show=False, priority=True),
        Binding("plus,＋", "add(1)", _("加 1"), key_display="+", priority=True),
        Binding("minus,－", "add(-1)", _("減 1"), key_display="-", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._spread: Spread | None = None

    def content(self) -> ComposeResult:
        """Lay out the numbers, the results, and on what they stand."""
        with Vertical(id="numbers"):
            for name, label in (
                ("testers", _("測試員人數")),
                ("people", _("受測人數")),
                ("calls", _("每人通數")),
                ("per_day", _("每位測試員每個上班日通數")),
                ("first", _("開始日")),
            ):
                with Horizontal(classes="number"):
                    yield Static(label, classes="number-label", markup=False)
                    yield Words(id=name)
        yield Paragraph("", id="fault")
        results = Listing([Column(_("結果"), 38), Column("", most=40)], empty=_("計算中…"), opens=False)
        results.can_focus = False
        yield results
        yield Paragraph("", id="notes")

    async def fill(self) -> None:
        """Begin with the office's own numbers."""
        today = self.house.today
        usual, self._spread = await self.house.ask(
            lambda desks: (desks.planning.usual(today), desks.planning.spread(today))
        )
        for name, value in usual.model_dump().items():
            self.query_one(f"#{name}", Words).value = str(value)
        self.query_one("#first", Words).value = roc(today)
        self.set_focus(self.query_one("#testers", Words))

    async def resume(self) -> None:
        """Leave the numbers as they were typed."""

    @on(Input.Changed)
    def _changed(self) -> None:
        self._work_out()

    @work(exclusive=True)
    async def _work_out(self) -> None:
        """Compute the plan anew and show it, or what is wrong with the numbers."""
        house = self.house
        if self._spread is None:
            return
        spread, by, now = self._spread, house.by, house.now
        fault, results, notes = "", [], []
        try:
            first = parse_date(self.query_one("#first", Words).value)
            wanted = Wanted.model_validate({name: self._number(name) for name in Wanted.model_fields})
            result = await house.ask(
                lambda desks: desks.planning.outlook(wanted, first=first, by=by, at=now, spread=spread)
            )
            results, notes = lines_of(result), notes_of(result)
        except Refused as refusal:
            fault = str(refusal)
        self.query_one("#fault", Paragraph).update(fault)
        self.query_one(Listing).set_class(bool(fault), "hidden")
        self.query_one(Listing).show(results)
        self.query_one("#notes", Paragraph).update("\n".join(notes))

    def _number(self, name: str) -> int:
        text = unicodedata.normalize("NFKC", self.query_one(f"#{name}", Words).value).strip()
        if not (text.isascii() and text.isdecimal()) or len(text) > _MOST_DIGITS:
            raise Refused(_("請輸入數字。"))
        return int(text)

    async def _settled(self) -> Words | None:
        """Wait for the letters on their way; give the line with the focus."""
        here = self.focused
        if not isinstance(here, Words):
            return None
        await here.settled()
        return here

    async def action_step(self, lines: int) -> None:
        """Go to another number."""
        here, words = await self._settled(), list(self.query(Words))
        place = words.index(here) if here else -lines
        self.set_focus(words[(place + lines) % len(words)])

    async def action_add(self, number: int) -> None:
        """Make the number one more or one less."""
        here = await self._settled()
        if here is None or here.id not in Wanted.model_fields:
            return
        try:
            here.value = str(max(1, self._number(here.id) + number))
        except Refused:
            return
        here.action_end()
