"""`courtesy paper enter`, `extra-time` and `mark`: what is done with answers by somebody in charge."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.language import _
from tui.commands.command import DONE, REFUSED, Command, Parser, leaf

if TYPE_CHECKING:
    from quiz_bank.marking_desk import Essay


def add(commands: "argparse._SubParsersAction[Parser]") -> None:
    """Add these commands to `courtesy paper`."""
    enter = leaf(commands, "enter", enter_answers, _("登錄紙本答案：一人一行，或整份表格"), lists=True)
    enter.add_argument("paper", metavar=_("試卷編號"), help=_("courtesy paper list 列出的編號"))
    enter.add_argument("--person", metavar=_("員工編號"), help=_("作答的同仁，員工編號或姓名"))
    enter.add_argument("--answers", metavar=_("答案"), help=_("依題號：是非 O X，選擇 A B…，沒作答 -"))
    enter.add_argument("--file", metavar=_("檔案"), type=Path, help=_(".csv 或 .xlsx：員工編號與每題一欄"))
    enter.add_argument("--again", metavar=_("答案或檔案"), help=_("再登錄一次以核對；規則要求兩次登錄時必填"))

    extra = leaf(commands, "extra-time", extra_time, _("延長一位同仁的作答時間，理由記在日誌"))
    extra.add_argument("paper", metavar=_("試卷編號"), help=_("courtesy paper list 列出的編號"))
    extra.add_argument("--person", metavar=_("員工編號"), required=True, help=_("延長誰的時間"))
    extra.add_argument("--minutes", metavar=_("分鐘"), type=int, required=True, help=_("0 到 600；0 為取消"))
    extra.add_argument("--reason", metavar=_("理由"), required=True, help=_("例如 視力障礙"))

    help_text = _("評閱簡答題：看不到是誰的答案")
    group = commands.add_parser("mark", help=help_text, description=help_text)
    inner = group.add_subparsers(title=_("指令"), metavar=_("指令"), parser_class=Parser, required=True)
    listing = leaf(inner, "list", list_essays, _("列出待評的答案"), lists=True)
    listing.add_argument("paper", metavar=_("試卷編號"), help=_("courtesy paper list 列出的編號"))
    giving = leaf(inner, "give", give_points, _("給一個答案分數；結束評閱以前可以再改"))
    giving.add_argument("paper", metavar=_("試卷編號"), help=_("courtesy paper list 列出的編號"))
    giving.add_argument("--question", metavar=_("題號"), type=int, required=True, help=_("試卷上的題號"))
    giving.add_argument("--answer", metavar=_("代碼"), required=True, help=_("mark list 列出的代碼"))
    giving.add_argument("--points", metavar=_("分數"), required=True, help=_("最多兩位小數"))
    giving.add_argument("--remark", metavar=_("評語"), default="", help=_("和分數存在一起"))
    finishing = leaf(inner, "finish", finish_marking, _("結束評閱，成績確定"), lists=True, confirms=True)
    finishing.add_argument("paper", metavar=_("試卷編號"), help=_("courtesy paper list 列出的編號"))


def enter_answers(command: Command) -> int:
    """Enter what one person, or everybody in a file, answered on paper."""
    from quiz_bank.answer_line import AnswersError  # noqa: PLC0415 - not for --help

    given = command.given
    one = given.person is not None and given.answers is not None
    if one == (given.file is not None) or (given.file is not None and (given.person or given.answers)):
        raise AnswersError(
            _("要登錄誰的答案沒有說清楚。"),
            remedy=_("請用 --person 與 --answers 登錄一人，或用 --file 登錄整份表格。"),
        )
    with command.desks() as desks:
        by, answers = command.actor(desks), desks.answers
        if one:
            entered = [
                answers.enter(
                    given.paper,
                    given.person,
                    answers.line(given.paper, given.answers),
                    second=answers.line(given.paper, given.again) if given.again is not None else None,
                    by=by,
                    at=command.now,
                )
            ]
        else:
            second = Path(given.again) if given.again else None
            entered = answers.enter_file(given.paper, given.file, second=second, by=by, at=command.now)
    rows = [
        {
            "sitting": sitting.id,
            "staff_no": sitting.staff_no,
            "score": str(sitting.score) if sitting.score is not None else None,
            "passed": sitting.passed,
            "waits": sitting.being_marked,
        }
        for sitting in entered
    ]
    command.listing(
        rows,
        {
            "staff_no": _("員工編號"),
            "score": _("成績"),
            "passed": _("及格"),
            "waits": _("待評閱"),
        },
    )
    command.say(_("已登錄 {count} 份。").format(count=len(entered)))
    return DONE


def extra_time(command: Command) -> int:
    """Give one person more minutes."""
    given = command.given
    with command.desks() as desks:
        desks.quiz.grant_extra_time(
            given.paper,
            given.person,
            given.minutes,
            reason=given.reason,
            by=command.actor(desks),
            at=command.now,
        )
    command.say(
        _("{staff_no} 的作答時間延長 {minutes} 分鐘。").format(staff_no=given.person, minutes=given.minutes)
        if given.minutes
        else _("{staff_no} 的延長時間已取消。").format(staff_no=given.person)
    )
    return DONE


def list_essays(command: Command) -> int:
    """List the answers that wait for a mark; whose they are is not said."""
    with command.desks() as desks:
        essays = desks.marking.essays(command.given.paper, by=command.actor(desks))
    rows = [
        {
            "question": essay.number,
            "answer": essay.code,
            "worth": str(essay.worth),
            "points": str(essay.points) if essay.points is not None else None,
            "remark": essay.remark,
            "text": essay.text,
        }
        for essay in essays
    ]
    command.listing(
        rows,
        {
            "question": _("題號"),
            "answer": _("代碼"),
            "worth": _("配分"),
            "points": _("給分"),
            "text": _("答案"),
        },
    )
    return DONE


def give_points(command: Command) -> int:
    """Give points for one answer."""
    from quiz_bank.sitting import SittingError  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        essays = desks.marking.essays(given.paper, by=by)
        found: Essay | None = next(
            (one for one in essays if (one.number, one.code) == (given.question, given.answer)), None
        )
        if found is None:
            raise SittingError(
                _("第 {number} 題沒有代碼 {code} 的答案。").format(number=given.question, code=given.answer),
                remedy=_("請用 courtesy paper mark list 查對；自己的答案要由別人評。"),
            )
        desks.marking.mark(
            found.sitting_id,
            found.number,
            given.points,
            remark=given.remark,
            by=by,
            at=command.now,
        )
    command.say(
        _("第 {number} 題 {code}：{points} 分。").format(
            number=given.question, code=given.answer, points=given.points
        )
    )
    return DONE


def finish_marking(command: Command) -> int:
    """Close the marking of a paper after saying what that does."""
    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        waiting = desks.marking.papers_waiting(by=by).get(given.paper, 0)
        question = _("結束評閱後 {count} 份成績確定，不能再改。要結束嗎？").format(count=waiting)
        if waiting and not command.agrees(question):
            return REFUSED
        closed = desks.marking.finish(given.paper, by=by, at=command.now)
    command.listing(
        [
            {
                "sitting": sitting.id,
                "staff_no": sitting.staff_no,
                "score": str(sitting.score),
                "passed": sitting.passed,
            }
            for sitting in closed
        ],
        {"staff_no": _("員工編號"), "score": _("成績"), "passed": _("及格")},
    )
    return DONE
