"""The testers' rota: who is on duty when."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from bureau.calendar import Period, PeriodKind
from bureau.dates import parse_date, roc
from bureau.language import _
from bureau.people import Person
from courtesy.rota import Duty
from tui.widgets.dialog import Choose, Confirm, Field, Form
from tui.widgets.listing import Column, Listing
from tui.widgets.numbers import size_of
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown


class RotaScreen(Place):
    """The list of duties."""

    HEADING = _("測試員輪值")
    HELP = _(
        "誰在哪些日子值班打測試電話。沒有輪值表時，所有測試員每天都值班；有了輪值表，沒有排到的日子就不打。\n"
        "抽籤時只把電話排給當天值班、沒有請假、不同科室、上次不是同一人的測試員，各人通數盡量平均。\n"
        "已經抽好的回合不會因為改輪值表而變動。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,N,ｎ,Ｎ", "add", _("排值班"), id="rota.add"),
        Binding("m,M,ｍ,Ｍ", "fill_months", _("逐月輪流"), id="rota.fill"),
        Binding("x,X,ｘ,Ｘ", "drop", _("刪去"), id="rota.drop"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._duties: list[Duty] = []
        self._testers: list[Person] = []

    def content(self) -> ComposeResult:
        """Lay out the list, and who can be on it."""
        yield Listing(
            [
                Column(_("第一天"), 10),
                Column(_("最後一天"), 10),
                Column(_("員工編號"), 9),
                Column(_("姓名"), 12),
                Column(_("科室"), most=20),
            ],
            empty=_("沒有輪值表：所有測試員每天都值班。按 M 逐月輪流排，或按 N 排一段。"),
            opens=False,
        )
        yield Paragraph("", id="testers", classes="section-note")

    async def fill(self) -> None:
        """Read the rota; what is over comes last."""
        today = self.house.today
        duties, self._testers, everybody = await self.house.ask(
            lambda desks: (desks.rota.duties(), desks.rota.testers(today), desks.people.everybody())
        )
        people = {person.staff_no: person for person in everybody}
        self._duties = sorted(duties, key=lambda duty: (duty.last < today, duty.first, duty.staff_no))
        self.query_one(Listing).show(
            [
                (
                    roc(duty.first),
                    roc(duty.last),
                    duty.staff_no,
                    people[duty.staff_no].name,
                    people[duty.staff_no].section,
                )
                for duty in self._duties
            ],
            tones=["quiet" if duty.last < today else "" for duty in self._duties],
        )
        self.query_one("#testers", Paragraph).update(
            _("測試員 {count} 位：{names}").format(
                count=len(self._testers), names="、".join(one.name for one in self._testers)
            )
        )
        self.query_one(Listing).focus()

    @work
    async def action_add(self) -> None:
        """Put a tester on duty."""
        await self._add()

    @refusals_shown
    async def _add(self) -> None:
        house = self.house
        if not self._testers:
            house.tell(_("還沒有測試員；請在同仁畫面指派角色。"))
            return
        chosen = await self.app.push_screen_wait(
            Choose(
                _("誰值班？"),
                [Column(_("員工編號"), 9), Column(_("姓名"), 12), Column(_("科室"))],
                [(one.staff_no, one.name, one.section) for one in self._testers],
            )
        )
        if chosen is None:
            return
        tester, month = self._testers[chosen], Period.of(PeriodKind.MONTH, house.today)
        answers = await self.app.push_screen_wait(
            Form(
                _("{name} 值班").format(name=tester.name),
                [
                    Field("first", _("第一天"), roc(month.first), check=parse_date),
                    Field("last", _("最後一天"), roc(month.last), check=parse_date),
                ],
            )
        )
        if answers is None:
            return
        duty = Duty(
            staff_no=tester.staff_no, first=parse_date(answers["first"]), last=parse_date(answers["last"])
        )
        by, now = house.by, house.now
        await house.ask(lambda desks: desks.rota.put(duty, by=by, at=now))
        house.tell(_("已排定。已經排好的電話不變。"))
        await self.show_all()

    @work
    async def action_fill_months(self) -> None:
        """Fill months in turn."""
        await self._fill_months()

    @refusals_shown
    async def _fill_months(self) -> None:
        house = self.house
        month = Period.of(PeriodKind.MONTH, house.today)
        last = Period.of(PeriodKind.MONTH, Period.of(PeriodKind.YEAR, house.today).last)
        answers = await self.app.push_screen_wait(
            Form(
                _("逐月輪流排班"),
                [
                    Field("first", _("第一個月"), month.code, check=Period.parse),
                    Field("last", _("最後一個月"), last.code, check=Period.parse),
                    Field("size", _("每月幾位"), "2", check=size_of),
                ],
                _("已有值班的月份不動。同月的測試員盡量來自不同科室，輪到的月數盡量一樣。"),
            )
        )
        if answers is None:
            return
        by, now = house.by, house.now
        added = await house.ask(
            lambda desks: desks.rota.fill(
                Period.parse(answers["first"]),
                Period.parse(answers["last"]),
                size_of(answers["size"]),
                by=by,
                at=now,
            )
        )
        house.tell(_("排了 {count} 段值班。").format(count=len(added)))
        await self.show_all()

    @work
    async def action_drop(self) -> None:
        """Take the duty under the cursor out."""
        await self._drop()

    @refusals_shown
    async def _drop(self) -> None:
        house = self.house
        place = self.query_one(Listing).cursor
        if place >= len(self._duties):
            return
        duty = self._duties[place]
        agreed = await self.app.push_screen_wait(
            Confirm(
                _("刪去這一段值班？"),
                [
                    _("{staff_no}　{first} 至 {last}").format(
                        staff_no=duty.staff_no, first=roc(duty.first), last=roc(duty.last)
                    ),
                    _("已經排好的電話不變。"),
                ],
            )
        )
        if not agreed:
            return
        by, now = house.by, house.now
        await house.ask(lambda desks: desks.rota.drop(duty.staff_no, duty.first, by=by, at=now))
        house.tell(_("已刪去。已經排好的電話不變。"))
        await self.show_all()
