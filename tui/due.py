"""What is due today: read from the desks, in the order in which it presses."""

from dataclasses import dataclass
from datetime import datetime

from bureau.roles import Actor
from tui.desks import Desks


@dataclass(frozen=True)
class Due:
    """One thing to do.

    Attributes:
        text: what.
        who: in whose hands.
        when: by when.
        place: where in the program it is done.
        urgent: whether it cannot wait.
    """

    text: str
    who: str
    when: str
    place: str
    urgent: bool = False


def due_now(desks: Desks, by: Actor, now: datetime) -> list[Due]:  # noqa: ARG001
    """Give what is due for the acting person."""
    return []
