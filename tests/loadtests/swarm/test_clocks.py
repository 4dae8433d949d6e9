"""The server's clock, as a load generator reads it over HTTP."""

from __future__ import annotations

import time

import pytest

from loadtests.swarm.clocks import ServerClock, read_clock, restart_clock
from simulator.keys import ConfigError
from tests.simulator.server.fast import fast
from tests.system.sdk import serving

ALLOWED = 0.5
"""Real seconds by which two who ask a busy machine for the time may differ."""


def test_the_servers_time_is_told() -> None:
    """What is read is between what the server's clock showed before and after."""
    with serving(fast()) as server:
        before = server.clock.now()
        clock = read_clock(server.url)
        told, after = clock.now(), server.clock.now()
        margin = ALLOWED * server.clock.speed
        assert clock.speed == server.clock.speed
        assert before - margin <= told <= after + margin


def test_a_run_has_a_zero_of_its_own() -> None:
    """Spans are simulated seconds, and below 0 it has not begun."""
    clock = ServerClock(speed=50.0, zero=time.monotonic(), began_at=10_000.0)
    assert clock.now() < 0
    assert clock.real(100.0) == 2.0


def test_a_server_without_a_note_begins_again_for_whoever_has_its_token() -> None:
    """Without it it goes on, and another token is an error that says so."""
    with serving(fast()) as server:
        assert not restart_clock(server.url, 30.0)
        with pytest.raises(ConfigError, match=r"--control-token \(SMSLAB_TOKEN\)"):
            restart_clock(server.url, 30.0, "other")
        assert read_clock(server.url).now() > 0
        assert restart_clock(server.url, 30.0, server.token)
        assert read_clock(server.url).now() < 0


@pytest.mark.parametrize("host", ["http://example.com", "https://api.twilio.com"])
def test_no_other_machine_is_asked(host: str) -> None:
    """It is refused before a socket is opened."""
    with pytest.raises(ValueError, match=host):
        read_clock(host)


def test_nobody_there_is_said() -> None:
    """With what to do about it."""
    with pytest.raises(ConfigError, match=r"no simulator answers .*smslab serve"):
        read_clock("http://127.0.0.1:9")
