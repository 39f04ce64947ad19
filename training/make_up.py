"""補課建議: who missed a session, and where each can make it up."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from training.rules import TrainingRules
from training.session import Expected, Session, SessionKind, Standing, standing


class Missed(BaseModel):
    """One person who was not trained by a session.

    Attributes:
        standing: what the attendance comes to.
        listed: whether the person stands on the list of the proposed session already.
        elsewhere: a later session of the year by which the person has been trained; `""`: none.
    """

    model_config = ConfigDict(frozen=True)

    staff_no: str
    section: str
    standing: Standing
    listed: bool = False
    elsewhere: str = ""

    @property
    def wanting(self) -> bool:
        """Whether the person still has to be put on a list."""
        return not self.listed and not self.elsewhere


class MakeUp(BaseModel):
    """A proposal for those who missed a session.

    Attributes:
        target: where they are to go; None: no later session of the year is planned.
        people: everybody who missed it, in the order of its list.
        room: how many more the target takes; None: no limit.
    """

    model_config = ConfigDict(frozen=True)

    session: Session
    target: Session | None
    people: tuple[Missed, ...]
    room: int | None = None

    @property
    def wanting(self) -> tuple[Missed, ...]:
        """Those who still have to be put on a list."""
        return tuple(each for each in self.people if each.wanting)


def targets(
    session: Session, sessions: Iterable[Session], at: datetime, closed: Collection[str] = ()
) -> list[Session]:
    """Give where a missed session can be made up: later ones of its year that have not begun `at` a moment.

    補訓場次 come first, then the year's other sessions; of a kind the next comes first. None of those
    `closed`, by identifier, takes anybody any more.
    """
    ranks = {SessionKind.MAKE_UP: 0, SessionKind.YEARLY: 1}
    later = [
        each
        for each in sessions
        if each.kind in ranks
        and each.id != session.id
        and each.year == session.year
        and each.starts_at > at
        and each.id not in closed
        and each.ends_at > session.ends_at
    ]
    return sorted(later, key=lambda each: (ranks[each.kind], each.day, each.start, each.id))


def proposed(
    session: Session,
    people: Sequence[Expected],
    rules: TrainingRules,
    *,
    target: Session | None,
    listed: Iterable[str] = (),
    trained: Mapping[str, str] | None = None,
) -> MakeUp:
    """Propose a session to those who missed one.

    Args:
        session: the one that was missed.
        people: its list with the attendances.
        rules: of its day.
        target: where they are to go.
        listed: 員工編號 of those who stand on the target's list already.
        trained: by 員工編號 the make-up session of the year by which somebody has been trained since.
    """
    there = set(listed)
    missed = []
    for each in people:
        came = standing(session, each.attendance, rules)
        if came in {Standing.MAKE_UP, Standing.MAKE_UP_WITHOUT_FAULT}:
            missed.append(
                Missed(
                    staff_no=each.staff_no,
                    section=each.section,
                    standing=came,
                    listed=each.staff_no in there,
                    elsewhere=(trained or {}).get(each.staff_no, ""),
                )
            )
    room = max(target.capacity - len(there), 0) if target and target.capacity else None
    return MakeUp(session=session, target=target, people=tuple(missed), room=room)
