"""Every paper in one place: choose one, say what it is of and where it goes."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.calendar import Period, PeriodKind, roc
from bureau.language import _
from bureau.problem import Refused
from training.report import proposed
from tui.screens.offered import Offered, Order, Subject, offered
from tui.widgets.dialog import Choose, Confirm, Field, Form, Message, typed_path
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

_KINDS = {
    Subject.YEAR: PeriodKind.YEAR,
    Subject.HALF: PeriodKind.HALF,
    Subject.QUARTER: PeriodKind.QUARTER,
    Subject.MONTH: PeriodKind.MONTH,
    Subject.PERIOD: PeriodKind.QUARTER,
}


class Papers(Listing):
    """The rows of the papers."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", _("印"), id="reports.make")]


class ReportsScreen(Place):
    """The list of papers."""

    HEADING = _("報表")
    HELP = _(
        "這裡列出每一種可以印的文件與可以寫出的表格，以及誰可以印。選一種按 Enter，"
        "依序選期別、場次、案件或試卷，再寫檔名；印好之後會說存在哪裡、共幾頁，"
        "以及有沒有字型印不出來的字。檔名以 .pdf 結尾是可列印的文件，以 .xlsx 結尾是試算表。"
    )
    BINDINGS: ClassVar[list[BindingType]] = []

    def __init__(self) -> None:
        super().__init__()
        self._offered = offered()

    def content(self) -> ComposeResult:
        """Lay out the list of papers and what stands in the one under the cursor."""
        yield Static(_("可以印的文件與表格"), classes="section-title", markup=False)
        yield Papers(
            [Column(_("文件"), 14), Column(_("格式"), 10), Column(_("誰可以印"), 16), Column(_("內容"))]
        )
        yield Paragraph("", id="about", classes="section-note")

    async def fill(self) -> None:
        """Show the papers; those that the person may not print are quiet."""
        by = self.house.by
        self.query_one(Listing).show(
            [
                (one.name, "、".join(ending[1:] for ending in one.endings), one.who, one.about)
                for one in self._offered
            ],
            tones=["" if by.holds(*one.roles) else "quiet" for one in self._offered],
        )
        self.query_one(Listing).focus()
        self._show_about()

    @on(Listing.Moved)
    def _show_about(self) -> None:
        one = self._offered[self.query_one(Listing).cursor]
        self.query_one("#about", Paragraph).update(f"{one.name}：{one.about}")

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        self._make(self._offered[event.index])

    @work
    async def _make(self, one: Offered) -> None:
        await self._made(one)

    @refusals_shown
    async def _made(self, one: Offered) -> None:
        self.house.by.require(*one.roles)
        subject = await self._subject(one)
        if subject is None:
            return
        label = _("存成（{endings}）").format(endings="、".join(one.endings))
        answers = await self.app.push_screen_wait(
            Form(one.name, [Field("path", label, one.file_name(subject))], one.about)
        )
        if answers is None:
            return
        path = typed_path(answers["path"])
        if path.suffix.lower() not in one.endings:
            raise Refused(
                _("「{name}」不能寫成「{ending}」檔。").format(name=one.name, ending=path.suffix),
                remedy=_("請用 {endings}。").format(endings="、".join(one.endings)),
            )
        mask = None
        if one.masks:
            mask = await self.app.push_screen_wait(
                Confirm(_("遮罩姓名嗎？"), [_("按 Y 印成「王○明」，按 N 印全名。")])
            )
        order = Order(subject, path, self.house.by, self.house.now, mask)
        made = await self.house.ask(lambda desks: one.make(desks, order))
        if isinstance(made, int):
            lines = [_("已寫到 {path}，共 {count} 列。").format(path=path, count=made)]
        else:
            lines = [_("已印到 {path}，共 {pages} 頁。").format(path=path, pages=made.pages)]
            lines += [_("字型沒有這個字：{what}").format(what=missing) for missing in made.missing]
        await self.app.push_screen(Message(one.name, lines))

    async def _subject(self, one: Offered) -> str | None:
        """Ask what the paper is of; None where the person thinks better of it."""
        if one.subject is Subject.NOTHING:
            return ""
        if kind := _KINDS.get(one.subject):
            return await self._period(one, kind)
        rows, codes = await self._choices(one.subject)
        if not rows:
            raise Refused(_("還沒有可以印的資料。"), remedy=_("請先在「講習」、「補訓名冊」或「測驗」建立。"))
        chosen = await self.app.push_screen_wait(
            Choose(one.name, [Column(_("編號"), 6), Column(_("日期"), 9), Column(_("名稱"))], rows)
        )
        return None if chosen is None else codes[chosen]

    async def _period(self, one: Offered, kind: PeriodKind) -> str | None:
        period = proposed(kind, self.house.today)
        answers = await self.app.push_screen_wait(
            Form(
                one.name,
                [Field("period", _("期別"), period.code, check=Period.parse)],
                _("115 是全年，115H2 下半年，115Q4 第 4 季，115M11 是 11 月。"),
            )
        )
        return Period.parse(answers["period"]).code if answers else None

    async def _choices(self, subject: Subject) -> tuple[list[tuple[str, ...]], list[str]]:
        by, now = self.house.by, self.house.now
        if subject is Subject.SESSION:
            sessions = await self.house.ask(lambda desks: desks.training.sessions())
            sessions.reverse()
            return [(one.id, roc(one.day), one.title) for one in sessions], [one.id for one in sessions]
        if subject in {Subject.CASE, Subject.CASE_TO_TELL}:
            await self.house.ask(lambda desks: desks.training.open_cases(by=by, at=now))
            cases, people = await self.house.ask(
                lambda desks: (desks.training.cases(by=by), desks.people.everybody())
            )
            names = {person.staff_no: person.name for person in people}
            cases.reverse()
            if subject is Subject.CASE_TO_TELL:
                cases = [case for case in cases if case.open and case.deadline]
            rows: list[tuple[str, ...]] = [
                (one.id, roc(one.opened), f"{one.section} {names[one.person]}　{one.state.label}")
                for one in cases
            ]
            return rows, [one.id for one in cases]
        papers = await self.house.ask(lambda desks: desks.quiz.papers())
        return [(one.id, roc(one.opens_on), one.title) for one in papers], [one.id for one in papers]
