"""成效: whether scores changed after a training by more than chance and the way back to the mean explain.

Who did badly in one test does better in the next even without training, because part of every bad result is
bad luck (Galton 1886; A. G. Barnett, J. C. van der Pols and A. J. Dobson, "Regression to the mean: what it
is and how to deal with it", Int. J. Epidemiology 34 (2005) 215-220). So a change is held against the change
that regression alone would bring, and against the change of people who were not trained.

Floats stand for variances and in between; what leaves this module is `Decimal` in hundredths of a point.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from courtesy.interval import CONFIDENCE, FEWEST, Interval, hundredths, t_quantile
from courtesy.welch import Difference

WINDOW_DAYS = 180
"""So many days before and after a training are compared: with two trainings a year, until the next one."""

REFERENCE_DAYS = 730
"""Results of so many days before a training tell how far two results of one person differ."""

FEWEST_REPEATS = 10
"""With fewer repeated results (results less people) the reliability is not estimated."""

FEWEST_PEOPLE = 10
"""With results of fewer people the reliability is not estimated."""

FEWEST_COMPARED = 5
"""Of fewer people on a side no verdict is given: the t interval leans on their differences being normal."""

NOTABLE = Decimal("5.00")
"""A difference of so many points should be seen; so many people are asked for as that takes."""

_MOST_PEOPLE = 100_000


class Result(BaseModel):
    """One result of one person.

    Attributes:
        staff_no: whose.
        day: of the call or of the submission, Taipei time.
        score: 0.00 to 100.00.
        series: results of one series were measured alike: the scale of a call, the paper of a quiz.
    """

    model_config = ConfigDict(frozen=True)

    staff_no: str
    day: date
    score: Decimal
    series: str = ""


class Span(BaseModel):
    """The days of training that part the results before from those after.

    Attributes:
        first: what lies before it is before.
        last: what lies `WINDOW_DAYS` after it is no longer compared; the first day itself for one session.
    """

    model_config = ConfigDict(frozen=True)

    first: date
    last: date

    @classmethod
    def on(cls, day: date) -> "Span":
        """Give the span of one session."""
        return cls(first=day, last=day)


class Subject(BaseModel):
    """A person with the results before and after the day that counts.

    Attributes:
        trained: whether the person was trained on that day.
        before: the scores within `WINDOW_DAYS` before.
        after: those within `WINDOW_DAYS` after.
    """

    model_config = ConfigDict(frozen=True)

    staff_no: str
    trained: bool
    before: tuple[Result, ...] = ()
    after: tuple[Result, ...] = ()

    @property
    def compared(self) -> bool:
        """Whether there are results on both sides."""
        return bool(self.before and self.after)


class Verdict(StrEnum):
    """What may be concluded."""

    BETTER = "better"
    WORSE = "worse"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The verdict in a few words."""
        return {
            Verdict.BETTER: _("有效果"),
            Verdict.WORSE: _("退步"),
            Verdict.UNKNOWN: _("還看不出來"),
        }[self]


class Group(BaseModel):
    """The people of one side who have results before and after.

    Attributes:
        n: how many.
        before: mean of their means before; None of nobody.
        after: mean of their means after.
        change: after less before with the t interval of the paired differences; None of nobody.
        expected: the change that regression to the mean alone would bring; None where it is not known.
    """

    model_config = ConfigDict(frozen=True)

    n: int = 0
    before: Decimal | None = None
    after: Decimal | None = None
    change: Difference | None = None
    expected: Decimal | None = None


