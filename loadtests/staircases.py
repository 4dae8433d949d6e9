"""A climb up a staircase: each step is judged once it is over, and the knee named."""

from __future__ import annotations

from bisect import bisect_right
from math import inf
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from loadtests.arrivals import Level
    from sms.units import Seconds

Knee = dict[str, Any]
"""How a climb ended, as a worker tells it: `broken_at` and `rate`, None where none."""


def lowest(knees: Iterable[Knee]) -> Knee:
    """Return the knee of many workers' climbs: that of whoever broke first.

    Where nothing broke one came highest.
    """
    return min(knees, key=_height)


def _height(knee: Knee) -> tuple[float, float]:
    broken, held = knee["broken_at"], knee["rate"]
    return inf if broken is None else broken, inf if held is None else held


class Climb:
    """Judges levels that follow one another in time and go up in rate.

    Once one is found broken there is no use in offering more: `broken_at` names it.
    The knee is certain when the climb is `over`.
    """

    def __init__(self, levels: Sequence[Level]) -> None:
        if not levels:
            raise ValueError("a climb needs a level at least: give a staircase")
        self.levels = tuple(levels)
        self._held: dict[int, bool] = {}

    def level_of(self, at: Seconds) -> int | None:
        """Return the index of the level that an instant is in, None outside of all."""
        index = bisect_right(self.levels, at, key=attrgetter("began_at")) - 1
        return index if index >= 0 and at < self.levels[index].ended_at else None

    def judge(self, now: Seconds, held: Callable[[Level], bool | None]) -> None:
        """Ask of every level that has ended, and is not judged yet, whether it held.

        None means that too little is known yet: it is asked of again next time.  What
        lies above a level that broke is not asked of.
        """
        for index, level in enumerate(self.levels):
            if level.ended_at > now:
                break
            if index not in self._held and (answer := held(level)) is not None:
                self._held[index] = answer
            if self._held.get(index) is False:
                break

    @property
    def broken_at(self) -> Level | None:
        """The lowest level that did not hold, as far as is known."""
        return self.levels[self._end] if self._end < len(self.levels) else None

    @property
    def knee(self) -> Level | None:
        """The highest level that held below the first that did not, None without."""
        held = [self.levels[i] for i in range(self._end) if self._held.get(i)]
        return held[-1] if held else None

    @property
    def over(self) -> bool:
        """Whether nothing to come can change the knee."""
        return all(index in self._held for index in range(self._end))

    @property
    def _end(self) -> int:
        """The index of the lowest level that broke, or how many levels there are."""
        broken = (index for index, held in self._held.items() if not held)
        return min(broken, default=len(self.levels))
