"""One line of words that takes every key in the order in which it was pressed."""

import asyncio

from textual.events import Key
from textual.widgets import Input


class Words(Input):
    """An input line for people who type faster than screens follow.

    textual inserts a letter at once, but sends Backspace and its like on a round through the whole program
    first; letters typed meanwhile come before it.
    """

    async def _on_key(self, event: Key) -> None:
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            event.stop()
            event.prevent_default()
            await self.run_action(binding.action)
            return
        await super()._on_key(event)

    async def settled(self) -> None:
        """Wait until every key that was pressed before now stands in the line."""
        arrived = asyncio.Event()
        self.call_later(arrived.set)
        await arrived.wait()
