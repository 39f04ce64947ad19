"""What a person can do who enters answers from paper: one sheet from a line of keys, or a whole table."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

from bureau.dates import roc
from bureau.language import _
from bureau.people import Person
from bureau.problem import Place, Problem, Refused, in_file
from bureau.roles import Actor, Role
from bureau.text import clean_line
from quiz_bank.answer_line import AnswersError, differences, read_answer, read_line
from quiz_bank.blueprint import Paper
from quiz_bank.desk import QuizDesk
from quiz_bank.paper_rules import PaperRules
from quiz_bank.response import Response
from quiz_bank.sitting import Sitting, sitting_id_of
from quiz_bank.store import QuizStore

_NAMES_SHOWN = 5
_TEXT_SHOWN = 20


@dataclass(frozen=True)
class Entered:
    """The answers of one person as they stand in a file.

    Attributes:
        row: of the file, from 1.
    """

    row: int
    person: Person
    answers: Mapping[int, Response]


class AnswerDesk:
    """The acts of entering answers that were given on paper.

    Attributes:
        quiz: whose papers these are.
    """

    def __init__(self, quiz: QuizDesk) -> None:
        self.quiz = quiz
        self.office = quiz.office
        self._store = QuizStore(quiz.office.store)

    def needs_second_entry(self, paper_id: str) -> bool:
        """Say whether the rules ask for a second entry to compare with."""
        return self.office.rules(self.quiz.paper(paper_id).opens_on).of(PaperRules).double_entry

    def person_for(self, paper_id: str, text: str) -> Person:
        """Find the person whose answers to a paper are to be entered, by 員工編號 or by name.

        Raises:
            AnswersError: nobody, or several, of that name; somebody who did not work here or was on leave all
                the time that the paper was open, or has answered it already.
        """
        paper = self.quiz.paper(paper_id)
        wanted = clean_line(text)
        people = [person for person in self.office.ground.everybody() if _employed(person, paper)]
        found = [person for person in people if person.staff_no == wanted]
        found = found or [person for person in people if person.name == wanted]
        if len(found) > 1:
            raise AnswersError(
                _("叫「{name}」的有 {count} 位。").format(name=wanted, count=len(found)),
                remedy=_("請輸入員工編號：{numbers}。").format(
                    numbers="、".join(f"{one.staff_no}（{one.section}）" for one in found)
                ),
            )
        if not found:
            self._say_why_nobody(paper, wanted)
        [person] = found
        if person.staff_no in self._away_throughout(paper):
            raise AnswersError(
                _("{name}在作答期間（{first} 至 {last}）都請假。").format(
                    name=person.name, first=roc(paper.opens_on), last=roc(paper.closes_on)
                ),
                remedy=_("請查對答卷上的姓名；請假紀錄有誤的話請先更正。"),
            )
        if self._store.sitting(sitting_id_of(paper.id, person.staff_no)):
            raise AnswersError(
                _("{name}（{staff_no}）已經作答過這份試卷。").format(
                    name=person.name, staff_no=person.staff_no
                ),
                remedy=_("每人每份試卷只有一次應試；請查對是否登錄過了。"),
            )
        return person

    def enter(
        self,
        paper_id: str,
        staff_no: str,
        answers: Mapping[int, Response],
        *,
        by: Actor,
        at: datetime,
        second: Mapping[int, Response] | None = None,
    ) -> Sitting:
        """Enter and submit what one person answered on paper.

        Args:
            paper_id: the paper.
            staff_no: who answered.
            answers: as `read_line` gives them.
            by: a trainer or administrator, for anybody but themselves.
            at: the moment.
            second: the same sheet entered once more, where the rules ask for it.

        Raises:
            NotAllowed: neither trainer nor administrator, or one's own answers.
            AnswersError: see `person_for`; no second entry where one is asked for, or it differs.
            SittingError: an answer is not possible.
        """
        by.require(Role.TRAINER)
        paper = self.quiz.paper(paper_id)
        person = self.person_for(paper_id, staff_no)
        self._require_agreement(paper, answers, second)
        return self.quiz.enter_answers(paper_id, person.staff_no, answers, by=by, at=at)

    def read_file(self, paper_id: str, path: Path) -> list[Entered]:
        """Read a table of answers: 員工編號 and one column for each question, by its number.

        Raises:
            SheetError: the file cannot be read, or a column is missing.
            AnswersError: any fault in any row; each with row and column.
        """
        from bureau.sheet import ColumnSpec, read_table  # noqa: PLC0415 - openpyxl for this act alone

        paper = self.quiz.paper(paper_id)
        name = _("員工編號")
        columns = [ColumnSpec("員工編號", (name, "編號", "staff_no"))]
        columns += [
            ColumnSpec(str(item.number), (f"第{item.number}題", f"題{item.number}", f"Q{item.number}"))
            for item in paper.items
        ]
        table = read_table(path, columns)
        problems = list(table.problems)
        found: list[Entered] = []
        rows_of: dict[str, int] = {}
        for row in table.rows:
            place = Place(file=table.file, sheet=table.sheet, row=row.number, column="員工編號")
            try:
                person = self.person_for(paper_id, row.values.get("員工編號", ""))
            except Refused as refusal:
                problems.append(Problem(refusal.what, place, refusal.remedy))
                continue
            if (before := rows_of.setdefault(person.staff_no, row.number)) != row.number:
                problems.append(
                    Problem(
                        _("{name}（{staff_no}）在第 {row} 列已經有一份答案。").format(
                            name=person.name, staff_no=person.staff_no, row=before
                        ),
                        place,
                        _("請刪去重複的一列。"),
                    )
                )
            answers: dict[int, Response] = {}
            for item in paper.items:
                try:
                    answers[item.number] = read_answer(paper, item, row.values.get(str(item.number), ""))
                except Refused as refusal:
                    at = Place(file=table.file, sheet=table.sheet, row=row.number, column=str(item.number))
                    problems.append(Problem(refusal.what, at, refusal.remedy))
            found.append(Entered(row.number, person, answers))
        if not found and not problems:
            problems.append(Problem(_("檔案沒有任何人的答案。"), in_file(path)))
        if problems:
            raise AnswersError(
                _("答案檔有 {count} 處錯誤，一份都沒有登錄。").format(count=len(problems)),
                place=in_file(path),
                remedy=_("請改正後整份再讀一次。"),
                problems=problems,
            )
        return found

    def enter_file(
        self, paper_id: str, path: Path, *, by: Actor, at: datetime, second: Path | None = None
    ) -> list[Sitting]:
        """Enter and submit the answers of a whole file, all or none.

        Args:
            paper_id: the paper.
            path: see `read_file`.
            by: a trainer or administrator; not for themselves.
            at: the moment.
            second: the same sheets entered once more by somebody, where the rules ask for it.

        Raises:
            NotAllowed: neither trainer nor administrator, or one's own answers are in the file.
            AnswersError: any fault in any row, or the files differ; nothing was entered.
        """
        by.require(Role.TRAINER)
        paper = self.quiz.paper(paper_id)
        entered = self.read_file(paper_id, path)
        others: dict[str, Mapping[int, Response]] = {}
        if second is not None:
            others = {one.person.staff_no: one.answers for one in self.read_file(paper_id, second)}
            self._require_same_people(entered, others, second)
        with self.office.store.transaction():
            for one in entered:
                try:
                    self._require_agreement(
                        paper, one.answers, others.get(one.person.staff_no) if second else None
                    )
                except AnswersError as refusal:
                    raise AnswersError(
                        refusal.what,
                        place=Place(file=path.name, row=one.row),
                        remedy=refusal.remedy,
                        problems=refusal.problems,
                    ) from None
            return [
                self.quiz.enter_answers(paper_id, one.person.staff_no, one.answers, by=by, at=at)
                for one in entered
            ]

    def line(self, paper_id: str, text: str) -> dict[int, Response]:
        """Read the answers to a paper from one line; see `quiz_bank.answer_line.read_line`."""
        return read_line(self.quiz.paper(paper_id), text)

    def _require_same_people(
        self, entered: Sequence[Entered], others: Mapping[str, object], second: Path
    ) -> None:
        first = {one.person.staff_no for one in entered}
        if first != set(others):
            raise AnswersError(
                _("兩個檔案的人不同：{numbers}。").format(numbers=_some(sorted(first ^ set(others)))),
                place=in_file(second),
                remedy=_("兩個檔案要是同一批答卷。"),
            )

    def _require_agreement(
        self, paper: Paper, answers: Mapping[int, Response], second: Mapping[int, Response] | None
    ) -> None:
        if second is None:
            if self.needs_second_entry(paper.id):
                raise AnswersError(
                    _("依規則，紙本答案要登錄兩次互相核對。"),
                    remedy=_("請再登錄一次（指令用 --again），或改規則 paper.double_entry。"),
                )
            return
        if apart := differences(paper, answers, second):
            raise AnswersError(
                _("兩次登錄有 {count} 題不同，沒有登錄。").format(count=len(apart)),
                remedy=_("請對照答卷改正。"),
                problems=[
                    Problem(
                        _("第 {number} 題：第一次 {first}，第二次 {second}").format(
                            number=number, first=first, second=other
                        )
                    )
                    for number, first, other in apart
                ],
            )

    def _say_why_nobody(self, paper: Paper, wanted: str) -> NoReturn:
        known = [
            person
            for person in self.office.ground.everybody()
            if wanted and wanted in {person.staff_no, person.name}
        ]
        if known:
            raise AnswersError(
                _("{name}（{staff_no}）在作答期間（{first} 至 {last}）不在職。").format(
                    name=known[0].name,
                    staff_no=known[0].staff_no,
                    first=roc(paper.opens_on),
                    last=roc(paper.closes_on),
                ),
                remedy=_("請查對答卷上的員工編號。"),
            )
        if not wanted:
            raise AnswersError(_("沒有寫員工編號。"), remedy=_("請輸入員工編號或姓名。"))
        raise AnswersError(
            _("沒有員工編號或姓名是「{text}」的同仁。").format(text=wanted[:_TEXT_SHOWN]),
            remedy=_("請在「6 同仁」查對編號（指令：courtesy staff list）。"),
        )

    def _away_throughout(self, paper: Paper) -> set[str]:
        days = set(self.office.calendar().working_days(paper.opens_on, paper.closes_on))
        away: dict[str, set[date]] = defaultdict(set)
        for leave in self.office.ground.leaves(paper.opens_on, paper.closes_on):
            away[leave.staff_no] |= {day for day in days if leave.first <= day <= leave.last}
        return {staff_no for staff_no, absent in away.items() if days and absent == days}


def _employed(person: Person, paper: Paper) -> bool:
    """Say whether somebody worked here on any day on which the paper was open."""
    return (person.hired is None or person.hired <= paper.closes_on) and (
        person.left is None or person.left >= paper.opens_on
    )


def _some(names: Sequence[str]) -> str:
    shown = "、".join(names[:_NAMES_SHOWN])
    if len(names) <= _NAMES_SHOWN:
        return shown
    return _("{names} 等 {count} 項").format(names=shown, count=len(names))
