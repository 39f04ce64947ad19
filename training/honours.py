"""績優: who may be proposed for praise in a quarter, in which order, and whom the committee chose.

Every figure is exact: means and totals are fractions, rounded half up to hundredths where they are shown; and
what is shown decides the order. So nobody stands before somebody else by a digit that nobody sees.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bureau.calendar import DateError, Period, PeriodKind, roc
from bureau.language import _
from bureau.problem import Refused
from bureau.text import CleanLine, Name
from courtesy.result import FEW_CALLS
from training.honours_rules import HonoursRules

MOST_VOTES = 1_000_000
_FULL = 100
_CENT = Decimal("0.01")
_SPOKEN = re.compile(r"(\d{1,4})年(?:度)?第?([1-4一二三四])季")
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4}


class HonoursError(Refused):
    """A choice or a vote cannot be recorded in this way."""


class Known(BaseModel):
    """One result that counts for somebody.

    Attributes:
        id: of the call, or of the sitting.
        score: 0.00 to 100.00, as it was in force when it was looked at.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    score: Decimal


class Record(BaseModel):
    """What is known of one person in the time that counts.

    Attributes:
        section: on the day of the list.
        calls: the scored calls for which the person was drawn by lot.
        quizzes: the submitted sittings.
        votes: from the public of the quarter.
        leave_days: days of leave in the quarter.
        open_case: the person's open retraining case; `""`: none.
    """

    model_config = ConfigDict(frozen=True)

    staff_no: str
    name: str
    section: str
    title: str = ""
    calls: tuple[Known, ...] = ()
    quizzes: tuple[Known, ...] = ()
    votes: int = 0
    leave_days: int = 0
    open_case: str = ""


class Excluded(StrEnum):
    """Why somebody is not proposed."""

    CASE = "case"
    LEAVE = "leave"
    FEW_CALLS = "few_calls"
    FEW_QUIZZES = "few_quizzes"
    COURTESY = "courtesy"
    QUIZ = "quiz"
    VOTE = "vote"


class Candidate(BaseModel):
    """One person as the rules see him or her.

    Attributes:
        record: what is known.
        courtesy: mean of the calls; None without one.
        quiz: mean of the quizzes; None without one.
        vote: votes in percent of the most that anybody has; None where there was no vote.
        total: the weighted mean of the parts that count in this quarter; None where one of them is missing.
        rank: 1 for the highest total; who has the same total has the same rank. 0: excluded.
        excluded: why the person is not proposed; empty: is a candidate.
        why: the same in words.
    """

    model_config = ConfigDict(frozen=True)

    record: Record
    courtesy: Decimal | None
    quiz: Decimal | None
    vote: Decimal | None
    total: Decimal | None
    rank: int = 0
    excluded: tuple[Excluded, ...] = ()
    why: CleanLine = ""

    @property
    def staff_no(self) -> str:
        """員工編號."""
        return self.record.staff_no


class Proposal(BaseModel):
    """The list of a quarter, as the committee sees it.

    Attributes:
        quarter: of which.
        first: the first day whose results count.
        last: the last one: of the quarter, or the day of the list if that is earlier.
        rules: the version of the rules.
        proposed: up to which rank they propose.
        candidates: by rank, those of one rank by 員工編號.
        excluded: everybody else with a result, a vote or an open case, by 員工編號.
        weights: the share of each part that counts in this quarter.
        most: the most votes that anybody has.
    """

    model_config = ConfigDict(frozen=True)

    quarter: Period
    first: date
    last: date
    rules: str
    proposed: int
    candidates: tuple[Candidate, ...]
    excluded: tuple[Candidate, ...]
    weights: Mapping[str, Decimal]
    most: int = 0

    @property
    def running(self) -> bool:
        """Whether the quarter is not over on the day of the list."""
        return self.last < self.quarter.last

    @property
    def leading(self) -> tuple[Candidate, ...]:
        """The candidates that the rules propose: up to a rank, with everybody who shares it."""
        return tuple(each for each in self.candidates if each.rank <= self.proposed)

    @property
    def conclusions(self) -> list[str]:
        """How the list was made, and what to mind in it, in words."""
        names = {"courtesy": _("電話禮貌"), "quiz": _("測驗"), "vote": _("票選")}
        lines = [
            _("成績由 {first} 至 {last}；權重：{weights}。").format(
                first=roc(self.first),
                last=roc(self.last),
                weights="、".join(
                    f"{names[name]} {weight.normalize():f}" for name, weight in self.weights.items()
                ),
            ),
            _("推薦到第 {rank} 名，共 {n} 人；另有 {others} 人不列入。").format(
                rank=self.proposed, n=len(self.leading), others=len(self.excluded)
            ),
        ]
        if not self.candidates:
            lines.append(_("沒有合於規則的人；寧缺勿濫，不降低標準湊數。"))
        if any(self.tied(each) for each in self.leading):
            lines.append(_("有同分的人，名次相同；由評選小組決定並寫明理由。"))
        fewest = min((len(each.record.calls) for each in self.leading), default=FEW_CALLS)
        if fewest < FEW_CALLS:
            lines.append(
                _("推薦的人裡，有人只有 {n} 通抽測：差幾分多半是運氣，名次只是規則算出的順序。").format(
                    n=fewest
                )
            )
        if self.running:
            lines.append(_("這一季還沒有結束，名單還會變。"))
        return lines

    def tied(self, candidate: Candidate) -> bool:
        """Say whether somebody else has the same rank."""
        return sum(each.rank == candidate.rank for each in self.candidates) > 1

    def candidate(self, staff_no: str) -> Candidate | None:
        """Give somebody's line, whether proposed or excluded."""
        return next((each for each in (*self.candidates, *self.excluded) if each.staff_no == staff_no), None)


