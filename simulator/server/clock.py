"""The clock: simulated seconds, a multiple of real ones."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sms.units import Seconds


class ScaledClock:
    """Tells simulated time, which runs `speed` times as fast as real time.

    `monotonic` is in real seconds; by default the one asyncio goes by, so that changes
    of the wall clock do nothing.
    """

    __slots__ = ("_began", "_monotonic", "speed")

    def __init__(
        self, speed: float = 1.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        if not speed > 0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self.speed = speed
        self._monotonic = monotonic
        self._began = monotonic()

    def restart(self, lead: float = 0.0) -> None:
        """Begin again: it is 0 in `lead` real seconds, and below 0 until then."""
        self._began = self._monotonic() + lead

    def now(self) -> Seconds:
        """Return the simulated seconds since the start."""
        return (self._monotonic() - self._began) * self.speed

    def monotonic_at(self, at: Seconds) -> float:
        """Return what `monotonic` says when a simulated instant comes."""
        return self._began + at / self.speed
