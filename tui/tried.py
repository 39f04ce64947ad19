"""A trial in words: what was changed, what it would do, and what must not be read into it."""

from decimal import Decimal

from bureau.dates import roc
from bureau.language import _
from courtesy.scale import FactorMode
from courtesy.what_if import Change
from training.what_if import Move, WhatIf

IDS_SHOWN = 8
"""How many identifiers of calls are written out with a reason."""


def changed(change: Change) -> str:
    """Say in one line what is tried."""
    said = []
    if change.cut is not None:
        said.append(_("分數線 {cut}").format(cut=f"{change.cut.normalize():f}"))
    if change.factor is not None:
        exact = change.factor is FactorMode.EXACT
        said.append(_("換算用精確比例") if exact else _("換算用印在表上的係數"))
    if change.critical_zeroes is not None:
        said.append(_("重大缺失以 0 分計") if change.critical_zeroes else _("重大缺失照常計分"))
    said += [f"{name}={points.normalize():f}" for name, points in change.points.items()]
    if change.scale is not None:
        said.append(
            _("量表 {title}（{version}）").format(title=change.scale.title, version=change.scale.version)
        )
    return "、".join(said) or _("沒有改任何條件")


def score(value: Decimal | None) -> str:
    """Write a score, or a dash."""
    return "－" if value is None else f"{value:.2f}"


def summary(tried: WhatIf) -> list[str]:
    """Give the figures of the whole in a few lines."""
    counts = [
        _("{move} {count} 人").format(move=move.label, count=len(tried.who(move)))
        for move in (Move.ENTERS, Move.LEAVES, Move.MOVES, Move.STAYS, Move.UNKNOWN)
    ]
    lines = [
        _("{first} 至 {last}，計分 {calls} 通，可以重算 {computed} 通；平均 {before} → {after}").format(
            first=roc(tried.first),
            last=roc(tried.last),
            calls=tried.calls,
            computed=tried.computed,
            before=score(tried.before),
            after=score(tried.after),
        ),
        "　".join(
            _("{band} {before} → {after}").format(band=band.name, before=band.before, after=band.after)
            for band in tried.bands
        ),
        "　".join(counts),
    ]
    if tried.refused:
        lines.append(
            _("有 {count} 通不能照試算的條件重算，不猜測；這些人的名冊列為無法判定。").format(
                count=len(tried.refused)
            )
        )
    if tried.differences:
        lines.append(
            _("量表有 {count} 行不同，其中相同代碼的行沿用原來的評定。").format(count=len(tried.differences))
        )
    return lines


def left_out(tried: WhatIf) -> list[str]:
    """Say why calls could not be computed, reason by reason, and in which lines the scales differ."""
    by_reason: dict[str, list[str]] = {}
    for each in tried.refused:
        by_reason.setdefault(each.why_not, []).append(each.call.id)
    lines = [
        _("{count} 通不能重算：{why}（{ids}）").format(
            count=len(ids),
            why=why,
            ids="、".join(ids[:IDS_SHOWN]) + ("…" if len(ids) > IDS_SHOWN else ""),
        )
        for why, ids in by_reason.items()
    ]
    return lines + [f"{each.line}　{each.text}　{each.kind.label}" for each in tried.differences]


def caution() -> list[str]:
    """Say what the figures are not."""
    return [
        _("只是試算，沒有寫入任何資料，名冊和成績都沒有改變。"),
        _("兩份名冊都由這段期間的證據從頭照規則算出，和逐案處理的名冊可能不同。"),
        _("不要看過名單再挑規則：要改規則，請在下一次測試以前公布，只用在以後的電話。"),
    ]
