"""Durations as people type them."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sms.durations import parse_duration

EXAMPLES = {
    "2h": 7200.0,
    "30m": 1800.0,
    "1h30m": 5400.0,
    "90s": 90.0,
    "90": 90.0,
    "1.5h": 5400.0,
    "0.5": 0.5,
    "1d": 86_400.0,
    "250ms": 0.25,
    " 1H 30M ": 5400.0,
    "2h 5s": 7205.0,
}
BAD = ("", " ", "0", "0s", "0h0m", "-1", "-2h", "soon", "2 hours", "2h30", "h", "1e5")
TOO_LONG = ("9" * 400, "9" * 400 + "h", "nan", "inf")


@pytest.mark.parametrize(("text", "seconds"), EXAMPLES.items())
def test_units_add_up(text: str, seconds: float) -> None:
    """A bare number is seconds, and blanks and capitals do not matter."""
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", [*BAD, *TOO_LONG])
def test_what_is_no_duration_is_named(text: str) -> None:
    """The error says what was given and how to write it."""
    with pytest.raises(ValueError, match="is no duration: write 2h, 30m") as caught:
        parse_duration(text)
    assert repr(text) in str(caught.value)


@given(hours=st.integers(0, 99), minutes=st.integers(0, 59), seconds=st.integers(1, 59))
def test_parts_are_taken_as_written(hours: int, minutes: int, seconds: int) -> None:
    """Hours, minutes and seconds make one duration."""
    text = f"{hours}h{minutes}m{seconds}s"
    assert parse_duration(text) == hours * 3600 + minutes * 60 + seconds


@given(st.text(max_size=12))
def test_any_text_is_a_duration_or_an_error(text: str) -> None:
    """Nothing else is raised, and no duration is 0 or less."""
    seconds = 1.0
    with suppress(ValueError):
        seconds = parse_duration(text)
    assert 0 < seconds < math.inf
