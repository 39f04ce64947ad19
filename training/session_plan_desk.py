"""What can be done to prepare and follow up a session: agenda, handouts, papers before and after, make-up."""

from collections.abc import Sequence
from datetime import datetime

from bureau.calendar import Period, day_of
from bureau.language import _
from bureau.office import Office
from bureau.roles import Actor, Role
from courtesy.occasion import Occasion
from quiz_bank.blueprint import Paper
from training import agenda as evidence
from training.agenda import Proposal
from training.desk import TrainingDesk
from training.make_up import MakeUp, proposed, targets
from training.quiz_change import QuizChange, joined
from training.rules import TrainingRules
from training.session import Expected, Session, SessionError, SessionKind, Standing, standing
from training.session_plan import MOST_HANDOUTS, AgendaTopic, Handout, SessionPlan, check_agenda
from training.session_plan_store import SessionPlanStore
from training.session_rules import SessionRules
from training.sign_in_desk import SignInDesk

OVERSEERS = (Role.TRAINER, Role.HEAD)


class SessionPlanDesk:
    """The acts of planning; each is one transaction with its journal entry.

    Attributes:
        office: the opened file.
    """

    def __init__(self, training: TrainingDesk, sign_in: SignInDesk) -> None:
        self.training = training
        self.sign_in = sign_in
        self.office: Office = training.office
        self._store = SessionPlanStore(training.office.store)

    def plan(self, session_id: str) -> SessionPlan:
        """Give what is planned of a session.

        Raises:
            SessionError: there is no such session.
        """
        return self._store.plan(self.training.session(session_id).id)

    # Agenda

    def proposal(self, session_id: str, period: Period, *, by: Actor, at: datetime) -> Proposal:
        """Propose an agenda from the sealed calls and submitted sittings of a period.

        Raises:
            SessionError: there is no such session.
            NotAllowed: neither trainer nor head.
        """
        by.require(*OVERSEERS)
        session = self.training.session(session_id)
        last = min(period.last, day_of(at))
        calls = [
            call
            for call in self.training.calls.sealed(period.first, day_of(at))
            if day_of(call.at) in period and call.score is not None
        ]
        scales = {call.scale: self.training.calls.scale(call.scale) for call in calls}
        results = self.training.quiz.submitted(period.first, last) if period.first <= last else []
        papers = {each.paper_id: self.training.quiz.paper(each.paper_id) for each in results}
        wanted = {each.sitting_id for each in results}
        sittings = [
            sitting
            for paper_id in papers
            for sitting in self.training.quiz.sittings(paper_id)
            if sitting.id in wanted
        ]
        losses = [*evidence.of_calls(calls, scales), *evidence.of_sittings(sittings, papers)]
        return evidence.proposal(
            losses,
            self._rules(session),
            calls=sum(call.occasion is Occasion.DRAWN for call in calls),
            sittings=len(sittings),
        )

    def take_over(
        self, session_id: str, period: Period, *, by: Actor, at: datetime
    ) -> tuple[AgendaTopic, ...]:
        """Make the proposal of a period the session's agenda, in place of the one before.

        Raises:
            SessionError: behind no line or topic stand enough people.
        """
        by.require(Role.TRAINER)
        session = self.training.session(session_id)
        agenda = self.proposal(session_id, period, by=by, at=at).agenda(
            session.length, self._rules(session).agenda_minutes
        )
        if not agenda:
            raise SessionError(
                _("{period}沒有足夠的人失分，提不出議程。").format(period=period.title),
                remedy=_("請換一段較長的期間，或自己填議程。"),
            )
        return self.set_agenda(session_id, agenda, by=by, at=at)

    def set_agenda(
        self, session_id: str, agenda: Sequence[AgendaTopic], *, by: Actor, at: datetime
    ) -> tuple[AgendaTopic, ...]:
        """Write a session's agenda in place of the one before.

        Raises:
            SessionError: it takes longer than the session.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            session = self.training.session(session_id)
            check_agenda(session, agenda)
            if tuple(agenda) != self._store.plan(session_id).agenda:
                with self.office.act("session.agenda", by=by, at=at) as act:
                    self._store.put_agenda(session_id, agenda)
                    act.record(session_id, agenda=[topic.model_dump(mode="json") for topic in agenda])
        return tuple(agenda)

    # Handouts

    def set_handouts(
        self, session_id: str, handouts: Sequence[Handout], *, by: Actor, at: datetime
    ) -> tuple[Handout, ...]:
        """Write a session's handouts in place of those before.

        Raises:
            SessionError: too many, or one stands there twice.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            self.training.session(session_id)
            if len(handouts) > MOST_HANDOUTS:
                raise SessionError(
                    _("講義至多 {most} 份。").format(most=MOST_HANDOUTS), remedy=_("請合併幾份。")
                )
            if len({each.title for each in handouts}) < len(handouts):
                raise SessionError(_("同名的講義列了兩次。"), remedy=_("請改名，或刪去一份。"))
            if tuple(handouts) != self._store.plan(session_id).handouts:
                with self.office.act("session.handouts", by=by, at=at) as act:
                    self._store.put_handouts(session_id, handouts)
                    act.record(session_id, handouts=[each.model_dump(mode="json") for each in handouts])
        return tuple(handouts)

    # Papers before and after

    def papers(self) -> list[Paper]:
        """Give every paper, the newest first."""
        return self.training.quiz.papers()

    def set_papers(self, session_id: str, before: str, after: str, *, by: Actor, at: datetime) -> SessionPlan:
        """Say which papers are sat before and after a session; `""` for none.

        Raises:
            SessionError: both are the same paper.
            BlueprintError: there is no such paper.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            plan = self.plan(session_id)
            for paper_id in filter(None, (before, after)):
                self.training.quiz.paper(paper_id)
            if before and before == after:
                raise SessionError(
                    _("前測和後測不能是同一份試卷，每人一份只能作答一次。"),
                    remedy=_("請另抽一份：courtesy paper new。"),
                )
            if (before, after) != (plan.paper_before, plan.paper_after):
                with self.office.act("session.quiz", by=by, at=at) as act:
                    self._store.put_papers(session_id, before, after)
                    act.record(session_id, before=before, after=after)
        return self.plan(session_id)

    def change(self, session_id: str, *, by: Actor) -> QuizChange:
        """Give what the session's people scored before and after; others than overseers see the own.

        Raises:
            SessionError: there is no such session.
        """
        plan, session = self.plan(session_id), self.training.session(session_id)
        scores = [
            {each.staff_no: each.score for each in self.training.quiz.results(paper_id, by=by)}
            if paper_id
            else {}
            for paper_id in (plan.paper_before, plan.paper_after)
        ]
        sees_all = by.holds(*OVERSEERS)
        return joined(
            [
                (each.staff_no, each.section)
                for each in self.training.expected(session_id)
                if sees_all or each.staff_no == by.staff_no
            ],
            *scores,
            fewest=self._rules(session).fewest,
        )

    # Make-up

    def targets(self, session_id: str, *, at: datetime) -> list[Session]:
        """Give the sessions at which this one can be made up, the proposed one first."""
        return targets(self.training.session(session_id), self.training.sessions(), at, self.sign_in.closed())

    def make_up(self, session_id: str, *, by: Actor, at: datetime, target_id: str = "") -> MakeUp:
        """Propose where those who missed a session can make it up.

        Args:
            session_id: the session that was missed; its entering must be closed.
            by: a trainer or head.
            at: the moment.
            target_id: another target than the proposed one.

        Raises:
            SessionError: the entering is still open, or the target is none.
        """
        by.require(*OVERSEERS)
        session = self.training.session(session_id)
        if self.sign_in.closed_at(session_id) is None:
            raise SessionError(
                _("場次 {session} 還沒有結束登錄，不知道誰沒到。").format(session=session.name),
                remedy=_("請先結束登錄：courtesy session close {id}。").format(id=session.id),
            )
        possible = self.targets(session_id, at=at)
        target = possible[0] if possible else None
        if target_id:
            target = next((each for each in possible if each.id == target_id), None)
            if target is None:
                raise SessionError(
                    _("場次 {id} 不能用來補課。").format(id=target_id),
                    remedy=_("要是同一年、還沒有開始、也沒有結束登錄的補訓場次或年度講習。"),
                )
        # Who has left needs no make-up here any more.
        here = {
            person.staff_no for person in self.office.ground.people_on(target.day if target else day_of(at))
        }
        return proposed(
            session,
            [each for each in self.training.expected(session_id) if each.staff_no in here],
            self.office.rules(session.day).of(TrainingRules),
            target=target,
            listed=[each.staff_no for each in self.training.expected(target.id)] if target else (),
            trained=self._trained_after(session),
        )

    def take_make_up(
        self, session_id: str, *, by: Actor, at: datetime, target_id: str = ""
    ) -> list[Expected]:
        """Put everybody who missed a session on the list of the proposed one.

        Raises:
            SessionError: no later session is planned, nobody wants one, or the target is full, has begun or
                is closed.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            given = self.make_up(session_id, by=by, at=at, target_id=target_id)
            if given.target is None:
                raise SessionError(
                    _("今年之後沒有排定補訓場次或年度講習。"),
                    remedy=_("請先新增：courtesy session add --kind make_up。"),
                )
            if not given.wanting:
                raise SessionError(_("沒有人還要排補課。"), remedy=_("未到的人都已在名單上或已補課。"))
            return self.training.expect(
                given.target.id, [each.staff_no for each in given.wanting], by=by, at=at
            )

    def _trained_after(self, session: Session) -> dict[str, str]:
        trained: dict[str, str] = {}
        for other in self.training.sessions(session.year):
            if other.kind is SessionKind.MAKE_UP and other.ends_at > session.ends_at:
                rules = self.office.rules(other.day).of(TrainingRules)
                for each in self.training.expected(other.id):
                    if standing(other, each.attendance, rules) is Standing.TRAINED:
                        trained.setdefault(each.staff_no, other.id)
        return trained

    def _rules(self, session: Session) -> SessionRules:
        return self.office.rules(session.day).of(SessionRules)
