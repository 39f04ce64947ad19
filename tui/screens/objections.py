"""Objections: the own ones, those to be rescored, and for those in charge all of them."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import day_of, roc, roc_time
from bureau.language import _
from bureau.people import Person
from bureau.roles import Role
from courtesy.call import Call
from courtesy.objection import LEAST, Objection, Rate, Ruling, step_label
from courtesy.scale import Placed
from tui.screens.objecting import object_to
from tui.screens.record import ruling_line
from tui.screens.rescore import RescoreScreen
from tui.widgets.dialog import Choose, Message
from tui.widgets.listing import Column, Listing
from tui.widgets.place import Place, refusals_shown


class ObjectionsScreen(Place):
    """The list of objections."""

    HEADING = _("申復")
    HELP = _(
        "對自己的紀錄有疑義，在期限內按 N 提出：選紀錄、選有疑義的行、寫應有的評定與理由。另一位測試員看不到"
        "原評定、您期望的評定和原測試員，只憑紀錄與理由重評；由紀錄看不出來的維持原評定。裁定依規則計算，"
        "只會維持或變好。「請您重評」的按 Enter 開始。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,N,ｎ,Ｎ", "file", _("提出申復"), id="objections.file"),
        Binding("r,R,ｒ,Ｒ", "rates", _("變更率"), id="objections.rates"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._objections: list[tuple[Objection, bool, Ruling | None]] = []
        self._people: dict[str, Person] = {}

    def content(self) -> ComposeResult:
        """Lay out the list."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("編號"), 5),
                Column(_("提出日"), 9),
                Column(_("當事人"), most=24),
                Column(_("紀錄"), 6),
                Column(_("行數"), 4, right=True),
                Column(_("狀態"), 8),
                Column(_("裁定"), 4),
                Column(_("原分數"), 6, right=True),
                Column(_("現在"), 6, right=True),
            ],
            empty=_("沒有申復。要對自己的紀錄提出，請按 N。"),
        )

    async def fill(self) -> None:
        """Read the objections."""
        by, now = self.house.by, self.house.now
        await self.house.ask(lambda desks: desks.objections.settle(by=by, at=now))
        self._objections, people = await self.house.ask(
            lambda desks: (
                [
                    (each, desks.objections.rescores(each, by), desks.objections.ruling(each))
                    for each in reversed(desks.objections.objections(by=by))
                ],
                desks.people.everybody(),
            )
        )
        # What waits for the acting person stands first.
        self._objections.sort(key=lambda each: not each[1])
        self._people = {person.staff_no: person for person in people}
        waiting = sum(blind for _objection, blind, _ruling in self._objections)
        title = _("申復 {count} 件").format(count=len(self._objections))
        if waiting:
            title += "　" + _("其中 {count} 件請您重評").format(count=waiting)
        self.query_one("#title", Static).update(title)
        self.query_one(Listing).show(
            [self._row(*each) for each in self._objections],
            tones=[
                "alarm" if blind else "" if objection.open else "quiet"
                for objection, blind, _ruling in self._objections
            ],
        )
        self.query_one(Listing).focus()
        self.refresh_bindings()

    def _row(self, objection: Objection, blind: bool, ruling: Ruling | None) -> tuple[str, ...]:
        return (
            objection.id,
            roc(day_of(objection.filed_at)),
            "" if blind else self._people[objection.person].name,
            "" if blind else objection.call,
            str(len(objection.lines)),
            _("請您重評") if blind else objection.state,
            ruling.verdict.label if ruling else "",
            f"{ruling.before.score:.2f}" if ruling else "",
            f"{ruling.after.score:.2f}" if ruling else "",
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer the rates to those in charge."""
        actor = self.house.actor
        return action != "rates" or (actor is not None and actor.holds(Role.TRAINER, Role.HEAD))

    @on(Listing.Chosen)
    async def _read(self, event: Listing.Chosen) -> None:
        objection, blind, ruling = self._objections[event.index]
        if blind:
            await self.app.push_screen(RescoreScreen(objection.id))
            return
        call = await self.house.ask(lambda desks: desks.calls.as_sealed(objection.call))
        scale = await self.house.ask(lambda desks: desks.calls.scale(call.scale))
        placed = {each.id: each for each in scale.lines(call.parts)}
        await self.app.push_screen(
            Message(
                _("申復 {id}").format(id=objection.id),
                objection_lines(objection, ruling, call, placed, self._people),
            )
        )

    @work
    async def action_file(self) -> None:
        """File an objection to a call that can still be objected to."""
        await self._file()

    @refusals_shown
    async def _file(self) -> None:
        by, now = self.house.by, self.house.now
        calls = await self.house.ask(lambda desks: desks.objections.can_object(by=by, at=now))
        if not calls:
            await self.app.push_screen_wait(
                Message(
                    _("沒有可以申復的紀錄"),
                    [_("只有封存、接通並評分的紀錄，在期限內、沒有待裁定的申復時，才可以提出。")],
                )
            )
            return
        chosen = await self.app.push_screen_wait(
            Choose(
                _("申復：哪一通"),
                [
                    Column(_("日期"), 9),
                    Column(_("姓名")),
                    Column(_("分數"), 6, right=True),
                    Column(_("等第"), 8),
                ],
                [
                    (
                        roc(day_of(call.at)),
                        self._people[call.person].name,
                        f"{call.score:.2f}",
                        call.band or "",
                    )
                    for call in calls
                ],
            )
        )
        if chosen is not None and await object_to(self, calls[chosen]):
            await self.show_all()

    @refusals_shown
    async def action_rates(self) -> None:
        """Show how often objections changed something."""
        by = self.house.by
        lines, testers = await self.house.ask(lambda desks: desks.objections.rates(by=by))
        told = [_("各行"), *_rates(lines), "", _("各測試員"), *_rates(testers), ""]
        told.append(
            _(
                "括弧內是 95% 區間（Wilson）；少於 {least} 件不算比率。"
                "變更率高，可能是行的寫法不清，也可能是評得太嚴。"
            ).format(least=LEAST)
        )
        await self.app.push_screen(Message(_("申復變更率"), told))


def _rates(rates: list[Rate]) -> list[str]:
    return [
        _("　{text}：{n} 件，變更 {changed} 件，{said}").format(
            text=each.text, n=each.n, changed=each.changed, said=each.said
        )
        for each in rates
    ] or [_("　還沒有裁定。")]


def objection_lines(
    objection: Objection,
    ruling: Ruling | None,
    call: Call,
    placed: dict[str, Placed],
    people: dict[str, Person],
) -> list[str]:
    """Give an objection in words, with its ruling where there is one.

    Args:
        objection: which.
        ruling: its ruling; None as long as there is none.
        call: the call as it was sealed.
        placed: the lines of the call's scale, by id.
        people: everybody, by 員工編號.
    """
    person = people[objection.person]
    lines = [
        _("{section} {name}，紀錄 {call}，{at} 提出").format(
            section=call.section, name=person.name, call=call.id, at=roc_time(objection.filed_at)
        )
    ]
    if objection.filed_by != objection.person:
        who = people[objection.filed_by].name if objection.filed_by in people else _("管理者")
        lines.append(_("由 {name} 代為登錄").format(name=who))
    ruled = {line.line: line for line in ruling.lines} if ruling else {}
    for each in objection.lines:
        line, found = placed[each.line], ruled.get(each.line)
        before = found.before if found else call.marks[each.line]
        lines += [
            "",
            line.line.text,
            _("　原評定「{given}」，應為「{expected}」").format(
                given=step_label(line, before), expected=step_label(line, each.expected)
            ),
            _("　理由：{reason}").format(reason=each.reason),
        ]
        if found:
            lines.append(
                _("　重評「{rescored}」，裁定「{after}」").format(
                    rescored=step_label(line, found.rescored), after=step_label(line, found.after)
                )
            )
            if each.note:
                lines.append(_("　說明：{note}").format(note=each.note))
    lines += ["", ruling_line(ruling) if ruling else _("狀態：{state}").format(state=objection.state)]
    return lines
