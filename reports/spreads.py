"""Spreads: how durations lie, and whether their percentiles may be believed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from reports.curves import percentile
from reports.wording import doubted, duration

if TYPE_CHECKING:
    from reports.runs import Floats
    from sms.units import Seconds


@dataclass(frozen=True, slots=True)
class Spread:
    """How durations spread: all of them, sorted, and exact percentiles.

    It is not `sound` where the load was not the one that was asked for; `text` says so
    of every percentile, and is what tables and pictures show.  A percentile is a
    duration that was measured; an `interpolated` one may lie between two, as those of
    a load's checks do.
    """

    ordered: Floats
    sound: bool = True
    interpolated: bool = False

    @classmethod
    def of(
        cls, durations: Floats, *, sound: bool = True, interpolated: bool = False
    ) -> Self:
        """Return the spread of those durations that are known."""
        known = np.sort(durations[np.isfinite(durations)])
        return cls(known, sound, interpolated)

    @property
    def p50(self) -> Seconds | None:
        """Return the median."""
        return self.at(50)

    @property
    def p95(self) -> Seconds | None:
        """Return what 95 % do not exceed."""
        return self.at(95)

    @property
    def p99(self) -> Seconds | None:
        """Return what 99 % do not exceed."""
        return self.at(99)

    def at(self, percent: float) -> Seconds | None:
        """Return what so many per cent do not exceed; None of nothing."""
        if self.interpolated and len(self.ordered):
            return float(np.percentile(self.ordered, percent))
        return percentile(self.ordered, percent)

    def text(self, percent: float) -> str:
        """Return a percentile in words, in brackets and doubted where not sound."""
        seconds = self.at(percent)
        words = duration(seconds)
        return words if self.sound or seconds is None else doubted(words)
