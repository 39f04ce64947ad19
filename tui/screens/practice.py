"""One person practises: a question, an answer, and at once what is right, why, and when it comes again."""

from string import ascii_lowercase
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from bureau.dates import roc
from bureau.language import _
from quiz_bank.practice import Cause
from quiz_bank.practice_desk import PracticeDay, Practised
from quiz_bank.question import Kind, Question
from quiz_bank.response import LONGEST_SHORT
from quiz_bank.sitting import Page, Response
from tui.screens.review import mark_of
from tui.screens.sitting import option_keys, option_row, prompt_rows
from tui.widgets.options import Option, Options
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown
from tui.widgets.words import Words

if TYPE_CHECKING:
    from tui.desks import Desks


class PracticeScreen(Place):
    """The day's questions, one after the other.

    Its keys are priority bindings, as those of a quiz, so that what is typed ahead keeps its order.
    """

    CSS_PATH: ClassVar = ["../styles/sitting.tcss"]
    HEADING = _("練習")
    AUTO_FOCUS: ClassVar[str | None] = ""
    HELP = _(
        "每天練習幾題：先是測驗答錯和電話中沒有答全的，再來是到了該複習那一天的，最後才是新題。"
        "按數字或字母選答案（複選與配對選好後按 Enter），馬上看到對錯、說明與法令依據，並排定下次複習的日子。"
        "沒把握就先按 U 再作答，這一題會早一點再出現。按 W 只練答錯過的題目。"
        "練習不計分，只有自己看得到；還沒結束的試卷裡的題目不會出現。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f12", "nothing", _("選答案"), key_display="1-9 A-Z", id="practice.choose"),
        Binding("o,O,ｏ,Ｏ", "say(1)", show=False, priority=True),
        Binding("x,X,ｘ,Ｘ", "say(2)", show=False, priority=True),
        Binding("u,U,ｕ,Ｕ", "unsure", _("沒把握"), id="practice.unsure", priority=True),
        Binding("w,W,ｗ,Ｗ", "wrong", _("只練錯的"), id="practice.wrong", priority=True),
        *(
            Binding(option_keys(number), f"choose({number})", show=False, priority=True)
            for number in range(1, len(ascii_lowercase) + 1)
        ),
        Binding("up", "step(-1)", show=False, priority=True),
        Binding("down", "step(1)", show=False, priority=True),
        Binding("enter", "check", _("對答案"), id="practice.check", priority=True),
        Binding("enter", "next", _("下一題"), id="practice.next", priority=True),
        Binding("f8", "give_up", _("不知道"), id="practice.give_up", priority=True),
        Binding("escape", "back", _("返回"), id="place.back", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._queue: list[tuple[Question, Cause]] = []
        self._day: PracticeDay | None = None
        self._page: Page | None = None
        self._outcome: Practised | None = None
        self._wrong_only = False
        self._unsure = False

    def content(self) -> ComposeResult:
        """Lay out the question, the room for the answer, and what is learned from it."""
        yield Static("", id="number", classes="section-title", markup=False)
        with VerticalScroll(id="question", can_focus=False):
            yield Paragraph("", id="stem")
            yield Options(id="options")
            yield Options(choosable=False, id="pool")
            words = Words(placeholder=_("在這裡打字，按 Enter 對答案"), id="words", max_length=LONGEST_SHORT)
            words.display = False
            yield words
            yield Paragraph("", id="why")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer the keys of the moment: to answer, or to go on."""
        answering = self._page is not None and self._outcome is None
        kind = self._page.kind if self._page else None
        typed = kind is not None and kind.typed
        works = {
            "say": answering and kind is Kind.TRUE_FALSE,
            "unsure": answering and not typed and kind is not Kind.MATCHING,
            "wrong": not (answering and (typed or kind is Kind.MATCHING)),
            "check": answering and kind not in {Kind.TRUE_FALSE, Kind.SINGLE},
            "next": self._outcome is not None,
            "give_up": answering,
        }
        works |= dict.fromkeys(("nothing", "choose"), answering and not typed)
        works["step"] = not typed or not answering
        return works.get(action, True)

    async def fill(self) -> None:
        """Read what is to be practised and show the first question."""
        by, today, wrong = self.house.by, self.house.today, self._wrong_only

        def read(desks: "Desks") -> tuple[list[tuple[Question, Cause]], PracticeDay]:
            return (
                desks.practice.questions(by=by, day=today, wrong_only=wrong),
                desks.practice.day(by=by, day=today),
            )

        self._queue, self._day = await self.house.ask(read)
        await self._begin()

    async def resume(self) -> None:
        """Keep the question that is shown."""

    async def _begin(self) -> None:
        """Show the next question, or that there is none."""
        self._outcome, self._unsure = None, False
        if not self._queue:
            self._page = None
        else:
            by, today, question = self.house.by, self.house.today, self._queue[0][0]
            self._page = await self.house.ask(lambda desks: desks.practice.page(question, by=by, day=today))
        self._lay_out()

    def _lay_out(self) -> None:
        page = self._page
        words = self.query_one("#words", Words)
        words.display = page is not None and page.kind.typed
        self.query_one("#options").display = page is not None and not page.kind.typed
        self.query_one("#pool").display = page is not None and page.kind is Kind.MATCHING
        self.query_one("#why", Paragraph).update("")
        if page is None:
            self.query_one("#stem", Paragraph).update(
                _("沒有答錯過的題目要練習。按 W 練習其他題目。")
                if self._wrong_only
                else _("今天沒有題目要練習。")
            )
        else:
            self.query_one("#stem", Paragraph).update(page.stem)
            words.value = ""
        self.set_focus(words if words.display else None)
        self._show()
        self.query_one("#question", VerticalScroll).scroll_home(animate=False)

    def _show(self, *, keep_cursor: bool = False) -> None:
        page, day = self._page, self._day
        if day is not None:
            done = _("今天練習了 {done} 題").format(done=day.done)
            goal = _("，目標 {wanted} 題").format(wanted=day.wanted) if day.wanted else ""
            left = _("；答錯待練 {wrong} 題").format(wrong=day.wrong)
            self.entitle(_("練習　{text}").format(text=done + goal + left))
        if page is None:
            self.query_one("#number", Static).update("")
            self.refresh_bindings()
            return
        cause = self._queue[0][1].label
        flag = "　" + _("沒把握") if self._unsure else ""
        self.query_one("#number", Static).update(
            _("{kind}　{cause}{flag}").format(kind=page.kind.label, cause=cause, flag=flag)
        )
        options = self.query_one("#options", Options)
        cursor = options.cursor if keep_cursor else 0
        if page.kind is Kind.MATCHING:
            options.show(prompt_rows(page), cursor)
            self.query_one("#pool", Options).show(
                [Option(f"{option.letter}  ", option.text) for option in page.options]
            )
        else:
            options.show(
                [option_row(page, number, option) for number, option in enumerate(page.options, start=1)],
                cursor,
            )
        self.refresh_bindings()

    # Keys

    def action_nothing(self) -> None:
        """Stand on the key bar for the digits and letters."""

    @on(Options.Chosen, "#options")
    async def _clicked(self, event: Options.Chosen) -> None:
        event.stop()
        if self._page is not None and self._page.kind is not Kind.MATCHING and self._outcome is None:
            await self.action_choose(event.index + 1)

    async def action_say(self, number: int) -> None:
        """Answer a true-or-false question with O or X."""
        await self.action_choose(number)

    async def action_choose(self, number: int) -> None:
        """Choose an option; where only one can be chosen, that is the answer."""
        page = self._page
        if page is None or self._outcome is not None or number > len(page.options):
            return
        letter = page.options[number - 1].letter
        options = self.query_one("#options", Options)
        if page.kind is Kind.MATCHING:
            prompt = options.cursor
            self._put(page.matched(prompt, letter))
            options.cursor = prompt + 1
        elif page.kind is Kind.MULTIPLE:
            self._put(page.after(letter))
            options.cursor = number - 1
        else:
            self._put(page.after(letter))
            await self._answer()

    def _put(self, response: Response) -> None:
        page = self._page
        assert page is not None
        chosen = () if isinstance(response, str) or not page.kind.chosen else response
        self._page = page.model_copy(
            update={
                "response": response,
                "options": tuple(
                    option.model_copy(update={"chosen": option.index in chosen}) for option in page.options
                ),
            }
        )
        self._show(keep_cursor=True)

    async def action_check(self) -> None:
        """Answer with what was chosen or typed."""
        page = self._page
        if page is None:
            return
        if page.kind.typed:
            words = self.query_one("#words", Words)
            await words.settled()
            self._page = page.model_copy(update={"response": words.value})
        if not self._page or not self._page.response:
            self.house.tell(_("還沒有作答；不知道答案請按F8。"))
            return
        await self._answer()

    async def action_give_up(self) -> None:
        """See the answer without giving one; the question comes again soon."""
        page = self._page
        if page is not None:
            self._page = page.model_copy(update={"response": ()})
            await self._answer()

    @refusals_shown
    async def _answer(self) -> None:
        page = self._page
        assert page is not None
        question_id, unsure = self._queue[0][0].id, self._unsure
        by, now, today = self.house.by, self.house.now, self.house.today

        def write(desks: "Desks") -> tuple[Practised, PracticeDay]:
            outcome = desks.practice.answer(question_id, page.response, by=by, at=now, unsure=unsure)
            return outcome, desks.practice.day(by=by, day=today)

        outcome, self._day = await self.house.ask(write)
        self._outcome = outcome
        self._show(keep_cursor=True)
        self._explain(outcome)

    def _explain(self, outcome: Practised) -> None:
        question = outcome.question
        chosen, key = outcome.chosen, outcome.key
        if question.kind is Kind.TRUE_FALSE:
            chosen, key = mark_of(chosen), mark_of(key)
        lines = [
            _("答對了。正確答案：{key}").format(key=key)
            if outcome.right
            else _("答錯了。你的答案：{chosen}　正確答案：{key}").format(
                chosen=chosen or _("沒有作答"), key=key
            ),
            "",
        ]
        if question.explanation:
            lines += [_("說明：{text}").format(text=question.explanation), ""]
        if question.legal_basis:
            lines += [_("法令依據：{law}").format(law=question.legal_basis), ""]
        lines.append(_("下次複習：{day}").format(day=roc(outcome.due)))
        self.query_one("#why", Paragraph).update("\n".join(lines))
        self.set_focus(None)
        self.call_after_refresh(self.query_one("#question", VerticalScroll).scroll_end, animate=False)

    async def action_next(self) -> None:
        """Go on with the next question."""
        day = self._day
        self._queue = self._queue[1:]
        await self._begin()
        if day is not None and day.done == day.wanted:
            self.house.tell(_("今天的 {count} 題練習完了；想多練可以接著作答。").format(count=day.wanted))

    async def action_unsure(self) -> None:
        """Say beforehand that the answer is a guess, or take that back."""
        self._unsure = not self._unsure
        self._show(keep_cursor=True)

    @refusals_shown
    async def action_wrong(self) -> None:
        """Practise only what was not known, or everything again."""
        self._wrong_only = not self._wrong_only
        await self.fill()
        self.house.tell(_("只練答錯過的題目。") if self._wrong_only else _("練習所有題目。"))

    async def action_step(self, rows: int) -> None:
        """Move the cursor, or read on in what is longer than the screen."""
        options = self.query_one("#options", Options)
        if self._page is not None and self._outcome is None and not self._page.kind.typed:
            options.cursor += rows
        else:
            self.query_one("#question", VerticalScroll).scroll_relative(y=rows, animate=False)
