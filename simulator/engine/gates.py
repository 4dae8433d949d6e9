"""Gates: what all senders of an account, its subaccounts included, share."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from simulator.engine.brands import daily_cap
from simulator.engine.caps import Alert, BrandCap, Calendar, DayCount
from sms.errors import DAY_USED_UP, TOO_FAST, ApiError

if TYPE_CHECKING:
    from collections.abc import MutableSequence
    from datetime import datetime

    from simulator.engine.brands import Brand
    from simulator.engine.profile import Profile
    from simulator.engine.rules import Rules
    from sms.units import Seconds

MOST_ALERTS = 1_000
"""How many alerts are kept, the latest."""


class Gate:
    """Account-based throughput: so many segments a second, whoever sends them.

    First come, first served; who comes at the same time goes in order of coming.

    Set at the parent account, it caps the sum.  Source:
    https://www.twilio.com/docs/messaging/guides/account-based-throughput-overview
    (read 2026-11-23).
    """

    __slots__ = ("_free_at", "mps")

    def __init__(self, mps: float) -> None:
        self.mps = mps
        self._free_at: Seconds = 0.0

    def opens_at(self, now: Seconds) -> Seconds:
        """Return when who comes now may pass."""
        return max(self._free_at, now)

    def take(self, segments: int, at: Seconds) -> None:
        """Let so many segments pass at an instant at which it is open."""
        self._free_at = at + segments / self.mps


class Gates:
    """What an account and its subaccounts share: rates, days and brands' caps.

    One is made for the account, and each subaccount's gateway is given the same one.
    `throughput` is None where each sender goes at its own rate; `alerts` are what
    Twilio's debugger would tell, the latest of them.
    """

    def __init__(
        self, rules: Rules, profile: Profile, started_at: datetime | None = None
    ) -> None:
        self.calendar = Calendar(started_at)
        self.throughput = Gate(rules.mps) if rules.mps else None
        self.alerts: MutableSequence[Alert] = deque(maxlen=MOST_ALERTS)
        self._profile = profile
        self._caps: dict[str, BrandCap | None] = {}
        self._most = profile.messages_a_second
        self._second, self._taken = -1, 0
        day = rules.messages_a_day or profile.messages_a_day
        self._day = DayCount(day, self.calendar) if day else None

    @property
    def counts(self) -> bool:
        """Whether messages are counted at all."""
        return bool(self._most or self._day)

    def check_second(self, now: Seconds) -> None:
        """Let a request for one message in.

        Raises:
            ApiError: 63017, where this second has as many messages as it may.

        Source: https://www.twilio.com/docs/api/errors/63017 (2026-03-26): above 2,000 a
        second, subaccounts included; that a second is a whole one of the run, and the
        HTTP status 429 [unverified].
        """
        if self._most and int(now) == self._second and self._taken >= self._most:
            raise ApiError(TOO_FAST, most=self._most)

    def check_day(self, now: Seconds) -> None:
        """Let a message in.

        Raises:
            ApiError: 63038, where this day has as many messages as it may.

        Source: https://help.twilio.com/articles/115002943027 (captured 2026-09-20):
        20,000 a day without a business profile; the HTTP status 429 and that the day is
        that of UTC [unverified].
        """
        if self._day and self._day.used(now) >= self._day.limit:
            raise ApiError(DAY_USED_UP, most=self._day.limit)

    def count(self, now: Seconds) -> None:
        """Count a message that was taken."""
        second = int(now)
        if second != self._second:
            self._second, self._taken = second, 0
        self._taken += 1
        if self._day:
            self._day.add(1, now)

    def cap_of(self, brand: Brand) -> BrandCap | None:
        """Return what counts a brand's day, None where nobody caps it."""
        if brand.sid not in self._caps:
            most = daily_cap(brand, self._profile)
            self._caps[brand.sid] = (
                None
                if most is None
                else BrandCap(brand.sid, most, self.calendar, self.alerts)
            )
        return self._caps[brand.sid]
