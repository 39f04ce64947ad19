"""What a person can do about a wrong key: see what a correction would change, and make it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bureau.language import _
from bureau.problem import NotAllowed, Problem, Refused, in_file
from bureau.roles import Actor, Role
from bureau.text import clean_line
from quiz_bank.answer_line import printed_letters
from quiz_bank.blueprint import Paper, PaperItem
from quiz_bank.correction import (
    Answer,
    Correction,
    CorrectionError,
    Preview,
    Ruled,
    Standing,
    Treatment,
    answer_from,
    for_the_bank,
    previewed,
    ruled,
    standings,
)
from quiz_bank.correction_store import CorrectionStore
from quiz_bank.desk import QuizDesk
from quiz_bank.formats.reading import Reading
from quiz_bank.question import Question
from quiz_bank.sitting import Sitting
from quiz_bank.store import QuizStore

CORRECT = "paper.correct"
"""The act that corrects a key and scores a paper anew."""


class CorrectionDesk:
    """The acts of corrections.

    Attributes:
        quiz: whose papers are corrected.
    """

    def __init__(self, quiz: QuizDesk) -> None:
        self.quiz = quiz
        self._store = CorrectionStore(quiz.office.store)
        self._quizzes = QuizStore(quiz.office.store)

    def preview(
        self, paper_id: str, number: int, treatment: Treatment, answer: str = "", *, by: Actor
    ) -> Preview:
        """Say whose score a correction would change, and how; nothing is written.

        Args:
            paper_id: the paper.
            number: the question's number on it.
            treatment: what is done.
            answer: what is right instead, as it was typed, in the letters of the printed paper; see
                `quiz_bank.correction.answer_from`.
            by: a trainer or administrator.

        Raises:
            NotAllowed: neither trainer nor administrator.
            BlueprintError: there is no such paper or number.
            CorrectionError: the answer cannot be read, or nothing would be different.
        """
        by.require(Role.TRAINER)
        paper = self.quiz.paper(paper_id)
        return previewed(
            paper,
            self.quiz.sittings(paper_id),
            self._store.of_paper(paper_id),
            number,
            treatment,
            _answer(paper, paper.item(number), treatment, answer),
        )

    def right_now(self, paper_id: str, number: int, *, by: Actor, texts: bool = True) -> str:
        """Say what earns the points of a question by now, in letters of the printed paper.

        Args:
            paper_id: the paper.
            number: the question's number on it.
            by: a trainer or administrator.
            texts: whether each option's text stands behind its letter.

        Raises:
            NotAllowed: neither trainer nor administrator.
            BlueprintError: there is no such paper or number.
        """
        by.require(Role.TRAINER)
        paper = self.quiz.paper(paper_id)
        item = paper.item(number)
        known = ruled(paper, self._store.of_paper(paper_id)).get(number) or Ruled(versions=(item.question,))
        return known.right(printed_letters(paper, item), texts=texts)

    def bank_version(self, preview: Preview) -> Question | None:
        """Give the question as it would stand in the bank after the correction.

        Returns:
            None where the bank has another version than the paper by now, or no form for it.
        """
        current = {question.id: question for question in self.quiz.questions()}.get(preview.question.id)
        if current is None or current.version != preview.question.version:
            return None
        try:
            return for_the_bank(preview.question, preview.treatment, preview.answer)
        except CorrectionError:
            return None

    def elsewhere(self, preview: Preview) -> list[Paper]:
        """Give the other papers on which the same question stands in the same version, the newest first.

        A correction concerns one paper; those who sat another one should not be treated otherwise.
        """
        question = preview.question
        return [
            paper
            for paper in self.quiz.papers()
            if paper.id != preview.paper_id
            and any(
                (item.question.id, item.question.version) == (question.id, question.version)
                for item in paper.items
            )
        ]

    def correct(
        self,
        paper_id: str,
        number: int,
        treatment: Treatment,
        answer: str = "",
        *,
        reason: str,
        by: Actor,
        at: datetime,
        bank: bool = False,
    ) -> tuple[Correction, Preview]:
        """Correct a key and score everybody who sat the paper anew, all in one act.

        Args:
            paper_id: the paper.
            number: the question's number on it.
            treatment: what is done.
            answer: what is right instead, as it was typed, in the letters of the printed paper.
            reason: why; it stands in the journal.
            by: a trainer or administrator; nobody but an administrator raises their own score.
            at: the moment.
            bank: whether the corrected question becomes the bank's new version, too.

        Returns:
            The correction, and what it has changed.

        Raises:
            NotAllowed: neither trainer nor administrator, or one's own score would rise.
            CorrectionError: no reason, the answer cannot be read, nothing would be different, or the bank
                does not take the question.
        """
        by.require(Role.TRAINER)
        why = clean_line(reason)
        if not why:
            raise CorrectionError(_("沒有寫理由。"), remedy=_("請寫明為什麼更正，會記在日誌裡。"))
        with self.quiz.office.store.transaction():
            correction, found = self._made(paper_id, number, treatment, answer, why, by, at)
            if bank:
                self._keep(found, correction, by, at)
        return correction, found

    def _made(
        self, paper_id: str, number: int, treatment: Treatment, answer: str, why: str, by: Actor, at: datetime
    ) -> tuple[Correction, Preview]:
        with self.quiz.office.act(CORRECT, by=by, at=at) as act:
            found = self.preview(paper_id, number, treatment, answer, by=by)
            self._require_others(found, by)
            correction = Correction(
                id=self.quiz.office.new_id("correction"),
                place=self._store.next_place(),
                paper=paper_id,
                number=number,
                treatment=treatment,
                answer=found.answer,
                reason=why,
                by=by.staff_no,
                at=at,
            )
            self._store.add(correction)
            for change in found.changes:
                self._store.add_standings(
                    change.sitting_id,
                    [Standing(place=correction.place, score=change.after, passed=change.passed_after)],
                )
            act.record(
                correction.id,
                paper=paper_id,
                number=number,
                treatment=treatment.value,
                reason=why,
                changed=len(found.changes),
                digest=correction.digest(),
            )
        return correction, found

    def _require_others(self, found: Preview, by: Actor) -> None:
        """Refuse what would raise the acting person's own score, or a sitting that has no score yet."""
        if not by.staff_no or by.holds(Role.ADMINISTRATOR):
            return
        own = next((each for each in found.changes if each.staff_no == by.staff_no), None)
        rises = own is not None and own.after > own.before
        unfinished = any(
            sitting.staff_no == by.staff_no and not sitting.submitted
            for sitting in self.quiz.sittings(found.paper_id)
        )
        if rises or unfinished:
            raise NotAllowed(
                _("這次更正會影響您自己的成績。")
                if rises
                else _("您自己這份試卷還沒有成績，不能更正它的答案。"),
                remedy=_("請由另一位訓練承辦人或管理者更正。"),
            )

    def _keep(self, found: Preview, correction: Correction, by: Actor, at: datetime) -> None:
        question = self.bank_version(found)
        if question is None:
            raise CorrectionError(
                _("更正後的題目不能放進題庫。"), remedy=_("請另以匯入更正題庫；這次只更正試卷。")
            )
        self.quiz.take(Reading(questions=(question,)), Path(correction.id), by=by, at=at)

    def corrections(self, paper_id: str, *, by: Actor) -> list[Correction]:
        """Give the corrections of a paper in their order; everybody who sat it may know them.

        Raises:
            BlueprintError: there is no such paper.
            NotAllowed: neither trainer nor head, nor has the person submitted it.
        """
        paper = self.quiz.paper(paper_id)
        if not any(result.staff_no == by.staff_no for result in self.quiz.results(paper.id, by=by)):
            by.require(Role.TRAINER, Role.HEAD)
        return self._store.of_paper(paper_id)

    def scores(self, paper_id: str, *, by: Actor) -> dict[str, list[Standing]]:
        """Give the scores beside the sealed ones, by sitting; only of those the person may see."""
        seen = {result.sitting_id for result in self.quiz.results(paper_id, by=by)}
        return {name: found for name, found in self._store.standings(paper_id).items() if name in seen}

    # Proof

    def verify(self) -> list[Problem]:
        """Compute every corrected score again; compare corrections with the journal."""
        place = in_file(self.quiz.office.store.path)
        try:
            known = self._store.everything()
            papers = {each.paper: self.quiz.paper(each.paper) for each in known}
            submitted = self._quizzes.all_submitted()
        except Refused as error:
            return [Problem(error.what, place, error.remedy)]
        evidence = {
            entry.subject: entry.payload for entry in self.quiz.office.journal() if entry.act == CORRECT
        }
        proved = self.quiz.office.evidence(CORRECT)
        said = [
            *_faults_of_corrections(known, evidence, proved),
            *_faults_of_scores(known, papers, submitted, self._store.standings()),
        ]
        return [Problem(what, place, _("請由備份比對這一筆。")) for what in said]


