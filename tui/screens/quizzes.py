"""The quizzes: papers to sit, papers that are open, and their results."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import roc
from bureau.language import _
from bureau.roles import Actor, Role
from quiz_bank.expected import expected_score
from quiz_bank.question import Kind
from tui.screens.answer_entry import AnswerEntryScreen
from tui.screens.bank import BankScreen
from tui.screens.bank_import import take_in, take_in_starter
from tui.screens.before_sitting import BeforeSittingScreen
from tui.screens.marking import MarkingScreen
from tui.screens.new_paper import NewPaperScreen
from tui.screens.paper_acts import give_extra_time, print_sheet
from tui.screens.results import ResultsScreen
from tui.widgets.dialog import Message
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

if TYPE_CHECKING:
    from quiz_bank.blueprint import Paper
    from quiz_bank.paper_store import DrawnForm
    from tui.desks import Desks

_NAMES_SHOWN = 12
_FOR_TRAINERS = frozenset({"new", "take_in", "starter", "bank", "print", "enter", "extra_time"})


@dataclass(frozen=True)
class _Listed:
    """What the list knows of a paper; its questions and keys stay where they are.

    Attributes:
        minutes: 0 for no limit.
        score: the acting person's own, None before submission.
        begun: whether the acting person's sitting has begun.
        marking: whether it was handed in and waits for somebody's marks.
        submitted: how many have, for those who see all.
        absent: name and section of those who have not, for those who see all.
        waiting: how many sittings wait for their essays to be marked, for those who mark.
        own_extra: minutes that the acting person has beyond the paper's own.
        extras: who has more time and how much, for those who see all.
        expected: what was expected of it when it was drawn, for those who see all.
        matching: whether there are matching questions.
        essays: whether some are marked by a person.
        other_form: title of another form of it that the acting person has begun.
        forms: how many forms the examination has.
    """

    id: str
    title: str
    opens_on: date
    closes_on: date
    count: int
    minutes: int
    pass_mark: Decimal
    credit: str
    score: Decimal | None
    begun: bool
    marking: bool
    submitted: int
    absent: tuple[str, ...]
    waiting: int = 0
    own_extra: int = 0
    extras: tuple[str, ...] = ()
    expected: str = ""
    matching: bool = False
    essays: bool = False
    other_form: str = ""
    forms: int = 1

    def state(self, today: date) -> str:
        """Say where the acting person stands with it."""
        if self.score is not None:
            return f"{self.score:.2f}"
        if self.marking:
            return _("評閱中")
        if self.other_form:
            return _("另卷")
        if today < self.opens_on:
            return _("未開放")
        if today > self.closes_on:
            return _("已截止")
        return _("作答中") if self.begun else _("可作答")

    def open_on(self, day: date) -> bool:
        """Say whether it can be sat on `day`."""
        return self.opens_on <= day <= self.closes_on

    def rules_to_read(self) -> list[tuple[str, str]]:
        """Give the rules of the acting person's sitting, each with its heading."""
        limit = _("{minutes} 分鐘").format(minutes=self.minutes) if self.minutes else _("不限時間")
        if self.minutes and self.own_extra:
            limit = _("{minutes} 分鐘，另為您延長 {extra} 分鐘，共 {total} 分鐘").format(
                minutes=self.minutes, extra=self.own_extra, total=self.minutes + self.own_extra
            )
        rules = [
            (
                _("題數"),
                _("共 {count} 題，滿分 100 分，{mark} 分及格，答錯不倒扣。").format(
                    count=self.count, mark=self.pass_mark
                ),
            ),
            (
                _("時間"),
                _("{limit}，截止日 {day}。從第一次打開起算，離開後時間仍繼續走。").format(
                    limit=limit, day=roc(self.closes_on)
                ),
            ),
            (_("逾時"), _("時間到或過了截止日，就以已存的答案交卷，之後不再收答案。")),
            (_("存檔"), _("每答一次就存檔，關掉程式或換一臺電腦都可以接著作答。")),
        ]
        if self.forms > 1:
            rules.append(
                (
                    _("卷別"),
                    _("這次測驗有 {forms} 卷，每人只作答一卷；開始後就不能換卷。").format(forms=self.forms),
                )
            )
        if self.credit:
            rules.append((_("複選"), self.credit))
        if self.matching:
            rules.append((_("配對"), _("按配對正確的項數給分。")))
        if self.essays:
            rules.append((_("簡答"), _("由人評閱，評閱的人看不到是誰寫的；全部評完才有成績。")))
        rules.append((_("交卷"), _("交卷後不能再改，才會看到成績、正確答案與法令依據。")))
        return rules

    def rules(self) -> str:
        """Say in one line what it is."""
        limit = _("{minutes} 分鐘").format(minutes=self.minutes) if self.minutes else _("不限時間")
        return _("{count} 題，{limit}，{mark} 分及格；{first} 至 {last}。").format(
            count=self.count,
            limit=limit,
            mark=self.pass_mark,
            first=roc(self.opens_on),
            last=roc(self.closes_on),
        )


