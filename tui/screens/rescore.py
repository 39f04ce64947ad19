"""The blind form: the disputed lines of one call, rescored without anybody's marks."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from bureau.dates import roc_time
from bureau.language import _
from courtesy.objection import UNDECIDED, Blind, Disputed, choices, step_label
from courtesy.scale import NOT_APPLICABLE, Placed
from tui.widgets.dialog import Confirm, Field, Form, Message
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

MOST_STEPS = 9
_FULL_WIDTH = ord("０") - ord("0")


def _digit(number: int) -> str:
    return f"{number},{chr(ord(str(number)) + _FULL_WIDTH)}"


class RescoreScreen(Place):
    """The disputed lines of one objection."""

    HEADING = _("申復重評")
    HELP = _(
        "逐行看當事人的理由與當時的紀錄，按數字選一級；由這些看不出來的按 X「無法判斷」，該行就維持原評定。"
        "您看不到原評定、當事人期望的評定，也看不到是誰打的、打給誰。每按一鍵就存檔。"
        "都選好後按 F5 裁定；裁定依規則計算，之後不能更改。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(_digit(1), "choose(1)", _("至 9 評定"), key_display="1", priority=True),
        *(
            Binding(_digit(number), f"choose({number})", show=False, priority=True)
            for number in range(2, MOST_STEPS + 1)
        ),
        Binding(_digit(0), "not_applicable", _("不適用"), id="rescore.na", priority=True),
        Binding("x,X,ｘ,Ｘ", "undecided", _("無法判斷"), id="rescore.undecided", priority=True),
        Binding("backspace,delete", "clear", _("清除"), key_display="退格", priority=True),
        Binding("r,R,ｒ,Ｒ", "note", _("說明"), id="rescore.note", priority=True),
        Binding("f5", "decide", _("裁定"), id="rescore.decide", priority=True),
    ]

    def __init__(self, objection_id: str) -> None:
        super().__init__()
        self._objection = objection_id
        self._form: Blind | None = None

    def content(self) -> ComposeResult:
        """Lay out the facts of the call, the lines, and the line under the cursor."""
        yield Paragraph("", id="facts", classes="section-note")
        yield Listing([Column(_("項目")), Column(_("重評"), 20)], opens=False, id="lines")
        with Vertical(id="line", classes="section-note"):
            yield Paragraph("", id="reason")
            yield Paragraph("", id="steps")

    async def fill(self) -> None:
        """Read the form as it stood after its last key."""
        by = self.house.by
        self._form = await self.house.ask(lambda desks: desks.objections.blind(self._objection, by=by))
        self._show()
        self.query_one("#lines", Listing).focus()

    def _show(self) -> None:
        form = self._form
        assert form is not None
        facts = [
            _("申復 {id}　{at} 的通話").format(id=form.id, at=roc_time(form.at)),
            _("{outcome}：響 {rings} 聲，{seconds} 秒").format(
                outcome=form.outcome.label if form.outcome else "",
                rings=form.rings if form.rings is not None else "－",
                seconds=form.seconds if form.seconds is not None else "－",
            ),
        ]
        if form.remark:
            facts.append(_("備註：{remark}").format(remark=" ".join(form.remark.split())))
        self.query_one("#facts", Paragraph).update("\n".join(facts))
        self.query_one("#lines", Listing).show(
            [
                (
                    placed.line.text,
                    step_label(placed, disputed.rescored) if disputed.rescored is not None else "",
                )
                for placed, disputed in form.lines
            ]
        )
        self._show_line()

    @on(Listing.Moved, "#lines")
    def _show_line(self) -> None:
        if self._form is None:
            return
        placed, disputed = self._under_cursor
        reason = _("當事人的理由：{reason}").format(reason=disputed.reason)
        if disputed.note:
            reason += "\n" + _("您的說明：{note}").format(note=disputed.note)
        self.query_one("#reason", Paragraph).update(reason)
        shown = [
            f"0 {label}" if key == NOT_APPLICABLE else f"{number} {label}"
            for number, (key, label) in enumerate(choices(placed), 1)
        ]
        self.query_one("#steps", Paragraph).update("   ".join([*shown, "X " + _("無法判斷")]))

    @property
    def _under_cursor(self) -> tuple[Placed, Disputed]:
        assert self._form is not None
        return self._form.lines[self.query_one("#lines", Listing).cursor]

    async def action_choose(self, number: int) -> None:
        """Choose a step of the line under the cursor."""
        if self._form is not None:
            placed, _disputed = self._under_cursor
            if number <= len(placed.line.steps):
                await self._choose(placed.line.steps[number - 1].key)

    async def action_not_applicable(self) -> None:
        """Say that the line under the cursor does not apply, where it may."""
        if self._form is not None and NOT_APPLICABLE in dict(choices(self._under_cursor[0])):
            await self._choose(NOT_APPLICABLE)

    async def action_undecided(self) -> None:
        """Say that the record does not tell."""
        if self._form is not None:
            await self._choose(UNDECIDED)

    async def action_clear(self) -> None:
        """Take the choice on the line under the cursor away."""
        if self._form is not None:
            await self._choose(None)

    @refusals_shown
    async def _choose(self, step: str | None) -> None:
        placed, _disputed = self._under_cursor
        by = self.house.by
        form = await self.house.ask(
            lambda desks: desks.objections.choose(self._objection, placed.id, step, by=by)
        )
        self._form = form
        self._show()
        listing = self.query_one("#lines", Listing)
        if step is not None and listing.cursor + 1 < len(form.lines):
            listing.cursor += 1

    @work
    async def action_note(self) -> None:
        """Write why."""
        await self._note()

    @refusals_shown
    async def _note(self) -> None:
        if self._form is None:
            return
        placed, disputed = self._under_cursor
        answers = await self.app.push_screen_wait(
            Form(placed.line.text, [Field("note", _("說明"), disputed.note, hint=_("為何這樣評，可以留白"))])
        )
        if answers is None:
            return
        by = self.house.by
        self._form = await self.house.ask(
            lambda desks: desks.objections.choose(
                self._objection, placed.id, disputed.rescored, by=by, note=answers["note"]
            )
        )
        self._show()

    @work
    async def action_decide(self) -> None:
        """Close the objection by the ruling."""
        await self._decide()

    @refusals_shown
    async def _decide(self) -> None:
        form = self._form
        if form is None:
            return
        open_lines = [placed.line.text for placed, disputed in form.lines if disputed.rescored is None]
        if open_lines:
            await self.app.push_screen_wait(
                Message(_("還不能裁定"), [_("還沒有重評：{line}").format(line=line) for line in open_lines])
            )
            return
        told = [
            _("{line}：{step}").format(line=placed.line.text, step=step_label(placed, str(disputed.rescored)))
            for placed, disputed in form.lines
        ]
        note = _("裁定依規則計算，之後不能更改。")
        if not await self.app.push_screen_wait(Confirm(_("裁定這件申復？"), [*told, "", note])):
            return
        by, now = self.house.by, self.house.now
        ruling = await self.house.ask(lambda desks: desks.objections.decide(self._objection, by=by, at=now))
        self.house.tell(
            _("申復 {id} 已裁定：{verdict}。").format(id=self._objection, verdict=ruling.verdict.label)
        )
        self.dismiss()