class Vote(BaseModel):
    """The tally of one month's public vote (服務禮貌月票選).

    Attributes:
        id: of the tally.
        month: of the vote.
        lines: votes by 員工編號.
        valid: the valid votes as counted; they are those of the candidates together.
        invalid: ballots that count for nobody.
        reason: why it takes the place of an earlier tally of the month; `""` for the first.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    month: Period
    lines: Mapping[Name, Annotated[int, Field(ge=0, le=MOST_VOTES)]]
    valid: Annotated[int, Field(ge=0, le=MOST_VOTES)]
    invalid: Annotated[int, Field(ge=0, le=MOST_VOTES)] = 0
    reason: CleanLine = ""
    by: str = ""
    at: datetime

    @model_validator(mode="after")
    def _adds_up(self) -> "Vote":
        total = sum(self.lines.values())
        if total != self.valid:
            raise HonoursError(
                _("各人得票合計 {total} 票，與有效票 {valid} 票不符。").format(total=total, valid=self.valid),
                remedy=_("請重新核對開票紀錄。"),
            )
        return self


class Honour(BaseModel):
    """That the committee chose somebody; unchangeable, and taken back only by a record of its own.

    Attributes:
        id: of the record.
        quarter: for which.
        person: 員工編號.
        name: on the day of the choice.
        section: on that day.
        title: 職稱 on that day.
        reason: the committee's, as it stands on the 榮譽榜.
        rank: among the candidates.
        total: by which the rank was given.
        calls: the calls that it stands on.
        quizzes: the sittings.
        votes: from the public.
        most: the most votes that anybody had.
        weights: the share of each part.
        rules: the version of the rules.
        passed_over: candidates of a better rank who were not chosen.
        tied: candidates of the same rank who were not chosen.
        taken_back: why it no longer holds; `""`: it holds.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    quarter: Period
    person: str
    name: str
    section: str
    title: str = ""
    reason: CleanLine
    rank: int
    total: Decimal
    calls: tuple[Known, ...]
    quizzes: tuple[Known, ...]
    votes: int = 0
    most: int = 0
    weights: Mapping[str, Decimal]
    rules: str
    passed_over: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    by: str = ""
    at: datetime
    taken_back: CleanLine = ""

    @property
    def holds(self) -> bool:
        """Whether it was not taken back."""
        return not self.taken_back


