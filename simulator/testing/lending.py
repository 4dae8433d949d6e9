"""Lending: the process's server, for one test and its account at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from simulator.keys import ConfigError
from simulator.testing.hosting import hosted
from simulator.testing.official import lead
from simulator.testing.premises import Premises
from simulator.testing.simulations import Simulation

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCAL = "127.0.0.1,localhost"
"""What no proxy is to be asked for."""


@contextmanager
def simulation(**options: Any) -> Iterator[Simulation]:
    """Lend a Twilio with a fresh account, as the fixture `twilio_sim` does.

    `options` are the fields of Premises.  Within the block TWILIO_ACCOUNT_SID and
    TWILIO_AUTH_TOKEN are the account's, and the library's clients are led here.

    Raises:
        ConfigError: an option is bad, or another simulation is on in this process.
    """
    premises = Premises.read(options)
    hosting = hosted()
    if not hosting.lock.acquire(blocking=False):
        raise ConfigError("a simulation is on already: there is one at a time")
    try:
        hosting.begin(premises)
        sim = Simulation(hosting, premises)
        with pytest.MonkeyPatch.context() as patches:
            patches.setenv("TWILIO_ACCOUNT_SID", sim.account_sid)
            patches.setenv("TWILIO_AUTH_TOKEN", sim.auth_token)
            for name in ("NO_PROXY", "no_proxy"):
                patches.setenv(name, LOCAL, prepend=",")
            lead(patches, sim.url)
            try:
                yield sim
            finally:
                sim.end()
    finally:
        hosting.lock.release()
