"""What every pacing can do, and how one is made."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from sms.units import Seconds


@dataclass(frozen=True, slots=True)
class PacingOptions:
    """What a pacing may be told: `rate` in calls a second, `window` in open calls.

    Each pacing takes what it has a use for.
    """

    rate: float = 100.0
    window: int = 50

    def __post_init__(self) -> None:
        if not (math.isfinite(self.rate) and self.rate > 0):
            raise ValueError(f"pacing: rate must be above 0 calls/s, not {self.rate}")
        if self.window < 1:
            raise ValueError(f"pacing: window must be 1 or more, not {self.window}")


class Pacing(Protocol):
    """Says when the next call may start, from what it is told of the others.

    A call is open from `started` to `settled`.  `now` never runs backwards.
    """

    def ready_at(self, now: Seconds) -> Seconds:
        """Return when a call may start: since when, later, or at infinity.

        An instant that has passed says how long a call could have started; infinity
        means not before another one settles.
        """

    def started(self, now: Seconds) -> None:
        """Take note of a new call."""

    def refused(self, now: Seconds) -> None:
        """Take note of a 429: the call keeps its slot and will be made again."""

    def settled(self, now: Seconds) -> None:
        """Take note that a call has ended: its slot is free."""


Factory: TypeAlias = Callable[[PacingOptions], Pacing]
"""Makes a pacing for one run."""
