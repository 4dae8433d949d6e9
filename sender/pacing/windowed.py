"""So many calls open at a time: a closed loop."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sender.pacing.face import PacingOptions
    from sms.units import Seconds


class Windowed:
    """Lets a call start whenever fewer than `window` are open."""

    def __init__(self, options: PacingOptions) -> None:
        self._window = options.window
        self._open = 0
        self._free_since: Seconds = 0.0

    def ready_at(self, now: Seconds) -> Seconds:
        """Return since when there is a slot, infinity where there is none."""
        return self._free_since if self._open < self._window else math.inf

    def started(self, now: Seconds) -> None:
        """Take a slot."""
        self._open += 1

    def refused(self, now: Seconds) -> None:
        """Leave the slot to the call."""

    def settled(self, now: Seconds) -> None:
        """Free a slot."""
        if self._open == self._window:
            self._free_since = now
        self._open -= 1
