"""Slowdowns: spans of the run in which carriers take longer to say what became of it.

They move receipts, never fates: a message ends as it would have, only later.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sms.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Slowdown:
    """Receipts come `factor` times as late as chance drew them.

    That holds for what is handed to a carrier from `begins_at` on and before `ends_at`,
    in seconds of the run, whenever its receipt then comes.  `countries` are those of
    the recipients, none being all.
    """

    begins_at: Seconds
    ends_at: Seconds
    factor: float
    countries: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not 0 <= self.begins_at < inf:
            raise ValueError(f"from is 0 or more, not {self.begins_at}")
        if not self.begins_at < self.ends_at:
            raise ValueError(f"to is after from ({self.begins_at}), not {self.ends_at}")
        if not 1 <= self.factor < inf:
            raise ValueError(f"factor is 1 or more, not {self.factor}")

    def holds(self, country: str, at: Seconds) -> bool:
        """Say whether it is felt by what is handed over at an instant."""
        in_time = self.begins_at <= at < self.ends_at
        return in_time and (not self.countries or country in self.countries)


def lateness(slowdowns: Sequence[Slowdown], country: str, at: Seconds) -> float:
    """Return how many times as late a receipt comes: 1 where nothing is slow.

    Where slowdowns overlap, the largest factor holds alone.
    """
    return max((s.factor for s in slowdowns if s.holds(country, at)), default=1.0)
