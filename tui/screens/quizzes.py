"""The quizzes: papers to sit, papers that are open, and their results."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import parse_date, roc
from bureau.language import _
from bureau.problem import Refused
from bureau.roles import Role
from quiz_bank.blueprint import Paper
from quiz_bank.sitting import Result
from tui.screens.results import ResultsScreen
from tui.screens.sitting import SittingScreen
from tui.widgets.dialog import Confirm, Field, Form, Message
from tui.widgets.listing import Column, Listing
from tui.widgets.place import Place, refusals_shown

_SEED_BYTES = 8


class QuizzesScreen(Place):
    """The list of papers."""

    HEADING = _("租稅常識測驗")
    HELP = _(
        "選一份試卷按 Enter：開放期間內就開始作答或續答，交卷後看自己的成績與每題的說明；"
        "訓練承辦人看到的是全部的成績。"
        "承辦人按 N 由題庫依藍圖抽一份新試卷；題庫是空的時候先按 B 載入內附的題庫。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,N,ｎ,Ｎ", "new", _("新試卷"), id="quizzes.new"),
        Binding("r,R,ｒ,Ｒ", "results", _("成績"), id="quizzes.results"),
        Binding("b,B,ｂ,Ｂ", "bank", _("題庫"), id="quizzes.bank"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._papers: list[Paper] = []
        self._own: dict[str, Result] = {}

    def content(self) -> ComposeResult:
        """Lay out the bank's size and the papers."""
        yield Static("", id="bank", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("編號"), 5),
                Column(_("名稱")),
                Column(_("開放"), 9),
                Column(_("截止"), 9),
                Column(_("題數"), 4, right=True),
                Column(_("交卷"), 4, right=True),
                Column(_("未作答"), 6, right=True),
                Column(_("我的成績"), 8, right=True),
            ],
            empty=_("還沒有試卷。"),
        )

    async def fill(self) -> None:
        """Read the papers."""
        by, today, now = self.house.by, self.house.today, self.house.now
        await self.house.ask(lambda desks: desks.quiz.collect_overdue(by=by, at=now))
        self._papers, size = await self.house.ask(
            lambda desks: (desks.quiz.papers(), len(desks.quiz.questions(today)))
        )
        counts = await self.house.ask(
            lambda desks: {
                paper.id: (
                    desks.quiz.results(paper.id, by=by),
                    desks.quiz.absent(paper.id, today) if by.holds(Role.TRAINER, Role.HEAD) else [],
                )
                for paper in self._papers
            }
        )
        rows, tones = [], []
        for paper in self._papers:
            results, absent = counts[paper.id]
            own = next((result for result in results if result.staff_no == by.staff_no), None)
            if own:
                self._own[paper.id] = own
            trainer = by.holds(Role.TRAINER, Role.HEAD)
            rows.append(
                (
                    paper.id,
                    paper.title,
                    roc(paper.opens_on),
                    roc(paper.closes_on),
                    str(len(paper.items)),
                    str(len(results)) if trainer else "",
                    str(len(absent)) if trainer else "",
                    f"{own.score:.2f}" if own else "",
                )
            )
            tones.append("" if paper.open_on(today) else "quiet")
        self.query_one(Listing).show(rows, tones=tones)
        self.query_one(Listing).focus()
        self.query_one("#bank", Static).update(_("題庫今天可用 {count} 題").format(count=size))

    @property
    def _paper(self) -> Paper | None:
        cursor = self.query_one(Listing).cursor
        return self._papers[cursor] if cursor < len(self._papers) else None

    @on(Listing.Chosen)
    def _chosen(self, event: Listing.Chosen) -> None:
        paper = self._papers[event.index]
        if paper.id in self._own or not self.house.staff_no:
            self.app.push_screen(ResultsScreen(paper))
        else:
            self._sit(paper)

    @work
    async def _sit(self, paper: Paper) -> None:
        await self._begin(paper)

    @refusals_shown
    async def _begin(self, paper: Paper) -> None:
        limit = _("{minutes} 分鐘").format(minutes=paper.minutes) if paper.minutes else _("不限時間")
        lines = [
            _("共 {count} 題，滿分 100 分，{mark} 分及格。{credit}。").format(
                count=len(paper.items), mark=paper.rules.pass_mark, credit=paper.rules.multiple_credit.label
            ),
            _("作答時間 {limit}，截止日 {day}。從第一次打開起算，離開後時間仍繼續走。").format(
                limit=limit, day=roc(paper.closes_on)
            ),
            _("每選一次就存檔，關掉程式後可以接著作答；時間到時，已存的答案會自動交卷。"),
            _("交卷後才會看到成績、正確答案與法令依據。"),
        ]
        if await self.app.push_screen_wait(
            Confirm(_("開始作答「{title}」？").format(title=paper.title), lines)
        ):
            await self.app.push_screen(SittingScreen(paper))

    def action_results(self) -> None:
        """Show the results of the paper under the cursor."""
        if self._paper:
            self.app.push_screen(ResultsScreen(self._paper))

    @work
    async def action_new(self) -> None:
        """Draw a new paper."""
        await self._new()

    @refusals_shown
    async def _new(self) -> None:
        house = self.house
        answers = await self.app.push_screen_wait(
            Form(
                _("新試卷"),
                [
                    Field("title", _("名稱"), hint=_("例如 115 年第 4 季租稅常識測驗"), check=_filled),
                    Field("opens", _("開放日"), roc(house.today), check=parse_date),
                    Field("closes", _("截止日（留白依規則）"), check=_day_or_nothing),
                ],
                _("由題庫依預設藍圖抽題：是非 10 題、選擇 10 題，各 5 分，平均分布於各稅目。"),
            )
        )
        if answers is None:
            return
        opens = parse_date(answers["opens"])
        closes = parse_date(answers["closes"]) if answers["closes"].strip() else None
        seed, by, now = house.entropy(_SEED_BYTES).hex(), house.by, house.now
        paper = await house.ask(
            lambda desks: desks.quiz.new_paper(
                title=answers["title"], day=opens, closes_on=closes, seed=seed, by=by, at=now
            )
        )
        house.tell(_("試卷{id}已抽好。").format(id=paper.id))
        await self.fill()

    @work
    async def action_bank(self) -> None:
        """Load the bank that comes with the program."""
        await self._bank()

    @refusals_shown
    async def _bank(self) -> None:
        question = _("內附的題庫依現行法規寫成，每題註明法令依據與有效期間。已有的題目不會重複。")
        if not await self.app.push_screen_wait(Confirm(_("載入內附的題庫？"), [question])):
            return
        by, now = self.house.by, self.house.now
        done = await self.house.ask(lambda desks: desks.quiz.load_bank(by=by, at=now))
        lines = [
            _("新增 {new} 題，更新 {changed} 題，相同 {same} 題。").format(
                new=len(done.new), changed=len(done.changed), same=len(done.same)
            )
        ]
        await self.app.push_screen_wait(Message(_("題庫"), lines))
        await self.fill()


def _filled(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))


def _day_or_nothing(text: str) -> None:
    if text.strip():
        parse_date(text)
