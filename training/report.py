"""The yearly report and the half-year summaries: what a period shows of an office, and what it does not.

Nobody is named. Courtesy counts drawn calls only: confirming calls follow bad results, and with them those
who did badly would count twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from bureau.calendar import Period, PeriodKind, day_of
from bureau.language import _
from courtesy.bulletin import LostLine, lost_lines
from courtesy.call import Call, Outcome
from courtesy.interval import FEWEST, Interval, Sample, Share
from courtesy.scale import Scale
from courtesy.welch import Difference, difference
from quiz_bank.sitting import Result
from training.case import Case, Kind, State
from training.effect import Effect
from training.honours import Honour
from training.presence import Presence, SectionPresence, SessionPresence, together
from training.session import Duty

MOST_LINES = 10
"""How many of the most lost lines the yearly report shows."""

MOST_LINES_OF_A_SECTION = 3


class CallFigures(BaseModel):
    """What the drawn calls of a period, or of a section in it, come to.

    Attributes:
        sealed: how many records are closed.
        reached: how many of them reached somebody.
        people: how many different people have a score.
        critical: how many of the scored calls had a critical failure.
        sample: the scores.
    """

    model_config = ConfigDict(frozen=True)

    sealed: int = 0
    reached: int = 0
    people: int = 0
    critical: int = 0
    sample: Sample = Sample()

    @property
    def scored(self) -> int:
        """How many calls have a score."""
        return self.sample.n

    @property
    def mean(self) -> Decimal | None:
        """The mean, 0.00 to 100.00; None of fewer than two people: it would be one person's score."""
        return self.sample.mean if self.people >= FEWEST else None

    @property
    def interval(self) -> Interval | None:
        """The mean's 95 % interval by Student's t; None where the mean or the spread is not known."""
        return self.sample.interval() if self.people >= FEWEST else None


class QuizFigures(BaseModel):
    """What the submitted quizzes of a period, or of a section in it, come to.

    Attributes:
        people: how many different people submitted one.
        passed: how many sittings were passed by the rules of their day.
        warned: how many of those only just.
        sample: the scores.
    """

    model_config = ConfigDict(frozen=True)

    people: int = 0
    passed: int = 0
    warned: int = 0
    sample: Sample = Sample()

    @property
    def n(self) -> int:
        """How many sittings were submitted."""
        return self.sample.n

    @property
    def mean(self) -> Decimal | None:
        """The mean score; None of fewer than two people."""
        return self.sample.mean if self.people >= FEWEST else None

    @property
    def pass_share(self) -> Share:
        """The passed sittings among all."""
        return Share(count=self.passed, n=self.n)


class CaseFigures(BaseModel):
    """What became of retraining cases in a period.

    Attributes:
        opened: how many were opened in it.
        closed: how many were closed (結案) in it.
        withdrawn: how many were withdrawn (撤銷) in it.
        again: how often somebody had to be trained again (再補訓).
        overridden: how many steps passed a gate that was not met, with a reason.
        left: how many were open at its end.
        overdue: how many of those were past their due date, still untrained.
        states: the open ones at its end by state; states without any are absent.
        kinds: the opened ones by the kind of their reasons; a case may have several.
    """

    model_config = ConfigDict(frozen=True)

    opened: int = 0
    closed: int = 0
    withdrawn: int = 0
    again: int = 0
    overridden: int = 0
    left: int = 0
    overdue: int = 0
    states: Mapping[State, int] = {}
    kinds: Mapping[Kind, int] = {}


class Month(BaseModel):
    """One month of the year."""

    model_config = ConfigDict(frozen=True)

    period: Period
    calls: CallFigures
    opened: int = 0
    closed: int = 0


class SectionSummary(BaseModel):
    """One section's period.

    Attributes:
        lines: on which it lost points most often.
        presence: at the sessions of the period, person by person and session by session.
    """

    model_config = ConfigDict(frozen=True)

    section: str
    calls: CallFigures
    lines: tuple[LostLine, ...]
    quiz: QuizFigures
    presence: Presence
    cases: CaseFigures


class ScaleUse(BaseModel):
    """How many calls of the period were judged by a version of a scale."""

    model_config = ConfigDict(frozen=True)

    title: str
    version: str
    calls: int


