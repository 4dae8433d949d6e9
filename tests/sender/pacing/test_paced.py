"""Paced: the rate holds, over any window and with lateness made up for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sender.pacing import PacingOptions
from sender.pacing.paced import CATCH_UP, Paced


def starts(rate: float, lateness: list[float]) -> list[float]:
    """Return when calls start, where each wake-up is late by so much."""
    pacing, now, times = Paced(PacingOptions(rate=rate)), 0.0, []
    for late in lateness:
        now = max(now, pacing.ready_at(now) + late)
        pacing.started(now)
        times.append(now)
    return times


@settings(max_examples=300, deadline=None)
@given(
    rate=st.floats(0.5, 5_000),
    lateness=st.lists(st.floats(0, 3), min_size=2, max_size=80),
)
def test_no_window_holds_more_than_the_rate(rate: float, lateness: list[float]) -> None:
    """In any T seconds at most rate * (T + CATCH_UP) + 1 calls start."""
    times = starts(rate, lateness)
    for first in range(len(times)):
        for last in range(first, len(times)):
            span = times[last] - times[first]
            assert last - first + 1 <= rate * (span + CATCH_UP) + 1 + 1e-6


def test_a_run_starts_at_its_pace() -> None:
    """The first calls come no faster than the others."""
    assert starts(10, [0] * 4) == pytest.approx([0, 0.1, 0.2, 0.3])


def test_small_lateness_costs_no_rate() -> None:
    """A sleeper that wakes 50 ms late each time still makes 100 calls a second."""
    times: list[float] = []
    now, pacing = 0.0, Paced(PacingOptions(rate=100))
    while len(times) < 1_000:
        while pacing.ready_at(now) <= now:
            pacing.started(now)
            times.append(now)
        now = pacing.ready_at(now) + 0.05
    assert times[-1] == pytest.approx(10, abs=0.1)


def test_a_call_made_again_takes_a_place() -> None:
    """After a refusal the next place is one interval later."""
    pacing = Paced(PacingOptions(rate=10))
    pacing.started(0)
    pacing.refused(0)
    pacing.settled(0)
    assert pacing.ready_at(0) == pytest.approx(0.2)
