"""試題分析 of one paper: each question with its figures, the charts, and the options of one question."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.language import _
from bureau.roles import Role
from quiz_bank import item_words as words
from quiz_bank.item_report import ItemReport, PaperReport
from quiz_bank.option_table import OptionFigures
from tui.screens.correcting import ask_correction
from tui.widgets.chart import Chart
from tui.widgets.dialog import Field, Form, Message, typed_path
from tui.widgets.item_plot import item_scatter, option_curves, score_histogram
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

_SCATTER, _SCORES, _CURVES = range(3)


class AnalysisScreen(Place):
    """The questions of a paper with their figures.

    Args:
        paper_id: the paper.
        title: what people call it.
    """

    CSS: ClassVar[str] = """
    AnalysisScreen Chart { height: 10; margin: 0 2; }
    AnalysisScreen #chart-title { margin: 0 2; color: $primary; }
    """
    HEADING = _("試題分析")
    HELP = _(
        "每一題的難度 p（得分佔滿分的比率）、鑑別 r（與其他題總分的相關，已扣除這一題）與它的 95% 區間、"
        "鑑別效率、隨便作答平均得到的比率。下面是圖：難度與鑑別度、分數分布、這一題各選項在高低分組的比率，"
        "按 G 換。按 Enter 看選項；「請查對答案」只是線索，不能證明答案錯。按 K 更正答案，先看誰的分數會變。"
        "人數不足時，數字多半是湊巧，所以不顯示。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g,G,ｇ,Ｇ", "chart", _("換圖"), id="analysis.chart"),
        Binding("k,K,ｋ,Ｋ", "correct", _("更正答案"), id="analysis.correct"),
        Binding("p,P,ｐ,Ｐ", "print", _("印 PDF"), id="analysis.print"),
    ]

    def __init__(self, paper_id: str, title: str) -> None:
        super().__init__()
        self._paper_id = paper_id
        self._paper_title = title
        self._report: PaperReport | None = None
        self._chart = _SCATTER

    def content(self) -> ComposeResult:
        """Lay out the questions, a chart, and what may be concluded."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("題"), 3, right=True),
                Column(_("題型"), 4),
                Column(_("難度"), 8, right=True),
                Column(_("鑑別"), 8, right=True),
                Column(_("95% 區間"), 14),
                Column(_("效率"), 8, right=True),
                Column(_("亂猜"), 4, right=True),
                Column(_("看一下"), most=60),
            ],
            empty=_("還沒有人交卷。"),
            id="items",
        )
        yield Static("", id="chart-title", markup=False)
        yield Chart()
        yield Paragraph("", id="conclusion", classes="section-note")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer correcting to trainers only."""
        if action == "correct":
            return self.house.actor is not None and self.house.by.holds(Role.TRAINER)
        return True

    async def fill(self) -> None:
        """Read the analysis."""
        by, today = self.house.by, self.house.today
        found = await self.house.ask(lambda desks: desks.analysis.paper(self._paper_id, by=by, today=today))
        self._report = found
        self.refresh_bindings()
        self.query_one("#title", Static).update(
            _("{title}　{figures}　{left}").format(
                title=found.title,
                figures=words.headline(found),
                left=words.left_out_text(found),
            )
        )
        listing = self.query_one("#items", Listing)
        listing.show(
            [_cells(item) for item in found.items],
            tones=["alarm" if item.against_key else "" for item in found.items],
        )
        listing.focus()
        self.query_one("#conclusion", Paragraph).update(found.conclusion)
        self._draw()

    @property
    def _item(self) -> ItemReport | None:
        cursor = self.query_one("#items", Listing).cursor
        items = self._report.items if self._report else ()
        return items[cursor] if cursor < len(items) else None

    @on(Listing.Moved, "#items")
    def _draw(self) -> None:
        found, item = self._report, self._item
        if found is None:
            return
        title = {
            _SCATTER: _("難度（橫）與鑑別度（縱），數字是題號，# 是幾題疊在一起；點線以下鑑別度低"),
            _SCORES: _("分數分布（人數），及格 {mark} 分").format(mark=f"{found.pass_mark.normalize():f}"),
            _CURVES: _("第 {number} 題各選項在低、中、高分組的比率，* 是正解").format(
                number=item.number if item else "－"
            ),
        }[self._chart]
        self.query_one("#chart-title", Static).update(title)
        chart = self.query_one(Chart)
        if self._chart == _SCATTER:
            chart.show(lambda width, height: item_scatter(found, width, height))
        elif self._chart == _SCORES:
            chart.show(lambda width, height: score_histogram(found, width, height))
        elif item is not None:
            chart.show(lambda width, height: option_curves(item, width, height))

    def action_chart(self) -> None:
        """Show another chart."""
        self._chart = (self._chart + 1) % 3
        self._draw()

    @on(Listing.Chosen, "#items")
    def _open(self) -> None:
        if item := self._item:
            self.app.push_screen(ItemScreen(self._paper_id, self._paper_title, item))

    @work
    async def action_correct(self) -> None:
        """Correct the answer of the question under the cursor."""
        if item := self._item:
            await self._correct(item.number)

    @refusals_shown
    async def _correct(self, number: int) -> None:
        await ask_correction(self, self._paper_id, number)

    @work
    async def action_print(self) -> None:
        """Print the analysis."""
        await self._print()

    @refusals_shown
    async def _print(self) -> None:
        by, now = self.house.by, self.house.now
        answers = await self.app.push_screen_wait(
            Form(
                _("印試題分析"),
                [Field("path", _("存成（.pdf）"), _("試題分析-{paper}.pdf").format(paper=self._paper_id))],
                _("有各題與選項的數字和圖；含答案，請妥善保管。"),
            )
        )
        if answers is None:
            return
        path = typed_path(answers["path"])

        from quiz_bank.analysis_papers import print_analysis  # noqa: PLC0415 - reportlab only now

        report = await self.house.ask(
            lambda desks: print_analysis(desks.analysis, self._paper_id, path, by=by, at=now)
        )
        await self.app.push_screen_wait(
            Message(_("已印好"), [_("已印到 {path}，共 {pages} 頁。").format(path=path, pages=report.pages)])
        )


class ItemScreen(Place):
    """The options of one question: who took them, and how those people did elsewhere.

    Args:
        paper_id: the paper.
        title: what people call it.
        item: what is known of the question.
    """

    CSS: ClassVar[str] = """
    ItemScreen #stem { max-height: 4; }
    ItemScreen .detail { height: auto; min-height: 4; max-height: 8; }
    """
    HEADING = _("選項分析")
    HELP = _(
        "字母是印出的題本上的字母。"
        "每一個選項（或常見的作答）有多少人選、與其他題得分的相關 r、選的人其他題平均幾分。"
        "好的題目，正解的 r 是正的、其他選項是負的。正解是負的、別的選項是正的，就請查對答案。"
        "按 K 更正答案；更正之前會列出誰的分數會變。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("k,K,ｋ,Ｋ", "correct", _("更正答案"), id="item.correct"),
    ]

    def __init__(self, paper_id: str, title: str, item: ItemReport) -> None:
        super().__init__()
        self._paper_id = paper_id
        self._paper_title = title
        self._shown = item

    def content(self) -> ComposeResult:
        """Lay out the question, its options, and the option under the cursor."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Paragraph("", id="stem", classes="section-note")
        yield Paragraph("", id="figures", classes="section-note")
        yield Listing(
            [
                Column(_("選項"), most=34),
                Column(_("正解"), 4),
                Column(_("人數"), 4, right=True),
                Column(_("比率"), 5, right=True),
                Column(_("95% 區間"), 12),
                Column(_("與其餘 r"), 8, right=True),
                Column(_("95% 區間"), 14),
                Column(_("其餘平均"), 8, right=True),
            ],
            opens=False,
        )
        yield Paragraph("", id="detail", classes="detail")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer correcting to trainers only."""
        if action == "correct":
            return self.house.actor is not None and self.house.by.holds(Role.TRAINER)
        return True

    async def fill(self) -> None:
        """Read the question's figures again: a correction may have changed them."""
        by, today, number = self.house.by, self.house.today, self._shown.number
        found = await self.house.ask(lambda desks: desks.analysis.paper(self._paper_id, by=by, today=today))
        self._shown = item = found.items[number - 1]
        self.refresh_bindings()
        self.query_one("#title", Static).update(
            _("{title}　第 {number} 題　{kind}　給分的答案：{key}").format(
                title=self._paper_title, number=number, kind=item.kind.label, key=item.key_text
            )
        )
        self.query_one("#stem", Paragraph).update(item.stem)
        self.query_one("#figures", Paragraph).update(words.figures_text(item))
        listing = self.query_one(Listing)
        listing.show([words.option_cells(row) for row in item.options])
        listing.focus()
        self._show_option()

    @on(Listing.Moved)
    def _show_option(self) -> None:
        item = self._shown
        row: OptionFigures = item.options[min(self.query_one(Listing).cursor, len(item.options) - 1)]
        lines = [f"{row.label}　{row.text}".strip()]
        if item.against_key:
            lines.append(item.against_key.text)
        if remarks := words.remarks_text(item):
            lines.append(remarks)
        self.query_one("#detail", Paragraph).update("\n".join(lines))

    @work
    async def action_correct(self) -> None:
        """Correct the answer of the question."""
        await self._correct()

    @refusals_shown
    async def _correct(self) -> None:
        await ask_correction(self, self._paper_id, self._shown.number)


def _cells(item: ItemReport) -> tuple[str, ...]:
    figures = item.figures
    return (
        str(item.number),
        item.kind.label,
        words.facility_text(figures),
        words.correlation_text(figures),
        words.correlation_interval_text(figures),
        words.efficiency_text(figures),
        words.guess_text(item),
        words.remarks_text(item),
    )