class RulesInForce(BaseModel):
    """A version of the rules that was in force during the period.

    Attributes:
        since: the first day on which it decided.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    since: date


class Report(BaseModel):
    """The figures of a period.

    Attributes:
        until: the last day that is in it: of the period, or the day on which it was made.
        outcomes: the sealed records by how they ended, in the order of the form.
        before: the courtesy figures of the same period a year earlier.
        change: of the mean against those; None where one of them has none.
        comparable: whether both were judged by the same versions of scales.
        lines: the most often lost first.
        bands: the scored calls by band, from the highest.
        sessions: held or planned in the period, in order, with who was there.
        to_come: identifiers of those of them that were not over when it was made.
        duty: how far the yearly sessions are held by `until`; of a half, of its year.
        sections: in the order of the office, never of their results.
        months: each of the period that has begun.
        scales: by which its calls were judged.
        rules: that were in force, oldest first.
        effect: of the year's sessions; None for a half, which is too short to show one.
        honours: whom the committee chose for the quarters that began in it.
    """

    model_config = ConfigDict(frozen=True)

    period: Period
    until: date
    calls: CallFigures
    outcomes: tuple[tuple[Outcome, int], ...]
    before: CallFigures
    change: Difference | None
    comparable: bool
    lines: tuple[LostLine, ...]
    bands: tuple[tuple[str, int], ...]
    quiz: QuizFigures
    papers: tuple[tuple[str, QuizFigures], ...]
    sessions: tuple[SessionPresence, ...]
    duty: Duty
    cases: CaseFigures
    sections: tuple[SectionSummary, ...]
    months: tuple[Month, ...]
    scales: tuple[ScaleUse, ...]
    rules: tuple[RulesInForce, ...]
    effect: Effect | None = None
    honours: tuple[Honour, ...] = ()
    to_come: frozenset[str] = frozenset()

    @property
    def over(self) -> bool:
        """Whether the period is over, so that nothing more can happen in it."""
        return self.until >= self.period.last

    @property
    def presence(self) -> Presence:
        """Everybody at all sessions."""
        return sum((one.total for one in self.sessions), Presence())

    @property
    def presences(self) -> tuple[SectionPresence, ...]:
        """The presence at all sessions by section."""
        return together(self.sessions, [one.section for one in self.sections])

    # What the figures say, one sentence each

    @property
    def calls_said(self) -> str:
        """How many were called, and how many of them have a score."""
        if not self.calls.sealed:
            return _("本期沒有封存的抽測電話。")
        return _("本期抽測封存 {sealed} 通，接通 {reached} 通，計分 {scored} 通（{people} 人）。").format(
            sealed=self.calls.sealed,
            reached=self.calls.reached,
            scored=self.calls.scored,
            people=self.calls.people,
        )

    @property
    def mean_said(self) -> str:
        """The mean and how sure it is."""
        mean, interval = self.calls.mean, self.calls.interval
        if mean is None:
            return _("計分的不到兩人，沒有可以公布的平均。")
        if interval is None:
            return _("平均 {mean} 分；通數太少或分數全部相同，算不出誤差。").format(mean=mean)
        return _("平均 {mean} 分，95% 信賴區間 {low} 至 {high} 分。").format(
            mean=mean, low=interval.low, high=interval.high
        )

    @property
    def change_said(self) -> str:
        """How it compares with a year before, and whether that means anything."""
        if self.change is None:
            return _("上年同期或本期計分的人不夠，不能比較。")
        told = _("上年同期計分 {n} 通，平均 {mean} 分；").format(n=self.before.scored, mean=self.before.mean)
        if not self.comparable:
            return told + _("兩期用的量表版本不同，不能比較。")
        if self.change.interval is None:
            return told + _("通數太少，不能說有變化。")
        told += _("相差 {points} 分（95% 信賴區間 {low} 至 {high}）。").format(
            points=f"{self.change.points:+}",
            low=f"{self.change.interval.low:+}",
            high=f"{self.change.interval.high:+}",
        )
        if not self.change.sure:
            return told + _("差異在抽樣誤差之內，不能說有變化。")
        return told + _("差異超出抽樣誤差；受測的人與題目不同，不能只憑此說明原因。")

    @property
    def sections_said(self) -> str:
        """What may be concluded from the sections' means."""
        known = [one.calls.interval for one in self.sections if one.calls.interval is not None]
        if len(known) < FEWEST:
            return _("各科室的通數都不夠，科室之間不能比較。")
        if max(one.low for one in known) <= min(one.high for one in known):
            return _("各科室的區間彼此重疊：可以看全局大致的水準，不能排名次。")
        return _("有科室的區間不重疊，值得了解原因；區間重疊的科室之間不能排先後。")

    @property
    def lines_said(self) -> str:
        """What was lost most often."""
        if self.calls.mean is None:
            return _("計分的不到兩人，不列失分項目。")
        if not self.lines:
            return _("沒有失分的項目。")
        first = self.lines[0]
        return _("最常失分的是「{item}：{text}」，評定 {judged} 次，失分 {lost} 次（{percent}%）。").format(
            item=first.item,
            text=first.text,
            judged=first.judged,
            lost=first.lost,
            percent=Share(count=first.lost, n=first.judged).percent,
        )

    @property
    def quiz_said(self) -> str:
        """How many sat quizzes and how many passed."""
        if not self.quiz.n:
            return _("本期沒有交卷的租稅常識測驗。")
        if self.quiz.mean is None:
            return _("租稅常識測驗只有一人交卷，不列成績。")
        return _(
            "租稅常識測驗交卷 {n} 份（{people} 人），及格 {passed} 份（{percent}%），平均 {mean} 分。"
        ).format(
            n=self.quiz.n,
            people=self.quiz.people,
            passed=self.quiz.passed,
            percent=self.quiz.pass_share.percent,
            mean=self.quiz.mean,
        )

    @property
    def sessions_said(self) -> str:
        """How far the yearly duty is, and who came to the sessions that are over."""
        told = _("年度講習已辦 {done} 場，應辦 {needed} 場。").format(
            done=self.duty.done, needed=self.duty.needed
        )
        if not self.sessions:
            return told + _("本期沒有場次。")
        held = [one for one in self.sessions if one.session.id not in self.to_come]
        coming = len(self.sessions) - len(held)
        if held:
            presence = sum((one.total for one in held), Presence())
            told += _(
                "本期已結束 {count} 場（含補訓場次及其他訓練），合計應到 {expected} 人次，"
                "出席 {present} 人次，核給 {hours} 小時"
            ).format(
                count=len(held),
                expected=presence.expected,
                present=presence.present,
                hours=f"{presence.hours.normalize():f}",
            )
            if presence.open:
                told += _("；其中 {open} 人次尚未登錄").format(open=presence.open)
            told += _("。")
        if coming:
            told += _("另有 {count} 場還沒有舉行，不計入合計。").format(count=coming)
        return told

    @property
    def cases_said(self) -> str:
        """How many cases were opened and came to an end."""
        cases = self.cases
        told = _("補訓案新開 {opened} 件，結案 {closed} 件，撤銷 {withdrawn} 件").format(
            opened=cases.opened, closed=cases.closed, withdrawn=cases.withdrawn
        )
        ending = (
            _("；期末未結 {left} 件，其中逾期未受訓 {overdue} 件。")
            if cases.left
            else _("；期末沒有未結的案件。")
        )
        return told + ending.format(left=cases.left, overdue=cases.overdue)

    @property
    def effect_said(self) -> str:
        """What may be said of the training; `""` where the period is too short to say anything."""
        return self.effect.sentence if self.effect else ""

    @property
    def honours_said(self) -> str:
        """How many were praised."""
        if not self.honours:
            return _("本期沒有評選出績優同仁的紀錄。")
        return _("評選出績優同仁 {count} 人次。").format(count=len(self.honours))

    @property
    def findings(self) -> tuple[str, ...]:
        """The sentences of the summary, in the order of the chapters."""
        said = (
            self.calls_said,
            self.mean_said,
            self.change_said,
            self.lines_said,
            self.quiz_said,
            self.sessions_said,
            self.cases_said,
            self.effect_said,
            self.honours_said,
        )
        return tuple(sentence for sentence in said if sentence)


