"""Spreading texts over an account's numbers, as a careful client does by itself.

A recipient is served by the numbers of its own country where there are any, else by
all long codes.  Among these the one that was given the fewest segments is next, ties by
order.  A number whose queue was found full comes after those with room.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

from sms.addresses import area_code, country
from sms.area_codes import TOLL_FREE
from sms.segments import segment

if TYPE_CHECKING:
    from collections.abc import Sequence

TOLL_FREE_COUNTRIES = ("US", "CA")
"""Where toll-free numbers may send to.

Source: https://www.twilio.com/docs/messaging/guides/toll-free (named, not seen).
"""


def is_toll_free(number: str) -> bool:
    """Return whether a number is a North American toll-free one."""
    return number.startswith("+1") and area_code(number) in TOLL_FREE


@dataclass(slots=True)
class _Load:
    """What a number was given, in segments, and how often its queue was full."""

    number: str
    order: int
    full: int = 0
    segments: int = 0

    def rank(self) -> tuple[int, int, int]:
        """Return what decides who is next, lowest first."""
        return self.full, self.segments, self.order


_Queue = list[tuple[tuple[int, int, int], _Load]]


class Spread:
    """Chooses a number for each text, least loaded first."""

    def __init__(self, numbers: Sequence[str]) -> None:
        self._loads = {n: _Load(n, order) for order, n in enumerate(numbers)}
        self._queues: dict[str | None, _Queue] = {}
        self._measured: tuple[str, int] = ("", 0)

    def choose(self, recipient: str, body: str) -> str:
        """Return the number that this text leaves from, and count its segments."""
        where = country(recipient)
        queue = self._queues.get(where)
        if queue is None:
            queue = self._queues[where] = self._queue(where)
        load = _least(queue)
        load.segments += self._segments(body)
        return load.number

    def mark_full(self, number: str) -> None:
        """Let a number wait till the others have been found full as often.

        Calls in flight tell the same news many times, so it counts only for a number
        that was thought to have room.
        """
        load = self._loads.get(number)
        if load and load.full == min(other.full for other in self._loads.values()):
            load.full += 1

    def _segments(self, body: str) -> int:
        if body != self._measured[0]:
            self._measured = (body, segment(body).segments)
        return self._measured[1]

    def _queue(self, where: str | None) -> _Queue:
        """Return the numbers that serve a country; all, where none should."""
        loads = self._loads.values()
        homes = {load.number: _homes(load.number) for load in loads}
        chosen = (
            [load for load in loads if where in homes[load.number]]
            or [load for load in loads if not is_toll_free(load.number)]
            or list(loads)
        )
        queue = [(load.rank(), load) for load in chosen]
        heapify(queue)
        return queue


def _homes(number: str) -> tuple[str | None, ...]:
    """Return the countries a number is at home in."""
    return TOLL_FREE_COUNTRIES if is_toll_free(number) else (country(number),)


def _least(queue: _Queue) -> _Load:
    """Return the least loaded number, once entries on top that have aged are renewed.

    Ranks only grow, so an aged entry stands too high, never too low.
    """
    rank, load = queue[0]
    while rank != load.rank():
        heapreplace(queue, (load.rank(), load))
        rank, load = queue[0]
    return load
