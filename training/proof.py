"""Whether the cases still are what the journal says they were, and still have their evidence."""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bureau.journal import Entry
from bureau.language import _
from bureau.problem import Place, Problem
from training.case import Case, Reason

OPEN = "case.open"
"""The act that opens a case."""

EXTEND = "case.extend"
"""The act that adds reasons to an open case."""

STEP = "case.step"
"""The act that takes a case a step further."""

AMEND = "case.amend"
"""The act that notes what a ruling on an objection has made of reasons."""


def reasons_said(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Give reasons as the journal keeps them."""
    return [
        {
            "kind": reason.kind.value,
            "evidence": reason.evidence,
            "score": None if reason.score is None else f"{reason.score:.2f}",
            "rules": reason.rules,
        }
        for reason in reasons
    ]


def amendments_said(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Give the reasons that a ruling has changed as the journal keeps them."""
    return [
        {
            "kind": reason.kind.value,
            "evidence": reason.evidence,
            "ruling": reason.ruling,
            "score": None if reason.ruled_score is None else f"{reason.ruled_score:.2f}",
            "void": reason.void,
        }
        for reason in reasons
        if reason.ruling
    ]


def faults(
    cases: Sequence[Case], journal: Iterable[Entry], holds: Callable[[Reason], bool], place: Place
) -> list[Problem]:
    """Hold the cases against the journal, and the reasons of open ones against their evidence.

    Args:
        cases: every case.
        journal: every entry, in order.
        holds: whether a reason's evidence still exists and still is one by the rules it was opened by.
        place: the office file.
    """
    written, states, amended = _journalled(journal)
    problems = []
    for case in cases:
        said = written.get(case.id, [])
        held = reasons_said(case.reasons)
        ruled = {_order(each): each for each in amended.get(case.id, [])}
        if (
            sorted(said, key=_order) != sorted(held, key=_order)
            or states.get(case.id) != case.state
            or ruled != {_order(each): each for each in amendments_said(case.reasons)}
        ):
            what = _("補訓案 {id} 與日誌不符。").format(id=case.id)
            problems.append(Problem(what, place, _("這一筆被改過，請由備份比對。")))
        if case.open:
            problems += [_gone(case, reason, place) for reason in case.reasons if not holds(reason)]
    there = {case.id for case in cases}
    problems += [
        Problem(_("日誌有補訓案 {id}，資料卻不在。").format(id=name), place, _("請由備份比對。"))
        for name in states
        if name not in there
    ]
    return problems


_Said = dict[str, list[dict[str, Any]]]


def _journalled(journal: Iterable[Entry]) -> tuple[_Said, dict[str, str], _Said]:
    """Give the reasons, the last state and the amendments of each case as the journal has them."""
    amended: _Said = {}
    reasons: dict[str, list[dict[str, Any]]] = {}
    states: dict[str, str] = {}
    for entry in journal:
        if entry.act == AMEND and entry.payload is not None:
            amended.setdefault(entry.subject, []).extend(json.loads(entry.payload)["amended"])
        if entry.act in {OPEN, EXTEND, STEP} and entry.payload is not None:
            payload = json.loads(entry.payload)
            reasons.setdefault(entry.subject, []).extend(payload["reasons"])
            states[entry.subject] = payload.get("state", states.get(entry.subject, ""))
    return reasons, states, amended


def _order(reason: dict[str, Any]) -> tuple[str, str]:
    return reason["kind"], reason["evidence"]


def _gone(case: Case, reason: Reason, place: Place) -> Problem:
    what = _("補訓案 {id} 的原因「{reason}」（{source} {evidence}）已沒有相符的證據。").format(
        id=case.id, reason=reason.text, source=reason.kind.source.label, evidence=reason.evidence
    )
    return Problem(what, place, _("請查明後以理由撤銷，或更正紀錄。"))
