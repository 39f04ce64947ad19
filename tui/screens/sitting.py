"""One person answers one paper: one question a page, every choice stored before the next key is taken."""

from string import ascii_lowercase
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Input, Static, TextArea

from bureau.language import _
from bureau.problem import Refused
from quiz_bank.question import Kind, QuestionError, number_from
from quiz_bank.response import LONGEST_SHORT
from quiz_bank.sitting import Page, Response, Sheet, SheetOption, Sitting
from tui.screens.results import ResultsScreen
from tui.screens.review import mark_of
from tui.widgets.dialog import Confirm, Message
from tui.widgets.options import Option, Options
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown
from tui.widgets.question_map import Numbered, QuestionMap
from tui.widgets.time_left import time_left
from tui.widgets.words import Words

if TYPE_CHECKING:
    from tui.desks import Desks
    from tui.widgets.lines import Lines

MOST_OPTIONS = 6
"""Options with a key of their own; any further ones are reached with the cursor."""

_DIGITS = 10
_FULL_WIDTH = ord("０") - ord("0")
_TICK = 1.0


def option_keys(number: int) -> str:
    """Name the keys of an option: its digit, if it has one, and its letter, wide and narrow."""
    letter = ascii_lowercase[number - 1]
    plain = [letter, letter.upper(), *([str(number)] if number < _DIGITS else [])]
    return ",".join([*plain, *(chr(ord(key) + _FULL_WIDTH) for key in plain)])


