"""A sender as one country sees it: where a message waits and how fast it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.engine.queues import SenderQueue
    from simulator.engine.senders import Sender


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

    `mps` is in message segments a second.  `registered` is False where this traffic
    needs an A2P 10DLC campaign and the sender has none.
    """

    sender: Sender
    queue: SenderQueue
    tally: Tally
    mps: float
    registered: bool = True
