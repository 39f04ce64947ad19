"""What the keeper of the bank can do: take files in and out, look a question up, and change its status."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bureau.dates import moment_from
from bureau.language import _
from bureau.problem import in_file
from bureau.roles import Actor, Role
from bureau.text import fold
from quiz_bank.bank_store import BankStore
from quiz_bank.desk import STARTER_BANK, Exported, QuizDesk, refusal_of
from quiz_bank.formats.exchange import Item
from quiz_bank.formats.reading import (
    ENCODINGS,
    FormatError,
    ReadingProblem,
    Take,
    known_format,
    scan,
)
from quiz_bank.formats.staged import Staged
from quiz_bank.imported import Imported, compared
from quiz_bank.question import Kind, Question, QuestionError, Status
from quiz_bank.store import QuizStore

IMPORT = "bank.import"
"""The act that takes questions in."""

STATUS = "bank.status"
"""The act that changes whether questions may be drawn."""


class Wanted(BaseModel):
    """Which questions of the bank are looked for; what is empty is not asked.

    Attributes:
        topic: 稅目, or 稅目 > 章節.
        text: stands in identifier, topic, stem, options, tags or law, whatever its width and case.
        day: the question may be drawn for this day.
    """

    model_config = ConfigDict(frozen=True)

    topic: str = ""
    kind: Kind | None = None
    status: Status | None = None
    tag: str = ""
    text: str = ""
    day: date | None = None

    def holds(self, question: Question) -> bool:
        """Say whether a question is one of those."""
        return (
            question.under(self.topic.strip())
            and self.kind in {None, question.kind}
            and self.status in {None, question.status}
            and (not self.tag or fold(self.tag) in {fold(tag) for tag in question.tags})
            and (self.day is None or question.usable_on(self.day))
            and (not fold(self.text) or fold(self.text) in _words(question))
        )


class Version(BaseModel):
    """One version of a question.

    Attributes:
        came_in: when the bank first had it.
        current: whether it is the one that is drawn now.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    came_in: datetime
    current: bool
    question: Question


class Weighing(BaseModel):
    """What writing the bank to a format would give.

    Attributes:
        count: questions that would be written.
        left_out: questions that would not.
        lost: what the format cannot hold, in words.
    """

    model_config = ConfigDict(frozen=True)

    count: int
    left_out: int = 0
    lost: tuple[str, ...] = ()


