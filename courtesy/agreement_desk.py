"""What people do to keep testers on one measure: common exercises, second ratings, and how far all agree."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from bureau.calendar import Period
from bureau.database import StoreError
from bureau.dates import day_of
from bureau.language import _
from bureau.office import Office
from bureau.problem import NotAllowed, Problem, Refused, in_file
from bureau.roles import Actor, Role
from courtesy.agreement import (
    SEED,
    Agreeing,
    Leaning,
    Metric,
    Reliability,
    Severity,
    Unit,
    reliability,
    severity,
    within,
)
from courtesy.agreement_store import AgreementStore
from courtesy.call import Call, Outcome, with_mark
from courtesy.desk import CallDesk, shipped_scales
from courtesy.rating import (
    Compared,
    Exercise,
    Rating,
    RatingError,
    Sheet,
    already_sealed,
    read_sheet,
    score_of,
    sealed,
    sheet_of_text,
)
from courtesy.scale import FULL, NOT_APPLICABLE, Scale
from courtesy.standing import CourtesyRules

EXERCISES = Path(__file__).with_name("exercises")
"""The folder of the exercises that come with the program, each named by its code."""

_MOST_BYTES = 200_000
_CENT = Decimal("0.01")
_IN_CHARGE = (Role.TRAINER, Role.HEAD)


class LineAgreement(BaseModel):
    """How far testers agree on one line.

    Attributes:
        alpha: ordinal, over the steps; ratings that found the line not applicable do not count.
        identical: pairs of ratings with the same step, not applicable being one of them.
    """

    model_config = ConfigDict(frozen=True)

    scale: str
    line: str
    text: str
    alpha: Reliability
    identical: Agreeing


class Agreement(BaseModel):
    """How far testers agree, all in all and line by line.

    Attributes:
        distance: how many points apart still counts as agreeing.
        near: pairs of scores at most so far apart.
        interval: alpha of the scores by the size of their differences.
        ordinal: alpha of the scores by their order.
        groups: the testers linked by what they rated in common; more than one: they cannot be compared.
    """

    model_config = ConfigDict(frozen=True)

    distance: int
    near: Agreeing
    interval: Reliability
    ordinal: Reliability
    lines: tuple[LineAgreement, ...]
    groups: tuple[tuple[str, ...], ...]


class Adjusted(BaseModel):
    """An official score, and beside it what a tester of average severity would be expected to give.

    Attributes:
        adjusted: 0.00 to 100.00, never used for a decision; None while the tester's leaning is unknown.
        low: the lower end of its interval, as far as the tester's leaning is concerned.
        high: the upper end.
    """

    model_config = ConfigDict(frozen=True)

    call: Call
    adjusted: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


class AgreementDesk:
    """The acts around exercises and second ratings."""

    def __init__(self, office: Office, calls: CallDesk) -> None:
        self.office = office
        self.calls = calls
        self._store = AgreementStore(office.store)
        self._known: dict[tuple[str, int], Agreement] = {}

    # Exercises

    def open_exercise(self, sheet: Sheet, period: str, *, by: Actor, at: datetime) -> Exercise:
        """Put a sheet before all testers on the roster.

        Args:
            sheet: what they read; its scale is published by this if it comes with the program.
            period: a period code such as 115M11.
            by: a trainer.
            at: the moment.

        Raises:
            RatingError: fewer than two testers.
            ScaleError: no such scale or part.
        """
        by.require(Role.TRAINER)
        code = Period.parse(period).code
        today = day_of(at)
        with self.office.act("exercise.open", by=by, at=at) as act:
            raters = tuple(
                staff_no
                for staff_no in self.office.ground.holders(Role.TESTER)
                if self.office.person(staff_no, today).active_on(today)
            )
            if len(raters) < 2:  # noqa: PLR2004 - one alone agrees with nobody
                raise RatingError(
                    _("測試員只有 {count} 位，不能共同評分。").format(count=len(raters)),
                    remedy=_("請先在「同仁」指派測試員。"),
                )
            scale = self._scale(sheet.scale, by=by, at=at)
            parts = tuple(scale.part(part).code for part in sheet.parts) or tuple(
                part.code for part in scale.parts
            )
            made = Exercise(
                id=self.office.new_id("exercise"),
                period=code,
                sheet=sheet,
                scale=scale.version,
                parts=parts,
                raters=raters,
                opened_by=by.staff_no,
                opened_at=at,
            )
            self._store.add_exercise(made)
            act.record(made.id, period=code, title=sheet.title, digest=made.digest(), raters=list(raters))
        return made

    def _scale(self, name: str, *, by: Actor, at: datetime) -> Scale:
        """Give a published scale; one that comes with the program is published by its first use."""
        if name in shipped_scales() and name not in {scale.code for scale, _at in self.calls.scales()}:
            return self.calls.publish_scale(shipped_scales()[name], by=by, at=at)
        return self.calls.scale(name)

    def exercises(self) -> list[Exercise]:
        """Give every exercise, the newest first; how it was judged is not in it."""
        return self._store.exercises()

    def exercise(self, exercise_id: str) -> Exercise:
        """Give an exercise.

        Raises:
            RatingError: there is none of that identifier.
        """
        found = self._store.exercise(exercise_id)
        if found is None:
            raise RatingError(
                _("沒有編號 {id} 的共同評分題。").format(id=exercise_id),
                remedy=_("請用 courtesy exercise list 查對編號。"),
            )
        return found

    def progress(self) -> dict[str, int]:
        """Count the sealed ratings of each exercise."""
        return self._store.progress()

    def close_exercise(self, exercise_id: str, *, by: Actor, at: datetime) -> Exercise:
        """End an exercise; from now on all may see how everybody judged. Drafts stay out.

        Raises:
            RatingError: closed already.
        """
        by.require(Role.TRAINER)
        return self._close(exercise_id, by=by, at=at)

    def _close(self, exercise_id: str, *, by: Actor, at: datetime) -> Exercise:
        with self.office.act("exercise.close", by=by, at=at) as act:
            one = self._open(exercise_id)
            self._store.set_closed(one.id, at)
            rated = [
                rating.id for rating in self._store.ratings() if rating.exercise == one.id and rating.sealed
            ]
            act.record(one.id, ratings=rated)
        return self.exercise(exercise_id)

    def _open(self, exercise_id: str) -> Exercise:
        one = self.exercise(exercise_id)
        if one.closed:
            raise RatingError(
                _("共同評分題 {id} 已經結束。").format(id=one.id),
                remedy=_("結束後大家看得到彼此的評定，不能再評。"),
            )
        return one

    # Second ratings

    def name_second(self, call_id: str, tester: str, *, by: Actor, at: datetime) -> Rating:
        """Name the tester who listens in on a call and judges it too, unseen.

        Args:
            call_id: a call that has begun, or is sealed as reached.
            tester: 員工編號 of the second.
            by: the call's own tester, a trainer or administrator.
            at: the moment.

        Raises:
            RatingError: named already, not reached, or somebody who must not judge this call or may see it.
            NotAllowed: another tester's call.
        """
        with self.office.act("second.name", by=by, at=at) as act:
            call = self.calls.call(call_id)
            if by.staff_no != call.tester:
                by.require(Role.TRAINER)
            known = self._store.second(call_id)
            if known:
                raise RatingError(
                    _("紀錄 {id} 已經有第二位測試員。").format(id=call_id), remedy=_("一通只雙評一次。")
                )
            if call.sealed and call.outcome is not Outcome.REACHED:
                raise RatingError(
                    _("紀錄 {id} 沒有接通，不能雙評。").format(id=call_id), remedy=_("請另選一通。")
                )
            self._check_second(call, tester, at)
            made = Rating(
                id=self.office.new_id("rating"),
                call=call.id,
                rater=tester,
                scale=call.scale,
                parts=call.parts,
                opened_at=at,
            )
            self._store.add_rating(made)
            act.record(made.id, call=call.id, rater=tester)
        return made

    def _check_second(self, call: Call, tester: str, at: datetime) -> None:
        person = self.office.person(tester, day_of(at))
        roles = self.office.ground.roles_of(tester)
        fault = ""
        if tester == call.tester:
            fault = _("{name} 就是這通的測試員。")
        elif Role.TESTER not in roles or not person.active_on(day_of(at)):
            fault = _("{name} 不是測試員。")
        elif tester == call.person or person.section == call.section:
            fault = _("{name} 和被測試的人同科室，不能評這一通。")
        elif roles & {Role.TRAINER, Role.HEAD, Role.ADMINISTRATOR}:
            fault = _("{name} 兼有可以看到正式成績的角色，不能盲評。")
        if fault:
            raise RatingError(fault.format(name=person.name), remedy=_("請另選一位測試員。"))

    def second_of(self, call_id: str) -> Rating | None:
        """Give the rating of a call's second tester as far as everybody may know it: without its marks."""
        found = self._store.second(call_id)
        return _unseen(found) if found else None

    def seconds(self, *, by: Actor) -> list[Rating]:
        """Give the second ratings of the acting person, or all for those in charge; without marks."""
        found = []
        for rating in self._store.seconds():
            first = self.calls.call(rating.call).tester
            if by.holds(*_IN_CHARGE) or by.staff_no in {rating.rater, first}:
                found.append(_unseen(rating))
        return found

    # Rating

    def begin(self, exercise_id: str, *, by: Actor, at: datetime) -> Rating:
        """Begin the own rating of an exercise, or give the one that has begun, sealed or not.

        Raises:
            RatingError: closed.
            NotAllowed: not on the roster of the exercise.
        """
        with self.office.store.transaction():
            one = self.exercise(exercise_id)
            known = self._store.rating_of(one.id, by.staff_no)
            if known:
                return known
            self._open(one.id)
            if by.staff_no not in one.raters:
                raise NotAllowed(
                    _("您不在這一題的測試員名單上。"),
                    remedy=_("名單是出題時的測試員；下一題就會有您。請以 --as 員工編號 表明身分。"),
                )
            made = Rating(
                id=self.office.new_id("rating"),
                exercise=one.id,
                rater=by.staff_no,
                scale=one.scale,
                parts=one.parts,
                opened_at=at,
            )
            self._store.add_rating(made)
        return made

    def own_second(self, call_id: str, *, by: Actor) -> Rating:
        """Give the own second rating of a call.

        Raises:
            NotAllowed: somebody else was named, or nobody.
        """
        found = self._store.second(call_id)
        if found is None or found.rater != by.staff_no:
            raise NotAllowed(
                _("您不是紀錄 {id} 的第二位測試員。").format(id=call_id),
                remedy=_("請先由承辦人或這通的測試員指定。"),
            )
        return found

    def mark(self, rating_id: str, line_id: str, step: str | None, *, by: Actor) -> Rating:
        """Mark one line of a draft, or take its mark away (None); stored at once.

        Raises:
            CallError: no such line.
            ScaleError: the line does not know the step.
            RatingError: sealed, or the exercise is closed.
            NotAllowed: somebody else's.
        """
        with self.office.store.transaction():
            before = self._draft(rating_id, by)
            marks = with_mark(before, self.calls.scale(before.scale), line_id, step)
            after = before.model_copy(update={"marks": marks})
            self._store.put_rating(after)
        return after

    def seal(self, rating_id: str, *, by: Actor, at: datetime) -> Rating:
        """Make the own rating final; with the last one its exercise ends.

        Raises:
            RatingError: sealed, closed, or lines are missing.
            NotAllowed: somebody else's.
        """
        with self.office.store.transaction():
            with self.office.act("rating.seal", by=by, at=at) as act:
                draft = self._draft(rating_id, by)
                # A call's second rating is scored as the call is: by the rules of the day of the call.
                day = day_of(self.calls.call(draft.call).at if draft.call else draft.opened_at)
                book = self.office.rules(day)
                done = sealed(draft, self.calls.scale(draft.scale), book.of(CourtesyRules), book.version, at)
                self._store.put_rating(done)
                act.record(done.id, score=str(done.score), digest=done.digest())
            if done.exercise:
                one = self.exercise(done.exercise)
                if self._store.progress().get(one.id) == len(one.raters):
                    self._close(one.id, by=by, at=at)
        return done

    def _draft(self, rating_id: str, by: Actor) -> Rating:
        found = self._store.rating(rating_id)
        if found is None:
            raise RatingError(_("沒有編號 {id} 的評分。").format(id=rating_id), remedy=_("請先開始評分。"))
        if found.rater != by.staff_no:
            raise NotAllowed(_("這份評分不是您的。"), remedy=_("每位測試員只評自己的。"))
        if found.sealed:
            raise already_sealed()
        if found.exercise:
            self._open(found.exercise)
        return found

    def waiting(self, *, by: Actor) -> tuple[list[Exercise], list[Rating]]:
        """Give the exercises and the second ratings that the acting person has still to seal."""
        if not by.staff_no:
            return [], []
        own = [rating for rating in self._store.ratings() if rating.rater == by.staff_no]
        done = {rating.exercise for rating in own if rating.sealed}
        exercises = [
            one
            for one in self._store.exercises()
            if not one.closed and by.staff_no in one.raters and one.id not in done
        ]
        return exercises, [
            rating for rating in own if rating.call and not rating.sealed and self._reachable(rating)
        ]

    def _reachable(self, rating: Rating) -> bool:
        call = self.calls.call(rating.call)
        return not call.sealed or call.outcome is Outcome.REACHED

    # Comparing

    def compare(self, exercise_id: str) -> Compared:
        """Give how everybody judged a closed exercise.

        Raises:
            RatingError: it is not closed, so that somebody could copy.
        """
        one = self.exercise(exercise_id)
        if not one.closed:
            raise RatingError(
                _("共同評分題 {id} 還沒有結束，不能看別人的評定。").format(id=one.id),
                remedy=_("大家都封存以後，或由承辦人結束以後，就能對照。"),
            )
        return self._compared_exercise(
            one, [rating for rating in self._store.ratings() if rating.exercise == one.id and rating.sealed]
        )

    def compare_call(self, call_id: str, *, by: Actor) -> Compared:
        """Give how both testers judged a call, once both have sealed.

        Raises:
            RatingError: not scored twice, or not sealed by both.
            NotAllowed: neither of the two nor in charge.
        """
        call, second = self.calls.call(call_id), self._store.second(call_id)
        if second is None:
            raise RatingError(
                _("紀錄 {id} 沒有雙評。").format(id=call_id), remedy=_("請用 courtesy exercise list 查對。")
            )
        if by.staff_no not in {call.tester, second.rater}:
            by.require(*_IN_CHARGE)
        found = self._compared_call(second)
        if found is None:
            raise RatingError(
                _("紀錄 {id} 還沒有兩位都封存。").format(id=call_id), remedy=_("兩位都封存以後就能對照。")
            )
        return found

    def _compared_exercise(self, one: Exercise, ratings: Sequence[Rating]) -> Compared:
        return Compared(
            id=one.id,
            title=one.sheet.title,
            scale=one.scale,
            parts=one.parts,
            marks={rating.rater: rating.marks for rating in ratings},
            scores={rating.rater: rating.score for rating in ratings if rating.score is not None},
        )

    def _compared_call(self, second: Rating) -> Compared | None:
        call = self.calls.as_sealed(second.call)
        if call.score is None or second.score is None:
            return None
        return Compared(
            id=call.id,
            title=_("紀錄 {id}").format(id=call.id),
            scale=call.scale,
            parts=call.parts,
            marks={call.tester: call.marks, second.rater: second.marks},
            scores={call.tester: call.score, second.rater: second.score},
            official=call.tester,
        )

    def compared(self) -> list[Compared]:
        """Give all closed exercises and all calls that both testers have sealed."""
        ratings = self._store.ratings()
        found = [
            self._compared_exercise(
                one, [rating for rating in ratings if rating.exercise == one.id and rating.sealed]
            )
            for one in reversed(self._store.exercises())
            if one.closed
        ]
        calls = (self._compared_call(rating) for rating in ratings if rating.call and rating.sealed)
        return found + [one for one in calls if one]

    def agreement(self, *, at: datetime, seed: int = SEED) -> Agreement:
        """Say how far testers agree on all that several of them judged; by nobody's name.

        Args:
            at: the moment, whose rules say how far apart still agrees.
            seed: of the bootstrap.
        """
        found = self.compared()
        distance = self.office.rules(day_of(at)).of(CourtesyRules).agreement_within
        # Sealed ratings never change, so what was computed for these stays good.
        key = (f"{distance}:" + " ".join(f"{one.id}={len(one.scores)}" for one in found), seed)
        if key not in self._known:
            units = _scores(found)
            self._known = {
                key: Agreement(
                    distance=distance,
                    near=within(units, distance),
                    interval=reliability(units, Metric.INTERVAL, seed=seed),
                    ordinal=reliability(units, Metric.ORDINAL, seed=seed),
                    lines=tuple(self._line_agreements(found, seed)),
                    groups=(),
                )
            }
        return self._known[key].model_copy(update={"groups": self.severity_of(found).groups})

    def _line_agreements(self, found: Sequence[Compared], seed: int) -> Iterator[LineAgreement]:
        for version in dict.fromkeys(one.scale for one in found):
            of_scale = [one for one in found if one.scale == version]
            scale = self.calls.scale(version)
            for placed in scale.lines():
                steps = {step.key: place for place, step in enumerate(placed.line.steps)}
                marked = [
                    {
                        rater: steps.get(marks.get(placed.id, NOT_APPLICABLE), -1)
                        for rater, marks in one.marks.items()
                    }
                    for one in of_scale
                    if placed.part.code in one.parts
                ]
                units = [{rater: place for rater, place in unit.items() if place >= 0} for unit in marked]
                if any(units):
                    yield LineAgreement(
                        scale=version,
                        line=placed.id,
                        text=placed.line.text,
                        alpha=reliability(units, Metric.ORDINAL, seed=seed),
                        identical=within(marked, 0),
                    )

    def severity(self, *, by: Actor) -> Severity:
        """Say how testers lean; a tester learns the own leaning only."""
        found = self.severity_of(self.compared())
        if by.holds(*_IN_CHARGE):
            return found
        by.require(Role.TESTER)
        return found.model_copy(
            update={
                "leanings": tuple(one for one in found.leanings if one.rater == by.staff_no),
            }
        )

    def severity_of(self, found: Sequence[Compared]) -> Severity:
        """Estimate how testers lean, those on the roster who judged nothing in common included."""
        return severity(_scores(found), self.office.ground.holders(Role.TESTER))

    def adjusted(self, *, by: Actor) -> list[Adjusted]:
        """Give sealed calls with their official score, and beside it the one without the tester's leaning."""
        by.require(*_IN_CHARGE)
        leanings = {one.rater: one for one in self.severity_of(self.compared()).leanings}
        return [
            _adjusted(call, leanings.get(call.tester))
            for call in self.calls.calls(by=by)
            if call.sealed and call.score is not None
        ]

    # Proof

    def verify(self) -> list[Problem]:
        """Compare exercises and sealed ratings with the journal, and compute every score again."""
        place = in_file(self.office.store.path)
        faults: list[str] = []
        for found in (self._exercise_faults(), self._rating_faults()):
            try:
                faults.extend(found)
            except StoreError as damaged:
                faults.append(damaged.what)
        return [Problem(what, place, _("這一筆被改過，請由備份比對。")) for what in faults if what]

    def _exercise_faults(self) -> Iterator[str]:
        opened, closed = self.office.evidence("exercise.open"), self.office.evidence("exercise.close")
        known = {one.id: one for one in self._store.exercises()}
        for gone in sorted(opened.keys() - known.keys()):
            yield _("日誌裡有共同評分題 {id}，資料卻不見了。").format(id=gone)
        for one in known.values():
            if one.id not in opened or opened[one.id]["digest"] != one.digest():
                yield _("共同評分題 {id} 與出題時的內容不符。").format(id=one.id)
            if one.closed != (one.id in closed):
                yield _("共同評分題 {id} 是否結束，和日誌不符。").format(id=one.id)

    def _rating_faults(self) -> Iterator[str]:
        evidence = self.office.evidence("rating.seal")
        ratings = {rating.id: rating for rating in self._store.ratings() if rating.sealed}
        for gone in sorted(evidence.keys() - ratings.keys()):
            yield _("日誌裡有封存的評分 {id}，資料卻不見了。").format(id=gone)
        for rating in ratings.values():
            yield self._rating_fault(rating, evidence.get(rating.id))

    def _rating_fault(self, rating: Rating, evidence: Mapping[str, Any] | None) -> str:
        if evidence is None:
            return _("評分 {id} 已封存，日誌卻沒有這一筆。").format(id=rating.id)
        if evidence["digest"] != rating.digest():
            return _("評分 {id} 與封存時的內容不符。").format(id=rating.id)
        try:
            rules = self.office.rules_of(rating.rules).of(CourtesyRules)
            again = score_of(rating, self.calls.scale(rating.scale), rules)
        except Refused as refusal:
            return _("評分 {id} 的分數不能重算：{why}").format(id=rating.id, why=refusal.what)
        return "" if again.total == rating.score else _("評分 {id} 的分數重算不符。").format(id=rating.id)


