"""What a person can do at the spot checks' desk: publish scales, draw rounds, score and seal calls."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock
from decimal import Decimal
from pathlib import Path
from typing import Any

from bureau.calendar import TAIPEI, Period, day_of
from bureau.database import StoreError
from bureau.language import _
from bureau.office import Office
from bureau.people import Leave, Person
from bureau.problem import NotAllowed, Problem, Refused, in_file
from bureau.roles import Actor, Role
from bureau.text import clean_line
from courtesy.asked import QuestionRecord, asking, choose, records
from courtesy.call import (
    MOST_SECONDS,
    Attempt,
    Call,
    CallError,
    Outcome,
    Readiness,
    causes_left,
    readiness,
    score_of,
    sealed,
    with_cause,
    with_mark,
    with_outcome,
    with_timing,
)
from courtesy.confirming_desk import ConfirmingDesk
from courtesy.draw import (
    Candidate,
    Certificate,
    DrawError,
    Drawn,
    DrawRules,
    check_possible,
    check_public_number,
    commitment,
    difference,
    draw,
)
from courtesy.effort import Effort, spread
from courtesy.objection import Ruling
from courtesy.objection_store import ObjectionStore
from courtesy.occasion import Occasion
from courtesy.rota import Roster
from courtesy.rota_store import RotaStore
from courtesy.round import (
    Draw,
    Round,
    RoundError,
    RoundState,
    assigned,
    may_call,
    no_tester,
    no_testers,
    why_not,
)
from courtesy.scale import Moment, Scale, ScaleError, Score, version_of
from courtesy.scale_file import read
from courtesy.second_thoughts import second_thoughts
from courtesy.standing import CourtesyRules
from courtesy.store import CourtesyStore
from quiz_bank.desk import QuizDesk
from quiz_bank.practice import Cause, Missed
from quiz_bank.question import Question

SCALES = Path(__file__).with_name("scales")
"""The folder of the scales that come with the program, each named by its code."""

SWITCHBOARD = "switchboard"
"""The part of a scale that tests the 總機, where a scale has one."""

_SALT_BYTES = 32
_MOST_BYTES = 1_000_000


class CallDesk:
    """The acts of the spot checks.

    Attributes:
        confirming: the second calls after bad ones.
    """

    def __init__(self, office: Office, quiz: QuizDesk) -> None:
        self.office = office
        self.quiz = quiz
        self._store = CourtesyStore(office.store)
        self._rota = RotaStore(office.store)
        self._objections = ObjectionStore(office.store)
        self.confirming = ConfirmingDesk(office, self._store, self._objections)
        # A published version never changes, so one that was read stays good.
        self._versions: dict[str, Scale] = {}

    # Scales

    def publish_scale(self, scale: Scale | Path, *, by: Actor, at: datetime) -> Scale:
        """Publish a version of a scale; one that is published already is given as it is.

        Raises:
            ScaleError: the file has faults.
        """
        by.require(Role.TRAINER)
        given = scale if isinstance(scale, Scale) else read_scale(scale)
        # Two people may publish the same file at the same time.
        with self.office.store.transaction():
            if known := self._store.scale(given.version):
                return known
            with self.office.act("scale.publish", by=by, at=at) as act:
                self._store.add_scale(given, at)
                act.record(given.version, code=given.code, title=given.title)
        return given

    def scales(self) -> list[tuple[Scale, datetime]]:
        """Give every published version with its moment, oldest first."""
        return self._store.scales()

    def scale(self, name: str) -> Scale:
        """Give a published scale by version, or the newest of a code.

        Raises:
            ScaleError: there is none.
        """
        if name not in self._versions:
            found = self._store.scale(name)
            if found is None:
                raise ScaleError(
                    _("沒有「{name}」這個量表。").format(name=name),
                    remedy=_("請用 courtesy scale list 查對，或先用 courtesy scale publish 發布。"),
                )
            if name != found.version:
                return found
            self._versions[name] = found
        return self._versions[name]

    def _version_for_round(self, name: str, *, by: Actor, at: datetime) -> str:
        """Name the version of a scale; one that comes with the program is published by its first use."""
        if self._store.scale(name) is None and name in shipped_scales():
            return self.publish_scale(shipped_scales()[name], by=by, at=at).version
        return self.scale(name).version

    # Rounds

    def frame(
        self, day: date, period: str, low: Collection[str] = (), tested: Collection[str] = ()
    ) -> list[Candidate]:
        """Give who can be drawn on `day`: at work, with an extension, and not on leave.

        Args:
            day: the first day of the round.
            period: the code of its period.
            low: who had a result in the lowest band this year, and so may hold more tickets.
            tested: who has a score this year; whoever has none may hold more tickets.
        """
        rules = self.office.rules(day).of(CourtesyRules)
        away = {leave.staff_no for leave in self.office.ground.leaves(day, day)}
        this_year = self._store.times_drawn(date(day.year, 1, 1), date(day.year, 12, 31))
        this_period = self._store.times_drawn_in(period)
        return [
            Candidate(
                staff_no=person.staff_no,
                section=person.section,
                weight=rules.weight(low=person.staff_no in low, untested=person.staff_no not in tested),
                drawn_this_year=this_year.get(person.staff_no, 0),
                drawn_this_period=this_period.get(person.staff_no, 0),
            )
            for person in sorted(self.office.ground.people_on(day), key=lambda person: person.staff_no)
            if person.extension and person.staff_no not in away
        ]

    def frame_now(self, first: date, period: str, at: datetime) -> list[Candidate]:
        """Give the frame to which a round would be committed at the moment `at`.

        Args:
            first: the first day of the round; its year is the one that counts.
            period: the code of its period.
            at: the moment; what is sealed by then decides the weights.
        """
        below = self.office.rules(first).of(CourtesyRules).low_below
        scores = [
            (call.person, call.score)
            for call in self.sealed(date(first.year, 1, 1), day_of(at))
            if call.score is not None
        ]
        return self.frame(
            first,
            period,
            low={person for person, score in scores if score < below},
            tested={person for person, _score in scores},
        )

    def draw_rules(self, first: date, size: int) -> DrawRules:
        """Give what a draw of so many people must keep by the rules in force on `first`.

        Raises:
            DrawError: nobody is to be drawn.
        """
        if size < 1:
            raise DrawError(_("至少要抽 1 人。"), remedy=_("請查對人數。"))
        rules = self.office.rules(first).of(CourtesyRules)
        return DrawRules(
            size=size,
            per_section=rules.per_section,
            per_person=rules.per_person,
            everyone_first=rules.everyone_first,
        )

    def new_round(
        self,
        *,
        period: str,
        first: date,
        last: date,
        scale: str,
        size: int,
        by: Actor,
        at: datetime,
    ) -> Round:
        """Begin a round: fix frame, rules and a secret salt, and record the commitment to them.

        Args:
            period: a period code such as 115H2.
            first: the first day of calls.
            last: the last.
            scale: version or code of a published scale.
            size: how many are to be drawn.
            by: a trainer or administrator.
            at: the moment.

        Raises:
            RoundError: the days are not in order, or none of them is a working day.
            DrawError: the size, the frame or the quotas do not allow it; which rule is in the way.
            ScaleError: no such scale.
        """
        by.require(Role.TRAINER)
        code = Period.parse(period).code
        if last < first:
            raise RoundError(_("結束日早於開始日。"), remedy=_("請查對兩個日期。"))
        if not any(True for _day in self.office.calendar().working_days(first, last)):
            raise RoundError(_("這段期間沒有上班日。"), remedy=_("請查對起訖日期與辦公日曆。"))
        draw_rules = self.draw_rules(first, size)
        book = self.office.rules(first)
        with self.office.act("round.new", by=by, at=at) as act:
            version = self._version_for_round(scale, by=by, at=at)
            frame = tuple(self.frame_now(first, code, at))
            check_possible(
                [one for one in frame if one.drawn_this_period < draw_rules.per_person], draw_rules
            )
            salt = self.office.entropy(_SALT_BYTES).hex()
            round_id = self.office.new_id("round")
            made = Round(
                id=round_id,
                period=code,
                first=first,
                last=last,
                state=RoundState.COMMITTED,
                scale=version,
                commitment=commitment(
                    round_id, frame, draw_rules, salt, office=self.office.name, period=code
                ),
                salt=salt,
                frame=frame,
                rules=draw_rules,
                rules_version=book.version,
                created_at=at,
            )
            self._store.add_round(made)
            act.record(round_id, commitment=made.commitment, period=code, size=size, frame=len(frame))
        return made

    def draw(self, round_id: str, public_number: str, *, by: Actor, at: datetime) -> list[Draw]:
        """Enter the public number, draw, and say who calls whom when.

        Raises:
            RoundError: drawn already, or nobody may call somebody.
            DrawError: not a public number.
        """
        by.require(Role.TRAINER)
        number = check_public_number(public_number)
        with self.office.act("round.draw", by=by, at=at) as act:
            one = self.round(round_id)
            if one.state is not RoundState.COMMITTED:
                raise RoundError(
                    _("回合 {id} 已經抽過籤，公開號碼是 {number}。").format(
                        id=one.id, number=one.public_number
                    ),
                    remedy=_("公開號碼只能輸入一次；要重抽請另立新回合。"),
                )
            _not_before(at, one.created_at, _("承諾"))
            if problem := self._round_fault(one, self._evidence_of_round(one)):
                raise RoundError(problem, remedy=_("承諾之後資料被改過，不能抽籤；請由備份比對。"))
            drawn = draw(one.id, one.frame, one.rules, one.salt, number)
            draws = self._assigned(one, drawn, {}, day_of(at), by)
            self._store.set_drawn(one.id, number, at)
            self._store.add_draws(draws)
            act.record(
                one.id,
                public_number=number,
                commitment=one.commitment,
                drawn=[[each.order, each.staff_no, each.ticket] for each in drawn],
            )
        return draws

    def exclude(self, round_id: str, staff_no: str, reason: str, *, by: Actor, at: datetime) -> list[Draw]:
        """Note that a drawn person cannot be called after all; the next in the order is called instead.

        Returns:
            The substitute; nobody where the order is at its end.

        Raises:
            RoundError: not drawn in an open round, begun already, or no reason given.
        """
        by.require(Role.TRAINER)
        reason = clean_line(reason)
        if not reason:
            raise RoundError(_("沒有寫原因。"), remedy=_("請寫明為何不能測試，例如離職、長期出差。"))
        with self.office.act("round.exclude", by=by, at=at) as act:
            one = self._open_round(round_id)
            _not_before(at, one.drawn_at, _("抽籤"))
            before = self._store.draws(one.id)
            if staff_no not in {each.staff_no for each in before if not each.excluded}:
                raise RoundError(
                    _("{staff_no} 不在這一回合的名單上。").format(staff_no=staff_no),
                    remedy=_("請查對員工編號。"),
                )
            call = self._store.call_of(one.id, staff_no)
            # Whoever was tried in vain to the end may be replaced; whoever was reached, or may still be, not.
            if call and not (call.sealed and call.unreached):
                raise RoundError(
                    _("{staff_no} 的紀錄已經開始，不能剔除。").format(staff_no=staff_no),
                    remedy=_("請記下通話結果並封存。"),
                )
            added = self._substitutes(one, before, staff_no, day_of(at), by)
            self._store.set_excluded(one.id, staff_no, reason)
            self._store.add_draws(added)
            act.record(
                one.id,
                excluded=staff_no,
                reason=reason,
                added=[[each.order, each.staff_no, each.ticket] for each in added],
            )
        return added

    def hand_over(
        self, round_id: str, tester: str, reason: str, *, by: Actor, at: datetime
    ) -> dict[str, int]:
        """Give the calls that a tester of a round has not begun to the others, by the rules of the draw.

        Whom they are about stays with the testers; so no name is asked for and none is told.

        Args:
            round_id: a drawn round.
            tester: 員工編號 of who cannot call.
            reason: why; it stands in the journal.
            by: a trainer or administrator, for anybody but themselves: nobody chooses whom not to call.
            at: the moment.

        Returns:
            How many calls each of the others got, by 員工編號.

        Raises:
            RoundError: the round is not open, no reason, nothing to hand over, or nobody else may call.
        """
        by.require(Role.TRAINER)
        if by.staff_no and by.staff_no == tester:
            raise NotAllowed(_("不能把自己要打的電話換給別人。"), remedy=_("請由別人處理。"))
        why = clean_line(reason)
        if not why:
            raise RoundError(_("沒有寫原因。"), remedy=_("請寫明為何不能打，例如病假、調職。"))
        with self.office.act("round.hand_over", by=by, at=at) as act:
            one = self._open_round(round_id)
            _not_before(at, one.drawn_at, _("抽籤"))
            draws = [each for each in self._store.draws(one.id) if each.occasion is Occasion.DRAWN]
            mine = [each for each in draws if self._untouched(each) and each.tester == tester]
            if not mine:
                raise RoundError(
                    _("{staff_no} 在這一回合沒有還沒開始打的電話。").format(staff_no=tester),
                    remedy=_("已經開始的請打完封存；請查對員工編號。"),
                )
            load: dict[str, int] = {}
            for each in draws:
                if each not in mine and not each.excluded:
                    load[each.tester] = load.get(each.tester, 0) + 1
            drawn = [Drawn(order=each.order, staff_no=each.staff_no, ticket=each.ticket) for each in mine]
            moved = self._assigned(one, drawn, load, day_of(at), by, without=tester)
            for each in moved:
                self._store.set_assigned(each)
            act.record(
                one.id,
                tester=tester,
                reason=why,
                moved=[
                    [each.staff_no, each.tester, each.day.isoformat(), f"{each.window:%H:%M}"]
                    for each in moved
                ],
            )
        return dict(Counter(each.tester for each in moved))

    def _untouched(self, one: Draw) -> bool:
        return not one.excluded and self._store.call_of(one.round, one.staff_no, one.occasion) is None

    def _substitutes(
        self, one: Round, before: Sequence[Draw], staff_no: str, today: date, by: Actor
    ) -> list[Draw]:
        out = {each.staff_no for each in before if each.excluded} | {staff_no}
        again = draw(one.id, one.frame, one.rules, one.salt, one.public_number, out)
        known = {each.staff_no for each in before}
        load: dict[str, int] = {}
        for each in before:
            if each.staff_no != staff_no and not each.excluded:
                load[each.tester] = load.get(each.tester, 0) + 1
        new = [each for each in again if each.staff_no not in known]
        return self._assigned(one, new, load, today, by)

    def _replace_unreached(self, call: Call, by: Actor, at: datetime) -> None:
        """Call up the next in the order for somebody who was not reached, where the rules of the day say so.

        Who was reached in another call of the round was tested, and is not replaced; after the last day
        nobody is called any more. Where nobody may call the next one the record is sealed all the same: a
        trainer can exclude the person later, for a substitute.
        """
        rules = self._rules_of_day(call)
        calls = [each for each in self._store.calls(call.round) if each.person == call.person]
        if not rules.substitute_unreached or any(each.outcome is Outcome.REACHED for each in calls):
            return
        one = self._open_round(call.round)
        before = self._store.draws(one.id)
        drawn = {each.staff_no for each in before if not each.excluded}
        if call.person not in drawn or day_of(at) > one.last:
            return
        try:
            added = self._substitutes(one, before, call.person, day_of(at), by)
        except RoundError:
            return
        tries = "、".join(attempt.outcome.label for attempt in call.attempts)
        reason = _("試 {count} 次未接通（{tries}）").format(count=len(call.attempts), tries=tries)
        with self.office.act("round.exclude", by=by, at=at) as act:
            self._store.set_excluded(one.id, call.person, reason)
            self._store.add_draws(added)
            act.record(
                one.id,
                excluded=call.person,
                reason=reason,
                call=call.id,
                added=[[each.order, each.staff_no, each.ticket] for each in added],
            )

    def _assigned(
        self,
        one: Round,
        drawn: Sequence[Drawn],
        load: Mapping[str, int],
        today: date,
        by: Actor,
        *,
        without: str = "",
    ) -> list[Draw]:
        people = {person.staff_no: person for person in self.office.ground.people_on(one.first)}
        testers = [tester for tester in self._testers(people) if tester.staff_no != without]
        # Somebody may have left since the frame was committed; the place in the draw stays.
        for each in drawn:
            if each.staff_no not in people:
                people[each.staff_no] = self.office.person(each.staff_no, one.first)
        days = list(self.office.calendar().working_days(one.first, one.last))
        # Nobody can call on a day that is over; after the last day, at least the round's own day stands.
        days = [day for day in days if day >= today] or days[-1:]
        rules = self.office.rules(one.first).of(CourtesyRules)
        return assigned(
            one.id,
            drawn,
            people,
            testers,
            last_tester=self._store.last_testers(),
            days=days,
            load=load,
            roster=self._roster(days, people.values()),
            noon={day for day in days if rules.noon_on(day)},
            taken={(each.tester, each.day, each.window) for each in self._store.waiting(None)},
            # Who was drawn is for the assigned tester and the administrator alone.
            discreet=not by.holds(Role.ADMINISTRATOR),
        )

    def _testers(self, people: Mapping[str, Person]) -> list[Person]:
        return [people[each] for each in self.office.ground.holders(Role.TESTER) if each in people]

    def _roster(self, days: Sequence[date], people: Iterable[Person]) -> Roster:
        leaves = self.office.ground.leaves(days[0], days[-1])
        # Whoever will have left by then is away, too.
        gone = [
            Leave(staff_no=person.staff_no, first=person.left + timedelta(days=1), last=days[-1])
            for person in people
            if person.left and person.left < days[-1]
        ]
        return Roster(duties=tuple(self._rota.duties()), leaves=(*leaves, *gone))

    def obstacles(self, round_id: str, today: date) -> list[Problem]:
        """Say whom nobody could call if drawn, and by which rule, before anybody knows who is drawn.

        It tells of the frame alone and betrays nothing of the draw. That there are half hours enough is
        only known with the number of the drawn.

        Args:
            round_id: a round that is not drawn yet.
            today: no call is made before.
        """
        one = self.round(round_id)
        people = {person.staff_no: person for person in self.office.ground.people_on(one.first)}
        testers = self._testers(people)
        days = list(self.office.calendar().working_days(one.first, one.last))
        days = [day for day in days if day >= today] or days[-1:]
        if not testers:
            return [no_testers()]
        roster, last = self._roster(days, people.values()), self._store.last_testers()
        on_duty = {tester.staff_no: frozenset(roster.on_duty(tester.staff_no, days)) for tester in testers}
        away = {leave.staff_no for leave in roster.leaves}
        found: dict[tuple[str, str], list[Person]] = {}
        for candidate in one.frame:
            person = people.get(candidate.staff_no)
            if person is None or candidate.drawn_this_period >= one.rules.per_person:
                continue
            mine = roster.present(person.staff_no, days) if person.staff_no in away else days
            before = last.get(person.staff_no, "")
            allowed = may_call(person, testers, before)
            if all(on_duty[tester.staff_no].isdisjoint(mine or days) for tester in allowed):
                why = why_not(person, testers, before, roster, days)
                found.setdefault((person.section, why), []).append(person)
        return [Problem(no_tester(*blocked), remedy=why) for (_section, why), blocked in found.items()]

    def close_round(self, round_id: str, *, by: Actor, at: datetime) -> Round:
        """End a round and publish its salt.

        While calls may still be made the salt would tell everybody who is waited for; after the last day of
        the round whoever was not called stays so, and only calls that have begun must be sealed. Confirming
        calls (複測) do not keep it open: the salt says nothing about them, and they can be made later.

        Raises:
            RoundError: not drawn, closed already, or calls are still waiting.
        """
        by.require(Role.TRAINER)
        with self.office.act("round.close", by=by, at=at) as act:
            one = self._open_round(round_id)
            _not_before(at, one.drawn_at, _("抽籤"))
            waiting = [
                each.staff_no
                for each in self._store.waiting(None)
                if each.round == one.id and each.occasion is Occasion.DRAWN
            ]
            begun = [
                call.id
                for call in self._store.calls(one.id)
                if not call.sealed and call.occasion is Occasion.DRAWN
            ]
            if begun:
                raise RoundError(
                    _("紀錄 {ids} 還沒有封存，回合不能結束。").format(ids="、".join(begun)),
                    remedy=_("請由測試員完成並封存；沒有接通就記下通話結果。"),
                )
            if waiting and day_of(at) <= one.last:
                raise RoundError(
                    _("還有 {count} 通沒有封存，密鹽還不能公布。").format(count=len(waiting)),
                    remedy=_("請先完成各通紀錄，或剔除不能測試的人；過了結束日就可以結束。"),
                )
            self._store.set_closed(one.id, at)
            act.record(one.id, salt=one.salt, public_number=one.public_number, not_called=waiting)
        return self.round(round_id)

    def rounds(self) -> list[Round]:
        """Give every round, the newest first."""
        return self._store.rounds()

    def round(self, round_id: str) -> Round:
        """Give a round.

        Raises:
            RoundError: there is none of that identifier.
        """
        found = self._store.round(round_id)
        if found is None:
            raise RoundError(
                _("沒有編號 {id} 的回合。").format(id=round_id),
                remedy=_("請用 courtesy round list 查對編號。"),
            )
        return found

    def _open_round(self, round_id: str) -> Round:
        one = self.round(round_id)
        if one.state is RoundState.COMMITTED:
            raise RoundError(
                _("回合 {id} 還沒有抽籤。").format(id=one.id), remedy=_("請先輸入公開號碼抽籤。")
            )
        if one.state is RoundState.CLOSED:
            raise RoundError(_("回合 {id} 已經結束。").format(id=one.id), remedy=_("請另立新回合。"))
        return one

    def progress(self) -> dict[str, dict[str, int]]:
        """Count by round: `drawn`, `begun`, `reached` and `sealed`."""
        return self._store.counts()

    def draws(self, round_id: str, *, by: Actor) -> list[Draw]:
        """Give who was drawn, as far as the acting person may know.

        Until the round is closed only the administrator sees all; a tester sees the own calls. Who is to make
        a confirming call finds it in the place of the drawn one, so that nothing tells it from the others.
        """
        one = self.round(round_id)
        draws, confirming = self._store.draws(one.id), self._store.confirming(one.id)
        if by.holds(Role.ADMINISTRATOR):
            return sorted(
                [*draws, *confirming], key=lambda each: (each.order, each.occasion is not Occasion.DRAWN)
            )
        own = {each.staff_no: each for each in confirming if by.staff_no and each.tester == by.staff_no}
        if one.state is RoundState.CLOSED:
            return [own.get(each.staff_no, each) for each in draws]
        drawn = [own.get(each.staff_no, each) for each in draws]
        return [each for each in drawn if by.staff_no and each.tester == by.staff_no]

    def certificate(self, round_id: str) -> Certificate:
        """Give all that a third party needs to repeat the draw.

        Raises:
            RoundError: the round is not closed, so that the salt is still secret.
        """
        one = self.round(round_id)
        if one.state is not RoundState.CLOSED:
            raise RoundError(
                _("回合 {id} 還沒有結束，密鹽還不能公布。").format(id=one.id),
                remedy=_("結束前可先公布承諾值 {commitment}。").format(commitment=one.commitment),
            )
        return self._certificate(one)

    def _certificate(self, one: Round) -> Certificate:
        draws = self._store.draws(one.id)
        return Certificate(
            office=self.office.name,
            round=one.id,
            period=one.period,
            public_number=one.public_number,
            salt=one.salt,
            frame=one.frame,
            rules=one.rules,
            commitment=one.commitment,
            excluded={each.staff_no: each.excluded for each in draws if each.excluded},
            drawn=tuple(
                Drawn(order=each.order, staff_no=each.staff_no, ticket=each.ticket)
                for each in draws
                if not each.excluded
            ),
        )

    # Calls

    def waiting(self, *, by: Actor) -> list[Draw]:
        """Give the calls that are still to be made: the own ones, or all for the administrator."""
        everything = by.holds(Role.ADMINISTRATOR)
        return self._store.waiting(None if everything else by.staff_no)

    def waiting_for(self, staff_no: str) -> list[Draw]:
        """Give the calls to one person that are still to be made."""
        return [each for each in self._store.waiting(None) if each.staff_no == staff_no]

    def open_call(
        self,
        round_id: str,
        staff_no: str,
        *,
        by: Actor,
        at: datetime,
        occasion: Occasion | None = None,
    ) -> Call:
        """Begin the record of a call, or give the one that has begun, as it stood after its last key.

        Args:
            round_id: the round.
            staff_no: who is called.
            by: the tester.
            at: the moment.
            occasion: which of the person's calls; None: the one that is assigned to `by`.

        Raises:
            RoundError: the round is not open; a confirming call is still made in a closed one.
            CallError: the person was not drawn, or has left.
            NotAllowed: another tester's call.
        """
        if occasion is None:
            occasion = self._own_occasion(round_id, staff_no, by)
        known = self._store.call_of(round_id, staff_no, occasion)
        if known:
            self._require_tester(by, known.tester)
            if known.sealed or self._may_ask(known, at):
                return known
            with self.office.store.transaction():
                return self._asking(self._draft_of(known.id, by), at)
        # Nobody may draw, exclude, close or begin the same call between the questions and the answer.
        with self.office.store.transaction():
            confirms = occasion is Occasion.CONFIRMING
            one = self.round(round_id) if confirms else self._open_round(round_id)
            drawn = self._store.drawn_one(one.id, staff_no, occasion)
            if drawn is None or drawn.excluded:
                raise CallError(
                    _("{staff_no} 不在這一回合的名單上。").format(staff_no=staff_no),
                    remedy=_("請查對員工編號。"),
                )
            self._require_tester(by, drawn.tester)
            known = self._store.call_of(one.id, staff_no, occasion)
            if known is None:
                known = self._draft(one, self._callable(staff_no, by, at), drawn, at)
                self._store.add_call(known)
                known = self._asking(known, at)
        return known

    def _own_occasion(self, round_id: str, staff_no: str, by: Actor) -> Occasion:
        second = self._store.drawn_one(round_id, staff_no, Occasion.CONFIRMING)
        own = second is not None and bool(by.staff_no) and second.tester == by.staff_no
        return Occasion.CONFIRMING if own else Occasion.DRAWN

    def _callable(self, staff_no: str, by: Actor, at: datetime) -> Person:
        day = day_of(at)
        person = self.office.person(staff_no, day)
        if not person.active_on(day):
            raise CallError(
                _("{name} 已不在職。").format(name=person.name), remedy=_("請由承辦人剔除，改測下一籤。")
            )
        own = self.office.ground.person_on(by.staff_no, day)
        if own and own.section == person.section:
            raise NotAllowed(
                _("{name} 和您同在{section}，不能測試自己的科室。").format(
                    name=person.name, section=person.section
                ),
                remedy=_("請由承辦人剔除，或由管理者換人。"),
            )
        return person

    def _draft(self, one: Round, person: Person, drawn: Draw, at: datetime) -> Call:
        scale = self.scale(one.scale)
        codes = [part.code for part in scale.parts]
        wanted = [code for code in codes if (code == SWITCHBOARD) == person.switchboard]
        return Call(
            id=self.office.new_id("call"),
            round=one.id,
            person=person.staff_no,
            section=person.section,
            extension=person.extension,
            tester=drawn.tester,
            occasion=drawn.occasion,
            parts=tuple(wanted or codes),
            scale=scale.version,
            opened_at=at,
        )

    def dial(self, call_id: str, *, by: Actor, at: datetime) -> Call:
        """Note that ringing has begun; a timing from before is dropped, and the speed lines with it.

        After a try that reached nobody this begins the next one.

        Raises:
            CallError: the rules allow no further try.
        """
        with self.office.store.transaction():
            call = self._asking(self._draft_of(call_id, by), at)
            most = self._rules_of_day(call).attempts
            if call.unreached and len(call.attempts) >= most:
                raise CallError(
                    _("已經試了 {count} 次，規則最多試 {most} 次。").format(
                        count=len(call.attempts), most=most
                    ),
                    remedy=_("請封存為未接通；要改結果請按 O。"),
                )
            return self._change(
                call_id,
                by,
                at,
                {
                    "dialled_at": at,
                    "picked_up_at": None,
                    "hung_up_at": None,
                    "outcome": None,
                    "rings": None,
                    "seconds": None,
                    "marks": with_timing(call, self.scale(call.scale), None, None),
                },
            )

    def too_soon(self, call: Call, at: datetime) -> int:
        """Give the minutes still to wait before the next try, as the rules advise; 0: it may be dialled."""
        if not call.attempts:
            return 0
        gap = self._rules_of_day(call).attempt_gap_minutes * 60
        passed = (at - call.attempts[-1].at).total_seconds()
        # A clock that went backwards says nothing.
        return -int(-(gap - passed) // 60) if 0 <= passed < gap else 0

    def pick_up(self, call_id: str, rings: int | None, *, by: Actor, at: datetime) -> Call:
        """Note that somebody has answered: the outcome is 接通 and the speed lines fill themselves.

        Raises:
            CallError: nothing was dialled, or the clock has gone backwards.
        """
        with self.office.store.transaction():
            call = self._draft_of(call_id, by)
            if call.dialled_at is None:
                raise CallError(_("還沒有撥號。"), remedy=_("請先按撥號，開始計時。"))
            if at < call.dialled_at:
                raise CallError(
                    _("電腦的時鐘倒退了，這次計時不算。"), remedy=_("請重新撥號計時，並請管理者校正時鐘。")
                )
            # Nobody rings longer than the form can hold.
            seconds = min(int((at - call.dialled_at).total_seconds()), MOST_SECONDS)
            return self._change(
                call_id,
                by,
                at,
                {
                    "picked_up_at": at,
                    "rings": rings,
                    "seconds": seconds,
                    "outcome": Outcome.REACHED,
                    "marks": with_timing(call, self.scale(call.scale), rings, seconds),
                },
            )

    def set_timing(
        self, call_id: str, rings: int | None, seconds: int | None, *, by: Actor, at: datetime
    ) -> Call:
        """Correct rings and seconds; the speed lines follow.

        Raises:
            CallError: out of range.
        """
        with self.office.store.transaction():
            call = self._draft_of(call_id, by)
            marks = with_timing(call, self.scale(call.scale), rings, seconds)
            return self._change(call_id, by, at, {"rings": rings, "seconds": seconds, "marks": marks})

    def set_outcome(self, call_id: str, outcome: Outcome | None, *, by: Actor, at: datetime) -> Call:
        """Choose how the call ended."""
        with self.office.store.transaction():
            call = self._draft_of(call_id, by)
            return self._change(call_id, by, at, with_outcome(call, outcome, at))

    def add_attempt(self, call_id: str, attempt: Attempt, *, by: Actor, at: datetime) -> Call:
        """Note a try that reached nobody, after those that are noted.

        Raises:
            CallError: the rules allow no further try, or the call has been reached.
        """
        with self.office.store.transaction():
            call = self._draft_of(call_id, by)
            most = self._rules_of_day(call).attempts
            if len(call.attempts) >= most:
                raise CallError(
                    _("已經試了 {count} 次，規則最多試 {most} 次。").format(
                        count=len(call.attempts), most=most
                    ),
                    remedy=_("請封存為未接通；要改結果請按 O。"),
                )
            if call.outcome is Outcome.REACHED or attempt.outcome is Outcome.REACHED:
                raise CallError(_("接通的不是未接通的嘗試。"), remedy=_("請把接通寫在 outcome。"))
            return self._change(
                call_id, by, at, {"outcome": attempt.outcome, "attempts": (*call.attempts, attempt)}
            )

    def hang_up(self, call_id: str, *, by: Actor, at: datetime) -> Call:
        """Note that the conversation has ended; the handling of the form is counted from here.

        Raises:
            CallError: nobody was reached, or the clock has gone backwards.
        """
        with self.office.store.transaction():
            call = self._draft_of(call_id, by)
            if call.outcome is not Outcome.REACHED:
                raise CallError(_("還沒有接通。"), remedy=_("接通後通話結束時再按。"))
            if at < (call.picked_up_at or call.dialled_at or at):
                raise CallError(
                    _("電腦的時鐘倒退了，這次計時不算。"), remedy=_("請重新撥號計時，並請管理者校正時鐘。")
                )
            return self._change(call_id, by, at, {"hung_up_at": at})

    def set_cause(self, call_id: str, line_id: str, cause: str | None, *, by: Actor, at: datetime) -> Call:
        """Say why a line lost points, in the words of the rules; None takes the cause away.

        Raises:
            CallError: the line lost no points, or the rules do not know the cause.
        """
        with self.office.store.transaction():
            call = self._draft_of(call_id, by)
            known = self.causes(call)
            return self._change(
                call_id, by, at, {"causes": with_cause(call, self.scale(call.scale), line_id, cause, known)}
            )

    def causes(self, call: Call) -> tuple[str, ...]:
        """Give the causes for lost points by the rules of the call's day, in the order of their digits."""
        return self._rules_of_day(call).causes

    # The question of a call

    def judge_point(
        self, call_id: str, number: int, said: bool | None = None, *, by: Actor, at: datetime
    ) -> Call:
        """Judge key point `number` (from 1) of the question; None: tick it, or take the tick away.

        Raises:
            CallError: the call has no question, or the question no such point.
        """
        with self.office.store.transaction():
            call = self._draft_of(call_id, by)
            if call.question is None or not 1 <= number <= len(call.question.points):
                raise CallError(
                    _("這一題沒有第 {number} 個要點。").format(number=number), remedy=_("請查對。")
                )
            return self._change(call_id, by, at, {"question": call.question.judged(number, said)})

    def asked(self, call_id: str, *, by: Actor, at: datetime) -> Call:
        """Note that the question was asked: the points without a tick were not said.

        Raises:
            CallError: the call has no question.
        """
        with self.office.store.transaction():
            call = self._draft_of(call_id, by)
            if call.question is None:
                raise CallError(_("這通電話沒有題目。"), remedy=_("請匯入題庫：courtesy bank import。"))
            return self._change(call_id, by, at, {"question": call.question.done()})

    def question_of(self, call: Call) -> Question | None:
        """Give the question of a call as it stood when it was drawn."""
        asked = call.question
        return self.quiz.question_in(asked.question_id, asked.version) if asked else None

    def question_record(self, question_id: str) -> list[QuestionRecord]:
        """Give how a question fared in sealed calls, by version; nothing while it was never asked."""
        return [one for one in self.question_records() if one.question_id == question_id]

    def question_records(self) -> list[QuestionRecord]:
        """Give how every question that was asked fared in sealed calls, by identifier and version."""
        return records(self._store.asked())

    def missed_in_calls(self, staff_no: str, day: date) -> list[Missed]:
        """Give the questions that a person did not wholly answer in calls of rounds over on `day`."""
        return [
            Missed(question_id=question_id, cause=Cause.CALL, at=at)
            for question_id, at in self._store.missed_questions(staff_no, day)
        ]

    def _may_ask(self, call: Call, at: datetime) -> bool:
        """Say whether the draft's question may be asked at this moment, or has been asked already."""
        if call.question is None:
            return False
        found = self.question_of(call)
        return call.question.passed is not None or bool(found and found.in_force_on(day_of(at)))

    def _asking(self, call: Call, at: datetime) -> Call:
        """Give a draft with a question that is in force; drawn by the ticket, where it has none."""
        if self._may_ask(call, at):
            return call
        day = day_of(at)
        rules = self.office.rules(day).of(CourtesyRules)
        used = self._store.questions_used(call.round, at - timedelta(days=rules.question_rest_days))
        if call.question:
            used.pop(call.question.question_id, None)
        tickets = {each.staff_no: each.ticket for each in self._store.draws(call.round)}
        found = choose(
            self.quiz.questions(day), tickets[call.person], used, rules.topics.get(call.section, "")
        )
        after = call.model_copy(update={"question": asking(found) if found else None})
        self._store.put_call(call, after)
        return after

    def effort(self, *, by: Actor, at: datetime) -> Effort:
        """Give how much work the sealed forms were: the own ones of a tester, all for who is in charge."""
        everything = by.holds(Role.ADMINISTRATOR, Role.TRAINER, Role.HEAD)
        forms = self._store.efforts(None if everything else by.staff_no)
        rules = self.office.rules(day_of(at)).of(CourtesyRules)
        return Effort(
            seconds=spread([seconds for seconds, _keys in forms if seconds is not None]),
            keys=spread([keys for _seconds, keys in forms if keys]),
            seconds_target=rules.handling_target_seconds,
            keys_target=rules.keys_target,
        )

    def mark(self, call_id: str, line_id: str, step: str | None, *, by: Actor, at: datetime) -> Call:
        """Mark one line, or take its mark away (None).

        Raises:
            CallError: no such line in the tested parts, or sealed.
            ScaleError: the line does not know the step.
        """
        with self.office.store.transaction():
            call = self._draft_of(call_id, by)
            scale = self.scale(call.scale)
            update: dict[str, Any] = {"marks": with_mark(call, scale, line_id, step)}
            closing = any(
                placed.id == line_id and placed.line.moment is Moment.CLOSING
                for placed in scale.lines(call.parts)
            )
            # Who judges the end of a timed call without having noted it is at its end at the latest.
            if closing and step and call.hung_up_at is None and call.picked_up_at and at >= call.picked_up_at:
                update["hung_up_at"] = at
            return self._change(call_id, by, at, update)

    def remark(self, call_id: str, text: str, *, by: Actor) -> Call:
        """Write the remark; saved at each letter, and not a step that `undo` takes back."""
        with self.office.store.transaction():
            before = self._draft_of(call_id, by)
            after = Call.model_validate(before.model_dump() | {"remark": text})
            self._store.put_call(before, after)
        return after

    def answered_by(self, call_id: str, who: str, *, by: Actor, at: datetime) -> Call:
        """Write who really answered; `""`: the owner of the extension."""
        return self._change(call_id, by, at, {"answered_by": who})

    def undo(self, call_id: str, *, by: Actor) -> Call:
        """Take the last key back; also after the program was closed.

        Raises:
            CallError: nothing is left to undo, or sealed.
        """
        with self.office.store.transaction():
            call = self._draft_of(call_id, by)
            before = self._store.take_keystroke(call_id)
            if before is None:
                raise CallError(_("沒有可以復原的步驟。"), remedy=_("這通紀錄還是剛開始的樣子。"))
            question = before.get("question")
            if call.question and (not question or question["question_id"] != call.question.question_id):
                # Drawn anew since then, because the one from before is not right any more.
                before.pop("question", None)
            after = Call.model_validate(call.model_dump() | before)
            self._store.put_call(call, after)
        return after

    def _change(self, call_id: str, by: Actor, at: datetime, update: dict[str, Any]) -> Call:
        with self.office.store.transaction():
            before = self._draft_of(call_id, by)
            after = Call.model_validate(before.model_dump() | update)
            if after.causes:
                left = causes_left(after, self.scale(after.scale))
                after = after.model_copy(update={"causes": left})
            if after != before:
                self._store.add_keystroke(before, at, words=update.keys() <= {"answered_by"})
                self._store.put_call(before, after)
        return after

    def readiness(self, call: Call) -> Readiness:
        """Say what a draft still needs before it can be sealed."""
        return readiness(call, self.scale(call.scale), self._rules_of_day(call))

    def tries(self, call: Call) -> int:
        """Give how often a call is tried at most, by the rules of its day."""
        return self._rules_of_day(call).attempts

    def second_thoughts(self, call: Call, at: datetime) -> list[str]:
        """Give what may be worth a second look before this draft is sealed; it changes nothing."""
        return second_thoughts(call, self.scale(call.scale), self._rules_of_day(call), at)

    def _rules_of_day(self, call: Call) -> CourtesyRules:
        return self.office.rules(day_of(call.at)).of(CourtesyRules)

    def preview(self, call: Call) -> Score | None:
        """Give the score as far as it can be computed: None while lines are missing or nobody was reached."""
        scale = self.scale(call.scale)
        rules = self._rules_of_day(call)
        if call.outcome is not Outcome.REACHED or readiness(call, scale, rules).lines:
            return None
        return score_of(call, scale, rules)

    def result(self, call: Call) -> Score | None:
        """Compute the score of a sealed call again, item by item; None where nobody was reached."""
        rules = self.office.rules_of(call.rules).of(CourtesyRules)
        return score_of(call, self.scale(call.scale), rules)

    def bands(self, day: date) -> list[str]:
        """Name the bands by the rules of `day`, from the highest."""
        return [band.name for band in self.office.rules(day).of(CourtesyRules).bands]

    def band(self, call: Call, score: Decimal) -> str:
        """Name the band that a score of this call would be in."""
        return self.office.rules(day_of(call.at)).of(CourtesyRules).band(score)

    def seal(self, call_id: str, *, by: Actor, at: datetime) -> Call:
        """Close a call for ever: score it by its scale and the rules of its day, and enter it in the journal.

        For somebody who was not reached the next in the order is called up in the same transaction, where the
        rules say so; the record of the tries stays.

        A bad result queues a confirming call in the same transaction.

        Raises:
            CallError: sealed already, or something is missing: what.
        """
        with self.office.act("call.seal", by=by, at=at) as act:
            call = self._draft_of(call_id, by)
            book = self.office.rules(day_of(call.at))
            done = sealed(
                call,
                self.scale(call.scale),
                book.of(CourtesyRules),
                book.version,
                at,
                self._store.keys_pressed(call.id),
            )
            self._store.put_call(call, done)
            act.record(
                done.id,
                score=str(done.score) if done.score is not None else None,
                band=done.band,
                digest=done.digest(),
            )
            if done.unreached:
                self._replace_unreached(done, by, at)
            self.confirming.queue(done, by=by, at=at)
        return done

    def call(self, call_id: str, *, by: Actor | None = None) -> Call:
        """Give a call with the result that counts now: of a ruling on an objection, if there is one.

        Args:
            call_id: which.
            by: who wants to see it; None: the program itself.

        Raises:
            CallError: there is none of that identifier.
            NotAllowed: not the tester, the person or somebody in charge.
        """
        found = self._store.call(call_id)
        if found is None:
            raise CallError(
                _("沒有編號 {id} 的通話紀錄。").format(id=call_id),
                remedy=_("請用 courtesy call list 查對編號。"),
            )
        if by is not None and not _may_see(found, by):
            raise NotAllowed(_("這通紀錄不是您的。"), remedy=_("測試員只能看自己打的，同仁只能看自己的。"))
        return self.in_force([found])[0]

    def in_force(self, calls: Sequence[Call]) -> list[Call]:
        """Give calls with the marks, score and band that count now, after the rulings on objections."""
        return self._objections.in_force(calls)

    def as_sealed(self, call_id: str) -> Call:
        """Give a call as its tester sealed it, whatever was ruled since.

        Raises:
            CallError: there is none of that identifier.
        """
        self.call(call_id)
        found = self._store.call(call_id)
        assert found is not None
        return found

    def rulings_on(self, call_id: str) -> list[Ruling]:
        """Give the rulings on objections to a call, oldest first."""
        return self._objections.rulings_on(call_id)

    def objection_until(self, call: Call) -> date | None:
        """Give the last day on which the person can object; None where there is no score to object to."""
        if call.sealed_at is None or call.score is None:
            return None
        day = day_of(call.sealed_at)
        return self.office.calendar().after(day, self.office.rules(day).of(CourtesyRules).objection_days)

    def calls(self, round_id: str | None = None, *, by: Actor | None = None) -> list[Call]:
        """Give the calls of a round, or all, oldest first; only those that the person may see."""
        return self.in_force(
            [call for call in self._store.calls(round_id) if by is None or _may_see(call, by)]
        )

    def calls_of(self, staff_no: str) -> list[Call]:
        """Give a person's sealed calls with the results that count now, oldest first."""
        return self.in_force(self._store.calls_of(staff_no))

    def sealed(self, first: date, last: date) -> list[Call]:
        """Give the calls sealed on the days from `first` to `last`, in order, as they count now."""
        since = datetime.combine(first, clock(), TAIPEI)
        before = datetime.combine(last + timedelta(days=1), clock(), TAIPEI)
        return self.in_force(self._store.sealed(since, before))

    def _draft_of(self, call_id: str, by: Actor) -> Call:
        call = self.call(call_id)
        self._require_tester(by, call.tester)
        if call.sealed:
            raise CallError(_("這通紀錄已經封存。"), remedy=_("封存後不能更改；有疑義請由當事人提出申復。"))
        return call

    def _require_tester(self, by: Actor, tester: str) -> None:
        if by.staff_no != tester and not by.holds(Role.ADMINISTRATOR):
            raise NotAllowed(_("這通電話指派給別的測試員。"), remedy=_("請以被指派的測試員身分操作。"))

    # Proof

    def verify(self) -> list[Problem]:
        """Compute scales, draws and sealed calls again; compare them with the store and with the journal."""
        place = in_file(self.office.store.path)
        faults: list[str] = []
        for found in (
            self._scale_faults(),
            self._round_faults(),
            self._call_faults(),
            self.confirming.faults(),
        ):
            try:
                faults.extend(found)
            except StoreError as damaged:
                faults.append(damaged.what)
        return [Problem(what, place, _("這一筆被改過，請由備份比對。")) for what in faults if what]

    def _scale_faults(self) -> Iterator[str]:
        for version, content in self._store.scale_texts():
            if version_of(content) != version:
                yield _("量表 {version} 的內容與版本不符。").format(version=version)

    def _round_faults(self) -> Iterator[str]:
        begun = self.office.evidence("round.new")
        known = self._store.rounds()
        for gone in sorted(begun.keys() - {one.id for one in known}):
            yield _("日誌裡有回合 {id}，資料卻不見了。").format(id=gone)
        for one in known:
            what = self._round_fault(one, begun.get(one.id))
            if not what and one.state is not RoundState.COMMITTED:
                fault = difference(self._certificate(one))
                what = _("回合 {id} 重抽不符：{fault}").format(id=one.id, fault=fault) if fault else ""
            yield what

    def _evidence_of_round(self, one: Round) -> dict[str, Any] | None:
        for entry in self.office.ground.entries_about(one.id):
            if entry.act == "round.new" and entry.payload is not None:
                found: dict[str, Any] = json.loads(entry.payload)
                return found
        return None

    def _round_fault(self, one: Round, evidence: Mapping[str, Any] | None) -> str:
        if evidence is None:
            return _("日誌沒有回合 {id} 的承諾。").format(id=one.id)
        again = commitment(one.id, one.frame, one.rules, one.salt, office=self.office.name, period=one.period)
        if not again == one.commitment == evidence["commitment"]:
            return _("回合 {id} 的母體、規則或密鹽與承諾值不符。").format(id=one.id)
        return ""

    def _call_faults(self) -> Iterator[str]:
        evidence = self.office.evidence("call.seal")
        calls = {call.id: call for call in self._store.calls(None) if call.sealed}
        for gone in sorted(evidence.keys() - calls.keys()):
            yield _("日誌裡有封存的通話紀錄 {id}，資料卻不見了。").format(id=gone)
        for call in calls.values():
            yield self._call_fault(call, evidence.get(call.id))

    def _call_fault(self, call: Call, evidence: Mapping[str, Any] | None) -> str:
        if evidence is None:
            return _("通話紀錄 {id} 已封存，日誌卻沒有這一筆。").format(id=call.id)
        if evidence["digest"] != call.digest():
            return _("通話紀錄 {id} 與封存時的內容不符。").format(id=call.id)
        try:
            rules = self.office.rules_of(call.rules).of(CourtesyRules)
            again = score_of(call, self.scale(call.scale), rules)
        except Refused as refusal:
            return _("通話紀錄 {id} 的分數不能重算：{why}").format(id=call.id, why=refusal.what)
        if (again.total if again else None) != call.score:
            return _("通話紀錄 {id} 的分數重算不符。").format(id=call.id)
        if call.question:
            question = self.question_of(call)
            if question is None or len(question.key_points()) != len(call.question.points):
                return _("通話紀錄 {id} 的題目與題庫不符。").format(id=call.id)
        return ""