class Measure(BaseModel):
    """What became of one kind of score.

    Attributes:
        name: of the score, such as 電話禮貌.
        alike: whether results at different times were measured alike, so that a change can be read without
            people to compare with. Papers of a quiz differ in difficulty.
        trained: who was trained.
        untrained: who was not, in the same time.
        reliability: of a single result, 0.00 to 1.00: the share of the variance that lies between people.
        excess: how much more the trained changed than expected; None where nothing is expected.
        beside: how much more than expected the trained changed than the untrained; where nothing is expected
            simply how much more they changed.
        series: whether one and the same series was used before and after.
        more: how many more trained and untrained people are needed to see `NOTABLE` points; None: unknown.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    alike: bool
    trained: Group
    untrained: Group
    reliability: Decimal | None = None
    excess: Difference | None = None
    beside: Difference | None = None
    series: bool = True
    more: tuple[int, int] | None = None

    @property
    def verdict(self) -> Verdict:
        """What may be concluded: something only where luck and the people not trained cannot explain it."""
        if self.lacking:
            return Verdict.UNKNOWN
        asked = [self.beside, *([self.excess] if self.alike else [])]
        if all(each is not None and each.sure and each.points > 0 for each in asked):
            return Verdict.BETTER
        if all(each is not None and each.sure and each.points < 0 for each in asked):
            return Verdict.WORSE
        return Verdict.UNKNOWN

    @property
    def lacking(self) -> str:
        """What is lacking for any conclusion, in words; `""`: nothing."""
        if self.trained.n < FEWEST_COMPARED:
            return _("受訓者前後都有成績的只有 {n} 人").format(n=self.trained.n)
        if self.alike and not self.series:
            return _("前後用的量表不同")
        if self.reliability is None:
            return _("同一人重複受測的次數太少，算不出回歸平均會造成多少變化")
        if self.untrained.n < FEWEST_COMPARED:
            return _("未受訓而前後都有成績的只有 {n} 人，沒有人可比").format(n=self.untrained.n)
        if self.beside is None or self.beside.interval is None:
            return _("分數全部相同，看不出起伏有多大")
        return ""

    @property
    def sentence(self) -> str:
        """One sentence that says what may, and may not, be concluded."""
        told = [self._changed]
        lacking = self.lacking
        if lacking:
            told.append(_("還看不出來：{lacking}").format(lacking=lacking) + self._asked_for)
        elif self.verdict is Verdict.BETTER:
            told.append(
                _("有效果：扣除回歸平均，比未受訓者多 {points}，不是機遇所能解釋").format(
                    points=_said(self.beside)
                )
            )
        elif self.verdict is Verdict.WORSE:
            told.append(
                _("退步：扣除回歸平均，與未受訓者相差 {points}，不是機遇所能解釋，請檢討").format(
                    points=_said(self.beside)
                )
            )
        elif self.alike and self.beside is not None and self.beside.sure:
            told.append(
                _(
                    "還看不出來：扣除回歸平均，與未受訓者相差 {points}，但受訓者自己的變化回歸平均就能解釋"
                ).format(points=_said(self.beside))
                + self._asked_for
            )
        else:
            told.append(
                _("還看不出來：扣除回歸平均，與未受訓者相差 {points}，機遇就能解釋").format(
                    points=_said(self.beside)
                )
                + self._asked_for
            )
        return _("{name}：{told}。").format(name=self.name, told="；".join(each for each in told if each))

    @property
    def _changed(self) -> str:
        group = self.trained
        if group.change is None:
            return ""
        told = _("受訓 {n} 人平均變化 {points}").format(n=group.n, points=_said(group.change))
        if group.expected is None:
            return told
        return told + _("，其中回歸平均本來就會有 {expected} 分").format(expected=_signed(group.expected))

    @property
    def _asked_for(self) -> str:
        if self.more is None or self.more == (0, 0):
            return ""
        trained, untrained = self.more
        return _(
            "；要看得出 {notable} 分的差別，約還要受訓 {trained} 人、未受訓 {untrained} 人的前後成績"
        ).format(notable=f"{NOTABLE.normalize():f}", trained=trained, untrained=untrained)


class Effect(BaseModel):
    """What can be said of a session, or of a year's sessions.

    Attributes:
        title: of what.
        first: the first day of training.
        last: the last day of training.
        attended: how many people were trained.
        elsewhere: how many were trained in another session of the same time; they stand on neither side.
        courtesy: of telephone courtesy.
        quiz: of tax knowledge.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    first: date | None
    last: date | None
    attended: int
    elsewhere: int
    courtesy: Measure
    quiz: Measure

    @property
    def measures(self) -> tuple[Measure, Measure]:
        """Both."""
        return self.courtesy, self.quiz

    @property
    def sentence(self) -> str:
        """What may be concluded in plain words."""
        if not self.attended:
            return _("還沒有人受訓，無從談成效。")
        return "".join(measure.sentence for measure in self.measures)


