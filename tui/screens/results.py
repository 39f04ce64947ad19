"""The results of a paper, and what was right and why."""

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from bureau.dates import roc_time
from bureau.language import _
from bureau.people import Person
from bureau.roles import Role
from quiz_bank.blueprint import Paper
from quiz_bank.question import Kind
from quiz_bank.sitting import Result, Reviewed
from tui.widgets.dialog import Message
from tui.widgets.listing import Column, Listing
from tui.widgets.place import Place, refusals_shown


class ResultsScreen(Place):
    """Who had which score; of a person alone, the questions one by one."""

    HEADING = _("測驗成績")
    HELP = _(
        "訓練承辦人看到所有人的成績，按 Enter 看這個人每一題的作答。同仁看到自己的每一題；"
        "按 Enter 看題目全文、正確答案、說明與法令依據。"
    )

    def __init__(self, paper: Paper, sitting_id: str = "") -> None:
        super().__init__()
        self._paper = paper
        self._sitting = sitting_id
        self._results: list[Result] = []
        self._reviewed: tuple[Reviewed, ...] = ()
        self._people: dict[str, Person] = {}

    def content(self) -> ComposeResult:
        """Lay out the list of people and the list of questions, of which one is shown."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("科室"), 14),
                Column(_("員工編號"), 9),
                Column(_("姓名")),
                Column(_("成績"), 6, right=True),
                Column(_("結果"), 8),
                Column(_("交卷時間"), 16),
            ],
            empty=_("還沒有人交卷。"),
            id="people",
        )
        yield Listing(
            [
                Column(_("題"), 3, right=True),
                Column(_("結果"), 4),
                Column(_("作答"), 5),
                Column(_("正解"), 5),
                Column(_("題目")),
            ],
            id="questions",
            classes="hidden",
        )

    async def fill(self) -> None:
        """Read what the acting person may see."""
        by, paper = self.house.by, self._paper
        self._results, people = await self.house.ask(
            lambda desks: (desks.quiz.results(paper.id, by=by), desks.people.everybody())
        )
        self._people = {person.staff_no: person for person in people}
        sitting = self._sitting
        if not sitting and not by.holds(Role.TRAINER, Role.HEAD) and self._results:
            sitting = self._results[0].sitting_id
        self.query_one("#people", Listing).set_class(bool(sitting), "hidden")
        self.query_one("#questions", Listing).set_class(not sitting, "hidden")
        if sitting:
            await self._fill_questions(sitting)
        else:
            self._fill_people()

    def _fill_people(self) -> None:
        listing = self.query_one("#people", Listing)
        listing.show(
            [
                (
                    result.section,
                    result.staff_no,
                    self._people[result.staff_no].name if result.staff_no in self._people else "",
                    f"{result.score:.2f}",
                    _verdict(result),
                    roc_time(result.submitted_at),
                )
                for result in self._results
            ],
            tones=["" if result.passed else "alarm" for result in self._results],
        )
        listing.focus()
        passed = sum(result.passed for result in self._results)
        self.query_one("#title", Static).update(
            _("{title}　交卷 {count} 人，及格 {passed} 人").format(
                title=self._paper.title, count=len(self._results), passed=passed
            )
        )

    async def _fill_questions(self, sitting_id: str) -> None:
        by = self.house.by
        self._reviewed = await self.house.ask(lambda desks: desks.quiz.review(sitting_id, by=by))
        result = next(result for result in self._results if result.sitting_id == sitting_id)
        listing = self.query_one("#questions", Listing)
        listing.show(
            [
                (
                    str(one.place),
                    _("對") if one.correct else _("錯"),
                    answer_text(one.question.kind, one.chosen) or _("未答"),
                    answer_text(one.question.kind, one.right),
                    one.question.stem,
                )
                for one in self._reviewed
            ],
            tones=["" if one.correct else "alarm" for one in self._reviewed],
        )
        listing.focus()
        name = self._people[result.staff_no].name if result.staff_no in self._people else ""
        self.query_one("#title", Static).update(
            _("{title}　{name} {score:.2f} 分，{verdict}").format(
                title=self._paper.title, name=name, score=result.score, verdict=_verdict(result)
            )
        )

    @on(Listing.Chosen, "#people")
    def _open(self, event: Listing.Chosen) -> None:
        self.app.push_screen(ResultsScreen(self._paper, self._results[event.index].sitting_id))

    @on(Listing.Chosen, "#questions")
    async def _read(self, event: Listing.Chosen) -> None:
        await self._show_question(self._reviewed[event.index])

    @refusals_shown
    async def _show_question(self, one: Reviewed) -> None:
        question = one.question
        lines = [question.stem, ""]
        if question.kind is not Kind.TRUE_FALSE:
            lines += [f"{option.letter}　{option.text}" for option in one.options] + [""]
        lines += [
            _("作答：{chosen}　正解：{right}　得 {points:.2f}／{worth:.2f} 分").format(
                chosen=answer_text(question.kind, one.chosen) or _("未答"),
                right=answer_text(question.kind, one.right),
                points=one.points,
                worth=one.worth,
            ),
            "",
            question.explanation,
            "",
            _("法令依據：{law}").format(law=question.legal_basis),
        ]
        await self.app.push_screen(Message(_("第 {place} 題").format(place=one.place), lines))


def _verdict(result: Result) -> str:
    if not result.passed:
        return _("不及格")
    return _("及格，提醒") if result.warned else _("及格")


def answer_text(kind: Kind, letters: str) -> str:
    """Write an answer so that its width is certain on every terminal."""
    if kind is Kind.TRUE_FALSE:
        return {"○": _("對"), "×": _("錯")}.get(letters, letters)
    return letters
