"""What a person can do with the bank: import questions, draw papers, sit them, and look at the results."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bureau.database import StoreError
from bureau.dates import day_of, moment_from, moment_text, roc
from bureau.language import _
from bureau.office import Office
from bureau.people import Person
from bureau.problem import NotAllowed, Problem, in_file
from bureau.roles import Actor, Role
from bureau.text import clean_line
from quiz_bank.bank_store import BankStore
from quiz_bank.blueprint import DEFAULT_BLUEPRINT, Blueprint, BlueprintError, Paper, draw
from quiz_bank.correction import Correction, Standing, reviewed, standings
from quiz_bank.correction_store import CorrectionStore
from quiz_bank.formats.reading import FormatError, Reading, ReadingProblem, known_format, read
from quiz_bank.imported import Imported, compared, likeness_digest
from quiz_bank.proof import ENTER, HAND_IN, NEW_PAPER, SUBMIT, evidence_of, faults
from quiz_bank.question import Question, QuestionError
from quiz_bank.response import Response, checked, stored
from quiz_bank.rules import QuizRules
from quiz_bank.sitting import (
    Result,
    Reviewed,
    Sheet,
    Sitting,
    SittingError,
    answers_digest,
    deadline_of,
    end_of,
    result_of,
    review,
    sheet_of,
    sitting_id_of,
    submit,
)
from quiz_bank.store import QuizStore
from quiz_bank.upkeep import EXPIRY_NOTICE, Finding, findings

if TYPE_CHECKING:
    from quiz_bank.formats.merging import Merging

EXTRA_TIME = "sitting.extra_time"
"""The act that gives a person more time."""

MOST_EXTRA_MINUTES = 600

STARTER_BANK = Path(__file__).with_name("bank")
"""The folder of the shipped questions."""


class Exported(BaseModel):
    """What an export wrote.

    Attributes:
        count: how many questions.
        lost: what the format could not hold, in words.
    """

    model_config = ConfigDict(frozen=True)

    count: int
    lost: tuple[str, ...] = ()


class OpenPaper(BaseModel):
    """A paper that a person can still sit.

    Attributes:
        days_left: days until the last day; 0 on the last day itself.
        begun: whether the person's sitting has begun.
        deadline: until when answers are taken, once it has begun.
    """

    model_config = ConfigDict(frozen=True)

    paper_id: str
    title: str
    closes_on: date
    days_left: int
    begun: bool
    deadline: datetime | None = None


class QuizDesk:
    """The acts of the question bank."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._store = QuizStore(office.store)
        self._corrections = CorrectionStore(office.store)
        # A paper never changes, so one that was read stays good.
        self._papers: dict[str, Paper] = {}

    # The bank

    def read(
        self, path: Path, format_name: str | None = None, columns: Mapping[str, str] | None = None
    ) -> Reading:
        """Read a file of questions without writing anything.

        Args:
            path: the file.
            format_name: one of `FORMATS`; None goes by the file's ending.
            columns: of a spreadsheet, our name of a column → its heading in this file.

        Raises:
            FormatError: the file cannot be opened, or nobody knows its format.
        """
        return read(path, format_name, columns)

    def difference(self, questions: Iterable[Question]) -> Imported:
        """Say what importing `questions` would do."""
        given = {question.id: question for question in questions}
        return compared(
            {name: question.version for name, question in given.items()},
            self._store.versions(),
            lambda: {
                name: likeness_digest(question.stem, question.options, question.prompts)
                for name, question in given.items()
            },
            BankStore(self.office.store).likenesses,
        )

    def import_bank(
        self, path: Path, *, by: Actor, at: datetime, format_name: str | None = None, skip_bad: bool = False
    ) -> Imported:
        """Take the questions of a file into the bank, all or none.

        A question that has changed becomes a new version; the papers drawn before keep the version they
        have. The same file twice changes nothing.

        Args:
            path: the file.
            by: a trainer or administrator.
            at: the moment.
            format_name: one of `FORMATS`; None goes by the file's ending.
            skip_bad: take the sound questions and leave the others out.

        Raises:
            FormatError: a question is wrong; every fault with its line.
        """
        reading = read(path, format_name)
        merging = self.merging(known_format(path, format_name))
        merged = reading.model_copy(update={"questions": tuple(map(merging, reading.questions))})
        return self.take(merged, path, by=by, at=at, skip_bad=skip_bad)

    def merging(self, format_name: str) -> "Merging":
        """Give what completes the questions of a file of that format from the bank as it is now."""
        from quiz_bank.formats.merging import Merging  # noqa: PLC0415 - every format's module, for this act alone

        return Merging(
            format_name,
            self._store.versions(),
            self._store.question,
            BankStore(self.office.store).likenesses,
        )

    def read_starter(self) -> Reading:
        """Read all shipped questions without writing anything."""
        readings = [read(path) for path in sorted(STARTER_BANK.glob("*.toml"))]
        return Reading(
            questions=tuple(question for reading in readings for question in reading.questions),
            problems=tuple(problem for reading in readings for problem in reading.problems),
        )

    def load_bank(self, *, by: Actor, at: datetime) -> Imported:
        """Take all shipped questions into the bank in one act.

        Raises:
            FormatError: a shipped file is damaged.
        """
        return self.take(self.read_starter(), STARTER_BANK, by=by, at=at)

    def take(
        self, reading: Reading, source: Path, *, by: Actor, at: datetime, skip_bad: bool = False
    ) -> Imported:
        """Take questions that were read from `source` into the bank; see `import_bank`.

        Raises:
            FormatError: a question is wrong; every fault with its line.
        """
        by.require(Role.TRAINER)
        if reading.errors and not skip_bad:
            raise refusal_of(source, reading.errors)
        given = {question.id: question for question in reading.questions}
        with self.office.store.transaction():
            outcome = self.difference(given.values())
            touched = [given[name] for name in (*outcome.new, *outcome.changed)]
            if touched:
                with self.office.act("bank.import", by=by, at=at) as act:
                    self._store.put_questions(touched, at)
                    act.record(
                        source.name,
                        new=len(outcome.new),
                        changed=len(outcome.changed),
                        versions={question.id: question.version for question in touched},
                    )
        return outcome

    def export_bank(self, path: Path, *, by: Actor, format_name: str | None = None) -> Exported:
        """Write the whole bank, keys included, to a new file.

        Args:
            path: the new file.
            by: a trainer or administrator.
            format_name: one of `quiz_bank.formats.writing.FORMATS`; None goes by the file's ending.

        Raises:
            NotAllowed: only a trainer or administrator may.
            FormatError: the file exists or cannot be written, or nobody knows the format.
        """
        by.require(Role.TRAINER)
        from quiz_bank.formats import writing  # noqa: PLC0415 - every format's module, for this act alone

        name = writing.format_of(path, format_name)
        weighed = writing.weigh(self.questions(), name)
        return Exported(count=writing.write_held(path, weighed.held, name), lost=weighed.lost)

    def write_template(self, path: Path) -> None:
        """Write an empty spreadsheet for questions, with a row of instructions.

        Raises:
            SheetError: another ending than .xlsx or .csv, or the file cannot be written.
        """
        from bureau.sheet import write_table  # noqa: PLC0415 - openpyxl for this act alone
        from quiz_bank.formats import table  # noqa: PLC0415

        headings, rows = table.template()
        write_table(path, headings, rows, title=_("題庫"))

    def questions(self, day: date | None = None) -> list[Question]:
        """Give the bank's questions; with `day` only those that may be drawn for it."""
        return [question for question in self._store.questions() if day is None or question.usable_on(day)]

    def question_in(self, question_id: str, version: str) -> Question | None:
        """Give a question as it stood in one version; None where the bank never had it."""
        return self._store.question_in(question_id, version)

    def question(self, question_id: str) -> Question:
        """Give the current version of a question.

        Raises:
            QuestionError: the bank has none of that identifier.
        """
        found = self._store.question(question_id)
        if found is None:
            raise QuestionError(
                _("題庫裡沒有第 {id} 號題目。").format(id=question_id),
                remedy=_("請用 courtesy bank list 查對編號。"),
            )
        return found

    def check(self, day: date, within: int = EXPIRY_NOTICE) -> list[Finding]:
        """Find what the keeper of the bank should look at.

        Args:
            day: today.
            within: days ahead in which the end of a question's force is pointed out.
        """
        bank = self.questions()
        came_in = BankStore(self.office.store).came_in()
        since = {name: day_of(moment_from(moment)) for name, moment in came_in.items()}
        return findings(bank, day, within, since=since, contradicted=self._contradicted(bank))

    def _contradicted(self, bank: Sequence[Question]) -> dict[str, str]:
        from quiz_bank.item_report import Answers, contradicted  # noqa: PLC0415 - statistics for this alone

        sittings: dict[str, list[Sitting]] = {}
        for sitting in self._store.all_submitted():
            sittings.setdefault(sitting.paper_id, []).append(sitting)
        corrections: dict[str, list[Correction]] = {}
        for each in self._corrections.everything():
            corrections.setdefault(each.paper, []).append(each)
        return contradicted(
            bank,
            [Answers.of(self.paper(name), own, corrections.get(name, ())) for name, own in sittings.items()],
        )

    # Papers

    def new_paper(
        self,
        *,
        title: str,
        day: date,
        seed: str,
        by: Actor,
        at: datetime,
        blueprint: Blueprint | None = None,
        closes_on: date | None = None,
        minutes: int | None = None,
        excluded: frozenset[str] = frozenset(),
    ) -> Paper:
        """Draw a paper.

        Args:
            title: what people call it.
            day: the first day on which it can be sat; its rules are those of this day.
            seed: makes the drawing and every sitting's shuffle.
            by: a trainer or administrator.
            at: the moment.
            blueprint: what it must contain; None: the default.
            closes_on: the last day; None: as many days as the rules say.
            minutes: time to answer, 0 for no limit; None: as the rules say.
            excluded: identifiers of questions that must not be drawn.

        Raises:
            BlueprintError: the bank cannot fill the blueprint, or the days do not fit.
        """
        by.require(Role.TRAINER)
        book = self.office.rules(day)
        rules = book.of(QuizRules)
        last = closes_on or day + timedelta(days=rules.open_days - 1)
        if last < day:
            raise BlueprintError(
                _("截止日 {last} 早於開放日 {day}。").format(last=roc(last), day=roc(day)),
                remedy=_("請改截止日。"),
            )
        chosen = blueprint or DEFAULT_BLUEPRINT
        with self.office.act(NEW_PAPER, by=by, at=at) as act:
            # A question that goes out of force while the paper is open would be wrong for some.
            lasting = [question for question in self.questions(last) if question.usable_on(day)]
            paper = Paper(
                id=self.office.new_id("paper"),
                title=title,
                seed=seed,
                opens_on=day,
                closes_on=last,
                minutes=rules.minutes if minutes is None else minutes,
                blueprint=chosen,
                rules=rules,
                rules_version=book.version,
                created_at=at,
                items=draw(lasting, chosen, day=day, seed=seed, excluded=excluded),
            )
            self._store.add_paper(paper)
            act.record(paper.id, title=paper.title, seed=paper.seed, digest=paper.digest())
        return paper

    def used_in_last(self, count: int) -> frozenset[str]:
        """Give the identifiers of the questions of the newest `count` papers."""
        return frozenset(item.question.id for paper in self.papers()[:count] for item in paper.items)

    def papers(self) -> list[Paper]:
        """Give every paper, the newest first."""
        return self._store.papers()

    def paper(self, paper_id: str) -> Paper:
        """Give a paper.

        Raises:
            BlueprintError: there is none of that identifier.
        """
        if paper_id not in self._papers:
            found = self._store.paper(paper_id)
            if found is None:
                raise BlueprintError(
                    _("沒有編號 {id} 的試卷。").format(id=paper_id),
                    remedy=_("請用 courtesy paper list 查對編號。"),
                )
            self._papers[paper_id] = found
        return self._papers[paper_id]

    def due(self, staff_no: str, day: date) -> list[OpenPaper]:
        """Give the papers that a person can still sit on `day`, the most urgent first."""
        return [
            OpenPaper(
                paper_id=row["id"],
                title=row["title"],
                closes_on=(closes_on := date.fromisoformat(row["closes_on"])),
                days_left=(closes_on - day).days,
                begun=bool(row["begun"]),
                deadline=moment_from(row["deadline"]) if row["deadline"] else None,
            )
            for row in self._store.open_papers(day, staff_no)
        ]

    # Sittings

    def open_sitting(self, paper_id: str, staff_no: str, *, by: Actor, at: datetime) -> Sitting:
        """Begin a sitting, or give the one that has begun, on whatever terminal.

        The time runs from the first opening. One whose time is over is submitted with what was saved; one
        that was submitted is given as it is.

        Raises:
            NotAllowed: somebody else's sitting.
            SittingError: the paper is not open today.
        """
        _require_self(by, staff_no)
        paper = self.paper(paper_id)
        sitting = self._store.sitting(sitting_id_of(paper_id, staff_no))
        if sitting is None:
            if not paper.open_on(day_of(at)):
                raise _not_open(paper)
            self._require_no_other_form(paper_id, staff_no)
            sitting = self._begun(paper, staff_no, at)
            with self.office.store.transaction():
                # Two terminals may have opened it at once; the first one's start counts.
                other = self._store.sitting(sitting.id)
                if other is None:
                    self._store.add_sitting(sitting)
            sitting = other or sitting
        if not sitting.handed_in and sitting.over(at):
            return self.submit(sitting.id, by=by, at=at)
        return sitting

    def sheet(self, sitting_id: str, *, by: Actor) -> Sheet:
        """Give all that a screen may know during the sitting; no key is in it.

        Raises:
            NotAllowed: somebody else's sitting.
            SittingError: there is none of that identifier.
        """
        sitting = self.sitting(sitting_id)
        _require_self(by, sitting.staff_no)
        return sheet_of(self.paper(sitting.paper_id), sitting)

    def answer(self, sitting_id: str, number: int, response: Response, *, by: Actor, at: datetime) -> Sitting:
        """Save the answer to one question at once; an empty one takes it back.

        Args:
            sitting_id: the sitting.
            number: the page's `number` (the paper's, not the place on the sheet).
            response: the `index` of each chosen option, of the option of each prompt, or what was typed.
            by: the person whose sitting it is.
            at: the moment.

        Raises:
            NotAllowed: somebody else's sitting.
            SittingError: submitted, time over, no such option, or several where one can be chosen.
            QuestionError: a number was asked for and the text is none.
        """
        with self.office.store.transaction():
            sitting, paper = self._open(sitting_id, by=by, at=at)
            item = paper.item(number)
            kept = checked(item.question, number, response)
            self._store.put_answer(sitting.id, number, stored(item.question.kind, kept), at)
        # Read behind the lock: others wait for no longer than the answer takes.
        return self.sitting(sitting_id)

    def flag(self, sitting_id: str, number: int, flagged: bool, *, by: Actor, at: datetime) -> Sitting:
        """Mark a question to look at again, or take the mark away.

        Raises:
            NotAllowed: somebody else's sitting.
            SittingError: submitted or time over.
        """
        with self.office.store.transaction():
            sitting, paper = self._open(sitting_id, by=by, at=at)
            self._store.put_flag(sitting.id, paper.item(number).number, at, flagged=flagged)
        return self.sitting(sitting_id)

    def submit(self, sitting_id: str, *, by: Actor, at: datetime) -> Sitting:
        """Close a sitting: score it, seal it, and enter it in the journal.

        Raises:
            NotAllowed: somebody else's sitting.
            SittingError: it was submitted before.
        """
        with self.office.store.transaction():
            sitting = self.sitting(sitting_id)
            _require_self(by, sitting.staff_no)
            return self._close(SUBMIT, sitting, by=by, at=at)

    def grant_extra_time(
        self, paper_id: str, staff_no: str, minutes: int, *, reason: str, by: Actor, at: datetime
    ) -> None:
        """Give a person more minutes for a paper, before or during the sitting; 0 takes them back.

        Args:
            paper_id: the paper; it must have a time limit.
            staff_no: who needs more time.
            minutes: beyond the paper's own, 0 to 600.
            reason: why; it stands in the journal.
            by: a trainer or administrator, for anybody but themselves.
            at: the moment.

        Raises:
            NotAllowed: neither trainer nor administrator, or for oneself.
            SittingError: no reason, no time limit, handed in already, or minutes out of range.
        """
        by.require(Role.TRAINER)
        if by.staff_no and by.staff_no == staff_no:
            raise NotAllowed(_("不能延長自己的作答時間。"), remedy=_("請由別人設定。"))
        paper = self.paper(paper_id)
        why = clean_line(reason)
        if not why:
            raise SittingError(_("沒有寫理由。"), remedy=_("請寫明為什麼延長，會記在日誌裡。"))
        if not paper.minutes:
            raise SittingError(_("這份試卷不限時間，不必延長。"))
        if not 0 <= minutes <= MOST_EXTRA_MINUTES:
            raise SittingError(
                _("延長 {minutes} 分鐘超出範圍。").format(minutes=minutes),
                remedy=_("可以延長 0 到 {most} 分鐘。").format(most=MOST_EXTRA_MINUTES),
            )
        person = self.office.person(staff_no, day_of(at))
        with self.office.act(EXTRA_TIME, by=by, at=at) as act:
            sitting = self._store.sitting(sitting_id_of(paper_id, person.staff_no))
            if sitting is not None:
                if sitting.handed_in:
                    raise SittingError(_("{name}已經交卷。").format(name=person.name))
                self._store.put_deadline(sitting.id, deadline_of(paper, sitting.started_at, minutes))
            self._store.put_extra_time(paper_id, person.staff_no, minutes, why)
            act.record(sitting_id_of(paper_id, person.staff_no), minutes=minutes, reason=why)

    def extra_times(self, paper_id: str) -> dict[str, tuple[int, str]]:
        """Give minutes and reason by 員工編號 of those who have more time for a paper."""
        return {
            row["staff_no"]: (row["minutes"], row["reason"])
            for row in self._store.extra_times(self.paper(paper_id).id)
        }

    def other_form_taken(self, paper_id: str, staff_no: str) -> str:
        """Give the title of another form of this paper that the person has begun; `""` for none."""
        return self._store.other_form_taken(paper_id, staff_no)

    def collect_overdue(self, *, by: Actor, at: datetime) -> list[Sitting]:
        """Submit every sitting whose time is over with what was saved; anybody's call does it.

        Nothing is decided here that the deadline has not decided, so no role is needed.
        """
        if not self._store.overdue(at):
            return []
        with self.office.store.transaction():
            return [self._close(SUBMIT, self.sitting(name), by=by, at=at) for name in self._store.overdue(at)]

    def enter_answers(
        self, paper_id: str, staff_no: str, answers: Mapping[int, Response], *, by: Actor, at: datetime
    ) -> Sitting:
        """Enter and submit the answers that a person gave on paper.

        Args:
            paper_id: the paper.
            staff_no: who answered.
            answers: response by the paper's number, as indexes of the bank's options, or what was written.
            by: a trainer or administrator, for anybody but themselves.
            at: the moment.

        Raises:
            NotAllowed: neither trainer nor administrator, or one's own answers.
            SittingError: the person has a sitting of this paper already, or an answer is not possible.
        """
        by.require(Role.TRAINER)
        if by.staff_no and by.staff_no == staff_no:
            raise NotAllowed(_("自己的答案不能由自己登錄。"), remedy=_("請由別人登錄。"))
        paper = self.paper(paper_id)
        with self.office.store.transaction():
            if self._store.sitting(sitting_id_of(paper_id, staff_no)):
                raise SittingError(
                    _("{staff_no} 已經作答過這份試卷。").format(staff_no=staff_no),
                    remedy=_("每人每份試卷只有一次應試。"),
                )
            self._require_no_other_form(paper_id, staff_no)
            if day_of(at) < paper.opens_on:
                raise _not_open(paper)
            begun = self._begun(paper, staff_no, at)
            # Papers are often entered after the last day; the deadline does not bind what is written on them.
            begun = begun.model_copy(
                update={"entered_by": by.staff_no, "deadline": max(begun.deadline, at + timedelta(minutes=1))}
            )
            self._store.add_sitting(begun)
            for number, response in answers.items():
                item = paper.item(number)
                kept = checked(item.question, number, response)
                self._store.put_answer(begun.id, number, stored(item.question.kind, kept), at)
            return self._close(ENTER, self.sitting(begun.id), by=by, at=at)

    def sitting(self, sitting_id: str) -> Sitting:
        """Give a sitting with its answers.

        Raises:
            SittingError: there is none of that identifier.
        """
        found = self._store.sitting(sitting_id)
        if found is None:
            raise _no_sitting(sitting_id)
        return found

    def waits_for_marks(self, paper_id: str, staff_no: str) -> bool:
        """Say whether a person has handed a paper in that somebody has yet to mark."""
        found = self._store.sitting(sitting_id_of(paper_id, staff_no)) if staff_no else None
        return found is not None and found.being_marked

    def sittings(self, paper_id: str) -> list[Sitting]:
        """Give every sitting of a paper, open ones included, by section and 員工編號."""
        return self._store.sittings_of(self.paper(paper_id).id)

    def review(self, sitting_id: str, *, by: Actor) -> tuple[Reviewed, ...]:
        """Show what was right and why, after submission.

        Raises:
            NotAllowed: neither the person, nor a trainer, nor a head.
            SittingError: the sitting is still open.
        """
        sitting = self.sitting(sitting_id)
        if by.staff_no != sitting.staff_no:
            by.require(Role.TRAINER, Role.HEAD)
        paper = self.paper(sitting.paper_id)
        return reviewed(paper, sitting, self._corrections.of_paper(paper.id), review(paper, sitting))

    def follow_corrections(self, sitting: Sitting) -> None:
        """Score a sitting that is submitted only now by the corrections that others were scored by before.

        Part of the act that closes it.
        """
        known = self._corrections.of_paper(sitting.paper_id)
        if known:
            found = standings(self.paper(sitting.paper_id), sitting, known)
            self._corrections.add_standings(sitting.id, found)

    # Results

    def submitted(self, first: date, last: date) -> list[Result]:
        """Give the results of the days from `first` to `last` (Taipei), both included, by moment."""
        return self._store.results(end_of(first - timedelta(days=1)), end_of(last))

    def results(self, paper_id: str, *, by: Actor) -> list[Result]:
        """Give the results of one paper by 員工編號: a trainer or head sees all, others their own.

        The score is the one that counts: the corrected one where an answer was corrected afterwards.
        """
        paper = self.paper(paper_id)
        sees_all = by.holds(Role.TRAINER, Role.HEAD)
        names = {each.place: each.id for each in self._corrections.of_paper(paper_id)}
        corrected = self._corrections.standings(paper_id) if names else {}
        return [
            _as_corrected(paper, result_of(paper, sitting), corrected.get(sitting.id, ()), names)
            for sitting in self._store.sittings_of(paper_id)
            if sitting.submitted and (sees_all or sitting.staff_no == by.staff_no)
        ]

    def absent(self, paper_id: str, day: date) -> list[Person]:
        """Give those who should have submitted a paper and, as of `day`, have not.

        Everybody who works here on `day` (at most the paper's last day) is expected, except those who were
        on leave on every day it could be sat.
        """
        paper = self.paper(paper_id)
        if day < paper.opens_on:
            return []
        until = min(day, paper.closes_on)
        done = self._store.who_submitted(paper_id)
        away = _away_throughout(self.office, paper.opens_on, until)
        return [
            person
            for person in self.office.ground.people_on(until)
            if person.staff_no not in done and person.staff_no not in away
        ]

    # Proof

    def verify(self) -> list[Problem]:
        """Compute every submitted sitting's score again and compare it with the file and the journal."""
        place = in_file(self.office.store.path)
        try:
            papers = {paper.id: paper for paper in self._store.papers()}
            submitted = self._store.all_submitted()
            waiting = self._store.being_marked()
        except StoreError as error:
            return [Problem(error.what, place, error.remedy)]
        return faults(papers, submitted, evidence_of(self.office.journal()), place, waiting)

    # What the acts share

    def _open(self, sitting_id: str, *, by: Actor, at: datetime) -> tuple[Sitting, Paper]:
        """Give a sitting that can still be answered, without its answers, with its paper."""
        sitting = self._store.bare_sitting(sitting_id)
        if sitting is None:
            raise _no_sitting(sitting_id)
        _require_self(by, sitting.staff_no)
        if sitting.handed_in:
            raise SittingError(_("這份試卷已經交卷，不能再更改。"), remedy=_("成績與解說請看「測驗結果」。"))
        if sitting.over(at):
            raise SittingError(_("作答時間已到，不再收答案。"), remedy=_("請交卷；已儲存的答案都會計分。"))
        return sitting, self.paper(sitting.paper_id)

    def _require_no_other_form(self, paper_id: str, staff_no: str) -> None:
        if title := self._store.other_form_taken(paper_id, staff_no):
            raise SittingError(
                _("{staff_no} 已經作答「{title}」，那是同一次測驗的另一卷。").format(
                    staff_no=staff_no, title=title
                ),
                remedy=_("同一次測驗每人只作答一卷。"),
            )

    def _begun(self, paper: Paper, staff_no: str, at: datetime) -> Sitting:
        person = self.office.person(staff_no, day_of(at))
        return Sitting(
            id=sitting_id_of(paper.id, staff_no),
            paper_id=paper.id,
            staff_no=staff_no,
            section=person.section,
            started_at=at,
            deadline=deadline_of(paper, at, self._store.extra_time(paper.id, staff_no)),
        )

    def _close(self, act_name: str, sitting: Sitting, *, by: Actor, at: datetime) -> Sitting:
        paper = self.paper(sitting.paper_id)
        closed = submit(paper, sitting, at)
        waits = closed.being_marked
        with self.office.act(HAND_IN if waits else act_name, by=by, at=at) as act:
            if waits:
                self._store.hand_in(closed)
            else:
                self._store.close_sitting(closed)
                self.follow_corrections(closed)
            act.record(
                closed.id,
                paper=paper.id,
                staff_no=closed.staff_no,
                score=None if waits else str(closed.score),
                answers=answers_digest(paper, closed.answers),
                rules=closed.rules_version,
                started_at=moment_text(closed.started_at),
                overdue=closed.overdue,
            )
        return closed


