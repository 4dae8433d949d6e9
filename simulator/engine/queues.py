"""A queue of messages, first come first served at a rate in segments a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sms.units import Seconds


ROUNDING: Seconds = 1e-3
"""What thousands of service times added up may be off by: far less than any of them."""


class SenderQueue:
    """What waits for one sender, or for the senders of one A2P 10DLC campaign.

    First come, first served: when a message's turn comes is known the moment it joins,
    so a queue is no more than the instant at which it will be empty, `free_at`.
    A message that will be too old before its turn holds room until it expires, but none
    of the sender's time.

    Source: https://help.twilio.com/articles/115002943027 (captured 2026-09-20): first
    in, first out, so many hours of its own traffic long.
    """

    __slots__ = ("_doomed", "free_at", "limit")

    def __init__(self, limit: Seconds) -> None:
        self.limit = limit
        self.free_at: Seconds = 0.0
        self._doomed: Seconds = 0.0

    def backlog(self, now: Seconds) -> Seconds:
        """Return the seconds of traffic that stand before a message arriving now."""
        ahead = self.free_at - now
        return ahead + self._doomed if ahead > 0 else self._doomed

    def full(self, now: Seconds) -> bool:
        """Say whether the backlog is `limit` long already: 21611, or 30001 in a pool.

        Source: https://www.twilio.com/docs/api/errors/21611 (seen 2026).
        """
        ahead = self.free_at - now
        backlog = ahead + self._doomed if ahead > 0 else self._doomed
        return backlog >= self.limit - ROUNDING

    def enqueue(
        self, service_time: Seconds, expires_at: Seconds, now: Seconds
    ) -> Seconds | None:
        """Take a message in and return when its turn begins.

        None means that it will expire before: the sender's time is left to others, and
        `expire` is to give its room back at `expires_at`.
        """
        starts_at = self.free_at
        starts_at = max(starts_at, now)
        if starts_at > expires_at:
            self._doomed += service_time
            return None
        self.free_at = starts_at + service_time
        return starts_at

    def put_aside(self, service_time: Seconds) -> None:
        """Keep the room of one who waits, and leave its time to others."""
        self.free_at -= service_time
        self._doomed += service_time

    def expire(self, service_time: Seconds) -> None:
        """Give back the room of a message that has waited too long."""
        self._doomed -= service_time
