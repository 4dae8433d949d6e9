"""Tallies: what has become of callbacks, in numbers that add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """How a callback ended: answered with 2xx, or why not.

    It has `failed` where each attempt did; it was `lost` by a fault on order, there was
    no room for one that `overflowed`, and one that was `dropped` waited when its server
    stopped.
    """

    POSTED = "posted"
    FAILED = "failed"
    OVERFLOWED = "overflowed"
    LOST = "lost"
    DROPPED = "dropped"


@dataclass(slots=True)
class Tally:
    """How many callbacks were generated, how many wait, and how the others ended.

    A callback that a fault has doubled is as many as are posted.  At every moment
    `generated` is the sum of all the others, each of which is counted by itself.
    """

    generated: int = 0
    waiting: int = 0
    ended: Counter[Outcome] = field(default_factory=Counter)

    @property
    def accounted(self) -> int:
        """How many wait or have ended: as many as were generated."""
        return self.waiting + self.ended.total()

    def facts(self) -> dict[str, int]:
        """Return the numbers as JSON shows them."""
        ended = {outcome.value: self.ended[outcome] for outcome in Outcome}
        return {"generated": self.generated, "waiting": self.waiting, **ended}