def _no_sitting(sitting_id: str) -> SittingError:
    return SittingError(_("沒有編號 {id} 的應試。").format(id=sitting_id), remedy=_("請由試卷清單重新開啟。"))


def _as_corrected(
    paper: Paper, result: Result, corrected: Sequence[Standing], names: Mapping[int, str]
) -> Result:
    if not corrected:
        return result
    last = corrected[-1]
    return result.model_copy(
        update={
            "score": last.score,
            "passed": last.passed,
            "warned": paper.rules.warned(last.score),
            "correction": names[last.place],
        }
    )


def _require_self(by: Actor, staff_no: str) -> None:
    if not by.staff_no or by.staff_no != staff_no:
        raise NotAllowed(_("只能作答自己的試卷。"), remedy=_("請以 --as 員工編號 登入為應試的同仁本人。"))


def _not_open(paper: Paper) -> SittingError:
    return SittingError(
        _("試卷「{title}」的作答期間是 {first} 至 {last}。").format(
            title=paper.title, first=roc(paper.opens_on), last=roc(paper.closes_on)
        ),
        remedy=_("請在這段期間內作答，或洽訓練承辦人。"),
    )


def refusal_of(path: Path, errors: Sequence[ReadingProblem]) -> FormatError:
    """Refuse a file of questions with every fault in it."""
    return FormatError(
        _("題庫檔有 {count} 處錯誤，沒有匯入。").format(count=len(errors)),
        place=in_file(path),
        remedy=_("請改正後再匯入，或加 --skip-bad 只匯入沒有錯的題目。"),
        problems=[problem.at(path) for problem in errors],
    )


def _away_throughout(office: Office, first: date, last: date) -> set[str]:
    """Give the 員工編號 of those on leave on every working day from `first` to `last`."""
    days = set(office.calendar().working_days(first, last))
    if not days:
        return set()
    away: dict[str, set[date]] = {}
    for leave in office.ground.leaves(first, last):
        away.setdefault(leave.staff_no, set()).update(day for day in days if leave.first <= day <= leave.last)
    return {staff_no for staff_no, absent in away.items() if absent == days}
