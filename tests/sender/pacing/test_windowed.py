"""Windowed: never more calls open than the window holds."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from sender.pacing import PacingOptions
from sender.pacing.windowed import Windowed


@settings(max_examples=300, deadline=None)
@given(window=st.integers(1, 20), tries=st.lists(st.booleans(), max_size=200))
def test_the_window_is_filled_and_not_exceeded(window: int, tries: list[bool]) -> None:
    """A call may start exactly while fewer are open than the window holds."""
    pacing, is_open = Windowed(PacingOptions(window=window)), 0
    for starts in tries:
        ready = pacing.ready_at(1.0) <= 1.0
        assert ready == (is_open < window)
        if starts and ready:
            pacing.started(1.0)
            is_open += 1
        elif not starts and is_open:
            pacing.settled(1.0)
            is_open -= 1


def test_a_refused_call_keeps_its_slot() -> None:
    """A window full of refused calls lets no new one start."""
    pacing = Windowed(PacingOptions(window=1))
    pacing.started(0)
    pacing.refused(0)
    assert pacing.ready_at(0) == math.inf