def shipped_exercises() -> dict[str, Path]:
    """Give the exercises that come with the program, by code."""
    return {path.stem: path for path in sorted(EXERCISES.glob("*.toml"))}


def sheet_from(given: str | Path, title: str = "", scale: str = "official") -> Sheet:
    """Read a sheet: one that comes with the program by its code, a TOML file, or a file of plain text.

    Args:
        given: code or path.
        title: of plain text, which has none of its own.
        scale: by which plain text is judged.

    Raises:
        RatingError: it cannot be read, or every fault of it.
    """
    path = shipped_exercises().get(str(given), Path(given))
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise RatingError(
                _("檔案太大，不像一通電話的紀錄。"), place=in_file(path), remedy=_("請查對是不是選錯檔案。")
            )
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RatingError(
            _("讀不到檔案（{detail}）。").format(detail=error.strerror),
            place=in_file(path),
            remedy=_("請查對檔名與位置，或用隨程式附的題目：{codes}。").format(
                codes="、".join(shipped_exercises())
            ),
        ) from error
    except UnicodeDecodeError as error:
        raise RatingError(
            _("檔案不是 UTF-8。"), place=in_file(path), remedy=_("請以 UTF-8 另存。")
        ) from error
    if path.suffix.casefold() == ".toml":
        return read_sheet(text, path.name)
    return sheet_of_text(text, title or path.stem, scale)


def _unseen(rating: Rating) -> Rating:
    return rating.model_copy(update={"marks": {}, "score": None, "critical": False})


def _scores(found: Sequence[Compared]) -> list[Unit]:
    return [{rater: float(score) for rater, score in one.scores.items()} for one in found]


def _adjusted(call: Call, leaning: Leaning | None) -> Adjusted:
    if leaning is None or leaning.effect is None or leaning.interval is None:
        return Adjusted(call=call)

    def less(points: float) -> Decimal:
        assert call.score is not None
        plain = call.score - Decimal(points).quantize(_CENT, ROUND_HALF_UP)
        return max(Decimal("0.00"), min(FULL, plain))

    return Adjusted(
        call=call,
        adjusted=less(leaning.effect),
        low=less(leaning.interval.high),
        high=less(leaning.interval.low),
    )
