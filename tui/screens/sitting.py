"""Sitting a paper: one question a page, every answer stored before the next key is taken."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from bureau.language import _
from bureau.problem import Refused
from quiz_bank.blueprint import Paper
from quiz_bank.question import Kind
from quiz_bank.sitting import Page, Sheet
from tui.screens.results import ResultsScreen
from tui.widgets.dialog import Confirm, Message
from tui.widgets.options import Option, Options
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

MOST_OPTIONS = 6
_FULL_WIDTH = ord("０") - ord("0")
_TICK = 20.0


def _keys(number: int) -> str:
    """Name the keys of an option: its digit and its letter, wide and narrow."""
    plain = (str(number), "abcdef"[number - 1], "ABCDEF"[number - 1])
    return ",".join([*plain, *(chr(ord(key) + _FULL_WIDTH) for key in plain)])


class SittingScreen(Place):
    """One person's sheet."""

    CSS_PATH: ClassVar = ["../styles/sitting.tcss"]
    HEADING = _("作答")
    HELP = _(
        "按數字或字母選答案，單選與是非會換掉原來的選擇，複選再按一次就取消；也可以用上下鍵移動、Enter 選取。"
        "左右鍵換題，空白鍵標記想再看的題目。每選一次就存檔；按 Esc 離開後可以回來接著作答，但時間繼續走。"
        "F5 交卷，交卷前會列出還沒有作答的題目。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(_keys(number), f"choose({number})", show=False, priority=True)
            for number in range(1, MOST_OPTIONS + 1)
        ),
        Binding("o,O,ｏ,Ｏ", "choose(1)", show=False, priority=True),
        Binding("x,X,ｘ,Ｘ", "choose(2)", show=False, priority=True),
        Binding("f12", "nothing", _("或字母 選答案"), key_display="1", show=True),
        Binding("left,pageup", "turn(-1)", _("上一題"), id="sitting.previous", priority=True),
        Binding("right,pagedown", "turn(1)", _("下一題"), id="sitting.next", priority=True),
        Binding("space,ideographic_space", "flag", _("標記"), id="sitting.flag", priority=True),
        Binding("g,G,ｇ,Ｇ", "unanswered", _("找未答"), id="sitting.unanswered", priority=True),
        Binding("f5", "submit", _("交卷"), id="sitting.submit", priority=True),
    ]

    def __init__(self, paper: Paper) -> None:
        super().__init__()
        self._paper = paper
        self._sheet: Sheet | None = None
        self._place = 1

    def content(self) -> ComposeResult:
        """Lay out the question, its options and the map of all questions."""
        yield Static("", id="number", classes="section-title", markup=False)
        with VerticalScroll(id="question", can_focus=False):
            yield Paragraph("", id="stem")
            yield Options(id="options")
        yield Paragraph("", id="map")

    async def fill(self) -> None:
        """Open the sitting as it was left."""
        paper, by, now = self._paper, self.house.by, self.house.now
        sitting = await self.house.ask(
            lambda desks: desks.quiz.open_sitting(paper.id, by.staff_no, by=by, at=now)
        )
        if sitting.submitted:
            await self._ended()
            return
        self._sheet = await self.house.ask(lambda desks: desks.quiz.sheet(sitting.id, by=by))
        if self._sheet.unanswered:
            self._place = self._sheet.unanswered[0]
        self._show()
        self.query_one("#options", Options).focus()
        self.set_interval(_TICK, self._tick)

    async def resume(self) -> None:
        """Keep the page that is shown."""
        self.query_one("#options", Options).focus()

    @property
    def _page(self) -> Page | None:
        return self._sheet.pages[self._place - 1] if self._sheet else None

    def _show(self, *, keep_cursor: bool = False) -> None:
        sheet, page = self._sheet, self._page
        assert sheet is not None
        assert page is not None
        kind = page.kind.label
        flag = "　" + _("已標記") if page.flagged else ""
        self.query_one("#number", Static).update(
            _("第 {place} 題／共 {count} 題　{kind}　{points} 分{flag}").format(
                place=page.place,
                count=len(sheet.pages),
                kind=kind,
                points=f"{page.points.normalize():f}",
                flag=flag,
            )
        )
        self.query_one("#stem", Paragraph).update(page.stem)
        letters = {"○": "1", "×": "2"}
        words = {"○": _("對"), "×": _("錯")}
        true_false = page.kind is Kind.TRUE_FALSE
        options = self.query_one("#options", Options)
        chosen = next((place for place, option in enumerate(page.options) if option.chosen), 0)
        options.show(
            [
                Option(
                    letters.get(option.letter, option.letter),
                    words.get(option.text, option.text) if true_false else option.text,
                    option.chosen,
                )
                for option in page.options
            ],
            options.cursor if keep_cursor else chosen,
        )
        self._show_map(sheet)
        self._tick()

    def _show_map(self, sheet: Sheet) -> None:
        cells = []
        for page in sheet.pages:
            mark = "V" if page.answered else "-"
            mark += "?" if page.flagged else ""
            text = f"{page.place}{mark}"
            cells.append(f"[{text}]" if page.place == self._place else text)
        self.query_one("#map", Paragraph).update(
            "  ".join(cells) + "\n" + _("V 已答　- 未答　? 標記　[ ] 目前這一題")
        )

    def _tick(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        left = int((sheet.deadline - self.house.now).total_seconds())
        if left <= 0:
            self._time_over()
            return
        minutes = -(-left // 60)
        day = 24 * 60
        when = (
            _("還有 {minutes} 分鐘").format(minutes=minutes)
            if minutes <= day
            else _("還有 {days} 天").format(days=minutes // day)
        )
        self.entitle(_("{title}　{when}").format(title=sheet.title, when=when))

    @work(exclusive=True)
    async def _time_over(self) -> None:
        await self._submit_now()

    # Keys

    def action_nothing(self) -> None:
        """Stand on the key bar for the digits and letters."""

    async def on_options_chosen(self, event: Options.Chosen) -> None:
        """Choose the option under the cursor with Enter."""
        event.stop()
        await self.action_choose(event.index + 1)

    @refusals_shown
    async def action_choose(self, number: int) -> None:
        """Choose an option, or take it back in multiple choice."""
        page, sheet = self._page, self._sheet
        if page is None or sheet is None or number > len(page.options):
            return
        choice = page.after(page.options[number - 1].letter)
        by, now = self.house.by, self.house.now
        try:
            await self.house.ask(
                lambda desks: desks.quiz.answer(sheet.sitting_id, page.number, choice, by=by, at=now)
            )
        except Refused:
            if now >= sheet.deadline:
                await self._submit_now()
                return
            raise
        await self._read_again()
        self.query_one("#options", Options).cursor = number - 1

    async def _read_again(self) -> None:
        sheet, by = self._sheet, self.house.by
        if sheet is not None:
            self._sheet = await self.house.ask(lambda desks: desks.quiz.sheet(sheet.sitting_id, by=by))
            self._show(keep_cursor=True)

    async def action_turn(self, pages: int) -> None:
        """Go to another question."""
        if self._sheet:
            self._place = min(len(self._sheet.pages), max(1, self._place + pages))
            self._show()

    async def action_unanswered(self) -> None:
        """Go to the next question without an answer."""
        if self._sheet and (left := self._sheet.unanswered):
            self._place = next((place for place in left if place > self._place), left[0])
            self._show()

    @refusals_shown
    async def action_flag(self) -> None:
        """Mark the question, or take the mark away."""
        page, sheet = self._page, self._sheet
        if page is None or sheet is None:
            return
        by, now = self.house.by, self.house.now
        await self.house.ask(
            lambda desks: desks.quiz.flag(sheet.sitting_id, page.number, not page.flagged, by=by, at=now)
        )
        await self._read_again()

    async def action_back(self) -> None:
        """Leave; the sitting stays open and the time runs on."""
        self.house.tell(_("答案都已存好，時間繼續走。"))
        await super().action_back()

    @work
    async def action_submit(self) -> None:
        """Hand the sheet in."""
        sheet = self._sheet
        if sheet is None:
            return
        left = sheet.unanswered
        lines = (
            [
                _("還有 {count} 題沒有作答：第 {places} 題。").format(
                    count=len(left), places="、".join(str(place) for place in left)
                )
            ]
            if left
            else [_("每一題都作答了。")]
        )
        if sheet.flagged:
            places = "、".join(str(place) for place in sheet.flagged)
            lines.append(_("標記想再看的：第 {places} 題。").format(places=places))
        lines.append(_("交卷後不能再改。"))
        if await self.app.push_screen_wait(Confirm(_("交卷？"), lines)):
            await self._submit_now()

    @refusals_shown
    async def _submit_now(self) -> None:
        paper, by, now = self._paper, self.house.by, self.house.now
        # Opening a sitting whose time is over hands in what was stored.
        sitting = await self.house.ask(
            lambda desks: desks.quiz.open_sitting(paper.id, by.staff_no, by=by, at=now)
        )
        if not sitting.submitted:
            sitting = await self.house.ask(lambda desks: desks.quiz.submit(sitting.id, by=by, at=now))
        await self._ended()

    async def _ended(self) -> None:
        paper, by = self._paper, self.house.by
        self._sheet = None
        results = await self.house.ask(lambda desks: desks.quiz.results(paper.id, by=by))
        own = next((result for result in results if result.staff_no == by.staff_no), None)
        app = self.app
        self.dismiss()
        if own is None:
            return
        verdict = _("及格") if own.passed else _("不及格")
        app.push_screen(ResultsScreen(paper, own.sitting_id))
        app.push_screen(
            Message(
                _("已交卷"),
                [
                    _("{score:.2f} 分，{verdict}。").format(score=own.score, verdict=verdict),
                    _("接著可以逐題看正確答案、說明與法令依據。"),
                ],
            )
        )
