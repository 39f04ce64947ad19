"""What a session is made of: the commands `agenda`, `handouts`, `quiz`, `feedback`, `propose`, `change`."""

import argparse
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bureau.language import _
from tui.commands.command import DONE, Command, Parser, leaf, table

if TYPE_CHECKING:
    from bureau.calendar import Period
    from training.agenda import Proposal
    from training.feedback import FeedbackSummary
    from training.session_plan import AgendaTopic

PLAIN = ("title", "place", "lecturer")


def add(inner: "argparse._SubParsersAction[Parser]") -> None:
    """Add the commands that prepare and follow up a session."""
    agenda = _of_session(inner, "agenda", show_agenda, _("議程：由失分多的項目建議，可以照用或自己填"))
    agenda.add_argument("--period", metavar=_("期別"), help=_("看哪一段的失分，例如 115H2，預設今年"))
    what = agenda.add_mutually_exclusive_group()
    what.add_argument("--take", action="store_true", help=_("照建議排定議程"))
    what.add_argument(
        "--topic", metavar=_("標題=分鐘"), action="append", default=[], help=_("自己排，可重複；取代原有議程")
    )
    what.add_argument("--clear", action="store_true", help=_("清空議程"))

    handouts = _of_session(inner, "handouts", show_handouts, _("講義：列出、增加、刪去"))
    handouts.add_argument(
        "--add", metavar=_("名稱=檔名"), action="append", default=[], help=_("增加一份，檔名可省略，可重複")
    )
    handouts.add_argument(
        "--remove", metavar=_("名稱"), action="append", default=[], help=_("刪去一份，可重複")
    )

    quiz = _of_session(inner, "quiz", show_quiz, _("前測與後測：指定試卷，看每人的變化"))
    quiz.add_argument("--before", metavar=_("試卷"), help=_("講習前作答的試卷；寫 - 為不用"))
    quiz.add_argument("--after", metavar=_("試卷"), help=_("講習後作答的試卷；寫 - 為不用"))

    propose = _of_session(inner, "propose", propose_make_up, _("補課：列出沒到的人與建議的場次"))
    propose.add_argument("--to", metavar=_("場次"), default="", help=_("改排這一場"))
    propose.add_argument("--take", action="store_true", help=_("把他們排入那一場的應到名單"))

    feedback = _of_session(inner, "feedback", show_feedback, _("回饋表：印、登錄、彙總（不記名）"))
    act = feedback.add_mutually_exclusive_group()
    act.add_argument("--pdf", metavar=_("檔案"), type=Path, help=_("印成 PDF"))
    act.add_argument("--form", metavar=_("檔案"), type=Path, help=_("改用這份題目（.toml）"))
    act.add_argument("--write", metavar=_("檔案"), type=Path, help=_("寫出內附的題目，供修改"))
    act.add_argument("--fill", metavar=_("答案"), help=_("登錄一張，依題序，例如 5,4,-,3"))
    act.add_argument(
        "--tally",
        metavar=_("題=人數"),
        action="append",
        default=[],
        help=_("登錄一題的人數，例如 useful=12,8,3,0,1"),
    )
    feedback.add_argument(
        "--words",
        metavar=_("題=文字"),
        action="append",
        default=[],
        help=_("這一張自由填寫的文字，與 --fill 並用"),
    )


def add_change(inner: "argparse._SubParsersAction[Parser]") -> None:
    """Add the command that changes a session."""
    changing = _of_session(inner, "change", change, _("更改場次；改日期或時間，已印的簽到表就作廢"))
    changing.add_argument("--title", metavar=_("名稱"), help=_("例如 下半年為民服務訓練講習"))
    changing.add_argument("--day", metavar=_("日期"), help=_("例如 115/11/23"))
    changing.add_argument("--start", metavar=_("時間"), help=_("例如 14:00"))
    changing.add_argument("--end", metavar=_("時間"), help=_("例如 17:00"))
    changing.add_argument("--place", metavar=_("地點"), help=_("例如 三樓會議室"))
    changing.add_argument("--lecturer", metavar=_("講師"), help=_("講師姓名"))
    changing.add_argument("--capacity", metavar=_("人數"), type=int, help=_("人數上限，0 為不限"))
    changing.add_argument("--reason", metavar=_("理由"), default="", help=_("已有人簽到時，為什麼還要改期"))


