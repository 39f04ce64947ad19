"""On which line of a TOML file a value stands; the parser itself does not tell."""

import re
from collections.abc import Sequence

Path = tuple[str | int, ...]
"""The way to a value: keys, and places in lists from 0."""

_ARRAY = re.compile(r"^\[\[\s*([\w.-]+)\s*\]\]")
_TABLE = re.compile(r"^\[\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"^([\w-]+)\s*=\s*")
_TEXT = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*')
_LONG = re.compile(r'"""|\'\'\'')


class TomlLines:
    """The lines of a file that is sound TOML.

    What is written in an unusual way (quoted or dotted keys, several values on a line) is found by the table
    or the list in which it stands.
    """

    def __init__(self, text: str) -> None:
        self._rows: dict[Path, int] = {}
        self._table: Path = ()
        self._list: Path | None = None
        self._element = -1
        self._depth = 0
        self._read(text)

    def row(self, path: Sequence[str | int]) -> int | None:
        """Give the line, from 1, of a value or of what it stands in; None for the file as a whole."""
        for length in range(len(path), 0, -1):
            if found := self._rows.get(tuple(path[:length])):
                return found
        return None

    def _read(self, text: str) -> None:
        quotes = ""
        for row, whole in enumerate(text.split("\n"), start=1):
            line = whole.strip()
            if quotes:
                quotes = "" if quotes in line else quotes
                continue
            if self._list is not None:
                self._inside(line, row)
                continue
            self._outside(line, row)
            opening = _LONG.search(line.partition("=")[2])
            if opening and line.count(opening[0]) == 1:
                quotes = opening[0]

    def _outside(self, line: str, row: int) -> None:
        if header := _ARRAY.match(line):
            self._table = self._new_element(header[1].split("."))
            self._rows[self._table] = row
        elif header := _TABLE.match(line):
            self._table = self._newest(header[1].split("."))
            self._rows[self._table] = row
        elif key := _KEY.match(line):
            path = (*self._table, key[1])
            self._rows[path] = row
            rest = _TEXT.sub("", line[key.end() :])
            depth = rest.count("[") - rest.count("]")
            if depth > 0:
                self._list, self._element, self._depth = path, -1, depth

    def _inside(self, line: str, row: int) -> None:
        assert self._list is not None
        if line.startswith("{"):
            self._element += 1
            self._rows[(*self._list, self._element)] = row
        rest = _TEXT.sub("", line)
        self._depth += rest.count("[") - rest.count("]")
        if self._depth <= 0:
            self._list = None

    def _new_element(self, names: Sequence[str]) -> Path:
        above = (*self._newest(names[:-1]), names[-1])
        place = 0
        while (*above, place) in self._rows:
            place += 1
        return (*above, place)

    def _newest(self, names: Sequence[str]) -> Path:
        """Give the way to the last table of these names."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            place = -1
            while (*path, place + 1) in self._rows:
                place += 1
            if place >= 0:
                path = (*path, place)
        return path
