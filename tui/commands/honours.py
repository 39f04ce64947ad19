"""`courtesy honours`: the candidates of a quarter, the public vote, the committee's choice, the 榮譽榜."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf

if TYPE_CHECKING:
    from decimal import Decimal

    from bureau.calendar import Period
    from training.honours import Candidate, Honour, Proposal, Vote
    from tui.desks import Desks

_LIST = "list"


class _QuarterFirst(argparse._SubParsersAction):  # type: ignore[type-arg]  # noqa: SLF001 - argparse has no public name for it
    """Commands of a group, of which the first may be left out: `honours 115Q4` is `honours list 115Q4`."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        """Put the word that is meant before a quarter."""
        words = list(values or ())
        if words and words[0] not in self._name_parser_map:
            words.insert(0, _LIST)
        super().__call__(parser, namespace, words, option_string)


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add `honours` to the command line."""
    help_text = _("績優：每季的候選人、服務禮貌月票選、評選結果、榮譽榜")
    group = commands.add_parser(
        "honours",
        help=help_text,
        description=help_text + "\n" + _("courtesy honours 115Q4 就是 courtesy honours list 115Q4。"),
    )
    inner = group.add_subparsers(
        title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True, action=_QuarterFirst
    )
    # Any other word is a quarter, and said to be none by whoever reads quarters.
    inner.choices = None  # type: ignore[assignment]  # argparse's own way to say that any word will do

    listing = leaf(
        inner, _LIST, list_candidates, _("列出一季的候選人，同分同名次；評選小組才看得到"), lists=True
    )
    _quarter(listing)
    listing.add_argument("--all", action="store_true", help=_("連同不列入的人與原因"))

    vote = leaf(inner, "vote", record_vote, _("登錄服務禮貌月票選的開票結果"), lists=True)
    vote.add_argument("month", metavar=_("月份"), help=_("例如 115M11"))
    vote.add_argument("votes", metavar=_("編號=票數"), nargs="+", help=_("員工編號=票數，一人一項"))
    vote.add_argument("--valid", type=int, required=True, metavar=_("票數"), help=_("有效票總數，用來核對"))
    vote.add_argument("--invalid", type=int, default=0, metavar=_("票數"), help=_("無效票數"))
    vote.add_argument("--reason", default="", metavar=_("理由"), help=_("更正已登錄的票數時必填"))

    votes = leaf(inner, "votes", list_votes, _("列出一季各月的票選結果"), lists=True)
    _quarter(votes)

    choose = leaf(inner, "choose", choose_people, _("登錄評選小組的決定"), lists=True)
    _quarter(choose)
    choose.add_argument("people", metavar=_("員工編號"), nargs="+", help=_("選出的人，可以不只一位"))
    choose.add_argument("--reason", required=True, metavar=_("理由"), help=_("評選的理由，印在榮譽榜上"))

    back = leaf(inner, "take-back", take_back, _("撤回一筆；紀錄保留，榮譽榜不再列"), lists=True)
    back.add_argument("id", metavar=_("編號"), help=_("courtesy honours chosen 列出的編號"))
    back.add_argument("--reason", required=True, metavar=_("理由"), help=_("為什麼撤回"))

    chosen = leaf(inner, "chosen", list_chosen, _("列出一季選出的人"), lists=True)
    _quarter(chosen)

    printing = leaf(inner, "print", print_roll, _("印榮譽榜"))
    _quarter(printing)
    printing.add_argument("--pdf", required=True, type=Path, metavar=_("檔案"), help=_("要印成的 PDF"))


def _quarter(parser: Parser) -> None:
    parser.add_argument("quarter", metavar=_("季別"), help=_("例如 115Q4、2026Q4、115年第4季"))


def _asked(command: Command) -> "Period":
    from training.honours import quarter_of  # noqa: PLC0415 - not for --help

    return quarter_of(command.given.quarter)


def list_candidates(command: Command) -> int:
    """List the candidates by rank; with `--all` everybody else too, and why."""
    quarter = _asked(command)
    with command.desks() as desks:
        made = desks.honours.proposal(quarter, by=command.actor(desks), at=command.now)
        already = {each.person for each in desks.honours.honours(quarter) if each.holds}
    shown = [*made.candidates, *(made.excluded if command.given.all else ())]
    rows = [_row(made, each, already) for each in shown]
    if command.given.json:
        command.document(rows)
        return DONE
    from tui.commands.command import table  # noqa: PLC0415 - not for --help

    table(
        [row for row in rows if row["rank"]],
        {
            "rank": _("名次"),
            "tied": _("同分"),
            "person": _("編號"),
            "name": _("姓名"),
            "total": _("總分"),
            "courtesy": _("電話"),
            "calls": _("通數"),
            "quiz": _("測驗"),
            **({"votes": _("得票")} if "vote" in made.weights else {}),
            "proposed": _("推薦"),
            "chosen": _("已選"),
        },
    )
    if command.given.all:
        table(
            [row for row in rows if not row["rank"]],
            {"person": _("編號"), "section": _("科室"), "name": _("姓名"), "why": _("不列入的原因")},
        )
    for line in made.conclusions:
        command.say(line)
    return DONE


def record_vote(command: Command) -> int:
    """Record the tally of a month."""
    from training.honours import month_of, votes_of  # noqa: PLC0415 - not for --help

    given = command.given
    lines = votes_of(given.votes)
    with command.desks() as desks:
        vote = desks.honours.record_vote(
            month_of(given.month),
            lines,
            valid=given.valid,
            invalid=given.invalid,
            reason=given.reason,
            by=command.actor(desks),
            at=command.now,
        )
    if given.json:
        command.document(_vote_row(vote))
    command.say(
        _("已登錄 {month} 票選：{n} 人，有效 {valid} 票，無效 {invalid} 票。").format(
            month=vote.month.title, n=len(vote.lines), valid=vote.valid, invalid=vote.invalid
        )
    )
    return DONE


