"""The results of a paper: who has which score and who has none yet; of one person, question by question."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from bureau.dates import roc_time
from bureau.language import _
from bureau.roles import Role
from quiz_bank.sitting import Result, Reviewed
from tui.screens.review import ReviewScreen, answer_text, outcome_of
from tui.widgets.listing import Column, Listing
from tui.widgets.place import Place

if TYPE_CHECKING:
    from tui.desks import Desks


@dataclass(frozen=True)
class _Standing:
    """How one person stands with the paper; `result` is None until it is submitted."""

    section: str
    staff_no: str
    state: str
    result: Result | None = None


class ResultsScreen(Place):
    """Everybody's results for a trainer or head; one person's questions for that person.

    Args:
        paper_id: the paper.
        title: what people call it.
        sitting_id: whose questions are shown; `""`: those one may see, everybody's or one's own.
    """

    CSS_PATH: ClassVar = ["../styles/sitting.tcss"]
    HEADING = _("測驗成績")
    HELP = _(
        "訓練承辦人與主管看到所有人的成績，還沒交卷的人排在後面；按 Enter 看這個人每一題的作答。"
        "同仁看到自己的每一題；按 Enter 看題目全文、正確答案、說明與法令依據。"
    )

    def __init__(self, paper_id: str, title: str, sitting_id: str = "") -> None:
        super().__init__()
        self._paper_id = paper_id
        self._paper_title = title
        self._sitting_id = sitting_id
        self._standings: list[_Standing] = []
        self._names: dict[str, str] = {}
        self._reviewed: tuple[Reviewed, ...] = ()

    def content(self) -> ComposeResult:
        """Lay out the list of people and the list of questions, of which one is shown."""
        yield Static("", id="title", classes="section-title", markup=False)
        yield Listing(
            [
                Column(_("科室"), 14),
                Column(_("員工編號"), 9),
                Column(_("姓名"), most=24),
                Column(_("成績"), 6, right=True),
                Column(_("結果"), 10),
                Column(_("交卷時間"), 16),
            ],
            empty=_("還沒有人交卷。"),
            id="people",
        )
        yield Listing(
            [
                Column(_("題"), 3, right=True),
                Column(_("結果"), 4),
                Column(_("得分"), 6, right=True),
                Column(_("作答"), 6),
                Column(_("正解"), 6),
                Column(_("題目")),
            ],
            id="questions",
            classes="hidden",
        )

    async def fill(self) -> None:
        """Read what the acting person may see."""
        by, paper_id, today = self.house.by, self._paper_id, self.house.today
        sees_all = by.holds(Role.TRAINER, Role.HEAD)

        def read(desks: "Desks") -> None:
            self._names = {person.staff_no: person.name for person in desks.people.everybody()}
            results = desks.quiz.results(paper_id, by=by)
            self._standings = [
                _Standing(result.section, result.staff_no, verdict_of(result), result) for result in results
            ]
            if sees_all:
                begun = {sitting.staff_no for sitting in desks.quiz.sittings(paper_id)}
                self._standings += [
                    _Standing(
                        person.section,
                        person.staff_no,
                        _("作答中") if person.staff_no in begun else _("未作答"),
                    )
                    for person in desks.quiz.absent(paper_id, today)
                ]

        await self.house.ask(read)
        own = [one.result for one in self._standings if one.result and one.staff_no == by.staff_no]
        sitting_id = self._sitting_id or (own[0].sitting_id if own and not sees_all else "")
        self.query_one("#people", Listing).set_class(bool(sitting_id), "hidden")
        self.query_one("#questions", Listing).set_class(not sitting_id, "hidden")
        if sitting_id:
            await self._fill_questions(sitting_id)
        else:
            self._fill_people(sees_all=sees_all)

    def _fill_people(self, *, sees_all: bool) -> None:
        listing = self.query_one("#people", Listing)
        listing.empty = _("還沒有人交卷。") if sees_all else _("還沒有您的成績。")
        listing.show(
            [
                (
                    one.section,
                    one.staff_no,
                    self._names.get(one.staff_no, ""),
                    f"{one.result.score:.2f}" if one.result else "",
                    one.state,
                    roc_time(one.result.submitted_at) if one.result else "",
                )
                for one in self._standings
            ],
            tones=[
                "quiet" if one.result is None else "" if one.result.passed else "alarm"
                for one in self._standings
            ],
        )
        listing.focus()
        results = [one.result for one in self._standings if one.result]
        text = self._paper_title
        if sees_all:
            text = _("{title}　交卷 {count} 人，及格 {passed} 人；未交卷 {left} 人").format(
                title=self._paper_title,
                count=len(results),
                passed=sum(result.passed for result in results),
                left=len(self._standings) - len(results),
            )
        self.query_one("#title", Static).update(text)

    async def _fill_questions(self, sitting_id: str) -> None:
        by = self.house.by
        self._reviewed = await self.house.ask(lambda desks: desks.quiz.review(sitting_id, by=by))
        listing = self.query_one("#questions", Listing)
        listing.show(
            [
                (
                    str(one.place),
                    outcome_of(one),
                    f"{one.points:.2f}",
                    answer_text(one.question.kind, one.chosen),
                    answer_text(one.question.kind, one.right),
                    one.question.stem,
                )
                for one in self._reviewed
            ],
            tones=["" if one.correct else "alarm" for one in self._reviewed],
        )
        listing.focus()
        self.query_one("#title", Static).update(self._headline(sitting_id))

    def _headline(self, sitting_id: str) -> str:
        result = next(
            (one.result for one in self._standings if one.result and one.result.sitting_id == sitting_id),
            None,
        )
        if result is None:
            return self._paper_title
        return _("{title}　{name} {score:.2f} 分，{verdict}").format(
            title=self._paper_title,
            name=self._names.get(result.staff_no, result.staff_no),
            score=result.score,
            verdict=verdict_of(result),
        )

    @on(Listing.Chosen, "#people")
    def _open(self, event: Listing.Chosen) -> None:
        one = self._standings[event.index]
        if one.result is None:
            self.house.tell(_("還沒有交卷，交卷後才能看作答。"))
        else:
            self.app.push_screen(ResultsScreen(self._paper_id, self._paper_title, one.result.sitting_id))

    @on(Listing.Chosen, "#questions")
    def _read(self, event: Listing.Chosen) -> None:
        title = str(self.query_one("#title", Static).content)
        self.app.push_screen(ReviewScreen(title, self._reviewed, event.index))


def verdict_of(result: Result) -> str:
    """Say whether the score passes, and whether only just."""
    if not result.passed:
        return _("不及格")
    return _("及格，提醒") if result.warned else _("及格")
