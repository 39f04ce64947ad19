"""被抽 → 接通 → 計分: what became of everybody who was drawn."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from bureau.language import _
from courtesy.call import Outcome
from courtesy.interval import Share


class Flow(BaseModel):
    """The drawn of a round, or of all rounds of a period, counted by what became of them.

    Attributes:
        drawn: all places in the draw, substitutes included.
        excluded: those taken out, with a reason.
        not_called: those whose call was not begun.
        begun: those whose call is not sealed yet.
        outcomes: the sealed calls by how they ended.
        scored: the sealed calls with a score.
    """

    model_config = ConfigDict(frozen=True)

    drawn: int = 0
    excluded: int = 0
    not_called: int = 0
    begun: int = 0
    outcomes: Mapping[Outcome, int] = {}
    scored: int = 0

    def __add__(self, other: "Flow") -> "Flow":
        return Flow(
            drawn=self.drawn + other.drawn,
            excluded=self.excluded + other.excluded,
            not_called=self.not_called + other.not_called,
            begun=self.begun + other.begun,
            outcomes={
                outcome: self.outcomes.get(outcome, 0) + other.outcomes.get(outcome, 0) for outcome in Outcome
            },
            scored=self.scored + other.scored,
        )

    @property
    def to_call(self) -> int:
        """Who was to be called."""
        return self.drawn - self.excluded

    @property
    def sealed(self) -> int:
        """How many calls are sealed."""
        return sum(self.outcomes.values())

    @property
    def reached(self) -> int:
        """How many were reached."""
        return self.outcomes.get(Outcome.REACHED, 0)

    @property
    def steps(self) -> list[tuple[int, str, int]]:
        """Give depth, name and number of every step, from the draw to the score."""
        lost = [
            (2, outcome.label, self.outcomes.get(outcome, 0))
            for outcome in Outcome
            if outcome is not Outcome.REACHED
        ]
        return [
            (0, _("被抽"), self.drawn),
            (1, _("剔除"), self.excluded),
            (0, _("應測"), self.to_call),
            (1, _("尚未撥打"), self.not_called),
            (1, _("評分中"), self.begun),
            (0, _("已封存"), self.sealed),
            *lost,
            (0, _("接通"), self.reached),
            (0, _("計分"), self.scored),
        ]

    @property
    def conclusion(self) -> str:
        """One sentence of what may and may not be concluded."""
        if not self.to_call:
            return _("這段期間沒有抽籤，沒有可以說的。")
        share = Share(count=self.scored, n=self.to_call)
        missing = self.to_call - self.scored
        if not missing:
            return _("應測的 {count} 人全部計分：分數能代表抽中的人，仍只是抽樣。").format(count=self.to_call)
        return _(
            "應測 {count} 人，計分 {scored} 人（{percent}%）；分數只說得出接通的人，"
            "沒有計分的 {missing} 人好或壞都不能推論。"
        ).format(count=self.to_call, scored=self.scored, percent=share.percent, missing=missing)
