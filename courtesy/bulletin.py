"""電話禮貌測試月報: what a month of test calls says of the office, and what it does not. Nobody is named."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from bureau.calendar import Period
from courtesy.call import Call, Outcome
from courtesy.interval import FEWEST, Interval, Sample
from courtesy.scale import Scale
from courtesy.welch import Difference, difference

MOST_LINES = 5
"""How many of the most lost lines are printed."""


class SectionFigures(BaseModel):
    """One section's month.

    Attributes:
        people: how many different people were scored.
        calls: how many calls of theirs.
        mean: None where fewer than two people were scored: it would be one person's score.
        interval: 95 % by Student's t; None where the spread is not known.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    people: int
    calls: int
    mean: Decimal | None
    interval: Interval | None


class LostLine(BaseModel):
    """A line on which points were lost.

    Attributes:
        item: the item in which it stands.
        lost: how often it earned less than its points.
        judged: how often it was judged.
        points: how many points it cost in all, unscaled.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    item: str
    text: str
    lost: int
    judged: int
    points: Decimal


class BandShare(BaseModel):
    """How many scored calls are in a band."""

    model_config = ConfigDict(frozen=True)

    name: str
    calls: int


class Bulletin(BaseModel):
    """The figures of a month.

    Attributes:
        until: the last day that is in it: of the month, or the day on which it was made.
        drawn: how many calls were to be made: those made in the month, and those planned for it and not made.
        sealed: how many records of the month are closed.
        reached: how many of them reached somebody.
        scored: how many of those have a score.
        outcomes: the sealed records by how they ended, in the order of the form.
        mean: of the scores; None without any.
        interval: 95 % by Student's t; None where the spread is not known.
        before: the month before it, with how many calls of it have a score and their mean.
        change: against the month before; None where one of them has no score.
        comparable: whether both months were judged by the same versions of scales.
        sections: in the order of the office, never of their scores.
        lines: the most often lost first.
        bands: from the highest.
        critical: how many calls had a critical failure.
    """

    model_config = ConfigDict(frozen=True)

    period: Period
    before: Period
    until: date
    drawn: int
    sealed: int
    reached: int
    scored: int
    outcomes: tuple[tuple[Outcome, int], ...]
    mean: Decimal | None
    interval: Interval | None
    scored_before: int
    mean_before: Decimal | None
    change: Difference | None
    comparable: bool
    sections: tuple[SectionFigures, ...]
    lines: tuple[LostLine, ...]
    bands: tuple[BandShare, ...]
    critical: int

    @property
    def empty(self) -> bool:
        """Whether nothing was to be called in the month and nothing was."""
        return self.drawn == 0 and self.sealed == 0


def bulletin(
    period: Period,
    before: Period,
    calls: Sequence[Call],
    earlier: Sequence[Call],
    scales: Mapping[str, Scale],
    *,
    until: date,
    drawn: int,
    sections: Sequence[str],
    bands: Sequence[str],
) -> Bulletin:
    """Make the figures of a month.

    Args:
        period: the month.
        before: the month before it.
        calls: the sealed calls that were made in the month.
        earlier: those of the month before.
        scales: the scales by which they were judged, by version.
        until: the last day of the month that is over or has begun.
        drawn: how many calls were to be made in the month.
        sections: the names of the sections in the order of the office.
        bands: the names of the bands, from the highest.
    """
    scored = [call for call in calls if call.score is not None]
    scored_before = [call for call in earlier if call.score is not None]
    now, then = _sample(scored), _sample(scored_before)
    return Bulletin(
        period=period,
        before=before,
        until=until,
        drawn=drawn,
        sealed=len(calls),
        reached=sum(call.outcome is Outcome.REACHED for call in calls),
        scored=len(scored),
        outcomes=tuple((outcome, sum(call.outcome is outcome for call in calls)) for outcome in Outcome),
        mean=now.mean,
        interval=now.interval(),
        scored_before=len(scored_before),
        mean_before=then.mean,
        change=difference(now, then),
        comparable=_judged_by(scored) == _judged_by(scored_before),
        sections=tuple(_section(name, scored) for name in _names(sections, scored)),
        lines=tuple(lost_lines(scored, scales)[:MOST_LINES]),
        bands=tuple(
            BandShare(name=name, calls=sum(call.band == name for call in scored))
            for name in dict.fromkeys([*bands, *(call.band for call in scored if call.band)])
        ),
        critical=sum(call.critical for call in scored),
    )


def lost_lines(calls: Iterable[Call], scales: Mapping[str, Scale]) -> list[LostLine]:
    """Give the lines that lost points, the most often lost first, of equals the dearest.

    Lines of the same identifier and text count together, whatever version of a scale they stand in.
    """
    found: dict[tuple[str, str], LostLine] = {}
    for call in calls:
        for placed in scales[call.scale].lines(call.parts):
            step = placed.line.step(call.marks.get(placed.id, ""))
            if step is None:
                continue
            key = (placed.id, placed.line.text)
            one = found.get(key) or LostLine(
                id=placed.id,
                item=placed.item.name,
                text=placed.line.text,
                lost=0,
                judged=0,
                points=Decimal(),
            )
            cost = placed.line.points - step.points
            found[key] = one.model_copy(
                update={
                    "judged": one.judged + 1,
                    "lost": one.lost + (cost > 0),
                    "points": one.points + cost,
                }
            )
    lost = [one for one in found.values() if one.lost]
    return sorted(lost, key=lambda one: (-one.lost, -one.points, one.id))


def _section(name: str, scored: Sequence[Call]) -> SectionFigures:
    own = [call for call in scored if call.section == name]
    people = len({call.person for call in own})
    sample = _sample(own)
    enough = people >= FEWEST
    return SectionFigures(
        name=name,
        people=people,
        calls=len(own),
        mean=sample.mean if enough else None,
        interval=sample.interval() if enough else None,
    )


def _names(sections: Sequence[str], scored: Sequence[Call]) -> list[str]:
    """Give the office's sections; one that no longer exists comes last."""
    return list(dict.fromkeys([*sections, *(call.section for call in scored)]))


def _sample(calls: Iterable[Call]) -> Sample:
    return Sample.of([call.score for call in calls if call.score is not None])


def _judged_by(calls: Iterable[Call]) -> set[str]:
    return {call.scale for call in calls}
