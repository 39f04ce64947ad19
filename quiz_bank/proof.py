"""Whether papers and scores still are what the journal says they were."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bureau.journal import Entry
from bureau.language import _
from bureau.problem import Place, Problem
from quiz_bank.blueprint import Paper
from quiz_bank.sitting import Sitting, answers_digest, score

NEW_PAPER = "paper.new"
"""The act that draws a paper."""

SUBMIT = "sitting.submit"
"""The act that closes a sitting."""

ENTER = "sitting.enter"
"""The act that enters answers given on paper."""

HAND_IN = "sitting.hand_in"
"""The act that hands in a sitting whose essays have yet to be marked."""

FINISH = "sitting.marked"
"""The act that closes such a sitting once they are marked."""

_CLOSING = frozenset({SUBMIT, ENTER, FINISH})

Evidence = Mapping[tuple[str, str], Mapping[str, Any] | None]
"""What the journal proves, by act and subject; None where the payload was erased when its time was over."""


def evidence_of(journal: Iterable[Entry]) -> Evidence:
    """Collect what the journal says about papers and submissions, however they came in."""
    return {
        (SUBMIT if entry.act in _CLOSING else entry.act, entry.subject): (
            json.loads(entry.payload) if entry.payload is not None else None
        )
        for entry in journal
        if entry.act in {*_CLOSING, HAND_IN, NEW_PAPER}
    }


def faults(
    papers: Mapping[str, Paper],
    submitted: Sequence[Sitting],
    evidence: Evidence,
    place: Place,
    waiting: Sequence[Sitting] = (),
) -> list[Problem]:
    """Compute every score again and compare it with the file and the journal.

    Args:
        papers: every paper by identifier.
        submitted: every submitted sitting.
        evidence: see `evidence_of`.
        place: the office file.
        waiting: every sitting that was handed in and has yet to be marked.
    """
    there = {sitting.id for sitting in submitted}
    said = [
        *(_fault_of_paper(paper, evidence) for paper in papers.values()),
        *(_fault_of_sitting(papers.get(sitting.paper_id), sitting, evidence) for sitting in submitted),
        *(_fault_of_answers(papers.get(sitting.paper_id), sitting, evidence) for sitting in waiting),
        *(
            _("日誌有應試 {id} 的交卷，資料卻不在。").format(id=name)
            for act, name in evidence
            if act == SUBMIT and name not in there
        ),
        *(
            _("日誌有應試 {id} 的交卷，資料卻不在。").format(id=name)
            for act, name in evidence
            if act == HAND_IN and name not in there | {sitting.id for sitting in waiting}
        ),
        *(
            _("日誌有試卷 {id}，資料卻不在。").format(id=name)
            for act, name in evidence
            if act == NEW_PAPER and name not in papers
        ),
    ]
    return [Problem(what, place, _("請由備份比對這一筆。")) for what in said if what]


def _fault_of_paper(paper: Paper, evidence: Evidence) -> str:
    if (NEW_PAPER, paper.id) not in evidence:
        return _("試卷 {id} 不在日誌裡。").format(id=paper.id)
    proof = evidence[NEW_PAPER, paper.id]
    if proof is not None and proof["digest"] != paper.digest():
        return _("試卷 {id} 與日誌不符。").format(id=paper.id)
    return ""


def _fault_of_sitting(paper: Paper | None, sitting: Sitting, evidence: Evidence) -> str:
    if paper is None or any(not 1 <= number <= len(paper.items) for number in sitting.answers):
        return _("應試 {id} 的答案與試卷不合。").format(id=sitting.id)
    again = score(paper, sitting.answers, sitting.marks)
    if again != sitting.score:
        return _("應試 {id} 的成績 {stored} 分，重算是 {again} 分。").format(
            id=sitting.id, stored=sitting.score, again=again
        )
    if sitting.passed != paper.rules.passed(again):
        return _("應試 {id} 的及格與否與規則不符。").format(id=sitting.id)
    if (SUBMIT, sitting.id) not in evidence:
        return _("應試 {id} 的交卷不在日誌裡。").format(id=sitting.id)
    proof = evidence[SUBMIT, sitting.id]
    if proof is not None and (
        proof["score"] != str(again)
        or proof["answers"] != answers_digest(paper, sitting.answers, sitting.marks)
    ):
        return _("應試 {id} 的成績或答案與日誌不符。").format(id=sitting.id)
    return _fault_of_answers(paper, sitting, evidence) if (HAND_IN, sitting.id) in evidence else ""


def _fault_of_answers(paper: Paper | None, sitting: Sitting, evidence: Evidence) -> str:
    """Say what is wrong with the answers of a sitting that was handed in before it was marked."""
    if paper is None or any(not 1 <= number <= len(paper.items) for number in sitting.answers):
        return _("應試 {id} 的答案與試卷不合。").format(id=sitting.id)
    if (HAND_IN, sitting.id) not in evidence:
        return _("應試 {id} 的交卷不在日誌裡。").format(id=sitting.id)
    proof = evidence[HAND_IN, sitting.id]
    if proof is not None and proof["answers"] != answers_digest(paper, sitting.answers):
        return _("應試 {id} 的成績或答案與日誌不符。").format(id=sitting.id)
    return ""