def _of_session(inner: "argparse._SubParsersAction[Parser]", name: str, run: Any, help_text: str) -> Parser:
    parser = leaf(inner, name, run, help_text, lists=True)
    parser.add_argument("id", metavar=_("場次"), help=_("courtesy session list 列出的編號"))
    return parser


# Changing


def change(command: Command) -> int:
    """Change a session; say which printed sheets are void by it."""
    from bureau.calendar import roc  # noqa: PLC0415 - not for --help
    from bureau.dates import parse_date  # noqa: PLC0415
    from training.attendance import clock_from  # noqa: PLC0415

    given = command.given
    changes: dict[str, Any] = {
        name: getattr(given, name) for name in PLAIN if getattr(given, name) is not None
    }
    if given.capacity is not None:
        changes["capacity"] = given.capacity
    if given.day:
        changes["day"] = parse_date(given.day)
    for name in ("start", "end"):
        if text := getattr(given, name):
            changes[name] = clock_from(text)
    with command.desks() as desks:
        before = {sheet.number for sheet in desks.sign_in.board(given.id).sheets if sheet.voided_at}
        session = desks.training.change_session(
            given.id, by=command.actor(desks), at=command.now, reason=given.reason, **changes
        )
        sheets = desks.sign_in.board(given.id).sheets
    void = [sheet.number for sheet in sheets if sheet.voided_at and sheet.number not in before]
    if given.json:
        command.document({"session": session.id, "day": session.day.isoformat(), "void_sheets": void})
    command.say(
        _("場次 {id}：{day} {start}－{end} {title} {place}").format(
            id=session.id,
            day=roc(session.day),
            start=f"{session.start:%H:%M}",
            end=f"{session.end:%H:%M}",
            title=session.title,
            place=session.place,
        )
    )
    for number in void:
        command.say(_("第 {number} 版簽到表已作廢，請重印。").format(number=number))
    return DONE


# Agenda


def show_agenda(command: Command) -> int:
    """Show what the evidence proposes and what is planned; take it over, or plan otherwise."""
    from bureau.calendar import Period, PeriodKind  # noqa: PLC0415 - not for --help

    given = command.given
    period = Period.parse(given.period) if given.period else Period.of(PeriodKind.YEAR, command.today)
    with command.desks() as desks:
        by = command.actor(desks)
        if given.take:
            desks.sessions.take_over(given.id, period, by=by, at=command.now)
        elif given.topic or given.clear:
            topics = [_topic(text) for text in given.topic]
            desks.sessions.set_agenda(given.id, topics, by=by, at=command.now)
        proposal = desks.sessions.proposal(given.id, period, by=by, at=command.now)
        plan = desks.sessions.plan(given.id)
        length = desks.training.session(given.id).length
    if given.json:
        command.document(_agenda_document(period, proposal, plan.agenda, length))
        return DONE
    command.say(
        _("{period}失分：抽測 {calls} 通、測驗 {sittings} 份").format(
            period=period.title, calls=proposal.calls, sittings=proposal.sittings
        )
    )
    table(
        [
            {
                "title": topic.loss.title,
                "share": f"{topic.share * 100:.0f}%",
                "so_far": f"{topic.so_far * 100:.0f}%",
                "basis": topic.basis,
            }
            for topic in proposal.topics
        ],
        {"title": _("失分項目"), "share": _("占失分"), "so_far": _("累計"), "basis": _("依據")},
    )
    command.say(
        _("議程 {count} 項，{minutes}/{length} 分鐘").format(
            count=len(plan.agenda), minutes=plan.minutes, length=length
        )
    )
    if plan.agenda:
        table(
            [topic.model_dump() for topic in plan.agenda],
            {"title": _("議程"), "minutes": _("分鐘"), "basis": _("依據")},
        )
    return DONE


