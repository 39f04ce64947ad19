"""What a person can do who does not agree with a record: object; and what another tester does then."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bureau.calendar import day_of, roc
from bureau.database import StoreError
from bureau.language import _
from bureau.office import Office
from bureau.people import Person
from bureau.problem import NotAllowed, Problem, Refused, in_file
from bureau.roles import Actor, Role
from bureau.text import clean
from courtesy.call import Call
from courtesy.confirming_desk import who_sees
from courtesy.desk import CallDesk
from courtesy.objection import (
    Blind,
    Objection,
    ObjectionError,
    Rate,
    Ruling,
    Verdict,
    check_choice,
    checked,
    decided,
    in_force,
    rate,
    rescorer,
)
from courtesy.objection_store import ObjectionStore
from courtesy.occasion import Occasion
from courtesy.scale import Placed
from courtesy.standing import CourtesyRules

FILE = "objection.file"
"""The act by which a person objects."""

ASSIGN = "objection.assign"
"""The act that gives an objection to another tester."""

DECIDE = "objection.decide"
"""The act that closes an objection by a ruling."""

TICKET = "courtesy-objection/1"

_ROLES = (Role.TRAINER, Role.HEAD)


class ObjectionDesk:
    """The acts of objections; each is one transaction with its journal entry."""

    def __init__(self, office: Office, calls: CallDesk) -> None:
        self.office = office
        self.calls = calls
        self._store = ObjectionStore(office.store)

    # The person

    def can_object(self, *, by: Actor, at: datetime) -> list[Call]:
        """Give the calls to which the person (a trainer: anybody) can still object, oldest first."""
        busy = {each.call for each in self._store.objections(open_only=True)}
        everything = by.holds(Role.TRAINER)
        known = self.calls.calls(by=by) if everything else self.calls.calls_of(by.staff_no)
        return [
            call
            for call in known
            if call.id not in busy and (last := self.calls.objection_until(call)) and day_of(at) <= last
        ]

    def disputable(self, call: Call) -> list[Placed]:
        """Give the lines of a call to which one can object, in the order of the call."""
        ruled = self._ruled(call.id)
        return [
            placed
            for placed in self.calls.scale(call.scale).in_call_order(call.parts)
            if placed.id in call.marks and placed.id not in ruled
        ]

    def file(
        self, call_id: str, lines: Mapping[str, tuple[str, str]], *, by: Actor, at: datetime
    ) -> Objection:
        """Object to lines of a call.

        Args:
            call_id: a sealed and scored call.
            lines: the expected step and the reason of each disputed line.
            by: the person, or a trainer for the person.
            at: the moment.

        Raises:
            ObjectionError: not scored, too late, an objection is open already, or a line is wrong.
            NotAllowed: somebody else's call.
            ScaleError: a line does not know the expected step.
        """
        with self.office.act(FILE, by=by, at=at) as act:
            call = self._disputed_call(call_id, by, at)
            scale = self.calls.scale(call.scale)
            cleaned = {line: (step, clean(reason)) for line, (step, reason) in lines.items()}
            disputed = checked(call, scale, cleaned, self._ruled(call.id))
            objection = Objection(
                id=self.office.new_id("objection"),
                call=call.id,
                person=call.person,
                filed_by=by.staff_no,
                filed_at=at,
                lines=disputed,
            )
            objection = objection.model_copy(update={"tester": self._rescorer(objection, call, at)})
            self._store.add(objection)
            act.record(
                objection.id,
                call=call.id,
                person=call.person,
                tester=objection.tester,
                lines=[[line.line, line.expected, line.reason] for line in disputed],
            )
        return objection

    def _disputed_call(self, call_id: str, by: Actor, at: datetime) -> Call:
        call = self.calls.call(call_id)
        own = bool(by.staff_no) and call.person == by.staff_no
        if not own and not by.holds(Role.TRAINER):
            raise NotAllowed(_("只有當事人可以申復。"), remedy=_("同仁申復自己的紀錄；承辦人可以代為登錄。"))
        last = self.calls.objection_until(call)
        if last is None:
            raise ObjectionError(
                _("這通紀錄沒有分數，不能申復。"), remedy=_("只有封存且接通評分的紀錄可以申復。")
            )
        if day_of(at) > last:
            raise ObjectionError(
                _("申復期限是 {day}，已經過了。").format(day=roc(last)),
                remedy=_("有疑義請洽訓練承辦人；期限由規則 objection_days 決定。"),
            )
        pending = [each for each in self._store.of_call(call.id) if each.open]
        if pending:
            raise ObjectionError(
                _("這通紀錄已有申復 {id} 待重評。").format(id=pending[0].id),
                remedy=_("裁定之後，其他行仍可在期限內申復。"),
            )
        return call

    def _ruled(self, call_id: str) -> set[str]:
        return {line.line for each in self._store.of_call(call_id) if not each.open for line in each.lines}

    # Who rescores

    def settle(self, *, by: Actor, at: datetime) -> list[Objection]:
        """Give objections that nobody can rescore, or whose tester has left the rota, to somebody who can.

        Run again without news it writes nothing.
        """
        if not any(True for _each in self._unsettled(at)):
            return []
        with self.office.store.transaction():
            done = []
            for objection, tester in list(self._unsettled(at)):
                with self.office.act(ASSIGN, by=by, at=at) as act:
                    self._store.set_tester(objection.id, tester)
                    # A choice is that of one person.
                    self._store.forget_choices(objection.id)
                    act.record(objection.id, tester=tester)
                done.append(objection.model_copy(update={"tester": tester}))
        return done

    def _unsettled(self, at: datetime) -> Iterator[tuple[Objection, str]]:
        rota = {tester.staff_no: tester for tester in self._testers(at)}
        for objection in self._store.objections(open_only=True):
            call = self.calls.call(objection.call)
            tester = rota.get(objection.tester)
            if tester and tester.section not in {call.section, self._person(call, at).section}:
                continue
            other = self._rescorer(objection, call, at)
            if other and other != objection.tester:
                yield objection, other

    def _rescorer(self, objection: Objection, call: Call, at: datetime) -> str:
        testers = self._testers(at)
        confirming = [
            each.tester
            for each in self.calls.waiting_for(call.person)
            if each.occasion is Occasion.CONFIRMING
        ]
        chance = hashlib.sha256(f"{TICKET}\n{call.digest()}\n{objection.id}".encode()).hexdigest()
        try:
            return rescorer(
                call,
                self._person(call, at),
                testers,
                chance=int(chance, 16),
                load=self._store.load(),
                barred=confirming,
                seeing=who_sees(self.office, testers),
            )
        except ObjectionError:
            # The objection stands all the same; it is listed until somebody can rescore it.
            return ""

    def _person(self, call: Call, at: datetime) -> Person:
        return self.office.person(call.person, day_of(at))

    def _testers(self, at: datetime) -> list[Person]:
        people = {person.staff_no: person for person in self.office.ground.people_on(day_of(at))}
        return [people[each] for each in self.office.ground.holders(Role.TESTER) if each in people]

    # The second tester

    def waiting(self, *, by: Actor) -> int:
        """Count the objections that the acting person has to rescore."""
        return self._store.waiting(by.staff_no) if by.staff_no else 0

    def blind(self, objection_id: str, *, by: Actor) -> Blind:
        """Give what the second tester sees; nobody's marks and nobody's name.

        Raises:
            NotAllowed: another tester's.
            ObjectionError: there is none, or it is decided.
        """
        objection = self._to_rescore(objection_id, by)
        call = self.calls.call(objection.call)
        placed = {each.id: each for each in self.calls.scale(call.scale).in_call_order(call.parts)}
        return Blind(
            id=objection.id,
            at=call.at,
            outcome=call.outcome,
            rings=call.rings,
            seconds=call.seconds,
            remark=call.remark,
            lines=tuple(
                (placed[line.line], line.model_copy(update={"expected": ""})) for line in objection.lines
            ),
        )

    def choose(
        self, objection_id: str, line: str, step: str | None, *, by: Actor, note: str | None = None
    ) -> Blind:
        """Store what the second tester chooses on a line, at once; None takes the choice away.

        Raises:
            ObjectionError: no such line, or decided already.
            ScaleError: the line does not know the step.
            NotAllowed: another tester's.
        """
        with self.office.store.transaction():
            form = self.blind(objection_id, by=by)
            known = {placed.id: (placed, disputed) for placed, disputed in form.lines}
            if line not in known:
                raise ObjectionError(
                    _("申復 {id} 沒有「{line}」這一行。").format(id=objection_id, line=line),
                    remedy=_("請用 courtesy objection show 查對。"),
                )
            placed, disputed = known[line]
            if step is not None:
                check_choice(placed, step)
            words = disputed.note if note is None else clean(note).strip()
            self._store.set_choice(objection_id, line, step, words)
            return self.blind(objection_id, by=by)

    def decide(self, objection_id: str, *, by: Actor, at: datetime) -> Ruling:
        """Close an objection by the ruling that follows from the rescored lines.

        Raises:
            ObjectionError: a line is not rescored yet, or decided already.
            NotAllowed: another tester's.
        """
        with self.office.act(DECIDE, by=by, at=at) as act:
            objection = self._to_rescore(objection_id, by)
            call = self.calls.call(objection.call)
            ruling = decided(
                objection,
                call,
                self.calls.scale(call.scale),
                self.office.rules_of(call.rules).of(CourtesyRules),
                ruling_id=self.office.new_id("ruling"),
                at=at,
            )
            self._store.add_ruling(ruling)
            act.record(
                objection.id,
                ruling=ruling.id,
                call=call.id,
                verdict=ruling.verdict.value,
                before=str(ruling.before.score),
                after=str(ruling.after.score),
                band=ruling.after.band,
                lines=[line.model_dump() for line in ruling.lines],
                notes=[line.note for line in objection.lines],
                digest=ruling.digest(),
            )
            # What no longer is a bad result needs no second call.
            self.calls.confirming.settle(by=by, at=at)
        return ruling

    def _to_rescore(self, objection_id: str, by: Actor) -> Objection:
        objection = self._known(objection_id)
        if not by.staff_no or by.staff_no != objection.tester:
            raise NotAllowed(
                _("申復 {id} 由別的測試員重評。").format(id=objection_id),
                remedy=_("只有被指派的測試員可以重評。"),
            )
        if not objection.open:
            raise ObjectionError(
                _("申復 {id} 已經裁定。").format(id=objection_id), remedy=_("裁定不能更改。")
            )
        return objection

    # What is shown

    def _known(self, objection_id: str) -> Objection:
        found = self._store.objection(objection_id)
        if found is None:
            raise ObjectionError(
                _("沒有編號 {id} 的申復。").format(id=objection_id),
                remedy=_("請用 courtesy objection list 查對編號。"),
            )
        return found

    def objection(self, objection_id: str, *, by: Actor) -> Objection:
        """Give a whole objection, expected steps and all; not to who has to rescore it blind.

        Raises:
            NotAllowed: neither the person nor somebody in charge, or a tester before the ruling.
        """
        found = self._known(objection_id)
        if not self._may_see(found, by):
            raise NotAllowed(
                _("申復 {id} 不是您的。").format(id=objection_id),
                remedy=_("同仁只能看自己的；重評的測試員只看得到要重評的行。"),
            )
        return found

    def objections(self, *, by: Actor) -> list[Objection]:
        """Give the objections that the person may see or has to rescore, oldest first."""
        return [
            each
            for each in self._store.objections()
            if self._may_see(each, by) or (each.open and by.staff_no and each.tester == by.staff_no)
        ]

    def rescores(self, objection: Objection, by: Actor) -> bool:
        """Say whether the acting person has to rescore it, and so must see no more than `blind` gives."""
        return objection.open and bool(by.staff_no) and objection.tester == by.staff_no

    def _may_see(self, objection: Objection, by: Actor) -> bool:
        if self.rescores(objection, by):
            return False
        if by.holds(*_ROLES) or (by.staff_no and objection.person == by.staff_no):
            return True
        first = self.calls.call(objection.call).tester
        return not objection.open and bool(by.staff_no) and by.staff_no in {objection.tester, first}

    def ruling(self, objection: Objection) -> Ruling | None:
        """Give the ruling on an objection, if there is one."""
        return next(
            (each for each in self._store.rulings_on(objection.call) if each.objection == objection.id), None
        )

    def disputed_calls(self) -> set[str]:
        """Name the calls to which an objection is open."""
        return {each.call for each in self._store.objections(open_only=True)}

    def unassigned(self) -> int:
        """Count the open objections that nobody can rescore yet."""
        return sum(not each.tester for each in self._store.objections(open_only=True))

    def open_count(self) -> int:
        """Count the objections without a ruling."""
        return len(self._store.objections(open_only=True))

    def rates(self, *, by: Actor) -> tuple[list[Rate], list[Rate]]:
        """Give how often objections changed something, by line and by tester, the most disputed first."""
        by.require(*_ROLES)
        lines: Counter[str] = Counter()
        lines_changed: Counter[str] = Counter()
        testers: Counter[str] = Counter()
        testers_changed: Counter[str] = Counter()
        texts: dict[str, str] = {}
        for ruling in self._store.rulings():
            call = self.calls.as_sealed(ruling.call)
            placed = {each.id: each.line.text for each in self.calls.scale(call.scale).lines()}
            testers[call.tester] += 1
            testers_changed[call.tester] += ruling.verdict is Verdict.CHANGED
            for line in ruling.lines:
                texts[line.line] = placed[line.line]
                lines[line.line] += 1
                lines_changed[line.line] += line.changed
        names = {person.staff_no: person.name for person in self.office.ground.everybody()}
        return (
            _ranked(lines, lines_changed, texts),
            _ranked(testers, testers_changed, names),
        )

    # Proof

    def verify(self) -> list[Problem]:
        """Compute every ruling again, and hold objections and rulings against the journal."""
        place = in_file(self.office.store.path)
        try:
            faults = list(self._faults())
        except StoreError as damaged:
            faults = [damaged.what]
        return [Problem(what, place, _("這一筆被改過，請由備份比對。")) for what in faults]

    def _faults(self) -> Iterator[str]:
        filed, closed = self.office.evidence(FILE), self.office.evidence(DECIDE)
        objections = {each.id: each for each in self._store.objections()}
        rulings = {each.objection: each for each in self._store.rulings()}
        columns = {row[0]: row for row in self._store.columns()}
        for gone in sorted((filed.keys() | closed.keys()) - objections.keys()):
            yield _("日誌裡有申復 {id}，資料卻不見了。").format(id=gone)
        earlier: dict[str, list[Ruling]] = {}
        for ruling in rulings.values():
            if not _columns_hold(ruling, columns.get(ruling.id)):
                yield _("申復 {id} 的裁定與封存時的內容不符。").format(id=ruling.objection)
        for objection in objections.values():
            said = filed.get(objection.id)
            if said is None or not _as_filed(objection, said):
                yield _("申復 {id} 與日誌不符。").format(id=objection.id)
            if (objection.id not in rulings) != objection.open or objection.open != (
                objection.id not in closed
            ):
                yield _("申復 {id} 的裁定與日誌不符。").format(id=objection.id)
        for ruling in rulings.values():
            if ruling.objection in objections:
                yield from self._ruling_faults(
                    objections[ruling.objection],
                    ruling,
                    closed.get(ruling.objection),
                    earlier.get(ruling.call, []),
                )
            earlier.setdefault(ruling.call, []).append(ruling)

    def _ruling_faults(
        self,
        objection: Objection,
        ruling: Ruling,
        said: Mapping[str, Any] | None,
        earlier: Sequence[Ruling],
    ) -> Iterator[str]:
        if said is None or said["digest"] != ruling.digest():
            yield _("申復 {id} 的裁定與封存時的內容不符。").format(id=objection.id)
            return
        try:
            call = in_force(self.calls.as_sealed(ruling.call), earlier)
            again = decided(
                objection,
                call,
                self.calls.scale(call.scale),
                self.office.rules_of(call.rules).of(CourtesyRules),
                ruling_id=ruling.id,
                at=ruling.at,
            )
        except (Refused, KeyError) as refusal:
            yield _("申復 {id} 的裁定不能重算：{why}").format(
                id=objection.id, why=refusal.what if isinstance(refusal, Refused) else refusal
            )
            return
        if again != ruling:
            yield _("申復 {id} 的裁定重算不符。").format(id=objection.id)


def _columns_hold(ruling: Ruling, row: tuple[str, str, str, str, int, str] | None) -> bool:
    after = ruling.after
    return row == (
        ruling.id,
        ruling.objection,
        ruling.call,
        ruling.verdict.value,
        int(after.score * 100),
        after.band,
    )


def _as_filed(objection: Objection, said: Mapping[str, Any]) -> bool:
    lines = [[line.line, line.expected, line.reason] for line in objection.lines]
    return (said["call"], said["person"], said["lines"]) == (
        objection.call,
        objection.person,
        lines,
    )


def _ranked(counts: Counter[str], changed: Counter[str], texts: Mapping[str, str]) -> list[Rate]:
    found = [rate(name, texts.get(name, name), changed[name], n) for name, n in counts.items()]
    return sorted(found, key=lambda each: (-each.n, -each.changed, each.name))