def _not_before(at: datetime, earlier: datetime | None, what: str) -> None:
    """Refuse a step of a round that would be written down as done before the step it follows."""
    if earlier is not None and at < earlier:
        raise RoundError(
            _("現在的時間早於這一回合{what}的時間，電腦的時鐘可能倒退了。").format(what=what),
            remedy=_("請校正電腦的日期與時間後再做。"),
        )


def shipped_scales() -> dict[str, Path]:
    """Give the scales that come with the program, by code."""
    return {path.stem: path for path in sorted(SCALES.glob("*.toml"))}


def text_of_scale(path: Path) -> str:
    """Give the text of a scale file.

    Raises:
        ScaleError: it cannot be read, or is far too large to be one.
    """
    try:
        # A pipe or a device may never end.
        if path.exists() and not path.is_file():
            raise ScaleError(_("這不是檔案。"), place=in_file(path), remedy=_("請查對檔名與位置。"))
        if path.stat().st_size > _MOST_BYTES:
            raise ScaleError(
                _("檔案太大，不像量表。"), place=in_file(path), remedy=_("請查對是不是選錯檔案。")
            )
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ScaleError(
            _("讀不到檔案（{detail}）。").format(detail=error.strerror),
            place=in_file(path),
            remedy=_("請查對檔名與位置。"),
        ) from error
    except UnicodeDecodeError as error:
        raise ScaleError(_("檔案不是 UTF-8。"), place=in_file(path), remedy=_("請以 UTF-8 另存。")) from error


def read_scale(path: Path) -> Scale:
    """Read a scale file.

    Raises:
        ScaleError: it cannot be read, or every fault of it.
    """
    return read(text_of_scale(path), path.name)


def _may_see(call: Call, by: Actor) -> bool:
    if by.holds(Role.ADMINISTRATOR) or call.tester == by.staff_no:
        return True
    return call.sealed and (by.holds(Role.TRAINER, Role.HEAD) or call.person == by.staff_no)
