"""The scoring screen: a tester with a telephone in one hand and the other on the keyboard.

Every key is stored before the next one is taken. All keys are priority bindings, so that they act one after
the other in the order in which they were pressed, however fast; while words are typed they
belong to the words.
"""

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.widgets import Input, Static

from bureau.dates import roc
from bureau.language import _
from bureau.people import Person
from courtesy.call import Call, CallError, Outcome, Readiness, below_full, failed_critical
from courtesy.round import Draw
from courtesy.scale import NOT_APPLICABLE, Placed, Scale, Score, applying, running
from tui.screens.asking import CauseWindow, QuestionWindow
from tui.widgets.dialog import Choose, Confirm, Message
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown
from tui.widgets.ring_timer import RingTimer, rings_in
from tui.widgets.words import Words

if TYPE_CHECKING:
    from tui.desks import Desks

MOST_STEPS = 9
_FULL_WIDTH = ord("０") - ord("0")


_NOT_WHILE_TYPING = frozenset(
    "ring mark not_applicable unmark rings outcome answered_by remark dial_again undo "  # noqa: SIM905
    "hang_up question cause move page edge".split()
)


def _digit(number: int) -> str:
    return f"{number},{chr(ord(str(number)) + _FULL_WIDTH)}"


class CockpitScreen(Place):
    """One call being scored."""

    AUTO_FOCUS = "#lines"
    CSS_PATH: ClassVar = ["../styles/cockpit.tcss"]
    HEADING = _("打分數")
    HELP = _(
        "撥號時按空白鍵開始計時，對方應答時再按一次：秒數與響鈴次數自動記下，接聽速度自動評定（四聲或十秒，"
        "以對當事人有利者為準），次數不對按加減鍵改。各行依通話的順序排列，按數字選一級，游標自動跳到下一行；"
        "0 是不適用。上方是這個時機可以說的話。按 Q 看要問的題目、答案與法令依據，以數字勾對方答到的要點。"
        "通話結束按 H；失分的行可按 C 選原因。沒有接通時按 O 選結果，過一會再按空白鍵重撥；試滿規定的次數"
        "才能封存，由下一籤遞補，不再試的要寫備註說明。每按一鍵就存檔，停電或關閉程式後再開，會是原來的樣子；"
        "U 可一步一步復原。重大項目沒有做到時必須寫備註。F5 封存，封存後不能更改。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,ideographic_space", "ring", _("撥號／接通"), id="cockpit.ring", priority=True),
        # The first digit stands on the key bar for all of them.
        Binding(_digit(1), "mark(1)", _("至 9 評定"), key_display="1", priority=True),
        *(
            Binding(_digit(number), f"mark({number})", show=False, priority=True)
            for number in range(2, MOST_STEPS + 1)
        ),
        Binding(f"{_digit(0)},n,N,ｎ,Ｎ", "not_applicable", _("不適用"), id="cockpit.na", priority=True),
        Binding("backspace,delete", "unmark", _("清除"), key_display="退格", priority=True),
        # The list's own keys would wait for the list, while the keys after them act at once.
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("home", "edge(0)", show=False, priority=True),
        Binding("end", "edge(1)", show=False, priority=True),
        Binding("plus,＋,equals_sign", "rings(1)", _("改聲數"), key_display="+-", priority=True),
        Binding("minus,－,underscore", "rings(-1)", show=False, priority=True),
        Binding("q,Q,ｑ,Ｑ", "question", _("題目"), id="cockpit.question", priority=True),
        Binding("h,H,ｈ,Ｈ", "hang_up", _("掛斷"), id="cockpit.hang_up", priority=True),
        Binding("c,C,ｃ,Ｃ", "cause", _("原因"), id="cockpit.cause", priority=True),
        Binding("o,O,ｏ,Ｏ", "outcome", _("結果"), id="cockpit.outcome", priority=True),
        Binding("a,A,ａ,Ａ", "answered_by", _("代接人"), id="cockpit.answered_by", priority=True),
        Binding("r,R,ｒ,Ｒ", "remark", _("備註"), id="cockpit.remark", priority=True),
        Binding("t,T,ｔ,Ｔ", "dial_again", _("重撥"), id="cockpit.dial_again", priority=True),
        Binding("u,U,ｕ,Ｕ", "undo", _("復原"), id="cockpit.undo", priority=True),
        Binding("enter", "keep_words", _("完成"), id="cockpit.keep_words", priority=True),
        Binding("f5", "seal", _("封存"), id="cockpit.seal", priority=True),
        Binding("escape", "back", _("返回"), id="place.back", priority=True),
    ]

    def __init__(self, draw: Draw) -> None:
        super().__init__()
        self._draw = draw
        self._call: Call | None = None
        self._scale: Scale | None = None
        self._person: Person | None = None
        self._lines: list[Placed] = []
        self._ready: Readiness | None = None
        self._score: Score | None = None
        self._band = ""
        self._tries = 0
        self._wait = 0
        self._typing = ""

    def content(self) -> ComposeResult:
        """Lay out whom to ring, the lines, and the line under the cursor."""
        with Vertical(id="head"):
            yield Static("", id="who", markup=False)
            yield RingTimer(id="timer")
        yield Listing(
            [
                Column(_("時機"), 4),
                Column(_("項目"), most=46),
                Column("", 4),
                Column(_("評定"), 17),
                Column(_("得分"), 5, right=True),
            ],
            opens=False,
            id="lines",
        )
        yield Static("", id="script", markup=False)
        with Vertical(id="line"):
            yield Paragraph("", id="steps")
            with Horizontal(id="typing", classes="hidden"):
                yield Static("", id="what", markup=False)
                yield Words(id="words", select_on_focus=False)
            yield Static("", id="sum", markup=False)

    async def fill(self) -> None:
        """Open the call as it stood after its last key.

        Raises:
            CallError: it was sealed elsewhere after the list was shown.
        """
        draw, by, now = self._draw, self.house.by, self.house.now
        call = await self.house.ask(
            lambda desks: desks.calls.open_call(
                draw.round, draw.staff_no, by=by, at=now, occasion=draw.occasion
            )
        )
        if call.sealed:
            raise CallError(_("這通紀錄已經封存。"), remedy=_("可以在「已封存」裡看到。"))
        self._call = call
        today = self.house.today
        scale, self._person = await self.house.ask(
            lambda desks: (desks.calls.scale(call.scale), desks.office.person(call.person, today))
        )
        self._scale, self._lines = scale, scale.in_call_order(call.parts)
        await self._show()
        self._to_next(0)
        self.query_one("#lines", Listing).focus()

    async def resume(self) -> None:
        """Keep what is shown: nothing else writes into this call."""
        self.query_one("#lines", Listing).focus()

    # What is shown

    async def _show(self) -> None:
        call = self._call
        assert call is not None
        now = self.house.now
        self._ready, self._score, self._band, self._tries, self._wait = await self.house.ask(
            lambda desks: (
                desks.calls.readiness(call),
                score := desks.calls.preview(call),
                desks.calls.band(call, score.total) if score else "",
                desks.calls.tries(call),
                desks.calls.too_soon(call, now),
            )
        )
        self._show_head(call)
        self._show_lines(call)
        self._show_step()
        self._show_sum(call)

    def _show_head(self, call: Call) -> None:
        assert self._scale is not None
        assert self._person is not None
        draw, person = self._draw, self._person
        parts = "、".join(self._scale.part(code).name for code in call.parts)
        left = f"{person.section} {person.title} {person.name}  " + _("分機 {extension}").format(
            extension=call.extension
        )
        right = f"{parts}  {roc(draw.day)} {draw.window:%H:%M}"
        room = self.size.width - 4 - cell_len(left) - cell_len(right)
        self.query_one("#who", Static).update(f"{left}{' ' * max(2, room)}{right}", layout=False)
        self.entitle(_("打分數　第 {order} 籤").format(order=draw.order))
        timer = self.query_one("#timer", RingTimer)
        if call.outcome is None and call.dialled_at is not None and call.picked_up_at is None:
            timer.ring(call.dialled_at)
        else:
            timer.rest(self._tried(call) if call.unreached else _timing(call))

    def _tried(self, call: Call) -> str:
        """Say how often nobody was reached, and what comes next."""
        said = _("{outcome}：已試 {count}/{most} 次").format(
            outcome=call.outcome.label if call.outcome else "", count=len(call.attempts), most=self._tries
        )
        if len(call.attempts) >= self._tries:
            return said
        if self._wait:
            return said + "　" + _("請過 {minutes} 分鐘再按空白鍵重撥").format(minutes=self._wait)
        return said + "　" + _("按空白鍵重撥")

    def _show_lines(self, call: Call) -> None:
        assert self._scale is not None
        wanted = {placed.id for placed in applying(self._scale, call.parts, call.marks)}
        failed = {placed.id for placed in failed_critical(call, self._scale)}
        reached = call.outcome in {None, Outcome.REACHED}
        rows, tones = [], []
        moment = None
        for placed in self._lines:
            key = call.marks.get(placed.id)
            step = placed.line.step(key) if key else None
            cause = call.causes.get(placed.id, "")
            label = step.label if step else _("不適用") if key == NOT_APPLICABLE else ""
            rows.append(
                (
                    placed.line.moment.label if placed.line.moment is not moment else "",
                    placed.line.text,
                    _("重大") if placed.line.critical else "",
                    f"{label} {cause}" if cause else label,
                    f"{step.points.normalize():f}" if step else "",
                )
            )
            moment = placed.line.moment
            quiet = not reached or placed.id not in wanted or key == NOT_APPLICABLE
            tones.append("alarm" if placed.id in failed else "quiet" if quiet else "")
        self.query_one("#lines", Listing).show(rows, tones=tones)

    def _show_step(self) -> None:
        assert self._scale is not None
        placed = self._lines[self.query_one("#lines", Listing).cursor]
        said = self._scale.said_at(placed.line.moment)
        self.query_one("#script", Static).update(
            _("台詞（{moment}）：{said}").format(moment=placed.line.moment.label, said=said) if said else "",
            layout=False,
        )
        choices = [
            _("{number} {label} {points} 分").format(
                number=number, label=step.label, points=f"{step.points.normalize():f}"
            )
            for number, step in enumerate(placed.line.steps, 1)
        ]
        if placed.line.either:
            choices.append(_("（與另一行擇一）"))
        elif placed.line.not_applicable:
            choices.append(_("0 不適用"))
        if self._call and (cause := self._call.causes.get(placed.id)):
            choices.append(_("失分原因：{cause}").format(cause=cause))
        self.query_one("#steps", Paragraph).update(_packed(choices, self.size.width - 4))

    def _show_sum(self, call: Call) -> None:
        assert self._scale is not None
        if call.unreached:
            text = (
                _("{outcome}：不計分，可以封存。").format(outcome=call.outcome.label if call.outcome else "")
                if self._ready and self._ready.ready
                else _("還要再試 {count} 次；不再試請按 R 寫明原因").format(
                    count=self._ready.tries if self._ready else 0
                )
            )
        elif self._score is not None:
            text = _("合計 {total:.2f}　{band}　（換算 {factor}）").format(
                total=self._score.total, band=self._band, factor=self._score.factor
            )
            if self._ready and self._ready.ready:
                text += "　" + _("按 F5 封存")
        else:
            so_far = running(self._scale, call.parts, call.marks)
            text = _("已評 {marked}/{lines} 行　得 {got:.1f}／{judged:.1f} 分").format(
                marked=so_far.marked, lines=so_far.lines, got=so_far.got, judged=so_far.judged
            )
        if self._ready and self._ready.causes and not self._ready.lines:
            text += "　" + _("失分的行請按 C 選原因")
        if call.answered_by:
            text += "　" + _("代接：{who}").format(who=call.answered_by)
        if call.remark:
            text += "　" + _("備註：{remark}").format(remark=" ".join(call.remark.split()))
        elif self._ready and self._ready.remark:
            text += "　" + _("重大項目沒有做到，請按 R 寫備註")
        self.query_one("#sum", Static).update(text, layout=False)

    @on(Listing.Moved, "#lines")
    @on(Resize)
    def _moved(self) -> None:
        if self._lines:
            self._show_step()

    def _to_next(self, start: int) -> None:
        """Put the cursor on the first line from `start` on, then from the top, that wants a mark."""
        if self._ready is None:
            return
        wanted = {placed.id for placed in self._ready.lines}
        if self._call is not None and self._call.outcome is None:
            wanted = {placed.id for placed in self._lines if placed.id not in self._call.marks}
        places = [place for place, placed in enumerate(self._lines) if placed.id in wanted]
        if places:
            self.query_one("#lines", Listing).cursor = next(
                (place for place in places if place >= start), places[0]
            )

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave the keys to the words while words are typed."""
        if action == "keep_words":
            return bool(self._typing)
        return not (self._typing and action in _NOT_WHILE_TYPING)

    async def action_ring(self) -> None:
        """Begin ringing; when it rings, somebody has answered."""
        call = self._call
        if call is None:
            return
        if call.dialled_at is None:
            await self._dial()
        elif call.outcome is None:
            await self._pick_up()
        elif call.unreached:
            await self._dial()
        else:
            self.house.tell(_("已經記下了。要重新計時請按T。"))

    @refusals_shown
    async def _dial(self) -> None:
        assert self._call is not None
        call, by, now = self._call, self.house.by, self.house.now
        self._call, wait = await self.house.ask(
            lambda desks: (desks.calls.dial(call.id, by=by, at=now), desks.calls.too_soon(call, now))
        )
        await self._show()
        if wait and call.unreached:
            self.house.tell(_("離上次不久：規定再過 {minutes} 分鐘才重撥。").format(minutes=wait))

    @refusals_shown
    async def _pick_up(self) -> None:
        assert self._call is not None
        call_id, by, now = self._call.id, self.house.by, self.house.now
        rings = rings_in(self.query_one("#timer", RingTimer).elapsed().total_seconds())
        self._call = await self.house.ask(
            lambda desks: desks.calls.pick_up(call_id, min(rings, 99), by=by, at=now)
        )
        await self._show()
        self._to_next(0)

    async def action_dial_again(self) -> None:
        """Ring anew; the timing from before is dropped."""
        if self._call is not None:
            await self._dial()

    @refusals_shown
    async def action_hang_up(self) -> None:
        """Note that the conversation has ended."""
        if self._call is not None:
            call_id, by, now = self._call.id, self.house.by, self.house.now
            self._call = await self.house.ask(lambda desks: desks.calls.hang_up(call_id, by=by, at=now))
            await self._show()
            self.house.tell(_("已記下掛斷的時刻。"))

    @refusals_shown
    async def action_rings(self, more: int) -> None:
        """Correct the count of rings."""
        call = self._call
        if call is None or call.outcome is not Outcome.REACHED:
            return
        rings, seconds = max(1, (call.rings or 0) + more), call.seconds
        by, now = self.house.by, self.house.now
        self._call = await self.house.ask(
            lambda desks: desks.calls.set_timing(call.id, rings, seconds, by=by, at=now)
        )
        await self._show()

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.query_one("#lines", Listing).action_move(rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by a screenful."""
        self.query_one("#lines", Listing).action_page(pages)

    def action_edge(self, last: int) -> None:
        """Move the cursor to the first or the last line."""
        self.query_one("#lines", Listing).action_edge(last)

    async def action_mark(self, number: int) -> None:
        """Choose a step of the line under the cursor."""
        placed = self._lines[self.query_one("#lines", Listing).cursor] if self._lines else None
        if placed and number <= len(placed.line.steps):
            await self._mark(placed, placed.line.steps[number - 1].key)

    async def action_not_applicable(self) -> None:
        """Say that the line under the cursor does not apply."""
        if not self._lines:
            return
        placed = self._lines[self.query_one("#lines", Listing).cursor]
        if placed.line.either:
            self.house.tell(_("這一行與另一行擇一：評了另一行，這一行就不必評。"))
        else:
            await self._mark(placed, NOT_APPLICABLE)

    async def action_unmark(self) -> None:
        """Take the mark of the line under the cursor away."""
        if self._lines:
            await self._mark(self._lines[self.query_one("#lines", Listing).cursor], None)

    @refusals_shown
    async def _mark(self, placed: Placed, key: str | None) -> None:
        assert self._call is not None
        call_id, by, now = self._call.id, self.house.by, self.house.now
        if self._call.unreached:
            self.house.tell(_("沒有接通，不必評定。要改結果請按O。"))
            return
        # Whoever judges a line has somebody on the line.
        reached = self._call.outcome is None and key is not None

        def judge(desks: "Desks") -> Call:
            with desks.office.store.transaction():
                if reached:
                    desks.calls.set_outcome(call_id, Outcome.REACHED, by=by, at=now)
                return desks.calls.mark(call_id, placed.id, key, by=by, at=now)

        self._call = await self.house.ask(judge)
        await self._show()
        if key is not None:
            self._to_next(self.query_one("#lines", Listing).cursor + 1)

    @refusals_shown
    async def action_undo(self) -> None:
        """Take the last choice back."""
        if self._call is not None:
            call_id, by = self._call.id, self.house.by
            before = self._call
            self._call = await self.house.ask(lambda desks: desks.calls.undo(call_id, by=by))
            await self._show()
            changed = [
                place
                for place, placed in enumerate(self._lines)
                if before.marks.get(placed.id) != self._call.marks.get(placed.id)
            ]
            if changed:
                self.query_one("#lines", Listing).cursor = changed[0]

    async def action_outcome(self) -> None:
        """Choose how the call ended."""
        outcomes = list(Outcome)
        await self.app.push_screen(
            Choose(
                _("通話結果"),
                [Column(_("結果"))],
                [(outcome.label,) for outcome in outcomes],
                _("只有接通才評分；其他結果照實記下，改時間再撥，試滿次數才封存。"),
            ),
            self._set_outcome,
        )

    @refusals_shown
    async def _set_outcome(self, chosen: int | None) -> None:
        if chosen is not None and self._call is not None:
            call_id, by, now, outcome = self._call.id, self.house.by, self.house.now, list(Outcome)[chosen]
            self._call = await self.house.ask(
                lambda desks: desks.calls.set_outcome(call_id, outcome, by=by, at=now)
            )
            await self._show()

    # The question, and why points were lost

    @refusals_shown
    async def action_question(self) -> None:
        """Show what to ask, and take what was said."""
        call = self._call
        if call is None:
            return
        question = await self.house.ask(lambda desks: desks.calls.question_of(call))
        if question is None:
            self.house.tell(_("題庫沒有今天有效的題目。請承辦人匯入題庫。"))
            return
        await self.app.push_screen(QuestionWindow(call, question), self._question_closed)

    async def _question_closed(self, call: Call | None) -> None:
        if call is not None:
            self._call = call
            await self._show()

    @refusals_shown
    async def action_cause(self) -> None:
        """Say why the line under the cursor lost points."""
        call = self._call
        if call is None or not self._lines:
            return
        placed = self._lines[self.query_one("#lines", Listing).cursor]
        if placed.id not in {each.id for each in below_full(call, self.scale)}:
            self.house.tell(_("這一行沒有失分，不必選原因。請把游標移到失分的行。"))
            return
        causes = await self.house.ask(lambda desks: desks.calls.causes(call))

        async def chosen(number: int | None) -> None:
            if number is not None:
                await self._set_cause(placed, causes[number - 1] if number else None)

        title = _("失分原因：{line}").format(line=placed.line.text)
        await self.app.push_screen(CauseWindow(title, causes), chosen)

    @property
    def scale(self) -> Scale:
        """The version by which the call is judged."""
        assert self._scale is not None
        return self._scale

    @refusals_shown
    async def _set_cause(self, placed: Placed, cause: str | None) -> None:
        assert self._call is not None
        call_id, by, now = self._call.id, self.house.by, self.house.now
        self._call = await self.house.ask(
            lambda desks: desks.calls.set_cause(call_id, placed.id, cause, by=by, at=now)
        )
        await self._show()

    # Words

    def action_remark(self) -> None:
        """Write the remark."""
        if self._call is not None:
            self._type("remark", self._call.remark, _("備註"), "")

    def action_answered_by(self) -> None:
        """Write who really answered."""
        if self._call is not None:
            self._type("answered_by", self._call.answered_by, _("代接人"), _("本人接聽就留白"))

    def _type(self, what: str, text: str, label: str, hint: str) -> None:
        words = self.query_one("#words", Words)
        self._typing = ""
        words.placeholder = hint
        words.value = text
        words.cursor_position = len(text)
        self.query_one("#what", Static).update(label)
        self.query_one("#typing").remove_class("hidden")
        # At once, not after the next refresh: the keys that follow belong to the words already.
        self.set_focus(words)
        self._typing = what
        self.refresh_bindings()

    @on(Input.Changed, "#words")
    @refusals_shown
    async def _store_words(self) -> None:
        if not self._typing or self._call is None:
            return
        # What stands there now, not what stood there when the message was sent: since then the line may have
        # been given to other words.
        text = self.query_one("#words", Words).value
        call_id, by, now = self._call.id, self.house.by, self.house.now
        if self._typing == "remark":
            self._call = await self.house.ask(lambda desks: desks.calls.remark(call_id, text, by=by))
        else:
            self._call = await self.house.ask(
                lambda desks: desks.calls.answered_by(call_id, text, by=by, at=now)
            )

    async def action_keep_words(self) -> None:
        """Store the words as they stand, and give the keys back to the lines."""
        words = self.query_one("#words", Words)
        await words.settled()
        await self._store_words()
        self._typing = ""
        self.refresh_bindings()
        self.query_one("#typing").add_class("hidden")
        self.set_focus(self.query_one("#lines", Listing))
        await self._show()

    async def action_back(self) -> None:
        """End the words, or go back; the draft is kept."""
        if self._typing:
            await self.action_keep_words()
            return
        if self._call is not None and not self._call.sealed:
            self.house.tell(_("草稿已存好，隨時可以再打開。"))
        await super().action_back()

    # The seal

    async def action_seal(self) -> None:
        """Close the call for ever."""
        if self._typing:
            await self.action_keep_words()
        self._ask_and_seal()

    @work
    async def _ask_and_seal(self) -> None:
        await self._seal()

    @refusals_shown
    async def _seal(self) -> None:
        call, ready = self._call, self._ready
        if call is None or ready is None:
            return
        if not ready.ready:
            await self.app.push_screen_wait(Message(_("還不能封存"), _missing(ready)))
            if ready.lines:
                self._to_next(0)
            return
        now = self.house.now
        thoughts = await self.house.ask(lambda desks: desks.calls.second_thoughts(call, now))
        lines = self._summary(call)
        if thoughts:
            # Above all else: the window may have to scroll.
            lines = [_("請再看一眼：{thought}").format(thought=thought) for thought in thoughts] + [
                "",
                *lines,
            ]
        if not await self.app.push_screen_wait(Confirm(_("封存這通紀錄？"), lines)):
            return
        by, now = self.house.by, self.house.now
        sealed = await self.house.ask(lambda desks: desks.calls.seal(call.id, by=by, at=now))
        score = f" {sealed.score:.2f} {sealed.band}" if sealed.score is not None else ""
        self.house.tell(
            _("已封存：{outcome}{score}").format(
                outcome=sealed.outcome.label if sealed.outcome else "", score=score
            )
        )
        self._call = sealed
        self.dismiss()

    def _summary(self, call: Call) -> list[str]:
        assert self._person is not None
        lines = [
            f"{self._person.section} {self._person.name}  "
            + _("分機 {extension}").format(extension=call.extension),
            self._tried(call) if call.unreached else _timing(call),
        ]
        if self._score is not None:
            lines += [
                _("{item}：{score:.2f}／{points}").format(
                    item=item.name, score=item.score, points=f"{item.points.normalize():f}"
                )
                for part in self._score.parts
                for item in part.items
                if item.score is not None
            ]
            lines.append(
                _("合計 {total:.2f}　{band}　（換算 {factor}）").format(
                    total=self._score.total, band=self._band, factor=self._score.factor
                )
            )
        if call.remark:
            lines.append(_("備註：{remark}").format(remark=call.remark))
        if call.unreached:
            return [*lines, "", _("封存後不能更改。依規則由籤序的下一人遞補。")]
        return [*lines, "", _("封存後不能更改。當事人有疑義時可以申復，由另一位測試員重評。")]


