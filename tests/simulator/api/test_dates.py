"""Dates: written as Twilio does, read as its examples are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.api.dates import Dates
from sms.errors import ApiError

STARTED_AT = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)


def test_an_instant_is_written_three_ways() -> None:
    """The 2010 API, v1 and HTTP each have their own spelling, to the second."""
    dates = Dates(STARTED_AT)
    assert dates.rfc2822(61.9) == "Mon, 23 Nov 2026 12:01:01 +0000"
    assert dates.iso8601(61.9) == "2026-11-23T12:01:01Z"
    assert dates.http(61.9) == "Mon, 23 Nov 2026 12:01:01 GMT"
    assert dates.rfc2822(None) is None


def test_the_start_wants_a_zone() -> None:
    """A start without a time zone is a slip of the program."""
    with pytest.raises(ValueError, match="time zone"):
        Dates(STARTED_AT.replace(tzinfo=None))


def test_the_start_is_in_utc_and_whole_seconds() -> None:
    """Another zone and a fraction of a second change nothing in what is written."""
    east = timezone(timedelta(hours=3))
    dates = Dates(STARTED_AT.astimezone(east) + timedelta(milliseconds=999))
    assert dates.iso8601(0.5) == "2026-11-23T12:00:00Z"


@given(at=st.floats(0, 1e7))
def test_what_is_written_is_read_back(at: float) -> None:
    """Every date the API writes is a filter it understands, of that very second."""
    dates = Dates(STARTED_AT)
    for text in (dates.rfc2822(at), dates.iso8601(at), dates.http(at)):
        assert dates.span(text or "", "x") == (int(at), int(at) + 1)


@pytest.mark.parametrize(
    ("text", "begin", "length"),
    [
        ("2026-11-23", -43_200, 86_400),
        (" 2026-11-24 ", 43_200, 86_400),
        ("2026-11-23T12:00:01Z", 1, 1),
        ("2026-11-23 12:00:01.999", 1, 1),
        ("2026-11-23T13:00:01+01:00", 1, 1),
        ("11/23/2026 05:00:01 MST", 1, 1),
        ("Mon, 23 Nov 2026 12:00:01 -0000", 1, 1),
    ],
)
def test_a_date_is_a_span(text: str, begin: int, length: int) -> None:
    """A day is a day long and a time a second, wherever it is written down."""
    assert Dates(STARTED_AT).span(text, "x") == (begin, begin + length)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01", "11/23/2026 05:00:01 ABC", "0001-01-01T0"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """Anything else is an error that names the parameter."""
    with pytest.raises(ApiError, match="DateSent is no date"):
        Dates(STARTED_AT).span(text, "DateSent")


@given(text=st.text(max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    """A text is a date or refused, never anything else."""
    dates = Dates(STARTED_AT)
    try:
        begin, end = dates.day(text, "x")
    except ApiError:
        return
    assert end - begin == 86_400
