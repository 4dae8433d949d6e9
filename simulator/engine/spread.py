"""Even spreading over queues: the one that is free first, in logarithmic time."""

from __future__ import annotations

from heapq import heapify, heappop, heappush, heapreplace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.engine.seats import Seat
    from sms.units import Seconds


class Spread:
    """Some seats, of which the next message takes one.

    The one that is free first; among those free now the one that took fewest messages,
    then the first to join.  Two heaps hold what was last seen of each queue; what has
    changed since is seen when it comes to the top.
    """

    __slots__ = ("_busy", "_idle", "_seats")

    def __init__(self, seats: Iterable[Seat]) -> None:
        self._seats = list(seats)
        self._idle: list[tuple[int, int]] = []
        self._busy = [
            (seat.queue.free_at, seat.tally.taken, order)
            for order, seat in enumerate(self._seats)
        ]
        heapify(self._busy)

    def choose(self, now: Seconds) -> Seat:
        """Return the seat that is free first.  It stays in the spread."""
        busy, idle, seats = self._busy, self._idle, self._seats
        while busy and busy[0][0] <= now:
            order = heappop(busy)[2]
            seat = seats[order]
            if seat.queue.free_at <= now:
                heappush(idle, (seat.tally.taken, order))
            else:
                heappush(busy, (seat.queue.free_at, seat.tally.taken, order))
        while idle:
            taken, order = idle[0]
            seat = seats[order]
            if seat.queue.free_at > now:
                heappop(idle)
                heappush(busy, (seat.queue.free_at, seat.tally.taken, order))
            elif seat.tally.taken != taken:
                heapreplace(idle, (seat.tally.taken, order))
            else:
                return seat
        return self._first_busy()

    def with_room(self, now: Seconds) -> Seat | None:
        """Return the first to become free of those that are not full, if any."""
        roomy = [seat for seat in self._seats if not seat.queue.full(now)]
        return min(
            roomy, key=lambda one: (one.queue.free_at, one.tally.taken), default=None
        )

    def _first_busy(self) -> Seat:
        """Return the first to become free, where none is free now."""
        busy, seats = self._busy, self._seats
        while True:  # ends: each turn brings one stale entry up to date
            free_at, taken, order = busy[0]
            seat = seats[order]
            if seat.queue.free_at == free_at and seat.tally.taken == taken:
                return seat
            heapreplace(busy, (seat.queue.free_at, seat.tally.taken, order))
