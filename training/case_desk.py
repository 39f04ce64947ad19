"""What can be done about a case beside its steps: its owner, its due date, and the look after its closing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bureau.calendar import day_of, roc
from bureau.language import _
from bureau.office import Office
from bureau.roles import Actor, Role
from bureau.text import clean_line
from training.case import Case, CaseError, Change, Check, Judge, Matter, Outcome
from training.case_store import CaseStore
from training.check import (
    Since,
    check_day,
    check_is_due,
    next_case_of,
    require_checkable,
    since_closing,
    unmet_again,
    unmet_check,
)
from training.desk import TrainingDesk
from training.proof import CHECK, DUE, OWNER
from training.store import TrainingStore


@dataclass(frozen=True)
class Look:
    """What there is to see when a closed case is looked at again.

    Attributes:
        day: from which on it is to be looked at.
        since: what was tested after the closing.
        later: the open case of the person by what happened after the closing; None: there is none.
        lacking: what is lacking for each outcome; `""`: nothing.
    """

    day: date | None
    since: Since
    later: Case | None
    lacking: dict[Outcome, str]


class CaseDesk:
    """The acts; each is one transaction with its journal entry.

    Attributes:
        office: the opened file.
        training: whose cases they are.
    """

    def __init__(self, office: Office, training: TrainingDesk) -> None:
        self.office = office
        self.training = training
        self._store = CaseStore(office.store)
        self._cases = TrainingStore(office.store)

    # Who takes care of it, and by when

    def owners(self, day: date) -> list[tuple[str, str]]:
        """Give 員工編號 and name of those who can take care of a case on `day`."""
        able = {
            number
            for role in (Role.TRAINER, Role.HEAD, Role.ADMINISTRATOR)
            for number in self.office.ground.holders(role)
        }
        people = self.office.ground.people_on(day)
        return [(person.staff_no, person.name) for person in people if person.staff_no in able]

    def give(self, case_id: str, owner: str, *, by: Actor, at: datetime, reason: str = "") -> Case:
        """Let somebody else take care of an open case (承辦人).

        Args:
            case_id: which case.
            owner: 員工編號 of a trainer, head or administrator who works here.
            by: a trainer or administrator.
            at: the moment.
            reason: why, if that should be known.

        Raises:
            CaseError: the case is over, or that person may not have it.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            case = self._open(case_id)
            if owner not in {number for number, _name in self.owners(day_of(at))}:
                raise CaseError(
                    _("{staff_no} 不能承辦補訓案。").format(staff_no=owner),
                    remedy=_("承辦人要是在職的訓練承辦人、主管或管理者；角色由管理者指派。"),
                )
            if owner == case.owner:
                return case
            return self._changed(case, Matter.OWNER, case.owner, owner, by, at, reason)

    def move_due(self, case_id: str, due: date, *, by: Actor, at: datetime, reason: str) -> Case:
        """Set another last day for being retrained.

        Args:
            case_id: an open case that is confirmed.
            due: today or later.
            by: a trainer or administrator.
            at: the moment.
            reason: why; it must be given.

        Raises:
            CaseError: the case is over or not confirmed, the day has passed, or there is no reason.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            case = self._open(case_id)
            if case.deadline is None:
                raise CaseError(
                    _("補訓案 {id} 還待確認，期限還不起算。").format(id=case_id),
                    remedy=_("確認之後才有期限可以改。"),
                )
            if due < day_of(at):
                raise CaseError(
                    _("期限 {day} 已經過去。").format(day=roc(due)), remedy=_("請給今天或以後的日期。")
                )
            if not clean_line(reason):
                raise CaseError(
                    _("改期限必須寫明理由。"), remedy=_("請寫出理由（指令：--reason），會記入日誌。")
                )
            if due == case.due:
                return case
            return self._changed(case, Matter.DUE, case.due.isoformat(), due.isoformat(), by, at, reason)

    def _open(self, case_id: str) -> Case:
        case = self.training.case(case_id)
        if not case.open:
            raise CaseError(
                _("補訓案 {id} 已經是「{state}」，不能再改。").format(id=case_id, state=case.state.label),
                remedy=_("請查對案號：courtesy case list --open。"),
            )
        return case

    def _changed(
        self, case: Case, matter: Matter, before: str, after: str, by: Actor, at: datetime, reason: str
    ) -> Case:
        said = clean_line(reason)
        change = Change(matter=matter, before=before, after=after, at=at, by=by.staff_no, reason=said)
        new: dict[str, object] = {"changes": (*case.changes, change)}
        new |= {"owner": after} if matter is Matter.OWNER else {"due": date.fromisoformat(after)}
        changed = case.model_copy(update=new)
        with self.office.act(OWNER if matter is Matter.OWNER else DUE, by=by, at=at) as act:
            self._store.put_change(changed)
            act.record(case.id, person=case.person, reason=said, **{"before": before, matter.value: after})
        return changed

    # The look after the closing

    def checks_due(self, today: date) -> list[Case]:
        """Give the closed cases of those who work here that wait to be looked at again, the oldest first."""
        here = {person.staff_no for person in self.office.ground.people_on(today)}
        judge = self._judge()
        due = [
            case
            for case in self._cases.unchecked()
            if case.person in here and check_is_due(case, judge, today)
        ]
        return sorted(due, key=lambda case: (case.closed_at is None, case.closed_at))

    def check_day(self, case: Case) -> date | None:
        """Give the day from which on a closed case is to be looked at; None: it is not."""
        return check_day(case, self._judge())

    def look(self, case: Case, today: date) -> Look:
        """Say what there is to see of a closed case."""
        judge, since = self._judge(), self._since(case)
        others = self._cases.cases_of(case.person)
        later = next_case_of(case, others)
        lacking = {outcome: unmet_check(case, outcome, since, judge, today) for outcome in Outcome}
        if again := unmet_again(case, others):
            lacking[Outcome.AGAIN] = again
        return Look(day=check_day(case, judge), since=since, later=later, lacking=lacking)

    def record_check(
        self, case_id: str, outcome: Outcome, *, by: Actor, at: datetime, reason: str = ""
    ) -> Case:
        """Record what a closed case was found to be (複查).

        維持 says that the training has held. 再補訓 names the case that the rules have opened by what
        happened since; it opens none by itself, so that nobody is listed without evidence.

        Args:
            case_id: a closed case.
            outcome: what was found.
            by: a trainer or administrator.
            at: the moment.
            reason: why; with it what is lacking is passed, and the journal says so. No reason stands for the
                evidence of 再補訓.

        Raises:
            CaseError: it cannot be looked at, something is lacking and no reason is given, or there is no
                case for 再補訓.
        """
        by.require(Role.TRAINER)
        self.training.open_cases(by=by, at=at)
        with self.office.store.transaction():
            case, judge = self.training.case(case_id), self._judge()
            require_checkable(case, judge)
            since, said = self._since(case), clean_line(reason)
            next_case = ""
            if outcome is Outcome.AGAIN:
                next_case = self._heir(case)
            lacking = unmet_check(case, outcome, since, judge, day_of(at))
            if lacking and not said:
                raise CaseError(
                    _("補訓案 {id} 還不能複查為「{outcome}」：{lacking}。").format(
                        id=case_id, outcome=outcome.label, lacking=lacking
                    ),
                    remedy=_("請先補齊；確有必要時請寫理由（指令：--reason），會記入日誌。"),
                )
            check = Check(
                outcome=outcome,
                at=at,
                by=by.staff_no,
                reason=said,
                overridden=lacking,
                tests=tuple(each.id for each in since.tests),
                next_case=next_case,
            )
            with self.office.act(CHECK, by=by, at=at) as act:
                self._store.put_check(case_id, check)
                act.record(
                    case_id,
                    person=case.person,
                    outcome=outcome.value,
                    reason=said,
                    overridden=lacking,
                    tests=list(check.tests),
                    next_case=next_case,
                )
        return case.model_copy(update={"check": check})

    def _heir(self, case: Case) -> str:
        others = self._cases.cases_of(case.person)
        if gate := unmet_again(case, others):
            raise CaseError(
                _("補訓案 {id} 不能複查為「{outcome}」：{gate}。").format(
                    id=case.id, outcome=Outcome.AGAIN.label, gate=gate
                ),
                remedy=_("再補訓要有新的證據，而且已經確認；否則請再測一次，或記為「維持」。"),
            )
        heir = next_case_of(case, others)
        assert heir is not None
        return heir.id

    def follows(self, case: Case) -> str:
        """Give the case of which this one is the 再補訓 after its closing; `""`: it is none."""
        others: Sequence[Case] = self._cases.cases_of(case.person)
        return next((each.id for each in others if each.check and each.check.next_case == case.id), "")

    def lost(self, case: Case) -> list[str]:
        """Name the evidence of a closed case that is no longer as it was, and no ruling says so.

        An open case is held against its evidence by `verify`; of a closed one this is only to be seen.
        """
        reasons = () if case.open else case.counting
        return list(dict.fromkeys(each.evidence for each in reasons if not self.training.holds(each)))

    def _since(self, case: Case) -> Since:
        if case.closed_at is None:
            return Since((), ())
        return since_closing(case, self.training.tests_since(case.person, case.closed_at), self._judge())

    def _judge(self) -> Judge:
        return self.training.judge()
