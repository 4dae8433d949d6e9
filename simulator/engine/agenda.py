"""What is to happen and when: a heap of instants, each with what to do then."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sms.units import Seconds

Action = Callable[[Any, float], None]


class Agenda:
    """Actions in order of time; those of one instant in the order they were added."""

    __slots__ = ("_added", "_heap")

    def __init__(self) -> None:
        self._heap: list[tuple[Seconds, int, Action, Any]] = []
        self._added = 0

    def add(self, at: Seconds, action: Action, subject: Any) -> None:
        """Have `action(subject, at)` called once the time has come."""
        self._added += 1
        heappush(self._heap, (at, self._added, action, subject))

    def due(self) -> Seconds | None:
        """Return when the next action is due, None where there is none."""
        return self._heap[0][0] if self._heap else None

    def run(self, now: Seconds) -> None:
        """Call all that is due by `now`, what they add themselves included."""
        heap = self._heap
        while heap and heap[0][0] <= now:
            at, _, action, subject = heappop(heap)
            action(subject, at)