def subject(
    staff_no: str,
    span: Span,
    results: Iterable[Result],
    *,
    trained_on: Sequence[date],
    trained: bool,
) -> Subject:
    """Sort a person's results into those before and those after the training.

    A result of the day itself is on neither side: nobody knows whether it came first. Neither are results
    from before the training before, or from after the training after.

    Args:
        staff_no: who.
        span: the days of the training.
        results: the person's.
        trained_on: every day on which the person was trained.
        trained: whether the person was in `span`.
    """
    first = max([span.first - timedelta(days=WINDOW_DAYS), *(day for day in trained_on if day < span.first)])
    last = min([span.last + timedelta(days=WINDOW_DAYS), *(day for day in trained_on if day > span.last)])
    known = [each for each in results if each.staff_no == staff_no and each.day not in trained_on]
    return Subject(
        staff_no=staff_no,
        trained=trained,
        before=tuple(each for each in known if first <= each.day < span.first),
        after=tuple(each for each in known if span.first < each.day <= last),
    )


def elsewhere(span: Span, trained_on: Iterable[date]) -> bool:
    """Say whether somebody was trained so near these days that nobody can call the person untrained."""
    window = timedelta(days=WINDOW_DAYS)
    return any(span.first - window <= day <= span.last + window for day in trained_on)


def measure(name: str, subjects: Sequence[Subject], reference: Iterable[Result], *, alike: bool) -> Measure:
    """Compare the trained with what was expected of them, and with the untrained.

    The expected change of a person whose k results before have the mean b is (1 - r)(m - b), where m is the
    mean of all people before and r = k·s²b / (k·s²b + s²w) the reliability of a mean of k results (C. E.
    Davis, "The effect of regression to the mean in epidemiologic and clinical studies", Am. J. Epidemiology
    104 (1976) 493-498; Spearman 1910, Brown 1910). s²b and s²w are the variances between and within people
    by the one-way analysis of variance of unequal groups (Searle, Casella and McCulloch, "Variance
    Components", 1992, 3.6).

    m, s²b and s²w are themselves estimated; so the errors of the differences to what is expected come from
    leaving out each person in turn (delete-one jackknife: B. Efron and R. Tibshirani, "An Introduction to the
    Bootstrap", 1993, 11), and their intervals from Student's t, with the degrees of freedom of Welch and
    Satterthwaite where two groups are compared.

    Args:
        name: of the score.
        subjects: everybody who is compared, and everybody else with results before.
        reference: earlier results of everybody, from which the reliability is estimated; of one series or of
            several, whose different means are taken out.
        alike: see `Measure`.
    """
    compared = [each for each in subjects if each.compared]
    evidence = _Evidence.of(subjects, _levelled(reference))
    model = evidence.model()
    sides = {side: [_Change.of(each) for each in compared if each.trained is side] for side in (True, False)}
    groups = {side: _group(changes, model) for side, changes in sides.items()}
    excess = beside = None
    if model is not None:
        excess = _beyond(sides[True], [], evidence)
        beside = _beyond(sides[True], sides[False], evidence)
    elif sides[True] and sides[False]:
        beside = difference_of(sides[True], sides[False])
    series = {
        side: {result.series for each in compared for result in getattr(each, side)}
        for side in ("before", "after")
    }
    return Measure(
        name=name,
        alike=alike,
        trained=groups[True],
        untrained=groups[False],
        reliability=None if model is None else hundredths(Decimal(model.single)),
        excess=excess,
        beside=beside,
        series=len(series["before"] | series["after"]) <= 1,
        more=_more(sides[True], sides[False], model),
    )


