"""What a person can see of how good questions are: one paper, one question over all papers."""

from collections.abc import Iterable
from datetime import date

from bureau.language import _
from bureau.office import Office
from bureau.problem import NotAllowed
from bureau.roles import Actor, Role
from quiz_bank.blueprint import Paper
from quiz_bank.correction_store import CorrectionStore
from quiz_bank.desk import QuizDesk
from quiz_bank.item_report import Answers, PaperReport, VersionReport, over_papers, report
from quiz_bank.question import Question, QuestionError
from quiz_bank.store import QuizStore


class AnalysisDesk:
    """The analyses of papers and questions; nothing is written here.

    Attributes:
        quiz: whose papers are analysed.
    """

    def __init__(self, quiz: QuizDesk) -> None:
        self.quiz = quiz
        self._corrections = CorrectionStore(quiz.office.store)

    @property
    def office(self) -> Office:
        """The opened file."""
        return self.quiz.office

    def paper(self, paper_id: str, *, by: Actor, today: date) -> PaperReport:
        """Analyse one paper.

        Args:
            paper_id: the paper.
            by: a trainer; a head once the paper is closed or the head's own sitting submitted, since keys are
                shown.
            today: the day.

        Raises:
            NotAllowed: neither trainer nor head, or a head who can still sit the paper.
            BlueprintError: there is no such paper.
        """
        by.require(Role.TRAINER, Role.HEAD)
        paper = self.quiz.paper(paper_id)
        sittings = self.quiz.sittings(paper_id)
        own = any(each.submitted and each.staff_no == by.staff_no for each in sittings)
        if not by.holds(Role.TRAINER) and not own and today <= paper.closes_on:
            raise NotAllowed(
                _("這份試卷您還可以作答，現在不能看分析。"),
                remedy=_("分析會顯示答案；請在交卷或截止之後再看。"),
            )
        return report(paper, sittings, self._corrections.of_paper(paper_id))

    def question(self, question_id: str, *, by: Actor) -> list[VersionReport]:
        """Analyse one question over all papers, each of its versions by itself, the current one first.

        Raises:
            NotAllowed: not a trainer.
            QuestionError: no bank and no paper has such a question.
        """
        by.require(Role.TRAINER)
        found: dict[str, tuple[Question, list[Paper]]] = {}
        current = next((each for each in self.quiz.questions() if each.id == question_id), None)
        if current is not None:
            found[current.version] = (current, [])
        for paper in self.quiz.papers():
            for item in paper.items:
                if item.question.id == question_id:
                    found.setdefault(item.question.version, (item.question, []))[1].append(paper)
        if not found:
            raise QuestionError(
                _("題庫裡沒有第 {id} 號題目。").format(id=question_id),
                remedy=_("請用 courtesy bank list 查對編號。"),
            )
        return [
            VersionReport(
                version=version,
                current=current is not None and version == current.version,
                papers=tuple(paper.id for paper in papers),
                item=over_papers(question, self._answers(papers)),
            )
            for version, (question, papers) in found.items()
        ]

    def _answers(self, papers: Iterable[Paper]) -> list[Answers]:
        store = QuizStore(self.office.store)
        return [
            Answers.of(
                paper,
                [sitting for sitting in store.sittings_of(paper.id) if sitting.submitted],
                self._corrections.of_paper(paper.id),
            )
            for paper in papers
        ]
