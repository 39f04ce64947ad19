"""The office calendar as a spreadsheet: days off, make-up working days, and typhoon days."""

from datetime import date

from bureau.calendar import DateError, OfficeCalendar, parse_date, roc
from bureau.language import _
from bureau.problem import Problem, Refused
from bureau.sheet import ColumnSpec, Table
from bureau.text import clean_line, fold

DAY, WORKS, NAME = "日期", "上班", "名稱"

COLUMNS = (
    ColumnSpec(DAY, ("西元日期", "放假日期")),
    ColumnSpec(WORKS, ("是否上班", "上班日")),
    ColumnSpec(NAME, ("節日", "假日名稱", "說明", "備註"), required=False),
)
"""What a calendar file has, in the order of its template."""

LONGEST_NAME = 60
_WORKS = {"是": True, "上班": True, "y": True, "1": True, "true": True, "v": True}
_OFF = {"否": False, "放假": False, "n": False, "0": False, "false": False, "x": False}


class CalendarError(Refused):
    """A calendar file is wrong; every fault stands in `problems`."""


def read(table: Table) -> OfficeCalendar:
    """Read a table as days of the office calendar.

    Raises:
        CalendarError: the table has problems, a day does not exist or is given twice, or a word for 上班 is
            not understood; every fault at once.
    """
    problems = list(table.problems)
    rows: dict[date, int] = {}
    holidays: dict[date, str] = {}
    workdays: dict[date, str] = {}
    for row in table.rows:
        name = clean_line(row.values.get(NAME, ""))[:LONGEST_NAME]
        word = row.values.get(WORKS, "")
        works = (_WORKS | _OFF).get(fold(word))
        if works is None:
            problems.append(
                Problem(
                    _("看不懂「{text}」。").format(text=clean_line(word)),
                    table.place(row.number, WORKS),
                    _("上班請填「是」，放假請填「否」。"),
                )
            )
        try:
            day = parse_date(clean_line(row.values.get(DAY, "")))
        except DateError as error:
            problems.append(Problem(error.what, table.place(row.number, DAY), error.remedy))
            continue
        if day in rows:
            problems.append(
                Problem(
                    _("{day} 與第 {row} 列重複。").format(day=roc(day), row=rows[day]),
                    table.place(row.number, DAY),
                    _("同一天請只留一列。"),
                )
            )
        rows.setdefault(day, row.number)
        (workdays if works else holidays)[day] = name
    if problems:
        raise CalendarError(
            _("行事曆有 {count} 處要改，沒有匯入任何資料。").format(count=len(problems)),
            place=table.place(),
            problems=problems,
        )
    return OfficeCalendar(holidays=holidays, workdays=workdays)


def with_days(known: OfficeCalendar, days: OfficeCalendar) -> OfficeCalendar:
    """Give `known` with what `days` says of its own days; all other days stay."""
    said = days.holidays.keys() | days.workdays.keys()
    return OfficeCalendar(
        holidays={day: name for day, name in known.holidays.items() if day not in said} | days.holidays,
        workdays={day: name for day, name in known.workdays.items() if day not in said} | days.workdays,
    )
