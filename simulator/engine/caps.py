"""Daily caps: what may go in a day, a day being that of a place and not of the run."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from sms.errors import CAP_HALF_USED, CAP_MOSTLY_USED, CAP_USED_UP

if TYPE_CHECKING:
    from collections.abc import MutableSequence
    from datetime import tzinfo

    from sms.units import Seconds

PACIFIC = ZoneInfo("America/Los_Angeles")

LONG_AGO = float("-inf")

STARTED_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""The date at which time begins for who does not say."""

_LEVELS = (
    (0.5, CAP_HALF_USED.code),
    (0.7, CAP_MOSTLY_USED.code),
    (1.0, CAP_USED_UP.code),
)


class Calendar:
    """Tells instants of the run as dates, the run having begun at `started_at`."""

    __slots__ = ("_started_at",)

    def __init__(self, started_at: datetime | None = None) -> None:
        self._started_at = (started_at or STARTED_AT).astimezone(UTC)

    def moment(self, at: Seconds) -> datetime:
        """Return the date and time of an instant, to the microsecond."""
        return self._started_at + timedelta(seconds=at)

    def at(self, moment: datetime) -> Seconds:
        """Return the instant of a date with a time zone."""
        return (moment.astimezone(UTC) - self._started_at).total_seconds()

    def day_after(self, at: Seconds, zone: tzinfo) -> Seconds:
        """Return when the next day begins at a place."""
        today = self.moment(at).astimezone(zone).date()
        return self.at(datetime.combine(today + timedelta(days=1), time(), zone))


class DayCount:
    """How much of a day's `limit` is used.  `now` may run back a little, days never."""

    __slots__ = ("_calendar", "_ends_at", "_used", "_zone", "limit")

    def __init__(self, limit: int, calendar: Calendar, zone: tzinfo = UTC) -> None:
        self.limit = limit
        self._calendar = calendar
        self._zone = zone
        self._used = 0
        self._ends_at = LONG_AGO

    def used(self, now: Seconds) -> int:
        """Return how much of this day's limit is used."""
        if now >= self._ends_at:
            self._used = 0
            self._ends_at = self._calendar.day_after(now, self._zone)
        return self._used

    def add(self, amount: int, now: Seconds) -> int:
        """Use so much of the day's limit, and return how much is used with it."""
        self._used = used = self.used(now) + amount
        return used


class Alert(NamedTuple):
    """What Twilio's debugger would say of a brand's day at `at`."""

    at: Seconds
    brand: str
    error_code: int


class BrandCap:
    """What T-Mobile takes from one brand in a day that ends at midnight Pacific.

    Source: https://www.twilio.com/docs/api/errors/30023, 30025 to 30027 (2025-02):
    counted in segments; warnings at 50, 70 and 100 %.
    """

    __slots__ = ("_alerts", "_brand", "_day", "_told")

    def __init__(
        self,
        brand: str,
        limit: int,
        calendar: Calendar,
        alerts: MutableSequence[Alert],
    ) -> None:
        self._brand = brand
        self._day = DayCount(limit, calendar, PACIFIC)
        self._alerts = alerts
        self._told = 0

    def take(self, segments: int, now: Seconds) -> bool:
        """Count a message in, and say whether it is within the cap; else it counts not.

        Once it is refused for a brand whose day is not all used up, a shorter one may
        still pass.
        """
        used = self._day.used(now)
        if not used:
            self._told = 0
        within = used + segments <= self._day.limit
        self._warn(self._day.add(segments, now) if within else self._day.limit, now)
        return within

    def _warn(self, used: int, now: Seconds) -> None:
        """Note each level that the day has come to, once."""
        while self._told < len(_LEVELS) and (
            used >= _LEVELS[self._told][0] * self._day.limit
        ):
            self._alerts.append(Alert(now, self._brand, _LEVELS[self._told][1]))
            self._told += 1
