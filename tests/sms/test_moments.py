"""Moments as people type them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sms.moments import parse_moment


@pytest.mark.parametrize(
    "text", ["2026-11-23T14:00:00Z", "2026-11-23T09:00:00-05:00", " 2026-11-23T14Z "]
)
def test_a_moment_is_the_same_by_every_clock(text: str) -> None:
    """Whatever the difference from Greenwich, the instant is meant."""
    assert parse_moment(text) == datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "noon", "2026-11-23T09:00:00", "2026-02-30T09Z"])
def test_what_is_no_moment_is_refused_with_an_example(text: str) -> None:
    """A time of day without a clock is none either."""
    with pytest.raises(ValueError, match="as 2026-11-23T09:00:00-05:00"):
        parse_moment(text)
