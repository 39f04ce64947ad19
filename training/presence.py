"""出席統計: how many were expected at sessions, who was there, and the hours that were credited."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from courtesy.interval import Share
from training.rules import TrainingRules
from training.session import Expected, Session, Standing, Status, credited_hours, standing

NO_HOURS = Decimal("0.00")


class Presence(BaseModel):
    """People expected at sessions, counted by what became of them.

    A person who is expected at two sessions counts twice.

    Attributes:
        expected: how many were on the list.
        present: how many came, for however long.
        official: how many were away on official duty (公假).
        leave: how many were on leave (請假).
        absent: how many did not come (缺席).
        open: of how many nothing is recorded.
        trained: how many were there long enough to count as trained.
        hours: credited to all of them, two decimals.
    """

    model_config = ConfigDict(frozen=True)

    expected: int = 0
    present: int = 0
    official: int = 0
    leave: int = 0
    absent: int = 0
    open: int = 0
    trained: int = 0
    hours: Decimal = NO_HOURS

    def __add__(self, other: "Presence") -> "Presence":
        return Presence(
            expected=self.expected + other.expected,
            present=self.present + other.present,
            official=self.official + other.official,
            leave=self.leave + other.leave,
            absent=self.absent + other.absent,
            open=self.open + other.open,
            trained=self.trained + other.trained,
            hours=self.hours + other.hours,
        )

    @property
    def attended(self) -> Share:
        """Those who came, among those expected."""
        return Share(count=self.present, n=self.expected)

    @classmethod
    def of(cls, session: Session, person: Expected, rules: TrainingRules) -> "Presence":
        """Count one person at one session, by the rules of its day."""
        given = person.attendance
        if given is None:
            return cls(expected=1, open=1)
        return cls(
            expected=1,
            present=given.status is Status.PRESENT,
            official=given.status is Status.OFFICIAL,
            leave=given.status is Status.LEAVE,
            absent=given.status is Status.ABSENT,
            trained=standing(session, given, rules) is Standing.TRAINED,
            hours=credited_hours(session, given, rules),
        )


class SectionPresence(BaseModel):
    """The presence of one section's people."""

    model_config = ConfigDict(frozen=True)

    section: str
    presence: Presence


class SessionPresence(BaseModel):
    """The presence at one session.

    Attributes:
        sections: those of whom somebody was expected, in the office's order.
    """

    model_config = ConfigDict(frozen=True)

    session: Session
    sections: tuple[SectionPresence, ...]

    @property
    def total(self) -> Presence:
        """Everybody together."""
        return sum((one.presence for one in self.sections), Presence())


def session_presence(
    session: Session, expected: Iterable[Expected], rules: TrainingRules, sections: Sequence[str]
) -> SessionPresence:
    """Count the people expected at a session by section.

    Args:
        session: which.
        expected: its list.
        rules: in force on its day.
        sections: the names of the sections in the order of the office; others come last.
    """
    counted: dict[str, Presence] = {}
    for person in expected:
        before = counted.get(person.section, Presence())
        counted[person.section] = before + Presence.of(session, person, rules)
    return SessionPresence(session=session, sections=_in_order(counted, sections))


def together(sessions: Iterable[SessionPresence], sections: Sequence[str]) -> tuple[SectionPresence, ...]:
    """Add up several sessions by section."""
    counted: dict[str, Presence] = {}
    for session in sessions:
        for one in session.sections:
            counted[one.section] = counted.get(one.section, Presence()) + one.presence
    return _in_order(counted, sections)


def _in_order(counted: dict[str, Presence], sections: Sequence[str]) -> tuple[SectionPresence, ...]:
    names = dict.fromkeys([*sections, *counted])
    return tuple(SectionPresence(section=name, presence=counted[name]) for name in names if name in counted)
