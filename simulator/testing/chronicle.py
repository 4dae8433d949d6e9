"""A chronicle: the statuses that every message has come to, and what phones wrote."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from simulator.engine.events import MessageReceived, StatusChanged
from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from simulator.engine.events import Event


class Chronicle:
    """Keeps of each message, by SID, the statuses after its first, in order.

    `reached` counts how many messages have come to each of them.
    """

    def __init__(self) -> None:
        self.changes: defaultdict[str, list[MessageStatus]] = defaultdict(list)
        self.reached: Counter[str] = Counter()

    def take(self, event: Event) -> None:
        """Take note of an event."""
        if isinstance(event, StatusChanged):
            self._note(event.message.sid, event.status)
        elif isinstance(event, MessageReceived):
            self._note(event.message.sid, MessageStatus.RECEIVED)

    def _note(self, sid: str, status: MessageStatus) -> None:
        self.changes[sid].append(status)
        self.reached[status.value] += 1
