"""The quizzes: papers to sit, papers that are open, and their results."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from bureau.dates import parse_date, roc
from bureau.language import _
from bureau.problem import Refused
from bureau.roles import Actor, Role
from quiz_bank.blueprint import DEFAULT_BLUEPRINT
from quiz_bank.question import Kind
from tui.screens.bank import BankScreen
from tui.screens.bank_import import take_in, take_in_starter
from tui.screens.results import ResultsScreen
from tui.screens.sitting import SittingScreen
from tui.widgets.dialog import Confirm, Field, Form, Message
from tui.widgets.listing import Column, Listing
from tui.widgets.paragraph import Paragraph
from tui.widgets.place import Place, refusals_shown

if TYPE_CHECKING:
    from quiz_bank.blueprint import Paper
    from tui.desks import Desks

_SEED_BYTES = 8
_NAMES_SHOWN = 12
_MINUTE_DIGITS = 3
_FOR_TRAINERS = frozenset({"new", "take_in", "starter", "bank"})


@dataclass(frozen=True)
class _Listed:
    """What the list knows of a paper; its questions and keys stay where they are.

    Attributes:
        minutes: 0 for no limit.
        score: the acting person's own, None before submission.
        begun: whether the acting person's sitting has begun.
        submitted: how many have, for those who see all.
        absent: name and section of those who have not, for those who see all.
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
    submitted: int
    absent: tuple[str, ...]

    def state(self, today: date) -> str:
        """Say where the acting person stands with it."""
        if self.score is not None:
            return f"{self.score:.2f}"
        if today < self.opens_on:
            return _("未開放")
        if today > self.closes_on:
            return _("已截止")
        return _("作答中") if self.begun else _("可作答")

    def open_on(self, day: date) -> bool:
        """Say whether it can be sat on `day`."""
        return self.opens_on <= day <= self.closes_on

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
        "承辦人按 N 由題庫依藍圖抽一份新試卷；題庫是空的時候先按 B 載入內附的題庫，或按 I 匯入題庫檔。"
        "按 Q 看題庫裡的每一題、改題目的狀態、匯出與檢查。"
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r,R,ｒ,Ｒ", "results", _("成績"), id="quizzes.results"),
        Binding("n,N,ｎ,Ｎ", "new", _("新試卷"), id="quizzes.new"),
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
        """Offer what a trainer does to trainers only."""
        if action in _FOR_TRAINERS:
            return self.house.actor is not None and self.house.by.holds(Role.TRAINER)
        return True

    async def fill(self) -> None:
        """Read the papers."""
        by, today, now = self.house.by, self.house.today, self.house.now

        def read(desks: "Desks") -> tuple[list[_Listed], int]:
            desks.quiz.collect_overdue(by=by, at=now)
            begun = {own.paper_id for own in desks.quiz.due(by.staff_no, today) if own.begun}
            papers = [_listed(desks, paper, by, today, begun) for paper in desks.quiz.papers()]
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
            lines.append(paper.rules())
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
        elif closed:
            period = _("作答期間是 {first} 至 {last}。").format(
                first=roc(paper.opens_on), last=roc(paper.closes_on)
            )
            self.app.push_screen(Message(paper.title, [period, _("現在不能作答；有疑問請洽訓練承辦人。")]))
        else:
            self._offer(paper)

    def _offer(self, paper: _Listed) -> None:
        limit = _("{minutes} 分鐘").format(minutes=paper.minutes) if paper.minutes else _("不限時間")
        title = _("接著作答「{title}」？") if paper.begun else _("開始作答「{title}」？")
        lines = [
            _("共 {count} 題，滿分 100 分，{mark} 分及格。{credit}").format(
                count=paper.count, mark=paper.pass_mark, credit=paper.credit
            ),
            _("作答時間 {limit}，截止日 {day}。從第一次打開起算，離開後時間仍繼續走。").format(
                limit=limit, day=roc(paper.closes_on)
            ),
            _("每選一次就存檔，關掉程式後可以接著作答；時間到時，以已存的答案交卷。"),
            _("交卷後才會看到成績、正確答案與法令依據。"),
        ]

        def answered(agreed: bool | None) -> None:
            if agreed:
                self.app.push_screen(SittingScreen(paper.id, paper.title))

        # Pushed at once and not by a worker: the keys that follow belong to the question already.
        self.app.push_screen(Confirm(title.format(title=paper.title), lines), answered)

    def action_results(self) -> None:
        """Show the results of the paper under the cursor."""
        if paper := self._paper:
            self.app.push_screen(ResultsScreen(paper.id, paper.title))

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
                    Field(
                        "closes", _("截止日"), hint=_("留白：依規則的天數"), check=_unless_empty(parse_date)
                    ),
                    Field(
                        "minutes",
                        _("作答分鐘數"),
                        hint=_("留白：依規則；0：不限"),
                        check=_unless_empty(_minutes),
                    ),
                ],
                _("由題庫依預設藍圖抽題：{blueprint}，平均分布於各稅目。").format(
                    blueprint="；".join(
                        _("{kinds} {count} 題，每題 {points} 分").format(
                            kinds="、".join(kind.label for kind in cell.kinds),
                            count=cell.count,
                            points=f"{cell.points.normalize():f}",
                        )
                        for cell in DEFAULT_BLUEPRINT.cells
                    )
                ),
            )
        )
        if answers is None:
            return
        opens = parse_date(answers["opens"])
        closes = parse_date(answers["closes"]) if answers["closes"].strip() else None
        minutes = _minutes(answers["minutes"]) if answers["minutes"].strip() else None
        seed, by, now = house.entropy(_SEED_BYTES).hex(), house.by, house.now
        paper = await house.ask(
            lambda desks: desks.quiz.new_paper(
                title=answers["title"],
                day=opens,
                closes_on=closes,
                minutes=minutes,
                seed=seed,
                by=by,
                at=now,
            )
        )
        await self.fill()
        house.tell(_("試卷{id}已抽好。").format(id=paper.id))

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


def _listed(desks: "Desks", paper: "Paper", by: Actor, today: date, begun: set[str]) -> _Listed:
    results = desks.quiz.results(paper.id, by=by)
    sees_all = by.holds(Role.TRAINER, Role.HEAD)
    own = next((result for result in results if by.staff_no and result.staff_no == by.staff_no), None)
    multiple = any(item.question.kind is Kind.MULTIPLE for item in paper.items)
    return _Listed(
        id=paper.id,
        title=paper.title,
        opens_on=paper.opens_on,
        closes_on=paper.closes_on,
        count=len(paper.items),
        minutes=paper.minutes,
        pass_mark=paper.rules.pass_mark,
        credit=_("{rule}。").format(rule=paper.rules.multiple_credit.label) if multiple else "",
        score=own.score if own else None,
        begun=paper.id in begun,
        submitted=len(results) if sees_all else 0,
        absent=tuple(f"{person.name}（{person.section}）" for person in desks.quiz.absent(paper.id, today))
        if sees_all
        else (),
    )


def _filled(text: str) -> None:
    if not text.strip():
        raise Refused(_("不能空白。"))


def _minutes(text: str) -> int:
    plain = unicodedata.normalize("NFKC", text).strip()
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > _MINUTE_DIGITS:
        raise Refused(_("應為分鐘數，如 40；0 為不限。"))
    return int(plain)


def _unless_empty(check: Callable[[str], object]) -> Callable[[str], object]:
    return lambda text: check(text) if text.strip() else None
