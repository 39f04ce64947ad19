"""Sections and the people in them, as they stood on a day."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from bureau.text import CleanLine, Name


class Section(BaseModel):
    """A 科室 of the office; its name is its identity.

    Attributes:
        order: where it stands in lists, from 0.
        active: False once the office no longer has it.
    """

    model_config = ConfigDict(frozen=True)

    name: Name
    order: int = 0
    active: bool = True


class Person(BaseModel):
    """A 同仁 as of one day.

    Attributes:
        staff_no: 員工編號, text with its leading zeros.
        section: name of the section on that day.
        title: 職稱 on that day.
        extension: 分機 on that day, text; `""` for someone without a telephone.
        switchboard: whether the extension is the 總機.
        hired: first day, if known.
        left: last day, if the person has left or will leave.
    """

    model_config = ConfigDict(frozen=True)

    staff_no: Name
    name: Name
    section: Name
    title: CleanLine = ""
    extension: CleanLine = ""
    switchboard: bool = False
    email: CleanLine = ""
    hired: date | None = None
    left: date | None = None

    def active_on(self, day: date) -> bool:
        """Say whether the person works here on `day`."""
        return (self.hired is None or self.hired <= day) and (self.left is None or day <= self.left)


class Leave(BaseModel):
    """Days on which a person is away, both included."""

    model_config = ConfigDict(frozen=True)

    staff_no: Name
    first: date
    last: date
    kind: CleanLine = ""


def masked(name: str) -> str:
    """Hide a name as official lists do: 王小明 → 王○明, 王明 → 王○, 歐陽小明 → 歐○○明."""
    if len(name) <= 1:
        return name
    if len(name) == 2:  # noqa: PLR2004 - a surname and one character
        return name[0] + "○"
    return name[0] + "○" * (len(name) - 2) + name[-1]
