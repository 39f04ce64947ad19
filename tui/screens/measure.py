"""One measure of the yearly plan: its words, its occasions and the evidence that they were done."""

from datetime import date
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.calendar import Period, PeriodKind
from bureau.dates import ROC_OFFSET, roc, roc_time
from bureau.language import _
from bureau.roles import Role
from training.duties import YEARS, Done, MeasureYear, Stage, Tracked
from tui.measure_stage import item_words
from tui.screens.duty_forms import edit_measure, mark_done, terms_words
from tui.widgets.dialog import Field, Form, Message
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown


class MeasureScreen(Place):
    """A measure in one civil year."""

    HEADING = _("工作項目")
    HELP = _(
        "一項作法在這一年的各次期限與憑據。辦好了按 D 登錄：程式看得到的（辦過的講習、有人交卷的測驗、"
        "封存的抽測）會列出來，由您確認；其他的寫一句說明或檔名。登錯了按 U 收回並寫理由，原紀錄保留。"
        "期限不是上班日時另列前一個上班日，期限本身不會自動移動。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "year(-1)", _("前一年"), id="measure.before", priority=True),
        Binding("right", "year(1)", _("後一年"), id="measure.after", priority=True),
        Binding("d,D,ｄ,Ｄ", "done", _("登錄辦畢"), id="measure.done"),
        Binding("u,U,ｕ,Ｕ", "take_back", _("收回"), id="measure.take_back"),
        Binding("e,E,ｅ,Ｅ", "edit", _("修改"), id="measure.edit"),
        Binding("x,X,ｘ,Ｘ", "retire", _("停用"), id="measure.retire"),
    ]

    def __init__(self, measure_id: str, year: int) -> None:
        super().__init__()
        self._measure_id = measure_id
        self._year = year
        self._one: MeasureYear | None = None
        self._rows: list[Tracked | Done] = []
        self._records: list[Done] = []
        self._may_prove = False

    def content(self) -> ComposeResult:
        """Lay out the words and the occasions."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Paragraph("", id="about", classes="section-note")
        yield Listing(
            [
                Column(_("期間"), 19),
                Column(_("期限"), 9),
                Column(_("前一上班日"), 10),
                Column(_("狀態"), 15),
                Column(_("憑據")),
            ]
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer what the acting person may do."""
        actor = self.house.actor
        if action in {"edit", "retire"}:
            return actor is not None and actor.holds(Role.TRAINER)
        return action not in {"done", "take_back"} or self._may_prove

    async def fill(self) -> None:
        """Read the measure."""
        by, today, year = self.house.by, self.house.today, self._year
        one, self._records, owner, self._may_prove = await self.house.ask(
            lambda desks: (
                found := desks.duties.one(self._measure_id, year),
                desks.duties.records(self._measure_id),
                desks.duties.owner(found.measure, today),
                desks.duties.may_prove(found.measure, by, today),
            )
        )
        self._one = one
        self.query_one("#title", Static).update(
            _("{title}　{year} 年度").format(title=one.measure.title, year=year - ROC_OFFSET)
        )
        self.query_one("#about", Paragraph).update("\n".join(_about(one, owner)))
        self._rows = [*one.items, *one.records]
        listing = self.query_one(Listing)
        listing.empty = (
            _("期限未定，請局裡設定：按 E。辦過的仍可按 D 登錄。")
            if one.terms.unset
            else _("這一年沒有期限。")
            if one.terms.dated
            else _("隨時辦理，沒有期限。辦過的按 D 登錄。")
        )
        listing.show(
            [_row(each, today) for each in self._rows],
            tones=[
                "alarm" if isinstance(each, Tracked) and each.stage(today) is Stage.OVERDUE else ""
                for each in self._rows
            ],
        )
        listing.focus()
        self.refresh_bindings()

    @property
    def _row(self) -> Tracked | Done | None:
        cursor = self.query_one(Listing).cursor
        return self._rows[cursor] if cursor < len(self._rows) else None

    async def action_year(self, years: int) -> None:
        """Show another year."""
        if self._year + years in YEARS:
            self._year += years
            await self.show_all()

    @on(Listing.Chosen)
    async def _read(self, event: Listing.Chosen) -> None:
        row = self._rows[event.index]
        key = row.occasion.key if isinstance(row, Tracked) else row.occasion
        people = await self.house.ask(lambda desks: desks.people.everybody())
        names = {person.staff_no: person.name for person in people}
        lines = []
        for each in self._records:
            if each.occasion == key:
                lines += _record_lines(each, names)
        title = row.occasion.title if isinstance(row, Tracked) else roc(row.on)
        await self.app.push_screen(Message(title, lines or [_("還沒有憑據。")]))

    @work
    async def action_done(self) -> None:
        """Mark the occasion under the cursor as done."""
        await self._done()

    @refusals_shown
    async def _done(self) -> None:
        one, row = self._one, self._row
        assert one is not None
        whole = Period(kind=PeriodKind.YEAR, year=self._year)
        item = row if isinstance(row, Tracked) else None
        if item is not None and item.done:
            self.house.tell(_("這一次已經登錄過了；要更正請先按 U 收回。"))
            return
        if await mark_done(self, one.measure, item, (whole.first, whole.last)):
            await self.show_all()

    @work
    async def action_take_back(self) -> None:
        """Take the evidence under the cursor back."""
        await self._take_back()

    @refusals_shown
    async def _take_back(self) -> None:
        row = self._row
        done = row.done if isinstance(row, Tracked) else row
        if done is None:
            self.house.tell(_("這一次還沒有登錄。"))
            return
        answers = await self.app.push_screen_wait(
            Form(_("收回這筆紀錄"), [Field("reason", _("理由"))], done.said)
        )
        if answers is None:
            return
        by, now = self.house.by, self.house.now
        await self.house.ask(lambda desks: desks.duties.take_back(done.id, answers["reason"], by=by, at=now))
        self.house.tell(_("已收回；原紀錄保留。"))
        await self.show_all()

    @work
    async def action_edit(self) -> None:
        """Change the measure."""
        await self._edit()

    @refusals_shown
    async def _edit(self) -> None:
        if self._one and await edit_measure(self, self._one.measure):
            await self.show_all()

    @work
    async def action_retire(self) -> None:
        """Take the measure out of use."""
        await self._retire()

    @refusals_shown
    async def _retire(self) -> None:
        answers = await self.app.push_screen_wait(
            Form(
                _("停用這一項"),
                [Field("reason", _("理由"))],
                _("今天以前到期的與憑據都保留；今天起不再有期限。"),
            )
        )
        if answers is None:
            return
        by, now = self.house.by, self.house.now
        await self.house.ask(
            lambda desks: desks.duties.retire(self._measure_id, answers["reason"], by=by, at=now)
        )
        self.house.tell(_("已停用。"))
        await self.show_all()


