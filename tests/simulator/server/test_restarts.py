"""A clock begun again: only while nothing has happened."""

from __future__ import annotations

import pytest

from simulator.engine.gateway import Gateway
from simulator.engine.messages import Draft
from simulator.engine.worlds import default_world
from simulator.profiles import load_profile
from simulator.server.clock import ScaledClock
from simulator.server.controls import Asked
from simulator.server.restarts import Restart


def make_restart(*instants: float) -> tuple[Restart, ScaledClock, Gateway]:
    """Return what restarts a clock whose real time goes by these instants."""
    ticks = iter(instants)
    clock = ScaledClock(10.0, lambda: next(ticks))
    gateway = Gateway(default_world(), load_profile(), seed=1)
    return Restart(clock, gateway), clock, gateway


def test_time_begins_again() -> None:
    """It is 0 once the lead is over, and below that until then."""
    restart, clock, _ = make_restart(0.0, 5.0, 5.0, 5.5, 7.0)
    answer = restart(Asked({"lead": "0.5"}))
    assert (answer.status, answer.body) == (200, {"simulated_seconds": -5.0})
    assert (clock.now(), clock.now()) == (0.0, 15.0)


def test_it_goes_on_once_there_is_a_message() -> None:
    """Nobody's time runs backwards."""
    restart, clock, gateway = make_restart(0.0, 5.0)
    sender = gateway.world.senders[0].address
    gateway.submit(Draft(recipient="+14155550123", body="Hi", sender=sender), 0.0)
    assert restart(Asked()).status == 409
    assert clock.now() == 50.0


@pytest.mark.parametrize("lead", ["x", "-1", "61", "nan"])
def test_a_lead_is_some_seconds(lead: str) -> None:
    """What is none is refused, and the clock goes on."""
    restart, clock, _ = make_restart(0.0, 5.0)
    assert restart(Asked({"lead": lead})).status == 400
    assert clock.now() == 50.0
