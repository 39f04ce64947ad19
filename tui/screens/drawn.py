"""Who was drawn in one round, and who has to be taken out of it."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import roc
from bureau.language import _
from bureau.people import Person
from bureau.problem import Refused
from bureau.roles import Role
from courtesy.call import Call
from courtesy.occasion import Occasion
from courtesy.round import Draw, Round
from tui.widgets.dialog import Field, Form, Message
from tui.widgets.listing import Column, Listing
from tui.widgets.place import Place


class DrawnScreen(Place):
    """The drawn people of a round, as far as the acting person may know them."""

    HEADING = _("抽中名單")
    HELP = _(
        "這一回合抽中的人、由誰在哪一天哪個時段打。回合結束以前，測試員只看得到自己要打的，管理者看得到全部。"
        "離職、長期出差等不能測試的人，按 X 寫明原因剔除，由籤序的下一位遞補；其他人的籤號都不變。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x,X,ｘ,Ｘ", "exclude", _("剔除"), id="drawn.exclude"),
    ]

    def __init__(self, one: Round) -> None:
        super().__init__()
        self._round = one
        self._draws: list[Draw] = []
        self._people: dict[str, Person] = {}

    def content(self) -> ComposeResult:
        """Lay out the list."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("籤號"), 4, right=True),
                Column(_("科室"), 12),
                Column(_("姓名"), most=24),
                Column(_("分機"), 6),
                Column(_("測試員"), 8),
                Column(_("日期"), 9),
                Column(_("時段"), 5),
                Column(_("進度"), 14),
            ],
            empty=_("還沒有抽籤，或名單在回合結束前不對您公開。"),
            opens=False,
        )

    async def fill(self) -> None:
        """Read who was drawn and how far the calls are."""
        round_id, by = self._round.id, self.house.by
        self._draws, calls, people = await self.house.ask(
            lambda desks: (
                desks.calls.draws(round_id, by=by),
                desks.calls.calls(round_id, by=by),
                desks.people.everybody(),
            )
        )
        self._people = {person.staff_no: person for person in people}
        made = {(call.person, call.occasion): call for call in calls}
        told = by.holds(Role.ADMINISTRATOR)
        self.query_one("#title", Static).update(
            _("回合 {id}　公開號碼 {number}").format(
                id=round_id, number=self._round.public_number or _("（還沒有輸入）")
            )
        )
        self.query_one(Listing).show(
            [
                _row(draw, self._people, made.get((draw.staff_no, draw.occasion)), told=told)
                for draw in self._draws
            ],
            tones=["quiet" if draw.excluded else "" for draw in self._draws],
        )
        self.query_one(Listing).focus()

    @work
    async def action_exclude(self) -> None:
        """Take out the person under the cursor."""
        place = self.query_one(Listing).cursor
        chosen = self._people[self._draws[place].staff_no] if self._draws else None
        if await exclude(self, self._round.id, chosen):
            await self.show_all()


def _row(draw: Draw, people: dict[str, Person], call: Call | None, *, told: bool) -> tuple[str, ...]:
    person = people[draw.staff_no]
    if draw.excluded:
        progress = _("剔除：{reason}").format(reason=draw.excluded)
    elif call is None:
        progress = ""
    elif call.sealed and call.outcome:
        progress = _("已封存 {outcome}").format(outcome=call.outcome.label)
    else:
        progress = _("評分中")
    if told and draw.occasion is Occasion.CONFIRMING:
        progress = f"{draw.occasion.label} {progress}".strip()
    return (
        str(draw.order),
        person.section,
        person.name,
        person.extension,
        people[draw.tester].name,
        roc(draw.day),
        f"{draw.window:%H:%M}",
        progress,
    )


async def exclude(here: Place, round_id: str, person: Person | None = None) -> bool:
    """Ask who is to be taken out of a round and why, and do it.

    Args:
        here: the screen that asks.
        round_id: which round.
        person: who; None: the number is asked for.

    Returns:
        Whether somebody was taken out.
    """
    title = _("剔除 {section} {name}").format(section=person.section, name=person.name) if person else ""
    fields = [Field("reason", _("原因"), hint=_("例如 離職、長期出差"), check=_given)]
    if person is None:
        fields.insert(0, Field("staff_no", _("員工編號"), check=_given))
    answers = await here.app.push_screen_wait(
        Form(
            title or _("剔除不能測試的人"),
            fields,
            _("原因會記在抽籤證書上。由籤序的下一位遞補，其他人的籤號不變。"),
        )
    )
    if answers is None:
        return False
    staff_no = person.staff_no if person else answers["staff_no"].strip()
    return await _exclude(here, round_id, staff_no, answers["reason"].strip())


async def _exclude(here: Place, round_id: str, staff_no: str, reason: str) -> bool:
    house = here.house
    by, now = house.by, house.now
    try:
        added, people = await house.ask(
            lambda desks: (
                desks.calls.exclude(round_id, staff_no, reason, by=by, at=now),
                {person.staff_no: person for person in desks.people.everybody()},
            )
        )
    except Refused as refusal:
        await house.refuse(refusal)
        return False
    lines = [_("已剔除 {name}。").format(name=people[staff_no].name)]
    lines += [
        _("遞補：第 {order} 籤，由 {tester} 在 {day} {window} 打。").format(
            order=draw.order,
            tester=people[draw.tester].name,
            day=roc(draw.day),
            window=f"{draw.window:%H:%M}",
        )
        for draw in added
    ]
    await house.push_screen(Message(_("剔除"), lines))
    return True


def _given(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))
