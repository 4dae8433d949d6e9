"""The server of a process, in a thread of its own."""

from __future__ import annotations

from threading import current_thread

import pytest

from simulator.keys import ConfigError
from simulator.testing import simulation
from simulator.testing.hosting import hosted, stop


def test_it_is_one_for_all_simulations() -> None:
    """Its address stays, its account does not."""
    with simulation(name="one") as sim:
        first = sim.url, sim.account_sid
    with simulation(name="two") as sim:
        second = sim.url, sim.account_sid
    assert first[0] == second[0]
    assert first[1] != second[1]


def test_its_thread_may_ask_as_well() -> None:
    """It does not wait for itself."""
    hosting = hosted()
    inside = hosting.do(lambda: hosting.do(current_thread))
    assert inside is not current_thread()


def test_it_can_be_stopped_and_started() -> None:
    """Twice is as good as once."""
    stop()
    stop()
    with simulation() as sim:
        sim.advance("1h")
        assert sim.now == 3600


def test_what_cannot_begin_leaves_it_to_others() -> None:
    """A bad option is told, and the next simulation begins."""
    with pytest.raises(ConfigError, match="'twilio-1999' is not known"):
        simulation(profile="twilio-1999").__enter__()
    with simulation() as sim:
        assert sim.messages == ()
