"""What an export of hours says on screens and in commands."""

from collections.abc import Mapping

from bureau.language import _


def substituted_in_words(substitutes: Mapping[str, str]) -> str:
    """Name every character that was written differently."""
    return _("代替的字：{pairs}").format(
        pairs="、".join(f"{character}→{instead}" for character, instead in substitutes.items())
    )
