"""What a file that comes back leaves as it is: fields that its format has no room for stay.

A keeper who writes the bank to a spreadsheet, mends a word and takes it in again has not said that the facts
shall go. What a format holds is not a list kept by hand: the current version is written and read back, and
where the file says what would come back of it, nothing was changed.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from pydantic import ValidationError

from quiz_bank.formats import writing
from quiz_bank.formats.into_bank import UNSORTED
from quiz_bank.formats.reading import TABLES
from quiz_bank.imported import likeness_digest
from quiz_bank.question import Question

_BY_TEXT = re.compile(r"X-[0-9a-f]+")
_ANSWER_FIELDS = tuple(name for name in writing.ANSWER_FIELDS if name != "stem")


class Merging:
    """Takes over from the bank what the questions of one file leave out.

    Args:
        format_name: the format of the file.
        versions: identifier → current version of what is in the bank.
        current: gives the current version of a question.
        in_bank: gives identifier and likeness of each question of the bank.

    Attributes:
        onto: identifier → version of the bank of each question that was completed; writing must find it
            unchanged.
    """

    def __init__(
        self,
        format_name: str,
        versions: Mapping[str, str],
        current: Callable[[str], Question | None],
        in_bank: Callable[[], Iterable[tuple[str, bytes]]],
    ) -> None:
        self._format = format_name
        self._versions = versions
        self._current = current
        self._in_bank = in_bank
        self._alike: Mapping[bytes, list[str]] | None = None
        self.onto: dict[str, str] = {}

    def __call__(self, question: Question) -> Question:
        """Give a question of the file with what it leaves out as the bank has it."""
        if self._format == "toml":
            # It holds everything: what is not there is meant not to be.
            return question
        if question.id in self._versions:
            if question.version == self._versions[question.id]:
                return question
            current = self._current(question.id)
            return self._onto(current, merged(question, current, self._format)) if current else question
        if not _BY_TEXT.fullmatch(question.id):
            return question
        # Named by its text for want of an identifier: one of the bank only where it changes nothing.
        for name in self._names_like(question):
            current = self._current(name)
            if current and merged(question, current, self._format) == current:
                return self._onto(current, current)
        return question

    def _onto(self, current: Question, question: Question) -> Question:
        self.onto[current.id] = self._versions[current.id]
        return question

    def _names_like(self, question: Question) -> list[str]:
        if self._alike is None:
            alike: dict[bytes, list[str]] = defaultdict(list)
            for name, digest in self._in_bank():
                alike[digest].append(name)
            self._alike = dict(alike)
        return self._alike.get(likeness_digest(question.stem, question.options, question.prompts), [])


def merged(question: Question, current: Question, format_name: str) -> Question:
    """Give a question as a file has it, with what the file says nothing of as `current` has it.

    Args:
        question: as it was read; of a spreadsheet, fields that are not set have no column there.
        current: the version of the bank.
        format_name: the format of the file.
    """
    bases = list(_coming_back(current, format_name))
    values = {name: getattr(question, name) for name in Question.model_fields}
    if any(_same(_ANSWER_FIELDS, question, base) for base in bases):
        values |= {name: getattr(current, name) for name in _ANSWER_FIELDS}
    for name in Question.model_fields:
        if name in _ANSWER_FIELDS:
            continue
        unsaid = (format_name in TABLES and name not in question.model_fields_set) or (
            name == "topic" and question.topic == UNSORTED
        )
        if unsaid or any(_same((name,), question, base) for base in bases):
            values[name] = getattr(current, name)
    values["id"] = current.id
    try:
        return Question.model_validate(values)
    except ValidationError:
        # What the bank has does not go with what the file says, as a day on which it ends before it begins.
        return question


def _same(names: Iterable[str], one: Question, other: Question) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _coming_back(current: Question, format_name: str) -> Iterator[Question]:
    """Give what would be read of a question that is written to a file of that format."""
    found = writing.reread([current], format_name)
    if format_name == "xml":
        found.append(writing.reread_from_tags(current))
    for back in found:
        if back is not None and writing.asks_the_same(current, back):
            yield back
