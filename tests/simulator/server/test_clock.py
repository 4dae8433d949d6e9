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


Step = tuple[str, float]

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pass", "pause", "resume", "speed", "advance"]),
        st.floats(0.1, 1e3),
    )
)


class Bench:
    """A clock, the real time it goes by, and how often its observer was told."""

    def __init__(self) -> None:
        self.real = 5.0
        self.told = 0
        self.clock = ScaledClock(2.0, lambda: self.real)
        self.clock.observe(self.tell)

    def tell(self) -> None:
        """Count a change."""
        self.told += 1

    def take(self, step: Step) -> None:
        """Do a step: let real time pass, or change the clock."""
        what, amount = step
        match what:
            case "pass":
                self.real += amount
            case "speed":
                self.clock.speed = amount
            case "advance":
                self.clock.advance_to(self.clock.now() + amount)
            case _:
                getattr(self.clock, what)()


@given(STEPS)
def test_whatever_changes_time_goes_on_from_where_it_is(steps: list[Step]) -> None:
    """It never runs backwards, and jumps nowhere but where it is advanced to."""
    bench = Bench()
    for what, amount in steps:
        before, told = bench.clock.now(), bench.told
        rate = 0.0 if bench.clock.paused else bench.clock.speed
        bench.take((what, amount))
        gained = {"pass": amount * rate, "advance": amount}.get(what, 0.0)
        assert bench.clock.now() == pytest.approx(before + gained)
        assert (bench.told > told) == (what != "pass")


def test_a_paused_clock_stands_still() -> None:
    """No timer can be set by it; it goes on from where it stood."""
    bench = Bench()
    bench.real += 1
    bench.clock.pause()
    bench.real += 100
    assert (bench.clock.now(), bench.clock.monotonic_at(3.0)) == (2.0, None)
    bench.clock.resume()
    bench.real += 1
    assert bench.clock.now() == 4.0
    assert bench.clock.monotonic_at(6.0) == bench.real + 1


def test_time_does_not_run_backwards() -> None:
    """An instant that is past cannot be advanced to; it stays what it is."""
    bench = Bench()
    bench.real += 10
    with pytest.raises(ValueError, match="backwards: it is 20, not 19"):
        bench.clock.advance_to(19.0)
    assert bench.clock.now() == 20.0


def test_a_paused_clock_begins_again_at_once() -> None:
    """A lead is of time that passes."""
    bench = Bench()
    bench.clock.pause()
    bench.clock.advance_to(7.0)
    bench.clock.restart(3.0)
    assert bench.clock.now() == 0.0


def test_who_is_forgotten_is_told_no_more() -> None:
    """Twice is no error."""
    bench = Bench()
    bench.clock.forget(bench.tell)
    bench.clock.forget(bench.tell)
    bench.clock.pause()
    assert bench.told == 0
