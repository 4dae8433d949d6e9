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
    of every percentile, and is what tables and pictures show.
    """

    ordered: Floats
    sound: bool = True

    @classmethod
    def of(cls, durations: Floats, *, sound: bool = True) -> Self:
        """Return the spread of those durations that are known."""
        return cls(np.sort(durations[np.isfinite(durations)]), sound)

    @property
    def p50(self) -> Seconds | None:
        """Return the median."""
        return percentile(self.ordered, 50)

    @property
    def p95(self) -> Seconds | None:
        """Return what 95 % do not exceed."""
        return percentile(self.ordered, 95)

    @property
    def p99(self) -> Seconds | None:
        """Return what 99 % do not exceed."""
        return percentile(self.ordered, 99)

    def at(self, percent: float) -> Seconds | None:
        """Return what so many per cent do not exceed."""
        return percentile(self.ordered, percent)

    def text(self, percent: float) -> str:
        """Return a percentile in words, in brackets and doubted where not sound."""
        seconds = self.at(percent)
        words = duration(seconds)
        return words if self.sound or seconds is None else doubted(words)