def _answer(paper: Paper, item: PaperItem, treatment: Treatment, text: str) -> Answer | None:
    if treatment.needs_answer:
        return answer_from(item.question, text, printed_letters(paper, item))
    if text.strip():
        raise CorrectionError(_("「{treatment}」不寫答案。").format(treatment=treatment.label))
    return None


def _faults_of_corrections(
    known: list[Correction], evidence: Mapping[str, object], proved: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    for each in known:
        if each.id not in evidence:
            yield _("更正 {id} 不在日誌裡。").format(id=each.id)
        elif each.id in proved and proved[each.id]["digest"] != each.digest():
            yield _("更正 {id} 與日誌不符。").format(id=each.id)
    there = {each.id for each in known}
    for name in evidence:
        if name not in there:
            yield _("日誌有更正 {id}，資料卻不在。").format(id=name)


def _expected(paper: Paper, sitting: Sitting, known: list[Correction]) -> list[Standing] | None:
    """Give what should stand beside a sitting; None where a changed file leaves nothing to compute."""
    try:
        return standings(paper, sitting, known)
    except (Refused, ArithmeticError, LookupError, AssertionError):
        return None


def _faults_of_scores(
    known: list[Correction],
    papers: Mapping[str, Paper],
    submitted: list[Sitting],
    stored: Mapping[str, list[Standing]],
) -> Iterator[str]:
    by_paper: dict[str, list[Correction]] = {}
    for each in known:
        by_paper.setdefault(each.paper, []).append(each)
    expected = {
        sitting.id: found
        for sitting in submitted
        if sitting.paper_id in by_paper
        and (found := _expected(papers[sitting.paper_id], sitting, by_paper[sitting.paper_id])) != []
    }
    for name in sorted(expected.keys() | stored.keys()):
        if expected.get(name) != stored.get(name):
            yield _("應試 {id} 更正後的成績，重算不符。").format(id=name)