def list_votes(command: Command) -> int:
    """List the tallies of a quarter."""
    with command.desks() as desks:
        by = command.actor(desks)
        by.require(*_committee())
        votes = desks.honours.votes(_asked(command))
        names = _names(desks)
    rows = [_vote_row(vote) for vote in votes]
    shown = [
        {
            **row,
            "month": vote.month.title,
            "lines": [
                f"{names.get(staff_no, staff_no)} {number}"
                for staff_no, number in sorted(vote.lines.items(), key=lambda line: (-line[1], line[0]))
            ],
        }
        for row, vote in zip(rows, votes, strict=True)
    ]
    command.listing(
        rows if command.given.json else shown,
        {
            "month": _("月份"),
            "lines": _("得票"),
            "valid": _("有效票"),
            "invalid": _("無效票"),
            "reason": _("更正理由"),
        },
    )
    return DONE


def choose_people(command: Command) -> int:
    """Record whom the committee chose."""
    from training.honours import departing  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        names = _names(desks)
        made = desks.honours.choose(
            _asked(command), given.people, given.reason, by=command.actor(desks), at=command.now
        )
    if given.json:
        command.document([_honour_row(each) for each in made])
    for each in made:
        command.say(
            _("已登錄 {quarter} 績優人員：{name}（{id}）。").format(
                quarter=each.quarter.title, name=each.name, id=each.id
            )
        )
        for line in departing(each.passed_over, each.tied, names):
            command.say(line)
    return DONE


def take_back(command: Command) -> int:
    """Take a choice back."""
    given = command.given
    with command.desks() as desks:
        honour = desks.honours.take_back(given.id, given.reason, by=command.actor(desks), at=command.now)
    if given.json:
        command.document(_honour_row(honour))
    command.say(_("已撤回 {id}（{name}）。").format(id=honour.id, name=honour.name))
    return DONE


def list_chosen(command: Command) -> int:
    """List whom the committee chose; what was taken back, and cases since, only for the committee."""
    quarter = _asked(command)
    with command.desks() as desks:
        by = command.actor(desks)
        found = desks.honours.honours(quarter)
        cases: dict[str, str] = {}
        if by.holds(*_committee()):
            cases = desks.honours.later_cases(found, by=by)
        else:
            found = [each for each in found if each.holds]
    committee = by.holds(*_committee())
    rows = [
        _honour_row(each) | {"open_case": cases.get(each.id)} if committee else _public_row(each)
        for each in found
    ]
    headings = {
        "id": _("編號"),
        "section": _("科室"),
        "name": _("姓名"),
        "reason": _("理由"),
    }
    if committee:
        headings |= {"taken_back": _("撤回"), "open_case": _("現有未結的案")}
    command.listing(rows, headings)
    return DONE


def print_roll(command: Command) -> int:
    """Print the roll of honour."""
    with command.desks() as desks:
        from training.honours_papers import print_roll as printed  # noqa: PLC0415 - loads reportlab
        from tui.commands.session import say_printed  # noqa: PLC0415

        by, quarter = command.actor(desks), _asked(command)
        report = printed(desks.honours, quarter, command.given.pdf, by=by, at=command.now)
        found = desks.honours.honours(quarter)
        cases = desks.honours.later_cases(found, by=by)
    say_printed(command, report)
    for each in found:
        if each.id in cases:
            command.say(
                _("請注意：{name}現在有未結的補訓案 {case}，要不要撤回由評選小組決定。").format(
                    name=each.name, case=cases[each.id]
                )
            )
    return DONE


def _committee() -> tuple[Any, ...]:
    from training.honours_desk import COMMITTEE  # noqa: PLC0415 - not for --help

    return COMMITTEE


def _names(desks: "Desks") -> dict[str, str]:
    return {person.staff_no: person.name for person in desks.people.everybody()}


def _row(made: "Proposal", one: "Candidate", already: set[str]) -> dict[str, Any]:
    return {
        "quarter": made.quarter.code,
        "rank": one.rank or None,
        "tied": bool(one.rank) and made.tied(one),
        "proposed": one in made.leading,
        "person": one.staff_no,
        "name": one.record.name,
        "section": one.record.section,
        "total": _text(one.total),
        "courtesy": _text(one.courtesy),
        "calls": len(one.record.calls),
        "quiz": _text(one.quiz),
        "quizzes": len(one.record.quizzes),
        "vote": _text(one.vote),
        "votes": one.record.votes,
        "chosen": one.staff_no in already,
        "excluded": [reason.value for reason in one.excluded],
        "why": one.why,
        "rules": made.rules,
    }


def _vote_row(vote: "Vote") -> dict[str, Any]:
    return {
        "id": vote.id,
        "month": vote.month.code,
        "lines": dict(vote.lines),
        "valid": vote.valid,
        "invalid": vote.invalid,
        "reason": vote.reason,
    }


def _public_row(honour: "Honour") -> dict[str, Any]:
    return {
        "id": honour.id,
        "quarter": honour.quarter.code,
        "person": honour.person,
        "name": honour.name,
        "section": honour.section,
        "title": honour.title,
        "reason": honour.reason,
    }


def _honour_row(honour: "Honour") -> dict[str, Any]:
    return {
        **_public_row(honour),
        "rank": honour.rank,
        "total": _text(honour.total),
        "passed_over": list(honour.passed_over),
        "tied": list(honour.tied),
        "rules": honour.rules,
        "at": honour.at.isoformat(),
        "by": honour.by,
        "taken_back": honour.taken_back or None,
    }


def _text(value: "Decimal | None") -> str | None:
    return None if value is None else f"{value:.2f}"
