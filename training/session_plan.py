"""What a session is made of: its agenda, its handouts, and the papers sat before and after it."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from bureau.language import _
from bureau.text import CleanLine, Name
from training.session import Session, SessionError

MOST_TOPICS = 40
MOST_HANDOUTS = 40


class AgendaTopic(BaseModel):
    """One topic of an agenda.

    Attributes:
        minutes: for how long, 1 to 600.
        basis: the evidence by which it was proposed, in words; `""`: the trainer's own.
    """

    model_config = ConfigDict(frozen=True)

    title: Name
    minutes: Annotated[int, Field(ge=1, le=600)]
    basis: CleanLine = ""


class Handout(BaseModel):
    """A paper that is handed out.

    Attributes:
        file: the name of the file, without its folders; `""`: none is known.
    """

    model_config = ConfigDict(frozen=True)

    title: Name
    file: CleanLine = ""


class SessionPlan(BaseModel):
    """Everything that is planned of one session beside its day and place.

    Attributes:
        paper_before: the paper sat before the session; `""`: none.
        paper_after: the paper sat after it; `""`: none.
    """

    model_config = ConfigDict(frozen=True)

    agenda: tuple[AgendaTopic, ...] = ()
    handouts: tuple[Handout, ...] = ()
    paper_before: str = ""
    paper_after: str = ""

    @property
    def minutes(self) -> int:
        """How long all topics take together."""
        return sum(topic.minutes for topic in self.agenda)


def check_agenda(session: Session, agenda: Sequence[AgendaTopic]) -> None:
    """Refuse an agenda that the session has no time for.

    Raises:
        SessionError: its minutes are more than those of the session, or it has too many topics.
    """
    total = sum(topic.minutes for topic in agenda)
    if total > session.length:
        raise SessionError(
            _("議程共 {total} 分鐘，超出全場的 {length} 分鐘。").format(total=total, length=session.length),
            remedy=_("請縮短或刪去幾項。"),
        )
    if len(agenda) > MOST_TOPICS:
        raise SessionError(_("議程至多 {most} 項。").format(most=MOST_TOPICS), remedy=_("請合併幾項。"))