def proposed(kind: PeriodKind, today: date) -> Period:
    """Give the period of which a paper is most likely wanted.

    A half is summed up when it is over (the appraisals of April and August look back on it); the report of a
    year is made in the January after it, and read for some time.
    """
    if kind is PeriodKind.HALF:
        return Period.of(kind, Period.of(kind, today).first - timedelta(days=1))
    if kind is PeriodKind.YEAR and Period.of(PeriodKind.HALF, today).number == 1:
        return Period.of(kind, today.replace(month=1, day=1) - timedelta(days=1))
    return Period.of(kind, today)


def call_figures(calls: Iterable[Call]) -> CallFigures:
    """Count sealed calls."""
    given = list(calls)
    scored = [call for call in given if call.score is not None]
    return CallFigures(
        sealed=len(given),
        reached=sum(call.outcome is Outcome.REACHED for call in given),
        people=len({call.person for call in scored}),
        critical=sum(call.critical for call in scored),
        sample=Sample.of([call.score for call in scored if call.score is not None]),
    )


def quiz_figures(results: Iterable[Result]) -> QuizFigures:
    """Count submitted sittings."""
    given = list(results)
    return QuizFigures(
        people=len({result.staff_no for result in given}),
        passed=sum(result.passed for result in given),
        warned=sum(result.warned for result in given),
        sample=Sample.of([result.score for result in given]),
    )


