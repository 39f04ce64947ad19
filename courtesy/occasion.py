"""Why a test call is made."""

from enum import StrEnum

from bureau.language import _


class Occasion(StrEnum):
    """Why a test call is made: drawn by lot, or to confirm a bad result (複測)."""

    DRAWN = "drawn"
    CONFIRMING = "confirming"

    @property
    def label(self) -> str:
        """The occasion as people call it."""
        return {Occasion.DRAWN: _("抽測"), Occasion.CONFIRMING: _("複測")}[self]