def _packed(choices: list[str], width: int) -> str:
    """Put choices on as few lines as they need, each whole."""
    lines = [choices[0]]
    for choice in choices[1:]:
        longer = f"{lines[-1]}   {choice}"
        if cell_len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(choice)
    return "\n".join(lines)


def _timing(call: Call) -> str:
    if call.outcome is None and call.dialled_at is None:
        return _("還沒有撥號。撥號時按空白鍵開始計時。")
    outcome = call.outcome.label if call.outcome else _("響鈴中")
    if call.outcome is Outcome.REACHED and call.rings is not None:
        outcome = _("{outcome}：響 {rings} 聲，{seconds} 秒").format(
            outcome=outcome, rings=call.rings, seconds=call.seconds if call.seconds is not None else "－"
        )
    if call.hung_up_at:
        outcome += "　" + _("已掛斷")
    if call.question and (passed := call.question.passed):
        outcome += "　" + _("題目：{passed}").format(passed=passed.label)
    return outcome


def _missing(ready: Readiness) -> list[str]:
    lines = []
    if ready.outcome:
        lines.append(_("還沒有通話結果：接通請按空白鍵計時，或按 O 選擇。"))
    if ready.lines:
        lines.append(_("還有 {count} 行沒有評定：").format(count=len(ready.lines)))
        lines += [f"　{placed.item.name}：{placed.line.text}" for placed in ready.lines]
    if ready.causes:
        lines.append(_("失分的行還沒有選原因（按 C）："))
        lines += [f"　{placed.item.name}：{placed.line.text}" for placed in ready.causes]
    if ready.tries:
        lines.append(
            _("規則還要再試 {count} 次；不再試的，請在備註寫明原因（按 R）。").format(count=ready.tries)
        )
    if ready.remark:
        lines.append(_("重大項目沒有做到，必須寫備註（按 R）。"))
    return lines
