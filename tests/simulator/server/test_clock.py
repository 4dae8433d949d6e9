"""The clock: simulated time is real time, scaled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.server.clock import ScaledClock


@given(
    began=st.floats(0, 1e6),
    passed=st.floats(0, 1e5),
    speed=st.sampled_from([0.5, 1, 60]),
)
def test_simulated_time_is_real_time_scaled(
    began: float, passed: float, speed: float
) -> None:
    """`now` begins at 0, `speed` times as fast; `monotonic_at` turns it back."""
    reading = began
    clock = ScaledClock(speed, lambda: reading)
    assert clock.now() == 0
    reading = began + passed
    assert clock.now() == pytest.approx(passed * speed, abs=1e-3)
    assert clock.monotonic_at(clock.now()) == pytest.approx(reading)


def test_time_does_not_stand_still() -> None:
    """A speed of 0 or less is refused."""
    with pytest.raises(ValueError, match="speed"):
        ScaledClock(0)
