"""What can be done on the ground floor: staff, roles, leave, the office calendar and the rules."""

import tomllib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from bureau import calendar_file, staff_list
from bureau.calendar import OfficeCalendar, day_of
from bureau.language import _
from bureau.office import Office
from bureau.people import Leave, Person, Section
from bureau.problem import Refused, in_file
from bureau.roles import Actor, Role
from bureau.rules import RuleBook, RulesError, defaults_text, parse
from bureau.sheet import read_table, write_table
from bureau.staff_list import Difference, StaffFile

MAX_RULES_BYTES = 1_000_000
"""The largest rule file that is read."""


class PeopleDesk:
    """The acts on the ground floor of one office; each is one transaction with its journal entry.

    Attributes:
        office: the opened file.
    """

    def __init__(self, office: Office) -> None:
        self.office = office

    # Staff

    def people_on(self, day: date) -> list[Person]:
        """Give everybody who works here on `day`, by section and 員工編號."""
        return self.office.ground.people_on(day)

    def everybody(self) -> list[Person]:
        """Give everybody the office knows in their latest place, those who left included."""
        return self.office.ground.everybody()

    def sections(self) -> list[Section]:
        """Give the sections in their order."""
        return self.office.ground.sections()

    def read_staff(self, path: Path) -> StaffFile:
        """Read a staff file; what is wrong within it stands in its `problems`.

        Raises:
            SheetError: the file cannot be read as a table at all.
        """
        return staff_list.read(read_table(path, staff_list.COLUMNS))

    def holds_from(self, today: date) -> date:
        """Give the first day on which a staff file usually holds.

        That is today; of the first file of an office the first of January, for whoever is in it was here
        before the program was, and what was held earlier this year can be entered.
        """
        return today if self.office.ground.everybody() else date(today.year, 1, 1)

    def difference(
        self, file: StaffFile, day: date, *, new_sections: bool = False, complete: bool = True
    ) -> Difference:
        """Say what the office would change to follow `file` from `day` on; nothing is written.

        Args:
            file: what `read_staff` gave.
            day: the first day on which the file holds.
            new_sections: whether sections that the office does not have are taken over; an office without
                any takes them from its first file.
            complete: whether who is missing from the file has left.

        Raises:
            StaffListError: the file has problems or names an unknown section; every fault at once.
        """
        return staff_list.compare(
            file,
            self.office.ground.everybody(),
            self.office.ground.sections(),
            since=day,
            new_sections=new_sections,
            complete=complete,
        )

    def apply(
        self, difference: Difference, *, by: Actor, at: datetime, since: date | None = None
    ) -> Difference:
        """Change the office as `difference` says; one that says nothing writes nothing.

        Args:
            difference: what was shown and agreed to.
            by: the acting person: trainer or administrator.
            at: the aware moment.
            since: another first day than the difference was made for.

        Returns:
            What was changed.

        Raises:
            Refused: the office has changed since the difference was made.
        """
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            now = self.difference(
                difference.file,
                since or difference.since,
                new_sections=bool(difference.new_sections),
                complete=difference.complete,
            )
            if since in {None, difference.since} and now != difference:
                raise Refused(
                    _("確認期間，名冊已被別人改過。"),
                    place=in_file(difference.file.file),
                    remedy=_("請重新匯入，再看一次差異。"),
                )
            if not now.nothing:
                self._write_staff(now, by, at)
        return now

    def _write_staff(self, difference: Difference, by: Actor, at: datetime) -> None:
        ground = self.office.ground
        with self.office.act("staff.import", by=by, at=at) as act:
            last = max((section.order for section in ground.sections()), default=-1)
            for order, name in enumerate(difference.new_sections, last + 1):
                ground.add_section(Section(name=name, order=order))
            for person in (*difference.new, *(change.after for change in difference.changed)):
                ground.put_person(person, since=difference.since)
            for person in difference.left:
                assert person.left is not None
                ground.set_left(person.staff_no, person.left)
            act.record(difference.file.file, **difference.evidence())

    def staff_rows(self, day: date) -> list[Person]:
        """Give whom a staff file of `day` lists: everybody who has not left, those yet to come included."""
        return [
            person for person in self.office.ground.everybody() if person.left is None or person.left >= day
        ]

    def export_staff(self, path: Path, day: date) -> int:
        """Write the staff of `day` to a .csv or .xlsx file that can be imported again.

        Returns:
            How many people were written.

        Raises:
            SheetError: another ending, or the file cannot be written.
        """
        people = self.staff_rows(day)
        headings = [column.name for column in staff_list.COLUMNS]
        write_table(path, headings, staff_list.rows_of(people), title=_("同仁名冊"))
        return len(people)

    def write_template(self, path: Path) -> None:
        """Write an empty staff file to fill in; `path` ends in .csv or .xlsx.

        Raises:
            SheetError: another ending, or the file cannot be written.
        """
        headings, instructions = staff_list.template()
        write_table(path, headings, [instructions], title=_("同仁名冊"))

    # Roles and leave

    def roles(self) -> dict[str, list[Role]]:
        """Give the roles that people hold beside staff, by 員工編號."""
        held: dict[str, list[Role]] = {}
        for role in Role:
            for staff_no in self.office.ground.holders(role):
                held.setdefault(staff_no, []).append(role)
        return held

    def grant(self, staff_no: str, role: Role, *, by: Actor, at: datetime) -> bool:
        """Give a person a role; administrator only.

        Returns:
            False when the person held it already and nothing was written.

        Raises:
            Refused: the person does not work here, or the role is that of everybody.
        """
        by.require(Role.ADMINISTRATOR)
        _check_grantable(role)
        with self.office.store.transaction():
            person = self.office.person(staff_no, day_of(at))
            if person.left and person.left < day_of(at):
                raise Refused(
                    _("{name}（{staff_no}）已離職。").format(name=person.name, staff_no=staff_no),
                    remedy=_("請在「6 同仁」查對編號（指令：courtesy staff list）。"),
                )
            if role in self.office.ground.roles_of(staff_no):
                return False
            with self.office.act("role.grant", by=by, at=at) as act:
                self.office.ground.put_role(staff_no, role)
                act.record(staff_no, role=role.value)
        return True

    def revoke(self, staff_no: str, role: Role, *, by: Actor, at: datetime) -> bool:
        """Take a role from a person; administrator only.

        Returns:
            False when the person did not hold it and nothing was written.

        Raises:
            Refused: nobody of that number, or the role is that of everybody.
        """
        by.require(Role.ADMINISTRATOR)
        _check_grantable(role)
        with self.office.store.transaction():
            self.office.person(staff_no, day_of(at))
            if role not in self.office.ground.roles_of(staff_no):
                return False
            with self.office.act("role.revoke", by=by, at=at) as act:
                self.office.ground.drop_role(staff_no, role)
                act.record(staff_no, role=role.value)
        return True

    def record_leave(self, leave: Leave, *, by: Actor, at: datetime) -> None:
        """Write the days on which a person is away; one that begins on the same day is replaced.

        Raises:
            Refused: nobody of that number, or the last day comes before the first.
        """
        by.require(Role.TRAINER, Role.TESTER, Role.HEAD)
        if leave.last < leave.first:
            raise Refused(_("請假的最後一天早於第一天。"), remedy=_("請查對兩個日期。"))
        with self.office.act("leave.record", by=by, at=at) as act:
            self.office.person(leave.staff_no, leave.first)
            self.office.ground.put_leave(leave)
            act.record(leave.staff_no, first=str(leave.first), last=str(leave.last), kind=leave.kind)

    def leaves(self, first: date, last: date) -> Sequence[Leave]:
        """Give the leaves that touch the days from `first` to `last`."""
        return self.office.ground.leaves(first, last)

    # Calendar

    def seed_calendar(self, year: int, *, by: Actor, at: datetime) -> int:
        """Write Taiwan's public holidays of a civil `year`; days the office has entered itself stay.

        The days come from the `holidays` package, which knows make-up working days only as far as the
        government has announced them; typhoon days are entered with `load_calendar`.

        Returns:
            How many days were added.

        Raises:
            Refused: nothing is known of that year.
        """
        days = _public_holidays(year)
        return self._put_days(days, keep=True, act_name="calendar.seed", subject=str(year), by=by, at=at)

    def load_calendar(self, path: Path, *, by: Actor, at: datetime) -> int:
        """Write the days of a calendar file (日期, 上班, 名稱); all other days stay as they are.

        Returns:
            How many days were new or different.

        Raises:
            SheetError: the file cannot be read.
            CalendarError: the file has problems; every fault at once.
        """
        days = calendar_file.read(read_table(path, calendar_file.COLUMNS))
        return self._put_days(days, keep=False, act_name="calendar.load", subject=path.name, by=by, at=at)

    def _put_days(
        self, days: OfficeCalendar, *, keep: bool, act_name: str, subject: str, by: Actor, at: datetime
    ) -> int:
        by.require(Role.TRAINER)
        with self.office.store.transaction():
            known = self.office.calendar()
            merged = calendar_file.with_days(days, known) if keep else calendar_file.with_days(known, days)
            before, after = _said(known), _said(merged)
            different = {day: said for day, said in after.items() if before.get(day) != said}
            if different:
                with self.office.act(act_name, by=by, at=at) as act:
                    self.office.ground.put_calendar(merged, min(different), max(different))
                    act.record(
                        subject,
                        days=[
                            {"day": day.isoformat(), "works": works, "name": name}
                            for day, (works, name) in sorted(different.items())
                        ],
                    )
        return len(different)

    # Rules

    def rule_books(self) -> list[tuple[str, date]]:
        """Give version and first day in force of every published book, oldest first."""
        return [(version, since) for version, since, _content in self.office.ground.rule_books()]

    def rules_text(self, day: date) -> str:
        """Give the rules in force on `day` as the commented file they were published from."""
        books = [
            (since, place, content)
            for place, (_version, since, content) in enumerate(self.office.ground.rule_books())
            if since <= day
        ]
        return max(books)[2] if books else defaults_text(self.office.rule_kinds)

    def publish_rules(self, path: Path, since: date, *, by: Actor, at: datetime) -> RuleBook:
        """Put the rules in the file at `path` in force from `since` on; administrator only.

        A table that the file lacks is published with its defaults, so that a book is always whole. Rules
        that are in force on that day already are not published again.

        Raises:
            RulesError: the file cannot be read, or a table, key or value is wrong; every fault at once.
        """
        by.require(Role.ADMINISTRATOR)
        kinds = self.office.rule_kinds
        text = _rules_file(path)
        book = parse(text, kinds, in_force_from=since, place=in_file(path))
        given = tomllib.loads(text)
        missing = [kind for kind in kinds if kind.TABLE not in given]
        whole = text if not missing else f"{text.rstrip()}\n\n{defaults_text(missing)}"
        with self.office.store.transaction():
            if self.office.rules(since).version == book.version:
                return book
            with self.office.act("rules.publish", by=by, at=at) as act:
                self.office.ground.add_rule_book(book.version, since, whole)
                act.record(book.version, in_force_from=since.isoformat(), content=whole)
        return book


