"""What is done about bad calls before anybody is listed: another tester calls once more, blind."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from bureau.calendar import day_of
from bureau.language import _
from bureau.office import Office
from bureau.people import Person
from bureau.problem import Refused
from bureau.roles import Actor, Role
from courtesy.call import Call, CallError
from courtesy.confirming import (
    Need,
    available,
    confirming_draw,
    confirming_ticket,
    load_of,
    wants_confirming,
)
from courtesy.objection_store import ObjectionStore
from courtesy.occasion import Occasion
from courtesy.round import Draw, RoundError
from courtesy.standing import CourtesyRules
from courtesy.store import CourtesyStore

QUEUE = "call.confirm"
"""The act that queues a confirming call, or gives it to somebody else."""

DROP = "call.confirm.drop"
"""The act by which a confirming call is not made after all."""

LOOK_BACK = timedelta(days=180)
"""How long a bad call waits for somebody who can confirm it; what is older says little about today."""


class ConfirmingDesk:
    """The acts of confirming; each is one transaction with its journal entries."""

    def __init__(self, office: Office, store: CourtesyStore, objections: ObjectionStore) -> None:
        self.office = office
        self._store = store
        self._objections = objections

    def queue(self, call: Call, *, by: Actor, at: datetime) -> Draw | None:
        """Queue the confirming call of a call just sealed, where it wants one and somebody can make it.

        Part of the seal's own transaction; run again it queues nothing more.
        """
        with self.office.store.transaction():
            if self._wants(call) and not self._queued(call):
                return self._assign(call, by, at)
        return None

    def settle(self, *, by: Actor, at: datetime) -> list[Draw]:
        """Bring what waits up to date; run again without news it writes nothing.

        A call that nobody could confirm is given to a tester who can now; one whose tester has left the rota
        or has come to the person's section goes to another; one whose person has left, or whose bad result an
        objection has changed, is dropped with the reason. The rules decide, so no role is asked for.

        Returns:
            What was queued, given to another, or dropped.
        """
        if not (self._open_needs(at) or self._changes(at)):
            return []
        done: list[Draw] = []
        with self.office.store.transaction():
            for draw, first, why in self._changes(at):
                if why:
                    done.append(self._drop(draw, first, why, by, at))
                else:
                    again = self._assign(first, by, at, draw)
                    done += [again] if again else []
            for call in self._open_needs(at):
                queued = self._assign(call, by, at)
                done += [queued] if queued else []
        return done

    def assign(self, call_id: str, tester: str, *, by: Actor, at: datetime) -> Draw:
        """Give a confirming call to this tester, where the rules allow it and it has not begun.

        Raises:
            CallError: no such call, or it wants no confirming.
            RoundError: the tester may not make it; why.
        """
        by.require(Role.ADMINISTRATOR)
        with self.office.store.transaction():
            found = self._store.call(call_id)
            if found is None:
                raise CallError(
                    _("沒有編號 {id} 的通話紀錄。").format(id=call_id),
                    remedy=_("請用 courtesy round confirm 查對。"),
                )
            call = self._objections.in_force([found])[0]
            if not self._wants(call):
                raise CallError(
                    _("紀錄 {id} 不必複測。").format(id=call_id),
                    remedy=_("只有抽測成績不佳的紀錄要複測：courtesy round confirm。"),
                )
            before = self._store.drawn_one(call.round, call.person, Occasion.CONFIRMING)
            if before and (before.excluded or self._second(before)):
                raise RoundError(
                    _("複測已經開始或已經取消，不能換人。"), remedy=_("請用 courtesy round confirm 查對。")
                )
            person = self.office.person(tester, day_of(at))
            try:
                draw = self._planned(call, at, only=tester)
            except RoundError as refusal:
                raise RoundError(
                    _("{name} 不能複測這一通：{why}").format(name=person.name, why=refusal.what),
                    remedy=_("請改派其他科室、沒有測過這一通的測試員。"),
                ) from None
            return self._write(call, draw, before, by, at)

    def needs(self, *, by: Actor, at: datetime) -> list[Need]:
        """Give the calls that are or were to be confirmed, the open ones first.

        Only the administrator sees who makes a call that is still to be made.
        """
        by.require(Role.TRAINER, Role.HEAD)
        found = [self._need(draw) for draw in self._store.confirming()]
        found += [Need(first=call, why=self._why_nobody(call, at)) for call in self._open_needs(at)]
        if not by.holds(Role.ADMINISTRATOR):
            found = [
                need.model_copy(update={"draw": need.draw.model_copy(update={"tester": ""}), "second": None})
                if need.draw and need.state.open
                else need
                for need in found
            ]
        return sorted(found, key=lambda need: not need.state.open)

    def due(self, at: datetime) -> int:
        """Count the confirming calls that are still to be made, those that nobody can make included."""
        waiting = [draw for draw in self._store.waiting(None) if draw.occasion is Occasion.CONFIRMING]
        return len(waiting) + len(self._open_needs(at))

    # What is decided

    def _rules(self, call: Call) -> CourtesyRules:
        return self.office.rules_of(call.rules).of(CourtesyRules)

    def _wants(self, call: Call) -> bool:
        return call.sealed and wants_confirming(call, self._rules(call))

    def _queued(self, call: Call) -> bool:
        return self._store.drawn_one(call.round, call.person, Occasion.CONFIRMING) is not None

    def _second(self, draw: Draw) -> Call | None:
        return self._store.call_of(draw.round, draw.staff_no, Occasion.CONFIRMING)

    def _first(self, draw: Draw) -> Call:
        found = self._store.call_of(draw.round, draw.staff_no, Occasion.DRAWN)
        if found is None:
            raise CallError(
                _("回合 {id} 的複測沒有原來的紀錄。").format(id=draw.round), remedy=_("請由備份比對。")
            )
        return self._objections.in_force([found])[0]

    def _open_needs(self, at: datetime) -> list[Call]:
        since = at - LOOK_BACK
        below = max(self.office.rules(day).of(CourtesyRules).low_below for day in (day_of(since), day_of(at)))
        today = day_of(at)
        return [
            call
            for call in self._objections.in_force(self._store.unconfirmed(since, below))
            if self._wants(call) and self.office.person(call.person, today).active_on(today)
        ]

    def _changes(self, at: datetime) -> list[tuple[Draw, Call, str]]:
        """Give the queued calls, not begun, that cannot stay so: why dropped, or `""`: reassigned."""
        today = day_of(at)
        testers = {tester.staff_no: tester for tester in self._testers(today)}
        found = []
        for draw in self._store.waiting(None):
            if draw.occasion is not Occasion.CONFIRMING or self._second(draw):
                continue
            first, person = self._first(draw), self.office.person(draw.staff_no, today)
            tester = testers.get(draw.tester)
            if not person.active_on(today):
                found.append((draw, first, _("已離職")))
            elif not self._wants(first):
                found.append((draw, first, _("申復變更，不必複測")))
            elif (tester is None or tester.section == person.section) and self._possible(first, at):
                found.append((draw, first, ""))
        return found

    def _possible(self, call: Call, at: datetime) -> bool:
        return not self._why_nobody(call, at)

    def _why_nobody(self, call: Call, at: datetime) -> str:
        try:
            self._planned(call, at)
        except RoundError as refusal:
            return refusal.what
        return ""

    def _testers(self, today: date) -> list[Person]:
        people = {person.staff_no: person for person in self.office.ground.people_on(today)}
        return [people[each] for each in self.office.ground.holders(Role.TESTER) if each in people]

    def _planned(self, call: Call, at: datetime, only: str = "") -> Draw:
        today = day_of(at)
        drawn = self._store.drawn_one(call.round, call.person, Occasion.DRAWN)
        if drawn is None:
            raise RoundError(_("回合 {id} 沒有這一籤。").format(id=call.round), remedy=_("請由備份比對。"))
        calendar = self.office.calendar()
        last = calendar.after(today, self._rules(call).confirm_within_days)
        days = list(calendar.working_days(today + timedelta(days=1), last))
        testers = [each for each in self._testers(today) if not only or each.staff_no == only]
        draws = [*self._store.draws(call.round), *self._store.confirming(call.round)]
        able = available(
            call,
            self.office.person(call.person, today),
            testers,
            days=days,
            away=self._away(days),
            load=load_of(draws),
            barred=[each.tester for each in self._objections.of_call(call.id) if each.tester],
            seeing=who_sees(self.office, testers),
        )
        return confirming_draw(call, drawn, able)

    def _away(self, days: Sequence[date]) -> dict[str, set[date]]:
        away: dict[str, set[date]] = {}
        for leave in self.office.ground.leaves(days[0], days[-1]):
            away.setdefault(leave.staff_no, set()).update(
                day for day in days if leave.first <= day <= leave.last
            )
        return away

    # What is written

    def _assign(self, call: Call, by: Actor, at: datetime, before: Draw | None = None) -> Draw | None:
        try:
            draw = self._planned(call, at)
        except RoundError:
            # The seal must not fail for want of a tester; the need is listed until somebody can.
            return None
        return self._write(call, draw, before, by, at)

    def _write(self, call: Call, draw: Draw, before: Draw | None, by: Actor, at: datetime) -> Draw:
        with self.office.act(QUEUE, by=by, at=at) as act:
            if before:
                self._store.set_assigned(draw)
            else:
                self._store.add_draws([draw])
            act.record(
                call.id,
                round=draw.round,
                person=draw.staff_no,
                tester=draw.tester,
                day=draw.day.isoformat(),
                ticket=draw.ticket,
            )
        return draw

    def _drop(self, draw: Draw, first: Call, why: str, by: Actor, at: datetime) -> Draw:
        with self.office.act(DROP, by=by, at=at) as act:
            self._store.set_excluded(draw.round, draw.staff_no, why, Occasion.CONFIRMING)
            act.record(first.id, round=draw.round, person=draw.staff_no, reason=why)
        return draw.model_copy(update={"excluded": why})

    def _need(self, draw: Draw) -> Need:
        return Need(first=self._first(draw), draw=draw, second=self._second(draw), why=draw.excluded)

    # Proof

    def faults(self) -> Iterator[str]:
        """Hold the queued calls against the journal and the tickets they come from."""
        written = self.office.evidence(QUEUE)
        dropped = self.office.evidence(DROP)
        there: set[str] = set()
        for draw in self._store.confirming():
            try:
                first = self._first(draw)
            except Refused as refusal:
                yield refusal.what
                continue
            there.add(first.id)
            drawn = self._store.drawn_one(draw.round, draw.staff_no, Occasion.DRAWN)
            said = written.get(first.id)
            sound = (
                drawn is not None
                and draw.ticket == confirming_ticket(drawn.ticket, first.id)
                and said is not None
                and (said["ticket"], said["tester"]) == (draw.ticket, draw.tester)
                and draw.tester != first.tester
                and draw.excluded == dropped.get(first.id, {}).get("reason", "")
            )
            if not sound:
                yield _("紀錄 {id} 的複測與日誌不符。").format(id=first.id)
        for gone in sorted(written.keys() - there):
            yield _("日誌裡有紀錄 {id} 的複測，資料卻不見了。").format(id=gone)


def who_sees(office: Office, testers: Iterable[Person]) -> Collection[str]:
    """Name the testers who may read other people's results by another role."""
    seeing = (Role.TRAINER, Role.HEAD, Role.ADMINISTRATOR)
    return {
        tester.staff_no
        for tester in testers
        if not office.ground.roles_of(tester.staff_no).isdisjoint(seeing)
    }
