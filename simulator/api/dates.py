"""Simulated time as the API writes it, and as its callers write it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sms.errors import INVALID_PARAMETER, ApiError
from sms.units import DAY

if TYPE_CHECKING:
    from sms.units import Seconds

KEPT = 4096
"""Seconds whose spelling is remembered: within one, thousands of messages come."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_AMERICAN = "%m/%d/%Y %H:%M:%S"
_ZONES = {"UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5}
_ZONES |= {"MST": -7, "MDT": -6, "PST": -8, "PDT": -7}


class Dates:
    """Writes instants of the run as dates, the run having begun at `started_at`."""

    __slots__ = ("_http", "_iso8601", "_rfc2822", "started_at")

    def __init__(self, started_at: datetime) -> None:
        if started_at.tzinfo is None:
            raise ValueError(f"started_at wants a time zone: {started_at.isoformat()}")
        began = started_at.astimezone(UTC).replace(microsecond=0)

        def rfc2822(second: int) -> str:
            return format_datetime(began + timedelta(seconds=second))

        def http(second: int) -> str:
            return format_datetime(began + timedelta(seconds=second), usegmt=True)

        def iso8601(second: int) -> str:
            return f"{began + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}"

        self.started_at = began
        self._rfc2822 = lru_cache(KEPT)(rfc2822)
        self._http = lru_cache(KEPT)(http)
        self._iso8601 = lru_cache(KEPT)(iso8601)

    def rfc2822(self, at: Seconds | None) -> str | None:
        """Write an instant as the 2010 API does, to the second; None stays None."""
        return None if at is None else self._rfc2822(int(at))

    def http(self, at: Seconds) -> str:
        """Write an instant as HTTP's Date header does."""
        return self._http(int(at))

    def iso8601(self, at: Seconds) -> str:
        """Write an instant as the v1 APIs do, to the second."""
        return self._iso8601(int(at))

    def instant(self, at: Seconds) -> datetime:
        """Return the date of an instant."""
        return self.started_at + timedelta(seconds=at)

    def span(self, text: str, name: str) -> tuple[Seconds, Seconds]:
        """Return when a date begins and ends: a day, or a second if it has a time.

        All the spellings of Twilio's own examples are understood; what names no zone
        is GMT.

        Raises:
            ApiError: 20422, where it is no date; `name` is the parameter's.
        """
        date = _parse(text.strip())
        if date is None:
            raise ApiError(
                INVALID_PARAMETER,
                problem=f"{name} is no date: {text!r}; write YYYY-MM-DD or "
                "YYYY-MM-DDTHH:MM:SSZ",
            )
        begin = (date.replace(microsecond=0) - self.started_at).total_seconds()
        return begin, begin + (DAY if _DATE.fullmatch(text.strip()) else 1.0)

    def day(self, text: str, name: str) -> tuple[Seconds, Seconds]:
        """Return when the GMT day of a date begins and ends.

        Raises:
            ApiError: 20422, where it is no date.
        """
        begin, _ = self.span(text, name)
        midnight = self.instant(begin).replace(hour=0, minute=0, second=0)
        begin = (midnight - self.started_at).total_seconds()
        return begin, begin + DAY


def _parse(text: str) -> datetime | None:
    """Read a date in any of the spellings, None where it is none."""
    for read in (datetime.fromisoformat, _read_american, parsedate_to_datetime):
        try:
            date = read(text)
            return date.replace(tzinfo=date.tzinfo or UTC).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _read_american(text: str) -> datetime:
    """Read `06/11/2019 22:05:25 MST`."""
    date, _, zone = text.rpartition(" ")
    if zone not in _ZONES:
        raise ValueError(zone)
    return datetime.strptime(date, _AMERICAN).replace(tzinfo=UTC) - timedelta(
        hours=_ZONES[zone]
    )
