"""So many calls a second, whatever becomes of them: an open loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sender.pacing.face import PacingOptions
    from sms.units import Seconds

CATCH_UP: Seconds = 0.1
"""How much lateness is made up for: who wakes us may be late, the rate should hold."""


class Paced:
    """Lets a call start every 1/rate seconds, as the generic cell rate algorithm does.

    In any T seconds at most `rate * (T + CATCH_UP) + 1` calls are made; a call that is
    made again takes the place of a new one.

    Source: ITU-T I.371, annex A (virtual scheduling).
    """

    def __init__(self, options: PacingOptions) -> None:
        self._interval = 1 / options.rate
        self._next_at: Seconds = 0.0

    def ready_at(self, now: Seconds) -> Seconds:
        """Return when the next place is."""
        return self._next_at

    def started(self, now: Seconds) -> None:
        """Take a place."""
        self._next_at = max(self._next_at, now - CATCH_UP) + self._interval

    def refused(self, now: Seconds) -> None:
        """Take a place for the call to be made again."""
        self.started(now)

    def settled(self, now: Seconds) -> None:
        """Keep no count: answers do not matter here."""