class BankDesk:
    """The acts of keeping the bank.

    Attributes:
        quiz: whose bank it is.
    """

    def __init__(self, quiz: QuizDesk) -> None:
        self.quiz = quiz
        self._bank = BankStore(quiz.office.store)
        self._store = QuizStore(quiz.office.store)

    # Taking in

    def stage(
        self,
        path: Path,
        format_name: str | None = None,
        columns: Mapping[str, str] | None = None,
        encoding: str = ENCODINGS[0],
        *,
        documents: bool = False,
    ) -> Staged:
        """Read a file of questions and judge every one of them; nothing is written.

        What the file's format has no room for is taken over from the current version of a question.

        Args:
            path: the file.
            format_name: one of `quiz_bank.formats.reading.FORMATS`; None goes by the file's ending.
            columns: of a spreadsheet, our name of a column → its heading in this file.
            encoding: one of `quiz_bank.formats.reading.ENCODINGS`.
            documents: keep the items for a list that a program reads.

        Raises:
            FormatError: the file cannot be opened, or nobody knows its format.
        """
        merging = self.quiz.merging(known_format(path, format_name, encoding))

        def scanning(take: Take) -> Iterable[ReadingProblem]:
            def take_merged(item: Item | None, question: Question | None) -> None:
                take(item, merging(question) if question is not None else None)

            return scan(path, take_merged, format_name, columns, encoding)

        return Staged(path, scanning, documents=documents, onto=merging.onto)

    def stage_starter(self, *, documents: bool = False) -> Staged:
        """Read all shipped questions; nothing is written."""

        def scanning(take: Take) -> Iterable[ReadingProblem]:
            reading = self.quiz.read_starter()
            for question in reading.questions:
                take(None, question)
            return reading.problems

        return Staged(STARTER_BANK, scanning, documents=documents)

    def difference(self, staged: Staged) -> Imported:
        """Say what taking in a file would do."""
        return compared(staged.versions, self._store.versions(), staged.likeness, self._bank.likenesses)

    def take(self, staged: Staged, *, by: Actor, at: datetime, skip_bad: bool = False) -> Imported:
        """Take the questions of a file into the bank in one transaction, all or none.

        A question that has changed becomes a new version; the papers drawn before keep the version they
        have. The same file twice changes nothing.

        Args:
            staged: what was read.
            by: a trainer or administrator.
            at: the moment.
            skip_bad: take the sound questions and leave the others out.

        Raises:
            NotAllowed: neither trainer nor administrator.
            FormatError: a question is wrong; every fault with its line. Or a question that the file was
                compared with has changed since.
        """
        by.require(Role.TRAINER)
        if staged.errors and not skip_bad:
            raise refusal_of(staged.source, staged.errors)
        known, outcome = self._store.versions(), self.difference(staged)
        with self.quiz.office.store.transaction():
            if (now := self._store.versions()) != known:
                # Somebody else wrote while this was compared, which is too long to keep others waiting for.
                outcome = self.difference(staged)
            if any(now.get(name) != version for name, version in staged.onto.items()):
                raise FormatError(
                    _("檔案讀入之後，題庫裡的題目又有變動。"),
                    place=in_file(staged.source),
                    remedy=_("請再匯入一次。"),
                )
            touched = (*outcome.new, *outcome.changed)
            if touched:
                with self.quiz.office.act(IMPORT, by=by, at=at) as act:
                    self._bank.put_rows(lambda: staged.rows(touched), at)
                    act.record(
                        staged.source.name,
                        new=len(outcome.new),
                        changed=len(outcome.changed),
                        versions={name: staged.versions[name] for name in touched},
                    )
        return outcome

    # Looking up

    def find(self, wanted: Wanted) -> list[Question]:
        """Give the questions that are looked for, by identifier."""
        return [question for question in self.quiz.questions() if wanted.holds(question)]

    def versions(self, question_id: str, *, by: Actor) -> list[Version]:
        """Give every version of a question, the oldest first.

        Raises:
            NotAllowed: neither trainer nor administrator; a version holds the key.
            QuestionError: the bank has none of that identifier.
        """
        by.require(Role.TRAINER)
        self.quiz.question(question_id)
        return [
            Version(
                version=row["version"],
                came_in=moment_from(row["imported_at"]),
                current=bool(row["current"]),
                question=Question.model_validate_json(row["content"]),
            )
            for row in self._bank.versions_of(question_id)
        ]

    def papers_with(self, question_id: str) -> int:
        """Give how many papers have asked a question."""
        return self._bank.papers_with(question_id)

    # Status

    def set_status(
        self, question_ids: Sequence[str], status: Status, *, by: Actor, at: datetime
    ) -> list[Question]:
        """Let questions be drawn, or not any more; each becomes a new version, and papers keep theirs.

        Args:
            question_ids: which questions.
            status: what they become.
            by: a trainer or administrator.
            at: the moment.

        Returns:
            The questions that changed, as they are now; those that had the status are left alone.

        Raises:
            NotAllowed: neither trainer nor administrator.
            QuestionError: none was named, or the bank has none of an identifier; nothing is changed then.
        """
        by.require(Role.TRAINER)
        if not question_ids:
            raise QuestionError(_("沒有指定題目。"), remedy=_("請寫一個以上的編號。"))
        with self.quiz.office.store.transaction():
            found = [self.quiz.question(name) for name in dict.fromkeys(question_ids)]
            changed = [
                question.model_copy(update={"status": status})
                for question in found
                if question.status is not status
            ]
            if changed:
                with self.quiz.office.act(STATUS, by=by, at=at) as act:
                    self._store.put_questions(changed, at)
                    act.record(
                        changed[0].id if len(changed) == 1 else status.value,
                        status=status.value,
                        versions={question.id: question.version for question in changed},
                    )
        return changed

    # Taking out

    def weigh(self, path: Path, *, by: Actor, format_name: str | None = None) -> Weighing:
        """Say what writing the whole bank to a file would lose; nothing is written.

        Raises:
            NotAllowed: neither trainer nor administrator.
            FormatError: nobody knows the format, or the file exists.
        """
        by.require(Role.TRAINER)
        from quiz_bank.formats import writing  # noqa: PLC0415 - every format's module, for this act alone

        name = writing.format_of(path, format_name)
        if path.exists():
            raise FormatError(_("檔案已經存在。"), remedy=_("請另取檔名。"))
        questions = self.quiz.questions()
        weighed = writing.weigh(questions, name)
        return Weighing(
            count=len(weighed.held), left_out=len(questions) - len(weighed.held), lost=weighed.lost
        )

    def export(self, path: Path, *, by: Actor, format_name: str | None = None) -> Exported:
        """Write the whole bank to a new file; see `QuizDesk.export_bank`."""
        return self.quiz.export_bank(path, by=by, format_name=format_name)


def _words(question: Question) -> str:
    parts = (
        question.id,
        question.topic,
        question.stem,
        *question.options,
        *question.prompts,
        *question.tags,
        question.legal_basis,
    )
    return "\n".join(fold(part) for part in parts)
