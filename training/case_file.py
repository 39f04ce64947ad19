"""One case with everything that a notice or a closing report says of it."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from bureau.people import Person
from training.case import Case, Evidence, Reason, State, Step, unconfirmed
from training.session import Attendance, Session, Standing


class Attended(BaseModel):
    """A session to which the person of a case was sent, and what came of it.

    Attributes:
        attendance: None as long as it is not recorded.
    """

    model_config = ConfigDict(frozen=True)

    session: Session
    attendance: Attendance | None
    standing: Standing


class CaseFile(BaseModel):
    """A case with its person, sessions and tests.

    Attributes:
        person: as of the day of the paper.
        session: to which the person is to come, or came; None as long as none is assigned.
        sessions: all to which the person was sent, oldest first.
        tests: the calls with a score and the quizzes after the training, oldest first.
        lacking: what is still to be tested, in words.
        objection_until: the last day on which the person can object to a call that is a reason, by the call.
        names: of those who took the steps, by 員工編號.
    """

    model_config = ConfigDict(frozen=True)

    case: Case
    person: Person
    session: Session | None
    sessions: tuple[Attended, ...] = ()
    tests: tuple[Evidence, ...] = ()
    lacking: tuple[str, ...] = ()
    objection_until: dict[str, date] = {}
    names: dict[str, str] = {}

    @property
    def told(self) -> tuple[Reason, ...]:
        """The reasons that are told to the person.

        One low call that nothing has confirmed proves nothing, and who is to be called again must not expect
        it: it is left out as long as there is another reason.
        """
        counting = self.case.counting
        open_still = unconfirmed(counting)
        return tuple(reason for reason in counting if reason.key not in open_still) or counting

    @property
    def overridden(self) -> tuple[Step, ...]:
        """The steps that passed a gate that was not met."""
        return tuple(step for step in self.case.steps if step.overridden)

    @property
    def to_come(self) -> bool:
        """Whether the person still has to come to a session."""
        return self.case.state in {State.DUE, State.ASSIGNED, State.AGAIN}
