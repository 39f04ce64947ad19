"""A file of questions, read and judged, that waits to be taken into the bank.

What was read lies in a temporary file of rows as the bank keeps them; in memory are names and digests only,
so that a file of fifty thousand questions takes little more room than itself.
"""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from bureau.journal import canonical
from quiz_bank.formats.exchange import Item, item_of
from quiz_bank.formats.reading import ReadingProblem, Severity, Take
from quiz_bank.imported import likeness_digest
from quiz_bank.question import VERSION_LENGTH, Question

_IN_MEMORY = 1_000_000
"""Bytes up to which the rows stay in memory."""


class Staged:
    """The questions of one file; closed by the end of a `with` block.

    Args:
        source: what the journal calls it.
        scanning: hands over what is read, and gives everything to say about it.
        documents: whether the items are kept as well, for the list that a program reads.
        onto: identifier → version of the bank from which fields were taken over (see `merging`); filled while
            scanning.

    Attributes:
        problems: everything to say about the file.
        versions: identifier → version of each question, in the order of the file.
    """

    def __init__(
        self,
        source: Path,
        scanning: Callable[[Take], Iterable[ReadingProblem]],
        *,
        documents: bool = False,
        onto: Mapping[str, str] | None = None,
    ) -> None:
        self.source = source
        self.onto: Mapping[str, str] = {} if onto is None else onto
        self.versions: dict[str, str] = {}
        self._likeness: dict[str, bytes] = {}
        self._rows = _spool()
        self._documents: IO[str] | None = _spool() if documents else None
        try:
            self.problems = tuple(scanning(self._take))
        except BaseException:
            self.close()
            raise
        if any(problem.fatal for problem in self.problems):
            self._forget()

    def _take(self, item: Item | None, question: Question | None) -> None:
        if question is not None and question.id not in self.versions:
            content = canonical(question.model_dump(mode="json", exclude_defaults=True))
            version = hashlib.sha256(content.encode()).hexdigest()[:VERSION_LENGTH]
            self.versions[question.id] = version
            self._likeness[question.id] = likeness_digest(question.stem, question.options, question.prompts)
            self._rows.write(json.dumps([question.id, version, content]) + "\n")
        if self._documents is not None:
            shown = item or (item_of(question) if question is not None else None)
            if shown is not None:
                self._documents.write(json.dumps(shown.document()) + "\n")

    def _forget(self) -> None:
        self.problems = tuple(problem for problem in self.problems if problem.fatal)
        self.versions.clear()
        self._likeness.clear()
        if self._documents is not None:
            self._documents.close()
            self._documents = _spool()

    @property
    def errors(self) -> tuple[ReadingProblem, ...]:
        """The problems that keep a question out."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    def likeness(self) -> dict[str, bytes]:
        """Give the likeness of each question by its identifier."""
        return self._likeness

    def rows(self, names: Iterable[str]) -> Iterator[dict[str, Any]]:
        """Give id, version and content of the questions of these names, as the bank keeps them."""
        wanted = set(names)
        self._rows.seek(0)
        for line in self._rows:
            name, version, content = json.loads(line)
            if name in wanted:
                yield {"id": name, "version": version, "content": content}

    def documents(self) -> Iterator[dict[str, Any]]:
        """Give each item of the file as JSON values."""
        if self._documents is not None:
            self._documents.seek(0)
            for line in self._documents:
                yield json.loads(line)

    def close(self) -> None:
        """Let go of the temporary files."""
        self._rows.close()
        if self._documents is not None:
            self._documents.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _spool() -> IO[str]:
    return tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY, mode="w+", encoding="ascii", newline="\n")