def quarter_of(text: str) -> Period:
    """Read a quarter such as 115Q4, 2026Q4 or 115 年第 4 季.

    Raises:
        DateError: it is none.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    if spoken := _SPOKEN.fullmatch(plain):
        number = _CHINESE.get(spoken[2]) or int(spoken[2])
        plain = f"{spoken[1]}Q{number}"
    period = Period.parse(plain)
    if period.kind is not PeriodKind.QUARTER:
        raise DateError(_("「{text}」不是一季。").format(text=text), remedy=_("請寫成 115Q4。"))
    return period


def month_of(text: str) -> Period:
    """Read a month such as 115M11.

    Raises:
        DateError: it is none.
    """
    period = Period.parse(text)
    if period.kind is not PeriodKind.MONTH:
        raise DateError(_("「{text}」不是一個月。").format(text=text), remedy=_("請寫成 115M11。"))
    return period


def votes_of(words: Sequence[str]) -> dict[str, int]:
    """Read votes written as 員工編號=票數.

    Raises:
        HonoursError: something else, or somebody twice.
    """
    found: dict[str, int] = {}
    for word in words:
        staff_no, _equals, number = unicodedata.normalize("NFKC", word).partition("=")
        if not staff_no or not (number.isascii() and number.isdigit()):
            raise HonoursError(_("「{text}」不是編號=票數。").format(text=word), remedy=_("例如 0101=35。"))
        if staff_no in found:
            raise HonoursError(
                _("{staff_no} 寫了兩次。").format(staff_no=staff_no), remedy=_("每人只寫一次。")
            )
        found[staff_no] = int(number)
    return found


def departing(passed_over: Sequence[str], tied: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Say where a choice departs from the order, or takes one among equals.

    Args:
        passed_over: candidates of a better rank who are not chosen.
        tied: candidates of the same rank who are not.
        names: by 員工編號.
    """
    lines = []
    for people, text in (
        (passed_over, _("沒有依名次：名次在前而未選的有 {names}（記入日誌）。")),
        (tied, _("同名次而未選的有 {names}（記入日誌）。")),
    ):
        if people:
            lines.append(text.format(names="、".join(names.get(each, each) for each in people)))
    return lines


