"""`courtesy paper correct` and `corrections`: a wrong key, and scoring everybody anew."""

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, REFUSED, Command, Parser, leaf

if TYPE_CHECKING:
    from quiz_bank.correction import Correction, Preview
    from training.regrading import CaseEffect


def add(inner: "argparse._SubParsersAction[Parser]") -> None:
    """Add the two commands to the group `paper`."""
    correcting = leaf(
        inner,
        "correct",
        correct,
        _("更正一題的答案並全部重新計分；先列出誰的分數會變"),
        lists=True,
        confirms=True,
    )
    correcting.add_argument("paper", metavar=_("試卷"))
    correcting.add_argument("number", metavar=_("第幾題"), type=int)
    how = correcting.add_mutually_exclusive_group(required=True)
    how.add_argument(
        "--accept-both", metavar=_("答案"), help=_("兩者皆可：原答案之外，也接受這個答案（印出的題本的字母）")
    )
    how.add_argument("--everyone", action="store_true", help=_("一律給分：每個人都得這一題的滿分"))
    how.add_argument(
        "--key", metavar=_("答案"), help=_("更正答案：只有這個答案給分（印出的題本的字母），有人的分數會降低")
    )
    correcting.add_argument("--reason", metavar=_("理由"), default="", help=_("為什麼更正；記在日誌裡"))
    correcting.add_argument("--dry-run", action="store_true", help=_("只列出會改變什麼，不寫入"))
    correcting.add_argument("--bank", action="store_true", help=_("題庫的這一題也更正成新版本"))

    listing = leaf(inner, "corrections", list_corrections, _("列出一份試卷的更正"), lists=True)
    listing.add_argument("paper", metavar=_("試卷"))


def correct(command: Command) -> int:
    """Show what a correction changes, ask, and make it."""
    from quiz_bank.correction import Treatment  # noqa: PLC0415 - not for --help

    given = command.given
    if given.everyone:
        treatment, answer = Treatment.EVERYONE, ""
    elif given.key is not None:
        treatment, answer = Treatment.REPLACE, given.key
    else:
        treatment, answer = Treatment.EITHER, given.accept_both
    with command.desks() as desks:
        by = command.actor(desks)
        found = desks.corrections.preview(given.paper, given.number, treatment, answer, by=by)
        effects = desks.regrading.effects(found, by=by, today=command.today)
        names = {person.staff_no: person.name for person in desks.people.everybody()}
        elsewhere = [paper.id for paper in desks.corrections.elsewhere(found)]
        if not given.json:
            _show(command, found, effects, names)
            if elsewhere:
                command.say(
                    _("同一題也在試卷 {papers}，那裡要另外更正，才對每個人一樣。").format(
                        papers="、".join(elsewhere)
                    )
                )
        made = None
        if not given.dry_run and command.agrees(_("照這樣更正？")):
            made, found = desks.corrections.correct(
                given.paper,
                given.number,
                treatment,
                answer,
                reason=given.reason,
                by=by,
                at=command.now,
                bank=given.bank,
            )
    if given.json:
        command.document(_document(found, effects, made) | {"elsewhere": elsewhere})
    elif made:
        command.say(_("已更正（{id}），{count} 人的分數改變。").format(id=made.id, count=len(found.changes)))
    else:
        command.say(_("沒有寫入。"))
    return DONE if made or given.dry_run else REFUSED


def _show(
    command: Command, found: "Preview", effects: "Sequence[CaseEffect]", names: Mapping[str, str]
) -> None:
    command.say(
        _("試卷「{title}」第 {number} 題：{stem}").format(
            title=found.paper_title, number=found.number, stem=found.question.stem
        )
    )
    command.say(_("現在給分：{was}；之後：{would}。").format(was=found.was, would=found.would))
    command.say(found.treatment.meaning)
    command.listing(
        [
            {
                "section": each.section,
                "staff_no": each.staff_no,
                "name": names.get(each.staff_no, ""),
                "before": str(each.before),
                "after": str(each.after),
                "outcome": each.outcome,
            }
            for each in found.changes
        ],
        {
            "section": _("科室"),
            "staff_no": _("員工編號"),
            "name": _("姓名"),
            "before": _("原分數"),
            "after": _("更正後"),
            "outcome": _("結果"),
        },
    )
    command.say(found.summary)
    for each in effects:
        command.say(
            _("{effect}：{name}{case}").format(
                effect=each.effect.label,
                name=names.get(each.person, each.person),
                case=_("（{id}）").format(id=each.case) if each.case else "",
            )
        )


def _document(found: "Preview", effects: "Sequence[CaseEffect]", made: "Correction | None") -> dict[str, Any]:
    return {
        "paper": found.paper_id,
        "number": found.number,
        "treatment": found.treatment.value,
        "was": found.was,
        "would": found.would,
        "was_bank": found.was_bank,
        "would_bank": found.would_bank,
        "changes": [
            each.model_dump(mode="json", exclude={"sitting_id"}) | {"sitting": each.sitting_id}
            for each in found.changes
        ],
        "same": found.same,
        "waiting": found.waiting,
        "open": found.open,
        "cases": [each.model_dump(mode="json") for each in effects],
        "correction": made.id if made else None,
    }


def list_corrections(command: Command) -> int:
    """List the corrections of a paper, and the scores that stand beside each other because of them."""
    from quiz_bank.answer_line import printed_letters  # noqa: PLC0415 - not for --help

    paper_id = command.given.paper
    with command.desks() as desks:
        by = command.actor(desks)
        paper = desks.quiz.paper(paper_id)
        found = desks.corrections.corrections(paper_id, by=by)
        scores = desks.corrections.scores(paper_id, by=by)
        first = {sitting.id: sitting.score for sitting in desks.quiz.sittings(paper_id)}
    rows: list[dict[str, Any]] = [
        {
            "id": each.id,
            "number": each.number,
            "treatment": each.treatment.value,
            "said": each.said(
                paper.item(each.number).question,
                printed_letters(paper, paper.item(each.number)),
                texts=True,
            ),
            "said_bank": each.said(paper.item(each.number).question),
            "reason": each.reason,
            "by": each.by,
            "at": each.at.isoformat(),
            "scores": [
                {
                    "sitting": name,
                    "sealed": str(first[name]),
                    "score": str(standing.score),
                    "passed": standing.passed,
                }
                for name, own in scores.items()
                for standing in own
                if standing.place == each.place
            ],
        }
        for each in found
    ]
    for row in rows if not command.given.json else ():
        row["changed"] = len(row["scores"])
    command.listing(
        rows,
        {
            "id": _("編號"),
            "number": _("題"),
            "said": _("更正"),
            "reason": _("理由"),
            "by": _("經手"),
            "changed": _("影響人數"),
        },
    )
    return DONE
