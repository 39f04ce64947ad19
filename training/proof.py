"""Whether the cases still are what the journal says they were, and still have their evidence."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
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
"""The act that notes what a ruling on an objection, or the correction of a key, has made of reasons."""

OWNER = "case.owner"
"""The act that gives a case to somebody else."""

DUE = "case.due"
"""The act that sets another due date."""

CHECK = "case.check"
"""The act that looks at a closed case again."""


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
    """Give the reasons that a ruling or a correction has changed as the journal keeps them."""
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
    told = _journalled(journal)
    problems = []
    for case in cases:
        said = told.get(case.id, _Told())
        if not said.tells_of(case):
            what = _("補訓案 {id} 與日誌不符。").format(id=case.id)
            problems.append(Problem(what, place, _("這一筆被改過，請由備份比對。")))
        if case.open:
            problems += [_gone(case, reason, place) for reason in case.reasons if not holds(reason)]
    there = {case.id for case in cases}
    problems += [
        Problem(_("日誌有補訓案 {id}，資料卻不在。").format(id=name), place, _("請由備份比對。"))
        for name, said in told.items()
        if name not in there and said.state
    ]
    return problems


@dataclass
class _Told:
    """What the journal tells of one case.

    Attributes:
        due: the last due date; None: no entry says one.
        check: outcome and next case of the look after the closing; None: there was none.
    """

    reasons: list[dict[str, Any]] = field(default_factory=list)
    amended: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    state: str = ""
    owner: str = ""
    due: str | None = None
    check: tuple[str, str] | None = None

    def take(self, act: str, payload: dict[str, Any]) -> None:
        """Take notice of one entry."""
        if act == AMEND:
            self.amended |= {_order(each): each for each in payload["amended"]}
        elif act == CHECK:
            self.check = (payload["outcome"], payload["next_case"])
        else:
            self.reasons += payload.get("reasons", [])
            self.state = payload.get("state", self.state)
            self.owner = payload.get("owner", self.owner)
            self.due = payload.get("due", self.due)

    def tells_of(self, case: Case) -> bool:
        """Say whether a case is what the journal tells."""
        held = reasons_said(case.reasons)
        check = (case.check.outcome.value, case.check.next_case) if case.check else None
        return (
            sorted(self.reasons, key=_order) == sorted(held, key=_order)
            and self.amended == {_order(each): each for each in amendments_said(case.reasons)}
            and self.state == case.state
            and self.owner == case.owner
            and self.due in {None, case.due.isoformat()}
            and self.check == check
        )


def _journalled(journal: Iterable[Entry]) -> dict[str, _Told]:
    told: dict[str, _Told] = {}
    for entry in journal:
        if entry.act in {OPEN, EXTEND, STEP, AMEND, OWNER, DUE, CHECK} and entry.payload is not None:
            told.setdefault(entry.subject, _Told()).take(entry.act, json.loads(entry.payload))
    return told


def _order(reason: dict[str, Any]) -> tuple[str, str]:
    return reason["kind"], reason["evidence"]


def _gone(case: Case, reason: Reason, place: Place) -> Problem:
    what = _("補訓案 {id} 的原因「{reason}」（{source} {evidence}）已沒有相符的證據。").format(
        id=case.id, reason=reason.text, source=reason.kind.source.label, evidence=reason.evidence
    )
    return Problem(what, place, _("請查明後以理由撤銷，或更正紀錄。"))