@dataclass(frozen=True)
class _Change:
    """One person's change: the means before and after, and how many results the first stands on."""

    staff_no: str
    k: int
    before: float
    after: float

    @classmethod
    def of(cls, each: Subject) -> "_Change":
        return cls(
            staff_no=each.staff_no,
            k=len(each.before),
            before=float(sum(one.score for one in each.before)) / len(each.before),
            after=float(sum(one.score for one in each.after)) / len(each.after),
        )


@dataclass(frozen=True)
class _Model:
    """What is expected of a second result.

    Attributes:
        mean: of all people before.
        between: the variance between people.
        within: that between the results of one person.
    """

    mean: float
    between: float
    within: float

    @property
    def single(self) -> float:
        """The reliability of one result."""
        return self._reliability(1)

    def _reliability(self, k: int) -> float:
        whole = k * self.between + self.within
        return k * self.between / whole if whole > 0 else 1.0

    def expected(self, one: _Change) -> float:
        """Give the change that regression to the mean alone brings."""
        return (1 - self._reliability(one.k)) * (self.mean - one.before)

    def residual(self, one: _Change) -> float:
        """Give how much more a person changed than expected."""
        return one.after - one.before - self.expected(one)


@dataclass(frozen=True)
class _Share:
    """What one person adds to the sums from which the model is made; sums of shares are sums of people.

    Attributes:
        n: results in the reference.
        people: 1 if there are any.
        squares_of_n: n².
        total: their sum.
        squares: the sum of their squares.
        per_person: total² / n.
        before: how many people have results in the window before, 0 or 1.
        before_mean: the person's mean there.
    """

    n: float = 0
    people: float = 0
    squares_of_n: float = 0
    total: float = 0
    squares: float = 0
    per_person: float = 0
    before: float = 0
    before_mean: float = 0

    def plus(self, other: "_Share", sign: int = 1) -> "_Share":
        return _Share(
            *(mine + sign * theirs for mine, theirs in zip(_values(self), _values(other), strict=True))
        )


def _values(share: _Share) -> tuple[float, ...]:
    return (
        share.n,
        share.people,
        share.squares_of_n,
        share.total,
        share.squares,
        share.per_person,
        share.before,
        share.before_mean,
    )


class _Evidence:
    """Everybody's shares, from which the model is made with everybody, or without one."""

    def __init__(self, shares: Mapping[str, _Share]) -> None:
        self.shares = dict(shares)
        self.whole = _Share()
        for share in self.shares.values():
            self.whole = self.whole.plus(share)

    @classmethod
    def of(cls, subjects: Sequence[Subject], reference: Mapping[str, Sequence[float]]) -> "_Evidence":
        before = {
            each.staff_no: float(sum(one.score for one in each.before)) / len(each.before)
            for each in subjects
            if each.before
        }
        shares = {}
        for staff_no in before.keys() | reference.keys():
            own = reference.get(staff_no, ())
            n, total = len(own), sum(own)
            shares[staff_no] = _Share(
                n=n,
                people=1 if n else 0,
                squares_of_n=n * n,
                total=total,
                squares=sum(score * score for score in own),
                per_person=total * total / n if n else 0,
                before=1 if staff_no in before else 0,
                before_mean=before.get(staff_no, 0.0),
            )
        return cls(dict(sorted(shares.items())))

    def model(self, without: str = "") -> "_Model | None":
        """Make the model; None where repeated results are too few."""
        sums = self.whole.plus(self.shares[without], -1) if without else self.whole
        # Leaving one person out must not decide whether there is a model at all.
        fewest = FEWEST_REPEATS if not without else 1
        people = FEWEST_PEOPLE if not without else FEWEST
        if sums.n - sums.people < fewest or sums.people < people or sums.before < 1:
            return None
        within = (sums.squares - sums.per_person) / (sums.n - sums.people)
        among = (sums.per_person - sums.total**2 / sums.n) / (sums.people - 1)
        size = (sums.n - sums.squares_of_n / sums.n) / (sums.people - 1)
        between = max(0.0, (among - within) / size) if size > 0 else 0.0
        return _Model(mean=sums.before_mean / sums.before, between=between, within=max(within, 0.0))


