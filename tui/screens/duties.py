"""工作項目: the measures of the yearly plan, with what is due next and in whose hands."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import ROC_OFFSET, parse_date, roc
from bureau.language import _
from bureau.roles import Role
from training.duties import ALARM_DAYS, YEARS, MeasureYear, Stage
from tui.measure_stage import year_words
from tui.screens.duty_forms import edit_measure
from tui.screens.measure import MeasureScreen
from tui.widgets.dialog import Field, Form, Message, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.numbers import count_of
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

_TONES = {Stage.OVERDUE: "alarm", Stage.DONE: "quiet", Stage.RETIRED: "quiet", Stage.NOTHING: "quiet"}


class DutiesScreen(Place):
    """The list of measures in one civil year."""

    HEADING = _("工作項目")
    HELP = _(
        "年度執行計畫的每一項作法：誰承辦、多久一次、下次期限、辦了沒有。新的局按 L 載入計畫的清單；"
        "計畫的表看不出期限或承辦的，列為「未定」，由局裡按 E 設定，程式不代為猜測。"
        "選一項按 Enter 看各次期限與憑據，並在那裡登錄辦畢。左右鍵換年度，C 匯出行事曆。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "year(-1)", _("前一年"), id="duties.before", priority=True),
        Binding("right", "year(1)", _("後一年"), id="duties.after", priority=True),
        Binding("n,N,ｎ,Ｎ", "new", _("新增"), id="duties.new"),
        Binding("e,E,ｅ,Ｅ", "edit", _("修改"), id="duties.edit"),
        Binding("l,L,ｌ,Ｌ", "load", _("載入計畫"), id="duties.load"),
        Binding("c,C,ｃ,Ｃ", "calendar", _("行事曆"), id="duties.calendar"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._year = 0
        self._found: list[MeasureYear] = []

    @property
    def year(self) -> int:
        """The civil year that is shown: this one at first."""
        return self._year or self.house.today.year

    def content(self) -> ComposeResult:
        """Lay out the list, and what is still to be set."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("項目"), most=40),
                Column(_("承辦"), 12),
                Column(_("頻率"), 11),
                Column(_("下次期限"), 9),
                Column(_("狀態"), 14),
            ],
        )
        yield Paragraph("", id="unset", classes="section-note")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer the changes to those who may make them."""
        actor = self.house.actor
        return action not in {"new", "edit", "load"} or (actor is not None and actor.holds(Role.TRAINER))

    async def fill(self) -> None:
        """Read the measures."""
        year, today = self.year, self.house.today
        self._found, owners, unset, ownerless = await self.house.ask(
            lambda desks: (
                found := desks.duties.year(year),
                [desks.duties.owner(one.measure, today) for one in found],
                desks.duties.unset(today),
                desks.duties.ownerless(),
            )
        )
        self.query_one("#title", Static).update(self._title())
        listing = self.query_one(Listing)
        listing.empty = (
            _("還沒有工作項目。按 L 載入計畫的清單，或按 N 新增。")
            if self.house.by.holds(Role.TRAINER)
            else _("還沒有工作項目。")
        )
        listing.show(
            [
                (
                    one.measure.title,
                    owner or _("未定"),
                    one.terms.text,
                    roc(one.next.occasion.due) if one.next else "",
                    year_words(one, today),
                )
                for one, owner in zip(self._found, owners, strict=True)
            ],
            tones=[_TONES.get(one.stage(today), "") for one in self._found],
        )
        note = self.query_one("#unset", Paragraph)
        lacking = [_("{count} 項期限未定").format(count=unset)] if unset else []
        if ownerless:
            lacking.append(_("{count} 項承辦未定").format(count=ownerless))
        note.update(_("{what}，請局裡設定。").format(what="、".join(lacking)))
        note.set_class(not lacking, "hidden")
        listing.focus()
        self.refresh_bindings()

    def _title(self) -> str:
        today = self.house.today
        title = _("{year} 年度　{count} 項").format(year=self.year - ROC_OFFSET, count=len(self._found))
        if late := sum(one.stage(today) is Stage.OVERDUE for one in self._found):
            title += "　" + _("{count} 項逾期").format(count=late)
        return title

    @property
    def _one(self) -> MeasureYear | None:
        cursor = self.query_one(Listing).cursor
        return self._found[cursor] if cursor < len(self._found) else None

    @on(Listing.Chosen)
    def _open(self, event: Listing.Chosen) -> None:
        self.app.push_screen(MeasureScreen(self._found[event.index].measure.id, self.year))

    async def action_year(self, years: int) -> None:
        """Show another year."""
        if self.year + years in YEARS:
            self._year = self.year + years
            await self.show_all()

    @work
    async def action_new(self) -> None:
        """Add a measure."""
        await self._edit(new=True)

    @work
    async def action_edit(self) -> None:
        """Change the measure under the cursor."""
        await self._edit(new=False)

    @refusals_shown
    async def _edit(self, *, new: bool) -> None:
        one = None if new else self._one
        if (new or one) and await edit_measure(self, one.measure if one else None):
            await self.show_all()

    @work
    async def action_load(self) -> None:
        """Take the plan's measures over."""
        await self._load()

    @refusals_shown
    async def _load(self) -> None:
        house = self.house
        answers = await self.app.push_screen_wait(
            Form(
                _("載入計畫的工作項目"),
                [Field("since", _("自哪天起的期限才算"), roc(house.today), check=parse_date)],
                _(
                    "內附金門縣稅務局 103 年度計畫的各項作法。局裡已有的項目不動；"
                    "表上看不出期限或承辦的，列為未定，請逐項設定。"
                ),
            )
        )
        if answers is None:
            return
        by, now, since = house.by, house.now, parse_date(answers["since"])
        new = await house.ask(lambda desks: desks.duties.load(by=by, at=now, since=since))
        house.tell(_("載入 {count} 項。").format(count=len(new)))
        await self.show_all()

    @work
    async def action_calendar(self) -> None:
        """Write the year's due dates as a calendar file."""
        await self._calendar()

    @refusals_shown
    async def _calendar(self) -> None:
        year, now = self.year, self.house.now
        answers = await self.app.push_screen_wait(
            Form(
                _("匯出行事曆"),
                [
                    Field("path", _("存成（.ics）"), _("工作項目-{year}.ics").format(year=year - ROC_OFFSET)),
                    Field("alarm", _("幾天前提醒"), str(ALARM_DAYS), check=count_of),
                ],
                _(
                    "標準的行事曆格式，各種行事曆都能匯入；期限改了再匯入一次，同一次期限的舊事項會被取代。"
                    "0 天為不提醒。"
                ),
            )
        )
        if answers is None:
            return
        path, alarm = typed_path(answers["path"]), count_of(answers["alarm"])
        count = await self.house.ask(
            lambda desks: desks.duties.write_calendar(path, year, at=now, alarm_days=alarm)
        )
        await self.app.push_screen_wait(
            Message(_("行事曆"), [_("已寫入 {path}（{count} 個期限）。").format(path=path, count=count)])
        )
