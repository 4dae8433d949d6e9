"""A sender as one country sees it: where a message waits and how fast it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.engine.messages import Message
    from simulator.engine.queues import SenderQueue
    from simulator.engine.senders import Sender
    from sms.units import Seconds


@dataclass(slots=True)
class Tally:
    """How many messages a sender has taken, whatever their country.

    `left` counts those whose wait is over: begun to be sent, or expired.
    """

    taken: int = 0
    left: int = 0

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return self.taken - self.left


@dataclass(frozen=True, slots=True)
class Seat:
    """What a message to one country takes when it leaves from one sender.

    `mps` is in message segments a second, `mms` in MMS a second, 0 for those that count
    as their text.  `barred` is the code that all this traffic fails with, for want of a
    registration, None where it may go.
    """

    sender: Sender
    queue: SenderQueue
    tally: Tally
    mps: float
    barred: int | None = None
    mms: float = 0.0

    @property
    def registered(self) -> bool:
        """Whether this traffic has the registration that it needs."""
        return self.barred is None

    def service_time(self, message: Message) -> Seconds:
        """Return how long a message holds the queue."""
        if self.mms and message.sid[0] == "M":
            return 1 / self.mms
        return message.segments / self.mps
