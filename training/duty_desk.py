"""What can be done about the yearly plan: take its measures over, say when they are due, prove them."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bureau.calendar import day_of, roc
from bureau.causes import cause_of
from bureau.language import _
from bureau.problem import NotAllowed, Problem, in_file
from bureau.roles import Actor, Role
from bureau.text import clean_line
from training import duty_file
from training.desk import TrainingDesk
from training.duties import (
    ALARM_DAYS,
    MOST_ALARM_DAYS,
    YEARS,
    Done,
    DutyError,
    Frequency,
    Measure,
    MeasureYear,
    MonthDay,
    Occasion,
    Proposal,
    RecordKind,
    Terms,
    Tracked,
    measure_year,
)
from training.duty_store import DutyStore
from training.session import SessionKind

LOAD = "duty.load"
ADD = "duty.add"
EDIT = "duty.edit"
RETIRE = "duty.retire"
DONE = "duty.done"
UNDO = "duty.undo"

EDITABLE = frozenset({"title", "wording", "note", "printed", "section", "person", "record"})
"""What an edit may change beside the terms."""


class DutyDesk:
    """The acts about the yearly plan; each is one transaction with its journal entry.

    Attributes:
        training: whose sessions, and whose quizzes and calls below, the program itself can see as evidence.
    """

    def __init__(self, training: TrainingDesk) -> None:
        self.training = training
        self.office = training.office
        self._store = DutyStore(training.office.store)

    # What is shown

    def measures(self) -> list[Measure]:
        """Give every measure in the order in which they were added, those retired included."""
        return self._store.measures()

    def measure(self, measure_id: str) -> Measure:
        """Give a measure.

        Raises:
            DutyError: there is none of that identifier.
        """
        found = next((each for each in self._store.measures() if each.id == measure_id), None)
        if found is None:
            raise DutyError(
                _("沒有編號 {id} 的工作項目。").format(id=measure_id),
                remedy=_("請用 courtesy duty list 查對編號。"),
            )
        return found

    def year(self, year: int) -> list[MeasureYear]:
        """Give how each measure stands in a civil year; those retired before it are left out.

        Raises:
            DutyError: no plan can be of that year.
        """
        _check_year(year)
        calendar = self.office.calendar()
        done: dict[str, list[Done]] = {}
        for each in self._store.done():
            done.setdefault(each.measure, []).append(each)
        return [
            measure_year(measure, year, done.get(measure.id, []), calendar)
            for measure in self._store.measures()
            if measure.retired is None or measure.retired.year >= year
        ]

    def one(self, measure_id: str, year: int) -> MeasureYear:
        """Give how one measure stands in a civil year.

        Raises:
            DutyError: there is none of that identifier, or no plan can be of that year.
        """
        _check_year(year)
        measure = self.measure(measure_id)
        return measure_year(measure, year, self._store.done(measure_id), self.office.calendar())

    def records(self, measure_id: str) -> list[Done]:
        """Give the evidence of a measure, what was taken back included, in order."""
        return self._store.done(self.measure(measure_id).id)

    def owner(self, measure: Measure, day: date) -> str:
        """Say who does a measure: the person, the section, or what the plan prints; `""`: nobody is set."""
        if measure.person:
            person = self.office.person(measure.person, day)
            if person.active_on(day):
                return person.name
            return _("{name}（已離職）").format(name=person.name)
        return measure.section or measure.printed

    def unset(self, today: date) -> int:
        """Count the measures of which the office still has to say when they are due."""
        return sum(measure.retired is None and measure.on(today).unset for measure in self._store.measures())

    def ownerless(self) -> int:
        """Count the measures of which nobody is said to do them: no person, no section, nothing printed."""
        return sum(
            measure.retired is None and not (measure.person or measure.section or measure.printed)
            for measure in self._store.measures()
        )

    def pressing(self, today: date, within: int, *, by: Actor) -> list[tuple[Measure, Tracked]]:
        """Give what is overdue, or due within so many days, and in the acting person's hands.

        A trainer is shown everything; what was retired presses nobody.
        """
        found = [
            (one.measure, item)
            for year in (today.year - 1, today.year, today.year + 1)
            for one in self.year(year)
            for item in one.items
            if one.measure.retired is None
            and item.done is None
            and item.days(today) <= within
            and self.may_prove(one.measure, by, today)
        ]
        return sorted(found, key=lambda pair: (pair[1].occasion.due, pair[0].id))

    def may_prove(self, measure: Measure, by: Actor, day: date) -> bool:
        """Say whether a person may mark a measure as done: the owner, a trainer or an administrator."""
        if by.holds(Role.TRAINER):
            return True
        if measure.person:
            return measure.person == by.staff_no
        if not measure.section or not by.staff_no:
            return False
        return self.office.person(by.staff_no, day).section == measure.section

    # The list

    def load(
        self, *, by: Actor, at: datetime, since: date | None = None, path: Path = duty_file.SHIPPED
    ) -> list[Measure]:
        """Take over the measures of a file that the office does not have yet; those it has stay as they are.

        Where the file names a section of this office as 承辦單位, that section owns the measure.

        Args:
            by: a trainer or administrator.
            at: the moment.
            since: the first due date that counts; None: today.
            path: the file; the shipped one by default.

        Returns:
            Those that were added.

        Raises:
            DutyError: the file cannot be read; every fault at once, and nothing is written.
        """
        by.require(Role.TRAINER)
        first = since or day_of(at)
        planned = duty_file.read(path)
        with self.office.store.transaction():
            known = {measure.code for measure in self._store.measures() if measure.code}
            sections = self._sections()
            new = [
                Measure(
                    id=self.office.new_id("measure"),
                    terms=(
                        Terms(
                            since=first,
                            frequency=each.frequency,
                            dates=each.dates,
                            first_month=each.first_month,
                        ),
                    ),
                    section=each.printed if each.printed in sections else "",
                    **each.model_dump(exclude={"frequency", "dates", "first_month"}),
                )
                for each in planned
                if each.code not in known
            ]
            if new:
                with self.office.act(LOAD, by=by, at=at) as act:
                    self._store.put(new)
                    act.record(path.name, measures=[_said(measure) for measure in new])
        return new

    def add(
        self,
        *,
        title: str,
        frequency: Frequency,
        by: Actor,
        at: datetime,
        dates: Sequence[MonthDay] = (),
        first_month: int = 1,
        since: date | None = None,
        **more: Any,
    ) -> Measure:
        """Add a measure of the office's own.

        Args:
            title: short.
            frequency: how often it is due.
            by: a trainer or administrator.
            at: the moment.
            dates: for 固定日期.
            first_month: for 每 3 個月.
            since: the first due date that counts; None: today.
            more: any of `EDITABLE`.

        Raises:
            DutyError: something of it is not possible.
        """
        by.require(Role.TRAINER)
        with self.office.act(ADD, by=by, at=at) as act:
            measure = self._made(
                {
                    "id": self.office.new_id("measure"),
                    "title": title,
                    "terms": [_terms(since or day_of(at), frequency, dates, first_month)],
                    **_known(more),
                },
                day_of(at),
            )
            self._store.put([measure])
            act.record(measure.id, measure=_said(measure))
        return measure

    def edit(
        self,
        measure_id: str,
        *,
        by: Actor,
        at: datetime,
        frequency: Frequency | None = None,
        dates: Sequence[MonthDay] = (),
        first_month: int = 1,
        since: date | None = None,
        **changes: Any,
    ) -> Measure:
        """Change a measure.

        Another frequency holds for the due dates from `since` on; those before stay what they were, done or
        not.

        Args:
            measure_id: which.
            by: a trainer or administrator.
            at: the moment.
            frequency: another frequency, or the same with other dates; None: as it is.
            dates: for 固定日期.
            first_month: for 每 3 個月.
            since: the first due date that the new frequency is about; None: today.
            changes: any of `EDITABLE`.

        Raises:
            DutyError: there is none, it is retired, or the change is not possible.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            before = self._in_use(measure_id)
            terms = [each.model_dump() for each in before.terms]
            if frequency is not None:
                first = since or day_of(at)
                wanted = _terms(first, frequency, dates, first_month)
                current = before.on(first).model_dump() | {"since": first}
                if since or wanted != current:
                    # What was to apply from a later day on is overtaken by what is decided now.
                    terms = [*(each for each in terms if each["since"] < first), wanted]
            elif dates or since or first_month != 1:
                raise DutyError(_("要改期限，請連同頻率一起寫。"), remedy=_("例如 --frequency dates。"))
            after = self._made(before.model_dump() | _known(changes) | {"terms": terms}, day_of(at))
            if after != before:
                with self.office.act(EDIT, by=by, at=at) as act:
                    self._store.put([after])
                    act.record(after.id, measure=_said(after))
        return after

    def retire(self, measure_id: str, reason: str, *, by: Actor, at: datetime) -> Measure:
        """Take a measure out of use: what was due until today stays, nothing falls due any more.

        Raises:
            DutyError: there is none, it is retired already, or no reason is given.
        """
        by.require(Role.TRAINER)
        with self.office.act(RETIRE, by=by, at=at) as act:
            before, why = self._in_use(measure_id), _reason(reason)
            # Today may still have something due; whoever retires a measure today means from today on.
            last = day_of(at) - timedelta(days=1)
            after = before.model_copy(update={"retired": last, "retired_for": why})
            self._store.put([after])
            act.record(after.id, measure=_said(after))
        return after

    # Evidence

    def prove(
        self,
        measure_id: str,
        occasion: str = "",
        *,
        by: Actor,
        at: datetime,
        on: date | None = None,
        text: str = "",
        kind: RecordKind = RecordKind.NONE,
        reference: str = "",
    ) -> Done:
        """Mark an occasion of a measure as done, with its evidence.

        Args:
            measure_id: which.
            occasion: the key of the occasion; `""` for a measure without due dates.
            by: the owner, a trainer or an administrator.
            at: the moment.
            on: the day on which it was done; None: today.
            text: the evidence in words.
            kind: what `reference` points at.
            reference: the number of a session, paper or round, or the name of a file.

        Raises:
            DutyError: no such occasion, done already, a day that cannot be, or no evidence.
            NotAllowed: somebody else's measure.
        """
        with self.office.act(DONE, by=by, at=at) as act:
            today = day_of(at)
            measure = self._in_use(measure_id, also_retired=bool(occasion))
            if not self.may_prove(measure, by, today):
                raise NotAllowed(
                    _("「{title}」不是您承辦的。").format(title=measure.title),
                    remedy=_("請由承辦的人、訓練承辦人或管理者登錄。"),
                )
            day, key = on or today, occasion
            if day > today:
                raise DutyError(_("辦理日 {day} 還沒有到。").format(day=roc(day)), remedy=_("請查對日期。"))
            if measure.on(day).dated or occasion:
                self._check_day(self._occasion(measure, occasion, today), day)
            else:
                key = day.isoformat()
            reference = clean_line(reference)
            self._check_evidence(measure, clean_line(text), kind, reference, key)
            done = _checked_done(
                id=self.office.new_id("measure_done"),
                measure=measure.id,
                occasion=key,
                on=day,
                text=text.strip(),
                kind=kind,
                reference=reference,
                by=by.staff_no,
                at=at,
            )
            self._store.add_done(done)
            act.record(done.id, **_evidence(done))
        return done

    def take_back(self, done_id: str, reason: str, *, by: Actor, at: datetime) -> Done:
        """Take evidence back: the occasion is open again; what was recorded stays to be read.

        Raises:
            DutyError: there is none, it was taken back already, or no reason is given.
            NotAllowed: somebody else's measure.
        """
        with self.office.act(UNDO, by=by, at=at) as act:
            before = next((each for each in self._store.done() if each.id == done_id), None)
            if before is None or not before.stands:
                raise DutyError(
                    _("沒有編號 {id} 的辦理紀錄，或已經收回。").format(id=done_id),
                    remedy=_("請用 courtesy duty show 工作項目 查對編號。"),
                )
            if not self.may_prove(self.measure(before.measure), by, day_of(at)):
                raise NotAllowed(_("這不是您承辦的。"), remedy=_("請由承辦的人、訓練承辦人或管理者收回。"))
            after = before.model_copy(
                update={"taken_back_at": at, "taken_back_by": by.staff_no, "reason": _reason(reason)}
            )
            self._store.take_back(after)
            act.record(after.id, reason=after.reason)
        return after

    def proposals(self, measure: Measure, first: date, last: date, today: date) -> list[Proposal]:
        """Give what the program itself can see of a measure from `first` to `last`, by day.

        What stands for another occasion of the same measure already is left out. Nothing is written: a person
        confirms what it proves.
        """
        last = min(last, today)
        used = {(each.kind, each.reference) for each in self._store.done(measure.id) if each.stands}
        if last < first:
            return []
        seen = {
            RecordKind.SESSION: self._sessions,
            RecordKind.PAPER: self._papers,
            RecordKind.ROUND: self._rounds,
        }.get(measure.record)
        found = seen(first, last) if seen else []
        return sorted(
            (each for each in found if (each.kind, each.reference) not in used),
            key=lambda each: (each.day, each.reference),
        )

    def _sessions(self, first: date, last: date) -> list[Proposal]:
        counts = self.training.counts()
        return [
            Proposal(
                kind=RecordKind.SESSION,
                reference=session.id,
                day=session.day,
                text=_("{title}，{count} 人出席").format(
                    title=session.title, count=counts[session.id]["present"]
                ),
            )
            for session in self.training.sessions()
            if session.kind is SessionKind.YEARLY
            and first <= session.day <= last
            and counts.get(session.id, {}).get("present", 0)
        ]

    def _papers(self, first: date, last: date) -> list[Proposal]:
        results = self.training.quiz.submitted(first, last)
        counts = Counter(result.paper_id for result in results)
        latest = {result.paper_id: result for result in results}
        return [
            Proposal(
                kind=RecordKind.PAPER,
                reference=paper_id,
                day=day_of(result.submitted_at),
                text=_("{title}，{count} 人交卷").format(title=result.paper_title, count=counts[paper_id]),
            )
            for paper_id, result in latest.items()
        ]

    def _rounds(self, first: date, last: date) -> list[Proposal]:
        counts = self.training.calls.progress()
        return [
            Proposal(
                kind=RecordKind.ROUND,
                reference=one.id,
                day=min(one.last, last),
                text=_("抽測 {period}，封存 {count} 通").format(
                    period=one.period, count=counts[one.id]["sealed"]
                ),
            )
            for one in self.training.calls.rounds()
            if one.first <= last and first <= one.last and counts.get(one.id, {}).get("sealed", 0)
        ]

    # Checks

    def _in_use(self, measure_id: str, *, also_retired: bool = False) -> Measure:
        measure = self.measure(measure_id)
        if measure.retired is not None and not also_retired:
            raise DutyError(
                _("「{title}」已經停用。").format(title=measure.title), remedy=_("請另外新增一項。")
            )
        return measure

    def _occasion(self, measure: Measure, key: str, today: date) -> Occasion:
        if not key:
            raise DutyError(
                _("「{title}」有期限，要指明是哪一次。").format(title=measure.title),
                remedy=_("請用 courtesy duty show {id} 看各次的代號。").format(id=measure.id),
            )
        years = range(measure.terms[0].since.year - 1, today.year + 2)
        for one in (one for year in years for one in measure.occasions(year)):
            if one.key == key:
                return one
        raise DutyError(
            _("「{title}」沒有「{key}」這一次。").format(title=measure.title, key=key),
            remedy=_("請用 courtesy duty show {id} 看各次的代號。").format(id=measure.id),
        )

    def _check_day(self, occasion: Occasion, day: date) -> None:
        if day < occasion.first:
            raise DutyError(
                _("{occasion}自 {first} 起，{day} 辦的不算。").format(
                    occasion=occasion.title, first=roc(occasion.first), day=roc(day)
                ),
                remedy=_("請查對日期，或改記在前一次。"),
            )

    def _check_evidence(
        self, measure: Measure, text: str, kind: RecordKind, reference: str, key: str
    ) -> None:
        if not text and not reference:
            raise DutyError(_("沒有寫憑據。"), remedy=_("請寫一句說明，或指明場次、試卷、回合、檔案。"))
        if (kind is RecordKind.NONE) != (not reference):
            raise DutyError(_("憑據的種類與編號要一起寫。"), remedy=_("請查對種類與編號。"))
        standing = [each for each in self._store.done(measure.id) if each.stands]
        if any(each.occasion == key for each in standing):
            raise DutyError(_("這一次已經登錄過了。"), remedy=_("要更正請先收回：courtesy duty undo。"))
        if kind is RecordKind.FILE:
            return
        if reference and any((each.kind, each.reference) == (kind, reference) for each in standing):
            raise DutyError(
                _("{kind} {reference} 已經是另一次的憑據。").format(kind=kind.label, reference=reference),
                remedy=_("同一件事只算一次。"),
            )
        if kind is RecordKind.SESSION:
            self.training.session(reference)
            known = self.training.counts().get(reference, {}).get("present", 0)
        elif kind is RecordKind.PAPER:
            known = sum(one.submitted for one in self.training.quiz.sittings(self._paper(reference)))
        elif kind is RecordKind.ROUND:
            known = self.training.calls.progress().get(self._round(reference), {}).get("sealed", 0)
        else:
            return
        if not known:
            raise DutyError(
                _("{kind} {reference} 還沒有人出席、交卷或封存，不能當憑據。").format(
                    kind=kind.label, reference=reference
                ),
                remedy=_("請等資料登錄後再辦，或改寫文字說明。"),
            )

    def _paper(self, paper_id: str) -> str:
        return self.training.quiz.paper(paper_id).id

    def _round(self, round_id: str) -> str:
        return self.training.calls.round(round_id).id

    def _sections(self) -> set[str]:
        return {section.name for section in self.office.ground.sections() if section.active}

    def _made(self, given: dict[str, Any], today: date) -> Measure:
        try:
            measure = Measure.model_validate(given)
        except ValidationError as error:
            raise DutyError(
                _("工作項目不能這樣寫。"),
                remedy=_("請查對下列各項。"),
                problems=[
                    Problem(
                        _("{field}：{what}").format(
                            field=".".join(str(part) for part in fault["loc"]) or _("整項"),
                            what=str(fault["msg"]).removeprefix("Value error, "),
                        )
                    )
                    for fault in error.errors(include_url=False)
                ],
            ) from error
        if measure.section and measure.section not in self._sections():
            raise DutyError(
                _("沒有「{section}」這個科室。").format(section=measure.section),
                remedy=_("科室名稱要與同仁名冊一樣。"),
            )
        if measure.person and not self.office.person(measure.person, today).active_on(today):
            raise DutyError(
                _("員工編號 {staff_no} 已不在職。").format(staff_no=measure.person),
                remedy=_("請改由在職的人承辦。"),
            )
        return measure

    # Proof

    def verify(self) -> list[Problem]:
        """Check that each measure and each evidence is what the journal says."""
        measures: dict[str, Any] = {}
        done: dict[str, Any] = {}
        for entry in self.office.journal():
            if entry.payload is None:
                continue
            if entry.act == LOAD:
                measures |= {each["id"]: each for each in json.loads(entry.payload)["measures"]}
            elif entry.act in {ADD, EDIT, RETIRE}:
                measures[entry.subject] = json.loads(entry.payload)["measure"]
            elif entry.act == DONE:
                done[entry.subject] = json.loads(entry.payload) | {"reason": ""}
            elif entry.act == UNDO:
                done[entry.subject] = done.get(entry.subject, {}) | json.loads(entry.payload)
        held = {measure.id: _said(measure) for measure in self._store.measures()}
        proven = {each.id: _evidence(each) | {"reason": each.reason} for each in self._store.done()}
        place, remedy = in_file(self.office.store.path), _("這一筆被改過，請由備份比對。")
        return [
            Problem(_("工作項目 {id} 與日誌不符。").format(id=name), place, remedy)
            for name in _differing(measures, held)
        ] + [
            Problem(_("工作項目的辦理紀錄 {id} 與日誌不符。").format(id=name), place, remedy)
            for name in _differing(done, proven)
        ]

    # For the calendar

    def write_calendar(self, path: Path, year: int, *, at: datetime, alarm_days: int = ALARM_DAYS) -> int:
        """Write the due dates of a civil year to an .ics file; one of that name is replaced.

        Args:
            path: the file.
            year: the civil year.
            at: the moment.
            alarm_days: days before on which a calendar reminds, 0 to 90; 0: none does.

        Returns:
            How many due dates were written.

        Raises:
            DutyError: nothing has a due date in that year, another ending, or the file cannot be written.
        """
        if path.suffix.casefold() != ".ics":
            raise DutyError(_("行事曆檔的檔名要以 .ics 結尾。"), place=in_file(path), remedy=_("請改檔名。"))
        if not 0 <= alarm_days <= MOST_ALARM_DAYS:
            raise DutyError(
                _("提醒的天數要在 0 至 {most} 之間。").format(most=MOST_ALARM_DAYS),
                remedy=_("0 為不提醒。"),
            )
        content = self.calendar([year], at=at, alarm_days=alarm_days)
        try:
            path.write_bytes(content)
        except OSError as error:
            raise DutyError(
                _("不能寫檔案（{detail}）。").format(detail=cause_of(error, writing=True)),
                place=in_file(path),
            ) from error
        return content.count(b"BEGIN:VEVENT")

    def calendar(self, years: Iterable[int], *, at: datetime, alarm_days: int = ALARM_DAYS) -> bytes:
        """Give the due dates of these years as an iCalendar file; see `training.duty_calendar`.

        Raises:
            DutyError: nothing has a due date in them.
        """
        from training.duty_calendar import Dated, icalendar_file  # noqa: PLC0415 - loads icalendar

        first = next(iter(self.office.journal()))
        changes = Counter(
            entry.subject for entry in self.office.journal() if entry.act in {EDIT, RETIRE, DONE, UNDO}
        )
        records = {each.id: each for each in self._store.done()}
        for name, times in list(changes.items()):
            if name in records:
                changes[records[name].measure] += times
        today = day_of(at)
        dated = [
            Dated(
                measure=one.measure,
                item=item,
                owner=self.owner(one.measure, today),
                changes=changes[one.measure.id],
            )
            for year in sorted(set(years))
            for one in self.year(year)
            for item in one.items
        ]
        if not dated:
            raise DutyError(
                _("這一年沒有訂了期限的工作項目。"), remedy=_("請先設定期限：courtesy duty edit。")
            )
        return icalendar_file(
            dated, office=self.office.name, host=first.hash[:16], at=at, alarm_days=alarm_days
        )