def _levelled(reference: Iterable[Result]) -> dict[str, list[float]]:
    """Give everybody's scores as deviations from the mean of their series, by person."""
    known = list(reference)
    totals: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for each in known:
        totals[each.series] += int(each.score * 100)
        counts[each.series] += 1
    found: dict[str, list[float]] = {}
    for each in known:
        mean = totals[each.series] / counts[each.series] / 100
        found.setdefault(each.staff_no, []).append(float(each.score) - mean)
    return found


def _group(changes: Sequence[_Change], model: _Model | None) -> Group:
    if not changes:
        return Group()
    before, after = (_rounded(_mean([getattr(one, side) for one in changes])) for side in ("before", "after"))
    return Group(
        n=len(changes),
        before=before,
        after=after,
        change=_paired([one.after - one.before for one in changes]),
        expected=None if model is None else _rounded(_mean([model.expected(one) for one in changes])),
    )


def _paired(values: Sequence[float]) -> Difference:
    """Give the mean of paired differences with its t interval (Student 1908)."""
    mean, variance = _mean(values), _variance(values)
    interval = _interval(mean, math.sqrt(variance / len(values)), len(values) - 1) if variance else None
    return Difference(points=_rounded(mean), interval=interval)


def difference_of(one: Sequence[_Change], other: Sequence[_Change]) -> Difference:
    """Compare two groups' changes by Welch's t, nothing else taken into account."""
    first, second = ([each.after - each.before for each in side] for side in (one, other))
    points = _mean(first) - _mean(second)
    freedom, error = _welch(first, second)
    return Difference(points=_rounded(points), interval=_interval(points, error, freedom) if error else None)


def _beyond(
    trained: Sequence[_Change], untrained: Sequence[_Change], evidence: _Evidence
) -> Difference | None:
    """Give how much more than expected the trained changed, less the same of any untrained."""
    if not trained:
        return None
    whole = evidence.model()
    assert whole is not None, "asked only where there is a model"
    sides = (_Side.of(trained), _Side.of(untrained))
    residuals = [[whole.residual(one) for one in side] for side in (trained, untrained)]

    def points(model: _Model, without: str = "") -> float | None:
        values = [side.residual(model, without) for side in sides]
        if values[0] is None or (untrained and values[1] is None):
            return None
        return values[0] - (values[1] or 0.0)

    value = points(whole)
    assert value is not None
    again = []
    for staff_no in evidence.shares:
        model = evidence.model(without=staff_no)
        left = points(model, staff_no) if model is not None else None
        if left is not None:
            again.append(left)
    if untrained:
        freedom, spread = _welch(*residuals)
    else:
        freedom, spread = len(trained) - 1, math.sqrt(_variance(residuals[0]) / len(trained))
    if len(trained) < FEWEST or (untrained and len(untrained) < FEWEST) or not spread:
        return Difference(points=_rounded(value), interval=None)
    middle = _mean(again)
    error = math.sqrt((len(again) - 1) / len(again) * sum((each - middle) ** 2 for each in again))
    return Difference(points=_rounded(value), interval=_interval(value, max(error, spread), freedom))