def _check_grantable(role: Role) -> None:
    if role is Role.STAFF:
        raise Refused(_("每個人都是同仁，不必指派。"), remedy=_("請指定其他角色。"))


def _said(calendar: OfficeCalendar) -> dict[date, tuple[bool, str]]:
    """Give what a calendar says of each of its days: works or not, and why."""
    return {day: (False, name) for day, name in calendar.holidays.items()} | {
        day: (True, name) for day, name in calendar.workdays.items()
    }


def _public_holidays(year: int) -> OfficeCalendar:
    from holidays import country_holidays  # noqa: PLC0415 - slow to import, needed once a year

    known = country_holidays("TW", years=year, language="zh_TW")
    days = {day: name for day, name in known.items() if day.year == year}
    if not days:
        raise Refused(
            _("沒有 {year} 年的國定假日資料。").format(year=year),
            remedy=_("請改用行事曆檔匯入（欄位：日期、上班、名稱）。"),
        )
    made_up = {day for day in getattr(known, "weekend_workdays", ()) if day.year == year}
    return OfficeCalendar(
        holidays={day: name for day, name in days.items() if day not in made_up},
        workdays=dict.fromkeys(sorted(made_up), _("補行上班")),
    )


def _rules_file(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_RULES_BYTES:
            raise RulesError(
                _("規則檔太大。"), place=in_file(path), remedy=_("請由 courtesy rules show 印出的檔案改起。")
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulesError(
            _("規則檔不是 UTF-8 文字。"), place=in_file(path), remedy=_("請以 UTF-8 另存新檔。")
        ) from error
    except OSError as error:
        raise RulesError(
            _("不能讀取規則檔（{detail}）。").format(detail=error.strerror),
            place=in_file(path),
            remedy=_("請確認檔名與資料夾。"),
        ) from error
