"""A gauge on stderr while a load over HTTP is under way: what the simulator says."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table

from sms.statuses import MessageStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loadtests.loads import Load
    from sms.units import Seconds

INTERVAL: Seconds = 10.0
"""Real seconds between two lines where stderr is no terminal."""

DRAINING = "draining"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How far a load is: messages, requests refused as too many, and real seconds.

    `submitted` are the requests and messages that were ever begun, taken or not, and
    `time_left` is until the last is; None where that is over.
    """

    submitted: int
    accepted: int
    refused: int
    delivered: int
    queued: int
    time_left: Seconds | None

    def cells(self) -> dict[str, str]:
        """Return what is shown, by its name."""
        counts = {
            "submitted": self.submitted,
            "accepted": self.accepted,
            "refused": self.refused,
            "delivered": self.delivered,
            "queued": self.queued,
        }
        left = DRAINING if self.time_left is None else f"{self.time_left:.0f} s"
        return {name: f"{n:,}" for name, n in counts.items()} | {"time left": left}


class Readings:
    """Makes readings of what the simulator says of itself.

    The load begins when the first request is seen.  Where no arrivals say when it ends,
    it goes on as fast as it has been so far.
    """

    def __init__(self, load: Load) -> None:
        self._speed = load.speed
        self._last_due_at = load.duration
        self._texts = sum(len(stream.scenario.texts) for stream in load.streams)
        self._timed = all(stream.arrivals is not None for stream in load.streams)
        self._began_at: Seconds | None = None

    def take(self, health: Mapping[str, Any]) -> Reading:
        """Return how far it is."""
        messages, requests = health["messages"], health["requests"]
        accepted, now = sum(messages.values()), health["simulated_seconds"]
        submitted = accepted + requests["refused"] + requests["in_flight"]
        if self._began_at is None and submitted:
            self._began_at = now
        since = 0.0 if self._began_at is None else now - self._began_at
        return Reading(
            submitted=submitted,
            accepted=accepted,
            refused=requests["refused"],
            delivered=messages.get(MessageStatus.DELIVERED, 0),
            queued=health["queues"]["messages"],
            time_left=self._left(since, accepted),
        )

    def _left(self, since: Seconds, accepted: int) -> Seconds | None:
        """Return the real seconds until all is sent; None where all is."""
        if accepted >= self._texts:
            return None
        left = self._last_due_at - since
        if not self._timed and accepted:
            left = max(left, since * (self._texts - accepted) / accepted)
        return left / self._speed if left > 0 else None


class Gauge:
    """Shows readings on stderr: a line that changes, or one every INTERVAL.

    Use as a context manager.  It shows nothing before the first reading.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._console = Console(stderr=True)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._monotonic = monotonic
        self._due_at = monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, reading: Reading) -> None:
        """Show how far the load is."""
        if self._console.is_terminal:
            self._live.start()
            self._live.update(_table(reading), refresh=True)
            return
        now = self._monotonic()
        if now >= self._due_at:
            self._due_at = now + INTERVAL
            words = (f"{name} {value}" for name, value in reading.cells().items())
            self._console.print(", ".join(words), soft_wrap=True, highlight=False)


def _table(reading: Reading) -> Table:
    cells = reading.cells()
    table = Table(*cells, box=None, pad_edge=False)
    table.add_row(*cells.values())
    return table