def state_on(case: Case, day: date) -> State | None:
    """Give the state in which a case was at the end of a day; None before it was opened."""
    if case.opened > day:
        return None
    state = case.steps[0].before if case.steps else case.state
    for step in case.steps:
        if day_of(step.at) <= day:
            state = step.after
    return state


def case_figures(cases: Iterable[Case], period: Period, until: date) -> CaseFigures:
    """Count what became of cases in a period.

    Args:
        cases: every case of the office, or of a section.
        period: by the days of opening and of the steps, Taipei time.
        until: the last day of the period that counts.
    """
    given = list(cases)
    opened = [case for case in given if case.opened in period and case.opened <= until]
    steps = [
        step
        for case in given
        for step in case.steps
        if day_of(step.at) in period and day_of(step.at) <= until
    ]
    open_now = [
        (case, state) for case in given if (state := state_on(case, until)) is not None and state.open
    ]
    kinds = {
        kind: sum(any(reason.kind is kind for reason in case.reasons) for case in opened) for kind in Kind
    }
    states = [state for _case, state in open_now]
    return CaseFigures(
        opened=len(opened),
        closed=sum(step.after is State.CLOSED for step in steps),
        withdrawn=sum(step.after is State.WITHDRAWN for step in steps),
        again=sum(step.after is State.AGAIN for step in steps),
        overridden=sum(bool(step.overridden) for step in steps),
        left=len(open_now),
        overdue=sum(_overdue(case, state, until) for case, state in open_now),
        states={state: states.count(state) for state in State if state in states},
        kinds={kind: count for kind, count in kinds.items() if count},
    )


def _overdue(case: Case, state: State, day: date) -> bool:
    # The due date that counts is the newest one: it is not known what an earlier one was.
    return state in {State.DUE, State.ASSIGNED, State.AGAIN} and day > case.due


