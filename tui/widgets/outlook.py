"""What a plan can be expected to give, in words and numbers."""

from bureau.dates import roc
from bureau.language import _
from courtesy.planner import Estimate, Outlook


def lines_of(one: Outlook) -> list[tuple[str, str]]:
    """Give each result with its name, in the order in which people ask."""
    return [
        (_("一個人平均分數的 95% 區間"), _("±{width:.1f} 分").format(width=one.half_width)),
        (_("本人水準真的低於 {cut} 分的人").format(cut=one.cut), _people(one.truly_low)),
        (_("一通低分就列入的人"), _people(one.listed)),
        (_("　其中不該列入"), _people(one.wrongly)),
        (_("換人再測也低分才列入的人"), _people(one.listed_confirmed)),
        (_("　其中不該列入"), _people(one.wrongly_confirmed)),
        (
            _("電話總數"),
            _("{total} 通，另約 {more:.0f} 通複測").format(total=one.total, more=one.confirmations),
        ),
        (_("每位測試員"), _("{calls} 通").format(calls=one.calls_per_tester)),
        (_("最後一天"), _("{day}（{days} 個上班日）").format(day=roc(one.last_day), days=one.days)),
    ]


def notes_of(one: Outlook) -> list[str]:
    """Say on what the numbers stand."""
    spread = one.spread
    numbers = _("平均 {mean:.1f}，標準差：人與人之間 {person:.1f}、同一人各通之間 {call:.1f}").format(
        mean=spread.mean, person=spread.person_sd, call=spread.call_sd
    )
    if spread.assumed:
        basis = _("分數的散布是假設（{numbers}）：局裡的成績還不夠多。").format(numbers=numbers)
    else:
        basis = _("分數的散布由最近兩年 {people} 人 {calls} 通以變異數分析估計（{numbers}）。").format(
            people=spread.people, calls=spread.calls, numbers=numbers
        )
    return [
        basis,
        _("人數由模擬 {simulated} 人得出，種子 {seed}；± 後是模擬的標準誤。{cut} 分的界線依規則。").format(
            simulated=one.simulated, seed=one.seed, cut=one.cut
        ),
    ]


def _people(one: Estimate) -> str:
    return _("{expected:.1f} ± {error:.1f} 人").format(expected=one.expected, error=one.standard_error)
