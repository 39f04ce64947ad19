"""What is due today: read from the desks, in the order in which it presses."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bureau.dates import day_of, roc
from bureau.language import _
from bureau.roles import Actor, Role
from courtesy.round import RoundState
from training.duties import RecordKind
from tui.desks import Desks
from tui.widgets.time_left import time_left

SOON = 14
"""Days before a deadline from which on it presses."""

NAMES_SHOWN = 2

MEASURES_SHOWN = 3
"""How many measures of the plan stand on home; the others are only counted."""


@dataclass(frozen=True)
class Due:
    """One thing to do.

    Attributes:
        text: what.
        who: in whose hands.
        when: by when.
        place: where in the program it is done.
        urgent: whether it cannot wait.
    """

    text: str
    who: str
    when: str
    place: str
    urgent: bool = False


def due_now(desks: Desks, by: Actor, now: datetime) -> list[Due]:
    """Give what is due for the acting person, the urgent first."""
    today = day_of(now)
    if not desks.people.sections():
        return [
            Due(_("還沒有同仁：請匯入名冊"), Role.ADMINISTRATOR.label, "", "people", urgent=True),
        ]
    found = [
        *_calls(desks, by, today),
        *_objections(desks, by),
        *_rounds(desks, by),
        *_confirming(desks, by, now),
        *_ratings(desks, by),
        *_quizzes(desks, by, now),
        *_measures(desks, by, today),
    ]
    if by.holds(Role.TRAINER, Role.HEAD):
        found += [*_unclosed(desks, now), *_sessions(desks, today), *_cases(desks, today)]
    return sorted(found, key=lambda due: not due.urgent)


def standing(desks: Desks, today: date) -> list[str]:
    """Say in a few lines how the year stands so far."""
    first = date(today.year, 1, 1)
    calls = desks.calls.sealed(first, today)
    if not calls and not desks.quiz.papers():
        return []
    scored = [call for call in calls if call.score is not None]
    bands: dict[str, int] = {}
    for band in desks.calls.bands(today):
        bands[band] = sum(call.band == band for call in scored)
    lines = [
        _("本年度電話測試 {sealed} 通，接通並評分 {scored} 通").format(sealed=len(calls), scored=len(scored))
    ]
    if scored:
        lines.append(
            "　".join(_("{band} {count}").format(band=band, count=count) for band, count in bands.items())
        )
    results = desks.quiz.submitted(first, today)
    if results:
        passed = sum(result.passed for result in results)
        lines.append(
            _("租稅常識測驗 {count} 人次交卷，{passed} 人次及格").format(count=len(results), passed=passed)
        )
    duty = desks.training.duty(today)
    lines.append(_("為民服務訓練講習 {text} 場").format(text=duty.text))
    return lines


def _names(desks: Desks, numbers: list[str]) -> str:
    known = {person.staff_no: person.name for person in desks.people.everybody()}
    names = [known.get(number, number) for number in dict.fromkeys(numbers)]
    if len(names) <= NAMES_SHOWN:
        return "、".join(names)
    return _("{names}等{count}位").format(names=names[0], count=len(names))


def _calls(desks: Desks, by: Actor, today: date) -> Iterator[Due]:
    waiting = desks.calls.waiting(by=by)
    if not waiting:
        return
    late = [draw for draw in waiting if draw.day < today]
    text = _("電話測試還有 {count} 通要打").format(count=len(waiting))
    if late:
        text += _("，其中 {count} 通已過排定日").format(count=len(late))
    yield Due(
        text,
        _names(desks, [draw.tester for draw in waiting]),
        roc(waiting[0].day),
        "calls",
        urgent=bool(late),
    )


def _rounds(desks: Desks, by: Actor) -> Iterator[Due]:
    if not by.holds(Role.TRAINER):
        return
    trainer = Role.TRAINER.label
    for one in desks.calls.rounds():
        if one.state is RoundState.COMMITTED:
            text = _("回合 {id}（{period}）等待輸入公開號碼抽籤").format(id=one.id, period=one.period)
            yield Due(text, trainer, roc(one.first), "rounds", urgent=True)
        elif one.state is RoundState.DRAWN:
            counts = desks.calls.progress().get(one.id, {})
            if counts.get("drawn", 0) == counts.get("sealed", 0):
                text = _("回合 {id}（{period}）都已封存，可以公布密鹽").format(id=one.id, period=one.period)
                yield Due(text, trainer, "", "rounds")


def _confirming(desks: Desks, by: Actor, now: datetime) -> Iterator[Due]:
    """Give the confirming calls to the trainer, who does not see whom they wait for."""
    if by.holds(Role.TRAINER) and (count := desks.calls.confirming.due(now)):
        yield Due(_("複測還有 {count} 通").format(count=count), Role.TESTER.label, "", "confirming")


def _objections(desks: Desks, by: Actor) -> Iterator[Due]:
    if count := desks.objections.waiting(by=by):
        yield Due(_("申復待重評 {count} 件").format(count=count), by.name, "", "objections", urgent=True)
    if not by.holds(Role.TRAINER):
        return
    if count := desks.objections.open_count():
        text = _("申復 {count} 件待裁定").format(count=count)
        if unassigned := desks.objections.unassigned():
            text += _("，其中 {count} 件沒有人可以重評").format(count=unassigned)
        yield Due(text, Role.TESTER.label, "", "objections")


def _quizzes(desks: Desks, by: Actor, now: datetime) -> Iterator[Due]:
    today = day_of(now)
    if by.staff_no:
        for own in desks.quiz.due(by.staff_no, today):
            yield Due(
                _("測驗「{title}」{state}").format(
                    title=own.title, state=_("作答中") if own.begun else _("還沒有作答")
                ),
                by.name,
                time_left(own.deadline, now)
                if own.deadline
                else _("還有 {days} 天").format(days=own.days_left),
                "quizzes",
                urgent=own.begun or own.days_left <= 1,
            )
        # Counted first: the whole bank is read only where something may be left.
        if desks.practice.left_today(by=by, day=today) and (
            left := desks.practice.day(by=by, day=today).left
        ):
            yield Due(_("今天的練習還有 {count} 題").format(count=left), by.name, "", "practice")
    if not by.holds(Role.TRAINER):
        return
    waiting = desks.marking.papers_waiting(by=by)
    for paper in desks.quiz.papers():
        if count := waiting.get(paper.id, 0):
            yield Due(
                _("測驗「{title}」簡答題 {count} 份待評閱").format(title=paper.title, count=count),
                Role.TRAINER.label,
                "",
                "quizzes",
            )
        if paper.opens_on <= today <= paper.closes_on:
            absent = desks.quiz.absent(paper.id, today)
            if absent:
                yield Due(
                    _("測驗「{title}」{count} 位沒有作答").format(title=paper.title, count=len(absent)),
                    _names(desks, [person.staff_no for person in absent]),
                    roc(paper.closes_on),
                    "quizzes",
                )


def _ratings(desks: Desks, by: Actor) -> Iterator[Due]:
    exercises, seconds = desks.agreement.waiting(by=by)
    if exercises:
        yield Due(_("共同評分題 {count} 題待評").format(count=len(exercises)), by.name, "", "calibration")
    if seconds:
        yield Due(
            _("雙評 {count} 通待評").format(count=len(seconds)), by.name, "", "calibration", urgent=True
        )


def _sessions(desks: Desks, today: date) -> Iterator[Due]:
    duty = desks.training.duty(today)
    if duty.done < duty.needed:
        left = duty.days_left(today)
        yield Due(
            _("為民服務訓練講習：{text}").format(text=duty.text),
            Role.TRAINER.label,
            _("還有 {days} 天").format(days=left) if left is not None else "",
            "sessions",
            urgent=left is not None and left <= SOON,
        )


def _unclosed(desks: Desks, now: datetime) -> Iterator[Due]:
    """Give the sessions whose sign-ins have not become attendance yet."""
    for session in desks.sign_in.waiting(now):
        text = _("講習「{title}」還沒有結束登錄").format(title=session.title)
        yield Due(text, Role.TRAINER.label, roc(session.day), "sessions", urgent=True)


def _cases(desks: Desks, today: date) -> Iterator[Due]:
    by_state: dict[str, int] = {}
    late = 0
    for case in desks.training.cases(open_only=True):
        by_state[case.state.label] = by_state.get(case.state.label, 0) + 1
        late += case.overdue(today)
    if by_state:
        states = "、".join(
            _("{state} {count}").format(state=state, count=count) for state, count in by_state.items()
        )
        yield Due(
            _("補訓案：{states}").format(states=states),
            Role.TRAINER.label,
            _("{count} 件逾期").format(count=late) if late else "",
            "cases",
            urgent=bool(late),
        )
    if waiting := desks.cases.checks_due(today):
        oldest = desks.cases.check_day(waiting[0])
        yield Due(
            _("補訓案結案後待複查 {count} 件").format(count=len(waiting)),
            Role.TRAINER.label,
            roc(oldest) if oldest else "",
            "cases",
        )


def _measures(desks: Desks, by: Actor, today: date) -> Iterator[Due]:
    """Give what the yearly plan asks for; the sessions have a line of their own for those who hold them."""
    has_sessions = by.holds(Role.TRAINER, Role.HEAD)
    pressing = [
        (measure, item)
        for measure, item in desks.duties.pressing(today, SOON, by=by)
        if not (has_sessions and measure.record is RecordKind.SESSION)
    ]
    for measure, item in pressing[:MEASURES_SHOWN]:
        days = item.days(today)
        yield Due(
            _("{title}（{occasion}）").format(title=measure.title, occasion=item.occasion.title),
            desks.duties.owner(measure, today) or Role.TRAINER.label,
            _("還有 {days} 天").format(days=days) if days >= 0 else _("逾期{days}天").format(days=-days),
            "duties",
            urgent=days < 0,
        )
    if (more := len(pressing) - MEASURES_SHOWN) > 0:
        yield Due(_("另有 {count} 項工作將到期或逾期").format(count=more), "", "", "duties")
    if by.holds(Role.TRAINER) and (count := desks.duties.unset(today)):
        yield Due(
            _("工作項目 {count} 項期限未定，請局裡設定").format(count=count), Role.TRAINER.label, "", "duties"
        )
