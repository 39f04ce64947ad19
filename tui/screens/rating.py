"""Judging an exercise, or as the second tester a call, without seeing how the others judge."""

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.events import Resize
from textual.widgets import Static

from bureau.language import _
from courtesy.rating import Exercise, Rating
from courtesy.scale import NOT_APPLICABLE, Placed, Scale, applying, missing, running
from tui.widgets.dialog import Confirm, Message
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

if TYPE_CHECKING:
    from tui.desks import Desks

_MOST_STEPS = 9
_FULL_WIDTH = ord("０") - ord("0")
_MARGIN = 4


def _digit(number: int) -> str:
    return f"{number},{chr(ord(str(number)) + _FULL_WIDTH)}"


class RatingScreen(Place):
    """One's own rating.

    Args:
        exercise: what is judged, unless it is a call.
        call: the call whose second tester one is.
    """

    AUTO_FOCUS = "#lines"
    CSS_PATH: ClassVar = ["../styles/rating.tcss"]
    HEADING = _("共同評分")
    HELP = _(
        "上面是一通電話的文字紀錄，按空白鍵往下讀（到底後回到開頭），B 往回。下面逐行評定：按數字選一級，"
        "0 是不適用，退格清除；游標自動跳到下一行。每按一鍵就存檔。按 F5 封存，封存後不能更改；"
        "全部測試員封存或承辦人結束以前，誰都看不到別人的評定。這裡的分數不是任何人的正式成績。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,ideographic_space", "read(1)", _("往下讀"), id="rating.read", priority=True),
        Binding("b,B,ｂ,Ｂ", "read(-1)", _("往回讀"), id="rating.back", priority=True),
        # The first digit stands on the key bar for all of them.
        Binding(_digit(1), "mark(1)", _("至 9 評定"), key_display="1", priority=True),
        *(
            Binding(_digit(number), f"mark({number})", show=False, priority=True)
            for number in range(2, _MOST_STEPS + 1)
        ),
        Binding(f"{_digit(0)},n,N,ｎ,Ｎ", "not_applicable", _("不適用"), id="rating.na", priority=True),
        Binding("backspace,delete", "unmark", _("清除"), key_display="退格", priority=True),
        Binding("f5", "seal", _("封存"), id="rating.seal", priority=True),
    ]

    def __init__(self, exercise: Exercise | None, call: str) -> None:
        super().__init__()
        self._exercise = exercise
        self._call = call
        self._rating: Rating | None = None
        self._scale: Scale | None = None
        self._lines: list[Placed] = []

    def content(self) -> ComposeResult:
        """Lay out the protocol, the lines, and the steps of the line under the cursor."""
        with VerticalScroll(id="protocol", can_focus=False):
            yield Paragraph("", id="words")
        yield Listing(
            [
                Column(_("時機"), 4),
                Column(_("項目"), most=46),
                Column("", 4),
                Column(_("評定"), 16),
                Column(_("得分"), 5, right=True),
            ],
            opens=False,
            id="lines",
        )
        with Vertical(id="line"):
            yield Paragraph("", id="steps")
            yield Static("", id="sum", markup=False)

    async def fill(self) -> None:
        """Open the own rating as it stood after the last key."""
        by, now, exercise, call = self.house.by, self.house.now, self._exercise, self._call

        def begin(desks: "Desks") -> tuple[Rating, Scale]:
            rating = (
                desks.agreement.begin(exercise.id, by=by, at=now)
                if exercise
                else desks.agreement.own_second(call, by=by)
            )
            return rating, desks.calls.scale(rating.scale)

        rating, scale = await self.house.ask(begin)
        self._rating, self._scale = rating, scale
        self._lines = scale.in_call_order(rating.parts)
        if exercise:
            self.entitle(exercise.sheet.title)
            self.query_one("#words", Paragraph).update(protocol_of(exercise))
        else:
            self.entitle(_("雙評　通話紀錄 {id}").format(id=call))
            self.query_one("#words", Paragraph).update(
                _(
                    "您是這通電話的第二位測試員：請一邊旁聽一邊評定，不要和第一位討論。響鈴與接聽也請自己判斷。"
                )
            )
            self.query_one("#protocol").add_class("short")
        self._show()
        self._to_next(0)
        self.query_one("#lines", Listing).focus()

    async def resume(self) -> None:
        """Keep what is shown: nobody else writes into this rating."""
        self.query_one("#lines", Listing).focus()

    # What is shown

    def _show(self) -> None:
        rating, scale = self._rating, self._scale
        assert rating is not None
        assert scale is not None
        wanted = {placed.id for placed in applying(scale, rating.parts, rating.marks)}
        rows, tones, moment = [], [], None
        for placed in self._lines:
            key = rating.marks.get(placed.id)
            step = placed.line.step(key) if key else None
            rows.append(
                (
                    placed.line.moment.label if placed.line.moment is not moment else "",
                    placed.line.text,
                    _("重大") if placed.line.critical else "",
                    step.label if step else _("不適用") if key == NOT_APPLICABLE else "",
                    f"{step.points.normalize():f}" if step else "",
                )
            )
            moment = placed.line.moment
            failed = placed.line.critical and step is not None and step.points == 0
            quiet = placed.id not in wanted or key == NOT_APPLICABLE
            tones.append("alarm" if failed else "quiet" if quiet else "")
        self.query_one("#lines", Listing).show(rows, tones=tones)
        self._show_step()
        so_far = running(scale, rating.parts, rating.marks)
        if rating.score is not None:
            text = _("已封存：{score:.2f} 分。別人的評定在這一題結束後才看得到。").format(score=rating.score)
        else:
            text = _("已評 {marked}/{lines} 行").format(marked=so_far.marked, lines=so_far.lines)
            if so_far.marked == so_far.lines:
                text += "　" + _("按 F5 封存")
        self.query_one("#sum", Static).update(text, layout=False)

    @on(Listing.Moved, "#lines")
    @on(Resize)
    def _show_step(self) -> None:
        if not self._lines:
            return
        placed = self._lines[self.query_one("#lines", Listing).cursor]
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
        self.query_one("#steps", Paragraph).update(_packed(choices, self.size.width - _MARGIN))

    def _to_next(self, start: int) -> None:
        """Put the cursor on the first line from `start` on, then from the top, that wants a mark."""
        assert self._rating is not None
        assert self._scale is not None
        wanted = {placed.id for placed in missing(self._scale, self._rating.parts, self._rating.marks)}
        places = [place for place, placed in enumerate(self._lines) if placed.id in wanted]
        if places:
            self.query_one("#lines", Listing).cursor = next(
                (place for place in places if place >= start), places[0]
            )

    # Keys

    def action_read(self, pages: int) -> None:
        """Read on in the protocol, or back; after the end it begins again."""
        protocol = self.query_one("#protocol", VerticalScroll)
        page = max(1, protocol.size.height - 1)
        if pages > 0 and protocol.scroll_y >= protocol.max_scroll_y:
            protocol.scroll_to(y=0, animate=False, immediate=True)
        else:
            protocol.scroll_to(y=protocol.scroll_y + pages * page, animate=False, immediate=True)

    async def action_mark(self, number: int) -> None:
        """Choose a step of the line under the cursor."""
        placed = self._lines[self.query_one("#lines", Listing).cursor] if self._lines else None
        if placed and number <= len(placed.line.steps):
            await self._mark(placed, placed.line.steps[number - 1].key)

    async def action_not_applicable(self) -> None:
        """Say that the line under the cursor does not apply."""
        if self._lines:
            await self._mark(self._lines[self.query_one("#lines", Listing).cursor], NOT_APPLICABLE)

    async def action_unmark(self) -> None:
        """Take the mark of the line under the cursor away."""
        if self._lines:
            await self._mark(self._lines[self.query_one("#lines", Listing).cursor], None)

    @refusals_shown
    async def _mark(self, placed: Placed, key: str | None) -> None:
        assert self._rating is not None
        rating_id, by = self._rating.id, self.house.by
        self._rating = await self.house.ask(
            lambda desks: desks.agreement.mark(rating_id, placed.id, key, by=by)
        )
        self._show()
        if key is not None:
            self._to_next(self.query_one("#lines", Listing).cursor + 1)

    @work
    async def action_seal(self) -> None:
        """Make the rating final, after a second thought."""
        await self._seal()

    @refusals_shown
    async def _seal(self) -> None:
        rating, scale = self._rating, self._scale
        if rating is None or scale is None:
            return
        left = missing(scale, rating.parts, rating.marks)
        if left:
            lines = [_("還有 {count} 行沒有評定：").format(count=len(left))]
            lines += [f"　{placed.item.name}：{placed.line.text}" for placed in left]
            await self.app.push_screen_wait(Message(_("還不能封存"), lines))
            return
        agreed = await self.app.push_screen_wait(
            Confirm(_("封存這份評分？"), [_("封存後不能更改；這不是任何人的正式成績。")])
        )
        if not agreed:
            return
        by, now = self.house.by, self.house.now
        await self.house.ask(lambda desks: desks.agreement.seal(rating.id, by=by, at=now))
        self.house.tell(_("評分已封存。"))
        await self.action_back()


def protocol_of(exercise: Exercise) -> str:
    """Write the protocol of an exercise as it is read."""
    sheet = exercise.sheet
    lines = [sheet.setting.strip(), ""] if sheet.setting.strip() else []
    for turn in sheet.turns:
        if turn.speaker.startswith("（"):
            lines.append(f"{turn.speaker}{turn.text}")
        else:
            lines.append(_("{speaker}：{text}").format(speaker=turn.speaker, text=turn.text))
    return "\n".join(lines)


def _packed(choices: list[str], width: int) -> str:
    """Put choices on lines without breaking one in the middle."""
    lines = [""]
    for choice in choices:
        longer = f"{lines[-1]}　{choice}" if lines[-1] else choice
        if lines[-1] and cell_len(longer) > width:
            lines.append(choice)
        else:
            lines[-1] = longer
    return "\n".join(lines)
