"""What can be done about 績優: see the candidates, record the vote and the choice, take one back."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from bureau.calendar import Period, day_of
from bureau.journal import canonical
from bureau.language import _
from bureau.problem import NotAllowed, Problem, Refused, in_file
from bureau.roles import Actor, Role
from bureau.text import clean_line
from courtesy.occasion import Occasion
from training.desk import TrainingDesk
from training.honours import (
    Candidate,
    Honour,
    HonoursError,
    Known,
    Proposal,
    Record,
    Vote,
    chosen,
    months_back,
    proposal,
    recomputed,
)
from training.honours_rules import HonoursRules
from training.honours_store import HonoursStore

CHOOSE = "honours.choose"
"""The act that records the committee's choice of one person."""

TAKE_BACK = "honours.take_back"
"""The act that takes a choice back."""

VOTE = "honours.vote"
"""The act that records the tally of a public vote."""

COMMITTEE = (Role.HEAD, Role.TRAINER)
"""Who sees the candidates and records the choice; the administrator may do everything."""


class HonoursDesk:
    """The acts of 績優; each is one transaction with its journal entry.

    Attributes:
        training: whose open cases bar somebody from praise.
        office: the opened file.
    """

    def __init__(self, training: TrainingDesk) -> None:
        self.training = training
        self.office = training.office
        self._store = HonoursStore(training.office.store)

    # Candidates

    def proposal(self, quarter: Period, *, by: Actor, at: datetime) -> Proposal:
        """Give the candidates of a quarter in order, and who is none and why.

        Evidence becomes cases first, so that nobody is proposed whom a case should have barred.

        Args:
            quarter: that has begun.
            by: the committee: a trainer, head or administrator.
            at: the moment; open cases are those of this moment.

        Raises:
            NotAllowed: not of the committee.
            HonoursError: the quarter has not begun.
        """
        by.require(*COMMITTEE)
        self.training.open_cases(by=by, at=at)
        return self._proposal(quarter, day_of(at))

    def _proposal(self, quarter: Period, today: date) -> Proposal:
        if quarter.first > today:
            raise HonoursError(
                _("{quarter} 還沒有開始。").format(quarter=quarter.title), remedy=_("請查對季別。")
            )
        last = min(quarter.last, today)
        book = self.office.rules(last)
        rules = book.of(HonoursRules)
        votes = self.votes(quarter)
        return proposal(
            quarter,
            self._records(quarter, rules, votes, last, today),
            rules,
            version=book.version,
            last=last,
            voted=bool(votes),
        )

    def _records(
        self, quarter: Period, rules: HonoursRules, votes: Sequence[Vote], last: date, today: date
    ) -> list[Record]:
        first = months_back(quarter, rules.months)
        calls: dict[str, list[Known]] = {}
        for call in self.training.calls.sealed(first, last):
            # Whoever was called once more because a call went badly has no further chance by it.
            if call.score is not None and call.occasion is Occasion.DRAWN:
                calls.setdefault(call.person, []).append(Known(id=call.id, score=call.score))
        quizzes: dict[str, list[Known]] = {}
        for result in self.training.quiz.submitted(first, last):
            quizzes.setdefault(result.staff_no, []).append(Known(id=result.sitting_id, score=result.score))
        tally: Counter[str] = Counter()
        for vote in votes:
            tally.update(vote.lines)
        away = self._leave_days(quarter)
        cases = {case.person: case.id for case in self.training.cases(open_only=True)}
        return [
            Record(
                staff_no=person.staff_no,
                name=person.name,
                section=person.section,
                title=person.title,
                calls=tuple(calls.get(person.staff_no, ())),
                quizzes=tuple(quizzes.get(person.staff_no, ())),
                votes=tally[person.staff_no],
                leave_days=away.get(person.staff_no, 0),
                open_case=cases.get(person.staff_no, ""),
            )
            for person in self.office.ground.people_on(today)
        ]

    def _leave_days(self, quarter: Period) -> dict[str, int]:
        days: dict[str, set[date]] = {}
        for leave in self.office.ground.leaves(quarter.first, quarter.last):
            first, last = max(leave.first, quarter.first), min(leave.last, quarter.last)
            days.setdefault(leave.staff_no, set()).update(
                first + timedelta(days=number) for number in range((last - first).days + 1)
            )
        return {staff_no: len(own) for staff_no, own in days.items()}

    # The public vote

    def votes(self, period: Period) -> list[Vote]:
        """Give the tallies that hold of the months of a period, in order."""
        holding = {vote.month.first: vote for vote in self._store.votes() if vote.month.first in period}
        return [holding[first] for first in sorted(holding)]

    def record_vote(
        self,
        month: Period,
        lines: Mapping[str, int],
        *,
        valid: int,
        invalid: int = 0,
        reason: str = "",
        by: Actor,
        at: datetime,
    ) -> Vote:
        """Record the tally of a month's public vote (服務禮貌月票選).

        A second tally of the month takes the place of the first, with a reason; both stay in the file.

        Args:
            month: that has begun.
            lines: votes by 員工編號.
            valid: the valid votes as counted at the boxes.
            invalid: ballots that count for nobody.
            reason: why an earlier tally was wrong.
            by: a trainer, head or administrator.
            at: the moment.

        Raises:
            HonoursError: the votes do not add up, nobody got any, a number is out of range, the month has
                not begun, or a reason is missing.
            Refused: nobody of that number.
        """
        by.require(*COMMITTEE)
        today = day_of(at)
        if month.first > today:
            raise HonoursError(_("{month} 還沒有開始。").format(month=month.title), remedy=_("請查對月份。"))
        if not lines:
            raise HonoursError(_("沒有任何候選人。"), remedy=_("請寫 員工編號=票數。"))
        reason = clean_line(reason)
        with self.office.act(VOTE, by=by, at=at) as act:
            for staff_no in lines:
                self.office.person(staff_no, min(month.last, today))
            if self.votes(month) and not reason:
                raise HonoursError(
                    _("{month} 的票選已經登錄過。").format(month=month.title),
                    remedy=_("要更正請寫明理由；原來的紀錄會保留。"),
                )
            try:
                vote = Vote(
                    id=self.office.new_id("vote"),
                    month=month,
                    lines=dict(sorted(lines.items())),
                    valid=valid,
                    invalid=invalid,
                    reason=reason,
                    by=by.staff_no,
                    at=at,
                )
            except ValidationError:
                raise HonoursError(_("票數應為 0 至 1,000,000 的整數。"), remedy=_("請查對票數。")) from None
            self._store.add_vote(vote)
            act.record(
                vote.id,
                month=month.code,
                lines=dict(vote.lines),
                valid=valid,
                invalid=invalid,
                reason=reason,
                digest=_digest(vote),
            )
        return vote

    # The committee's choice

    def choose(
        self, quarter: Period, people: Sequence[str], reason: str, *, by: Actor, at: datetime
    ) -> list[Honour]:
        """Record whom the committee chose, one record for each, all or none.

        The candidates are found again in the same transaction, so that nobody is chosen whom a case bars by
        now. What the choice says about the order of the candidates is recorded with it.

        Args:
            quarter: for which.
            people: 員工編號.
            reason: the committee's; it stands on the 榮譽榜.
            by: a trainer, head or administrator; nobody records the own praise.
            at: the moment.

        Raises:
            HonoursError: no reason, nobody, somebody twice, or somebody who is no candidate.
            NotAllowed: not of the committee, or the own name.
        """
        by.require(*COMMITTEE)
        reason = _given(reason, _("請寫明評選小組的理由。"))
        if by.staff_no and by.staff_no in people:
            raise NotAllowed(_("不能登錄自己為績優人員。"), remedy=_("請由別人登錄。"))
        with self.office.store.transaction():
            made = self.proposal(quarter, by=by, at=at)
            already = [each.person for each in self.honours(quarter) if each.holds]
            picked = chosen(made, people, already)
            return [
                self._choose(made, one, reason, passed_over, tied, by, at)
                for one, passed_over, tied in picked
            ]

    def _choose(
        self,
        made: Proposal,
        one: Candidate,
        reason: str,
        passed_over: tuple[str, ...],
        tied: tuple[str, ...],
        by: Actor,
        at: datetime,
    ) -> Honour:
        assert one.total is not None, "candidates have a total"
        with self.office.act(CHOOSE, by=by, at=at) as act:
            honour = Honour(
                id=self.office.new_id("honour"),
                quarter=made.quarter,
                person=one.staff_no,
                name=one.record.name,
                section=one.record.section,
                title=one.record.title,
                reason=reason,
                rank=one.rank,
                total=one.total,
                calls=one.record.calls,
                quizzes=one.record.quizzes,
                votes=one.record.votes,
                most=made.most if "vote" in made.weights else 0,
                weights=made.weights,
                rules=made.rules,
                passed_over=passed_over,
                tied=tied,
                by=by.staff_no,
                at=at,
            )
            self._store.add(honour)
            act.record(
                honour.id,
                quarter=made.quarter.code,
                person=honour.person,
                rank=honour.rank,
                total=f"{honour.total:.2f}",
                reason=reason,
                passed_over=list(passed_over),
                tied=list(tied),
                digest=_digest(honour),
            )
        return honour

    def take_back(self, honour_id: str, reason: str, *, by: Actor, at: datetime) -> Honour:
        """Take a choice back; it stays in the file, and no longer stands on the 榮譽榜.

        Raises:
            HonoursError: there is none, it was taken back before, or no reason is given.
        """
        by.require(*COMMITTEE)
        reason = _given(reason, _("請寫明撤回的理由。"))
        with self.office.act(TAKE_BACK, by=by, at=at) as act:
            honour = self.honour(honour_id)
            if not honour.holds:
                raise HonoursError(_("績優紀錄 {id} 已經撤回。").format(id=honour_id))
            self._store.take_back(honour_id, reason, by.staff_no, at)
            act.record(honour_id, person=honour.person, reason=reason)
        return honour.model_copy(update={"taken_back": reason})

    def honour(self, honour_id: str) -> Honour:
        """Give one record.

        Raises:
            HonoursError: there is none of that identifier.
        """
        found = next((each for each in self._store.honours() if each.id == honour_id), None)
        if found is None:
            raise HonoursError(
                _("沒有編號 {id} 的績優紀錄。").format(id=honour_id),
                remedy=_("請用 courtesy honours chosen 查對編號。"),
            )
        return found

    def honours(self, quarter: Period) -> list[Honour]:
        """Give every record of a quarter in the order of choosing, those taken back included."""
        return self._store.honours(quarter.first, quarter.last)

    def chosen(self, first: date, last: date) -> list[Honour]:
        """Give the choices that hold of the quarters that begin from `first` to `last`, in order.

        Everybody may see them: they hang on the wall.
        """
        return [each for each in self._store.honours(first, last) if each.holds]

    def later_cases(self, honours: Sequence[Honour], *, by: Actor) -> dict[str, str]:
        """Give the open cases of people who were chosen, by the choice's identifier.

        A case that was opened after a choice changes nothing of it by itself: the committee sees it, and
        decides.
        """
        by.require(*COMMITTEE)
        cases = {case.person: case.id for case in self.training.cases(open_only=True)}
        return {each.id: cases[each.person] for each in honours if each.holds and each.person in cases}

    # Proof

    def verify(self) -> list[Problem]:
        """Compute the totals of the choices again, and hold choices and votes against the journal."""
        place = in_file(self.office.store.path)
        try:
            faults = list(self._faults())
        except Refused as damaged:
            faults = [damaged.what]
        return [Problem(what, place, _("這一筆被改過，請由備份比對。")) for what in faults]

    def _faults(self) -> Iterator[str]:
        yield from self._vote_faults()
        said, gone = self.office.evidence(CHOOSE), self.office.evidence(TAKE_BACK)
        honours = {each.id: each for each in self._store.honours()}
        for name in sorted(said.keys() - honours.keys()):
            yield _("日誌裡有績優紀錄 {id}，資料卻不見了。").format(id=name)
        columns = {row[0]: row[1:] for row in self._store.columns()}
        for each in honours.values():
            stored = (each.quarter.first.isoformat(), each.person, int(each.total * 100))
            payload = said.get(each.id)
            if payload is None or payload["digest"] != _digest(each) or columns.get(each.id) != stored:
                yield _("績優紀錄 {id} 與日誌不符。").format(id=each.id)
            elif gone.get(each.id, {}).get("reason", "") != each.taken_back:
                yield _("績優紀錄 {id} 的撤回與日誌不符。").format(id=each.id)
            elif recomputed(each) != each.total:
                yield _("績優紀錄 {id} 的總分重算不符。").format(id=each.id)
            elif lost := self._lost(each):
                yield _("績優紀錄 {id} 依據的成績 {records} 已不相符。").format(
                    id=each.id, records="、".join(lost)
                )

    def _vote_faults(self) -> Iterator[str]:
        said = self.office.evidence(VOTE)
        votes = {each.id: each for each in self._store.votes()}
        columns = {row[0]: row[1:] for row in self._store.vote_columns()}
        for name in sorted(said.keys() - votes.keys()):
            yield _("日誌裡有票選 {id}，資料卻不見了。").format(id=name)
        for each in votes.values():
            stored = (each.month.first.isoformat(), each.valid)
            payload = said.get(each.id)
            if payload is None or payload["digest"] != _digest(each) or columns.get(each.id) != stored:
                yield _("票選 {id} 與日誌不符。").format(id=each.id)

    def _lost(self, honour: Honour) -> list[str]:
        """Give the calls and sittings that never had the score by which somebody was chosen."""
        calls, quiz = self.training.calls, self.training.quiz
        lost = []
        for known in honour.calls:
            call = calls.as_sealed(known.id)
            # As sealed, or as a ruling has made it since.
            scores = {call.score, *(ruling.after.score for ruling in calls.rulings_on(known.id))}
            if call.person != honour.person or known.score not in scores:
                lost.append(known.id)
        for known in honour.quizzes:
            sitting = quiz.sitting(known.id)
            if sitting.staff_no != honour.person or sitting.score != known.score:
                lost.append(known.id)
        return lost


def _given(reason: str, remedy: str) -> str:
    reason = clean_line(reason)
    if not reason:
        raise HonoursError(_("沒有寫理由。"), remedy=remedy)
    return reason


def _digest(record: Honour | Vote) -> str:
    content: dict[str, Any] = record.model_dump(mode="json", exclude={"taken_back"})
    return hashlib.sha256(canonical(content).encode()).hexdigest()
