"""Options as people type them: None stays None, the rest is read."""

from __future__ import annotations

import pytest

from sms import typed


def test_what_was_not_given_is_nothing() -> None:
    """Every reader leaves None as it is."""
    readers = (typed.share, typed.duration, typed.whole, typed.milliseconds)
    assert [read(None) for read in readers] == [None] * 4


def test_what_was_given_is_read() -> None:
    """In shares of one and in seconds, whole ones from 1 up."""
    assert typed.names("a, b,,c ") == ("a", "b", "c")
    assert (typed.share("5%"), typed.duration("2m")) == (0.05, 120)
    assert (typed.whole("0.2"), typed.whole("90s")) == (1, 90)
    assert typed.milliseconds(250) == pytest.approx(0.25)