class QuizzesScreen(Place):
    """The list of papers."""

    CSS_PATH: ClassVar = ["../styles/sitting.tcss"]
    HEADING = _("租稅常識測驗")
    HELP = _(
        "選一份試卷按 Enter：開放期間內就開始作答或續答，交卷後看自己的成績與每題的說明；"
        "訓練承辦人與主管按 R 看全部的成績和還沒作答的人。"
        "按 A 看試題分析：難度、鑑別度、選項，也在那裡更正答案。"
        "承辦人按 N 由題庫依藍圖抽一份新試卷或幾份平行卷；"
        "題庫是空的時候先按 B 載入內附的題庫，或按 I 匯入題庫檔；"
        "按 Q 看題庫裡的每一題、改題目的狀態、匯出與檢查。"
        "P 印題本、答案卷或答案，E 登錄紙本答卷，T 延長一位同仁的作答時間，有簡答題待評時按 M 評閱。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,R,ｒ,Ｒ", "results", _("成績"), id="quizzes.results"),
        Binding("a,A,ａ,Ａ", "analyse", _("試題分析"), id="quizzes.analyse"),
        Binding("n,N,ｎ,Ｎ", "new", _("新試卷"), id="quizzes.new"),
        Binding("p,P,ｐ,Ｐ", "print", _("列印"), id="quizzes.print"),
        Binding("e,E,ｅ,Ｅ", "enter", _("登錄答卷"), id="quizzes.enter"),
        Binding("t,T,ｔ,Ｔ", "extra_time", _("延長時間"), id="quizzes.extra_time"),
        Binding("m,M,ｍ,Ｍ", "mark", _("評閱"), id="quizzes.mark"),
        Binding("i,I,ｉ,Ｉ", "take_in", _("匯入題庫"), id="quizzes.import"),
        Binding("b,B,ｂ,Ｂ", "starter", _("內附題庫"), id="quizzes.starter"),
        Binding("q,Q,ｑ,Ｑ", "bank", _("題庫"), id="quizzes.bank"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._papers: list[_Listed] = []

    def content(self) -> ComposeResult:
        """Lay out the bank's size, the papers, and what is to know about one of them."""
        yield Static("", id="bank", classes="section-title", markup=False)
        yield Listing([Column(_("名稱"))], empty=_("正在讀取。"))
        yield Paragraph("", id="detail", classes="detail")

    @property
    def _sees_all(self) -> bool:
        return self.house.actor is not None and self.house.by.holds(Role.TRAINER, Role.HEAD)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Offer what a trainer does to trainers only, and the analysis to those who see all."""
        if action == "analyse":
            return self._sees_all
        if action == "mark":
            return any(paper.waiting for paper in self._papers)
        if action in _FOR_TRAINERS:
            return self.house.actor is not None and self.house.by.holds(Role.TRAINER)
        return True

    async def fill(self) -> None:
        """Read the papers."""
        by, today, now = self.house.by, self.house.today, self.house.now

        def read(desks: "Desks") -> tuple[list[_Listed], int]:
            desks.quiz.collect_overdue(by=by, at=now)
            begun = {own.paper_id for own in desks.quiz.due(by.staff_no, today) if own.begun}
            waiting, forms = desks.marking.papers_waiting(by=by), desks.papers.forms()
            papers = [
                _listed(desks, paper, by, today, begun, waiting.get(paper.id, 0), forms.get(paper.id))
                for paper in desks.quiz.papers()
            ]
            return papers, len(desks.quiz.questions(today))

        self._papers, size = await self.house.ask(read)
        self.refresh_bindings()
        listing = self.query_one(Listing)
        listing.columns = tuple(self._columns())
        listing.empty = (
            _("還沒有試卷。按 N 抽一份。")
            if by.holds(Role.TRAINER) and size
            else _("還沒有試卷。題庫是空的：按 B 載入內附的題庫。")
            if by.holds(Role.TRAINER)
            else _("還沒有試卷。")
        )
        listing.show(
            [self._row(paper, today) for paper in self._papers],
            tones=["" if paper.open_on(today) else "quiet" for paper in self._papers],
        )
        listing.focus()
        self._show_detail()
        self.query_one("#bank", Static).update(_("題庫今天可用 {count} 題").format(count=size))

    def _columns(self) -> list[Column]:
        columns = [
            Column(_("編號"), 5),
            Column(_("名稱"), most=40),
            Column(_("開放"), 9),
            Column(_("截止"), 9),
            Column(_("題數"), 4, right=True),
        ]
        if self._sees_all:
            columns += [Column(_("交卷"), 4, right=True), Column(_("未作答"), 6, right=True)]
        if self.house.by.staff_no:
            columns.append(Column(_("我的"), 6, right=True))
        return columns

    def _row(self, paper: _Listed, today: date) -> list[str]:
        row = [paper.id, paper.title, roc(paper.opens_on), roc(paper.closes_on), str(paper.count)]
        if self._sees_all:
            row += [str(paper.submitted), str(len(paper.absent))]
        if self.house.by.staff_no:
            row.append(paper.state(today))
        return row

    @on(Listing.Moved)
    def _show_detail(self) -> None:
        paper = self._paper
        lines = []
        if paper:
            lines.append(paper.rules() + paper.expected)
            if paper.extras:
                lines.append(_("延長時間：{names}").format(names="、".join(paper.extras)))
            if paper.waiting:
                lines.append(_("{count} 份待評閱。").format(count=paper.waiting))
            if names := paper.absent[:_NAMES_SHOWN]:
                more = len(paper.absent) - len(names)
                text = "、".join(names) + (_("等 {count} 人").format(count=len(paper.absent)) if more else "")
                lines.append(_("未作答：{names}").format(names=text))
        self.query_one("#detail", Paragraph).update("\n".join(lines))

    @property
    def _paper(self) -> _Listed | None:
        cursor = self.query_one(Listing).cursor
        return self._papers[cursor] if cursor < len(self._papers) else None

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        paper = self._papers[event.index]
        closed = not paper.open_on(self.house.today)
        if paper.score is not None or not self.house.staff_no or (closed and self._sees_all):
            self.action_results()
        elif paper.marking:
            self.app.push_screen(
                Message(paper.title, [_("已交卷。簡答題由人評分，評完以後才看得到成績與說明。")])
            )
        elif paper.other_form:
            lines = [
                _("您已經作答「{title}」，那是同一次測驗的另一卷。").format(title=paper.other_form),
                _("同一次測驗每人只作答一卷。"),
            ]
            self.app.push_screen(Message(paper.title, lines))
        elif closed:
            period = _("作答期間是 {first} 至 {last}。").format(
                first=roc(paper.opens_on), last=roc(paper.closes_on)
            )
            self.app.push_screen(Message(paper.title, [period, _("現在不能作答；有疑問請洽訓練承辦人。")]))
        else:
            self._offer(paper)

    def _offer(self, paper: _Listed) -> None:
        title = _("接著作答「{title}」？") if paper.begun else _("開始作答「{title}」？")
        # Pushed at once and not by a worker: the keys that follow belong to the question already.
        self.app.push_screen(
            BeforeSittingScreen(paper.id, paper.title, title.format(title=paper.title), paper.rules_to_read())
        )

    def action_results(self) -> None:
        """Show the results of the paper under the cursor."""
        if paper := self._paper:
            self.app.push_screen(ResultsScreen(paper.id, paper.title))

    def action_analyse(self) -> None:
        """Show how good the questions of the paper under the cursor are."""
        if paper := self._paper:
            from tui.screens.analysis import AnalysisScreen  # noqa: PLC0415 - statistics for this alone

            self.app.push_screen(AnalysisScreen(paper.id, paper.title))

    def action_new(self) -> None:
        """Draw a new paper."""
        self.app.push_screen(NewPaperScreen())

    @work
    async def action_print(self) -> None:
        """Print the paper under the cursor."""
        await self._print()

    @refusals_shown
    async def _print(self) -> None:
        if paper := self._paper:
            await print_sheet(self, paper.id, paper.title)

    def action_enter(self) -> None:
        """Enter answers that were given on paper."""
        if paper := self._paper:
            self.app.push_screen(AnswerEntryScreen(paper.id, paper.title))

    @work
    async def action_extra_time(self) -> None:
        """Give somebody more time for the paper under the cursor."""
        await self._extra_time()

    @refusals_shown
    async def _extra_time(self) -> None:
        if (paper := self._paper) and await give_extra_time(self, paper.id, paper.title):
            await self.fill()

    def action_mark(self) -> None:
        """Mark the essays of the paper under the cursor, or of the first that waits."""
        waiting = [paper for paper in self._papers if paper.waiting]
        here = self._paper
        if waiting:
            paper = here if here in waiting else waiting[0]
            assert paper is not None
            self.app.push_screen(MarkingScreen(paper.id, paper.title))

    @work
    async def action_take_in(self) -> None:
        """Import a file of questions."""
        await self._take_in()

    @refusals_shown
    async def _take_in(self) -> None:
        if await take_in(self):
            await self.fill()

    @work
    async def action_starter(self) -> None:
        """Load the bank that comes with the program."""
        await self._starter()

    @refusals_shown
    async def _starter(self) -> None:
        if await take_in_starter(self):
            await self.fill()

    def action_bank(self) -> None:
        """Go to the bank."""
        self.app.push_screen(BankScreen())


def _listed(
    desks: "Desks",
    paper: "Paper",
    by: Actor,
    today: date,
    begun: set[str],
    waiting: int,
    form: "DrawnForm | None",
) -> _Listed:
    results = desks.quiz.results(paper.id, by=by)
    sees_all = by.holds(Role.TRAINER, Role.HEAD)
    own = next((result for result in results if by.staff_no and result.staff_no == by.staff_no), None)
    kinds = {item.question.kind for item in paper.items}
    extra = desks.quiz.extra_times(paper.id)
    people = desks.people.everybody() if sees_all and extra else []
    names = {person.staff_no: person.name for person in people}
    return _Listed(
        id=paper.id,
        title=paper.title,
        opens_on=paper.opens_on,
        closes_on=paper.closes_on,
        count=len(paper.items),
        minutes=paper.minutes,
        pass_mark=paper.rules.pass_mark,
        credit=_("{rule}。").format(rule=paper.rules.multiple_credit.label) if Kind.MULTIPLE in kinds else "",
        score=own.score if own else None,
        begun=paper.id in begun,
        marking=desks.quiz.waits_for_marks(paper.id, by.staff_no),
        submitted=len(results) if sees_all else 0,
        absent=tuple(f"{person.name}（{person.section}）" for person in desks.quiz.absent(paper.id, today))
        if sees_all
        else (),
        waiting=waiting,
        own_extra=extra[by.staff_no][0] if by.staff_no in extra else 0,
        extras=tuple(
            _("{name} {minutes} 分鐘").format(name=names.get(staff_no, staff_no), minutes=minutes)
            for staff_no, (minutes, _reason) in extra.items()
        )
        if sees_all
        else (),
        expected=_("預估平均 {score} 分。").format(score=expected_score(paper.items, form.expected))
        if sees_all and form
        else "",
        matching=Kind.MATCHING in kinds,
        essays=Kind.ESSAY in kinds,
        other_form=desks.quiz.other_form_taken(paper.id, by.staff_no) if form and by.staff_no else "",
        forms=form.forms if form else 1,
    )
