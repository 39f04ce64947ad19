"""Rules that an office may change: thresholds, bands, quotas. Dated, versioned, and never edited in place.

Each package declares its table of rules as a `RuleTable` with a file of defaults beside it. The office
publishes a whole book at a time, in force from a day on; every decision keeps the version it used.
"""

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, ClassVar, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from bureau.journal import canonical
from bureau.language import _
from bureau.problem import Place, Problem, Refused, in_file

VERSION_LENGTH = 12
"""Hex digits of the content hash that name a version."""


class RulesError(Refused):
    """A rule file is wrong."""


class RuleTable(BaseModel):
    """One package's rules; a key it does not know is an error.

    Attributes:
        TABLE: the heading of the table in the file.
        DEFAULTS: the file of defaults, with a comment on each key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    TABLE: ClassVar[str]
    DEFAULTS: ClassVar[Path]


Table = TypeVar("Table", bound=RuleTable)


class RuleBook(BaseModel):
    """All rules of an office in one version.

    Attributes:
        in_force_from: the first day on which these rules decide.
        published_as: the version under which an office has published it, `""` before.
        tables: each table by its heading.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    in_force_from: date
    tables: Mapping[str, RuleTable]
    published_as: str = ""

    @property
    def version(self) -> str:
        """The content's name: the same rules have the same version wherever they are published.

        A published book keeps the name it was published by, also when a newer program knows more keys.
        """
        if self.published_as:
            return self.published_as
        content = {name: table.model_dump(mode="json") for name, table in self.tables.items()}
        return hashlib.sha256(canonical(content).encode()).hexdigest()[:VERSION_LENGTH]

    def of(self, kind: type[Table]) -> Table:
        """Give the table of one package."""
        return cast("Table", self.tables[kind.TABLE])


def defaults_text(kinds: Sequence[type[RuleTable]]) -> str:
    """Give the default rules of all packages as one commented TOML text, ready to edit."""
    return "\n".join(kind.DEFAULTS.read_text(encoding="utf-8").strip() + "\n" for kind in kinds)


def parse(text: str, kinds: Sequence[type[RuleTable]], *, in_force_from: date, place: Place) -> RuleBook:
    """Read a rule file.

    A table that is missing takes its defaults; a key that is missing inside a given table is an error, so
    that no threshold is set without being seen.

    Raises:
        RulesError: not TOML, an unknown table or key, a value out of range; every fault with its place.
    """
    try:
        given = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise RulesError(
            _("規則檔不是正確的 TOML（{detail}）。").format(detail=error),
            place=place,
            remedy=_("請由 courtesy rules show 印出的檔案改起。"),
        ) from None
    return _book(given, kinds, in_force_from=in_force_from, place=place)


def published(
    content: str, kinds: Sequence[type[RuleTable]], *, version: str, in_force_from: date, place: Place
) -> RuleBook:
    """Read back a book that an office has published; keys that were not known then take their defaults.

    Raises:
        RulesError: the content is damaged.
    """
    try:
        given = tomllib.loads(content)
    except (ValueError, RecursionError) as error:
        raise RulesError(
            _("資料檔裡的規則 {version} 已損壞（{detail}）。").format(version=version, detail=error),
            place=place,
            remedy=_("請由備份還原：courtesy restore。"),
        ) from None
    completed = {kind.TABLE: {**_defaults(kind), **given.get(kind.TABLE, {})} for kind in kinds}
    book = _book(completed, kinds, in_force_from=in_force_from, place=place)
    return book.model_copy(update={"published_as": version})


def _defaults(kind: type[RuleTable]) -> dict[str, Any]:
    values: dict[str, Any] = tomllib.loads(kind.DEFAULTS.read_text(encoding="utf-8"))[kind.TABLE]
    return values


def _book(
    given: Mapping[str, Any], kinds: Sequence[type[RuleTable]], *, in_force_from: date, place: Place
) -> RuleBook:
    known = {kind.TABLE: kind for kind in kinds}
    problems = [
        Problem(
            _("沒有「{name}」這一組規則。").format(name=name),
            Place(file=place.file, column=name),
            _("可用的有：{names}。").format(names="、".join(known)),
        )
        for name in given
        if name not in known
    ]
    tables: dict[str, RuleTable] = {}
    for name, kind in known.items():
        values = given.get(name)
        if values is None:
            values = _defaults(kind)
        try:
            tables[name] = kind.model_validate(values)
        except ValidationError as error:
            problems.extend(_fault(place, name, fault) for fault in error.errors())
    if problems:
        raise RulesError(
            _("規則檔有 {count} 處錯誤，沒有發布。").format(count=len(problems)),
            place=place,
            problems=problems,
        )
    return RuleBook(in_force_from=in_force_from, tables=tables)


def default_book(kinds: Sequence[type[RuleTable]]) -> RuleBook:
    """Give the rules in force where the office has published none."""
    return parse("", kinds, in_force_from=date.min, place=in_file("rules.toml"))


def _fault(place: Place, table: str, fault: Mapping[str, Any]) -> Problem:
    key = ".".join([table, *(str(part) for part in fault["loc"])])
    what = {
        "extra_forbidden": _("沒有這個規則。"),
        "missing": _("缺少這個規則。"),
    }.get(fault["type"], _("值「{value}」不合規定。").format(value=fault.get("input")))
    remedy = {
        "extra_forbidden": _("請查對拼字，或刪去這一行。"),
        "missing": _("請由 courtesy rules show 抄回這一行。"),
    }.get(fault["type"], _("請改成規定範圍內的值（{detail}）。").format(detail=fault["msg"]))
    return Problem(what, Place(file=place.file, column=key), remedy)