def report(
    period: Period,
    until: date,
    *,
    calls: Sequence[Call],
    before: Sequence[Call],
    scales: Mapping[str, Scale],
    results: Sequence[Result],
    sessions: Sequence[SessionPresence],
    duty: Duty,
    cases: Sequence[Case],
    sections: Sequence[str],
    bands: Sequence[str],
    rules: Sequence[tuple[str, date]],
    effect: Effect | None = None,
    honours: Sequence[Honour] = (),
    to_come: Iterable[str] = (),
) -> Report:
    """Put a report together.

    Args:
        period: a year or a half.
        until: the last day of it that has come.
        calls: the sealed drawn calls that were made in it.
        before: those of the same period a year earlier.
        scales: by which both were judged, by version.
        results: the quizzes submitted in it.
        sessions: its sessions with who was there.
        duty: how far the yearly sessions are held by `until`.
        cases: every case of the office.
        sections: the names of the sections in the order of the office.
        bands: the names of the bands, from the highest.
        rules: version and first day of every book of rules, oldest first.
        effect: of its sessions, where it is a year.
        honours: whom the committee chose for its quarters.
        to_come: identifiers of those of its sessions that are not over.
    """
    now, then = call_figures(calls), call_figures(before)
    used = [call for call in calls if call.score is not None]
    used_before = [call for call in before if call.score is not None]
    names = _names(sections, calls, results, sessions, cases, period, until)
    papers = dict.fromkeys((result.paper_id, result.paper_title) for result in results)
    return Report(
        period=period,
        until=until,
        calls=now,
        outcomes=tuple((outcome, sum(call.outcome is outcome for call in calls)) for outcome in Outcome),
        before=then,
        change=None if now.mean is None or then.mean is None else difference(now.sample, then.sample),
        comparable={call.scale for call in used} == {call.scale for call in used_before},
        # Of one person's calls the lines would be that person's.
        lines=tuple(lost_lines(used, scales)[:MOST_LINES]) if now.people >= FEWEST else (),
        bands=tuple(
            (band, sum(call.band == band for call in used))
            for band in dict.fromkeys([*bands, *(call.band for call in used if call.band)])
        ),
        quiz=quiz_figures(results),
        papers=tuple(
            (title, quiz_figures(result for result in results if result.paper_id == paper))
            for paper, title in papers
        ),
        sessions=tuple(sessions),
        to_come=frozenset(to_come),
        duty=duty,
        cases=case_figures(cases, period, until),
        sections=tuple(
            _section(name, period, until, calls, scales, results, sessions, cases) for name in names
        ),
        months=tuple(_months(period, until, calls, cases)),
        scales=tuple(
            ScaleUse(
                title=scales[version].title,
                version=version,
                calls=sum(call.scale == version for call in used),
            )
            for version in dict.fromkeys(call.scale for call in used)
        ),
        rules=tuple(_in_force(rules, period.first, until)),
        effect=effect,
        honours=tuple(honours),
    )


def _section(
    name: str,
    period: Period,
    until: date,
    calls: Sequence[Call],
    scales: Mapping[str, Scale],
    results: Sequence[Result],
    sessions: Sequence[SessionPresence],
    cases: Sequence[Case],
) -> SectionSummary:
    own = [call for call in calls if call.section == name]
    scored = [call for call in own if call.score is not None]
    return SectionSummary(
        section=name,
        calls=call_figures(own),
        # Of one person's calls the lines would be that person's.
        lines=tuple(lost_lines(scored, scales)[:MOST_LINES_OF_A_SECTION])
        if len({call.person for call in scored}) >= FEWEST
        else (),
        quiz=quiz_figures(result for result in results if result.section == name),
        presence=sum(
            (one.presence for session in sessions for one in session.sections if one.section == name),
            Presence(),
        ),
        cases=case_figures((case for case in cases if case.section == name), period, until),
    )


def _names(
    sections: Sequence[str],
    calls: Iterable[Call],
    results: Iterable[Result],
    sessions: Iterable[SessionPresence],
    cases: Iterable[Case],
    period: Period,
    until: date,
) -> list[str]:
    """Give the office's sections; one that no longer exists, but of which something counts, comes last."""
    counted = [
        *(call.section for call in calls),
        *(result.section for result in results),
        *(one.section for session in sessions for one in session.sections),
        *(
            case.section
            for case in cases
            if case.opened <= until and (case.closed_at is None or day_of(case.closed_at) >= period.first)
        ),
    ]
    return list(dict.fromkeys([*sections, *counted]))


def _months(period: Period, until: date, calls: Sequence[Call], cases: Sequence[Case]) -> Iterable[Month]:
    for number in range(period.first.month, period.last.month + 1):
        month = Period(kind=PeriodKind.MONTH, year=period.year, number=number)
        if month.first > until:
            return
        figures = case_figures(cases, month, until)
        yield Month(
            period=month,
            calls=call_figures(call for call in calls if day_of(call.at) in month),
            opened=figures.opened,
            closed=figures.closed,
        )


def _in_force(rules: Sequence[tuple[str, date]], first: date, last: date) -> Iterable[RulesInForce]:
    """Give the books of rules that decided on some day from `first` to `last`, oldest first.

    Of two books the later first day decides; of two with the same day, the one published later.
    """
    newest = {since: version for version, since in rules}
    days = sorted(since for since in newest if since <= last)
    for day, following in zip(days, [*days[1:], None], strict=True):
        if following is None or following > first:
            yield RulesInForce(version=newest[day], since=day)
