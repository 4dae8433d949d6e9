"""How many requests an account may have in flight."""

from __future__ import annotations

from sms.errors import TOO_MANY_REQUESTS, ApiError


class Concurrency:
    """Counts the requests in flight, from a request's head to its answer's end.

    Source: https://help.twilio.com/articles/115002943027 (captured 2026-09-20): above
    the limit the API answers 429/20429, having done nothing.  The limit itself is not
    published; 100 is what the community quotes.
    """

    __slots__ = ("in_flight", "limit", "peak", "refusals")

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"concurrency must be at least 1, not {limit}")
        self.limit = limit
        self.in_flight = 0
        self.peak = 0
        self.refusals = 0

    def enter(self) -> int:
        """Count one more request in, and return how many are in flight with it.

        Raises:
            ApiError: 20429, where the limit is reached; the request is not counted in.
        """
        if self.in_flight >= self.limit:
            self.refusals += 1
            raise ApiError(TOO_MANY_REQUESTS)
        self.in_flight = in_flight = self.in_flight + 1
        self.peak = max(self.peak, in_flight)
        return in_flight

    def leave(self) -> None:
        """Count one request out again, its answer being complete."""
        assert self.in_flight > 0, "a request left that never entered"
        self.in_flight -= 1
