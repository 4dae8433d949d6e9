"""Every message ever taken, in order of creation: what a list pages through."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.engine.gateway import Gateway
    from simulator.engine.messages import Message


class History:
    """Gives each message a number that stays, so that a page knows where to go on.

    It is brought up to date only when it is asked, and before each deletion: so it
    costs those nothing who never list.  Deleted messages keep their number.
    """

    __slots__ = ("_gateway", "_taken")

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._taken: list[Message] = []

    def messages(self) -> list[Message]:
        """Return all messages by number, oldest first, deleted ones included."""
        kept = self._gateway.messages
        new = sum(self._gateway.counts.values()) - len(self._taken)
        if new:
            newest = list(islice(reversed(kept.values()), new))
            self._taken.extend(reversed(newest))
        return self._taken

    def delete(self, sid: str) -> None:
        """Have the gateway forget a message, which keeps its number here.

        Raises:
            ApiError: 20009, where the message has not come to its end.
            KeyError: where there is no such message.
        """
        self.messages()
        self._gateway.forget(sid)