def _terms(since: date, frequency: Frequency, dates: Sequence[MonthDay], first_month: int) -> dict[str, Any]:
    return {
        "since": since,
        "frequency": frequency,
        "dates": tuple(dates),
        "first_month": first_month,
    }


def _check_year(year: int) -> None:
    if year not in YEARS:
        raise DutyError(_("沒有這一年的計畫。"), remedy=_("請查對年份。"))


def _known(changes: dict[str, Any]) -> dict[str, Any]:
    unknown = changes.keys() - EDITABLE
    assert not unknown, f"not to be edited: {unknown}"
    return changes


def _reason(text: str) -> str:
    why = clean_line(text)
    if not why:
        raise DutyError(_("沒有寫理由。"), remedy=_("請寫一句理由，會記入日誌。"))
    return why


def _checked_done(**given: Any) -> Done:
    try:
        return Done.model_validate(given)
    except ValidationError as error:
        raise DutyError(
            _("說明或檔名太長。"), remedy=_("說明請寫在 500 字以內，檔名 200 字以內。")
        ) from error


def _said(measure: Measure) -> dict[str, Any]:
    return measure.model_dump(mode="json")


def _evidence(done: Done) -> dict[str, Any]:
    return {
        "measure": done.measure,
        "occasion": done.occasion,
        "on": done.on.isoformat(),
        "text": done.text,
        "kind": done.kind.value,
        "reference": done.reference,
    }


def _differing(said: dict[str, Any], held: dict[str, Any]) -> list[str]:
    """Name what is not as the journal says; fields that a later program has added are none of its matter."""
    return sorted(
        name
        for name in said.keys() | held.keys()
        if name not in said
        or name not in held
        or any(held[name].get(field) != value for field, value in said[name].items())
    )
