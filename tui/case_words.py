"""What a case's changes and the look after its closing are called on screens and in commands."""

from collections.abc import Mapping
from datetime import date

from bureau.dates import day_of, roc, roc_time
from bureau.language import _
from training.case import Change, Check, Matter


def owner_in_words(owner: str, names: Mapping[str, str]) -> str:
    """Name who takes care of a case."""
    return names.get(owner, owner) if owner else _("未指定")


def changed_in_words(change: Change, names: Mapping[str, str]) -> str:
    """Say in one line who has it from then on, or by when it is due."""
    if change.matter is Matter.OWNER:
        before, after = (owner_in_words(each, names) for each in (change.before, change.after))
    else:
        before, after = (roc(date.fromisoformat(each)) for each in (change.before, change.after))
    text = _("{at} {matter}由{before}改為{after}").format(
        at=roc_time(change.at), matter=change.matter.label, before=before, after=after
    )
    return f"{text}　{change.reason}" if change.reason else text


def check_in_words(check: Check) -> str:
    """Say in one line what a closed case was found to be."""
    text = _("{day} 複查：{outcome}").format(day=roc(day_of(check.at)), outcome=check.outcome.label)
    if check.next_case:
        text += _("，見補訓案 {id}").format(id=check.next_case)
    return f"{text}　{check.reason}" if check.reason else text
