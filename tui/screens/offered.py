"""Every paper and table that can be printed: what it is of, who may, in which form, and how it is made."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from bureau.calendar import Period
from bureau.language import _
from bureau.roles import Actor, Role

if TYPE_CHECKING:
    from bureau.paper import PrintReport
    from tui.desks import Desks


class Subject(Enum):
    """What a paper is of, and so what must be chosen before it is made."""

    NOTHING = auto()
    YEAR = auto()
    HALF = auto()
    QUARTER = auto()
    MONTH = auto()
    PERIOD = auto()
    SESSION = auto()
    CASE = auto()
    CASE_TO_TELL = auto()
    QUIZ = auto()


@dataclass(frozen=True)
class Order:
    """One paper as it is wanted.

    Attributes:
        subject: the code of a period, or the identifier of a session, case or paper of questions.
        path: where it goes; its ending says in which form.
        mask: whether names are masked; None: as the rules say.
    """

    subject: str
    path: Path
    by: Actor
    at: datetime
    mask: bool | None = None

    @property
    def table(self) -> bool:
        """Whether a table for a spreadsheet is wanted."""
        return self.path.suffix.lower() in {".xlsx", ".csv"}


Make = Callable[["Desks", Order], "PrintReport | int"]
"""Makes a paper; gives its report, or how many rows a table has."""


@dataclass(frozen=True)
class Offered:
    """One paper that can be printed.

    Attributes:
        name: of the paper, and of its file.
        about: what stands in it, in one line.
        roles: who may print it; an administrator may print all.
        endings: the forms in which it can be had, the usual one first.
        masks: whether names in it can be masked.
    """

    name: str
    about: str
    subject: Subject
    make: Make
    roles: tuple[Role, ...] = (Role.TRAINER, Role.HEAD)
    endings: tuple[str, ...] = (".pdf",)
    masks: bool = False

    @property
    def who(self) -> str:
        """Who may print it, in words."""
        return "、".join(role.label for role in self.roles)

    def file_name(self, subject: str) -> str:
        """Propose a name for its file."""
        return f"{self.name}{'-' if subject else ''}{subject}{self.endings[0]}"


def offered() -> tuple[Offered, ...]:
    """Give every paper, in the order of a year's work."""
    both = (".pdf", ".xlsx")
    return (
        Offered(
            _("補訓名冊"),
            _("未結的補訓案：誰、為什麼、憑什麼、到哪一場"),
            Subject.NOTHING,
            _roster,
            endings=both,
            masks=True,
        ),
        Offered(_("補訓通知單"), _("一案一張：原因、場次、怎麼申復、簽收聯"), Subject.CASE_TO_TELL, _notice),
        Offered(_("一場的通知單"), _("排到這一場的每個人，一人一頁"), Subject.SESSION, _notices),
        Offered(_("結案報告"), _("一案的原因、經過、受訓、複測與理由"), Subject.CASE, _closing, masks=True),
        Offered(
            _("補訓案清冊"), _("全部補訓案，可用試算表篩選"), Subject.NOTHING, _cases, endings=(".xlsx",)
        ),
        Offered(_("簽到表"), _("一場講習的應到名單與簽名欄"), Subject.SESSION, _sign_in, endings=both),
        Offered(_("出席統計"), _("一場講習各科室的出席與時數"), Subject.SESSION, _presence, endings=both),
        Offered(
            _("年度出席統計"), _("全年各場講習各科室的出席與時數"), Subject.YEAR, _year_presence, endings=both
        ),
        Offered(_("測驗成績"), _("一份試卷每個人的成績"), Subject.QUIZ, _results, endings=(".xlsx",)),
        Offered(_("電話禮貌月報"), _("張貼用：一個月的抽測，不列個人"), Subject.MONTH, _bulletin),
        Offered(_("抽測統計"), _("各科室、趨勢、漏斗圖與流程"), Subject.PERIOD, _standing),
        Offered(_("半年彙整"), _("每科室一頁，四月、八月平時考核前備妥"), Subject.HALF, _half),
        Offered(_("榮譽榜"), _("一季評選出的績優同仁與理由"), Subject.QUARTER, _roll),
        Offered(_("年度報告"), _("全年的抽測、測驗、講習、補訓、成效、績優"), Subject.YEAR, _year),
    )


