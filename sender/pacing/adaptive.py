"""A window that finds its own size: one more a round, a fifth less on a 429.

Additive increase, multiplicative decrease.  Twilio does not publish how many requests
an account may have in flight, so a sender has to feel its way; a fixed window above the
limit loses much of what it sends to refusals, one below it wastes time.

Source: RFC 5681, whose slow start it has as well: until the first refusal the window
doubles each round.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sender.pacing.face import PacingOptions
    from sms.units import Seconds

START = 10.0
"""The first window, in open calls."""

FIRST_DECREASE = 0.7
"""What the first refusal leaves of the window, which may double before it is told."""

DECREASE = 0.8
"""What a later one leaves: from there to the limit it is nine tenths on average."""


class Adaptive:
    """Grows by one a window of answers and shrinks on a refusal, once a round trip.

    A round trip is taken as so many answers as the window was wide.  The window grows
    only while it is filled, so the run's own bound on open calls bounds it too, and it
    is never below 1.
    """

    def __init__(self, options: PacingOptions) -> None:
        """Take no option: the window is found, not set."""
        self._window = START
        self._open = 0
        self._credit = 0
        self._deaf_for = 0
        self._was_refused = False
        self._free_since: Seconds = 0.0

    @property
    def window(self) -> float:
        """Return how many calls may be open now."""
        return self._window

    def ready_at(self, now: Seconds) -> Seconds:
        """Return since when there is a slot, infinity where there is none."""
        return self._free_since if self._open < int(self._window) else math.inf

    def started(self, now: Seconds) -> None:
        """Take a slot; with the last one, all answers to come speak for growth."""
        self._open += 1
        if self._open >= int(self._window):
            self._credit = self._open

    def refused(self, now: Seconds) -> None:
        """Shrink, unless this answer is to a call from before the last time."""
        if self._deaf_for:
            self._deaf_for -= 1
            return
        self._deaf_for = int(self._window)
        left = DECREASE if self._was_refused else FIRST_DECREASE
        self._was_refused = True
        self._window = max(1.0, self._window * left)
        self._credit = 0

    def settled(self, now: Seconds) -> None:
        """Free a slot, and grow if all were in use when the call was open."""
        if self._open >= int(self._window):
            self._free_since = now
        self._open -= 1
        if self._credit:
            self._credit -= 1
            self._window += 1 / self._window if self._was_refused else 1
        if self._deaf_for:
            self._deaf_for -= 1
