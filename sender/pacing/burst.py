"""As fast as it goes: what a loop without a thought does."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sender.pacing.face import PacingOptions
    from sms.units import Seconds


class Burst:
    """Always ready; only the run's own bound on open calls holds it."""

    def __init__(self, options: PacingOptions) -> None:
        """Take no option: there is nothing to set."""

    def ready_at(self, now: Seconds) -> Seconds:
        """Return the beginning: it was never held."""
        return 0.0

    def started(self, now: Seconds) -> None:
        """Keep no count."""

    def refused(self, now: Seconds) -> None:
        """Go on as before."""

    def settled(self, now: Seconds) -> None:
        """Keep no count."""
