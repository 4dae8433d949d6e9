"""Every message taken, in order of creation: what a list pages through."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from simulator.engine.numbered import Numbered

if TYPE_CHECKING:
    from simulator.engine.gateway import Gateway


class History:
    """Gives each message a number that stays, so that a page knows where to go on.

    It is brought up to date only when it is asked, and before any message goes: so it
    costs those nothing who never list.  What is gone keeps its number.
    """

    __slots__ = ("_gateway", "_taken")

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._taken = Numbered()
        gateway.observe_forgetting(self.messages)

    def messages(self) -> Numbered:
        """Return all messages by number, oldest first; some may be gone."""
        kept, taken = self._gateway.messages, self._taken
        new = sum(self._gateway.counts.values()) - taken.end
        if new:
            newest = list(islice(reversed(kept.values()), new))
            taken.extend(reversed(newest))
        taken.trim(kept, len(kept))
        return taken
