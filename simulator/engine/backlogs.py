"""Backlogs: what waits for each sender, the busiest first."""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING, NamedTuple

from simulator.engine.queues import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.engine.seats import Seat
    from sms.units import Seconds


class Backlog(NamedTuple):
    """What waits for one sender: messages, and seconds of its own traffic.

    Of its own queue and its campaign's the longer counts; a campaign's is each of its
    senders'.  The messages are its own.
    """

    seconds: Seconds
    messages: int
    address: str


def backlogs(seats: Iterable[Seat], now: Seconds, most: int) -> list[Backlog]:
    """Return up to so many senders for whom anything waits, the busiest first.

    The messages are right where the gateway is watched: others run ahead of the clock.
    """
    found: dict[str, Backlog] = {}
    for seat in seats:
        seconds, address = seat.queue.backlog(now), seat.sender.address
        before = found.get(address)
        if before is None or seconds > before.seconds:
            found[address] = Backlog(seconds, seat.tally.waiting, address)
    busy = (b for b in found.values() if b.messages or b.seconds > ROUNDING)
    return nlargest(most, busy)