def _about(one: MeasureYear, owner: str) -> list[str]:
    measure = one.measure
    lines = [_("「{wording}」").format(wording=measure.wording)] if measure.wording else []
    if measure.source:
        lines.append(_("出處：{source}").format(source=measure.source))
    lines.append(
        _("承辦：{owner}　頻率：{terms}").format(owner=owner or _("未定"), terms=terms_words(one.terms))
    )
    if measure.note:
        lines.append(measure.note)
    if measure.retired:
        lines.append(_("已停用：{reason}").format(reason=measure.retired_for))
    return lines


def _row(each: Tracked | Done, today: date) -> tuple[str, ...]:
    if isinstance(each, Done):
        return (roc(each.on), "", "", _("已辦"), each.said)
    return (
        each.occasion.title,
        roc(each.occasion.due),
        roc(each.last_working_day) if each.last_working_day else "",
        item_words(each, today),
        each.done.said if each.done else "",
    )


def _record_lines(each: Done, names: dict[str, str]) -> list[str]:
    lines = [
        _("{day} 辦理：{evidence}").format(day=roc(each.on), evidence=each.said),
        _("　{at} 由{name}登錄（紀錄 {id}）").format(
            at=roc_time(each.at), name=names.get(each.by, _("管理者")), id=each.id
        ),
    ]
    if each.taken_back_at:
        lines.append(
            _("　{at} 由{name}收回：{reason}").format(
                at=roc_time(each.taken_back_at),
                name=names.get(each.taken_back_by, _("管理者")),
                reason=each.reason,
            )
        )
    return lines
