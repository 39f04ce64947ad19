"""Several lines of words that take every key in the order in which it was pressed."""

import asyncio

from textual.events import Key
from textual.widgets import TextArea


class Lines(TextArea):
    """A box to write in for people who type faster than screens follow; see `tui.widgets.words.Words`."""

    async def _on_key(self, event: Key) -> None:
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            event.stop()
            event.prevent_default()
            await self.run_action(binding.action)
            return
        await super()._on_key(event)

    async def settled(self) -> None:
        """Wait until every key that was pressed before now stands in the box."""
        arrived = asyncio.Event()
        self.call_later(arrived.set)
        await arrived.wait()