def _agenda_document(
    period: "Period", proposal: "Proposal", agenda: "tuple[AgendaTopic, ...]", length: int
) -> dict[str, Any]:
    return {
        "period": period.code,
        "calls": proposal.calls,
        "sittings": proposal.sittings,
        "proposal": [
            {
                "source": topic.loss.source.value,
                "id": topic.loss.id,
                "title": topic.loss.title,
                "points": f"{topic.loss.points:.2f}",
                "share": f"{topic.share:.4f}",
                "so_far": f"{topic.so_far:.4f}",
                "n": topic.loss.n,
                "failed": topic.loss.failed,
                "people": topic.loss.people,
                "enough": topic.enough,
                "hardest": list(topic.loss.hardest),
            }
            for topic in proposal.topics
        ],
        "agenda": [topic.model_dump(mode="json") for topic in agenda],
        "minutes": length,
    }


def _topic(text: str) -> "AgendaTopic":
    from training.attendance import minutes_from  # noqa: PLC0415 - not for --help
    from training.session import SessionError  # noqa: PLC0415
    from training.session_plan import AgendaTopic  # noqa: PLC0415

    title, equals, minutes = text.rpartition("=")
    count = minutes_from(minutes) if equals else 0
    if not title.strip() or not 1 <= count <= 600 or len(title) > 100:  # noqa: PLR2004 - said in the remedy
        raise SessionError(
            _("「{text}」不是議程。").format(text=text),
            remedy=_("請寫成 標題=分鐘，例如 應對禮貌=60；標題至多 100 字，1 至 600 分鐘。"),
        )
    return AgendaTopic(title=title, minutes=count)


# Handouts


def show_handouts(command: Command) -> int:
    """List the handouts, after adding and removing some."""
    from training.session_plan import Handout  # noqa: PLC0415 - not for --help

    given = command.given
    with command.desks() as desks:
        handouts = list(desks.sessions.plan(given.id).handouts)
        if given.add or given.remove:
            handouts = [each for each in handouts if each.title not in given.remove]
            for text in given.add:
                title, _equals, file = text.partition("=")
                if title.strip():
                    handouts.append(Handout(title=title[:100], file=Path(file.strip()).name if file else ""))
            desks.sessions.set_handouts(given.id, handouts, by=command.actor(desks), at=command.now)
    rows = [{"title": each.title, "file": each.file} for each in handouts]
    command.listing(rows, {"title": _("講義"), "file": _("檔名")})
    return DONE


# Quizzes before and after


def show_quiz(command: Command) -> int:
    """Show what everybody scored before and after, and what that says."""
    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        plan = desks.sessions.plan(given.id)
        if given.before is not None or given.after is not None:
            before = plan.paper_before if given.before is None else given.before.strip("-")
            after = plan.paper_after if given.after is None else given.after.strip("-")
            plan = desks.sessions.set_papers(given.id, before, after, by=by, at=command.now)
        joined = desks.sessions.change(given.id, by=by)
        names = {person.staff_no: person.name for person in desks.people.everybody()}
    rows = [
        {
            "staff_no": pair.staff_no,
            "name": names.get(pair.staff_no, ""),
            "before": _text(pair.before),
            "after": _text(pair.after),
            "change": _text(pair.change),
        }
        for pair in joined.pairs
    ]
    interval = joined.interval()
    if given.json:
        command.document(
            {
                "paper_before": plan.paper_before or None,
                "paper_after": plan.paper_after or None,
                "n": joined.n,
                "mean_before": _text(joined.mean_before),
                "mean_after": _text(joined.mean_after),
                "mean_change": _text(joined.mean_change),
                "interval": [str(interval.low), str(interval.high)] if interval else None,
                "people": rows,
            }
        )
        return DONE
    command.say(
        _("前測 {before}、後測 {after}").format(
            before=plan.paper_before or _("未指定"), after=plan.paper_after or _("未指定")
        )
    )
    table(
        rows,
        {
            "staff_no": _("員工編號"),
            "name": _("姓名"),
            "before": _("前測"),
            "after": _("後測"),
            "change": _("變化"),
        },
    )
    command.say(joined.conclusion)
    return DONE


def _text(score: Decimal | None) -> str | None:
    return None if score is None else str(score)


# Make-up


