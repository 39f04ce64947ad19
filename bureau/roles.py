"""Who may do what: the roles people hold, and the check every act begins with."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from bureau.problem import NotAllowed


class Role(StrEnum):
    """What a person is in this program; everybody is staff."""

    STAFF = "staff"
    TESTER = "tester"
    TRAINER = "trainer"
    HEAD = "head"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """The role as people call it."""
        return {
            Role.STAFF: _("同仁"),
            Role.TESTER: _("測試員"),
            Role.TRAINER: _("訓練承辦人"),
            Role.HEAD: _("主管"),
            Role.ADMINISTRATOR: _("管理者"),
        }[self]


class Actor(BaseModel):
    """The acting person.

    Attributes:
        staff_no: 員工編號; `""` is whoever opens the office file on this computer without giving a number.
        roles: the roles held at this moment.
    """

    model_config = ConfigDict(frozen=True)

    staff_no: str
    name: str = ""
    roles: frozenset[Role] = frozenset({Role.STAFF})

    def holds(self, *roles: Role) -> bool:
        """Say whether the person holds one of `roles`; an administrator holds all of them."""
        return Role.ADMINISTRATOR in self.roles or not self.roles.isdisjoint(roles)

    def require(self, *roles: Role) -> None:
        """Refuse unless the person holds one of `roles`.

        Raises:
            NotAllowed: none of them is held.
        """
        if not self.holds(*roles):
            raise NotAllowed(
                _("這件事只有{roles}可以做。").format(roles="、".join(role.label for role in roles)),
                remedy=_("請以 --as 員工編號 換人，或請管理者指派角色。"),
            )


ADMINISTRATOR = Actor(staff_no="", name="管理者", roles=frozenset({Role.ADMINISTRATOR, Role.STAFF}))
"""Whoever opens the office file without saying who they are: the file itself is the key."""