def _roster(desks: "Desks", order: Order) -> "PrintReport | int":
    desks.training.open_cases(by=order.by, at=order.at)
    if order.table:
        from training.list_files import write_roster  # noqa: PLC0415 - openpyxl only now

        return write_roster(desks.training, order.path, by=order.by, at=order.at, mask=order.mask)
    from training.papers import print_roster  # noqa: PLC0415 - reportlab only now

    return print_roster(desks.training, order.path, by=order.by, at=order.at, mask=order.mask)


def _notice(desks: "Desks", order: Order) -> "PrintReport | int":
    from training.case_papers import print_notice  # noqa: PLC0415 - reportlab only now

    return print_notice(desks.reports, order.subject, order.path, by=order.by, at=order.at)


def _notices(desks: "Desks", order: Order) -> "PrintReport | int":
    from training.case_papers import print_notices  # noqa: PLC0415 - reportlab only now

    return print_notices(desks.reports, order.subject, order.path, by=order.by, at=order.at)


def _closing(desks: "Desks", order: Order) -> "PrintReport | int":
    from training.case_papers import print_closing  # noqa: PLC0415 - reportlab only now

    return print_closing(desks.reports, order.subject, order.path, by=order.by, at=order.at, mask=order.mask)


def _cases(desks: "Desks", order: Order) -> "PrintReport | int":
    from training.list_files import write_cases  # noqa: PLC0415 - openpyxl only now

    desks.training.open_cases(by=order.by, at=order.at)
    return write_cases(desks.training, order.path, by=order.by, at=order.at)


def _sign_in(desks: "Desks", order: Order) -> "PrintReport | int":
    if order.table:
        return desks.training.write_sheet(order.subject, order.path, by=order.by)
    from training.session_papers import print_sign_in  # noqa: PLC0415 - reportlab only now

    return print_sign_in(desks.sign_in, order.subject, order.path, by=order.by, at=order.at)


def _presence(desks: "Desks", order: Order) -> "PrintReport | int":
    from training import presence_papers as papers  # noqa: PLC0415 - reportlab only now

    if order.table:
        return papers.write_session_presence(desks.reports, order.subject, order.path, by=order.by)
    return papers.print_session_presence(desks.reports, order.subject, order.path, by=order.by, at=order.at)


def _year_presence(desks: "Desks", order: Order) -> "PrintReport | int":
    from training import presence_papers as papers  # noqa: PLC0415 - reportlab only now

    year = Period.parse(order.subject).year
    if order.table:
        return papers.write_year_presence(desks.reports, year, order.path, by=order.by)
    return papers.print_year_presence(desks.reports, year, order.path, by=order.by, at=order.at)


def _results(desks: "Desks", order: Order) -> "PrintReport | int":
    from quiz_bank.result_file import write_results  # noqa: PLC0415 - openpyxl only now

    return write_results(desks.quiz, order.subject, order.path, by=order.by)


def _bulletin(desks: "Desks", order: Order) -> "PrintReport | int":
    from courtesy.bulletin_papers import print_bulletin  # noqa: PLC0415 - reportlab only now

    return print_bulletin(desks.bulletin, order.subject, order.path, by=order.by, at=order.at)


def _standing(desks: "Desks", order: Order) -> "PrintReport | int":
    from courtesy.standing_papers import print_standing  # noqa: PLC0415 - reportlab only now

    period = Period.parse(order.subject)
    return print_standing(desks.standing, period, order.path, by=order.by, at=order.at)


def _roll(desks: "Desks", order: Order) -> "PrintReport | int":
    from training.honours_papers import print_roll  # noqa: PLC0415 - reportlab only now

    return print_roll(desks.honours, Period.parse(order.subject), order.path, by=order.by, at=order.at)


def _half(desks: "Desks", order: Order) -> "PrintReport | int":
    from training.report_papers import print_half  # noqa: PLC0415 - reportlab only now

    desks.training.open_cases(by=order.by, at=order.at)
    return print_half(desks.reports, order.subject, order.path, by=order.by, at=order.at)


def _year(desks: "Desks", order: Order) -> "PrintReport | int":
    from training.report_papers import print_year  # noqa: PLC0415 - reportlab only now

    desks.training.open_cases(by=order.by, at=order.at)
    return print_year(desks.reports, order.subject, order.path, by=order.by, at=order.at)