class SittingScreen(Place):
    """One person's sheet; neither a key nor an explanation reaches it.

    All its keys are priority bindings of the screen: they are carried out one after the other however fast
    they are typed, so that no answer lands on another page.

    Args:
        paper_id: what is sat.
        title: what people call it.
    """

    CSS_PATH: ClassVar = ["../styles/sitting.tcss"]
    HEADING = _("作答")
    # No page begins in the room to write in but one where something is written.
    AUTO_FOCUS: ClassVar[str | None] = ""
    HELP = _(
        "按數字或字母選答案，單選與是非會換掉原來的選擇，複選再按一次就取消；是非題也可以按 O 或 X。"
        "也可以用上下鍵移動、Enter 選取，已選好的再按 Enter 就到下一題。"
        "左右鍵換題，空白鍵標記想再看的題目。每選一次就存檔；按 Esc 暫離後可以回來接著作答，但時間繼續走。"
        "配對題先用上下鍵移到左邊的一項，再按右邊答案的字母，會自動移到下一項；再按一次同一個字母就取消；"
        "題目比畫面長時，按 PageDown 看右邊的答案。"
        "填充、數字與簡答直接打字，每打一個字就存檔；這些題用 PageUp、PageDown 換題，F6 標記，F7 找未答。"
        "F5 交卷，交卷前會列出還沒有作答的題目。簡答題由人評分，評完才有成績。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        # Shown for the digits and letters below, of which each bears one option only.
        Binding("f12", "nothing", _("選答案"), key_display="1-6 A-F", id="sitting.choose"),
        Binding("f11", "matching", _("選配對"), key_display="A-Z", id="sitting.match"),
        *(
            Binding(option_keys(number), f"choose({number})", show=False, priority=True)
            for number in range(1, MOST_OPTIONS + 1)
        ),
        Binding("o,O,ｏ,Ｏ", "say(1)", show=False, priority=True),
        Binding("x,X,ｘ,Ｘ", "say(2)", show=False, priority=True),
        Binding("up", "step(-1)", show=False, priority=True),
        Binding("down", "step(1)", show=False, priority=True),
        Binding("enter", "take", _("選取"), id="sitting.take", priority=True),
        Binding("enter", "go_on", _("下一題"), id="sitting.go_on", priority=True),
        Binding("left", "turn(-1)", _("上一題"), id="sitting.previous", priority=True),
        Binding("right", "turn(1)", _("下一題"), id="sitting.next", priority=True),
        Binding("pageup", "leaf(-1)", _("上一題"), id="sitting.leaf_back", priority=True),
        Binding("pagedown", "leaf(1)", _("下一題"), id="sitting.leaf", priority=True),
        Binding("pageup", "read_on(-1)", show=False, priority=True),
        Binding("pagedown", "read_on(1)", _("看右邊的答案"), id="sitting.read_on", priority=True),
        Binding("space,ideographic_space", "flag", _("標記"), id="sitting.flag", priority=True),
        Binding("g,G,ｇ,Ｇ", "unanswered", _("找未答"), id="sitting.unanswered", priority=True),
        *(
            Binding(option_keys(number), f"match({number})", show=False, priority=True)
            for number in range(MOST_OPTIONS + 1, len(ascii_lowercase) + 1)
        ),
        Binding("f6", "flag_typed", _("標記"), id="sitting.flag_typed", priority=True),
        Binding("f7", "unanswered_typed", _("找未答"), id="sitting.unanswered_typed", priority=True),
        Binding("f5", "submit", _("交卷"), id="sitting.submit", priority=True),
        Binding("escape", "back", _("暫離"), id="place.back", priority=True),
    ]

    def __init__(self, paper_id: str, title: str) -> None:
        super().__init__()
        self._paper_id = paper_id
        self._paper_title = title
        self._sheet: Sheet | None = None
        self._place = 1
        self._ending = False
        self._said = ""
        self._kept = ""
        self._shown_place = 0

    def content(self) -> ComposeResult:
        """Lay out the question, its options or the room to write in, and the map of all questions."""
        yield Static("", id="number", classes="section-title", markup=False)
        with VerticalScroll(id="question", can_focus=False):
            yield Paragraph("", id="stem")
            yield Options(id="options")
            yield Options(choosable=False, id="pool")
            words = Words(placeholder=_("在這裡打字"), id="words", max_length=LONGEST_SHORT)
            words.display = False
            yield words
            yield Paragraph("", id="hint")
        yield QuestionMap(id="map")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave the keys that write or match to the pages where something is written or matched."""
        kind = self._page.kind if self._page else Kind.SINGLE
        works = {
            "nothing": kind.chosen,
            "say": kind is Kind.TRUE_FALSE,
            "match": kind is Kind.MATCHING,
            "matching": kind is Kind.MATCHING,
            "unanswered": kind.chosen,
            "unanswered_typed": not kind.chosen,
            "go_on": kind in {Kind.SHORT, Kind.NUMBER, Kind.MATCHING},
            "take": kind.chosen,
        }
        works |= dict.fromkeys(("leaf", "flag_typed"), kind.typed)
        works["read_on"] = kind is Kind.MATCHING
        works |= dict.fromkeys(("choose", "step", "turn", "flag"), not kind.typed)
        return works.get(action, True)

    async def fill(self) -> None:
        """Open the sitting as it was left."""
        paper_id, by, now = self._paper_id, self.house.by, self.house.now
        sitting = await self.house.ask(
            lambda desks: desks.quiz.open_sitting(paper_id, by.staff_no, by=by, at=now)
        )
        if sitting.handed_in:
            self._ended(sitting)
            return
        self._sheet = await self.house.ask(lambda desks: desks.quiz.sheet(sitting.id, by=by))
        if self._sheet.unanswered:
            self._place = self._sheet.unanswered[0]
        if any(page.kind is Kind.ESSAY for page in self._sheet.pages):
            from tui.widgets.lines import Lines  # noqa: PLC0415 - only where something long is written

            await self.query_one("#question").mount(Lines(id="lines", soft_wrap=True), before="#hint")
        self._show()
        self.set_interval(_TICK, self._tick)

    async def resume(self) -> None:
        """Keep the page that is shown; the time may be over meanwhile."""
        self._tick()

    @property
    def _page(self) -> Page | None:
        return self._sheet.pages[self._place - 1] if self._sheet else None

    def _show(self, *, keep_cursor: bool = False) -> None:
        sheet, page = self._sheet, self._page
        if sheet is None or page is None:
            return
        how = {
            Kind.TRUE_FALSE: _("，按 O 或 X"),
            Kind.MULTIPLE: _("，可選多項"),
            Kind.NUMBER: _("，寫數字"),
            Kind.ESSAY: _("，由人評分"),
        }.get(page.kind, "")
        self.query_one("#number", Static).update(
            _("第 {place} 題／共 {count} 題　{kind}{how}　{points} 分{flag}").format(
                place=page.place,
                count=len(sheet.pages),
                kind=page.kind.label,
                how=how,
                points=f"{page.points.normalize():f}",
                flag="　" + _("已標記") if page.flagged else "",
            )
        )
        self.query_one("#stem", Paragraph).update(page.stem)
        if self._shown_place != self._place:
            self._lay_out(page)
        self._show_options(page, keep_cursor=keep_cursor)
        marks = [Numbered(one.answered, one.flagged) for one in sheet.pages]
        self.query_one("#map", QuestionMap).show(marks, self._place)
        self._tick()

    def _show_options(self, page: Page, *, keep_cursor: bool) -> None:
        options = self.query_one("#options", Options)
        if page.kind is Kind.MATCHING:
            free = (place for place in range(len(page.prompts)) if page.match_of(place) < 0)
            options.show(prompt_rows(page), options.cursor if keep_cursor else next(free, 0))
            self.query_one("#pool", Options).show(
                [Option(f"{option.letter}  ", option.text) for option in page.options]
            )
        else:
            chosen = next((place for place, option in enumerate(page.options) if option.chosen), 0)
            options.show(
                [option_row(page, number, option) for number, option in enumerate(page.options, start=1)],
                options.cursor if keep_cursor else chosen,
            )

    def _lay_out(self, page: Page) -> None:
        """Show the room that a page of this kind needs, with what was written in it."""
        self._shown_place = self._place
        essay = page.kind is Kind.ESSAY
        words = self.query_one("#words", Words)
        self.query_one("#options").display = not page.kind.typed
        self.query_one("#pool").display = page.kind is Kind.MATCHING
        words.display = page.kind.typed and not essay
        for box in self.query("#lines"):
            box.display = essay
        self._kept = page.response if isinstance(page.response, str) else ""
        self.query_one("#hint", Paragraph).update(
            _("單位：{unit}").format(unit=page.unit) if page.unit else ""
        )
        if essay:
            lines = self._lines
            lines.text = self._kept
            self.set_focus(lines)
        elif page.kind.typed:
            words.value = self._kept
            words.cursor_position = len(self._kept)
            self.set_focus(words)
        else:
            self.set_focus(None)
        self.refresh_bindings()

    @property
    def _lines(self) -> "Lines":
        from tui.widgets.lines import Lines  # noqa: PLC0415 - only where something long is written

        return self.query_one("#lines", Lines)

    def _tick(self) -> None:
        sheet = self._sheet
        if sheet is None or self._ending:
            return
        now = self.house.now
        title = _("{title}　{when}").format(title=sheet.title, when=time_left(sheet.deadline, now))
        if title != self._said:
            self._said = title
            self.entitle(title)
        # A window above is read to its end first; nothing that is pressed in it can be stored any more.
        if now >= sheet.deadline and self.is_current:
            self._time_over()

    @work(exclusive=True)
    async def _time_over(self) -> None:
        await self._submit_now()

    # Keys

    def action_nothing(self) -> None:
        """Stand on the key bar for the digits and letters."""

    def action_matching(self) -> None:
        """Stand on the key bar for the letters of a matching."""

    @on(Options.Chosen, "#options")
    async def _clicked(self, event: Options.Chosen) -> None:
        event.stop()
        if self._page is not None and self._page.kind is not Kind.MATCHING:
            await self.action_choose(event.index + 1)

    @on(Input.Changed, "#words")
    @on(TextArea.Changed, "#lines")
    async def _written(self) -> None:
        await self._keep_typed()

    async def _settle_typed(self) -> None:
        """Store what was written, once all letters on their way have arrived."""
        page = self._page
        if page is not None and page.kind.typed:
            await (self._lines if page.kind is Kind.ESSAY else self.query_one("#words", Words)).settled()
            await self._keep_typed()

    @refusals_shown
    async def _keep_typed(self) -> None:
        """Store what stands in the room to write in, if that is not stored yet.

        A number that cannot be read is not stored, and the page says so.
        """
        page = self._page
        if page is None or not page.kind.typed or self._shown_place != self._place:
            return
        text = self._lines.text if page.kind is Kind.ESSAY else self.query_one("#words", Words).value
        hint = _("單位：{unit}").format(unit=page.unit) if page.unit else ""
        if page.kind is Kind.NUMBER and text.strip():
            try:
                number_from(text, page.unit)
            except QuestionError as refusal:
                hint, text = _("還沒有存：{what}").format(what=refusal), ""
        self.query_one("#hint", Paragraph).update(hint)
        if text != self._kept:
            self._kept = text
            await self._store(page, response=text)

    async def action_go_on(self) -> None:
        """Go to the next page when a line is written."""
        if self._sheet and self._place == len(self._sheet.pages):
            await self._settle_typed()
            self.house.tell(_("這是最後一題；交卷請按F5。"))
        else:
            await self.action_turn(1)

    async def action_leaf(self, pages: int) -> None:
        """Go to another question with the keys that work everywhere."""
        await self.action_turn(pages)

    async def action_flag_typed(self) -> None:
        """Mark the question where the space bar writes."""
        await self.action_flag()

    async def action_unanswered_typed(self) -> None:
        """Find an unanswered question where letters write."""
        await self.action_unanswered()

    @refusals_shown
    async def action_match(self, number: int) -> None:
        """Match the prompt under the cursor with an option, and go to the next prompt."""
        page = self._page
        if page is None or page.kind is not Kind.MATCHING or number > len(page.options):
            return
        options = self.query_one("#options", Options)
        prompt = options.cursor
        await self._store(page, response=page.matched(prompt, page.options[number - 1].letter))
        options.cursor = prompt + 1
        self._into_view()

    async def action_take(self) -> None:
        """Choose the option under the cursor; where it is chosen already, go on."""
        page, cursor = self._page, self.query_one("#options", Options).cursor
        if page is None:
            return
        if not page.options[cursor].chosen:
            await self.action_choose(cursor + 1)
        elif self._sheet and self._place < len(self._sheet.pages):
            await self.action_turn(1)
        else:
            self.house.tell(_("這是最後一題；交卷請按F5。"))

    async def action_say(self, number: int) -> None:
        """Answer a true-or-false question with O or X."""
        if self._page is not None and self._page.kind is Kind.TRUE_FALSE:
            await self.action_choose(number)

    @refusals_shown
    async def action_choose(self, number: int) -> None:
        """Choose an option, or take it back in multiple choice."""
        page = self._page
        if page is None or number > len(page.options):
            return
        if page.kind is Kind.MATCHING:
            await self.action_match(number)
            return
        response = page.after(page.options[number - 1].letter)
        await self._store(page, response=response)
        if self._sheet is not None:
            self.query_one("#options", Options).cursor = number - 1
            self._into_view()

    @refusals_shown
    async def action_flag(self) -> None:
        """Mark the question, or take the mark away."""
        await self._settle_typed()
        page = self._page
        if page is not None:
            await self._store(page, flagged=not page.flagged)

    async def _store(
        self, page: Page, *, response: Response | None = None, flagged: bool | None = None
    ) -> None:
        """Write an answer or a mark and show the sheet as it is stored."""
        sheet = self._sheet
        assert sheet is not None
        sitting_id, by, now = sheet.sitting_id, self.house.by, self.house.now
        if now >= sheet.deadline:
            await self._submit_now()
            return

        def write(desks: "Desks") -> Sheet:
            if response is not None:
                desks.quiz.answer(sitting_id, page.number, response, by=by, at=now)
            if flagged is not None:
                desks.quiz.flag(sitting_id, page.number, flagged, by=by, at=now)
            return desks.quiz.sheet(sitting_id, by=by)

        self._sheet = await self.house.ask(write)
        self._show(keep_cursor=True)

    async def action_turn(self, pages: int) -> None:
        """Go to another question."""
        await self._settle_typed()
        if self._sheet:
            self._to(min(len(self._sheet.pages), max(1, self._place + pages)))

    async def action_unanswered(self) -> None:
        """Go to the next question without an answer."""
        await self._settle_typed()
        if self._sheet is None:
            return
        if left := self._sheet.unanswered:
            self._to(next((place for place in left if place > self._place), left[0]))
        else:
            self.house.tell(_("每一題都作答了；交卷請按F5。"))

    def _to(self, place: int) -> None:
        if place != self._place:
            self._place = place
            self._show()
            self.query_one("#question", VerticalScroll).scroll_home(animate=False)

    async def action_step(self, rows: int) -> None:
        """Move the cursor; a question longer than the screen is first read to the next option."""
        options = self.query_one("#options", Options)
        question = self.query_one("#question", VerticalScroll)
        page = question.scrollable_content_region.height - 1
        if rows > 0 and options.cursor == options.validate_cursor(options.cursor + 1):
            # Below the last item of a matching stand the answers.
            question.scroll_to(y=question.scroll_target_y + rows, animate=False, immediate=True)
            return
        above, below = self._hidden(options.validate_cursor(options.cursor + rows))
        if rows > 0:
            question.scroll_relative(y=min(below, page), animate=False, immediate=True)
            options.cursor += rows if below <= page else 0
        else:
            if options.cursor == 0:
                above = question.scroll_offset.y
            question.scroll_relative(y=-min(above, page), animate=False, immediate=True)
            options.cursor += rows if above <= page else 0

    async def action_read_on(self, pages: int) -> None:
        """Scroll a matching that is longer than the screen, from its items to its answers and back."""
        question = self.query_one("#question", VerticalScroll)
        lines = max(1, question.scrollable_content_region.height - 1)
        question.scroll_relative(y=pages * lines, animate=False, immediate=True)

    def _into_view(self) -> None:
        above, below = self._hidden(self.query_one("#options", Options).cursor)
        if lines := below or -above:
            self.query_one("#question", VerticalScroll).scroll_relative(
                y=lines, animate=False, immediate=True
            )

    def _hidden(self, index: int) -> tuple[int, int]:
        """Give how many lines of the way to an option are hidden above and below the window."""
        options = self.query_one("#options", Options)
        question = self.query_one("#question", VerticalScroll)
        first, count = options.lines_of(index)
        top = options.virtual_region.y + first - question.scroll_offset.y
        bottom = top + count - question.scrollable_content_region.height
        return max(0, -top), max(0, bottom)

    async def action_back(self) -> None:
        """Leave; the sitting stays open and the time runs on."""
        await self._settle_typed()
        if self._sheet is not None:
            self.house.tell(_("已暫離。答案都已存好，時間繼續走；還沒有交卷。"))
        await super().action_back()

    async def action_submit(self) -> None:
        """Hand the sheet in."""
        await self._settle_typed()
        sheet = self._sheet
        if sheet is None:
            return
        lines = (
            [_("還有 {count} 題沒有作答：第 {places} 題。").format(**_listed(sheet.unanswered))]
            if sheet.unanswered
            else [_("每一題都作答了。")]
        )
        if sheet.flagged:
            lines.append(_("標記想再看的：第 {places} 題。").format(**_listed(sheet.flagged)))
        lines.append(_("交卷後不能再改。"))
        # Pushed at once and not by a worker: the keys that follow belong to the question already.
        self.app.push_screen(Confirm(_("交卷？"), lines), self._agreed)

    async def _agreed(self, agreed: bool | None) -> None:
        if agreed:
            await self._submit_now()

    @refusals_shown
    async def _submit_now(self) -> None:
        if self._ending:
            return
        self._ending = True
        paper_id, by, now = self._paper_id, self.house.by, self.house.now

        def hand_in(desks: "Desks") -> Sitting:
            # Opening a sitting whose time is over hands in what was stored.
            sitting = desks.quiz.open_sitting(paper_id, by.staff_no, by=by, at=now)
            return sitting if sitting.handed_in else desks.quiz.submit(sitting.id, by=by, at=now)

        try:
            sitting = await self.house.ask(hand_in)
        except Refused:
            self._ending = False
            raise
        self._ended(sitting)

    def _ended(self, sitting: Sitting) -> None:
        """Leave the sheet for the result."""
        self._sheet = None
        app, title = self.app, self._paper_title
        if sitting.score is None:
            lines = [_("簡答題要由人評分；評完以後，在這份試卷按 R 看成績與說明。")]
            if sitting.overdue:
                lines.insert(0, _("作答時間已到，以已存的答案交卷。"))
            self.dismiss()
            app.push_screen(Message(_("已交卷：{title}").format(title=title), lines))
            return
        lines = [
            _("{score:.2f} 分，{verdict}。").format(
                score=sitting.score, verdict=_("及格") if sitting.passed else _("不及格")
            ),
            "",
            _("接著可以逐題看正確答案、說明與法令依據。"),
        ]
        if sitting.overdue:
            lines.insert(0, _("作答時間已到，以已存的答案交卷。"))
        self.dismiss()
        app.push_screen(ResultsScreen(self._paper_id, title, sitting.id))
        app.push_screen(Message(_("已交卷：{title}").format(title=title), lines))


def option_row(page: Page, number: int, option: SheetOption) -> Option:
    """Give one option of a page as it is shown."""
    if page.kind is Kind.TRUE_FALSE:
        key, text = str(number), mark_of(option.text)
    else:
        key, text = option.letter, option.text
    return Option(f"{'[V]' if option.chosen else '[ ]'} {key}  ", text, "bold" if option.chosen else "")


def prompt_rows(page: Page) -> list[Option]:
    """Give the left sides of a matching, each with the letter it is matched with."""
    return [
        Option(f"[{page.letter_of(page.match_of(place)) or ' '}] {place + 1}  ", prompt)
        for place, prompt in enumerate(page.prompts)
    ]


def _listed(places: tuple[int, ...]) -> dict[str, object]:
    return {"count": len(places), "places": "、".join(str(place) for place in places)}