def propose_make_up(command: Command) -> int:
    """List who missed a session and where to go; put them on the list there."""
    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        proposal = desks.sessions.make_up(given.id, by=by, at=command.now, target_id=given.to)
        taken = (
            desks.sessions.take_make_up(given.id, by=by, at=command.now, target_id=given.to)
            if given.take
            else []
        )
        names = {person.staff_no: person.name for person in desks.people.everybody()}
    target = proposal.target
    rows = [
        {
            "staff_no": each.staff_no,
            "name": names.get(each.staff_no, ""),
            "section": each.section,
            "standing": each.standing.value if given.json else each.standing.label,
            "listed": each.listed or each.staff_no in {one.staff_no for one in taken},
            "elsewhere": each.elsewhere or None,
        }
        for each in proposal.people
    ]
    if given.json:
        command.document(
            {
                "session": given.id,
                "target": target.id if target else None,
                "people": rows,
                "added": [each.staff_no for each in taken],
            }
        )
        return DONE
    command.say(
        _("建議補課場次 {id}：{name}").format(id=target.id, name=target.name)
        if target
        else _("今年之後沒有排定補訓場次或年度講習。")
    )
    table(
        rows,
        {
            "staff_no": _("員工編號"),
            "name": _("姓名"),
            "section": _("科室"),
            "standing": _("結果"),
            "listed": _("已在名單"),
            "elsewhere": _("已補課"),
        },
    )
    if given.take:
        command.say(_("排入 {count} 人。").format(count=len(taken)))
    return DONE


# Feedback


def show_feedback(command: Command) -> int:
    """Print, choose, enter or sum up the feedback form."""
    given = command.given
    with command.desks() as desks:
        by = command.actor(desks)
        if given.pdf:
            from training.session_papers import print_feedback  # noqa: PLC0415 - loads reportlab
            from tui.commands.session import say_printed  # noqa: PLC0415 - it knows these commands

            say_printed(command, print_feedback(desks.feedback, given.id, given.pdf, by=by))
            return DONE
        if given.write:
            return _write_form(command)
        if given.form:
            desks.feedback.set_form(given.id, given.form, by=by, at=command.now)
        elif given.fill is not None:
            words = dict(text.split("=", 1) for text in given.words if "=" in text)
            desks.feedback.add(given.id, given.fill, words, by=by, at=command.now)
        for text in given.tally:
            question, _equals, counts = text.partition("=")
            desks.feedback.tally(given.id, question.strip(), counts, by=by, at=command.now)
        summary = desks.feedback.summary(given.id, by=by)
    if given.json:
        command.document(_summary_document(summary))
        return DONE
    table(
        [
            {
                "id": counts.question.id,
                "text": counts.question.text,
                "n": counts.n,
                "mean": str(counts.mean) if summary.shown(counts) else _("人數不足"),
                "steps": " ".join(str(counts.steps.get(step, 0)) for step in (5, 4, 3, 2, 1))
                if summary.shown(counts)
                else None,
            }
            for counts in summary.counts
        ],
        {
            "id": _("代號"),
            "text": _("題目"),
            "n": _("人數"),
            "mean": _("平均"),
            "steps": _("5 4 3 2 1"),
        },
    )
    for text in summary.shown_words:
        command.say(_("・{text}").format(text=text))
    return DONE


def _summary_document(summary: "FeedbackSummary") -> dict[str, Any]:
    return {
        "n": summary.n,
        "questions": [
            {
                "id": counts.question.id,
                "text": counts.question.text,
                "n": counts.n,
                "mean": _text(counts.mean) if summary.shown(counts) else None,
                "steps": {str(step): counts.steps.get(step, 0) for step in (5, 4, 3, 2, 1)}
                if summary.shown(counts)
                else None,
            }
            for counts in summary.counts
        ],
        "words": list(summary.shown_words),
    }


def _write_form(command: Command) -> int:
    from bureau.problem import Refused, in_file  # noqa: PLC0415 - not for --help
    from training.feedback_desk import DEFAULT_FORM  # noqa: PLC0415

    path = command.given.write
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(DEFAULT_FORM.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(
            _("檔案沒有寫成。"), place=in_file(path), remedy=_("請另取檔名，或改存到可以寫入的資料夾。")
        ) from error
    command.say(_("已寫入 {path}。").format(path=path))
    return DONE