def months_back(quarter: Period, months: int) -> date:
    """Give the first day of the last so many months of a quarter."""
    whole = quarter.year * 12 + quarter.last.month - months
    return date(whole // 12, whole % 12 + 1, 1)


def proposal(
    quarter: Period,
    records: Sequence[Record],
    rules: HonoursRules,
    *,
    version: str,
    last: date,
    voted: bool,
    proposed: int | None = None,
) -> Proposal:
    """Rank everybody by the rules.

    A part that the office did not have at all in the time (no quiz held, no vote taken) leaves numerator and
    denominator of the total. Only candidates are ranked; excluded people take no rank away from anybody.

    Args:
        quarter: of which.
        records: what is known of everybody who works here.
        rules: in force on `last`.
        version: of the rules.
        last: the last day whose results count.
        voted: whether a public vote of the quarter is recorded.
        proposed: up to which rank; None: as the rules say.
    """
    quizzed = any(record.quizzes for record in records)
    most = max((record.votes for record in records), default=0)
    parts = {"courtesy": rules.courtesy_weight}
    if quizzed:
        parts["quiz"] = rules.quiz_weight
    if voted and most:
        parts["vote"] = rules.vote_weight
    weights = {name: weight for name, weight in parts.items() if weight}
    judged = [_judged(record, rules, weights, most, quizzed=quizzed) for record in records]
    found = [(each, each.total) for each in judged if not each.excluded and each.total is not None]
    ranked = [
        each.model_copy(update={"rank": 1 + sum(other > own for _other, other in found)})
        for each, own in found
    ]
    return Proposal(
        quarter=quarter,
        first=months_back(quarter, rules.months),
        last=last,
        rules=version,
        proposed=rules.proposed if proposed is None else proposed,
        candidates=tuple(sorted(ranked, key=lambda each: (each.rank, each.staff_no))),
        excluded=tuple(
            sorted(
                (each for each in judged if each.excluded and _anything(each.record)),
                key=lambda each: each.staff_no,
            )
        ),
        weights=weights,
        most=most,
    )


def mean(known: Sequence[Known]) -> Decimal | None:
    """Give the mean of scores, rounded half up to hundredths; None of none."""
    if not known:
        return None
    return _rounded(Fraction(sum(Fraction(each.score) for each in known), len(known)))


def vote_share(votes: int, most: int) -> Decimal | None:
    """Give votes in percent of the most that anybody has; None where nobody has any."""
    return _rounded(Fraction(votes * _FULL, most)) if most else None


def total(parts: Mapping[str, Decimal | None], weights: Mapping[str, Decimal]) -> Decimal | None:
    """Give the weighted mean of the parts that have a weight; None where one of them is missing.

    Args:
        parts: the shown values, in hundredths.
        weights: above 0; only their ratio counts.
    """
    whole = Fraction(0)
    for name, weight in weights.items():
        value = parts.get(name)
        if value is None:
            return None
        whole += Fraction(weight) * Fraction(value)
    return _rounded(whole / sum(Fraction(weight) for weight in weights.values()))


def recomputed(honour: Honour) -> Decimal | None:
    """Compute the total again from what the choice stands on."""
    parts = {
        "courtesy": mean(honour.calls),
        "quiz": mean(honour.quizzes),
        "vote": vote_share(honour.votes, honour.most),
    }
    return total(parts, honour.weights)


def chosen(
    made: Proposal, people: Sequence[str], already: Sequence[str]
) -> list[tuple[Candidate, tuple[str, ...], tuple[str, ...]]]:
    """Say what choosing these people means beside the order of the candidates.

    Args:
        made: the list of the day.
        people: who is to be chosen.
        already: who was chosen for the quarter before.

    Returns:
        For each the line of the list, the candidates of a better rank who were passed over, and those of the
        same rank who were not chosen.

    Raises:
        HonoursError: nobody, somebody twice or again, or somebody who is no candidate.
    """
    if not people:
        raise HonoursError(_("沒有指定任何人。"), remedy=_("請寫員工編號。"))
    found: list[Candidate] = []
    for staff_no in people:
        one = made.candidate(staff_no)
        if staff_no in already or staff_no in {each.staff_no for each in found}:
            raise HonoursError(
                _("{name}已是{quarter}的績優人員。").format(
                    name=one.record.name if one else staff_no, quarter=made.quarter.title
                ),
                remedy=_("同一季每人只記一次。"),
            )
        if one is None:
            raise HonoursError(
                _("{staff_no} 不在名單上。").format(staff_no=staff_no),
                remedy=_("請用 courtesy honours {quarter} 查對。").format(quarter=made.quarter.code),
            )
        if one.excluded:
            raise HonoursError(
                _("{name}（{staff_no}）不能列為績優：{why}。").format(
                    name=one.record.name, staff_no=staff_no, why=one.why
                ),
                remedy=_("請由候選人中選，或由管理者公布新的規則。"),
            )
        found.append(one)
    left = [each for each in made.candidates if each.staff_no not in {*people, *already}]
    return [
        (
            one,
            tuple(each.staff_no for each in left if each.rank < one.rank),
            tuple(each.staff_no for each in left if each.rank == one.rank),
        )
        for one in found
    ]


def _judged(
    record: Record, rules: HonoursRules, weights: Mapping[str, Decimal], most: int, *, quizzed: bool
) -> Candidate:
    courtesy, quiz = mean(record.calls), mean(record.quizzes)
    vote = vote_share(record.votes, most)
    found: list[tuple[Excluded, str]] = []
    if record.open_case:
        found.append((Excluded.CASE, _("有未結的補訓案 {id}").format(id=record.open_case)))
    if record.leave_days > rules.most_leave_days:
        found.append((Excluded.LEAVE, _("本季請假 {days} 天").format(days=record.leave_days)))
    if len(record.calls) < rules.calls_needed:
        found.append(
            (
                Excluded.FEW_CALLS,
                _("抽測 {n} 通，不足 {least} 通").format(n=len(record.calls), least=rules.calls_needed),
            )
        )
    # A quiz that counts is needed for the total, whatever the least number is.
    least = max(rules.quizzes_needed, int("quiz" in weights)) if quizzed else 0
    if len(record.quizzes) < least:
        found.append(
            (
                Excluded.FEW_QUIZZES,
                _("測驗 {n} 次，不足 {least} 次").format(n=len(record.quizzes), least=least),
            )
        )
    for reason, value, floor, text in (
        (Excluded.COURTESY, courtesy, rules.courtesy_floor, _("電話禮貌 {score} 分，低於 {floor}")),
        (Excluded.QUIZ, quiz, rules.quiz_floor, _("測驗 {score} 分，低於 {floor}")),
        (
            Excluded.VOTE,
            vote if "vote" in weights else None,
            rules.vote_floor,
            _("票選 {score}，低於 {floor}"),
        ),
    ):
        if value is not None and value < floor:
            found.append((reason, text.format(score=value, floor=floor)))
    return Candidate(
        record=record,
        courtesy=courtesy,
        quiz=quiz,
        vote=vote if "vote" in weights else None,
        total=total({"courtesy": courtesy, "quiz": quiz, "vote": vote}, weights),
        excluded=tuple(reason for reason, _text in found),
        why="、".join(text for _reason, text in found),
    )


def _anything(record: Record) -> bool:
    return bool(record.calls or record.quizzes or record.votes or record.open_case)


def _rounded(value: Fraction) -> Decimal:
    # In whole numbers, so that exactly half a hundredth is known to be half of one.
    cents = (2 * _FULL * value.numerator + value.denominator) // (2 * value.denominator)
    return (Decimal(cents) / _FULL).quantize(_CENT)
