"""How agreement and severity are put into words, on the screen and on the command line alike."""

from collections.abc import Mapping, Sequence

from bureau.language import _
from courtesy.agreement import FEWEST_RATINGS, FEWEST_TESTERS, Agreeing, Leaning, Reliability


def share_text(given: Agreeing) -> str:
    """Write a share with its interval and of how many."""
    if given.share is None or given.interval is None:
        return "－"
    return _("{share:.0%}（{low:.0%} 至 {high:.0%}），{n} 對").format(
        share=given.share, low=given.interval.low, high=given.interval.high, n=given.n
    )


def alpha_text(given: Reliability) -> str:
    """Write alpha with its interval and of how many units."""
    if given.alpha is None:
        return _("不能計算，{units} 題").format(units=given.units)
    if given.interval is None:
        return _("{alpha:.2f}，{units} 題（題數不足，不給區間）").format(alpha=given.alpha, units=given.units)
    return _("{alpha:.2f}（{low:.2f} 至 {high:.2f}），{units} 題").format(
        alpha=given.alpha, low=given.interval.low, high=given.interval.high, units=given.units
    )


def sure_of_agreement(seed: int) -> str:
    """Say what may and may not be concluded from agreement."""
    return _(
        "α 為 1 是完全一致，0 是和隨意評一樣；看得出大家的尺度齊不齊，看不出誰對誰錯。"
        "區間由題目重抽 1000 次得出（種子 {seed}）。"
    ).format(seed=seed)


def sure_of_severity() -> str:
    """Say what may and may not be concluded from severity."""
    return _(
        "正值偏寬、負值偏嚴，已向 0 收縮；區間跨過 0 就不能說誰偏嚴或偏寬。"
        "只用來討論尺度，不改正式分數，也不是測試員的考績。"
    )


def not_enough() -> str:
    """Say what is missing before anybody is called strict or lenient."""
    return _("至少要有 {testers} 位測試員，每位 {ratings} 份共同評分，才估計嚴寬。").format(
        testers=FEWEST_TESTERS, ratings=FEWEST_RATINGS
    )


def lacking(leaning: Leaning) -> str:
    """Say why somebody's leaning is not told: too few ratings in common, or too few testers."""
    return _("題數不足") if leaning.n < FEWEST_RATINGS else _("人數不足")


def link_warning(groups: Sequence[Sequence[str]], names: Mapping[str, str]) -> str:
    """Warn of testers who cannot be compared, and say what to do; `""` when all are linked."""
    if len(groups) <= 1:
        return ""
    written = "／".join("、".join(names.get(rater, rater) for rater in group) for group in groups)
    return _(
        "注意：測試員沒有連起來（{groups}），組和組之間不能比較嚴寬。請出一題共同評分題，讓全體都評。"
    ).format(groups=written)


_WIDTH = 31
_REACH = 15.0


def dot_line(leaning: Leaning) -> str:
    """Draw a leaning as a dot in its interval, `|` being 0 in the middle; one cell is a point.

    `<` or `>` at the edge says that the dot itself lies outside.
    """
    if leaning.effect is None or leaning.interval is None:
        return ""

    def cell(points: float) -> int:
        return round((max(-_REACH, min(_REACH, points)) + _REACH) / (2 * _REACH) * (_WIDTH - 1))

    low, high = cell(leaning.interval.low), cell(leaning.interval.high)
    cells = ["-" if low <= place <= high else " " for place in range(_WIDTH)]
    cells[_WIDTH // 2] = "|"
    cells[cell(leaning.effect)] = "<" if leaning.effect < -_REACH else ">" if leaning.effect > _REACH else "o"
    return "".join(cells)