class _Side:
    """The sums of a group, so that leaving one person out costs no walk through all of them."""

    def __init__(self, changes: Sequence[_Change]) -> None:
        self._own = {one.staff_no: one for one in changes}
        self._n = len(changes)
        self._change = sum(one.after - one.before for one in changes)
        self._by_k: dict[int, tuple[int, float]] = {}
        for one in changes:
            count, total = self._by_k.get(one.k, (0, 0.0))
            self._by_k[one.k] = (count + 1, total + one.before)

    @classmethod
    def of(cls, changes: Sequence[_Change]) -> "_Side":
        return cls(changes)

    def residual(self, model: _Model, without: str) -> float | None:
        """Give the mean of how much more people changed than expected; None of nobody."""
        gone = self._own.get(without)
        n = self._n - (gone is not None)
        if not n:
            return None
        total = self._change
        for k, (count, before) in self._by_k.items():
            one = _Change(staff_no="", k=k, before=before / count, after=0.0)
            total -= count * model.expected(one)
        if gone is not None:
            total -= model.residual(gone)
        return total / n


def _welch(one: Sequence[float], other: Sequence[float]) -> tuple[int, float]:
    """Give Welch and Satterthwaite's degrees of freedom, and the error of the difference of two means."""
    if len(one) < FEWEST or len(other) < FEWEST:
        return 1, 0.0
    first, second = _variance(one) / len(one), _variance(other) / len(other)
    if not first + second:
        return 1, 0.0
    freedom = (first + second) ** 2 / (first**2 / (len(one) - 1) + second**2 / (len(other) - 1))
    return max(1, int(freedom)), math.sqrt(first + second)


def _more(
    trained: Sequence[_Change], untrained: Sequence[_Change], model: _Model | None
) -> tuple[int, int] | None:
    """Give how many more people on each side are needed to see `NOTABLE` points with 95 % intervals.

    The smallest n with t(0.975; 2n - 2) · s · √(2/n) ≤ `NOTABLE`, s the spread of the changes that is seen.
    """
    variances = [
        (len(side) - 1, _variance([one.after - one.before for one in side]))
        for side in (trained, untrained)
        if len(side) >= FEWEST
    ]
    freedom = sum(each for each, _variance_ in variances)
    if freedom >= FEWEST_COMPARED:
        variance = sum(each * value for each, value in variances) / freedom
    elif model is not None:
        # Of hardly any change the spread is not known: two single results of one person differ by this.
        variance = 2 * model.within
    else:
        return None
    needed = next(
        (
            n
            for n in _sizes()
            if t_quantile((1 + CONFIDENCE) / 2, 2 * n - 2) * math.sqrt(variance * 2 / n) <= NOTABLE
        ),
        _MOST_PEOPLE,
    )
    needed = max(needed, FEWEST_COMPARED)
    return max(0, needed - len(trained)), max(0, needed - len(untrained))


def _sizes() -> Iterable[int]:
    n = FEWEST
    while n < _MOST_PEOPLE:
        yield n
        n += max(1, n // 50)


def _interval(middle: float, error: float, freedom: int) -> Interval:
    half = t_quantile((1 + CONFIDENCE) / 2, max(1, freedom)) * error
    return Interval(low=_rounded(middle - half), high=_rounded(middle + half))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _variance(values: Sequence[float]) -> float:
    mean = _mean(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1) if len(values) > 1 else 0.0


def _rounded(value: float) -> Decimal:
    # A plain 0.00, not -0.00.
    return hundredths(Decimal(value)) + 0


def _signed(value: Decimal) -> str:
    return f"{value:+.2f}"


def _said(change: Difference | None) -> str:
    assert change is not None
    points = _("{points} 分").format(points=_signed(change.points))
    if change.interval is None:
        return points
    return points + _("（95% 區間 {low} 至 {high}）").format(
        low=_signed(change.interval.low), high=_signed(change.interval.high)
    )
