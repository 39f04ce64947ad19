"""`courtesy round chance` and `courtesy round plan`: what can be known before a round is drawn."""

import argparse
from typing import TYPE_CHECKING, Any

from bureau.language import _
from bureau.problem import Refused
from tui.commands.command import DONE, Command, Parser, leaf, table

if TYPE_CHECKING:
    from courtesy.plan_desk import Prospect
    from courtesy.planner import Estimate, Outlook
    from tui.desks import Desks


def add(inner: "argparse._SubParsersAction[Parser]") -> None:
    """Add `chance` and `plan` to `courtesy round`."""
    chance = leaf(inner, "chance", show_chances, _("列出每個人的抽中機會（不需要密鹽）"), lists=True)
    chance.add_argument("id", nargs="?", metavar=_("回合"), help=_("已建立的回合；不寫就看還沒建立的"))
    chance.add_argument("--period", metavar=_("期別"), help=_("還沒建立的回合：期別"))
    chance.add_argument("--size", type=int, metavar=_("人數"), help=_("還沒建立的回合：要抽幾人"))
    chance.add_argument("--first", metavar=_("日期"), help=_("還沒建立的回合：開始日"))
    chance.add_argument("--seed", type=int, metavar="N", help=_("模擬的種子"))

    plan = leaf(inner, "plan", show_plan, _("規劃：幾位測試員、幾個人、每人幾通，能看出什麼"), lists=True)
    plan.add_argument("--testers", type=int, metavar=_("人數"), help=_("測試員，預設局裡的測試員"))
    plan.add_argument("--people", type=int, metavar=_("人數"), help=_("受測的人，預設有分機的同仁"))
    plan.add_argument("--calls", type=int, metavar=_("通數"), help=_("每人幾通，預設 2"))
    plan.add_argument("--per-day", type=int, metavar=_("通數"), help=_("每位測試員每個上班日幾通，預設 2"))
    plan.add_argument("--first", metavar=_("日期"), help=_("開始日，預設今天"))
    plan.add_argument("--seed", type=int, metavar="N", help=_("模擬的種子"))


def show_chances(command: Command) -> int:
    """List everybody's chance of being drawn."""
    with command.desks() as desks:
        prospect = _prospect(command, desks)
        people = {person.staff_no: person for person in desks.people.everybody()}
    known = prospect.chances
    rows = [
        {
            "staff_no": candidate.staff_no,
            "name": people[candidate.staff_no].name if candidate.staff_no in people else "",
            "section": candidate.section,
            "tickets": candidate.weight,
            "drawn_this_year": candidate.drawn_this_year,
            "drawn_this_period": candidate.drawn_this_period,
            "chance": f"{chance.probability:.4f}",
            "standard_error": None if chance.standard_error is None else f"{chance.standard_error:.4f}",
            "method": "exact" if known.exact else "simulated",
            "repetitions": known.repetitions or None,
            "seed": known.seed,
        }
        for candidate, chance in zip(prospect.frame, known.people, strict=True)
    ]
    command.listing(
        rows,
        {
            "staff_no": _("員工編號"),
            "name": _("姓名"),
            "section": _("科室"),
            "tickets": _("籤數"),
            "drawn_this_year": _("今年抽過"),
            "chance": _("機會"),
            "standard_error": _("標準誤"),
        },
    )
    command.say(_("可抽 {frame} 人，要抽 {size} 人。").format(frame=len(rows), size=prospect.rules.size))
    if known.exact:
        command.say(_("機會由母體與規則精確算出。"))
    else:
        command.say(
            _("機會由母體與規則模擬 {times} 次得出，種子 {seed}；標準誤列在每人旁邊。").format(
                times=known.repetitions, seed=known.seed
            )
        )
    return DONE


def _prospect(command: Command, desks: "Desks") -> "Prospect":
    from bureau.calendar import Period  # noqa: PLC0415 - not for --help
    from bureau.dates import parse_date  # noqa: PLC0415
    from courtesy.chance import SEED  # noqa: PLC0415

    given, by = command.given, command.actor(desks)
    seed = SEED if given.seed is None else given.seed
    if given.id:
        return desks.planning.chances_of(given.id, by=by, seed=seed)
    if not given.period or given.size is None:
        raise Refused(
            _("請寫回合編號，或寫 --period 與 --size。"),
            remedy=_("例如：courtesy round chance --period 115H2 --size 30"),
        )
    first = parse_date(given.first) if given.first else max(Period.parse(given.period).first, command.today)
    return desks.planning.chances_in(given.period, first, given.size, by=by, at=command.now, seed=seed)


def show_plan(command: Command) -> int:
    """Show what a plan can be expected to give."""
    from bureau.dates import parse_date  # noqa: PLC0415 - not for --help
    from courtesy.planner import SEED  # noqa: PLC0415

    given = command.given
    with command.desks() as desks:
        wanted = desks.planning.usual(command.today)
        names = ("testers", "people", "calls", "per_day")
        changed = {name: getattr(given, name) for name in names if getattr(given, name) is not None}
        result = desks.planning.outlook(
            wanted.model_copy(update=changed),
            first=parse_date(given.first) if given.first else command.today,
            by=command.actor(desks),
            at=command.now,
            seed=SEED if given.seed is None else given.seed,
        )
    if given.json:
        command.document(_document(result))
        return DONE
    from tui.widgets.outlook import lines_of, notes_of  # noqa: PLC0415 - not for --help

    table(
        [{"what": what, "value": value} for what, value in lines_of(result)],
        {"what": _("項目"), "value": _("結果")},
    )
    for note in notes_of(result):
        command.say(note)
    return DONE


def _document(result: "Outlook") -> dict[str, Any]:
    spread = result.spread
    return {
        **result.wanted.model_dump(),
        "cut": f"{result.cut:.2f}",
        "half_width": round(result.half_width, 2),
        "expected_truly_low": _estimate(result.truly_low),
        "expected_listed": {
            "without_confirmation": _estimate(result.listed),
            "with_confirmation": _estimate(result.listed_confirmed),
        },
        "expected_wrongly_listed": {
            "without_confirmation": _estimate(result.wrongly),
            "with_confirmation": _estimate(result.wrongly_confirmed),
        },
        "total_calls": result.total,
        "expected_confirmations": round(result.confirmations, 2),
        "calls_per_tester": result.calls_per_tester,
        "working_days": result.days,
        "first_day": result.first_day.isoformat(),
        "last_day": result.last_day.isoformat(),
        "spread": {
            "source": "assumed" if spread.assumed else "office",
            "mean": round(spread.mean, 2),
            "person_sd": round(spread.person_sd, 2),
            "call_sd": round(spread.call_sd, 2),
            "people": spread.people,
            "calls": spread.calls,
        },
        "simulated": result.simulated,
        "seed": result.seed,
    }


def _estimate(one: "Estimate") -> dict[str, float]:
    return {"expected": round(one.expected, 2), "standard_error": round(one.standard_error, 2)}
